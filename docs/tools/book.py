"""Make the book: an EPUB, and where Chromium is found a PDF."""

import io
import os
import re
from pathlib import Path
from typing import Any

import yaml

import book_check
import book_epub
import book_pages
import book_print
from book_epub import About

NAME = "neural-networks-from-scratch"
STYLE = """
body { line-height: 1.5; }
h1, h2, h3 { line-height: 1.2; break-after: avoid; }
pre {
  font-size: 0.8em; line-height: 1.4; padding: 0.5em;
  border: 1px solid #999; white-space: pre-wrap; overflow-wrap: anywhere;
}
.filename { display: block; font-family: monospace; font-size: 0.75em; }
.language-output pre { border-left-width: 4px; }
.highlight .k { color: #a33a12; } .highlight .s2 { color: #55610d; }
.highlight .mi { color: #7c5600; } .highlight .nb { color: #7a3b8c; }
.highlight .nc { color: #0b5f6b; }
.highlight .sd { color: #555; font-style: italic; }
figure { margin: 1.5em 0; text-align: center; break-inside: avoid; }
figure img { max-width: 100%; height: auto; }
figcaption { font-size: 0.9em; }
div.arithmatex { margin: 1em 0; overflow-x: auto; text-align: center; }
div.arithmatex .number { margin-left: 1em; }
.together { white-space: nowrap; }
.admonition { border-left: 3px solid #999; margin: 1em 0; padding: 0 1em; }
.admonition-title { font-weight: bold; }
table { border-collapse: collapse; font-size: 0.9em; }
th, td { border: 1px solid #999; padding: 0.2em 0.5em; text-align: left; }
.chapter-strip { list-style: none; padding: 0; font-size: 0.9em; }
.footnote { font-size: 0.9em; }
.bib-list { list-style: none; padding: 0; }
.bib-facts { font-size: 0.85em; margin: 0.2em 0; }
a.term { color: inherit; text-decoration: underline dotted; }
#title-page, .titlepage { text-align: center; }
"""


def about(root: Path, site_url: str = "") -> About:
    """Return what the title page says, from CITATION.cff and mkdocs.yml."""
    cited = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    title, _, subtitle = cited["title"].partition(": ")
    return About(
        title=title,
        subtitle=subtitle[:1].upper() + subtitle[1:],
        author=cited["authors"][0]["name"],
        rights="Text and figures: CC BY 4.0. Code: MIT.",
        when=book_epub.moment(root),
        url=site_url,
    )


def cover(title: str, subtitle: str) -> bytes:
    """Draw the cover, a PNG: the mark of the site and the title."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 9), dpi=200, facecolor="#17343a")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 6), ylim=(0, 9))
    axes.axis("off")
    rows = [(1.2, 5.4), (1.2, 4.2), (1.2, 3.0)]
    middle = [(3.0, 5.1), (3.0, 3.3)]
    end = (4.8, 4.2)
    for column in (rows, middle):
        to = middle if column is rows else [end]
        for x, y in column:
            for u, v in to:
                axes.plot([x, u], [y, v], color="#7fb9bd", lw=2.5, zorder=1)
    for x, y in rows:
        axes.plot(
            *(x, y), "o", ms=34, mfc="#17343a", mec="#7fb9bd", mew=4, zorder=2
        )
    for x, y in middle:
        axes.plot(x, y, "o", ms=40, color="#7fb9bd", zorder=2)
    axes.plot(*end, "o", ms=56, color="#f0a35e", zorder=2)
    style: dict[str, Any] = {
        "color": "#fbfaf7",
        "ha": "center",
        "family": "DejaVu Serif",
    }
    words = title.split()
    half = (len(words) + 1) // 2
    for line, y in ((words[:half], 7.6), (words[half:], 6.9)):
        axes.text(3, y, " ".join(line), fontsize=30, **style)
    axes.text(3, 1.3, subtitle, fontsize=17, **style)
    buffer = io.BytesIO()
    figure.savefig(buffer, metadata={"Software": None})
    return buffer.getvalue()


def make(
    root: Path,
    site: Path,
    target: Path,
    *,
    site_url: str = "",
    chosen: list[str] | None = None,
) -> tuple[Path, list[str]]:
    """Write the EPUB; return it and what is wrong with it.

    Parameters
    ----------
    root : Path
        The repository.
    site : Path
        The built site.
    target : Path
        The folder of the book.
    site_url : str
        Where the site is published.
    chosen : list of str, optional
        Only these pages.
    """
    import pypandoc

    pages = book_pages.read(
        site, chosen or book_pages.addresses(root), site_url
    )
    facts = about(root, site_url)
    path = target / f"{NAME}.epub"
    sheet = (root / "docs" / "assets" / "figures.css").read_text("utf-8")
    book_epub.write(
        pages,
        facts,
        path,
        pandoc=pypandoc.get_pandoc_path(),
        cover=cover(facts.title, facts.subtitle),
        style=STYLE,
        colours=book_pages.colours(sheet),
    )
    return path, book_check.faults(path, site, [p.address for p in pages])


def make_pdf(
    root: Path,
    site: Path,
    target: Path,
    chromium: str,
    *,
    site_url: str = "",
    chosen: list[str] | None = None,
) -> Path:
    """Print the book to a PDF; see `make`."""
    pages = book_pages.read(
        site, chosen or book_pages.addresses(root), site_url
    )
    path = target / f"{NAME}.pdf"
    book_print.write(pages, about(root, site_url), site, path, chromium)
    return path


def site_url_of(root: Path) -> str:
    """Return where the site is published: mkdocs.yml's, or SITE_URL."""
    told = (root / "mkdocs.yml").read_text("utf-8")
    fixed = re.search(r"^site_url: (https?://\S+)", told, re.MULTILINE)
    return fixed[1] if fixed else os.environ.get("SITE_URL", "")
