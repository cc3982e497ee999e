"""The tagged formulas of chapter 10, held to the page and to numbers."""

import math

import numpy as np
import pytest

from claims import derivation
from nnfs_code.gradient_check import numerical_derivative, numerical_gradient
from nnfs_code.optimizers import SGD, AdaGrad, Adam, Nesterov, RMSProp
from nnfs_code.optimizers import Momentum as Ball

RNG = np.random.default_rng(10)


def test_the_update():
    derivation("10-optimizers", "10.1", r"\theta \leftarrow \theta - \eta\, g")
    theta, gradient = RNG.normal(size=(2, 5))
    value = theta.copy()
    SGD(0.3).update([(value, gradient)])

    np.testing.assert_allclose(value, theta - 0.3 * gradient, rtol=1e-14)


@pytest.mark.parametrize("curvature", [0.5, 2.0, 25.0])
def test_the_slope_of_a_bowl(curvature):
    derivation("10-optimizers", "10.2", r"\frac{dL}{d\theta} = c\, \theta")

    for theta in (-2.0, 0.3, 1.7):
        slope = numerical_derivative(lambda x: curvature / 2 * x**2, theta)
        assert slope == pytest.approx(curvature * theta, rel=1e-5)
        assert slope != pytest.approx(1.01 * curvature * theta, rel=1e-5)


def after(rate, curvature, steps, start=1.0):
    theta = np.array([start])
    sgd = SGD(rate)
    for _ in range(steps):
        sgd.update([(theta, curvature * theta)])
    return float(theta[0])


def test_the_place_after_so_many_steps():
    derivation(
        "10-optimizers", "10.3", r"\theta_t = (1 - \eta c)^t\, \theta_0"
    )
    for rate in (0.1, 0.9, 1.1):
        expected = (1 - rate * 2) ** 7 * 3
        assert after(rate, 2, 7, start=3.0) == pytest.approx(expected)


@pytest.mark.parametrize("curvature", [0.5, 2.0, 25.0])
def test_the_limit_of_the_rate(curvature):
    derivation("10-optimizers", "10.4", r"0 < \eta < \frac{2}{c}")
    limit = 2 / curvature

    assert abs(after(0.99 * limit, curvature, 2000)) < 1e-6
    assert abs(after(1.01 * limit, curvature, 2000)) > 1e6
    assert after(1 / curvature, curvature, 1) == pytest.approx(0)


def test_the_best_rate_of_a_ravine():
    derivation(
        "10-optimizers",
        "10.5",
        r"""1 - \eta a = -(1 - \eta b)
        \quad \text{so} \quad
        \eta = \frac{2}{a + b}
        \quad \text{and} \quad
        1 - \eta a = \frac{b - a}{b + a}""",
    )
    a, b = 1.0, 25.0
    rates = np.linspace(0.001, 0.1, 100_000)
    slower = np.maximum(np.abs(1 - rates * a), np.abs(1 - rates * b))

    assert rates[slower.argmin()] == pytest.approx(2 / (a + b), abs=2e-6)
    assert slower.min() == pytest.approx((b - a) / (b + a), abs=1e-4)
    assert (100 - 1) / (100 + 1) == 99 / 101  # two per cent, as the page says


def test_momentum():
    derivation(
        "10-optimizers",
        "10.6",
        r"""\mathbf{v} \leftarrow \mu\, \mathbf{v} - \eta\, \mathbf{g}
        \qquad
        \theta \leftarrow \theta + \mathbf{v}""",
    )
    theta, v = RNG.normal(size=4), np.zeros(4)
    value, ball = theta.copy(), Ball(0.2, momentum=0.7)
    for _ in range(9):
        g = RNG.normal(size=4)
        v = 0.7 * v - 0.2 * g
        theta = theta + v
        ball.update([(value, g)])

    np.testing.assert_allclose(value, theta, rtol=1e-12)


def test_what_persists_and_what_alternates():
    derivation(
        "10-optimizers",
        "10.7",
        r"""1 + \mu + \mu^2 + \dots = \frac{1}{1 - \mu}
        \qquad
        1 - \mu + \mu^2 - \dots = \frac{1}{1 + \mu}""",
    )
    for mu in (0.5, 0.9, 0.99):
        powers = mu ** np.arange(5000)
        signs = (-1.0) ** np.arange(5000)
        assert powers.sum() == pytest.approx(1 / (1 - mu))
        assert (signs * powers).sum() == pytest.approx(1 / (1 + mu))


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9])
def test_the_limit_with_momentum(mu):
    derivation(
        "10-optimizers",
        "10.8",
        r"""-2\theta = \mu \cdot 2\theta - \eta\, c\, \theta
        \quad \text{so} \quad
        \eta = \frac{2\, (1 + \mu)}{c}""",
    )
    curvature, ends = 5.0, []
    for share in (0.97, 1.03):
        theta, ball = (
            np.array([1.0]),
            Ball(share * 2 * (1 + mu) / curvature, mu),
        )
        for _ in range(3000):
            ball.update([(theta, curvature * theta)])
            if abs(theta[0]) > 1e6:
                break
        ends.append(abs(theta[0]))
    assert ends[0] < 1e-6
    assert ends[1] > 1e6


def test_nesterov_in_both_forms():
    derivation(
        "10-optimizers",
        "10.9",
        r"""\mathbf{v} \leftarrow \mu\, \mathbf{v}
        - \eta\, \nabla L(\theta + \mu\, \mathbf{v})
        \qquad
        \theta \leftarrow \theta + \mathbf{v}""",
    )
    derivation(
        "10-optimizers",
        "10.10",
        r"""\begin{aligned}
        \varphi' &= \theta + \mathbf{v}' + \mu\, \mathbf{v}' \\
        &= \varphi - \mu\, \mathbf{v} + \mathbf{v}' + \mu\, \mathbf{v}' \\
        &= \varphi - \eta\, \mathbf{g} + \mu\, \mathbf{v}'.
        \end{aligned}""",
    )
    curvatures = np.array([1.0, 6.0, 0.2])

    def gradient(at):
        values = at.copy()
        found = numerical_gradient(
            lambda: float((curvatures * values**2).sum() / 2), values
        )
        np.testing.assert_allclose(found, curvatures * at, rtol=1e-5)
        return curvatures * at

    theta, v = RNG.normal(size=3), np.zeros(3)
    ahead, nesterov = theta.copy(), Nesterov(0.1, momentum=0.8)
    plain, ball = theta.copy(), Ball(0.1, momentum=0.8)
    for _ in range(20):
        v = 0.8 * v - 0.1 * gradient(theta + 0.8 * v)
        theta = theta + v
        nesterov.update([(ahead, curvatures * ahead)])
        ball.update([(plain, curvatures * plain)])
        np.testing.assert_allclose(ahead, theta + 0.8 * v, rtol=1e-9)
    assert not np.allclose(plain, theta, rtol=1e-3)


SCALED = r"""\qquad
        \theta \leftarrow \theta
        - \eta\, \frac{\mathbf{g}}{\sqrt{\mathbf{s}} + \epsilon}"""


def test_adagrad_and_rmsprop():
    derivation(
        "10-optimizers",
        "10.11",
        r"""\mathbf{s} \leftarrow \mathbf{s} + \mathbf{g}^2 """ + SCALED,
    )
    derivation(
        "10-optimizers",
        "10.12",
        r"""\mathbf{s} \leftarrow \rho\, \mathbf{s}
        + (1 - \rho)\, \mathbf{g}^2 """
        + SCALED,
    )
    for optimizer, keep, add in (
        (AdaGrad(0.2, epsilon=0.01), 1.0, 1.0),
        (RMSProp(0.2, rho=0.8, epsilon=0.01), 0.8, 1 - 0.8),
    ):
        theta, s = RNG.normal(size=4), np.zeros(4)
        value = theta.copy()
        for _ in range(9):
            g = RNG.normal(size=4)
            s = keep * s + add * g**2
            theta = theta - 0.2 * g / (np.sqrt(s) + 0.01)
            optimizer.update([(value, g)])
        np.testing.assert_allclose(value, theta, rtol=1e-12)


def test_a_mean_that_starts_at_zero():
    derivation(
        "10-optimizers",
        "10.14",
        r"""\mathbf{m}_t = (1 - \beta)
        \sum_{i=1}^{t} \beta^{t-i}\, \mathbf{g}_i""",
    )
    derivation(
        "10-optimizers",
        "10.15",
        r"(1 - \beta) \sum_{i=1}^{t} \beta^{t-i} = 1 - \beta^t",
    )
    for beta in (0.9, 0.999):
        gradients = RNG.normal(size=50)
        mean = 0.0
        for t, gradient in enumerate(gradients, 1):
            mean = beta * mean + (1 - beta) * gradient
            weights = (1 - beta) * beta ** (t - np.arange(1, t + 1))
            assert mean == pytest.approx((weights * gradients[:t]).sum())
            assert weights.sum() == pytest.approx(1 - beta**t)


def test_adam_in_both_forms():
    derivation(
        "10-optimizers",
        "10.13",
        r"""\mathbf{m} \leftarrow \beta_1 \mathbf{m}
        + (1 - \beta_1)\, \mathbf{g}
        \qquad
        \mathbf{s} \leftarrow \beta_2 \mathbf{s}
        + (1 - \beta_2)\, \mathbf{g}^2""",
    )
    derivation(
        "10-optimizers",
        "10.16",
        r"""\hat{\mathbf{m}} = \frac{\mathbf{m}}{1 - \beta_1^t}
        \qquad
        \hat{\mathbf{s}} = \frac{\mathbf{s}}{1 - \beta_2^t}
        \qquad
        \theta \leftarrow \theta
        - \eta\, \frac{\hat{\mathbf{m}}}{\sqrt{\hat{\mathbf{s}}} + \epsilon}
        """,
    )
    derivation(
        "10-optimizers",
        "10.17",
        r"""\eta\, \frac{\mathbf{m} / p}{\sqrt{\mathbf{s}} / \sqrt{q}
        + \epsilon}
        = \frac{\eta \sqrt{q}}{p} \cdot
        \frac{\mathbf{m}}{\sqrt{\mathbf{s}} + \epsilon \sqrt{q}}""",
    )
    theta = RNG.normal(size=4)
    m, s = np.zeros(4), np.zeros(4)
    value, adam = theta.copy(), Adam(0.05, 0.8, 0.95, epsilon=0.01)
    for t in range(1, 30):
        g = RNG.normal(size=4)
        m, s = 0.8 * m + 0.2 * g, 0.95 * s + 0.05 * g**2
        p, q = 1 - 0.8**t, 1 - 0.95**t
        step = 0.05 * (m / p) / (np.sqrt(s / q) + 0.01)
        folded = 0.05 * math.sqrt(q) / p * m
        folded = folded / (np.sqrt(s) + 0.01 * math.sqrt(q))
        np.testing.assert_allclose(step, folded, rtol=1e-12)
        theta = theta - step
        adam.update([(value, g)])
        np.testing.assert_allclose(value, theta, rtol=1e-11)
