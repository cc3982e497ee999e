"""What chapter 28's script leaves behind, and its stored runs."""

import json
from functools import cache
from pathlib import Path

from scripted import left_by

PAGE = "28-recurrent-networks"
ROOT = Path(__file__).resolve().parents[2]
DATASETS = ROOT / "resources" / "datasets"
STORED = json.loads((DATASETS / "recurrent-runs.json").read_text("utf-8"))
RUNS = STORED["runs"]


def script():
    """Return the names of the chapter's script, after its runs."""
    return left_by("ch28_recurrent_networks")


@cache
def trained(padding, seed):
    """Return a network that tells the first number; no test changes it."""
    return script()["trained"](padding, seed)[0]
