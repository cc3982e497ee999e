"""Chapter 24: solutions of the exercises."""

import numpy as np
import pytest

from nnfs_code.activations import Sigmoid
from nnfs_code.autograd import ordered
from nnfs_code.gradient_check import check
from script_24 import functions, leaf


@pytest.mark.parametrize(("x", "y"), [(2.0, 3.0), (-1.0, 0.5)])
def test_1_by_hand(x, y):
    one, two = leaf(x), leaf(y)
    ((one + two) * one).backward()
    assert (one.gradient, two.gradient) == (2 * x + y, x)


def test_2_one_rule_is_that_of_chapter_9():
    names = functions()
    x = np.random.default_rng(0).normal(size=(4, 3))
    part = names["AsPart"](names["sigmoid"])
    by_hand = Sigmoid()
    by_hand.forward(x)
    slopes = np.ones_like(x)
    part.forward(x)
    np.testing.assert_allclose(part.backward(slopes), by_hand.backward(slopes))
    assert check(part, x)
    assert len(ordered(part.outputs)) == 2


@pytest.mark.parametrize("seed", range(5))
def test_3_age_is_a_topological_order(seed):
    rng, made = np.random.default_rng(seed), [leaf(1.0)]
    for _ in range(30):
        one, two = rng.integers(len(made), size=2)
        made.append(made[one] + made[two])
    age = {tensor: k for k, tensor in enumerate(made)}
    found = functions()["by_age"](made[-1], age)
    assert set(found) == set(ordered(made[-1]))
    place = {tensor: k for k, tensor in enumerate(found)}
    for tensor in found:
        assert all(place[p] < place[tensor] for p in tensor.parents)


@pytest.mark.parametrize("seed", range(5))
def test_4_a_row_that_is_scaled_has_two_sums_of_0(seed):
    """And a row that is only centred has one of them."""
    rng = np.random.default_rng(seed)
    x, d_outputs = leaf(rng.normal(size=(3, 5))), rng.normal(size=(3, 5))
    centred = x - x.mean(axis=1, keepdims=True)
    spread = (centred**2).mean(axis=1, keepdims=True) ** 0.5
    (centred / spread).backward(d_outputs)
    sums = x.gradient.sum(axis=1), (x.gradient * x.values).sum(axis=1)
    np.testing.assert_allclose(sums, 0, atol=1e-12)
    x.gradient = None
    (x - x.mean(axis=1, keepdims=True)).backward(d_outputs)
    np.testing.assert_allclose(x.gradient.sum(axis=1), 0, atol=1e-12)
    assert np.abs((x.gradient * x.values).sum(axis=1)).max() > 0.01
