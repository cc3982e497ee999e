"""Chapter 8: what goes wrong is caught, and the solutions solve."""

import numpy as np
import pytest

from nnfs_code.gradient_check import numerical_gradient

RNG = np.random.default_rng(88)


@pytest.fixture(scope="module")
def script():
    """Return the chapter's script, run once."""
    from nnfs_code.chapters import ch08_gradients_and_the_chain_rule

    return ch08_gradients_and_the_chain_rule


def test_the_neuron_on_paper_holds_every_number(script):
    """Each number of the two figures and of the numbered steps."""
    values = {"m1": 1, "m2": 1.5, "z": 3, "a": 3, "e": 2, "loss": 4}
    slopes = {"d_e": 4, "d_a": 4, "d_z": 4, "d_w1": 8, "d_x1": 2}
    slopes |= {"d_w2": -4, "d_x2": -6, "d_b": 4}
    x = np.array([2.0, -1.0])
    w = np.array([0.5, -1.5])
    b = np.array([0.5])
    m = x * w
    z = m.sum() + b
    a = np.maximum(z, 0)
    error = a - 1
    assert [*m, *z, *a, *error, *error**2] == list(values.values())

    def loss():
        return float((max(0.0, x @ w + b[0]) - 1) ** 2)

    found = [numerical_gradient(loss, part) for part in (x, w, b)]
    np.testing.assert_allclose(found[0], [slopes["d_x1"], slopes["d_x2"]])
    np.testing.assert_allclose(found[1], [slopes["d_w1"], slopes["d_w2"]])
    np.testing.assert_allclose(found[2], [slopes["d_b"]])
    for name in ("d_e", "d_a", "d_z", "d_w1", "d_x1", "d_w2", "d_x2", "d_b"):
        assert getattr(script, name) == slopes[name]


def test_a_neuron_that_is_off_has_no_gradient(script):
    np.testing.assert_array_equal(script.silent, 0)
    assert script.neuron_loss(script.off) == 1


def test_the_whole_chain_is_the_measured_gradient(script):
    measured = numerical_gradient(script.chain_loss, script.inputs)

    np.testing.assert_allclose(script.d_inputs, measured, rtol=1e-5)
    for values, found in (
        (script.weights, script.d_weights),
        (script.more_weights, script.d_more_weights),
    ):
        by_steps = numerical_gradient(script.chain_loss, values)
        np.testing.assert_allclose(found, by_steps, rtol=1e-5, atol=1e-8)
    # A step that is left out is seen.
    skipped = script.d_hidden @ script.weights.T
    assert not np.allclose(skipped, measured, rtol=1e-5)


def test_an_overwritten_path_is_caught(script):
    x = np.array([2.0])
    measured = numerical_gradient(lambda: float(x[0] ** 2 * 3 * x[0]), x)[0]
    u, v = x[0] ** 2, 3 * x[0]

    assert v * 2 * x[0] + u * 3 == pytest.approx(measured, rel=1e-5)
    assert script.d_x != pytest.approx(measured, rel=1e-5)
    # The training does not show it.
    assert script.train(True) == pytest.approx(2, abs=1e-4)
    assert script.train(False) == pytest.approx(2, abs=1e-4)


@pytest.mark.parametrize("n_neurons", [3, 4])
def test_a_missing_transpose_is_caught(n_neurons):
    x = RNG.normal(size=(1, 3))
    w = RNG.normal(size=(3, n_neurons))
    g = RNG.normal(size=(1, n_neurons))
    measured = numerical_gradient(lambda: float((x @ w * g).sum()), x)

    np.testing.assert_allclose(g @ w.T, measured, rtol=1e-5)
    if n_neurons == 3:  # the shapes fit: only the numbers tell
        assert (g @ w).shape == measured.shape
        assert not np.allclose(g @ w, measured, rtol=1e-2)
    else:
        with pytest.raises(ValueError, match="mismatch"):
            g @ w


def test_moving_everything_gives_the_sum():
    at, h = RNG.normal(size=6), 1e-5
    factors = RNG.normal(size=6)

    def f(v):
        return float((factors * v**2).sum())

    one_by_one = numerical_gradient(lambda: f(at), at)
    together = (f(at + h) - f(at - h)) / (2 * h)

    assert together == pytest.approx(one_by_one.sum(), rel=1e-5)
    assert not np.allclose(one_by_one, together)


def test_a_function_that_reads_a_copy_gives_zeros():
    values = RNG.normal(size=(2, 3))
    copy = values.copy()

    blind = numerical_gradient(lambda: float((copy**2).sum()), values)
    right = numerical_gradient(lambda: float((values**2).sum()), values)

    np.testing.assert_array_equal(blind, 0)
    np.testing.assert_allclose(right, 2 * values, rtol=1e-5)


def test_only_the_kink_disagrees(script):
    for z in (-1.0, -1e-4, 1e-4, 1.0):
        assert script.relu_slope(z) == pytest.approx(int(z > 0), abs=1e-9)
    assert script.relu_slope(0.0) == 0.5
    for z in (-5e-6, 5e-6):
        assert 0.2 < script.relu_slope(z) < 0.8


def test_a_batch_falls_into_blocks(script):
    x = RNG.normal(size=(3, 2))
    w = RNG.normal(size=(2, 4))

    found = script.numerical_jacobian(lambda: x @ w, x)

    np.testing.assert_allclose(found, np.kron(np.eye(3), w.T), atol=1e-8)


def test_the_orders_cost_what_the_page_counts(script):
    assert script.from_the_loss == 1280 + 16384 + 100352
    assert script.from_the_inputs == 12845056 + 1003520 + 7840
    assert script.row_back == 1280 + 16384
    assert script.tables == 784 * 128 + 128 * 128 + 128 * 10
    assert script.one_by_one == 784 * 128 * (16384 + 1280) + 128 * 128 * 1280
    matrices = [RNG.normal(size=shape) for shape in ((1, 3), (3, 4), (4, 5))]
    first, second, third = matrices
    np.testing.assert_allclose(
        first @ second @ third, first @ (second @ third), rtol=1e-10
    )


def test_solution_1_three_partials(script):
    x, y, z = script.here

    np.testing.assert_allclose([y, x + z**2, 2 * y * z], [3, 3, -6])
    found = numerical_gradient(lambda: script.three(script.here), script.here)
    np.testing.assert_allclose(found, [3, 3, -6], rtol=1e-5)


def test_solution_2_no_direction_is_steeper(script):
    angles = np.linspace(0, 2 * np.pi, 361)
    slopes = np.cos(angles) * 3 + np.sin(angles) * 4

    assert slopes.max() == pytest.approx(5, abs=1e-3)
    assert script.hill @ np.array([-4, 3]) == 0


def test_solution_3_a_sigmoid_neuron(script):
    found = numerical_gradient(
        lambda: script.sigmoid_loss(script.theta), script.theta
    )

    np.testing.assert_allclose(found, [-0.25, -0.5, -0.25], rtol=1e-5)


def test_solution_4_forward_wins_for_one_input(script):
    assert script.back == 784 * 128 * 16 + 784 * 16
    assert script.ahead == 16 * 128 + 128 * 784
    assert script.back > 10 * script.ahead


@pytest.mark.parametrize("n", [1, 2, 7])
def test_solution_5_a_running_sum(script, n):
    values, g = RNG.normal(size=n), RNG.normal(size=n)
    measured = numerical_gradient(lambda: float(values.cumsum() @ g), values)

    np.testing.assert_allclose(
        script.cumsum_backward(g), measured, rtol=1e-5, atol=1e-8
    )
    if n > 1:  # the running sum from the wrong end is seen
        assert not np.allclose(g.cumsum(), measured)


def test_solution_6_one_check_for_all_products(script):
    x, w = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 2))
    g = RNG.normal(size=(5, 2))

    def agrees(values, found):
        error = script.product_error(lambda: x @ w, values, g, found)
        return error < 1e-8

    assert agrees(x, g @ w.T)
    assert agrees(w, x.T @ g)
    assert not agrees(x, 1.01 * g @ w.T)
    assert not agrees(w, x.T @ g / 5)
    assert not agrees(x, (g @ w.T)[:1])


def test_the_slope_along_the_diagonal_is_not_the_sum():
    def bowl(v):
        return v[0] ** 2 + 2 * v[1] ** 2

    spot, h = np.array([1.0, 1.0]), 1e-5
    diagonal = np.ones(2) / np.sqrt(2)  # of length 1, as in (8.5)
    ahead, behind = bowl(spot + h * diagonal), bowl(spot - h * diagonal)
    assert (ahead - behind) / (2 * h) == pytest.approx(6 / np.sqrt(2))
