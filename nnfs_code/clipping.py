# --8<-- [start:ch29-clipping]
"""Gradient clipping: no gradient longer than this."""

import math
from typing import Any

import numpy as np

from nnfs_code.arrays import complaint
from nnfs_code.optimizers import Optimizer, Pairs, check_setting
from nnfs_code.schedules import Schedule


def norm(pairs: Pairs) -> float:
    """Return the length of all gradients, taken as one long row.

    >>> value = np.zeros(2)
    >>> norm([(value, np.array([3.0, 0.0])), (value, np.array([0.0, 4.0]))])
    5.0
    """
    squares = (float(np.vdot(slope, slope)) for _, slope in pairs)
    return math.sqrt(sum(squares))


# --8<-- [end:ch29-clipping]


# --8<-- [start:ch29-clipped]
class Clipped(Optimizer):
    """An optimizer whose gradients are shortened if they are too long.

    If the norm of all gradients together is above `max_norm`, all of them
    are multiplied by ``max_norm / norm``: the direction stays.

    Parameters
    ----------
    optimizer : Optimizer
        What makes the steps. Its learning rate is this one's.
    max_norm : float
        Above 0.

    Attributes
    ----------
    last_norm : float
        The norm at the last step, before clipping.

    References
    ----------
    Pascanu, Mikolov and Bengio (2013), algorithm 1.

    >>> from nnfs_code.optimizers import SGD
    >>> value, gradient = np.array([0.0, 0.0]), np.array([30.0, 40.0])
    >>> Clipped(SGD(0.1), max_norm=5.0).update([(value, gradient)])
    >>> value
    array([-0.3, -0.4])
    """

    # --8<-- [end:ch29-clipped]

    # --8<-- [start:ch29-clipped-update]
    def __init__(self, optimizer: Optimizer, max_norm: float) -> None:
        if not isinstance(optimizer, Optimizer):
            got = f"a {type(optimizer).__name__}"
            raise TypeError(complaint("Clipped", "an optimizer", got))
        self.optimizer: Any = optimizer
        self.max_norm = check_setting("Clipped", "max_norm", max_norm)
        if self.max_norm == 0:
            raise ValueError(complaint("Clipped", "max_norm above 0", 0))
        self.step, self.last_norm = optimizer.step, 0.0
        if hasattr(optimizer, "kinds"):  # it has made steps before
            self.kinds = optimizer.kinds

    def update(self, pairs: Pairs) -> None:
        """Change each value in place."""
        self.check(pairs)
        length = norm(pairs)
        if length == math.inf:  # finite gradients, but not their squares
            raise ValueError(complaint("Clipped", "a finite norm", length))
        clipped = list(pairs)
        if length > self.max_norm:
            share = self.max_norm / length
            clipped = [(value, slope * share) for value, slope in pairs]
        self.optimizer.step = self.step  # with 0 both start anew
        self.optimizer.update(clipped)
        self.begin(pairs)
        self.last_norm = length

    # --8<-- [end:ch29-clipped-update]

    # --8<-- [start:ch29-clipped-rate]
    @property
    def learning_rate(self) -> float | Schedule:
        """The learning rate of the optimizer inside."""
        rate: float | Schedule = self.optimizer.learning_rate
        return rate

    @learning_rate.setter
    def learning_rate(self, rate: float | Schedule) -> None:
        self.optimizer.learning_rate = rate

    # --8<-- [end:ch29-clipped-rate]
