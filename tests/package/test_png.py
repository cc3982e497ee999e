"""PNG files: what comes out of them, and what is refused."""

import itertools
import struct
import tempfile
import time
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from nnfs_code import png

COLOURS = {1: 0, 3: 2, 4: 6}


def chunk(kind, body):
    check = zlib.crc32(kind + body)
    return (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
    )


def header(width, height, bits=8, colour=0, ways=(0, 0, 0)):
    return struct.pack(">IIBBBBB", width, height, bits, colour, *ways)


def file_of(head, raw, *more):
    body = chunk(b"IDAT", zlib.compress(raw))
    return b"".join(
        (
            png.SIGNATURE,
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
    return file_of(header(width, height, colour=COLOURS[channels]), bytes(raw))


def read(tmp_path, data):
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    return png.read_png(path)


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
        same = png.unfiltered(kind, line, above, channels)
        assert same.dtype == np.uint8
        assert not np.array_equal(
            png.unfiltered(other, line, above, channels), same
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
    np.testing.assert_array_equal(png.read_png(path), picture)
    Image.fromarray(picture).save(path, dpi=(72, 72), optimize=True)
    np.testing.assert_array_equal(png.read_png(str(path)), picture)


GOOD = encoded(np.arange(12, dtype=np.uint8).reshape(3, 4), [0, 1, 2])


def test_data_in_several_chunks_and_chunks_that_do_not_matter(tmp_path):
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4)
    raw = zlib.compress(b"".join(b"\0" + row.tobytes() for row in picture))
    data = b"".join(
        (
            png.SIGNATURE,
            chunk(b"IHDR", header(4, 3)),
            chunk(b"tEXt", b"a\0b"),
            chunk(b"IDAT", raw[:5]),
            chunk(b"IDAT", raw[5:]),
            chunk(b"IEND", b""),
        )
    )
    np.testing.assert_array_equal(read(tmp_path, data), picture)
    np.testing.assert_array_equal(read(tmp_path, data + b"more"), picture)


DEPTH = "8 bits per channel in grey, RGB or RGB with alpha, got "
CUT = "a whole PNG file, got {} bytes, which end inside a chunk"
PLAIN = "a picture that is not interlaced, got methods "
WITHOUT_DATA = png.SIGNATURE + chunk(b"IHDR", header(4, 3))
END = chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "a PNG file, got one that begins with b''"),
        (
            b"\xff\xd8\xff\xe0 a JPEG",
            r"a PNG file, got one that begins with b'\xff\xd8\xff\xe0 a J'",
        ),
        (b"GIF89a", "a PNG file, got one that begins with b'GIF89a'"),
        (png.SIGNATURE, CUT.format(8)),
        (GOOD[:30], CUT.format(30)),
        (GOOD[:-1], CUT.format(len(GOOD) - 1)),
        (GOOD[:-12], CUT.format(len(GOOD) - 12)),
        (
            GOOD[:-1] + b"x",
            "its checksum, got another one in the chunk b'IEND': the file is "
            "damaged",
        ),
        (
            file_of(header(4, 3, bits=16), b""),
            DEPTH + "16 bits in colour type 0; save it anew as RGB",
        ),
        (
            file_of(header(4, 3, bits=1), b""),
            DEPTH + "1 bits in colour type 0; save it anew as RGB",
        ),
        (
            file_of(header(4, 3, colour=3), b""),
            DEPTH + "8 bits in colour type 3; save it anew as RGB",
        ),
        (
            file_of(header(4, 3, colour=255), b""),
            DEPTH + "8 bits in colour type 255; save it anew as RGB",
        ),
        (
            file_of(header(4, 3, ways=(0, 0, 1)), b""),
            PLAIN + "[0, 0, 1]; save it anew without",
        ),
        (
            file_of(header(4, 3, ways=(1, 0, 0)), b""),
            PLAIN + "[1, 0, 0]; save it anew without",
        ),
        (file_of(header(0, 3), b""), "1 to 4,000,000 pixels, got 0 x 3"),
        (
            file_of(header(2001, 2000), b""),
            "1 to 4,000,000 pixels, got 2001 x 2000",
        ),
        (
            file_of(header(2**32 - 1, 2**31), b""),
            "1 to 4,000,000 pixels, got 4294967295 x 2147483648",
        ),
        (
            file_of(header(4, 3)[:-1], b""),
            "a header first, got the chunk b'IHDR' of 12 bytes",
        ),
        (
            png.SIGNATURE + END,
            "a header first, got the chunk b'IEND' of 0 bytes",
        ),
        (
            file_of(header(4, 3), bytes(14)),
            "15 bytes of data, got 14, or no end",
        ),
        (file_of(header(4, 3), bytes(16)), "15 bytes of data, got more"),
        (file_of(header(4, 3), b"\5" + bytes(14)), "a filter 0 to 4, got 5"),
        *(
            (
                file_of(header(4, 3), bytes(15), chunk(kind, b"")),
                f"known chunks, got one of {kind!r}",
            )
            for kind in (b"NEWS", b"News", b"tRNS")
        ),
        (
            WITHOUT_DATA + chunk(b"IDAT", zlib.compress(bytes(15))[:-4]) + END,
            "15 bytes of data, got 15, or no end",
        ),
        (WITHOUT_DATA + END, "15 bytes of data, got 0, or no end"),
    ],
)
def test_other_files_are_refused(data, words, tmp_path):
    with pytest.raises(ValueError, match="read_png expected") as error:
        read(tmp_path, data)
    assert str(error.value) == f"read_png expected {words}"


def test_data_that_zlib_refuses_are_refused_with_its_reason(tmp_path):
    data = WITHOUT_DATA + chunk(b"IDAT", b"no zlib") + END
    words = "^read_png expected data that can be unpacked, got Error -3 "
    with pytest.raises(ValueError, match=words):
        read(tmp_path, data)


def test_the_largest_size_is_a_limit_and_not_one_less():
    kind = b"IHDR"
    assert png.png_shape((kind, header(2000, 2000))) == (2000, 2000, 1)
    assert png.png_shape((kind, header(2, 3, colour=2))) == (3, 2, 3)


def test_there_is_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        png.read_png(tmp_path / "no.png")


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
    """200 megabytes of zeros; the header asks for a dozen."""
    packer = zlib.compressobj(1)
    block = bytes(10**6)
    packed = b"".join(packer.compress(block) for _ in range(200))
    data = b"".join(
        (
            png.SIGNATURE,
            chunk(b"IHDR", header(4, 3)),
            chunk(b"IDAT", packed + packer.flush()),
            chunk(b"IEND", b""),
        )
    )
    start = time.process_time()
    with pytest.raises(ValueError, match="15 bytes of data, got more"):
        read(tmp_path, data)
    assert time.process_time() - start < 0.1


def test_many_short_lines_take_little_memory(tmp_path):
    raw = bytes(2 * 50_000)
    data = file_of(header(1, 50_000), raw)
    tracemalloc.start()
    try:
        assert read(tmp_path, data).shape == (50_000, 1)
        assert tracemalloc.get_traced_memory()[1] < 10 * len(raw)
    finally:
        tracemalloc.stop()


def test_filters_alternate_over_a_larger_picture(tmp_path):
    picture = np.random.default_rng(1).integers(0, 256, (15, 9, 3), np.uint8)
    kinds = list(itertools.islice(itertools.cycle(range(5)), 15))
    np.testing.assert_array_equal(
        read(tmp_path, encoded(picture, kinds)), picture
    )


@given(st.binary(max_size=60), st.sampled_from([b"IHDR", b"IDAT", b"aNCY"]))
def test_no_content_of_a_chunk_makes_another_error(body, kind):
    """The checksums are right, and the content is anything."""
    parts = {b"IHDR": header(4, 3), b"IDAT": zlib.compress(bytes(15))}
    parts[kind] = body
    data = png.SIGNATURE + b"".join(chunk(*part) for part in parts.items())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.png"
        path.write_bytes(data + chunk(b"IEND", b""))
        if kind == b"aNCY":
            assert not png.read_png(path).any()
            return
        try:
            message = f"read_png expected {png.read_png(path).dtype}"
        except ValueError as error:
            message = str(error)
    assert message.startswith("read_png expected ")
