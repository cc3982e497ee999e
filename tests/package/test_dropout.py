"""Dropout: its mask, its mean, its way back, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.gradient_check import check
from nnfs_code.layers import Dropout

RATES = st.floats(0, 0.95)
SEEDS = st.integers(0, 10_000)


def dropout(rate, seed=0):
    return Dropout(rate, rng=np.random.default_rng(seed))


def batch(seed=0, shape=(5, 4), dtype=np.float64):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def test_a_mask_by_hand():
    class Drawn:
        def random(self, shape):
            return np.array([[0.0, 0.7, 0.75, 0.9]])

    layer = Dropout(0.75, rng=Drawn())
    inputs = np.array([[1.0, 2.0, 3.0, -4.0]])
    outputs = layer.forward(inputs, training=True)
    np.testing.assert_array_equal(outputs, [[0, 0, 12, -16]])
    np.testing.assert_array_equal(layer.mask, [[0, 0, 4, 4]])
    np.testing.assert_array_equal(
        layer.backward(np.array([[10.0, 10.0, 10.0, 100.0]])),
        [[0, 0, 40, 400]],
    )


@given(rate=RATES, seed=SEEDS)
def test_each_entry_is_dropped_or_divided_by_what_stays(rate, seed):
    layer, inputs = dropout(rate, seed), batch(seed)
    outputs = layer.forward(inputs, training=True)
    kept = outputs != 0
    np.testing.assert_allclose(outputs[kept], inputs[kept] / (1 - rate))
    assert set(np.unique(layer.mask)) <= {0, 1 / (1 - rate)}


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_share_mean_and_spread_are_those_of_the_rate(rate):
    outputs = dropout(rate).forward(np.ones((400, 500)), training=True)
    # Of 200,000 draws: four standard errors.
    error = 4 * np.sqrt(rate * (1 - rate) / outputs.size)
    assert abs((outputs == 0).mean() - rate) < error
    assert abs(outputs.mean() - 1) < error / (1 - rate)
    assert outputs.var() == pytest.approx(rate / (1 - rate), rel=0.03)


def test_neighbours_are_dropped_independently():
    kept = dropout(0.5).forward(np.ones((2000, 60)), training=True) != 0
    both = (kept[:, 1:] & kept[:, :-1]).mean()
    above = (kept[1:] & kept[:-1]).mean()
    assert both == pytest.approx(0.25, abs=0.006)
    assert above == pytest.approx(0.25, abs=0.006)


def test_every_pass_of_training_draws_a_new_mask():
    layer, inputs = dropout(0.5), np.ones((10, 10))
    first = layer.forward(inputs, training=True)
    second = layer.forward(inputs, training=True)
    assert 0.3 < (first != second).mean() < 0.7


def test_the_same_generator_draws_the_same_masks():
    inputs = np.ones((10, 10))
    np.testing.assert_array_equal(
        dropout(0.5, seed=7).forward(inputs, training=True),
        dropout(0.5, seed=7).forward(inputs, training=True),
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_prediction_changes_nothing_and_draws_nothing(dtype):
    layer, inputs = dropout(0.5), batch(dtype=dtype)
    before = layer.rng.bit_generator.state
    assert layer.forward(inputs) is inputs
    d_outputs = batch(1, dtype=dtype)
    np.testing.assert_array_equal(layer.backward(d_outputs), d_outputs)
    assert layer.rng.bit_generator.state == before


@pytest.mark.parametrize("shape", [(5,), (5, 4), (2, 3, 4)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_float_type_are_kept(shape, dtype):
    layer, inputs = dropout(0.3), batch(0, shape, dtype)
    inputs.setflags(write=False)
    outputs = layer.forward(inputs, training=True)
    d_inputs = layer.backward(np.ones_like(inputs))
    for found in (outputs, d_inputs, layer.mask):
        assert (found.shape, found.dtype) == (shape, dtype)


def test_a_rate_of_0_keeps_everything():
    inputs = batch()
    outputs = dropout(0).forward(inputs, training=True)
    np.testing.assert_array_equal(outputs, inputs)


class HeldStill:
    """Dropout that draws the same mask at each pass, for a gradient check."""

    def __init__(self, layer):
        self.layer = layer

    def forward(self, inputs):
        self.layer.rng = np.random.default_rng(3)
        return self.layer.forward(inputs, training=True)

    def backward(self, d_outputs):
        return self.layer.backward(d_outputs)


class Unscaled(HeldStill):
    """The planted fault: backward forgets to divide."""

    def backward(self, d_outputs):
        return d_outputs * (self.layer.mask > 0)


class Undropped(HeldStill):
    """The planted fault: backward forgets the mask."""

    def backward(self, d_outputs):
        return d_outputs / (1 - self.layer.rate)


@given(rate=RATES, seed=SEEDS)
def test_the_gradient_with_the_mask_held_still(rate, seed):
    assert check(HeldStill(dropout(rate)), batch(seed)).agrees


@pytest.mark.parametrize("fault", [Unscaled, Undropped])
def test_that_check_would_catch_a_wrong_gradient(fault):
    assert not check(fault(dropout(0.5)), batch()).agrees


def test_it_says_that_it_differs_in_training():
    assert Dropout.differs_in_training is True


@pytest.mark.parametrize(
    ("rate", "error", "message"),
    [
        ("half", TypeError, "Dropout expected rate as a number, got 'half'"),
        (-0.1, ValueError, "Dropout expected rate at least 0 and less than 1"),
        (1, ValueError, "rate at least 0 and less than 1, got 1"),
    ],
)
def test_a_rate_is_a_share(rate, error, message):
    with pytest.raises(error, match=message):
        dropout(rate)


def test_inputs_are_checked_before_a_mask_is_drawn():
    layer = dropout(0.5)
    before = layer.rng.bit_generator.state
    with pytest.raises(ValueError, match="Dropout expected finite inputs"):
        layer.forward(np.array([[np.nan]]), training=True)
    assert layer.rng.bit_generator.state == before
    assert not hasattr(layer, "mask")


def test_backward_needs_forward_and_its_shape():
    layer = dropout(0.5)
    with pytest.raises(RuntimeError, match="expected forward to be call"):
        layer.backward(np.ones((2, 2)))
    layer.forward(np.ones((2, 2)), training=True)
    words = r"^Dropout.backward expected d_outputs of shape \(2, 2\)"
    with pytest.raises(ValueError, match=words):
        layer.backward(np.ones((2, 3)))
    with pytest.raises(TypeError, match="d_outputs of dtype float64"):
        layer.backward(np.ones((2, 2), np.float32))
