"""What is wrong with a page, by the lines of its source."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

import text
from problems import Problem
from rendered.page import NOT_PROSE, Item, Page
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
        *signs(page, markdown),
    ]
    told: dict[int, str] = {}
    for line, message in found:  # the first says what the others follow from
        told.setdefault(line, message)
    return [
        document.fault(line_in_source(line, markdown, document), message)
        for line, message in sorted(told.items())
    ]


def line_in_source(
    line: int, markdown: str, document: text.Document
) -> int:
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
        here = promised[a:b] or promised[max(a - 1, 0) :][:1]
        cures = [(item.line, cure(item, lines)) for item in here]
        line, mend = next(
            ((line, mend) for line, mend in cures if mend),
            (here[0].line if here else 1, "put empty lines around it"),
        )
        yield (
            line,
            f"GitHub shows {named(promised[a:b])} here, the site "
            f"{named(shown[c:d])}; {mend}",
        )


def named(items: list[Item]) -> str:
    """Return the kinds of items, counted."""
    if not items:
        return "nothing of that kind"
    kinds = Counter(item.kind for item in items)
    return ", ".join(f"{n} × {kind}" for kind, n in kinds.items())


def cure(item: Item, lines: list[str]) -> str:
    """Return what mends the line where an item starts, "" if unknown."""
    line = lines[item.line]
    indent = len(line) - len(line.lstrip(" "))
    if re.match(r"\s*\d+\)", line):
        return "write 1. instead of 1)"
    if indent % 4:
        return "indent by four spaces what belongs to an item"
    if item.kind in ("list", "numbered list", "table") and lines[
        item.line - 1
    ].strip():
        return "put an empty line above it"
    if item.kind == "item":
        return "indent by four spaces what belongs to an item"
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
                f"this row has {got} cells, the head of its table {wanted}; "
                r"a | in a cell is written \|, in a formula \mid",
            )


def anchors(
    items: list[Item], page: Page, markdown: str
) -> Iterator[Fault]:
    """Tell of ids that are there twice, and of headings without."""
    headings = [item for item in items if item.kind.startswith("heading")]
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
    prose = BOX.sub(lambda m: "\n" * m[0].count("\n"), markdown)
    lines = ["", *text.prose(prose).split("\n")]
    for found in SIGNS.finditer(page.prose):
        sign = found[0].strip()
        start = page.prose.rfind("\n", 0, found.start()) + 1
        around = page.prose[start:].split("\n", 1)[0]
        around = around.replace(NOT_PROSE, " ")
        places = [n for n, line in enumerate(lines) if sign in line]
        line = max(
            places or range(1, len(lines)),
            key=lambda n: SequenceMatcher(None, around, lines[n]).ratio(),
            default=1,
        )
        yield line, f"the page shows {sign} as it stands here; mend or quote it"


def lines_with(pattern: str, markdown: str) -> list[int]:
    lines = enumerate(markdown.split("\n"), 1)
    return [number for number, line in lines if re.search(pattern, line)]
