"""What chapter 27's script leaves behind, for its tests."""

import importlib.util
import json
import sys
from functools import cache

import numpy as np

from claims import ROOT
from scripted import left_by

PAGE = "27-a-convolutional-network"
DATA = ROOT / "resources" / "datasets"


@cache
def stored(name):
    """Return the results of a long run."""
    return json.loads((DATA / f"{name}-runs.json").read_text("utf-8"))


def right(rung, column=1):
    """Return the five accuracies of a rung on the surfaces."""
    return np.array(stored("surfaces")["runs"][rung])[:, column]


@cache
def module(name):
    """Return the module that has made stored runs."""
    if str(DATA) not in sys.path:
        sys.path.append(str(DATA))
    spec = importlib.util.spec_from_file_location(name, DATA / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def names():
    """Return all names that the script leaves behind."""
    return left_by("ch27_a_convolutional_network")
