"""The source of a notebook: its cells, and the rules that they keep."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import jupytext

from problems import Problem

FOLDER = "docs/notebooks"
LAST_HEADING = "## What I now believe"
NAME = re.compile(r"\d\d-[a-z0-9]+(?:-[a-z0-9]+)*\.py")
_MAY_IMPORT = {"numpy", "matplotlib", "nnfs_code"}


@dataclass(frozen=True)
class Cell:
    """One cell of the percent format and the line its source begins on."""

    kind: str  # "markdown" or "code"
    line: int
    source: str


def cells(text: str) -> list[Cell]:
    """Return the cells of a notebook's source, as jupytext reads them."""
    marks = [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if re.match(r"\s*#\s*%%", line)
    ]
    found = jupytext.reads(text, fmt="py:percent").cells
    if len(found) > len(marks):
        marks.insert(0, 0)  # a cell stands above the first mark
    return [
        Cell(cell.cell_type, mark + 1, cell.source)
        for mark, cell in zip(marks, found, strict=False)
    ]


def title(path: Path) -> str:
    """Return the heading that a notebook begins with."""
    first = cells(path.read_text("utf-8"))[0].source
    return first.partition("\n")[0].removeprefix("# ")


# --- rules


def check(root: Path) -> list[Problem]:
    """Check every notebook against the rules, without running it."""
    faults = []
    folder = root / FOLDER
    names = _public_names(root)
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        where = path.relative_to(root).as_posix()
        if path.name.startswith((".", "__")) or path.name == "index.md":
            continue
        if not NAME.fullmatch(path.name):
            faults.append(
                Problem(
                    where,
                    1,
                    "expected a notebook's name like 03-random-planes.py "
                    f"(chapter, then words), got {path.name}",
                )
            )
            continue
        text = path.read_text("utf-8")
        for line, message in _broken_rules(cells(text), names):
            faults.append(Problem(where, line, message))
    return sorted(faults)


def _broken_rules(
    found: list[Cell], published: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    first = found[0] if found else Cell("code", 1, "")
    if first.kind != "markdown" or not first.source.startswith("# "):
        yield (
            first.line,
            "expected the first cell to be markdown and to begin with "
            "'# Title'",
        )
    prose = [cell for cell in found if cell.kind == "markdown"]
    headings = [
        (cell.line + number, line)
        for cell in prose
        for number, line in enumerate(cell.source.splitlines())
        if re.match(r"#{1,2} ", line)
    ]
    if not headings or headings[-1][1].strip() != LAST_HEADING:
        line, got = headings[-1] if headings else (first.line, "none")
        yield (
            line,
            f"expected the last heading to be {LAST_HEADING!r}, got {got!r}",
        )
    for cell in found:
        if cell.kind == "code":
            yield from _broken_code_rules(cell, published)


def _broken_code_rules(
    cell: Cell, published: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1) - 1
        yield line, f"not plain Python: {error.msg}"
        return
    for node in ast.walk(tree):
        line = cell.line + getattr(node, "lineno", 1) - 1
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = ["." if node.level else node.module or ""]
        for module in modules:
            top = module.split(".")[0]
            if top not in _MAY_IMPORT and top not in sys.stdlib_module_names:
                yield (
                    line,
                    f"imports {module}; a notebook may import numpy, "
                    "matplotlib, nnfs_code and the standard library",
                )
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and (home := published.get(node.name)):
            yield (
                line,
                f"defines {node.name}, which {home} defines already; import "
                "it, or give yours another name",
            )


def _public_names(root: Path) -> dict[str, str]:
    """Return the package's public functions and classes and their files."""
    names: dict[str, str] = {}
    for path in sorted((root / "nnfs_code").rglob("*.py")):
        if "chapters" in path.relative_to(root / "nnfs_code").parts:
            continue  # runs, not definitions to import
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(
                node, ast.FunctionDef | ast.ClassDef
            ) and not node.name.startswith("_"):
                names[node.name] = path.relative_to(root).as_posix()
    return names
