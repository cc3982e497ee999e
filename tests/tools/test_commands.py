"""The commands: what they say when something is missing or in the way."""

import sys
from pathlib import Path

import pytest

import environment

ROOT = Path(__file__).resolve().parents[2]


def test_a_too_old_python_gets_one_clear_line(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    said = environment.main(str(tmp_path / "venv"))
    assert said == (
        "Python 3.11 or later is needed, and this is Python 3.10.13. Name "
        "another one, for instance: make serve PYTHON=python3.12"
    )
    assert not (tmp_path / "venv").exists()


def test_the_set_up_is_readable_to_an_old_python():
    """No f-string, no walrus, no match: it must run to say so."""
    import ast

    text = (ROOT / "docs" / "tools" / "environment.py").read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 5))
    assert not any(isinstance(n, ast.JoinedStr) for n in ast.walk(tree))


@pytest.mark.parametrize("chapter", ["0", "38", "-1"])
def test_a_slice_of_no_chapter_says_so(chapter, tmp_path):
    import subprocess

    done = subprocess.run(
        [sys.executable, "docs/tools", "slice", "--", chapter, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "expected a chapter from 1 to 37" in done.stderr
