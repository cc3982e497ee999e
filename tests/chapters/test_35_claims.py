"""Numbers that the page of chapter 35 states."""

from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest

from claims import claim
from nnfs_code.decisions import break_even
from nnfs_code.metrics import roc_auc
from script_35 import names
from scripted import maker

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
    about = maker("retail_runs").about()
    assert about["networks"]["size"] == [16]
    assert about["trees"]["size"] == 8
    assert about["networks"]["seconds"] == pytest.approx(0.5, abs=0.2)
    assert about["trees"]["seconds"] == pytest.approx(0.2, abs=0.1)
    for name in ("networks", "trees"):
        june = about[name]["June"]
        assert june[str(maker("retail_runs").key(about[name]["size"]))] == (
            max(june.values())
        )


def test_three_aucs_within_half_a_hundredth():
    left = names()
    runs = [*left["runs"]["networks"], *left["runs"]["trees"], left["linear"]]
    aucs = [roc_auc(one, left["yes"]) for one in runs]
    assert max(aucs) - min(aucs) < 0.0055
    kinds = [np.median(aucs[:5]), np.median(aucs[5:10]), aucs[10]]
    assert max(kinds) - min(kinds) < 0.005


def test_the_network_ties_and_the_trees_are_on_the_edge():
    left = names()
    yes, linear, times = left["yes"], left["linear"], left["times"]
    gap, n = left["auc_gap"], len(yes)
    assert gap(left["network_now"], linear, yes, times).tie
    apart = [roc_auc(one, yes) for one in left["runs"]["networks"]]
    assert min(apart) > roc_auc(linear, yes)
    apart = [roc_auc(one, yes) for one in left["runs"]["trees"]]
    assert min(apart) > roc_auc(linear, yes)
    middle = np.median(apart) - roc_auc(linear, yes)
    assert middle == pytest.approx(0.004, abs=0.0005)
    assert gap(left["trees_now"], linear, yes, times).tie
    rng = np.random.default_rng(2)
    other = rng.multinomial(n, np.full(n, 1 / n), size=400).astype(float)
    assert not gap(left["trees_now"], linear, yes, other).tie


def test_the_auc_of_draws_is_that_of_the_samples_drawn():
    left = names()
    times = left["times"][:3]
    scores = np.round(left["linear"], 2)  # many are equal
    found = left["auc_of"](scores, left["yes"], times)
    for drawn, auc in zip(times, found, strict=True):
        rows = np.repeat(np.arange(len(drawn)), drawn.astype(int))
        exact = roc_auc(scores[rows], left["yes"][rows])
        assert auc == pytest.approx(exact)


def test_the_odds_of_last_autumn():
    times = claim(
        "35-predictive-analytics-case", "odds are {} times the second."
    )
    shift = claim(
        "35-predictive-analytics-case", "it is a shift of {} for all"
    )
    assert np.exp(names()["shift"]) == pytest.approx(times, abs=0.05)
    assert names()["shift"] == pytest.approx(shift, abs=0.005)
    rows = claim(
        "35-predictive-analytics-case",
        "| September 2010 | {} | {} | | the three since | {} | {} |",
    )
    for share, odds in (rows[:2], rows[2:]):
        assert names()["odds"](share) == pytest.approx(odds, abs=0.006)
    assert names()["autumn"] == pytest.approx(rows[0], abs=5e-4)
    assert names()["others"] == pytest.approx(rows[2], abs=5e-4)


def test_the_odds_of_a_share_grow_less_than_each_one_s():
    times = claim("35-predictive-analytics-case", "to {} times on the")
    left = names()
    recent = left["past"][left["recent"][left["past"]]]
    said = left["says"](left["neuron"], left["inputs"][recent])
    odds = left["odds"]
    grown = odds(left["lift"](said).mean()) / odds(said.mean())
    assert grown == pytest.approx(times, abs=0.05)
    assert grown < np.exp(left["shift"]) - 0.3


def test_what_the_unlikely_spend():
    limit, mean, median = claim(
        "35-predictive-analytics-case",
        "whose chance was below {}, those who did buy spent {} pounds on"
        " average, and half of them less than {}.",
    )
    left = names()
    past, bought = left["past"], left["bought"]
    few = left["says"](left["neuron"], left["inputs"][past]) < limit
    spent = left["ahead"][past][few & (bought[past] == 1)]
    assert spent.mean() == pytest.approx(mean, abs=0.5)
    assert np.median(spent) == pytest.approx(median, abs=0.5)


def test_the_neuron_says_too_little_in_all_ten_groups():
    left = names()
    for group in np.array_split(np.argsort(left["linear"]), 10):
        assert left["linear"][group].mean() < left["yes"][group].mean() - 0.05


def test_the_rule_ties_at_small_shares_only():
    less, rule, neuron = claim(
        "35-predictive-analytics-case",
        "brings {} pounds less per customer: {} pounds in all, and the neuron"
        " {}.",
    )
    left = names()
    brought, yes = left["brought"], left["yes"]
    by_rule = left["lift"](left["rule"])
    assert left["letters"](by_rule, 0.05).sum() == 0
    one, other = (brought(c, yes, 0.2) for c in (by_rule, left["raised"]))
    assert (one.sum(), other.sum()) == (
        pytest.approx(rule, abs=1),
        pytest.approx(neuron, abs=1),
    )
    assert (other - one).mean() == pytest.approx(less, abs=0.005)
    for share, ties in ((0.05, True), (0.1, True), (0.2, False)):
        gaps = [
            left["paired_bootstrap"](
                brought(chances, yes, share),
                brought(left["raised"], yes, share),
                rng=np.random.default_rng(0),
            ).tie
            for chances in left["rivals"]
        ]
        assert gaps == [True, True, ties]


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
        "enough to tell one in ten from nothing, with {} in each half. It is"
        " not enough to tell one in twenty from nothing, which needs about {}"
        " names in all",
    )
    left = names()
    needed, share = left["customers_needed"], left["share_of_them"]
    assert left["written"].sum() == listed
    assert needed(0.1, share) == pytest.approx(half, abs=1)
    assert 2 * needed(0.05, share) == pytest.approx(whole, rel=0.02)
    assert 2 * needed(0.1, share) < listed < 2 * needed(0.05, share)


def test_from_which_effect_on_this_list_pays():
    least, enough, half, about, result = claim(
        "35-predictive-analytics-case",
        "Letters to this list pay if {} more of 100 order with a letter than"
        " without, and bring 1,000 pounds if {} more do. Two halves of {}"
        " measure the difference to about {} points either way. So after a"
        " result of {} one",
    )
    left = names()
    buy = left["yes"][left["written"]].sum()
    stay = left["written"].sum() - buy
    for points, pounds in ((least, 0), (enough, 1000)):
        share = points / 100 * (buy + stay) / stay
        kept, won = left["costs"](share)[1]
        assert -(buy * kept + stay * won) == pytest.approx(pounds, abs=80)
    assert half == (buy + stay) / 2
    p, q = left["share_of_them"], left["share_of_them"] + 0.07
    error = 1.96 * np.sqrt((p * (1 - p) + q * (1 - q)) / half)
    assert 100 * error == pytest.approx(about, abs=0.3)
    assert result - 100 * error < least < result


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


def test_one_july_makes_most_of_the_trees_lead():
    left = names()
    middle, hires, lost = (
        left[n] for n in ("seed_of_the_middle", "hires", "lost")
    )
    one, other = (
        np.abs(middle(left["rungs"][n]) - hires[lost])
        for n in ("networks", "trees")
    )
    july = left["months"][lost] == 7
    part = (one - other)[july].sum() / (one - other).sum()
    assert part == pytest.approx(0.8, abs=0.03)
    assert not left["bike_gap"]("networks", "trees", left["day"]).tie
    assert left["bike_gap"]("networks", "trees", left["months"]).tie


def test_the_bills_of_the_five_networks():
    poisson, low, high = claim(
        "35-predictive-analytics-case",
        "wrong by {} hires of about 31,000, and the five networks by {} to"
        " {}.",
    )
    left = names()
    months = left["months"][left["lost"]]
    bills = [left["wrong_by"](r, months) for r in left["rungs"]["networks"]]
    assert min(b.mean() for b in bills) == pytest.approx(low, abs=1)
    assert max(b.mean() for b in bills) == pytest.approx(high, abs=1)
    one, other = (
        left["seed_of_the_middle"](left["rungs"][n])
        for n in ("networks", "poisson")
    )
    by_other = left["wrong_by"](other, months)
    assert by_other.mean() == pytest.approx(poisson, abs=1)
    for bill in bills:
        rng = np.random.default_rng(0)
        assert left["paired_bootstrap"](bill, by_other, rng=rng).tie
    sums = [
        np.bincount(months, r - left["hires"][left["lost"]])[1:]
        for r in (one, other)
    ]
    assert (np.sign(sums[0]) == np.sign(sums[1])).sum() == 11


def test_the_forecast_of_the_list():
    percent = claim("35-predictive-analytics-case", "The forecast said {} %")
    left = names()
    said = left["raised"][left["written"]].mean()
    assert 100 * said == pytest.approx(percent, abs=0.5)


def test_the_model_card_counts_rows():
    rows, auc, new, once = claim(
        "35-predictive-analytics-case",
        "| Learned from | {} rows of three cuts, December 2010 to June 2011,"
        " one British shop | | Good to | AUC {} on September 2011 (new"
        " or back {}, one order {})",
    )
    left = names()
    table, now = left["table"], left["now"]
    groups = (table["tenure"][now] <= 90, table["orders"][now] == 1)
    for stated, group in zip((new, once), groups, strict=True):
        found = roc_auc(left["raised"][group], left["yes"][group])
        assert found == pytest.approx(stated, abs=0.005)
    assert len(left["past"]) == rows
    assert roc_auc(left["linear"], left["yes"]) == pytest.approx(auc, abs=5e-4)


def test_a_first_order_of_the_year_need_not_be_the_first():
    left = names()
    table, now, once = (left[name] for name in ("table", "now", "once"))
    before = table["customer"][left["cut"] == 201009]  # until August 2010
    known = np.isin(table["customer"][now], before)
    for group, old in (
        (table["tenure"][now] <= 90, 89),
        (table["orders"][now] == 1, 586),
        (once[now], 508),
    ):
        assert (group & known).sum() == old


def test_what_turns_the_answer_around_at_one_in_ten():
    left = names()
    assert left["needed_share"](earned=45) > 0.1
    assert left["needed_share"](voucher=20) > 0.1
    letter = claim(
        "35-predictive-analytics-case",
        "So does a letter that costs more than about {} pounds.",
    )
    for pounds, pays in ((letter - 0.05, True), (letter + 0.05, False)):
        found = left["brought"](
            left["raised"], left["yes"], 0.1, letter=pounds
        )
        assert (found.sum() >= 1000) == pays
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


def test_what_the_first_list_brings_if_letters_push():
    tenth, pushed, fifth, also = claim(
        "35-predictive-analytics-case",
        "the first list is expected to bring {} pounds. If they push, with"
        " the same mean effect, it is {}. For one in five it is {} and {}.",
    )
    left = names()
    p = left["raised"]
    for share, shared, by_push in ((0.1, tenth, pushed), (0.2, fifth, also)):
        sent = left["letters"](p, share)
        push = left["push_for"](p, (share * (1 - p)).mean())
        effects = (share * (1 - p), left["pushed"](p, push)[1])
        for effect, pounds in zip(effects, (shared, by_push), strict=True):
            gain = 90 * effect - 10 * (p + effect) - 1
            assert (sent * gain).sum() == pytest.approx(pounds, abs=2)


def test_orders_that_would_have_come_later():
    low, high = claim(
        "35-predictive-analytics-case",
        "Of customers of the last year who then ordered nothing for 90 days,"
        " about {} to {} of 100 did in the 90 days after",
    )
    left, shares = names(), []
    table, cut, bought = left["table"], left["cut"], left["bought"]
    for one, other in pairwise(np.unique(cut)):
        away = table["customer"][(cut == one) & (bought == 0)]
        back = table["customer"][(cut == other) & (bought == 1)]
        shares.append(100 * np.isin(away, back).mean())
    found = [min(shares), max(shares)]
    np.testing.assert_allclose(found, [low, high], atol=0.5)


def test_what_the_experiment_costs_and_how_often_it_says_yes():
    price = claim(
        "35-predictive-analytics-case", "about {} pounds if letters win nobody"
    )
    lost, brought = claim(
        "35-predictive-analytics-case",
        "those to one half of the list lose about {} pounds. If they win one"
        " in ten, they bring about {}, but the result is clear enough for the"
        " rules of the decision page in only one case of eight.",
    )
    left = names()
    half, p = left["written"].sum() / 2, left["share_of_them"]
    for share, pounds in ((0, -lost), (0.1, brought)):
        costs = np.array(left["costs"](share)[1])
        bill = half * costs @ [p, 1 - p]
        assert -bill == pytest.approx(pounds, abs=30)
    assert price == lost
    yes = {}
    for share in (0.1, 0.2):
        q = p + share * (1 - p)
        error = np.sqrt((p * (1 - p) + q * (1 - q)) / half)
        needed = 0.054 + 1.96 * error
        yes[share] = 1 - NormalDist(q - p, error).cdf(needed)
    assert yes[0.1] == pytest.approx(1 / 8, abs=0.02)
    assert yes[0.2] > 0.97


def test_the_network_is_twice_on_the_edge():
    shares = claim(
        "35-predictive-analytics-case",
        "(the network at {} and at {} on the edge)",
    )
    assert shares == pytest.approx([0.05, 0.2])
    left = names()
    for share, seed in zip(shares, (16, 3), strict=True):
        pounds = [
            left["brought"](one, left["yes"], share)
            for one in (left["lift"](left["network_now"]), left["raised"])
        ]
        ties = [
            left["paired_bootstrap"](
                *pounds, rng=np.random.default_rng(number)
            ).tie
            for number in (0, seed)
        ]
        assert ties == [True, False]  # with other draws it can be outside


def test_the_sizes_of_the_bike_models():
    about = maker("bikes_runs").about()
    assert about["networks"]["size"] == [16]
    assert about["trees"]["size"] == 31
