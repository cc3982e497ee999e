"""Figures of chapter 22: prediction."""

from functools import cache
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.path import Path as Polygon

from _drawing import matrix_picture
from figures.style import MUTED
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array
from nnfs_code.data import fashion_mnist
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.pictures import centre, edge, invert, shares, shrink, stretch
from nnfs_code.schedules import CosineDecay


def moved(pictures: Array, right: int, down: int = 0) -> Array:
    """Move pictures by up to 8 pixels, as the chapter does."""
    padded = np.pad(pictures, ((0, 0), (8, 8), (8, 8)))
    return padded[:, 8 - down : 36 - down, 8 - right : 36 - right]


def smaller(picture: Array, size: int) -> Array:
    """Shrink a picture, in the middle of 28 by 28 pixels."""
    return np.pad(shrink(picture, size), (28 - size) // 2)


def blurred(picture: Array) -> Array:
    """Replace each pixel by the mean of 5 by 5 pixels around it."""
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(picture, 2), (5, 5)
    )
    means: Array = windows.mean(axis=(2, 3))
    return means


def show(ax: Any, picture: Array, name: str) -> None:
    """Draw a picture of 0 to 1, with its name above."""
    ax.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="none")
    ax.set_title(name, fontsize=10)
    ax.set(xticks=[], yticks=[])


def faults() -> Figure:
    """Draw a boot with one fault at a time."""
    pictures, labels = fashion_mnist("test", sample=True)
    boot = pictures[np.flatnonzero(labels == 9)[0]] / 255
    figure, axes = plt.subplots(3, 3, figsize=(5.2, 5.6))
    for ax, (name, picture) in zip(
        axes.flat,
        (
            ("as it is", boot),
            ("exchanged", 1 - boot),
            ("4 to the right", moved(boot[np.newaxis], 4)[0]),
            ("20 pixels large", smaller(boot, 20)),
            ("14 pixels large", smaller(boot, 14)),
            ("blurred", blurred(boot)),
            ("half as bright", boot / 2),
            ("grey wall", 0.2 + 0.8 * boot),
            ("mirrored", boot[:, ::-1]),
        ),
        strict=True,
    ):
        show(ax, picture, name)
    return figure


def trained(seed: int, inputs: Array, labels: Any) -> Model:
    """Return a network that is trained as in the chapter."""
    rng = np.random.default_rng(seed)
    one = Dense(784, 32, rng=rng, dtype=np.float64)
    two = Dense(32, 10, rng=rng, dtype=np.float64)
    model = Model([one, ReLU(), two], SoftmaxCrossEntropy())
    adam = Adam(CosineDecay(0.01, steps=400))
    model.fit(inputs, labels, adam, epochs=10, batch_size=50, rng=rng)
    return model


@cache
def models() -> list[Model]:
    """Return the five networks of the chapter."""
    training, labels = fashion_mnist("train", sample=True)
    inputs = training.reshape(2000, 784) / 255
    return [trained(seed, inputs, labels) for seed in range(5)]


def moved_accuracy() -> Figure:
    """Draw accuracy over the distance that pictures are moved."""
    pictures, labels = fashion_mnist("test", sample=True)
    bright = pictures / 255
    figure, ax = plt.subplots(figsize=(5.6, 3.3))
    for name, line, (x, y) in (
        ("to the right", "o-", (1, 0)),
        ("downwards", "s--", (0, 1)),
    ):
        rights = np.array(
            [
                [
                    accuracy(m.predict(shot.reshape(400, 784)), labels)
                    for m in models()
                ]
                for shot in (moved(bright, k * x, k * y) for k in range(9))
            ]
        )
        (drawn,) = ax.plot(np.median(rights, axis=1), line, label=name)
        ax.fill_between(
            range(9),
            rights.min(axis=1),
            rights.max(axis=1),
            color=drawn.get_color(),
            alpha=0.2,
            linewidth=0,
        )
    ax.axhline(0.1, color=MUTED, linestyle=":", linewidth=1)
    ax.text(0, 0.11, "drawing lots", fontsize=10, color=MUTED)
    ax.set(xlabel="pixels moved", ylabel="right, of 400", ylim=(0, 0.9))
    ax.legend(loc="upper right")
    return figure


def shares_picture() -> Figure:
    """Draw nine pixels that become four, as a product of matrices."""
    picture = np.array([[0.0, 0.6, 0.9], [0.3, 0.9, 0.9], [0.0, 0.0, 0.6]])
    rows, columns = shares(3, 2), shares(3, 2).T
    return matrix_picture(
        ("rows", rows),
        "@",
        ("picture", picture),
        "@",
        ("columns", columns),
        "=",
        ("small", rows @ picture @ columns),
        number="{:.2f}",
    )


# fmt: off
SHIRT = np.array([
    (0.28, 0.02), (0.42, 0.08), (0.58, 0.08), (0.72, 0.02), (1, 0.25),
    (0.87, 0.4), (0.76, 0.32), (0.76, 1), (0.24, 1), (0.24, 0.32),
    (0.13, 0.4), (0, 0.25),
])
# fmt: on


def steps() -> Figure:
    """Draw a photo of a shirt on its way to 28 by 28 pixels."""
    corners = 50 * SHIRT + (8, 62)
    y, x = np.mgrid[:120, :90] + 0.5
    inside = Polygon(corners).contains_points(
        np.stack((x, y), axis=-1).reshape(-1, 2)
    )
    photo = np.broadcast_to(np.linspace(0.92, 0.83, 90), (120, 90)).copy()
    photo[inside.reshape(120, 90)] = 0.28
    dark = invert(photo)
    thing = stretch(dark, float(np.median(edge(dark))))
    middle = centre(thing, 0.2)
    figure, axes = plt.subplots(1, 5, figsize=(6.4, 1.9))
    for ax, (name, picture) in zip(
        axes,
        (
            ("grey", photo),
            ("inverted", dark),
            ("stretched", thing),
            ("centred", middle),
            ("shrunk", shrink(middle, 28)),
        ),
        strict=True,
    ):
        show(ax, picture, name)
    return figure
