"""The tagged formulas of chapter 18, held to the page and to numbers."""

import numpy as np

from claims import derivation
from nnfs_code.activations import Tanh
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.penalties import L2

RNG = np.random.default_rng(18)
INPUTS, LABELS = RNG.normal(size=(5, 2)), np.array([0, 1, 2, 1, 0])


def model(penalty=None):
    rng = np.random.default_rng(0)
    one = Dense(2, 3, rng=rng, dtype=np.float64)
    two = Dense(3, 3, rng=rng, dtype=np.float64)
    one.weights *= 50
    two.weights *= 50
    return Model([one, Tanh(), two], SoftmaxCrossEntropy(), penalty=penalty)


def test_parts_in_a_row():
    derivation(
        "18-model",
        "18.1",
        r"\mathbf{A}_l = f_l(\mathbf{A}_{l-1}), \qquad l = 1, \dots, M",
    )
    whole = model()
    values = INPUTS
    for part in whole.parts:
        values = part.forward(values)
    np.testing.assert_array_equal(whole.forward(INPUTS), values)


def test_the_slopes_of_all_ways_are_added():
    derivation(
        "18-model",
        "18.2",
        r"\frac{\partial L}{\partial a} = \sum_k"
        r" \frac{\partial L}{\partial z_k} \, \frac{\partial z_k}{\partial a}",
    )
    part = model().parts[2]
    inputs, d_outputs = RNG.normal(size=(2, 1, 3))
    part.forward(inputs)
    d_inputs = part.backward(d_outputs)
    for k, found in enumerate(d_inputs[0]):
        ways = [
            numerical_gradient(
                lambda k=number: float(part.forward(inputs)[0, k]), inputs
            )[0, k]
            for number in range(3)
        ]
        expected = float(d_outputs[0] @ ways)
        np.testing.assert_allclose(found, expected, rtol=1e-6)
        assert abs(found - 1.01 * expected) > 1e-4


def test_the_penalty_adds_its_slope_to_that_of_the_weights_only():
    derivation(
        "18-model",
        "18.3",
        r"J = L + \sum_l R(\mathbf{W}_l) \quad \text{so} \quad"
        r" \frac{\partial J}{\partial \mathbf{W}_l} ="
        r" \frac{\partial L}{\partial \mathbf{W}_l}"
        r" + \frac{\partial R}{\partial \mathbf{W}_l}, \qquad"
        r" \frac{\partial J}{\partial \mathbf{b}_l} ="
        r" \frac{\partial L}{\partial \mathbf{b}_l}",
    )
    whole = model(L2(0.3))

    def total():
        loss = whole.loss.forward(whole.forward(INPUTS), LABELS)
        squares = sum((part.weights**2).sum() for part in whole.parts[::2])
        return float(loss + 0.15 * squares)

    total()
    whole.backward()
    for value, gradient in whole.pairs():
        expected = numerical_gradient(total, value)
        np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-9)
    assert np.abs(whole.parts[0].d_weights - whole.pairs()[0][1]).max() > 0.01
