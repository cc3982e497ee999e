"""The tagged formulas of chapter 17, held to the page and to numbers."""

import math

import numpy as np
import pytest
from scipy.stats import laplace, norm

from claims import derivation
from nnfs_code.gradient_check import numerical_derivative
from nnfs_code.losses import (
    Huber,
    MeanAbsoluteError,
    MeanSquaredError,
    Quantile,
)
from nnfs_code.metrics import r_squared

TARGETS = np.array([[1.0], [2.0], [3.0], [4.0], [20.0]])
CONSTANTS = (0.5, 1.7, 3.4, 6.2, 21.0)


def of_constant(loss):
    """Return the loss of one answer for all five targets."""
    return lambda c: loss.forward(np.full((5, 1), c), TARGETS)


def test_the_squared_error_of_a_constant():
    derivation(
        "17-regression",
        "17.1",
        r"""\begin{aligned}
        L &= \frac{1}{N} \sum_{i} (c - y_i)^2 \\
        \frac{dL}{dc} &= \frac{2}{N} \sum_{i} (c - y_i) \\
        &= 2 \Bigl( c - \frac{1}{N} \sum_{i} y_i \Bigr).
        \end{aligned}""",
    )
    height = of_constant(MeanSquaredError())
    for c in CONSTANTS:
        assert height(c) == pytest.approx(((c - TARGETS) ** 2).sum() / 5)
        slope = numerical_derivative(height, c)
        assert slope == pytest.approx(2 / 5 * (c - TARGETS).sum(), rel=1e-6)
        assert slope == pytest.approx(2 * (c - TARGETS.sum() / 5), rel=1e-6)
    assert numerical_derivative(height, 6.0) == pytest.approx(0, abs=1e-6)


def test_the_absolute_error_of_a_constant():
    derivation(
        "17-regression",
        "17.2",
        r"""\begin{aligned}
        L &= \frac{1}{N} \sum_{i} \lvert c - y_i \rvert \\
        \frac{dL}{dc} &= \frac{\text{number below} - \text{number
        above}}{N}.
        \end{aligned}""",
    )
    height = of_constant(MeanAbsoluteError())
    for c in CONSTANTS:
        assert height(c) == pytest.approx(np.abs(c - TARGETS).sum() / 5)
        counted = ((c > TARGETS).sum() - (c < TARGETS).sum()) / 5
        slope = numerical_derivative(height, c)
        assert slope == pytest.approx(counted, rel=1e-6)


def test_hubers_loss():
    derivation(
        "17-regression",
        "17.3",
        r"""\begin{aligned}
        h(e) &=
        \begin{cases}
        \frac{1}{2} e^2 & \text{if } \lvert e \rvert \le \delta \\
        \delta \bigl( \lvert e \rvert - \frac{1}{2} \delta \bigr) &
        \text{otherwise}
        \end{cases} \\
        \frac{dh}{de} &= \min(\max(e, -\delta), \delta).
        \end{aligned}""",
    )
    delta = 1.5
    loss = Huber(delta)
    for e in (-4.0, -1.6, -1.4, 0.3, 1.4, 1.6, 4.0):
        line = delta * (abs(e) - delta / 2)
        expected = e**2 / 2 if abs(e) <= delta else line
        assert loss.heights(np.array([e]))[0] == pytest.approx(expected)
        slope = numerical_derivative(
            lambda x: float(loss.heights(np.array([x]))[0]), e
        )
        assert slope == pytest.approx(min(max(e, -delta), delta), rel=1e-6)
    assert delta**2 / 2 == delta * (delta - delta / 2)  # no jump


def test_the_quantile_loss():
    derivation(
        "17-regression",
        "17.4",
        r"""q(e) =
        \begin{cases}
        (1 - \tau)\, e & \text{if } e > 0 \\
        -\tau\, e & \text{if } e \le 0
        \end{cases}""",
    )
    derivation(
        "17-regression",
        "17.5",
        r"""\frac{dL}{dc} = (1 - \tau)\, F - \tau\, (1 - F) = F - \tau""",
    )
    for tau in (0.1, 0.5, 0.9):
        loss = Quantile(tau)
        for e in (-2.0, 0.0, 3.0):
            expected = (1 - tau) * e if e > 0 else -tau * e
            assert loss.heights(np.array([e]))[0] == pytest.approx(expected)
        for c in CONSTANTS:
            share = (c > TARGETS).mean()
            slope = numerical_derivative(of_constant(loss), c)
            in_two = (1 - tau) * share - tau * (1 - share)
            assert slope == pytest.approx(in_two, abs=1e-6)
            assert slope == pytest.approx(share - tau, abs=1e-6)


def test_normal_noise_leads_to_the_square():
    derivation(
        "17-regression",
        "17.6",
        r"""\begin{aligned}
        p(y) &= \frac{1}{\sigma \sqrt{2 \pi}}\, e^{-(y - \hat{y})^2 /
        (2 \sigma^2)} \\
        -\log p(y) &= \frac{(y - \hat{y})^2}{2 \sigma^2} + \log \bigl(
        \sigma \sqrt{2 \pi} \bigr).
        \end{aligned}""",
    )
    y, said, sigma = 1.3, 0.4, 0.7
    density = math.exp(-((y - said) ** 2) / (2 * sigma**2))
    density /= sigma * math.sqrt(2 * math.pi)
    assert density == pytest.approx(norm.pdf(y, said, sigma))
    apart = (y - said) ** 2 / (2 * sigma**2)
    apart += math.log(sigma * math.sqrt(2 * math.pi))
    assert -math.log(density) == pytest.approx(apart)
    near, far = (-laplace.logpdf(y, s) for s in (0.4, 4.4))
    assert far - near == pytest.approx(abs(y - 4.4) - abs(y - 0.4))


def test_the_gradient_for_the_outputs():
    derivation(
        "17-regression",
        "17.7",
        r"""\frac{\partial L}{\partial \hat{y}_{ij}} = \frac{2\,
        (\hat{y}_{ij} - y_{ij})}{N M}""",
    )
    rng = np.random.default_rng(17)
    said, targets = rng.normal(size=(2, 4, 3))
    loss = MeanSquaredError()
    loss.forward(said, targets)
    found = loss.backward()
    np.testing.assert_allclose(found, 2 * (said - targets) / (4 * 3))

    def of_one(value):
        moved = said.copy()
        moved[2, 1] = value
        return loss.forward(moved, targets)

    slope = numerical_derivative(of_one, said[2, 1])
    assert slope == pytest.approx(found[2, 1], rel=1e-6)


def test_r_squared():
    derivation(
        "17-regression",
        "17.8",
        r"""R^2 = 1 - \frac{\sum_i (y_i - \hat{y}_i)^2}{\sum_i (y_i -
        \bar{y})^2}""",
    )
    said = TARGETS + np.array([[1.0], [0.0], [-2.0], [0.5], [3.0]])
    left = ((TARGETS - said) ** 2).sum()
    whole = ((TARGETS - TARGETS.mean()) ** 2).sum()
    assert r_squared(said, TARGETS) == pytest.approx(1 - left / whole)
