"""The tagged formulas of chapter 20, held to the page and to numbers."""

from math import comb

import numpy as np
import pytest

from claims import derivation
from nnfs_code.comparison import compare, sign_test
from nnfs_code.metrics import (
    accuracy,
    class_precisions,
    class_recalls,
    confusion_matrix,
)

RNG = np.random.default_rng(20)
ONE, OTHER = RNG.random((2, 60)) < [[0.8], [0.6]]


def test_the_mean_is_no_mean_of_means():
    derivation(
        "20-evaluation",
        "20.1",
        r"\frac{1}{n} \sum_b n_b\, m_b \qquad \text{is not} \qquad"
        r" \frac{1}{B} \sum_b m_b ,",
    )
    batches = np.split(ONE, [20, 55])
    sizes, means = zip(*((len(b), b.mean()) for b in batches), strict=True)
    assert np.dot(sizes, means) / 60 == pytest.approx(ONE.mean())
    assert abs(np.mean(means) - ONE.mean()) > 0.01


def test_shares_of_a_class_and_the_micro_average():
    derivation(
        "20-evaluation",
        "20.2",
        r"\text{precision}_k = \frac{c_{kk}}{\sum_i c_{ik}}, \qquad"
        r" \text{recall}_k = \frac{c_{kk}}{\sum_j c_{kj}}",
    )
    derivation(
        "20-evaluation",
        "20.3",
        r"\begin{aligned} \text{micro precision} &="
        r" \frac{\sum_k c_{kk}}{\sum_k \sum_i c_{ik}}"
        r" = \frac{\sum_k c_{kk}}{n} \\ &= \text{micro recall} ="
        r" \text{accuracy}. \end{aligned}",
    )
    scores, labels = RNG.random((50, 4)), RNG.integers(4, size=50)
    c = confusion_matrix(scores, labels, 4)
    for k in range(4):
        assert class_precisions(c)[k] == c[k, k] / c[:, k].sum()
        assert class_recalls(c)[k] == c[k, k] / c[k].sum()
    assert np.trace(c) / c.sum() == pytest.approx(accuracy(scores, labels))
    macro = class_recalls(c).mean()
    assert abs(macro - accuracy(scores, labels)) > 1e-3


def test_the_spread_of_a_share_by_drawing():
    derivation(
        "20-evaluation", "20.4", r"\sigma = \sqrt{\frac{p\, (1 - p)}{n}}"
    )
    found = RNG.binomial(400, 0.81, size=20_000).std() / 400
    assert found == pytest.approx(np.sqrt(0.81 * 0.19 / 400), rel=0.03)


def test_the_spread_of_a_difference_in_pairs():
    derivation(
        "20-evaluation",
        "20.5",
        r"\delta = \frac{b - c}{n}, \qquad \sigma_\delta ="
        r" \sqrt{\frac{1}{n} \left( \frac{b + c}{n} - \delta^2 \right)}",
    )
    derivation(
        "20-evaluation",
        "20.6",
        r"\frac{b + c}{n} - \delta^2 = p\, (1 - p) + q\, (1 - q)"
        r" - 2\, (r - p\, q)",
    )
    pair = compare(ONE, OTHER)
    p, q, r = ONE.mean(), OTHER.mean(), (ONE & OTHER).mean()
    expected = p * (1 - p) + q * (1 - q) - 2 * (r - p * q)
    assert pair.difference == pytest.approx(p - q)
    assert pair.standard_error**2 * 60 == pytest.approx(expected)
    draws = RNG.integers(60, size=(20_000, 60))
    found = (ONE[draws].mean(axis=1) - OTHER[draws].mean(axis=1)).std()
    assert found == pytest.approx(pair.standard_error, rel=0.03)


def test_the_chance_of_coins():
    derivation(
        "20-evaluation",
        "20.7",
        r"P = 2 \sum_{i = \max(b, c)}^{m} \binom{m}{i}\, 2^{-m},",
    )
    for b, c in ((24, 4), (4, 24), (5, 0), (7, 6)):
        m = b + c
        tail = sum(comb(m, i) * 2.0**-m for i in range(max(b, c), m + 1))
        assert sign_test(b, c) == pytest.approx(min(1, 2 * tail))


def test_the_calibration_error():
    derivation(
        "20-evaluation",
        "20.8",
        r"\text{ECE} = \sum_b \frac{n_b}{n}\, \lvert a_b - s_b \rvert",
    )
    from nnfs_code.calibration import reliability

    sure = RNG.uniform(0.5, 1, 80)
    table = np.stack([sure, 1 - sure], axis=1)
    bars = reliability(table, RNG.integers(2, size=80), n_bins=5)
    expected = sum(
        n / 80 * abs(a - s)
        for s, a, n in zip(bars.said, bars.right, bars.counts, strict=True)
    )
    assert bars.error == pytest.approx(expected)
    assert expected > 0.05
