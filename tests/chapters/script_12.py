"""What chapter 12's script leaves behind, run once for all tests of it."""

from functools import cache, partial

import numpy as np

from claims import breadth
from scripted import left_by

PAGE = "12-validation"


script = partial(left_by, "ch12_validation")


@cache
def two_scores():
    """Return (own, fresh, nested) of the page's data sets, more in full."""
    known, run = script()["searches"], script()["two_scores"]
    more = range(len(known), len(breadth(5, 40)))
    return np.array([*known, *(run(seed) for seed in more)])


@cache
def best_steps():
    """Return (best on test, the same on fresh, last on fresh)."""
    known, run = script()["watched"], script()["best_step"]
    more = range(len(known), len(breadth(5, 20)))
    return np.array([*known, *(run(seed) for seed in more)])
