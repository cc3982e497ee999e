"""The tagged formulas of chapter 29, held to the page and to numbers."""

import numpy as np
import pytest

from claims import derivation
from nnfs_code.clipping import Clipped
from nnfs_code.gated import GRU, LSTM
from nnfs_code.gradient_check import numerical_derivative
from nnfs_code.optimizers import SGD

RNG = np.random.default_rng(29)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Step:
    """One step of one unit, with a loss of its state and of its cell."""

    def __init__(self):
        self.before, self.z_f, self.g = RNG.normal(size=3)
        self.i, self.o = RNG.random(2)

    @property
    def f(self):
        return sigmoid(self.z_f)

    def cell(self, **given):
        of = {"f": self.f, "i": self.i, "g": self.g, "before": self.before}
        of |= given
        return of["f"] * of["before"] + of["i"] * of["g"]

    def state(self, o=None, cell=None):
        return (self.o if o is None else o) * np.tanh(
            self.cell() if cell is None else cell
        )

    @staticmethod
    def loss(state):
        return (state - 0.3) ** 2

    def d_state(self):
        return numerical_derivative(self.loss, self.state())

    def d_cell(self):
        return numerical_derivative(
            lambda c: self.loss(self.state(cell=c)), self.cell()
        )

    def along(self, name):
        return numerical_derivative(
            lambda v: self.loss(self.state(cell=self.cell(**{name: v}))),
            getattr(self, name),
        )


STEPS = [Step() for _ in range(5)]
each = pytest.mark.parametrize("step", STEPS)


def unit(kind):
    layer = kind(1, 1, rng=RNG, return_sequences=True, dtype=np.float64)
    layer.biases[:] = RNG.normal(size=layer.biases.shape)
    xs = RNG.normal(size=(1, 4, 1))
    return layer, xs, layer.forward(xs)[0, :, 0]


def test_cell_and_state():
    derivation(
        "29-lstm-and-gru",
        "29.1",
        r"c_t = f_t \, c_{t-1} + i_t \, g_t, \qquad h_t = o_t \tanh(c_t)",
    )
    layer, _, states = unit(LSTM)
    cell = 0.0
    for t, state in enumerate(states):
        i, f, o, g = layer.gates[t, 0]
        cell = f * cell + i * g
        assert state == pytest.approx(o * np.tanh(cell))


@each
def test_from_the_state_to_the_cell(step):
    derivation(
        "29-lstm-and-gru",
        "29.2",
        r"\frac{\partial L}{\partial c_t} = \frac{\partial L}{\partial h_t}"
        r" \, o_t \, (1 - \tanh^2 c_t)",
    )
    slope = step.d_state() * step.o * (1 - np.tanh(step.cell()) ** 2)
    assert step.d_cell() == pytest.approx(slope, rel=1e-5, abs=1e-9)


@each
def test_each_factor_gets_the_other(step):
    derivation(
        "29-lstm-and-gru",
        "29.3",
        r"\frac{\partial L}{\partial f_t} = \frac{\partial L}{\partial c_t}"
        r" \, c_{t-1}, \qquad \frac{\partial L}{\partial i_t} ="
        r" \frac{\partial L}{\partial c_t} \, g_t, \qquad"
        r" \frac{\partial L}{\partial g_t} ="
        r" \frac{\partial L}{\partial c_t} \, i_t, \qquad"
        r" \frac{\partial L}{\partial o_t} ="
        r" \frac{\partial L}{\partial h_t} \tanh(c_t)",
    )
    for name, other in (("f", step.before), ("i", step.g), ("g", step.i)):
        slope = step.d_cell() * other
        assert step.along(name) == pytest.approx(slope, rel=1e-5, abs=1e-9)
    of_o = numerical_derivative(lambda o: step.loss(step.state(o=o)), step.o)
    slope = step.d_state() * np.tanh(step.cell())
    assert of_o == pytest.approx(slope, rel=1e-5, abs=1e-9)


@each
def test_the_cell_before(step):
    derivation(
        "29-lstm-and-gru",
        "29.4",
        r"\frac{\partial L}{\partial c_{t-1}} = f_t \,"
        r" \frac{\partial L}{\partial c_t}",
    )
    slope = step.f * step.d_cell()
    assert step.along("before") == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_the_gates():
    derivation(
        "29-lstm-and-gru",
        "29.5",
        r"f_t = \sigma(w_f x_t + u_f h_{t-1} + b_f), \qquad"
        r" g_t = \tanh(w_g x_t + u_g h_{t-1} + b_g)",
    )
    layer, xs, states = unit(LSTM)
    w, u = layer.weights[0], layer.state_weights[0]
    for t in range(4):
        before = states[t - 1] if t else 0.0
        sums = w * xs[0, t, 0] + u * before + layer.biases[0]
        expected = [*sigmoid(sums[:3]), np.tanh(sums[3])]
        np.testing.assert_allclose(layer.gates[t, 0], expected)


@each
def test_back_through_the_sigmoid(step):
    derivation(
        "29-lstm-and-gru",
        "29.6",
        r"\frac{\partial L}{\partial z_f} = \frac{\partial L}{\partial c_t}"
        r" \, c_{t-1} \, f_t (1 - f_t)",
    )
    found = numerical_derivative(
        lambda z: step.loss(step.state(cell=step.cell(f=sigmoid(z)))),
        step.z_f,
    )
    slope = step.d_cell() * step.before * step.f * (1 - step.f)
    assert found == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_all_sums_in_one_product():
    derivation(
        "29-lstm-and-gru",
        "29.7",
        r"\mathbf{Z}_t = \mathbf{X}_t \mathbf{W} + \mathbf{H}_{t-1}"
        r" \mathbf{U} + \mathbf{b}",
    )
    layer = LSTM(2, 3, rng=RNG, dtype=np.float64)
    xs = RNG.normal(size=(4, 5, 2))
    layer.forward(xs)
    for t in range(5):
        sums = xs[:, t] @ layer.weights
        sums += layer.states[t] @ layer.state_weights + layer.biases
        sums[:, :9] = sigmoid(sums[:, :9])
        sums[:, 9:] = np.tanh(sums[:, 9:])
        np.testing.assert_allclose(layer.gates[t], sums)


def test_the_state_of_a_gru_is_a_mixture():
    derivation(
        "29-lstm-and-gru", "29.8", r"h_t = z_t \, h_{t-1} + (1 - z_t) \, n_t"
    )
    layer, _, states = unit(GRU)
    before = 0.0
    for t, state in enumerate(states):
        _, z, n = layer.gates[t, 0]
        assert state == pytest.approx(z * before + (1 - z) * n)
        before = state


def test_the_candidate_of_a_gru():
    derivation(
        "29-lstm-and-gru",
        "29.9",
        r"n_t = \tanh\bigl(w_n x_t + b_n + r_t (u_n h_{t-1} + b'_n)\bigr)",
    )
    layer = GRU(1, 1, rng=RNG, return_sequences=True, dtype=np.float64)
    layer.biases[:] = RNG.normal(size=(1, 3))
    layer.state_biases[:] = 0.7
    xs = RNG.normal(size=(1, 4, 1))
    states = [0.0, *layer.forward(xs)[0, :, 0]]
    for t in range(4):
        r, _, n = layer.gates[t, 0]
        inner = layer.state_weights[0, 2] * states[t] + 0.7
        outer = layer.weights[0, 2] * xs[0, t, 0] + layer.biases[0, 2]
        assert n == pytest.approx(np.tanh(outer + r * inner))


@pytest.mark.parametrize("most", [0.5, 100.0])
def test_the_norm_is_limited(most):
    derivation(
        "29-lstm-and-gru",
        "29.10",
        r"\mathbf{g} \leftarrow \mathbf{g} \cdot \min\Bigl(1,"
        r" \frac{m}{\lVert \mathbf{g} \rVert}\Bigr)",
    )
    slope, value = RNG.normal(size=7), np.zeros(7)
    Clipped(SGD(1.0), most).update([(value, slope)])
    share = min(1, most / np.linalg.norm(slope))
    np.testing.assert_allclose(-value, slope * share)
