"""Figures of chapter 4, activation functions."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from _drawing import arrow, matrix_picture, network_diagram, scatter_classes
from figures.style import INK, MARKERS, MUTED, PALETTE, PAPER
from nnfs_code.activations import ReLU, Sigmoid, Softmax, Step, Tanh
from nnfs_code.data import spiral
from nnfs_code.layers import Dense

BLUE, ORANGE, GREEN, PURPLE = PALETTE[:4]
Numbers = NDArray[np.float64]


def _relu(z: Numbers) -> Numbers:
    return np.maximum(z, 0)


def _cross(ax: Axes) -> None:
    """Draw the two axes through 0, quietly."""
    ax.axhline(0, color=MUTED, lw=0.8, zorder=0)
    ax.axvline(0, color=MUTED, lw=0.8, zorder=0)


def line_and_kink() -> Figure:
    """Three points, a straight line, and two ReLUs added."""
    figure, both = plt.subplots(1, 2, figsize=(5.6, 2.7), sharey=True)
    ends = np.array([-1.6, 1.6])
    both[0].plot(ends, [1, 1], color=ORANGE)
    both[0].plot([0, 0], [0, 1], color=INK, lw=1, ls=":")
    both[0].set_title("a straight line")
    x = np.array([-1.6, 0, 1.6])
    both[1].plot(x, _relu(-x), color=GREEN, lw=1.4, ls="--")
    both[1].plot(x, _relu(x), color=PURPLE, lw=1.4, ls=":")
    both[1].plot(x, np.abs(x), color=BLUE)
    both[1].set_title("two ReLUs, added")
    for ax in both:
        ax.scatter([-1, 0, 1], [1, 0, 1], s=42, color=INK, zorder=3)
        ax.set(xticks=[-1, 0, 1], yticks=[0, 1], ylim=(-0.2, 1.8))
        ax.set_xlabel("$x$")
    return figure


def five_functions() -> Figure:
    """The graphs of the five functions, on the same scale."""
    figure, grid = plt.subplots(
        3, 2, figsize=(5.6, 6.0), sharex=True, sharey=True
    )
    z = np.linspace(-3, 3, 61)
    curves = {
        "sigmoid": Sigmoid().forward(z),
        "tanh": Tanh().forward(z),
    }
    below, above = np.array([-3.0, 0.0]), np.array([0.0, 3.0])
    for ax in grid.flat:
        _cross(ax)
        ax.set(xlim=(-3, 3), ylim=(-1.5, 2.5), xticks=range(-3, 4))
    step, linear, sigmoid, tanh, relu, together = grid.flat
    step.plot(below, [0, 0], color=BLUE)
    step.plot(above, [1, 1], color=BLUE)
    step.plot(0, 0, "o", color=BLUE, ms=6)
    step.plot(0, 1, "o", mec=BLUE, mfc=PAPER, mew=1.6, ms=6)
    linear.plot([-3, 3], [-3, 3], color=BLUE)
    sigmoid.plot(z, curves["sigmoid"], color=BLUE)
    tanh.plot(z, curves["tanh"], color=BLUE)
    for ax, limits in ((sigmoid, (1,)), (tanh, (-1, 1))):
        for limit in limits:
            ax.axhline(limit, color=MUTED, lw=1, ls=":")
    relu.plot([-3, 0, 3], [0, 0, 3], color=BLUE)
    together.plot(z, curves["sigmoid"], color=BLUE)
    together.plot(z, curves["tanh"], color=ORANGE, ls="--")
    together.plot([-3, 0, 3], [0, 0, 3], color=GREEN, ls="-.")
    for ax, title in zip(
        grid.flat,
        ("step", "linear", "sigmoid", "tanh", "ReLU", "three together"),
        strict=True,
    ):
        ax.set_title(title)
    for ax in grid[-1]:
        ax.set_xlabel("$z$")
    return figure


def saturation() -> Figure:
    """Equal steps of z, and how far the sigmoid climbs in each."""
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    z = np.linspace(0, 7, 71)
    ax.plot(z, Sigmoid().forward(z), color=BLUE, zorder=3)
    whole = np.arange(8.0)
    heights = Sigmoid().forward(whole)
    for k in range(6):
        ax.plot(
            [k, k + 1, k + 1],
            [heights[k], heights[k], heights[k + 1]],
            color=ORANGE,
            lw=1.4,
        )
        gain = heights[k + 1] - heights[k]
        ax.text(
            k + 1.1,
            (heights[k] + heights[k + 1]) / 2 - (0.005 if k < 2 else 0.03),
            f"+{gain:.3f}",
            fontsize=10,
            va="center" if k < 2 else "top",
        )
    ax.axhline(1, color=MUTED, lw=1, ls=":")
    ax.set(xlim=(0, 7), ylim=(0.45, 1.04), xlabel="$z$", ylabel=r"$\sigma(z)$")
    return figure


def weight_and_bias() -> Figure:
    """What weight and bias do to a ReLU."""
    figure, panels = plt.subplots(
        1, 3, figsize=(5.6, 2.6), sharex=True, sharey=True
    )
    x = np.linspace(-2, 3, 101)
    looks = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."))
    cases = (
        ("weight", ((0.5, 0, "½"), (1, 0, "1"), (2, 0, "2"))),
        ("bias", ((1, 1, "1"), (1, 0, "0"), (1, -1, "−1"))),
        ("sign", ((1, -1, "$x-1$"), (-1, 1, "$-x+1$"))),
    )
    for ax, (title, lines) in zip(panels, cases, strict=True):
        ax.axhline(0, color=MUTED, lw=0.8, zorder=0)
        for (w, b, name), (colour, dash) in zip(lines, looks, strict=False):
            ax.plot(x, _relu(w * x + b), color=colour, ls=dash, label=name)
        ax.set(title=title, xlabel="$x$", ylim=(-0.3, 3.2), xlim=(-2, 3))
        side = "right" if title == "sign" else "left"
        ax.legend(loc=f"upper {side}", fontsize=10, handlelength=1.3)
        ax.set_xticks([-2, 0, 2])
    return figure


def ramp_tent_plateau() -> Figure:
    """Two, three and four ReLUs added, with the pieces below."""
    figure, grid = plt.subplots(
        2,
        3,
        figsize=(5.6, 3.9),
        sharex=True,
        sharey="row",
        height_ratios=(1, 1.25),
    )
    x = np.linspace(-1, 4, 101)
    cases = (
        ("ramp: 2", (1, -1)),
        ("tent: 3", (1, -2, 1)),
        ("plateau: 4", (1, -1, -1, 1)),
    )
    for column, (title, weights) in enumerate(cases):
        pieces = [
            weight * _relu(x - kink) for kink, weight in enumerate(weights)
        ]
        above, below = grid[:, column]
        above.plot(x, np.sum(pieces, axis=0), color=BLUE, lw=2.4)
        above.set(title=title, ylim=(-0.35, 1.6), yticks=[0, 1])
        for piece, colour, dash in zip(
            pieces, PALETTE[1:5], ("-", "--", "-.", ":"), strict=False
        ):
            below.plot(x, piece, color=colour, ls=dash, lw=1.6)
        below.set(ylim=(-4.2, 4.2), xlabel="$x$", xticks=range(5))
        for ax in (above, below):
            ax.axhline(0, color=MUTED, lw=0.8, zorder=0)
    grid[0, 0].set_ylabel("sum")
    grid[1, 0].set_ylabel("the ReLUs")
    return figure


def sine_by_hand() -> Figure:
    """A sine, and what eight hidden neurons draw."""
    knots = np.linspace(0, 1, 9)
    slopes = np.diff(np.sin(2 * np.pi * knots)) * 8
    changes = np.diff(slopes, prepend=0.0)
    x = np.linspace(0, 1.2, 97)
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    ax.axhline(0, color=MUTED, lw=0.8, zorder=0)
    ax.plot(x, np.sin(2 * np.pi * x), color=ORANGE, ls="--", label="sine")
    ends = np.append(knots, 1.2)
    drawn = _relu(ends[:, np.newaxis] - knots[:-1]) @ changes
    ax.plot(ends, drawn, color=BLUE, label="8 ReLU neurons")
    ax.plot(knots[:-1], drawn[:-2], "o", color=BLUE, mec=PAPER, zorder=4)
    ax.plot(1, 0, "o", mfc=PAPER, mec=BLUE, mew=1.6, zorder=4)
    ax.axvspan(1, 1.2, color=MUTED, alpha=0.14, lw=0)
    ax.text(1.1, -0.9, "outside", ha="center", fontsize=10)
    ax.set(xlim=(0, 1.2), ylim=(-1.2, 1.3), xlabel="$x$")
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "¼", "½", "¾", "1"])
    ax.legend(loc="lower left")
    return figure


def one_bend_at_a_time() -> Figure:
    """The sum of the first neurons: each bends what stands before it."""
    knots = np.linspace(0, 1, 9)
    slopes = np.diff(np.sin(2 * np.pi * knots)) * 8
    changes = np.diff(slopes, prepend=0.0)
    figure, panels = plt.subplots(
        1, 4, figsize=(5.6, 2.2), sharex=True, sharey=True
    )
    x = np.append(knots, 0.52)
    x.sort()
    for ax, count in zip(panels, (1, 2, 3, 8), strict=True):
        drawn = _relu(x[:, np.newaxis] - knots[:count]) @ changes[:count]
        fine = np.linspace(0, 1, 61)
        ax.plot(fine, np.sin(2 * np.pi * fine), color=ORANGE, ls="--", lw=1.4)
        ax.plot(x, drawn, color=BLUE)
        ax.plot(
            knots[:count],
            _relu(knots[:count, np.newaxis] - knots[:count]) @ changes[:count],
            "o",
            color=BLUE,
            mec=PAPER,
            ms=5,
        )
        ax.set(title=f"first {count}", ylim=(-1.3, 1.5), xlabel="$x$")
        ax.set_xticks([0, 1])
    panels[-1].set_title("all 8")
    return figure


def dead_neurons() -> Figure:
    """Where neurons switch, on points around 0 and on positive points."""
    figure, both = plt.subplots(1, 2, figsize=(5.6, 3.0))
    rng = np.random.default_rng(1)
    points = rng.uniform(-1, 1, (40, 2))
    x = np.array([-1.2, 2.2])
    for ax, shift in zip(both, (0, 1), strict=True):
        ax.scatter(
            *(points + shift).T,
            s=18,
            color=MUTED,
            edgecolors=PAPER,
            linewidths=0.6,
            zorder=3,
        )
        # Weights of 4 neurons: where x1 w1 + x2 w2 = 0, and which side is on.
        for (w1, w2), colour, dash in zip(
            ((1, -0.6), (-0.5, -1), (0.4, 1), (-0.4, 0.9)),
            (BLUE, ORANGE, GREEN, PURPLE),
            ("-", "--", "-.", (0, (1, 1.2))),
            strict=True,
        ):
            ax.plot(x, -w1 * x / w2, color=colour, ls=dash, lw=1.8)
            unit = np.array([w1, w2]) / np.hypot(w1, w2)
            foot = 0.85 * np.array([-w2, w1]) / np.hypot(w1, w2)
            foot *= np.sign(foot[0]) if shift else 1
            look = {"arrowstyle": "->", "color": colour, "lw": 1.8}
            arrow(ax, foot, foot + 0.42 * unit, gap=2, **look)
        ax.set_aspect("equal")
        ax.set(xlim=(-1.2, 2.2), ylim=(-1.2, 2.2), xlabel="$x_1$")
        ax.set(xticks=[-1, 0, 1, 2], yticks=[-1, 0, 1, 2])
        _cross(ax)
    both[0].set(title="around 0", ylabel="$x_2$")
    both[1].set_title("from 0 to 2")
    return figure


def softmax_steps() -> Figure:
    """Three scores, their exponentials, their shares."""
    scores = np.array([2.0, 1.0, 0.0])
    stages = (
        ("scores $z_k$", scores, "{:.0f}"),
        ("$e^{z_k}$", np.exp(scores), "{:.3f}"),
        ("probabilities", np.exp(scores) / np.exp(scores).sum(), "{:.3f}"),
    )
    figure, panels = plt.subplots(1, 3, figsize=(5.6, 2.7))
    for ax, (title, values, form) in zip(panels, stages, strict=True):
        bars = ax.bar([1, 2, 3], values, color=PALETTE[:3], width=0.7, lw=0)
        ax.bar_label(bars, [form.format(v) for v in values], fontsize=10)
        ax.set(title=title, xticks=[1, 2, 3], yticks=[])
        ax.set_ylim(0, values.max() * 1.15)
        ax.spines["left"].set_visible(False)
        ax.set_xlabel("class")
    return figure


def keepdims() -> Figure:
    """A table divided by its column of row sums."""
    exponentials = np.exp(np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))
    totals = exponentials.sum(axis=1, keepdims=True)
    return matrix_picture(
        ("exponentials", exponentials),
        "/",
        ("totals", totals),
        "=",
        ("probabilities", exponentials / totals),
        highlight={"exponentials": 0, "totals": 0, "probabilities": 0},
        number="{:.2f}",
    )


def temperature() -> Figure:
    """The same three scores at five temperatures."""
    scores = np.array([[2.0, 1.0, 0.0]])
    figure, ax = plt.subplots(figsize=(5.6, 3.1))
    warm = np.linspace(-1.3, 1.3, 61)
    shares = Softmax().forward(scores / 10 ** warm[:, np.newaxis])
    for k, (colour, dash, marker) in enumerate(
        zip(PALETTE[:3], ("-", "--", "-."), MARKERS[:3], strict=True)
    ):
        ax.plot(10**warm, shares[:, k], color=colour, ls=dash)
        ax.plot(
            1,
            Softmax().forward(scores)[0, k],
            marker=marker,
            color=colour,
            mec=PAPER,
            ms=8,
        )
        place = ((1.15, 0.7), (0.86, 0.27), (1.25, 0.07))[k]
        side = "right" if k == 1 else "left"
        ax.text(*place, f"score {2 - k}", fontsize=10, ha=side)
    ax.axhline(1 / 3, color=MUTED, lw=1, ls=":")
    ax.set_xscale("log")
    ax.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax.minorticks_off()
    ax.set(xlim=(0.05, 20), ylim=(0, 1.03), xlabel="temperature $T$")
    ax.set(ylabel="probability", yticks=[0, 0.5, 1])
    return figure


def forward_pass() -> Figure:
    """The network of the chapter: 2, 3 and 3."""
    names = {(0, 0): "$x_1$", (0, 1): "$x_2$"}
    names |= {(1, k): f"$a_{k + 1}$" for k in range(3)}
    names |= {(2, k): rf"$\hat{{y}}_{k + 1}$" for k in range(3)}
    return network_diagram(
        (2, 3, 3),
        titles=("point", "Dense, ReLU", "Dense, Softmax"),
        names=names,
    )


def silent_sector() -> Figure:
    """The part of the plane in which all three hidden neurons are off."""
    rng = np.random.default_rng(0)
    points, labels = spiral(100, 3, rng=rng)
    dense = Dense(2, 3, rng=rng)
    hidden = ReLU().forward(dense.forward(points))
    silent = Step().forward(hidden).sum(axis=1) == 0
    figure, ax = plt.subplots(figsize=(4.2, 4.2))
    ax.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), xlabel="$x_1$", ylabel="$x_2$")
    ax.set_aspect("equal")
    side = np.linspace(-1.1, 1.1, 221)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    highest = (grid @ dense.weights).max(axis=1).reshape(221, 221)
    ax.contourf(
        side,
        side,
        -highest,
        levels=[0, 1],
        colors=[MUTED],
        alpha=0.3,
        zorder=0,
    )
    every = 2  # half of the points are enough to see the arms
    scatter_classes(ax, points[::every], labels[::every], size=16)
    ringed = points[::every][silent[::every]]
    ax.scatter(
        ringed[:, 0],
        ringed[:, 1],
        s=30,
        facecolors="none",
        edgecolors=INK,
        linewidths=0.7,
        zorder=4,
    )
    return figure
