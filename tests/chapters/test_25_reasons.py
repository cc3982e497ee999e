"""Reasons of chapter 25's page, each with its cause taken away."""

import numpy as np
import pytest

from claims import breadth
from nnfs_code.activations import Linear, ReLU
from nnfs_code.gradient_check import check
from nnfs_code.layers import Dense
from nnfs_code.normalization import BatchNorm, LayerNorm
from nnfs_code.optimizers import Adam
from reasons import reason
from script_25 import SCRIPT, InTraining, passed

PAGE = "25-initialisation-and-normalisation"
alike, dense, rms, he = (SCRIPT[n] for n in ("alike", "dense", "rms", "he"))
SEEDS = breadth(4, 12)


def sizes(start, activation, seed):
    """Return the size behind 50 layers of 64 neurons with an activation."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((64, 64))
    for _ in range(50):
        layer = dense(SCRIPT["STARTS"][start], 64, 64, rng)
        values = activation.forward(layer.forward(values))
    return rms(values)


def test_glorot_is_off_by_the_half_of_relu():
    reason(PAGE, "Glorot's rule is off by the half that ReLU takes")
    with_relu = [sizes("Glorot", ReLU(), seed) for seed in SEEDS]
    without = [sizes("Glorot", Linear(), seed) for seed in SEEDS]
    assert np.median(with_relu) == pytest.approx(0.5**25, rel=0.9)
    assert 0.1 < np.median(without) < 10


def test_a_factor_in_front_changes_lengths_and_no_angles():
    reason(
        PAGE,
        "ReLU lets a positive factor through, and the biases are 0, so a"
        " factor in front of all weights changes lengths and no angles",
    )
    for seed in SEEDS:
        one, two = (passed(name, seed)[0] for name in ("0.01", "He"))
        for k in (0, 9, 49):
            assert alike(one[k]) == pytest.approx(alike(two[k]), abs=1e-9)
        with_biases = []
        for name in ("0.01", "He"):
            parts = SCRIPT["fifty"](SCRIPT["STARTS"][name], seed)
            for part in parts[::2]:
                part.biases[:] = 0.1  # no factor in front of these
            with_biases.append(alike(SCRIPT["through"](parts, seed)[0][9]))
        assert abs(with_biases[0] - with_biases[1]) > 0.01


def test_with_tanh_the_scale_does_matter():
    reason(PAGE, "With tanh the scale does matter")
    for seed in SEEDS:
        found = {}
        for activation in (np.tanh, lambda z: np.maximum(z, 0)):
            for variance in (0.5, 4):
                rng = np.random.default_rng(seed)
                values = rng.standard_normal((1, 64))  # all have this
                values = values + 0.3 * rng.standard_normal((64, 64))
                for _ in range(50):
                    drawn = rng.standard_normal((64, 64))
                    values = values @ (drawn * np.sqrt(variance / 64))
                    values = activation(values)
                found[activation is np.tanh, variance] = alike(values)
        assert found[True, 0.5] > found[True, 4] + 0.15
        assert found[False, 0.5] == pytest.approx(found[False, 4], abs=1e-9)


def test_behind_relu_nothing_is_negative_so_the_cosine_is_above_0():
    reason(PAGE, "Behind the first ReLU nothing is negative any more")
    rng = np.random.default_rng(0)
    values = rng.standard_normal((64, 64)) @ he(64, 64, rng=rng)
    assert abs(alike(values)) < 0.05
    assert alike(np.maximum(values, 0)) == pytest.approx(1 / np.pi, abs=0.03)


def test_the_gradient_that_arrived_gets_through_around():
    reason(PAGE, "However small the weights in $f$ are, it gets through")
    around = [passed("0.01", s, around=True)[1][0] for s in SEEDS]
    through = [passed("0.01", s)[1][0] for s in SEEDS]
    assert 0.5 < min(around) <= max(around) < 5
    assert max(through) < 1e-60


def test_with_he_the_signal_grows_around_and_not_without():
    reason(PAGE, "With He's weights it explodes")
    around = [rms(passed("He", s, around=True)[0][-1]) for s in SEEDS]
    without = [rms(passed("He", s)[0][-1]) for s in SEEDS]
    assert min(around) > 1e9
    assert max(without) < 10


def test_what_ends_in_relu_piles_up():
    reason(PAGE, "so it adds only what is not negative, and that piles up")
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        values, reached = rng.standard_normal((64, 64)), []
        for _ in range(50):
            values = values + np.maximum(values, 0) @ he(64, 64, rng=rng)
            reached.append(rms(values))
        dense_last = (reached[-1] / reached[0]) ** (2 / 49)
        ahead = [rms(v) for v in passed("He", seed, around=True)[0]]
        relu_last = (ahead[-1] / ahead[0]) ** (2 / 49)
        assert 1.8 < dense_last < 2.2
        assert relu_last > 2.5


class NoMean(InTraining):
    """Divides by the deviation, and leaves the mean of the batch alone."""

    def forward(self, inputs, training=True):
        outputs = super().forward(inputs)
        return outputs + inputs.mean(axis=0) / self.deviations


def test_batch_norm_takes_off_what_samples_have_in_common():
    reason(PAGE, "BatchNorm takes off what the samples have in common")
    for seed in SEEDS:
        with_mean_off = alike(passed("He", seed, InTraining)[0][-1])
        left_alone = alike(passed("He", seed, NoMean)[0][-1])
        by_sample = alike(passed("He", seed, LayerNorm)[0][-1])
        assert with_mean_off < 0.4
        assert left_alone > 0.5
        assert by_sample > 0.9


def test_the_gradient_grows_with_batch_norm_and_less_around():
    reason(PAGE, "With a way around each block it grows far less")
    for seed in SEEDS:
        through = passed("He", seed, InTraining)[1][0]
        around = passed("He", seed, InTraining, around=True)[1][0]
        plain = passed("He", seed)[1][0]
        assert through > 1e3
        assert 3 < around < 100
        assert plain < 5


def test_shifts_and_stretches_have_no_gradient():
    reason(
        PAGE,
        "What shifts all samples alike can't change the outputs, and what"
        " stretches them can't either",
    )
    norm = BatchNorm(1, epsilon=0, dtype=np.float64)
    column, slopes = np.random.default_rng(1).normal(size=(2, 9, 1))
    before = norm.forward(column, training=True)
    gradient = norm.backward(slopes)
    np.testing.assert_allclose(norm.forward(2 * column + 5, True), before)
    assert abs(gradient.sum()) < 1e-9
    assert abs((gradient * column).sum()) < 1e-9
    loose = BatchNorm(1, epsilon=1, dtype=np.float64)  # "but for epsilon"
    once = loose.forward(column, training=True)
    moved = loose.forward(2 * column, training=True) - once
    assert np.abs(moved).max() > 0.1
    np.testing.assert_allclose(loose.forward(column + 5, True), once)
    norm.forward(column)  # predicting: constants, and both come through
    gradient = norm.backward(slopes)
    assert abs(gradient.sum()) > 0.01
    assert abs((gradient * column).sum()) > 0.01


def test_dividing_by_one_less_makes_up_for_the_mean_of_few():
    reason(
        PAGE,
        "Dividing their squares by $N - 1$ in place of $N$ makes up for it",
    )
    batches = np.random.default_rng(2).normal(3, 2, (20_000, 4))
    assert batches.var(axis=1, ddof=1).mean() == pytest.approx(4, rel=0.03)
    assert batches.var(axis=1).mean() == pytest.approx(3, rel=0.03)
    around_true = ((batches - 3) ** 2).mean()  # distances from the true mean
    assert around_true == pytest.approx(4, rel=0.03)


def test_only_the_running_numbers_were_late():
    reason(PAGE, "so that nothing but the running numbers changes")
    for seed in breadth(3, 8):
        model, points, arms = SCRIPT["late"](seed)
        layers = [p for p in model.parts if isinstance(p, Dense)]
        weights = [layer.weights.copy() for layer in layers]
        trained = model.loss.forward(model.forward(points, True), arms)
        before = model.evaluate(points, arms).loss
        for _ in range(50):
            model.forward(points, training=True)
        after = model.evaluate(points, arms).loss
        assert before > trained + 0.2
        assert after < trained + 0.05
        for layer, kept in zip(layers, weights, strict=True):
            np.testing.assert_array_equal(layer.weights, kept)


def right(model, points, arms, training):
    scores = model.forward(points, training)
    return float((scores.argmax(axis=1) == arms).mean())


def test_a_batch_of_one_class_loses_what_it_has_in_common():
    reason(
        PAGE,
        "In a batch of one class, BatchNorm takes off the very thing that the"
        " points have in common",
    )
    for seed in breadth(3, 8):
        model, points, arms = SCRIPT["late"](seed)
        for _ in range(50):
            model.forward(points, training=True)
        apart = [
            np.mean(
                [
                    right(model, points[arms == k], arms[arms == k], training)
                    for k in range(3)
                ]
            )
            for training in (False, True)
        ]
        assert apart[0] > 0.9
        assert apart[1] < 0.7
        assert right(model, points, arms, True) > 0.9  # mixed: no harm


def test_a_bias_in_front_of_batch_norm_is_taken_off_with_the_mean():
    reason(
        PAGE,
        "A bias in front of a BatchNorm is taken off again with the mean",
    )
    rng, inputs = np.random.default_rng(0), np.ones((6, 4))
    inputs += np.random.default_rng(1).normal(size=(6, 4))
    layer = Dense(4, 4, rng=rng, dtype=np.float64)
    layer.weights *= 100
    slopes = rng.normal(size=(6, 4))
    found = {}
    for norm in (InTraining(4, dtype=np.float64), LayerNorm(4, dtype=float)):
        layer.biases[:] = 0
        before = norm.forward(layer.forward(inputs))
        layer.backward(norm.backward(slopes))
        found[type(norm)] = np.abs(layer.d_biases).max()
        layer.biases[:] = [[0, 1, 2, 3]]
        moved = np.abs(norm.forward(layer.forward(inputs)) - before).max()
        assert (moved < 1e-9) == (type(norm) is InTraining)
    assert found[InTraining] < 1e-9
    assert found[LayerNorm] > 0.01


def test_gains_of_a_layer_norm_belong_to_features():
    reason(PAGE, "and their gradients are sums over the samples")
    norm = LayerNorm(3, dtype=np.float64)
    norm.forward(np.random.default_rng(0).normal(size=(5, 3)))
    norm.backward(np.ones((5, 3)))
    assert norm.d_biases.tolist() == [[5, 5, 5]]
    norm.forward(np.ones((1, 3)))
    norm.backward(np.ones((1, 3)))
    assert norm.d_biases.tolist() == [[1, 1, 1]]


def test_epsilon_counts_in_the_first_two_norms():
    reason(PAGE, "which at the start counts in the first two of the 29 norms")
    points = np.random.default_rng(0).uniform(-0.7, 0.7, (120, 2))
    for epsilon, first in ((1e-5, 0.2), (0, 1)):
        values, found = points, []
        for part in SCRIPT["deep"](SCRIPT["small"], 0, LayerNorm).parts:
            if isinstance(part, LayerNorm):
                part.epsilon = epsilon
            values = part.forward(values)
            if isinstance(part, LayerNorm):
                found.append(rms(values))
        assert min(found[2:]) > 0.9
        assert found[0] == pytest.approx(first, abs=0.15)
        assert (found[1] < 0.8) == (epsilon > 0)


def test_check_would_look_at_prediction():
    reason(PAGE, "and would check the BatchNorm of prediction")

    class WrongInTraining(BatchNorm):
        def backward(self, d_outputs):
            return super().backward(d_outputs) * (2 if self.by_batch else 1)

    class Always(WrongInTraining):
        def forward(self, inputs, training=True):
            return super().forward(inputs, True)

    inputs = np.random.default_rng(3).normal(size=(5, 3))
    assert check(WrongInTraining(3, dtype=np.float64), inputs).agrees
    assert not check(Always(3, dtype=np.float64), inputs).agrees


def test_a_norm_hides_the_size_of_weights_but_not_from_adam():
    reason(
        PAGE,
        "Adam's first step is as long for small weights as for large ones",
    )
    turned = {}
    for name in ("0.01", "He"):
        rng = np.random.default_rng(0)
        layer = dense(SCRIPT["STARTS"][name], 32, 32, rng)
        norm = LayerNorm(32, epsilon=0, dtype=np.float64)
        inputs, slopes = np.random.default_rng(1).normal(size=(2, 8, 32))
        before = norm.forward(layer.forward(inputs))
        layer.backward(norm.backward(slopes))
        weights = layer.weights.copy()
        Adam(0.001).update([(layer.weights, layer.d_weights)])
        turned[name] = rms(layer.weights - weights) / rms(weights)
        layer.weights[:] = 7 * weights
        after = norm.forward(layer.forward(inputs))
        np.testing.assert_allclose(after, before)  # hidden by the norm
        assert np.abs(layer.forward(inputs) - before).max() > 0.1
    assert turned["0.01"] / turned["He"] == pytest.approx(25, rel=0.05)
