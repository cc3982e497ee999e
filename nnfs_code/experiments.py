# --8<-- [start:ch37-experiments-imports]
"""Experiments in which chance decides who gets what: A/B tests."""

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from nnfs_code.arrays import check_between, check_count, complaint

NORMAL = NormalDist()

# --8<-- [end:ch37-experiments-imports]


# --8<-- [start:ch37-spread]
def spread(one: float, other: float) -> float:
    """Return what the variances of two shares add up to, for one each."""
    return one * (1 - one) + other * (1 - other)


def check_shares(owner: str, one: float, other: float) -> None:
    """Raise an error unless both are shares between 0 and 1, and differ."""
    check_between(owner, "one", one, 0, 1)
    check_between(owner, "other", other, 0, 1)
    if one == other:
        expected = "shares that differ: no test finds a difference of 0"
        raise ValueError(complaint(owner, expected, f"{one} twice"))


# --8<-- [end:ch37-spread]


# --8<-- [start:ch37-sample-size]
def sample_size(
    one: float, other: float, *, level: float = 0.05, power: float = 0.8
) -> int:
    """Return how many samples each group of an A/B test needs.

    Parameters
    ----------
    one, other : float
        The shares of yeses in the two groups, if the effect is as supposed.
    level : float
        How often the test may find a difference where there is none.
    power : float
        How often it is to find the supposed one.

    >>> sample_size(0.37, 0.40)
    4126
    """
    check_shares("sample_size", one, other)
    level = check_between("sample_size", "level", level, 0, 1)
    power = check_between("sample_size", "power", power, 0, 1)
    reach = NORMAL.inv_cdf(1 - level / 2) + NORMAL.inv_cdf(power)
    return math.ceil(reach**2 * spread(one, other) / (one - other) ** 2)


# --8<-- [end:ch37-sample-size]


# --8<-- [start:ch37-power]
def power_of(
    one: float, other: float, n_each: int, *, level: float = 0.05
) -> float:
    """Return how often a test with `n_each` samples per group finds it.

    >>> round(power_of(0.37, 0.40, 4126), 2)
    0.8
    """
    check_shares("power_of", one, other)
    level = check_between("power_of", "level", level, 0, 1)
    n_each = check_count("power_of", "n_each", n_each)
    error = math.sqrt(spread(one, other) / n_each)
    reach = NORMAL.inv_cdf(1 - level / 2)
    return NORMAL.cdf(abs(one - other) / error - reach)


# --8<-- [end:ch37-power]


# --8<-- [start:ch37-effect]
class Effect(NamedTuple):
    """The difference of two shares, and where it may lie.

    >>> Effect(0.03, 0.01, 0.05).tie
    False
    """

    difference: float  # the share of `other` minus that of `one`
    low: float
    high: float

    @property
    def tie(self) -> bool:
        """Return whether no difference is within the interval."""
        return self.low <= 0 <= self.high


# --8<-- [end:ch37-effect]


# --8<-- [start:ch37-effect-of]
def effect(
    yes_one: int,
    n_one: int,
    yes_other: int,
    n_other: int,
    *,
    level: float = 0.95,
) -> Effect:
    """Return by how much two groups differ, with its interval.

    >>> found = effect(370, 1000, 420, 1000)
    >>> [round(number, 3) for number in found]
    [0.05, 0.007, 0.093]
    """
    shares, variance = [], 0.0
    for yes, n in ((yes_one, n_one), (yes_other, n_other)):
        n = check_count("effect", "samples in a group", n)
        if not 0 <= yes <= n:
            expected = f"yeses from 0 to {n}"
            raise ValueError(complaint("effect", expected, yes))
        shares.append(yes / n)
        variance += shares[-1] * (1 - shares[-1]) / n
    level = check_between("effect", "level", level, 0, 1)
    reach = NORMAL.inv_cdf((1 + level) / 2) * math.sqrt(variance)
    difference = shares[1] - shares[0]
    return Effect(difference, difference - reach, difference + reach)


# --8<-- [end:ch37-effect-of]


# --8<-- [start:ch37-simulated]
def simulated_power(
    one: float,
    other: float,
    n_each: int,
    *,
    rng: np.random.Generator,
    repeats: int = 2000,
) -> float:
    """Return how often such a test finds a difference, by doing it.

    With `one` equal to `other`, this is how often it is mistaken.

    >>> simulated_power(0.3, 0.7, 200, rng=np.random.default_rng(0))
    1.0
    """
    n_each = check_count("simulated_power", "n_each", n_each)
    repeats = check_count("simulated_power", "repeats", repeats)
    counts = rng.binomial(n_each, [one, other], size=(repeats, 2)).tolist()
    found = sum(not effect(a, n_each, b, n_each).tie for a, b in counts)
    return found / repeats


# --8<-- [end:ch37-simulated]
