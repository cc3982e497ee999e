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

# What no reader should see: signs of Markdown, and of what the site adds.
SIGNS = re.compile(
    r"///|-+8<-|\[@\w+|\[\^[^\]\s]+\]|\$\$|\{:?\s*[#.][\w-]|^(?:!!!|\?\?\?)"
    r"|<!--|^\s*\|.*\|\s*$|:::|\]\(|\*\*|~~|```|^\s*#{1,6} ",
    re.M,
)
# Who fills these does so when all pages have been read.
LATER = ("material/tags", "bibliography", "more")
NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.M)
NOTE_USED = re.compile(r"(?<!^)(?<!\\)\[\^([^\]\s]+)\]", re.M)
MOST = 20  # of a kind, told at once
INDENT = "indent by four spaces what belongs to an item"


def problems(
    document: text.Document, markdown: str, html: str
) -> list[Problem]:
    """Return what differs between a page and what its source promises.

    Parameters
    ----------
    document : text.Document
        The page's source, as it lies in the repository: for the lines.
    markdown : str
        What Python-Markdown got: the source with what the site puts in.
    html : str
        The page, with figures and formulas set.
    """
    lines = markdown.split("\n")
    promised, page = source.read(markdown), Page(html)
    found: list[Fault] = []
    for faults in (
        outline(promised, page, lines),
        notes(text.prose(markdown)),
        cells(promised.items, lines),
        anchors(promised.items, page, lines),
        signs(page, lines),
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
    if promised.items == shown.items:
        return
    matcher = SequenceMatcher(None, promised.items, shown.items)
    for name, a, b, c, d in matcher.get_opcodes():
        if name == "equal":
            continue
        found = promised.items[a:b]
        if not found:  # the site alone shows something
            found = shown.items[c:d]
            start = promised.items[a - 1].line if a else 0
            after = range(start + 1, len(lines) + 1)
            found[0].line = nearest(found[0].words, after, lines)
        found.sort(key=lambda item: item.kind in ("item", "row"))
        told = [(item, cure(item, lines)) for item in found]
        item, mend = next((one for one in told if one[1]), told[0])
        message = f"GitHub shows this {item.kind} otherwise than the site"
        yield item.line, f"{message}; {mend or 'put empty lines around it'}"


def cure(item: Item, lines: list[str]) -> str:
    """Return what mends the line where an item starts, "" if unknown."""
    line = lines[item.line - 1]
    if item.is_heading:
        return "write a heading on one line, after # and a space"
    if re.match(r"\s*\d+\)", line):
        return "write 1. instead of 1)"
    if item.kind == "item" or (len(line) - len(line.lstrip(" "))) % 4:
        return INDENT
    if item.kind == "row":
        return r"write \| for a | in a cell"
    if item.kind == "code block":
        return ""
    if item.line > 1 and lines[item.line - 2].strip():
        return "put an empty line above it"
    return "part it by a line of text from what is above"


def nearest(words: str, numbers: Iterable[int], lines: Sequence[str]) -> int:
    """Return which of some lines, counted from 1, is most like the words."""
    matcher = SequenceMatcher(b=words)

    def alike(number: int) -> float:
        matcher.set_seq1(lines[number - 1])
        return matcher.quick_ratio()

    return max(numbers, key=alike, default=1)


def notes(prose: str) -> Iterator[Fault]:
    """Tell of footnotes without partner."""
    of_name: dict[str, int] = {}
    used = {found[1]: found.start() for found in NOTE_USED.finditer(prose)}
    for found in NOTE.finditer(prose):
        name, line = found[1], line_at(found.start(), prose)
        if name not in used:
            yield line, f"nothing refers to the note [^{name}]; delete it"
        elif name in of_name:
            first = of_name[name]
            yield line, f"the note [^{name}] is there twice (line {first})"
        of_name.setdefault(name, line)
    for name in used.keys() - of_name.keys():
        message = f"there is no note [^{name}]; write one: [^{name}]: …"
        yield line_at(used[name], prose), message


def line_at(place: int, told: str) -> int:
    return told.count("\n", 0, place) + 1


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


def anchors(
    items: list[Item], page: Page, lines: list[str]
) -> Iterator[Fault]:
    """Tell of ids that are there twice, and of headings without."""
    headings = [item.line for item in items if item.is_heading]
    of_headings = dict(zip(page.anchors, headings, strict=False))
    for anchor, line in of_headings.items():
        if re.fullmatch(r"[_\d]*", anchor):
            message = "a heading of signs alone has no anchor; write a word"
            yield line, f"{message}, or give it one: {{ #name }}"
    for anchor, times in Counter(page.ids).items():
        if times > 1:
            named = lines_with(rf"#{re.escape(anchor)}\b", lines)
            line = max([*named, of_headings.get(anchor, 1)])
            message = f"the anchor #{anchor} is there {times} times"
            yield line, f"{message}; give one another name"


def signs(page: Page, lines: list[str]) -> Iterator[Fault]:
    """Tell of signs that should have become something."""
    for said in page.comments:
        if re.fullmatch(r"[\w/-]+", said) and said not in LATER:
            line = nearest(f"<!-- {said} -->", range(1, len(lines) + 1), lines)
            yield line, f"nothing fills <!-- {said} -->"
    seen = set()
    for found in SIGNS.finditer(page.prose):
        start = page.prose.rfind("\n", 0, found.start()) + 1
        around = page.prose[start:].split("\n", 1)[0]
        sign = "|" if "|" in found[0] else found[0].strip()
        if (sign, around) in seen:
            continue
        seen.add((sign, around))
        plain = re.compile(rf"(?<!\\){re.escape(sign)}")
        escaped = re.escape("\\" + "\\".join(sign))
        places = lines_with(rf"{plain.pattern}|{escaped}", lines)
        if sign == "|":  # one row says it for its table
            places = [n for n in places if n - 1 not in places]
        line = nearest(around, places, lines)
        if plain.search(lines[line - 1]):  # else its writer means the sign
            yield line, f"the page shows {sign} as it is; mend or quote it"


def lines_with(pattern: str, lines: list[str]) -> list[int]:
    return [n for n, told in enumerate(lines, 1) if re.search(pattern, told)]
