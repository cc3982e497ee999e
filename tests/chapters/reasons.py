"""Reasons of the pages that tests hold.

A reason is a claim: the effect is there with its cause, and goes with it. A
test quotes the words in which a page gives the reason, measures the effect
with the cause and without it, and asserts both::

    def test_fused_multiply_add_makes_loops_and_numpy_disagree():
        reason("02-first-neurons", "because it multiplies and adds in one go")
        assert share_that_differs(fused=True) > 0.4
        assert share_that_differs(fused=False) == 0

It fails when the words change, like a `claim`; `test_reasons.py` lists the
tests that give a reason and look at one side only.
"""

import ast
import re
from pathlib import Path

from claims import ROOT, page_path, plain, prose


def reason(page: str, words: str, root: Path = ROOT) -> None:
    """Assert that a page gives a reason in these words, once.

    Parameters
    ----------
    page : str
        ``05-loss`` for a chapter, ``notebooks/05-slug`` for a notebook,
        ``reflections/2026-…`` or ``resources/glossary`` for others.
    words : str
        The words as they are on the page, emphasis and links left out.

    Raises
    ------
    AssertionError
        If the page does not say this, or says it more than once.
    """
    path = page_path(page, root)
    place = path.relative_to(root).as_posix()
    pattern = re.escape(plain(words).strip()).replace(r"\ ", r"\s")
    said = len(re.findall(pattern, prose(path.read_text("utf-8"))))
    assert said, f"{place}:1: the page does not say {words!r}"
    assert said == 1, f"{place}:1: the page says {words!r} {said} times"


def held_reasons(folder: Path) -> dict[str, int]:
    """Return each test that gives a reason, with how often it asserts.

    A loop or a parametrized test counts its assertion once: the effect and
    its absence are two statements, so that a reader sees both.
    """
    found = {}
    for path in sorted(folder.glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            calls = [
                ast.unparse(part.func)
                for part in ast.walk(node)
                if isinstance(part, ast.Call)
            ]
            if "reason" in calls:
                asserts = sum(
                    isinstance(n, ast.Assert) for n in ast.walk(node)
                )
                asserts += sum("assert_" in c or "raises" in c for c in calls)
                found[f"{path.name}::{node.name}"] = asserts
    return found
