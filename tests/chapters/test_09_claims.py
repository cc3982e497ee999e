"""The numbers that the page of chapter 9 states about runs."""

import math

import numpy as np
import pytest

from claims import claim
from nnfs_code.gradient_check import numerical_gradient
from reasons import reason

SEEDS = range(5)
FACTS = {
    "-1.859 + 0.5 = -1.359": "a difference of two numbers that are held",
    **{f"(9.{k})": "the number of a formula" for k in range(1, 17)},
    **{f"(8.{k})": "the number of a formula" for k in (12, 15, 16)},
    "(5.7)": "the number of a formula",
}


@pytest.fixture(scope="module")
def script():
    """Return the chapter's script, run once."""
    from nnfs_code.chapters import ch09_backpropagation

    return ch09_backpropagation


@pytest.fixture(scope="module")
def right_losses(script):
    """The losses after 1000 steps of the right training, a seed each."""
    return [script.train(seed, 1000)[-1][0] for seed in SEEDS]


@pytest.fixture(scope="module")
def large_ends(script):
    """The loss and share right at the end of the larger start, per seed."""
    return [script.train(seed, 1000, scale=100.0)[-1] for seed in SEEDS]


def test_half_a_gradient_hides_among_the_seeds(script, right_losses):
    half, right = claim(
        "09-backpropagation", "loss was {} with seed 0, and {} with the right"
    )
    low, high = claim(
        "09-backpropagation", "ends anywhere from {} to {}. The fault"
    )
    halved = [
        script.train(seed, 1000, relu=script.HalfReLU())[-1][0]
        for seed in SEEDS
    ]

    assert right_losses[0] == pytest.approx(right, abs=0.005)
    assert halved[0] == pytest.approx(half, abs=0.005)
    assert min(right_losses) == pytest.approx(low, abs=0.01)
    assert max(right_losses) == pytest.approx(high, abs=0.01)
    assert halved[0] < high
    assert max(halved) < math.log(3)
    reason("09-backpropagation", "with each of the five seeds the half ReLU")
    gaps = np.subtract(halved, right_losses)
    assert (gaps > 0).all()


def test_the_wrong_order_hides_and_then_explodes(script, right_losses):
    stated, step = claim(
        "09-backpropagation",
        "the wrong order was at {} after {} steps, below the right one",
    )
    within, high, end, top = claim(
        "09-backpropagation",
        "both orders are within {} of each other, with each of five seeds, and"
        " either may be the lower. Go on, and the hasty one explodes: with all"
        " five it is above {} before step {}, while the right order stays"
        " below {}. No",
    )
    hasty = [script.hasty_train(seed, int(end) - 1) for seed in SEEDS]
    early = [losses[int(step)] for losses in hasty]

    assert early[0] == pytest.approx(stated, abs=0.01)
    gaps = np.subtract(early, right_losses)
    assert np.abs(gaps).max() < within
    assert gaps.min() < 0 < gaps.max()  # "either may be the lower"
    assert min(max(losses) for losses in hasty) > high
    for seed in SEEDS:
        assert max(loss for loss, _ in script.train(seed, int(end))) < top


def test_what_the_slopes_promised(script):
    count, promise, fall = claim(
        "09-backpropagation",
        "squares of all {} slopes, times the rate, is {}, while the real "
        "fall was {}.",
    )
    gradients = [
        gradient
        for dense in (script.dense1, script.dense2)
        for gradient in (dense.d_weights, dense.d_biases)
    ]

    assert sum(gradient.size for gradient in gradients) == 17 == count
    squares = sum((gradient**2).sum() for gradient in gradients)
    assert 0.1 * squares == pytest.approx(promise, abs=0.0005)
    assert script.before - script.example_loss() == pytest.approx(
        fall, abs=0.0005
    )
    assert (promise - fall) / promise == pytest.approx(0.25, abs=0.02)


def test_the_larger_start_ends_lower(script, right_losses, large_ends):
    """Held as a reason: nothing but the scale is changed."""
    reason("09-backpropagation", "since changing it alone changes the result")
    ends = large_ends
    same = [script.train(s, 1000, scale=1.0)[-1][0] for s in SEEDS]

    assert same == right_losses
    assert max(loss for loss, _ in ends) < min(right_losses) - 0.1
    assert min(loss for loss, _ in ends) > 0.5
    assert min(share for _, share in ends) > 0.55


def test_half_of_the_steps_are_too_long(script):
    """Taken at a tenth of its length, each of these lowers the loss."""
    reason("09-backpropagation", "half of its steps are too long and raise")
    points, arms, dense1, dense2 = script.start(0, 100.0)
    parts, loss = [dense1, script.ReLU(), dense2], script.SoftmaxCrossEntropy()

    def loss_after(rate):
        for dense, weights, biases in begun:
            dense.weights = weights - rate * dense.d_weights
            dense.biases = biases - rate * dense.d_biases
        return loss.forward(script.forward(parts, points), arms)

    longer, shorter = [], []
    for _ in range(1000):
        now = loss.forward(script.forward(parts, points), arms)
        script.backward(parts, loss.backward())
        begun = [(d, d.weights, d.biases) for d in (dense1, dense2)]
        shorter.append(loss_after(0.1) - now)
        longer.append(loss_after(1.0) - now)

    rises = np.array(longer) > 0
    assert 0.4 < rises.mean() < 0.6
    assert (np.array(shorter)[rises] < 0).mean() > 0.99


def test_a_larger_rate_does_not_make_up_for_a_small_start(script):
    steps, runs = claim(
        "09-backpropagation",
        "for {} steps: all {} runs ended above $\\log 3$, with",
    )
    ends = [
        script.train(s, int(steps), rate=10.0)[-1] for s in range(int(runs))
    ]

    assert min(loss for loss, _ in ends) > math.log(3)
    # A third in most cells of the matrix, 0.37 in one.
    assert np.median([share for _, share in ends]) < 0.4
    assert max(share for _, share in ends) < 0.45


def test_a_threefold_rate_makes_up_for_a_part(
    script, right_losses, large_ends
):
    reason(
        "09-backpropagation",
        "three times the rate most of the 5 were below 1 at the end, where "
        "rate 1 brought none. The larger start ends lower still.",
    )
    ends = [script.train(seed, 1000, rate=3.0)[-1][0] for seed in SEEDS]

    assert np.median(ends) < 1 < min(right_losses)
    lower = np.median([loss for loss, _ in large_ends])
    assert lower < np.median(ends) - 0.05


def test_the_wrong_gate_shuts_every_neuron(script, monkeypatch):
    steps = claim(
        "09-backpropagation", "After {} steps all 64 neurons are off"
    )
    begun = []
    start = script.start
    monkeypatch.setattr(
        script, "start", lambda *a: begun.append(start(*a)) or begun[-1]
    )
    for seed in SEEDS:
        losses = script.train(seed, int(steps), relu=script.GradientMask())
        points, _, dense1, _ = begun[-1]
        assert (dense1.forward(points) <= 0).all()
        assert losses[-1][0] > 1.09


def test_kinks_inside_the_steps_of_a_whole_network(script):
    off, count, worst = claim(
        "09-backpropagation",
        "{} of {} numerical slopes were off by more than a thousandth, by up"
        " to {} %.",
    )
    points, arms, dense1, dense2 = script.start(3, 10.0)
    relu, loss = script.ReLU(), script.SoftmaxCrossEntropy()

    def mean_loss():
        hidden = relu.forward(dense1.forward(points))
        return loss.forward(dense2.forward(hidden), arms)

    mean_loss()
    dense1.parameter_gradients(relu.backward(dense2.backward(loss.backward())))
    coarse = numerical_gradient(mean_loss, dense1.weights)
    fine = numerical_gradient(mean_loss, dense1.weights, step=1e-7)
    error = np.abs(coarse / dense1.d_weights - 1)

    assert (error > 1e-3).sum() == off
    assert error.size == count
    assert error.max() == pytest.approx(worst / 100, abs=0.005)
    np.testing.assert_allclose(fine, dense1.d_weights, rtol=1e-3)


def test_the_price_of_small_steps(script):
    stated = claim(
        "09-backpropagation",
        "would take almost {} times as much as one forward and one backward",
    )
    both = script.there + script.back
    ratio = 2 * script.n_parameters * script.there / both

    assert 0.95 * stated < ratio < stated
    assert script.back < 2 * script.there
    loop = claim("09-backpropagation", "costs exactly two forward passes, {}.")
    d_inputs = 300 * 2 * 64
    assert script.back + d_inputs == loop == 2 * script.there
