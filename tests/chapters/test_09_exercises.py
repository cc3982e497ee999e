"""Chapter 9: the pass on paper, what goes wrong, and the solutions."""

import math

import numpy as np
import pytest

from nnfs_code.gradient_check import check, numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy

RNG = np.random.default_rng(99)
SAMPLES = RNG.normal(size=(5, 3))


@pytest.fixture(scope="module")
def script():
    """Return the chapter's script, run once."""
    from nnfs_code.chapters import ch09_backpropagation

    return ch09_backpropagation


def dense(cls, n_inputs=3, n_neurons=4):
    return cls(
        n_inputs, n_neurons, rng=np.random.default_rng(1), dtype=np.float64
    )


def failed(report):
    return {c.name for c in report.comparisons if not c.agrees}


X = [[1, 2], [2, -1]]
W1, B1 = [[1, -1, 2], [0, 1, -1]], [0, 1, -1]
W2, B2 = [[0, 1], [1, 0], [0.5, -0.5]], [0, 1]
LABELS = [0, 1]


def on_paper(w1=W1, b1=B1, w2=W2, b2=B2):
    """Do the whole pass of the page with plain loops, without NumPy."""

    def layer(rows, weights, biases):
        return [
            [
                sum(x * weights[j][k] for j, x in enumerate(row)) + b
                for k, b in enumerate(biases)
            ]
            for row in rows
        ]

    def back(rows, weights, d):
        d_weights = [
            [
                sum(rows[i][j] * d[i][k] for i in range(2))
                for k in range(len(d[0]))
            ]
            for j in range(len(weights))
        ]
        d_biases = [[sum(column) for column in zip(*d, strict=True)]]
        d_rows = [
            [
                sum(g * w for g, w in zip(line, row, strict=True))
                for row in weights
            ]
            for line in d
        ]
        return d_weights, d_biases, d_rows

    z1 = layer(X, w1, b1)
    hidden = [[max(0, z) for z in row] for row in z1]
    logits = layer(hidden, w2, b2)
    totals = [sum(math.exp(z) for z in row) for row in logits]
    probabilities = [
        [math.exp(z) / total for z in row]
        for row, total in zip(logits, totals, strict=True)
    ]
    losses = [-math.log(probabilities[i][LABELS[i]]) for i in range(2)]
    d_logits = [
        [(p - (k == LABELS[i])) / 2 for k, p in enumerate(probabilities[i])]
        for i in range(2)
    ]
    d_w2, d_b2, d_hidden = back(hidden, w2, d_logits)
    d_z1 = [
        [g if z > 0 else 0 for g, z in zip(*rows, strict=True)]
        for rows in zip(d_hidden, z1, strict=True)
    ]
    d_w1, d_b1, d_inputs = back(X, w1, d_z1)
    return {
        "z1": z1,
        "hidden": hidden,
        "logits": logits,
        "probabilities": probabilities,
        "losses": losses,
        "mean_loss": sum(losses) / 2,
        "d_logits": d_logits,
        "dense2.d_weights": d_w2,
        "dense2.d_biases": d_b2,
        "d_hidden": d_hidden,
        "d_z1": d_z1,
        "dense1.d_weights": d_w1,
        "dense1.d_biases": d_b1,
        "d_inputs": d_inputs,
    }


PAPER = {
    "z1": [[1, 2, -1], [2, -2, 4]],
    "hidden": [[1, 2, 0], [2, 0, 4]],
    "logits": [[2, 2], [2, 1]],
    "probabilities": [[0.5, 0.5], [0.7311, 0.2689]],
    "losses": [0.6931, 1.3133],
    "mean_loss": 1.0032,
    "d_logits": [[-0.25, 0.25], [0.3655, -0.3655]],
    "dense2.d_weights": [[0.4811, -0.4811], [-0.5, 0.5], [1.4621, -1.4621]],
    "dense2.d_biases": [[0.1155, -0.1155]],
    "d_hidden": [[0.25, -0.25, -0.25], [-0.3655, 0.3655, 0.3655]],
    "d_z1": [[0.25, -0.25, 0], [-0.3655, 0, 0.3655]],
    "dense1.d_weights": [[-0.4811, -0.25, 0.7311], [0.8655, -0.5, -0.3655]],
    "dense1.d_biases": [[-0.1155, -0.25, 0.3655]],
    "d_inputs": [[0.5, -0.25], [0.3655, -0.3655]],
}


@pytest.mark.parametrize("name", PAPER)
def test_every_number_of_the_pass_on_paper(name):
    np.testing.assert_allclose(on_paper()[name], PAPER[name], atol=5e-5)


def test_the_losses_after_a_move_and_after_a_step():
    def step(name, values):
        return [
            [v - 0.1 * g for v, g in zip(*rows, strict=True)]
            for rows in zip(values, found[name], strict=True)
        ]

    found = on_paper()
    moved = on_paper(w1=[[1, -1, 2.01], [0, 1, -1]])["mean_loss"]
    after = on_paper(
        step("dense1.d_weights", W1),
        step("dense1.d_biases", [B1])[0],
        step("dense2.d_weights", W2),
        step("dense2.d_biases", [B2])[0],
    )["mean_loss"]

    assert moved == pytest.approx(1.0105, abs=5e-5)
    assert moved - found["mean_loss"] == pytest.approx(0.0073, abs=5e-5)
    assert after == pytest.approx(0.4555, abs=5e-5)


# Other names stand for other values, or for none, in the script.
ELSEWHERE = {"losses", "mean_loss", "probabilities", "d_inputs"}


@pytest.mark.parametrize("name", sorted({*PAPER} - ELSEWHERE))
def test_the_script_has_the_numbers_of_the_paper(script, name):
    found = script
    for part in name.split("."):
        found = getattr(found, part)

    np.testing.assert_allclose(found, on_paper()[name], atol=1e-12)


def test_a_forgotten_transpose_is_caught(script):
    square = check(dense(script.NoTranspose, 3, 3), SAMPLES)

    assert failed(square) == {"inputs"}
    with pytest.raises(ValueError, match="mismatch"):
        check(dense(script.NoTranspose), SAMPLES)


def test_wrong_biases_are_caught(script):
    assert failed(check(dense(script.OneForAll), SAMPLES)) == {"biases"}
    with pytest.raises(ValueError, match=r"shape \(1, 4\), got \(4,\)"):
        check(dense(script.Flat), SAMPLES)


def test_a_forgotten_mean_hides_in_a_batch_of_one(script):
    labels = np.array([0, 2, 1, 1, 0])

    assert not check(script.NotDivided(), SAMPLES, labels)
    assert check(script.NotDivided(), SAMPLES[:1], labels[:1])


def test_each_wrong_gate_is_caught(script):
    assert not check(script.HalfReLU(), SAMPLES)
    assert not check(script.GradientMask(), SAMPLES)
    assert check(script.ReLU(), SAMPLES)


def first_step(script, train, monkeypatch):
    """Return how far layer 1 moved in a step, and its negative gradient."""
    begun = script.start(3, 10.0)
    points, arms, dense1, dense2 = begun
    loss, relu = SoftmaxCrossEntropy(), script.ReLU()
    weights = dense1.weights.copy()

    def mean_loss():
        hidden = relu.forward(dense1.forward(points))
        return loss.forward(dense2.forward(hidden), arms)

    # A short step: 300 points and 64 neurons make many kinks to hit.
    downhill = -numerical_gradient(mean_loss, dense1.weights, step=1e-7)
    monkeypatch.setattr(script, "start", lambda seed, scale: begun)
    train(3, 0, scale=10.0)  # one step, after the loss of step 0
    return dense1.weights - weights, downhill


def test_one_step_follows_the_gradient(script, monkeypatch):
    moved, downhill = first_step(script, script.train, monkeypatch)

    np.testing.assert_allclose(moved, downhill, rtol=1e-3, atol=1e-8)


def test_one_step_in_the_wrong_order_does_not(script, monkeypatch):
    moved, downhill = first_step(script, script.hasty_train, monkeypatch)

    assert not np.allclose(moved, downhill, rtol=1e-3, atol=1e-8)


def test_ones_are_blind_to_a_silent_softmax(script):
    silent, scores = script.SilentSoftmax(), SAMPLES.copy()
    by_steps = numerical_gradient(lambda: silent.forward(scores).sum(), scores)

    np.testing.assert_allclose(by_steps, 0, atol=1e-8)
    assert not check(silent, SAMPLES)


def test_the_kink_is_a_false_alarm(script):
    at_the_kink = check(script.ReLU(), np.array([[0.0, -1.0, 2.0]]))
    (comparison,) = at_the_kink.comparisons

    assert not at_the_kink
    assert comparison.index == (0, 0)
    below, above = comparison.beside
    assert below == 0
    assert above == pytest.approx(0.12573, abs=5e-6)
    assert check(script.ReLU(), np.array([[0.001, -1.0, 2.0]]))


def test_a_forward_pass_in_between_spoils_the_gradient():
    layer, d_outputs = dense(Dense), np.ones((5, 4))
    other = RNG.normal(size=(5, 3))
    layer.forward(SAMPLES)
    layer.parameter_gradients(d_outputs)
    right = layer.d_weights
    layer.forward(other)
    layer.parameter_gradients(d_outputs)

    assert not np.allclose(layer.d_weights, right)
    layer.forward(other[:4])
    with pytest.raises(ValueError, match="d_outputs of shape"):
        layer.parameter_gradients(d_outputs)


def test_a_planted_hundredth_is_caught(script):
    (comparison,) = check(script.AlmostTanh(), SAMPLES).comparisons

    assert not comparison.agrees
    assert comparison.error == pytest.approx(0.01 / 1.01, rel=1e-3)


def test_a_nan_never_agrees(script):
    class NanTanh(script.Tanh):
        def backward(self, d_outputs):
            return np.full_like(d_outputs, np.nan)

    assert not check(NanTanh(), SAMPLES)


def test_what_the_check_does_not_see(script):
    """A function that nobody wanted, differentiated without a fault."""

    class WrongSigmoid(script.Sigmoid):
        def forward(self, inputs):
            return super().forward(inputs + 1)

    assert check(WrongSigmoid(), SAMPLES)


def test_solution_1_shapes():
    layer = dense(Dense, 784, 128)
    outputs = layer.forward(np.zeros((64, 784)))

    assert layer.backward(outputs).shape == (64, 784)
    assert layer.d_weights.shape == (784, 128)
    assert layer.d_biases.shape == (1, 128)
    assert layer.d_weights.size + layer.d_biases.size == 100_480


def test_solution_4_the_entries_sum_to_2_when_all_are_1_too_high(script):
    loss = script.MeanSquare()
    loss.forward(SAMPLES + 1, SAMPLES)

    assert loss.backward().sum() == pytest.approx(2)


def test_solution_2_by_hand():
    layer = dense(Dense, 2, 2)
    layer.weights = np.array([[1.0, 2.0], [3.0, 4.0]])
    layer.forward(np.array([[1.0, 0.0], [2.0, -1.0], [0.0, 3.0]]))
    d_inputs = layer.backward(np.array([[1.0, -1.0], [0.0, 2.0], [1.0, 0.0]]))

    np.testing.assert_array_equal(d_inputs, [[-1, -1], [4, 8], [1, 3]])
    np.testing.assert_array_equal(layer.d_weights, [[1, 3], [3, -2]])
    np.testing.assert_array_equal(layer.d_biases, [[2, 1]])


def test_solutions_3_to_6_pass_the_check(script):
    positive = RNG.uniform(1, 3, (4, 3))
    targets = RNG.normal(size=(5, 3))
    labels = np.array([0, 2, 1, 1, 0])

    assert check(script.LeakyReLU(), SAMPLES)
    assert check(script.MeanSquare(), SAMPLES, targets)
    assert check(script.Normalise(), positive)
    assert check(script.Network(3), SAMPLES[:, :2], labels)


def test_the_check_of_the_network_sees_a_fault_in_its_middle(script):
    network = script.Network(3)
    network.parts[1] = script.AlmostTanh()
    report = check(network, SAMPLES[:, :2], np.array([0, 2, 1, 1, 0]))

    assert failed(report) == {"inputs", "weights1", "biases1"}
