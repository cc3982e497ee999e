"""The tagged formulas of chapter 28, held to the page and to numbers."""

import numpy as np
import pytest

from claims import derivation
from nnfs_code.gradient_check import numerical_derivative, numerical_gradient
from nnfs_code.recurrent import RNN

RNG = np.random.default_rng(28)


def two_steps(w1=3.0, w2=3.0, u=0.5):
    """The loss of the page's two steps, each use of w a weight of its own."""
    return (w2 * 2 + u * (w1 * 1 + u * 0) - 6) ** 2


def test_each_use_has_a_slope_of_its_own():
    derivation(
        "28-recurrent-networks",
        "28.1",
        r"\frac{\partial L}{\partial w_2} = 3 \cdot 2 = 6, \qquad"
        r" \frac{\partial L}{\partial w_1} = 1.5 \cdot 1 = 1.5",
    )
    late = numerical_derivative(lambda w: two_steps(w2=w), 3.0)
    early = numerical_derivative(lambda w: two_steps(w1=w), 3.0)
    assert [late, early] == pytest.approx([6, 1.5])


def test_the_slopes_of_the_uses_add_up():
    derivation(
        "28-recurrent-networks",
        "28.2",
        r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial w_1}"
        r" + \frac{\partial L}{\partial w_2} = 7.5, \qquad"
        r" \frac{\partial L}{\partial u} = 3 \cdot h_1 + 1.5 \cdot 0 = 9",
    )
    both = numerical_derivative(lambda w: two_steps(w, w), 3.0)
    along_u = numerical_derivative(lambda u: two_steps(u=u), 0.5)
    assert [both, along_u] == pytest.approx([7.5, 9])


class Unit:
    """One unit of tanh: states from any weights and from any state on."""

    def __init__(self):
        self.w, self.u, self.b = RNG.normal(size=3)
        self.xs = RNG.normal(size=6)
        self.states = [0.0]
        for x in self.xs:
            self.states.append(self.step(self.states[-1], x))

    def step(self, h, x):
        return np.tanh(self.w * x + self.u * h + self.b)

    def loss(self, h, start):
        """The loss if the state before step `start` is h."""
        for x in self.xs[start:]:
            h = self.step(h, x)
        return (h - 0.3) ** 2

    def of_state(self, t):
        """Its slope along the state after step t, by small steps."""
        return numerical_derivative(lambda h: self.loss(h, t), self.states[t])

    def of_sum(self, t):
        """Its slope along what tanh was given at step t."""
        z = np.arctanh(self.states[t])
        return numerical_derivative(lambda z: self.loss(np.tanh(z), t), z)


def test_the_state_of_one_unit():
    derivation(
        "28-recurrent-networks",
        "28.3",
        r"z_t = w x_t + u h_{t-1} + b, \qquad h_t = \tanh(z_t),"
        r" \qquad h_0 = 0",
    )
    unit = Unit()
    layer = RNN(1, 1, rng=RNG, return_sequences=True, dtype=np.float64)
    layer.weights[:], layer.state_weights[:] = unit.w, unit.u
    layer.biases[:] = unit.b
    found = layer.forward(unit.xs.reshape(1, -1, 1))[0, :, 0]
    np.testing.assert_allclose(found, unit.states[1:])


def test_back_through_tanh():
    derivation(
        "28-recurrent-networks",
        "28.4",
        r"\frac{\partial L}{\partial z_t} = \frac{\partial L}{\partial h_t}"
        r" \, (1 - h_t^2)",
    )
    unit = Unit()
    for t in range(1, 7):
        expected = unit.of_state(t) * (1 - unit.states[t] ** 2)
        assert unit.of_sum(t) == pytest.approx(expected, rel=1e-4, abs=1e-8)


def test_back_to_the_state_before():
    derivation(
        "28-recurrent-networks",
        "28.5",
        r"\frac{\partial L}{\partial h_{t-1}} = u \,"
        r" \frac{\partial L}{\partial z_t}",
    )
    unit = Unit()
    for t in range(1, 7):
        expected = unit.u * unit.of_sum(t)
        assert unit.of_state(t - 1) == pytest.approx(
            expected, rel=1e-4, abs=1e-8
        )


def test_the_parts_of_all_steps_add_up():
    derivation(
        "28-recurrent-networks",
        "28.6",
        r"\frac{\partial L}{\partial w} = \sum_t"
        r" \frac{\partial L}{\partial z_t} \, x_t, \qquad"
        r" \frac{\partial L}{\partial u} = \sum_t"
        r" \frac{\partial L}{\partial z_t} \, h_{t-1}, \qquad"
        r" \frac{\partial L}{\partial b} = \sum_t"
        r" \frac{\partial L}{\partial z_t}",
    )
    unit = Unit()
    d_z = np.array([unit.of_sum(t) for t in range(1, 7)])
    parts = {"w": d_z * unit.xs, "u": d_z * unit.states[:-1], "b": d_z}
    for name, part in parts.items():
        kept = getattr(unit, name)

        def moved(value, name=name):
            setattr(unit, name, value)
            return unit.loss(0.0, 0)

        slope = numerical_derivative(moved, kept)
        setattr(unit, name, kept)
        assert slope == pytest.approx(part.sum(), rel=1e-4, abs=1e-8)
        assert slope != pytest.approx(part[-1], rel=1e-2)


N, T, D, K = 3, 4, 2, 5


class Layer:
    """A loss that looks at each state of a layer, by plain matrices."""

    def __init__(self):
        self.x = RNG.normal(size=(T, N, D))
        self.w, self.u = RNG.normal(size=(D, K)), RNG.normal(size=(K, K)) / 2
        self.b, self.outside = (
            RNG.normal(size=(1, K)),
            RNG.normal(size=(T, N, K)),
        )
        self.nudge = np.zeros((T, N, K))  # on what tanh is given
        self.push = np.zeros((T, N, K))  # on the states

    def states(self):
        found = [np.zeros((N, K))]
        for t in range(T):
            z = self.x[t] @ self.w + found[-1] @ self.u + self.b
            found.append(np.tanh(z + self.nudge[t]) + self.push[t])
        return np.array(found)

    def loss(self):
        return float((self.states()[1:] * self.outside).sum())

    def slopes(self, values):
        return numerical_gradient(self.loss, values)


def test_the_states_of_a_layer():
    derivation(
        "28-recurrent-networks",
        "28.7",
        r"\mathbf{H}_t = \tanh(\mathbf{X}_t \mathbf{W} + \mathbf{H}_{t-1}"
        r" \mathbf{U} + \mathbf{b})",
    )
    plain = Layer()
    layer = RNN(D, K, rng=RNG, return_sequences=True, dtype=np.float64)
    layer.weights[:], layer.state_weights[:] = plain.w, plain.u
    layer.biases[:] = plain.b
    found = layer.forward(plain.x.transpose(1, 0, 2))
    np.testing.assert_allclose(found.transpose(1, 0, 2), plain.states()[1:])


def test_one_step_back_for_a_layer():
    derivation(
        "28-recurrent-networks",
        "28.8",
        r"\mathbf{\Delta}_t = \frac{\partial L}{\partial \mathbf{H}_t} \odot"
        r" (1 - \mathbf{H}_t \odot \mathbf{H}_t), \qquad"
        r" \frac{\partial L}{\partial \mathbf{H}_{t-1}} = \mathbf{G}_{t-1} +"
        r" \mathbf{\Delta}_t \mathbf{U}^\top",
    )
    plain = Layer()
    of_sums, of_states = plain.slopes(plain.nudge), plain.slopes(plain.push)
    expected = of_states * (1 - plain.states()[1:] ** 2)
    np.testing.assert_allclose(of_sums, expected, rtol=1e-5, atol=1e-8)
    before = plain.outside[:-1] + of_sums[1:] @ plain.u.T
    np.testing.assert_allclose(of_states[:-1], before, rtol=1e-5, atol=1e-8)
    alone = of_sums[1:] @ plain.u.T
    assert not np.allclose(of_states[:-1], alone, rtol=1e-2)


def test_the_gradients_of_a_layer():
    derivation(
        "28-recurrent-networks",
        "28.9",
        r"\frac{\partial L}{\partial \mathbf{W}} = \sum_t \mathbf{X}_t^\top"
        r" \mathbf{\Delta}_t, \qquad \frac{\partial L}{\partial \mathbf{U}}"
        r" = \sum_t \mathbf{H}_{t-1}^\top \mathbf{\Delta}_t",
    )
    plain = Layer()
    delta, before = plain.slopes(plain.nudge), plain.states()[:-1]
    pairs = {
        "w": sum(plain.x[t].T @ delta[t] for t in range(T)),
        "u": sum(before[t].T @ delta[t] for t in range(T)),
        "x": delta @ plain.w.T,
        "b": delta.sum(axis=(0, 1))[np.newaxis],
    }
    for name, expected in pairs.items():
        found = plain.slopes(getattr(plain, name))
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("scale", [0.5, 1.5])
def test_the_bound_on_a_gradient(scale):
    derivation(
        "28-recurrent-networks",
        "28.10",
        r"\lVert \mathbf{g}_{t-k} \rVert \le \sigma^k \,"
        r" \lVert \mathbf{g}_t \rVert",
    )
    for seed in range(5):
        rng = np.random.default_rng(seed)
        layer = RNN(1, 8, rng=rng, dtype=np.float64)
        drawn = rng.normal(size=(8, 8))
        layer.state_weights[:] = scale * drawn / np.linalg.norm(drawn, 2)
        sigma = np.linalg.svd(layer.state_weights, compute_uv=False)[0]
        assert sigma == pytest.approx(scale)
        layer.forward(rng.normal(size=(4, 20, 1)))
        d_last = rng.normal(size=(4, 8))
        layer.backward(d_last)
        back = layer.step_gradients.reshape(4, 20, 8) @ layer.state_weights.T
        sizes = np.linalg.norm(back, axis=2)[:, ::-1]
        bound = sigma ** np.arange(1, 21)
        shares = sizes / np.linalg.norm(d_last, axis=1)[:, np.newaxis]
        assert (shares <= bound).all()
        assert (shares[:, -1] < 0.5 * bound[-1]).all()
