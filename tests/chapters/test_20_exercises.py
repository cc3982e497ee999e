"""Chapter 20: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.comparison import compare, sign_test
from nnfs_code.metrics import accuracy, class_precisions, class_recalls
from reasons import reason
from script_20 import network, probabilities, right, scores, script


def test_a_matrix_by_hand():
    first = claim("20-evaluation", "(The precision of the first class is {}.)")
    table = np.array([[8, 2, 0], [1, 7, 2], [0, 3, 7]])
    assert class_precisions(table)[0] == pytest.approx(first, abs=5e-4)
    np.testing.assert_allclose(class_recalls(table), [0.8, 0.7, 0.7])
    assert table.sum(axis=0).tolist() == [9, 12, 9]


def test_pictures_for_one_point():
    needed = claim("20-evaluation", "needed for ±1 point? (Nearly {}.)")
    pictures = 1.96**2 * 0.85 * 0.15 / 0.01**2
    assert needed - 150 < pictures < needed


def test_wins_and_losses():
    chance = claim("20-evaluation", "150 to 130. ({} for the first.)")
    assert sign_test(5, 0) == chance
    assert sign_test(15, 5) < 0.05 < sign_test(150, 130)


def test_weights_away():
    one, other = claim("20-evaluation", "(With half of them gone: {} to {}.)")
    model = network(64)
    weights = model.parts[0].weights
    kept = weights.copy()
    names, found = script(), []
    for share in (0.5, 0.8):
        weights[np.abs(weights) < np.quantile(np.abs(weights), share)] = 0
        said = model.forward(names["test_pictures"]).argmax(axis=1)
        found.append(compare(right(64), said == names["test_labels"]))
        weights[:] = kept
    assert found[0][1:3] == (one, other)
    assert sign_test(*found[0][1:3]) > 0.1
    assert sign_test(*found[1][1:3]) < 0.001


def test_groups_of_equal_size():
    said, hit = claim("20-evaluation", "(In the lowest: {} and {}.)")
    table = script()["ranks"](probabilities(64), script()["test_labels"], 5)
    assert table.shape == (5, 2)
    np.testing.assert_allclose(table[0], [said, hit], atol=0.006)
    assert (np.diff(table[:, 0]) > 0).all()
    assert table[:, 1].mean() == pytest.approx(right(64).mean())


def shares(said, labels, one_hot):
    """Return an accuracy by the right way and by three wrong ways."""
    return {
        "right": (said == labels).mean(),
        "column": (said == labels.reshape(-1, 1)).mean(),
        "entries": (one_hot(said, 10) == one_hot(labels, 10)).mean(),
    }


def test_a_perfect_network_and_a_constant_one_catch_wrong_shapes():
    labels, one_hot = script()["test_labels"], script()["one_hot"]
    perfect = shares(labels, labels, one_hot)
    assert perfect["right"] == 1
    assert perfect["column"] == pytest.approx(0.1)  # must be 1: caught
    constant = shares(np.zeros(400, int), labels, one_hot)
    assert constant["right"] == 0.1
    assert constant["entries"] == pytest.approx(0.82)  # must be 0.1: caught
    with pytest.raises(ValueError, match="targets of shape"):
        accuracy(scores(64), labels.reshape(-1, 1))


def test_more_pictures_than_classes_catch_the_wrong_axis():
    reason(
        "20-evaluation",
        "Test with more pictures than classes, say eleven: then the wrong"
        " axis is an error.",
    )
    reason(
        "20-evaluation",
        "(With one picture of each class, in order, it would pass both.)",
    )
    labels = np.arange(10)
    always_0 = np.tile(np.eye(10)[0], (11, 1))
    assert (np.eye(10).argmax(axis=0) == labels).mean() == 1
    assert (always_0[:10].argmax(axis=0) == labels).mean() == 0.1
    with pytest.raises(ValueError, match="broadcast"):
        _ = always_0.argmax(axis=0) == np.append(labels, 0)
    assert (always_0[:1].argmax(axis=0) == labels[:1]).shape == (10,)


def test_scores_of_nan_say_one_class():
    share = claim(
        "20-evaluation", "A network that says one class only gets {}, too,"
    )
    said = np.full((400, 10), np.nan).argmax(axis=1)
    assert (said == script()["test_labels"]).mean() == share
    assert np.bincount(said, minlength=10).tolist() == [400] + [0] * 9
    assert (np.bincount(scores(64).argmax(axis=1), minlength=10) > 20).all()


def test_the_sums_of_the_rows_catch_a_transposed_matrix():
    names = script()
    said, labels = scores(64).argmax(axis=1), names["test_labels"]
    matrix = names["confusion_matrix"](said, labels, 10)
    turned = names["confusion_matrix"](labels, said, 10)
    assert (matrix.sum(axis=1) == 40).all()
    assert not (turned.sum(axis=1) == 40).all()


def test_one_sample_left_over_catches_averaged_batches():
    names = script()
    inputs, labels = names["test_pictures"], names["test_labels"]
    model = network(64)
    whole = model.evaluate(inputs, labels).loss
    left_over = model.evaluate(inputs, labels, batch_size=399).loss
    assert left_over == pytest.approx(whole, rel=1e-12)
    means = [
        model.evaluate(inputs[rows], labels[rows]).loss
        for rows in (slice(399), slice(399, None))
    ]
    assert abs(np.mean(means) - whole) > 0.1
