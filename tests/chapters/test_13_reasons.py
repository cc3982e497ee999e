"""Reasons of chapter 13's page, each with its cause taken away."""

import numpy as np
import pytest

from nnfs_code.activations import ReLU, Tanh
from nnfs_code.data import split
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.preprocessing import MinMaxScaler, Standardizer, batches
from nnfs_code.schedules import CosineDecay
from reasons import reason
from script_13 import PAGE, bands, script


def boards(seed, n=300):
    rng = np.random.default_rng(seed)
    return *script()["boards"](n, rng), rng


def test_columns_far_from_0_keep_the_ravine():
    reason(
        PAGE,
        "The columns lie far from 0, four spreads away, so that weights and"
        " bias pull at the same thing",
    )
    for seed in range(5):
        points, _, _ = boards(seed)
        scaled = script()["by_spread"](points)
        far = script()["curvatures"](scaled)
        near = script()["curvatures"](scaled - scaled.mean(axis=0))
        assert far[-1] / far[0] > 800
        assert near[-1] / near[0] < 2


def test_adam_gains_from_centring_too():
    reason(PAGE, "So centring makes Adam faster, too")
    for seed in range(5):
        points, labels, _ = boards(seed)
        scaled = script()["by_spread"](points)
        centred = scaled - scaled.mean(axis=0)
        fit = script()["fit_layer"]
        far, near = (fit(p, labels, Adam(0.1))[1] for p in (scaled, centred))
        long = SGD(1 / script()["curvatures"](centred)[-1])
        goal = fit(centred, labels, long)[1]
        assert far > near
        assert near == pytest.approx(goal, abs=0.005)


def test_the_scaled_columns_leave_only_the_thickness():
    reason(
        PAGE,
        "squeezes all other lengths into a tiny stretch, and little more"
        " than the thickness is left",
    )
    leaky, without_length, honest = [], [], []
    for seed in range(6):
        points, labels, rng = boards(seed)
        rest, test = split(300, 0.25, rng=rng, classes=labels)
        points[test[0], 0] += 500
        made = MinMaxScaler().fit(points).transform(points)
        fair = MinMaxScaler().fit(points[rest]).transform(points)
        for found, columns in (
            (leaky, made),
            (without_length, made[:, 1:]),
            (honest, fair),
        ):
            answers = script()["nearest"](
                columns[rest], labels[rest], columns[test]
            )
            found.append((answers == labels[test]).mean())
    assert np.mean(leaky) == pytest.approx(np.mean(without_length), abs=0.08)
    assert np.mean(honest) > np.mean(leaky) + 0.08
    assert np.mean(honest) > np.mean(without_length) + 0.12


def chosen_by(rule, seed):
    """Return a test accuracy with ten columns, chosen on all data."""
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((80, 1000))
    labels = rng.permutation(np.arange(80) % 2)
    rest, test = split(80, 0.25, rng=rng, classes=labels)
    best = points[:, rule(points, labels).argsort()[-10:]]
    answers = script()["nearest"](best[rest], labels[rest], best[test])
    return (answers == labels[test]).mean()


def test_the_choice_leaks_because_it_looks_at_the_labels():
    reason(
        PAGE,
        "Because the choice looks at the labels: ten columns chosen on all"
        " data by their spread, which does not, give one half again",
    )

    def difference(points, labels):
        ones = labels == 1
        return np.abs(points[ones].mean(axis=0) - points[~ones].mean(axis=0))

    def spread(points, labels):
        return points.std(axis=0)

    looking = [chosen_by(difference, seed) for seed in range(15)]
    blind = [chosen_by(spread, seed) for seed in range(15)]
    assert np.mean(looking) > 0.65
    assert np.mean(blind) == pytest.approx(0.5, abs=0.08)


def test_long_boards_are_taken_for_short_ones():
    reason(
        PAGE,
        "about six in ten of them are shorter than their mean, and the"
        " layer takes these for short boards",
    )
    points, labels, rng = boards(1)
    scaler = Standardizer().fit(points)
    layer, _ = script()["fit_layer"](
        scaler.transform(points), labels, Adam(0.1)
    )
    fresh, truth = script()["boards"](4000, rng)
    long = fresh[:, 0] > 2.4
    fresh, truth = fresh[long], truth[long]
    shorter = fresh[:, 0] < fresh[:, 0].mean()
    assert shorter.mean() == pytest.approx(0.6, abs=0.05)
    own = Standardizer().fit(fresh)
    right = layer.forward(own.transform(fresh)).argmax(axis=1) == truth
    assert right[~shorter].mean() > right[shorter].mean() + 0.2
    own.shift = scaler.shift  # their spread, but the mean of training
    back = layer.forward(own.transform(fresh)).argmax(axis=1) == truth
    assert back.mean() > 0.85


def test_one_board_is_its_own_mean():
    reason(PAGE, "each board is its own mean. All become (0, 0)")
    points, _, _ = boards(2)
    scaler = Standardizer().fit(points)
    alone = [script()["standardized"](row[np.newaxis]) for row in points]
    assert not np.any(alone)
    same = [scaler.transform(row[np.newaxis]) for row in points]
    np.testing.assert_array_equal(np.vstack(same), scaler.transform(points))


def slopes(points, labels, parts):
    """Return the gradient of a layer's weights for each part."""
    layer = Dense(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    loss, found = SoftmaxCrossEntropy(), []
    for part in parts:
        loss.forward(layer.forward(points[part]), labels[part])
        layer.parameter_gradients(loss.backward())
        found.append(layer.d_weights)
    return np.array(found)


def test_the_mean_of_a_few_is_on_average_the_same():
    reason(
        PAGE,
        "the mean over a few of them, drawn at random, is on average the same",
    )
    points, labels, rng = bands(0)
    whole = slopes(points, labels, [np.arange(300)])[0]
    parts = slopes(points, labels, batches(300, 30, rng=rng))
    np.testing.assert_allclose(parts.mean(axis=0), whole, atol=1e-12)
    by_class = slopes(points, labels, [np.arange(30)])[0]  # not at random
    assert np.abs(by_class - whole).max() > 0.1


def in_order(activation, seed, rate=4.0):
    """Return accuracy and dead neurons after sorted batches."""
    points, labels, rng = bands(seed)
    one = Dense(2, 64, rng=rng, dtype=np.float64)
    two = Dense(64, 3, rng=rng, dtype=np.float64)
    bend, loss, optimizer = activation(), SoftmaxCrossEntropy(), SGD(rate)
    for batch in batches(300, 50) * 20:
        hidden = bend.forward(one.forward(points[batch]))
        loss.forward(two.forward(hidden), labels[batch])
        d_hidden = two.backward(loss.backward())
        one.parameter_gradients(bend.backward(d_hidden))
        optimizer.update(
            [
                (one.weights, one.d_weights),
                (one.biases, one.d_biases),
                (two.weights, two.d_weights),
                (two.biases, two.d_biases),
            ]
        )
    before = one.forward(points)
    right = accuracy(two.forward(bend.forward(before)), labels)
    return right, (before <= 0).all(axis=0).mean()


class Leaky:
    """ReLU with a tenth of the slope below 0: it cannot die."""

    below = 0.1

    def forward(self, inputs):
        self.slopes = np.where(inputs > 0, 1.0, self.below)
        return inputs * self.slopes

    def backward(self, d_outputs):
        return d_outputs * self.slopes


def test_sorted_batches_break_relus_that_die_and_leaky_ones_too():
    reason(
        PAGE,
        "but that alone is not the cause: leaky ReLUs with a tenth of the"
        " slope below 0, which cannot die, mostly break at this rate too."
        " With tanh, most networks learn the bands from the same sorted"
        " batches at the same rate",
    )
    leaky = [in_order(Leaky, seed)[0] for seed in range(5)]
    assert np.median(leaky) < 0.7
    broken = np.median([in_order(ReLU, seed) for seed in range(5)], axis=0)
    bearing = [in_order(Tanh, seed)[0] for seed in range(20)]
    assert broken[0] < 0.4
    assert broken[1] > 0.85
    assert np.mean(np.array(bearing) > 0.9) > 0.75  # most, and not all


class Leakier(Leaky):
    below = 0.3


def test_leaky_relus_hold_at_the_rate_at_which_relus_break():
    reason(
        "notebooks/13-how-much-order-matters",
        "At rate 2, where ReLUs break, those held with nearly all of twenty"
        " seeds; at rate 4 they mostly broke as well. With three tenths of"
        " the slope they mostly broke at 2 too.",
    )

    def held(activation, rate):
        rights = [in_order(activation, seed, rate)[0] for seed in range(20)]
        return np.mean(np.array(rights) > 0.9)

    assert held(Leaky, 2.0) > 0.85
    assert held(ReLU, 2.0) < 0.2
    assert held(Leaky, 4.0) < 0.4
    assert held(Leakier, 2.0) < 0.4


def with_batches(rate, made, seed):
    """Return accuracy after 20 epochs of these batches of the bands."""
    points, labels, rng = bands(seed)
    network, optimizer = script()["Network"](rng), SGD(rate)
    for batch in made * 20:
        network.step(points[batch], labels[batch], optimizer)
    return accuracy(network.scores(points), labels)


def test_two_classes_in_a_batch_bear_twice_the_rate_and_not_four_times():
    reason(
        "notebooks/13-how-much-order-matters",
        "I also gave each batch two of the classes: at rate 2 five runs of"
        " five were fine, and at 4 all five broke",
    )
    halves = np.arange(300).reshape(12, 25)  # four of each class in a row
    alone = [np.concatenate(halves[at : at + 2]) for at in range(0, 12, 2)]
    pairs = [(0, 4), (5, 8), (9, 1), (2, 6), (7, 10), (11, 3)]
    both = [np.concatenate((halves[a], halves[b])) for a, b in pairs]
    at_2, at_4 = (
        [with_batches(rate, both, seed) for seed in range(5)]
        for rate in (2.0, 4.0)
    )
    assert min(at_2) > 0.95
    assert max(at_4) < 0.7
    assert max(with_batches(2.0, alone, seed) for seed in range(5)) < 0.9


def test_dropping_scatters_and_copying_does_not():
    reason(
        PAGE,
        "Dropping leaves about 80 samples, and some single runs of it lie"
        " several points off",
    )
    runs = [script()["imbalance"](seed) for seed in range(12)]
    copied, dropped = (
        max(abs(run[name][0] - run["weighted"][0]) for run in runs)
        for name in ("rare copied", "common dropped")
    )
    assert dropped > 0.04
    assert copied < 0.03


def turned(seed, by_radius):
    """Return the accuracy on fresh points after turns by any angle."""
    rng = np.random.default_rng(seed)
    spiral = script()["spiral"]
    points, labels = spiral(25, 3, rng=rng, dtype=np.float64)
    fresh, truth = spiral(200, 3, rng=rng, dtype=np.float64)
    if by_radius:
        labels, truth = (
            (np.hypot(*places.T) > 0.5).astype(int)
            for places in (points, fresh)
        )
    network, optimizer = script()["Network"](rng), Adam(CosineDecay(0.1, 150))
    for _ in range(150):
        made = script()["turn"](points, 10.0, rng)
        network.step(made, labels, optimizer)
    return accuracy(network.scores(fresh), truth)


def test_turning_spoils_labels_that_go_by_the_angle():
    reason(
        PAGE,
        "because the angle is what tells the arms apart. If the label were"
        ' "near the centre or far from it", the same turns would do no harm',
    )
    assert max(turned(seed, by_radius=False) for seed in range(4)) < 0.45
    assert min(turned(seed, by_radius=True) for seed in range(4)) > 0.9


def test_a_constant_column_never_moves_its_weight():
    reason(PAGE, "The layer never had a reason to set that weight to anything")
    points, labels, _ = boards(0, 100)
    held = np.column_stack((points[:, 0], np.full(100, 5.0)))
    start = Dense(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
    constant, moving = (
        script()["fit_layer"](
            script()["standardized"](table), labels, Adam(0.1)
        )[0].weights[1]
        for table in (held, points)
    )
    np.testing.assert_array_equal(constant, start.weights[1])
    assert np.abs(moving - start.weights[1]).min() > 0.1
