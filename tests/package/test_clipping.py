"""Clipping: the norm of all gradients, and an optimizer that obeys it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.activations import ReLU
from nnfs_code.clipping import Clipped, norm
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError
from nnfs_code.model import Model
from nnfs_code.optimizers import SGD, Adam, Momentum, RMSProp
from nnfs_code.packing import pack
from nnfs_code.schedules import ExponentialDecay

INPUTS = np.random.default_rng(1).standard_normal((8, 3))
TARGETS = INPUTS[:, :1] * 3 + 1


def pairs(scale=1.0):
    rng = np.random.default_rng(0)
    shapes = [(3, 2), (1, 2)]
    return [
        (rng.standard_normal(s), scale * rng.standard_normal(s))
        for s in shapes
    ]


def network():
    rng = np.random.default_rng(0)
    front = Dense(3, 4, rng=rng, dtype=np.float64)
    parts = [front, ReLU(), Dense(4, 1, rng=rng, dtype=np.float64)]
    return Model(parts, MeanSquaredError())


def test_the_norm_is_that_of_one_long_row():
    given = pairs()
    row = np.concatenate([slope.ravel() for _, slope in given])
    assert norm(given) == pytest.approx(np.linalg.norm(row))


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_a_step_keeps_its_direction_and_gets_its_length(scale, most):
    found, before = pairs(scale), pairs(scale)
    length = norm(before)
    Clipped(SGD(1.0), most).update(found)
    moved = [(v, v - w) for (v, _), (w, _) in zip(before, found, strict=True)]
    assert norm(moved) == pytest.approx(min(length, most))
    for (_, step), (_, slope) in zip(moved, before, strict=True):
        share = min(1.0, most / length)
        np.testing.assert_allclose(step, share * slope, atol=1e-12)


def test_the_gradients_themselves_stay():
    found, before = pairs(100), pairs(100)
    clipped = Clipped(SGD(0.1), 1.0)
    assert clipped.last_norm == 0
    clipped.update(found)
    for (_, slope), (_, expected) in zip(found, before, strict=True):
        np.testing.assert_array_equal(slope, expected)
    assert clipped.last_norm == norm(before)
    assert (clipped.step, clipped.optimizer.step) == (1, 1)


@pytest.mark.parametrize("make", [lambda: Momentum(0.1), lambda: Adam(0.1)])
def test_a_short_gradient_is_left_alone(make):
    one, two = pairs(), pairs()
    plain, clipped = make(), Clipped(make(), 1e9)
    for _ in range(3):
        plain.update(one)
        clipped.update(two)
    for (value, _), (expected, _) in zip(one, two, strict=True):
        np.testing.assert_array_equal(value, expected)


def test_the_rate_is_that_of_the_one_inside():
    schedule = ExponentialDecay(0.1, 0.5)
    clipped = Clipped(SGD(schedule), 1e9)
    assert clipped.learning_rate is schedule
    assert clipped.rate() == 0.1
    clipped.update(pairs())
    assert clipped.rate() == clipped.optimizer.rate() < 0.1
    clipped.learning_rate = 0.3
    assert clipped.optimizer.learning_rate == 0.3


def test_a_started_optimizer_goes_on():
    adam, given = Adam(0.1), pairs()
    adam.update(given)
    clipped = Clipped(adam, 1.0)
    clipped.update(given)
    assert (clipped.step, adam.step) == (2, 2)
    clipped.update(given)
    assert (clipped.step, adam.step) == (3, 3)


def test_at_step_0_the_one_inside_starts_anew_as_well():
    rate = ExponentialDecay(0.1, 0.5)
    used, fresh = (Clipped(Adam(rate), 1.0) for _ in range(2))
    for _ in range(3):
        used.update(pairs())
    used.step = 0
    found, expected = pairs()[:1], pairs()[:1]  # and for other values
    for optimizer, some in ((used, found), (fresh, expected)):
        optimizer.update(some)
        optimizer.update(some)
    np.testing.assert_array_equal(found[0][0], expected[0][0])
    assert (used.step, used.optimizer.step) == (2, 2)


@pytest.mark.parametrize("make", [SGD, Momentum, RMSProp, Adam])
def test_a_packed_model_takes_it_over(make):
    plain, one = network(), Clipped(make(0.01), 0.1)
    begun, two = network(), Clipped(make(0.01), 0.1)
    expected = [plain.train_step(INPUTS, TARGETS, one) for _ in range(6)]
    found = [begun.train_step(INPUTS, TARGETS, two) for _ in range(2)]
    packed = pack(begun)
    found += [packed.train_step(INPUTS, TARGETS, two) for _ in range(4)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert min(one.last_norm, two.last_norm) > 0.1
    assert two.kinds == two.optimizer.kinds == [((21,), np.dtype(float))]
    assert one.kinds == one.optimizer.kinds != two.kinds


def test_what_is_refused_changes_nothing():
    clipped, given = Clipped(Adam(0.1), 1.0), pairs()
    given[1][1][0, 0] = np.nan
    before = [value.copy() for value, _ in given]
    with pytest.raises(
        ValueError, match=r"^Clipped expected a finite gradient in"
    ):
        clipped.update(given)
    for (value, _), expected in zip(given, before, strict=True):
        np.testing.assert_array_equal(value, expected)
    assert (clipped.step, clipped.optimizer.step) == (0, 0)


def test_a_norm_that_overflows_does_not_become_a_step_of_0():
    value, slope = np.ones(2, np.float32), np.full(2, 1e20, np.float32)
    clipped = Clipped(SGD(0.1), 1.0)
    with pytest.raises(ValueError, match=r"^Clipped .* finite norm, got inf$"):
        clipped.update([(value, slope)])
    assert value.tolist() == [1, 1]
    assert (clipped.step, clipped.optimizer.step) == (0, 0)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: Clipped(3.0, 1.0), TypeError, "an optimizer, got a float"),
        (lambda: Clipped(SGD, 1.0), TypeError, "an optimizer, got a type"),
        (lambda: Clipped({}, 1.0), TypeError, "an optimizer, got a dict"),
        (lambda: Clipped(SGD(0.1), 0), ValueError, "max_norm above 0, got 0"),
        (
            lambda: Clipped(SGD(0.1), -1),
            ValueError,
            "max_norm at least 0 and less than inf, got -1",
        ),
        (
            lambda: Clipped(SGD(0.1), "1"),
            TypeError,
            "max_norm as a number, got '1'",
        ),
    ],
)
def test_what_it_does_not_take(call, error, said):
    with pytest.raises(error, match=f"^Clipped expected {said}$"):
        call()
