"""The numbers that chapter 4 states in its prose."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.activations import ReLU, Sigmoid, Softmax
from nnfs_code.chapters import ch04_activation_functions as ch04
from nnfs_code.data import spiral
from nnfs_code.layers import Dense

SEEDS = range(8)

# Numbers that nothing measures: words of the page → where they come from.
FACTS = {
    "and (4.1) swallows it": "the number of a formula",
    "With two classes, (4.4) becomes": "the number of a formula",
}


def untrained(seed):
    """Return the activations and the probabilities of a fresh network."""
    rng = np.random.default_rng(seed)
    points, _ = spiral(100, 3, rng=rng)
    dense1, dense2 = Dense(2, 3, rng=rng), Dense(3, 3, rng=rng)
    activations = ReLU().forward(dense1.forward(points))
    return activations, Softmax().forward(dense2.forward(activations))


def switched(seed):
    """Return the shares of dead and of always active neurons, moved aside."""
    rng = np.random.default_rng(seed)
    points, _ = spiral(100, 3, rng=rng)
    wide = Dense(2, 1000, rng=rng)
    around = wide.forward(points) > 0
    assert around.any(axis=0).all()  # around 0, none is dead
    aside = wide.forward(points + 1) > 0
    return 1 - aside.any(axis=0).mean(), aside.all(axis=0).mean()


def test_a_quarter_dead_and_a_quarter_always_active():
    dead, always = claim(
        "04-activation-functions",
        "Moved aside, {} of 1,000 are dead and {} are always active",
    )
    for seed in SEEDS:
        shares = switched(seed)
        assert shares[0] == pytest.approx(dead / 1000, abs=0.06)
        assert shares[1] == pytest.approx(always / 1000, abs=0.06)
        assert shares == pytest.approx((1 / 4, 1 / 4), abs=0.06)


def test_signs_of_the_weights_explain_nearly_all():
    both_negative, both_positive = claim(
        "04-activation-functions",
        "In this draw {} have two negative weights and {} two positive ones.",
    )
    rng = np.random.default_rng(0)
    points, _ = spiral(100, 3, rng=rng)
    wide = Dense(2, 1000, rng=rng)
    active = wide.forward(points + 1) > 0
    negative = (wide.weights < 0).all(axis=0)
    positive = (wide.weights > 0).all(axis=0)
    assert (negative.sum(), positive.sum()) == (both_negative, both_positive)
    assert not active[:, negative].any()
    assert active[:, positive].all()
    mixed = active[:, ~negative & ~positive]
    others = ~mixed.any(axis=0) | mixed.all(axis=0)
    assert 0 < others.sum() < 20


def test_an_untrained_network_says_a_third():
    for seed in SEEDS:
        _, probabilities = untrained(seed)
        assert np.abs(probabilities - 1 / 3).max() < 2e-4


def test_the_last_point_of_seed_0_is_silent():
    stated = claim(
        "04-activation-functions", "for seed 0, I got {} three times"
    )
    activations, probabilities = untrained(0)
    assert (activations[-1] == 0).all()
    assert probabilities[-1] == pytest.approx([stated] * 3, abs=1e-7)


def test_silent_points():
    fewest, most = claim(
        "04-activation-functions",
        "Over the seeds 0 to 7 I found between {} and {} points of 300",
    )
    counts = [
        int((untrained(seed)[0] == 0).all(axis=1).sum()) for seed in SEEDS
    ]
    # A point on the very border of a wedge may round to either side.
    assert min(counts) == pytest.approx(fewest, abs=1)
    assert max(counts) == pytest.approx(most, abs=1)


def test_one_point_in_eight_is_silent_on_average():
    shares = [
        (untrained(seed)[0] == 0).all(axis=1).mean() for seed in range(300)
    ]
    assert np.mean(shares) == pytest.approx(1 / 8, abs=0.025)


def test_rows_that_sum_to_exactly_one():
    three, hundred = claim(
        "04-activation-functions",
        "With three classes it was about {} % of the rows, with a hundred "
        "classes about {} %",
    )
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        for stated, n_classes in ((three, 3), (hundred, 100)):
            logits = rng.standard_normal((10_000, n_classes))
            rows = Softmax().forward(logits.astype(np.float32))
            exact = 100 * (rows.sum(axis=1) == 1).mean()
            # How a machine rounds e to the z, and adds, moves this a little.
            assert exact == pytest.approx(stated, abs=8)


def test_one_weight_of_the_sine_is_a_zero_with_a_rounding_error():
    stated = claim(
        "04-activation-functions", "the fifth output weight was printed as {}."
    )
    assert abs(stated) < 1e-14
    weights = ch04.output.weights.ravel()
    assert abs(weights[4]) < 1e-14
    assert np.abs(np.delete(weights, 4)).min() > 1
    slope = claim(
        "04-activation-functions",
        "right of it are the same, {}, so nothing has to",
    )
    assert ch04.slopes[3:5] == pytest.approx([slope, slope], abs=5e-4)


def test_seven_neurons_draw_the_same_sine():
    x = np.linspace(0, 1, 101).reshape(-1, 1)
    kept = np.arange(8) != 4
    hidden = ReLU().forward(x - ch04.knots[:-1])
    seven = hidden[:, kept] @ ch04.changes[kept]
    assert np.allclose(seven, ch04.drawn_sine(x).ravel())


def test_the_error_of_the_sine():
    stated = claim(
        "04-activation-functions", "The drawing is off by {} at most"
    )
    assert ch04.largest_error(8) == pytest.approx(stated, abs=5e-5)
    alone = claim("04-activation-functions", "got a largest error of {}: at 0")
    assert ch04.largest_error(2) == pytest.approx(alone)
    for n_hidden in (8, 16, 32):
        ratio = ch04.largest_error(n_hidden) / ch04.largest_error(2 * n_hidden)
        assert ratio == pytest.approx(4, abs=0.3)


def test_the_sigmoid_keeps_at_most_a_quarter_of_a_small_change():
    z = np.linspace(-8, 8, 1601)
    change = Sigmoid().forward(z + 0.005) - Sigmoid().forward(z - 0.005)
    assert z[change.argmax()] == pytest.approx(0)
    assert change.max() / 0.01 == pytest.approx(1 / 4, abs=1e-4)


def test_the_small_end_of_the_two_forms():
    stated = claim(
        "04-activation-functions", "the second one about {}. Then I noticed"
    )
    small = Sigmoid().forward(np.array([-90.0]))[0]
    assert small == pytest.approx(stated, rel=0.05)
    with np.errstate(over="ignore"):
        assert 1 / (1 + np.exp(np.float32(90))) == 0


def test_where_exponentials_end():
    power = claim(
        "04-activation-functions",
        "In float32, $e^{{}}$ is the last whole power",
    )
    with np.errstate(over="ignore"):
        assert np.isfinite(np.exp(np.float32(power)))
        assert np.isinf(np.exp(np.float32(power + 1)))


def test_a_higher_score_multiplies_the_probability():
    higher, times, lower = claim(
        "04-activation-functions",
        "check that in the output: {} is {} times {}.",
    )
    assert times == pytest.approx(np.e, abs=5e-4)
    assert higher / lower == pytest.approx(times, abs=1e-3)


def test_sigmoid_17_would_be_nearer_to_the_float_below_1():
    one = np.float32(1)
    assert Sigmoid().forward(np.float32([[17]]))[0, 0] == one
    true = 1 / (1 + np.exp(-17.0))
    below = float(np.nextafter(one, np.float32(0)))
    assert 2 * abs(true - below) < abs(true - 1)
    assert one + np.exp(np.float32(-17)) == one


def test_the_forgotten_activation_has_the_same_loss():
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
        losses = []
        for network in (ch04.careful, ch04.forgetful):
            probabilities = Softmax().forward(network(points))
            right = probabilities[np.arange(300), labels]
            losses.append(-np.log(right).mean())
        assert losses == pytest.approx([np.log(3)] * 2, abs=5e-4)


def test_the_hand_working_of_exercise_1():
    two, four = claim(
        "04-activation-functions",
        "so that $e^{-2} \\approx {}$ and $e^{-4} \\approx {}$",
    )
    assert (two, four) == pytest.approx(np.exp([-2.0, -4.0]), abs=5e-5)
    seen_sigmoid, seen_tanh = claim(
        "04-activation-functions", "sigmoid(2) is about {}, tanh(2) about {}.)"
    )
    assert seen_sigmoid == pytest.approx(1 / (1 + np.exp(-2)), abs=5e-4)
    assert seen_tanh == pytest.approx(np.tanh(2), abs=5e-4)
    used, total, share = claim(
        "04-activation-functions",
        "at 2: $1 / (1 + {}) = 1 / {} = {}$. At 0",
    )
    assert (used, total) == (two, 1 + two)
    assert share == pytest.approx(1 / total, abs=5e-5)
    power, total, rough, exact = claim(
        "04-activation-functions",
        "$1 / (1 + {}) = 1 / {} = {}$ ({} with all digits of $e$)",
    )
    assert total == 1 + power
    assert rough == pytest.approx(1 / total, abs=5e-5)
    assert exact == pytest.approx(1 / (1 + np.e), abs=5e-5)
    used, at_four, again, result = claim(
        "04-activation-functions",
        "$\\sigma(4) = 1 / (1 + {}) = {}$, so "
        "$\\tanh(2) = 2 \\cdot {} - 1 = {}$",
    )
    assert used == four
    assert at_four == again == pytest.approx(1 / (1 + four), abs=5e-5)
    assert result == pytest.approx(2 * at_four - 1)
    less, at_minus_two, twice, result = claim(
        "04-activation-functions",
        "$\\sigma(-2) = 1 - {} = {}$, so $2 \\cdot {} - 1 = {}$.",
    )
    assert less == share
    assert at_minus_two == twice == pytest.approx(1 - share)
    assert result == pytest.approx(2 * twice - 1)


def test_the_scores_1000_999_and_0():
    power, first, second = claim(
        "04-activation-functions",
        "exponentials are 1, {} and 0, so the shares are {}, {} and 0.",
    )
    assert power == pytest.approx(np.exp(-1), abs=5e-5)
    shares = Softmax().forward(np.array([[1000.0, 999.0, 0.0]]))[0]
    assert shares == pytest.approx([first, second, 0], abs=5e-5)
    assert first == pytest.approx(1 / (1 + np.exp(-1)), abs=5e-5)


def test_where_the_answer_of_exercise_5_lies():
    low, high = claim(
        "04-activation-functions", "The answer is between {} and {}."
    )
    assert low < ch04.cold < high
    noon = claim("04-activation-functions", "(It should say {}.)")
    assert noon == (6 + 11) / 2
