"""Check an EPUB against the pages that it was made from."""

import posixpath
import re
import zipfile
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree, html

import book_pages

OPF = "{http://www.idpf.org/2007/opf}"
XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
XML_ENCODING = re.compile(r"^<\?xml[^>]*\?>")
LEADS = ("href", "src", "{http://www.w3.org/1999/xlink}href")


def faults(path: Path, site: Path, addresses: list[str]) -> list[str]:
    """Return what is wrong with a book.

    Parameters
    ----------
    path : Path
        The EPUB.
    site : Path
        The site that it was made from.
    addresses : list of str
        The pages that it should hold.
    """
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        first = archive.infolist()[0]
        files = {name: archive.read(name) for name in names}
    found = []
    if (
        first.filename != "mimetype"
        or first.compress_type != zipfile.ZIP_STORED
        or files["mimetype"] != b"application/epub+zip"
    ):
        found.append(f"expected mimetype first, got {first.filename}")
    trees = {}
    for name, data in files.items():
        if name.endswith((".xhtml", ".opf", ".xml", ".svg", ".ncx")):
            try:
                trees[name] = etree.fromstring(data)
            except etree.XMLSyntaxError as error:
                found.append(f"{name}: not XML: {error}")
    found += _manifest(trees, set(files))
    found += _links(trees, set(files))
    return found + _same_as_the_pages(trees, site, addresses)


def _manifest(trees: dict[str, etree._Element], files: set[str]) -> list[str]:
    found = []
    for name, tree in trees.items():
        if not name.endswith(".opf"):
            continue
        folder = posixpath.dirname(name)
        listed = {
            posixpath.join(folder, unquote(item.get("href", "")))
            for item in tree.iter(f"{OPF}item")
        }
        found += [f"{name}: lists {one}" for one in sorted(listed - files)]
        aside = {"mimetype", name}
        loose = {
            one
            for one in files - listed - aside
            if not one.startswith("META-INF/")
        }
        found += [f"{name}: does not list {one}" for one in sorted(loose)]
    return found


def _links(trees: dict[str, etree._Element], files: set[str]) -> list[str]:
    anchors = {
        name: {str(ident) for ident in tree.xpath("//@id")}
        for name, tree in trees.items()
    }
    found = []
    for name, tree in trees.items():
        if not name.endswith((".xhtml", ".svg", ".ncx")):
            continue
        for element in tree.iter(etree.Element):
            for key in LEADS:
                link = element.get(key)
                if link is None:
                    continue
                parts = urlsplit(link)
                if parts.scheme == "data":
                    continue
                if parts.scheme or parts.netloc:
                    if element.tag != f"{XHTML}a":
                        found.append(f"{name}: asks the network for {link}")
                    continue
                there = posixpath.normpath(
                    posixpath.join(
                        posixpath.dirname(name), unquote(parts.path)
                    )
                    if parts.path
                    else name
                )
                lost = parts.fragment and unquote(
                    parts.fragment
                ) not in anchors.get(there, set())
                if there not in files or lost:
                    found.append(f"{name}: {link} leads nowhere")
        if twice := [
            ident
            for ident, times in Counter(tree.xpath("//@id")).items()
            if times > 1
        ]:
            found.append(f"{name}: the id {twice[0]} stands twice")
    return found


def _same_as_the_pages(
    trees: dict[str, etree._Element], site: Path, addresses: list[str]
) -> list[str]:
    """Compare formulas, drawings and code, page by page."""
    chapters: dict[str, etree._Element] = {}
    for name, tree in trees.items():
        if re.search(r"/ch\d+\.xhtml$", name):
            for section in tree.iter(f"{XHTML}section"):
                chapters.setdefault(section.get("id", ""), section)
    found = []
    for address in addresses:
        inside = chapters.get(book_pages.name_of(address))
        if inside is None:
            found.append(f"{address}: is not in the book")
            continue
        text = (site / address / "index.html").read_text("utf-8")
        article = re.search(r"<article\b.*?</article>", text, re.DOTALL)
        wanted = html.fromstring(article[0] if article else "<p></p>")
        for summary in wanted.xpath("//details[@class='bib-source']"):
            summary.drop_tree()
        for what, there, here in (
            (
                "formulas",
                [_words(one) for one in wanted.iter("math")],
                [_words(one) for one in inside.iter(f"{MATHML}math")],
            ),
            (
                "code",
                [one.text_content() for one in wanted.iter("pre")],
                [_all(one) for one in inside.iter(f"{XHTML}pre")],
            ),
            (
                "drawings",
                _alternatives(wanted),
                [
                    one.get("alt")
                    for one in inside.iter(f"{XHTML}img")
                    if one.get("alt")
                ],
            ),
        ):
            if there != here:
                found.append(
                    f"{address}: expected its {len(there)} {what}, got "
                    f"{len(here)}, or others"
                )
    return found


def _alternatives(tree: html.HtmlElement) -> list[str]:
    """Return what stands for the drawings and pictures, in their order."""
    said = [
        one.get("aria-label" if one.tag == "svg" else "alt")
        for one in tree.iter("svg", "img")
    ]
    return [words for words in said if words]


def _all(element: etree._Element) -> str:
    return "".join(element.itertext())


def _words(formula: etree._Element) -> str:
    return re.sub(r"\s+", "", _all(formula))
