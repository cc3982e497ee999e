"""Reasons of chapter 26: the effect with its cause, and without."""

import tracemalloc

import numpy as np
import pytest

from claims import breadth
from nnfs_code.activations import ReLU
from nnfs_code.arrays import is_finite
from nnfs_code.convolution import Conv2D, MaxPool2D, MeanPool2D
from nnfs_code.correlation import windows
from nnfs_code.optimizers import SGD
from reasons import reason
from script_26 import names, script

PAGE = "26-convolution"


def both_orders(pool, bend, seed):
    """Return the outputs with the pool second, and with it first."""
    values = np.random.default_rng(seed).standard_normal((3, 2, 6, 6))
    return bend(pool.forward(values)), pool.forward(bend(values))


@pytest.mark.parametrize("seed", breadth(3, 20))
def test_relu_never_turns_an_order_around(seed):
    """What does turn it around, or a mean, gives other numbers."""
    reason(
        PAGE,
        "The same numbers, because ReLU never turns an order around",
    )
    relu, pool = ReLU(), MaxPool2D(2)
    slopes = np.random.default_rng(seed).standard_normal((3, 2, 3, 3))
    values = np.random.default_rng(seed).standard_normal((3, 2, 6, 6)) - 1
    pool.forward(relu.forward(values))
    second = relu.backward(pool.backward(slopes))
    relu.forward(pool.forward(values))
    first = pool.backward(relu.backward(slopes))
    np.testing.assert_array_equal(second, first)  # "either way" or none
    relu = relu.forward
    np.testing.assert_array_equal(*both_orders(MaxPool2D(2), relu, seed))
    one, other = both_orders(MaxPool2D(2), np.abs, seed)
    assert np.abs(one - other).max() > 0.1
    one, other = both_orders(MeanPool2D(2), relu, seed)
    assert np.abs(one - other).max() > 0.1


class LastOfTies(MaxPool2D):
    """Gives the slope to the last of equal numbers: all turned around."""

    def forward(self, inputs):
        return super().forward(inputs[:, :, ::-1, ::-1])[:, :, ::-1, ::-1]

    def backward(self, d_outputs):
        found = super().backward(d_outputs[:, :, ::-1, ::-1])
        return found[:, :, ::-1, ::-1]


@pytest.mark.parametrize("seed", breadth(3, 20))
def test_ties_behind_relu_make_no_difference(seed):
    reason(
        PAGE,
        "There the choice makes no difference, because ReLU lets no slope"
        " through where its output is 0",
    )
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((4, 2, 6, 6)) - 1
    slopes = rng.standard_normal((4, 2, 3, 3))

    def back(kind, relu):
        values = relu.forward(inputs) if relu else np.maximum(inputs, 0)
        pool = kind(2)
        pool.forward(values)
        found = pool.backward(slopes)
        return relu.backward(found) if relu else found

    first, last = (back(kind, ReLU()) for kind in (MaxPool2D, LastOfTies))
    np.testing.assert_array_equal(first, last)
    first, last = (back(kind, None) for kind in (MaxPool2D, LastOfTies))
    assert np.abs(first - last).max() > 0.1


@pytest.mark.parametrize("seed", breadth(2, 10))
def test_with_the_pattern_turned_it_learns_the_turned_weights(seed):
    reason(
        PAGE,
        "with the pattern turned, it can learn the turned weights, and say"
        " the same",
    )
    slide = script()["slide"]
    rng = np.random.default_rng(seed)
    picture, wanted = rng.standard_normal((8, 8)), rng.standard_normal((2, 2))
    targets = slide(picture, wanted)

    def learn(turn):
        pattern = np.zeros((2, 2))
        for _ in range(400):
            used = pattern[::-1, ::-1] if turn else pattern
            errors = slide(picture, used) - targets
            slopes = slide(picture, errors) / errors.size
            pattern = pattern - 0.3 * (slopes[::-1, ::-1] if turn else slopes)
        return pattern

    np.testing.assert_allclose(learn(False), wanted, atol=1e-4)
    np.testing.assert_allclose(learn(True), wanted[::-1, ::-1], atol=1e-4)
    assert np.abs(learn(True) - wanted).max() > 0.1


@pytest.mark.parametrize("seed", breadth(2, 10))
def test_the_effects_of_all_uses_add_up(seed):
    """A weight that is used once has the slope of that one window."""
    reason(PAGE, "Each use had an effect on the loss, and the effects add up")
    rng = np.random.default_rng(seed)
    layer = Conv2D(1, 1, 2, rng=rng, dtype=np.float64)
    inputs = rng.standard_normal((1, 1, 3, 3))
    slopes = rng.standard_normal((1, 1, 2, 2))
    layer.forward(inputs)
    layer.parameter_gradients(slopes)
    total = layer.d_weights
    single = []
    for r, c in np.ndindex(2, 2):
        layer.forward(inputs[:, :, r : r + 2, c : c + 2])
        layer.parameter_gradients(slopes[:, :, r : r + 1, c : c + 1])
        single.append(layer.d_weights)
    np.testing.assert_allclose(total, sum(single))
    assert max(np.abs(total - one).max() for one in single) > 0.1


def test_only_the_first_layer_is_told_the_wrong_thing():
    reason(
        PAGE,
        "Its own weights still get their right slopes, and so does all that"
        " follows. Only the first layer is told the wrong thing",
    )
    left, slopes = names(), []
    for kind in (Conv2D, left["Unturned"]):
        model = left["network"](0)
        model.parts[3].__class__ = kind
        pictures, labels = left["pictures"][:50], left["labels"][:50]
        model.train_step(pictures, labels, SGD(0.1))
        slopes.append([slope for _, slope in model.pairs()])
    right, wrong = slopes
    for one, other in zip(right[2:], wrong[2:], strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.abs(right[0] - wrong[0]).max() > 0.05 * np.abs(right[0]).max()


def test_a_max_pool_passes_only_one_of_four_on():
    reason(PAGE, "a max pool passes only one of four on")
    values = np.random.default_rng(0).standard_normal((2, 3, 6, 6))
    touched = []
    for kind in (MeanPool2D, MaxPool2D):
        pool = kind(2)
        found = pool.backward(np.ones_like(pool.forward(values)))
        touched.append(np.count_nonzero(found))
    assert touched[0] == values.size
    assert touched[1] == values.size / 4


def test_a_blank_picture_has_a_frame_in_padding():
    """Bright as it is; dark only where it is not 0, as if standardized."""
    reason(PAGE, "a blank bright picture seems to have a dark frame")
    reason(PAGE, "a blank dark picture, which had no frame before, seems to")
    rng = np.random.default_rng(0)

    def frame(level, padding=1):
        """Return how much darker the edges seem than the middle."""
        layer = Conv2D(1, 1, 3, padding=padding, rng=rng, dtype=np.float64)
        layer.weights[:] = 1 / 9  # the mean of a window
        said = layer.forward(np.full((1, 1, 6, 6), level))[0, 0]
        return said[2, 2] - said[0, 0]

    assert frame(1.0) > 0.5
    assert frame(0.0) == 0
    assert frame(-0.8) < -0.4
    assert frame(1.0, padding=0) == frame(-0.8, padding=0) == 0


def test_weights_for_places_care_where_a_thing_is():
    """The control: means of the same answers do not."""
    reason(
        PAGE,
        "the dense layer at the end has a weight for each place",
    )
    rng = np.random.default_rng(0)
    layer = Conv2D(1, 4, 3, padding=1, rng=rng, dtype=np.float64)
    picture = np.zeros((1, 1, 12, 12))
    picture[0, 0, 4:7, 2:5] = rng.random((3, 3))
    one, other = (
        layer.forward(np.roll(picture, k, axis=3)).copy() for k in (0, 4)
    )
    np.testing.assert_allclose(np.roll(one, 4, axis=3), other, atol=1e-12)
    weights = rng.standard_normal((one[0].size, 3))
    scores = [each.reshape(1, -1) @ weights for each in (one, other)]
    assert np.abs(scores[0] - scores[1]).max() > 0.5
    means = [each.mean(axis=(2, 3)) for each in (one, other)]
    np.testing.assert_allclose(*means)


def test_the_check_makes_a_copy_of_what_lies_in_another_order():
    reason(
        PAGE,
        "Mine lie with the samples innermost, so it first makes a copy in"
        " that order",
    )
    values = np.ones((8, 20, 20, 16))

    def room(one):
        tracemalloc.start()
        is_finite(one)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert room(values) < values.nbytes / 10
    assert room(values.transpose(3, 0, 1, 2)) >= values.nbytes


@pytest.mark.parametrize("padding", [0, 1, 2, 3])
def test_a_table_is_at_most_nine_padded_pictures(padding):
    """From a padding of two on, it is more than nine pictures themselves."""
    reason(
        PAGE,
        "So the table is up to nine times as large as the padded picture",
    )
    picture = np.ones((1, 28, 28, 2), np.float32)
    edge = (padding, padding)
    padded = np.pad(picture, ((0, 0), edge, edge, (0, 0)))
    size = windows(padded, 3, 1, 1).size
    assert 6 * padded.size < size < 9 * padded.size
    assert (size > 9 * picture.size) == (padding >= 2)
