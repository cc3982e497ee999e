"""Numbers that the page of chapter 31 states."""

import json

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.attention import attend, softmax
from nnfs_code.gradient_check import check
from nnfs_code.texts import language_runs, transformer_runs
from script_31 import DATASETS, script

RUNS, EARLIER = transformer_runs(), language_runs()


def test_the_first_slope_by_hand():
    mean, slope, product, share, same, other, found = claim(
        "31-attention-and-the-transformer",
        "$\\sum_k a_k g_k = {} \\cdot ({}) = {}$, so its slope is"
        " ${} \\cdot ({} + {}) = {}$",
    )
    names = script()
    assert names["found"] is not None
    shares = softmax(np.array([[2.0, 1.0, 3.0]]))[0]
    values = np.array([1.0, 2.0, 4.0])
    out = shares @ values
    d_out = 2 * (out - 4)
    assert [mean, slope] == pytest.approx([out, d_out], abs=5e-4)
    assert product == pytest.approx(out * d_out, abs=1e-3)
    assert [share, same, other] == pytest.approx(
        [shares[0], d_out, -out * d_out], abs=1e-3
    )
    d_score = shares[0] * (d_out - out * d_out)
    assert found == pytest.approx(d_score, abs=5e-4)


def test_a_query_ten_times_as_long():
    scores = claim(
        "31-attention-and-the-transformer",
        "With a query ten times as long the scores are {}, {} and {}, and",
    )
    keys = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    assert (keys @ [20, 10]).tolist() == scores
    assert softmax(np.array([scores]))[0, 2] > 0.9999


def test_a_query_and_a_key_that_are_turned():
    asks, holds, x, y, product, angle = claim(
        "31-attention-and-the-transformer",
        "a query $(1, 0)$ at place {} is turned by 90° and becomes $(0, 1)$."
        " A key $(1, 0)$ at place {} becomes $({}, {})$. Their product is {},"
        " the cosine of {}°.",
    )
    theta = np.deg2rad(30)
    query, key = (
        np.array([np.cos(place * theta), np.sin(place * theta)])
        for place in (asks, holds)
    )
    np.testing.assert_allclose(query, [0, 1], atol=1e-12)
    np.testing.assert_allclose(key, [x, y], atol=5e-4)
    assert query @ key == pytest.approx(product)
    assert np.cos(np.deg2rad(angle)) == pytest.approx(product)


def test_right_on_six_and_twelve():
    twelve, low, high, six = claim(
        "31-attention-and-the-transformer",
        "right on patterns of {}, next to never on those of {} to {}, and"
        " always on those of {}.",
    )
    told = script()["told"]
    for length in range(6, 13):
        right = told("fixed", length)[:, 0]
        if length in (six, twelve):
            assert min(right) > 0.995
        else:
            assert low <= length <= high
            assert max(right) < 0.05


@pytest.mark.parametrize("seed", breadth(2, 5))
def test_a_small_speller_is_about_a_table_of_pairs(seed):
    steps = claim(
        "31-attention-and-the-transformer",
        "In {} steps it gets about as far as a table of pairs",
    )
    names = script()
    rng = np.random.default_rng(seed)
    gpt = names["GPT"](27, 24, 2, 2, 16, rng=rng, positions="rotary")
    model = names["Model"]([gpt], names["SequenceCrossEntropy"]())
    adam = names["Adam"](names["CosineDecay"](0.01, steps=int(steps)))
    for _ in range(int(steps)):
        model.train_step(*names["drawn"](names["learn"], 24, rng), adam)
    bits = model.evaluate(*names["others"]).loss / np.log(2)
    assert bits == pytest.approx(3.37, abs=0.2)


def test_the_mask_and_no_mask():
    """Six places move without a mask, and with it none before the fifth."""
    names = script()
    rows, other = names["rows"], names["other"]
    for mask, still in ((None, 0), (names["causal_mask"](6), 4)):
        gap = attend(rows, rows, rows, mask)[0]
        gap = np.abs(gap - attend(other, other, other, mask)[0]).max(axis=1)
        assert (gap < 1e-15).sum() == still


def test_the_forgetful_rule_is_found_out():
    names = script()
    module = names["attention"]
    layer = names["MultiHeadAttention"](
        4, 2, rng=np.random.default_rng(0), causal=True, dtype=np.float64
    )
    inputs = np.random.default_rng(1).normal(size=(2, 3, 4))
    assert check(layer, inputs)
    kept = module.softmax_backward
    module.softmax_backward = names["forgetful"]
    try:
        assert not check(layer, inputs)
    finally:
        module.softmax_backward = kept


def names_row(seed):
    """Return the test bits of counts, Bengio, LSTM and GPT on one cut."""
    names, row = script(), EARLIER["names"]["rows"][seed]
    found = [min(row["counts"])[1], names["chosen"](row["network"])]
    return found + [
        names["chosen"](RUNS["names"][kind]["rows"][seed])
        for kind in ("LSTM", "GPT")
    ]


def test_the_race_on_names():
    low, high, slow, fast = claim(
        "31-attention-and-the-transformer",
        "ahead of the other three, by {} to {} bits before the next best."
        " The GPT is ahead of the counts on three cuts (once by a thousandth"
        " of a bit) and behind on two. It also took longer, {} seconds to the"
        " LSTM's {}.",
    )
    table = np.array([names_row(seed) for seed in range(5)])
    ahead = np.delete(table, 2, axis=1).min(axis=1) - table[:, 2]
    assert round(ahead.min(), 2) == low
    assert round(ahead.max(), 2) == high
    gaps = np.sort(table[:, 0] - table[:, 3])
    assert (gaps > 0).sum() == 3
    assert round(gaps[gaps > 0].min(), 3) == 0.001
    for kind, seconds in (("GPT", slow), ("LSTM", fast)):
        rows = RUNS["names"][kind]["rows"]
        assert {round(one[-1]["seconds"]) for one in rows} == {seconds}
        for one in rows:
            best = min(one, key=lambda row: row["validation"])
            assert best is one[-1]


def test_what_a_cache_saves():
    few, more, many, window = claim(
        "31-attention-and-the-transformer",
        "{} times as fast with {} tokens, {} times with {}. When the window",
    )
    for row, times, size in zip(
        RUNS["cache"]["rows"], (few, many), (more, window), strict=True
    ):
        assert row["window"] == size
        assert round(row["without"] / row["with"]) == times
        assert row["difference"] < 1e-5


def test_positions():
    rotary, chance = claim(
        "31-attention-and-the-transformer",
        "With rotary positions all three networks are above {}. Without any,"
        " they are still far above the one in {} of guessing",
    )
    rows = RUNS["positions"]["rows"]
    ends = {k: [run["accuracy"][-1] for run in v] for k, v in rows.items()}
    assert min(ends["rotary"]) > rotary
    assert min(ends["none"]) > 10 / chance
    for runs in rows.values():
        for run in runs:
            assert run["twice"] < run["accuracy"][-1] - 0.15


def test_the_speed_of_attention():
    one, low, high, four, least, most = claim(
        "31-attention-and-the-transformer",
        "fused attention took {} times as long as ours, and in the middle"
        " half of the rounds {} to {} times; with four heads {}, and {} to"
        " {}.",
    )
    times = json.loads((DATASETS / "attention-times.json").read_text("utf-8"))
    for heads, ends in (
        ("1 head", (low, one, high)),
        ("4 heads", (least, four, most)),
    ):
        row = times[heads]["PyTorch, its fused attention"]
        assert row["ratio"] == pytest.approx(ends, abs=0.005)
        alone = times[heads]["its matrix products alone"]["ms"]
        assert alone > 0.75 * times[heads]["this package"]["ms"]
