# --8<-- [start:ch28-imports]
"""Chapter 28: networks that read step by step, and how far they remember."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import nnfs_code
from nnfs_code.arrays import Answers, Array, Labels
from nnfs_code.gradient_check import check, numerical_derivative

# --8<-- [end:ch28-imports]

# --8<-- [start:ch28-by-hand]
w, u, target = 3.0, 0.5, 6.0
h1 = w * 1 + u * 0
h2 = w * 2 + u * h1
print("states:", h1, h2, " loss:", (h2 - target) ** 2)
# --8<-- [end:ch28-by-hand]

# --8<-- [start:ch28-by-hand-back]
d_h2 = 2 * (h2 - target)  # at the end
d_h1 = d_h2 * u  # one step back
print("d_w:", d_h2 * 2, "+", d_h1 * 1, "=", d_h2 * 2 + d_h1 * 1)
print("d_u:", d_h2 * h1, "+", d_h1 * 0, "=", d_h2 * h1 + d_h1 * 0)
# --8<-- [end:ch28-by-hand-back]


# --8<-- [start:ch28-by-hand-slopes]
def loss_of(w: float, u: float) -> float:
    """Return the loss of the two steps."""
    return (w * 2 + u * (w * 1 + u * 0) - target) ** 2


print(f"d_w: {numerical_derivative(lambda w: loss_of(w, 0.5), 3.0):.6f}")
print(f"d_u: {numerical_derivative(lambda u: loss_of(3.0, u), 0.5):.6f}")
# --8<-- [end:ch28-by-hand-slopes]


# --8<-- [start:ch28-unit-forward]
def states_of(w: float, u: float, b: float, xs: Sequence[float]) -> Array:
    """Return the states of one unit: before the first step, after each."""
    states = [0.0]
    for x in xs:
        states.append(np.tanh(w * x + u * states[-1] + b))
    return np.array(states)


# --8<-- [end:ch28-unit-forward]


# --8<-- [start:ch28-unit-backward]
def slopes_of(
    u: float, xs: Sequence[float], states: Array, d_last: float
) -> Array:
    """Return the gradient for w, u and b of a loss of the last state."""
    gradient = np.zeros(3)
    d_h = d_last
    for t in reversed(range(len(xs))):
        d_z = d_h * (1 - states[t + 1] ** 2)  # back through tanh
        part = d_z * np.array([xs[t], states[t], 1.0])
        gradient += part
        print(f"step {t + 1}: d_h {d_h:7.4f}  d_z {d_z:7.4f}  part", part)
        d_h = d_z * u  # back to the state before
    return gradient


# --8<-- [end:ch28-unit-backward]

# --8<-- [start:ch28-unit-run]
xs, settings = (1.0, -2.0, 0.5), (0.8, 0.6, 0.1)
states = states_of(*settings, xs)
with np.printoptions(precision=4, suppress=True, floatmode="fixed"):
    print("states", states)
    gradient = slopes_of(0.6, xs, states, d_last=1.0)
    print("sum  ", gradient)
    slopes = [
        numerical_derivative(lambda w: states_of(w, 0.6, 0.1, xs)[-1], 0.8),
        numerical_derivative(lambda u: states_of(0.8, u, 0.1, xs)[-1], 0.6),
        numerical_derivative(lambda b: states_of(0.8, 0.6, b, xs)[-1], 0.1),
    ]
    print("small steps", np.array(slopes))
# --8<-- [end:ch28-unit-run]

# --8<-- [start:ch28-layer]
from nnfs_code.recurrent import RNN

layer = RNN(1, 1, rng=np.random.default_rng(0), dtype=np.float64)
layer.weights[:], layer.state_weights[:], layer.biases[:] = settings
layer.forward(np.array([[[1.0], [-2.0], [0.5]]]))
layer.backward(np.array([[1.0]]))
found = (layer.d_weights, layer.d_state_weights, layer.d_biases)
print("the layer's:", " ".join(f"{d.item():.4f}" for d in found))
# --8<-- [end:ch28-layer]


# --8<-- [start:ch28-check]
class Forgetful(RNN):
    """It forgets that the state weights were used before the last step."""

    def parameter_gradients(self, d_outputs: Array) -> None:
        """Set the gradients, one of them of the last step alone."""
        super().parameter_gradients(d_outputs)
        d_sums = self.back_through_time(d_outputs)
        self.d_state_weights = self.states[:, -2].T @ d_sums[:, -1]


for kind in (RNN, Forgetful):
    layer = kind(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    report = check(layer, np.random.default_rng(1).normal(size=(4, 5, 2)))
    print(str(report).replace(": ", ":\n    "))
# --8<-- [end:ch28-check]

# --8<-- [start:ch28-echo-data]
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError, SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.recurrent import EachStep
from nnfs_code.sequences import adding, echo

bits, heard = echo(1, 12, 3, rng=np.random.default_rng(4))
print("said ", *bits[0, :, 0].astype(int))
print("heard", *heard[0])
# --8<-- [end:ch28-echo-data]

# --8<-- [start:ch28-echo-run]
rng = np.random.default_rng(0)
model = Model(
    [
        RNN(1, 12, rng=rng, return_sequences=True, dtype=np.float64),
        EachStep(Dense(12, 1, rng=rng, dtype=np.float64)),
    ],
    SigmoidCrossEntropy(),
)
adam = Adam(0.01)
for step in range(121):
    bits, heard = echo(32, 12, 3, rng=rng, dtype=np.float64)
    loss = model.train_step(bits, heard, adam)
    if step % 40 == 0:
        print(f"step {step:3}: loss {loss:.3f}")
said = model.predict(bits).round()
print(f"right: {(said == heard)[:, 3:].mean():.2f} of the last batch")
# --8<-- [end:ch28-echo-run]

# --8<-- [start:ch28-stored]
folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
stored = json.loads((folder / "recurrent-runs.json").read_text("utf-8"))
runs = stored["runs"]


def spread(values: Sequence[float], places: int = 2) -> str:
    """Return the lowest, the middle and the highest of some numbers."""
    found = np.quantile(values, (0, 0.5, 1))
    return " ".join(f"{value:.{places}f}" for value in found)


print("delay  lowest, middle, highest of five")
for delay, shares in runs["echo"].items():
    print(f"{delay:>5}  {spread(shares)}")
# --8<-- [end:ch28-stored]

# --8<-- [start:ch28-truncated]
print("truncation  right, delay 4")
for cut, shares in runs["echo, truncated"].items():
    print(f"{cut:>10}  {spread(shares)}")
print(f"recurrent layer not trained: {spread(runs['echo, fixed']['4'])}")
# --8<-- [end:ch28-truncated]

# --8<-- [start:ch28-factor]
for u in (0.5, 0.9, 1.0, 1.1):
    print(f"u = {u}:", *(f"{u**k:9.2g}" for k in (1, 10, 50, 100)))
# --8<-- [end:ch28-factor]

# --8<-- [start:ch28-powers]
square = np.array([[0.9, 2.0], [0.0, 0.9]])
print("eigenvalues", np.linalg.eigvals(square))
print(f"largest singular value {np.linalg.norm(square, 2):.2f}")
for k in (1, 5, 10, 20, 50, 100):
    power = np.linalg.matrix_power(square, k)
    print(f"{k:4} steps: up to {np.linalg.norm(power, 2):.3f}")
# --8<-- [end:ch28-powers]


# --8<-- [start:ch28-reach]
def left_after(
    scale: float, inputs: float, seed: int, n_steps: int = 100
) -> Array:
    """Return how much of a gradient is left 0, 1, … steps further back.

    `scale` times an orthogonal matrix are the state weights; `inputs` is
    the spread of what comes in.
    """
    rng = np.random.default_rng(seed)
    layer = RNN(1, 32, rng=rng, dtype=np.float64)
    layer.state_weights *= scale
    layer.forward(inputs * rng.standard_normal((8, n_steps, 1)))
    d_last = rng.standard_normal((8, 32))
    layer.backward(d_last)
    arrived = layer.step_gradients.reshape(8, n_steps, 32)
    arrived = arrived @ layer.state_weights.T  # for the state before
    sizes = np.linalg.norm(arrived, axis=2)[:, ::-1]
    left: Array = np.mean(sizes.T / np.linalg.norm(d_last, axis=1), axis=1)
    return left


# --8<-- [end:ch28-reach]

# --8<-- [start:ch28-reach-run]
print("inputs scale   1 step          10 steps         50 steps")
for size, scales in ((0.0, (0.9, 1, 1.1)), (1.0, (0.9, 1, 1.1, 2, 3))):
    for scale in scales:
        rows = np.array([left_after(scale, size, seed) for seed in range(5)])
        ends = zip(rows.min(axis=0), rows.max(axis=0), strict=True)
        some = [f"{low:7.2g} {high:7.2g} " for low, high in ends]
        print(f"{size:6} {scale:5}", some[0], some[9], some[49].rstrip())
# --8<-- [end:ch28-reach-run]

# --8<-- [start:ch28-adding-data]
numbers, sums = adding(1, 6, rng=np.random.default_rng(1), dtype=np.float64)
print(numbers[0].T.round(2))
print("sum", sums[0].round(2))
_, many = adding(20_000, 6, rng=np.random.default_rng(2), dtype=np.float64)
print(f"always saying 1 costs {((many - 1) ** 2).mean():.3f}")
# --8<-- [end:ch28-adding-data]

# --8<-- [start:ch28-adding-runs]
print("steps  rate 0.001          rate 0.003")
for n_steps in (10, 20, 30, 40, 60, 100):
    both = [runs["adding"][f"{n_steps} {rate}"] for rate in (0.001, 0.003)]
    print(f"{n_steps:5}  {spread(both[0], 3)}   {spread(both[1], 3)}")
# --8<-- [end:ch28-adding-runs]

# --8<-- [start:ch28-adding-ten]
for end in ("last", "first"):
    print(f"both marks in the {end} ten steps")
    kept = runs[f"adding, {end} ten"]
    for n_steps in (60, 100):
        both = [kept[f"{n_steps} {rate}"] for rate in (0.001, 0.003)]
        print(f"{n_steps:5}  {spread(both[0], 3)}   {spread(both[1], 3)}")
# --8<-- [end:ch28-adding-ten]

# --8<-- [start:ch28-three]
from nnfs_code.sequences import padded, real_steps

three = [np.full((n, 1), float(n)) for n in (2, 4, 1)]
together, lengths = padded(three)
print(together[..., 0])
print(real_steps(lengths, 4).astype(int))
# --8<-- [end:ch28-three]

# --8<-- [start:ch28-three-run]
layer = RNN(1, 2, rng=np.random.default_rng(0), dtype=np.float64)
alone = layer.forward(three[0][np.newaxis])
print("alone          ", alone[0].round(4))
print("without lengths", layer.forward(together)[0].round(4))
print("with lengths   ", layer.forward(together, lengths)[0].round(4))
# --8<-- [end:ch28-three-run]


# --8<-- [start:ch28-wrong-company]
def firsts(
    n_samples: int, width: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return 2 to 8 numbers, padded to `width`, and tanh of the first."""
    lengths = rng.integers(2, 9, n_samples)
    inputs = np.zeros((n_samples, width, 1))
    inputs[:, :8, 0] = rng.standard_normal((n_samples, 8))
    inputs *= real_steps(lengths, width)[..., np.newaxis]
    return inputs, np.tanh(inputs[:, 0])


def trained(padding: float | None, seed: int) -> tuple[Model, float]:
    """Return a model that tells the first number, and its last loss."""
    rng = np.random.default_rng(seed)
    layer = RNN(1, 12, rng=rng, padding=padding, dtype=np.float64)
    last = Dense(12, 1, rng=rng, dtype=np.float64)
    model, adam = Model([layer, last], MeanSquaredError()), Adam(0.003)
    for _ in range(200):
        inputs, wanted = firsts(32, 8, rng)
        loss = model.train_step(inputs, wanted, adam)
    return model, loss


# --8<-- [end:ch28-wrong-company]

# --8<-- [start:ch28-wrong-company-run]
for padding in (None, 0.0):
    model, loss = trained(padding, seed=0)
    print(f"padding {padding}: last loss {loss:.3f}, then", end="")
    for width in (8, 9, 10):
        rng = np.random.default_rng(9)
        inputs, wanted = firsts(500, width, rng)
        print(f"  {width}: {model.evaluate(inputs, wanted).loss:.3f}", end="")
    print()
# --8<-- [end:ch28-wrong-company-run]

# --8<-- [start:ch28-wrong-mean]
rng = np.random.default_rng(0)
layer = RNN(1, 8, rng=rng, padding=-1.0, return_sequences=True, dtype=float)
head = EachStep(Dense(8, 1, rng=rng, dtype=float))
model, adam = Model([layer, head], SigmoidCrossEntropy()), Adam(0.02)
real = real_steps(np.arange(32) % 12 + 5, 16)  # 5 to 16 of 16 steps
for step in range(121):
    said_bits = echo(32, 16, 3, rng=rng, dtype=float)[0]
    coins = rng.integers(0, 2, (32, 16))  # nobody could know these
    said_bits[~real], coins[~real] = -1, 0
    loss = model.train_step(said_bits, coins, adam)
    if step % 60 == 0:
        chances = model.predict(said_bits)
        wrong = -np.log(np.where(coins == 1, chances, 1 - chances))
        print(f"loss {loss:.2f}, of real steps {wrong[real].mean():.2f}")
# --8<-- [end:ch28-wrong-mean]

# --8<-- [start:ch28-wrong-zero]
from nnfs_code.sequences import lengths_of

some_bits = echo(1000, 12, 3, rng=np.random.default_rng(0))[0]
lost = 12 - lengths_of(some_bits, 0.0)
print(f"taken for shorter: {(lost > 0).mean():.2f} of the sequences")
print(f"steps lost: {lost.mean():.2f} on average")
# --8<-- [end:ch28-wrong-zero]

# --8<-- [start:ch28-wrong-reshape]
table = np.array([["a1", "b1"], ["a2", "b2"], ["a3", "b3"]])  # step by step
print(table.reshape(2, 3).tolist())
print(table.swapaxes(0, 1).tolist())
# --8<-- [end:ch28-wrong-reshape]

# --8<-- [start:ch28-solution-1]
h3 = w * 1 + 0.5 * h2
d_h3 = 2 * (h3 - 6.25)
print("h3:", h3, " d_h:", d_h3, d_h3 * 0.5, d_h3 * 0.25)
print("d_w:", d_h3 * 1 + d_h3 * 0.5 * 2 + d_h3 * 0.25 * 1)
print("d_u:", d_h3 * h2 + d_h3 * 0.5 * h1 + d_h3 * 0.25 * 0)
# --8<-- [end:ch28-solution-1]

# --8<-- [start:ch28-solution-2]
for u in (0.5, 0.9, 0.99):
    steps = np.ceil(np.log(0.01) / np.log(u))
    print(u, int(steps), f"{u**steps:.4f}")
# --8<-- [end:ch28-solution-2]


# --8<-- [start:ch28-solution-3]
def backwards(inputs: Array, lengths: Labels) -> Array:
    """Return each sequence in the reverse order, its padding at the end."""
    n_samples, n_steps = inputs.shape[:2]
    order = (lengths[:, np.newaxis] - 1 - np.arange(n_steps)) % n_steps
    turned: Array = inputs[np.arange(n_samples)[:, np.newaxis], order]
    return turned


inputs, lengths = padded([np.array([[1.0], [2.0]]), np.ones((4, 1))])
print("all steps turned:", inputs[0, ::-1, 0])
print("real steps turned:", backwards(inputs, lengths)[0, :, 0])
# --8<-- [end:ch28-solution-3]


# --8<-- [start:ch28-solution-4]
class RealSteps(SigmoidCrossEntropy):
    """The loss of the real steps alone: a target below 0 is left out."""

    def forward(self, outputs: Array, targets: Answers) -> float:
        """Return the mean over all real steps of all sequences."""
        self.real = targets >= 0
        rows = outputs[self.real][:, np.newaxis]
        return super().forward(rows, targets[self.real][:, np.newaxis])

    def backward(self) -> Array:
        """Return the gradient: 0 at the steps that are left out."""
        rows = super().backward()
        gradient = np.zeros(self.real.shape, rows.dtype)
        gradient[self.real] = rows[:, 0]
        return gradient


targets = np.array([[1, 0, -1], [0, -1, -1]])
print(
    check(RealSteps(), np.random.default_rng(0).normal(size=(2, 3)), targets)
)
# --8<-- [end:ch28-solution-4]
