# --8<-- [start:ch12-validation-imports]
"""Folds of samples, scores over them, and a choice among candidates."""

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

import numpy as np

from nnfs_code.arrays import (
    Array,
    Labels,
    check_count,
    check_floats,
    complaint,
)
from nnfs_code.splits import Keys, check_keys

Split: TypeAlias = tuple[Labels, Labels]  # indices: the rest, and held out
Candidate = TypeVar("Candidate")

# --8<-- [end:ch12-validation-imports]


# --8<-- [start:ch12-deal]
def deal(classes: Keys, n_folds: int, rng: np.random.Generator) -> Labels:
    """Return the fold of each sample, dealt out like cards, by class.

    >>> deal(np.zeros(8, int), 3, np.random.default_rng(1))
    array([1, 2, 1, 0, 0, 0, 2, 1])
    """
    order = rng.permutation(len(classes))
    order = order[classes[order].argsort(kind="stable")]  # class by class
    fold = np.empty(len(classes), int)
    fold[order] = np.arange(len(classes)) % n_folds
    return fold


# --8<-- [end:ch12-deal]


# --8<-- [start:ch12-deal-groups]
def deal_groups(
    classes: Keys, groups: Keys, n_folds: int, rng: np.random.Generator
) -> Labels:
    """Return the fold of each sample, with whole groups in one fold.

    The largest group comes first. Each goes where the fewest samples are,
    in all and of its own classes.
    """
    group = np.unique(groups, return_inverse=True)[1]
    kind = np.unique(classes, return_inverse=True)[1]
    table = np.zeros((group.max() + 1, kind.max() + 2))
    np.add.at(table, (group, kind), 1)  # samples per group and class
    table[:, -1] = table.sum(axis=1)  # and in all
    size = table[:, -1]
    shares = table / table.sum(axis=0)
    order = rng.permutation(len(table))
    order = order[(-size[order]).argsort(kind="stable")]
    filled = np.zeros((n_folds, table.shape[1]))
    home = np.empty(len(table), int)
    for number in order:
        home[number] = (filled @ shares[number]).argmin()
        filled[home[number]] += shares[number]
    return home[group]


# --8<-- [end:ch12-deal-groups]


# --8<-- [start:ch12-folds]
def folds(
    n_samples: int,
    n_folds: int,
    *,
    rng: np.random.Generator,
    classes: Keys | None = None,
    groups: Keys | None = None,
) -> list[Split]:
    """Return splits (rest, held_out) that hold out each sample once.

    Parameters
    ----------
    n_samples, n_folds : int
    classes : ndarray, shape (n_samples,), optional
        Spread each class evenly: its numbers in two folds differ by one at
        most (with `groups`: about as evenly).
    groups : ndarray, shape (n_samples,), optional
        Keep samples of the same group in the same fold.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is said above, or a fold would be empty.

    >>> folds(4, 2, rng=np.random.default_rng(1))
    [(array([1, 3]), array([0, 2])), (array([0, 2]), array([1, 3]))]
    """
    n_samples = check_count("folds", "n_samples", n_samples)
    n_folds = check_count("folds", "n_folds", n_folds)
    classes = np.zeros(n_samples, int) if classes is None else classes
    check_keys("folds", "classes", classes, n_samples)
    if groups is None:
        check_enough("samples", n_samples, n_folds)
        fold = deal(classes, n_folds, rng)
    else:
        check_keys("folds", "groups", groups, n_samples)
        check_enough("groups", len(np.unique(groups)), n_folds)
        fold = deal_groups(classes, groups, n_folds, rng)
    held = [fold == number for number in range(n_folds)]
    return [(np.flatnonzero(~one), np.flatnonzero(one)) for one in held]


# --8<-- [end:ch12-folds]


# --8<-- [start:ch12-check-enough]
def check_enough(name: str, number: int, n_folds: int) -> None:
    """Raise an error unless there are two folds, each with something in it."""
    if not 2 <= n_folds <= number:
        expected = f"n_folds from 2 to the number of {name}, {number}"
        raise ValueError(complaint("folds", expected, n_folds))


# --8<-- [end:ch12-check-enough]


# --8<-- [start:ch12-cross-validate]
def cross_validate(
    score: Callable[[Labels, Labels], float], splits: Sequence[Split]
) -> Array:
    """Return the score of each split: train on the rest, ask the held out.

    Parameters
    ----------
    score : callable
        Takes the indices ``rest`` and ``held_out``, returns a number.

    Raises
    ------
    ValueError
        If there is no split, or a score is NaN or infinite.

    >>> splits = folds(6, 3, rng=np.random.default_rng(1))
    >>> cross_validate(lambda rest, held: len(rest) / 6, splits)
    array([0.66666667, 0.66666667, 0.66666667])
    """
    scores: Array = np.array([score(*split) for split in splits], np.float64)
    check_floats(scores, "cross_validate", "scores")
    return scores


# --8<-- [end:ch12-cross-validate]


# --8<-- [start:ch12-search]
def search(
    candidates: Sequence[Candidate],
    score: Callable[[Candidate, Labels, Labels], float],
    splits: Sequence[Split],
) -> tuple[Candidate, Array]:
    """Return the candidate with the highest mean score, and all scores.

    Parameters
    ----------
    score : callable
        Takes a candidate, ``rest`` and ``held_out``, returns a number.

    Returns
    -------
    best : one of `candidates`
        Of several with the same mean, the first.
    table : ndarray, shape (n_candidates, n_splits)

    Raises
    ------
    ValueError
        If there is no candidate, and as `cross_validate` does.

    >>> splits = folds(6, 3, rng=np.random.default_rng(1))
    >>> search([3, 1, 2], lambda number, *_: -number, splits)[0]
    1
    """
    if len(candidates) == 0:
        raise ValueError(complaint("search", "candidates", "none"))
    rows = [
        cross_validate(lambda *split, one=one: score(one, *split), splits)
        for one in candidates
    ]
    table = np.stack(rows)
    means = table.mean(axis=1).round(12)  # a last bit breaks no tie
    return candidates[int(means.argmax())], table


# --8<-- [end:ch12-search]
