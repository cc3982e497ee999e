"""What the site puts into a page."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

import contributed
from layout import course
from layout import parts as page_parts


@pytest.fixture(scope="module")
def parts(root):
    return course.load(root, {})[0]


def test_something_stands_under_the_title_or_on_top():
    page = "```text\n# no title\n```\n\n# Title\n\nText.\n"
    assert page_parts.under_title(page, "Facts") == (
        "```text\n# no title\n```\n\n# Title\n\nFacts\n\n\nText.\n"
    )
    assert page_parts.under_title("Text.\n", "Facts") == "Facts\n\nText.\n"


def test_a_notebook_names_its_chapter_and_its_download(parts):
    chapter = course.chapters(parts)[3]
    page = page_parts.notebook_page("# Layers\n", "03-x", chapter)
    assert page.startswith("# Layers\n")
    assert f"[3. {chapter.title}](../{chapter.page})" in page
    assert "[03-x.ipynb](03-x.ipynb)" in page
    alone = page_parts.notebook_page("# Layers\n", "03-x", None)
    assert "Chapter" not in alone


ENTRY = contributed.Entry(
    title="A *title*",
    date=date(2026, 11, 2),
    url="reflections/x/",
    src_uri="reflections/posts/x.md",
    description="One [sentence].",
    chapters=(3, 5),
)


@pytest.fixture(scope="module")
def site(parts):
    """What of a site its pages are made with."""
    return SimpleNamespace(
        parts=parts,
        chapters=course.chapters(parts),
        entries=[ENTRY],
        notebooks_of=lambda number: [("03-x", "X")] if number == 3 else [],
        cases=[],
    )


def test_a_chapter_has_its_facts_and_its_end(site):
    page = page_parts.around(
        "# Layers\n\nText.\n", site.chapters[3].page, {}, site
    )
    for part in (
        '# Layers\n\n<ul class="chapter-strip"',
        "**Part I** [Forward](../parts/1-forward.md)",
        f"**To read** {site.chapters[3].minutes} minutes<",
        "**Book** chapter 3<",
        "**Builds on** [chapter 2](02-first-neurons.md)",
        "Text.\n",
        "(../code/03-adding-layers.zip)",
        "python -m nnfs_code.chapters.ch03_adding_layers",
        "- [X](../notebooks/03-x.md)",
        r"- [A \*title\*](../reflections/posts/x.md), 2 November 2026",
    ):
        assert part in page
    other = page_parts.around("# A\n", site.chapters[4].page, {}, site)
    assert "None on this chapter yet." in other
    assert "### Notebook" not in other


def test_an_entry_links_its_chapters(site):
    page = page_parts.around(
        "# A\n", ENTRY.src_uri, {"chapters": [5, 3, 99]}, site
    )
    assert (
        "On [chapter 3, Adding layers](../../chapters/03-adding-layers.md) "
        "and [chapter 5, Calculating the error with loss]"
    ) in page
    bare = page_parts.around("# A\n", ENTRY.src_uri, {"chapters": []}, site)
    assert bare == "# A\n"


def test_placeholders_are_filled(site):
    page = "<!-- latest-reflections -->\n<!-- notebooks -->"
    assert page_parts.around(page, "x/index.md", {}, site) == (
        r"- [A \*title\*](../reflections/posts/x.md) "
        "<small>2 November 2026</small><br>"
        r"One \[sentence\]."
        "\n- [X](03-x.md)"
    )
    part = site.parts[0]
    planned = [replace(part.chapters[0], written=False), *part.chapters[1:]]
    part = replace(part, chapters=planned)
    one = SimpleNamespace(**vars(site) | {"parts": [part]})
    whole = page_parts.around("<!-- course-map -->", "index.md", {}, one)
    assert "### [I. Forward](parts/1-forward.md) { #part-1 }" in whole
    assert "3. [Adding layers](chapters/03-adding-layers.md)" in whole
    assert 'to-come">Introducing neural networks</span>' in whole


def test_git_knows_the_day_of_a_file_and_nothing_elsewhere(root, tmp_path):
    days = page_parts.dates(root)
    if days:  # a copy without its history has none
        date.fromisoformat(days["Makefile"])
    assert page_parts.dates(tmp_path) == {}
