"""Reasons that the page of chapter 36 gives: the cause in, the cause out."""

import numpy as np

from nnfs_code.forecasting import coverage, residual_interval
from reasons import reason
from script_36 import case, errors, names, runs


def test_ridge_was_behind_the_table_for_want_of_the_hours_of_the_week():
    reason(
        "36-forecasting-case",
        "Ridge was behind the table because it could not tell the hours of"
        " the week apart",
    )
    table = names()["missed"](names()["medians"])
    assert errors("on_road", "ridge")[0] > table + 20
    assert errors("on_road", "ridge, week")[0] < table - 10


def test_the_ends_were_too_near_for_the_easier_season():
    reason(
        "36-forecasting-case",
        "In part the ends were too near because they came from an easier"
        " season",
    )
    left = names()
    share = {
        season: coverage(
            *residual_interval(left["ridge"], left["before"][part], 0.8),
            left["truth"],
            0.8,
        ).share
        for season, part in (
            ("January to June", slice(180, 360)),
            ("July to December", slice(0, 180)),
        )
    }
    assert share["January to June"] < 0.70
    assert 0.74 < share["July to December"] < 0.8  # only in part


def test_a_random_split_flatters_trees_more_than_ridge():
    reason(
        "36-forecasting-case",
        "Ridge gains one per cent by the random split, the network five, the"
        " trees nine.",
    )
    reason(
        "36-forecasting-case",
        "A random split does not flatter all models alike, so it can change"
        " the order.",
    )
    gain = {}
    for name in ("ridge, week", "network", "trees"):
        honest = np.median(errors("on_road", name))
        mixed = np.median(names()["on_road"][f"folds {name}"])
        gain[name] = 100 * (1 - mixed / honest)
    assert round(gain["ridge, week"]) == 1
    assert round(gain["network"]) == 5
    assert round(gain["trees"]) == 9


def test_a_random_split_hardly_flatters_on_electricity():
    reason("36-forecasting-case", "Hardly anything. I had expected more.")
    left = names()
    honest, mixed = left["error"](left["ridge"]), left["error"](left["anyhow"])
    assert 0 <= honest - mixed < 1
    for name in ("network, changes", "trees"):
        gap = np.median(errors("runs", name)) - np.median(
            errors("runs", f"folds {name}")
        )
        assert -1 < gap < 1


def test_the_question_was_worth_more_than_the_rest():
    reason(
        "36-forecasting-case",
        "The question was worth more than anything else that I changed.",
    )
    loads, changes = (
        np.median(errors("runs", f"network, {k}"))
        for k in ("loads", "changes")
    )
    others = [
        np.median(errors("runs", f"network, {k}"))
        for k in ("hours", "residuals")
    ]
    assert loads - changes > 10
    assert max(abs(changes - other) for other in others) < 3


def test_the_network_gets_worse_with_weather_and_the_others_do_not():
    reason(
        "36-forecasting-case",
        "Ridge and trees are about the same with any weather. The network"
        " gets worse, with the true weather too.",
    )
    left = names()["on_road"]
    for name in ("ridge, week", "trees"):
        for air in ("weather", "weather before"):
            ratio = left[f"{name}, {air}"][0] / np.median(
                errors("on_road", name)
            )
            assert 0.99 < ratio < 1.03
    best = errors("on_road", "network").max()
    for air in ("weather", "weather before"):
        assert left[f"network, {air}"].min() > best + 5


def test_a_smaller_error_is_not_yet_a_smaller_bill():
    reason("36-forecasting-case", "A smaller error is not yet a smaller bill.")
    left = names()
    trees = left["plans"]["mean of five trees"]
    assert left["cars_less"].low > 3
    assert left["bill_gap"](trees, left["nets"]).low < 0


def test_an_error_costs_nothing_unless_it_crosses_the_limit():
    reason(
        "36-forecasting-case",
        "An error costs nothing unless it puts an hour on the wrong side",
    )
    left = names()
    answer, nets = left["answer"], left["nets"]
    right_side = np.where((nets < 4700) == (answer < 4700), answer, nets)
    paid = left["dollars"](right_side).mean()
    assert paid == left["dollars"](nets).mean()
    assert left["missed"](right_side) < 0.2 * left["missed"](nets)
    assert paid > left["dollars"](answer).mean() + 5


def test_a_year_makes_it_a_tie():
    reason(
        "36-forecasting-case",
        "Between networks and the linear model it is a tie",
    )
    left = names()
    bills = left["year_bills"]
    apart = left["gap"](
        bills["linear, hour of week"], bills["five networks"], left["week_of"]
    )
    assert apart.low < -100
    assert apart.high > 100


def test_the_network_finds_the_hours_of_the_week_by_itself():
    reason(
        "36-forecasting-case",
        "with or without the 168 columns it misses about the same.",
    )
    without, with_them = (
        np.median(errors("on_road", name))
        for name in ("network", "network, week")
    )
    assert abs(without - with_them) < 8
    ridges = (errors("on_road", name)[0] for name in ("ridge", "ridge, week"))
    assert abs(np.subtract(*ridges)) > 30


def test_a_late_deadline_costs_the_evening():
    # With the whole of yesterday the loss by the deadline is gone.
    reason("36-forecasting-case", "The deadline is worth more.")
    left = names()
    noon, midnight = (
        left["error"](left["at_noon"]),
        left["error"](left["ridge"]),
    )
    assert noon - midnight > 10
    assert midnight - left["error"](left["anyhow"]) < 1


def test_the_leak_shows_in_the_rows_and_not_in_the_loss():
    reason("36-forecasting-case", "None may that comes before.")
    rows, cars = case("Traffic").rows, names()["cars"]
    ahead = np.roll(cars, -1)
    moved = cars.copy()
    moved[5000] += 1000
    changed = np.flatnonzero(np.roll(moved, -1) != ahead)
    assert changed.tolist() == [4999]  # a row before: the leak
    fresh = runs().hour_rows(
        {
            **(table := runs().traffic()),
            "cars": table["cars"]
            + 1000 * (table["hour"] == rows["hour"][5000]),
        }
    )
    honest = np.flatnonzero((fresh["past"] != rows["past"]).any(axis=1))
    assert honest.min() > 5000
