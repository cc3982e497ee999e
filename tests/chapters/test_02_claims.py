"""Numbers that the page of chapter 2 states about runs."""

import math

import numpy as np
import pytest

from claims import claim
from nnfs_code.chapters import ch02_first_neurons as script

_MACHINE = "measured on 2026-11-22; the last digits depend on the machine"
FACTS = {
    "my loop was off by $4.8 \\times 10^{-13}$": _MACHINE,
    "the product with @ by $4.6 \\times 10^{-12}$": _MACHINE,
}


def outputs_both_ways(seed):
    """Return the 900 outputs of a random layer: NumPy's, the loops'."""
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((300, 4))
    weights = rng.standard_normal((4, 3))
    biases = rng.standard_normal((1, 3))
    in_python = [
        script.layer(row, weights.T.tolist(), biases[0].tolist())
        for row in inputs.tolist()
    ]
    return inputs @ weights + biases, np.array(in_python)


def test_about_half_of_the_outputs_are_equal_in_every_digit():
    low, high = claim(
        "02-first-neurons",
        "equal in every digit: between {} % and {} % over ten seeds on my "
        "machine.",
    )

    pairs = [outputs_both_ways(seed) for seed in range(10)]
    shares = [100 * (one == other).mean() for one, other in pairs]

    # Another machine adds in another order: the band is wide there.
    assert low - 30 < min(shares) <= max(shares) < high + 30
    assert max(np.abs(one - other).max() for one, other in pairs) < 1e-13


def test_the_bias_last_is_not_the_only_cause():
    low, high = claim(
        "02-first-neurons", "They did in {} % to {} % of the outputs"
    )

    for seed in range(10):
        rng = np.random.default_rng(seed)
        inputs = rng.standard_normal((300, 4)).tolist()
        weights = rng.standard_normal((4, 3)).T.tolist()
        biases = rng.standard_normal(3).tolist()
        same = [
            script.bias_last(row, w, b) == script.in_one_go(row, w, b)
            for row in inputs
            for w, b in zip(weights, biases, strict=True)
        ]
        assert low - 0.5 < 100 * np.mean(same) < high + 0.5


def errors_of_a_long_sum(seed, size):
    """Return how far the loop and NumPy are from the exact dot product."""
    rng = np.random.default_rng(seed)
    x, w = rng.standard_normal(size), rng.standard_normal(size)
    exact = math.fsum((x * w).tolist())
    loop = script.neuron(x.tolist(), w.tolist(), 0.0)
    return abs(loop - exact), abs(float(x @ w) - exact)


def test_numpy_is_nearer_to_the_truth_for_most_seeds():
    wins, fewest, most = claim(
        "02-first-neurons",
        "NumPy was nearer to the truth in {} of them on my machine (in {} "
        "to {} on others)",
    )

    errors = [errors_of_a_long_sum(seed, 100_000) for seed in range(20)]

    loop, array = np.array(errors).T
    assert 10 < fewest < wins < most < 20  # of a million numbers each
    assert (array < loop).sum() > 10
    assert np.median(array) < np.median(loop)
    assert max(loop.max(), array.max()) < 1e-9


def test_dividing_by_the_length_of_the_strip_alone():
    dim, bright, both = claim(
        "02-first-neurons",
        "does help: {} against {}. The cosine divides by the length of the "
        "weights too, which is {} for both",
    )
    edge = np.array([-1.0, -1.0, 1.0, 1.0])
    for values, stated in (([0, 0, 1, 1], dim), ([7, 9, 9, 10], bright)):
        strip = np.array(values, dtype=float)
        scaled = strip @ edge / script.length(strip)
        assert scaled == pytest.approx(stated, abs=0.0005)
    assert both == script.length(edge)


def cosines_with_a_random_pattern(seed, n_inputs):
    rng = np.random.default_rng(seed)
    pattern = rng.standard_normal(n_inputs)
    others = rng.standard_normal((2000, n_inputs))
    lengths = np.linalg.norm(others, axis=1) * np.linalg.norm(pattern)
    return others @ pattern / lengths


@pytest.mark.parametrize("seed", range(6))
def test_long_random_vectors_are_at_right_angles(seed):
    best = claim("02-first-neurons", "With 784 inputs, the best reaches {}.")

    few = cosines_with_a_random_pattern(seed, 4)
    many = cosines_with_a_random_pattern(seed, 784)

    assert few.max() > 0.97  # "a near-perfect match"
    assert many.max() == pytest.approx(best, abs=0.03)
    off = np.abs(90 - np.degrees(np.arccos(many)))
    assert np.median(off) < 1.5  # "within a degree and a half"


def test_a_square_layer_keeps_its_spread_and_loses_its_values():
    stated = claim(
        "02-first-neurons", "And {} % of the outputs agree to one hundredth"
    )

    for seed in range(5):
        rng = np.random.default_rng(seed)
        batch = rng.standard_normal((300, 64))
        square = rng.standard_normal((64, 64))
        right, wrong = batch @ square, batch @ square.T
        assert wrong.std() == pytest.approx(right.std(), rel=0.05)
        agree = 100 * np.isclose(right, wrong, rtol=0.01).mean()
        assert agree == pytest.approx(stated, abs=0.2)


def test_the_size_of_a_weight_depends_on_the_unit():
    by_km, by_metre = claim(
        "02-first-neurons",
        "the courier's {} minutes a kilometre are {} minutes a metre.",
    )

    km = [1.0, 2.5, 5.0]
    there = [script.neuron([x], [by_km], 6.0) for x in km]
    again = [script.neuron([1000 * x], [by_metre], 6.0) for x in km]
    assert there == pytest.approx(again)


def test_how_many_of_the_switches_outputs_are_positive():
    outputs, positive = claim(
        "02-first-neurons", "(Of the {} outputs, {} must be above zero.)"
    )

    assert script.switch_outputs.size == outputs
    assert (script.switch_outputs > 0).sum() == script.wanted.sum() == positive


class Counted(float):
    """A float that counts what is done with it."""

    done: dict[str, int]

    def __mul__(self, other):
        Counted.done["times"] += 1
        return Counted(float(self) * other)

    def __add__(self, other):
        Counted.done["plus"] += 1
        return Counted(float(self) + other)


@pytest.mark.parametrize("sizes", [(2, 4, 3), (1, 5, 2), (7, 1, 1)])
def test_the_loops_do_as_many_steps_as_the_page_counts(sizes):
    n_samples, n_inputs, n_neurons = sizes
    Counted.done = {"times": 0, "plus": 0}
    sample = [Counted(1)] * n_inputs
    patterns = [[Counted(2)] * n_inputs] * n_neurons
    for _sample in range(n_samples):
        script.layer(sample, patterns, [Counted(3)] * n_neurons)
    each = n_samples * n_inputs * n_neurons
    assert Counted.done == {"times": each, "plus": each}
