"""Slopes by small steps: how right they are, and what they refuse."""

import cmath
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.gradient_check import (
    check_step,
    complex_step,
    forward_difference,
    numerical_derivative,
    one_number,
)

EVERY = [numerical_derivative, forward_difference, complex_step]
X = st.floats(-3, 3)


@given(x=X)
def test_the_central_difference_agrees_with_the_rules(x):
    for function, slope in [
        (lambda x: x**3, lambda x: 3 * x**2),
        (math.exp, math.exp),
        (math.sin, math.cos),
        (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    ]:
        found = numerical_derivative(function, x)
        assert found == pytest.approx(slope(x), rel=1e-8, abs=1e-8)


@given(x=X)
def test_the_forward_difference_agrees_less_well(x):
    found = forward_difference(math.exp, x)
    assert found == pytest.approx(math.exp(x), rel=1e-6, abs=1e-6)


@given(x=X)
def test_the_complex_step_agrees_to_the_last_digits(x):
    found = complex_step(lambda z: cmath.exp(z) * cmath.sin(z), x)
    expected = math.exp(x) * (math.sin(x) + math.cos(x))
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-14)


def test_a_square_by_hand():
    # (3.5² − 2.5²) / 1 = 6; (3.5² − 3²) / 0.5 = 6.5.
    assert numerical_derivative(lambda x: x**2, 3, step=0.5) == 6
    assert forward_difference(lambda x: x**2, 3, step=0.5) == 6.5
    assert complex_step(lambda x: x**2, 3, step=0.5) == 6
    # A third power shows the error: 3·3² + h², and 3·3² + 9h + h².
    assert numerical_derivative(lambda x: x**3, 3, step=0.5) == 27.25
    assert forward_difference(lambda x: x**3, 3, step=0.5) == 31.75
    assert complex_step(lambda x: x**3, 3, step=0.5) == 26.75


def test_the_steps_that_are_taken_by_default():
    def seen(derivative):
        points = []
        derivative(lambda x: points.append(x) or x * 1.0, 1.0)
        return points

    assert seen(numerical_derivative) == [1 + 1e-5, 1 - 1e-5]
    assert seen(forward_difference) == [1 + 1e-8, 1.0]
    assert seen(complex_step) == [complex(1, 1e-20)]


def test_the_step_that_is_really_taken_divides():
    """At 1e6 a step of 1e-5 is rounded by up to 1e-5 of itself."""
    x = 1e6 + 0.1
    for derivative in (numerical_derivative, forward_difference):
        found = derivative(lambda x: 2 * x, x, step=1e-5)
        assert found == pytest.approx(2, rel=1e-12)


def test_a_forward_difference_for_a_central_one_is_found_out():
    """The planted fault: the error of a forward step at 1e-5."""
    forward = forward_difference(math.exp, 1.0, step=1e-5)
    with pytest.raises(AssertionError):
        assert forward == pytest.approx(math.e, rel=1e-8)


@pytest.mark.parametrize("derivative", EVERY)
def test_whole_numbers_and_numpy_numbers_are_numbers(derivative):
    for x in (3, np.int64(3), np.float64(3.0)):
        found = derivative(lambda x: x * x, x)
        assert type(found) is float
        assert found == pytest.approx(6, rel=1e-7)


@pytest.mark.parametrize("derivative", EVERY)
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (np.float32(3), TypeError, "one number in float64, got float32"),
        (np.ones(2), TypeError, "one number in float64, got ndarray"),
        ("3", TypeError, "one number in float64, got str"),
        (math.nan, ValueError, "a finite number, got nan"),
        (math.inf, ValueError, "a finite number, got inf"),
    ],
)
def test_what_is_no_point_is_refused(derivative, x, error, message):
    with pytest.raises(
        error, match=f"^{derivative.__name__} expected {message}"
    ):
        derivative(lambda x: x * x, x)


@pytest.mark.parametrize(
    "derivative", [numerical_derivative, forward_difference]
)
@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (np.float32(1), TypeError, "one number in float64, got float32"),
        (np.ones(1), TypeError, "one number in float64, got ndarray"),
        (None, TypeError, "one number in float64, got NoneType"),
        (1j, TypeError, "one number in float64, got complex"),
        (math.nan, ValueError, "a finite number, got nan"),
    ],
)
def test_what_is_no_value_is_refused(derivative, value, error, message):
    pattern = f"^{derivative.__name__} expected {message}$"
    with pytest.raises(error, match=pattern):
        derivative(lambda x: value, 1.0)
    with pytest.raises(error, match=pattern):  # on the other side
        derivative(lambda x: value if x < 1.000000001 else 1.0, 1.0)


def test_the_complex_step_wants_a_complex_value():
    with pytest.raises(
        TypeError,
        match=r"^complex_step expected a complex value, got a float$",
    ):
        complex_step(lambda z: z.real, 1.0)
    with pytest.raises(
        ValueError, match=r"^complex_step expected a finite number, got nan$"
    ):
        complex_step(lambda z: complex(0, math.nan), 1.0)


@pytest.mark.parametrize(
    "derivative", [numerical_derivative, forward_difference]
)
@pytest.mark.parametrize(
    ("x", "step"), [(1.0, 0), (1.0, -1e-5), (1.0, math.nan), (1e17, 1e-5)]
)
def test_a_step_that_does_not_move_is_refused(derivative, x, step):
    with pytest.raises(ValueError, match="expected a positive step that"):
        derivative(lambda x: x, x, step=step)


def test_the_step_must_move_to_both_sides():
    just_below = 2.0**53  # above it floats are 2 apart, below it 1
    with pytest.raises(ValueError, match=f"changes x = {just_below}, got 1"):
        check_step("x", just_below, 1.0)
    check_step("x", just_below, 2.0)
    half = 2.0**-53  # from 1, upwards that is half a float, downwards one
    with pytest.raises(ValueError, match=r"changes x = -1.0, got"):
        check_step("x", -1.0, half)
    with pytest.raises(ValueError, match=r"changes x = 1.0, got"):
        check_step("x", 1.0, half)


def test_one_number_is_a_plain_float():
    for value in (2, np.int8(2), np.float64(2)):
        assert type(one_number("x", value)) is float
        assert one_number("x", value) == 2
