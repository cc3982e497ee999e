"""The small networks that chapter 31 stores, and parts of them made again."""

import os

import numpy as np
import pytest

from script_31 import script
from scripted import maker

MADE = maker("induction_networks")
full = pytest.mark.skipif(
    not os.environ.get("FULL"), reason="seconds each: make platforms"
)


def right(gpt, length):
    """Return the share of right answers where all can be known."""
    tokens = script()["repeated"](length)
    answers = gpt.forward(tokens[:, :-1]).argmax(axis=2)
    return (answers == tokens[:, 1:])[:, 12:].mean()


def test_the_stored_networks_are_of_this_script():
    stored = script()["stored"]
    assert stored["made"][2] == MADE.digest()
    names = {key.rsplit(" ", 2)[0] for key in stored.files if " " in key}
    assert names == {
        f"{kind} {seed}"
        for kind, (_, seeds) in MADE.NETWORKS.items()
        for seed in seeds
    }


def test_a_part_of_a_training_made_again(monkeypatch):
    """After 120 steps it has begun, and is far from the stored network."""
    monkeypatch.setattr(MADE, "STEPS", 120)
    some = right(MADE.trained("random", 0), 9)
    assert right(MADE.fresh(0), 9) < 0.1
    assert 0.1 < some < 0.9
    assert right(script()["network"]("random", 0), 9) > 0.99


@full
@pytest.mark.parametrize("kind", ["random", "fixed"])
def test_a_stored_network_made_again(kind):
    made, stored = MADE.trained(kind, 0), script()["network"](kind, 0)
    for length in (6, 9, 12):
        assert right(made, length) == pytest.approx(
            right(stored, length), abs=0.02
        )


@full
def test_one_block_does_not_find_patterns_of_random_length():
    assert right(MADE.trained("random", 0, n_blocks=1), 9) < 0.5
    assert np.isfinite(right(MADE.fresh(0, 1), 9))
