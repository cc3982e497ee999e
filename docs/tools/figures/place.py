"""Figures on pages: what a page says of them, and the HTML around them."""

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path

from figures.find import FigureError, Place, catalogue, unknown
from problems import Problem

ALT_AT_LEAST = 30  # characters; less cannot say what is to be seen

_ON_PAGE = re.compile(
    r"!\[(?P<alt>(?:\\.|[^\[\]\\]|\[[^\[\]]*\])*)\]"
    r"\(\s*figure:(?P<name>[^\s)\"]*)(?:\s+\"(?P<caption>[^\"]*)\")?\s*\)"
)
_FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)\s*$", re.M | re.S
)
_PARAGRAPH = re.compile(r"<p>\s*(?P<img><img\b[^>]*>)\s*</p>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def alt_fault(alt: str) -> str | None:
    """Return what is wrong with a text alternative, or None."""
    said = " ".join(alt.split())
    if len(said) < ALT_AT_LEAST:
        return (
            "expected a text alternative of at least "
            f"{ALT_AT_LEAST} characters, got {len(said)}"
            + (f" ({said!r})" if said else "")
            + "; say what the figure shows and what to see in it"
        )
    if "$" in said or "`" in said:
        return (
            "expected a text alternative in plain words, since it is read "
            f"aloud, got {'$' if '$' in said else '`'} in it"
        )
    return None


def as_figure(svg: str, *, ident: str, alt: str, caption: str = "") -> str:
    """Return the ``<figure>`` element of a drawing.

    Parameters
    ----------
    svg : str
        From `figures.svg.serialise`, its text alternative still empty.
    ident : str
        The anchor.
    alt, caption : str
        As text, not as HTML.
    """
    label = escape(" ".join(alt.split()))
    svg = svg.replace('aria-label=""', f'aria-label="{label}"', 1)
    said = escape(caption, quote=False)
    below = f"<figcaption>{said}</figcaption>" if caption else ""
    return f'<figure class="figure" id="{ident}">{svg}{below}</figure>'


def replace(html: str, svgs: Mapping[str, str]) -> str:
    """Put the drawings in place of python-markdown's image paragraphs.

    Raises
    ------
    FigureError
        If a figure is left over: unknown, or not a paragraph of its own.
    """

    def drawn(found: re.Match[str]) -> str:
        said = {n: unescape(v) for n, v in _ATTRIBUTE.findall(found["img"])}
        scheme, _, name = said.get("src", "").partition(":")
        if scheme != "figure":
            return found[0]
        if name not in svgs:
            raise FigureError(unknown(name, svgs))
        return as_figure(
            svgs[name],
            ident=f"fig-{name}",
            alt=said.get("alt", ""),
            caption=said.get("title", ""),
        )

    html = _PARAGRAPH.sub(drawn, html)
    if left := re.search(r'<img\b[^>]*\bsrc="figure:([^"]*)"', html):
        raise FigureError(f"figure:{left[1]} must be a paragraph of its own")
    return html


def problems(root: Path, pages: Mapping[str, str]) -> list[Problem]:
    """Check the figures of all pages (path from the root → Markdown)."""
    places, faults = catalogue(root)
    if faults:  # which figures there are is not known
        return faults
    shown_somewhere: set[str] = set()
    for page, text in pages.items():
        shown: set[str] = set()
        blanked = _FENCE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
        for found in _ON_PAGE.finditer(blanked):
            line = text.count("\n", 0, found.start()) + 1
            for message in _faults(found, places, shown):
                faults.append(Problem(page, line, message))
            shown.add(found["name"])
        shown_somewhere |= shown
    for name in sorted(places.keys() - shown_somewhere):
        place = places[name]
        faults.append(
            Problem(
                place.path.relative_to(root).as_posix(),
                place.line,
                f"no page shows figure:{name}; show it or delete "
                f"{place.function}()",
            )
        )
    return sorted(faults)


def _faults(
    found: re.Match[str], places: Mapping[str, Place], shown: set[str]
) -> Iterator[str]:
    name = found["name"]
    if name not in places:
        yield unknown(name, places)
    if name in shown:
        yield f"figure:{name} is shown twice on this page; link to the first"
    if fault := alt_fault(found["alt"]):
        yield f"figure:{name} {fault}"
    before = found.string[: found.start()].rpartition("\n\n")[2]
    after = found.string[found.end() :].partition("\n\n")[0]
    if before.strip() or after.strip():
        yield f"figure:{name} must be a paragraph of its own"
