"""Reasons of chapter 18's page, each with its cause taken away."""

import copy

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.activations import Linear, ReLU, Tanh
from nnfs_code.data import spiral
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.model_check import check_model
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.penalties import L2
from nnfs_code.schedules import CosineDecay
from reasons import reason
from script_18 import PAGE, script


def changes_along_rays(biases):
    """Return the largest number of changes of class along a ray."""
    most = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        one, two = script()["dense"](2, 64, rng), script()["dense"](64, 3, rng)
        for layer in (one, two):
            layer.weights *= 100
        if biases:
            one.biases += rng.normal(size=one.biases.shape)
        two.biases += rng.normal(size=two.biases.shape)
        model = Model([one, ReLU(), two], SoftmaxCrossEntropy())
        for angle in np.linspace(0, 2 * np.pi, 100):
            way = np.linspace(1e-3, 6, 300)[:, np.newaxis]
            ray = way * [[np.cos(angle), np.sin(angle)]]
            classes = model.forward(ray).argmax(axis=1)
            most = max(most, int((classes[1:] != classes[:-1]).sum()))
    return most


def test_without_first_biases_scores_are_straight_along_a_ray():
    reason(PAGE, "So along a ray from the origin every score is a straight")
    reason(PAGE, "Of three straight lines, the highest changes at most twice")
    assert changes_along_rays(biases=False) <= 2
    assert changes_along_rays(biases=True) > 2


def test_relu_on_the_way_back_spares_silent_neurons():
    reason(
        PAGE,
        "the first layer is told to change neurons that were silent and did"
        " not take part",
    )
    points, _, (one, relu, _) = script()["start"](0)
    hidden = relu.forward(one.forward(points))
    rng = np.random.default_rng(1)
    d_hidden = rng.normal(size=hidden.shape)
    silent = hidden == 0
    assert silent.any()
    assert (relu.backward(d_hidden)[silent] == 0).all()
    assert (d_hidden[silent] != 0).all()


def test_a_part_needs_to_know_nothing_of_its_neighbours():
    """The same part between others returns the same gradient."""
    reason(PAGE, "In (18.2) there is nothing about the neighbours")
    rng = np.random.default_rng(0)
    part = script()["dense"](3, 3, rng)
    inputs, d_outputs = rng.normal(size=(2, 5, 3))
    part.forward(inputs)
    alone = part.backward(d_outputs)
    twin = copy.deepcopy(part)
    Tanh().forward(twin.forward(ReLU().forward(inputs)))
    twin.forward(inputs)
    np.testing.assert_array_equal(twin.backward(d_outputs), alone)
    twin.forward(inputs + 1)  # but it needs what forward saw
    twin.backward(d_outputs)
    assert np.abs(twin.d_weights - part.d_weights).max() > 0.1


def trained(points, labels, parts, halves):
    """Return a weight after steps on all points, or on halves, added."""
    loss, sgd, n = SoftmaxCrossEntropy(), SGD(1.0), len(points) // 2
    one, relu, two = parts
    for _ in range(5):
        gradients = []
        for rows in [slice(n), slice(n, None)] if halves else [slice(None)]:
            scores = two.forward(relu.forward(one.forward(points[rows])))
            loss.forward(scores, labels[rows])
            one.parameter_gradients(
                relu.backward(two.backward(loss.backward()))
            )
            gradients.append(
                [one.d_weights, one.d_biases, two.d_weights, two.d_biases]
            )
        means = [sum(g) / len(g) for g in zip(*gradients, strict=True)]
        values = [one.weights, one.biases, two.weights, two.biases]
        sgd.update(list(zip(values, means, strict=True)))
    return one.weights


def test_the_same_bits_need_the_same_order():
    reason(
        PAGE,
        "That is possible because the model does the same operations in the"
        " same order",
    )
    start = script()["start"]
    points, labels, parts = start(0)
    model, sgd = Model(parts, SoftmaxCrossEntropy()), SGD(1.0)
    for _ in range(5):
        model.train_step(points, labels, sgd)
    ours = model.parts[0].weights
    same = trained(points, labels, start(0)[2], halves=False)
    other = trained(points, labels, start(0)[2], halves=True)

    np.testing.assert_array_equal(ours, same)
    assert 0 < np.abs(ours - other).max() < 1e-12


def scores_after(activation, size, steps=20):
    """Return the scores of a network after a few steps."""
    points, labels, (one, _, two) = script()["start"](0)
    one.weights *= size / 0.01
    model = Model([one, activation(), two], SoftmaxCrossEntropy())
    adam = Adam(0.01)
    for _ in range(steps):
        model.train_step(points, labels, adam)
    return model.forward(points)


def test_tanh_begins_as_a_network_without_a_bend():
    reason(
        PAGE,
        "a tanh of small numbers is nearly the number itself. So the network"
        " begins as one without any bend",
    )

    def apart(activation, size):
        straight = scores_after(Linear, size)
        bent = scores_after(activation, size)
        return np.abs(bent - straight).max() / np.abs(straight).max()

    assert apart(Tanh, 0.01) < 0.05
    assert apart(Tanh, 3) > 0.3
    assert apart(ReLU, 0.01) > 0.15


def test_the_loss_does_not_show_an_optimizer_made_anew():
    """As the page says: over five seeds, about the same median."""

    def loss_after(anew, seed):
        points, labels, parts = script()["start"](seed)
        model = Model(parts, SoftmaxCrossEntropy())
        for epoch in range(10):
            if epoch == 0 or anew:
                adam = Adam(CosineDecay(0.1, 200))
            for _ in range(20):
                loss = model.train_step(points, labels, adam)
        return loss

    once, anew = (
        np.median([loss_after(how, seed) for seed in breadth(5, 10)])
        for how in (False, True)
    )
    assert abs(once - anew) < 0.12


def test_six_layers_fall_below_the_epsilon_of_adam():
    reason(PAGE, "these are far smaller than its $\\epsilon$ of $10^{-7}$.")
    right = {}
    for epsilon in (1e-7, 1e-12):
        rng = np.random.default_rng(0)
        points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
        parts = []
        for n_in in (2, 32, 32, 32, 32):
            parts += [Dense(n_in, 32, rng=rng, dtype=np.float64), ReLU()]
        parts.append(Dense(32, 3, rng=rng, dtype=np.float64))
        model = Model(parts, SoftmaxCrossEntropy())
        adam = Adam(CosineDecay(0.02, 200), epsilon=epsilon)
        model.train_step(points, labels, adam)
        largest = max(
            np.abs(gradient).max() for _, gradient in model.pairs()[::2]
        )
        assert largest < 1e-8
        for _ in range(199):
            model.train_step(points, labels, adam)
        right[epsilon] = accuracy(model.forward(points), labels)
    assert right[1e-7] < 0.35
    assert right[1e-12] > 0.42


def test_after_more_steps_tanh_is_level():
    reason(
        PAGE, "It has to grow out of that first, and 200 steps are few for it"
    )
    stated = claim("18-model", "after 1000, tanh gets about {}, as ReLU")

    def middle(activation, steps):
        right = []
        for seed in breadth(3, 5):
            points, labels, (one, _, two) = script()["start"](seed)
            model = Model([one, activation(), two], SoftmaxCrossEntropy())
            script()["train"](model, points, labels, steps)
            right.append(accuracy(model.forward(points), labels))
        return np.median(right)

    assert middle(Tanh, 200) < middle(ReLU, 200) - 0.1
    assert middle(Tanh, 1000) == pytest.approx(stated, abs=0.025)
    assert middle(ReLU, 1000) == pytest.approx(stated, abs=0.025)


def test_no_bend_tells_no_arms_apart():
    reason(PAGE, "such a network cannot tell the arms apart")
    points, labels, (one, relu, two) = script()["start"](0)
    right = []
    for middle in (Linear(), relu):
        parts = copy.deepcopy([one, middle, two])
        model = Model(parts, SoftmaxCrossEntropy())
        script()["train"](model, points, labels)
        right.append(script()["both"](model, points, labels)[0])
    assert right[0] < 0.5
    assert right[1] > 0.7


def test_a_shared_relu_gives_the_gates_of_the_other_place():
    reason(
        PAGE,
        "A part keeps what it saw last for the way back. The first place gets"
        " the gates of the second",
    )
    names = script()
    rng = np.random.default_rng(2)
    few, answers = rng.normal(size=(6, 2)), rng.integers(3, size=6)

    def agrees(shift):
        model = names["mixed"](ReLU(), ReLU())
        for layer in (model.parts[0], model.parts[2]):
            layer.biases += shift
            layer.weights /= 1 + shift
        model.parts = (*model.parts[:3], model.parts[1], model.parts[4])
        return check_model(model, few, answers, rtol=1e-3, atol=1e-6).agrees

    assert not agrees(shift=0.0)
    assert agrees(shift=1000.0)  # all gates are open, in both places


def test_penalised_biases_pull_frequencies_towards_each_other():
    reason(
        PAGE,
        "It says how frequent a class is, and pulling all of them towards 0"
        " pulls the frequencies towards each other",
    )
    names = script()
    inputs = np.ones((10, 1)) / 1000
    softmax = names["Softmax"]()

    def chance(kind, n_first):
        labels = np.array([0] * n_first + [1] * (10 - n_first))
        layer = names["dense"](1, 2, np.random.default_rng(0))
        model = kind([layer], SoftmaxCrossEntropy(), penalty=L2(0.1))
        names["train"](model, inputs, labels)
        return softmax.forward(model.forward(inputs))[0, 0]

    assert chance(Model, 9) == pytest.approx(0.9, abs=0.005)
    assert 0.5 < chance(names["OnEverything"], 9) < 0.85
    assert chance(names["OnEverything"], 5) == pytest.approx(0.5, abs=0.005)


def test_dropout_answers_otherwise_each_time_in_training_only():
    reason(PAGE, "it drops a fifth of its neurons at random, knows less")
    names = script()
    points, labels, _ = names["start"](0)
    model = names["swapped"]("dropout of 0.2", np.random.default_rng(0))
    names["train"](model, points, labels)
    fresh, truth, right = names["fresh"], names["truth"], names["accuracy"]
    calm = right(model.forward(fresh), truth)
    asked = [
        right(model.forward(fresh, training=True), truth) for _ in range(9)
    ]
    assert np.mean(asked) < calm - 0.01
    assert len(set(asked)) > 1
    np.testing.assert_array_equal(model.forward(fresh), model.forward(fresh))
    drop = next(part for part in model.parts if isinstance(part, Dropout))
    drop.rate = 0.0
    np.testing.assert_array_equal(
        model.forward(fresh, training=True), model.forward(fresh)
    )


def test_dropout_that_is_not_told_never_drops():
    reason(
        PAGE,
        "The loss is that of a network without it, to the last bit",
    )
    losses = {}
    for name in ("without", "told", "not told"):
        points, labels, parts = script()["start"](0)
        if name != "without":
            parts.insert(2, Dropout(0.2, rng=np.random.default_rng(0)))
        model, sgd = Model(parts, SoftmaxCrossEntropy()), SGD(1.0)
        for _ in range(30):
            outputs = model.forward(points, training=name == "told")
            loss = model.loss.forward(outputs, labels)
            model.backward()
            sgd.update(model.pairs())
        losses[name] = loss
    assert losses["not told"] == losses["without"]
    assert losses["told"] != losses["without"]


def test_a_dropout_inside_a_part_is_not_told():
    reason(
        PAGE,
        "A part that holds a dropout has to say differs_in_training itself,"
        " and to tell the dropout. That of exercise 5 does not.",
    )
    skip = script()["Skip"]

    class Telling(skip):
        differs_in_training = True

        def forward(self, inputs, training=False):
            relu, drop = self.parts
            return inputs + drop.forward(relu.forward(inputs), training)

    for kind in (skip, Telling):
        points, labels, (one, relu, two) = script()["start"](0)
        drop = Dropout(0.5, rng=np.random.default_rng(0))
        model = Model([one, kind(relu, drop), two], SoftmaxCrossEntropy())
        model.train_step(points, labels, SGD(1.0))
        dropped = (drop.mask == 0).mean()
        if kind is skip:
            assert dropped == 0
        else:
            assert 0.4 < dropped < 0.6


def test_a_new_optimizer_begins_its_schedule_anew():
    reason(
        PAGE,
        "its count starts at 0 and so does its schedule: the rate never comes"
        " down",
    )
    rates = {}
    for anew in (True, False):
        points, labels, parts = script()["start"](0)
        model, adam = Model(parts, SoftmaxCrossEntropy()), None
        for _ in range(5):
            if anew or adam is None:
                adam = Adam(CosineDecay(0.1, 25))
            for _ in range(5):
                model.train_step(points, labels, adam)
        rates[anew] = adam.rate(), adam.step
    assert rates[True][0] > 0.08
    assert rates[True][1] == 5
    assert rates[False] == (pytest.approx(0, abs=1e-12), 25)
