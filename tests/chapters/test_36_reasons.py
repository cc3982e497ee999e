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
        "A random split does not flatter all models alike, so it can hide"
        " a difference.",
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
        "The step from loads to changes was worth more than the step from"
        " changes to either of the next two. For trees it was worth nothing",
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
    other = names()["runs"]["trees, changes"].item()
    assert abs(other - errors("runs", "trees")[0]) < 1


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
        "With this rule an error costs nothing unless it puts an hour on the"
        " wrong side",
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


def test_the_leak_shows_in_the_rows_and_not_in_the_error():
    reason(
        "36-forecasting-case",
        "The test changes all that is counted after the decision. No row of"
        " the day that is decided may move.",
    )
    rows, midnight = case("Traffic").rows, 24 * 500
    table = runs().traffic()
    later = 1000 * (table["hour"] >= midnight)
    fresh = runs().hour_rows({**table, "cars": table["cars"] + later})
    day = rows["hour"] // 24 == midnight // 24
    assert day.sum() > 20
    assert (fresh["past"][day] == rows["past"][day]).all()
    assert (fresh["past"] != rows["past"]).any()  # of the days after
    for step in (-1, 1):  # the leaks
        moved = np.roll(fresh["cars"], step) != np.roll(rows["cars"], step)
        assert moved[day].sum() > 20


def test_a_known_number_has_another_border_than_a_forecast():
    reason(
        "36-forecasting-case",
        "So if 4,600 cars are forecast, the mean jam can cost more than 500"
        " dollars, though a jam of 100 cars costs 250.",
    )
    left = names()
    cost = left["bill_of"](np.zeros(1), np.array([4600.0]))
    assert cost.item() == 250
    said = left["year_said"]["linear, hour of week"]
    near = left["light"] & (np.abs(said - 4650) < 50)
    jam = 2.5 * np.maximum(left["cars"][left["whole"]][near] - 4500, 0)
    assert near.sum() > 200
    assert jam.mean() > 500


def test_the_lower_border_is_cheaper_over_the_year():
    reason(
        "36-forecasting-case",
        "Over the year each of the five is cheaper with the lower border.",
    )
    left = names()
    for name, bill in left["lowered"].items():
        assert bill.mean() < left["year_bills"][name].mean() - 5
    table, linear, nets = (
        left["lowered"][name]
        for name in (
            "table of medians",
            "linear, hour of week",
            "five networks",
        )
    )
    over = left["gap"](table, linear, left["week_of"])
    whole = left["gap"](
        left["year_bills"]["table of medians"],
        left["year_bills"]["linear, hour of week"],
        left["week_of"],
    )
    assert over.low > 0
    assert over.mean < whole.mean
    assert left["gap"](linear, nets, left["week_of"]).tie


def test_the_saving_rests_on_the_assumed_numbers():
    reason(
        "36-forecasting-case",
        "The saving is above 0 in eight of nine rows, its interval in three.",
    )
    savings = names()["year_savings"]
    assert sum(one.mean > 0 for one in savings) == 8
    assert sum(one.low > 0 for one in savings) == 3
    assert max(one.low for one in savings[6:]) < 0


def test_with_more_days_networks_pass_the_trees_on_the_road():
    reason(
        "36-forecasting-case",
        "trees lead at 90 and 180 days, at 360 they are level, and with all"
        " days networks lead, 184 to 193, trained on the error that judges.",
    )
    road = names()["on_road"]
    gaps = [
        np.median(road[f"windows network {days}"])
        - np.median(road[f"windows trees {days}"])
        for days in (90, 180, 360)
    ]
    assert min(gaps[:2]) > 20
    assert abs(gaps[2]) < 3
    whole = [np.median(errors("on_road", k)) for k in ("network", "trees")]
    assert np.round(whole).tolist() == [184, 193]
