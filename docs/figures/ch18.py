"""Figures of chapter 18: the model object."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from _drawing import arrow
from figures.style import INK, MUTED, PAPER
from nnfs_code.activations import ReLU, Tanh
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay


def row() -> Figure:
    """Draw a model: parts in a row, loops both ways, and the pairs."""
    figure, ax = plt.subplots(figsize=(6.4, 3.0))
    ax.set_axis_off()
    ax.set(xlim=(-0.7, 8.7), ylim=(-2.5, 1.3))
    names = ["inputs", "Dense\n2 → 64", "ReLU", "Dense\n64 → 3", "loss"]
    for place, name in enumerate(names):
        edge = MUTED if name == "inputs" else INK
        ax.add_patch(
            FancyBboxPatch(
                (2 * place - 0.6, -0.35),
                1.2,
                0.7,
                boxstyle="round,pad=0.05",
                facecolor=PAPER,
                edgecolor=edge,
            )
        )
        ax.text(2 * place, 0, name, ha="center", va="center", fontsize=10)
        if place > 0:
            start, end = 2 * place - 1.3, 2 * place - 0.7
            arrow(ax, (start, 0.16), (end, 0.16), color="C0", gap=0)
            if place > 1:
                arrow(ax, (end, -0.16), (start, -0.16), color="C1", gap=0)
    ax.text(4, 0.75, "forward →", color="C0", ha="center", fontsize=11)
    ax.text(4, -0.95, "← backward", color="C1", ha="center", fontsize=11)
    for place in (1, 3):
        arrow(ax, (2 * place, -0.45), (2 * place, -1.65), color=INK, gap=0)
    ax.add_patch(
        FancyBboxPatch(
            (1.2, -2.25),
            5.6,
            0.55,
            boxstyle="round,pad=0.05",
            facecolor=PAPER,
            edgecolor=INK,
        )
    )
    pairs = "four pairs (value, gradient), to the optimizer"
    ax.text(4, -1.98, pairs, ha="center", va="center", fontsize=10)
    return figure


def learned(activation: type[ReLU | Tanh], size: float, seed: int) -> float:
    """Return the accuracy on its own points, as the chapter trains."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
    one = Dense(2, 64, rng=rng, dtype=np.float64)
    two = Dense(64, 3, rng=rng, dtype=np.float64)
    one.weights *= size / 0.01
    model = Model([one, activation(), two], SoftmaxCrossEntropy())
    adam = Adam(CosineDecay(0.1, 200))
    for _ in range(200):
        model.train_step(points, labels, adam)
    return accuracy(model.forward(points), labels)


def start_sizes() -> Figure:
    """Draw accuracy over the size of the first layer's starting weights."""
    figure, ax = plt.subplots(figsize=(5.6, 3.3))
    sizes = [0.01, 0.1, 1, 3, 10]
    for activation, style in ((ReLU, "o-"), (Tanh, "s--")):
        runs = np.array(
            [
                [learned(activation, size, s) for s in range(5)]
                for size in sizes
            ]
        )
        (line,) = ax.plot(
            sizes,
            np.median(runs, axis=1),
            style,
            label={ReLU: "ReLU", Tanh: "tanh"}[activation],
        )
        ax.fill_between(
            sizes,
            runs.min(axis=1),
            runs.max(axis=1),
            color=line.get_color(),
            alpha=0.15,
            linewidth=0,
        )
    ax.set(xscale="log", xlabel="size of the first layer's starting weights")
    ax.set(ylabel="right, own points", ylim=(0.3, 1))
    ax.legend(loc="lower right")
    return figure
