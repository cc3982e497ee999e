"""What chapter 24's script leaves behind, for its tests."""

import json
from functools import cache

from claims import ROOT
from nnfs_code.autograd import Tensor
from scripted import definitions, left_by

PAGE = "24-autograd"
SCRIPT = "ch24_autograd"


@cache
def stored():
    """Return the times that the page shows."""
    path = ROOT / "resources/datasets/autograd-cost.json"
    return json.loads(path.read_text("utf-8"))


def script():
    """Return all names that the script leaves behind."""
    return left_by(SCRIPT)


def functions():
    """Return the functions of the script, which has not run."""
    return definitions(SCRIPT)


def leaf(value):
    """Return a tensor that asks for a gradient."""
    return Tensor(value, requires_grad=True)
