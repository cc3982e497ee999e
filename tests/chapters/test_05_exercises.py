"""Chapter 5: what goes wrong is caught, and the solutions solve."""

import math

import numpy as np
import pytest

from claims import claim
from nnfs_code.activations import Softmax
from nnfs_code.losses import CategoricalCrossEntropy

RNG = np.random.default_rng(55)


@pytest.fixture(scope="module")
def script():
    """Return the chapter's script, run once."""
    from nnfs_code.chapters import ch05_loss

    return ch05_loss


MISTAKES = {
    "mean_of_everything": {"by hand", "equal"},
    "column_labels": {"by hand", "sure"},
    "softmax_twice": {"by hand", "sure"},
    "raw_scores": {"by hand", "equal", "sure"},
    "add_instead_of_clip": {"sure"},
}


@pytest.mark.parametrize("name", ["right_loss", "loss_from_scores"])
def test_right_functions_pass_every_check(script, name):
    assert script.failed_checks(getattr(script, name)) == {}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_caught(script, name):
    failed = script.failed_checks(getattr(script, name))

    assert set(failed) == MISTAKES[name]


def test_a_sum_in_place_of_a_mean_is_caught(script):
    def summed(scores, labels):
        return len(labels) * script.right_loss(scores, labels)

    assert "twice" in script.failed_checks(summed)


def test_a_nan_is_caught(script):
    assert len(script.failed_checks(lambda scores, labels: math.nan)) == 4


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_column_labels_hide_on_any_balanced_data(script, n_classes):
    """The mean against all labels is never below their entropy."""
    labels = np.repeat(np.arange(n_classes), 4)
    scores = RNG.normal(0, 3, (len(labels), n_classes))

    assert script.column_labels(scores, labels) >= math.log(n_classes) - 1e-9
    assert script.column_labels(0 * scores, labels) == pytest.approx(
        math.log(n_classes)
    )
    guesses = RNG.integers(0, n_classes, len(labels))
    share = (guesses == labels.reshape(-1, 1)).mean()
    assert share == pytest.approx(1 / n_classes)


def test_softmax_twice_has_a_floor_and_the_right_accuracy(script):
    scores = RNG.normal(0, 30, (200, 3))
    labels = scores.argmax(axis=1)
    floor = math.log(1 + 2 / math.e)
    twice = Softmax().forward(Softmax().forward(scores))

    assert floor == pytest.approx(0.5514, abs=1e-4)
    assert script.softmax_twice(scores, labels) >= floor
    assert (twice.argmax(axis=1) == labels).mean() > 0.99


def test_one_hot_rows_as_index_hide_only_on_a_square():
    probabilities = np.full((5, 3), 1 / 3)
    one_hot = np.eye(3, dtype=int)[[0, 2, 1, 1, 0]]

    with pytest.raises(IndexError):
        probabilities[np.arange(5), one_hot]
    square = probabilities[np.arange(3), one_hot[:3]]
    assert square.shape == (3, 3)


def test_uneven_batches_need_weights():
    probabilities = RNG.dirichlet(np.ones(4), 300)
    labels = RNG.integers(0, 4, 300)
    loss = CategoricalCrossEntropy()
    parts = [slice(0, 128), slice(128, 256), slice(256, 300)]
    sizes = np.array([128, 128, 44])
    means = np.array(
        [loss.forward(probabilities[part], labels[part]) for part in parts]
    )
    whole = loss.forward(probabilities, labels)

    assert (sizes * means).sum() / 300 == pytest.approx(whole, rel=1e-12)
    assert means.mean() != pytest.approx(whole, rel=1e-3)


def test_solution_2_the_best_constant_is_the_share():
    shares = np.linspace(0.01, 0.99, 99)
    losses = -(3 * np.log(shares) + np.log(1 - shares)) / 4

    assert shares[losses.argmin()] == pytest.approx(0.75)


def test_solution_2_what_beats_both():
    low, high = claim("05-loss", "Any share from {} to {}, said")
    shy = claim("05-loss", "to beat both? Check: the shy one's loss is {}.")
    shares = np.linspace(0.01, 0.99, 99)
    losses = -(3 * np.log(shares) + np.log(1 - shares)) / 4
    better = shares[losses < -(3 * math.log(0.52) + math.log(0.48)) / 4 - 1e-9]

    assert -(3 * math.log(0.52) + math.log(0.48)) / 4 == pytest.approx(
        shy, abs=5e-5
    )
    assert (better.min(), better.max()) == pytest.approx((low, high))


def test_solution_2_by_hand():
    logs = claim(
        "05-loss",
        "with $-\\log 0.98 = {}$, $-\\log 0.02 = {}$, $-\\log 0.52 = {}$ and "
        "$-\\log 0.48 = {}$:",
    )
    bold = claim("05-loss", "{4} (3 \\cdot {} + 3.912) = {} \\\\")
    shy = claim("05-loss", "{4} (3 \\cdot {} + {}) = {} \\end{aligned}")

    expected = [-math.log(p) for p in (0.98, 0.02, 0.52, 0.48)]
    assert logs == pytest.approx(expected, abs=6e-5, rel=1e-4)
    assert bold == [logs[0], pytest.approx((3 * logs[0] + logs[1]) / 4, 1e-4)]
    assert shy[:2] == [logs[2], logs[3]]
    assert shy[2] == pytest.approx((3 * logs[2] + logs[3]) / 4, abs=6e-5)


def test_solution_3_the_floor_is_the_entropy():
    shares = np.array([0.9, 0.1])
    entropy = -(shares * np.log(shares)).sum()

    assert entropy == pytest.approx(0.3251, abs=5e-5)


def test_solution_4_means_per_class(script):
    losses = RNG.uniform(0, 3, 60)
    labels = np.tile([0, 1, 2, 2, 1, 1], 10)

    expected = [losses[labels == k].mean() for k in range(3)]

    np.testing.assert_allclose(
        script.mean_per_class(losses, labels), expected, rtol=1e-12
    )
    shuffled = script.mean_per_class(losses, np.roll(labels, 1))
    assert not np.allclose(shuffled, expected)


def test_solution_5_the_distance_pays_for_exaggeration(script):
    best = {
        name: script.said[curve.argmin()]
        for name, curve in script.curves.items()
    }

    assert best == pytest.approx(
        {"-log p": 0.7, "squared": 0.7, "1 - p": 0.99}
    )


def test_with_three_classes_only_the_logarithm_is_proper():
    """The square of the right class alone invites to shade the truth."""
    truth = np.array([0.5, 0.3, 0.2])
    grid = np.array(
        [(a, b, 100 - a - b) for a in range(1, 99) for b in range(1, 100 - a)]
    )
    guess = grid / 100  # (n, 3), all whole percentages
    losses = -(truth * np.log(guess)).sum(axis=1)
    squares = (truth * (1 - guess) ** 2).sum(axis=1)
    over_all = ((guess[:, np.newaxis] - np.eye(3)) ** 2).sum(axis=2) @ truth

    np.testing.assert_allclose(guess[losses.argmin()], truth)
    np.testing.assert_allclose(guess[over_all.argmin()], truth)
    assert np.abs(guess[squares.argmin()] - truth).max() > 0.05


def test_solution_6_from_scores(script):
    scores = RNG.normal(0, 3, (50, 4))
    labels = RNG.integers(0, 4, 50)
    far = np.array([[1e4, -1e4, 0.0]])

    assert script.loss_from_scores(scores, labels) == pytest.approx(
        script.right_loss(scores, labels), rel=1e-10
    )
    assert script.loss_from_scores(far, np.array([1])) == 2e4
    assert script.right_loss(far, np.array([1])) == pytest.approx(
        -math.log(1e-7)
    )
