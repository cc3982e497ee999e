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
from urllib.parse import urlsplit

from markdown import Markdown
from mkdocs.config import load_config

from contributed import cleaning, entry, letters, pictures
from problems import Faulty, Problem
from tex_commands import TEX_COMMANDS
from text import Document, fences

# Parsers take time with the square of these.
MAX_BRACKETS = 2_000
HOST = re.compile(
    r"(?!.*xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}",
    re.I,
)
FORMULA = re.compile(r'class="arithmatex">(.*?)</(?:span|div)>', re.S)
# Words of a link that are an address themselves.
ADDRESS = re.compile(
    r"\s*(?:https?://|(?=www\.))([^\s/?#]+)"
    r"|\s*([\w.-]+\.(?:com|org|net|io|dev|edu|gov))(?:[/:\s]|$)",
    re.I,
)
FIGURE = re.compile(r"figure:ch\d{2}-[a-z0-9-]+")
# Another check of a page: its source and its HTML, as `outline.problems`.
Check = Callable[[Document, str], Iterable[Problem]]


@cache
def _markdown(root: Path) -> Markdown:
    config = load_config(str(root / "mkdocs.yml"), plugins=[], hooks=[])
    return Markdown(
        extensions=config.markdown_extensions,
        extension_configs=config.mdx_configs,
    )


def render(document: Document, root: Path) -> str:
    """Return an entry's HTML by the site's own Markdown, not cleaned.

    What it quotes of the package is left out: that is the journal's own.
    """
    body = re.sub(r"\A(?: *\n)+", "", document.body)
    parser = _markdown(root)
    parser.reset()
    return str(parser.convert(cleaning.without_includes(body, ())))


class Page(HTMLParser):
    """The parts of a page, and what of them has rules of its own."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[tuple[str, str, str]] = []
        self.links: list[tuple[str, str]] = []
        self.images: list[dict[str, str]] = []
        self.text = ""
        self.in_link = False
        self.feed(html)
        self.close()

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.parts.append((tag, "", ""))
        for name, value in attrs:
            # "checked" and "open" need no value.
            self.parts.append((tag, name, value or ""))
        told = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append((told.get("href", ""), ""))
            self.in_link = True
        if tag == "img":
            self.images.append(told)

    def handle_startendtag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.parts.append((f"/{tag}", "", ""))
        self.in_link = self.in_link and tag != "a"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.in_link:
            href, words = self.links[-1]
            self.links[-1] = href, words + data

    def handle_comment(self, data: str) -> None:
        self.parts.append(("!", "", ""))

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)


def lost(html: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what cleaning takes out of a page, and words to find it by."""
    cleaned, whole = Page(cleaning.clean(html)), Page(html)
    left = Counter(cleaned.parts)
    is_whole = "".join(cleaned.text.split()) == "".join(whole.text.split())
    for part in whole.parts:
        left[part] -= 1
        if left[part] < 0:
            is_whole = True  # what stood in it has gone with it
            yield _said(*part), _trace(*part)
    if not is_whole:
        yield "a part of the text is not shown; write plain Markdown", ()


def _trace(tag: str, name: str, value: str) -> tuple[str, ...]:
    if tag == "!":
        return "<!", "<?"
    if not name:
        return (f"<{tag}",)
    sign = {"class": ".", "id": "#"}.get(name, "")
    words = [sign + word for word in value.split()] if sign else [value]
    pieces = re.findall(r"[^\s:\"'<>]{4,}", value)
    return (*words, f"{name}=", f"<{tag}", *pieces)


def _said(tag: str, name: str, value: str) -> str:
    """Return what is lost, and the cure."""
    value = " ".join(value.split())
    if tag == "!":
        return (
            "a comment or a declaration of HTML is not allowed; leave it out"
        )
    if name == "href":
        return (
            f"the link {value[:60] or '(empty)'} is not allowed; link to "
            "https:, mailto: or a page of the journal, as "
            "../docs/chapters/05-loss.md"
        )
    if name == "src":
        return _picture(value)
    if name == "id" and value.startswith("_"):
        return "a heading needs a word for its address; add { #a-word } to it"
    if name:
        return (
            f"the attribute {name}={value[:40]!r} of <{tag}> is not allowed; "
            "leave it out, and put braces in `code` or $math$"
        )
    return (
        f"raw HTML <{tag.lstrip('/')}> is not allowed; use Markdown, put it in `code`, "
        "or leave a space after a < that means less than"
    )


def _picture(name: str) -> str:
    return (
        f"the picture {name[:60]} is not allowed; show a figure of the "
        "journal by figure:chNN-name, or a picture of your own by "
        f"{pictures.FOLDER}/ENTRY-words.png, named as the entry"
    )


def faults(
    document: Document,
    root: Path,
    known: entry.Known,
    checks: Iterable[Check] = (),
) -> Iterator[Problem]:
    """Yield all that is to be mended in an entry.

    Parameters
    ----------
    document : Document
        The entry, as `entry.read` returns it.
    root : Path
        The repository, whose mkdocs.yml says how Markdown is read.
    known : entry.Known
        What the entry may refer to.
    checks : iterable of callable
        What else is to be asked of its source and its HTML.
    """
    yield from entry.faults(document, known)
    for line, said in letters.faults(document.body):
        yield document.fault(line, said)
    if too_much := _unreadable(document):
        yield too_much
        return
    for number, row in enumerate(document.body.split("\n"), 1):
        if "<!--" in row:  # plugins obey them, as the one that lists tags
            message = "<!-- is not allowed, not even in code; leave it out"
            yield document.fault(number, message)
        if row.strip() in known.questions and not document.meta.get("draft"):
            yield document.fault(
                number,
                "this question is the template's; answer it in your own "
                "words and delete it (or keep draft: true)",
            )
    try:
        fences(document.body, document.path)  # is one not closed?
        html = render(document, root)
    except Faulty as error:
        yield from error.problems
        return
    except Exception as error:
        # Parsers of contributed text fail in many ways; all mean no.
        told = f"this cannot be made into a page: {error!r:.80}"
        yield document.fault(1, f"{told}; write plainer Markdown")
        return
    for words, said in _of_page(html, document, known):
        yield document.fault(_line(document, words), said)
    for check in checks:
        yield from check(document, html)


def _unreadable(document: Document) -> Problem | None:
    """Return where an entry is too much for parsers, if it is."""
    if not document.body.strip():
        end = document.text.rstrip().count("\n") + 1
        return document.fault(
            end, "the entry has no text; write some below ---"
        )
    for sign in "[<":
        found = [
            m.start() for m in re.finditer(re.escape(sign), document.body)
        ]
        if len(found) > MAX_BRACKETS:
            line = document.body.count("\n", 0, found[MAX_BRACKETS]) + 1
            return document.fault(
                line,
                f"the entry has {len(found)} signs {sign}, at most "
                f"{MAX_BRACKETS} are allowed; shorten it or make two entries",
            )
    return None


def _line(document: Document, words: Iterable[str]) -> int:
    """Return the first line of the text that has the first word it can."""
    rows = document.body.split("\n")
    for word in filter(None, words):
        for number, row in enumerate(rows, 1):
            if word.lower() in f"{row}\0{unescape(row)}".lower():
                return number
    return next((n for n, row in enumerate(rows, 1) if row.strip()), 1)


def _of_page(
    html: str, document: Document, known: entry.Known
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield words to find a fault by, and what is to be mended."""
    for said, words in lost(html):
        yield words, said
    page = Page(html)
    if any(part[0] == "h1" for part in page.parts):
        yield ("# ",), "the title is the heading of level 1; write ## instead"
    for _, said in letters.faults(page.text):
        # Of those that the source shows the line is told already.
        if not any(letters.faults(document.body)):
            yield ("&#", "&"), said
    for tex in FORMULA.findall(html):
        for command in re.findall(r"\\([A-Za-z]+)", unescape(tex)):
            if command not in TEX_COMMANDS:
                yield (
                    (f"\\{command}",),
                    f"the command \\{command} is not one of those that an "
                    "entry may use; say it by plain TeX",
                )
    for href, shown in page.links:
        if wrong := _link(href, shown):
            yield (href, shown), wrong
    yield from _images(page, document, known)


def _link(href: str, words: str) -> str:
    """Return what is wrong with a link to another site."""
    try:
        host = urlsplit(href).netloc
    except ValueError:
        return ""  # cleaning takes it out
    if href.lower().startswith("https:") and not HOST.fullmatch(host):
        return (
            f"the link {href[:60]} is not allowed, its host must be a plain "
            "name as example.org, without user, port, % or xn--; link to "
            "another"
        )
    seen = ADDRESS.match(words)
    if seen and (seen[1] or seen[2]).lower() != host.lower():
        return (
            f"the words of the link are the address {words.strip()[:40]}, it "
            "leads elsewhere; write other words"
        )
    return ""


def _images(
    page: Page, document: Document, known: entry.Known
) -> Iterator[tuple[tuple[str, ...], str]]:
    name = Path(document.path).name
    own: set[str] = set()
    for image in page.images:
        source = image.get("src", "")
        words = (source, "![")
        if not image.get("alt", "").strip():
            yield (
                words,
                "the picture has no text alternative; say between [ and ] "
                "what there is to see",
            )
        if found := pictures.REFERENCE.fullmatch(source):
            own.add(source)
            if not pictures.belongs(found[1], name):
                yield (
                    words,
                    f"the picture {source} is not this entry's; name it "
                    f"{pictures.FOLDER}/{name.removesuffix('.md')}-words.png",
                )
            elif found[1] not in known.pictures:
                yield words, f"there is no {source}; add it, or correct it"
        elif not FIGURE.fullmatch(source):
            yield words, _picture(source)
        if len(own) > pictures.MAX_PICTURES:
            yield (
                words,
                f"the entry shows more than {pictures.MAX_PICTURES} pictures "
                "of its own; leave some out",
            )
            return
