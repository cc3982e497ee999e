"""IDX files: what is in them, and what is refused."""

import gzip
import re
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nnfs_code import idx


def encoded(array):
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


@given(
    arrays.arrays(
        np.uint8, arrays.array_shapes(min_dims=1, max_dims=4, max_side=5)
    )
)
def test_what_is_written_by_the_format_is_read(array):
    found = idx.decode(encoded(array))
    np.testing.assert_array_equal(found, array, strict=True)
    found[...] = 0  # it is the caller's own


def test_high_bytes_come_first():
    data = bytes([0, 0, 8, 1, 0, 0, 1, 2]) + bytes(258)
    assert idx.decode(data).shape == (258,)


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_read_packed_or_not(packed, tmp_path):
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    data = encoded(array)
    path = tmp_path / "some-idx3-ubyte"
    path.write_bytes(gzip.compress(data) if packed else data)
    np.testing.assert_array_equal(idx.read(path), array, strict=True)
    np.testing.assert_array_equal(idx.read(str(path)), array, strict=True)


GOOD = encoded(np.arange(6, dtype=np.uint8).reshape(2, 3))


@given(st.integers(0, len(GOOD) - 1))
def test_a_truncated_array_is_refused(length):
    with pytest.raises(ValueError, match="idx expected"):
        idx.decode(GOOD[:length])


def test_it_says_what_is_missing():
    with pytest.raises(ValueError, match=r"got sizes \(2, 3\), and 5 bytes"):
        idx.decode(GOOD[:-1])
    with pytest.raises(ValueError, match=r"got sizes \(2,\), and 0 bytes"):
        idx.decode(GOOD[:9])
    with pytest.raises(ValueError, match=r"2 sizes.* got sizes \(2, 3\), an"):
        idx.decode(GOOD + b"x")


@pytest.mark.parametrize(
    ("start", "got"),
    [
        (b"", "[]"),
        (b"\0\0\x08", "[0, 0, 8]"),
        (b"\x89PNG", "[137, 80, 78, 71]"),
        (b"\0\1\x08\1", "[0, 1, 8, 1]"),
        (b"\1\0\x08\1", "[1, 0, 8, 1]"),
        (b"\0\0\x0d\1", "[0, 0, 13, 1]"),
    ],
)
def test_a_foreign_file_is_refused(start, got):
    expected = "the bytes 0, 0, 8 and the number of axes first"
    message = re.escape(f"idx expected {expected}, got {got}")
    with pytest.raises(ValueError, match=f"^{message}$"):
        idx.decode(start + bytes(4 if len(start) == 4 else 0))


def test_a_truncated_gzip_file_is_refused(tmp_path):
    packed = gzip.compress(GOOD, mtime=0)
    path = tmp_path / "x.gz"
    for length in range(2, len(packed)):
        path.write_bytes(packed[:length])
        message = "^idx expected a whole gzip file, got a truncated or damage"
        with pytest.raises(ValueError, match=message):
            idx.unpack(path)


def test_no_changed_byte_of_a_gzip_file_gives_another_array(tmp_path):
    packed = gzip.compress(GOOD, mtime=0)
    path = tmp_path / "x.gz"
    refused = 0
    for place in range(2, len(packed)):
        for change in (1, 0x80):
            data = bytearray(packed)
            data[place] ^= change
            path.write_bytes(data)
            try:
                assert idx.unpack(path) == GOOD
            except ValueError:
                refused += 1
    assert refused > len(packed)  # the others are the date and the like
