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


@pytest.mark.parametrize(("kind", "said"), [("Held", 0.5), ("HeldOpen", 0.95)])
def test_a_held_gate_says_what_it_shall(kind, said):
    layer = MAKER[kind](2, 3, rng=np.random.default_rng(0))
    inputs = np.random.default_rng(1).normal(size=(4, 5, 2))
    layer.forward(inputs.astype(np.float32))
    np.testing.assert_allclose(layer.gates[..., 3:6], said, rtol=1e-6)
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


@pytest.mark.parametrize("most", [1.0, 0.01])
def test_how_often_it_clips(most, monkeypatch):
    claim("29-lstm-and-gru", "At {}, only some of the steps are clipped, and")
    norms = []

    class Counted(MAKER["Clipped"]):
        def update(self, pairs):
            super().update(pairs)
            norms.append(self.last_norm)

    monkeypatch.setitem(MAKER["short"].__globals__, "Clipped", Counted)
    MAKER["short"](LSTM, most, 0)
    share = np.mean(np.array(norms) > most)
    assert 0.02 < share < 0.5 if most == 1 else share > 0.95


def test_slopes_of_one_length():
    count, each = claim(
        "29-lstm-and-gru", "0.000001 / \\sqrt{{}} \\approx {}$"
    )
    assert count == 4 * (2 * 12 + 12 * 12 + 12) + 12 + 1
    assert 1e-6 / np.sqrt(count) == pytest.approx(each, abs=5e-9)


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
        "Our LSTM runs at {} of PyTorch's speed; in 20 rounds the middle half"
        " of the ratios was {} to {}.",
    )
    ratio = TIMES["batch 64"]["PyTorch, LSTM"]["ratio"]
    assert ratio == [low, ours, high]
    assert ours >= 0.55
    theirs, mine, gates = claim(
        "29-lstm-and-gru",
        "rest takes PyTorch {} ms, and us {}, of which {} are the gates.",
    )
    ms = {name: found["ms"] for name, found in TIMES["batch 64"].items()}
    products = ms["LSTM: its products alone"]
    assert 0.9 < products / ms["PyTorch, LSTM"] < 1
    assert ms["PyTorch, LSTM"] - products == pytest.approx(theirs, abs=0.06)
    assert ms["this package, LSTM"] - products == pytest.approx(mine, abs=0.06)
    assert ms["LSTM: its gates alone"] == pytest.approx(gates, abs=0.05)
    apart = ms["this package, LSTM"] - ms["PyTorch, LSTM"]
    assert ms["LSTM: its gates alone"] - theirs > 0.7 * apart
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
    low = claim(
        "29-lstm-and-gru", "At one half, one of the five gets down to {} at"
    )
    held = sorted(last("forget gate held at 0.5, 0.003"))
    assert held[0] == pytest.approx(low, abs=5e-4)
    assert held[1] > 0.15
    most = claim(
        "29-lstm-and-gru", "Held at 0.95, all five get to {} or less."
    )
    held = last("forget gate held at 0.95, 0.003")
    assert max(held) == pytest.approx(most, abs=5e-4)


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


def test_swapped_blocks_show_in_the_loss_at_once():
    """It jumps, and it falls again while the layer is trained."""
    rng = np.random.default_rng(0)
    layer = LSTM(2, 12, rng=rng, dtype=np.float64)
    end = MAKER["Dense"](12, 1, rng=rng, dtype=np.float64)
    model = MAKER["Model"]([layer, end], MAKER["MeanSquaredError"]())

    def trained(steps):
        adam = MAKER["Adam"](0.01)
        for _ in range(steps):
            batch = MAKER["adding"](32, 10, rng=rng, dtype=np.float64)
            model.train_step(*batch, adam)
        others = np.random.default_rng(1000)
        given = MAKER["adding"](1000, 10, rng=others, dtype=np.float64)
        return model.evaluate(*given).loss

    before = trained(300)
    for array in (layer.weights, layer.state_weights, layer.biases):
        blocks = np.split(array.copy(), 4, axis=1)
        array[:] = np.hstack([blocks[i] for i in (0, 1, 3, 2)])
    swapped = trained(0)
    assert swapped > 10 * before
    assert trained(150) < swapped / 3


def test_with_one_sequence_the_gradients_write_most_numbers():
    units, columns, slopes, sums = claim(
        "29-lstm-and-gru",
        "{} × 1 by 1 × {}, with {} numbers each. The inputs' product has"
        " {} numbers a step, in the loop or before it.",
    )
    layer = LSTM(int(units), int(units), rng=np.random.default_rng(0))
    inputs = np.ones((1, int(units)), np.float32)
    d_sums = inputs @ layer.weights
    assert d_sums.size == columns == sums
    assert (inputs.T @ d_sums).size == slopes
