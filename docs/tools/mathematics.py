"""Turn the TeX of a page into MathML while the site is built.

``pymdownx.arithmatex`` (``generic: true``) leaves each formula as text,
``\\(…\\)`` or ``\\[…\\]``. Here Temml makes MathML of it, which browsers draw
and which screen readers read. No reader runs a script to see a formula.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

import quickjs

from problems import Problem

SCRIPT = Path(__file__).parent / "vendor" / "temml" / "temml.min.js"
LONG = 12  # signs; a longer formula in a line of text may be broken

# strict: what LaTeX would refuse is refused here too.
# trust: a formula cannot make links, load files or set styles.
_SETTER = """
function refuse(context) {
  throw new temml.ParseError(context.command + " is not allowed");
}
function setFormula(tex, display, wrap) {
  try {
    return JSON.stringify({html: temml.renderToString(tex, {
      displayMode: display, throwOnError: true, strict: true,
      trust: refuse, annotate: false, wrap: wrap, maxExpand: 1000})});
  } catch (error) {
    return JSON.stringify({
      error: error instanceof temml.ParseError
        ? error.message : "something is missing",
      position: error.position === undefined ? -1 : error.position});
  }
}
"""

_INLINE = re.compile(
    r'<span class="arithmatex">\\\((?P<tex>.*?)\\\)</span>', re.DOTALL
)
_DISPLAY = re.compile(
    r'<div class="arithmatex">\\\[(?P<tex>.*?)\\\]</div>', re.DOTALL
)
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
# What stands against a formula in a line: "(", the comma, the "th" of "kth".
_AGAINST = re.compile(
    r"(?P<before>[(\[“‘]*)(?P<formula><span class=\"arithmatex\"[^>]*>"
    r"<math.*?</math></span>)(?P<after>[^\s<\u2013\u2014-]*)",
    re.DOTALL,
)
# Temml says more than a style sheet must hear.
_NEEDLESS = re.compile(
    r' class="tml-display"| style="display:block math;"| fence="true"'
    r'| separator="true"|padding-left:0em;padding-right:0em;'
)
_PLACE = re.compile(r" at (?:position \d+|end of input): .*", re.DOTALL)


class Formula(NamedTuple):
    """A formula as it stands in a Markdown text."""

    line: int
    tex: str
    display: bool


class _Result(NamedTuple):
    """What Temml answered: MathML, or an error and where it is in the TeX."""

    html: str
    error: str
    position: int


class MathError(Exception):
    """A formula that cannot be set.

    Parameters
    ----------
    page : str
        Path of the page's source.
    tex : str
        The formula.
    reason : str
        What Temml said.
    line : int
        Line of the source, 0 when it is not known.
    """

    def __init__(
        self, page: str, tex: str, reason: str, line: int = 0
    ) -> None:
        self.page, self.tex, self.reason, self.line = page, tex, reason, line
        place = f"{page}:{line}" if line else page
        super().__init__(f"{place}: {_complaint(reason, tex)}")


def _complaint(reason: str, tex: str) -> str:
    return f"TeX: {reason} in {_one_line(tex)!r}; mend the formula"


def _one_line(tex: str) -> str:
    line = " ".join(tex.split())
    return line if len(line) <= 160 else f"{line[:157]}…"


@cache
def _setter() -> Callable[[str, bool, str], str]:
    context = quickjs.Context()
    context.eval(SCRIPT.read_text(encoding="utf-8"))
    context.eval(_SETTER)
    setter: Callable[[str, bool, str], str] = context.get("setFormula")
    return setter


@cache
def _set(tex: str, display: bool) -> _Result:
    def answer(wrap: str) -> dict[str, str | int]:
        made = _setter()(tex, display, wrap)
        found: dict[str, str | int] = json.loads(made)
        return found

    found = answer("none")
    shown = re.sub(r"<[^>]+>", "", str(found.get("html", "")))
    if not display and len(unescape(shown)) > LONG:
        found = answer("tex")
    html = _NEEDLESS.sub("", str(found.get("html", "")))
    # A sign that stands first or last need not say so.
    html = re.sub(r'(?<=<mrow>)<mo form="prefix"', "<mo", html)
    html = re.sub(
        r'<mo form="postfix"(?=[^>]*>[^<]*</mo></mrow>)', "<mo", html
    )
    if not display and _in_pieces(html):
        html = html.replace("<math", '<math class="pieces"', 1)
    return _Result(
        html.replace(' style=""', ""),
        _PLACE.sub("", str(found.get("error", ""))).strip(),
        int(found.get("position", 0)),
    )


def _in_pieces(html: str) -> bool:
    """Tell whether a formula is a row of rows, between which it may break."""
    depth, before = 0, ""
    for close, name, empty in re.findall(r"<(/?)(\w+)[^>]*?(/?)>", html):
        if close:
            depth -= 1
            before = name if depth == 1 else before
            continue
        if depth == 1 and before == name == "mrow":
            return True
        depth += not empty
    return False


def equation_id(tag: str) -> str:
    """Return the anchor of an equation: ``5.3`` has ``eq-5-3``."""
    return "eq-" + re.sub(r"[^0-9A-Za-z]+", "-", tag).strip("-").lower()


def tags(tex: str) -> list[str]:
    """Return the tags in a formula, in order."""
    return [tag.strip() for tag in _TAG.findall(tex)]


def render(html: str, page: str, markdown: str = "") -> str:
    """Replace every formula in a page by its MathML.

    Parameters
    ----------
    html : str
        The page as arithmatex left it.
    page : str
        Path of its source, for messages.
    markdown : str
        The source itself. With it a message names the line as well.

    Returns
    -------
    str
        The page with its formulas set. A display equation with a tag is an
        anchor, see `equation_id`.

    Raises
    ------
    MathError
        If a formula cannot be set, or two equations have the same tag.
    """
    seen: set[str] = set()

    def fail(tex: str, reason: str, position: int = 0) -> MathError:
        line = _line_of(tex, position, markdown)
        return MathError(page, tex, reason, line)

    def inline(match: re.Match[str]) -> str:
        tex = unescape(match["tex"]).strip()
        result = _set(tex, False)
        if result.error:
            raise fail(tex, result.error, result.position)
        return (
            '<span class="arithmatex" data-search-exclude>'
            f"{result.html}</span>"
        )

    def display(match: re.Match[str]) -> str:
        tex = unescape(match["tex"]).strip()
        numbers = tags(tex)
        # One number stands beside its formula, however many rows that has.
        alone = len(numbers) == 1
        result = _set(_TAG.sub("", tex) if alone else tex, True)
        if result.error:
            raise fail(tex, result.error, result.position)
        anchors = [equation_id(tag) for tag in numbers]
        for anchor in anchors:
            if anchor in seen:
                raise fail(tex, f"a second equation is tagged {anchor}")
            seen.add(anchor)
        first = f' id="{escape(anchors[0])}"' if anchors else ""
        # Several rows of one display may have tags of their own.
        others = "".join(f'<a id="{escape(a)}"></a>' for a in anchors[1:])
        number = escape(numbers[0]) if alone else ""
        beside = f'<span class="number">({number})</span>' if alone else ""
        # Named here, since ":has(…)" in a style sheet is slow on long pages.
        kind = " numbered" if alone else " tagged" * ("tml-tag" in result.html)
        return (
            f'<div class="arithmatex{kind}"{first} data-search-exclude>'
            f"{others}{result.html}{beside}</div>"
        )

    return _AGAINST.sub(
        _together, _INLINE.sub(inline, _DISPLAY.sub(display, html))
    )


def _together(match: re.Match[str]) -> str:
    """Keep a formula on one line with the sign before and after it."""
    if not match["before"] and not match["after"]:
        return match["formula"]
    return f'<span class="together">{match[0]}</span>'


def _line_of(tex: str, position: int, markdown: str) -> int:
    """Return the line of a formula's fault in its source, or 0."""
    words = [re.escape(word) for word in tex.split()]
    # The source may indent or quote what arithmatex hands over bare.
    found = re.search(r"[\s>]+".join(words), markdown) if words else None
    if found is None:
        return 0
    within = tex[: max(position, 0)].count("\n")
    return markdown.count("\n", 0, found.start()) + within + 1


# --- Without a build: formulas straight from the Markdown ------------------

_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(
    r"^(?P<in>[ \t>]*)(?P<fence>`{3,}|~{3,}).*?"
    r"(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE_SPAN = re.compile(
    r"(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL,
)
# Arithmatex takes `$$` for a display only where a block begins and ends.
_DOLLARS = re.compile(
    r"(?:\A|(?<=\n))(?P<before>[ \t>]*)\$\$(?P<tex>(?:\\.|[^\\$])+?)\$\$"
    r"[ \t]*(?=\n|\Z)",
    re.DOTALL,
)
_DOLLAR = re.compile(
    r"(?<![\\$])\$(?![\s$])(?P<tex>(?:\\.|[^\\$])+?)(?<!\s)\$(?!\$)",
    re.DOTALL,
)
_BLOCK_EDGE = re.compile(r"[ \t>]*(?:/{3,}.*)?")


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def formulas(markdown: str) -> Iterator[Formula | Problem]:
    """Yield the formulas of a Markdown text, and what is not one.

    Parameters
    ----------
    markdown : str
        A page's source.

    Yields
    ------
    Formula or Problem
        A problem (its path empty) where dollars do not make a formula.
    """
    text = markdown
    for code in (_FRONT_MATTER, _FENCE, _COMMENT, _CODE_SPAN):
        text = code.sub(_blank, text)

    def line_at(offset: int) -> int:
        return text.count("\n", 0, offset) + 1

    lines = text.split("\n")
    for match in _DOLLARS.finditer(text):
        first, last = line_at(match.start()), line_at(match.end())
        above = lines[first - 2] if first > 1 else ""
        below = lines[last] if last < len(lines) else ""
        alone = _BLOCK_EDGE.fullmatch(above) and _BLOCK_EDGE.fullmatch(below)
        if not alone or "\n\n" in match["tex"]:
            yield Problem(
                "",
                first,
                "a display formula needs an empty line above and below, "
                "and none inside; mend the lines around $$",
            )
        start = match.start("tex")
        start += len(match["tex"]) - len(match["tex"].lstrip())
        yield Formula(line_at(start), match["tex"].strip(), True)
    text = _DOLLARS.sub(_blank, text)

    for match in re.finditer(r"(?<!\\)\$\$", text):
        yield Problem(
            "",
            line_at(match.start()),
            "$$ does not make a display formula; open and close it on "
            "lines of their own",
        )
    # A formula never crosses an empty line.
    offset = 0
    for paragraph in re.split(r"(\n[ \t]*\n)", text):
        for match in _DOLLAR.finditer(paragraph):
            line = line_at(offset + match.start())
            if re.match(r"#{1,6} ", lines[line - 1]):
                yield Problem(
                    "",
                    line,
                    "a formula in a heading is raw TeX in the table of "
                    "contents; say it in words",
                )
            yield Formula(line, match["tex"], False)
        offset += len(paragraph)


def problems(markdown: str, path: str) -> list[Problem]:
    """Return what is wrong with the formulas of a page, without a build.

    Parameters
    ----------
    markdown : str
        The page's source.
    path : str
        Its POSIX path from the root of the repository.

    Returns
    -------
    list of Problem
        TeX that cannot be set, repeated tags, dollars that make no formula,
        sorted by line.
    """
    found: list[Problem] = []
    seen: dict[str, int] = {}
    for item in formulas(markdown):
        if isinstance(item, Problem):
            found.append(Problem(path, item.line, item.message))
            continue
        result = _set(item.tex, item.display)
        if result.error:
            within = item.tex[: max(result.position, 0)].count("\n")
            message = _complaint(result.error, item.tex)
            found.append(Problem(path, item.line + within, message))
        for tag in tags(item.tex):
            if tag in seen:
                message = (
                    f"the tag {tag} stands already in line {seen[tag]}; "
                    "number the equation anew"
                )
                found.append(Problem(path, item.line, message))
            seen.setdefault(tag, item.line)
    return sorted(found)
