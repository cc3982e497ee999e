"""Chapter 3: solutions, and the tests that "Where it goes wrong" names.

Each of those tests is tried on the mistake that it is there to catch.
"""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnfs_code.arrays import Array
from nnfs_code.data import spiral
from nnfs_code.layers import Dense

Forward = Callable[[Array], Array]
RNG = np.random.default_rng(20261122)


# --- the sums that the page does by hand


def test_two_layers_by_hand() -> None:
    inputs = np.array([[1.0, 2.0], [3.0, -1.0]])
    weights1 = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 1.0]])
    biases1 = np.array([[0.0, 1.0, -1.0]])
    weights2 = np.array([[2.0, 1.0], [0.0, -1.0], [1.0, 1.0]])
    biases2 = np.array([[2.0, 5.0]])

    outputs1 = inputs @ weights1 + biases1
    outputs2 = outputs1 @ weights2 + biases2

    assert outputs1[0, 2] == 1 * 2 + 2 * 1 - 1 == 3
    assert outputs2[0, 0] == -1 * 2 + 3 * 0 + 3 * 1 + 2 == 3
    assert outputs2[1, 1] == 4 * 1 + 0 * -1 + 4 * 1 + 5 == 13
    merged = weights1 @ weights2
    assert merged[0, 0] == 1 * 2 + 0 * 0 + 2 * 1 == 4
    again = inputs @ merged + biases1 @ weights2 + biases2
    np.testing.assert_array_equal(again, outputs2)


def with_biases(n_inputs: int, n_neurons: int) -> Dense:
    layer = Dense(n_inputs, n_neurons, rng=RNG, dtype=np.float64)
    layer.biases += RNG.standard_normal(layer.biases.shape)
    return layer


@pytest.mark.parametrize("sizes", [(2, 3, 3), (2, 64, 3), (3, 1, 2)])
def test_two_layers_are_one(sizes: tuple[int, int, int]) -> None:
    first, second = with_biases(*sizes[:2]), with_biases(*sizes[1:])
    inputs = RNG.standard_normal((7, sizes[0]))
    two = second.forward(first.forward(inputs))
    weights = first.weights @ second.weights
    biases = first.biases @ second.weights + second.biases
    np.testing.assert_allclose(inputs @ weights + biases, two, atol=1e-12)
    # What is often forgotten: the first biases go through the weights too.
    wrong = inputs @ weights + second.biases
    assert not np.allclose(wrong, two, atol=1e-12)


def test_a_bend_between_them_keeps_two_layers_two() -> None:
    first, second = with_biases(2, 3), with_biases(3, 1)
    ends = 100 * RNG.standard_normal((2, 2))
    middle = ends.mean(axis=0, keepdims=True)

    def bent(inputs: Array) -> Array:
        asked = (first.forward(inputs) > 0).astype(np.float64)
        return second.forward(asked)

    def plain(inputs: Array) -> Array:
        return second.forward(first.forward(inputs))

    np.testing.assert_allclose(plain(middle), plain(ends).mean(), atol=1e-12)
    assert not np.allclose(bent(middle), bent(ends).mean(), atol=1e-12)


def test_plain_numpy_lets_five_of_the_seven_through() -> None:
    rng = np.random.default_rng(0)
    layer = Dense(2, 3, rng=rng)
    points, _ = spiral(100, 3, rng=rng)

    def unchecked(inputs: Array) -> Array:
        outputs: Array = inputs @ layer.weights
        outputs += layer.biases
        return outputs

    with pytest.raises(ValueError, match="core dimension"):
        unchecked(points.T)
    with pytest.raises(ValueError, match="non-broadcastable output"):
        unchecked(points[0])
    assert (points[0] @ layer.weights + layer.biases).shape == (1, 3)
    hole = np.array([[1.0, np.nan]], np.float32)
    others = (
        points.tolist(),
        np.array([[1, 2]]),
        points.astype(np.float64),
        points[:0],
        hole,
    )
    for other in others:
        assert unchecked(other).shape[1] == 3
        with pytest.raises((TypeError, ValueError)):
            layer.forward(other)
    assert np.isnan(unchecked(hole)).all()


def test_equal_weights_part_if_the_second_layer_is_random() -> None:
    sample = np.array([[3.0, -1.0]])

    def effects(first: Array, second: Array) -> Array:
        before = sample @ first @ second
        moves = []
        for neuron in range(3):
            nudged = first.copy()
            nudged[0, neuron] += 0.001
            moves.append((sample @ nudged @ second - before).item())
        return np.array(moves)

    equal, half = np.full((2, 3), 0.5), np.full((3, 1), 0.5)
    np.testing.assert_allclose(effects(equal, half), 0.0015)
    assert np.ptp(effects(equal, RNG.standard_normal((3, 1)))) > 1e-6
    assert not effects(np.zeros((2, 3)), np.zeros((3, 1))).any()


@pytest.mark.parametrize("seed", range(5))
def test_the_spread_of_a_new_layer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    layer = Dense(3, 20_000, rng=rng, dtype=np.float64)
    sample = np.array([[2.0, -3.0, 6.0]])  # of length 7
    assert layer.forward(sample).std() == pytest.approx(0.07, rel=0.03)
    within = (np.abs(layer.weights) < 0.01).mean()
    assert within == pytest.approx(2 / 3, abs=0.03)


def test_both_kinds_of_float_start_from_the_same_weights() -> None:
    single = Dense(4, 5, rng=np.random.default_rng(1))
    double = Dense(4, 5, rng=np.random.default_rng(1), dtype=np.float64)
    np.testing.assert_allclose(single.weights, double.weights, rtol=1e-7)


# --- where it goes wrong


def each_arm_walks_from_the_centre_to_the_rim(points: Array) -> bool:
    radii = np.hypot(*points.T).reshape(3, -1)
    expected = np.linspace(0, 1, radii.shape[1])
    return bool(np.allclose(radii, expected, atol=1e-6))


def test_each_arm_walks_from_the_centre_to_the_rim() -> None:
    points, _ = spiral(100, 3, rng=RNG)
    assert each_arm_walks_from_the_centre_to_the_rim(points)
    planted = points.T.reshape(300, 2)
    assert planted.shape == points.shape
    assert not each_arm_walks_from_the_centre_to_the_rim(planted)


def test_stacking_along_the_wrong_axis_is_the_same_mistake() -> None:
    points, _ = spiral(100, 3, rng=RNG)
    x, y = points.T
    planted = np.stack((x, y), axis=0).reshape(-1, 2)
    assert planted.shape == points.shape
    assert not each_arm_walks_from_the_centre_to_the_rim(planted)
    right = np.stack((x, y), axis=1).reshape(-1, 2)
    assert each_arm_walks_from_the_centre_to_the_rim(right)


def feels_no_neighbours(forward: Forward, batch: Array) -> bool:
    together = forward(batch)
    if len(together) != len(batch):
        return False
    alone = [forward(batch[[i]]) for i in range(len(batch))]
    return all(
        one.shape == (1, together.shape[1])
        and np.allclose(one[0], row, atol=1e-12)
        for one, row in zip(alone, together, strict=True)
    )


def test_a_sample_does_not_feel_its_neighbours() -> None:
    layer = with_biases(2, 3)
    batch = RNG.standard_normal((3, 2))
    assert feels_no_neighbours(layer.forward, batch)

    def planted(inputs: Array) -> Array:
        return inputs @ layer.weights + layer.biases.T

    assert planted(batch).shape == layer.forward(batch).shape
    assert not feels_no_neighbours(planted, batch)
    assert planted(batch[:1]).shape == (3, 3)
    with pytest.raises(ValueError, match="broadcast"):
        planted(RNG.standard_normal((300, 2)))


def start_alike(layers: list[Dense]) -> bool:
    return any(
        one.weights.shape == two.weights.shape
        and np.array_equal(one.weights, two.weights)
        for index, one in enumerate(layers)
        for two in layers[:index]
    )


def test_no_two_layers_start_alike() -> None:
    rng = np.random.default_rng(0)
    assert not start_alike([Dense(3, 3, rng=rng) for _ in range(4)])
    planted = [Dense(3, 3, rng=np.random.default_rng(0)) for _ in range(2)]
    assert start_alike(planted)


def test_one_seed_for_data_and_weights_gives_the_same_draws() -> None:
    points, _ = spiral(100, 3, rng=np.random.default_rng(0), dtype=np.float64)
    layer = Dense(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    radius = np.linspace(0, 1, 100)[1:7]
    angle = np.arctan2(*points[1:7].T)
    noise = np.angle(np.exp(1j * (angle - 10 * radius)))
    drawn = np.random.default_rng(0).standard_normal(7)
    np.testing.assert_allclose(noise, 0.5 * drawn[1:], atol=1e-9)
    np.testing.assert_allclose(layer.weights.ravel(), 0.01 * drawn[:6])


def keeps_the_kind(forward: Forward, inputs: Array) -> bool:
    return bool(forward(inputs).dtype == inputs.dtype)


def test_a_layer_keeps_the_kind_of_float() -> None:
    points, _ = spiral(10, 3, rng=RNG)
    assert keeps_the_kind(Dense(2, 3, rng=RNG).forward, points)
    drawn = 0.01 * RNG.standard_normal((2, 3))
    assert not keeps_the_kind(lambda inputs: inputs @ drawn, points)
    whole = np.array([[1, 2, 3]])
    whole[0, 0] = 0.9
    assert whole[0, 0] == 0
    with pytest.raises(TypeError, match="float32 or float64"):
        Dense(2, 3, rng=RNG, dtype=np.int64)


def test_the_tests_that_the_page_names_are_here() -> None:
    page = Path(__file__).parents[2] / "docs/chapters/03-adding-layers.md"
    named = set(re.findall(r"`(test_\w+)`", page.read_text("utf-8")))
    assert len(named) >= 4
    assert named <= set(globals())


# --- solutions


def lit(n_switches: int) -> tuple[Array, Array]:
    """Return what the network of exercise 2 says, and what is right."""
    cases = np.array(list(np.ndindex(*[2] * n_switches)))
    asked = np.arange(n_switches) + 0.5
    hidden = (cases.sum(axis=1, keepdims=True) > asked).astype(np.float64)
    signs = np.where(np.arange(n_switches) % 2 == 0, 1.0, -1.0)
    return hidden @ signs > 0.5, cases.sum(axis=1) % 2 == 1


@pytest.mark.parametrize("n_switches", [2, 3, 4, 7])
def test_the_lamp_with_any_number_of_switches(n_switches: int) -> None:
    said, right = lit(n_switches)
    np.testing.assert_array_equal(said, right)


@pytest.mark.parametrize("seed", range(5))
def test_one_over_the_root_keeps_the_size(seed: int) -> None:
    for scale, lowest, highest in (
        (0.01, 0, 1e-9),
        (1 / 8, 0.2, 5),
        (1.0, 1e8, np.inf),
    ):
        rng = np.random.default_rng(seed)
        values = rng.standard_normal((300, 64))
        for _ in range(10):
            values = values @ (scale * rng.standard_normal((64, 64)))
        assert lowest <= values.std() <= highest


def test_the_bottleneck_has_as_many_parameters_and_rank_one() -> None:
    narrow = [with_biases(2, 1), with_biases(1, 3)]
    single = with_biases(2, 3)
    count = sum(part.weights.size + part.biases.size for part in narrow)
    assert count == single.weights.size + single.biases.size == 9
    merged = narrow[0].weights @ narrow[1].weights
    assert np.linalg.matrix_rank(merged) == 1
    assert np.linalg.matrix_rank(single.weights) == 2
