"""Figures of chapter 20: evaluation."""

from functools import cache

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.style import INK, MUTED
from nnfs_code.activations import ReLU, Softmax
from nnfs_code.arrays import Array
from nnfs_code.calibration import reliability
from nnfs_code.comparison import compare
from nnfs_code.data import FASHION_NAMES, fashion_mnist
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import confusion_matrix
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay

TEST, LABELS = fashion_mnist("test", sample=True)


@cache
def scores(width: int, n_pictures: int = 2000, epochs: int = 8) -> Array:
    """Return the chapter's scores on the test pictures, seed 0."""
    pictures, labels = fashion_mnist("train", sample=True)
    rng = np.random.default_rng(0)

    def dense(n_inputs: int, n_neurons: int) -> Dense:
        return Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)

    model = Model(
        [dense(784, width), ReLU(), dense(width, 10)], SoftmaxCrossEntropy()
    )
    rows = pictures[:n_pictures].reshape(-1, 784) / 255
    adam = Adam(CosineDecay(0.01, epochs * n_pictures // 100))
    model.fit(
        rows,
        labels[:n_pictures],
        adam,
        epochs=epochs,
        batch_size=100,
        rng=rng,
    )
    return model.forward(TEST.reshape(-1, 784) / 255)


def confusion() -> Figure:
    """Draw the confusion matrix, numbers in cells."""
    matrix = confusion_matrix(scores(64), LABELS, 10)
    figure, ax = plt.subplots(figsize=(6.0, 5.2))
    ax.pcolormesh(np.sqrt(matrix), edgecolors=MUTED, linewidth=0.3)
    for row, column in np.argwhere(matrix):
        count = matrix[row, column]
        ink = INK if count < 20 else "white"
        ax.text(
            column + 0.5,
            row + 0.5,
            str(count),
            ha="center",
            va="center",
            fontsize=10,
            color=ink,
        )
    names = [name.split("/")[0] for name in FASHION_NAMES]
    places = np.arange(10) + 0.5
    ax.set_xticks(places, names, rotation=60, ha="right")
    ax.set_yticks(places, names)
    ax.invert_yaxis()
    ax.set(xlabel="said", ylabel="true", aspect="equal")
    return figure


def interval(
    ax: Axes, place: float, middle: float, error: float, style: str, color: str
) -> None:
    """Draw a number with 1.96 standard errors to either side."""
    ax.errorbar(
        middle, place, xerr=1.96 * error, fmt=style, color=color, capsize=4
    )


def paired() -> Figure:
    """Draw two intervals that overlap, and the difference in pairs."""
    wide, narrow = (
        scores(width).argmax(axis=1) == LABELS for width in (64, 16)
    )
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 2.4))
    for place, (right_ones, color) in enumerate(
        ((narrow, "C1"), (wide, "C0"))
    ):
        share = right_ones.mean()
        interval(left, place, share, right_ones.std() / 20, "os"[place], color)
    left.set_yticks([0, 1], ["16 neurons", "64 neurons"])
    left.set(ylim=(-0.6, 1.6), xlabel="accuracy")
    pair = compare(wide, narrow)
    separate = np.hypot(wide.std(), narrow.std()) / 20
    interval(right, 0, pair.difference, pair.standard_error, "D", "C2")
    interval(right, 1, pair.difference, separate, "D", "C5")
    right.axvline(0, color=MUTED, linestyle=":")
    right.set_yticks([0, 1], ["in pairs", "as if\nseparate"])
    right.set(ylim=(-0.6, 1.6), xlabel="difference")
    return figure


def reliability_pair() -> Figure:
    """Draw said and right in ten bins, for two networks."""
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.4), sharey=True)
    tables = {
        "8 epochs": scores(64),
        "by heart": scores(64, n_pictures=500, epochs=40),
    }
    for ax, (name, table) in zip(axes, tables.items(), strict=True):
        bars = reliability(Softmax().forward(table), LABELS, n_bins=10)
        errors = np.sqrt(bars.said * (1 - bars.said) / bars.counts)
        ax.plot([0.1, 1], [0.1, 1], color=MUTED, linestyle="--")
        some = bars.counts >= 5
        ax.errorbar(
            bars.said[some],
            bars.right[some],
            yerr=2 * errors[some],
            fmt="o",
            color="C0",
            capsize=3,
        )
        ax.set(title=name, xlabel="said", xlim=(0.1, 1.02), ylim=(0, 1.1))
    axes[0].set_ylabel("right")
    return figure
