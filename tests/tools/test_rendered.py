"""A page is what its source promises: each difference by its line."""

import re
import time
from pathlib import Path

import pytest
from markdown import Markdown
from mkdocs.config import load_config

import checks
import rendered
import text

ABOVE = "---\ntitle: A\n---\n\n# A\n\n"  # what follows begins in line 7


@pytest.fixture(scope="module")
def config(root):
    return load_config(str(root / "mkdocs.yml"))


@pytest.fixture
def found(config):
    """Return a function: Markdown → (line, message) of its problems."""

    def look(body, more="", above=ABOVE, path="a.md"):
        markdown = Markdown(
            extensions=config.markdown_extensions,
            extension_configs=config.mdx_configs,
        )
        document = text.parsed(above + body, path)
        made = document.body + more
        problems = rendered.problems(document, made, markdown.convert(made))
        assert all(problem.path == path for problem in problems)
        return [(problem.line, problem.message) for problem in problems]

    return look


GOOD = {
    "items of four": "- one\n\n    more\n\n    - in\n\n- two\n\n3. a\n4. b\n",
    "items of a tab": "-\tone\n\n\tmore\n",
    "code in an item": "- one\n\n    ```text\n    [^x] ** ~~\n    ```\n",
    "tasks": "- [ ] one\n- [x] two\n",
    "a list quoted": "> Words:\n>\n> - one\n",
    "raw list": '<ul class="x" markdown="block">\n<li markdown="span">**a** '
    "[b](https://example.org)</li>\n</ul>\n",
    "raw box": '<div markdown="1">\n\n- one\n\n</div>\n',
    "definitions": "Term\n:   Its meaning.\n\n    - one\n    - two\n",
    "formulas": "$$\na\n- b\n$$\n\n- $a_1$ and $b_1$\n- $x$ is 3\n\n"
    "    $$\n    \\sum_i x_i\n    $$\n",
    "a table": "| a | b |\n|---|---|\n| $\\lvert x \\rvert$ | 1 |\n"
    "| a \\| b | [x](https://example.org){ .y } |\n",
    "a bare table": "a | b\n---|---\n1 | 2\n",
    "box": "/// note | Title\nSome words:\n\n- one\n\n///\n\n## B\n",
    "box with options": "/// details | Title\n    type: tip\n    open: True\n"
    "\n| a |\n|---|\n| 1 |\n\n///\n\n## B\n",
    "boxes in boxes": "//// note | Outer\n\n/// details | Inner\n\n- one\n\n"
    "///\n\n## In it\n\n////\n\n## B\n",
    "box in an item": "- one\n\n    /// note | Title\n    Words.\n    ///\n\n"
    "- two\n",
    "headings": "## An _odd_ `thing` { #own }\n\n## Closed ##\n\n"
    "## Same\n\n## Same\n\nUnder a\n-------\n",
    "notes": "One[^a] and[^b]: both.\n\n[^a]: Said once, with\n    - a list\n"
    "[^b]: Said.\n\nAnd `[^c]`.\n",
    "signs in code": "`/// {: .a } [@b] **`\n\n```text\n| a |\n!!! b\n```\n",
    "signs escaped": "**b** and\n\\*\\*a\\*\\*, \\[^b], \\[@c] and \\~~\n",
    "entities and raw words": "- a &amp; b <small>c</small><br>d\n- it's\n",
    "the beginning of an entry": "Words.\n\n<!-- more -->\n\nMore.\n",
}


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_what_both_read_alike_has_no_problem(found, body):
    assert found(body) == []


PARTED = "GitHub shows this {} otherwise than the site; {}"
FOUR = "indent by four spaces what belongs to an item"
CELLS = "write \\| for a | in a cell, \\mid in a formula"
BAD = {
    "a list under text": (
        "Words:\n- one\n- two\n",
        [(8, PARTED.format("list", "put an empty line above it"))],
    ),
    "a table under text": (
        "Words:\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        [(8, PARTED.format("table", "put an empty line above it"))],
    ),
    "a quoted list under text": (
        "> Words:\n> - one\n",
        [(8, PARTED.format("list", "put an empty line above it"))],
    ),
    "three spaces": (
        "1. one\n\n   more\n\n2. two\n",
        [(7, PARTED.format("item", FOUR))],
    ),
    "three spaces under the last item": (
        "1. one\n2. two\n\n   more\n",
        [(8, PARTED.format("item", FOUR))],
    ),
    "code by two spaces": (
        "- one\n\n  ```text\n  x\n  ```\n",
        [(9, PARTED.format("code block", FOUR))],
    ),
    "a list in a list by two spaces": (
        "- one\n  - in\n  - in too\n- two\n",
        [(8, PARTED.format("list", FOUR))],
    ),
    "a list in a list by three spaces": (
        "1. one\n   - in\n2. two\n",
        [(8, PARTED.format("list", FOUR))],
    ),
    "brackets": (
        "1) one\n2) two\n",
        [(7, PARTED.format("numbered list", "write 1. instead of 1)"))],
    ),
    "two lists in one": (
        "- one\n\n* two\n",
        [
            (
                9,
                PARTED.format(
                    "list", "part it by a line of text from what is above"
                ),
            )
        ],
    ),
    "a heading without space": (
        "Words.\n\n##B\n",
        [
            (
                9,
                PARTED.format(
                    "h2 heading",
                    "write a heading on one line, after # and a space",
                ),
            )
        ],
    ),
    "a heading of two lines": (
        "one\ntwo\n---\n",
        [
            (
                7,
                PARTED.format(
                    "h2 heading",
                    "write a heading on one line, after # and a space",
                ),
            )
        ],
    ),
    "a box that ends in text": (
        "/// details | One\nWords. ///\n\n## B\n\n/// details | Two\nMore.\n"
        "///\n\n- one\n",
        [
            (
                7,
                "this box is not closed; end it with /// on a line of its own",
            ),
            (8, "the page shows /// as it is; mend or quote it"),
        ],
    ),
    "a box of no kind": (
        "/// hint | Title\n\nWords.\n\n///\n",
        [
            (7, "the page shows /// as it is; mend or quote it"),
            (11, "the page shows /// as it is; mend or quote it"),
        ],
    ),
    "a note without use": (
        "Words.\n\n[^a]: Nobody reads this.\n",
        [(9, "nothing refers to the note [^a]; delete it")],
    ),
    "a use without note": (
        "Words,\nmore[^a].\n",
        [(8, "there is no note [^a]; write one: [^a]: …")],
    ),
    "two notes of one name": (
        "Words[^a].\n\n[^a]: One.\n[^a]: Two.\n",
        [(10, "the note [^a] is there twice (line 9)")],
    ),
    "a formula that parts cells": (
        "| a | b |\n|---|---|\n| 1 | 2 |\n| $P(a|b)$ | a chance |\n",
        [(10, f"expected 2 cells as in the head, got 3; {CELLS}")],
    ),
    "a row too short": (
        "a | b\n---|---\n1 | 2\nalone\n",
        [(10, f"expected 2 cells as in the head, got 1; {CELLS}")],
    ),
    "code that parts cells on GitHub": (
        "| a | b |\n|---|---|\n| `a|b` | 1 |\n",
        [(9, PARTED.format("row", "write \\| for a | in a cell"))],
    ),
    "a table without its line": (
        "| a | b |\n|---|\n| 1 | 2 |\n",
        [(7, "the page shows | as it is; mend or quote it")],
    ),
    "one anchor twice": (
        "## B { #twice }\n\nWords.\n\n## C { #twice }\n",
        [(11, "the anchor #twice is there 2 times; give one another name")],
    ),
    "a heading of signs": (
        "## !?\n\n## $1$\n",
        [
            (
                line,
                "a heading of signs alone has no anchor; write a word, or "
                "give it one: { #name }",
            )
            for line in (7, 9)
        ],
    ),
    "a placeholder that nobody fills": (
        "Words.\n\n<!-- chapters-of-part-9 -->\n",
        [(9, "nothing fills <!-- chapters-of-part-9 -->")],
    ),
}


@pytest.mark.parametrize(("body", "problems"), BAD.values(), ids=BAD)
def test_a_difference_is_named_with_its_line(found, body, problems):
    assert found(body) == problems


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("Words ///", "///"),
        ('Words --8<-- "a.py"', "--8<-"),
        ("Words [@nobody1900]", "[@nobody1900"),
        ("Words $$ more", "$$"),
        ("Words { #a } more", "{ #a"),
        ("Words {: .a }\nmore", "{: .a"),
        ("!!! note", "!!!"),
        ("??? note", "???"),
        ("Words &lt;!-- more --&gt;", None),
        (":::note", ":::"),
        ("Words [a](https://example.org", "]("),
        ("Words **more **words", "**"),
        ("Words ~~more~~", "~~"),
    ],
)
def test_a_sign_that_became_nothing_is_seen(found, words, sign):
    """An entity is a way to mean the sign itself."""
    message = f"the page shows {sign} as it is; mend or quote it"
    assert found(f"Before.\n\n{words}\n") == ([(9, message)] if sign else [])


def test_the_line_is_the_sources_whatever_the_site_puts_in(found):
    said = "GitHub shows this list otherwise than the site; put an empty line"
    added = "\n## Put in\n\n- put in\n- by the site\n\n[^work1999]: A work.\n"
    body = "Words:\n- one [^work1999]\n"
    assert found(body, added) == [(8, f"{said} above it")]


def test_the_line_is_a_cells_in_a_notebook(config):
    source = "# %% [markdown]\n# # A\n#\n# Words:\n# - one\n\n# %%\nx = 1\n"
    made = "# A\n\nWords:\n- one\n\n```python\nx = 1\n```\n"
    markdown = Markdown(
        extensions=config.markdown_extensions,
        extension_configs=config.mdx_configs,
    )
    (problem,) = rendered.problems(
        text.parsed(source, "n.py"), made, markdown.convert(made)
    )
    assert (problem.path, problem.line) == ("n.py", 5)


def test_ids_of_figures_and_formulas_count():
    markdown = "# A\n\n## B\n"
    html = (
        '<h1 id="a">A</h1><h2 id="b">B</h2><p><code>id="m"</code></p>'
        '<svg id="s"><path id="b"/></svg><math id="m"></math>'
    )
    (problem,) = rendered.problems(
        text.parsed(markdown, "a.md"), markdown, html
    )
    assert problem.line == 3
    assert problem.message.startswith("the anchor #b is there 2 times")


def test_good_entries_have_no_problem(found):
    here = Path(__file__).parent / "reflections" / "good"
    good = sorted(here.glob("2*.md"))
    assert len(good) > 20
    for path in good:
        entry = path.read_text("utf-8")
        told = found(re.sub(r"\[@[^\]]*\]", "", entry), above="")
        assert told == [], path.name


def test_tags_in_two_spellings_are_named():
    """They share an anchor on the page of tags."""
    documents = [
        text.parsed("---\ntags: [random-search, b]\n---\n", "a.md"),
        text.parsed("---\ntitle: A\ntags: [b, random search]\n---\n", "b.md"),
        text.parsed("# No tags\n", "c.md"),
    ]
    assert list(map(str, checks.of_tags(documents))) == [
        "b.md:3: the tag random search is random-search in a.md; write one"
    ]


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"a{n} ** b\n" for n in range(4000)),
        "- a\n  - b\n" * 4000,
        "Words:\n" + "- a\n" * 10_000,
        "| a |\n|---|\n" + "| a | b |\n" * 4000,
    ],
)
def test_a_heap_of_faults_takes_no_heap_of_time(found, body):
    started = time.process_time()
    assert 1 <= len(found(body)) <= 20
    assert time.process_time() - started < 20
