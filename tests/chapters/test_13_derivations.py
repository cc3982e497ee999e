"""The tagged formulas of chapter 13, held to the page and to numbers."""

import numpy as np
import pytest

from claims import derivation
from nnfs_code.gradient_check import numerical_derivative
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.preprocessing import Standardizer
from script_13 import script

RNG = np.random.default_rng(13)
FEATURE, LABELS = RNG.normal(2, 1, 20), RNG.integers(0, 2, 20)


def mean_loss(weight):
    scores = np.column_stack((np.zeros(20), weight * FEATURE))
    return SoftmaxCrossEntropy().forward(scores, LABELS)


@pytest.mark.parametrize("weight", [-0.7, 0.0, 0.3, 1.5])
def test_slope_and_curvature_for_one_weight(weight):
    derivation(
        "13-training-data",
        "13.1",
        r"\frac{dL}{dw} = \frac{1}{n} \sum_i (p_i - t_i)\, x_i, \qquad"
        r" \frac{d^2 L}{dw^2} = \frac{1}{n} \sum_i p_i\, (1 - p_i)\, x_i^2",
    )
    p = 1 / (1 + np.exp(-weight * FEATURE))
    slope = ((p - LABELS) * FEATURE).mean()
    curvature = (p * (1 - p) * FEATURE**2).mean()
    assert numerical_derivative(mean_loss, weight) == pytest.approx(
        slope, rel=1e-5
    )
    step = 1e-3
    second = mean_loss(weight + step) + mean_loss(weight - step)
    second = (second - 2 * mean_loss(weight)) / step**2
    assert second == pytest.approx(curvature, rel=1e-4)


def test_millimetres_make_the_curvature_a_million_times_as_large():
    """At w = 0, where p is 1/2 whatever the unit."""
    metres = (0.25 * FEATURE**2).mean()
    millimetres = (0.25 * (1000 * FEATURE) ** 2).mean()
    assert millimetres / metres == pytest.approx(1e6)


def test_the_curvatures_are_those_of_a_layer():
    points, labels = script()["boards"](30, np.random.default_rng(0))
    points = Standardizer().fit(points).transform(points) + 1
    columns = np.column_stack((points, np.ones(30)))

    def loss(flat):
        scores = columns @ flat.reshape(3, 2)
        return SoftmaxCrossEntropy().forward(scores, labels)

    step, n = 1e-3, 6
    hessian = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            one, two = step * np.eye(n)[i], step * np.eye(n)[j]
            hessian[i, j] = (
                loss(one + two)
                - loss(one - two)
                - loss(two - one)
                + loss(-one - two)
            ) / (4 * step**2)
    found = np.linalg.eigvalsh(hessian)
    np.testing.assert_allclose(found[:3], 0, atol=1e-5)  # both columns alike
    np.testing.assert_allclose(
        found[3:], script()["curvatures"](points), rtol=1e-4
    )


def test_standardizing():
    derivation(
        "13-training-data", "13.2", r"z_{ij} = \frac{x_{ij} - m_j}{s_j}"
    )
    points = RNG.normal(3, 2, (15, 2))
    by_hand = (points - points.mean(axis=0)) / points.std(axis=0)
    scaler = Standardizer().fit(points)
    np.testing.assert_allclose(scaler.transform(points), by_hand)


@pytest.mark.parametrize(("p", "w"), [(0.02, 49), (0.3, 5), (0.5, 0.2)])
def test_what_a_weight_makes_of_a_probability(p, w):
    derivation(
        "13-training-data",
        "13.3",
        r"-\frac{w\, p}{q} + \frac{1 - p}{1 - q} = 0 \quad \text{so} \quad"
        r" \frac{q}{1 - q} = w\, \frac{p}{1 - p} \quad \text{and} \quad p ="
        r" \frac{q}{q + w\, (1 - q)}",
    )

    def loss(q):
        return -w * p * np.log(q) - (1 - p) * np.log(1 - q)

    q = w * p / (w * p + 1 - p)
    assert numerical_derivative(loss, q) == pytest.approx(0, abs=1e-6)
    slope = -w * p / 0.4 + (1 - p) / 0.6
    assert numerical_derivative(loss, 0.4) == pytest.approx(slope, rel=1e-6)
    assert loss(q) < min(loss(q - 0.01), loss(q + 0.01))
    assert q / (1 - q) == pytest.approx(w * p / (1 - p))
    assert q / (q + w * (1 - q)) == pytest.approx(p)
