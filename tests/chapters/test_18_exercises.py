"""Chapter 18: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.activations import ReLU, Tanh
from nnfs_code.gradient_check import check
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.penalties import L1, L2
from nnfs_code.promises import parameters
from script_18 import script

RNG = np.random.default_rng(18)
FEW, ANSWERS = RNG.normal(size=(6, 2)), RNG.integers(3, size=6)


def wrong(model):
    return script()["wrong_gradients"](model, FEW, ANSWERS)


def test_both_penalties_at_once():
    both = script()["Both"](L1(0.1), L2(0.1))
    weights = np.array([[3.0, -1.0]])
    assert both.penalty(weights) == pytest.approx(0.9)
    np.testing.assert_allclose(both.gradient(weights), [[0.4, -0.2]])
    model = script()["mixed"](Tanh(), Tanh())
    model.penalty = both
    assert wrong(model) == []


def test_a_leaky_relu_fits_in():
    leaky = script()["LeakyReLU"]
    inputs = RNG.normal(size=(5, 3))
    assert check(leaky(), inputs)
    expected = np.where(inputs > 0, inputs, inputs / 10)
    np.testing.assert_allclose(leaky().forward(inputs), expected)
    assert wrong(script()["mixed"](leaky(), leaky())) == []

    class NotLeaky(leaky):
        def backward(self, d_outputs):
            return d_outputs * (self.slopes == 1)

    assert wrong(script()["mixed"](NotLeaky(), leaky())) != []


def test_a_frozen_part_stays_and_lets_the_gradient_through():
    names = script()
    model = names["mixed"](Tanh(), Tanh())
    middle = model.parts[2]
    parts = [*model.parts[:2], names["Frozen"](middle), *model.parts[3:]]
    frozen = Model(parts, SoftmaxCrossEntropy(), penalty=L2(0.1))
    before = middle.weights.copy()
    names["train"](frozen, FEW, ANSWERS, steps=5)
    np.testing.assert_array_equal(middle.weights, before)
    assert len(frozen.pairs()) == 4
    assert parameters(parts[2]) == []
    assert wrong(frozen) == []


def test_the_way_around_carries_both_gradients():
    names = script()
    dense, skip = names["dense"], names["Skip"]
    inner = dense(3, 3, RNG)
    assert check(skip(Tanh(), inner), RNG.normal(size=(4, 3)))

    class OneWay(skip):
        def backward(self, d_outputs):
            return super().backward(d_outputs) - d_outputs

    assert not check(OneWay(Tanh(), inner), RNG.normal(size=(4, 3)))


def test_deep_networks_with_and_without_the_way_around():
    without, above = claim(
        "18-model", "Right: about {} without, above {} with it."
    )
    names = script()
    dense, skip = names["dense"], names["Skip"]
    for seed in breadth(3, 8):
        for around in (False, True):
            rng = np.random.default_rng(seed)
            points, labels = names["spiral"](50, 3, rng=rng, dtype=np.float64)
            parts = [dense(2, 32, rng)]
            for _ in range(4):
                one = [ReLU(), dense(32, 32, rng)]
                parts += [skip(*one)] if around else one
            parts += [ReLU(), dense(32, 3, rng)]
            model = Model(parts, SoftmaxCrossEntropy())
            names["train"](model, points, labels, rate=0.02)
            right = names["both"](model, points, labels)[0]
            if around:
                assert right > above
            else:
                assert right == pytest.approx(without, abs=0.05)


def test_two_relus_are_right_and_one_for_both_places_is_wrong():
    names = script()
    model = names["mixed"](ReLU(), ReLU())
    assert wrong(model) == []
    model.parts = (*model.parts[:3], model.parts[1], model.parts[4])
    assert wrong(model) == ["weights[0]", "biases[0]"]


def test_a_penalty_on_everything_is_noticed():
    names = script()
    right = names["mixed"](Tanh(), Tanh())
    faulty = names["OnEverything"](
        right.parts, right.loss, penalty=right.penalty
    )
    assert wrong(right) == []
    assert wrong(faulty) == ["biases[0]", "biases[2]", "biases[4]"]


def test_a_missing_pair_is_seen_by_counting_only():
    class Forgetful(Model):
        def pairs(self):
            return super().pairs()

    names = script()
    points, labels, parts = names["start"](0)
    model = Forgetful(parts, SoftmaxCrossEntropy())
    model.train_step(points, labels, names["Adam"](0.01))
    assert len(model.pairs()) == 4
    hidden = [names["Frozen"](parts[0]), *parts[1:]]
    short = Model(hidden, SoftmaxCrossEntropy())
    assert names["wrong_gradients"](short, points, labels) == []
    assert len(short.pairs()) == 2
