"""The notebooks run, and what they print is what their words say of it.

The site's build runs each of them too, with its pictures; here they run on
whatever processor is imitated. In a full run all do, else those alone of
which a quick claim is tested.
"""

import contextlib
import io
import os
import runpy
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
import pytest

from claims import claim

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "notebooks"
FULL = bool(os.environ.get("FULL"))
SLUGS = [path.stem for path in sorted(FOLDER.glob("*.py"))]
full = pytest.mark.skipif(not FULL, reason="seconds each: make platforms")


@cache
def ran(slug):
    """Run a notebook, and return its names and what it printed."""
    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    printed, show = io.StringIO(), plt.show
    plt.show = lambda: plt.close("all")
    try:
        with contextlib.redirect_stdout(printed):
            names = runpy.run_path(str(FOLDER / f"{slug}.py"))
    finally:
        plt.show = show
    return names, printed.getvalue()


@pytest.mark.parametrize("slug", SLUGS if FULL else SLUGS[:1])
def test_a_notebook_runs(slug):
    assert ran(slug)[0]


def test_05_the_slopes_at_minus_6():
    cross, squared = (
        claim(
            "notebooks/05-loss-surface",
            "falls by {} a unit there, the squared",
        ),
        claim(
            "notebooks/05-loss-surface",
            "a unit there, the squared distance by {}",
        ),
    )
    names, _ = ran("05-loss-surface")
    at = [
        np.array(names["measures"](w, 0.0, names["positions"], names["sides"]))
        for w in (-6.0, -5.99)
    ]

    down = (at[0] - at[1]) / 0.01
    assert down[0] == pytest.approx(cross, abs=0.005)
    assert down[1] == pytest.approx(squared, abs=0.0005)


def test_05_clipped_losses():
    limit = claim(
        "notebooks/05-loss-surface", "single points are clipped at {}. Does"
    )
    assert -np.log(1e-7) == pytest.approx(limit, abs=0.005)
    one, at = claim(
        "notebooks/05-loss-surface",
        "one point at a weight of {} and thirteen at {}, with no point",
    )
    printed = ran("05-loss-surface")[1]
    assert f"w = {one:5}: 1 of 40 clipped" in printed
    assert f"w = {at:5}: 13 of 40 clipped" in printed


def test_09_a_small_start_waits_and_a_large_one_does_not():
    loss = claim("notebooks/09-gradient-flow", "at a loss of {}: flat ground")
    names, _ = ran("09-gradient-flow")
    small, large = names["small"], names["large"]

    assert small[400, 0] == pytest.approx(loss, abs=0.005)
    assert small[50, 0] > np.log(3) - 0.005  # "the loss hardly moves"
    assert small[50, 1] > 3 * small[0, 1]  # "the gradients grow"
    assert 0.5 < small[400, 1] / small[0, 1] < 2  # "about as small"
    assert 200 < large[0, 1] / small[0, 1] < 900  # "several hundred times"
    assert 24 < large[400, 1] / small[400, 1] < 150  # "dozens of times"


def test_09_ten_layers_lose_what_the_page_says():
    names, _ = ran("09-gradient-flow")
    sizes, deep = names["gradient_sizes"], names["deep"]
    sigmoid = sizes(deep(names["Sigmoid"], 1.0))
    assert sigmoid[0] / sigmoid[-1] < 1e-6  # "less than a millionth"
    half, three = (
        np.median(
            [
                found[0] / found[-2]
                for seed in range(20)
                for found in [sizes(deep(names["ReLU"], gain, seed=seed))]
            ]
        )
        for gain in (0.5, 3.0)
    )
    assert 3e6 < three / half < 3e7  # "seven powers of ten"


@full
def test_06_from_near_the_start_is_level():
    varies = claim(
        "notebooks/06-loss-landscape", "the loss varies by less than {}:"
    )
    line = next(
        line
        for line in ran("06-loss-landscape")[1].splitlines()
        if line.startswith("start ± 0.1")
    )
    low, high = (float(word) for word in line.split()[-3::2])
    assert 0 < high - low < 0.75 * varies


@full
def test_10_the_turned_ravine():
    adagrad, rmsprop = claim(
        "notebooks/10-which-way-the-ravine-runs",
        "along an axis AdaGrad needs {} steps and RMSProp {}. (For",
    )
    momentum, memory = claim(
        "notebooks/10-which-way-the-ravine-runs",
        "Momentum alone takes at most {} steps, the long memory alone up to"
        " {}, and",
    )
    names, _ = ran("10-which-way-the-ravine-runs")
    best = dict(zip(names["kinds"], names["table"].min(axis=2), strict=True))

    assert best["AdaGrad"][0] == adagrad
    assert best["RMSProp"][0] == rmsprop
    assert names["ablation"]["neither"][0] == 1500
    assert max(names["ablation"]["short memory"]) == momentum
    assert max(names["ablation"]["no momentum"]) == memory
    assert best["AdaGrad"][2] > best["SGD"][2]
    arrived = names["table"][list(names["kinds"]).index("RMSProp"), 2] < 1500
    assert arrived.sum() < len(arrived) / 2


@full
def test_10_the_best_rates_on_the_spiral():
    """Of Adam a tenth of that of Nesterov; both end in a cliff."""
    names, _ = ran("10-which-way-the-ravine-runs")
    rates, shares = names["network_rates"], names["found"]
    adam, nesterov = (
        rates[np.argmax(shares[name])] for name in ("Adam", "Nesterov")
    )

    assert 5 < nesterov / adam < 20
    assert shares["Adam"][-1] < 0.5
    assert shares["Nesterov"][-1] < 0.5


@full
def test_16_trying_a_threshold():
    few = claim(
        "notebooks/16-how-many-yes-to-choose-by",
        "even with {} yes among 300 parts",
    )
    some = claim(
        "notebooks/16-how-many-yes-to-choose-by",
        "even with about {} one in ten costs",
    )
    many = claim(
        "notebooks/16-how-many-yes-to-choose-by",
        "With about {} nearly all are close",
    )
    names, _ = ran("16-how-many-yes-to-choose-by")
    yes = np.median(names["table"][:, :, 2], axis=1)
    middle, worse = np.quantile(names["table"][:, :, 1], [0.5, 0.9], axis=1)
    formula = np.median(names["formula"])

    assert yes[0] == few
    assert abs(yes[2] - some) < 5
    assert abs(yes[3] - many) < 15
    assert (middle < 1.1 * formula).all()  # "little more"
    assert worse[0] > 0.95 * names["nothing"]
    assert 1.03 < worse[2] / formula < 1.2  # "several per cent"
    assert worse[3] < 1.06 * formula


@full
def test_16_choosing_flatters_and_not_choosing_does_not():
    names, _ = ran("16-how-many-yes-to-choose-by")
    chosen, unchosen = np.mean(names["chosen"]), np.mean(names["unchosen"])

    assert 0.2 < 1 - chosen / unchosen < 0.38  # "a quarter to a third"
    assert abs(unchosen / np.median(names["formula"]) - 1) < 0.12


@full
def test_16_where_the_formula_fails():
    names, _ = ran("16-how-many-yes-to-choose-by")
    _, areas, by_formula, by_trying = np.transpose(
        list(names["results"].values())
    )

    assert np.ptp(areas) < 0.02
    assert by_formula[0] < 1.05 * names["lowest"]
    assert (by_formula[1:] > 3 * names["nothing"]).all()
    assert np.ptp(by_trying) < 15


@full
def test_17_the_interval():
    small, smaller = claim(
        "notebooks/17-an-interval-and-its-promise",
        "shrinks from 0.12 to {} or {}. So it was",
    )
    wide, wider, right = (
        claim(
            "notebooks/17-an-interval-and-its-promise",
            "their ends lie {} and 1.53 apart",
        ),
        claim(
            "notebooks/17-an-interval-and-its-promise",
            "their ends lie 1.09 and {} apart",
        ),
        claim(
            "notebooks/17-an-interval-and-its-promise",
            "covers as much with ends that are {} apart",
        ),
    )
    few, more = claim(
        "notebooks/17-an-interval-and-its-promise",
        "promise of 80 % was kept for {} %, with 200 for {} %. For",
    )
    names, _ = ran("17-an-interval-and-its-promise")
    found, honest = names["found"], names["honest"]
    own, fresh, apart = np.median(found, axis=1).T

    assert np.abs(own - 0.8).max() < 0.015
    assert fresh[[0, 2]] == pytest.approx([few / 100, more / 100], abs=0.01)
    assert apart[3] == pytest.approx(right, abs=0.02)
    gaps = [np.median(np.subtract(*honest[w].T[:2])) for w in (64, 4, 2)]
    assert gaps[0] == pytest.approx(0.12, abs=0.02)
    assert sorted(gaps[1:]) == pytest.approx([small, smaller], abs=0.02)
    ends = [np.median(honest[w][:, 2]) for w in (4, 2)]
    assert ends == pytest.approx([wide, wider], abs=0.05)
    true = 2 * 1.2816 * (0.05 + 0.35 / 2)
    stated = claim(
        "notebooks/17-an-interval-and-its-promise",
        "The true interval is {} wide on average",
    )
    assert true == pytest.approx(stated, abs=0.005)


@full
def test_17_bending_is_what_the_gap_comes_from():
    """The reason of the notebook, with its cause taken away."""
    names, _ = ran("17-an-interval-and-its-promise")
    gap = {
        width: np.median(shares[:, 0] - shares[:, 1])
        for width, shares in names["honest"].items()
    }

    assert gap[64] > 0.08
    assert gap[4] < 0.07
    assert gap[2] < 0.07
