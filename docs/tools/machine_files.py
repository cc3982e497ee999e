"""What programs read of the site: robots.txt, llms.txt, llms-full.txt."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from contributed import Entry
from corrections import title
from course import Part
from feed import FEED
from pages import FRONT_MATTER, fences, front_matter

ROBOTS = "robots.txt"
INDEX = "llms.txt"
WHOLE = "llms-full.txt"
DETAILS = """\
Every block of Python on these pages is cut from one tested package, and every
output is what the block prints. Text and figures are under CC BY 4.0, code
under MIT: please name the page and link to it."""

FIGURE = re.compile(r'!\[(.*?)\]\(figure:[\w-]+(?:\s+"([^"]*)")?\)')
LINK = re.compile(r"(?<!!)(\[[^\]]*\]\()([^)\s]+)(\))")
BOX = re.compile(r"^/{3,}\s*(?:[a-z]+(?:\s*\|\s*(.+))?)?\s*$")
OPTION = re.compile(r"^    (?:type|open|attrs): .*$")
# { #anchor .class } after a heading or a link, or alone in its line.
ATTRIBUTES = re.compile(r"[ \t]*\{:? *[#.][^{}\n]*\}")
COMMENT = re.compile(r"<!-- [\w-]+ -->")
MATH = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """A page as a list names it."""

    title: str
    address: str
    note: str = ""


def robots(site_url: str | None) -> str:
    """Return robots.txt: everything may be read; where the map is."""
    lines = ["User-agent: *", "Allow: /"]
    if site_url:
        lines += ["", f"Sitemap: {site_url.rstrip('/')}/sitemap.xml"]
    return "\n".join(lines) + "\n"


def sections(
    parts: Iterable[Part], texts: Mapping[str, str], entries: Iterable[Entry]
) -> dict[str, list[Place]]:
    """Return the lists of llms.txt: heading → pages.

    Parameters
    ----------
    parts : iterable of Part
        The course; chapters that are not written are left out.
    texts : mapping of str to str
        Source address → Markdown of every page.
    entries : iterable of Entry
        The published reflections.
    """
    found: dict[str, list[Place]] = {}
    for part in parts:
        places = [
            Place(
                f"Chapter {one.number}: {one.title}",
                page_of(one.page),
                str(one.meta.get("description", "")),
            )
            for one in part.chapters
            if one.written
        ]
        if places:
            found[f"Part {part.roman}: {part.title}"] = places
    for heading, folder in (
        ("Notebooks", "notebooks"),
        ("Resources", "resources"),
        ("About", "about"),
    ):
        found[heading] = [
            Place(
                title(text).replace("`", ""),
                page_of(source),
                str(front_matter(text).get("description") or opening(text)),
            )
            for source, text in sorted(texts.items())
            if source.startswith(f"{folder}/")
            and not source.endswith("/index.md")
        ]
    written = [
        Place(one.title, one.url, f"{one.date}. {one.description}")
        for one in entries
    ]
    return {
        **found,
        "Reflections": written,
        "Optional": [
            Place("All chapters in one file", WHOLE, "as Markdown"),
            Place("Feed of the reflections", FEED, "Atom"),
        ],
    }


def opening(text: str) -> str:
    """Return the first sentence of a page, as plain text.

    >>> opening("# Title\\n\\nSome *words*\\nhere. And more.")
    'Some words here.'
    """
    body = re.sub(r"^#.*$", "", FRONT_MATTER.sub("", text), flags=re.M)
    first = body.strip().partition("\n\n")[0]
    first = re.sub(r"\s*\[@[^\]]*\]", "", first)
    first = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", r"\1", first)
    return re.split(r"(?<=[.?!])\s", " ".join(first.split()))[0]


def index(
    title: str,
    summary: str,
    lists: Mapping[str, Iterable[Place]],
    site_url: str | None,
) -> str:
    """Return llms.txt as https://llmstxt.org proposes it.

    Parameters
    ----------
    title, summary : str
        The heading, and the quotation under it.
    lists : mapping of str to iterable of Place
        Heading → its pages. The one called Optional may be skipped.
    site_url : str or None
        The site's address. Without it the links are relative to the file.
    """
    blocks = [f"# {title}", f"> {_line(summary)}", DETAILS]
    for heading, places in lists.items():
        lines = [
            f"- [{_line(place.title)}]({absolute(place.address, site_url)})"
            + (f": {_line(place.note)}" if place.note else "")
            for place in places
        ]
        blocks += [f"## {heading}", "\n".join(lines)] if lines else []
    return "\n\n".join(blocks) + "\n"


def _line(text: str) -> str:
    return re.sub(r"([\[\]])", r"\\\1", " ".join(text.split()))


def absolute(address: str, site_url: str | None) -> str:
    """Return a page's address, given from the site's root."""
    base = f"{site_url.rstrip('/')}/" if site_url else ""
    return f"{base}{address}" or "./"


def whole(
    title: str, documents: Iterable[tuple[str, str]], site_url: str | None
) -> str:
    """Return llms-full.txt: the text of many pages, one after another.

    Parameters
    ----------
    title : str
    documents : iterable of (str, str)
        Source address (``chapters/05-loss.md``) and Markdown, in which
        quotations and citations are already filled in.
    site_url : str or None
    """
    parts = [f"# {title}"]
    for source, text in documents:
        here = absolute(page_of(source), site_url)
        parts.append(
            f"---\n\nSource: {here}\n\n{plain(text, source, site_url)}"
        )
    return "\n\n".join(parts) + "\n"


def page_of(source: str) -> str:
    """Return the address of a page from its source's.

    >>> page_of("chapters/05-loss.md"), page_of("parts/index.md")
    ('chapters/05-loss/', 'parts/')
    """
    name = source.removesuffix(".md").replace(
        "reflections/posts/", "reflections/"
    )
    name = re.sub(r"(^|/)index$", r"\1", name)
    return f"{name}/" if name and not name.endswith("/") else name


def plain(text: str, source: str, site_url: str | None) -> str:
    """Return a page's Markdown without what only the site understands.

    Figures become their description, boxes a bold title, links lead to the
    published pages. Code, output and formulas stay as they are.
    """
    text = FRONT_MATTER.sub("", text)
    blocks = fences(text)
    lines = text.splitlines()
    pieces: list[str] = []
    last = 0
    for block in blocks:
        pieces.append(_prose(lines[last : block.start - 1], source, site_url))
        pieces.append("\n".join(lines[block.start - 1 : block.end]))
        last = block.end
    pieces.append(_prose(lines[last:], source, site_url))
    joined = "\n".join(pieces)
    return re.sub(r"\n{3,}", "\n\n", joined).strip()


def _prose(lines: list[str], source: str, site_url: str | None) -> str:
    kept = []
    for line in lines:
        box = BOX.match(line)
        if box:
            kept.append(f"**{box[1].strip()}**\n" if box[1] else "")
        elif not OPTION.match(line):
            kept.append(line)
    text = COMMENT.sub("", "\n".join(kept))
    # Formulas hold brackets and braces of their own.
    formulas = MATH.findall(text)
    text = MATH.sub("\0", text)
    text = FIGURE.sub(_described, text)
    text = ATTRIBUTES.sub("", text)

    def lead(match: re.Match[str]) -> str:
        return f"{match[1]}{_target(match[2], source, site_url)}{match[3]}"

    text = LINK.sub(lead, text)
    waiting = iter(formulas)
    return re.sub("\0", lambda _: next(waiting), text)


def _described(match: re.Match[str]) -> str:
    caption = f" Caption: {match[2]}" if match[2] else ""
    return f"(Figure: {match[1]}{caption})"


def _target(target: str, source: str, site_url: str | None) -> str:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path:
        return target
    way = posixpath.normpath(
        posixpath.join(posixpath.dirname(source), parts.path)
    )
    address = page_of(way) if way.endswith(".md") else way
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    return absolute(address, site_url) + anchor
