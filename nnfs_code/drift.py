# --8<-- [start:ch37-drift-imports]
"""Drift: whether what comes in, or what comes out, is as it was."""

import math
from typing import NamedTuple

import numpy as np

from nnfs_code.arrays import (
    Answers,
    Array,
    check_answers,
    check_count,
    check_floats,
    complaint,
)
from nnfs_code.calibration import check_chances

# --8<-- [end:ch37-drift-imports]


# --8<-- [start:ch37-check-columns]
def check_columns(before: Array, after: Array, owner: str) -> None:
    """Raise an error unless both are columns of finite floats."""
    for name, values in (("before", before), ("after", after)):
        check_floats(values, owner, name)
        if values.ndim != 1:
            expected = f"{name} of shape (n_samples,)"
            raise ValueError(complaint(owner, expected, values.shape))


# --8<-- [end:ch37-check-columns]


# --8<-- [start:ch37-stability-index]
def stability_index(before: Array, after: Array, *, n_bins: int = 10) -> float:
    """Return the population stability index of a column.

    The bins hold equal shares of `before`, as far as equal values allow. An
    empty bin counts as half a sample, since a share of 0 has no logarithm.

    >>> before = np.arange(100.0)
    >>> stability_index(before, before)
    0.0
    >>> round(stability_index(before, before / 2), 2)
    1.68
    """
    check_columns(before, after, "stability_index")
    n_bins = check_count("stability_index", "n_bins", n_bins)
    cuts = np.quantile(before, np.arange(1, n_bins) / n_bins)
    cuts = np.unique(cuts)
    was, now = (
        np.maximum(
            np.bincount(
                np.searchsorted(cuts, v, "right"), minlength=len(cuts) + 1
            ),
            0.5,
        )
        / len(v)
        for v in (before, after)
    )
    return float(((now - was) * np.log(now / was)).sum())


# --8<-- [end:ch37-stability-index]


# --8<-- [start:ch37-two-samples]
class Distance(NamedTuple):
    """How far two samples are apart, and how often chance gets as far.

    >>> Distance(0.5, 0.01).chance
    0.01
    """

    distance: float
    chance: float


def two_samples(before: Array, after: Array) -> Distance:
    """Compare two columns: the largest gap between their cumulative shares.

    This is the test of Kolmogorov and Smirnov. The chance is its limit for
    many samples; with equal values in the columns the true one is smaller.

    >>> two_samples(np.arange(50.0), np.arange(50.0)).chance
    1.0
    """
    check_columns(before, after, "two_samples")
    values = np.concatenate((before, after))
    below = [
        np.searchsorted(np.sort(column), values, "right") / len(column)
        for column in (before, after)
    ]
    distance = float(np.abs(below[0] - below[1]).max())
    size = len(before) * len(after) / len(values)
    return Distance(distance, tail(math.sqrt(size) * distance))


def tail(size: float) -> float:
    """Return how often a distance times the root of n is at least `size`."""
    if size < 0.2:
        return 1.0  # to 12 digits; the sum below takes long to settle there
    terms = (
        (-1) ** (k - 1) * math.exp(-2 * (k * size) ** 2) for k in range(1, 101)
    )
    return min(1.0, 2 * math.fsum(terms))


# --8<-- [end:ch37-two-samples]


# --8<-- [start:ch37-surprise]
class Surprise(NamedTuple):
    """Yeses that were expected, that came, and how unlikely that is.

    >>> Surprise(40.0, 50, 2.0).found
    50
    """

    expected: float
    found: int
    deviations: float  # standard deviations from what was expected


def surprise(probabilities: Array, targets: Answers) -> Surprise:
    """Compare the yeses that came with the sum of their probabilities.

    If the probabilities are true and the samples independent, it is beyond
    2 deviations to either side in about one case of twenty.

    >>> found = surprise(np.full(100, 0.4), np.repeat([1, 0], 50))
    >>> round(found.deviations, 2)
    2.04
    """
    check_chances(probabilities, "surprise")
    yes = check_answers(targets, probabilities.shape, "surprise")
    expected = float(probabilities.sum())
    spread = math.sqrt(float((probabilities * (1 - probabilities)).sum()))
    found = int(yes.sum())
    if spread == 0:
        wanted = "probabilities of which some are neither 0 nor 1"
        raise ValueError(complaint("surprise", wanted, "only 0 and 1"))
    return Surprise(expected, found, (found - expected) / spread)


# --8<-- [end:ch37-surprise]
