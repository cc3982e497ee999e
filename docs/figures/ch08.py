"""Figures of chapter 8: gradients and the chain rule."""

from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike

from _drawing import arrow
from figures.style import INK, MUTED, PALETTE, PAPER

BLUE, ORANGE, GREEN = PALETTE[:3]


def rectangle() -> Figure:
    """Draw a rectangle that grows to the right and upwards."""
    figure, ax = plt.subplots(figsize=(5.6, 3.1))
    ax.set_axis_off()
    ax.set_aspect("equal")
    grown = 0.4
    parts = (
        ((0, 0), 3, 2, PAPER, 1),
        ((3, 0), grown, 2, BLUE, 0.3),
        ((0, 2), 3, grown, ORANGE, 0.3),
        ((3, 2), grown, grown, MUTED, 0.5),
    )
    for corner, width, height, colour, alpha in parts:
        ax.add_patch(
            Rectangle(corner, width, height, facecolor=colour, alpha=alpha)
        )
        ax.add_patch(Rectangle(corner, width, height, fill=False, lw=1.2))
    ax.text(1.5, 1, "area 3 × 2 = 6", ha="center", va="center")
    ax.text(3 + grown + 0.08, 1, "adds 2 × step", va="center")
    ax.text(1.5, 2 + grown + 0.08, "adds 3 × step", ha="center")
    ax.text(3 + grown + 0.08, 2.2, "step × step", va="center")
    ax.text(1.5, -0.1, "width 3", ha="center", va="top")
    ax.text(-0.1, 1, "height 2", ha="right", va="center")
    ax.set(xlim=(-1, 5), ylim=(-0.45, 2.85))
    return figure


def _bowl_contours(ax: Axes) -> None:
    """Draw level lines of x² + 2y² as ellipses: few points, no grid."""
    turn = np.linspace(0, 2 * np.pi, 49)
    for level in (0.5, 1.5, 3, 5, 7.5, 9):
        ax.plot(
            np.sqrt(level) * np.cos(turn),
            np.sqrt(level / 2) * np.sin(turn),
            color=MUTED,
            lw=1.6 if level == 3 else 0.9,
        )


def gradient_field() -> Figure:
    """Draw level lines of a bowl and the gradient at some points."""
    figure, ax = plt.subplots(figsize=(5.6, 4.1))
    ax.set_aspect("equal")
    _bowl_contours(ax)
    root = np.sqrt(3)
    places = np.array(
        [
            [1, 1],
            [-1, 1],
            [root, 0],
            [-root, 0],
            [0, np.sqrt(1.5)],
            [0, -np.sqrt(1.5)],
            [1, -1],
            [-1, -1],
        ]
    )
    for number, (x, y) in enumerate(places):
        colour = BLUE if number == 0 else MUTED
        tip = (x + 0.22 * 2 * x, y + 0.22 * 4 * y)
        arrow(ax, (x, y), tip, color=colour, lw=1.3 if number else 2.2)
    ax.plot([1, 0], [1, 0], color=ORANGE, ls="--", lw=1.6)
    ax.plot(1, 1, "o", color=BLUE)
    ax.plot(0, 0, "s", color=ORANGE)
    ax.text(1.55, 2.08, "gradient (2, 4)")
    ax.text(0.1, -0.12, "lowest place", va="top")
    ax.text(1.12, 0.86, "(1, 1)", va="center")
    ax.set(
        xlabel="$x$",
        ylabel="$y$",
        xlim=(-3.1, 3.1),
        ylim=(-2.4, 2.4),
        xticks=range(-3, 4),
        yticks=range(-2, 3),
    )
    return figure


def slope_by_direction() -> Figure:
    """Draw the slope of a bowl at (1, 1) against the direction."""
    figure, ax = plt.subplots(figsize=(5.6, 3.1))
    degrees = np.linspace(-180, 180, 73)
    length = np.hypot(2, 4)
    ax.axhline(0, color=MUTED, lw=0.8)
    ax.plot(degrees, length * np.cos(np.radians(degrees)), color=BLUE)
    uphill = np.arctan2(4, 2)
    step = 1e-5
    for some in range(-180, 181, 45):
        angle = uphill + np.radians(some)
        unit = np.array([np.cos(angle), np.sin(angle)])
        ends = [
            (1 + t * unit[0]) ** 2 + 2 * (1 + t * unit[1]) ** 2
            for t in (step, -step)
        ]
        ax.plot(some, (ends[0] - ends[1]) / (2 * step), "o", color=ORANGE)
    ax.set(
        xlabel="angle to the gradient, degrees",
        ylabel="slope",
        xticks=range(-180, 181, 90),
        xlim=(-190, 190),
        yticks=(-4, -2, 0, 2, 4),
        ylim=(-5.4, 5.4),
    )
    ax.text(12, 4.72, "steepest up", va="center")
    ax.text(98, 0.5, "level")
    ax.text(174, -4.9, "steepest down", ha="right", va="center")
    return figure


Place = tuple[float, float]


def _graph(
    ax: Axes,
    nodes: Mapping[str, tuple[Place, str]],
    edges: Mapping[tuple[str, str], str],
    *,
    radius: float = 0.3,
    backwards: bool = False,
) -> None:
    """Draw circles with signs, and arrows between them with numbers.

    A name that begins with "(" is an end of the graph, without a circle.
    """
    for name, (place, text) in nodes.items():
        if not name.startswith("("):
            ax.add_patch(
                Circle(place, radius, facecolor=PAPER, edgecolor=INK, lw=1.3)
            )
        ax.text(*place, text, ha="center", va="center")
    for (start, end), number in edges.items():
        first, last = np.array(nodes[start][0]), np.array(nodes[end][0])
        along = (last - first) / np.hypot(*(last - first))
        first = first + along * (radius + 0.04)
        last = last - along * (radius + 0.04)
        arrow(
            ax,
            *((last, first) if backwards else (first, last)),
            color=ORANGE if backwards else BLUE,
            lw=1.6,
            ls="--" if backwards else "-",
        )
        middle = (first + last) / 2
        lift = 0.19 if abs(along[1]) < 0.75 else 0.0
        shift = 0.0 if lift else 0.2
        if abs(along[1]) > 0.1 and lift:
            shift = -0.12 * np.sign(along[1])
        ax.text(
            middle[0] + shift,
            middle[1] + lift,
            number,
            ha="center" if lift else "left",
            va="center",
            fontsize=10,
        )


def fork() -> Figure:
    """Draw the two paths from x to the product of x² and 3x."""
    figure, ax = plt.subplots(figsize=(5.6, 2.6))
    ax.set_axis_off()
    ax.set_aspect("equal")
    nodes = {
        "(x": ((0.0, 0.0), "$x = 2$"),
        "u": ((2.2, 0.85), "$x^2$"),
        "v": ((2.2, -0.85), "$3x$"),
        "y": ((4.4, 0.0), "×"),
        "(y": ((6.0, 0.0), "$f = 24$"),
    }
    edges = {
        ("(x", "u"): "$2x = 4$",
        ("(x", "v"): "3",
        ("u", "y"): "$v = 6$",
        ("v", "y"): "$u = 4$",
        ("y", "(y"): "",
    }
    _graph(ax, nodes, edges, radius=0.42)
    ax.text(2.2, 1.45, "6 × 4 = 24 this way", ha="center")
    ax.text(2.2, -1.55, "4 × 3 = 12 this way", ha="center")
    ax.set(xlim=(-0.7, 6.8), ylim=(-1.75, 1.75))
    return figure


NEURON = {
    "(x1": ((0.0, 2.1), "$x_1$"),
    "(w1": ((0.0, 1.1), "$w_1$"),
    "(x2": ((0.0, 0.1), "$x_2$"),
    "(w2": ((0.0, -0.9), "$w_2$"),
    "(b": ((2.75, -1.4), "$b$"),
    "m1": ((1.45, 1.6), "×"),
    "m2": ((1.45, -0.4), "×"),
    "z": ((2.75, 0.1), "+"),
    "a": ((4.0, 0.1), "max"),
    "e": ((5.25, 0.1), "−1"),
    "l": ((6.5, 0.1), "( )²"),
    "(L": ((7.55, 0.1), "$L$"),
}
WIRES = (
    ("(x1", "m1"),
    ("(w1", "m1"),
    ("(x2", "m2"),
    ("(w2", "m2"),
    ("m1", "z"),
    ("m2", "z"),
    ("(b", "z"),
    ("z", "a"),
    ("a", "e"),
    ("e", "l"),
    ("l", "(L"),
)


def _neuron(numbers: tuple[str, ...], *, backwards: bool) -> Figure:
    figure, ax = plt.subplots(figsize=(5.6, 3.0))
    ax.set_axis_off()
    ax.set_aspect("equal")
    edges = dict(zip(WIRES, numbers, strict=True))
    _graph(ax, NEURON, edges, radius=0.37, backwards=backwards)
    ax.set(xlim=(-0.35, 7.85), ylim=(-1.65, 2.4))
    return figure


def neuron_forward() -> Figure:
    """Draw the graph of one neuron with the values on its wires."""
    values = ("2", "0.5", "−1", "−1.5", "1", "1.5", "0.5", "3", "3", "2", "4")
    return _neuron(values, backwards=False)


def neuron_backward() -> Figure:
    """Draw the same graph with the slopes on its wires."""
    slopes = ("2", "8", "−6", "−4", "4", "4", "4", "4", "4", "4", "1")
    return _neuron(slopes, backwards=True)


def _cells(ax: Axes, values: ArrayLike, title: str, *, size: float) -> None:
    """Draw a matrix, its entries that are not 0 shaded."""
    matrix = np.asarray(values) + 0.0  # no minus before a 0
    rows, columns = matrix.shape
    ax.set_axis_off()
    ax.set_aspect("equal")
    for row, column in np.ndindex(rows, columns):
        entry = matrix[row, column]
        if entry:
            ax.add_patch(
                Rectangle(
                    (column, rows - row - 1),
                    1,
                    1,
                    facecolor=BLUE,
                    alpha=0.25,
                    lw=0,
                )
            )
        ax.text(
            column + 0.5,
            rows - row - 0.5,
            f"{entry:g}".replace("-", "−"),
            ha="center",
            va="center",
            fontsize=size,
            color=INK if entry else MUTED,
        )
    ax.add_patch(Rectangle((0, 0), columns, rows, fill=False, lw=1.2))
    ax.set(xlim=(-0.1, columns + 0.1), ylim=(-0.1, rows + 0.1))
    ax.set_title(title, loc="center")


def jacobian_shapes() -> Figure:
    """Draw the Jacobians of a dense layer and of two activations."""
    weights = np.array([[0.5, 1.0, -2.0], [-1.5, 0.0, 3.0]])
    for_weights = np.kron(np.array([[2.0, -1.0]]), np.eye(3))
    p = np.exp([2.0, 1.0, 0.0])
    p /= p.sum()
    figure, grid = plt.subplot_mosaic(
        [["x", "b", "W"], ["relu", "softmax", "W"]],
        figsize=(6.0, 4.6),
        width_ratios=(1, 1.35, 1.6),
        height_ratios=(1, 1.35),
    )
    _cells(grid["x"], weights.T, "dense, for $x$\n(3, 2)", size=10)
    _cells(grid["b"], np.eye(3), "dense, for $b$\n(3, 3)", size=10)
    _cells(grid["W"], for_weights, "dense, for $W$\n(3, 6)", size=10)
    _cells(grid["relu"], np.diag([1, 1, 0]), "ReLU\n(3, 3)", size=10)
    softmax = (np.diag(p) - np.outer(p, p)).round(2)
    _cells(grid["softmax"], softmax, "softmax\n(3, 3)", size=10)
    return figure


def batch_jacobian() -> Figure:
    """Draw the Jacobian of a dense layer for a batch of two."""
    weights = np.array([[0.5, 1.0, -2.0], [-1.5, 0.0, 3.0]])
    figure, ax = plt.subplots(figsize=(4.2, 4.0))
    _cells(ax, np.kron(np.eye(2), weights.T), "", size=10)
    ax.plot([2, 2], [0, 6], color=INK, lw=0.8, ls=":")
    ax.plot([0, 4], [3, 3], color=INK, lw=0.8, ls=":")
    for sample in range(2):
        ax.text(1 + 2 * sample, 6.15, f"sample {sample + 1}", ha="center")
        ax.text(-0.15, 4.5 - 3 * sample, f"sample {sample + 1}", ha="right")
    ax.set(xlim=(-1.8, 4.1), ylim=(-0.1, 6.6))
    return figure


def two_orders() -> Figure:
    """Draw the chain of Jacobians and what either order leaves between."""
    figure, axes = plt.subplots(3, 1, figsize=(5.6, 4.6))
    side = {1: 0.1, 10: 0.35, 128: 1.0, 784: 3.0}
    lines = (
        (
            "the chain, from the loss to the inputs",
            ((1, 10, ""), (10, 128, ""), (128, 128, ""), (128, 784, "")),
            BLUE,
        ),
        (
            "results on the way, starting at the loss",
            ((1, 128, "1,280"), (1, 128, "16,384"), (1, 784, "100,352")),
            GREEN,
        ),
        (
            "results on the way, starting at the inputs",
            (
                (128, 784, "12,845,056"),
                (10, 784, "1,003,520"),
                (1, 784, "7,840"),
            ),
            ORANGE,
        ),
    )
    for ax, (title, shapes, colour) in zip(axes, lines, strict=True):
        ax.set_axis_off()
        ax.set_aspect("equal")
        ax.set_title(title)
        x = 0.0
        for rows, columns, count in shapes:
            wide, high = side[columns], side[rows]
            ax.add_patch(
                Rectangle(
                    (x, -high / 2),
                    wide,
                    high,
                    facecolor=colour,
                    alpha=0.35,
                    lw=0,
                )
            )
            ax.add_patch(
                Rectangle((x, -high / 2), wide, high, fill=False, lw=1)
            )
            below = f"{rows} × {columns}"
            ax.text(
                x + wide / 2,
                -0.6,
                f"{below}\n{count}" if count else below,
                ha="center",
                va="top",
                fontsize=10,
            )
            x += max(wide, 1.0) + 0.75
        ax.set(xlim=(-0.5, 10.9), ylim=(-1.5, 0.6))
    return figure
