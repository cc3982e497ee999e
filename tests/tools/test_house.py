"""docs/tools stays a house that one can live in."""

import ast

import pytest

from house import TOOLS, floors, imports, modules, picture


def test_imports_run_downwards_only():
    assert floors(imports())


def test_rooms_that_import_each_other_have_no_floor():
    with pytest.raises(ValueError, match=r"import each other.*: a, b"):
        floors({"a": {"b"}, "b": {"a"}, "c": set()})


def test_contributing_shows_who_imports_whom(root):
    shown = (root / "CONTRIBUTING.md").read_text("utf-8")
    assert f"```text\n{picture()}```" in shown, (
        "put what `python tests/tools/house.py` prints into CONTRIBUTING.md"
    )


def test_the_house_has_few_rooms_and_no_large_ones():
    root = [p for p in TOOLS.glob("*") if p.is_file()]
    assert len(root) <= 10
    lines = {
        path: path.read_text("utf-8").count("\n") for _, path in modules()
    }
    assert sum(lines.values()) <= 5500
    assert lines[TOOLS / "hooks.py"] <= 220
    assert {str(p): n for p, n in lines.items() if n > 350} == {}


def test_no_function_is_longer_than_40_lines():
    long = [
        f"{path.relative_to(TOOLS)}:{node.lineno} {node.name}"
        for _, path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= 40
    ]
    assert long == []
