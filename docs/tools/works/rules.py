"""What keeps a wrong reference from a reader.

How we write entries and annotations, the tests ask of our own file.
"""

import re
from collections.abc import Iterator

from pybtex.database import InvalidNameString, Person

from problems import Problem

from .bib import Bibliography, Work, decoded

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
# Fields that hold no TeX, and what they must look like.
SHAPES = {
    "doi": r"10\.\d{4,9}/[^\s{}\"\\]+",
    "eprint": r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}",
    "archiveprefix": "arXiv",
    "url": r"https://[\w-]+(\.[\w-]+)+(:\d+)?(/[^\s{}\"<>\\^`|]*)?",
    "year": r"[12]\d{3}",
}
# In a name, with x for what stands in braces: more than one person, nobody,
# a comma too many, "others" in the midst.
MIXED = re.compile(
    r"[;&]|\bet al\b|(^|,)\s*(,|$)|^(?i:and)\b|\b(?i:and)$"
    r"|,.*,.*,|,(?!\s*([JS]r\.?|[IVX]+)\s*,).*,|^others$"
)


def problems(read: Bibliography) -> list[Problem]:
    """Return every fault of a .bib, sorted by line."""
    return sorted(
        {
            Problem(read.path, work.line, f"{work.key}: {message}")
            for faults in (_fields, _people, _texts)
            for work in read.entries
            for message in faults(work)
        }
        | set(_again(read))
    )


def _fields(work: Work) -> Iterator[str]:
    """Yield what is missing or malformed."""
    if work.type not in REQUIRED:
        known = ", ".join(REQUIRED)
        yield f"type @{work.type} is not used here; use one of {known}"
    for needed in REQUIRED.get(work.type, ()):
        if not any(map(work.fields.get, names := needed.split("|"))):
            yield f"field {' or '.join(names)} is missing; add it"
    for name, shape in SHAPES.items():
        value = work.fields.get(name)
        if value and not re.fullmatch(shape, value):
            yield f"{name} {value!r} is malformed, expected {shape}"
    if "eprint" in work.fields and "archiveprefix" not in work.fields:
        yield "an eprint needs archiveprefix = {arXiv} beside it"


def _people(work: Work) -> Iterator[str]:
    """Yield names that are not one person's."""
    *some, last = work.names or [""]
    for name in (*some, last.removesuffix("others") or "x"):
        bare = name
        while bare != (bare := re.sub(r"\{[^{}]*\}", "x", bare)):
            pass  # what is in braces belongs together
        try:
            Person(name)
            mixed = bool(MIXED.search(bare))
        except InvalidNameString:
            mixed = True
        if mixed:
            yield (
                f"cannot tell the people apart at {name!r}; write Family, "
                "Given and Family, Given and others, a group in {}"
            )


def _texts(work: Work) -> Iterator[str]:
    """Yield TeX that a page would show, or that swallows a space."""
    for name in work.fields.keys() - SHAPES.keys():
        value = work.fields[name]
        left = re.sub(r"\\[$%&#_]", "", value)
        if (
            "$" in left
            or re.search(r"\\[A-Za-z]+\s", value)
            or re.search(r"[\\{}\xad]", decoded(left))
        ):
            yield (
                f"{name} holds TeX that would be shown as "
                f"{decoded(value)!r:.60}; write the letters themselves"
            )


def _again(read: Bibliography) -> Iterator[Problem]:
    """Yield what another work has as well."""
    first: dict[tuple[str, str], Work] = {}
    for work in read.entries:
        # Two works may be called "Deep Learning"; not by the same author.
        title = f"{work.text('title')} / {work.sort_name}"
        had = {**work.fields, "title": title, "key": work.key}
        for what in ("key", "doi", "eprint", "url", "title"):
            value = had.get(what, "").lower().rstrip("/")
            other = first.setdefault((what, value), work)
            if value and other is not work:
                where = f"{other.key} on line {other.line}"
                message = f"{work.key}: same {what} as {where}; keep one"
                yield Problem(read.path, work.line, message)
