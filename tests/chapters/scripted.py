"""What a chapter's script defines, or leaves behind, for its tests."""

import ast
import contextlib
import io
import runpy
import sys
from functools import cache
from importlib.util import (
    find_spec,
    module_from_spec,
    spec_from_file_location,
)
from pathlib import Path
from typing import Any

DATASETS = Path(__file__).resolve().parents[2] / "resources" / "datasets"


def path_of(script: str) -> Path:
    """Return where a script lies.

    >>> path_of("ch10_optimizers").name
    'ch10_optimizers.py'
    """
    spec = find_spec(f"nnfs_code.chapters.{script}")
    if spec is None or spec.origin is None:
        raise ValueError(f"nnfs_code/chapters has no {script}.py")
    return Path(spec.origin)


@cache
def maker(name: str) -> Any:
    """Return a script that lies beside the data sets, as a module.

    >>> maker("surfaces_runs").__name__
    'surfaces_runs'
    """
    if str(DATASETS) not in sys.path:  # some import others
        sys.path.append(str(DATASETS))
    spec = spec_from_file_location(name, DATASETS / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ValueError(f"resources/datasets has no {name}.py")
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@cache
def left_by(script: str) -> dict[str, Any]:
    """Return the names that a script has after its runs; it runs once."""
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_path(str(path_of(script)), run_name="__main__")


@cache
def definitions(script: str, *also: str) -> dict[str, Any]:
    """Return the imports, functions, classes and types of a script.

    It does not run, but for the lines that assign to the names in `also`.

    >>> definitions("ch10_optimizers")["adagrad"].__name__
    'adagrad'
    """
    path = path_of(script)
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = [
        node
        for node in tree.body
        if isinstance(node, kept)
        or (isinstance(node, ast.Assign) and is_wanted(node, also))
    ]
    names: dict[str, Any] = {}
    exec(compile(tree, path, "exec"), names)
    return names


def is_wanted(node: ast.Assign, also: tuple[str, ...]) -> bool:
    """Return whether it is ``Data = …``, or assigns to one of the names."""
    target = node.targets[0]
    assigned = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
    is_type = isinstance(target, ast.Name) and target.id[0].isupper()
    return is_type or not set(also).isdisjoint(assigned)
