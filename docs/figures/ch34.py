"""Figures of chapter 34: a language case."""

from typing import TypeAlias

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nnfs_code.arrays import Array, Labels
from nnfs_code.cases import stored
from nnfs_code.diagnoses import chapters_of, diagnosis_titles

BY_HAND, WRONG = 0.60, 5.00
Answers: TypeAlias = NDArray[np.bool_]


def answers(split: str, rung: str) -> tuple[Array, Answers]:
    """Return how sure a rung is of each title, and whether it is right."""
    said, logits = stored("coding-runs")[f"{split}, {rung}"].astype(np.int64)
    return 1 / (1 + np.exp(-logits / 16)), said == desks()


def desks() -> Labels:
    """Return the true desk of each title."""
    return chapters_of(diagnosis_titles()[0])


def bill(sure: Array, right: Answers) -> tuple[Array, Array]:
    """Return the cost per text, if more and more of the surest are decided."""
    order = np.argsort(-sure, kind="stable")
    n = len(order)
    decided = np.arange(n + 1)
    errors = np.append(0, np.cumsum(~right[order]))
    cost = (WRONG * errors + BY_HAND * (n - decided)) / n
    return decided / n, cost


def who_decides() -> Figure:
    """Draw what a text costs, over the share that the machine decides."""
    figure, ax = plt.subplots(figsize=(6.0, 3.6))
    for split, rung, look, words in (
        ("families", "transformer", "C3:", "transformer, new families"),
        ("families", "linear pieces", "C0-", "linear, new families"),
        ("families", "network pieces", "C1--", "network, new families"),
        ("random", "linear pieces", "C2-.", "linear, random split"),
    ):
        shares, cost = bill(*answers(split, rung))
        best = cost.argmin()
        ax.plot(shares, cost, look, label=words)
        ax.plot(shares[best], cost[best], look[:2] + "o")
    ax.axhline(BY_HAND, color="C5", linewidth=1, linestyle=":")
    ax.set(
        xlabel="share of texts that the machine decides, the surest first",
        ylabel="cost per text",
        ylim=(0, 1.6),
        xlim=(0, 1),
    )
    ax.legend()
    return figure


def says_and_is() -> Figure:
    """Draw how sure the linear model is, and how often it is right."""
    figure, ax = plt.subplots(figsize=(4.4, 3.9))
    edges = np.linspace(0.2, 1, 9)
    for split, look in (("random", "C2-.o"), ("families", "C0-s")):
        sure, right = answers(split, "linear pieces")
        place = np.digitize(sure, edges)
        points = [
            (sure[place == k].mean(), right[place == k].mean())
            for k in range(1, len(edges))
        ]
        ax.plot(*np.transpose(points), look, label=split)
    ax.plot([0.2, 1], [0.2, 1], color="C5", linewidth=1, linestyle=":")
    ax.set(xlabel="it says", ylabel="it is right", ylim=(0, 1))
    ax.legend()
    return figure
