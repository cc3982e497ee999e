"""Figures of chapter 28: recurrent networks."""

import json
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

import nnfs_code
from _drawing import arrow
from figures.style import INK, MARKERS, MUTED, PAPER
from nnfs_code.arrays import Array
from nnfs_code.recurrent import RNN


def unrolled() -> Figure:
    """Draw the two steps with their numbers, forwards and back."""
    figure, ax = plt.subplots(figsize=(6.0, 2.9))
    ax.set_axis_off()
    ax.set(xlim=(-0.7, 7.0), ylim=(-1.9, 1.35))
    boxes = {0.0: "$h_0 = 0$", 2.4: "$h_1 = 3$", 4.8: "$h_2 = 7.5$"}
    for x, words in {**boxes, 6.6: "$L$"}.items():
        wide = 0.55 if words != "$L$" else 0.25
        box = FancyBboxPatch((x - wide, -0.3), 2 * wide, 0.6)
        box.set_boxstyle("round", pad=0.02, rounding_size=0.1)
        box.set(facecolor=PAPER, edgecolor=INK, linewidth=1.2)
        ax.add_patch(box)
        ax.text(x, 0, words, ha="center", va="center")
    for left, right in ((0.57, 1.83), (2.97, 4.23), (5.37, 6.33)):
        arrow(ax, (left, -0.1), (right, -0.1), color=INK)
    for x in (1.2, 3.6):
        ax.text(x, -0.16, "$u = 0.5$", ha="center", va="top", fontsize=10)
    for x, value in ((2.4, 1), (4.8, 2)):
        arrow(ax, (x, -1.35), (x, -0.34), color=INK)
        ax.text(x, -1.6, f"input {value}", ha="center", va="center")
        ax.text(x + 0.1, -0.85, "$w = 3$", ha="left", fontsize=10)
    for start, end, slope in ((6.33, 5.1, "3"), (4.5, 2.7, "1.5")):
        arrow(ax, (start, 0.5), (end, 0.5), color="C1", linestyle="--")
        middle = (start + end) / 2
        ax.text(middle, 0.62, slope, ha="center", va="bottom", color="C1")
    ax.text(6.6, 0.62, "2.25", ha="center", va="bottom")
    return figure


def powers() -> Figure:
    """Draw how far the powers of a matrix can lengthen a row."""
    square = np.array([[0.9, 2.0], [0.0, 0.9]])
    steps = np.arange(101)
    found = [
        np.linalg.norm(np.linalg.matrix_power(square, k), 2) for k in steps
    ]
    figure, ax = plt.subplots(figsize=(5.6, 3.0))
    ax.plot(steps, found, color="C0", label="largest factor")
    ax.plot(steps, 0.9**steps, "--", color="C1", label="$0.9^k$")
    ax.axhline(1, color=MUTED, linestyle=":")
    ax.set(xlabel="steps $k$", ylabel="factor", ylim=(0, 8.5))
    ax.legend()
    return figure


def left_after(scale: float, inputs: float, seed: int) -> Array:
    """Return how much of a gradient is left 1 to 100 steps back."""
    rng = np.random.default_rng(seed)
    layer = RNN(1, 32, rng=rng, dtype=np.float64)
    layer.state_weights *= scale
    layer.forward(inputs * rng.standard_normal((8, 100, 1)))
    d_last = rng.standard_normal((8, 32))
    layer.backward(d_last)
    back = layer.step_gradients.reshape(8, 100, 32) @ layer.state_weights.T
    sizes = np.linalg.norm(back, axis=2)[:, ::-1]
    left: Array = np.mean(sizes.T / np.linalg.norm(d_last, axis=1), axis=1)
    return left


def gradient_left() -> Figure:
    """Draw the gradient that is left, for inputs of 0 and of spread 1."""
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.3), sharey=True)
    panels = {
        "inputs 0": (0.0, (0.9, 1.0, 1.1)),
        "inputs of spread 1": (1.0, (0.9, 1.0, 1.1, 3.0)),
    }
    styles = {0.9: "C1--", 1.0: "C0-", 1.1: "C2:", 3.0: "C3-."}
    for ax, (title, (inputs, scales)) in zip(
        axes, panels.items(), strict=True
    ):
        for scale in scales:
            runs = [left_after(scale, inputs, seed) for seed in range(5)]
            middle = np.median(runs, axis=0)
            ax.semilogy(
                range(1, 101), middle, styles[scale], label=f"{scale:g}"
            )
        ax.set(title=title, xlabel="steps back", ylim=(1e-12, 1e8))
    axes[0].set_ylabel("share of the gradient left")
    lines = axes[1].get_legend_handles_labels()
    axes[0].legend(*lines, title="scale", ncols=2, loc="lower left")
    return figure


def adding() -> Figure:
    """Draw the stored errors of the adding task."""
    folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
    text = (folder / "recurrent-runs.json").read_text("utf-8")
    runs = json.loads(text)["runs"]["adding"]
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    for place, rate in enumerate(("0.001", "0.003")):
        chosen = {
            int(name.split()[0]): errors
            for name, errors in runs.items()
            if name.endswith(rate)
        }
        x = np.repeat(list(chosen), 5) + 1.2 * place
        ax.plot(
            x,
            np.ravel(list(chosen.values())),
            MARKERS[place],
            color=f"C{place}",
            markersize=4,
            label=f"rate {rate}",
        )
    ax.axhline(1 / 6, color=MUTED, linestyle=":")
    ax.set(xlabel="steps", ylabel="mean squared error", ylim=(0, 0.22))
    ax.legend(loc="lower right")
    return figure
