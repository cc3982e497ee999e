"""Numbers that the page of chapter 7 states about runs."""

import math

import numpy as np
import pytest

from claims import claim
from nnfs_code.gradient_check import numerical_derivative
from reasons import reason

FACTS = {
    "(7.1)": "the number of a formula",
    "(7.17)": "the number of a formula",
    "(7.18)": "the number of a formula",
    "about 0.24": "3 times 8 times 0.01, by hand in the same sentence",
    "by 0.03": "3 times 0.01, by hand in the same sentence",
    "measured with a step of 0.00001": "the default of numerical_derivative",
    "about 0.00000001 is right": "the run below it prints 1e-08",
    "about 0.000006 for": "the run below it prints 6e-06",
    "the bracket is −0.5": "2 times 1 plus 0.5 minus 3",
}
PAGE_SEEDS = range(5)


def cube(x):
    return x * x * x


def test_the_errors_of_the_cube_follow_the_step():
    forward = claim("07-derivatives", "10 times smaller: {}, {}, {}. The")
    central = claim("07-derivatives", "100 times smaller: {}, {}, {}.")

    for h, ahead, both in zip(
        (0.1, 0.01, 0.001), forward, central, strict=True
    ):
        assert (cube(2 + h) - cube(2)) / h - 12 == pytest.approx(
            ahead, rel=0.02
        )
        assert (cube(2 + h) - cube(2 - h)) / (2 * h) - 12 == pytest.approx(
            both, rel=0.01
        )


def test_ten_sigmoids_in_a_row():
    best, far, where = claim(
        "07-derivatives",
        "slope of the sigmoid is {} at best, and {} at an input of {}",
    )

    def slope(z):
        value = 1 / (1 + math.exp(-z))
        return value * (1 - value)

    z = np.linspace(-20, 20, 4001)
    assert max(slope(v) for v in z) == pytest.approx(best)
    assert slope(where) == pytest.approx(far, abs=5e-6)
    assert 0.5e-6 < best**10 < 1.5e-6  # "about one in a million"
    products, inner = np.ones_like(z), z
    for _ in range(10):
        inner = 1 / (1 + np.exp(-inner))
        products *= inner * (1 - inner)
    assert products.max() < 0.6 * best**10  # "less than"


def test_the_error_at_the_smallest_step():
    slope, low, high = claim(
        "07-derivatives", "the slope of {} is off by {} to {}."
    )
    assert slope == pytest.approx(3 * 1.7**2)

    x, h = 1.7, 1e-15
    forward = (cube(x + h) - cube(x)) / (x + h - x)
    central = (cube(x + h) - cube(x - h)) / (x + h - (x - h))

    off = sorted(abs(found - slope) for found in (forward, central))
    assert off == pytest.approx([low, high], abs=0.05)


def test_float32_leaves_little():
    slope = claim("07-derivatives", "The slope is {}. The best forward")
    x = np.float32(1.7)
    errors = []
    for power in np.arange(1, 6.5, 0.1):
        upper = x + np.float32(10**-power)
        rise = cube(upper) - cube(x)
        errors.append(abs(float(rise / (upper - x)) - slope))

    assert slope == pytest.approx(3 * 1.7**2)
    assert 0.001 < np.median(sorted(errors)[:5]) < 0.01  # the third place


def test_the_best_step_of_float32():
    reason(
        "07-derivatives",
        "the third decimal place and the central one in the fifth",
    )
    places = np.random.default_rng(0).uniform(1.6, 1.8, 2001)
    x = places.astype(np.float32)

    def usual(step, behind):
        upper = x + np.float32(step)
        lower = x - np.float32(step) if behind else x
        slopes = (cube(upper) - cube(lower)) / (upper - lower)
        return np.median(np.abs(slopes - 3 * x.astype(np.float64) ** 2))

    assert 1e-3 < usual(3e-4, behind=False) < 1e-2
    assert 1e-5 < usual(5e-3, behind=True) < 1e-4
    assert usual(1e-2, behind=True) > 2 * usual(5e-3, behind=True)


def test_the_secants_of_float32():
    low, middle, high, truth = claim(
        "07-derivatives", "slopes of {}, {} and {}, where {} is right."
    )
    x = np.float32(1.7)
    gap = float(np.spacing(x))
    near = (float(x) + np.arange(-6, 7) * gap).astype(np.float32)
    rises = np.diff(cube(near).astype(np.float64))

    assert sorted(set(np.round(rises / gap, 6))) == [low, middle, high]
    assert truth == pytest.approx(3 * 1.7**2)
    off = (cube(near).astype(float) - near.astype(float) ** 3) / gap
    assert np.abs(off).max() > 2


def one_sided(seed, h):
    """Return the median errors by the step asked for, by the real one."""
    xs = np.random.default_rng(seed).uniform(1, 2, 1001)
    moved = xs + h
    rises = cube(moved) - cube(xs)
    return [
        float(np.median(np.abs(rises / width / (3 * xs**2) - 1)))
        for width in (h, moved - xs)
    ]


def test_a_careless_division_can_be_lucky():
    careful, careless = claim(
        "07-derivatives", "median relative error of {} against {}."
    )
    gaps, short = claim(
        "07-derivatives",
        "1e-8 is {} of them. The float takes "
        "whole gaps only, so the step really taken is short "
        "by {} of a gap",
    )
    too_small, too_large = claim(
        "07-derivatives",
        "too small by {} parts in a billion. Truncation "
        "makes it too large by about {}.",
    )
    assert one_sided(0, 1e-8) == pytest.approx([careless, careful], rel=0.02)
    for seed in PAGE_SEEDS:
        by_asked, by_real = one_sided(seed, 1e-8)
        assert 1.6 < by_real / by_asked < 2.6  # "twice as bad"
        by_asked, by_real = one_sided(seed, 1.1e-8)
        assert by_real < by_asked

    assert gaps == pytest.approx(1e-8 / 2**-52, abs=0.005)
    assert gaps % 1 == pytest.approx(short, abs=0.005)
    assert short / gaps == pytest.approx(too_small * 1e-9, rel=0.02)
    xs = np.random.default_rng(0).uniform(1, 2, 1001)
    assert np.median(1e-8 / xs) == pytest.approx(too_large * 1e-9, rel=0.02)


def test_a_step_that_is_rounded_up():
    step, up = claim(
        "07-derivatives", "a step of {}, which is rounded up by {} of a gap"
    )

    gaps = step / 2**-52

    assert math.ceil(gaps) - gaps == pytest.approx(up, abs=0.01)


def test_two_steps_with_the_same_mistake():
    wrong, right = claim(
        "07-derivatives",
        "whose slope came out as {} where {} is right, and said: steady.",
    )
    gaps, whole, double, twice, share = claim(
        "07-derivatives",
        "1e-5 is {} gaps of float32 and is rounded to {}. Twice as much is "
        "{}, rounded to {}: the same proportion, so both slopes were wrong by "
        "the same {}.",
    )

    def rounded(x):
        return float(np.float32(x) * np.float32(x))

    slopes = [numerical_derivative(rounded, 3.0, h) for h in (1e-5, 2e-5)]
    gap = float(np.spacing(np.float32(3)))

    assert (gaps, double) == (round(1e-5 / gap, 2), round(2e-5 / gap, 2))
    assert (whole, twice) == (round(gaps), round(double))
    assert slopes == pytest.approx([wrong, wrong], abs=0.0005)
    assert wrong - right == pytest.approx(share)
    tenfold = numerical_derivative(rounded, 3.0, 1e-4)
    assert tenfold != pytest.approx(wrong, abs=0.001)


def noisy_square(rng):
    return lambda x: x * x + 0.001 * float(rng.standard_normal())


def test_noise_is_divided_by_the_step():
    low, high = claim("07-derivatives", "gave slopes from {} to {}.")
    assert -400 < low < -20
    assert 20 < high < 400
    for seed in PAGE_SEEDS:
        noisy = noisy_square(np.random.default_rng(seed))
        slopes = [numerical_derivative(noisy, 3.0) for _ in range(20)]
        assert min(slopes) < -20
        assert max(slopes) > 20


def test_the_gap_of_the_cube():
    value = claim("07-derivatives", "because a gap next to the cube, {}, is")

    assert value == pytest.approx(1.7**3)


@pytest.mark.parametrize(
    ("place", "stated"),
    [
        (
            1e6,
            claim(
                "07-derivatives",
                "where the gap is {}. The rise from one step behind to one "
                "step ahead is about {}: some {} gaps, good for five or six",
            ),
        ),
        (
            1e9,
            claim(
                "07-derivatives",
                "where the gap is {}. The rise is only about {}: some {} "
                "gaps, good for two or three digits",
            ),
        ),
    ],
)
def test_gaps_at_a_million_and_a_billion(place, stated):
    gap, rise, count = stated

    assert np.spacing(place**2) == pytest.approx(gap, rel=0.02)
    assert rise == pytest.approx(2 * place * 2e-5)
    assert rise / gap == pytest.approx(count, rel=0.15)
    digits = -math.log10(
        abs(numerical_derivative(lambda x: x * x, place) / (2 * place) - 1)
    )
    assert 2 < digits < 3 if place == 1e9 else 5 < digits < 6
