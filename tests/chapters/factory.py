"""The made-up factory of chapter 16, for its tests."""

import numpy as np

from nnfs_code.activations import Sigmoid
from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.metrics import binary_counts
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay


def truth(points):
    """Return the true log-odds of a fault."""
    return points @ np.array([[1.5], [1.0], [-0.5]]) - 6.2


def parts(n, rng):
    points = rng.standard_normal((n, 3))
    chances = Sigmoid().forward(truth(points))
    return points, (rng.random((n, 1)) < chances).astype(int)


def neuron(points, targets, start=True, steps=100):
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


def balanced(faulty, rng):
    yes, no = (np.flatnonzero(faulty[:, 0] == answer) for answer in (1, 0))
    return np.concatenate((yes, rng.choice(no, len(yes), replace=False)))


def cost(said, faulty, threshold):
    counts = binary_counts(said, faulty, threshold)
    total = counts.false_positives + 20 * counts.false_negatives
    return 1000 * total / faulty.size
