"""The easy data set: its shapes, its geometry, and its refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.data import vertical


@given(
    n=st.integers(1, 60),
    classes=st.integers(1, 6),
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_there_are_as_many_points_of_each_class(n, classes, seed, dtype):
    rng = np.random.default_rng(seed)
    points, labels = vertical(n, classes, rng=rng, dtype=dtype)
    assert points.shape == (n * classes, 2)
    assert points.dtype == dtype
    assert (np.abs(points[:, 1]) <= 1).all()
    np.testing.assert_array_equal(np.bincount(labels), [n] * classes)


def test_with_known_noise_the_points_are_where_the_formula_puts_them():
    class Known:
        def normal(self, mean, spread, size):
            assert (mean, spread) == (0, 0.4 / 4)
            return np.full(size, 0.1)

        def uniform(self, low, high, size):
            assert (low, high) == (-1, 1)
            return np.linspace(low, high, size)

    points, labels = vertical(2, 4, rng=Known(), dtype=np.float64)
    across = [-0.75, -0.75, -0.25, -0.25, 0.25, 0.25, 0.75, 0.75]
    np.testing.assert_allclose(points[:, 0], np.add(across, 0.1), atol=1e-15)
    np.testing.assert_allclose(points[:, 1], np.linspace(-1, 1, 8))
    np.testing.assert_array_equal(labels, [0, 0, 1, 1, 2, 2, 3, 3])


def test_nearly_every_point_is_nearest_to_the_middle_of_its_band():
    rng = np.random.default_rng(0)
    points, labels = vertical(20_000, 3, rng=rng, dtype=np.float64)
    middles = np.array([-2 / 3, 0, 2 / 3])
    nearest = np.abs(points[:, :1] - middles).argmin(axis=1)
    # Beyond 1/3 from the middle, 2.5 spreads: 0.6 % on each inner side.
    assert 0.98 < (nearest == labels).mean() < 0.995


def test_the_same_generator_state_gives_the_same_points():
    first = vertical(10, 3, rng=np.random.default_rng(5))[0]
    again = vertical(10, 3, rng=np.random.default_rng(5))[0]
    other = vertical(10, 3, rng=np.random.default_rng(6))[0]
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(("n", "classes"), [(0, 3), (10, 0), (-1, 2)])
def test_bands_without_points_are_refused(n, classes):
    message = f"^vertical expected n_.* of at least 1, got {min(n, classes)}"
    with pytest.raises(ValueError, match=message):
        vertical(n, classes, rng=np.random.default_rng(0))


def test_bands_are_counted_in_whole_numbers():
    rng = np.random.default_rng(0)
    for n, classes in [(10.0, 3), (10, 3.0), (True, 3), (10, True)]:
        message = "^vertical expected n_.* as a whole"
        with pytest.raises(TypeError, match=message):
            vertical(n, classes, rng=rng)


def test_points_of_whole_numbers_are_refused():
    with pytest.raises(TypeError, match=r"^vertical expected dtype float32"):
        vertical(10, 3, rng=np.random.default_rng(0), dtype=int)
