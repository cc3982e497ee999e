"""Numbers that the page of chapter 15 states about runs."""

import os

import numpy as np
import pytest

from claims import claim
from scripted import definitions

FACTS = {
    "0 with probability 0.2, else $3 / 0.8 = 3.75$": "computed by hand",
    "$0.8 \\cdot 3.75 = 3$": "computed by hand",
    "The factor is $0.25 / 0.75 = 1/3$": "computed by hand",
}
SCRIPT = definitions("ch15_dropout")
full = pytest.mark.skipif(
    not os.environ.get("FULL"), reason="seconds each: make platforms"
)


def medians(make, rate, recipe):
    """Return what is right and the loss on fresh points, five seeds."""
    rows = []
    for seed in range(5):
        network, known, fresh = make(seed, rate)
        SCRIPT["train"](network, known, *recipe)
        rows.append(SCRIPT["judge"](network, fresh))
    return np.median(rows, axis=0)


@full
def test_a_small_rate_does_not_hurt_a_wide_network_with_time():
    adam, none, small, right, loss, before = claim(
        "15-dropout",
        "with a rate of {} for Adam. Without dropout {} of the fresh points"
        " are right, with a rate of {} it is {}, and their loss is {} in place"
        " of {} (medians",
    )
    plain, noisy = (
        medians(
            lambda seed, rate: SCRIPT["arms"](seed, 256, rate),
            rate,
            (adam, 2000),
        )
        for rate in (0.0, small)
    )
    assert [plain[0], noisy[0]] == pytest.approx([none, right], abs=0.02)
    assert noisy[0] > plain[0] - 0.02
    assert [noisy[1], plain[1]] == pytest.approx([loss, before], abs=0.3)
    assert noisy[1] < plain[1] - 0.3


def test_the_recipe_is_not_why_dropout_helps_on_the_bands():
    stated = claim("15-dropout", "the bands give {}, {} and {}.)")
    right = [
        medians(SCRIPT["bands"], rate, (0.1, 400))[0]
        for rate in (0.0, 0.5, 0.8)
    ]
    assert right == pytest.approx(stated, abs=0.03)
    assert right[1] > right[0] + 0.1


def test_halved_scores_flatter_the_loss_of_a_mask_drawn_once():
    stated = claim("15-dropout", "with its mask left on it is {}, about")
    losses = []
    for seed in range(5):
        network, known, fresh = SCRIPT["bands"](seed, 0.5)
        network.dropout = SCRIPT["MaskOnce"](
            0.5, rng=np.random.default_rng(seed)
        )
        SCRIPT["train"](network, known, 0.02, 200)
        scores = network.scores(fresh[0], training=True)
        losses.append(network.loss.forward(scores, fresh[1]))
    assert np.median(losses) == pytest.approx(stated, abs=0.2)
    assert np.median(losses) > 1.3 * 1.47  # with the scores halved


def test_a_rate_near_1_is_no_worse():
    most, best, beyond = claim(
        "15-dropout",
        "At {}, with four of five neurons missing, the network was better"
        " still, at {} better again, and at {} still no worse",
    )
    right = {}
    for rate in (0.5, most, best, beyond):
        found = []
        for seed in range(5):
            network, known, fresh = SCRIPT["bands"](seed, rate)
            SCRIPT["train"](network, known, 0.02, 200)
            found.append(SCRIPT["judge"](network, fresh)[0])
        right[rate] = np.median(found)
    assert right[most] > right[0.5] + 0.05
    assert right[best] > right[most] + 0.01
    assert right[beyond] > right[most] - 0.02
