"""What is wrong with a page, by the lines of its source."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice

import text
from problems import Problem
from rendered import source
from rendered.page import Item, Page

Fault = tuple[int, str]  # a line of the Markdown, and what is wrong there

# What no reader should see, and the cure.
SIGNS = (
    (
        re.compile(r"\[[^\[\]]*(?<![\w.])@[A-Za-z][^\[\]]*\]"),
        "cite by [@key] or [@one; @two], beside a link or a picture and not "
        "in it; resources/references.bib has the keys",
    ),
    (
        re.compile(
            r"\$\$|\$\0\$|\$[^\s$](?:[^$\n]*[^\s$])?\$(?!\d)"
            r"|\\\((?:(?!\\[()]).)+\\\)"
        ),
        "give $$ lines of their own between empty lines, or write \\$ for a "
        "dollar",
    ),
    (
        re.compile(
            r"///|-+8<-|\[\^[^\]\s]+\]|\{:?\s*[#.][\w-]|^(?:!!!|\?\?\?)"
            r"|<!--|^\s*\|.*\|\s*$|:::|\]\(|\*\*|~~|```|^\s*#{1,6} ",
            re.M,
        ),
        "mend or quote it",
    ),
)
NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.M)
ID = re.compile(r'<[^>]*?\sid="([^"]*)"')
MOST = 20  # of a kind, told at once
CURE = (
    "put empty lines around it, indent by four spaces what belongs to an "
    "item; write 1. for 1), a space after ##, \\| for a | in a cell"
)


def problems(
    document: text.Document, markdown: str, html: str
) -> list[Problem]:
    """Return what differs between a page and what its source promises.

    `document` is the source as it lies in the repository, `markdown` has
    what the site puts in as well; `html` has figures and formulas set.
    """
    lines = markdown.split("\n")
    promised, page = source.read(markdown), Page(html)
    found: list[Fault] = []
    for faults in (
        outline(promised, page, lines),
        notes(text.prose(markdown)),
        cells(promised.items, lines),
        anchors(html, lines),
        signs(page.prose, lines),
    ):
        found += islice(faults, MOST)
    told = dict(reversed(found))  # the others follow from the first of a line
    places = lines_in_source(lines, document) if told else {}
    return [
        document.fault(places[line], message)
        for line, message in sorted(told.items())
    ]


def lines_in_source(
    lines: list[str], document: text.Document
) -> dict[int, int]:
    """Return where the lines of the Markdown come from."""
    own = document.body.split("\n")
    if document.path.endswith(".py"):
        own = [re.sub(r"^# ?", "", told) for told in own]
    return {
        line + 1: max(c + 1, min(c + 1 + line - a, d))
        for _, a, b, c, d in SequenceMatcher(None, lines, own).get_opcodes()
        for line in range(a, b)
    }


def outline(promised: Page, shown: Page, lines: list[str]) -> Iterator[Fault]:
    """Tell where GitHub and the site take the same text for other things."""
    for box in promised.open:
        if box.tag == "details":
            message = "this box is not closed; end it with /// on a line of"
            yield box.line, f"{message} its own"
    matcher = SequenceMatcher(None, promised.items, shown.items)
    for name, a, b, c, _ in matcher.get_opcodes():
        if name == "equal":
            continue
        if a < b:
            item = promised.items[a]
            line = item.line
        else:  # the site alone shows something
            item = shown.items[c]
            start = promised.items[a - 1].line if a else 0
            after = range(start + 1, len(lines) + 1)
            line = nearest(item.words, after, lines)
        yield line, f"GitHub shows this {item.kind} otherwise; {CURE}"


def nearest(words: str, numbers: Iterable[int], lines: Sequence[str]) -> int:
    """Return which of some lines, counted from 1, is most like the words."""
    matcher = SequenceMatcher(b=words)

    def alike(number: int) -> float:
        matcher.set_seq1(lines[number - 1])
        return matcher.quick_ratio()

    return max(numbers, key=alike, default=1)


def notes(prose: str) -> Iterator[Fault]:
    """Tell of notes that nothing refers to, or that are there twice."""
    names = NOTE.findall(prose)
    for found in NOTE.finditer(prose):
        line = prose.count("\n", 0, found.start()) + 1
        if names.count(found[1]) > 1:
            yield line, f"there is more than one note [^{found[1]}]"
        elif prose.count(f"[^{found[1]}]") < 2:
            yield line, f"nothing refers to the note [^{found[1]}]; delete it"


def cells(items: list[Item], lines: list[str]) -> Iterator[Fault]:
    """Tell of rows with more or fewer cells than their head."""
    head, is_head = 0, False
    for item in items:
        if item.kind == "row" and item.line:
            row = re.sub(r"(`+).+?\1|\\\|", "", lines[item.line - 1])
            got = len(row.strip("> ").removeprefix("|").rstrip("|").split("|"))
            head = got if is_head else head
            if got != head:
                message = f"expected {head} cells as in the head, got {got}"
                mend = r"write \| for a | in a cell, \mid in a formula"
                yield item.line, f"{message}; {mend}"
        is_head = item.kind == "table"


def anchors(html: str, lines: list[str]) -> Iterator[Fault]:
    """Tell of ids that are there twice."""
    for anchor, times in Counter(ids(html)).items():
        if times > 1:
            named = lines_with(rf"#{re.escape(anchor)}\b", lines)
            message = f"the anchor #{anchor} is there {times} times"
            yield max(named, default=1), f"{message}; rename one"


def ids(html: str) -> list[str]:
    """Return the anchors of a page, those of its figures too."""
    return ID.findall(html)


def signs(prose: str, lines: list[str]) -> Iterator[Fault]:
    """Tell of signs that should have become something."""
    seen = set()
    for pattern, cure in SIGNS:
        for found in pattern.finditer(prose):
            start = prose.rfind("\n", 0, found.start()) + 1
            around = prose[start:].split("\n", 1)[0]
            # In a text alternative arithmatex makes half a formula.
            sign = re.sub(r"^\\\((.*)\\\)$", r"$\1$", found[0].strip())
            sign = "|" if "|" in sign else sign.replace("$\0$", "$$")
            if (sign, around) in seen:
                continue
            seen.add((sign, around))
            plain = rf"(?<!\\){re.escape(sign)}"
            escaped = re.escape("\\" + "\\".join(sign))
            places = lines_with(rf"{plain}|{escaped}", lines)
            if sign == "|":  # one row says it for its table
                places = [n for n in places if n - 1 not in places]
            line = nearest(around, places, lines)
            # Or else its writer means the sign.
            if re.search(plain, lines[line - 1]):
                yield line, f"the page shows {sign} as it is; {cure}"


def lines_with(pattern: str, lines: list[str]) -> list[int]:
    return [n for n, told in enumerate(lines, 1) if re.search(pattern, told)]
