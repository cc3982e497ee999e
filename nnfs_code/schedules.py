# --8<-- [start:ch10-schedules-imports]
"""Schedules: the learning rate as a function of the step, counted from 0."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import TypeAlias

from nnfs_code.arrays import check_count, complaint

Schedule: TypeAlias = Callable[[int], float]

# --8<-- [end:ch10-schedules-imports]


# --8<-- [start:ch10-check-fields]
def check_rate(schedule: object, name: str, positive: bool = False) -> None:
    """Raise an error unless the field `name` is a number that can be a rate.

    Raises
    ------
    TypeError, ValueError
        If it is not a number, or is negative, infinite or NaN, or 0 where it
        must be `positive`.
    """
    value = getattr(schedule, name)
    owner = type(schedule).__name__
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(complaint(owner, f"{name} as a number", repr(value)))
    if not 0 <= float(value) < math.inf or (positive and value == 0):
        kind = "positive" if positive else "not negative"
        raise ValueError(complaint(owner, f"{name} finite and {kind}", value))


def check_steps(schedule: object, name: str) -> None:
    """Raise an error unless the field `name` is a count of steps."""
    check_count(type(schedule).__name__, name, getattr(schedule, name))


# --8<-- [end:ch10-check-fields]


# --8<-- [start:ch10-constant]
@dataclass(frozen=True)
class Constant:
    """The same rate at every step.

    >>> Constant(0.1)(0), Constant(0.1)(1000)
    (0.1, 0.1)
    """

    rate: float

    def __post_init__(self) -> None:
        check_rate(self, "rate")

    def __call__(self, step: int) -> float:
        return self.rate


# --8<-- [end:ch10-constant]


# --8<-- [start:ch10-step-decay]
@dataclass(frozen=True)
class StepDecay:
    """``start * factor**(step // every)``: down a stair every few steps.

    >>> schedule = StepDecay(0.8, factor=0.5, every=100)
    >>> [schedule(step) for step in (0, 99, 100, 200)]
    [0.8, 0.8, 0.4, 0.2]
    """

    start: float
    factor: float
    every: int

    def __post_init__(self) -> None:
        check_rate(self, "start")
        check_rate(self, "factor", positive=True)
        check_steps(self, "every")

    def __call__(self, step: int) -> float:
        return self.start * self.factor ** (step // self.every)


# --8<-- [end:ch10-step-decay]


# --8<-- [start:ch10-inverse-time-decay]
@dataclass(frozen=True)
class InverseTimeDecay:
    """``start / (1 + decay * step)``: half the rate when decay * step is 1.

    >>> schedule = InverseTimeDecay(1.0, decay=0.01)
    >>> [schedule(step) for step in (0, 100, 300)]
    [1.0, 0.5, 0.25]
    """

    start: float
    decay: float

    def __post_init__(self) -> None:
        check_rate(self, "start")
        check_rate(self, "decay")

    def __call__(self, step: int) -> float:
        return self.start / (1 + self.decay * step)


# --8<-- [end:ch10-inverse-time-decay]


# --8<-- [start:ch10-exponential-decay]
@dataclass(frozen=True)
class ExponentialDecay:
    """``start * factor**step``: the same share of the rate at each step.

    >>> schedule = ExponentialDecay(1.0, factor=0.5)
    >>> [schedule(step) for step in (0, 1, 2)]
    [1.0, 0.5, 0.25]
    """

    start: float
    factor: float

    def __post_init__(self) -> None:
        check_rate(self, "start")
        check_rate(self, "factor", positive=True)

    def __call__(self, step: int) -> float:
        return self.start * self.factor**step


# --8<-- [end:ch10-exponential-decay]


# --8<-- [start:ch10-along-cosine]
def along_cosine(start: float, end: float, share: float) -> float:
    """Return the value at `share` of the way from start to end, eased.

    It is half a wave of the cosine, flat at both ends.

    >>> [round(along_cosine(1, 0, share), 2) for share in (0, 0.5, 1)]
    [1.0, 0.5, 0.0]
    """
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


# --8<-- [end:ch10-along-cosine]


# --8<-- [start:ch10-cosine-decay]
@dataclass(frozen=True)
class CosineDecay:
    """From start to end along half a cosine in `steps` steps, then the end.

    ``end + (start - end) * (1 + cos(pi * step / steps)) / 2``

    References
    ----------
    Loshchilov and Hutter (2017), "SGDR", equation 5, without restarts.

    >>> schedule = CosineDecay(1.0, steps=100)
    >>> [round(schedule(step), 3) for step in (0, 25, 50, 100, 200)]
    [1.0, 0.854, 0.5, 0.0, 0.0]
    """

    start: float
    steps: int
    end: float = 0.0

    def __post_init__(self) -> None:
        check_rate(self, "start")
        check_steps(self, "steps")
        check_rate(self, "end")

    def __call__(self, step: int) -> float:
        share = min(step / self.steps, 1)
        return along_cosine(self.start, self.end, share)


# --8<-- [end:ch10-cosine-decay]


# --8<-- [start:ch10-one-cycle]
@dataclass(frozen=True)
class OneCycle:
    """Up to the peak in the first `rise` steps, then down to almost nothing.

    Both ways follow half a cosine; `start` and `end` are shares of the peak.
    The last of the `steps` has the lowest rate, and later ones keep it.

    References
    ----------
    Smith and Topin (2017), "Super-Convergence"; the shape with cosines is
    that of PyTorch's ``OneCycleLR``.

    >>> schedule = OneCycle(1.0, steps=101, rise=30)
    >>> [round(schedule(step), 3) for step in (0, 15, 30, 65, 100)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """

    peak: float
    steps: int
    rise: int
    start: float = 1 / 25
    end: float = 1 / 250_000

    # --8<-- [end:ch10-one-cycle]

    # --8<-- [start:ch10-one-cycle-call]
    def __post_init__(self) -> None:
        for name in ("peak", "start", "end"):
            check_rate(self, name)
        check_steps(self, "rise")
        check_steps(self, "steps")
        if self.steps < self.rise + 2:
            expected = f"at least {self.rise + 2} steps for rise and fall"
            raise ValueError(complaint("OneCycle", expected, self.steps))

    def __call__(self, step: int) -> float:
        if step < self.rise:
            share = step / self.rise
            return self.peak * along_cosine(self.start, 1, share)
        share = min((step - self.rise) / (self.steps - 1 - self.rise), 1)
        return self.peak * along_cosine(1, self.end, share)

    # --8<-- [end:ch10-one-cycle-call]


# --8<-- [start:ch10-warm-up]
@dataclass(frozen=True)
class WarmUp:
    """Grow evenly to the first rate of another schedule, then follow it.

    Step 0 has 1 / (steps + 1) of that rate, so that no step is wasted on a
    rate of 0; the other schedule begins, with its step 0, at step `steps`.

    References
    ----------
    Goyal and others (2017), section 2.2, "gradual warmup".

    >>> schedule = WarmUp(Constant(1.0), steps=4)
    >>> [schedule(step) for step in (0, 1, 3, 4, 100)]
    [0.2, 0.4, 0.8, 1.0, 1.0]
    """

    schedule: Schedule
    steps: int

    def __post_init__(self) -> None:
        check_steps(self, "steps")
        if not callable(self.schedule):
            got = f"{self.schedule}; wrap a number: Constant({self.schedule})"
            raise TypeError(complaint("WarmUp", "a schedule to follow", got))

    def __call__(self, step: int) -> float:
        if step < self.steps:
            return self.schedule(0) * (step + 1) / (self.steps + 1)
        return self.schedule(step - self.steps)


# --8<-- [end:ch10-warm-up]
