"""Reasons that the page of chapter 9 gives, each with its cause taken away."""

import numpy as np
import pytest

from claims import breadth
from nnfs_code.activations import Linear, ReLU, Sigmoid, Softmax, Tanh
from nnfs_code.chapters import ch09_backpropagation as script
from nnfs_code.gradient_check import check, numerical_gradient, slopes_beside
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy, SoftmaxCrossEntropy
from reasons import reason

PAGE = "09-backpropagation"
NOTEBOOK = "notebooks/09-gradient-flow"
RNG = np.random.default_rng(909)
SAMPLES = RNG.normal(size=(5, 3))


def gradient_norms(scale1, scale2):
    """Return the norms of both layers' gradients before the first step."""
    points, arms, dense1, dense2 = script.start(0)
    dense1.weights *= scale1
    dense2.weights *= scale2
    parts, loss = [dense1, ReLU(), dense2], SoftmaxCrossEntropy()
    loss.forward(script.forward(parts, points), arms)
    script.backward(parts, loss.backward())
    return [np.linalg.norm(d.d_weights) for d in (dense1, dense2)]


def test_each_layer_is_slow_because_of_the_others_weights():
    reason(
        PAGE,
        "these begin at sizes near 0.01, so it is small; and the second "
        "layer's gradient is small because the hidden values are small.",
    )
    small = gradient_norms(1, 1)
    larger_second, larger_first = (
        gradient_norms(1, 100),
        gradient_norms(100, 1),
    )

    assert max(small) < 0.01
    assert larger_second[0] == pytest.approx(100 * small[0], rel=0.05)
    assert larger_second[1] == pytest.approx(small[1], rel=0.05)
    assert larger_first[1] == pytest.approx(100 * small[1], rel=0.05)
    assert larger_first[0] == pytest.approx(small[0], rel=0.05)


def test_ones_are_blind_since_softmax_sums_to_1():
    reason(PAGE, "because the outputs of softmax sum to 1")

    def largest_slope_of_the_plain_sum(activation):
        values = SAMPLES.copy()
        slopes = numerical_gradient(
            lambda: activation.forward(values).sum(), values
        )
        return np.abs(slopes).max()

    assert largest_slope_of_the_plain_sum(Softmax()) < 1e-8
    assert largest_slope_of_the_plain_sum(Sigmoid()) > 0.1


def test_a_clipped_loss_is_flat():
    reason(PAGE, "the gradient is zero, because the clipped loss is flat")
    softmax, loss = Softmax(), CategoricalCrossEntropy()

    def two_steps(behind):
        probabilities = softmax.forward(np.array([[behind, 0.0]]))
        loss.forward(probabilities, np.array([1]))
        return softmax.backward(loss.backward())

    assert np.abs(two_steps(50.0)).max() == 0
    np.testing.assert_allclose(two_steps(10.0), [[1, -1]], atol=1e-3)


def test_no_clipping_is_needed_since_the_probability_cancels():
    reason(PAGE, "So the gradient needs no clipping")
    logits, right = np.array([[800.0, 0.0]]), np.array([1])
    at_once = SoftmaxCrossEntropy()

    assert at_once.forward(logits, right) == 800
    with np.errstate(divide="ignore"):  # one after the other, unclipped
        assert np.log(Softmax().forward(logits)[0, 1]) == -np.inf


def test_the_largest_score_drops_out():
    reason(PAGE, "In the difference (9.13), $c$ drops out.")
    logits, labels = 3 * RNG.normal(size=(20, 4)), RNG.integers(4, size=20)
    shifted = logits - logits.max(axis=1, keepdims=True)
    rows = np.arange(20)

    np.testing.assert_allclose(
        script.plain_losses(shifted, labels),
        script.plain_losses(logits, labels),
        rtol=1e-10,
    )
    # In one of the two terms alone it does not.
    totals = np.log(np.exp(shifted).sum(axis=1))
    apart = totals - logits[rows, labels] - script.plain_losses(logits, labels)
    assert np.abs(apart).max() > 0.5


def dead_after(relu, n_steps=50):
    """Return whether no neuron is on for any point, after a training."""
    begun = script.start(1)
    points, arms, dense1, dense2 = begun
    parts, loss = [dense1, relu, dense2], SoftmaxCrossEntropy()
    lowest = []
    for _ in range(n_steps):
        loss.forward(script.forward(parts, points), arms)
        script.backward(parts, loss.backward())
        lowest.append(dense1.d_biases.min())
        for dense in (dense1, dense2):
            dense.weights -= dense.d_weights
            dense.biases -= dense.d_biases
    return bool((dense1.forward(points) <= 0).all()), min(lowest)


def test_a_gate_for_positive_slopes_lets_biases_only_down():
    reason(PAGE, "So no bias of the first layer gets a negative slope")
    off, lowest = dead_after(script.GradientMask())
    off_right, lowest_right = dead_after(ReLU())

    assert off
    assert lowest >= 0
    assert not off_right
    assert lowest_right < 0


def test_a_forgotten_mean_is_n_times_too_long():
    reason(PAGE, "Without the $\\frac{1}{N}$ every step is $N$ times too long")
    labels = np.array([0, 2, 1, 1, 0])
    right, wrong = SoftmaxCrossEntropy(), script.NotDivided()
    for n in (5, 1):
        right.forward(SAMPLES[:n], labels[:n])
        wrong.forward(SAMPLES[:n], labels[:n])
        np.testing.assert_allclose(wrong.backward(), n * right.backward())
    assert not check(script.NotDivided(), SAMPLES, labels)
    assert check(script.NotDivided(), SAMPLES[:1], labels[:1])


def test_every_part_is_right_and_the_order_is_not():
    reason(PAGE, "No check of a single layer can see it, since every part is")
    points, arms, dense1, dense2 = script.start(3, 100.0)
    points, arms = points[::30], arms[::30]
    tanh, loss = Tanh(), SoftmaxCrossEntropy()

    def slopes(hasty):
        logits = dense2.forward(tanh.forward(dense1.forward(points)))
        loss.forward(logits, arms)
        d_logits = loss.backward()
        weights = dense2.weights - hasty * (tanh.outputs.T @ d_logits)
        dense1.parameter_gradients(tanh.backward(d_logits @ weights.T))
        return dense1.d_weights

    def mean_loss():
        hidden = tanh.forward(dense1.forward(points))
        return loss.forward(dense2.forward(hidden), arms)

    measured = numerical_gradient(mean_loss, dense1.weights)
    assert check(Dense(2, 3, rng=RNG, dtype=np.float64), SAMPLES[:, :2])
    assert check(Tanh(), SAMPLES)
    np.testing.assert_allclose(slopes(hasty=0), measured, atol=1e-7)
    assert np.abs(slopes(hasty=1) - measured).max() > 1e-3


def test_the_size_of_a_sum_grows_with_the_batch():
    reason(PAGE, "So that the size of the gradient does not grow with the")
    layer, loss = Dense(3, 3, rng=RNG, dtype=np.float64), SoftmaxCrossEntropy()
    points, labels = RNG.normal(size=(300, 3)) + 1, np.zeros(300, dtype=int)

    def sizes(n):
        loss.forward(layer.forward(points[:n]), labels[:n])
        layer.parameter_gradients(loss.backward())
        mean = np.linalg.norm(layer.d_weights)
        return mean, n * mean

    (mean30, sum30), (mean300, sum300) = sizes(30), sizes(300)
    assert 0.7 < mean300 / mean30 < 1.4
    assert 7 < sum300 / sum30 < 14


def test_the_last_forward_pass_is_what_was_kept():
    reason(PAGE, "because that is what the part has kept")
    layer, other = Dense(3, 4, rng=RNG, dtype=np.float64), SAMPLES[::-1].copy()
    ones = np.arange(20.0).reshape(5, 4)
    found = []
    for passes in ((SAMPLES,), (SAMPLES, other), (other, SAMPLES)):
        for inputs in passes:
            layer.forward(inputs)
        layer.parameter_gradients(ones)
        found.append(layer.d_weights)

    assert np.abs(found[1] - found[0]).max() > 0.1
    np.testing.assert_array_equal(found[2], found[0])


def test_a_pass_in_between_gives_other_data_or_a_mixture():
    reason(PAGE, "through the loss as well, you get the gradient of those")
    reason(PAGE, "If only the parts are run again and not the loss, you get a")
    rng, loss = np.random.default_rng(4), SoftmaxCrossEntropy()
    layer = Dense(3, 3, rng=rng, dtype=np.float64)
    layer.weights *= 100
    labels, other = np.array([0, 2, 1, 1, 0]), rng.normal(size=(4, 3))

    def slopes(*passes):
        for inputs, with_loss in passes:
            logits = layer.forward(inputs)
            if with_loss:
                loss.forward(logits, labels[: len(inputs)])
        layer.parameter_gradients(loss.backward())
        return layer.d_weights

    mine, same_size = (SAMPLES, True), SAMPLES[::-1].copy()
    np.testing.assert_array_equal(
        slopes(mine, (other, True)), slopes((other, True))
    )
    mixture = slopes(mine, (same_size, False))
    for pure in (slopes(mine), slopes((same_size, True))):
        assert np.abs(mixture - pure).max() > 0.01
    with pytest.raises(ValueError, match="shape"):
        slopes(mine, (other, False))


def test_a_row_of_ones_adds_the_rows():
    reason(PAGE, "1 times the first row, plus 1 times the second, and so on")
    table = RNG.normal(size=(7, 4))

    np.testing.assert_allclose(np.ones((1, 7)) @ table, [table.sum(axis=0)])
    assert not np.allclose(np.full((1, 7), 2.0) @ table, table.sum(axis=0))


def test_one_number_for_all_biases_of_the_last_layer_is_0():
    reason(PAGE, "Those of the last layer move by roundings at most: each row")
    loss = SoftmaxCrossEntropy()
    loss.forward(SAMPLES, np.array([0, 2, 1, 1, 0]))
    d_logits = loss.backward()

    assert abs(d_logits.sum()) < 1e-15
    hidden = d_logits @ np.arange(12).reshape(3, 4) ** 2  # a layer before
    assert abs(hidden.sum()) > 0.01


def test_the_kink_is_asked_about_and_a_fault_is_not():
    reason(
        PAGE,
        "a backward that takes the slope of one side cannot agree with that. "
        "So where a gradient disagrees, the check also looks at the slopes",
    )
    (at_kink,) = check(ReLU(), np.array([[0.0, -1.0, 2.0]])).comparisons
    (fault,) = check(script.HalfReLU(), SAMPLES).comparisons
    z = np.array([0.5])

    assert at_kink.beside is not None
    assert not fault.agrees
    assert fault.beside is None
    assert slopes_beside(lambda: float(np.maximum(z, 0)[0]), z, (0,)) is None
    assert check(ReLU(), np.array([[0.001, -1.0, 2.0]]))

    class Half(ReLU):  # takes neither side's slope at 0, and agrees
        def forward(self, inputs):
            self.slopes = np.where(inputs == 0, 0.5, inputs > 0)
            return super().forward(inputs)

        def backward(self, d_outputs):
            return d_outputs * self.slopes

    assert check(Half(), np.array([[0.0, -1.0, 2.0]]))


class SteepSigmoid(Sigmoid):
    """4 σ(z) - 2: the sigmoid with a slope of 1 at 0."""

    def forward(self, inputs):
        return 4 * super().forward(inputs) - 2

    def backward(self, d_outputs):
        return 4 * super().backward(d_outputs)


class SteepSlope(Sigmoid):
    """The sigmoid, with its slope alone made four times as large."""

    def backward(self, d_outputs):
        return 4 * super().backward(d_outputs)


def factor(activation, gain=1.0):
    """Return by what a gradient is multiplied per layer, in ten layers."""
    shares = []
    for seed in range(9):
        rng = np.random.default_rng(seed)
        points, arms = script.spiral(30, 3, rng=rng, dtype=np.float64)
        parts, n_inputs = [], 2
        for n_neurons in [32] * 10 + [3]:
            dense = Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)
            dense.weights *= 100 * gain / np.sqrt(n_inputs)
            parts += [dense, activation()]
            n_inputs = n_neurons
        loss, sizes = SoftmaxCrossEntropy(), []
        loss.forward(script.forward(parts[:-1], points), arms)
        gradient = loss.backward()
        for part in reversed(parts[:-1]):
            sizes.append(np.sqrt((gradient**2).mean()))
            gradient = part.backward(gradient)
        shares.append(sizes[-1] / sizes[2])  # layer 1 by layer 10
    return np.median(shares) ** (1 / 9)


def test_the_sigmoids_slope_of_a_quarter_eats_the_gradient():
    reason(NOTEBOOK, "With the small slope gone, 0.7 of the gradient arrives.")

    assert check(SteepSigmoid(), SAMPLES)
    assert factor(Sigmoid) == pytest.approx(1 / 4, abs=0.03)
    assert factor(SteepSigmoid) == pytest.approx(1, abs=0.1)
    reason(NOTEBOOK, "But the slope alone would do:")
    assert factor(SteepSlope) == pytest.approx(0.5 ** (1 / 9), abs=0.04)


def test_half_of_the_gates_cost_the_root_of_one_half():
    reason(NOTEBOOK, "because half of the entries become 0 and the mean of")

    for gain in (1.0, 2.0):
        assert factor(ReLU, gain) / gain == pytest.approx(0.5**0.5, abs=0.04)
        assert factor(Linear, gain) / gain == pytest.approx(1, abs=0.04)


def test_one_large_layer_ends_the_wait_and_not_the_slowness():
    reason(
        NOTEBOOK, "the wait at the start was gone and the slow training was"
    )

    def losses(scale1, scale2, n_steps):
        runs = []
        for seed in range(3):
            points, arms, dense1, dense2 = script.start(seed)
            dense1.weights *= scale1
            dense2.weights *= scale2
            parts, loss = [dense1, ReLU(), dense2], SoftmaxCrossEntropy()
            for _ in range(n_steps + 1):
                now = loss.forward(script.forward(parts, points), arms)
                script.backward(parts, loss.backward())
                for dense in (dense1, dense2):
                    dense.weights -= dense.d_weights
                    dense.biases -= dense.d_biases
            runs.append(now)
        return np.median(runs)

    assert losses(1, 1, 25) > 1.097
    assert losses(1, 100, 25) < 1.093
    assert losses(100, 1, 25) < 1.085
    for scales in ((1, 1), (1, 100), (100, 1)):
        assert losses(*scales, 300) > 1.02
    assert losses(100, 100, 300) < 0.95


def test_a_small_start_gets_below_1_later():
    reason(
        NOTEBOOK, "the small start gets below 1 as well, with each of three"
    )
    for seed in range(3):
        found = [loss for loss, _ in script.train(seed, 3000)]
        assert found[400] > 1.03
        assert found[3000] < 0.98


def test_three_false_alarms_and_two_without_a_kink():
    reason(
        PAGE,
        "rounding eats the difference. So check with inputs of ordinary size.",
    )

    def of_loss(p):
        values = np.array([[1 - p, p]])
        return check(CategoricalCrossEntropy(), values, np.array([1]))

    def of_dense(size):
        rng = np.random.default_rng(0)
        layer = Dense(3, 4, rng=rng, dtype=np.float64)
        return check(layer, size * rng.normal(size=(5, 3)))

    for right, alarm in (
        (of_loss(0.1), of_loss(0.001)),
        (of_dense(1.0), of_dense(1e7)),
    ):
        assert right.agrees
        assert not alarm.agrees
    assert "kink" not in str(of_loss(0.001))


def losses_with(kind, seed):
    """Return the loss before each step, both layers of another class."""
    points, arms, dense1, dense2 = script.start(seed)
    dense1.__class__ = dense2.__class__ = kind
    parts, loss, found = [dense1, ReLU(), dense2], SoftmaxCrossEntropy(), []
    for _ in range(1001):
        found.append(loss.forward(script.forward(parts, points), arms))
        script.backward(parts, loss.backward())
        for dense in (dense1, dense2):
            dense.weights -= dense.d_weights
            dense.biases = dense.biases - dense.d_biases
    return found


def test_one_sum_for_all_biases_stops_the_fall():
    reason(
        PAGE, "falls for about a hundred steps and then hardly moves, above"
    )

    for seed in breadth(1, 5):
        right, one, flat = (
            losses_with(kind, seed)
            for kind in (Dense, script.OneForAll, script.Flat)
        )
        assert flat == pytest.approx(right, abs=1e-9)
        assert one[0] - one[100] > 0.005
        assert abs(one[100] - one[1000]) < 0.02
        assert one[1000] > right[1000] + 0.005
