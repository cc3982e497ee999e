"""The figures of chapter 24."""

import json
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

import nnfs_code
from _drawing import arrow
from figures.style import INK, MUTED, PALETTE, PAPER
from nnfs_code.autograd import Tensor, ordered
from nnfs_code.autograd_operations import maximum

BLUE, ORANGE = PALETTE[:2]
SIGNS = {
    "": "",
    "multiply": "×",
    "add": "+",
    "maximum": "max",
    "subtract": "−1",
}


def neuron() -> tuple[list[Tensor], Tensor]:
    """Return the parameters of the neuron, and its loss."""
    params = [Tensor(v, requires_grad=True) for v in (0.5, -1.5, 0.5)]
    w1, w2, b = params
    error = maximum(2 * w1 + -1 * w2 + b, 0) - 1
    return params, error * error


def passed_back(loss: Tensor) -> dict[Tensor, float]:
    """Return the slope of the loss along each tensor of its record."""
    slopes = {loss: 1.0}
    for tensor in reversed(ordered(loss)):
        for parent, rule in zip(tensor.parents, tensor.rules, strict=True):
            part = float(rule(np.asarray(slopes[tensor])))
            slopes[parent] = slopes.get(parent, 0.0) + part
    return slopes


def record() -> Figure:
    """Draw the record of the neuron, with values and slopes."""
    (w1, w2, b), loss = neuron()
    found, slopes = ordered(loss), passed_back(loss)
    xs = (2.5, 0, 1.25, 0, 1.25, 2.5, 3.75, 5.0, 6.25, 7.5)
    ys = (-1.5, -0.6, -0.6, 1.2, 1.2, 0.5, 0.3, 0.3, 0.3, 0.3)
    places = dict(zip(found, zip(xs, ys, strict=True), strict=True))
    names = {w1: "$w_1$", w2: "$w_2$", b: "$b$"}
    figure, ax = plt.subplots(figsize=(6.2, 3.4))
    ax.set_axis_off()
    ax.set_aspect("equal")
    for tensor, (x, y) in places.items():
        given = tensor in names
        ax.add_patch(
            Circle((x, y), 0.36, fc=PAPER, ec=BLUE if given else INK, lw=1.4)
        )
        sign = names.get(tensor, SIGNS[tensor.operation])
        ax.text(x, y, sign, ha="center", va="center")
        value = f"{float(tensor.values):g}".replace("-", "−")
        slope = f"({slopes[tensor]:g})".replace("-", "−")
        ax.text(x, y + 0.56, value, ha="center", va="center")
        ax.text(x, y - 0.58, slope, ha="center", va="center", color=ORANGE)
        for shift, parent in enumerate(tensor.parents):
            twice = tensor.parents[0] is tensor.parents[-1]
            lift = 0.12 * (1 - 2 * shift) if len(tensor.parents) == 2 else 0
            wires(ax, places[parent], (x, y), lift if twice else 0)
    ax.set(xlim=(-0.5, 8.0), ylim=(-2.35, 2.0))
    return figure


def wires(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], lift: float
) -> None:
    """Draw an arrow from circle to circle, `lift` above their middles."""
    one, two = np.array(start), np.array(end)
    along = (two - one) / np.hypot(*(two - one))
    up = np.array([0, lift])
    one, two = one + along * 0.4 + up, two - along * 0.4 + up
    arrow(ax, one, two, color=MUTED, lw=1.3)


def cells(
    ax: Axes, place: tuple[float, float], rows: object, dashed: bool = False
) -> None:
    """Draw a table with its upper left corner at a place."""
    left, top = place
    for i, row in enumerate(np.atleast_2d(np.asarray(rows))):
        for j, number in enumerate(row):
            x, y = left + 0.9 * j, top - 0.6 * (i + 1)
            ax.add_patch(
                Rectangle(
                    (x, y),
                    0.9,
                    0.6,
                    facecolor=PAPER,
                    edgecolor=MUTED if dashed else INK,
                    linestyle="--" if dashed else "-",
                )
            )
            ax.text(
                x + 0.45,
                y + 0.3,
                f"{number:g}",
                ha="center",
                va="center",
                color=MUTED if dashed else INK,
            )


def broadcast() -> Figure:
    """Draw a row that is stretched, and the slopes that are summed."""
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    ax.set_axis_off()
    ax.set_aspect("equal")
    biases = np.array([0.1, 0.2, 0.3])
    arriving = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    cells(ax, (0, 3.2), np.zeros((2, 3)))
    ax.text(3.15, 2.6, "+", ha="center", va="center")
    cells(ax, (3.6, 3.2), biases)
    cells(ax, (3.6, 2.6), biases, dashed=True)
    cells(ax, (0, 0.9), arriving)
    arrow(ax, (2.85, 0.3), (3.5, 0.3), color=ORANGE, lw=1.6, ls="--")
    cells(ax, (3.6, 0.6), arriving.sum(axis=0))
    ax.text(0, 3.4, "forward: scores, and the biases twice", color=BLUE)
    ax.text(0, 1.1, "backward: slopes, and their sum", color=ORANGE)
    ax.set(xlim=(-0.1, 6.5), ylim=(-0.5, 3.8))
    return figure


WAYS = {
    "composed": "composed",
    "loss in one": "+ loss in one",
    "loss and ReLU in one": "+ ReLU in one",
    "loss, ReLU and dense in one": "+ dense in one",
}
WORKS = {"spiral": "spiral", "128": "batch 128", "2048": "batch 2048"}


def cost() -> Figure:
    """Draw how many times as long as by hand each way takes."""
    folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
    text = (folder / "autograd-cost.json").read_text("utf-8")
    stored = json.loads(text)
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    hatches = ("", "//", "..", "xx")
    for k, (way, name) in enumerate(WAYS.items()):
        lows, middles, highs = zip(
            *(stored[work]["ratios"][way] for work in WORKS), strict=True
        )
        at = np.arange(3) + 0.2 * (k - 1.5)
        errors = np.subtract(middles, lows), np.subtract(highs, middles)
        ax.bar(
            at,
            middles,
            0.18,
            color=PALETTE[k],
            hatch=hatches[k],
            edgecolor=PAPER,
            label=name,
        )
        ax.errorbar(at, middles, errors, fmt="none", ecolor=INK, lw=1.0)
    ax.axhline(1, color=MUTED, linewidth=0.9)
    ax.set_xticks(range(3), list(WORKS.values()))
    ax.set(ylabel="times as long as by hand", ylim=(0, 3.5))
    ax.legend(loc="upper right")
    return figure
