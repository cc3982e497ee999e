# --8<-- [start:ch32-decisions-imports]
"""From probabilities and costs to an action, and from numbers to a go."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnfs_code.arrays import (
    Array,
    Labels,
    check_between,
    check_count,
    check_floats,
    check_labels,
    complaint,
)

# --8<-- [end:ch32-decisions-imports]


# --8<-- [start:ch32-check-costs]
def check_costs(costs: ArrayLike, owner: str) -> Array:
    """Return the table of costs: a row per action, a column per class.

    Raises
    ------
    ValueError
        If it is not a table of finite numbers. A gain is a cost below 0.
    """
    table: Array = np.asarray(costs, np.float64)
    if table.ndim != 2 or table.size == 0:
        expected = "costs of shape (n_actions, n_classes)"
        raise ValueError(complaint(owner, expected, table.shape))
    check_floats(table, owner, "costs")
    return table


# --8<-- [end:ch32-check-costs]


# --8<-- [start:ch32-best-actions]
def best_actions(probabilities: Array, costs: ArrayLike) -> Labels:
    """Return for each sample the action whose expected cost is least.

    Of equally cheap actions the first is taken.

    Parameters
    ----------
    probabilities : ndarray, shape (n_samples, n_classes)
        Each row adds up to 1.
    costs : array, shape (n_actions, n_classes)
        What each action costs if a class turns out to be the true one.

    >>> grant_or_refuse = [[0, 5], [1, 0]]  # if repaid, if not
    >>> chances = np.array([[0.9, 0.1], [0.8, 0.2]])
    >>> best_actions(chances, grant_or_refuse)
    array([0, 1])
    """
    table = check_costs(costs, "best_actions")
    check_floats(probabilities, "best_actions", "probabilities")
    if probabilities.ndim != 2 or probabilities.shape[1] != table.shape[1]:
        expected = f"probabilities of shape (n_samples, {table.shape[1]})"
        raise ValueError(
            complaint("best_actions", expected, probabilities.shape)
        )
    sums = probabilities.sum(axis=1)
    if probabilities.min() < 0 or np.abs(sums - 1).max() > 1e-3:
        got = f"a lowest of {probabilities.min():g}, sums up to {sums.max():g}"
        expected = "probabilities from 0 on whose rows add up to 1"
        raise ValueError(complaint("best_actions", expected, got))
    cheapest: Labels = (probabilities @ table.T).argmin(axis=1)
    return cheapest


# --8<-- [end:ch32-best-actions]


# --8<-- [start:ch32-cost-of]
def cost_of(actions: Labels, labels: Labels, costs: ArrayLike) -> Array:
    """Return what each sample's action cost, its true class being known.

    Parameters
    ----------
    actions, labels : ndarray of whole numbers, shape (n_samples,)

    >>> cost_of(np.array([0, 0, 1]), np.array([0, 1, 0]), [[0, 5], [1, 0]])
    array([0., 5., 1.])
    """
    table = check_costs(costs, "cost_of")
    n_actions, n_classes = table.shape
    if type(labels) is not np.ndarray or labels.ndim != 1 or not labels.size:
        got = getattr(labels, "shape", f"a {type(labels).__name__}")
        raise ValueError(complaint("cost_of", "labels, one per sample", got))
    classes = check_labels(labels, len(labels), n_classes, "cost_of")
    taken = check_labels(actions, len(labels), n_actions, "cost_of (actions)")
    paid: Array = table[taken, classes]
    return paid


# --8<-- [end:ch32-cost-of]


# --8<-- [start:ch32-break-even]
def break_even(costs: ArrayLike) -> float:
    """Return the probability of class 1 from which action 1 pays.

    Raises
    ------
    ValueError
        If action 1 is not dearer than action 0 for class 0 and cheaper for
        class 1: then one action is best whatever the probability.

    References
    ----------
    Elkan (2001), equation 2.

    >>> round(break_even([[0, 5], [1, 0]]), 4)
    0.1667
    """
    table = check_costs(costs, "break_even")
    if table.shape != (2, 2):
        expected = "costs of 2 actions and 2 classes"
        raise ValueError(complaint("break_even", expected, table.shape))
    dearer = table[1, 0] - table[0, 0]  # action 1, if it was not needed
    saves = table[0, 1] - table[1, 1]  # action 1, if it was
    if dearer <= 0 or saves <= 0:
        expected = "action 1 dearer for class 0, cheaper for class 1"
        raise ValueError(complaint("break_even", expected, table.tolist()))
    return float(dearer / (dearer + saves))


# --8<-- [end:ch32-break-even]


# --8<-- [start:ch32-readable]
def readable(number: float, sign: str = "") -> str:
    """Return a number for people: four digits, or whole from 1,000 on.

    >>> readable(12345.6), readable(0.123456), readable(2, sign="+")
    ('12,346', '0.1235', '+2')
    """
    spec = ",.0f" if abs(number) >= 1000 else ".4g"
    return format(number, sign + spec)


# --8<-- [end:ch32-readable]


# --8<-- [start:ch32-interval]
class Interval(NamedTuple):
    """A mean, and how far the luck of the samples may have moved it.

    >>> found = Interval(0.5, -0.25, 1.25)
    >>> print(found, f"{found:.1f}", found.tie, sep="; ")
    +0.5 (-0.25 to +1.25); 0.5 (-0.2 to 1.2); True
    """

    mean: float
    low: float
    high: float

    @property
    def tie(self) -> bool:
        """Return whether 0 is inside: the sign is not settled."""
        return self.low <= 0 <= self.high

    def __format__(self, spec: str) -> str:
        """Return all three numbers, each as `spec` says."""
        mean, low, high = (
            format(number, spec) if spec else readable(number, "+")
            for number in self
        )
        return f"{mean} ({low} to {high})"

    def __str__(self) -> str:
        """Return the mean, and the interval in brackets."""
        return format(self, "")


# --8<-- [end:ch32-interval]


# --8<-- [start:ch32-per-group]
def per_group(values: Array, groups: ArrayLike | None) -> tuple[Array, Array]:
    """Return the sum and the number of the values of each group.

    Without groups each value is a group of its own.

    >>> sums, sizes = per_group(np.array([1.0, 2.0, 4.0]), [7, 9, 7])
    >>> sums.tolist(), sizes.tolist()
    ([5.0, 2.0], [2.0, 1.0])
    """
    if groups is None:
        return values, np.ones(len(values))
    keys = np.asarray(groups)
    if keys.shape != values.shape:
        expected = f"groups of shape {values.shape}"
        got = keys.shape
        raise ValueError(complaint("paired_bootstrap", expected, got))
    _, places = np.unique(keys, return_inverse=True)
    sums = np.bincount(places, weights=values)
    sizes = np.bincount(places)
    return sums.astype(np.float64), sizes.astype(np.float64)


# --8<-- [end:ch32-per-group]


# --8<-- [start:ch32-check-pairs]
def check_pairs(one: Array, other: Array) -> Array:
    """Return the differences of two arrays of shape (n_samples,)."""
    for name, values in (("one", one), ("other", other)):
        check_floats(values, "paired_bootstrap", name)
    if one.ndim != 1 or one.shape != other.shape:
        got = f"{one.shape} and {other.shape}"
        expected = "two arrays of shape (n_samples,)"
        raise ValueError(complaint("paired_bootstrap", expected, got))
    return one.astype(np.float64) - other


# --8<-- [end:ch32-check-pairs]


# --8<-- [start:ch32-paired-bootstrap]
def paired_bootstrap(
    one: Array,
    other: Array,
    *,
    rng: np.random.Generator,
    repeats: int = 2000,
    level: float = 0.95,
    groups: ArrayLike | None = None,
) -> Interval:
    """Return the mean of `one` - `other`, and an interval around it.

    The samples are drawn anew, with replacement, `repeats` times; the
    interval holds the middle `level` of the means. With `groups`, a key per
    sample, whole groups are drawn: use it where samples come together.

    References
    ----------
    Efron (1979); the interval is the one of percentiles.

    >>> rng = np.random.default_rng(0)
    >>> one = rng.normal(0.5, 1, 400)
    >>> paired_bootstrap(one, np.zeros(400), rng=rng).tie
    False
    """
    sums, sizes = per_group(check_pairs(one, other), groups)
    repeats = check_count("paired_bootstrap", "repeats", repeats)
    level = check_between("paired_bootstrap", "level", level, 0, 1)
    n, means = len(sums), np.empty(repeats)
    for i in range(repeats):
        drawn = rng.integers(n, size=n)
        means[i] = sums[drawn].sum() / sizes[drawn].sum()
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(sums.sum() / sizes.sum()), float(low), float(high))


# --8<-- [end:ch32-paired-bootstrap]


# --8<-- [start:ch32-rule]
@dataclass(frozen=True)
class Rule:
    """What must have been found for a go, and what follows if it was not.

    >>> Rule("saves 1,000 a year", 400, 1000, "no-go").holds
    False
    """

    words: str
    found: float
    needed: float
    otherwise: str = "not yet"  # or "no-go"

    def __post_init__(self) -> None:
        """Raise an error if a number is NaN, or `otherwise` another word."""
        if self.otherwise not in ("no-go", "not yet"):
            expected = "otherwise 'no-go' or 'not yet'"
            raise ValueError(complaint("Rule", expected, repr(self.otherwise)))
        if np.isnan(self.found) or np.isnan(self.needed):
            got = f"{self.found} and {self.needed}"
            raise ValueError(complaint("Rule", "found and needed", got))

    @property
    def holds(self) -> bool:
        """Return whether at least as much was found as is needed."""
        return bool(self.found >= self.needed)

    def __str__(self) -> str:
        """Return the rule with its numbers, in one line."""
        found, needed = readable(self.found), readable(self.needed)
        verdict = "holds" if self.holds else self.otherwise
        return f"{verdict}: {self.words} (found {found}, needed {needed})"


# --8<-- [end:ch32-rule]


# --8<-- [start:ch32-decide]
class Decision(NamedTuple):
    """An answer, and what each rule had to say.

    >>> print(decide([Rule("saves 1,000 a year", 400, 1000, "no-go")]))
    NO-GO
    - no-go: saves 1,000 a year (found 400, needed 1,000)
    """

    answer: str  # "go", "no-go" or "not yet"
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """Return the answer, and below it a line for each rule."""
        lines = [
            textwrap.fill(f"- {reason}", 79, subsequent_indent="  ")
            for reason in self.reasons
        ]
        return "\n".join([self.answer.upper(), *lines])


def decide(rules: Sequence[Rule]) -> Decision:
    """Return "go" if all rules hold, else what the failing ones demand.

    A single rule that fails with "no-go" is enough for a no-go.
    """
    if not rules:
        raise ValueError(complaint("decide", "at least one rule", "none"))
    failed = {rule.otherwise for rule in rules if not rule.holds}
    worst = [word for word in ("no-go", "not yet") if word in failed]
    answer = worst[0] if worst else "go"
    return Decision(answer, tuple(str(rule) for rule in rules))


# --8<-- [end:ch32-decide]


# --8<-- [start:ch32-case-result]
class CaseResult(NamedTuple):
    """One case in one line: a simple method, a network, and who won.

    >>> apart = Interval(-0.02, -0.05, 0.01)
    >>> found = CaseResult(
    ...     "Loans", "Whom to refuse?", "cost per loan", "linear", 0.54,
    ...     "32 units", 0.52, apart, True, "an afternoon",
    ... )
    >>> found.winner
    'tie'
    """

    case: str
    question: str
    metric: str
    simple: str
    simple_score: float
    network: str
    network_score: float
    interval: Interval  # of the network's score minus the simple method's
    lower_is_better: bool
    price: str  # in words: what the winner costs to build and to run

    # --8<-- [end:ch32-case-result]

    # --8<-- [start:ch32-winner]
    @property
    def winner(self) -> str:
        """Return "simple", "network", or "tie" if the interval has a 0.

        Raises
        ------
        ValueError
            If interval and scores disagree about who is ahead.
        """
        if self.interval.tie:
            return "tie"
        apart = self.network_score - self.simple_score
        if (self.interval.mean > 0) != (apart > 0):
            expected = f"an interval of {apart:g}, network minus simple"
            raise ValueError(complaint("CaseResult", expected, self.interval))
        lower = self.interval.mean < 0
        return "network" if lower == self.lower_is_better else "simple"

    def __str__(self) -> str:
        """Return the case in a few short lines."""
        return "\n".join(
            [
                f"{self.case}: {self.question}",
                self.metric,
                f"    {self.simple}: {readable(self.simple_score)}",
                f"    {self.network}: {readable(self.network_score)}",
                f"    network minus simple: {self.interval}",
                f"winner: {self.winner}",
                f"price: {self.price}",
            ]
        )

    # --8<-- [end:ch32-winner]

    # --8<-- [start:ch32-mimebundle]
    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Return what a notebook shows, and what the site's table reads."""
        fields = {**self._asdict(), "interval": self.interval._asdict()}
        return {
            "text/plain": str(self),
            "application/vnd.nnfs.case+json": {
                **fields,
                "winner": self.winner,
            },
        }


# --8<-- [end:ch32-mimebundle]
