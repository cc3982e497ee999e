"""Reasons of chapter 37's page, each with its cause taken away."""

import math

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.calibration import Temperature, rebased
from nnfs_code.decisions import best_actions, cost_of
from nnfs_code.drift import stability_index
from nnfs_code.experiments import effect
from nnfs_code.metrics import best_threshold, roc_auc
from nnfs_code.release import Card, Shelf, publish, quantity
from reasons import reason
from script_37 import PAGE, script

SEEDS = breadth(3, 8)


def test_the_share_by_scores_needs_buyers_like_the_buyers_before():
    reason(PAGE, "only how many there are of each has changed")
    reason(PAGE, "Where buyers and others are drawn from the old ones, in")
    reason(PAGE, "customers with the same score bought more often")
    names = script()
    scores, past = names["says"][201109]
    old, answers = scores[past], names["bought"][past]
    yes, no = np.flatnonzero(answers == 1), np.flatnonzero(answers == 0)
    rng = np.random.default_rng(0)
    for share in (0.2, 0.5, 0.7):
        n_yes = int(4000 * share)
        mixed = np.append(rng.choice(yes, n_yes), rng.choice(no, 4000 - n_yes))
        found = names["share_by_scores"](old[mixed], names["was"])
        assert found == pytest.approx(share, abs=0.04)
    chances, now = names["chances"], names["yes"]
    found = names["share_by_scores"](chances, names["was"])
    assert found < names["was"] - 0.05 < now.mean() - 0.15
    at = np.digitize(chances, np.quantile(old, [0.25, 0.5, 0.75]))
    before = np.digitize(old, np.quantile(old, [0.25, 0.5, 0.75]))
    for k in range(4):  # the same scores, more buyers
        assert now[at == k].mean() > answers[before == k].mean() + 0.07


def test_an_alarm_hears_what_is_in_its_columns():
    reason(PAGE, "Inputs and scores tell only what is in the columns.")
    names = script()
    cut = names["cut"]
    month = cut % 100
    past = names["past"]
    in_autumn = names["now"]
    assert stability_index(month[past], month[in_autumn]) > 2
    scores = names["says"][201109][0]
    assert stability_index(scores[past], scores[in_autumn]) < 0.03


def test_a_season_that_no_column_names_is_mixed_with_the_others():
    reason(PAGE, 'The neuron has no column that says "autumn", so it mixes')
    names = script()
    last, more, now = (names[name] for name in ("last", "more", "now"))
    for inputs, low, high in (
        (names["inputs"], 0.1, 1),
        (names["wider"], -0.03, 0.03),  # with a column for it
    ):
        model, scaler = names["neuron"](inputs[more], names["bought"][more])
        said = model.predict(scaler.transform(inputs[last]))[:, 0]
        missing = names["bought"][last].mean() - said.mean()
        assert low < missing < high
        assert len(model.predict(scaler.transform(inputs[now]))) == len(now)


def test_the_shift_counts_on_scores_that_rise_with_the_share():
    reason(PAGE, "the formula counts on scores that rise with the share, and")
    names = script()
    scores, past = names["says"][201109]
    old, answers, was = scores[past], names["bought"][past], names["was"]
    yes, no = np.flatnonzero(answers == 1), np.flatnonzero(answers == 0)
    share, rng = names["yes"].mean(), np.random.default_rng(0)
    n_yes = int(4000 * share)
    mixed = np.append(rng.choice(yes, n_yes), rng.choice(no, 4000 - n_yes))
    assert old[mixed].mean() > old.mean() + 0.02  # they rose
    found = rebased(old[mixed], was=was, now=share).mean()
    assert found == pytest.approx(share, abs=0.02)
    chances = names["chances"]
    assert chances.mean() < old.mean()  # they did not
    assert rebased(chances, was=was, now=share).mean() < share - 0.04


def test_isotonic_regression_moves_the_level_by_what_june_missed():
    reason(PAGE, "The temperature hardly helps. Isotonic regression moves the")
    names = script()
    june, tested = names["june"], names["tested"]
    answers = names["bought"][tested]
    gap = answers.mean() - june[tested].mean()
    assert gap == pytest.approx(0.04, abs=0.005)
    chances, repairs = names["chances"], names["repairs"]
    moved = {k: v.mean() - chances.mean() for k, v in repairs.items()}
    assert moved["isotonic, of June"] == pytest.approx(gap, abs=0.01)
    assert abs(moved["temperature, of June"]) < 0.01
    missing = names["yes"].mean() - chances.mean()
    assert missing / gap == pytest.approx(4, abs=0.3)
    wrong = rebased(june[tested], was=0.5, now=0.2)  # far off, on purpose
    shifted = names["Isotonic"]().fit(wrong, answers).transform(wrong)
    assert abs(shifted.mean() - wrong.mean()) > 0.1
    plain = names["in_june"].transform(june[tested])
    assert abs(plain.mean() - june[tested].mean()) < 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_on_its_own_loans_a_network_is_right_more_often_than_it_says(seed):
    reason(PAGE, "So on its own loans being surer looks better: the temp")
    names = script()
    both, parts = names["both"], names["splits"][seed]
    (own, truth), (said, others) = parts["learn"], parts["tune"]
    for chances, answers, low, high in (
        (own, truth, 0.2, 0.8),
        (said, others, 1.3, 4),
    ):
        right = ((chances > 0.5) == answers).mean()
        sure = np.maximum(chances, 1 - chances).mean()
        assert (right > sure + 0.01) == (high < 1)
        found = Temperature().fit(both(chances), answers).temperature
        assert low < found < high


def test_a_limit_that_stayed_and_one_that_came_along():
    reason(PAGE, "The AUC does not show it: no loan changed places.")
    names = script()
    both, costs, gaps = names["both"], names["COSTS"], []
    for parts in names["splits"]:
        (tuned, answers), (said, true) = parts["tune"], parts["test"]
        softer = Temperature().fit(both(tuned), answers)
        softened = softer.transform(both(said))[:, 1]
        old = best_threshold(tuned, answers, cost_fp=1, cost_fn=5)
        moved = softer.transform(both(np.array([old])))[0, 1]
        paid = [
            cost_of((values >= limit).astype(int), true, costs).mean()
            for values, limit in (
                (said, old),
                (softened, old),
                (softened, moved - 1e-12),
            )
        ]
        assert paid[2] == pytest.approx(paid[0])
        assert roc_auc(said, true) == pytest.approx(roc_auc(softened, true))
        gaps.append(paid[1] - paid[0])
    assert np.median(gaps) > 0.03
    assert sum(gap > 0 for gap in gaps) == 6


def test_ten_looks_find_what_is_not_there_and_one_does_not():
    reason(PAGE, "and stops at the first difference that is")
    five, stated = claim(
        "37-from-score-to-decision",
        "turn about {} false alarms in 100 into {}, and ten into nearly",
    )
    rng, one, two, ten = np.random.default_rng(0), [], [], []
    for _ in range(1000):
        a, b = (rng.random((2, 2000)) < 0.3).cumsum(axis=1).tolist()
        seen = [
            not effect(a[n - 1], n, b[n - 1], n).tie
            for n in range(200, 2001, 200)
        ]
        one.append(seen[-1])
        two.append(seen[4] or seen[9])
        ten.append(any(seen))
    assert 100 * np.mean(one) == pytest.approx(five, abs=2)
    assert 100 * np.mean(two) == pytest.approx(stated, abs=2)
    assert np.mean(ten) == pytest.approx(0.19, abs=0.06)


def test_the_half_without_letters_counts_for_both():
    reason(PAGE, "the list's half without letters stands for all of the list")
    rng = np.random.default_rng(0)
    said = rng.beta(2, 3, 200_000)  # exactly true
    buys = rng.random(said.size) < said
    early = buys & (rng.random(said.size) < 28 / 90)  # not on the list
    listed = (said < 7 / 18) & ~early
    lettered = listed & (rng.random(said.size) < 0.5)
    low = (said < 7 / 18) & ~lettered
    once = buys[low].mean() - said[low].mean()
    weights = np.where(listed, 2, 1)[low]
    twice = np.average(buys[low] - said[low], weights=weights)
    assert once > 0.03
    assert abs(twice) < 0.008


def test_limits_see_an_exchange_only_if_it_leaves_them():
    reason(PAGE, "Each number is within its limits, so no limit sees it.")
    table = script()["customers"]
    assert (table["recency"] <= table["tenure"]).all()  # "A rule on two"
    card = script()["card"]
    row = {"recency": 40, "tenure": 350, "orders": 3, "products": 30}
    assert card.row({**row, "recency": 350, "tenure": 40})[0] == 350
    with pytest.raises(ValueError, match="orders expected a number"):
        card.row({**row, "orders": 350, "tenure": 3})


def test_nan_is_refused_by_a_question_that_it_must_pass():
    reason(PAGE, "NaN is neither above nor below anything, so low <= found")
    with pytest.raises(ValueError, match="got nan"):
        quantity("age", math.nan, 0, 1)
    refused = math.nan < 0 or math.nan > 1  # the other way to ask
    assert not refused


def test_a_broken_version_is_refused_since_it_is_loaded_first(tmp_path):
    reason(PAGE, "switch loads a version before it names it, so a broken one")
    names = script()
    card = Card("a", "stays away", names["limits"], 0.5, 0.5)
    publish(tmp_path, names["stays"], card)
    shelf = Shelf(tmp_path)
    shelf.switch("a")
    (tmp_path / "b.json").write_text((tmp_path / "a.json").read_text())
    (tmp_path / "b.npz").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="Release expected"):
        shelf.switch("b")
    assert shelf.release().card.version == "a"
    (tmp_path / "current.txt").write_text("b")  # without loading it
    with pytest.raises(ValueError, match="Release expected"):
        Shelf(tmp_path).release()


def test_temperature_keeps_the_order_and_one_half():
    reason(PAGE, "One half stays one half, and the order of the cases stays")
    names = script()
    both, (said, true) = names["both"], names["splits"][0]["test"]
    softer = Temperature().fit(both(said), true)
    softened = softer.transform(both(said))[:, 1]
    np.testing.assert_array_equal(softened > 0.5, said > 0.5)
    assert roc_auc(softened, true) == pytest.approx(roc_auc(said, true))
    half = softer.transform(np.array([[0.5, 0.5]]))
    np.testing.assert_allclose(half, 0.5)
    other = rebased(np.array([0.5]), was=0.3, now=0.5)  # this one moves it
    assert other[0] > 0.6


def test_asking_is_chosen_where_it_is_cheapest():
    names = script()
    table = [*names["COSTS"], [0.2, 0.2]]
    chances = np.array([0.01, 0.05, 1 / 6, 0.7, 0.85])
    found = best_actions(names["both"](chances), table)
    np.testing.assert_array_equal(found, [0, 2, 2, 2, 1])
