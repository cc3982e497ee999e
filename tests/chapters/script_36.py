"""What chapter 36's script leaves behind, and how its runs are made."""

from functools import cache

import numpy as np

from scripted import left_by, maker

PAGE = "36-forecasting-case"


def names():
    """Return the names of the chapter's script, after its runs."""
    return left_by("ch36_forecasting_case")


def runs():
    """Return the script that made the stored runs, as a module."""
    return maker("forecasting_runs")


@cache
def case(kind):
    """Return one of the two cases of that script."""
    return getattr(runs(), kind)()


def errors(table, name):
    """Return the mean error of each seed of a stored run."""
    left = names()
    measure = left["error"] if table == "runs" else left["missed"]
    return np.array([measure(one) for one in left[table][name].astype(float)])
