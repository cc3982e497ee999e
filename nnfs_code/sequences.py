# --8<-- [start:ch28-sequences-imports]
"""Sequences: two tasks that ask for memory, and unequal lengths."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnfs_code.arrays import (
    Array,
    Labels,
    check_count,
    check_floats,
    complaint,
    float_type,
)

# --8<-- [end:ch28-sequences-imports]


# --8<-- [start:ch28-echo]
def echo(
    n_samples: int,
    n_steps: int,
    delay: int,
    *,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> tuple[Array, Labels]:
    """Return random bits, and the same bits `delay` steps later.

    Returns
    -------
    inputs : ndarray, shape (n_samples, n_steps, 1)
    targets : ndarray of int, shape (n_samples, n_steps)
        The first `delay` are 0: before the sequence there was silence.

    >>> bits, heard = echo(1, 6, 2, rng=np.random.default_rng(0))
    >>> bits[0, :, 0]
    array([1., 1., 1., 0., 0., 0.], dtype=float32)
    >>> heard
    array([[0, 0, 1, 1, 1, 0]])
    """
    n_samples = check_count("echo", "n_samples", n_samples)
    n_steps = check_count("echo", "n_steps", n_steps)
    delay = check_count("echo", "delay", delay)
    bits = rng.integers(0, 2, (n_samples, n_steps))
    targets = np.zeros_like(bits)
    targets[:, delay:] = bits[:, :-delay]
    return bits[..., np.newaxis].astype(float_type(dtype, "echo")), targets


# --8<-- [end:ch28-echo]


# --8<-- [start:ch28-adding]
def adding(
    n_samples: int,
    n_steps: int,
    *,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> tuple[Array, Array]:
    """Return numbers of which two are marked, and the sum of these two.

    The numbers are drawn evenly from 0 to 1. One mark is somewhere in the
    first half of the steps, and one in the rest.

    Returns
    -------
    inputs : ndarray, shape (n_samples, n_steps, 2)
        A number and its mark, 1 or 0, at each step.
    targets : ndarray, shape (n_samples, 1)

    References
    ----------
    Hochreiter and Schmidhuber (1997), section 5.4, with other ranges,
    other places for the marks, and one length.

    >>> inputs, sums = adding(1, 4, rng=np.random.default_rng(0))
    >>> inputs[0, :, 1]
    array([1., 0., 0., 1.], dtype=float32)
    """
    n_samples = check_count("adding", "n_samples", n_samples)
    n_steps = check_count("adding", "n_steps", n_steps)
    if n_steps < 2:
        raise ValueError(complaint("adding", "n_steps of at least 2", n_steps))
    inputs = np.zeros((n_samples, n_steps, 2), float_type(dtype, "adding"))
    inputs[..., 0] = rng.random((n_samples, n_steps))
    rows, half = np.arange(n_samples), n_steps // 2
    inputs[rows, rng.integers(0, half, n_samples), 1] = 1
    inputs[rows, rng.integers(half, n_steps, n_samples), 1] = 1
    targets: Array = inputs.prod(axis=2).sum(axis=1, keepdims=True)
    return inputs, targets


# --8<-- [end:ch28-adding]


# --8<-- [start:ch28-padded]
def padded(
    sequences: Sequence[Array], value: float = 0.0
) -> tuple[Array, Labels]:
    """Return sequences of unequal length as one array, and their lengths.

    Parameters
    ----------
    sequences : list of ndarray, each of shape (its length, n_inputs)
    value : float
        What fills the steps after the end of a shorter one.

    >>> short, long = np.full((1, 1), 5.0), np.full((3, 1), 7.0)
    >>> inputs, lengths = padded([short, long])
    >>> inputs[..., 0], lengths
    (array([[5., 0., 0.],
           [7., 7., 7.]]), array([1, 3]))
    """
    if not isinstance(sequences, list | tuple) or not sequences:
        expected = "a list of sequences, at least one"
        raise ValueError(complaint("padded", expected, repr(sequences)))
    first = sequences[0]
    for one in sequences:
        check_floats(one, "padded", "sequences")
        same = one.ndim == 2 and one.shape[1:] == first.shape[1:]
        if not same or one.dtype != first.dtype:
            expected = "sequences of shape (length, n_inputs), of one dtype"
            raise ValueError(complaint("padded", expected, one.shape))
    lengths = np.array([len(one) for one in sequences])
    shape = len(sequences), lengths.max(), first.shape[1]
    inputs = np.full(shape, value, first.dtype)
    for row, one in zip(inputs, sequences, strict=True):
        row[: len(one)] = one
    return inputs, lengths


# --8<-- [end:ch28-padded]


# --8<-- [start:ch28-real-steps]
def real_steps(lengths: Labels, n_steps: int) -> NDArray[np.bool_]:
    """Return which steps are real: a mask, shape (n_samples, n_steps).

    >>> real_steps(np.array([1, 3]), 3).astype(int)
    array([[1, 0, 0],
           [1, 1, 1]])
    """
    found: NDArray[np.bool_] = np.arange(n_steps) < lengths[:, np.newaxis]
    return found


def lengths_of(inputs: Array, value: float) -> Labels:
    """Return the lengths of sequences that were padded with `value`.

    A step at the end that is `value` throughout counts as padding. The
    first step counts as real, whatever it holds.

    >>> lengths_of(np.array([[[5.0], [0], [7], [0]]]), 0.0)
    array([3])
    """
    real = (inputs != value).any(axis=2)
    real[:, 0] = True
    n_steps = real.shape[1]
    lengths: Labels = n_steps - real[:, ::-1].argmax(axis=1)
    return lengths


# --8<-- [end:ch28-real-steps]


# --8<-- [start:ch28-check-lengths]
def check_lengths(
    lengths: Labels | None, n_samples: int, n_steps: int, owner: str
) -> Labels:
    """Return the lengths of all sequences: all `n_steps`, if None.

    Raises
    ------
    TypeError, ValueError
        If they are not `n_samples` whole numbers from 1 to `n_steps`.
    """
    if lengths is None:
        return np.full(n_samples, n_steps)
    if type(lengths) is not np.ndarray or lengths.dtype.kind not in "iu":
        got = f"a {type(lengths).__name__}"
        if isinstance(lengths, np.ndarray):
            got += f" of {lengths.dtype}"
        expected = "lengths as a plain array of whole numbers"
        raise TypeError(complaint(owner, expected, got))
    if lengths.shape != (n_samples,):
        expected = f"lengths of shape ({n_samples},)"
        raise ValueError(complaint(owner, expected, lengths.shape))
    if lengths.min() < 1 or lengths.max() > n_steps:
        got = f"{lengths.min()} to {lengths.max()}"
        raise ValueError(complaint(owner, f"lengths 1 to {n_steps}", got))
    return lengths.astype(int)


# --8<-- [end:ch28-check-lengths]


# --8<-- [start:ch28-check-sequences]
def check_sequences(
    inputs: Array, n_inputs: int, dtype: np.dtype[Any], owner: str
) -> None:
    """Raise an error unless `inputs` are sequences for a layer.

    Raises
    ------
    TypeError, ValueError
        If they are not finite floats of the layer's type, of shape
        (n_samples, n_steps, n_inputs).
    """
    check_floats(inputs, owner)
    if inputs.ndim != 3 or inputs.shape[2] != n_inputs:
        expected = f"inputs of shape (n_samples, n_steps, {n_inputs})"
        raise ValueError(complaint(owner, expected, inputs.shape))
    if inputs.dtype != dtype:
        expected = f"inputs of dtype {dtype}"
        raise TypeError(complaint(owner, expected, inputs.dtype))


# --8<-- [end:ch28-check-sequences]


# --8<-- [start:ch31-repeats]
def repeats(
    n_samples: int, n_steps: int, n_tokens: int, *, rng: np.random.Generator
) -> tuple[Labels, Labels, NDArray[np.bool_]]:
    """Return patterns that repeat, and what comes next at each step.

    A pattern has a random length, from a quarter to half of the steps, and
    no token twice. Unless it is the longest, nothing tells when it begins
    anew; from the second step of the repeat on, the token before tells what
    will follow.

    Returns
    -------
    inputs, targets : ndarray of int, shape (n_samples, n_steps)
    known : ndarray of bool, shape (n_samples, n_steps)
        At which steps the token has come before: it tells the target.

    >>> inputs, targets, known = repeats(1, 8, 9, rng=np.random.default_rng(1))
    >>> print(inputs, targets, known.astype(int), sep="\\n")
    [[7 0 1 4 7 0 1 4]]
    [[0 1 4 7 0 1 4 7]]
    [[0 0 0 0 1 1 1 1]]
    """
    n_samples = check_count("repeats", "n_samples", n_samples)
    n_steps = check_count("repeats", "n_steps", n_steps)
    longest, steps = n_steps // 2, np.arange(n_steps + 1)
    if n_steps < 4 or n_tokens < longest:
        expected = "4 or more steps, and a token for each of half of them"
        got = f"{n_steps} steps and {n_tokens} tokens"
        raise ValueError(complaint("repeats", expected, got))
    order = rng.permuted(np.tile(np.arange(n_tokens), (n_samples, 1)), axis=1)
    lengths = rng.integers(n_steps // 4, longest + 1, (n_samples, 1))
    tokens = np.take_along_axis(order, steps % lengths, axis=1)
    return tokens[:, :-1], tokens[:, 1:], steps[:-1] >= lengths


# --8<-- [end:ch31-repeats]
