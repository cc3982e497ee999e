"""Figures of chapter 11: out-of-sample data."""

from itertools import pairwise

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from _drawing import decision_regions, scatter_classes
from figures.style import INK, MUTED, PALETTE
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral, vertical
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay


class Net:
    """A network of one or two layers, trained as in the chapter."""

    def __init__(self, sizes: list[int], rng: np.random.Generator) -> None:
        self.layers = [
            Dense(n_in, n_out, rng=rng, dtype=np.float64)
            for n_in, n_out in pairwise(sizes)
        ]
        self.relu, self.loss = ReLU(), SoftmaxCrossEntropy()

    def scores(self, points: Array) -> Array:
        outputs = points
        for layer in self.layers[:-1]:
            outputs = self.relu.forward(layer.forward(outputs))
        return self.layers[-1].forward(outputs)

    def train(
        self, points: Array, labels: Labels, optimizer: Adam, steps: int
    ) -> None:
        """Take some steps, each on all points."""
        for _ in range(steps):
            self.loss.forward(self.scores(points), labels)
            d_outputs = self.loss.backward()
            if len(self.layers) == 2:
                d_outputs = self.layers[1].backward(d_outputs)
                d_outputs = self.relu.backward(d_outputs)
            self.layers[0].parameter_gradients(d_outputs)
            optimizer.update(
                [
                    pair
                    for layer in self.layers
                    for pair in (
                        (layer.weights, layer.d_weights),
                        (layer.biases, layer.d_biases),
                    )
                ]
            )


def learn(n: int, seed: int) -> tuple[Net, Array, Labels, np.random.Generator]:
    """Return a network, its n points per arm, and the generator after."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(n, 3, rng=rng, dtype=np.float64)
    net = Net([2, 64, 3], rng)
    net.train(points, labels, Adam(CosineDecay(0.1, 400)), 400)
    return net, points, labels, rng


def plane(ax: Axes, net: Net, points: Array, labels: Labels) -> None:
    """Draw points, and the regions of a network below them."""
    ax.set(xlim=(-1, 1), ylim=(-1, 1), xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    ax.set_aspect("equal")
    scatter_classes(ax, points, labels, size=12)
    decision_regions(ax, net.scores, resolution=56, boundary=False)


def own_and_fresh() -> Figure:
    """Draw a network's mistakes on its own points and on fresh ones."""
    net, points, labels, rng = learn(100, 1)
    fresh, truth = spiral(100, 3, rng=rng, dtype=np.float64)
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(6.2, 3.3))
    for ax, places, classes, name in (
        (axes[0], points, labels, "its own points"),
        (axes[1], fresh, truth, "fresh points"),
    ):
        plane(ax, net, places, classes)
        wrong = net.scores(places).argmax(axis=1) != classes
        ax.scatter(
            *places[wrong].T,
            s=46,
            facecolors="none",
            edgecolors=INK,
            linewidths=1.1,
            zorder=4,
        )
        ax.set_title(f"{name}: {wrong.sum()} wrong")
    return figure


def two_draws() -> Figure:
    """Draw the regions of two networks on few points, and on many."""
    figure, axes = plt.subplots(
        2, 2, sharex=True, sharey=True, figsize=(5.4, 5.4)
    )
    for row, n in zip(axes, (25, 200), strict=True):
        for ax, seed in zip(row, (0, 3), strict=True):
            net, points, labels, _ = learn(n, seed)
            shown = slice(None, None, n // 25)
            plane(ax, net, points[shown], labels[shown])
            ax.set_title(f"{3 * n} points, draw {'AB'[seed > 0]}")
    return figure


def test_spread() -> Figure:
    """Draw how the accuracies of test sets scatter, for two sizes."""
    rng = np.random.default_rng(0)
    figure, ax = plt.subplots(figsize=(5.6, 3.0))
    for m, width, colour, hatch in ((100, 2, 0, None), (1600, 16, 1, "//")):
        found = rng.binomial(m, 0.814, 2000)
        edges = np.arange(found.min(), found.max() + width + 1, width) - 0.5
        counts, _ = np.histogram(found, edges)
        ax.stairs(
            counts / 2000 / (width / m),
            edges / m,
            fill=True,
            alpha=0.35,
            color=PALETTE[colour],
            hatch=hatch,
            label=f"{m:,} test points",
        )
    ax.axvline(0.814, color=INK, linewidth=1, linestyle=":")
    ax.legend(loc="upper left")
    ax.set(xlabel="test accuracy", ylabel="density", xlim=(0.65, 0.95))
    return figure


def learning_curve() -> Figure:
    """Draw both accuracies over the number of training points."""
    sizes, rows = (25, 50, 100, 200), []
    for n in sizes:
        for seed in range(5):
            net, points, labels, rng = learn(n, seed)
            fresh, truth = spiral(1000, 3, rng=rng, dtype=np.float64)
            own = accuracy(net.scores(points), labels)
            rows.append((own, accuracy(net.scores(fresh), truth)))
    table = np.array(rows).reshape(len(sizes), 5, 2)
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    across = 3 * np.array(sizes)
    for side, (name, line) in enumerate(
        (("its own points", "--"), ("fresh points", "-"))
    ):
        runs = table[:, :, side]
        ax.fill_between(
            across,
            runs.min(axis=1),
            runs.max(axis=1),
            color=PALETTE[side],
            alpha=0.16,
            linewidth=0,
        )
        middle = np.median(runs, axis=1)
        ax.plot(across, middle, f"o{line}", color=PALETTE[side], label=name)
    ax.axhline(0.91, color=MUTED, linestyle=":", linewidth=1)
    ax.text(590, 0.915, "the recipe", ha="right", va="bottom")
    ax.set(xscale="log", ylim=(0.6, 1), xticks=across)
    ax.minorticks_off()
    ax.set_xticklabels([str(n) for n in across])
    ax.set(xlabel="training points", ylabel="accuracy")
    ax.legend(loc="lower right")
    return figure


def drift() -> Figure:
    """Draw bands that drift, with borders that were learned early on."""
    rng = np.random.default_rng(0)
    points, labels = vertical(200, 3, rng=rng, dtype=np.float64)
    day = rng.permutation(600)
    points[:, 0] += 0.6 * day / 600
    first = day < 450
    net = Net([2, 3], rng)
    net.train(points[first], labels[first], Adam(0.1), 100)
    figure, ax = plt.subplots(figsize=(5.6, 3.6))
    shown = slice(None, None, 2)
    places = np.column_stack((day, points[:, 0]))
    scatter_classes(ax, places[shown], labels[shown], size=14)
    line = np.linspace(-1.2, 1.8, 400)
    answers = net.scores(np.column_stack((line, np.zeros(400)))).argmax(axis=1)
    for border in line[1:][np.diff(answers) != 0]:
        ax.axhline(border, color=INK, linewidth=1.2)
    ax.axvspan(450, 600, color=MUTED, alpha=0.15, linewidth=0)
    ax.text(525, -0.85, "test", ha="center")
    ax.set(xlabel="day", ylabel="position across", xlim=(0, 600))
    return figure
