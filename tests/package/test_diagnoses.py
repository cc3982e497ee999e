"""Titles of diagnoses, their chapters, and what a text is cut into."""

import numpy as np
import pytest

from nnfs_code.diagnoses import (
    CHAPTERS,
    chapters_of,
    diagnosis_titles,
    pieces_of,
    words_of,
)


def test_the_titles_are_whole_and_in_order():
    codes, titles = diagnosis_titles()
    assert len(codes) == len(titles) == 12379
    assert codes == sorted(set(codes))
    assert min(map(len, titles)) >= 4
    assert len({code[:3] for code in codes}) == 1485
    assert sorted({len(code) for code in codes}) == [3, 4, 5]


def test_each_chapter_has_titles_and_begins_where_it_should():
    codes, _ = diagnosis_titles()
    found = chapters_of(codes)
    assert np.bincount(found).min() > 100
    assert found.max() == len(CHAPTERS) - 1 == 20
    edges = ["B999", "C000", "D499", "D500", "H599", "H600", "T88", "Y99"]
    assert chapters_of(edges).tolist() == [0, 1, 1, 2, 6, 7, 18, 19]
    assert chapters_of(["C7A0", "D3A0", "M1A0"]).tolist() == [1, 1, 12]
    assert found.dtype == np.int64
    firsts = list(CHAPTERS)
    np.testing.assert_array_equal(chapters_of(firsts), np.arange(21))


@pytest.mark.parametrize(
    ("codes", "got"),
    [
        ([], r"\[\]"),
        (["1A"], r"\['1A'\]"),
        (["A00", "Z99", "9", "B99"], r"\['A00', 'Z99', '9'\]"),
    ],
)
def test_what_has_no_chapter(codes, got):
    said = f"^chapters_of expected codes from A00 on, got {got}$"
    with pytest.raises(ValueError, match=said):
        chapters_of(codes)


def test_words_and_pieces():
    assert words_of("Type-2, (non) X'y") == ["type", "2", "non", "x", "y"]
    assert words_of("–") == []
    assert pieces_of("ab ab", 2, 3) == [" a", " ab", "ab", "ab ", "b "]
    assert " ca" in pieces_of("cat", 3, 3)
    assert " ca" not in pieces_of("scat", 3, 3)
    every = {" ", "a", "t", " a", "at", "t ", " at", "at ", " at "}
    assert pieces_of("at", 1, 9) == sorted(every)
    assert {len(piece) for piece in pieces_of("long words")} == {2, 3, 4, 5}
    assert pieces_of("", 1, 1) == []


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((0, 2), "shortest of at least 1, got 0"),
        ((2, 0), "longest of at least 1, got 0"),
    ],
)
def test_what_sizes_pieces_have_not(sizes, said):
    with pytest.raises(ValueError, match=f"^pieces_of expected {said}$"):
        pieces_of("cat", *sizes)
