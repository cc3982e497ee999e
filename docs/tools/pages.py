"""Pages: what they quote, what their reader sees, and what it prints.

A page's Python blocks hold nothing but quotations of the package's sections.
`expand` gives the page as its reader sees it, `run` runs its blocks from top
to bottom, `refresh` writes what they printed back under them.
"""

import contextlib
import io
import re
import sys
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import markdown
import numpy as np
import yaml
from pymdownx.snippets import SnippetExtension, SnippetPreprocessor
from pytest_codeblocks import extract_from_buffer

from problems import Problem
from sections import PACKAGE, Section

FENCE = re.compile(r"^( *)(`{3,}|~{3,})[ ]*([^`]*)$")
QUOTE = re.compile(r'^\s*--8<-- "([^"]+)"\s*$')
TYPED_PYTHON = re.compile(
    r"^\{?\s*\.?(python|py|python3|pycon|ipython)\b", re.I
)
FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.S)
EXPECTED = "<!--pytest-codeblocks:expected-output-->"


@dataclass(frozen=True)
class Fence:
    """A fenced block of a page: its lines, counted from 1, and its text."""

    start: int
    end: int
    ticks: str
    info: str
    lines: tuple[str, ...]

    @property
    def language(self) -> str:
        return re.split(r"[\s{]", self.info.strip(), maxsplit=1)[0]

    @property
    def is_python(self) -> bool:
        return bool(TYPED_PYTHON.match(self.info))

    @property
    def quotes(self) -> list[str]:
        """The references it quotes: ``layers.py:ch03-dense``."""
        return [m[1] for line in self.lines if (m := QUOTE.match(line))]


def front_matter(text: str) -> dict[str, Any]:
    """Return a page's front matter, empty where it has none."""
    found = FRONT_MATTER.match(text)
    try:
        data = yaml.safe_load(found[1]) if found else None
    except (yaml.YAMLError, ValueError):
        data = None  # the check of its kind of page says what is wrong
    return data if isinstance(data, dict) else {}


def fences(text: str) -> list[Fence]:
    """Return the fenced blocks of a page, in order.

    Raises
    ------
    ValueError
        If one is not closed.
    """
    found = []
    opened: tuple[int, str, str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        mark = FENCE.match(line)
        if opened is None:
            if mark:
                opened = number, mark[2], mark[3].strip()
                body: list[str] = []
        elif mark and mark[2].startswith(opened[1]) and not mark[3].strip():
            found.append(Fence(opened[0], number, *opened[1:], tuple(body)))
            opened = None
        else:
            body.append(line)
    if opened is not None:
        raise ValueError(f"the block that starts in line {opened[0]} is open")
    return found


def check(
    text: str, path: str, sections: Mapping[str, Section]
) -> list[Problem]:
    """Return what is wrong with a page's quotations.

    Parameters
    ----------
    text, path : str
        The page's source, and its path from the root.
    sections : mapping of str to Section
        What the package offers.
    """
    try:
        blocks = fences(text)
    except ValueError as error:
        at = int(re.findall(r"\d+", str(error))[0])
        return [Problem(path, at, f"{error}; close it with ```")]
    problems: list[Problem] = []
    chapter = front_matter(text).get("chapter")
    inside: set[int] = set()
    previous: Fence | None = None
    lines = text.splitlines()
    for block in blocks:
        inside.update(range(block.start, block.end + 1))
        if block.is_python:
            problems += check_python(block, path, sections, chapter)
        elif block.language == "output":
            gap = lines[previous.end : block.start - 1] if previous else ["?"]
            if any(line.strip() for line in gap) or not (
                previous and previous.is_python
            ):
                problems.append(
                    Problem(
                        path,
                        block.start,
                        "an output stands alone; put it right after the "
                        "Python block that prints it",
                    )
                )
        elif block.language != "markdown" and block.quotes:
            problems.append(
                Problem(
                    path,
                    block.start,
                    f"a {block.language or 'plain'} block quotes the package;"
                    " quote in a ```python block",
                )
            )
        previous = block
    for index, line in enumerate(lines, 1):
        if "--8<--" in line and index not in inside:
            problems.append(
                Problem(
                    path,
                    index,
                    "an include outside a block; quote sections in a "
                    "```python block only",
                )
            )
    return problems


def check_python(
    block: Fence,
    path: str,
    sections: Mapping[str, Section],
    chapter: int | None,
) -> Iterator[Problem]:
    """Yield what is wrong with one Python block."""
    if block.language != "python" or not block.lines:
        yield Problem(
            path,
            block.start,
            f"expected a block ```python that quotes, got ```{block.info}",
        )
    for at, line in enumerate(block.lines, block.start + 1):
        quote = QUOTE.match(line)
        if quote is None:
            yield Problem(
                path,
                at,
                "this Python is typed; put it into a section of "
                f'{PACKAGE} and quote it: --8<-- "file.py:chNN-name"',
            )
        elif quote[1] not in sections:
            file, _, name = quote[1].partition(":")
            here = [s for s in sections.values() if s.name == name]
            known = [s.name for s in sections.values() if s.file == file]
            mend = (
                f"it is in {here[0].file}"
                if here
                else (
                    f"{file} has {', '.join(known)}"
                    if known
                    else f"there is no section in {PACKAGE}/{file}"
                )
            )
            yield Problem(path, at, f"no section {quote[1]}; {mend}")
        elif chapter is not None and sections[quote[1]].chapter > chapter:
            yield Problem(
                path,
                at,
                f"{quote[1]} belongs to chapter {sections[quote[1]].chapter},"
                f" and this is chapter {chapter}; quote it there",
            )


def not_shown(
    sections: Mapping[str, Section], texts: Mapping[str, str]
) -> list[Problem]:
    """Return the sections that the page of their chapter does not show.

    Parameters
    ----------
    texts : mapping of str to str
        Path → source of the pages.
    """
    shown: dict[int, set[str]] = {}
    for text in texts.values():
        chapter = front_matter(text).get("chapter")
        if isinstance(chapter, int):
            for block in fences(text):
                shown.setdefault(chapter, set()).update(block.quotes)
    return [
        Problem(
            f"{PACKAGE}/{section.file}",
            section.start - 1,
            f"section {section.name} is not shown on the page of chapter "
            f"{section.chapter}; quote it there",
        )
        for reference, section in sections.items()
        if reference not in shown.get(section.chapter, set())
    ]


def where(section: Section, root: Path) -> str:
    """Return the file of a section, and the class when it is a part of one.

    >>> section = Section("a.py", "ch03-a", 2, 2, "x = 1")
    >>> where(section, Path())
    'nnfs_code/a.py'
    """
    name = f"{PACKAGE}/{section.file}"
    if section.indent == 0:
        return name
    lines = (root / name).read_text("utf-8").splitlines()[: section.start]
    owners = [m[1] for line in lines if (m := re.match(r"class (\w+)", line))]
    return f"{name}, in class {owners[-1]}" if owners else name


def with_titles(text: str, sections: Mapping[str, Section], root: Path) -> str:
    """Return the page with each Python block's file in its title."""
    lines = text.splitlines()
    for block in fences(text):
        known = [sections[q] for q in block.quotes if q in sections]
        if block.is_python and known and "title=" not in block.info:
            places = list(dict.fromkeys(where(s, root) for s in known))
            lines[block.start - 1] += f' title="{"; ".join(places)}"'
    return "\n".join(lines) + "\n"


def expand(text: str, root: Path) -> str:
    """Return the page with its quotations replaced by what they quote.

    The site's own extension does it, with the site's own settings.
    """
    extension = SnippetExtension(
        base_path=[str(root / PACKAGE)],
        restrict_base_path=True,
        check_paths=True,
        url_download=False,
    )
    snippets = SnippetPreprocessor(extension.getConfigs(), markdown.Markdown())
    lines: list[str] = snippets.run(text.splitlines())
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Block:
    """A Python block as its reader sees it, and what it is to print."""

    fence: Fence
    code: str
    sections: tuple[Section, ...]
    expected: str


@dataclass(frozen=True)
class Run:
    """A block that was run: what it printed, or the problem it met."""

    block: Block
    printed: str
    problem: Problem | None = None


def blocks(
    text: str, root: Path, sections: Mapping[str, Section]
) -> list[Block]:
    """Return the Python blocks of a page, through pytest-codeblocks."""
    lines = text.splitlines()
    python = []
    for fence in fences(text):
        if fence.is_python:
            lines[fence.start - 1] = f"{fence.ticks}python"
            python.append(fence)
        elif fence.language == "output":
            lines[fence.start - 1] = f"{EXPECTED}\n{fence.ticks}"
    seen = expand("\n".join(lines), root)
    extracted = [
        block
        for block in extract_from_buffer(io.StringIO(seen), 100_000)
        if block.syntax == "python"
    ]
    return [
        Block(
            fence,
            block.code,
            tuple(sections[quote] for quote in fence.quotes),
            block.expected_output or "",
        )
        for fence, block in zip(python, extracted, strict=True)
    ]


def run(
    text: str, path: str, root: Path, sections: Mapping[str, Section]
) -> list[Run]:
    """Run the blocks of a page from top to bottom, in one namespace.

    Sections of chapter scripts share the page's namespace. Sections of other
    files run in their module's, where the names they use are at home; the
    inside of a class runs as the body of a class.
    """
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    namespace: dict[str, Any] = {"__name__": "__main__"}
    runs = []
    with np.printoptions(), warnings.catch_warnings():
        warnings.simplefilter("error")
        for block in blocks(text, root, sections):
            result = run_block(block, path, namespace)
            runs.append(result)
            if result.problem is not None:
                break
    return runs


def run_block(block: Block, path: str, namespace: dict[str, Any]) -> Run:
    """Run one block, and catch what it prints."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            for section, code in parts(block):
                if section.is_script:
                    execute(code, section, namespace)
                else:
                    module = __import__(
                        module_name(section), fromlist=["__name__"]
                    )
                    execute(code, section, in_module(module))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = Path(last.filename).name
        message = (
            f"the block raised {type(error).__name__}: {error} "
            f"({place}:{last.lineno})"
        )
        problem = Problem(path, block.fence.start, message)
        return Run(block, printed.getvalue(), problem)
    return Run(block, printed.getvalue())


def parts(block: Block) -> Iterator[tuple[Section, str]]:
    """Yield the sections of a block with the text that the page shows."""
    rest = block.code.splitlines()
    for section in block.sections:
        count = section.end - section.start + 1
        shown, rest = rest[:count], rest[count:]
        yield section, "\n".join(shown)


def module_name(section: Section) -> str:
    name = section.file.removesuffix(".py").removesuffix("__init__")
    return ".".join([PACKAGE, *name.strip("/").split("/")]).rstrip(".")


def in_module(module: ModuleType) -> dict[str, Any]:
    """Return a copy of a module's names, so that nothing is overwritten."""
    return dict(vars(module))


def execute(code: str, section: Section, namespace: dict[str, Any]) -> None:
    """Run the text of a section, with the line numbers of its file."""
    lines = section.start - 1
    if section.indent:
        code, lines = f"class Shown:\n{code}", lines - 1
    filename = f"{PACKAGE}/{section.file}"
    exec(compile("\n" * lines + code, filename, "exec"), namespace)


def compare(runs: Iterable[Run], path: str) -> list[Problem]:
    """Return the blocks that failed, or print something else than shown."""
    problems = []
    for one in runs:
        line = one.block.fence.start
        if one.problem is not None:
            problems.append(one.problem)
        elif tidy(one.printed) != tidy(one.block.expected):
            problems.append(
                Problem(
                    path,
                    line,
                    "the page shows another output than the block prints\n"
                    f"  printed: {tidy(one.printed)!r}\n"
                    f"  shown:   {tidy(one.block.expected)!r}\n"
                    "  if the new one is wanted, run `make outputs`",
                )
            )
    return problems


def tidy(output: str) -> str:
    """Return an output without white space that nobody sees."""
    return "\n".join(line.rstrip() for line in output.rstrip().splitlines())


def refresh(text: str, runs: Iterable[Run]) -> str:
    """Return the page with the outputs that its blocks printed."""
    lines = text.splitlines()
    following = {fence.start: fence for fence in fences(text)}
    for one in reversed(list(runs)):
        fence = one.block.fence
        start = fence.end
        shown = next(
            (
                following[number]
                for number in (start + 1, start + 2)
                if number in following
                and following[number].language == "output"
            ),
            None,
        )
        end = shown.end if shown else start
        printed = tidy(one.printed)
        output = ["", "```output", *printed.splitlines(), "```"]
        lines[start:end] = output if printed else []
    return "\n".join(lines) + "\n"


def reading_minutes(text: str) -> int:
    """Return the minutes that a page takes: 220 words, 12 lines of code."""
    body = FRONT_MATTER.sub("", text)
    code = 0
    for fence in fences(body):
        code += len(fence.lines)
    prose = outside_fences(body)
    words = len(re.findall(r"\w+", re.sub(r"\$[^$]*\$", " x ", prose)))
    return max(1, round(words / 220 + code / 12))


def outside_fences(text: str) -> str:
    """Return a page with its fenced blocks blanked, line for line."""
    lines = text.splitlines()
    for fence in fences(text):
        for number in range(fence.start - 1, fence.end):
            lines[number] = ""
    return "\n".join(lines)
