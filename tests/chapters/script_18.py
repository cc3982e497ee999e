"""What chapter 18's script imports and defines, without its runs."""

import ast
from functools import cache

from claims import ROOT

PAGE = "18-model"
KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


@cache
def script():
    """Return the names of the chapter's script, and its fresh points."""
    path = ROOT / "nnfs_code/chapters/ch18_model.py"
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = [
        node
        for node in tree.body
        if isinstance(node, KEPT)
        or ast.unparse(node).startswith(("fresh, truth =", "(fresh, truth) ="))
    ]
    names = {}
    exec(compile(tree, path, "exec"), names)
    assert len(names["fresh"]) == 900
    return names
