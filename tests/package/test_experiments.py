"""A/B tests: the formula against doing it, and against the exact test."""

import numpy as np
import pytest
from scipy import stats

from nnfs_code.experiments import (
    Effect,
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


def test_an_interval_that_ends_at_0_is_a_tie():
    assert Effect(0.5, 0, 1).tie
    assert Effect(-0.5, -1, 0).tie
    assert not Effect(-0.5, -0.9, -0.1).tie


def test_without_a_word_it_is_done_2000_times():
    found = simulated_power(0.3, 0.4, 50, rng=np.random.default_rng(0))
    assert 0 < found < 1
    assert 2000 * found == pytest.approx(round(2000 * found))
    assert sample_size(0.37, 0.40) == 4126
    assert power_of(0.37, 0.40, 4126) == pytest.approx(0.8, abs=1e-4)


BETWEEN = "above 0 and below 1, got"
CALLS = [
    (
        lambda: sample_size(0.4, 0.4),
        "sample_size expected shares that differ: no test finds a difference "
        "of 0, got 0.4 twice",
    ),
    (
        lambda: power_of(0.4, 0.4, 9),
        "power_of expected shares that differ: no test finds a difference "
        "of 0, got 0.4 twice",
    ),
    (lambda: sample_size(0, 0.4), f"sample_size expected one {BETWEEN} 0"),
    (lambda: sample_size(1, 0.4), f"sample_size expected one {BETWEEN} 1"),
    (lambda: sample_size(0.4, 0), f"sample_size expected other {BETWEEN} 0"),
    (lambda: power_of(0.4, 1, 9), f"power_of expected other {BETWEEN} 1"),
    (
        lambda: sample_size(0.3, 0.4, level=0),
        f"sample_size expected level {BETWEEN} 0",
    ),
    (
        lambda: sample_size(0.3, 0.4, level=1),
        f"sample_size expected level {BETWEEN} 1",
    ),
    (
        lambda: sample_size(0.3, 0.4, power=0),
        f"sample_size expected power {BETWEEN} 0",
    ),
    (
        lambda: sample_size(0.3, 0.4, power=1),
        f"sample_size expected power {BETWEEN} 1",
    ),
    (
        lambda: power_of(0.3, 0.4, 9, level=0),
        f"power_of expected level {BETWEEN} 0",
    ),
    (
        lambda: power_of(0.3, 0.4, 9, level=1),
        f"power_of expected level {BETWEEN} 1",
    ),
    (
        lambda: power_of(0.3, 0.4, 0),
        "power_of expected n_each of at least 1, got 0",
    ),
    (
        lambda: effect(11, 10, 1, 10),
        "effect expected yeses from 0 to 10, got 11",
    ),
    (
        lambda: effect(1, 10, -1, 9),
        "effect expected yeses from 0 to 9, got -1",
    ),
    (
        lambda: effect(1, 10.0, 1, 10),
        "effect expected samples in a group as a whole number, got 10.0",
    ),
    (
        lambda: effect(1, 10, 1, 10, level=0),
        f"effect expected level {BETWEEN} 0",
    ),
    (
        lambda: effect(1, 10, 1, 10, level=1),
        f"effect expected level {BETWEEN} 1",
    ),
    (
        lambda: simulated_power(0.3, 0.4, 0, rng=None),
        "simulated_power expected n_each of at least 1, got 0",
    ),
    (
        lambda: simulated_power(0.3, 0.4, 9, rng=None, repeats=0),
        "simulated_power expected repeats of at least 1, got 0",
    ),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_what_is_refused_and_how(call, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert str(raised.value) == message
