"""Figures of chapter 33: a computer vision case."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnfs_code.activations import ReLU
from nnfs_code.cases import stored
from nnfs_code.convolution import Conv2D, Flatten, MaxPool2D
from nnfs_code.data import fashion_mnist
from nnfs_code.decisions import best_actions
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.routing import (
    CLERK,
    coverage_curve,
    returns_costs,
    softer,
    unpacked,
)

DATA = Path(__file__).resolve().parents[2] / "resources" / "datasets"
NAMES = (
    *("T-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)


def distances() -> Figure:
    """Draw what a piece costs, over how near the camera is."""
    told = json.loads((DATA / "belt-runs.json").read_text("utf-8"))
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.3), sharey=True)
    looks = {"nine numbers": "C1s--", "convolution": "C0o-"}
    for name, look in looks.items():
        for ax, tail in zip(axes, ("", ", prepared"), strict=True):
            runs = np.array(told["distances"][name + tail])[:, :, 1]
            low, middle, high = np.quantile(runs, (0, 0.5, 1), axis=0)
            ax.plot(told["near"], middle, look, ms=4, label=name)
            ax.fill_between(
                told["near"], low, high, color=look[:2], alpha=0.2, lw=0
            )
    for ax, title in zip(
        axes, ("learned at 1 alone", "learned at all seven"), strict=True
    ):
        ax.axhline(2, ls=":", color="C5", lw=1)
        ax.set(title=title, xlabel="camera, times as near", ylim=(0, None))
    axes[0].set_ylabel("cents per piece")
    axes[0].legend()
    return figure


def curves() -> Figure:
    """Draw what is right, and what it costs, over the share sorted."""
    kept = stored("returns-runs")
    truth, prices = kept["labels/test"].astype(np.int64), returns_costs()
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.3))
    for name, look in (("edges", "C1--"), ("dense on edges", "C0-")):
        said = softer(
            unpacked(kept[f"{name}/test"]), float(kept[f"{name}/divisor"])
        )
        curve = coverage_curve(said, truth, prices)
        some = slice(1000, None, 100)
        axes[0].plot(curve.share[some], curve.right[some], look, label=name)
        axes[1].plot(curve.share[::100], curve.cost[::100], look)
        sorts = int((best_actions(said, prices) != CLERK).sum())
        axes[0].plot(sorts / 1e4, curve.right[sorts], "o", color=look[:2])
        axes[1].plot(sorts / 1e4, curve.cost[sorts], "o", color=look[:2])
    axes[1].axhline(20, ls=":", color="C5", lw=1)
    axes[0].set(title="right, of those sorted", ylim=(0.88, 1.002))
    axes[1].set(title="pence per piece", ylim=(0, 24))
    for ax in axes:
        ax.set(xlabel="share sorted", xticks=(0, 0.5, 1), xlim=(0, 1))
    axes[0].legend(loc="lower left")
    return figure


def network() -> Model:
    """Return the network that was stored for chapter 27."""
    rng = np.random.default_rng(0)
    parts: list[Any] = []
    for sizes in ((1, 16), (16, 32)):
        layer = Conv2D(*sizes, 3, padding=1, rng=rng)
        parts += [layer, MaxPool2D(2), ReLU()]
    parts += [Flatten(), Dense(1568, 64, rng=rng), ReLU()]
    parts += [Dense(64, 10, rng=rng)]
    with np.load(DATA / "fashion-convolution-network.npz") as file_:
        for name, values in file_.items():
            at, attribute = name.split(".")
            setattr(parts[int(at)], attribute, values.astype(np.float32))
    return Model(parts, SoftmaxCrossEntropy())


def show(ax: Axes, picture: np.ndarray, title: str) -> None:
    """Draw a picture in 16 greys, which makes a page light."""
    ax.imshow(
        np.round(15 * picture),
        cmap="gray",
        vmin=0,
        vmax=15,
        interpolation="none",
    )
    ax.set_title(title, fontsize=9)
    ax.set_axis_off()


def asked() -> Figure:
    """Draw four pieces that go to the clerk, and four that do not."""
    pictures, labels = fashion_mnist("test", sample=True)
    some = (pictures[:, np.newaxis] / 255).astype(np.float32)
    said = network().predict(some)
    actions = best_actions(said, returns_costs())
    to_clerk = np.flatnonzero((actions == CLERK) & (labels == 4))[:2]
    more = np.flatnonzero((actions == CLERK) & (labels == 6))[:2]
    sure = np.flatnonzero((actions == labels) & np.isin(labels, (4, 6, 8)))[:4]
    figure, axes = plt.subplots(2, 4, figsize=(5.6, 3.6))
    for ax, at in zip(axes.flat, [*to_clerk, *more, *sure], strict=True):
        first, second = np.argsort(said[at])[:-3:-1]
        title = f"{NAMES[first]} {said[at, first]:.2f}"
        title += f"\n{NAMES[second]} {said[at, second]:.2f}"
        show(ax, some[at, 0], title)
    return figure
