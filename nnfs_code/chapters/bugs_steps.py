# --8<-- [start:ch23-bugs-steps-imports]
"""The gallery of bugs: gradients, steps, and what is kept of them."""

from typing import Any

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array
from nnfs_code.chapters.bugs_start import (
    arms,
    dense,
    judge,
    network,
    train,
)
from nnfs_code.gradient_check import check
from nnfs_code.gradient_report import Report
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.penalties import L2
# --8<-- [end:ch23-bugs-steps-imports]


# --8<-- [start:ch23-bug-biases]
class AveragedBiases(Dense):
    def parameter_gradients(self, d_outputs: Array) -> None:
        super().parameter_gradients(d_outputs)
        self.d_biases = d_outputs.mean(axis=0, keepdims=True)


def with_layer(layer: type[Dense], seed: int) -> tuple[float, float]:
    points, labels, rng = arms(seed)
    one, two = (
        layer(*shape, rng=rng, dtype=np.float64)
        for shape in ((2, 64), (64, 3))
    )
    model = Model([one, ReLU(), two], SoftmaxCrossEntropy())
    train(model, points, labels, 0.1, 200)
    return judge(model, points, labels)


def biases(seed: int, bug: bool) -> tuple[float, float]:
    return with_layer(AveragedBiases if bug else Dense, seed)


# --8<-- [end:ch23-bug-biases]


# --8<-- [start:ch23-test-biases]
def of_layer(layer: type[Dense], n_samples: int, seed: int = 0) -> Report:
    rng = np.random.default_rng(seed)
    part = layer(3, 2, rng=rng, dtype=np.float64)
    return check(part, rng.normal(size=(n_samples, 3)))


def test_gradients(layer: type[Dense]) -> None:
    report = of_layer(layer, n_samples=5)
    wrong = [one.name for one in report.comparisons if not one.agrees]
    assert not wrong, f"d_{wrong[0]} differs from numerical gradients"


# --8<-- [end:ch23-test-biases]


# --8<-- [start:ch23-bug-check]
def caught(n_samples: int) -> int:
    """Return in how many of five tries the check sees the wrong biases."""
    tries = [of_layer(AveragedBiases, n_samples, seed) for seed in range(5)]
    return sum(not report.agrees for report in tries)


# --8<-- [end:ch23-bug-check]


# --8<-- [start:ch23-test-check]
def test_check_can_fail(n_samples: int) -> None:
    number = caught(n_samples)
    assert number == 5, f"it passes a wrong layer {5 - number} times of 5"


# --8<-- [end:ch23-test-check]


# --8<-- [start:ch23-bug-sum]
class SummedLoss(SoftmaxCrossEntropy):
    def backward(self) -> Array:
        return super().backward() * len(self.labels)  # / n is forgotten


def with_loss(loss: Any, seed: int, strength: float) -> tuple[float, ...]:
    points, labels, rng = arms(seed)
    parts: list[Any] = [dense(2, 64, rng), ReLU(), dense(64, 3, rng)]
    model = Model(parts, loss, penalty=L2(strength))
    train(model, points, labels, 0.1, 200)
    size = np.abs(model.parts[0].weights).mean()
    return *judge(model, points, labels), size


def summed(seed: int, bug: bool) -> tuple[float, ...]:
    return with_loss(SummedLoss() if bug else SoftmaxCrossEntropy(), seed, 0)


# --8<-- [end:ch23-bug-sum]


# --8<-- [start:ch23-bug-sum-penalty]
def penalized(seed: int, bug: bool) -> tuple[float, ...]:
    loss = SummedLoss() if bug else SoftmaxCrossEntropy()
    return with_loss(loss, seed, 0.001)


# --8<-- [end:ch23-bug-sum-penalty]


# --8<-- [start:ch23-test-sum]
def test_loss(loss: SoftmaxCrossEntropy) -> None:
    logits = np.random.default_rng(0).normal(size=(4, 3))
    [inputs] = check(loss, logits, np.array([0, 2, 1, 1])).comparisons
    ratio = inputs.analytic / inputs.numerical
    assert inputs.agrees, f"the gradient is {ratio:.1f} times too large"


# --8<-- [end:ch23-test-sum]


# --8<-- [start:ch23-bug-dropout]
class PlainWayBack(Dropout):
    def backward(self, d_outputs: Array) -> Array:
        return d_outputs * (self.mask > 0)  # and not: * self.mask


def dropped(seed: int, bug: bool) -> tuple[float, float]:
    points, labels, rng = arms(seed)
    dropout = (PlainWayBack if bug else Dropout)(0.3, rng=rng)
    parts: list[Any] = [dense(2, 64, rng), ReLU(), dropout, dense(64, 3, rng)]
    model = Model(parts, SoftmaxCrossEntropy())
    train(model, points, labels, 0.1, 200)
    return judge(model, points, labels)


# --8<-- [end:ch23-bug-dropout]


# --8<-- [start:ch23-test-dropout]
def test_same_factors(kind: type[Dropout]) -> None:
    dropout = kind(0.3, rng=np.random.default_rng(0))
    ones = np.ones((4, 5))
    outputs = dropout.forward(ones, training=True)
    off = np.abs(dropout.backward(ones) - outputs).max()
    assert off == 0, f"the factors back are off by up to {off:.2f}"


# --8<-- [end:ch23-test-dropout]


# --8<-- [start:ch23-bug-best]
def keep(arrays: list[Array], bug: bool) -> list[Array]:
    return list(arrays) if bug else [array.copy() for array in arrays]


def best_of(seed: int, bug: bool) -> tuple[list[float], Model, float]:
    """Train, put the best parameters back, and judge the model again."""
    points, labels, rng = arms(seed, 30)
    fresh, fresh_labels, _ = arms(100 + seed)
    model, adam = network(2, 64, 3, rng), Adam(0.05)
    losses: list[float] = []
    for _ in range(300):
        model.train_step(points, labels, adam)
        losses.append(judge(model, fresh, fresh_labels)[0])
        if losses[-1] == min(losses):
            best = keep([value for value, _ in model.pairs()], bug)
    for (value, _), kept in zip(model.pairs(), best, strict=True):
        value[...] = kept
    return losses, model, judge(model, fresh, fresh_labels)[0]


# --8<-- [end:ch23-bug-best]


# --8<-- [start:ch23-bug-best-once]
def restored(seed: int, bug: bool) -> tuple[float, float]:
    losses, _, really = best_of(seed, bug)
    return min(losses), really


# --8<-- [end:ch23-bug-best-once]


# --8<-- [start:ch23-test-best]
def test_what_is_kept_stays(bug: bool) -> None:
    array = np.array([1.0, 2.0])
    kept = keep([array], bug)
    array += 1  # the training goes on
    assert kept[0][0] == 1, f"kept was 1, and now it is {kept[0][0]:.0f}"


# --8<-- [end:ch23-test-best]
