"""What a server remembers, and when it must not."""

from types import SimpleNamespace

from memory import Memory, digest


def page(content=None):
    return SimpleNamespace(
        content=content,
        toc=["one"],
        _title_from_render="T",
        present_anchor_ids={"a"},
    )


def test_an_unchanged_page_is_recalled():
    memory = Memory(serving=True)
    memory.keep(page("<p>"), "a.md", "key")
    again = page()
    assert memory.recall(again, "a.md", "key")
    again.render(None, None)
    assert again.content == "<p>"


def test_a_changed_page_another_page_and_a_build_are_not():
    memory = Memory(serving=True)
    memory.keep(page("<p>"), "a.md", "key")
    assert not memory.recall(page(), "a.md", "other")
    assert not memory.recall(page(), "b.md", "key")
    building = Memory()
    building.keep(page("<p>"), "a.md", "key")
    assert not building.recall(page(), "a.md", "key")
    assert building.pages == {}


def test_a_digest_knows_where_a_text_ends():
    assert digest(["a", "b"]) != digest(["ab"])
