"""Figures of chapter 10: optimizers."""

from collections.abc import Callable

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from _drawing import decision_regions, scatter_classes
from figures.style import INK, MUTED, PALETTE
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    Momentum,
    Nesterov,
    RMSProp,
)
from nnfs_code.schedules import (
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    OneCycle,
    Schedule,
    StepDecay,
    WarmUp,
)

Slope = Callable[[Array], Array]
AnyOptimizer = SGD | Momentum | AdaGrad | RMSProp | Adam


def three_rates() -> Figure:
    """Draw five steps down the same bowl with three rates."""
    figure, axes = plt.subplots(1, 3, sharey=True, figsize=(5.6, 2.7))
    bowl = np.linspace(-2.6, 2.6, 41)
    names = ("0.1: small", "0.9: bounces", "1.1: flies out")
    for ax, rate, name in zip(axes, (0.1, 0.9, 1.1), names, strict=True):
        theta = (1 - 2 * rate) ** np.arange(6)
        ax.plot(bowl, bowl**2, color=MUTED, linewidth=1)
        ax.plot(theta, theta**2, "o-", color=PALETTE[0], linewidth=1.2)
        ax.plot(theta[0], 1, "o", color=PALETTE[1])
        ax.set(title=name, xlabel=r"$\theta$", ylim=(0, 6.6), xticks=(-2, 2))
    axes[0].set_ylabel("loss")
    return figure


def one_rate() -> Figure:
    """Draw what is left after a step, for a flat and a steep direction."""
    rates = np.linspace(0, 0.1, 101)
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    for curvature, line in ((1, "-"), (25, "--")):
        ax.plot(
            rates[::2],
            np.abs(1 - rates * curvature)[::2],
            linestyle=line,
            color=PALETTE[0 if curvature == 1 else 1],
            label=f"curvature {curvature}",
        )
    ax.axhline(1, color=MUTED, linewidth=0.8)
    ax.axvline(2 / 26, color=MUTED, linewidth=0.8, linestyle=":")
    ax.plot(2 / 26, 1 - 2 / 26, "o", color=INK)
    ax.annotate(
        "best rate",
        (2 / 26, 1 - 2 / 26),
        xytext=(-8, -16),
        textcoords="offset points",
        ha="right",
    )
    ax.text(0.001, 1.04, "above this line: it grows")
    ax.legend(loc="lower left")
    ax.set(
        xlabel=r"learning rate $\eta$",
        ylabel="share left after one step",
        xlim=(0, 0.1),
        ylim=(0, 1.6),
    )
    return figure


def schedules() -> Figure:
    """Draw six schedules over a thousand steps."""
    kinds: dict[str, Schedule] = {
        "step": StepDecay(1.0, factor=0.5, every=250),
        "inverse time": InverseTimeDecay(1.0, decay=0.01),
        "exponential": ExponentialDecay(1.0, factor=0.995),
        "cosine": CosineDecay(1.0, steps=1000),
        "one cycle": OneCycle(1.0, steps=1000, rise=300),
        "warm-up, cosine": WarmUp(CosineDecay(1.0, steps=900), steps=100),
    }
    figure, axes = plt.subplots(
        2, 3, sharex=True, sharey=True, figsize=(5.6, 3.4)
    )
    steps = np.append(np.arange(0, 1000, 25), [249, 499, 749, 999])
    steps.sort()
    for ax, (name, schedule) in zip(axes.flat, kinds.items(), strict=True):
        ax.plot(steps, [schedule(int(step)) for step in steps])
        ax.set(title=name, ylim=(0, 1.08), xticks=(0, 500, 1000))
    for ax in axes[1]:
        ax.set_xlabel("step")
    for ax in axes[:, 0]:
        ax.set_ylabel("rate")
    return figure


def velocities() -> Figure:
    """Draw the velocity under a steady and under an alternating gradient."""
    figure, ax = plt.subplots(figsize=(5.6, 3.0))
    for signs, line, name in (
        (np.ones(40), "-", "gradient −1 at every step"),
        ((-1.0) ** np.arange(40), "--", "gradient −1, 1, −1, 1, …"),
    ):
        velocity, found = 0.0, [0.0]
        for sign in signs:
            velocity = 0.9 * velocity + sign
            found.append(velocity)
        ax.plot(found, line, label=name, linewidth=1.5)
    ax.axhline(10, color=MUTED, linewidth=0.8, linestyle=":")
    ax.legend(loc="center right")
    ax.set(xlabel="step", ylabel="velocity", xlim=(0, 40), ylim=(-1.5, 11))
    return figure


def without_correction() -> Figure:
    """Draw how long Adam's steps would be without the correction."""
    steps = np.unique(np.geomspace(1, 10_000, 60).astype(int))
    figure, ax = plt.subplots(figsize=(5.6, 3.0))
    ax.plot(
        steps,
        (1 - 0.9**steps) / np.sqrt(1 - 0.999**steps),
        label="not corrected",
        linestyle="--",
        color=PALETTE[1],
    )
    ax.plot(steps, np.ones(len(steps)), label="corrected", color=PALETTE[0])
    ax.minorticks_off()
    ax.legend()
    ax.set(
        xscale="log",
        xlabel="step",
        ylabel="length of the step,\nin learning rates",
        ylim=(0, 7.4),
        xlim=(1, 10_000),
    )
    return figure


def walk(optimizer: AnyOptimizer, start: Array, slope: Slope, n: int) -> Array:
    """Return the places that an optimizer visits, shape (n + 1, 2)."""
    place = start.copy()
    places = [start]
    for _ in range(n):
        optimizer.update([(place, slope(place))])
        places.append(place.copy())
    return np.array(places)


def ravine_paths() -> Figure:
    """Draw the ways of six optimizers through the same ravine."""
    panels: dict[str, tuple[AnyOptimizer, ...]] = {
        "SGD 0.07": (SGD(0.07),),
        "momentum, Nesterov 0.03": (Momentum(0.03, 0.8), Nesterov(0.03, 0.8)),
        "AdaGrad 0.5, RMSProp 0.1": (AdaGrad(0.5), RMSProp(0.1)),
        "Adam 0.2": (Adam(0.2),),
    }
    round_trip = np.linspace(0, 2 * np.pi, 25)
    figure, axes = plt.subplots(
        2, 2, sharex=True, sharey=True, figsize=(5.6, 3.8)
    )
    for ax, (name, optimizers) in zip(axes.flat, panels.items(), strict=True):
        for height in (0.4, 2.0):  # lines of equal height are ellipses
            radius = np.sqrt(2 * height)
            ax.plot(
                radius * np.cos(round_trip),
                radius / 5 * np.sin(round_trip),
                color=MUTED,
                linewidth=0.7,
            )
        for colour, optimizer in enumerate(optimizers):
            places = walk(
                optimizer,
                np.array([-2.2, 0.6]),
                lambda p: np.array([1.0, 25.0]) * p,
                25,
            )
            ax.plot(
                *places.T,
                "--" if colour else "-",
                color=PALETTE[colour],
                linewidth=1.3,
            )
        ax.plot(-2.2, 0.6, "o", color=INK)
        ax.plot(0, 0, "+", color=INK, markersize=9)
        ax.set(title=name, xlim=(-2.5, 2.1), ylim=(-0.7, 0.7))
        ax.set(xticks=(-2, 0, 2), yticks=(-0.5, 0.5))
    return figure


def saddle_paths() -> Figure:
    """Draw the ways of four optimizers across a saddle."""
    kinds: tuple[tuple[str, AnyOptimizer, str], ...] = (
        ("SGD", SGD(0.1), "o-"),
        ("momentum", Momentum(0.1), "^--"),
        ("AdaGrad", AdaGrad(0.1), "s:"),
        ("Adam", Adam(0.1), "D-."),
    )
    figure, ax = plt.subplots(figsize=(5.6, 3.8))
    x, y = np.meshgrid(np.linspace(-0.9, 1.15, 21), np.linspace(-0.3, 1.5, 19))
    ax.contour(
        x,
        y,
        0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4,
        levels=(-0.2, 0, 0.2),
        colors=MUTED,
        linewidths=0.7,
        linestyles="solid",
    )
    for colour, (name, optimizer, style) in enumerate(kinds):
        places = walk(
            optimizer,
            np.array([1.0, 0.001]),
            lambda p: np.array([p[0], p[1] ** 3 - p[1]]),
            40,
        )
        ax.plot(
            *places.T,
            style,
            label=name,
            color=PALETTE[colour],
            linewidth=1,
            markersize=3.5,
            markevery=4,
        )
    ax.plot(0, 0, "x", color=INK)
    ax.plot(0, 1, "+", color=INK, markersize=10)
    ax.legend(loc="upper right")
    ax.set(xlabel="$x$", ylabel="$y$", xlim=(-0.9, 1.15), ylim=(-0.3, 1.5))
    return figure


class Net:
    """The 2-64-3 network of the chapter, with its points."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.points, self.labels = spiral(100, 3, rng=rng)
        self.dense1, self.relu = Dense(2, 64, rng=rng), ReLU()
        self.dense2, self.loss = Dense(64, 3, rng=rng), SoftmaxCrossEntropy()

    def scores(self, points: Array) -> Array:
        return self.dense2.forward(
            self.relu.forward(self.dense1.forward(points))
        )

    def train(self, optimizer: AnyOptimizer, steps: int) -> list[float]:
        one, two, losses = self.dense1, self.dense2, []
        for _ in range(steps):
            scores = self.scores(self.points)
            losses.append(self.loss.forward(scores, self.labels))
            d_hidden = two.backward(self.loss.backward())
            one.parameter_gradients(self.relu.backward(d_hidden))
            optimizer.update(
                [
                    (one.weights, one.d_weights),
                    (one.biases, one.d_biases),
                    (two.weights, two.d_weights),
                    (two.biases, two.d_biases),
                ]
            )
        return losses


def spiral_losses() -> Figure:
    """Draw the losses of ten networks under each of four optimizers."""
    kinds: tuple[tuple[str, Callable[[], AnyOptimizer], str], ...] = (
        ("SGD", lambda: SGD(1.0), "-"),
        ("RMSProp", lambda: RMSProp(0.02, rho=0.999), "-."),
        ("momentum", lambda: Momentum(1.0), "--"),
        ("Adam", lambda: Adam(0.05), ":"),
    )
    steps = np.arange(0, 800, 40)
    figure, ax = plt.subplots(figsize=(5.6, 3.6))
    for colour, (name, optimizer, line) in enumerate(kinds):
        losses = np.array(
            [Net(seed).train(optimizer(), 800) for seed in range(10)]
        )
        smooth = losses.reshape(10, -1, 40).mean(axis=2)
        ax.fill_between(
            steps + 20,
            smooth.min(axis=0),
            smooth.max(axis=0),
            color=PALETTE[colour],
            alpha=0.16,
            linewidth=0,
        )
        ax.plot(
            steps + 20,
            np.median(smooth, axis=0),
            line,
            color=PALETTE[colour],
            label=name,
        )
    ax.legend(loc="lower left")
    ax.set(xlabel="step", ylabel="loss", xlim=(0, 800), ylim=(0, 1.2))
    return figure


def spiral_regions() -> Figure:
    """Draw what a network believes after 4000 steps."""
    net = Net(1)
    net.train(Adam(CosineDecay(0.05, 4000)), 4000)
    figure, ax = plt.subplots(figsize=(4.8, 4.4))
    ax.set(xlim=(-1, 1), ylim=(-1, 1), xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    ax.set_aspect("equal")
    shown = np.arange(2, 300, 6)
    scatter_classes(ax, net.points[shown], net.labels[shown], size=20)
    decision_regions(
        ax,
        lambda points: net.scores(points.astype(np.float32)),
        resolution=56,
        boundary=False,
    )
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    return figure
