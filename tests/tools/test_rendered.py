"""A page is what its source promises: each difference by its line."""

import time

import pytest
from markdown import Markdown
from mkdocs.config import load_config

import checks
import rendered
import text

ABOVE = "---\ntitle: A\n---\n\n# A\n\n"  # what follows begins in line 7


@pytest.fixture(scope="module")
def found(root):
    """Return a function: Markdown → (line, message) of its problems."""
    config = load_config(str(root / "mkdocs.yml"))

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
    "prices": "It costs $5 and \\$6, US$ 5 or $7.\n\n`$$` and someone@a.org\n",
    "signs in code": "`/// {: .a } [@b] **`\n\n```text\n| a |\n!!! b\n```\n",
    "signs escaped": "**b** and\n\\*\\*a\\*\\*, \\[^b], \\[@c] and \\~~\n",
    "entities and raw words": "- a &amp; b <small>c</small><br>d\n- it's\n",
    "the beginning of an entry": "Words.\n\n<!-- more -->\n\nMore.\n",
}


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_what_both_read_alike_has_no_problem(found, body):
    assert found(body) == []


BAD = {
    "a list under text": (
        "Words:\n- one\n- two\n",
        {8: "this list otherwise"},
    ),
    "a table under text": (
        "Words:\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        {8: "this table otherwise"},
    ),
    "a quoted list under text": ("> Words:\n> - one\n", {8: "this list"}),
    "three spaces": ("1. one\n\n   more\n\n2. two\n", {7: "this item"}),
    "three spaces at last": ("1. one\n2. two\n\n   more\n", {8: "this item"}),
    "code by two spaces": (
        "- one\n\n  ```text\n  x\n  ```\n",
        {9: "this code block"},
    ),
    "a list in a list by two spaces": (
        "- one\n  - in\n  - in too\n- two\n",
        {8: "this list"},
    ),
    "brackets": ("1) one\n2) two\n", {7: "this numbered list"}),
    "two lists in one": ("- one\n\n* two\n", {9: "this list"}),
    "a heading without space": ("Words.\n\n##B\n", {9: "this h2 heading"}),
    "a heading of two lines": ("one\ntwo\n---\n", {7: "this h2 heading"}),
    "a box that ends in text": (
        "/// details | One\nWords. ///\n\n## B\n\n/// details | Two\nMore.\n"
        "///\n\n- one\n",
        {7: "this box is not closed", 8: "the page shows ///"},
    ),
    "a box of no kind": (
        "/// hint | Title\n\nWords.\n\n///\n",
        {7: "the page shows ///", 11: "the page shows ///"},
    ),
    "a note without use": ("Words.\n\n[^a]: No.\n", {9: "nothing refers to"}),
    "a use without note": ("Words,\nmore[^a].\n", {8: "shows [^a] as it is"}),
    "two notes of one name": (
        "Words[^a].\n\n[^a]: One.\n[^a]: Two.\n",
        {9: "more than one note [^a]", 10: "more than one note [^a]"},
    ),
    "a formula that parts cells": (
        "| a | b |\n|---|---|\n| 1 | 2 |\n| $P(a|b)$ | a chance |\n",
        {10: "expected 2 cells as in the head, got 3; write \\| for"},
    ),
    "a row too short": ("a | b\n---|---\n1 | 2\nalone\n", {10: "got 1;"}),
    "code that parts cells on GitHub": (
        "| a | b |\n|---|---|\n| `a|b` | 1 |\n",
        {9: "this row otherwise"},
    ),
    "a table without its line": (
        "| a | b |\n|---|\n| 1 | 2 |\n",
        {7: "the page shows | as it is"},
    ),
    "one anchor twice": (
        "## B { #twice }\n\nWords.\n\n## C { #twice }\n",
        {11: "the anchor #twice is there 2 times"},
    ),
    "dollars under text": ("A text\n$$\na\n$$\n\nmore", {8: "shows $$"}),
    "dollars over text": ("$$\na\n$$\nmore", {7: "lines of their own"}),
    "a formula in two": ("$$\na\n\nb\n$$", {7: "shows $$"}),
    "a formula with no end": ("text\n\n$$\na\n", {9: "shows $$"}),
    "dollars in text": ("$x$\n\na text $$a$$ within", {9: "shows $$"}),
    "a raw formula": ("one\n\n<p>raw $x$</p>", {9: "shows $x$ as it is"}),
    "a formula as text": ("one\n\n![of $x$](a.png)", {9: "shows $x$ as it"}),
    "a formula in a title": ('one\n\n![o](a.png "$x$")', {9: "shows $x$"}),
    **{
        f"{cited} is not read": (
            f"One.\n\n`{cited}`\n\ntwo\n{cited}\n",
            {12: f"shows {said} as it is; cite by"},
        )
        for cited, said in {
            "[@taem2020].": "[@taem2020]",
            "[@team2020, p. 3].": "[@team2020, p. 3]",
            "[see @team2020].": "[see @team2020]",
            "[-@team2020].": "[-@team2020]",
            "![Alt [@team2020]](x.png).": "[@team2020]",
            '![Alt](x.png "By [@team2020]").': "[@team2020]",
            "[by [@team2020]](x.md).": "[@team2020]",
        }.items()
    },
}


@pytest.mark.parametrize(("body", "expected"), BAD.values(), ids=BAD)
def test_a_difference_is_named_with_its_line(found, body, expected):
    told = dict(found(body))
    assert told.keys() == expected.keys(), told
    for line, words in expected.items():
        assert words in told[line]


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("Words ///", "///"),
        ('Words --8<-- "a.py"', "--8<-"),
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
    added = "\n## Put in\n\n- put in\n- by the site\n\n[^work1999]: A work.\n"
    body = "Words:\n- one [^work1999]\n"
    assert [line for line, _ in found(body, added)] == [8]


def test_the_line_is_a_cells_in_a_notebook(found):
    """The cells alone are made into the page."""
    source = "# %% [markdown]\n# # A\n#\n# Words:\n# - one\n\n# %%\nx = 1\n"
    html = "<h1>A</h1><p>Words:\n- one</p><pre></pre>"
    made = "# A\n\nWords:\n- one\n\n```python\nx = 1\n```\n"
    (problem,) = rendered.problems(text.parsed(source, "n.py"), made, html)
    assert (problem.path, problem.line) == ("n.py", 5)


def test_ids_of_figures_and_formulas_count():
    html = (
        '<h1 id="a">A</h1><p><code>id="m"</code></p>'
        '<svg id="s"><path id="b"/></svg><math id="m"></math>'
    )
    assert rendered.ids(html) == ["a", "s", "b", "m"]


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
        "".join(f"a{n} ** b\n" for n in range(1000)),
        "- a\n  - b\n" * 1000,
        "Words:\n" + "- a\n" * 2500,
        "| a |\n|---|\n" + "| a | b |\n" * 1000,
    ],
)
def test_a_heap_of_faults_takes_no_heap_of_time(found, body):
    started = time.process_time()
    assert 1 <= len(found(body)) <= 20
    assert time.process_time() - started < 5
