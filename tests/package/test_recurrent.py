"""The recurrent layer: by hand, by a plain loop, by slopes, by PyTorch."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.activations import ReLU
from nnfs_code.gradient_check import check, numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError, SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.model_check import check_model
from nnfs_code.optimizers import Adam
from nnfs_code.packing import pack
from nnfs_code.penalties import L2
from nnfs_code.recurrent import RNN, EachStep
from nnfs_code.sequences import adding, echo, padded

GOLDEN = Path(__file__).parent / "golden" / "recurrent.json"
NAMES = ("weights", "state_weights", "biases")


def rnn(*sizes, dtype=np.float64, **how):
    rng = np.random.default_rng(1)
    layer = RNN(*sizes, rng=rng, dtype=dtype, **how)
    layer.biases[:] = rng.standard_normal(layer.biases.shape)
    return layer


def normal(*shape):
    return np.random.default_rng(2).standard_normal(shape)


def close(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-10)


def by_loops(layer, sequence):
    """The states of one sequence: one step and one unit after another."""
    state, states = [0.0] * layer.n_units, []
    for row in sequence:
        after = []
        for k in range(layer.n_units):
            total = layer.biases[0, k]
            for x, w in zip(row, layer.weights[:, k], strict=True):
                total += x * w
            for h, u in zip(state, layer.state_weights[:, k], strict=True):
                total += h * u
            after.append(np.tanh(total))
        state = after
        states.append(state)
    return np.array(states)


LENGTHS = st.lists(st.integers(1, 6), min_size=1, max_size=4)


@given(LENGTHS, st.integers(1, 3), st.integers(1, 3))
def test_it_says_what_the_loops_say(lengths, n_inputs, n_units):
    sequences = [normal(length, n_inputs) for length in lengths]
    inputs, found = padded(sequences, value=9.0)
    layer = rnn(n_inputs, n_units, return_sequences=True)
    states = layer.forward(inputs, found)
    layer.return_sequences = False
    last = layer.forward(inputs, found)
    for i, sequence in enumerate(sequences):
        expected = by_loops(layer, sequence)
        close(states[i, : len(sequence)], expected)
        assert not states[i, len(sequence) :].any()
        close(last[i], expected[-1])


def test_by_hand():
    layer = rnn(1, 1)
    layer.weights[:], layer.state_weights[:] = 0.5, 2.0
    layer.biases[:] = 0
    out = layer.forward(np.array([[[1.0], [-1.0]]]))
    one = np.tanh(0.5)
    two = np.tanh(2 * one - 0.5)
    close(out, [[two]])
    d_inputs = layer.backward(np.array([[3.0]]))
    late = 3 * (1 - two**2)
    early = 2 * late * (1 - one**2)
    close(d_inputs[0, :, 0], [0.5 * early, 0.5 * late])
    close(layer.d_weights, [[early - late]])
    close(layer.d_state_weights, [[one * late]])
    close(layer.d_biases, [[early + late]])


HOW = {
    "last": {},
    "all": {"return_sequences": True},
    "padded": {"padding": 0.0},
    "all, padded": {"padding": 0.0, "return_sequences": True},
}


@pytest.mark.parametrize("name", HOW)
def test_gradients(name):
    layer, inputs = rnn(2, 3, **HOW[name]), normal(4, 5, 2)
    if "padding" in HOW[name]:  # a slope would move a step of zeros
        inputs[0, 3:], inputs[2, 1:] = 0, 0
        real = layer.forward(inputs.copy())
        assert layer.lengths.tolist() == [3, 5, 1, 5]
        layer.padding = None
        forward, lengths = layer.forward, layer.lengths
        layer.forward = lambda values: forward(values, lengths)
        close(layer.forward(inputs), real)
    report = check(layer, inputs)
    assert report.agrees, report
    assert [c.name for c in report.comparisons] == [
        "inputs",
        "weights",
        "state_weights",
        "biases",
    ]


class Forgets(RNN):
    """It blames the last use of the state weights, and not the others."""

    def parameter_gradients(self, d_outputs):
        super().parameter_gradients(d_outputs)
        d_sums = self.back_through_time(d_outputs)
        self.d_state_weights = self.states[:, -2].T @ d_sums[:, -1]


def test_the_check_finds_a_step_that_is_left_out():
    layer = Forgets(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    report = check(layer, normal(4, 5, 2))
    assert not report.agrees
    wrong = [c.name for c in report.comparisons if not c.agrees]
    assert wrong == ["state_weights"]


@pytest.mark.parametrize("share", [0.99, 1.01])
def test_the_check_finds_one_per_cent(share):
    layer = rnn(2, 3)
    through = layer.back_through_time
    layer.back_through_time = lambda d: share * through(d)
    assert not check(layer, normal(4, 5, 2)).agrees


def test_each_step_agrees_with_slopes():
    steps = EachStep(Dense(3, 2, rng=np.random.default_rng(0), dtype=float))
    assert check(steps, normal(4, 5, 3)).agrees
    d_outputs = normal(4, 10)
    close(
        steps.backward(d_outputs)[1, 2],
        d_outputs[1, 4:6] @ steps.layer.weights.T,
    )


def recall(model, n=4):
    bits, heard = echo(n, 6, 2, rng=np.random.default_rng(3), dtype=float)
    return check_model(model, bits, heard)


@pytest.mark.parametrize("penalty", [None, L2(0.1)])
def test_two_of_them_in_a_model(penalty):
    rng = np.random.default_rng(0)
    parts = [
        RNN(1, 3, rng=rng, return_sequences=True, dtype=np.float64),
        RNN(3, 2, rng=rng, return_sequences=True, dtype=np.float64),
        EachStep(Dense(2, 1, rng=rng, dtype=np.float64)),
    ]
    model = Model(parts, SigmoidCrossEntropy(), penalty=penalty)
    assert recall(model).agrees
    assert len(model.pairs()) == 8


def through_truncation(layer, inputs, length):
    """The loss of a last state whose start is held fixed at a value."""
    start = layer.forward(inputs)[:, -length - 1].copy()
    late = inputs[:, -length:].copy()

    def value():
        state = start
        for t in range(length):
            sums = late[:, t] @ layer.weights + layer.biases
            state = np.tanh(sums + state @ layer.state_weights)
        return float(state.sum())

    return value


@pytest.mark.parametrize("length", [1, 2, 5])
def test_truncated_gradients_are_those_of_the_last_stretch(length):
    inputs = normal(3, 7, 2)
    layer = rnn(2, 3, truncation=length)
    layer.forward(inputs)
    d_inputs = layer.backward(np.ones((3, 3)))
    found = [getattr(layer, f"d_{name}").copy() for name in NAMES]
    layer.return_sequences = True
    value = through_truncation(layer, inputs, length)
    for name, gradient in zip(NAMES, found, strict=True):
        slopes = numerical_gradient(value, getattr(layer, name))
        np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-8)
    assert not d_inputs[:, :-length].any()
    assert d_inputs[:, -length:].all()


def test_a_long_truncation_changes_nothing():
    inputs, d_outputs = normal(3, 4, 2), normal(3, 3)
    whole, cut = rnn(2, 3), rnn(2, 3, truncation=4)
    whole.forward(inputs), cut.forward(inputs)
    np.testing.assert_array_equal(
        whole.backward(d_outputs), cut.backward(d_outputs)
    )
    cut.truncation = 3
    assert not np.allclose(whole.d_biases, 0)
    cut.backward(d_outputs)
    assert not np.allclose(whole.d_biases, cut.d_biases)


@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("truncation", [None, 2])
def test_padding_changes_nothing(sequences, truncation):
    how = {"return_sequences": sequences, "truncation": truncation}
    each = [normal(length, 2) for length in (3, 5, 1)]
    inputs, lengths = padded(each, value=7.0)
    layer = rnn(2, 3, **how)
    outputs = layer.forward(inputs, lengths)
    d_outputs = normal(*outputs.shape)
    d_inputs = layer.backward(d_outputs)
    together = [getattr(layer, f"d_{name}") for name in NAMES]
    alone = [np.zeros_like(gradient) for gradient in together]
    for i, one in enumerate(each):
        found = layer.forward(one[np.newaxis])
        kept = (i, slice(len(one))) if sequences else i
        close(found[0], outputs[kept])
        close(
            layer.backward(d_outputs[kept][np.newaxis])[0],
            d_inputs[i, : len(one)],
        )
        assert not d_inputs[i, len(one) :].any()
        for total, name in zip(alone, NAMES, strict=True):
            total += getattr(layer, f"d_{name}")
    for ours, expected in zip(together, alone, strict=True):
        close(ours, expected)


def test_lengths_win_over_padding():
    inputs = normal(1, 4, 2)
    inputs[0, 2:] = 0
    layer = rnn(2, 3, padding=0.0)
    layer.forward(inputs, np.array([4]))
    assert layer.lengths.tolist() == [4]
    layer.forward(inputs)
    assert layer.lengths.tolist() == [2]


def test_padding_goes_on_through_a_second_layer():
    inputs = normal(2, 4, 2)
    inputs[0, 2:] = 0
    first = rnn(2, 3, padding=0.0, return_sequences=True)
    second = rnn(3, 3, padding=0.0)
    second.forward(first.forward(inputs))
    assert second.lengths.tolist() == [2, 4]


def test_what_is_kept_is_its_own():
    layer, inputs = rnn(2, 3), normal(2, 4, 2)
    layer.forward(inputs)[:] = 100
    assert np.abs(layer.states).max() < 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept(dtype):
    layer = rnn(2, 3, dtype=dtype, truncation=2, padding=0.0)
    outputs = layer.forward(normal(2, 4, 2).astype(dtype))
    found = [outputs, layer.backward(np.ones_like(outputs))]
    for name in NAMES:
        found += [getattr(layer, name), getattr(layer, f"d_{name}")]
    assert {values.dtype for values in found} == {np.dtype(dtype)}


def test_the_start():
    layer = RNN(400, 30, rng=np.random.default_rng(0), dtype=np.float64)
    close(layer.state_weights @ layer.state_weights.T, np.eye(30))
    assert layer.weights.var() == pytest.approx(1 / 400, rel=0.1)
    assert not layer.biases.any()
    assert RNN(1, 1, rng=np.random.default_rng(0)).dtype == np.float32


LEAST = " of at least 1, got 0"
FLOATS = "dtype float32 or float64, got int64"
STEPS = "inputs of shape (n_samples, n_steps, "
REFUSED = [
    (lambda: rnn(0, 3), ValueError, f"RNN expected n_inputs{LEAST}"),
    (lambda: rnn(3, 0), ValueError, f"RNN expected n_units{LEAST}"),
    (
        lambda: rnn(3, 3, truncation=0),
        ValueError,
        f"RNN expected truncation{LEAST}",
    ),
    (lambda: rnn(3, 3, dtype=int), TypeError, f"RNN expected {FLOATS}"),
    (
        lambda: rnn(2, 3).forward(normal(4, 2)),
        ValueError,
        f"RNN expected {STEPS}2), got (4, 2)",
    ),
    (
        lambda: rnn(2, 3).forward(normal(4, 2, 3)),
        ValueError,
        f"RNN expected {STEPS}2), got (4, 2, 3)",
    ),
    (
        lambda: rnn(2, 3).forward(normal(4, 2, 2).astype(np.float32)),
        TypeError,
        "RNN expected inputs of dtype float64, got float32",
    ),
    (
        lambda: rnn(2, 3).forward(normal(4, 2, 2), np.array([1, 2, 3, 1])),
        ValueError,
        "RNN expected lengths 1 to 2, got 1 to 3",
    ),
    (
        lambda: rnn(2, 3).backward(normal(4, 3)),
        RuntimeError,
        "RNN.backward expected forward to be called first",
    ),
    (
        lambda: EachStep(ReLU()),
        TypeError,
        "EachStep expected a Dense, got a ReLU",
    ),
    (
        lambda: steps().forward(normal(4, 3)),
        ValueError,
        f"EachStep expected {STEPS}n_features), got (4, 3)",
    ),
    (
        lambda: steps().forward([[[1.0]]]),
        TypeError,
        "EachStep expected inputs as a plain array, got a list",
    ),
    (
        lambda: steps().backward(normal(4, 3)),
        RuntimeError,
        "Dense.backward expected forward to be called first",
    ),
]


def steps():
    return EachStep(Dense(3, 1, rng=np.random.default_rng(0), dtype=float))


@pytest.mark.parametrize(("call", "kind", "said"), REFUSED)
def test_what_is_refused(call, kind, said):
    with pytest.raises(kind, match=f"^{re.escape(said)}$"):
        call()


def test_gradients_of_another_shape_are_refused():
    layer, each, wanted = rnn(2, 3), steps(), "expected d_outputs of"
    layer.forward(normal(4, 5, 2))
    each.forward(normal(4, 5, 3))
    with pytest.raises(ValueError, match=rf"^RNN.* {wanted} shape \(4, 3\)"):
        layer.backward(normal(4, 5, 3))
    with pytest.raises(TypeError, match=rf"^RNN.* {wanted} dtype float64"):
        layer.backward(np.ones((4, 3), np.float32))
    with pytest.raises(ValueError, match=rf"^Each.* {wanted} shape \(4, 5\)"):
        each.backward(normal(20, 1))
    with pytest.raises(TypeError, match=rf"^Each.* {wanted} dtype float64"):
        each.backward(np.ones((4, 5), np.float32))
    layer.return_sequences = True
    with pytest.raises(ValueError, match=rf"{wanted} shape \(4, 5, 3\)"):
        layer.backward(normal(4, 3))


def adder(seed=0):
    rng = np.random.default_rng(seed)
    layer = RNN(2, 8, rng=rng, truncation=5, padding=-1.0, dtype=np.float64)
    last = Dense(8, 1, rng=rng, dtype=np.float64)
    return Model([layer, last], MeanSquaredError())


def test_it_fits_in_a_model():
    model, rng = adder(), np.random.default_rng(5)
    inputs, sums = adding(200, 4, rng=rng, dtype=np.float64)
    before = model.evaluate(inputs, sums).loss
    model.fit(inputs, sums, Adam(0.02), epochs=15, batch_size=20, rng=rng)
    assert model.evaluate(inputs, sums).loss < before / 10
    close(model.predict(inputs, batch_size=7), model.forward(inputs))


def test_packed_it_learns_the_same():
    inputs, sums = adding(20, 6, rng=np.random.default_rng(5), dtype=float)
    plain, packed = adder(), pack(adder())
    one, two = Adam(0.01), Adam(0.01)
    for _ in range(5):
        loss = plain.train_step(inputs, sums, one)
        assert packed.train_step(inputs, sums, two) == pytest.approx(loss)


def test_a_model_with_both_goes_on_where_it_was_saved(tmp_path):
    rng = np.random.default_rng(0)
    layer = RNN(1, 4, rng=rng, return_sequences=True, truncation=3)
    parts = [layer, EachStep(Dense(4, 1, rng=rng))]
    model, adam = Model(parts, SigmoidCrossEntropy()), Adam(0.01)
    bits, heard = echo(8, 6, 2, rng=rng)
    model.train_step(bits, heard, adam)
    model.save(tmp_path / "memory.npz")
    again = Model.load(tmp_path / "memory.npz")
    found, each = again.parts
    assert (found.return_sequences, found.truncation) == (True, 3)
    assert found.padding is None
    assert each.parts[0] is each.layer
    for _ in range(3):
        losses = [
            model.train_step(bits, heard, adam),
            again.train_step(bits, heard, again.optimizer),
        ]
        assert losses[0] == losses[1]
    np.testing.assert_array_equal(again.predict(bits), model.predict(bits))
    assert np.ptp(again.predict(bits)) > 0


@pytest.mark.parametrize("name", ["last", "all", "unequal", "unequal, all"])
def test_pytorch(name):
    theirs = json.loads(GOLDEN.read_text("utf-8"))["recurrent"][name]
    numbers = {key: np.array(value) for key, value in theirs.items() if value}
    layer = rnn(3, 4, return_sequences="all" in name)
    for key in NAMES:
        getattr(layer, key)[:] = numbers[key]
    outputs = layer.forward(numbers["inputs"], numbers.get("lengths"))
    close(outputs, numbers["outputs"])
    close(layer.backward(numbers["d_outputs"]), numbers["d_inputs"])
    for key in NAMES:
        close(getattr(layer, f"d_{key}"), numbers[f"d_{key}"])
    with pytest.raises(AssertionError):
        close(1.01 * layer.d_state_weights, numbers["d_state_weights"])
