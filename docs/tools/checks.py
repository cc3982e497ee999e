"""All checks of the content, in the order in which a person mends them."""

from functools import cache
from pathlib import Path

import course
import links
import pages
import reflection_rules
import sections
from problems import Problem


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
    documents = links.documents(root)
    contributed = of_reflections(root, root / "reflections")
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
    found += links.problems(documents, other_files(root))
    found += of_kinds(root, documents)
    return found


def of_reflections(root: Path, folder: Path) -> list[Problem]:
    """Return the problems of contributed text, which may lie elsewhere."""
    import figures

    return reflection_rules.problems(
        folder,
        known_chapters=set(course.chapters(course.load(root))),
        today=reflection_rules.latest_today(),
        sections=set(sections.parse_package(root)[0]),
        figures=set(figures.catalogue(root)),
        pages=set(links.documents(root)),
    )


def other_files(root: Path) -> set[str]:
    """Return the addresses that are no documents, and may be linked."""
    written = course.chapters(course.load(root)).values()
    found = {chapter.archive for chapter in written}
    found |= {
        f"notebooks/{path.stem}.ipynb"
        for path in (root / "docs" / "notebooks").glob("*.py")
    }
    assets = root / "docs" / "assets"
    found |= {
        f"assets/{path.relative_to(assets).as_posix()}"
        for path in assets.rglob("*")
    }
    pictures = root / "reflections" / "images"
    found |= {
        f"reflections/posts/images/{path.name}" for path in pictures.glob("*")
    }
    return found | {"reflections/feed.xml", "resources/references.bib"}


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
