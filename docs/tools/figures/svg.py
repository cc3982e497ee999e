"""Matplotlib figure in, small themed inline SVG out.

What matplotlib writes is meant for a file of its own: it styles ``*``, gives
ids that repeat from figure to figure, fixes every colour and names fonts. On
a page all of that would leak. (SVGO, which was tried, leaves the figures
of a chapter a tenth heavier and takes seven times as long.)
"""

import io
import re
from collections.abc import Iterator
from itertools import count, groupby
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures.labels import mark_anchors, set_running
from figures.style import VARIABLES

PIXELS_PER_POINT = 4 / 3
MANY = 6  # copies of a shape, from which on a line with markers is shorter
TOLERANCE = 0.12  # points; a sixth of a pixel
HEAD = (
    '<svg class="figure-svg" viewBox="{box}" '
    'style="width:100%;max-width:{width}px" role="img" aria-label="" '
    'focusable="false" data-search-exclude fill="currentColor" '
    'font-size="10" stroke-linejoin="round">'
)
# What need not be said; groups may carry these for their children.
DEFAULTS = {
    "fill": "currentColor",
    "font-size": "10",
    "font-style": "normal",
    "font-weight": "400",
    "stroke": "none",
    "stroke-linecap": "butt",
    "stroke-linejoin": "round",
    "stroke-opacity": "1",
    "text-anchor": "start",
}
_NS = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DROPPED = {"metadata", "style", "title"}
_OF_THE_PAGE = {"font-family", "stroke-miterlimit"}
_COORDINATES = {"x", "y", "width", "height"}
_REFERENCE = re.compile(r"(?:url\()?#(?P<id>[^)]+)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_NO_TURN = re.compile(r"\s*rotate\(-?0(?: [^)]*)?\)")
_POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0}


def serialise(figure: Figure, ident: str) -> str:
    """Return a figure as SVG for the inside of a page.

    Its text alternative is empty: see `figures.place.as_figure`.

    Parameters
    ----------
    figure : Figure
        Drawn in the style of `figures.style`.
    ident : str
        Begins every id inside, so that no two figures of a page share one.
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
    for group in root.iter("g"):
        if group.get("id", "").startswith("anchor-"):
            set_running(group)
    _rename(root, ident)
    _unwrap(root, DEFAULTS)
    names = (f"{ident}--m{number}" for number in count(1))
    for parent in list(root.iter()):
        parent[:] = _gathered(parent, names)
    _shorten(root, 1)
    inside = "".join(tostring(child, "unicode") for child in root)
    head = HEAD.format(box=box, width=width)
    return f"{head}{inside.replace(' />', '/>')}</svg>"


def _clean(element: Element) -> None:
    """Drop what a page has no use for; turn styles into attributes."""
    element.tag, element.tail = element.tag.removeprefix(_NS), None
    if len(element):
        element.text = None
    if href := element.attrib.pop(_HREF, None):
        element.set("href", re.sub(r"\s", "", href))
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = map(str.strip, declaration.partition(":"))
        if value and name not in _OF_THE_PAGE:
            value = value.removesuffix("px").replace("oblique", "italic")
            element.set(name, VARIABLES.get(value.lower(), value))
    turned = _NO_TURN.sub("", element.attrib.pop("transform", "")).strip()
    if turned:
        element.set("transform", turned)
    for child in element:
        _clean(child)
    element[:] = [child for child in element if not _is_needless(child)]


def _is_needless(element: Element) -> bool:
    """Tell whether nobody would see that an element is gone."""
    if element.tag in {"g", "defs"}:
        return not len(element)
    unseen = element.get("fill") == "none" and not element.get("stroke")
    return element.tag in _DROPPED or (element.tag == "path" and unseen)


def _gathered(parent: Element, names: Iterator[str]) -> Iterator[Element]:
    """Make one line with markers of many copies of a shape: far shorter."""
    for look, found in groupby(list(parent), _look):
        copies = list(found)
        if not look or len(copies) < MANY:
            yield from copies
            continue
        name = next(names)
        corners = "L".join(f"{c.get('x', 0)} {c.get('y', 0)}" for c in copies)
        line = {"d": f"M{corners}", "fill": "none", "stroke": "none"}
        for place in ("start", "mid", "end"):
            line[f"marker-{place}"] = f"url(#{name})"
        defs = Element("defs")
        marker = SubElement(defs, "marker", id=name, overflow="visible")
        marker.set("markerUnits", "userSpaceOnUse")
        SubElement(marker, "use", dict(look))
        yield from (defs, Element("path", line))


def _look(element: Element) -> tuple[tuple[str, str], ...]:
    """Return all but the place of a shape's copy; () of anything else."""
    said = dict(element.attrib)
    if element.tag != "use" or {"clip-path", "transform"} & said.keys():
        return ()
    return tuple((n, v) for n, v in said.items() if n not in {"x", "y"})


def _rename(root: Element, ident: str) -> None:
    """Number the ids that something refers to; drop the others."""
    shapes = {old: e for e in root.iter() if (old := e.attrib.pop("id", ""))}
    for use in root.iter("use"):  # drop what the shape says for itself
        said = shapes[use.get("href", "")[1:]].attrib.keys() & DEFAULTS.keys()
        use.attrib = {n: v for n, v in use.attrib.items() if n not in said}
    names: dict[str, str] = {}
    for element in root.iter():
        for name, value in element.attrib.items():
            found = _REFERENCE.match(value)
            if found and (old := found["id"]) in shapes:
                new = names.setdefault(old, f"{ident}--{len(names) + 1}")
                element.set(name, value.replace(old, new))
    for old, new in names.items():
        shapes[old].set("id", new)


def _unwrap(element: Element, known: dict[str, str]) -> None:
    """Drop what only repeats what is inherited, and groups that say nothing.

    Shapes in ``<defs>`` inherit from wherever they are used: they stay.
    """
    children: list[Element] = []
    for child in element:
        if child.tag != "defs":
            said = child.attrib
            child.attrib = {n: v for n, v in said.items() if known.get(n) != v}
            _unwrap(child, {n: said.get(n, v) for n, v in known.items()})
        bare = child.tag == "g" and not child.attrib
        children += list(child) if bare else [child]
    element[:] = children


def _shorten(element: Element, digits: int) -> None:
    """Round the numbers of an element: a tenth is a seventh of a pixel.

    What is defined once, to be used often, is small and gets two decimals.
    """
    digits = 2 if element.tag == "defs" else digits
    for name, value in element.attrib.items():
        exact = digits if name in _COORDINATES else 2
        if name == "d":
            whole = "marker-mid" in element.attrib
            element.set(name, "".join(_path(value, digits, whole)))
        elif name == "transform":
            exact = 4 if "scale" in value else digits
            element.set(name, _rounded(value, exact))
        elif name not in {"href", "id"} and "(" not in value:
            element.set(name, _rounded(value, exact))
    for child in element:
        _shorten(child, digits)


def _path(value: str, digits: int, whole: bool) -> Iterator[str]:
    """Yield the parts of a path in relative steps, which are short numbers.

    They lead from rounded point to rounded point, so that no rounding adds
    up. Lines lose the points that no eye would miss, unless a marker stands
    at each.
    """
    for part in re.findall("M[^M]*", value):
        letters = re.findall("[A-Za-z]", part)
        points = np.array(_NUMBER.findall(part), float).reshape(-1, 2)
        if not whole and not {*letters} - {*"MLz"}:
            points = points[_telling(points)]
            letters[1:] = "L" * (len(points) - 1) + "z" * ("z" in letters)
        grid = np.rint(points * 10**digits)
        here, at, last = grid[0] * 0, 0, ""
        for letter in letters:
            steps = grid[at : at + _POINTS[letter]] - here
            at += len(steps)
            here = grid[at - 1]
            if letter != "L" or steps.any():
                numbers = [_number(n / 10**digits, digits) for n in steps.flat]
                text = " ".join(numbers).replace(" -", "-")
                if letter != last:
                    yield letter if letter == "M" else letter.lower()
                elif not text.startswith("-"):
                    yield " "
                yield text
                last = letter


def _telling(points: NDArray[np.float64]) -> list[int]:
    """Return which points an eye would miss (Douglas and Peucker)."""
    kept, spans = {0, len(points) - 1}, [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        between = points[first + 1 : last] - points[first]
        way = points[last] - points[first]
        share = np.clip(between @ way / (way @ way or 1), 0, 1)
        off = np.hypot(*(between - share[:, None] * way).T)
        if off.max(initial=0) > TOLERANCE:
            middle = first + 1 + int(off.argmax())
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return sorted(kept)


def _rounded(value: str, digits: int) -> str:
    return _NUMBER.sub(lambda found: _number(float(found[0]), digits), value)


def _number(value: float, digits: int) -> str:
    """Return a number in the fewest signs: ``-.5``, ``3``."""
    text = re.sub(r"\.?0+$", "", f"{value:.{digits}f}")
    text = re.sub(r"^(-?)0\.", r"\1.", text)
    return "0" if text == "-0" else text
