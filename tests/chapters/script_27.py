"""What chapter 27's script leaves behind, for its tests."""

import json
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


def names():
    """Return all names that the script leaves behind."""
    return left_by("ch27_a_convolutional_network")
