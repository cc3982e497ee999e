"""All checks of the content, in the order in which a person mends them."""

from functools import cache
from pathlib import Path

import contributed
import course
import links
import pages
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
    judged = contributed.problems(root)
    found += judged
    # What breaks the rules for contributed text is read by nothing else.
    refused = {problem.path for problem in judged}
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


def of_entry(root: Path, path: Path) -> list[Problem]:
    """Return every problem of one entry, without a look at other pages."""
    import bibliography
    import figures

    found = contributed.faults(root, path)
    if found:
        return found
    name = path.relative_to(root).as_posix()
    text = path.read_text("utf-8")
    found = pages.check(text, name, sections.parse_package(root)[0])
    documents = links.documents(root)
    documents[f"reflections/posts/{path.name}"] = name, text
    found += links.problems(documents, other_files(root))
    found += figures.problems(root, {name: text})
    found += of_formulas(text, name)
    if "[@" in text:
        references = root / "resources" / "references.bib"
        works = bibliography.load(references, root)
        found += bibliography.cite(text, works, name)[1]
    return sorted({problem for problem in found if problem.path == name})


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
