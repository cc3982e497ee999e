"""The source of a notebook: plain Python in cells, the percent format.

docs/notebooks/NN-slug.py belongs to chapter NN. Its cells begin with
``# %%`` or ``# %% [markdown]``; Jupyter opens it through jupytext.
"""

import re
from pathlib import Path
from typing import Any

from nbformat import v4

import text
from problems import Faulty, Problem
from weaving import LAST_CHAPTER

FOLDER = "docs/notebooks"
_NAME = re.compile(r"(\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*\.py")


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
    notebook: Any = v4.new_notebook()
    above: list[int] = []
    for mark, is_text, lines in text.cells(source):
        if told := "\n".join(lines).rstrip():
            make: Any = v4.new_markdown_cell if is_text else v4.new_code_cell
            name = f"cell-{len(above) + 1:02}"
            notebook.cells.append(make(told, id=name))
            above.append(mark)
    return notebook, above
