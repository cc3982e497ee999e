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


@pytest.mark.parametrize("series", [np.ones((3, 1)), [1.0, 2.0]])
def test_a_series_is_one_array(series):
    with pytest.raises(ValueError, match="lags expected a series"):
        lags(series, (1,))


def test_first_known_looks_from_left_to_right():
    nan = np.nan
    columns = np.array([[nan, 2, 3], [1, nan, 3], [nan, nan, nan]])
    np.testing.assert_array_equal(first_known(columns), [2, 1, nan])


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


def test_an_origin_after_the_end_has_nothing_to_forecast():
    with pytest.raises(ValueError, match="before sample 5, got 5"):
        rolling_origin(5, 5, 1)


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


def test_ridge_says_what_is_wrong():
    with pytest.raises(RuntimeError, match="fit to be called first"):
        Ridge(1).predict(np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"targets of shape \(3, n_outputs\)"):
        Ridge(1).fit(np.ones((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="strength above 0"):
        Ridge(0)


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


def test_the_true_quantiles_have_the_lowest_score():
    fresh = RNG.normal(size=20_000)
    ends = {
        z: coverage(0 * fresh - z, 0 * fresh + z, fresh, 0.8).score
        for z in (0.9, 1.2816, 1.7)
    }
    assert min(ends, key=ends.get) == 1.2816


def test_ends_that_cannot_be_are_refused():
    one, table = np.ones(3), np.ones((3, 2))
    with pytest.raises(ValueError, match="1 turned around"):
        coverage(np.array([0.0, 2.0]), np.ones(2), np.ones(2), 0.8)
    with pytest.raises(ValueError, match=r"low of shape \(3,\)"):
        coverage(np.ones(2), one, one, 0.8)
    with pytest.raises(ValueError, match=r"errors of shape \(n, 2\)"):
        residual_interval(table, np.ones((5, 3)), 0.8)
    with pytest.raises(ValueError, match="level above 0"):
        residual_interval(table, table, 1.0)
