# --8<-- [start:ch05-metrics-imports]
"""Metrics: numbers that people read to judge a network."""

from nnfs_code.arrays import (
    Array,
    Labels,
    check_floats,
    check_labels,
    complaint,
)

# --8<-- [end:ch05-metrics-imports]
# --8<-- [start:ch16-metrics-imports]
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnfs_code.arrays import Answers, check_answers

# --8<-- [end:ch16-metrics-imports]
# --8<-- [start:ch17-metrics-imports]
import math

from nnfs_code.arrays import check_between, check_quantities

# --8<-- [end:ch17-metrics-imports]
# --8<-- [start:ch20-metrics-imports]
from typing import Any

from nnfs_code.arrays import check_count

# --8<-- [end:ch20-metrics-imports]


# --8<-- [start:ch05-accuracy]
def accuracy(scores: Array, targets: Labels) -> float:
    """Return the share of samples whose highest score is the right class.

    Parameters
    ----------
    scores : ndarray, shape (n_samples, n_classes)
        Probabilities, or any scores: only their order within a row counts.
        Of equal scores the first is taken.
    targets : ndarray
        Labels, shape (n_samples,), or one-hot rows, shape (n_samples,
        n_classes).

    Raises
    ------
    TypeError, ValueError
        If either is no such array.

    >>> import numpy as np
    >>> scores = np.array([[0.7, 0.3], [0.6, 0.4], [0.2, 0.8]])
    >>> round(accuracy(scores, np.array([0, 1, 1])), 3)
    0.667
    """
    check_floats(scores, "accuracy", "scores")
    if scores.ndim != 2:
        expected = "scores of shape (n_samples, n_classes)"
        raise ValueError(complaint("accuracy", expected, scores.shape))
    n_samples, n_classes = scores.shape
    labels = check_labels(targets, n_samples, n_classes, "accuracy")
    return float((scores.argmax(axis=1) == labels).mean())


# --8<-- [end:ch05-accuracy]


# --8<-- [start:ch16-check-scores]
def check_scores(
    scores: Array, targets: Answers, owner: str, threshold: float = 0.5
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the scores and which targets are a yes, both flat.

    Raises
    ------
    TypeError, ValueError
        As `check_floats` and `check_answers` do, and if `threshold` is NaN,
        which no score is below and none above.
    """
    check_floats(scores, owner, "scores")
    yes = check_answers(targets, scores.shape, owner)
    if np.isnan(threshold):
        raise ValueError(complaint(owner, "a number as threshold", threshold))
    return scores.ravel(), yes.ravel()


# --8<-- [end:ch16-check-scores]


# --8<-- [start:ch16-counts]
class Counts(NamedTuple):
    """How many answers fell where: said yes or no, rightly or wrongly.

    >>> Counts(3, 1, 1, 5).false_negatives
    1
    """

    true_positives: int  # said yes, and it is
    false_positives: int  # said yes, and it is not: a false alarm
    false_negatives: int  # said no, and it is yes: a miss
    true_negatives: int  # said no, and it is


# --8<-- [end:ch16-counts]


# --8<-- [start:ch16-binary-counts]
def binary_counts(
    scores: Array, targets: Answers, threshold: float = 0.5
) -> Counts:
    """Return how the answers fall: yes to a score of at least `threshold`.

    Parameters
    ----------
    scores : ndarray, any shape
        Probabilities of a yes, or any scores: the threshold is in their unit.
    targets : ndarray of 0 and 1, in the shape of `scores`

    >>> binary_counts(np.array([0.9, 0.6, 0.2]), np.array([1, 0, 0]))[:3]
    (1, 1, 0)
    """
    flat, yes = check_scores(scores, targets, "binary_counts", threshold)
    said = flat >= threshold
    return Counts(
        int((said & yes).sum()),
        int((said & ~yes).sum()),
        int((~said & yes).sum()),
        int((~said & ~yes).sum()),
    )


# --8<-- [end:ch16-binary-counts]


# --8<-- [start:ch16-binary-accuracy]
def binary_accuracy(
    scores: Array, targets: Answers, threshold: float = 0.5
) -> float:
    """Return the share of right answers.

    >>> binary_accuracy(np.array([0.9, 0.6]), np.array([1, 0]))
    0.5
    """
    flat, yes = check_scores(scores, targets, "binary_accuracy", threshold)
    return float(((flat >= threshold) == yes).mean())


# --8<-- [end:ch16-binary-accuracy]


# --8<-- [start:ch16-share]
def share(part: int, rest: int, owner: str, expected: str) -> float:
    """Return `part` of `part` and `rest`; raise an error if there is none."""
    if part + rest == 0:
        raise ValueError(complaint(owner, f"at least one {expected}", "none"))
    return part / (part + rest)


# --8<-- [end:ch16-share]


# --8<-- [start:ch16-precision-recall]
def precision(
    scores: Array, targets: Answers, threshold: float = 0.5
) -> float:
    """Return the share of true ones among the answers that say yes.

    >>> precision(np.array([0.9, 0.6, 0.2]), np.array([1, 0, 1]))
    0.5
    """
    counts = binary_counts(scores, targets, threshold)
    expected = f"score of {threshold:g} or more, that says yes"
    tp, fp = counts.true_positives, counts.false_positives
    return share(tp, fp, "precision", expected)


def recall(scores: Array, targets: Answers, threshold: float = 0.5) -> float:
    """Return the share of the yeses among the targets that are found.

    >>> recall(np.array([0.9, 0.6, 0.2]), np.array([1, 0, 1]))
    0.5
    """
    counts = binary_counts(scores, targets, threshold)
    tp, fn = counts.true_positives, counts.false_negatives
    return share(tp, fn, "recall", "yes among the targets")


# --8<-- [end:ch16-precision-recall]


# --8<-- [start:ch16-f1]
def f1(scores: Array, targets: Answers, threshold: float = 0.5) -> float:
    """Return the harmonic mean of precision and recall.

    >>> f1(np.array([0.9, 0.6, 0.2]), np.array([1, 0, 1]))
    0.5
    """
    tp, fp, fn, _ = binary_counts(scores, targets, threshold)
    return share(2 * tp, fp + fn, "f1", "yes, said or true")


# --8<-- [end:ch16-f1]


# --8<-- [start:ch16-ranked-counts]
def ranked_counts(
    scores: Array, yes: NDArray[np.bool_]
) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Return thresholds, and true and false positives at each of them.

    The thresholds are the scores, the highest first, each once: equal scores
    pass together.
    """
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    true_positives: NDArray[np.int64] = np.cumsum(yes[order])[last]
    return ordered[last], true_positives, last + 1 - true_positives


# --8<-- [end:ch16-ranked-counts]


# --8<-- [start:ch16-roc-curve]
def roc_curve(scores: Array, targets: Answers) -> tuple[Array, Array, Array]:
    """Return false and true positive rates, and the thresholds they go with.

    Both rates start at 0, with the threshold infinity, and end at 1.

    Raises
    ------
    ValueError
        If the targets are all yes or all no: then one rate is 0/0.

    >>> roc_curve(np.array([0.9, 0.6, 0.2]), np.array([1, 0, 1]))[1].tolist()
    [0.0, 0.5, 0.5, 1.0]
    """
    flat, yes = check_scores(scores, targets, "roc_curve")
    if yes.all() or not yes.any():
        got = f"{yes.sum()} yes among {yes.size}"
        raise ValueError(complaint("roc_curve", "targets of both kinds", got))
    thresholds, hits, alarms = ranked_counts(flat, yes)
    return (
        np.append(0, alarms / alarms[-1]),
        np.append(0, hits / hits[-1]),
        np.append(np.array(np.inf, flat.dtype), thresholds),
    )


# --8<-- [end:ch16-roc-curve]


# --8<-- [start:ch16-roc-auc]
def roc_auc(scores: Array, targets: Answers) -> float:
    """Return the area under the ROC curve.

    It is the chance that a random yes has a higher score than a random no, a
    tie counting one half. Raises what `roc_curve` raises.

    References
    ----------
    Fawcett (2006), section 7.

    >>> roc_auc(np.array([0.9, 0.6, 0.2]), np.array([1, 0, 1]))
    0.5
    """
    false_rates, true_rates, _ = roc_curve(scores, targets)
    return float(np.trapezoid(true_rates, false_rates))


# --8<-- [end:ch16-roc-auc]


# --8<-- [start:ch16-precision-recall-curve]
def precision_recall_curve(
    scores: Array, targets: Answers
) -> tuple[Array, Array, Array]:
    """Return precisions and recalls, and the thresholds they go with.

    Raises
    ------
    ValueError
        If no target is a yes: then the recall is 0/0.

    >>> scores, targets = np.array([0.9, 0.6, 0.2]), np.array([1, 0, 1])
    >>> precision_recall_curve(scores, targets)[0].round(2).tolist()
    [1.0, 0.5, 0.67]
    """
    owner = "precision_recall_curve"
    flat, yes = check_scores(scores, targets, owner)
    if not yes.any():
        expected = "at least one yes among the targets"
        raise ValueError(complaint(owner, expected, "none"))
    thresholds, hits, alarms = ranked_counts(flat, yes)
    return hits / (hits + alarms), hits / hits[-1], thresholds


# --8<-- [end:ch16-precision-recall-curve]


# --8<-- [start:ch16-check-cost]
def check_cost(name: str, cost: float) -> None:
    """Raise an error unless `cost` is a finite number above 0."""
    if not 0 < cost < np.inf:
        expected = f"{name} above 0 and finite"
        raise ValueError(complaint("best_threshold", expected, cost))


# --8<-- [end:ch16-check-cost]


# --8<-- [start:ch16-best-threshold]
def best_threshold(
    scores: Array, targets: Answers, *, cost_fp: float, cost_fn: float
) -> float:
    """Return the threshold that would have cost least on these samples.

    It is one of the scores, or infinity if it is cheapest to say no to all.
    Of several equally cheap ones the highest is taken.

    Parameters
    ----------
    cost_fp, cost_fn : float
        Of a false alarm, and of a miss; the two right answers cost nothing.

    >>> scores, targets = np.array([0.9, 0.6, 0.2]), np.array([1, 0, 1])
    >>> best_threshold(scores, targets, cost_fp=1, cost_fn=5)
    0.2
    """
    check_cost("cost_fp", cost_fp)
    check_cost("cost_fn", cost_fn)
    flat, yes = check_scores(scores, targets, "best_threshold")
    thresholds, hits, alarms = ranked_counts(flat, yes)
    costs = cost_fp * alarms + cost_fn * (yes.sum() - hits)
    if cost_fn * yes.sum() <= costs.min():
        return float("inf")
    return float(thresholds[costs.argmin()])


# --8<-- [end:ch16-best-threshold]


# --8<-- [start:ch17-r-squared]
def r_squared(outputs: Array, targets: Array) -> float:
    """Return the share of the mean's squared errors that is done away with.

    It is 1 if nothing is wrong, 0 if the mean of these targets would have
    been as good, and below 0 if it would have been better. With several
    outputs it is the mean over them.

    Parameters
    ----------
    outputs, targets : ndarray, shape (n_samples, n_outputs)

    Raises
    ------
    TypeError, ValueError
        As `check_quantities` does, and if all targets of an output are equal:
        then their mean has no error that could be lowered.

    >>> targets = np.array([[1.0], [2.0], [3.0]])
    >>> r_squared(np.array([[1.0], [2.0], [4.0]]), targets)
    0.5
    """
    check_quantities(outputs, targets, "r_squared")
    if (targets.min(axis=0) == targets.max(axis=0)).any():
        expected = "targets that differ, in each output"
        raise ValueError(complaint("r_squared", expected, "equal ones"))
    left = ((outputs - targets) ** 2).sum(axis=0)
    whole = ((targets - targets.mean(axis=0)) ** 2).sum(axis=0)
    return float((1 - left / whole).mean())


# --8<-- [end:ch17-r-squared]


# --8<-- [start:ch17-within]
def within(outputs: Array, targets: Array, tolerance: float) -> float:
    """Return the share of outputs at most `tolerance` from their target.

    Parameters
    ----------
    outputs, targets : ndarray, shape (n_samples, n_outputs)
    tolerance : float
        Above 0, in the unit of the targets.

    >>> targets = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> within(targets + [[0.0], [0.5], [-0.5], [2.0]], targets, 0.5)
    0.75
    """
    check_quantities(outputs, targets, "within")
    tolerance = check_between("within", "tolerance", tolerance, 0, math.inf)
    return float((np.abs(outputs - targets) <= tolerance).mean())


# --8<-- [end:ch17-within]


# --8<-- [start:ch20-confusion-matrix]
def confusion_matrix(
    predicted: Any, targets: Labels, n_classes: int
) -> Labels:
    """Return how often each class (row) was taken for each class (column).

    Parameters
    ----------
    predicted : ndarray
        Classes, shape (n_samples,), or scores as for `accuracy`, shape
        (n_samples, n_classes).
    targets : ndarray
        Labels, shape (n_samples,), or one-hot rows.

    >>> said, truth = np.array([0, 1, 1, 2]), np.array([0, 0, 1, 2])
    >>> confusion_matrix(said, truth, 3)
    array([[1, 1, 0],
           [0, 1, 0],
           [0, 0, 1]])
    """
    owner = "confusion_matrix"
    n_classes = check_count(owner, "n_classes", n_classes)
    said = predicted_classes(predicted, n_classes, owner)
    truth = check_labels(targets, len(said), n_classes, owner)
    cells = truth.astype(np.intp) * n_classes + said.astype(np.intp)
    counts = np.bincount(cells, minlength=n_classes**2)
    return counts.reshape(n_classes, n_classes)


# --8<-- [end:ch20-confusion-matrix]


# --8<-- [start:ch20-predicted-classes]
def predicted_classes(predicted: Any, n_classes: int, owner: str) -> Labels:
    """Return the class said of each sample, from classes or from scores.

    Raises
    ------
    TypeError, ValueError
        If `predicted` is neither classes from 0 to n_classes - 1 nor rows of
        `n_classes` finite floats.
    """
    is_array = type(predicted) is np.ndarray
    if not is_array or predicted.dtype.kind not in "iu":
        scores: Array = predicted
        check_floats(scores, owner, "predicted")
        if scores.shape[1:] != (n_classes,):
            expected = f"scores of shape (n_samples, {n_classes})"
            raise ValueError(complaint(owner, expected, scores.shape))
        highest: Labels = scores.argmax(axis=1)
        return highest
    if predicted.ndim != 1 or predicted.size == 0:
        expected = "predicted classes of shape (n_samples,)"
        raise ValueError(complaint(owner, expected, predicted.shape))
    return check_labels(predicted, len(predicted), n_classes, owner)


# --8<-- [end:ch20-predicted-classes]


# --8<-- [start:ch20-check-confusion]
def check_confusion(matrix: Labels, owner: str) -> Labels:
    """Return `matrix`, if it is a square table of counts, not all 0."""
    if type(matrix) is not np.ndarray or matrix.dtype.kind not in "iu":
        got = getattr(matrix, "dtype", f"a {type(matrix).__name__}")
        raise TypeError(complaint(owner, "an array of whole numbers", got))
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        expected = "a matrix of shape (n_classes, n_classes)"
        raise ValueError(complaint(owner, expected, matrix.shape))
    if not matrix.any() or matrix.min() < 0:
        expected = "counts from 0 on, with samples"
        got = f"{matrix.sum()} in all, the lowest {matrix.min(initial=0)}"
        raise ValueError(complaint(owner, expected, got))
    return matrix


# --8<-- [end:ch20-check-confusion]


# --8<-- [start:ch20-class-precisions]
def class_precisions(matrix: Labels) -> Array:
    """Return for each class the share of true ones among those said.

    It is NaN for a class that is never said.

    Parameters
    ----------
    matrix : ndarray, shape (n_classes, n_classes)
        As `confusion_matrix` returns it: a row per true class.

    >>> class_precisions(np.array([[3, 1], [0, 4]])).tolist()
    [1.0, 0.8]
    """
    matrix = check_confusion(matrix, "class_precisions")
    said = matrix.sum(axis=0)
    return np.diag(matrix) / np.where(said == 0, np.nan, said)


# --8<-- [end:ch20-class-precisions]


# --8<-- [start:ch20-class-recalls]
def class_recalls(matrix: Labels) -> Array:
    """Return for each class the share that is found: NaN if there is none.

    >>> class_recalls(np.array([[3, 1], [0, 4]])).tolist()
    [0.75, 1.0]
    """
    matrix = check_confusion(matrix, "class_recalls")
    there = matrix.sum(axis=1)
    return np.diag(matrix) / np.where(there == 0, np.nan, there)


# --8<-- [end:ch20-class-recalls]


# --8<-- [start:ch20-top-accuracy]
def top_accuracy(scores: Array, targets: Labels, k: int) -> float:
    """Return the share of samples whose class is among the `k` highest.

    Of equal scores the first is taken, as in `accuracy`, which is `k` = 1.

    >>> scores = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]])
    >>> top_accuracy(scores, np.array([1, 2]), 2)
    0.5
    """
    check_floats(scores, "top_accuracy", "scores")
    k = check_count("top_accuracy", "k", k)
    if scores.ndim != 2 or scores.shape[1] < k:
        expected = f"scores of shape (n_samples, n_classes), {k} classes or"
        raise ValueError(
            complaint("top_accuracy", f"{expected} more", scores.shape)
        )
    n_samples, n_classes = scores.shape
    labels = check_labels(targets, n_samples, n_classes, "top_accuracy")
    highest = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float((highest == labels[:, np.newaxis]).any(axis=1).mean())


# --8<-- [end:ch20-top-accuracy]


# --8<-- [start:ch20-evaluation]
class Evaluation(NamedTuple):
    """What `Model.evaluate` returns.

    >>> Evaluation(0.5, 0.8).loss
    0.5
    """

    loss: float  # the mean over all samples
    metric: float  # NaN if none was asked for


# --8<-- [end:ch20-evaluation]
