"""The losses of a quantity: laws, references, and what they refuse."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import huber
from sklearn.metrics import (
    mean_absolute_error,
    mean_pinball_loss,
    mean_squared_error,
)

from nnfs_code.gradient_check import check
from nnfs_code.losses import (
    Huber,
    MeanAbsoluteError,
    MeanSquaredError,
    Quantile,
    RegressionLoss,
)

LOSSES = [
    MeanSquaredError(),
    MeanAbsoluteError(),
    Huber(0.5),
    Quantile(0.9),
]
every_loss = pytest.mark.parametrize(
    "loss", LOSSES, ids=lambda loss: type(loss).__name__
)
SIZES = st.tuples(
    st.integers(1, 20), st.integers(1, 5), st.integers(0, 10_000)
)


def batch(n, outputs, seed, dtype=np.float64):
    """Errors from 0.01 on, and 0.1 away from where Huber's loss turns."""
    rng = np.random.default_rng(seed)
    targets = rng.standard_normal((n, outputs))
    sizes = rng.uniform(0.01, 0.4, (n, outputs))
    sizes += rng.integers(2, size=sizes.shape) * 0.6
    errors = sizes * rng.choice([-1, 1], sizes.shape)
    return (targets + errors).astype(dtype), targets.astype(dtype)


ERRORS = np.array([[1.0, -2.0], [0.25, 0.0]])


@pytest.mark.parametrize(
    ("loss", "heights", "slopes"),
    [
        (MeanSquaredError(), [[1, 4], [0.0625, 0]], [[2, -4], [0.5, 0]]),
        (MeanAbsoluteError(), [[1, 2], [0.25, 0]], [[1, -1], [1, 0]]),
        (Huber(0.5), [[0.375, 0.875], [1 / 32, 0]], [[0.5, -0.5], [0.25, 0]]),
        (
            Quantile(0.75),
            [[0.25, 1.5], [0.0625, 0]],
            [[0.25, -0.75], [0.25, -0.25]],
        ),
    ],
)
def test_by_hand(loss, heights, slopes):
    targets = np.array([[10.0, 20.0], [-3.0, 4.0]])
    found = loss.sample_losses(targets + ERRORS, targets)
    np.testing.assert_allclose(found, np.mean(heights, axis=1), rtol=1e-12)
    mean = loss.forward(targets + ERRORS, targets)
    assert mean == pytest.approx(np.mean(heights))
    np.testing.assert_allclose(loss.backward(), np.divide(slopes, 4))


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
@given(size=SIZES)
def test_the_means_agree_with_scikit_learn_and_scipy(level, size):
    outputs, targets = batch(*size)
    pinball = mean_pinball_loss(targets, outputs, alpha=level)
    for loss, expected in (
        (MeanSquaredError(), mean_squared_error(targets, outputs)),
        (MeanAbsoluteError(), mean_absolute_error(targets, outputs)),
        (Huber(level), huber(level, outputs - targets).mean()),
        (Quantile(level), pinball),
    ):
        found = loss.forward(outputs, targets)
        assert found == pytest.approx(expected, rel=1e-12)


@every_loss
@given(size=SIZES)
def test_the_gradients_agree_with_small_steps(loss, size):
    report = check(loss, *batch(*size))
    assert report.agrees, str(report)


@pytest.mark.parametrize(
    "kind", [MeanSquaredError, MeanAbsoluteError, Huber, Quantile]
)
def test_a_gradient_that_is_wrong_by_a_hundredth_is_caught(kind):
    class Wrong(kind):
        def slopes(self, errors):
            return 1.01 * super().slopes(errors)

    wrong = Wrong() if kind in (MeanSquaredError, MeanAbsoluteError) else None
    assert not check(wrong or Wrong(0.6), *batch(4, 2, 0)).agrees


class NotDivided(MeanSquaredError):
    """The planted fault: the mean over samples, the sum over outputs."""

    def backward(self):
        return 2 * self.errors / len(self.errors)


def test_a_gradient_that_forgets_the_outputs_is_caught():
    assert not check(NotDivided(), *batch(4, 2, 0)).agrees
    assert check(NotDivided(), *batch(4, 1, 0)).agrees


def best_constant(loss, targets):
    """The constant with the least loss, found by SciPy."""

    def mean_loss(constant):
        return loss.forward(np.full_like(targets, constant), targets)

    ends = targets.min(), targets.max()
    found = minimize_scalar(
        mean_loss, bounds=ends, method="bounded", options={"xatol": 1e-10}
    )
    return found.x


@pytest.mark.parametrize("seed", range(5))
def test_the_best_constants_are_mean_median_and_quantile(seed):
    rng = np.random.default_rng(seed)
    targets = rng.exponential(size=(21, 1))
    for loss, expected in (
        (MeanSquaredError(), targets.mean()),
        (MeanAbsoluteError(), np.median(targets)),
        (Quantile(0.5), np.median(targets)),
        # 21 numbers: the 19th has 18 below, 2 above, and 0.9 * 21 = 18.9.
        (Quantile(0.9), np.sort(targets[:, 0])[18]),
        (Huber(1e4), targets.mean()),
        (Huber(1e-6), np.median(targets)),
    ):
        assert best_constant(loss, targets) == pytest.approx(
            expected, abs=1e-4
        )


@given(error=st.floats(-1e6, 1e6), delta=st.floats(1e-3, 1e3))
def test_huber_is_the_smaller_of_square_and_line(error, delta):
    square, line = error**2 / 2, delta * (abs(error) - delta / 2)
    expected = square if abs(error) <= delta else line
    loss = Huber(delta)
    found = loss.forward(np.array([[error]]), np.array([[0.0]]))
    assert found == pytest.approx(expected)
    assert found <= square * (1 + 1e-12)
    assert abs(loss.backward()[0, 0]) <= delta


@pytest.mark.parametrize(
    "loss", [MeanAbsoluteError(), Huber(1), Quantile(0.5)]
)
def test_an_error_far_out_is_counted_without_overflow(loss):
    far = np.array([[1e200], [-1e200]])
    assert loss.forward(far, np.zeros((2, 1))) >= 0.5e200
    assert np.abs(loss.backward()).max() <= 0.5


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_at_no_error_the_slope_lies_between_those_beside_it(level):
    loss = Quantile(level)
    slopes = []
    for error in (-1e-9, 0.0, 1e-9):
        loss.forward(np.array([[error]]), np.array([[0.0]]))
        slopes.append(loss.backward()[0, 0])
    np.testing.assert_allclose(slopes, [-level, 0.5 - level, 1 - level])


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept_and_nothing_is_changed(loss, dtype):
    outputs, targets = batch(6, 3, 0, dtype)
    outputs.setflags(write=False)
    targets.setflags(write=False)
    losses = loss.sample_losses(outputs, targets)
    assert losses.dtype == loss.backward().dtype == dtype
    assert losses.shape == (6,)
    assert loss.backward().shape == (6, 3)


@pytest.mark.parametrize(
    "loss", [MeanSquaredError(), MeanAbsoluteError(), Huber(1), Quantile(0.1)]
)
def test_backward_wants_forward_first(loss):
    name = type(loss).__name__
    words = f"^{name}.backward expected forward to be called first$"
    with pytest.raises(RuntimeError, match=words):
        loss.backward()


COLUMN = np.array([[1.0], [2.0], [3.0]])


@every_loss
@pytest.mark.parametrize(
    ("outputs", "targets", "error", "message"),
    [
        (
            COLUMN,
            COLUMN[:, 0],
            ValueError,
            "targets of shape (3, 1), got (3,); turn them with "
            "targets.reshape(3, 1)",
        ),
        (
            COLUMN,
            np.ones((3, 2)),
            ValueError,
            "targets of shape (3, 1), got (3, 2)",
        ),
        (
            COLUMN[:, 0],
            COLUMN[:, 0],
            ValueError,
            "outputs of shape (n_samples, n_outputs), got (3,)",
        ),
        (
            COLUMN,
            COLUMN.astype(np.float32),
            TypeError,
            "targets of dtype float64, got float32; convert with "
            "targets.astype(np.float64)",
        ),
        (
            COLUMN,
            COLUMN.astype(int),
            TypeError,
            "targets of dtype float32 or float64, got int64",
        ),
        (COLUMN, [[1.0]], TypeError, "targets as a plain array, got a list"),
        ([[1.0]], COLUMN, TypeError, "outputs as a plain array, got a list"),
        (COLUMN * np.nan, COLUMN, ValueError, "outputs, got NaN or infinity"),
        (COLUMN, COLUMN * np.inf, ValueError, "targets, got NaN or infinity"),
        (
            np.ones((0, 1)),
            np.ones((0, 1)),
            ValueError,
            "outputs with samples, got an empty array of shape (0, 1)",
        ),
    ],
)
def test_what_does_not_fit_is_refused(loss, outputs, targets, error, message):
    loss.forward(COLUMN, COLUMN + 1)
    before = loss.backward()
    name = type(loss).__name__
    with pytest.raises(error, match=f"^{name} expected") as raised:
        loss.forward(outputs, targets)
    assert re.search(re.escape(message) + "$", str(raised.value))
    np.testing.assert_array_equal(loss.backward(), before)


@pytest.mark.parametrize(
    ("kind", "value", "error", "message"),
    [
        (Huber, 0, ValueError, "Huber expected delta above 0 and below inf"),
        (Huber, -1.0, ValueError, "got -1.0"),
        (Huber, np.inf, ValueError, "got inf"),
        (Huber, np.nan, ValueError, "got nan"),
        (Huber, True, TypeError, "Huber expected delta as a number, got True"),
        (Quantile, 0, ValueError, "Quantile expected level above 0 and bel"),
        (Quantile, 1, ValueError, "below 1, got 1"),
        (Quantile, 90, ValueError, "below 1, got 90"),
        (Quantile, "0.9", TypeError, "level as a number, got '0.9'"),
    ],
)
def test_settings_out_of_range_are_refused(kind, value, error, message):
    with pytest.raises(error, match=re.escape(message)):
        kind(value)


@pytest.mark.parametrize("number", [np.float32(0.5), np.float64(0.5)])
def test_settings_may_be_numpy_numbers(number):
    assert type(Quantile(number).level) is float
    assert type(Huber(number).delta) is float
    assert Huber(1).delta == 1


def test_the_base_alone_is_no_loss():
    for method in (RegressionLoss().heights, RegressionLoss().slopes):
        with pytest.raises(NotImplementedError):
            method(COLUMN)
