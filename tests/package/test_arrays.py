"""The checks that every layer makes: each refusal, in its words."""

import re

import numpy as np
import pytest

from nnfs_code import arrays

GOOD = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, "float32", "f8"])
def test_float_type_takes_the_two_float_types(dtype):
    assert arrays.float_type(dtype, "x") == np.dtype(dtype)


@pytest.mark.parametrize("dtype", [int, np.float16, np.complex128, bool])
def test_float_type_refuses_others(dtype):
    message = f"Dense expected dtype float32 or float64, got {np.dtype(dtype)}"
    with pytest.raises(TypeError, match=f"^{message}$"):
        arrays.float_type(dtype, "Dense")


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (
            [[1.0, 2.0]],
            TypeError,
            "ReLU expected inputs as a plain array, got a list",
        ),
        (1.0, TypeError, "ReLU expected inputs as a plain array, got a float"),
        (
            np.ma.masked_array([[1.0, 2.0]], mask=[[0, 1]]),
            TypeError,
            "ReLU expected inputs as a plain array, got a MaskedArray",
        ),
        (
            np.ones((2, 2), int),
            TypeError,
            "ReLU expected inputs of dtype float32 or float64, got int64",
        ),
        (
            np.ones((2, 2), np.float16),
            TypeError,
            "ReLU expected inputs of dtype float32 or float64, got float16",
        ),
        (
            np.ones((0, 2)),
            ValueError,
            "ReLU expected inputs with samples, got an empty array of shape "
            "(0, 2)",
        ),
        (
            np.array([[1.0, np.nan]]),
            ValueError,
            "ReLU expected finite inputs, got NaN or infinity",
        ),
        (
            np.array([[1.0, -np.inf]], np.float32),
            ValueError,
            "ReLU expected finite inputs, got NaN or infinity",
        ),
    ],
)
def test_check_floats_says_what_it_expected_and_got(values, error, message):
    if isinstance(values, np.ndarray) and values.dtype == int:
        message = message.replace("int64", str(np.dtype(int)))
    with pytest.raises(error) as caught:
        arrays.check_floats(values, "ReLU")
    assert str(caught.value) == message


@pytest.mark.parametrize("shape", [(3,), (1, 1), (2, 3, 4), (2, 3, 4, 5)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_check_floats_takes_finite_floats_of_any_shape(shape, dtype):
    arrays.check_floats(np.ones(shape, dtype), "ReLU")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_is_finite_is_not_fooled_by_a_sum_that_overflows(dtype):
    huge = np.full((4, 4), np.finfo(dtype).max / 2, dtype)
    assert np.isinf(np.vdot(huge, huge))  # the quick way overflows …
    assert arrays.is_finite(huge)  # … and the slow way decides
    huge[1, 2] = np.nan
    assert not arrays.is_finite(huge)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 7, 19])
def test_is_finite_sees_one_bad_entry_anywhere(bad, place):
    values = np.linspace(-1, 1, 20)
    assert arrays.is_finite(values)
    values[place] = bad
    assert not arrays.is_finite(values)
    assert not arrays.is_finite(values.reshape(4, 5).T)


def test_is_finite_sees_infinities_that_would_cancel_in_a_plain_sum():
    assert not arrays.is_finite(np.array([np.inf, -np.inf]))


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        (
            np.ones((300, 3)),
            ValueError,
            "Dense expected inputs of shape (n_samples, 2), got (300, 3)",
        ),
        (
            np.ones(2),
            ValueError,
            "Dense expected inputs of shape (n_samples, 2), got (2,)",
        ),
        (
            np.ones((2, 2, 2)),
            ValueError,
            "Dense expected inputs of shape (n_samples, 2), got (2, 2, 2)",
        ),
        (
            np.ones((3, 2), np.float32),
            TypeError,
            "Dense expected inputs of dtype float64, got float32; convert "
            "them with inputs.astype(np.float64)",
        ),
    ],
)
def test_check_batch_says_what_it_expected_and_got(inputs, error, message):
    with pytest.raises(error) as caught:
        arrays.check_batch(inputs, 2, np.dtype(np.float64), "Dense")
    assert str(caught.value) == message


def test_check_batch_takes_a_batch_of_one():
    arrays.check_batch(np.ones((1, 2)), 2, np.dtype(np.float64), "Dense")


def test_the_inputs_of_the_checks_are_not_changed():
    before = GOOD.copy()
    frozen = GOOD.copy()
    frozen.setflags(write=False)
    arrays.check_batch(frozen, 2, np.dtype(float), "Dense")
    np.testing.assert_array_equal(frozen, before)


@pytest.mark.parametrize("value", [1, 7, np.int64(3), np.uint8(3)])
def test_whole_numbers_from_1_on_are_counts(value):
    count = arrays.check_count("Dense", "n_inputs", value)
    assert count == value
    assert type(count) is int


@pytest.mark.parametrize("value", [1.0, "1", None, True, np.True_, [1]])
def test_what_counts_nothing_is_no_count(value):
    message = f"Dense expected n_inputs as a whole number, got {value!r}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        arrays.check_count("Dense", "n_inputs", value)
