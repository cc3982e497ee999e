# --8<-- [start:ch01-imports]
"""Chapter 1: one neuron, how wrong it is, and a first way to learn."""

import sys
from itertools import pairwise

import numpy as np

import nnfs_code

# --8<-- [end:ch01-imports]

# --8<-- [start:ch01-check]
numpy_version = [int(part) for part in np.__version__.split(".")[:2]]
print("Python 3.11 or later:", sys.version_info >= (3, 11))
print("NumPy 2.0 or later:  ", numpy_version >= [2, 0])
print("The package is found:", nnfs_code.__name__)
# --8<-- [end:ch01-check]

# --8<-- [start:ch01-deliveries]
distances: list[float] = [1, 2, 3, 4, 5]  # kilometres
minutes: list[float] = [11, 14, 17, 24, 26]
# --8<-- [end:ch01-deliveries]


# --8<-- [start:ch01-neuron]
def neuron(x: float, w: float, b: float) -> float:
    """Return the output of a neuron with one input."""
    return x * w + b


for x, y in zip(distances, minutes, strict=True):
    z = neuron(x, 4, 6)
    print(f"{x} km: predicted {z} min, took {y} min, error {z - y:2}")
# --8<-- [end:ch01-neuron]


# --8<-- [start:ch01-loss]
def loss(w: float, b: float) -> float:
    """Return the mean squared error over the five deliveries."""
    total = 0.0
    for x, y in zip(distances, minutes, strict=True):
        error = neuron(x, w, b) - y
        total += error**2
    return total / len(distances)


print("a first guess, w = 3, b = 2:", loss(3, 2))
print("found by hand, w = 4, b = 6:", loss(4, 6))
# --8<-- [end:ch01-loss]

# --8<-- [start:ch01-mean]
mean = sum(minutes) / len(minutes)
print(f"always {mean} minutes: loss {loss(0, mean):.2f}")
# --8<-- [end:ch01-mean]


# --8<-- [start:ch01-nudges]
def nudges(w: float, b: float, step: float) -> list[tuple[float, float]]:
    """Return the four pairs that lie one step away."""
    return [(w + step, b), (w - step, b), (w, b + step), (w, b - step)]


for pair in nudges(3, 2, 0.5):
    print(pair, "loss", loss(*pair))
# --8<-- [end:ch01-nudges]

# --8<-- [start:ch01-learn]
w, b, step = 3.0, 2.0, 0.5
for move in range(100):
    print(f"move {move}: w = {w:.1f}, b = {b:.1f}, loss {loss(w, b):5.2f}")
    candidates = nudges(w, b, step)
    losses = [loss(*pair) for pair in candidates]
    lowest = min(losses)
    if lowest >= loss(w, b):
        print("No nudge makes it smaller.")
        break
    w, b = candidates[losses.index(lowest)]
# --8<-- [end:ch01-learn]

# --8<-- [start:ch01-halving]
w, b, step, rounds = 3.0, 2.0, 1.0, 0
while step > 0.001:
    rounds += 1
    best = min(nudges(w, b, step), key=lambda pair: loss(*pair))
    if loss(*best) < loss(w, b):
        w, b = best
    else:
        step = step / 2
print(f"rounds {rounds}: w = {w:.2f}, b = {b:.2f}, loss {loss(w, b):.2f}")
# --8<-- [end:ch01-halving]

# --8<-- [start:ch01-new]
for x in (2.5, 60):
    print(f"{x} km: about {neuron(x, w, b):.0f} minutes")
# --8<-- [end:ch01-new]


# --8<-- [start:ch01-bend]
def small_network(x: float) -> float:
    """Return the output of two hidden neurons and one output neuron."""
    first = max(0, neuron(x, 1, 0))
    second = max(0, neuron(x, 1, -3))
    return 4 * first + 3 * second + 6


for x, y in zip(distances, [10, 14, 18, 25, 32], strict=True):
    line = neuron(x, 5.5, 3.3)
    print(f"{x} km: took {y}, line {line:.1f}, network {small_network(x)}")
# --8<-- [end:ch01-bend]

# --8<-- [start:ch01-parameters]
total = 0
for n_inputs, n_neurons in pairwise([3, 4, 4, 2]):
    weights, biases = n_inputs * n_neurons, n_neurons
    print(f"{n_inputs} to {n_neurons}: {weights} weights, {biases} biases")
    total += weights + biases
print("parameters:", total)
# --8<-- [end:ch01-parameters]

# --8<-- [start:ch01-money]
parcels, late = 1000, 20
plans = {"nothing": (0, 0), "rule": (30, 12), "network": (28, 14)}
for plan, (warnings, caught) in plans.items():
    missed, false_alarms = late - caught, warnings - caught
    right = parcels - missed - false_alarms
    cost = 10 * missed + 1 * warnings
    print(f"{plan:7} right {right / parcels:.1%}, cost {cost:3} EUR a day")
# --8<-- [end:ch01-money]

# --8<-- [start:ch01-keep]
print("gained in a year: EUR", (110 - 88) * 365)
print("spent in a year:  EUR", 12000)
# --8<-- [end:ch01-keep]

# --8<-- [start:ch01-shapes]
number = np.array(2.5)
row = np.array([1, 2, 3])
table = np.array([[1, 2, 3], [4, 5, 6]])
print("number", number.shape)
print("row   ", row.shape)
print("table ", table.shape)
print("row 1, column 3 of the table:", table[0, 2])
# --8<-- [end:ch01-shapes]


# --8<-- [start:ch01-wrong-signs]
def mean_error(w: float, b: float) -> float:
    """Return the mean of the errors as they are, without squaring."""
    errors = [
        neuron(x, w, b) - y for x, y in zip(distances, minutes, strict=True)
    ]
    return sum(errors) / len(errors)


for w, b in ((4, 6.4), (0, 18.4), (-4, 30.4)):
    size = abs(mean_error(w, b))
    print(f"w = {w:2}: mean error {size:.2f}, loss {loss(w, b):6.2f}")
# --8<-- [end:ch01-wrong-signs]

# --8<-- [start:ch01-wrong-zip]
typed = [11, 17, 24, 26]  # the 14 was forgotten
errors = [
    neuron(x, 4, 6.4) - y for x, y in zip(distances, typed, strict=False)
]
print(f"loss {sum(e**2 for e in errors) / len(errors):.2f}, no complaint")
try:
    list(zip(distances, typed, strict=True))
except ValueError as error:
    print("ValueError:", error)
# --8<-- [end:ch01-wrong-zip]


# --8<-- [start:ch01-wrong-metres]
def checked_neuron(x: float, w: float, b: float) -> float:
    """Return the neuron's output for a distance like those it has seen."""
    if not 1 <= x <= 5:
        raise ValueError(f"expected 1 to 5 km, as in the examples; got {x}")
    return neuron(x, w, b)


print(f"3 km given in metres: {neuron(3000, 4, 6.4):.1f} minutes")
try:
    checked_neuron(3000, 4, 6.4)
except ValueError as error:
    print("ValueError:", error)
# --8<-- [end:ch01-wrong-metres]

# --8<-- [start:ch01-wrong-name]
guess = [3.0, 2.0]
better = guess  # a second name, not a second list
better[0] += 0.5
print("guess:", guess, f"losses: {loss(*guess)} and {loss(*better)}")

guess = [3.0, 2.0]
better = guess.copy()
better[0] += 0.5
print("guess:", guess, f"losses: {loss(*guess)} and {loss(*better)}")
# --8<-- [end:ch01-wrong-name]

# --8<-- [start:ch01-wrong-memory]
memory = dict(zip(distances, minutes, strict=True))


def recall(x: float) -> float:
    """Return the minutes of the nearest distance in memory."""
    nearest = min(memory, key=lambda known: abs(known - x))
    return memory[nearest]


next_day: dict[float, float] = {1: 10, 2: 15, 3: 20, 4: 21, 5: 27}
for name, deliveries in (("seen", memory), ("new", next_day)):
    n = len(deliveries)
    by_heart = sum((recall(x) - y) ** 2 for x, y in deliveries.items()) / n
    line = sum((neuron(x, 4, 6.4) - y) ** 2 for x, y in deliveries.items()) / n
    print(f"{name:4}: memory {by_heart:.2f}, neuron {line:.2f}")
# --8<-- [end:ch01-wrong-memory]

# --8<-- [start:ch01-solution-by-hand]
errors = [neuron(x, 5, 4) - y for x, y in ((2, 14), (5, 26))]
print("errors:", errors)
print("loss:", sum(error**2 for error in errors) / len(errors))
# --8<-- [end:ch01-solution-by-hand]


# --8<-- [start:ch01-solution-count]
def count_parameters(sizes: list[int]) -> int:
    """Return how many weights and biases a network of these sizes has."""
    return sum(
        n_inputs * n_neurons + n_neurons
        for n_inputs, n_neurons in pairwise(sizes)
    )


for sizes in ([1, 1], [3, 4, 4, 2], [2, 64, 3], [784, 128, 128, 10]):
    print(sizes, count_parameters(sizes))
# --8<-- [end:ch01-solution-count]


# --8<-- [start:ch01-solution-gates]
def fires(inputs: list[int], weights: list[int], threshold: float) -> int:
    """Return 1 if the weighted sum reaches the threshold, else 0."""
    total = sum(x * w for x, w in zip(inputs, weights, strict=True))
    return int(total >= threshold)


print("a b  and or  not a")
for a, b in ((0, 0), (0, 1), (1, 0), (1, 1)):
    both, either = fires([a, b], [1, 1], 1.5), fires([a, b], [1, 1], 0.5)
    print(a, b, f"  {both}   {either}     {fires([a], [-1], -0.5)}")
# --8<-- [end:ch01-solution-gates]


# --8<-- [start:ch01-solution-middle]
def middle_loss(w: float, b: float) -> float:
    """Return the loss with distances counted from their mean, 3 km."""
    total = 0.0
    for x, y in zip(distances, minutes, strict=True):
        total += (neuron(x - 3, w, b) - y) ** 2
    return total / len(distances)


w, b, moves = 3.0, 11.0, 0
while True:
    best = min(nudges(w, b, 0.5), key=lambda pair: middle_loss(*pair))
    if middle_loss(*best) >= middle_loss(w, b):
        break
    w, b = best
    moves += 1
print(f"{moves} moves: w = {w}, b = {b}, loss {middle_loss(w, b):.2f}")
# --8<-- [end:ch01-solution-middle]


# --8<-- [start:ch01-solution-break-even]
def yearly_gain(parcels: int) -> float:
    """Return what the network saves a year, beyond the rule, in euros."""
    saved_per_parcel = (110 - 88) / 1000
    return saved_per_parcel * parcels * 365


for parcels in (1000, 1494, 1495, 10000):
    left = yearly_gain(parcels) - 12000
    print(f"{parcels:5} parcels a day: {left:7.0f} EUR a year")
# --8<-- [end:ch01-solution-break-even]


# --8<-- [start:ch01-solution-two-inputs]
samples = [(1, 0), (2, 3), (3, 1), (4, 0), (5, 2), (2, 5)]  # km, floors
took = [9, 17.5, 18.5, 21, 28, 20.5]


def predict(sample: tuple[int, int], parameters: list[float]) -> float:
    """Return the output of a neuron: two weights, then the bias."""
    distance, floors = sample
    return distance * parameters[0] + floors * parameters[1] + parameters[2]


def loss_of(parameters: list[float]) -> float:
    """Return the mean squared error over the six deliveries."""
    pairs = zip(samples, took, strict=True)
    return sum((predict(s, parameters) - y) ** 2 for s, y in pairs) / 6


# --8<-- [end:ch01-solution-two-inputs]


# --8<-- [start:ch01-solution-search]
def all_nudges(parameters: list[float], step: float) -> list[list[float]]:
    """Return every list with one parameter moved by one step."""
    found = []
    for place in range(len(parameters)):
        for change in (step, -step):
            nudged = parameters.copy()
            nudged[place] += change
            found.append(nudged)
    return found


parameters, step = [0.0, 0.0, 0.0], 1.0
while step > 0.001:
    nearest = min(all_nudges(parameters, step), key=loss_of)
    if loss_of(nearest) < loss_of(parameters):
        parameters = nearest
    else:
        step = step / 2
print([round(value, 3) for value in parameters], f"{loss_of(parameters):.5f}")
# --8<-- [end:ch01-solution-search]
