"""Links between documents: each broken one with its line."""

import pytest

import links

DOCUMENTS = {
    "chapters/03-a.md": (
        "docs/chapters/03-a.md",
        "---\ntitle: A\n---\n\n# A\n\n## One more `thing`\n\n"
        "## Own { #mine }\n",
    ),
    "chapters/04-b.md": (
        "docs/chapters/04-b.md",
        "# B\n\n$$\nx \\tag{4.2}\n$$\n\n![Alt](figure:ch04-x)\n\n"
        "- See [a](03-a.md#mine),\n  [it](03-a.md#one-more-thing), [x](#b)\n"
        "- [zip](../code/03-a.zip) [out](https://example.org/x)\n"
        "- [eq](#eq-4-2) [fig](#fig-ch04-x)\n",
    ),
}
FILES = {"code/03-a.zip"}


def problems(extra):
    documents = dict(DOCUMENTS)
    documents["index.md"] = "docs/index.md", extra
    return [str(p) for p in links.problems(documents, FILES)]


def test_good_links_have_no_problem():
    assert problems("[b](chapters/04-b.md#eq-4-2)\n") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "# X\n\nSome\nwords [b](chapters/05-c.md).\n",
            "docs/index.md:4: broken link to chapters/05-c.md; there is no "
            "chapters/05-c.md",
        ),
        (
            "---\ntitle: X\n---\n\n[b](chapters/04-b.md#nowhere)\n",
            "docs/index.md:5: broken anchor in chapters/04-b.md#nowhere; "
            "chapters/04-b.md has no #nowhere",
        ),
        (
            "# X\n\n[here](#there)\n",
            "docs/index.md:3: broken anchor in #there; index.md has no #there",
        ),
        (
            "# X\n\n| a |\n|---|\n| [z](code/04-b.zip) |\n",
            "docs/index.md:5: broken link to code/04-b.zip; there is no "
            "code/04-b.zip",
        ),
    ],
)
def test_a_broken_link_is_named_with_its_line(text, message):
    assert message in problems(text)


def test_links_in_code_are_not_followed():
    assert problems("```text\n[b](nowhere.md)\n```\n\n`[c](no.md)`\n") == []


def test_the_cells_of_a_notebook_keep_their_lines():
    text = (
        "# %% [markdown]\n# # Title\n#\n# [a](b.md)\n\n# %%\nx = 1  # [c](d)\n"
    )
    kept = links.markdown_of_notebook(text).splitlines()
    assert kept[1] == "# Title"
    assert kept[3] == "[a](b.md)"
    assert "".join(kept[5:]) == ""


def test_the_repository_has_no_broken_link(root):
    import checks

    documents = links.documents(root)
    found = links.problems(documents, checks.other_files(root))
    assert list(map(str, found)) == []
