"""Formulas in figures, set by the browser.

Matplotlib places each sign of ``$w_1 x + b$`` by itself, at the widths of its
own font. Here they become one running line again, in the page's font.
"""

import functools
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_LOOK = ("font-style", "font-weight")
_OVERLAP = 0.2  # of the size: more means that signs stand above each other
_GAP = 0.06  # of the size: less is nothing that anybody would see


@dataclass
class _Sign:
    text: str
    x: float
    y: float
    size: float
    look: dict[str, str]
    end: float


def mark_anchors(figure: Figure) -> None:
    """Write each text's alignment into its group id, for `set_running`."""
    for text in figure.findobj(Text):
        if isinstance(text, Text):
            text.set_gid(f"anchor-{_ANCHORS[text.get_horizontalalignment()]}")


def set_running(group: Element, name: str) -> None:
    """Rewrite the formula in a text's group, if it can run as one line.

    The group's name says its alignment, see `mark_anchors`.

    Fractions, roots, and an index below an exponent stay as they were.
    """
    if not name.startswith("anchor-"):
        return
    anchor = name.removeprefix("anchor-")
    for text in group.iter("text"):
        if signs := _read(text):
            width = max(sign.end for sign in signs)
            text[:] = _runs(signs)
            if anchor != "start":
                x = width / 2 if anchor == "middle" else width
                text.set("x", f"{x:.2f}")
                text.set("text-anchor", anchor)


def _read(text: Element) -> list[_Sign]:
    """Return the signs from left to right; none if they overlap."""
    signs: list[_Sign] = []
    marks: list[_Sign] = []
    for span in text:
        x, said = span.get("x", ""), span.text or ""
        if " " in x or len(said) != 1:
            return []
        size = float(span.get("font-size", "10"))
        look = {n: v for n, v in span.items() if n in _LOOK}
        end = float(x) + size * _advance(said, *sorted(look.values()))
        sign = _Sign(said, float(x), float(span.get("y", 0)), size, look, end)
        (marks if unicodedata.combining(said) else signs).append(sign)
    signs.sort(key=lambda sign: sign.x)
    for one, following in pairwise(signs):
        if one.end - following.x > _OVERLAP * max(one.size, following.size):
            return []
    for mark in marks:  # the hat of y-hat belongs behind its letter
        under = [s for s in signs if s.x <= mark.x - 0.1 * mark.size]
        if not under:
            return []
        under[-1].text += mark.text
    return signs


@functools.cache
def _advance(sign: str, *look: str) -> float:
    """Return how wide matplotlib's own font sets a sign of size 1."""
    properties = FontProperties(
        family="DejaVu Sans",
        style="oblique" if "italic" in look else "normal",
        weight="bold" if {"bold", "700"} & {*look} else "normal",
    )
    font = get_font(findfont(properties))
    font.set_size(100, 72)
    return float(font.load_char(ord(sign)).linearHoriAdvance / 65536 / 100)


def _runs(signs: list[_Sign]) -> list[Element]:
    """Return the spans of a running line."""
    spans: list[Element] = []
    before: _Sign | None = None
    for sign in signs:
        gap = sign.x - before.end if before else 0.0
        rise = sign.y - before.y if before else sign.y
        look = sign.look | {"font-size": f"{sign.size:g}"}
        if gap > _GAP * sign.size:
            look["dx"] = f"{gap:.2f}"
        if abs(rise) > 0.01:
            look["dy"] = f"{rise:.2f}"
        same = before and (before.size, before.look) == (sign.size, sign.look)
        if not same or {"dx", "dy"} & look.keys():
            spans.append(Element("tspan", look))
            spans[-1].text = ""
        spans[-1].text = f"{spans[-1].text}{sign.text}"
        before = sign
    return spans
