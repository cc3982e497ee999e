# --8<-- [start:ch11-splits-imports]
"""Which samples are held out: every so many of a class, or whole groups."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnfs_code.arrays import complaint

Keys: TypeAlias = NDArray[Any]  # of each sample: its class, or its group

# --8<-- [end:ch11-splits-imports]


# --8<-- [start:ch11-number-held-out]
def number_held_out(owner: str, n_samples: int, share: float) -> int:
    """Return how many of `n_samples` are the nearest to `share` of them.

    Raises
    ------
    ValueError
        If `share` is not a fraction between 0 and 1, or so near to either
        that one side would be empty.

    >>> number_held_out("split", 300, 0.25)
    75
    """
    if not isinstance(share, float | np.floating) or not 0 < share < 1:
        expected = "share as a fraction between 0 and 1"
        raise ValueError(complaint(owner, expected, repr(share)))
    number = round(float(share) * n_samples)
    check_both_sides(owner, n_samples, number)
    return number


def check_both_sides(owner: str, n_samples: int, number: int) -> None:
    """Raise an error if all samples are on one side."""
    if number in (0, n_samples):
        got = f"{number} of {n_samples} held out"
        raise ValueError(complaint(owner, "samples on both sides", got))


# --8<-- [end:ch11-number-held-out]


# --8<-- [start:ch11-check-keys]
def check_keys(owner: str, name: str, keys: Keys, n_samples: int) -> None:
    """Raise an error unless `keys` is an array with one entry per sample.

    Raises
    ------
    TypeError, ValueError
        If it is not an array, or has another shape than (n_samples,).
    """
    if not isinstance(keys, np.ndarray):
        got = f"a {type(keys).__name__}"
        raise TypeError(complaint(owner, f"{name} as an array", got))
    if keys.shape != (n_samples,):
        expected = f"{name} of shape ({n_samples},)"
        raise ValueError(complaint(owner, expected, keys.shape))


# --8<-- [end:ch11-check-keys]


# --8<-- [start:ch11-every-so-many]
def every_so_many(number: int, order: Keys, rng: np.random.Generator) -> Keys:
    """Return a mask with `number` samples at even distances along `order`.

    So each stretch of `order` has its share of them, to within one.

    >>> order = np.arange(8)
    >>> every_so_many(2, order, np.random.default_rng(1)).astype(int)
    array([0, 0, 1, 0, 0, 0, 1, 0])
    """
    n = len(order)
    taken = (np.arange(n + 1) * number + rng.integers(n)) // n
    mask = np.zeros(n, bool)
    mask[order] = np.diff(taken) == 1  # where the count goes up
    return mask


# --8<-- [end:ch11-every-so-many]


# --8<-- [start:ch11-whole-groups]
def whole_groups(
    number: int, groups: Keys, classes: Keys, rng: np.random.Generator
) -> Keys:
    """Return a mask with about `number` samples, in whole groups.

    The groups come in a random order. One is taken if that brings the
    numbers taken of all classes nearer to their shares of `number`.
    """
    group = np.unique(groups, return_inverse=True)[1]
    kind = np.unique(classes, return_inverse=True)[1]
    table = np.zeros((group.max() + 1, kind.max() + 1), int)
    np.add.at(table, (group, kind), 1)  # samples per group and class
    missing = number / len(group) * table.sum(axis=0)
    taken = np.zeros(len(table), bool)
    for candidate in rng.permutation(len(table)):
        size = table[candidate]
        if (size * (2 * missing - size)).sum() > 0:
            taken[candidate] = True
            missing -= size
    return taken[group]


# --8<-- [end:ch11-whole-groups]


# --8<-- [start:ch11-choose]
def choose(
    owner: str,
    number: int,
    n_samples: int,
    classes: Keys | None,
    groups: Keys | None,
    rng: np.random.Generator,
) -> Keys:
    """Return a mask of `number` samples, of each class or in whole groups."""
    if classes is None:
        classes = np.zeros(n_samples, int)  # all of one class
    check_keys(owner, "classes", classes, n_samples)
    if groups is None:
        order = rng.permutation(n_samples)
        order = order[classes[order].argsort(kind="stable")]  # class by class
        return every_so_many(number, order, rng)
    check_keys(owner, "groups", groups, n_samples)
    mask = whole_groups(number, groups, classes, rng)
    check_both_sides(owner, n_samples, int(mask.sum()))
    return mask


# --8<-- [end:ch11-choose]
