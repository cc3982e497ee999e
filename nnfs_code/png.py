# --8<-- [start:ch22-png-imports]
"""PNG files: pictures as bytes, by the standard library and NumPy alone."""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnfs_code.arrays import complaint

Bytes: TypeAlias = NDArray[np.uint8]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KNOWN_CHUNKS = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
CHANNELS = {0: 1, 2: 3, 6: 4}  # colour type: grey, RGB, RGB with alpha
MOST_PIXELS = 4_000_000

# --8<-- [end:ch22-png-imports]


# --8<-- [start:ch22-read-png]
def read_png(path: str | os.PathLike[str]) -> Bytes:
    """Return the picture in a PNG file: rows from the top, each 0 to 255.

    Parameters
    ----------
    path : path
        A file of 8 bits per channel, grey, RGB or RGB with alpha, not
        interlaced, of at most 4 million pixels.

    Returns
    -------
    ndarray of uint8, shape (height, width), (height, width, 3) or
    (height, width, 4)

    Raises
    ------
    OSError, ValueError
        If there is no such file, or it is of another kind, or damaged.
    """
    data = Path(path).read_bytes()
    chunks = list(png_chunks(data))
    height, width, channels = png_shape(chunks[0])
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    lines = png_lines(packed, height, width * channels)
    rows = np.zeros((1 + height, width * channels), np.uint8)
    for at, line in enumerate(lines):  # row 0, of zeros, is above the first
        rows[at + 1] = unfiltered(int(line[0]), line[1:], rows[at], channels)
    shape = (height, width) if channels == 1 else (height, width, channels)
    return rows[1:].reshape(shape)


# --8<-- [end:ch22-read-png]


# --8<-- [start:ch22-png-chunks]
def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of each chunk of a PNG file, to its end.

    Raises
    ------
    ValueError
        If it is no PNG file, or a chunk is cut short or damaged, or of a
        kind that changes the picture and is not known here.
    """
    if not data.startswith(SIGNATURE):
        got = f"one that begins with {data[:8]!r}"
        raise ValueError(complaint("read_png", "a PNG file", got))
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        head = data[at : at + 8]
        length = int.from_bytes(head[:4], "big")
        kind, end = head[4:], at + 12 + length
        body, check = data[at + 8 : end - 4], data[end - 4 : end]
        if len(head) < 8 or end > len(data):
            got = f"{len(data)} bytes, which end inside a chunk"
            raise ValueError(complaint("read_png", "a whole PNG file", got))
        if zlib.crc32(kind + body).to_bytes(4, "big") != check:
            got = f"another one in the chunk {kind!r}: the file is damaged"
            raise ValueError(complaint("read_png", "its checksum", got))
        extra = not kind[:1].isupper() and kind != b"tRNS"
        if not extra and kind not in KNOWN_CHUNKS:
            got = f"one of {kind!r}"
            raise ValueError(complaint("read_png", "known chunks", got))
        yield kind, body
        at = end


# --8<-- [end:ch22-png-chunks]


# --8<-- [start:ch22-png-shape]
def png_shape(header: tuple[bytes, bytes]) -> tuple[int, int, int]:
    """Return height, width and channels, if the header is one we can read.

    Raises
    ------
    ValueError
        If it is of another kind of PNG, or the picture is too large.
    """
    kind, body = header
    if kind != b"IHDR" or len(body) != 13:
        got = f"the chunk {kind!r} of {len(body)} bytes"
        raise ValueError(complaint("read_png", "a header first", got))
    width, height, bits, colour, *ways = struct.unpack(">IIBBBBB", body)
    if bits != 8 or colour not in CHANNELS:
        expected = "8 bits per channel in grey, RGB or RGB with alpha"
        got = f"{bits} bits in colour type {colour}; save it anew as RGB"
        raise ValueError(complaint("read_png", expected, got))
    if ways != [0, 0, 0]:  # compression, filter, interlace
        expected = "a picture that is not interlaced"
        got = f"methods {ways}; save it anew without"
        raise ValueError(complaint("read_png", expected, got))
    if not 0 < width * height <= MOST_PIXELS:
        expected = f"1 to {MOST_PIXELS:,} pixels"
        got = f"{width} x {height}"
        raise ValueError(complaint("read_png", expected, got))
    return height, width, CHANNELS[colour]


# --8<-- [end:ch22-png-shape]


# --8<-- [start:ch22-png-lines]
def png_lines(packed: bytes, height: int, n_bytes: int) -> Bytes:
    """Return the unpacked lines, each with its filter's number in front.

    Unpacking stops one byte after what the header has announced.

    Raises
    ------
    ValueError
        If there is more or less in it, or it is damaged.
    """
    size = height * (1 + n_bytes)
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(packed, size + 1)
    except zlib.error as error:
        expected = "data that can be unpacked"
        raise ValueError(complaint("read_png", expected, error)) from None
    if len(raw) != size or not unpacker.eof:
        got = "more" if len(raw) > size else f"{len(raw)}, or no end"
        raise ValueError(complaint("read_png", f"{size} bytes of data", got))
    return np.frombuffer(raw, np.uint8).reshape(height, 1 + n_bytes)


# --8<-- [end:ch22-png-lines]


# --8<-- [start:ch22-unfiltered]
def unfiltered(kind: int, line: Bytes, above: Bytes, step: int) -> Bytes:
    """Return a line of bytes as they were before a filter was applied.

    Parameters
    ----------
    kind : int
        0 nothing; else the bytes are differences to: 1 the pixel to the
        left, 2 the one above, 3 their mean, 4 the `paeth` guess.
    step : int
        Bytes per pixel: so far to the left is the same channel.
    """
    if kind == 0:
        return line
    if kind == 1:  # uint8 wraps around at 256, as it shall
        pixels = line.reshape(-1, step)
        return np.cumsum(pixels, axis=0, dtype=np.uint8).ravel()
    if kind == 2:
        return line + above
    if kind not in (3, 4):
        raise ValueError(complaint("read_png", "a filter 0 to 4", kind))
    guess = mean_of_two if kind == 3 else paeth
    done = bytearray(step) + line.tobytes()
    up = bytes(step) + above.tobytes()
    for at in range(step, len(done)):
        guessed = guess(done[at - step], up[at], up[at - step])
        done[at] = (done[at] + guessed) % 256
    return np.frombuffer(bytes(done[step:]), np.uint8)


# --8<-- [end:ch22-unfiltered]


# --8<-- [start:ch22-guesses]
def mean_of_two(left: int, above: int, corner: int) -> int:
    """Return the mean of left and above, rounded down."""
    return (left + above) // 2


def paeth(left: int, above: int, corner: int) -> int:
    """Return that of the three that is nearest to left + above - corner.

    >>> paeth(100, 50, 40)
    100
    """
    goal = left + above - corner
    return min((left, above, corner), key=lambda value: abs(goal - value))


# --8<-- [end:ch22-guesses]
