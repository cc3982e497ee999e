"""The data sets: their shapes, their geometry, and their refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.data import spiral


@given(
    n=st.integers(1, 60),
    classes=st.integers(1, 6),
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_a_spiral_has_as_many_points_of_each_class(n, classes, seed, dtype):
    rng = np.random.default_rng(seed)
    points, labels = spiral(n, classes, rng=rng, dtype=dtype)
    assert points.shape == (n * classes, 2)
    assert points.dtype == dtype
    np.testing.assert_array_equal(np.bincount(labels), [n] * classes)


@given(seed=st.integers(0, 2**32 - 1))
def test_the_radius_grows_evenly_along_each_arm(seed):
    rng = np.random.default_rng(seed)
    points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
    for arm in range(3):
        radius = np.hypot(*points[labels == arm].T)
        np.testing.assert_allclose(radius, np.linspace(0, 1, 50), atol=1e-12)


def test_with_known_noise_the_points_are_where_the_formula_puts_them():
    class Known:
        def normal(self, mean, spread, size):
            assert (mean, spread) == (0, 0.5)
            return np.full(size, 0.25)

    points, labels = spiral(3, 2, rng=Known(), dtype=np.float64)
    # Arm 0 at radius 0, 1/2, 1: angles 0, 5, 10; arm 1: 10, 15, 20 radians;
    # and the noise on top of each.
    by_hand = [
        [0, 0],
        [0.5 * np.sin(5.25), 0.5 * np.cos(5.25)],
        [np.sin(10.25), np.cos(10.25)],
        [0, 0],
        [0.5 * np.sin(15.25), 0.5 * np.cos(15.25)],
        [np.sin(20.25), np.cos(20.25)],
    ]
    np.testing.assert_allclose(points, by_hand, atol=1e-12)
    np.testing.assert_array_equal(labels, [0, 0, 0, 1, 1, 1])


def test_the_noise_on_the_angle_has_a_spread_of_half_a_radian():
    rng = np.random.default_rng(0)
    n = 20_000
    points, _ = spiral(n, 1, rng=rng, dtype=np.float64)
    radius = np.linspace(0, 1, n)
    angle = np.arctan2(points[:, 0], points[:, 1]) - 10 * radius
    off = (angle + np.pi) % (2 * np.pi) - np.pi
    assert abs(off[1:].mean()) < 0.02
    assert abs(off[1:].std() - 0.5) < 0.02


def test_the_same_generator_state_gives_the_same_points():
    first = spiral(10, 3, rng=np.random.default_rng(5))[0]
    again = spiral(10, 3, rng=np.random.default_rng(5))[0]
    other = spiral(10, 3, rng=np.random.default_rng(6))[0]
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(("n", "classes"), [(0, 3), (10, 0), (-1, 2)])
def test_a_spiral_without_points_is_refused(n, classes):
    message = f"spiral expected n_.* of at least 1, got {min(n, classes)}"
    with pytest.raises(ValueError, match=message):
        spiral(n, classes, rng=np.random.default_rng(0))


def test_a_spiral_counts_in_whole_numbers():
    rng = np.random.default_rng(0)
    assert len(spiral(np.int64(10), np.uint8(3), rng=rng)[1]) == 30
    for n, classes in [(10.0, 3), (10, 3.0), (True, 3), (10, True)]:
        with pytest.raises(
            TypeError, match=r"^spiral expected n_.* as a whole"
        ):
            spiral(n, classes, rng=rng)


def test_points_of_whole_numbers_are_refused():
    with pytest.raises(TypeError, match="spiral expected dtype float32"):
        spiral(10, 3, rng=np.random.default_rng(0), dtype=int)
