"""Figures of chapter 29: LSTM and GRU."""

import json
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

import nnfs_code
from _drawing import arrow
from figures.style import INK, MUTED, PAPER
from nnfs_code.arrays import Array
from nnfs_code.gated import LSTM


def step() -> Figure:
    """Draw one step with its numbers."""
    figure, ax = plt.subplots(figsize=(6.2, 3.0))
    ax.set_axis_off()
    ax.set(xlim=(-0.9, 7.4), ylim=(-2.6, 1.1), aspect="equal")
    for x, words in {0.0: "cell 1.0", 5.0: "cell 1.1"}.items():
        box = FancyBboxPatch((x - 0.65, -0.3), 1.3, 0.6)
        box.set_boxstyle("round", pad=0.02, rounding_size=0.1)
        box.set(facecolor=PAPER, edgecolor=INK, linewidth=1.2)
        ax.add_patch(box)
        ax.text(x, 0, words, ha="center", va="center")
    marks = {(1.6, 0): "×", (3.2, 0): "+", (3.2, -1.5): "×", (5, -1.5): "×"}
    for place, sign in marks.items():
        ax.add_patch(Circle(place, 0.25, facecolor=PAPER, edgecolor=INK))
        ax.text(*place, sign, ha="center", va="center")
    for start, end in (((0.68, 0), (1.33, 0)), ((1.87, 0), (2.93, 0))):
        arrow(ax, start, end, color="C0")
    arrow(ax, (3.47, 0), (4.3, 0), color="C0")
    arrow(ax, (3.2, -1.23), (3.2, -0.27), color=INK)
    arrow(ax, (5, -0.34), (5, -1.23), color=INK)
    ax.text(5.1, -0.8, "tanh", ha="left", va="center", fontsize=10)
    arrow(ax, (5.27, -1.5), (6.0, -1.5), color=INK)
    ax.text(6.05, -1.5, "state 0.40", ha="left", va="center", fontsize=10)
    arrow(ax, (1.6, 0.75), (1.6, 0.27), color=INK)
    ax.text(1.6, 0.8, "forget gate 0.9", ha="center", va="bottom")
    arrow(ax, (2.4, -1.5), (2.93, -1.5), color=INK)
    ax.text(2.35, -1.5, "input gate 0.5", ha="right", va="center")
    arrow(ax, (3.2, -2.2), (3.2, -1.77), color=INK)
    ax.text(3.2, -2.3, "candidate 0.4", ha="center", va="top")
    arrow(ax, (5, -2.2), (5, -1.77), color=INK)
    ax.text(5.1, -2.3, "output gate 0.5", ha="center", va="top")
    return figure


def left_after(bias: float, seed: int) -> Array:
    """Return how much of a gradient is left 0 to 50 steps back."""
    rng = np.random.default_rng(seed)
    layer = LSTM(1, 32, rng=rng, dtype=np.float64)
    layer.biases[:, 32:64] = bias
    layer.forward(rng.standard_normal((8, 101, 1)))
    layer.backward(rng.standard_normal((8, 32)))
    arrived = layer.step_gradients.reshape(101, 8, -1)
    sizes = np.linalg.norm(arrived, axis=2).mean(axis=1)[::-1]
    left: Array = sizes / sizes[0]
    return left[:51]


def reach() -> Figure:
    """Draw the gradient that is left, for biases of the forget gate."""
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    for bias, line in {5: "C0-", 3: "C1--", 1: "C2-.", 0: "C3:"}.items():
        runs = [left_after(bias, seed) for seed in range(5)]
        ax.semilogy(np.median(runs, axis=0), line, label=f"{bias}")
    ax.set(xlabel="steps back", ylabel="share of the gradient left")
    ax.legend(title="bias", loc="lower left")
    return figure


def adding() -> Figure:
    """Draw the stored errors of the adding task while it is learned."""
    folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
    stored = json.loads((folder / "gated-runs.json").read_text("utf-8"))
    figure, ax = plt.subplots(figsize=(5.8, 3.3))
    lines = {
        "plain, 65 units": ("plain, 65 units, 0.003", "C3:"),
        "forget gate held at 0.5": ("forget gate held at 0.5, 0.003", "C2-."),
        "LSTM": ("LSTM, 0.003", "C0-"),
        "GRU": ("GRU, 0.003", "C1--"),
    }
    for label, (name, line) in lines.items():
        runs = np.array(stored["runs"][name]).T
        steps = stored["every"] * np.arange(1, len(runs) + 1)
        drawn = ax.semilogy(steps, np.maximum(runs, 1e-4), line)
        drawn[0].set_label(label)
    ax.axhline(1 / 6, color=MUTED, linestyle=":")
    ax.set(xlabel="steps of training", ylabel="mean squared error")
    ax.legend(fontsize=9, loc="lower left")
    return figure
