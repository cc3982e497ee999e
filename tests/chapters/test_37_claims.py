"""Numbers that the page of chapter 37 states about runs."""

import re
from statistics import NormalDist

import numpy as np
import pytest

from claims import ROOT, claim
from nnfs_code.calibration import rebased, reliability_of_yes
from nnfs_code.experiments import power_of
from nnfs_code.metrics import roc_auc
from reasons import reason
from script_37 import PAGE, script

FACTS = {
    "n = (1.96 + 0.84)^2": "as in the line above, which a claim holds",
    "denominator of (37.6)": "the number of a formula",
}


def test_the_numbers_of_the_normal_distribution():
    high = claim(
        "37-from-score-to-decision",
        "The test calls a difference real if it is more than {} standard"
        " errors from 0",
    )
    more, share = claim(
        "37-from-score-to-decision",
        "must be another {} standard errors larger, since four of five draws"
        " of a normal distribution lie above −{}.",
    )
    added = claim(
        "37-from-score-to-decision", "So $p_1 - p_0 = ({} + {})\\, s$"
    )
    assert added == [high, more]
    assert more == share
    assert NormalDist().cdf(high) == pytest.approx(0.975, abs=1e-4)
    assert NormalDist().cdf(more) == pytest.approx(0.8, abs=1e-3)


def test_the_network_is_too_sure_at_both_ends():
    table = script()["table"]
    assert table.said[0] < table.right[0] - 0.08
    assert table.said[-1] > table.right[-1] + 0.15


def test_softer_is_cheaper_in_seven_of_eight():
    before, after = claim(
        "37-from-score-to-decision", "cuts the middle cost from {} to {}."
    )
    cost = {k: np.array(v)[:, 2] for k, v in script()["found"].items()}
    gains = cost["as it is"] - cost["temperature"]
    assert np.median(cost["as it is"]) == pytest.approx(before, abs=1e-3)
    assert np.median(cost["temperature"]) == pytest.approx(after, abs=1e-3)
    assert (gains > 0.05).sum() == 7
    assert (gains < -0.05).sum() == 1
    worth = {k: np.median(v, axis=0) for k, v in script()["found"].items()}
    stated = claim("37-from-score-to-decision", "It costs {}, and less than")
    assert worth["logistic"][2] == pytest.approx(stated, abs=1e-3)
    assert (cost["logistic"] < cost["temperature"]).sum() == 5
    for kind in (0, 1):  # Brier score and gap are no better
        assert worth["logistic"][kind] > worth["temperature"][kind]


def test_true_probabilities_show_a_gap_by_chance():
    stated = claim(
        "37-from-score-to-decision",
        "probabilities that are exactly true show a gap of about {} by chance",
    )
    names, rng = script(), np.random.default_rng(0)
    gaps = [
        names["judged"](said, (rng.random(300) < said).astype(int))[1]
        for said, _ in names["linear"]
        for _ in range(25)
    ]
    assert np.median(gaps) == pytest.approx(stated, abs=0.006)


def test_a_mixture_of_people_and_model():
    per_cent, saved = claim(
        "37-from-score-to-decision",
        "they see {} % of the loans, and save {} a loan.",
    )
    names = script()
    alone = names["with_people"](9, 0)[1]
    seen, cost = names["with_people"](0.2, 0.25)
    assert 100 * seen == pytest.approx(per_cent, abs=0.6)
    assert alone - cost == pytest.approx(saved, abs=6e-4)
    for fee in (0.1, 0.2):
        lines = [names["with_people"](fee, e) for e in (0.05, 0.1, 0.15, 0.25)]
        looks, costs = zip(*lines, strict=True)
        assert list(looks) == sorted(looks, reverse=True)
        assert list(costs) == sorted(costs)
        assert max(costs) < alone
        for errs, (_, cost) in zip(
            (0.05, 0.1, 0.15, 0.25), lines, strict=True
        ):
            assert cost < fee + errs * (0.7 + 0.3 * 5)


def test_what_the_alarms_said():
    now, march, june = claim(
        "37-from-score-to-decision",
        "They say it loudest, with {} standard deviations, but 90 days later."
        " And they said it in March and June as well, with {} and {}:",
    )
    gaps = claim("37-from-score-to-decision", "The gap was {}, {}, then {}.")
    names = script()
    found, missing = [], []
    for month in (201103, 201106, 201109):
        at = names["cut"] == month
        scores = names["says"][month][0][at]
        answers = names["bought"][at]
        found.append(names["surprise"](scores, answers).deviations)
        missing.append(answers.mean() - scores.mean())
        index = [
            names["stability_index"](
                column[names["says"][month][1]], column[at]
            )
            for column in names["inputs"].T
        ]
        assert max(index) > 0.25
    assert found == pytest.approx([march, june, now], abs=0.6)
    assert missing == pytest.approx(gaps, abs=6e-3)


def test_the_ranking_of_three_quarters():
    stated = claim(
        "37-from-score-to-decision",
        "was {} in March, {} in June, and is {} now. It fell, but",
    )
    names, areas = script(), []
    for month, (scores, _) in names["says"].items():
        at = names["cut"] == month
        areas.append(roc_auc(scores[at], names["bought"][at]))
        higher = rebased(scores[at], was=0.3, now=0.6)
        assert roc_auc(higher, names["bought"][at]) == areas[-1]
    assert areas == pytest.approx(stated, abs=1e-3)
    march, june, now = areas
    assert now < march < june


def test_one_index_is_loud_with_the_first_cut_too():
    claim("37-from-score-to-decision", "and one is still above {} each time.")
    names = script()
    cut, first = names["cut"], names["cut"] == 201009
    for month, (_, learned) in names["says"].items():
        assert not first[learned].any()  # "left out"
        indices = [
            [names["stability_index"](c[old], c[cut == month]) for old in olds]
            for c in names["inputs"].T
            for olds in [(learned, cut < month)]
        ]
        without, among = np.max(indices, axis=0)
        assert min(without, among) > 0.25
        assert without != pytest.approx(among, abs=0.01)  # "differ"


def test_a_shift_from_all_rows():
    stated = claim(
        "37-from-score-to-decision", "all rows the gap would have been {}."
    )
    names = script()
    chances, was, autumn = names["chances"], names["was"], names["autumn"]
    fixed = rebased(chances, was=was, now=autumn)
    gap = reliability_of_yes(fixed, names["yes"]).error
    assert gap == pytest.approx(stated, abs=2e-3)


def test_the_weeks():
    known, this = script()["known"], script()["shares"]["201109"]
    above = this > known.max(axis=0)
    assert above.tolist() == [False] * 3 + [True] * 10
    inside = this > known.min(axis=0)
    assert inside.all()
    assert known[0].argmax() == 12  # December, ahead at first, is last
    assert (known[0] > this).tolist() == [True] * 3 + [False] * 10
    assert known[0, -1] == known[:, -1].min()
    assert known[0, 4] - known[0, 2] < 0.01  # hardly rises between
    others = [script()["shares"][m] for m in ("201009", "201109")]
    ahead = known[0] > np.max([*known[1:], *others], axis=0)
    assert ahead.tolist() == [True] * 2 + [False] * 11


def test_the_weeks_of_march_and_june():
    known = script()["known"]
    june = known[2] > known[:2].max(axis=0)
    assert june.tolist() == [False] * 3 + [True] * 8 + [False] * 2
    assert known[0, -1] < known[2, -1] < known[1, -1]  # ends between
    march = np.sign(known[1] - known[0])
    assert march.tolist() == [-1] * 4 + [1] * 9  # outside, all along
    last, this = (script()["shares"][m] for m in ("201009", "201109"))
    assert (last > this).all()  # "runs above it all along"
    rng = np.random.default_rng(0)  # "about every second time"
    alike = rng.random((4000, 4))
    outside = (alike[:, 3] > alike[:, :3].max(axis=1)) | (
        alike[:, 3] < alike[:, :3].min(axis=1)
    )
    assert outside.mean() == pytest.approx(0.5, abs=0.04)


def test_the_pounds_of_the_repair():
    first, second = claim(
        "37-from-score-to-decision",
        "and the gain is doubled, from {} to {} pounds.",
    )
    worth = claim(
        "37-from-score-to-decision", "It would have been worth {} pounds"
    )
    assert worth == second - first
    names = script()
    pounds = {}
    for name, fixed in names["repairs"].items():
        letters = names["best_actions"](
            names["both"](1 - fixed), names["LETTER"]
        )
        pounds[name] = -names["cost_of"](
            letters, 1 - names["yes"], names["LETTER"]
        ).sum()
    assert pounds["as it is"] == pytest.approx(first, abs=60)
    assert pounds["last autumn's shift"] == pytest.approx(second, abs=60)
    assert max(pounds, key=pounds.get) == "last autumn's shift"


def test_the_share_of_five_weeks():
    later, was = claim(
        "37-from-score-to-decision",
        "takes the share that the first five weeks suggest, {} in place of"
        " {}.",
    )
    names = script()
    gaps = {
        name: names["reliability_of_yes"](fixed, names["yes"]).error
        for name, fixed in names["repairs"].items()
    }
    closed = 1 - gaps["five weeks' shift"] / gaps["as it is"]
    assert closed == pytest.approx(0.5, abs=0.08)  # "about half"
    assert script()["now_known"] == pytest.approx(later, abs=6e-3)
    assert script()["was"] == pytest.approx(was, abs=6e-4)


def test_power_with_this_list():
    ten = claim(
        "37-from-score-to-decision", "it will be seen in {} of 100 cases."
    )
    twenty = claim(
        "37-from-score-to-decision", "it will be seen in {} of 100, less"
    )
    share, half = script()["share"], script()["half"]
    for wins, stated in ((0.1, ten), (0.05, twenty)):
        found = power_of(share, share + wins * (1 - share), half)
        assert 100 * found == pytest.approx(stated, abs=0.7)


def test_to_be_seen_is_not_to_pay():
    pays = claim("37-from-score-to-decision", "here from {} more buyers.")
    assert (
        claim("37-from-score-to-decision", "put $p_1 - p_0 - {}$ into the")
        == pays
    )
    more, needed, seen = claim(
        "37-from-score-to-decision",
        "({} more), it takes about {} per half, not {}, and with this",
    )
    p0, half = script()["share"], script()["half"]
    p1 = p0 + 0.1 * (1 - p0)
    price = (1 + 10 * p0) / 80
    assert 90 * price == pytest.approx(1 + 10 * (p0 + price))
    assert [price, p1 - p0] == pytest.approx([pays, more], abs=6e-4)
    spread = p0 * (1 - p0) + p1 * (1 - p1)
    for target, stated in ((price, needed), (0, seen)):
        found = (1.96 + 0.84) ** 2 * spread / (p1 - p0 - target) ** 2
        assert found == pytest.approx(stated, rel=0.02)
    assert needed / half == pytest.approx(6, abs=0.3)  # "about six like it"
    without, lettered = (
        np.random.default_rng(0).binomial(half, [p0, p1], size=(4000, 2)).T
        / half
    )
    error = np.sqrt(
        (without * (1 - without) + lettered * (1 - lettered)) / half
    )
    low = lettered - without - 1.96 * error
    assert (low > price).mean() == pytest.approx(0.21, abs=0.03)
    assert (low > 0).mean() == pytest.approx(0.92, abs=0.02)


def test_four_columns_cost_a_hundredth():
    names = script()
    eleven = roc_auc(names["chances"], names["yes"])
    assert eleven - names["area"] == pytest.approx(0.01, abs=0.003)


def test_the_stored_costs():
    joules, hours = claim(
        "37-from-score-to-decision",
        "Then a thousand requests take {} joules, and a million {} watt-hours",
    )
    measured = script()["measured"]
    single = measured["network"]["service, 1 row a request"]
    assert script()["WATTS"] * single == pytest.approx(joules, abs=0.5)
    assert script()["WATTS"] * single * 1000 / 3600 == pytest.approx(
        hours, abs=0.05
    )
    network, trees = measured["network"], measured["trees"]
    for way in ("at once", "one by one"):
        assert 25 < trees[way] / network[way] < 40
    assert network["CSV file"] > 100 * network["at once"]
    assert single > 1000 * network["at once"]
    assert single < 1


def test_who_needs_tornado():
    reason(PAGE, "Of this package only the service and the program of this")
    line = re.compile(r"^\s*(from|import) tornado", re.M)
    texts = {
        path.name: path.read_text("utf-8")
        for path in (ROOT / "nnfs_code").rglob("*.py")
    }
    program = f"ch{PAGE.replace('-', '_')}.py"
    needing = {name for name in texts if line.search(texts[name])}
    assert needing == {"service.py", program}
    others = [texts[name] for name in texts if name not in needing]
    assert not [text for text in others if "tornado" in text]
