# --8<-- [start:ch24-imports]
"""Chapter 24: a record of what was computed, and the slopes it yields."""

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nnfs_code
from nnfs_code.arrays import Array
from nnfs_code.autograd import Tensor, no_grad, ordered, record
from nnfs_code.autograd_operations import exp, log, maximum, tanh
from nnfs_code.autograd_rules import sum_to

# --8<-- [end:ch24-imports]


# --8<-- [start:ch24-neuron]
w1, w2, b = (Tensor(value, requires_grad=True) for value in (0.5, -1.5, 0.5))
z = 2 * w1 + -1 * w2 + b
error = maximum(z, 0) - 1
loss = error * error
loss.backward()
print(f"loss {loss.values}")
print(f"slopes {w1.gradient}, {w2.gradient}, {b.gradient}")
# --8<-- [end:ch24-neuron]


# --8<-- [start:ch24-neuron-record]
places = {tensor: place for place, tensor in enumerate(ordered(loss))}
for tensor, place in places.items():
    made = tensor.operation or "(given)"
    origin = [places[parent] for parent in tensor.parents]
    print(f"{place}  {made:9} {tensor.values:4}  from {origin}")
# --8<-- [end:ch24-neuron-record]


# --8<-- [start:ch24-slopes-of]
def slopes_of(result: Tensor, add: bool = True) -> dict[Tensor, Array]:
    """Return the slope of one number along each tensor of its record."""
    slopes = {result: np.ones_like(result.values)}
    for tensor in reversed(ordered(result)):
        for parent, rule in zip(tensor.parents, tensor.rules, strict=True):
            part = sum_to(rule(slopes[tensor]), parent.shape)
            if add and parent in slopes:
                part = slopes[parent] + part
            slopes[parent] = part
    return slopes


# --8<-- [end:ch24-slopes-of]


# --8<-- [start:ch24-neuron-slopes]
slopes = slopes_of(loss)
for tensor, place in reversed(places.items()):
    made = tensor.operation or "(given)"
    print(f"{place}  {made:9} {tensor.values:4}  slope {slopes[tensor]:4}")
# --8<-- [end:ch24-neuron-slopes]


# --8<-- [start:ch24-paths]
calls = 0


def path_by_path(tensor: Tensor, slope: Array) -> None:
    """Send each slope on as soon as it comes, and count the rules called."""
    global calls
    for parent, rule in zip(tensor.parents, tensor.rules, strict=True):
        calls += 1
        path_by_path(parent, rule(slope))


for n_steps in (1, 5, 10, 15):
    y = Tensor(1.0, requires_grad=True)
    for _ in range(n_steps):
        y = y + y
    calls = 0
    path_by_path(y, np.ones(()))
    in_order = sum(len(tensor.rules) for tensor in ordered(y))
    print(f"{n_steps:2} steps: {calls:6,} calls path by path, {in_order} once")
# --8<-- [end:ch24-paths]


# --8<-- [start:ch24-by-recursion]
def by_recursion(tensor: Tensor, found: dict[Tensor, None]) -> None:
    """Put a tensor after its parents; the function calls itself."""
    for parent in tensor.parents:
        if parent not in found:
            by_recursion(parent, found)
    found[tensor] = None


# --8<-- [end:ch24-by-recursion]


# --8<-- [start:ch24-deep]
x = Tensor(1.0, requires_grad=True)
y = x
for _ in range(10_000):
    y = y + 0.5
try:
    by_recursion(y, {})
except RecursionError as error:
    print(type(error).__name__)
y.backward()
print(f"{len(ordered(y)):,} tensors, slope {x.gradient}")
# --8<-- [end:ch24-deep]


# --8<-- [start:ch24-overwritten]
x = Tensor(2.0, requires_grad=True)
f = (x * x) * (3 * x)
print("added:", slopes_of(f)[x], " overwritten:", slopes_of(f, add=False)[x])
# --8<-- [end:ch24-overwritten]


# --8<-- [start:ch24-network]
def network(params: list[Tensor], points: Any) -> Any:
    """Return what dense layers, with ReLU between them, say of the points."""
    for k in range(0, len(params), 2):
        points = points @ params[k] + params[k + 1]
        if k + 2 < len(params):
            points = maximum(points, 0)
    return points


def squared_errors(scores: Tensor, labels: Any) -> Tensor:
    """Return the mean squared distance to one-hot rows."""
    errors: Tensor = scores - np.eye(scores.shape[1])[labels]
    return (errors * errors).mean()


def cross_entropy(scores: Tensor, labels: Any) -> Tensor:
    """Return the mean cross-entropy of the softmax of the scores."""
    scores = scores - scores.max(axis=1, keepdims=True)
    right = scores[np.arange(len(labels)), labels]
    return (log(exp(scores).sum(axis=1)) - right).mean()


# --8<-- [end:ch24-network]


# --8<-- [start:ch24-start]
from itertools import pairwise

from nnfs_code.data import spiral
from nnfs_code.optimizers import SGD, Adam


def start(seed: int, *sizes: int) -> list[Tensor]:
    """Return weights and biases of dense layers, drawn by He's rule."""
    rng, params = np.random.default_rng(seed), []
    for n_in, n_out in pairwise(sizes):
        weights = np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))
        params += [
            Tensor(weights, requires_grad=True),
            Tensor(np.zeros((1, n_out)), requires_grad=True),
        ]
    return params


points, labels = spiral(40, 3, rng=np.random.default_rng(0), dtype=np.float64)
# --8<-- [end:ch24-start]


# --8<-- [start:ch24-train-overwritten]
def final_loss(seed: int, loss_of: Any, optimizer: Any, add: bool) -> float:
    """Train 100 steps, and return the loss at the end."""
    params = start(seed, 2, 16, 3)
    for _ in range(100):
        loss = loss_of(network(params, points), labels)
        slopes = slopes_of(loss, add)
        optimizer.update([(p.values, slopes[p]) for p in params])
    return float(loss.values)


print("100 steps, seeds 0 to 4                   added          overwritten")
for title, loss_of, make, rate in (
    ("cross-entropy, Adam", cross_entropy, Adam, 0.03),
    ("squared errors, Adam", squared_errors, Adam, 0.03),
    ("squared errors, SGD", squared_errors, SGD, 0.1),
):
    cells = []
    for add in (True, False):
        ends = [final_loss(s, loss_of, make(rate), add) for s in range(5)]
        cells.append(f"{min(ends):8.3f} to {max(ends):7.3f}")
    print(f"{title:30}", *cells)
# --8<-- [end:ch24-train-overwritten]


# --8<-- [start:ch24-broadcast]
scores = Tensor(np.zeros((2, 3)), requires_grad=True)
biases = Tensor(np.array([[0.1, 0.2, 0.3]]), requires_grad=True)
arriving = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
(scores + biases).backward(arriving)
print("for the scores", scores.gradient)
print("for the biases", biases.gradient)
# --8<-- [end:ch24-broadcast]


# --8<-- [start:ch24-broadcast-axes]
big = np.ones((4, 2, 3))
for shape in ((4, 2, 3), (2, 1), (1, 1, 3), (3,), ()):
    print(f"{shape!s:10} {sum_to(big, shape).ravel()[0]:4.0f} in each place")
# --8<-- [end:ch24-broadcast-axes]


# --8<-- [start:ch24-no-grad-run]
params = start(0, 2, 16, 3)
recorded = network(params, points)
with no_grad():
    bare = network(params, points)
print("tensors kept:", len(ordered(recorded)), "and", len(ordered(bare)))
print(f"scores apart by {np.abs(recorded.values - bare.values).max():.1f}")
# --8<-- [end:ch24-no-grad-run]


# --8<-- [start:ch24-as-part]
from nnfs_code.gradient_check import check


class AsPart:
    """A function of one tensor, as `check` wants it: forward, backward."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        self.function = function

    def forward(self, inputs: Array) -> Array:
        """Record the function of the inputs; return its values."""
        self.inputs = Tensor(inputs, requires_grad=True)
        self.outputs = self.function(self.inputs)
        return self.outputs.values

    def backward(self, d_outputs: Array) -> Array:
        """Return what the record says."""
        self.outputs.backward(d_outputs)
        d_inputs: Array = self.inputs.gradient
        return d_inputs


# --8<-- [end:ch24-as-part]


# --8<-- [start:ch24-check]
def wrong_tanh(x: Tensor) -> Tensor:
    """Return tanh with a rule that has lost its square."""
    values = np.tanh(x.values)
    return record("tanh", values, (x, lambda g: g * (1 - values)))


some = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]])
print(check(AsPart(lambda x: tanh(x @ some.T) * x.sum()), some))
print(check(AsPart(wrong_tanh), some))
# --8<-- [end:ch24-check]


# --8<-- [start:ch24-by-hand]
from nnfs_code.activations import ReLU
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model

params = start(0, 2, 16, 3)
layers = [
    Dense(*p.shape, rng=np.random.default_rng(0), dtype=np.float64)
    for p in params[::2]
]
for layer, weights in zip(layers, params[::2], strict=True):
    layer.weights[:] = weights.values
model = Model([layers[0], ReLU(), layers[1]], SoftmaxCrossEntropy())
# --8<-- [end:ch24-by-hand]


# --8<-- [start:ch24-train]
sgd, by_hand = SGD(0.5), SGD(0.5)
for step in range(1, 101):
    loss = cross_entropy(network(params, points), labels)
    for p in params:
        p.gradient = None
    loss.backward()
    sgd.update([(p.values, p.gradient) for p in params])
    hand_loss = model.train_step(points, labels, by_hand)
    if step in (1, 10, 100):
        print(f"step {step:3}: {loss.values:.9f} {hand_loss:.9f}")
# --8<-- [end:ch24-train]


# --8<-- [start:ch24-twins-activations]
def absolute(x: Tensor) -> Tensor:
    """Return the size of each entry."""
    return maximum(x, -x)


def softmax(x: Tensor) -> Tensor:
    """Return each row of scores as probabilities."""
    powers = exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


Twin = Callable[..., Tensor]
TWINS: dict[str, Twin] = {
    "Dense": lambda part, x, weights, biases: x @ weights + biases,
    "Dropout": lambda part, x: x * part.mask,
    "Step": lambda part, x: 0 * x + (x.values > 0),
    "Linear": lambda part, x: x,
    "Sigmoid": lambda part, x: 1 / (1 + exp(-x)),
    "Tanh": lambda part, x: tanh(x),
    "ReLU": lambda part, x: maximum(x, 0),
    "Softmax": lambda part, x: softmax(x),
}
# --8<-- [end:ch24-twins-activations]


# --8<-- [start:ch24-twins-losses]
def log_likelihood(p: Tensor, right: Any) -> Tensor:
    """Return the mean of minus log of what the right answers were given."""
    return -log(maximum(p[right], 1e-7)).mean()


def huber(errors: Tensor, delta: float) -> Tensor:
    """Return half the square near 0, a straight line further out."""
    sizes = absolute(errors)
    inner = -maximum(-sizes, -delta)  # the smaller of the two
    return (inner * (sizes - inner / 2)).mean()


LOSS_TWINS: dict[str, Twin] = {
    "CategoricalCrossEntropy": lambda part, p, labels: log_likelihood(
        p, (np.arange(len(labels)), labels)
    ),
    "SoftmaxCrossEntropy": lambda part, x, labels: cross_entropy(x, labels),
    "BinaryCrossEntropy": lambda part, p, yes: log_likelihood(
        p * yes + (1 - p) * (1 - yes), ...
    ),
    "SigmoidCrossEntropy": lambda part, x, yes: (
        maximum(x, 0) - x * yes + log(1 + exp(-absolute(x)))
    ).mean(),
}
# --8<-- [end:ch24-twins-losses]


# --8<-- [start:ch24-twins-quantities]
LOSS_TWINS |= {
    "MeanSquaredError": lambda part, x, targets: ((x - targets) ** 2).mean(),
    "MeanAbsoluteError": lambda part, x, targets: absolute(x - targets).mean(),
    "Huber": lambda part, x, targets: huber(x - targets, part.delta),
    "Quantile": lambda part, x, targets: maximum(
        (1 - part.level) * (x - targets), part.level * (targets - x)
    ).mean(),
}
PENALTY_TWINS: dict[str, Twin] = {
    "L1": lambda part, weights: part.strength * absolute(weights).sum(),
    "L2": lambda part, weights: part.strength / 2 * (weights**2).sum(),
}
# --8<-- [end:ch24-twins-quantities]


# --8<-- [start:ch24-judge]
from nnfs_code.gradient_check import parameter_gradients


def judge(part: Any, twin: Twin, inputs: Array, targets: Any = None) -> float:
    """Return how far a part and its twin are apart, at most, in any number."""
    x, rng = Tensor(inputs, requires_grad=True), np.random.default_rng(0)
    if targets is None:
        trains = getattr(part, "differs_in_training", False)
        ours = part.forward(inputs, **({"training": True} if trains else {}))
        d_outputs = rng.normal(size=ours.shape)
        found = {"inputs": part.backward(d_outputs)}
    else:
        ours, d_outputs = np.array(part.forward(inputs, targets)), None
        found = {"inputs": part.backward()}
    found |= parameter_gradients(part)
    held = {
        name: Tensor(getattr(part, name), requires_grad=True)
        for name in found
        if name != "inputs"
    }
    outputs = twin(part, x, *([] if targets is None else [targets]), **held)
    outputs.backward(d_outputs)
    pairs = [(ours, outputs.values), (found["inputs"], x.gradient)]
    pairs += [(found[name], tensor.gradient) for name, tensor in held.items()]
    return max(float(np.abs(one - two).max()) for one, two in pairs)


# --8<-- [end:ch24-judge]


# --8<-- [start:ch24-parts]
from nnfs_code import activations, layers as layer_types, losses, penalties

rng = np.random.default_rng(0)
values = rng.normal(size=(5, 4))
rows = np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)
yes = rng.integers(2, size=(5, 4))
parts: list[Any] = [
    Dense(4, 3, rng=rng, dtype=np.float64),
    layer_types.Dropout(0.5, rng=rng),
    *(getattr(activations, name)() for name in list(TWINS)[2:]),
]
with_targets: list[tuple[Any, Array, Any]] = [
    (losses.CategoricalCrossEntropy(), rows, yes.argmax(axis=1)),
    (losses.SoftmaxCrossEntropy(), values, yes.argmax(axis=1)),
    (losses.BinaryCrossEntropy(), rows, yes),
    (losses.SigmoidCrossEntropy(), values, yes),
    (losses.MeanSquaredError(), values, rows),
    (losses.MeanAbsoluteError(), values, rows),
    (losses.Huber(0.5), values, rows),
    (losses.Quantile(0.9), values, rows),
]
# --8<-- [end:ch24-parts]


# --8<-- [start:ch24-judge-run]
apart: dict[str, float] = {}
for part in parts:
    name = type(part).__name__
    apart[name] = judge(part, TWINS[name], values)
for part, inputs, targets in with_targets:
    name = type(part).__name__
    apart[name] = judge(part, LOSS_TWINS[name], inputs, targets)
for part in (penalties.L1(0.1), penalties.L2(0.1)):
    name = type(part).__name__
    weights = Tensor(values, requires_grad=True)
    PENALTY_TWINS[name](part, weights).backward()
    apart[name] = float(np.abs(weights.gradient - part.gradient(values)).max())
print(f"{len(apart)} classes, apart by at most {max(apart.values()):.12f}")
# --8<-- [end:ch24-judge-run]


# --8<-- [start:ch24-judge-fault]
class WrongSoftmax(activations.Softmax):
    """Softmax with the diagonal of its Jacobian alone."""

    def backward(self, d_outputs: Array) -> Array:
        """Return a gradient that forgets the other scores."""
        return d_outputs * self.outputs * (1 - self.outputs)


fault = judge(WrongSoftmax(), TWINS["Softmax"], values)
print(f"WrongSoftmax apart by {fault:.3f}")
# --8<-- [end:ch24-judge-fault]


# --8<-- [start:ch24-in-one]
def part_in_one(part: Any, x: Tensor) -> Tensor:
    """Return what a part makes of x, recorded as one operation."""
    values = part.forward(x.values)
    return record(type(part).__name__, values, (x, part.backward))


def loss_in_one(scores: Tensor, labels: Any) -> Tensor:
    """Return the mean cross-entropy, recorded as one operation."""
    part = SoftmaxCrossEntropy()
    mean = part.forward(scores.values, labels)
    value = np.asarray(mean, scores.values.dtype)  # not always float64
    return record("loss", value, (scores, lambda g: g * part.backward()))


def dense_in_one(x: Tensor, weights: Tensor, biases: Tensor) -> Tensor:
    """Return what a dense layer makes of x, recorded as one operation."""
    a, w, ones = x.values, weights.values, np.ones_like(x.values[:, :1])
    values = a @ w
    values += biases.values
    return record(
        "dense",
        values,
        (x, lambda g: g @ w.T),
        (weights, lambda g: a.T @ g),
        (biases, lambda g: ones.T @ g),
    )


# --8<-- [end:ch24-in-one]


# --8<-- [start:ch24-cost-record]
small = start(0, 2, 64, 3)
whole = cross_entropy(network(small, points), labels)
scores = dense_in_one(
    part_in_one(ReLU(), dense_in_one(Tensor(points), *small[:2])), *small[2:]
)
short = loss_in_one(scores, labels)
for title, result in (("composed", whole), ("in one", short)):
    steps = [t.operation for t in ordered(result) if t.operation]
    print(f"{title}: {len(steps)} operations")
    print(textwrap.fill(" ".join(steps), 76, initial_indent="    "))
print(f"losses {whole.values:.6f} and {short.values:.6f}")
# --8<-- [end:ch24-cost-record]


# --8<-- [start:ch24-cost]
folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
stored = json.loads((folder / "autograd-cost.json").read_text("utf-8"))
works = ("spiral", "128", "2048")
print("times as long as by hand", *(f"{work:>15}" for work in works))
for way in stored["spiral"]["ratios"]:
    cells = []
    for work in works:
        low, middle, high = stored[work]["ratios"][way]
        cells.append(f"{middle:.2f} ({low:.2f}-{high:.2f})")
    print(f"{way:27}", *(f"{cell:>16}" for cell in cells))
# --8<-- [end:ch24-cost]


# --8<-- [start:ch24-cost-memory]
print("MB at most                  ", *(f"{work:>7}" for work in works))
for way in ("by hand", "composed", "loss, ReLU and dense in one"):
    most = [stored[work]["MB"][way] for work in works]
    print(f"{way:28}", *(f"{megabytes:7.2f}" for megabytes in most))
# --8<-- [end:ch24-cost-memory]


# --8<-- [start:ch24-wrong-reset]
def losses_with(resets: bool, seed: int) -> list[float]:
    """Return the losses of 100 steps, with or without setting to None."""
    params, adam, found = start(seed, 2, 16, 3), Adam(0.03), []
    for _ in range(100):
        loss = cross_entropy(network(params, points), labels)
        for p in params if resets else []:
            p.gradient = None
        loss.backward()
        adam.update([(p.values, p.gradient) for p in params])
        found.append(float(loss.values))
    return found


for resets in (True, False):
    found = np.array([losses_with(resets, seed) for seed in range(5)])
    at = [f"{np.median(found[:, step]):.3f}" for step in (0, 19, 99)]
    name = "set to None" if resets else "forgotten"
    print(f"{name:12} median losses at steps 1, 20, 100:", *at)
# --8<-- [end:ch24-wrong-reset]


# --8<-- [start:ch24-wrong-values]
x = Tensor(np.array([[1.0, 2.0, 4.0]]), requires_grad=True)
for title, total in (
    ("in the record", exp(x).sum()),
    ("out of it", exp(x).sum().values),
):
    share = exp(x)[0, 0] / total
    x.gradient = None
    share.backward()
    print(f"{title:14} share {share.values:.4f}, slopes", x.gradient.round(4))
# --8<-- [end:ch24-wrong-values]


# --8<-- [start:ch24-wrong-in-place]
for when in ("after backward", "before backward"):
    x = Tensor(np.array([3.0]), requires_grad=True)
    y = x * x
    if when == "before backward":
        x.values += 1
    y.backward()
    if when == "after backward":
        x.values += 1
    print(f"changed {when}: y {y.values[0]}, slope {x.gradient[0]}")
# --8<-- [end:ch24-wrong-in-place]


# --8<-- [start:ch24-wrong-tie]
values = np.array([[-1.0, 0.0, 1.0]])
x = Tensor(values, requires_grad=True)
maximum(x, 0).sum().backward()
relu = ReLU()
relu.forward(values)
print("maximum", x.gradient, " ReLU", relu.backward(np.ones((1, 3))))
# --8<-- [end:ch24-wrong-tie]


# --8<-- [start:ch24-solution-1]
x, y = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
f = (x + y) * x
f.backward()
print(f"f {f.values}, slopes {x.gradient} and {y.gradient}")
# --8<-- [end:ch24-solution-1]


# --8<-- [start:ch24-solution-2]
def sigmoid(x: Tensor) -> Tensor:
    """Return the sigmoid as one operation with a rule of its own."""
    values = 1 / (1 + np.exp(-x.values))
    return record("sigmoid", values, (x, lambda g: g * values * (1 - values)))


x = Tensor(0.0, requires_grad=True)
for title, function in (
    ("one rule", sigmoid),
    ("composed", lambda x: 1 / (1 + exp(-x))),
):
    y = function(x)
    x.gradient = None
    y.backward()
    print(f"{title}: {len(ordered(y)) - 1} operations, slope {x.gradient}")
print(check(AsPart(sigmoid), some))
# --8<-- [end:ch24-solution-2]


# --8<-- [start:ch24-solution-3]
def by_age(result: Tensor, made_as: dict[Tensor, int]) -> list[Tensor]:
    """Return all that a tensor was computed from, the oldest first."""
    reached, waiting = {result}, [result]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in reached:
                reached.add(parent)
                waiting.append(parent)
    return sorted(reached, key=lambda tensor: made_as[tensor])


rng = np.random.default_rng(0)
sums = [Tensor(1.0, requires_grad=True)]
for _ in range(12):
    sums.append(sums[-1] + sums[rng.integers(len(sums))])
age = {t: k for k, t in enumerate(sums)}
by_hand_slopes = {sums[-1]: 1.0}
for tensor in reversed(by_age(sums[-1], age)):
    for parent in tensor.parents:
        so_far = by_hand_slopes.get(parent, 0.0)
        by_hand_slopes[parent] = so_far + by_hand_slopes[tensor]
print(by_hand_slopes[sums[0]], slopes_of(sums[-1])[sums[0]])
# --8<-- [end:ch24-solution-3]


# --8<-- [start:ch24-solution-4]
x = Tensor(np.array([[1.0, 2.0, 4.0], [5.0, 3.0, 1.0]]), requires_grad=True)
centred = x - x.mean(axis=1, keepdims=True)
spread = (centred**2).mean(axis=1, keepdims=True) ** 0.5
(centred / spread).backward(np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 5.0]]))
print(x.gradient.round(4))
print("sum of each row", np.abs(x.gradient.sum(axis=1)).round(9))
print("times x", np.abs((x.gradient * x.values).sum(axis=1)).round(9))
# --8<-- [end:ch24-solution-4]
