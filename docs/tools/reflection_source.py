"""Reading a reflection: front matter, body, and what of it is no code.

The entries are contributed text: they are read as data and never run.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from pymdownx.arithmatex import RE_SMART_DOLLAR_INLINE

AUTHORS_FILE = ".authors.yml"
TEMPLATE_FILE = "_template.md"

FILE_NAME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md"
)
MAX_SLUG = 60
MAX_BYTES = 64 * 1024
MAX_FRONT_MATTER = 4 * 1024
# What editors and desktops leave beside a file while it is written.
BYSTANDERS = re.compile(r"\.DS_Store|Thumbs\.db|.*~|\.#.*|#.*#|\..*\.sw.")

Fault = tuple[int, str]


@dataclass(frozen=True)
class Setting:
    """What the rules know beside the entry itself."""

    folder: Path
    known_chapters: AbstractSet[int]
    today: date
    sections: AbstractSet[str]
    authors: AbstractSet[str]
    questions: AbstractSet[str]
    placeholder: str
    figures: AbstractSet[str] | None
    pages: AbstractSet[str]


@dataclass(frozen=True)
class Fence:
    """A block of code: its rows in the body, from 0, the end excluded."""

    start: int
    end: int
    mark: str
    info: str
    closed: bool

    @property
    def inside(self) -> range:
        """The rows of what it holds."""
        return range(self.start + 1, self.end - self.closed)


@dataclass(frozen=True)
class Source:
    """One entry, split into front matter and body.

    Lines are counted from 1 in the file; ``first`` is the body's first.
    """

    name: str
    front: Mapping[str, tuple[int, yaml.Node]]
    body: str
    first: int

    @cached_property
    def tokens(self) -> list[Token]:
        """The body as markdown-it reads it."""
        return MARKDOWN.parse(self.body)

    @cached_property
    def lines(self) -> list[str]:
        """The body's lines."""
        return self.body.split("\n")

    @cached_property
    def fences(self) -> list[Fence]:
        """The fences at the margin, closed by the sign that opened them."""
        return list(_fences(self.lines))

    @cached_property
    def text(self) -> list[str]:
        """The body's lines with all fences blanked out."""
        lines = list(self.lines)
        for fence in self.fences:
            lines[fence.start : fence.end] = [""] * (fence.end - fence.start)
        return lines

    @cached_property
    def prose(self) -> list[str]:
        """The body's lines with all code blanked out."""
        return [line.replace(CODE, " ") for line in self._without_code]

    @cached_property
    def words(self) -> list[str]:
        """The body's lines with all code and mathematics blanked out."""
        return [
            line.replace(CODE, " ").replace(FORMULA, " ")
            for line in self.marked
        ]

    @cached_property
    def marked(self) -> list[str]:
        """The same, with a sign in place of each that was blanked out."""
        lines = list(self._without_code)
        for start, end in displays(lines):
            lines[start:end] = [""] * (end - start)
        rows = tabular(self.text)
        for at, line in enumerate(lines):
            cells = re.split(r"(\|)", line) if at in rows else [line]
            lines[at] = "".join(map(_without_math, cells))
        return lines

    @cached_property
    def _without_code(self) -> list[str]:
        lines = list(self.text)
        for at, line in enumerate(lines):
            for start, end in code_spans(line)[0]:
                gap = CODE * (end - start)
                lines[at] = lines[at][:start] + gap + lines[at][end:]
        return lines

    @property
    def draft(self) -> bool:
        """Whether the entry says that it is not finished."""
        node = self.front.get("draft", (0, None))[1]
        return isinstance(node, yaml.ScalarNode) and node.value == "true"


# What Python-Markdown leaves where it has put code aside. No file holds
# it, and mathematics ends before it.
CODE = "\x02"
FORMULA = "\x03"
MATH = re.compile(RE_SMART_DOLLAR_INLINE)


def code_spans(line: str) -> tuple[list[tuple[int, int]], int | None]:
    """Return the code in a line, and the place of a tick without partner.

    Markdown's parsers differ about code that is not closed on its line,
    or that is closed by more ticks than opened it. What no rule can
    judge is not taken for code.
    """
    runs = list(re.finditer("`+", line))
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(runs):
        size = len(runs[at][0])
        partner = at + 1
        while partner < len(runs) and len(runs[partner][0]) != size:
            partner += 1
        if partner == len(runs):
            return spans, runs[at].start()
        spans.append((runs[at].start(), runs[partner].end()))
        at = partner + 1
    return spans, None


def _without_math(text: str) -> str:
    """Blank out $mathematics$, as the site's parser finds it."""

    def blank(match: re.Match[str]) -> str:
        return FORMULA * len(match[0]) if match[2] else match[0]

    return MATH.sub(blank, text)


def _fences(lines: list[str]) -> Iterator[Fence]:
    at = 0
    while at < len(lines):
        match = re.fullmatch(r"(`{3,})([^`]*)", lines[at])
        if match is None:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].rstrip(" \t") != match[1]:
            end += 1
        closed = end < len(lines)
        end = end + 1 if closed else end
        yield Fence(at, end, match[1], match[2].strip(), closed)
        at = end


def displays(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the rows of formulas between two lines $$."""
    start: int | None = None
    for at, line in enumerate(lines):
        if start is not None and not line.strip():
            start = None
        elif line.rstrip() == "$$":
            if start is None:
                start = at
            else:
                yield start, at + 1
                start = None


def tabular(lines: list[str]) -> set[int]:
    """Return the rows of the paragraphs that may be a table."""
    rows: set[int] = set()
    for start, end in paragraphs(lines):
        if any(
            re.fullmatch(r"[\s>|:+*-]*", line) and "|" in line and "-" in line
            for line in lines[start:end]
        ):
            rows.update(range(start, end))
    return rows


def paragraphs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the rows between blank lines."""
    start: int | None = None
    for at, line in enumerate([*lines, ""]):
        if line.strip() and start is None:
            start = at
        elif not line.strip() and start is not None:
            yield start, at
            start = None


class _AllLinks(MarkdownIt):
    # markdown-it turns a link that it distrusts into plain text, where
    # the rule for links could not name it.
    def validateLink(self, url: str) -> bool:
        return True


def _markdown() -> MarkdownIt:
    parser = _AllLinks("commonmark").enable("table")
    parser.use(footnote_plugin).use(dollarmath_plugin, allow_space=False)
    # Footnotes stay where they stand, also those that nothing refers to.
    return parser.disable(["footnote_inline", "footnote_tail"])


MARKDOWN = _markdown()


def walk(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens and what they hold."""
    for token in tokens:
        yield token
        yield from walk(token.children or ())


def text_of(path: Path) -> str:
    """Return what a file holds."""
    # As MkDocs reads it: a byte order mark and CRLF are no fault.
    text = path.read_bytes().decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split(text: str) -> tuple[str, str, int] | None:
    """Return front matter, body and the body's first line, if it can."""
    lines = text.split("\n")
    if lines[0].rstrip(" \t") != "---":
        return None
    for at, line in enumerate(lines[1:], start=1):
        # MkDocs ends the front matter at either of these.
        if line.rstrip(" \t") in {"---", "..."}:
            front = "\n".join(lines[1:at])
            return front, "\n".join(lines[at + 1 :]), at + 2
    return None


def compose(text: str, first: int) -> tuple[yaml.Node | None, list[Fault]]:
    """Read YAML without anchors, aliases, tags, directives or depth."""
    faults: list[Fault] = []
    depth = documents = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            mark = event.start_mark
            line = (mark.line if mark else 0) + first
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1 or event.version or event.tags:
                    faults.append(
                        (
                            line,
                            "YAML directives and second documents are not "
                            "allowed; keep plain keys and values",
                        )
                    )
            if getattr(event, "anchor", None):
                faults.append(
                    (
                        line,
                        "YAML anchors and aliases (& and *) are not "
                        "allowed; write the value out, in quotes",
                    )
                )
            if isinstance(
                event, yaml.ScalarEvent | yaml.CollectionStartEvent
            ) and (event.tag is not None):
                faults.append(
                    (
                        line,
                        f"the YAML tag {event.tag} is not allowed; put the "
                        "value in quotes",
                    )
                )
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > 3:
                    faults.append(
                        (
                            line,
                            "the YAML is nested too deep; keep plain keys "
                            "and values",
                        )
                    )
                    break
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        if faults:
            return None, faults
        return yaml.compose(text, Loader=yaml.SafeLoader), []
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        at = mark.line if mark else 0
        # At the end of the text the mark may lie behind the last line.
        at = min(at, max(text.rstrip("\n").count("\n"), 0))
        what = getattr(error, "problem", None) or "it cannot be read"
        fault = (
            at + first,
            f"this is not valid YAML: {what}; put text that holds : # [ ] "
            '{ } or quotes between "double quotes"',
        )
        return None, [*faults, fault]


def fields_of(
    node: yaml.Node | None, first: int
) -> tuple[dict[str, tuple[int, yaml.Node]], list[Fault]]:
    """Return key → (line, node) of a mapping."""
    if not isinstance(node, yaml.MappingNode):
        return {}, [
            (
                first,
                "this is no line key: value; write it so",
            )
        ]
    fields: dict[str, tuple[int, yaml.Node]] = {}
    faults: list[Fault] = []
    for key, value in node.value:
        line = key.start_mark.line + first
        if not isinstance(key, yaml.ScalarNode):
            faults.append((line, "a key must be a word; write key: value"))
        elif key.value in fields:
            faults.append(
                (line, f"the key '{key.value}' is given twice; keep one")
            )
        else:
            fields[key.value] = (line, value)
    return fields, faults


def is_kind(node: yaml.Node, kind: str) -> bool:
    """Whether YAML takes a value for text, a number, a day, and so on."""
    return isinstance(node, yaml.ScalarNode) and (
        node.tag == f"tag:yaml.org,2002:{kind}"
    )


def items_of(node: yaml.Node) -> list[yaml.Node] | None:
    """Return what a list holds; None if it is no list."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else None


def line_of(node: yaml.Node, first: int = 2) -> int:
    """Return the line in the file of what YAML has read."""
    return int(node.start_mark.line) + first


def shown(node: yaml.Node) -> str:
    """Return a value as a message shows it."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else "…"


def is_draft(path: Path) -> bool | None:
    """Return whether an entry is a draft; None if it cannot be read."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        parts = split(text_of(path))
    except (OSError, UnicodeDecodeError):
        return None
    if parts is None or len(parts[0]) > MAX_FRONT_MATTER:
        return None
    node, faults = compose(parts[0], 2)
    fields, more = fields_of(node, 2)
    if faults or more:
        return None
    return "draft" in fields and shown(fields["draft"][1]) == "true"
