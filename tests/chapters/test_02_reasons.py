"""Reasons that the page of chapter 2 gives, each with its cause taken away."""

import math

import numpy as np
import pytest

from nnfs_code.chapters import ch02_first_neurons as script
from reasons import reason

PAGE = "02-first-neurons"
EDGE = np.array(script.patterns[0])
DIM, BRIGHT = np.array([0.0, 0, 1, 1]), np.array([7.0, 9, 9, 10])


def layer_by(neuron, seed, n_samples=60):
    """Return a random layer's outputs: by `neuron`, and by NumPy."""
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((n_samples, 4))
    weights = rng.standard_normal((4, 3))
    biases = rng.standard_normal((1, 3))
    columns = list(zip(weights.T.tolist(), biases[0].tolist(), strict=True))
    by_hand = [[neuron(row, *c) for c in columns] for row in inputs.tolist()]
    return np.array(by_hand), inputs @ weights + biases


def share_equal(one, other, seeds=range(5)):
    """Return how many outputs of two ways are equal in every digit."""
    pairs = [
        (layer_by(one, seed)[0], layer_by(other, seed)[0]) for seed in seeds
    ]
    return np.mean([a == b for a, b in pairs])


def share_as_numpy(neuron, seeds=range(5)):
    """Return how many outputs are those of NumPy in every digit."""
    return np.mean([np.equal(*layer_by(neuron, seed)) for seed in seeds])


def test_the_place_of_the_bias_changes_last_digits():
    reason(PAGE, "another order rounds other sums")

    def without(inputs, weights, bias):
        return script.neuron(inputs, weights, 0.0)

    def without_last(inputs, weights, bias):
        return script.bias_last(inputs, weights, 0.0)

    assert share_equal(script.neuron, script.bias_last) < 0.8
    assert share_equal(without, without_last) == 1


def test_one_rounding_for_two_steps_changes_last_digits():
    reason(PAGE, "multiply and add in one go and round once")

    def rounded_between(inputs, weights, bias):
        """Do as `in_one_go` does, with the product rounded first."""
        output = 0.0
        for x, w in zip(inputs, weights, strict=True):
            product = float(script.Fraction(x) * script.Fraction(w))
            output = float(script.Fraction(product) + script.Fraction(output))
        return output + bias

    assert share_equal(script.bias_last, script.in_one_go) < 0.9
    assert share_equal(script.bias_last, rounded_between) == 1


def test_numpy_is_told_by_the_bias_last_and_the_processors_rounding():
    """With fused multiply and add, or without: the processor decides."""
    reason(PAGE, "the plain loop with the bias last agreed in at least 897")

    told = share_as_numpy(script.in_one_go), share_as_numpy(script.bias_last)
    assert max(told) > 0.99  # one of the two causes, and the order, is all
    assert min(told) < 0.9  # and they can be told apart
    assert share_as_numpy(script.neuron) < 0.8


def test_quarters_are_exact_and_random_numbers_are_not():
    reason(PAGE, "because its numbers are whole numbers or quarters, and so")

    def sums(numbers):
        """Return the sums that come out of four orders and roundings."""
        x, w = numbers.tolist()
        return {
            script.neuron(x, w, 0.25),
            script.bias_last(x, w, 0.25),
            script.in_one_go(x, w, 0.25),
            script.neuron(x[::-1], w[::-1], 0.25),
        }

    rng = np.random.default_rng(0)
    assert len(sums(rng.integers(-40, 40, (2, 50)) / 4)) == 1
    assert len(sums(rng.integers(-(2**40), 2**40, (2, 50)) / 4)) > 1
    assert len(sums(rng.standard_normal((2, 50)))) > 1


def test_part_sums_pick_up_less_rounding():
    reason(PAGE, "the fewer numbers a sum has run through, the less rounding")

    def median_error(parts, seeds=range(40), size=1024):
        off = []
        for seed in seeds:
            x, w = np.random.default_rng(seed).standard_normal((2, size))
            products = (x * w).tolist()
            sums = [sum_in_turn(products[i::parts]) for i in range(parts)]
            off.append(abs(sum_in_turn(sums) - math.fsum(products)))
        return np.median(off)

    assert median_error(16) < 0.75 * median_error(1)
    assert median_error(1024) == median_error(1)  # parts of one: no parts


def sum_in_turn(numbers):
    """Add one by one; `sum` compensates from Python 3.12 on."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def cosine(a, b):
    return script.cosine(np.asarray(a), np.asarray(b))


def test_the_bright_strip_wins_by_its_length():
    reason(
        PAGE,
        "Dividing all readings by the same number would not help",
    )

    for scale in (1.0, 10.0, 100.0):
        assert (BRIGHT / scale) @ EDGE > (DIM / scale) @ EDGE
    own = [strip / script.length(strip) @ EDGE for strip in (BRIGHT, DIM)]
    assert own[0] < own[1] / 5


def test_no_strip_points_like_the_edge_because_none_is_negative():
    reason(PAGE, "a sensor cannot report less than 0, so no strip")

    strips = np.random.default_rng(0).standard_normal((20_000, 4))
    lengths = np.sqrt((strips**2).sum(axis=1)) * script.length(EDGE)
    assert (strips @ EDGE / lengths).max() > 0.95
    assert (abs(strips) @ EDGE / lengths).max() < cosine(DIM, EDGE) + 1e-12
    assert cosine(DIM, EDGE) == pytest.approx(0.5**0.5)


def test_the_mean_makes_chance_likeness():
    reason(PAGE, "although nothing but that 1 is common to the vectors.")

    rng = np.random.default_rng(1)
    around_0 = rng.standard_normal((2, 784))
    positive = rng.random((2, 784))  # half of them are below 0.5
    uneven = np.where(rng.random((2, 784)) < 0.5, -0.1, 1.0)  # half negative
    assert cosine(*positive) > 0.7
    assert cosine(*uneven) > 0.3
    for a, b in (
        around_0,
        positive - positive.mean(axis=1, keepdims=True),
        uneven - uneven.mean(axis=1, keepdims=True),
        (around_0[0], positive[0]),  # one of the two is enough
    ):
        assert abs(cosine(a, b)) < 0.15


def test_neighbours_that_are_alike_make_chance_likeness():
    reason(PAGE, "if the numbers are drawn independently of one another")

    drawn = np.random.default_rng(0).standard_normal((60, 2, 784))
    smooth = np.cumsum(drawn, axis=2)  # each is the one before, and a little
    smooth -= smooth.mean(axis=2, keepdims=True)
    assert np.median([abs(cosine(*pair)) for pair in drawn]) < 0.05
    assert np.median([abs(cosine(*pair)) for pair in smooth]) > 0.15


def test_one_large_column_makes_chance_likeness():
    reason(PAGE, "the same few places do not outweigh the rest in both")

    drawn = np.random.default_rng(0).standard_normal((60, 2, 784))
    assert np.median([abs(cosine(*pair)) for pair in drawn]) < 0.05
    for place in (0, 300):
        uneven = drawn.copy()
        uneven[:, :, place] *= 1000
        assert np.median([abs(cosine(*pair)) for pair in uneven]) > 0.9
        mixed = [
            cosine(a, b) for (a, _), (_, b) in zip(uneven, drawn, strict=True)
        ]
        assert np.median(np.abs(mixed)) < 0.05  # in one of the two only


def test_unequal_sizes_show_a_missing_transpose():
    reason(PAGE, "because there are four inputs and three neurons")

    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="mismatch"):
        rng.standard_normal((2, 4)) @ rng.standard_normal((4, 3)).T
    square = rng.standard_normal((4, 4))
    assert (rng.standard_normal((2, 4)) @ square.T).shape == (2, 4)


def test_the_loss_hides_a_layout_that_is_learned():
    reason(PAGE, "because the network learns weights for the layout that it")

    rng = np.random.default_rng(0)
    inputs, targets = rng.standard_normal((2, 40, 8))

    def loss(weights):
        return np.mean((inputs @ weights - targets) ** 2)

    best = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    learned_turned = best.T.copy()  # what training by `weights.T` finds
    assert loss(learned_turned.T) == loss(best)
    assert loss(best.T) > 1.05 * loss(best)  # weights that someone else found


def test_a_fall_and_a_rise_score_alike_because_of_the_bias():
    reason(PAGE, "because the bias of −1 is part of every score")

    rise, fall = script.windows[1] @ EDGE, script.windows[4] @ EDGE
    assert (rise, fall) == (6, -4)
    assert rise - 1 == -(fall - 1) == 5


def test_the_plane_is_cut_at_right_angles_to_the_weights():
    reason(PAGE, "since moving at a right angle to")

    w, x = np.array([2.0, 1.0]), np.array([2.0, 1.0])
    along, across = np.array([2.0, 1.0]), np.array([-1.0, 2.0])
    assert (x + 3 * across) @ w == x @ w
    assert (x + 3 * along) @ w > x @ w


NOTEBOOK = "notebooks/02-sliding-over-a-picture"


def test_a_sum_of_0_makes_a_neuron_blind_to_uniform_light():
    reason(NOTEBOOK, "A sum of 0 makes a neuron blind to uniform light.")

    drawn = np.random.default_rng(0).standard_normal((9, 1000))
    uniform = np.full(9, 0.7)
    assert np.median(abs(uniform @ drawn)) > 1
    assert max(abs(uniform @ (drawn - drawn.mean(axis=0)))) < 1e-12


def test_shadow_over_the_whole_window_leaves_its_direction():
    reason(
        NOTEBOOK,
        "a window that is darker as a whole points the same way.",
    )

    right = np.array([-1.0, 0, 1] * 3)
    window = np.array([0.0, 0, 1] * 3)
    half = window * np.repeat([1, 1, 0.25], 3)
    assert cosine(window * 0.25, right) == pytest.approx(cosine(window, right))
    assert cosine(half, right) < 0.95 * cosine(window, right)
