"""Figures of chapter 5: loss."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from _drawing import matrix_picture
from figures.style import MUTED, PALETTE
from nnfs_code.activations import ReLU, Sigmoid, Softmax
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy
from nnfs_code.metrics import accuracy

LABELS = np.array([0, 2, 1])
CAREFUL = np.array(
    [[0.90, 0.05, 0.05], [0.10, 0.05, 0.85], [0.48, 0.47, 0.05]]
)
RASH = np.array([[0.40, 0.35, 0.25], [0.30, 0.33, 0.37], [0.97, 0.01, 0.02]])


def two_networks() -> Figure:
    """Draw what two networks gave to the right class of three points."""
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(5.6, 3.1))
    tables = (("careful", CAREFUL), ("rash", RASH))
    for ax, (name, table) in zip(axes, tables, strict=True):
        right = table[np.arange(3), LABELS]
        wins = table.argmax(axis=1) == LABELS
        colours = [PALETTE[0] if win else PALETTE[1] for win in wins]
        ax.bar(range(3), right, width=0.62, color=colours)
        for place, value in enumerate(right):
            ax.text(place, value + 0.02, f"{value:.2f}", ha="center")
        ax.set_xticks(
            range(3),
            [
                f"point {number}\n{'right' if win else 'wrong'}"
                for number, win in enumerate(wins, 1)
            ],
        )
        ax.tick_params(axis="x", length=0)
        ax.set(title=name, ylim=(0, 1.05), yticks=(0, 0.5, 1))
    axes[0].set_ylabel("probability of\nthe right class")
    return figure


def small_step() -> Figure:
    """Draw accuracy and loss of one neuron while its bias slides."""
    positions = np.array([-2.0, -1.2, -0.3, 0.4, 1.1, 2.3])
    sides = np.array([0, 0, 1, 0, 1, 1])
    biases = np.linspace(-6, 6, 481)
    shares, losses = [], []
    for bias in biases:
        of_one = Sigmoid().forward(2 * positions + bias)
        both = np.stack((1 - of_one, of_one), axis=1)
        shares.append(accuracy(both, sides))
        losses.append(CategoricalCrossEntropy().forward(both, sides))
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(5.6, 4))
    jumps = np.flatnonzero(np.diff(shares)) + 1
    for part in np.split(np.arange(len(biases)), jumps):
        above.plot(biases[part], np.array(shares)[part], color=PALETTE[1])
    above.set(ylabel="accuracy", ylim=(0.42, 0.92), yticks=(0.5, 0.67, 0.83))
    below.plot(biases[::8], losses[::8], color=PALETTE[0])
    lowest = int(np.argmin(losses))
    below.plot(biases[lowest], losses[lowest], "o", color=PALETTE[0])
    below.annotate(
        "lowest loss",
        (biases[lowest], losses[lowest]),
        xytext=(0, 16),
        textcoords="offset points",
        ha="center",
    )
    below.set(ylabel="loss", xlabel="bias of the neuron", ylim=(0, 2.6))
    for ax in (above, below):
        ax.grid(axis="y")
    return figure


def minus_log() -> Figure:
    """Draw the loss against the probability of the right class."""
    p = np.concatenate(
        (np.geomspace(0.0055, 0.1, 40), np.linspace(0.1, 1, 60)[1:])
    )
    figure, ax = plt.subplots(figsize=(5.6, 3.6))
    ax.plot(p, -np.log(p), color=PALETTE[0], label=r"$-\log p$")
    ax.plot(
        p,
        (1 - p) ** 2,
        color=PALETTE[1],
        linestyle="--",
        label="$(1 - p)^2$, never above 1",
    )
    for at in (0.01, 0.1, 0.5, 1.0):
        ax.plot(at, -np.log(at), "o", color=PALETTE[0], clip_on=False)
    for at, shift in ((0.01, (10, -3)), (0.1, (10, 2)), (0.5, (6, 8))):
        ax.annotate(
            f"{-np.log(at):.3f} at p = {at:g}",
            (at, -np.log(at)),
            xytext=shift,
            textcoords="offset points",
        )
    ax.annotate(
        "0 at p = 1",
        (1, 0),
        xytext=(0, 14),
        textcoords="offset points",
        ha="right",
    )
    ax.legend(loc="upper right")
    ax.set(
        xlabel="$p$, the probability that the right class got",
        ylabel="loss",
        xlim=(0, 1),
        ylim=(0, 5.2),
        yticks=range(6),
    )
    return figure


def logarithm() -> Figure:
    """Draw the natural logarithm and the line that touches it at 1."""
    x = np.concatenate((np.geomspace(0.045, 0.4, 30), np.linspace(0.4, 4, 40)))
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    ax.axhline(0, color=MUTED, linewidth=0.8)
    line = np.array([0.0, 3.0])
    ax.plot(line, line - 1, color=PALETTE[1], linestyle="--")
    ax.plot(x, np.log(x), color=PALETTE[0])
    ax.plot(1, 0, "o", color=PALETTE[0])
    ax.annotate(
        r"$\log 1 = 0$", (1, 0), xytext=(8, -16), textcoords="offset points"
    )
    ax.text(3.3, 0.82, r"$\log x$")
    ax.text(2.25, 1.55, "$x - 1$", ha="right")
    ax.set(xlabel="$x$", xlim=(0, 4), ylim=(-3.1, 2.1), yticks=range(-3, 3))
    return figure


def thumbtack() -> Figure:
    """Draw likelihood and mean loss of 7 ups in 10 throws against q."""
    q = np.linspace(0.02, 0.98, 97)
    figure, axes = plt.subplots(1, 2, figsize=(5.6, 2.9))
    likelihood = q**7 * (1 - q) ** 3
    loss = -(7 * np.log(q) + 3 * np.log(1 - q)) / 10
    best = int(np.argmax(likelihood))
    curves = ((likelihood * 1000, "likelihood, thousandths"), (loss, "loss"))
    for ax, (curve, name) in zip(axes, curves, strict=True):
        ax.plot(q[::2], curve[::2], color=PALETTE[0])
        ax.plot(q[best], curve[best], "o", color=PALETTE[0])
        ax.axvline(q[best], color=MUTED, linestyle="--", linewidth=0.9)
        ax.set(title=name, xlabel="$q$", xlim=(0, 1), xticks=(0, 0.5, 0.7, 1))
        ax.set_xticklabels(("0", "0.5", "0.7", "1"))
        ax.set_ylim(bottom=0)
    return figure


def picking() -> Figure:
    """Draw how each label picks one probability of its row."""
    rows = np.arange(3)
    right = CAREFUL[rows, LABELS]
    return matrix_picture(
        ("labels", LABELS[:, np.newaxis]),
        "",
        ("probabilities", CAREFUL),
        "→",
        ("picked", right[:, np.newaxis]),
        "→",
        ("−log", (-np.log(right)).round(3)[:, np.newaxis]),
        highlight={"probabilities": (rows, LABELS), "picked": slice(None)},
        shapes=False,
    )


def slopes() -> Figure:
    """Draw the loss with the lines that touch it at three places."""
    p = np.concatenate(
        (np.geomspace(0.02, 0.1, 25), np.linspace(0.1, 1, 50)[1:])
    )
    figure, ax = plt.subplots(figsize=(5.6, 3.5))
    ax.plot(p, -np.log(p), color=PALETTE[0])
    for at, reach in ((0.2, 0.17), (0.5, 0.24), (1.0, 0.3)):
        ends = np.array([at - reach, min(at + reach, 1.0)])
        ax.plot(
            ends,
            -np.log(at) - (ends - at) / at,
            color=PALETTE[1],
            linestyle="--",
            linewidth=1.6,
            clip_on=False,
        )
        ax.plot(at, -np.log(at), "o", color=PALETTE[1], clip_on=False)
        ax.annotate(
            f"slope −{1 / at:g}",
            (at, -np.log(at)),
            xytext=(7, 7) if at < 1 else (0, 14),
            textcoords="offset points",
            ha="left" if at < 1 else "right",
        )
    ax.set(xlabel="$p$", ylabel="loss", xlim=(0, 1), ylim=(0, 4))
    return figure


def larger_weights() -> Figure:
    """Draw the loss of five untrained networks, scores multiplied."""
    factors = np.geomspace(1, 1e6, 25)
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    styles = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))
    for seed, line in enumerate(styles):
        rng = np.random.default_rng(seed)
        points, arms = spiral(100, 3, rng=rng)
        dense1, dense2 = Dense(2, 3, rng=rng), Dense(3, 3, rng=rng)
        hidden = ReLU().forward(dense1.forward(points))
        scores = dense2.forward(hidden)
        losses = [
            CategoricalCrossEntropy().forward(
                Softmax().forward(scores * np.float32(factor)), arms
            )
            for factor in factors
        ]
        ax.plot(
            factors,
            losses,
            color=PALETTE[seed],
            linestyle=line,
            linewidth=1.6,
            label=f"{accuracy(scores, arms):.2f}",
        )
    ax.axhline(np.log(3), color=MUTED, linewidth=0.9)
    ax.text(1e6, np.log(3) - 0.25, "log 3", ha="right", va="top")
    ax.legend(title="accuracy", loc="upper left")
    ax.minorticks_off()
    ax.set(
        xscale="log",
        xlabel="scores multiplied by",
        ylabel="loss",
        ylim=(0, None),
        xlim=(1, 1e6),
    )
    return figure
