# --8<-- [start:ch15-imports]
"""Chapter 15: what if neurons are missing, others at each step?"""

from itertools import product

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral, vertical
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay
# --8<-- [end:ch15-imports]

# --8<-- [start:ch15-two-numbers]
numbers = np.array([2.0, 6.0])
sums = []
for mask in product((0, 1), repeat=2):  # all four, equally likely
    total = float((numbers * mask / 0.5).sum())
    print(f"mask {mask}: {total:4.0f}, not divided {total / 2:3.0f}")
    sums.append(total)
print(f"mean {np.mean(sums)}, variance {np.var(sums)}")
# --8<-- [end:ch15-two-numbers]

# --8<-- [start:ch15-one-pass]
dropout = Dropout(0.5, rng=np.random.default_rng(0))
hidden = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
print("training:  ", dropout.forward(hidden, training=True))
print("backward:  ", dropout.backward(np.ones_like(hidden)))
print("once more: ", dropout.forward(hidden, training=True))
print("prediction:", dropout.forward(hidden))
# --8<-- [end:ch15-one-pass]

# --8<-- [start:ch15-held-still]
from nnfs_code.gradient_check import check


class HeldStill:
    """Dropout that draws the same mask at each forward pass."""

    def __init__(self, dropout: Dropout) -> None:
        self.dropout = dropout

    def forward(self, inputs: Array) -> Array:
        self.dropout.rng = np.random.default_rng(0)
        return self.dropout.forward(inputs, training=True)

    def backward(self, d_outputs: Array) -> Array:
        return self.dropout.backward(d_outputs)


inputs = np.random.default_rng(1).normal(size=(4, 5))
print(check(HeldStill(Dropout(0.5, rng=np.random.default_rng(0))), inputs))
# --8<-- [end:ch15-held-still]


# --8<-- [start:ch15-network]
class Network:
    """Two dense layers, with dropout between them."""

    def __init__(
        self,
        n_inputs: int,
        n_hidden: int,
        rate: float,
        rng: np.random.Generator,
    ) -> None:
        self.dense1 = Dense(n_inputs, n_hidden, rng=rng, dtype=np.float64)
        self.dense2 = Dense(n_hidden, 3, rng=rng, dtype=np.float64)
        self.relu, self.loss = ReLU(), SoftmaxCrossEntropy()
        self.dropout = Dropout(rate, rng=rng)

    def scores(self, points: Array, training: bool = False) -> Array:
        hidden = self.relu.forward(self.dense1.forward(points))
        return self.dense2.forward(self.dropout.forward(hidden, training))


# --8<-- [end:ch15-network]

# --8<-- [start:ch15-train]
Data = tuple[Array, Labels]


def train(network: Network, data: Data, rate: float, steps: int) -> None:
    """Train with Adam and a rate that falls like a cosine."""
    one, two, relu = network.dense1, network.dense2, network.relu
    adam = Adam(CosineDecay(rate, steps))
    for _ in range(steps):
        scores = network.scores(data[0], training=True)
        network.loss.forward(scores, data[1])
        d_hidden = network.dropout.backward(
            two.backward(network.loss.backward())
        )
        one.parameter_gradients(relu.backward(d_hidden))
        adam.update(
            [
                (one.weights, one.d_weights),
                (one.biases, one.d_biases),
                (two.weights, two.d_weights),
                (two.biases, two.d_biases),
            ]
        )


# --8<-- [end:ch15-train]


# --8<-- [start:ch15-data]
def arms(seed: int, n_hidden: int, rate: float) -> tuple[Network, Data, Data]:
    """Return a new network, 120 points of the spiral, and 900 fresh ones."""
    rng = np.random.default_rng(seed)
    known = spiral(40, 3, rng=rng, dtype=np.float64)
    fresh = spiral(300, 3, rng=rng, dtype=np.float64)
    return Network(2, n_hidden, rate, rng), known, fresh


def bands(seed: int, rate: float) -> tuple[Network, Data, Data]:
    """Return a network, 60 points of 20 numbers, one useful, and 900."""
    rng = np.random.default_rng(seed)
    found = []
    for n_per_class in (20, 300):
        points, labels = vertical(n_per_class, 3, rng=rng, dtype=np.float64)
        idle = rng.uniform(-1, 1, (len(points), 18))
        found.append((np.hstack([points, idle]), labels))
    return Network(20, 64, rate, rng), found[0], found[1]


def judge(network: Network, data: Data) -> tuple[float, float]:
    """Return the share that is right, and the loss, without any mask."""
    scores = network.scores(data[0])
    loss = SoftmaxCrossEntropy().forward(scores, data[1])
    return accuracy(scores, data[1]), loss


# --8<-- [end:ch15-data]


# --8<-- [start:ch15-spiral]
def on_arms(n_hidden: int, rate: float) -> Array:
    """Return right and loss, known and fresh: medians of five networks."""
    rows = []
    for seed in range(5):
        network, known, fresh = arms(seed, n_hidden, rate)
        train(network, known, 0.1, 400)
        rows.append([*judge(network, known), *judge(network, fresh)])
    middle: Array = np.median(rows, axis=0)
    return middle


print("rate   known: right, loss   fresh: right, loss")
for drop in (0.0, 0.1, 0.5):
    a, b, c, d = on_arms(64, drop)
    print(f"{drop} {a:14.2f} {b:.2f} {c:15.2f} {d:.2f}")
# --8<-- [end:ch15-spiral]

# --8<-- [start:ch15-small]
for drop in (0.0, 0.5):
    a, b, c, d = on_arms(16, drop)
    print(f"{drop} {a:14.2f} {b:.2f} {c:15.2f} {d:.2f}")
# --8<-- [end:ch15-small]

# --8<-- [start:ch15-bands]
trained: dict[float, list[tuple[Network, Data]]] = {}
print("rate   known: right, loss   fresh: right, loss   first input")
for drop in (0.0, 0.5, 0.8):
    rows, trained[drop] = [], []
    for seed in range(5):
        network, known, fresh = bands(seed, drop)
        train(network, known, 0.02, 200)
        sizes = np.abs(network.dense1.weights)  # (20, 64)
        share = float(sizes[0].sum() / sizes.sum())
        rows.append([*judge(network, known), *judge(network, fresh), share])
        trained[drop].append((network, fresh))
    a, b, c, d, share = np.median(rows, axis=0)
    print(f"{drop} {a:14.2f} {b:.2f} {c:15.2f} {d:.2f} {share:13.2f}")
# --8<-- [end:ch15-bands]

# --8<-- [start:ch15-hidden-penalty]
hidden, weights, target = np.array([2.0, 6.0]), np.array([1.0, 0.5]), 4.0
for drop in (0.5, 0.2):
    squares = 0.0
    for mask in product((0, 1), repeat=2):
        chance = float(np.prod(np.where(mask, 1 - drop, drop)))
        output = (hidden * mask / (1 - drop)) @ weights
        squares += chance * (target - output) ** 2
    plain = (target - hidden @ weights) ** 2
    extra = drop / (1 - drop) * (hidden**2 * weights**2).sum()
    print(f"rate {drop}: {squares:.3f} over all masks, {plain + extra:.3f}")
# --8<-- [end:ch15-hidden-penalty]


# --8<-- [start:ch15-many-passes]
def average(network: Network, points: Array, n_masks: int) -> Array:
    """Return the mean of the probabilities under so many masks."""
    total = np.zeros((len(points), 3))
    any_labels = np.zeros(len(points), int)  # the loss is not used
    for _ in range(n_masks):
        network.loss.forward(network.scores(points, training=True), any_labels)
        total += network.loss.probabilities
    return total / n_masks


print("masks   right   loss")
for n_masks in (1, 10, 100):
    rows = []
    for network, fresh in trained[0.8]:
        mean = average(network, fresh[0], n_masks)
        right = mean[np.arange(900), fresh[1]]
        loss = float(-np.log(np.maximum(right, 1e-7)).mean())
        rows.append([accuracy(mean, fresh[1]), loss])
    a, b = np.median(rows, axis=0)
    print(f"{n_masks:5} {a:7.2f} {b:6.2f}")
a, b = np.median([judge(*pair) for pair in trained[0.8]], axis=0)
print(f"none  {a:7.2f} {b:6.2f}")
# --8<-- [end:ch15-many-passes]

# --8<-- [start:ch15-left-on]
network, fresh = trained[0.8][0]
for _ in range(3):
    scores = network.scores(fresh[0], training=True)
    print(f"with masks: {accuracy(scores, fresh[1]):.3f}", end=", ")
    print(f"without: {judge(network, fresh)[0]:.3f}")
# --8<-- [end:ch15-left-on]


# --8<-- [start:ch15-unscaled]
class Unscaled(Dropout):
    """The division is forgotten."""

    def forward(self, inputs: Array, training: bool = False) -> Array:
        outputs = super().forward(inputs, training)
        if training:
            self.mask *= 1 - self.rate
            outputs = outputs * (1 - self.rate)
        return outputs


class MaskOnce(Dropout):
    """The mask is drawn at the first step, and kept."""

    def forward(self, inputs: Array, training: bool = False) -> Array:
        if not hasattr(self, "first"):
            super().forward(inputs[:1], training=True)
            self.first = self.mask
        if not training:
            return super().forward(inputs)
        self.mask = np.repeat(self.first, len(inputs), axis=0)
        return inputs * self.mask


# --8<-- [end:ch15-unscaled]

# --8<-- [start:ch15-mistakes]
print("           in training: loss   known: right, loss   fresh: right, loss")
for kind in (Dropout, Unscaled, MaskOnce):
    rows = []
    for seed in range(5):
        network, known, fresh = bands(seed, 0.5)
        network.dropout = kind(0.5, rng=np.random.default_rng(seed))
        train(network, known, 0.02, 200)
        points, labels = known
        scores = network.scores(points, training=True)
        seen = network.loss.forward(scores, labels)
        rows.append([seen, *judge(network, known), *judge(network, fresh)])
    seen, a, b, c, d = np.median(rows, axis=0)
    numbers_of = f"{seen:17.3f} {a:15.2f} {b:.3f} {c:13.2f} {d:.2f}"
    print(f"{kind.__name__:10}", numbers_of)
# --8<-- [end:ch15-mistakes]


# --8<-- [start:ch15-two-masks]
class TwoMasks(HeldStill):
    """The backward pass draws a mask of its own."""

    def backward(self, d_outputs: Array) -> Array:
        self.dropout.rng = np.random.default_rng(1)
        return self.dropout.forward(d_outputs, training=True)


report = check(TwoMasks(Dropout(0.5, rng=np.random.default_rng(0))), inputs)
print(report)
# --8<-- [end:ch15-two-masks]

# --8<-- [start:ch15-solution-1]
middle, variance = 0.0, 0.0
for mask in product((0, 1), repeat=2):
    chance = float(np.prod(np.where(mask, 0.75, 0.25)))
    total = float((np.array([1.0, 3.0]) * mask / 0.75).sum())
    middle += chance * total
    variance += chance * (total - 4) ** 2
print(f"mean {middle:.2f}, variance {variance:.2f}")
# --8<-- [end:ch15-solution-1]

# --8<-- [start:ch15-solution-2]
for n_hidden in (2, 8, 64):
    print(f"{n_hidden:2} neurons, all dropped: {0.5**n_hidden:.3g}")
masks = np.random.default_rng(0).random((100_000, 8)) >= 0.5
print(f"counted, 8 neurons: {(~masks).all(axis=1).mean():.4f}")
# --8<-- [end:ch15-solution-2]


# --8<-- [start:ch15-solution-3]
class Noise(Dropout):
    """Each input times a normal number, with dropout's mean and variance."""

    def forward(self, inputs: Array, training: bool = False) -> Array:
        outputs = super().forward(inputs, training)
        if training:
            spread = np.sqrt(self.rate / (1 - self.rate))
            self.mask = self.rng.normal(1, spread, inputs.shape)
            outputs = inputs * self.mask
        return outputs


rows = []
for seed in range(5):
    network, known, fresh = bands(seed, 0.8)
    network.dropout = Noise(0.8, rng=np.random.default_rng(seed))
    train(network, known, 0.02, 200)
    rows.append([*judge(network, fresh)])
a, b = np.median(rows, axis=0)
print(f"right {a:.2f}, loss {b:.2f}")
# --8<-- [end:ch15-solution-3]
