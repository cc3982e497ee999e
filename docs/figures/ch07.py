"""Figures of chapter 7: derivatives."""

from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures.style import INK, MUTED, PALETTE


def secants() -> Figure:
    """Draw x² with two secants from x = 3, and the tangent there."""
    x = np.linspace(1.7, 5.2, 36)
    figure, ax = plt.subplots(figsize=(5.6, 3.7))
    ax.plot(x, x**2, color=INK, linewidth=2)
    ends = np.array([2.2, 5.2])
    looks = ((2, ":", PALETTE[1]), (1, "--", PALETTE[2]))
    for h, dash, colour in looks:
        slope = 6 + h
        ax.plot(
            ends,
            9 + slope * (ends - 3),
            dash,
            color=colour,
            label=f"through 3 and {3 + h}: slope {slope}",
        )
        ax.plot(3 + h, (3 + h) ** 2, "o", color=colour)
    ax.plot(
        ends,
        9 + 6 * (ends - 3),
        "-",
        color=PALETTE[0],
        label="touching at 3: slope 6",
    )
    ax.plot(3, 9, "o", color=PALETTE[0])
    ax.legend(loc="upper left")
    ax.set(xlabel="$x$", ylabel="$x^2$", xlim=(1.7, 5.2), ylim=(0, 29))
    return figure


def under_the_microscope() -> Figure:
    """Draw x² around 1 and |x| around 0 in three ever smaller windows."""
    figure, axes = plt.subplots(2, 3, figsize=(5.6, 3.5))
    curves: tuple[tuple[Any, float, str, str], ...] = (
        (np.square, 1.0, PALETTE[0], "$x^2$ at 1"),
        (np.abs, 0.0, PALETTE[1], r"$\vert x\vert$ at 0"),
    )
    for row, (function, middle, colour, name) in zip(
        axes, curves, strict=True
    ):
        for ax, half in zip(row, (1.0, 0.2, 0.04), strict=True):
            x = np.linspace(middle - half, middle + half, 21)
            ax.plot(x, function(x), color=colour)
            ax.plot(middle, function(middle), "o", color=colour)
            ax.set_xticks([middle - half, middle + half])
            ax.set_yticks([])
            ax.margins(x=0.02)
        row[0].set_ylabel(name)
    for ax, title in zip(
        axes[0], ("as it is", "5 times closer", "25 times"), strict=True
    ):
        ax.set_title(title)
    return figure


def forward_and_central() -> Figure:
    """Draw both secants of a curve beside its tangent."""

    def curve(x: np.ndarray | float) -> np.ndarray | float:
        return x**3 / 6

    x = np.linspace(0.2, 3.4, 33)
    at, h = 1.8, 1.2
    ends = np.array([0.35, 3.25])
    figure, ax = plt.subplots(figsize=(5.6, 3.6))
    ax.plot(x, curve(x), color=INK, linewidth=2)
    tangent = at**2 / 2
    forward = (curve(at + h) - curve(at)) / h
    central = (curve(at + h) - curve(at - h)) / (2 * h)
    ax.plot(
        ends,
        curve(at) + tangent * (ends - at),
        color=PALETTE[0],
        label="the tangent",
    )
    right = np.array([1.25, 3.25])
    ax.plot(
        right,
        curve(at) + forward * (right - at),
        ":",
        color=PALETTE[1],
        label="forward: from here to one step ahead",
    )
    ax.plot(
        ends,
        curve(at - h) + central * (ends - at + h),
        "--",
        color=PALETTE[2],
        label="central: from one step behind to one ahead",
    )
    ax.plot(at, curve(at), "o", color=PALETTE[0])
    for place in (at - h, at + h):
        ax.plot(place, curve(place), "o", color=PALETTE[2])
    ax.legend(loc="upper left")
    ax.set_xticks([at - h, at, at + h], ["$x - h$", "$x$", "$x + h$"])
    ax.set(yticks=[], ylim=(-1.2, 7.4))
    return figure


def growing_rectangle() -> Figure:
    """Draw a rectangle f by g whose sides both grow a little."""
    f, g, more_f, more_g = 4.0, 2.4, 0.7, 0.5
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    parts = (
        (0, 0, f, g, PALETTE[5], r"$f \cdot g$"),
        (f, 0, more_f, g, PALETTE[0], ""),
        (0, g, f, more_g, PALETTE[1], r"$f \cdot \Delta g$"),
        (f, g, more_f, more_g, PALETTE[2], ""),
    )
    for left, low, width, height, colour, text in parts:
        ax.add_patch(
            Rectangle(
                (left, low),
                width,
                height,
                facecolor=colour,
                edgecolor=INK,
                alpha=0.35,
            )
        )
        ax.text(
            left + width / 2,
            low + height / 2,
            text,
            ha="center",
            va="center",
        )
    for text, place, target in (
        (r"$\Delta f \cdot g$", (5.3, 1.2), (f + more_f / 2, 1.2)),
        (
            r"$\Delta f \cdot \Delta g$",
            (5.3, g + more_g / 2),
            (f + more_f / 2, g + more_g / 2),
        ),
    ):
        ax.annotate(
            text,
            target,
            xytext=place,
            va="center",
            arrowprops={"arrowstyle": "-", "color": INK},
        )
    for text, place in (
        ("$f$", (f / 2, -0.25)),
        (r"$\Delta f$", (f + more_f / 2, -0.25)),
        ("$g$", (-0.25, g / 2)),
        (r"$\Delta g$", (-0.3, g + more_g / 2)),
    ):
        ax.text(*place, text, ha="center", va="center")
    ax.set(xlim=(-0.6, 6.4), ylim=(-0.5, g + more_g + 0.1))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return figure


def bases() -> Figure:
    """Draw 2^x, e^x and 3^x near 0, with the line of slope 1."""
    x = np.linspace(-1.5, 1.3, 29)
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    for base, dash, colour, name in (
        (3, ":", PALETTE[1], "$3^x$: slope 1.099 at 0"),
        (np.e, "-", PALETTE[0], "$e^x$: slope 1 at 0"),
        (2, "--", PALETTE[2], "$2^x$: slope 0.693 at 0"),
    ):
        ax.plot(x, base**x, dash, color=colour, label=name)
    ends = np.array([-1.0, 1.3])
    ax.plot(
        ends, 1 + ends, color=MUTED, linewidth=1.2, label="the line $1 + x$"
    )
    ax.plot(0, 1, "o", color=INK)
    ax.legend(loc="upper left")
    ax.set(xlabel="$x$", xlim=(-1.5, 1.3), ylim=(0, 4.3))
    return figure


def activation_slopes() -> Figure:
    """Draw sigmoid, tanh and ReLU above their derivatives."""
    z = np.linspace(-4, 4, 21)
    s, t = 1 / (1 + np.exp(-z)), np.tanh(z)
    figure, axes = plt.subplots(
        2, 3, figsize=(5.6, 3.5), sharex=True, sharey="row"
    )
    for column, (name, value, slope) in enumerate(
        (("sigmoid", s, s * (1 - s)), ("tanh", t, 1 - t**2))
    ):
        axes[0, column].plot(z, value, color=PALETTE[0])
        axes[1, column].plot(z, slope, "--", color=PALETTE[1])
        axes[0, column].set_title(name)
    axes[0, 2].plot([-4, 0, 1.6], [0, 0, 1.6], color=PALETTE[0])
    axes[0, 2].set_title("ReLU")
    for x, y in (([-4, 0], [0, 0]), ([0, 4], [1, 1])):
        axes[1, 2].plot(x, y, "--", color=PALETTE[1])
    axes[0, 0].set(ylabel="value", ylim=(-1.15, 1.6))
    axes[1, 0].set(ylabel="slope", ylim=(-0.1, 1.15), yticks=(0, 0.25, 1))
    for ax in axes[1]:
        ax.set(xlabel="$z$", xticks=(-4, 0, 4))
    return figure


def staircase() -> Figure:
    """Draw x³ in float32 so close to 1.7 that single floats show."""
    gap = float(np.spacing(np.float32(1.7)))
    x = np.float32(1.7)
    near = (x + np.arange(-6, 7) * gap).astype(np.float32)
    values = near * near * near
    across = np.array([-6.5, 6.5])
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    ax.plot(
        across,
        3 * 1.7**2 * across,
        "--",
        color=PALETTE[1],
        label="the curve itself",
    )
    ax.plot(
        (near.astype(np.float64) - float(x)) / gap,
        (values.astype(np.float64) - float(x) ** 3) / gap,
        "o",
        color=PALETTE[0],
        label="what float32 has",
    )
    ax.legend(loc="upper left")
    ax.set(
        xlabel="$x - 1.7$, in gaps between float32 numbers",
        ylabel="$x^3 - 1.7^3$, in the same unit",
        xlim=(-6.8, 6.8),
    )
    ax.grid(axis="y")
    return figure


def error_curves() -> Figure:
    """Draw the error over the step, in float64 and float32."""
    figure, axes = plt.subplots(1, 2, figsize=(6.2, 4), sharey=True)
    kinds: tuple[Any, ...] = (np.float64, np.float32)
    for ax, kind, last, apart in zip(
        axes, kinds, (15, 6.5), (1.0, 1.0), strict=True
    ):
        powers = np.arange(0.5, last, apart)
        x = kind(1.7)
        found = []
        for power in powers:
            h = kind(10.0**-power)
            upper, lower = x + h, x - h
            above, here, below = (v * v * v for v in (upper, x, lower))
            found.append(
                (
                    float((above - here) / (upper - x)),
                    float((above - below) / (upper - lower)),
                )
            )
        errors = np.abs(np.array(found) - 3 * float(x) ** 2)
        errors[errors < 1e-15] = np.nan
        steps = 10.0**-powers
        ax.plot(steps, errors[:, 0], "^", color=PALETTE[1], label="forward")
        ax.plot(steps, errors[:, 1], "o", color=PALETTE[0], label="central")
        off = float(np.spacing(x * x * x)) / 2
        ax.plot(steps, 5.1 * steps, "--", color=PALETTE[1], linewidth=1)
        ax.plot(steps, steps**2, "--", color=PALETTE[0], linewidth=1)
        ax.plot(steps, off / steps, ":", color=INK, linewidth=1.2)
        ax.set(
            xscale="log",
            yscale="log",
            title=kind.__name__,
            xlabel="step $h$",
            ylim=(1e-12, 30),
        )
        ax.minorticks_off()
    axes[0].set_xticks([1e-12, 1e-8, 1e-4, 1])
    axes[1].set_xticks([1e-6, 1e-4, 1e-2, 1])
    axes[0].set_ylabel("error of the slope")
    axes[0].legend(loc="upper center")
    return figure
