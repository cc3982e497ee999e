"""Costs, intervals and rules: by hand, by simulation, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap

from nnfs_code.decisions import (
    CaseResult,
    Interval,
    Rule,
    best_actions,
    break_even,
    cost_of,
    decide,
    paired_bootstrap,
    readable,
)

CREDIT = [[0, 5], [1, 0]]
COSTS = st.floats(0.1, 100)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_the_cheapest_action_by_hand():
    chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.5, 0.5]])
    assert best_actions(chances, CREDIT).tolist() == [0, 1, 1]
    three = [[0, 5], [1, 0], [0.4, 0.4]]  # the third: ask for a guarantor
    assert best_actions(chances, three).tolist() == [2, 2, 2]
    assert best_actions(np.array([[0.5, 0.5]]), np.eye(2)).tolist() == [0]
    certain = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert best_actions(certain, CREDIT).tolist() == [1, 0]


@given(wrong=COSTS, missed=COSTS, chance=st.floats(0.001, 0.999))
def test_break_even_is_where_the_best_action_changes(wrong, missed, chance):
    costs = np.array([[0, missed], [wrong, 0]])
    threshold = break_even(costs)
    if abs(chance - threshold) < 1e-9:
        return
    (action,) = best_actions(np.array([[1 - chance, chance]]), costs)
    assert action == (chance > threshold)


def test_right_answers_may_cost_and_gain():
    assert break_even([[-2, 8], [0, 0]]) == pytest.approx(0.2)
    assert break_even([[0, 100], [1, 50]]) == pytest.approx(1 / 51)


def test_costs_are_looked_up_one_per_sample():
    actions, labels = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    assert cost_of(actions, labels, CREDIT).tolist() == [0, 5, 1, 0]


def test_best_actions_cost_least_where_the_probabilities_are_true():
    chance = rng().uniform(size=4000)
    labels = (rng(1).uniform(size=4000) < chance).astype(int)
    probabilities = np.column_stack([1 - chance, chance])

    def paid(threshold):
        actions = (chance > threshold).astype(int)
        return cost_of(actions, labels, CREDIT).mean()

    best = cost_of(best_actions(probabilities, CREDIT), labels, CREDIT).mean()
    assert best == paid(break_even(CREDIT))
    assert best < paid(0.5) - 0.1
    assert best < paid(0.05) - 0.01


def test_sums_of_single_precision_pass_and_others_do_not():
    for gap, fits in ((9e-4, True), (-9e-4, True), (2e-3, False)):
        chances = np.array([[0.75, 0.25 + gap]])
        if fits:
            assert best_actions(chances, CREDIT).tolist() == [1]
            continue
        with pytest.raises(ValueError, match=r"got a lowest of 0\.252, sums"):
            best_actions(chances, CREDIT)


def test_the_interval_agrees_with_scipy():
    one, other = rng().normal(0.1, 1, 200), rng(1).normal(0, 1, 200)
    found = paired_bootstrap(one, other, rng=rng(2), repeats=4000)
    theirs = bootstrap(
        (one - other,), np.mean, n_resamples=4000, method="percentile", rng=3
    ).confidence_interval
    assert found.mean == pytest.approx((one - other).mean())
    assert found[1:] == pytest.approx(tuple(theirs), abs=0.015)


def test_without_a_word_2000_means_and_their_middle_95_per_cent():
    one, none = rng().normal(size=20), np.zeros(20)
    found = paired_bootstrap(one, none, rng=rng(1))
    said = paired_bootstrap(one, none, rng=rng(1), repeats=2000, level=0.95)
    assert found == said


def test_the_interval_covers_as_often_as_it_says():
    covered = 0
    for seed in range(120):
        one = rng(seed).exponential(1, 80)
        found = paired_bootstrap(
            one, np.zeros(80), rng=rng(seed + 1000), repeats=200, level=0.8
        )
        covered += found.low <= 1 <= found.high
    assert 0.7 < covered / 120 < 0.88


def test_pairing_takes_away_what_both_share():
    shared = rng().normal(0, 10, 300)
    one = shared + rng(1).normal(0.5, 1, 300)
    paired = paired_bootstrap(one, shared, rng=rng(2))
    unpaired = paired_bootstrap(one, rng(3).permutation(shared), rng=rng(2))
    assert not paired.tie
    assert unpaired.tie


def test_groups_are_drawn_whole():
    people = np.repeat(np.arange(40), 25)
    one = np.repeat(rng().normal(0, 1, 40), 25)  # all rows of a person alike
    nothing = np.zeros(1000)
    rows = paired_bootstrap(one, nothing, rng=rng(1))
    whole = paired_bootstrap(one, nothing, rng=rng(1), groups=people)
    width, wide = rows.high - rows.low, whole.high - whole.low
    assert wide / width == pytest.approx(5, abs=0.8)
    assert whole.mean == pytest.approx(rows.mean)


def test_groups_of_one_are_samples():
    one, none = rng().normal(size=50), np.zeros(50)
    alone = paired_bootstrap(one, none, rng=rng(1), repeats=50)
    keys = [f"{key:02}" for key in range(50)]
    named = paired_bootstrap(one, none, rng=rng(1), repeats=50, groups=keys)
    assert named == pytest.approx(alone)


def test_numbers_for_people():
    given = (999.94, -999.96, 1000, -1000.4, 0.123456, 0, 0.00002, np.inf)
    found = ["999.9", "-1000", "1,000", "-1,000", "0.1235", "0"]
    found += ["2e-05", "inf"]
    assert [readable(number) for number in given] == found
    assert [readable(2, "+"), readable(12345.6, "+")] == ["+2", "+12,346"]


def test_an_interval_prints_as_it_is_asked():
    found = Interval(1234.5, -10, 2000)
    assert str(found) == "+1,234 (-10 to +2,000)"
    assert f"{found:,.0f}" == "1,234 (-10 to 2,000)"
    assert found.tie
    assert not Interval(1, 0.5, 2).tie
    assert Interval(0, 0, 0).tie


GAIN = Rule("saves enough", 3, 2, "no-go")
LOSS = Rule("saves enough", 1, 2, "no-go")
DATA = Rule("rows enough", 1, 2)


@pytest.mark.parametrize(
    ("rules", "answer"),
    [
        ([GAIN], "go"),
        ([Rule("just", 2, 2)], "go"),
        ([GAIN, DATA], "not yet"),
        ([DATA, LOSS], "no-go"),
        ([LOSS, GAIN, GAIN], "no-go"),
    ],
)
def test_the_worst_failing_rule_decides(rules, answer):
    found = decide(rules)
    assert found.answer == answer
    assert len(found.reasons) == len(rules)


def test_a_decision_prints_short_lines():
    long = Rule("words " * 20, 0.123456, 1e6, "no-go")
    lines = str(decide([long, GAIN])).splitlines()
    assert lines[0] == "NO-GO"
    assert max(map(len, lines)) <= 79
    assert lines[1].startswith("- no-go: words words")
    assert lines[2].startswith("  words")
    assert "(found 0.1235, needed" in lines[2]
    assert "found 0.1235, needed 1,000,000)" in str(long)
    assert lines[-1] == "- holds: saves enough (found 3, needed 2)"


def case(simple, network, interval, lower_is_better=True):
    return CaseResult(
        "Loans",
        "Whom to refuse?",
        "cost",
        "linear",
        simple,
        "network",
        network,
        Interval(*interval),
        lower_is_better,
        "an afternoon",
    )


@pytest.mark.parametrize(
    ("found", "winner"),
    [
        (case(0.5, 0.4, (-0.1, -0.2, 0.01)), "tie"),
        (case(0.5, 0.4, (-0.1, -0.2, -0.01)), "network"),
        (case(0.5, 0.6, (0.1, 0.01, 0.2)), "simple"),
        (case(0.5, 0.6, (0.1, 0.01, 0.2), False), "network"),
        (case(0.6, 0.5, (-0.1, -0.2, -0.01), False), "simple"),
    ],
)
def test_the_winner_follows_from_the_interval(found, winner):
    bundle = found._repr_mimebundle_(include=None, exclude=None)
    table = bundle["application/vnd.nnfs.case+json"]
    assert found.winner == table["winner"] == winner
    assert table["interval"]["low"] == found.interval.low
    assert set(CaseResult._fields) < set(table)
    assert f"winner: {winner}\nprice: an afternoon" in bundle["text/plain"]


def test_a_notebook_shows_a_case_as_print_does():
    pretty = pytest.importorskip("IPython.lib.pretty").pretty
    found = case(0.5, 0.4, (-0.1, -0.2, -0.05))
    assert pretty(found) == str(found)


HALF = np.array([[0.5, 0.5]])
ONE, PAIR = np.ones(1), np.ones(2)
WHOLE = np.array([0, 1])
CALLS = [
    (
        lambda: best_actions(HALF, [1, 2]),
        "best_actions expected costs of shape (n_actions, n_classes), "
        "got (2,)",
    ),
    (
        lambda: cost_of(WHOLE, WHOLE, [[]]),
        "cost_of expected costs of shape (n_actions, n_classes), got (1, 0)",
    ),
    (
        lambda: break_even([[np.inf, 1]]),
        "break_even expected finite costs, got NaN or infinity",
    ),
    (
        lambda: best_actions(HALF, [[1], [2]]),
        "best_actions expected probabilities of shape (n_samples, 1), "
        "got (1, 2)",
    ),
    (
        lambda: best_actions(HALF, [[np.nan, 1]]),
        "best_actions expected finite costs, got NaN or infinity",
    ),
    (
        lambda: best_actions(ONE, CREDIT),
        "best_actions expected probabilities of shape (n_samples, 2), "
        "got (1,)",
    ),
    (
        lambda: best_actions(2 * HALF, CREDIT),
        "best_actions expected probabilities from 0 on whose rows add up to "
        "1, got a lowest of 1, sums up to 2",
    ),
    (
        lambda: best_actions(np.array([[-0.5, 1.5]]), CREDIT),
        "best_actions expected probabilities from 0 on whose rows add up to "
        "1, got a lowest of -0.5, sums up to 1",
    ),
    (
        lambda: best_actions([[1, 0]], CREDIT),
        "best_actions expected probabilities as a plain array, got a list",
    ),
    (
        lambda: cost_of(WHOLE, [0, 1], CREDIT),
        "cost_of expected labels, one per sample, got a list",
    ),
    (
        lambda: cost_of(WHOLE, WHOLE[:0], CREDIT),
        "cost_of expected labels, one per sample, got (0,)",
    ),
    (
        lambda: cost_of(WHOLE, np.eye(2, dtype=int), CREDIT),
        "cost_of expected labels, one per sample, got (2, 2)",
    ),
    (
        lambda: cost_of(WHOLE, WHOLE + 1, CREDIT),
        "cost_of expected labels 0 to 1, got 1 to 2",
    ),
    (
        lambda: cost_of(WHOLE + 1, WHOLE, CREDIT),
        "cost_of (actions) expected labels 0 to 1, got 1 to 2",
    ),
    (
        lambda: break_even([[0, 1, 2]]),
        "break_even expected costs of 2 actions and 2 classes, got (1, 3)",
    ),
    (
        lambda: break_even([[0, 5], [0, 0]]),
        "break_even expected action 1 dearer for class 0, cheaper for class "
        "1, got [[0.0, 5.0], [0.0, 0.0]]",
    ),
    (
        lambda: break_even([[0, 5], [1, 5]]),
        "break_even expected action 1 dearer for class 0, cheaper for class "
        "1, got [[0.0, 5.0], [1.0, 5.0]]",
    ),
    (
        lambda: paired_bootstrap(PAIR, ONE, rng=rng()),
        "paired_bootstrap expected two arrays of shape (n_samples,), "
        "got (2,) and (1,)",
    ),
    (
        lambda: paired_bootstrap(HALF, HALF, rng=rng()),
        "paired_bootstrap expected two arrays of shape (n_samples,), "
        "got (1, 2) and (1, 2)",
    ),
    (
        lambda: paired_bootstrap(PAIR > 0, PAIR, rng=rng()),
        "paired_bootstrap expected one of dtype float32 or float64, got bool",
    ),
    (
        lambda: paired_bootstrap(PAIR, PAIR > 0, rng=rng()),
        "paired_bootstrap expected other of dtype float32 or float64, "
        "got bool",
    ),
    (
        lambda: paired_bootstrap(PAIR, PAIR, rng=rng(), groups=[1]),
        "paired_bootstrap expected groups of shape (2,), got (1,)",
    ),
    (
        lambda: paired_bootstrap(PAIR, PAIR, rng=rng(), level=0),
        "paired_bootstrap expected level above 0 and below 1, got 0",
    ),
    (
        lambda: paired_bootstrap(PAIR, PAIR, rng=rng(), level=1),
        "paired_bootstrap expected level above 0 and below 1, got 1",
    ),
    (
        lambda: paired_bootstrap(PAIR, PAIR, rng=rng(), repeats=0),
        "paired_bootstrap expected repeats of at least 1, got 0",
    ),
    (
        lambda: Rule("w", 1, 2, "maybe"),
        "Rule expected otherwise 'no-go' or 'not yet', got 'maybe'",
    ),
    (
        lambda: Rule("w", float("nan"), 2),
        "Rule expected found and needed, got nan and 2",
    ),
    (
        lambda: Rule("w", 1, float("nan")),
        "Rule expected found and needed, got 1 and nan",
    ),
    (lambda: decide([]), "decide expected at least one rule, got none"),
    (
        lambda: case(0.5, 0.4, (0.1, 0.05, 0.2)).winner,
        "CaseResult expected an interval of -0.1, network minus simple, "
        "got +0.1 (+0.05 to +0.2)",
    ),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_what_is_refused_and_how(call, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert str(raised.value) == message
