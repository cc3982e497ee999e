"""Figures of chapter 6: guessing, landscapes, and how many directions."""

from functools import partial
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from numpy.typing import NDArray

from _drawing import decision_regions, scatter_classes
from figures.style import INK, MUTED, PALETTE
from nnfs_code.activations import Sigmoid, Softmax
from nnfs_code.data import spiral, vertical
from nnfs_code.losses import CategoricalCrossEntropy

Floats = NDArray[np.floating[Any]]
POSITIONS = np.array([-2.0, -1.2, -0.3, 0.4, 1.1, 2.3])
SIDES = np.array([0, 0, 1, 0, 1, 1])
_RNG = np.random.default_rng(0)
BAND_POINTS, BANDS = vertical(100, 3, rng=_RNG, dtype=np.float64)
ARM_POINTS, ARMS = spiral(100, 3, rng=_RNG, dtype=np.float64)


def _neuron_loss(weight: float, bias: float) -> float:
    of_one = Sigmoid().forward(weight * POSITIONS + bias)
    both = np.stack((1 - of_one, of_one), axis=1)
    return CategoricalCrossEntropy().forward(both, SIDES)


def _scores(parameters: Floats, points: Floats) -> Floats:
    h = (len(parameters) - 3) // 6
    first, bias1, second, bias2 = np.split(parameters, [2 * h, 3 * h, 6 * h])
    hidden = np.maximum(points @ first.reshape(2, h) + bias1, 0)
    scores: Floats = hidden @ second.reshape(h, 3) + bias2
    return scores


def _loss(parameters: Floats, spiral_data: bool) -> float:
    points, labels = (
        (ARM_POINTS, ARMS) if spiral_data else (BAND_POINTS, BANDS)
    )
    probabilities = Softmax().forward(_scores(parameters, points))
    return CategoricalCrossEntropy().forward(probabilities, labels)


def _climb(
    spiral_data: bool, *, step: float = 0.1, tries: int = 1000, seed: int = 1
) -> tuple[Floats, list[float]]:
    """Return where a hill climber ends, and the best loss after each try."""
    rng = np.random.default_rng(seed)
    best = 0.01 * rng.standard_normal(21)
    losses = [_loss(best, spiral_data)]
    for _ in range(tries):
        trial = best + step * rng.standard_normal(21)
        loss = _loss(trial, spiral_data)
        if loss < losses[-1]:
            best = trial
        losses.append(min(loss, losses[-1]))
    return best, losses


def darts_and_steps() -> Figure:
    """Draw ten random guesses and a hill climber over the same surface."""
    line = np.linspace(-6, 6, 19)
    heights = np.array([[_neuron_loss(w, b) for w in line] for b in line])
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 3.2), sharey=True)
    for ax, name in zip(axes, ("random guesses", "small steps"), strict=True):
        ax.contour(
            line,
            line,
            heights,
            levels=(0.45, 0.9, 2.5),
            colors=MUTED,
            linewidths=0.8,
        )
        ax.set(title=name, xlabel="weight", xlim=(-6, 6), ylim=(-6, 6.5))
        ax.set_aspect("equal")
    axes[0].set_ylabel("bias")
    darts = np.random.default_rng(6).uniform(-5, 5, (10, 2))
    losses = [_neuron_loss(w, b) for w, b in darts]
    best = int(np.argmin(losses))
    axes[0].plot(*darts.T, "o", color=PALETTE[0], markersize=5)
    axes[0].plot(
        *darts[best],
        "o",
        markersize=12,
        markerfacecolor="none",
        markeredgecolor=PALETTE[0],
    )
    rng = np.random.default_rng(6)
    path = [np.array([-3.0, 3.0])]
    failed = []
    for _ in range(40):
        trial = path[-1] + rng.normal(0, 1, 2)
        if _neuron_loss(*trial) < _neuron_loss(*path[-1]):
            path.append(trial)
        else:
            failed.append(trial)
    inside = np.array([f for f in failed if np.abs(f).max() < 6])
    axes[1].plot(
        *inside.T, "x", color=PALETTE[1], markersize=4, linestyle="none"
    )
    axes[1].plot(*np.array(path).T, "-o", color=PALETTE[0], markersize=4)
    return figure


def two_data_sets() -> Figure:
    """Draw the bands and the spiral side by side."""
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 3), sharey=True)
    for ax, name, points, labels in (
        (axes[0], "bands", BAND_POINTS, BANDS),
        (axes[1], "spiral", ARM_POINTS, ARMS),
    ):
        # The middle of the spiral would be a heap of markers.
        away = np.hypot(*points.T) > (0 if name == "bands" else 0.25)
        shown = np.flatnonzero(away)[:: 15 if name == "bands" else 6]
        scatter_classes(ax, points[shown], labels[shown], size=18)
        ax.set(title=name, xlim=(-1.15, 1.15), ylim=(-1.1, 1.1))
        ax.set_aspect("equal")
    along = np.linspace(0.1, 1, 31)
    for arm in range(3):  # where the arms would run without noise
        turn = 10 * (arm + along)
        axes[1].plot(
            along * np.sin(turn),
            along * np.cos(turn),
            color=MUTED,
            linewidth=0.7,
        )
    return figure


def progress() -> Figure:
    """Draw the best loss so far against the number of tries."""
    figure, ax = plt.subplots(figsize=(5.6, 3.5))
    kept = np.unique(np.geomspace(1, 1000, 40).astype(int))
    for spiral_data, colour, name in (
        (False, PALETTE[0], "bands"),
        (True, PALETTE[1], "spiral"),
    ):
        _, climbed = _climb(spiral_data)
        rng = np.random.default_rng(1)
        guesses = [
            _loss(3.0 * rng.standard_normal(21), spiral_data)
            for _ in range(1000)
        ]
        guessed = np.minimum.accumulate(guesses)
        ax.plot(kept, np.array(climbed)[kept], color=colour)
        ax.plot(kept, guessed[kept - 1], color=colour, linestyle="--")
        low = climbed[-1] - (0 if spiral_data else 0.08)
        ax.text(1100, low, f"{name}, steps", va="center", color=colour)
        if not spiral_data:
            ax.text(
                1100,
                guessed[-1] + 0.03,
                f"{name}, guesses",
                va="center",
                color=colour,
            )
    ax.text(130, 1.42, "spiral, guesses", color=PALETTE[1])
    ax.minorticks_off()
    ax.set(
        xscale="log",
        xlabel="tries",
        ylabel="best loss so far",
        xlim=(1, 1000),
        ylim=(-0.04, 2),
    )
    return figure


def regions() -> Figure:
    """Draw what the two climbers made of the plane."""
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 3), sharey=True)
    for ax, spiral_data, points, labels in (
        (axes[0], False, BAND_POINTS, BANDS),
        (axes[1], True, ARM_POINTS, ARMS),
    ):
        found, _ = _climb(spiral_data)
        scatter_classes(ax, points[::11], labels[::11], size=16)
        ax.set(xlim=(-1.15, 1.15), ylim=(-1.1, 1.1))
        ax.set_aspect("equal")
        decision_regions(ax, partial(_scores, found), resolution=20)
        ax.set_title("spiral" if spiral_data else "bands")
    return figure


def slices() -> Figure:
    """Draw two slices through the losses of real networks."""
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 3.1))
    rng = np.random.default_rng(2)
    ahead, aside = rng.standard_normal((2, 21))
    ahead /= np.sqrt((ahead**2).sum())
    aside /= np.sqrt((aside**2).sum())
    for ax, spiral_data, reach, levels in (
        (axes[0], False, 8, (0.1, 0.25, 0.5, 1, 2, 3)),
        (axes[1], True, 3, (1.06, 1.08, 1.12, 1.2, 1.4, 1.8)),
    ):
        place, _ = _climb(spiral_data)
        line = np.linspace(-reach, reach, 21)
        heights = np.array(
            [
                [
                    _loss(place + a * ahead + b * aside, spiral_data)
                    for a in line
                ]
                for b in line
            ]
        )
        ax.contour(
            line,
            line,
            heights,
            levels=levels,
            linewidths=1.1,
            colors=PALETTE[0],
        )
        ax.plot(0, 0, "o", color=INK, markersize=5)
        ax.set(title="spiral" if spiral_data else "bands", xlabel="$a$")
        ax.set_aspect("equal")
    axes[0].set_ylabel("$b$")
    return figure


def features() -> Figure:
    """Draw a ridge, a plateau and a level track through real losses."""
    figure, axes = plt.subplots(1, 3, figsize=(5.8, 2.7))
    place, _ = _climb(False)
    first, bias1, second, bias2 = np.split(place, [6, 9, 18])
    order = [1, 2, 0]
    twin = np.concatenate(
        [
            first.reshape(2, 3)[:, order].ravel(),
            bias1[order],
            second.reshape(3, 3)[order].ravel(),
            bias2,
        ]
    )
    share = np.linspace(-0.2, 1.2, 57)
    ridge = [_loss((1 - s) * place + s * twin, False) for s in share]
    axes[0].plot(share, ridge)
    axes[0].plot([0, 1], [_loss(place, False)] * 2, "o", color=PALETTE[0])
    axes[0].set(title="two valleys", xticks=(0, 1), ylim=(0, None))
    axes[0].set_xticklabels(("network", "twin"))
    axes[0].set_ylabel("loss")
    shift = np.linspace(-2, 16, 57)
    moved = []
    for s in shift:
        row = place.copy()
        row[6:9] -= s
        moved.append(_loss(row, False))
    axes[1].plot(shift, moved, color=PALETTE[1])
    axes[1].set(title="plateau", xlabel="biases lowered by", ylim=(0, None))
    factors = np.linspace(0.4, 2.2, 33)
    sizes = np.linspace(0.4, 2.2, 33)
    heights = np.empty((len(sizes), len(factors)))
    for j, incoming in enumerate(factors):
        for i, outgoing in enumerate(sizes):
            row = place.copy()
            row[[2, 5, 8]] *= incoming
            row[15:18] *= outgoing
            heights[i, j] = _loss(row, False)
    axes[2].contour(
        factors,
        sizes,
        heights,
        levels=(0.06, 0.3, 0.9, 2, 4),
        colors=PALETTE[2],
        linewidths=1.1,
    )
    axes[2].plot(factors, 1 / factors, color=INK, linestyle="--")
    axes[2].set(
        title="ravine",
        xlabel="weights in, times",
        ylabel="weights out, times",
        ylim=(0.4, 2.2),
        xlim=(0.4, 2.2),
    )
    return figure


def cone() -> Figure:
    """Draw a round bowl, a step's circle, and the steps that lead down."""
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 3.1), sharey=True)
    turn = np.linspace(0, 2 * np.pi, 41)
    for ax, length, name in (
        (axes[0], 0.3, "short steps"),
        (axes[1], 1.4, "long steps"),
    ):
        for radius in (0.5, 1.0, 1.5):
            ax.plot(
                radius * np.cos(turn),
                radius * np.sin(turn),
                color=INK if radius == 1 else MUTED,
                linewidth=1.1 if radius == 1 else 0.7,
            )
        for angle in np.linspace(0, 2 * np.pi, 16, endpoint=False):
            # The bottom lies to the left of the place (1, 0).
            end = np.array(
                [1 - length * np.cos(angle), length * np.sin(angle)]
            )
            down = np.hypot(*end) < 1
            ax.plot(
                [1, end[0]],
                [0, end[1]],
                color=PALETTE[0] if down else PALETTE[1],
                linestyle="-" if down else ":",
                linewidth=1.4,
            )
        ax.plot(1, 0, "o", color=INK, markersize=4)
        ax.plot(0, 0, "+", color=INK, markersize=9)
        ax.set(title=name, xlim=(-1.3, 2.6), ylim=(-1.6, 1.6))
        ax.set_aspect("equal")
        ax.set_axis_off()
    return figure


def cosines() -> Figure:
    """Draw how often a random direction has which cosine with the best."""
    figure, ax = plt.subplots(figsize=(5.6, 3.3))
    cosine = np.linspace(-0.995, 0.995, 121)
    for size, line in ((3, ":"), (21, "--"), (387, "-")):
        density = (1 - cosine**2) ** ((size - 3) / 2)
        density /= density.sum() * (cosine[1] - cosine[0])
        seen = density > 1e-3
        ax.plot(cosine[seen], density[seen], linestyle=line, label=f"{size}")
    ax.legend(title="numbers")
    ax.set(
        xlabel="cosine with the best direction",
        ylabel="how often",
        xlim=(-1, 1),
        ylim=(0, None),
        yticks=(),
    )
    return figure


def improving() -> Figure:
    """Draw the share of steps that lead down in a bowl, by length."""
    figure, ax = plt.subplots(figsize=(5.6, 3.3))
    rng = np.random.default_rng(0)
    lengths = np.geomspace(0.01, 2, 31)
    for size, line in ((2, ":"), (21, "--"), (387, "-")):
        directions = rng.standard_normal((8000, size))
        cosine = directions[:, 0] / np.sqrt((directions**2).sum(axis=1))
        # A step to each side: half of the tries of an endless sample.
        shares = [(np.abs(cosine) > s / 2).mean() / 2 for s in lengths]
        ax.plot(lengths, shares, linestyle=line, label=f"{size}")
    ax.legend(title="numbers")
    ax.minorticks_off()
    ax.set(
        xscale="log",
        xlabel="length of the step, the bottom being 1 away",
        ylabel="share of steps that lead down",
        xlim=(0.01, 2),
        ylim=(0, 0.52),
    )
    ax.set_xticks((0.01, 0.1, 1), ("0.01", "0.1", "1"))
    return figure
