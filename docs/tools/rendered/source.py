"""The outline of a page as GitHub shows its Markdown to its writer."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from rendered.page import Item, Page

PARSER = (
    MarkdownIt("commonmark")
    .enable("table")
    .use(deflist_plugin)
    .use(dollarmath_plugin, allow_space=False)
    .use(footnote_plugin)
)
BOX = re.compile(r"^( *)(/{3,})[ \t]*(\S.*)?\n((?:\1 {4}.*\n)*)", re.M)
BOX_MARK = re.compile(r"\s*<!--(/{3,})(.*)-->\s*")
ATTRIBUTES = re.compile(r"\{:?\s*[#.][^{}]*\}")
KINDS = {
    **{f"h{n}": f"h{n} heading" for n in range(1, 7)},
    "bullet_list_open": "list",
    "ordered_list_open": "numbered list",
    "list_item_open": "item",
    "table_open": "table",
    "tr_open": "row",
    "fence": "code block",
    "code_block": "code block",
}


class Source:
    """Markdown, without front matter, read.

    Attributes
    ----------
    items : list of Item
        The outline, with lines counted from 1.
    faults : list of (int, str)
        The boxes (``/// note``) that are not closed, by line.
    """

    def __init__(self, markdown: str) -> None:
        self.items: list[Item] = []
        self.faults: list[tuple[int, str]] = []
        self.boxes: list[tuple[int, str]] = []
        self.lists = 0
        self.within: list[Item] = []
        self.is_note = False
        for token in PARSER.parse(BOX.sub(comment, f"{markdown}\n")):
            self.read(token)
        self.unclosed("the end")

    def read(self, token: Token) -> None:
        line = token.map[0] + 1 if token.map else 0
        if token.type.startswith("footnote_block"):
            self.is_note = token.nesting > 0
        if self.is_note:
            return
        kind = KINDS.get(token.type) or KINDS.get(token.tag)
        if token.type == "html_block":
            self.read_html(token.content, line)
        elif token.type == "inline" and self.within:
            self.read_inline(token)
        elif token.type in ("th_open", "td_open"):
            self.within[-1].words += "|"
        elif kind and token.nesting < 0:
            self.within.pop()
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.lists -= 1
        elif token.type in ("list_item_close", "tr_close"):
            self.within.pop()
        elif kind:
            item = Item(kind, (len(self.boxes), self.lists), line)
            self.items.append(item)
            self.lists += kind.endswith("list")
            if kind in ("item", "row") or kind.endswith("heading"):
                self.within.append(item)

    def read_inline(self, token: Token) -> None:
        words = "".join(
            "\n" if child.type == "softbreak" else child.content
            for child in token.children or ()
            if child.type in ("text", "code_inline", "softbreak")
        )
        words = re.sub(r"\A\[[ xX]\]\s", "", ATTRIBUTES.sub("", words))
        self.within[-1].add(words)

    def read_html(self, html: str, line: int) -> None:
        mark = BOX_MARK.fullmatch(html)
        if mark is None:
            without_targets = re.sub(r"\]\([^)]*\)", "]", html)
            for item in Page(without_targets).items:
                item.line = line
                self.items.append(item)
        elif mark[2]:
            if any(opened == mark[1] for _, opened in self.boxes):
                self.unclosed(f"line {line}")
            self.boxes.append((line, mark[1]))
        elif self.boxes:
            self.boxes.pop()

    def unclosed(self, where: str) -> None:
        """Say of the boxes that are open that they should not be."""
        for opened, slashes in self.boxes:
            message = (
                f"the box that opens here is not closed before {where}; "
                f"close it with {slashes} on a line of its own"
            )
            self.faults.append((opened, message))
        self.boxes = []


def comment(box: re.Match[str]) -> str:
    """Return a box's mark as a comment: it parts what is around it, too."""
    options = "\n" * box[4].count("\n")
    return f"{box[1]}<!--{box[2]}{box[3] or ''}-->\n{options}"
