"""The tables of hours, and what a model is shown of them."""

import gzip

import numpy as np
import pytest

from nnfs_code.activations import ReLU
from nnfs_code.capstones import DATASETS
from nnfs_code.cases import electricity, traffic
from nnfs_code.hours import (
    calendar,
    day_rows,
    forecast,
    hour_rows,
    last_known,
    on_the_clock,
    past_hours,
    season,
    untrained,
    weather,
)
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanAbsoluteError, Quantile


@pytest.fixture(scope="module")
def days():
    return electricity()


@pytest.fixture(scope="module")
def road():
    return traffic()


@pytest.fixture(scope="module")
def rows(road):
    return hour_rows(road)


def test_the_tables_hold_what_the_page_of_data_sets_says(days, road):
    assert days.shape == (1096, 24)
    assert (days.round() == days).all()
    assert (days.min(), days.max()) == (6, 5578)
    assert list(road) == [
        *("hour", "cars", "holiday", "temperature"),
        *("rain", "snow", "clouds", "kind"),
    ]
    for name, low, high in (
        ("hour", 0, 24095),
        ("cars", 0, 7280),
        ("holiday", 0, 1),
        ("temperature", -30, 37),
        ("rain", 0, 98313),
        ("snow", 0, 25),
        ("clouds", 0, 100),
        ("kind", 0, 9),
    ):
        values = road[name]
        assert values.shape == (23084,)
        assert (values.min(), values.max()) == (low, high), name
    assert (np.diff(road["hour"]) > 0).all()
    assert road["holiday"].sum() == 28


def test_the_tables_are_small():
    for name in ("electricity", "traffic"):
        packed = (DATASETS / f"{name}-by-hour.csv.gz").read_bytes()
        assert len(packed) <= 300_000
        assert gzip.decompress(packed).isascii()


def test_a_row_of_a_day_looks_back_only(days):
    changed = days[:40].copy()
    changed[30] += 1000
    before, after = day_rows(days[:40])[0], day_rows(changed)[0]
    differs = np.flatnonzero((before != after).any(axis=1)) + 7
    assert differs.tolist() == [31, 32, 37]


def test_a_row_of_a_day_has_its_parts_in_order(days):
    points, targets, yesterday = day_rows(days, known=12)
    assert points.shape == (1089, 12 + 24 + 24 + 7 + 4)
    assert (points[0, :12] == days[6, :12]).all()
    assert (points[0, 12:36] == days[5]).all()
    assert (points[0, 36:60] == days[0]).all()
    # 8 January 2012 was a Sunday.
    assert points[0, 60:67].tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert (targets[0] == days[7]).all()
    assert (yesterday[0] == days[6]).all()


def test_a_row_of_an_hour_looks_a_day_back_or_more(road, rows):
    at = 5000
    changed = {name: column.copy() for name, column in road.items()}
    place = int(np.flatnonzero(road["hour"] == at)[0])
    changed["cars"][place] += 1000
    after = hour_rows(changed)["past"]
    differs = (rows["past"] != after).any(axis=1)
    assert rows["hour"][differs].min() == at + 24
    assert set(rows["hour"][differs] - at) >= {24, 168, 336, 672}


def test_slots_and_holidays_are_those_of_the_calendar(rows):
    hour, slot = rows["hour"], rows["slot"]
    # 4 July 2016, hour 4,440 on, was a Monday.
    fourth = (hour >= 4440) & (hour < 4464)
    assert (slot[fourth] == hour[fourth] - 4440).all()
    assert rows["plain"][fourth, 2].all()
    assert not rows["plain"][(hour >= 4464) & (hour < 4488), 2].any()
    assert (rows["week"].argmax(axis=1) == slot).all()
    assert (rows["calendar"][:, :24].argmax(axis=1) == hour % 24).all()
    assert (rows["calendar"][:, 24:31].argmax(axis=1) == slot // 24).all()


def test_the_weather_before_is_that_of_a_day_earlier(road, rows):
    air = weather(road)
    assert (rows["weather"] == air[rows["hour"]]).all()
    assert (rows["weather before"] == air[rows["hour"] - 24]).all()
    assert np.isfinite(air).all()
    assert air[:, 2].max() < 7


def test_blocks_have_a_row_for_each_counted_hour(rows):
    n = len(rows["hour"])
    assert n == 22605
    assert rows["hour"].min() == 672
    for name, block in rows.items():
        assert len(block) == n
        assert np.isfinite(block).all(), name


def test_the_blocks_by_hand():
    hour = np.delete(np.arange(700.0), 680)
    table = {
        "hour": hour,
        "cars": hour + 1,
        "holiday": (hour == 673) * 1.0,  # it counts for all its day
        "temperature": hour / 10,
        **dict.fromkeys(("rain", "snow", "clouds", "kind"), 0 * hour),
    }
    found = hour_rows(table)
    names = "hour cars slot plain calendar week past weather"
    assert list(found) == [*names.split(), "weather before"]
    hour = hour[672:]
    for name, expected in (
        ("hour", hour),
        ("cars", hour + 1),
        ("slot", hour - 672 + 4 * 24),  # it is a Friday
    ):
        assert found[name].tolist() == expected.tolist(), name
    assert (found["plain"][:, 2] == (hour < 696)).all()
    assert (found["past"][:, 0] == hour - 24 + 1).all()
    assert (found["weather"][:, 0] == hour / 10).all()
    assert (found["weather before"][:, 0] == (hour - 24) / 10).all()


def test_gaps_are_filled_by_what_was_before():
    table = {"hour": np.array([1.0, 4.0]), "cars": np.array([5.0, 7.0])}
    series = on_the_clock(table, "cars")
    assert len(series) == 24
    assert np.isnan(series[[0, 2, 3]]).all()
    assert last_known(series[1:6]).tolist() == [5, 5, 5, 7, 7]


def test_a_clock_of_whole_days():
    for last, length in ((23, 24), (24, 48), (47, 48)):
        table = {"hour": np.array([last]), "cars": np.array([7.0])}
        series = on_the_clock(table, "cars")
        assert len(series) == length
        assert np.flatnonzero(~np.isnan(series)).tolist() == [last]


def test_the_season_comes_round():
    days = 365.25 * np.array([1, 1 / 4, 1 / 8])
    half = 0.5**0.5
    expected = [[0, 1, 0, 1], [1, 0, 0, -1], [half, half, 1, 0]]
    np.testing.assert_allclose(season(days), expected, atol=1e-9)


def test_weather_by_hand():
    table = {
        "hour": np.array([0.0, 2]),
        "temperature": np.array([5.0, -3]),
        "clouds": np.array([90.0, 10]),
        "rain": np.array([600.0, 98313]),  # the second cannot be
        "snow": np.array([0.0, 1]),
        "kind": np.array([2.0, 9]),
    }
    air = weather(table)
    assert air.shape == (24, 14)
    first, third = [5, 90, np.log(601), 0], [-3, 10, np.log(601), 1]
    np.testing.assert_allclose(air[:4, :4], [first, first, third, third])
    assert air[:, 4:].argmax(axis=1).tolist() == [2, 2] + 22 * [9]
    assert (air[:, 4:].sum(axis=1) == 1).all()


def test_the_past_of_an_hour_by_hand():
    cars = np.arange(674.0)
    cars[[0, 1, 648, 505]] = np.nan  # 505: a week before the last
    past = past_hours(cars)
    np.testing.assert_array_equal(past[2], np.full(4, np.nan))
    np.testing.assert_array_equal(past[26], [2, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(past[170], [146, 2, np.nan, 2])
    np.testing.assert_array_equal(past[340], [316, 172, 4, 88])
    np.testing.assert_array_equal(past[672], [504, 504, 336, 336])
    np.testing.assert_array_equal(past[673], [649, 337, 337, 253])


def test_the_calendar_by_hand():
    hour, slot = np.array([0, 366 * 24 + 5]), np.array([96, 29])
    found = calendar(hour, slot, np.array([True, False]))
    assert found["plain"].tolist() == [[0, 4, 1, 0], [5, 1, 0, 0.75]]
    signs = found["calendar"]
    assert signs.shape == (2, 24 + 7 + 1 + 4)
    assert [np.flatnonzero(row).tolist() for row in signs[:, :32]] == (
        [[0, 24 + 4, 31], [5, 24 + 1]]
    )
    np.testing.assert_allclose(signs[:, 32:], season(np.array([0.0, 366])))
    assert found["week"].shape == (2, 168)
    assert {block.dtype for block in found.values()} == {np.dtype(float)}
    assert found["week"].argmax(axis=1).tolist() == [96, 29]


def test_an_untrained_network_starts_at_the_scale_of_its_inputs():
    parts = untrained(400, (300, 200), 100, np.random.default_rng(0))
    assert [type(part) for part in parts] == [Dense, ReLU] * 2 + [Dense]
    spreads = [part.weights.std() for part in parts[::2]]
    expected = [(2 / 400) ** 0.5, (2 / 300) ** 0.5, (1 / 200) ** 0.5]
    assert spreads == pytest.approx(expected, rel=0.02)
    assert parts[-1].weights.shape == (200, 100)
    again = untrained(400, (300, 200), 100, np.random.default_rng(0))
    assert (again[2].weights == parts[2].weights).all()


@pytest.mark.parametrize("hidden", [(), (8,)])
def test_a_forecast_finds_a_line(hidden):
    rng = np.random.default_rng(0)
    points = rng.normal(size=(400, 2))
    targets = 100 + points @ np.array([[30.0], [-20.0]])
    said = forecast(
        (points[:300], targets[:300].astype(np.float32)),
        points[300:],
        MeanAbsoluteError(),
        **{"hidden": hidden, "epochs": 200, "size": 32, "seed": 0},
    )
    assert said.dtype == np.float64
    assert said.shape == (100, 1)
    assert np.abs(said - targets[300:]).mean() < 0.1 * targets.std()


def test_training_is_that_of_the_stored_runs():
    """Found by running it. If it changes, make the stored runs again."""
    x = np.arange(120)[:, np.newaxis] / 10
    points = np.concatenate([np.sin(x), np.cos(x)], axis=1)
    past = points[:100], np.concatenate([x, 10 * np.sin(2 * x)], axis=1)[:100]
    for hidden, expected in (
        ((), [[-5.68577, 13.58634], [-6.55562, 14.66937]]),
        ((8,), [[4.00430, 5.55461], [3.76193, 5.89953]]),
    ):
        said = forecast(
            past,
            points[100:102],
            MeanAbsoluteError(),
            **{"hidden": hidden, "epochs": 5, "size": 16, "seed": 3},
        )
        np.testing.assert_allclose(said, expected, atol=1e-3)


def test_a_forecast_of_a_quantile_is_above_the_middle():
    rng = np.random.default_rng(0)
    points, noise = rng.normal(size=(600, 1)), rng.normal(size=(600, 1))
    said = forecast(
        (points, noise),
        points,
        Quantile(0.9),
        **{"hidden": (), "epochs": 150, "size": 32, "seed": 0},
    )
    assert (noise <= said).mean() == pytest.approx(0.9, abs=0.05)
