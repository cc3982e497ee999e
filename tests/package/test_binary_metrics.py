"""Metrics of yes and no: scikit-learn, counting, and what they refuse."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from nnfs_code.metrics import (
    Counts,
    best_threshold,
    binary_accuracy,
    binary_counts,
    f1,
    precision,
    precision_recall_curve,
    recall,
    roc_auc,
    roc_curve,
)

# Few different scores, so that ties are the rule.
SAMPLES = st.lists(
    st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=40
)
SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.4, 0.3, 0.2, 0.1, 0.05])
TARGETS = np.array([1, 1, 0, 1, 0, 0, 1, 0, 0, 0])


def arrays(samples, both=True):
    scores, targets = (np.array(part) for part in zip(*samples, strict=True))
    if both:
        assume(targets.any() and not targets.all())
    return scores / 6, targets.astype(int)


def test_ten_samples_by_hand():
    assert binary_counts(SCORES, TARGETS) == Counts(3, 2, 1, 4)
    assert binary_accuracy(SCORES, TARGETS) == 0.7
    assert precision(SCORES, TARGETS) == 3 / 5
    assert recall(SCORES, TARGETS) == 3 / 4
    assert f1(SCORES, TARGETS) == pytest.approx(2 / (5 / 3 + 4 / 3))
    assert roc_auc(SCORES, TARGETS) == pytest.approx(20 / 24)


@given(samples=SAMPLES, threshold=st.sampled_from([0, 0.3, 0.5, 1, np.inf]))
def test_counts_and_shares_agree_with_scikit_learn(samples, threshold):
    scores, targets = arrays(samples, both=False)
    said = scores >= threshold
    (tn, fp), (fn, tp) = theirs.confusion_matrix(targets, said, labels=[0, 1])
    assert binary_counts(scores, targets, threshold) == (tp, fp, fn, tn)
    expected = theirs.accuracy_score(targets, said)
    assert binary_accuracy(scores, targets, threshold) == expected
    for ours, name, possible in (
        (precision, "precision", said.any()),
        (recall, "recall", targets.any()),
        (f1, "f1", said.any() or targets.any()),
    ):
        if possible:
            score = getattr(theirs, f"{name}_score")
            expected = score(targets, said, zero_division=0)
            found = ours(scores, targets, threshold)
            assert found == pytest.approx(expected)
        else:
            with pytest.raises(ValueError, match=f"^{name} expected"):
                ours(scores, targets, threshold)


@given(samples=SAMPLES)
def test_the_roc_curve_and_its_area_agree_with_scikit_learn(samples):
    scores, targets = arrays(samples)
    wanted = theirs.roc_curve(targets, scores, drop_intermediate=False)
    for ours, other in zip(roc_curve(scores, targets), wanted, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-12)
    expected = theirs.roc_auc_score(targets, scores)
    assert roc_auc(scores, targets) == pytest.approx(expected)


@given(samples=SAMPLES)
def test_the_area_is_the_share_of_pairs_in_order(samples):
    scores, targets = arrays(samples)
    pairs = list(itertools.product(scores[targets == 1], scores[targets == 0]))
    in_order = sum((a > b) + (a == b) / 2 for a, b in pairs)
    assert roc_auc(scores, targets) == pytest.approx(in_order / len(pairs))


@given(samples=SAMPLES)
def test_the_precision_recall_curve_agrees_with_scikit_learn(samples):
    scores, targets = arrays(samples, both=False)
    assume(targets.any())
    precisions, recalls, thresholds = precision_recall_curve(scores, targets)
    wanted = theirs.precision_recall_curve(targets, scores)
    # Theirs runs from the lowest threshold on, and ends with a point added.
    np.testing.assert_allclose(precisions, wanted[0][-2::-1])
    np.testing.assert_allclose(recalls, wanted[1][-2::-1])
    np.testing.assert_array_equal(thresholds, wanted[2][::-1])


@given(samples=SAMPLES)
def test_each_point_of_a_curve_is_what_its_threshold_gives(samples):
    scores, targets = arrays(samples)
    for p, r, threshold in zip(
        *precision_recall_curve(scores, targets), strict=True
    ):
        assert p == pytest.approx(precision(scores, targets, threshold))
        assert r == pytest.approx(recall(scores, targets, threshold))
    for fpr, tpr, threshold in zip(*roc_curve(scores, targets), strict=True):
        counts = binary_counts(scores, targets, threshold)
        assert fpr * (targets == 0).sum() == pytest.approx(
            counts.false_positives
        )
        assert tpr * (targets == 1).sum() == pytest.approx(
            counts.true_positives
        )


def cost(scores, targets, threshold, cost_fp, cost_fn):
    counts = binary_counts(scores, targets, threshold)
    return cost_fp * counts.false_positives + cost_fn * counts.false_negatives


@given(
    samples=SAMPLES,
    cost_fp=st.integers(1, 10),
    cost_fn=st.integers(1, 10),
)
def test_no_threshold_is_cheaper_than_the_best(samples, cost_fp, cost_fn):
    scores, targets = arrays(samples, both=False)
    best = best_threshold(scores, targets, cost_fp=cost_fp, cost_fn=cost_fn)
    costs = {
        threshold: cost(scores, targets, threshold, cost_fp, cost_fn)
        for threshold in [np.inf, *np.arange(7)[::-1] / 6]
    }
    assert cost(scores, targets, best, cost_fp, cost_fn) == min(costs.values())
    assert best == max(t for t, c in costs.items() if c == min(costs.values()))


def test_the_best_threshold_by_hand():
    none, all_of_them = 0 * TARGETS, 0 * TARGETS + 1
    assert best_threshold(SCORES, TARGETS, cost_fp=1, cost_fn=1) == 0.8
    assert best_threshold(SCORES, TARGETS, cost_fp=1, cost_fn=9) == 0.3
    assert best_threshold(SCORES, TARGETS, cost_fp=9, cost_fn=1) == 0.8
    assert best_threshold(SCORES, none, cost_fp=1, cost_fn=1) == np.inf
    assert best_threshold(SCORES, all_of_them, cost_fp=1, cost_fn=1) == 0.05
    # A miss or a false alarm: of equally cheap ones the highest.
    scores, targets = np.array([0.9, 0.6]), np.array([0, 1])
    assert best_threshold(scores, targets, cost_fp=1, cost_fn=1) == np.inf
    assert best_threshold(scores, targets, cost_fp=1, cost_fn=2) == 0.6


def test_constant_scores_say_nothing():
    scores = np.full(10, 0.3)
    assert roc_auc(scores, TARGETS) == 0.5
    false_rates, true_rates, thresholds = roc_curve(scores, TARGETS)
    assert false_rates.tolist() == true_rates.tolist() == [0, 1]
    assert thresholds.tolist() == [np.inf, 0.3]
    precisions, recalls, _ = precision_recall_curve(scores, TARGETS)
    assert precisions.tolist() == [0.4]
    assert recalls.tolist() == [1.0]


def test_a_score_at_the_threshold_says_yes():
    assert binary_counts(np.array([0.5]), np.array([1])) == (1, 0, 0, 0)
    assert binary_accuracy(np.array([0.5]), np.array([1])) == 1
    tiny = np.nextafter(0.5, 1)
    assert binary_counts(np.array([0.5]), np.array([1]), tiny) == (0, 0, 1, 0)


@pytest.mark.parametrize("metric", [binary_counts, binary_accuracy, roc_auc])
def test_several_outputs_are_counted_together(metric):
    columns = metric(SCORES.reshape(5, 2), TARGETS.reshape(5, 2))
    assert columns == metric(SCORES, TARGETS)


def test_float32_scores_are_their_own_thresholds():
    scores = SCORES.astype(np.float32)
    for name, curve in (("roc", roc_curve), ("pr", precision_recall_curve)):
        *_, thresholds = curve(scores, TARGETS)
        assert thresholds.dtype == np.float32, name
    best = best_threshold(scores, TARGETS, cost_fp=1, cost_fn=9)
    assert binary_counts(scores, TARGETS, best) == (4, 3, 0, 3)


def test_only_the_order_counts_for_the_area():
    assert roc_auc(np.log(SCORES), TARGETS) == roc_auc(SCORES, TARGETS)
    assert roc_auc(-SCORES, TARGETS) == pytest.approx(4 / 24)


NO, YES = np.zeros(10, int), np.ones(10, int)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: precision(SCORES, TARGETS, 0.95),
            "precision expected at least one score of 0.95 or more, that "
            "says yes, got none",
        ),
        (
            lambda: recall(SCORES, NO),
            "recall expected at least one yes among the targets, got none",
        ),
        (
            lambda: f1(SCORES, NO, 0.95),
            "f1 expected at least one yes, said or true, got none",
        ),
        (
            lambda: roc_curve(SCORES, NO),
            "roc_curve expected targets of both kinds, got 0 yes among 10",
        ),
        (
            lambda: roc_auc(SCORES, YES),
            "roc_curve expected targets of both kinds, got 10 yes among 10",
        ),
        (
            lambda: precision_recall_curve(SCORES, NO),
            "precision_recall_curve expected at least one yes among the "
            "targets, got none",
        ),
        (
            lambda: binary_accuracy(SCORES.reshape(-1, 1), TARGETS),
            "binary_accuracy expected targets of shape (10, 1), got (10,); "
            "turn them with targets.reshape(10, 1)",
        ),
        (
            lambda: binary_counts(SCORES, TARGETS, np.nan),
            "binary_counts expected a number as threshold, got nan",
        ),
        (
            lambda: binary_accuracy(SCORES, TARGETS, np.nan),
            "binary_accuracy expected a number as threshold, got nan",
        ),
        (
            lambda: f1(SCORES, 2 * TARGETS),
            "binary_counts expected targets 1 for yes, 0 for no, got 2",
        ),
        (
            lambda: best_threshold(SCORES, TARGETS, cost_fp=0, cost_fn=1),
            "best_threshold expected cost_fp above 0 and finite, got 0",
        ),
        (
            lambda: best_threshold(SCORES, TARGETS, cost_fp=1, cost_fn=np.inf),
            "best_threshold expected cost_fn above 0 and finite, got inf",
        ),
        (
            lambda: best_threshold(SCORES, TARGETS, cost_fp=1, cost_fn=np.nan),
            "best_threshold expected cost_fn above 0 and finite, got nan",
        ),
        (
            lambda: best_threshold(SCORES, 2 * NO + 2, cost_fp=1, cost_fn=1),
            "best_threshold expected targets 1 for yes, 0 for no, got 2",
        ),
        (
            lambda: precision_recall_curve(SCORES, TARGETS[:9]),
            "precision_recall_curve expected targets of shape (10,), got (9,)",
        ),
        (
            lambda: roc_curve(SCORES / 0.0, TARGETS),
            "roc_curve expected finite scores, got NaN or infinity",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_has_no_answer_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
