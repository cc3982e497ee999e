"""Chapter 17: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest
from scipy.stats import gmean

from claims import claim
from nnfs_code.gradient_check import check
from nnfs_code.losses import MeanAbsoluteError, MeanSquaredError, Quantile
from nnfs_code.metrics import r_squared
from waves import noisy, page

FIVE = np.array([[1.0], [2.0], [3.0], [4.0], [20.0]])


def test_solution_1():
    three = np.array([[2.0], [4.0], [9.0]])
    for loss, best, lowest in (
        (MeanSquaredError(), 5, 26 / 3),
        (MeanAbsoluteError(), 4, 7 / 3),
        (Quantile(0.9), 9, 0.1 * (7 + 5) / 3),
    ):
        assert page.best_constant(loss, three) == pytest.approx(best)
        found = loss.forward(np.full((3, 1), float(best)), three)
        assert found == pytest.approx(lowest)


def test_a_median_has_a_negative_r_squared_on_its_own_targets():
    stated = claim(
        "17-regression", "of the five waiting times has −{} on them"
    )
    three = np.full_like(FIVE, page.best_constant(MeanAbsoluteError(), FIVE))
    assert r_squared(three, FIVE) == pytest.approx(-stated, abs=0.005)


def test_the_share_below_jumps_over_the_level():
    best = page.best_constant(Quantile(0.7), FIVE)
    assert best == pytest.approx(4)
    before, after = claim(
        "17-regression",
        "0.7-quantile of the waiting times, from {} to {}. With",
    )
    assert (FIVE < 3.999).mean() == before
    assert (FIVE < 4.001).mean() == after


def test_solution_2():
    four = np.array([[1.0], [2.0], [3.0], [6.0]])
    said = np.array([[2.0], [2.0], [2.0], [6.0]])
    loss = MeanSquaredError()
    for factor in (1, 2):
        found = r_squared(factor * said, factor * four)
        assert found == pytest.approx(1 - 2 / 14)
        mean = loss.forward(factor * said, factor * four)
        assert mean == pytest.approx(0.5 * factor**2)


def test_solution_3():
    loss = page.LogCosh()
    errors = np.array([[-3.0, -0.2], [0.7, 2.5]])
    np.testing.assert_allclose(loss.heights(errors), np.log(np.cosh(errors)))
    assert check(loss, errors, np.zeros((2, 2))).agrees
    assert loss.heights(np.array([1000.0])) == pytest.approx(1000 - np.log(2))
    best = page.best_constant(loss, FIVE)
    assert best == pytest.approx(3.02)
    assert np.tanh(best - FIVE).sum() == pytest.approx(0, abs=0.02)


def test_solution_4():
    prices = np.array([[1.0], [10.0], [10_000.0]])
    center = page.best_constant(MeanSquaredError(), np.log10(prices))
    assert 10**center == pytest.approx(gmean(prices[:, 0]), rel=0.02)


def moved(ends, kept, targets):
    """Return by how much to move both ends, from samples kept aside."""
    low, high = (network.forward(kept - 0.5) for network in ends)
    outside = np.sort(np.maximum(low - targets, targets - high)[:, 0])
    return outside[400]


def test_solution_5():
    """The ends need not even be trained for the coverage to be right."""
    shares = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        ends = [page.Network(rng), page.Network(rng)]
        kept, unseen = page.growing(500, rng), page.growing(2000, rng)
        wider = moved(ends, *kept)
        low, high = (net.forward(unseen[0] - 0.5) for net in ends)
        inside = (low - wider <= unseen[1]) & (unseen[1] <= high + wider)
        shares.append(inside.mean())
    assert np.mean(shares) == pytest.approx(0.8, abs=0.02)


def test_targets_without_a_column_are_refused():
    _, inputs, targets = noisy(0)
    said = page.Network(np.random.default_rng(0)).forward(inputs)
    assert (said - targets[:, 0]).shape == (100, 100)  # what NumPy would do
    for judge in (MeanSquaredError().forward, r_squared):
        with pytest.raises(ValueError, match=r"reshape\(100, 1\)"):
            judge(said, targets[:, 0])


def test_the_tilted_v():
    """The slopes of the quantile loss, as the page derives them."""
    errors = np.array([-2.0, 3.0])
    for tau in (0.1, 0.5, 0.9):
        found = Quantile(tau).slopes(errors)
        np.testing.assert_allclose(found, [-tau, 1 - tau])


def test_answers_to_the_questions():
    loaves = np.arange(1.0, 11.0).reshape(-1, 1)  # asked for, equally often

    def price(baked):
        lacking = np.maximum(loaves - baked, 0)
        return (9 * lacking + np.maximum(baked - loaves, 0)).mean()

    cheapest = min((price(b), b) for b in np.linspace(0, 11, 1101))[1]
    assert 8.99 <= cheapest <= 10.01  # nine in ten ask for at most 9
    assert page.best_constant(Quantile(0.9), loaves) >= 8.99
    worse = np.full((10, 1), loaves.mean() + np.sqrt(0.3 * loaves.var()))
    assert r_squared(worse, loaves) == pytest.approx(-0.3)
