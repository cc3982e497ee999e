"""What a server remembers, and when it must not."""

from types import SimpleNamespace

from layout.memory import Memory


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


class Index:
    """As the theme's: it notes what a page holds."""

    def __init__(self):
        self.entries = []
        self.read = 0

    def add_entry_from_context(self, page):
        self.read += 1
        self.entries.append({"location": page.url, "text": page.content})


def found(memory, *contents):
    """Return the entries of pages with these contents, and how many were
    read for them."""
    index = Index()
    memory.attend(index)
    for number, content in enumerate(contents):
        index.add_entry_from_context(
            SimpleNamespace(
                url=f"{number}/", content=content, title="T", meta={}
            )
        )
    return [entry["text"] for entry in index.entries], index.read


def test_only_what_changed_is_read_for_the_search():
    memory = Memory(serving=True)
    assert found(memory, "a", "b") == (["a", "b"], 2)
    assert found(memory, "a", "b") == (["a", "b"], 0)
    assert found(memory, "a", "c") == (["a", "c"], 1)
    assert found(memory, "c", "c") == (["c", "c"], 1)


def test_a_build_reads_everything_for_the_search():
    memory = Memory()
    assert found(memory, "a") == found(memory, "a") == (["a"], 1)
