"""Reliability in bins: by hand, by brute force, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.calibration import reliability
from nnfs_code.preprocessing import one_hot

SAMPLES = st.lists(
    st.tuples(st.integers(1, 1000), st.integers(1, 1000), st.integers(0, 2)),
    min_size=1,
    max_size=30,
)


def test_four_samples_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.6, 0.4]])
    labels = np.array([0, 1, 1, 0])
    found = reliability(probabilities, labels, n_bins=4)
    np.testing.assert_allclose(found.said, [0.65, 0.85])
    np.testing.assert_allclose(found.right, [0.5, 1])
    np.testing.assert_array_equal(found.counts, [2, 2])
    assert found.error == pytest.approx((0.15 + 0.15) / 2)
    rows = reliability(probabilities, one_hot(labels, 2), n_bins=4)
    assert rows.error == found.error


@given(samples=SAMPLES, n_bins=st.integers(1, 12))
def test_it_agrees_with_going_through_the_samples(samples, n_bins):
    a, b, labels = (np.array(part) for part in zip(*samples, strict=True))
    weights = np.stack([a, b, np.full(len(a), 500)], axis=1)
    probabilities = weights / weights.sum(axis=1, keepdims=True)
    found = reliability(probabilities, labels, n_bins=n_bins)

    bins = {}
    for row, label in zip(probabilities, labels, strict=True):
        place = min(int(row.max() * n_bins), n_bins - 1)
        bins.setdefault(place, []).append((row.max(), row.argmax() == label))
    tables = [np.array(bins[place], float) for place in sorted(bins)]
    np.testing.assert_array_equal(found.counts, [len(t) for t in tables])
    np.testing.assert_allclose(found.said, [t[:, 0].mean() for t in tables])
    np.testing.assert_allclose(found.right, [t[:, 1].mean() for t in tables])
    gaps = [abs(t[:, 0].mean() - t[:, 1].mean()) * len(t) for t in tables]
    assert found.error == pytest.approx(sum(gaps) / len(labels))


def test_a_probability_of_one_is_in_the_last_bin():
    found = reliability(np.eye(2), np.array([0, 0]), n_bins=10)
    assert found.counts.tolist() == [2]
    assert (found.said[0], found.right[0]) == (1, 0.5)
    rows = np.array([[1, 0], [0.95, 0.05]])
    assert reliability(rows, np.array([0, 0])).counts.tolist() == [2]


def test_without_a_word_there_are_ten_bins_of_equal_width():
    sure = np.array([0.51, 0.61, 0.71, 0.81, 0.91, 0.69])
    found = reliability(np.stack([sure, 1 - sure], axis=1), np.zeros(6, int))
    assert found.counts.tolist() == [1, 2, 1, 1, 1]


EVEN, PAIR = np.full((2, 2), 0.5), np.array([0, 1])
CALLS = [
    (
        lambda: reliability(EVEN > 0, PAIR),
        "reliability expected probabilities of dtype float32 or float64, "
        "got bool",
    ),
    (
        lambda: reliability(EVEN, PAIR, n_bins=0),
        "reliability expected n_bins of at least 1, got 0",
    ),
    (
        lambda: reliability(EVEN, np.array([0, 1, 1])),
        "reliability expected targets of shape (2,) or (2, 2), got (3,)",
    ),
    (
        lambda: reliability(EVEN, PAIR + 1),
        "reliability expected labels 0 to 1, got 1 to 2",
    ),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_what_is_refused_and_how(call, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert str(raised.value) == message
