"""Matplotlib figure in, small themed inline SVG out.

What matplotlib writes is meant for a file of its own: it styles ``*``, gives
ids that repeat from figure to figure, fixes every colour and names fonts. On
a page all of that would leak.
"""

import io
import re
from collections.abc import Iterator
from itertools import groupby
from xml.etree.ElementTree import Element, fromstring, tostring

import numpy as np
from matplotlib.figure import Figure

from figures.labels import mark_anchors, set_running
from figures.style import VARIABLES

PIXELS_PER_POINT = 4 / 3
MANY = 6  # copies of a shape, from which on a line with markers is shorter
HEAD = (
    '<svg class="figure-svg" viewBox="{box}" '
    'style="width:100%;max-width:{width}px" role="img" aria-label="" '
    'focusable="false" data-search-exclude fill="currentColor" '
    'font-size="10" stroke-linejoin="round">'
)
_NS = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DROPPED = {"metadata", "style", "title"}
_OF_THE_PAGE = {"font-family", "stroke-miterlimit"}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_NUMBERS = re.compile(r"[-\d\s.,]+")
_NO_TURN = re.compile(r"\s*rotate\(-?0(?: [^)]*)?\)")


def serialise(figure: Figure, ident: str) -> str:
    """Return a figure as SVG for the inside of a page.

    Its text alternative is empty: see `figures.place.as_figure`.
    """
    mark_anchors(figure)
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None}, transparent=True
    )
    root = fromstring(buffer.getvalue())
    box = _rounded(root.get("viewBox", ""), 2)
    width = round(float(box.split()[2]) * PIXELS_PER_POINT)
    _clean(root)
    _shorten(root, 1)
    inside = "".join(tostring(child, "unicode") for child in root)
    inside = _renamed(inside.replace(" />", "/>"), ident)
    return f"{HEAD.format(box=box, width=width)}{inside}</svg>"


def _clean(element: Element) -> None:
    """Drop what a page has no use for; turn styles into attributes."""
    element.tag, element.tail = element.tag.removeprefix(_NS), None
    if len(element):
        element.text = None
    said = element.attrib
    if href := said.pop(_HREF, None):
        said["href"] = href
    for declaration in said.pop("style", "").split(";"):
        name, _, value = map(str.strip, declaration.partition(":"))
        if value and name not in _OF_THE_PAGE:
            value = value.removesuffix("px").replace("oblique", "italic")
            said[name] = VARIABLES.get(value.lower(), value)
    if turned := _NO_TURN.sub("", said.pop("transform", "")).strip():
        said["transform"] = turned
    children: list[Element] = []
    for child in element:
        _clean(child)
        if child.tag == "g" and not child.attrib:
            children += child
        elif not _is_unseen(child):
            children.append(child)
    element[:] = _gathered(children)
    if element.tag == "g":
        set_running(element, said.pop("id", ""))


def _is_unseen(element: Element) -> bool:
    empty = element.get("fill") == "none" and not element.get("stroke")
    return element.tag in _DROPPED or (element.tag == "path" and empty)


def _gathered(elements: list[Element]) -> Iterator[Element]:
    """Make one line with markers of many copies of a shape: far shorter."""
    for look, run in groupby(elements, _look):
        copies = list(run)
        if not look or len(copies) < MANY:
            yield from copies
            continue
        name = f"marker-{id(copies[0])}"  # no other's; renamed later
        marker = Element("marker", id=name, overflow="visible")
        marker.set("markerUnits", "userSpaceOnUse")
        corners = "L".join(f"{c.get('x')} {c.get('y')}" for c in copies)
        copies[0].attrib = look
        marker.append(copies[0])
        line = Element("path", d=f"M{corners}", fill="none", stroke="none")
        for place in ("start", "mid", "end"):
            line.set(f"marker-{place}", f"url(#{name})")
        yield from (marker, line)


def _look(element: Element) -> dict[str, str]:
    """Return all but the place of a shape's copy; {} of anything else."""
    said = {n: v for n, v in element.items() if n not in {"x", "y"}}
    is_copy = element.tag == "use" and not {"clip-path", "transform"} & {*said}
    return said if is_copy else {}


def _shorten(element: Element, digits: int) -> None:
    """Round the numbers of an element: a tenth is a seventh of a pixel.

    What is defined once, to be used often, is small and gets two decimals.
    """
    digits = 2 if element.tag == "defs" else digits
    for name, value in element.attrib.items():
        if name == "d":
            element.set(name, _path(value, digits))
        elif name == "transform" or _NUMBERS.fullmatch(value):
            exact = 2 if "opacity" in name else digits
            element.set(name, _rounded(value, exact))
    for child in element:
        _shorten(child, digits)


def _path(value: str, digits: int) -> str:
    """Return a path in relative steps, which are short numbers.

    They lead from rounded point to rounded point: no rounding adds up.
    """
    path, here = "", np.zeros(2)
    for letter, numbers in re.findall("([A-Za-z])([^A-Za-z]*)", value):
        points = np.array(numbers.split(), float).reshape(-1, 2)
        points = points.round(digits)
        steps = points if letter == "M" else points - here
        if letter == "L" and not steps.any():
            continue
        here = points[-1] if len(points) else here
        name = letter if letter == "M" else letter.lower()
        path += f"{name}{' '.join(map(str, steps.flat))}"
    return _rounded(path, digits)


def _rounded(value: str, digits: int) -> str:
    return _NUMBER.sub(
        lambda found: f"{round(float(found[0]), digits) or 0:g}", value
    )


def _renamed(svg: str, ident: str) -> str:
    """Give the ids new names that no other figure has."""
    names: dict[str, str] = {}

    def new(found: re.Match[str]) -> str:
        name = names.setdefault(found[2], f"{ident}--{len(names) + 1}")
        return f"{found[1]}{name}"

    return re.sub(r'( id="|href="#|url\(#)([^")]+)', new, svg)
