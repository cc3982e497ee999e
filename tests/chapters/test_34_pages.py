"""What the decision page of chapter 34 says."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.diagnoses import diagnosis_titles
from test_notebook_claims import full, ran


@full
def test_the_page_of_the_diagnoses():
    names, printed = ran("34-decision-coding")
    texts = claim(
        "notebooks/34-decision-coding", "(an invented one) gets {} diagnoses a"
    )
    cost, year = claim(
        "notebooks/34-decision-coding",
        "So a text costs {} today, and the office {} a year.",
    )
    assert texts == names["TEXTS_A_YEAR"]
    assert cost == pytest.approx(names["BY_HAND"])
    assert cost * texts == pytest.approx(year)
    titles = claim(
        "notebooks/34-decision-coding", "In their place stand {} official"
    )
    assert titles == len(diagnosis_titles()[0])
    decides, wrong = claim(
        "notebooks/34-decision-coding",
        "decides {} in 100 titles of new families, of which {} in 100 wrong;",
    )
    paid = names["costs"]["linear model"]
    alone = paid != names["BY_HAND"]
    assert 100 * alone.mean() == pytest.approx(decides, abs=0.5)
    assert 100 * (paid[alone] > 0).mean() == pytest.approx(wrong, abs=0.5)
    assert printed.count("NO-GO") == 2
    assert printed.count("NOT YET") == 1
    assert names["second"].tie
    assert names["third"].tie


@full
def test_to_decide_all_costs_more_than_twice_as_much():
    names, _ = ran("34-decision-coding")
    for rung in names["NAMES"].values():
        place, _ = names["said"](f"families, {rung}")
        always = names["WRONG"] * (place != names["desk"]).mean()
        assert always > 2 * names["BY_HAND"]
    linear = names["costs"]["linear model"].mean()
    assert 1 - linear / names["BY_HAND"] == pytest.approx(0.25, abs=0.02)
    assert np.argmin(list(names["denials"].values())) == 1
    assert names["denials"]["linear model"] == pytest.approx(0.57, abs=0.01)
