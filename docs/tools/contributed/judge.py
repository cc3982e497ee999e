"""What of an entry would be lost on the site, told to its writer by line.

An entry is right if cleaning takes nothing out of its page: it is rendered
and cleaned as the site does it, and the two are compared. The site is safe
without this.
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

FORMULA = re.compile(r'class="arithmatex">(.*?)</(?:span|div)>', re.S)
# Another check of a page: its source and its HTML, as `rendered.problems`.
Check = Callable[[Document, str], Iterable[Problem]]
# Words to find a line by, the best first, and what is to be mended there.
Fault = tuple[tuple[str, ...], str]


def faults(
    document: Document,
    root: Path,
    checks: Iterable[Check] = (),
) -> Iterator[Problem]:
    """Yield all that is to be mended in an entry that `entry.read` has read.

    The mkdocs.yml of ``root`` says how Markdown becomes a page; ``checks``
    are asked about that page as well.
    """
    yield from entry.faults(document, root)
    yield from (document.fault(*one) for one in letters.faults(document.body))
    for number, row in enumerate(document.body.split("\n"), 1):
        if "<!--" in row:  # plugins obey them, as the one that lists tags
            said = "<!-- is not allowed, not even in code; leave it out"
            yield document.fault(number, said)
    try:
        html = render(document, root)
    except Faulty as error:
        yield from error.problems
        return
    for words, said in _of_page(html, document, root):
        yield document.fault(_line(document, words), said)
    for check in checks:
        yield from check(document, html)


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
    If no page can be made of it, it is `Faulty`.
    """
    parser = _markdown((root / "mkdocs.yml").resolve())
    parser.reset()
    fences(document.body, document.path)  # is one not closed?
    body = re.sub(r"\A(?: *\n)+", "", document.body)
    try:
        return str(parser.convert(cleaning.ANY_INCLUDE.sub(r"\1;", body)))
    except Exception as error:
        # Parsers of contributed text fail in many ways; all mean no.
        _markdown.cache_clear()  # it may be in the midst of something
        said = f"no page can be made of this ({error!r:.80}); write plainer"
        raise Faulty(document.fault(1, f"{said} Markdown")) from error


class Page(HTMLParser):
    """The parts of a page: elements, their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        told = [(tag, name, value or "") for name, value in attrs]
        self.parts += [(tag, "", ""), *told]

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        self.parts.append((f"/{tag}", "", ""))

    def handle_data(self, data: str) -> None:
        self.text += data


def _of_page(html: str, document: Document, root: Path) -> Iterator[Fault]:
    page = Page(html)
    yield from _lost(page, Page(cleaning.clean(html)))
    if re.search("<[!?]", html):
        yield ("<!", "<?"), "a declaration of HTML is not allowed; delete it"
    if ("h1", "", "") in page.parts:
        yield ("# ",), "the title is the heading of level 1; write ## instead"
    if not any(letters.faults(document.body)):
        # Of those that the source shows the line is told already.
        yield from ((("&",), said) for _, said in letters.faults(page.text))
    for tex in FORMULA.findall(html):
        for name in re.findall(r"\\([A-Za-z]+)", unescape(tex)):
            if name not in TEX_COMMANDS:
                said = f"\\{name} is not one that an entry may use"
                yield (f"\\{name}",), f"{said}; say it by plain TeX"
    drawn = (root / entry.FOLDER / pictures.FOLDER).glob("*")
    name = Path(document.path).name
    own = {path.name for path in drawn if pictures.belongs(path.name, name)}
    yield from _of_pictures(page, own)


def _of_pictures(page: Page, own: set[str]) -> Iterator[Fault]:
    for tag, name, value in page.parts:
        if (tag, name, value.strip()) == ("img", "alt", ""):
            said = "the picture has no text alternative; say between [ and ]"
            yield ("![]",), f"{said} what there is to see"
        found = pictures.REFERENCE.fullmatch(value)
        if found and found[1] not in own:
            said = f"there is no picture {value} of this entry"
            yield (value,), f"{said}; add it, or correct the name"
    if len(own) > pictures.MAX_PICTURES:
        said = f"more than {pictures.MAX_PICTURES} pictures of its own"
        yield ("![",), f"the entry has {said}; leave some out"


def _lost(page: Page, cleaned: Page) -> Iterator[Fault]:
    left = Counter(cleaned.parts)
    left.subtract(page.parts)
    gone = [part for part in dict.fromkeys(page.parts) if left[part] < 0]
    for tag, name, value in gone:
        if not name:
            words: tuple[str, ...] = (f"<{tag}",)
        elif (tag, "", "") in gone:
            continue  # what is said of the element will do
        else:
            sign = {"class": ".", "id": "#"}.get(name, "")
            pieces = re.findall(r"[^\s:\"'<>]{4,}", value)
            words = (sign + value, f"{name}=", f"<{tag}", *pieces, "## ")
        yield words, _said(tag, name, " ".join(value.split()))
    if not gone and cleaned.text.split() != page.text.split():
        yield (), "a part of the text is not shown; write plain Markdown"


def _said(tag: str, name: str, value: str) -> str:
    """Return what is lost, and the cure."""
    if name == "id" and value.startswith("_"):
        return "the heading has no word for its address; add { #a-word }"
    lost = f"the attribute {name}={value[:40]!r} of <{tag}>"
    cure = "leave it out, and put braces in `code` or $math$"
    if not name:
        lost = f"raw HTML <{tag.strip('/')}>"
        cure = "use Markdown, put it in `code`, or leave a space after a <"
    elif name == "src":
        lost = f"the picture {value[:60]}"
        cure = "show figure:chNN-name, or a picture of your own by images/"
    elif name == "href":
        lost = f"the link {value[:60] or '(empty)'}"
        cure = "link to https: and a plain host, mailto: or a page"
    return f"{lost} is not allowed; {cure}"


def _line(document: Document, words: Iterable[str]) -> int:
    """Return the first line of the text that has the first word it can."""
    rows = document.body.split("\n")
    for word in filter(None, words):
        for number, row in enumerate(rows, 1):
            if word.lower() in f"{row}\0{unescape(row)}".lower():
                return number
    return next((n for n, row in enumerate(rows, 1) if row.strip()), 1)
