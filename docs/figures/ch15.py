"""Figures of chapter 15: dropout."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures.style import PALETTE
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral, vertical
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay


def masks() -> Figure:
    """Draw the masks of two steps, a row per sample."""
    figure, axes = plt.subplots(1, 2, figsize=(6.0, 2.0))
    dropout = Dropout(0.5, rng=np.random.default_rng(0))
    for step, ax in enumerate(axes, 1):
        kept = dropout.forward(np.ones((8, 16)), training=True) > 0
        for row, column in np.argwhere(kept):
            ax.add_patch(
                Rectangle((column, row), 0.84, 0.84, color=PALETTE[0])
            )
        ax.set(xlim=(-0.2, 16), ylim=(8, -0.2), xlabel="16 neurons")
        ax.set(xticks=(), yticks=(), title=f"step {step}")
        ax.set_aspect("equal")
    axes[0].set_ylabel("8 samples")
    return figure


def right_on_fresh(
    known: tuple[Array, Labels],
    fresh: tuple[Array, Labels],
    rate: float,
    learning_rate: float,
    steps: int,
    rng: np.random.Generator,
) -> float:
    """Train a network of 64 neurons; return the share that is right."""
    one = Dense(known[0].shape[1], 64, rng=rng)
    two, relu, loss = Dense(64, 3, rng=rng), ReLU(), SoftmaxCrossEntropy()
    dropout = Dropout(rate, rng=rng)
    adam = Adam(CosineDecay(learning_rate, steps))
    for _ in range(steps):
        hidden = relu.forward(one.forward(known[0]))
        scores = two.forward(dropout.forward(hidden, training=True))
        loss.forward(scores, known[1])
        d_hidden = dropout.backward(two.backward(loss.backward()))
        one.parameter_gradients(relu.backward(d_hidden))
        adam.update(
            [
                (one.weights, one.d_weights),
                (one.biases, one.d_biases),
                (two.weights, two.d_weights),
                (two.biases, two.d_biases),
            ]
        )
    hidden = relu.forward(one.forward(fresh[0]))
    return accuracy(two.forward(hidden), fresh[1])


def on_spiral(rate: float, seed: int) -> float:
    rng = np.random.default_rng(seed)
    known, fresh = spiral(40, 3, rng=rng), spiral(300, 3, rng=rng)
    return right_on_fresh(known, fresh, rate, 0.1, 400, rng)


def on_bands(rate: float, seed: int) -> float:
    rng = np.random.default_rng(seed)
    found = []
    for n_per_class in (20, 300):
        points, labels = vertical(n_per_class, 3, rng=rng)
        idle = rng.uniform(-1, 1, (len(points), 18)).astype(np.float32)
        found.append((np.hstack([points, idle]), labels))
    return right_on_fresh(found[0], found[1], rate, 0.02, 200, rng)


def rates() -> Figure:
    """Draw how many fresh points are right, over the rate, on two data."""
    figure, ax = plt.subplots(figsize=(5.4, 3.4))
    for name, run, tried, look in (
        ("spiral", on_spiral, (0.0, 0.1, 0.3, 0.5), "o-"),
        ("bands", on_bands, (0.0, 0.3, 0.5, 0.8), "s--"),
    ):
        right = np.array([[run(r, seed) for seed in range(5)] for r in tried])
        middle = np.median(right, axis=1)
        bars = [middle - right.min(axis=1), right.max(axis=1) - middle]
        ax.errorbar(tried, middle, bars, fmt=look, capsize=3, label=name)
    ax.set(xlabel="dropout rate", ylabel="fresh points right", ylim=(0.3, 0.9))
    ax.legend(loc="lower right")
    return figure
