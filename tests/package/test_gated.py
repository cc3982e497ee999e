"""LSTM and GRU: by hand, by plain loops, by slopes, by PyTorch."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.clipping import Clipped
from nnfs_code.gated import GRU, LSTM
from nnfs_code.gates import Gated, squash
from nnfs_code.gradient_check import check, numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError, SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.model_check import check_model
from nnfs_code.optimizers import Adam
from nnfs_code.packing import pack
from nnfs_code.penalties import L2
from nnfs_code.recurrent import EachStep
from nnfs_code.sequences import adding, echo, padded

GOLDEN = Path(__file__).parent / "golden" / "gated.json"
KINDS = pytest.mark.parametrize("kind", [LSTM, GRU])


def made(kind, *sizes, dtype=np.float64, **how):
    rng = np.random.default_rng(1)
    layer = kind(*sizes, rng=rng, dtype=dtype, **how)
    layer.biases[:] = rng.standard_normal(layer.biases.shape)
    if kind is GRU:
        layer.state_biases[:] = rng.standard_normal(layer.n_units)
    return layer


def names(layer):
    return [name for name in vars(layer) if f"d_{name}" in vars(layer)]


def normal(*shape):
    return np.random.default_rng(2).standard_normal(shape)


def close(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-10)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def by_steps(layer, sequence, state=None, cell=0.0):
    """The states of one sequence, by the formulas as the page has them."""
    k, states = layer.n_units, []
    state = np.zeros(k) if state is None else state
    for row in sequence:
        outer = row @ layer.weights + layer.biases[0]
        inner = state @ layer.state_weights
        if isinstance(layer, LSTM):
            enter, keep, show, new = (outer + inner).reshape(4, k)
            cell = sigmoid(keep) * cell + sigmoid(enter) * np.tanh(new)
            state = sigmoid(show) * np.tanh(cell)
        else:
            reset, keep = sigmoid((outer + inner)[: 2 * k].reshape(2, k))
            recalled = inner[2 * k :] + layer.state_biases[0]
            new = np.tanh(outer[2 * k :] + reset * recalled)
            state = keep * state + (1 - keep) * new
        states.append(state)
    return np.array(states)


LENGTHS = st.lists(st.integers(1, 6), min_size=1, max_size=4)


@KINDS
@given(lengths=LENGTHS, n_inputs=st.integers(1, 3), n_units=st.integers(1, 3))
def test_it_says_what_the_formulas_say(kind, lengths, n_inputs, n_units):
    sequences = [normal(length, n_inputs) for length in lengths]
    inputs, found = padded(sequences, value=9.0)
    layer = made(kind, n_inputs, n_units, return_sequences=True)
    states = layer.forward(inputs, found)
    layer.return_sequences = False
    last = layer.forward(inputs, found)
    for i, sequence in enumerate(sequences):
        expected = by_steps(layer, sequence)
        close(states[i, : len(sequence)], expected)
        assert not states[i, len(sequence) :].any()
        close(last[i], expected[-1])


def test_squash():
    sums = normal(5, 4)
    expected = sigmoid(sums)
    squash(sums)
    close(sums, expected)


HOW = {
    "last": {},
    "all": {"return_sequences": True},
    "padded": {"padding": 0.0},
    "all, padded": {"padding": 0.0, "return_sequences": True},
}


@KINDS
@pytest.mark.parametrize("name", HOW)
def test_gradients(kind, name):
    layer, inputs = made(kind, 2, 3, **HOW[name]), normal(4, 5, 2)
    if "padding" in HOW[name]:  # a slope would move a step of zeros
        inputs[0, 3:], inputs[2, 1:] = 0, 0
        layer.forward(inputs)
        assert layer.lengths.tolist() == [3, 5, 1, 5]
        layer.padding = None
        forward, lengths = layer.forward, layer.lengths
        layer.forward = lambda values: forward(values, lengths)
    report = check(layer, inputs)
    assert report.agrees, report
    expected = ["inputs", "weights", "state_weights", "biases"]
    expected += ["state_biases"] if kind is GRU else []
    assert [c.name for c in report.comparisons] == expected


@KINDS
@pytest.mark.parametrize("share", [0.99, 1.01])
def test_the_check_finds_one_per_cent(kind, share):
    layer = made(kind, 2, 3)
    back = layer.step_back

    def wrong(t, d_state, *others):
        return share * back(t, d_state, *others)

    layer.step_back = wrong
    assert not check(layer, normal(4, 5, 2)).agrees


@KINDS
@pytest.mark.parametrize("penalty", [None, L2(0.1)])
def test_two_of_them_in_a_model(kind, penalty):
    rng = np.random.default_rng(0)
    parts = [
        kind(1, 3, rng=rng, return_sequences=True, dtype=np.float64),
        kind(3, 2, rng=rng, return_sequences=True, dtype=np.float64),
        EachStep(Dense(2, 1, rng=rng, dtype=np.float64)),
    ]
    model = Model(parts, SigmoidCrossEntropy(), penalty=penalty)
    bits, heard = echo(4, 6, 2, rng=rng, dtype=float)
    assert check_model(model, bits, heard).agrees
    assert len(model.pairs()) == (10 if kind is GRU else 8)


@KINDS
@pytest.mark.parametrize("length", [1, 2, 5])
def test_truncated_gradients_are_those_of_the_last_stretch(kind, length):
    inputs = normal(3, 7, 2)
    layer = made(kind, 2, 3, truncation=length)
    layer.forward(inputs)
    d_inputs = layer.backward(np.ones((3, 3)))
    state = layer.states[-length - 1].copy()
    cell = layer.cells[-length - 1].copy() if kind is LSTM else np.zeros(3)
    found = {name: getattr(layer, f"d_{name}").copy() for name in names(layer)}
    assert len(found) == (4 if kind is GRU else 3)

    def value():
        return sum(
            by_steps(layer, inputs[i, -length:], state[i], cell[i])[-1].sum()
            for i in range(3)
        )

    cell = cell if kind is LSTM else [0.0] * 3
    for name, gradient in found.items():
        slopes = numerical_gradient(value, getattr(layer, name))
        np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-8)
    assert not d_inputs[:, :-length].any()
    assert d_inputs[:, -length:].all()


@KINDS
@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("truncation", [None, 2])
def test_padding_changes_nothing(kind, sequences, truncation):
    how = {"return_sequences": sequences, "truncation": truncation}
    each = [normal(length, 2) for length in (3, 5, 1)]
    inputs, lengths = padded(each, value=7.0)
    layer = made(kind, 2, 3, **how)
    outputs = layer.forward(inputs, lengths)
    d_outputs = normal(*outputs.shape)
    d_inputs = layer.backward(d_outputs)
    together = {n: getattr(layer, f"d_{n}") for n in names(layer)}
    cells = layer.cells[-1] if kind is LSTM else None
    alone = dict.fromkeys(together, 0)
    for i, one in enumerate(each):
        found = layer.forward(one[np.newaxis])
        kept = (i, slice(len(one))) if sequences else i
        close(found[0], outputs[kept])
        if kind is LSTM:
            close(layer.cells[-1, 0], cells[i])
        slopes = layer.backward(d_outputs[kept][np.newaxis])[0]
        close(slopes, d_inputs[i, : len(one)])
        assert not d_inputs[i, len(one) :].any()
        for name in alone:
            alone[name] = alone[name] + getattr(layer, f"d_{name}")
    for name, expected in alone.items():
        close(together[name], expected)


@KINDS
def test_lengths_win_over_padding(kind):
    inputs = normal(1, 4, 2)
    inputs[0, 2:] = 0
    layer = made(kind, 2, 3, padding=0.0)
    layer.forward(inputs, np.array([4]))
    assert layer.lengths.tolist() == [4]
    layer.forward(inputs)
    assert layer.lengths.tolist() == [2]


@KINDS
@pytest.mark.parametrize("sequences", [False, True])
def test_what_is_kept_is_its_own(kind, sequences):
    layer = made(kind, 2, 3, return_sequences=sequences)
    layer.forward(normal(2, 4, 2))[:] = 100
    assert np.abs(layer.states).max() < 1
    d_outputs = np.ones((2, 4, 3) if sequences else (2, 3))
    layer.backward(d_outputs)
    assert (d_outputs == 1).all()


@KINDS
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept_on_the_way_back(kind, dtype):
    """One step in the wider type would make all earlier ones as slow."""
    layer, met = made(kind, 2, 3, dtype=dtype), set()
    back = layer.step_back

    def noted(t, *slopes):
        before = back(t, *slopes)
        met.update(values.dtype for values in (*slopes, before))
        return before

    layer.step_back = noted
    layer.backward(np.ones_like(layer.forward(normal(2, 4, 2).astype(dtype))))
    assert met == {np.dtype(dtype)}


@KINDS
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept(kind, dtype):
    layer = made(kind, 2, 3, dtype=dtype, truncation=2, padding=0.0)
    outputs = layer.forward(normal(2, 4, 2).astype(dtype))
    found = [outputs, layer.backward(np.ones_like(outputs))]
    for name in names(layer):
        found += [getattr(layer, name), getattr(layer, f"d_{name}")]
    assert {values.dtype for values in found} == {np.dtype(dtype)}
    assert all(values.flags.c_contiguous for values in found)


def test_the_start():
    rng = np.random.default_rng(0)
    lstm = LSTM(400, 30, rng=rng, dtype=np.float64)
    gru = GRU(400, 30, rng=rng, dtype=np.float64)
    for layer, n in ((lstm, 4), (gru, 3)):
        assert layer.weights.shape == (400, 30 * n)
        assert layer.weights.var() == pytest.approx(1 / 400, rel=0.1)
        for block in np.split(layer.state_weights, n, axis=1):
            close(block @ block.T, np.eye(30))
    np.testing.assert_array_equal(np.flatnonzero(lstm.biases), range(30, 60))
    assert set(lstm.biases.ravel()) == {0.0, 1.0}
    assert not gru.biases.any()
    assert not gru.state_biases.any()
    assert GRU(1, 1, rng=rng).dtype == np.float32


LEAST = "of at least 1, got 0"
STEPS = "{} expected inputs of shape (n_samples, n_steps, 2), got "
REFUSED = [
    (lambda k: made(k, 0, 3), ValueError, "{} expected n_inputs " + LEAST),
    (lambda k: made(k, 3, 0), ValueError, "{} expected n_units " + LEAST),
    (
        lambda k: made(k, 3, 3, truncation=0),
        ValueError,
        "{} expected truncation " + LEAST,
    ),
    (
        lambda k: made(k, 3, 3, dtype=int),
        TypeError,
        "{} expected dtype float32 or float64, got int64",
    ),
    (
        lambda k: made(k, 2, 3).forward(normal(4, 2)),
        ValueError,
        STEPS + "(4, 2)",
    ),
    (
        lambda k: made(k, 2, 3).forward(normal(4, 2, 3)),
        ValueError,
        STEPS + "(4, 2, 3)",
    ),
    (
        lambda k: made(k, 2, 3).forward(normal(4, 2, 2).astype(np.float32)),
        TypeError,
        "{} expected inputs of dtype float64, got float32",
    ),
    (
        lambda k: made(k, 2, 3).forward(normal(4, 2, 2), np.array([3, 1])),
        ValueError,
        "{} expected lengths of shape (4,), got (2,)",
    ),
    (
        lambda k: made(k, 2, 3).backward(normal(4, 3)),
        RuntimeError,
        "{}.backward expected forward to be called first",
    ),
]


@KINDS
@pytest.mark.parametrize(("call", "error", "said"), REFUSED)
def test_what_is_refused(kind, call, error, said):
    whole = re.escape(said.format(kind.__name__))
    with pytest.raises(error, match=f"^{whole}$"):
        call(kind)


@KINDS
def test_gradients_of_another_shape_are_refused(kind):
    layer, name = made(kind, 2, 3), kind.__name__
    layer.forward(normal(4, 5, 2))
    wanted = f"^{name}.backward expected d_outputs of"
    with pytest.raises(ValueError, match=rf"{wanted} shape \(4, 3\)"):
        layer.backward(normal(4, 5, 3))
    with pytest.raises(TypeError, match=f"{wanted} dtype float64"):
        layer.backward(np.ones((4, 3), np.float32))
    layer.return_sequences = True
    with pytest.raises(ValueError, match=rf"{wanted} shape \(4, 5, 3\)"):
        layer.backward(normal(4, 3))


def test_what_they_share_has_no_steps():
    layer = Gated(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    with pytest.raises(NotImplementedError):
        layer.forward(normal(4, 5, 2))
    with pytest.raises(NotImplementedError):
        layer.back_through_time(normal(4, 3))


def adder(kind, seed=0):
    rng = np.random.default_rng(seed)
    layer = kind(2, 8, rng=rng, truncation=5, padding=-1.0, dtype=np.float64)
    last = Dense(8, 1, rng=rng, dtype=np.float64)
    return Model([layer, last], MeanSquaredError())


@KINDS
def test_it_fits_in_a_model(kind):
    model, rng = adder(kind), np.random.default_rng(5)
    inputs, sums = adding(200, 4, rng=rng, dtype=np.float64)
    before = model.evaluate(inputs, sums).loss
    optimizer = Clipped(Adam(0.02), 1.0)
    model.fit(inputs, sums, optimizer, epochs=15, batch_size=20, rng=rng)
    assert model.evaluate(inputs, sums).loss < before / 5
    close(model.predict(inputs, batch_size=7), model.forward(inputs))


@KINDS
def test_packed_it_learns_the_same(kind):
    inputs, sums = adding(20, 6, rng=np.random.default_rng(5), dtype=float)
    plain, packed = adder(kind), pack(adder(kind))
    one, two = Clipped(Adam(0.01), 0.1), Clipped(Adam(0.01), 0.1)
    for _ in range(5):
        loss = plain.train_step(inputs, sums, one)
        assert packed.train_step(inputs, sums, two) == pytest.approx(loss)


@KINDS
def test_a_model_goes_on_where_it_was_saved(kind, tmp_path):
    rng, model = np.random.default_rng(0), adder(kind)
    adam = Clipped(Adam(0.01), 0.05)
    inputs, sums = adding(8, 6, rng=rng, dtype=float)
    for _ in range(3):
        model.train_step(inputs, sums, adam)
    model.save(tmp_path / "gates.npz")
    again = Model.load(tmp_path / "gates.npz")
    assert type(again.parts[0]) is kind
    assert (again.parts[0].truncation, again.parts[0].padding) == (5, -1.0)
    assert again.optimizer.max_norm == 0.05
    assert again.optimizer.last_norm == adam.last_norm > 0
    for _ in range(3):
        expected = model.train_step(inputs, sums, adam)
        found = again.train_step(inputs, sums, again.optimizer)
        assert found == expected
    np.testing.assert_array_equal(again.predict(inputs), model.predict(inputs))


def ordered(values, n_units, kind):
    """PyTorch's rows of gates as our columns: its order, transposed."""
    rows = np.array(values)
    blocks = np.split(rows, len(rows) // n_units)
    if kind is LSTM:  # input, forget, candidate, output
        blocks = [blocks[i] for i in (0, 1, 3, 2)]
    return np.concatenate(blocks).T


@KINDS
@pytest.mark.parametrize("name", ["last", "all", "unequal", "unequal, all"])
def test_pytorch(kind, name):
    golden = json.loads(GOLDEN.read_text("utf-8"))["gated"]
    theirs = golden[f"{kind.__name__}, {name}"]
    layer = made(kind, 3, 4, return_sequences="all" in name)

    def of(key):
        return ordered(theirs[key], 4, kind)

    layer.weights[:] = of("weight_ih_l0")
    layer.state_weights[:] = of("weight_hh_l0")
    outer, inner = of("bias_ih_l0"), of("bias_hh_l0")
    if kind is GRU:
        layer.state_biases[:] = inner[8:]
        inner[8:] = 0
    layer.biases[:] = outer + inner
    lengths = theirs["lengths"] and np.array(theirs["lengths"])
    outputs = layer.forward(np.array(theirs["inputs"]), lengths)
    close(outputs, theirs["outputs"])
    d_inputs = layer.backward(np.array(theirs["d_outputs"]))
    close(d_inputs, theirs["d_inputs"])
    close(layer.d_weights, of("d_weight_ih_l0"))
    close(layer.d_state_weights, of("d_weight_hh_l0"))
    close(layer.d_biases[0], of("d_bias_ih_l0"))
    if kind is GRU:
        close(layer.d_state_biases[0], of("d_bias_hh_l0")[8:])
    else:
        close(layer.d_biases[0], of("d_bias_hh_l0"))
    with pytest.raises(AssertionError):
        close(1.01 * layer.d_state_weights, of("d_weight_hh_l0"))
