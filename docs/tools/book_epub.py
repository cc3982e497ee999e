"""Make the EPUB: Pandoc packs the pages, and what it packed is made firm."""

import json
import os
import re
import subprocess
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import book_pages
from book_pages import Page

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
ACCESS = {
    "accessModes": ["textual", "visual"],
    "accessModeSufficient": ["textual"],
    "accessibilityFeatures": [
        "alternativeText",
        "MathML",
        "readingOrder",
        "structuralNavigation",
        "tableOfContents",
        "unlocked",
    ],
    "accessibilityHazards": ["none"],
    "accessibilitySummary": (
        "Every drawing has a text alternative, every formula is MathML, and "
        "the text reads in order."
    ),
}


@dataclass(frozen=True)
class About:
    """What the title page says.

    Attributes
    ----------
    title, subtitle, author, rights : str
        In words.
    when : datetime
        The time of the last change.
    url : str
        Where the site is published, or nothing.
    """

    title: str
    subtitle: str
    author: str
    rights: str
    when: datetime
    url: str = ""

    @property
    def day(self) -> str:
        return f"{self.when.day} {self.when:%B %Y}"

    @property
    def identifier(self) -> str:
        """The same for every edition, as the identifier of a work is."""
        name = self.url or self.title
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


def document(pages: Iterable[Page], about: About) -> dict[str, Any]:
    """Return the book as Pandoc's tree: headings, and pages as they are."""

    def said(text: str) -> dict[str, Any]:
        return {"t": "MetaString", "c": text}

    def listed(items: Iterable[str]) -> dict[str, Any]:
        return {"t": "MetaList", "c": [said(item) for item in items]}

    blocks: list[dict[str, Any]] = []
    for page in pages:
        blocks.append(_header(1, page.name, page.title))
        waiting: list[str] = []
        for child in page.body:
            if child.tag == "h2":
                blocks += _raw(waiting)
                text = " ".join(child.text_content().split())
                blocks.append(_header(2, child.get("id", ""), text))
            else:
                waiting.append(book_pages.as_xml(child))
        blocks += _raw(waiting)
    identifier = {
        "scheme": said("UUID"),
        "text": said(about.identifier),
    }
    return {
        "pandoc-api-version": [1, 23, 1],
        "meta": {
            "title": said(about.title),
            "subtitle": said(about.subtitle),
            "author": said(about.author),
            "date": said(f"{about.when:%Y-%m-%d}"),
            "lang": said("en"),
            "rights": said(about.rights),
            "identifier": {"t": "MetaMap", "c": identifier},
            **{
                name: said(value) if isinstance(value, str) else listed(value)
                for name, value in ACCESS.items()
            },
        },
        "blocks": blocks,
    }


def _header(level: int, ident: str, text: str) -> dict[str, Any]:
    words = [{"t": "Str", "c": text}]
    return {"t": "Header", "c": [level, [ident, [], []], words]}


def _raw(waiting: list[str]) -> list[dict[str, Any]]:
    text = "\n".join(waiting)
    waiting.clear()
    return [{"t": "RawBlock", "c": ["html", text]}] if text else []


def write(
    pages: list[Page],
    about: About,
    target: Path,
    *,
    pandoc: str,
    cover: bytes,
    style: str,
    colours: dict[str, str],
) -> None:
    """Write the EPUB.

    Parameters
    ----------
    pages : list of Page
        See `book_pages.read`.
    about : About
        For the title page.
    target : Path
        The file to write.
    pandoc : str
        The program.
    cover : bytes
        A PNG.
    style : str
        The style sheet.
    colours : dict of str to str
        See `book_pages.colours`.
    """
    with TemporaryDirectory() as folder:
        here = Path(folder)
        book_pages.copy_pictures(pages, here)
        for page in pages:
            for image in page.body.iter("img"):
                number = image.attrib.pop("data-drawing", None)
                if number is None:
                    continue
                name = f"{page.name}-{number}.svg"
                svg = page.drawings[int(number)]
                drawing = book_pages.standalone(svg, colours)
                (here / name).write_text(drawing, "utf-8", newline="\n")
                image.set("src", name)
        (here / "cover.png").write_bytes(cover)
        (here / "book.css").write_text(style, "utf-8", newline="\n")
        tree = json.dumps(document(pages, about))
        (here / "book.json").write_text(tree, "utf-8")
        done = subprocess.run(
            [
                *[pandoc, "book.json", "--from=json", "--to=epub3"],
                *["--output=book.epub", "--toc", "--toc-depth=2"],
                *["--split-level=1", "--css=book.css"],
                "--epub-cover-image=cover.png",
            ],
            cwd=here,
            env={
                **os.environ,
                "SOURCE_DATE_EPOCH": str(int(about.when.timestamp())),
            },
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode or done.stderr.strip():
            raise ValueError(f"pandoc: {done.stderr.strip()[:2000]}")
        made = _made_firm(here / "book.epub", about)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(made)


def _made_firm(path: Path, about: About) -> bytes:
    """Return the archive in one order and of one time, its links whole.

    Pandoc knows where it put a heading, but not where the anchors within a
    page as it is went.
    """
    import io

    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    home = {}
    for name, data in files.items():
        if name.endswith(".xhtml"):
            for ident in re.findall(r'\bid="([^"]+)"', data.decode()):
                home[ident] = name

    def lead(name: str, match: re.Match[str]) -> str:
        there = home.get(match[1], name)
        file = "" if there == name else there.rsplit("/", 1)[-1]
        return f'href="{file}#{match[1]}"'

    for name in [n for n in files if n.startswith("EPUB/text/")]:
        if name.endswith(".xhtml"):
            text = files[name].decode()
            text = re.sub(
                r'(?<=\s)href="#([^"]+)"',
                lambda match, name=name: lead(name, match),  # type: ignore[misc]
                text,
            )
            text = _titled(text)
            if name.endswith("title_page.xhtml"):
                text = _dated(text, about)
            files[name] = text.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files, key=lambda n: (n != "mimetype", n)):
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.external_attr = 0o644 << 16
            plain = name == "mimetype"
            kind = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], kind, 9)
    return buffer.getvalue()


def _titled(text: str) -> str:
    """Give a file the title of its page: some readers say it aloud."""
    text = re.sub(r"\s*<style>\s*</style>", "", text, count=1)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    if heading is None:
        return text
    title = re.sub(r"<[^>]+>", "", heading[1])
    return re.sub(
        r"<title>.*?</title>",
        lambda _: f"<title>{title}</title>",
        text,
        count=1,
        flags=re.DOTALL,
    )


def _dated(text: str, about: About) -> str:
    """Write the date as a person does, and where the book is kept."""
    text = text.replace(f"{about.when:%Y-%m-%d}</p>", f"{about.day}</p>")
    if about.url:
        url = escape(about.url)
        home = f'<p class="home"><a href="{url}">{url}</a></p>'
        text = text.replace("</section>", f"{home}\n</section>", 1)
    return text


def moment(root: Path) -> datetime:
    """Return the time of the book: SOURCE_DATE_EPOCH, or the last commit."""
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if not told:
        try:
            told = subprocess.run(
                ["git", "log", "-1", "--format=%ct"],
                cwd=root,
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            told = ""
    seconds = float(told) if told else datetime.now(UTC).timestamp()
    return datetime.fromtimestamp(int(seconds), UTC)
