"""Which figures there are: read from the sources, not executed.

A figure is a public function of docs/figures/chNN.py that says it returns a
``Figure``: ``random_plane`` in ch03.py is ``ch03-random-plane``.
"""

import ast
from pathlib import Path

import text

FOLDER = "docs/figures"


def modules(root: Path) -> list[Path]:
    """Return the modules that hold figures."""
    return sorted((root / FOLDER).glob("[!_]*.py"))


def of_module(path: Path, root: Path) -> dict[str, int]:
    """Return the lines of a module's functions for figures, by name."""
    return {
        node.name: node.lineno
        for node in text.python(path, root).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.returns is not None
        and ast.unparse(node.returns).strip("'\"").split(".")[-1] == "Figure"
    }


def named(path: Path, function: str) -> str:
    """Return what pages call a figure."""
    return f"{path.stem}-{function}".replace("_", "-")


def names(root: Path) -> list[str]:
    """Return what pages may call figures."""
    return [named(p, f) for p in modules(root) for f in of_module(p, root)]
