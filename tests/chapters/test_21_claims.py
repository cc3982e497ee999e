"""Numbers that the page of chapter 21 states."""

import numpy as np
import pytest

from claims import breadth, claim, within
from corruptions import outcome, saved
from script_21 import script, tidy

FACTS = {
    "refused | 943,636": "tests/corruptions.py 1000000 7",
    "loaded | 56,364": "tests/corruptions.py 1000000 7",
}


@pytest.fixture(scope="module", autouse=True)
def _tidy():
    yield
    tidy()


def test_the_ball_by_hand():
    velocity, place, new = claim(
        "21-saving-and-loading",
        "the velocity becomes $0.9 \\cdot ({}) - 0.1 \\cdot {} = {}$",
    )
    again, same, arrives = claim(
        "21-saving-and-loading", "and the place ${} - {} = {}$."
    )
    lost = claim("21-saving-and-loading", "so it moves by ${}$ only")
    ball = script()["Momentum"](0.1, momentum=0.9)
    at = np.array([1.0])
    script()["roll"](at, ball, 3)
    assert at[0] == pytest.approx(place, abs=5e-5)
    assert ball.velocities[0][0] == pytest.approx(velocity, abs=5e-5)
    assert 0.9 * velocity - 0.1 * place == pytest.approx(new, abs=5e-5)
    assert (again, -same) == (place, new)
    assert place + new == pytest.approx(arrives, abs=5e-5)
    assert -0.1 * place == pytest.approx(lost, abs=5e-5)


def test_the_sizes_of_exercise_1():
    new, trained = claim(
        "21-saving-and-loading",
        "numbers of 4 bytes are {} MB. Adam has two more for each: {} MB",
    )
    count = 784 * 128 + 128 + 128 * 128 + 128 + 128 * 10 + 10
    assert 4 * count / 1e6 == pytest.approx(new, abs=0.005)
    assert 12 * count / 1e6 == pytest.approx(trained, abs=0.005)


def test_what_is_missing_shows_and_nothing_is_missing_without_it():
    resumed = script()["resumed"]
    assert [resumed("nothing", seed) for seed in range(3)] == [0, 0, 0]
    for missing in ("the generator", "the memories", "the step"):
        apart = [resumed(missing, seed) for seed in breadth(3, 12)]
        assert min(apart) > 0.02, missing


def test_about_one_byte_in_seven_is_not_read():
    whole = saved()
    places = range(0, len(whole), 3)
    met = []
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1
        met.append(outcome(bytes(flipped), whole) == "the same model")
    assert 1 / 9 < np.mean(met) < 1 / 5.5


def test_the_unscaled_inputs_of_the_page():
    """What the model says of them is far from what it says of scaled ones."""
    names = script()
    found = []
    for seed in breadth(5, 12):
        model, rng = names["begin"](seed)[2:]
        points, bands = names["vertical"](50, 3, rng=rng, dtype=np.float64)
        raw = 100 * points
        mean, spread = raw.mean(axis=0), raw.std(axis=0)
        scaled = (raw - mean) / spread
        adam = names["Adam"](0.05)
        names["train"](model, adam, scaled, bands, rng, steps=100)
        found.append(
            [
                names["accuracy"](model.forward(values), bands)
                for values in (scaled, raw)
            ]
        )
    scaled, raw = np.array(found).T
    within(0.9, 1.05, scaled)
    assert raw.max() < 0.8
