"""What chapter 21's script imports and defines, without its runs."""

import ast
import tempfile
from functools import cache
from pathlib import Path

from claims import ROOT

PAGE = "21-saving-and-loading"
KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


@cache
def script():
    """Return the names of the chapter's script."""
    path = ROOT / "nnfs_code/chapters/ch21_saving_and_loading.py"
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, KEPT)]
    names = {}
    exec(compile(tree, path, "exec"), names)
    names["shelf"] = tempfile.TemporaryDirectory()
    names["folder"] = Path(names["shelf"].name)
    return names


def tidy():
    """Take the folder away again."""
    script()["shelf"].cleanup()
    script.cache_clear()
