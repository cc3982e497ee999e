"""The stored runs of chapter 33: whole, and a part of them made again."""

import os

import numpy as np
import pytest

import full_19
from nnfs_code.capstones import DATASETS
from nnfs_code.cases import stored
from nnfs_code.data import fashion_mnist
from nnfs_code.decisions import best_actions, cost_of
from nnfs_code.model import Model
from nnfs_code.routing import returns_costs, unpacked
from nnfs_code.surfaces import belt_costs
from script_33 import belt, names, returns, way
from scripted import maker

FULL = bool(os.environ.get("FULL"))
KINDS = ("linear", "edges", "dense", "dense on edges", "forest", "convolution")


def test_they_are_of_this_code_and_this_day():
    assert belt()["code"] == maker("belt_runs").digest()
    assert returns()["digest"] == maker("returns_runs").digest()
    assert {belt()["date"], returns()["date"]} == {"2026-11-27"}
    assert (DATASETS / "returns-runs.npz").stat().st_size < 400_000


def test_the_runs_on_clothes_are_whole():
    kept, told = stored("returns-runs"), returns()["runs"]
    assert set(told) == set(maker("returns_runs").RUNGS)
    truth = kept["labels/test"].astype(int)
    assert np.bincount(truth).tolist() == [1000] * 10
    assert np.bincount(kept["labels/choose"]).tolist() == [1000] * 10
    assert kept["nearest"].shape == (10_000,)
    assert kept["nearest"].min() >= 0
    for rung in KINDS:
        chosen = kept[f"{rung}/chosen"].astype(int)
        assert chosen.shape == (5, 10_000)
        for bins, run in zip(chosen, told[rung], strict=True):
            cost = cost_of(bins, truth, returns_costs()).mean()
            assert cost == pytest.approx(run["cost"], abs=0.001)
    for rung in maker("returns_runs").KEPT:
        said = unpacked(kept[f"{rung}/test"])
        right = (said.argmax(axis=1) == truth).mean()
        of_runs = [run["right"] for run in told[rung]]
        assert min(of_runs) - 0.002 < right < max(of_runs) + 0.002


def test_the_test_labels_are_in_the_order_of_the_files():
    """The sample that comes along is a part of the same pictures."""
    if not full_19.at_hand():
        pytest.skip("all of Fashion-MNIST is not at hand")
    _, labels = fashion_mnist("test")
    np.testing.assert_array_equal(
        stored("returns-runs")["labels/test"], labels
    )


def test_a_small_part_of_the_runs_on_clothes_is_made_again():
    runs = maker("returns_runs")
    data = runs.split_data(sample=True)
    for rung in ("edges 2,000", "linear"):
        told, choose, test, bins = runs.run(rung, 0, data)
        assert len(choose) == 333
        assert test.shape == (400, 10)
        assert set(bins) <= set(range(11))
        kept = returns()["runs"][rung][0]
        assert 0.72 < told["right"] < kept["right"] + 0.04
        assert told["cost"] < 20  # the clerk


@pytest.mark.skipif(
    not (FULL and full_19.at_hand()), reason="minutes, and all pictures"
)
@pytest.mark.parametrize("rung", ["linear", "edges", "convolution"])
def test_a_whole_run_on_clothes_is_made_again(rung):
    runs = maker("returns_runs")
    told, *_ = runs.run(rung, 0, runs.split_data())
    kept = returns()["runs"][rung][0]
    assert told["right"] == pytest.approx(kept["right"], abs=0.006)
    assert told["cost"] == pytest.approx(kept["cost"], abs=0.4)


def test_small_runs_on_the_belt_are_made_again():
    runs = maker("belt_runs")
    _, found = runs.in_ways("nine numbers", 1)
    for name in runs.WAYS:
        kept = way("nine numbers", name, 0)[1]
        assert found[name][0] == pytest.approx(kept, abs=0.05)
    again = runs.new_photograph("nine numbers", 1, (0, 1))
    kept = belt()["photograph"]["nine numbers, 2 from 0"][1]
    np.testing.assert_allclose(again, kept, atol=0.05)


@pytest.mark.skipif(not FULL, reason="a minute")
def test_long_runs_on_the_belt_are_made_again():
    runs = maker("belt_runs")
    _, found = runs.in_ways("convolution", 0)
    assert found["as they are"][0] == pytest.approx(
        way("convolution", "as they are", 0)[0], abs=0.02
    )
    again = runs.at_distances("nine numbers", 0, runs.NEAR)
    kept = belt()["distances"]["nine numbers, prepared"][0]
    np.testing.assert_allclose(again, kept, atol=0.15)
    again = runs.ever_farther("nine numbers", 0)
    kept = belt()["farther"]["nine numbers"][0]
    np.testing.assert_allclose(again, kept, atol=0.03)
    again = runs.new_photograph("convolution", 0, (1, 2))
    kept = belt()["photograph"]["convolution, 2 from 1"][0]
    np.testing.assert_allclose(again, kept, atol=0.1)


def test_the_stored_network_is_the_middle_one():
    runs = maker("belt_runs")
    network = Model.load(DATASETS / "belt-network.npz")
    said = network.predict(runs.BLOCKS[0]).astype(float)
    actions = best_actions(said, belt_costs())
    found = cost_of(actions, runs.BLOCKS[1], belt_costs()).mean()
    kept = [
        cost_of(
            np.array([*map(int, one)]), runs.BLOCKS[1], belt_costs()
        ).mean()
        for one in belt()["blocks"]["convolution"]
    ]
    assert found == pytest.approx(np.median(kept), abs=0.03)
    sizes = [
        getattr(part, name).size
        for part in network.parts
        for name in ("weights", "biases")
        if hasattr(part, name)
    ]
    assert sum(sizes) == 1427


def test_pictures_in_other_light_are_what_they_are_called():
    runs = maker("belt_runs")
    pictures = runs.PICTURES[:, :64, :64]
    assert runs.blurred(pictures).shape == (3, 63, 63)
    four = pictures[0, :2, :2].mean()
    assert runs.blurred(pictures)[0, 0, 0] == pytest.approx(four, rel=1e-5)
    assert (runs.darker(pictures) <= pictures).all()
    grain = runs.noisy(pictures) - pictures
    assert grain.std() == pytest.approx(0.05, rel=0.05)


def test_the_nine_numbers_are_those_of_chapter_27():
    left, runs = names(), maker("surfaces_runs")
    ours = left["texture_numbers"](left["cut"][:50])
    theirs = runs.nine_numbers(left["cut"][:50])
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
