"""References: read and check the .bib, cite on pages, list with notes.

A page cites with ``[@key]`` or ``[@one; @two]``.  The citation becomes a
footnote; the bibliography page shows every work with its annotation.
"""

import difflib
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from pybtex.database import Person
from pybtex.database.input.bibtex import (
    LowLevelParser,
    month_names,
)
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text
from pybtex.scanner import PrematureEOF

from problems import Problem

LEVELS = ("beginner", "intermediate", "advanced")
KINDS = ("paper", "book", "course", "talk", "code", "web")
LAST_CHAPTER = 37
MOST_KEYWORDS = 25
PLACEHOLDER = "<!-- bibliography -->"

# What an entry of each type must have; "a|b" means one of them.
_REQUIRED = {
    "article": ("author", "title", "journal", "year"),
    "book": ("author|editor", "title", "publisher", "year"),
    "incollection": ("author", "title", "booktitle", "publisher", "year"),
    "inproceedings": ("author", "title", "booktitle", "year"),
    "misc": ("author", "title", "year", "url|doi|eprint"),
    "phdthesis": ("author", "title", "school", "year"),
    "techreport": ("author", "title", "institution", "year"),
}
_OURS = ("annotation", "keywords", "level", "kind", "chapters")
_STANDARD = (
    *("author", "editor", "title", "journal", "booktitle", "series"),
    *("edition", "volume", "number", "pages", "publisher", "school"),
    *("institution", "address", "howpublished", "month", "year", "doi"),
    *("eprint", "archiveprefix", "url", "note"),
)

_DOI = re.compile(r"10\.\d{4,9}/[^\s{}\"\\]+")
_ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}")
_URL = re.compile(r"https://[\w-]+(\.[\w-]+)+(:\d+)?(/[^\s{}\"<>\\^`|]*)?")
_KEY = re.compile(r"([a-z]+)(\d{4})[a-z]?")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*(?=\s+[\"'“‘(]*[A-Z0-9]|$)")


@dataclass(frozen=True)
class Work:
    """One entry of the .bib.

    Parameters
    ----------
    key, type : str
        ``rumelhart1986`` and ``article``.
    fields : mapping of str to str
        Values as written, white space folded; names in lower case.
    line : int
        Where the entry begins.
    lines : mapping of str to int
        Where each field begins.
    """

    key: str
    type: str
    fields: Mapping[str, str]
    line: int
    lines: Mapping[str, int]

    def text(self, field: str) -> str:
        """Return the field in Unicode, without TeX; "" if absent."""
        return _plain(self.fields.get(field, ""))

    def words(self, field: str) -> tuple[str, ...]:
        """Return the parts of a comma separated field."""
        parts = self.fields.get(field, "").split(",")
        return tuple(part.strip() for part in parts if part.strip())

    @property
    def people(self) -> tuple[str, ...]:
        """Authors, or else editors, given name first."""
        return tuple(
            "others" if name == "others" else _full_name(name)
            for name in _names(self)
        )

    @property
    def chapters(self) -> tuple[int, ...]:
        """Numbers of the chapters that the work serves."""
        return tuple(int(n) for n in self.words("chapters") if n.isdecimal())

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """(Text, address) of DOI, arXiv and URL, those that there are."""
        found = []
        if doi := self.fields.get("doi"):
            address = "https://doi.org/" + quote(doi, safe="/:;.-_")
            found.append((f"doi:{doi}", address))
        if eprint := self.fields.get("eprint"):
            found.append(
                (f"arXiv:{eprint}", f"https://arxiv.org/abs/{eprint}")
            )
        if url := self.fields.get("url"):
            shown = url.removeprefix("https://").removeprefix("www.")
            shown = shown.partition("?")[0].rstrip("/")
            found.append((shown, quote(url, safe="/:;.-_?=&%#~@+,")))
        return tuple(found)


@dataclass(frozen=True)
class Bibliography:
    """The works of one .bib by key, in the order of the file.

    Parameters
    ----------
    path : str
        POSIX path of the .bib from the repository's root.
    works : mapping of str to Work
    keywords : tuple of str
        The controlled list at the head of the file.
    """

    path: str
    works: Mapping[str, Work]
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class _Parsed:
    path: str
    works: Sequence[Work]
    keywords: tuple[str, ...]
    keywords_line: int
    problems: Sequence[Problem]


def load(path: Path, root: Path | None = None) -> Bibliography:
    """Read a .bib; of entries with the same key the first one counts.

    Faults do not stop the reading: `problems` lists them.

    Parameters
    ----------
    path : Path
        The .bib file.
    root : Path, optional
        Repository root; by default the folder above the file's folder.

    Returns
    -------
    Bibliography
    """
    parsed = _parse(path, root)
    works: dict[str, Work] = {}
    for work in parsed.works:
        works.setdefault(work.key, work)
    return Bibliography(parsed.path, works, parsed.keywords)


def problems(path: Path, root: Path | None = None) -> list[Problem]:
    """List every fault of a .bib with its line.

    Parameters
    ----------
    path : Path
        The .bib file.
    root : Path, optional
        Repository root; by default the folder above the file's folder.

    Returns
    -------
    list of Problem
        Sorted by line; empty when nothing is wrong.
    """
    parsed = _parse(path, root)
    found = list(parsed.problems)
    if found and not parsed.works:
        return sorted(found)
    if not parsed.keywords:
        found.append(
            Problem(
                parsed.path,
                1,
                "no list of keywords; begin the file with a comment "
                '"% keywords: one, two"',
            )
        )
    if len(parsed.keywords) > MOST_KEYWORDS:
        found.append(
            Problem(
                parsed.path,
                parsed.keywords_line,
                f"{len(parsed.keywords)} keywords in the list; "
                f"keep it to {MOST_KEYWORDS}",
            )
        )
    for work in parsed.works:
        found += [
            Problem(parsed.path, work.lines.get(field, work.line), message)
            for field, message in _faults(work, parsed.keywords)
        ]
    found += _repeats(parsed)
    return sorted(set(found), key=lambda p: (p.line, p.message))


def cite(
    markdown: str,
    bibliography: Bibliography,
    page_path: str,
    *,
    first_line: int = 1,
    annotated_at: str = "",
) -> tuple[str, list[Problem], list[str]]:
    """Turn the citations of a page into Markdown footnotes.

    Code, math, comments, HTML tags and links are left alone.  So is
    anything that does not begin with ``[@``, an e-mail address for one.

    Parameters
    ----------
    markdown : str
        The page's Markdown.
    bibliography : Bibliography
    page_path : str
        Path of the page, for problems.
    first_line : int
        Line of the file at which `markdown` begins (after front matter).
    annotated_at : str
        Link to the bibliography page as written on this page, such as
        ``../resources/bibliography.md``; "" leaves the link out.

    Returns
    -------
    markdown : str
        With ``[^key]`` for each citation and the definitions at the end.
    problems : list of Problem
        Unknown keys and citations that cannot be read.
    keys : list of str
        Keys cited, each once, in order of first citation.
    """
    masked, misplaced = _mask(markdown)
    found: list[Problem] = []
    keys: list[str] = []
    pieces: list[str] = []
    end = 0

    def report(position: int, message: str) -> None:
        line = first_line + markdown.count("\n", 0, position)
        found.append(Problem(page_path, line, message))

    for position in misplaced:
        report(
            position,
            "a citation inside a link, a title or a text alternative cannot "
            "become a footnote; move it to the sentence beside it",
        )
    for match in _CITATION.finditer(masked):
        cited = _keys_of(match["body"])
        if cited is None:
            report(
                match.start(),
                f"cannot read the citation {match[0]}; "
                "write [@key] or [@one; @two], or put code in backticks",
            )
            continue
        starts = not markdown[: match.start()].rpartition("\n")[2].strip()
        if starts and markdown[match.end() : match.end() + 1] == ":":
            report(
                match.start(),
                f"{match[0]}: at the start of a line would read as a link's "
                "definition; put a word before it",
            )
            continue
        unknown = [key for key in cited if key not in bibliography.works]
        for key in unknown:
            report(match.start(), _unknown(key, bibliography))
        if unknown:
            continue
        keys += [key for key in dict.fromkeys(cited) if key not in keys]
        before = markdown[end : match.start()]
        pieces.append(_close_up(markdown, match.start(), before))
        # Two superscripts side by side would read as one number.
        notes = [f"[^{key}]" for key in dict.fromkeys(cited)]
        pieces.append("<sup>,&nbsp;</sup>".join(notes))
        end = match.end()
    text = "".join(pieces) + markdown[end:]
    if keys:
        definitions = [
            _footnote(bibliography.works[key], annotated_at) for key in keys
        ]
        text = text.rstrip("\n") + "\n\n" + "\n".join(definitions) + "\n"
    return text, sorted(found), keys


def reference_markdown(work: Work) -> str:
    """Return the reference as one line of Markdown."""
    links = [f"[{_md(text)}]({address})" for text, address in work.links]
    return _reference(work, _md, "*", "*", links)


def reference_html(work: Work) -> str:
    """Return the reference as inline HTML."""
    links = [
        f'<a href="{html.escape(address)}">{html.escape(text)}</a>'
        for text, address in work.links
    ]
    return _reference(work, html.escape, "<cite>", "</cite>", links)


def bibtex(work: Work) -> str:
    """Return the entry as BibTeX, standard fields only."""
    names = [name for name in _STANDARD if name in work.fields]
    width = max((len(name) for name in names), default=0)
    lines = [f"  {n:<{width}} = {{{work.fields[n]}}}," for n in names]
    return "\n".join([f"@{work.type}{{{work.key},", *lines, "}"])


def annotated_list(
    bibliography: Bibliography,
    cited_in: Mapping[str, Sequence[tuple[str, str]]],
    chapters: Mapping[int, tuple[str, str]] | None = None,
) -> str:
    """Return the whole bibliography as HTML, sorted by year.

    Parameters
    ----------
    bibliography : Bibliography
    cited_in : mapping of key to sequence of (title, address)
        Pages that cite the work; addresses as the browser follows them
        from the bibliography page.
    chapters : mapping of number to (title, address), optional
        Chapters that exist; a number without one is shown as plain text.

    Returns
    -------
    str
        One ``<ul>`` without blank lines, safe to put into Markdown.
    """
    works = sorted(
        bibliography.works.values(),
        key=lambda work: (work.fields.get("year", ""), _sort_name(work)),
    )
    entries = [
        _entry(work, cited_in.get(work.key, ()), chapters or {})
        for work in works
    ]
    return "\n".join(['<ul class="bib-list">', *entries, "</ul>"])


# Reading -------------------------------------------------------------


def _parse(path: Path, root: Path | None) -> _Parsed:
    path = path.resolve()
    root = path.parent.parent if root is None else root.resolve()
    name = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = 1 + error.object.count(b"\n", 0, error.start)
        fault = Problem(name, line, "not UTF-8; save the file as UTF-8")
        return _Parsed(name, (), (), 1, (fault,))

    found: list[Problem] = []
    works: list[Work] = []

    def line_at(position: int) -> int:
        return 1 + text.count("\n", 0, position)

    broken: set[int] = set()

    def on_error(error: PybtexError) -> None:
        start = line_at(parser.command_start)
        broken.add(start)
        if isinstance(error, PrematureEOF) or text.startswith("@", parser.pos):
            # The parser notices at the next entry or at the end of the
            # file; what is wrong is the entry that never closed.
            message = (
                "BibTeX: the entry that begins here is never closed; "
                "look for a missing brace or quote"
            )
            found.append(Problem(name, start, message))
            return
        said = re.sub(r"^syntax error|in line \d+:?", "", str(error))
        message = (
            f"BibTeX: {' '.join(said.split())}; look for a missing "
            "comma, brace or quote here or on the line before"
        )
        found.append(Problem(name, parser.lineno, message))

    parser = LowLevelParser(
        text, handle_error=on_error, macros=dict(month_names)
    )
    for command, body in _entries(parser):
        start = parser.command_start
        source = text[start : parser.pos]
        key, raw = body
        fields: dict[str, str] = {}
        lines: dict[str, int] = {}
        for field, parts in raw:
            field = field.lower()
            match = re.search(rf"(?im)^\s*{re.escape(field)}\s*=", source)
            position = match.end() if match else 0
            lines.setdefault(field, line_at(start + position))
            if field in fields:
                found.append(
                    Problem(
                        name,
                        line_at(start),
                        f"{key}: field {field} stands twice; keep one",
                    )
                )
                continue
            fields[field] = " ".join("".join(parts).split())
        works.append(Work(key, command.lower(), fields, line_at(start), lines))

    head = re.search(r"(?m)^%\s*keywords:((?:.*,\s*\n%)*.*)$", text)
    listed = head[1].replace("%", " ").split(",") if head else []
    keywords = tuple(word.strip() for word in listed if word.strip())
    keywords_line = line_at(head.start()) if head else 1
    # One fault, one message: a broken entry lacks fields only because
    # the reading stopped.
    whole = [work for work in works if work.line not in broken]
    return _Parsed(name, whole, keywords, keywords_line, found)


def _entries(
    parser: Iterable[tuple[str, tuple[str, list[tuple[str, list[str]]]]]],
) -> Iterable[tuple[str, tuple[str, list[tuple[str, list[str]]]]]]:
    for command, body in parser:
        if command.lower() not in ("string", "preamble") and body[0]:
            yield command, body


# Checking ------------------------------------------------------------


def _faults(work: Work, keywords: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Yield (field, message) for each fault of one entry."""
    fields, key = work.fields, work.key
    if work.type not in _REQUIRED:
        yield (
            "",
            f"{key}: type @{work.type} is not used here; "
            f"use one of {', '.join(sorted(_REQUIRED))}",
        )
    for needed in (*_REQUIRED.get(work.type, ()), *_OURS):
        if not any(fields.get(name) for name in needed.split("|")):
            yield (
                "",
                f"{key}: field {needed.replace('|', ' or ')} is missing; "
                "add it",
            )
    yield from _faults_of_key(work)
    for name, allowed in (("level", LEVELS), ("kind", KINDS)):
        value = fields.get(name)
        if value and value not in allowed:
            yield (
                name,
                f"{key}: unknown {name} {value!r}; "
                f"use one of {', '.join(allowed)}",
            )
    for word in work.words("keywords"):
        if word not in keywords:
            near = _nearest(word, keywords)
            mend = f"did you mean {near!r}?" if near else "take one of them"
            yield (
                "keywords",
                f"{key}: keyword {word!r} is not in the list at the head "
                f"of the file; {mend}",
            )
    for number in work.words("chapters"):
        if not number.isdecimal() or not 1 <= int(number) <= LAST_CHAPTER:
            yield (
                "chapters",
                f"{key}: no chapter {number!r}; "
                f"give numbers from 1 to {LAST_CHAPTER}",
            )
    if annotation := work.text("annotation"):
        ends = list(_SENTENCE_END.finditer(annotation))
        whole = bool(ends) and ends[-1].end() == len(annotation)
        if len(ends) != 2 or not whole:
            yield (
                "annotation",
                f"{key}: the annotation has {len(ends)} sentences"
                f"{'' if whole else ' and a rest without a full stop'}; "
                "write two: what it gives, when to read it",
            )
    yield from _faults_of_links(work)


def _faults_of_key(work: Work) -> Iterable[tuple[str, str]]:
    key = work.key
    match = _KEY.fullmatch(key)
    if not match:
        yield (
            "",
            f"{key}: a key is the family name in small letters and the "
            "year, as in rumelhart1986 or lecun1998b",
        )
    if year := work.fields.get("year"):
        if not re.fullmatch(r"[12]\d{3}", year):
            yield "year", f"{key}: year {year!r} is not a year; use digits"
        elif match and match[2] != year:
            yield (
                "year",
                f"{key}: the key says {match[2]} and the field year says "
                f"{year}; make them the same",
            )
    if match and (names := _names(work)):
        person = Person(names[0])
        last = " ".join(person.last_names)
        family = _fold(_plain(last)).replace(" ", "")
        long = _fold(_plain(" ".join(person.prelast_names) + last))
        group = last.startswith("{") and family.startswith(match[1])
        if match[1] not in (family, long.replace(" ", "")) and not group:
            yield (
                "author" if "author" in work.fields else "editor",
                f"{key}: the key does not begin with the first author's "
                f"family name; expected {family}",
            )


def _faults_of_links(work: Work) -> Iterable[tuple[str, str]]:
    key = work.key
    for name, pattern, mend in (
        ("doi", _DOI, "write 10.nnnn/rest, without https://doi.org/"),
        ("eprint", _ARXIV, "write nnnn.nnnnn or archive/nnnnnnn"),
        ("url", _URL, "write a whole https:// address"),
    ):
        value = work.fields.get(name)
        if value and not pattern.fullmatch(value):
            yield name, f"{key}: {name} {value!r} is malformed; {mend}"
    archive = work.fields.get("archiveprefix", "arXiv")
    if archive != "arXiv" or (
        "eprint" in work.fields and "archiveprefix" not in work.fields
    ):
        yield (
            "archiveprefix" if "archiveprefix" in work.fields else "eprint",
            f"{key}: an eprint needs archiveprefix = {{arXiv}} beside it",
        )


def _repeats(parsed: _Parsed) -> list[Problem]:
    found = []
    for what, value_of in (
        ("key", lambda work: work.key.lower()),
        ("doi", lambda work: work.fields.get("doi", "").lower()),
        ("eprint", lambda work: work.fields.get("eprint", "")),
        ("url", lambda work: work.fields.get("url", "").rstrip("/")),
        # Two works may be called "Deep Learning"; not by the same author.
        (
            "title",
            lambda work: (
                f"{_fold(work.text('title'))} / {_fold(_family(work))}"
            ),
        ),
    ):
        first: dict[str, Work] = {}
        for work in parsed.works:
            value = value_of(work)
            if not value:
                continue
            if other := first.get(value):
                found.append(
                    Problem(
                        parsed.path,
                        work.lines.get(what, work.line),
                        f"{work.key}: same {what} as {other.key} "
                        f"on line {other.line}; keep one",
                    )
                )
            first.setdefault(value, work)
    return found


# Citing --------------------------------------------------------------

_CITATION = re.compile(r"(?<![\\!\]])\[(?P<body>@[^\[\]\n]*)\](?![(\[])")
_ONE_KEY = re.compile(r"@([A-Za-z][\w-]*)")
_FENCE = re.compile(
    r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?P<mark>`{3,}|~{3,})"
)
_PARAGRAPH = r"(?:(?!\n[ \t]*\n).)"
_PROTECTED = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"<!--.*?-->",
        rf"(?<![\\`])(`+)(?!`){_PARAGRAPH}+?(?<!`)\1(?!`)",
        r"(?<!\\)\$\$.*?(?<!\\)\$\$",
        r"(?s:\\\[(?!@).*?\\\])",
        rf"\\\({_PARAGRAPH}*?\\\)",
        rf"(?<![\\$])\$(?=\S){_PARAGRAPH}*?(?<=\S)(?<!\\)\$(?![\d$])",
        r"<(pre|code|script|style)\b.*?</\1>",
        r"</?[A-Za-z][^<>]*>",
    )
]
_IMAGE_OR_TARGET = re.compile(
    r"!\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]\((?:[^()\n]|\([^()\n]*\))*\)"
    r"|\]\((?:[^()\n]|\([^()\n]*\))*\)"
)
_MARKER = re.compile(r"[ \t]*(?:[-*+>#|]+|\d+[.)])?[ \t]*")


def _mask(markdown: str) -> tuple[str, list[int]]:
    """Blank out what is not prose, length and lines kept.

    Also return the positions of citations in link targets and images.
    """
    text = _mask_fences(markdown)
    for pattern in _PROTECTED:
        text = pattern.sub(lambda match: _blank(match[0]), text)
    misplaced = [
        match.start() + match[0].index("[@")
        for match in _IMAGE_OR_TARGET.finditer(text)
        if "[@" in match[0]
    ]
    # The "]" of a link stays, so that [@name](address) is still a link.
    text = _IMAGE_OR_TARGET.sub(
        lambda match: match[0][:2] + _blank(match[0][2:]), text
    )
    return text, misplaced


def _mask_fences(markdown: str) -> str:
    lines = []
    mark = ""
    for line in markdown.splitlines(keepends=True):
        if mark:
            rest = line.strip(" \t>\r\n")
            if rest.startswith(mark) and not rest.strip(mark[0]):
                mark = ""
            line = _blank(line)
        elif opening := _opening_fence(line):
            mark = opening
            line = _blank(line)
        lines.append(line)
    return "".join(lines)


def _opening_fence(line: str) -> str:
    """Return the fence's mark; "" if the line opens none."""
    match = _FENCE.match(line)
    if not match or (match["mark"][0] == "`" and "`" in line[match.end() :]):
        return ""  # ```code``` in one line is a code span
    return match["mark"]


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", "\0", text)


def _keys_of(body: str) -> list[str] | None:
    matches = [_ONE_KEY.fullmatch(part.strip()) for part in body.split(";")]
    keys = [match[1] for match in matches if match]
    return keys if len(keys) == len(matches) else None


def _unknown(key: str, bibliography: Bibliography) -> str:
    near = _nearest(key, bibliography.works)
    if near:
        return (
            f"unknown citation @{key}; did you mean @{near}? "
            f"({bibliography.path})"
        )
    return (
        f"unknown citation @{key}; add the work to {bibliography.path} "
        "or correct the key"
    )


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.lower(), list(known), n=1)
    return near[0] if near else ""


def _close_up(markdown: str, position: int, before: str) -> str:
    """Drop the space before a note's number, unless it follows a marker."""
    line = markdown[markdown.rfind("\n", 0, position) + 1 : position]
    if (line.strip() and _MARKER.fullmatch(line)) or line.rstrip().endswith(
        "|"
    ):
        return before
    closed = before.rstrip(" \n")
    # A citation may begin a line, but not a paragraph.
    return closed if before[len(closed) :].count("\n") < 2 else before


def _footnote(work: Work, annotated_at: str) -> str:
    text = f"[^{work.key}]: {reference_markdown(work)}"
    if annotated_at:
        text += f" [Our note]({annotated_at}#ref-{work.key})."
    return text


# Showing -------------------------------------------------------------


@cache  # reading TeX is slow, and a site being served is built often
def _plain(value: str) -> str:
    """TeX to Unicode."""
    text = str(Text.from_latex(value)) if value else ""
    text = re.sub(r"\\([$%&#_])", r"\1", text)
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def _fold(text: str) -> str:
    """Small letters a-z, digits and single spaces, for comparing."""
    text = text.lower().replace("ł", "l").replace("ø", "o")
    text = unicodedata.normalize("NFKD", text).replace("ß", "ss")
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def _names(work: Work) -> list[str]:
    value = work.fields.get("author") or work.fields.get("editor") or ""
    # " and " inside braces belongs to a name: {Barnes and Noble}.
    names, depth, current = [], 0, ""
    for part in re.split(r"([{}]|\s+and\s+)", value):
        depth += {"{": 1, "}": -1}.get(part, 0)
        if depth == 0 and part.strip() == "and":
            names.append(current.strip())
            current = ""
        else:
            current += part
    names.append(current.strip())
    return [name for name in names if name]


def _full_name(name: str) -> str:
    person = Person(name)
    parts = (
        *person.first_names,
        *person.middle_names,
        *person.prelast_names,
        *person.last_names,
        *person.lineage_names,
    )
    return _plain(" ".join(parts))


def _sort_name(work: Work) -> str:
    names = _names(work)
    if not names:
        return ""
    person = Person(names[0])
    given = " ".join((*person.first_names, *person.middle_names))
    return _fold(_plain(" ".join(person.last_names) + " " + given))


def _family(work: Work) -> str:
    names = _names(work)
    return _plain(" ".join(Person(names[0]).last_names)) if names else ""


def _joined(people: Sequence[str]) -> str:
    if len(people) < 2:
        return "".join(people)
    return ", ".join(people[:-1]) + " and " + people[-1]


def _venue(work: Work) -> str:
    """Where it appeared: journal, volume and pages, or publisher."""
    text = work.text
    if work.type == "article":
        number = f"({text('number')})" if "number" in work.fields else ""
        volume = text("volume") + number
        parts = [text("journal"), volume, text("pages")]
    elif work.type in ("inproceedings", "incollection"):
        pages = text("pages")
        parts = [
            "In " + text("booktitle"),
            text("series"),
            f"pages {pages}" if pages else "",
            text("publisher"),
        ]
    else:
        edition = text("edition")
        parts = [
            f"{edition} edition" if edition else "",
            text("publisher") or text("school") or text("institution"),
            text("howpublished"),
        ]
        if work.type == "phdthesis":
            parts.insert(0, "PhD thesis")
    return ", ".join(part for part in parts if part)


def _reference(
    work: Work,
    escape: Callable[[str], str],
    opening: str,
    closing: str,
    links: Sequence[str],
) -> str:
    title = work.text("title")
    stop = "" if title.endswith(("?", "!")) else "."
    parts = [
        f"{escape(_joined(work.people))} ({escape(work.text('year'))}).",
        f"{opening}{escape(title)}{closing}{stop}",
    ]
    if venue := _venue(work):
        parts.append(f"{escape(venue)}.")
    if note := work.text("note"):
        parts.append(f"{escape(note.rstrip('.'))}.")
    if links:
        parts.append(", ".join(links) + ".")
    return " ".join(parts)


def _md(text: str) -> str:
    """Escape for Markdown by entities, which every extension lets be."""
    return re.sub(
        r"[\\`*_{}\[\]<>#|~^=$&+@\"]",
        lambda match: f"&#{ord(match[0])};",
        text,
    )


def _entry(
    work: Work,
    cited_in: Sequence[tuple[str, str]],
    chapters: Mapping[int, tuple[str, str]],
) -> str:
    esc = html.escape
    data = {
        "year": work.text("year"),
        "author": _sort_name(work),
        "level": work.text("level"),
        "kind": work.text("kind"),
        "keywords": "|".join(work.words("keywords")),
        "chapters": " ".join(map(str, work.chapters)),
    }
    attributes = "".join(f' data-{n}="{esc(v)}"' for n, v in data.items())
    facts = (
        f"{work.text('level').capitalize()} · {work.text('kind')} · "
        + ", ".join(work.words("keywords"))
    )
    lines = [
        f'<li class="bib-entry" id="ref-{esc(work.key)}"{attributes}>',
        f'<p class="bib-reference">{reference_html(work)}</p>',
        f'<p class="bib-annotation">{esc(work.text("annotation"))}</p>',
        f'<p class="bib-facts">{esc(facts)}</p>',
    ]
    if work.chapters:
        word = "chapter" if len(work.chapters) == 1 else "chapters"
        numbers = ", ".join(_chapter(n, chapters) for n in work.chapters)
        lines.append(f'<p class="bib-facts">Serves {word} {numbers}</p>')
    if cited_in:
        pages = ", ".join(
            f'<a href="{esc(url)}">{esc(title)}</a>' for title, url in cited_in
        )
        lines.append(f'<p class="bib-facts">Cited in {pages}</p>')
    lines += [
        '<details class="bib-source">',
        f"<summary>BibTeX <code>{esc(work.key)}</code></summary>",
        f'<pre class="no-copy">{esc(bibtex(work), quote=False)}</pre>',
        '<button type="button" class="bib-copy" hidden>Copy BibTeX</button>',
        "</details>",
        "</li>",
    ]
    return "\n".join(lines)


def _chapter(number: int, chapters: Mapping[int, tuple[str, str]]) -> str:
    if number not in chapters:
        return str(number)
    title, url = chapters[number]
    return (
        f'<a href="{html.escape(url)}" title="{html.escape(title)}"'
        f' data-chapter="{number}">{number}</a>'
    )
