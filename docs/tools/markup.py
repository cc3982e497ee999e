"""Leave out of a page's HTML what nobody sees: a page is to be light."""

import re

# Tokens that have the colour of plain code: white space, names, brackets.
PLAIN = "w|n|p|kc|fm|vm|sa"
# Tokens that the style sheets show as they show the one that stands first.
ALIKE = {
    "k": "kn|nd",
    "mi": "mf",
    "nb": "bp",
    "nc": "nf|nn|ne",
    "o": "ow",
    "s2": "s1|si",
    "sd": "c1",
}
PLAIN_TOKEN = re.compile(rf'<span class="(?:{PLAIN})">([^<]*)</span>')
ALIKE_TOKEN = re.compile(rf'<span class="({"|".join(ALIKE.values())})">')
NEIGHBOURS = re.compile(
    r'(<span class="(\w+)">[^<]*)</span>([ \n]*)'
    r'<span class="\2">(?=[^<]*</span>)'
)
# A block of code and, right under it, what it prints.
PRINTS = re.compile(
    r'(<div class="language-python highlight)(?=">(?:(?!<div\b).)*?</div>\s*'
    r'<div class="language-output\b)',
    re.DOTALL,
)
FIRST = {
    name: first for first, names in ALIKE.items() for name in names.split("|")
}
# The theme's script puts each table without a class into a box. If that
# changes the children of the text, the browser asks of all of it how it looks.
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
# A figure's colours have a value of their own, for where no sheet sets them.
COLOUR = re.compile(r'="var\((?P<name>--fig-\w+),(?:[^()"]|\([^()"]*\))*\)"')
# White space counts in these alone.
AS_TYPED = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)
INDENT = re.compile(r"[ \t]*\n\s*")
# Said of the start page, since ":has(…)" in a style sheet is slow.
ARTICLE = "md-content__inner"
FOR_THE_INDEX = " data-search-exclude"


def lighten(html: str) -> str:
    """Return the page without marks that change nothing for a reader.

    >>> lighten('<span class="n">x</span><span class="w"> </span>')
    'x '
    >>> lighten('<span class="kn">a</span> <span class="k">b</span>')
    '<span class="k">a b</span>'
    """
    html = COLOUR.sub(r'="var(\g<name>)"', html)
    html = TABLE.sub(r"<div>\g<0></div>", html)
    html = PRINTS.sub(r"\1 prints", html)
    html = PLAIN_TOKEN.sub(r"\1", html)
    html = ALIKE_TOKEN.sub(lambda m: f'<span class="{FIRST[m[1]]}">', html)
    joined = ""
    while joined != html:
        joined, html = html, NEIGHBOURS.sub(r"\1\3", html)
    return html


def squeeze(page: str) -> str:
    """Return a finished page without its indentation and empty lines.

    The marks for the search index go too: it has been made by now.

    >>> squeeze("<p>\\n  a\\n\\n</p> <pre>\\n  b</pre>")
    '<p>\\na\\n</p> <pre>\\n  b</pre>'
    """
    parts = AS_TYPED.split(page)
    for number in range(0, len(parts), 3):
        text = INDENT.sub("\n", parts[number])
        parts[number] = text.replace(FOR_THE_INDEX, "")
    del parts[2::3]  # the names of the elements
    page = "".join(parts)
    if 'class="start-title"' in page:
        page = page.replace(ARTICLE, f"start {ARTICLE}", 1)
    return page
