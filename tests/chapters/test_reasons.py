"""Each test of a reason looks at both sides: with the cause and without."""

from pathlib import Path

import pytest

from reasons import held_reasons, reason

HERE = Path(__file__).parent
OWN = Path(__file__).name


def test_each_reason_is_seen_with_its_cause_and_without():
    found = held_reasons(HERE)
    found = {k: n for k, n in found.items() if not k.startswith(OWN)}
    assert [name for name, asserts in found.items() if asserts < 2] == []


@pytest.fixture
def page(tmp_path):
    folder = tmp_path / "docs" / "chapters"
    folder.mkdir(parents=True)
    (folder / "02-x.md").write_text(
        "---\ntitle: X\n---\n\nIt stops *because* the\n[slope](a.md) is 0.\n"
    )
    return tmp_path


def test_a_reason_is_found_over_lines_and_marks(page):
    reason("02-x", "because the slope is 0", page)


def test_a_reason_that_a_page_does_not_give_fails(page):
    with pytest.raises(AssertionError, match=r"^docs/chapters/02-x\.md:1: "):
        reason("02-x", "because the slope is 1", page)


def test_a_reason_given_twice_fails(page):
    path = page / "docs" / "chapters" / "02-x.md"
    path.write_text(path.read_text() * 2)
    with pytest.raises(AssertionError, match=r"says .* 2 times"):
        reason("02-x", "because the slope is 0", page)


def test_a_test_that_looks_at_one_side_only_is_listed(tmp_path):
    (tmp_path / "test_a.py").write_text(
        "def test_one():\n    reason('a', 'b')\n    assert f(1)\n\n"
        "def test_two():\n    reason('a', 'b')\n    assert f(1)\n"
        "    with raises(E):\n        f(2)\n"
    )
    assert held_reasons(tmp_path) == {
        "test_a.py::test_one": 1,
        "test_a.py::test_two": 2,
    }
