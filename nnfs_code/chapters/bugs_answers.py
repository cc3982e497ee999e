# --8<-- [start:ch23-bugs-answers-imports]
"""The gallery of bugs: how a trained network is asked and judged."""

from collections.abc import Callable

import numpy as np

from nnfs_code.arrays import Array, Labels
from nnfs_code.chapters.bugs_start import (
    arms,
    judge,
    network,
    train,
)
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.preprocessing import Standardizer
# --8<-- [end:ch23-bugs-answers-imports]


# --8<-- [start:ch23-bug-scale]
def machines(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Draw temperature and speed of three kinds of machines."""
    middle = np.array([[20, 1000], [26, 1300], [23, 1700]])
    labels = rng.integers(0, 3, n)
    return middle[labels] + rng.normal(0, 1, (n, 2)) * [2, 150], labels


def answers(
    scale: Standardizer, model: Model, rows: Array, bug: bool
) -> Array:
    if bug:
        scale = Standardizer().fit(rows)
    return model.forward(scale.transform(rows))


def trained(seed: int) -> tuple[Standardizer, Model, Array, Labels]:
    rng = np.random.default_rng(seed)
    rows, labels = machines(150, rng)
    scale, model = Standardizer().fit(rows), network(2, 16, 3, rng)
    train(model, scale.transform(rows), labels, 0.05, 100)
    return scale, model, *machines(300, rng)


# --8<-- [end:ch23-bug-scale]


# --8<-- [start:ch23-bug-scale-once]
def rescaled(seed: int, bug: bool) -> tuple[float, ...]:
    """Return the loss of 300 rows at once; right: at once, and alone."""
    scale, model, rows, labels = trained(seed)
    scores = answers(scale, model, rows, bug)
    loss = SoftmaxCrossEntropy().forward(scores, labels)
    alone = [answers(scale, model, row, bug) for row in rows[:, None]]
    found = [scores.argmax(axis=1), np.concatenate(alone).argmax(axis=1)]
    return loss, *((said == labels).mean() for said in found)


# --8<-- [end:ch23-bug-scale-once]


# --8<-- [start:ch23-test-scale]
def test_company_does_not_matter(bug: bool) -> None:
    scale, model, rows, _ = trained(0)
    together = answers(scale, model, rows[:20], bug)
    alone = [answers(scale, model, row, bug) for row in rows[:20, None]]
    off = np.abs(together - np.concatenate(alone)).max()
    assert off < 1e-9, f"a score differs by {off:.1f} when asked alone"


# --8<-- [end:ch23-test-scale]


# --8<-- [start:ch23-bug-matrix]
def counted(labels: Labels, said: Labels, bug: bool) -> Labels:
    """Return how often each true class (row) was called what (column)."""
    counts = np.zeros((3, 3), int)
    np.add.at(counts, (said, labels) if bug else (labels, said), 1)
    return counts


def turned(seed: int, bug: bool) -> tuple[float, float, float]:
    """Return loss, share right, and the share of class 2 that is found."""
    points, labels, rng = arms(seed, 100)
    rows = np.concatenate((np.arange(200), np.arange(200, 300, 2)))
    points, labels = points[rows], labels[rows]  # class 2 is rare
    model = network(2, 64, 3, rng)
    train(model, points, labels, 0.1, 100)
    loss, right = judge(model, points, labels)
    counts = counted(labels, model.forward(points).argmax(axis=1), bug)
    return loss, right, counts[2, 2] / counts[2].sum()


# --8<-- [end:ch23-bug-matrix]


# --8<-- [start:ch23-test-matrix]
def test_a_case_by_hand(bug: bool) -> None:
    labels = np.array([0, 2, 2, 2])  # three of class 2, one of them found
    counts = counted(labels, np.array([0, 0, 0, 2]), bug)
    share = counts[2, 2] / counts[2].sum()
    assert abs(share - 1 / 3) < 1e-9, f"1 of 3 was found, it says {share:.2f}"


# --8<-- [end:ch23-test-matrix]


# --8<-- [start:ch23-bug-ensemble]
def members(seed: int, bug: bool) -> list[Model]:
    """Train five networks on the same points."""
    points, labels, _ = arms(seed)
    models = []
    for number in range(5):
        start = seed if bug else 100 * seed + number
        model = network(2, 64, 3, np.random.default_rng(start))
        train(model, points, labels, 0.1, 200)
        models.append(model)
    return models


def probabilities(model: Model, points: Array) -> Array:
    scores = model.forward(points)
    model.loss.forward(scores, np.zeros(len(points), int))
    found: Array = model.loss.probabilities  # type: ignore[attr-defined]
    return found


# --8<-- [end:ch23-bug-ensemble]


# --8<-- [start:ch23-bug-ensemble-once]
def together(seed: int, bug: bool) -> tuple[float, float, float]:
    """Return loss and share right of the mean, and the members' spread."""
    fresh, labels, _ = arms(99, 300)
    said = np.array([probabilities(m, fresh) for m in members(seed, bug)])
    mean = said.mean(axis=0)
    loss = -np.log(mean[np.arange(900), labels]).mean()
    return (
        loss,
        (mean.argmax(axis=1) == labels).mean(),
        said.std(axis=0).mean(),
    )


# --8<-- [end:ch23-bug-ensemble-once]


# --8<-- [start:ch23-test-ensemble]
def test_members_differ(make: Callable[[int], list[Model]]) -> None:
    firsts = [model.parts[0].weights.tobytes() for model in make(0)]
    different = len(set(firsts))
    assert different == 5, f"{different} different among 5"


# --8<-- [end:ch23-test-ensemble]
