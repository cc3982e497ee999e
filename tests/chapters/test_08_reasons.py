"""Reasons that the page of chapter 8 gives, each with its cause taken away."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.activations import Softmax
from nnfs_code.chapters import ch08_gradients_and_the_chain_rule as script
from nnfs_code.chapters.ch08_gradients_and_the_chain_rule import (
    numerical_jacobian,
)
from nnfs_code.data import spiral
from nnfs_code.gradient_check import numerical_gradient
from reasons import reason

PAGE = "08-gradients-and-the-chain-rule"


def test_three_rounded_sums_do_not_lead_back_to_the_start():
    reason(
        PAGE,
        "one step up, two down and one up again would end beside the start "
        "for most numbers of ordinary size, because each sum is rounded to "
        "whole gaps, and the double step often not to twice as many",
    )
    tried = claim(
        "08-gradients-and-the-chain-rule",
        "I tried it on {} random numbers of ordinary size",
    )
    stated = claim(
        "08-gradients-and-the-chain-rule",
        "there {} of them came back as another number",
    )
    rng, step = np.random.default_rng(0), 1e-5
    before = rng.normal(size=int(tried))
    values = before.copy()

    numerical_gradient(lambda: float(values @ values), values)

    up_down_up = ((before + step) - 2 * step) + step
    assert (values == before).all()  # from a copy
    assert (up_down_up != before).sum() == stated
    assert ((before + step) - step == before).all()  # what I had believed
    ones, even = rng.uniform(1, 2, 1000), 1.1e-5  # its double is twice it
    assert (ones + even - ones == even).sum() < 10  # each sum is rounded
    assert (((ones + even) - 2 * even) + even == ones).all()
    eighths, eighth = np.round(8 * before) / 8, 1 / 8  # nothing is rounded
    assert (((eighths + eighth) - 2 * eighth) + eighth == eighths).all()


def test_finally_puts_a_weight_back_when_the_function_fails():
    reason(PAGE, "And it is put back in finally, a block that Python runs")

    def fails():
        raise ZeroDivisionError

    def without_finally(values, step=1e-5):
        original = values[0]
        values[0] = original + step
        fails()
        values[0] = original

    kept, left_off = np.ones(1), np.ones(1)
    with pytest.raises(ZeroDivisionError):
        numerical_gradient(fails, kept)
    with pytest.raises(ZeroDivisionError):
        without_finally(left_off)
    assert kept[0] == 1
    assert left_off[0] != 1


def typical_cosine(n_weights):
    """Return the median of |cos| between random directions and a fixed one."""
    rng = np.random.default_rng(1)
    gradient = rng.normal(size=n_weights)
    tries = rng.normal(size=(200, n_weights))
    lengths = np.linalg.norm(tries, axis=1) * np.linalg.norm(gradient)
    return np.median(np.abs(tries @ gradient) / lengths)


def test_random_directions_are_level_when_there_are_many_weights():
    reason(PAGE, "typically 1 over the root of the number of weights")

    assert typical_cosine(2) > 0.5
    for n_weights in (100, 10_000):  # the median of a normal size is 0.67
        root = n_weights**0.5
        assert 0.5 < typical_cosine(n_weights) * root < 0.85


def test_a_relu_that_is_off_stops_the_gradient():
    reason(PAGE, "because the ReLU's slope there is 0")

    def loss(theta, leak):
        z = 2 * theta[0] - theta[1] + theta[2]
        return float((max(leak * z, z) - 1) ** 2)

    theta = script.off.copy()
    silent = numerical_gradient(lambda: loss(theta, 0.0), theta)
    leaking = numerical_gradient(lambda: loss(theta, 0.1), theta)

    assert (silent == 0).all()
    assert (np.abs(leaking) > 0.1).all()


def test_others_shrink_since_the_total_grows_and_their_parts_stay():
    """A sum of 1 alone would not do: let one score move two exponentials."""
    reason(
        PAGE,
        "The other exponentials stay as they are, and are now shares of a "
        "larger total.",
    )
    scores = np.array([[2.0, 1.0, 0.0]])
    coupled = np.array([[1.0, 0.9, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])

    plain = numerical_jacobian(lambda: Softmax().forward(scores), scores)
    mixed = numerical_jacobian(
        lambda: Softmax().forward(scores @ coupled), scores
    )

    assert plain[0, 0] > 0 > plain[1:, 0].max()
    assert mixed[1, 0] > 0  # probability 1 grows with score 0
    np.testing.assert_allclose(mixed.sum(axis=0), 0, atol=1e-8)


def sums(function, scores):
    """Return the largest sum of a row and of a column of the Jacobian."""
    table = numerical_jacobian(lambda: function(scores), scores)
    return np.abs(table.sum(axis=1)).max(), np.abs(table.sum(axis=0)).max()


def test_rows_sum_to_0_by_the_shift_and_columns_by_the_sum():
    reason(PAGE, "because of the shift of chapter 4")
    reason(PAGE, "because the probabilities keep their sum, 1")
    scores = np.array([[2.0, 1.0, 0.5]])

    def shares(z):  # sum 1, and changed by a shift
        return z / z.sum()

    def against_the_mean(z):  # not changed by a shift, no sum of 1
        return np.exp(z - z.mean())

    assert max(sums(Softmax().forward, scores)) < 1e-8
    assert sums(shares, scores)[0] > 0.01
    assert sums(shares, scores)[1] < 1e-8
    assert sums(against_the_mean, scores)[0] < 1e-8
    assert sums(against_the_mean, scores)[1] > 0.01


def test_a_missing_transpose_hides_in_a_square_layer():
    reason(PAGE, "because the layer has as many neurons as inputs")
    rng = np.random.default_rng(2)

    assert (rng.normal(size=(1, 3)) @ rng.normal(size=(3, 3))).shape == (1, 3)
    with pytest.raises(ValueError, match="mismatch"):
        rng.normal(size=(1, 4)) @ rng.normal(size=(3, 4))


def test_a_copy_never_changes():
    reason(
        PAGE,
        "the function reads copy, which never changes. So all slopes come "
        "out as 0.",
    )
    start = np.array([1.0, 2.0])
    copy, view = start.copy(), start[:]

    assert not numerical_gradient(lambda: float(copy @ copy), start).any()
    assert numerical_gradient(lambda: float(view @ view), start).all()


def bias_error(arms_of_centre, step):
    """Return how far measured and derived bias slopes are apart, as a share.

    An untrained network 2–16–3 on the spiral; the three points at its centre
    belong to the given classes.
    """
    rng = np.random.default_rng(0)
    points, arms = spiral(100, 3, rng=rng, dtype=np.float64)
    arms[(points == 0).all(axis=1)] = arms_of_centre
    weights1 = 0.01 * rng.standard_normal((2, 16))
    weights2 = 0.01 * rng.standard_normal((16, 3))
    biases, rows = np.zeros((1, 16)), np.arange(300)

    def loss():
        hidden = np.maximum(points @ weights1 + biases, 0)
        scores = hidden @ weights2
        losses = np.log(np.exp(scores).sum(axis=1)) - scores[rows, arms]
        return float(losses.mean())

    z = points @ weights1
    p = Softmax().forward(np.maximum(z, 0) @ weights2)
    d_z = (p - np.eye(3)[arms]) / 300 @ weights2.T * (z > 0)
    derived = d_z.sum(axis=0, keepdims=True)
    error = np.abs(numerical_gradient(loss, biases, step) - derived)
    return error.max() / np.abs(derived).max()


def test_the_centre_is_innocent_since_its_classes_cancel():
    reason(
        PAGE,
        "the three points belong to three classes and get one third each, so "
        "their shares cancel",
    )

    # Steps too short for the other kinks: the centre alone is looked at.
    assert bias_error([0, 1, 2], step=1e-8) < 1e-3
    assert bias_error([0, 0, 0], step=1e-8) > 5e-3


def test_the_steps_reach_over_kinks_that_are_near():
    reason(PAGE, "within one step of 0.00001 from the kink")

    assert bias_error([0, 1, 2], step=1e-5) > 5e-3
    assert bias_error([0, 1, 2], step=1e-8) < 1e-3
