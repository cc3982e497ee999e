"""Figures of chapter 12: validation."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures.style import INK, MUTED, PALETTE
from nnfs_code.data import spiral, split
from nnfs_code.validation import cross_validate, folds


def best_of_coins() -> Figure:
    """Draw what the best of k guessers gets, on its test and on fresh data."""
    rng = np.random.default_rng(1)
    sizes = np.array([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
    won = np.array(
        [rng.binomial(100, 0.5, (200, k)).max(axis=1) / 100 for k in sizes]
    )
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    low, high = np.quantile(won, (0.025, 0.975), axis=1)
    ax.fill_between(
        sizes, low, high, color=PALETTE[0], alpha=0.18, linewidth=0
    )
    ax.plot(sizes, won.mean(axis=1), "o-", color=PALETTE[0])
    ax.plot(sizes, 0.5 + np.sqrt(np.log(sizes) / 200), "--", color=INK)
    fresh = rng.binomial(1000, 0.5, (len(sizes), 200)).mean(axis=1) / 1000
    ax.plot(sizes, fresh, "s-", color=PALETTE[1])
    ax.text(130, 0.565, "on its own test", color=PALETTE[0])
    ax.text(300, 0.515, "on fresh data", color=PALETTE[1])
    ax.text(1150, 0.683, "bound", color=INK)
    ax.set(xscale="log", xlabel="guessers, $k$", xlim=(0.9, 3500))
    ax.set(ylabel="accuracy of the winner", ylim=(0.38, 0.72))
    return figure


def fold_rows() -> Figure:
    """Draw five trainings, each with another fifth held out."""
    figure, ax = plt.subplots(figsize=(5.6, 2.7))
    for row in range(5):
        for column in range(5):
            held = row == column
            ax.add_patch(
                Rectangle(
                    (column + 0.03, -row),
                    0.94,
                    0.72,
                    facecolor=PALETTE[1] if held else "none",
                    edgecolor=PALETTE[1] if held else MUTED,
                    alpha=0.4 if held else 1,
                )
            )
            ax.text(
                column + 0.5,
                0.34 - row,
                "held out" if held else "train",
                ha="center",
                va="center",
                color=INK if held else MUTED,
                weight="bold" if held else "normal",
            )
        ax.text(
            -0.1, 0.34 - row, f"training {row + 1}", ha="right", va="center"
        )
    ax.plot([0.03, 4.97], [-4.3, -4.3], color=PALETTE[1], linewidth=3)
    ax.text(2.5, -4.8, "each sample asked once", ha="center", va="center")
    ax.set(xlim=(-1.25, 5), ylim=(-5.1, 0.8))
    ax.axis("off")
    return figure


def luck_of_the_split() -> Figure:
    """Draw the estimates of 40 splits, of three kinds."""
    rng = np.random.default_rng(1)
    points, labels = spiral(1000, 3, rng=rng, dtype=np.float64)
    order = rng.permutation(3000)
    points, labels = points[order], labels[order]
    ours = labels[:300]

    def score(rest: np.ndarray, held: np.ndarray) -> float:
        across = points[held][:, np.newaxis] - points[rest]
        closest = rest[(across**2).sum(axis=2).argmin(axis=1)]
        return float((labels[closest] == labels[held]).mean())

    def mean(n_folds: int, seed: int) -> float:
        rng = np.random.default_rng(seed)
        splits = [split(300, 0.2, rng=rng, classes=ours)]
        if n_folds > 1:
            splits = folds(300, n_folds, rng=rng, classes=ours)
        return float(cross_validate(score, splits).mean())

    figure, ax = plt.subplots(figsize=(5.6, 2.8))
    everyone = np.arange(3000)
    ax.axvline(score(everyone[:300], everyone[300:]), color=INK, ls="--", lw=1)
    for row, n_folds in enumerate((1, 5, 10)):
        found = np.array([mean(n_folds, seed) for seed in range(40)])
        up = np.random.default_rng(0).uniform(-0.22, 0.22, 40) - row
        ax.plot(found, up, "os^"[row], color=PALETTE[row], alpha=0.7)
    ax.text(0.864, -2.75, "fresh points", va="center")
    ax.set_yticks([0, -1, -2], ["one fifth", "5 folds", "10 folds"])
    ax.set(xlabel="estimated accuracy", ylim=(-3, 0.5))
    return figure
