# --8<-- [start:ch05-metrics-imports]
"""Metrics: numbers that people read to judge a network."""

from nnfs_code.arrays import (
    Array,
    Labels,
    check_floats,
    check_labels,
    complaint,
)

# --8<-- [end:ch05-metrics-imports]


# --8<-- [start:ch05-accuracy]
def accuracy(scores: Array, targets: Labels) -> float:
    """Return the share of samples whose highest score is the right class.

    Parameters
    ----------
    scores : ndarray, shape (n_samples, n_classes)
        Probabilities, or any scores: only their order within a row counts.
        Of equal scores the first is taken.
    targets : ndarray
        Labels, shape (n_samples,), or one-hot rows, shape (n_samples,
        n_classes).

    Raises
    ------
    TypeError, ValueError
        If either is no such array.

    >>> import numpy as np
    >>> scores = np.array([[0.7, 0.3], [0.6, 0.4], [0.2, 0.8]])
    >>> round(accuracy(scores, np.array([0, 1, 1])), 3)
    0.667
    """
    check_floats(scores, "accuracy", "scores")
    if scores.ndim != 2:
        expected = "scores of shape (n_samples, n_classes)"
        raise ValueError(complaint("accuracy", expected, scores.shape))
    n_samples, n_classes = scores.shape
    labels = check_labels(targets, n_samples, n_classes, "accuracy")
    return float((scores.argmax(axis=1) == labels).mean())


# --8<-- [end:ch05-accuracy]
