"""The one reader: each fault of reading has its file and line."""

import pytest

import text
from problems import Faulty

CASES = {
    "a byte of Latin-1": (b"one\ntwo caf\xe9\n", 2, "expected UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbfone\n", 1, "byte order mark"),
    "a form feed": (b"one\n\x0ctwo\n", 2, "U+000C"),
    "a line separator": ("one\n\u2028two\n".encode(), 2, "U+2028"),
    "a zero byte": (b"one\x00\n", 1, "U+0000"),
    "an open front matter": (b"---\ntitle: a\n", 1, "not closed"),
    "a colon in a value": (
        b"---\nchapter: 5\ntitle: Privacy: what we know\n---\n",
        3,
        "put a value with a colon",
    ),
    "a list": (b"---\n- a\n---\n", 2, "`key: value`"),
    "a number for a key": (b"---\n5: a\n---\n", 2, "`key: value`"),
    "a tab": (b"---\ntitle: a\n\tb: c\n---\n", 3, "no YAML"),
    "a key twice": (b"---\na: 1\nb: 2\na: 3\n---\n", 4, "a is there twice"),
    "a sign not of YAML": ("---\na: \x80\n---\n".encode(), 2, "#x0080"),
    "no such day": (b"---\ndate: 2026-13-45\n---\n", 2, "no YAML"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_read_is_told_by_line(case, tmp_path):
    data, line, words = CASES[case]
    path = tmp_path / "docs" / "a.md"
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(Faulty) as caught:
        text.document(path, tmp_path)
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == ("docs/a.md", line)
    assert words in problem.message


def test_line_ends_of_windows_are_line_ends(tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes(b"---\r\ntitle: a\r\n---\r\n\r\n# b\r\n")
    document = text.document(path, tmp_path)
    assert document.meta == {"title": "a"}
    assert document.lines == {"title": 2}
    assert document.body.split("\n")[4] == "# b"


def test_front_matter_of_the_wrong_type_is_told_by_line():
    document = text.parsed(
        "---\ntitle: a\nchapter: five\nneeds: true\nbook: yes\nx: 1\n---\n",
        "a.md",
    )
    kinds = {"title": str, "chapter": int, "needs": list, "book": int}
    found = text.check_types(document, kinds, owed=("title", "tags"))
    assert [str(problem) for problem in found] == [
        "a.md:1: the front matter has no tags; add it",
        "a.md:3: chapter expected int, got 'five'",
        "a.md:4: needs expected list, got True",
        "a.md:5: book expected int, got True",
        "a.md:6: unknown key x; known are title, chapter, needs, book",
    ]


def test_a_syntax_error_is_told_by_line(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("x = 1\ny = = 2\n")
    with pytest.raises(Faulty, match=r"^a\.py:2: no Python: invalid syntax$"):
        text.python(path, tmp_path)


def test_fences_know_their_lines():
    page = (
        "a\n\n```python title='x'\nb\n```\n\n````markdown\n```\nc\n```\n````\n"
    )
    first, second = text.fences(page)
    assert (first.start, first.end, first.language) == (3, 5, "python")
    assert first.lines == ("b",)
    assert (second.start, second.end) == (7, 11)
    assert second.lines == ("```", "c", "```")
    assert text.outside_fences(page) == "a\n\n\n\n\n\n\n\n\n\n\n"


def test_an_open_fence_is_told_by_line():
    with pytest.raises(Faulty, match=r"^a\.md:2: .*close it with ```$"):
        text.fences("a\n```python\nb\n", "a.md")


@pytest.mark.parametrize(
    "gone",
    ["`a`", "``a ` b``", "$x$", "$$\nx\n$$", "<!-- a\nb -->", "`a\nb`"],
)
def test_prose_is_no_code_formula_or_comment(gone):
    around = f"one {gone} two"
    left = text.prose(around)
    assert left.split() == ["one", "two"]
    assert len(left) == len(around)
    assert left.count("\n") == around.count("\n")


@pytest.mark.parametrize("kept", [r"\$5 and \$6", "5 $ and 6 $", "a \\` b"])
def test_prose_keeps_signs_that_open_nothing(kept):
    assert text.prose(kept) == kept
