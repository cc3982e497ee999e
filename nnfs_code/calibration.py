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
