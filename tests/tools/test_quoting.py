"""Pages: quoting, running, comparing; every fault with file and line."""

import pytest

import running
import text as reader
from weaving import quoting, sections

PATH = "docs/chapters/03-x.md"

LAYERS = '''\
# --8<-- [start:ch03-imports]
"""Layers."""

import math

# --8<-- [end:ch03-imports]


# --8<-- [start:ch03-dense]
class Dense:
    """A layer."""

    # --8<-- [end:ch03-dense]

    # --8<-- [start:ch09-backward]
    def backward(self) -> float:
        return math.pi

    # --8<-- [end:ch09-backward]
'''
SCRIPT = """\
# --8<-- [start:ch03-one]
x = 2
print("x is", x)
# --8<-- [end:ch03-one]

# --8<-- [start:ch03-two]
print(x + 1)
# --8<-- [end:ch03-two]

# --8<-- [start:ch03-fails]
print("before")
print(1 / (x - 2))
# --8<-- [end:ch03-fails]

# --8<-- [start:ch03-warns]
import numpy as np
print(np.exp(np.float64(1000)))
# --8<-- [end:ch03-warns]
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A small repository, and its sections."""
    package = tmp_path / "nnfs_code"
    (package / "chapters").mkdir(parents=True)
    (package / "layers.py").write_text(LAYERS, "utf-8")
    (package / "chapters" / "ch03_x.py").write_text(SCRIPT, "utf-8")
    found, problems = sections.parse_package(tmp_path)
    assert problems == []
    return tmp_path, found


def page(*blocks, chapter=3):
    head = f"---\ntitle: X\nchapter: {chapter}\n---\n\n# X\n\n"
    return head + "\n\n".join(blocks) + "\n"


def quote(*references):
    lines = [f'--8<-- "{reference}"' for reference in references]
    return "\n".join(["```python", *lines, "```"])


ONE = quote("chapters/ch03_x.py:ch03-one")
TWO = quote("chapters/ch03_x.py:ch03-two")
FAILS = quote("chapters/ch03_x.py:ch03-fails")


def output(text):
    return f"```output\n{text}\n```"


def check(text, site):
    found = quoting.problems(reader.parsed(text, PATH), site[1])
    return [str(p) for p in found]


def run(text, site):
    runs = running.run(text, PATH, *site)
    return [str(p) for p in running.compare(runs, PATH)]


DENSE = '--8<-- "layers.py:ch03-dense"'


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        *(
            ([f"```{name}\nprint(1)\n```"], "9: this Python is typed; put it")
            for name in ("python", "py", "pycon", "{.python}")
        ),
        (
            [quote("chapters/ch03_x.py:ch03-onee")],
            "9: no section chapters/ch03_x.py:ch03-onee; is it "
            "chapters/ch03_x.py:ch03-one?",
        ),
        ([quote("layer.py:ch03-dense")], "9: no section layer.py:ch03-dense"),
        (
            [quote("layers.py:ch09-backward")],
            "9: layers.py:ch09-backward belongs to chapter 9, and this is",
        ),
        ([DENSE], "8: an include outside a block; quote sections in"),
        ([f"```text\n{DENSE}\n```"], "8: a text block quotes the package"),
        ([ONE, "Words.", output("x is 2")], "14: an output stands alone"),
    ],
)
def test_what_is_no_quotation_is_refused(site, blocks, told):
    assert f"{PATH}:{told}" in "\n".join(check(page(*blocks), site))
    assert any("none at all" in p for p in check(page(ONE), [site[0], {}]))


def test_sections_that_their_chapter_does_not_show_are_listed(site):
    texts = {PATH: page(ONE, TWO), "b.md": page(FAILS, chapter=4)}
    documents = [reader.parsed(text, path) for path, text in texts.items()]
    listed = [str(p) for p in quoting.not_shown(site[1], documents)]
    assert (
        "nnfs_code/chapters/ch03_x.py:10: section ch03-fails is not shown on "
        "the page of chapter 3; quote it there" in listed
    )
    assert not any("ch03-one" in message for message in listed)
    assert sum("layers.py" in message for message in listed) == 3


def test_an_edited_output_is_named_with_what_was_printed(site):
    text = page(ONE, output("x is 2"), TWO, output("4"))
    (message,) = run(text, site)
    assert message.startswith(
        f"{PATH}:16: the page shows another output than the block prints\n"
    )
    assert "printed: '3'" in message
    assert "shown:   '4'" in message
    assert "make outputs" in message


def test_an_output_that_is_missing_is_a_fault(site):
    (message,) = run(page(ONE), site)
    assert message.startswith(f"{PATH}:8: the page shows another output")


def test_a_block_that_raises_is_named_with_the_line_of_its_file(site):
    text = page(ONE, output("x is 2"), FAILS, output("before"))
    (message,) = run(text, site)
    assert message == (
        f"{PATH}:16: the block raised ZeroDivisionError: division by zero "
        "(ch03_x.py:12)"
    )


def test_refresh_writes_outputs_puts_new_ones_and_drops_stale_ones(site):
    stale = page(
        quote("chapters/ch03_x.py:ch03-one"), TWO, output("7"), "Words."
    )
    runs = running.run(stale, PATH, *site)
    fresh = running.refresh(stale, runs)
    assert fresh == page(ONE, output("x is 2"), TWO, output("3"), "Words.")
    assert running.refresh(fresh, running.run(fresh, PATH, *site)) == fresh


def test_the_title_names_the_file_and_the_class(site):
    text = quoting.with_titles(
        page(quote("layers.py:ch03-dense"), quote("layers.py:ch09-backward")),
        site[1],
        site[0],
    )
    assert '```python title="nnfs_code/layers.py"' in text
    assert '```python title="nnfs_code/layers.py, in class Dense"' in text


def test_a_warning_in_a_block_is_a_fault(site):
    text = page(quote("chapters/ch03_x.py:ch03-warns"), output("inf"))
    (message,) = run(text, site)
    assert "RuntimeWarning: overflow" in message
