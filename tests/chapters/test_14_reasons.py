"""Reasons of chapter 14's page, each with its cause taken away."""

from functools import cache

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.penalties import L1, L2
from nnfs_code.schedules import CosineDecay
from reasons import reason
from scripted import definitions

PAGE = "14-l1-and-l2-regularization"
SCRIPT = definitions("ch14_l1_and_l2_regularization")
arms, bands, judge, train = (
    SCRIPT[name] for name in ("arms", "bands", "judge", "train")
)


@cache
def learned(strength, first=0):
    """Return networks that have learned arms, with L2, and their data."""
    runs = []
    for seed in breadth(5, 10):
        known, fresh, network = arms(seed)
        adam = Adam(CosineDecay(0.1, steps=400))
        train(network, known, adam, 400, L2(strength), first)
        runs.append((network, known, fresh))
    return runs


def fresh_losses(runs, factors):
    """Return the loss on fresh points, of scores times a factor each."""
    losses = []
    for (network, _, fresh), factor in zip(runs, factors, strict=True):
        scores = network.scores(fresh[0]) * factor
        losses.append(SoftmaxCrossEntropy().forward(scores, fresh[1]))
    return np.array(losses)


def sizes(runs):
    """Return the typical size of the scores of each network."""
    return np.array([net.scores(fresh[0]).std() for net, _, fresh in runs])


def test_the_penalty_helps_the_loss_through_smaller_scores():
    reason(
        PAGE,
        "Smaller weights make smaller scores, and smaller scores are less"
        " sure",
    )
    plain, penalised = learned(0.0), learned(0.0003)
    ones = np.ones(len(plain))
    ratio = sizes(plain) / sizes(penalised)

    assert np.median(ratio) > 1.3
    gain = fresh_losses(plain, ones) - fresh_losses(penalised, ones)
    assert np.median(gain) > 0.05
    # As large as without the penalty: the gain is gone.
    gain = fresh_losses(plain, ones) - fresh_losses(penalised, ratio)
    assert np.median(gain) < 0.02


def test_unpenalised_scores_divided_have_the_lower_median():
    """Smaller without the penalty: more than the gain of either strength."""
    divisors = claim(
        "14-l1-and-l2-regularization",
        "Divided by {} or {}, the unpenalised networks have a lower median"
        " loss than those of either strength",
    )
    plain = learned(0.0)
    ones = np.ones(len(plain))
    for strength in (0.0003, 0.0025):
        middle = np.median(fresh_losses(learned(strength), ones))
        for divisor in divisors:
            by = fresh_losses(plain, ones / divisor)
            assert np.median(by) < middle - 0.02


def test_a_weak_pull_cannot_leave_the_corner():
    reason(PAGE, "a pull weaker than $\\lambda$ does not move it")

    def end(pull):
        theta, sgd = np.zeros(1), SGD(0.1)
        for _ in range(300):
            sgd.update([(theta, theta - pull)])
            L1(0.5).shrink(theta, 0.1)
        return theta[0]

    def end_l2(pull):
        theta, sgd = np.zeros(1), SGD(0.1)
        for _ in range(300):
            sgd.update([(theta, theta - pull + L2(0.5).gradient(theta))])
        return theta[0]

    assert end(0.49) == 0
    assert end(-0.49) == 0
    assert end(0.51) == pytest.approx(0.01)
    assert end_l2(0.01) > 0.005  # the square has no corner


def test_steps_hover_because_the_slope_is_large_on_both_sides():
    reason(PAGE, "on the left of 0 the slope is −0.7, on the right it is 0.3")

    def last(rate, corner, steps=400):
        theta, sgd = np.array([1.0]), SGD(rate)
        for _ in range(steps):
            slope = theta - 0.2
            slope = slope + (L1(0.5).gradient(theta) if corner else theta)
            sgd.update([(theta, slope)])
            before = float(theta[0])
        sgd.update([(theta, theta - 0.2 + L1(0.5).gradient(theta))])
        return abs(float(theta[0]) - before)

    assert last(0.1, corner=True) > 0.02
    assert last(0.01, corner=True) > 0.002  # a smaller rate, smaller hops
    theta, sgd = np.array([1.0]), SGD(0.1)
    for _ in range(400):  # a price without a corner: it settles
        sgd.update([(theta, theta - 0.2 + theta)])
    assert theta[0] == pytest.approx(0.1, abs=1e-12)


def test_only_the_bias_can_tell_the_shares():
    reason(PAGE, "and only the biases can give it")
    labels = np.repeat([0, 1, 2], [70, 20, 10])

    def shares(strength):
        biases, loss, sgd = np.zeros((1, 3)), SoftmaxCrossEntropy(), SGD(0.5)
        for _ in range(400):
            loss.forward(np.repeat(biases, 100, axis=0), labels)
            gradient = loss.backward().sum(axis=0, keepdims=True)
            sgd.update([(biases, gradient + L2(strength).gradient(biases))])
        return loss.probabilities[0]

    np.testing.assert_allclose(shares(0.0), [0.7, 0.2, 0.1], atol=1e-3)
    spread = [np.ptp(shares(strength)) for strength in (0.0, 0.1, 1.0)]
    assert spread[0] > spread[1] + 0.1 > spread[2] + 0.2


def dead(network, known):
    """Return which hidden neurons say 0 to each of the known points."""
    outputs = network.relu.forward(network.dense1.forward(known[0]))
    return (outputs == 0).all(axis=0)


def test_dead_neurons_come_back_by_their_biases():
    reason(
        PAGE, "A dead neuron's bias still has the gradient of the penalty, and"
    )
    reason(PAGE, "It pulls the weights of a dead neuron to 0, and leaves")
    plain, by_weights, by_biases = (
        np.median([dead(net, known).sum() for net, known, _ in learned(*how)])
        for how in ((0.0,), (0.0003,), (0.001, 1))
    )
    assert plain > 15
    assert by_weights > 15
    assert by_biases < 5

    network, known, _ = learned(0.0)[0]
    gone = dead(network, known)
    network.loss.forward(network.scores(known[0]), known[1])
    pairs = network.backward()
    assert (pairs[1][1][0, gone] == 0).all()
    SCRIPT["penalise"](pairs, L2(0.001), 1)
    assert (pairs[1][1][0, gone] != 0).all()


def with_penalised_biases(seed, inside):
    """Return how many neurons end dead, and the middle step of dead ones.

    The step is that of a bias, over the rate. The penalty goes through
    Adam, or its gradient is subtracted beside it, times the rate.
    """
    known, _, network = arms(seed)
    adam, term, steps = Adam(CosineDecay(0.1, steps=400)), L2(0.001), []
    for _ in range(400):
        gone, rate = dead(network, known), adam.rate()
        before = network.dense1.biases.copy()
        if inside:
            train(network, known, adam, 1, term, 1)
        else:
            train(network, known, adam, 1)
            for layer in (network.dense1, network.dense2):
                layer.biases -= rate * term.gradient(layer.biases)
        moved = np.abs(network.dense1.biases - before)[0] / rate
        steps.extend(moved[gone])
    return dead(network, known).sum(), np.median(steps)


def test_under_adam_a_small_gradient_makes_a_step_that_counts():
    low, high = claim(
        "14-l1-and-l2-regularization",
        "under Adam even a small gradient makes a step that counts: its"
        " median in each run is from {} to {} of the rate",
    )
    runs = [with_penalised_biases(seed, inside=True) for seed in range(5)]
    middles = [middle for _, middle in runs]
    assert min(middles) == pytest.approx(low, abs=0.03)
    assert max(middles) == pytest.approx(high, abs=0.06)

    beside = [with_penalised_biases(seed, inside=False) for seed in range(2)]
    assert max(gone for gone, _ in runs) < 5
    assert min(gone for gone, _ in beside) > 15  # without Adam they stay
    assert max(middle for _, middle in beside) < 0.005


@cache
def narrow(n_hidden, strength):
    """Return right on fresh points and living neurons, medians of ten."""
    rows = []
    for seed in range(10):
        known, fresh, network = arms(seed, n_hidden)
        adam = Adam(CosineDecay(0.1, steps=400))
        train(network, known, adam, 400, L2(strength), 1)
        alive = n_hidden - dead(network, known).sum()
        rows.append([100 * judge(network, fresh)[0], alive])
    return np.median(rows, axis=0)


def test_living_neurons_are_what_counts():
    reason(PAGE, "then living neurons should be what counts. They are: ten")
    half, right, total, alive, as_right, again, few, worse = claim(
        "14-l1-and-l2-regularization",
        "networks of only {} neurons, nearly all of their neurons kept alive"
        " by such a penalty, get {} %"
        " of the fresh points right, and ten of {} neurons without it, of"
        " which {} are alive, get {} %. Of {} without it, {} are alive, and"
        " they get {} %",
    )
    found, living = narrow(int(half), 0.001)
    assert found == pytest.approx(right, abs=2)
    assert living > half - 1
    found, living = narrow(int(total), 0.0)
    assert found == pytest.approx(as_right, abs=2)
    assert living == pytest.approx(alive, abs=4)
    found, living = narrow(int(half), 0.0)  # fewer alive, fewer right
    assert again == half
    assert found == pytest.approx(worse, abs=2)
    assert living == pytest.approx(few, abs=3)
    assert found < as_right - 2


@cache
def on_bands(epsilon, rate, strength):
    """Return right on fresh points and the first input's share, medians."""
    rows = []
    for seed in breadth(5, 10):
        known, fresh, network = bands(seed)
        adam = Adam(CosineDecay(rate, steps=200), epsilon=epsilon)
        train(network, known, adam, 200, L2(strength))
        rows.append(SCRIPT["summary"](network, known, fresh))
    return np.median(rows, axis=0)[[1, 3]]


def test_the_harm_was_the_divisions():
    reason(PAGE, "So the harm was the division's")
    right, share = on_bands(1e-7, 0.02, 0.0)
    undivided, undivided_share = on_bands(0.1, 0.1, 0.0)

    assert right < 0.65
    assert share < 0.12
    assert undivided > 0.8
    assert undivided_share > 0.22


def first_steps(epsilon, rate):
    """Return how far the first five steps moved the first layer, in all."""
    known, _, network = bands(0)
    adam, far = Adam(CosineDecay(rate, steps=200), epsilon=epsilon), 0.0
    for _ in range(5):
        before = network.dense1.weights.copy()
        train(network, known, adam, 1)
        far += np.linalg.norm(network.dense1.weights - before)
    return far


def test_neither_longer_nor_shorter_steps_alone_help():
    reason(PAGE, "The first steps get much shorter by it")
    larger, low, high, most = claim(
        "14-l1-and-l2-regularization",
        "With that rate alone {} are right, and with five smaller ones, from"
        " {} to {}, at most {}.",
    )
    rates = (low, 0.001, 0.002, 0.005, high)
    assert max(on_bands(1e-7, rate, 0.0)[0] for rate in rates) < most + 0.03
    assert abs(on_bands(1e-7, 0.1, 0.0)[0] - larger) < 0.05
    assert first_steps(0.1, 0.1) < first_steps(1e-7, 0.02) / 10
    assert first_steps(0.1, 0.02) < first_steps(0.1, 0.1) / 2


def test_stopped_and_penalised_agree_about_a_steep_bowl():
    """But not if the steps jump from side to side: there it may be far."""
    reason(PAGE, "as long as $\\eta c$ is at most 1")
    rate, strength = 0.01, 0.1
    steps = round(1 / (rate * strength))
    for c in (10.0, 50.0, 100.0):
        assert abs(1 - (1 - rate * c) ** steps - 1) < 0.01
        assert abs(c / (c + strength) - 1) < 0.01
    assert 1 - (1 - rate * 199.9) ** steps < 0.7


def test_l2_in_the_loss_rests_where_the_total_is_flat():
    reason(
        PAGE,
        "it can only rest where they are 0: where $J$ is flat, as for gradient"
        " descent",
    )
    penalty, places = L2(0.5), []
    for optimizer in (SGD(0.01), Adam(0.01)):
        place = np.array([1.0, -1.0])
        for _ in range(3000):
            slope = np.array([100.0, 0.01]) * (place - 2.0)
            slope = slope + penalty.gradient(place)
            optimizer.update([(place, slope)])
        places.append(place)
    np.testing.assert_allclose(*places, rtol=0.02, atol=1e-4)
    adamw, place = SCRIPT["AdamW"](0.01, weight_decay=0.5), np.ones(2)
    for _ in range(3000):
        adamw.update([(place, np.array([100.0, 0.01]) * (place - 2.0))])
    assert np.abs(place - places[0]).max() > 0.3


def largest_pull(start):
    """Return the largest slope of any weight, before the first step."""
    found = []
    for seed in range(3):
        known, _, network = bands(seed)
        network.dense1.weights *= start
        network.dense2.weights *= start
        network.loss.forward(network.scores(known[0]), known[1])
        found.append(max(np.abs(g).max() for _, g in network.backward()[::2]))
    return found


def test_weights_die_at_once_where_every_pull_is_weaker():
    reason(
        PAGE,
        "And where every pull is weaker than $\\lambda$, all weights move"
        " there, as they do here from the start",
    )
    assert max(largest_pull(1)) < 0.01
    assert min(largest_pull(10)) > 0.02

    def ends(start, strength):
        known, _, network = bands(0)
        network.dense1.weights *= start
        network.dense2.weights *= start
        sgd = SGD(CosineDecay(1.0, steps=200))
        train(network, known, sgd, 200, L1(strength))
        return judge(network, known)[1]

    assert ends(1, 0.01) == pytest.approx(np.log(3), abs=1e-3)
    assert ends(10, 0.01) < 0.2
    assert ends(1, 0.001) < 0.2


def test_only_steps_that_shrink_give_zeros():
    reason(PAGE, "but only the one that shrinks has zeros")
    rows = []
    for shrinking in (False, True):
        known, fresh, network = bands(0)
        sgd = SGD(CosineDecay(1.0, steps=200))
        if shrinking:
            SCRIPT["train_shrinking"](network, known, sgd, 200, L1(0.001))
        else:
            train(network, known, sgd, 200, L1(0.001))
        rows.append(SCRIPT["summary"](network, known, fresh))
    by_gradient, by_shrinking = rows

    assert by_gradient[4] == 0
    assert by_shrinking[4] > 0.7
    assert by_gradient[1] == pytest.approx(by_shrinking[1], abs=0.02)
