"""Reasons of chapter 17's page, each with its cause taken away."""

import numpy as np
import pytest

from claims import breadth
from nnfs_code.activations import Tanh
from nnfs_code.losses import Quantile
from nnfs_code.metrics import r_squared
from nnfs_code.optimizers import Adam
from reasons import reason
from waves import (
    coverages,
    crew,
    noisy,
    opinions,
    page,
    scores,
    spread_bends,
    start,
    steps_until,
)

PAGE = "17-regression"
SQUARED = page.squared


def test_two_matrices_of_tiny_weights_make_the_gradient_tiny():
    reason(PAGE, "has come back through two matrices of tiny weights")
    sizes = {}
    for size in (0.01, 0.1):
        network, inputs, targets = start(0, size)
        SQUARED.forward(network.forward(inputs), targets)
        page.backward(network, SQUARED.backward())
        sizes[size] = np.linalg.norm(network.layers[0].d_weights)
    assert sizes[0.01] < 5e-3
    assert sizes[0.1] == pytest.approx(100 * sizes[0.01], rel=0.1)


def test_adam_leaves_the_flat_line_because_it_divides():
    reason(
        PAGE,
        "even with the tiny weights, because it divides each gradient by its"
        " own size",
    )
    undivided = Adam(0.02, epsilon=1.0)  # next to 1 the root is nothing
    assert steps_until(*start(0, 0.01), Adam(0.02), 0.4) < 20
    assert steps_until(*start(0, 0.01), undivided, 0.4, most=300) == 300


def left_alone(shift):
    """Return the share of negative first weights that training left as is."""
    rng = np.random.default_rng(0)
    inputs, targets = page.sine(100, rng=rng, dtype=np.float64)
    network = page.Network(rng, size=0.01)
    weights = network.layers[0].weights
    before = weights.copy()
    page.train(network, inputs - shift, targets, SQUARED, steps=50)
    return (weights == before)[before < 0].mean()


def test_neurons_that_are_off_on_all_inputs_never_learn():
    reason(
        PAGE,
        "these neurons are off on all inputs above 0, get no gradient, and"
        " never learn",
    )
    assert left_alone(0.0) == 1
    assert left_alone(0.5) == 0


def test_bends_at_the_edge_of_the_data_get_networks_stuck():
    reason(PAGE, "so every bend starts at $x = 0$, the very edge of the data")
    edge = [score for _, score in scores(0.01, 0.0)]
    spread = []
    for seed in breadth(3, 12):
        network, inputs, targets = start(seed, 0.01)
        spread_bends(network, np.random.default_rng(seed), 0, 1)
        page.train(network, inputs, targets, SQUARED)
        spread.append(r_squared(network.forward(inputs), targets))
    assert max(edge) < 0.96
    assert np.mean(np.array(spread) > 0.98) > 0.8


def test_where_a_network_is_stuck_no_neuron_is_on():
    reason(PAGE, "leave behind has no neuron that is on")
    low, high = np.array([[0.1]]), np.array([[0.9]])
    for shift in (0.0, 0.5):
        network, score = scores(0.01, shift)[0]
        layer = network.layers[0]
        on = [(layer.forward(at - shift) > 0).sum() for at in (low, high)]
        if shift == 0:
            assert score < 0.96
            assert min(on) == 0
        else:
            assert score > 0.97
            assert min(on) > 0


def test_a_stretch_is_at_the_right_end_where_weights_turned_negative():
    reason(
        PAGE,
        "In the third network their weights turn negative on the way, so it"
        " is at the right end",
    )
    for seed, sign in ((1, 1), (2, -1)):
        rng = np.random.default_rng(seed)
        inputs, targets = page.sine(100, rng=rng, dtype=np.float64)
        network = page.Network(rng, size=0.01)
        layer = network.layers[0]
        before = layer.weights[0].copy()
        page.train(network, inputs, targets, SQUARED)
        left, right = (layer.forward(np.array([[x]])) > 0 for x in (0.1, 0.9))
        on = (left | right)[0]
        assert (before[on] > 0).all()
        assert (sign * layer.weights[0, on] > 0).all()
        assert (left.sum(), right.sum())[sign < 0] == 0


def test_part_of_the_other_half_goes_off_too():
    reason(
        PAGE,
        "Part of the other half goes off everywhere too, so in the end far"
        " fewer than half of the 64 are on anywhere",
    )
    places = np.linspace(0, 1, 101).reshape(-1, 1)
    for seed in breadth(3, 10):
        network, inputs, targets = start(seed, 0.01)
        layer = network.layers[0]
        other = layer.weights[0] > 0
        assert (layer.forward(places[1:]) > 0)[:, other].all()
        page.train(network, inputs, targets, SQUARED)
        on = (layer.forward(places) > 0).any(axis=0)
        assert on.sum() < 24
        assert (other & ~on).sum() >= 5


def test_at_the_right_end_more_steps_help():
    reason(PAGE, "That is merely slow: after 2,000 steps they are close")
    at = np.array([[0.1], [1.0]])
    for seed in (1, 3):  # of the figure's three
        for steps in (200, 2000):
            network, inputs, targets = start(seed, 0.01)
            page.train(network, inputs, targets, SQUARED, steps=steps)
            left, right = network.forward(at)[:, 0]
            assert left > 0.65  # and not at the left end
            assert (abs(right) < 0.2) == (steps == 2000)


def bent(shown, inputs, seed):
    """Return R squared, and how many bends of layer 1 lie in the data."""
    network = page.Network(np.random.default_rng(seed))
    page.train(network, inputs, shown, SQUARED)
    layer = network.layers[0]
    inside = (np.abs(layer.biases / layer.weights) < 0.5).sum()
    return r_squared(network.forward(inputs), shown), inside


def test_a_far_off_mean_pushes_the_bends_out():
    reason(
        PAGE,
        "every sample asks for the same thing, more, so all bends are pushed"
        " out of the data",
    )
    for seed in breadth(2, 6):
        _, inputs, targets = noisy(seed)
        far = 1000 * targets + 5000
        unit = (far - far.mean()) / far.std()
        pushed, inside = bent(far, inputs, seed)
        slope, height = np.polyfit(inputs[:, 0], targets[:, 0], 1)
        line = r_squared(slope * inputs + height, targets)
        assert inside == 0
        assert pushed == pytest.approx(line, abs=0.01)
        score, inside = bent(unit, inputs, seed)
        assert score > 0.95
        assert inside > 10


def test_the_mean_of_the_outliers_is_what_pulls():
    reason(
        PAGE,
        "because the mean of the outliers' shift is a tenth of 3, and a mean"
        " is what it asks for",
    )
    none, fifth = (page.median_bias(SQUARED, share) for share in (0.0, 0.2))
    assert abs(none) < 0.05
    assert 0.45 < fifth < 0.85  # twice as many, about twice as far


def test_outside_the_data_each_line_has_a_slope_of_its_own():
    reason(PAGE, "All go up, as the wave did where the data ended")
    at = np.array([[-1.0], [-0.75], [2.5], [2.75]]) - 0.5
    slopes = []
    for seed in range(3):
        network, _ = page.trained_on_sine(seed, 0.1, 0.5)
        left, right = np.diff(network.forward(at)[:, 0])[::2] / 0.25
        slopes.append([left, right])
    assert np.min(slopes) > 0.1  # all one way, not each in another direction
    assert (np.ptp(slopes, axis=0) > 0.5).all()


def curving(network, low, high):
    """Return the largest second difference, against the largest answer."""
    places = np.linspace(low, high, 41).reshape(-1, 1)
    said = network.forward(places)[:, 0]
    return np.abs(np.diff(said, n=2)).max() / np.abs(said).max()


def test_beyond_its_last_bend_a_network_of_relus_is_straight():
    reason(
        PAGE,
        "beyond its last bend, a network of ReLUs is a straight line. In the "
        "table these three still bend a little",
    )
    for seed in range(3):  # from 1.25 to 2.75, as in the table
        network, _ = page.trained_on_sine(seed, 0.1, 0.5)
        assert 1e-4 < curving(network, 0.75, 2.25) < 0.05
    assert curving(network, -0.5, 0.5) > 0.01
    assert curving(network, 1e6, 2e6) < 1e-9
    network.relus = [Tanh(), Tanh()]  # no bends, so no last one
    assert curving(network, 1, 3) > 1e-3


def test_the_points_that_were_drawn_choose_the_line_too():
    reason(PAGE, "an accident of the start and of the points that were drawn")

    def far(of_start, of_points):
        rng = np.random.default_rng(of_points)
        inputs, targets = page.sine(100, rng=rng, dtype=np.float64)
        network = page.Network(np.random.default_rng(100 + of_start))
        page.train(network, inputs - 0.5, targets, SQUARED)
        return network.forward(np.array([[2.75 - 0.5]])).item()

    assert np.ptp([far(0, points) for points in range(3)]) > 1
    assert np.ptp([far(of_start, 0) for of_start in range(3)]) > 1


def test_the_networks_agree_because_they_saw_the_same_targets():
    reason(
        PAGE,
        "and all five saw the same targets, noise included: they agree",
    )
    same, others = [], []
    for seed in breadth(3, 8):
        networks, (fresh, _) = crew(seed)
        same.append(np.median(opinions(networks, fresh)[1]))
        apart = networks[:1]
        for another in (100 + seed, 200 + seed):
            rng = np.random.default_rng(another)
            inputs, targets = page.growing(100, rng)
            network = page.Network(rng)
            apart.append(page.train(network, inputs - 0.5, targets, SQUARED))
        others.append(np.median(opinions(apart, fresh)[1]))
    assert np.median(same) < 0.02
    assert np.median(others) > 0.03
    assert np.median(others) > 3 * np.median(same)


def test_the_slope_of_the_last_bias_is_that_of_the_formula():
    reason(
        PAGE,
        "The last bias shifts all answers of its network alike, so the formula"
        " is its slope",
    )
    rng = np.random.default_rng(0)
    seen, unseen = page.growing(100, rng), page.growing(2000, rng)
    high, loss = page.interval(*seen, rng)[1], Quantile(0.9)
    below = []
    for inputs, targets in (seen, unseen):
        said = high.forward(inputs - 0.5)
        loss.forward(said, targets)
        below.append((targets < said).mean())
        assert loss.backward().sum() == pytest.approx(below[-1] - 0.9)
    assert below[0] == pytest.approx(0.9, abs=0.02)
    high.layers[-1].biases += 0.3  # a bias that is not at its slope of 0
    moved = (seen[1] < high.forward(seen[0] - 0.5)).mean()
    assert moved > below[0] + 0.04


def test_networks_bend_towards_the_noise_of_few_points():
    reason(
        PAGE, "The networks have bent towards some of the noise of their 100"
    )
    fewest, few, many = (
        np.mean(coverages(n, most), axis=0) @ [1, -1]  # own minus fresh
        for n, most in ((50, 5), (100, 5), (400, 3))
    )
    assert fewest > 0.07
    assert 0.01 < few < fewest
    assert many < 0.055
    assert fewest > 2 * many


def test_one_answer_for_all_targets():
    reason(
        PAGE,
        "Because each answer is asked to fit all targets at once, the best one"
        " is their mean",
    )
    _, inputs, targets = noisy(0)
    scores = []
    for shown in (targets[:, 0], targets):
        network = page.Network(np.random.default_rng(0))
        optimizer = Adam(0.01)
        for _ in range(100):
            errors = network.forward(inputs) - 3 - shown
            d_outputs = 2 * errors.mean(axis=1, keepdims=True) / 100
            optimizer.update(page.backward(network, d_outputs))
        said = network.forward(inputs)
        scores.append(r_squared(said, targets + 3))
        if len(scores) == 1:
            assert said.mean() == pytest.approx(3 + targets.mean(), abs=0.02)
    assert abs(scores[0]) < 0.05
    assert scores[1] > 0.5


def test_networks_of_large_weights_are_slow_at_the_edge():
    reason(PAGE, "With biases that spread the bends over the data none was")
    reason(PAGE, "I gave five of them ten times the steps, and all came")
    edge, spread, longer = [], [], []
    for seed in breadth(3, 10):
        for found, move in ((edge, False), (spread, True), (longer, False)):
            rng = np.random.default_rng(seed)
            inputs, targets = page.sine(100, rng=rng, dtype=np.float64)
            network = page.Network(rng)
            for layer in network.layers:  # the variance 2 over the inputs
                layer.weights *= 10 * (2 / len(layer.weights)) ** 0.5
            if move:
                spread_bends(network, rng, 0, 1)
            steps = 2000 if found is longer else 200
            page.train(network, inputs, targets, SQUARED, steps=steps)
            found.append(r_squared(network.forward(inputs), targets))
    assert max(edge) < 0.93
    assert min(spread) > 0.98
    assert min(longer[:5]) > 0.98


def test_the_training_mean_is_not_that_of_fresh_targets():
    reason(
        PAGE,
        "has an R² a little below 0 on fresh ones, because theirs is another"
        " mean",
    )
    rng, _, targets = noisy(0)
    _, fresh = page.sine(500, rng=rng, noise=0.1, dtype=np.float64)
    other = r_squared(np.full_like(fresh, targets.mean()), fresh)
    own = r_squared(np.full_like(fresh, fresh.mean()), fresh)
    assert -0.1 < other < 0
    assert own == pytest.approx(0, abs=1e-12)
