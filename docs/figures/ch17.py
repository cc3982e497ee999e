"""The figures of chapter 17."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.style import INK, MUTED, PALETTE
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array
from nnfs_code.data import sine
from nnfs_code.layers import Dense
from nnfs_code.losses import (
    Huber,
    MeanAbsoluteError,
    MeanSquaredError,
    Quantile,
    RegressionLoss,
)
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay

LINES = ("-", "--", "-.", ":")


def two_bowls() -> Figure:
    """Two losses of one answer for the five waiting times."""
    times = np.array([[1.0], [2.0], [3.0], [4.0], [20.0]])
    constants = np.linspace(0, 20, 81)
    figure, axes = plt.subplots(1, 2, figsize=(6.0, 3.0))
    for ax, loss, best, title in (
        (axes[0], MeanSquaredError(), 6.0, "mean squared error"),
        (axes[1], MeanAbsoluteError(), 3.0, "mean absolute error"),
    ):
        heights = [
            loss.forward(np.full((5, 1), c), times) for c in (*constants, best)
        ]
        for time in times[:, 0]:
            ax.axvline(time, color=MUTED, linestyle=":", linewidth=0.8)
        ax.plot(constants, heights[:-1])
        ax.plot(best, heights[-1], "o", color=INK)
        ax.set(title=title, xlabel="answer $c$", ylim=(0, None))
    axes[0].set_ylabel("loss")
    return figure


def four_losses() -> Figure:
    """What an error costs by each of the four losses."""
    errors = np.linspace(-3, 3, 121)
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    for (name, loss), line in zip(
        {
            "squared": MeanSquaredError(),
            "absolute": MeanAbsoluteError(),
            r"Huber, $\delta = 1$": Huber(1.0),
            r"quantile, $\tau = 0.9$": Quantile(0.9),
        }.items(),
        LINES,
        strict=True,
    ):
        ax.plot(errors, loss.heights(errors), line, label=name)
    ax.set(xlabel=r"error $\hat{y} - y$", ylabel="loss")
    ax.set(xlim=(-3, 3), ylim=(0, 4.2))
    ax.legend(loc="upper center")
    return figure


class Net:
    """One number in, two hidden layers of 64, one number out."""

    def __init__(self, rng: np.random.Generator, size: float = 0.1) -> None:
        sizes = [(1, 64), (64, 64), (64, 1)]
        self.layers = [Dense(*s, rng=rng, dtype=np.float64) for s in sizes]
        self.relus = [ReLU(), ReLU()]
        for layer in self.layers:
            layer.weights *= size / 0.01

    def forward(self, inputs: Array) -> Array:
        for layer, relu in zip(self.layers, self.relus, strict=False):
            inputs = relu.forward(layer.forward(inputs))
        return self.layers[-1].forward(inputs)

    def backward(self, d_outputs: Array) -> list[tuple[Array, Array]]:
        one, two, three = self.layers
        d_hidden = self.relus[1].backward(three.backward(d_outputs))
        one.parameter_gradients(self.relus[0].backward(two.backward(d_hidden)))
        return [
            pair
            for layer in self.layers
            for pair in (
                (layer.weights, layer.d_weights),
                (layer.biases, layer.d_biases),
            )
        ]

    def fit(
        self, inputs: Array, targets: Array, loss: RegressionLoss, steps: int
    ) -> "Net":
        optimizer = Adam(CosineDecay(0.02, steps))
        for _ in range(steps):
            loss.forward(self.forward(inputs), targets)
            optimizer.update(self.backward(loss.backward()))
        return self


def wave(ax: Axes, low: float, high: float) -> Array:
    """Draw the sine, and return places along it."""
    places = np.linspace(low, high, round(100 * (high - low)) + 1)
    ax.plot(places, np.sin(2 * np.pi * places), color=MUTED, linewidth=3)
    ax.set(xlabel="$x$", xlim=(low, high))
    return places.reshape(-1, 1)


def stuck() -> Figure:
    """Three networks from small weights, and the same with other inputs."""
    figure, axes = plt.subplots(1, 2, figsize=(6.0, 3.0), sharey=True)
    for ax, shift, title in (
        (axes[0], 0.0, "inputs $x$"),
        (axes[1], 0.5, "inputs $x - 0.5$"),
    ):
        places = wave(ax, 0, 1)
        for seed, line in zip((0, 1, 3), LINES, strict=False):
            rng = np.random.default_rng(seed)
            inputs, targets = sine(100, rng=rng, dtype=np.float64)
            net = Net(rng, size=0.01)
            net.fit(inputs - shift, targets, MeanSquaredError(), 200)
            ax.plot(places, net.forward(places - shift), line, linewidth=1.4)
        ax.set_title(title)
    axes[0].set_ylabel("answer")
    return figure


def outliers() -> Figure:
    """A sine with one in ten readings too high, and two fits."""
    rng = np.random.default_rng(0)
    inputs, targets = sine(100, rng=rng, noise=0.1, dtype=np.float64)
    targets = targets + 3 * (rng.random(targets.shape) < 0.1)
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    places = wave(ax, 0, 1)
    ax.plot(inputs, targets, "o", color=PALETTE[5], markersize=3.5)
    for name, loss, line in (
        ("squared error", MeanSquaredError(), "--"),
        ("Huber", Huber(0.2), "-"),
    ):
        net = Net(np.random.default_rng(0))
        net.fit(inputs - 0.5, targets, loss, 150)
        ax.plot(places, net.forward(places - 0.5), line, label=name)
    ax.set(ylabel="reading")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure


def outside() -> Figure:
    """Three networks that fit the data, beyond them."""
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    places = wave(ax, -1, 2)
    for seed, line in zip(range(3), LINES, strict=False):
        rng = np.random.default_rng(seed)
        inputs, targets = sine(100, rng=rng, dtype=np.float64)
        net = Net(rng).fit(inputs - 0.5, targets, MeanSquaredError(), 200)
        ax.plot(places, net.forward(places - 0.5), line, linewidth=1.4)
    for edge in (0, 1):
        ax.axvline(edge, color=INK, linestyle=":", linewidth=0.8)
    ax.set(ylabel="answer", ylim=(-3.2, 3.2))
    return figure


def two_kinds() -> Figure:
    """Five networks, and a band between two quantiles, on the same data."""
    rng = np.random.default_rng(0)
    inputs, targets = sine(100, rng=rng, dtype=np.float64)
    targets = targets + (0.05 + 0.35 * inputs) * rng.normal(size=(100, 1))
    figure, axes = plt.subplots(1, 2, figsize=(6.0, 3.2), sharey=True)
    for ax, title in zip(
        axes, ("five networks", "two quantiles"), strict=True
    ):
        ax.plot(inputs, targets, "o", color=PALETTE[5], markersize=2.8)
        ax.axvline(1, color=INK, linestyle=":", linewidth=0.8)
        ax.set(title=title, xlabel="$x$", xlim=(0, 1.5), ylim=(-2.2, 2.6))
    places = np.linspace(0, 1.5, 76).reshape(-1, 1)
    for _ in range(5):
        net = Net(rng).fit(inputs - 0.5, targets, MeanSquaredError(), 200)
        axes[0].plot(places, net.forward(places - 0.5), color=PALETTE[0], lw=1)
    low, high = (
        Net(rng)
        .fit(inputs - 0.5, targets, Quantile(level), 200)
        .forward(places - 0.5)[:, 0]
        for level in (0.1, 0.9)
    )
    axes[1].fill_between(places[:, 0], low, high, color=PALETTE[1], alpha=0.25)
    axes[1].plot(places, low, "--", color=PALETTE[1], linewidth=1.2)
    axes[1].plot(places, high, "--", color=PALETTE[1], linewidth=1.2)
    axes[0].set_ylabel("target, answer")
    return figure
