# --8<-- [start:ch19-idx-imports]
"""IDX files, the format of MNIST and Fashion-MNIST, packed by gzip or not."""

import gzip
import math
import os
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnfs_code.arrays import complaint

UNSIGNED_BYTES = 8  # the kind of numbers; the format knows others

# --8<-- [end:ch19-idx-imports]


# --8<-- [start:ch19-idx-read]
def read(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """Return the array in an IDX file.

    Raises
    ------
    OSError
        If there is no such file, or it may not be read.
    ValueError
        If it is truncated, damaged or of another kind.
    """
    return decode(unpack(path))


# --8<-- [end:ch19-idx-read]


# --8<-- [start:ch19-idx-unpack]
def unpack(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file, unpacked if it is a gzip file."""
    data = Path(path).read_bytes()
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)  # compares the checksum
    except (OSError, EOFError, zlib.error) as error:
        got = f"a truncated or damaged one: {error}"
        raise ValueError(complaint("idx", "a whole gzip file", got)) from error


# --8<-- [end:ch19-idx-unpack]


# --8<-- [start:ch19-idx-decode]
def decode(data: bytes) -> NDArray[np.uint8]:
    """Return the array that the bytes of an IDX file stand for.

    >>> decode(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9]))
    array([[7, 8, 9]], dtype=uint8)
    """
    start = data[:4]
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] != UNSIGNED_BYTES:
        expected = "the bytes 0, 0, 8 and the number of axes first"
        raise ValueError(complaint("idx", expected, list(start)))
    n_axes = start[3]
    header = 4 + 4 * n_axes
    sizes = data[4:header]
    shape = struct.unpack(f">{len(sizes) // 4}I", sizes[: len(sizes) & ~3])
    if len(shape) != n_axes or len(data) - header != math.prod(shape):
        expected = f"{n_axes} sizes, and a byte for each entry"
        got = f"sizes {shape}, and {max(len(data) - header, 0)} bytes"
        raise ValueError(complaint("idx", expected, got))
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape).copy()


# --8<-- [end:ch19-idx-decode]
