"""Layers: what a dense layer computes, keeps and refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.layers import Dense


def dense(n_inputs, n_neurons, seed=0, dtype=np.float64):
    return Dense(
        n_inputs, n_neurons, rng=np.random.default_rng(seed), dtype=dtype
    )


def test_outputs_by_hand():
    layer = dense(2, 3)
    layer.weights[:] = [[1, 2, 3], [4, 5, 6]]
    layer.biases[:] = [[10, 20, 30]]
    outputs = layer.forward(np.array([[1.0, 1.0], [2.0, -1.0]]))
    # 1·1 + 1·4 + 10 = 15; 2·1 − 1·4 + 10 = 8; and so on.
    np.testing.assert_array_equal(outputs, [[15, 27, 39], [8, 19, 30]])


@given(
    n=st.integers(1, 40),
    n_inputs=st.integers(1, 12),
    n_neurons=st.integers(1, 12),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 1000),
)
def test_shape_and_float_type_are_kept(n, n_inputs, n_neurons, dtype, seed):
    layer = dense(n_inputs, n_neurons, seed, dtype)
    inputs = np.random.default_rng(seed).standard_normal((n, n_inputs))
    outputs = layer.forward(inputs.astype(dtype))
    assert outputs.shape == (n, n_neurons)
    assert outputs.dtype == dtype


@given(seed=st.integers(0, 1000), scale=st.floats(-8, 8))
def test_without_biases_a_layer_is_linear(seed, scale):
    rng = np.random.default_rng(seed)
    layer = dense(4, 3, seed)
    a, b = rng.standard_normal((2, 5, 4))
    together = layer.forward(a + scale * b)
    apart = layer.forward(a) + scale * layer.forward(b)
    np.testing.assert_allclose(together, apart, rtol=1e-10, atol=1e-12)


def test_each_sample_is_treated_alone():
    layer = dense(4, 3)
    batch = np.random.default_rng(1).standard_normal((6, 4))
    one_by_one = np.vstack([layer.forward(row[np.newaxis]) for row in batch])
    np.testing.assert_allclose(layer.forward(batch), one_by_one, rtol=1e-12)


def test_initial_weights_are_small_and_normal_and_biases_zero():
    layer = dense(400, 300)
    assert abs(layer.weights.std() - 0.01) < 2e-4
    assert abs(layer.weights.mean()) < 2e-4
    np.testing.assert_array_equal(layer.biases, np.zeros((1, 300)))
    assert layer.biases.dtype == np.float64


def test_the_default_is_float32():
    layer = Dense(2, 3, rng=np.random.default_rng(0))
    assert layer.weights.dtype == layer.biases.dtype == np.float32


def test_the_same_generator_state_gives_the_same_weights():
    np.testing.assert_array_equal(
        dense(3, 2, 7).weights, dense(3, 2, 7).weights
    )
    assert not np.array_equal(dense(3, 2, 7).weights, dense(3, 2, 8).weights)


def test_inputs_are_kept_and_not_changed():
    inputs = np.random.default_rng(2).standard_normal((5, 2))
    before = inputs.copy()
    inputs.setflags(write=False)
    layer = dense(2, 3)
    layer.forward(inputs)
    np.testing.assert_array_equal(inputs, before)
    assert layer.inputs is inputs


def test_a_transposed_view_gives_what_its_copy_gives():
    inputs = np.random.default_rng(3).standard_normal((2, 9)).T
    layer = dense(2, 3)
    np.testing.assert_allclose(
        layer.forward(inputs), layer.forward(inputs.copy()), rtol=1e-12
    )


@pytest.mark.parametrize(("n_inputs", "n_neurons"), [(0, 3), (3, 0), (-1, 2)])
def test_a_layer_of_nothing_is_refused(n_inputs, n_neurons):
    message = (
        f"^Dense expected n_.* of at least 1, got {min(n_inputs, n_neurons)}"
    )
    with pytest.raises(ValueError, match=message):
        dense(n_inputs, n_neurons)


@pytest.mark.parametrize("count", [2.0, True, np.True_, "2", None])
def test_a_layer_counts_in_whole_numbers(count):
    message = r"^Dense expected n_(inputs|neurons) as a whole number, got "
    with pytest.raises(TypeError, match=message):
        dense(count, 3)
    with pytest.raises(TypeError, match=message):
        dense(3, count)


def test_a_layer_takes_the_whole_numbers_of_numpy():
    assert dense(np.int64(2), np.uint8(3)).weights.shape == (2, 3)


def test_whole_number_weights_are_refused():
    with pytest.raises(TypeError, match="Dense expected dtype float32"):
        dense(2, 3, dtype=int)


@pytest.mark.parametrize(
    ("inputs", "error"),
    [
        (np.ones((300, 3)), ValueError),
        (np.ones(2), ValueError),
        (np.ones((0, 2)), ValueError),
        (np.full((1, 2), np.nan), ValueError),
        (np.ones((4, 2), np.float32), TypeError),
        (np.ones((4, 2), int), TypeError),
        ([[1.0, 2.0]], TypeError),
    ],
)
def test_what_does_not_fit_is_refused_by_name(inputs, error):
    with pytest.raises(error, match=r"^Dense expected "):
        dense(2, 3).forward(inputs)
