"""The tagged formulas of chapter 31, held to the page and to numbers."""

import math

import numpy as np
import pytest

from claims import derivation
from nnfs_code.attention import (
    MultiHeadAttention,
    attend,
    attend_backward,
    rotated,
    sinusoidal_positions,
    softmax,
    softmax_backward,
)
from nnfs_code.gradient_check import numerical_derivative, numerical_gradient
from nnfs_code.transformer import GELU, TransformerBlock

RNG = np.random.default_rng(31)
Q, K = RNG.normal(size=(4, 3)), RNG.normal(size=(5, 3))
V = RNG.normal(size=(5, 2))
G = RNG.normal(size=(4, 2))


def loss():
    """Return a loss of the outputs whose gradient is G."""
    return float((attend(Q, K, V)[0] * G).sum())


def test_scaled_dot_products():
    derivation(
        "31-attention-and-the-transformer",
        "31.1",
        r"\mathbf{S} = \frac{\mathbf{Q} \mathbf{K}^\top}{\sqrt{d}}, \qquad"
        r" \mathbf{A} = \operatorname{softmax}(\mathbf{S}), \qquad"
        r" \mathbf{O} = \mathbf{A} \mathbf{V}",
    )
    scores = np.exp(Q @ K.T / np.sqrt(3))
    shares = scores / scores.sum(axis=1, keepdims=True)
    found, taken = attend(Q, K, V)
    np.testing.assert_allclose(taken, shares)
    np.testing.assert_allclose(found, shares @ V)


@pytest.mark.parametrize("d", [4, 64])
def test_the_variance_of_a_score(d):
    derivation(
        "31-attention-and-the-transformer",
        "31.2",
        r"\operatorname{Var}\Bigl(\sum_{i=1}^{d} q_i k_i\Bigr) ="
        r" \sum_{i=1}^{d} \operatorname{Var}(q_i k_i) = d",
    )
    q, k = RNG.standard_normal((2, 20_000, d))
    assert (q * k).sum(axis=1).var() == pytest.approx(d, rel=0.06)
    assert (q * k).var(axis=0).sum() == pytest.approx(d, rel=0.06)


def test_back_through_softmax():
    derivation(
        "31-attention-and-the-transformer",
        "31.3",
        r"\frac{\partial L}{\partial s_j} = \sum_k g_k \, a_k (\delta_{kj}"
        r" - a_j) = a_j \Bigl( g_j - \sum_k a_k g_k \Bigr)",
    )
    s, g = RNG.normal(size=(1, 5)), RNG.normal(size=(1, 5))
    expected = numerical_gradient(lambda: (softmax(s) * g).sum(), s)
    a = softmax(s)
    by_delta = ((g * a).T * (np.eye(5) - a)).sum(axis=0)
    np.testing.assert_allclose(by_delta, expected[0], rtol=1e-6)
    np.testing.assert_allclose(a * (g - (a * g).sum()), expected, rtol=1e-6)
    np.testing.assert_allclose(softmax_backward(a, g), expected, rtol=1e-6)


def test_to_values_and_shares():
    derivation(
        "31-attention-and-the-transformer",
        "31.4",
        r"\frac{\partial L}{\partial \mathbf{V}} = \mathbf{A}^\top \mathbf{G},"
        r" \qquad \frac{\partial L}{\partial \mathbf{A}} ="
        r" \mathbf{G} \mathbf{V}^\top",
    )
    _, shares = attend(Q, K, V)
    expected = numerical_gradient(loss, V)
    np.testing.assert_allclose(shares.T @ G, expected, rtol=1e-6, atol=1e-9)
    slopes = numerical_gradient(lambda: (shares @ V * G).sum(), shares)
    np.testing.assert_allclose(G @ V.T, slopes, rtol=1e-6, atol=1e-9)


def test_to_queries_and_keys():
    derivation(
        "31-attention-and-the-transformer",
        "31.5",
        r"\frac{\partial L}{\partial \mathbf{Q}} = \frac{1}{\sqrt{d}}"
        r" \frac{\partial L}{\partial \mathbf{S}} \mathbf{K}, \qquad"
        r" \frac{\partial L}{\partial \mathbf{K}} = \frac{1}{\sqrt{d}}"
        r" \Bigl(\frac{\partial L}{\partial \mathbf{S}}\Bigr)^{\!\top}"
        r" \mathbf{Q}",
    )
    _, shares = attend(Q, K, V)
    d_s = softmax_backward(shares, G @ V.T)
    of_q, of_k = d_s @ K / np.sqrt(3), d_s.T @ Q / np.sqrt(3)
    for found, values in ((of_q, Q), (of_k, K)):
        expected = numerical_gradient(loss, values)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-9)
    ours = attend_backward(G, Q, K, V, shares)
    np.testing.assert_allclose(ours[0], of_q)
    np.testing.assert_allclose(ours[1], of_k)


def test_heads_side_by_side():
    derivation(
        "31-attention-and-the-transformer",
        "31.6",
        r"[\mathbf{Q}, \mathbf{K}, \mathbf{V}] = \mathbf{X} \mathbf{W} +"
        r" \mathbf{b}, \qquad \mathbf{Y} = [\mathbf{O}_1, \dots,"
        r" \mathbf{O}_h] \, \mathbf{W}_o + \mathbf{b}_o",
    )
    layer = MultiHeadAttention(6, 3, rng=RNG, dtype=np.float64)
    layer.biases[:] = RNG.normal(size=(1, 18))
    xs = RNG.normal(size=(1, 4, 6))
    sums = xs[0] @ layer.weights + layer.biases
    heads = [
        attend(*(sums[:, 6 * part + 2 * h :][:, :2] for part in range(3)))[0]
        for h in range(3)
    ]
    expected = np.hstack(heads) @ layer.out_weights + layer.out_biases
    np.testing.assert_allclose(layer.forward(xs)[0], expected)


def test_waves():
    derivation(
        "31-attention-and-the-transformer",
        "31.7",
        r"p_{t, 2i} = \sin(t \, \theta_i), \qquad p_{t, 2i + 1} ="
        r" \cos(t \, \theta_i), \qquad \theta_i = 10{,}000^{-2i/d}",
    )
    rows = sinusoidal_positions(40, 6)
    for t in (0, 1, 17, 39):
        for i in range(3):
            angle = t * 10_000 ** (-2 * i / 6)
            pair = np.sin(angle), np.cos(angle)
            np.testing.assert_allclose(rows[t, 2 * i : 2 * i + 2], pair)
    speeds = 10_000 ** (-np.arange(0, 6, 2) / 6)
    for t, s in ((5, 3), (35, 33), (20, 2)):
        expected = np.cos((t - s) * speeds).sum()
        np.testing.assert_allclose(rows[t] @ rows[s], expected)


def turn(angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s], [-s, c]])


def test_turning_and_turning_back():
    derivation(
        "31-attention-and-the-transformer",
        "31.8",
        r"\mathbf{R}_\alpha = \begin{pmatrix} \cos \alpha & \sin \alpha \\"
        r" -\sin \alpha & \cos \alpha \end{pmatrix}, \qquad"
        r" \mathbf{R}_\alpha \mathbf{R}_\beta^\top ="
        r" \mathbf{R}_{\alpha - \beta}",
    )
    for a, b in RNG.normal(size=(5, 2)):
        np.testing.assert_allclose(turn(a) @ turn(b).T, turn(a - b))
        np.testing.assert_allclose(turn(a).T, turn(-a))
    row = RNG.normal(size=(1, 2))  # one pair: its speed is 1
    np.testing.assert_allclose(rotated(row, np.array([3])), row @ turn(3))


def test_only_the_difference_matters():
    derivation(
        "31-attention-and-the-transformer",
        "31.9",
        r"\bigl(\mathbf{q} \, \mathbf{R}_{t\theta}\bigr) \bigl(\mathbf{k} \,"
        r" \mathbf{R}_{s\theta}\bigr)^\top = \mathbf{q} \,"
        r" \mathbf{R}_{t\theta} \mathbf{R}_{s\theta}^\top \, \mathbf{k}^\top"
        r" = \mathbf{q} \, \mathbf{R}_{(t - s)\theta} \, \mathbf{k}^\top",
    )
    q, k = RNG.normal(size=(2, 1, 2))
    for t, s in ((3, 1), (13, 11), (4, 9)):
        found = rotated(q, np.array([t])) @ rotated(k, np.array([s])).T
        np.testing.assert_allclose(found, q @ turn(t - s) @ k.T)


def test_gelu():
    derivation(
        "31-attention-and-the-transformer",
        "31.10",
        r"u = 2c \, (z + a z^3), \qquad \operatorname{GELU}(z) = z \, \Phi(z)"
        r" \approx z \, \sigma(u)",
    )
    zs = np.linspace(-6, 6, 241)
    c, a = np.sqrt(2 / np.pi), 0.044715
    ours = zs / (1 + np.exp(-2 * c * (zs + a * zs**3)))
    np.testing.assert_allclose(GELU().forward(zs), ours, atol=1e-12)
    exact = [z * (1 + math.erf(z / math.sqrt(2))) / 2 for z in zs]
    assert np.abs(ours - exact).max() < 5e-4


@pytest.mark.parametrize("z", [-2.0, -0.3, 0.0, 1.5])
def test_the_slope_of_gelu(z):
    derivation(
        "31-attention-and-the-transformer",
        "31.11",
        r"\frac{d}{dz} \, z \, \sigma(u) = \sigma(u) + z \, \sigma(u)"
        r" \bigl(1 - \sigma(u)\bigr) \cdot 2c \, (1 + 3 a z^2)",
    )
    c, a = np.sqrt(2 / np.pi), 0.044715
    s = 1 / (1 + np.exp(-2 * c * (z + a * z**3)))
    slope = s + z * s * (1 - s) * 2 * c * (1 + 3 * a * z**2)
    gelu = GELU()
    expected = numerical_derivative(
        lambda x: float(gelu.forward(np.array([[x]])).item()), z
    )
    assert slope == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_a_pre_norm_block():
    derivation(
        "31-attention-and-the-transformer",
        "31.12",
        r"\begin{aligned} \mathbf{X}' &= \mathbf{X} + \operatorname{Attention}"
        r"(\operatorname{Norm}(\mathbf{X})), \\ \mathbf{X}'' &= \mathbf{X}'"
        r" + \operatorname{Dense}(\operatorname{GELU}(\operatorname{Dense}("
        r"\operatorname{Norm}(\mathbf{X}')))). \end{aligned}",
    )
    block = TransformerBlock(4, 2, rng=RNG, dtype=np.float64)
    xs = RNG.normal(size=(2, 3, 4))
    norm, attention = block.parts[0].parts
    middle = xs + attention.forward(norm.forward(xs))
    rows = middle.reshape(-1, 4)
    for part in block.parts[1].parts:
        rows = part.forward(rows)
    expected = middle + rows.reshape(xs.shape)
    np.testing.assert_allclose(block.forward(xs), expected)
