"""Numbers that the page of chapter 11 states about runs."""

import math
from functools import cache

import numpy as np
import pytest

from claims import breadth, claim, within
from nnfs_code.data import split
from script_11 import runs, script

FACTS = {
    "(11.1)": "the number of a formula",
    "(11.2)": "the number of a formula",
    "(11.3)": "the number of a formula",
    "to be one point, 0.01": "a wish",
    "has 98 % of its own points and 80 % of new ones": "the book, chapter 11",
    "0.70, test accuracy 0.69, and 0.9 is possible": "made up",
    "has 0.85, the old one 0.83": "made up",
}


def test_the_training_accuracy_is_the_higher_one_each_time():
    for n in (25, 50, 100, 200):
        own, fresh = runs(n).T
        assert (own > fresh).all()
    low, high = claim(
        "11-out-of-sample-data",
        "the training accuracy is the higher one, by {} to {} points",
    )
    gaps = np.diff(script()["found"][100]) * -100
    assert (gaps.min(), gaps.max()) == pytest.approx((low, high), abs=1)


def test_shuffled_labels_are_learned_by_heart():
    share = claim(
        "11-out-of-sample-data",
        "on its own 75 points it is right about {} % of the",
    )
    more = claim(
        "11-out-of-sample-data",
        "With 300 points it manages about {} %: so many",
    )
    own, fresh = runs(25, shuffled=True).T
    assert np.median(own) == pytest.approx(share / 100, abs=0.06)
    within(0.2, 0.55, fresh)
    assert np.median(fresh) == pytest.approx(1 / 3, abs=0.06)
    assert np.median(runs(100, shuffled=True)[:, 0]) == pytest.approx(
        more / 100, abs=0.05
    )
    again, guess = claim(
        "11-out-of-sample-data",
        "labels our network has {} %, where guessing has {} %. With",
    )
    assert (again, guess) == (more, 33)


def test_a_shuffle_that_left_many_labels_as_they_were():
    most, left = claim(
        "11-out-of-sample-data",
        "The {} has a share of luck: that shuffle left {} % of the labels",
    )
    right = runs(25, shuffled=True)[:, 1]
    kept = []
    for seed in range(len(right)):
        rng = np.random.default_rng(seed)
        _, labels = script()["spiral"](25, 3, rng=rng, dtype=np.float64)
        kept.append((rng.permutation(labels) == labels).mean())
    five = right[:5]
    assert five.max() == pytest.approx(most, abs=0.03)
    assert np.argmax(five) == np.argmax(kept[:5])
    assert kept[np.argmax(five)] == pytest.approx(left / 100, abs=0.005)
    assert np.corrcoef(kept, right)[0, 1] > 0.5


def test_titles_of_one_group_share_a_third_of_their_words():
    words, groups = script()["words"], script()["groups"]
    table = script()["bags"](np.arange(len(words)))
    shared = table @ table.T / table.sum(axis=1, keepdims=True)
    same = groups[:, np.newaxis] == groups
    strangers = ~same
    np.fill_diagonal(same, False)
    assert words[0] != words[1]
    assert 1 / 3 < shared[same].mean() < 0.45
    assert shared[strangers].mean() < 0.06


def test_the_nearest_neighbour_beats_the_network():
    share = claim(
        "11-out-of-sample-data",
        "It is right on about {} % of them, more than the",
    )
    for n in (25, 50, 100, 200):
        heart = np.median(
            [script()["recite"](n, seed)[1] for seed in range(9)]
        )
        assert heart > np.median(runs(n)[:, 1]) + 0.01
        if n == 100:
            assert heart == pytest.approx(share / 100, abs=0.015)


def test_nobody_gets_more_than_28_of_30():
    own = [script()["both"](10, seed)[0] for seed in range(5)]
    assert max(own) < 28.5 / 30
    assert np.median(own) == pytest.approx(28 / 30)


def test_the_ceiling():
    ceiling = claim(
        "11-out-of-sample-data",
        "Nobody gets more than about {} % of many fresh",
    )
    wrong, least = claim(
        "11-out-of-sample-data",
        "With 300 points ours was wrong on {} %, against {} %",
    )
    few = claim(
        "11-out-of-sample-data", "with 75 points, on {} %. My question"
    )
    rng = np.random.default_rng(11)
    points, arms = script()["spiral"](40_000, 3, rng=rng, dtype=np.float64)
    right = (script()["likeliest_arm"](points) == arms).mean()
    assert right == pytest.approx(ceiling / 100, abs=0.005)
    assert 1 - right == pytest.approx(least / 100, abs=0.005)
    heart = np.median([script()["recite"](100, seed)[1] for seed in range(9)])
    assert 1 - heart == pytest.approx(wrong / 100, abs=0.015)
    assert 1 - heart < 2 * (1 - right)
    heart = np.median([script()["recite"](25, seed)[1] for seed in range(9)])
    assert 1 - heart == pytest.approx(few / 100, abs=0.015)


def test_the_network_lies_between_the_guess_and_the_ceiling():
    middle = claim(
        "11-out-of-sample-data", "Our network's {} lies between them"
    )
    assert np.median(runs(100)[:, 1]) == pytest.approx(middle, abs=0.03)
    assert middle - 1 / 3 > 0.91 - middle


def test_a_hundred_points_measure_to_8_points():
    root, spread = claim(
        "11-out-of-sample-data", "it is $\\sqrt{{}} = {}$. In about"
    )
    low, high = claim(
        "11-out-of-sample-data", "here, between {} and {}. A test set"
    )
    assert math.sqrt(root) == pytest.approx(spread)
    assert root == pytest.approx(0.8 * 0.2 / 100)
    assert (low, high) == pytest.approx((0.8 - 2 * spread, 0.8 + 2 * spread))
    drawn = np.random.default_rng(0).binomial(100, 0.8, 20_000) / 100
    inside = (np.abs(drawn - 0.8) <= 2 * spread + 1e-9).mean()
    assert inside == pytest.approx(19 / 20, abs=0.02)


def test_the_five_networks_differ_by_more_than_their_test_points_allow():
    low, high = claim(
        "11-out-of-sample-data",
        "differ by more, from {} to {} on 3,000 points",
    )
    fresh = np.array([fresh for _, fresh in script()["found"][100]])
    assert (fresh.min(), fresh.max()) == pytest.approx((low, high), abs=0.02)
    assert fresh.std() > 3 * math.sqrt(0.8 * 0.2 / 3000)


def test_none_wrong_in_a_hundred():
    most = claim("11-out-of-sample-data", 'says "at most about {} % wrong"')
    rate = 1 - 0.05 ** (1 / 100)
    assert rate == pytest.approx(most / 100, abs=0.001)


def test_the_learning_curve():
    rows = claim(
        "11-out-of-sample-data",
        "accuracy rises from {} to {}, {} and {}. The gains",
    )
    for n, stated in zip((25, 50, 100, 200), rows, strict=True):
        assert np.median(runs(n)[:, 1]) == pytest.approx(stated, abs=0.03)
    last = claim(
        "11-out-of-sample-data",
        "At 600 points the training accuracy is {}, so more",
    )
    assert np.median(runs(200)[:, 0]) == pytest.approx(last, abs=0.02)
    fresh = np.array([f for _, f in script()["found"][100]])
    assert 0.08 < np.ptp(fresh) < 0.12  # "up to ten points apart"


def test_one_run_of_each_size_could_show_a_loss():
    few, many = runs(100)[:, 1], runs(200)[:, 1]
    assert many.min() < few.max()


def test_a_percent_of_a_million():
    share = claim(
        "11-out-of-sample-data",
        "With a million samples, {} % is 10,000 test points",
    )
    assert share / 100 * 1e6 == 10_000
    assert 2 * math.sqrt(0.25 / 10_000) == pytest.approx(0.01)


def test_a_rare_class_is_missed():
    share = claim(
        "11-out-of-sample-data",
        "holds none of the four in about {} % of the cases",
    )
    missed = math.comb(96, 25) / math.comb(100, 25)
    assert missed == pytest.approx(share / 100, abs=0.01)


@cache
def routed(grouped):
    """Return (test accuracy, titles, groups) of splits of the titles."""
    kinds, groups = script()["kinds"], script()["groups"]
    found = []
    for seed in breadth(6, 20):
        rest, test = split(
            len(kinds),
            0.25,
            rng=np.random.default_rng(seed),
            classes=kinds,
            groups=groups if grouped else None,
        )
        share = script()["route"](rest, test, seed)[1]
        found.append((share, len(test), len(set(groups[test]))))
    return np.array(found)


def test_whole_groups_take_the_leak_away():
    leaky, clean = claim(
        "11-out-of-sample-data",
        "about a quarter held out: {} % or about {} %. The",
    )
    assert np.median(routed(False)[:, 0]) == pytest.approx(
        leaky / 100, abs=0.025
    )
    assert np.median(routed(True)[:, 0]) == pytest.approx(
        clean / 100, abs=0.06
    )
    assert routed(False)[:, 0].min() > routed(True)[:, 0].max() + 0.1


def test_words_without_a_column():
    by_group, at_random = claim(
        "11-out-of-sample-data",
        "about {} % of the words in the test titles have no column, against"
        " {} % in the random split",
    )
    kinds, words = script()["kinds"], script()["words"]
    for stated, groups in (
        (by_group, script()["groups"]),
        (at_random, None),
    ):
        shares = []
        for seed in range(20):
            rest, test = split(
                len(kinds),
                0.25,
                rng=np.random.default_rng(seed),
                classes=kinds,
                groups=groups,
            )
            known = set().union(*(words[row] for row in rest))
            shares.append(
                np.mean([w not in known for row in test for w in words[row]])
            )
        assert np.median(shares) == pytest.approx(stated / 100, abs=0.01)


def test_groups_scatter_more_than_titles():
    said = claim(
        "11-out-of-sample-data",
        "gives a spread of {}, and over 20 splits I find about 0.06",
    )
    found = claim(
        "11-out-of-sample-data",
        "spread of 0.03, and over 20 splits I find about {}. (The",
    )
    random = claim(
        "11-out-of-sample-data", "they do as well, and the spread is {}.) The"
    )
    by_groups = claim(
        "11-out-of-sample-data", "about 50, for which the formula gives {}."
    )
    p = np.median(routed(True)[:, 0])
    _, titles, groups = routed(True).mean(axis=0)
    assert titles == pytest.approx(330, abs=15)
    assert groups == pytest.approx(50, abs=4)
    formula = math.sqrt(p * (1 - p) / titles)
    assert formula == pytest.approx(said, abs=0.005)
    assert math.sqrt(p * (1 - p) / groups) == pytest.approx(
        by_groups, abs=0.005
    )
    assert routed(True)[:, 0].std() == pytest.approx(found, abs=0.02)
    assert routed(False)[:, 0].std() == pytest.approx(random, abs=0.012)


def test_the_drift():
    promised, kept = claim(
        "11-out-of-sample-data",
        "at random promise {}, and the last days give {}. In",
    )
    pairs = np.array([script()["slide"](0.6, s) for s in breadth(9, 20)])
    still = np.array([script()["slide"](0.0, s) for s in breadth(9, 20)])
    assert np.median(pairs, axis=0) == pytest.approx(
        [promised, kept], abs=0.03
    )
    assert (pairs[:, 0] > pairs[:, 1] + 0.08).all()
    assert np.abs(np.diff(np.median(still, axis=0))) < 0.02


def test_the_answers_under_test_yourself():
    share = claim(
        "11-out-of-sample-data",
        "A network with shuffled labels had {} % of its own",
    )
    heart = claim(
        "11-out-of-sample-data",
        "not bad either: the nearest neighbour has {} % and",
    )
    assert share == claim(
        "11-out-of-sample-data", "own 75 points it is right about {} % of the"
    )
    assert script()["recite"](100, 0)[0] == pytest.approx(
        heart / 100, abs=0.005
    )
    inside = claim(
        "11-out-of-sample-data", "$\\sqrt{{} \\cdot 0.16 / 400}$, about two"
    )
    assert math.sqrt(inside * (1 - inside) / 400) == pytest.approx(
        0.02, abs=0.002
    )
