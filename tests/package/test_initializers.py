"""Initial weights: their variance, their angles, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.initializers import glorot, he, orthogonal
from nnfs_code.layers import Dense

SIZES = st.integers(1, 12)


@pytest.mark.parametrize("shape", [(300, 200), (200, 300)])
@pytest.mark.parametrize(
    ("make", "variance"),
    [(glorot, lambda i, o: 2 / (i + o)), (he, lambda i, o: 2 / i)],
)
def test_the_variance_is_that_of_the_rule(make, variance, shape):
    weights = make(*shape, rng=np.random.default_rng(0))
    assert weights.shape == shape
    expected = variance(*shape)
    # Of 60,000 draws: four standard errors of a variance.
    assert weights.var() == pytest.approx(expected, rel=4 * (2 / 6e4) ** 0.5)
    assert abs(weights.mean()) < 4 * (expected / 6e4) ** 0.5
    kurtosis = (weights**4).mean() / weights.var() ** 2
    assert kurtosis == pytest.approx(3, abs=0.1)  # normal


@given(n_inputs=SIZES, n_neurons=SIZES, seed=st.integers(0, 10**6))
def test_columns_or_rows_are_at_right_angles(n_inputs, n_neurons, seed):
    rng = np.random.default_rng(seed)
    weights = orthogonal(n_inputs, n_neurons, rng=rng, gain=3.0)
    assert weights.shape == (n_inputs, n_neurons)
    short = weights if n_inputs >= n_neurons else weights.T
    np.testing.assert_allclose(
        short.T @ short, 9 * np.eye(short.shape[1]), atol=1e-12
    )


def test_a_square_one_keeps_every_length():
    rng = np.random.default_rng(1)
    points = rng.standard_normal((20, 8))
    lengths = np.linalg.norm(points, axis=1)
    turned = points @ orthogonal(8, 8, rng=rng)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), lengths)
    drawn = points @ (rng.standard_normal((8, 8)) / 8**0.5)
    assert np.abs(np.linalg.norm(drawn, axis=1) / lengths - 1).max() > 0.1


def test_no_direction_is_preferred():
    """QR alone gives the corners a fixed sign; both should be as likely."""
    firsts = [
        orthogonal(3, 3, rng=np.random.default_rng(s)) for s in range(400)
    ]
    signs = np.sign([np.diag(one) for one in firsts]).mean(axis=0)
    assert np.abs(signs).max() < 4 / 20  # four standard errors
    plain = [
        np.linalg.qr(np.random.default_rng(s).standard_normal((3, 3)))[0]
        for s in range(400)
    ]
    signs = np.sign([np.diag(one) for one in plain]).mean(axis=0)
    assert np.abs(signs).max() > 0.5


@pytest.mark.parametrize("make", [glorot, he, orthogonal])
def test_the_same_seed_gives_the_same_weights(make):
    one, two, other = (
        make(3, 4, rng=np.random.default_rng(seed)) for seed in (7, 7, 8)
    )
    np.testing.assert_array_equal(one, two)
    assert (one != other).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_dense_layer_takes_them_in_its_own_float_type(dtype):
    rng = np.random.default_rng(0)
    layer = Dense(5, 4, rng=rng, dtype=dtype)
    layer.weights[:] = he(5, 4, rng=rng)
    assert layer.weights.dtype == dtype
    assert layer.forward(np.ones((2, 5), dtype)).dtype == dtype


@pytest.mark.parametrize("make", [glorot, he, orthogonal])
@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ((0, 2), ValueError, "n_inputs of at least 1, got 0"),
        ((2, 0), ValueError, "n_neurons of at least 1, got 0"),
        ((2.0, 2), TypeError, "n_inputs as a whole number, got 2.0"),
    ],
)
def test_sizes_that_are_none_are_refused(make, sizes, error, message):
    with pytest.raises(error, match=f"^{make.__name__} expected {message}$"):
        make(*sizes, rng=np.random.default_rng(0))


@pytest.mark.parametrize("gain", [0.0, -1.0, np.inf, np.nan])
def test_a_gain_that_is_none_is_refused(gain):
    message = f"^orthogonal expected a gain above 0, got {gain}$"
    with pytest.raises(ValueError, match=message):
        orthogonal(2, 2, rng=np.random.default_rng(0), gain=gain)
