"""Bags of tokens: the vocabulary, naive Bayes, and a mean of rows."""

import numpy as np
import pytest

from nnfs_code.activations import ReLU
from nnfs_code.bags import MeanEmbedding, NaiveBayes, Vocabulary, sums_by
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam

TOKENS = np.array([[1, 3, 0], [3, 0, 0], [0, 0, 0]])
LABELS = np.array([2, 0, 1])


def layer(seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return MeanEmbedding(5, 2, rng=rng, dtype=dtype)


def network(seed=0):
    rng = np.random.default_rng(seed)
    dense = Dense(2, 3, rng=rng, dtype=np.float64)
    dense.weights *= 50
    return Model([layer(seed), ReLU(), dense], SoftmaxCrossEntropy())


def test_a_vocabulary_counts_texts_and_not_words():
    bags = [["a", "a", "a"], ["b", "c"], ["c", "b"], ["b"]]
    assert Vocabulary(bags).words == ["a", "b", "c"]
    known = Vocabulary(bags, 2)
    assert (known.words, known.n_tokens) == (["b", "c"], 3)
    rows = known.tokens([["c", "z", "c", "b"], [], ["z"]])
    assert rows.tolist() == [[1, 2], [0, 0], [0, 0]]
    assert known.tokens([["z"]]).tolist() == [[0]]
    assert known.tokens([]).shape == (0, 1)
    assert known.tokens([]).dtype == rows.dtype == np.int64


def test_a_vocabulary_needs_a_word():
    said = "^Vocabulary expected a word that occurs in 2 texts, got none$"
    with pytest.raises(ValueError, match=said):
        Vocabulary([["a"], ["b"]], 2)
    said = "^Vocabulary expected at_least of at least 1, got 0$"
    with pytest.raises(ValueError, match=said):
        Vocabulary([["a"]], 0)


def test_naive_bayes_by_hand():
    texts = np.array([[1, 2], [1, 0], [2, 3]])
    bayes = NaiveBayes(texts, np.array([0, 0, 1]), 4, 2)
    # Class 0 holds 1, 2, 1; class 1 holds 2, 3. One is added to each count.
    one = 3 / 5 * (3 / 6) * (2 / 6)
    two = 2 / 5 * (1 / 5) * (2 / 5)
    found = bayes.predict(np.array([[1, 2], [0, 0]]))
    np.testing.assert_allclose(
        found[0], [one / (one + two), two / (one + two)]
    )
    np.testing.assert_allclose(found[1], [3 / 5, 2 / 5])
    # With less added: 2.5 of 4 texts, and 2.5 of 4.5 words.
    less = NaiveBayes(texts, np.array([0, 0, 1]), 4, 2, 0.5)
    one, two = 2.5 / 4 * (2.5 / 4.5), 1.5 / 4 * (0.5 / 3.5)
    np.testing.assert_allclose(
        less.predict(np.array([[1]])), [[one / (one + two), two / (one + two)]]
    )


def test_naive_bayes_reads_long_texts_beside_short_ones():
    # Of 2000 words the product is far below the smallest float.
    texts = np.array([[1, 2], [1, 0], [2, 3]])
    bayes = NaiveBayes(texts, np.array([0, 0, 1]), 4, 2)
    rows = np.zeros((2, 2000), np.int64)
    rows[0] = 3
    rows[1, 0] = 1
    found = bayes.predict(rows)
    np.testing.assert_allclose(found[0], [0, 1], atol=1e-12)
    np.testing.assert_allclose(found[1], bayes.predict(rows[1:, :1])[0])


def test_naive_bayes_has_a_place_for_words_and_classes_without_a_text():
    bayes = NaiveBayes(np.array([[1]]), np.array([0]), 4, 3)
    assert bayes.logs[0].tolist() == [0, 0, 0]
    assert np.exp(bayes.prior).sum() == pytest.approx(1)
    one, other = 2 / 4 * (1 / 4), 1 / 4 * (1 / 3)  # (0 + 1) / (1 + 3) texts
    expected = np.array([one, other, other]) / (one + 2 * other)
    np.testing.assert_allclose(bayes.predict(np.array([[3]])), [expected])


@pytest.mark.parametrize(
    ("tokens", "labels", "strength", "words"),
    [
        (
            np.array([[5]]),
            np.array([0]),
            1.0,
            "Embedding expected tokens 0 to 4, got 5 to 5",
        ),
        (
            np.array([[1]]),
            np.array([3]),
            1.0,
            "NaiveBayes expected labels 0 to 2, got 3 to 3",
        ),
        (
            np.array([[1]]),
            np.array([0]),
            -1.0,
            "NaiveBayes expected strength at least 0 and less than inf, "
            "got -1.0",
        ),
    ],
)
def test_naive_bayes_says_what_is_wrong(tokens, labels, strength, words):
    with pytest.raises(ValueError, match=f"^{words}$"):
        NaiveBayes(tokens, labels, 5, 3, strength)


def test_a_mean_of_rows_by_hand():
    rows = layer()
    rows.weights[:] = [[9, 9], [1, 2], [0, 0], [3, 6], [0, 0]]
    expected = [[2, 4], [3, 6], [0, 0]]
    np.testing.assert_array_equal(rows.forward(TOKENS), expected)
    back = rows.backward(np.array([[2.0, 4.0], [1.0, 1.0], [5.0, 5.0]]))
    np.testing.assert_array_equal(
        rows.d_weights, [[0, 0], [1, 2], [0, 0], [2, 3], [0, 0]]
    )
    np.testing.assert_array_equal(back, np.zeros((3, 3)))


@pytest.mark.parametrize("fault", [0, 0.01])
def test_the_gradient_agrees_with_finite_differences(fault):
    model = network()
    model.loss.forward(model.forward(TOKENS), LABELS)
    model.backward()
    found = model.parts[0].d_weights * (1 + fault)
    expected = numerical_gradient(
        lambda: model.loss.forward(model.forward(TOKENS), LABELS),
        model.parts[0].weights,
    )
    close = np.allclose(found, expected, rtol=1e-5, atol=1e-8)
    assert close == (fault == 0)
    assert np.abs(expected[[0, 2, 4]]).max() == 0 < np.abs(expected).max()


def test_it_learns_and_is_saved(tmp_path):
    model, adam = network(), Adam(0.1)
    losses = [model.train_step(TOKENS, LABELS, adam) for _ in range(200)]
    assert losses[-1] < losses[0] / 2
    model.save(tmp_path / "m.npz")
    found = Model.load(tmp_path / "m.npz")
    np.testing.assert_array_equal(
        found.predict(TOKENS.astype(np.float64)),
        model.predict(TOKENS.astype(np.float64)),
    )


def test_float_types_are_kept():
    rows = layer(dtype=np.float32)
    outputs = rows.forward(TOKENS)
    rows.backward(np.ones_like(outputs))
    assert outputs.dtype == rows.d_weights.dtype == np.float32


def test_what_a_mean_of_rows_refuses():
    rows = layer()
    with pytest.raises(
        RuntimeError, match=r"^MeanEmbedding.backward expected"
    ):
        rows.backward(np.zeros((1, 2)))
    said = r"tokens of shape \(n_samples, width\), got \(2,\)$"
    with pytest.raises(ValueError, match=f"^MeanEmbedding expected {said}"):
        rows.forward(np.array([1, 2]))
    with pytest.raises(ValueError, match="tokens 0 to 4, got 1 to 5"):
        rows.forward(np.array([[1, 5]]))
    rows.forward(TOKENS)
    said = r"d_outputs of shape \(3, 2\), got \(3, 3, 2\)$"
    with pytest.raises(ValueError, match=said):
        rows.backward(np.zeros((3, 3, 2)))
    with pytest.raises(TypeError, match="d_outputs of dtype float64, got"):
        rows.backward(np.zeros((3, 2), np.float32))


def test_sums_of_nothing_are_zeros():
    none = sums_by(np.zeros(0, np.int64), np.zeros((0, 2)), 3)
    np.testing.assert_array_equal(none, np.zeros((3, 2)))
    few = sums_by(np.array([1]), np.ones((1, 2), np.float32), 2)
    assert (few.tolist(), few.dtype) == ([[0, 0], [1, 1]], np.float32)
