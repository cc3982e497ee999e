"""Figures of chapter 31: attention and the transformer."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

import nnfs_code
from _drawing import arrow
from figures.style import INK, MUTED, PAPER
from nnfs_code.arrays import Array
from nnfs_code.promises import every_part
from nnfs_code.texts import language_runs, transformer_runs
from nnfs_code.transformer import GPT


def boxed(
    ax: Axes, place: tuple[float, float], words: str, width: float
) -> None:
    """Draw a box with words around a place."""
    x, y = place
    box = FancyBboxPatch((x - width / 2, y - 0.3), width, 0.6)
    box.set_boxstyle("round", pad=0.02, rounding_size=0.1)
    box.set(facecolor=PAPER, edgecolor=INK, linewidth=1.2)
    ax.add_patch(box)
    ax.text(x, y, words, ha="center", va="center", fontsize=10)


def look_up() -> Figure:
    """Draw one look-up with its shares."""
    figure, ax = plt.subplots(figsize=(6.2, 2.9))
    ax.set_axis_off()
    ax.set(xlim=(-1.1, 8.4), ylim=(-1.75, 1.9), aspect="equal")
    rows = {1.2: ("(1, 0)", 0.2447, "1"), 0.0: ("(0, 1)", 0.09, "2")}
    rows[-1.2] = ("(1, 1)", 0.6652, "4")
    for y, (key, share, value) in rows.items():
        ax.plot([0.75, 2.3], [0, y], color="C0", lw=0.5 + 9 * share, zorder=0)
        ax.plot([5.05, 6.8], [y, 0], color="C0", lw=0.5 + 9 * share, zorder=0)
        boxed(ax, (2.95, y), f"key {key}", 1.5)
        boxed(ax, (4.6, y), f"value {value}", 1.2)
        place = {1.2: (1.15, 0.9), 0.0: (1.75, 0.25), -1.2: (1.1, -1.0)}[y]
        ax.text(*place, f"{share:.2f}", ha="center", va="center")
    boxed(ax, (-0.1, 0), "query (2, 1)", 1.8)
    boxed(ax, (7.4, 0), "found 3.09", 1.6)
    return figure


def rotary() -> Figure:
    """Draw a query and a key, turned by their places, twice."""
    figure, axes = plt.subplots(1, 2, figsize=(5.8, 2.9))
    for ax, (asks, holds) in zip(axes, ((3, 1), (13, 11)), strict=True):
        ax.set_axis_off()
        ax.set(xlim=(-1.45, 1.6), ylim=(-1.2, 1.4), aspect="equal")
        circle = Circle((0, 0), 1, facecolor="none", edgecolor=MUTED)
        ax.add_patch(circle)
        for name, place, color in (
            ("query", asks, "C0"),
            ("key", holds, "C1"),
        ):
            angle = np.deg2rad(30 * place)
            end = np.cos(angle), np.sin(angle)
            arrow(ax, (0, 0), end, color=color, lw=2)
            ax.text(
                1.08 * end[0],
                1.18 * end[1],
                f"{name}, {place}",
                ha="left" if end[0] > 0.3 else "center",
                va="center",
                fontsize=10,
            )
    return figure


def block() -> Figure:
    """Draw a pre-norm block with its ways around."""
    figure, ax = plt.subplots(figsize=(6.2, 2.5))
    ax.set_axis_off()
    ax.set(xlim=(-0.8, 11.6), ylim=(-2.0, 0.9), aspect="equal")
    ax.text(-0.5, 0, "in", ha="center", va="center")
    ax.text(11.3, 0, "out", ha="center", va="center")
    for x in (3.9, 10.1):
        ax.add_patch(Circle((x, 0), 0.25, facecolor=PAPER, edgecolor=INK))
        ax.text(x, 0, "+", ha="center", va="center")
    for start, end in ((-0.2, 3.63), (4.17, 9.83), (10.37, 11.0)):
        arrow(ax, (start, 0), (end, 0), color="C0")
    branches = (
        (0.2, 3.9, ((1.0, "Norm", 1.1), (2.8, "Attention", 1.7))),
        (
            4.6,
            10.1,
            (
                (5.3, "Norm", 1.1),
                (6.75, "Dense", 1.2),
                (8.1, "GELU", 1.1),
                (9.4, "Dense", 1.2),
            ),
        ),
    )
    for start, end, boxes in branches:
        ax.plot([start, start], [0, -1.4], color=INK, lw=1.2, zorder=0)
        ax.plot([start, end], [-1.4, -1.4], color=INK, lw=1.2, zorder=0)
        arrow(ax, (end, -1.4), (end, -0.27), color=INK)
        for x, words, width in boxes:
            boxed(ax, (x, -1.4), words, width)
    return figure


def network(kind: str) -> GPT:
    """Return the first of the stored networks of a kind."""
    folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
    stored = np.load(folder / "induction-networks.npz")
    rng = np.random.default_rng(0)
    gpt = GPT(32, 24, 1, 2, 24, rng=rng, positions="rotary")
    for place, part in enumerate(every_part(gpt.parts)):
        for name, value in vars(part).items():
            if isinstance(value, np.ndarray):
                value[:] = stored[f"{kind} 0 {place} {name}"]
    return gpt


def looks(kind: str, length: int) -> Array:
    """Return the second block's shares on one pattern that repeats."""
    gpt = network(kind)
    order = np.random.default_rng(length).permutation(32)
    gpt.forward(order[np.newaxis, np.arange(24) % length])
    shares: Array = gpt.blocks[1].attention.shares[0, 0]
    return shares


def patterns() -> Figure:
    """Draw the shares of two networks on two patterns."""
    figure, axes = plt.subplots(2, 2, figsize=(5.4, 5.6))
    for row, length in zip(axes, (12, 9), strict=True):
        for ax, kind in zip(row, ("random", "fixed"), strict=True):
            levels = np.round(looks(kind, length) * 15) / 15  # 16 greys
            ax.imshow(
                levels, vmin=0, vmax=1, cmap="gray_r", interpolation="none"
            )
            ax.set_title(f"{kind}, pattern of {length}")
            ax.set_xticks([0, 5, 11, 17, 23], [1, 6, 12, 18, 24])
            ax.set_yticks([0, 5, 11, 17, 23], [1, 6, 12, 18, 24])
    for ax in axes[1]:
        ax.set_xlabel("place looked at")
    for ax in axes[:, 0]:
        ax.set_ylabel("place that looks")
    return figure


def race() -> Figure:
    """Draw test bits against seconds of training on the novel."""
    runs, earlier = transformer_runs(), language_runs()
    figure, ax = plt.subplots(figsize=(5.8, 3.6))
    lines = {
        "LSTM": (runs["novel"]["LSTM"]["rows"], "C1--s"),
        "GPT": (runs["novel"]["GPT"]["rows"], "C0-o"),
        "larger GPT": ([runs["long"]["rows"]], "C2-.^"),
        "larger LSTM": ([runs["long LSTM"]["rows"]], "C4-.v"),
        "chapter 30, dropout": ([earlier["dropout"]["rows"]], "C3:"),
    }
    for label, (several, line) in lines.items():
        for place, rows in enumerate(several):
            seconds = [row["seconds"] for row in rows]
            bits = [row["test"] for row in rows]
            drawn = ax.semilogx(seconds, bits, line, lw=1.2, ms=4)
            drawn[0].set_label("_" if place else label)
    _, counts = min(earlier["minute"]["counts"])
    ax.axhline(counts, color=MUTED, linestyle=(0, (5, 2)))
    ax.text(4.2, counts - 0.02, "counts", va="top", fontsize=10)
    ax.set(xlabel="seconds of training", ylabel="test, bits per character")
    ax.set(xlim=(4, None), ylim=(2.05, 3.2))
    ticks = 5, 10, 20, 50, 100, 200
    ax.set_xticks(ticks, [f"{tick}" for tick in ticks])
    ax.minorticks_off()
    ax.legend(fontsize=9)
    return figure
