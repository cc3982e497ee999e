"""Machine or clerk: prices, softer chances, the curve, and packed bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.decisions import best_actions, cost_of
from nnfs_code.routing import (
    ALIKE,
    CLERK,
    COAT,
    coverage_curve,
    packed,
    returns_costs,
    softer,
    unpacked,
)


def chances(n_samples=200, n_classes=10, seed=0, sharp=3.0):
    rng = np.random.default_rng(seed)
    scores = np.exp(sharp * rng.standard_normal((n_samples, n_classes)))
    return scores / scores.sum(axis=1, keepdims=True), rng


def test_the_prices_by_hand():
    table = returns_costs(look=7, wrong=100, near=30, coat=500)
    assert table.shape == (11, 10)
    assert (np.diag(table) == 0).all()
    assert (table[CLERK] == 7).all()
    assert (np.delete(table[:CLERK, COAT], COAT) == 500).all()
    for some in ALIKE:
        for bin_ in some:
            others = [k for k in some if k != bin_]
            assert (table[bin_, others] == 30).all()
    assert table[2, 5] == table[COAT, 6] == 100
    assert (table[:CLERK] == 100).sum() == 90 - 9 - 2 * 6


@given(by=st.floats(0.2, 5))
def test_softer_divides_the_scores(by):
    said, _ = chances(20)
    scores = np.log(said) / by
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(softer(said, by), expected, atol=1e-12)


def test_softer_keeps_the_order_and_one_changes_nothing():
    said, _ = chances()
    np.testing.assert_allclose(softer(said, 1.0), said)
    soft, sharp = softer(said, 2.0), softer(said, 0.5)
    assert (soft.argmax(axis=1) == said.argmax(axis=1)).all()
    assert (soft.max(axis=1) < said.max(axis=1)).all()
    assert (sharp.max(axis=1) > said.max(axis=1)).all()


def test_softer_by_almost_nothing_leaves_the_highest():
    said = np.array([[0.5, 0.5], [0.4, 0.6], [0.0, 1.0]])
    for dtype in (np.float32, np.float64):
        found = softer(said.astype(dtype), 1e-4)
        assert found.tolist() == [[0.5, 0.5], [0, 1], [0, 1]]
        assert found.dtype == dtype


def test_the_curve_is_what_a_loop_finds():
    said, rng = chances(60)
    labels = rng.integers(10, size=60)
    costs = returns_costs()
    costs[CLERK] = rng.uniform(10, 30, 10)  # asking may cost more for some
    curve = coverage_curve(said, labels, costs)
    bins = best_actions(said, costs[:-1])
    saved = said @ costs[-1] - (said @ costs[:-1].T).min(axis=1)
    order = np.argsort(-saved, kind="stable")
    for n in (0, 1, 30, 60):
        actions = np.full(60, CLERK)
        actions[order[:n]] = bins[order[:n]]
        cost = cost_of(actions, labels, costs).mean()
        assert curve.cost[n] == pytest.approx(cost)
        assert curve.share[n] == n / 60
        if n:
            hits = (bins == labels)[order[:n]].mean()
            assert curve.right[n] == pytest.approx(hits)
    assert np.isnan(curve.right[0])
    # The decision by the prices is a point of the curve.
    by_prices = best_actions(said, costs)
    n = int((by_prices != CLERK).sum())
    paid = cost_of(by_prices, labels, costs).mean()
    assert curve.cost[n] == pytest.approx(paid)
    assert 0 < n < 60


def test_equally_safe_pieces_come_in_their_order():
    said = np.tile([[0.5, 0.5], [0.75, 0.25]], (150, 1))  # the second first
    labels = np.repeat([0, 1, 0], 100)
    curve = coverage_curve(said, labels, [[0, 9], [9, 0], [4, 4]])
    paid = [1200, 1000, 1250, 1050, 850, 1100, 900]
    assert curve.cost[::50].tolist() == [pence / 300 for pence in paid]
    right = [1, 1 / 2, 2 / 3, 3 / 4, 3 / 5, 2 / 3]
    assert curve.right[50::50].tolist() == right


def test_true_chances_make_the_prices_point_the_lowest():
    said, rng = chances(40_000)
    draws = rng.random((40_000, 1)) > said.cumsum(axis=1)
    curve = coverage_curve(said, draws.sum(axis=1).clip(0, 9), returns_costs())
    n = int((best_actions(said, returns_costs()) != CLERK).sum())
    assert curve.cost[n] < curve.cost.min() + 0.1
    wrong = coverage_curve(
        said, rng.integers(10, size=40_000), returns_costs()
    )
    assert wrong.cost[n] > wrong.cost.min() + 10  # labels that don't fit


def test_packed_chances_come_back():
    said, _ = chances(500)
    again = unpacked(packed(said))
    np.testing.assert_allclose(again.sum(axis=1), 1)
    assert (again.argmax(axis=1) == said.argmax(axis=1)).mean() > 0.98
    others = said < said.max(axis=1, keepdims=True)
    some = others & (said > 1e-4) & (said < 0.4)
    np.testing.assert_allclose(again[some], said[some], rtol=0.07)
    assert np.abs(again - said)[said > 0.99].max() < 0.001
    assert packed(said).dtype == np.uint8
    level = np.full((1, 10), 0.1)  # equal ones: the first is what is left
    np.testing.assert_allclose(unpacked(packed(level)), level, atol=0.05)


def test_the_prices_of_the_case():
    table = returns_costs()
    assert table[0, 2] == table[5, 9] == 50
    assert table[0, 1] == table[5, 6] == 150
    assert (np.delete(table[:CLERK, COAT], COAT) == 400).all()
    assert (table[CLERK] == 20).all()


def test_the_bytes_by_hand():
    # 0.01 is 8 * 4.605 steps below 1; what is below step 94 is taken as 0.
    rows = np.array([[0.01, 0.97, 0.02], [0, 0, 1], [1e-5, 0.99998, 1e-5]])
    steps = packed(rows)
    assert steps.tolist() == [[37, 0, 31], [95, 95, 0], [92, 0, 92]]
    again = unpacked(np.array([[0, 94, 95], [8, 95, 0]], np.uint8))
    least, third = np.exp(-94 / 8), np.exp(-1)
    expected = [[1 - least, least, 0], [third, 0, 1 - third]]
    np.testing.assert_allclose(again, expected, rtol=1e-14)


EVEN = np.full((2, 2), 0.5)
ROWS = "expected rows that sum to 1, got 2 in row 0"
CALLS = [
    (
        lambda: softer(EVEN, 0.0),
        "softer expected divisor above 0 and below inf, got 0.0",
    ),
    (lambda: softer(2 * EVEN, 2.0), f"softer {ROWS}"),
    (lambda: packed(2 * EVEN), f"packed {ROWS}"),
    (
        lambda: coverage_curve(EVEN, np.zeros(2, int), np.eye(2)),
        "coverage_curve expected costs with a row per class, and one for "
        "asking, got (2, 2)",
    ),
    (
        lambda: coverage_curve(EVEN, np.zeros(2, int), [1, 2]),
        "coverage_curve expected costs of shape (n_actions, n_classes), "
        "got (2,)",
    ),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_what_is_refused_and_how(call, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert str(raised.value) == message
