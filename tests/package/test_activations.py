"""Activations: their laws, their references, and the edges of the floats."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnfs_code.activations import Linear, ReLU, Sigmoid, Softmax, Step, Tanh

ELEMENTWISE = [Step, Linear, Sigmoid, Tanh, ReLU]
EVERY = [*ELEMENTWISE, Softmax]
RNG = np.random.default_rng(0)


def arrays(low=-1e4, high=1e4, dtype=np.float64, min_dims=2, max_dims=2):
    width = 32 if dtype is np.float32 else 64
    return hnp.arrays(
        dtype,
        hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, max_side=8),
        elements=st.floats(np.float32(low), np.float32(high), width=width),
    )


REFERENCES = [
    (Step, lambda z: np.heaviside(z, 0)),
    (Linear, lambda z: z),
    (Sigmoid, scipy.special.expit),
    (Tanh, np.tanh),
    (ReLU, lambda z: z * (z > 0)),
    (Softmax, lambda z: scipy.special.softmax(z, axis=-1)),
]


@pytest.mark.parametrize(("activation", "reference"), REFERENCES)
@given(inputs=arrays())
def test_agrees_with_a_reference(activation, reference, inputs):
    # Below the smallest normal float both lose digits, each in its own way.
    np.testing.assert_allclose(
        activation().forward(inputs),
        reference(inputs),
        rtol=1e-12,
        atol=np.finfo(float).tiny,
    )


@pytest.mark.parametrize("activation", EVERY)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_float_type_are_kept_and_inputs_are_not_changed(
    activation, dtype
):
    for shape in [(1, 1), (5, 3), (2, 3, 4), (2, 3, 4, 5)]:
        inputs = RNG.standard_normal(shape).astype(dtype)
        before = inputs.copy()
        inputs.setflags(write=False)
        outputs = activation().forward(inputs)
        assert outputs.shape == shape
        assert outputs.dtype == dtype
        np.testing.assert_array_equal(inputs, before)


@pytest.mark.parametrize("activation", EVERY)
def test_outputs_are_kept_for_the_journey_back(activation):
    layer = activation()
    assert layer.forward(RNG.standard_normal((3, 2))) is layer.outputs


@pytest.mark.parametrize("activation", EVERY)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e4, 1e30])
def test_stable_far_from_zero(activation, dtype, size):
    inputs = np.array([[-size, 0, size], [size, size, -size]], dtype)
    with np.errstate(all="raise", under="ignore"):
        outputs = activation().forward(inputs)
    assert np.isfinite(outputs).all()


@pytest.mark.parametrize("activation", EVERY)
def test_a_transposed_view_gives_what_its_copy_gives(activation):
    inputs = RNG.standard_normal((3, 5)).T
    np.testing.assert_allclose(
        activation().forward(inputs), activation().forward(inputs.copy())
    )


@pytest.mark.parametrize("activation", EVERY)
@pytest.mark.parametrize(
    ("inputs", "error"),
    [
        ([[1.0]], TypeError),
        (np.ones((2, 2), int), TypeError),
        (np.ones((0, 2)), ValueError),
        (np.array([[np.inf, 1.0]]), ValueError),
        (np.array([[np.nan, 1.0]]), ValueError),
    ],
)
def test_what_does_not_fit_is_refused_by_name(activation, inputs, error):
    with pytest.raises(error, match=f"^{activation.__name__} expected "):
        activation().forward(inputs)


def test_softmax_of_one_axis_is_refused():
    message = r"^Softmax .* of shape \(n_samples, n_classes\), got \(3,\)$"
    with pytest.raises(ValueError, match=message):
        Softmax().forward(np.ones(3))


@given(inputs=arrays(max_dims=3))
def test_softmax_rows_are_probabilities(inputs):
    outputs = Softmax().forward(inputs)
    assert (outputs >= 0).all()
    assert (outputs <= 1).all()
    np.testing.assert_allclose(outputs.sum(axis=-1), 1, rtol=1e-12)


@given(inputs=arrays(-100, 100), shift=st.floats(-100, 100))
def test_softmax_does_not_change_under_a_shift(inputs, shift):
    np.testing.assert_allclose(
        Softmax().forward(inputs + shift),
        Softmax().forward(inputs),
        rtol=1e-9,
        atol=1e-12,
    )


@given(inputs=arrays(-50, 50))
def test_softmax_keeps_the_order_within_a_row(inputs):
    outputs = Softmax().forward(inputs)
    ranked = np.take_along_axis(outputs, inputs.argsort(axis=1), axis=1)
    assert (np.diff(ranked, axis=1) >= 0).all()


def test_softmax_by_hand():
    inputs = np.log(np.array([[1.0, 2.0, 5.0]]))
    np.testing.assert_allclose(
        Softmax().forward(inputs), [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-12
    )


def test_a_softmax_along_the_wrong_axis_breaks_the_law():
    """The planted fault that the law of the rows must catch."""
    inputs = RNG.standard_normal((4, 3))
    wrong = np.exp(inputs) / np.exp(inputs).sum(axis=0)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(wrong.sum(axis=-1), 1, rtol=1e-12)


@given(inputs=arrays(-30, 30))
def test_sigmoid_of_minus_z_is_one_minus_sigmoid(inputs):
    np.testing.assert_allclose(
        Sigmoid().forward(-inputs),
        1 - Sigmoid().forward(inputs),
        rtol=1e-6,
        atol=1e-15,
    )


@given(inputs=arrays(-30, 30))
def test_sigmoid_is_a_softmax_over_two_scores(inputs):
    column = inputs[:, :1]
    pair = np.hstack([column, np.zeros_like(column)])
    np.testing.assert_allclose(
        Sigmoid().forward(column), Softmax().forward(pair)[:, :1], rtol=1e-12
    )


@given(inputs=arrays(-15, 15))
def test_tanh_is_a_stretched_sigmoid(inputs):
    np.testing.assert_allclose(
        Tanh().forward(inputs),
        2 * Sigmoid().forward(2 * inputs) - 1,
        atol=1e-14,
    )


def test_relu_and_step_at_zero_give_zero():
    zero = np.zeros((1, 1))
    assert ReLU().forward(zero) == 0
    assert Step().forward(zero) == 0
    assert Sigmoid().forward(zero) == 0.5
