"""Figures of chapter 14: penalties on the weights."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from _drawing import decision_regions, scatter_classes
from figures.style import INK, MUTED, PALETTE
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral, vertical
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.penalties import L1, L2
from nnfs_code.schedules import CosineDecay


class Network:
    """The network of the chapter."""

    def __init__(self, n_inputs: int, rng: np.random.Generator) -> None:
        self.one = Dense(n_inputs, 64, rng=rng, dtype=np.float64)
        self.two = Dense(64, 3, rng=rng, dtype=np.float64)
        self.relu, self.loss = ReLU(), SoftmaxCrossEntropy()

    def scores(self, points: Array) -> Array:
        return self.two.forward(self.relu.forward(self.one.forward(points)))

    def train(
        self,
        points: Array,
        labels: Labels,
        optimizer: SGD | Adam,
        steps: int,
        l2: float = 0.0,
        shrink: float = 0.0,
    ) -> None:
        one, two, loss = self.one, self.two, self.loss
        for _ in range(steps):
            loss.forward(self.scores(points), labels)
            d_hidden = two.backward(loss.backward())
            one.parameter_gradients(self.relu.backward(d_hidden))
            one.d_weights += L2(l2).gradient(one.weights)
            two.d_weights += L2(l2).gradient(two.weights)
            rate = optimizer.rate()
            optimizer.update(
                [
                    (one.weights, one.d_weights),
                    (one.biases, one.d_biases),
                    (two.weights, two.d_weights),
                    (two.biases, two.d_biases),
                ]
            )
            L1(shrink).shrink(one.weights, rate)
            L1(shrink).shrink(two.weights, rate)


def two_boundaries() -> Figure:
    """Draw what the network makes of the plane, without and with L2."""
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(6.4, 3.4))
    for ax, strength in zip(axes, (0.0, 0.001), strict=True):
        rng = np.random.default_rng(0)
        points, labels = spiral(40, 3, rng=rng, dtype=np.float64)
        spiral(300, 3, rng=rng)  # the fresh points come first, as on the page
        network = Network(2, rng)
        adam = Adam(CosineDecay(0.1, 400))
        network.train(points, labels, adam, 400, l2=strength)
        scatter_classes(ax, points, labels, size=16)
        ax.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), xlabel="$x_1$")
        ax.set_aspect("equal")
        decision_regions(ax, network.scores, resolution=70)
        ax.set_title("L2, 0.001" if strength else "no penalty")
    axes[0].set_ylabel("$x_2$")
    return figure


def two_prices() -> Figure:
    """Draw a bowl around 0.5, and with the price of the weight added."""
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(6.0, 3.0))
    place = np.linspace(-1, 1.5, 101)
    loss = (place - 0.5) ** 2 / 2
    for ax, name, price, lowest in (
        (axes[0], "L2", place**2 / 2, 0.25),
        (axes[1], "L1", np.abs(place), 0.0),
    ):
        total = loss + price
        ax.plot(place, loss, "--", color=MUTED)
        ax.plot(place, total, color=PALETTE[0])
        ax.plot(lowest, np.interp(lowest, place, total), "o", color=PALETTE[1])
        ax.plot(0.5, 0, "s", color=MUTED, markersize=5)
        ax.set(title=name, xlabel=r"weight $\theta$", ylim=(-0.06, 1.6))
        ax.set_xticks((-1, 0, 0.5, 1))
    axes[0].set_ylabel("loss and price")
    return figure


def soft_threshold() -> Figure:
    """Draw the weight that comes out over the weight that is wanted."""
    figure, ax = plt.subplots(figsize=(4.8, 3.6))
    wanted = np.linspace(-3, 3, 13)
    for name, left, line, colour in (
        ("none", wanted, ":", MUTED),
        ("L2", wanted / 2, "--", PALETTE[1]),
        ("L1", wanted - np.clip(wanted, -1, 1), "-", PALETTE[0]),
    ):
        ax.plot(wanted, left, line, color=colour, label=name)
    ax.axhline(0, color=INK, linewidth=0.6)
    ax.axvline(0, color=INK, linewidth=0.6)
    ax.set(xlabel="the weight that the data want", ylabel="what comes out")
    ax.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    return figure


def weights() -> Figure:
    """Draw how many weights of the first layer have which size."""
    figure, axes = plt.subplots(
        1, 3, sharex=True, sharey=True, figsize=(6.4, 2.9)
    )
    for ax, name, l2, shrink in (
        (axes[0], "none", 0.0, 0.0),
        (axes[1], "L2", 0.01, 0.0),
        (axes[2], "L1", 0.0, 0.001),
    ):
        rng = np.random.default_rng(0)
        points, labels = vertical(20, 3, rng=rng, dtype=np.float64)
        points = np.hstack([points, rng.uniform(-1, 1, (60, 18))])
        vertical(300, 3, rng=rng)  # the fresh points, as on the page
        rng.uniform(-1, 1, (900, 18))
        network = Network(20, rng)
        sgd = SGD(CosineDecay(1.0, 200))
        network.train(points, labels, sgd, 200, l2, shrink)
        found = network.one.weights.ravel()
        ax.hist(found, bins=np.linspace(-1.05, 1.05, 22), color=PALETTE[0])
        ax.set(title=name, xlabel="weight", yscale="log")
    axes[0].set_ylabel("how many")
    return figure
