"""Chapter 32: solutions, and what its exercises and questions state."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.decisions import Rule, best_actions, break_even, decide
from script_32 import PAGE, cost, names


def test_1_cleaning_and_hiring():
    stated = claim(
        "32-is-a-network-the-right-tool",
        "done well? And for a shop that may"
        " hire a helper for the evening, for 1, where a rush without one costs"
        " 4? ({} for the first.)",
    )
    assert break_even([[0, 200], [20, 20]]) == pytest.approx(stated)
    assert break_even([[0, 4], [1, 1]]) == 0.25


def test_2_the_sticker_sends_all():
    stated = claim(
        "32-is-a-network-the-right-tool",
        "(The clerk's sticker sends all of them, at {}.)",
    )
    three = names()["THREE"]
    said = names()["runs"]["sticker"]
    assert cost(said, three, three) == pytest.approx(stated)
    for one in said:
        actions = best_actions(np.column_stack([1 - one, one]), three)
        assert set(actions) == {2}


def test_2_everybody_is_cheaper_than_each_model_alone():
    assert min(one.mean() for one in names()["costs"].values()) > 0.4 + 0.1


def test_test_yourself_2():
    assert break_even([[0, 30], [2, 0]]) == pytest.approx(2 / 32)
    assert break_even([[0, 30], [2, 2]]) == pytest.approx(2 / 30)


def test_another_limit_afterwards_lets_the_second_rule_hold():
    found = -names()["lead"].mean
    stated = claim(
        "32-is-a-network-the-right-tool",
        "Choose the limit {} for the network in place of",
    )
    assert decide([Rule("w", found, stated, "no-go")]).answer == "go"
    assert decide([Rule("w", found, 0.02, "no-go")]).answer == "no-go"
    assert PAGE
