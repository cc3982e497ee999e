"""Losses and metrics: laws, references, and what they refuse."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, log_loss

from nnfs_code.losses import CategoricalCrossEntropy, check_probabilities
from nnfs_code.metrics import accuracy


def batch(n, classes, seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    rows = rng.random((n, classes)) + 1e-3
    rows /= rows.sum(axis=1, keepdims=True)
    return rows.astype(dtype), rng.integers(classes, size=n)


SIZES = st.tuples(
    st.integers(1, 40), st.integers(2, 8), st.integers(0, 10_000)
)


def test_loss_by_hand():
    loss = CategoricalCrossEntropy()
    probabilities = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])
    targets = np.array([1, 1])
    np.testing.assert_allclose(
        loss.sample_losses(probabilities, targets),
        [math.log(4), -math.log(0.8)],
        rtol=1e-12,
    )
    expected = (math.log(4) - math.log(0.8)) / 2
    assert loss.forward(probabilities, targets) == pytest.approx(expected)


@given(size=SIZES)
def test_loss_agrees_with_scikit_learn(size):
    probabilities, labels = batch(*size)
    expected = log_loss(
        labels, probabilities, labels=np.arange(probabilities.shape[1])
    )
    ours = CategoricalCrossEntropy().forward(probabilities, labels)
    assert ours == pytest.approx(expected, rel=1e-10)


@given(size=SIZES)
def test_one_hot_targets_give_the_same_loss_as_labels(size):
    probabilities, labels = batch(*size)
    one_hot = np.eye(probabilities.shape[1])[labels]
    loss = CategoricalCrossEntropy()
    np.testing.assert_array_equal(
        loss.sample_losses(probabilities, one_hot),
        loss.sample_losses(probabilities, labels),
    )


@given(size=SIZES)
def test_the_loss_is_the_mean_and_never_negative(size):
    probabilities, labels = batch(*size)
    loss = CategoricalCrossEntropy()
    losses = loss.sample_losses(probabilities, labels)
    assert losses.shape == labels.shape
    assert (losses >= 0).all()
    assert loss.forward(probabilities, labels) == pytest.approx(losses.mean())


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_an_even_guess_costs_the_logarithm_of_the_number_of_classes(classes):
    probabilities = np.full((5, classes), 1 / classes)
    loss = CategoricalCrossEntropy().forward(probabilities, np.arange(5) % 2)
    assert loss == pytest.approx(math.log(classes))


def test_a_certain_right_answer_costs_nothing_and_a_wrong_one_is_capped():
    loss = CategoricalCrossEntropy()
    probabilities = np.array([[1.0, 0.0]])
    assert loss.forward(probabilities, np.array([0])) == 0
    worst = loss.forward(probabilities, np.array([1]))
    assert worst == pytest.approx(-math.log(1e-7))
    assert round(worst, 2) == 16.12


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept(dtype):
    probabilities, labels = batch(6, 3, 0, dtype)
    losses = CategoricalCrossEntropy().sample_losses(probabilities, labels)
    assert losses.dtype == dtype


def test_inputs_are_not_changed():
    probabilities, labels = batch(6, 3, 0)
    before = probabilities.copy()
    probabilities.setflags(write=False)
    labels.setflags(write=False)
    CategoricalCrossEntropy().forward(probabilities, labels)
    np.testing.assert_array_equal(probabilities, before)


def test_a_mean_over_the_wrong_entries_disagrees():
    """The planted fault: the sum over all entries, not the right ones."""
    probabilities, labels = batch(6, 3, 0)
    wrong = -np.log(probabilities).mean()
    right = CategoricalCrossEntropy().forward(probabilities, labels)
    assert abs(wrong - right) > 0.01


@pytest.mark.parametrize(
    ("probabilities", "error", "message"),
    [
        (
            [[0.5, 0.5]],
            TypeError,
            "probabilities as a plain array, got a list",
        ),
        (np.ones((2, 2), int), TypeError, "probabilities of dtype float32"),
        (
            np.ones(2),
            ValueError,
            r"probabilities of shape \(n_samples, n_classes\), got \(2,\)",
        ),
        (
            np.array([[2.0, -1.0]]),
            ValueError,
            "expected probabilities, got numbers from -1 to 2",
        ),
        (
            np.array([[0.5, 0.5], [1.002, 0.0]]),
            ValueError,
            "expected probabilities, got numbers from 0 to 1.002",
        ),
        (
            np.array([[0.9, -0.002]]),
            ValueError,
            "expected probabilities, got numbers from -0.002 to 0.9",
        ),
        (
            np.array([[0.5, 0.5], [0.4, 0.2]]),
            ValueError,
            r"expected rows that sum to 1, got 0\.6 in row 1",
        ),
        (
            np.array([[0.5, 0.502], [0.5, 0.5]]),
            ValueError,
            r"expected rows that sum to 1, got 1\.002 in row 0",
        ),
        (np.ones((0, 3)), ValueError, "probabilities with samples"),
        (np.array([[np.nan, 1.0]]), ValueError, "finite probabilities"),
    ],
)
def test_what_is_no_probability_is_refused(probabilities, error, message):
    with pytest.raises(error, match=f"^x .*{message}"):
        check_probabilities(probabilities, "x")


def test_probabilities_of_float32_may_miss_one_by_a_rounding():
    rows = np.array([[1 / 3, 1 / 3, 1 / 3 + 5e-4]], np.float32)
    check_probabilities(rows, "x")
    check_probabilities(np.array([[-1e-3, 1 + 1e-3]]), "x")


def test_the_loss_names_itself_when_targets_do_not_fit():
    probabilities, _ = batch(4, 3, 0)
    with pytest.raises(ValueError, match=r"^CategoricalCrossEntropy expected"):
        CategoricalCrossEntropy().forward(
            probabilities, np.array([0, 1, 3, 0])
        )
    with pytest.raises(ValueError, match=r"^CategoricalCrossEntropy expected"):
        CategoricalCrossEntropy().forward(2 * probabilities, np.zeros(4, int))


@given(size=SIZES)
def test_accuracy_agrees_with_scikit_learn_and_is_a_share(size):
    scores, labels = batch(*size)
    ours = accuracy(scores, labels)
    assert 0 <= ours <= 1
    assert ours == pytest.approx(accuracy_score(labels, scores.argmax(axis=1)))


@given(size=SIZES)
def test_accuracy_sees_only_the_order_within_a_row(size):
    scores, labels = batch(*size)
    assert accuracy(np.log(scores), labels) == accuracy(scores, labels)


def test_accuracy_takes_one_hot_targets():
    scores = np.array([[0.7, 0.3], [0.6, 0.4], [0.2, 0.8]])
    one_hot = np.array([[1, 0], [0, 1], [0, 1]])
    assert accuracy(scores, one_hot) == pytest.approx(2 / 3)


def test_of_equal_scores_the_first_is_taken():
    scores = np.full((2, 3), 1 / 3)
    assert accuracy(scores, np.array([0, 1])) == 0.5


@pytest.mark.parametrize(
    ("scores", "targets", "message"),
    [
        (
            np.ones(3),
            np.array([0]),
            "scores of shape (n_samples, n_classes), got (3,)",
        ),
        (np.ones((2, 3)), np.array([0, 3]), "labels 0 to 2, got 0 to 3"),
        (
            np.ones((0, 3)),
            np.array([], int),
            "scores with samples, got an empty array of shape (0, 3)",
        ),
        (
            np.full((1, 2), np.nan),
            np.array([0]),
            "finite scores, got NaN or infinity",
        ),
    ],
)
def test_accuracy_refuses_what_does_not_fit(scores, targets, message):
    whole = re.escape(f"accuracy expected {message}")
    with pytest.raises(ValueError, match=f"^{whole}$"):
        accuracy(scores, targets)
