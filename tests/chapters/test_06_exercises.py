"""Chapter 6: what goes wrong is caught, and the solutions solve."""

import math

import numpy as np
import pytest

from claims import claim

RNG = np.random.default_rng(66)


@pytest.fixture(scope="module")
def script():
    """Return the chapter's script, run once."""
    from nnfs_code.chapters import ch06_introducing_optimization

    return ch06_introducing_optimization


MISTAKES = {
    "in_place": {"honest", "start unharmed", "arrives"},
    "never_back": {"arrives"},
    "same_step": {"arrives"},
}


@pytest.mark.parametrize("name", ["hill_climb", "one_at_a_time", "adapting"])
def test_right_searches_pass_every_check(script, name):
    assert script.failed_checks(getattr(script, name)) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_caught(script, name):
    failed = script.failed_checks(getattr(script, name))

    assert set(failed) == MISTAKES[name]


def test_the_same_step_for_ever_comes_as_far_as_that_step_helps(script):
    direction = np.random.default_rng(0).standard_normal(2)

    def left_to_go(row):
        return float(np.abs(row - direction).sum())

    lowest, found = script.same_step(
        left_to_go, np.zeros(2), step=0.25, tries=100, rng=RNG
    )

    # Four quarters arrive; no fifth one helps.
    assert lowest == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(found, direction)


def test_a_search_that_keeps_the_worse_is_caught(script):
    def upside_down(loss, start, **settings):
        _, found = script.hill_climb(lambda row: -loss(row), start, **settings)
        return loss(found), found

    assert "arrives" in script.failed_checks(upside_down)


def test_a_search_that_reports_the_wrong_row_is_caught(script):
    def first_row(loss, start, **settings):
        return script.hill_climb(loss, start, **settings)[0], start

    assert "honest" in script.failed_checks(first_row)


def test_in_place_loses_the_row_it_reports_the_loss_of(script):
    start = 0.01 * RNG.standard_normal(21)
    lowest, found = script.in_place(
        script.loss_on_bands, start, step=0.1, tries=300, rng=RNG
    )

    assert found is start
    assert script.loss_on_bands(found) > lowest + 0.1


@pytest.mark.parametrize("n_hidden", [1, 3, 10])
def test_scores_are_those_of_the_layers(script, n_hidden):
    from nnfs_code.layers import Dense

    dense1 = Dense(2, n_hidden, rng=RNG, dtype=np.float64)
    dense2 = Dense(n_hidden, 3, rng=RNG, dtype=np.float64)
    row = np.concatenate(
        [
            part.ravel()
            for layer in (dense1, dense2)
            for part in (layer.weights, layer.biases)
        ]
    )
    points = RNG.normal(0, 1, (7, 2))
    hidden = np.maximum(dense1.forward(points), 0)

    assert len(row) == 6 * n_hidden + 3
    np.testing.assert_allclose(
        script.scores_of(row, points), dense2.forward(hidden), rtol=1e-12
    )


@pytest.mark.parametrize("order", [[1, 2, 0], [0, 2, 1], [2, 1, 0]])
def test_twins_have_equal_scores(script, order):
    row, points = RNG.normal(0, 1, 21), RNG.normal(0, 1, (9, 2))
    twin = script.rearranged(row, order)

    np.testing.assert_allclose(
        script.scores_of(twin, points), script.scores_of(row, points)
    )
    assert not np.allclose(twin, row)
    # Moving the columns and not the rows makes another network.
    torn = np.concatenate([twin[:9], row[9:]])
    assert not np.allclose(
        script.scores_of(torn, points), script.scores_of(row, points)
    )


def test_the_plateau_is_level(script):
    """Nothing small moves the loss, but for the last biases: upwards."""
    loss, dead = script.other_loss, script.dead
    assert loss(dead) == pytest.approx(math.log(3), abs=2e-6)
    assert script.inside.max() < 0
    the_last = np.r_[np.zeros(18), np.ones(3)]
    for _ in range(50):
        nudge = RNG.standard_normal(21)
        assert loss(dead + 0.004 * nudge * (1 - the_last)) == loss(dead)
        assert loss(dead + 0.05 * nudge * the_last) > loss(dead)


def beside_the_track(script, inward, outward, factor):
    """Return how much the loss rises to both sides of the level track."""
    rises = []
    for off in (0.9, 1.0, 1.1):
        row = script.climbed["bands", 0.1].copy()
        row[inward] *= factor
        row[outward] *= off / factor
        rises.append(script.loss_on_bands(row))
    return rises[0] - rises[1], rises[2] - rises[1]


def test_the_ravine_has_two_walls(script):
    """The third neuron's track is a floor; the first one's is a plain."""
    third = beside_the_track(script, [2, 5, 8], slice(15, 18), 10)
    first = beside_the_track(script, [0, 3, 6], slice(9, 12), 10)

    assert min(third) > 0.005
    assert max(np.abs(first)) < 0.001


def test_measured_slopes_of_a_bowl(script):
    place = RNG.normal(0, 1, 6)

    slopes = script.measured_slopes(script.bowl, place)

    np.testing.assert_allclose(slopes, 2 * place, atol=1e-4)
    assert not np.allclose(slopes, 2.02 * place, atol=1e-4)


def test_solution_3_counts_orders():
    orders = len(str(math.factorial(64)))

    assert orders == 90


def test_solution_5_adapts_from_any_step(script):
    for step in (1e-3, 0.1, 10.0):
        lowest, _ = script.adapting(
            script.bowl,
            np.full(21, 1.0),
            step=step,
            tries=1000,
            rng=np.random.default_rng(7),
        )
        assert lowest < 1e-3


def test_the_best_wild_guess_on_the_spiral_says_the_same_to_all(script):
    """And most of the thousand are confident and wrong."""
    rng = np.random.default_rng(1)
    rows = 3.0 * rng.standard_normal((1000, 21))
    losses = np.array([script.loss_on_spiral(row) for row in rows])
    scores = script.scores_of(rows[losses.argmin()], script.arm_points)
    assert losses.min() == pytest.approx(1.118, abs=5e-4)
    assert (np.ptp(scores, axis=0) == 0).all()
    assert np.median(losses) > 5 * math.log(3)


def test_a_copy_of_the_best_alone_does_not_mend_it(script):
    def copied(loss, start, *, step, tries, rng):
        best_loss, best = loss(start), start
        trial = start
        for _ in range(tries):
            trial += step * rng.standard_normal(len(start))
            if loss(trial) < best_loss:
                best_loss, best = loss(trial), trial.copy()
        return best_loss, best

    assert set(script.failed_checks(copied)) == {"start unharmed", "arrives"}


def test_the_step_of_a_climber_that_changes_one_number(script):
    longer = claim(
        "06-introducing-optimization",
        "With these three seeds, a step of {} ends a little lower still",
    )
    for seed in range(3):
        start = 0.01 * np.random.default_rng(seed).standard_normal(21)
        lowest = {
            step: script.one_at_a_time(
                script.loss_on_bands,
                start,
                step=step,
                tries=500,
                rng=np.random.default_rng(100 + seed),
            )[0]
            for step in (longer, 0.5)
        }
        assert 0 < lowest[0.5] - lowest[longer] < 0.02
