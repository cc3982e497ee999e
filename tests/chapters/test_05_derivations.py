"""The tagged formulas of chapter 5, held to the page and to numbers."""

import math

import numpy as np
import pytest

from claims import derivation
from nnfs_code.losses import CategoricalCrossEntropy

RNG = np.random.default_rng(5)


def table(n_samples, n_classes):
    """Return rows of probabilities, none of them near 0."""
    positive = RNG.uniform(0.05, 1, (n_samples, n_classes))
    return positive / positive.sum(axis=1, keepdims=True)


def test_the_logarithm_of_a_product():
    derivation(
        "05-loss",
        "5.1",
        r"""\begin{aligned}
        \log (p_1 \cdot p_2 \cdots p_N)
        &= \log p_1 + \log p_2 + \dots + \log p_N \\
        &= \sum_{i=1}^{N} \log p_i.
        \end{aligned}""",
    )
    p = RNG.uniform(0.1, 1, 20)

    assert np.log(p.prod()) == pytest.approx(np.log(p).sum(), rel=1e-12)


def test_the_loss_of_a_sample_and_of_a_batch():
    derivation("05-loss", "5.2", r"L_i = -\log p_i = -\log \hat{y}_{i, y_i}")
    derivation(
        "05-loss",
        "5.3",
        r"""L = \frac{1}{N} \sum_{i=1}^{N} L_i
        = -\frac{1}{N} \sum_{i=1}^{N} \log \hat{y}_{i, y_i}""",
    )
    probabilities = table(7, 4)
    labels = RNG.integers(0, 4, 7)
    by_hand = [
        -math.log(row[label])
        for row, label in zip(probabilities, labels, strict=True)
    ]
    loss = CategoricalCrossEntropy()

    np.testing.assert_allclose(
        loss.sample_losses(probabilities, labels), by_hand, rtol=1e-12
    )
    assert loss.forward(probabilities, labels) == pytest.approx(
        sum(by_hand) / 7, rel=1e-12
    )


def test_the_thumbtack():
    derivation(
        "05-loss",
        "5.4",
        r"""\text{likelihood} = q^7 (1 - q)^3
        \qquad
        L = -\frac{1}{10} \bigl( 7 \log q + 3 \log (1 - q) \bigr)""",
    )
    q = np.linspace(0.001, 0.999, 999)
    likelihood = q**7 * (1 - q) ** 3
    loss = -(7 * np.log(q) + 3 * np.log(1 - q)) / 10

    np.testing.assert_allclose(loss, -np.log(likelihood) / 10, rtol=1e-9)
    assert q[likelihood.argmax()] == pytest.approx(0.7)
    assert q[loss.argmin()] == pytest.approx(0.7)


def test_the_sum_over_classes_picks_one():
    derivation("05-loss", "5.5", r"L_i = -\sum_{k} y_{ik} \log \hat{y}_{ik}")
    probabilities = table(7, 4)
    labels = RNG.integers(0, 4, 7)
    one_hot = np.eye(4)[labels]

    np.testing.assert_allclose(
        -(one_hot * np.log(probabilities)).sum(axis=1),
        CategoricalCrossEntropy().sample_losses(probabilities, labels),
        rtol=1e-12,
    )


def test_the_divergence_is_never_negative():
    derivation(
        "05-loss",
        "5.6",
        r"""\begin{aligned}
        \sum_k y_k \log \frac{y_k}{\hat{y}_k}
        &= -\sum_k y_k \log \frac{\hat{y}_k}{y_k} \\
        &\ge -\sum_k y_k \Bigl( \frac{\hat{y}_k}{y_k} - 1 \Bigr) \\
        &= -\sum_k \hat{y}_k + \sum_k y_k = -1 + 1 = 0.
        \end{aligned}""",
    )
    truth, guess = table(200, 5), table(200, 5)
    divergence = (truth * np.log(truth / guess)).sum(axis=1)
    middle = -(truth * (guess / truth - 1)).sum(axis=1)

    assert (divergence > 0).all()
    np.testing.assert_allclose(middle, 0, atol=1e-12)
    x = np.geomspace(1e-6, 1e6, 1001)
    assert (np.log(x) <= x - 1).all()


def slope(function, at, step=1e-5):
    """Return the rise of a function over a small step to both sides."""
    return (function(at + step) - function(at - step)) / (2 * step)


def test_the_slope_of_the_loss():
    derivation("05-loss", "5.7", r"\frac{d L_i}{d p} = -\frac{1}{p}")

    for p in np.linspace(0.05, 0.95, 19):
        measured = slope(lambda p: -math.log(p), p)
        assert measured == pytest.approx(-1 / p, rel=1e-5)
        # The check can fail: 1 % beside the truth is seen.
        assert measured != pytest.approx(-1.01 / p, rel=1e-5)


def test_the_package_has_this_slope():
    loss = CategoricalCrossEntropy()

    def loss_at(p):
        return loss.forward(np.array([[p, 1 - p]]), np.array([0]))

    for p in (0.05, 0.3, 0.8):
        assert slope(loss_at, p) == pytest.approx(-1 / p, rel=1e-5)
