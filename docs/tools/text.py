"""The one reader: every file of the content is read through here.

What cannot be read is a `Problem` with its file and line, raised in a
`Faulty`. What a page *is*, its rendered form says; nothing here takes
Markdown apart any further than fences and front matter.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import yaml

from problems import Faulty, Problem

# SECURITY.md stands where GitHub looks for it, and is a page as well.
SECURITY = "about/security.md"
FENCE = re.compile(r"^( *)(`{3,}|~{3,})[ ]*([^`]*)$")
FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:.*\n)*?)(?:---|\.\.\.)[ \t]*\n")
# Signs that end a line for Python, or are nothing to read, and that no
# editor shows: lines would be counted otherwise than a person counts them.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
# Before 3.11.8 Python fails now and then if two threads parse at once.
PARSING = Lock()
# What is no prose, in the order in which it is blanked.
NO_PROSE = (
    re.compile(r"<!--.*?-->", re.S),
    re.compile(r"(?<![\\`])(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\1(?!`)", re.S),
    re.compile(r"(?<!\\)\$\$(?:\\.|[^\\$])+?\$\$", re.S),
    re.compile(
        r"(?<![\\$])\$(?![\s$])(?:\\.|[^\\$\n]|\n(?!\s*\n))+?(?<!\s)\$(?!\$)"
    ),
)


@dataclass(frozen=True)
class Fence:
    """A fenced block of a page: its lines, counted from 1, and its text."""

    start: int
    end: int
    info: str
    lines: tuple[str, ...]

    @property
    def language(self) -> str:
        return re.split(r"[\s{]", self.info.strip(), maxsplit=1)[0]


@dataclass(frozen=True)
class Document:
    """A file of the content: ``lines`` tells those of its front matter."""

    path: str
    text: str
    meta: dict[str, Any]
    lines: dict[str, int]

    @cached_property
    def body(self) -> str:
        """The text with the front matter blanked, line for line."""
        return FRONT_MATTER.sub(blank, self.text)

    @cached_property
    def fences(self) -> list[Fence]:
        return fences(self.body, self.path)

    def fault(self, line: int, message: str) -> Problem:
        return Problem(self.path, line, message)


def read(path: Path, root: Path) -> str:
    """Return the text of a file.

    Faulty: if it is no UTF-8, or holds signs that nobody sees.
    """
    name = path.relative_to(root).as_posix()
    return decode(path.read_bytes(), name)


@lru_cache(maxsize=2048)
def decode(data: bytes, name: str) -> str:
    """Return the text of a file's bytes, as `read` does."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = (
            f"expected UTF-8, got the byte 0x{data[error.start]:02x}; save "
            "the file as UTF-8"
        )
        raise Faulty(Problem(name, line, message)) from None
    if text.startswith("\ufeff"):
        message = "the file starts with a byte order mark; save it without"
        raise Faulty(Problem(name, 1, message))
    text = text.replace("\r\n", "\n")
    if found := UNSEEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"the sign U+{ord(found[0]):04X} is not seen; delete it"
        raise Faulty(Problem(name, line, message))
    return text


def document(path: Path, root: Path) -> Document:
    """Return a file with its front matter read.

    Faulty: if it cannot be read, or its front matter is no mapping.
    """
    return parsed(read(path, root), path.relative_to(root).as_posix())


@lru_cache(maxsize=1024)
def parsed(text: str, name: str) -> Document:
    """Return a text as the document that it is."""
    found = FRONT_MATTER.match(text)
    if found is None:
        if re.match(r"---[ \t]*\n", text):
            message = "the front matter is not closed; end it with ---"
            raise Faulty(Problem(name, 1, message))
        return Document(name, text, {}, {})
    meta, lines = mapping(found[1], name, above=1)
    return Document(name, text, meta, lines)


def mapping(
    text: str, name: str, above: int = 0
) -> tuple[dict[str, Any], dict[str, int]]:
    """Return a YAML mapping, and the line of each of its keys.

    It is from the file `name`, with so many lines `above` it.

    Faulty: if it is no YAML, no mapping, or says a key twice.
    """
    node, data = load_yaml(text, name, above)
    data = {} if node is None else data
    if not isinstance(data, dict) or not all(isinstance(k, str) for k in data):
        message = f"expected lines of `key: value`, got {data!r:.60}"
        raise Faulty(Problem(name, above + 1, message))
    lines: dict[str, int] = {}
    for key, _ in node.value if node else ():
        line = above + key.start_mark.line + 1
        if key.value in lines:
            message = (
                f"{key.value} is there twice (line {lines[key.value]}); "
                "keep one"
            )
            raise Faulty(Problem(name, line, message))
        lines[key.value] = line
    return data, lines


class Plain(yaml.SafeLoader):
    """YAML of plain values: few aliases hold gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            said = "anchors, aliases and tags (& * !) are not allowed"
            mark = event.start_mark
            raise yaml.MarkedYAMLError(problem=said, problem_mark=mark)
        return super().compose_node(parent, index)


def load_yaml(text: str, name: str, above: int = 0) -> tuple[Any, Any]:
    """Return YAML as nodes, which know their lines, and as data.

    Faulty: if it is no YAML.
    """
    try:
        loader = Plain(text)
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node else None
    except (yaml.YAMLError, ValueError, ArithmeticError, RecursionError) as e:
        raise Faulty(yaml_fault(e, name, above)) from None


def yaml_fault(error: Exception, name: str, above: int) -> Problem:
    """Return what YAML says is wrong, with its line and the usual cure."""
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or str(error).split("\n")[0]
    cure = "; put a value with a colon or a sign in quotes"
    line = above + (mark.line if mark else 0) + 1
    return Problem(name, line, f"this is no YAML: {said}{cure}")


def check_types(
    document: Document,
    kinds: Mapping[str, type],
    owed: tuple[str, ...] = (),
) -> list[Problem]:
    """Return what a front matter lacks, and what it has too much or wrong."""
    found = [
        document.fault(1, f"the front matter has no {key}; add it")
        for key in owed
        if key not in document.meta
    ]
    for key, value in document.meta.items():
        kind, wrong = kinds.get(key), ""
        if kind is None:
            wrong = f"unknown key {key}; known are {', '.join(kinds)}"
        elif not isinstance(value, kind) or (value is True and kind is int):
            wrong = f"{key} expected {kind.__name__}, got {value!r:.60}"
        if wrong:
            found.append(document.fault(document.lines[key], wrong))
    return found


def python(path: Path, root: Path) -> ast.Module:
    """Return the syntax tree of a Python file, as `syntax` does."""
    return syntax(read(path, root), path.relative_to(root).as_posix())


def syntax(code: str, name: str) -> ast.Module:
    """Return the syntax tree of the text of a Python file.

    Faulty: if it is no Python.
    """
    try:
        with PARSING:
            return ast.parse(code, filename=name)
    except SyntaxError as error:
        problem = Problem(name, error.lineno or 1, f"no Python: {error.msg}")
        raise Faulty(problem) from None


def fences(text: str, name: str = "") -> list[Fence]:
    """Return the fenced blocks of a page, in order.

    Faulty: if one is not closed.
    """
    found = []
    opened: tuple[int, str, str] | None = None
    body: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        mark = FENCE.match(line)
        if opened is None:
            if mark:
                opened, body = (number, mark[2], mark[3].strip()), []
        elif mark and mark[2].startswith(opened[1]) and not mark[3].strip():
            found.append(Fence(opened[0], number, opened[2], tuple(body)))
            opened = None
        else:
            body.append(line)
    if opened is not None:
        message = "the block that starts here is not closed; close it with "
        raise Faulty(Problem(name, opened[0], message + opened[1]))
    return found


def outside_fences(text: str) -> str:
    """Return a text with its fenced blocks blanked, line for line."""
    lines = text.split("\n")
    for fence in fences(text):
        for number in range(fence.start - 1, fence.end):
            lines[number] = ""
    return "\n".join(lines)


def prose(text: str) -> str:
    """Return a text with all code, formulas and comments blanked.

    Each sign keeps its line and column.

    >>> prose("a `b` $c$ d <!-- e -->")
    'a         d           '
    """
    text = FRONT_MATTER.sub(blank, text)
    text = outside_fences(text)
    for pattern in NO_PROSE:
        text = pattern.sub(blank, text)
    return text


def blank(match: re.Match[str]) -> str:
    """Return spaces and line ends for what was matched."""
    return re.sub(r"[^\n]", " ", match[0])


def cells(script: str) -> list[tuple[int, bool, list[str]]]:
    """Return the cells of a notebook's source, the percent format.

    Each is the line of its mark, whether it is Markdown, and its lines. What
    stands above the first mark is a cell too, of line 0.
    """
    found: list[tuple[int, bool, list[str]]] = [(0, False, [])]
    for number, line in enumerate(script.splitlines(), 1):
        _, is_text, lines = found[-1]
        if re.match(r"# %%(\s|$)", line):
            found.append((number, "[markdown]" in line, []))
        else:
            lines.append(re.sub(r"^# ?", "", line) if is_text else line)
    return found


def markdown_of_notebook(script: str) -> str:
    """Return the Markdown cells of a notebook's source, line for line."""
    made: list[str] = []
    for mark, is_text, lines in cells(script):
        made += [""] * bool(mark)
        made += lines if is_text else [""] * len(lines)
    return "\n".join(made) + "\n"


def documents(root: Path) -> tuple[dict[str, Document], list[Problem]]:
    """Return the sources of all pages by their address, and what is wrong.

    A notebook's is its text cells, line for line. What cannot be read is
    left out.
    """
    docs, made = root / "docs", {SECURITY: root / "SECURITY.md"}
    for path in sorted(docs.rglob("*.md")):
        address = path.relative_to(docs).as_posix()
        if address.split("/")[0] not in ("tools", "overrides", "figures"):
            made[address] = path
    for path in sorted((docs / "notebooks").glob("*.py")):
        made[f"notebooks/{path.stem}.md"] = path
    for path in sorted((root / "resources").glob("*.md")):
        made[f"resources/{path.name}"] = path
    for path in sorted((root / "reflections").glob("[0-9]*.md")):
        made[f"reflections/posts/{path.name}"] = path
    found: dict[str, Document] = {}
    problems: list[Problem] = []
    for address, path in made.items():
        try:
            if path.suffix == ".py":
                name = path.relative_to(root).as_posix()
                cells = markdown_of_notebook(read(path, root))
                found[address] = Document(name, cells, {}, {})
            elif path.is_file():
                found[address] = document(path, root)
        except Faulty as error:
            problems += error.problems
    return found, problems
