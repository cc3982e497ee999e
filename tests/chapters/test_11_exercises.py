"""Chapter 11: solutions, and the checks that "Where it goes wrong" names."""

import hashlib
import math
from pathlib import Path

import numpy as np
import pytest

from claims import claim
from nnfs_code.data import split
from script_11 import script

DATASETS = Path(__file__).resolve().parents[2] / "resources" / "datasets"


def test_counts_show_a_split_that_was_not_shuffled():
    labels = script()["labels"]
    plain = np.bincount(labels[225:], minlength=3)
    fair = labels[split(300, 0.25, rng=np.random.default_rng(0))[1]]

    np.testing.assert_array_equal(plain, [0, 0, 75])
    assert np.bincount(fair, minlength=3).min() > 15


def test_shared_rows_finds_the_same_seed_and_only_that():
    spiral, shared = script()["spiral"], script()["shared_rows"]
    one, again, other = (
        spiral(100, 3, rng=np.random.default_rng(seed), dtype=np.float64)[0]
        for seed in (1, 1, 2)
    )
    assert shared(one, again) == 300
    assert shared(one, other) == 3
    origin = np.hypot(*other.T) == 0
    assert origin.sum() == 3
    assert shared(one, other[~origin]) == 0


def test_the_sample_of_titles_is_the_one_that_was_prepared():
    text = (DATASETS / "icd10-titles.tsv").read_bytes()
    assert hashlib.sha256(text).hexdigest().startswith("31e93508ee3955dc")
    codes = script()["codes"]
    assert len(set(codes)) == len(codes) == 1272
    assert {code[0] for code in codes} == set("GIJKLN")


def test_a_test_word_has_no_column():
    words, bags = script()["words"], script()["bags"]
    rest, _ = split(len(words), 0.25, rng=np.random.default_rng(0))
    table = bags(rest)
    vocabulary = set().union(*(words[row] for row in rest))
    assert table.shape == (1272, len(vocabulary))
    expected = [len(bag & vocabulary) for bag in words]
    np.testing.assert_array_equal(table.sum(axis=1), expected)
    assert len(vocabulary) < len(set().union(*words))


# --- solutions


def test_solution_1():
    spread = claim(
        "11-out-of-sample-data", "to be one point, 0.01? (The spread is {}.)"
    )
    assert math.sqrt(0.9 * 0.1 / 400) == pytest.approx(spread)
    assert 2 * math.sqrt(0.9 * 0.1 / 3600) == pytest.approx(0.01)


def test_solution_2():
    expected = claim(
        "11-out-of-sample-data",
        "can bear one error in 100? (For 60 it is {}.)",
    )
    rate = 1 - 0.05 ** (1 / 60)
    assert rate == pytest.approx(expected, abs=0.0005)
    assert 1 - 0.05 ** (1 / 300) < 0.01 < 1 - 0.05 ** (1 / 290)


def test_solution_3():
    right, other = claim(
        "11-out-of-sample-data",
        "Two networks have {} and {} right on the same",
    )
    same, apart = claim(
        "11-out-of-sample-data", "on two different test sets? ({} and {}.)"
    )
    one, two = script()["one"], script()["two"]
    assert (one.mean(), two.mean()) == pytest.approx((right, other), abs=5e-4)
    difference = one.astype(int) - two
    only = (difference == 1).sum(), (difference == -1).sum()
    by_counts = (only[0] + only[1]) / 600 - ((only[0] - only[1]) / 600) ** 2
    assert math.sqrt(by_counts / 600) == pytest.approx(same, abs=5e-4)
    assert math.sqrt((one.var() + two.var()) / 600) == pytest.approx(
        apart, abs=5e-4
    )
    assert 1 < difference.mean() / same < 2  # "a little less than two"


def test_solution_4():
    number = claim(
        "11-out-of-sample-data",
        "does a random split with seed 0 tear apart? ({}.)",
    )
    whole = claim("11-out-of-sample-data", "The other {} are small")
    groups, torn = script()["groups"], script()["torn"]
    rest, test = split(len(groups), 0.25, rng=np.random.default_rng(0))
    found = torn(groups, rest, test)
    assert len(found) == number == 180 - whole
    names, sizes = np.unique(groups, return_counts=True)
    apart = np.isin(names, found)
    assert np.median(sizes[~apart]) < np.median(sizes[apart])


def test_solution_5():
    first = claim(
        "11-out-of-sample-data",
        "The middle of five seeds is {} in the first of them",
    )
    medians = np.median(
        [script()["staleness"](seed) for seed in range(5)], axis=0
    )
    assert medians[0] == pytest.approx(first, abs=0.005)
    more = np.median(
        [script()["staleness"](seed) for seed in range(40)], axis=0
    )
    assert more[0] - more[1] > 0.05
    assert more[1] - more[2] > more[0] - more[1]
