"""Chapter 26: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.convolution import Conv2D, GlobalMeanPool
from nnfs_code.gradient_check import check
from reasons import reason
from script_26 import names, script


def test_exercise_1_by_hand():
    left = script()
    picture = np.array([[2.0, 0, 1], [1, 3, 0], [0, 1, 2]])
    pattern = np.array([[1.0, -1], [0, 2]])
    found = left["slide"](picture, pattern)
    np.testing.assert_array_equal(found, [[8, -1], [0, 7]])
    turned = left["slide"](picture, pattern[::-1, ::-1])
    np.testing.assert_array_equal(turned, [[6, -3], [3, 7]])
    assert found[1, 1] == turned[1, 1]


def test_exercise_2_all_three_see_equally_far():
    smallest = claim("26-convolution", "The smallest has {} weights")
    reach = script()["reach"]
    kinds = {
        2 * 16 * 16 * 9: [("", 3, 1, 1)] * 2,
        16 * 16 * 25: [("", 5, 1, 1)],
        16 * 16 * 9: [("", 3, 1, 2)],
    }
    assert min(kinds) == smallest
    assert {reach(steps)[-1][1] for steps in kinds.values()} == {5}


def test_exercise_3_a_convolution_is_a_dense_layer():
    left = names()
    table, picture = left["table"], left["picture"]
    outputs = left["slide"](picture, left["pattern"])
    np.testing.assert_allclose(picture.ravel() @ table, outputs.ravel())
    back = left["d_answers"].ravel() @ table.T
    np.testing.assert_allclose(back, left["d_picture"].ravel())
    assert np.count_nonzero(table) == 12


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_exercise_4_is_the_backward_pass_of_a_convolution(stride):
    rng = np.random.default_rng(0)
    layer = Conv2D(1, 1, 3, stride=stride, rng=rng, dtype=np.float64)
    shape = 1, 1, 3 + 2 * stride, 3 + 3 * stride
    slopes = rng.standard_normal(layer.forward(np.ones(shape)).shape)
    found = script()["enlarge"](slopes[0, 0], layer.weights[0, 0], stride)
    np.testing.assert_allclose(found, layer.backward(slopes)[0, 0])


def test_a_picture_whose_channels_differ_shows_the_wrong_axes():
    reason(
        "26-convolution",
        "`reshape` keeps the numbers in their order and cuts them anew, so a"
        " pure red picture becomes a mixture",
    )
    rng = np.random.default_rng(0)
    last = rng.random((2, 4, 4, 3)) * [1, 2, 3]
    expected = last.mean(axis=(1, 2))
    pool = GlobalMeanPool()
    np.testing.assert_allclose(
        pool.forward(last.transpose(0, 3, 1, 2)), expected
    )
    wrong = pool.forward(last.reshape(2, 3, 4, 4))
    assert np.abs(wrong - expected).max() > 0.3
    grey = last[..., :1]  # the control: with one channel nothing is mixed
    np.testing.assert_allclose(
        pool.forward(grey.reshape(2, 1, 4, 4)), grey.mean(axis=(1, 2))
    )


def test_the_gradient_check_finds_a_filter_that_is_not_turned():
    reason(
        "26-convolution",
        "finds it at once, unless each filter looks the same after half a"
        " turn",
    )
    rng = np.random.default_rng(0)
    layer = names()["Unturned"](2, 3, 3, rng=rng, dtype=np.float64)
    inputs = rng.standard_normal((2, 2, 5, 5))
    assert not check(layer, inputs).agrees
    layer.weights += layer.weights[:, :, ::-1, ::-1].copy()
    assert check(layer, inputs).agrees
