"""Chapter 37: solutions, stored files, and what can be made again."""

import csv
import json
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from claims import ROOT, claim
from nnfs_code.calibration import brier_score
from nnfs_code.experiments import sample_size
from nnfs_code.release import Shelf, publish
from script_37 import script
from scripted import maker

DATASETS = ROOT / "resources" / "datasets"


def test_exercise_1_by_hand():
    said = np.array([0.8, 0.3])
    assert brier_score(said, np.array([1, 1])) == pytest.approx(0.265)
    rows = np.stack([1 - said, said], axis=1)
    assert brier_score(rows, np.array([1, 1])) == pytest.approx(0.53)


def test_exercise_2_a_look_is_worth_most_at_the_limit():
    chances = np.linspace(0, 1, 601)
    worth = np.minimum(5 * chances, 1 - chances)
    assert chances[worth.argmax()] == pytest.approx(1 / 6)
    assert worth.max() == pytest.approx(5 / 6)


def test_exercise_3_half_the_difference_takes_four_times_as_many():
    sizes = [sample_size(0.3, other) for other in (0.34, 0.32, 0.31)]
    ratios = [b / a for a, b in pairwise(sizes)]
    assert ratios == pytest.approx([4, 4], rel=0.02)


def test_exercise_4_a_season_says_too_much_to_all():
    names = script()
    fixed, yes, now = names["fixed"], names["yes"], names["now"]
    recent = names["recent"][now]
    for group in (recent, ~recent):
        assert fixed[group].mean() > yes[group].mean() + 0.04
        shifted = names["ours"][group].mean()
        assert shifted == pytest.approx(yes[group].mean(), abs=0.03)


def test_exercise_4_columns_that_nine_months_do_not_cut_short():
    stated = claim(
        "37-from-score-to-decision", "do not cut short, it says {}.)"
    )
    names = script()
    short = ("recency", "orders_30", "orders_90", "orders_180")
    at = [names["names"].index(name) for name in short]
    wider = names["wider"][:, [*at, -1]]
    more, now = names["more"], names["now"]
    model, scale = names["neuron"](wider[more], names["bought"][more])
    said = model.predict(scale.transform(wider[now])).mean()
    assert said == pytest.approx(stated, abs=5e-3)
    assert said < names["fixed"].mean() - 0.04


def test_exercise_5_the_other_version_goes_on(tmp_path):
    names = script()
    publish(tmp_path, names["stays"], names["card"])
    newer = replace(names["card"], version="newer")
    publish(tmp_path, names["stays"], newer)
    shelf = Shelf(tmp_path)
    shelf.switch("newer")
    (tmp_path / "2011-09-a.npz").write_bytes(b"not a model")
    with pytest.raises(ValueError, match="as it was published"):
        shelf.switch("2011-09-a")
    assert shelf.release().card.version == "newer"


def test_weeks_are_counted_as_the_script_counts(monkeypatch):
    monkeypatch.syspath_prepend(DATASETS)
    weeks = maker("retail_weeks")
    cut, line = weeks.CUTS[201109], weeks.Line
    before = line(cut - 3, "a", "p", 5.0, False)
    customers = {
        1: [before, line(cut, "b", "p", 5.0, False)],  # on the first day
        2: [before, line(cut + 7, "b", "p", 5.0, False)],  # in week two
        3: [before, line(cut + 8, "b", "p", -5.0, False)],  # a cancellation
        4: [line(cut + 1, "b", "p", 5.0, False)],  # nobody yet
        5: [before, line(cut + 90, "b", "p", 5.0, False)],  # too late
    }
    found = weeks.weeks_of(customers, cut)
    assert found == [1] + [2] * 12


def test_the_last_week_is_that_of_the_table_of_customers():
    stored = json.loads((DATASETS / "retail-weeks.json").read_text("ascii"))
    names = script()
    for month, counts in stored.items():
        at = names["cut"] == int(month)
        assert counts[-1] == names["bought"][at].sum()
        assert counts == sorted(counts)
        assert len(counts) == 13


def test_the_costs_are_what_their_script_measures():
    """A few rows by its functions: same ways, no verdict by time."""
    measuring = maker("cost_of_running")
    stored = json.loads((DATASETS / "cost-of-running.json").read_text("ascii"))
    model = measuring.model(measuring.SIZES["network"])
    assert model.predict(measuring.ROWS[:5]).shape == (5, 1)
    once = measuring.seconds(lambda: model.predict(measuring.ROWS), 1)
    assert 0 <= once < math.inf
    ways = set(stored["network"])
    assert ways == set(stored["one neuron"]) > set(stored["trees"])
    source = (DATASETS / "cost_of_running.py").read_text("utf-8")
    assert all(f'"{way}"' in source for way in ways)


def test_the_file_of_the_page_can_be_read_by_others():
    lines = script()["answers_text"].splitlines()
    rows = list(csv.DictReader(lines))
    assert [row["decision"] for row in rows] == ["no", "yes"]
