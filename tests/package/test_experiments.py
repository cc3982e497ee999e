"""A/B tests: the formula against doing it, and against the exact test."""

import numpy as np
import pytest
from scipy import stats

from nnfs_code.experiments import (
    effect,
    power_of,
    sample_size,
    simulated_power,
)

CASES = [(0.37, 0.40), (0.1, 0.05), (0.5, 0.6), (0.02, 0.03)]


@pytest.mark.parametrize(("one", "other"), CASES)
@pytest.mark.parametrize(("level", "power"), [(0.05, 0.8), (0.01, 0.9)])
def test_the_size_has_the_power_that_was_asked_for(one, other, level, power):
    n = sample_size(one, other, level=level, power=power)
    assert power_of(one, other, n, level=level) >= power
    assert power_of(one, other, n - 1, level=level) < power
    assert n == sample_size(other, one, level=level, power=power)


@pytest.mark.parametrize(("one", "other"), CASES)
def test_doing_it_agrees_with_the_formula(one, other):
    rng = np.random.default_rng(0)
    n = sample_size(one, other)
    found = simulated_power(one, other, n, rng=rng, repeats=4000)
    assert found == pytest.approx(0.8, abs=0.025)
    less = simulated_power(one, other, n // 4, rng=rng, repeats=4000)
    expected = power_of(one, other, n // 4)
    assert less == pytest.approx(expected, abs=0.03)
    assert less < 0.4


def test_without_a_difference_it_finds_one_in_twenty():
    rng = np.random.default_rng(1)
    found = simulated_power(0.37, 0.37, 2000, rng=rng, repeats=8000)
    assert found == pytest.approx(0.05, abs=0.008)


def test_the_effect_by_hand_and_by_scipy():
    found = effect(40, 100, 60, 120)
    error = (0.4 * 0.6 / 100 + 0.25 / 120) ** 0.5
    reach = stats.norm.ppf(0.975) * error
    assert found == pytest.approx((0.1, 0.1 - reach, 0.1 + reach))
    assert found.tie
    assert not effect(400, 1000, 600, 1200).tie
    wider = effect(40, 100, 60, 120, level=0.99)
    assert wider.high - wider.low > found.high - found.low
    assert effect(0, 10, 10, 10) == (1, 1, 1)


def test_they_refuse():
    with pytest.raises(ValueError, match="no test finds a difference of 0"):
        sample_size(0.4, 0.4)
    with pytest.raises(ValueError, match="one above 0 and below 1, got 0"):
        sample_size(0, 0.4)
    with pytest.raises(ValueError, match="power above 0 and below 1"):
        sample_size(0.3, 0.4, power=1)
    with pytest.raises(ValueError, match="n_each of at least 1"):
        power_of(0.3, 0.4, 0)
    with pytest.raises(ValueError, match="yeses from 0 to 10, got 11"):
        effect(11, 10, 1, 10)
    with pytest.raises(TypeError, match="samples in a group as a whole"):
        effect(1, 10.0, 1, 10)
