"""What a notebook of the journal promises its reader."""

import ast
import re
import sys
from pathlib import Path

import pytest

import text
from notebooks.source import cells, published

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {"numpy", "matplotlib", "nnfs_code", *sys.stdlib_module_names}
LAST_HEADING = "## What I now believe"
FIRST = "# %% [markdown]\n# # A title\n\n"
LAST = f"# %% [markdown]\n# {LAST_HEADING}\n"


def names_of_the_package():
    """Return its public functions and classes; runs are no definitions."""
    return {
        node.name
        for path in (ROOT / "nnfs_code").glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


def broken(source):
    """Return the promises that a notebook breaks."""
    notebook, _ = cells(source)
    found = []
    prose = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    if not notebook.cells[0].source.startswith("# ") or not prose:
        found.append("it begins with no title")
    if re.findall(r"^##? .*$", "\n".join(prose), re.M)[-1:] != [LAST_HEADING]:
        found.append(f"its last heading is not {LAST_HEADING!r}")
    for node in ast.walk(ast.parse(source)):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "."]
        elif (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and node.name in names_of_the_package()
        ):
            found.append(f"{node.lineno}: nnfs_code has {node.name}")
        found += [
            f"{node.lineno}: imports {module}"
            for module in modules
            if module.split(".")[0] not in MAY_IMPORT
        ]
    return found


@pytest.mark.parametrize("path", published(ROOT), ids=lambda path: path.stem)
def test_a_notebook_keeps_its_promises(path):
    assert broken(text.read(path, ROOT)) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("# %%\nx = 1\n" + LAST, "begins with no title"),
        (FIRST + LAST + "\n# %% [markdown]\n# ## More\n", "last heading"),
        (FIRST + "# %%\nclass Dense:\n    pass\n" + LAST, "has Dense"),
        (FIRST + "# %%\nimport torch\n" + LAST, "imports torch"),
        (FIRST + "# %%\nfrom sklearn import svm\n" + LAST, "imports sklearn"),
        (FIRST + "# %%\nfrom . import x\n" + LAST, "imports ."),
    ],
)
def test_a_broken_promise_is_found(source, words):
    (told,) = broken(source)
    assert words in told
    assert broken(FIRST + "# %%\nimport math, numpy.linalg\n" + LAST) == []
