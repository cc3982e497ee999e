# --8<-- [start:ch19-imports]
"""Chapter 19: pictures of clothes, and training in batches."""

from itertools import pairwise
from typing import Any

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import FASHION_NAMES, fashion_mnist
from nnfs_code.fitting import History
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer
from nnfs_code.schedules import InverseTimeDecay, OneCycle

# --8<-- [end:ch19-imports]


# --8<-- [start:ch19-rows]
def rows(pictures: Any) -> Array:
    """Return a row of 784 numbers per picture, from -1 to 1."""
    flat = pictures.reshape(len(pictures), 784).astype(np.float32)
    return (flat - np.float32(127.5)) / np.float32(127.5)


# --8<-- [end:ch19-rows]


# --8<-- [start:ch19-network]
def network(
    sizes: tuple[int, ...], rng: np.random.Generator, wide: bool
) -> Model:
    """Return dense layers with ReLU between them; `wide`: He's start."""
    parts: list[Any] = []
    for n_inputs, n_neurons in pairwise(sizes):
        layer = Dense(n_inputs, n_neurons, rng=rng)  # 0.01 * normal
        if wide:
            layer.weights *= np.float32(100 * np.sqrt(2 / n_inputs))
        parts += [layer, ReLU()]
    return Model(parts[:-1], SoftmaxCrossEntropy())


# --8<-- [end:ch19-network]


# --8<-- [start:ch19-climb]
Part = tuple[Array, Labels]


def climb(
    steps: str,
    learn: Part,
    other: Part,
    seed: int,
    sizes: tuple[int, ...] = (784, 128, 128, 10),
    epochs: int = 10,
) -> tuple[Array, History]:
    """Train by a recipe; return the scores of the other part, and how."""
    rng = np.random.default_rng(seed)
    model = network(sizes, rng, wide="start" in steps)
    inputs, others = learn[0], other[0]
    if "standardised" in steps:
        scaler = Standardizer().fit(inputs)
        inputs, others = scaler.transform(inputs), scaler.transform(others)
    n_steps = epochs * -(-len(inputs) // 128)  # rounded up
    rate: Any = InverseTimeDecay(0.001, decay=0.001)
    if "cycle" in steps:
        rate = OneCycle(0.003, n_steps, rise=3 * n_steps // 10)
    history = model.fit(
        inputs,
        learn[1],
        Adam(rate),
        epochs=epochs,
        batch_size=128,
        rng=rng if "shuffled" in steps else None,
        validation=(others, other[1]),
        metric=accuracy,
    )
    return model.forward(others), history


# --8<-- [end:ch19-climb]
