"""Which figures there are: read from the sources, not executed."""

import ast
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import text
from problems import Faulty, Problem


class FigureError(Exception):
    """A figure that cannot be shown; the message says where it stands."""


@dataclass(frozen=True)
class Place:
    """Where the function of a figure stands."""

    path: Path
    line: int
    function: str


def catalogue(root: Path) -> tuple[dict[str, Place], list[Problem]]:
    """Return every figure by name, and the modules that are no Python.

    A figure is a public function of docs/figures/chNN.py that says it
    returns a ``Figure``.
    """
    found: dict[str, Place] = {}
    problems = []
    for path in sorted((root / "docs/figures").glob("[!_]*.py")):
        try:
            found |= of_module(path, root)
        except Faulty as error:
            problems += error.problems
    return found, problems


def of_module(path: Path, root: Path) -> dict[str, Place]:
    """Return the figures of one module by name: ``ch03-random-plane``."""
    return {
        f"{path.stem}-{node.name}".replace("_", "-"): Place(
            path, node.lineno, node.name
        )
        for node in text.python(path, root).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.returns is not None
        and ast.unparse(node.returns).strip("'\"").split(".")[-1] == "Figure"
    }


def unknown(name: str, known: Iterable[str]) -> str:
    """Return what to say of a figure that does not exist."""
    if close := difflib.get_close_matches(name, list(known), n=1):
        return f"unknown figure:{name}; did you mean figure:{close[0]}?"
    module, _, function = name.partition("-")
    return (
        f"unknown figure:{name}; expected def {function.replace('-', '_')}() "
        f"-> Figure in docs/figures/{module}.py"
    )
