"""The source of a notebook: plain Python in cells, the percent format.

docs/notebooks/NN-slug.py belongs to chapter NN. Its cells begin with
``# %%`` or ``# %% [markdown]``; Jupyter opens it through jupytext.
"""

import ast
import io
import re
import tokenize
from pathlib import Path
from typing import Any

import jupytext

from problems import Problem
from sections import LAST_CHAPTER

FOLDER = "docs/notebooks"
_NAME = re.compile(r"(\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*\.py")
_MARK = re.compile(r"\s*#\s*%%(\s|$)")
# The percent format, but `# %timeit` stays a comment and is no magic.
_FORMAT = "py:hydrogen"


def published(root: Path) -> list[Path]:
    """Return the notebooks of the site."""
    return sorted(filter(_is_named, (root / FOLDER).glob("*.py")))


def _is_named(path: Path) -> bool:
    name = _NAME.fullmatch(path.name)
    return name is not None and 1 <= int(name[1]) <= LAST_CHAPTER


def problems(root: Path) -> list[Problem]:
    """Return what keeps files in the folder from being run as notebooks."""
    return [
        Problem(path.relative_to(root).as_posix(), *fault)
        for path in sorted((root / FOLDER).glob("[!._]*"))
        if path.name != "index.md" and (fault := _fault(path))
    ]


def _fault(path: Path) -> tuple[int, str] | None:
    if not _is_named(path):
        return 1, (
            "expected a notebook's name like 03-random-planes.py "
            f"(its chapter, then words), got {path.name}"
        )
    try:
        ast.parse(read(path))
    except UnicodeDecodeError as error:
        above = error.object[: error.start].count(b"\n")
        return above + 1, "expected UTF-8; save it with that encoding"
    except SyntaxError as error:
        return error.lineno or 1, f"not plain Python: {error.msg}"
    return None


def read(path: Path) -> str:
    """Return a notebook's text."""
    return path.read_text("utf-8-sig")


def title(path: Path) -> str:
    """Return the heading of a notebook."""
    heading = re.search(r"^# # (.+)$", read(path), re.M)
    return heading[1].strip() if heading else path.stem


def cells(text: str) -> tuple[Any, list[int]]:
    """Return the notebook of a text, and the line above each of its cells."""
    notebook = jupytext.reads(text, fmt=_FORMAT)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number:02}", {}
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    marks = [
        token.start[0]
        for token in tokens
        if token.type == tokenize.COMMENT and _MARK.match(token.line)
    ]
    # What stands above the first mark is a cell too, and has none.
    return notebook, [0] * (len(notebook.cells) - len(marks)) + marks
