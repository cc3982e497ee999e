"""The tagged formulas of chapter 15, held to the page and to numbers."""

from itertools import product

import numpy as np
import pytest

from claims import derivation
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dropout

RNG = np.random.default_rng(15)
RATES = (0.1, 0.5, 0.8)


def outcomes(inputs, rate):
    """Return the probability of each mask, and what dropout makes with it."""
    masks = np.array(list(product((0, 1), repeat=len(inputs))))
    chances = np.where(masks, 1 - rate, rate).prod(axis=1)
    return chances, masks * inputs / (1 - rate)


def test_what_comes_out():
    derivation("15-dropout", "15.1", r"y_j = \frac{m_j}{1 - p}\, x_j")
    layer = Dropout(0.3, rng=np.random.default_rng(0))
    inputs = RNG.normal(size=(40, 5))
    outputs = layer.forward(inputs, training=True)
    coins = layer.mask > 0
    np.testing.assert_allclose(outputs, coins / 0.7 * inputs)
    assert 0.5 < coins.mean() < 0.9


@pytest.mark.parametrize("rate", RATES)
def test_the_mean_is_kept(rate):
    derivation(
        "15-dropout",
        "15.2",
        r"\mathrm{E}[y_j] = p \cdot 0 + (1 - p) \cdot \frac{x_j}{1 - p} = x_j",
    )
    inputs = RNG.normal(size=4)
    chances, outputs = outcomes(inputs, rate)
    np.testing.assert_allclose(chances @ outputs, inputs)
    assert np.abs(chances @ outputs * (1 - rate) - inputs).max() > 0.01


@pytest.mark.parametrize("rate", RATES)
def test_the_variance(rate):
    derivation(
        "15-dropout",
        "15.3",
        r"\mathrm{Var}[y_j] = (1 - p)\, \frac{x_j^2}{(1 - p)^2} - x_j^2"
        r" = \frac{p}{1 - p}\, x_j^2",
    )
    inputs = RNG.normal(size=4)
    chances, outputs = outcomes(inputs, rate)
    variance = chances @ (outputs - inputs) ** 2
    np.testing.assert_allclose(variance, rate / (1 - rate) * inputs**2)
    of_sum = chances @ (outputs.sum(axis=1) - inputs.sum()) ** 2
    assert of_sum == pytest.approx(variance.sum())  # the coins add up


def test_the_way_back():
    derivation(
        "15-dropout",
        "15.4",
        r"\frac{\partial L}{\partial x_j} = \frac{m_j}{1 - p}\,"
        r" \frac{\partial L}{\partial y_j}",
    )
    layer = Dropout(0.3, rng=np.random.default_rng(0))
    inputs, d_outputs = RNG.normal(size=(2, 6, 5))
    layer.forward(inputs, training=True)
    mask = layer.mask.copy()
    numerical = numerical_gradient(
        lambda: float((inputs * mask * d_outputs).sum()), inputs
    )
    np.testing.assert_allclose(
        layer.backward(d_outputs), numerical, rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("rate", RATES)
def test_the_hidden_penalty(rate):
    derivation(
        "15-dropout",
        "15.5",
        r"\mathrm{E}\Big[\big(t - \sum_j w_j y_j\big)^2\Big]"
        r" = \big(t - \sum_j w_j x_j\big)^2"
        r" + \frac{p}{1 - p} \sum_j w_j^2 x_j^2",
    )
    x, w = RNG.normal(size=(2, 5))
    chances, outputs = outcomes(x, rate)
    mean = chances @ (1.7 - outputs @ w) ** 2
    plain = (1.7 - x @ w) ** 2
    extra = rate / (1 - rate) * (w**2 * x**2).sum()
    assert mean == pytest.approx(plain + extra)
    assert extra > 0.01
