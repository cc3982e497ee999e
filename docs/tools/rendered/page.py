"""The outline of a page that has become HTML, and its words."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("br", "col", "hr", "img", "input", "source", "wbr"))
DRAWING = re.compile(r"<(svg|math|script|style)\b.*?</\1>", re.DOTALL)
CODE = re.compile(r"(<pre\b[^>]*>).*?(</pre>)", re.DOTALL)
KINDS = {
    **{f"h{n}": f"h{n} heading" for n in range(1, 7)},
    **{"ul": "list", "ol": "numbered list", "li": "item"},
    **{"table": "table", "tr": "row", "pre": "code block"},
}
# Put in by the site, and what is set in another way.
OWN = frozenset(("arithmatex", "footnote-backref", "headerlink"))
APART = frozenset(("admonition-title", "footnote", "footnotes", "summary"))
NOT_PROSE = "\0"  # stands for code and formulas


@dataclass(unsafe_hash=True)
class Item:
    """A part of an outline: a heading, a list and its items, a table …"""

    kind: str
    level: tuple[int, int]  # boxes and lists around it
    line: int = field(compare=False)
    words: str = ""


@dataclass
class Element:
    """An element that is open: whose words are in it, and are they prose?"""

    tag: str
    line: int = 0
    item: Item | None = None
    counts: bool = True
    is_prose: bool = True


class Page(HTMLParser):
    """A page, read: its outline, and its words.

    The outline (`items`) is without the notes at its foot; `prose` is
    without code and formulas, and has what pictures and titles say.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.items: list[Item] = []
        self.prose = ""
        self.open = [Element("")]
        # Nothing in these counts, and they are most of a page.
        self.feed(CODE.sub(r"\1\2", DRAWING.sub(NOT_PROSE, html)))
        self.close()

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        told = {name: value or "" for name, value in attrs}
        classes = set(told.get("class", "").split())
        above = self.open[-1]
        own = OWN & classes or told.get("id", "").startswith("fnref")
        counts = above.counts and not own and not APART & {tag, *classes}
        item = above.item
        line = int(told.get("data-line", 0))
        if tag in KINDS and counts:
            item = Item(KINDS[tag], self.level(), line)
            self.items.append(item)
        if tag in ("td", "th") and item:
            item.words += "|"
        is_prose = above.is_prose and not own
        is_prose = is_prose and tag not in ("code", "kbd", "pre")
        if is_prose:
            for name in {"alt", "title"} & told.keys():
                self.prose += f"\n{told[name]}\n"
        if tag not in VOID:
            name = "details" if "admonition" in classes else tag
            self.open.append(Element(name, line, item, counts, is_prose))

    def level(self) -> tuple[int, int]:
        tags = Counter(element.tag for element in self.open)
        return tags["details"], tags["ul"] + tags["ol"]

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            name = self.open[place].tag
            if name == tag or (name == "details" and tag == "div"):
                del self.open[place:]
                break

    def handle_data(self, data: str) -> None:
        here = self.open[-1]
        if here.item and here.counts:
            # What all readings agree on.
            here.item.words += re.sub(r"[\W_]+", "", data)
        self.prose += data if here.is_prose else NOT_PROSE
