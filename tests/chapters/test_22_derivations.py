"""Formulas of chapter 22's page, checked against numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from claims import derivation
from nnfs_code.activations import Softmax
from nnfs_code.pictures import shares, shrink

RNG = np.random.default_rng(0)


def test_softmax():
    derivation(
        "22-prediction",
        "22.1",
        r"p_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}",
    )
    scores = RNG.normal(size=(5, 7))
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(Softmax().forward(scores), expected)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 9))
def test_shrinking_is_a_product_from_both_sides(height, width, size):
    derivation(
        "22-prediction",
        "22.2",
        r"\mathbf{Q} = \mathbf{A}_{\text{rows}} \, \mathbf{P} \,"
        r" \mathbf{A}_{\text{columns}}^{\top}",
    )
    picture = RNG.random((height, width))
    rows, columns = shares(height, size), shares(width, size)
    np.testing.assert_allclose(
        shrink(picture, size), rows @ picture @ columns.T, atol=1e-12
    )
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    assert np.isclose(shrink(picture, size).mean(), picture.mean())


def test_a_scale_folded_into_a_layer():
    derivation(
        "22-prediction",
        "22.3",
        r"\frac{\mathbf{x} - \mathbf{m}}{\mathbf{s}} \, \mathbf{W} +"
        r" \mathbf{b} = \mathbf{x} \, \mathbf{W}' + \mathbf{b}', \qquad"
        r" W'_{ij} = \frac{W_{ij}}{s_i}, \qquad"
        r" \mathbf{b}' = \mathbf{b} - \mathbf{m} \, \mathbf{W}'",
    )
    x, m = RNG.normal(size=(4, 6)), RNG.normal(size=6)
    s, weights, b = (
        RNG.uniform(0.1, 3, 6),
        RNG.normal(size=(6, 3)),
        RNG.random(3),
    )
    folded = weights / s[:, np.newaxis]
    np.testing.assert_allclose(
        (x - m) / s @ weights + b, x @ folded + (b - m @ folded)
    )
    wrong = b - m @ weights  # the shift through the weights as they were
    assert np.abs((x - m) / s @ weights + b - x @ folded - wrong).max() > 0.1
