"""Reasons that the page of chapter 7 gives, each with its cause taken away."""

import math

import numpy as np
import pytest

from claims import claim
from nnfs_code.activations import ReLU, Softmax, Tanh
from nnfs_code.data import spiral
from nnfs_code.gradient_check import complex_step, numerical_derivative
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy
from reasons import reason

PAGE = "07-derivatives"
NOTEBOOK = "notebooks/07-error-curves"


@pytest.fixture(scope="module")
def script():
    """Return the chapter's script, run once."""
    from nnfs_code.chapters import ch07_derivatives

    return ch07_derivatives


def cube(x):
    return x * x * x


def test_the_even_term_is_the_same_on_both_sides():
    reason(
        PAGE,
        "The term with $h^2$ vanishes because it is the same in both lines",
    )

    def error(ahead, behind):
        rise = cube(2 + ahead) - cube(2 - behind)
        return abs(rise / (ahead + behind) - 12)

    def shrinks(behind):
        return error(1e-2, behind * 1e-2) / error(1e-3, behind * 1e-3)

    assert shrinks(behind=1) == pytest.approx(100, rel=0.01)
    # Half a step back: then the terms are not the same, and one h is left.
    assert shrinks(behind=0.5) == pytest.approx(10, rel=0.05)


def test_the_best_step_at_one_place_was_luck(script):
    reason(PAGE, "That was luck: over many places near 1.7 the usual error")

    places = np.linspace(1.65, 1.75, 2001)
    usual = [
        np.median([script.errors_at(x, h)[1] for x in places])
        for h in (1e-6, 6e-6)
    ]

    assert usual[0] > 3 * usual[1]
    assert script.errors_at(1.7, 1e-6)[1] < usual[0] / 3


def test_the_slope_of_a_mean_is_the_mean_of_the_slopes():
    reason(PAGE, "Because the loss is a mean over samples")
    inputs, targets = (0.5, -1.0, 2.0), (1.0, 0.3, -0.7)

    def losses(w):
        return [(w * x - y) ** 2 for x, y in zip(inputs, targets, strict=True)]

    def slope_of(combine):
        return numerical_derivative(lambda w: combine(losses(w)), 0.4)

    slopes = [
        numerical_derivative(lambda w, i=i: losses(w)[i], 0.4)
        for i in range(3)
    ]
    mean = sum(slopes) / 3
    assert slope_of(lambda found: sum(found) / 3) == pytest.approx(mean)
    assert slope_of(max) != pytest.approx(mean, rel=0.5)


def test_weights_between_sigmoids_are_factors_too(script):
    reason(
        PAGE,
        "In a network there are weights in between, and each is a factor too",
    )

    def slope_of_ten(weight, start):
        def chain(z):
            for _ in range(10):
                z = script.sigmoid(weight * z) - 0.5  # back to the middle
            return z

        return numerical_derivative(chain, start)

    assert slope_of_ten(1, 0.0) == pytest.approx(0.25**10, rel=1e-4)
    assert slope_of_ten(4, 0.0) == pytest.approx(1, rel=1e-4)
    assert slope_of_ten(4, 3.0) < 1e-4  # "only near the middle of the hill"


def test_the_miss_is_the_next_term_that_is_not_0():
    reason(PAGE, "the next term that was left out and is not 0")
    h = 0.01
    # Value, slope, second and third slope of the sine, at 0 and at 1.
    for at, terms in ((0, (0, 1, 0, -1)), (1, None)):
        s, c = math.sin(at), math.cos(at)
        terms = terms or (s, c, -s, -c)
        miss = math.sin(at + h) - terms[0] - terms[1] * h
        second, third = terms[2] * h**2 / 2, terms[3] * h**3 / 6
        if at == 0:
            assert second == 0
            assert miss == pytest.approx(third, rel=0.01)
        else:
            assert miss == pytest.approx(second, rel=0.02)


def test_gaps_of_the_values_make_the_secants_multiples_of_4():
    reason(
        PAGE,
        "because a gap next to the cube, 4.913, is four times as large as one "
        "next to 1.7",
    )

    def secants(x):
        x = np.float32(x)
        gap = np.spacing(x)
        near = (x + np.arange(-6, 7).astype(np.float32) * gap).astype(
            np.float32
        )
        rises = np.diff(cube(near).astype(np.float64))
        return np.spacing(cube(x)) / gap, rises / float(gap)

    ratio, slopes = secants(1.7)
    assert ratio == 4
    assert set(slopes) == {4, 8, 12}
    ratio, slopes = secants(1.1)  # the cube, 1.331, has the gap of its place
    assert ratio == 1
    assert (slopes % 4 != 0).any()


def test_without_a_subtraction_the_step_may_be_tiny():
    reason(PAGE, "because no two nearly equal values are subtracted")

    for h in (1e-12, 1e-15):
        rise = cube(1.7 + h) - cube(1.7 - h)
        central = rise / ((1.7 + h) - (1.7 - h))
        assert abs(central - 8.67) > 1e-6
        assert complex_step(cube, 1.7, h) == pytest.approx(8.67, rel=1e-14)


def test_two_errors_cancel_by_luck():
    reason(PAGE, "Two errors met and cancelled")
    xs = np.random.default_rng(1).uniform(1, 2, 1001)

    def median_error(function, slope, careful):
        moved = xs + 1e-8
        width = moved - xs if careful else 1e-8
        rises = function(moved) - function(xs)
        return np.median(np.abs(rises / width / slope(xs) - 1))

    def of_cube(careful):
        return median_error(cube, lambda x: 3 * x * x, careful)

    def of_line(careful):  # no truncation: only the careless error is left
        return median_error(lambda x: 2 * x, lambda x: 2 + 0 * x, careful)

    assert of_cube(careful=False) < 0.7 * of_cube(careful=True)
    assert of_line(careful=False) == pytest.approx(6e-9, rel=0.1)
    assert of_line(careful=True) == 0


def test_the_double_of_a_step_is_rounded_in_the_same_proportion(script):
    reason(PAGE, "the same proportion, so both slopes were wrong by the same")
    near, double, tenfold = (
        numerical_derivative(script.hidden_float32, 3.0, h)
        for h in (1e-5, 2e-5, 1e-4)
    )

    assert near == pytest.approx(double, rel=1e-6)
    assert abs(near - 6) > 0.005
    assert near != pytest.approx(tenfold, rel=1e-3)
    # A double that is not rounded to twice as many gaps gives it away,
    near, double = (
        numerical_derivative(script.hidden_float32, 3.0, h)
        for h in (1.2e-5, 2.4e-5)
    )
    assert near != pytest.approx(double, rel=1e-3)
    # and a tenfold that is rounded to ten times as many hides it.
    near, tenfold = script.two_slopes(script.hidden_float32, 5.0)
    assert near == pytest.approx(tenfold, rel=1e-6)
    assert near == pytest.approx(10.014, abs=0.001)


def test_whole_numbers_move_back_and_not_forward(script):
    reason(PAGE, "so a step *back* does move a 3")
    weights = np.array([3, -3])
    weights += np.array([0.9, 0.9]).astype(int)  # what the cut leaves

    def cut(value, index):
        weights[index] = value
        return float(weights[index])

    assert (cut(3.9, 0), cut(2.9, 0)) == (3, 2)
    assert (cut(-3.9, 1), cut(-2.9, 1)) == (-3, -2)
    assert not script.is_steady(script.square_of_first, 3.0)


def test_a_positive_factor_forgotten_still_walks_downhill(script):
    reason(PAGE, "three times too small still points downhill")

    def walked(factor):
        def loss(w):
            return (script.sigmoid(factor * w) - 0.8) ** 2

        w = -0.5
        for _ in range(300):
            out = script.sigmoid(factor * w)
            w -= 0.5 * 2 * (out - 0.8) * out * (1 - out)  # no factor
        return loss(-0.5), loss(w)

    before, after = walked(3)
    assert before > 0.3
    assert after < 1e-6
    before, after = walked(-3)
    assert after > 50 * before


def test_at_the_kink_every_step_gives_the_same_half(script):
    reason(PAGE, "because at 0 every step gives the same half")
    at_0 = [numerical_derivative(script.relu, 0.0, h) for h in (1e-5, 1e-3)]
    beside = [numerical_derivative(script.relu, 2e-6, h) for h in (1e-5, 1e-3)]

    assert at_0 == [0.5, 0.5]
    assert abs(beside[0] - beside[1]) > 0.05


def test_the_noise_is_divided_by_the_run():
    reason(PAGE, "the noise is divided by the small run")

    def spread(step, hold):
        rng = np.random.default_rng(7)

        def noisy(x):
            drawn = 0.4 if hold else float(rng.standard_normal())
            return x * x + 0.001 * drawn

        return np.ptp(
            [numerical_derivative(noisy, 3.0, step) for _ in range(200)]
        )

    assert spread(1e-5, hold=False) > 50 * spread(1e-3, hold=False)
    assert spread(1e-5, hold=True) == 0


def test_a_step_that_grows_keeps_the_digits(script):
    reason(
        PAGE,
        "With a step that grows with the place, the rise grows as fast as the "
        "square, and the digits stay",
    )
    for x in (1e6, 1e9):
        gap = np.spacing(x * x)
        assert 4 * x * 1e-5 / gap < 1e6  # the fixed step
        assert 4 * x * 1e-5 * x / gap > 1e10
        fixed = numerical_derivative(script.square, x) / (2 * x) - 1
        scaled = script.scaled_derivative(script.square, x) / (2 * x) - 1
        assert abs(scaled) < 1e-9 < 1e-7 < abs(fixed)


def network_of_the_notebook(activation, seed, straight=False):
    """Return a loss of one weight, what the neuron sees, and the weight."""
    rng = np.random.default_rng(seed)
    points, arms = spiral(100, 3, rng=rng, dtype=np.float64)
    dense1 = Dense(2, 64, rng=rng, dtype=np.float64)
    dense2 = Dense(64, 3, rng=rng, dtype=np.float64)
    dense1.weights *= 100
    dense2.weights *= 30

    def hidden(weight):
        dense1.weights[0, 0] = weight
        return dense1.forward(points)

    def loss(weight):
        scores = dense2.forward(activation.forward(hidden(weight)))
        if straight:
            return float(scores[:, 0].mean())
        probabilities = Softmax().forward(scores)
        return CategoricalCrossEntropy().forward(probabilities, arms)

    return loss, hidden, float(dense1.weights[0, 0])


def test_what_bends_behind_a_relu_makes_its_error():
    reason(NOTEBOOK, "So it is the straight line")

    def median_miss(activation, straight):
        misses = []
        for seed in range(10):
            loss, _, weight = network_of_the_notebook(
                activation, seed, straight
            )
            near, far = (
                numerical_derivative(loss, weight, h) for h in (1e-4, 1e-3)
            )
            misses.append(abs(far / near - 1))
        return np.median(misses)

    assert median_miss(ReLU(), straight=False) > 1e-9
    assert median_miss(ReLU(), straight=True) < 1e-10
    assert median_miss(Tanh(), straight=True) > 1e-8


def test_how_many_kinks_a_step_crosses():
    kinks = claim(
        "notebooks/07-error-curves", "so there are {} kinks somewhere"
    )
    least, most, mean = claim(
        "notebooks/07-error-curves",
        "reaches across {} to {} of them, {} on average.",
    )

    def crossed(seed, h):
        _, hidden, weight = network_of_the_notebook(ReLU(), seed)
        return np.sum((hidden(weight + h) > 0) != (hidden(weight - h) > 0))

    wide = [crossed(seed, 0.1) for seed in range(10)]
    assert (min(wide), max(wide)) == (least, most)
    assert np.mean(wide) == pytest.approx(mean)
    near = np.array([crossed(seed, 0.01) for seed in range(10)])
    assert set(near) == {0, 1, 2}
    assert (near > 0).sum() == 7  # "in seven of the ten networks"
    assert sum(crossed(seed, 0.001) == 0 for seed in range(10)) == 9
    points, _ = spiral(100, 3, rng=np.random.default_rng(0))
    assert np.count_nonzero(points[:, 0]) == kinks


def test_a_conjugate_turns_the_sign_of_the_rise():
    reason(PAGE, "In a number times its conjugate the two rises cancel.")

    assert complex_step(lambda z: z.conjugate(), 3.0) == -1
    assert complex_step(lambda z: z.conjugate() ** 2, 3.0) == -6
    assert complex_step(lambda z: z * z.conjugate(), 3.0) == 0


def test_over_a_wider_range_median_and_worst_part():
    reason(
        "notebooks/07-error-curves",
        "which varies by no more than a factor of four between 1 and 2",
    )

    def apart(low):
        x = np.random.default_rng(0).uniform(low, 2, 1000)
        slopes = (cube(x + 1e-3) - cube(x - 1e-3)) / 2e-3
        errors = np.abs(slopes / (3 * x * x) - 1)
        return errors.max() / np.median(errors)

    assert apart(1) < 4
    assert apart(0.1) > 20
