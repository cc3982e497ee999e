"""Numbers that the page of chapter 18 states about runs."""

import numpy as np
import pytest

from claims import breadth, claim, within
from nnfs_code.penalties import L2
from nnfs_code.promises import parameters
from script_18 import script

FACTS = {
    "In (18.2) there": "the number of a formula",
    "In (18.2) the": "the number of a formula",
}
SEEDS = breadth(5, 20)


def size(name):
    """Return the number of parameters of one of the swapped models."""
    model = script()["swapped"](name, np.random.default_rng(0))
    return sum(
        getattr(part, kind).size
        for part in model.parts
        for kind in ("weights", "biases")
        if hasattr(part, kind)
    )


def test_the_parameters_of_two_hidden_layers_and_of_one():
    two, one = claim(
        "18-model", "They also have {} parameters to the {} of the first row"
    )
    assert (size("two hidden layers"), size("ReLU")) == (two, one)


@pytest.fixture(scope="module")
def swaps():
    """The accuracies of some swapped models, (seeds, own / fresh)."""
    run = script()["run"]
    return {
        name: np.array([run(name, seed) for seed in SEEDS])
        for name in ("ReLU", "two hidden layers", "tanh", "tanh, wide start")
    }


def test_two_hidden_layers_are_ahead_in_the_middle(swaps):
    two, one = swaps["two hidden layers"], swaps["ReLU"]
    assert np.median(two[:, 0]) > np.median(one[:, 0])


def test_tanh_looks_hopeless_and_is_not(swaps):
    assert swaps["tanh"][:, 0].max() < swaps["ReLU"][:, 0].min()
    wide, relu = (
        np.median(swaps[name][:, 0]) for name in ("tanh, wide start", "ReLU")
    )
    assert wide > relu - 0.01


def test_the_figure_of_starting_sizes():
    """What its text for those who can't see it says."""
    low, high, left, right = claim(
        "18-model",
        "ReLU is between {} and {} everywhere. tanh is near {} on the left,"
        " and near {} for the sizes 3 and 10, above ReLU.",
    )
    names = script()

    def middle(activation, size):
        found = []
        for seed in range(5):
            points, labels, (one, _, two) = names["start"](seed)
            one.weights *= size / 0.01
            model = names["Model"](
                [one, activation(), two], names["SoftmaxCrossEntropy"]()
            )
            names["train"](model, points, labels)
            found.append(names["both"](model, points, labels)[0])
        return np.median(found)

    relu = [middle(names["ReLU"], size) for size in (0.01, 3, 10)]
    assert low - 0.02 < min(relu)
    assert max(relu) < high + 0.02
    assert middle(names["Tanh"], 0.1) == pytest.approx(left, abs=0.06)
    tanh = [middle(names["Tanh"], size) for size in (3, 10)]
    assert tanh == pytest.approx([right, right], abs=0.04)
    assert tanh[0] > relu[1]
    assert tanh[1] > relu[2]


def test_a_penalty_on_biases_does_not_hurt_on_the_spiral():
    everywhere, weights = claim(
        "18-model",
        "With L2 of 0.001 on everything, the middle of five networks got {}"
        " of its own points right, against {} with L2 on weights alone",
    )
    names = script()

    def right(kind, seed, shift=0.0):
        points, labels, parts = names["start"](seed)
        points = points + shift
        loss = names["SoftmaxCrossEntropy"]()
        model = kind(parts, loss, penalty=L2(0.001))
        names["train"](model, points, labels)
        return names["accuracy"](model.forward(points), labels)

    for shift in (0.0, 1.0):
        both, alone = (
            np.median([right(names[kind], seed, shift) for seed in range(5)])
            for kind in ("OnEverything", "Model")
        )
        if shift == 0:
            assert both == pytest.approx(everywhere, abs=0.05)
            assert alone == pytest.approx(weights, abs=0.05)
        assert both > alone - 0.02


def test_the_second_biases_are_not_missed():
    """Better with 150 points in the middle of five, worse with 300."""
    by_hand = script()["by_hand"]
    with_all, without = (
        np.array([by_hand(forgotten, seed)[1] for seed in SEEDS])
        for forgotten in ("nothing", "second biases")
    )
    gap = np.median(without) - np.median(with_all)
    assert abs(gap) < min(np.ptp(with_all), np.ptp(without))


def test_a_ray_crosses_the_arms_four_or_five_times():
    for angle in np.linspace(0, 2 * np.pi, 50):
        r = np.linspace(0.001, 1, 2000)
        middles = 10 * (np.arange(3)[:, np.newaxis] + r)
        apart = np.abs(np.angle(np.exp(1j * (middles - angle))))
        arm = apart.argmin(axis=0)
        assert (arm[1:] != arm[:-1]).sum() in (4, 5)


def test_a_layer_of_the_starting_size_shrinks_by_more_than_ten():
    names = script()
    shrunk = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        inputs = rng.normal(size=(50, 32))
        layer, relu = names["dense"](32, 32, rng), names["ReLU"]()
        outputs = layer.forward(relu.forward(inputs))
        back = relu.backward(layer.backward(inputs))
        shrunk += [outputs.std() / inputs.std(), back.std() / inputs.std()]
    within(0, 0.1, shrunk)


def test_both_penalties_fall_on_weights_alone():
    names = script()
    model = names["mixed"](names["Tanh"](), names["Tanh"]())
    names["check_model"](model, np.eye(2), np.array([0, 1]))
    loss_only = [g for part in model.parts for _, _, g in parameters(part)]
    changed = [
        not np.array_equal(with_it, without)
        for (_, with_it), without in zip(model.pairs(), loss_only, strict=True)
    ]
    assert changed == [True, False] * 3


def test_the_two_numbers_by_a_small_step():
    moved, again, out, more, expected = claim(
        "18-model",
        "put in {} instead of 4, and out comes $(3 \\cdot {} + 2) / 2 = {}$,"
        " which is {} more, and $0.1 \\cdot 1.5$ is {}.",
    )
    times, plus = script()["Times"], script()["Plus"]
    parts = [times(3.0), plus(2.0), times(0.5)]

    def run(value):
        for part in parts:
            value = part.forward(value)
        return value

    assert again == moved
    assert run(moved) == pytest.approx(out)
    assert run(moved) - run(4.0) == pytest.approx(more)
    assert (moved - 4) * 1.5 == pytest.approx(expected)


def test_the_size_of_the_starting_weights():
    sizes = [
        claim("18-model", "Why? With weights of size {} every $z$ is small"),
        claim("18-model", "Each layer with weights of size {} makes what"),
        claim(
            "18-model", "first layer's starting weights, from {} to 10, for"
        ),
    ]
    layer = script()["dense"](100, 100, np.random.default_rng(0))
    assert sizes == pytest.approx([layer.weights.std()] * 3, rel=0.03)
