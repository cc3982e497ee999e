"""Numbers that the page of chapter 29 states, and its stored runs."""

import os
import runpy

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.gated import LSTM
from script_29 import DATASETS, RUNS, SHORT, STORED, TIMES, last, script

MAKER = runpy.run_path(str(DATASETS / "gated_runs.py"))
full = pytest.mark.skipif(
    not os.environ.get("FULL"), reason="seconds each: make platforms"
)
FACTS = {
    "(29.1)": "the number of a formula",
    "(29.2)": "the number of a formula",
    "(29.4)": "the number of a formula",
    "(29.6)": "the number of a formula",
    "(28.5)": "the number of a formula",
}


def test_the_stored_runs_are_whole():
    assert STORED["seeds"] == list(MAKER["SEEDS"])
    assert list(RUNS) == list(MAKER["WHAT"])
    for found in RUNS.values():
        rows = np.array(found)
        assert rows.shape == (5, MAKER["STEPS"] // MAKER["EVERY"])
        assert np.isfinite(rows).all()
    assert list(SHORT) == list(MAKER["SHORT"])
    for found in SHORT.values():
        assert len(found) == len(MAKER["SHORT_SEEDS"])
        assert np.isfinite(found).all()


def test_short_runs_made_again():
    for seed in breadth(1, 10):
        made = MAKER["short"](LSTM, None, seed)
        stored = SHORT["whole gradient"][seed]
        assert made == pytest.approx(stored, abs=0.01)


@full
@pytest.mark.parametrize("name", ["GRU, 0.003", "LSTM, 0.003"])
def test_a_stored_success_made_again(name):
    made = MAKER["errors"](*MAKER["WHAT"][name], 0, steps=1200)
    assert made[-1] < 0.02
    assert RUNS[name][0][5] < 0.02


@full
def test_a_stored_failure_made_again():
    name = "forget gate held at 0.5, 0.003"
    made = MAKER["errors"](*MAKER["WHAT"][name], 0, steps=400)
    assert made[-1] > 0.1
    assert RUNS[name][0][1] > 0.1


def test_a_held_gate_says_what_it_shall():
    layer = MAKER["Held"](2, 3, rng=np.random.default_rng(0))
    inputs = np.random.default_rng(1).normal(size=(4, 5, 2))
    layer.forward(inputs.astype(np.float32))
    assert (layer.gates[..., 3:6] == 0.5).all()
    layer.backward(np.ones((4, 3), np.float32))
    for name in ("weights", "state_weights", "biases"):
        found = getattr(layer, f"d_{name}")
        assert not found[:, 3:6].any()
        assert found[:, :3].any()
        assert found[:, 6:].any()


def test_the_first_hand_step():
    slope = claim("29-lstm-and-gru", "slope of tanh, $1 - \\tanh^2(1.1) = {}$")
    assert 1 - np.tanh(1.1) ** 2 == pytest.approx(slope, abs=5e-5)


def test_a_bias_of_1_opens_the_gate():
    opened = claim(
        "29-lstm-and-gru", "the forget gate, which opens it to {} or so."
    )
    assert 1 / (1 + np.exp(-1)) == pytest.approx(opened, abs=0.005)
    layer = LSTM(1, 4, rng=np.random.default_rng(0))
    assert (layer.biases[:, 4:8] == 1).all()


def test_the_range_of_what_arrives():
    few = claim("29-lstm-and-gru", "less than a millionth to more than {} %")
    left = script()["left_after"]
    for kind in (LSTM, script()["GRU"]):
        for seed in range(5):
            assert left(0, seed, kind)[50] < 1e-6
            assert 100 * left(5, seed, kind)[50] > few


def test_what_the_threshold_does():
    middles = {name: np.median(found) for name, found in SHORT.items()}
    alike = [middles[f"clipped at {m}"] for m in ("1", "0.01", "0.0001")]
    assert max(alike) < 1.5 * min(alike)
    assert middles["clipped at 0.000001"] > 2.5 * max(alike)


def test_a_deaf_layer_learns():
    reached = claim(
        "29-lstm-and-gru", "one network and sees it reach {} has no reason"
    )
    deaf, whole = SHORT["stops at the gates"], SHORT["whole gradient"]
    assert np.median(deaf) == pytest.approx(reached, abs=0.001)
    assert np.median(whole) < np.median(deaf)
    assert min(deaf) < np.median(whole)
    assert max(whole) > np.median(deaf)
    one = SHORT["one step alone"]
    assert np.median(deaf) < np.median(one) / 3
    assert min(one) < max(whole)


def test_the_speed():
    ours, low, high = claim(
        "29-lstm-and-gru",
        "Our LSTM has {} of PyTorch's speed; in 20 rounds the middle half of"
        " the ratios was {} to {}.",
    )
    ratio = TIMES["batch 64"]["PyTorch, LSTM"]["ratio"]
    assert ratio == [low, ours, high]
    assert ours >= 0.55
    gates, gap = claim(
        "29-lstm-and-gru", "besides products, take {} ms, and the gap is {}"
    )
    ms = {name: found["ms"] for name, found in TIMES["batch 64"].items()}
    assert ms["LSTM: its gates alone"] == pytest.approx(gates, abs=0.05)
    apart = ms["this package, LSTM"] - ms["PyTorch, LSTM"]
    assert apart == pytest.approx(gap, abs=0.05)
    pair = ms["this package, GRU"] / ms["PyTorch, GRU"]
    assert 0.85 < pair < 1.1


def test_the_adding_task():
    highest = claim(
        "29-lstm-and-gru", "with gates solve it: their highest error is {}."
    )
    gated = last("GRU, 0.003") + last("LSTM, 0.003")
    assert len(gated) == 10
    assert max(gated) == pytest.approx(highest, abs=5e-4)
    assert min(last("plain, 65 units, 0.003")) > 0.15
    low = claim("29-lstm-and-gru", "One of the five gets down to {} at the")
    held = sorted(last("forget gate held at 0.5, 0.003"))
    assert held[0] == pytest.approx(low, abs=5e-4)
    assert held[1] > 0.15


def test_the_gru_is_sooner_than_the_lstm():
    first = {
        name: [next(i for i, e in enumerate(row) if e < 0.04) for row in rows]
        for name, rows in RUNS.items()
        if name in ("GRU, 0.003", "LSTM, 0.003")
    }
    assert max(first["GRU, 0.003"]) < min(first["LSTM, 0.003"])
    assert max(first["GRU, 0.003"]) == 1  # after 400 steps
    assert sorted(first["LSTM, 0.003"])[::4] == [3, 7]  # 800 to 1,600


def test_always_saying_1():
    stated = claim("29-lstm-and-gru", "Always saying 1 costs {}.")
    again = claim("29-lstm-and-gru", "below the {} of always saying 1")
    assert stated == again == pytest.approx(1 / 6, abs=5e-4)
    assert max(SHORT["one step alone"]) < again


def test_as_in_chapter_28():
    rate, steps = claim(
        "29-lstm-and-gru", "of Adam at a rate of {} on fresh batches of {}"
    )
    assert (rate, steps) == (0.003, 32)
    assert all(how[2] == rate for how in MAKER["WHAT"].values())
