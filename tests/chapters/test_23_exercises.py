"""Chapter 23: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from nnfs_code.layers import Dense
from nnfs_code.optimizers import SGD
from script_23 import names, script


def fresh(seed=0):
    left = names()
    return left["pack"](left["network"](seed)), left["points"], left["labels"]


def test_an_answer_stays_what_it_was():
    """The test of the page: predict, train, predict, compare with a copy."""
    packed, points, labels = fresh()
    answer = packed.forward(points)
    kept = answer.copy()
    packed.train_step(points, labels, SGD(0.1))
    packed.forward(points + 1)
    np.testing.assert_array_equal(answer, kept)
    quick = packed.quick[0]  # the planted fault
    answer = quick.forward(points)
    kept = answer.copy()
    quick.forward(points + 1)
    with pytest.raises(AssertionError):
        np.testing.assert_array_equal(answer, kept)


@pytest.mark.parametrize("seed", range(5))
def test_one_product_for_outputs_and_one_for_both_gradients(seed):
    packed, points, _ = fresh(seed)
    layer = packed.parts[0]
    layer.biases += np.random.default_rng(seed).normal(size=layer.biases.shape)
    table = packed.values[: 3 * 64].reshape(3, 64)
    with_ones = np.hstack([points, np.ones((len(points), 1))])
    outputs = with_ones @ table
    np.testing.assert_allclose(outputs, layer.forward(points), rtol=1e-12)
    layer.parameter_gradients(outputs)
    both = np.vstack([layer.d_weights, layer.d_biases])
    np.testing.assert_allclose(with_ones.T @ outputs, both, rtol=1e-9)


def test_a_number_of_numpys_makes_float64():
    small = np.ones(3, np.float32)
    assert (small * 0.5).dtype == np.float32
    assert (small * np.float64(0.5)).dtype == np.float64
    layer = Dense(3, 2, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match="inputs of dtype float32"):
        layer.forward(np.ones((1, 3), np.float32) * np.float64(0.5))


def test_the_gain_of_two_threads_follows_from_the_share():
    """Amdahl's law by an example: half of the work twice as fast."""
    work = np.array([1.0, 1.0])
    gain = work.sum() / (work / [2, 1]).sum()
    assert gain == 1 / (1 - 0.5 / 2)


def test_laps_adds_up_what_has_the_same_name():
    ticks = iter([0.0, 1.0, 5.0, 8.0, 8.0, 9.0])
    lines = [("a", int), ("b", int), ("a", int)]
    assert script()["laps"](lines, lambda: next(ticks)) == {"a": 2.0, "b": 3.0}
