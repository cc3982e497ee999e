"""What chapter 12's script leaves behind, run once for all tests of it."""

import contextlib
import io
import runpy
from functools import cache

import numpy as np

from claims import ROOT, breadth

PAGE = "12-validation"


@cache
def script():
    """Return the names of the chapter's script after its runs."""
    path = ROOT / "nnfs_code/chapters/ch12_validation.py"
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_path(str(path), run_name="__main__")


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
