"""Reasons that the page of chapter 5 gives, each with its cause taken away."""

import math

import numpy as np
import pytest

from nnfs_code.activations import ReLU, Sigmoid, Softmax
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy
from reasons import reason

PAGE = "05-loss"
RNG = np.random.default_rng(505)


@pytest.fixture(scope="module")
def script():
    """Return the chapter's script, run once."""
    from nnfs_code.chapters import ch05_loss

    return ch05_loss


def loss_of(scores, labels):
    return CategoricalCrossEntropy().forward(Softmax().forward(scores), labels)


def scores_and_arms(seed, dtype=np.float64):
    """Return what an untrained 2-3-3 network says about the spiral."""
    rng = np.random.default_rng(seed)
    points, arms = spiral(100, 3, rng=rng, dtype=dtype)
    dense1 = Dense(2, 3, rng=rng, dtype=dtype)
    dense2 = Dense(3, 3, rng=rng, dtype=dtype)
    hidden = ReLU().forward(dense1.forward(points))
    return dense2.forward(hidden), arms


def test_one_number_for_ups_and_downs_leaves_a_rest():
    reason(
        PAGE, "because the same number has to serve seven ups and three downs"
    )
    q = np.linspace(0.001, 1, 1000)

    def lowest(ups, downs):
        losses = -ups * np.log(q)
        if downs:
            losses[:-1] -= downs * np.log(1 - q[:-1])
            losses[-1] = np.inf
        return losses.min() / (ups + downs)

    assert lowest(7, 3) == pytest.approx(0.6109, abs=1e-4)
    assert lowest(10, 0) == 0  # no downs to serve
    # A number of its own for the ups and one for the downs: no rest either.
    assert 0.7 * lowest(7, 0) + 0.3 * lowest(3, 0) == 0


def test_float32_has_no_number_that_small():
    reason(PAGE, "The result is 0 because float32 has no number that small")

    assert np.full(300, 1 / 3, dtype=np.float32).prod() == 0
    product = np.full(300, 1 / 3).prod()
    assert product == pytest.approx(3.0**-300, rel=1e-10, abs=0)


def test_in_a_product_the_samples_get_in_each_others_way():
    reason(
        PAGE,
        "if one probability rises from 0.5 to 0.6, how much the product gains "
        "depends on all the others",
    )
    gains, gains_of_logs = [], []
    for others in (0.9, 0.1):
        before, after = [0.5, others, others], [0.6, others, others]
        gains.append(math.prod(after) - math.prod(before))
        gains_of_logs.append(
            sum(math.log(p) for p in after) - sum(math.log(p) for p in before)
        )

    assert gains[0] > 50 * gains[1]
    assert gains_of_logs[0] == pytest.approx(gains_of_logs[1], rel=1e-12)


def test_picking_never_meets_0_times_infinity():
    reason(PAGE, "because it does not look at the other columns")

    def one_hot_loss(row):
        with np.errstate(divide="ignore", invalid="ignore"):
            return -(np.array([1, 0, 0]) * np.log(row)).sum()

    sure, nearly = np.array([1.0, 0, 0]), np.array([0.8, 0.1, 0.1])

    assert math.isnan(one_hot_loss(sure))
    assert one_hot_loss(nearly) == -math.log(0.8)  # no 0 in a wrong column
    assert -np.log(sure[0]) == 0


def test_the_loss_of_a_point_that_was_wrong_already(script):
    reason(
        PAGE,
        "The loss rises because the point at 0.4, already wrong, is now wrong "
        "by much more",
    )

    def rise(kept):
        losses = []
        for bias in (0.0, 0.7):
            of_one = Sigmoid().forward(2 * script.positions[kept] + bias)
            both = np.stack((1 - of_one, of_one), axis=1)
            losses.append(
                CategoricalCrossEntropy().forward(both, script.sides[kept])
            )
        return losses[1] - losses[0]

    assert rise(script.positions < 9) > 0.02
    assert rise(script.positions != 0.4) < -0.02


def test_the_loss_dips_if_the_scores_lean_to_the_right_arms():
    reason(
        PAGE,
        "because the scores of this network happen to lean very slightly "
        "towards the right arms",
    )
    signs = set()
    for seed in range(12):
        scores, arms = scores_and_arms(seed)
        right = scores[np.arange(300), arms]
        leans = (right - scores.mean(axis=1)).mean() > 0
        signs.add(leans)
        assert (loss_of(100 * scores, arms) < math.log(3)) == leans
        # Turned over, the same scores lean the other way.
        assert (loss_of(-100 * scores, arms) < math.log(3)) != leans
    assert signs == {True, False}


def test_the_slope_is_measured_along_a_curve():
    reason(
        PAGE,
        "The run shows −99.50 in the last line because the step is not small "
        "compared with $p$",
    )

    def too_flat(p, h):
        return 1 - -(math.log(p + h) - math.log(p)) / h / (-1 / p)

    assert too_flat(0.01, 1e-4) == pytest.approx(1e-4 / 0.02, rel=0.01)
    assert too_flat(0.01, 1e-6) < 1e-4  # a step that is small against p
    assert too_flat(1.0, 1e-4) < 1e-4  # the same step, a larger p


def test_guesses_change_where_two_probabilities_become_equal():
    reason(
        PAGE,
        "The guesses change because softmax rounds two different scores to "
        "the same probability",
    )
    changed = 0
    for seed in range(10):
        scores, _ = scores_and_arms(seed, np.float32)
        probabilities = Softmax().forward(scores)
        flipped = scores.argmax(axis=1) != probabilities.argmax(axis=1)
        changed += flipped.sum()
        ties = probabilities == probabilities.max(axis=1, keepdims=True)
        assert (ties[flipped].sum(axis=1) > 1).all()
        exact = Softmax().forward(scores.astype(np.float64))
        np.testing.assert_array_equal(
            scores.argmax(axis=1), exact.argmax(axis=1)
        )
    assert changed > 0


def test_equal_probabilities_hide_the_column(script):
    reason(
        PAGE,
        "because with equal probabilities it does not matter against which "
        "label you compare",
    )
    labels = RNG.integers(0, 3, 60)
    equal, unequal = np.zeros((60, 3)), RNG.normal(0, 2, (60, 3))

    assert script.column_labels(equal, labels) == pytest.approx(
        script.right_loss(equal, labels), rel=1e-12
    )
    unequal[np.arange(60), labels] += 3
    assert (
        script.column_labels(unequal, labels)
        > script.right_loss(unequal, labels) + 1
    )


def test_balanced_labels_make_the_accuracy_a_constant():
    reason(PAGE, "because each class makes up a third of the labels")

    def accuracies(labels):
        column = labels.reshape(-1, 1)
        guesses = [RNG.permutation(labels) for _ in range(3)]
        guesses += [np.full(60, k) for k in range(3)]
        return [(g == column).mean() for g in guesses]

    balanced = accuracies(np.repeat([0, 1, 2], 20))
    assert balanced == pytest.approx([1 / 3] * 6)
    assert np.ptp(accuracies(np.repeat([0, 1, 2], [50, 5, 5]))) > 0.5


def test_small_numbers_give_the_second_softmax_a_floor(script):
    reason(
        PAGE,
        "because the second softmax only ever receives numbers between 0 and "
        "1",
    )
    labels = np.arange(3)
    floor = math.log(1 + 2 / math.e)

    for size in (5, 50, 500):
        assert script.softmax_twice(size * np.eye(3), labels) >= floor
    # The same second softmax, given larger numbers than a first one gives.
    assert script.right_loss(
        50 * Softmax().forward(50 * np.eye(3)), labels
    ) < (1e-9)


def test_a_mean_of_means_is_right_for_equal_batches():
    reason(PAGE, "That is right only if the batches are equally large")
    losses = RNG.exponential(1, 300)

    def mean_of_means(*ends):
        return np.mean([part.mean() for part in np.split(losses, ends)])

    assert mean_of_means(100, 200) == pytest.approx(losses.mean(), rel=1e-12)
    losses[256:] += 2
    assert mean_of_means(128, 256) > losses.mean() + 0.2


def test_large_inputs_give_large_scores_even_with_tiny_weights():
    reason(PAGE, "pixels from 0 to 255 can give large scores even with tiny")
    losses = {}
    for largest in (255, 1):
        rng = np.random.default_rng(0)
        pixels = largest * rng.integers(0, 256, (100, 784)) / 255
        hidden = ReLU().forward(
            Dense(784, 64, rng=rng, dtype=np.float64).forward(pixels)
        )
        scores = Dense(64, 10, rng=rng, dtype=np.float64).forward(hidden)
        losses[largest] = loss_of(scores, rng.integers(0, 10, 100))

    assert losses[255] > 2.8
    assert losses[1] == pytest.approx(math.log(10), abs=0.02)


def test_the_best_cuts_fill_two_intervals():
    reason("notebooks/05-loss-surface", "Its best cuts fill two short inter")
    rng = np.random.default_rng(5)
    positions = np.concatenate((rng.normal(-1, 1, 20), rng.normal(1, 1, 20)))
    sides = np.repeat([0, 1], 20)
    cuts = np.linspace(-4, 4, 2001)
    wrong = np.array([((positions > cut) != sides).sum() for cut in cuts])
    best = wrong == wrong.min()

    assert (np.diff(best.astype(int)) == 1).sum() == 2
    assert not best[np.abs(cuts + 0.25).argmin()]  # that of the loss
    assert not best[np.abs(cuts + 0.6).argmin()]  # the cliff between them


def test_clipped_points_take_the_slope_away():
    reason(
        "notebooks/05-loss-surface",
        "the points that were most wrong had stopped counting",
    )
    rng = np.random.default_rng(5)
    positions = np.concatenate((rng.normal(-1, 1, 20), rng.normal(1, 1, 20)))
    right = np.repeat([-1, 1], 20) * positions  # above 0: the right side

    def slope(weight, clipped):
        losses = np.logaddexp(0, -np.outer((weight, weight + 0.01), right))
        if clipped:
            losses = np.minimum(losses, -math.log(1e-7))
        return np.diff(losses.mean(axis=1))[0] / 0.01

    assert slope(-12, clipped=True) > -0.5
    assert slope(-12, clipped=False) < slope(-6, clipped=False) < -0.9


def test_two_narrow_hidden_layers_with_tiny_weights_hide_the_pixels():
    reason(
        PAGE, "A hidden layer with tiny weights shrinks them again if it is"
    )
    losses = []
    for sizes in ((), (64,), (64, 64), (1024, 1024)):
        rng = np.random.default_rng(0)
        values = rng.integers(0, 256, (100, 784)).astype(float)
        for size in sizes:
            dense = Dense(values.shape[1], size, rng=rng, dtype=np.float64)
            values = ReLU().forward(dense.forward(values))
        last = Dense(values.shape[1], 10, rng=rng, dtype=np.float64)
        losses.append(loss_of(last.forward(values), np.arange(100) % 10))

    none, one, two, wide = losses
    assert none > 8 > one > 2.6
    assert two == pytest.approx(math.log(10), abs=0.05)
    assert wide > 3
