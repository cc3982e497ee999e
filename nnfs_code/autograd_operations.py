# --8<-- [start:ch24-operations-imports]
"""Functions of tensors: what NumPy calls by the same names, recorded."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnfs_code.arrays import complaint
from nnfs_code.autograd import Tensor, operand, record, together
from nnfs_code.autograd_rules import wins

# --8<-- [end:ch24-operations-imports]


# --8<-- [start:ch24-exp]
def exp(tensor: Tensor) -> Tensor:
    """Return e to the power of each entry; its slope is the value itself."""
    values = np.exp(tensor.values)
    return record("exp", values, (tensor, lambda gradient: gradient * values))


# --8<-- [end:ch24-exp]


# --8<-- [start:ch24-log]
def log(tensor: Tensor) -> Tensor:
    """Return the natural logarithm of each entry.

    >>> x = Tensor(4.0, requires_grad=True)
    >>> log(x).backward()
    >>> float(x.gradient)
    0.25
    """
    a = tensor.values
    return record("log", np.log(a), (tensor, lambda gradient: gradient / a))


# --8<-- [end:ch24-log]


# --8<-- [start:ch24-tanh]
def tanh(tensor: Tensor) -> Tensor:
    """Return the hyperbolic tangent of each entry."""
    values = np.tanh(tensor.values)
    return record(
        "tanh",
        values,
        (tensor, lambda gradient: gradient * (1 - values**2)),
    )


# --8<-- [end:ch24-tanh]


# --8<-- [start:ch24-maximum]
def maximum(one: Tensor, two: Any) -> Tensor:
    """Return the larger of two entries; at a tie each gets half the gradient.

    >>> x = Tensor(np.array([-1.0, 0.0, 2.0]), requires_grad=True)
    >>> maximum(x, 0).sum().backward()
    >>> x.gradient
    array([0. , 0.5, 1. ])
    """
    other = operand(two, one)
    a, b = one.values, other.values
    return record(
        "maximum",
        together(np.maximum, one, other),
        (one, lambda gradient: gradient * wins(a, b)),
        (other, lambda gradient: gradient * wins(b, a)),
    )


# --8<-- [end:ch24-maximum]


# --8<-- [start:ch24-concatenate]
def concatenate(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Return the tensors one after the other along an axis.

    Raises
    ------
    ValueError
        If there is none, or if they differ along another axis.
    """
    try:
        values = np.concatenate([t.values for t in tensors], axis=axis)
    except ValueError as error:
        expected = f"shapes that differ along axis {axis} alone"
        got = [t.shape for t in tensors]
        raise ValueError(complaint("concatenate", expected, got)) from error
    sides = [t.shape[axis] for t in tensors]
    ends = np.cumsum(sides)
    pairs = []
    for tensor, side, end in zip(tensors, sides, ends, strict=True):
        places = range(end - side, end)
        pairs.append((tensor, lambda g, p=places: np.take(g, p, axis)))
    return record("concatenate", values, *pairs)


# --8<-- [end:ch24-concatenate]
