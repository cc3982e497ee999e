"""Figures of chapter 25: sizes and angles through 50 layers, and 30 layers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures.style import MARKERS, MUTED, PALETTE, PAPER
from nnfs_code.arrays import Array
from nnfs_code.initializers import glorot, he, orthogonal

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "resources" / "datasets" / "thirty-layers.json"
LAYERS, WIDTH, SEEDS = 50, 64, range(5)


def small(n_inputs: int, n_neurons: int, *, rng: Any) -> Array:
    """Return weights as `Dense` draws them."""
    return 0.01 * np.asarray(rng.standard_normal((n_inputs, n_neurons)))


def turned(n_inputs: int, n_neurons: int, *, rng: Any) -> Array:
    """Return orthogonal weights for ReLU."""
    return orthogonal(n_inputs, n_neurons, rng=rng, gain=2**0.5)


def through(start: Any, seed: int, norm: str = "") -> list[Array]:
    """Return what is behind each of 50 layers with ReLU, in training."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((WIDTH, WIDTH))
    found: list[Array] = [values]
    for _ in range(LAYERS):
        values = values @ start(WIDTH, WIDTH, rng=rng)
        if norm:
            axis = 0 if norm == "BatchNorm" else 1
            values = values - values.mean(axis=axis, keepdims=True)
            values = values / values.std(axis=axis, keepdims=True)
        values = np.maximum(values, 0)
        found.append(values)
    return found


def alike(values: Array) -> float:
    """Return the mean cosine between two different samples."""
    arrows = values / np.linalg.norm(values, axis=1, keepdims=True)
    n = len(arrows)
    return float((np.square(arrows.sum(axis=0)).sum() - n) / (n * n - n))


def sizes() -> Figure:
    """Draw the size of the signal over the layers, for four starts."""
    figure, ax = plt.subplots(figsize=(5.8, 3.4))
    for name, start, look in (
        ("He", he, "-"),
        ("orthogonal", turned, "--"),
        ("Glorot", glorot, "-."),
        ("0.01", small, ":"),
    ):
        runs = [
            [np.sqrt(np.square(v).mean()) for v in through(start, seed)]
            for seed in SEEDS
        ]
        ax.semilogy(np.median(runs, axis=0), look, label=name)
    ax.set(xlabel="layer", ylabel="size of the signal", ylim=(1e-66, 1e4))
    ax.legend(loc="lower left")
    return figure


def angles() -> Figure:
    """Draw how alike samples are over the layers, with and without norms."""
    figure, ax = plt.subplots(figsize=(5.8, 3.4))
    for name, norm, look in (
        ("no norm", "", "-"),
        ("LayerNorm", "LayerNorm", "--"),
        ("BatchNorm", "BatchNorm", "-."),
    ):
        runs = [[alike(v) for v in through(he, s, norm)] for s in SEEDS]
        ax.plot(np.median(runs, axis=0), look, label=name)
    ax.set(xlabel="layer", ylabel="cosine between samples", ylim=(-0.05, 1.05))
    ax.legend(loc="center right")
    return figure


def axes() -> Figure:
    """Draw which entries share a mean: a column, or a row."""
    figure, panels = plt.subplots(1, 2, figsize=(5.6, 2.3))
    for panel, name in zip(panels, ("BatchNorm", "LayerNorm"), strict=True):
        for row in range(4):
            for column in range(6):
                chosen = column == 2 if name == "BatchNorm" else row == 1
                panel.add_patch(
                    Rectangle(
                        (column, row),
                        0.86,
                        0.86,
                        facecolor=PALETTE[0] if chosen else PAPER,
                        edgecolor=MUTED,
                        hatch="///" if chosen else None,
                    )
                )
        panel.set(xlim=(-0.3, 6.2), ylim=(4.1, -0.3), title=name)
        panel.set(xticks=(), yticks=(), xlabel="features", ylabel="samples")
        panel.set_aspect("equal")
    return figure


def thirty() -> Figure:
    """Draw the losses of thirty layers, a row for each way."""
    rows = json.loads(STORED.read_text("utf-8"))["rows"]
    figure, ax = plt.subplots(figsize=(6.2, 4.8))
    names = []
    for place, row in enumerate(rows):
        runs = {r: np.array(v)[:, 1] for r, v in row["runs"].items()}
        losses = min(runs.values(), key=lambda found: float(np.median(found)))
        kind = int(row["start"] != "0.01") + 2 * int(row["around"])
        ax.semilogx(
            losses,
            np.full(len(losses), place),
            MARKERS[kind],
            color=PALETTE[kind],
            markersize=5,
            alpha=0.8,
        )
        words = [row["start"], row["norm"], "around" if row["around"] else ""]
        names.append(", ".join(word for word in words if word))
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="loss after 300 steps", ylim=(len(names) - 0.4, -0.6))
    ax.axvline(np.log(3), color=MUTED, lw=1, ls=":")
    ax.text(np.log(3) * 1.1, -0.1, "guessing", color=MUTED, fontsize=9)
    return figure
