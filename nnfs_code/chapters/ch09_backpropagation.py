# --8<-- [start:ch09-imports]
"""Chapter 9: every gradient of a network in one pass back."""

from typing import Any

import numpy as np

from nnfs_code.arrays import Array, Labels


def show(name: str, values: Array) -> None:
    """Print an array with its name and shape, to four places."""
    print(name, values.shape)
    print(values.round(4) + 0.0)  # adding 0.0 makes -0. a plain 0.


# --8<-- [end:ch09-imports]

# --8<-- [start:ch09-chain]
x, w1, w2 = 3.0, 2.0, 5.0
u = x * w1  # forward
out = u * w2

d_out = 1.0  # backward
d_u = d_out * w2
d_w2 = d_out * u
d_w1 = d_u * x
print(f"forward:  u = {u:g}, out = {out:g}")
print(f"backward: d_u = {d_u:g}, d_w2 = {d_w2:g}, d_w1 = {d_w1:g}")
# --8<-- [end:ch09-chain]

# --8<-- [start:ch09-chain-nudge]
rise1 = x * (w1 + 0.01) * w2 - out
rise2 = x * w1 * (w2 + 0.01) - out
print(f"w1 moved by 0.01: out moves by {rise1:.2f}")
print(f"w2 moved by 0.01: out moves by {rise2:.2f}")
# --8<-- [end:ch09-chain-nudge]

# --8<-- [start:ch09-example]
from nnfs_code.activations import ReLU
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy

inputs = np.array([[1.0, 2.0], [2.0, -1.0]])
labels = np.array([0, 1])

rng = np.random.default_rng(0)
dense1 = Dense(2, 3, rng=rng, dtype=np.float64)
dense1.weights = np.array([[1.0, -1.0, 2.0], [0.0, 1.0, -1.0]])
dense1.biases = np.array([[0.0, 1.0, -1.0]])
dense2 = Dense(3, 2, rng=rng, dtype=np.float64)
dense2.weights = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, -0.5]])
dense2.biases = np.array([[0.0, 1.0]])
relu = ReLU()
loss = SoftmaxCrossEntropy()
# --8<-- [end:ch09-example]

# --8<-- [start:ch09-forward]
z1 = dense1.forward(inputs)
hidden = relu.forward(z1)
logits = dense2.forward(hidden)
mean_loss = loss.forward(logits, labels)
show("z1", z1)
show("hidden", hidden)
show("logits", logits)
show("probabilities", loss.probabilities)
show("losses", loss.sample_losses(logits, labels))
print(f"mean loss {mean_loss:.4f}")
# --8<-- [end:ch09-forward]

# --8<-- [start:ch09-dense-plain]
d_logits = np.array([[-0.25, 0.25], [0.3655, -0.3655]])
d_weights = hidden.T @ d_logits  # (9.2): (3, 2) @ (2, 2)
d_biases = d_logits.sum(axis=0, keepdims=True)  # (9.3): (1, 2)
d_hidden = d_logits @ dense2.weights.T  # (9.5): (2, 2) @ (2, 3)
show("d_weights", d_weights)
show("d_biases", d_biases)
show("d_hidden", d_hidden)
# --8<-- [end:ch09-dense-plain]

# --8<-- [start:ch09-dense-loops]
d_w = 0.0
for i in range(2):  # the samples that this weight took part in
    d_w += hidden[i, 2] * d_logits[i, 0]
d_b = 0.0
for i in range(2):
    d_b += 1 * d_logits[i, 0]
d_x = 0.0
for k in range(2):  # the neurons that this input went to
    d_x += d_logits[0, k] * dense2.weights[2, k]
print(f"weight from hidden 2 to logit 0: {d_w:.3f}")
print(f"bias of logit 0:                 {d_b:.4f}")
print(f"hidden 2 of sample 0:            {d_x:.3f}")
# --8<-- [end:ch09-dense-loops]

# --8<-- [start:ch09-dense-run]
arrived = dense2.backward(d_logits)
for name, plain, found in (
    ("d_weights", d_weights, dense2.d_weights),
    ("d_biases", d_biases, dense2.d_biases),
    ("d_hidden", d_hidden, arrived),
):
    print(f"{name}: largest difference {np.abs(plain - found).max():.12f}")
# --8<-- [end:ch09-dense-run]

# --8<-- [start:ch09-backward-errors]
untouched = Dense(3, 2, rng=rng, dtype=np.float64)
for part, arriving in (
    (untouched, d_logits),
    (dense2, d_logits[:, 0]),
    (dense2, d_logits.astype(np.float32)),
):
    try:
        part.backward(arriving)
    except (RuntimeError, TypeError, ValueError) as error:
        print(error)
# --8<-- [end:ch09-backward-errors]

# --8<-- [start:ch09-relu-run]
d_z1 = d_hidden * (hidden > 0)  # (9.6) with (9.7)
print(hidden > 0)
show("d_z1", d_z1)
# --8<-- [end:ch09-relu-run]

# --8<-- [start:ch09-slopes]
from nnfs_code.activations import Linear, Sigmoid, Step, Tanh

places = np.array([[-4.0, -1.0, 0.5, 4.0]])
for activation in (Step(), Linear(), Sigmoid(), Tanh(), ReLU()):
    activation.forward(places)
    slopes = activation.backward(np.ones_like(places))
    print(f"{type(activation).__name__:8}", slopes.round(4))
# --8<-- [end:ch09-slopes]

# --8<-- [start:ch09-two-steps]
from nnfs_code.activations import Softmax
from nnfs_code.losses import CategoricalCrossEntropy

softmax, cross_entropy = Softmax(), CategoricalCrossEntropy()
cross_entropy.forward(softmax.forward(logits), labels)
d_probabilities = cross_entropy.backward()
show("d_probabilities", d_probabilities)
show("through softmax", softmax.backward(d_probabilities))
# --8<-- [end:ch09-two-steps]


# --8<-- [start:ch09-plain-loss]
def plain_losses(logits: Array, labels: Labels) -> Array:
    """Return the loss of each sample, as in (9.13)."""
    rows = np.arange(len(labels))
    losses: Array = np.log(np.exp(logits).sum(axis=1)) - logits[rows, labels]
    return losses


def plain_gradient(logits: Array, labels: Labels) -> Array:
    """Return the gradient of their mean for the logits, as in (9.14)."""
    one_hot = np.eye(logits.shape[1])[labels]
    gradient: Array = (Softmax().forward(logits) - one_hot) / len(labels)
    return gradient


show("losses", plain_losses(logits, labels))
show("d_logits", plain_gradient(logits, labels))
# --8<-- [end:ch09-plain-loss]

# --8<-- [start:ch09-far-behind]
far_behind = np.array([[50.0, 0.0]])
right_class = np.array([1])
clipped = cross_entropy.forward(softmax.forward(far_behind), right_class)
exact = loss.forward(far_behind, right_class)
d_clipped = softmax.backward(cross_entropy.backward())
print(f"two steps: loss {clipped:.2f}, gradient {d_clipped.round(4) + 0.0}")
print(f"at once:   loss {exact:.2f}, gradient {loss.backward().round(4)}")
# --8<-- [end:ch09-far-behind]

# --8<-- [start:ch09-fused-run]
rng = np.random.default_rng(3)
many, truths = 3 * rng.normal(size=(50, 4)), rng.integers(4, size=50)
apart = np.abs(loss.sample_losses(many, truths) - plain_losses(many, truths))
print(f"losses:   largest difference {apart.max():.12f}")
apart = np.abs(loss.backward() - plain_gradient(many, truths))
print(f"gradient: largest difference {apart.max():.12f}")

large, truth = np.array([[1000.0, 0.0]]), np.array([1])
with np.errstate(over="ignore"):
    print("scores of 1000: plain", plain_losses(large, truth), end=", ")
print("package", loss.sample_losses(large, truth))
# --8<-- [end:ch09-fused-run]

# --8<-- [start:ch09-whole-pass]
logits = dense2.forward(relu.forward(dense1.forward(inputs)))
mean_loss = loss.forward(logits, labels)
d_logits = loss.backward()
d_hidden = dense2.backward(d_logits)
d_z1 = relu.backward(d_hidden)
d_inputs = dense1.backward(d_z1)
show("dense2.d_weights", dense2.d_weights)
show("dense2.d_biases", dense2.d_biases)
show("dense1.d_weights", dense1.d_weights)
show("dense1.d_biases", dense1.d_biases)
# --8<-- [end:ch09-whole-pass]


# --8<-- [start:ch09-example-loss]
def example_loss() -> float:
    """Return the loss of the example network as its weights are now."""
    hidden = relu.forward(dense1.forward(inputs))
    return loss.forward(dense2.forward(hidden), labels)


before = example_loss()
dense1.weights[0, 2] += 0.01
after = example_loss()
dense1.weights[0, 2] -= 0.01
print(f"before {before:.4f}, after {after:.4f}")
print(f"rise {after - before:.4f}")
print(f"promised {0.01 * dense1.d_weights[0, 2]:.4f}")
# --8<-- [end:ch09-example-loss]

# --8<-- [start:ch09-one-step]
for dense in (dense1, dense2):
    dense.weights = dense.weights - 0.1 * dense.d_weights
    dense.biases = dense.biases - 0.1 * dense.d_biases
print(f"loss after one step: {example_loss():.4f}")
# --8<-- [end:ch09-one-step]


# --8<-- [start:ch09-loop]
def forward(parts: list[Any], values: Array) -> Array:
    """Send values through all parts, from the first to the last."""
    for part in parts:
        values = part.forward(values)
    return values


def backward(parts: list[Any], gradient: Array) -> Array:
    """Send a gradient back through all parts, from the last to the first."""
    for part in reversed(parts):
        gradient = part.backward(gradient)
    return gradient


# --8<-- [end:ch09-loop]

# --8<-- [start:ch09-deep]
from nnfs_code.activations import Tanh
from nnfs_code.gradient_check import numerical_gradient

rng = np.random.default_rng(5)
deep: list[Any] = [Dense(2, 4, rng=rng, dtype=np.float64)]
for n_neurons in (4, 4, 2):
    deep += [Tanh(), Dense(4, n_neurons, rng=rng, dtype=np.float64)]
for part in deep[::2]:  # every second part is a dense layer
    part.weights *= 100


def deep_loss() -> float:
    return loss.forward(forward(deep, inputs), labels)


deep_loss()
backward(deep, loss.backward())
for part in deep[::2]:
    apart = np.abs(
        part.d_weights - numerical_gradient(deep_loss, part.weights)
    )
    print(f"{part.weights.shape}: largest slope", end=" ")
    print(f"{np.abs(part.d_weights).max():.4f}, difference {apart.max():.7f}")
# --8<-- [end:ch09-deep]

# --8<-- [start:ch09-batch-mean]
points = rng.normal(size=(4, 3))
classes = np.array([0, 1, 1, 0])
layer = Dense(3, 2, rng=rng, dtype=np.float64)


def weight_gradient(rows: slice) -> Array:
    """Return the weights' gradient of a batch of these rows."""
    loss.forward(layer.forward(points[rows]), classes[rows])
    layer.parameter_gradients(loss.backward())
    return layer.d_weights


alone = [weight_gradient(slice(i, i + 1)) for i in range(4)]
whole = weight_gradient(slice(0, 4))
print("each sample alone:", *(f"{wish[0, 0]:7.4f}" for wish in alone))
print(f"their mean:        {np.mean(alone, axis=0)[0, 0]:7.4f}")
print(f"the whole batch:   {whole[0, 0]:7.4f}")
# --8<-- [end:ch09-batch-mean]

# --8<-- [start:ch09-count]
n_samples = 300
layer1, layer2 = 2 * 64, 64 * 3  # weights
there = n_samples * (layer1 + layer2)
back = n_samples * (layer1 + 2 * layer2)  # no gradient of the data
n_parameters = layer1 + 64 + layer2 + 3
print(f"{n_parameters} parameters")
print(f"forward {there:,} multiplications, backward {back:,}")
print(f"measured by small steps: {2 * n_parameters * there:,}")
# --8<-- [end:ch09-count]

# --8<-- [start:ch09-check-run]
from nnfs_code.gradient_check import check

rng = np.random.default_rng(9)
samples = rng.normal(size=(5, 3))
print(check(Dense(3, 4, rng=rng, dtype=np.float64), samples))
print(check(SoftmaxCrossEntropy(), samples, np.array([0, 2, 1, 1, 0])))
# --8<-- [end:ch09-check-run]


# --8<-- [start:ch09-planted]
class AlmostTanh(Tanh):
    """Tanh with a gradient that is wrong by one in a hundred."""

    def backward(self, d_outputs: Array) -> Array:
        return 1.01 * super().backward(d_outputs)


print(check(AlmostTanh(), samples))
# --8<-- [end:ch09-planted]

# --8<-- [start:ch09-spiral-network]
from nnfs_code.data import spiral
from nnfs_code.metrics import accuracy


def start(seed: int, scale: float = 1.0) -> tuple[Array, Labels, Dense, Dense]:
    """Return spiral points, arms, and two layers with scaled weights."""
    rng = np.random.default_rng(seed)
    points, arms = spiral(100, 3, rng=rng, dtype=np.float64)
    dense1 = Dense(2, 64, rng=rng, dtype=np.float64)
    dense2 = Dense(64, 3, rng=rng, dtype=np.float64)
    dense1.weights *= scale
    dense2.weights *= scale
    return points, arms, dense1, dense2


# --8<-- [end:ch09-spiral-network]


# --8<-- [start:ch09-train]
def train(
    seed: int,
    n_steps: int,
    rate: float = 1.0,
    scale: float = 1.0,
    relu: ReLU | None = None,
) -> list[tuple[float, float]]:
    """Return loss and accuracy before each step of gradient descent."""
    points, arms, dense1, dense2 = start(seed, scale)
    parts, loss = [dense1, relu or ReLU(), dense2], SoftmaxCrossEntropy()
    history = []
    for _ in range(n_steps + 1):
        logits = forward(parts, points)
        mean_loss = loss.forward(logits, arms)
        history.append((mean_loss, accuracy(logits, arms)))
        backward(parts, loss.backward())
        for dense in (dense1, dense2):
            dense.weights -= rate * dense.d_weights
            dense.biases -= rate * dense.d_biases
    return history


# --8<-- [end:ch09-train]

# --8<-- [start:ch09-training]
history = train(0, 1000)
for step in (0, 10, 100, 500, 1000):
    mean_loss, share = history[step]
    print(f"step {step:4}: loss {mean_loss:.3f}, accuracy {share:.2f}")
# --8<-- [end:ch09-training]

# --8<-- [start:ch09-larger-start]
history = train(0, 1000, scale=100)
for step in (0, 10, 100, 500, 1000):
    mean_loss, share = history[step]
    print(f"step {step:4}: loss {mean_loss:.3f}, accuracy {share:.2f}")
# --8<-- [end:ch09-larger-start]


# --8<-- [start:ch09-wrong-transpose]
class NoTranspose(Dense):
    """Forgets to transpose the weights on the way back."""

    def backward(self, d_outputs: Array) -> Array:
        self.parameter_gradients(d_outputs)
        return d_outputs @ self.weights


for n_neurons in (4, 3):
    wrong = NoTranspose(3, n_neurons, rng=rng, dtype=np.float64)
    try:
        print(check(wrong, samples))
    except ValueError:
        print(f"3 to {n_neurons}: the shapes do not fit, NumPy stops")
# --8<-- [end:ch09-wrong-transpose]


# --8<-- [start:ch09-wrong-biases]
class OneForAll(Dense):
    """Sums the gradient of the biases over the neurons as well."""

    def backward(self, d_outputs: Array) -> Array:
        d_inputs = super().backward(d_outputs)
        self.d_biases = np.full_like(self.biases, d_outputs.sum())
        return d_inputs


class Flat(Dense):
    """Sums over the samples, and loses an axis."""

    def backward(self, d_outputs: Array) -> Array:
        d_inputs = super().backward(d_outputs)
        self.d_biases = d_outputs.sum(axis=0)
        return d_inputs


print(check(OneForAll(3, 4, rng=rng, dtype=np.float64), samples))
try:
    check(Flat(3, 4, rng=rng, dtype=np.float64), samples)
except ValueError as error:
    print(error)
# --8<-- [end:ch09-wrong-biases]


# --8<-- [start:ch09-wrong-batch]
class NotDivided(SoftmaxCrossEntropy):
    """Forgets that the loss was a mean."""

    def backward(self) -> Array:
        return super().backward() * len(self.labels)


print(check(NotDivided(), samples[:4], np.array([0, 2, 1, 1])))
print(check(NotDivided(), samples[:1], np.array([0])))
# --8<-- [end:ch09-wrong-batch]


# --8<-- [start:ch09-wrong-mask]
class GradientMask(ReLU):
    """Lets positive gradients pass, whatever the input was."""

    def backward(self, d_outputs: Array) -> Array:
        return d_outputs * (d_outputs > 0)


class HalfReLU(ReLU):
    """Passes on half of what it should."""

    def backward(self, d_outputs: Array) -> Array:
        return 0.5 * super().backward(d_outputs)


for activation in (ReLU(), HalfReLU(), GradientMask()):
    print(check(activation, samples))
    mean_loss, _ = train(0, 1000, relu=activation)[-1]
    print(f"loss after 1000 steps: {mean_loss:.2f}")
# --8<-- [end:ch09-wrong-mask]


# --8<-- [start:ch09-wrong-order]
def hasty_train(
    seed: int, n_steps: int, rate: float = 1.0, scale: float = 1.0
) -> list[float]:
    """Do as `train` does, but move layer 2 before layer 1 has its slopes."""
    points, arms, dense1, dense2 = start(seed, scale)
    relu, loss = ReLU(), SoftmaxCrossEntropy()
    history = []
    for _ in range(n_steps + 1):
        logits = dense2.forward(relu.forward(dense1.forward(points)))
        history.append(loss.forward(logits, arms))
        d_logits = loss.backward()
        dense2.parameter_gradients(d_logits)
        dense2.weights -= rate * dense2.d_weights
        dense2.biases -= rate * dense2.d_biases
        d_hidden = d_logits @ dense2.weights.T  # the new weights: too late
        dense1.parameter_gradients(relu.backward(d_hidden))
        dense1.weights -= rate * dense1.d_weights
        dense1.biases -= rate * dense1.d_biases
    return history


# --8<-- [end:ch09-wrong-order]

# --8<-- [start:ch09-wrong-order-run]
right_order = [mean_loss for mean_loss, _ in train(7, 1500)]
wrong_order = hasty_train(7, 1500)
right, hasty = right_order[500], wrong_order[500]
print(f"step  500: right {right:.2f}, hasty {hasty:.2f}")
end = "below 1.2" if right_order[1500] < 1.2 else "above 1.2"
hasty_end = "above 10" if wrong_order[1500] > 10 else "below 10"
print(f"step 1500: right {end}, hasty {hasty_end}")
# --8<-- [end:ch09-wrong-order-run]


# --8<-- [start:ch09-wrong-ones]
class SilentSoftmax(Softmax):
    """Passes nothing back at all."""

    def backward(self, d_outputs: Array) -> Array:
        return np.zeros_like(d_outputs)


silent = SilentSoftmax()
scores = samples.copy()
by_steps = numerical_gradient(lambda: silent.forward(scores).sum(), scores)
by_backward = silent.backward(np.ones_like(scores))
print(f"ones: largest slope {np.abs(by_steps).max():.7f}", end=", ")
print(f"returned {np.abs(by_backward).max():.7f}")
print(check(silent, samples))
# --8<-- [end:ch09-wrong-ones]

# --8<-- [start:ch09-wrong-kink]
print(check(ReLU(), np.array([[0.0, -1.0, 2.0]])))
# --8<-- [end:ch09-wrong-kink]

# --8<-- [start:ch09-wrong-stale]
layer = Dense(3, 4, rng=rng, dtype=np.float64)
training, other = samples, rng.normal(size=(5, 3))
d_outputs = np.ones((5, 4))
layer.forward(training)
layer.parameter_gradients(d_outputs)
right_slopes = layer.d_weights
layer.forward(training)
layer.forward(other)  # in between
layer.parameter_gradients(d_outputs)
print("right:", right_slopes[0].round(3))
print("found:", layer.d_weights[0].round(3))
# --8<-- [end:ch09-wrong-stale]

# --8<-- [start:ch09-solution-1]
layer = Dense(784, 128, rng=rng, dtype=np.float64)
outputs = layer.forward(np.zeros((32, 784)))
d_inputs = layer.backward(np.zeros_like(outputs))
for name, gradient in (
    ("d_inputs", d_inputs),
    ("d_weights", layer.d_weights),
    ("d_biases", layer.d_biases),
):
    print(name, gradient.shape)
# --8<-- [end:ch09-solution-1]

# --8<-- [start:ch09-solution-2]
layer = Dense(2, 2, rng=rng, dtype=np.float64)
layer.weights = np.array([[1.0, 2.0], [3.0, 4.0]])
layer.forward(np.array([[1.0, 0.0], [2.0, -1.0], [0.0, 3.0]]))
arriving = np.array([[1.0, -1.0], [0.0, 2.0], [1.0, 0.0]])
show("d_inputs", layer.backward(arriving))
show("d_weights", layer.d_weights)
show("d_biases", layer.d_biases)
# --8<-- [end:ch09-solution-2]


# --8<-- [start:ch09-solution-3]
class LeakyReLU:
    """The input where positive, a tenth of it elsewhere."""

    def forward(self, inputs: Array) -> Array:
        self.slopes: Array = np.where(inputs > 0, 1.0, 0.1)
        outputs: Array = inputs * self.slopes
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        d_inputs: Array = d_outputs * self.slopes
        return d_inputs


print(check(LeakyReLU(), samples))
# --8<-- [end:ch09-solution-3]


# --8<-- [start:ch09-solution-4]
class MeanSquare:
    """The mean of the squared differences, over every entry."""

    def forward(self, predictions: Array, targets: Array) -> float:
        self.differences: Array = predictions - targets
        return float((self.differences**2).mean())

    def backward(self) -> Array:
        d_predictions: Array = 2 * self.differences / self.differences.size
        return d_predictions


print(check(MeanSquare(), samples, rng.normal(size=(5, 3))))
# --8<-- [end:ch09-solution-4]


# --8<-- [start:ch09-solution-5]
class Normalise:
    """Each row divided by its sum: a softmax without the exponentials."""

    def forward(self, inputs: Array) -> Array:
        totals: Array = inputs.sum(axis=1, keepdims=True)
        outputs: Array = inputs / totals
        self.totals, self.outputs = totals, outputs
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        shared = (d_outputs * self.outputs).sum(axis=1, keepdims=True)
        d_inputs: Array = (d_outputs - shared) / self.totals
        return d_inputs


print(check(Normalise(), np.array([[1.0, 2.0, 5.0], [3.0, 1.0, 1.0]])))
# --8<-- [end:ch09-solution-5]


# --8<-- [start:ch09-solution-6]
class Network:
    """Two layers and a loss as one part that `check` can take."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.dense1 = Dense(2, 4, rng=rng, dtype=np.float64)
        self.dense2 = Dense(4, 3, rng=rng, dtype=np.float64)
        self.parts = [self.dense1, Tanh(), self.dense2]
        self.loss = SoftmaxCrossEntropy()
        self.weights1, self.biases1 = self.dense1.weights, self.dense1.biases
        self.weights2, self.biases2 = self.dense2.weights, self.dense2.biases

    def forward(self, inputs: Array, labels: Labels) -> float:
        return self.loss.forward(forward(self.parts, inputs), labels)

    def backward(self) -> Array:
        d_inputs = backward(self.parts, self.loss.backward())
        self.d_weights1 = self.dense1.d_weights
        self.d_biases1 = self.dense1.d_biases
        self.d_weights2 = self.dense2.d_weights
        self.d_biases2 = self.dense2.d_biases
        return d_inputs


print(check(Network(0), samples[:, :2], np.array([0, 2, 1, 1, 0])))
# --8<-- [end:ch09-solution-6]
