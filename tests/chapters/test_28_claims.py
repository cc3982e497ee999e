"""Numbers that the page of chapter 28 states, and its stored runs."""

import os
import runpy
from inspect import signature

import numpy as np
import pytest

from claims import breadth, claim, within
from script_28 import DATASETS, RUNS, STORED, script, trained

MAKER = runpy.run_path(str(DATASETS / "recurrent_runs.py"))
full = pytest.mark.skipif(
    not os.environ.get("FULL"), reason="seconds each: make platforms"
)


def test_the_stored_runs_are_whole():
    assert STORED["seeds"] == list(MAKER["SEEDS"])
    assert list(RUNS["adding"]) == [
        f"{n} {rate}" for n in MAKER["LENGTHS"] for rate in MAKER["RATES"]
    ]
    assert list(RUNS["echo"]) == [str(d) for d in MAKER["DELAYS"]]
    assert list(RUNS["echo, truncated"]) == [str(c) for c in MAKER["CUTS"]]
    for experiment in RUNS.values():
        for found in experiment.values():
            assert len(found) == 5
            assert np.isfinite(found).all()


def test_a_stored_echo_made_again():
    made = MAKER["echo_share"](1, 0, steps=100)
    assert made > 0.95
    assert RUNS["echo"]["1"][0] > 0.95
    assert MAKER["echo_share"](16, 0, steps=20) < 0.7
    assert RUNS["echo"]["16"][0] < 0.7


def test_the_rate_and_the_batches_of_an_echo(monkeypatch):
    steps, rate, batch = claim(
        "28-recurrent-networks",
        "{} steps of Adam at a rate of {} on batches of {}, sequences of",
    )
    run, seen = MAKER["echo_share"], []

    def noted(name):
        def call(first, *others, **how):
            seen.append(first)
            return MAKER[name](first, *others, **how)

        return call

    changed = {name: noted(name) for name in ("Adam", "echo")}
    for name, value in changed.items():
        monkeypatch.setitem(run.__globals__, name, value)
    run(1, 0, steps=1)
    assert seen[:2] == [rate, batch]
    assert signature(run).parameters["steps"].default == steps


@full
@pytest.mark.parametrize(("ten", "n_steps"), [(None, 20), ("last", 60)])
def test_stored_sums_made_again(ten, n_steps):
    kind = f"adding, {ten} ten" if ten else "adding"
    made = MAKER["adding_error"](n_steps, 0, 0.003, ten=ten)
    stored = RUNS[kind][f"{n_steps} 0.003"]
    assert made < 0.03
    assert max(stored) < 0.03


@full
def test_stored_failures_made_again():
    assert MAKER["adding_error"](60, 0, 0.003, ten="first") > 0.1
    assert MAKER["echo_share"](4, 0, truncation=3) < 0.9
    assert MAKER["echo_share"](4, 0, truncation=5) > 0.9


def test_always_saying_1():
    stated = claim("28-recurrent-networks", "error of 1/6, about {}. That is")
    ends = ((None, slice(60)), ("last", slice(50, 60)), ("first", slice(10)))
    for ten, place in ends:
        rng = np.random.default_rng(0)
        inputs, sums = MAKER["sums"](30_000, 60, ten, rng)
        assert ((sums - 1) ** 2).mean() == pytest.approx(stated, abs=0.004)
        assert (inputs[:, :, 1].sum(axis=1) == 2).all()
        assert (inputs[:, place, 1].sum(axis=1) == 2).all()


def test_the_masked_and_the_unmasked():
    zero = claim(
        "28-recurrent-networks",
        "is 0.878. Always saying 0 would cost {}. Its answer is right after",
    )
    names, n = script(), len(breadth(3, 6))
    wanted = names["firsts"](50_000, 8, np.random.default_rng(0))[1]
    assert (wanted**2).mean() == pytest.approx(zero, abs=0.008)
    for padding, at_8, at_10 in (
        (None, (0, 0.06), (0.25, 2)),
        (0.0, (0.04, 0.14), (0.04, 0.14)),
    ):
        models = [trained(padding, seed) for seed in range(n)]
        for width, band in ((8, at_8), (10, at_10)):
            rng = np.random.default_rng(9)
            data = names["firsts"](500, width, rng)
            errors = [model.evaluate(*data).loss for model in models]
            within(*band, errors, room=0.05)


def test_the_figure_of_the_matrix():
    top = claim(
        "28-recurrent-networks", "It rises to {} near step 10, falls below 1"
    )
    sizes = np.array(
        [
            np.linalg.norm(np.linalg.matrix_power(script()["square"], k), 2)
            for k in range(101)
        ]
    )
    assert sizes.max() == pytest.approx(top, abs=0.05)
    assert 8 <= sizes.argmax() <= 11
    assert 40 < np.flatnonzero(sizes > 1)[-1] < 50
    assert sizes[100] < 0.01


def test_the_figure_of_gradients():
    left = script()["left_after"]
    for scale in (0.9, 1.0, 1.1):
        runs = [left(scale, 1.0, seed)[54] for seed in range(5)]
        assert np.median(runs) < 1e-6
    assert np.median([left(3.0, 1.0, seed)[54] for seed in range(5)]) > 1e4
    np.testing.assert_allclose(left(1.0, 0.0, 0), 1)


def test_the_same_slopes_without_going_back():
    along_w, along_u = claim(
        "28-recurrent-networks",
        "Its slope along $w$ is $2 + u = {}$, and along $u$ it is $w = {}$.",
    )
    assert (along_w, along_u) == (2 + 0.5, 3)


def test_the_echo_by_its_delay():
    for delay, shares in RUNS["echo"].items():
        if int(delay) <= 8:
            assert min(shares) > 0.97
        else:
            assert max(shares) < 0.7


def test_the_adding_task_by_its_length():
    lowest, middle = claim(
        "28-recurrent-networks",
        "none of the twenty does: the best of them has {}, and most are near"
        " the line. In between it depends on the seed and on the rate: at {}",
    )
    assert middle == 40
    long = [
        error
        for name, errors in RUNS["adding"].items()
        for error in errors
        if int(name.split()[0]) >= 60
    ]
    assert len(long) == 20
    assert min(long) == pytest.approx(lowest, abs=5e-4)
    above = claim(
        "28-recurrent-networks",
        "From 60 steps on all are above {}, most of them near the line",
    )
    assert min(long) > above
    assert np.median(long) > 0.15
    for name, errors in RUNS["adding"].items():
        if int(name.split()[0]) <= 20:
            assert max(errors) < 0.02
    assert max(RUNS["adding"]["40 0.001"]) < 0.1
    assert sorted(RUNS["adding"]["40 0.003"])[1] > 0.1


def test_not_trained_is_better_than_a_gradient_too_short():
    highest, lowest = claim(
        "28-recurrent-networks",
        "no network gets beyond {}, and most stay far below. From 5 on, all"
        " are at {} or above.",
    )
    untrained, cut = RUNS["echo, fixed"]["4"], RUNS["echo, truncated"]
    short = [share for name in "1234" for share in cut[name]]
    assert max(short) < highest + 0.005
    assert np.median(short) < 0.7
    assert min(min(cut[name]) for name in ("5", "6", "8", "24")) > (
        lowest - 0.005
    )
    for name in "123":
        assert max(cut[name]) < min(untrained)
