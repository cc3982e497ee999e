"""Matplotlib figure in, small themed inline SVG out.

What matplotlib writes is meant for a file of its own: it styles ``*``, gives
ids that repeat from figure to figure, fixes every colour and names fonts. On
a page all of that would leak. The drawing is parsed, reduced to presentation
attributes and written again.
"""

import io
import math
import re
from collections.abc import Iterable
from copy import deepcopy
from html import escape
from itertools import groupby, pairwise
from xml.etree import ElementTree

from matplotlib.figure import Figure

from figure_markup import alt_fault, as_figure, with_alt
from figure_style import VARIABLES
from figure_text import mark_anchors, set_running

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
PIXELS_PER_POINT = 4 / 3
_COORDINATES = {"x", "y", "cx", "cy", "r", "width", "height", "x1", "x2"}
_COORDINATES |= {"y1", "y2", "points"}
MANY = 6  # copies of a shape, from which on a marker is shorter
TOLERANCE = 0.12  # points; a sixth of a pixel

Point = tuple[float, float]

_DROPPED = {"metadata", "style", "title"}
# A group may carry these for its children; opacity and clip-path it may not.
_INHERITED = (
    "fill",
    "fill-opacity",
    "fill-rule",
    "font-size",
    "font-style",
    "font-weight",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
)
# The root says these; where an element says the same, it says nothing.
_DEFAULTS = {"fill": "currentColor", "stroke": "none"} | {
    "fill-opacity": "1",
    "font-size": "10",
    "font-style": "normal",
    "font-weight": "400",
    "stroke-dasharray": "none",
    "stroke-dashoffset": "0",
    "stroke-linecap": "butt",
    "stroke-linejoin": "round",
    "stroke-opacity": "1",
    "stroke-width": "1",
    "text-anchor": "start",
}
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_FONT = re.compile(
    r"(?:(?P<style>italic|oblique)\s+)?(?:(?P<weight>bold|\d{3})\s+)?"
    r"(?:\S+\s+)??(?P<size>[\d.]+)px\b"
)


def to_svg(
    figure: Figure, *, alt: str, caption: str | None = None, ident: str
) -> str:
    """Return a figure as one line of SVG for the inside of a page.

    Parameters
    ----------
    figure : Figure
        Drawn with the style of `figure_style`.
    alt : str
        What the figure shows, in words, at least 30 characters.
    caption : str, optional
        With one, the SVG comes inside ``<figure>`` above ``<figcaption>``.
    ident : str
        Begins every id inside, so that no two figures of a page share one.

    Raises
    ------
    ValueError
        If the text alternative says too little.
    """
    if fault := alt_fault(alt):
        raise ValueError(fault)
    svg = with_alt(serialise(figure, ident), alt)
    if caption is None:
        return svg
    return as_figure(svg, ident=ident, caption=escape(caption, quote=False))


def serialise(figure: Figure, ident: str) -> str:
    """Return the themed SVG, its text alternative still empty."""
    mark_anchors(figure)
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None}, transparent=True
    )
    root = ElementTree.fromstring(buffer.getvalue())
    _, _, width, height = (root.get("viewBox") or "0 0 0 0").split()
    _strip(root)
    for group in root.iter("g"):
        if group.get("id", "").startswith("anchor-"):
            set_running(group)
    _rename_ids(root, ident)
    _flatten(root)
    _lean(root)
    _gather(root, ident)
    _hoist(root)
    _forget_defaults(root, dict(_DEFAULTS))
    _drop_unseen(root)
    _flatten(root)
    inside = "".join(_write(child) for child in root)
    pixels = round(float(width) * PIXELS_PER_POINT)
    return (
        f'<svg class="figure-svg" viewBox="0 0 {_trim(width)} '
        f'{_trim(height)}" style="width:100%;max-width:{pixels}px" '
        'role="img" aria-label="" focusable="false" data-search-exclude '
        'fill="currentColor" font-size="10" stroke-linejoin="round">'
        f"{inside}</svg>"
    )


def _strip(element: ElementTree.Element) -> None:
    """Drop what a page has no use for; turn styles into attributes."""
    element.tag = element.tag.removeprefix(SVG)
    for child in list(element):
        name = str(child.tag).removeprefix(SVG)
        if name in _DROPPED:
            element.remove(child)
        else:
            _strip(child)
            if name in {"g", "defs"} and not len(child):
                element.remove(child)
    if element.tag not in {"text", "tspan"} or len(element):
        element.text = None
    element.tail = None
    if href := element.attrib.pop(HREF, None):
        element.set("href", re.sub(r"\s", "", href))
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if value:
            _set(element, name.strip(), value.strip())
    if transform := element.get("transform"):
        turned = re.sub(r"\s*rotate\(-?0[ )][^)]*\)?", "", transform)
        element.set("transform", turned.strip())
        if not turned.strip():
            del element.attrib["transform"]


def _set(element: ElementTree.Element, name: str, value: str) -> None:
    """Set one style property as an attribute, in the page's colours."""
    if name == "font":
        if found := _FONT.match(value):
            for part in ("style", "weight", "size"):
                if found[part]:
                    _set(element, f"font-{part}", found[part])
    elif name in {"fill", "stroke"}:
        element.set(name, VARIABLES.get(value.lower(), value))
    elif name == "font-size":
        element.set(name, value.removesuffix("px"))
    elif name == "font-style":
        element.set(name, "italic" if value == "oblique" else value)
    elif name not in {"font-family", "font-stretch", "font-variant"}:
        element.set(name, value)


def _shapes(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """Return the drawn-once shapes, by what refers to them."""
    return {
        f"#{shape.get('id')}": shape
        for defs in root.iter("defs")
        for shape in defs
    }


def _lean(root: ElementTree.Element) -> None:
    """Drop from each copy of a shape what the shape says for itself."""
    shapes = _shapes(root)
    for copy in root.iter("use"):
        said = shapes[copy.get("href", "")].attrib
        for name in set(_INHERITED) & set(said):
            copy.attrib.pop(name, None)


def _gather(root: ElementTree.Element, ident: str) -> None:
    """Make one line with markers of many copies of a shape: far shorter."""
    shapes = _shapes(root)
    number = 0
    for parent in list(root.iter()):
        children: list[ElementTree.Element] = []
        for same, found in groupby(parent, key=_copied):
            copies = list(found)
            if same is None or len(copies) < MANY:
                children += copies
                continue
            number += 1
            marker = f"{ident}--m{number}"
            looks = dict(same)
            shape = deepcopy(shapes[looks.pop("href")])
            del shape.attrib["id"]
            shape.attrib = looks | shape.attrib
            children += [_marker(shape, marker), _dotted(copies, marker)]
        parent[:] = children
    used = {copy.get("href") for copy in root.iter("use")}
    for element in list(root.iter()):
        for child in list(element):
            if child.tag != "defs":
                continue
            child[:] = [
                shape
                for shape in child
                if shape.tag == "marker"
                or shape.tag == "clipPath"
                or f"#{shape.get('id')}" in used
            ]
            if not len(child):
                element.remove(child)


def _marker(shape: ElementTree.Element, name: str) -> ElementTree.Element:
    """Return the definition of a marker that is drawn at its own size."""
    marker = ElementTree.Element("marker", {"id": name})
    marker.set("markerUnits", "userSpaceOnUse")
    marker.set("overflow", "visible")
    marker.append(shape)
    defs = ElementTree.Element("defs")
    defs.append(marker)
    return defs


def _dotted(
    copies: list[ElementTree.Element], marker: str
) -> ElementTree.Element:
    """Return a line that nobody sees, with a marker at each corner."""
    corners = "L".join(
        f"{copy.get('x', '0')} {copy.get('y', '0')}" for copy in copies
    )
    line = ElementTree.Element("path", {"d": f"M{corners}"})
    line.set("fill", "none")
    line.set("stroke", "none")
    for place in ("start", "mid", "end"):
        line.set(f"marker-{place}", f"url(#{marker})")
    return line


def _copied(
    element: ElementTree.Element,
) -> tuple[tuple[str, str], ...] | None:
    """Return all but the place of a shape's copy; None of anything else."""
    if element.tag != "use" or {"clip-path", "transform"} & set(
        element.attrib
    ):
        return None
    return tuple(
        sorted(
            (name, value)
            for name, value in element.attrib.items()
            if name not in {"x", "y"}
        )
    )


def _rename_ids(root: ElementTree.Element, ident: str) -> None:
    """Number the ids that something refers to; drop the others."""
    used = re.findall(
        r"(?:url\(#|href\t#)([^)\t]+)",
        "\t".join(
            f"{name}\t{value}\t"
            for element in root.iter()
            for name, value in element.attrib.items()
        ),
    )
    names = {
        old: f"{ident}--{number}"
        for number, old in enumerate(dict.fromkeys(used), start=1)
    }
    for element in root.iter():
        if "id" in element.attrib:
            if element.attrib["id"] in names:
                element.set("id", names[element.attrib["id"]])
            else:
                del element.attrib["id"]
        for name, value in element.attrib.items():
            if value.startswith("url(#"):
                element.set(name, f"url(#{names[value[5:-1]]})")
            elif name == "href" and value.startswith("#"):
                element.set(name, "#" + names[value[1:]])


def _flatten(element: ElementTree.Element) -> None:
    """Unwrap groups that say nothing; join neighbours that say the same."""
    children: list[ElementTree.Element] = []
    for child in element:
        _flatten(child)
        parts = (
            list(child) if child.tag == "g" and not child.attrib else [child]
        )
        for part in parts:
            before = children[-1] if children else None
            if (
                before is not None
                and part.tag == before.tag
                and (part.tag == "defs" or _joins(part, before))
            ):
                before.extend(list(part))
            else:
                children.append(part)
    element[:] = children


def _joins(first: ElementTree.Element, second: ElementTree.Element) -> bool:
    """Tell whether two neighbours are one group in two pieces."""
    return (
        first.tag == "g"
        and first.attrib == second.attrib
        and not first.attrib.keys() & {"id", "opacity", "filter"}
    )


def _hoist(element: ElementTree.Element) -> None:
    """Say once, on the group, what all of its children say."""
    for child in element:
        _hoist(child)
    if element.tag not in {"g", "text"} or len(element) < 2:
        return
    for name in _INHERITED:
        values = {child.get(name) for child in element}
        if (
            len(values) == 1
            and None not in values
            and name not in (element.attrib)
        ):
            element.set(name, str(values.pop()))
            for child in element:
                del child.attrib[name]


def _forget_defaults(
    element: ElementTree.Element, inherited: dict[str, str]
) -> None:
    """Drop attributes that only repeat what an element inherits."""
    for name in [name for name in element.attrib if name in inherited]:
        if element.attrib[name] == inherited[name]:
            del element.attrib[name]
    inherited = inherited | {
        name: element.attrib[name]
        for name in _INHERITED
        if name in element.attrib
    }
    for child in element:
        # Shapes in <defs> inherit from wherever they are used: leave them.
        if child.tag not in {"defs", "marker"}:
            _forget_defaults(child, inherited)


def _drop_unseen(element: ElementTree.Element, stroked: bool = False) -> None:
    """Drop the frames that have neither a line nor a colour."""
    stroked = stroked or "stroke" in element.attrib
    for child in list(element):
        looks = {k: v for k, v in child.attrib.items() if k != "d"}
        if child.tag == "path" and looks == {"fill": "none"} and not stroked:
            element.remove(child)
        elif child.tag not in {"defs", "marker"}:
            _drop_unseen(child, stroked)


def _trim(value: str, digits: int = 2) -> str:
    """Round the decimal numbers in an attribute."""

    def rounded(found: re.Match[str]) -> str:
        text = f"{float(found[0]):.{digits}f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    return _NUMBER.sub(rounded, value)


def _path(value: str, digits: int, whole: bool = False) -> str:
    """Shorten a path: few decimals, no needless letters.

    It loses the points that no eye would miss, unless the whole of it counts
    since a marker stands at each.
    """
    if not re.search(r"[^\sMLZz\d.e-]", value):
        lines = []
        for part in re.findall(r"M[^M]*", value):
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", part)]
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            closed = "z" in part.lower()
            if not whole:
                points = _fewer(points)
                if closed and len(points) > 2 and points[0] == points[-1]:
                    points.pop()  # closing it leads there again
            lines.append(_line(points, digits) + ("z" if closed else ""))
        return "".join(lines)
    value = re.sub(r"\s+", " ", _trim(value, digits)).strip()
    return re.sub(r" ?([A-Za-z]) ?", r"\1", value)


def _line(points: list[Point], digits: int) -> str:
    """Write a line as its start and the steps from there.

    Steps are short numbers. They lead from rounded point to rounded point,
    so that no rounding adds up.
    """
    scale = 10**digits
    grid = [(round(x * scale), round(y * scale)) for x, y in points]
    steps = [
        (after[0] - before[0], after[1] - before[1])
        for before, after in pairwise(grid)
    ]
    start = _numbers(grid[0], scale)
    rest = [n for step in steps if step != (0, 0) for n in step]
    return f"M{start}" + (f"l{_numbers(rest, scale)}" if rest else "")


def _numbers(values: Iterable[int], scale: int) -> str:
    """Return numbers in the fewest signs: ``1.5-.25 3``."""
    written = ""
    for value in values:
        text = f"{value / scale:.{len(str(scale)) - 1}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        text = re.sub(r"^(-?)0(?=\.)", r"\1", text)
        text = "0" if text in ("-0", "", "-") else text
        written += text if text.startswith("-") or not written else f" {text}"
    return written


def _fewer(points: list[Point]) -> list[Point]:
    """Leave out points that no eye would miss (Douglas and Peucker)."""
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        furthest, distance = first, TOLERANCE
        for middle in range(first + 1, last):
            off = _distance(points[middle], points[first], points[last])
            if off > distance:
                furthest, distance = middle, off
        if furthest != first:
            kept.add(furthest)
            spans += [(first, furthest), (furthest, last)]
    return [points[number] for number in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point lies from the segment between two others."""
    x, y = point[0] - start[0], point[1] - start[1]
    along, across = end[0] - start[0], end[1] - start[1]
    length = along * along + across * across
    share = (x * along + y * across) / length if length else 0.0
    share = min(max(share, 0.0), 1.0)
    return math.hypot(x - share * along, y - share * across)


def _write(element: ElementTree.Element, digits: int = 1) -> str:
    """Return an element as text, with the numbers trimmed.

    A tenth of a unit is a seventh of a pixel. What is defined once, to be
    used often, is small and gets two decimals.
    """
    if element.tag == "defs":
        digits = 2
    attributes = ""
    for name, value in element.attrib.items():
        if name == "d":
            value = _path(value, digits, "marker-mid" in element.attrib)
        elif name == "transform":
            value = _trim(value, 4 if "scale" in value else digits)
        elif name in _COORDINATES:
            value = _trim(value, digits)
        elif name not in {"href", "id"} and "var(" not in value:
            value = _trim(value)
        attributes += f' {name}="{escape(value)}"'
    inside = escape(element.text or "", quote=False) + "".join(
        _write(child, digits) for child in element
    )
    if not inside:
        return f"<{element.tag}{attributes}/>"
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"
