"""Autograd judges the package: no class with a backward pass is left out.

Every class of `nnfs_code` that has a `backward` or a `penalty` is run beside
a twin made of tensors, whose derivatives nobody wrote. A new class fails
here until it has one: chapter 24's script has those up to chapter 23, and
`twins.py` those of later chapters.
"""

import inspect
import pkgutil
from importlib import import_module

import numpy as np
import pytest

import nnfs_code
import twins
from nnfs_code.activations import ReLU
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.packing import pack
from script_24 import functions, leaf, script

CLOSE = 1e-12
WAYS_BACK = ("backward", "penalty")
ELSEWHERE = {
    "Tensor": "the judge itself; tests/package/test_autograd.py",
    "RegressionLoss": "what its kinds share; each of them is judged",
    "Part": "a promise, without code",
    "Loss": "a promise, without code",
    "Penalty": "a promise, without code",
    "Model": "test_a_whole_network_is_judged",
    "Packed": "test_a_whole_network_is_judged",
    "PackedDense": "by Packed, in test_a_whole_network_is_judged",
    "PackedReLU": "by Packed, in test_a_whole_network_is_judged",
    "PackedLoss": "by Packed, in test_a_whole_network_is_judged",
} | twins.ELSEWHERE


def classes_with_a_way_back():
    """Return all such classes of the package, by name."""
    found = {}
    for info in pkgutil.iter_modules(nnfs_code.__path__):
        module = import_module(f"nnfs_code.{info.name}")
        for name, value in vars(module).items():
            here = (
                inspect.isclass(value) and value.__module__ == module.__name__
            )
            if here and any(hasattr(value, way) for way in WAYS_BACK):
                found[name] = value
    return found


CLASSES = classes_with_a_way_back()
LATER = {name: twins.LATER[name] for name in twins.LATER if name in CLASSES}


def judged():
    """Return the names of all classes that have a twin."""
    names = script()
    early = names["TWINS"] | names["LOSS_TWINS"] | names["PENALTY_TWINS"]
    return set(early) | set(LATER)


def test_each_class_of_the_package_is_judged():
    assert len(CLASSES) >= 27
    assert sorted(set(CLASSES) - judged() - set(ELSEWHERE)) == []
    assert sorted(judged() - set(CLASSES)) == []


def test_a_class_without_a_twin_would_be_noticed(monkeypatch):
    class Forgotten:
        def backward(self, d_outputs):
            return d_outputs

    Forgotten.__module__ = "nnfs_code.layers"
    module = import_module("nnfs_code.layers")
    monkeypatch.setattr(module, "Forgotten", Forgotten, raising=False)
    left = set(classes_with_a_way_back()) - judged() - set(ELSEWHERE)
    assert left == {"Forgotten"}


def test_the_classes_of_the_page_agree_with_their_twins():
    apart = script()["apart"]
    assert set(apart) == judged() - set(LATER)
    assert {name: far for name, far in apart.items() if far > CLOSE} == {}


@pytest.mark.parametrize("seed", range(3))
def test_the_classes_of_the_page_agree_on_other_numbers(seed):
    names, rng = script(), np.random.default_rng(seed)
    values = 3 * rng.normal(size=(4, 4))
    for part in names["parts"]:
        twin = names["TWINS"][type(part).__name__]
        assert names["judge"](part, twin, values) < CLOSE, part
    for part, inputs, targets in names["with_targets"]:
        twin = names["LOSS_TWINS"][type(part).__name__]
        shuffled = inputs[rng.permutation(len(inputs))]
        assert names["judge"](part, twin, shuffled, targets) < CLOSE, part


@pytest.mark.parametrize("seed", range(3))
def test_the_classes_of_later_chapters_agree(seed):
    """All that the package has: none as of this chapter."""
    rng, tried = np.random.default_rng(seed), set()
    for name, parts in LATER.items():
        for part, twin, *given in parts(rng):
            assert type(part) is CLASSES[name]
            assert functions()["judge"](part, twin, *given) < CLOSE, name
            tried.add(name)
    assert tried == set(LATER)


@pytest.mark.parametrize("name", ["L1", "L2"])
def test_a_penalty_agrees(name):
    names = script()
    for strength in (0.1, 3.0):
        part = CLASSES[name](strength)
        weights = leaf(np.random.default_rng(0).normal(size=(3, 4)))
        value = names["PENALTY_TWINS"][name](part, weights)
        value.backward()
        assert abs(part.penalty(weights.values) - value.values) < CLOSE
        far = np.abs(part.gradient(weights.values) - weights.gradient).max()
        assert far < CLOSE


@pytest.mark.parametrize("packed", [False, True])
def test_a_whole_network_is_judged(packed):
    names, rng = functions(), np.random.default_rng(0)
    layers = [
        Dense(*sizes, rng=rng, dtype=np.float64)
        for sizes in ((4, 6), (6, 5), (5, 3))
    ]
    for layer in layers:
        layer.weights[:] = rng.normal(size=layer.weights.shape)
        layer.biases[:] = rng.normal(size=layer.biases.shape)
    one, two, three = layers
    model = Model([one, ReLU(), two, ReLU(), three], SoftmaxCrossEntropy())
    points, labels = rng.normal(size=(9, 4)), rng.integers(3, size=9)
    params = [leaf(p.copy()) for d in layers for p in (d.weights, d.biases)]
    loss = names["cross_entropy"](names["network"](params, points), labels)
    loss.backward()
    found = pack(model) if packed else model
    still = Still()
    value = found.train_step(points, labels, still)
    assert abs(value - loss.values) < CLOSE
    ours = [g for d in layers for g in (d.d_weights, d.d_biases)]
    for gradient, tensor in zip(ours, params, strict=True):
        assert np.abs(gradient - tensor.gradient).max() < CLOSE


class Still:
    """An optimizer that changes nothing."""

    step = 0

    def update(self, pairs):
        self.step += 1


def test_a_part_that_is_slightly_wrong_is_not_close():
    """The judge on a gradient that is off by a millionth."""
    names = script()

    class Off(ReLU):
        def backward(self, d_outputs):
            return super().backward(d_outputs) * (1 + 1e-6)

    values = np.random.default_rng(0).normal(size=(3, 4))
    assert names["judge"](ReLU(), names["TWINS"]["ReLU"], values) < CLOSE
    assert names["judge"](Off(), names["TWINS"]["ReLU"], values) > 1e-7
