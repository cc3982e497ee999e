"""What goes to a reader at less cost: one sheet, and marks that spare work."""

import re
from pathlib import Path

import rcssmin

# These go to the reader as one sheet, which is smaller and one request.
SHEETS = ("fonts.css", "site.css", "figures.css", "glossary.css")
# A block of code and, right under it, what it prints.
PRINTS = re.compile(
    r'(<div class="language-python highlight)(?=">(?:(?!<div\b).)*?</div>\s*'
    r'<div class="language-output\b)',
    re.DOTALL,
)
# Names, brackets and signs may have the colour of plain code.
PLAIN = re.compile(r'<span class="(?:w|n|p|o|ow|kc|fm|vm|sa)">([^<]*)</span>')
# The theme's script puts each table without a class into a box. If that
# changes the children of the text, the browser asks of all of it how it looks.
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


def joined(folder: Path) -> str:
    """Return the sheets of every page as one."""
    return "\n".join((folder / name).read_text("utf-8") for name in SHEETS)


def sheet(css: str) -> str:
    """Return a style sheet without what browsers need not read.

    The theme's ``table:not([class])`` makes a browser ask again how all looks
    whenever a class changes. A class that no table has says the same.

    >>> sheet("p { margin: 0 }  table:not([class]) { margin: 0 }")
    'p{margin:0}table:not(.classed){margin:0}'
    """
    slow, quick = "table:not([class])", "table:not(.classed)"
    return str(rcssmin.cssmin(css)).replace(slow, quick)


def lighten(html: str) -> str:
    """Return a page's HTML with a mark on what prints, tables in a box."""
    html = PLAIN.sub(r"\1", html)
    html = TABLE.sub(r"<div>\g<0></div>", html)
    return PRINTS.sub(r"\1 prints", html)
