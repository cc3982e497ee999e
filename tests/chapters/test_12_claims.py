"""Numbers that the page of chapter 12 states about runs."""

from itertools import pairwise
from math import comb

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.validation import cross_validate, folds
from script_12 import best_steps, script, two_scores

FACTS = {
    "(12.1)": "the number of a formula",
    "Five folds give 0.80, 0.84, 0.82, 0.86 and 0.83": "made up",
    "mean of 0.3, 0.2 and 0.1 is not quite that of 0.1, 0.2 and 0.3": (
        "test_validation.py tries it"
    ),
    "keep the flattery within one point, 0.01": "a wish",
    "The best has 0.62 right, where guessing has 0.5": "made up",
}


def winners(k, times=4000):
    """Return what the best of k guessers gets right of 100."""
    rng = np.random.default_rng(k)
    return rng.binomial(100, 0.5, (times, k)).max(axis=1) / 100


def test_the_best_of_many_coins():
    hundred = claim(
        "12-validation", "The best of a hundred coins gets about {} % right"
    )
    thousand = claim("12-validation", "the best of a thousand about {} %. On")
    chance = claim(
        "12-validation", "On a fresh test the winner is back at {} %: for"
    )
    assert winners(100).mean() == pytest.approx(hundred / 100, abs=0.006)
    assert winners(1000, 400).mean() == pytest.approx(
        thousand / 100, abs=0.006
    )
    rng = np.random.default_rng(0)
    again = [script()["best_of"](100, rng)[1] for _ in range(200)]
    assert np.mean(again) == pytest.approx(chance / 100, abs=0.005)


def test_the_bound_is_near():
    stated = claim(
        "12-validation", "From ten guessers on, the truth is about {} below"
    )
    for k in (10, 100, 1000):
        bound = 0.5 + np.sqrt(np.log(k) / 200)
        gap = bound - winners(k, 2000).mean()
        assert gap == pytest.approx(stated, abs=0.006)


def test_sixty_points_have_a_spread():
    spread = claim(
        "12-validation", "with 60 points each has a spread of about {}"
    )
    assert np.sqrt(0.55 * 0.45 / 60) == pytest.approx(spread, abs=0.005)


@pytest.fixture(scope="module")
def luck():
    """Return the estimates of many splits: a fifth, five folds, ten."""
    names = script()
    points, labels, _, _ = names["draw"](300, 1)
    score = names["by_heart"](points, labels)
    return {
        n: np.array(
            [names["estimate"](score, labels, n, seed) for seed in range(40)]
        )
        for n in (1, 5, 10)
    }


def test_folds_shrink_the_luck_of_the_split(luck):
    low, high = claim(
        "12-validation",
        "With one fifth held out, somebody reports {} and somebody else {},",
    )
    assert luck[1][:40].min() == pytest.approx(low, abs=0.004)
    assert luck[1][:40].max() == pytest.approx(high, abs=0.004)
    ratio = luck[5].std() / luck[1].std()
    assert 0.25 < ratio < 0.5  # "about a third"
    assert luck[10].std() < luck[5].std()


def test_folds_are_a_little_low(luck):
    middle, whole = claim(
        "12-validation",
        "The folds are a little low: {} in the middle, where the learner with"
        " all its points gets {}.",
    )
    assert np.median(luck[5]) == pytest.approx(middle, abs=0.006)
    names = script()
    points, labels, fresh, truth = names["draw"](300, 1)
    score = names["by_heart"](
        np.concatenate((points, fresh)), np.concatenate((labels, truth))
    )
    everyone = np.arange(3000)
    found = score(everyone[:300], everyone[300:])
    assert found == pytest.approx(whole, abs=0.005)


def test_other_points_move_it_more(luck):
    moved = claim(
        "12-validation", "the mean of five folds moves by about {}. The"
    )
    supposed = claim(
        "12-validation", "and the five scores suggest {}. The five"
    )
    more = len(breadth(60, 300))
    run = script()["five_scores"]
    scores = np.array([*script()["by_data"], *map(run, range(60, more))])
    naive = np.sqrt(scores.var(axis=1, ddof=1).mean() / 5)
    real = scores.mean(axis=1).std()
    assert real == pytest.approx(moved, abs=0.005)
    assert naive == pytest.approx(supposed, abs=0.003)
    assert 0.35 < luck[5].std() / real < 0.65  # "by half of that"
    assert 1.25 < real / naive < 1.75  # "half as much again"


def test_a_plain_fold_may_hold_no_rare_one():
    def without(j):
        return comb(5, j) * comb(100 - 20 * j, 8) / comb(100, 8)

    exact = sum((-1) ** (j + 1) * without(j) for j in (1, 2, 3, 4))
    assert exact == pytest.approx(2 / 3, abs=0.03)  # "about two"
    classes = np.repeat([0, 1], [92, 8])
    rng, missed = np.random.default_rng(7), 0
    for _ in range(1000):
        splits = folds(100, 5, rng=rng)
        missed += min(classes[held].sum() for _, held in splits) == 0
    assert missed / 1000 == pytest.approx(exact, abs=0.05)


def test_twins_promise_too_much():
    least = claim("12-validation", "each data set promises at least {}. With")
    low, high = claim("12-validation", "they promise {} to {}. Where the use")
    plain, grouped = np.array([script()["twins"](s) for s in range(5)]).T
    assert plain.min() == pytest.approx(least, abs=0.005)
    assert grouped.min() == pytest.approx(low, abs=0.005)
    assert grouped.max() == pytest.approx(high, abs=0.005)
    more = np.array([script()["twins"](s) for s in range(5, 15)])
    assert (more[:, 0] > more[:, 1] + 0.08).all()


def test_a_search_flatters():
    own, fresh, nested = claim(
        "12-validation",
        "Over 40 of them I found a mean of {} for the winner's own score, {}"
        " on fresh points, and {} for the nested search.",
    )
    above, all_of_them = claim(
        "12-validation", "its score was above the nested one in {} of the {}."
    )
    found = two_scores()
    assert found.mean(axis=0) == pytest.approx([own, fresh, nested], abs=0.035)
    flattery = (found[:, 0] - found[:, 1]).mean()
    assert 0.02 < flattery < 0.08  # "about four points"
    higher = (found[:, 0] > found[:, 2]).mean()
    assert higher == pytest.approx(above / all_of_them, abs=0.2)
    off = np.abs(found[:, 2] - found[:, 1])
    assert off.max() > 0.09  # "by ten points or more"


def test_a_nested_search_is_not_fooled_by_coins():
    flattered = claim(
        "12-validation", "presents the best of 20 coins with {}. The nested"
    )
    honest = claim("12-validation", "The nested search says {}. It is not")
    both = np.mean([script()["useless"](s) for s in range(100, 180)], axis=0)
    assert both == pytest.approx([flattered, honest], abs=0.02)


def test_the_best_step_is_too_good():
    best, chosen, last = best_steps().mean(axis=0)
    assert 0.045 < best - chosen < 0.1  # "about seven points"
    assert last > chosen - 0.01  # "no better than those of the last step"


def test_the_luck_of_the_weights_covers_the_candidates():
    found = np.array(script()["found"])
    names = script()
    points, labels, _, _ = names["draw"](60, 1)
    splits = folds(60, 3, rng=np.random.default_rng(1), classes=labels)
    judge = names["judge"](points, labels)
    _, table = names["search"](names["candidates"], judge, splits)
    of_candidates = np.ptp(table.mean(axis=1))
    assert np.ptp(found) > 0.8 * of_candidates  # "about the range"


def test_cross_validation_asks_in_the_holes():
    """A network of the small spiral: ten points too low, or more."""
    names, found = script(), []
    for seed in breadth(5, 30):
        rng = np.random.default_rng(seed)
        points, labels = names["spiral"](20, 3, rng=rng, dtype=np.float64)
        fresh, truth = names["spiral"](500, 3, rng=rng, dtype=np.float64)
        judge = names["judge"](points, labels)
        for rest, held in folds(60, 3, rng=rng, classes=labels):
            layers = names["train"](points[rest], labels[rest], 64, 0.1)
            found.append(
                (
                    judge((64, 0.1), rest, held),
                    names["right"](layers, fresh, truth),
                )
            )
    asked, real = np.mean(found, axis=0)
    assert asked < 0.37  # guessing
    assert real > asked + 0.09


def test_leaving_one_out():
    stated = claim(
        "12-validation", "Does that mean that the result is exact? (It is {}.)"
    )
    names = script()
    points, labels, _, _ = names["draw"](300, 1)
    score = names["by_heart"](points, labels)
    found = [names["estimate"](score, labels, 300, s) for s in range(3)]
    assert found[0] == pytest.approx(stated, abs=0.0005)
    assert len(set(found)) == 1


def test_dealt_folds_know_the_future():
    promised = claim("12-validation", "(Dealt folds promise {}.)")
    found = np.array([script()["two_ways"](s) for s in range(5)])
    dealt, forward = np.median(found, axis=0)
    assert dealt == pytest.approx(promised, abs=0.005)
    assert 0.05 < dealt - forward < 0.09  # "seven points more"
    more = np.array([script()["two_ways"](s) for s in range(5, 15)])
    assert 0.04 < np.median(more[:, 0] - more[:, 1]) < 0.1


def test_a_fold_of_sorted_labels_is_one_class():
    names = script()
    points, labels = names["spiral"](
        100, 3, rng=np.random.default_rng(4), dtype=np.float64
    )
    parts = np.array_split(np.arange(300), 3)
    for part in parts:
        assert len(set(labels[part])) == 1
    splits = [(np.setdiff1d(np.arange(300), part), part) for part in parts]
    scores = cross_validate(names["by_heart"](points, labels), splits)
    np.testing.assert_array_equal(scores, 0)


def test_more_attempts_flatter_ever_more_slowly():
    gains = [
        np.sqrt(np.log(after)) - np.sqrt(np.log(before))
        for before, after in pairwise((10, 100, 1000))
    ]
    assert gains[1] < gains[0]
    assert np.log(1000) == pytest.approx(3 * np.log(10))
