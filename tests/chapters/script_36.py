"""What chapter 36's script leaves behind, and how its runs are made."""

import importlib.util
from functools import cache

import numpy as np

from claims import ROOT
from scripted import left_by

PAGE = "36-forecasting-case"


def names():
    """Return the names of the chapter's script, after its runs."""
    return left_by("ch36_forecasting_case")


@cache
def runs():
    """Return the script that made the stored runs, as a module."""
    path = ROOT / "resources/datasets/forecasting_runs.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def case(kind):
    """Return one of the two cases of that script."""
    return getattr(runs(), kind)()


def errors(table, name):
    """Return the mean error of each seed of a stored run."""
    left = names()
    measure = left["error"] if table == "runs" else left["missed"]
    return np.array([measure(one) for one in left[table][name].astype(float)])
