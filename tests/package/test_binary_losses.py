"""The losses of yes and no: laws, references, and what they refuse."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_expit
from sklearn.metrics import log_loss

from nnfs_code.activations import Sigmoid
from nnfs_code.arrays import check_answers
from nnfs_code.gradient_check import check
from nnfs_code.losses import (
    BinaryCrossEntropy,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)

LOSSES = [BinaryCrossEntropy, SigmoidCrossEntropy]
SIZES = st.tuples(
    st.integers(1, 20), st.integers(1, 5), st.integers(0, 10_000)
)


def batch(n, outputs, seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    logits = 3 * rng.standard_normal((n, outputs))
    return logits.astype(dtype), rng.integers(2, size=(n, outputs))


def fits(loss, logits):
    """What goes into a loss: the logits, or what the sigmoid makes of them."""
    if isinstance(loss, BinaryCrossEntropy):
        return Sigmoid().forward(logits)
    return logits


def test_both_by_hand():
    targets = np.array([[1, 0], [0, 1]])
    probabilities = np.array([[0.5, 0.2], [0.75, 0.9]])
    expected = [
        -(math.log(0.5) + math.log(0.8)) / 2,
        -(math.log(0.25) + math.log(0.9)) / 2,
    ]
    apart, together = BinaryCrossEntropy(), SigmoidCrossEntropy()
    logits = np.log(probabilities / (1 - probabilities))

    found = apart.sample_losses(probabilities, targets)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    found = together.sample_losses(logits, targets)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(together.probabilities, probabilities)
    assert apart.forward(probabilities, targets) == pytest.approx(
        sum(expected) / 2
    )
    np.testing.assert_allclose(
        together.backward(), np.array([[-0.5, 0.2], [0.75, -0.1]]) / 4
    )
    np.testing.assert_allclose(
        apart.backward(), np.array([[-2, 1.25], [4, -1 / 0.9]]) / 4
    )


@pytest.mark.parametrize("kind", LOSSES)
@given(size=SIZES)
def test_the_mean_agrees_with_scikit_learn(kind, size):
    logits, targets = batch(*size)
    loss = kind()
    ours = loss.forward(fits(loss, logits), targets)
    probabilities = Sigmoid().forward(logits).ravel()
    expected = log_loss(targets.ravel(), probabilities, labels=[0, 1])
    assert ours == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("kind", LOSSES)
@given(size=SIZES)
def test_the_gradients_agree_with_small_steps(kind, size):
    logits, targets = batch(*size)
    loss = kind()
    # Close to 0 or 1 a step of 1e-5 is no small one.
    report = check(loss, fits(loss, logits / 3), targets)
    assert report.agrees, str(report)


class NotDivided(SigmoidCrossEntropy):
    """The planted fault: the gradient of the sum, not of the mean."""

    def backward(self):
        return self.probabilities - self.yes


def test_a_gradient_that_is_not_divided_is_caught():
    logits, targets = batch(4, 2, 0)
    assert not check(NotDivided(), logits, targets).agrees


@given(size=SIZES)
def test_the_fused_gradient_is_that_of_the_two_parts(size):
    logits, targets = batch(*size)
    sigmoid, apart = Sigmoid(), BinaryCrossEntropy()
    together = SigmoidCrossEntropy()
    apart_loss = apart.forward(sigmoid.forward(logits), targets)
    assert together.forward(logits, targets) == pytest.approx(apart_loss)
    np.testing.assert_allclose(
        together.backward(), sigmoid.backward(apart.backward()), rtol=1e-9
    )


@given(size=SIZES)
def test_one_output_is_a_softmax_over_no_and_yes(size):
    """Its logit is how far the score of yes is above that of no."""
    n, _, seed = size
    scores = np.random.default_rng(seed).normal(size=(n, 2))
    labels = np.random.default_rng(seed + 1).integers(2, size=n)
    two, one = SoftmaxCrossEntropy(), SigmoidCrossEntropy()
    difference = scores[:, 1:] - scores[:, :1]
    loss = one.forward(difference, labels.reshape(-1, 1))
    assert loss == pytest.approx(two.forward(scores, labels))
    np.testing.assert_allclose(
        one.backward()[:, 0], two.backward()[:, 1], atol=1e-12
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [800, 1e4, 1e30])
def test_the_fused_loss_is_stable_far_from_zero(dtype, size):
    logits = np.array([[size], [-size]], dtype)
    loss = SigmoidCrossEntropy()
    right = loss.sample_losses(logits, np.array([[1], [0]]))
    np.testing.assert_array_equal(right, [0, 0])
    wrong = loss.sample_losses(logits, np.array([[0], [1]]))
    np.testing.assert_array_equal(wrong, np.array([size, size], dtype))
    np.testing.assert_array_equal(loss.backward(), [[0.5], [-0.5]])


@given(logit=st.floats(-700, 700))
def test_the_fused_loss_keeps_its_digits(logit):
    """A small loss too, which log(1 + tiny) would round to 0."""
    ours = SigmoidCrossEntropy().forward(np.array([[logit]]), np.array([[1]]))
    assert ours == pytest.approx(-log_expit(logit), rel=1e-12, abs=0)


def test_probabilities_of_0_and_of_1_are_probabilities():
    certain, loss = np.array([[1.0], [0.0]]), BinaryCrossEntropy()
    assert loss.forward(certain, np.array([[1], [0]])) == 0


def test_where_the_probability_is_counted_as_larger_the_loss_is_flat():
    loss = BinaryCrossEntropy()
    probabilities = np.array([[1e-9], [1 - 1e-9], [0.0], [1e-7]])
    losses = loss.sample_losses(probabilities, np.array([[1], [0], [1], [1]]))
    np.testing.assert_allclose(losses, -math.log(1e-7))
    np.testing.assert_allclose(loss.backward(), [[0], [0], [0], [-1e7 / 4]])


def test_the_fused_loss_still_teaches_there():
    loss = SigmoidCrossEntropy()
    loss.forward(np.array([[-50.0]]), np.array([[1]]))
    np.testing.assert_allclose(loss.backward(), [[-1.0]])


@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("answers", [bool, int, np.uint8, np.float64])
def test_the_float_type_is_kept_whatever_the_targets_are(kind, dtype, answers):
    logits, targets = batch(6, 3, 0, dtype)
    loss = kind()
    inputs = fits(loss, logits)
    inputs.setflags(write=False)
    losses = loss.sample_losses(inputs, targets.astype(answers))
    assert losses.dtype == loss.backward().dtype == dtype
    assert losses.shape == (6,)
    assert loss.backward().shape == (6, 3)


@pytest.mark.parametrize("kind", LOSSES)
def test_backward_wants_forward_first(kind):
    words = f"^{kind.__name__}.backward expected forward to be called first$"
    with pytest.raises(RuntimeError, match=words):
        kind().backward()


@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize(
    ("outputs", "targets", "error", "message"),
    [
        (
            np.full((4, 1), 0.5),
            np.array([0, 1, 1, 0]),
            ValueError,
            "targets of shape (4, 1), got (4,); turn them with "
            "targets.reshape(4, 1)",
        ),
        (
            np.full((4, 1), 0.5),
            np.zeros((4, 2), int),
            ValueError,
            "targets of shape (4, 1), got (4, 2)",
        ),
        (
            np.full(4, 0.5),
            np.zeros(4, int),
            ValueError,
            "{name} of shape (n_samples, n_outputs), got (4,)",
        ),
        (
            np.full((2, 1), 0.5),
            np.array([[1], [2]]),
            ValueError,
            "targets 1 for yes, 0 for no, got 2",
        ),
        (
            np.full((2, 1), 0.5),
            np.array([[0.5], [np.nan]]),
            ValueError,
            "targets 1 for yes, 0 for no, got 0.5",
        ),
        (
            np.full((2, 1), 0.5),
            [[1], [0]],
            TypeError,
            "targets as a plain array, got a list",
        ),
        (
            np.full((2, 1), np.nan),
            np.array([[1], [0]]),
            ValueError,
            "finite {name}, got NaN or infinity",
        ),
    ],
)
def test_what_does_not_fit_is_refused(kind, outputs, targets, error, message):
    name = "logits" if kind is SigmoidCrossEntropy else "probabilities"
    message = f"{kind.__name__} expected {message.format(name=name)}"
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        kind().forward(outputs, targets)


@pytest.mark.parametrize(
    ("values", "got"),
    [([[-0.1], [0.5]], "-0.1 to 0.5"), ([[0.5], [1.5]], "0.5 to 1.5")],
)
def test_logits_where_probabilities_belong_are_refused(values, got):
    words = f"^BinaryCrossEntropy expected probabilities 0 to 1, got {got}$"
    with pytest.raises(ValueError, match=words):
        BinaryCrossEntropy().forward(np.array(values), np.array([[1], [0]]))


@pytest.mark.parametrize("kind", LOSSES)
def test_a_refusal_leaves_the_last_forward_pass_as_it_was(kind):
    loss = kind()
    logits, targets = batch(3, 2, 1)
    loss.forward(fits(loss, logits), targets)
    before = loss.backward()
    with pytest.raises(ValueError, match="targets"):
        loss.forward(np.full((5, 1), 0.5), np.full((5, 1), 7))
    with pytest.raises(ValueError, match="expected"):
        loss.forward(np.full((5, 1), np.inf), np.ones((5, 1), int))
    np.testing.assert_array_equal(loss.backward(), before)


def test_probabilities_out_of_range_leave_it_too():
    loss = BinaryCrossEntropy()
    loss.forward(np.array([[0.5]]), np.array([[1]]))
    with pytest.raises(ValueError, match="0 to 1"):
        loss.forward(np.array([[2.0], [0.5]]), np.array([[0], [0]]))
    np.testing.assert_array_equal(loss.backward(), [[-2.0]])


def test_answers_keep_their_shape():
    targets = np.array([[1, 0, 1]], np.uint8)
    yes = check_answers(targets, (1, 3), "x")
    assert yes.dtype == bool
    np.testing.assert_array_equal(yes, [[True, False, True]])
