"""Numerical gradients: right, harmless to the values, and never float32."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnfs_code.gradient_check import numerical_gradient

VALUES = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=0, max_dims=4, max_side=4),
    elements=st.floats(-10, 10),
)


@given(values=VALUES)
def test_it_agrees_with_the_rules_in_any_shape(values):
    found = numerical_gradient(lambda: float((values**3).sum()), values)
    assert found.shape == values.shape
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, 3 * values**2, rtol=1e-7, atol=1e-6)


@given(values=VALUES)
def test_the_values_come_back_bit_for_bit(values):
    before = values.tobytes()
    numerical_gradient(lambda: float(np.sin(values).sum()), values)
    assert values.tobytes() == before


def test_a_product_by_hand():
    values = np.array([2.0, 5.0])
    found = numerical_gradient(lambda: values[0] * values[1], values, step=0.5)
    np.testing.assert_array_equal(found, [5, 2])


def test_each_entry_is_moved_alone_and_to_both_sides():
    values = np.array([1.0, -0.0])
    seen = []
    numerical_gradient(lambda: seen.append(values.tolist()) or 0, values, 0.25)
    assert seen == [[1.25, 0], [0.75, 0], [1, 0.25], [1, -0.25]]
    assert np.signbit(values[1])  # minus zero, as before


def test_the_default_step():
    values = np.array([0.0])
    seen = []
    numerical_gradient(lambda: seen.append(values[0]) or 0, values)
    assert seen == [1e-5, -1e-5]


@pytest.mark.parametrize(
    "view",
    [
        lambda full: full.T,
        lambda full: full[::2, ::-1],
        lambda full: full[:, 1],
        np.asfortranarray,
    ],
)
def test_views_are_moved_where_they_are(view):
    full = np.random.default_rng(0).standard_normal((4, 6))
    values = view(full)
    before = values.copy()
    found = numerical_gradient(lambda: float((values**2).sum()), values)
    np.testing.assert_allclose(found, 2 * before, atol=1e-9)
    np.testing.assert_array_equal(values, before)


def test_the_values_come_back_even_if_the_function_fails():
    values = np.array([1.0, 2.0])

    def fails():
        if values[1] != 2:
            raise ZeroDivisionError
        return 0.0

    with pytest.raises(ZeroDivisionError):
        numerical_gradient(fails, values)
    np.testing.assert_array_equal(values, [1, 2])


def test_a_function_that_reads_a_copy_has_no_slope():
    """The classic mistake, which only the zeros give away."""
    values = np.array([1.0, 2.0])
    copy = values.copy()
    found = numerical_gradient(lambda: float((copy**2).sum()), values)
    np.testing.assert_array_equal(found, [0, 0])


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (
            np.ones(2, np.float32),
            TypeError,
            "values of dtype float64, got float32: small differences",
        ),
        (
            np.ones(2, int),
            TypeError,
            "values of dtype float32 or float64, got",
        ),
        ([1.0], TypeError, "values as a plain array, got a list"),
        (1.0, TypeError, "values as a plain array, got a float"),
        (np.ones((0, 2)), ValueError, "values with samples, got an empty"),
        (np.array([1.0, np.nan]), ValueError, "finite values"),
        (
            np.array([1e17]),
            ValueError,
            r"a positive step that changes x = 1e\+17",
        ),
        (
            np.array([1.0, -1e17]),
            ValueError,
            r"a positive step that changes x = 1e\+17",
        ),
        (
            np.broadcast_to(1.0, (2, 2)),
            ValueError,
            "values it can move, got a read-only array",
        ),
    ],
)
def test_what_cannot_be_moved_is_refused(values, error, message):
    with pytest.raises(error, match=f"^numerical_gradient expected {message}"):
        numerical_gradient(lambda: 0.0, values)


@pytest.mark.parametrize("step", [0, -1e-5, np.nan])
def test_a_step_that_is_none_is_refused(step):
    with pytest.raises(ValueError, match="expected a positive step"):
        numerical_gradient(lambda: 0.0, np.ones(2), step)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (np.float32(1), TypeError, "one number in float64, got float32"),
        (np.ones(3), TypeError, "one number in float64, got ndarray"),
        (np.inf, ValueError, "a finite number, got inf"),
    ],
)
def test_what_is_no_value_is_refused(value, error, message):
    values = np.ones(2)
    pattern = f"^numerical_gradient expected {message}$"
    with pytest.raises(error, match=pattern):
        numerical_gradient(lambda: value, values)
    with pytest.raises(error, match=pattern):  # on the way down
        numerical_gradient(lambda: 0.0 if values[0] >= 1 else value, values)
    np.testing.assert_array_equal(values, [1, 1])


def test_in_float32_the_difference_would_be_wrong():
    """Why float32 is refused: the same step, the same function."""
    value = np.float32(10.1)
    step = np.float32(1e-5)
    rise = (value + step) ** 2 - (value - step) ** 2
    assert abs(rise / (2 * step) / (2 * value) - 1) > 0.01
