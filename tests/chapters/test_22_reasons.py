"""Reasons of chapter 22's page, each with its cause taken away."""

import copy

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.activations import Softmax
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.pictures import (
    centre,
    edge,
    grey,
    invert,
    prepared,
    shrink,
    stretch,
)
from nnfs_code.preprocessing import Standardizer
from reasons import reason
from script_22 import PAGE, rights, script

SEEDS = breadth(1, 4)


def test_softmax_keeps_the_order_as_all_are_divided_by_the_same_sum():
    reason(
        PAGE, "a larger score has the larger exponential, and all exponentials"
    )
    scores = np.random.default_rng(0).normal(size=(200, 10))
    found = Softmax().forward(scores)
    np.testing.assert_array_equal(found.argsort(axis=1), scores.argsort(1))
    rng = np.random.default_rng(1)  # other sums within a row: another order
    other = np.exp(scores) / rng.uniform(1, 3, scores.shape)
    assert (other.argmax(axis=1) != scores.argmax(axis=1)).mean() > 0.1


def test_last_bits_agree_if_products_are_added_in_a_fixed_order():
    reason(PAGE, "A matrix product may add the same numbers in another order")
    reason(PAGE, "If the products are added in a fixed order, one by one, the")
    names = script()
    inputs, weights = names["inputs"][:40], names["models"][0].parts[0].weights

    def fixed(rows):
        total = np.zeros((len(rows), weights.shape[1]))
        for column in range(inputs.shape[1]):
            total += rows[:, column, np.newaxis] * weights[column]
        return total

    alone = np.concatenate([fixed(inputs[[k]]) for k in range(40)])
    np.testing.assert_array_equal(alone, fixed(inputs))
    product = np.concatenate([inputs[[k]] @ weights for k in range(40)])
    apart = np.abs(product - inputs @ weights)
    assert apart.max() < 1e-12
    assert (apart > 0).any(axis=1).mean() > 0.5


def trained_on_moved(seed, reach):
    """Return a network that has seen batches moved by up to `reach`."""
    names = script()
    rng = np.random.default_rng(seed)
    dense = [
        names["Dense"](784, 32, rng=rng, dtype=np.float64),
        names["Dense"](32, 10, rng=rng, dtype=np.float64),
    ]
    parts = [dense[0], names["ReLU"](), dense[1]]
    model = Model(parts, names["SoftmaxCrossEntropy"]())
    adam = names["Adam"](names["CosineDecay"](0.01, steps=400))
    pictures = names["training"] / 255
    for _ in range(10):
        for rows in rng.permutation(2000).reshape(40, 50):
            right, down = rng.integers(-reach, reach + 1, 2).tolist()
            batch = names["moved"](pictures[rows], right, down)
            inputs = names["rows_of"](batch)
            model.train_step(inputs, names["training_labels"][rows], adam)
    return model


@pytest.mark.parametrize("seed", SEEDS)
def test_it_could_have_learned_from_moved_pictures(seed):
    reason(PAGE, "It could have learned it only from pictures, and in all of")
    reason(PAGE, "Show it moved pictures in training, up to 2 pixels each way")
    reason(PAGE, "But then it is worse on those that were not moved")
    names = script()

    def right(model, distance):
        shots = names["rows_of"](names["moved"](names["bright"], distance))
        return names["accuracy"](model.predict(shots), names["labels"])

    plain, moved = trained_on_moved(seed, 0), trained_on_moved(seed, 2)
    assert right(moved, 2) > 2 / 3
    assert right(plain, 2) < 0.6
    assert right(moved, 0) < right(plain, 0) - 0.02


def test_it_is_the_side_of_the_odd_pixel_that_costs():
    reason(PAGE, "if the odd pixel goes to the other side, 2 points are gone")
    reason(PAGE, "Half of the pictures move by one pixel then")
    names = script()
    bright = names["bright"]
    other = np.array([names["other_side"](picture) for picture in bright])
    same = np.array([shrink(centre(picture), 28) for picture in bright])
    moved = np.abs(other - same).max(axis=(1, 2)) > 1e-6
    assert 0.4 < moved.mean() < 0.6
    alike = rights(other[~moved], labels=names["labels"][~moved])
    alike -= rights(same[~moved], labels=names["labels"][~moved])
    np.testing.assert_array_equal(alike, 0)
    lost = rights(same[moved], labels=names["labels"][moved])
    lost -= rights(other[moved], labels=names["labels"][moved])
    assert lost.min() > 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_the_box_holds_a_part_of_the_wall_if_the_shadow_is_above(seed):
    reason(PAGE, "the box holds a part of the wall, and the thing is small")
    names = script()
    outline = names["OUTLINES"]["Trouser"]
    sides = {}
    for shadow in (0.0, 0.3):
        rng = np.random.default_rng(seed)
        found = [
            lit(names, names["photo"](outline, rng, shadow)) for _ in range(10)
        ]
        sides[shadow] = np.median(found)
    assert sides[0.0] > 0.25  # the share that a pair of trousers fills
    assert sides[0.3] < 0.6 * sides[0.0]


def lit(names, shot):
    """Return the share of pixels that the thing itself lights up."""
    return (prepared(shot, threshold=0.2) > 0.7).mean()


@pytest.mark.parametrize("level", [0.1, 0.2, 0.3])
def test_with_threshold_and_shadow_alike_the_noise_is_enough(level):
    reason(PAGE, "Where shadow and threshold are the same number, the shadow")
    names = script()
    found = {}
    for kind in (QuietGenerator, np.random.default_rng):
        rng, shots, labels = kind(0), [], []
        for name, outline in names["OUTLINES"].items():
            for _ in range(3):
                shots.append(names["photo"](outline, rng, level))
                labels.append(names["FASHION_NAMES"].index(name))
        made = [prepared(shot, threshold=level) for shot in shots]
        found[kind] = rights(made, labels=np.array(labels))
    assert found[QuietGenerator].min() > 0.7  # the shadow alone stays below
    assert found[np.random.default_rng].max() < 0.55


def test_without_inverting_stretching_loses_the_thing():
    reason(PAGE, "Without inverting, the thing itself is lost: stretching")
    reason(PAGE, "in the prepared pictures, not one answer is right")
    names = script()
    shots, kinds = names["photos"](6, 0.1)
    for shot in shots:
        bright, thing = grey(shot), shot[..., 0] < 100
        wall = float(np.median(edge(bright)))
        assert not stretch(bright, wall)[thing].any()
        turned = invert(bright)
        lit = stretch(turned, float(np.median(edge(turned))))
        assert lit[thing].min() > 0.7
    made = np.array([prepared(shot) for shot in shots])
    assert rights(made, labels=kinds).min() > 0.7
    assert rights(1 - made, labels=kinds).max() < 0.05


@pytest.mark.parametrize("seed", breadth(2, 5))
def test_ten_sigmoids_are_as_sure_of_noise_as_softmax(seed):
    reason(PAGE, "end in ten sigmoids, which may all say no, and have learned")
    low, high = claim(
        "22-prediction", "called the noise a bag too, with {} to {}."
    )
    names = script()
    inputs = names["rows_of"](names["training"])
    rng = np.random.default_rng(seed)
    one = names["Dense"](784, 32, rng=rng, dtype=np.float64)
    two = names["Dense"](32, 10, rng=rng, dtype=np.float64)
    model = Model([one, names["ReLU"](), two], SigmoidCrossEntropy())
    adam = names["Adam"](names["CosineDecay"](0.01, steps=400))
    wanted = np.eye(10)[names["training_labels"]]
    model.fit(inputs, wanted, adam, epochs=10, batch_size=50, rng=rng)
    found = model.predict(names["sets"]["noise"])
    assert (found.argmax(axis=1) == 8).mean() > 0.98
    assert low - 0.02 < found.max(axis=1).mean() < high + 0.01
    softmax = names["models"][seed].predict(names["sets"]["noise"])
    assert softmax.max(axis=1).mean() > 0.92
    empty = model.predict(names["sets"]["all black"])
    assert empty.sum() != pytest.approx(1, abs=0.01)  # each for itself


class QuietGenerator:
    """A generator whose camera noise is zero; corners and places stay."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.uniform = self.rng.uniform

    def normal(self, mean, size, shape):
        drawn = self.rng.normal(mean, size, shape)
        return 0 * drawn if size == 3 else drawn


def test_a_scaler_that_is_fitted_on_one_picture_gives_zeros():
    reason(PAGE, "Fitted on one picture, each column has one value, its mean")
    names = script()
    one = Standardizer().fit(names["inputs"][:1])
    np.testing.assert_array_equal(one.transform(names["inputs"][:1]), 0)
    two = Standardizer().fit(names["inputs"][:2])
    assert np.abs(two.transform(names["inputs"][:2])).max() > 0.99


@pytest.mark.parametrize("seed", breadth(2, 6))
def test_tiny_scales_make_a_storm_of_noise(seed):
    reason(PAGE, "the scale of such a pixel is tiny, and dividing by it turns")
    reason(PAGE, "With no scale below 0.05, this noise does next to no harm")
    bad, better = (
        claim(
            "22-prediction", "the standardized ones got {} to {} with noise"
        ),
        claim("22-prediction", "with no scale below 0.05 got {} to {}."),
    )
    names = script()
    inputs = names["rows_of"](names["training"])
    right = {}
    for floor in (0, 0.05):
        scaler = Standardizer().fit(inputs)
        scaler.scale = np.maximum(scaler.scale, floor)
        model = names["trained"](seed, scaler.transform(inputs))
        right[floor] = [
            names["accuracy"](
                model.predict(scaler.transform(rows)), names["labels"]
            )
            for rows in (names["inputs"], names["grainy"])
        ]
    assert bad[0] - 0.03 < right[0][1] < bad[1] + 0.03
    assert better[0] - 0.02 < right[0.05][1] < better[1] + 0.02
    assert abs(right[0][0] - right[0.05][0]) < 0.03
    assert abs(right[0.05][0] - right[0.05][1]) < 0.04


def test_without_biases_a_factor_passes_through():
    reason(PAGE, "Without biases the scores would be 255 times as")
    names = script()
    model, inputs = copy.deepcopy(names["models"][0]), names["inputs"]
    plain, large = model.forward(inputs), model.forward(255 * inputs)
    assert np.abs(large - 255 * plain).max() > 1
    for part in (model.parts[0], model.parts[2]):
        part.biases[:] = 0
    plain, large = model.forward(inputs), model.forward(255 * inputs)
    np.testing.assert_allclose(large, 255 * plain, rtol=1e-9, atol=1e-8)


def test_bytes_wrap_around_and_floats_do_not():
    reason(PAGE, "Below 0 it goes on at 255: the black background minus 100")
    pixels = np.array([0, 50, 100, 200], np.uint8)
    wrapped = pixels - np.uint8(100)
    assert wrapped[0] == 156
    np.testing.assert_array_equal(
        pixels.astype(float) - 100, [-100, -50, 0, 100]
    )
    np.testing.assert_array_equal(255 - pixels, 255 - pixels.astype(int))


def test_a_prediction_between_the_passes_mixes_two_batches():
    reason(PAGE, "so they now keep the inputs of the test pictures")
    names = script()
    model = copy.deepcopy(names["models"][0])
    batch, labels = names["batch"], names["of_batch"]

    def gradient(look):
        model.loss.forward(model.forward(batch), labels)
        if look is not None:
            model.predict(look)
        model.backward()
        return model.parts[0].d_weights.copy()

    alone = gradient(None)
    np.testing.assert_array_equal(gradient(batch), alone)
    apart = np.abs(gradient(names["inputs"][:50]) - alone).max()
    assert apart > 0.1 * np.abs(alone).max()
