"""The page of corrections names tests and sections that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/resources/corrections.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def missing(page):
    """Return the tests that a page names and nobody wrote."""
    return [
        f"{file}::{name}"
        for file, name in NAMED.findall(page)
        if not (ROOT / file).is_file()
        or f"\ndef {name}(" not in (ROOT / file).read_text("utf-8")
    ]


def test_each_correction_names_a_test_that_exists():
    entries = PAGE.partition("{ #mended }")[2].split("*It said:*")[1:]
    assert len(entries) >= 12
    for entry in entries:
        assert "*It says now:*" in entry
        in_words = "the words are what changed" in entry
        assert len(NAMED.findall(entry)) == (0 if in_words else 1), entry
    assert missing(PAGE) == []
    assert missing("`tests/conftest.py::test_x` `tests/no.py::test_y`") == [
        *("tests/conftest.py::test_x", "tests/no.py::test_y"),
    ]


def test_the_page_tells_how_to_report():
    assert "{ #how-to-report }" in PAGE
