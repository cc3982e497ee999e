"""The outline of a page as the site made it, its ids, and its words."""

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

VOID = frozenset(("br", "col", "hr", "img", "input", "source", "wbr"))
DRAWING = re.compile(r"<(svg|math|script|style)\b.*?</\1>", re.DOTALL)
CODE = re.compile(r"(<pre\b[^>]*>).*?(</pre>)", re.DOTALL)
ID = re.compile(r'\sid="([^"]*)"')
KINDS = {
    **{f"h{n}": f"h{n} heading" for n in range(1, 7)},
    **{"ul": "list", "ol": "numbered list", "li": "item"},
    **{"table": "table", "tr": "row", "pre": "code block"},
}
# Put in by the site, or with words of its own.
MARKS = frozenset(("arithmatex", "footnote-backref", "headerlink"))
NOT_PROSE = "\0"


@dataclass
class Item:
    """A part of an outline: a heading, a list and its items, a table …"""

    kind: str
    level: tuple[int, int]  # boxes and lists around it
    line: int = 0
    words: str = ""

    @property
    def key(self) -> tuple[str, tuple[int, int], str]:
        return self.kind, self.level, self.words

    def add(self, words: str) -> None:
        """Add what all readings agree on: letters and digits."""
        self.words += re.sub(r"[\W_]+", "", words)


@dataclass
class Element:
    """An element that is open: whose is its text, and is it prose?"""

    tag: str
    item: Item | None = None
    counts: bool = True
    is_prose: bool = True


class Page(HTMLParser):
    """A page's HTML, read.

    Attributes
    ----------
    items : list of Item
        The outline, without the notes at its foot.
    ids, anchors : list of str
        All ids, and those of the headings.
    prose : str
        The words outside code and formulas.
    comments : list of str
        What stands in comments.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.items: list[Item] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.prose = ""
        self.comments: list[str] = []
        self.open = [Element("")]
        for drawing in DRAWING.finditer(html):
            self.ids += ID.findall(drawing[0])
        # Nothing else in these counts, and they are most of a page.
        self.feed(CODE.sub(r"\1\2", DRAWING.sub(NOT_PROSE, html)))
        self.close()

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        told = {name: value or "" for name, value in attrs}
        classes = set(told.get("class", "").split())
        above = self.open[-1]
        own = MARKS & classes or told.get("id", "").startswith("fnref")
        counts = above.counts and not own and "footnote" not in classes
        item = above.item
        if tag in KINDS and counts:
            item = Item(KINDS[tag], self.level())
            self.items.append(item)
            if item.kind.endswith("heading"):
                self.anchors.append(told.get("id", ""))
        if tag in ("td", "th") and item:
            item.words += "|"
        if "id" in told:
            self.ids.append(told["id"])
        if tag not in VOID:
            is_prose = above.is_prose and not own
            is_prose = is_prose and tag not in ("code", "kbd", "pre")
            name = "box" if "admonition" in classes else tag
            self.open.append(Element(name, item, counts, is_prose))

    def level(self) -> tuple[int, int]:
        tags = Counter(element.tag for element in self.open)
        return tags["details"] + tags["box"], tags["ul"] + tags["ol"]

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            name = self.open[place].tag
            if name == tag or (name == "box" and tag == "div"):
                del self.open[place:]
                break

    def handle_data(self, data: str) -> None:
        here = self.open[-1]
        if here.item and here.counts:
            here.item.add(data)
        self.prose += data if here.is_prose else NOT_PROSE

    def handle_comment(self, data: str) -> None:
        self.comments.append(data.strip())
