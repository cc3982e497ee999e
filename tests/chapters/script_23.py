"""What chapter 23's script leaves behind, for its tests."""

import json
from functools import cache

from claims import ROOT
from scripted import definitions, left_by

PAGE = "23-where-the-time-goes"
SCRIPT = "ch23_where_the_time_goes"
STORED = ROOT / "resources/datasets/where-the-time-goes.json"


@cache
def stored():
    """Return the times that the page shows."""
    return json.loads(STORED.read_text("utf-8"))


def script():
    """Return the functions of the script."""
    return definitions(SCRIPT, "SIZES")


def names():
    """Return all names that the script leaves behind."""
    return left_by(SCRIPT)
