"""Lags, rolling origins, ridge, and intervals that are measured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.forecasting import (
    Ridge,
    coverage,
    first_known,
    lags,
    residual_interval,
    rolling_origin,
)

RNG = np.random.default_rng(36)


def test_a_lag_is_the_series_moved():
    series = RNG.normal(size=30)
    columns = lags(series, (1, 7))
    assert np.isnan(columns[:1, 0]).all()
    assert np.isnan(columns[:7, 1]).all()
    assert (columns[1:, 0] == series[:-1]).all()
    assert (columns[7:, 1] == series[:-7]).all()


def test_a_lag_beyond_the_series_is_unknown():
    assert np.isnan(lags(np.array([1.0, 2.0]), (2, 5))).all()


@pytest.mark.parametrize("steps", [(0,), (-1,), (1.5,)])
def test_a_lag_of_no_step_would_be_the_answer_itself(steps):
    with pytest.raises((TypeError, ValueError), match="each of steps"):
        lags(np.ones(5), steps)


def test_first_known_looks_from_left_to_right():
    nan = np.nan
    columns = np.array([[nan, 2, 3], [1, nan, 3], [nan, nan, nan]])
    np.testing.assert_array_equal(first_known(columns), [2, 1, nan])


def test_origins_by_hand():
    def splits(*sizes, **more):
        return [
            (past.tolist(), now.tolist())
            for past, now in rolling_origin(*sizes, **more)
        ]

    assert splits(5, 2, 2) == [([0, 1], [2, 3]), ([0, 1, 2, 3], [4])]
    assert splits(6, 1, 3, window=2) == [([0], [1, 2, 3]), ([2, 3], [4, 5])]
    assert splits(3, 2, 9) == [([0, 1], [2])]


@given(st.integers(2, 60), st.integers(1, 59), st.integers(1, 20), st.data())
def test_each_sample_is_forecast_once_from_its_past(n, first, horizon, data):
    if first >= n:
        first = n - 1
    window = data.draw(st.one_of(st.none(), st.integers(1, 60)))
    splits = rolling_origin(n, first, horizon, window=window)
    told = np.concatenate([now for _, now in splits])
    assert (told == np.arange(first, n)).all()
    for past, now in splits:
        assert past[-1] == now[0] - 1  # nothing between, nothing after
        expected = now[0] if window is None else min(window, now[0])
        assert len(past) == expected


def test_ridge_agrees_with_the_normal_equations_by_hand():
    # Standardised, the points are -1 and 1: w = (1*3 - 1*1) / (2 + 2).
    model = Ridge(2.0).fit(np.array([[0.0], [2.0]]), np.array([[1.0], [3.0]]))
    assert model.weights.item() == pytest.approx(0.5)
    assert model.predict(np.array([[4.0]])).item() == pytest.approx(3.5)


def test_ridge_is_least_squares_with_rows_that_ask_for_small_weights():
    points, noise = RNG.normal(3, 2, (60, 5)), RNG.normal(size=(60, 2))
    targets = points @ RNG.normal(size=(5, 2)) + noise
    ours = Ridge(4.0).fit(points, targets)
    scaled = (points - points.mean(axis=0)) / points.std(axis=0)

    def weights(strength):
        rows = np.concatenate([scaled, np.sqrt(strength) * np.eye(5)])
        wanted = np.concatenate(
            [targets - targets.mean(axis=0), np.zeros((5, 2))]
        )
        return np.linalg.lstsq(rows, wanted, rcond=None)[0]

    np.testing.assert_allclose(ours.weights, weights(4.0))
    expected = scaled @ weights(4.0) + targets.mean(axis=0)
    np.testing.assert_allclose(ours.predict(points), expected)
    # A strength that is wrong by one per cent does not pass.
    assert not np.allclose(ours.weights, weights(4.04))


def test_strength_draws_the_forecasts_to_the_mean():
    points, targets = RNG.normal(size=(40, 3)), RNG.normal(size=(40, 1))
    spreads = [
        Ridge(s).fit(points, targets).predict(points).std()
        for s in (0.1, 10, 1e6)
    ]
    assert spreads[0] > spreads[1] > spreads[2]
    assert spreads[2] < 1e-3


def test_each_column_has_the_interval_of_its_own_errors():
    errors = np.column_stack([np.arange(-10.0, 11), np.arange(0.0, 21)])
    low, high = residual_interval(np.array([[100.0, 200.0]]), errors, 0.9)
    np.testing.assert_allclose(low, [[91.0, 201.0]])
    np.testing.assert_allclose(high, [[109.0, 219.0]])


def test_intervals_of_fresh_errors_cover_what_they_promise():
    errors, fresh = RNG.normal(size=(4000, 1)), RNG.normal(size=(4000, 1))
    found = coverage(*residual_interval(0 * fresh, errors, 0.8), fresh, 0.8)
    assert found.share == pytest.approx(0.8, abs=0.03)
    assert found.width == pytest.approx(2 * 1.2816, abs=0.1)


def test_a_target_on_an_end_is_inside():
    low, high = np.array([1.0, 0, 0, 5]), np.array([3.0, 2, 2, 5])
    found = coverage(low, high, np.array([1.0, 2, 4, 5]), 0.5)
    assert found == (0.75, 1.5, 1.5 + 4 * 2 / 4)


def test_the_true_quantiles_have_the_lowest_score():
    fresh = RNG.normal(size=20_000)
    ends = {
        z: coverage(0 * fresh - z, 0 * fresh + z, fresh, 0.8).score
        for z in (0.9, 1.2816, 1.7)
    }
    assert min(ends, key=ends.get) == 1.2816


ONE, TABLE, WHOLE = np.ones(3), np.ones((3, 2)), np.ones(3, np.int64)
CALLS = [
    (lambda: lags([1.0], (1,)), "lags", "a series of shape (n,), got a list"),
    (lambda: lags(TABLE, (1,)), "lags", "a series of shape (n,), got (3, 2)"),
    (lambda: lags(ONE, (0,)), "lags", "each of steps of at least 1, got 0"),
    (
        lambda: rolling_origin(0, 1, 1),
        "rolling_origin",
        "n_samples of at least 1, got 0",
    ),
    (
        lambda: rolling_origin(5, 0, 1),
        "rolling_origin",
        "first of at least 1, got 0",
    ),
    (
        lambda: rolling_origin(5, 1, 0),
        "rolling_origin",
        "horizon of at least 1, got 0",
    ),
    (
        lambda: rolling_origin(5, 1, 1, window=0),
        "rolling_origin",
        "window of at least 1, got 0",
    ),
    (
        lambda: rolling_origin(5, 5, 1),
        "rolling_origin",
        "an origin before sample 5, got 5",
    ),
    (lambda: Ridge(0), "Ridge", "strength above 0 and below inf, got 0"),
    (
        lambda: Ridge(1).fit(TABLE, TABLE > 0),
        "Ridge",
        "targets of dtype float32 or float64, got bool",
    ),
    (
        lambda: Ridge(1).fit(TABLE, ONE),
        "Ridge",
        "targets of shape (3, n_outputs), got (3,)",
    ),
    (
        lambda: Ridge(1).fit(TABLE, TABLE[:2]),
        "Ridge",
        "targets of shape (3, n_outputs), got (2, 2)",
    ),
    (lambda: Ridge(1).predict(TABLE), "Ridge", "fit to be called first"),
    (
        lambda: residual_interval(TABLE, TABLE, 1.0),
        "residual_interval",
        "level above 0 and below 1, got 1.0",
    ),
    (
        lambda: residual_interval(TABLE > 0, TABLE, 0.8),
        "residual_interval",
        "forecasts of dtype float32 or float64, got bool",
    ),
    (
        lambda: residual_interval(TABLE, np.nan * TABLE, 0.8),
        "residual_interval",
        "finite errors, got NaN or infinity",
    ),
    (
        lambda: residual_interval(ONE, TABLE, 0.8),
        "residual_interval",
        "forecasts of shape (n, 3), got (3,)",
    ),
    (
        lambda: residual_interval(TABLE, np.ones((5, 3)), 0.8),
        "residual_interval",
        "errors of shape (n, 2), got (5, 3)",
    ),
    (
        lambda: coverage(ONE, ONE, ONE, 0),
        "coverage",
        "level above 0 and below 1, got 0",
    ),
    (
        lambda: coverage(ONE, ONE, ONE, 1),
        "coverage",
        "level above 0 and below 1, got 1",
    ),
    (
        lambda: coverage(WHOLE, ONE, ONE, 0.8),
        "coverage",
        "low of dtype float32 or float64, got int64",
    ),
    (
        lambda: coverage(ONE, WHOLE, ONE, 0.8),
        "coverage",
        "high of dtype float32 or float64, got int64",
    ),
    (
        lambda: coverage(ONE, ONE, WHOLE, 0.8),
        "coverage",
        "targets of dtype float32 or float64, got int64",
    ),
    (
        lambda: coverage(ONE, ONE, [1.0, 1.0, 1.0], 0.8),
        "coverage",
        "targets as a plain array, got a list",
    ),
    (
        lambda: coverage(ONE[:2], ONE, ONE, 0.8),
        "coverage",
        "low of shape (3,), got (2,)",
    ),
    (
        lambda: coverage(ONE, TABLE, ONE, 0.8),
        "coverage",
        "high of shape (3,), got (3, 2)",
    ),
    (
        lambda: coverage(np.array([0, 2.0, 1]), ONE, ONE, 0.8),
        "coverage",
        "low ends below high, got 1 turned around",
    ),
]


@pytest.mark.parametrize(("call", "owner", "message"), CALLS)
def test_what_is_refused_and_how(call, owner, message):
    with pytest.raises((TypeError, ValueError, RuntimeError)) as raised:
        call()
    assert str(raised.value) == f"{owner} expected {message}"
