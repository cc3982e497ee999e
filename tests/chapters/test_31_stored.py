"""The stored runs of chapter 31: whose they are, and parts made again."""

import os
from pathlib import Path

import numpy as np
import pytest

from nnfs_code.texts import transformer_runs
from nnfs_code.transformer import GPT
from scripted import maker

ROOT = Path(__file__).resolve().parents[2]
RUNS = transformer_runs()
PATTERNS = RUNS["induction"] | RUNS["recurrence"]
FULL = pytest.mark.skipif(
    not os.environ.get("FULL"), reason="takes some minutes"
)


@pytest.fixture(scope="module")
def runs():
    """The module that made the stored runs."""
    return maker("transformer_runs")


def test_the_stored_runs_are_of_this_script_and_this_code(runs):
    assert RUNS["digest"] == runs.digest()
    assert set(RUNS) == {*runs.RUNS, "digest"}
    for name in runs.RUNS:
        assert RUNS[name]["date"].startswith("20")


def test_the_sizes_are_those_of_the_networks(runs):
    for kind, rows, n_tokens in (
        ("novel", runs.NOVEL, 79),
        ("names", runs.NAMES, 27),
    ):
        for name, (make, _) in rows.items():
            assert RUNS[kind][name]["parameters"] == runs.size(
                make(n_tokens, 0)
            )
    for name, make in runs.INDUCTION.items():
        assert PATTERNS[name]["parameters"] == runs.size(make(24, 0))
    long = runs.gpt(79, 0, *runs.LONG_SIZES, positions="rotary")
    assert RUNS["long"]["parameters"] == runs.size(long) < 300_000


@pytest.mark.parametrize("name", ["GPT", "LSTM"])
def test_a_tenth_of_a_run_on_names_made_again(runs, name):
    """The same network for fewer steps is worse, and not by far."""
    make, rate = runs.NAMES[name]
    found = runs.spelling(make, 0, rate, runs.NAMES_STEPS // 10)
    stored = RUNS["names"][name]["rows"][0]
    assert stored[-1]["test"] < found[-1]["test"] < stored[-1]["test"] + 1


def test_the_start_of_a_run_on_patterns_made_again(runs):
    """Two blocks on the shortest ones, with a third of the steps."""
    model = runs.INDUCTION["GPT, two blocks"](12, 0)
    found = runs.repeating(model, 12, 12, 0, 160, runs.INDUCTION_RATE)
    stored = PATTERNS["GPT, two blocks"]["rows"]["12"][0]
    assert 0.3 < found["accuracy"][-1] <= stored["accuracy"][-1] + 0.02


def test_bits_are_means_of_logarithms(runs):
    """Where nothing was learned, each token has the same probability."""
    model = runs.gpt(9, 0, 4, 1, 1, 8)
    model.parts[0].parts[-1].weights[:] = 0
    tokens = np.random.default_rng(0).integers(9, size=100)
    assert runs.bits(model, tokens, 8) == pytest.approx(np.log2(9), abs=1e-3)
    assert runs.bits(model, tokens, 8, every=3) == runs.bits(model, tokens, 8)


def test_steps_behind_a_name_do_not_count(runs):
    scores = np.random.default_rng(0).standard_normal((2, 3, 4))
    targets = np.array([[1, 2, -1], [3, 0, 2]])
    loss, whole = runs.RealSteps(), runs.SequenceCrossEntropy()
    found = loss.forward(scores, targets)
    real = targets >= 0
    rows = whole.sample_losses(
        scores[real][:, np.newaxis], targets[real][:, np.newaxis]
    )
    assert found == pytest.approx(rows.mean())
    whole.forward(scores[real][:, np.newaxis], targets[real][:, np.newaxis])
    slopes = loss.backward()
    np.testing.assert_allclose(
        slopes[real], whole.backward()[:, 0], rtol=1e-5, atol=1e-7
    )
    assert not slopes[~real].any()


def test_the_cache_changes_next_to_nothing(runs):
    for row in RUNS["cache"]["rows"]:
        assert row["difference"] < 1e-5
        assert row["with"] < row["without"]
    part = GPT(79, 16, 2, 2, 24, rng=np.random.default_rng(0))
    assert runs.difference(part, 24) < 1e-5


@FULL
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["GPT", "LSTM"])
def test_a_run_on_names_made_again(runs, name, seed):
    make, rate = runs.NAMES[name]
    found = runs.spelling(make, seed, rate, runs.NAMES_STEPS)
    stored = RUNS["names"][name]["rows"][seed]
    assert found[-1]["test"] == pytest.approx(stored[-1]["test"], abs=0.03)


@FULL
@pytest.mark.parametrize("length", ["12", "24", "48"])
@pytest.mark.parametrize(
    "name", ["GPT, two blocks", "GPT, one block", "LSTM", "plain"]
)
def test_a_run_on_patterns_made_again(runs, name, length):
    n = int(length)
    found = runs.repeating(
        *(runs.INDUCTION[name](n, 0), n, n, 0),
        *(runs.INDUCTION_STEPS, runs.INDUCTION_RATE),
    )
    stored = PATTERNS[name]["rows"][length][0]["accuracy"][-1]
    assert found["accuracy"][-1] == pytest.approx(stored, abs=0.15)


@FULL
@pytest.mark.parametrize("name", ["GPT", "LSTM"])
def test_a_run_on_the_novel_made_again(runs, name):
    make, how = runs.NOVEL[name]
    found = runs.race(make(79, 0), runs.novel()[1], 0, how)
    stored = RUNS["novel"][name]["rows"][0][-1]
    assert found[-1]["test"] == pytest.approx(stored["test"], abs=0.03)
