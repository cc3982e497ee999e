# --8<-- [start:ch10-imports]
"""Chapter 10: how far to step, and what to remember on the way."""

import math

import numpy as np

from nnfs_code.arrays import Array
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
# --8<-- [end:ch10-imports]

# --8<-- [start:ch10-four-rates]
for rate in (0.1, 0.5, 0.9, 1.1):
    theta = 1.0
    places = [theta]
    for _ in range(5):
        gradient = 2 * theta  # the slope of theta squared
        theta = theta - rate * gradient
        places.append(theta)
    print(f"rate {rate}:", " ".join(f"{place:6.3f}" for place in places))
# --8<-- [end:ch10-four-rates]


# --8<-- [start:ch10-ravine]
def steps_down(ratio: float) -> int:
    """Return how many steps lead from (1, 1) to within 0.001 of the floor."""
    curvatures = np.array([1.0, ratio])  # along the valley, and across
    place = np.array([1.0, 1.0])
    rate = 2 / (1 + ratio)  # the best single rate
    steps = 0
    while np.abs(place).max() > 0.001:
        place -= rate * curvatures * place
        steps += 1
    return steps


for ratio in (2, 10, 100, 1000):
    print(f"{ratio:4} times as steep: {steps_down(ratio):4} steps")
# --8<-- [end:ch10-ravine]

# --8<-- [start:ch10-one-update]
from nnfs_code.optimizers import SGD

weights, biases = np.array([[2.0, -1.0]]), np.array([[0.5, 0.0]])
d_weights, d_biases = np.array([[3.0, -2.0]]), np.array([[0.0, 1.0]])
sgd = SGD(learning_rate=0.1)
sgd.update([(weights, d_weights), (biases, d_biases)])
print(weights, biases, "after step", sgd.step)
# --8<-- [end:ch10-one-update]

# --8<-- [start:ch10-refused]
good = np.array([1.0, 2.0])
fixed = good.copy()
fixed.flags.writeable = False
faulty: list[tuple[Array, Array]] = [
    (good, np.array([1.0])),
    (good, np.array([1.0, 2.0], np.float32)),
    (good, np.array([1.0, np.nan])),
    (fixed, good.copy()),
]
for pair in faulty:
    try:
        SGD(0.1).update([pair])
    except (TypeError, ValueError) as error:
        print(error)
try:
    SGD(-0.1)
except ValueError as error:
    print(error)
# --8<-- [end:ch10-refused]

# --8<-- [start:ch10-network]
from nnfs_code.activations import ReLU
from nnfs_code.losses import SoftmaxCrossEntropy


class Network:
    """Two inputs, 64 hidden neurons, three classes: 387 parameters."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.dense1 = Dense(2, 64, rng=rng, dtype=np.float64)
        self.dense2 = Dense(64, 3, rng=rng, dtype=np.float64)
        self.relu, self.loss = ReLU(), SoftmaxCrossEntropy()

    def scores(self, points: Array) -> Array:
        hidden = self.relu.forward(self.dense1.forward(points))
        return self.dense2.forward(hidden)


# --8<-- [end:ch10-network]


# --8<-- [start:ch10-network-backward]
def backward(network: Network) -> list[tuple[Array, Array]]:
    """Return each parameter with its gradient."""
    one, two = network.dense1, network.dense2
    d_hidden = two.backward(network.loss.backward())
    one.parameter_gradients(network.relu.backward(d_hidden))
    return [
        (one.weights, one.d_weights),
        (one.biases, one.d_biases),
        (two.weights, two.d_weights),
        (two.biases, two.d_biases),
    ]


# --8<-- [end:ch10-network-backward]

# --8<-- [start:ch10-train]
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import AdaGrad, Adam, Momentum, RMSProp

AnyOptimizer = SGD | Momentum | AdaGrad | RMSProp | Adam


def train(
    optimizer: AnyOptimizer, steps: int, seed: int, report: int = 0
) -> tuple[float, float]:
    """Train on a spiral; return its last loss and its accuracy."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
    network = Network(rng)
    for step in range(steps + 1):
        if step > 0:
            optimizer.update(backward(network))
        scores = network.scores(points)
        loss, right = network.loss.forward(scores, labels), 0.0
        if step == steps or (report and step % report == 0):
            right = accuracy(scores, labels)
        if report and step % report == 0:
            print(f"step {step:4}: loss {loss:5.2f}, right {right:.2f}")
    return loss, right


# --8<-- [end:ch10-train]

# --8<-- [start:ch10-first-runs]
for rate in (0.01, 1.0, 30.0):
    print("rate", rate)
    train(SGD(rate), 1000, seed=0, report=500)
# --8<-- [end:ch10-first-runs]


# --8<-- [start:ch10-velocities]
def velocities(gradients: list[float]) -> list[float]:
    """Return the velocity after each gradient, rate 1 and momentum 0.9."""
    velocity, found = 0.0, []
    for gradient in gradients:
        velocity = 0.9 * velocity - 1.0 * gradient
        found.append(velocity)
    return found


same = velocities([-1.0] * 60)
zigzag = velocities([-1.0, 1.0] * 30)
for step in (0, 1, 2, 9, 58, 59):
    print(f"step {step + 1:2}: {same[step]:7.3f} {zigzag[step]:7.3f}")
# --8<-- [end:ch10-velocities]


# --8<-- [start:ch10-momentum-limit]
def distance_after(optimizer: AnyOptimizer, steps: int = 300) -> float:
    """Return how far from the bottom a walk ends, curvature 1, from 1."""
    place = np.array([1.0])
    for _ in range(steps):
        optimizer.update([(place, place.copy())])
    return abs(float(place[0]))


for rate in (1.9, 2.1, 3.7, 3.9):
    plain = distance_after(SGD(rate))
    heavy = distance_after(Momentum(rate, momentum=0.9))
    print(f"rate {rate}: no memory {plain:7.0e}, momentum {heavy:7.0e}")
# --8<-- [end:ch10-momentum-limit]

# --8<-- [start:ch10-momentum-ravine]
from nnfs_code.optimizers import Nesterov


def steps_with(optimizer: AnyOptimizer) -> int:
    """Return how many steps the ravine takes, 100 times as steep across."""
    curvatures = np.array([1.0, 100.0])
    place = np.array([1.0, 1.0])
    while np.abs(place).max() > 0.001:
        optimizer.update([(place, curvatures * place)])
    return optimizer.step


print("no memory:", steps_with(SGD(2 / 101)))
print("momentum: ", steps_with(Momentum(4 / 121, momentum=(9 / 11) ** 2)))
print("Nesterov: ", steps_with(Nesterov(1 / 100, momentum=9 / 11)))
# --8<-- [end:ch10-momentum-ravine]


# --8<-- [start:ch10-plain-rates]
def adagrad(
    theta: float, squares: float, gradient: float, rate: float
) -> tuple[float, float]:
    """Return the new parameter, and the sum of squares: (10.11)."""
    squares = squares + gradient**2
    return theta - rate * gradient / (math.sqrt(squares) + 1e-7), squares


def rmsprop(
    theta: float, squares: float, gradient: float, rate: float
) -> tuple[float, float]:
    """Return the new parameter, and the mean of squares: (10.12)."""
    squares = 0.9 * squares + 0.1 * gradient**2
    return theta - rate * gradient / (math.sqrt(squares) + 1e-7), squares


theta, mean = 1.0, 0.0
value, in_place = np.array([1.0]), RMSProp(0.1, rho=0.9)
for gradient in (3.0, 3.0, -1.0):
    theta, mean = rmsprop(theta, mean, gradient, rate=0.1)
    in_place.update([(value, np.array([gradient]))])
    print(f"formula {theta:8.5f}, package {value[0]:8.5f}")
# --8<-- [end:ch10-plain-rates]


# --8<-- [start:ch10-step-lengths]
def step_lengths(optimizer: AnyOptimizer, gradient: float) -> list[float]:
    """Return the lengths of 1000 steps along a slope that never changes."""
    place, lengths = np.zeros(1), []
    for _ in range(1000):
        before = float(place[0])
        optimizer.update([(place, np.array([gradient]))])
        lengths.append(abs(float(place[0]) - before))
    return lengths


def show(name: str, optimizer: AnyOptimizer, gradient: float) -> None:
    lengths = step_lengths(optimizer, gradient)
    some = " ".join(f"{lengths[step - 1]:7.4f}" for step in (1, 4, 100, 1000))
    print(f"{name} slope {gradient:5}: {some}")


for gradient in (3.0, 0.003):
    show("SGD    ", SGD(0.1), gradient)
    show("AdaGrad", AdaGrad(0.1), gradient)
    show("RMSProp", RMSProp(0.1, rho=0.9), gradient)
# --8<-- [end:ch10-step-lengths]

# --8<-- [start:ch10-bias-correction]
mean, square = 0.0, 0.0
for step in range(1, 5):
    mean = 0.9 * mean + 0.1 * 3.0  # the gradient is 3 at every step
    square = 0.999 * square + 0.001 * 3.0**2
    true_mean = mean / (1 - 0.9**step)
    true_square = square / (1 - 0.999**step)
    print(
        f"{step}: {mean:.3f} {square:.3f} -> {true_mean:.1f} {true_square:.1f}"
    )
# --8<-- [end:ch10-bias-correction]

# --8<-- [start:ch10-first-steps]
for gradient in (3.0, 0.003):
    show("Adam   ", Adam(0.1), gradient)
for step in (1, 10, 100, 1000, 10_000):
    missing = (1 - 0.9**step) / math.sqrt(1 - 0.999**step)
    print(f"step {step:5}, not corrected: {missing:.2f} times the rate")
# --8<-- [end:ch10-first-steps]


# --8<-- [start:ch10-plain-adam]
def adam_step(
    theta: float, m: float, s: float, gradient: float, t: int, rate: float
) -> tuple[float, float, float]:
    """Return theta, m and s after step t, counted from 1."""
    m = 0.9 * m + (1 - 0.9) * gradient  # (10.13)
    s = 0.999 * s + (1 - 0.999) * gradient**2
    m_hat = m / (1 - 0.9**t)  # (10.16)
    s_hat = s / (1 - 0.999**t)
    theta = theta - rate * m_hat / (math.sqrt(s_hat) + 1e-7)
    return theta, m, s


# --8<-- [end:ch10-plain-adam]

# --8<-- [start:ch10-adam-both]
theta, m, s = 1.0, 0.0, 0.0
value, lean = np.array([1.0]), Adam(0.1)
for t in range(1, 101):
    theta, m, s = adam_step(theta, m, s, 2 * theta, t, rate=0.1)
    lean.update([(value, 2 * value)])
    if t in (1, 2, 3, 10, 100):
        print(f"step {t:3}: formula {theta:9.6f}, package {value[0]:9.6f}")
# --8<-- [end:ch10-adam-both]

# --8<-- [start:ch10-weight-decay]
from nnfs_code.optimizers import AdamW

by_penalty, by_decay = np.array([1.0, 1.0]), np.array([1.0, 1.0])
adam, adamw = Adam(0.01), AdamW(0.01, weight_decay=0.1)
for step in range(1000):
    noise = np.array([10.0, 0.1]) * (-1) ** step  # it says nothing on average
    adam.update([(by_penalty, noise + 0.1 * by_penalty)])
    adamw.update([(by_decay, noise)])
print("penalty in the gradient:", by_penalty.round(2))
print("decay beside it:        ", by_decay.round(2))
# --8<-- [end:ch10-weight-decay]


# --8<-- [start:ch10-saddle]
def steps_to_leave(optimizer: AnyOptimizer) -> int:
    """Return how many steps it takes to get away from a saddle."""
    place = np.array([1.0, 0.001])  # x, y
    while abs(place[1]) < 0.5:
        x, y = place
        optimizer.update([(place, np.array([x, y**3 - y]))])
    return optimizer.step


leaving: dict[str, AnyOptimizer] = {
    "SGD": SGD(0.1),
    "momentum": Momentum(0.1),
    "Nesterov": Nesterov(0.1),
    "AdaGrad": AdaGrad(0.1),
    "RMSProp": RMSProp(0.1),
    "RMSProp, corrected": Adam(0.1, beta_1=0, beta_2=0.9),
    "Adam": Adam(0.1),
}
for name, optimizer in leaving.items():
    print(f"{name:18} {steps_to_leave(optimizer):3} steps")
# --8<-- [end:ch10-saddle]


# --8<-- [start:ch10-comparison]
def optimizers() -> dict[str, AnyOptimizer]:
    """Return new optimizers, none of which has seen anything yet."""
    return {
        "SGD": SGD(1.0),
        "momentum": Momentum(1.0, momentum=0.9),
        "RMSProp": RMSProp(0.02, rho=0.999),
        "Adam": Adam(0.05),
    }


for name, optimizer in optimizers().items():
    print(name)
    train(optimizer, 300, seed=1, report=100)
# --8<-- [end:ch10-comparison]

# --8<-- [start:ch10-ten-seeds]
print("right after 300 steps: lowest, median, highest of ten")
for name in optimizers():
    shares = [train(optimizers()[name], 300, seed)[1] for seed in range(10)]
    low, middle, high = np.quantile(shares, (0, 0.5, 1))
    print(f"{name:8} {low:.2f} {middle:.2f} {high:.2f}")
# --8<-- [end:ch10-ten-seeds]

# --8<-- [start:ch10-noisy-bowl]
from nnfs_code.schedules import CosineDecay, InverseTimeDecay


def last_distance(optimizer: AnyOptimizer) -> float:
    """Return how far from 0 a noisy walk in a bowl is, late on the way."""
    noise = np.random.default_rng(0)
    theta = np.full(1000, 5.0)  # a thousand walkers, none sees another
    for _ in range(2000):
        optimizer.update([(theta, theta + noise.normal(size=1000))])
    return float(np.sqrt((theta**2).mean()))


noisy: dict[str, AnyOptimizer] = {
    "rate 0.1": SGD(0.1),
    "rate 0.01": SGD(0.01),
    "rate 0.01, momentum 0.9": Momentum(0.01, momentum=0.9),
    "inverse time from 0.1": SGD(InverseTimeDecay(0.1, decay=0.1)),
    "cosine from 0.1": SGD(CosineDecay(0.1, steps=2000)),
}
for name, optimizer in noisy.items():
    print(f"{name:23} {last_distance(optimizer):.3f}")
# --8<-- [end:ch10-noisy-bowl]

# --8<-- [start:ch10-schedules]
from nnfs_code.schedules import (
    ExponentialDecay,
    OneCycle,
    Schedule,
    StepDecay,
    WarmUp,
)

schedules: dict[str, Schedule] = {
    "step": StepDecay(1.0, factor=0.5, every=250),
    "inverse time": InverseTimeDecay(1.0, decay=0.01),
    "exponential": ExponentialDecay(1.0, factor=0.995),
    "cosine": CosineDecay(1.0, steps=1000),
    "one cycle": OneCycle(1.0, steps=1000, rise=300),
    "warm-up": WarmUp(CosineDecay(1.0, steps=900), steps=100),
}
for name, schedule in schedules.items():
    rates = [f"{schedule(step):5.2f}" for step in (0, 50, 250, 500, 999)]
    print(f"{name:12}", *rates)
# --8<-- [end:ch10-schedules]

# --8<-- [start:ch10-how-far]
for decay in (0.0, 0.001, 0.01):
    schedule = InverseTimeDecay(1.0, decay)
    path = sum(schedule(step) for step in range(10_000))
    print(f"decay {decay:5}: all rates together {path:6.0f}")
# --8<-- [end:ch10-how-far]

# --8<-- [start:ch10-summit]
falling = CosineDecay(0.1, steps=2000)
train(Adam(falling), 2000, seed=1, report=500)
# --8<-- [end:ch10-summit]


# --8<-- [start:ch10-three-checks]
def failed_checks(kind: type[Momentum]) -> list[str]:
    """Return the names of the checks that a kind of momentum fails."""
    value, twice = np.array([2.0]), kind(0.1, momentum=0.5)
    twice.update([(value, np.array([3.0]))])
    after_one = value.copy()
    twice.update([(value, np.array([3.0]))])
    place, walker = np.array([1.0]), kind(0.1, momentum=0.5)
    for _ in range(200):
        walker.update([(place, place.copy())])
    passed = {
        "moves": abs(after_one[0] - 1.7) < 1e-12,
        "remembers": abs(value[0] - 1.25) < 1e-12,
        "arrives": abs(place[0]) < 1e-6,
    }
    return [name for name, fine in passed.items() if not fine]


print("failed:", failed_checks(Momentum))
# --8<-- [end:ch10-three-checks]

# --8<-- [start:ch10-moves-nothing]
from nnfs_code.optimizers import Pairs


class MovesNothing(Momentum):
    def update(self, pairs: Pairs) -> None:
        rate = self.begin(pairs, self.velocities)
        for (value, gradient), velocity in zip(
            pairs, self.velocities, strict=True
        ):
            velocity *= self.momentum
            velocity -= rate * gradient
            value = value + velocity  # a new array, and nobody gets it


print("failed:", failed_checks(MovesNothing))
# --8<-- [end:ch10-moves-nothing]


# --8<-- [start:ch10-forgets]
class Forgets(Momentum):
    def update(self, pairs: Pairs) -> None:
        rate = self.begin(pairs, self.velocities)
        for (value, gradient), velocity in zip(
            pairs, self.velocities, strict=True
        ):
            velocity = self.momentum * velocity - rate * gradient
            value += velocity


print("failed:", failed_checks(Forgets))
# --8<-- [end:ch10-forgets]

# --8<-- [start:ch10-new-each-time]
kept, anew = np.array([0.95, 0.95]), np.array([0.95, 0.95])
adam = Adam(0.1)
for _ in range(300):
    adam.update([(kept, np.array([1.0, 100.0]) * kept)])
    Adam(0.1).update([(anew, np.array([1.0, 100.0]) * anew)])
print(f"one Adam:            {np.abs(kept).max():.2f} from the bottom")
print(f"a new one each step: {np.abs(anew).max():.2f} from the bottom")
# --8<-- [end:ch10-new-each-time]

# --8<-- [start:ch10-stale-pairs]
place = np.array([1.0])
pairs = [(place, place.copy())]  # the slope of half of place squared, once
sgd = SGD(0.1)
for step in range(1, 31):
    sgd.update(pairs)
    if step in (5, 10, 20, 30):
        print(f"step {step:2}: loss {0.5 * place[0] ** 2:.3f}")
# --8<-- [end:ch10-stale-pairs]

# --8<-- [start:ch10-called-too-soon]
schedule = CosineDecay(0.1, steps=100)
frozen, following = SGD(schedule(0)), SGD(schedule)
for _ in range(100):
    frozen.update([(np.ones(1), np.ones(1))])
    following.update([(np.ones(1), np.ones(1))])
print(f"frozen {frozen.rate():.2f}, following {following.rate():.2f}")
# --8<-- [end:ch10-called-too-soon]

# --8<-- [start:ch10-step-zero]
with np.errstate(divide="ignore", invalid="ignore"):
    for first in (0, 1):
        means = np.array([0.3]) / (1 - 0.9**first)
        squares = np.array([0.009]) / (1 - 0.999**first)
        print(f"counted from {first}: {means / np.sqrt(squares)}")
# --8<-- [end:ch10-step-zero]

# --8<-- [start:ch10-solution-1]
for rate in (0.1, 1 / 6, 0.3, 0.4):
    theta = 1.0
    for _ in range(20):
        theta -= rate * 6 * theta
    print(f"rate {rate:.3f}: factor {1 - 6 * rate:5.2f}, theta {theta:9.3g}")
# --8<-- [end:ch10-solution-1]

# --8<-- [start:ch10-solution-2]
place = np.array([0.0])
ball = Momentum(0.1, momentum=0.9)
for _ in range(100):
    ball.update([(place, np.array([-1.0]))])
reached = float(place[0])
for _ in range(200):
    ball.update([(place, np.array([0.0]))])
print(f"glided on by {place[0] - reached:.2f}")
# --8<-- [end:ch10-solution-2]

# --8<-- [start:ch10-solution-3]
for steps in (100, 10_000):
    walked = sum(1 / math.sqrt(t) for t in range(1, steps + 1))
    print(
        f"{steps:6} steps: {walked:6.1f}, 2 sqrt: {2 * math.sqrt(steps):6.1f}"
    )
# --8<-- [end:ch10-solution-3]

# --8<-- [start:ch10-solution-4]
for factor in (1.0, 1000.0):
    for optimizer in (Adam(0.1), SGD(0.1)):
        place = np.array([1.0])
        for _ in range(20):
            optimizer.update([(place, factor * place)])
        name = type(optimizer).__name__
        print(f"loss times {factor:6}: {name:4} at {place[0]:9.3g}")
# --8<-- [end:ch10-solution-4]


# --8<-- [start:ch10-solution-5]
def range_test(steps: int = 300) -> float:
    """Return the rate of the first step whose loss is above 1.2."""
    rng = np.random.default_rng(0)
    points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
    network, rising = Network(rng), ExponentialDecay(0.01, factor=1.03)
    optimizer, losses = SGD(rising), []
    for _ in range(steps):
        losses.append(network.loss.forward(network.scores(points), labels))
        optimizer.update(backward(network))
    beyond = [step for step, loss in enumerate(losses) if loss > 1.2]
    return rising(beyond[0])


print(f"the loss passes 1.2 at a rate of {range_test():.1f}")
# --8<-- [end:ch10-solution-5]


# --8<-- [start:ch10-solution-6]
class SignDescent(SGD):
    """One step of the same length for every entry: only the sign counts."""

    def update(self, pairs: Pairs) -> None:
        rate = self.begin(pairs)
        for value, gradient in pairs:
            value -= rate * np.sign(gradient)


for seed in (0, 1):
    by_sign = train(SignDescent(CosineDecay(0.05, 800)), 800, seed)[0]
    by_size = train(SGD(1.0), 800, seed)[0]
    by_cosine = train(SGD(CosineDecay(5.0, 800)), 800, seed)[0]
    print(
        f"loss by sign {by_sign:.2f}, by SGD {by_size:.2f}, "
        f"with a cosine {by_cosine:.2f}"
    )
# --8<-- [end:ch10-solution-6]
