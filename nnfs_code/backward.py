# --8<-- [start:ch09-kept-by-forward]
"""The backward pass: the checks that every one of them makes."""

from typing import Any

import numpy as np

from nnfs_code.arrays import Array, complaint


def kept_by_forward(layer: object, name: str) -> Array:
    """Return the array that `forward` kept in the attribute `name`.

    Raises
    ------
    RuntimeError
        If there is none yet.
    """
    if not hasattr(layer, name):
        owner = f"{type(layer).__name__}.backward"
        raise RuntimeError(f"{owner} expected forward to be called first")
    kept: Array = getattr(layer, name)
    return kept


# --8<-- [end:ch09-kept-by-forward]


# --8<-- [start:ch09-check-d-outputs]
def check_d_outputs(
    layer: object,
    d_outputs: Array,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
) -> None:
    """Raise an error unless `d_outputs` fits the outputs of `layer`.

    Raises
    ------
    TypeError, ValueError
        If it is not a plain array, or its shape or float type differs.
    """
    owner = f"{type(layer).__name__}.backward"
    if type(d_outputs) is not np.ndarray:
        got = f"a {type(d_outputs).__name__}"
        raise TypeError(complaint(owner, "d_outputs as a plain array", got))
    if d_outputs.shape != shape:
        expected = f"d_outputs of shape {shape}"
        raise ValueError(complaint(owner, expected, d_outputs.shape))
    if d_outputs.dtype != dtype:
        expected = f"d_outputs of dtype {dtype}"
        raise TypeError(complaint(owner, expected, d_outputs.dtype))


# --8<-- [end:ch09-check-d-outputs]
