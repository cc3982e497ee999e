"""The tagged formulas of chapter 9, held to the page and to small steps."""

from itertools import pairwise

import numpy as np
import pytest

from claims import derivation
from nnfs_code.activations import ReLU, Sigmoid, Softmax, Tanh
from nnfs_code.chapters.ch09_backpropagation import (
    plain_gradient,
    plain_losses,
)
from nnfs_code.gradient_check import numerical_derivative, numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy, SoftmaxCrossEntropy

RNG = np.random.default_rng(9)
PLACES = (-3.0, -1.2, -0.1, 0.4, 1.0, 2.5)


def agree(formula, measured):
    """Assert that both agree, and that 1 % beside the truth would not."""
    np.testing.assert_allclose(formula, measured, rtol=1e-5, atol=1e-8)
    assert not np.allclose(1.01 * formula, measured, rtol=1e-5, atol=1e-8)


@pytest.fixture
def dense():
    """Arrays of a dense layer, and a loss that has the gradient g for Z."""
    inputs = RNG.normal(size=(5, 3))
    weights, biases = RNG.normal(size=(3, 4)), RNG.normal(size=(1, 4))
    g = RNG.normal(size=(5, 4))

    def loss():
        return ((inputs @ weights + biases) * g).sum()

    return inputs, weights, biases, g, loss


def test_the_slope_of_a_weight(dense):
    derivation(
        "09-backpropagation",
        "9.1",
        r"\frac{\partial L}{\partial w_{jk}} = \sum_{i} x_{ij} \,"
        r" \frac{\partial L}{\partial z_{ik}}",
    )
    inputs, weights, _, g, loss = dense
    by_sums = np.array(
        [
            [sum(inputs[i, j] * g[i, k] for i in range(5)) for k in range(4)]
            for j in range(3)
        ]
    )

    agree(by_sums, numerical_gradient(loss, weights))


def test_the_gradient_of_the_weights(dense):
    derivation(
        "09-backpropagation",
        "9.2",
        r"""\underbrace{\frac{\partial L}{\partial \mathbf{W}}}_{D \times K} =
        \underbrace{\vphantom{\frac{\partial L}{\partial \mathbf{Z}}}
        \mathbf{X}^\top}_{D \times N} \;
        \underbrace{\frac{\partial L}{\partial \mathbf{Z}}}_{N \times K}""",
    )
    inputs, weights, _, g, loss = dense

    agree(inputs.T @ g, numerical_gradient(loss, weights))


def test_the_gradient_of_the_biases(dense):
    derivation(
        "09-backpropagation",
        "9.3",
        r"\frac{\partial L}{\partial b_k} = \sum_{i}"
        r" \frac{\partial L}{\partial z_{ik}}",
    )
    _, _, biases, g, loss = dense

    agree(g.sum(axis=0, keepdims=True), numerical_gradient(loss, biases))


def test_the_gradient_of_the_inputs(dense):
    derivation(
        "09-backpropagation",
        "9.4",
        r"\frac{\partial L}{\partial x_{ij}} = \sum_{k}"
        r" \frac{\partial L}{\partial z_{ik}} \, w_{jk}",
    )
    derivation(
        "09-backpropagation",
        "9.5",
        r"""\underbrace{\frac{\partial L}{\partial \mathbf{X}}}_{N \times D} =
        \underbrace{\frac{\partial L}{\partial \mathbf{Z}}}_{N \times K} \;
        \underbrace{\vphantom{\frac{\partial L}{\partial \mathbf{Z}}}
        \mathbf{W}^\top}_{K \times D}""",
    )
    inputs, weights, _, g, loss = dense
    measured = numerical_gradient(loss, inputs)
    by_sums = np.array(
        [
            [sum(g[i, k] * weights[j, k] for k in range(4)) for j in range(3)]
            for i in range(5)
        ]
    )

    agree(by_sums, measured)
    agree(g @ weights.T, measured)


def test_an_activation_multiplies_by_its_slopes():
    derivation(
        "09-backpropagation",
        "9.6",
        r"\frac{\partial L}{\partial \mathbf{Z}} ="
        r" \frac{\partial L}{\partial \mathbf{A}} \odot f'(\mathbf{Z})",
    )
    z, g = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))
    slopes = np.array(
        [[numerical_derivative(np.tanh, v) for v in row] for row in z]
    )

    agree(g * slopes, numerical_gradient(lambda: (np.tanh(z) * g).sum(), z))


def slopes_of(activation):
    """Return what the package passes back of a 1, at each place."""
    places = np.array([PLACES])
    activation.forward(places)
    return activation.backward(np.ones_like(places))[0]


def test_the_slope_of_relu():
    derivation(
        "09-backpropagation",
        "9.7",
        r"\frac{d}{dz} \max(0, z) = \begin{cases} 1 & \text{if } z > 0 \\"
        r" 0 & \text{if } z < 0 \end{cases}",
    )
    measured = [numerical_derivative(lambda z: max(0.0, z), z) for z in PLACES]

    agree(np.array([float(z > 0) for z in PLACES]), measured)
    agree(slopes_of(ReLU()), measured)


def test_the_slope_of_the_sigmoid():
    derivation(
        "09-backpropagation",
        "9.8",
        r"\frac{d \sigma}{d z} = \sigma(z) \bigl( 1 - \sigma(z) \bigr)",
    )

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    z = np.array(PLACES)
    measured = [numerical_derivative(sigmoid, place) for place in PLACES]

    agree(sigmoid(z) * (1 - sigmoid(z)), measured)
    agree(slopes_of(Sigmoid()), measured)


def test_the_slope_of_tanh():
    derivation(
        "09-backpropagation", "9.9", r"\frac{d}{dz} \tanh z = 1 - \tanh^2 z"
    )
    z = np.array(PLACES)
    measured = [numerical_derivative(np.tanh, place) for place in PLACES]

    agree(1 - np.tanh(z) ** 2, measured)
    agree(slopes_of(Tanh()), measured)


def test_the_slope_of_the_cross_entropy():
    derivation(
        "09-backpropagation",
        "9.10",
        r"\frac{\partial L}{\partial \hat{y}_{ik}} ="
        r" -\frac{y_{ik}}{N \, \hat{y}_{ik}}",
    )
    table = RNG.dirichlet(np.ones(3), 4) * 0.9 + 0.1 / 3
    labels = np.array([0, 2, 1, 1])
    loss = CategoricalCrossEntropy()
    measured = numerical_gradient(lambda: loss.forward(table, labels), table)
    loss.forward(table, labels)

    agree(-np.eye(3)[labels] / (4 * table), measured)
    agree(loss.backward(), measured)


def test_the_slopes_of_softmax():
    derivation(
        "09-backpropagation",
        "9.11",
        r"""\frac{\partial \hat{y}_k}{\partial z_m} = \begin{cases}
        \hat{y}_k (1 - \hat{y}_k) & m = k \\
        -\hat{y}_k \, \hat{y}_m & m \ne k
        \end{cases}""",
    )
    derivation(
        "09-backpropagation",
        "9.12",
        r"\frac{\partial L}{\partial z_m} = \hat{y}_m"
        r" \Bigl( g_m - \sum_k g_k \, \hat{y}_k \Bigr)",
    )
    z, g = RNG.normal(size=(1, 4)), RNG.normal(size=4)
    softmax = Softmax()
    y = softmax.forward(z)[0]
    jacobian = np.array(
        [
            [y[k] * (1 - y[k]) if m == k else -y[k] * y[m] for m in range(4)]
            for k in range(4)
        ]
    )
    for k in range(4):
        agree(
            jacobian[k],
            numerical_gradient(lambda k=k: softmax.forward(z)[0, k], z)[0],
        )
    measured = numerical_gradient(lambda: softmax.forward(z)[0] @ g, z)[0]

    agree(g @ jacobian, measured)
    agree(y * (g - (g * y).sum()), measured)


def test_softmax_and_cross_entropy_at_once():
    derivation(
        "09-backpropagation",
        "9.13",
        r"""\begin{aligned}
        L_i &= -\log \frac{e^{z_{i, y_i}}}{\sum_k e^{z_{ik}}} \\
        &= \log \sum_k e^{z_{ik}} - z_{i, y_i}
        \end{aligned}""",
    )
    derivation(
        "09-backpropagation",
        "9.14",
        r"\frac{\partial L}{\partial z_{ik}} ="
        r" \frac{\hat{y}_{ik} - y_{ik}}{N}",
    )
    z, labels = RNG.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    y = Softmax().forward(z)
    rows = np.arange(5)
    loss = SoftmaxCrossEntropy()
    measured = numerical_gradient(lambda: loss.forward(z, labels), z)

    np.testing.assert_allclose(
        np.log(np.exp(z).sum(axis=1)) - z[rows, labels],
        -np.log(y[rows, labels]),
        rtol=1e-12,
    )
    agree((y - np.eye(3)[labels]) / 5, measured)
    agree(plain_gradient(z, labels), measured)
    np.testing.assert_allclose(
        plain_losses(z, labels), loss.sample_losses(z, labels), rtol=1e-12
    )


def test_a_step_against_the_gradient_goes_down_as_promised():
    derivation(
        "09-backpropagation",
        "9.15",
        r"\theta \leftarrow \theta - \eta \, "
        r"\frac{\partial L}{\partial \theta}",
    )
    layer = Dense(3, 4, rng=RNG, dtype=np.float64)
    inputs, labels = RNG.normal(size=(6, 3)), np.array([0, 3, 1, 1, 2, 0])
    loss = SoftmaxCrossEntropy()
    before = loss.forward(layer.forward(inputs), labels)
    layer.parameter_gradients(loss.backward())
    squares = (layer.d_weights**2).sum() + (layer.d_biases**2).sum()
    rate = 1e-5

    layer.weights -= rate * layer.d_weights
    layer.biases -= rate * layer.d_biases

    fall = before - loss.forward(layer.forward(inputs), labels)
    assert fall == pytest.approx(rate * squares, rel=1e-3)


def test_the_five_formulas_of_the_backward_pass():
    """By themselves, in a network of three layers, without the package."""
    derivation(
        "09-backpropagation",
        "9.16",
        r"""\begin{aligned}
        \delta_M &= \frac{\hat{\mathbf{Y}} - \mathbf{Y}}{N}
        \\[6pt]
        \frac{\partial L}{\partial \mathbf{W}_l}
        &= \mathbf{A}_{l-1}^\top \, \delta_l \\[6pt]
        \frac{\partial L}{\partial \mathbf{b}_l}
        &= \mathbf{u}^\top \, \delta_l \\[6pt]
        \frac{\partial L}{\partial \mathbf{A}_{l-1}}
        &= \delta_l \, \mathbf{W}_l^\top \\[6pt]
        \delta_{l-1}
        &= \frac{\partial L}{\partial \mathbf{A}_{l-1}}
        \odot f'(\mathbf{Z}_{l-1})
        \end{aligned}""",
    )
    sizes, truth = (2, 4, 5, 3), np.eye(3)[[0, 2, 1, 1, 0, 2]]
    weights = [RNG.normal(size=pair) for pair in pairwise(sizes)]
    biases = [RNG.normal(size=(1, n)) for n in sizes[1:]]
    data = RNG.normal(size=(6, 2))

    def walk():
        """Return all A, the last of which are the logits."""
        outputs = [data]
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
            z = outputs[-1] @ w + b
            outputs.append(np.tanh(z) if layer < 2 else z)
        return outputs

    def loss():
        logits = walk()[-1]
        right = (logits * truth).sum(axis=1)
        return (np.log(np.exp(logits).sum(axis=1)) - right).mean()

    a = walk()
    delta = (Softmax().forward(a[3]) - truth) / 6
    for layer in (2, 1, 0):
        agree(a[layer].T @ delta, numerical_gradient(loss, weights[layer]))
        for_biases = np.ones((1, 6)) @ delta
        agree(for_biases, numerical_gradient(loss, biases[layer]))
        delta = delta @ weights[layer].T
        if layer:
            delta = delta * (1 - a[layer] ** 2)  # the slope of tanh
    agree(delta, numerical_gradient(loss, data))
