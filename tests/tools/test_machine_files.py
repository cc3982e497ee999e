"""What programs read: its form, and nothing in it that only a site knows."""

import re

import pytest

import contributed
import course
import machine_files
import text as reader
from machine_files import Place

SITE = "https://example.org/journal/"
# The order that the proposal asks for: a heading, a quotation, words without
# headings, then lists of links under second headings.
LIST = r"(?:- \[[^\n]+\]\([^\s)]+\)(?:: [^\n]+)?\n)+"
FORM = re.compile(
    rf"\A# [^\n]+\n\n> [^\n]+\n\n(?:[^#\n][^\n]*\n)+\n"
    rf"(?:## [^\n]+\n\n{LIST}(?:\n|\Z))+\Z"
)


def test_robots():
    assert machine_files.robots(None) == "User-agent: *\nAllow: /\n"
    assert machine_files.robots(SITE) == (
        "User-agent: *\nAllow: /\n\n"
        "Sitemap: https://example.org/journal/sitemap.xml\n"
    )


@pytest.mark.parametrize("site_url", [SITE, None])
def test_the_index_has_the_form_of_the_proposal(site_url):
    text = machine_files.index(
        "A journal",
        "What it\nis.",
        {
            "One": [Place("A [b]", "chapters/a/", "Said\nof it.")],
            "Nothing": [],
            "Optional": [Place("Bare", "feed.xml")],
        },
        site_url,
    )
    assert FORM.match(text), text
    base = site_url or ""
    assert f"- [A \\[b\\]]({base}chapters/a/): Said of it.\n" in text
    assert f"- [Bare]({base}feed.xml)\n" in text
    assert "Nothing" not in text
    assert "> What it is.\n" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [("# A", "A"), ("> W", "W"), ("## One", "One"), ("- [", "* [")],
)
def test_another_form_is_seen(old, new):
    lists = {"One": [Place("A", "a/")]}
    text = machine_files.index("A", "W", lists, None)
    assert FORM.match(text)
    assert not FORM.match(text.replace(old, new, 1))


def test_the_lists_of_the_journal_are_whole(root):
    texts = {a: t for a, (_, t) in reader.documents(root).items()}
    written = contributed.entries(root)
    lists = machine_files.sections(course.load(root), texts, written)
    text = machine_files.index("A", "B", lists, SITE)
    assert FORM.match(text)
    places = [place for one in lists.values() for place in one]
    assert all(place.title and place.note for place in places)
    chapters = course.chapters(course.load(root)).values()
    for chapter in chapters:
        assert f"{SITE}chapters/{chapter.name}/)" in text
    for entry in written:
        assert f"{SITE}{entry.url})" in text
    notebooks = (root / "docs" / "notebooks").glob("*.py")
    for path in notebooks:
        assert f"{SITE}notebooks/{path.stem}/)" in text


PAGE = """\
---
title: A
---

# A title { #a }

See [that](../resources/names.md#one), [zip](../code/03-a.zip), [it](#b) and
[out](https://example.com/x.md). $\\mathbf{w}^{[1]} {#1}$ stays. [^note]
{ .start-lead }

![A [2, 3] line](figure:ch03-line "Short.")

<!-- course-map -->

/// details | Solution
    type: success

Yes.

///

```python
x = {"a": 1}  # { #a } <!-- b -->
/// not a box
[y](z.md)
```

- end { #end }
"""


@pytest.mark.parametrize("site_url", [SITE, None])
def test_a_page_becomes_plain(site_url):
    base = site_url or ""
    text = machine_files.plain(PAGE, "chapters/03-a.md", site_url)
    assert text == (
        "# A title\n\n"
        f"See [that]({base}resources/names/#one), "
        f"[zip]({base}code/03-a.zip), [it](#b) and\n"
        "[out](https://example.com/x.md). $\\mathbf{w}^{[1]} {#1}$ stays. "
        "[^note]\n\n"
        "(Figure: A [2, 3] line Caption: Short.)\n\n"
        "**Solution**\n\nYes.\n\n"
        '```python\nx = {"a": 1}  # { #a } <!-- b -->\n'
        "/// not a box\n[y](z.md)\n```\n\n"
        "- end"
    )


def test_pages_follow_each_other_with_their_addresses():
    documents = [("chapters/01-a.md", "# A\n"), ("index.md", "# B\n")]
    assert machine_files.whole("J", documents, SITE) == (
        f"# J\n\n---\n\nSource: {SITE}chapters/01-a/\n\n# A\n\n"
        f"---\n\nSource: {SITE}\n\n# B\n"
    )


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("index.md", ""),
        ("parts/index.md", "parts/"),
        ("chapters/05-loss.md", "chapters/05-loss/"),
        ("reflections/posts/2026-11-22-a.md", "reflections/2026-11-22-a/"),
    ],
)
def test_addresses(source, address):
    assert machine_files.page_of(source) == address
