"""Cite this page: BibTeX for the journal and for each of its pages."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from contributed import Entry
from course import Chapter
from page_parts import markdown_text

# Where the site shows the entries, and where it keeps them as one file.
PAGE = "resources/citing.md"
FILE = "resources/citing.bib"

KEY = "nnfs-journal"
# What TeX takes for a command. Braces are named, not escaped: BibTeX counts
# them before TeX sees them.
TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
SIGNS = str.maketrans(TEX)
# What BibTeX would take apart although it is one name.
ONE_NAME = re.compile(r"^(the|an?)\s|,|\sand\s|'s\b", re.I)
KINDS = ("Chapters", "Notebooks", "Reflections")


@dataclass(frozen=True)
class Journal:
    """What CITATION.cff says of the whole."""

    title: str
    authors: tuple[str, ...]
    version: str
    released: str


@dataclass(frozen=True)
class Citation:
    """A page that can be cited.

    Parameters
    ----------
    anchor : str
        Its place on the citing page, and the end of its key.
    kind : str
        One of `KINDS`, or "" for the journal as a whole.
    title : str
        As plain text.
    within : str
        What it is a part of.
    authors : tuple of str
    date : str
        The day of its last change, as 2026-11-22.
    address : str
        From the site's root, with a slash at the end; "" is the root.
    note : str
    """

    anchor: str
    kind: str
    title: str
    within: str
    authors: tuple[str, ...]
    date: str
    address: str
    note: str

    @property
    def key(self) -> str:
        return f"{KEY}-{self.anchor}" if self.anchor else KEY


def journal(root: Path) -> Journal:
    """Return what CITATION.cff says."""
    said = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    return Journal(
        title=said["title"],
        authors=tuple(map(_name, said["authors"])),
        version=str(said["version"]),
        released=str(said["date-released"]),
    )


def _name(author: Mapping[str, str]) -> str:
    if "name" in author:
        return author["name"]
    return f"{author['given-names']} {author['family-names']}"


def citations(
    whole: Journal,
    chapters: Iterable[Chapter],
    notebooks: Mapping[str, str],
    entries: Iterable[Entry],
    dates: Mapping[str, str],
) -> dict[str, Citation]:
    """Return source address → citation, the journal itself under "".

    Parameters
    ----------
    whole : Journal
    chapters : iterable of Chapter
        Those that are written.
    notebooks : mapping of str to str
        File's stem → title.
    entries : iterable of Entry
    dates : mapping of str to str
        Path from the root of the repository → day of its last commit. A
        page that has none takes the day of the release.
    """
    found = {}

    def add(
        source: str,
        anchor: str,
        title: str,
        authors: tuple[str, ...],
        day: str,
        within: str,
    ) -> None:
        kind = next((k for k in KINDS if source.startswith(k.lower())), "")
        address = re.sub(r"(posts/|\.md$)", "", source)
        found[source] = Citation(
            anchor=anchor,
            kind=kind,
            title=title,
            within=within,
            authors=authors,
            date=day,
            address=f"{address}/" if address else "",
            note=f"Version {whole.version}, last changed {day}",
        )

    newest = max([whole.released, *dates.values()])
    add("", "", whole.title, whole.authors, newest, "")
    for chapter in chapters:
        day = dates.get(f"docs/{chapter.page}", whole.released)
        within = f"Chapter {chapter.number}, {whole.title}"
        anchor = f"chapter-{chapter.name}"
        authors = whole.authors
        add(chapter.page, anchor, chapter.title, authors, day, within)
    for stem, title in notebooks.items():
        day = dates.get(f"docs/notebooks/{stem}.py", whole.released)
        within = f"Notebook of {whole.title}"
        source = f"notebooks/{stem}.md"
        add(source, f"notebook-{stem}", title, whole.authors, day, within)
    for entry in entries:
        stem = entry.url.strip("/").rpartition("/")[2]
        day = entry.date.isoformat()
        within = f"Reflection in {whole.title}"
        authors = entry.authors or whole.authors
        anchor = f"reflection-{stem}"
        add(entry.src_uri, anchor, entry.title, authors, day, within)
    return found


def escape(text: str) -> str:
    """Return plain text as TeX reads it.

    >>> escape("R&D: 5 % of {x}")
    'R\\\\&D: 5 \\\\% of \\\\textbraceleft{}x\\\\textbraceright{}'
    """
    return " ".join(text.split()).translate(SIGNS)


def _author(name: str) -> str:
    return f"{{{escape(name)}}}" if ONE_NAME.search(name) else escape(name)


def bibtex(citation: Citation, site_url: str | None) -> str:
    """Return an entry that BibTeX and biblatex read.

    Parameters
    ----------
    citation : Citation
    site_url : str or None
        The site's address. Without one the entry has no `url`.
    """
    url = f"{site_url.rstrip('/')}/{citation.address}" if site_url else ""
    fields = {
        "author": " and ".join(map(_author, citation.authors)),
        # Two pairs of braces: a style must not write the title small.
        "title": f"{{{escape(citation.title)}}}",
        "howpublished": escape(citation.within),
        "year": citation.date[:4],
        "date": citation.date,
        "url": url,
        "note": escape(citation.note),
    }
    lines = [f"  {n:<12} = {{{v}}}," for n, v in fields.items() if v]
    return "\n".join([f"@misc{{{citation.key},", *lines, "}"])


def page(citations: Mapping[str, Citation], site_url: str | None) -> str:
    """Return the entries as Markdown, under a heading for each kind."""
    blocks = [_fence(citations[""], site_url)]
    for kind in KINDS:
        blocks.append(f"## {kind} {{ #{kind.lower()} }}")
        for one in citations.values():
            if one.kind == kind:
                blocks.append(
                    f"### {markdown_text(one.title)} {{ #{one.anchor} }}"
                )
                blocks.append(_fence(one, site_url))
    return "\n\n".join(blocks)


def _fence(citation: Citation, site_url: str | None) -> str:
    return f"```bibtex\n{bibtex(citation, site_url)}\n```"


def file(citations: Mapping[str, Citation], site_url: str | None) -> str:
    """Return all entries as one BibTeX file."""
    entries = [bibtex(one, site_url) for one in citations.values()]
    return "\n\n".join(entries) + "\n"
