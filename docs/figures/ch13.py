"""Figures of chapter 13: training data."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from figures.style import INK, MUTED, PALETTE
from nnfs_code.arrays import Array
from nnfs_code.data import split
from nnfs_code.preprocessing import Standardizer


def best_loss(points: Array, signs: Array, weights: Array) -> Array:
    """Return the loss of each pair of weights, with its best bias."""
    scores = weights @ points.T  # (n_pairs, n_samples)
    low, high = -scores.max(axis=1) - 9, -scores.min(axis=1) + 9
    for _ in range(12):  # halve the range of the bias, by the slope's sign
        middle = (low + high) / 2
        chance = 1 / (1 + np.exp(-(scores + middle[:, np.newaxis])))
        rising = (chance - (signs + 1) / 2).mean(axis=1) > 0
        low, high = (
            np.where(rising, low, middle),
            np.where(rising, middle, high),
        )
    margins = signs * (scores + low[:, np.newaxis])
    losses: Array = np.logaddexp(0, -margins).mean(axis=1)
    return losses


def two_bowls() -> Figure:
    """Draw the loss over two weights, for plain and standardized boards."""
    rng = np.random.default_rng(0)
    plain = rng.standard_normal((60, 2))
    excess = plain[:, 0] - plain[:, 1] + rng.normal(0, 0.5, 60)
    signs = np.where(excess > 0, 1.0, -1.0)
    boards = plain * [0.5, 10] + [2, 40]
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(6.2, 3.4))
    line = np.linspace(-10, 10, 61)
    grid = np.stack(np.meshgrid(line, line), axis=2).reshape(-1, 2)
    for ax, points, name in (
        (axes[0], boards, "metres, millimetres"),
        (
            axes[1],
            Standardizer().fit(boards).transform(boards),
            "standardized",
        ),
    ):
        field = best_loss(points, signs, grid).reshape(61, 61)
        levels = np.geomspace(0.1, 200, 12)
        ax.contourf(line, line, np.log(field), np.log(levels))
        ax.contour(line, line, field, levels, colors=[INK], linewidths=0.5)
        ax.set(title=name, xlabel="weight of the length", aspect="equal")
        ax.set(xticks=(-5, 0, 5), yticks=(-5, 0, 5))
    axes[0].set_ylabel("weight of the thickness")
    return figure


def test_accuracy(seed: int, n_features: int, before: bool) -> float:
    """Return the chapter's accuracy with ten chosen columns of noise."""
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((80, n_features))
    labels = rng.permutation(np.arange(80) % 2)
    rest, test = split(80, 0.25, rng=rng, classes=labels)
    known = np.arange(80) if before else rest
    ones = labels[known] == 1
    one, other = points[known][ones], points[known][~ones]
    apart = np.abs(one.mean(axis=0) - other.mean(axis=0))
    best = points[:, apart.argsort()[-10:]]
    across = best[test][:, np.newaxis] - best[rest]
    nearest = (across**2).sum(axis=2).argmin(axis=1)
    return float((labels[rest][nearest] == labels[test]).mean())


def chosen() -> Figure:
    """Draw test accuracies over the number of columns to choose from."""
    sizes = (10, 30, 100, 300, 1000)
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    for side, (before, name, line) in enumerate(
        ((False, "chosen on the rest", "--"), (True, "chosen on all", "-"))
    ):
        table = np.array(
            [
                [test_accuracy(seed, size, before) for seed in range(20)]
                for size in sizes
            ]
        )
        places = np.array(sizes) * (0.94, 1.06)[side]
        ax.plot(
            np.repeat(places, 20),
            table.ravel(),
            "so"[side],
            color=PALETTE[side],
            alpha=0.35,
            markersize=3.5,
        )
        middle = np.median(table, axis=1)
        ax.plot(places, middle, line, color=PALETTE[side], label=name)
    ax.axhline(0.5, color=MUTED, linestyle=":", linewidth=1)
    ax.set(xscale="log", xlabel="columns of noise", ylabel="test accuracy")
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.minorticks_off()
    ax.legend(loc="upper left")
    return figure


def odds() -> Figure:
    """Draw the trained probability over the true one, for three weights."""
    figure, ax = plt.subplots(figsize=(4.8, 3.8))
    true = np.linspace(0, 1, 201)
    for weight, line in ((1, ":"), (10, "--"), (49, "-")):
        ax.plot(
            true, weight * true / (weight * true + 1 - true), line, color=INK
        )
    ax.text(0.52, 0.46, "weight 1")
    ax.text(0.3, 0.74, "10")
    ax.text(0.02, 0.93, "49")
    ax.plot(0.02, 0.5, "o", color=PALETTE[0])
    ax.annotate(
        "2 % becomes a half",
        (0.03, 0.49),
        (0.4, 0.12),
        color=PALETTE[0],
        arrowprops={"arrowstyle": "-", "color": PALETTE[0], "lw": 0.8},
    )
    ax.set(xlabel="true probability", ylabel="trained probability")
    return figure
