"""Chapter 3: its central reasons, seen with their cause and without it."""

from collections.abc import Callable

import numpy as np
import pytest

from nnfs_code.arrays import Array
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from reasons import reason

SWITCHES = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LAMP = np.array([[False], [True], [True], [False]])


def right_of_four(between: Callable[[Array], Array]) -> int:
    """Return the most cases right, over all thresholds of the last neuron."""
    hidden = between(SWITCHES @ np.ones((2, 2)) + np.array([[-0.5, -1.5]]))
    sums = hidden @ np.array([[1.0], [-1.0]])
    thresholds = np.linspace(-4, 4, 81) + 0.01
    return int(((sums > thresholds) == LAMP).sum(axis=0).max())


def test_two_layers_work_the_lamp_because_of_the_question_between() -> None:
    reason("03-adding-layers", "Because of the > 0 between its layers.")
    assert right_of_four(lambda sums: (sums > 0).astype(np.float64)) == 4
    assert right_of_four(lambda sums: sums) < 4


def learned(first: Array, second: Array) -> tuple[Array, Array]:
    """Return both layers after each weight moved by its own answer."""
    rng = np.random.default_rng(7)
    samples = rng.standard_normal((20, 2))
    targets = samples @ np.array([[1.0], [-2.0]])
    for _ in range(50):
        error = (samples @ first @ second - targets) / len(samples)
        first_moves = samples.T @ error @ second.T
        second_moves = (samples @ first).T @ error
        first = first - 0.1 * first_moves
        second = second - 0.1 * second_moves
    return first, second


def test_equal_neurons_stay_equal_because_their_answers_are() -> None:
    reason(
        "03-adding-layers",
        "get equal changes from such a rule, so they stay equal.",
    )
    equal, half = np.full((2, 3), 0.5), np.full((3, 1), 0.5)
    first, _ = learned(equal, half)
    assert not np.allclose(first, equal)  # it did learn something
    assert np.ptp(first, axis=1).max() < 1e-12
    second = half + np.array([[0.1], [0.0], [-0.1]])
    assert np.ptp(learned(equal, second)[0], axis=1).min() > 1e-2


def best_nudge(offset: float) -> Array:
    """Return the parameters of 2-3-1 after its best nudge, one neuron a row.

    The last entry is the bias of the output.
    """
    samples = np.random.default_rng(7).standard_normal((20, 2))
    targets = samples @ np.array([[1.0], [-2.0]]) + offset

    def loss(parameters: Array) -> float:
        first, biases, second = np.split(
            parameters[:-1].reshape(3, 4), [2, 3], 1
        )
        outputs = (samples @ first.T + biases.T) @ second + parameters[-1]
        return float(((outputs - targets) ** 2).mean())

    equal = np.array([0.5, 0.5, 0.0, 0.5] * 3 + [0.0])
    nudges = np.vstack((np.eye(13), -np.eye(13)))
    best = min((equal + nudge for nudge in 0.1 * nudges), key=loss)
    assert loss(best) < loss(equal)
    return best


def test_moving_one_weight_at_a_time_parts_equal_neurons() -> None:
    reason(
        "03-adding-layers",
        "a rule that moves one parameter at a time, like the one of chapter "
        "1, parts one from the others as soon as it moves a weight, or a bias "
        "of the hidden layer.",
    )
    weight, output_bias = best_nudge(offset=0.0), best_nudge(offset=9.0)
    assert np.ptp(weight[:-1].reshape(3, 4), axis=0).max() > 0.05
    # The bias at the end belongs to all three: they stay equal.
    assert output_bias[-1] > 0.05
    assert not np.ptp(output_bias[:-1].reshape(3, 4), axis=0).any()


def parted(
    hidden_biases: Array, steps: int, bend: bool = False
) -> tuple[float, float]:
    """Return how far equal weights of layer 2, then 1, have parted."""
    rng = np.random.default_rng(7)
    samples = rng.standard_normal((20, 2))
    targets = samples @ np.array([[1.0], [-2.0]])
    first, second = np.full((2, 3), 0.5), np.full((3, 1), 0.5)
    biases = hidden_biases
    for _ in range(steps):
        hidden = samples @ first + biases
        slopes = (hidden > 0) if bend else np.ones_like(hidden)
        hidden = hidden * slopes
        error = (hidden @ second - targets) / len(samples)
        to_hidden = error @ second.T * slopes
        second = second - 0.1 * hidden.T @ error
        first = first - 0.1 * samples.T @ to_hidden
        biases = biases - 0.1 * to_hidden.sum(axis=0, keepdims=True)
    return float(np.ptp(second)), float(np.ptp(first, axis=1).max())


def test_random_biases_part_equal_weights_in_two_steps() -> None:
    reason(
        "03-adding-layers",
        "Each bias is part of what its neuron says, and so of how far the "
        "output moves when the weight behind that neuron is nudged. After the "
        "first step the weights of layer 2 differ, after the second those of "
        "layer 1.",
    )
    for seed in range(5):
        drawn = np.random.default_rng(seed).standard_normal((1, 3))
        once, twice = parted(drawn, 1), parted(drawn, 2)
        assert once[0] > 1e-3
        assert once[1] < 1e-12
        assert twice[1] > 1e-4
    for same in (0.0, 0.7):  # equal biases leave all equal
        assert max(parted(np.full((1, 3), same), 50)) < 1e-12
    # With a bend between the layers one step parts both.
    assert parted(np.array([[0.5, 0.0, -0.5]]), 1, bend=True)[1] > 1e-3


def test_a_numpy_number_of_float64_widens_and_a_python_number_does_not() -> (
    None
):
    reason(
        "03-adding-layers",
        "even if the float64 is a single NumPy number, such as np.sqrt(2)",
    )
    single = np.ones((2, 3), np.float32)
    assert (single * np.sqrt(2)).dtype == np.float64
    assert (single * float(np.sqrt(2))).dtype == np.float32


def test_small_steps_are_cut_if_assigned_and_refused_if_subtracted() -> None:
    reason(
        "03-adding-layers",
        "If these were weights, a small step would be lost, or become a step "
        "of 1. (NumPy refuses whole -= 0.1, on the whole array. whole[0, 0] "
        "-= 0.1, on one entry, it cuts without a word.)",
    )
    whole, floats = np.array([[5, 5]]), np.array([[5.0, 5.0]])
    for weights in (whole, floats):
        weights[0] = weights[0] - np.array([0.1, -0.1])
    assert whole.tolist() == [[4, 5]]
    assert floats.tolist() == [[4.9, 5.1]]
    with pytest.raises(TypeError, match="Cannot cast"):
        whole -= 0.1
    whole[0, 0] -= 0.1
    assert whole.tolist() == [[3, 5]]


def test_in_place_an_array_keeps_its_kind_and_in_an_expression_not() -> None:
    reason("03-adding-layers", "(In place, as with +=, an array keeps its")
    single, double = np.ones((2, 3), np.float32), np.ones((2, 3))
    assert (single + double).dtype == np.float64
    single += double
    assert single.dtype == np.float32


def test_the_rule_keeps_squares_and_typical_sizes_only_in_wide_layers() -> (
    None
):
    reason(
        "03-adding-layers",
        "In narrow layers the typical size still shrinks",
    )
    rng = np.random.default_rng(0)
    for width, typical in ((2, 0.75), (64, 0.99)):
        drawn = rng.standard_normal((20_000, width)) / np.sqrt(width)
        lengths = np.linalg.norm(drawn, axis=1)  # of what was of length 1
        assert (lengths**2).mean() == pytest.approx(1, abs=0.03)
        assert np.exp(np.log(lengths).mean()) == pytest.approx(
            typical, abs=0.01
        )


def test_squares_of_spreads_add_up_if_drawn_independently() -> None:
    reason(
        "03-adding-layers",
        "If $p$ and $q$ are drawn independently, then $q$ has mean 0",
    )
    p, q = np.random.default_rng(0).standard_normal((2, 100_000))
    assert (p + q).std() == pytest.approx(np.sqrt(2), rel=0.02)
    assert (p + p).std() == pytest.approx(2, rel=0.02)  # not independent


def scores_at_the_centre(bias: float) -> Array:
    rng = np.random.default_rng(0)
    first = Dense(2, 3, rng=rng, dtype=np.float64)
    second = Dense(3, 3, rng=rng, dtype=np.float64)
    first.biases += bias * rng.standard_normal((1, 3))
    second.biases += bias * rng.standard_normal((1, 3))
    return second.forward(first.forward(np.zeros((1, 2))))


def test_the_borders_meet_at_the_centre_because_biases_are_zero() -> None:
    reason(
        "03-adding-layers",
        "meet at the centre because all biases are still zero",
    )
    assert np.ptp(scores_at_the_centre(bias=0.0)) == 0
    assert np.ptp(scores_at_the_centre(bias=1.0)) > 0.1


def share_of_equal_bits(draw: Callable[[tuple[int, int]], Array]) -> float:
    points, first, second = draw((300, 2)), draw((2, 3)), draw((3, 3))
    one, two = points @ (first @ second), (points @ first) @ second
    return float((one == two).mean())


def test_bits_differ_because_of_rounding() -> None:
    reason(
        "03-adding-layers",
        "With small whole numbers, which need no rounding, every bit agrees.",
    )
    rng = np.random.default_rng(0)
    assert share_of_equal_bits(rng.standard_normal) < 0.9
    assert (
        share_of_equal_bits(
            lambda shape: rng.integers(-9, 10, shape).astype(np.float64)
        )
        == 1
    )


def spread_of_untrained(n_per_class: int, shuffled: bool = False) -> float:
    shares = []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        points, labels = spiral(n_per_class, 3, rng=rng, dtype=np.float64)
        weights = rng.standard_normal((2, 3)) @ rng.standard_normal((3, 3))
        guesses = (points @ weights).argmax(axis=1)
        if shuffled:
            guesses = rng.permutation(guesses)
        shares.append((guesses == labels).mean())
    return float(np.std(shares))


def test_chance_is_wide_because_of_the_wedges_not_the_few_points() -> None:
    reason(
        "03-adding-layers",
        "It is hardly that 300 points are few: on 9,000 points the spread is "
        "nearly the same. The three wedges lie somewhere",
    )
    few, many = spread_of_untrained(100), spread_of_untrained(3000)
    assert many == pytest.approx(few, rel=0.25)
    assert many > 0.03
    # Where the wedges lie no longer counts: what is left is the points' luck.
    assert spread_of_untrained(3000, shuffled=True) < 0.01


def nearest_arm(starts: Array, pushes: Array) -> tuple[Array, float]:
    """Return the share right of each arm by the nearest, and one apart."""
    radius = np.tile(np.linspace(0, 1, len(pushes) // 3), 3)
    labels = np.repeat(np.arange(3), len(pushes) // 3)
    middles = starts + 10 * radius[:, np.newaxis]
    angle = middles[np.arange(len(labels)), labels] + pushes
    away = np.abs(np.angle(np.exp(1j * (angle[:, np.newaxis] - middles))))
    right = away.argmin(axis=1) == labels
    one_apart = np.abs(away - 1).argmin(axis=1) == labels
    return right.reshape(3, -1).mean(axis=1), float(one_apart.mean())


def test_the_narrow_gap_mixes_two_arms() -> None:
    reason(
        "03-adding-layers", "In the narrow gap the noise mixes arms 0 and 2"
    )
    pushes = np.random.default_rng(0).normal(0, 0.5, 30_000)
    uneven, _ = nearest_arm(10 * np.arange(3.0), pushes)
    assert uneven[1] > uneven[[0, 2]].max() + 0.08
    even, _ = nearest_arm(2 * np.pi / 3 * np.arange(3.0), pushes)
    assert np.ptp(even) < 0.02


def test_the_nearest_arm_is_best_if_small_pushes_are_likelier() -> None:
    reason(
        "03-adding-layers",
        "because all three arms are equally common, and the pushes are spread "
        "alike on each: small ones likelier than large ones, in both "
        "directions alike",
    )
    starts = 10 * np.arange(3.0)
    rng = np.random.default_rng(0)
    nearest, one_apart = nearest_arm(starts, rng.normal(0, 0.5, 30_000))
    assert nearest.mean() > 0.9 > one_apart
    nearest, one_apart = nearest_arm(starts, rng.choice([-1.0, 1.0], 30_000))
    assert nearest.mean() < 0.8
    assert one_apart > 0.999

    # Spread unlike, small pushes are likelier on each, and that is not enough.
    spreads = np.repeat([0.1, 0.5, 1.5], 10_000)
    radius = np.tile(np.linspace(0, 1, 10_000), 3)
    arms = np.repeat(np.arange(3), 10_000)
    middles = starts + 10 * radius[:, np.newaxis]
    angle = middles[np.arange(30_000), arms] + rng.normal(0, spreads)
    away = np.angle(np.exp(1j * (angle[:, np.newaxis] - middles)))
    each = np.array([0.1, 0.5, 1.5])
    likeliest = (-((away / each) ** 2) / 2 - np.log(each)).argmax(axis=1)
    by_nearest = np.abs(away).argmin(axis=1)
    assert (likeliest == arms).mean() > (by_nearest == arms).mean() + 0.05


def test_a_tie_is_rounded_to_the_even_digit() -> None:
    reason(
        "03-adding-layers",
        "Such a tie is rounded to the float whose last binary digit is 0.",
    )
    one = np.float32(1)
    assert float(np.float32(16_777_216) + one) == 16_777_216
    assert float(np.float32(16_777_218) + one) == 16_777_220
    assert (
        float(np.float32(16_777_214) + one) == 16_777_215
    )  # gaps of 1: exact


def test_columns_of_biases_pass_only_in_a_square_batch() -> None:
    reason(
        "03-adding-layers",
        "because the batch happens to have as many samples as the layer has "
        "neurons",
    )
    column = np.zeros((3, 1))
    assert (np.ones((3, 2)) @ np.ones((2, 3)) + column).shape == (3, 3)
    with pytest.raises(ValueError, match="broadcast"):
        np.ones((300, 2)) @ np.ones((2, 3)) + column


def test_factors_multiply_only_along_the_longest_direction() -> None:
    reason(
        "notebooks/03-random-layers",
        "They multiply in full only if every layer stretches along the "
        "direction that is already the longest.",
    )
    layer = np.diag([2.0, 0.5])  # longest / shortest is 4
    aligned = layer @ layer @ layer
    assert np.linalg.cond(aligned) == pytest.approx(4**3)
    turn = np.array([[0.8, 0.6], [-0.6, 0.8]])
    assert np.linalg.cond(layer @ turn @ layer @ turn @ layer) < 0.9 * 4**3


def test_the_pictures_do_not_depend_on_the_size_of_the_weights() -> None:
    reason(
        "notebooks/03-random-layers",
        "The pictures would be the same with small weights, because each is "
        "scaled to fill its frame.",
    )
    points, _ = spiral(60, 3, rng=np.random.default_rng(0), dtype=np.float64)

    def after_ten(scale: float) -> Array:
        rng = np.random.default_rng(1)
        values = points
        for _ in range(10):
            values = values @ (scale * rng.standard_normal((2, 2)))
        return values

    large, small = after_ten(1.0), after_ten(0.01)
    assert np.abs(large - small).max() > 0.1  # without the frame they differ
    framed = [values / np.abs(values).max() for values in (large, small)]
    np.testing.assert_allclose(*framed, atol=1e-9)
