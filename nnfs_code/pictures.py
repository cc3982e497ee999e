# --8<-- [start:ch22-pictures-imports]
"""Pictures of one's own, made like those that a model was trained on."""

import numpy as np

from nnfs_code.arrays import Array, check_count, check_floats, complaint
from nnfs_code.png import Bytes

# --8<-- [end:ch22-pictures-imports]


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
    array([[0. , 0.5],
           [0. , 1. ]])
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
    # An odd pixel goes above and to the left, as in most of training.
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

    The wall is light (above 0.5) and the thing darker, or the wall is dark
    and the thing lighter; else `stretch` makes the thing black too. The
    wall, which is what most of the edge shows, becomes about black; the
    brightest pixel becomes white; the thing's longer side fills the square.
    Shrinking comes last and takes means: the result may end below 1.

    Parameters
    ----------
    threshold : float
        What is not brighter than this, on black, does not count when the
        thing is cut out: noise, a shadow.

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
