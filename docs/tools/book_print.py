"""Print the book: one page of HTML, in the site's own styles, by Chromium."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

import book_pages
from book_epub import About
from book_pages import Page

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
STYLE = """
@page { size: A4; margin: 20mm 18mm 18mm;
  @bottom-center { content: counter(page); font: 9pt serif; } }
@page :first { @bottom-center { content: none; } }
html, body { background: #fff; }
.md-content { max-width: none; margin: 0; }
.md-typeset { font-size: 10.5pt; }
.md-typeset h1 { break-before: page; margin-top: 0; }
.title-page { padding-top: 60mm; text-align: center; }
.md-typeset .title-page h1 { break-before: auto; font-size: 30pt; }
.contents { break-before: page; }
.contents ol { list-style: none; margin: 0; padding: 0; }
.contents li { margin: 0.35em 0; }
.md-typeset .highlight pre > code { font-size: 8pt; white-space: pre-wrap; }
.md-typeset a.term { border: 0; text-decoration: none; }
.md-typeset a { color: inherit; }
"""


def chromium() -> str | None:
    """Return the program that prints, or None where there is none."""
    told = os.environ.get("CHROMIUM")
    if told:
        return shutil.which(told)
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def combined(pages: Iterable[Page], about: About, site: Path) -> str:
    """Return the whole book as one page of HTML."""
    sheets = [
        *sorted((site / "assets" / "stylesheets").glob("main.*.css")),
        site / "assets" / "site.css",
    ]
    links = "".join(
        f'<link rel="stylesheet" href="{sheet.resolve().as_uri()}">'
        for sheet in sheets
    )
    pages = list(pages)
    lines = "".join(
        f'<li><a href="#{page.name}">{escape(page.title)}</a></li>'
        for page in pages
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(about.title)}</title>{links}"
        f"<style>{STYLE}</style></head>"
        '<body dir="ltr" data-md-color-scheme="default">'
        '<main class="md-content md-typeset">'
        f'<section class="title-page"><h1>{escape(about.title)}</h1>'
        f"<p>{escape(about.subtitle)}</p><p>{escape(about.author)}</p>"
        f"<p>{about.day}</p><p>{escape(about.rights)}</p>"
        f"<p>{escape(about.url)}</p></section>"
        f'<section class="contents"><h2>Contents</h2><ol>{lines}</ol>'
        "</section>"
        f"{''.join(map(_printed, pages))}</main></body></html>"
    )


def _printed(page: Page) -> str:
    """Return a page with its drawings in it."""
    body = etree.tostring(page.body, encoding="unicode", method="html")

    def drawn(match: re.Match[str]) -> str:
        svg = page.drawings[int(match[1])]
        # Two drawings of the book may have ids in common.
        return re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{page.name}--", svg)

    body = re.sub(r'<img [^>]*data-drawing="(\d+)"[^>]*>', drawn, body)
    return f'<h1 id="{page.name}">{escape(page.title)}</h1>{body}'


def write(
    pages: Iterable[Page],
    about: About,
    site: Path,
    target: Path,
    program: str,
) -> None:
    """Print the book into a PDF."""
    target.parent.mkdir(parents=True, exist_ok=True)
    pages = list(pages)
    with TemporaryDirectory() as folder:
        book_pages.copy_pictures(pages, Path(folder))
        page = Path(folder) / "book.html"
        page.write_text(combined(pages, about, site), "utf-8")
        made = Path(folder) / "book.pdf"
        # Who is root, as in a container, has no sandbox.
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        done = subprocess.run(
            [
                *[program, "--headless", "--disable-gpu", "--no-first-run"],
                *(["--no-sandbox"] if root else []),
                *["--no-pdf-header-footer", "--generate-pdf-document-outline"],
                *[f"--user-data-dir={folder}/profile"],
                *[f"--print-to-pdf={made}", page.as_uri()],
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if not made.exists():
            raise ValueError(f"{program}: {done.stderr.strip()[-2000:]}")
        data = made.read_bytes()
    day = f"{about.when:%Y%m%d%H%M%S}".encode()
    data = re.sub(rb"(?<=Date \(D:)\d{14}", day, data)
    target.write_bytes(data)
