"""Read the built site as a book: its pages in order, free of the site.

A page of a book has no bar at its side and no script. What is left is the
text that a reader of the site sees: code with its outputs, formulas as MathML,
drawings with their alternatives, notes, and links that stay within the book.
"""

import copy
import posixpath
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

import course

# The parts of a page that work on a screen alone, or belong to the site.
_OF_THE_SITE = (
    "//*[contains(concat(' ', @class, ' '), ' headerlink ')]",
    "//*[contains(@class, 'md-tags') or contains(@class, 'md-source-file')]",
    "//*[contains(@class, 'md-content__button')]",
    "//*[contains(@class, 'bib-source') or contains(@class, 'bib-filter')]",
    "//*[contains(@class, 'chapter-number') or @class='page-foot']",
    "//button | //script | //form | //nav | //comment()",
    "//pre/span[not(node())]",
)
_ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)
_SVG = re.compile(r"<svg\b[^>]*>.*?</svg>", re.DOTALL)
_LABEL = re.compile(r'aria-label="([^"]*)"')
RESOURCES = (
    "notation",
    "glossary",
    "names",
    "datasets",
    "speed",
    "bibliography",
)


@dataclass
class Page:
    """A page of the book.

    Attributes
    ----------
    address : str
        Where it stands in the site, such as ``chapters/05-loss/``.
    title : str
        Its heading, with the number of a chapter.
    body : html.HtmlElement
        What stands under the heading. Its ids begin with `name`; a drawing
        is an ``<img data-drawing="0">``.
    drawings : list of str
        The SVG of each drawing, as the site has it.
    pictures : dict of str to Path
        The names by which `body` shows pictures, and the site's files.
    """

    address: str
    title: str
    body: html.HtmlElement
    drawings: list[str] = field(default_factory=list)
    pictures: dict[str, Path] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return name_of(self.address)


def name_of(address: str) -> str:
    """Return what the ids of a page begin with: ``chapters-05-loss``."""
    return address.strip("/").replace("/", "-") or "start"


def addresses(root: Path) -> list[str]:
    """Return the addresses of the book's pages, in the order of reading."""
    found = []
    for part in course.load(root):
        written = [c for c in part.chapters if c.written]
        if written:
            found += [part.page, *(chapter.page for chapter in written)]
    notebooks = sorted((root / "docs" / "notebooks").glob("[0-9]*.py"))
    found += [f"notebooks/{path.stem}.md" for path in notebooks]
    entries = sorted((root / "reflections").glob("[0-9]*.md"))
    found += [f"reflections/{path.stem}.md" for path in entries]
    found += [f"resources/{name}.md" for name in RESOURCES]
    return [path.removesuffix(".md") + "/" for path in found]


def read(site: Path, chosen: Iterable[str], site_url: str = "") -> list[Page]:
    """Read pages of the built site.

    Parameters
    ----------
    site : Path
        The folder that `make build` wrote.
    chosen : iterable of str
        The addresses of the pages.
    site_url : str
        Where the site is published. With it, links that leave the book lead
        there; without it they are plain text.

    Raises
    ------
    ValueError
        If a page holds no article.
    """
    known = list(chosen)
    pages = []
    for address in known:
        text = (site / address / "index.html").read_text("utf-8")
        page = _parsed(text, address)
        for path in _OF_THE_SITE:
            for element in page.body.xpath(path):
                _drop(element)
        _name_pictures(page, site)
        pages.append(page)
    anchors = {page.name: set(page.body.xpath("//@id")) for page in pages}
    for page in pages:
        _open_what_is_folded(page)
        _link(page, set(known), anchors, site_url)
        for element in page.body.xpath("//*[@id]"):
            element.set("id", _anchor(page.name, element.get("id")))
    return pages


def _parsed(text: str, address: str) -> Page:
    found = _ARTICLE.search(text)
    if found is None:
        raise ValueError(f"expected an <article> in {address}, got none")
    drawings: list[str] = []

    def drawn(match: re.Match[str]) -> str:
        label = _LABEL.search(match[0])
        if label is None:
            return ""  # a picture beside words that say the same
        drawings.append(match[0])
        number = len(drawings) - 1
        return f'<img data-drawing="{number}" alt="{label[1]}">'

    body = html.fromstring(_SVG.sub(drawn, found[0]))
    heading = body.find(".//h1")
    if heading is None:
        raise ValueError(f"expected an <h1> in {address}, got none")
    for link in heading.xpath(".//a[@class='headerlink']"):
        _drop(link)
    title = " ".join(heading.text_content().split())
    _drop(heading)
    if number := re.match(r"chapters/0*(\d+)-", address):
        title = f"{number[1]}. {title}"
    return Page(address, title, body, drawings)


def _drop(element: html.HtmlElement) -> None:
    """Take an element out of its page, and leave the text behind it."""
    if isinstance(element, html.HtmlElement):
        element.drop_tree()
    elif (parent := element.getparent()) is not None:
        parent.remove(element)


def _name_pictures(page: Page, site: Path) -> None:
    """Show the pictures of a page by names that no other page has."""
    for image in page.body.xpath("//img[@src]"):
        where = urljoin(f"/{page.address}", unquote(image.get("src")))
        path = site / where.lstrip("/")
        name = f"{page.name}-{path.name}"
        page.pictures[name] = path
        image.set("src", name)
        for told in ("loading", "decoding"):
            image.attrib.pop(told, None)


def copy_pictures(pages: Iterable[Page], folder: Path) -> None:
    """Put the pictures of the pages into a folder, by their names."""
    for page in pages:
        for name, path in page.pictures.items():
            shutil.copy(path, folder / name)


def _open_what_is_folded(page: Page) -> None:
    """Paper does not unfold, and few readers of EPUBs do."""
    for details in page.body.xpath("//details"):
        details.tag = "div"
        kind = details.get("class", "")
        details.attrib.pop("open", None)
        details.set("class", f"admonition {kind}".strip())
    for summary in page.body.xpath("//summary"):
        summary.tag = "p"
        summary.set("class", "admonition-title")


def _link(
    page: Page,
    known: set[str],
    anchors: dict[str, set[str]],
    site_url: str,
) -> None:
    """Lead links within the book; those that leave it, to the site."""
    for link in page.body.xpath("//a[@href]"):
        parts = urlsplit(link.get("href"))
        if parts.scheme:
            continue
        there = urljoin(f"/{page.address}", parts.path or "").lstrip("/")
        there = posixpath.join(there, "") if there in known else there
        if there in known:
            name, anchor = name_of(there), unquote(parts.fragment)
            inside = anchor in anchors[name]
            link.set("href", "#" + (_anchor(name, anchor) if inside else name))
        elif site_url:
            link.set("href", urljoin(site_url, there))
        else:
            link.drop_tag()


def _anchor(name: str, ident: str) -> str:
    return f"{name}--{re.sub(r'[^A-Za-z0-9_.-]', '-', ident)}"


def headings(page: Page) -> list[tuple[str, str]]:
    """Return (id, text) of the sections of a page."""
    return [
        (heading.get("id", ""), " ".join(heading.text_content().split()))
        for heading in page.body.findall("h2")
    ]


def as_xml(element: html.HtmlElement) -> str:
    """Return an element as XML, its formulas in their namespace."""
    element = copy.deepcopy(element)
    element.tail = None
    for formula in element.iter("math"):
        formula.set("xmlns", "http://www.w3.org/1998/Math/MathML")
        # What EPUB takes for MathML knows these on <mstyle> alone.
        for part in formula.xpath(".//*[@scriptlevel][not(self::mstyle)]"):
            style = part.makeelement("mstyle")
            style.set("scriptlevel", part.attrib.pop("scriptlevel"))
            part.addprevious(style)
            style.tail, part.tail = part.tail, None
            style.append(part)
    return str(etree.tostring(element, encoding="unicode"))


def alternative(svg: str) -> str:
    """Return the text alternative of a drawing."""
    found = _LABEL.search(svg)
    return unescape(found[1]) if found else ""


def colours(sheet: str) -> dict[str, str]:
    """Return the light value of each colour that drawings name."""
    first = sheet[: sheet.index("}")]
    return dict(re.findall(r"(--fig-[\w-]+):\s*([^;]+);", first))


def standalone(svg: str, named: dict[str, str]) -> str:
    """Return a drawing of a page as a file of its own, on white."""
    svg = re.sub(
        r"var\((--fig-[\w-]+)(?:,[^()]*(?:\([^()]*\))*[^()]*)?\)",
        lambda match: named[match[1]],
        svg,
    )
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if box is None:
        raise ValueError(f"expected a viewBox in {svg[:80]!r}, got none")
    wide, high = (round(float(number) * 4 / 3) for number in box.groups())
    head, rest = svg.split(">", 1)
    head = re.sub(r' (?:style|class|focusable)="[^"]*"', "", head)
    return (
        f'{head} xmlns="http://www.w3.org/2000/svg" width="{wide}" '
        f'height="{high}" color="#1d1f24" font-family="sans-serif">'
        f'<rect width="100%" height="100%" fill="#fff"/>{rest}'
    )
