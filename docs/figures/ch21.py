"""Figures of chapter 21: saving and loading."""

import copy

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from _drawing import arrow
from figures.style import INK, MUTED, PAPER
from nnfs_code.activations import ReLU
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam


def resumed() -> Figure:
    """Draw the loss of a training that stops, with and without memories."""
    rng = np.random.default_rng(2)
    points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
    one = Dense(2, 64, rng=rng, dtype=np.float64)
    two = Dense(64, 3, rng=rng, dtype=np.float64)
    model, adam = Model([one, ReLU(), two], SoftmaxCrossEntropy()), Adam(0.02)
    before = [model.train_step(points, labels, adam) for _ in range(150)]
    anew, new_adam = copy.deepcopy(model), Adam(0.02)
    on = [model.train_step(points, labels, adam) for _ in range(60)]
    off = [anew.train_step(points, labels, new_adam) for _ in range(60)]
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    ax.plot(range(100, 150), before[100:], color=INK)
    ax.plot(range(149, 210), [before[-1], *on], "C0-", label="with everything")
    ax.plot(
        range(149, 210), [before[-1], *off], "C1--", label="with a new Adam"
    )
    ax.axvline(150, color=MUTED, lw=0.8)
    ax.text(151, ax.get_ylim()[1], " saved, loaded", va="top", fontsize=10)
    ax.set(xlabel="step", ylabel="loss")
    ax.legend(loc="lower left")
    return figure


def beside() -> Figure:
    """Draw the three moments of a save: written beside, then moved."""
    figure, axes = plt.subplots(1, 3, figsize=(6.2, 2.2))
    moments: list[tuple[str, str, str | None]] = [
        ("while it is written", "old model", "half a new one"),
        ("written", "old model", "new model"),
        ("moved", "new model", None),
    ]
    for ax, (title, place, part) in zip(axes, moments, strict=True):
        ax.set_axis_off()
        ax.set(xlim=(0, 4), ylim=(-0.2, 3.4))
        ax.text(2, 3.2, title, ha="center", va="top", fontsize=10)
        for y, name, text in (
            (1.6, "m.npz", place),
            (0.1, "m.npz…part", part),
        ):
            if text is None:
                continue
            ax.add_patch(
                FancyBboxPatch(
                    (0.3, y),
                    3.4,
                    0.75,
                    boxstyle="round,pad=0.04",
                    facecolor=PAPER,
                    edgecolor=INK if name == "m.npz" else MUTED,
                    linestyle="-" if name == "m.npz" else "--",
                )
            )
            ax.text(2, y + 0.38, text, ha="center", va="center", fontsize=10)
            ax.text(0.3, y + 0.9, name, fontsize=10, color=MUTED)
    arrow(axes[1], (3.5, 0.95), (3.5, 1.5), color="C0", gap=0)
    return figure
