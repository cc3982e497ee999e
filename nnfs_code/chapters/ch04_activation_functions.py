# --8<-- [start:ch04-imports]
"""Chapter 4, activation functions: the runs that its page shows."""

import math
from collections.abc import Callable

import numpy as np

from nnfs_code.activations import ReLU, Sigmoid, Softmax, Step, Tanh
from nnfs_code.arrays import Array
from nnfs_code.data import spiral
from nnfs_code.layers import Dense

# --8<-- [end:ch04-imports]


# --8<-- [start:ch04-kink]
for number in (-1, 0, 1):
    left, right = max(0, -number), max(0, number)
    print(f"x = {number:2}: {left} + {right} = {left + right}")

# --8<-- [end:ch04-kink]


# --8<-- [start:ch04-midpoint]
def bend(network: Callable[[Array], Array], start: Array, end: Array) -> float:
    """Return how far the middle is from the mean of the two ends."""
    middle = network((start + end) / 2)
    mean_of_ends = (network(start) + network(end)) / 2
    return float(np.abs(middle - mean_of_ends).max())


start, end = np.array([[-1.0]]), np.array([[1.0]])
print(bend(lambda z: 3 * z + 5, start, end))
print(bend(ReLU().forward, start, end))

# --8<-- [end:ch04-midpoint]


# --8<-- [start:ch04-run-step]
z = np.array([[-3.0, -1.0, 0.0, 1.0, 3.0]])
print(Step().forward(z))
for weight in (1.0, 1.01, 100.0):
    print(f"weight {weight:6}: {Step().forward(weight * z)}")

# --8<-- [end:ch04-run-step]


# --8<-- [start:ch04-sigmoid-plain]
plain_sigmoid = 1 / (1 + np.exp(-z))
print(np.round(plain_sigmoid, 4))

# --8<-- [end:ch04-sigmoid-plain]


# --8<-- [start:ch04-run-sigmoid]
print(np.round(Sigmoid().forward(z), 4))
print(np.round(Sigmoid().forward(z) + Sigmoid().forward(-z), 4))
for weight in (1.0, 1.01, 100.0):
    print(f"weight {weight:6}: {np.round(Sigmoid().forward(weight * z), 4)}")

# --8<-- [end:ch04-run-sigmoid]


# --8<-- [start:ch04-sigmoid-extremes]
far = np.array([[-1000.0, 1000.0]])
try:
    with np.errstate(over="raise"):
        print(1 / (1 + np.exp(-far)))
except FloatingPointError as error:
    print("first form:", error)
print("both forms:", Sigmoid().forward(far))

# --8<-- [end:ch04-sigmoid-extremes]


# --8<-- [start:ch04-run-tanh]
print(np.round(Tanh().forward(z), 4))
from_sigmoid = 2 * Sigmoid().forward(2 * z) - 1
print(np.round(from_sigmoid, 4))

# --8<-- [end:ch04-run-tanh]


# --8<-- [start:ch04-run-relu]
print(ReLU().forward(z))
print(ReLU().forward(z) - ReLU().forward(-z))

# --8<-- [end:ch04-run-relu]


# --8<-- [start:ch04-saturation]
print("   z    sigmoid   tanh     ReLU")
for z_from in (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 8.0):
    pair = np.array([[z_from, z_from + 1]])
    gains = []
    for curve in (Sigmoid(), Tanh(), ReLU()):
        outputs = curve.forward(pair)
        gains.append(outputs[0, 1] - outputs[0, 0])
    line = "  ".join(f"{gain:.5f}" for gain in gains)
    print(f"{z_from:.0f} → {z_from + 1:.0f}  {line}")

# --8<-- [end:ch04-saturation]


# --8<-- [start:ch04-sigmoid-chain]
signal = np.array([[-5.0, 5.0]])
for depth in range(1, 6):
    signal = Sigmoid().forward(signal)
    low, high = signal[0]
    print(f"after {depth}: {low:.4f} {high:.4f}  apart {high - low:.4f}")

# --8<-- [end:ch04-sigmoid-chain]


# --8<-- [start:ch04-rounded-to-one]
for name in ("float32", "float64"):
    whole = np.arange(60, dtype=name).reshape(1, 60)
    at_one = Sigmoid().forward(whole) == 1
    print(f"{name}: sigmoid is exactly 1 from z = {at_one.argmax()}")

twenty = np.array([[20.0]], dtype=np.float32)
print(f"1 - sigmoid(20): {1 - Sigmoid().forward(twenty)[0, 0]:.0e}")
print(f"sigmoid(-20):    {Sigmoid().forward(-twenty)[0, 0]:.0e}")

# --8<-- [end:ch04-rounded-to-one]


# --8<-- [start:ch04-hinge]
x = np.array([[-1.0], [0.0], [1.0], [2.0], [3.0]])
relu = ReLU()
for weight, bias in ((1, 0), (2, 0), (1, -1), (-1, 2)):
    outputs = relu.forward(weight * x + bias)
    kink = (0 - bias) / weight
    print(f"w {weight:2}, b {bias:2}: kink at {kink:g},", outputs.ravel())

# --8<-- [end:ch04-hinge]


# --8<-- [start:ch04-shapes]
x = np.arange(-1.0, 6.0).reshape(-1, 1)  # -1, 0, … 5 in one column
kinks = np.array([[0.0, 1.0, 2.0, 3.0]])
hinges = ReLU().forward(x - kinks)  # (7, 1) - (1, 4) → (7, 4)
ramp = hinges @ np.array([1, -1, 0, 0])
tent = hinges @ np.array([1, -2, 1, 0])
plateau = hinges @ np.array([1, -1, -1, 1])
print("x      ", x.ravel())
print("ramp   ", ramp)
print("tent   ", tent)
print("plateau", plateau)

# --8<-- [end:ch04-shapes]


# --8<-- [start:ch04-sine-by-hand]
n_hidden = 8
knots = np.linspace(0, 1, n_hidden + 1)  # 0, 1/8, 2/8, … 1
heights = np.sin(2 * np.pi * knots)
slopes = np.diff(heights) / np.diff(knots)  # one for each of the 8 pieces
changes = np.diff(slopes, prepend=0.0)

rng = np.random.default_rng(0)
hidden = Dense(1, n_hidden, rng=rng, dtype=np.float64)
output = Dense(n_hidden, 1, rng=rng, dtype=np.float64)
hidden.weights[...] = 1.0
hidden.biases[...] = -knots[:-1]
output.weights[...] = changes.reshape(n_hidden, 1)
output.biases[...] = heights[0]

for name, eight in (("slopes ", slopes), ("changes", changes)):
    rounded = eight.round(3) + 0.0  # a zero may carry a minus: + 0.0 drops it
    print(name, " ".join(f"{value:6.3f}" for value in rounded))

# --8<-- [end:ch04-sine-by-hand]


# --8<-- [start:ch04-sine-check]
def drawn_sine(x: Array) -> Array:
    """Return what the network of eight hidden neurons draws."""
    return output.forward(ReLU().forward(hidden.forward(x)))


at_knots = drawn_sine(knots.reshape(-1, 1)).ravel()
off = np.abs(at_knots - heights).max()
print(f"largest error at the knots {off:.10f}")

x = np.linspace(0, 1, 1001).reshape(-1, 1)
errors = np.abs(drawn_sine(x) - np.sin(2 * np.pi * x))
print(f"largest error {errors.max():.4f}")

# --8<-- [end:ch04-sine-check]


# --8<-- [start:ch04-sine-more]
def largest_error(n_hidden: int) -> float:
    """Return how far a sine from `n_hidden` ReLUs is off, at its worst."""
    knots = np.linspace(0, 1, n_hidden + 1)
    slopes = np.diff(np.sin(2 * np.pi * knots)) * n_hidden
    changes = np.diff(slopes, prepend=0.0)
    x = np.linspace(0, 1, 10_001).reshape(-1, 1)
    drawn = ReLU().forward(x - knots[:-1]) @ changes
    return float(np.abs(drawn - np.sin(2 * np.pi * x[:, 0])).max())


for n_hidden in (2, 4, 8, 16, 32, 64):
    print(f"{n_hidden:2} neurons: {largest_error(n_hidden):.4f}")

# --8<-- [end:ch04-sine-more]


# --8<-- [start:ch04-sine-outside]
outside = np.array([[-0.5], [1.25], [1.5]])
print(np.round(drawn_sine(outside), 3))

# --8<-- [end:ch04-sine-outside]


# --8<-- [start:ch04-dead]
rng = np.random.default_rng(0)
points, targets = spiral(100, 3, rng=rng)
wide = Dense(2, 1000, rng=rng)
for name, inputs in (("around 0", points), ("from 0 to 2", points + 1)):
    active = wide.forward(inputs) > 0  # (300, 1000), True or False
    dead = ~active.any(axis=0)  # never active
    always = active.all(axis=0)  # never off
    print(f"{name}: {dead.sum()} dead, {always.sum()} always active")

# --8<-- [end:ch04-dead]


# --8<-- [start:ch04-softmax-by-hand]
scores = [2.0, 1.0, 0.0]
powers = [math.exp(score) for score in scores]
total = sum(powers)
shares = [power / total for power in powers]
print("powers of e", [round(power, 4) for power in powers])
print("their total", round(total, 4))
print("shares     ", [round(share, 4) for share in shares])

# --8<-- [end:ch04-softmax-by-hand]


# --8<-- [start:ch04-keepdims]
logits = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
exponentials = np.exp(logits)  # (2, 3)
print("axis=0               ", exponentials.sum(axis=0).shape)
print("axis=1               ", exponentials.sum(axis=1).shape)
totals = exponentials.sum(axis=1, keepdims=True)
print("axis=1, keepdims=True", totals.shape)
print(np.round(exponentials / totals, 4))

# --8<-- [end:ch04-keepdims]


# --8<-- [start:ch04-overflow]
with np.errstate(over="ignore", invalid="ignore"):
    for z_k in (88, 89):
        print(f"float32, e to the {z_k}: {np.exp(np.float32(z_k)):.1e}")
    for z_k in (709, 710):
        print(f"float64, e to the {z_k}: {np.exp(np.float64(z_k)):.1e}")
    far_apart = np.array([[1000.0, 0.0, -1000.0]])
    unshifted = np.exp(far_apart)
    print(unshifted / unshifted.sum(axis=1, keepdims=True))

# --8<-- [end:ch04-overflow]


# --8<-- [start:ch04-shift]
print(np.round(Softmax().forward(logits), 4))
print(Softmax().forward(far_apart))
logits = np.array([[2.0, 1.0, 0.0]])
for shift in (-2.0, 100.0, 1e6):
    print(f"{shift:9}", np.round(Softmax().forward(logits + shift), 4))

# --8<-- [end:ch04-shift]


# --8<-- [start:ch04-temperature]
for temperature in (0.1, 0.5, 1.0, 2.0, 10.0):
    softened = Softmax().forward(logits / temperature)
    print(f"T = {temperature:4}:", np.round(softened[0], 4))

# --8<-- [end:ch04-temperature]


# --8<-- [start:ch04-two-classes]
score = np.array([[-3.0], [0.0], [1.0], [3.0]])  # (4, 1)
with_zero = np.hstack((score, np.zeros((4, 1))))  # (4, 2)
print(np.round(Softmax().forward(with_zero), 4))
print(np.round(Sigmoid().forward(score), 4).ravel())

# --8<-- [end:ch04-two-classes]


# --8<-- [start:ch04-forward-pass]
rng = np.random.default_rng(0)
points, targets = spiral(100, 3, rng=rng)  # (300, 2), (300,)
dense1, activation1 = Dense(2, 3, rng=rng), ReLU()
dense2, activation2 = Dense(3, 3, rng=rng), Softmax()

hidden_scores = dense1.forward(points)
activations = activation1.forward(hidden_scores)
logits = dense2.forward(activations)
probabilities = activation2.forward(logits)

print(probabilities.shape, probabilities.dtype)
print(np.round(probabilities[[0, 50, 150, 299]], 4))

# --8<-- [end:ch04-forward-pass]


# --8<-- [start:ch04-near-a-third]
for name, array in (
    ("hidden scores", hidden_scores),
    ("logits", logits),
    ("probabilities − 1/3", probabilities - 1 / 3),
):
    print(f"{name}: at most {np.abs(array).max():.0e}")
print(f"e to the 0.0003: {math.exp(0.0003):.8f}")

# --8<-- [end:ch04-near-a-third]


# --8<-- [start:ch04-silent]
silent = (activations == 0).all(axis=1)
print(f"{silent.sum()} of {len(points)} points leave every neuron at 0")

# --8<-- [end:ch04-silent]


# --8<-- [start:ch04-wrong-axis]
logits = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 3.0], [1.0, 1.0, 1.0]])
exponentials = np.exp(logits)
down = exponentials / exponentials.sum(axis=0, keepdims=True)
print(np.round(down, 4))
print("row sums   ", np.round(down.sum(axis=1), 4))
print("column sums", np.round(down.sum(axis=0), 4))

# --8<-- [end:ch04-wrong-axis]


# --8<-- [start:ch04-wrong-keepdims]
no_keepdims = exponentials / exponentials.sum(axis=1)
print("three rows:", np.round(no_keepdims.sum(axis=1), 4))
try:
    exponentials[:2] / exponentials[:2].sum(axis=1)
except ValueError as error:
    print("two rows:", error)

# --8<-- [end:ch04-wrong-keepdims]


# --8<-- [start:ch04-wrong-twice]
softmax = Softmax()
logits = np.array([[2.0, 1.0, 0.0], [0.0, 30.0, 0.0]])
once = softmax.forward(logits)
twice = softmax.forward(once)
print(np.round(once, 4))
print(np.round(twice, 4))
print("winners:", once.argmax(axis=1), "and", twice.argmax(axis=1))

# --8<-- [end:ch04-wrong-twice]


# --8<-- [start:ch04-wrong-no-activation]
rng = np.random.default_rng(0)
dense1 = Dense(2, 3, rng=rng, dtype=np.float64)
dense2 = Dense(3, 3, rng=rng, dtype=np.float64)


def forgetful(points: Array) -> Array:
    """Return logits; the line with the activation has no effect."""
    hidden_scores = dense1.forward(points)
    ReLU().forward(hidden_scores)
    return dense2.forward(hidden_scores)


def careful(points: Array) -> Array:
    """Return logits, through the activation."""
    return dense2.forward(ReLU().forward(dense1.forward(points)))


start, end = np.array([[-1.0, 0.5]]), np.array([[1.0, 0.5]])
for name, network in (("forgetful", forgetful), ("careful", careful)):
    thirds = np.round(Softmax().forward(network(start)), 3)
    print(f"{name:9} {thirds} bends by {bend(network, start, end):.6f}")

# --8<-- [end:ch04-wrong-no-activation]


# --8<-- [start:ch04-wrong-inputs]
for wrong in (
    np.array([2.0, 1.0, 0.0]),
    np.array([[2, 1, 0]]),
    [[2.0, 1.0, 0.0]],
    np.array([[2.0, np.nan, 0.0]]),
):
    try:
        Softmax().forward(wrong)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")

# --8<-- [end:ch04-wrong-inputs]


# --8<-- [start:ch04-wrong-large]
neighbours = np.array([[16_777_217.0, 16_777_216.0]])
print(np.round(Softmax().forward(neighbours), 4))
print(np.round(Softmax().forward(neighbours.astype(np.float32)), 4))

# --8<-- [end:ch04-wrong-large]


# --8<-- [start:ch04-solution-recall]
z = np.array([[-1.0, 0.0, 2.0]])
for function in (Step(), Sigmoid(), Tanh(), ReLU()):
    print(f"{type(function).__name__:8}", np.round(function.forward(z), 4))
print(np.round(Softmax().forward(np.array([[5.0, 5.0, 5.0, 5.0]])), 4))
print(np.round(Softmax().forward(np.array([[0.0, math.log(3)]])), 4))

# --8<-- [end:ch04-solution-recall]


# --8<-- [start:ch04-solution-kink]
x = np.array([[0.0], [1.0], [1.5], [2.0], [3.0]])
print(ReLU().forward(-2 * x + 3).ravel())

# --8<-- [end:ch04-solution-kink]


# --8<-- [start:ch04-solution-xor]
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
rng = np.random.default_rng(0)
sums = Dense(2, 2, rng=rng, dtype=np.float64)
sums.weights[...] = 1.0  # both neurons add the two inputs
sums.biases[...] = [[0.0, -1.0]]  # the second one starts at 1
mix = Dense(2, 1, rng=rng, dtype=np.float64)
mix.weights[...] = [[1.0], [-2.0]]

activations = ReLU().forward(sums.forward(corners))
print(np.hstack((corners, activations, mix.forward(activations))))

# --8<-- [end:ch04-solution-xor]


# --8<-- [start:ch04-solution-leaky]
class LeakyReLU:
    """The input where positive, else a small share of it."""

    def __init__(self, leak: float = 0.01) -> None:
        self.leak = leak

    def forward(self, inputs: Array) -> Array:
        """Return the inputs, the negative ones multiplied by `leak`."""
        self.outputs: Array = np.where(inputs > 0, inputs, self.leak * inputs)
        return self.outputs


print(LeakyReLU().forward(np.array([[-200.0, -1.0, 0.0, 3.0]])))
print(LeakyReLU().forward(np.ones((1, 2), dtype=np.float32)).dtype)

# --8<-- [end:ch04-solution-leaky]


# --8<-- [start:ch04-solution-temperature]
logits = np.array([[2.0, 1.0, 0.0]])
cold, hot = 0.01, 100.0
for _ in range(50):
    middle = (cold + hot) / 2
    if Softmax().forward(logits / middle).max() > 0.9:
        cold = middle  # still too sure: make it warmer
    else:
        hot = middle
print(f"T = {cold:.4f}", np.round(Softmax().forward(logits / cold), 4))

# --8<-- [end:ch04-solution-temperature]


# --8<-- [start:ch04-solution-draw]
def network_through(knots: Array, heights: Array) -> tuple[Dense, Dense]:
    """Return two layers that, with a ReLU between, meet every point."""
    n_hidden = len(knots) - 1
    rng = np.random.default_rng(0)  # its weights are all replaced
    hidden = Dense(1, n_hidden, rng=rng, dtype=np.float64)
    output = Dense(n_hidden, 1, rng=rng, dtype=np.float64)
    slopes = np.diff(heights) / np.diff(knots)
    hidden.weights[...] = 1.0
    hidden.biases[...] = -knots[:-1]
    output.weights[...] = np.diff(slopes, prepend=0.0).reshape(-1, 1)
    output.biases[...] = heights[0]
    return hidden, output


hours = np.array([0.0, 3.0, 6.0, 9.0, 15.0, 21.0])
degrees = np.array([4.0, 2.0, 1.0, 6.0, 11.0, 5.0])
first, last = network_through(hours, degrees)
asked = np.array([[0.0], [6.0], [12.0], [21.0]])
print(last.forward(ReLU().forward(first.forward(asked))).round(4).ravel())

# --8<-- [end:ch04-solution-draw]
