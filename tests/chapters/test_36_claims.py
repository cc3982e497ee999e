"""Numbers that the page of chapter 36 states, and what their runs repeat."""

import os

import numpy as np
import pytest

from claims import claim
from nnfs_code.capstones import DATASETS
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
    of = claim("36-forecasting-case", "I leave all six in, of {} hours.")
    assert (names()["days"] < 500).sum() == 3
    assert names()["days"].size == of


def test_the_gap_of_ridge_by_the_deadline():
    lost, between = claim(
        "36-forecasting-case",
        "The earlier deadline costs ridge {}. The gap between ridge and the"
        " worst network on changes was {}.",
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
    assert plain == pytest.approx(rule, abs=0.05)
    assert plain - paid["clerk"] == pytest.approx(reserve, abs=0.05)
    both = claim("36-forecasting-case", "Ridge with a reserve costs {}.")
    assert paid["reserve"] == pytest.approx(both, abs=0.05)
    saved = claim(
        "36-forecasting-case", "ridge regression saves {} euros per client"
    )
    assert paid["clerk"] - paid["reserve"] == pytest.approx(saved, abs=0.05)


def test_what_ridge_saves_over_the_clerk():
    saved, level, low, high = claim(
        "36-forecasting-case",
        "Ridge saves about {} euros a day over the clerk, with an interval of"
        " {} % from {} to {}. In one of the six spans",
    )
    left = names()
    less = left["paired_bootstrap"](
        left["euros"](left["clerk"]),
        left["euros"](left["reserve"]),
        rng=np.random.default_rng(0),
        level=level / 100,
        groups=left["weeks"],
    )
    np.testing.assert_allclose(less, [saved, low, high], atol=0.06)
    assert (left["saved"] < 0).sum() == 1


def of_both_half_years():
    """Return what ridge saves over two rules, a row for each half year."""
    left = names()
    n, targets, yesterday = (left[k] for k in ("n", "targets", "yesterday"))
    origins = left["rolling_origin"](n - 180, n - 720, 60)
    ridge = left["ridge_from"](left["points"], yesterday, origins)
    day, saved = np.arange(n) % 7, []
    for end in (n - 180, n):
        now, then = slice(end - 180, end), slice(end - 540, end - 180)
        was = targets[then] - yesterday[then]
        of_days = [np.quantile(was[day[then] == k], 0.75, 0) for k in range(7)]
        wrong = (targets[n - 720 : n - 360] - ridge[:360], left["before"])
        said = (ridge[360:], left["ridge"])
        which = int(end == n)
        orders = (
            yesterday[now] + np.quantile(was, 0.75, 0),
            yesterday[now] + np.array(of_days)[day[now]],
            said[which] + np.quantile(wrong[which], 0.75, 0),
        )
        bills = [
            left["order_cost"](order, targets[now]).sum(axis=1) / 4
            for order in orders
        ]
        saved.append([bill - bills[2] for bill in bills[:2]])
    return np.array(saved)


def test_what_ridge_saves_over_a_clerk_who_knows_the_weekday():
    saved = of_both_half_years()
    half = claim("36-forecasting-case", "and ridge saves {} over it")
    box = claim("36-forecasting-case", "it saves {}, and in the")
    first, second, both = claim(
        "36-forecasting-case",
        "In the half year before, ridge saved {} over the first rule and {}"
        " over the second. In both half years together it saves {} over the"
        " second, and its interval begins at about 0.",
    )
    left, means = names(), saved.mean(axis=2)
    paid = claim("36-forecasting-case", "That costs {} euros, and ridge saves")
    weekly = left["euros"](left["weekly"])
    assert weekly.mean() == pytest.approx(paid, abs=0.05)
    here = weekly - left["euros"](left["reserve"])
    np.testing.assert_allclose(here, saved[1, 1])
    stated = [[first, second], [means[1, 0], half]]
    np.testing.assert_allclose(means, stated, atol=0.05)
    assert half == box
    assert means[:, 1].mean() == pytest.approx(both, abs=0.05)
    for days, groups in ((saved[:, 1].ravel(), 360), (saved[1, 1], 180)):
        apart = left["paired_bootstrap"](
            days,
            np.zeros(groups),
            rng=np.random.default_rng(0),
            groups=np.arange(groups) // 7,
        )
        low = min(abs(apart.low), abs(apart.high))
        assert low < 0.15
    *same, one, other = claim(
        "notebooks/36-decision-electricity",
        "In the half year before, the linear model saved {} euros a day over"
        " the first rule, and {} over the rule by weekday. For both half years"
        " together that makes about {} euros and {}.",
    )
    assert same == [first, second]
    years = 365 * 321 * means.mean(axis=0)
    np.testing.assert_allclose(years, [one, other], rtol=0.05)
    # "The weekday takes the rule about half of the way to ridge."
    assert 1 - means[1, 1] / means[1, 0] == pytest.approx(0.48, abs=0.04)


def test_the_weekday_is_not_half_of_what_ridge_saves():
    """Without it, and without the loads of a week ago, most is left."""
    left = names()
    year = left["rolling_origin"](left["n"] - 180, left["n"] - 540, 60)
    past = left["targets"][-540:-180]
    blind = np.delete(left["points"], slice(48, 79), axis=1)
    saved = []
    for points in (left["points"], blind):
        said, before = (
            left["ridge_from"](points, left["yesterday"], splits)
            for splits in (left["origins"], year)
        )
        order = left["with_reserve"](said, past - before)
        bills = [left["euros"](one).mean() for one in (left["clerk"], order)]
        saved.append(bills[0] - bills[1])
    assert 0.65 < saved[1] / saved[0] < 0.8


def test_an_order_at_eleven():
    missed = claim("36-forecasting-case", "With eleven ridge misses {}.")
    left = names()
    rows = left["day_rows"](left["days"], known=11)[0]
    known, before = left["yesterday"][:, :11], left["day_before"][:, 11:]
    start = np.concatenate([known, before], axis=1)
    found = left["error"](left["ridge_from"](rows, start, left["origins"]))
    assert found == pytest.approx(missed, abs=0.5)


def test_a_day_of_a_client():
    hours = claim("36-forecasting-case", "On a day of {} kilowatt-hours ridge")
    assert 6 * names()["truth"].mean() == pytest.approx(hours, abs=100)


def test_the_loss_makes_more_than_the_lead_over_the_trees():
    cars = claim("36-forecasting-case", "the loss makes {} cars, more than a")
    ridge, linear, network, trees = (
        np.median(errors("on_road", name))
        for name in ("ridge, week", "linear", "network", "trees")
    )
    assert ridge - linear == pytest.approx(cars, abs=0.5)
    assert 0 < trees - network < cars - 3


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
    perfect, work, open_, prize, nets, ridge = claim(
        "36-forecasting-case",
        "would still pay {} dollars a day: {} for the {} of 100 hours by day"
        " in which the lane stays open, and the rest for jams that are worth"
        " it. So the prize is the distance to that, {}"
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
    assert 14 * left["SAVED"] * full == pytest.approx(work, abs=1)


def test_what_the_columns_make_up():
    between, columns = claim(
        "36-forecasting-case",
        "the first ridge and the network are {} cars, and the columns alone"
        " account for {} of them.",
    )
    ridge = errors("on_road", "ridge")[0]
    network = np.median(errors("on_road", "network"))
    wide = errors("on_road", "ridge, week")[0]
    assert ridge - network == pytest.approx(between, abs=0.5)
    assert ridge - wide == pytest.approx(columns, abs=0.5)


def test_the_saving_over_a_year():
    saved = claim(
        "36-forecasting-case", "Either saves about {} dollars per day of work"
    )
    year, days, one, five = claim(
        "36-forecasting-case",
        "about {} a year if there are {} such days, spread over the whole"
        " week. Of that a linear model takes {}, and five networks {}.",
    )
    few = claim("36-forecasting-case", "With {} days of work a year in place")
    assert year == days * saved
    assert few * (saved + 10) < one < five < year
    bills = names()["year_bills"]
    for name in ("linear, hour of week", "five networks"):
        less = bills["table of medians"].mean() - bills[name].mean()
        assert less == pytest.approx(saved, abs=10)


def test_from_monday_to_friday():
    saved, low, high, nets, least, most = claim(
        "36-forecasting-case",
        "Two thirds of what the linear model saves come from Saturdays and"
        " Sundays. From Monday to Friday alone it saves {} dollars a day,"
        " with an interval from {} to {}, and the networks {}, from {} to {}.",
    )
    days, border, lower = claim(
        "36-forecasting-case",
        "With {} days from Monday to Friday, and the border at {}, not yet"
        " for the linear model and no-go for the other two. With {} the"
        " linear model is on the edge.",
    )
    left = names()
    bills, table = left["year_bills"], left["year_bills"]["table of medians"]
    work = left["slot"][left["whole"]][left["light"]] < 5 * 24
    for name, found in (
        ("linear, hour of week", (saved, low, high)),
        ("five networks", (nets, least, most)),
    ):
        less = left["gap"](
            table[work], bills[name][work], left["week_of"][work]
        )
        assert list(less) == pytest.approx(found, abs=0.6)
    less = table - bills["linear, hour of week"]
    assert less[~work].sum() / less.sum() == pytest.approx(2 / 3, abs=0.03)
    assert 2 * less[work].mean() == pytest.approx(less.mean(), abs=10)
    trees = (table - bills["five trees"])[work].mean()
    assert days * trees < 5_000 < days * saved
    assert low < 0
    assert days * nets < 10_000
    table_then, linear_then = (
        left["of_year"](name, lower=border - lower)[work]
        for name in ("table of medians", "linear, hour of week")
    )
    edge = left["gap"](table_then, linear_then, left["week_of"][work])
    assert -10 < edge.low < 10
    perfect = left["bill_of"](*[left["cars"][left["whole"]]] * 2)
    prize = (table - 14 * perfect[left["light"]])[work].mean()
    assert days * prize > 2 * 5_000


def test_one_single_network_of_ten_is_no_tie():
    zero = claim(
        "36-forecasting-case",
        "All four intervals contain {}. (Of the other eight single networks"
        " one interval lies above it.)",
    )
    left, ties = names(), []
    for name in ("changes", "residuals"):
        for one in left["runs"][f"network, {name}"].astype(float):
            apart = left["paired_bootstrap"](
                left["per_day"](one),
                left["per_day"](left["ridge"]),
                rng=np.random.default_rng(0),
                groups=left["weeks"],
            )
            ties.append(apart.tie)
            assert apart.high > zero
    assert [ties[0], ties[5], sum(ties)] == [True, True, 9]


def test_trees_have_enough_with_a_year():
    days = claim(
        "36-forecasting-case", "the trees hardly beyond {}. Between ridge"
    )
    year = np.median(names()["on_road"][f"windows trees {days:.0f}"])
    assert abs(year - np.median(errors("on_road", "trees"))) < 1


def test_the_hour_of_two_hours_that_judges():
    most = claim(
        "36-forecasting-case", "It adds less than {} to each mean error below"
    )
    left, kept = names(), np.ones((180, 24), bool)
    assert left["days"][-67, 1] > 1.8 * left["days"][-68, 1]
    kept[[113, 114], 1] = False  # 26 October, and the day after
    said = {
        "yesterday": left["yesterday"][-180:],
        "ridge": left["ridge"],
        "loads": left["loads"],
        "trees": left["runs"]["trees"][0],
    }
    for name in ("loads", "changes", "hours", "residuals"):
        said[f"network, {name}"] = left["runs"][f"network, {name}"].mean(0)
    gaps = {name: np.abs(one - left["truth"]) for name, one in said.items()}
    whole = {name: gap.mean() for name, gap in gaps.items()}
    without = {name: gap[kept].mean() for name, gap in gaps.items()}
    assert all(0 < whole[name] - without[name] < most for name in gaps)
    assert sorted(gaps, key=whole.get) == sorted(gaps, key=without.get)


def test_the_score_of_the_quantile_networks():
    first, low, high = claim(
        "36-forecasting-case",
        "the quantile networks have the lowest, {} (this is the first of five"
        " seeds; all five lie from {} to {}).",
    )
    left, scores = names(), []
    for bottom, top in zip(
        left["runs"]["network, quantile 0.1"],
        left["runs"]["network, quantile 0.9"],
        strict=True,
    ):
        ends = np.sort(np.stack([bottom, top]).astype(float), axis=0)
        found = left["coverage"](*ends, left["truth"], 0.8)
        scores.append(found.score)
    found = [scores[0], min(scores), max(scores)]
    np.testing.assert_allclose(found, [first, low, high], atol=0.6)
    outside = [
        top
        - bottom
        + 10 * np.maximum(bottom - left["truth"], 0)
        + 10 * np.maximum(left["truth"] - top, 0)
        for bottom, top in (
            left["intervals"]["errors on what it learnt"],
            left["intervals"]["quantile networks"],
        )
    ]
    assert left["paired_bootstrap"](
        *(score.mean(axis=1) for score in outside),
        rng=np.random.default_rng(0),
        groups=left["weeks"],
    ).tie


def test_mondays_at_seven():
    said, came = claim(
        "36-forecasting-case",
        "for Mondays at 7 it says {} on average, where {} came.",
    )
    left = names()
    seven = left["slot"][left["judged"]] == 7
    ridge = left["on_road"]["ridge"][0][seven].astype(float)
    assert ridge.mean() == pytest.approx(said, abs=1)
    assert left["answer"][seven].mean() == pytest.approx(came, abs=1)


def test_the_lead_that_shrank():
    half, year = claim(
        "36-forecasting-case",
        "The lead over the linear model, {} dollars, shrank to {}.",
    )
    left = names()
    linear = left["plans"]["linear, hour of week"]
    assert left["bill_gap"](linear, left["nets"]).mean == pytest.approx(
        half, abs=0.5
    )
    bills = left["year_bills"]
    less = bills["linear, hour of week"].mean() - bills["five networks"].mean()
    assert less == pytest.approx(year, abs=0.5)
    over = left["gap"](
        bills["table of medians"], bills["five networks"], left["week_of"]
    )
    assert over.low > 0


def test_the_promise_by_months():
    low, high, first, most, later, latest = claim(
        "36-forecasting-case",
        "of each of five seeds hold {} to {} %. By months they do not: {} to"
        " {} % in the first 30 days, {} to {} % in the fifth.",
    )
    left, spans = names(), []
    for bottom, top in zip(
        left["on_road"]["network, quantile 0.1"],
        left["on_road"]["network, quantile 0.9"],
        strict=True,
    ):
        ends = np.sort(np.stack([bottom, top]), axis=0)
        held = (ends[0] <= left["answer"]) & (left["answer"] <= ends[1])
        spans.append(np.bincount(left["span"], held))
    shares = 100 * np.array(spans) / np.bincount(left["span"])
    whole = 100 * np.array(left["kept"])
    found = [np.min(whole), np.max(whole)]
    for month in (0, 4):
        found += [shares[:, month].min(), shares[:, month].max()]
    stated = [low, high, first, most, later, latest]
    np.testing.assert_allclose(found, stated, atol=0.6)


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
