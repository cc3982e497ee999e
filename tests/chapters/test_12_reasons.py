"""Reasons of chapter 12's page, each with its cause taken away."""

import numpy as np
import pytest

from nnfs_code.data import split
from nnfs_code.validation import cross_validate, folds
from reasons import reason
from script_12 import PAGE, best_steps, script, two_scores


def test_picking_out_the_highest_is_what_flatters():
    reason(PAGE, "What is unfair is to pick out the highest, and then to")
    rng = np.random.default_rng(0)
    results = rng.binomial(100, 0.5, (500, 100)) / 100  # 500 contests
    picked, any_one = results.max(axis=1), results[:, 0]
    assert picked.mean() > 0.6
    assert any_one.mean() == pytest.approx(0.5, abs=0.01)


def test_the_test_score_is_not_flattered_since_nothing_was_chosen_by_it():
    reason(PAGE, "The test score is not, since nothing was chosen by it")
    rng = np.random.default_rng(1)
    hits = rng.integers(2, size=(400, 30, 120))  # contests, coins, questions
    chosen = hits[:, :, :60].mean(axis=2)
    tested = hits[:, :, 60:].mean(axis=2)
    contests = np.arange(400)
    by_validation = tested[contests, chosen.argmax(axis=1)]
    by_test = tested[contests, tested.argmax(axis=1)]
    assert by_validation.mean() == pytest.approx(0.5, abs=0.015)
    assert by_test.mean() > 0.6


def test_folds_are_steadier_because_they_ask_about_all():
    reason(
        PAGE,
        "The reason is that 5 folds ask about all 300 points, not 60",
    )
    names = script()
    points, labels, _, _ = names["draw"](300, 1)
    score = names["by_heart"](points, labels)
    fifth, all_asked, few_asked = [], [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        splits = folds(300, 5, rng=rng, classes=labels)
        twelve = [
            (rest, rng.choice(held, 12, replace=False))
            for rest, held in splits
        ]
        fifth.append(names["estimate"](score, labels, 1, seed))
        all_asked.append(cross_validate(score, splits).mean())
        few_asked.append(cross_validate(score, twelve).mean())
    assert np.std(all_asked) < 0.5 * np.std(fifth)
    assert np.std(few_asked) > 0.8 * np.std(fifth)  # five trainings, 60 asked


def test_scores_that_share_points_are_not_independent():
    reason(
        PAGE,
        "The five scores are not independent: what is held out once is in"
        " the rest of the other four",
    )
    reason(
        PAGE,
        "When I gave each score a data set of its own, both numbers were"
        " about 0.02",
    )
    reason(PAGE, "asked about fresh points, the same five learners give")
    names, apart, fresh = script(), [], []
    splits = folds(300, 5, rng=np.random.default_rng(0))
    assert len(np.intersect1d(splits[0][0], splits[1][0])) == 180
    for seed in range(20_000, 20_100):
        points, labels, _, _ = names["draw"](600, seed)  # 300 nobody splits
        score = names["by_heart"](points, labels)
        fresh.append([score(rest, held + 300) for rest, held in splits])
    for seed in range(10_000, 10_300):
        points, labels, _, _ = names["draw"](300, seed)
        rng = np.random.default_rng(seed)
        one = split(300, 0.2, rng=rng, classes=labels)
        apart.append(names["by_heart"](points, labels)(*one))
    apart = np.reshape(apart, (60, 5))
    shared = names["by_data"]
    ratios = [
        scores.mean(axis=1).std()
        / np.sqrt(scores.var(axis=1, ddof=1).mean() / 5)
        for scores in (shared, apart, np.array(fresh))
    ]
    assert ratios[0] > 1.25
    assert 0.8 < ratios[1] < 1.2
    assert 0.8 < ratios[2] < 1.2
    assert apart.mean(axis=1).std() == pytest.approx(0.02, abs=0.005)


def test_the_fold_that_is_asked_took_no_part_in_the_choice():
    reason(
        PAGE,
        "It is not fooled, because the fold that it asks took no part in the"
        " choice",
    )
    nested, fooled = [], []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        hits = rng.integers(2, size=(20, 100))
        for rest, held in folds(100, 3, rng=rng):
            honest = hits[:, rest].mean(axis=1).argmax()
            peeking = hits.mean(axis=1).argmax()  # the fold takes part
            nested.append(hits[honest, held].mean())
            fooled.append(hits[peeking, held].mean())
    assert np.mean(nested) == pytest.approx(0.5, abs=0.015)
    assert np.mean(fooled) > 0.57


def test_the_winner_is_flattered_because_it_is_the_highest():
    reason(PAGE, "It is the highest of four, so it is flattered")
    found = two_scores()
    names, plain = script(), []
    for seed in range(8):
        points, labels, fresh, truth = names["draw"](60, seed)
        rng = np.random.default_rng(seed)
        for rest, held in folds(60, 3, rng=rng, classes=labels):
            layers = names["train"](points[rest], labels[rest], 64, 0.1)
            plain.append(
                names["right"](layers, points[held], labels[held])
                - names["right"](layers, fresh, truth)
            )
    assert (found[:, 0] - found[:, 1]).mean() > 0.02
    assert abs(np.mean(plain)) < 0.04  # one candidate, no choice


def test_the_hole_is_why_cross_validation_is_low():
    reason(PAGE, "Hold one out, and there is a hole in its arm")
    names = script()
    left_out, in_holes, elsewhere = np.mean(
        [names["holes"](seed) for seed in range(20)], axis=0
    )
    assert elsewhere - in_holes > 0.015
    assert left_out == pytest.approx(in_holes, abs=0.012)
    # The cause away: points at random radii, 240 of them to learn from.
    asked, fresh_ones = [], []
    for seed in range(20):
        points, labels, fresh, truth = names["draw"](300, seed)
        fresh, truth = fresh[:300], truth[:300]
        score = names["by_heart"](
            np.concatenate((points, fresh)), np.concatenate((labels, truth))
        )
        rng = np.random.default_rng(seed)
        for rest, held in folds(300, 5, rng=rng, classes=labels):
            asked.append(score(rest, held))
            fresh_ones.append(score(rest, np.arange(300, 600)))
    assert np.mean(asked) == pytest.approx(np.mean(fresh_ones), abs=0.012)


def test_a_random_try_brings_a_new_value_of_each_setting():
    reason(
        PAGE,
        "A grid of nine tries has only three different values of each. Nine"
        " random tries have nine",
    )
    rng = np.random.default_rng(0)
    grid = np.tile([1 / 6, 3 / 6, 5 / 6], 3)
    nine = (np.arange(9) + 0.5) / 9  # a "grid" with nine values of each
    hidden = rng.random(4000)

    def off(tries):
        return np.abs(hidden[:, np.newaxis] - tries).min(axis=1).mean()

    drawn = np.mean([off(rng.random(9)) for _ in range(200)])
    assert off(grid) > 1.4 * drawn
    assert off(nine) < drawn  # it was the number of values, not chance


def test_the_order_of_the_list_matters_with_one_generator_for_all():
    reason(
        PAGE,
        "Then the weights of a candidate depend on how many candidates came"
        " before it",
    )
    names = script()
    points, labels, _, _ = names["draw"](60, 1)
    splits = folds(60, 3, rng=np.random.default_rng(1), classes=labels)
    pair = [(32, 0.1), (64, 0.1)]
    moved = {}
    for kind in ("careless", "judge"):
        rows = {one: [] for one in pair}
        for order in (pair, pair[::-1]):
            score = names[kind](points, labels)
            _, table = names["search"](order, score, splits)
            for one, row in zip(order, table, strict=True):
                rows[one].append(row)
        moved[kind] = max(np.abs(a - b).max() for a, b in rows.values())
    assert moved["careless"] > 0
    assert moved["judge"] == 0


def test_a_contest_between_steps_flatters():
    reason(PAGE, "It is a contest between 150 candidates")
    best, chosen, _ = best_steps().T
    names, single = script(), []
    for seed in range(8):  # without the contest: the last step alone
        points, labels, fresh, truth = names["draw"](180, seed)
        rng = np.random.default_rng(seed)
        ours, test = split(180, 1 / 3, rng=rng, classes=labels)
        layers = names["train"](points[ours], labels[ours], 64, 0.1, seed)
        single.append(
            names["right"](layers, points[test], labels[test])
            - names["right"](layers, fresh, truth)
        )
    assert (best - chosen).mean() > 0.04
    assert abs(np.mean(single)) < 0.04


def test_one_way_to_leave_one_out_has_no_luck_of_the_split():
    reason(
        PAGE,
        "There is only one way to hold out each sample alone, so the split"
        " has no luck left",
    )
    names = script()
    points, labels, _, _ = names["draw"](300, 1)
    score = names["by_heart"](points, labels)
    spreads = [
        np.ptp([names["estimate"](score, labels, n, s) for s in range(4)])
        for n in (300, 10)
    ]
    assert spreads[0] == 0
    assert spreads[1] > 0.005
