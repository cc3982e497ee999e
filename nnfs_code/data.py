# --8<-- [start:ch03-data-imports]
"""Data sets: small ones that are drawn on the spot, and real ones."""

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import Array, Labels, check_count, float_type

# --8<-- [end:ch03-data-imports]
# --8<-- [start:ch11-data-imports]
from nnfs_code.splits import Keys, choose, number_held_out

# --8<-- [end:ch11-data-imports]


# --8<-- [start:ch03-spiral]
def spiral(
    n_per_class: int,
    n_classes: int,
    *,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> tuple[Array, Labels]:
    """Draw points along arms that wind around each other, one arm per class.

    Returns
    -------
    points : ndarray, shape (n_per_class * n_classes, 2)
    labels : ndarray of integers, shape (n_per_class * n_classes,)

    Raises
    ------
    TypeError, ValueError
        If `dtype` is not a float type, or a number is not a count.

    References
    ----------
    The spiral of the book, chapter 3: that of the notes of CS231n, with
    all angles, and so the noise too, multiplied by 2.5.

    >>> points, labels = spiral(100, 3, rng=np.random.default_rng(0))
    >>> points.shape, labels.shape
    ((300, 2), (300,))
    """
    n_per_class = check_count("spiral", "n_per_class", n_per_class)
    n_classes = check_count("spiral", "n_classes", n_classes)
    floats = float_type(dtype, "spiral")
    radius = np.linspace(0, 1, n_per_class)  # (n_per_class,)
    arm = np.arange(n_classes)[:, np.newaxis]  # (n_classes, 1)
    noise = rng.normal(0, 0.5, (n_classes, n_per_class))
    angle = 10 * (arm + radius) + noise  # radians, (n_classes, n_per_class)
    points = np.stack((radius * np.sin(angle), radius * np.cos(angle)), axis=2)
    labels = np.repeat(np.arange(n_classes), n_per_class)
    return points.reshape(-1, 2).astype(floats), labels


# --8<-- [end:ch03-spiral]


# --8<-- [start:ch06-vertical]
def vertical(
    n_per_class: int,
    n_classes: int,
    *,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> tuple[Array, Labels]:
    """Draw points in upright bands side by side, one band per class.

    Returns
    -------
    points : ndarray, shape (n_per_class * n_classes, 2)
    labels : ndarray of integers, shape (n_per_class * n_classes,)

    Raises
    ------
    TypeError, ValueError
        If `dtype` is not a float type, or a number is not a count.

    References
    ----------
    The idea of an easy data set beside the spiral: the series, chapter 6.

    >>> points, labels = vertical(100, 3, rng=np.random.default_rng(0))
    >>> points.shape, labels.shape
    ((300, 2), (300,))
    """
    n_per_class = check_count("vertical", "n_per_class", n_per_class)
    n_classes = check_count("vertical", "n_classes", n_classes)
    floats = float_type(dtype, "vertical")
    labels = np.repeat(np.arange(n_classes), n_per_class)
    middle = (2 * labels + 1) / n_classes - 1  # of the band, from -1 to 1
    across = middle + rng.normal(0, 0.4 / n_classes, len(labels))
    along = rng.uniform(-1, 1, len(labels))
    return np.stack((across, along), axis=1).astype(floats), labels


# --8<-- [end:ch06-vertical]


# --8<-- [start:ch11-split]
def split(
    n_samples: int,
    share: float,
    *,
    rng: np.random.Generator,
    classes: Keys | None = None,
    groups: Keys | None = None,
) -> tuple[Labels, Labels]:
    """Return the indices of the rest, and of a held-out share of samples.

    Parameters
    ----------
    n_samples : int
    share : float
        Of the samples, between 0 and 1: the part that is held out.
    classes : ndarray, shape (n_samples,), optional
        Hold out the same share of each class, to within one sample (with
        `groups`: as nearly as whole groups allow).
    groups : ndarray, shape (n_samples,), optional
        Keep samples of the same group on the same side.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is said above, or one side is empty.

    >>> split(8, 0.25, rng=np.random.default_rng(1))
    (array([0, 1, 3, 4, 6, 7]), array([2, 5]))
    """
    n_samples = check_count("split", "n_samples", n_samples)
    number = number_held_out("split", n_samples, share)
    held = choose("split", number, n_samples, classes, groups, rng)
    return np.flatnonzero(~held), np.flatnonzero(held)


# --8<-- [end:ch11-split]
