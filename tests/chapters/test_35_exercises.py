"""The exercises of chapter 35, and what its page lets one expect."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.metrics import roc_auc
from script_35 import names


def test_1_what_a_letter_brings():
    stated = claim("35-predictive-analytics-case", "(The first is {} pounds.)")
    part, whole = claim(
        "35-predictive-analytics-case",
        "$0.9 \\cdot 0.1 \\cdot 80 - 0.1 \\cdot 10 - 1 = {} - 1 - 1 = {}$",
    )
    assert (0.9 * 0.1 * 80, stated) == (pytest.approx(part), whole)
    kept, won = names()["costs"](0.1)[1]
    assert -(0.1 * kept + 0.9 * won) == pytest.approx(stated)


def test_2_an_auc_by_hand():
    first = claim(
        "35-predictive-analytics-case",
        "if the second is drawn three times? (The first is {}.)",
    )
    five, eight, second = claim(
        "35-predictive-analytics-case", "five are in order: ${}/{} = {}$"
    )
    scores, bought = np.array([0.9, 0.6, 0.2, 0.1]), np.array([1, 0, 1, 0])
    assert roc_auc(scores, bought) == first
    rows = [0, 1, 1, 1, 2, 3]
    assert roc_auc(scores[rows], bought[rows]) == five / eight == second


def test_3_the_cheapest_voucher_brings_most_at_equal_shares():
    left = names()
    for share in (0.05, 0.1, 0.2):
        gains = [
            left["brought"](
                left["raised"], left["yes"], share, voucher=pounds
            ).sum()
            for pounds in (5.0, 10.0, 20.0)
        ]
        assert gains == sorted(gains, reverse=True)
    ten, twenty = (
        left["brought"](
            left["linear"], left["yes"], 0.05, voucher=pounds
        ).sum()
        for pounds in (10.0, 20.0)
    )
    assert ten < twenty < 0  # chances that are wrong, and a shorter list


def test_4_two_hints():
    low, high = claim(
        "35-predictive-analytics-case", "(Between {} and {} hires an hour.)"
    )
    left = names()
    wrong = np.abs(left["hinted"] - left["hires"][left["lost"]]).mean()
    assert low + 0.5 < wrong < high - 0.5
    network = np.abs(
        left["rungs"]["networks"] - left["hires"][left["lost"]]
    ).mean(axis=1)
    assert 0 < wrong - np.median(network) < 2
