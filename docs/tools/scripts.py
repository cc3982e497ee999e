"""Scripts on their way out: read with Pygments, sent without comments."""

import re
from collections.abc import Iterator

from pygments.lexers import JavascriptLexer
from pygments.token import Comment, Operator, Punctuation, String, Whitespace

# No white space is needed beside these, whatever stands on the other side.
_TIGHT = set("{}()[];,:?=<>") | {"=>", "===", "!==", "&&", "||", "??"}
_LEXER = JavascriptLexer(stripnl=False, ensurenl=False)


def _tokens(script: str) -> Iterator[tuple[object, str]]:
    for kind, text in _LEXER.get_tokens(script):
        if kind in Comment:
            yield Whitespace, "\n" if "\n" in text else " "
        elif kind not in String and not text.strip():
            yield Whitespace, text
        else:
            yield kind, text


def strings(script: str) -> Iterator[str]:
    """Yield the strings of a script: what it may put into a page.

    >>> list(strings("x.y('a-b') // 'c'"))
    ["'a-b'"]
    """
    for kind, text in _LEXER.get_tokens(script):
        if kind in String:
            yield text


def lighten(script: str) -> str:
    """Return a script without comments, indentation and needless spaces.

    Line breaks stay, since a line break may end a statement.

    >>> lighten("/* x */ f( a, 'b  c' )  // y\\n  g()\\n")
    "f(a,'b  c')\\ng()\\n"
    """
    script = script.replace("\r\n", "\n")
    out: list[str] = []
    space, tight = "", True

    def needed(text: str, is_tight: bool) -> str:
        if "\n" in space:
            return "\n" if out else ""
        return " " if space and not tight and not is_tight else ""

    for kind, text in _tokens(script):
        if kind is Whitespace:
            space += text
            continue
        is_tight = kind in (Operator, Punctuation) and text in _TIGHT
        out.append(needed(text, is_tight) + text)
        space, tight = "", is_tight
    return "".join(out) + ("\n" if "\n" in space else "")


def words(script: str) -> set[str]:
    """Return the words within the strings of a script."""
    return {
        word
        for text in strings(script)
        for word in re.findall(r"-?[A-Za-z_][\w-]*", text)
    }
