# --8<-- [start:ch03-arrays-imports]
"""The arrays that travel between layers, and the checks made on them."""

import math
from numbers import Integral
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Labels: TypeAlias = NDArray[np.integer[Any]]

# --8<-- [end:ch03-arrays-imports]


# --8<-- [start:ch03-complaint]
def complaint(owner: str, expected: str, got: object) -> str:
    """Return the message of an error: who expected what, and got what.

    >>> complaint("Dense", "inputs of shape (n_samples, 2)", (300, 3))
    'Dense expected inputs of shape (n_samples, 2), got (300, 3)'
    """
    return f"{owner} expected {expected}, got {got}"


# --8<-- [end:ch03-complaint]


# --8<-- [start:ch03-check-count]
def check_count(owner: str, name: str, value: int) -> int:
    """Return `value` as an int, if it is a whole number from 1 on.

    Raises
    ------
    TypeError, ValueError
        If it is anything else: 2.0, say, or True.

    >>> check_count("Dense", "n_inputs", np.int64(3))
    3
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Integral):
        expected = f"{name} as a whole number"
        raise TypeError(complaint(owner, expected, repr(value)))
    if value < 1:
        raise ValueError(complaint(owner, f"{name} of at least 1", value))
    return int(value)


# --8<-- [end:ch03-check-count]


# --8<-- [start:ch03-float-type]
def float_type(dtype: DTypeLike, owner: str) -> np.dtype[Any]:
    """Return `dtype` as NumPy's object, if it is float32 or float64.

    Raises
    ------
    TypeError
        If it is another: whole-number weights could take no small step.
    """
    found = np.dtype(dtype)
    if found not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(complaint(owner, "dtype float32 or float64", found))
    return found


# --8<-- [end:ch03-float-type]


# --8<-- [start:ch03-check-floats]
def check_floats(values: Array, owner: str, name: str = "inputs") -> None:
    """Raise an error unless `values` is an array of finite floats.

    Raises
    ------
    TypeError
        If `values` is not a plain array, or holds anything but floats.
    ValueError
        If `values` is empty, or holds NaN or infinity.
    """
    if type(values) is not np.ndarray:  # a matrix multiplies otherwise
        got = f"a {type(values).__name__}"
        raise TypeError(complaint(owner, f"{name} as a plain array", got))
    if values.dtype.char not in "fd":  # float32, float64
        expected = f"{name} of dtype float32 or float64"
        raise TypeError(complaint(owner, expected, values.dtype))
    if values.size == 0:
        got = f"an empty array of shape {values.shape}"
        raise ValueError(complaint(owner, f"{name} with samples", got))
    if not is_finite(values):
        got = "NaN or infinity"
        raise ValueError(complaint(owner, f"finite {name}", got))


# --8<-- [end:ch03-check-floats]


# --8<-- [start:ch03-is-finite]
def is_finite(values: Array) -> bool:
    """Return whether no entry is NaN or infinite.

    >>> is_finite(np.array([1.0, -2.0])), is_finite(np.array([1.0, np.nan]))
    (True, False)
    """
    # One NaN or infinity spoils the sum of squares, which takes one quick
    # pass. The sum may also overflow by itself: only then look at each entry.
    if math.isfinite(np.vdot(values, values)):
        return True
    return bool(np.isfinite(values).all())


# --8<-- [end:ch03-is-finite]


# --8<-- [start:ch03-check-batch]
def check_batch(
    inputs: Array, n_features: int, dtype: np.dtype[Any], owner: str
) -> None:
    """Raise an error unless `inputs` has shape (n_samples, `n_features`).

    Raises
    ------
    TypeError, ValueError
        As `check_floats` does, and for another shape, or another float type
        than `dtype`: mixing two would turn float32 into float64 unasked.
    """
    check_floats(inputs, owner)
    if inputs.ndim != 2 or inputs.shape[1] != n_features:
        expected = f"inputs of shape (n_samples, {n_features})"
        raise ValueError(complaint(owner, expected, inputs.shape))
    if inputs.dtype != dtype:
        got = f"{inputs.dtype}; convert them with inputs.astype(np.{dtype})"
        raise TypeError(complaint(owner, f"inputs of dtype {dtype}", got))


# --8<-- [end:ch03-check-batch]


# --8<-- [start:ch05-check-labels]
def check_labels(
    targets: Labels, n_samples: int, n_classes: int, owner: str
) -> Labels:
    """Return the class of each sample, from labels or from one-hot rows.

    Raises
    ------
    TypeError, ValueError
        If `targets` is neither (n_samples,) labels from 0 to n_classes - 1
        nor (n_samples, n_classes) rows with a single 1.
    """
    if type(targets) is not np.ndarray:
        got = f"a {type(targets).__name__}"
        raise TypeError(complaint(owner, "targets as a plain array", got))
    if targets.shape not in ((n_samples,), (n_samples, n_classes)):
        shapes = f"({n_samples},) or ({n_samples}, {n_classes})"
        expected = f"targets of shape {shapes}"
        raise ValueError(complaint(owner, expected, targets.shape))
    if targets.ndim == 2:
        return labels_of_one_hot(targets, owner)
    if targets.dtype.kind not in "iu":  # signed, unsigned
        expected = "labels of an integer dtype"
        raise TypeError(complaint(owner, expected, targets.dtype))
    lowest, highest = targets.min(), targets.max()
    if lowest < 0 or highest >= n_classes:
        got = f"{lowest} to {highest}"
        raise ValueError(complaint(owner, f"labels 0 to {n_classes - 1}", got))
    return targets


# --8<-- [end:ch05-check-labels]


# --8<-- [start:ch05-labels-of-one-hot]
def labels_of_one_hot(targets: Labels, owner: str) -> Labels:
    """Return the column of the single 1 in each row of `targets`.

    >>> labels_of_one_hot(np.array([[0, 1, 0], [1, 0, 0]]), "example")
    array([1, 0])
    """
    ones = targets == 1
    one_each = ones.sum(axis=1) == 1
    rest_zero = (ones | (targets == 0)).all(axis=1)
    wrong = np.flatnonzero(~(one_each & rest_zero))
    if wrong.size:
        got = f"{targets[wrong[0]]} in row {wrong[0]}"
        expected = "one-hot rows (a single 1, the rest 0)"
        raise ValueError(complaint(owner, expected, got))
    labels: Labels = ones.argmax(axis=1)
    return labels


# --8<-- [end:ch05-labels-of-one-hot]


# --8<-- [start:ch16-check-answers]
Answers: TypeAlias = NDArray[np.bool_] | NDArray[np.number[Any]]


def check_answers(
    targets: Answers, shape: tuple[int, ...], owner: str
) -> NDArray[np.bool_]:
    """Return which of the `targets` are a yes: True for 1, False for 0.

    Raises
    ------
    TypeError, ValueError
        If they are not an array of this very shape, of zeros and ones alone.

    >>> check_answers(np.array([1, 0]), (2,), "example")
    array([ True, False])
    """
    if type(targets) is not np.ndarray:
        got = f"a {type(targets).__name__}"
        raise TypeError(complaint(owner, "targets as a plain array", got))
    if targets.shape != shape:
        got = str(targets.shape)
        if targets.size == math.prod(shape):
            got += f"; turn them with targets.reshape{shape}"
        raise ValueError(complaint(owner, f"targets of shape {shape}", got))
    yes: NDArray[np.bool_] = targets == 1
    others = targets[~yes & (targets != 0)]
    if others.size:
        expected = "targets 1 for yes, 0 for no"
        raise ValueError(complaint(owner, expected, others[0]))
    return yes


# --8<-- [end:ch16-check-answers]
