"""What chapter 33's script leaves behind, for its tests."""

import json

import numpy as np

from nnfs_code.capstones import DATASETS
from scripted import left_by

PAGE = "33-computer-vision-case"


def names():
    """Return the names of the chapter's script after its runs."""
    return left_by("ch33_computer_vision_case")


def belt():
    """Return the stored runs on surfaces."""
    return json.loads((DATASETS / "belt-runs.json").read_text("utf-8"))


def returns():
    """Return what is told of the stored runs on clothes."""
    with np.load(DATASETS / "returns-runs.npz") as arrays:
        return json.loads(str(arrays["about"]))


def way(rung, name, column):
    """Return five numbers of a rung, seen in some way."""
    return np.array([run[name][column] for run in belt()["ways"][rung]])


def photograph(name):
    """Return for five seeds what share is right of each photograph."""
    return np.array(belt()["photograph"][name])


def distance(name, near):
    """Return what a piece costs at some distance, for five seeds."""
    at = belt()["near"].index(near)
    return np.array(belt()["distances"][name])[:, at, 1]
