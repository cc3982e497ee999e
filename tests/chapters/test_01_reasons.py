"""Reasons that the page of chapter 1 gives, each with its cause taken away."""

import contextlib
import io
import runpy

import numpy as np
import pytest

from reasons import reason

PAGE = "01-introducing-neural-networks"
DISTANCES = [1, 2, 3, 4, 5]
MINUTES = [11, 14, 17, 24, 26]
ALONG_AXES = [(1, 0), (-1, 0), (0, 1), (0, -1)]
DIAGONAL = [(1, 1), (-1, 1), (1, -1), (-1, -1)]


@pytest.fixture(scope="module")
def script():
    """What the script of the chapter defines, run once."""
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_module(
            "nnfs_code.chapters.ch01_introducing_neural_networks"
        )


def loss(w, b, distances=DISTANCES, minutes=MINUTES):
    """Return the mean squared error of a line."""
    errors = [x * w + b - y for x, y in zip(distances, minutes, strict=True)]
    return sum(error * error for error in errors) / len(errors)


def search(w, b, step, distances=DISTANCES, ways=ALONG_AXES):
    """Return the loss where no nudge in these ways helps any more."""
    while True:
        around = [(w + step * i, b + step * j) for i, j in ways]
        best = min(around, key=lambda pair: loss(*pair, distances))
        if loss(*best, distances) >= loss(w, b, distances):
            return loss(w, b, distances)
        w, b = best


def test_the_search_sticks_because_it_moves_one_parameter_at_a_time():
    reason(PAGE, "Our four nudges change one parameter at a time.")

    assert search(3, 2, 0.5) == pytest.approx(3.05)
    assert search(3, 2, 0.5, ways=ALONG_AXES + DIAGONAL) < 2
    assert loss(4.5, 4) == pytest.approx(2.35)  # the nudge that is named


def test_the_search_sticks_because_the_valley_is_diagonal():
    reason(PAGE, "Only the place of 0 had changed.")

    from_middle = [x - 3 for x in DISTANCES]
    assert loss(3, 2) == loss(3, 11, from_middle)  # one and the same rule
    assert search(3, 2, 0.5) > 3
    assert search(3, 11, 0.5, from_middle) < 1.06


def test_the_price_of_leaving_the_floor_shrinks_with_the_square():
    reason(PAGE, "shrinks with the square of the step. So a smaller step can")

    # On the floor the whole price is that of leaving it, 9 s².
    w, b = 5, 3.4
    for s in (0.5, 0.25, 0.125):
        gain = loss(w - s, b + 3 * s) - loss(w, b)  # along the floor
        price = loss(w - s, b) - loss(w - s, b + 3 * s)
        assert price == pytest.approx(9 * s**2)
        assert gain == pytest.approx(-4 * s + 2 * s**2)

    w, b = 5, 3.5
    large = [loss(w + 0.5 * i, b + 0.5 * j) for i, j in ALONG_AXES]
    small = [loss(w + 0.01 * i, b + 0.01 * j) for i, j in ALONG_AXES]
    assert min(large) > loss(w, b)
    assert min(small) < loss(w, b)


def test_errors_of_two_signs_cancel_and_squares_do_not():
    reason(
        PAGE,
        "Adding the errors as they are would let a −9 and a +9 cancel",
    )

    both_ways, one_way = np.array([-9, 9]), np.array([9, 9])
    assert both_ways.sum() == 0 != one_way.sum()
    assert (both_ways**2).sum() == (one_way**2).sum() == 162


def test_warnings_that_are_half_wrong_leave_the_accuracy_alone():
    reason(PAGE, "because half of its 28 warnings are wrong")

    def right(warnings, caught):
        return 1000 - (20 - caught) - (warnings - caught)

    assert right(28, 14) == right(0, 0)
    assert right(28, 20) > right(0, 0)
    assert right(30, 12) - right(0, 0) == 12 - 18


def test_a_late_parcel_decides_because_it_costs_ten_warnings():
    reason(PAGE, "a late parcel without a warning costs ten times as much")

    def cheapest(late):
        plans = {"nothing": (0, 0), "rule": (30, 12), "network": (28, 14)}
        return min(
            plans, key=lambda p: late * (20 - plans[p][1]) + plans[p][0]
        )

    assert cheapest(10) == "network"
    assert cheapest(1) == "nothing"  # as accuracy has it: no better plan


def test_the_network_loses_because_the_job_is_small(script):
    reason(PAGE, "because the job is small for such an upkeep.")

    gain = script["yearly_gain"]
    assert gain(1_000) < 12_000
    assert gain(10_000) > 12_000


def test_what_is_cut_off_makes_the_bend(script):
    reason(PAGE, "Without one the whole network would still be a straight")

    x = np.arange(-2, 7)  # one km apart
    bent = [script["small_network"](v) for v in x]
    uncut = [4 * v + 3 * (v - 3) + 6 for v in x]
    bends = x[1:-1][np.abs(np.diff(bent, 2)) > 1e-9]
    assert bends.tolist() == [0, 3]  # the two that the page names
    assert np.diff(uncut, 2).tolist() == [0] * 7


def test_the_memory_loses_by_the_red_lights_and_by_nothing_else(script):
    reason(PAGE, "the difference comes from the old minutes alone")

    new = script["next_day"]
    neuron = np.mean([(4 * x + 6.4 - y) ** 2 for x, y in new.items()])
    memory = np.mean([(script["recall"](x) - y) ** 2 for x, y in new.items()])
    calm = {x: 4 * x + 6.4 for x in script["memory"]}
    without = np.mean([(calm[x] - y) ** 2 for x, y in new.items()])
    assert memory > 3 * neuron
    assert without == pytest.approx(neuron)


def test_between_the_examples_a_memory_lost_more_than_by_red_lights():
    reason(PAGE, "that was more than half of what it lost to the neuron.")

    new = {1.4: 13, 2.4: 15, 3.6: 20, 4.6: 26}  # the first version's list

    def lost(minutes):
        known = dict(zip(DISTANCES, minutes, strict=True))
        answers = [known[round(x)] for x in new]
        pairs = zip(answers, new.values(), strict=True)
        return sum((z - y) ** 2 for z, y in pairs) / 4

    neuron = sum((4 * x + 6.4 - y) ** 2 for x, y in new.items()) / 4
    calm = [4 * x + 6.4 for x in DISTANCES]
    assert lost(MINUTES) - neuron == pytest.approx(4.23, abs=0.01)
    assert 0.5 < (lost(calm) - neuron) / (lost(MINUTES) - neuron) < 0.6


def test_counting_from_the_means_shortens_the_search_of_three(script):
    reason(PAGE, "this valley is narrow too. (With both inputs counted")

    samples = np.array(script["samples"], float)

    def rounds_and_loss(samples):
        def loss_of(parameters):
            *weights, bias = parameters
            return np.mean((samples @ weights + bias - script["took"]) ** 2)

        parameters, step, rounds = [0.0, 0.0, 0.0], 1.0, 0
        while step > 0.001:
            around = script["all_nudges"](parameters, step)
            best = min(around, key=loss_of)
            if loss_of(best) < loss_of(parameters):
                parameters = best
            else:
                step /= 2
            rounds += 1
        return rounds, loss_of(parameters)

    rounds, loss_at_end = rounds_and_loss(samples)
    fewer, nearer = rounds_and_loss(samples - samples.mean(axis=0))
    assert fewer < rounds / 2
    assert nearer < loss_at_end / 10


def test_a_second_name_hides_every_improvement(script):
    reason(PAGE, "It makes a second name for the same one")

    shared = [3.0, 2.0]
    nudged = shared
    nudged[0] += 0.5
    assert script["loss"](*nudged) == script["loss"](*shared)

    kept = [3.0, 2.0]
    nudged = kept.copy()
    nudged[0] += 0.5
    assert script["loss"](*nudged) < script["loss"](*kept)
