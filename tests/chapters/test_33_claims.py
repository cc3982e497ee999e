"""Numbers that the page of chapter 33 states."""

import math
import os

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.calibration import reliability
from nnfs_code.capstones import DATASETS
from nnfs_code.decisions import best_actions, cost_of, paired_bootstrap
from nnfs_code.model import Model
from nnfs_code.routing import (
    CLERK,
    coverage_curve,
    returns_costs,
    unpacked,
)
from nnfs_code.surfaces import belt_costs
from script_33 import (
    belt,
    distance,
    names,
    photograph,
    returns,
    way,
)
from scripted import maker

FULL = bool(os.environ.get("FULL"))
PRICES = belt_costs()
FACTS = {
    "a tie: 0.74 cents for the network, 0.78 for the nine numbers": (
        "a draft of this page printed it, on 27 November 2026"
    ),
    "each grey to the power of 1.5": "belt_runs.darker, tested with the runs",
    "right in 99.4 % of 50,000 pictures": "an example of a supplier's words",
    "a standard deviation of 0.1": "assumed in the exercise",
    "The machine sorts 70 % of the pieces": "an example",
    "70 % may be too many": "the same example",
}


def test_the_prices_of_both_cases():
    look, grade, grass = (
        claim("33-computer-vision-case", "| a look | {} | four seconds"),
        claim("33-computer-vision-case", "| a wrong heap | {} |"),
        claim("33-computer-vision-case", "| grass among stone | {} |"),
    )
    table = belt_costs(look=look, grade=grade, grass=grass)
    np.testing.assert_array_equal(table, belt_costs())
    assert claim(
        "33-computer-vision-case", "four seconds of a worker at {} an hour"
    ) * 100 * 4 / 3600 == pytest.approx(look)
    look, wrong, near, coat = (
        claim("33-computer-vision-case", "| a look | {} | 40 seconds"),
        claim("33-computer-vision-case", "| a wrong bin | {} |"),
        claim("33-computer-vision-case", "| the bin next to it | {} |"),
        claim("33-computer-vision-case", "| a coat in another bin | {} |"),
    )
    table = returns_costs(look=look, wrong=wrong, near=near, coat=coat)
    np.testing.assert_array_equal(table, returns_costs())
    pounds = claim(
        "33-computer-vision-case", "of a clerk at {} pounds an hour"
    )
    assert pounds * 100 * 40 / 3600 == pytest.approx(look)


def test_from_one_chance_in_twenty_on():
    chance, grass, look = claim(
        "33-computer-vision-case",
        "asking is cheaper than calling it stone: ${} \\cdot {} = {}$",
    )
    assert (grass, look) == (belt_costs()[0, 1], belt_costs()[3, 0])
    assert chance * grass == look


def test_who_knows_little_and_does_not_say_so():
    nine, deep = claim(
        "33-computer-vision-case", "they are right in {} and {} of 100"
    )
    for rung, stated in (("nine numbers", nine), ("convolution", deep)):
        middle = np.median(way(rung, "as they are", 0))
        assert 100 * middle == pytest.approx(stated, abs=0.6)
        cents = way(rung, "as they are", 1)
        assert ((2 - cents) / 2).min() > 2 / 3
    assert way("dense, pixels", "as they are", 1).min() > 4
    linear = way("linear, pixels", "as they are", 1)
    assert np.abs(linear - 2).max() < 0.2
    much, little = (
        claim(
            "33-computer-vision-case",
            "right in {} of 100 cases can be worth less",
        ),
        claim("33-computer-vision-case", "one that is right in {} and asks."),
    )
    for rung, stated in (("dense, pixels", much), ("linear, pixels", little)):
        middle = np.median(way(rung, "as they are", 0))
        assert 100 * middle == pytest.approx(stated, abs=0.6)
    runs = maker("belt_runs")
    others, nine = claim(
        "33-computer-vision-case", "judged by; {} epochs each, and {} for the"
    )
    assert {"nine numbers": nine} == runs.EPOCHS
    source = (DATASETS / "belt_runs.py").read_text("utf-8")
    assert f"EPOCHS.get(rung, {others:.0f})" in source


@pytest.mark.skipif(not FULL, reason="minutes")
def test_longer_training_hardly_helps_the_network(monkeypatch):
    longer, long_, short = claim(
        "33-computer-vision-case",
        "(With {} the network costs hardly less: {} in place of {} on the",
    )
    runs = maker("belt_runs")
    some, answers, _ = runs.BLOCKS
    kept = [
        cost_of(np.array([*map(int, one)]), answers, PRICES).mean()
        for one in belt()["blocks"]["convolution"]
    ]
    assert np.mean(kept) == pytest.approx(short, abs=0.006)
    monkeypatch.setitem(runs.EPOCHS, "convolution", int(longer))
    paid = []
    for seed in runs.SEEDS:
        learn = runs.cut_from(runs.PICTURES[..., :256], 4500, seed)
        said = runs.Belt("convolution", *learn, seed).says(some)
        actions = best_actions(said, PRICES)
        paid.append(cost_of(actions, answers, PRICES).mean())
    assert np.mean(paid) == pytest.approx(long_, abs=0.04)


def test_nine_numbers_fall_the_other_way_round():
    same, first, second = claim(
        "33-computer-vision-case",
        "they do: from {} there to {} on the first, and they are worst on the"
        " second, with {}, which is",
    )
    runs, found = maker("belt_runs"), []
    for seed in breadth(2, 5):
        fourth = runs.cut_from(runs.PICTURES[..., 384:], 4500, seed)
        model = runs.Belt("nine numbers", *fourth, seed)
        quarters = [
            runs.cut_from(
                runs.PICTURES[..., at : at + 128], 1500, 50 + 10 * seed + at
            )
            for at in (384, 256, 128, 0)
        ]
        found.append([model.scores(*some)[0] for some in quarters])
    for right in found:
        assert right[0] > right[3] + 0.015
        assert min(right) == right[2]
    middle = np.median(found, axis=0)
    stated = pytest.approx([same, second, first], abs=0.012)
    assert middle[[0, 2, 3]].tolist() == stated


def test_neither_bears_a_tenth_or_a_blur():
    runs = maker("belt_runs")
    network = Model.load(DATASETS / "belt-network.npz")
    right = runs.PICTURES[..., 256:]
    for seen in (
        runs.zoomed(right, 0.9),
        runs.zoomed(right, 1.1),
        runs.blurred(right),
    ):
        some, answers = runs.cut_from(seen, 1500, 50)
        actions = best_actions(network.predict(some).astype(float), PRICES)
        assert cost_of(actions, answers, PRICES).mean() > 1.5 * PRICES[3, 0]


def test_a_photograph_that_nobody_has_seen():
    low, high = claim(
        "33-computer-vision-case", "call brick stone in {} to {} of 100"
    )
    for rung in ("nine numbers", "convolution"):
        brick = 100 * photograph(f"{rung}, 2 from 1")[:, 0]
        assert low <= brick.min() + 0.5
        assert brick.max() <= high + 0.5
        gravel = 100 * photograph(f"{rung}, 2 from 0")[:, 2]
        assert gravel.max() < 2
    runs = maker("belt_runs")  # at half the size, grass and gravel known
    small = runs.zoomed(runs.PICTURES, 0.5)
    cut, kind = runs.cut_from(small[1:, :, :128], 2000, 0)
    one = runs.Belt("nine numbers", cut, (kind == 0).astype(int), 0)
    other, _ = runs.cut_from(small[:1, :, 128:], 300, 1)
    assert (one.says(other).argmax(axis=1) == 0).mean() < 0.1
    known = photograph("nine numbers, 2 from 0")[:, :2]
    assert known.min() > 0.965
    asked = claim("33-computer-vision-case", "It asks about {} patch in 100")
    assert asked == pytest.approx(100 * names()["asked"], abs=1)


def test_grain_blur_and_distance():
    assert np.median(way("nine numbers", "grain", 1)) > 2
    for rung in ("nine numbers", "convolution"):
        assert np.median(way(rung, "darker", 1)) < 1
        assert np.median(way(rung, "out of focus", 1)) / 2 == pytest.approx(
            6.5, abs=0.5
        )
    best = claim("33-computer-vision-case", "of the five networks costs {}.)")
    blurred = way("convolution", "out of focus", 1)
    assert blurred.min() == pytest.approx(best, abs=0.06)
    for rung, least, most in (
        ("nine numbers", 2, 2.3),
        ("convolution", 1.2, 1.25),
    ):
        dark, plain = (
            np.median(way(rung, name, 1)) for name in ("darker", "as they are")
        )
        assert least < dark / plain < most
    middle = {
        (name, near): np.median(distance(name, near))
        for name in ("nine numbers", "convolution")
        for near in (0.7, 0.9, 1.0, 1.1)
    }
    for (name, near), cents in middle.items():
        if near in (0.9, 1.1):
            assert cents < 2.3 * middle[name, 1.0]
    assert middle["nine numbers", 0.7] < 2 < middle["convolution", 0.7]
    left, all_ = (2 - middle["nine numbers", near] for near in (0.7, 1.0))
    assert left / all_ == pytest.approx(1 / 6, abs=0.02)
    pays = distance("nine numbers, prepared", 1.0)
    assert np.median(pays) - middle["nine numbers", 1.0] == pytest.approx(
        0.1, abs=0.02
    )
    for near in belt()["near"]:
        gains, before = (
            np.median(distance(f"convolution{tail}", near))
            for tail in (", prepared", "")
        )
        assert gains < before - 0.05
    for near, least, most in (
        (1.1, 0.1, 0.2),
        (1.25, 0.15, 0.2),
        (1.4, -0.03, 1),
    ):
        pays, before = (
            np.median(distance(f"nine numbers{tail}", near))
            for tail in (", prepared", "")
        )
        assert least < pays - before < most


def test_the_nine_numbers_are_ahead_by_a_little_more_than_luck():
    left = names()
    answers = left["answers"]
    paid = [
        cost_of(np.array([*map(int, one)]), answers, belt_costs())
        for rung in ("nine numbers", "convolution")
        for one in belt()["blocks"][rung]
    ]
    by_block = np.reshape(paid, (2, 5, 96, 16)).mean(axis=3)
    nine, deep = by_block.mean(axis=2)
    rng, drawn = np.random.default_rng(3), []
    for _ in range(1000):  # five runs of each, and the blocks of both
        some = rng.integers(96, size=96)
        one, other = (
            runs[rng.integers(5, size=5)][:, some].mean() for runs in by_block
        )
        drawn.append(other - one)
    low, high = np.quantile(drawn, (0.025, 0.975))
    assert -0.06 < low < 0 < high  # "0 is just inside"
    assert sum(one > max(nine) for one in deep) == 4
    assert min(deep) > min(nine)
    gaps = {
        name: paired_bootstrap(
            *left["pair"], rng=np.random.default_rng(1), groups=keys
        )
        for name, keys in left["draws"].items()
    }
    wide = {name: gap.high - gap.low for name, gap in gaps.items()}
    assert wide["blocks"] / wide["patches"] == pytest.approx(1.29, abs=0.03)
    assert not gaps["blocks"].tie
    assert gaps["blocks"].low < 0.03
    assert gaps["photographs"].tie
    over = left["over"]
    assert over["brick"] > 0
    assert over["grass"] > 0
    assert over["gravel"] < 0


def costs(rung):
    return np.array([run["cost"] for run in returns()["runs"][rung]])


def test_the_ladder_of_the_returns():
    middle = {rung: np.median(costs(rung)) for rung in returns()["runs"]}
    assert middle["linear"] < 10  # "more than half is there"
    assert middle["edges"] - middle["convolution"] > 1
    assert costs("dense on edges").max() < costs("convolution").min()
    seconds = {
        rung: np.median([run["seconds"] for run in runs])
        for rung, runs in returns()["runs"].items()
    }
    assert seconds["dense on edges"] < seconds["convolution"] / 10
    edges = 50 * returns()["seconds per 1,000 for edges"]
    assert edges == pytest.approx(12, abs=1)
    assert edges + seconds["dense on edges"] < seconds["convolution"] / 2
    loss = {
        rung: np.median([run["log loss choosing"] for run in runs])
        for rung, runs in returns()["runs"].items()
    }
    assert loss["dense on edges"] < loss["convolution"]


def test_machine_alone_and_where_the_prices_stop():
    alone, land = (
        claim(
            "33-computer-vision-case",
            "The clerk alone costs 20, the machine alone {}: with",
        ),
        claim("33-computer-vision-case", "That lands at {}, about two"),
    )
    left = names()
    assert left["curve"].cost[-1] == pytest.approx(alone, abs=0.005)
    bins = best_actions(left["best"], returns_costs())
    assert (bins != CLERK).mean() == pytest.approx(land, abs=0.0006)
    paid = cost_of(bins, left["truth"], returns_costs()).mean()
    assert paid - left["curve"].cost.min() == pytest.approx(0.02, abs=0.005)


def test_the_repair_of_the_networks_is_worth_a_little():
    left, gain = names(), {}
    for rung in ("convolution", "dense on edges"):
        raw = unpacked(left["kept"][f"{rung}/test"])
        before, after = (
            cost_of(
                best_actions(said, returns_costs()),
                left["truth"],
                returns_costs(),
            )
            for said in (raw, left["says"][rung])
        )
        gain[rung] = before.mean() - after.mean()
        rng = np.random.default_rng(0)
        assert paired_bootstrap(before, after, rng=rng, repeats=500).tie
        off = [
            reliability(said, left["truth"]).error
            for said in (raw, left["says"][rung])
        ]
        assert off[1] < 0.01 < off[0]
        sure = raw.max(axis=1).mean()
        assert sure > (raw.argmax(axis=1) == left["truth"]).mean()
    assert 0.1 < gain["dense on edges"] < 0.2
    assert abs(gain["convolution"]) < 0.05
    coded, by_pence = claim(
        "33-computer-vision-case",
        "the network on edges costs {} here, and {} above.)",
    )
    paid = best_actions(left["best"], returns_costs())
    mean = cost_of(paid, left["truth"], returns_costs()).mean()
    assert mean == pytest.approx(coded, abs=0.006)
    assert np.median(costs("dense on edges")) == pytest.approx(
        by_pence, abs=0.006
    )


def test_the_network_is_ahead_at_all_prices():
    left = names()
    upkeep, least = claim(
        "33-computer-vision-case",
        "(on the decision page {} pence a piece for a machine, and that half"
        " penny for the network) they are in all but one: at a look of 5"
        " pence they save {}, and",
    )
    for _, change in left["changes"]:
        table = returns_costs(**change)
        ours, theirs = (
            cost_of(best_actions(said, table), left["truth"], table)
            for said in (left["best"], left["says"]["edges"])
        )
        gap = paired_bootstrap(
            ours, theirs, rng=np.random.default_rng(0), repeats=500
        )
        assert gap.high < 0
        saves = table[CLERK, 0] - ours.mean()
        assert saves > 0
        assert (saves > upkeep + 0.5) == (change.get("look") != 5)
        if change.get("look") == 5:
            ahead = claim(
                "33-computer-vision-case",
                "With a look at 5 pence it is ahead by {}. At 200,000",
            )
            assert -gap.mean == pytest.approx(ahead, abs=0.006)
            assert -gap.low > 0.5 > -gap.high  # a "not yet"
            assert saves == pytest.approx(least, abs=0.06)


def test_labels_and_what_they_bring():
    labels, pounds, pence, pieces, a_year, alone, upkeep, years = claim(
        "33-computer-vision-case",
        "{} more labels cost {} pounds, far more than all the computing on"
        " this page. Labels and network together bring about {} pence a"
        " piece: at {} pieces a year about {} pounds. (A little more than"
        " half of it, {} pence, the labels bring to the linear model too.)"
        " Less {} pounds for the network's upkeep, both pay for themselves in"
        " {} years",
    )
    few_edges, edges = (
        np.median(costs(rung)) for rung in ("edges 2,000", "edges")
    )
    assert few_edges - edges == pytest.approx(alone, abs=0.06)
    assert pence / 2 < alone < 0.6 * pence
    assert labels == 50_000 - 2_000
    assert labels * 0.2 == pounds
    few = min(
        np.median(costs(f"{rung} 2,000"))
        for rung in ("edges", "dense on edges", "convolution")
    )
    gain = few - np.median(costs("dense on edges"))
    assert gain == pytest.approx(pence, abs=0.06)
    assert pieces * pence / 100 == pytest.approx(a_year, abs=50)
    assert pounds / (a_year - upkeep) == pytest.approx(years, abs=0.05)
    for rung in ("dense on edges", "convolution"):
        assert abs(np.median(costs(f"{rung} 2,000")) - few) < 0.6


def test_shirts_and_the_clerk():
    asked = claim(
        "33-computer-vision-case", "Of 100 shirts {} go to the clerk, and of"
    )
    left = names()
    bins = best_actions(left["best"], returns_costs())
    shirts = left["truth"] == 6
    assert 100 * (bins[shirts] == CLERK).mean() == pytest.approx(
        asked, abs=0.6
    )
    by_machine = shirts & (bins != CLERK)
    assert (bins != 6)[by_machine].mean() > 1 / 6
    near = np.isin(bins, (0, 2))[by_machine].sum()
    assert near > 0.7 * (bins != 6)[by_machine].sum()


def test_who_notices():
    now, later = claim(
        "33-computer-vision-case",
        "(Now about {} are wrong. A doubling of that, to {},",
    )
    left = names()
    bins = best_actions(left["best"], returns_costs())
    wrong = (bins != left["truth"])[bins != CLERK].mean()
    assert 100 * wrong == pytest.approx(now, abs=0.1)
    assert later == 2 * now
    for n, limit, low, high in (
        (100, 10, 0.2, 0.3),
        (300, 22, 0.65, 0.75),
        (1000, 56, 0.99, 1),
    ):
        assert alarm(n, limit, 0.04) < 0.01
        assert low < alarm(n, limit, 0.08) <= high
    assert alarm(300, 22, later / 100) < 0.48


def alarm(n, limit, share):
    """Return the chance of `limit` or more of `n`."""
    below = (
        math.comb(n, k) * share**k * (1 - share) ** (n - k)
        for k in range(limit)
    )
    return 1 - sum(below)


def test_of_the_safest_third_all_are_right():
    curve = names()["curve"]
    safest = (curve.share > 0) & (curve.share <= 1 / 3)
    assert curve.right[safest].min() == 1


def test_the_ends_of_the_curves_in_the_picture():
    lowest, machine, most = claim(
        "33-computer-vision-case",
        "lowest at about {} and at about three quarters, then rising to about"
        " {} and {}. A dot",
    )
    left = names()
    for name, low, end in (
        ("dense on edges", lowest, machine),
        ("edges", 0.75, most),
    ):
        curve = coverage_curve(
            left["says"][name], left["truth"], returns_costs()
        )
        at = curve.share[curve.cost.argmin()]
        assert at == pytest.approx(low, abs=0.02)
        assert curve.cost[-1] == pytest.approx(end, abs=0.5)


def test_a_moved_camera_asks_more():
    before, after = claim(
        "33-computer-vision-case", "it rises from {} to {} of 100, and"
    )
    rows = dict(left_rows(names()))
    assert 100 * rows[0] == pytest.approx(before, abs=0.6)
    assert 100 * rows[3] == pytest.approx(after, abs=0.6)


def left_rows(left):
    for pixels in (0, 3):
        seen = left["eyes"].predict(left["moved"](left["clothes"], 0, pixels))
        said = left["softer"](seen.astype(np.float64), 1.1)
        bins = best_actions(said, returns_costs())
        yield pixels, (bins == CLERK).mean()


def test_what_unequal_prices_save():
    left = names()
    pieces, pounds = claim(
        "33-computer-vision-case",
        "At {} pieces a year the quarter is {} pounds, for",
    )
    cost = {
        name: cost_of(
            best_actions(left["best"], table), left["truth"], returns_costs()
        )
        for name, table in (
            ("one", left["flat"]),
            ("dear", returns_costs(near=150)),
            ("cheap", returns_costs(coat=150)),
            ("both", returns_costs()),
        )
    }
    saved = {
        name: paired_bootstrap(
            cost["one"], paid, rng=np.random.default_rng(0), repeats=2000
        )
        for name, paid in cost.items()
        if name != "one"
    }
    assert saved["dear"].mean == pytest.approx(0.01, abs=0.03)
    assert saved["cheap"].mean == pytest.approx(0.18, abs=0.03)
    assert saved["cheap"].tie
    assert 0 < saved["both"].low < 0.03  # "next to nothing"
    assert saved["both"].high == pytest.approx(0.5, abs=0.03)
    assert pieces * saved["both"].mean / 100 == pytest.approx(pounds, abs=50)


def test_the_pieces_of_the_picture_that_go_to_the_clerk():
    least, most, low, high = claim(
        "33-computer-vision-case",
        "the first has a chance between {} and {}, and the second between {}"
        " and {}: pullover or shirt",
    )
    left = names()
    said, kinds = left["eyes"].predict(left["clothes"]), left["kinds_of"]
    asked = best_actions(said, returns_costs()) == CLERK
    some = [np.flatnonzero(asked & (kinds == kind))[:2] for kind in (4, 6)]
    chances = np.sort(said[np.concatenate(some)], axis=1)[:, :-3:-1]
    ends = [*chances.min(axis=0), *chances.max(axis=0)]
    stated = pytest.approx([least, low, most, high], abs=0.006)
    assert ends == stated
