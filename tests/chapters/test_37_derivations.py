"""Formulas of chapter 37's page, checked against numbers."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import derivation
from nnfs_code.calibration import Temperature, brier_score
from nnfs_code.drift import stability_index
from nnfs_code.experiments import effect, sample_size

RNG = np.random.default_rng(37)
SHARE = st.floats(0.01, 0.99)


def test_the_brier_score():
    derivation(
        "37-from-score-to-decision",
        "37.1",
        r"B = \frac{1}{n} \sum_{i=1}^{n} (p_i - y_i)^2",
    )
    said, came = RNG.random(50), RNG.integers(0, 2, 50)
    total = sum((p - y) ** 2 for p, y in zip(said, came, strict=True))
    assert brier_score(said, came) == pytest.approx(total / 50)


@given(p=SHARE, q=SHARE)
def test_the_expected_score_is_least_at_the_truth(p, q):
    derivation(
        "37-from-score-to-decision",
        "37.2",
        r"q\,(1 - p)^2 + (1 - q)\,p^2 = (p - q)^2 + q\,(1 - q)",
    )
    expected = q * (1 - p) ** 2 + (1 - q) * p**2
    assert expected == pytest.approx((p - q) ** 2 + q * (1 - q))
    assert expected >= q * (1 - q) - 1e-12


@given(p=SHARE, temperature=st.floats(0.2, 5))
def test_a_temperature(p, temperature):
    derivation(
        "37-from-score-to-decision",
        "37.3",
        r"p' = \frac{p^{1/T}}{p^{1/T} + (1 - p)^{1/T}}",
    )
    softer = Temperature()
    softer.temperature = temperature
    found = softer.transform(np.array([[1 - p, p]]))[0, 1]
    yes, no = p ** (1 / temperature), (1 - p) ** (1 / temperature)
    assert found == pytest.approx(yes / (yes + no))


def test_a_temperature_of_two_by_hand():
    root = 0.9**0.5
    assert root / (root + 0.1**0.5) == pytest.approx(0.75, abs=1e-9)


def test_the_stability_index():
    derivation(
        "37-from-score-to-decision",
        "37.4",
        r"S = \sum_{b} (v_b - w_b) \ln \frac{v_b}{w_b}",
    )
    before, after = RNG.normal(size=1000), RNG.normal(0.4, 1.2, 500)
    cuts = np.quantile(before, np.arange(1, 10) / 10)
    w, v = (
        np.bincount(np.digitize(x, cuts), minlength=10) / len(x)
        for x in (before, after)
    )
    expected = ((v - w) * np.log(v / w)).sum()
    assert stability_index(before, after) == pytest.approx(expected)


def test_the_standard_error_of_a_difference():
    derivation(
        "37-from-score-to-decision",
        "37.5",
        r"s = \sqrt{\frac{p_0 (1 - p_0) + p_1 (1 - p_1)}{n}}",
    )
    drawn = RNG.binomial(400, [0.3, 0.4], size=(20_000, 2)) / 400
    expected = np.sqrt((0.3 * 0.7 + 0.4 * 0.6) / 400)
    assert np.ptp(drawn, axis=1).size == 20_000
    assert (drawn[:, 1] - drawn[:, 0]).std() == pytest.approx(
        expected, rel=0.02
    )
    found = effect(120, 400, 160, 400)
    assert (found.high - found.low) / 3.92 == pytest.approx(expected, rel=1e-4)


@given(one=st.floats(0.05, 0.4), lift=st.floats(0.02, 0.3))
def test_the_size_of_a_group(one, lift):
    derivation(
        "37-from-score-to-decision",
        "37.6",
        r"n = (1.96 + 0.84)^2 \; \frac{p_0 (1 - p_0) + p_1 (1 - p_1)}"
        r"{(p_1 - p_0)^2}",
    )
    other = one + lift
    spread = one * (1 - one) + other * (1 - other)
    expected = (1.96 + 0.84) ** 2 * spread / lift**2
    found = sample_size(one, other)
    assert found == pytest.approx(expected, rel=3e-3, abs=2)


def test_the_two_numbers_of_the_normal_distribution():
    assert NormalDist().inv_cdf(0.975) == pytest.approx(1.96, abs=5e-4)
    assert NormalDist().inv_cdf(0.8) == pytest.approx(0.84, abs=5e-3)
