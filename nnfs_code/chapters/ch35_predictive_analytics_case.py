"""Chapter 35: whom to send a voucher, and what to bill without a counter."""

# --8<-- [start:ch35-imports]
import json
from pathlib import Path

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.callbacks import EarlyStopping
from nnfs_code.cases import retail_customers, retail_inputs
from nnfs_code.data import split
from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.metrics import roc_auc
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer

# --8<-- [end:ch35-imports]


# --8<-- [start:ch35-layers]
def layers(sizes: list[int], rng: np.random.Generator) -> list[Dense | ReLU]:
    """Return dense layers with ReLU between, started as in chapter 19."""
    parts: list[Dense | ReLU] = []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        dense = Dense(n_in, n_out, rng=rng)
        dense.weights *= np.float32(100 * np.sqrt(2 / n_in))
        parts += [dense, ReLU()]
    return parts[:-1]


# --8<-- [end:ch35-layers]


# --8<-- [start:ch35-network]
def network(
    inputs: Array, bought: Labels, customers: Array, widths: tuple[int], s: int
) -> tuple[Model, Standardizer]:
    """Train on 85 % of the customers, and stop by the others."""
    rng, scaler = np.random.default_rng(s), Standardizer().fit(inputs)
    learn, held = split(
        len(inputs), 0.15, rng=rng, groups=customers.astype(np.int64)
    )
    rows = scaler.transform(inputs).astype(np.float32)
    targets = bought[:, np.newaxis].astype(np.float32)
    model = Model(layers([11, *widths, 1], rng), SigmoidCrossEntropy())
    model.fit(
        rows[learn],
        targets[learn],
        Adam(0.002),
        epochs=60,
        batch_size=128,
        rng=rng,
        validation=(rows[held], targets[held]),
        callbacks=[EarlyStopping(8)],
        progress=False,
    )
    return model, scaler


# --8<-- [end:ch35-network]
