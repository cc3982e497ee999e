"""Run what pages quote, and compare what it prints with what they show.

``python tests/chapters/running.py [PAGE …]`` writes what the blocks print
under them: `make outputs`.
"""

import contextlib
import io
import sys
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pytest_codeblocks import extract_from_buffer

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "docs" / "tools"), str(ROOT)]

import text as reader  # noqa: E402
import weaving  # noqa: E402
from problems import Problem  # noqa: E402
from text import Fence, fences  # noqa: E402
from weaving.quoting import expand, is_python, quotes  # noqa: E402
from weaving.sections import PACKAGE, Section  # noqa: E402

EXPECTED = "<!--pytest-codeblocks:expected-output-->"


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


def blocks(text: str, sections: Mapping[str, Section]) -> list[Block]:
    """Return the Python blocks of a page, through pytest-codeblocks."""
    lines = text.splitlines()
    python = []
    for fence in fences(text):
        ticks = lines[fence.end - 1].strip()
        if is_python(fence):
            lines[fence.start - 1] = f"{ticks}python"
            python.append(fence)
        elif fence.language == "output":
            lines[fence.start - 1] = f"{EXPECTED}\n{ticks}"
    seen = expand("\n".join(lines), sections)
    extracted = [
        block
        for block in extract_from_buffer(io.StringIO(seen), 100_000)
        if block.syntax == "python"
    ]
    return [
        Block(
            fence,
            block.code,
            tuple(sections[quote] for quote in quotes(fence)),
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
        for block in blocks(text, sections):
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
                if section.file.startswith("chapters/"):
                    execute(code, section, namespace)
                else:
                    module = __import__(
                        module_name(section), fromlist=["__name__"]
                    )
                    execute(code, section, dict(vars(module)))
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


def write_outputs(chosen: list[Path]) -> int:
    """Write the outputs of pages, all if none is named; return an exit code.

    Parameters
    ----------
    chosen : list of Path
        Sources of pages: ``docs/chapters/05-loss.md``.
    """
    known, found = weaving.parse_package(ROOT)
    documents, wrong = reader.documents(ROOT)
    found += wrong
    names = {path.resolve().relative_to(ROOT).as_posix() for path in chosen}
    for page in documents.values():
        if page.path.endswith(".py") or (names and page.path not in names):
            continue
        if faults := weaving.problems(page, known):
            found += faults
            continue
        runs = run(page.text, page.path, ROOT, known)
        found += [one.problem for one in runs if one.problem]
        fresh = refresh(page.text, [one for one in runs if not one.problem])
        if fresh != page.text:
            (ROOT / page.path).write_text(fresh, "utf-8", newline="\n")
            print(f"{page.path}: outputs refreshed")
    print(*sorted(set(found)), sep="\n", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(write_outputs([Path(name) for name in sys.argv[1:]]))
