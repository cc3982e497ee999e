"""Numbers that the page of chapter 14 states about runs."""

import os
from functools import partial

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.activations import ReLU
from nnfs_code.data import spiral
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import SGD, Adam, AdamW
from nnfs_code.penalties import L1, L2
from nnfs_code.schedules import CosineDecay, InverseTimeDecay
from scripted import definitions

FULL = bool(os.environ.get("FULL"))
full = pytest.mark.skipif(not FULL, reason="a minute: make platforms")
BOOK = "the results that the book's repository gives, chapters 11 and 14"
FACTS = {
    "94.7 % of the training": BOOK,
    "and 83.0 % of the validation": BOOK,
    "its chapter 11, 98.3 % and 80.3 %": BOOK,
    "(10.3)": "the number of a formula",
}
SCRIPT = definitions("ch14_l1_and_l2_regularization")
arms, bands, judge, train, summary = (
    SCRIPT[name] for name in ("arms", "bands", "judge", "train", "summary")
)


def on_arms(strength):
    """Return right and loss, known and fresh, of each seed."""
    rows = []
    for seed in breadth(5, 20):
        known, fresh, network = arms(seed)
        adam = Adam(CosineDecay(0.1, steps=400))
        train(network, known, adam, 400, L2(strength))
        rows.append([*judge(network, known), *judge(network, fresh)])
    return np.median(rows, axis=0)


def test_l2_closes_the_gap_from_above():
    """And of the fresh points no more are right than without it."""
    none, weak, strong = (on_arms(s) for s in (0.0, 0.0003, 0.001))
    gaps = [row[0] - row[2] for row in (none, weak, strong)]

    assert gaps[0] > gaps[1] + 0.005 > gaps[2] + 0.01
    assert weak[2] < none[2] + 0.01
    assert strong[2] < none[2] - 0.02
    assert weak[3] < none[3] - 0.05  # the loss on fresh points


def fresh_right(strength, seeds, first=0):
    """Return how many % of the fresh points are right, for each seed."""
    rows = []
    for seed in range(int(seeds)):
        known, fresh, network = arms(seed)
        adam = Adam(CosineDecay(0.1, steps=400))
        train(network, known, adam, 400, L2(strength), first)
        rows.append(100 * judge(network, fresh)[0])
    return rows


def test_the_weaker_l2_costs_fresh_points_over_more_seeds():
    less, seeds = claim(
        "14-l1-and-l2-regularization",
        "by a point here and by about {} points over {} seeds",
    )
    none, weak = fresh_right(0.0, seeds), fresh_right(0.0003, seeds)
    assert np.mean(none) - np.mean(weak) == pytest.approx(less, abs=2)
    assert np.median(none) - np.median(weak) == pytest.approx(less, abs=2.5)


@full
def test_l2_on_the_biases_gains_fresh_points_over_more_seeds():
    seeds, least, most = claim(
        "14-l1-and-l2-regularization",
        "Over {} seeds it gains {} to {} points.",
    )
    none, biases = fresh_right(0.0, seeds), fresh_right(0.001, seeds, first=1)
    for middle in (np.mean, np.median):  # 4.3 and 2.8
        assert least - 1 < middle(biases) - middle(none) < most + 1


def on_bands(make, term=None, shrink=None):
    rows = []
    for seed in breadth(5, 20):
        known, fresh, network = bands(seed)
        if shrink:
            SCRIPT["train_shrinking"](network, known, make(), 200, shrink)
        else:
            train(network, known, make(), 200, term)
        rows.append(summary(network, known, fresh))
    return np.median(rows, axis=0)


def test_on_the_bands_l1_helps_and_l2_does_not():
    def sgd():
        return SGD(CosineDecay(1.0, steps=200))

    none, l2 = on_bands(sgd), on_bands(sgd, L2(0.01))
    l1, shrunk = on_bands(sgd, L1(0.001)), on_bands(sgd, None, L1(0.001))

    assert l2[1] == pytest.approx(none[1], abs=0.02)
    assert l1[1] > none[1] + 0.04
    assert l1[2] < 0.7 * none[2]
    assert l1[1] == pytest.approx(shrunk[1], abs=0.015)
    assert shrunk[4] > 0.75


@pytest.mark.parametrize("decay", [0.01, 0.1, 1.0, 3.0, 6.0])
def test_no_decay_of_adamw_helps_the_answers(decay):
    found = on_bands(
        lambda: AdamW(CosineDecay(0.02, steps=200), weight_decay=decay)
    )
    assert found[1] < 0.65
    assert found[3] < 0.12


@pytest.mark.parametrize("decay", [0.1, 3.0])
def test_adamw_hardly_differs_without_its_share_of_the_biases(decay):
    most = claim(
        "14-l1-and-l2-regularization",
        "Without that, no number in its two lines differs by more than {}.",
    )
    falling, rows = CosineDecay(0.02, steps=200), []
    for seed in range(5):
        known, fresh, network = bands(seed)
        adam = Adam(falling)
        for step in range(200):
            for layer in (network.dense1, network.dense2):
                layer.weights *= 1 - falling(step) * decay
            train(network, known, adam, 1)
        rows.append(summary(network, known, fresh)[1:4])
    both = SCRIPT["with_adam"](decay)
    assert np.abs(np.median(rows, axis=0) - both).max() < most + 0.03


def test_with_time_adamw_gets_more_answers():
    """And the rates of the 200 steps take less than a fifth of a weight."""
    total, decay = claim(
        "14-l1-and-l2-regularization",
        "200 steps add up to {}, so a decay of {} takes less than a fifth",
    )
    steps = claim(
        "14-l1-and-l2-regularization",
        "With {} steps at a steady rate it gets about two thirds right.",
    )
    falling = CosineDecay(0.02, steps=200)
    rates = [falling(step) for step in range(200)]
    assert sum(rates) == pytest.approx(total, rel=0.02)
    assert np.prod([1 - decay * rate for rate in rates]) > 0.8
    found = []
    for seed in range(5):
        known, fresh, network = bands(seed)
        train(network, known, AdamW(0.02, weight_decay=decay), int(steps))
        found.append(judge(network, fresh)[0])
    assert np.median(found) == pytest.approx(2 / 3, abs=0.07)


def test_l2_in_the_loss_of_adam_does():
    found = on_bands(lambda: Adam(CosineDecay(0.02, steps=200)), L2(0.01))
    assert found[1] > 0.75
    assert found[3] > 0.2


@pytest.mark.parametrize(("off", "seen"), [(0.0, False), (0.5, True)])
def test_biases_at_0_hide_a_penalty_on_them(off, seen):
    known, _, network = arms(seed=0)
    for layer in (network.dense1, network.dense2):
        layer.weights *= 100
        layer.biases += off
    total = partial(SCRIPT["total_loss"], network, known, L2(0.1))
    total()
    pairs = network.backward()
    SCRIPT["for_all"](pairs, L2(0.1))
    apart = max(
        np.abs(numerical_gradient(total, value) - gradient).max()
        for value, gradient in pairs
    )
    assert (apart > 0.01) == seen
    assert seen or apart < 1e-5


def test_fifteen_points_that_happen_to_be_easy():
    """The last of the four parts, and a network that has not seen it."""
    order = np.random.default_rng(100).permutation(60)
    (points, labels), fresh, network = bands(0)
    rest, held_out = order[:45], order[45:]
    adam = Adam(CosineDecay(0.02, steps=200))
    train(network, (points[rest], labels[rest]), adam, 200)
    known = points[held_out], labels[held_out]

    assert 0.4 < judge(network, fresh)[0] < 0.62
    assert judge(network, known)[0] == 1


def as_in_the_book(seed, on_weights, on_biases, steps=10_000):
    """Return what the book's settings make of a spiral, in per cent."""
    rng = np.random.default_rng(seed)
    known, fresh = spiral(100, 3, rng=rng), spiral(100, 3, rng=rng)
    one, relu, two = Dense(2, 64, rng=rng), ReLU(), Dense(64, 3, rng=rng)
    loss, adam = SoftmaxCrossEntropy(), Adam(InverseTimeDecay(0.02, 5e-7))
    l2 = L2(2 * 0.0005)
    for _ in range(steps):
        hidden = relu.forward(one.forward(known[0]))
        loss.forward(two.forward(hidden), known[1])
        one.parameter_gradients(relu.backward(two.backward(loss.backward())))
        if on_weights:
            one.d_weights += l2.gradient(one.weights)
        if on_biases:
            one.d_biases += l2.gradient(one.biases)
        adam.update(
            [
                (one.weights, one.d_weights),
                (one.biases, one.d_biases),
                (two.weights, two.d_weights),
                (two.biases, two.d_biases),
            ]
        )
    found = []
    for points, labels in (fresh, known):
        hidden = relu.forward(one.forward(points))
        scores = two.forward(hidden)
        right = 100 * accuracy(scores, labels)
        found += [right, loss.forward(scores, labels)]
    dead = (hidden == 0).all(axis=0).sum()  # of the known points
    return found[2], found[0], found[1], dead


ROOM = np.array([6, 4, 0.6, 5])  # other processors round otherwise


@full
@pytest.mark.parametrize(
    ("name", "on_weights", "on_biases"),
    [
        ("none", False, False),
        ("weights", True, False),
        ("biases", False, True),
        ("both", True, True),
    ],
)
def test_the_books_settings(name, on_weights, on_biases):
    page = {
        "none": claim(
            "14-l1-and-l2-regularization", "none | {} % | {} % | {} | {} |"
        ),
        "weights": claim(
            "14-l1-and-l2-regularization",
            "weights alone | {} % | {} % | {} | {} |",
        ),
        "biases": claim(
            "14-l1-and-l2-regularization",
            "biases alone | {} % | {} % | {} | {} |",
        ),
        "both": claim(
            "14-l1-and-l2-regularization",
            "both, as in the book | {} % | {} % | {} | {} |",
        ),
    }
    rows = [as_in_the_book(seed, on_weights, on_biases) for seed in range(10)]

    assert (np.abs(np.median(rows, axis=0) - page[name]) < ROOM).all()


def test_a_tenth_of_the_books_steps_shows_the_same():
    """Three seeds and 1,000 steps: what every run of the tests can afford."""
    weights, biases = (
        np.median(
            [as_in_the_book(s, not b, b, steps=1000) for s in range(3)], axis=0
        )
        for b in (False, True)
    )
    assert biases[1] > weights[1] + 4
    assert biases[3] < weights[3] - 8
