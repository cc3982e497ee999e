# --8<-- [start:ch23-bugs-data-imports]
"""The gallery of bugs: what happens to data before a network sees them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnfs_code.arrays import Array, Labels
from nnfs_code.chapters.bugs_start import (
    arms,
    judge,
    network,
    train,
)
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay
# --8<-- [end:ch23-bugs-data-imports]


# --8<-- [start:ch23-bug-slip]
def without(points: Any, labels: Any, row: int, bug: bool) -> tuple[Any, Any]:
    """Leave out a row that could not be read."""
    points = np.delete(points, row, axis=0)
    if bug:
        return points, labels[: len(points)]  # "so that the lengths fit"
    return points, np.delete(labels, row)


def slipped(seed: int, bug: bool) -> tuple[float, float]:
    points, labels, rng = arms(seed, 51)
    order = rng.permutation(153)
    points, labels = without(points[order], labels[order], 136, bug)
    model = network(2, 64, 3, rng)
    train(model, points, labels, 0.1, 200)
    return judge(model, points, labels)


# --8<-- [end:ch23-bug-slip]


# --8<-- [start:ch23-test-slip]
def test_rows_keep_their_labels(bug: bool) -> None:
    rows = np.arange(153)  # each row and its label have the same number
    left, labels = without(rows, rows, 136, bug)
    apart = np.flatnonzero(left != labels)
    assert len(apart) == 0, f"{len(apart)} rows have another row's label"


# --8<-- [end:ch23-test-slip]


# --8<-- [start:ch23-bug-bytes]
def spots(
    n: int, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], Labels]:
    """Draw pictures of 8 times 8 bytes: a spot left, in the middle, right."""
    labels = rng.integers(0, 3, n)
    row, column = np.mgrid[:8, :8]
    across = np.array([2, 3.5, 5])[labels][:, None, None]
    down = rng.uniform(2, 5, (n, 1, 1))
    apart = (row - down) ** 2 + (column - across) ** 2
    greys = 20 + 200 * np.exp(-apart / 6) + rng.normal(0, 60, apart.shape)
    return greys.clip(0, 255).astype(np.uint8), labels


def centred(pictures: NDArray[np.uint8], bug: bool) -> Array:
    """Move 0 … 255 to about −1 … 1."""
    if bug:
        return (pictures - 128) / 128
    return (pictures.astype(np.float64) - 128) / 128


# --8<-- [end:ch23-bug-bytes]


# --8<-- [start:ch23-bug-bytes-once]
def wrapped(seed: int, bug: bool) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    pictures, labels = spots(600, rng)
    inputs = centred(pictures, bug).reshape(600, 64)
    model = network(64, 16, 3, rng)
    losses = train(model, inputs[:100], labels[:100], 0.02, 150)
    return losses[-1], judge(model, inputs[100:], labels[100:])[1]


# --8<-- [end:ch23-bug-bytes-once]


# --8<-- [start:ch23-test-bytes]
def test_brighter_stays_brighter(bug: bool) -> None:
    greys = np.arange(256, dtype=np.uint8)
    values = centred(greys, bug)
    falls = np.flatnonzero(np.diff(values) <= 0)
    assert len(falls) == 0, (
        f"grey {falls[0]} becomes {values[falls[0]]:.2f}, "
        f"grey {falls[0] + 1} becomes {values[falls[0] + 1]:.2f}"
    )


# --8<-- [end:ch23-test-bytes]


# --8<-- [start:ch23-bug-shake]
def shaken(points: Array, rng: np.random.Generator, bug: bool) -> Array:
    """Return the points, each a little beside its place."""
    noise = rng.normal(0, 0.002, points.shape)
    if bug:
        points += noise
        return points
    return points + noise


def moved(seed: int, bug: bool) -> tuple[float, float, float]:
    points, labels, rng = arms(seed)
    start, model = points.copy(), network(2, 64, 3, rng)
    adam = Adam(CosineDecay(0.1, 200))
    for _ in range(200):
        inputs = shaken(points, rng, bug)
        loss = model.train_step(inputs, labels, adam)
    way = np.hypot(*(points - start).T).mean()
    return loss, judge(model, inputs, labels)[1], way


# --8<-- [end:ch23-bug-shake]


# --8<-- [start:ch23-test-shake]
def test_data_stay(bug: bool) -> None:
    points, _, rng = arms(0)
    before = points.copy()
    shaken(points, rng, bug)
    changed = (points != before).any(axis=1).sum()
    assert changed == 0, f"{changed} of 150 points are changed"


# --8<-- [end:ch23-test-shake]


# --8<-- [start:ch23-bug-columns]
def gaps(table: Array, labels: Labels) -> Array:
    """Return how far apart the means of the two classes are, by column."""
    means = [table[labels == label].mean(axis=0) for label in (0, 1)]
    found: Array = np.abs(means[0] - means[1])
    return found


def score(
    table: Array, labels: Labels, seed: int, bug: bool
) -> tuple[float, float]:
    """Choose ten columns, train on 60 rows, judge by the other 40."""
    rng = np.random.default_rng(seed)
    rest, held_out = np.split(rng.permutation(100), [60])
    seen = np.arange(100) if bug else rest
    best = np.argsort(gaps(table[seen], labels[seen]))[-10:]
    inputs = table[:, best]
    model = network(10, 8, 2, rng)
    losses = train(model, inputs[rest], labels[rest], 0.03, 60)
    return losses[-1], judge(model, inputs[held_out], labels[held_out])[1]


# --8<-- [end:ch23-bug-columns]


# --8<-- [start:ch23-bug-columns-once]
def measurements(seed: int) -> tuple[Array, Labels]:
    """Return 100 rows of 500 columns, five of which depend on the class."""
    rng = np.random.default_rng(seed)
    table, labels = rng.normal(size=(100, 500)), np.arange(100) % 2
    table[:, :5] += 1.0 * labels[:, None]
    return table, labels


def chosen(seed: int, bug: bool) -> tuple[float, float]:
    return score(*measurements(seed), seed, bug)


# --8<-- [end:ch23-bug-columns-once]


# --8<-- [start:ch23-test-columns]
def on_shuffled(seed: int, bug: bool) -> float:
    columns, labels = measurements(seed)
    shuffled = np.random.default_rng(seed).permutation(labels)
    return score(columns, shuffled, seed, bug)[1]


def test_nothing_is_found_in_nothing(bug: bool) -> None:
    mean = np.mean([on_shuffled(seed, bug) for seed in range(10)])
    assert mean < 0.6, f"{mean:.2f} right with shuffled labels"


# --8<-- [end:ch23-test-columns]


# --8<-- [start:ch23-bug-never]
def starts(n_samples: int, size: int, bug: bool) -> range:
    """Return where the batches begin."""
    return range(0, n_samples - size if bug else n_samples, size)


def unvisited(seed: int, bug: bool) -> tuple[float, float, float]:
    points, labels, rng = arms(seed)
    order = rng.permutation(150)
    points, labels = points[order], labels[order]
    model, adam = network(2, 64, 3, rng), Adam(0.02)
    for _ in range(100):
        losses = [
            model.train_step(points[at : at + 32], labels[at : at + 32], adam)
            for at in starts(150, 32, bug)
        ]
    first, last = (
        judge(model, points[part], labels[part])[1]
        for part in (slice(0, 128), slice(128, 150))
    )
    sizes = [len(points[at : at + 32]) for at in starts(150, 32, bug)]
    return float(np.average(losses, weights=sizes)), first, last


# --8<-- [end:ch23-bug-never]


# --8<-- [start:ch23-test-never]
def test_every_row_comes_once(make: Callable[[int, int], range]) -> None:
    for n_samples in (150, 33, 32, 31, 1):
        rows = np.arange(n_samples)
        parts = [rows[at : at + 32] for at in make(n_samples, 32)]
        came = np.concatenate([rows[:0], *parts])
        assert np.array_equal(np.sort(came), rows), (
            f"{len(np.unique(came))} of {n_samples} rows come"
        )


# --8<-- [end:ch23-test-never]
