"""Figures of the gallery of bugs."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from _drawing import matrix_picture, scatter_classes
from figures.style import INK
from nnfs_code.activations import ReLU
from nnfs_code.chapters.bugs_answers import counted, machines
from nnfs_code.chapters.bugs_data import (
    centred,
    chosen,
    on_shuffled,
    shaken,
    spots,
)
from nnfs_code.chapters.bugs_start import arms, network, train
from nnfs_code.chapters.bugs_steps import AveragedBiases, best_of
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.preprocessing import Standardizer


def curves() -> Figure:
    """Draw the losses of five right and five wrong trainings."""
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    for kind, style, colour, name in (
        (Dense, "-", "C0", "right"),
        (AveragedBiases, "--", "C1", "biases averaged"),
    ):
        for seed in range(5):
            points, labels, rng = arms(seed)
            one, two = (
                kind(*shape, rng=rng, dtype=np.float64)
                for shape in ((2, 64), (64, 3))
            )
            model = Model([one, ReLU(), two], SoftmaxCrossEntropy())
            losses = train(model, points, labels, 0.1, 200)
            ax.plot(
                losses[::2],
                style,
                color=colour,
                lw=1.1,
                label=name if seed == 0 else None,
            )
    ax.set_xticks([0, 25, 50, 75, 100], ["0", "50", "100", "150", "200"])
    ax.set(xlabel="step", ylabel="loss", ylim=(0, None))
    ax.legend(loc="lower left")
    return figure


def best() -> Figure:
    """Draw the loss on fresh points, its lowest, and what is put back."""
    losses, _, really = best_of(1, True)
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    ax.plot(losses, color="C0", lw=1.2)
    low = int(np.argmin(losses))
    ax.plot(low, losses[low], "o", color=INK, ms=8)
    ax.plot(300, really, "s", color="C1", ms=8)
    ax.text(low, losses[low] - 0.025, "reported", ha="center", va="top")
    ax.text(296, really + 0.015, "used", ha="right")
    ax.set_ylim(losses[low] - 0.06, None)
    ax.set(xlabel="step", ylabel="loss on fresh points")
    return figure


def bytes() -> Figure:
    """Draw three pictures as they are, and wrapped around."""
    pictures, labels = spots(60, np.random.default_rng(1))
    figure, axes = plt.subplots(2, 3, figsize=(4.6, 3.3))
    for column in range(3):
        picture = pictures[np.flatnonzero(labels == column)[0]]
        for row, bug in enumerate((False, True)):
            ax = axes[row, column]
            ax.imshow(centred(picture, bug), cmap="gray")
            ax.set(xticks=[], yticks=[])
    for ax, name in zip(axes[:, 0], ("right", "wrapped"), strict=True):
        ax.set_ylabel(name)
    return figure


def drift() -> Figure:
    """Draw how far the points are from where they were."""
    points, _, rng = arms(0)
    start = points.copy()
    figure, axes = plt.subplots(1, 2, figsize=(6.2, 3.3), sharey=True)
    done = 0
    for ax, epochs in zip(axes, (200, 20_000), strict=True):
        for _ in range(epochs - done):
            shaken(points, rng, True)
        done = epochs
        ax.plot(
            *np.stack((start, points)).transpose(2, 0, 1), color="C1", lw=0.9
        )
        ax.plot(*start.T, ".", color="C0", ms=5)
        ax.set(title=f"{epochs:,} epochs", xlim=(-1.8, 1.8), ylim=(-1.8, 1.8))
        ax.set_aspect("equal")
    return figure


def columns() -> Figure:
    """Draw shares right on held-out rows: real and shuffled labels."""
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    for place, bug in enumerate((False, True)):
        real = [chosen(seed, bug)[1] for seed in range(10)]
        shuffled = [on_shuffled(seed, bug) for seed in range(10)]
        for at, runs in ((place, real), (place + 2.5, shuffled)):
            across = at + np.linspace(-0.2, 0.2, 10)
            style, colour = ("s", "C1") if bug else ("o", "C0")
            ax.plot(across, runs, style, color=colour, alpha=0.8)
    ax.axhline(0.5, color=INK, lw=0.8, ls=":")
    names = ["right", "wrong", "right,\nshuffled", "wrong,\nshuffled"]
    ax.set_xticks([0, 1, 2.5, 3.5], names)
    ax.set(ylabel="right on held-out rows", ylim=(0.2, 1))
    return figure


def alone() -> Figure:
    """Draw rows scaled as in training, and scaled one by one."""
    rng = np.random.default_rng(0)
    rows, _ = machines(150, rng)
    fresh, labels = machines(100, rng)
    scale = Standardizer().fit(rows)
    one_by_one = [Standardizer().fit(r).transform(r) for r in fresh[:, None]]
    figure, axes = plt.subplots(1, 2, figsize=(6.2, 3), sharey=True)
    shown = scale.transform(fresh), np.concatenate(one_by_one)
    for ax, points, name in zip(
        axes, shown, ("together", "one by one"), strict=True
    ):
        scatter_classes(ax, points, labels, size=18)
        ax.set(title=name, xlabel="temperature", xlim=(-3, 3), ylim=(-3, 3))
    axes[0].set_ylabel("speed")
    return figure


def matrix() -> Figure:
    """Draw a confusion matrix, right and mirrored."""
    points, labels, rng = arms(0, 100)
    rows = np.concatenate((np.arange(200), np.arange(200, 300, 2)))
    points, labels = points[rows], labels[rows]
    model = network(2, 64, 3, rng)
    train(model, points, labels, 0.1, 100)
    said = model.forward(points).argmax(axis=1)
    right, wrong = (counted(labels, said, bug) for bug in (False, True))
    return matrix_picture(
        ("right", right),
        " ",
        ("wrong", wrong),
        highlight={"right": 2, "wrong": 2},
        shapes=False,
    )
