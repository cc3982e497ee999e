"""The source of a notebook: plain Python in cells, the percent format.

docs/notebooks/NN-slug.py belongs to chapter NN. Its cells begin with
``# %%`` or ``# %% [markdown]``; Jupyter opens it through jupytext.
"""

import io
import re
import tokenize
from pathlib import Path
from typing import Any

import jupytext

import text
from problems import Faulty, Problem
from weaving import LAST_CHAPTER

FOLDER = "docs/notebooks"
_NAME = re.compile(r"(\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*\.py")
_MARK = re.compile(r"\s*#\s*%%(\s|$)")


def published(root: Path) -> list[Path]:
    """Return the notebooks of the site."""
    return sorted(filter(_is_named, (root / FOLDER).glob("*.py")))


def _is_named(path: Path) -> bool:
    name = _NAME.fullmatch(path.name)
    return name is not None and 1 <= int(name[1]) <= LAST_CHAPTER


def problems(root: Path) -> list[Problem]:
    """Return what keeps files in the folder from being run as notebooks."""
    found = []
    for path in sorted((root / FOLDER).glob("[!._]*")):
        if _is_named(path):
            try:
                text.python(path, root)
            except Faulty as fault:
                found += fault.problems
        elif path.name != "index.md":
            message = (
                "expected a notebook's name like 03-random-planes.py (its "
                f"chapter, then words), got {path.name}"
            )
            found.append(Problem(f"{FOLDER}/{path.name}", 1, message))
    return found


def title(path: Path, root: Path) -> str:
    """Return the heading of a notebook."""
    heading = re.search(r"^# # (.+)$", text.read(path, root), re.M)
    return heading[1].strip() if heading else path.stem


def cells(source: str) -> tuple[Any, list[int]]:
    """Return the notebook of a text, and the line above each of its cells."""
    # The percent format, but `# %timeit` stays a comment and is no magic.
    notebook = jupytext.reads(source, fmt="py:hydrogen")
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number:02}", {}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    marks = [
        token.start[0]
        for token in tokens
        if token.type == tokenize.COMMENT and _MARK.match(token.line)
    ]
    # What stands above the first mark is a cell too, and has none.
    return notebook, [0] * (len(notebook.cells) - len(marks)) + marks
