"""What of an entry would be lost on the site, told to its writer by line.

The judge of contributed text is `cleaning.clean`. An entry is right if the
page made of it holds nothing that cleaning takes out, so nothing here reads
Markdown: the page is rendered and cleaned as the site does it, and the two
are compared. Safe the site is without this.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from markdown import Markdown
from mkdocs.config import load_config

from contributed import cleaning, entry, letters, pictures
from maths import TEX_COMMANDS
from problems import Faulty, Problem
from text import Document, fences

HOST = re.compile(
    r"https://(?![^/?#]*xn--)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
    r"(?=[/?#]|$)",
    re.I,
)
FORMULA = re.compile(r'class="arithmatex">(.*?)</(?:span|div)>', re.S)
FIGURE = re.compile(r"figure:ch\d{2}-[a-z0-9-]+")
# Another check of a page: its source and its HTML, as `outline.problems`.
Check = Callable[[Document, str], Iterable[Problem]]
# Words to find a line by, the best first, and what is to be mended there.
Fault = tuple[tuple[str, ...], str]


def faults(
    document: Document,
    root: Path,
    known: entry.Known,
    checks: Iterable[Check] = (),
) -> Iterator[Problem]:
    """Yield all that is to be mended in an entry that `entry.read` has read.

    The mkdocs.yml of ``root`` says how Markdown becomes a page; ``checks``
    are asked about that page as well.
    """
    yield from entry.faults(document, known)
    yield from (document.fault(*one) for one in letters.faults(document.body))
    yield from _of_rows(document, known)
    try:
        html = render(document, root)
    except Faulty as error:
        yield from error.problems
        return
    for words, said in _of_page(html, document, known):
        yield document.fault(_line(document, words), said)
    for check in checks:
        yield from check(document, html)


def _of_rows(document: Document, known: entry.Known) -> Iterator[Problem]:
    if not document.body.strip():
        yield document.fault(1, "the entry has no text; write some below ---")
    for number, row in enumerate(document.body.split("\n"), 1):
        if "<!--" in row:  # plugins obey them, as the one that lists tags
            said = "<!-- is not allowed, not even in code; leave it out"
            yield document.fault(number, said)
        if row.strip() in known.questions and not document.meta.get("draft"):
            said = "this question is the template's; answer it in your words"
            yield document.fault(number, f"{said} (or keep draft: true)")


@cache
def _markdown(settings: Path) -> Markdown:
    config = load_config(str(settings), plugins=[], hooks=[], watch=[])
    return Markdown(
        extensions=config.markdown_extensions,
        extension_configs=config.mdx_configs,
    )


def render(document: Document, root: Path) -> str:
    """Return an entry's HTML by the site's own Markdown, not cleaned.

    What it quotes of the package is left out: that is the journal's own.

    Raises
    ------
    Faulty
        If no page can be made of it.
    """
    parser = _markdown((root / "mkdocs.yml").resolve())
    parser.reset()
    fences(document.body, document.path)  # is one not closed?
    body = re.sub(r"\A(?: *\n)+", "", document.body)
    try:
        return str(parser.convert(cleaning.without_includes(body, ())))
    except Exception as error:
        # Parsers of contributed text fail in many ways; all mean no.
        said = f"this cannot be made into a page ({error!r:.80})"
        raise Faulty(
            document.fault(1, f"{said}; write plainer Markdown")
        ) from error


class Page(HTMLParser):
    """The parts of a page, and what of them has rules of its own."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[tuple[str, str, str]] = []
        self.links: list[str] = []
        self.images: list[dict[str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        told = {name: value or "" for name, value in attrs}
        self.parts += [(tag, "", ""), *((tag, *one) for one in told.items())]
        if tag == "a":
            self.links.append(told.get("href", ""))
        if tag == "img":
            self.images.append(told)

    def handle_startendtag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.parts.append((f"/{tag}", "", ""))

    def handle_data(self, data: str) -> None:
        self.text += data


def _of_page(
    html: str, document: Document, known: entry.Known
) -> Iterator[Fault]:
    page = Page(html)
    yield from _lost(page, Page(cleaning.clean(html)))
    if re.search("<[!?]", html):
        yield ("<!", "<?"), "a declaration of HTML is not allowed; delete it"
    if any(part[0] == "h1" for part in page.parts):
        yield ("# ",), "the title is the heading of level 1; write ## instead"
    if not any(letters.faults(document.body)):
        # Of those that the source shows the line is told already.
        yield from ((("&",), said) for _, said in letters.faults(page.text))
    for tex in FORMULA.findall(html):
        for name in re.findall(r"\\([A-Za-z]+)", unescape(tex)):
            if name not in TEX_COMMANDS:
                said = f"\\{name} is not one that an entry may use"
                yield (f"\\{name}",), f"{said}; say it by plain TeX"
    for href in page.links:
        if href.partition("#")[0] in known.drafts:
            said = f"{href} is a draft, which has no page"
            yield (href,), f"{said}; link to something else"
        if href.lower().startswith("https:") and not HOST.match(href):
            said = f"the link {href[:60]} is not allowed"
            yield (href,), f"{said}; link to a plain host, as example.org"
    yield from _images(page.images, Path(document.path).stem, known.pictures)


def _lost(page: Page, cleaned: Page) -> Iterator[Fault]:
    left = Counter(cleaned.parts)
    left.subtract(page.parts)
    gone = [part for part in dict.fromkeys(page.parts) if left[part] < 0]
    for tag, name, value in gone:
        if name == "src" or (name and (tag, "", "") in gone):
            continue  # what is said of the picture, or the element, will do
        if name:
            sign = {"class": ".", "id": "#"}.get(name, "")
            pieces = re.findall(r"[^\s:\"'<>]{4,}", value)
            words = (sign + value, f"{name}=", f"<{tag}", *pieces, "## ")
        else:
            words = (f"<{tag}",)
        yield words, _said(tag, name, " ".join(value.split()))
    if not gone and cleaned.text.split() != page.text.split():
        yield (), "a part of the text is not shown; write plain Markdown"


def _said(tag: str, name: str, value: str) -> str:
    """Return what is lost, and the cure."""
    if not name:
        return (
            f"raw HTML <{tag.strip('/')}> is not allowed; use Markdown, put "
            "it in `code`, or leave a space after a < that means less than"
        )
    if name == "href":
        return (
            f"the link {value[:60] or '(empty)'} is not allowed; link to "
            "https:, mailto: or a page, as ../docs/chapters/05-loss.md"
        )
    if name == "id" and value.startswith("_"):
        return "the heading has no word for its address; add { #a-word }"
    return (
        f"the attribute {name}={value[:40]!r} of <{tag}> is not allowed; "
        "leave it out, and put braces in `code` or $math$"
    )


def _images(
    images: list[dict[str, str]], stem: str, known: frozenset[str]
) -> Iterator[Fault]:
    own = set()
    for image in images:
        source = image.get("src", "")
        words = (source, "![")
        found = pictures.REFERENCE.fullmatch(source)
        if found:
            own.add(source)
        if not image.get("alt", "").strip():
            said = "the picture has no text alternative"
            yield words, f"{said}; say between [ and ] what there is to see"
        if not found and not FIGURE.fullmatch(source):
            yield (
                words,
                f"the picture {source[:60]} is not allowed; show a figure of "
                "the journal by figure:chNN-name, or a picture of your own "
                f"by {pictures.FOLDER}/{stem}-words.png",
            )
        elif found and not pictures.belongs(found[1], stem):
            said = f"the picture {source} is not this entry's"
            yield words, f"{said}; name it {stem}-words.png"
        elif found and found[1] not in known:
            yield words, f"there is no {source}; add it, or correct the name"
    if len(own) > pictures.MAX_PICTURES:
        said = f"more than {pictures.MAX_PICTURES} pictures of its own"
        yield ("![",), f"the entry shows {said}; leave some out"


def _line(document: Document, words: Iterable[str]) -> int:
    """Return the first line of the text that has the first word it can."""
    rows = document.body.split("\n")
    for word in filter(None, words):
        for number, row in enumerate(rows, 1):
            if word.lower() in f"{row}\0{unescape(row)}".lower():
                return number
    return next((n for n, row in enumerate(rows, 1) if row.strip()), 1)
