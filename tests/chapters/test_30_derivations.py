"""Formulas of chapter 30's page, checked against numbers."""

import numpy as np

from claims import derivation
from nnfs_code.activations import Softmax
from nnfs_code.embedding import Embedding
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.ngrams import WittenBell
from nnfs_code.sampling import tempered

RNG = np.random.default_rng(0)
PAIRS = RNG.integers(0, 4, (2, 60))


def test_bits_are_the_loss_divided():
    derivation(
        "30-embeddings-and-language-models",
        "30.1",
        r"\text{bits per token} = -\frac{1}{N} \sum_{i=1}^{N} \log_2 p_i"
        r" = \frac{\text{loss}}{\ln 2}",
    )
    scores, labels = RNG.normal(size=(9, 4)), RNG.integers(0, 4, 9)
    chances = Softmax().forward(scores)[np.arange(9), labels]
    loss = SoftmaxCrossEntropy().forward(scores, labels)
    np.testing.assert_allclose(-np.log2(chances).mean(), loss / np.log(2))


def bigram():
    layer = Embedding(4, 4, rng=np.random.default_rng(1), dtype=np.float64)
    loss = SoftmaxCrossEntropy()
    return layer, loss, lambda: loss.forward(layer.forward(PAIRS[0]), PAIRS[1])


def test_a_row_gets_the_sum():
    derivation(
        "30-embeddings-and-language-models",
        "30.2",
        r"\mathbf{x}_{\text{one hot}} \, \mathbf{W} = \mathbf{W}_t, \qquad"
        r" \frac{\partial L}{\partial \mathbf{W}_t} = \sum_{i \,:\, t_i = t}"
        r" \frac{\partial L}{\partial \mathbf{y}_i}",
    )
    layer, loss, value = bigram()
    value()
    layer.backward(loss.backward())
    expected = numerical_gradient(value, layer.weights)
    np.testing.assert_allclose(layer.d_weights, expected, rtol=1e-5, atol=1e-8)


def test_the_gradient_of_the_bigram_network():
    derivation(
        "30-embeddings-and-language-models",
        "30.3",
        r"\frac{\partial L}{\partial W_{ab}} = \frac{n_a}{N} \left( p_{ab} -"
        r" \frac{n_{ab}}{n_a} \right)",
    )
    layer, loss, value = bigram()
    value()
    layer.backward(loss.backward())
    counts = np.zeros((4, 4))
    np.add.at(counts, tuple(PAIRS), 1)
    after = counts.sum(axis=1, keepdims=True)
    gap = Softmax().forward(layer.weights) - counts / after
    np.testing.assert_allclose(layer.d_weights, after / 60 * gap, atol=1e-15)


def test_witten_bell():
    derivation(
        "30-embeddings-and-language-models",
        "30.4",
        r"p_m(t) = \frac{n_t + k \, p_{m-1}(t)}{n + k}, \qquad"
        r" p_{-1}(t) = \frac{1}{v}",
    )
    contexts, targets = PAIRS[0][:, np.newaxis], PAIRS[1]
    p_0, p_1 = (
        WittenBell(m, 27).fit(contexts, targets).probabilities(contexts[:1])
        for m in (0, 1)
    )
    n_t = np.bincount(targets, minlength=27)
    expected = (n_t + (n_t > 0).sum() / 27) / (60 + (n_t > 0).sum())
    np.testing.assert_allclose(p_0[0], expected)
    n_t = np.bincount(targets[PAIRS[0] == PAIRS[0, 0]], minlength=27)
    k = (n_t > 0).sum()
    np.testing.assert_allclose(p_1[0], (n_t + k * p_0[0]) / (n_t.sum() + k))


def test_temperature_divides_the_scores():
    derivation(
        "30-embeddings-and-language-models",
        "30.7",
        r"p_k' = \frac{p_k^{1/T}}{\sum_j p_j^{1/T}}"
        r" = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}}",
    )
    scores = RNG.normal(size=(5, 4))
    for temperature in (0.3, 2.0):
        np.testing.assert_allclose(
            tempered(Softmax().forward(scores), temperature),
            Softmax().forward(scores / temperature),
        )
