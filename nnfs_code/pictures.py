# --8<-- [start:ch22-pictures-imports]
"""Pictures of one's own: read from a file, and made like those of training."""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnfs_code.arrays import Array, check_count, check_floats, complaint

Bytes: TypeAlias = NDArray[np.uint8]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 6: 4}  # colour type: grey, RGB, RGB with alpha
MOST_PIXELS = 4_000_000

# --8<-- [end:ch22-pictures-imports]


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
    above, rows = np.zeros(width * channels, np.uint8), []
    for line in lines:
        above = unfiltered(int(line[0]), line[1:], above, channels)
        rows.append(above)
    shape = (height, width) if channels == 1 else (height, width, channels)
    return np.stack(rows).reshape(shape)


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
        if kind[:1].isupper() and kind not in KNOWN_CHUNKS:
            got = f"one of {kind!r}"
            raise ValueError(complaint("read_png", "known chunks", got))
        yield kind, body
        at = end


# --8<-- [end:ch22-png-chunks]


# --8<-- [start:ch22-png-shape]
KNOWN_CHUNKS = (b"IHDR", b"PLTE", b"IDAT", b"IEND")


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

    No more is unpacked than the header has announced: a small file cannot
    fill the memory.

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


# --8<-- [start:ch22-check-picture]
def check_picture(picture: Array, owner: str) -> None:
    """Raise an error unless it is (height, width) of floats, 0 to 1.

    Raises
    ------
    TypeError, ValueError
        If it is something else: bytes 0 to 255, say.
    """
    check_floats(picture, owner, "a picture")
    if picture.ndim != 2:
        expected = "a picture of shape (height, width)"
        raise ValueError(complaint(owner, expected, picture.shape))
    low, high = picture.min(), picture.max()
    if low < 0 or high > 1:
        got = f"{low:.4g} to {high:.4g}"
        raise ValueError(complaint(owner, "brightness from 0 to 1", got))


# --8<-- [end:ch22-check-picture]


# --8<-- [start:ch22-grey]
def grey(picture: Bytes) -> Array:
    """Return the brightness of a picture of bytes, as floats 0 to 1.

    What an alpha channel calls transparent becomes white.

    Raises
    ------
    TypeError, ValueError
        If it is not an array of uint8, of one of the shapes of `read_png`.

    >>> grey(np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8)).round(3)
    array([[1.   , 0.299]])
    """
    if type(picture) is not np.ndarray or picture.dtype != np.uint8:
        got = getattr(picture, "dtype", f"a {type(picture).__name__}")
        raise TypeError(complaint("grey", "an array of uint8", got))
    shape = picture.shape
    if not picture.size or not (len(shape) == 2 or shape[2:] in ((3,), (4,))):
        expected = "a picture of shape (height, width), or with 3 or 4 behind"
        raise ValueError(complaint("grey", expected, shape))
    values = picture / 255  # float64
    if values.ndim == 2:
        return values
    brightness: Array = values[..., :3] @ np.array([0.299, 0.587, 0.114])
    if shape[2] == 4:
        alpha = values[..., 3]
        brightness = alpha * brightness + (1 - alpha)
    return np.clip(brightness, 0, 1)


# --8<-- [end:ch22-grey]


# --8<-- [start:ch22-invert]
def invert(picture: Array) -> Array:
    """Return light for dark and dark for light.

    >>> invert(np.array([[0.0, 0.25, 1.0]]))
    array([[1.  , 0.75, 0.  ]])
    """
    check_picture(picture, "invert")
    inverted: Array = 1 - picture
    return inverted


# --8<-- [end:ch22-invert]


# --8<-- [start:ch22-edge]
def edge(picture: Array) -> Array:
    """Return the pixels of the first and last row and column.

    >>> edge(np.array([[0.1, 0.2], [0.3, 0.4]]))
    array([0.1, 0.2, 0.3, 0.4, 0.1, 0.3, 0.2, 0.4])
    """
    check_picture(picture, "edge")
    ends = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
    return np.concatenate(ends)


# --8<-- [end:ch22-edge]


# --8<-- [start:ch22-stretch]
def stretch(picture: Array, black: float) -> Array:
    """Return the picture with `black` at 0 and its brightest pixel at 1.

    What is darker than `black` becomes 0 too.

    >>> stretch(np.array([[0.25, 0.5, 0.75]]), 0.25)
    array([[0. , 0.5, 1. ]])
    """
    check_picture(picture, "stretch")
    lifted: Array = np.maximum(picture - black, 0)
    brightest = lifted.max()
    return lifted / brightest if brightest > 0 else lifted


# --8<-- [end:ch22-stretch]


# --8<-- [start:ch22-centre]
def centre(picture: Array, threshold: float = 0.0) -> Array:
    """Return the part that is brighter than `threshold`, in a black square.

    The square is as long as the longer side of that part. A picture in
    which nothing is brighter is returned as a black square.

    >>> centre(np.array([[0.0, 0.0, 0.5], [0.0, 0.0, 1.0]]))
    array([[0.5, 0. ],
           [1. , 0. ]])
    """
    check_picture(picture, "centre")
    rows = np.flatnonzero((picture > threshold).any(axis=1))
    columns = np.flatnonzero((picture > threshold).any(axis=0))
    if not rows.size:
        return np.zeros((max(picture.shape),) * 2, picture.dtype)
    part = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = part.shape
    side = max(height, width)
    square = np.zeros((side, side), picture.dtype)
    # An odd pixel goes above and to the left, as in the training pictures.
    top, left = (side - height + 1) // 2, (side - width + 1) // 2
    square[top : top + height, left : left + width] = part
    return square


# --8<-- [end:ch22-centre]


# --8<-- [start:ch22-shares]
def shares(n_old: int, n_new: int) -> Array:
    """Return which share each old pixel has in each new one.

    Row i belongs to the new pixel i; it sums to 1.

    >>> shares(3, 2).round(3)
    array([[0.667, 0.333, 0.   ],
           [0.   , 0.333, 0.667]])
    """
    edges = np.linspace(0, n_old, n_new + 1)
    old = np.arange(n_old)
    lefts = np.maximum(edges[:-1, np.newaxis], old)
    rights = np.minimum(edges[1:, np.newaxis], old + 1)
    overlaps: Array = np.maximum(rights - lefts, 0)
    return overlaps * (n_new / n_old)


# --8<-- [end:ch22-shares]


# --8<-- [start:ch22-shrink]
def shrink(picture: Array, size: int) -> Array:
    """Return the picture in `size` by `size` pixels, each a mean.

    A new pixel is the mean of all that lies under it, by area.

    >>> shrink(np.array([[0.0, 1.0], [1.0, 1.0]]), 1)
    array([[0.75]])
    """
    check_picture(picture, "shrink")
    size = check_count("shrink", "size", size)
    rows, columns = (shares(n, size) for n in picture.shape)
    small: Array = np.clip(rows @ picture @ columns.T, 0, 1)
    return small.astype(picture.dtype)


# --8<-- [end:ch22-shrink]


# --8<-- [start:ch22-prepared]
def prepared(picture: Bytes, size: int = 28, threshold: float = 0.2) -> Array:
    """Return a photo of one thing as a picture like those of training.

    The background, which is what most of the edge shows, becomes black; the
    brightest pixel becomes white; the thing fills the square.

    Parameters
    ----------
    threshold : float
        What is darker than this, on black, is background: noise, a shadow.

    Returns
    -------
    ndarray of float64, shape (size, size), from 0 to 1
    """
    bright = grey(picture)
    if np.median(edge(bright)) > 0.5:
        bright = invert(bright)
    thing = stretch(bright, float(np.median(edge(bright))))
    return shrink(centre(thing, threshold), size)


# --8<-- [end:ch22-prepared]
