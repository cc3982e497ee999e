"""What a chapter's script defines, without its runs."""

import ast
import importlib.util
from functools import cache
from pathlib import Path


@cache
def definitions(script: str) -> dict[str, object]:
    """Return the imports, functions, classes and types of a script.

    >>> definitions("ch10_optimizers")["adagrad"].__name__
    'adagrad'
    """
    path = Path(
        importlib.util.find_spec(f"nnfs_code.chapters.{script}").origin
    )
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = [
        node
        for node in tree.body
        if isinstance(node, kept) or names_a_type(node)
    ]
    names: dict[str, object] = {}
    exec(compile(tree, path, "exec"), names)
    return names


def names_a_type(node: ast.stmt) -> bool:
    """Return whether it is ``Data = …``: a name with a capital letter."""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id[0].isupper()
    )
