"""Set one formula: TeX in, MathML out, by Temml."""

import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import quickjs

SCRIPT = Path(__file__).parents[1] / "vendor" / "temml" / "temml.min.js"
LONG = 12  # signs; a longer formula in a line of text may be broken

# strict: what LaTeX would refuse is refused here too.
# trust: a formula cannot make links, load files or set styles.
SETTER = """
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
      position: error.position === undefined ? 0 : error.position});
  }
}
"""
# Temml says more than a style sheet must hear.
NEEDLESS = re.compile(
    r' class="tml-display"| style="display:block math;"| fence="true"'
    r'| separator="true"|padding-left:0em;padding-right:0em;'
)
PLACE = re.compile(r" at (?:position \d+|end of input): .*", re.S)


class Formula(NamedTuple):
    """What Temml made of it: MathML, or an error and where in the TeX."""

    html: str = ""
    error: str = ""
    position: int = 0


@cache
def _setter() -> Any:
    """Return `setFormula`, ready to be called: nobody else runs JavaScript."""
    context = quickjs.Context()
    context.eval(SCRIPT.read_text("utf-8"))
    context.eval(SETTER)
    return context.get("setFormula")


@cache
def set_formula(tex: str, display: bool) -> Formula:
    """Return a formula as MathML, or why it cannot be."""

    def answer(wrap: str) -> Formula:
        return Formula(**json.loads(_setter()(tex, display, wrap)))

    found = answer("none")
    if found.error:
        return found._replace(error=PLACE.sub("", found.error).strip())
    shown = re.sub(r"<[^>]+>", "", found.html)
    if not display and len(unescape(shown)) > LONG:
        found = answer("tex")
    html = NEEDLESS.sub("", found.html)
    # A sign that stands first or last need not say so.
    html = re.sub(r'(?<=<mrow>)<mo form="prefix"', "<mo", html)
    html = re.sub(
        r'<mo form="postfix"(?=[^>]*>[^<]*</mo></mrow>)', "<mo", html
    )
    if not display and _in_pieces(html):
        html = html.replace("<math", '<math class="pieces"', 1)
    return Formula(html.replace(' style=""', ""))


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
