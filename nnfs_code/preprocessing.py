# --8<-- [start:ch13-preprocessing-imports]
"""Preprocessing: what the numbers look like before they go in."""

from abc import ABC, abstractmethod
from typing import Self

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import (
    Array,
    Labels,
    check_count,
    check_floats,
    check_labels,
    complaint,
    float_type,
    is_finite,
)

# --8<-- [end:ch13-preprocessing-imports]


# --8<-- [start:ch13-scaler]
class Scaler(ABC):
    """Base of the scalers: ``(points - shift) / scale`` in each column.

    Attributes
    ----------
    shift, scale : ndarray of float64, shape (n_features,)
        What `fit` found.
    constant : ndarray of bool, shape (n_features,)
        The columns in which all fitted points agree. Their scale is 1, so
        that these points become 0 there, to rounding, and others keep
        their distance.
    """

    shift: Array
    scale: Array

    @abstractmethod
    def measure(self, points: Array) -> tuple[Array, Array]:
        """Return shift and scale of each column of float64 points."""

    # --8<-- [end:ch13-scaler]

    # --8<-- [start:ch13-scaler-fit]
    def fit(self, points: Array) -> Self:
        """Find shift and scale of each column of points; return the scaler.

        Raises
        ------
        TypeError, ValueError
            If `points` is not a table of finite floats, or a column spreads
            so little or so far that no float can hold it.
        """
        owner = type(self).__name__
        check_floats(points, owner, "points")
        if points.ndim != 2:
            expected = "points of shape (n_samples, n_features)"
            raise ValueError(complaint(owner, expected, points.shape))
        constant = points.min(axis=0) == points.max(axis=0)
        with np.errstate(over="ignore", invalid="ignore"):  # said below
            shift, scale = self.measure(points.astype(np.float64))
        scale = np.where(constant, 1, scale)
        if not (is_finite(shift) and is_finite(scale) and scale.all()):
            expected = "columns whose spread a float can hold"
            raise ValueError(complaint(owner, expected, f"{scale}"))
        self.shift, self.scale, self.constant = shift, scale, constant
        return self

    # --8<-- [end:ch13-scaler-fit]

    # --8<-- [start:ch13-scaler-transform]
    def transform(self, points: Array) -> Array:
        """Return the points, shifted and scaled as those of `fit` were."""
        self.check(points)
        with np.errstate(over="ignore"):  # said by check_floats
            scaled = ((points - self.shift) / self.scale).astype(points.dtype)
        check_floats(scaled, type(self).__name__, "results")
        return scaled

    def inverse(self, points: Array) -> Array:
        """Return the points that `transform` turns into these."""
        self.check(points)
        with np.errstate(over="ignore"):
            plain = (points * self.scale + self.shift).astype(points.dtype)
        check_floats(plain, type(self).__name__, "results")
        return plain

    # --8<-- [end:ch13-scaler-transform]

    # --8<-- [start:ch13-scaler-check]
    def check(self, points: Array) -> None:
        """Raise an error unless `points` has the columns of those of `fit`.

        Raises
        ------
        RuntimeError
            Before `fit`.
        TypeError, ValueError
            If `points` is no table of finite floats with as many columns.
        """
        owner = type(self).__name__
        if not hasattr(self, "constant"):
            raise RuntimeError(f"{owner} expected fit to be called first")
        check_floats(points, owner, "points")
        n_features = len(self.constant)
        if points.ndim != 2 or points.shape[1] != n_features:
            expected = f"points of shape (n_samples, {n_features})"
            raise ValueError(complaint(owner, expected, points.shape))

    # --8<-- [end:ch13-scaler-check]


# --8<-- [start:ch13-standardizer]
class Standardizer(Scaler):
    """Shift each column to mean 0, and scale it to standard deviation 1.

    >>> scaler = Standardizer().fit(np.array([[1.0, 100.0], [3.0, 500.0]]))
    >>> scaler.transform(np.array([[1.0, 300.0], [4.0, 100.0]]))
    array([[-1.,  0.],
           [ 2., -1.]])
    """

    def measure(self, points: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation of each column."""
        return points.mean(axis=0), points.std(axis=0)


# --8<-- [end:ch13-standardizer]


# --8<-- [start:ch13-min-max]
class MinMaxScaler(Scaler):
    """Shift and scale each column to 0 … 1: lowest point 0, highest 1.

    New points may lie outside: they are not clipped.

    >>> scaler = MinMaxScaler().fit(np.array([[1.0, 100.0], [3.0, 500.0]]))
    >>> scaler.transform(np.array([[2.0, 300.0], [4.0, 100.0]]))
    array([[0.5, 0.5],
           [1.5, 0. ]])
    """

    def measure(self, points: Array) -> tuple[Array, Array]:
        """Return the lowest value and the range of each column."""
        return points.min(axis=0), points.max(axis=0) - points.min(axis=0)


# --8<-- [end:ch13-min-max]


# --8<-- [start:ch13-one-hot]
def one_hot(
    labels: Labels, n_classes: int, *, dtype: DTypeLike = np.float32
) -> Array:
    """Return a row per label, with a 1 in the column of its class.

    Raises
    ------
    TypeError, ValueError
        If `labels` is not an array of labels 0 to n_classes - 1.

    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    n_classes = check_count("one_hot", "n_classes", n_classes)
    floats = float_type(dtype, "one_hot")
    if type(labels) is np.ndarray and (labels.ndim != 1 or not labels.size):
        expected = "labels of shape (n_samples,)"
        raise ValueError(complaint("one_hot", expected, labels.shape))
    check_labels(labels, np.size(labels), n_classes, "one_hot")
    rows: Array = (labels[:, np.newaxis] == np.arange(n_classes)).astype(
        floats
    )
    return rows


# --8<-- [end:ch13-one-hot]


# --8<-- [start:ch13-batches]
def batches(
    n_samples: int, size: int, *, rng: np.random.Generator | None = None
) -> list[Labels]:
    """Return the indices of all samples in batches, each sample once.

    They are shuffled if there is an `rng`. The last batch may be smaller.

    Raises
    ------
    TypeError, ValueError
        If a number is not a count.

    >>> batches(5, 2)
    [array([0, 1]), array([2, 3]), array([4])]
    """
    n_samples = check_count("batches", "n_samples", n_samples)
    size = check_count("batches", "size", size)
    order = np.arange(n_samples)
    if rng is not None:
        rng.shuffle(order)
    return [order[at : at + size] for at in range(0, n_samples, size)]


# --8<-- [end:ch13-batches]
