"""Chapter 4: its central reasons, seen with their cause and without it."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.activations import (
    Linear,
    ReLU,
    Sigmoid,
    Softmax,
    Step,
    Tanh,
)
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from reasons import reason


def distance_from_one_layer(activation):
    """Return how far two layers are from the best single one."""
    rng = np.random.default_rng(0)
    samples = rng.standard_normal((200, 2))
    first, second = (Dense(n, 3, rng=rng, dtype=np.float64) for n in (2, 3))
    first.weights *= 100
    second.weights *= 100
    outputs = second.forward(activation.forward(first.forward(samples)))
    with_ones = np.hstack((samples, np.ones((200, 1))))
    best = np.linalg.lstsq(with_ones, outputs, rcond=None)[0]
    return np.abs(with_ones @ best - outputs).max()


def test_a_bend_keeps_two_layers_two():
    reason(
        "04-activation-functions",
        "Any $f$ whose graph is not a straight line can keep two layers from "
        "collapsing.",
    )
    assert distance_from_one_layer(ReLU()) > 0.1
    assert distance_from_one_layer(Linear()) < 1e-12


def test_a_step_gives_a_small_change_no_effect():
    reason(
        "04-activation-functions",
        "To move an output, $z$ has to cross 0.",
    )
    z = np.array([[-3.0, -1.0, 1.0, 3.0]])
    assert (Step().forward(1.01 * z) == Step().forward(z)).all()
    across = z + np.array([[0.0, 1.1, 0.0, 0.0]])
    assert (Step().forward(across) != Step().forward(z)).sum() == 1
    assert (Sigmoid().forward(1.01 * z) != Sigmoid().forward(z)).all()


def test_sigmoids_squeeze_and_large_weights_can_undo_it():
    reason(
        "04-activation-functions",
        "Large weights with fitting biases can keep them apart",
    )
    plain = weighted = np.array([[-5.0, 5.0]])
    for _ in range(5):
        plain = Sigmoid().forward(plain)
        weighted = Sigmoid().forward(10 * (weighted - weighted.mean()))
    assert np.ptp(plain) < 0.003
    assert np.ptp(weighted) > 0.9


def test_sigmoids_squeeze_without_saturation_and_tanh_hardly():
    reason(
        "04-activation-functions",
        "The sigmoid has a second fault, which is not saturation: even where "
        "it is steepest, it squeezes.",
    )
    apart = claim(
        "04-activation-functions",
        "(Five tanh, which are steeper at 0, leave them {} apart",
    )
    near = np.array([[-0.5, 0.5]])
    far = tanhs = 10 * near
    for _ in range(5):
        near = Sigmoid().forward(near)  # never saturated
        far = Sigmoid().forward(far)
        tanhs = Tanh().forward(tanhs)
    assert np.ptp(near) < 0.001
    assert np.ptp(far) < 0.003
    assert np.ptp(tanhs) == pytest.approx(apart, abs=0.005)


def interpolation_error(curve, n_pieces):
    knots, x = np.linspace(0, 1, n_pieces + 1), np.linspace(0, 1, 30_001)
    return np.abs(np.interp(x, knots, curve(knots)) - curve(x)).max()


def smooth(x):
    return np.sin(2 * np.pi * x)


def test_a_quarter_of_the_error_comes_from_slope_and_width():
    reason(
        "04-activation-functions",
        "the slope of the curve strays half as far from the slope of the "
        "straight piece, and it does so over half the distance: a quarter.",
    )
    fewer, more = (interpolation_error(smooth, n) for n in (16, 32))
    assert fewer / more == pytest.approx(4, rel=0.05)
    strays = []
    for n_pieces in (32, 64):
        knots = np.linspace(0, 1, n_pieces + 1)
        slopes = np.diff(smooth(knots)) * n_pieces
        at_left = 2 * np.pi * np.cos(2 * np.pi * knots[:-1])
        strays.append(np.abs(slopes - at_left).max())
    assert strays[0] / strays[1] == pytest.approx(2, rel=0.05)


def left_by_doubling(curve):
    """Return the share of the error that each doubling leaves."""
    errors = [interpolation_error(curve, n) for n in (8, 16, 32, 64, 128)]
    return np.array(errors[1:]) / errors[:-1]


def test_a_quarter_needs_a_slope_that_changes_gradually():
    reason(
        "04-activation-functions",
        "This needs a slope that itself changes at a limited rate. At a "
        "corner the slope jumps. In the piece that holds the corner, the "
        "slope of the curve stays as far from that of the piece however "
        "narrow the piece is. Twice as many "
        "neurons then leave half of the error on average, now more and now "
        "less, by where in its piece the corner lies.",
    )
    assert left_by_doubling(smooth) == pytest.approx(0.25, rel=0.1)
    assert left_by_doubling(np.sqrt).min() > 0.7  # upright at 0
    # No corner, upright nowhere; at 0 the slope's own rate has no limit.
    assert left_by_doubling(lambda x: x**1.5).min() > 0.3
    everything = []
    for place in (0.15, 0.2, 0.3, 0.4, 0.61, 0.7071, 0.83):
        left = left_by_doubling(lambda x, place=place: np.abs(x - place))
        assert np.ptp(left) > 0.1  # now more and now less
        assert left.prod() ** (1 / 4) == pytest.approx(0.5, abs=0.15)
        everything.append(left)
    assert np.exp(np.log(everything).mean()) == pytest.approx(0.5, abs=0.06)


def asleep(shift, fitting_biases):
    """Return how many of 1,000 neurons are dead or always active."""
    rng = np.random.default_rng(0)
    points, _ = spiral(100, 3, rng=rng, dtype=np.float64)
    wide = Dense(2, 1000, rng=rng, dtype=np.float64)
    points = points + shift
    if fitting_biases:
        wide.biases[...] = -points.mean(axis=0, keepdims=True) @ wide.weights
    active = wide.forward(points) > 0
    return int((~active.any(axis=0)).sum() + active.all(axis=0).sum())


def test_half_a_layer_sleeps_if_all_the_data_lie_in_one_corner():
    reason(
        "04-activation-functions",
        "Centre them, or give the neurons fitting biases, and all 1,000 work.",
    )
    assert asleep(shift=1.0, fitting_biases=False) > 400
    assert asleep(shift=0.0, fitting_biases=False) == 0
    assert asleep(shift=1.0, fitting_biases=True) == 0


def test_squares_lose_the_order_and_the_exponential_keeps_it():
    reason("04-activation-functions", "and the order would be lost")
    scores = np.array([[-3.0, 1.0, 0.0]])
    assert (scores**2).argmax() != scores.argmax()
    assert np.exp(scores).argmax() == scores.argmax()


def test_no_exponential_overflows_after_the_shift():
    reason(
        "04-activation-functions",
        "are at or below 0, so no exponential can overflow",
    )
    scores = np.array([[1000.0, 0.0, -1000.0]])
    with np.errstate(over="raise"):
        with pytest.raises(FloatingPointError):
            np.exp(scores)
        shifted = np.exp(scores - scores.max())
    assert 1 <= shifted.sum() <= 3


def farthest_from_a_third(size):
    rng = np.random.default_rng(1)
    points, _ = spiral(100, 3, rng=rng, dtype=np.float64)
    first, second = (Dense(n, 3, rng=rng, dtype=np.float64) for n in (2, 3))
    for layer in (first, second):
        layer.weights *= size / 0.01
    hidden = ReLU().forward(first.forward(points))
    return np.abs(Softmax().forward(second.forward(hidden)) - 1 / 3).max()


def test_thirds_come_from_small_weights():
    reason(
        "04-activation-functions",
        "and the weights are around 0.01, so the hidden scores are a few "
        "hundredths at most",
    )
    assert farthest_from_a_third(size=0.01) < 5e-4
    assert farthest_from_a_third(size=1.0) > 0.1


def share_in_the_dark(n_hidden):
    shares = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        points, _ = spiral(100, 3, rng=rng)
        off = Dense(2, n_hidden, rng=rng).forward(points) <= 0
        shares.append(off.all(axis=1).mean())
    return np.mean(shares)


def test_more_neurons_close_the_dark_wedge():
    reason("04-activation-functions", "More neurons close the gap")
    assert share_in_the_dark(3) == pytest.approx(1 / 8, abs=0.05)
    assert share_in_the_dark(30) == pytest.approx(3 / 300, abs=0.002)


def test_softmax_twice_cannot_be_sure_because_its_input_ends_at_1():
    reason(
        "04-activation-functions",
        "no input of the second softmax is above 1 or below 0, so for three "
        "classes the best possible is",
    )
    once = Softmax().forward(np.array([[1000.0, 0.0, 0.0]]))
    assert Softmax().forward(once).max() == pytest.approx(np.e / (np.e + 2))
    assert Softmax().forward(50 * once).max() > 0.999  # a wider range is sure


def test_the_fifth_neuron_is_idle_because_the_slopes_are_equal():
    reason(
        "04-activation-functions",
        "right of it are the same, −5.657, so nothing has to bend",
    )

    def changes(shift):
        heights = np.sin(2 * np.pi * (np.linspace(0, 1, 9) + shift))
        return np.diff(8 * np.diff(heights), prepend=0.0)

    assert abs(changes(shift=0.0)[4]) < 1e-13
    assert abs(changes(shift=0.05)[4]) > 0.5  # the middle lies elsewhere


def test_a_quarter_is_lost_only_at_right_angles():
    reason(
        "notebooks/04-bending-the-plane",
        "the share is 180° less the angle between them, divided by 360°",
    )
    cloud = np.random.default_rng(0).standard_normal((100_000, 2))
    for degrees in (45, 90, 135):
        between = np.deg2rad(degrees)
        facing = np.array([[1.0, np.cos(between)], [0.0, np.sin(between)]])
        lost = (cloud @ facing <= 0).all(axis=1).mean()
        assert lost == pytest.approx((180 - degrees) / 360, abs=0.01)
    # Four neurons, two facing each way along both directions, lose nothing.
    four = np.hstack((np.eye(2), -np.eye(2)))
    kept = ReLU().forward(cloud @ four)
    assert np.allclose(kept[:, :2] - kept[:, 2:], cloud)


def test_two_active_neurons_cut_the_corners_off():
    reason(
        "notebooks/04-bending-the-plane",
        "near a corner of the triangle two neurons are active, and together "
        "they cut it off",
    )
    outwards = np.deg2rad([90, 210, 330])
    facing = np.array([np.cos(outwards), np.sin(outwards)])
    # Where the borders of the first and the second neuron would meet.
    corner = np.linalg.solve(facing[:, :2].T, [1.2, 1.2])
    hinges = np.maximum(corner @ facing - 1, 0)
    assert 0.2 - hinges.sum() < -0.1  # both together: outside
    assert 0.2 - hinges.max() == pytest.approx(0)  # one alone: on the border
    # Each of the three lines that switch a neuron crosses the border twice.
    middle = np.zeros((1, 2))
    for hidden, output in ((0.0, 2.0), (-1.0, 2.0), (-1.0, 0.2)):

        def score(points, hidden=hidden, output=output):
            return output - np.maximum(points @ facing + hidden, 0).sum(axis=1)

        assert score(middle)[0] > 0
        along = np.linspace(-9, 9, 2001)[:, np.newaxis]
        for way in facing.T:
            line = -hidden * way + along * np.array([-way[1], way[0]])
            assert np.count_nonzero(np.diff(np.sign(score(line)))) == 2


def closed(output_bias):
    """Return whether one neuron that rises, and two, close a figure."""
    outwards = np.deg2rad([0, 60, -60])
    facing = np.array([np.cos(outwards), np.sin(outwards)])

    def score(points):
        hidden = np.maximum(points @ facing + np.array([0.0, -1.0, -1.0]), 0)
        return hidden @ np.array([1.0, -2.0, -2.0]) + output_bias

    around = np.linspace(0, 2 * np.pi, 72_000)
    ways = np.stack((np.cos(around), np.sin(around)), axis=1)
    off = (1e4 * ways @ facing <= 0).all(axis=1)
    assert off.mean() == pytest.approx(1 / 6, abs=0.001)  # none is active
    assert score(np.array([[1.5, 0.0]]))[0] > 0
    return bool((score(1e4 * ways) < 0).all())


def test_a_negative_output_bias_closes_where_all_neurons_are_off():
    reason(
        "notebooks/04-bending-the-plane",
        "by neurons that pull it down or, where all are off, by the output "
        "bias.",
    )
    assert closed(output_bias=-1.0)
    assert not closed(output_bias=0.1)
