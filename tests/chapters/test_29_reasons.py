"""The reasons that chapter 29 gives: each with its cause, and without it."""

import numpy as np
import pytest

from nnfs_code.clipping import Clipped
from nnfs_code.gated import GRU, LSTM
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError
from nnfs_code.model import Model
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.recurrent import RNN
from nnfs_code.sequences import adding
from reasons import reason
from script_29 import PAGE, TIMES, last, script


def test_open_gates_let_a_gradient_through():
    reason(PAGE, "gates alone don't help. Open gates do.")
    left = script()["left_after"]
    for kind in (LSTM, GRU):
        for seed in range(5):
            assert left(0, seed, kind)[50] < 1e-7
            assert left(5, seed, kind)[50] > 0.1


def test_the_output_gates_block_is_what_is_less_with_a_bias_of_5():
    """By the table it is less than with 3; without this block, more."""
    reason(PAGE, "That is the output gate's block of the gradient, which is")

    def left(bias, seed, without):
        rng = np.random.default_rng(seed)
        layer = LSTM(1, 32, rng=rng, dtype=np.float64)
        layer.biases[:, 32:64] = bias
        layer.forward(rng.standard_normal((8, 101, 1)))
        layer.backward(rng.standard_normal((8, 32)))
        blocks = layer.step_gradients.reshape(101, 8, 4, 32)
        rest = np.delete(blocks, without, axis=2).reshape(101, 8, -1)
        sizes = np.linalg.norm(rest, axis=2).mean(axis=1)[::-1]
        return (sizes / sizes[0])[10]

    for seed in range(5):
        with_it = [left(bias, seed, []) for bias in (3, 5)]
        assert with_it[1] < with_it[0] - 0.01
        without = [left(bias, seed, 2) for bias in (3, 5)]
        assert without[1] > without[0] + 0.02
    whole = script()["left_after"](5, 0)
    assert left(5, 0, []) == pytest.approx(whole[10])


def test_the_second_way_may_bring_a_gradient_past_half_open_gates():
    reason(PAGE, "through gates and matrix, may vanish too, and needn't.")

    def arrived(u):
        """Return the gradients for the candidate's sums, last to first."""
        layer = LSTM(1, 1, rng=np.random.default_rng(0), dtype=np.float64)
        layer.weights[:], layer.state_weights[:] = 0, [0, 0, 0, u]
        layer.biases[:] = [100, 0, 100, 0]
        layer.forward(np.zeros((1, 51, 1)))
        np.testing.assert_allclose(layer.gates[:, 0, 1], 0.5)
        layer.backward(np.ones((1, 1)))
        return layer.step_gradients.reshape(51, 4)[::-1, 3]

    np.testing.assert_allclose(arrived(0.5), 1)
    np.testing.assert_allclose(arrived(0), 0.5 ** np.arange(51))  # the cell


def test_at_the_start_next_to_nothing_gets_back_on_the_tasks_inputs():
    reason(PAGE, "On the inputs of this task, less than a millionth of a")
    for seed in range(5):
        rng = np.random.default_rng(seed)
        layer, end = GRU(2, 32, rng=rng), Dense(32, 1, rng=rng)
        inputs, sums = adding(32, 100, rng=rng)
        loss = MeanSquaredError()
        loss.forward(end.forward(layer.forward(inputs)), sums)
        layer.backward(end.backward(loss.backward()))
        arrived = layer.step_gradients.reshape(100, 32, -1)
        sizes = np.linalg.norm(arrived, axis=2).mean(axis=1)[::-1]
        assert 1e-9 < sizes[50] / sizes[0] < 5e-7
        gates = layer.gates[:, :, :64]
        assert gates.mean() == pytest.approx(0.5, abs=0.05)


def test_it_is_the_forget_gate():
    reason(PAGE, "So it matters how much this gate keeps, for this budget")
    assert max(last("LSTM, 0.003")) < 0.01
    assert min(last("forget gate held at 0.5, 0.003")) > 0.07
    assert max(last("forget gate held at 0.95, 0.003")) < 0.02


def stepped(optimizer, scale):
    """Return a value after five steps along gradients of this scale."""
    value, rng = np.zeros(4), np.random.default_rng(0)
    for _ in range(5):
        optimizer.update([(value, scale * (2 + rng.standard_normal(4)))])
    return value


def test_adam_divides_the_length_out_again():
    reason(PAGE, "and Adam divides that length out again")
    adam = [stepped(Clipped(Adam(0.1), most), 1) for most in (1e-1, 1e-3)]
    np.testing.assert_allclose(*adam, rtol=1e-2)
    sgd = [stepped(Clipped(SGD(0.1), most), 1) for most in (1e-1, 1e-3)]
    np.testing.assert_allclose(sgd[0], 100 * sgd[1])


def test_it_ends_where_epsilon_begins():
    reason(PAGE, "because there a single slope isn't large beside")

    def both(epsilon):
        return [
            stepped(Clipped(Adam(0.1, epsilon=epsilon), most), 1)
            for most in (1e-4, 1e-7)
        ]

    assert not np.allclose(*both(1e-7), rtol=0.2)
    np.testing.assert_allclose(*both(1e-20), rtol=0.02)


def moved(seed, max_norm):
    """Return how far one step of SGD at 0.1 goes, and the norm before."""
    _, norms = script()["exploding"](seed, max_norm)
    return 0.1 * min(norms[0], max_norm), norms[0]


def test_an_exploding_gradient_throws_the_weights_away():
    reason(PAGE, "one step along it throws the weights far away")
    exploding = script()["exploding"]
    for seed in range(5):
        far, norm = moved(seed, 1e30)
        near, same = moved(seed, 1.0)
        assert norm == same > 1000
        assert far > 100
        assert near == pytest.approx(0.1)
        losses = exploding(seed, 1.0)[0]
        assert losses[-1] == pytest.approx(losses[0], abs=0.3)


def by_the_dense_layer_alone(seed, throws):
    """Return the last states after some throws, and the losses on them."""
    rng = np.random.default_rng(seed)
    layer = RNN(2, 16, rng=rng, dtype=np.float64)
    layer.state_weights *= 3
    end = Dense(16, 1, rng=rng, dtype=np.float64)
    batch = adding(32, 50, rng=rng, dtype=np.float64)
    model, rate = Model([layer, end], MeanSquaredError()), SGD(0.1)
    for _ in range(throws):
        model.train_step(*batch, rate)
    states = layer.forward(batch[0])
    alone, rate = Model([end], MeanSquaredError()), SGD(0.1)
    losses = [
        alone.train_step(states, batch[1], rate) for _ in range(11 - throws)
    ]
    return states, losses


def test_after_the_throw_the_dense_layers_steps_are_too_long():
    reason(PAGE, "for such inputs the dense layer's steps at 0.1 are too long")
    for seed in range(5):
        free = script()["exploding"](seed, 1e30)[0]
        assert free[1] < free[0]  # the throw itself lands lower
        states, alone = by_the_dense_layer_alone(seed, throws=1)
        assert (np.abs(states) > 0.99).mean() > 0.95
        assert alone[0] == pytest.approx(free[1])
        assert (alone[-1] > 40) == (free[-1] > 40) == (seed < 4)
        states, alone = by_the_dense_layer_alone(seed, throws=0)
        assert (np.abs(states) > 0.99).mean() < 0.5
        assert alone[-1] < 0.3 * alone[0]


def test_a_threshold_that_is_too_high_prevents_nothing():
    reason(PAGE, "With too high a threshold it may still break")
    exploding = script()["exploding"]
    high = [exploding(seed, 1000.0)[0][-1] for seed in range(5)]
    low = [exploding(seed, 1.0)[0] for seed in range(5)]
    assert sorted(high)[1] > 40
    assert max(losses[-1] - losses[0] for losses in low) < 0.3


def test_one_product_pays_where_rows_are_few():
    reason(PAGE, "With 64 rows, a product per step is large enough.")
    names = "LSTM: its products alone", "LSTM: three more in the loop"
    few = [TIMES["batch 1"][name]["ms"] for name in names]
    many = [TIMES["batch 64"][name]["ms"] for name in names]
    assert few[1] > 5 * few[0]
    assert many[1] == pytest.approx(many[0], rel=0.05)


def test_the_two_biases_of_a_candidate_are_not_one():
    reason(PAGE, "Only one of them is multiplied by the reset gate, so they")

    def said(odds):
        """Return the states with one bias, and with the other."""
        inputs, found = np.random.default_rng(0).normal(size=(3, 4, 2)), []
        for inner, outer in ((0.7, 0.0), (0.0, 0.7)):
            layer = GRU(2, 3, rng=np.random.default_rng(1), dtype=np.float64)
            layer.biases[:, :3], layer.biases[:, 6:] = odds, outer
            layer.state_biases[:] = inner
            found.append(layer.forward(inputs))
        return found

    assert not np.allclose(*said(0.0), atol=0.01)
    np.testing.assert_allclose(*said(50.0))  # the reset is 1
