"""The tagged formulas of chapter 14, held to the page and to numbers."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from claims import derivation
from nnfs_code.gradient_check import numerical_derivative, numerical_gradient
from nnfs_code.optimizers import SGD, AdamW
from nnfs_code.penalties import L1, L2

PAGE = "14-l1-and-l2-regularization"
RNG = np.random.default_rng(14)


def loss(w):
    """Some smooth loss of a few weights."""
    return float(np.sin(w).sum() + (w**2).sum() / 3 + w.prod())


def test_the_total_with_l2():
    derivation(
        "14-l1-and-l2-regularization",
        "14.1",
        r"J = L + \frac{\lambda}{2} \sum_k w_k^2",
    )
    w = RNG.normal(size=5)
    assert L2(0.3).penalty(w) == pytest.approx(0.15 * (w**2).sum())


def test_the_slope_of_the_total_with_l2():
    derivation(
        "14-l1-and-l2-regularization",
        "14.2",
        r"\frac{\partial J}{\partial w_k} = g_k + \lambda\, w_k",
    )
    w = RNG.normal(size=5)
    total = numerical_gradient(lambda: loss(w) + L2(0.3).penalty(w), w)
    g = numerical_gradient(lambda: loss(w), w)
    np.testing.assert_allclose(total, g + 0.3 * w, rtol=1e-6, atol=1e-9)
    assert np.abs(total - g - 0.6 * w).max() > 0.01  # the book's factor


def test_a_step_takes_a_share():
    derivation(
        "14-l1-and-l2-regularization",
        "14.3",
        r"w_k \leftarrow w_k - \eta\, (g_k + \lambda\, w_k)"
        r" = (1 - \eta \lambda)\, w_k - \eta\, g_k",
    )
    w, g = RNG.normal(size=(2, 5))
    value = w.copy()
    SGD(0.2).update([(value, g + L2(0.3).gradient(value))])
    np.testing.assert_allclose(value, (1 - 0.06) * w - 0.2 * g, rtol=1e-12)


@pytest.mark.parametrize("c", [0.1, 1.0, 10.0])
def test_the_lowest_place_with_l2(c):
    derivation(
        "14-l1-and-l2-regularization",
        "14.4",
        r"c\, (w - a) + \lambda\, w = 0 \quad \text{so} \quad"
        r" w = \frac{c}{c + \lambda}\, a",
    )
    for a in (-2.0, 0.7):
        found = minimize_scalar(
            lambda w, a=a: c / 2 * (w - a) ** 2 + 0.5 / 2 * w**2
        )
        assert found.x == pytest.approx(c / (c + 0.5) * a, abs=1e-6)


def test_the_total_with_l1_and_its_slope():
    derivation(
        "14-l1-and-l2-regularization", "14.5", r"J = L + \lambda \sum_k |w_k|"
    )
    derivation(
        "14-l1-and-l2-regularization",
        "14.6",
        r"\frac{\partial J}{\partial w_k} = g_k + \lambda\,"
        r" \operatorname{sign}(w_k) \qquad (w_k \ne 0)",
    )
    w = RNG.normal(size=5)
    w += 0.1 * np.sign(w)
    assert L1(0.3).penalty(w) == pytest.approx(0.3 * np.abs(w).sum())
    total = numerical_gradient(lambda: loss(w) + L1(0.3).penalty(w), w)
    g = numerical_gradient(lambda: loss(w), w)
    np.testing.assert_allclose(total, g + 0.3 * np.sign(w), rtol=1e-6)
    assert np.abs(total - g + 0.3 * np.sign(w)).max() > 0.1


@pytest.mark.parametrize("a", [-3.0, -1.2, -0.4, 0.0, 0.9, 1.1, 2.5])
def test_the_lowest_place_with_l1(a):
    derivation(
        "14-l1-and-l2-regularization",
        "14.7",
        r"w = \operatorname{sign}(a)\, \max(|a| - \lambda,\; 0)",
    )
    places = np.linspace(-4, 4, 80_001)
    costs = (places - a) ** 2 / 2 + 1.0 * np.abs(places)
    expected = np.sign(a) * max(abs(a) - 1.0, 0)
    assert places[costs.argmin()] == pytest.approx(expected, abs=1e-4)


def test_the_step_that_shrinks():
    derivation(
        "14-l1-and-l2-regularization",
        "14.8",
        r"w_k \leftarrow \operatorname{sign}(w_k)\,"
        r" \max(|w_k| - \eta \lambda,\; 0)",
    )
    w = RNG.normal(size=50)
    value = w.copy()
    L1(0.5).shrink(value, rate=0.8)
    expected = np.sign(w) * np.maximum(np.abs(w) - 0.4, 0)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-15)
    assert 5 < (value == 0).sum() < 45


def test_the_two_movements_of_adamw():
    derivation(
        "14-l1-and-l2-regularization",
        "14.9",
        r"w \leftarrow w - \eta \left("
        r" \frac{\hat{m}}{\sqrt{\hat{s}} + \epsilon} + \lambda\, w \right)",
    )
    place, mean, square = np.array([3.0]), 0.0, 0.0
    adamw = AdamW(0.01, epsilon=0.1, weight_decay=0.5)
    for step, slope in enumerate((-5.0, 0.3, 2.0), start=1):
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        m, s = mean / (1 - 0.9**step), square / (1 - 0.999**step)
        after = place - 0.01 * (m / (np.sqrt(s) + 0.1) + 0.5 * place)
        adamw.update([(place, np.array([slope]))])
        np.testing.assert_allclose(place, after, rtol=1e-12)


@pytest.mark.parametrize("c", [10.0, 1.0, 0.1])
def test_the_share_of_the_way(c):
    derivation(
        "14-l1-and-l2-regularization",
        "14.10",
        r"\frac{w_t}{a} = 1 - (1 - \eta c)^t",
    )
    w, sgd = np.zeros(1), SGD(0.01)
    for _ in range(30):
        sgd.update([(w, c * (w - 2.0))])
    assert w[0] / 2 == pytest.approx(1 - (1 - 0.01 * c) ** 30)


def test_few_steps_are_a_strong_penalty():
    derivation(
        "14-l1-and-l2-regularization", "14.11", r"t = \frac{1}{\eta \lambda}"
    )
    rate, strength, flat = 0.01, 0.1, 1e-4
    steps = 1 / (rate * strength)
    stopped = 1 - (1 - rate * flat) ** steps
    assert stopped == pytest.approx(flat / (flat + strength), rel=0.01)
    twice = 1 - (1 - rate * flat) ** (2 * steps)
    assert twice > 1.9 * flat / (flat + strength)


def test_the_slope_of_a_square_and_of_an_absolute_value():
    """The slopes that the text takes for granted."""
    for w in (-1.5, 0.4):
        assert numerical_derivative(
            lambda x: 0.3 / 2 * x**2, w
        ) == pytest.approx(0.3 * w)
        assert numerical_derivative(lambda x: 0.3 * abs(x), w) == (
            pytest.approx(0.3 * np.sign(w))
        )
