"""What the two decision pages of chapter 33 say."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.decisions import best_actions, cost_of, paired_bootstrap
from nnfs_code.routing import CLERK, returns_costs
from test_notebook_claims import full, ran


@full
def test_the_page_of_the_belt():
    names, printed = ran("33-decision-surfaces")
    more, machine = claim(
        "notebooks/33-decision-surfaces",
        "To keep up a network costs {} a year more than to keep up nine"
        " numbers, and a machine of any kind {} a year.",
    )
    assert (names["NETWORK"], names["MACHINE"]) == (more, machine)
    gravel = claim(
        "notebooks/33-decision-surfaces", "is taken for grass in {} patches of"
    )
    assert 100 * (1 - names["gravel"]) == pytest.approx(gravel, abs=0.6)
    cents = claim(
        "notebooks/33-decision-surfaces", "about {} cents a piece on other"
    )
    assert names["as_is"] == pytest.approx(cents, abs=0.05)
    assert names["score"]["nine numbers"] == pytest.approx(cents, abs=0.05)
    again = claim(
        "notebooks/33-decision-surfaces",
        "the two middle runs differ by {}, and 0 is just outside",
    )
    one, other = (
        cost_of(
            best_actions(said, names["belt_costs"]()),
            names["answers"],
            names["belt_costs"](),
        )
        for said in names["both"]
    )
    assert other.mean() - one.mean() == pytest.approx(again, abs=0.03)
    # The machine of the page is the middle one of the stored runs.
    assert one.mean() == pytest.approx(
        np.median(names["five"]["nine numbers"].mean(axis=1)), abs=0.02
    )
    assert names["saved"].tie
    assert abs(names["saved"].high) < 0.06  # "0 is just inside"
    assert len(names["five"]["convolution"]) == 5
    alone = paired_bootstrap(
        *(runs.mean(axis=0) for runs in names["five"].values()),
        rng=np.random.default_rng(1),
    )  # the page of all cases: "0 would be just outside"
    assert 0 < min(abs(alone.low), abs(alone.high)) < 0.05
    assert not alone.tie
    assert names["saved"].high < names["more"]
    a_third = names["score"]["nine numbers"] / names["score"]["convolution"]
    assert a_third == pytest.approx(2 / 3, abs=0.03)
    cheap = names["belt_costs"](look=1)
    actions = best_actions(names["both"][0], cheap)
    left = claim(
        "notebooks/33-decision-surfaces",
        "the nine numbers save about {} cents",
    )
    paid = cost_of(actions, names["answers"], cheap).mean()
    assert 1 - paid == pytest.approx(left, abs=0.05)
    assert names["needed"] < 1 - paid
    for change in ({"look": 1}, {"look": 4}, {"grass": 10}, {"grass": 160}):
        table = names["belt_costs"](**change)
        pair = [
            cost_of(best_actions(said, table), names["answers"], table)
            for said in names["both"]
        ]
        gap = paired_bootstrap(
            *pair,
            rng=np.random.default_rng(2),
            repeats=500,
            groups=names["blocks"],
        )
        assert gap.high < names["more"]  # the network does not pay
    for way in ("farther", "nearer", "blur"):
        assert names[way] > 2 * 2  # "more than twice what the worker costs"
    assert printed.count("NO-GO") == 1
    assert printed.count("NOT YET") == 1
    assert printed.count("holds:") == 1


@full
def test_the_page_of_the_returns():
    names, printed = ran("33-decision-returns")
    said, truth = names["says"]["dense on edges"], names["truth"]
    bins = best_actions(said, returns_costs())
    sorts = bins != CLERK
    share = claim("notebooks/33-decision-returns", "The network sorts {} of")
    assert 100 * sorts.mean() == pytest.approx(share, abs=0.6)
    assert (bins != truth)[sorts].mean() == pytest.approx(1 / 30, abs=0.004)
    pence = claim(
        "notebooks/33-decision-returns", "| How good | {} pence per piece"
    )
    mean = names["pence"]["dense on edges"].mean()
    assert mean == pytest.approx(pence, abs=0.06)
    shirts = claim(
        "notebooks/33-decision-returns", "shirts: {} of 100 go to the clerk"
    )
    assert 100 * (~sorts)[truth == 6].mean() == pytest.approx(shirts, abs=0.6)
    least = claim("notebooks/33-decision-returns", "Below about {} a year the")
    upkeep = names["MACHINE"] + names["NETWORK"]
    assert 100 * upkeep / (20 - mean) == pytest.approx(least, rel=0.01)
    dear = claim("notebooks/33-decision-returns", "cost more than {} pence")
    assert 20 - dear == names["machine"] + names["more"]
    cheap = returns_costs(look=5)
    paid = cost_of(best_actions(said, cheap), truth, cheap).mean()
    saved = claim(
        "notebooks/33-decision-returns",
        "If it is 5 pence and not 20, machine and clerk save about {} pence",
    )
    assert 5 - paid == pytest.approx(saved, abs=0.3)
    lead, own = claim(
        "notebooks/33-decision-returns",
        "ahead of the linear model by {}, less than its own upkeep of {}.",
    )
    edges = best_actions(names["says"]["edges"], cheap)
    ahead = cost_of(edges, truth, cheap).mean() - paid
    assert ahead == pytest.approx(lead, abs=0.05)
    assert ahead < own == names["more"]
    assert names["saved"].low > 2 * names["more"]
    assert names["worst"] == 6
    assert np.mean(names["kinds"]) == pytest.approx(mean)
    assert printed.count("NOT YET") == 1
    assert "\nGO\n" in printed
