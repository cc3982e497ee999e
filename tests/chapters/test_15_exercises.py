"""Chapter 15: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from nnfs_code.gradient_check import check
from nnfs_code.layers import Dropout
from scripted import definitions

SCRIPT = definitions("ch15_dropout")


def layer(kind, rate=0.5):
    return kind(rate, rng=np.random.default_rng(0))


def keeps_the_mean(dropout):
    """The mean of many passes must be the pass without a mask."""
    inputs = np.arange(1.0, 5.0)[np.newaxis]
    passes = [dropout.forward(inputs, training=True) for _ in range(4000)]
    mean = np.mean(passes, axis=0)
    return bool(np.allclose(mean, dropout.forward(inputs), rtol=0.1))


def draws_anew(dropout):
    """Two passes in training must differ."""
    inputs = np.ones((4, 50))
    one, other = (dropout.forward(inputs, training=True) for _ in range(2))
    return bool((one != other).any())


def test_the_two_checks_pass_the_right_layer_and_catch_the_mistakes():
    found = {
        kind.__name__: (keeps_the_mean(layer(kind)), draws_anew(layer(kind)))
        for kind in (Dropout, SCRIPT["Unscaled"], SCRIPT["MaskOnce"])
    }
    assert found == {
        "Dropout": (True, True),
        "Unscaled": (False, True),
        "MaskOnce": (False, False),
    }


def test_two_masks_are_caught_by_the_gradient_check_and_not_by_the_loss():
    inputs = np.random.default_rng(1).normal(size=(4, 5))
    assert check(SCRIPT["HeldStill"](layer(Dropout)), inputs).agrees
    assert not check(SCRIPT["TwoMasks"](layer(Dropout)), inputs).agrees

    class DrawsBackwards(Dropout):
        def backward(self, d_outputs):
            return d_outputs * (self.rng.random(d_outputs.shape) >= 0.5) * 2

    network, known, _ = SCRIPT["bands"](0, 0.5)
    network.dropout = layer(DrawsBackwards)
    before = SCRIPT["judge"](network, known)[1]
    SCRIPT["train"](network, known, 0.02, 200)
    assert SCRIPT["judge"](network, known)[1] < before / 10


def test_left_on_the_numbers_are_worse_and_not_the_same_twice():
    network, known, fresh = SCRIPT["bands"](0, 0.8)
    SCRIPT["train"](network, known, 0.02, 200)
    one, other = (network.scores(fresh[0], training=True) for _ in range(2))
    assert (one != other).any()
    np.testing.assert_array_equal(
        network.scores(fresh[0]), network.scores(fresh[0])
    )
    right = (one.argmax(axis=1) == fresh[1]).mean()
    assert right < SCRIPT["judge"](network, fresh)[0]


def test_many_masks_vote_as_well_as_none():
    network, known, fresh = SCRIPT["bands"](1, 0.8)
    SCRIPT["train"](network, known, 0.02, 200)
    rights = [
        (SCRIPT["average"](network, fresh[0], n).argmax(axis=1) == fresh[1])
        for n in (1, 60)
    ]
    none = SCRIPT["judge"](network, fresh)[0]
    assert rights[0].mean() < none - 0.02
    assert rights[1].mean() == pytest.approx(none, abs=0.03)


def test_solution_1():
    numbers, rate = np.array([1.0, 3.0]), 0.25
    draws = layer(Dropout, rate).forward(
        np.tile(numbers, (200_000, 1)), training=True
    )
    sums = draws.sum(axis=1)
    assert sums.mean() == pytest.approx(4, abs=0.02)
    assert sums.var() == pytest.approx(10 / 3, abs=0.05)


@pytest.mark.parametrize("n", [2, 8])
def test_solution_2(n):
    outputs = layer(Dropout).forward(np.ones((100_000, n)), training=True)
    share = (outputs == 0).all(axis=1).mean()
    assert share == pytest.approx(0.5**n, rel=0.15)


def test_solution_3():
    noise = layer(SCRIPT["Noise"], 0.8)
    outputs = noise.forward(np.full((300, 300), 2.0), training=True)
    assert outputs.mean() == pytest.approx(2, abs=0.06)
    assert outputs.var() == pytest.approx(0.8 / 0.2 * 4, rel=0.03)
    assert check(HeldNoise(noise), np.ones((3, 4))).agrees
    rights = []
    for seed in range(5):
        network, known, fresh = SCRIPT["bands"](seed, 0.8)
        network.dropout = layer(SCRIPT["Noise"], 0.8)
        SCRIPT["train"](network, known, 0.02, 200)
        rights.append(SCRIPT["judge"](network, fresh)[0])
    assert np.median(rights) > 0.75


class HeldNoise(SCRIPT["HeldStill"]):
    """The noise of the third exercise, the same at each pass."""
