"""What a network sees: slopes of scores, covered squares, moved pictures."""

import re

import numpy as np
import pytest
from scipy import ndimage

from nnfs_code.activations import ReLU
from nnfs_code.convolution import Conv2D, Flatten, GlobalMeanPool, MaxPool2D
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.seeing import (
    fooling,
    grad_cam,
    moved,
    occlusion,
    one_score,
    saliency,
    slopes_at,
    turned,
)


def network(seed=0, channels=1):
    rng, floats = np.random.default_rng(seed), np.float64
    conv = Conv2D(channels, 3, 3, padding=1, rng=rng, dtype=floats)
    last = Dense(3 * 3 * 3, 4, rng=rng, dtype=floats)
    last.weights *= 50
    parts = [conv, MaxPool2D(2), ReLU(), Flatten(), last]
    return Model(parts, SoftmaxCrossEntropy())


def pictures(n=2, channels=1, seed=1):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.2, 0.8, (n, channels, 6, 6))


@pytest.mark.parametrize("channels", [1, 2])
def test_saliency_is_the_size_of_the_numerical_slope(channels):
    model, some = network(channels=channels), pictures(2, channels)
    labels = np.array([3, 1])

    def scores():
        return model.forward(some)[[0, 1], labels].sum()

    expected = np.abs(numerical_gradient(scores, some)).max(axis=1)
    found = saliency(model, some, labels)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-8)
    other = saliency(model, some, np.array([0, 1]))
    assert np.abs(found[0] - other[0]).max() > 0.1  # negative control


@pytest.mark.parametrize("at", range(5))
def test_slopes_at_each_part_agree_with_small_steps(at):
    model, some = network(), pictures()
    d_scores = np.random.default_rng(2).standard_normal((2, 4))
    reached, slopes = slopes_at(model, some, d_scores, at)
    values = some
    for part in model.parts[:at]:
        values = part.forward(values)
    np.testing.assert_array_equal(reached, values)

    def score():
        found = values
        for part in model.parts[at:]:
            found = part.forward(found)
        return float((found * d_scores).sum())

    values = values.copy()
    if at == 2:
        values[np.abs(values) < 1e-3] = 0.1  # off the kink of ReLU
        model.parts = model.parts[2:]
        _, slopes = slopes_at(model, values, d_scores)
        model.parts = network().parts[:2] + model.parts
    expected = numerical_gradient(score, values)
    np.testing.assert_allclose(slopes, expected, rtol=1e-5, atol=1e-8)


def test_the_model_is_left_alone():
    model, some = network(), pictures()
    before = [dict(vars(part)) for part in model.parts]
    labels = np.array([0, 1])
    saliency(model, some, labels)
    occlusion(model, some[0], 0, size=2)
    grad_cam(model, some, labels, at=3)
    fooling(model, some, labels, step=0.1)
    for part, kept in zip(model.parts, before, strict=True):
        assert vars(part).keys() == kept.keys()
        for name, value in kept.items():
            assert vars(part)[name] is value


def test_occlusion_covers_each_place_once():
    model, some = network(), pictures(1)
    found = occlusion(model, some[0], 2, size=3, fill=0.5)
    assert found.shape == (4, 4)
    for row, column in np.ndindex(4, 4):
        covered = some.copy()
        covered[0, :, row : row + 3, column : column + 3] = 0.5
        fall = model.forward(some)[0, 2] - model.forward(covered)[0, 2]
        assert found[row, column] == pytest.approx(fall, abs=1e-12)


def test_occlusion_of_a_sum_by_hand():
    """The score is the first pixel, twice: only squares on it matter."""
    layer = Dense(9, 1, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weights[:] = 0
    layer.weights[0] = 2
    model = Model([Flatten(), layer], SoftmaxCrossEntropy())
    picture = np.full((1, 3, 3), 0.25)
    found = occlusion(model, picture, 0, size=2)
    np.testing.assert_allclose(found, [[0.5, 0], [0, 0]])


def test_occlusion_of_a_picture_that_is_not_square():
    """One place is enough; and rows are not columns."""
    layer = Dense(6, 2, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weights[:] = np.arange(12.0).reshape(6, 2)
    model = Model([Flatten(), layer], SoftmaxCrossEntropy())
    found = occlusion(model, np.ones((1, 2, 3)), 1, size=2)
    np.testing.assert_allclose(found, [[1 + 3 + 7 + 9, 3 + 5 + 9 + 11]])
    found = occlusion(model, np.ones((1, 3, 2)), 0, size=2)
    np.testing.assert_allclose(found, [[0 + 2 + 4 + 6], [4 + 6 + 8 + 10]])
    square = Dense(4, 1, rng=np.random.default_rng(0), dtype=np.float64)
    model = Model([Flatten(), square], SoftmaxCrossEntropy())
    assert occlusion(model, np.ones((1, 2, 2)), 0, size=2).shape == (1, 1)


def test_grad_cam_behind_a_global_mean_is_the_class_activation_map():
    """With a mean behind the maps, the weights are those of the class."""
    rng = np.random.default_rng(0)
    conv = Conv2D(1, 4, 3, rng=rng, dtype=np.float64)
    last = Dense(4, 3, rng=rng, dtype=np.float64)
    last.weights[:, 0] = -np.abs(last.weights[:, 0])  # all maps against it
    parts = [conv, ReLU(), GlobalMeanPool(), last]
    model = Model(parts, SoftmaxCrossEntropy())
    some, labels = pictures(3), np.array([0, 2, 1])
    maps = ReLU().forward(conv.forward(some))
    weights = last.weights[:, labels].T[:, :, np.newaxis, np.newaxis]
    expected = np.maximum((weights * maps).sum(axis=1) / 16, 0)
    found = grad_cam(model, some, labels, at=2)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert found.max() > 0
    assert found.min() == 0


def test_fooling_steps_uphill_and_stays_in_range():
    model, some, labels = network(), pictures(), np.array([1, 2])
    loss = model.loss

    def total():
        return loss.forward(model.forward(some), labels)

    slopes = numerical_gradient(total, some)
    found = fooling(model, some, labels, step=0.01)
    expected = some + 0.01 * np.sign(
        np.where(np.abs(slopes) < 1e-9, 0, slopes)
    )
    np.testing.assert_allclose(found, expected, atol=1e-12)
    before = total()
    assert loss.forward(model.forward(found), labels) > before
    wide = fooling(model, some, labels, step=5.0)
    assert wide.min() == 0
    assert wide.max() == 1


def test_fooling_leaves_a_pixel_that_means_nothing():
    layer = Dense(4, 2, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weights[:] = [[0, 0], [1, -1], [-1, 1], [0, 0]]
    model = Model([Flatten(), layer], SoftmaxCrossEntropy())
    some = np.full((1, 1, 2, 2), 0.5)
    found = fooling(model, some, np.array([0]), step=0.1)
    np.testing.assert_allclose(found, [[[[0.5, 0.4], [0.6, 0.5]]]])


def test_fooling_keeps_the_float_type():
    rng = np.random.default_rng(0)
    parts = [Flatten(), Dense(36, 3, rng=rng)]
    model = Model(parts, SoftmaxCrossEntropy())
    some = pictures().astype(np.float32)
    found = fooling(model, some, np.array([0, 1]), step=0.1)
    assert found.dtype == np.float32


@pytest.mark.parametrize("down", [-6, -2, 0, 3, 6])
@pytest.mark.parametrize("right", [-6, -1, 0, 4])
def test_moved_is_what_scipy_moves(down, right):
    some = pictures()
    expected = ndimage.shift(some, (0, 0, down, right), order=0)
    np.testing.assert_array_equal(moved(some, down, right), expected)


@pytest.mark.parametrize("degrees", [0, 15, -40, 90, 180, 300])
def test_turned_is_what_scipy_turns(degrees):
    """On a picture with a dark edge: SciPy is stricter at the edge."""
    some = np.pad(pictures(), ((0, 0), (0, 0), (3, 3), (3, 4)))
    expected = ndimage.rotate(
        some, degrees, (3, 2), reshape=False, order=1, prefilter=False
    )
    found = turned(some, degrees)
    inside = (..., slice(2, -2), slice(2, -2))
    apart = np.abs(found - expected)[inside].max()
    mirrored = np.abs(turned(some, -degrees) - expected)[inside].max()
    assert apart < 1e-6
    if degrees % 180:
        assert mirrored > 0.05


def test_turned_by_quarters_loses_nothing():
    some = pictures()
    np.testing.assert_allclose(turned(some, 90), np.rot90(some, 1, (2, 3)))
    small = turned(some.astype(np.float32), 45)
    assert small.dtype == np.float32
    assert small[0, 0, 0, 0] == 0  # from outside


def test_what_turns_in_from_far_outside_is_0():
    found = turned(np.ones((1, 1, 16, 16)), 45)[0, 0]
    for corner in (found, found[::-1], found[:, ::-1], found[::-1, ::-1]):
        assert not corner[:3, :3][np.tri(3, dtype=bool)[::-1]].any()
    assert found[8, 8] == pytest.approx(1)


LABELS = np.array([0, 1])
FLAT = np.ones((2, 36))
PAIR = "(2, 36)"
FOUR = "pictures of shape (n_samples, channels, rows, columns), got "
REFUSED = [
    (
        lambda m, p: saliency(m, FLAT, LABELS),
        f"saliency expected {FOUR}{PAIR}",
    ),
    (
        lambda m, p: saliency(m, p, LABELS[:1]),
        "one_score expected labels of shape (2,), got (1,)",
    ),
    (
        lambda m, p: one_score(m, p, [0, 4]),
        "one_score expected labels from 0 to 3, got 0 to 4",
    ),
    (
        lambda m, p: one_score(m, p, [-1, 3]),
        "one_score expected labels from 0 to 3, got -1 to 3",
    ),
    (
        lambda m, p: slopes_at(m, p, FLAT, 5),
        "slopes_at expected a part from 0 to 4, got 5",
    ),
    (
        lambda m, p: slopes_at(m, p, FLAT, -1),
        "slopes_at expected a part from 0 to 4, got -1",
    ),
    (
        lambda m, p: occlusion(m, p[0, 0], 0, size=2),
        f"occlusion expected {FOUR}(1, 6, 6)",
    ),
    (
        lambda m, p: occlusion(m, p[0], 0, size=7),
        "occlusion expected a picture of at least 7 by 7, got (1, 6, 6)",
    ),
    (
        lambda m, p: occlusion(m, p[0], 0, size=0),
        "occlusion expected size of at least 1, got 0",
    ),
    (
        lambda m, p: occlusion(m, p[0], -1, size=2),
        "one_score expected labels from 0 to 3, got -1 to -1",
    ),
    (
        lambda m, p: occlusion(m, p[0], 4, size=2),
        "one_score expected labels from 0 to 3, got 4 to 4",
    ),
    (
        lambda m, p: grad_cam(m, FLAT, LABELS, at=3),
        f"grad_cam expected {FOUR}{PAIR}",
    ),
    (
        lambda m, p: grad_cam(m, p, LABELS, at=4),
        f"grad_cam at part 4 expected {FOUR}(2, 27)",
    ),
    (
        lambda m, p: fooling(m, FLAT, LABELS, step=1),
        f"fooling expected {FOUR}{PAIR}",
    ),
    (lambda m, p: moved(FLAT, 0, 0), f"moved expected {FOUR}{PAIR}"),
    (
        lambda m, p: moved(p[..., :4], 7, 0),
        "moved expected at most 6 down and 4 to the right, got (7, 0)",
    ),
    (
        lambda m, p: moved(p[..., :4], 0, -5),
        "moved expected at most 6 down and 4 to the right, got (0, -5)",
    ),
    (lambda m, p: turned(FLAT, 5), f"turned expected {FOUR}{PAIR}"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call(network(), pictures())


def test_pictures_of_whole_numbers_are_refused():
    message = "^turned expected pictures of dtype float32 or float64, got int"
    with pytest.raises(TypeError, match=message):
        turned(np.zeros((1, 1, 2, 2), int), 5)


@pytest.mark.parametrize(
    ("labels", "got"), [([True, True], "bool"), ([0.0, 1.0], "float64")]
)
def test_a_class_is_a_whole_number(labels, got):
    """Two bools would choose entries, and not the class 1 for both."""
    message = f"^one_score expected labels of an integer dtype, got {got}$"
    with pytest.raises(TypeError, match=message):
        saliency(network(), pictures(), labels)
    with pytest.raises(TypeError, match=message):
        occlusion(network(), pictures()[0], labels[1], size=2)
