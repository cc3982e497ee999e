"""Numbers that the page of chapter 25 states about runs."""

import os

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.activations import ReLU
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
    "with a cosine of 0.99 still differ by a seventh": "root of 2 (1 - 0.99)",
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
        "has left half a per cent, and 1.1 has turned 1 into {}.",
    )
    assert round(1.1**50) == grown
    assert pytest.approx(0.005, rel=0.05) == 0.9**50


def test_the_size_of_a_dead_signal_is_that_of_the_formula():
    power = claim(
        "25-initialisation-and-normalisation",
        "The root of that, 50 times, is $4 \\cdot 10^{{}}$,",
    )
    expected = (64 * 0.0001 / 2) ** 25
    assert expected == pytest.approx(4 * 10**power, rel=0.1, abs=0)
    for seed in SEEDS:
        assert 0.1 < rms(passed("0.01", seed)[0][-1]) / expected < 10


def size_behind(start, seed):
    """Return the size behind 50 layers; the way back would cost time."""
    values = np.random.default_rng(seed).standard_normal((64, 64))
    for part in SCRIPT["fifty"](SCRIPT["STARTS"][start], seed):
        values = part.forward(values)
    return rms(values)


def test_a_typical_network_shrinks_a_little():
    middle = claim(
        "25-initialisation-and-normalisation",
        "Of forty with He's weights, the median size behind layer 50 was about"
        " {}; about half were off by a factor of two or more, and few by ten."
        " With orthogonal weights it is similar",
    )
    for start in ("He", "orthogonal"):
        found = np.array([size_behind(start, seed) for seed in range(40)])
        assert np.median(found) == pytest.approx(middle, abs=0.2)
        assert 0.35 < np.mean((found < 0.5) | (found > 2)) < 0.65
        assert np.mean((found < 0.1) | (found > 10)) < 0.1


def test_under_batch_norm_near_copies_become_as_any_two():
    noise, first, thirtieth = claim(
        "25-initialisation-and-normalisation",
        "near copies of them, with a noise of {}. Behind the first layer a"
        " sample and its copy have a cosine of {}, behind layer 30 one of"
        " about {}, not",
    )

    def cosines(kind, seed):
        rng = np.random.default_rng(seed)
        half = rng.standard_normal((32, 64))
        near = half + noise * rng.standard_normal((32, 64))
        values, found = np.concatenate([half, near]), []
        for part in SCRIPT["fifty"](SCRIPT["he"], seed, norm=kind):
            values = part.forward(values)
            if isinstance(part, ReLU):
                arrows = values / np.linalg.norm(values, axis=1)[:, None]
                found.append((arrows[:32] * arrows[32:]).sum(axis=1).mean())
        return found[0], found[29], alike(values)

    found = np.array([cosines(InTraining, seed) for seed in SEEDS])
    assert np.median(found[:, 0]) == pytest.approx(first, abs=0.001)
    assert np.median(found[:, 1]) == pytest.approx(thirtieth, abs=0.03)
    assert np.all(found[:, 1] < found[:, 2] + 0.12)
    assert cosines(None, 0)[1] > 0.99  # without the norm they stay near


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
        "one of size 1 behind layer 50 has a size of about {} in front of"
        " layer 1.",
    )
    found = [passed("He", s, InTraining)[1][0] for s in range(5)]
    assert np.median(found) == pytest.approx(times, rel=0.05)


@full
def test_the_loss_does_not_show_the_planted_fault():
    low, high = claim(
        "25-initialisation-and-normalisation",
        "its loss is about as low as that of the right one, {} to {} in both",
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
