"""Chapter 13: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.preprocessing import Standardizer, batches
from script_13 import bands, script


def test_a_constant_column():
    scaler = Standardizer().fit(script()["weekday"])
    np.testing.assert_array_equal(scaler.constant, [False, True])
    np.testing.assert_allclose(
        scaler.transform(np.array([[23.0, 7.0]])), [[0, 2]], atol=1e-12
    )


def test_copies_before_the_split():
    pairs = np.array([script()["copied"](seed) for seed in range(12)])
    assert pairs[:, 0].min() > 0.95
    assert np.median(pairs[:, 1]) < 0.2
    claim("13-training-data", "on average over {} seeds about one in seven")
    without = [script()["copied"](seed)[1] for seed in range(100)]
    assert np.mean(without) == pytest.approx(1 / 7, abs=0.02)
    assert np.median(without) == 0


def test_shared_rows_show_the_copies():
    """The check that the page names: count rows that both sides have."""
    rng = np.random.default_rng(0)
    points, labels = script()["rare"](600, rng)
    few = np.flatnonzero(labels == 1)
    pool = np.concatenate((np.arange(600), rng.choice(few, 300)))
    rest, test = script()["split"](len(pool), 0.25, rng=rng)
    assert np.isin(points[pool[test], 0], points[pool[rest], 0]).sum() > 50
    rest, test = script()["split"](600, 0.25, rng=rng)
    assert np.isin(points[test, 0], points[rest, 0]).sum() == 0


def test_points_and_labels_shuffled_apart():
    guess = claim("13-training-data", "just below $\\log 3 = {}$, that of")
    assert np.log(3) == pytest.approx(guess, abs=0.005)
    for seed in range(5):
        points, labels, rng = bands(seed)
        fit, adam = script()["fit_layer"], script()["Adam"]
        apart = fit(rng.permutation(points), labels, adam(0.1))[1]
        assert np.log(3) - 0.05 < apart < np.log(3)
        assert fit(points, labels, adam(0.1))[1] < 0.4


def test_the_mean_of_the_batches():
    points, labels, rng = bands(0)
    layer = script()["Dense"](2, 3, rng=rng, dtype=np.float64)
    layer.weights *= 100
    loss, dealt = SoftmaxCrossEntropy(), batches(300, 64)
    found = [loss.forward(layer.forward(points[b]), labels[b]) for b in dealt]
    whole = loss.forward(layer.forward(points), labels)
    assert [len(batch) for batch in dealt] == [64, 64, 64, 64, 44]
    weighted = np.average(found, weights=[len(batch) for batch in dealt])
    assert weighted == pytest.approx(whole)
    assert abs(np.mean(found) - whole) > 0.001


def test_predicting_alone_and_in_a_batch():
    """The check that the page names, and the mistake that it catches."""
    points, labels = script()["boards"](300, np.random.default_rng(3))
    scaler = Standardizer().fit(points)
    layer, _ = script()["fit_layer"](
        scaler.transform(points), labels, script()["Adam"](0.1)
    )

    def disagreements(prepare):
        alone = [layer.forward(prepare(row[np.newaxis])) for row in points]
        together = layer.forward(prepare(points))
        answers = np.vstack(alone).argmax(axis=1), together.argmax(axis=1)
        return (answers[0] != answers[1]).sum()

    assert disagreements(scaler.transform) == 0
    assert disagreements(script()["standardized"]) > 100


# --- solutions


def test_solution_1():
    new = claim("13-training-data", "new value of 8 become? ({}.)")
    deviation = claim(
        "13-training-data", "deviation is $\\sqrt{26 / 3} = {}$. The new"
    )
    again = claim("13-training-data", "becomes $(8 - 5) / {}$. The")
    assert np.std([2, 4, 9]) == pytest.approx(deviation, abs=0.006)
    assert deviation == again
    assert (8 - 5) / np.std([2, 4, 9]) == pytest.approx(new, abs=0.005)


def test_solution_2():
    middle = claim("13-training-data", "(The middle one: {}.)")
    assert pytest.approx(middle, abs=0.001) == 0.9 / (0.9 + 49 * 0.1)


def test_the_odds_of_an_alarm():
    odds, true = claim(
        "13-training-data",
        "Its odds of {} are too large by the weight. The true odds are {}.",
    )
    assert pytest.approx(odds) == 0.6 / 0.4
    assert pytest.approx(true, abs=0.001) == 1.5 / 49


def test_solution_3():
    leaky = claim("13-training-data", "median of 20 seeds is {} with all.)")
    by_shop = script()["by_shop"]
    shown = np.median([by_shop(seed, True) for seed in range(20)])
    honest = np.mean([by_shop(seed, False) for seed in range(40)])
    assert shown == pytest.approx(leaky, abs=0.006)
    assert honest == pytest.approx(0.5, abs=0.03)


def test_solution_4():
    without, flagged = claim(
        "13-training-data", "(The median of nine seeds, {}, becomes {}.)"
    )
    gaps = script()["gaps"]
    found = np.median([gaps(seed) for seed in range(9)], axis=0)
    assert found == pytest.approx([without, flagged], abs=0.006)
    more = np.mean([gaps(seed) for seed in range(9, 20)], axis=0)
    assert more[1] - more[0] == pytest.approx(flagged - without, abs=0.05)


def test_flags_of_gaps_at_random_buy_nothing():
    """What the solution says of boards whose gaps have no reason."""
    gains = []
    for seed in range(9):
        rng = np.random.default_rng(seed)
        points, labels = script()["boards"](400, rng)
        points[rng.random(400) < 0.3, 1] = np.nan
        made = script()["fill"](points, np.nanmean(points[:300], axis=0))
        made = Standardizer().fit(made[:300]).transform(made)
        right = []
        for columns in (made[:, :2], made):
            layer, _ = script()["fit_layer"](
                columns[:300], labels[:300], script()["Adam"](0.1)
            )
            answers = layer.forward(columns[300:]).argmax(axis=1)
            right.append((answers == labels[300:]).mean())
        gains.append(right[1] - right[0])
    assert abs(np.median(gains)) < 0.02
