"""What the sources show before they are pages; for the rest see `state`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import contributed
import figures
import glossary
import maths
import notebooks
import rendered
import text
import weaving
import works
from layout import course
from problems import Faulty, Problem

REFERENCES = "resources/references.bib"
GLOSSARY = "resources/glossary.md"
# What the front matter of a page may say; chapters and entries have more.
KEYS = {"title": str, "description": str, "hide": list, "search": dict}


@dataclass(frozen=True)
class Sources:
    """What was read, and what is wrong with it."""

    sections: dict[str, weaving.Section]
    parts: list[course.Part]
    documents: dict[str, text.Document]
    problems: list[Problem]


def read(root: Path) -> Sources:
    """Return the sources of the site."""
    documents, found = text.documents(root)
    sections, wrong = weaving.parse_package(root)
    parts, misfits = course.load(root, sections)
    judged = contributed.problems(root)
    found += wrong + misfits + judged
    # What breaks the rules for contributed text is read by nothing else.
    refused = {problem.path for problem in judged}
    documents = {
        address: document
        for address, document in documents.items()
        if document.path not in refused
    }
    try:
        for address, document in documents.items():
            if not address.startswith(("chapters/", "reflections/posts/")):
                found += text.check_types(document, KEYS | {"chapter": int})
            found += weaving.problems(document, sections)
        found += weaving.not_shown(sections, documents.values())
        found += works.problems(works.load(root / REFERENCES, root))
        glossary.load(root / GLOSSARY, root)
    except Faulty as error:
        found += error.problems
    found += of_tags(documents.values())
    found += notebooks.problems(root)
    return Sources(sections, parts, documents, sorted(set(found)))


def of_tags(documents: Iterable[text.Document]) -> Iterator[Problem]:
    """Tell of tags in two spellings: the page of tags has one anchor."""
    known: dict[str, tuple[str, str]] = {}
    for document in documents:
        for tag in map(str, document.meta.get("tags") or ()):
            anchor = contributed.anchor(tag)
            first, where = known.setdefault(anchor, (tag, document.path))
            if first != tag:
                message = f"the tag {tag} is {first} in {where}; write one"
                yield document.fault(document.lines["tags"], message)


def of_entry(root: Path, path: Path) -> list[Problem]:
    """Return all that is to be mended in one entry, without a build."""
    known = works.load(root / REFERENCES, root)
    sections, _ = weaving.parse_package(root)
    drawn = dict.fromkeys(figures.names(root), "")
    asked: list[contributed.Check] = [
        lambda one, _: weaving.problems(one, sections),
        lambda one, html: maths.render(html, one.text, one.path)[1],
        lambda one, html: rendered.problems(
            one, one.body, works.without(html, known)
        ),
        lambda one, html: figures.replace(html, drawn, one.text, one.path)[1],
    ]
    return contributed.faults(root, path, checks=asked)
