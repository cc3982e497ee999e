"""Model.predict: batches, no training, and the last step to probabilities."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.activations import ReLU, Sigmoid, Softmax
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    MeanSquaredError,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from nnfs_code.model import Model
from nnfs_code.optimizers import SGD
from nnfs_code.pictures import prepared

POINTS = np.random.default_rng(7).normal(size=(9, 2))


def dense(n_inputs, n_neurons, dtype=np.float64):
    rng = np.random.default_rng(n_neurons)
    layer = Dense(n_inputs, n_neurons, rng=rng, dtype=dtype)
    layer.weights *= 100
    layer.biases += 0.5
    return layer


def model(loss=None, *more, dtype=np.float64):
    parts = [dense(2, 8, dtype), ReLU(), dense(8, 3, dtype), *more]
    return Model(parts, loss or SoftmaxCrossEntropy())


@pytest.mark.parametrize(
    ("loss", "more", "last"),
    [
        (SoftmaxCrossEntropy(), (), Softmax()),
        (SigmoidCrossEntropy(), (), Sigmoid()),
        (CategoricalCrossEntropy(), (Softmax(),), None),
        (BinaryCrossEntropy(), (Sigmoid(),), None),
        (MeanSquaredError(), (), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_it_finishes_what_the_loss_has_inside_and_nothing_else(
    loss, more, last
):
    one = model(loss, *more)
    outputs = one.forward(POINTS)
    expected = outputs if last is None else last.forward(outputs)
    np.testing.assert_array_equal(one.predict(POINTS), expected)
    if last is not None:
        assert np.abs(outputs - expected).max() > 0.1


def test_by_hand():
    layer = dense(1, 2)
    layer.weights[:], layer.biases[:] = [[1, 0]], 0
    one = Model([layer], SoftmaxCrossEntropy())
    e = np.e
    np.testing.assert_allclose(
        one.predict(np.array([[1.0], [0.0]])),
        [[e / (e + 1), 1 / (e + 1)], [0.5, 0.5]],
    )


@given(size=st.integers(1, 12))
def test_the_batch_size_moves_last_bits_alone(size):
    one = model()
    np.testing.assert_allclose(
        one.predict(POINTS, batch_size=size), one.predict(POINTS), rtol=1e-12
    )


def test_it_goes_in_batches_of_that_size_and_in_order():
    seen = []

    class Watching(ReLU):
        def forward(self, inputs):
            seen.append(inputs.copy())
            return super().forward(inputs)

    one = Model([Watching(), dense(2, 3)], SoftmaxCrossEntropy())
    one.predict(POINTS, batch_size=4)
    assert [len(part) for part in seen] == [4, 4, 1]
    np.testing.assert_array_equal(np.concatenate(seen), POINTS)
    seen.clear()
    one.predict(np.tile(POINTS, (114, 1)))
    assert [len(part) for part in seen] == [1024, 2]


def test_dropout_is_off_and_draws_nothing():
    drop = Dropout(0.5, rng=np.random.default_rng(0))
    one = model(None)
    with_it = Model([*one.parts[:2], drop, one.parts[2]], one.loss)
    state = copy.deepcopy(drop.rng.bit_generator.state)
    np.testing.assert_array_equal(with_it.predict(POINTS), one.predict(POINTS))
    assert drop.rng.bit_generator.state == state
    drawn = with_it.forward(POINTS, training=True)  # the control
    assert np.abs(drawn - with_it.forward(POINTS)).max() > 0.1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_keeps_the_float_type_and_the_shape_of_the_last_outputs(dtype):
    found = model(dtype=dtype).predict(POINTS.astype(dtype))
    assert found.dtype == dtype
    assert found.shape == (9, 3)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)


def test_it_changes_no_parameter_and_no_loss():
    one = model()
    labels = np.arange(9) % 3
    one.train_step(POINTS, labels, sgd := SGD(0.1))
    weights = one.parts[0].weights.copy()
    gradient = one.loss.backward()
    one.predict(POINTS[:4])
    np.testing.assert_array_equal(one.parts[0].weights, weights)
    np.testing.assert_array_equal(one.loss.backward(), gradient)
    twin = model()
    twin.train_step(POINTS, labels, other := SGD(0.1))
    assert one.train_step(POINTS, labels, sgd) == twin.train_step(
        POINTS, labels, other
    )


@pytest.mark.parametrize(
    ("inputs", "settings", "words"),
    [
        (POINTS[0], {}, "one sample is inputs[np.newaxis]"),
        (np.array(1.0), {}, "inputs of shape (n_samples, …), got ();"),
        (POINTS[:0], {}, "inputs with samples, got an empty array"),
        (POINTS.tolist(), {}, "inputs as a plain array, got a list"),
        (POINTS.astype(np.uint8), {}, "dtype float32 or float64, got uint8"),
        (POINTS * np.nan, {}, "finite inputs, got NaN or infinity"),
        (POINTS, {"batch_size": 0}, "batch_size of at least 1, got 0"),
        (POINTS, {"batch_size": 2.0}, "batch_size as a whole number"),
    ],
)
def test_what_it_refuses(inputs, settings, words):
    one = model()
    with pytest.raises((TypeError, ValueError)) as error:
        one.predict(inputs, **settings)
    assert str(error.value).startswith("Model.predict expected ")
    assert words in str(error.value)
    assert not hasattr(one.parts[0], "inputs")


def test_inputs_of_another_width_are_refused_by_the_layer():
    with pytest.raises(ValueError, match=r"\(n_samples, 2\), got \(9, 1\)"):
        model().predict(POINTS[:, :1])


def test_what_was_saved_predicts_the_same(tmp_path):
    one = model()
    one.save(tmp_path / "model.npz")
    found = Model.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(found.predict(POINTS), one.predict(POINTS))


def test_a_prepared_photo_is_one_sample():
    photo = np.full((40, 30), 255, np.uint8)
    photo[10:30, 8:20] = 0
    row = prepared(photo).reshape(1, -1)
    model = Model([dense(784, 10)], SoftmaxCrossEntropy())
    assert model.predict(row).shape == (1, 10)
    assert model.predict(row).sum() == pytest.approx(1)
