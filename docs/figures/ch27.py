"""Figures of chapter 27: surfaces, and what a network looks at."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnfs_code.activations import ReLU
from nnfs_code.convolution import Conv2D, Flatten, MaxPool2D
from nnfs_code.data import fashion_mnist
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.seeing import fooling, grad_cam, occlusion, saliency
from nnfs_code.surfaces import SURFACES, patches, photographs

DATA = Path(__file__).resolve().parents[2] / "resources" / "datasets"
NAMES = (
    *("T-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)


def show(ax: Axes, picture: np.ndarray, title: str = "") -> None:
    """Draw a picture in 16 greys, which makes a page light."""
    low, high = picture.min(), picture.max()
    shades = np.round(15 * (picture - low) / max(high - low, 1e-12))
    ax.imshow(shades, cmap="gray", vmin=0, vmax=15, interpolation="none")
    ax.set_title(title, fontsize=10)
    ax.set_axis_off()


def network() -> Model:
    """Return the network that was stored."""
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


def clothes() -> tuple[np.ndarray, np.ndarray]:
    """Return the test pictures of the sample, and their labels."""
    pictures, labels = fashion_mnist("test", sample=True)
    return (pictures[:, np.newaxis] / 255).astype(np.float32), labels


def surfaces() -> Figure:
    """Draw six patches of each surface."""
    cut, labels = patches(
        photographs(), 60, size=20, rng=np.random.default_rng(1)
    )
    figure, axes = plt.subplots(3, 6, figsize=(5.6, 3))
    for label, row in enumerate(axes):
        for ax, patch in zip(row, cut[labels == label], strict=False):
            show(ax, patch[0])
        row[0].set_title(SURFACES[label], fontsize=10, loc="left")
    return figure


def filters() -> Figure:
    """Draw the sixteen filters, and what eight of them make of a boot."""
    model = network()
    pictures, labels = clothes()
    boot = pictures[labels == 9][:1]
    weights = model.parts[0].weights[:, 0]
    answers = np.maximum(model.parts[0].forward(boot)[0], 0)
    figure, axes = plt.subplots(2, 8, figsize=(6.4, 1.9))
    for at in range(8):
        high = np.abs(weights[at]).max()
        axes[0, at].imshow(
            weights[at],
            cmap="RdBu",
            vmin=-high,
            vmax=high,
            interpolation="none",
        )
        axes[0, at].set_axis_off()
        show(axes[1, at], answers[at])
    return figure


def maps() -> Figure:
    """Draw four pictures, and three maps of each."""
    model = network()
    pictures, labels = clothes()
    chosen = [int(np.flatnonzero(labels == kind)[0]) for kind in (9, 8, 1, 4)]
    some, kinds = pictures[chosen], labels[chosen]
    rows = [some[:, 0], saliency(model, some, kinds)]
    falls = [
        occlusion(model, one, int(kind), size=5)
        for one, kind in zip(some, kinds, strict=True)
    ]
    rows += [np.array(falls), grad_cam(model, some, kinds, at=6)]
    titles = ("picture", "saliency", "occlusion", "Grad-CAM")
    figure, axes = plt.subplots(4, 4, figsize=(5.4, 5.6))
    for line, values, title in zip(axes, rows, titles, strict=True):
        for ax, one in zip(line, values, strict=True):
            show(ax, one)
        line[0].set_title(title, fontsize=10, loc="left")
    return figure


def fooled() -> Figure:
    """Draw two pictures, the step, and what the network says then."""
    model, step = network(), 0.08
    pictures, labels = clothes()
    other = fooling(model, pictures[:60], labels[:60], step=step)
    before, after = model.predict(pictures[:60]), model.predict(other)
    right = before.argmax(axis=1) == labels[:60]
    chosen = np.flatnonzero(right & (after.argmax(axis=1) != labels[:60]))[:2]
    figure, axes = plt.subplots(2, 3, figsize=(5.4, 3.9))
    for line, at in zip(axes, chosen, strict=True):
        for ax, picture, chances in (
            (line[0], pictures[at, 0], before[at]),
            (line[2], other[at, 0], after[at]),
        ):
            title = f"{NAMES[chances.argmax()]}, {chances.max():.2f}"
            show(ax, picture, title)
        show(line[1], other[at, 0] - pictures[at, 0], "difference")
    return figure
