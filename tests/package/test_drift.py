"""Drift: by hand, against SciPy, and how often chance raises an alarm."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nnfs_code.drift import stability_index, surprise, tail, two_samples

COLUMN = st.lists(st.integers(0, 30), min_size=2, max_size=60)


def test_stability_index_by_hand():
    before = np.array([0.0, 0, 1, 1])  # one cut, at 0.5
    after = np.array([0.0, 1, 1, 1])
    expected = -0.25 * math.log(0.25 / 0.5) + 0.25 * math.log(0.75 / 0.5)
    found = stability_index(before, after, n_bins=2)
    assert found == pytest.approx(expected)
    assert stability_index(before, before, n_bins=2) == 0


def test_an_empty_bin_counts_as_half_a_sample():
    before, after = np.array([0.0, 0, 1, 1]), np.ones(4)
    expected = (0.125 - 0.5) * math.log(0.25) + 0.5 * math.log(2)
    found = stability_index(before, after, n_bins=2)
    assert found == pytest.approx(expected)


def test_what_lies_on_a_cut_is_above_it():
    before = np.array([0.0, 1, 2, 3, 4])  # one cut, at 2
    rows = {
        (2.0, 5.0): (0.25, 1.0),
        (0.0, 2.0): (0.5, 0.5),
        (0.0, 1.0): (1.0, 0.25),  # none in the last bin
    }
    for after, (low, high) in rows.items():
        expected = (low - 0.4) * math.log(low / 0.4)
        expected += (high - 0.6) * math.log(high / 0.6)
        found = stability_index(before, np.array(after), n_bins=2)
        assert found == pytest.approx(expected)


def test_without_drift_its_mean_is_that_of_chance():
    rng = np.random.default_rng(0)
    found = [
        stability_index(rng.normal(size=2000), rng.normal(size=500))
        for _ in range(300)
    ]
    expected = 9 * (1 / 2000 + 1 / 500)
    assert np.mean(found) == pytest.approx(expected, rel=0.12)
    moved = stability_index(rng.normal(size=2000), rng.normal(0.3, 1, 500))
    assert moved > 3 * expected


@given(before=COLUMN, after=COLUMN)
def test_two_samples_agree_with_scipy(before, after):
    before, after = np.array(before, float), np.array(after, float)
    found = two_samples(before, after)
    theirs = stats.ks_2samp(before, after, method="asymp")
    assert found.distance == pytest.approx(theirs.statistic)
    size = len(before) * len(after) / (len(before) + len(after))
    limit = stats.kstwobign.sf(math.sqrt(size) * found.distance)
    assert found.chance == pytest.approx(limit, abs=1e-9)


@pytest.mark.parametrize("size", [0.0, 0.19, 0.21, 0.5, 1.0, 2.0])
def test_the_tail_is_that_of_kolmogorov(size):
    assert tail(size) == pytest.approx(stats.kstwobign.sf(size), abs=1e-9)


def test_one_comparison_of_twenty_is_beyond_chance():
    rng = np.random.default_rng(1)
    chances = [
        two_samples(rng.normal(size=400), rng.normal(size=300)).chance
        for _ in range(400)
    ]
    assert 0.02 < np.mean(np.array(chances) < 0.05) < 0.08
    moved = two_samples(rng.normal(size=400), rng.normal(0.5, 1, 300))
    assert moved.chance < 1e-4


def test_surprise_of_true_and_of_false_probabilities():
    rng = np.random.default_rng(2)
    chances = rng.random(500)
    found = np.array(
        [
            surprise(chances, rng.random(500) < chances).deviations
            for _ in range(1000)
        ]
    )
    assert abs(found.mean()) < 0.1
    assert found.std() == pytest.approx(1, abs=0.07)
    assert 0.03 < (np.abs(found) > 1.96).mean() < 0.07
    more = surprise(chances, rng.random(500) < np.sqrt(chances))
    assert more.deviations > 5
    assert more.found > more.expected == pytest.approx(chances.sum())


PAIR = np.array([0.2, 0.4])
CALLS = [
    (
        lambda: stability_index(PAIR, PAIR.reshape(2, 1)),
        "stability_index expected after of shape (n_samples,), got (2, 1)",
    ),
    (
        lambda: stability_index(PAIR.reshape(2, 1), PAIR),
        "stability_index expected before of shape (n_samples,), got (2, 1)",
    ),
    (
        lambda: stability_index(PAIR, PAIR > 0),
        "stability_index expected after of dtype float32 or float64, got bool",
    ),
    (
        lambda: stability_index(PAIR, PAIR, n_bins=0),
        "stability_index expected n_bins of at least 1, got 0",
    ),
    (
        lambda: two_samples(PAIR * np.nan, PAIR),
        "two_samples expected finite before, got NaN or infinity",
    ),
    (
        lambda: surprise(PAIR + 1, np.array([0, 1])),
        "surprise expected probabilities from 0 to 1, got 1.2 to 1.4",
    ),
    (
        lambda: surprise(PAIR, np.array([0, 1, 1])),
        "surprise expected targets of shape (2,), got (3,)",
    ),
    (
        lambda: surprise(np.array([0.0, 1.0]), np.array([0, 1])),
        "surprise expected probabilities of which some are neither 0 nor 1, "
        "got only 0 and 1",
    ),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_what_is_refused_and_how(call, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert str(raised.value) == message
