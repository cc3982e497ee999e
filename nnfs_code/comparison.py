# --8<-- [start:ch20-comparison-imports]
"""Two models on the same samples: where they differ, and how surely."""

import math
from numbers import Integral
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnfs_code.arrays import complaint

# --8<-- [end:ch20-comparison-imports]


# --8<-- [start:ch20-compared]
class Compared(NamedTuple):
    """How many samples each of two models got right, and which alone.

    >>> Compared(6, 3, 1, 0).difference
    0.2
    """

    both: int
    only_one: int  # the first is right, the second wrong
    only_other: int
    neither: int

    @property
    def difference(self) -> float:
        """Return the accuracy of the first minus that of the second."""
        return (self.only_one - self.only_other) / sum(self)

    @property
    def standard_error(self) -> float:
        """Return how far the luck of the samples moves the difference."""
        share = (self.only_one + self.only_other) / sum(self)
        return math.sqrt((share - self.difference**2) / sum(self))


# --8<-- [end:ch20-compared]


# --8<-- [start:ch20-compare]
def compare(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Compared:
    """Count where two models are right, on the same samples in one order.

    Parameters
    ----------
    one, other : ndarray of bool, shape (n_samples,)
        True where the model is right.

    >>> compare(np.array([True, True]), np.array([True, False]))
    Compared(both=1, only_one=1, only_other=0, neither=0)
    """
    for right in (one, other):
        if type(right) is not np.ndarray or right.dtype != bool:
            got = getattr(right, "dtype", f"a {type(right).__name__}")
            raise TypeError(complaint("compare", "arrays of bool", got))
    if one.ndim != 1 or one.shape != other.shape or one.size == 0:
        expected = "two arrays of shape (n_samples,)"
        got = f"{one.shape} and {other.shape}"
        raise ValueError(complaint("compare", expected, got))
    pairs = ((one & other), (one & ~other), (~one & other), (~one & ~other))
    return Compared(*(int(cell.sum()) for cell in pairs))


# --8<-- [end:ch20-compare]


# --8<-- [start:ch20-sign-test]
def sign_test(wins: int, losses: int) -> float:
    """Return how often a fair coin is at least as one-sided as this.

    Of `wins` and `losses` together, heads and tails are equally likely. The
    chance is that of a difference as large or larger, to either side.

    References
    ----------
    McNemar (1947), whose test this is, computed exactly.

    >>> sign_test(9, 1)
    0.021484375
    """
    for count in (wins, losses):
        if type(count) is bool or not isinstance(count, Integral) or count < 0:
            expected = "whole numbers from 0 on"
            raise ValueError(complaint("sign_test", expected, repr(count)))
    n, most = int(wins + losses), int(max(wins, losses))
    ways, one_side = math.comb(n, most), 0  # to get `heads` heads of n coins
    for heads in range(most, n + 1):
        one_side += ways
        ways = ways * (n - heads) // (heads + 1)
    chance: float = 2 * one_side / 2**n
    return min(1.0, chance)


# --8<-- [end:ch20-sign-test]
