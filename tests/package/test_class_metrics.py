"""Confusion, shares per class, top k: scikit-learn, counting, refusals."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from nnfs_code.metrics import (
    accuracy,
    class_precisions,
    class_recalls,
    confusion_matrix,
    top_accuracy,
)
from nnfs_code.preprocessing import one_hot

PAIRS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40
)
# Few different scores, so that ties are the rule.
ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.lists(st.integers(0, 2), min_size=4, max_size=4)
    ),
    min_size=1,
    max_size=20,
)


def test_five_samples_by_hand():
    said, truth = np.array([0, 1, 1, 2, 0]), np.array([0, 0, 1, 2, 2])
    matrix = confusion_matrix(said, truth, 3)
    np.testing.assert_array_equal(matrix, [[1, 1, 0], [0, 1, 0], [1, 0, 1]])
    np.testing.assert_array_equal(class_precisions(matrix), [1 / 2, 1 / 2, 1])
    np.testing.assert_array_equal(class_recalls(matrix), [1 / 2, 1, 1 / 2])


@given(pairs=PAIRS)
def test_the_matrix_and_its_shares_agree_with_scikit_learn(pairs):
    said, truth = np.array(pairs).T
    matrix = confusion_matrix(said, truth, 4)
    expected = theirs.confusion_matrix(truth, said, labels=range(4))
    np.testing.assert_array_equal(matrix, expected)
    for ours, name in (
        (class_precisions, "precision_score"),
        (class_recalls, "recall_score"),
    ):
        wanted = getattr(theirs, name)(
            truth, said, labels=range(4), average=None, zero_division=np.nan
        )
        np.testing.assert_allclose(ours(matrix), wanted)


@given(rows=ROWS)
def test_scores_are_taken_as_accuracy_takes_them(rows):
    labels = np.array([label for label, _ in rows])
    scores = np.array([row for _, row in rows], float)
    matrix = confusion_matrix(scores, labels, 4)
    assert np.trace(matrix) / matrix.sum() == accuracy(scores, labels)
    by_rows = confusion_matrix(scores, one_hot(labels, 4), 4)
    np.testing.assert_array_equal(matrix, by_rows)
    assert top_accuracy(scores, labels, 1) == accuracy(scores, labels)
    for k in (2, 3, 4):
        hits = [
            label in sorted(range(4), key=lambda c, row=row: (-row[c], c))[:k]
            for label, row in rows
        ]
        assert top_accuracy(scores, labels, k) == pytest.approx(np.mean(hits))


def test_small_integers_do_not_wrap_around():
    labels = np.array([0, 99, 50], np.uint8)
    matrix = confusion_matrix(labels[::-1].copy(), labels, 100)
    assert np.argwhere(matrix).tolist() == [[0, 50], [50, 0], [99, 99]]


def test_a_class_never_said_or_never_there_is_nan_and_others_are_not():
    matrix = np.array([[2, 0, 1], [0, 0, 0], [1, 0, 1]])
    expected = [2 / 3, np.nan, 1 / 2]
    np.testing.assert_allclose(class_precisions(matrix), expected)
    np.testing.assert_allclose(class_recalls(matrix), expected)


SAID = np.array([0, 1])


@pytest.mark.parametrize(
    ("predicted", "targets", "n_classes", "error", "message"),
    [
        ([0, 1], SAID, 2, TypeError, "predicted as a plain array, got a list"),
        (
            SAID[np.newaxis],
            SAID[:1],
            2,
            ValueError,
            "predicted classes of shape (n_samples,), got (1, 2)",
        ),
        (
            SAID[:0],
            SAID[:0],
            2,
            ValueError,
            "predicted classes of shape (n_samples,), got (0,)",
        ),
        (2 * SAID, SAID, 2, ValueError, "labels 0 to 1, got 0 to 2"),
        (-SAID, SAID, 2, ValueError, "labels 0 to 1, got -1 to 0"),
        (
            np.ones((2, 3)),
            SAID,
            2,
            ValueError,
            "scores of shape (n_samples, 2), got (2, 3)",
        ),
        (
            np.ones(2),
            SAID,
            2,
            ValueError,
            "scores of shape (n_samples, 2), got (2,)",
        ),
        (
            SAID,
            SAID[:1],
            2,
            ValueError,
            "targets of shape (2,) or (2, 2), got (1,)",
        ),
        (SAID, 2 * SAID, 2, ValueError, "labels 0 to 1, got 0 to 2"),
        (SAID, SAID, 0, ValueError, "n_classes of at least 1, got 0"),
        (SAID, SAID, 2.0, TypeError, "n_classes as a whole number, got 2.0"),
    ],
)
def test_confusion_matrix_refuses(
    predicted, targets, n_classes, error, message
):
    whole = f"confusion_matrix expected {message}"
    with pytest.raises(error, match=f"^{re.escape(whole)}$"):
        confusion_matrix(predicted, targets, n_classes)


@pytest.mark.parametrize("shares", [class_precisions, class_recalls])
@pytest.mark.parametrize(
    ("matrix", "error", "message"),
    [
        ([[1]], TypeError, "an array of whole numbers, got a list"),
        (np.eye(2), TypeError, "an array of whole numbers, got float64"),
        (
            np.array([1, 2]),
            ValueError,
            "a matrix of shape (n_classes, n_classes), got (2,)",
        ),
        (
            np.array([[1, 2]]),
            ValueError,
            "a matrix of shape (n_classes, n_classes), got (1, 2)",
        ),
        (
            np.zeros((2, 2), int),
            ValueError,
            "counts from 0 on, with samples, got 0 in all, the lowest 0",
        ),
        (
            np.zeros((0, 0), int),
            ValueError,
            "counts from 0 on, with samples, got 0 in all, the lowest 0",
        ),
        (
            np.array([[3, -1], [0, 1]]),
            ValueError,
            "counts from 0 on, with samples, got 3 in all, the lowest -1",
        ),
    ],
)
def test_shares_refuse_what_is_no_matrix_of_counts(
    shares, matrix, error, message
):
    whole = f"{shares.__name__} expected {message}"
    with pytest.raises(error, match=f"^{re.escape(whole)}$"):
        shares(matrix)


SHAPE = "scores of shape (n_samples, n_classes)"


@pytest.mark.parametrize(
    ("scores", "targets", "k", "error", "message"),
    [
        (
            np.ones((2, 3)),
            SAID,
            4,
            ValueError,
            f"{SHAPE}, 4 classes or more, got (2, 3)",
        ),
        (
            np.ones((2, 3, 1)),
            SAID,
            1,
            ValueError,
            f"{SHAPE}, 1 classes or more, got (2, 3, 1)",
        ),
        (np.ones((2, 3)), SAID, 0, ValueError, "k of at least 1, got 0"),
        (
            np.ones((2, 3)),
            SAID,
            1.0,
            TypeError,
            "k as a whole number, got 1.0",
        ),
        ([[1.0]], SAID, 1, TypeError, "scores as a plain array, got a list"),
        (
            np.ones((2, 3)),
            3 * SAID,
            1,
            ValueError,
            "labels 0 to 2, got 0 to 3",
        ),
    ],
)
def test_top_accuracy_refuses(scores, targets, k, error, message):
    whole = f"top_accuracy expected {message}"
    with pytest.raises(error, match=f"^{re.escape(whole)}$"):
        top_accuracy(scores, targets, k)
