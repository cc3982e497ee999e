"""Chapter 12: solutions, and the checks that "Where it goes wrong" names."""

import math

import numpy as np
import pytest

from claims import claim
from nnfs_code.validation import cross_validate, folds, search
from script_12 import script


def test_the_work_of_a_search_and_of_a_nested_one():
    last = claim("12-validation", "inner folds need? (The last is {}.)")
    asked = []

    def score(candidate, rest, held):
        asked.append((len(rest), len(held)))
        return 0.0

    splits = folds(12, 4, rng=np.random.default_rng(0))
    search(range(6), score, splits)
    assert asked == [(9, 3)] * 24

    def nested(rest, held):
        inner = folds(len(rest), 4, rng=np.random.default_rng(0))
        inside = [(rest[one], rest[two]) for one, two in inner]
        best, _ = search(range(6), score, inside)
        return score(best, rest, held)

    asked.clear()
    outer = folds(60, 5, rng=np.random.default_rng(0))
    cross_validate(nested, outer)
    assert len(asked) == last


def test_the_page_counts_the_trainings_of_its_nested_search():
    inside, whole, plain = claim(
        "12-validation",
        "It costs: three outer folds with a search of $4 \\cdot {}$ trainings"
        " and one more each are {} trainings, where the plain search needs"
        " {}.",
    )
    asked = []

    def score(candidate, rest, held):
        asked.append(candidate)
        return 0.0

    names = script()
    splits = folds(60, 3, rng=np.random.default_rng(0))
    search(names["candidates"], score, splits)
    assert (inside, len(asked)) == (3, plain)
    asked.clear()
    rng, same = np.random.default_rng(0), np.zeros(60, int)
    names["nested"](names["candidates"], score, splits, same, rng)
    assert len(asked) == whole


def test_the_inner_search_never_sees_what_is_held_out():
    seen = []

    def score(candidate, rest, held):
        seen.append((set(rest), set(held)))
        return 0.0

    names = script()
    splits = folds(30, 3, rng=np.random.default_rng(0))
    rng, same = np.random.default_rng(0), np.zeros(30, int)
    names["nested"]([(16, 0.1)], score, splits, same, rng)
    for outer, calls in zip(splits, np.reshape(seen, (3, 4, 2)), strict=True):
        for rest, held in calls[:3]:
            assert not (rest | held) & set(outer[1])
            assert rest | held == set(outer[0])
        assert calls[3][1] == set(outer[1])


def test_places_are_not_samples():
    """Forget ``rest[one]``, and the inner search has held-out samples."""
    splits = folds(30, 3, rng=np.random.default_rng(0))
    rest, held = splits[0]
    inner = folds(len(rest), 3, rng=np.random.default_rng(0))
    assert any(set(one) & set(held) for one, _ in inner)
    assert not any(set(rest[one]) & set(held) for one, _ in inner)


def test_the_bound_of_twenty():
    first = claim("12-validation", "within one point, 0.01? ({} for the first")
    assert 0.5 + math.sqrt(math.log(20) / 800) == pytest.approx(
        first, abs=0.0005
    )
    enough = math.log(20) / (2 * 0.01**2)
    assert math.sqrt(math.log(20) / (2 * enough)) == pytest.approx(0.01)


@pytest.mark.parametrize(("n_samples", "n_folds"), [(600, 2), (11, 4)])
def test_forward_splits_never_look_ahead(n_samples, n_folds):
    splits = script()["forward"](n_samples, n_folds)
    assert len(splits) == n_folds
    for rest, held in splits:
        assert rest.max() < held.min()
        np.testing.assert_array_equal(rest, np.arange(held[0]))
    dealt = folds(n_samples, n_folds, rng=np.random.default_rng(0))
    assert any(rest.max() > held.min() for rest, held in dealt)
