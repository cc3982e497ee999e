"""The formulas of chapter 26, checked by small steps and by counting."""

import numpy as np
import pytest

from claims import derivation
from nnfs_code.convolution import Conv2D
from nnfs_code.gradient_check import numerical_gradient
from script_26 import script

RNG = np.random.default_rng(0)
PICTURE, PATTERN = RNG.standard_normal((5, 6)), RNG.standard_normal((3, 3))
SLOPES = RNG.standard_normal((3, 4))


def answers():
    found = np.zeros((3, 4))
    for r, c in np.ndindex(found.shape):
        for i, j in np.ndindex(PATTERN.shape):
            found[r, c] += PATTERN[i, j] * PICTURE[r + i, c + j]
    return found


def loss():
    return float((answers() * SLOPES).sum())


def test_the_answers():
    derivation(
        "26-convolution",
        "26.1",
        r"z_{r,c} = \sum_{i} \sum_{j} w_{i,j} \, x_{r+i,\,c+j} .",
    )
    np.testing.assert_allclose(answers(), script()["slide"](PICTURE, PATTERN))


@pytest.mark.parametrize("n", [7, 8, 13])
def test_how_many_windows(n):
    derivation(
        "26-convolution",
        "26.2",
        r"""m = \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1
""",
    )
    for k, p, s, d in ((3, 0, 1, 1), (2, 1, 2, 1), (3, 2, 3, 2), (1, 0, 2, 3)):
        places = [
            start
            for start in range(0, n + 2 * p, s)
            if start + d * (k - 1) < n + 2 * p
        ]
        m = (n + 2 * p - d * (k - 1) - 1) // s + 1
        assert m == len(places) == script()["side"](n, k, p, s, d)


def test_the_slopes_of_the_weights():
    derivation(
        "26-convolution",
        "26.3",
        r"\frac{\partial L}{\partial w_{i,j}} = \sum_{r} \sum_{c} g_{r,c} \,"
        r" x_{r+i,\,c+j} .",
    )
    found = np.zeros((3, 3))
    for i, j in np.ndindex(found.shape):
        for r, c in np.ndindex(SLOPES.shape):
            found[i, j] += SLOPES[r, c] * PICTURE[r + i, c + j]
    np.testing.assert_allclose(
        found, numerical_gradient(loss, PATTERN), atol=1e-8
    )


def test_the_slopes_of_the_picture():
    derivation(
        "26-convolution",
        "26.4",
        r"\frac{\partial L}{\partial x_{u,v}} = \sum_{i} \sum_{j} w_{i,j} \,"
        r" g_{u-i,\,v-j} ,",
    )
    found = np.zeros(PICTURE.shape)
    for u, v in np.ndindex(found.shape):
        for i, j in np.ndindex(PATTERN.shape):
            if 0 <= u - i < 3 and 0 <= v - j < 4:  # else it counts as 0
                found[u, v] += PATTERN[i, j] * SLOPES[u - i, v - j]
    np.testing.assert_allclose(
        found, numerical_gradient(loss, PICTURE), atol=1e-8
    )


def test_how_far_a_number_sees():
    derivation(
        "26-convolution",
        "26.5",
        r"v' = v + d(k - 1)\,a, \qquad a' = a\,s .",
    )
    sizes = [(3, 1, 1), (2, 2, 1), (3, 1, 2), (3, 2, 1)]
    steps = [("", *size) for size in sizes]
    parts = [
        Conv2D(1, 1, k, stride=s, dilation=d, rng=RNG, dtype=np.float64)
        for k, s, d in sizes
    ]
    for n in range(1, len(parts) + 1):
        values = RNG.standard_normal((1, 1, 40, 40))
        for part in parts[:n]:
            values = part.forward(values)
        seen = []
        for place in (1, 2):
            slopes = np.zeros_like(values)
            slopes[0, 0, 1, place] = 1
            for part in reversed(parts[:n]):
                slopes = part.backward(slopes)
            seen.append(np.flatnonzero(np.abs(slopes[0, 0]).sum(axis=0)))
        _, wide, apart = script()["reach"](steps)[n - 1]
        assert seen[0].max() - seen[0].min() + 1 == wide
        assert seen[1].min() - seen[0].min() == apart


def test_what_is_counted():
    derivation(
        "26-convolution",
        "26.6",
        r"""\text{parameters} = F (C k^2 + 1), \qquad
\text{operations} = 2 \, F C k^2 m_1 m_2
""",
    )
    layer = Conv2D(3, 5, 2, rng=RNG, dtype=np.float64)
    outputs = layer.forward(np.ones((1, 3, 7, 9)))
    places = outputs[0, 0].size
    parameters, operations = script()["count"](3, 5, 2, places)
    assert parameters == layer.weights.size + layer.biases.size
    assert parameters == 5 * (3 * 2**2 + 1)
    windows = outputs.size  # each answer is a sum of so many products
    assert operations == 2 * windows * layer.weights[0].size
