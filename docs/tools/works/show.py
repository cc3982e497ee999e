"""How works are shown: a reference, BibTeX, the annotated list."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Template

from .bib import Bibliography, Work

STANDARD = (
    *("author", "editor", "title", "journal", "booktitle", "series"),
    *("edition", "volume", "number", "pages", "publisher", "school"),
    *("institution", "address", "howpublished", "month", "year", "doi"),
    *("eprint", "archiveprefix", "url", "note"),
)


@cache
def _shapes() -> Any:
    """Return the macros of ``works.html.j2``."""
    source = Path(__file__).with_name("works.html.j2").read_text("utf-8")
    return Template(
        source, autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).module


def reference(work: Work) -> str:
    """Return the reference as inline HTML."""
    return str(_shapes().reference(work))


def bibtex(work: Work) -> str:
    """Return the entry as BibTeX, standard fields only."""
    names = [name for name in STANDARD if name in work.fields]
    width = max((len(name) for name in names), default=0)
    lines = [f"  {n:<{width}} = {{{work.fields[n]}}}," for n in names]
    return "\n".join([f"@{work.type}{{{work.key},", *lines, "}"])


def annotated_list(
    bibliography: Bibliography,
    cited_in: Mapping[str, Sequence[tuple[str, str]]],
    chapters: Mapping[int, tuple[str, str]],
) -> str:
    """Return the whole bibliography as one ``<ul>``, sorted by year.

    `cited_in` has the pages that cite a work, `chapters` those that exist:
    (title, address) as the browser follows it from the bibliography page.
    """
    works = sorted(
        bibliography.works.values(),
        key=lambda work: (work.fields.get("year", ""), work.sort_name),
    )
    shown = [(work, bibtex(work)) for work in works]
    return str(_shapes().annotated(shown, cited_in, chapters)).strip()
