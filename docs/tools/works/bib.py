"""Read a .bib: its works, and the lines on which they begin."""

import re
import unicodedata
from collections.abc import Mapping
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
from problems import Faulty, Problem

PLAIN = re.compile(r"(?:[^\W_]|[\s.:;()/]|,(?!,))*")  # of no use to TeX
NAME = ("first", "middle", "prelast", "last", "lineage")


@cache  # reading TeX is slow, and a site being served is built often
def decoded(value: str) -> str:
    """Return TeX as Unicode, what cannot be read left as it is.

    >>> decoded(r"Kukie{\\l}a costs \\$5")
    'Kukieła costs $5'
    """
    with suppress(ValueError):
        if not PLAIN.fullmatch(value):
            value = str(Text.from_latex(value))
    return " ".join(re.sub(r"\\([$%&#_])", r"\1", value).split())


def named(person: Person, *parts: str) -> str:
    """Return parts of a person's name in Unicode."""
    return decoded(" ".join(w for p in parts for w in person.get_part(p)))


@dataclass(frozen=True)
class Work:
    """One entry, its fields as written, and the line that it begins on."""

    key: str
    type: str
    fields: Mapping[str, str]
    line: int

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
        return found or [Person()]

    @property
    def people(self) -> list[str]:
        """Their names in Unicode, given name first."""
        return [named(person, *NAME) for person in self.persons]

    @property
    def sort_name(self) -> str:
        """What sorts the work among others of its year."""
        name = named(self.persons[0], "last", "first", "middle").lower()
        letters = unicodedata.normalize("NFKD", name)
        return "".join(c for c in letters if not unicodedata.combining(c))

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
    """A .bib that was read."""

    path: str
    entries: tuple[Work, ...]

    @cached_property
    def works(self) -> Mapping[str, Work]:
        """The works by key."""
        return {work.key: work for work in self.entries}


def load(path: Path, root: Path) -> Bibliography:
    """Return what a .bib holds; `rules.problems` tells what is wrong.

    problems.Faulty: if the file is no text, or no BibTeX.
    """
    source = text.read(path, root)
    name = path.relative_to(root).as_posix()
    works = []
    parser = LowLevelParser(source, macros=dict(month_names))
    try:
        for command, body in parser:
            if command.lower() in ("string", "preamble"):
                continue
            fields: dict[str, str] = {}
            for label, parts in body[1]:
                if label.lower() in fields:
                    raise PybtexError(f"field {label} stands twice")
                value = " ".join("".join(parts).split())
                fields[label.lower()] = value
            line = source.count("\n", 0, parser.command_start) + 1
            works.append(Work(body[0] or "", command.lower(), fields, line))
    except PybtexError as error:
        line = source.count("\n", 0, parser.command_start) + 1
        message = (
            f"BibTeX: {error}; look for a missing comma, brace or quote in "
            "the entry that begins here"
        )
        raise Faulty(Problem(name, line, message)) from None
    return Bibliography(name, tuple(works))
