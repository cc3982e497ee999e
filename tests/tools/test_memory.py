"""What is remembered of the last build, and when it must not be."""

from types import SimpleNamespace as Made

import pytest
from mkdocs.structure.toc import get_toc

from checks import GLOSSARY
from layout.memory import Memory, makers
from state import Site
from weaving import Section

B = {"name": "B", "id": "b", "level": 2, "children": []}
CONTENTS = [{"name": "A", "id": "a", "level": 1, "children": [B]}]
OTHER = type("File", (), {"src_uri": "b.md"})
FILES = Made(get_file_from_path={"b.md": OTHER}.get)


def page(content=None):
    return Made(
        content=content,
        toc=get_toc(CONTENTS),
        _title_from_render="T",
        present_anchor_ids={"a", "b"},
        links_to_anchors={OTHER: {"x": "b.md#x"}},
    )


@pytest.fixture
def memory(tmp_path):
    """What another process remembers that reads the file."""
    first = Memory()
    first.warnings = Made(get_counts=list)
    first.keep(page("<p>ä"), "a.md", "key")
    (tmp_path / ".cache").mkdir()
    (tmp_path / "mkdocs.yml").touch()
    first.save(tmp_path)
    again = Memory()
    again.load(tmp_path)
    return again


def test_an_unchanged_page_is_recalled(memory):
    again = page()
    again.toc = again.present_anchor_ids = again.links_to_anchors = None
    assert memory.recall(again, "a.md", "key", get_toc)
    again.render(None, FILES)
    assert str(again.toc) == str(get_toc(CONTENTS))
    del again.render, again.toc
    whole = vars(page("<p>ä"))
    del whole["toc"]
    assert vars(again) == whole


def test_a_changed_page_and_another_are_not(memory):
    assert not memory.recall(page(), "a.md", "other", get_toc)
    assert not memory.recall(page(), "b.md", "key", get_toc)


@pytest.mark.parametrize(
    "name", ["mkdocs.yml", "docs/tools/maths/vendor.js", "docs/tools/a.j2"]
)
def test_what_makes_pages_is_in_their_key(tmp_path, name):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "mkdocs.yml").touch()
    before = makers(tmp_path)
    (tmp_path / name).write_text("x")
    assert makers(tmp_path) != before


def test_the_lines_of_the_code_are_in_the_key_of_pages():
    """They are in links to it."""
    made = Made(documents={GLOSSARY: Made(text="")}, works=None, figures={})
    keys = []
    for start in (2, 2, 3):
        made.sections = {"a": Section("a.py", "ch03-a", start, 9, "x = 1")}
        Site.gathered(made, [], "")
        keys.append(made.setting)
    assert keys[0] == keys[1] != keys[2]


def test_a_figure_is_in_the_key_of_the_page_that_shows_it():
    made, text = Made(setting="", figures={"a": "1"}), "![x](figure:a)"
    before = Site.key(made, text), Site.key(made, "b")
    made.figures["a"] = "3"
    assert Site.key(made, text) not in before
    assert Site.key(made, "b") in before


class Index:
    """As the theme's: it notes what a page holds."""

    def __init__(self):
        self.entries = []
        self.read = 0

    def add_entry_from_context(self, page):
        self.read += 1
        entry = {"location": page.url, "text": page.content, "tags": ["t"]}
        self.entries += [entry, {**entry, "location": f"{page.url}#a"}]


def found(memory, *contents):
    """Return the entries of pages, and how many were read for them."""
    index = Index()
    memory.attend(index)
    for number, content in enumerate(contents):
        made = Made(url=f"{number}/", content=content, title="T", meta={})
        index.add_entry_from_context(made)
        assert made.content == content
    tagged = ["tags" in entry for entry in index.entries]
    assert tagged == [True, False] * len(contents)
    return [entry["text"] for entry in index.entries[::2]], index.read


def test_only_what_changed_is_read_for_the_search():
    memory = Memory()
    a, b, c = "<p>a</p>", "<p>b</p>", "<p>c</p>"
    assert found(memory, a, b) == ([a, b], 2)
    assert found(memory, a, b) == ([a, b], 0)
    assert found(memory, a, c) == ([a, c], 1)
    assert found(memory, c, c) == ([c, c], 1)
    memory.by = "other tools"
    assert found(memory, c, c) == ([c, c], 2)


def test_the_search_is_told_a_beginning_and_words():
    first = f"Something that is told at {'great ' * 9}length to its end, "
    told = f"<p>{first}the full stop. Then the end, as words.</p>"
    aside = "<pre>code</pre><details><p>folded</p></details><math>x</math>"
    whole = f'{told}{aside}<div class="footnote">note</div>'
    short = f"<p>{first}the full stop.</p><p>words</p>"
    assert found(Memory(), whole) == ([short], 1)
