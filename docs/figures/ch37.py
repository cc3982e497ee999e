"""Figures of chapter 37: from score to decision."""

import json

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from figures.style import MUTED
from nnfs_code.arrays import Array, Labels
from nnfs_code.calibration import Temperature, reliability_of_yes
from nnfs_code.capstones import DATASETS
from nnfs_code.cases import (
    credit_features,
    credit_model,
    german_credit,
)
from nnfs_code.data import split
from nnfs_code.experiments import power_of, simulated_power
from nnfs_code.preprocessing import Standardizer


def both(chances: Array) -> Array:
    """Return two columns: no, and yes."""
    return np.column_stack([1 - chances, chances])


def judged(seed: int) -> tuple[Array, Array, Labels]:
    """Return what the chapter's network says, plain and softened."""
    loans = german_credit()
    bad, points = loans["bad"].astype(int), credit_features(loans)
    rng = np.random.default_rng(seed)
    rest, test = split(1000, 0.3, rng=rng, classes=bad)
    a, b = split(700, 3 / 7, rng=rng, classes=bad[rest])
    learn, tune = rest[a], rest[b]
    rows = Standardizer().fit(points[learn]).transform(points)
    targets = bad.astype(np.float64)
    model = credit_model(rows[learn], targets[learn], (32,), 0.0, seed=seed)
    said = model.predict(rows)[:, 0]
    softer = Temperature().fit(both(said[tune]), bad[tune])
    return said[test], softer.transform(both(said[test]))[:, 1], bad[test]


def reliability() -> Figure:
    """Draw said and true, as it is and softened."""
    runs = [judged(seed) for seed in range(8)]
    plain, softened, true = (
        np.concatenate(parts) for parts in zip(*runs, strict=True)
    )
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.5), sharey=True)
    panels = zip(
        axes,
        ((plain, "as it is"), (softened, "with a temperature")),
        strict=True,
    )
    for ax, (chances, title) in panels:
        table = reliability_of_yes(chances, true, n_bins=8)
        ax.plot([0, 1], [0, 1], ":", color=MUTED)
        ax.scatter(table.said, table.right, s=table.counts / 5, zorder=3)
        ax.set(xlabel="said", title=title, aspect="equal")
        ax.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05))
    axes[0].set_ylabel("true")
    return figure


def weeks() -> Figure:
    """Draw the share of customers who have bought, over the weeks."""
    counts = json.loads((DATASETS / "retail-weeks.json").read_text("ascii"))
    sizes = {
        "201009": 3299,
        "201012": 4239,
        "201103": 4260,
        "201106": 4324,
        "201109": 4324,
    }
    looks = {
        "201009": ("Sept. 2010", "C1", "--"),
        "201012": ("Dec. 2010", "C5", "-."),
        "201103": ("March 2011", "C5", ":"),
        "201106": ("June 2011", "C5", "--"),
        "201109": ("Sept. 2011", "C0", "-"),
    }
    figure, ax = plt.subplots(figsize=(6.2, 3.6))
    for month, (name, color, dash) in looks.items():
        shares = np.array([0, *counts[month]]) / sizes[month]
        width = 2.6 if month == "201109" else 1.5
        ax.plot(range(14), shares, dash, color=color, lw=width, label=name)
    ax.set(xlabel="weeks", ylabel="share who have bought", xlim=(0, 13))
    ax.legend(loc="upper left")
    return figure


def power() -> Figure:
    """Draw the power of a test over its size, for three effects."""
    share, rng = 0.279, np.random.default_rng(0)
    sizes = np.geomspace(100, 10_000, 40).astype(int)
    figure, ax = plt.subplots(figsize=(6.0, 3.5))
    looks = ((0.2, "C2", ":"), (0.1, "C0", "-"), (0.05, "C1", "--"))
    for wins, color, dash in looks:
        other = share + wins * (1 - share)
        curve = [power_of(share, other, int(n)) for n in sizes]
        name = f"wins one in {1 / wins:.0f}"
        ax.plot(sizes, curve, dash, color=color, label=name)
        few = sizes[::8]
        dots = [
            simulated_power(share, other, int(n), rng=rng, repeats=400)
            for n in few
        ]
        ax.plot(few, dots, "o", color=color, ms=4)
    ax.axvline(949, color=MUTED, linestyle=":")
    ax.set(xscale="log", xlabel="customers per half", ylabel="power")
    ax.legend(loc="lower right")
    return figure
