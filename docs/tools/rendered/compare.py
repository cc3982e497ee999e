"""What is wrong with a page, by the lines of its source."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

import text
from problems import Problem
from rendered.page import Item, Page
from rendered.source import BOX, Source

Fault = tuple[int, str]  # a line of the Markdown, and what is wrong there

# What no reader should see: signs of Markdown, and of what the site adds.
SIGNS = re.compile(
    r"///|-{1,}8<-|\[@\w|\[\^[^\]\s]+\]|\$\$|\{:?\s*[#.][\w-]|^(?:!!!|\?\?\?)"
    r"|<!--|^\s*\|.*\|\s*$|:::|\]\(|\*\*|~~|```|^\s*#{1,6} ",
    re.M,
)
# Who fills these does so when all pages have been read.
LATER = ("material/tags", "bibliography", "more")
NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.M)
NOTE_USED = re.compile(r"(?<!^)\[\^([^\]\s]+)\]", re.M)
PIPE = re.compile(r"(?<!\\)\|")


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
    source, page = Source(markdown), Page(html)
    found = [
        *(source.faults or outline(source.items, page.items, markdown)),
        *notes(markdown),
        *cells(source.items, markdown),
        *anchors(source.items, page, markdown),
    ]
    told: dict[int, str] = {}
    for line, message in found:  # the first says what the others follow from
        told.setdefault(line, message)
    for line, message in signs(page, markdown):
        told.setdefault(line, "" if line - 1 in told else message)
    return [
        document.fault(line_in_source(line, markdown, document), message)
        for line, message in sorted(told.items())
        if message
    ]


def line_in_source(line: int, markdown: str, document: text.Document) -> int:
    """Return where a line of the Markdown comes from."""
    made = markdown.split("\n")
    own = document.body.split("\n")
    if document.path.endswith(".py"):
        own = [re.sub(r"^# ?", "", told) for told in own]
    matcher = SequenceMatcher(None, made, own, autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        if a < line <= b:
            return max(c + 1, min(c + line - a, d))
    return 1


def outline(
    promised: list[Item], shown: list[Item], markdown: str
) -> Iterator[Fault]:
    """Tell where GitHub and the site take the same text for other things."""
    keys = [item.key for item in promised], [item.key for item in shown]
    lines = ["", *markdown.split("\n")]
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    for name, a, b, c, d in matcher.get_opcodes():
        if name == "equal":
            continue
        here = promised[a:b]
        if not here:  # the site alone shows something
            start = promised[a - 1].line if a else 0
            line = line_of(shown[c], lines, start + 1)
            here = [replace(shown[c], line=line)]
        cures = [(item.line, cure(item, lines)) for item in here]
        line, mend = next((told for told in cures if told[1]), cures[0])
        theirs, ours = named(promised[a:b]), named(shown[c:d])
        differ = f"GitHub shows {theirs} here, the site {ours}"
        if theirs == ours:
            differ = f"GitHub reads {theirs} here otherwise than the site"
        yield line, f"{differ}; {mend or 'put empty lines around it'}"


def line_of(item: Item, lines: list[str], start: int) -> int:
    """Return the line, not before `start`, that has the item's words."""
    for line in range(start, len(lines)):
        words = Item("", (0, 0))
        words.add(lines[line])
        if words.words and words.words in item.words:
            return line
    return max(start - 1, 1)


def named(items: list[Item]) -> str:
    """Return the kinds of items, counted: "a list, 2 items"."""
    told = [
        f"{n} {kind}s"
        if n > 1
        else f"{'an' if kind[0] in 'hi' else 'a'} {kind}"
        for kind, n in Counter(item.kind for item in items).items()
    ]
    return ", ".join(told) or "only text"


def cure(item: Item, lines: list[str]) -> str:
    """Return what mends the line where an item starts, "" if unknown."""
    line = lines[item.line]
    if item.kind.endswith("heading"):
        return "write a heading on one line, after # and a space"
    if re.match(r"\s*\d+\)", line):
        return "write 1. instead of 1)"
    if (len(line) - len(line.lstrip(" "))) % 4:
        return "indent by four spaces what belongs to an item"
    if item.kind in ("list", "numbered list", "table"):
        if lines[item.line - 1].strip():
            return "put an empty line above it"
        return "part it by a line of text from what is above"
    if item.kind == "item":
        return "indent by four spaces what belongs to an item"
    if item.kind == "row":
        return r"write \| for a | in a cell"
    return ""


def notes(markdown: str) -> Iterator[Fault]:
    """Tell of footnotes without partner."""
    prose = text.prose(markdown)
    defined: dict[str, int] = {}
    used = {
        found[1]: prose.count("\n", 0, found.start()) + 1
        for found in reversed([*NOTE_USED.finditer(prose)])
    }
    for found in NOTE.finditer(prose):
        name = found[1]
        line = prose.count("\n", 0, found.start()) + 1
        if name in defined:
            first = defined[name]
            yield line, f"the note [^{name}] is there twice (line {first})"
        elif name not in used:
            yield line, f"nothing refers to the note [^{name}]; delete it"
        defined.setdefault(name, line)
    for name, line in used.items():
        if name not in defined:
            yield line, f"there is no note [^{name}]; write [^{name}]: below"


def cells(items: list[Item], markdown: str) -> Iterator[Fault]:
    """Tell of rows with more or fewer cells than their head."""
    lines = ["", *markdown.split("\n")]
    wanted = 0
    for before, item in zip([None, *items], items, strict=False):
        if item.kind != "row":
            continue
        row = re.sub(r"(`+).+?\1", "", lines[item.line]).strip("> ")
        inner = re.sub(r"^\||(?<!\\)\|$", "", row)
        got = len(PIPE.findall(inner)) + 1
        if before and before.kind == "table":
            wanted = got
        elif got != wanted:
            yield (
                item.line,
                f"this row has {got} cell{'s' * (got > 1)}, the head of its "
                f"table {wanted}; "
                r"write \| for a | in a cell, \mid in a formula",
            )


def anchors(items: list[Item], page: Page, markdown: str) -> Iterator[Fault]:
    """Tell of ids that are there twice, and of headings without."""
    headings = [item for item in items if item.kind.endswith("heading")]
    of_headings = dict(zip(page.anchors, headings, strict=False))
    for anchor, item in of_headings.items():
        if re.fullmatch(r"[_\d]*", anchor):
            message = "a heading of signs alone has no anchor; write a word"
            yield item.line, f"{message}, or give it one: {{ #name }}"
    for anchor, times in Counter(page.ids).items():
        if times > 1:
            lines = lines_with(re.escape(f"#{anchor}"), markdown)
            if anchor in of_headings:
                lines.append(of_headings[anchor].line)
            yield (
                max(lines, default=1),
                f"the anchor #{anchor} is there {times} times; name one "
                "otherwise",
            )


def signs(page: Page, markdown: str) -> Iterator[Fault]:
    """Tell of signs that should have become something."""
    for said in page.comments:
        if re.fullmatch(r"[\w/-]+", said) and said not in LATER:
            found = lines_with(re.escape(said), markdown)
            yield min(found, default=1), f"nothing fills <!-- {said} -->"
    raw = markdown.split("\n")
    boxless = BOX.sub(lambda m: "\n" * m[0].count("\n"), markdown)
    prose = text.prose(boxless).split("\n")
    for found in SIGNS.finditer(page.prose):
        start = page.prose.rfind("\n", 0, found.start()) + 1
        around = page.prose[start:].split("\n", 1)[0]
        sign = "|" if "|" in found[0] else found[0].strip()
        written = re.compile(rf"(?<!\\){re.escape(sign)}")
        places = [n for n, line in enumerate(prose) if written.search(line)]
        places = places or [
            n for n, line in enumerate(raw) if written.search(line)
        ]
        if places:  # else its writer has escaped it
            line = max(places, key=lambda n: alike(around, raw[n]))
            yield line + 1, f"the page shows {sign} as it is; mend or quote it"


def alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def lines_with(pattern: str, markdown: str) -> list[int]:
    lines = enumerate(markdown.split("\n"), 1)
    return [number for number, line in lines if re.search(pattern, line)]
