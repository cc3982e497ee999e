"""Penalties: values by hand, slopes by small steps, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.optimizers import SGD, AdamW
from nnfs_code.penalties import L1, L2

PENALTIES = [L1, L2]
BOUNDS = "at least 0 and less than inf"
STRENGTHS = st.floats(0, 10)
SEEDS = st.integers(0, 10_000)


def weights(seed, shape=(3, 4), dtype=np.float64):
    """Normal numbers, none of them near the kink of L1."""
    values = np.random.default_rng(seed).standard_normal(shape)
    return (values + 0.1 * np.sign(values)).astype(dtype)


def test_penalties_by_hand():
    parameter = np.array([[3.0, -4.0], [0.0, 1.0]])
    # half of 0.1 times 9 + 16 + 0 + 1, and 0.1 times 3 + 4 + 0 + 1
    assert L2(0.1).penalty(parameter) == pytest.approx(1.3, rel=1e-15)
    assert L1(0.1).penalty(parameter) == pytest.approx(0.8, rel=1e-15)


@pytest.mark.parametrize("kind", PENALTIES)
@given(strength=STRENGTHS, seed=SEEDS)
def test_the_gradient_agrees_with_finite_differences(kind, strength, seed):
    term, parameter = kind(strength), weights(seed)
    numerical = numerical_gradient(lambda: term.penalty(parameter), parameter)
    np.testing.assert_allclose(
        term.gradient(parameter), numerical, rtol=1e-5, atol=1e-8
    )


@pytest.mark.parametrize("kind", PENALTIES)
@pytest.mark.parametrize("fault", [1.01, 2.0, 0.0, -1.0])
def test_that_check_would_catch_a_wrong_gradient(kind, fault):
    term, parameter = kind(0.3), weights(0)
    numerical = numerical_gradient(lambda: term.penalty(parameter), parameter)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(
            fault * term.gradient(parameter), numerical, rtol=1e-5, atol=1e-8
        )


def test_a_weight_of_0_is_pulled_nowhere():
    for kind in PENALTIES:
        np.testing.assert_array_equal(kind(0.5).gradient(np.zeros(3)), 0)


@pytest.mark.parametrize("kind", PENALTIES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept_and_nothing_is_changed(kind, dtype):
    parameter = weights(1, dtype=dtype)
    before = parameter.copy()
    parameter.setflags(write=False)
    assert kind(0.3).gradient(parameter).dtype == dtype
    assert type(kind(0.3).penalty(parameter)) is float
    np.testing.assert_array_equal(parameter, before)


@pytest.mark.parametrize("kind", PENALTIES)
def test_many_small_weights_in_float32_add_up_as_in_float64(kind):
    parameter = weights(2, (300, 400), np.float32)
    exact = kind(0.3).penalty(parameter.astype(np.float64))
    assert kind(0.3).penalty(parameter) == pytest.approx(exact, rel=1e-12)


def test_large_weights_in_float32_do_not_overflow():
    parameter = np.array([1e30, -3e38], np.float32)
    assert L2(1e-60).penalty(parameter) == pytest.approx(4.5e16, rel=1e-6)
    assert L1(1.0).penalty(parameter) == pytest.approx(3e38, rel=1e-6)


@given(strength=st.floats(0, 1), rate=st.floats(0, 1), seed=SEEDS)
def test_l2_in_the_gradient_of_sgd_is_decay(strength, rate, seed):
    by_penalty, gradient = weights(seed), weights(seed + 1)
    by_decay = by_penalty.copy()
    SGD(rate).update(
        [(by_penalty, gradient + L2(strength).gradient(by_penalty))]
    )
    by_decay *= 1 - rate * strength
    by_decay -= rate * gradient
    np.testing.assert_allclose(by_penalty, by_decay, rtol=1e-9, atol=1e-12)


def test_the_strength_of_l2_is_the_decay_of_adamw():
    by_decay, by_penalty = weights(3), weights(3)
    silent = np.zeros_like(by_decay)
    AdamW(0.1, weight_decay=0.5).update([(by_decay, silent)])
    SGD(0.1).update([(by_penalty, L2(0.5).gradient(by_penalty))])
    np.testing.assert_allclose(by_decay, by_penalty, rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shrinking_by_hand(dtype):
    parameter = np.array([3.0, -1.0, 0.5, -0.5, 0.25, -0.25, 0.0], dtype)
    L1(0.5).shrink(parameter, rate=1.0)
    expected = [2.5, -0.5, 0, 0, 0, 0, 0]
    np.testing.assert_array_equal(parameter, expected)
    assert parameter.dtype == dtype
    assert not np.signbit(parameter[2:]).any()


@given(
    target=st.floats(-3, 3), strength=st.floats(0, 2), rate=st.floats(0.2, 1)
)
def test_steps_that_shrink_end_at_the_minimum(target, strength, rate):
    """Of (theta - target)**2 / 2 + strength * abs(theta)."""
    theta, l1, sgd = np.array([1.0]), L1(strength), SGD(rate)
    for _ in range(150):
        sgd.update([(theta, theta - target)])
        l1.shrink(theta, rate)
    expected = np.sign(target) * max(abs(target) - strength, 0)
    assert theta[0] == pytest.approx(expected, abs=1e-9)


def test_steps_along_the_gradient_do_not_arrive_at_0():
    """The negative control of the test above."""
    theta, l1, sgd = np.array([1.0]), L1(0.5), SGD(0.1)
    for _ in range(400):
        sgd.update([(theta, theta - 0.2 + l1.gradient(theta))])
    assert 1e-3 < abs(theta[0]) < 0.1


@pytest.mark.parametrize("kind", PENALTIES)
@pytest.mark.parametrize(
    ("strength", "error", "message"),
    [
        ("0.1", TypeError, "expected strength as a number, got '0.1'"),
        (True, TypeError, "expected strength as a number, got True"),
        (-0.1, ValueError, f"expected strength {BOUNDS}, got -0.1"),
        (np.inf, ValueError, f"expected strength {BOUNDS}, got inf"),
        (np.nan, ValueError, f"expected strength {BOUNDS}, got nan"),
    ],
)
def test_a_strength_is_a_number_from_0_on(kind, strength, error, message):
    with pytest.raises(error, match=f"^{kind.__name__} {message}$"):
        kind(strength)


@pytest.mark.parametrize("kind", PENALTIES)
@pytest.mark.parametrize(
    ("parameter", "error", "message"),
    [
        ([1.0], TypeError, "expected parameter as a plain array, got a list"),
        (
            np.array([1], np.int64),
            TypeError,
            "expected parameter of dtype float32 or float64, got int64",
        ),
        (
            np.array([np.nan]),
            ValueError,
            "expected finite parameter, got NaN or infinity",
        ),
    ],
)
def test_what_is_not_a_parameter_is_refused(kind, parameter, error, message):
    found = [kind(0.1).penalty, kind(0.1).gradient]
    if kind is L1:
        found.append(lambda values: L1(0.1).shrink(values, 0.1))
    for method in found:
        with pytest.raises(error, match=f"^{kind.__name__} {message}$"):
            method(parameter)


def test_a_refused_rate_leaves_the_parameter_alone():
    parameter = weights(4)
    before = parameter.copy()
    message = f"^L1 expected rate {BOUNDS}, got -0.1$"
    with pytest.raises(ValueError, match=message):
        L1(0.1).shrink(parameter, -0.1)
    np.testing.assert_array_equal(parameter, before)
