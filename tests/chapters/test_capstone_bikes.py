"""The capstone on bikes: its table, and what the solution says of it."""

import gzip
import hashlib
import importlib.util
import re

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from claims import ROOT, claim
from reasons import reason
from test_notebook_claims import full, ran

SLUG = "23-capstone-bikes"
FOLDER = ROOT / "resources" / "datasets"


@pytest.fixture(scope="module")
def names():
    return ran(SLUG)[0]


@pytest.fixture(scope="module")
def printed():
    return ran(SLUG)[1]


def numbers(printed, row):
    """Return the numbers after a name at the beginning of a line."""
    line = re.search(rf"^{re.escape(row)}(.*)$", printed, re.M)
    return [float(n) for n in re.findall(r"\d+\.\d+", line[1])]


def maker():
    path = FOLDER / "bikes_by_hour.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_the_one_that_was_made():
    text = gzip.decompress((FOLDER / "bikes-by-hour.csv.gz").read_bytes())
    lines = text.decode("ascii").splitlines()
    assert lines[0].split(",") == list(maker().COLUMNS)
    stated = claim("resources/datasets", "{} hours of 2011 with")
    assert len(lines) - 1 == stated
    assert hashlib.sha256(text).hexdigest().startswith("03efd7c87cebdd82")


def test_the_maker_keeps_the_columns_and_numbers_the_weather():
    row = dict.fromkeys(maker().COLUMNS.values(), "7")
    row |= {"weathersit": "light rain/snow", "casual": "3"}
    [made] = maker().rows([row])
    assert made == ["7"] * 5 + ["2"] + ["7"] * 4


def test_one_more_pays_up_to_the_quantile(names):
    least = claim("notebooks/23-capstone-bikes", "$1 / (1 + 3) = {}$")
    needed = names["hires"][names["month"] == 6]
    levels = np.linspace(0.5, 0.95, 46)
    costs = [names["cost"](np.quantile(needed, q), needed) for q in levels]
    assert levels[np.argmin(costs)] == pytest.approx(1 - least, abs=0.02)


def test_the_quantile_of_the_roots_is_the_root_of_the_quantile(names):
    reason(
        "notebooks/23-capstone-bikes",
        "the quantile of the roots is the root of the quantile, since a root "
        "keeps the order.",
    )
    some = names["hires"][:1001]
    of_roots = np.quantile(np.sqrt(some), 0.75) ** 2
    assert of_roots == pytest.approx(np.quantile(some, 0.75))
    assert np.sqrt(some).mean() ** 2 < 0.9 * some.mean()  # not for a mean


def test_by_the_mean_the_same_table_costs_more(printed):
    by_mean, by_quantile = claim(
        "notebooks/23-capstone-bikes", "costs more: {} instead of {}."
    )
    assert numbers(printed, "four weeks, mean")[0] == pytest.approx(
        by_mean, abs=0.5
    )
    found = numbers(printed, "four weeks, quantile")[0]
    assert found == pytest.approx(by_quantile, abs=0.5)


def test_with_each_idea_the_middle_one_gets_better(names):
    tried = names["tried"]
    for hidden in (0, 32):
        costs = [np.median(tried[hidden, name]) for name in names["choices"]]
        assert costs[0] > costs[1] > costs[2]


def test_the_verdict(names):
    cost, needed = names["cost"], names["needed"]
    costs = {k: cost(v, needed) for k, v in names["results"].items()}
    table, error = claim(
        "notebooks/23-capstone-bikes",
        "The networks were cheaper by {}, with a standard error of {}:",
    )
    by_weeks = claim(
        "notebooks/23-capstone-bikes", "counts is that of the weeks, {}."
    )
    assert by_weeks == error
    stated = claim("notebooks/23-capstone-bikes", "it cost {} an hour,")
    assert costs["four weeks, quantile"] == pytest.approx(stated, abs=0.05)
    assert names["gap"] == pytest.approx(table, abs=1)
    assert names["gap_error"] == pytest.approx(error, abs=0.3)
    assert abs(names["gap"]) < names["gap_error"]
    days = names["apart"]
    alike = claim("notebooks/23-capstone-bikes", "have a correlation of {}.)")
    found = np.corrcoef(days[1:], days[:-1])[0, 1]
    assert found == pytest.approx(alike, abs=0.06)
    assert names["gap_error"] > np.std(days) / np.sqrt(len(days)) + 0.3
    every, daily = claim(
        "notebooks/23-capstone-bikes", "(in July and August {} instead of {})"
    )
    for name, cost_stated in (
        ("table, quantile", every),
        ("four weeks, quantile", daily),
    ):
        found = names["judged"](names["simple"][name], names["CHOOSE"])
        assert found == pytest.approx(cost_stated, abs=0.5)


def test_the_networks_are_cheaper_only_in_the_rain(names):
    cost, needed, weather = names["cost"], names["needed"], names["weather"]
    table, nets = (
        names["results"][k] for k in ("four weeks, quantile", "five averaged")
    )
    rain = weather == 2
    assert 1 / rain.mean() == pytest.approx(9, abs=0.5)  # "one in nine"
    for kind in range(3):
        at = weather == kind
        nets_win = cost(nets[at], needed[at]) < cost(table[at], needed[at])
        assert nets_win == (kind == 2)
    stated = claim(
        "notebooks/23-capstone-bikes",
        "it has {} bikes ready, where {} are hired; the networks have {}.",
    )
    found = [some[rain].mean() for some in (table, needed, nets)]
    assert found == pytest.approx(stated, abs=6)


def test_at_7_and_8_the_table_is_cheaper_by_most(names):
    first, last, *peak = claim(
        "notebooks/23-capstone-bikes",
        "From {} to {} the table is cheaper, by most at {} and {},",
    )
    hours = names["hour"][names["rows"]]
    saved = [
        names["cost"](names["results"]["five averaged"][at], needed)
        - names["cost"](names["results"]["four weeks, quantile"][at], needed)
        for at in (hours == hour for hour in range(24))
        for needed in [names["needed"][at]]
    ]
    assert min(saved[int(first) : int(last) + 1]) > 0
    assert set(np.argsort(saved)[-2:]) == set(peak)


def test_all_curves_have_their_peaks_at_the_hours_named(names):
    reason("notebooks/23-capstone-bikes", "Both are dearest at 17 and 18.")
    source = (ROOT / "docs" / "notebooks" / f"{SLUG}.py").read_text("utf-8")
    assert "are lowest at 4, have a peak at 8 and a" in source
    hours = names["hour"][names["rows"]]
    for ready in names["results"].values():
        by = [
            names["cost"](ready[hours == h], names["needed"][hours == h])
            for h in range(24)
        ]
        assert np.argmin(by) == 4
        assert by[7] < by[8] > by[9]
        assert by[8] < by[17] == max(by)
        assert set(np.argsort(by)[-2:]) == {17, 18}


@pytest.mark.parametrize("lacking", ["weather", "level"])
def test_without_weather_or_level_the_networks_cost_more_than_the_table(
    names, lacking
):
    reason("notebooks/23-capstone-bikes", "both more than the table.")
    weather, level = claim(
        "notebooks/23-capstone-bikes",
        "lack the weather cost {}, and five that lack the level {}:",
    )
    calendar, air, lags = (names[k] for k in ("calendar", "air", "lags"))
    # The last part of the calendar is the weather's class.
    columns, stated = {
        "weather": ([*calendar[:-1], lags], weather),
        "level": ([*calendar, air, lags[:, 1:]], level),
    }[lacking]
    inputs = np.concatenate(columns, axis=1)
    without = names["several"](inputs, 32, names["VERDICT"], 5)
    found = names["cost"](np.mean(without, axis=0), names["needed"])
    costs = [names["cost"](one, names["needed"]) for one in without]
    assert found == pytest.approx(stated, abs=2)
    table = names["results"]["four weeks, quantile"]
    averaged = names["results"]["five averaged"]
    assert names["cost"](averaged, names["needed"]) < found
    assert names["cost"](table, names["needed"]) < min(costs)


def test_a_month_will_not_tell(names):
    days, least = claim(
        "notebooks/23-capstone-bikes",
        "the mean difference of {} days has a standard error of {} or more",
    )
    gain = claim(
        "notebooks/23-capstone-bikes", "the trees were cheaper by {}."
    )
    table = claim("notebooks/23-capstone-bikes", "it cost {} an hour,")
    trees = claim(
        "notebooks/23-capstone-bikes", "they cost {} in the verdict."
    )
    assert gain == pytest.approx(table - trees)
    error = np.std(names["apart"]) / np.sqrt(days)  # as if independent
    assert least <= error


def test_the_promise_is_broken(names):
    promised, kept = claim(
        "notebooks/23-capstone-bikes",
        "be enough in {} of the hours, and are in {}.",
    )
    assert promised == names["LEVEL"]
    ready = names["results"]["five averaged"]
    assert (names["needed"] <= ready).mean() == pytest.approx(kept, abs=0.03)


def boosted(names, inputs):
    """Return the cost of boosted trees in the months of choice and verdict."""
    raw = names["raw"]
    known = [raw[k] for k in raw if k not in ("day", "hires")]
    columns = np.stack([*known, *inputs], axis=1)

    def decide(past, now):
        trees = HistGradientBoostingRegressor(
            loss="quantile", quantile=0.75, random_state=0
        )
        trees.fit(columns[past], names["hires"][past])
        return trees.predict(columns[now])

    return lambda months: names["judged"](decide, months)


def test_boosted_trees_cost_what_the_solution_says(names):
    stated = claim(
        "notebooks/23-capstone-bikes", "they cost {} in the verdict."
    )
    found = boosted(names, [names["level"]])(names["VERDICT"])
    assert found == pytest.approx(stated, abs=0.5)


@full
def test_july_and_august_prefer_the_set_that_is_named(names):
    level, week_ago = names["level"], names["week_ago"]
    costs = [
        boosted(names, inputs)(names["CHOOSE"])
        for inputs in ([level, week_ago], [level], [names["raw"]["day"]])
    ]
    assert np.argmin(costs) == 1
