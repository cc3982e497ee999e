"""The stored runs of chapter 34: whole, and a part of them made again."""

import os

import numpy as np
import pytest

from nnfs_code.cases import stored
from nnfs_code.diagnoses import diagnosis_titles
from nnfs_code.notes import NOTES
from script_34 import names
from scripted import maker

RUNS = stored("coding-runs")
QUICK = ["nearest", "linear words", "network words"]
SLOW = ["trees", "linear pieces", "network pieces", "transformer"]
SEEDED = ["linear pieces", "network pieces", "transformer"]
FULL = bool(os.environ.get("FULL"))


def test_they_are_those_of_this_script_and_this_day():
    script = maker("coding_runs")
    assert script.about()["digest"] == script.digest()
    assert script.about()["date"] == "2026-11-27"
    assert script.STORED.stat().st_size < 400_000
    assert sorted([*QUICK, *SLOW]) == sorted(names()["RUNGS"])


def test_they_are_whole():
    assert len(names()["sample"]) in range(3090, 3100)
    n, some = len(diagnosis_titles()[0]), len(names()["sample"])
    for rung in [*QUICK, *SLOW]:
        for split in ("random", "families"):
            assert RUNS[f"{split}, {rung}"].shape == (2, n)
        for kind in NOTES:
            assert RUNS[f"{kind}, {rung}"].shape == (2, some)
    first = names()["split_by"]["families"][0][1]
    for rung in SEEDED:
        five = RUNS[f"seeds, {rung}"]
        assert five.shape == (5, 2, len(first))
        own = RUNS[f"families, {rung}"][:, first]
        np.testing.assert_array_equal(five[0], own)  # the fold's own seed
    assert len(RUNS) == 7 * 5 + 3 + 1


def test_the_settings_are_those_of_the_lowest_loss():
    about = maker("coding_runs").about()
    for name, losses in about["losses"].items():
        best = min(losses, key=losses.get)
        if name == "transformer":
            script = maker("coding_runs").Transformer
            assert best == f"{script.rate}, {script.epochs} epochs"
        else:
            assert best == str(tuple(about["sizes"][name]))
        assert len(losses) == (5 if name == "transformer" else 12)


@pytest.mark.parametrize("rung", [*QUICK, *SLOW] if FULL else QUICK)
def test_a_run_made_again_says_the_same(rung):
    script = maker("coding_runs")
    rest, test = script.splits()["families"][0]
    again = script.rungs()[rung]()
    again.learn(rest, 0)
    said, logits = script.packed(
        again.chances([script.TITLES[row] for row in test])
    )
    kept = RUNS[f"families, {rung}"][:, test]
    assert (said == kept[0]).mean() > 0.95
    assert np.abs(logits - kept[1]).mean() < 1.5
    notes = script.notes("shortened", test[:50], 0)
    assert script.packed(again.chances(notes))[0].shape == (50,)
