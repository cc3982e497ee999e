"""The tagged formulas of chapter 25, held to the page and to numbers."""

import numpy as np
import pytest

from claims import derivation
from nnfs_code.activations import Tanh
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.normalization import BatchNorm, RMSNorm
from nnfs_code.residual import Residual

RNG = np.random.default_rng(25)
INPUTS, SLOPES = RNG.normal(2, 3, (2, 5, 3))


def jacobian(function, values):
    """Return the slope of each output along each input."""
    count = len(function())
    return np.array(
        [
            numerical_gradient(lambda k=k: function()[k], values)
            for k in range(count)
        ]
    )


def test_the_mean_square_of_what_a_neuron_puts_out():
    derivation(
        "25-initialisation-and-normalisation",
        "25.1",
        r"\mathrm{E}[z_k^2] = \sum_j \sum_l x_j x_l \,"
        r" \mathrm{E}[w_{jk} w_{lk}] = v \sum_j x_j^2",
    )
    derivation(
        "25-initialisation-and-normalisation",
        "25.2",
        r"\mathrm{E}[z_k^2] = n v \, q",
    )
    x, v = RNG.normal(size=7), 0.3
    z = x @ (np.sqrt(v) * RNG.standard_normal((7, 200_000)))
    assert (z**2).mean() == pytest.approx(v * (x**2).sum(), rel=0.02)
    assert (z**2).mean() == pytest.approx(7 * v * (x**2).mean(), rel=0.02)
    alike = x.sum() * np.sqrt(v) * RNG.standard_normal(200_000)
    assert (alike**2).mean() != pytest.approx(v * (x**2).sum(), rel=0.3)


def test_relu_leaves_half():
    derivation(
        "25-initialisation-and-normalisation",
        "25.3",
        r"\mathrm{E}\big[\max(0, z_k)^2\big] = \frac{n v}{2}\, q",
    )
    x, v = RNG.normal(size=7), 0.3
    z = x @ (np.sqrt(v) * RNG.standard_normal((7, 200_000)))
    half = 7 * v * (x**2).mean() / 2
    assert (np.maximum(z, 0) ** 2).mean() == pytest.approx(half, rel=0.02)
    lopsided = x @ (np.sqrt(v) * (RNG.exponential(size=(7, 200_000)) - 1))
    kept = (np.maximum(lopsided, 0) ** 2).mean()
    assert abs(kept / half - 1) > 0.05  # w is not as likely as -w


def test_both_factors():
    derivation(
        "25-initialisation-and-normalisation",
        "25.4",
        r"\text{factor ahead} = \frac{n v}{2},"
        r" \qquad \text{factor back} = \frac{m v}{2}",
    )
    n, m, v = 30, 90, 0.05
    inputs, arrived = RNG.normal(size=(400, n)), RNG.normal(size=(400, m))
    ahead, back = [], []
    for _ in range(40):
        weights = np.sqrt(v) * RNG.standard_normal((n, m))
        z = inputs @ weights
        ahead.append((np.maximum(z, 0) ** 2).mean())
        back.append((((z > 0) * arrived @ weights.T) ** 2).mean())
    assert np.mean(ahead) / (inputs**2).mean() == pytest.approx(
        n * v / 2, rel=0.05
    )
    assert np.mean(back) / (arrived**2).mean() == pytest.approx(
        m * v / 2, rel=0.05
    )


def test_a_way_around_adds_the_gradient_that_arrived():
    derivation(
        "25-initialisation-and-normalisation",
        "25.5",
        r"\mathbf{y} = \mathbf{x} + f(\mathbf{x}), \qquad"
        r" \frac{\partial L}{\partial \mathbf{x}}"
        r" = \frac{\partial L}{\partial \mathbf{y}}"
        r" + \frac{\partial L}{\partial \mathbf{y}}"
        r" \frac{\partial f}{\partial \mathbf{x}}",
    )
    layer = Dense(3, 3, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weights *= 100
    part, inputs = Residual([layer, Tanh()]), INPUTS.copy()
    part.forward(inputs)
    found = part.backward(SLOPES)
    numerical = numerical_gradient(
        lambda: float((part.forward(inputs) * SLOPES).sum()), inputs
    )
    np.testing.assert_allclose(found, numerical, rtol=1e-6, atol=1e-8)
    assert np.abs(found - SLOPES - numerical).max() > 0.1


def test_batch_norm_forwards_and_its_gains():
    derivation(
        "25-initialisation-and-normalisation",
        "25.6",
        r"\mu = \frac{1}{N} \sum_i x_i, \qquad"
        r" s = \sqrt{\tfrac{1}{N} \textstyle\sum_i (x_i - \mu)^2 + \epsilon},"
        r" \qquad \hat{x}_i = \frac{x_i - \mu}{s}, \qquad"
        r" y_i = \gamma\, \hat{x}_i + \beta",
    )
    derivation(
        "25-initialisation-and-normalisation",
        "25.7",
        r"\frac{\partial L}{\partial \gamma} = \sum_i d_i \hat{x}_i , \qquad"
        r" \frac{\partial L}{\partial \beta} = \sum_i d_i , \qquad"
        r" g_i = \frac{\partial L}{\partial \hat{x}_i} = \gamma\, d_i",
    )
    norm = BatchNorm(3, dtype=np.float64)
    norm.gains[:], norm.biases[:] = [[2, 3, 4]], [[-1, 0, 1]]
    outputs = norm.forward(INPUTS, training=True)
    mu = INPUTS.sum(axis=0) / 5
    s = np.sqrt(((INPUTS - mu) ** 2).sum(axis=0) / 5 + norm.epsilon)
    hat = (INPUTS - mu) / s
    np.testing.assert_allclose(outputs, norm.gains * hat + norm.biases)
    norm.backward(SLOPES)
    for name, expected in (("gains", SLOPES * hat), ("biases", SLOPES)):
        value = getattr(norm, name)
        numerical = numerical_gradient(
            lambda: float((norm.forward(INPUTS, True) * SLOPES).sum()), value
        )
        ours = getattr(norm, f"d_{name}")
        np.testing.assert_allclose(ours, numerical, rtol=1e-6)
        np.testing.assert_allclose(ours[0], expected.sum(axis=0))


def parts_of(column, epsilon=0.1):
    mu = column.mean()
    s = np.sqrt(((column - mu) ** 2).mean() + epsilon)
    return mu, s, (column - mu) / s


def test_how_mean_and_deviation_answer():
    derivation(
        "25-initialisation-and-normalisation",
        "25.8",
        r"\frac{\partial \mu}{\partial x_i} = \frac{1}{N} , \qquad"
        r" \frac{\partial s}{\partial x_i} = \frac{x_i - \mu}{N s}"
        r" = \frac{\hat{x}_i}{N}",
    )
    column = INPUTS[:, 0].copy()
    mu, s, hat = parts_of(column)
    of_mean = numerical_gradient(lambda: float(parts_of(column)[0]), column)
    of_s = numerical_gradient(lambda: float(parts_of(column)[1]), column)
    np.testing.assert_allclose(of_mean, np.full(5, 1 / 5), rtol=1e-6)
    np.testing.assert_allclose(of_s, (column - mu) / (5 * s), rtol=1e-6)
    np.testing.assert_allclose(of_s, hat / 5, rtol=1e-6)


def test_how_each_normalized_value_answers():
    derivation(
        "25-initialisation-and-normalisation",
        "25.9",
        r"\frac{\partial \hat{x}_k}{\partial x_i} = \frac{1}{s} \Big("
        r" [k = i] - \frac{1}{N} - \frac{\hat{x}_k \hat{x}_i}{N} \Big)",
    )
    column = INPUTS[:, 0].copy()
    _, s, hat = parts_of(column)
    numerical = jacobian(lambda: parts_of(column)[2], column)
    expected = (np.eye(5) - 1 / 5 - np.outer(hat, hat) / 5) / s
    np.testing.assert_allclose(numerical, expected, rtol=1e-5, atol=1e-9)


def test_the_backward_pass_of_batch_norm():
    derivation(
        "25-initialisation-and-normalisation",
        "25.10",
        r"\frac{\partial L}{\partial x_i} = \frac{1}{s} \Big( g_i"
        r" - \frac{1}{N} \sum_k g_k"
        r" - \hat{x}_i \, \frac{1}{N} \sum_k g_k \hat{x}_k \Big)",
    )
    column, g = INPUTS[:, 0].copy(), SLOPES[:, 0]
    _, s, hat = parts_of(column)
    numerical = numerical_gradient(
        lambda: float((parts_of(column)[2] * g).sum()), column
    )
    expected = (g - g.mean() - hat * (g * hat).mean()) / s
    np.testing.assert_allclose(numerical, expected, rtol=1e-6)
    without_mean = (g - hat * (g * hat).mean()) / s
    assert np.abs(numerical - without_mean).max() > 0.01


def test_the_backward_pass_of_rms_norm():
    derivation(
        "25-initialisation-and-normalisation",
        "25.11",
        r"r = \sqrt{\tfrac{1}{D} \textstyle\sum_k x_k^2 + \epsilon} , \qquad"
        r" \hat{x}_k = \frac{x_k}{r} , \qquad"
        r" \frac{\partial L}{\partial x_j} = \frac{1}{r} \Big( g_j"
        r" - \hat{x}_j \, \frac{1}{D} \sum_k g_k \hat{x}_k \Big)",
    )
    norm, row = RMSNorm(3, epsilon=0.1, dtype=np.float64), INPUTS[:1].copy()
    outputs, g = norm.forward(row), SLOPES[0]
    r = np.sqrt((row[0] ** 2).mean() + 0.1)
    hat = row[0] / r
    np.testing.assert_allclose(outputs[0], hat)
    expected = (g - hat * (g * hat).mean()) / r
    np.testing.assert_allclose(norm.backward(SLOPES[:1])[0], expected)
    numerical = numerical_gradient(
        lambda: float((norm.forward(row) * g).sum()), row
    )
    np.testing.assert_allclose(numerical[0], expected, rtol=1e-6)
