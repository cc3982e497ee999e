"""Numbers that the page of chapter 5 states about runs."""

import math

import numpy as np
import pytest

from claims import claim
from nnfs_code.activations import ReLU, Sigmoid, Softmax
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy
from nnfs_code.metrics import accuracy

FACTS = {
    "e = 2.71828": "the base of the natural logarithm, to five places",
    "a loss of 0.40 on such data": "an example, between 0.3251 and 0.6931",
    "(5.2)": "the number of a formula",
    "(5.3)": "the number of a formula",
    "(5.5)": "the number of a formula",
    "came out as 1.9999999 turns": "an example of a rounded label",
    "rises from 0.5 to 0.6": "an example; a reason holds what it shows",
    "at 0.55 with three classes": "the floor of 0.5514, rounded",
    "costs 4.6 by itself": "4.605 in the runs, rounded",
    "starts at a loss of 2.30": "log 10, rounded",
    "stops at 0.55 with almost": "the floor of 0.5514, rounded",
    "got 1 %": "the rash network's third point",
}


def scores_and_arms(seed, scale=1, dtype=np.float32):
    """Return what an untrained 2-3-3 network says about the spiral."""
    rng = np.random.default_rng(seed)
    points, arms = spiral(100, 3, rng=rng, dtype=dtype)
    dense1 = Dense(2, 3, rng=rng, dtype=dtype)
    dense2 = Dense(3, 3, rng=rng, dtype=dtype)
    dense1.weights *= scale
    dense2.weights *= scale
    hidden = ReLU().forward(dense1.forward(points))
    return dense2.forward(hidden), arms


def loss_of(scores, arms):
    return CategoricalCrossEntropy().forward(Softmax().forward(scores), arms)


def gaps_of_untrained_networks():
    return np.array(
        [loss_of(*scores_and_arms(seed)) - math.log(3) for seed in range(12)]
    )


def test_an_untrained_network_scores_the_logarithm_of_3():
    furthest = claim(
        "05-loss", "the furthest was off from $\\log 3$ by {}, and half of"
    )

    gaps = gaps_of_untrained_networks()

    assert np.abs(gaps).max() == pytest.approx(furthest, rel=0.1)
    assert 3 <= (gaps < 0).sum() <= 9  # "half of them were slightly below it"


def test_how_far_untrained_losses_were_off():
    nearest = claim("05-loss", "on average, the nearest by less than {}.")
    low, high = claim("05-loss", "by something between {} and {}.")

    gaps = np.abs(gaps_of_untrained_networks())

    assert gaps.min() < nearest  # less than the gap between float32 numbers
    assert gaps.mean() < low < high


def test_larger_scores_change_the_loss_and_no_guess():
    low, high = claim("05-loss", "The loss goes from {} to {}. On the")
    least, most = claim("05-loss", "Other random weights give {} or {}, as")
    alt_least, alt_most = claim("05-loss", "accuracies, from {} to {}, which")
    at_start, at_end, shares = [], [], []
    for seed in range(5):
        scores, arms = scores_and_arms(seed)
        larger = scores * np.float32(1e6)
        np.testing.assert_array_equal(
            scores.argmax(axis=1), larger.argmax(axis=1)
        )
        at_start.append(loss_of(scores, arms))
        at_end.append(loss_of(larger, arms))
        shares.append(accuracy(scores, arms))

    assert at_start == pytest.approx([low] * 5, abs=0.005)
    assert at_end[0] == pytest.approx(high, abs=0.02)
    assert min(at_end) > 5.9
    assert max(at_end) < 9
    assert (alt_least, alt_most) == (least, most)
    assert min(shares) == pytest.approx(least, abs=0.01)
    assert max(shares) == pytest.approx(most, abs=0.01)


def test_the_lowest_loss_has_not_the_highest_accuracy():
    stated = claim("05-loss", "the lowest loss sits in the dip: bias {}")
    positions = np.array([-2.0, -1.2, -0.3, 0.4, 1.1, 2.3])
    sides = np.array([0, 0, 1, 0, 1, 1])
    biases = np.linspace(-6, 6, 1201)
    losses, shares = [], []
    for bias in biases:
        of_one = Sigmoid().forward(2 * positions + bias)
        both = np.stack((1 - of_one, of_one), axis=1)
        losses.append(CategoricalCrossEntropy().forward(both, sides))
        shares.append(accuracy(both, sides))
    lowest = int(np.argmin(losses))

    assert biases[lowest] == pytest.approx(stated, abs=0.01)
    assert shares[lowest] == pytest.approx(4 / 6)
    left, right = np.array(shares[:lowest]), np.array(shares[lowest:])
    assert left.max() == right.max() == pytest.approx(5 / 6)


def test_softmax_in_float32_can_change_a_guess():
    tiny, larger = claim(
        "05-loss", "the mean was {} at the usual tiny weights and {} at"
    )
    of_probabilities, of_scores = claim(
        "05-loss", "accuracy {} from the probabilities and {} from the scores"
    )
    points, flipped = claim("05-loss", "Of its {} points, {} had changed")

    def mean_accuracy(scale):
        tables = [scores_and_arms(seed, scale) for seed in range(10)]
        return np.mean([accuracy(Softmax().forward(s), a) for s, a in tables])

    scores, arms = scores_and_arms(7)
    probabilities = Softmax().forward(scores)
    changed = scores.argmax(axis=1) != probabilities.argmax(axis=1)

    # The last bits of float32 may differ from machine to machine.
    assert mean_accuracy(1) == pytest.approx(tiny, abs=0.002)
    assert mean_accuracy(10) == pytest.approx(larger, abs=0.0005)
    assert accuracy(probabilities, arms) == pytest.approx(
        of_probabilities, abs=0.02
    )
    assert accuracy(scores, arms) == pytest.approx(of_scores, abs=0.002)
    assert len(changed) == points
    assert 1 <= changed.sum() <= 3 * flipped


@pytest.mark.parametrize("seed", range(10))
def test_softmax_in_float64_changes_no_guess(seed):
    scores, _ = scores_and_arms(seed, dtype=np.float64)

    probabilities = Softmax().forward(scores)

    np.testing.assert_array_equal(
        scores.argmax(axis=1), probabilities.argmax(axis=1)
    )


def test_neighbours_of_one_third_in_float32():
    stated = claim("05-loss", "float32 numbers are ${} \\times 10^{-8}$ apart")

    assert np.spacing(np.float32(1 / 3)) == pytest.approx(
        stated * 1e-8, rel=0.01
    )


def test_how_small_the_likelihood_is():
    zeros = claim("05-loss", "a decimal point followed by {} zeros")

    assert math.floor(-300 * math.log10(1 / 3)) == zeros


def test_the_price_of_bold():
    stated = claim("05-loss", "three times and pays {} once")

    assert -math.log(0.02) == pytest.approx(stated, abs=0.0005)
    assert -math.log(0.02) > 4 * math.log(2)


def test_what_the_tolerance_lets_through():
    passed, cost = claim(
        "05-loss", "a probability of {} pass, which then costs {}."
    )
    loss = CategoricalCrossEntropy()

    slip = np.array([[passed, 1 - passed]])
    assert loss.forward(slip, np.array([0])) == pytest.approx(cost, abs=5e-5)
    scores = np.random.default_rng(5).normal(0, 30, (500, 4))
    for dtype in (np.float32, np.float64):
        assert Softmax().forward(scores.astype(dtype)).max() <= 1


def test_answers_to_the_questions():
    typical = claim("05-loss", "had got $2^{-4/3}$, about {}.")
    clipped, mean = claim("05-loss", "it is ${} / 100$, about {}, and the")
    probabilities = np.eye(2)[np.zeros(100, dtype=int)]
    labels = np.repeat([0, 1], [99, 1])
    loss = CategoricalCrossEntropy().forward(probabilities, labels)

    likely = 2 ** (-4 / 3)
    assert likely == pytest.approx(typical, abs=0.005)
    assert loss == pytest.approx(mean, abs=0.005)
    assert loss == pytest.approx(clipped / 100, abs=1e-4)


def test_the_mean_that_hides_a_class():
    stated = claim("05-loss", "The mean over all five samples, {}, hides")

    assert np.mean([0.1, 2.0, 0.3, 0.2, 1.0]) == pytest.approx(stated)
