"""Reasons of chapter 10's page, each with its cause taken away."""

import math

import numpy as np
import pytest

from nnfs_code.activations import ReLU
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSProp,
)
from nnfs_code.schedules import CosineDecay, InverseTimeDecay
from reasons import reason

PAGE = "10-optimizers"


def walk(optimizer, curvatures, steps, start=1.0):
    """Return how far from the bottom a walk in a bowl ends."""
    curvatures = np.array(curvatures)
    place = np.full(len(curvatures), start)
    for _ in range(steps):
        optimizer.update([(place, curvatures * place)])
    return float(np.abs(place).max())


def test_the_steep_direction_forbids_the_rate():
    reason(PAGE, "The steep direction forbids every rate from 2/25 on")

    assert walk(SGD(0.081), [1.0, 25.0], 300) > 100
    assert walk(SGD(0.079), [1.0, 25.0], 300) < 0.01
    assert walk(SGD(0.081), [1.0], 300) < 1e-6  # the flat one alone


def test_a_better_setting_of_nesterov_for_bowls():
    reason(PAGE, "For quadratic ones alone it is not the best.")
    stated, better = Nesterov(1 / 100, 9 / 11), Nesterov(4 / 301, 0.793)

    assert walk(stated, [1.0, 100.0], 80) > 0.001
    assert walk(better, [1.0, 100.0], 80) < 0.001


def test_the_kept_velocity_raises_the_limit():
    reason(
        PAGE,
        "The velocity that is kept works against each jump across the bottom,"
        " because that jump goes the other way",
    )

    class Pushes(Momentum):
        """Turns the kept velocity, so that it goes with the next jump."""

        def update(self, pairs):
            if self.step > 0:
                self.velocities[0] *= -1
            super().update(pairs)

    assert walk(Momentum(3.7, momentum=0.9), [1.0], 300) < 1e-4
    assert walk(Momentum(3.9, momentum=0.9), [1.0], 300) > 1e4
    assert walk(Momentum(2.1, momentum=0.0), [1.0], 300) > 1e4
    assert walk(Pushes(0.5, momentum=0.9), [1.0], 300) > 1e4


def length_along(optimizer, gradient, steps=1):
    """Return the length of the last of some steps along a steady slope."""
    place, before = np.zeros(1), 0.0
    for _ in range(steps):
        before = float(place[0])
        optimizer.update([(place, np.array([gradient]))])
    return abs(float(place[0]) - before)


def test_old_steps_add_up_where_the_slope_keeps_its_direction():
    reason(
        PAGE,
        "Where the slope keeps its direction for long, or is mostly noise, the"
        " old steps add up to $1/(1 - \\mu)$ times the rate",
    )

    def shaken(optimizer):
        noise, place = np.random.default_rng(0), np.zeros(400)
        for _ in range(800):
            optimizer.update([(place, place + noise.normal(size=400))])
        return np.sqrt((place**2).mean())

    ball = Momentum(0.01, momentum=0.9)
    assert length_along(ball, 1.0, 200) == pytest.approx(0.1, rel=1e-6)
    plain, tenth, whole = (
        shaken(optimizer)
        for optimizer in (SGD(0.1), Momentum(0.01, 0.9), Momentum(0.1, 0.9))
    )
    assert tenth == pytest.approx(plain, rel=0.15)
    assert whole > 2 * plain


def test_a_gradient_divided_by_its_size_leaves_its_sign():
    reason(
        PAGE,
        "because a gradient that is divided by its own size leaves only its"
        " sign",
    )
    for kind in (AdaGrad, RMSProp):
        steep, flat = (length_along(kind(0.1), g, 50) for g in (3.0, 0.003))
        assert flat == pytest.approx(steep, rel=1e-3)
    steep, flat = (length_along(SGD(0.1), g, 50) for g in (3.0, 0.003))
    assert steep == pytest.approx(1000 * flat)


def test_a_mean_that_starts_at_zero_makes_the_first_step_long():
    reason(PAGE, "too long, because its mean starts at 0")
    warm = RMSProp(0.1, rho=0.9)
    warm.update([(np.zeros(1), np.zeros(1))])
    warm.squares[0][:] = 3.0**2  # the fair mean

    assert length_along(RMSProp(0.1, rho=0.9), 3.0) > 0.3
    assert length_along(warm, 3.0) == pytest.approx(0.1, rel=1e-6)


def test_the_uncorrected_steps_are_long_through_beta_2():
    reason(
        PAGE, "because $\\beta_2$ is so much nearer to 1 than $\\beta_1$: what"
    )
    reason(PAGE, "With 0.9 for both they would be too short")
    steps = np.arange(1, 100)
    lengths = [
        (1 - 0.9**steps) / np.sqrt(1 - beta_2**steps)
        for beta_2 in (0.999, 0.9)
    ]

    assert (lengths[0] > 3).all()
    assert (lengths[1] < 1).all()


def shrunk(kind, penalty):
    """Return two noisy weights after 1000 steps that also shrink them."""
    weights, optimizer = np.ones(2), kind(0.01)
    for step in range(1000):
        noise = np.array([10.0, 0.1]) * (-1) ** step
        if penalty:
            noise = noise + 0.1 * weights
        else:
            weights *= 1 - 0.01 * 0.1
        optimizer.update([(weights, noise)])
    return weights


def test_the_root_of_the_squares_divides_the_penalty_too():
    reason(
        PAGE,
        "because the penalty's gradient is divided by the root of the squares"
        " like all the rest",
    )
    loud, quiet = shrunk(Adam, penalty=True)
    assert loud > 0.8
    assert quiet < 0.01
    np.testing.assert_allclose(shrunk(Adam, penalty=False), 0.36, atol=0.02)
    np.testing.assert_allclose(
        shrunk(SGD, penalty=True), shrunk(SGD, penalty=False), atol=0.01
    )
    decoupled = np.ones(2)
    optimizer = AdamW(0.01, weight_decay=0.1)
    for step in range(1000):
        noise = np.array([10.0, 0.1]) * (-1) ** step
        optimizer.update([(decoupled, noise)])
    np.testing.assert_allclose(decoupled, shrunk(Adam, False), rtol=1e-9)


def turned(optimizer, degrees, most):
    """Return the steps through a ravine that is turned by an angle."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn, curvatures = np.array([[c, s], [-s, c]]), np.array([1.0, 100.0])
    place = np.array([1.0, 0.5]) @ turn
    for step in range(most):
        own = place @ turn.T
        if np.abs(own).max() < 0.001:
            return step
        optimizer.update([(place, (own * curvatures) @ turn)])
    return most


def test_a_rate_for_each_parameter_is_one_for_each_direction_on_axes_only():
    reason(
        PAGE,
        "this ravine runs along an axis, so that a rate for each parameter is"
        " a rate for each direction",
    )
    along, across = (
        min(turned(AdaGrad(rate), angle, 300) for rate in (0.3, 1.0, 3.0))
        for angle in (0, 30)
    )
    assert along < 30
    assert across > 200
    plain = [turned(SGD(2 / 101), angle, 1000) for angle in (0, 30)]
    assert plain[0] == plain[1]


def steps_from(optimizer, beside):
    """Return the steps that lead away from the saddle."""
    place = np.array([1.0, beside])
    while abs(place[1]) < 0.5:
        x, y = place
        optimizer.update([(place, np.array([x, y**3 - y]))])
    return optimizer.step


def test_descent_leaves_a_saddle_late_if_it_starts_near_the_line():
    reason(PAGE, "SGD needs 67 steps because it starts so near the line")

    assert steps_from(SGD(0.1), 0.001) == 67
    assert steps_from(SGD(0.1), 0.1) < 25
    assert steps_from(SGD(0.1), 0.0001) > 80
    assert steps_from(Adam(0.1), 0.0001) < 10


def test_a_decay_puts_the_walk_to_sleep():
    reason(
        PAGE,
        "not because it has arrived but because it has been put to sleep",
    )
    place, sleepy = np.array([1.0]), SGD(InverseTimeDecay(1.0, 0.01))
    for _ in range(10_000):
        sleepy.update([(place, 0.002 * place)])
    assert place[0] > 0.3
    awake = SGD(1.0)
    for _ in range(4000):
        awake.update([(place, 0.002 * place)])
    assert place[0] < 0.001


def test_a_new_optimizer_at_each_step_jumps_over_the_bottom():
    reason(
        PAGE,
        "Its first step has the length of the rate in every direction, however"
        " near the bottom is",
    )
    anew, kept, small = np.array([0.95]), np.array([0.95]), np.array([0.95])
    adam, falling = Adam(0.1), CosineDecay(0.1, 300)
    for step in range(300):
        Adam(0.1).update([(anew, anew.copy())])
        adam.update([(kept, kept.copy())])
        Adam(falling(step)).update([(small, small.copy())])

    assert abs(anew[0]) > 0.04
    assert abs(kept[0]) < 0.01
    assert abs(small[0]) < 0.01  # steps that shrink come to rest


def test_a_list_made_once_keeps_old_gradients():
    reason(PAGE, "so a list made once keeps the old ones")
    stale, fresh = np.array([1.0]), np.array([1.0])
    pairs = [(stale, stale.copy())]
    for _ in range(40):
        SGD(0.1).update(pairs)
        SGD(0.1).update([(fresh, fresh.copy())])

    assert stale[0] < -2
    assert abs(fresh[0]) < 0.02


def final_loss(seed, nudge):
    """Return the loss after 200 steps of Adam, one weight moved a little."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
    one, relu = Dense(2, 16, rng=rng, dtype=np.float64), ReLU()
    two, loss = Dense(16, 3, rng=rng, dtype=np.float64), SoftmaxCrossEntropy()
    one.weights[0, 0] *= 1 + nudge
    adam, found = Adam(0.05), 0.0
    for _ in range(200):
        scores = two.forward(relu.forward(one.forward(points)))
        found = loss.forward(scores, labels)
        one.parameter_gradients(relu.backward(two.backward(loss.backward())))
        adam.update(
            [
                (one.weights, one.d_weights),
                (one.biases, one.d_biases),
                (two.weights, two.d_weights),
                (two.biases, two.d_biases),
            ]
        )
    return found


def test_rounding_as_in_float32_moves_the_digits_that_are_printed():
    reason(
        PAGE,
        "since in float32 the differences between processors reach the printed"
        " digits sooner",
    )
    single, double = (
        [abs(final_loss(s, nudge) - final_loss(s, 0)) for s in range(3)]
        for nudge in (1e-7, 1e-16)
    )
    print(single, double)
    assert np.median(single) > 100 * np.median(double)
    assert np.median(double) < 0.0005


def test_two_rates_are_quicker_than_one_in_a_ravine():
    reason(PAGE, "a steady rate below the limit arrives")

    assert walk(SGD(lambda t: [0.01, 1.0][t]), [1.0, 100.0], 2) < 1e-12

    assert walk(SGD(0.019), [1.0, 100.0], 600) < 0.001
    assert walk(SGD(0.021), [1.0, 100.0], 600) > 1
