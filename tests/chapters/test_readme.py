"""README is read unexpanded: its blocks are typed, and held to the package."""

import contextlib
import io
from pathlib import Path

from markdown_it import MarkdownIt
from pytest_codeblocks import extract_from_buffer

import running
import weaving

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text("utf-8")
MARKED = TEXT.replace("```output", f"{running.EXPECTED}\n```")
BLOCKS = [
    block
    for block in extract_from_buffer(io.StringIO(MARKED))
    if block.syntax == "python"
]


def test_each_block_is_a_section_of_the_package():
    known, _ = weaving.parse_package(ROOT)
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
        shown = running.tidy(block.expected_output or "")
        assert running.tidy(printed.getvalue()) == shown


def test_the_files_that_it_links_exist():
    inlines = [t for b in MarkdownIt().parse(TEXT) for t in b.children or ()]
    targets = [t.attrGet("href") or t.attrGet("src") or "" for t in inlines]
    files = [t for t in targets if t and "://" not in t and t[0] != "#"]
    assert files
    for target in files:
        assert (ROOT / target).exists(), target
