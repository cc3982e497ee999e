"""What the two decision pages of chapter 35 say."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.cases import retail_customers
from test_notebook_claims import full, ran


@full
def test_the_page_of_the_letters():
    names, printed = ran("35-decision-vouchers")
    rows = claim(
        "notebooks/35-decision-vouchers",
        "What is at stake. {} customers have ordered",
    )
    pounds, whole = claim(
        "notebooks/35-decision-vouchers",
        "Its list brings at least {} pounds more per customer. That is {}",
    )
    low = claim("notebooks/35-decision-vouchers", "they bring {} pounds,")
    listed = claim(
        "notebooks/35-decision-vouchers", "each of the {} customers on"
    )
    more, of_stayers = claim(
        "notebooks/35-decision-vouchers",
        "If {} more of 100 order with a letter than without one (which is {}",
    )
    chances, yes = names["in_autumn"](names["said"]), names["yes"]
    assert len(yes) == rows == (retail_customers()["cut"] == 201109).sum()
    assert rows * pounds == pytest.approx(whole, abs=1)
    assert names["pounds"](chances, 0.05).sum() == pytest.approx(low, abs=1)
    assert names["of_list"].sum() == listed
    stay = 1 - yes[names["of_list"]].mean()
    assert of_stayers * stay == pytest.approx(more, abs=0.3)
    enough = names["pounds"](chances, of_stayers / 100).sum()
    assert enough > 1000
    assert names["gap"].high < 0.10
    assert names["interval"].tie
    assert "NO-GO" in printed
    assert "NOT YET" in printed


@full
def test_the_page_of_the_letters_and_its_other_assumptions():
    names, _ = ran("35-decision-vouchers")
    high, first, low, second = claim(
        "notebooks/35-decision-vouchers",
        "If an order leaves {} pounds, letters pay from {} in 100 on, at {}"
        " pounds from {}.",
    )
    both = np.column_stack(
        [(chances := names["in_autumn"](names["said"])), 1 - chances]
    )
    for earned, percent in ((high, first), (low, second)):

        def brought(share, earned=earned):
            table = [[0, 0], [11, 1 - share * (earned - 10)]]
            sent = names["best_actions"](both, table)
            return -names["cost_of"](sent, 1 - names["yes"], table).sum()

        assert brought(percent / 100) >= 1000 > brought((percent - 1) / 100)


@full
def test_the_page_of_the_bikes():
    names, printed = ran("35-decision-bikes")
    dollars, month = claim(
        "notebooks/35-decision-bikes",
        "At an assumed {} dollars a hire that is {} dollars a month",
    )
    assert 500 * dollars == month
    wrong = names["wrong_in_bills"]
    hires = np.bincount(names["bill"], names["hires"][names["lost"]])[1:]
    for said in names["methods"].values():
        assert wrong(said)[-1] > hires[-1] / 2  # December
    assert names["by_bill"].tie
    assert -2500 < names["by_bill"].mean < -1000
    assert names["by_hour"].low > 0
    assert printed.count("NO-GO") == 2
