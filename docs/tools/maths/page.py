"""Set the formulas of a rendered page, and tell what is wrong with them."""

import re
from collections import Counter
from html import escape, unescape
from itertools import chain

from problems import Problem
from words import THING, line_of, spoken

from .setting import set_formula

# A heading comes first, with what it holds: it may hold no formula.
FORMULA = re.compile(
    r'<(?P<kind>span|div) class="arithmatex">\\[(\[](?P<tex>.*?)\\[)\]]'
    r"</(?P=kind)>",
    re.S,
)
HEADING = re.compile(r"<(h[1-6])\b.*?</\1>", re.S)
TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
# What stands against a formula in a line: "(", the comma, the "th" of "kth".
AGAINST = re.compile(
    r"(?P<before>[(\[“‘]*)(?P<formula><span class=\"arithmatex\"[^>]*>"
    r"<math.*?</math></span>)(?P<after>[^\s<\u2013\u2014-]*)",
    re.S,
)
# What arithmatex left, or what stands around one that it made of the half.
LEFT = re.compile(
    r"\$\$[^$]*\$?|\$\ufffc\$|\$[^\s$](?:[^$\n]*[^\s$])?\$(?!\d)"
    r"|\\\((?:(?!\\[()]).)+\\\)"
)


def equation_id(tag: str) -> str:
    """Return the anchor of an equation.

    >>> equation_id("5.3 a")
    'eq-5-3-a'
    """
    return "eq-" + re.sub(r"[^0-9A-Za-z]+", "-", tag).strip("-").lower()


def render(html: str, source: str, path: str) -> tuple[str, list[Problem]]:
    """Replace every formula in a page by its MathML.

    Parameters
    ----------
    html : str
        The page as arithmatex left it.
    source, path : str
        The text of its file, and the path of that, to tell lines.

    Returns
    -------
    html : str
        The page with its formulas set. A display equation with a tag is an
        anchor, see `equation_id`.
    problems : list of Problem
        TeX that cannot be set (it stays as it is), repeated tags, formulas
        in headings, dollars that make no formula; sorted by line.
    """
    page = _Page(source, path)
    made = FORMULA.sub(page.formula, html)
    for heading in HEADING.finditer(html):
        if found := FORMULA.search(heading[0]):
            message = (
                "a formula in a heading is raw TeX in the table of "
                "contents; say it in words"
            )
            page.fault(f"${unescape(found['tex'])}$", message)
    bare = FORMULA.sub("", html)
    texts = spoken(html) if "$" in bare or r"\(" in bare else []
    for found in chain.from_iterable(map(LEFT.finditer, texts)):
        # In a text alternative arithmatex makes half a formula.
        tex = re.sub(r"^\\\((.*)\\\)$", r"$\1$", found[0])
        tex = tex.replace(f"${THING}$", f"$${THING}$$")
        message = (
            f"{_short(tex)} is no formula on the page; give $$ lines of "
            r"their own between empty lines, or write \$ for a dollar"
        )
        page.fault(tex, message)
    return AGAINST.sub(_together, made), sorted(page.problems)


class _Page:
    """What is known of a page while its formulas are set, one by one."""

    def __init__(self, source: str, path: str) -> None:
        self.source, self.path = source, path
        self.problems: list[Problem] = []
        self.anchors: set[str] = set()
        self.met: Counter[str] = Counter()

    def fault(self, words: str, message: str, below: int = 0) -> None:
        """Tell what is wrong with words, so many lines below their first."""
        line = line_of(words, self.source, self.met[words]) or 1
        self.problems.append(Problem(self.path, line + below, message))

    def formula(self, match: re.Match[str]) -> str:
        """Return what stands in place of a formula."""
        tex = unescape(match["tex"]).strip()
        display = match["kind"] == "div"
        typed = tex if display else f"${tex}$"
        tags = TAG.findall(tex) if display else []
        # One number stands beside its formula, however many rows that has.
        alone = len(tags) == 1
        made = set_formula(TAG.sub("", tex) if alone else tex, display)
        if made.error:
            message = f"TeX: {made.error} in {_short(tex)}; mend it"
            self.fault(typed, message, tex.count("\n", 0, made.position))
        anchors = [equation_id(tag) for tag in tags]
        for anchor in anchors:
            if anchor in self.anchors:
                message = f"a second equation is {anchor}; number it anew"
                self.fault(typed, message)
            self.anchors.add(anchor)
        self.met[typed] += 1
        if made.error:
            return match[0]
        if not display:
            return (
                '<span class="arithmatex" data-search-exclude>'
                f"{made.html}</span>"
            )
        first = f' id="{escape(anchors[0])}"' if anchors else ""
        # Several rows of one display may have tags of their own.
        others = "".join(f'<a id="{escape(a)}"></a>' for a in anchors[1:])
        number = escape(tags[0].strip()) if alone else ""
        beside = f'<span class="number">({number})</span>' if alone else ""
        # Named here, since ":has(…)" in a style sheet is slow on long pages.
        kind = " numbered" if alone else " tagged" * ("tml-tag" in made.html)
        return (
            f'<div class="arithmatex{kind}"{first} data-search-exclude>'
            f"{others}{made.html}{beside}</div>"
        )


def _short(tex: str) -> str:
    line = " ".join(tex.split()).replace(THING, "…")
    return line if len(line) <= 160 else f"{line[:157]}…"


def _together(match: re.Match[str]) -> str:
    """Keep a formula on one line with the sign before and after it."""
    if not match["before"] and not match["after"]:
        return match["formula"]
    return f'<span class="together">{match[0]}</span>'
