"""The table of features per token: values, slopes, and what it refuses."""

import numpy as np
import pytest

from nnfs_code.activations import Tanh
from nnfs_code.embedding import Embedding, Joined
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam

TOKENS = np.array([[0, 3, 3], [1, 0, 3]])
LABELS = np.array([2, 0])


def table(seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return Embedding(4, 2, rng=rng, dtype=dtype)


def network(seed=0):
    rng = np.random.default_rng(seed)
    dense = Dense(6, 3, rng=rng, dtype=np.float64)
    dense.weights *= 50
    parts = [table(seed), Joined(), Tanh(), dense]
    return Model(parts, SoftmaxCrossEntropy())


def test_a_row_per_token_is_one_hot_times_the_table():
    layer = table()
    expected = np.eye(4)[TOKENS] @ layer.weights
    np.testing.assert_array_equal(layer.forward(TOKENS), expected)
    assert layer.forward(np.array([1])).shape == (1, 2)
    assert (layer.n_tokens, layer.n_features) == (4, 2)


def test_the_gradient_adds_up_per_token_by_hand():
    layer = table()
    layer.forward(np.array([2, 0, 2]))
    back = layer.backward(np.array([[1.0, 2.0], [10.0, 20.0], [3.0, 4.0]]))
    np.testing.assert_array_equal(
        layer.d_weights, [[10, 20], [0, 0], [4, 6], [0, 0]]
    )
    np.testing.assert_array_equal(back, np.zeros(3))


@pytest.mark.parametrize("fault", [0, 0.01])
def test_the_gradient_agrees_with_finite_differences(fault):
    model = network()
    weights = model.parts[0].weights
    model.loss.forward(model.forward(TOKENS), LABELS)
    model.backward()
    found = model.parts[0].d_weights * (1 + fault)
    expected = numerical_gradient(
        lambda: model.loss.forward(model.forward(TOKENS), LABELS), weights
    )
    close = np.allclose(found, expected, rtol=1e-5, atol=1e-8)
    assert close == (fault == 0)
    assert np.abs(expected[2]).max() == 0  # token 2 is nowhere


def test_a_model_takes_whole_numbers_and_whole_floats():
    model = network()
    before = model.parts[0].weights.copy()
    adam = Adam(0.1)
    losses = [model.train_step(TOKENS, LABELS, adam) for _ in range(60)]
    assert losses[-1] < 0.1 < losses[0]
    np.testing.assert_array_equal(model.parts[0].weights[2], before[2])
    chances = model.predict(TOKENS.astype(np.float64))
    np.testing.assert_array_equal(chances.argmax(axis=1), LABELS)


def test_it_is_saved_and_loaded(tmp_path):
    model = network()
    model.save(tmp_path / "m.npz")
    found = Model.load(tmp_path / "m.npz")
    np.testing.assert_array_equal(found.forward(TOKENS), model.forward(TOKENS))


@pytest.mark.parametrize(
    ("tokens", "kind", "words"),
    [
        ([0, 1], TypeError, "an array of tokens, got a list"),
        (np.array(["a"]), TypeError, "an array of tokens, got <U1"),
        (np.array([0.5]), ValueError, "whole-number tokens, got others"),
        (np.array([np.nan]), ValueError, "whole-number tokens, got others"),
        (np.array([], int), ValueError, "whole-number tokens, got none"),
        (np.array([-1, 2]), ValueError, "tokens 0 to 3, got -1 to 2"),
        (np.array([4]), ValueError, "tokens 0 to 3, got 4 to 4"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_what_is_refused(tokens, kind, words):
    with pytest.raises(kind, match=f"^Embedding expected {words}$"):
        table().forward(tokens)


@pytest.mark.parametrize(
    ("sizes", "dtype", "kind", "words"),
    [
        ((0, 2), "f4", ValueError, "n_tokens of at least 1, got 0"),
        ((2, 0), "f4", ValueError, "n_features of at least 1, got 0"),
        ((2, 2), "i8", TypeError, "dtype float32 or float64, got int64"),
    ],
)
def test_tables_that_are_refused(sizes, dtype, kind, words):
    rng = np.random.default_rng(0)
    with pytest.raises(kind, match=f"^Embedding expected {words}$"):
        Embedding(*sizes, rng=rng, dtype=dtype)


def test_the_first_rows_have_a_standard_deviation_of_1():
    weights = Embedding(200, 50, rng=np.random.default_rng(0)).weights
    assert weights.dtype == np.float32
    assert weights.mean() == pytest.approx(0, abs=0.03)
    assert weights.std() == pytest.approx(1, abs=0.03)


def test_tokens_of_any_whole_number_type_are_taken():
    layer = table()
    expected = layer.forward(TOKENS)
    for kind in (np.uint8, np.int16, np.float32):
        np.testing.assert_array_equal(
            layer.forward(TOKENS.astype(kind)), expected
        )


def test_backward_needs_forward_and_the_right_shape():
    layer, joined = table(), Joined()
    for part in (layer, joined):
        said = f"^{type(part).__name__}.backward expected forward to be called"
        with pytest.raises(RuntimeError, match=said):
            part.backward(np.zeros((1, 2)))
    layer.forward(TOKENS)
    said = r"^Embedding.backward expected d_outputs of shape \(2, 3, 2\), got "
    with pytest.raises(ValueError, match=rf"{said}\(2, 3, 1\)$"):
        layer.backward(np.zeros((2, 3, 1)))
    with pytest.raises(TypeError, match="d_outputs of dtype float64, got"):
        layer.backward(np.zeros((2, 3, 2), np.float32))


def test_joined_puts_the_features_side_by_side_and_apart_again():
    joined = Joined()
    inputs = np.arange(12.0).reshape(2, 3, 2)
    rows = joined.forward(inputs)
    assert rows.tolist() == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]
    np.testing.assert_array_equal(joined.backward(rows), inputs)
    joined.forward(inputs[:1])
    np.testing.assert_array_equal(joined.backward(rows[:1]), inputs[:1])
    joined.forward(inputs)
    said = r"^Joined.backward expected d_outputs of shape \(2, 6\), got "
    with pytest.raises(ValueError, match=rf"{said}\(2, 5\)$"):
        joined.backward(np.ones((2, 5)))
    with pytest.raises(TypeError, match="d_outputs of dtype float64, got"):
        joined.backward(np.ones((2, 6), np.float32))


def test_float_types_are_kept():
    layer = table(dtype=np.float32)
    outputs = layer.forward(TOKENS)
    back = layer.backward(np.ones_like(outputs))
    assert outputs.dtype == layer.d_weights.dtype == np.float32
    assert back.dtype == np.float32
