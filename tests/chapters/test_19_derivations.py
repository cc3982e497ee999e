"""Chapter 19: what a batch's gradient is worth, over all possible batches."""

from itertools import combinations

import numpy as np
import pytest

from claims import derivation
from script_19 import PAGE


def gradients(n_samples, seed=0):
    """Return gradients of a few samples, one in a row, and their mean."""
    rng = np.random.default_rng(seed)
    each = rng.normal(size=(n_samples, 3)) ** 3 + 1
    return each, each.mean(axis=0)


def all_batches(n_samples, size):
    return [list(batch) for batch in combinations(range(n_samples), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_batch_is_right_on_average(size):
    derivation(
        PAGE,
        "19.1",
        r"\operatorname{E}[\hat{\mathbf{g}}] = \frac{1}{N} \sum_{n=1}^{N} "
        r"\mathbf{g}_n = \mathbf{g}.",
    )
    each, whole = gradients(6)
    means = [each[batch].mean(axis=0) for batch in all_batches(6, size)]
    np.testing.assert_allclose(np.mean(means, axis=0), whole, rtol=1e-12)
    unequal = [
        m for m, b in zip(means, all_batches(6, size), strict=True) if 0 in b
    ]
    assert np.abs(np.mean(unequal, axis=0) - whole).max() > 0.01  # control


def test_two_samples_of_a_batch_lean_against_each_other():
    derivation(
        PAGE,
        "19.2",
        r"\operatorname{E}[\boldsymbol{\delta}_a \cdot "
        r"\boldsymbol{\delta}_b] = - \frac{S^2}{N - 1}.",
    )
    each, whole = gradients(7)
    apart = each - whole
    square = (apart**2).sum(axis=1).mean()
    products = [apart[a] @ apart[b] for a, b in combinations(range(7), 2)]
    assert np.mean(products) == pytest.approx(-square / 6, rel=1e-12)


@pytest.mark.parametrize("size", [1, 2, 4, 7])
def test_how_far_a_batch_is_off(size):
    derivation(
        PAGE,
        "19.3",
        r"\operatorname{E}\bigl[|\hat{\mathbf{g}} - \mathbf{g}|^2\bigr]"
        r" = \frac{1}{B^2} \Bigl( B S^2 - B (B - 1) \frac{S^2}{N - 1} \Bigr)"
        r" = \frac{S^2}{B} \cdot \frac{N - B}{N - 1}.",
    )
    each, whole = gradients(7)
    square = ((each - whole) ** 2).sum(axis=1).mean()
    found = np.mean(
        [
            ((each[batch].mean(axis=0) - whole) ** 2).sum()
            for batch in all_batches(7, size)
        ]
    )
    middle = (size * square - size * (size - 1) * square / 6) / size**2
    expected = square / size * (7 - size) / 6
    assert middle == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)
    if size < 7:  # drawn with replacement it would be S²/B: not that
        assert size == 1 or found != pytest.approx(square / size, rel=0.05)
