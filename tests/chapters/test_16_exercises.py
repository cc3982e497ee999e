"""Chapter 16: solutions, and the checks that "Where it goes wrong" names."""

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from claims import claim
from factory import balanced, cost, neuron, parts, truth
from nnfs_code.activations import Sigmoid
from nnfs_code.gradient_check import check
from nnfs_code.losses import BinaryCrossEntropy, SigmoidCrossEntropy
from nnfs_code.metrics import best_threshold, binary_counts, roc_auc
from scripted import definitions, left_by

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.4, 0.3, 0.2, 0.1, 0.05])
TRUTH = np.array([1, 1, 0, 1, 0, 0, 1, 0, 0, 0])


@pytest.fixture(scope="module")
def script():
    """What the chapter's script imports and defines, without its runs."""
    return definitions("ch16_binary_logistic_regression")


def test_the_plain_and_the_stable_loss_agree_near_zero(script):
    for z in np.linspace(-20, 20, 41):
        for y in (0, 1):
            plain = script["plain_loss"](z, y)
            assert script["stable_loss"](z, y) == pytest.approx(plain, 1e-6)


def test_the_gradient_of_the_shares(script):
    rng = np.random.default_rng(0)
    targets = np.array([[0, 0, 0], [1, 1, 0], [1, 1, 1], [0, 1, 0]])
    loss = script["Competing"]()
    assert check(loss, rng.normal(size=(4, 3)), targets)
    np.testing.assert_allclose(loss.shares.sum(axis=1), 1)
    np.testing.assert_allclose(loss.shares[1], [0.5, 0.5, 0])


def test_the_factory_of_the_tests_is_that_of_the_script(script):
    ours, theirs = (
        made(500, np.random.default_rng(1))
        for made in (parts, script["parts"])
    )
    np.testing.assert_array_equal(ours[0], theirs[0])
    np.testing.assert_array_equal(ours[1], theirs[1])
    for start in (True, False):
        one = neuron(*ours, start=start)
        other = script["neuron"](*ours, start)
        np.testing.assert_array_equal(one.weights, other.weights)
        np.testing.assert_array_equal(one.biases, other.biases)


# --- where it goes wrong


@pytest.mark.parametrize("kind", [BinaryCrossEntropy, SigmoidCrossEntropy])
def test_the_package_refuses_targets_of_another_shape(kind):
    outputs, answers = np.full((4, 1), 0.5), np.array([0, 1, 1, 0])
    with pytest.raises(ValueError, match=r"turn them with targets\.reshape"):
        kind().forward(outputs, answers)
    assert (outputs - answers).shape == (4, 4)  # what plain NumPy makes
    assert kind().forward(outputs, answers.reshape(4, 1)) > 0


def test_the_area_does_not_see_a_second_sigmoid():
    rng = np.random.default_rng(3)
    points, faulty = parts(5000, rng)
    chances = Sigmoid().forward(truth(points))
    twice = Sigmoid().forward(chances)
    assert roc_auc(twice, faulty) == roc_auc(chances, faulty)
    assert binary_counts(twice, faulty).true_negatives == 0
    assert binary_counts(chances, faulty).true_negatives > 4000


def test_truth_values_are_no_scores():
    with pytest.raises(TypeError, match="scores of dtype float32 or float64"):
        roc_auc(SCORES >= 0.5, TRUTH)
    assert roc_auc((SCORES >= 0.5).astype(float), TRUTH) < roc_auc(
        SCORES, TRUTH
    )


def test_a_threshold_flatters_itself_on_the_data_that_chose_it():
    """On few samples by much, on fresh ones not at all."""
    rng = np.random.default_rng(4)
    gaps = {300: [], 10_000: []}
    for n, found in gaps.items():
        for _ in range(20):
            points, faulty = parts(n, rng)
            chances = Sigmoid().forward(truth(points))
            chosen = best_threshold(chances, faulty, cost_fp=1, cost_fn=20)
            fresh, fresh_faulty = parts(10_000, rng)
            fresh_chances = Sigmoid().forward(truth(fresh))
            found.append(
                cost(fresh_chances, fresh_faulty, chosen)
                - cost(chances, faulty, chosen)
            )
    assert np.mean(gaps[300]) > 20
    assert np.mean(gaps[300]) > 3 * abs(np.mean(gaps[10_000]))


# --- solutions


def test_solution_1():
    loss, z = SigmoidCrossEntropy(), np.array([[math.log(3)]])
    assert loss.forward(z, np.array([[1]])) == pytest.approx(-math.log(3 / 4))
    assert loss.backward()[0, 0] == pytest.approx(-1 / 4)
    assert loss.forward(z, np.array([[0]])) == pytest.approx(math.log(4))
    assert loss.backward()[0, 0] == pytest.approx(3 / 4)
    assert (round(math.log(4 / 3), 3), round(math.log(4), 3)) == (0.288, 1.386)


@pytest.mark.parametrize(
    ("threshold", "price"), [(0.8, 10), (0.6, 6), (0.3, 3), (1 / 6, 4)]
)
def test_solution_2(threshold, price):
    counts = binary_counts(SCORES, TRUTH, threshold)
    assert counts.false_positives + 5 * counts.false_negatives == price
    assert best_threshold(SCORES, TRUTH, cost_fp=1, cost_fn=5) == 0.3


@pytest.mark.parametrize("seed", range(3))
def test_solution_3(seed):
    rng = np.random.default_rng(seed)
    seen, faulty = parts(10_000, rng)
    kept = balanced(faulty, rng)
    logits = neuron(seen[kept], faulty[kept]).forward(seen)
    share = faulty.mean()
    shift = math.log((1 - share) / share)
    calmed = Sigmoid().forward(logits - shift).mean()
    assert calmed == pytest.approx(share, rel=0.6)
    assert Sigmoid().forward(logits).mean() > 10 * share


def test_what_the_repair_of_the_page_leaves():
    least = claim(
        "16-binary-logistic-regression",
        "among the parts that get more than {}, far fewer are faulty than",
    )
    names = left_by("ch16_binary_logistic_regression")
    faulty, calmed = names["fresh_faulty"], names["calmed"]
    loud = Sigmoid().forward(names["alarmist"].forward(names["fresh"]))
    assert loud.mean() > 20 * faulty.mean()
    assert 1 < calmed.mean() / faulty.mean() < 1.25
    high = calmed > least
    assert faulty[high].mean() < 0.8 * calmed[high].mean()


def test_solution_4(script):
    rng = np.random.default_rng(5)
    answers = (rng.random((500, 1)) < 0.2).astype(int)
    for scores in (
        rng.normal(answers, 1),
        np.round(rng.normal(answers, 1)),
        np.full(answers.shape, 0.3),
    ):
        ours = script["average_precision"](scores, answers)
        theirs = average_precision_score(answers.ravel(), scores.ravel())
        assert ours == pytest.approx(theirs)
    assert ours == pytest.approx(answers.mean())  # the same score for all


def test_solution_5():
    """Asking pays between 0.02 and 0.6, and at no other place."""
    chances = np.linspace(0.001, 0.999, 999)
    cheaper = np.minimum(1 - chances, 20 * chances)
    ask = chances[cheaper > 0.4]
    assert ask.min() == pytest.approx(0.02, abs=0.0011)
    assert ask.max() == pytest.approx(0.6, abs=0.0011)
    rng = np.random.default_rng(6)
    points, faulty = parts(50_000, rng)
    said = Sigmoid().forward(truth(points))
    wrong = (said >= 1 / 21) != faulty
    decided = wrong * np.where(faulty, 20, 1)
    asked = np.minimum(1 - said, 20 * said) > 0.4
    paid = np.where(asked, 0.4, decided).mean()
    assert 0.06 < asked.mean() < 0.14
    assert paid < 0.85 * decided.mean()
