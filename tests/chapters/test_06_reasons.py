"""Reasons of chapter 6's page, each with its cause taken away."""

import math

import numpy as np
import pytest

from claims import claim
from nnfs_code.chapters import ch06_introducing_optimization as script
from reasons import reason

PAGE = "06-introducing-optimization"
BANDS, POINTS = script.loss_on_bands, script.band_points


def test_small_weights_give_small_scores():
    reason(
        PAGE,
        "the loss hardly moves, because small weights give small scores, and"
        " small scores give nearly one third to everybody",
    )
    rows = np.random.default_rng(1).standard_normal((200, 21))
    moved = {}
    for scale in (0.1, 3.0):
        losses = np.array([BANDS(scale * row) for row in rows])
        scores = np.array([script.scores_of(scale * r, POINTS) for r in rows])
        moved[scale] = np.median(np.abs(losses - math.log(3)))
        moved[scale, "scores"] = np.median(np.abs(scores))

    assert moved[0.1, "scores"] < 0.1
    assert moved[0.1] < 0.03
    assert moved[3.0, "scores"] > 1
    assert moved[3.0] > 1


def test_a_solution_needs_only_a_few_directions():
    reason(PAGE, "So a solution needs only a few directions")

    def climbed(count, seed):
        rng = np.random.default_rng(seed)
        start = 0.01 * rng.standard_normal(387)
        allowed = rng.standard_normal((count, 387)) / math.sqrt(count)
        return script.hill_climb(
            lambda shares: BANDS(start + shares @ allowed),
            np.zeros(count),
            step=0.1,
            tries=600,
            rng=rng,
        )[0]

    twenty, two = ([climbed(n, seed) for seed in range(3)] for n in (20, 2))
    assert np.median(twenty) < 0.15
    assert np.median(two) > 0.3


def share_of_moves(row, step=0.05, tries=60):
    """Return how many moves of the first layer change the loss."""
    rng, moves = np.random.default_rng(0), 0
    here = script.other_loss(row)
    for _ in range(tries):
        moved = row.copy()
        moved[:9] += 0.1 * step * rng.standard_normal(9)
        moves += script.other_loss(moved) != here
    return moves / tries


def test_silent_neurons_make_the_plateau():
    reason(
        PAGE,
        "Change the weights and biases of the silent neurons by so little"
        " that they stay silent, and nothing happens",
    )
    woken = script.dead.copy()
    woken[6:9] += 1.0  # above the largest input that was missing

    assert share_of_moves(script.dead) == 0
    assert share_of_moves(woken) == 1


def inputs(row):
    """Return what arrives at the three ReLUs, for each point."""
    return script.other_points @ row[:6].reshape(2, 3) + row[6:9]


def test_waking_a_silent_neuron_is_not_enough():
    reason(PAGE, "Hundreds of them wake the third neuron for some points")
    reason(PAGE, "With short steps a climber can stay here for thousands of")
    here, rng = script.other_loss(script.dead), np.random.default_rng(0)
    woken = {}
    for step in (0.05, 0.5):
        rows = script.dead + step * rng.standard_normal((1000, 21))
        losses = [
            script.other_loss(row) for row in rows if inputs(row).max() > 0
        ]
        helped = np.sum(np.array(losses) < here - 1e-4)
        woken[step] = len(losses), helped
    stayed = [
        script.hill_climb(
            script.other_loss,
            script.dead,
            step=0.05,
            tries=2000,
            rng=np.random.default_rng(seed),
        )[0]
        for seed in range(2)
    ]

    assert woken[0.05][0] > 200
    assert woken[0.05][1] <= 2
    assert 20 < woken[0.5][1] < 0.2 * woken[0.5][0]
    assert max(stayed) > 1.09


def share_uphill(factor, step):
    """Return how many random steps lead up, so far along the track."""
    row = script.climbed["bands", 0.1].copy()
    row[[2, 5, 8]] *= factor
    row[15:18] /= factor
    rng, here = np.random.default_rng(0), BANDS(row)
    steps = step * rng.standard_normal((300, 21))
    return np.mean([BANDS(row + one) > here for one in steps])


def test_a_wall_is_steep_for_a_length_of_step():
    reason(PAGE, "a step that is short enough sees only a slope")
    reason(
        PAGE,
        "99 of 100 random steps that change each number by about 0.01 lead up",
    )

    assert share_uphill(100, 0.01) == pytest.approx(0.99, abs=0.01)
    assert share_uphill(100, 0.0001) == pytest.approx(0.5, abs=0.08)
    assert share_uphill(1, 0.01) == pytest.approx(0.5, abs=0.08)


def tries_to_halve(numbers, step, climbers):
    """Return the mean number of tries to the first halving of the distance.

    The step is always the same share of what is left.
    """
    rng = np.random.default_rng(4)
    left, total = np.ones(climbers), 0
    while len(left):
        total += len(left)
        rows = rng.standard_normal((len(left), numbers))
        cosines = rows[:, 0] / np.linalg.norm(rows, axis=1)
        after = np.sqrt(1 + step**2 - 2 * step * cosines)
        left = left * np.minimum(after, 1)
        left = left[left > 0.5]
    return total / climbers


def test_a_lucky_try_counts_as_many_halvings():
    reason(PAGE, "one lucky try can count as many halvings")
    first, table = claim(
        "06-introducing-optimization",
        "the first halving takes about {} tries there, and not {}.",
    )
    best = claim(
        "06-introducing-optimization", "best line of each group: 2, {} and"
    )

    assert tries_to_halve(2, 1.0, 20_000) == pytest.approx(first, rel=0.1)
    assert first > 2 * table
    assert tries_to_halve(21, 0.25, 1000) == pytest.approx(best, rel=0.1)


def test_one_array_under_three_names_loses_the_best_row():
    reason(PAGE, "So the best row is lost at the next try")
    honest = {}
    for search in (script.in_place, script.never_back):
        start = 0.01 * np.random.default_rng(0).standard_normal(21)
        lowest, found = search(
            BANDS, start, step=0.1, tries=100, rng=np.random.default_rng(0)
        )
        honest[search.__name__] = lowest == BANDS(found)

    assert not honest["in_place"]
    assert honest["never_back"]  # the same, with a new array at each try


def test_no_later_try_is_judged_on_the_same_points():
    reason(PAGE, "no later try is judged on the same points")
    gaps = {}
    for anew in (True, False):
        rng, found = np.random.default_rng(0), []
        for _ in range(3):
            drawn = rng.choice(300, 10)

            def judge(row, drawn=drawn, anew=anew, rng=rng):
                points = rng.choice(300, 10) if anew else drawn
                return script.loss_of(
                    row, script.arm_points[points], script.arms[points]
                )

            start = 0.01 * rng.standard_normal(21)
            lowest, row = script.hill_climb(
                judge, start, step=0.1, tries=300, rng=rng
            )
            found.append(judge(row) - lowest)
        gaps[anew] = np.median(found)

    assert gaps[True] > 0.1  # kept for a lucky draw
    assert gaps[False] == 0


def test_accuracy_is_a_staircase():
    reason(PAGE, "Because it is a staircase, as chapter 5 showed")
    rng = np.random.default_rng(5)
    row = script.climbed["bands", 0.1]
    steps = 0.001 * rng.standard_normal((200, 21))
    wrong, loss = script.share_wrong(row), BANDS(row)
    level = [script.share_wrong(row + step) == wrong for step in steps]
    seen = [BANDS(row + step) != loss for step in steps]

    assert np.mean(level) > 0.9
    assert np.mean(seen) == 1


def test_float32_makes_stairs_of_the_slope():
    reason(PAGE, "In float32 two hundred of them have three losses between")
    rng = np.random.default_rng(1)
    start = 0.01 * rng.standard_normal(21)
    steps = 1e-5 * rng.standard_normal((200, 21))
    different = {}
    for dtype in ("float64", "float32"):
        points = script.arm_points.astype(dtype)
        rows = start.astype(dtype) + steps.astype(dtype)
        losses = {script.loss_of(row, points, script.arms) for row in rows}
        different[dtype] = len(losses)

    assert different["float32"] <= 6
    assert different["float64"] == 200
