"""Reasons that the page of chapter 28 gives: with the cause, and without."""

import numpy as np
import pytest

from nnfs_code.gradient_check import check
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.recurrent import RNN
from nnfs_code.sequences import echo, lengths_of
from reasons import reason
from script_28 import PAGE, RUNS, script, trained


def test_a_weight_that_is_used_twice_has_two_parts():
    reason(PAGE, "and the loss answers to both. So the slopes add up")
    names = script()
    right = RNN(2, 3, rng=np.random.default_rng(5), dtype=np.float64)
    forgets = names["Forgetful"](
        2, 3, rng=np.random.default_rng(5), dtype=np.float64
    )
    long, short = np.random.default_rng(6).normal(size=(2, 4, 5, 2))
    assert check(right, long).agrees
    assert not check(forgets, long).agrees
    # With a single step there is a single use, and nothing to forget.
    assert check(forgets, short[:, :1].copy()).agrees


def test_slopes_below_1_take_the_gradient_of_an_orthogonal_matrix():
    reason(PAGE, "because the slopes are below 1 at each of them")
    for seed in range(5):
        rng = np.random.default_rng(seed)
        layer = RNN(1, 32, rng=rng, dtype=np.float64)
        layer.forward(rng.standard_normal((8, 50, 1)))
        d_last = rng.standard_normal((8, 32))
        layer.backward(d_last)
        first = layer.step_gradients.reshape(8, 50, 32)[:, 0]
        left = np.linalg.norm(first, axis=1) / np.linalg.norm(d_last, axis=1)
        assert left.max() < 1e-5
        assert left.mean() < 1e-6
        assert (1 - layer.states[:, 1:] ** 2).max() <= 1
        straight = d_last  # the same states, and all slopes 1
        for _ in range(50):
            straight = straight @ layer.state_weights.T
        np.testing.assert_allclose(
            np.linalg.norm(straight, axis=1), np.linalg.norm(d_last, axis=1)
        )


def test_the_gradient_must_cover_the_delay():
    reason(PAGE, "The step from 4 to 5 is the step from no gradient to one")
    stored = RUNS["echo, truncated"]
    assert np.median(stored["4"]) < 0.9
    assert min(stored["5"]) > 0.9
    # The first bit's gradient from an answer four steps later.
    for truncation, reached in ((4, False), (5, True)):
        rng = np.random.default_rng(0)
        layer = RNN(1, 6, rng=rng, truncation=truncation, dtype=np.float64)
        layer.forward(echo(3, 5, 4, rng=rng, dtype=np.float64)[0])
        d_inputs = layer.backward(rng.standard_normal((3, 6)))
        assert (np.abs(d_inputs[:, 0]) > 0).any() == reached


def test_it_is_what_comes_after_the_marks_and_not_the_length():
    reason(PAGE, "So it is not the length")
    reason(PAGE, "So it matters what comes after the marks.")
    for n_steps in (60, 100):
        for rate in ("0.001", "0.003"):
            name = f"{n_steps} {rate}"
            assert max(RUNS["adding, last ten"][name]) < 0.02
            assert min(RUNS["adding, first ten"][name]) > 0.12
            assert min(RUNS["adding"][name]) > 0.12


def test_without_a_mask_two_steps_more_spoil_the_answer():
    reason(PAGE, "and the two steps more turn the state further")
    names = script()
    rng = np.random.default_rng(7)
    for seed in (0, 1):
        layer, last = trained(None, seed).parts
        inputs, wanted = names["firsts"](400, 10, rng)
        said = last.forward(layer.forward(inputs))
        assert ((said - wanted) ** 2).mean() > 0.4
        # The same ten steps, and the state stays as it was after eight.
        said = last.forward(layer.forward(inputs, np.full(400, 8)))
        assert ((said - wanted) ** 2).mean() < 0.06


def test_the_mask_makes_the_task_harder_where_lengths_differ():
    reason(PAGE, "since its first number is one to seven steps back")
    names = script()
    mixed = trained(0.0, 0)
    rng = np.random.default_rng(0)
    layer = RNN(1, 12, rng=rng, padding=0.0, dtype=np.float64)
    last = Dense(12, 1, rng=rng, dtype=np.float64)
    alike, adam = Model([layer, last], MeanSquaredError()), Adam(0.003)
    for _ in range(200):
        inputs = rng.standard_normal((32, 8, 1))
        alike.train_step(inputs, np.tanh(inputs[:, 0]), adam)
    fresh = rng.standard_normal((500, 8, 1))
    errors = [
        mixed.evaluate(*names["firsts"](500, 8, rng)).loss,
        alike.evaluate(fresh, np.tanh(fresh[:, 0])).loss,
    ]
    assert errors[0] > 0.07
    assert errors[1] < 0.05


def test_the_loss_falls_by_one_bias_at_the_padding():
    reason(PAGE, "so the answer is one bias of the dense layer")
    names = script()
    real, coins, model = names["real"], names["coins"], names["model"]
    fair = -np.log(0.5)

    def costs():
        chances = model.predict(names["said_bits"])
        wrong = -np.log(np.where(coins == 1, chances, 1 - chances))
        return wrong[real].mean(), wrong[~real].mean()

    layer, head = model.parts
    assert (layer.forward(names["said_bits"])[~real] == 0).all()
    at_real, at_padding = costs()
    assert at_real > fair - 0.03
    assert at_padding < 0.25
    learned = head.layer.biases.copy()
    head.layer.biases[:] = 0
    assert costs()[1] == pytest.approx(fair)
    head.layer.biases[:] = learned
    assert costs() == (at_real, at_padding)


def test_seven_products_with_the_state_weights_lie_between():
    reason(PAGE, "For it, the first number is always seven steps back.")
    rng = np.random.default_rng(0)
    layer = RNN(1, 4, rng=rng, dtype=np.float64)
    layer.forward(rng.standard_normal((1, 8, 1)))
    d_last = rng.standard_normal((1, 4))
    layer.backward(d_last)
    arrived = d_last  # by hand, with seven products
    for t in range(7):
        slopes = 1 - layer.states[:, 8 - t] ** 2
        arrived = (arrived * slopes) @ layer.state_weights.T
    first = layer.step_gradients[:1] / (1 - layer.states[:, 1] ** 2)
    np.testing.assert_allclose(arrived, first)
    assert not np.allclose(arrived @ layer.state_weights.T, first)


def test_what_ends_in_the_padding_number_is_cut():
    reason(PAGE, "Each sequence that ends in a 0 is cut.")
    bits = echo(300, 12, 3, rng=np.random.default_rng(1))[0]
    ends_in_0 = bits[:, -1, 0] == 0
    np.testing.assert_array_equal(lengths_of(bits, 0.0) < 12, ends_in_0)
    assert (lengths_of(bits, -1.0) == 12).all()


@pytest.mark.parametrize("seed", range(3))
def test_two_zeros_more_are_another_sequence(seed):
    reason(PAGE, "the network has read two zeros more")
    names = script()
    layer = RNN(1, 2, rng=np.random.default_rng(seed), dtype=np.float64)
    longer = np.concatenate([names["three"][0], np.zeros((2, 1))])
    without = layer.forward(names["together"])[0]
    np.testing.assert_allclose(layer.forward(longer[np.newaxis])[0], without)
    lengths = np.array([2, 4, 1])
    assert not np.allclose(
        layer.forward(names["together"], lengths)[0], without
    )


def test_with_tanh_it_may_go_on_growing():
    """Both eigenvalues 0.9; without tanh what grows at first goes again."""
    reason(PAGE, "tanh the slopes are in the matrix too, and the gradient may")
    layer = RNN(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
    layer.state_weights[:] = [[4.9, -4], [4, -3.1]]
    layer.weights[:] = np.eye(2)
    values = np.linalg.eigvals(layer.state_weights)
    np.testing.assert_allclose(np.abs(values), 0.9, atol=1e-6)
    held = np.array([0, np.sqrt(0.5)])  # the state at each step: slopes 1, ½
    inputs = np.tile(np.arctanh(held) - held @ layer.state_weights, (51, 1))
    inputs[0] = np.arctanh(held)
    layer.forward(inputs[np.newaxis])
    np.testing.assert_allclose(layer.states[0, 2], held, atol=1e-9)
    layer.states[0, 1:] = held  # rounding grows too: it would lead away
    layer.backward(np.eye(2)[:1])
    sizes = np.linalg.norm(layer.step_gradients, axis=1)[::-1]
    assert sizes[10] > 1e4
    assert sizes[30] > 1e9 * sizes[10]
    powers = [
        np.linalg.norm(np.linalg.matrix_power(layer.state_weights, k), 2)
        for k in (1, 10, 200)
    ]
    assert powers[1] > powers[0] > 1
    assert powers[2] < 1e-3
