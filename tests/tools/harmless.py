"""What no page made of contributed text may hold, said independently.

Nothing of it is asked of the sanitiser, whose tests it serves.
"""

import re

import lxml.html

MAY_BE = frozenset(
    (
        *("h1", "h2", "h3", "h4", "h5", "h6", "a", "abbr", "blockquote"),
        *("br", "code", "dd", "details", "div", "dl", "dt", "em", "hr"),
        *("img", "input", "kbd", "label", "li", "ol", "p", "pre", "small"),
        *("span", "strong", "sub", "summary", "sup", "table", "tbody"),
        *("td", "th", "thead", "tr", "ul"),
    )
)
MAY_SAY = frozenset(
    (
        *("alt", "checked", "class", "disabled", "height", "href", "id"),
        *("open", "src", "start", "style", "title", "type", "width"),
    )
)


def assert_harmless(html: str) -> None:
    """Look for what is not allowed, with lxml's parser."""
    whole = lxml.html.fromstring(f"<div>{html}</div>")
    for node in whole.iterdescendants():
        assert isinstance(node.tag, str), html
        assert node.tag in MAY_BE, html
        assert set(node.attrib) <= MAY_SAY, html
        for name in ("href", "src"):
            scheme = re.match(r"[a-zA-Z][\w+.-]*:", node.get(name, ""))
            allowed = ("https:", "mailto:", "figure:")
            assert not scheme or scheme[0].lower() in allowed, html
        assert not node.get("id", "").startswith("__"), html
        assert "<" not in node.get("title", ""), html
        style = node.get("style", "text-align: left")
        assert re.fullmatch(r"text-align: ?[a-z]+;?", style), html
        assert not (set(node.get("class", "").split()) & {"md-overlay"})
