"""Every backward pass against finite differences, and against faults."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.activations import Linear, ReLU, Sigmoid, Softmax, Step, Tanh
from nnfs_code.backward import check_d_outputs, kept_by_forward
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy, SoftmaxCrossEntropy

ELEMENTWISE = [Step, Linear, Sigmoid, Tanh, ReLU]
ACTIVATIONS = [*ELEMENTWISE, Softmax]
RNG = np.random.default_rng(0)
SEEDS = st.integers(0, 10_000)
SIDES = st.integers(1, 6)


def away_from_zero(shape, rng=RNG):
    """Normal numbers, none of them near the kinks of ReLU and Step."""
    values = rng.standard_normal(shape)
    return values + 0.1 * np.sign(values)


def rows_of_probabilities(shape, rng=RNG):
    rows = rng.random(shape) + 0.05
    return rows / rows.sum(axis=1, keepdims=True)


def dense(n_inputs, n_neurons, dtype=np.float64):
    layer = Dense(
        n_inputs, n_neurons, rng=np.random.default_rng(1), dtype=dtype
    )
    layer.weights *= 100
    return layer


def agree(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-8)


def disagree(ours, expected):
    with pytest.raises(AssertionError):
        agree(ours, expected)


# Layers and activations: d_outputs goes in, the other gradients come out.


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(rows=SIDES, columns=SIDES, seed=SEEDS)
def test_an_activation_agrees_with_finite_differences(
    activation, rows, columns, seed
):
    rng = np.random.default_rng(seed)
    layer = activation()
    inputs = away_from_zero((rows, columns), rng)
    d_outputs = rng.standard_normal((rows, columns))

    layer.forward(inputs)
    d_inputs = layer.backward(d_outputs)

    expected = numerical_gradient(
        lambda: (layer.forward(inputs) * d_outputs).sum(), inputs
    )
    agree(d_inputs, expected)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (2, 3, 4), (2, 1, 2, 3)])
def test_an_activation_agrees_in_any_shape(activation, shape):
    layer = activation()
    inputs = away_from_zero(shape)
    d_outputs = RNG.standard_normal(shape)
    layer.forward(inputs)
    d_inputs = layer.backward(d_outputs)
    expected = numerical_gradient(
        lambda: (layer.forward(inputs) * d_outputs).sum(), inputs
    )
    agree(d_inputs, expected)


@given(n=SIDES, n_inputs=SIDES, n_neurons=SIDES, seed=SEEDS)
def test_dense_agrees_with_finite_differences(n, n_inputs, n_neurons, seed):
    rng = np.random.default_rng(seed)
    layer = dense(n_inputs, n_neurons)
    inputs = rng.standard_normal((n, n_inputs))
    d_outputs = rng.standard_normal((n, n_neurons))

    layer.forward(inputs)
    d_inputs = layer.backward(d_outputs)

    def function():
        return (layer.forward(inputs) * d_outputs).sum()

    agree(d_inputs, numerical_gradient(function, inputs))
    agree(layer.d_weights, numerical_gradient(function, layer.weights))
    agree(layer.d_biases, numerical_gradient(function, layer.biases))
    assert layer.d_weights.shape == layer.weights.shape
    assert layer.d_biases.shape == layer.biases.shape


def test_dense_by_hand():
    layer = dense(2, 2)
    layer.weights[:] = [[1, 2], [3, 4]]
    layer.forward(np.array([[5.0, 6.0], [7.0, 8.0]]))
    d_inputs = layer.backward(np.array([[1.0, 0.0], [0.0, 10.0]]))
    np.testing.assert_array_equal(d_inputs, [[1, 3], [20, 40]])
    np.testing.assert_array_equal(layer.d_weights, [[5, 70], [6, 80]])
    np.testing.assert_array_equal(layer.d_biases, [[1, 10]])


def test_the_first_layer_may_leave_out_the_gradient_of_the_data():
    layer = dense(3, 2)
    layer.forward(RNG.standard_normal((4, 3)))
    d_outputs = RNG.standard_normal((4, 2))
    assert layer.parameter_gradients(d_outputs) is None
    alone = layer.d_weights.copy(), layer.d_biases.copy()
    layer.backward(d_outputs)
    np.testing.assert_array_equal(layer.d_weights, alone[0])
    np.testing.assert_array_equal(layer.d_biases, alone[1])


def test_activations_by_hand():
    d_outputs = np.array([[10.0, 100.0]])
    for activation, inputs, expected in [
        (Step, [[-1, 2]], [[0, 0]]),
        (Linear, [[-1, 2]], [[10, 100]]),
        (ReLU, [[-1, 2]], [[0, 100]]),
        (Sigmoid, [[0, 0]], [[2.5, 25]]),
        (Tanh, [[0, 0]], [[10, 100]]),
        # Two equal scores: ½ · (10 − 55) and ½ · (100 − 55).
        (Softmax, [[3, 3]], [[-22.5, 22.5]]),
    ]:
        layer = activation()
        layer.forward(np.array(inputs, float))
        np.testing.assert_array_equal(layer.backward(d_outputs), expected)


def test_softmax_is_the_jacobian_times_the_row():
    layer = Softmax()
    outputs = layer.forward(RNG.standard_normal((1, 4)))[0]
    jacobian = np.diag(outputs) - np.outer(outputs, outputs)
    d_outputs = RNG.standard_normal(4)
    np.testing.assert_allclose(
        layer.backward(d_outputs[np.newaxis])[0], jacobian @ d_outputs
    )


def test_at_the_kink_relu_passes_nothing_on():
    layer = ReLU()
    layer.forward(np.zeros((1, 1)))
    assert layer.backward(np.ones((1, 1))) == 0


# Losses.


@given(n=SIDES, classes=SIDES, seed=SEEDS)
def test_cross_entropy_agrees_with_finite_differences(n, classes, seed):
    rng = np.random.default_rng(seed)
    loss = CategoricalCrossEntropy()
    probabilities = rows_of_probabilities((n, classes), rng)
    labels = rng.integers(classes, size=n)
    loss.forward(probabilities, labels)
    d_probabilities = loss.backward()
    assert d_probabilities.shape == probabilities.shape
    agree(
        d_probabilities,
        numerical_gradient(
            lambda: loss.forward(probabilities, labels), probabilities
        ),
    )


@given(n=SIDES, classes=SIDES, seed=SEEDS)
def test_softmax_cross_entropy_agrees_with_finite_differences(
    n, classes, seed
):
    rng = np.random.default_rng(seed)
    loss = SoftmaxCrossEntropy()
    logits = 3 * rng.standard_normal((n, classes))
    labels = rng.integers(classes, size=n)
    loss.forward(logits, labels)
    d_logits = loss.backward()
    assert d_logits.shape == logits.shape
    agree(
        d_logits,
        numerical_gradient(lambda: loss.forward(logits, labels), logits),
    )


@given(n=SIDES, classes=SIDES, seed=SEEDS)
def test_the_fused_gradient_is_that_of_the_two_parts(n, classes, seed):
    rng = np.random.default_rng(seed)
    logits = rng.standard_normal((n, classes))
    labels = rng.integers(classes, size=n)
    softmax, apart = Softmax(), CategoricalCrossEntropy()
    loss = apart.forward(softmax.forward(logits), labels)
    together = SoftmaxCrossEntropy()
    assert together.forward(logits, labels) == pytest.approx(loss)
    np.testing.assert_allclose(
        together.backward(),
        softmax.backward(apart.backward()),
        rtol=1e-10,
        atol=1e-14,
    )


def test_losses_by_hand():
    apart = CategoricalCrossEntropy()
    apart.forward(np.array([[0.5, 0.5], [0.8, 0.2]]), np.array([0, 1]))
    np.testing.assert_allclose(apart.backward(), [[-1, 0], [0, -2.5]])
    together = SoftmaxCrossEntropy()
    together.forward(np.log([[1.0, 3.0], [4.0, 1.0]]), np.array([0, 1]))
    np.testing.assert_allclose(
        together.backward(), [[-0.375, 0.375], [0.4, -0.4]]
    )


@given(seed=SEEDS)
def test_one_hot_targets_give_the_same_gradient_as_labels(seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(3, size=5)
    for loss, values in [
        (CategoricalCrossEntropy(), rows_of_probabilities((5, 3), rng)),
        (SoftmaxCrossEntropy(), rng.standard_normal((5, 3))),
    ]:
        loss.forward(values, labels)
        expected = loss.backward()
        loss.forward(values, np.eye(3)[labels])
        np.testing.assert_array_equal(loss.backward(), expected)


def test_the_gradients_of_a_row_of_logits_sum_to_zero():
    loss = SoftmaxCrossEntropy()
    loss.forward(RNG.standard_normal((5, 3)), np.array([0, 1, 2, 0, 1]))
    np.testing.assert_allclose(loss.backward().sum(axis=1), 0, atol=1e-16)


def test_where_the_probability_is_counted_as_larger_the_loss_is_flat():
    loss = CategoricalCrossEntropy()
    probabilities = np.array([[1e-8, 1 - 1e-8], [1e-7, 1 - 1e-7], [0.5, 0.5]])
    labels = np.array([0, 0, 0])
    loss.forward(probabilities, labels)
    gradient = loss.backward()
    assert gradient[0, 0] == 0
    assert gradient[1, 0] == pytest.approx(-1e7 / 3)
    assert gradient[2, 0] == pytest.approx(-2 / 3)
    np.testing.assert_array_equal(gradient[:, 1], 0)
    one = probabilities[:1]
    expected = numerical_gradient(
        lambda: loss.forward(one, labels[:1]), one, step=1e-9
    )
    np.testing.assert_array_equal(gradient[:1] * 3, expected)


def test_a_certain_wrong_answer_still_teaches_the_fused_loss():
    loss = SoftmaxCrossEntropy()
    value = loss.forward(np.array([[0.0, 1e4]]), np.array([0]))
    assert value == 1e4
    np.testing.assert_array_equal(loss.backward(), [[-1, 1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e4, 1e30])
def test_the_fused_loss_is_stable_far_from_zero(dtype, size):
    logits = np.array([[-size, 0, size], [size, size, -size]], dtype)
    loss = SoftmaxCrossEntropy()
    with np.errstate(all="raise", under="ignore"):
        value = loss.forward(logits, np.array([2, 0]))
        gradient = loss.backward()
    assert value == pytest.approx(np.log(2) / 2)
    assert np.isfinite(gradient).all()
    assert gradient.dtype == dtype


def test_each_row_of_the_fused_loss_is_stable_by_itself():
    logits = np.array([[1e4, 1e4], [-1e4, -1e4]])
    loss = SoftmaxCrossEntropy()
    losses = loss.sample_losses(logits, np.array([0, 1]))
    np.testing.assert_allclose(losses, np.log([2, 2]))
    np.testing.assert_allclose(loss.probabilities, np.full((2, 2), 0.5))


@pytest.mark.parametrize("shift", [-1e3, 1e3])
def test_the_fused_loss_does_not_change_under_a_shift(shift):
    loss = SoftmaxCrossEntropy()
    logits, labels = RNG.standard_normal((4, 3)), np.array([0, 1, 2, 0])
    expected = loss.sample_losses(logits, labels)
    np.testing.assert_allclose(
        loss.sample_losses(logits + shift, labels), expected, rtol=1e-10
    )
    assert loss.forward(logits, labels) == pytest.approx(expected.mean())


def test_the_fused_loss_keeps_the_probabilities():
    loss = SoftmaxCrossEntropy()
    logits = RNG.standard_normal((4, 3))
    loss.forward(logits, np.array([0, 1, 2, 0]))
    kept = loss.probabilities.copy()
    np.testing.assert_allclose(kept, Softmax().forward(logits), rtol=1e-14)
    loss.backward()
    np.testing.assert_array_equal(loss.probabilities, kept)


# What every backward pass keeps to.


def layers_and_inputs(dtype=np.float64):
    for activation in ACTIVATIONS:
        yield activation(), away_from_zero((5, 3)).astype(dtype)
    yield dense(3, 2, dtype), RNG.standard_normal((5, 3)).astype(dtype)


def name(value):
    return type(value).__name__ if hasattr(value, "forward") else ""


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shapes_and_float_types_are_kept(dtype):
    for layer, inputs in layers_and_inputs(dtype):
        outputs = layer.forward(inputs)
        d_inputs = layer.backward(np.ones_like(outputs))
        assert d_inputs.shape == inputs.shape
        assert d_inputs.dtype == dtype
    assert layer.d_weights.dtype == layer.d_biases.dtype == dtype
    labels = np.array([0, 1, 2, 0, 1])
    for loss in (CategoricalCrossEntropy(), SoftmaxCrossEntropy()):
        values = rows_of_probabilities((5, 3)).astype(dtype)
        loss.forward(values, labels)
        assert loss.backward().dtype == dtype
        assert loss.sample_losses(values, labels).dtype == dtype


@pytest.mark.parametrize(
    ("layer", "inputs"), list(layers_and_inputs()), ids=name
)
def test_inputs_and_d_outputs_may_be_read_only_and_are_not_changed(
    layer, inputs
):
    inputs.setflags(write=False)
    outputs = layer.forward(inputs)
    d_outputs = RNG.standard_normal(outputs.shape)
    before = inputs.copy(), outputs.copy(), d_outputs.copy()
    d_outputs.setflags(write=False)
    outputs.setflags(write=False)
    layer.backward(d_outputs)
    np.testing.assert_array_equal(inputs, before[0])
    np.testing.assert_array_equal(outputs, before[1])
    np.testing.assert_array_equal(d_outputs, before[2])


@pytest.mark.parametrize(
    "loss", [CategoricalCrossEntropy, SoftmaxCrossEntropy]
)
def test_what_a_loss_reads_may_be_read_only_and_is_not_changed(loss):
    values = rows_of_probabilities((4, 3))
    labels = np.array([0, 1, 2, 0])
    before = values.copy()
    values.setflags(write=False)
    labels.setflags(write=False)
    part = loss()
    part.forward(values, labels)
    first = part.backward()
    np.testing.assert_array_equal(part.backward(), first)  # any time again
    np.testing.assert_array_equal(values, before)
    np.testing.assert_array_equal(labels, [0, 1, 2, 0])


@pytest.mark.parametrize(
    ("layer", "inputs"), list(layers_and_inputs()), ids=name
)
def test_views_give_what_their_copies_give(layer, inputs):
    view = np.asfortranarray(inputs)[::2, ::-1]
    d_view = RNG.standard_normal(layer.forward(view).T.shape).T
    expected = layer.backward(d_view.copy())
    layer.forward(view.copy())
    np.testing.assert_allclose(layer.backward(d_view), expected, rtol=1e-12)


@pytest.mark.parametrize(
    "loss", [CategoricalCrossEntropy, SoftmaxCrossEntropy]
)
def test_a_loss_of_a_view_is_that_of_its_copy(loss):
    view = np.asfortranarray(rows_of_probabilities((6, 3)))[::2]
    labels = np.array([0, 9, 1, 9, 2, 9])[::2]
    part = loss()
    part.forward(view.copy(), labels.copy())
    expected = part.backward()
    part.forward(view, labels)
    np.testing.assert_allclose(part.backward(), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("layer", "inputs"), list(layers_and_inputs()), ids=name
)
def test_each_backward_pass_belongs_to_the_last_forward_pass(layer, inputs):
    d_outputs = np.ones(layer.forward(inputs).shape)
    expected = layer.backward(d_outputs)
    layer.forward(-2 * inputs)
    layer.backward(d_outputs)
    layer.forward(inputs)
    np.testing.assert_array_equal(layer.backward(d_outputs), expected)


# Errors.

FRESH = [(activation(), 3) for activation in ACTIVATIONS] + [(dense(3, 2), 2)]


@pytest.mark.parametrize(("layer", "columns"), FRESH, ids=name)
def test_backward_before_forward_is_a_clear_error(layer, columns):
    fresh = type(layer)() if not isinstance(layer, Dense) else dense(3, 2)
    name = type(layer).__name__
    message = f"^{name}.backward expected forward to be called first$"
    with pytest.raises(RuntimeError, match=message):
        fresh.backward(np.ones((5, columns)))


@pytest.mark.parametrize(
    "loss", [CategoricalCrossEntropy, SoftmaxCrossEntropy]
)
def test_backward_of_a_loss_before_forward_is_a_clear_error(loss):
    message = f"^{loss.__name__}.backward expected forward to be called first$"
    with pytest.raises(RuntimeError, match=message):
        loss().backward()


@pytest.mark.parametrize(("layer", "columns"), FRESH, ids=name)
def test_d_outputs_that_do_not_fit_are_refused_by_name(layer, columns):
    layer.forward(np.ones((5, 3)))
    right = (5, columns)
    owner = f"^{type(layer).__name__}.backward expected d_outputs "
    for wrong, error, message in [
        (np.ones((1, columns)), ValueError, rf"of shape \({right[0]}, "),
        (np.ones((5, 1)), ValueError, r"of shape .*, got \(5, 1\)$"),
        (np.ones(columns), ValueError, rf"got \({columns},\)$"),
        (np.ones((columns, 5)), ValueError, rf"got \({columns}, 5\)$"),
        (
            np.ones(right, np.float32),
            TypeError,
            "of dtype float64, got float32",
        ),
        (np.ones(right).tolist(), TypeError, "as a plain array, got a list$"),
        (1.0, TypeError, "as a plain array, got a float$"),
    ]:
        with pytest.raises(error, match=f"{owner}.*{message}"):
            layer.backward(wrong)


def test_the_checks_say_what_they_expected_and_got():
    with pytest.raises(ValueError, match=r"of shape \(2, 3\), got \(3, 2\)$"):
        check_d_outputs(ReLU(), np.ones((3, 2)), (2, 3), np.dtype(float))
    layer = ReLU()
    outputs = layer.forward(np.ones((1, 1)))
    assert kept_by_forward(layer, "outputs") is outputs


@pytest.mark.parametrize(
    ("logits", "targets", "error", "message"),
    [
        (
            [[1.0]],
            np.array([0]),
            TypeError,
            "logits as a plain array, got a list",
        ),
        (
            np.ones(3),
            np.array([0]),
            ValueError,
            r"\(n_samples, n_classes\), got \(3,\)$",
        ),
        (
            np.ones((0, 3)),
            np.array([], int),
            ValueError,
            "logits with samples",
        ),
        (np.array([[np.inf, 1]]), np.array([0]), ValueError, "finite logits"),
        (np.ones((1, 3)), np.array([3]), ValueError, "labels 0 to 2"),
        (np.ones((2, 3)), np.array([0]), ValueError, "targets of shape"),
    ],
)
def test_the_fused_loss_refuses_what_does_not_fit(
    logits, targets, error, message
):
    with pytest.raises(
        error, match=f"^SoftmaxCrossEntropy expected .*{message}"
    ):
        SoftmaxCrossEntropy().forward(logits, targets)


# Negative controls: each fault is one that people make, and the comparison
# with finite differences must see it.


def planted():
    layer = dense(3, 3)
    inputs = RNG.standard_normal((5, 3))
    d_outputs = RNG.standard_normal((5, 3))
    layer.forward(inputs)
    d_inputs = layer.backward(d_outputs)

    def function():
        return (layer.forward(inputs) * d_outputs).sum()

    return layer, d_inputs, d_outputs, function, inputs


def test_a_gradient_that_is_wrong_by_one_percent_is_seen():
    _, d_inputs, _, function, inputs = planted()
    expected = numerical_gradient(function, inputs)
    agree(d_inputs, expected)
    disagree(1.01 * d_inputs, expected)
    one_entry = d_inputs.copy()
    one_entry[2, 1] *= 1.01
    disagree(one_entry, expected)


def test_a_transposed_weight_is_seen():
    layer, _, d_outputs, function, inputs = planted()
    disagree(d_outputs @ layer.weights, numerical_gradient(function, inputs))
    disagree(layer.d_weights.T, numerical_gradient(function, layer.weights))


def test_a_mean_for_a_sum_over_the_batch_is_seen():
    layer, _, d_outputs, function, _ = planted()
    disagree(
        d_outputs.mean(axis=0, keepdims=True),
        numerical_gradient(function, layer.biases),
    )


def test_a_dropped_division_by_the_number_of_samples_is_seen():
    logits, labels = RNG.standard_normal((4, 3)), np.array([0, 1, 2, 0])
    loss = SoftmaxCrossEntropy()
    loss.forward(logits, labels)
    expected = numerical_gradient(lambda: loss.forward(logits, labels), logits)
    dropped = loss.probabilities - np.eye(3)[labels]
    disagree(dropped, expected)
    agree(dropped / 4, expected)


@pytest.mark.parametrize(
    ("activation", "wrong"),
    [
        (Sigmoid, lambda d, y: d * y),
        (Tanh, lambda d, y: d * (1 - y)),
        (ReLU, lambda d, y: d),
        (Softmax, lambda d, y: d * y * (1 - y)),  # the diagonal alone
    ],
)
def test_a_wrong_rule_is_seen(activation, wrong):
    layer = activation()
    inputs = away_from_zero((4, 3))
    d_outputs = RNG.standard_normal((4, 3))
    outputs = layer.forward(inputs).copy()
    expected = numerical_gradient(
        lambda: (layer.forward(inputs) * d_outputs).sum(), inputs
    )
    disagree(wrong(d_outputs, outputs), expected)
