"""Pictures: brightness, place and size, and all together."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nnfs_code import pictures

SHAPES = st.tuples(st.integers(1, 7), st.integers(1, 7)) | st.tuples(
    st.integers(1, 7), st.integers(1, 7), st.sampled_from([3, 4])
)


# --- brightness


def test_grey_by_hand():
    colours = np.array(
        [[[255, 0, 0], [0, 255, 0], [0, 0, 255], [51, 51, 51]]], np.uint8
    )
    np.testing.assert_allclose(
        pictures.grey(colours), [[0.299, 0.587, 0.114, 0.2]], rtol=1e-12
    )
    seen = np.array([[0, 51, 255]], np.uint8)
    np.testing.assert_allclose(pictures.grey(seen), [[0, 0.2, 1]])


def test_what_is_transparent_is_white():
    pixel = np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [0, 0, 0, 51]]], np.uint8)
    np.testing.assert_allclose(pictures.grey(pixel), [[1, 0, 0.8]])


@given(arrays.arrays(np.uint8, SHAPES))
def test_grey_stays_between_0_and_1(picture):
    found = pictures.grey(picture)
    assert found.shape == picture.shape[:2]
    assert found.dtype == np.float64
    assert 0 <= found.min() <= found.max() <= 1


SHAPE = "a picture of shape (height, width)"


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (np.zeros((2, 2)), "an array of uint8, got float64"),
        ([[1, 2]], "an array of uint8, got a list"),
        (np.zeros(4, np.uint8), f"{SHAPE}, or with 3 or 4 behind, got (4,)"),
        (
            np.zeros((2, 2, 2), np.uint8),
            f"{SHAPE}, or with 3 or 4 behind, got (2, 2, 2)",
        ),
        (
            np.zeros((1, 2, 2, 3), np.uint8),
            f"{SHAPE}, or with 3 or 4 behind, got (1, 2, 2, 3)",
        ),
        (
            np.zeros((0, 3), np.uint8),
            f"{SHAPE}, or with 3 or 4 behind, got (0, 3)",
        ),
    ],
)
def test_grey_refuses(picture, words):
    whole = f"^{re.escape(f'grey expected {words}')}$"
    with pytest.raises((TypeError, ValueError), match=whole):
        pictures.grey(picture)


PICTURE = np.array([[0.0, 0.5], [1.0, 0.25]])
CALLS = {
    "invert": pictures.invert,
    "edge": pictures.edge,
    "centre": pictures.centre,
    "stretch": lambda picture: pictures.stretch(picture, 0.1),
    "shrink": lambda picture: pictures.shrink(picture, 2),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_picture_of_0_to_1_is_refused(name):
    kept = PICTURE.copy()
    CALLS[name](PICTURE)
    np.testing.assert_array_equal(PICTURE, kept)
    for wrong, words in (
        (255 * PICTURE, "brightness from 0 to 1, got 0 to 255"),
        (1.5 * PICTURE, "brightness from 0 to 1, got 0 to 1.5"),
        (PICTURE - 0.5, "brightness from 0 to 1, got -0.5 to 0.5"),
        (PICTURE[0], f"{SHAPE}, got (2,)"),
        (
            PICTURE.astype(np.uint8),
            "a picture of dtype float32 or float64, got uint8",
        ),
        (np.full((2, 2), np.nan), "finite a picture, got NaN or infinity"),
    ):
        whole = f"^{re.escape(f'{name} expected {words}')}$"
        with pytest.raises((TypeError, ValueError), match=whole):
            CALLS[name](wrong)


def test_the_edge_is_its_four_sides():
    picture = np.arange(16.0).reshape(4, 4) / 15
    rows = np.array([0, 1, 2, 3, 12, 13, 14, 15])
    columns = np.array([0, 4, 8, 12, 3, 7, 11, 15])
    expected = np.append(rows, columns) / 15
    np.testing.assert_array_equal(pictures.edge(picture), expected)


def test_invert_and_stretch_by_hand():
    np.testing.assert_array_equal(
        pictures.invert(PICTURE), [[1, 0.5], [0, 0.75]]
    )
    np.testing.assert_allclose(
        pictures.stretch(PICTURE * 0.5 + 0.25, 0.25), PICTURE
    )
    np.testing.assert_array_equal(
        pictures.stretch(np.full((2, 2), 0.4), 0.4), np.zeros((2, 2))
    )


@pytest.mark.parametrize(
    ("wall", "thing", "seen"),
    [(235, 60, 1), (160, 40, 1), (20, 115, 1), (115, 20, 0), (200, 240, 0)],
)
def test_which_things_are_brighter_than_the_wall_in_the_end(wall, thing, seen):
    photo = np.full((40, 30), wall, np.uint8)
    photo[10:20, 5:15] = thing
    found = pictures.prepared(photo)
    np.testing.assert_allclose(found, seen)


# --- place and size


@pytest.mark.parametrize("top", range(4))
@pytest.mark.parametrize("left", range(5))
def test_centre_does_not_care_where_a_thing_is(top, left):
    thing = np.array([[0.0, 0.5, 0.0, 0.2], [0.9, 0.0, 1.0, 0.0]])
    picture = np.zeros((5, 8))
    picture[top : top + 2, left : left + 4] = thing
    expected = np.zeros((4, 4))
    expected[1:3] = thing
    np.testing.assert_array_equal(pictures.centre(picture), expected)


def test_an_odd_pixel_goes_above_and_to_the_left():
    wide, tall = np.ones((1, 4)), np.ones((4, 1))
    assert pictures.centre(wide)[2].all()  # two rows above, one below
    assert pictures.centre(tall)[:, 2].all()
    assert pictures.centre(wide).sum() == pictures.centre(tall).sum() == 4


def test_the_threshold_of_centre():
    picture = np.array([[0.1, 0.1, 0.1], [0.1, 0.8, 0.3], [0.1, 0.1, 0.1]])
    np.testing.assert_array_equal(
        pictures.centre(picture, 0.1), [[0, 0], [0.8, 0.3]]
    )
    np.testing.assert_array_equal(pictures.centre(picture, 0.3), [[0.8]])
    nothing = pictures.centre(picture[:2], 0.8)
    np.testing.assert_array_equal(nothing, np.zeros((3, 3)))
    floats = picture.astype(np.float32)
    for threshold in (0.1, 0.8):  # a part of it, and nothing
        assert pictures.centre(floats, threshold).dtype == np.float32


def naive(picture, size):
    """Return the mean of the piecewise constant picture under each pixel."""
    fine = np.kron(picture, np.ones((size, size)))
    height, width = picture.shape
    return fine.reshape(size, height, size, width).mean(axis=(1, 3))


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 7))
def test_shrink_is_the_mean_by_area(height, width, size):
    picture = np.random.default_rng(height).random((height, width))
    np.testing.assert_allclose(
        pictures.shrink(picture, size), naive(picture, size), atol=1e-12
    )


def test_to_take_every_second_pixel_is_something_else():
    """The negative control: a fine pattern must become its mean."""
    board = np.indices((8, 8)).sum(axis=0) % 2.0
    np.testing.assert_allclose(pictures.shrink(board, 4), np.full((4, 4), 0.5))
    assert not board[::2, ::2].any()


@given(st.integers(1, 40), st.integers(1, 40))
def test_shares_sum_to_1_in_each_row(n_old, n_new):
    table = pictures.shares(n_old, n_new)
    assert table.shape == (n_new, n_old)
    assert table.min() >= 0
    np.testing.assert_allclose(table.sum(axis=1), 1)
    np.testing.assert_allclose(table.sum(axis=0), n_new / n_old)


def test_shrink_keeps_float_type_mean_and_what_has_the_size_already():
    picture = np.random.default_rng(0).random((28, 28)).astype(np.float32)
    assert pictures.shrink(picture, 28).dtype == np.float32
    np.testing.assert_allclose(pictures.shrink(picture, 28), picture)
    assert pictures.shrink(picture, 7).mean() == pytest.approx(picture.mean())
    with pytest.raises(
        TypeError, match=r"^shrink expected size as a whole number, got 2\.5$"
    ):
        pictures.shrink(picture, 2.5)


# --- all together


def thing(height=60, width=45, top=9, left=5):
    """Return a tall L in light grey on black, as floats."""
    picture = np.zeros((height, width))
    picture[top : top + 40, left : left + 20] = 0.8
    picture[top : top + 30, left + 10 : left + 20] = 0.4
    return picture


def bytes_of(picture):
    return np.round(255 * picture).astype(np.uint8)


@settings(max_examples=20)
@given(
    st.integers(1, 19),
    st.integers(1, 24),
    st.booleans(),
    st.floats(0.5, 1),
    st.floats(0, 0.2),
)
def test_prepared_does_not_care_how_a_thing_was_taken(
    top, left, negative, contrast, veil
):
    """Place, sign, contrast and an even veil leave the same picture."""
    expected = pictures.prepared(bytes_of(thing()))
    taken = contrast * thing(top=top, left=left) + veil * (1 - contrast)
    found = pictures.prepared(bytes_of(1 - taken if negative else taken))
    assert expected.shape == (28, 28)
    assert expected.max() == 1
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_prepared_cares_for_the_threshold_and_the_size():
    picture = thing()
    picture[55:, 40:] = 0.1  # a speck in a corner
    same = pictures.prepared(bytes_of(picture))
    np.testing.assert_allclose(same, pictures.prepared(bytes_of(thing())))
    other = pictures.prepared(bytes_of(picture), threshold=0.05)
    assert np.abs(other - same).max() > 0.3
    assert pictures.prepared(bytes_of(picture), 14).shape == (14, 14)


def test_an_empty_photo_is_black():
    for level in (0, 90, 255):
        picture = np.full((9, 7, 3), level, np.uint8)
        assert not pictures.prepared(picture).any()


@pytest.mark.parametrize(
    ("wall", "thing_on_it"), [(115, 250), (115, 200), (140, 20), (250, 120)]
)
def test_the_wall_becomes_black_if_it_is_light_or_not(wall, thing_on_it):
    picture = np.full((20, 12), wall, np.uint8)
    picture[5:15, 4:8] = thing_on_it
    found = pictures.prepared(picture, 10)
    expected = np.zeros((10, 10))
    expected[:, 3:7] = 1
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("size", range(1, 30))
def test_white_stays_white_and_no_more(size):
    white = pictures.grey(np.full((17, 23, 3), 255, np.uint8))
    small = pictures.shrink(white, size)
    assert small.max() <= 1
    np.testing.assert_allclose(small, 1)
    assert pictures.invert(small).min() >= 0
