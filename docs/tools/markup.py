"""Leave out of a page's HTML what nobody sees: a page is to be light."""

import re

# Tokens that have the colour of plain code: white space, names, brackets.
PLAIN_TOKEN = re.compile(r'<span class="(?:w|n|p)">([^<]*)</span>')
# A figure's colours have a value of their own, for where no sheet sets them.
COLOUR = re.compile(r'="var\((?P<name>--fig-\w+),(?:[^()"]|\([^()"]*\))*\)"')
# White space counts in these alone.
AS_TYPED = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)
INDENT = re.compile(r"[ \t]*\n\s*")
FOR_THE_INDEX = " data-search-exclude"


def lighten(html: str) -> str:
    """Return the page without marks that change nothing for a reader.

    >>> lighten('<span class="n">x</span><span class="w"> </span>')
    'x '
    """
    html = COLOUR.sub(r'="var(\g<name>)"', html)
    return PLAIN_TOKEN.sub(r"\1", html)


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
    return "".join(parts)
