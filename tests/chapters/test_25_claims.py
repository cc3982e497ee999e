"""Numbers that the page of chapter 25 states about runs."""

import os

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.normalization import BatchNorm
from script_25 import SCRIPT, InTraining, passed

FACTS = {
    "$64 \\cdot 0.0001 / 2 = 0.0032$": "computed by hand",
    "$0.5^{25} = 3 \\cdot 10^{-8}$": "computed by hand",
    "from 0 to $0.1 \\cdot 4$": "computed by hand",
    "$0.9 + 0.1 \\cdot 12$": "computed by hand",
    "$25 \\cdot 0.2 / 2 = 2.5$": "computed by hand",
    "$(25 - 0.2 \\cdot 2.5) / 5$ and $(0 - 1.4 \\cdot 2.5) / 5$": "by hand",
    "$2 / (1.25\\, n) = 1.6 / n$": "computed by hand",
    "$2 / 200 = 0.01$": "computed by hand",
    "$50 \\cdot 0.01 / 2$": "computed by hand",
}
full = pytest.mark.skipif(
    not os.environ.get("FULL"), reason="seconds each: make platforms"
)
rms, alike = SCRIPT["rms"], SCRIPT["alike"]
SEEDS = breadth(4, 12)


def test_what_a_tenth_makes_of_50_layers():
    grown = claim(
        "25-initialisation-and-normalisation",
        "has left half a per cent, and 1.1 has made {} of 1",
    )
    assert round(1.1**50) == grown
    assert pytest.approx(0.005, rel=0.05) == 0.9**50


def test_the_size_of_a_dead_signal_is_that_of_the_formula():
    power = claim(
        "25-initialisation-and-normalisation",
        "The root of that, 50 times, is $6 \\cdot 10^{{}}$,",
    )
    expected = (64 * 0.0001 / 2) ** 25
    assert expected == pytest.approx(6 * 10**power, rel=0.1)
    for seed in SEEDS:
        assert rms(passed("0.01", seed)[0][-1]) == pytest.approx(
            expected, rel=0.9
        )


def test_a_single_network_may_be_off_by_a_factor_of_two():
    found = [
        rms(passed(start, seed)[0][-1])
        for start in ("He", "orthogonal")
        for seed in SEEDS
    ]
    assert 0.02 < min(found) < max(found) < 20
    assert min(found) < 0.5 or max(found) > 2


def test_blocks_add_more_than_they_got():
    growth = claim(
        "25-initialisation-and-normalisation",
        "and the signal grows to $10^{{}}$",
    )
    for seed in SEEDS:
        ahead = [rms(v) for v in passed("He", seed, around=True)[0]]
        assert ahead[0] ** 2 == pytest.approx(2, rel=0.1)
        ratio = (ahead[-1] / ahead[0]) ** (2 / 49)
        assert 2.5 < ratio < 3.1  # nearly three times the mean square
        assert 10 ** (growth - 1.5) < ahead[-1] < 10 ** (growth + 1.5)


def test_how_far_the_gradient_grows_under_batch_norm():
    times = claim(
        "25-initialisation-and-normalisation",
        "At the first layer it is {} times as large as at the last",
    )
    found = [passed("He", s, InTraining)[1][0] for s in range(5)]
    assert np.median(found) == pytest.approx(times, rel=0.05)


@full
def test_the_loss_does_not_show_the_planted_fault():
    low, high = claim(
        "25-initialisation-and-normalisation",
        "its loss is as low as that of the right one, {} to {} in both",
    )
    for kind in (BatchNorm, SCRIPT["SizeForgotten"]):
        found = [
            SCRIPT["train"](
                SCRIPT["deep"](SCRIPT["he"], s, kind, n_layers=10),
                s,
                0.003,
                200,
            )[0]
            for s in range(5)
        ]
        assert low - 0.01 < np.median(found) < high + 0.01
