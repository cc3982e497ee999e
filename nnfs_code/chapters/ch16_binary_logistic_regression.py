# --8<-- [start:ch16-imports]
"""Chapter 16: answers of yes and no, and what they cost."""

import numpy as np

from nnfs_code.arrays import Array, Labels
# --8<-- [end:ch16-imports]

# --8<-- [start:ch16-two-forecasts]
rained = np.array([1, 1, 0])
for name, said in (
    ("A", np.array([0.9, 0.6, 0.2])),
    ("B", np.array([0.6, 0.6, 0.6])),
):
    right = np.where(rained == 1, said, 1 - said)
    losses = -np.log(right)
    print(f"{name}: {right} multiply to {right.prod():.3f}")
    print(f"   losses {losses.round(3)}, mean {losses.mean():.3f}")
# --8<-- [end:ch16-two-forecasts]


# --8<-- [start:ch16-plain-and-stable]
def plain_loss(z: float, y: int) -> float:
    """Return (16.2) with the sigmoid put in as it stands."""
    p = 1 / (1 + np.exp(-np.float64(z)))
    return float(-y * np.log(p) - (1 - y) * np.log(1 - p))


def stable_loss(z: float, y: int) -> float:
    """Return (16.6)."""
    return float(max(z, 0) - z * y + np.log1p(np.exp(-abs(z))))


with np.errstate(all="ignore"):  # we want to see what goes wrong
    for z, y in ((2, 1), (2, 0), (30, 0), (40, 0), (800, 0), (40, 1)):
        plain, stable = plain_loss(z, y), stable_loss(z, y)
        print(f"z = {z:3}, y = {y}: plain {plain:<10.5g} stable {stable:.5g}")
# --8<-- [end:ch16-plain-and-stable]

# --8<-- [start:ch16-check-losses]
from nnfs_code.activations import Sigmoid
from nnfs_code.gradient_check import check
from nnfs_code.losses import BinaryCrossEntropy, SigmoidCrossEntropy

logits = np.array([[2.0, -1.0], [0.5, 3.0], [-4.0, 0.0]])
answers = np.array([[1, 0], [0, 1], [1, 1]])
together, apart = SigmoidCrossEntropy(), BinaryCrossEntropy()
print(f"in one:   {together.forward(logits, answers):.6f}")
probabilities = Sigmoid().forward(logits)
print(f"in parts: {apart.forward(probabilities, answers):.6f}")
print(check(together, logits, answers))
print(check(apart, probabilities, answers))
# --8<-- [end:ch16-check-losses]

# --8<-- [start:ch16-refused]
for outputs, targets in (
    (np.full((4, 1), 0.5), np.array([0, 1, 1, 0])),
    (np.full((2, 1), 0.5), np.array([[1], [2]])),
    (np.full((2, 1), 1.5), np.array([[1], [0]])),
):
    try:
        apart.forward(outputs, targets)
    except ValueError as error:
        print(error)
# --8<-- [end:ch16-refused]

# --8<-- [start:ch16-network]
from nnfs_code.activations import ReLU
from nnfs_code.gradient_report import Part  # a type: has forward, backward
from nnfs_code.layers import Dense

Pairs = list[tuple[Array, Array]]


class Network:
    """Two inputs, 64 hidden neurons, and as many outputs as are asked for."""

    def __init__(
        self,
        n_outputs: int,
        loss: Part,
        rng: np.random.Generator,
    ) -> None:
        self.dense1 = Dense(2, 64, rng=rng, dtype=np.float64)
        self.dense2 = Dense(64, n_outputs, rng=rng, dtype=np.float64)
        self.relu, self.loss = ReLU(), loss

    def logits(self, points: Array) -> Array:
        hidden = self.relu.forward(self.dense1.forward(points))
        return self.dense2.forward(hidden)


# --8<-- [end:ch16-network]


# --8<-- [start:ch16-backward]
def backward(network: Network) -> tuple[Pairs, Pairs]:
    """Return the parameters with their gradients, for each layer."""
    one, two = network.dense1, network.dense2
    d_hidden = two.backward(network.loss.backward())
    one.parameter_gradients(network.relu.backward(d_hidden))
    return (
        [(one.weights, one.d_weights), (one.biases, one.d_biases)],
        [(two.weights, two.d_weights), (two.biases, two.d_biases)],
    )


# --8<-- [end:ch16-backward]

# --8<-- [start:ch16-train]
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay


def train(
    network: Network, points: Array, targets: Labels, steps: int
) -> None:
    optimizer = Adam(CosineDecay(0.05, steps))
    for _ in range(steps):
        network.loss.forward(network.logits(points), targets)
        first, second = backward(network)
        optimizer.update(first + second)


# --8<-- [end:ch16-train]

# --8<-- [start:ch16-two-arms]
from nnfs_code.data import spiral
from nnfs_code.metrics import binary_accuracy


def one_output(seed: int) -> list[float]:
    """Return the accuracies on the training points, and on fresh ones."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(100, 2, rng=rng, dtype=np.float64)
    network = Network(1, SigmoidCrossEntropy(), rng)
    train(network, points, labels.reshape(-1, 1), steps=1000)
    fresh, fresh_labels = spiral(100, 2, rng=rng, dtype=np.float64)
    return [
        binary_accuracy(network.logits(x), y.reshape(-1, 1), threshold=0)
        for x, y in ((points, labels), (fresh, fresh_labels))
    ]


by_one = np.array([one_output(seed) for seed in range(5)])
for seed, (seen, unseen) in enumerate(by_one):
    print(f"seed {seed}: {seen:.2f} of its points, {unseen:.2f} of fresh ones")
# --8<-- [end:ch16-two-arms]

# --8<-- [start:ch16-twice-the-rate]
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.optimizers import SGD


def furthest_apart(rate_of_last: float) -> float:
    """Train one output and two, from the same start; compare their scores."""
    points, labels = spiral(
        100, 2, rng=np.random.default_rng(0), dtype=np.float64
    )
    two = Network(2, SoftmaxCrossEntropy(), np.random.default_rng(0))
    one = Network(1, SigmoidCrossEntropy(), np.random.default_rng(0))
    one.dense2.weights[:] = two.dense2.weights @ [[-1], [1]]  # yes minus no
    for _ in range(100):
        two.loss.forward(two.logits(points), labels)
        one.loss.forward(one.logits(points), labels.reshape(-1, 1))
        for network, rate in ((two, 1.0), (one, rate_of_last)):
            first, last = backward(network)
            SGD(1.0).update(first)
            SGD(rate).update(last)
    difference = two.logits(points) @ [[-1], [1]] - one.logits(points)
    return float(np.abs(difference).max())


print(f"the same rate: {furthest_apart(1.0):.3f} apart")
print(f"twice for one: {furthest_apart(2.0):.3f} apart")
# --8<-- [end:ch16-twice-the-rate]


# --8<-- [start:ch16-discs]
CENTRES = np.array([[-0.35, -0.25], [0.35, -0.25], [0.0, 0.35]])


def discs(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Draw points, and say for each of three discs whether it holds them."""
    points = rng.uniform(-1, 1, (n, 2))
    distances = np.linalg.norm(points[:, np.newaxis] - CENTRES, axis=2)
    return points, (distances < 0.6).astype(int)  # (n, 3)


points, inside = discs(300, np.random.default_rng(0))
print(inside[:4])
for many in range(4):
    print(f"{(inside.sum(axis=1) == many).sum()} points in {many} discs")
# --8<-- [end:ch16-discs]


# --8<-- [start:ch16-competing]
from nnfs_code.activations import Softmax


class Competing:
    """Softmax and cross-entropy, taught that two yeses are a half each."""

    def forward(self, logits: Array, targets: Labels) -> float:
        self.probabilities = Softmax().forward(logits)
        totals = targets.sum(axis=1, keepdims=True)
        of_each = targets / np.maximum(totals, 1)
        self.shares = np.where(totals == 0, 1 / 3, of_each)  # none: a third
        losses = -(self.shares * np.log(self.probabilities)).sum(axis=1)
        return float(losses.mean())

    def backward(self) -> Array:
        return (self.probabilities - self.shares) / len(self.shares)


# --8<-- [end:ch16-competing]


# --8<-- [start:ch16-several-answers]
def all_three_right(loss: Part, seed: int) -> list[float]:
    """Return the share of fresh points right in all answers, by discs."""
    rng = np.random.default_rng(seed)
    points, inside = discs(300, rng)
    network = Network(3, loss, rng)
    train(network, points, inside, steps=300)
    fresh, truth = discs(1000, rng)
    loss.forward(network.logits(fresh), truth)
    right = ((loss.probabilities >= 0.5) == truth).all(axis=1)
    return [right[truth.sum(axis=1) == many].mean() for many in range(4)]


for kind in (SigmoidCrossEntropy, Competing):
    shares = np.median([all_three_right(kind(), s) for s in range(5)], axis=0)
    print(f"{kind.__name__:19} in 0, 1, 2, 3 discs: {shares.round(2)}")
# --8<-- [end:ch16-several-answers]


# --8<-- [start:ch16-parts]
def log_odds(points: Array) -> Array:
    """Return the true log-odds of a fault: nobody is told this."""
    weights = np.array([[1.5], [1.0], [-0.5]])
    return np.asarray(points @ weights - 6.2)


def parts(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Draw three measurements of each part, and whether it is faulty."""
    points = rng.standard_normal((n, 3))
    chances = Sigmoid().forward(log_odds(points))
    return points, (rng.random((n, 1)) < chances).astype(int)


rng = np.random.default_rng(0)
seen, seen_faulty = parts(10_000, rng)
tuning, tuning_faulty = parts(10_000, rng)
fresh, fresh_faulty = parts(50_000, rng)
print("faulty:", seen_faulty.sum(), tuning_faulty.sum(), fresh_faulty.sum())
# --8<-- [end:ch16-parts]


# --8<-- [start:ch16-neuron]
def neuron(points: Array, targets: Labels, start: bool = True) -> Dense:
    """Return one neuron after 100 steps, from the log-odds of the share."""
    layer = Dense(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    if start:
        share = targets.mean()
        layer.biases[:] = np.log(share / (1 - share))
    loss, optimizer = SigmoidCrossEntropy(), Adam(CosineDecay(0.3, 100))
    for _ in range(100):
        loss.forward(layer.forward(points), targets)
        layer.parameter_gradients(loss.backward())
        optimizer.update(
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
        )
    return layer


# --8<-- [end:ch16-neuron]

# --8<-- [start:ch16-inspector]
inspector, late = (neuron(seen, seen_faulty, start) for start in (True, False))
print(f"faulty:             {seen_faulty.mean():.4f}")
for name, layer in (("log-odds", inspector), ("0", late)):
    said = Sigmoid().forward(layer.forward(seen))
    print(f"from {name:8}: says {said.mean():.4f}", end=", weights ")
    print(layer.weights[:, 0].round(2), "bias", layer.biases[0].round(2))
# --8<-- [end:ch16-inspector]

# --8<-- [start:ch16-all-no]
chances = Sigmoid().forward(inspector.forward(fresh))  # (50_000, 1)
share = fresh_faulty.mean()
nobody = np.full(fresh_faulty.shape, share)  # the same answer to all
loss = BinaryCrossEntropy()
for name, said in (("the neuron", chances), ("one for all", nobody)):
    correct = binary_accuracy(said, fresh_faulty)
    print(f"{name:11}: right {correct:.4f}", end=", ")
    print(f"loss {loss.forward(said, fresh_faulty):.4f}")
# --8<-- [end:ch16-all-no]

# --8<-- [start:ch16-ten-samples]
from nnfs_code.metrics import binary_counts, f1, precision, recall

scores = np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.4, 0.3, 0.2, 0.1, 0.05])
truth = np.array([1, 1, 0, 1, 0, 0, 1, 0, 0, 0])
for threshold in (0.5, 0.75):
    print(f"threshold {threshold}:", *binary_counts(scores, truth, threshold))
    for metric in (precision, recall, f1):
        value = metric(scores, truth, threshold)
        print(f"    {metric.__name__:9} {value:.3f}")
# --8<-- [end:ch16-ten-samples]

# --8<-- [start:ch16-parts-counts]
for threshold in (0.5, 0.05):
    counts = binary_counts(chances, fresh_faulty, threshold)
    print(f"threshold {threshold}:", *counts)
    for metric in (precision, recall):
        value = metric(chances, fresh_faulty, threshold)
        print(f"    {metric.__name__:9} {value:.2f}")
# --8<-- [end:ch16-parts-counts]

# --8<-- [start:ch16-ten-roc]
from nnfs_code.metrics import roc_auc, roc_curve

false_rates, true_rates, thresholds = roc_curve(scores, truth)
for row in zip(thresholds[:6], false_rates, true_rates, strict=False):
    print("from {:4} on: false {:.2f}, true {:.2f}".format(*row))
pairs = [(yes, no) for yes in scores[truth == 1] for no in scores[truth == 0]]
in_order = sum(yes > no for yes, no in pairs)
print(in_order, "of", len(pairs), "pairs in order:", in_order / len(pairs))
print("area under the curve:", roc_auc(scores, truth))
# --8<-- [end:ch16-ten-roc]

# --8<-- [start:ch16-parts-roc]
for name, said in (
    ("the neuron", chances),
    ("its logits", inspector.forward(fresh)),
    ("its answers", (chances >= 0.05).astype(float)),
    ("the truth", log_odds(fresh)),
    ("one for all", nobody),
):
    print(f"{name:11} {roc_auc(said, fresh_faulty):.3f}")
# --8<-- [end:ch16-parts-roc]

# --8<-- [start:ch16-balanced]
from nnfs_code.metrics import precision_recall_curve


def balanced(faulty: Labels, rng: np.random.Generator) -> Labels:
    """Return which samples to keep: all yeses, and as many noes."""
    yes, no = (np.flatnonzero(faulty[:, 0] == answer) for answer in (1, 0))
    return np.concatenate((yes, rng.choice(no, len(yes), replace=False)))


everything = np.arange(len(fresh))
half = balanced(fresh_faulty, rng)
for name, kept in (("1 in 100", everything), ("1 in 2", half)):
    said, truly = chances[kept], fresh_faulty[kept]
    false_rates, true_rates, _ = roc_curve(said, truly)
    precisions, recalls, _ = precision_recall_curve(said, truly)
    false_rate = false_rates[true_rates >= 0.5][0]
    print(f"{name}: area {roc_auc(said, truly):.2f}, half found with")
    print(f"    false rate {false_rate:.2f}", end=", ")
    print(f"precision {precisions[recalls >= 0.5][0]:.2f}")
# --8<-- [end:ch16-balanced]


# --8<-- [start:ch16-cost]
def cost(said: Array, faulty: Labels, threshold: float) -> float:
    """Return what 1000 parts cost: 1 for each false alarm, 20 for a miss."""
    counts = binary_counts(said, faulty, threshold)
    total = counts.false_positives + 20 * counts.false_negatives
    return 1000 * total / faulty.size


truth_itself = Sigmoid().forward(log_odds(fresh))
print(f"keep all:           {cost(nobody, fresh_faulty, 0.5):.0f}")
print(f"from 1/2 on:        {cost(chances, fresh_faulty, 0.5):.0f}")
print(f"from 1/21 on:       {cost(chances, fresh_faulty, 1 / 21):.0f}")
print(f"truth from 1/21 on: {cost(truth_itself, fresh_faulty, 1 / 21):.0f}")
# --8<-- [end:ch16-cost]

# --8<-- [start:ch16-calibrated]
for low, high in ((0, 0.005), (0.005, 0.02), (0.02, 0.1), (0.1, 1)):
    chosen = (chances >= low) & (chances < high)
    said, faulty = chances[chosen].mean(), fresh_faulty[chosen].mean()
    print(f"{chosen.sum():6} parts: said {said:.4f}, faulty {faulty:.4f}")
# --8<-- [end:ch16-calibrated]

# --8<-- [start:ch16-swept]
from nnfs_code.metrics import best_threshold

kept = balanced(seen_faulty, rng)
alarmist = neuron(seen[kept], seen_faulty[kept])
loud = Sigmoid().forward(alarmist.forward(fresh))
tuned = best_threshold(
    Sigmoid().forward(alarmist.forward(tuning)),
    tuning_faulty,
    cost_fp=1,
    cost_fn=20,
)
print(f"trained on {len(kept)} parts; says on average {loud.mean():.2f}")
print(f"area {roc_auc(loud, fresh_faulty):.3f}")
print(f"from 1/21 on:     {cost(loud, fresh_faulty, 1 / 21):.0f}")
print(f"from {tuned:.2f} on:     {cost(loud, fresh_faulty, tuned):.0f}")
# --8<-- [end:ch16-swept]


# --8<-- [start:ch16-broadcast]
def careless(points: Array, targets: Labels) -> tuple[float, Array]:
    """Train a neuron on targets of shape (n,); return loss and chances."""
    layer = Dense(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    optimizer = Adam(CosineDecay(0.3, 150))
    for _ in range(150):
        p = Sigmoid().forward(layer.forward(points))  # (n, 1)
        losses = -targets * np.log(p) - (1 - targets) * np.log(1 - p)
        d_logits = (p - targets).mean(axis=1, keepdims=True) / len(p)
        layer.parameter_gradients(d_logits)
        optimizer.update(
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
        )
    print("losses of shape", losses.shape)
    return float(losses.mean()), Sigmoid().forward(layer.forward(fresh))


mean_loss, said = careless(seen[:300], seen_faulty[:300, 0])
correct = binary_accuracy(said, fresh_faulty)
print(f"loss {mean_loss:.3f}, right {correct:.4f}")
print(f"chances from {said.min():.3f} to {said.max():.3f}")
# --8<-- [end:ch16-broadcast]

# --8<-- [start:ch16-sigmoid-twice]
layer = Dense(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
sigmoid, fused = Sigmoid(), SigmoidCrossEntropy()
optimizer = Adam(CosineDecay(0.3, 100))
for step in range(101):
    twice = sigmoid.forward(layer.forward(seen))
    mean_loss = fused.forward(twice, seen_faulty)  # it wants the logits
    if step % 50 == 0:
        low, high = fused.probabilities.min(), fused.probabilities.max()
        print(f"step {step:3}: loss {mean_loss:.4f}", end=", ")
        print(f"chances from {low:.2f} to {high:.2f}")
    layer.parameter_gradients(sigmoid.backward(fused.backward()))
    optimizer.update(
        [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
    )
correct = binary_accuracy(fused.probabilities, seen_faulty)
print(f"right {correct:.3f}, area {roc_auc(twice, seen_faulty):.2f}")
# --8<-- [end:ch16-sigmoid-twice]

# --8<-- [start:ch16-solution-1]
for y in (1, 0):
    mean_loss = together.forward(np.log([[3.0]]), np.array([[y]]))
    slope = together.backward()[0, 0]
    print(f"y = {y}: loss {mean_loss:.3f}, slope {slope:.2f}")
# --8<-- [end:ch16-solution-1]

# --8<-- [start:ch16-solution-2]
for threshold in (0.8, 0.6, 0.3):
    counts = binary_counts(scores, truth, threshold)
    price = counts.false_positives + 5 * counts.false_negatives
    print(f"from {threshold} on: {price}")
print("best:", best_threshold(scores, truth, cost_fp=1, cost_fn=5))
# --8<-- [end:ch16-solution-2]

# --8<-- [start:ch16-solution-3]
share = seen_faulty.mean()
shift = np.log((1 - share) / share)
calmed = Sigmoid().forward(alarmist.forward(fresh) - shift)
print(f"says on average {calmed.mean():.3f}", end=", ")
print(f"from 1/21 on: {cost(calmed, fresh_faulty, 1 / 21):.0f}")
# --8<-- [end:ch16-solution-3]


# --8<-- [start:ch16-solution-4]
def average_precision(said: Array, faulty: Labels) -> float:
    """Return the mean of the precisions at each yes, in order of scores."""
    precisions, recalls, _ = precision_recall_curve(said, faulty)
    return float((precisions * np.diff(recalls, prepend=0)).sum())


for name, kept in (("1 in 100", everything), ("1 in 2", half)):
    for said in (chances, nobody):
        value = average_precision(said[kept], fresh_faulty[kept])
        print(f"{name:8}: {value:.2f}")
# --8<-- [end:ch16-solution-4]

# --8<-- [start:ch16-solution-5]
decided = np.minimum(1 - chances, 20 * chances)  # the cheaper of two answers
ask = decided > 0.4
wrong = (chances >= 1 / 21) != fresh_faulty
paid = np.where(ask, 0.4, wrong * np.where(fresh_faulty, 20, 1))
print(f"asked {ask.mean():.3f} of the time, from {chances[ask].min():.3f}")
print(f"to {chances[ask].max():.3f}, cost {1000 * paid.mean():.0f}")
# --8<-- [end:ch16-solution-5]
