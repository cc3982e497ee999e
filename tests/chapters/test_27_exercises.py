"""Chapter 27: the solutions of its exercises."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.convolution import GlobalMeanPool
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.seeing import fooling, grad_cam
from script_27 import names


def test_exercise_1_the_parameters():
    assert 8 * (25 + 1) + 16 * (8 * 9 + 1) + (16 + 1) * 3 == 1427
    left = names()
    model = left["surface_network"](np.random.default_rng(0))
    assert left["n_parameters"](model) == 1427


def test_the_example_by_hand():
    fall, before, after = claim(
        "27-a-convolutional-network",
        "= {}$, from {} to {}: the answer is now the second class",
    )
    left = names()
    tiny, pixels = left["tiny"], left["pixels"]
    apart = []
    for one in (pixels, fooling(tiny, pixels, np.array([0]), step=0.2)):
        scores = tiny.forward(one)[0]
        apart.append(scores[0] - scores[1])
    assert apart == pytest.approx([before, after], abs=1e-9)
    assert before - after == pytest.approx(fall)
    weights = left["weights"]
    slopes = weights[:, 0] - weights[:, 1]
    np.testing.assert_array_equal(slopes, [2, 3, -2, 1])


def test_exercise_2_the_smallest_step():
    gap, smallest = claim(
        "27-a-convolutional-network",
        "It was {}, so $\\varepsilon = 1.4 / 8 = {}$",
    )
    assert smallest == pytest.approx(gap / 8)
    left = names()
    tiny, pixels = left["tiny"], left["pixels"]
    apart = []
    for step in (smallest - 0.01, smallest, smallest + 0.01):
        fooled = fooling(tiny, pixels, np.array([0]), step=step)
        one, other = tiny.forward(fooled)[0]
        apart.append(one - other)
        assert fooled.min() > 0
    assert apart == pytest.approx([0.08, 0, -0.08], abs=1e-9)


def test_exercise_3_grad_cam_by_hand():
    layer = Dense(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weights[:, 0] = 2, -1
    model = Model([GlobalMeanPool(), layer], SoftmaxCrossEntropy())
    maps = np.array([[[[1.0, 0], [0, 2]], [[0, 3], [1, 0]]]])
    found = grad_cam(model, maps, np.array([0]), at=0)
    np.testing.assert_allclose(found[0], [[0.5, 0], [0, 1]])
