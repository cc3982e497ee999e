"""Reasons of chapter 33's page, each with its cause taken away."""

import json

import numpy as np
import pytest

from nnfs_code.data import fashion_mnist
from nnfs_code.decisions import best_actions, cost_of
from nnfs_code.edges import edge_histograms
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.routing import CLERK, returns_costs
from nnfs_code.schedules import CosineDecay
from nnfs_code.surfaces import belt_costs, patches, texture_numbers
from reasons import reason
from script_33 import PAGE, distance, names, photograph, returns, way
from scripted import maker


def test_gravel_is_grass_to_who_has_not_learned_gravel():
    reason(PAGE, "because no gravel was among what it learned from")
    for rung in ("nine numbers", "convolution"):
        unseen = photograph(f"{rung}, 2 from 0")[:, 2]
        with_it = photograph(f"{rung}, 3 from 0")[:, 2]
        assert with_it.min() > 0.9
        assert np.median(unseen) < 0.2
    engineer = photograph("nine numbers, 2 from 0")[:, 2]
    assert engineer.max() < 0.05


def test_asking_does_not_help_who_is_not_in_doubt():
    reason(PAGE, "because it is not in doubt")
    left = names()
    rng = np.random.default_rng(5)
    gravel, _ = patches(left["right_half"][2:], 400, size=20, rng=rng)
    said = left["of_two"].says(gravel)
    asked = best_actions(said, left["PRICES"]) == 2
    assert asked.mean() < 0.05
    assert said.max(axis=1).mean() > 0.9
    doubt = np.tile([0.6, 0.4], (len(said), 1))  # the doubt that it lacks
    assert (best_actions(doubt, left["PRICES"]) == 2).all()


def test_both_live_on_the_finest_detail():
    """The detail away in testing alone, then in learning as well."""
    reason(PAGE, "Both live on the finest detail")
    for rung in ("nine numbers", "convolution"):
        sharp, soft = way(rung, "as they are", 0), way(rung, "out of focus", 0)
        assert sharp.min() > 0.9
        assert soft.max() < 0.8
    left, blurred = names(), maker("belt_runs").blurred
    rng = np.random.default_rng(3)
    learn = patches(blurred(left["left"]), 3000, size=20, rng=rng)
    engineer = left["Engineer"](*learn)
    cut, labels = patches(blurred(left["right_half"]), 800, size=20, rng=rng)
    right = (engineer.says(cut).argmax(axis=1) == labels).mean()
    assert right > 0.87


def test_who_has_learned_at_all_distances_keeps_there():
    reason(PAGE, "because they have learned at those distances")
    for rung in ("nine numbers", "convolution"):
        before = distance(rung, 0.7)
        after = distance(f"{rung}, prepared", 0.7)
        assert np.median(after) / np.median(before) < 0.6
        assert before.min() > 1.4 > after.max()


def test_the_hidden_layers_and_the_edges_did_it():
    reason(PAGE, "It takes both, the edges and the hidden layers")
    cost = {
        rung: np.array([run["cost"] for run in runs])
        for rung, runs in returns()["runs"].items()
    }
    both = cost["dense on edges"]
    assert both.max() < cost["edges"].min() - 1  # no hidden layers
    assert both.max() < cost["dense"].min() - 1  # no edges


def repeated(labels, wrong, n_epochs=20):
    """Return which share of the wrong labels a linear model repeats."""
    pictures, _ = fashion_mnist("train", sample=True)
    grey = (pictures[:, np.newaxis] / 255).astype(np.float32)
    edges, rng = edge_histograms(grey), np.random.default_rng(0)
    model = Model([Dense(441, 10, rng=rng)], SoftmaxCrossEntropy())
    adam = Adam(CosineDecay(0.01, n_epochs * -(-len(labels) // 64)))
    model.fit(
        edges,
        labels,
        adam,
        epochs=n_epochs,
        batch_size=64,
        rng=rng,
        progress=False,
    )
    said = model.predict(edges).argmax(axis=1)
    return (said == labels)[wrong].mean()


def test_a_habit_is_learned_and_chance_is_not():
    reason(PAGE, "A mistake that a clerk makes by habit, a network can learn")
    labels = fashion_mnist("train", sample=True)[1].astype(np.int64)
    rng = np.random.default_rng(0)
    wrong = rng.random(len(labels)) < 0.1
    by_lot = (labels + wrong * rng.integers(1, 10, len(labels))) % 10
    assert repeated(by_lot, wrong) < 0.1
    ankle = labels == 9  # all ankle boots are called sneakers
    assert repeated(np.where(ankle, 7, labels), ankle) > 0.9


def test_a_coat_is_asked_about_from_one_chance_in_twenty():
    reason(PAGE, "because one chance in twenty of a coat is enough to ask")
    left = names()
    best, truth = left["best"], left["truth"]
    table, flat = returns_costs(), left["flat"]

    def lost(decided_by):
        bins = best_actions(best, decided_by)
        coats = truth == 4
        return ((bins != CLERK) & (bins != 4) & coats).sum()

    dear = returns_costs(near=150)  # one price, and that of coats
    assert lost(dear) < 0.65 * lost(flat)
    assert lost(returns_costs(coat=150)) > lost(flat)  # the other change
    assert table[CLERK, 4] / table[2, 4] == 0.05
    assert table[CLERK, 4] / flat[2, 4] == pytest.approx(2 / 15)


def test_the_safest_come_first():
    reason(PAGE, "because the safest pieces come first")
    left = names()
    cost, n = left["curve"].cost, len(left["truth"])
    assert cost.min() < cost[-1] - 2
    line = cost[0] + (cost[-1] - cost[0]) * left["curve"].share
    assert (line - cost).max() > 4
    # In an order by lot the curve is the line, but for luck.
    bins = best_actions(left["best"], left["prices"][:CLERK])
    paid = cost_of(bins, left["truth"], left["prices"][:CLERK])
    drawn = np.random.default_rng(0).permutation(n)
    lot = np.append(0, np.cumsum(paid[drawn] - 20)) / n + 20
    assert np.abs(lot - line).max() < 0.6


def test_a_moved_picture_is_another_picture():
    reason(PAGE, "because it has learned from pieces in the middle")
    left = names()
    pictures, labels = fashion_mnist("test", sample=True)
    assert len(pictures) == len(labels) == 400
    wrong = dict(left["slips_at"])
    assert wrong[3] > 3 * wrong[0]
    # Of pictures that were moved in training: chapter 27's small network.
    runs = maker("augmentation_runs")
    kept = json.loads(runs.STORED.read_text("utf-8"))["runs"]
    moved = {
        kind: np.median([run[2] for run in kept[kind]])
        for kind in ("as they are", "moved")
    }
    assert moved["moved"] > moved["as they are"] + 0.1


def test_a_baseline_that_has_not_arrived():
    reason(PAGE, "for so short a time that they had not arrived")
    left = names()
    rng = np.random.default_rng(0)
    cut, labels = patches(left["left"], 3000, size=20, rng=rng)
    test, answers = patches(left["right_half"], 1500, size=20, rng=rng)
    arrived = left["Engineer"](cut, labels)
    early = left["Engineer"](cut, labels)
    dense = Dense(9, 3, rng=np.random.default_rng(0), dtype=np.float64)
    early.model = Model([dense], SoftmaxCrossEntropy())
    rows = early.scaler.transform(texture_numbers(cut).astype(np.float64))
    adam = Adam(CosineDecay(0.1, 150))
    for _ in range(150):
        early.model.train_step(rows, labels, adam)
    late, soon = (
        cost_of(
            best_actions(one.says(test), belt_costs()), answers, belt_costs()
        ).mean()
        for one in (arrived, early)
    )
    assert late < 0.55
    assert soon > 1.3 * late
