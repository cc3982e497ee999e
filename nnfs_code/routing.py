# --8<-- [start:ch33-routing-imports]
"""Which pieces a machine sorts by itself, and which a person looks at."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnfs_code.arrays import Array, Labels, check_between, complaint
from nnfs_code.decisions import best_actions, check_costs, cost_of
from nnfs_code.losses import check_probabilities

# --8<-- [end:ch33-routing-imports]


# --8<-- [start:ch33-returns-costs]
COAT, CLERK = 4, 10
ALIKE = (0, 2, 6), (5, 7, 9)  # T-shirts, pullovers, shirts; shoes


def returns_costs(
    *,
    look: float = 20,
    wrong: float = 150,
    near: float = 50,
    coat: float = 400,
) -> Array:
    """Return what each decision costs, in pence: all of it is assumed.

    A row for each of the ten bins, then one for the clerk; a column for what
    the piece is. `near` is a wrong bin among those that are `ALIKE`, and
    `coat` that of a coat.

    >>> returns_costs()[[6, 4, 10]][:, [6, 4]]  # shirt, coat, clerk
    array([[  0., 400.],
           [150.,   0.],
           [ 20.,  20.]])
    """
    table: Array = np.full((CLERK + 1, CLERK), float(wrong))
    for some in ALIKE:
        table[np.ix_(some, some)] = near
    table[:, COAT] = coat
    np.fill_diagonal(table, 0)
    table[CLERK] = look
    return table


# --8<-- [end:ch33-returns-costs]


# --8<-- [start:ch33-softer]
def softer(probabilities: Array, divisor: float) -> Array:
    """Return the probabilities of scores that are divided by `divisor`.

    Above 1 it makes them less sure, below 1 surer. The order in a row stays.

    >>> softer(np.array([[0.8, 0.2]]), 2.0).round(3)
    array([[0.667, 0.333]])
    """
    check_probabilities(probabilities, "softer")
    divisor = check_between("softer", "divisor", divisor, 0, np.inf)
    highest = probabilities.max(axis=1, keepdims=True)
    powers = (probabilities / highest) ** (1 / divisor)  # one stays 1
    found: Array = powers / powers.sum(axis=1, keepdims=True)
    return found


# --8<-- [end:ch33-softer]


# --8<-- [start:ch33-coverage]
class CoverageCurve(NamedTuple):
    """What comes of letting a machine sort a share of all pieces.

    The first row is to ask a person about all, the last to ask about none.
    """

    share: Array  # of the pieces that the machine sorts
    right: Array  # share of those that it sorts rightly; NaN in the first row
    cost: Array  # per piece, of all pieces


# --8<-- [end:ch33-coverage]


# --8<-- [start:ch33-coverage-curve]
def coverage_curve(
    probabilities: Array, labels: Labels, costs: ArrayLike
) -> CoverageCurve:
    """Sort ever more pieces by machine, the safest first.

    Parameters
    ----------
    probabilities : ndarray, shape (n_samples, n_classes)
    labels : ndarray of int, shape (n_samples,)
    costs : array, shape (n_classes + 1, n_classes)
        A row per bin, and in the last row what it costs to ask.

    >>> said = np.array([[0.9, 0.1], [0.4, 0.6]])
    >>> costs = [[0, 9], [9, 0], [1, 1]]
    >>> curve = coverage_curve(said, np.array([0, 0]), costs)
    >>> curve.share, curve.cost
    (array([0. , 0.5, 1. ]), array([1. , 0.5, 4.5]))
    """
    table = check_costs(costs, "coverage_curve")
    if len(table) != table.shape[1] + 1:
        expected = "costs with a row per class, and one for asking"
        raise ValueError(complaint("coverage_curve", expected, table.shape))
    bins = best_actions(probabilities, table[:-1])
    risk = (probabilities @ table[:-1].T).min(axis=1)
    order = np.argsort(risk - probabilities @ table[-1], kind="stable")
    asked = np.full(len(labels), len(table) - 1)
    by_machine = cost_of(bins, labels, table)[order]
    by_person = cost_of(asked, labels, table)[order]
    n = np.arange(len(order) + 1)
    paid = np.append(0, np.cumsum(by_machine - by_person)) + by_person.sum()
    hits = np.append(0, np.cumsum((bins == labels)[order]))
    right = np.divide(hits, n, out=np.full(len(n), np.nan), where=n > 0)
    return CoverageCurve(n / len(order), right, paid / len(order))


# --8<-- [end:ch33-coverage-curve]


# --8<-- [start:ch33-packed]
STEPS, LEAST = 8, 95  # 8 steps for each factor e; down to exp(-94 / 8)


def packed(probabilities: Array) -> NDArray[np.uint8]:
    """Return probabilities in a byte each, so that a file of them is small.

    All but the highest of a row are kept to about 6 % of themselves, and the
    highest is what is left: the surer a row, the more exact it is.
    """
    check_probabilities(probabilities, "packed")
    logs = np.log(np.maximum(probabilities, 1e-30))
    steps = np.clip(np.round(-STEPS * logs), 1, LEAST).astype(np.uint8)
    steps[np.arange(len(steps)), probabilities.argmax(axis=1)] = 0
    return steps


# --8<-- [end:ch33-packed]


# --8<-- [start:ch33-unpacked]
def unpacked(steps: NDArray[Any]) -> Array:
    """Return the probabilities from which `packed` has made `steps`.

    Those that models give to the test pictures are in returns-runs.npz.

    >>> unpacked(packed(np.array([[0.97, 0.02, 0.01]]))).round(2)
    array([[0.97, 0.02, 0.01]])
    """
    others = np.where(steps < LEAST, np.exp(-steps.astype(float) / STEPS), 0.0)
    others[steps == 0] = 0
    rest = 1 - others.sum(axis=1, keepdims=True)
    found: Array = np.where(steps == 0, rest, others)
    return found


# --8<-- [end:ch33-unpacked]
