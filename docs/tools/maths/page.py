"""Set the formulas of a rendered page, and tell what is wrong with them."""

import re
from collections import Counter
from html import escape, unescape
from textwrap import shorten

from problems import Problem

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


def _anchor(tag: str) -> str:
    """Return the anchor of an equation: eq-5-3-a for 5.3 a."""
    return "eq-" + re.sub(r"[^0-9A-Za-z]+", "-", tag).strip("-").lower()


def render(html: str, source: str, path: str) -> tuple[str, list[Problem]]:
    """Replace every formula in a page by its MathML.

    `source` is the text of its file, and `path` where that is. What cannot
    be set stays as it is, with a problem: bad TeX, a repeated tag, a formula
    in a heading. A display equation with a tag is an anchor.
    """
    page = _Page(source, path)
    made = FORMULA.sub(page.formula, html)
    for heading in HEADING.finditer(html):
        if found := FORMULA.search(heading[0]):
            message = (
                "a formula in a heading is raw TeX in the table of "
                "contents; say it in words"
            )
            page.fault(unescape(found["tex"]), message)
    return AGAINST.sub(_together, made), sorted(page.problems)


class _Page:
    """What is known of a page while its formulas are set, one by one."""

    def __init__(self, source: str, path: str) -> None:
        self.source, self.path = source, path
        self.problems: list[Problem] = []
        self.anchors: set[str] = set()
        self.met: Counter[str] = Counter()

    def fault(self, tex: str, message: str, below: int = 0) -> None:
        """Tell what is wrong with a formula, so many lines below its first.

        The source may indent or quote what the page shows.
        """
        first = re.escape(tex.split("\n")[0])
        places = [
            self.source.count("\n", 0, found.start(1)) + 1
            for found in re.finditer(
                rf"\$[\s>]*({first})\s*?[$\n]", self.source
            )
        ]
        line = places[self.met[tex] :][:1] or places[-1:] or [1]
        self.problems.append(Problem(self.path, line[0] + below, message))

    def formula(self, match: re.Match[str]) -> str:
        """Return what stands in place of a formula."""
        tex = unescape(match["tex"]).strip()
        display = match["kind"] == "div"
        tags = TAG.findall(tex) if display else []
        # One number stands beside its formula, however many rows that has.
        alone = len(tags) == 1
        made = set_formula(TAG.sub("", tex) if alone else tex, display)
        if made.error:
            message = f"TeX: {made.error} in {shorten(tex, 160)}; mend it"
            self.fault(tex, message, tex.count("\n", 0, made.position))
        anchors = [_anchor(tag) for tag in tags]
        for anchor in anchors:
            if anchor in self.anchors:
                message = f"a second equation is {anchor}; number it anew"
                self.fault(tex, message)
            self.anchors.add(anchor)
        self.met[tex] += 1
        if made.error:
            return match[0]
        if not display:
            return f'<span class="arithmatex">{made.html}</span>'
        first = f' id="{anchors[0]}"' if anchors else ""
        # Several rows of one display may have tags of their own.
        others = "".join(f'<a id="{a}"></a>' for a in anchors[1:])
        number = escape(tags[0].strip()) if alone else ""
        beside = f'<span class="number">({number})</span>' if alone else ""
        # Named here, since ":has(…)" in a style sheet is slow on long pages.
        kind = " numbered" if alone else " tagged" * ("tml-tag" in made.html)
        return (
            f'<div class="arithmatex{kind}"{first}>'
            f"{others}{made.html}{beside}</div>"
        )


def _together(match: re.Match[str]) -> str:
    """Keep a formula on one line with the sign before and after it."""
    if not match["before"] and not match["after"]:
        return match["formula"]
    return f'<span class="together">{match[0]}</span>'
