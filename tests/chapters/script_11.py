"""What chapter 11's script leaves behind, run once for all tests of it."""

import contextlib
import io
import runpy
from functools import cache

import numpy as np

from claims import ROOT, breadth

PAGE = "11-out-of-sample-data"


@cache
def script():
    """Return the names of the chapter's script after its runs."""
    path = ROOT / "nnfs_code/chapters/ch11_out_of_sample_data.py"
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_path(str(path), run_name="__main__")


@cache
def runs(n, shuffled=False):
    """Return (own, fresh) accuracies: those of the page, more in full."""
    known = script()["by_heart" if shuffled else "found"][n]
    more = range(len(known), len(breadth(5, 15)))
    both = script()["both"]
    return np.array([*known, *(both(n, seed, shuffled) for seed in more)])
