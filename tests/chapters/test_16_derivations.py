"""The tagged formulas of chapter 16, held to the page and to numbers."""

import math

import numpy as np
import pytest

from claims import derivation
from nnfs_code.activations import Sigmoid
from nnfs_code.gradient_check import numerical_derivative
from nnfs_code.losses import BinaryCrossEntropy, SigmoidCrossEntropy
from nnfs_code.metrics import binary_counts, f1, precision, recall, roc_auc

RNG = np.random.default_rng(16)
PROBABILITIES = (0.03, 0.4, 0.9)


def loss(p, y):
    return -y * math.log(p) - (1 - y) * math.log(1 - p)


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def test_one_formula_for_both_answers():
    derivation(
        "16-binary-logistic-regression",
        "16.1",
        r"P(y) = \hat{y}^{\,y}\, (1 - \hat{y})^{1 - y}",
    )
    derivation(
        "16-binary-logistic-regression",
        "16.2",
        r"L = -y \log \hat{y} - (1 - y) \log (1 - \hat{y})",
    )
    for p in PROBABILITIES:
        assert p**1 * (1 - p) ** 0 == p
        assert p**0 * (1 - p) ** 1 == 1 - p
        for y in (0, 1):
            together = p**y * (1 - p) ** (1 - y)
            assert loss(p, y) == pytest.approx(-math.log(together))
            ours = BinaryCrossEntropy().forward(
                np.array([[p]]), np.array([[y]])
            )
            assert ours == pytest.approx(loss(p, y))


def test_the_slope_for_the_probability():
    derivation(
        "16-binary-logistic-regression",
        "16.3",
        r"""\frac{dL}{d\hat{y}} = -\frac{y}{\hat{y}}
        + \frac{1 - y}{1 - \hat{y}}
        = \frac{\hat{y} - y}{\hat{y}\, (1 - \hat{y})}""",
    )
    for p in PROBABILITIES:
        for y in (0, 1):
            slope = numerical_derivative(lambda q, y=y: loss(q, y), p)
            apart = -y / p + (1 - y) / (1 - p)
            assert slope == pytest.approx(apart, rel=1e-5)
            assert apart == pytest.approx((p - y) / (p * (1 - p)))
            assert slope != pytest.approx(1.01 * apart, rel=1e-5)


def test_the_slope_for_the_logit():
    derivation(
        "16-binary-logistic-regression",
        "16.4",
        r"""\frac{dL}{dz} = \frac{\hat{y} - y}{\hat{y}\, (1 - \hat{y})} \cdot
        \hat{y}\, (1 - \hat{y}) = \sigma(z) - y""",
    )
    for z in (-3.0, 0.2, 2.5):
        for y in (0, 1):
            slope = numerical_derivative(
                lambda at, y=y: loss(sigmoid(at), y), z
            )
            assert slope == pytest.approx(sigmoid(z) - y, rel=1e-5)
            assert slope != pytest.approx(1.01 * (sigmoid(z) - y), rel=1e-5)


def test_the_stable_form_line_by_line():
    derivation(
        "16-binary-logistic-regression",
        "16.5",
        r"""\begin{aligned}
        \log \sigma(z) &= -\log (1 + e^{-z}) \\
        \log (1 - \sigma(z)) &= -\log (1 + e^{z})
        = -z - \log (1 + e^{-z}).
        \end{aligned}""",
    )
    derivation(
        "16-binary-logistic-regression",
        "16.6",
        r"""\begin{aligned}
        L &= y \log (1 + e^{-z})
        + (1 - y) \bigl( z + \log (1 + e^{-z}) \bigr) \\
        &= z - z y + \log (1 + e^{-z}) \\
        &= \max(z, 0) - z y + \log \bigl( 1 + e^{-\lvert z \rvert} \bigr).
        \end{aligned}""",
    )
    for z in (-4.0, -0.3, 0.0, 1.7, 6.0):
        soft = math.log(1 + math.exp(-z))
        assert math.log(sigmoid(z)) == pytest.approx(-soft)
        assert math.log(1 - sigmoid(z)) == pytest.approx(-z - soft)
        assert -math.log(1 + math.exp(z)) == pytest.approx(-z - soft)
        for y in (0, 1):
            lines = [
                y * soft + (1 - y) * (z + soft),
                z - z * y + soft,
                max(z, 0) - z * y + math.log(1 + math.exp(-abs(z))),
            ]
            assert lines == pytest.approx([loss(sigmoid(z), y)] * 3)
            ours = SigmoidCrossEntropy().forward(
                np.array([[z]]), np.array([[y]])
            )
            assert ours == pytest.approx(lines[-1])


def drawn(n=400):
    """Scores with ties, and which of them are a yes."""
    truth = (RNG.random(n) < 0.3).astype(int)
    return np.round(RNG.normal(truth, 1), 1), truth


def test_three_shares():
    derivation(
        "16-binary-logistic-regression",
        "16.7",
        r"""\text{precision} = \frac{TP}{TP + FP}
        \quad
        \text{recall} = \frac{TP}{TP + FN}
        \quad
        F_1 = \frac{2\, TP}{2\, TP + FP + FN}""",
    )
    scores, truth = drawn()
    tp, fp, fn, _ = binary_counts(scores, truth, 0.5)
    shares = [tp / (tp + fp), tp / (tp + fn)]
    ours = [m(scores, truth, 0.5) for m in (precision, recall, f1)]
    harmonic = 1 / np.mean([1 / share for share in shares])
    assert ours == pytest.approx([*shares, 2 * tp / (2 * tp + fp + fn)])
    assert ours[2] == pytest.approx(harmonic)


def test_the_area_counts_pairs():
    derivation(
        "16-binary-logistic-regression",
        "16.8",
        r"""\text{AUC} = \frac{\text{pairs in which the yes scores higher}}
        {\text{all pairs of a yes and a no}}""",
    )
    scores, truth = drawn()
    untied = scores + 1e-6 * RNG.permutation(len(scores))
    for each in (untied, scores):
        ahead = each[truth == 1][:, np.newaxis] - each[truth == 0]
        share = ((ahead > 0) + (ahead == 0) / 2).mean()
        assert roc_auc(each, truth) == pytest.approx(share)
    assert (scores[truth == 1][:, np.newaxis] == scores[truth == 0]).any()


def test_precision_from_the_share_of_yes():
    derivation(
        "16-binary-logistic-regression",
        "16.9",
        r"""\text{precision} = \frac{s \cdot \text{TPR}}
        {s \cdot \text{TPR} + (1 - s) \cdot \text{FPR}}""",
    )
    scores, truth = drawn()
    s = truth.mean()
    tp, fp, fn, tn = binary_counts(scores, truth, 0.5)
    tpr, fpr = tp / (tp + fn), fp / (fp + tn)
    by_rates = s * tpr / (s * tpr + (1 - s) * fpr)
    assert precision(scores, truth, 0.5) == pytest.approx(by_rates)
    in_numbers = 0.01 * 0.5 / (0.01 * 0.5 + 0.99 * 0.04)
    assert round(in_numbers, 2) == 0.11


@pytest.mark.parametrize("cost_fn", [1, 5, 20])
def test_the_threshold_from_the_costs(cost_fn):
    derivation(
        "16-binary-logistic-regression",
        "16.10",
        r"""(1 - \hat{y})\, c_{FP} < \hat{y}\, c_{FN}
        \quad \text{so} \quad
        \hat{y} > \frac{c_{FP}}{c_{FP} + c_{FN}}""",
    )
    chances = np.linspace(0.0005, 0.9995, 1000)
    cheaper = (1 - chances) * 1 < chances * cost_fn
    np.testing.assert_array_equal(cheaper, chances > 1 / (1 + cost_fn))
    # The mean cost of all thresholds, each part faulty with its chance.
    costs = [
        np.where(chances >= t, 1 - chances, cost_fn * chances).mean()
        for t in chances
    ]
    best = chances[np.argmin(costs)]
    assert best == pytest.approx(1 / (1 + cost_fn), abs=0.002)


def test_what_balancing_does_to_a_logit():
    derivation(
        "16-binary-logistic-regression",
        "16.11",
        r"\log \frac{1}{r} = \log \frac{1 - s}{s}",
    )
    p, s = 0.2, 0.05
    r = s / (1 - s)
    kept = p / (p + (1 - p) * r)  # the chance of a yes among what is kept
    shift = math.log(kept / (1 - kept)) - math.log(p / (1 - p))
    assert shift == pytest.approx(math.log((1 - s) / s))
    assert math.log(1 / r) == pytest.approx(shift)
    logit = np.array([[math.log(kept / (1 - kept)) - shift]])
    assert Sigmoid().forward(logit)[0, 0] == pytest.approx(p)
