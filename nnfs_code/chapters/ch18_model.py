# --8<-- [start:ch18-imports]
"""Chapter 18: one object for all parts, and one loop to train them."""

from typing import Any

import numpy as np

from nnfs_code.arrays import Array
# --8<-- [end:ch18-imports]


# --8<-- [start:ch18-two-numbers]
class Times:
    def __init__(self, factor: float) -> None:
        self.factor = factor

    def forward(self, inputs: float) -> float:
        return self.factor * inputs

    def backward(self, d_outputs: float) -> float:
        return self.factor * d_outputs


class Plus:
    def __init__(self, number: float) -> None:
        self.number = number

    def forward(self, inputs: float) -> float:
        return inputs + self.number

    def backward(self, d_outputs: float) -> float:
        return d_outputs


# --8<-- [end:ch18-two-numbers]

# --8<-- [start:ch18-two-loops]
parts: list[Any] = [Times(3.0), Plus(2.0), Times(0.5)]
value, gradient = 4.0, 1.0
for part in parts:
    value = part.forward(value)
    print(f"forward  {type(part).__name__:5} {value:5.2f}")
for part in reversed(parts):
    gradient = part.backward(gradient)
    print(f"backward {type(part).__name__:5} {gradient:5.2f}")
# --8<-- [end:ch18-two-loops]

# --8<-- [start:ch18-start]
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Labels
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay


def dense(n_inputs: int, n_neurons: int, rng: np.random.Generator) -> Dense:
    return Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)


def start(seed: int) -> tuple[Array, Labels, list[Any]]:
    """Return 150 points of a spiral, their labels, and chapter 10's parts."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
    return points, labels, [dense(2, 64, rng), ReLU(), dense(64, 3, rng)]


# --8<-- [end:ch18-start]


# --8<-- [start:ch18-by-hand]
def by_hand(forgotten: str, seed: int) -> tuple[float, float]:
    """Train as in chapter 10, less one line; return loss and accuracy."""
    points, labels, (one, relu, two) = start(seed)
    loss, adam = SoftmaxCrossEntropy(), Adam(CosineDecay(0.1, 200))
    for _ in range(200):
        loss.forward(two.forward(relu.forward(one.forward(points))), labels)
        gradient = two.backward(loss.backward())
        if forgotten != "ReLU, backwards":
            gradient = relu.backward(gradient)
        one.parameter_gradients(gradient)
        pairs = {
            "first weights": (one.weights, one.d_weights),
            "first biases": (one.biases, one.d_biases),
            "second weights": (two.weights, two.d_weights),
            "second biases": (two.biases, two.d_biases),
        }
        pairs.pop(forgotten, None)
        adam.update(list(pairs.values()))
    scores = two.forward(relu.forward(one.forward(points)))
    return loss.forward(scores, labels), accuracy(scores, labels)


# --8<-- [end:ch18-by-hand]

# --8<-- [start:ch18-forgotten]
print("forgotten           loss               right")
for forgotten in (
    "nothing",
    "second biases",
    "ReLU, backwards",
    "first biases",
    "first weights",
):
    runs = np.array([by_hand(forgotten, seed) for seed in range(5)])
    low, mid, high = np.quantile(runs, (0, 0.5, 1), axis=0)
    loss_of_5 = f"{low[0]:.2f} {mid[0]:.2f} {high[0]:.2f}"
    right_of_5 = f"{low[1]:.2f} {mid[1]:.2f} {high[1]:.2f}"
    print(f"{forgotten:15}     {loss_of_5}     {right_of_5}")
# --8<-- [end:ch18-forgotten]

# --8<-- [start:ch18-first-model]
from nnfs_code.model import Model

points, labels, parts = start(0)
model = Model(parts, SoftmaxCrossEntropy())
adam = Adam(CosineDecay(0.1, 200))
for step in range(200):
    loss = model.train_step(points, labels, adam)
    if step % 50 == 0:
        print(f"step {step:3}: loss {loss:.2f}")
scores = model.forward(points)
print(f"at the end: loss {model.loss.forward(scores, labels):.2f}", end=" ")
print(f"right {accuracy(scores, labels):.2f}")
# --8<-- [end:ch18-first-model]

# --8<-- [start:ch18-same-numbers]
points, labels, (one, relu, two) = start(0)
model = Model(start(0)[2], SoftmaxCrossEntropy())
loss_by_hand = SoftmaxCrossEntropy()
adam, adam_by_hand = Adam(0.02), Adam(0.02)
for step in range(1, 201):
    scores = two.forward(relu.forward(one.forward(points)))
    by_hand_loss = loss_by_hand.forward(scores, labels)
    gradient = relu.backward(two.backward(loss_by_hand.backward()))
    one.parameter_gradients(gradient)
    adam_by_hand.update(
        [
            (one.weights, one.d_weights),
            (one.biases, one.d_biases),
            (two.weights, two.d_weights),
            (two.biases, two.d_biases),
        ]
    )
    loss = model.train_step(points, labels, adam)
    if step in (1, 100, 200):
        apart = np.abs(model.parts[0].weights - one.weights).max()
        print(f"{by_hand_loss:.6f} {loss:.6f}, weights apart by {apart}")
# --8<-- [end:ch18-same-numbers]

# --8<-- [start:ch18-check]
from nnfs_code.activations import Tanh
from nnfs_code.model_check import check_model
from nnfs_code.penalties import L1, L2

rng = np.random.default_rng(2)
few, answers = rng.normal(size=(6, 2)), rng.integers(3, size=6)


def mixed(first: Any, second: Any) -> Model:
    """Return a small model with two activations and weights of all sizes."""
    rng = np.random.default_rng(0)
    layers = [dense(2, 4, rng), dense(4, 4, rng), dense(4, 3, rng)]
    for layer in layers:
        layer.weights *= 50
        layer.biases += rng.normal(size=layer.biases.shape)
    parts = [layers[0], first, layers[1], second, layers[2]]
    return Model(parts, SoftmaxCrossEntropy(), penalty=L2(0.1))


print(check_model(mixed(Tanh(), Tanh()), few, answers))
# --8<-- [end:ch18-check]

# --8<-- [start:ch18-train]
fresh, truth = spiral(300, 3, rng=np.random.default_rng(99), dtype=np.float64)


def train(
    model: Model,
    points: Array,
    targets: Any,
    steps: int = 200,
    rate: float = 0.1,
) -> None:
    """Take some steps with Adam, whose rate falls along a cosine."""
    adam = Adam(CosineDecay(rate, steps))
    for _ in range(steps):
        model.train_step(points, targets, adam)


def both(model: Model, points: Array, labels: Labels) -> tuple[float, float]:
    """Return the accuracies on the model's own points and on fresh ones."""
    own = accuracy(model.forward(points), labels)
    return own, accuracy(model.forward(fresh), truth)


# --8<-- [end:ch18-train]

# --8<-- [start:ch18-swaps]
from nnfs_code.layers import Dropout


def swapped(name: str, rng: np.random.Generator) -> Model:
    """Return a model of the given kind, all for points of the plane."""
    penalty = L2(0.001) if name == "L2 of 0.001" else None
    parts: list[Any] = [dense(2, 64, rng), ReLU(), dense(64, 3, rng)]
    if name.startswith("tanh"):
        parts[1] = Tanh()
    if name == "tanh, wide start":
        parts[0].weights *= 300
    if name == "dropout of 0.2":
        parts.insert(2, Dropout(0.2, rng=rng))
    if name == "two hidden layers":
        parts = [dense(2, 32, rng), ReLU(), dense(32, 32, rng), ReLU()]
        parts.append(dense(32, 3, rng))
    return Model(parts, SoftmaxCrossEntropy(), penalty=penalty)


# --8<-- [end:ch18-swaps]


# --8<-- [start:ch18-swap-runs]
def run(name: str, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
    model = swapped(name, rng)
    train(model, points, labels)
    return both(model, points, labels)


print("                    own                fresh")
for name in (
    "ReLU",
    "two hidden layers",
    "dropout of 0.2",
    "L2 of 0.001",
    "tanh",
    "tanh, wide start",
):
    runs = np.array([run(name, seed) for seed in range(5)])
    low, mid, high = np.quantile(runs, (0, 0.5, 1), axis=0)
    own = f"{low[0]:.2f} {mid[0]:.2f} {high[0]:.2f}"
    print(f"{name:17}   {own}     {low[1]:.2f} {mid[1]:.2f} {high[1]:.2f}")
# --8<-- [end:ch18-swap-runs]

# --8<-- [start:ch18-binary]
from nnfs_code.data import vertical
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.metrics import binary_accuracy

rng = np.random.default_rng(0)
points, bands = vertical(50, 3, rng=rng, dtype=np.float64)
model = Model(
    [dense(2, 64, rng), ReLU(), dense(64, 1, rng)], SigmoidCrossEntropy()
)
in_the_middle = bands[:, np.newaxis] == 1
train(model, points, in_the_middle, steps=50)
logits = model.forward(points)
print(f"loss  {model.loss.forward(logits, in_the_middle):.2f}")
print(f"right {binary_accuracy(logits, in_the_middle, threshold=0.0):.2f}")
# --8<-- [end:ch18-binary]

# --8<-- [start:ch18-refused]
from nnfs_code.activations import Softmax

relu = ReLU()
attempts: list[tuple[list[Any], Any]] = [
    ([dense(2, 3, rng), ReLU], SoftmaxCrossEntropy()),
    ([dense(2, 3, rng), SoftmaxCrossEntropy()], SoftmaxCrossEntropy()),
    ([dense(2, 3, rng), relu, dense(3, 3, rng), relu], SoftmaxCrossEntropy()),
    ([dense(2, 3, rng), Softmax()], SoftmaxCrossEntropy()),
]
for parts, loss_object in attempts:
    try:
        Model(parts, loss_object)
    except (TypeError, ValueError) as error:
        print(error)
try:
    Model(start(1)[2], SoftmaxCrossEntropy()).train_step(points, labels, adam)
except ValueError as error:
    print(error)
# --8<-- [end:ch18-refused]

# --8<-- [start:ch18-wrong-flag]
points, labels, parts = start(0)
model = swapped("dropout of 0.2", np.random.default_rng(0))
train(model, points, labels)
print(f"right        {accuracy(model.forward(fresh), truth):.3f}")
for _ in range(3):
    scores = model.forward(fresh, training=True)
    print(f"by mistake   {accuracy(scores, truth):.3f}")
# --8<-- [end:ch18-wrong-flag]


# --8<-- [start:ch18-wrong-shared]
def shared_relu(shared: bool, seed: int) -> float:
    """Train two hidden layers, with one ReLU object for both or with two."""
    points, labels = start(seed)[:2]
    model = swapped("two hidden layers", np.random.default_rng(seed))
    if shared:  # behind the back of the check
        model.parts = (*model.parts[:3], model.parts[1], model.parts[4])
    train(model, points, labels)
    return accuracy(model.forward(points), labels)


for shared in (False, True):
    right = [shared_relu(shared, seed) for seed in range(5)]
    low, mid, high = np.quantile(right, (0, 0.5, 1))
    print(f"shared {shared:d}: right {low:.2f} {mid:.2f} {high:.2f}")
# --8<-- [end:ch18-wrong-shared]


# --8<-- [start:ch18-shared-caught]
def wrong_gradients(model: Model, inputs: Array, targets: Any) -> list[str]:
    report = check_model(model, inputs, targets)
    return [one.name for one in report.comparisons if not one.agrees]


model = mixed(ReLU(), ReLU())
print("two objects:", wrong_gradients(model, few, answers))
model.parts = (*model.parts[:3], model.parts[1], model.parts[4])
print("one object: ", wrong_gradients(model, few, answers))
# --8<-- [end:ch18-shared-caught]

# --8<-- [start:ch18-wrong-biases]
from nnfs_code.promises import parameters


class OnEverything(Model):
    def pairs(self) -> list[tuple[Array, Array]]:
        assert self.penalty is not None
        return [
            (value, gradient + self.penalty.gradient(value))
            for part in self.parts
            for _, value, gradient in parameters(part)
        ]


nothing, mostly_0 = np.ones((10, 1)) / 1000, np.array([0] * 9 + [1])
for kind in (Model, OnEverything):
    layer = dense(1, 2, np.random.default_rng(0))
    model = kind([layer], SoftmaxCrossEntropy(), penalty=L2(0.1))
    train(model, nothing, mostly_0)
    chance = Softmax().forward(model.forward(nothing))[0, 0]
    print(f"{kind.__name__:12} says class 0 with probability {chance:.2f}")
print("wrong:", wrong_gradients(model, nothing, mostly_0))
# --8<-- [end:ch18-wrong-biases]

# --8<-- [start:ch18-wrong-anew]
for anew in (False, True):
    points, labels, parts = start(0)
    model = Model(parts, SoftmaxCrossEntropy())
    for epoch in range(10):
        if anew or epoch == 0:
            adam = Adam(CosineDecay(0.1, 200))
        for _ in range(20):
            loss = model.train_step(points, labels, adam)
    print(
        f"made {1 + 9 * anew:2} times: loss {loss:.2f}, rate {adam.rate():.3f}"
    )
# --8<-- [end:ch18-wrong-anew]

# --8<-- [start:ch18-solution-1]
rng = np.random.default_rng(0)
parts = [
    dense(784, 128, rng),
    ReLU(),
    Dropout(0.2, rng=rng),
    dense(128, 10, rng),
]
model = Model(parts, SoftmaxCrossEntropy())
picture, digit = rng.random((1, 784)), np.array([3])
model.train_step(picture, digit, Adam())
sizes = [value.size for value, _ in model.pairs()]
print(len(sizes), "arrays,", sum(sizes), "parameters:", sizes)
# --8<-- [end:ch18-solution-1]


# --8<-- [start:ch18-solution-2]
class Both:
    """Two penalties as one."""

    def __init__(self, one: Any, other: Any) -> None:
        self.one, self.other = one, other

    def penalty(self, parameter: Array) -> float:
        both = self.one.penalty(parameter) + self.other.penalty(parameter)
        return float(both)

    def gradient(self, parameter: Array) -> Array:
        both: Array = self.one.gradient(parameter)
        both = both + self.other.gradient(parameter)
        return both


elastic = Both(L1(0.1), L2(0.1))
print(f"{elastic.penalty(np.array([[3.0, -1.0]])):.2f}")
model = mixed(Tanh(), Tanh())
model.penalty = elastic
print("wrong:", wrong_gradients(model, few, answers))
# --8<-- [end:ch18-solution-2]


# --8<-- [start:ch18-solution-3]
class LeakyReLU:
    """The input where positive, else a tenth of it."""

    def forward(self, inputs: Array) -> Array:
        self.slopes: Array = np.where(inputs > 0, 1.0, 0.1)
        outputs: Array = inputs * self.slopes
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        d_inputs: Array = d_outputs * self.slopes
        return d_inputs


model = mixed(LeakyReLU(), LeakyReLU())
print("wrong:", wrong_gradients(model, few, answers))
# --8<-- [end:ch18-solution-3]


# --8<-- [start:ch18-solution-4]
class Frozen:
    """A part whose parameters nobody finds."""

    def __init__(self, part: Any) -> None:
        self.part = part

    def forward(self, inputs: Array) -> Array:
        outputs: Array = self.part.forward(inputs)
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        d_inputs: Array = self.part.backward(d_outputs)
        return d_inputs


points, labels, (first, relu, last) = start(0)
first.weights *= 300
model = Model([Frozen(first), Tanh(), last], SoftmaxCrossEntropy())
before = first.weights.copy()
train(model, points, labels)
print(len(model.pairs()), "arrays, the first layer moved by", end=" ")
print(np.abs(first.weights - before).max())
print(f"right {accuracy(model.forward(points), labels):.2f}")
# --8<-- [end:ch18-solution-4]


# --8<-- [start:ch18-solution-5]
class Skip:
    """Parts, and a way around them: outputs = inputs + parts(inputs)."""

    def __init__(self, *parts: Any) -> None:
        self.parts = parts

    def forward(self, inputs: Array) -> Array:
        values = inputs
        for part in self.parts:
            values = part.forward(values)
        outputs: Array = inputs + values
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        gradient = d_outputs
        for part in reversed(self.parts):
            gradient = part.backward(gradient)
        d_inputs: Array = d_outputs + gradient
        return d_inputs


# --8<-- [end:ch18-solution-5]

# --8<-- [start:ch18-solution-5-run]
for skip in (False, True):
    rng = np.random.default_rng(0)
    points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
    parts = [dense(2, 32, rng)]
    for _ in range(4):
        inner = [ReLU(), dense(32, 32, rng)]
        parts += [Skip(*inner)] if skip else inner
    parts += [ReLU(), dense(32, 3, rng)]
    model = Model(parts, SoftmaxCrossEntropy())
    train(model, points, labels, rate=0.02)
    scores = model.forward(points)
    print(f"skip {skip:d}: {len(model.pairs())} arrays,", end=" ")
    print(f"loss {model.loss.forward(scores, labels):.2f}", end=" ")
    print(f"right {accuracy(scores, labels):.2f}")
# --8<-- [end:ch18-solution-5-run]
