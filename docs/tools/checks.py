"""All checks of the content, in the order in which a person mends them."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pymdownx.slugs import slugify

import corrections
import course
import pages
import reflection_rules
import sections
import text
from problems import Problem

SLUG = slugify(case="lower")


def quoting_pages(root: Path) -> list[Path]:
    """Return the pages that may quote the package."""
    found = sorted((root / "docs").rglob("*.md"))
    found += sorted((root / "resources").glob("*.md"))
    found += sorted((root / "reflections").glob("[0-9]*.md"))
    hidden = ("tools", "overrides", "figures")
    return [
        path for path in found if path.relative_to(root).parts[1] not in hidden
    ]


def everything(root: Path) -> list[Problem]:
    """Return every problem of the content, without building the site."""
    known, found = sections.parse_package(root)
    documents = text.documents(root)
    contributed = of_reflections(root, set(documents), set(known))
    found += contributed
    # What breaks the rules for contributed text is read by nothing else.
    refused = {problem.path for problem in contributed}
    documents = {
        address: (path, "" if path in refused else text)
        for address, (path, text) in documents.items()
    }
    found += course.problems(root)
    texts = {}
    for path in quoting_pages(root):
        name = path.relative_to(root).as_posix()
        if name in refused:
            continue
        texts[name] = path.read_text("utf-8")
        found += pages.check(texts[name], name, known)
    found += pages.not_shown(known, texts)
    found += of_tags(text.document(root / name, root) for name in texts)
    found += of_kinds(root, documents)
    return found


def of_reflections(
    root: Path, pages: set[str], known: set[str]
) -> list[Problem]:
    """Return the problems of contributed text."""
    import figures

    return reflection_rules.problems(
        root / "reflections",
        known_chapters=set(course.chapters(course.load(root))),
        today=reflection_rules.latest_today(),
        sections=known,
        figures=set(figures.catalogue(root)),
        pages=pages,
    )


def of_tags(documents: Iterable[text.Document]) -> Iterator[Problem]:
    """Tell of tags in two spellings: the page of tags has one anchor."""
    known: dict[str, tuple[str, str]] = {}
    for document in documents:
        for tag in map(str, document.meta.get("tags") or ()):
            anchor = SLUG(tag, "-")
            first, where = known.setdefault(anchor, (tag, document.path))
            if first != tag:
                message = f"the tag {tag} is {first} in {where}; write one"
                yield document.fault(document.lines["tags"], message)


def of_kinds(
    root: Path, documents: dict[str, tuple[str, str]]
) -> list[Problem]:
    """Return the problems that the tools of each kind of content find."""
    import bibliography
    import figures
    import glossary
    import notebooks

    found: list[Problem] = []
    references = root / "resources" / "references.bib"
    text = references.read_text("utf-8", errors="replace")
    wrong = of_bibliography(references, root, text)
    found += wrong
    if not wrong:
        works = bibliography.load(references, root)
        for path, text in documents.values():
            found += bibliography.cite(text, works, path)[1]
    mended = (root / corrections.CORRECTIONS).read_text("utf-8")
    found += corrections.problems(
        mended, root, documents, reflection_rules.latest_today()
    )
    found += glossary.problems(root / "resources" / "glossary.md", root)
    found += notebooks.problems(root)
    for path, text in documents.values():
        found += of_formulas(text, path)
    found += figures.problems(root, dict(documents.values()))
    return found


@cache
def of_bibliography(path: Path, root: Path, text: str) -> list[Problem]:
    """Return the bibliography's problems; `text` tells when to look anew."""
    import bibliography

    return bibliography.problems(path, root)


@cache
def of_formulas(text: str, path: str) -> list[Problem]:
    """Return the problems of a document's formulas."""
    import mathematics

    return mathematics.problems(text, path)
