# --8<-- [start:ch24-rules-imports]
"""What the rules of tensors do with arrays of slopes."""

from typing import Any, TypeAlias

import numpy as np

from nnfs_code.arrays import Array, complaint

Axes: TypeAlias = int | tuple[int, ...] | None

# --8<-- [end:ch24-rules-imports]


# --8<-- [start:ch24-sum-to]
def sum_to(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Return a gradient, summed along what broadcasting had stretched.

    >>> sum_to(np.ones((4, 3)), (1, 3))
    array([[4., 4., 4.]])
    """
    if gradient.shape == shape:
        return gradient
    new_axes = tuple(range(gradient.ndim - len(shape)))
    gradient = gradient.sum(axis=new_axes)
    stretched = tuple(axis for axis, side in enumerate(shape) if side == 1)
    return np.asarray(gradient.sum(axis=stretched, keepdims=True))


# --8<-- [end:ch24-sum-to]


# --8<-- [start:ch24-spread]
def same(gradient: Array) -> Array:
    """Return the gradient: the slope of a sum along each of its parts is 1."""
    return gradient


def spread(
    gradient: Array, shape: tuple[int, ...], axis: Axes, keepdims: bool
) -> Array:
    """Return the gradient of a sum along `axis`, for each of its entries.

    >>> spread(np.array([5.0, 7.0]), (2, 3), axis=1, keepdims=False)
    array([[5., 5., 5.],
           [7., 7., 7.]])
    """
    if axis is not None and not keepdims:
        gradient = np.expand_dims(gradient, axis)
    return np.broadcast_to(gradient, shape)


# --8<-- [end:ch24-spread]


# --8<-- [start:ch24-float-array]
def float_array(values: Any) -> Array:
    """Return a number or a plain array of floats as an array.

    Raises
    ------
    TypeError
        If it is anything else: an array of whole numbers, say, or a list.
    """
    if isinstance(values, int | float) and not isinstance(values, bool):
        values = np.float64(values)
    if isinstance(values, np.floating):
        values = np.asarray(values)
    if type(values) is not np.ndarray or values.dtype.char not in "fd":
        got = f"a {type(values).__name__}"
        if isinstance(values, np.ndarray):
            got += f" of dtype {values.dtype}"
        expected = "a number or a plain array of dtype float32 or float64"
        raise TypeError(complaint("Tensor", expected, got))
    found: Array = values
    return found


# --8<-- [end:ch24-float-array]


# --8<-- [start:ch24-wins]
def wins(one: Array, two: Array) -> Array:
    """Return 1 where the first is larger, 1/2 where they tie, else 0."""
    larger = (one > two).astype(one.dtype)
    larger += one >= two
    larger /= 2
    return larger


# --8<-- [end:ch24-wins]
