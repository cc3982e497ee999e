# --8<-- [start:ch26-correlation-imports]
"""Windows that slide over pictures: the arithmetic of a convolution."""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nnfs_code.arrays import Array, check_floats, complaint

PIECE = 2**20  # bytes that are worked on at a time, to stay in a cache

# --8<-- [end:ch26-correlation-imports]


# --8<-- [start:ch26-innermost]
def innermost(images: Array) -> Array:
    """Return (n, channels, height, width) as (channels, height, width, n).

    Nothing is copied if it lies in memory that way already.

    >>> innermost(np.zeros((5, 3, 28, 20))).shape
    (3, 28, 20, 5)
    """
    return np.ascontiguousarray(images.transpose(1, 2, 3, 0))


def outermost(images: Array) -> Array:
    """Return a view of (channels, height, width, n) with n in front."""
    return images.transpose(3, 0, 1, 2)


# --8<-- [end:ch26-innermost]


# --8<-- [start:ch26-pieces]
def pieces(count: int, n_bytes: int) -> Iterator[slice]:
    """Yield slices of `count` things that take up `n_bytes` all together.

    Each slice takes up at most `PIECE` bytes, or is one thing if that is more.

    >>> list(pieces(5, 2 * PIECE))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = max(1, PIECE * count // n_bytes)
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


# --8<-- [end:ch26-pieces]


# --8<-- [start:ch26-windows]
def windows(images: Array, size: int, stride: int, dilation: int) -> Array:
    """Return all windows of images with the batch innermost, as a view.

    Its shape is (channels, size, size, n_rows, n_columns, n_samples): which
    number of a window, then which window. Nothing is copied.

    >>> picture = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> windows(picture, 2, 2, 1)[0, :, :, 0, 1, 0]
    array([[2., 3.],
           [6., 7.]])
    """
    span = dilation * (size - 1) + 1
    view = sliding_window_view(images, (span, span), axis=(1, 2))
    view = view[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return view.transpose(0, 4, 5, 1, 2, 3)


# --8<-- [end:ch26-windows]


# --8<-- [start:ch26-correlate]
def correlate(
    images: Array, weights: Array, stride: int = 1, dilation: int = 1
) -> Array:
    """Return the answers of all filters at all places.

    `images` are (channels, height, width, n_samples), `weights` are
    (n_filters, channels, size, size), and the answers have the shape
    (n_filters, n_rows, n_columns, n_samples).
    """
    found = windows(images, weights.shape[-1], stride, dilation)
    table = weights.reshape(len(weights), -1)  # one row per filter
    outputs = np.empty((len(weights), *found.shape[3:]), images.dtype)
    for rows in pieces(len(outputs[0]), found.nbytes):
        columns = found[:, :, :, rows].reshape(len(table[0]), -1)  # a copy
        answers = outputs[:, rows]
        answers[:] = (table @ columns).reshape(answers.shape)
    return outputs


# --8<-- [end:ch26-correlate]


# --8<-- [start:ch26-weight-slopes]
def weight_slopes(
    images: Array, slopes: Array, size: int, stride: int, dilation: int
) -> Array:
    """Return the gradient for the weights of `correlate`.

    `slopes` are the gradient for its answers, in their shape.
    """
    found = windows(images, size, stride, dilation)
    n_filters, n_weights = len(slopes), found[..., 0, 0, 0].size
    total = np.zeros((n_weights, n_filters), images.dtype)
    for rows in pieces(len(slopes[0]), found.nbytes):
        columns = found[:, :, :, rows].reshape(n_weights, -1)
        total += columns @ slopes[:, rows].reshape(n_filters, -1).T
    return total.T.reshape(n_filters, -1, size, size)


# --8<-- [end:ch26-weight-slopes]


# --8<-- [start:ch26-image-slopes]
def image_slopes(
    slopes: Array,
    weights: Array,
    shape: tuple[int, ...],
    padding: int,
    stride: int,
    dilation: int,
) -> Array:
    """Return the gradient for images of this shape, less their padding.

    The slopes are spread out, `stride` apart among zeros, and correlated
    with the filters, each of them turned by half a turn.
    """
    border = dilation * (weights.shape[-1] - 1)  # how far a window reaches
    high, wide = shape[1] + border, shape[2] + border
    room = np.zeros((len(slopes), high, wide, shape[3]), slopes.dtype)
    spread = room[:, border::stride, border::stride]
    spread[:, : slopes.shape[1], : slopes.shape[2]] = slopes
    inside = slice(padding, -padding or None)
    turned = weights[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    return correlate(room[:, inside, inside], turned, 1, dilation)


# --8<-- [end:ch26-image-slopes]


# --8<-- [start:ch26-check-images]
def check_images(inputs: Array, owner: str) -> Array:
    """Return `inputs` with the batch innermost, if they are pictures.

    Raises
    ------
    TypeError, ValueError
        As `check_floats` does, and for another shape than (n_samples,
        channels, height, width).
    """
    if type(inputs) is np.ndarray and inputs.ndim == 4 and inputs.size:
        images = innermost(inputs)
        check_floats(images, owner)  # quick: in the order of the memory
        return images
    check_floats(inputs, owner)
    expected = "inputs of shape (n_samples, channels, height, width)"
    raise ValueError(complaint(owner, expected, inputs.shape))


def check_room(owner: str, span: int, shape: tuple[int, ...]) -> None:
    """Raise an error if a window of this span does not fit."""
    if min(shape[1:3]) < span:
        expected = f"pictures of at least {span} by {span}, padding included"
        got = f"{shape[1]} by {shape[2]}"
        raise ValueError(complaint(owner, expected, got))


# --8<-- [end:ch26-check-images]
