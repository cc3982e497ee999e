"""Solutions and mistakes of chapter 1, each with the mistake planted."""

import contextlib
import io
import itertools
import runpy
from pathlib import Path

import numpy as np
import pytest

from nnfs_code import chapters

DISTANCES = [1, 2, 3, 4, 5]
MINUTES = [11, 14, 17, 24, 26]


@pytest.fixture(scope="module")
def script():
    """What the script of the chapter defines, run once."""
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_module(
            "nnfs_code.chapters.ch01_introducing_neural_networks"
        )


def test_the_search_gives_up_after_a_hundred_moves():
    path = Path(chapters.__path__[0]) / "ch01_introducing_neural_networks.py"
    text = path.read_text("utf-8")
    far = text.replace(
        "w, b, step = 3.0, 2.0, 0.5", "w, b, step = 3e2, 2, 0.5"
    )
    assert far != text
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(far, path, "exec"), {"__name__": "far"})

    lines = printed.getvalue().splitlines()
    moves = [line for line in lines if line.startswith("move ")]
    assert len(moves) == 100
    assert moves[-1].startswith("move 99: w = 250.5,")
    assert "No nudge makes it smaller." not in lines


# --- where it goes wrong


def tells_a_line_from_its_mirror(measure):
    """Is the rising line better than the falling one?"""
    return measure(4, 6.4) < measure(-4, 30.4) - 1e-9


def test_a_loss_tells_a_line_from_its_mirror(script):
    assert tells_a_line_from_its_mirror(script["loss"])


def test_signed_errors_are_caught(script):
    def size(w, b):
        return abs(script["mean_error"](w, b))

    assert not tells_a_line_from_its_mirror(size)


def mean_squared(predictions, targets, *, strict):
    pairs = list(zip(predictions, targets, strict=strict))
    return sum((z - y) ** 2 for z, y in pairs) / len(pairs)


@pytest.mark.parametrize("left_out", range(5))
def test_a_missing_sample_is_refused(left_out):
    typed = MINUTES[:left_out] + MINUTES[left_out + 1 :]
    predictions = [4 * x + 6.4 for x in DISTANCES]

    with pytest.raises(ValueError, match="shorter"):
        mean_squared(predictions, typed, strict=True)

    # The fault: without `strict` a number comes out.
    assert mean_squared(predictions, typed, strict=False) > 1.04


@pytest.mark.parametrize("x", [3000, 0, 60, -1, float("nan")])
def test_a_distance_unlike_the_examples_is_refused(script, x):
    with pytest.raises(ValueError, match="expected 1 to 5 km"):
        script["checked_neuron"](x, 4, 6.4)

    script["neuron"](x, 4, 6.4)  # the fault: it answers


@pytest.mark.parametrize("x", DISTANCES)
def test_a_distance_like_the_examples_is_answered(script, x):
    assert script["checked_neuron"](x, 4, 6) == 4 * x + 6


def leaves_the_original_alone(nudge):
    parameters = [3.0, 2.0]
    nudge(parameters)
    return parameters == [3.0, 2.0]


def test_nudging_leaves_the_original_alone(script):
    assert leaves_the_original_alone(lambda p: script["all_nudges"](p, 0.5))

    def by_a_second_name(parameters):
        better = parameters
        better[0] += 0.5
        return better

    assert not leaves_the_original_alone(by_a_second_name)


def losses_of(predict, rng):
    """Return the loss on examples and on new samples of a fitted model."""
    x = np.arange(1, 6.0)
    y = 4 * x + 6.4 + rng.normal(0, 1.1, 5)
    new_x = rng.uniform(1, 5, 200)
    new_y = 4 * new_x + 6.4 + rng.normal(0, 1.1, 200)
    model = predict(x, y)
    return np.mean((model(x) - y) ** 2), np.mean((model(new_x) - new_y) ** 2)


def memory(x, y):
    return lambda new: y[np.abs(new[:, None] - x).argmin(axis=1)]


def line(x, y):
    w, b = np.polyfit(x, y, 1)
    return lambda new: w * new + b


@pytest.mark.parametrize("seed", range(20))
def test_a_memory_is_found_out_by_new_samples(seed):
    seen, new = losses_of(memory, np.random.default_rng(seed))
    line_seen, line_new = losses_of(line, np.random.default_rng(seed))

    assert seen == 0 < line_seen  # what the examples say
    assert new > line_new  # what is true


# --- solutions


def test_by_hand(script):
    neuron = script["neuron"]

    errors = [neuron(2, 5, 4) - 14, neuron(5, 5, 4) - 26]

    assert errors == [0, 3]
    assert sum(e * e for e in errors) / 2 == 4.5


def test_counting(script):
    count = script["count_parameters"]

    assert count([1, 1]) == 2
    assert count([3, 4, 4, 2]) == 46
    assert count([784, 128, 128, 10]) == 118282
    # The fault: a bias for each input as well.
    assert count([3, 4]) == 3 * 4 + 4 != 3 * 4 + 4 + 3


@pytest.mark.parametrize(("a", "b"), list(itertools.product((0, 1), repeat=2)))
def test_gates(script, a, b):
    fires = script["fires"]

    assert fires([a, b], [1, 1], 1.5) == (a and b)
    assert fires([a, b], [1, 1], 0.5) == (a or b)
    assert fires([a], [-1], -0.5) == (not a)
    # As biases, and for neurons that have to get above 0.
    assert (a + b - 1.5 > 0, a + b - 0.5 > 0, -a + 0.5 > 0) == (
        (a and b) == 1,
        (a or b) == 1,
        not a,
    )
    assert fires([a, b], [1, 1], 2) == (a and b)  # reaching it is enough


def test_no_small_gate_tells_exactly_one():
    """What the history says of one neuron and two switches."""
    cases = list(itertools.product((0, 1), repeat=2))
    halves = np.arange(-4, 4.5, 0.5)
    for w1, w2, threshold in itertools.product(halves, repeat=3):
        answers = [w1 * a + w2 * b >= threshold for a, b in cases]
        assert answers != [a != b for a, b in cases]


def test_the_middle_as_zero(script):
    loss, middle_loss = script["loss"], script["middle_loss"]

    assert middle_loss(3, 11) == pytest.approx(loss(3, 2))
    assert middle_loss(4, 18.5) == pytest.approx(1.05)
    for w, b in np.random.default_rng(0).normal(0, 5, (5, 2)):
        formula = 2 * (w - 4) ** 2 + 1.04 + (b - 18.4) ** 2
        assert middle_loss(w, b) == pytest.approx(formula)
    for pair in script["nudges"](4, 18.5, 0.5):
        assert middle_loss(*pair) > middle_loss(4, 18.5)


def test_break_even(script):
    gain = script["yearly_gain"]

    assert gain(1494) < 12000 < gain(1495)
    assert gain(1000) == pytest.approx(22 * 365)


def test_the_search_finds_the_rule(script):
    assert script["parameters"] == pytest.approx([4, 1.5, 5], abs=0.02)
    assert script["loss_of"]([4, 1.5, 5]) == 0
    assert script["loss_of"](script["parameters"]) < 1e-3
    # The fault: floors left out of the neuron.
    assert script["loss_of"]([4, 0, 5]) > 1


@pytest.mark.parametrize("n", [1, 2, 5])
def test_all_nudges_moves_one_place_at_a_time(script, n):
    start = [0.0] * n

    found = script["all_nudges"](start, 0.5)

    assert len(found) == 2 * n
    assert all(sum(map(abs, nudged)) == 0.5 for nudged in found)
    assert len({tuple(nudged) for nudged in found}) == 2 * n


def test_the_network_bends_where_the_line_cannot(script):
    bent = [10, 14, 18, 25, 32]

    assert [script["small_network"](x) for x in DISTANCES] == bent
    assert [script["neuron"](x, 5.5, 3.3) for x in DISTANCES] != bent
