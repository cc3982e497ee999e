"""What chapter 11's script leaves behind, run once for all tests of it."""

from functools import cache, partial

import numpy as np

from claims import breadth
from scripted import left_by

PAGE = "11-out-of-sample-data"


script = partial(left_by, "ch11_out_of_sample_data")


@cache
def runs(n, shuffled=False):
    """Return (own, fresh) accuracies: those of the page, more in full."""
    known = script()["by_heart" if shuffled else "found"][n]
    more = range(len(known), len(breadth(5, 15)))
    both = script()["both"]
    return np.array([*known, *(both(n, seed, shuffled) for seed in more)])
