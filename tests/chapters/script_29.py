"""What chapter 29's script leaves behind, and its stored runs and times."""

import json
from pathlib import Path

from scripted import left_by

PAGE = "29-lstm-and-gru"
ROOT = Path(__file__).resolve().parents[2]
DATASETS = ROOT / "resources" / "datasets"
STORED = json.loads((DATASETS / "gated-runs.json").read_text("utf-8"))
TIMES = json.loads((DATASETS / "gated-times.json").read_text("utf-8"))
RUNS, SHORT = STORED["runs"], STORED["short"]


def script():
    """Return the names of the chapter's script, after its runs."""
    return left_by("ch29_lstm_and_gru")


def last(name):
    """Return the errors of five networks at the end of their training."""
    return [errors[-1] for errors in RUNS[name]]
