"""Figures of chapter 26: windows that slide, and what they see."""

import json
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from _drawing import matrix_picture
from figures.style import INK, MUTED

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "resources" / "datasets" / "convolution-runs.json"
PICTURE = np.array([[1, 0, 2], [3, 1, 0], [0, 2, 4]])
PATTERN = np.array([[1, 2], [0, -1]])
SLOPES = np.array([[1, 0], [0, 2]])
CORNER = (slice(0, 2), slice(0, 2))


def by_hand() -> Figure:
    """Draw a picture, a pattern and the four answers."""
    return matrix_picture(
        ("picture", PICTURE),
        "&",
        ("pattern", PATTERN),
        "→",
        ("answers", np.array([[0, 4], [3, -3]])),
        highlight={
            "picture": CORNER,
            "pattern": CORNER,
            "answers": (0, 0),
        },
    )


def grid(ax: Axes, values: np.ndarray, x: float, y: float) -> None:
    """Draw numbers in cells of size 1, from the upper left corner at x, y."""
    for (r, c), value in np.ndenumerate(values):
        ax.add_patch(
            Rectangle((x + c, y - r - 1), 1, 1, fill=False, ec=MUTED, lw=0.8)
        )
        ax.text(x + c + 0.5, y - r - 0.5, value, ha="center", va="center")


def window(ax: Axes, size: int, x: float, y: float) -> None:
    """Draw the window that slides, over the upper left corner."""
    ax.add_patch(
        Rectangle((x, y - size), size, size, fc="C0", ec="C0", alpha=0.2, lw=0)
    )
    ax.add_patch(
        Rectangle((x, y - size), size, size, fill=False, ec="C0", lw=2)
    )


def three_slides() -> Figure:
    """Draw what slides over what, forward and back."""
    figure, axes = plt.subplots(
        1, 3, figsize=(6.4, 3.1), width_ratios=[3, 3, 4]
    )
    border = np.pad(SLOPES, 1)
    for ax, title, below, above, result in (
        (axes[0], "forward", PICTURE, PATTERN, "answers"),
        (axes[1], "to the weights", PICTURE, SLOPES, "slopes of the pattern"),
        (
            axes[2],
            "to the picture",
            border,
            PATTERN[::-1, ::-1],
            "slopes of the picture",
        ),
    ):
        side = len(below)
        window(ax, 2, 0, 0)
        grid(ax, below, 0, 0)
        grid(ax, above, side / 2 - 1, 3)
        window(ax, 2, side / 2 - 1, 3)
        ax.set_title(title, fontsize=11)
        ax.text(side / 2, -side - 0.3, result, ha="center", va="top")
        ax.set(xlim=(-0.6, side + 0.6), ylim=(-5.4, 3.2), aspect="equal")
        ax.set_axis_off()
    return figure


def reach() -> Figure:
    """Draw the squares that one square of the second pool depends on."""
    figure, ax = plt.subplots(figsize=(6.4, 2.7))
    rows = [
        ("pool", 1, 4, [3]),
        ("conv", 2, 2, range(6, 8)),
        ("pool", 2, 2, range(5, 9)),
        ("conv", 1, 1, range(10, 18)),
        ("pixels", 1, 1, range(9, 19)),
    ]
    widths = [4, 2, 2, 1, 1]
    for row, ((name, *_), wide) in enumerate(zip(rows, widths, strict=True)):
        seen, y = set(rows[row][3]), -1.4 * row
        for k in range(28 // wide):
            ax.add_patch(
                Rectangle(
                    (wide * k, y),
                    wide,
                    0.9,
                    fc="C0" if k in seen else "none",
                    alpha=0.6 if k in seen else 1,
                    ec=MUTED,
                    lw=0.6,
                )
            )
        ax.text(-0.5, y + 0.45, name, ha="right", va="center", color=INK)
        ax.text(28.5, y + 0.45, str(len(seen)), va="center", color=INK)
    ax.set(xlim=(-4, 30), ylim=(-5.8, 1.1))
    ax.set_axis_off()
    return figure


def moved() -> Figure:
    """Draw accuracy over the distance that pictures were moved."""
    right = json.loads(STORED.read_text("utf-8"))["right"]
    figure, ax = plt.subplots(figsize=(5.8, 3.4))
    for name, line in (
        ("convolution, 10 epochs", "o-"),
        ("dense, 10 epochs", "s--"),
        ("convolution, means, 10 epochs", "^:"),
    ):
        values = np.array(right[name])
        label = name.removesuffix(", 10 epochs")
        (drawn,) = ax.plot(np.median(values, axis=0), line, label=label)
        ax.fill_between(
            range(5),
            values.min(axis=0),
            values.max(axis=0),
            color=drawn.get_color(),
            alpha=0.2,
            linewidth=0,
        )
    ax.set(
        xlabel="pixels moved to the right",
        ylabel="share right of the 400",
        ylim=(0, 0.9),
        xticks=range(5),
    )
    ax.legend(loc="lower left")
    return figure
