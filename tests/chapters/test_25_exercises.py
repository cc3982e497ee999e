"""Chapter 25: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from nnfs_code.callbacks import EarlyStopping
from nnfs_code.data import spiral
from nnfs_code.gradient_check import check
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.normalization import BatchNorm, RMSNorm
from nnfs_code.optimizers import SGD
from script_25 import SCRIPT, InTraining


def test_solution_1():
    norm = RMSNorm(2, epsilon=0, dtype=np.float64)
    np.testing.assert_allclose(
        norm.forward(np.array([[1.0, 7]])), [[0.2, 1.4]]
    )
    found = norm.backward(np.array([[25.0, 0]]))
    np.testing.assert_allclose(found, [[4.9, -0.7]])


@pytest.mark.parametrize(("factor", "kept"), [(1.6, True), (2.0, False)])
def test_solution_2(factor, kept):
    """One layer: the mean square is kept, or grows by a quarter."""
    rng = np.random.default_rng(2)
    values = rng.standard_normal((200, 64))
    ratios = []
    for _ in range(40):
        weights = rng.standard_normal((64, 64)) * np.sqrt(factor / 64)
        outputs = SCRIPT["leaky"](values @ weights)
        ratios.append((outputs**2).mean() / (values**2).mean())
    assert np.mean(ratios) == pytest.approx(1 if kept else 1.25, rel=0.02)


def trained_pair(dtype=np.float64):
    rng = np.random.default_rng(3)
    layer, norm = Dense(4, 3, rng=rng, dtype=dtype), BatchNorm(3, dtype=dtype)
    layer.weights *= 100
    layer.biases[:] = rng.normal(size=3)
    norm.gains[:], norm.biases[:] = rng.uniform(0.5, 2, (2, 1, 3))
    for _ in range(30):
        inputs = rng.normal(size=(8, 4)).astype(dtype)
        norm.forward(layer.forward(inputs), training=True)
    return layer, norm, inputs


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_solution_3(dtype):
    layer, norm, inputs = trained_pair(dtype)
    one = SCRIPT["fold"](layer, norm)
    both = norm.forward(layer.forward(inputs))
    close = 1e-12 if dtype == np.float64 else 1e-5
    np.testing.assert_allclose(one.forward(inputs), both, atol=close)
    in_training = norm.forward(layer.forward(inputs), training=True)
    assert np.abs(one.forward(inputs) - in_training).max() > 0.01


def test_solution_4():
    layer, norm, inputs = trained_pair()
    slopes = np.random.default_rng(4).normal(size=(8, 3))
    for training, nothing in ((True, True), (False, False)):
        norm.forward(layer.forward(inputs), training=training)
        layer.backward(norm.backward(slopes))
        assert (np.abs(layer.d_biases).max() < 1e-9) == nothing
        assert np.abs(layer.d_weights).max() > 0.01


def one_arm_at_a_time(model, points, arms):
    """The test of "Training left on": apart as together."""
    together = model.forward(points)
    apart = np.zeros_like(together)
    for k in range(3):
        apart[arms == k] = model.forward(points[arms == k])
    return bool(np.allclose(apart, together))


def test_one_arm_at_a_time_finds_training_left_on():
    model, points, arms = SCRIPT["late"](0)
    assert one_arm_at_a_time(model, points, arms)
    plain = model.forward

    def left_on(inputs, training=True):
        return plain(inputs, training=True)

    model.forward = left_on
    assert not one_arm_at_a_time(model, points, arms)


def small_model():
    rng = np.random.default_rng(0)
    parts = [
        Dense(2, 8, rng=rng, dtype=np.float64),
        BatchNorm(8, dtype=np.float64),
        Dense(8, 3, rng=rng, dtype=np.float64),
    ]
    points, arms = spiral(12, 3, rng=rng, dtype=np.float64)
    return Model(parts, SoftmaxCrossEntropy()), points, arms


def test_a_last_batch_of_one_stops_fit():
    model, points, arms = small_model()
    how = {"epochs": 1, "rng": np.random.default_rng(0)}
    with pytest.raises(ValueError, match="2 or more values per feature"):
        model.fit(points, arms, SGD(0.1), batch_size=5, **how)  # 36 points
    model, points, arms = small_model()
    model.fit(points, arms, SGD(0.1), batch_size=6, **how)


def test_early_stopping_leaves_the_running_numbers_as_they_are():
    model, points, arms = small_model()
    norm, noted = model.parts[1], []

    class Note:
        def after_epoch(self, epoch, history, model):
            noted.append((norm.gains.copy(), norm.running_means.copy()))

    stop = EarlyStopping(2)
    model.fit(
        points,
        arms,
        SGD(40.0),
        epochs=8,
        batch_size=6,
        rng=np.random.default_rng(0),
        validation=(points[::2], arms[::2]),
        callbacks=[Note(), stop],
    )
    assert stop.best_epoch < len(noted)
    gains, means = noted[stop.best_epoch - 1]
    np.testing.assert_array_equal(norm.gains, gains)
    assert (norm.running_means != means).all()
    np.testing.assert_array_equal(norm.running_means, noted[-1][1])


def test_the_check_finds_the_gradient_that_is_nearly_right():
    inputs = np.random.default_rng(1).normal(2, 3, (6, 4))
    assert check(InTraining(4, dtype=np.float64), inputs).agrees
    assert not check(SCRIPT["SizeForgotten"](4, dtype=float), inputs).agrees
