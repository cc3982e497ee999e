# --8<-- [start:ch23-bugs-imports]
"""The gallery of bugs: what its runs have in common."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay

Run: TypeAlias = Callable[[int, bool], tuple[float, ...]]  # seed, bug
# --8<-- [end:ch23-bugs-imports]


# --8<-- [start:ch23-bugs-network]
def arms(seed: int, n: int = 50) -> tuple[Array, Labels, np.random.Generator]:
    """Return points of a spiral, their labels, and the generator."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(n, 3, rng=rng, dtype=np.float64)
    return points, labels, rng


def dense(n_inputs: int, n_neurons: int, rng: np.random.Generator) -> Dense:
    return Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)


def network(
    n_inputs: int, n_hidden: int, n_classes: int, rng: np.random.Generator
) -> Model:
    one, two = dense(n_inputs, n_hidden, rng), dense(n_hidden, n_classes, rng)
    return Model([one, ReLU(), two], SoftmaxCrossEntropy())


# --8<-- [end:ch23-bugs-network]


# --8<-- [start:ch23-bugs-train]
def train(
    model: Model, points: Array, labels: Labels, rate: float, steps: int
) -> list[float]:
    """Train with Adam, the rate coming down, and return the losses."""
    adam = Adam(CosineDecay(rate, steps))
    return [model.train_step(points, labels, adam) for _ in range(steps)]


def judge(model: Model, points: Array, labels: Labels) -> tuple[float, float]:
    """Return loss and share right, by the right loss."""
    scores = model.forward(points)
    loss = SoftmaxCrossEntropy().forward(scores, labels)
    return loss, accuracy(scores, labels)


# --8<-- [end:ch23-bugs-train]


# --8<-- [start:ch23-bugs-table]
def table(run: Run, *columns: str) -> None:
    """Print lowest, middle and highest of five runs, right and wrong."""
    print("       " + "".join(f"{name:18}" for name in columns).rstrip())
    for name, bug in (("right", False), ("wrong", True)):
        runs = np.array([run(seed, bug) for seed in range(5)])
        three = np.quantile(runs, (0, 0.5, 1), axis=0)
        cells = [" ".join(f"{n:.2f}" for n in column) for column in three.T]
        print(name, "".join(f" {cell:17}" for cell in cells).rstrip())


def verdict(test: Callable[[Any], None], **subjects: Any) -> None:
    """Print what a test says of each of its subjects."""
    for name, subject in subjects.items():
        try:
            test(subject)
        except AssertionError as error:
            print(f"{name}: fails, {error}")
        else:
            print(f"{name}: passes")


# --8<-- [end:ch23-bugs-table]
