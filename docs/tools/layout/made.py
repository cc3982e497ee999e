"""The files of the site that are not in docs/, or not as they are there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import contributed
import text
import weaving
from layout.light import SHEETS, joined

FRAME = "assets/iframe-worker.js"  # for a site on a disk alone
# mkdocstrings writes these, with the template in docs/tools/layout/reference.
REFERENCE = f"# Reference\n\n::: {weaving.PACKAGE}\n"
MODULE = "---\nsearch: {{exclude: true}}\n---\n# {0}\n\n::: {0}\n"
DUE = Path(__file__).with_name("due.md").read_text("utf-8")
# Address, content or the file that has it, and where that is edited.
Made = tuple[str, "str | bytes | Path", "str | None"]


def dropped(is_offline: bool) -> set[str]:
    """Return the addresses of files in docs/ that go into no site."""
    sheets = {f"assets/{name}" for name in SHEETS}
    return sheets if is_offline else sheets | {FRAME}


def made(site: Any) -> Iterator[Made]:
    """Yield what is to be added."""
    root = site.root
    yield "assets/site.css", joined(root / "docs" / "assets"), None
    for path in sorted((root / "resources").glob("*.md")):
        yield f"resources/{path.name}", path, f"../resources/{path.name}"
    references = root / "resources" / "references.bib"
    yield "resources/references.bib", references.read_bytes(), None
    yield text.SECURITY, root / "SECURITY.md", "../SECURITY.md"
    for name, data in contributed.pictures.published(root).items():
        folder = f"reflections/posts/{contributed.pictures.FOLDER}"
        yield f"{folder}/{name}", data, None
    for stem, title in site.titles.items():
        page, source = f"notebooks/{stem}.md", f"notebooks/{stem}.py"
        if ran := site.executed.get(page):
            yield page, ran, source
            yield f"notebooks/{stem}.ipynb", ran.read_bytes(), None
        else:
            yield page, DUE.format(title), source
    yield "reference/index.md", REFERENCE, None
    for path in sorted((root / weaving.PACKAGE).glob("[!_]*.py")):
        page = MODULE.format(f"{weaving.PACKAGE}.{path.stem}")
        source = f"../{weaving.PACKAGE}/{path.name}"
        yield f"reference/{path.stem}.md", page, source
    for number, chapter in site.chapters.items():
        zipped = weaving.zip_slice(number, *site.as_of(number).items())
        yield chapter.archive, zipped, None
    yield from contributed.files(root)
