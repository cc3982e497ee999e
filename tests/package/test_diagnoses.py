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


@pytest.mark.parametrize("codes", [[], ["1A"]])
def test_what_has_no_chapter(codes):
    with pytest.raises(ValueError, match="codes from A00 on"):
        chapters_of(codes)


def test_words_and_pieces():
    assert words_of("Type-2, (non) X'y") == ["type", "2", "non", "x", "y"]
    assert words_of("–") == []
    assert pieces_of("ab ab", 2, 3) == [" a", " ab", "ab", "ab ", "b "]
    assert " ca" in pieces_of("cat", 3, 3)
    assert " ca" not in pieces_of("scat", 3, 3)
    for sizes, name in (((0, 2), "shortest"), ((2, 0), "longest")):
        with pytest.raises(ValueError, match=name):
            pieces_of("cat", *sizes)
