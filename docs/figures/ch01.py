"""The figures of chapter 1: one neuron, its loss, networks, their history."""

from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from _drawing import arrow, network_diagram
from figures.style import INK, MUTED, PALETTE, PAPER

THIN: dict[str, Any] = {"color": MUTED, "lw": 1.3, "mutation_scale": 11}
DISTANCES = np.array([1, 2, 3, 4, 5])
MINUTES = np.array([11, 14, 17, 24, 26])


def deliveries() -> Figure:
    """Five deliveries and two rules for them."""
    figure, ax = plt.subplots()
    x = np.array([0.0, 5.6])
    lines = (
        (4, 6, "4 a km,\nand 6", "-", 0),
        (0, 18.4, "always\n18.4", "--", 5),
    )
    for w, b, name, dash, colour in lines:
        ax.plot(x, w * x + b, color=PALETTE[colour], linestyle=dash)
        ax.text(5.7, w * 5.6 + b, name, va="center", color=PALETTE[colour])
    ax.plot(DISTANCES, MINUTES, "o", color=INK, markersize=7, zorder=3)
    for x_of, y_of in ((2, 14), (5, 26)):
        ax.plot(
            x_of,
            y_of,
            "o",
            markersize=15,
            markerfacecolor="none",
            markeredgecolor=PALETTE[0],
            markeredgewidth=1.5,
        )
    ax.set(xlabel="distance in km", ylabel="minutes", xlim=(0, 7))
    ax.set(ylim=(0, 30), xticks=range(6))
    return figure


def errors() -> Figure:
    """The errors of the first guess and of the line found by hand."""
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 3.0), sharey=True)
    x = np.array([0.0, 5.6])
    for ax, (w, b), score in zip(
        axes, ((3, 2), (4, 6)), ("57.8", "1.2"), strict=True
    ):
        ax.plot(x, w * x + b, color=PALETTE[0])
        predicted = w * DISTANCES + b
        ax.vlines(DISTANCES, predicted, MINUTES, color=PALETTE[1], lw=3)
        ax.plot(DISTANCES, MINUTES, "o", color=INK, zorder=3)
        ax.set(xlabel="distance in km", xlim=(0, 5.8), ylim=(0, 30))
        ax.set(title=f"w = {w}, b = {b}: loss {score}", xticks=range(6))
    axes[0].set_ylabel("minutes")
    return figure


def neuron() -> Figure:
    """One neuron with one input, and one with three."""
    figure, axes = plt.subplots(2, 1, figsize=(5.2, 4.4), height_ratios=(2, 3))
    for ax, inputs, title in zip(
        axes, (1, 3), ("one input", "three inputs"), strict=True
    ):
        ax.set_axis_off()
        ax.set_aspect("equal")
        half = 0.9 if inputs == 1 else 1.45
        ax.set(xlim=(-0.6, 6.6), ylim=(-half, half), title=title)
        for row in range(inputs):
            y = ((inputs - 1) / 2 - row) * 0.95
            index = f"_{row + 1}" if inputs > 1 else ""
            ax.text(0, y, f"$x{index}$", ha="center", va="center")
            end = (3.0 - 0.52, y * 0.45)
            arrow(ax, (0.35, y), end, **THIN)
            middle = (1.4, (y + y * 0.45) / 2 + 0.02)
            ax.text(
                *middle,
                f"$\\times\\, w{index}$",
                ha="center",
                va="center",
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 2},
            )
        ax.add_patch(
            Circle(
                (3.0, 0),
                0.55,
                facecolor=PAPER,
                edgecolor=PALETTE[0],
                linewidth=2,
                zorder=2,
            )
        )
        said = "$+\\, b$" if inputs == 1 else "sum\n$+\\, b$"
        ax.text(3.0, 0, said, ha="center", va="center", zorder=3)
        arrow(ax, (3.57, 0), (4.7, 0), **THIN)
        ax.text(5.0, 0, "$z$", ha="center", va="center")
    return figure


def _ring(ax: Axes, x: float, y: float, level: float) -> None:
    ax.text(
        x,
        y,
        f"{level:g}",
        ha="center",
        va="center",
        fontsize=10,
        color=MUTED,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
    )


def valley() -> Figure:
    """The loss over weight and bias, and the way of the search."""
    figure, ax = plt.subplots(figsize=(5.2, 4.2))
    w, b = np.meshgrid(np.linspace(2, 6, 81), np.linspace(0, 12, 81))
    loss = 1.04 + 2 * (w - 4) ** 2 + (b + 3 * w - 18.4) ** 2
    levels = [2, 4, 10, 25, 60]
    ax.contour(w, b, loss, levels=levels, colors=[MUTED], linewidths=1)
    ax.plot([2, 6.3], [12.4, -0.5], "--", color=PALETTE[5], lw=1.5)  # floor
    label = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
    # Above the lowest place the loss is 1.04 plus the square of the height.
    for level in levels[1:4]:
        height = 6.4 + (level - 1.04) ** 0.5
        _ring(ax, 4, height, level)
    _ring(ax, 5, 3.4 + (60 - 1.04 - 2) ** 0.5, 60)
    steps_w = [3, 3.5, 4, 4.5, 5, 5, 5, 5]
    steps_b = [2, 2, 2, 2, 2, 2.5, 3, 3.5]
    ax.plot(steps_w, steps_b, "o-", color=PALETTE[1], markersize=5)
    ax.plot(4, 6.4, "*", color=PALETTE[0], markersize=15, zorder=4)
    ax.text(4.2, 6.75, "lowest: 1.04", color=PALETTE[0], bbox=label)
    ax.text(2.95, 1.0, "start: 57.8", color=PALETTE[1], bbox=label)
    ax.text(5.15, 3.8, "stuck: 3.05", color=PALETTE[1], bbox=label)
    ax.set(xlabel="weight $w$", ylabel="bias $b$", xlim=(2, 6.3))
    ax.set(xticks=range(2, 7), ylim=(0, 12))
    return figure


def bend() -> Figure:
    """The best line and a network of two hidden neurons."""
    figure, ax = plt.subplots(figsize=(5.6, 3.3))
    x = np.array([0, 3, 5.3])
    ax.plot(x, 5.5 * x + 3.3, color=PALETTE[5], linestyle="--")
    bent = 6 + 4 * x + 3 * np.maximum(0, x - 3)
    ax.plot(x, bent, color=PALETTE[0])
    ax.plot(DISTANCES, [10, 14, 18, 25, 32], "o", color=INK, zorder=3)
    ax.text(5.4, 34.6, "two hidden\nneurons", color=PALETTE[0], va="center")
    ax.text(5.4, 29.2, "best line", color=PALETTE[5], va="center")
    ax.set(xlabel="distance in km", ylabel="minutes", xlim=(0, 7.2))
    ax.set(ylim=(0, 37), xticks=range(6))
    return figure


def network() -> Figure:
    """Layers of neurons: three inputs, two hidden layers, two outputs."""
    return network_diagram(
        (3, 4, 4, 2),
        titles=("inputs", "hidden\nlayer", "hidden\nlayer", "output\nlayer"),
        names={(0, 0): "$x_1$", (0, 1): "$x_2$", (0, 2): "$x_3$"},
        highlight={(1, 1)},
    )


def break_even() -> Figure:
    """What the network gains a year, and what it takes to keep it."""
    figure, ax = plt.subplots(figsize=(5.6, 3.3))
    parcels = np.array([0, 2900])
    ax.plot(parcels, parcels * 0.022 * 365 / 1000, color=PALETTE[0])
    ax.plot(parcels, [12, 12], color=PALETTE[1], linestyle="--")
    ax.plot([1000, 1000], [8.03, 12], color=INK, lw=1.2)
    ax.plot(1000, 8.03, "o", color=PALETTE[0])
    ax.plot(1494.4, 12, "o", color=INK)
    ax.text(1090, 7.6, "1,000 a day:\nthe rule wins", va="top")
    ax.text(1450, 12.6, "even", ha="right", va="bottom")
    ax.text(2100, 19.6, "gained", ha="right", color=PALETTE[0])
    ax.text(2880, 11.4, "spent", ha="right", va="top", color=PALETTE[1])
    ax.set(xlabel="parcels a day", ylabel="thousand euros a year")
    ax.set(xlim=(0, 3000), ylim=(0, 24), xticks=range(0, 3001, 1000))
    return figure


def history() -> Figure:
    """Eight dates of the field on one line."""
    events = (
        (1943, "a neuron that computes logic", "McCulloch, Pitts"),
        (1958, "a neuron that learns", "Rosenblatt"),
        (1969, "what one layer cannot do", "Minsky, Papert"),
        (1986, "learning in hidden layers", "Rumelhart, Hinton, Williams"),
        (1989, "postcodes read by a network", "LeCun and others"),
        (1998, "whole documents; MNIST", "LeCun and others"),
        (2012, "photographs told apart", "Krizhevsky and others"),
        (2017, "the transformer", "Vaswani and others"),
    )
    figure, ax = plt.subplots(figsize=(5.2, 5.6))
    ax.set_axis_off()
    ax.set(xlim=(-1.9, 7.2), ylim=(2022, 1938))
    ax.plot([0, 0], [1940, 2020], color=MUTED, lw=1.5)
    # Labels that would touch are moved apart; a thin line leads to the dot.
    places = (1943, 1956, 1967.5, 1979, 1988.5, 1998, 2008.5, 2018)
    for (year, what, who), place in zip(events, places, strict=True):
        ax.plot(0, year, "o", color=PALETTE[0], markersize=7, zorder=3)
        ax.plot([0.15, 0.55], [year, place], color=MUTED, lw=0.8)
        lift = {1986: -0.7, 1989: 0.7}.get(year, 0)
        ax.text(-0.35, year + lift, str(year), ha="right", va="center")
        ax.text(0.7, place - 0.2, what, va="bottom")
        ax.text(0.7, place + 0.4, who, va="top", fontsize=10, color=MUTED)
    return figure
