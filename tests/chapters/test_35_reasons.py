"""Reasons of chapter 35's page, each with its cause taken away."""

import numpy as np

from nnfs_code.metrics import roc_auc
from nnfs_code.preprocessing import Standardizer
from reasons import reason
from script_35 import PAGE, names


def test_a_random_split_is_blind_to_the_season():
    reason(PAGE, "because both of its sides are from the same seasons")
    left = names()
    gap_inside = left["chances"].mean() - left["did"].mean()
    elsewhere = left["says"](left["inside"], left["inputs"][left["now"]])
    gap_outside = elsewhere.mean() - left["yes"].mean()
    assert abs(gap_inside) < 0.02
    assert gap_outside < -0.1


def test_the_auc_keeps_if_all_are_shifted_and_not_if_half_are():
    reason(PAGE, "because it only counts who is above whom")
    left = names()
    before = roc_auc(left["linear"], left["yes"])
    assert abs(roc_auc(left["raised"], left["yes"]) - before) < 1e-9
    half = np.where(
        np.arange(len(left["yes"])) % 2,
        *(left[name] for name in ("linear", "raised")),
    )
    assert roc_auc(half, left["yes"]) < before - 0.005


def test_too_low_chances_make_the_list_lose():
    reason(PAGE, "is too low, so too many get a letter")
    left = names()
    brought, letters = left["brought"], left["letters"]
    low = brought(left["linear"], left["yes"], 0.05)
    right = brought(left["raised"], left["yes"], 0.05)
    assert low.sum() < -1000
    assert right.sum() > 0
    sent = [letters(left[name], 0.05) == 1 for name in ("linear", "raised")]
    takers = [left["yes"][one].sum() for one in sent]
    assert takers[0] > 3 * takers[1]


def test_two_errors_nearly_cancel():
    reason(PAGE, "and the two errors nearly cancel")
    left = names()
    past, now, recent = left["past"], left["now"], left["recent"]
    linear, yes = left["linear"], left["yes"]
    rows = past[recent[past]]
    said = left["says"](left["neuron"], left["inputs"][rows])
    assert abs(left["raised"].mean() - yes.mean()) < 0.01
    # An autumn like the last, and this shift:
    assert left["lift"](said).mean() < left["autumn"] - 0.04
    # This autumn, and the shift that the last would have needed:
    exact = 1 / (1 + (1 / said - 1) * np.exp(-1.08))
    assert abs(exact.mean() - left["autumn"]) < 0.005
    larger = 1 / (1 + (1 / linear - 1) * np.exp(-1.08))
    assert larger.mean() > yes.mean() + 0.03
    assert yes[recent[now]].mean() < left["autumn"] - 0.015


def test_a_push_that_is_strong_enough_pays():
    reason(PAGE, "the push is too weak to pay for anybody")
    left = names()
    pushed, push_for = left["pushed"], left["push_for"]
    weak, strong = (
        pushed(left["raised"], push_for(left["raised"], effect))[0].sum()
        for effect in (0.026, 0.052)
    )
    assert weak == 0
    assert strong > 1000


def test_the_hint_helps_by_the_working_days_in_it():
    reason(PAGE, "But people go to work at 8 on working days alone.")
    left = names()
    known, lost, hires = left["known"], left["lost"], left["hires"]
    columns = left["bike_inputs"](left["bikes"], hint=True)
    rng = np.random.default_rng(0)  # the same columns, of days by lot
    by_lot = rng.permutation(np.repeat([0, 1], [115, 250]))
    drawn = by_lot[left["day"].astype(int) - 1] == 1
    columns[:, -24:] = columns[:, 4:28] * drawn[:, np.newaxis]
    rates = left["counts"](columns[known], hires[known], columns[lost], (), 0)
    wrong = np.abs(rates - hires[lost]).mean()
    hinted = np.abs(left["rungs"]["poisson_hint"][0] - hires[lost]).mean()
    assert hinted < 40
    assert wrong > 49


def test_the_network_has_no_use_for_the_hint():
    reason(PAGE, "It has found as much, and more, by itself.")
    left = names()
    wrong = {
        name: np.median(np.abs(rates - left["hires"][left["lost"]]).mean(1))
        for name, rates in left["rungs"].items()
    }
    assert abs(wrong["networks"] - wrong["networks_hint"]) < 1
    assert wrong["poisson"] - wrong["poisson_hint"] > 10
    assert wrong["networks"] < wrong["poisson_hint"] - 2


def test_without_cancelling_the_gain_stays():
    reason(PAGE, "about nine tenths of it cancel in the sum")
    left = names()
    hires, lost, months = left["hires"], left["lost"], left["months"]
    middle = left["seed_of_the_middle"]
    one, other = (middle(left["rungs"][n]) for n in ("networks", "poisson"))
    summed = [left["wrong_by"](r, months[lost]).sum() for r in (one, other)]
    sizes = [np.abs(r - hires[lost]).sum() for r in (one, other)]
    apart = np.abs(np.bincount(months[lost], one - other)).sum()
    assert apart / np.abs(one - other).sum() < 0.12
    assert abs(summed[0] / sizes[0] - 2 / 3) < 0.03
    assert summed[0] / summed[1] > 0.9
    assert sizes[0] / sizes[1] < 0.7


def test_a_constant_column_does_not_show_in_training():
    reason(PAGE, "there the column is 0, whatever it is divided by")
    left = names()
    heavy, known, lost = left["heavy"], left["known"], left["lost"]
    for values in (left["by_hand"], left["by_class"]):
        assert np.ptp(values[known]) == 0
    assert left["by_hand"][lost].max() > 1e8
    reason(PAGE, "does not divide a constant column, so that hour counts as 1")
    five = Standardizer().fit(np.full((3, 1), 5.0))
    assert five.transform(np.array([[5.0], [6.0]])).tolist() == [[0], [1]]
    assert left["by_class"][lost].max() == 1
    other = np.where(np.arange(len(heavy)) == known[0], 1.0, heavy[:, 0])
    seen = Standardizer().fit(other[known, np.newaxis])
    assert seen.transform(other[lost, np.newaxis]).max() < 100
