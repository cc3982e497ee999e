"""Checkpoints, which need chapter 21: a training goes on from the file."""

import numpy as np

from nnfs_code import archive
from nnfs_code.activations import Tanh
from nnfs_code.callbacks import Checkpoint
from nnfs_code.data import spiral
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam


def points():
    rng = np.random.default_rng(0)
    return spiral(20, 3, rng=rng, dtype=np.float64)


def network():
    rng = np.random.default_rng(0)
    first = Dense(2, 8, rng=rng, dtype=np.float64)
    last = Dense(8, 3, rng=rng, dtype=np.float64)
    parts = [first, Tanh(), Dropout(0.2, rng=rng), last]
    return Model(parts, SoftmaxCrossEntropy())


def values(model):
    return [
        value.copy()
        for part in model.parts
        for name, value in vars(part).items()
        if name in ("weights", "biases")
    ]


def test_a_training_goes_on_from_a_checkpoint_to_the_same_numbers(tmp_path):
    path = tmp_path / "m.npz"
    how = {"batch_size": 16, "epochs": 3}

    def whole(rng):
        model, adam = network(), Adam(0.02)
        callbacks = [Checkpoint(path, rng=rng)]
        first = model.fit(*points(), adam, rng=rng, callbacks=callbacks, **how)
        second = model.fit(*points(), adam, rng=rng, **how)
        return first.loss + second.loss, values(model)

    losses, expected = whole(np.random.default_rng(5))
    found = Model.load(path)
    assert archive.read(path)[1]  # the parameters are in it
    rest = found.fit(*points(), found.optimizer, rng=found.rng, **how)
    assert rest.loss == losses[3:]
    for ours, theirs in zip(values(found), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs, strict=True)
