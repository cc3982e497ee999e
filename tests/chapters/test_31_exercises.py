"""Chapter 31: solutions."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.attention import MultiHeadAttention
from nnfs_code.transformer import TransformerBlock
from script_31 import script


def test_exercise_1_by_hand():
    said = claim(
        "31-attention-and-the-transformer", "(The last one finds {}.)"
    )
    one, other = claim(
        "31-attention-and-the-transformer",
        "shares of $1 / (1 + e) = {}$ and {}, and finds",
    )
    assert 1 / (1 + np.e) == pytest.approx(one, abs=5e-4)
    assert np.e / (1 + np.e) == pytest.approx(other, abs=5e-4)
    weights = np.exp([0, 2, 4])
    assert weights @ [0, 1, 2] / weights.sum() == pytest.approx(said, abs=5e-4)


@pytest.mark.parametrize("d", [8, 64])
def test_exercise_2_count(d):
    said = claim("31-attention-and-the-transformer", "(With 64 it is {}.)")
    block = TransformerBlock(d, 2, rng=np.random.default_rng(0))
    count = sum(script()["sizes_of"](block))
    assert count == 12 * d * d + 13 * d
    assert d != 64 or count == said


@pytest.mark.parametrize("rotary", [False, True])
def test_exercise_3_the_bias_of_the_keys(rotary):
    rng = np.random.default_rng(1)
    layer = MultiHeadAttention(4, 2, rng=rng, rotary=rotary, dtype=np.float64)
    inputs = rng.normal(size=(3, 5, 4))
    layer.forward(inputs)
    layer.backward(rng.normal(size=inputs.shape))
    queries, keys, values = np.abs(layer.d_biases).reshape(3, 4).max(axis=1)
    assert min(queries, values) > 0.01
    assert keys > 0.01 if rotary else keys < 1e-12


def test_exercise_4_a_window():
    far = claim(
        "31-attention-and-the-transformer", "(With three, to place {}.)"
    )
    window = script()["Window"]
    values = np.random.default_rng(0).normal(size=(1, 9, 4))
    changed = values.copy()
    changed[:, 0] += 1
    for seed in range(3):
        layer = window(4, 2, rng=np.random.default_rng(seed), dtype=float)
        values, changed = layer.forward(values), layer.forward(changed)
    moved = np.abs(values - changed)[0].max(axis=1) > 0
    assert moved.nonzero()[0].max() + 1 == far
