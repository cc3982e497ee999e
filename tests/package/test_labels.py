"""The labels of a batch: each refusal, in its words."""

import numpy as np
import pytest

from nnfs_code.arrays import check_labels, labels_of_one_hot


@pytest.mark.parametrize(
    "targets",
    [
        np.array([2, 0, 1]),
        np.array([2, 0, 1], np.uint8),
        np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
        np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]], float),
        np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]], bool),
    ],
)
def test_labels_and_one_hot_rows_say_the_same(targets):
    labels = check_labels(targets, 3, 3, "loss")
    np.testing.assert_array_equal(labels, [2, 0, 1])


@pytest.mark.parametrize(
    ("targets", "error", "message"),
    [
        (
            [0, 1],
            TypeError,
            "loss expected targets as a plain array, got a list",
        ),
        (
            np.array([0, 1, 2]),
            ValueError,
            "loss expected targets of shape (2,) or (2, 3), got (3,)",
        ),
        (
            np.array([[0], [1]]),
            ValueError,
            "loss expected targets of shape (2,) or (2, 3), got (2, 1)",
        ),
        (
            np.array([0.0, 1.0]),
            TypeError,
            "loss expected labels of an integer dtype, got float64",
        ),
        (
            np.array([0, 3]),
            ValueError,
            "loss expected labels 0 to 2, got 0 to 3",
        ),
        (
            np.array([-1, 2]),
            ValueError,
            "loss expected labels 0 to 2, got -1 to 2",
        ),
        (
            np.array([[0, 1, 0], [0, 0, 0]]),
            ValueError,
            "loss expected one-hot rows (a single 1, the rest 0), got "
            "[0 0 0] in row 1",
        ),
        (
            np.array([[1, 1, 0], [0, 0, 1]]),
            ValueError,
            "loss expected one-hot rows (a single 1, the rest 0), got "
            "[1 1 0] in row 0",
        ),
        (
            np.array([[0.9, 0.1, 0.0], [0.0, 0.0, 1.0]]),
            ValueError,
            "loss expected one-hot rows (a single 1, the rest 0), got "
            "[0.9 0.1 0. ] in row 0",
        ),
        (
            np.array([[1, 2, 0], [0, 0, 1]]),
            ValueError,
            "loss expected one-hot rows (a single 1, the rest 0), got "
            "[1 2 0] in row 0",
        ),
        (
            np.array([[0, 0, 1], [1, 2, 0]]),
            ValueError,
            "loss expected one-hot rows (a single 1, the rest 0), got "
            "[1 2 0] in row 1",
        ),
    ],
)
def test_check_labels_says_what_it_expected_and_got(targets, error, message):
    with pytest.raises(error) as caught:
        check_labels(targets, 2, 3, "loss")
    assert str(caught.value) == message


def test_one_hot_rows_give_integer_labels():
    labels = labels_of_one_hot(np.eye(4)[[3, 1, 0]], "loss")
    assert labels.dtype.kind == "i"
    np.testing.assert_array_equal(labels, [3, 1, 0])
