"""Figures of chapter 9: backpropagation."""

from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from _drawing import (
    arrow,
    decision_regions,
    matrix_picture,
    network_diagram,
    scatter_classes,
)
from figures.style import INK, MUTED, PALETTE, PAPER
from nnfs_code.activations import ReLU
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy

INPUTS = np.array([[1.0, 2.0], [2.0, -1.0]])
LABELS = np.array([0, 1])


def example() -> tuple[Dense, ReLU, Dense, SoftmaxCrossEntropy]:
    """Return the parts of the chapter's example network."""
    rng = np.random.default_rng(0)
    dense1 = Dense(2, 3, rng=rng, dtype=np.float64)
    dense1.weights = np.array([[1.0, -1.0, 2.0], [0.0, 1.0, -1.0]])
    dense1.biases = np.array([[0.0, 1.0, -1.0]])
    dense2 = Dense(3, 2, rng=rng, dtype=np.float64)
    dense2.weights = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, -0.5]])
    dense2.biases = np.array([[0.0, 1.0]])
    return dense1, ReLU(), dense2, SoftmaxCrossEntropy()


def box(ax: Axes, x: float, y: float, text: str, width: float = 1.0) -> None:
    """Draw a named box around a place."""
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - 0.3),
            width,
            0.6,
            boxstyle="round,pad=0,rounding_size=0.12",
            facecolor=PAPER,
            edgecolor=INK,
            linewidth=1.2,
        )
    )
    ax.text(x, y, text, ha="center", va="center")


FORWARD: dict[str, Any] = {"arrowstyle": "->", "color": PALETTE[0], "lw": 1.6}
BACK = FORWARD | {"color": PALETTE[1], "linestyle": "--"}


def chain() -> Figure:
    """Draw three numbers forward, and their slopes back."""
    figure, ax = plt.subplots(figsize=(5.6, 2.5))
    ax.set_axis_off()
    places = (0.5, 3.4, 6.3)
    ahead = ("x = 3", "u = 6", "out = 30")
    back = ("", "d_u = 5", "d_out = 1")
    for place, above, below in zip(places, ahead, back, strict=True):
        ax.text(place, 0.42, above, ha="center", color=PALETTE[0])
        ax.text(place, -0.42, below, ha="center", va="top", color=PALETTE[1])
        ax.plot(place, 0, "o", color=INK, markersize=5)
    for left, right, weight, gradient in (
        (0.5, 3.4, "× w1 = 2", "d_w1 = 15"),
        (3.4, 6.3, "× w2 = 5", "d_w2 = 6"),
    ):
        middle = (left + right) / 2
        arrow(ax, (left + 0.15, 0.14), (right - 0.15, 0.14), **FORWARD)
        arrow(ax, (right - 0.15, -0.14), (left + 0.15, -0.14), **BACK)
        ax.text(middle, 0.72, weight, ha="center", color=PALETTE[0])
        ax.text(
            middle, -0.72, gradient, ha="center", va="top", color=PALETTE[1]
        )
    ax.set(xlim=(-0.2, 7.1), ylim=(-1.2, 1.15))
    return figure


def part() -> Figure:
    """Draw what a layer takes and gives, forward and back."""
    figure, ax = plt.subplots(figsize=(5.6, 2.6))
    ax.set_axis_off()
    ax.add_patch(
        FancyBboxPatch(
            (2.5, -0.85),
            2.4,
            1.7,
            boxstyle="round,pad=0,rounding_size=0.15",
            facecolor=PAPER,
            edgecolor=INK,
            linewidth=1.3,
        )
    )
    ax.text(3.7, 0.5, "forward", ha="center", va="center", color=PALETTE[0])
    ax.text(3.7, 0, "keeps what it saw", ha="center", va="center", size=10)
    ax.text(3.7, -0.5, "backward", ha="center", va="center", color=PALETTE[1])
    for left, right in ((0.4, 2.4), (5.0, 7.0)):
        arrow(ax, (left, 0.5), (right, 0.5), **FORWARD)
        arrow(ax, (right, -0.5), (left, -0.5), **BACK)
    for x, above, below in (
        (1.4, "inputs", "d_inputs"),
        (6.0, "outputs", "d_outputs"),
    ):
        ax.text(x, 0.62, above, ha="center", va="bottom")
        ax.text(x, -0.62, below, ha="center", va="top")
    arrow(ax, (3.7, -0.85), (3.7, -1.3), **BACK)
    ax.text(3.7, -1.38, "d_weights, d_biases", ha="center", va="top")
    ax.set(xlim=(0.2, 7.2), ylim=(-1.75, 1.05))
    return figure


def network() -> Figure:
    """Draw the example network with its weights and sample 0."""
    dense1, _, dense2, _ = example()
    labels = {
        (layer, start, end): f"{weight:g}".replace("-", "−")
        for layer, table in enumerate((dense1.weights, dense2.weights))
        for (start, end), weight in np.ndenumerate(table)
        if weight
    }
    values = ((1, 2), (1, 2, 0), (2, 2))
    return network_diagram(
        [2, 3, 2],
        titles=("inputs", "hidden, after ReLU", "logits"),
        names={
            (layer, place): f"{value:g}"
            for layer, row in enumerate(values)
            for place, value in enumerate(row)
        },
        weights=(dense1.weights, dense2.weights),
        weight_labels=labels,
    )


def weights_gradient() -> Figure:
    """Draw inputs transposed times d_outputs for the second layer."""
    hidden = np.array([[1, 2, 0], [2, 0, 4]])
    d_logits = np.array([[-0.25, 0.25], [0.3655, -0.3655]])
    return matrix_picture(
        ("hidden.T", hidden.T),
        "@",
        ("d_logits", d_logits),
        "=",
        ("d_weights", (hidden.T @ d_logits).round(3)),
        highlight={
            "hidden.T": 2,
            "d_logits": (slice(None), 0),
            "d_weights": (2, 0),
        },
    )


def slopes() -> Figure:
    """Draw the slopes of three activations."""
    z = np.linspace(-5, 5, 61)
    sigmoid = 1 / (1 + np.exp(-z))
    figure, ax = plt.subplots(figsize=(5.6, 3))
    ax.plot([-5, 0], [0, 0], color=PALETTE[2], label="ReLU")
    ax.plot([0, 5], [1, 1], color=PALETTE[2])
    ax.plot(
        z, 1 - np.tanh(z) ** 2, color=PALETTE[1], linestyle="--", label="tanh"
    )
    ax.plot(
        z,
        sigmoid * (1 - sigmoid),
        color=PALETTE[0],
        linestyle="-.",
        label="sigmoid",
    )
    ax.axhline(0.25, color=MUTED, linewidth=0.8)
    ax.text(-5, 0.27, "1/4", va="bottom")
    ax.legend(loc="upper left")
    ax.set(xlabel="$z$", ylabel="slope", yticks=(0, 0.5, 1), ylim=(-0.05, 1.1))
    return figure


def fused() -> Figure:
    """Draw probabilities minus one-hot labels, divided by N."""
    certain = 1 / (1 + np.exp(-1))
    probabilities = np.array([[0.5, 0.5], [certain, 1 - certain]])
    truth = np.eye(2)
    return matrix_picture(
        ("probabilities", probabilities.round(4)),
        "-",
        ("one-hot", truth),
        "→",
        ("d_logits", ((probabilities - truth) / 2).round(4)),
        highlight={"one-hot": (np.arange(2), LABELS)},
    )


def whole_pass() -> Figure:
    """Draw every array of the example, forward left and gradients right."""
    dense1, relu, dense2, loss = example()
    z1 = dense1.forward(INPUTS)
    hidden = relu.forward(z1)
    logits = dense2.forward(hidden)
    mean_loss = loss.forward(logits, LABELS)
    d_logits = loss.backward()
    d_hidden = dense2.backward(d_logits)
    d_z1 = relu.backward(d_hidden)
    d_inputs = dense1.backward(d_z1)
    rows = (
        ("inputs", INPUTS, d_inputs, "Dense 1"),
        ("z1", z1, d_z1, "ReLU"),
        ("hidden", hidden, d_hidden, "Dense 2"),
        ("logits", logits, d_logits, "softmax, loss"),
    )
    figure, ax = plt.subplots(figsize=(5.8, 6.4))
    ax.set_axis_off()
    for number, (name, values, gradient, below) in enumerate(rows):
        y = -2.0 * number
        for x, title, table in (
            (0.0, name, values),
            (5.0, f"d_{name}", gradient),
        ):
            ax.text(x, y + 0.62, title, ha="center", va="center")
            ax.text(
                x,
                y,
                "\n".join(
                    "   ".join(f"{v + 0.0:.4g}" for v in line.round(4))
                    for line in table
                ).replace("-", "−"),
                ha="center",
                va="center",
                linespacing=1.35,
            )
        box(ax, 2.5, y - 1.0, below, width=1.9)
        arrow(ax, (0, y - 0.5), (0, y - 1.2), **FORWARD)
        arrow(ax, (5, y - 1.2), (5, y - 0.5), **BACK)
    ax.text(0, -7.65, f"loss {mean_loss:.4f}", ha="center", va="center")
    ax.text(5, -7.65, "start: 1", ha="center", va="center")
    ax.text(0, 1.15, "forward", ha="center", color=PALETTE[0])
    ax.text(5, 1.15, "back", ha="center", color=PALETTE[1])
    ax.set(xlim=(-1.7, 6.9), ylim=(-7.95, 1.5))
    return figure


def descend(scale: float) -> tuple[list[float], Dense, ReLU, Dense]:
    """Train on the spiral at rate 1, return the losses and the parts."""
    rng = np.random.default_rng(0)
    points, arms = spiral(100, 3, rng=rng, dtype=np.float64)
    dense1 = Dense(2, 64, rng=rng, dtype=np.float64)
    dense2 = Dense(64, 3, rng=rng, dtype=np.float64)
    dense1.weights *= scale
    dense2.weights *= scale
    relu, loss = ReLU(), SoftmaxCrossEntropy()
    losses = []
    for _ in range(1001):
        logits = dense2.forward(relu.forward(dense1.forward(points)))
        losses.append(loss.forward(logits, arms))
        d_hidden = dense2.backward(loss.backward())
        dense1.parameter_gradients(relu.backward(d_hidden))
        for dense in (dense1, dense2):
            dense.weights -= dense.d_weights
            dense.biases -= dense.d_biases
    return losses, dense1, relu, dense2


def training() -> Figure:
    """Draw the loss of two trainings against the step."""
    figure, ax = plt.subplots(figsize=(5.6, 3.1))
    steps = np.unique(np.geomspace(1, 1001, 50).round().astype(int)) - 1
    for colour, line, scale, name in (
        (PALETTE[0], "-", 1.0, "weights of the package"),
        (PALETTE[1], "--", 100.0, "weights × 100"),
    ):
        losses = np.array(descend(scale)[0])
        ax.plot(steps, losses[steps], color=colour, linestyle=line, label=name)
    ax.axhline(np.log(3), color=MUTED, linewidth=0.8)
    ax.text(1000, np.log(3) + 0.04, "log 3", ha="right", va="bottom")
    ax.legend(loc="upper right")
    ax.set(xlabel="step", ylabel="loss", ylim=(0, 2.8), xlim=(0, 1000))
    return figure


def regions() -> Figure:
    """Draw what the second training has learned."""
    _, dense1, relu, dense2 = descend(100.0)
    points, arms = spiral(
        100, 3, rng=np.random.default_rng(0), dtype=np.float64
    )
    figure, ax = plt.subplots(figsize=(4.2, 3.9))
    ax.set_aspect("equal")
    scatter_classes(ax, points[::6], arms[::6])
    ax.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05), xlabel="$x_1$")
    ax.set_ylabel("$x_2$")
    decision_regions(
        ax,
        lambda grid: dense2.forward(relu.forward(dense1.forward(grid))),
        resolution=40,
        boundary=False,
    )
    return figure
