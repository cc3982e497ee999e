"""What an entry of the .bib must be."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from problems import Problem
from words import fold

from .bib import Bibliography, Work, decoded, parts

LEVELS = ("beginner", "intermediate", "advanced")
KINDS = ("paper", "book", "course", "talk", "code", "web")
# What an entry of each type must have; "a|b" means one of them.
REQUIRED = {
    "article": ("author", "title", "journal", "year"),
    "book": ("author|editor", "title", "publisher", "year"),
    "incollection": ("author", "title", "booktitle", "publisher", "year"),
    "inproceedings": ("author", "title", "booktitle", "year"),
    "misc": ("author", "title", "year", "url|doi|eprint"),
    "phdthesis": ("author", "title", "school", "year"),
    "techreport": ("author", "title", "institution", "year"),
}
OURS = ("annotation", "keywords", "level", "kind", "chapters")
SHAPES = {
    "doi": (r"10\.\d{4,9}/[^\s{}\"\\]+", "10.nnnn/rest, without an address"),
    "eprint": (
        r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}",
        "nnnn.nnnnn or archive/nnnnnnn",
    ),
    "archiveprefix": ("arXiv", "arXiv"),
    "url": (
        r"https://[\w-]+(\.[\w-]+)+(:\d+)?(/[^\s{}\"<>\\^`|]*)?",
        "a whole https:// address",
    ),
    "year": (r"[12]\d{3}", "four digits"),
}
NO_TEX = {*SHAPES, *OURS[1:]}
SENTENCE_END = re.compile(r"[.!?][\"'”’)]*(?=\s+[\"'“‘(]*[A-Z0-9]|$)")
# Of a name, with x for what stands in braces.
MIXED = (
    (r"[;&]|\bet al\b", "people are parted by the word and"),
    (r"(^|,)\s*(,|$)|(?i:^and\b|\band$)", "a name is missing"),
    (r",.*,.*,|,(?!\s*([JS]r\.?|[IVX]+)\s*,).*,", "a comma too many"),
    ("^others$", "others come last"),
)

Faults = Iterator[tuple[str, str]]  # (field, message)


def problems(read: Bibliography, last_chapter: int) -> list[Problem]:
    """Return every fault of a .bib, sorted by line.

    Parameters
    ----------
    read : Bibliography
    last_chapter : int
        The highest number that ``chapters`` may name.
    """
    found = list(read.broken)
    if not read.keywords and (read.entries or not found):
        message = (
            "no list of keywords; begin the file with a comment "
            '"% keywords: one, two"'
        )
        found.append(Problem(read.path, 1, message))
    choices = {
        "level": LEVELS,
        "kind": KINDS,
        "keywords": read.keywords,
        "chapters": tuple(str(n + 1) for n in range(last_chapter)),
    }
    first: dict[tuple[str, str], Work] = {}
    for work in read.entries:
        for faults in (
            _fields(work, choices),
            _key(work),
            _people(work),
            _texts(work),
            _again(work, first),
        ):
            for field, message in faults:
                line = work.lines.get(field, work.line)
                message = f"{work.key}: {message}"
                found.append(Problem(read.path, line, message))
    return sorted(set(found))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint at the known word that is meant, "" if none is like it."""
    near = get_close_matches(word.lower(), list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _fields(work: Work, choices: dict[str, tuple[str, ...]]) -> Faults:
    """Yield what is missing or malformed."""
    if work.type not in REQUIRED:
        known = ", ".join(REQUIRED)
        yield "", f"type @{work.type} is not used here; use one of {known}"
    for needed in (*REQUIRED.get(work.type, ()), *OURS):
        if not any(map(work.fields.get, names := needed.split("|"))):
            yield "", f"field {' or '.join(names)} is missing; add it"
    for name, (shape, mend) in SHAPES.items():
        value = work.fields.get(name)
        if value and not re.fullmatch(shape, value):
            yield name, f"{name} {value!r} is malformed; write {mend}"
    for name, among in choices.items():
        for word in work.words(name):
            if among and word not in among:
                few = among if len(among) < 9 else (among[0], "…", among[-1])
                hint = nearest(word, among) * (name == "keywords")
                hint = hint or f"; use {' '.join(few)}"
                yield name, f"unknown {name} {word!r}{hint}"
    if "eprint" in work.fields and "archiveprefix" not in work.fields:
        yield "eprint", "an eprint needs archiveprefix = {arXiv} beside it"


def _key(work: Work) -> Faults:
    match = re.fullmatch(r"([a-z]+)(\d{4})[a-z]?", work.key)
    if not match:
        yield "", "a key is the family name and the year, as lecun1998b"
        return
    if match[2] != (year := work.fields.get("year", match[2])):
        yield "year", f"the key says {match[2]} and the field year {year}"
    if work.persons:
        family = fold(work.family).replace(" ", "")
        prefix = fold(decoded(parts(work.first, "prelast"))).replace(" ", "")
        group = parts(work.first, "last").startswith("{")
        if match[1] not in (family, prefix + family) and not (
            group and family.startswith(match[1])
        ):
            yield (
                "author" if "author" in work.fields else "editor",
                "the key does not begin with the first author's family "
                f"name; expected {family}",
            )


def _people(work: Work) -> Faults:
    """Yield names that are not one person's."""
    *some, last = work.names or [""]
    for name in (*some, last.removesuffix("others") or "x"):
        bare = name
        while bare != (bare := re.sub(r"\{[^{}]*\}", "x", bare)):
            pass  # what is in braces belongs together
        for pattern, fault in MIXED:
            if re.search(pattern, bare):
                yield (
                    "author" if work.fields.get("author") else "editor",
                    f"cannot tell the people apart at {name!r}: {fault}; "
                    "write Family, Given and Family, Given and others, a "
                    "group in {}",
                )
                break


def _texts(work: Work) -> Faults:
    """Yield TeX that a page would show or swallow, and no two sentences."""
    for name, value in work.fields.items():
        if name in NO_TEX:
            continue
        if eaten := re.search(r"(\\[A-Za-z]+)\s", value):
            mend = f"write {{{eaten[1]}}}"
            yield name, f"{eaten[1]} takes the space after it; {mend}"
        left = re.sub(r"\\[$%&#_]", "", value)
        if "$" in left or re.search(r"[\\{}\xad]", decoded(left)):
            yield (
                name,
                f"{name} holds TeX that cannot be read, and would be shown "
                f"as {decoded(value)!r:.60}; write the letters themselves",
            )
    if annotation := work.text("annotation"):
        ends = [m.end() for m in SENTENCE_END.finditer(annotation)]
        if len(ends) != 2 or ends[-1] != len(annotation):
            yield (
                "annotation",
                f"the annotation has {len(ends)} whole sentences, expected "
                "two: what it gives, when to read it",
            )


def _again(work: Work, first: dict[tuple[str, str], Work]) -> Faults:
    """Yield what another work has as well."""
    # Two works may be called "Deep Learning"; not by the same author.
    title = f"{fold(work.text('title'))} / {fold(work.family)}"
    for what, value in (
        *((name, work.fields.get(name)) for name in ("doi", "eprint", "url")),
        ("title", title if work.text("title") else ""),
        ("key", work.key),
    ):
        if value:
            value = value.lower().rstrip("/")
            other = first.setdefault((what, value), work)
            if other is not work:
                where = f"{other.key} on line {other.line}"
                yield what, f"same {what} as {where}; keep one"
