"""The made-up factory of chapter 16, for its tests."""

import numpy as np

from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay
from scripted import definitions

page = definitions("ch16_binary_logistic_regression")
truth, parts = page["log_odds"], page["parts"]
balanced, cost = page["balanced"], page["cost"]


def neuron(points, targets, start=True, steps=100):
    """Return what the page's own does, after any number of steps."""
    layer = Dense(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    if start:
        share = targets.mean()
        layer.biases[:] = np.log(share / (1 - share))
    loss, optimizer = SigmoidCrossEntropy(), Adam(CosineDecay(0.3, steps))
    for _ in range(steps):
        loss.forward(layer.forward(points), targets)
        layer.parameter_gradients(loss.backward())
        optimizer.update(
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
        )
    return layer
