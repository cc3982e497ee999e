"""What chapter 13's script leaves behind, run once for all tests of it."""

from functools import partial

import numpy as np

from scripted import left_by

PAGE = "13-training-data"


script = partial(left_by, "ch13_training_data")


def bands(seed, n=100):
    """Return points and labels of the three bands, and the generator."""
    rng = np.random.default_rng(seed)
    points, labels = script()["vertical"](n, 3, rng=rng, dtype=np.float64)
    return points, labels, rng
