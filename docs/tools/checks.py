"""All checks of the content, in the order in which a person mends them."""

from functools import cache
from pathlib import Path

import markdown
from markdown.extensions import Extension

import citing
import contributed
import corrections
import course
import feed
import links
import pages
import sections
import text
from problems import Faulty, Problem


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
    found = of_sources(root)
    return found + of_pages(root, {problem.path for problem in found})


def of_sources(root: Path) -> list[Problem]:
    """Return the problems that files show before they are pages."""
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
    import figures

    found = contributed.faults(root, path)
    if found:
        return found
    name, words = path.relative_to(root).as_posix(), text.read(path, root)
    found = pages.check(words, name, sections.parse_package(root)[0])
    documents = links.documents(root)
    documents[f"reflections/posts/{path.name}"] = name, words
    found += links.problems(documents, other_files(root))
    found += figures.problems(root, {name: words})
    bib = root / "resources" / "references.bib"
    found += of_page(words, name, bib, root, text.read(bib, root))
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
    return found | {feed.FEED, citing.FILE, "resources/references.bib"}


def of_kinds(
    root: Path, documents: dict[str, tuple[str, str]]
) -> list[Problem]:
    """Return the problems that the tools of each kind of content find."""
    import figures
    import glossary
    import notebooks
    import works

    found: list[Problem] = []
    try:
        read = works.load(root / "resources" / "references.bib", root)
        found += works.problems(read, sections.LAST_CHAPTER)
        found += glossary.problems(root / "resources" / "glossary.md", root)
    except Faulty as fault:
        found += fault.problems
    mended = (root / corrections.CORRECTIONS).read_text("utf-8")
    found += corrections.problems(
        mended, root, documents, contributed.latest_today()
    )
    found += notebooks.problems(root)
    found += figures.problems(root, dict(documents.values()))
    return found


def of_pages(root: Path, refused: set[str]) -> list[Problem]:
    """Return the problems that a page shows when its Markdown is rendered."""
    bib = root / "resources" / "references.bib"
    if bib.relative_to(root).as_posix() in refused:
        return []
    known = text.read(bib, root)
    return [
        problem
        for path, words in links.documents(root).values()
        if path not in refused
        for problem in of_page(words, path, bib, root, known)
    ]


@cache
def of_page(
    words: str, path: str, bib: Path, root: Path, known: str
) -> list[Problem]:
    """Return a page's problems; `known` tells when to look anew."""
    import maths
    import works

    read = works.load(bib, root)
    extensions: list[str | Extension] = [
        *("attr_list", "footnotes", "md_in_html", "sane_lists", "tables"),
        *("pymdownx.arithmatex", "pymdownx.superfences"),
        *("pymdownx.blocks.admonition", "pymdownx.blocks.details"),
        works.Citations(read, "resources/bibliography.md"),
    ]
    configs = {"pymdownx.arithmatex": {"generic": True}}
    body = text.parsed(words, path).body
    html = markdown.markdown(
        body, extensions=extensions, extension_configs=configs
    )
    found = works.left_over(html, words, path, read)
    return found + maths.render(html, words, path)[1]
