"""Arrays that calculate by other rules are refused, wherever they come in.

A `numpy.matrix` multiplies matrices where an array multiplies entries, and
stays two-dimensional when it is indexed; a masked array leaves entries out.
As one-hot targets a matrix once gave a loss of 2.149 for 0.583, and no error.
"""

import warnings

import numpy as np
import pytest

from nnfs_code.activations import (
    Linear,
    ReLU,
    Sigmoid,
    Softmax,
    Step,
    Tanh,
)
from nnfs_code.gradient_check import check, numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from nnfs_code.metrics import accuracy, binary_accuracy, roc_auc
from nnfs_code.optimizers import SGD, Adam

ROWS = np.array([[0.25, 0.75], [0.5, 0.5]])
ONE_HOT = np.array([[0.0, 1.0], [1.0, 0.0]])


class Fancy(np.ndarray):
    """A subclass that changes nothing: it could, so it is refused."""


def matrix(values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return np.matrix(values)


KINDS = {
    "matrix": matrix,
    "MaskedArray": np.ma.masked_array,
    "Fancy": lambda values: values.view(Fancy),
}
LAYERS = [Linear, ReLU, Sigmoid, Softmax, Step, Tanh]


def dense():
    return Dense(2, 2, rng=np.random.default_rng(0), dtype=np.float64)


def refused(kind):
    return pytest.raises(TypeError, match=f" array.*, got a {kind}$")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layer", [dense, *LAYERS])
def test_layers_refuse_them_both_ways(layer, kind):
    made = layer()
    with refused(kind):
        made.forward(KINDS[kind](ROWS))
    made.forward(ROWS)
    with refused(kind):
        made.backward(KINDS[kind](ROWS))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "judge",
    [
        CategoricalCrossEntropy().forward,
        SoftmaxCrossEntropy().forward,
        BinaryCrossEntropy().forward,
        SigmoidCrossEntropy().forward,
        accuracy,
        binary_accuracy,
        roc_auc,
    ],
)
def test_losses_and_metrics_refuse_them_as_scores_and_as_targets(judge, kind):
    judge(ROWS, ONE_HOT)
    with refused(kind):
        judge(KINDS[kind](ROWS), ONE_HOT)
    with refused(kind):
        judge(ROWS, KINDS[kind](ONE_HOT))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_optimizers_refuse_them(optimizer, kind):
    with refused(kind):
        optimizer(0.1).update([(KINDS[kind](ROWS), ROWS)])
    with refused(kind):
        optimizer(0.1).update([(ROWS, KINDS[kind](ROWS))])


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_checks_refuse_them(kind):
    with refused(kind):
        numerical_gradient(lambda: 0.0, KINDS[kind](ROWS))
    with refused(kind):
        check(Tanh(), KINDS[kind](ROWS))
