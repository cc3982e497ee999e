# --8<-- [start:ch14-imports]
"""Chapter 14: what large weights should cost, and what that buys."""

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.schedules import CosineDecay
# --8<-- [end:ch14-imports]


# --8<-- [start:ch14-network]
class Network:
    """Some inputs, 64 hidden neurons or another number, three classes."""

    def __init__(
        self, n_inputs: int, rng: np.random.Generator, n_hidden: int = 64
    ) -> None:
        self.dense1 = Dense(n_inputs, n_hidden, rng=rng, dtype=np.float64)
        self.dense2 = Dense(n_hidden, 3, rng=rng, dtype=np.float64)
        self.relu, self.loss = ReLU(), SoftmaxCrossEntropy()

    def scores(self, points: Array) -> Array:
        hidden = self.relu.forward(self.dense1.forward(points))
        return self.dense2.forward(hidden)

    def backward(self) -> list[tuple[Array, Array]]:
        """Return each parameter with its gradient: weights, biases, …"""
        one, two = self.dense1, self.dense2
        d_hidden = two.backward(self.loss.backward())
        one.parameter_gradients(self.relu.backward(d_hidden))
        return [
            (one.weights, one.d_weights),
            (one.biases, one.d_biases),
            (two.weights, two.d_weights),
            (two.biases, two.d_biases),
        ]


# --8<-- [end:ch14-network]

# --8<-- [start:ch14-arms]
Data = tuple[Array, Labels]


def arms(seed: int, n_hidden: int = 64) -> tuple[Data, Data, Network]:
    """Return 120 points to learn, 900 fresh ones, and a new network."""
    rng = np.random.default_rng(seed)
    known = spiral(40, 3, rng=rng, dtype=np.float64)
    fresh = spiral(300, 3, rng=rng, dtype=np.float64)
    return known, fresh, Network(2, rng, n_hidden)


def judge(network: Network, data: Data) -> tuple[float, float]:
    """Return the share that is right, and the loss without any penalty."""
    points, labels = data
    scores = network.scores(points)
    loss = SoftmaxCrossEntropy().forward(scores, labels)
    return accuracy(scores, labels), loss


# --8<-- [end:ch14-arms]

# --8<-- [start:ch14-by-heart]
known, fresh, network = arms(seed=0)
adam = Adam(CosineDecay(0.1, steps=600))
print("step    known: right, loss    fresh: right, loss")
for step in range(601):
    if step in (0, 50, 100, 300, 600):
        right, loss = judge(network, known)
        right_fresh, loss_fresh = judge(network, fresh)
        both = f"{right:.2f}  {loss:.2f}           {right_fresh:.2f}"
        print(f"{step:4}           {both}  {loss_fresh:.2f}")
    network.loss.forward(network.scores(known[0]), known[1])
    adam.update(network.backward())
# --8<-- [end:ch14-by-heart]

# --8<-- [start:ch14-one-weight]
from nnfs_code.penalties import L1, L2

theta = np.linspace(-1, 3, 4001)[:, np.newaxis]  # one row per place
for target in (2.0, 0.5):
    loss_here = (theta[:, 0] - target) ** 2 / 2
    for penalty in (L2(1.0), L1(1.0)):
        costs = np.array([penalty.penalty(place) for place in theta])
        lowest = theta[(loss_here + costs).argmin(), 0]
        name = type(penalty).__name__
        print(f"the data say {target}, with {name} it is {lowest:.2f}")
# --8<-- [end:ch14-one-weight]

# --8<-- [start:ch14-decay]
weights = np.array([1.0])  # the data say nothing about it
sgd, l2 = SGD(0.1), L2(0.5)
for step in range(1, 41):
    sgd.update([(weights, l2.gradient(weights))])
    if step in (1, 2, 3, 40):
        print(f"step {step:2}: {weights[0]:.4f}, {0.95**step:.4f}")
# --8<-- [end:ch14-decay]

# --8<-- [start:ch14-bowls]
curvatures, targets = np.array([10.0, 1.0, 0.1]), np.array([2.0, 2.0, 2.0])
place, sgd, l2 = np.zeros(3), SGD(0.1), L2(0.5)
for _ in range(500):
    slopes = curvatures * (place - targets)
    sgd.update([(place, slopes + l2.gradient(place))])
print("arrived at  ", place.round(3))
print("by (14.4)   ", (curvatures / (curvatures + 0.5) * targets).round(3))
# --8<-- [end:ch14-bowls]

# --8<-- [start:ch14-train]
Pairs = list[tuple[Array, Array]]


def penalise(pairs: Pairs, penalty: L1 | L2, first: int = 0) -> None:
    """Add the penalty's gradient in place: to weights, or from 1 to biases."""
    for value, gradient in pairs[first::2]:
        gradient += penalty.gradient(value)


def train(
    network: Network,
    data: Data,
    optimizer: SGD | Adam,
    steps: int,
    penalty: L1 | L2 | None = None,
    first: int = 0,
) -> None:
    """Train with all of the data at each step."""
    points, labels = data
    for _ in range(steps):
        network.loss.forward(network.scores(points), labels)
        pairs = network.backward()
        if penalty is not None:
            penalise(pairs, penalty, first)
        optimizer.update(pairs)


# --8<-- [end:ch14-train]


# --8<-- [start:ch14-total-check]
from functools import partial

from nnfs_code.gradient_check import numerical_gradient


def total_loss(network: Network, data: Data, penalty: L1 | L2) -> float:
    """Return the loss and the penalty of both layers' weights."""
    loss = network.loss.forward(network.scores(data[0]), data[1])
    weights = network.dense1.weights, network.dense2.weights
    return loss + sum(penalty.penalty(each) for each in weights)


known, fresh, network = arms(seed=0)
network.dense1.weights *= 100  # away from 0, where L1 has its kink
network.dense2.weights *= 100
for penalty in (L2(0.01), L1(0.01)):
    total_loss(network, known, penalty)
    pairs = network.backward()
    penalise(pairs, penalty)
    weights, gradient = pairs[2]
    total = partial(total_loss, network, known, penalty)
    slopes = numerical_gradient(total, weights)
    name = type(penalty).__name__
    print(f"{name}: {slopes[0].round(5)} and {gradient[0].round(5)}")
# --8<-- [end:ch14-total-check]


# --8<-- [start:ch14-length]
def length(network: Network) -> float:
    """Return the length of all weights together, as one vector."""
    one, two = network.dense1.weights, network.dense2.weights
    return float(np.sqrt((one**2).sum() + (two**2).sum()))


# --8<-- [end:ch14-length]

# --8<-- [start:ch14-five]
Runs = list[tuple[Network, Data, Data]]


def five(strength: float, first: int = 0) -> Runs:
    """Return five networks, trained with L2, and what they are judged by."""
    runs = []
    for seed in range(5):
        known, fresh, network = arms(seed)
        adam = Adam(CosineDecay(0.1, steps=400))
        train(network, known, adam, 400, L2(strength), first)
        runs.append((network, known, fresh))
    return runs


def medians(runs: Runs) -> str:
    """Return right, loss, right on fresh points, loss on them, length."""
    rows = [
        [*judge(network, known), *judge(network, fresh), length(network)]
        for network, known, fresh in runs
    ]
    a, b, c, d, long = np.median(rows, axis=0)
    return f"{a:12.2f} {b:.2f} {c:15.2f} {d:.2f} {long:12.0f}"


# --8<-- [end:ch14-five]

# --8<-- [start:ch14-strengths]
print("strength   known: right, loss   fresh: right, loss   length")
by_strength = {strength: five(strength) for strength in (0.0, 0.0003, 0.0025)}
for strength, runs in by_strength.items():
    print(f"{strength:<8}", medians(runs))
# --8<-- [end:ch14-strengths]

# --8<-- [start:ch14-smaller-scores]
for divisor in (1, 2, 3, 4):
    losses = []
    for run in by_strength[0.0]:
        network, fresh = run[0], run[2]
        scores = network.scores(fresh[0]) / divisor
        losses.append(SoftmaxCrossEntropy().forward(scores, fresh[1]))
    print(f"scores / {divisor}: loss on fresh points {np.median(losses):.2f}")
# --8<-- [end:ch14-smaller-scores]

# --8<-- [start:ch14-hover]
theta, sgd, l1 = np.array([1.0]), SGD(0.1), L1(0.5)
places = []
for _ in range(20):
    sgd.update([(theta, theta - 0.2 + l1.gradient(theta))])
    places.append(float(theta[0]))  # the data say 0.2
print("the first steps:", *np.round(places[:5], 3))
print("the last steps: ", *np.round(places[-6:], 3))
# --8<-- [end:ch14-hover]

# --8<-- [start:ch14-arrive]
theta, sgd, places = np.array([1.0]), SGD(0.1), []
for _ in range(20):
    rate = sgd.rate()
    sgd.update([(theta, theta - 0.2)])
    l1.shrink(theta, rate)
    places.append(float(theta[0]))
print("the first steps:", *np.round(places[:5], 3))
print("the last steps: ", *np.round(places[-6:], 3))
# --8<-- [end:ch14-arrive]

# --8<-- [start:ch14-bands]
from nnfs_code.data import vertical


def bands(seed: int) -> tuple[Data, Data, Network]:
    """Return 60 points to learn, 900 fresh ones, and a new network.

    Of the 20 numbers of a point only the first has to do with its class.
    """
    rng = np.random.default_rng(seed)
    found = []
    for n_per_class in (20, 300):
        points, labels = vertical(n_per_class, 3, rng=rng, dtype=np.float64)
        idle = rng.uniform(-1, 1, (len(points), 18))
        found.append((np.hstack([points, idle]), labels))
    return found[0], found[1], Network(20, rng)


# --8<-- [end:ch14-bands]


# --8<-- [start:ch14-train-shrinking]
def train_shrinking(
    network: Network, data: Data, optimizer: SGD, steps: int, l1: L1
) -> None:
    """Train without a penalty, but shrink the weights after each step."""
    for _ in range(steps):
        rate = optimizer.rate()  # of the coming step
        train(network, data, optimizer, 1)
        l1.shrink(network.dense1.weights, rate)
        l1.shrink(network.dense2.weights, rate)


# --8<-- [end:ch14-train-shrinking]


# --8<-- [start:ch14-useless-inputs]
def summary(network: Network, known: Data, fresh: Data) -> list[float]:
    """Return right, right, loss, the first input's share, and zeros."""
    sizes = np.abs(network.dense1.weights)  # (20, 64)
    share, zeros = sizes[0].sum() / sizes.sum(), (sizes == 0).mean()
    return [judge(network, known)[0], *judge(network, fresh), share, zeros]


print("           known: right   fresh: right, loss   first input   zeros")
for name in ("none", "L2", "L1", "L1, shrink"):
    rows = []
    for seed in range(5):
        known, fresh, network = bands(seed)
        sgd = SGD(CosineDecay(1.0, steps=200))
        if name == "L1, shrink":
            train_shrinking(network, known, sgd, 200, L1(0.001))
        else:
            term = {"none": None, "L2": L2(0.01), "L1": L1(0.001)}[name]
            train(network, known, sgd, 200, term)
        rows.append(summary(network, known, fresh))
    a, b, c, share, zeros = np.median(rows, axis=0)
    numbers = f"{a:14.2f} {b:14.2f} {c:.2f} {share:15.2f} {zeros:11.2f}"
    print(f"{name:10}", numbers)
# --8<-- [end:ch14-useless-inputs]

# --8<-- [start:ch14-biases]
rng = np.random.default_rng(0)
points = rng.normal(size=(100, 2))  # they say nothing of the class
labels = np.repeat([0, 1, 2], [70, 20, 10])
for strength in (0.0, 0.1, 1.0):
    layer = Dense(2, 3, rng=rng, dtype=np.float64)
    judged, sgd = SoftmaxCrossEntropy(), SGD(0.5)
    for _ in range(400):
        judged.forward(layer.forward(points), labels)
        layer.parameter_gradients(judged.backward())
        layer.d_weights += L2(1.0).gradient(layer.weights)
        layer.d_biases += L2(strength).gradient(layer.biases)
        pairs = [(layer.weights, layer.d_weights)]
        sgd.update([*pairs, (layer.biases, layer.d_biases)])
    shares = judged.probabilities.mean(axis=0)
    print(f"L2({strength}) on the biases:", *shares.round(2))
# --8<-- [end:ch14-biases]


# --8<-- [start:ch14-penalised-biases]
def dead(runs: Runs) -> list[int]:
    """Return how many hidden neurons say 0 to each of the known points."""
    found = []
    for run in runs:
        network, known = run[0], run[1]
        outputs = network.relu.forward(network.dense1.forward(known[0]))
        found.append(int((outputs == 0).all(axis=0).sum()))
    return found


on_biases = five(0.001, first=1)
print("           known: right, loss   fresh: right, loss   length")
print("biases  ", medians(on_biases))
print("dead neurons, no penalty:", *dead(by_strength[0.0]))
print("dead neurons, on weights:", *dead(by_strength[0.0003]))
print("dead neurons, on biases: ", *dead(on_biases))
# --8<-- [end:ch14-penalised-biases]

# --8<-- [start:ch14-inside-adam]
from nnfs_code.optimizers import AdamW


def with_adam(
    decay: float = 0.0,
    term: L2 | None = None,
    epsilon: float = 1e-7,
    rate: float = 0.02,
) -> Array:
    """Return right, loss and the first input's share, each a median."""
    rows = []
    for seed in range(5):
        known, fresh, network = bands(seed)
        fading = CosineDecay(rate, steps=200)
        adam = AdamW(fading, epsilon=epsilon, weight_decay=decay)
        train(network, known, adam, 200, term)
        rows.append(summary(network, known, fresh)[1:4])
    middle: Array = np.median(rows, axis=0)
    return middle


print("                 right, loss, first input")
print("Adam            ", *with_adam().round(2))
print("L2 in the loss  ", *with_adam(term=L2(0.01)).round(2))
print("AdamW, decay 0.1", *with_adam(decay=0.1).round(2))
print("AdamW, decay 3  ", *with_adam(decay=3.0).round(2))
# --8<-- [end:ch14-inside-adam]

# --8<-- [start:ch14-undivided]
print("Adam            ", *with_adam(epsilon=0.1, rate=0.1).round(2))
print("AdamW, decay 0.1", *with_adam(0.1, None, 0.1, 0.1).round(2))
# --8<-- [end:ch14-undivided]

# --8<-- [start:ch14-choose]
order = np.random.default_rng(100).permutation(60)
cases, classes = bands(seed=0)[0]
for strength in (0.0, 0.001, 0.01, 0.1):
    losses = []
    for held_out in order.reshape(4, 15):
        rest = np.setdiff1d(order, held_out)
        network = bands(seed=0)[2]
        adam = Adam(CosineDecay(0.02, steps=200))
        some = cases[rest], classes[rest]
        train(network, some, adam, 200, L2(strength))
        others = cases[held_out], classes[held_out]
        losses.append(judge(network, others)[1])
    each = " ".join(f"{loss:.2f}" for loss in losses)
    print(f"L2({strength:<5}) {each}, mean {np.mean(losses):.2f}")
# --8<-- [end:ch14-choose]

# --8<-- [start:ch14-early-bowl]
curvatures = np.array([10.0, 1.0, 0.1, 0.01])
rate, strength = 0.01, 0.1
steps = round(1 / (rate * strength))
stopped = 1 - (1 - rate * curvatures) ** steps
penalised = curvatures / (curvatures + strength)
print(f"stopped after {steps} steps:", *stopped.round(2))
print(f"for ever, with L2({strength}):  ", *penalised.round(2))
# --8<-- [end:ch14-early-bowl]

# --8<-- [start:ch14-not-comparable]
known, fresh, network = bands(seed=0)
for strength in (0.0, 0.001, 0.003):
    network = bands(seed=0)[2]
    term = L1(strength)
    train(network, known, SGD(CosineDecay(1.0, steps=200)), 200, term)
    reported = total_loss(network, known, term)
    loss, loss_fresh = judge(network, known)[1], judge(network, fresh)[1]
    print(f"L1({strength:<5}) total {reported:.2f}", end=", ")
    print(f"loss {loss:.2f}, on fresh points {loss_fresh:.2f}")
# --8<-- [end:ch14-not-comparable]

# --8<-- [start:ch14-check-penalty]
from collections.abc import Callable


def furthest_apart(add: Callable[[Pairs, L1 | L2], None]) -> float:
    """Return how far gradients are from the slopes of the total loss."""
    known, _, network = arms(seed=0)
    for layer in (network.dense1, network.dense2):
        layer.weights *= 100
        layer.biases += 0.5
    total = partial(total_loss, network, known, L2(0.1))
    total()
    pairs = network.backward()
    add(pairs, L2(0.1))
    return max(
        float(np.abs(numerical_gradient(total, value) - gradient).max())
        for value, gradient in pairs
    )


print(f"as it should be: {furthest_apart(penalise):.0e}")
# --8<-- [end:ch14-check-penalty]


# --8<-- [start:ch14-mistakes]
def forgotten(pairs: Pairs, penalty: L1 | L2) -> None:
    """The penalty is in the loss that is printed, and nowhere else."""


def twice(pairs: Pairs, penalty: L1 | L2) -> None:
    penalise(pairs, penalty)
    penalise(pairs, penalty)


def for_all(pairs: Pairs, penalty: L1 | L2) -> None:
    for value, gradient in pairs:  # the biases too
        gradient += penalty.gradient(value)


for mistake in (forgotten, twice, for_all):
    print(f"{mistake.__name__:9} {furthest_apart(mistake):.2f} apart")
# --8<-- [end:ch14-mistakes]

# --8<-- [start:ch14-dead-at-once]
for start in (1, 10):
    for strength in (0.001, 0.01):
        losses = []
        for seed in range(3):
            known, fresh, network = bands(seed)
            network.dense1.weights *= start
            network.dense2.weights *= start
            sgd = SGD(CosineDecay(1.0, steps=200))
            train(network, known, sgd, 200, L1(strength))
            losses.append(judge(network, known)[1])
        each = " ".join(f"{loss:.2f}" for loss in losses)
        print(f"start times {start:2}, L1({strength:<5}): losses {each}")
# --8<-- [end:ch14-dead-at-once]

# --8<-- [start:ch14-solution-1]
for term in (L2(0.3), L1(0.3)):
    value = np.array([2.0])
    SGD(0.1).update([(value, 0.5 + term.gradient(value))])
    print(type(term).__name__, value)
# --8<-- [end:ch14-solution-1]

# --8<-- [start:ch14-solution-2]
idle, steps = 1.0, 0
while idle > 0.5:
    idle *= 1 - 0.01 * 0.05
    steps += 1
print(steps, "steps, and log(2) / 0.0005 is", round(np.log(2) / 0.0005))
# --8<-- [end:ch14-solution-2]

# --8<-- [start:ch14-solution-3]
for curvature in (4.0, 1.0):
    theta, sgd = np.array([0.0]), SGD(0.1)
    for _ in range(200):
        sgd.update([(theta, curvature * (theta - 1.0))])
        L1(2.0).shrink(theta, 0.1)
    print(f"curvature {curvature}: {theta[0]:.3f}")
# --8<-- [end:ch14-solution-3]

# --8<-- [start:ch14-solution-4]
for term in (L2(0.1), L1(0.1)):
    twins, sgd = np.array([1.75, 0.25]), SGD(0.1)
    for _ in range(1000):
        slope = twins.sum() - 2  # of half the square of the sum less 2
        sgd.update([(twins, slope + term.gradient(twins))])
    print(type(term).__name__, twins.round(2), f"sum {twins.sum():.2f}")
# --8<-- [end:ch14-solution-4]


# --8<-- [start:ch14-solution-5]
class ElasticNet(L2):
    """Both penalties at once."""

    def __init__(self, strength: float, strength_l1: float) -> None:
        super().__init__(strength)
        self.l1 = L1(strength_l1)

    def penalty(self, parameter: Array) -> float:
        return super().penalty(parameter) + self.l1.penalty(parameter)

    def gradient(self, parameter: Array) -> Array:
        return super().gradient(parameter) + self.l1.gradient(parameter)


rows = []
for seed in range(5):
    known, fresh, network = bands(seed)
    sgd = SGD(CosineDecay(1.0, steps=200))
    train(network, known, sgd, 200, ElasticNet(0.01, 0.001))
    rows.append(summary(network, known, fresh))
right, loss, share = np.median(rows, axis=0)[1:4]
print(f"right {right:.2f}, loss {loss:.2f}, first input {share:.2f}")
# --8<-- [end:ch14-solution-5]
