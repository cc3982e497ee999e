"""Folds: each sample once, even classes, whole groups; scores, a choice."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from nnfs_code.validation import cross_validate, folds, search

seeds = st.integers(0, 2**32 - 1)
numbers = st.integers(2, 6)
SIXTHS = [(np.delete(np.arange(6), i), np.array([i])) for i in range(6)]


def generator(seed):
    return np.random.default_rng(seed)


def assert_folds(splits, n_samples, n_folds):
    """Each sample is held out once, and in the rest of all other folds."""
    assert len(splits) == n_folds
    everyone = np.arange(n_samples)
    held_out = np.concatenate([held for _, held in splits])
    np.testing.assert_array_equal(np.sort(held_out), everyone)
    for rest, held in splits:
        np.testing.assert_array_equal(rest, np.setdiff1d(everyone, held))
        assert len(held)
        assert (np.diff(held) > 0).all()


def counts(splits, keys):
    """Return how many of each key each fold holds out."""
    n_keys = keys.max() + 1
    return np.array(
        [np.bincount(keys[h], minlength=n_keys) for _, h in splits]
    )


@given(n=st.integers(6, 100), n_folds=numbers, seed=seeds)
def test_each_sample_is_held_out_once(n, n_folds, seed):
    splits = folds(n, n_folds, rng=generator(seed))
    assert_folds(splits, n, n_folds)
    sizes = [len(held) for _, held in splits]
    theirs = [len(held) for _, held in KFold(n_folds).split(np.zeros(n))]
    assert sorted(sizes) == sorted(theirs)


def test_as_many_folds_as_samples_leave_one_out():
    splits = folds(7, 7, rng=generator(0))
    assert_folds(splits, 7, 7)


def test_chance_decides_who_is_held_out_together():
    rng, together = generator(0), np.zeros((12, 12))
    for _ in range(3000):
        for _, held in folds(12, 3, rng=rng):
            together[np.ix_(held, held)] += 1
    pairs = together[~np.eye(12, dtype=bool)] / 3000
    np.testing.assert_allclose(pairs, 3 / 11, atol=0.04)


def test_a_generator_in_the_same_state_deals_in_the_same_way():
    first, again, other = (folds(40, 4, rng=generator(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(first[0][1], again[0][1])
    assert not np.array_equal(first[0][1], other[0][1])


@given(
    sizes=st.lists(st.integers(1, 30), min_size=2, max_size=5),
    n_folds=numbers,
    seed=seeds,
)
def test_classes_are_spread_to_within_one(sizes, n_folds, seed):
    classes = np.repeat(np.arange(len(sizes)), sizes)
    generator(seed).shuffle(classes)
    if len(classes) < n_folds:
        return
    splits = folds(len(classes), n_folds, rng=generator(seed), classes=classes)
    assert_folds(splits, len(classes), n_folds)
    table = counts(splits, classes)
    assert np.ptp(table, axis=0).max() <= 1
    assert np.ptp(table.sum(axis=1)) <= 1


def test_without_classes_they_are_not_spread():
    """Negative control of the test above."""
    classes = np.repeat([0, 1], [90, 10])
    tables = [
        counts(folds(100, 5, rng=generator(seed)), classes)
        for seed in range(20)
    ]
    assert max(np.ptp(table[:, 1]) for table in tables) > 2


def test_scikit_learn_spreads_classes_alike():
    classes = generator(3).permutation(np.repeat([0, 1, 2], [50, 23, 8]))
    ours = folds(81, 4, rng=generator(0), classes=classes)
    theirs = list(
        StratifiedKFold(4, shuffle=True, random_state=0).split(
            classes, classes
        )
    )
    np.testing.assert_array_equal(
        np.sort(counts(ours, classes), axis=0),
        np.sort(counts(theirs, classes), axis=0),
    )


@given(
    sizes=st.lists(st.integers(1, 8), min_size=6, max_size=30),
    n_folds=numbers,
    seed=seeds,
)
def test_groups_stay_whole_and_folds_alike(sizes, n_folds, seed):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    generator(seed).shuffle(groups)
    splits = folds(len(groups), n_folds, rng=generator(seed), groups=groups)
    assert_folds(splits, len(groups), n_folds)
    assert ((counts(splits, groups) > 0).sum(axis=0) == 1).all()
    held = [len(h) for _, h in splits]
    assert max(held) - min(held) <= max(sizes)
    theirs = GroupKFold(n_folds).split(groups, groups=groups)
    assert sorted(held) == sorted(len(h) for _, h in theirs)


def test_without_groups_they_are_torn():
    """Negative control of the test above."""
    groups = np.repeat(np.arange(20), 3)
    table = counts(folds(60, 4, rng=generator(0)), groups)
    assert ((table > 0).sum(axis=0) > 1).any()


@given(
    kinds=st.lists(st.integers(0, 2), min_size=6, max_size=30),
    n_folds=numbers,
    seed=seeds,
)
def test_groups_of_one_class_leave_no_fold_empty(kinds, n_folds, seed):
    classes = np.repeat(kinds, 2)
    groups = np.repeat(np.arange(len(kinds)), 2)
    splits = folds(
        len(groups),
        n_folds,
        rng=generator(seed),
        classes=classes,
        groups=groups,
    )
    assert_folds(splits, len(groups), n_folds)
    table = counts(splits, groups)
    assert ((table > 0).sum(axis=0) == 1).all()


def test_groups_spread_their_classes_too():
    rng = generator(0)
    with_classes, without = [], []
    for _ in range(20):
        kinds = rng.permutation(np.repeat([0, 1], [24, 6]))
        classes = np.repeat(kinds, 3)
        groups = np.repeat(np.arange(30), 3)
        for found, known in ((with_classes, classes), (without, None)):
            splits = folds(90, 3, rng=rng, classes=known, groups=groups)
            found.append(np.ptp(counts(splits, classes)[:, 1]))
    assert max(with_classes) == 0  # two rare groups of three in each fold
    assert np.mean(without) > 3


def test_a_rare_class_counts_as_much_as_a_common_one():
    """Groups of 13 to 8, half of them with one rare sample, in 3 folds."""
    for seed in range(20):
        rng = generator(seed)
        rare = rng.permutation([0, 0, 0, 1, 1, 1])
        sizes = np.arange(13, 7, -1)
        groups = np.repeat(np.arange(6), sizes)
        classes = np.zeros(len(groups), int)
        classes[np.cumsum(sizes)[rare == 1] - 1] = 1
        splits = folds(len(groups), 3, rng=rng, classes=classes, groups=groups)
        np.testing.assert_array_equal(counts(splits, classes)[:, 1], 1)


def test_the_largest_group_comes_first():
    """Four of both classes; then pairs and single ones make up for it."""
    groups = np.repeat(np.arange(5), [4, 2, 2, 1, 1])
    classes = np.array([0, 0, 1, 1, 0, 0, 1, 1, 0, 1])
    for seed in range(6):
        splits = folds(
            10, 2, rng=generator(seed), classes=classes, groups=groups
        )
        assert counts(splits, classes).sum(axis=1).tolist() == [5, 5]


def test_chance_decides_where_a_group_goes():
    rng, times = generator(0), np.zeros(4)
    for _ in range(2000):
        held = folds(8, 2, rng=rng, groups=np.repeat(np.arange(4), 2))[0][1]
        times[held[::2] // 2] += 1
    np.testing.assert_allclose(times / 2000, 0.5, atol=0.05)


def test_names_do_for_classes_and_groups():
    names = np.array(["b", "a"] * 4)
    for keys in ({"classes": names}, {"groups": names}):
        splits = folds(8, 2, rng=generator(0), **keys)
        assert_folds(splits, 8, 2)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 2), ValueError, "folds expected n_samples of at least 1, got 0"),
        (
            (9, 2.0),
            TypeError,
            "folds expected n_folds as a whole number, got 2.0",
        ),
        (
            (9, 1),
            ValueError,
            "folds expected n_folds from 2 to the number of samples, 9, got 1",
        ),
        (
            (9, 10),
            ValueError,
            "folds expected n_folds from 2 to the number of samples, 9, "
            "got 10",
        ),
    ],
)
def test_numbers_that_make_no_folds_are_refused(arguments, error, message):
    rng = generator(0)
    before = rng.bit_generator.state
    with pytest.raises(error, match=f"^{message}$"):
        folds(*arguments, rng=rng)
    assert rng.bit_generator.state == before


def test_too_few_groups_are_refused():
    expected = "n_folds from 2 to the number of groups, 2"
    with pytest.raises(ValueError, match=f"^folds expected {expected}, got 3"):
        folds(4, 3, rng=generator(0), groups=np.array([0, 0, 1, 1]))


@pytest.mark.parametrize("name", ["classes", "groups"])
def test_keys_that_fit_no_sample_are_refused(name):
    start = f"folds expected {name}"
    with pytest.raises(TypeError, match=f"^{start} as an array, got a list$"):
        folds(4, 2, rng=generator(0), **{name: [0, 0, 1, 1]})
    message = re.escape(f"{start} of shape (4,), got (5,)")
    with pytest.raises(ValueError, match=f"^{message}$"):
        folds(4, 2, rng=generator(0), **{name: np.zeros(5, int)})


def test_each_split_is_scored_in_its_order():
    seen = []

    def score(rest, held_out):
        seen.append((rest, held_out))
        return len(seen) / 2

    scores = cross_validate(score, SIXTHS)

    np.testing.assert_array_equal(scores, np.arange(1, 7) / 2)
    assert scores.dtype == np.float64
    for (rest, held), split in zip(seen, SIXTHS, strict=True):
        assert rest is split[0]
        assert held is split[1]


@pytest.mark.parametrize("value", [np.nan, np.inf, None])
def test_a_score_that_is_no_number_is_refused(value):
    message = "^cross_validate expected finite scores, got NaN or infinity$"
    with pytest.raises(ValueError, match=message):
        cross_validate(lambda *_: value, SIXTHS)


def test_no_split_is_refused():
    message = "^cross_validate expected scores with samples, got an empty "
    with pytest.raises(ValueError, match=message):
        cross_validate(lambda *_: 1.0, [])


def test_the_highest_mean_is_chosen():
    table = np.array([[0.9, 0.1], [0.6, 0.7], [0.5, 0.5]])
    best, found = search(
        ["x", "y", "z"],
        lambda name, _, held: table["xyz".index(name), held[0]],
        SIXTHS[:2],
    )
    assert best == "y"
    np.testing.assert_array_equal(found, table)


def test_of_equal_means_the_first_wins_whatever_the_last_bit():
    rows = {"x": (0.3, 0.2, 0.1), "y": (0.1, 0.2, 0.3)}
    assert np.mean(rows["y"]) > np.mean(rows["x"])  # by the last bit
    for names in ("xy", "yx"):
        best, _ = search(
            names, lambda name, _, held: rows[name][held[0]], SIXTHS[:3]
        )
        assert best == names[0]


def test_no_candidate_is_refused():
    message = r"^search expected candidates, got none$"
    with pytest.raises(ValueError, match=message):
        search([], lambda *_: 1.0, SIXTHS)
