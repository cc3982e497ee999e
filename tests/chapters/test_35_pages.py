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
    least, half, about, sure = claim(
        "notebooks/35-decision-vouchers",
        "below {} they lose. With {} customers in each half the difference is"
        " measured to about {} of 100 either way. So one list gives a yes"
        " only if about {} more of 100 order.",
    )
    chances, yes = names["in_autumn"](names["said"]), names["yes"]
    promises = claim(
        "notebooks/35-decision-vouchers",
        "What the neuron's lists promised was known: {} pounds if letters win"
        " one in ten, and {} if they win half as many.",
    )
    for share, promised in zip((0.1, 0.05), promises, strict=True):
        gain = 80 * share * (1 - chances) - 10 * chances - 1
        gain = gain[names["sent"](chances, share) == 1].sum()
        assert gain == pytest.approx(promised, abs=2)
    assert promises[0] > 1000 > promises[1]  # the answers of rules 1 and 2
    loss, gain = claim(
        "notebooks/35-decision-vouchers",
        "those to one half of the list lose about {} pounds. If they win one"
        " in ten, they bring about {}, but",
    )
    chapter = claim(
        "35-predictive-analytics-case",
        "those to one half of the list lose about {} pounds. If they win one"
        " in ten, they bring about {}, but",
    )
    assert [loss, gain] == chapter
    assert len(yes) == rows == (retail_customers()["cut"] == 201109).sum()
    assert rows * pounds == pytest.approx(whole, abs=1)
    assert names["pounds"](chances, 0.05).sum() == pytest.approx(low, abs=1)
    assert names["of_list"].sum() == listed
    stay = 1 - yes[names["of_list"]].mean()
    assert of_stayers * stay == pytest.approx(more, abs=0.05)
    for points, pounds in ((more, 1000), (least, 0)):
        table = names["costs"](points / stay / 100)
        sent = names["of_list"].astype(int)
        paid = names["cost_of"](sent, 1 - yes, table).sum()
        assert -paid == pytest.approx(pounds, abs=80)
    assert half == listed / 2
    p, q = 1 - stay, 1 - stay + sure / 100
    error = 196 * np.sqrt((p * (1 - p) + q * (1 - q)) / half)
    assert error == pytest.approx(about, abs=0.4)
    assert sure - error == pytest.approx(more, abs=0.2)
    assert names["gap"].high < 0.10
    assert names["gap"].tie
    assert "NO-GO" in printed
    assert "NOT YET" in printed


@full
def test_the_page_of_the_letters_and_its_other_assumptions():
    names, _ = ran("35-decision-vouchers")
    high, pounds, first, low, second = claim(
        "notebooks/35-decision-vouchers",
        "If an order leaves {} pounds, letters bring {} pounds from {} in 100"
        " on, at {} pounds from {}.",
    )
    both = np.column_stack(
        [(chances := names["in_autumn"](names["said"])), 1 - chances]
    )
    for earned, percent in ((high, first), (low, second)):

        def brought(share, earned=earned):
            table = [[0, 0], [11, 1 - share * (earned - 10)]]
            sent = names["best_actions"](both, table)
            return -names["cost_of"](sent, 1 - names["yes"], table).sum()

        assert brought(percent / 100) >= pounds
        assert brought((percent - 1) / 100) < pounds


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
    december = claim(
        "notebooks/35-decision-bikes", "each method bills at least {} % too"
    )
    least = min(wrong(said)[-1] for said in names["methods"].values())
    assert december < 100 * least / hires[-1] < december + 1.5
    assert names["by_bill"].tie
    assert -2500 < names["by_bill"].mean < -1000
    assert names["by_hour"].tie
    assert names["by_hour"].mean > 0
    assert printed.count("NO-GO") == 2
