# --8<-- [start:ch20-calibration-imports]
"""Calibration: whether what is said with 0.9 is right nine times of ten."""

from typing import NamedTuple

import numpy as np

from nnfs_code.arrays import Array, Labels, check_count, check_labels
from nnfs_code.losses import check_probabilities

# --8<-- [end:ch20-calibration-imports]


# --8<-- [start:ch20-reliability]
class Reliability(NamedTuple):
    """Samples in bins by how sure the model was; a row per bin with samples.

    >>> none = np.zeros(0)
    >>> Reliability(none, none, np.zeros(0, int)).counts.size
    0
    """

    said: Array  # mean probability of the class that was said
    right: Array  # share of samples for which it was the true one
    counts: Labels  # number of samples

    @property
    def error(self) -> float:
        """Return the mean gap over samples: expected calibration error."""
        gaps = np.abs(self.said - self.right)
        return float((self.counts * gaps).sum() / self.counts.sum())


# --8<-- [end:ch20-reliability]


# --8<-- [start:ch20-reliability-of]
def reliability(
    probabilities: Array, targets: Labels, *, n_bins: int = 10
) -> Reliability:
    """Sort samples by their highest probability into bins of equal width.

    Parameters
    ----------
    probabilities : ndarray, shape (n_samples, n_classes)
    targets : ndarray
        Labels, or one-hot rows.

    >>> probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]])
    >>> found = reliability(probabilities, np.array([0, 1, 1]), n_bins=2)
    >>> found.counts.tolist(), round(found.error, 3)
    ([3], 0.1)
    """
    check_probabilities(probabilities, "reliability")
    n_bins = check_count("reliability", "n_bins", n_bins)
    n_samples, n_classes = probabilities.shape
    labels = check_labels(targets, n_samples, n_classes, "reliability")
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((sure * n_bins).astype(int), n_bins - 1)
    counts = np.bincount(bins, minlength=n_bins)
    some = counts > 0
    said, hits = (
        np.bincount(bins, values, n_bins)[some] / counts[some]
        for values in (sure, right)
    )
    return Reliability(said, hits, counts[some])


# --8<-- [end:ch20-reliability-of]

# --8<-- [start:ch37-calibration-imports]
from typing import Any, Self

from nnfs_code.arrays import (
    Answers,
    check_answers,
    check_between,
    check_floats,
    complaint,
)

# --8<-- [end:ch37-calibration-imports]


# --8<-- [start:ch37-check-chances]
def check_chances(values: Array, owner: str) -> None:
    """Raise an error unless `values` are probabilities, one per sample.

    Raises
    ------
    TypeError, ValueError
        If they are not floats from 0 to 1 of shape (n_samples,).
    """
    check_floats(values, owner, "probabilities")
    if values.ndim != 1:
        expected = "probabilities of shape (n_samples,)"
        raise ValueError(complaint(owner, expected, values.shape))
    if values.min() < 0 or values.max() > 1:
        got = f"{values.min():g} to {values.max():g}"
        raise ValueError(complaint(owner, "probabilities from 0 to 1", got))


# --8<-- [end:ch37-check-chances]


# --8<-- [start:ch37-brier]
def brier_score(probabilities: Array, targets: Answers) -> float:
    """Return the mean squared gap between probabilities and what happened.

    Parameters
    ----------
    probabilities : ndarray
        Of a yes, shape (n_samples,), with targets 0 and 1; or rows of shape
        (n_samples, n_classes), with labels or one-hot rows. Rows sum over
        the classes, so that two columns give twice the first form.

    References
    ----------
    Brier (1950).

    >>> round(brier_score(np.array([0.9, 0.6]), np.array([1, 0])), 3)
    0.185
    """
    if getattr(probabilities, "ndim", 0) == 2:
        check_probabilities(probabilities, "brier_score")
        n_samples, n_classes = probabilities.shape
        given: Any = targets
        labels = check_labels(given, n_samples, n_classes, "brier_score")
        gaps = probabilities - np.eye(n_classes)[labels]
        return float((gaps**2).sum(axis=1).mean())
    check_chances(probabilities, "brier_score")
    yes = check_answers(targets, probabilities.shape, "brier_score")
    return float(((probabilities - yes) ** 2).mean())


# --8<-- [end:ch37-brier]


# --8<-- [start:ch37-reliability-of-yes]
def reliability_of_yes(
    probabilities: Array, targets: Answers, *, n_bins: int = 10
) -> Reliability:
    """Sort samples by their probability of a yes into bins of equal width.

    In the result, `said` is the mean probability in a bin, and `right` the
    share of yeses.

    >>> said, yes = np.array([0.1, 0.3, 0.8]), np.array([0, 1, 1])
    >>> reliability_of_yes(said, yes, n_bins=2).right.tolist()
    [0.5, 1.0]
    """
    check_chances(probabilities, "reliability_of_yes")
    n_bins = check_count("reliability_of_yes", "n_bins", n_bins)
    yes = check_answers(targets, probabilities.shape, "reliability_of_yes")
    bins = np.minimum((probabilities * n_bins).astype(int), n_bins - 1)
    counts = np.bincount(bins, minlength=n_bins)
    some = counts > 0
    said, share = (
        np.bincount(bins, values, n_bins)[some] / counts[some]
        for values in (probabilities, yes)
    )
    return Reliability(said, share, counts[some])


# --8<-- [end:ch37-reliability-of-yes]


# --8<-- [start:ch37-temperature]
class Temperature:
    """One number that makes probabilities softer, or sharper.

    Each is raised to the power 1 / `temperature`, and rows are scaled to sum
    to 1. The order within a row stays.

    References
    ----------
    Guo et al. (2017), section 4.2.

    >>> rows = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.1, 0.9]])
    >>> found = Temperature().fit(rows, np.array([0, 0, 1, 1]))
    >>> round(found.temperature, 2), found.transform(rows)[0].round(2)
    (2.0, array([0.75, 0.25]))
    """

    def transform(self, probabilities: Array) -> Array:
        """Return softer or sharper rows, shape (n_samples, n_classes)."""
        if not hasattr(self, "temperature"):
            raise RuntimeError("Temperature expected fit to be called first")
        check_probabilities(probabilities, "Temperature")
        return powered(logs(probabilities), 1 / self.temperature)

    # --8<-- [end:ch37-temperature]

    # --8<-- [start:ch37-temperature-fit]
    def fit(self, probabilities: Array, targets: Labels) -> Self:
        """Find the temperature of least cross-entropy; return the object.

        The loss has one valley, so the side to which it falls is enough.

        Raises
        ------
        TypeError, ValueError
            If these are not probabilities with labels, or if no temperature
            from 0.01 to 100 is best: if the class said is always right, say.
        """
        check_probabilities(probabilities, "Temperature")
        n_samples, n_classes = probabilities.shape
        labels = check_labels(targets, n_samples, n_classes, "Temperature")
        table, low, high = logs(probabilities), 1 / 100, 100.0
        rising = [slope(table, labels, power) > 0 for power in (low, high)]
        if rising != [False, True]:
            expected = "samples that a temperature from 0.01 to 100 fits best"
            got = f"a loss that {'rises' if rising[0] else 'falls'} throughout"
            raise ValueError(complaint("Temperature", expected, got))
        for _ in range(60):
            middle = (low * high) ** 0.5
            if slope(table, labels, middle) > 0:
                high = middle
            else:
                low = middle
        self.temperature = 1 / high
        return self

    # --8<-- [end:ch37-temperature-fit]


# --8<-- [start:ch37-powered]
def logs(probabilities: Array) -> Array:
    """Return logarithms, of 1e-15 where a probability is smaller."""
    return np.log(np.maximum(probabilities.astype(np.float64), 1e-15))


def powered(table: Array, power: float) -> Array:
    """Return rows in proportion to ``exp(power * table)`` that sum to 1."""
    grown = np.exp(power * (table - table.max(axis=1, keepdims=True)))
    rows: Array = grown / grown.sum(axis=1, keepdims=True)
    return rows


def slope(table: Array, labels: Labels, power: float) -> float:
    """Return how the cross-entropy changes with the power."""
    rows = powered(table, power)
    said = table[np.arange(len(table)), labels]
    return float(((rows * table).sum(axis=1) - said).mean())


# --8<-- [end:ch37-powered]


# --8<-- [start:ch37-isotonic]
class Isotonic:
    """A staircase from scores to shares of yeses that never falls.

    References
    ----------
    Niculescu-Mizil and Caruana (2005), on isotonic regression.

    >>> scores = np.array([0.1, 0.2, 0.3, 0.4])
    >>> found = Isotonic().fit(scores, np.array([0, 1, 0, 1]))
    >>> found.transform(np.array([0.05, 0.25, 0.35, 0.9]))
    array([0.  , 0.5 , 0.75, 1.  ])
    """

    def fit(self, scores: Array, targets: Answers) -> Self:
        """Find the staircase of least squared error; return the object."""
        check_floats(scores, "Isotonic", "scores")
        if scores.ndim != 1:
            expected = "scores of shape (n_samples,)"
            raise ValueError(complaint("Isotonic", expected, scores.shape))
        yes = check_answers(targets, scores.shape, "Isotonic")
        self.scores, places = np.unique(scores, return_inverse=True)
        counts = np.bincount(places)
        hits = np.bincount(places[yes], minlength=len(counts))
        self.shares = pooled(hits, counts)
        return self

    def transform(self, scores: Array) -> Array:
        """Return the share at each score; between two steps, in between."""
        if not hasattr(self, "shares"):
            raise RuntimeError("Isotonic expected fit to be called first")
        check_floats(scores, "Isotonic", "scores")
        shares: Array = np.interp(scores, self.scores, self.shares)
        return shares

    # --8<-- [end:ch37-isotonic]


# --8<-- [start:ch37-pooled]
def pooled(yes: Labels, counts: Labels) -> Array:
    """Return shares that never fall: neighbours that do are put together.

    >>> pooled(np.array([0, 1, 0, 1]), np.array([1, 1, 1, 1]))
    array([0. , 0.5, 0.5, 1. ])
    """
    blocks: list[tuple[int, int, int]] = []  # yeses, samples, scores
    for hits, count in zip(yes.tolist(), counts.tolist(), strict=True):
        block = (hits, count, 1)
        while blocks and blocks[-1][0] * block[1] >= block[0] * blocks[-1][1]:
            last = blocks.pop()
            block = (
                last[0] + block[0],
                last[1] + block[1],
                last[2] + block[2],
            )
        blocks.append(block)
    shares = [hits / count for hits, count, _ in blocks]
    return np.repeat(shares, [length for _, _, length in blocks])


# --8<-- [end:ch37-pooled]


# --8<-- [start:ch37-rebased]
def rebased(probabilities: Array, *, was: float, now: float) -> Array:
    """Return probabilities of a yes after the share of yeses has changed.

    Right if each kind of sample, yeses and noes, became more or less
    frequent as a whole, and nothing else has changed.

    Parameters
    ----------
    was, now : float
        The share of yeses before and after, above 0 and below 1.

    References
    ----------
    Saerens et al. (2002).

    >>> rebased(np.array([0.2, 0.5]), was=0.2, now=0.5)
    array([0.5, 0.8])
    """
    check_chances(probabilities, "rebased")
    was = check_between("rebased", "was", was, 0, 1)
    now = check_between("rebased", "now", now, 0, 1)
    yes = probabilities * (now / was)
    no = (1 - probabilities) * ((1 - now) / (1 - was))
    shares: Array = yes / (yes + no)
    return shares


# --8<-- [end:ch37-rebased]
