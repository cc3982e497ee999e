"""README is read unexpanded: its blocks are typed, and held to the package."""

import contextlib
import io
from pathlib import Path

from pytest_codeblocks import extract_from_buffer

import links
import pages
import sections

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text("utf-8")
MARKED = TEXT.replace("```output", f"{pages.EXPECTED}\n```")
BLOCKS = [
    block
    for block in extract_from_buffer(io.StringIO(MARKED))
    if block.syntax == "python"
]


def test_each_block_is_a_section_of_the_package():
    known, _ = sections.parse_package(ROOT)
    texts = {section.text.strip() for section in known.values()}
    assert BLOCKS
    for block in BLOCKS:
        assert block.code.strip() in texts, f"README.md:{block.lineno}"


def test_the_blocks_run_and_print_what_is_shown():
    namespace = {"__name__": "__main__"}
    for block in BLOCKS:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block.code, "README.md", "exec"), namespace)
        shown = pages.tidy(block.expected_output or "")
        assert pages.tidy(printed.getvalue()) == shown


def test_the_files_that_it_links_exist():
    for _, target in links.links(TEXT):
        if "://" not in target and not target.startswith("#"):
            assert (ROOT / target).exists(), target
