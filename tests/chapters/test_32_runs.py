"""The stored runs of chapter 32: whole, and some of them made again.

One fold of the cheap rungs in every run, all of them in a full one.
"""

import json
import os

import numpy as np
import pytest

from claims import claim
from nnfs_code.capstones import DATASETS
from nnfs_code.cases import stored
from script_32 import PAGE, made_by, names

RUNS = stored("credit-runs")
QUICK = ["account", "linear", "network"]
SLOW = [name for name in RUNS if "curve" not in name and name not in QUICK]


def about():
    with np.load(DATASETS / "credit-runs.npz") as arrays:
        return json.loads(str(arrays["about"]))


def test_they_are_those_of_this_script_and_this_day():
    assert about()["digest"] == made_by().digest()
    assert about()["date"] == "2026-11-27"
    assert set(names()["rungs"]) - {"sticker"} < set(RUNS)
    shapes = {RUNS[name].shape for name in [*QUICK, *SLOW]}
    assert shapes == {(5, 1000)}
    assert (DATASETS / "credit-runs.npz").stat().st_size < 400_000


def test_choosing_and_training_take_seconds():
    neurons = claim(
        "32-is-a-network-the-right-tool", "network | {} hidden neurons;"
    )
    assert neurons == 32
    assert max(about()["seconds"].values()) < 4  # "less than four seconds"


def made_again(name, fold):
    """Return what is stored for a fold, and what is said when run again."""
    script = made_by()
    points, predict = script.RUNGS[name]
    rest, out = script.DEALT[0][fold]
    said = predict(points[rest], script.BAD[rest], points[out], 0)
    return RUNS[name][0, out], said


@pytest.mark.parametrize("name", QUICK)
def test_a_fold_made_again_says_the_same(name):
    kept, said = made_again(name, 0)
    assert np.abs(kept - said).mean() < 0.01
    other = RUNS[name][0].mean()
    assert np.abs(kept - other).mean() > 0.05  # a constant would not pass


@pytest.mark.skipif(not os.environ.get("FULL"), reason="minutes")
@pytest.mark.parametrize("name", [*QUICK, *SLOW])
def test_all_folds_made_again_cost_the_same(name):
    if name == "trees":
        pytest.importorskip("sklearn")
    bad = names()["bad"]
    script = made_by()
    points, predict = script.RUNGS[name]
    said = script.held_out_of(points, predict, 0)
    costs = [
        np.where(one > 1 / 6, 1 - bad, 5 * bad).mean()
        for one in (said, RUNS[name][0])
    ]
    assert costs[0] == pytest.approx(costs[1], abs=0.02)
    assert PAGE


def test_a_point_of_the_curve_made_again():
    script = made_by()
    rest, out = script.DEALT[0][0]
    few = np.tile(np.random.default_rng(0).permutation(rest)[:100], 8)
    said = script.says(
        script.POINTS[few], script.BAD[few], script.POINTS[out], 0
    )
    kept = RUNS["curve, linear"][0, 1, out].astype(float)
    assert np.abs(kept - said).mean() < 0.01
