"""What chapter 26's script leaves behind, for its tests."""

import json
from functools import cache

from claims import ROOT
from scripted import definitions, left_by, maker

PAGE = "26-convolution"
SCRIPT = "ch26_convolution"
DATA = ROOT / "resources" / "datasets"


@cache
def stored(name):
    """Return the runs, or the times, that the page shows."""
    path = DATA / f"convolution-{name}.json"
    return json.loads(path.read_text("utf-8"))


def runs():
    """Return the module that has made the stored runs."""
    return maker("convolution_runs")


def script():
    """Return the functions and the first numbers of the script."""
    return definitions(SCRIPT, "picture", "pattern")


def names():
    """Return all names that the script leaves behind."""
    return left_by(SCRIPT)
