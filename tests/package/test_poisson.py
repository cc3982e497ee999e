"""The loss of counts: laws, references, and what it refuses."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import mean_poisson_deviance

from nnfs_code.gradient_check import check
from nnfs_code.layers import Dense
from nnfs_code.losses import Poisson
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay

SIZES = st.tuples(
    st.integers(1, 20), st.integers(1, 4), st.integers(0, 10_000)
)


def batch(n, outputs, seed, dtype=np.float64):
    """Log rates from -2 to 3, and counts that are drawn by them."""
    rng = np.random.default_rng(seed)
    logs = rng.uniform(-2, 3, (n, outputs))
    return logs.astype(dtype), rng.poisson(np.exp(logs)).astype(dtype)


@given(SIZES)
def test_it_is_half_of_the_deviance(sizes):
    outputs, targets = batch(*sizes)
    found = Poisson().forward(outputs, targets)
    expected = mean_poisson_deviance(targets.ravel(), np.exp(outputs).ravel())
    assert found == pytest.approx(expected / 2, rel=1e-9, abs=1e-12)


@given(SIZES)
def test_it_is_what_the_best_rate_is_likelier(sizes):
    outputs, targets = batch(*sizes)
    best = poisson.logpmf(targets, np.maximum(targets, 1e-300))
    apart = best - poisson.logpmf(targets, np.exp(outputs))
    found = Poisson().sample_losses(outputs, targets)
    np.testing.assert_allclose(found, apart.mean(axis=1), atol=1e-9)
    assert (found >= -1e-12).all()


def test_by_hand_with_a_count_of_0_and_with_half_a_count():
    loss = Poisson()
    found = loss.sample_losses(
        np.log(np.array([[2.0], [3.0], [2.0]])),
        np.array([[0.0], [3.0], [0.5]]),
    )
    # 2 - 0.5 + 0.5 log(0.5 / 2) for the half.
    expected = [2, 0, 1.5 - np.log(2)]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    slopes = np.array([[2], [0], [1.5]]) / 3
    np.testing.assert_allclose(loss.backward(), slopes, atol=1e-12)


class Steeper(Poisson):
    """A loss whose gradient is wrong by one per cent."""

    def backward(self):
        return 1.01 * super().backward()


@given(SIZES)
def test_the_gradient_is_that_of_finite_differences(sizes):
    assert check(Poisson(), *batch(*sizes)).agrees


def test_a_gradient_that_is_wrong_by_a_hundredth_is_found():
    assert not check(Steeper(), *batch(5, 3, 0)).agrees


def test_a_neuron_finds_what_scikit_learn_finds():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(400, 2))
    targets = rng.poisson(np.exp(0.5 + inputs @ [0.7, -0.3])) * 1.0
    neuron = Dense(2, 1, rng=rng, dtype=np.float64)
    model, adam = Model([neuron], Poisson()), Adam(CosineDecay(0.1, 400))
    for _ in range(400):
        model.train_step(inputs, targets[:, np.newaxis], adam)
    line = PoissonRegressor(alpha=0, tol=1e-8).fit(inputs, targets)
    np.testing.assert_allclose(neuron.weights[:, 0], line.coef_, atol=1e-4)
    assert neuron.biases.item() == pytest.approx(line.intercept_, abs=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_keeps_the_float_type(dtype):
    outputs, targets = batch(6, 2, 1, dtype)
    loss = Poisson()
    assert loss.sample_losses(outputs, targets).dtype == dtype
    assert loss.backward().dtype == dtype


def test_it_can_be_saved(tmp_path):
    layer = Dense(2, 1, rng=np.random.default_rng(0))
    Model([layer], Poisson()).save(tmp_path / "one.npz")
    assert type(Model.load(tmp_path / "one.npz").loss) is Poisson


def test_what_it_refuses():
    loss = Poisson()
    with pytest.raises(RuntimeError, match="expected forward to be"):
        loss.backward()
    words = "Poisson expected targets from 0 on, got -1"
    with pytest.raises(ValueError, match=re.escape(words)):
        loss.forward(np.zeros((2, 1)), np.array([[1.0], [-1.0]]))
    with pytest.raises(ValueError, match="Poisson expected targets of shape"):
        loss.forward(np.zeros((2, 1)), np.zeros(2))
