"""The capstone on returns: what the solution says of its numbers."""

import numpy as np
import pytest

from claims import claim
from reasons import reason
from test_notebook_claims import ran


@pytest.fixture(scope="module")
def names():
    return ran("23-capstone-returns")[0]


def test_with_equal_costs_the_rule_is_to_be_sure_enough():
    sure = claim("notebooks/23-capstone-returns", "is at least {} % sure of.")
    costs = 10 * (1 - np.eye(3))
    for top in (sure - 1, sure + 1):
        said = np.array([top, 100 - top, 0]) / 100
        assert ((said @ costs).min() < 1) == (top > sure)


def test_the_cheapest_bin_is_that_of_the_lowest_expected_cost(names):
    said = np.zeros((2, 10))
    said[0, [0, 6, 8]] = 0.5, 0.45, 0.05  # two tops: 4 * .45 + 10 * .05
    said[1, [0, 8]] = 0.95, 0.05
    assert names["by_costs"](said).tolist() == [names["CLERK"], 0]
    bins = np.array([names["CLERK"], 8, 6, 0])
    paid = names["costs"](bins, np.array([0, 0, 0, 0]))
    assert paid.tolist() == [1, 10, 4, 0]


def test_both_models_cost_less_than_the_clerk_with_each_seed(names):
    for five in names["scores"].values():
        for scores in five:
            bins = names["by_costs"](names["softmaxed"](scores))
            assert names["costs"](bins, names["truth"]).mean() < 0.8


def of_rule(names, model, rule):
    bins = names["rules"][rule](
        names["mean_scores"][model], names["best"][model]
    )
    return names["costs"](bins, names["truth"]).mean()


@pytest.mark.parametrize("model", ["linear", "network"])
def test_the_machine_alone_is_hardly_better_and_asking_is(names, model):
    assert of_rule(names, model, "machine for all") > 0.85
    assert of_rule(names, model, "by costs") < 0.7


@pytest.mark.parametrize("model", ["linear", "network"])
def test_divided_scores_are_truer_and_the_decisions_no_cheaper(names, model):
    scores, by = names["mean_scores"][model], names["best"][model]
    assert by > 1
    assert names["log_loss"](scores, by) < names["log_loss"](scores, 1)
    divided = of_rule(names, model, "by costs, divided")
    assert of_rule(names, model, "by costs") <= divided


def test_the_verdict(names):
    cost, give = claim(
        "notebooks/23-capstone-returns",
        "then costs {} instead of 1, give or take {} (from",
    )
    paid = names["paid"]["network", "by costs"]
    assert paid.mean() == pytest.approx(cost, abs=0.03)
    assert paid.std() / np.sqrt(len(paid)) == pytest.approx(give, abs=0.015)
    for model in ("linear", "network"):
        assert names["paid"][model, "machine for all"].mean() > 0.95


def test_dividing_would_have_paid_on_the_verdict(names):
    divided, plain = claim(
        "notebooks/23-capstone-returns", "it would have: {} in place of {}."
    )
    bins = names["rules"]["by costs, divided"](
        names["scores_of"](
            names["models"]["network"], names["final_pictures"]
        ).mean(axis=0),
        names["best"]["network"],
    )
    found = names["costs"](bins, names["final_labels"]).mean()
    assert found == pytest.approx(divided, abs=0.03)
    paid = names["paid"]["network", "by costs"].mean()
    assert paid == pytest.approx(plain, abs=0.03)
    assert found < paid


def test_network_and_line_are_not_settled(names):
    gap, error = claim(
        "notebooks/23-capstone-returns",
        "was cheaper by {}, with a standard error of {}.",
    )
    assert names["gap"] == pytest.approx(gap, abs=0.04)
    assert names["gap_error"] == pytest.approx(error, abs=0.015)
    assert 0 < names["gap"] < 2.5 * names["gap_error"]
    saved = {
        model: 1 - names["paid"][model, "by costs"].mean()
        for model in ("linear", "network")
    }
    assert saved["linear"] > 0.6 * saved["network"]  # "most of the saving"


def test_costs_treat_shirts_and_shoes_differently(names):
    """A threshold on how sure the model is would not."""
    reason("notebooks/23-capstone-returns", "The costs gave the rule.")
    said = np.zeros((2, 10))
    said[0, [4, 6]] = 0.8, 0.2  # a coat, or a shirt
    said[1, [8, 7]] = 0.8, 0.2  # a bag, or a sneaker
    machine = names["by_costs"](said) != names["CLERK"]
    assert machine.tolist() == [True, False]
    assert said.max(axis=1).tolist() == [0.8, 0.8]


def test_a_plain_threshold_costs_about_the_same(names):
    sure = claim(
        "notebooks/23-capstone-returns", "a plain threshold of {} costs about"
    )
    sorts = claim(
        "notebooks/23-capstone-returns", "it sorts {} of the pieces."
    )
    said, truth = names["said"], names["final_labels"]
    bins = np.where(
        said.max(axis=1) > sure, said.argmax(axis=1), names["CLERK"]
    )
    apart = names["costs"](bins, truth) - names["paid"]["network", "by costs"]
    assert abs(apart.mean()) < 2 * apart.std() / np.sqrt(len(apart))
    share = (names["by_costs"](said) != names["CLERK"]).mean()
    assert share == pytest.approx(sorts, abs=0.03)


def test_the_network_is_too_sure_in_each_of_the_four_rows(names):
    sure, right = names["sure"], names["right"]
    for low, high in ((0, 0.7), (0.7, 0.9), (0.9, 0.98), (0.98, 1.01)):
        at = (sure >= low) & (sure < high)
        assert right[at].mean() < sure[at].mean()
