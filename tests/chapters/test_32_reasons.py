"""Reasons of chapter 32's page, each with its cause taken away."""

import numpy as np
import pytest

from nnfs_code.decisions import break_even, paired_bootstrap
from reasons import reason
from script_32 import ALIKE, PAGE, cost, names

COSTS = [[0, 5], [1, 0]]


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", ["linear", "trees", "network"])
def test_one_half_is_for_equal_prices(name):
    reason(
        PAGE,
        "One half is the right border only if both mistakes cost the same.",
    )
    said = names()["runs"][name]
    assert cost(said, ALIKE, COSTS) > cost(said, COSTS, COSTS) + 0.2
    assert cost(said, ALIKE, ALIKE) < cost(said, COSTS, ALIKE) - 0.1


def test_a_threshold_that_is_chosen_promises_too_much():
    reason(
        PAGE,
        "The promise is too good because the threshold was chosen on the loans"
        " that it is judged by.",
    )
    bad, said = names()["bad"], names()["runs"]["linear"][0]
    tried = np.linspace(0.05, 0.5, 91)[:, None]
    loss = np.where(said > tried, 1 - bad, 5 * bad)
    chosen, strangers = [], []
    for seed in range(200):
        order = rng(seed).permutation(1000)
        mine, others, judged = order[:200], order[200:400], order[400:]
        best = loss[:, mine].mean(axis=1).argmin()
        elsewhere = loss[:, others].mean(axis=1).argmin()
        chosen.append(loss[best, judged].mean() - loss[best, mine].mean())
        strangers.append(
            loss[elsewhere, judged].mean() - loss[elsewhere, mine].mean()
        )
    assert np.mean(chosen) > 0.04
    assert abs(np.mean(strangers)) < 0.015


def refused(share, price):
    """Return what share of that world's loans the linear model refuses."""
    up, down = share / 0.3, (1 - share) / 0.7
    said = names()["runs"]["linear"].astype(float)
    said = up * said / (up * said + down * (1 - said))
    weight = np.where(names()["bad"], up, down)
    return (weight * (said > 1 / (1 + price))).mean()


def test_where_one_answer_suits_nearly_all_little_is_left_to_save():
    reason(
        PAGE,
        "A model is worth little where one and the same answer is the cheaper"
        " one for nearly all loans",
    )
    saves = {
        row: names()["elsewhere"]("linear", *row).mean()
        for row in ((0.02, 5), (0.3, 20), (0.15, 5), (0.3, 5), (0.05, 5))
    }
    assert refused(0.02, 5) < 0.02
    assert refused(0.3, 20) > 0.9
    assert 0.3 < refused(0.15, 5) < 0.4
    assert max(saves[0.02, 5], saves[0.3, 20]) < 0.02
    assert max(saves, key=saves.get) == (0.15, 5)
    none = np.zeros(1000)
    elsewhere = names()["elsewhere"]
    rare = paired_bootstrap(elsewhere("linear", 0.05, 5), none, rng=rng())
    dear = paired_bootstrap(elsewhere("linear", 0.05, 20), none, rng=rng())
    assert rare.tie
    assert not dear.tie


def test_the_turned_table_turns_the_border():
    reason(PAGE, "The border is now at five sixths")
    turned = np.array(COSTS).T
    assert break_even(turned) == pytest.approx(5 / 6)
    said = names()["runs"]["linear"]
    assert (said > break_even(turned)).mean() < 0.02
    assert (said > break_even(COSTS)).mean() > 0.5


def test_the_luck_of_the_loans_is_shared_in_pairs():
    reason(
        PAGE, "All models judged the same loans, so we compare loan by loan"
    )
    costs = names()["costs"]
    pairs = paired_bootstrap(costs["network"], costs["linear"], rng=rng())
    apart = paired_bootstrap(
        costs["network"], rng(1).permutation(costs["linear"]), rng=rng()
    )
    assert pairs.high - pairs.low < 0.07
    assert apart.high - apart.low > 2 * (pairs.high - pairs.low)


def test_asking_is_cheap_because_the_look_is_right():
    reason(PAGE, "is the assumption that makes this so good")
    said = names()["runs"]["linear"]
    without = cost(said, COSTS, COSTS)
    right = np.array([[0, 5], [1, 0], [0.4, 0.4]])
    # It now finds one half of the bad ones, and still takes 0.4.
    half = np.array([[0, 5], [1, 0], [0.4, 2.9]])
    assert cost(said, right, right) < without - 0.15
    assert cost(said, half, half) > without - 0.03


def test_a_perfect_code_book_changes_no_score():
    """A model sees numbers: other words over them are the same columns."""
    reason(PAGE, "a model works with the numbers, and is as good as before")
    from nnfs_code.cases import credit_features, credit_model

    loans = names()["loans"]
    named = {**loans, "account": 5 - loans["account"]}
    mixed = {**loans, "account": rng().permutation(loans["account"])}
    bad = loans["bad"]
    losses = []
    for one in (loans, named, mixed):
        points = credit_features(one, "account")
        points = (points - points.mean(axis=0)) / points.std(axis=0)
        model = credit_model(points, bad, (), 0.003, seed=0)
        losses.append(model.evaluate(points, bad[:, None]).loss)
    assert losses[1] == pytest.approx(losses[0], abs=1e-4)
    assert losses[2] > losses[0] + 0.05
