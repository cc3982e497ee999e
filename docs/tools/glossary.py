"""The glossary: read it, check it, and link its terms where they stand.

An entry of ``resources/glossary.md`` looks like this::

    ### Loss { #loss }

    Also: losses, loss value

    A number that says how wrong the network is; smaller is better.

    More about it, as long as it likes.

The line ``Also:`` names the other forms that are recognised in a text. It
may be left out. ``Linked as:`` in its place means that the forms it names
are recognised and the heading is not, which helps with words that mean
many things. A comment ``<!-- not in: target audience -->`` names phrases in
which the term means something else. The first paragraph after these is the
definition: one sentence of plain text, because it becomes the tooltip.

A term becomes a link to its entry whose ``title`` is the definition. A link
can be reached by keyboard and by touch, and it works without JavaScript;
``<abbr>`` is neither focusable nor tappable.
"""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from problems import Problem

LONGEST_DEFINITION = 160

# A word, with what hyphens tie to it, so that "layer" is not found in
# "two-layer"; a hyphen may be U+2010 or U+2011 as well.
WORD = r"\w+(?:[-\u2010\u2011]\w+)*"


@dataclass(frozen=True)
class Term:
    """One entry of the glossary.

    Parameters
    ----------
    name : str
        The heading.
    anchor : str
        The heading's id.
    forms : tuple of str
        What is recognised in a text.
    definition : str
        One sentence of plain text, the tooltip.
    line : int
        Line of the heading, counted from 1.
    exceptions : tuple of str
        Phrases in which no form is recognised.
    """

    name: str
    anchor: str
    forms: tuple[str, ...]
    definition: str
    line: int
    exceptions: tuple[str, ...] = ()


# --- Reading and checking ---------------------------------------------------

GROUP = re.compile(r"## +(?P<letter>\S+?) *$")
ENTRY = re.compile(r"### +(?P<name>.+?) *\{ *#(?P<anchor>[a-z0-9-]+) *\} *$")
FORMS = re.compile(r"(?P<kind>Also|Linked as): (?P<forms>.+)$")
FORMS_START = ("Also: ", "Linked as: ")
LIKE_FORMS = re.compile(r"(?i)(also|linked(\s+as)?|forms?)\s*[:;.=-]")
EXCEPTIONS = re.compile(r"<!-- not in: (?P<forms>.+) -->$")
FENCE = re.compile(r"(```|~~~)")
MARKUP = re.compile(r"[$*\\<>\[\]]|https?:|(?<!\w)_|_(?!\w)")


def load(path: Path) -> list[Term]:
    """Return the entries of the glossary at `path` that are complete."""
    return _read(path, path.as_posix())[0]


def problems(path: Path, root: Path | None = None) -> list[Problem]:
    """Return what is wrong with the glossary at `path`, by line.

    Parameters
    ----------
    path : pathlib.Path
        The glossary's source.
    root : pathlib.Path, optional
        The repository's root, from which the problems name `path`; without
        it they name `path` as it was given.
    """
    shown = (
        path if root is None else path.resolve().relative_to(root.resolve())
    )
    return sorted(_read(path, shown.as_posix())[1])


def _read(path: Path, shown: str) -> tuple[list[Term], list[Problem]]:
    """Return the complete entries, and what is wrong, in one pass."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found: list[Problem] = []
    terms: list[Term] = []
    letter = ""
    group = before = ("", "")  # (sort key, name) of the last H2 and H3

    def complain(line: int, message: str) -> None:
        found.append(Problem(shown, line, message))

    for line, text in _headings(lines):
        if match := GROUP.match(text):
            letter, name = match["letter"], match["letter"]
            if group[0] >= _sort_key(letter):
                complain(line, f"{name} stands after {group[1]}; move it up")
            group = (_sort_key(letter), name)
            continue
        if not text.startswith("### "):
            continue
        match = ENTRY.match(text)
        if match is None:
            mend = "write ### Term { #anchor }, the anchor in a-z, 0-9 and -"
            complain(line, f"the heading has no anchor; {mend}")
            continue
        name = match["name"]
        key = _sort_key(name)
        if before[0] > key:
            complain(line, f"{name} stands after {before[1]}; move it up")
        before = (key, name)
        if not key.startswith(letter.casefold() or "-"):
            where = f"under {letter}" if letter else "before the first letter"
            complain(line, f"{name} stands {where}; move it to its letter")
        paragraphs = list(_paragraphs(lines, line))
        terms += _entry(name, match["anchor"], line, paragraphs, complain)
    _check_unique(terms, complain)
    return terms, found


def _sort_key(name: str) -> str:
    """Return what orders `name`: hyphens count as spaces, case does not."""
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def _headings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the H2 and H3 outside fences with their lines, from 1."""
    fenced = False
    for line, text in enumerate(lines, start=1):
        if FENCE.match(text):
            fenced = not fenced
        if not fenced and text.startswith(("## ", "### ")):
            yield line, text.rstrip()


def _paragraphs(lines: list[str], after: int) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs below the heading in line `after`."""
    paragraph: list[str] = []
    for line, text in enumerate([*lines[after:], ""], start=after + 1):
        heading = text.startswith("#")
        if text.strip() and not heading:
            paragraph.append(text.strip())
            continue
        if paragraph:
            yield line - len(paragraph), " ".join(paragraph)
        if heading:
            return
        paragraph = []


def _entry(
    name: str,
    anchor: str,
    heading: int,
    paragraphs: list[tuple[int, str]],
    complain: Callable[[int, str], None],
) -> list[Term]:
    """Return the entry, or nothing if it has no definition."""
    forms, exceptions = [name], list[str]()
    if paragraphs and LIKE_FORMS.match(paragraphs[0][1]):
        line, text = paragraphs.pop(0)
        match, listed = _listed(FORMS, text)
        if not listed:
            mend = 'write "Also: one form, another form", without a full stop'
            complain(line, f"the forms of {name} cannot be read; {mend}")
        also = match is None or match["kind"] == "Also"
        forms = forms + listed if also else listed
        for form in _repeated(forms):
            complain(line, f'{name} has the form "{form}" twice; drop one')
    if paragraphs and paragraphs[0][1].startswith("<!--"):
        line, text = paragraphs.pop(0)
        exceptions = _listed(EXCEPTIONS, text)[1]
        if not exceptions:
            mend = 'write "<!-- not in: a phrase, another phrase -->"'
            complain(line, f"the comment on {name} cannot be read; {mend}")
    if not paragraphs:
        complain(heading, f"{name} has no definition; write one sentence")
        return []
    line, definition = paragraphs[0]
    for message in _definition_faults(name, forms, definition):
        complain(line, message)
    plain = definition.replace("`", "")
    known = tuple(dict.fromkeys(forms))
    return [Term(name, anchor, known, plain, heading, tuple(exceptions))]


def _listed(
    pattern: re.Pattern[str], text: str
) -> tuple[re.Match[str] | None, list[str]]:
    """Return the match, and the forms in it if all of them are words."""
    match = pattern.match(text)
    listed = match["forms"].split(", ") if match else []
    words = re.compile(rf"{WORD}(?: {WORD})*")
    return match, listed if all(map(words.fullmatch, listed)) else []


def _repeated(forms: list[str]) -> list[str]:
    keys = [form.casefold() for form in forms]
    return [f for n, f in enumerate(forms) if f.casefold() in keys[:n]]


def _definition_faults(
    name: str, forms: list[str], definition: str
) -> Iterator[str]:
    """Yield what is wrong with a definition."""
    plain = definition.replace("`", "")
    if len(plain) > LONGEST_DEFINITION:
        yield (
            f"the definition of {name} has {len(plain)} characters, expected"
            f" {LONGEST_DEFINITION} at most; move the rest to a second"
            " paragraph"
        )
    if MARKUP.search(definition):
        yield (
            f"the definition of {name} holds markup, and a tooltip is plain"
            " text; move it to a second paragraph"
        )
    if not definition.endswith((".", "?", "!")):
        yield f"the definition of {name} is no sentence; end it with a stop"
    own = Index([Term(name, "", tuple(forms), "", 0)])
    if used := [plain[start:end] for start, end, _ in own.find(plain)]:
        yield (
            f'the definition of {name} says "{used[0]}", so it goes in a'
            " circle; say it in other words"
        )


def _check_unique(
    terms: list[Term], complain: Callable[[int, str], None]
) -> None:
    """Complain of what two entries claim."""
    anchors: dict[str, Term] = {}
    names: dict[str, Term] = {}
    forms: dict[str, Term] = {}
    for term in terms:
        first = anchors.setdefault(term.anchor, term)
        if first is not term:
            complain(
                term.line,
                f"#{term.anchor} is the anchor of {first.name} (line"
                f" {first.line}) as well; choose another",
            )
        first = names.setdefault(term.name.casefold(), term)
        if first is not term:
            complain(
                term.line,
                f"{term.name} is in line {first.line} as well; keep one",
            )
            continue
        for form in term.forms:
            first = forms.setdefault(form.casefold(), term)
            if first is not term:
                complain(
                    term.line,
                    f'"{form}" is a form of {first.name} (line {first.line})'
                    f" and of {term.name}; keep it with one",
                )


# --- Finding ----------------------------------------------------------------

# Beside words, the places where Python-Markdown has stashed raw HTML.
TOKEN = re.compile("\x02wzxhzdk:(?P<stash>[0-9]+)\x03|" + WORD)
OPENING = re.compile(r"\s*<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)")


class Index:
    """Finds terms in a text, the longest form first.

    Forms with a capital after the first letter (SGD, ReLU) are found as they
    are written, others in any case. The words of a form may be parted by any
    white space, a line break included.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._forms: dict[str, list[tuple[list[str], bool, Term | None]]] = {}
        for term in terms:
            for form in term.forms:
                self._add(form, term)
            for phrase in term.exceptions:
                self._add(phrase, None)
        for same_start in self._forms.values():
            same_start.sort(key=lambda entry: -len(entry[0]))

    def _add(self, form: str, term: Term | None) -> None:
        words = form.split()
        exact = form[1:] != form[1:].lower()
        if not exact:
            words = [_fold(word) for word in words]
        same_start = self._forms.setdefault(_fold(words[0]), [])
        same_start.append((words, exact, term))

    def find(self, text: str) -> list[tuple[int, int, Term]]:
        """Return where terms stand in `text`: start, end, term."""
        found = []
        tokens = list(TOKEN.finditer(text))
        n = 0
        while n < len(tokens):
            width = 1
            for words, exact, term in self._forms.get(_fold(tokens[n][0]), ()):
                run = tokens[n : n + len(words)]
                if _is_run(text, run, words, exact):
                    if term is not None:
                        found.append((run[0].start(), run[-1].end(), term))
                    width = len(words)
                    break
            n += width
        return found


def _fold(word: str) -> str:
    return word.casefold().replace("\u2010", "-").replace("\u2011", "-")


def _is_run(
    text: str, run: list[re.Match[str]], words: list[str], exact: bool
) -> bool:
    """Return whether the tokens of `run` are `words`, side by side."""
    written = [token[0] if exact else _fold(token[0]) for token in run]
    return written == words and all(
        text[one.end() : other.start()].isspace()
        for one, other in pairwise(run)
    )


# --- Marking ----------------------------------------------------------------

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# A table, a figure or a definition list inside a list item is not the item's
# own text, so that only these tags pass on that a text may be marked.
INLINE = frozenset({"em", "strong", "b", "i", "span", "mark", "del", "ins"})
SKIPPED_TAGS = HEADINGS | {
    *("a", "abbr", "button", "label", "summary"),  # already do something
    *("code", "kbd", "math", "pre", "samp", "script", "style", "svg", "var"),
    *("caption", "figcaption", "sub", "sup"),
}
SKIPPED_CLASSES = frozenset(
    {
        *("arithmatex", "highlight"),
        *("admonition-title", "footnote", "forms", "headerlink", "toc"),
        "no-terms",
    }
)


def page_source(md: Markdown) -> str | None:
    """Return the source path of the page that `md` converts, if it is known.

    MkDocs, and Material's blog for its excerpts, registers a processor named
    ``relpath`` that holds the page's file.
    """
    if "relpath" not in md.treeprocessors:
        return None
    file = getattr(md.treeprocessors["relpath"], "file", None)
    source = getattr(file, "src_uri", None)
    return source if isinstance(source, str) else None


class GlossaryExtension(Extension):
    """Link the first occurrence of each term to its entry.

    Only the text of paragraphs and list items is marked, and in it neither
    links, code, mathematics nor what has the class ``no-terms``.

    Parameters
    ----------
    terms : iterable of Term
        What to look for.
    url : str
        Source path of the glossary, from the docs folder. Links are written
        relative to the page, so that MkDocs checks them and makes them
        addresses.
    scope : {"section", "page"}
        Whether "first" starts again at every H2, or holds for the page.
    exclude : collection of str
        Source paths (or patterns of them) of pages that are left alone.
    source : callable
        Tells the source path of the page that a Markdown instance converts;
        where it tells None, `url` is used as it stands.
    """

    def __init__(
        self,
        terms: Iterable[Term],
        url: str = "resources/glossary.md",
        *,
        scope: Literal["section", "page"] = "section",
        exclude: Collection[str] = (),
        source: Callable[[Markdown], str | None] = page_source,
    ) -> None:
        super().__init__()
        terms = list(terms)
        self.index = Index(terms)
        self.anchors = frozenset(term.anchor for term in terms)
        self.url = url
        self.scope = scope
        self.exclude = tuple(exclude)
        self.source = source

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processor.

        It comes after headings have their anchors and captions are made
        (4 and more), and before MkDocs checks the links (1, 0).
        """
        md.treeprocessors.register(Marker(md, self), "glossary", 3)


class Marker(Treeprocessor):
    """Walks through one page and puts the links in."""

    def __init__(self, md: Markdown, glossary: GlossaryExtension) -> None:
        super().__init__(md)
        self.glossary = glossary

    def run(self, root: Element) -> None:
        """Mark the terms below `root`, in place."""
        page = self.glossary.source(self.md)
        if page and any(fnmatch(page, p) for p in self.glossary.exclude):
            return
        self.home = page == self.glossary.url
        self.seen: set[str] = set()
        self.entry = ""  # the entry that we are in, on the glossary's page
        self.target = self.glossary.url
        if self.home:
            self.target = ""
        elif page:
            folder = posixpath.dirname(page)
            self.target = posixpath.relpath(self.glossary.url, folder)
        self._walk(root, False)

    def _walk(self, element: Element, marking: bool) -> None:
        """Mark the terms in `element`, whose own text counts if `marking`."""
        tag = element.tag if isinstance(element.tag, str) else "script"
        if tag in HEADINGS:
            self._start(element)
        elif self.home and (element.text or "").startswith(FORMS_START):
            element.set("class", "forms")
        classes = SKIPPED_CLASSES.intersection(
            element.get("class", "").split()
        )
        if tag in SKIPPED_TAGS or classes:
            return
        if tag in ("p", "li"):
            marking = True
            self.raw_depth = 0  # in how many raw elements to be skipped
        elif tag not in INLINE:
            marking = False
        children: list[Element] = []
        if marking:
            element.text, children = self._mark(element.text)
        for child in list(element):
            self._walk(child, marking)
            children.append(child)
            if marking:
                child.tail, links = self._mark(child.tail)
                children += links
        element[:] = children

    def _start(self, heading: Element) -> None:
        """Begin a section; each entry of the glossary is one."""
        if self.home:
            self.entry = heading.get("id", "")
            self.seen.clear()
            if self.entry in self.glossary.anchors:
                heading.set("class", "entry")
        elif self.glossary.scope == "section" and heading.tag in ("h1", "h2"):
            self.seen.clear()

    def _mark(self, text: str | None) -> tuple[str | None, list[Element]]:
        """Return the text before the first link, and the links with tails."""
        if not text or isinstance(text, AtomicString):
            return text, []
        links: list[Element] = []
        head, done = text, 0
        for start, end, term in self._visible(text):
            if term.anchor in self.seen or term.anchor == self.entry:
                continue
            self.seen.add(term.anchor)
            link = Element(
                "a",
                {
                    "class": "term",
                    "href": f"{self.target}#{term.anchor}",
                    "title": term.definition,
                },
            )
            link.text = AtomicString(text[start:end])
            if links:
                links[-1].tail = text[done:start]
            else:
                head = text[:start]
            links.append(link)
            done = end
        if links:
            links[-1].tail = text[done:]
        return head, links

    def _visible(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Yield the terms of `text` that stand in no raw link or code."""
        found = self.glossary.index.find(text)
        if "\x02wzxhzdk:" not in text:
            yield from found if not self.raw_depth else ()
            return
        stashes = [m for m in TOKEN.finditer(text) if m["stash"]]
        for start, end, term in found:
            while stashes and stashes[0].start() < start:
                self._pass(int(stashes.pop(0)["stash"]))
            if not self.raw_depth:
                yield start, end, term
        for stash in stashes:
            self._pass(int(stash["stash"]))

    def _pass(self, stash: int) -> None:
        """Take note of the raw tag that is kept under this number."""
        raw = self.md.htmlStash.rawHtmlBlocks[stash]
        if not isinstance(raw, str) or not (match := OPENING.match(raw)):
            return
        if match["tag"].lower() not in SKIPPED_TAGS:
            return
        if match["end"]:
            self.raw_depth = max(0, self.raw_depth - 1)
        elif f"</{match['tag']}" not in raw and raw[-2:] != "/>":
            self.raw_depth += 1
