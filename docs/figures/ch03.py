"""The figures of chapter 3: adding layers."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from _drawing import (
    decision_regions,
    matrix_picture,
    network_diagram,
    scatter_classes,
)
from figures.style import INK, MUTED, PALETTE
from nnfs_code.data import spiral as draw_spiral
from nnfs_code.layers import Dense

SWITCHES = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Grid = NDArray[np.float64]


def lamp() -> Figure:
    """The four cases of two switches, and lines that fail to part them."""
    figure, axes = plt.subplots(1, 3, figsize=(5.6, 2.5), sharey=True)
    lit = np.array([0, 1, 1, 0])
    lines = (
        ([-0.4, 1.4], [0.5, 0.5]),
        ([-0.4, 0.9], [0.9, -0.4]),
        ([0.1, 1.4], [1.4, 0.1]),
    )
    missed = (((1, 0), (1, 1)), ((1, 1),), ((0, 0),))
    for ax, line, wrong in zip(axes, lines, missed, strict=True):
        ax.plot(*line, color=INK, linewidth=1.4, zorder=2)
        scatter_classes(ax, SWITCHES, lit, size=70)
        for x, y in wrong:
            ax.plot(
                x,
                y,
                marker="o",
                markersize=17,
                markerfacecolor="none",
                markeredgecolor=MUTED,
                markeredgewidth=1.4,
            )
        ax.set(
            xlim=(-0.4, 1.4),
            ylim=(-0.4, 1.4),
            xticks=(0, 1),
            yticks=(0, 1),
            aspect="equal",
            xlabel="switch A",
            title=f"{len(wrong)} wrong",
        )
    axes[0].set_ylabel("switch B")
    return figure


def lamp_network() -> Figure:
    """Two hidden neurons and one output that solve the lamp."""
    return network_diagram(
        (2, 2, 1),
        titles=("switches", "hidden layer", "lamp"),
        names={
            (0, 0): "A",
            (0, 1): "B",
            (1, 0): "≥ 1",
            (1, 1): "both",
            (2, 0): "lit",
        },
        weights=(np.ones((2, 2)), np.array([[1.0], [-1.0]])),
        weight_labels={
            (0, 0, 0): "1",
            (0, 0, 1): "1",
            (0, 1, 0): "1",
            (0, 1, 1): "1",
            (1, 0, 0): "1",
            (1, 1, 0): "−1",
        },
        figsize=(4.6, 2.0),
    )


X = np.array([[1, 2], [3, -1]])
W1, B1 = np.array([[1, 0, 2], [-1, 1, 1]]), np.array([[0, 1, -1]])
W2, B2 = np.array([[2, 1], [0, -1], [1, 1]]), np.array([[2, 5]])


def first_layer() -> Figure:
    """The first layer by hand; one neuron is a column."""
    return matrix_picture(
        ("X", X),
        "@",
        ("W⁽¹⁾", W1),
        "+",
        ("b⁽¹⁾", B1),
        "=",
        ("Z⁽¹⁾", X @ W1 + B1),
        highlight={
            "X": 0,
            "W⁽¹⁾": (slice(None), 2),
            "b⁽¹⁾": (0, 2),
            "Z⁽¹⁾": (0, 2),
        },
    )


def second_layer() -> Figure:
    """The second layer by hand; its input is the first one's output."""
    hidden = X @ W1 + B1
    return matrix_picture(
        ("Z⁽¹⁾", hidden),
        "@",
        ("W⁽²⁾", W2),
        "+",
        ("b⁽²⁾", B2),
        "=",
        ("Z⁽²⁾", hidden @ W2 + B2),
        highlight={
            "Z⁽¹⁾": 0,
            "W⁽²⁾": (slice(None), 0),
            "b⁽²⁾": (0, 0),
            "Z⁽²⁾": (0, 0),
        },
    )


def arms() -> Figure:
    """How the spiral comes about: one arm, its noise, three arms."""
    figure, axes = plt.subplots(1, 3, figsize=(5.6, 2.4), sharey=True)
    radius = np.linspace(0, 1, 40)
    fine = np.linspace(0, 1, 150)
    noise = np.random.default_rng(4).normal(0, 0.5, 40)
    for ax, title in zip(
        axes, ("one arm", "noise", "three arms"), strict=True
    ):
        ax.set(title=title, xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        ax.set(aspect="equal", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))
    axes[0].plot(*_at(radius, 10 * radius), ".", markersize=5)
    at = _at(radius[26:27], 10 * radius[26:27])
    axes[0].plot([0, at[0][0]], [0, at[1][0]], color=INK, linewidth=1.2)
    axes[1].plot(*_at(fine, 10 * fine), color=MUTED, linewidth=1)
    axes[1].plot(*_at(radius, 10 * radius + noise), ".", markersize=5)
    for arm, dash in enumerate(("-", "--", ":")):
        line = _at(fine, 10 * (arm + fine))
        axes[2].plot(*line, color=PALETTE[arm], linestyle=dash)
    return figure


def _at(radius: Grid, angle: Grid) -> tuple[Grid, Grid]:
    return radius * np.sin(angle), radius * np.cos(angle)


def spiral() -> Figure:
    """The spiral that the chapter draws."""
    figure, ax = plt.subplots(figsize=(4.6, 4.0))
    points, labels = draw_spiral(100, 3, rng=np.random.default_rng(0))
    scatter_classes(
        ax, points, labels, names=("class 0", "class 1", "class 2"), size=20
    )
    ax.set(aspect="equal", xlabel="x", ylabel="y")
    ax.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    return figure


def network() -> Figure:
    """The network of the chapter: 2 inputs, 3 neurons, 3 neurons."""
    return network_diagram(
        (2, 3, 3),
        titles=("X (300, 2)", "Z⁽¹⁾ (300, 3)", "Z⁽²⁾ (300, 3)"),
        names={(0, 0): "$x_1$", (0, 1): "$x_2$"},
        highlight={(1, 1)},
        figsize=(4.8, 2.7),
    )


def grids() -> Figure:
    """A square grid, after one layer, and after two."""
    figure, axes = plt.subplots(1, 3, figsize=(5.6, 2.4))
    weights1 = np.array([[0.9, 0.5], [-0.4, 0.8]])
    weights2 = np.array([[0.6, -0.7], [0.9, 0.4]])
    shift1, shift2 = np.array([0.6, -0.3]), np.array([-0.5, 0.8])
    lines = [
        np.stack(np.broadcast_arrays(*pair), axis=-1)
        for at in np.linspace(-1, 1, 9)
        for pair in ((at, np.array([-1, 1])), (np.array([-1, 1]), at))
    ]
    corner = np.array([[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]])
    titles = ("the plane", "after layer 1", "after layer 2")
    for step, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        for line in lines:
            _path(ax, _through(line, step, weights1, shift1, weights2, shift2))
        cell = _through(corner, step, weights1, shift1, weights2, shift2)
        ax.fill(*cell.T, color=PALETTE[1], alpha=0.7, zorder=3)
        ax.set(title=title, aspect="equal", xlim=(-1.7, 2.3), ylim=(-1.9, 2.1))
        ax.set(xticks=(-1, 0, 1, 2), yticks=(-1, 0, 1, 2))
    return figure


def _through(points: Grid, layers: int, *parameters: Grid) -> Grid:
    for layer in range(layers):
        points = points @ parameters[2 * layer] + parameters[2 * layer + 1]
    return points


def _path(ax: Axes, line: Grid) -> None:
    ax.plot(*line.T, color=PALETTE[0], linewidth=0.8)


def regions() -> Figure:
    """What two random layers claim: three wedges with straight borders."""
    figure, ax = plt.subplots(figsize=(4.6, 4.0))
    rng = np.random.default_rng(0)
    points, labels = draw_spiral(100, 3, rng=rng, dtype=np.float64)
    first = Dense(2, 3, rng=rng, dtype=np.float64)
    second = Dense(3, 3, rng=rng, dtype=np.float64)
    scatter_classes(ax, points, labels, size=13)
    ax.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), aspect="equal")
    decision_regions(ax, lambda grid: second.forward(first.forward(grid)))
    ax.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1), xlabel="x", ylabel="y")
    return figure


def shrinking() -> Figure:
    """How the largest output shrinks from layer to layer, to zero."""
    figure, ax = plt.subplots(figsize=(5.6, 3.0))
    for number, dtype in enumerate((np.float64, np.float32)):
        rng = np.random.default_rng(0)
        values, _ = draw_spiral(100, 3, rng=rng, dtype=dtype)
        largest = []
        for _depth in range(30):
            layer = Dense(values.shape[1], 3, rng=rng, dtype=dtype)
            values = layer.forward(values)
            largest.append(float(np.abs(values).max()))
        alive = [value for value in largest if value > 0]
        ax.semilogy(
            range(1, len(alive) + 1),
            alive,
            color=PALETTE[number],
            marker="o" if number else "",
            markersize=4,
            linestyle="-" if number == 0 else "",
            label=np.dtype(dtype).name,
            zorder=2 + number,
        )
    end = len(alive)
    ax.annotate(
        "float32: exactly 0 from here on",
        (end + 0.5, 1e-45),
        (end - 1, 1e-24),
        ha="center",
        arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.8},
    )
    ax.set(xlabel="layer", ylabel="largest output")
    ax.legend(loc="lower left")
    return figure


def reshaped() -> Figure:
    """The same 600 numbers, transposed and reshaped."""
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 2.9), sharey=True)
    points, labels = draw_spiral(40, 3, rng=np.random.default_rng(0))
    columns = points.T
    pairs = (
        ("columns.T", columns.T),
        ("columns.reshape(120, 2)", columns.reshape(120, 2)),
    )
    for ax, (title, rows) in zip(axes, pairs, strict=True):
        scatter_classes(ax, rows, labels, size=14)
        ax.set(title=title, aspect="equal", xticks=(-1, 0, 1))
        ax.set(yticks=(-1, 0, 1))
    return figure
