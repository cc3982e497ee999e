"""Chapter 7: what goes wrong is caught, and the solutions solve."""

import cmath
import math

import numpy as np
import pytest

from nnfs_code.gradient_check import (
    complex_step,
    forward_difference,
    numerical_derivative,
)


@pytest.fixture(scope="module")
def script():
    """Return the chapter's script, run once."""
    from nnfs_code.chapters import ch07_derivatives

    return ch07_derivatives


@pytest.mark.parametrize("w", [-0.9, -0.5, 0.1, 0.7])
def test_a_forgotten_inner_slope_is_caught(script, w):
    assert script.is_slope(script.full_slope, script.loss_at, w)
    assert not script.is_slope(script.short_slope, script.loss_at, w)


def test_a_forgotten_inner_slope_reaches_the_bottom_all_the_same(script):
    for formula in (script.full_slope, script.short_slope):
        w = -0.5
        for _ in range(300):
            w -= 0.5 * formula(w)
        assert script.loss_at(w) < 1e-6


@pytest.mark.parametrize("x", [0.4, 1.3, 2.0, 3.0, 7.1])
def test_a_hidden_float32_is_caught(script, x):
    assert script.is_steady(script.square, x)
    assert not script.is_steady(script.hidden_float32, x)


def test_whole_numbers_that_do_not_move_are_caught(script):
    whole = np.array([3, 4])

    def slope_along(values):
        before = float(values[0]) ** 2
        values[0] += 1e-5
        return (float(values[0]) ** 2 - before) / 1e-5

    assert slope_along(whole) == 0
    assert slope_along(np.array([3.0, 4.0])) == pytest.approx(6, rel=1e-5)
    assert list(whole) == [3, 4]


def test_a_kink_within_the_step_is_caught(script):
    assert not script.is_steady(script.relu, 2e-6)
    assert not script.is_steady(script.relu, -7e-6)
    assert script.is_steady(script.relu, 0.1)
    assert script.is_steady(script.relu, 0.0)  # and is wrong all the same
    assert numerical_derivative(script.relu, 0.0) == 0.5


def test_a_noisy_function_is_caught(script):
    steady = [script.is_steady(script.noisy_square, 3.0) for _ in range(20)]

    assert not any(steady)


def test_a_conjugate_blinds_the_complex_step(script):
    assert complex_step(script.length_squared, 3.0) == 0
    assert numerical_derivative(
        lambda x: script.length_squared(x).real, 3.0
    ) == pytest.approx(6)
    assert complex_step(lambda z: z * z, 3.0) == 6


def test_the_check_sees_a_formula_that_is_wrong_by_one_percent(script):
    assert script.is_slope(lambda x: 2 * x, script.square, 3.0)
    assert not script.is_slope(lambda x: 2.02 * x, script.square, 3.0)
    assert not script.is_slope(lambda x: -2 * x, script.square, 3.0)


def test_both_rulers_measure_what_their_formula_says():
    for x in (-2.0, 0.5, 3.0):
        assert numerical_derivative(math.exp, x) == pytest.approx(
            math.exp(x), rel=1e-9
        )
        assert forward_difference(math.exp, x) == pytest.approx(
            math.exp(x), rel=1e-6
        )


def test_solution_1_a_parabola():
    assert numerical_derivative(lambda x: x**2 - 4 * x, 3.0) == pytest.approx(
        2
    )
    assert numerical_derivative(lambda x: x**2 - 4 * x, 2.0) == pytest.approx(
        0, abs=1e-9
    )


@pytest.mark.parametrize("z", [-5.0, -1.0, 0.0, 2.0, 6.0])
def test_solution_2_softplus_has_the_slope_of_a_sigmoid(script, z):
    assert script.is_slope(script.sigmoid, script.softplus, z)
    assert complex_step(
        lambda c: cmath.log(1 + cmath.exp(c)), z
    ) == pytest.approx(script.sigmoid(z), rel=1e-12)


def test_solution_3_the_line_lies_above_the_logarithm(script):
    falling = [script.above(x) for x in np.linspace(0.01, 1, 100)]
    rising = [script.above(x) for x in np.linspace(1, 20, 100)]

    assert (np.diff(falling) < 0).all()
    assert (np.diff(rising) > 0).all()
    assert falling[-1] == rising[0] == 0


def test_solution_4_halving_the_step_divides_the_error_by_16(script):
    for function, slope in ((math.exp, math.e), (math.sin, math.cos(1.0))):
        errors = [
            abs(script.five_points(function, 1.0, h) - slope)
            for h in (0.2, 0.1, 0.05)
        ]
        assert errors[0] / errors[1] == pytest.approx(16, rel=0.05)
        assert errors[1] / errors[2] == pytest.approx(16, rel=0.05)


def test_solution_5_the_bottom_is_the_share(script):
    assert script.middle == pytest.approx(0.7, abs=1e-7)


@pytest.mark.parametrize("x", [1e6, -1e6, 1e9])
def test_solution_6_a_step_that_grows(script, x):
    exact = 2 * x

    fixed = abs(numerical_derivative(script.square, x) / exact - 1)
    scaled = abs(script.scaled_derivative(script.square, x) / exact - 1)

    assert scaled < 1e-9 < 1e-7 < fixed
