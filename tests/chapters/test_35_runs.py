"""The stored runs of chapter 35: whole, and a part of them made again."""

import os

import numpy as np
import pytest

from nnfs_code.cases import stored
from nnfs_code.metrics import roc_auc
from scripted import maker

FULL = bool(os.environ.get("FULL"))


def test_the_retail_runs_are_whole():
    runs, script = stored("retail-runs"), maker("retail_runs")
    rows = int((script.CUT == 201109).sum())
    assert {name: one.shape for name, one in runs.items()} == {
        "networks": (5, rows),
        "trees": (5, rows),
    }
    assert all(((one > 0) & (one < 1)).all() for one in runs.values())


@pytest.mark.parametrize("seed", range(5) if FULL else range(1))
@pytest.mark.parametrize("name", ["networks", "trees"])
def test_a_retail_run_made_again_ranks_as_well(name, seed):
    script = maker("retail_runs")
    make = {"networks": script.network, "trees": script.trees}[name]
    past, now = script.rows(201109)
    size = script.key(script.about()[name]["size"])
    again, yes = make(past, now, size, seed), script.BOUGHT[now]
    kept = stored("retail-runs")[name][seed]
    assert roc_auc(again, yes) == pytest.approx(roc_auc(kept, yes), abs=0.003)
    assert np.abs(again - kept).mean() < 0.02


def test_the_bike_runs_are_whole():
    runs, script = stored("bikes-runs"), maker("bikes_runs")
    hours = len(script.rows(22, 31)[1])
    assert {name: one.shape for name, one in runs.items()} == {
        "poisson": (5, hours),
        "poisson_hint": (5, hours),
        "networks": (5, hours),
        "networks_hint": (5, hours),
        "trees": (1, hours),
    }


@pytest.mark.parametrize("name", ["poisson", "networks", "trees"])
def test_a_bike_run_made_again_is_as_wrong(name):
    script = maker("bikes_runs")
    if not FULL:
        script.SEEDS = range(1)
    past, now = script.rows(22, 31)
    assert len(past) + len(now) == len(script.HIRES)
    again = {
        "poisson": lambda: script.model(script.PLAIN, (), 22, 31),
        "networks": lambda: script.model(script.PLAIN, (16,), 22, 31),
        "trees": lambda: script.trees(31, 22, 31),
    }[name]()
    kept = stored("bikes-runs")[name][: len(again)]
    wrong, as_kept = (
        np.abs(one - script.HIRES[now]).mean(axis=1) for one in (again, kept)
    )
    np.testing.assert_allclose(wrong, as_kept, rtol=0.05)
