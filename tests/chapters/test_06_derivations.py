"""The tagged formulas of chapter 6, held to the page and to numbers."""

import numpy as np
import pytest

from claims import derivation

RNG = np.random.default_rng(6)


def directions(size, count=20_000):
    """Return random rows of length 1."""
    rows = RNG.standard_normal((count, size))
    return rows / np.sqrt((rows**2).sum(axis=1, keepdims=True))


def test_a_slice_is_the_loss_over_a_plane():
    derivation(
        "06-introducing-optimization",
        "6.1",
        r"""\text{height}(a, b) = L(\theta + a \mathbf{u} + b \mathbf{v}).""",
    )
    # On a bowl the height over a plane is known: Pythagoras, if the two
    # directions stand at right angles to each other and to the place.
    place, ahead, aside = 3 * np.eye(5)[0], np.eye(5)[1], np.eye(5)[2]
    for a, b in RNG.uniform(-4, 4, (10, 2)):
        height = ((place + a * ahead + b * aside) ** 2).sum()
        assert height == pytest.approx(9 + a**2 + b**2)


@pytest.mark.parametrize("size", [2, 3, 21, 387])
def test_the_mean_square_of_the_cosine(size):
    derivation(
        "06-introducing-optimization",
        "6.2",
        r"\text{mean of } c^2 = \frac{1}{P}.",
    )
    best = directions(size, 1)[0]  # any direction, not an axis

    cosines = directions(size) @ best

    assert (cosines**2).mean() == pytest.approx(1 / size, rel=0.06)
    assert (cosines**2).mean() != pytest.approx(1 / (size + 1), rel=0.001)


@pytest.mark.parametrize("size", [2, 3, 21])
def test_the_new_distance_and_when_it_is_smaller(size):
    derivation(
        "06-introducing-optimization",
        "6.3",
        r"r_{\text{new}}^2 = r^2 + s^2 - 2 r s c.",
    )
    derivation(
        "06-introducing-optimization",
        "6.4",
        r"c > \frac{s}{2r}.",
    )
    place = RNG.normal(0, 2, size)
    r = np.sqrt(place @ place)
    for s in (0.1, 1.0, 3.0, 2 * r):
        steps = s * directions(size, 500)
        cosines = steps @ -place / (r * s)
        after = ((place + steps) ** 2).sum(axis=1)

        np.testing.assert_allclose(
            after, r**2 + s**2 - 2 * r * s * cosines, atol=1e-10
        )
        np.testing.assert_array_equal(after < r**2, cosines > s / (2 * r))
    # A sign that is turned would be seen.
    assert not np.allclose(after, r**2 + s**2 + 2 * r * s * cosines)


def test_half_of_all_directions_lead_down():
    """For a loss with any slope, if the step is small enough."""
    slope = RNG.normal(0, 1, 50)
    steps = 1e-4 * directions(50)

    assert (steps @ slope < 0).mean() == pytest.approx(0.5, abs=0.02)


def test_shares_in_two_and_three_dimensions():
    for bound in (0.1, 0.6, 0.9):
        flat, round_ = directions(2)[:, 0], directions(3)[:, 0]

        assert (flat > bound).mean() == pytest.approx(
            np.arccos(bound) / np.pi, abs=0.015
        )
        assert (round_ > bound).mean() == pytest.approx(
            (1 - bound) / 2, abs=0.015
        )
