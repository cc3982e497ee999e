"""Figures of chapter 19: a real dataset."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import nnfs_code
from figures.style import MUTED
from nnfs_code.activations import ReLU
from nnfs_code.data import FASHION_NAMES, fashion_mnist
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import SGD
from nnfs_code.preprocessing import batches

DATA = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
RUNS, WRONG = "fashion-mnist-runs.json", "fashion-mnist-wrong.npz"


def classes() -> Figure:
    """Draw two pictures of each class."""
    pictures, labels = fashion_mnist(sample=True)
    figure, axes = plt.subplots(4, 5, figsize=(5.6, 5.2))
    for ax in axes.flat:
        ax.set_axis_off()
    for label, name in enumerate(FASHION_NAMES):
        row, column = 2 * (label // 5), label % 5
        axes[row, column].set_title(name, fontsize=10)
        for n, picture in enumerate(pictures[labels == label][:2]):
            axes[row + n, column].imshow(picture, cmap="gray")
    return figure


def by_class() -> Figure:
    """Draw the losses of single batches, by class and shuffled."""
    pictures, labels = fashion_mnist(sample=True)
    inputs = (pictures.reshape(2000, 784) - 127.5) / 127.5
    figure, ax = plt.subplots(figsize=(5.6, 3.3))
    for name, look in (("shuffled", "C0-"), ("by class", "C1--")):
        rng = np.random.default_rng(0)
        parts: list[Any] = []
        for n_inputs, n_neurons in ((784, 16), (16, 10)):
            layer = Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)
            layer.weights *= 100 * np.sqrt(2 / n_inputs)
            parts += [layer, ReLU()]
        model, sgd = Model(parts[:-1], SoftmaxCrossEntropy()), SGD(0.01)
        order = np.argsort(labels, kind="stable")
        shuffle = rng if name == "shuffled" else None
        losses = [
            model.train_step(inputs[order[batch]], labels[order[batch]], sgd)
            for _ in range(2)
            for batch in batches(2000, 20, rng=shuffle)
        ]
        ax.plot(range(1, 201), losses, look, lw=1.2, label=name)
    ax.axvline(100.5, color=MUTED, lw=0.8)
    ax.set(xlabel="step", ylabel="loss of the batch", ylim=(0, None))
    ax.legend()
    return figure


def ladder() -> Figure:
    """Draw the validation accuracy of each recipe, a mark per seed."""
    runs = json.loads((DATA / RUNS).read_text("utf-8"))["ladder"]
    recipes = list(dict.fromkeys(run["steps"] for run in runs))
    figure, ax = plt.subplots(figsize=(6.0, 3.0))
    for row, steps in enumerate(recipes):
        right = [r["validation"][-1] for r in runs if r["steps"] == steps]
        ax.plot(right, [row] * len(right), "o", color="C0", markersize=6)
        ax.plot([np.median(right)], [row], "|", color="C1", markersize=18)
    ax.set_yticks(range(len(recipes)), [s or "none" for s in recipes])
    ax.invert_yaxis()
    ax.set(xlabel="right, of 5,000 held-out pictures")
    return figure


def wrong() -> Figure:
    """Draw the twenty wrong answers that are given most surely."""
    with np.load(DATA / WRONG, allow_pickle=False) as stored:
        kept = {name: stored[name][:20] for name in stored.files}
    figure, axes = plt.subplots(4, 5, figsize=(6.2, 6.8))
    for n, ax in enumerate(axes.flat):
        ax.set_axis_off()
        ax.imshow(kept["pictures"][n], cmap="gray")
        label = FASHION_NAMES[kept["labels"][n]]
        guess = FASHION_NAMES[kept["guesses"][n]]
        ax.set_title(f"{n + 1}. {label}\n→ {guess}", fontsize=10)
    return figure
