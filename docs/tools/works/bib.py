"""Read a .bib: its works, the lines that they stand on, what breaks it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import quote

from pybtex.bibtex.utils import split_name_list
from pybtex.database import InvalidNameString, Person
from pybtex.database.input.bibtex import LowLevelParser, month_names
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

import text
from problems import Problem
from words import fold

NAME = ("first", "middle", "prelast", "last", "lineage")


@cache  # reading TeX is slow, and a site being served is built often
def decoded(value: str) -> str:
    """Return TeX as Unicode, what cannot be read left as it is.

    >>> decoded(r"Kukie{\\l}a costs \\$5")
    'Kukieła costs $5'
    """
    with suppress(ValueError):
        value = str(Text.from_latex(value)) if value else ""
    return " ".join(re.sub(r"\\([$%&#_])", r"\1", value).split())


def parts(person: Person, *names: str) -> str:
    """Return parts of a person's name, as written."""
    return " ".join(word for name in names for word in person.get_part(name))


@dataclass(frozen=True)
class Work:
    """One entry: its fields as written, and the lines that they begin on."""

    key: str
    type: str
    fields: Mapping[str, str]
    line: int
    lines: Mapping[str, int]

    def text(self, name: str) -> str:
        """Return the field in Unicode, without TeX; "" if absent."""
        return decoded(self.fields.get(name, ""))

    def words(self, name: str) -> tuple[str, ...]:
        """Return the parts of a comma separated field."""
        parts = self.fields.get(name, "").split(",")
        return tuple(part.strip() for part in parts if part.strip())

    @property
    def names(self) -> list[str]:
        """Authors, or else editors, as written."""
        value = self.fields.get("author") or self.fields.get("editor") or ""
        return list(split_name_list(value))

    @cached_property
    def persons(self) -> list[Person]:
        """Those whose names can be read."""
        found = []
        for name in self.names:
            with suppress(InvalidNameString):
                found.append(Person(name))
        return found

    @property
    def people(self) -> list[str]:
        """Their names in Unicode, given name first."""
        return [decoded(parts(person, *NAME)) for person in self.persons]

    @property
    def first(self) -> Person:
        """The first of them."""
        return self.persons[0] if self.persons else Person()

    @property
    def family(self) -> str:
        return decoded(parts(self.first, "last"))

    @property
    def sort_name(self) -> str:
        """What sorts the work among others of its year."""
        given = decoded(parts(self.first, "first", "middle"))
        return fold(f"{self.family} {given}")

    @property
    def chapters(self) -> list[int]:
        """Numbers of the chapters that the work serves."""
        return [int(n) for n in self.words("chapters") if n.isdecimal()]

    @property
    def links(self) -> list[tuple[str, str]]:
        """(Text, address) of DOI, arXiv and URL, those that there are."""
        found = []
        if doi := self.fields.get("doi"):
            address = "https://doi.org/" + quote(doi, safe="/:;.-_")
            found.append((f"doi:{doi}", address))
        if eprint := self.fields.get("eprint"):
            address = f"https://arxiv.org/abs/{eprint}"
            found.append((f"arXiv:{eprint}", address))
        if url := self.fields.get("url"):
            shown = re.sub(r"^https://(www\.)?|/*(\?.*)?$", "", url)
            found.append((shown, quote(url, safe="/:;.-_?=&%#~@+,")))
        return found


@dataclass(frozen=True)
class Bibliography:
    """A .bib that was read, and what kept entries from being read."""

    path: str
    entries: tuple[Work, ...]
    keywords: tuple[str, ...] = ()
    broken: tuple[Problem, ...] = ()

    @cached_property
    def works(self) -> Mapping[str, Work]:
        """The works by key; of two with the same key the first."""
        found: dict[str, Work] = {}
        for work in self.entries:
            found.setdefault(work.key, work)
        return found


def load(path: Path, root: Path) -> Bibliography:
    """Return what a .bib holds; `rules.problems` tells what is wrong.

    Raises
    ------
    problems.Faulty
        If the file is no text.
    """
    source = text.read(path, root)
    name = path.relative_to(root).as_posix()
    broken: list[Problem] = []
    works = tuple(_works(source, name, broken))
    head = re.search(r"(?m)^%\s*keywords:((?:.*,\s*\n%)*.*)$", source)
    listed = head[1].replace("%", " ").split(",") if head else []
    keywords = tuple(word.strip() for word in listed if word.strip())
    return Bibliography(name, works, keywords, tuple(broken))


def _works(source: str, name: str, broken: list[Problem]) -> Iterator[Work]:
    """Yield the entries that are whole; tell `broken` about the others."""

    def line() -> int:
        return 1 + source.count("\n", 0, parser.command_start)

    def on_error(error: PybtexError) -> None:
        said = re.sub(r"^syntax error|in line \d+:?", "", str(error))
        message = (
            f"BibTeX: {' '.join(said.split())} (line {parser.lineno}); look "
            "for a missing comma, brace or quote in the entry that begins here"
        )
        broken.append(Problem(name, line(), message))

    macros = dict(month_names)
    parser = LowLevelParser(source, handle_error=on_error, macros=macros)
    for command, body in parser:
        start = line()
        # A broken entry lacks fields only because the reading stopped.
        if command.lower() in ("string", "preamble") or (
            broken and broken[-1].line == start
        ):
            continue
        written = source[parser.command_start : parser.pos]
        fields: dict[str, str] = {}
        lines: dict[str, int] = {}
        for label, parts in body[1]:
            label = label.lower()
            if label in fields:
                message = f"{body[0]}: field {label} stands twice; keep one"
                broken.append(Problem(name, start, message))
                continue
            place = re.search(rf"(?im)^\s*{re.escape(label)}\s*=", written)
            above = written.count("\n", 0, place.end()) if place else 0
            lines[label] = start + above
            fields[label] = " ".join("".join(parts).split())
        yield Work(body[0] or "", command.lower(), fields, start, lines)
