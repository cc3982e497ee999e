"""The stored runs of chapter 30: whose they are, and parts made again."""

import os
from pathlib import Path

import numpy as np
import pytest

from script_30 import RUNS
from scripted import maker

ROOT = Path(__file__).resolve().parents[2]
NAMES, NOVEL = RUNS["names"]["rows"], RUNS["minute"]


def runs():
    """Return the module that made the stored runs."""
    return maker("language_runs")


def test_the_stored_runs_are_of_this_script_and_these_texts():
    assert RUNS["digest"] == runs().digest()
    assert len(NAMES) == 5
    assert len(NOVEL["rows"]) == 3


def test_counts_of_a_stored_run_made_again():
    module = runs()
    n_tokens, parts = module.of_names(8, 0)
    found = module.counted(n_tokens, parts, 5)
    np.testing.assert_allclose(found, NAMES[0]["counts"], atol=1e-3)


def test_a_tenth_of_a_stored_run_made_again():
    """The same network for 400 steps only is worse, and not by far."""
    module = runs()
    n_tokens, parts = module.of_names(8, 0)
    model = module.bengio(n_tokens, 8, 16, 128, 0)
    (found,) = module.train(
        model, parts, 400, [400], batch=128, rate=0.002, seed=0
    )
    stored = NAMES[0]["network"]
    assert stored[-1]["validation"] < found["validation"]
    assert found["validation"] < stored[-1]["validation"] + 0.6


@pytest.mark.skipif(not os.environ.get("FULL"), reason="takes some seconds")
def test_a_stored_run_made_again():
    module = runs()
    n_tokens, parts = module.of_names(8, 0)
    model = module.bengio(n_tokens, 8, 16, 128, 0)
    steps = module.NAMES_STEPS
    (found,) = module.train(
        model, parts, steps, [steps], batch=128, rate=0.002, seed=0
    )
    stored = NAMES[0]["network"][-1]["validation"]
    assert found["validation"] == pytest.approx(stored, abs=0.03)
