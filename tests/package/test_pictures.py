"""Pictures: what comes out of a PNG file, and what is made of it."""

import itertools
import struct
import time
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from nnfs_code import pictures

COLOURS = {1: 0, 3: 2, 4: 6}


def chunk(kind, body):
    check = zlib.crc32(kind + body)
    return (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
    )


def header(width, height, bits=8, colour=0, ways=(0, 0, 0)):
    return struct.pack(">IIBBBBB", width, height, bits, colour, *ways)


def png(head, raw, *more):
    body = chunk(b"IDAT", zlib.compress(raw))
    return b"".join(
        (
            pictures.SIGNATURE,
            chunk(b"IHDR", head),
            *more,
            body,
            chunk(b"IEND", b""),
        )
    )


def predictor(kind, left, above, corner):
    """Return the guess of a filter, in words of its definition."""
    if kind == 4:
        goal = left + above - corner
        far = [abs(goal - value) for value in (left, above, corner)]
        if far[0] <= far[1] and far[0] <= far[2]:
            return left
        return above if far[1] <= far[2] else corner
    return (0, left, above, (left + above) // 2)[kind]


def encoded(picture, kinds):
    """Return a PNG file of a picture; row i is filtered by ``kinds[i]``."""
    cube = picture.reshape(*picture.shape[:2], -1).astype(int)
    height, width, channels = cube.shape
    padded = np.zeros((height + 1, width + 1, channels), int)
    padded[1:, 1:] = cube
    raw = bytearray()
    for row, kind in zip(range(1, height + 1), kinds, strict=True):
        raw.append(kind)
        for column, channel in np.ndindex(width, channels):
            left, above, corner = (
                padded[row, column, channel],
                padded[row - 1, column + 1, channel],
                padded[row - 1, column, channel],
            )
            value = padded[row, column + 1, channel]
            raw.append((value - predictor(kind, left, above, corner)) % 256)
    return png(header(width, height, colour=COLOURS[channels]), bytes(raw))


def read(tmp_path, data):
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    return pictures.read_png(path)


SHAPES = st.tuples(st.integers(1, 7), st.integers(1, 7)) | st.tuples(
    st.integers(1, 7), st.integers(1, 7), st.sampled_from([3, 4])
)


@given(data=st.data())
def test_what_is_written_with_any_filters_is_read(data, tmp_path_factory):
    picture = data.draw(arrays.arrays(np.uint8, SHAPES))
    rows = st.lists(
        st.integers(0, 4), min_size=len(picture), max_size=len(picture)
    )
    found = read(
        tmp_path_factory.mktemp("png"), encoded(picture, data.draw(rows))
    )
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, picture)


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_each_filter_alone(kind, channels, tmp_path):
    """A control: with the filter's number changed, other bytes come out."""
    rng = np.random.default_rng(kind)
    shape = (6, 5) if channels == 1 else (6, 5, channels)
    picture = rng.integers(0, 256, shape, np.uint8)
    np.testing.assert_array_equal(
        read(tmp_path, encoded(picture, [kind] * 6)), picture
    )
    above, line = picture.reshape(6, -1)[:2]
    for other in {0, 1, 2, 3, 4} - {kind}:
        same = pictures.unfiltered(kind, line, above, channels)
        assert not np.array_equal(
            pictures.unfiltered(other, line, above, channels), same
        )


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_files_of_another_program(mode, tmp_path):
    """Pillow chooses filters by itself, and cuts the data into chunks."""
    rng = np.random.default_rng(0)
    channels = {"L": (), "RGB": (3,), "RGBA": (4,)}[mode]
    slope = np.add.outer(np.arange(90), np.arange(130))
    noise = rng.integers(0, 9, (90, 130, *channels))
    slope = slope.reshape(90, 130, *(1 for _ in channels))
    picture = (slope + noise).astype(np.uint8)
    path = tmp_path / "pillow.png"
    Image.fromarray(picture).save(path)
    np.testing.assert_array_equal(pictures.read_png(path), picture)
    Image.fromarray(picture).save(path, dpi=(72, 72), optimize=True)
    np.testing.assert_array_equal(pictures.read_png(str(path)), picture)


GOOD = encoded(np.arange(12, dtype=np.uint8).reshape(3, 4), [0, 1, 2])


def test_data_in_several_chunks_and_chunks_that_do_not_matter(tmp_path):
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4)
    raw = zlib.compress(b"".join(b"\0" + row.tobytes() for row in picture))
    data = b"".join(
        (
            pictures.SIGNATURE,
            chunk(b"IHDR", header(4, 3)),
            chunk(b"tEXt", b"a\0b"),
            chunk(b"IDAT", raw[:5]),
            chunk(b"IDAT", raw[5:]),
            chunk(b"IEND", b""),
        )
    )
    np.testing.assert_array_equal(read(tmp_path, data), picture)
    np.testing.assert_array_equal(read(tmp_path, data + b"more"), picture)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "a PNG file"),
        (b"\xff\xd8\xff\xe0 a JPEG", "a PNG file, got one that begins with"),
        (b"GIF89a", "a PNG file"),
        (pictures.SIGNATURE, "which end inside a chunk"),
        (GOOD[:30], "which end inside a chunk"),
        (GOOD[:-1], "which end inside a chunk"),
        (GOOD[:-12], "which end inside a chunk"),
        (png(header(4, 3, bits=16), b""), "got 16 bits in colour type 0"),
        (png(header(4, 3, bits=1), b""), "got 1 bits in colour type 0"),
        (png(header(4, 3, colour=3), b""), "colour type 3; save it anew"),
        (png(header(4, 3, colour=4), b""), "colour type 4"),
        (png(header(4, 3, ways=(0, 0, 1)), b""), "not interlaced, got"),
        (png(header(4, 3, ways=(1, 0, 0)), b""), "got methods"),
        (png(header(0, 3), b""), "1 to 4,000,000 pixels, got 0 x 3"),
        (png(header(2001, 2000), b""), "pixels, got 2001 x 2000"),
        (png(header(2**31, 2**31), b""), "1 to 4,000,000 pixels"),
        (png(header(4, 3)[:-1], b""), "a header first, got the chunk b'IHDR'"),
        (pictures.SIGNATURE + chunk(b"IEND", b""), "a header first"),
        (png(header(4, 3), bytes(14)), "15 bytes of data, got 14"),
        (png(header(4, 3), bytes(16)), "15 bytes of data, got more"),
        (png(header(4, 3), b"\5" + bytes(14)), "a filter 0 to 4, got 5"),
        (png(header(4, 3), bytes(15), chunk(b"NEWS", b"")), "known chunks"),
        (
            pictures.SIGNATURE
            + chunk(b"IHDR", header(4, 3))
            + chunk(b"IDAT", b"no zlib")
            + chunk(b"IEND", b""),
            "data that can be unpacked",
        ),
        (
            pictures.SIGNATURE
            + chunk(b"IHDR", header(4, 3))
            + chunk(b"IDAT", zlib.compress(bytes(15))[:-4])
            + chunk(b"IEND", b""),
            "got 15, or no end",
        ),
        (
            pictures.SIGNATURE
            + chunk(b"IHDR", header(4, 3))
            + chunk(b"IEND", b""),
            "15 bytes of data, got 0",
        ),
    ],
)
def test_other_files_are_refused(data, words, tmp_path):
    with pytest.raises(ValueError, match="read_png expected") as error:
        read(tmp_path, data)
    assert words in str(error.value)


def test_the_largest_size_is_a_limit_and_not_one_less():
    kind = b"IHDR"
    assert pictures.png_shape((kind, header(2000, 2000))) == (2000, 2000, 1)
    assert pictures.png_shape((kind, header(2, 3, colour=2))) == (3, 2, 3)


def test_there_is_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        pictures.read_png(tmp_path / "no.png")


@pytest.mark.parametrize("place", range(8, len(GOOD)))
def test_a_flipped_bit_anywhere_is_an_error(place, tmp_path):
    damaged = bytearray(GOOD)
    damaged[place] ^= 1
    with pytest.raises(ValueError, match="read_png expected"):
        read(tmp_path, bytes(damaged))


@given(cut=st.integers(0, len(GOOD) - 1))
def test_a_file_cut_anywhere_is_an_error(cut, tmp_path_factory):
    with pytest.raises(ValueError, match="read_png expected"):
        read(tmp_path_factory.mktemp("png"), GOOD[:cut])


def test_a_bomb_is_not_unpacked(tmp_path):
    """A gigabyte of zeros in a megabyte; a header that asks for 12 bytes."""
    packer = zlib.compressobj(1)
    block = bytes(10**6)
    packed = b"".join(packer.compress(block) for _ in range(200))
    data = b"".join(
        (
            pictures.SIGNATURE,
            chunk(b"IHDR", header(4, 3)),
            chunk(b"IDAT", packed + packer.flush()),
            chunk(b"IEND", b""),
        )
    )
    start = time.process_time()
    with pytest.raises(ValueError, match="15 bytes of data, got more"):
        read(tmp_path, data)
    assert time.process_time() - start < 0.1


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


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (np.zeros((2, 2)), "an array of uint8, got float64"),
        ([[1, 2]], "an array of uint8, got a list"),
        (np.zeros(4, np.uint8), "or with 3 or 4 behind, got"),
        (np.zeros((2, 2, 2), np.uint8), "or with 3 or 4 behind, got"),
        (np.zeros((1, 2, 2, 3), np.uint8), "or with 3 or 4 behind, got"),
        (np.zeros((0, 3), np.uint8), "or with 3 or 4 behind, got"),
    ],
)
def test_grey_refuses(picture, words):
    with pytest.raises((TypeError, ValueError), match=f"^grey .*{words}"):
        pictures.grey(picture)


PICTURE = np.array([[0.0, 0.5], [1.0, 0.25]])
CALLS = [
    pictures.invert,
    pictures.edge,
    pictures.centre,
    lambda picture: pictures.stretch(picture, 0.1),
    lambda picture: pictures.shrink(picture, 2),
]


@pytest.mark.parametrize(
    "call", CALLS, ids=["invert", "edge", "centre", "stretch", "shrink"]
)
def test_what_is_no_picture_of_0_to_1_is_refused(call):
    kept = PICTURE.copy()
    call(PICTURE)
    np.testing.assert_array_equal(PICTURE, kept)
    for wrong, words in (
        (255 * PICTURE, "brightness from 0 to 1, got 0 to 255"),
        (PICTURE - 0.5, "brightness from 0 to 1, got -0.5 to 0.5"),
        (PICTURE[0], "shape \\(height, width\\), got \\(2,\\)"),
        (PICTURE.astype(np.uint8), "dtype float32 or float64, got uint8"),
        (np.full((2, 2), np.nan), "finite a picture|finite"),
    ):
        with pytest.raises((TypeError, ValueError), match=words):
            call(wrong)


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
    with pytest.raises(TypeError, match="size as a whole number"):
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


def test_filters_alternate_over_a_larger_picture(tmp_path):
    picture = np.random.default_rng(1).integers(0, 256, (15, 9, 3), np.uint8)
    kinds = list(itertools.islice(itertools.cycle(range(5)), 15))
    np.testing.assert_array_equal(
        read(tmp_path, encoded(picture, kinds)), picture
    )
