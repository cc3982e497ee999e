"""A small release for the tests of what is put in front of a model."""

import numpy as np

from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.release import Card, Shelf, publish

COLUMNS = {"age": (18, 99), "orders": (0, 50)}


def model(bias=0.0, n_columns=2, dtype=np.float64):
    """Return a model that says more for each order, and less for age."""
    layer = Dense(n_columns, 1, rng=np.random.default_rng(0), dtype=dtype)
    layer.weights[:2, 0] = (-0.05, 0.2)
    layer.biases[:] = bias
    return Model([layer], SigmoidCrossEntropy())


def card(version="v1", **more):
    """Return a card for it."""
    chosen = {"columns": COLUMNS, "no_below": 0.3, "yes_from": 0.6} | more
    return Card(version, "orders again", **chosen)


def shelf(folder):
    """Return a shelf with two versions, of which the first answers."""
    publish(folder, model(), card("v1"))
    publish(folder, model(bias=1.0), card("v2"))
    made = Shelf(folder)
    made.switch("v1")
    return made


def chance(age, orders, bias=0.0):
    """Return what it says, by hand."""
    return 1 / (1 + np.exp(0.05 * age - 0.2 * orders - bias))


def outcome(call, *arguments):
    """Return what a call gives, and the message of its ValueError if any."""
    try:
        return call(*arguments), ""
    except ValueError as error:
        return None, str(error)
