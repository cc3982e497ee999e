"""Figures of chapter 32: thresholds, pairs, and where a curve ends."""

from functools import cache

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from figures.style import INK, MUTED, PALETTE
from nnfs_code.arrays import Array
from nnfs_code.cases import german_credit, stored
from nnfs_code.decisions import paired_bootstrap

LOANS = german_credit()
BAD = LOANS["bad"]
RUNS = stored("credit-runs")
RUNS["sticker"] = np.array([LOANS["account"] < 4], float)  # 1 is refused


@cache
def costs(name: str, threshold: float = 1 / 6) -> Array:
    """Return what each loan costs, in the mean over what seeds are there."""
    refused = RUNS[name] > threshold
    per_loan: Array = np.where(refused, 1 - BAD, 5 * BAD).mean(axis=0)
    return per_loan


def thresholds() -> Figure:
    """Draw the cost per loan over the threshold, for two models."""
    figure, ax = plt.subplots(figsize=(6.0, 3.2))
    places = np.linspace(0.005, 0.8, 160)
    for name, colour, line in (
        ("linear", PALETTE[0], "-"),
        ("network", PALETTE[1], "--"),
    ):
        curve = [costs(name, place).mean() for place in places]
        ax.plot(places, curve, line, color=colour, label=name)
    ax.axhline(0.7, linestyle=":", color=MUTED)
    ax.text(0.8, 0.67, "refuse all", ha="right", va="top", color=MUTED)
    for place, words in ((1 / 6, "1/6"), (1 / 2, "1/2")):
        ax.axvline(place, color=MUTED, linewidth=0.7)
        ax.text(place + 0.01, 1.35, words, color=INK)
    ax.set(xlabel="refused from this chance on", ylabel="cost per loan")
    ax.set(xlim=(0, 0.8), ylim=(0, 1.5))
    ax.legend(loc="lower right")
    return figure


def pairs() -> Figure:
    """Draw the differences of pairs, with their intervals."""
    rows = [
        ("linear: 1/6 − 1/2", costs("linear"), costs("linear", 0.5)),
        ("linear − sticker", costs("linear"), costs("sticker")),
        *(
            (f"{name} − linear", costs(name), costs("linear"))
            for name in ("network", "five networks", "deeper network", "trees")
        ),
        *(
            (f"{name} − sticker", costs(name), costs("sticker"))
            for name in ("network", "trees")
        ),
    ]
    figure, ax = plt.subplots(figsize=(6.0, 3.4))
    for row, (words, one, other) in enumerate(reversed(rows)):
        found = paired_bootstrap(one, other, rng=np.random.default_rng(0))
        ax.hlines(row, found.low, found.high, color=PALETTE[0], lw=3)
        ax.plot(found.mean, row, "o", color=PALETTE[1], zorder=3)
        ax.text(0.13, row, words, va="center", color=INK)
    ax.axvline(0, linestyle=":", color=MUTED)
    ax.set(xlim=(-0.6, 0.66), yticks=[], xlabel="difference in cost per loan")
    ax.set_xticks([-0.6, -0.4, -0.2, 0])
    return figure


def curve() -> Figure:
    """Draw the learning curve, carried on by three shapes."""
    sizes = np.array([50.0, 100, 200, 400, 800])
    refused = RUNS["curve, linear"] > 1 / 6
    per_loan = np.where(refused, 1 - BAD, 5 * BAD).mean(axis=0)
    draws = np.random.default_rng(0).integers(1000, size=(500, 1000))
    drawn = per_loan[:, draws].mean(axis=2)
    figure, ax = plt.subplots(figsize=(6.0, 3.4))
    n = np.geomspace(50, 10_000, 60)
    for colour, words, shape in (
        (PALETTE[0], "1/n", lambda x: 1 / x),
        (PALETTE[1], "1/root of n", lambda x: 1 / np.sqrt(x)),
        (PALETTE[2], "logarithm", np.log),
    ):
        table = np.column_stack([np.ones(5), shape(sizes)])
        start, slope = np.linalg.lstsq(table, drawn, rcond=None)[0]
        lines = start[:, None] + slope[:, None] * shape(n)
        low, high = np.quantile(lines, [0.025, 0.975], axis=0)
        ax.fill_between(n, low, high, color=colour, alpha=0.12, linewidth=0)
        ax.plot(n, lines.mean(axis=0), color=colour)
        ax.text(10_700, lines[:, -1].mean(), words, va="center", color=colour)
    ax.plot(sizes, per_loan.mean(axis=1), "o", color=INK, zorder=3)
    ax.set_xscale("log")
    ax.set_xticks([50, 200, 800, 3000, 10_000])
    ax.set_xticklabels(["50", "200", "800", "3,000", "10,000"])
    ax.minorticks_off()
    ax.set(xlim=(45, 60_000), ylim=(0.2, 0.9), ylabel="cost per loan")
    ax.set_xlabel("loans to learn from")
    return figure
