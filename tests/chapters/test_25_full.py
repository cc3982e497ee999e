"""The stored runs of thirty layers: whole, and what the page says of them."""

import os

import numpy as np
import pytest

import full_25
from claims import breadth, claim
from nnfs_code.data import spiral
from nnfs_code.normalization import BatchNorm
from reasons import reason
from script_25 import PAGE, SCRIPT, STORED, losses, runs

GUESSING = np.log(3)


def all_runs(start, norm="", around=False):
    """Return what is stored of one way, by rate and seed."""
    row = next(
        row
        for row in STORED["rows"]
        if (row["start"], row["norm"], row["around"]) == (start, norm, around)
    )
    found = np.array(list(row["runs"].values()))
    assert found.shape == (6, 5, 3)
    return found


def right(start, norm="", around=False):
    """Return which runs have more than 0.9 right, a row per rate."""
    return all_runs(start, norm, around)[:, :, 2] > 0.9


def test_the_stored_runs_are_whole():
    ways = [(r["start"], r["around"], r["norm"]) for r in STORED["rows"]]
    assert tuple(ways) == full_25.WAYS
    assert STORED["steps"] == full_25.STEPS
    for row in STORED["rows"]:
        assert list(row["runs"]) == [str(rate) for rate in full_25.RATES]
        for found in row["runs"].values():
            shares = np.array(found)[:, 2] * 120
            assert len(shares) == len(full_25.SEEDS)
            np.testing.assert_allclose(shares, shares.round(), atol=1e-6)
            assert shares.max() <= 118


def test_three_points_in_one_place_cost_so_much():
    lowest = claim(
        "25-initialisation-and-normalisation",
        "can be right, and the loss can't fall below {}.)",
    )
    assert pytest.approx(lowest, abs=0.0005) == 3 * GUESSING / 120
    found = [
        np.array(one)[:, 1]
        for row in STORED["rows"]
        for one in row["runs"].values()
    ]
    assert min(map(np.min, found)) > lowest


def test_the_start_alone_is_enough():
    reason(PAGE, "The start alone is enough to change that: with")
    assert losses("0.01").min() > GUESSING - 0.001  # without
    assert np.median(losses("He")) < 0.06
    assert np.median(losses("orthogonal")) < 0.06
    middle = claim(
        "25-initialisation-and-normalisation",
        "and nothing else, the median loss is about {}. So",
    )
    assert np.median(losses("He")) == pytest.approx(middle, abs=0.005)
    assert np.median(losses("orthogonal")) == pytest.approx(middle, abs=0.005)


def test_a_way_around_alone_revives_and_norms_alone_do_not():
    revived = claim(
        "25-initialisation-and-normalisation",
        "alone revives the dead network too, to {}.",
    )
    assert np.median(losses("0.01", around=True)) == pytest.approx(
        revived, abs=0.005
    )
    from_rate, hardly, begins = claim(
        "25-initialisation-and-normalisation",
        "At the rate {} and above they leave the loss at $\\log 3$, in all"
        " runs. They hardly move it at {}, and begin to learn at {}. Batch",
    )
    for norm in ("LayerNorm", "RMSNorm"):
        row = next(
            r
            for r in STORED["rows"]
            if (r["start"], r["norm"], r["around"]) == ("0.01", norm, False)
        )
        for rate, found in row["runs"].items():
            reached = np.array(found)[:, 1]
            if float(rate) >= from_rate:
                assert reached.min() > GUESSING - 0.001
            elif float(rate) == hardly:
                assert reached.min() > GUESSING - 0.02
            else:
                assert float(rate) == begins
                assert np.median(reached) < GUESSING - 0.05
    tried, runs_then = claim(
        "25-initialisation-and-normalisation",
        "LayerNorm left the loss at {} in all {} runs",
    )
    assert pytest.approx(tried, abs=0.0005) == GUESSING
    assert runs_then == 4 * 5


def test_at_high_rates_he_with_layer_norm_fails_as_well():
    *rates, loss = claim(
        "25-initialisation-and-normalisation",
        "with LayerNorm, at {} and {}, the median loss is {}. A norm",
    )
    row = next(
        r
        for r in STORED["rows"]
        if (r["start"], r["norm"], r["around"]) == ("He", "LayerNorm", False)
    )
    for rate, found in row["runs"].items():
        middle = np.median(np.array(found)[:, 1])
        fails = middle == pytest.approx(loss, abs=0.0005)
        assert fails == (float(rate) in rates)


def test_from_he_a_norm_alone_has_a_higher_median():
    plain = np.median(losses("He"))
    for norm in ("BatchNorm", "LayerNorm", "RMSNorm"):
        assert np.median(losses("He", norm)) > plain + 0.03
    exploded = losses("He", around=True)
    assert exploded.min() > 0.8
    assert (exploded > GUESSING).sum() == 4  # as the figure's text has it
    seen = claim(
        "25-initialisation-and-normalisation",
        "the loss that its last step of training saw has the median {}, which",
    )
    assert np.median(runs("He", "BatchNorm")[:, 0]) == pytest.approx(
        seen, abs=0.0005
    )
    assert seen < np.median(runs("He")[:, 0]) - 0.01
    for norm in ("LayerNorm", "RMSNorm"):
        found = runs("He", norm)
        assert np.median(found[:, 0]) > plain + 0.03


def test_batch_norm_from_the_dead_start():
    most, lowest = claim(
        "25-initialisation-and-normalisation",
        "the median loss of its last step is below {} at all six rates. But"
        " it learns well at the lowest only: at {} all five",
    )
    other = claim(
        "25-initialisation-and-normalisation",
        "At the table's {} the median loss is lower, but only one",
    )
    row = next(
        r
        for r in STORED["rows"]
        if (r["start"], r["norm"], r["around"]) == ("0.01", "BatchNorm", False)
    )
    for found in row["runs"].values():
        assert np.median(np.array(found)[:, 0]) < most
    learned = right("0.01", "BatchNorm").sum(axis=1)
    assert list(learned) == [5, 1, 0, 0, 0, 0]
    assert (lowest, other) == full_25.RATES[:2]


def test_both_together_stand_high_rates():
    *stated, he, orthogonal = claim(
        "25-initialisation-and-normalisation",
        "*and* BatchNorm the median loss is {}, close to the lowest possible,"
        " and {} of {} runs learned, at each rate but the lowest; He's weights"
        " alone learned in {}, and orthogonal ones in {}. BatchNorm",
    )
    layer_norm, rms_norm = claim(
        "25-initialisation-and-normalisation",
        "The pairs with LayerNorm and RMSNorm learned in {} and {} only. But"
        " at the two highest rates all ten networks of each learned. There"
        " He's weights"
        " alone, and orthogonal ones, learned in three of ten each",
    )
    best = np.median(losses("He", "BatchNorm", around=True))
    assert best == pytest.approx(stated.pop(0), abs=0.0005)
    stated += [he, orthogonal, layer_norm, rms_norm]
    for start in ("He", "orthogonal"):
        assert right(start)[-2:].sum() == 3
    assert right("He", "BatchNorm", True)[-2:].sum() == 9
    highest, lower, rate = claim(
        "25-initialisation-and-normalisation",
        "for orthogonal weights it is {} in the table, and {} at the rate {}.",
    )
    assert losses("orthogonal").max() == pytest.approx(highest, abs=0.0005)
    row = next(r for r in STORED["rows"] if r["start"] == "orthogonal")
    found = np.array(row["runs"][str(rate)])[:, 1]
    assert found.max() == pytest.approx(lower, abs=0.0005)
    pairs = [right("He", n, True) for n in ("BatchNorm", "LayerNorm")]
    assert stated == [
        pairs[0].sum(),
        pairs[0].size,
        right("He").sum(),
        right("orthogonal").sum(),
        pairs[1].sum(),
        right("He", "RMSNorm", True).sum(),
    ]
    assert list(pairs[0].any(axis=1)) == [False, True, True, True, True, True]
    for norm in ("LayerNorm", "RMSNorm"):
        found = right("He", norm, True)
        assert found[-2:].all()
        assert found[:-2].sum() <= 2


def test_batch_norm_alone_has_learned_more_than_its_predictions_show():
    predicted = claim(
        "25-initialisation-and-normalisation",
        "BatchNorm alone has only {}, by its predictions.",
    )
    assert right("He", "BatchNorm").sum() == predicted
    seen = [all_runs("He", "BatchNorm", way)[:, :, 0] for way in (False, True)]
    loose, alone, of, pair, strict, *fewer = claim(
        "25-initialisation-and-normalisation",
        "nearer: below {} in {} of {} runs with BatchNorm alone and in {} with"
        " the pair, and below {} in {} and {}. The",
    )
    assert seen[0].size == of
    assert [(one < loose).sum() for one in seen] == [alone, pair]
    assert [(one < strict).sum() for one in seen] == fewer
    rate, below, above = claim(
        "25-initialisation-and-normalisation",
        "At {} the loss that the last step saw is below {} in all five, where"
        " the loss when predicting is above {}.",
    )
    assert rate == full_25.RATES[0]
    assert seen[0][0].max() < below
    assert all_runs("He", "BatchNorm")[0, :, 1].min() > above


def test_what_is_left_is_the_one_less_and_not_late():
    """Caught up most of the gap stays; with N for N - 1 nothing of it."""
    reason(PAGE, "let them catch up, and in most networks most of the gap")
    reason(PAGE, "and the loss when predicting is that in training")
    found = []
    for seed in breadth(3, 5):
        model = SCRIPT["deep"](SCRIPT["he"], seed, BatchNorm)
        late = SCRIPT["train"](model, seed, 0.003, full_25.STEPS)[1]
        rng = np.random.default_rng(1000 + seed)
        points, arms = spiral(40, 3, rng=rng, dtype=np.float64)
        caught, training, with_n = caught_up(model, points, arms)
        assert with_n == pytest.approx(training, rel=1e-3)
        found.append((late, caught, training))
    late, caught, training = np.array(found).T
    assert np.median((caught - training) / (late - training)) > 0.5
    assert np.median(caught - training) > 0.02


def test_it_is_most_of_what_remains_in_ten_layers_too():
    caught, training = claim(
        "25-initialisation-and-normalisation",
        "Most of what remains, {} beside {}, is the $N - 1$: with $N$",
    )
    model, points, arms = SCRIPT["late"](0)
    exact, seen, with_n = caught_up(model, points, arms)
    assert seen == pytest.approx(training, abs=0.001)
    assert with_n == pytest.approx(seen, rel=1e-4)
    assert (exact - seen) / (caught - training) > 0.6


def caught_up(model, points, arms):
    """Return the loss when predicting, in training, and with N for N - 1."""
    for _ in range(200):
        model.forward(points, training=True)
    caught = model.evaluate(points, arms).loss
    training = model.loss.forward(model.forward(points, True), arms)
    for part in model.parts:
        if isinstance(part, BatchNorm):
            part.running_variances *= 119 / 120
    return caught, training, model.evaluate(points, arms).loss


@pytest.mark.skipif(not os.environ.get("FULL"), reason="minutes")
@pytest.mark.parametrize("way", full_25.WAYS, ids=str)
def test_a_run_made_again_agrees(way):
    """Chaos moves single runs: whether it learned is compared, with room."""
    row = STORED["rows"][full_25.WAYS.index(way)]["runs"]["0.001"]
    again = [full_25.one(way, seed, 0.001) for seed in (0, 1)]
    for found, kept in zip(again, row, strict=False):
        if kept[1] > GUESSING - 0.001:
            assert found[1] > GUESSING - 0.2  # one that learns: below 0.06
        elif kept[1] < 0.06:
            assert found[1] < 0.5


def test_the_first_steps_made_again():
    """A dead and a living network, for a tenth of the steps."""
    dead = full_25.one(("0.01", False, ""), 0, 0.001, steps=30)
    alive = full_25.one(("He", False, ""), 0, 0.001, steps=30)
    assert dead[1] == pytest.approx(GUESSING, abs=0.001)
    assert alive[1] < GUESSING - 0.1
