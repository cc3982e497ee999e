"""Metrics of quantities, and the sine: laws, references, refusals."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import r2_score

from nnfs_code.data import sine
from nnfs_code.metrics import r_squared, within

SIZES = st.tuples(
    st.integers(2, 20), st.integers(1, 5), st.integers(0, 10_000)
)
COLUMN = np.array([[1.0], [2.0], [3.0], [6.0]])


def batch(n, outputs, seed):
    rng = np.random.default_rng(seed)
    targets = rng.standard_normal((n, outputs))
    return targets + rng.standard_normal((n, outputs)), targets


@given(size=SIZES)
def test_r_squared_agrees_with_scikit_learn(size):
    outputs, targets = batch(*size)
    expected = r2_score(targets, outputs)
    assert r_squared(outputs, targets) == pytest.approx(expected)


def test_r_squared_by_hand():
    # The mean is 3: squares of 4, 1, 0 and 9, together 14.
    assert r_squared(COLUMN, COLUMN) == 1
    assert r_squared(np.full((4, 1), 3.0), COLUMN) == 0
    assert r_squared(COLUMN + 1, COLUMN) == pytest.approx(1 - 4 / 14)
    assert r_squared(6 - COLUMN, COLUMN) == pytest.approx(1 - 4)
    both, right = np.hstack((COLUMN + 1, COLUMN)), np.hstack((COLUMN, COLUMN))
    assert r_squared(both, right) == pytest.approx(1 - 2 / 14)


@given(size=SIZES, scale=st.floats(1e-3, 1e3), shift=st.floats(-10, 10))
def test_r_squared_has_no_unit(size, scale, shift):
    outputs, targets = batch(*size)
    found = r_squared(scale * outputs + shift, scale * targets + shift)
    assert found == pytest.approx(r_squared(outputs, targets), rel=1e-6)


@pytest.mark.parametrize(
    "targets",
    [
        np.full((3, 1), 0.1),  # whose mean is not 0.1 in floats
        np.array([[5.0]]),
        np.array([[1.0, 2.0], [3.0, 2.0]]),
    ],
)
def test_equal_targets_have_no_r_squared(targets):
    words = "targets that differ, in each output, got equal ones"
    with pytest.raises(ValueError, match=f"^r_squared expected {words}$"):
        r_squared(targets + 1, targets)


@given(size=SIZES, tolerance=st.floats(0.01, 3))
def test_within_is_what_counting_gives(size, tolerance):
    outputs, targets = batch(*size)
    pairs = zip(outputs.flat, targets.flat, strict=True)
    near = sum(abs(a - b) <= tolerance for a, b in pairs)
    found = within(outputs, targets, tolerance)
    assert found == pytest.approx(near / outputs.size)


def test_at_the_tolerance_is_within():
    errors = np.array([[0.0], [0.5], [-0.5], [0.5000001]])
    assert within(COLUMN + errors, COLUMN, 0.5) == 0.75
    assert within(COLUMN + errors, COLUMN, np.float32(1)) == 1


def within_1(outputs, targets):
    return within(outputs, targets, 1)


@pytest.mark.parametrize(
    ("metric", "owner"), [(r_squared, "r_squared"), (within_1, "within")]
)
def test_metrics_refuse_what_would_broadcast(metric, owner):
    words = "targets of shape (4, 1), got (4,); turn them with targets.reshape"
    message = re.escape(f"{owner} expected {words}(4, 1)")
    with pytest.raises(ValueError, match=f"^{message}$"):
        metric(COLUMN, COLUMN[:, 0])
    message = f"^{owner} expected outputs as a plain array, got a list$"
    with pytest.raises(TypeError, match=message):
        metric(COLUMN.tolist(), COLUMN)


@pytest.mark.parametrize("tolerance", [0, -1, np.nan, np.inf])
def test_a_tolerance_that_says_nothing_is_refused(tolerance):
    words = f"within expected tolerance above 0 and below inf, got {tolerance}"
    with pytest.raises(ValueError, match=f"^{words}$"):
        within(COLUMN, COLUMN, tolerance)


@given(n=st.integers(1, 60), seed=st.integers(0, 2**32 - 1))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_sine_without_noise_lies_on_the_wave(n, seed, dtype):
    rng = np.random.default_rng(seed)
    inputs, targets = sine(n, rng=rng, dtype=dtype)
    assert inputs.shape == targets.shape == (n, 1)
    assert inputs.dtype == targets.dtype == dtype
    assert ((inputs >= 0) & (inputs <= 1)).all()
    np.testing.assert_allclose(targets, np.sin(2 * np.pi * inputs), atol=1e-6)


def test_the_noise_has_its_size_and_leaves_the_inputs_where_they_are():
    quiet, wave = sine(20_000, rng=np.random.default_rng(3))
    inputs, heights = sine(20_000, rng=np.random.default_rng(3), noise=0.25)
    np.testing.assert_array_equal(inputs, quiet)
    added = heights - wave
    assert abs(added.mean()) < 0.01
    assert abs(added.std() - 0.25) < 0.01
    assert abs(inputs.mean() - 0.5) < 0.01
    assert abs(inputs.std() - 12**-0.5) < 0.01
    assert inputs.dtype == np.float32


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"n": 0}, ValueError, "sine expected n of at least 1, got 0"),
        ({"n": 2.0}, TypeError, "sine expected n as a whole number, got 2.0"),
        ({"noise": -1.0}, ValueError, "sine expected noise above 0 and below"),
        ({"noise": np.inf}, ValueError, "below inf, got inf"),
        ({"noise": np.nan}, ValueError, "below inf, got nan"),
        (
            {"noise": "1"},
            TypeError,
            "sine expected noise as a number, got '1'",
        ),
        ({"dtype": int}, TypeError, "sine expected dtype float32 or float64"),
    ],
)
def test_a_sine_that_cannot_be_drawn_is_refused(settings, error, message):
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    with pytest.raises(error, match=re.escape(message)):
        sine(**{"n": 5, "rng": rng, **settings})
    assert rng.bit_generator.state == before
