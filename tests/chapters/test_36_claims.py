"""Numbers that the page of chapter 36 states, and what their runs repeat."""

import os

import numpy as np
import pytest

from claims import claim
from nnfs_code.cases import DATASETS
from script_36 import case, errors, names, runs

FULL = bool(os.environ.get("FULL"))
FACTS = {
    "The border is at $2 / (6 + 2) = 0.25$": "exercise 1, by hand",
}


def test_two_orders():
    more, less = claim(
        "36-forecasting-case",
        "that costs {} cents. Order 100, and 90 are needed: {} cents.",
    )
    cost = names()["order_cost"]
    found = cost(np.full(2, 100.0), np.array([110.0, 90.0]))
    np.testing.assert_allclose(100 * found, [more, less])


def test_hours_of_the_clocks():
    of = claim("36-forecasting-case", "A model meets three of {} such hours")
    assert (names()["days"] < 500).sum() == 3
    assert names()["days"].size == of


def test_the_gap_of_ridge_by_the_deadline():
    lost, between = claim(
        "36-forecasting-case",
        "Ridge loses {} by the earlier deadline. Between ridge and the worst"
        " network on changes there were {}.",
    )
    left = names()
    ridge = left["error"](left["ridge"])
    assert left["error"](left["at_noon"]) - ridge == pytest.approx(lost, abs=1)
    worst = errors("runs", "network, changes").max()
    assert worst - ridge == pytest.approx(between, abs=0.5)


def test_the_bill_of_the_clerk_and_of_ridge():
    rule, reserve = claim(
        "36-forecasting-case",
        "costs {} euros per day and client. To add a reserve saves {} of",
    )
    left = names()
    paid = {
        name: left["euros"](left[name]).mean() for name in ("clerk", "reserve")
    }
    plain = left["euros"](left["yesterday"][-180:]).mean()
    assert plain == pytest.approx(rule, abs=0.5)
    assert plain - paid["clerk"] == pytest.approx(reserve, abs=0.5)
    both = claim("36-forecasting-case", "Ridge with a reserve costs {}.")
    assert paid["reserve"] == pytest.approx(both, abs=0.5)
    saved = claim(
        "36-forecasting-case", "saves {} euros per day and client over a"
    )
    assert paid["clerk"] - paid["reserve"] == pytest.approx(saved, abs=0.5)


def test_hours_in_which_the_order_was_too_low():
    short, asked = claim(
        "36-forecasting-case",
        "above the order in {} % of the hours, where {} % were asked for.",
    )
    left = names()
    share = (left["truth"] > left["reserve"]).mean()
    assert 100 * share == pytest.approx(short, abs=0.5)
    assert asked == 100 * left["OVER"] / (left["SHORT"] + left["OVER"])


def test_the_limit_of_a_lane():
    limit = claim(
        "36-forecasting-case",
        "wrong side of {} cars.",
    )
    left = names()
    assert limit == left["LIMIT"] + left["SAVED"] / left["PER_CAR"]


def test_the_prize_and_what_is_saved_of_it():
    perfect, open_, prize, nets, ridge = claim(
        "36-forecasting-case",
        "would still pay {} dollars a day, since in {} of 100 hours by day the"
        " lane stays open even then. So the prize is the distance to that, {}"
        " dollars from the clerk's table. Of them the mean of five networks"
        " saves {}, and ridge {}.",
    )
    left = names()
    bill = {
        name: 14 * left["dollars"](said).mean()
        for name, said in left["plans"].items()
    }
    table = bill["table of medians"]
    assert bill["knowing all"] == pytest.approx(perfect, abs=1)
    assert table - bill["knowing all"] == pytest.approx(prize, abs=1)
    assert table - bill["mean of five networks"] == pytest.approx(nets, abs=1)
    assert table - bill["ridge, hour of week"] == pytest.approx(ridge, abs=1)
    full = (left["answer"] >= 4700)[left["by_day"]].mean()
    assert 100 * full == pytest.approx(open_, abs=0.5)


def test_what_the_columns_make_up():
    between, columns = claim(
        "36-forecasting-case",
        "the first ridge and the network are {} cars, and the columns alone"
        " make up {} of them.",
    )
    ridge = errors("on_road", "ridge")[0]
    network = np.median(errors("on_road", "network"))
    wide = errors("on_road", "ridge, week")[0]
    assert ridge - network == pytest.approx(between, abs=0.5)
    assert ridge - wide == pytest.approx(columns, abs=0.5)


def test_the_saving_over_a_year():
    saved = claim(
        "36-forecasting-case", "Either saves about {} dollars a day over"
    )
    bills = names()["year_bills"]
    for name in ("linear, hour of week", "five networks"):
        less = bills["table of medians"].mean() - bills[name].mean()
        assert less == pytest.approx(saved, abs=10)


def test_loads_are_worse_than_ridge_by_a_fifth():
    left = names()
    middle = np.median(errors("runs", "network, loads"))
    assert middle / left["error"](left["ridge"]) == pytest.approx(
        1.2, abs=0.03
    )


def test_no_interval_for_electricity_keeps_its_promise():
    left = names()
    shares = {
        name: left["coverage"](low, high, left["truth"], 0.8).share
        for name, (low, high) in left["intervals"].items()
    }
    assert max(shares.values()) < 0.77
    assert min(shares, key=shares.get) == "forecasts, half a year"


def test_the_sample_of_runs_is_small_and_dated():
    for name in ("electricity", "traffic"):
        path = DATASETS / f"{name}-runs.npz"
        assert path.stat().st_size <= 400_000
        with np.load(path, allow_pickle=False) as arrays:
            assert '"made": "2026-11-27"' in str(arrays["about"])


def test_a_network_on_electricity_is_made_again():
    one = case("Electricity")
    said = runs().rolled(one.changes, one.test, 0)
    again = names()["error"](said)
    assert again == pytest.approx(
        errors("runs", "network, changes")[0], rel=0.03
    )


def test_ridge_on_the_road_is_made_again():
    road = case("Traffic")
    splits = road.splits(road.end)
    said = runs().rolled(road.ridge("calendar, past"), splits, 0)
    again = names()["missed"](said)
    assert again == pytest.approx(errors("on_road", "ridge")[0], rel=0.005)


@pytest.mark.skipif(not FULL, reason="minutes: FULL=1")
@pytest.mark.parametrize("kind", ["Electricity", "Traffic"])
def test_all_runs_are_made_again(kind):
    pytest.importorskip("sklearn")
    stored = names()["runs" if kind == "Electricity" else "on_road"]
    truth = names()["truth" if kind == "Electricity" else "answer"]
    for name, run in case(kind).runs().items():
        fresh = np.asarray(run(), np.float64)
        old = stored[name].astype(float)
        assert fresh.shape == old.shape, name
        if fresh.ndim > 1 and not name.endswith("earlier"):
            fresh, old = (np.abs(k - truth).mean() for k in (fresh, old))
        else:
            fresh, old = fresh.mean(), old.mean()
        assert fresh == pytest.approx(old, rel=0.05), name
