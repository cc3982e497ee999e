"""Figures of chapter 30: embeddings and language models."""

from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from nnfs_code.activations import ReLU
from nnfs_code.embedding import Embedding, Joined
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay
from nnfs_code.texts import first_names, language_runs, windows
from nnfs_code.tokenizers import CharacterTokenizer


def trained() -> tuple[CharacterTokenizer, Embedding]:
    """Return the table of the chapter's small network, after training."""
    names = first_names()
    tokenizer = CharacterTokenizer("\n" + "".join(names))
    order = np.random.default_rng(0).permutation(len(names))
    pairs = [
        windows(tokenizer.encode(names[k] + "\n"), 5)
        for k in order[: len(names) * 8 // 10]
    ]
    contexts, targets = (np.concatenate(p) for p in zip(*pairs, strict=True))
    rng = np.random.default_rng(0)
    table = Embedding(27, 8, rng=rng, dtype=np.float64)
    one = Dense(40, 32, rng=rng, dtype=np.float64)
    two = Dense(32, 27, rng=rng, dtype=np.float64)
    table.weights *= 0.1
    one.weights *= 100 * (2 / 40) ** 0.5
    two.weights *= 100 * (1 / 32) ** 0.5
    parts: list[Any] = [table, Joined(), one, ReLU(), two]
    model, rng = Model(parts, SoftmaxCrossEntropy()), np.random.default_rng(0)
    adam, inputs = Adam(CosineDecay(0.005, steps=600)), contexts.astype(float)
    for _ in range(600):
        rows = rng.integers(len(targets), size=128)
        model.train_step(inputs[rows], targets[rows], adam)
    return tokenizer, table


def letters() -> Figure:
    """Draw the letters along the two main directions of their features."""
    tokenizer, table = trained()
    rows = table.weights[1:] - table.weights[1:].mean(axis=0)
    _, _, directions = np.linalg.svd(rows, full_matrices=False)
    x, y = (rows @ directions[:2].T).T
    figure, ax = plt.subplots(figsize=(5.2, 4.4))
    ax.scatter(x, y, s=0)
    for at, letter in enumerate(tokenizer.tokens[1:]):
        vowel = letter in "aeiou"
        ax.text(
            x[at],
            y[at],
            letter,
            ha="center",
            va="center",
            color="C1" if vowel else "C0",
            fontweight="bold" if vowel else "normal",
            fontsize=14 if vowel else 11,
        )
    ax.set(xlabel="first direction", ylabel="second direction")
    return figure


def race() -> Figure:
    """Draw the test bits of the three large networks, beside the counts."""
    runs = language_runs()
    counts = np.array(runs["minute"]["counts"])
    level = counts[counts[:, 0].argmin(), 1]
    figure, ax = plt.subplots(figsize=(5.6, 3.5))
    ax.axhline(level, color="C1", ls="--")
    ax.text(1, level - 0.04, "counts of order 5", color="C1", va="top")
    for run, line, name in (
        ("long", "o-", "start 1, 50,000 steps"),
        ("again", "s:", "start 0.1, 25,000 steps"),
        ("dropout", "v-.", "the same, with dropout"),
    ):
        rows = runs[run]["rows"]
        seconds = [row["seconds"] for row in rows]
        ax.plot(seconds, [row["test"] for row in rows], line, label=name)
    ax.set_xscale("log")
    ax.set(xlabel="seconds of one processor", ylabel="bits per character")
    ax.set_ylim(2, 3.6)
    ax.legend()
    return figure
