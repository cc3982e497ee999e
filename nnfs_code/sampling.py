# --8<-- [start:ch30-sampling-imports]
"""Drawing the next token: temperature, top-k, top-p."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnfs_code.arrays import (
    Array,
    Labels,
    check_between,
    check_count,
    check_floats,
    complaint,
)

# --8<-- [end:ch30-sampling-imports]


# --8<-- [start:ch30-tempered]
def tempered(probabilities: Array, temperature: float) -> Array:
    """Return probabilities**(1 / temperature), made to sum to 1 per row.

    >>> tempered(np.array([[0.8, 0.2]]), 0.5).round(3)
    array([[0.941, 0.059]])
    """
    check_between("tempered", "temperature", temperature, 0, np.inf)
    check_chances(probabilities, "tempered")
    with np.errstate(divide="ignore", over="ignore"):
        logs = np.log(probabilities)  # log 0 is -inf, and exp of it is 0
        logs = (logs - logs.max(axis=1, keepdims=True)) / temperature
    return to_one(np.exp(logs))


# --8<-- [end:ch30-tempered]


# --8<-- [start:ch30-top-k]
def top_k(probabilities: Array, k: int) -> Array:
    """Return the `k` largest per row, made to sum to 1, the rest 0.

    >>> top_k(np.array([[0.5, 0.3, 0.2]]), 2)
    array([[0.625, 0.375, 0.   ]])
    """
    check_count("top_k", "k", k)
    check_chances(probabilities, "top_k")
    ranks = (-probabilities).argsort(axis=1, kind="stable").argsort(axis=1)
    return to_one(np.where(ranks < k, probabilities, 0))


# --8<-- [end:ch30-top-k]


# --8<-- [start:ch30-top-p]
def top_p(probabilities: Array, share: float) -> Array:
    """Return the fewest tokens per row that hold `share`, the rest 0.

    References
    ----------
    Holtzman and others (2020), section 3.1.

    >>> top_p(np.array([[0.5, 0.3, 0.2]]), 0.6)
    array([[0.625, 0.375, 0.   ]])
    """
    check_between("top_p", "share", share, 0, 1)
    check_chances(probabilities, "top_p")
    order = (-probabilities).argsort(axis=1, kind="stable")
    falling = np.take_along_axis(probabilities, order, axis=1)
    before = np.cumsum(falling, axis=1) - falling  # of the larger ones
    kept = np.zeros_like(probabilities)
    np.put_along_axis(kept, order, np.where(before < share, falling, 0), 1)
    return to_one(kept)


# --8<-- [end:ch30-top-p]


# --8<-- [start:ch30-draw]
def draw(probabilities: Array, *, rng: np.random.Generator) -> Labels:
    """Return a token per row, each with its probability.

    >>> draw(np.array([[0.0, 1.0], [1.0, 0.0]]), rng=np.random.default_rng(0))
    array([1, 0])
    """
    check_chances(probabilities, "draw")
    sums = np.cumsum(probabilities, axis=1)
    levels = rng.random((len(sums), 1)) * sums[:, -1:]
    tokens: Labels = (sums <= levels).sum(axis=1)
    return tokens


# --8<-- [end:ch30-draw]


# --8<-- [start:ch30-generate]
def generate(
    probabilities: Callable[[Any], Array],
    context: Array | Labels,
    n: int,
    *,
    rng: np.random.Generator,
    shaped: Callable[[Array], Array] | None = None,
) -> Labels:
    """Return `n` tokens, each drawn and appended to the context.

    Parameters
    ----------
    probabilities : callable
        From contexts of shape (1, size) to rows of shape (1, n_tokens).
    context : ndarray, shape (size,)
        What stands before the first token.
    shaped : callable, optional
        What is done to the rows before drawing, `top_k` say.
    """
    tokens = []
    for _ in range(check_count("generate", "n", n)):
        rows = probabilities(context[np.newaxis])
        token = draw(shaped(rows) if shaped else rows, rng=rng)
        context = np.append(context[1:], token.astype(context.dtype))
        tokens.append(token)
    return np.concatenate(tokens)


# --8<-- [end:ch30-generate]


# --8<-- [start:ch30-check-chances]
def check_chances(probabilities: Array, owner: str) -> None:
    """Raise an error unless each row is of probabilities that sum to 1.

    Raises
    ------
    TypeError, ValueError
        If they are not floats of shape (n, n_tokens), or do not.
    """
    check_floats(probabilities, owner, "probabilities")
    expected = "rows of probabilities that sum to 1"
    if probabilities.ndim != 2 or probabilities.min() < 0:
        got = f"shape {probabilities.shape} from {probabilities.min()}"
        raise ValueError(complaint(owner, expected, got))
    sums = probabilities.sum(axis=1)
    if np.abs(sums - 1).max() > 1e-4:
        got = f"a sum of {sums[np.abs(sums - 1).argmax()]:.4g}"
        raise ValueError(complaint(owner, expected, got))


def to_one(values: Array) -> Array:
    """Return the rows, each divided by its sum."""
    rows: Array = values / values.sum(axis=1, keepdims=True)
    return rows


# --8<-- [end:ch30-check-chances]
