"""Numbers that the page of chapter 35 states."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.decisions import break_even
from nnfs_code.metrics import roc_auc
from script_35 import made_by, names

FACTS = {
    "Customers without a number (23 % of the lines": "counted in the invoices",
    "a test at the usual 5 % sees": "a convention",
    "(1.96 + 0.84)^2 / d^2": "the normal quantiles of 0.975 and 0.8",
    "and 35 % of it buys": "an example",
}


def test_what_an_order_leaves():
    earned, percent, pounds = claim(
        "35-predictive-analytics-case",
        "| earned | {} | what is left of an order that a letter has won: {} %"
        " of {} pounds |",
    )
    assert earned == names()["EARNED"] == percent / 100 * pounds


def test_the_limit_for_one_in_ten():
    seven, eighteen, limit = claim(
        "35-predictive-analytics-case",
        "that is ${}/{}$: write to those whose chance to buy is below {}",
    )
    exact = 1 - break_even(names()["costs"](0.1))
    assert exact == pytest.approx(seven / eighteen)
    assert exact == pytest.approx(limit, abs=0.005)


def test_the_sizes_of_the_rungs():
    neuron, scaling, network, again = claim(
        "35-predictive-analytics-case",
        "a tenth of a second of training | {} numbers, and the {} of the"
        " scaling | | trees | a fifth of a second | scikit-learn, kept up to"
        " date | | a network | half a second | {} numbers, and the {} of",
    )
    left = names()
    one = left["layers"]([11, 1], np.random.default_rng(0))
    two = left["layers"]([11, 16, 1], np.random.default_rng(0))

    def size(parts):
        return sum(
            value.size
            for part in parts
            for name, value in vars(part).items()
            if name in ("weights", "biases")
        )

    assert (size(one), size(two)) == (neuron, network)
    scaler = left["neuron"][1]
    assert scaler.shift.size + scaler.scale.size == scaling == again


def test_the_stored_seconds_and_choices():
    about = made_by("retail_runs").about()
    assert about["networks"]["size"] == [16]
    assert about["trees"]["size"] == 8
    assert about["networks"]["seconds"] == pytest.approx(0.5, abs=0.2)
    assert about["trees"]["seconds"] == pytest.approx(0.2, abs=0.1)
    for name in ("networks", "trees"):
        june = about[name]["June"]
        assert june[str(made_by("retail_runs").key(about[name]["size"]))] == (
            max(june.values())
        )


def test_three_aucs_within_half_a_hundredth():
    left = names()
    runs = [*left["runs"]["networks"], *left["runs"]["trees"], left["linear"]]
    aucs = [roc_auc(one, left["yes"]) for one in runs]
    assert max(aucs) - min(aucs) < 0.0055
    kinds = [np.median(aucs[:5]), np.median(aucs[5:10]), aucs[10]]
    assert max(kinds) - min(kinds) < 0.005


def test_all_three_gaps_are_ties():
    left = names()
    pairs = [
        (left["network_now"], left["linear"]),
        (left["trees_now"], left["linear"]),
        (left["network_now"], left["trees_now"]),
    ]
    for one, other in pairs:
        assert left["auc_gap"](one, other, left["yes"], left["times"]).tie


def test_the_auc_of_draws_is_that_of_the_samples_drawn():
    left = names()
    times = left["times"][:3]
    found = left["auc_of"](left["linear"], left["yes"], times)
    for drawn, auc in zip(times, found, strict=True):
        rows = np.repeat(np.arange(len(drawn)), drawn.astype(int))
        exact = roc_auc(left["linear"][rows], left["yes"][rows])
        assert auc == pytest.approx(exact, abs=1e-4)


def test_the_odds_of_last_autumn():
    times = claim("35-predictive-analytics-case", "is {} times the second.")
    shift = claim(
        "35-predictive-analytics-case", "it is a shift of {} for all"
    )
    assert np.exp(names()["shift"]) == pytest.approx(times, abs=0.05)
    assert names()["shift"] == pytest.approx(shift, abs=0.005)


def test_what_the_list_brings_per_customer():
    pounds, less = claim(
        "35-predictive-analytics-case",
        "list brings {} pounds per customer. A rule that fits in one sentence"
        " brings {} less",
    )
    left = names()
    by_neuron = left["brought"](left["raised"], left["yes"], 0.1).mean()
    by_rule = left["brought"](
        left["lift"](left["rule"]), left["yes"], 0.1
    ).mean()
    assert by_neuron == pytest.approx(pounds, abs=0.005)
    assert by_neuron - by_rule == pytest.approx(less, abs=0.005)


def test_the_flips():
    as_is, half, double = claim(
        "35-predictive-analytics-case",
        "a letter must win {} in 100 of those who would stay away. If an order"
        " earns half as much, it must win {}; if twice as much, {}.",
    )
    needed = names()["needed_share"]
    assert needed() == pytest.approx(as_is / 100)
    assert needed(earned=45) == pytest.approx(half / 100)
    assert needed(earned=180) == pytest.approx(double / 100)


def test_one_in_twenty_needs_more_names_than_the_list_has():
    listed = claim("35-predictive-analytics-case", "The list has {} names.")
    half, whole = claim(
        "35-predictive-analytics-case",
        "enough to see one in ten, with {} in each half. It is not enough to"
        " see one in twenty, which needs about {} names in all",
    )
    left = names()
    needed, share = left["customers_needed"], left["share_of_them"]
    assert left["written"].sum() == listed
    assert needed(0.1, share) == pytest.approx(half, abs=1)
    assert 2 * needed(0.05, share) == pytest.approx(whole, rel=0.02)
    assert 2 * needed(0.1, share) < listed < 2 * needed(0.05, share)


def test_four_fifths_of_the_way():
    left = names()
    wrong = {
        name: np.median(np.abs(rates - left["hires"][left["lost"]]).mean(1))
        for name, rates in left["rungs"].items()
    }
    way = wrong["poisson"] - wrong["poisson_hint"]
    whole = wrong["poisson"] - wrong["networks"]
    assert way / whole == pytest.approx(0.8, abs=0.02)
    assert whole / wrong["poisson"] == pytest.approx(1 / 3, abs=0.05)


def test_december_is_a_quarter_of_the_table_s_error():
    left = names()
    bills = left["wrong_by"](left["around"][0], left["months"][left["lost"]])
    assert bills[-1] / bills.sum() == pytest.approx(0.25, abs=0.02)


def test_the_model_card_counts_rows():
    rows, auc = claim(
        "35-predictive-analytics-case",
        "| Learned from | {} rows of three cuts, December 2010 to June 2011,"
        " one British shop | | Good to | AUC {} on September 2011",
    )
    left = names()
    assert len(left["past"]) == rows
    assert roc_auc(left["linear"], left["yes"]) == pytest.approx(auc, abs=5e-4)


def test_what_turns_the_answer_around_at_one_in_ten():
    left = names()
    assert left["needed_share"](earned=45) > 0.1
    assert left["needed_share"](voucher=20) > 0.1
    assert left["needed_share"](letter=2) <= 0.1
    for name in ("network_now", "trees_now"):
        lifted = left["lift"](left[name])
        assert left["brought"](lifted, left["yes"], 0.1).sum() > 3000


def test_nearly_all_of_the_first_list_are_on_the_second():
    left = names()
    for share in (0.1, 0.2):
        one = left["letters"](left["raised"], share) == 1
        effect = (share * (1 - left["raised"])).mean()
        push = left["push_for"](left["raised"], effect)
        other = left["pushed"](left["raised"], push)[0] == 1
        assert other.sum() > one.sum()
        assert (one & other).sum() > 0.99 * one.sum()


def test_the_sizes_of_the_bike_models():
    about = made_by("bikes_runs").about()
    assert about["networks"]["size"] == [16]
    assert about["trees"]["size"] == 31
