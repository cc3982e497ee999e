"""What chapter 13's script leaves behind, run once for all tests of it."""

import contextlib
import io
import runpy
from functools import cache

import numpy as np

from claims import ROOT

PAGE = "13-training-data"


@cache
def script():
    """Return the names of the chapter's script after its runs."""
    path = ROOT / "nnfs_code/chapters/ch13_training_data.py"
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_path(str(path), run_name="__main__")


def bands(seed, n=100):
    """Return points and labels of the three bands, and the generator."""
    rng = np.random.default_rng(seed)
    points, labels = script()["vertical"](n, 3, rng=rng, dtype=np.float64)
    return points, labels, rng
