"""Reasons of chapter 11's page, each with its cause taken away."""

import numpy as np
import pytest

from nnfs_code.data import split
from nnfs_code.splits import every_so_many
from reasons import reason
from script_11 import PAGE, runs, script


def test_the_nearest_neighbour_is_good_because_near_points_agree():
    reason(
        PAGE,
        "The reason is that near points mostly have the same label here",
    )
    spiral, nearest = script()["spiral"], script()["nearest"]
    with_cause, without = [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
        fresh, truth = spiral(300, 3, rng=rng, dtype=np.float64)
        for found, known in (
            (with_cause, labels),
            (without, rng.permutation(labels)),
        ):
            found.append((nearest(points, known, fresh) == truth).mean())
    assert min(with_cause) > 0.75
    assert max(without) < 0.45


def test_its_training_accuracy_misses_only_the_origin():
    reason(PAGE, "Its training accuracy is as good as perfect, since each")
    reason(PAGE, "three points, three labels, and only one can be right")
    rng = np.random.default_rng(0)
    points, labels = script()["spiral"](100, 3, rng=rng, dtype=np.float64)
    nearest = script()["nearest"]
    with_origin = (nearest(points, labels, points) == labels).sum()
    away = np.hypot(*points.T) > 0
    kept, names = points[away], labels[away]

    assert with_origin == 298
    assert (nearest(kept, names, kept) == names).all()


def test_the_network_learns_a_smaller_share_of_more_points_by_heart():
    reason(
        PAGE,
        "Why does the training accuracy fall? The shuffled labels have shown"
        " it: in the same number of steps, the network learns a smaller share"
        " of more points by heart",
    )
    few, many = (np.median(runs(n, shuffled=True)[:, 0]) for n in (25, 100))
    assert few - many > 0.2
    # Where nothing has to be learned by heart, more points are no worse.
    own = []
    for n in (25, 100):
        rng = np.random.default_rng(0)
        points, _ = script()["spiral"](n, 3, rng=rng, dtype=np.float64)
        labels = (points[:, 0] > 0).astype(int)
        network = script()["train"](points, labels, rng)
        answers = network.scores(points).argmax(axis=1)
        own.append((answers == labels).mean())
    assert own[1] >= own[0] - 0.01
    assert own[1] > 0.99


def test_the_mixed_products_average_out_if_points_are_apart():
    reason(
        PAGE,
        "because in the square of the sum the mixed products average out to"
        " nothing",
    )
    rng = np.random.default_rng(0)
    apart = rng.random((20_000, 40)) < 0.8
    twins = np.repeat(apart[:, :20], 2, axis=1)  # each with its copy
    formula = 0.8 * 0.2 / 40
    assert apart.mean(axis=1).var() == pytest.approx(formula, rel=0.05)
    assert twins.mean(axis=1).var() == pytest.approx(2 * formula, rel=0.05)


def test_siblings_stand_or_fall_together():
    reason(
        PAGE,
        "The formula wants test points that have nothing to do with each"
        " other, and siblings stand or fall together",
    )
    kinds, groups = script()["kinds"], script()["groups"]
    rest, test = split(
        len(kinds),
        0.25,
        rng=np.random.default_rng(0),
        classes=kinds,
        groups=groups,
    )
    table, rng = script()["bags"](rest), np.random.default_rng(0)
    # One layer that stays as it is; only the test titles change.
    words = table[rest].T @ np.eye(6)[kinds[rest]]
    words /= 1 + words.sum(axis=1, keepdims=True)
    right = (table[test] @ words).argmax(axis=1) == kinds[test]
    family = np.unique(groups[test], return_inverse=True)[1]

    def spread(marks):
        """Return the spread when whole families are drawn again."""
        sums, sizes = np.bincount(family, marks), np.bincount(family)
        drawn = rng.integers(len(sizes), size=(2000, len(sizes)))
        return (sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)).std()

    formula = np.sqrt(right.mean() * (1 - right.mean()) / len(test))
    shuffled = [spread(rng.permutation(right)) for _ in range(10)]
    assert spread(right) > 1.5 * formula
    assert np.median(shuffled) == pytest.approx(formula, rel=0.25)


def test_the_leak_is_the_siblings():
    reason(PAGE, "The layer knows the answer by the family")
    kinds, groups = script()["kinds"], script()["groups"]
    route, found = script()["route"], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        rest, test = split(len(kinds), 0.25, rng=rng, classes=kinds)
        half = rng.permutation(np.unique(groups[test]))[::2]
        asked = test[np.isin(groups[test], half)]
        family = np.isin(groups[rest], half)
        # Take the siblings away, or as many titles of other families.
        others = rng.permutation(rest[~family])[family.sum() :]
        with_siblings = np.concatenate((rest[family], others))
        found.append(
            [
                route(kept, asked, seed)[1]
                for kept in (with_siblings, rest[~family])
            ]
        )
    known, orphaned = np.median(found, axis=0)
    assert known > 0.8
    assert orphaned < known - 0.2


def test_days_on_both_sides_make_the_promise():
    reason(
        PAGE,
        "In the random split, the network has seen days on both sides of each"
        " test day",
    )
    drifting = np.array([script()["slide"](0.6, s) for s in range(9)])
    still = np.array([script()["slide"](0.0, s) for s in range(9)])
    lost = np.median(drifting[:, 0] - drifting[:, 1])
    assert lost > 0.12
    assert abs(np.median(still[:, 0] - still[:, 1])) < 0.02


def test_a_random_offset_prefers_no_place():
    reason(
        PAGE,
        "The random number shifts the rounding, so that no place is preferred",
    )

    class Never:
        def integers(self, n):
            return 0

    order = np.arange(10)
    times = np.zeros(10)
    rng = np.random.default_rng(0)
    for _ in range(4000):
        times += every_so_many(3, order, rng)
    fixed = every_so_many(3, order, Never())
    np.testing.assert_allclose(times / 4000, 0.3, atol=0.03)
    np.testing.assert_array_equal(np.flatnonzero(fixed), [3, 6, 9])


def test_hard_points_are_hard_for_both_networks():
    reason(
        PAGE,
        "Most points are easy or hard for both networks, and on the same test"
        " set these cancel",
    )
    one, two = script()["one"], script()["two"]
    m = len(one)
    together = (one.astype(int) - two).std() / np.sqrt(m)
    rng = np.random.default_rng(0)
    mixed = [
        (one.astype(int) - rng.permutation(two)).std() / np.sqrt(m)
        for _ in range(20)
    ]
    apart = np.sqrt((one.var() + two.var()) / m)
    assert together < 0.7 * apart
    assert np.median(mixed) == pytest.approx(apart, rel=0.05)


def test_a_twin_on_the_other_side_is_the_leak():
    reason(PAGE, "knows the recipe: it finds the twin")
    apart, together = np.median(
        [script()["twins"](seed) for seed in range(20)], axis=0
    )
    assert apart > together + 0.1
    # Twins that are strangers: a copy far away, with its own noise.
    spiral, nearest, found = script()["spiral"], script()["nearest"], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        points, labels = zip(
            *(spiral(50, 3, rng=rng, dtype=np.float64) for _ in range(2)),
            strict=True,
        )
        points, labels = np.vstack(points), np.concatenate(labels)
        family = np.tile(np.arange(150), 2)
        pair = []
        for groups in (None, family):
            rest, test = split(300, 0.25, rng=rng, groups=groups)
            answers = nearest(points[rest], labels[rest], points[test])
            pair.append((answers == labels[test]).mean())
        found.append(pair[0] - pair[1])
    assert abs(np.median(found)) < 0.04
