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


def test_it_refuses():
    even = np.full((2, 2), 0.5)
    with pytest.raises(ValueError, match=r"^reliability expected rows that"):
        reliability(even + 0.1, np.array([0, 1]))
    with pytest.raises(ValueError, match="n_bins of at least 1"):
        reliability(even, np.array([0, 1]), n_bins=0)
    with pytest.raises(ValueError, match=r"^reliability expected targets of"):
        reliability(even, np.array([0, 1, 1]))
