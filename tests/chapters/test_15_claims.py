"""Numbers that the page of chapter 15 states about runs."""

import numpy as np
import pytest

from claims import claim
from scripted import definitions

BOOK = "the results that the book's repository gives, chapters 14 and 15"
FACTS = {
    "has 68.8 % of the training": BOOK,
    "and 75.7 % of the validation": BOOK,
    "94.7 % and 83.0 %. And the": BOOK,
    "0 with probability 0.2, else $3 / 0.8 = 3.75$": "computed by hand",
    "$0.8 \\cdot 3.75 = 3$": "computed by hand",
    "The factor is $0.25 / 0.75 = 1/3$": "computed by hand",
}
SCRIPT = definitions("ch15_dropout")


def test_a_rate_near_1_is_hardly_worse():
    most, beyond = claim(
        "15-dropout",
        "At {}, with four of five neurons missing, the network was better"
        " still, and at {} it was hardly worse",
    )
    right = {}
    for rate in (0.5, most, beyond):
        found = []
        for seed in range(5):
            network, known, fresh = SCRIPT["bands"](seed, rate)
            SCRIPT["train"](network, known, 0.02, 200)
            found.append(SCRIPT["judge"](network, fresh)[0])
        right[rate] = np.median(found)
    assert right[most] > right[0.5] + 0.05
    assert right[beyond] == pytest.approx(right[most], abs=0.06)
