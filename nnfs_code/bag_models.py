# --8<-- [start:ch34-bag-models-imports]
"""Models for bags of tokens: linear ones, and ones with a hidden layer."""

from typing import Any

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Labels
from nnfs_code.bags import MeanEmbedding
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay

# --8<-- [end:ch34-bag-models-imports]


# --8<-- [start:ch34-bag-model]
def bag_model(
    n_tokens: int, n_classes: int, hidden: int, *, rng: np.random.Generator
) -> Model:
    """Return a model for bags; without `hidden` neurons it is linear.

    >>> rng = np.random.default_rng(0)
    >>> [len(bag_model(9, 3, n, rng=rng).parts) for n in (0, 4)]
    [1, 3]
    """
    rows = MeanEmbedding(n_tokens, hidden or n_classes, rng=rng)
    parts: list[Any] = [rows]
    if hidden:
        rows.weights *= np.float32(0.1)
        dense = Dense(hidden, n_classes, rng=rng)
        dense.weights *= np.float32(100 / np.sqrt(hidden))
        parts += [ReLU(), dense]
    else:
        rows.weights *= 0
    return Model(parts, SoftmaxCrossEntropy())


# --8<-- [end:ch34-bag-model]


# --8<-- [start:ch34-trained]
def trained_on_bags(
    model: Model,
    tokens: Labels,
    labels: Labels,
    rate: float,
    epochs: int,
    *,
    rng: np.random.Generator,
) -> Model:
    """Return the model after so many epochs, in batches of 64."""
    steps = epochs * -(-len(tokens) // 64)
    model.fit(
        tokens.astype(np.float32),
        labels,
        Adam(CosineDecay(rate, steps)),
        epochs=epochs,
        batch_size=64,
        rng=rng,
    )
    return model


# --8<-- [end:ch34-trained]
