"""Formulas in figures, set by the browser.

Matplotlib places each sign of ``$w_1 x + b$`` by itself, at the widths of its
own font. In the page's font that comes out spaced at random. Here the signs
become one running line again: shifts up and down for indices, gaps where
matplotlib left one, and an anchor at its middle or end.
"""

import functools
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_OVERLAP = 0.2  # of the size: more means that signs stand above each other
_GAP = 0.06  # of the size: less is nothing that anybody would see


@dataclass
class _Sign:
    x: float
    y: float
    size: float
    look: tuple[tuple[str, str], ...]  # font-style, font-weight
    text: str
    width: float

    @property
    def end(self) -> float:
        return self.x + self.width


def mark_anchors(figure: Figure) -> None:
    """Write each text's alignment into its group id, for `set_running`."""
    for text in figure.findobj(Text):
        if isinstance(text, Text):
            text.set_gid(f"anchor-{_ANCHORS[text.get_horizontalalignment()]}")


def set_running(group: ElementTree.Element) -> None:
    """Rewrite the formula in a text's group, if it can run as one line.

    Fractions, roots, and an index below an exponent stay as they were.
    """
    anchor = (group.get("id") or "").removeprefix("anchor-")
    for placed in group.iter("g"):
        if len(placed) != 1 or placed[0].tag != "text" or not len(placed[0]):
            continue
        text = placed[0]
        signs = _read(text)
        if signs is None:
            continue
        width = max(sign.end for sign in signs)
        text[:] = _runs(signs)
        if anchor in {"middle", "end"}:
            x = width / 2 if anchor == "middle" else width
            text.set("x", f"{x:.2f}")
            text.set("text-anchor", anchor)


def _read(text: ElementTree.Element) -> list[_Sign] | None:
    """Return the signs from left to right; None if they overlap."""
    signs: list[_Sign] = []
    marks: list[_Sign] = []
    for span in text:
        x, y, said = span.get("x", ""), span.get("y", ""), span.text or ""
        if " " in x or len(said) != 1:
            return None
        look = tuple(
            (name, span.attrib[name])
            for name in ("font-style", "font-weight")
            if name in span.attrib
        )
        size = float(span.get("font-size", "10"))
        sign = _Sign(
            float(x), float(y), size, look, said, _advance(said, size, look)
        )
        (marks if unicodedata.combining(said) else signs).append(sign)
    signs.sort(key=lambda sign: sign.x)
    for one, following in pairwise(signs):
        if one.end - following.x > _OVERLAP * max(one.size, following.size):
            return None
    for mark in marks:  # the hat of y-hat belongs behind its letter
        under = [s for s in signs if s.x <= mark.x - 0.1 * mark.size]
        if not under:
            return None
        under[-1].text += mark.text
    return signs or None


@functools.cache
def _advance(
    sign: str, size: float, look: tuple[tuple[str, str], ...]
) -> float:
    """Return how wide matplotlib's own font sets a sign."""
    said = dict(look)
    bold = said.get("font-weight", "") in {"bold", "700"}
    properties = FontProperties(
        family="DejaVu Sans",
        style="oblique" if "font-style" in said else "normal",
        weight="bold" if bold else "normal",
    )
    font = get_font(findfont(properties))
    font.set_size(100, 72)
    glyph = font.load_char(ord(sign))
    return float(glyph.linearHoriAdvance / 65536 * size / 100)


def _runs(signs: list[_Sign]) -> list[ElementTree.Element]:
    """Return the spans of a running line."""
    spans: list[ElementTree.Element] = []
    before: _Sign | None = None
    for sign in signs:
        gap = sign.x - before.end if before else 0.0
        rise = sign.y - (before.y if before else 0.0)
        new = (
            before is None
            or gap > _GAP * sign.size
            or abs(rise) > 0.01
            or (sign.size, sign.look) != (before.size, before.look)
        )
        if new:
            span = ElementTree.Element("tspan", dict(sign.look))
            span.set("font-size", f"{sign.size:g}")
            if gap > _GAP * sign.size:
                span.set("dx", f"{gap:.2f}")
            if abs(rise) > 0.01:
                span.set("dy", f"{rise:.2f}")
            span.text = ""
            spans.append(span)
        spans[-1].text = (spans[-1].text or "") + sign.text
        before = sign
    return spans
