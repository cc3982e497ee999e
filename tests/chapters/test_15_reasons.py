"""Reasons of chapter 15's page, each with its cause taken away."""

from functools import cache

import numpy as np
import pytest

from claims import breadth
from nnfs_code.gradient_check import check
from nnfs_code.layers import Dropout
from reasons import reason
from scripted import definitions

PAGE = "15-dropout"
SCRIPT = definitions("ch15_dropout")
arms, bands, judge, train = (
    SCRIPT[name] for name in ("arms", "bands", "judge", "train")
)


def test_without_the_division_the_next_layer_gets_twice_as_much():
    reason(
        PAGE,
        "the next layer gets twice what it has learned to expect. So what"
        " stays is doubled",
    )
    hidden, ratios = np.full((1, 20_000), 3.0), {}
    for kind in (Dropout, SCRIPT["Unscaled"]):
        layer = kind(0.5, rng=np.random.default_rng(0))
        seen = layer.forward(hidden, training=True).mean()
        ratios[kind] = layer.forward(hidden).mean() / seen
    assert ratios[SCRIPT["Unscaled"]] == pytest.approx(2, rel=0.03)
    assert ratios[Dropout] == pytest.approx(1, rel=0.03)


def test_the_check_needs_the_mask_held_still():
    reason(PAGE, "If each look draws another mask, it compares two different")
    inputs = np.random.default_rng(1).normal(size=(4, 5))

    class Moving(SCRIPT["HeldStill"]):
        def forward(self, inputs):
            return self.dropout.forward(inputs, training=True)

    def dropout():
        return Dropout(0.5, rng=np.random.default_rng(0))

    assert check(SCRIPT["HeldStill"](dropout()), inputs).agrees
    assert not check(Moving(dropout()), inputs).agrees


@cache
def medians(task, rate, n_hidden=64, kind=Dropout):
    """Return right and loss, known and fresh, and the loss in training."""
    rows = []
    for seed in breadth(5, 10):
        if task == "arms":
            network, known, fresh = arms(seed, n_hidden, rate)
        else:
            network, known, fresh = bands(seed, rate)
        network.dropout = kind(rate, rng=np.random.default_rng(seed))
        train(network, known, *((0.1, 400) if task == "arms" else (0.02, 200)))
        scores = network.scores(known[0], training=True)
        seen = network.loss.forward(scores, known[1])
        rows.append([*judge(network, known), *judge(network, fresh), seen])
    return np.median(rows, axis=0)


def test_on_the_spiral_the_known_points_fall():
    reason(PAGE, "The share of known points that are right falls towards")
    none, half = medians("arms", 0.0), medians("arms", 0.5)

    assert none[0] - none[2] > half[0] - half[2] + 0.05  # the gap shrinks
    assert half[0] < none[0] - 0.2
    assert half[2] < none[2] - 0.1


def test_a_small_network_loses_from_the_little_it_has():
    reason(PAGE, "A small network underfits already, and dropout takes some")
    reason(PAGE, "is lower here. With 64 neurons it was about the")
    small, with_dropout = medians("arms", 0.0, 16), medians("arms", 0.5, 16)

    assert small[0] < 0.75  # of its own points
    assert with_dropout[0] < small[0] - 0.05
    assert with_dropout[2] < small[2] - 0.02
    assert with_dropout[3] < small[3] - 0.02  # the loss; with 64 the same:
    half, none = (medians("arms", rate)[3] for rate in (0.5, 0.0))
    assert half == pytest.approx(none, abs=0.06)


def test_on_the_bands_it_helps():
    reason(PAGE, "Here it works: 0.54, 0.70, 0.80, and a fifth of the loss")
    none, half, most = (medians("bands", rate) for rate in (0.0, 0.5, 0.8))

    assert none[2] + 0.08 < half[2] < most[2] - 0.04
    assert most[3] < none[3] / 3
    assert min(none[0], half[0], most[0]) > 0.99  # all known points


def test_forgotten_division_makes_scores_large_and_answers_the_same():
    reason(
        PAGE,
        "the answers stay about the same, and the network is far too sure",
    )
    right, wrong = (
        medians("bands", 0.5, kind=kind)
        for kind in (Dropout, SCRIPT["Unscaled"])
    )
    assert wrong[2] == pytest.approx(right[2], abs=0.05)
    assert wrong[3] > 1.3 * right[3]
    assert wrong[4] < 0.1  # the loss in training does not show it


def test_a_mask_drawn_once_trains_half_a_network():
    reason(PAGE, "half of the neurons never learn")
    network, known, _ = bands(0, 0.5)
    network.dropout = SCRIPT["MaskOnce"](0.5, rng=np.random.default_rng(0))
    start = network.dense1.weights.copy()
    train(network, known, 0.02, 200)
    moved = (network.dense1.weights != start).any(axis=0)
    kept = network.dropout.first[0] > 0

    np.testing.assert_array_equal(moved, kept)
    assert 20 < kept.sum() < 44
    right, once = (
        medians("bands", 0.5, kind=kind)
        for kind in (Dropout, SCRIPT["MaskOnce"])
    )
    assert once[4] < right[4]  # it looks best in training
    assert once[2] < right[2] - 0.08

    network, known, _ = bands(0, 0.5)
    start = network.dense1.weights.copy()
    train(network, known, 0.02, 200)
    assert (network.dense1.weights != start).any(axis=0).all()


def test_scores_are_halved_because_the_rest_was_always_doubled():
    reason(PAGE, "The others were always doubled in training, and when")
    network, known, fresh = bands(0, 0.5)
    network.dropout = SCRIPT["MaskOnce"](0.5, rng=np.random.default_rng(0))
    train(network, known, 0.02, 200)
    as_found = judge(network, fresh)

    network.dense2.weights[network.dropout.first[0] == 0] = 0  # silenced
    assert judge(network, fresh) == pytest.approx(as_found, abs=0.01)
    network.dense2.weights *= 2  # the doubling kept
    assert judge(network, fresh)[1] > 1.3 * as_found[1]
