# --8<-- [start:ch34-readers-imports]
"""A small transformer that reads a text and names its class."""

from typing import Any

import numpy as np

from nnfs_code.arrays import Array, Labels, check_count
from nnfs_code.attention import LearnedPositions
from nnfs_code.bags import MeanOverSteps
from nnfs_code.embedding import Embedding
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.normalization import LayerNorm
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay
from nnfs_code.transformer import TransformerBlock

# --8<-- [end:ch34-readers-imports]


# --8<-- [start:ch34-reader]
def reader(
    n_tokens: int,
    n_classes: int,
    n_steps: int,
    *,
    rng: np.random.Generator,
    n_features: int = 64,
    n_heads: int = 4,
    n_blocks: int = 2,
) -> Model:
    """Return a transformer whose steps see each other, all of them.

    What the last block says of the steps is averaged, and a dense layer
    makes scores of the mean.

    >>> model = reader(30, 4, 12, rng=np.random.default_rng(0))
    >>> model.predict(np.ones((5, 7), np.float32)).shape
    (5, 4)
    """
    table = Embedding(n_tokens, n_features, rng=rng)
    places = LearnedPositions(n_steps, n_features, rng=rng)
    for layer in (table, places):
        layer.weights *= np.float32(0.1)
    blocks = [
        TransformerBlock(n_features, n_heads, rng=rng) for _ in range(n_blocks)
    ]
    last = Dense(n_features, n_classes, rng=rng)
    last.weights *= np.float32(100 / np.sqrt(n_features))
    norm = LayerNorm(n_features)
    parts: list[Any] = [table, places, *blocks, MeanOverSteps(), norm, last]
    return Model(parts, SoftmaxCrossEntropy())


# --8<-- [end:ch34-reader]


# --8<-- [start:ch34-by-length]
def by_length(
    texts: list[Labels], size: int, *, rng: np.random.Generator | None = None
) -> list[Labels]:
    """Return batches of texts with equally many tokens, at most `size` each.

    So nothing has to be padded. With `rng` the texts and the batches are
    shuffled. Texts without a token are left out.

    >>> texts = [np.zeros(n, int) for n in (2, 3, 2, 2, 0)]
    >>> [batch.tolist() for batch in by_length(texts, 2)]
    [[0, 2], [3], [1]]
    """
    size = check_count("by_length", "size", size)
    lengths = np.array([len(text) for text in texts], np.int64)
    found: list[Labels] = []
    for length in np.unique(lengths[lengths > 0]):
        rows = np.flatnonzero(lengths == length)
        if rng is not None:
            rng.shuffle(rows)
        found += [rows[at : at + size] for at in range(0, len(rows), size)]
    if rng is not None:
        rng.shuffle(found)
    return found


# --8<-- [end:ch34-by-length]


# --8<-- [start:ch34-read-and-learn]
def learn_to_read(
    model: Model,
    texts: list[Labels],
    labels: Labels,
    rate: float,
    epochs: int,
    *,
    rng: np.random.Generator,
) -> Model:
    """Return the model after so many epochs, in batches of one length."""
    steps = epochs * len(by_length(texts, 64))
    adam = Adam(CosineDecay(rate, steps))
    for _ in range(epochs):
        for batch in by_length(texts, 64, rng=rng):
            tokens = np.stack([texts[row] for row in batch])
            model.train_step(tokens, labels[batch], adam)
    return model


# --8<-- [end:ch34-read-and-learn]


# --8<-- [start:ch34-read-aloud]
def read(model: Model, texts: list[Labels], n_classes: int) -> Array:
    """Return the probability of each class; the same for a text of nothing."""
    chances = np.full((len(texts), n_classes), 1 / n_classes, np.float32)
    for batch in by_length(texts, 256):
        tokens = np.stack([texts[row] for row in batch])
        chances[batch] = model.predict(tokens.astype(np.float32))
    return chances


# --8<-- [end:ch34-read-aloud]
