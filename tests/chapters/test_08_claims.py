"""The numbers that the prose of chapter 8 states about runs."""

from itertools import pairwise

import numpy as np
import pytest

from claims import claim
from nnfs_code.activations import Softmax
from nnfs_code.data import spiral
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy

FACTS = {
    **{f"(8.{k})": "the number of a formula" for k in range(1, 18)},
    "(6.2)": "the number of a formula",
    "formula 8.5": "the number of a formula",
}

LOSS = CategoricalCrossEntropy()


@pytest.fixture(scope="module")
def script():
    """Return the chapter's script, run once."""
    from nnfs_code.chapters import ch08_gradients_and_the_chain_rule

    return ch08_gradients_and_the_chain_rule


def bowl(x, y):
    return x**2 + 2 * y**2


def test_the_strips_and_the_corner():
    both, strips = claim(
        "08-gradients-and-the-chain-rule",
        "the answer is {}. The two strips make {},",
    )
    step, again = claim(
        "08-gradients-and-the-chain-rule", "and the corner, {} × {}, makes"
    )

    assert step == again
    width, height = 3 + step, 2 + step
    assert width * height - 6 == pytest.approx(both)
    assert (2 + 3) * step == pytest.approx(strips)
    assert both - strips == pytest.approx(step**2)


def test_the_leftover_shrinks_with_the_square():
    stated = claim(
        "08-gradients-and-the-chain-rule",
        "The leftover is {}, then {}, then {}.",
    )

    for size, leftover in zip((0.1, 0.01, 0.001), stated, strict=True):
        change = bowl(1 + 3 * size, 1 - size) - bowl(1, 1)
        assert change - 2 * size == pytest.approx(leftover, rel=1e-6)


def test_the_broken_promise():
    rate = claim(
        "08-gradients-and-the-chain-rule", "had first planned the rate {}, and"
    )
    again, squares, promised = claim(
        "08-gradients-and-the-chain-rule",
        "promises: 4 − {} × {}, a loss of {}.",
    )
    real = claim(
        "08-gradients-and-the-chain-rule", "The step itself gives {}."
    )
    gradient = np.array([8.0, -4.0, 4.0])
    w1, w2, b = np.array([0.5, -1.5, 0.5]) - rate * gradient

    assert again == rate
    assert gradient @ gradient == squares
    assert 4 - rate * squares == pytest.approx(promised)
    assert (2 * w1 - w2 + b - 1) ** 2 == pytest.approx(real)


def disagreement(seed, scale=1):
    """Measure and derive the gradients of a first layer on the spiral.

    Returns the largest difference for the biases and for the weights, as
    shares of the largest slope, and how many numbers lie at the kink of the
    ReLU, and within a step of it.
    """
    rng = np.random.default_rng(seed)
    points, arms = spiral(100, 3, rng=rng, dtype=np.float64)
    dense1 = Dense(2, 16, rng=rng, dtype=np.float64)
    dense2 = Dense(16, 3, rng=rng, dtype=np.float64)
    dense1.weights *= scale
    dense2.weights *= scale

    def loss():
        hidden = np.maximum(points @ dense1.weights + dense1.biases, 0)
        scores = hidden @ dense2.weights + dense2.biases
        return LOSS.forward(Softmax().forward(scores), arms)

    z = points @ dense1.weights + dense1.biases
    probabilities = Softmax().forward(
        np.maximum(z, 0) @ dense2.weights + dense2.biases
    )
    d_scores = (probabilities - np.eye(3)[arms]) / len(arms)
    d_z = d_scores @ dense2.weights.T * (z > 0)
    pairs = (
        (dense1.biases, d_z.sum(axis=0, keepdims=True)),
        (dense1.weights, points.T @ d_z),
    )
    errors = [
        np.abs(numerical_gradient(loss, value) - derived).max()
        / np.abs(derived).max()
        for value, derived in pairs
    ]
    return *errors, (z == 0).sum(), (np.abs(z) < 1e-5).sum()


def test_a_check_on_an_untrained_network_can_raise_a_false_alarm():
    low, high = claim(
        "08-gradients-and-the-chain-rule",
        "by {} % to {} % of the largest slope over six seeds",
    )
    at_kink = claim(
        "08-gradients-and-the-chain-rule",
        "so I counted 3 × 16 = {} places where",
    )
    fewest, most, step = claim(
        "08-gradients-and-the-chain-rule",
        "{} to {} more numbers, depending on the seed, lie within one step of "
        "{} from the kink",
    )
    runs = np.array([disagreement(seed) for seed in range(6)])
    biases, _, zeros, near = runs.T

    assert 100 * biases.min() == pytest.approx(low, abs=0.1)
    assert 100 * biases.max() == pytest.approx(high, abs=0.1)
    assert set(zeros) == {at_kink}
    assert (near.min() - at_kink, near.max() - at_kink) == (fewest, most)
    assert step == 1e-5


def test_larger_weights_end_the_false_alarm():
    times = claim(
        "08-gradients-and-the-chain-rule",
        "With weights {} times as large, the two gradients agree to better",
    )
    runs = np.array([disagreement(seed, times) for seed in range(6)])

    assert (runs[:, 2] == 48).all()  # the centre is still at the kink
    assert runs[:, :2].max() < 1e-6


def test_the_three_points_at_the_centre_cancel():
    rng = np.random.default_rng(0)
    points, arms = spiral(100, 3, rng=rng, dtype=np.float64)
    centre = (points == 0).all(axis=1)

    assert sorted(arms[centre]) == [0, 1, 2]
    shares = 1 / 3 - np.eye(3)[arms[centre]]
    np.testing.assert_allclose(shares.sum(axis=0), 0, atol=1e-15)


def test_forward_mode_without_its_zeros_is_still_far_behind(script):
    """A weight moves its own neuron first, and nothing else of its layer."""
    first, second = 784 * 128, 128 * 128
    without = first * (128 + 128 * 10) + second * 10

    backward = script.row_back + script.tables
    assert 900 < without / backward < 1100

    per_neuron = 128 * (128 + 128 * 10) + 128 * 10  # a walk for each bias
    times_inputs = first + second + 128 * 10
    assert 2 < (per_neuron + times_inputs) / backward < 2.5


def test_what_a_product_costs():
    stated = claim(
        "08-gradients-and-the-chain-rule",
        "its inputs are all the weights and biases, {} of",
    )
    sizes = (784, 128, 128, 10)

    assert stated == sum(
        (n_inputs + 1) * n_neurons for n_inputs, n_neurons in pairwise(sizes)
    )


def test_the_size_of_the_large_jacobian():
    same = claim(
        "08-gradients-and-the-chain-rule", "and got {} both times, which"
    )

    assert same == (128 * 128) * (128 * 784) == (128 * 128) * (784 * 128)
