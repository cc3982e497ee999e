"""The figures of chapter 2: one neuron, a layer, a batch."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Circle, Rectangle
from numpy.typing import NDArray

from _drawing import arrow, matrix_picture, network_diagram
from figures.style import INK, MUTED, PALETTE, PAPER

Grid = NDArray[np.float64]

X = np.array([[1, 1, 3, 2], [2, 4, 4, 1]])
PATTERNS = np.array([[-1, -1, 1, 1], [-1, 1, 1, -1], [0.25] * 4])
W = PATTERNS.T
B = np.array([[-1, 0, -2]])


def strips() -> Figure:
    """Three strips of readings, and what the edge detector says of each."""
    figure, axes = plt.subplots(1, 3, figsize=(5.6, 2.7), sharey=True)
    weights = np.array([-1, -1, 1, 1])
    for ax, readings in zip(
        axes,
        (np.array([1, 1, 3, 3]), np.full(4, 2), np.array([3, 3, 1, 1])),
        strict=True,
    ):
        ax.bar(range(4), readings, width=0.86, color=PALETTE[0], alpha=0.75)
        for at, (reading, weight) in enumerate(
            zip(readings, weights, strict=True)
        ):
            ax.text(at, reading + 0.1, str(reading), ha="center")
            sign = "+1" if weight > 0 else "−1"
            ax.text(at, -0.55, f"×{sign}", ha="center", fontsize=10)
        score = f"{readings @ weights}".replace("-", "−")
        ax.text(1.5, -1.35, f"sum: {score}", ha="center")
        ax.set(ylim=(-1.5, 3.7), xticks=(), yticks=())
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        ax.plot([-0.5, 3.5], [0, 0], color=INK, linewidth=0.8)
    return figure


def neuron() -> Figure:
    """One neuron: four inputs, four weights, a sum, a bias, an output."""
    figure, ax = plt.subplots(figsize=(5.6, 2.9))
    ax.set_axis_off()
    ax.set_aspect("equal")
    heights = (1.65, 0.55, -0.55, -1.65)
    values = ("1", "1", "3", "2")
    weights = ("−1", "−1", "+1", "+1")
    for number, (y, value, weight) in enumerate(
        zip(heights, values, weights, strict=True), start=1
    ):
        minus = weight == "−1"
        ax.plot(
            [0, 3.6],
            [y, 0],
            color=PALETTE[1] if minus else PALETTE[0],
            linestyle=(0, (3, 1.5)) if minus else "-",
            linewidth=1.8,
            zorder=1,
        )
        ax.add_patch(
            Circle((0, y), 0.38, facecolor=PAPER, edgecolor=INK, zorder=2)
        )
        ax.text(0, y, value, ha="center", va="center", zorder=3)
        ax.text(-0.55, y, f"$x_{number}$", ha="right", va="center")
        ax.text(
            1.45,
            y * (1 - 1.45 / 3.6),
            weight,
            ha="center",
            va="center",
            fontsize=10,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5},
        )
    ax.add_patch(
        Circle((3.6, 0), 0.62, facecolor=PAPER, edgecolor=INK, zorder=2)
    )
    ax.text(3.6, 0, "add", ha="center", va="center", zorder=3)
    arrow(ax, (3.6, 1.5), (3.6, 0.62), gap=2, color=INK, lw=1.4)
    ax.text(3.6, 1.62, "bias $b$ = −1", ha="center", va="bottom")
    arrow(ax, (4.22, 0), (5.2, 0), gap=2, color=INK, lw=1.4)
    ax.text(5.3, 0, "$z$ = 2", ha="left", va="center")
    ax.set(xlim=(-1.2, 6.4), ylim=(-2.1, 2.15))
    return figure


def weight_and_bias() -> Figure:
    """One input: the weight tilts the line, the bias lifts it."""
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 2.9), sharey=True)
    x = np.array([-2, 2])
    looks = ("-", "--", ":")
    for weight, dash, number in zip(
        (2, 0.5, -1), looks, range(3), strict=True
    ):
        axes[0].plot(x, weight * x, dash, color=PALETTE[number])
        said = f"w = {weight:g}".replace("-", "−")
        axes[0].text(2.1, weight * 2, said, va="center", fontsize=10)
    for bias, dash, number in zip((2, 0, -2), looks, range(3), strict=True):
        axes[1].plot(x, 0.5 * x + bias, dash, color=PALETTE[number])
        said = f"b = {bias:g}".replace("-", "−")
        axes[1].text(2.1, 1 + bias, said, va="center", fontsize=10)
    for ax, title in zip(
        axes, ("the weight tilts", "the bias lifts"), strict=True
    ):
        ax.axhline(0, color=MUTED, linewidth=0.8, zorder=0)
        ax.axvline(0, color=MUTED, linewidth=0.8, zorder=0)
        ax.set(xlim=(-2, 3.5), ylim=(-4.2, 4.2), xticks=(-2, 0, 2))
        ax.set(yticks=(-4, -2, 0, 2, 4), xlabel="input x", title=title)
    axes[0].set_ylabel("output z")
    return figure


def layer() -> Figure:
    """Four inputs, three neurons; the connections of one stand out."""
    return network_diagram(
        (4, 3),
        titles=("inputs (4,)", "outputs (3,)"),
        names={
            **{(0, j): f"$x_{j + 1}$" for j in range(4)},
            **{(1, k): f"$z_{k + 1}$" for k in range(3)},
        },
        highlight={(1, 1)},
        figsize=(3.6, 3.0),
    )


def _arrow(ax: Axes, tip: tuple[float, float], color: str, name: str) -> None:
    arrow(ax, (0, 0), tip, color=color, lw=2)
    far = np.hypot(*tip)
    ax.text(
        tip[0] * (1 + 0.32 / far),
        tip[1] * (1 + 0.32 / far),
        name,
        ha="center",
        va="center",
    )


def angles() -> Figure:
    """Three pairs of arrows: acute, right and obtuse angles."""
    figure, axes = plt.subplots(
        1, 3, figsize=(5.6, 1.9), width_ratios=(2.9, 3.9, 4.9)
    )
    left = (-0.3, -1.3, -2.3)
    pairs = zip(axes, ((1, 2), (-1, 2), (-2, 1)), left, strict=True)
    for ax, tip, edge in pairs:
        turn = np.degrees(np.arctan2(tip[1], tip[0]))
        own = np.degrees(np.arctan2(1, 2))
        _arrow(ax, (2, 1), PALETTE[0], "w")
        _arrow(ax, tip, PALETTE[1], "x")
        ax.add_patch(Arc((0, 0), 1.1, 1.1, theta1=own, theta2=turn))
        said = f"x·w = {2 * tip[0] + tip[1]}".replace("-", "−")
        ax.set_title(said, loc="center")
        ax.set(xlim=(edge, 2.6), ylim=(-0.2, 2.5), aspect="equal")
        ax.set_axis_off()
    return figure


def triangle() -> Figure:
    """The distance between two tips, taken apart at a right angle."""
    figure, ax = plt.subplots(figsize=(5.0, 2.9))
    ax.set_axis_off()
    ax.set_aspect("equal")
    _arrow(ax, (5, 0), PALETTE[0], "w")
    _arrow(ax, (2, 2), PALETTE[1], "x")
    ax.plot([2, 2], [0, 2], color=MUTED, linestyle="--", linewidth=1.4)
    ax.plot([2, 5], [2, 0], color=INK, linewidth=1.4)
    ax.plot([1.8, 1.8, 2], [0, 0.2, 0.2], color=MUTED, linewidth=1)
    ax.add_patch(Arc((0, 0), 1.3, 1.3, theta1=0, theta2=45))
    ax.text(0.42, 0.17, "φ", ha="center", va="center")
    ax.text(3.75, 1.15, "x − w", ha="left", va="center")
    ax.text(2.12, 0.85, "‖x‖ sin φ", ha="left", va="center", fontsize=10)
    for start, end, said in ((0, 2, "‖x‖ cos φ"), (2, 5, "the rest")):
        ends = (start, -0.25), (end, -0.25)
        arrow(ax, *ends, gap=1, arrowstyle="<->", color=MUTED, lw=1)
        ax.text(
            (start + end) / 2, -0.36, said, ha="center", va="top", fontsize=10
        )
    ax.set(xlim=(-0.2, 5.6), ylim=(-0.75, 2.5))
    return figure


def addition() -> Figure:
    """Two arrows, one on the tip of the other; one arrow, doubled, turned."""
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 2.3))
    _arrow(axes[0], (3, 1), PALETTE[0], "a")
    _arrow(axes[0], (4, 3), INK, "")
    axes[0].text(1.8, 1.8, "a + b", ha="right")
    arrow(axes[0], (3, 1), (4, 3), color=PALETTE[1], lw=2)
    axes[0].text(3.75, 1.8, "b")
    _arrow(axes[1], (4, 2), PALETTE[2], "2c")
    _arrow(axes[1], (2, 1), PALETTE[0], "")
    axes[1].text(1.9, 0.55, "c")
    _arrow(axes[1], (-2, -1), PALETTE[1], "−c")
    axes[0].set(xlim=(-0.3, 5.2), ylim=(-0.3, 3.5))
    axes[1].set(xlim=(-2.8, 4.8), ylim=(-1.5, 2.6))
    for ax in axes:
        ax.set_axis_off()
        ax.set_aspect("equal")
        ax.plot(0, 0, "o", color=INK, markersize=4)
    return figure


def plane() -> Figure:
    """What a neuron with two inputs says at each point of the plane."""
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 3.0), sharey=True)
    line = np.linspace(-3, 3, 2)
    xs, ys = np.meshgrid(line, line)
    for ax, bias in zip(axes, (0, -5), strict=True):
        z = 2 * xs + ys + bias
        ax.contourf(
            xs,
            ys,
            z,
            levels=np.arange(-14, 15, 2),
            cmap="nnfs-diverging",
        )
        ax.contour(xs, ys, z, levels=[0], colors=[INK], linewidths=1.8)
        _arrow(ax, (2, 1), INK, "w")
        ax.set(aspect="equal", xlabel="$x_1$", xticks=(-2, 0, 2))
        ax.set(yticks=(-2, 0, 2), title=f"b = {bias}".replace("-", "−"))
        ax.text(2.3, 2.3, "z > 0", ha="center", va="center")
        ax.text(-2, -2.3, "z < 0", ha="center", va="center")
    axes[0].set_ylabel("$x_2$")
    return figure


def row_by_column() -> Figure:
    """A batch times a layer's weights; row 2 meets column 2."""
    return matrix_picture(
        ("X", X),
        "@",
        ("W", W),
        "=",
        ("XW", X @ W),
        highlight={"X": 1, "W": (slice(None), 1), "XW": (1, 1)},
    )


def turned() -> Figure:
    """One neuron a row becomes one neuron a column."""
    return matrix_picture(
        ("one row per neuron", PATTERNS),
        "→",
        ("one column per neuron", W),
        highlight={
            "one row per neuron": 1,
            "one column per neuron": (slice(None), 1),
        },
    )


def broadcasting() -> Figure:
    """The row of biases is laid under itself until it fits."""
    figure, ax = plt.subplots(figsize=(5.6, 1.75))
    ax.set_axis_off()
    ax.set_aspect("equal")
    wide = 1.35
    blocks = (
        (0.0, X @ W, 2, "XW", "(2, 3)"),
        (3 * wide + 1, np.vstack((B, B)), 1, "b", "(1, 3)"),
        (6 * wide + 2, X @ W + B, 2, "Z", "(2, 3)"),
    )
    for left, values, solid, name, shape in blocks:
        for (row, column), value in np.ndenumerate(values):
            ghost = row >= solid
            at = (left + column * wide, -row - 1)
            ax.add_patch(
                Rectangle(
                    at,
                    wide,
                    1,
                    facecolor=PALETTE[0] if name == "b" else "none",
                    alpha=None if name != "b" else 0.1 if ghost else 0.25,
                    edgecolor="none",
                )
            )
            ax.add_patch(
                Rectangle(
                    at,
                    wide,
                    1,
                    facecolor="none",
                    edgecolor=MUTED if ghost else INK,
                    linestyle="--" if ghost else "-",
                )
            )
            ax.text(
                at[0] + wide / 2,
                at[1] + 0.5,
                f"{value:g}".replace("-", "−"),
                ha="center",
                va="center_baseline",
                fontsize=10,
                color=MUTED if ghost else INK,
            )
        middle = left + 1.5 * wide
        ax.text(middle, 0.2, name, ha="center", va="bottom")
        ax.text(middle, -2.2, shape, ha="center", va="top", fontsize=10)
    for x, sign in ((3 * wide + 0.5, "+"), (6 * wide + 1.5, "=")):
        ax.text(x, -1, sign, ha="center", va="center", fontsize=14)
    ax.set(xlim=(-0.1, 9 * wide + 2.1), ylim=(-2.9, 0.9))
    return figure
