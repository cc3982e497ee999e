"""Numbers that the page of chapter 32 states."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.decisions import paired_bootstrap
from script_32 import PAGE, names
from test_notebook_claims import ran

COSTS = [[0, 5], [1, 0]]
FACTS = {
    "The project StatLog reported 0.538": "StatLog, german.names of 1994",
    "**If 0 is between the brackets": "the interval that is printed",
    "In the brackets is the middle 95 %": "the level of paired_bootstrap",
    "0.5 is a coin": "chapter 16, the area of random scores",
    "Choose the limit 0.005": "an example",
    "Two models differ by 0.01 per decision": "an example",
    "with an interval from −0.03 to 0.05": "an example",
    "It may be 0.05, or 0.03 the other way": "the same example",
    "what 0.05 is worth in a year": "the same example",
    '"right in 95 % of cases"': "an example",
}


def refused(name="linear"):
    return names()["runs"][name] > 1 / 6


def test_the_threshold_is_worth_four_tenths():
    stated = claim(
        "32-is-a-network-the-right-tool",
        "For the linear model, the threshold is worth {} per loan.",
    )
    left = names()
    gap = left["half"].mean() - left["costs"]["linear"].mean()
    assert gap == pytest.approx(stated, abs=0.05)


def test_each_is_dearer_than_refusing_all_at_one_half():
    left = names()
    for name in left["rungs"]:
        said = left["runs"][name]
        assert left["paid"](said, left["ALIKE"]).mean() > 0.7 + 0.1
        assert left["paid"](said, COSTS).mean() < 0.7 - 0.05


def test_the_lead_and_the_luck():
    lead, luck = claim(
        "32-is-a-network-the-right-tool",
        "it is ahead by {} per loan, and luck alone moves that by {} to"
        " either side",
    )
    costs = names()["costs"]
    found = paired_bootstrap(
        costs["linear"], costs["account"], rng=np.random.default_rng(5)
    )
    assert -found.mean == pytest.approx(lead, abs=0.0005)
    assert (found.high - found.low) / 2 == pytest.approx(luck, abs=0.01)


def test_all_five_are_ties_whatever_is_drawn():
    costs = names()["costs"]
    for seed in range(3):
        for one, other in [
            ("linear", "account"),
            *((name, "linear") for name in list(costs)[2:]),
        ]:
            rng = np.random.default_rng(seed)
            assert paired_bootstrap(
                costs[one], costs[other], rng=rng, repeats=500
            ).tie


def test_hardly_more_than():
    stated = claim(
        "32-is-a-network-the-right-tool", "it is hardly more than {} per loan"
    )
    assert -names()["lead"].low == pytest.approx(stated, abs=0.002)


def test_the_deeper_network():
    stated = claim(
        "32-is-a-network-the-right-tool",
        "The deeper network leads by {}, which would just pay",
    )
    costs = names()["costs"]
    lead = (costs["linear"] - costs["deeper network"]).mean()
    assert lead == pytest.approx(stated, abs=0.0005)
    assert lead > names()["PRICE"]


def test_a_tenth_of_the_saving_is_left():
    share, saved, at = claim(
        "32-is-a-network-the-right-tool",
        "If {} % of the loans are bad and the price is still five, the linear"
        " model saves {} per loan, a tenth of what it saves at {} %",
    )
    elsewhere = names()["elsewhere"]
    rare = elsewhere("linear", share / 100, 5).mean()
    assert rare == pytest.approx(saved, abs=0.0005)
    whole = elsewhere("linear", at / 100, 5).mean()
    assert rare / whole == pytest.approx(0.1, abs=0.02)


def test_the_price_per_loan():
    stated = claim(
        "32-is-a-network-the-right-tool",
        "With them the network has to save {} per loan",
    )
    needed = claim(
        "32-is-a-network-the-right-tool",
        "the bank would need more than {} applications a year to pay",
    )
    left = names()
    assert left["PRICE"] == pytest.approx(stated)
    exact = 10_000 / (100 * -left["lead"].mean)
    assert needed < exact < 1.03 * needed


def test_three_shapes_and_the_point_that_is_known():
    known, low, high = claim(
        "32-is-a-network-the-right-tool",
        "the fifth number is known, {}. The three shapes, fitted to the first"
        " four, say {} to {}",
    )
    ends = claim(
        "32-is-a-network-the-right-tool",
        "With 10,000 loans a loan costs {}, or {}, or {}, depending on",
    )
    left = names()
    assert left["per_loan"].mean(axis=1)[-1] == pytest.approx(known, abs=5e-4)
    carried = left["carried_on"]
    first = [
        carried(left["per_loan"][:4], left["sizes"][:4], shape, 800).mean()
        for shape in left["SHAPES"]
    ]
    assert min(first) == pytest.approx(low, abs=0.002)
    assert max(first) == pytest.approx(high, abs=0.002)
    last = [
        carried(left["per_loan"], left["sizes"], shape, 10_000).mean()
        for shape in left["SHAPES"]
    ]
    assert sorted(last) == pytest.approx(ends, abs=0.01)


def test_the_interval_of_the_third_exercise():
    stated = claim(
        "32-is-a-network-the-right-tool",
        "The interval of network minus linear reaches about {} to either side",
    )
    assert names()["width"] == pytest.approx(stated, abs=0.002)


def test_three_in_four_are_refused():
    assert refused().mean() == pytest.approx(0.75, abs=0.03)
    young = names()["young"]
    good = names()["bad"] == 0
    eight = refused()[:, young & good].mean()
    six = refused()[:, ~young & good].mean()
    assert eight == pytest.approx(0.8, abs=0.02)
    assert six == pytest.approx(0.6, abs=0.03)
    assert (young & good).sum() == claim(
        "32-is-a-network-the-right-tool",
        "The {} good ones are refused all the same",
    )


def test_the_sticker_never_asked_for_the_age():
    of_young, of_older = claim(
        "32-is-a-network-the-right-tool",
        "refuses {} % of the good young ones and {} % of the good older ones",
    )
    young, good = names()["young"], names()["bad"] == 0
    shares = [
        100 * refused("account")[:, at & good].mean() for at in (young, ~young)
    ]
    assert shares == pytest.approx([of_young, of_older], abs=0.6)


def test_shares_of_bad_loans():
    stated = claim(
        "32-is-a-network-the-right-tool",
        "Bad loans were drawn more often than good ones. Here {} % are bad",
    )
    assert 100 * names()["bad"].mean() == stated


def test_the_worlds_that_are_tried():
    share, price = claim(
        "32-is-a-network-the-right-tool",
        "Two numbers were given to us: {} % bad loans, and a price of {}",
    )
    assert (share, price) == (30, 5)
    rng = np.random.default_rng(0)
    elsewhere = names()["elsewhere"]
    rare = [elsewhere(name, 0.02, 5).mean() for name in ("linear", "network")]
    at = claim(
        "32-is-a-network-the-right-tool",
        "At {} % there is nothing left: the cheapest plan is",
    )
    assert at == 2
    assert np.abs(rare).max() < 0.005
    more = paired_bootstrap(
        elsewhere("network", 0.02, 5), elsewhere("linear", 0.02, 5), rng=rng
    )
    assert not more.tie


def test_what_other_pages_found():
    cheaper, whole, error = claim(
        "32-is-a-network-the-right-tool",
        "five, averaged: cheaper by {} in {}, with a standard error of {}",
    )
    bikes = claim(
        "notebooks/23-capstone-bikes",
        "In these four months it cost {} an hour",
    )
    lead = claim(
        "notebooks/23-capstone-bikes",
        "The networks were cheaper by {}, with a standard error of {}:",
    )
    assert [round(bikes), *map(round, lead)] == [whole, cheaper, error]
    returns = claim(
        "32-is-a-network-the-right-tool",
        "cheaper by {}, with a standard error of {} |",
    )
    assert returns == claim(
        "notebooks/23-capstone-returns",
        "The network was cheaper by {}, with a standard error of {}.",
    )


def test_the_decision_page_says_what_it_prints():
    share, linear, clerk = (
        claim(
            "notebooks/32-decision-credit",
            "Here {} in 100 are bad",
        ),
        *claim(
            "notebooks/32-decision-credit",
            "{} per loan, where the clerk's question costs {}; a tie",
        ),
    )
    left, printed = ran("32-decision-credit")
    assert share == 100 * left["bad"].mean()
    assert left["costs"]["linear model"].mean() == pytest.approx(
        linear, abs=0.005
    )
    assert left["costs"]["the clerk's question"].mean() == pytest.approx(
        clerk, abs=0.005
    )
    answers = [line for line in printed.splitlines() if line.isupper()]
    assert answers == ["NOT YET", "NO-GO"]
    assert "deeper network: saves 0.022, not yet" in printed


def test_the_template_runs_and_says_not_yet():
    left, printed = ran("32-decision-template")
    assert left["decision"].answer == "not yet"
    assert "winner: network" in printed
    assert PAGE


def test_the_shapes_part():
    doubling, twelve = claim(
        "32-is-a-network-the-right-tool",
        "Over one doubling the shapes part by {}, and over twelve times the"
        " data by {}",
    )
    left = names()
    for known, to, stated in ((4, 800, doubling), (5, 10_000, twelve)):
        ends = [
            left["carried_on"](
                left["per_loan"][:known], left["sizes"][:known], shape, to
            ).mean()
            for shape in left["SHAPES"]
        ]
        assert np.ptp(ends) == pytest.approx(stated, abs=0.005)
    saved = 0.7 - left["costs"]["linear"].mean()
    assert saved == pytest.approx(twelve, abs=0.02)


def test_the_network_is_ahead_by_next_to_nothing():
    stated = claim(
        "32-is-a-network-the-right-tool",
        "In the seventh it is outside, with the network ahead by {}.",
    )
    elsewhere = names()["elsewhere"]
    lead = elsewhere("network", 0.02, 5) - elsewhere("linear", 0.02, 5)
    assert lead.mean() == pytest.approx(stated, abs=0.0006)
    fifth = elsewhere("network", 0.15, 5) - elsewhere("linear", 0.15, 5)
    found = paired_bootstrap(
        fifth, np.zeros(1000), rng=np.random.default_rng(0)
    )
    assert found.mean < 0
    assert abs(found.high) < 0.004
