# --8<-- [start:ch17-imports]
"""Chapter 17: quantities, and how sure a prediction is."""

import numpy as np

from nnfs_code.arrays import Array
# --8<-- [end:ch17-imports]

# --8<-- [start:ch17-five-times]
times = np.array([[1.0], [2.0], [3.0], [4.0], [20.0]])
for guess in (3.0, 6.0):
    errors = guess - times
    print(f"answer {guess:.0f}: errors {errors[:, 0]}")
    print(f"    mean of squares {(errors**2).mean():.1f}", end=", ")
    print(f"mean of sizes {np.abs(errors).mean():.1f}")
# --8<-- [end:ch17-five-times]

# --8<-- [start:ch17-best-constants]
from nnfs_code.losses import (
    Huber,
    MeanAbsoluteError,
    MeanSquaredError,
    Quantile,
    RegressionLoss,
)


def best_constant(loss: RegressionLoss, targets: Array) -> float:
    """Return the number from 0 to 20 that has the lowest loss."""
    tries = np.linspace(0, 20, 2001)
    heights = [loss.forward(np.full_like(targets, c), targets) for c in tries]
    return float(tries[np.argmin(heights)])


tame = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
for name, loss in (
    ("squared", MeanSquaredError()),
    ("absolute", MeanAbsoluteError()),
    ("Huber, delta 5", Huber(5.0)),
    ("quantile 0.7", Quantile(0.7)),
):
    first, second = best_constant(loss, tame), best_constant(loss, times)
    print(f"{name:14} last time 5: {first:.2f}, last time 20: {second:.2f}")
# --8<-- [end:ch17-best-constants]

# --8<-- [start:ch17-check-losses]
from nnfs_code.gradient_check import check

outputs = np.array([[2.0, -1.0], [0.5, 3.0], [-4.0, 0.25]])
targets = np.array([[1.0, -1.5], [0.75, 0.0], [-4.5, 4.0]])
for loss in (
    MeanSquaredError(),
    MeanAbsoluteError(),
    Huber(1.5),
    Quantile(0.9),
):
    print(check(loss, outputs, targets))
# --8<-- [end:ch17-check-losses]

# --8<-- [start:ch17-refused]
for wrong in (np.ones(3), np.ones((3, 2), np.float32), np.ones((3, 2), int)):
    try:
        MeanSquaredError().forward(outputs, wrong)
    except (TypeError, ValueError) as error:
        print(error)
# --8<-- [end:ch17-refused]

# --8<-- [start:ch17-network]
from nnfs_code.activations import ReLU
from nnfs_code.layers import Dense


class Network:
    """One number in, two hidden layers of 64, one number out."""

    def __init__(self, rng: np.random.Generator, size: float = 0.1) -> None:
        sizes = [(1, 64), (64, 64), (64, 1)]
        self.layers = [Dense(*s, rng=rng, dtype=np.float64) for s in sizes]
        self.relus = [ReLU(), ReLU()]
        for layer in self.layers:
            layer.weights *= size / 0.01  # Dense draws them of size 0.01

    def forward(self, inputs: Array) -> Array:
        for layer, relu in zip(self.layers, self.relus, strict=False):
            inputs = relu.forward(layer.forward(inputs))
        return self.layers[-1].forward(inputs)  # no activation behind it


# --8<-- [end:ch17-network]


# --8<-- [start:ch17-backward]
def backward(network: Network, d_outputs: Array) -> list[tuple[Array, Array]]:
    """Return each parameter with its gradient."""
    first, *others = network.layers
    for layer, relu in zip(others[::-1], network.relus[::-1], strict=True):
        d_outputs = relu.backward(layer.backward(d_outputs))
    first.parameter_gradients(d_outputs)
    return [
        pair
        for layer in network.layers
        for pair in (
            (layer.weights, layer.d_weights),
            (layer.biases, layer.d_biases),
        )
    ]


# --8<-- [end:ch17-backward]

# --8<-- [start:ch17-train]
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay


def train(
    network: Network,
    inputs: Array,
    targets: Array,
    loss: RegressionLoss,
    steps: int = 200,
) -> Network:
    optimizer = Adam(CosineDecay(0.02, steps))
    for _ in range(steps):
        loss.forward(network.forward(inputs), targets)
        optimizer.update(backward(network, loss.backward()))
    return network


# --8<-- [end:ch17-train]

# --8<-- [start:ch17-flat]
from nnfs_code.data import sine
from nnfs_code.optimizers import SGD

squared = MeanSquaredError()


def steps_of_flat_line(seed: int, size: float) -> int:
    """Return how many steps of SGD leave the loss above 0.4."""
    rng = np.random.default_rng(seed)
    inputs, targets = sine(100, rng=rng, dtype=np.float64)
    network, optimizer = Network(rng, size), SGD(0.1)
    while squared.forward(network.forward(inputs), targets) > 0.4:
        optimizer.update(backward(network, squared.backward()))
    return optimizer.step


for size in (0.01, 0.1):
    counts = [steps_of_flat_line(seed, size) for seed in range(3)]
    print(f"weights of size {size}: flat for", *counts, "steps")
# --8<-- [end:ch17-flat]

# --8<-- [start:ch17-stuck]
from nnfs_code.metrics import r_squared


def trained_on_sine(
    seed: int, size: float, shift: float
) -> tuple[Network, float]:
    """Train on inputs minus `shift`; return R squared on fresh points too."""
    rng = np.random.default_rng(seed)
    inputs, targets = sine(100, rng=rng, dtype=np.float64)
    network = train(Network(rng, size), inputs - shift, targets, squared)
    fresh, truth = sine(500, rng=rng, dtype=np.float64)
    return network, r_squared(network.forward(fresh - shift), truth)


for size, shift in ((0.01, 0.0), (0.1, 0.0), (0.01, 0.5)):
    found = [trained_on_sine(seed, size, shift) for seed in range(5)]
    print(f"size {size}, inputs minus {shift}: R2", end="")
    print(*(f"{score:6.3f}" for _, score in found))
    if size == 0.01:
        for place in (0.1, 0.9):
            at = np.array([[place - shift]])
            on = [(net.layers[0].forward(at) > 0).sum() for net, _ in found]
            print(f"    first-layer neurons on at {place}:", *on)
# --8<-- [end:ch17-stuck]

# --8<-- [start:ch17-baselines]
from nnfs_code.metrics import within

rng = np.random.default_rng(0)
inputs, targets = sine(100, rng=rng, noise=0.1, dtype=np.float64)
fresh, fresh_targets = sine(500, rng=rng, noise=0.1, dtype=np.float64)
network = train(Network(rng), inputs - 0.5, targets, squared)
slope, start = np.polyfit(inputs[:, 0], targets[:, 0], 1)  # the best line
answers = {
    "mean": np.full_like(fresh_targets, targets.mean()),
    "line": slope * fresh + start,
    "network": network.forward(fresh - 0.5),
    "truth": np.sin(2 * np.pi * fresh),
}
for name, said in answers.items():
    mean = squared.forward(said, fresh_targets)
    print(f"{name:7} loss {mean:.3f}, its root {np.sqrt(mean):.2f}", end=", ")
    print(f"R2 {r_squared(said, fresh_targets):.2f}")
# --8<-- [end:ch17-baselines]

# --8<-- [start:ch17-shares-within]
for tolerance in (0.001, 0.05, 0.1, 0.2, 0.4):
    print(f"within {tolerance}:", end="")
    for name in ("mean", "network"):
        share = within(answers[name], fresh_targets, tolerance)
        print(f" {name} {share:.2f}", end="")
    print()
# --8<-- [end:ch17-shares-within]


# --8<-- [start:ch17-units]
def in_unit(shown: Array, steps: int = 200) -> tuple[float, int]:
    """Train on these targets; return R squared, and how many bends are in."""
    network = Network(np.random.default_rng(0))
    train(network, inputs - 0.5, shown, squared, steps)
    layer = network.layers[0]
    bends = -layer.biases / layer.weights
    score = r_squared(network.forward(inputs - 0.5), shown)
    return score, int((np.abs(bends) < 0.5).sum())


line = r_squared(slope * inputs + start, targets)
print(f"the best line              R2 {line:.2f}")
other = 1000 * targets + 5000
for name, shown, steps in (
    ("as drawn", targets, 200),
    ("1000 times", 1000 * targets, 200),
    ("1000 times", 1000 * targets, 600),
    ("and plus 5000", other, 200),
    ("and plus 5000", other, 600),
    ("standardised", (other - other.mean()) / other.std(), 200),
):
    score, bends = in_unit(shown, steps)
    print(f"{name:13} {steps:5} steps: R2 {score:.2f}, {bends} bends")
# --8<-- [end:ch17-units]


# --8<-- [start:ch17-outliers]
def readings(rng: np.random.Generator, share: float) -> tuple[Array, Array]:
    """Draw a noisy sine; a share of the targets is 3 too high."""
    inputs, targets = sine(100, rng=rng, noise=0.1, dtype=np.float64)
    return inputs, targets + 3 * (rng.random(targets.shape) < share)


def median_bias(loss: RegressionLoss, share: float) -> float:
    """Return how far above the truth the answers are; median of 3 seeds."""
    places = np.linspace(0, 1, 101).reshape(-1, 1)
    found = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        inputs, targets = readings(rng, share)
        network = train(Network(rng), inputs - 0.5, targets, loss, steps=100)
        said = network.forward(places - 0.5)
        found.append((said - np.sin(2 * np.pi * places)).mean())
    return float(np.median(found))


for name, loss in (
    ("squared", squared),
    ("absolute", MeanAbsoluteError()),
    ("Huber, delta 0.2", Huber(0.2)),
):
    clean, spoilt = median_bias(loss, 0.0), median_bias(loss, 0.1)
    print(f"{name:16} clean {clean:+.2f}, one in ten 3 too high {spoilt:+.2f}")
# --8<-- [end:ch17-outliers]

# --8<-- [start:ch17-outside]
far = np.array([[1.25], [1.75], [2.25], [2.75]])
print("truth ", np.sin(2 * np.pi * far)[:, 0].round(2))
for seed in range(3):
    network, score = trained_on_sine(seed, size=0.1, shift=0.5)
    said = network.forward(far - 0.5)[:, 0]
    print(f"seed {seed}", said.round(2), f"with R2 {score:.3f} inside")
# --8<-- [end:ch17-outside]


# --8<-- [start:ch17-growing-noise]
def noise_at(inputs: Array) -> Array:
    """Return the standard deviation of the noise: it grows."""
    return np.asarray(0.05 + 0.35 * inputs)


def growing(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw a sine wave with noise that grows from left to right."""
    inputs, targets = sine(n, rng=rng, dtype=np.float64)
    return inputs, targets + noise_at(inputs) * rng.normal(size=(n, 1))


rng = np.random.default_rng(0)
inputs, targets = growing(100, rng)
fresh, fresh_targets = growing(2000, rng)
# --8<-- [end:ch17-growing-noise]

# --8<-- [start:ch17-ensemble]
crew = [
    train(Network(rng), inputs - 0.5, targets, squared, steps=200)
    for _ in range(5)
]


def opinions(places: Array) -> tuple[Array, Array]:
    """Return the mean answer of the networks, and their spread."""
    said = np.stack([network.forward(places - 0.5) for network in crew])
    return said.mean(axis=0), said.std(axis=0, ddof=1)


places = np.array([[0.1], [0.5], [0.9], [1.5], [2.0]])
for place, apart in zip(places, opinions(places)[1], strict=True):
    print(f"at {place[0]}: networks spread {apart[0]:.2f}", end="")
    print(f", noise {noise_at(place)[0]:.2f}" if place <= 1 else "")
middle, apart = opinions(fresh)
inside = np.abs(fresh_targets - middle) <= 1.28 * apart
print(f"within 1.28 spreads: {inside.mean():.2f} of fresh targets")
# --8<-- [end:ch17-ensemble]


# --8<-- [start:ch17-quantiles]
def interval(
    inputs: Array, targets: Array, rng: np.random.Generator
) -> list[Network]:
    """Return two networks: one for the 10 % level, one for 90 %."""
    return [
        train(Network(rng), inputs - 0.5, targets, Quantile(level), steps=200)
        for level in (0.1, 0.9)
    ]


def covered(ends: list[Network], inputs: Array, targets: Array) -> float:
    """Return the share of the targets that lie in the interval."""
    low, high = (network.forward(inputs - 0.5) for network in ends)
    return float(((low <= targets) & (targets <= high)).mean())


pairs = []
for seed in range(5):
    rng = np.random.default_rng(seed)
    seen, unseen = growing(100, rng), growing(2000, rng)
    pairs.append(interval(*seen, rng))
    print(f"seed {seed}: covers {covered(pairs[-1], *seen):.2f}", end=" ")
    print(f"of its targets, {covered(pairs[-1], *unseen):.2f} of fresh ones")
# --8<-- [end:ch17-quantiles]

# --8<-- [start:ch17-widths]
ends = np.array([[n.forward(places - 0.5) for n in pair] for pair in pairs])
widths = (ends[:, 1] - ends[:, 0])[:, :, 0]  # (seeds, places)
for place, found in zip(places[:, 0], widths.T, strict=True):
    print(f"at {place}: median width {np.median(found):.2f}", end="")
    true = 2 * 1.28 * noise_at(place)
    print(f", true width {true:.2f}" if place <= 1 else "", end="; ")
    print(f"from {found.min():.2f} to {found.max():.2f}")
# --8<-- [end:ch17-widths]

# --8<-- [start:ch17-broadcast]
rng = np.random.default_rng(0)
inputs, targets = sine(100, rng=rng, noise=0.1, dtype=np.float64)
network, flat = Network(rng), 3 + targets[:, 0]  # (100,)
optimizer = Adam(CosineDecay(0.03, 200))
for step in range(201):
    errors = network.forward(inputs - 0.5) - flat
    if step % 100 == 0:
        print(f"step {step:3}: errors {errors.shape}", end=", ")
        print(f"loss {(errors**2).mean():.2f}")
    d_outputs = 2 * errors.mean(axis=1, keepdims=True) / len(errors)
    optimizer.update(backward(network, d_outputs))
said = network.forward(inputs - 0.5)
print(f"answers {said.min():.2f} to {said.max():.2f}", end=", ")
print(f"R2 {r_squared(said, 3 + targets):.3f}")
# --8<-- [end:ch17-broadcast]

# --8<-- [start:ch17-relu-behind]
network, last = Network(rng), ReLU()
optimizer = Adam(CosineDecay(0.01, 200))
for _ in range(200):
    said = last.forward(network.forward(inputs - 0.5))
    mean_loss = squared.forward(said, targets)
    optimizer.update(backward(network, last.backward(squared.backward())))
print(f"answers from {said.min():.2f}, loss {mean_loss:.2f}", end=", ")
print(f"R2 {r_squared(said, targets):.2f}")
# --8<-- [end:ch17-relu-behind]

# --8<-- [start:ch17-solution-1]
three = np.array([[2.0], [4.0], [9.0]])
for loss, guess in ((squared, 5.0), (MeanAbsoluteError(), 4.0)):
    mean_loss = loss.forward(np.full((3, 1), guess), three)
    print(f"best at {best_constant(loss, three):.0f}: {mean_loss:.2f}")
print(f"quantile 0.9: {best_constant(Quantile(0.9), three):.0f}")
# --8<-- [end:ch17-solution-1]

# --8<-- [start:ch17-solution-2]
four = np.array([[1.0], [2.0], [3.0], [6.0]])
said = np.array([[2.0], [2.0], [2.0], [6.0]])
print(f"R2 {r_squared(said, four):.3f}", end=", ")
print(f"doubled {r_squared(2 * said, 2 * four):.3f}")
print(f"mean squared error {squared.forward(said, four)}", end=", ")
print(f"doubled {squared.forward(2 * said, 2 * four)}")
# --8<-- [end:ch17-solution-2]


# --8<-- [start:ch17-solution-3]
class LogCosh(RegressionLoss):
    """The logarithm of the hyperbolic cosine of each error."""

    def heights(self, errors: Array) -> Array:
        sizes = np.abs(errors)
        return np.asarray(sizes + np.log1p(np.exp(-2 * sizes)) - np.log(2))

    def slopes(self, errors: Array) -> Array:
        return np.tanh(errors)


print(check(LogCosh(), outputs, np.zeros((3, 2))))
print(f"best constant {best_constant(LogCosh(), times):.2f}")
print(f"an error of 1000 costs {LogCosh().heights(np.array([1000.0]))[0]:.2f}")
# --8<-- [end:ch17-solution-3]

# --8<-- [start:ch17-solution-4]
prices = np.array([[1.0], [10.0], [10_000.0]])
logarithms = np.log10(prices)
print(f"mean {prices.mean():.0f}, median {np.median(prices):.0f}")
print(f"of the logarithms {best_constant(squared, logarithms):.2f}", end=", ")
print(f"turned back {10 ** logarithms.mean():.0f}")
# --8<-- [end:ch17-solution-4]

# --8<-- [start:ch17-solution-5]
for seed, pair in enumerate(pairs):
    rng = np.random.default_rng(100 + seed)
    (kept, kept_targets), unseen = growing(500, rng), growing(2000, rng)
    low, high = (network.forward(kept - 0.5) for network in pair)
    outside = np.maximum(low - kept_targets, kept_targets - high)
    wider = np.sort(outside[:, 0])[400]  # the 401st of 500
    low, high = (network.forward(unseen[0] - 0.5) for network in pair)
    inside = (low - wider <= unseen[1]) & (unseen[1] <= high + wider)
    print(f"seed {seed}: wider by {wider:+.2f}, covers {inside.mean():.2f}")
# --8<-- [end:ch17-solution-5]
