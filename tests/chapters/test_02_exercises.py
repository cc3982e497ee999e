"""Chapter 2: its sums, its solutions, and the tests that it names.

Each test that "Where it goes wrong" names is tried on the mistake that it is
there to catch.
"""

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.chapters import ch02_first_neurons as script

RNG = np.random.default_rng(20261122)
EDGE, BAR, MEAN = script.patterns


# --- the sums that the page does by hand


def test_the_three_strips_of_the_opening():
    assert [
        script.neuron(strip, EDGE, 0.0)
        for strip in ([1, 1, 3, 3], [2, 2, 2, 2], [3, 3, 1, 1])
    ] == [4, 0, -4]


def test_the_layer_by_hand():
    assert 1 * -1 + 1 * -1 + 3 * 1 + 2 * 1 - 1 == 2
    assert 1 * -1 + 1 * 1 + 3 * 1 + 2 * -1 + 0 == 1
    assert 7 / 4 - 2 == -0.25
    assert script.layer(script.strip, script.patterns, [-1, 0, -2]) == [
        2,
        1,
        -0.25,
    ]
    assert 2 * -1 + 4 * 1 + 4 * 1 + 1 * -1 == 5
    assert (script.inputs @ script.weights)[1, 1] == 5


def test_a_weight_is_the_change_for_one_more():
    for _attempt in range(20):
        inputs = RNG.integers(-9, 9, 5).astype(float).tolist()
        weights = RNG.integers(-9, 9, 5).astype(float).tolist()
        before = script.neuron(inputs, weights, 3.0)
        for position, weight in enumerate(weights):
            nudged = inputs.copy()
            nudged[position] += 1
            assert script.neuron(nudged, weights, 3.0) - before == weight


# --- the meaning of the dot product, step by step as on the page


@pytest.mark.parametrize("size", [2, 3, 50])
def test_the_dot_product_is_lengths_times_cosine(size):
    x, w = RNG.standard_normal((2, size))
    along = x @ w / np.linalg.norm(w)  # foot of the dropped line
    beside = np.linalg.norm(x - along * w / np.linalg.norm(w))
    angle = np.arctan2(beside, along)  # measured without the formula
    long_x, long_w = np.linalg.norm(x), np.linalg.norm(w)

    squared = np.linalg.norm(x - w) ** 2
    assert squared == pytest.approx(long_x**2 - 2 * (x @ w) + long_w**2)
    pythagoras = (long_x * np.sin(angle)) ** 2
    pythagoras += (long_w - long_x * np.cos(angle)) ** 2
    assert squared == pytest.approx(pythagoras)
    assert x @ w == pytest.approx(long_x * long_w * np.cos(angle))
    assert script.cosine(x, w) == pytest.approx(np.cos(angle))
    assert x @ w != pytest.approx(long_x * long_w * np.sin(angle))


def test_angles_of_the_figure():
    w = np.array([2, 1])
    assert [w @ x for x in ((1, 2), (-1, 2), (-2, 1))] == [4, 0, -3]
    between = np.arctan2(2, 1) - np.arctan2(1, 2)
    assert script.cosine(np.array([1, 2]), w) == pytest.approx(np.cos(between))


def test_the_input_that_a_neuron_likes_best():
    weights = np.array(BAR)
    best = weights / np.linalg.norm(weights)
    for _attempt in range(200):
        other = RNG.standard_normal(4)
        other /= np.linalg.norm(other)
        assert other @ weights <= best @ weights + 1e-12


def test_moving_across_the_weights_changes_nothing():
    w, across = np.array([2.0, 1.0]), np.array([-1.0, 2.0])
    for shift in (-3.0, 0.5, 2.0):
        x = w + shift * across
        assert x @ w - 5 == pytest.approx(0)


# --- the matrix product


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6))
def test_three_loops_are_the_product(n_samples, n_inputs, n_neurons):
    left = RNG.standard_normal((n_samples, n_inputs))
    right = RNG.standard_normal((n_inputs, n_neurons))
    wanted = left @ right
    assert np.allclose(script.matrix_product(left, right), wanted)
    assert np.allclose(script.multiply(left.tolist(), right.tolist()), wanted)
    mixed = sum(left[:, [j]] * right[[j]] for j in range(n_inputs))
    assert np.allclose(mixed, wanted)
    assert np.allclose((left @ right).T, right.T @ left.T)


# --- where it goes wrong


def agrees_with_the_loops(candidate):
    """Return whether candidate(inputs, weights, biases) is a dense layer.

    All sizes differ in the first run, which shows in shapes. In the second,
    as many neurons as inputs; in the third, as many samples as neurons: a
    mistake then shows in values alone.
    """
    for n_samples, n_inputs, n_neurons in ((5, 4, 3), (5, 4, 4), (3, 4, 3)):
        inputs = RNG.standard_normal((n_samples, n_inputs))
        weights = RNG.standard_normal((n_inputs, n_neurons))
        biases = RNG.standard_normal((1, n_neurons))
        wanted = [
            script.layer(row, weights.T.tolist(), biases[0].tolist())
            for row in inputs.tolist()
        ]
        try:
            got = candidate(inputs, weights, biases)
        except ValueError:
            return False
        if got.shape != (n_samples, n_neurons) or not np.allclose(got, wanted):
            return False
    return True


def test_the_line_of_the_chapter_is_a_layer():
    assert agrees_with_the_loops(lambda x, w, b: x @ w + b)
    assert agrees_with_the_loops(lambda x, w, b: (w.T @ x.T + b.T).T)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x, w, b: x @ w.T + b,
        lambda x, w, b: x @ w,
        lambda x, w, b: x @ (w + b),
        lambda x, w, b: x @ w - b,
        lambda x, w, b: x @ w + b.sum(),
        lambda x, w, b: x[:1] @ w + b,
    ],
    ids=["turned", "no bias", "early", "minus", "summed", "one sample"],
)
def test_wrong_layers_are_refused(wrong):
    assert not agrees_with_the_loops(wrong)


def test_a_square_layer_that_is_turned_over_is_caught():
    def turned_if_square(x, w, b):
        return x @ (w.T if w.shape[0] == w.shape[1] else w) + b

    square = RNG.standard_normal((4, 4))
    inputs = RNG.standard_normal((5, 4))
    biases = np.zeros((1, 4))
    assert turned_if_square(inputs, square, biases).shape == (5, 4)
    assert not agrees_with_the_loops(turned_if_square)


def test_biases_as_a_column_are_caught():
    def column_if_it_fits(x, w, b):
        return x @ w + (b.T if len(x) == b.size else b)

    assert not agrees_with_the_loops(column_if_it_fits)


def test_a_missing_weight_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        script.neuron([1.0, 1.0, 3.0, 2.0], [-1.0, -1.0, 1.0], 0.0)
    # The usual zip says nothing, and answers 1 where 3 was right.
    pairs = zip(script.strip, [-1.0, -1.0, 1.0], strict=False)
    assert sum(x * w for x, w in pairs) == 1
    assert script.neuron(script.strip, EDGE, 0.0) == 3


def test_the_star_is_not_the_product():
    inputs, weights = script.inputs, script.weights
    scaled = inputs * weights[:, 0]
    assert scaled.shape == (2, 4)
    assert (scaled.sum(axis=1) == inputs @ weights[:, 0]).all()
    assert scaled.sum() == 2
    assert scaled.sum(axis=0).shape == (4,)
    assert not agrees_with_the_loops(
        lambda x, w, b: (x * w[:, 0]).sum(axis=1, keepdims=True) + b
    )


def test_bytes_wrap_around_and_floats_do_not():
    pixels = RNG.integers(0, 256, (50, 30)).astype(np.uint8)
    weights = RNG.integers(0, 5, 30).astype(np.uint8)
    exact = [
        sum(int(p) * int(w) for p, w in zip(row, weights, strict=True))
        for row in pixels
    ]
    assert (pixels.astype(np.float64) @ weights == exact).all()
    assert not (pixels @ weights == exact).any()
    assert (pixels @ weights == np.array(exact) % 256).all()


def test_a_vector_has_nothing_to_transpose():
    vector = RNG.standard_normal(4)
    assert vector.T.shape == (4,)
    assert (vector.T @ vector).shape == ()  # no table of products
    assert vector[np.newaxis, :].T.shape == (4, 1)
    assert (vector[:, np.newaxis] @ vector[np.newaxis, :]).shape == (4, 4)


def test_the_tests_that_the_page_names_exist(root):
    page = (root / "docs/chapters/02-first-neurons.md").read_text("utf-8")
    named = set(re.findall(r"`(test_[a-z_]+)`", page))
    here = Path(__file__).read_text("utf-8")
    assert len(named) >= 5
    assert {name for name in named if f"def {name}(" not in here} == set()


# --- solutions


def test_shapes_that_the_solution_prints():
    answers = {
        ((4,), (4,)): (),
        ((4,), (4, 3)): (3,),
        ((2, 4), (4,)): (2,),
        ((2, 4), (4, 3)): (2, 3),
        ((1, 4), (4, 1)): (1, 1),
        ((4, 1), (1, 4)): (4, 4),
    }
    for (first, second), shape in answers.items():
        assert (np.ones(first) @ np.ones(second)).shape == shape
    with pytest.raises(ValueError, match="mismatch"):
        np.ones((2, 4)) @ np.ones((3, 4))


def test_the_three_deciding_neurons():
    biases = (-1.5, 0.5, -0.5)
    for a, b, c in product((0, 1), repeat=3):
        said = [
            script.neuron([a, b, c], weights, bias) > 0
            for weights, bias in zip(
                script.switch_weights.T, biases, strict=True
            )
        ]
        assert said == [
            a + b + c >= 2,
            not (a or b or c),
            bool(a and not b),
        ]


def test_the_neurons_are_at_right_angles():
    assert np.allclose(script.unit.T @ script.unit, np.eye(3))
    # Light everywhere changes the third output alone.
    lighter = (script.inputs + 1) @ script.weights + script.biases
    change = lighter - script.outputs
    assert (change == [[0, 0, 1]]).all()
    # A pattern that overlaps with another is seen as such.
    assert script.cosine(np.array(EDGE), np.array([0, 0, 1, 1])) > 0.5


def test_multiply_refuses_what_does_not_fit():
    with pytest.raises(
        ValueError,
        match=r"expected rows of 3 numbers on the left, got 4",
    ):
        script.multiply(script.strips, script.patterns)
    with pytest.raises(ValueError, match="got 1"):
        script.multiply([[1.0, 2.0], [3.0]], [[1.0], [1.0]])


def test_the_bias_is_a_weight_on_1():
    inputs = RNG.standard_normal((6, 4))
    weights, biases = RNG.standard_normal((4, 3)), RNG.standard_normal((1, 3))
    longer = np.hstack((inputs, np.ones((6, 1))))
    together = np.vstack((weights, biases))
    assert np.allclose(longer @ together, inputs @ weights + biases)


def test_sliding_finds_the_steps():
    assert script.windows.shape == (9, 4)
    assert (script.windows[8] == [1, 4, 4, 1]).all()
    assert np.flatnonzero(script.scores[:, 0] == 5).tolist() == [1, 7]
    assert script.scores[8, 1] == script.scores[:, 1].max() == 6


def test_the_bright_strip_wins_by_its_sides_and_not_by_its_light():
    dim, bright = np.array([0.0, 0, 1, 1]), np.array([7.0, 9, 9, 10])
    assert script.neuron(bright, EDGE, 0.0) == 3
    assert script.neuron(bright - 7, EDGE, 0.0) == 3  # less light, the same
    assert script.neuron(dim, EDGE, 0.0) == 2
