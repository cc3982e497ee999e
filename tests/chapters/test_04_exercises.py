"""Chapter 4: its solutions, and the tests that catch its mistakes."""

import numpy as np
import pytest

from nnfs_code.activations import ReLU, Softmax
from nnfs_code.chapters import ch04_activation_functions as ch04

RNG = np.random.default_rng(0)


# --- Where it goes wrong -----------------------------------------------------


def over_the_wrong_axis(logits):
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=0, keepdims=True)


def without_keepdims(logits):
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=1)


def twice(logits):
    return Softmax().forward(Softmax().forward(logits))


def unshifted(logits):
    with np.errstate(over="ignore", invalid="ignore"):
        exponentials = np.exp(logits)
        return exponentials / exponentials.sum(axis=1, keepdims=True)


def gives_distributions(softmax):
    """Return whether each row is a distribution, and its own affair."""
    square = RNG.standard_normal((3, 3))
    for logits in (square, RNG.standard_normal((5, 3))):
        try:
            rows = softmax(logits)
            alone = softmax(logits[:1])
        except ValueError:
            return False
        if (rows < 0).any() or not np.allclose(rows.sum(axis=1), 1):
            return False
        if alone.shape != (1, 3) or not np.allclose(alone, rows[:1]):
            return False
    return True


@pytest.mark.parametrize("planted", [over_the_wrong_axis, without_keepdims])
def test_every_row_is_a_distribution(planted):
    assert gives_distributions(Softmax().forward)
    assert not gives_distributions(planted)


@pytest.mark.parametrize("planted", [twice, unshifted])
def test_a_sure_score_gives_a_sure_probability(planted):
    def is_sure(softmax):
        sure = softmax(np.array([[1000.0, 0.0, 0.0]]))
        return np.allclose(sure, [[1, 0, 0]])

    assert is_sure(Softmax().forward)
    assert not is_sure(planted)


def test_softmax_twice_is_not_seen_by_the_accuracy():
    logits = RNG.standard_normal((100, 3))
    once = Softmax().forward(logits)
    assert (once.argmax(axis=1) == twice(logits).argmax(axis=1)).all()
    sure = twice(np.array([[1000.0, 0.0, 0.0]])).max()
    assert sure == pytest.approx(np.e / (np.e + 1 + 1))


def largest_bend(network):
    """Return the largest `bend` over random pairs of points."""
    rng = np.random.default_rng(1)
    pairs = rng.uniform(-1, 1, (50, 2, 1, 2))
    return max(ch04.bend(network, start, end) for start, end in pairs)


def test_the_network_bends():
    assert largest_bend(ch04.careful) > 1e-6
    assert largest_bend(ch04.forgetful) < 1e-12


def test_the_forgotten_activation_looks_like_the_real_thing():
    points = RNG.uniform(-1, 1, (300, 2))
    for network in (ch04.careful, ch04.forgetful):
        probabilities = Softmax().forward(network(points))
        assert np.allclose(probabilities, 1 / 3, atol=1e-3)


# --- Exercises ---------------------------------------------------------------


def test_exercise_1_by_hand():
    softmax = Softmax().forward
    assert np.allclose(softmax(np.full((1, 4), 5.0)), 1 / 4)
    assert np.allclose(softmax(np.array([[0, np.log(3)]])), [[1 / 4, 3 / 4]])


def test_exercise_2_the_kink():
    def neuron(x):
        return ReLU().forward(np.array([-2.0 * x + 3.0]))[0]

    assert neuron(1.5) == neuron(1.51) == 0 < neuron(1.49)
    assert neuron(0.0) - neuron(1.0) == 2


def test_exercise_3_exclusive_or():
    hidden = ReLU().forward(ch04.sums.forward(ch04.corners))
    assert ch04.mix.forward(hidden).ravel().tolist() == [0, 1, 1, 0]
    straight = ch04.mix.forward(ch04.sums.forward(ch04.corners)).ravel()
    assert straight.tolist() != [0, 1, 1, 0]  # without the ReLU


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_exercise_4_the_leak(dtype):
    inputs = np.array([[-2.0, 0.0, 3.0]], dtype=dtype)
    outputs = ch04.LeakyReLU(0.1).forward(inputs)
    assert outputs.dtype == dtype
    assert np.allclose(outputs, [[-0.2, 0, 3]])


def test_exercise_5_the_temperature():
    at = Softmax().forward(np.array([[2.0, 1.0, 0.0]]) / ch04.cold)
    assert at[0, 0] == pytest.approx(0.9, abs=1e-9)


def test_exercise_6_every_point_is_met():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        knots = np.sort(rng.uniform(-5, 5, 12))
        heights = rng.standard_normal(12)
        first, last = ch04.network_through(knots, heights)
        hidden = ReLU().forward(first.forward(knots.reshape(-1, 1)))
        assert np.allclose(last.forward(hidden).ravel(), heights)
        middle = (knots[3] + knots[4]) / 2
        hidden = ReLU().forward(first.forward(np.array([[middle]])))
        mean = (heights[3] + heights[4]) / 2
        assert last.forward(hidden)[0, 0] == pytest.approx(mean)


def test_exercise_6_noon():
    noon = np.array([[12.0]])
    hidden = ReLU().forward(ch04.first.forward(noon))
    assert ch04.last.forward(hidden)[0, 0] == pytest.approx((6 + 11) / 2)


def test_a_straight_line_keeps_means_and_not_always_sums():
    """The mean tells a bend from a straight line, the sum does not."""

    def straight(z):
        return 3 * z + 5

    def relu(z):
        return max(0.0, z)

    assert straight(1 + -1) != straight(1) + straight(-1)
    assert straight((1 + -1) / 2) == (straight(1) + straight(-1)) / 2
    assert relu((1 + -1) / 2) == 0
    assert (relu(1) + relu(-1)) / 2 == 0.5
