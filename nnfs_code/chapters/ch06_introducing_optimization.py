# --8<-- [start:ch06-imports]
"""Chapter 6: guess, keep what is better, and see how far that goes."""

import math
from collections.abc import Callable

import numpy as np

from nnfs_code.activations import ReLU, Sigmoid, Softmax
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral, vertical
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy
from nnfs_code.metrics import accuracy

# --8<-- [end:ch06-imports]

# --8<-- [start:ch06-neuron]
positions = np.array([-2.0, -1.2, -0.3, 0.4, 1.1, 2.3])
sides = np.array([0, 0, 1, 0, 1, 1])


def neuron_loss(weight: float, bias: float) -> float:
    """Return the loss of one neuron on the six points."""
    of_one = Sigmoid().forward(weight * positions + bias)
    both = np.stack((1 - of_one, of_one), axis=1)  # (6, 2)
    return CategoricalCrossEntropy().forward(both, sides)


for weight, bias in ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 3.0)):
    print(f"w = {weight}, b = {bias}: loss {neuron_loss(weight, bias):.4f}")
# --8<-- [end:ch06-neuron]

# --8<-- [start:ch06-darts]
rng = np.random.default_rng(6)
best_loss = math.inf
for number in range(1, 11):
    weight, bias = rng.uniform(-5, 5, 2)
    loss = neuron_loss(weight, bias)
    verdict = "kept" if loss < best_loss else ""
    best_loss = min(loss, best_loss)
    print(f"{number:2}: w {weight:5.2f}, b {bias:5.2f}, {loss:.3f} {verdict}")
# --8<-- [end:ch06-darts]

# --8<-- [start:ch06-steps]
rng = np.random.default_rng(6)
place = np.array([-3.0, 3.0])  # weight and bias
best_loss = neuron_loss(place[0], place[1])
print(f"start: w {place[0]:5.2f}, b {place[1]:5.2f}, {best_loss:.3f}")
for number in range(1, 11):
    trial = place + rng.normal(0, 1, 2)
    loss = neuron_loss(trial[0], trial[1])
    verdict = "kept" if loss < best_loss else "back"
    print(f"{number:5}: w {trial[0]:5.2f}, b {trial[1]:5.2f}, ", end="")
    print(f"{loss:.3f} {verdict}")
    if loss < best_loss:
        place, best_loss = trial, loss
# --8<-- [end:ch06-steps]

# --8<-- [start:ch06-bands]
rng = np.random.default_rng(0)
band_points, bands = vertical(100, 3, rng=rng, dtype=np.float64)
arm_points, arms = spiral(100, 3, rng=rng, dtype=np.float64)
print(band_points.shape, bands.shape)
for label in range(3):
    across = band_points[bands == label, 0]
    print(f"band {label}: mean of x {across.mean():5.2f}, ", end="")
    print(f"from {across.min():5.2f} to {across.max():5.2f}")
# --8<-- [end:ch06-bands]


# --8<-- [start:ch06-scores]
def scores_of(parameters: Array, points: Array) -> Array:
    """Return the scores of a network with one hidden layer of ReLUs.

    `parameters` holds all its numbers in a row, shape (6 * h + 3,), where h
    is the number of hidden neurons.
    """
    h = (len(parameters) - 3) // 6
    weights1, biases1, weights2, biases2 = np.split(
        parameters, [2 * h, 3 * h, 6 * h]
    )
    hidden = np.maximum(points @ weights1.reshape(2, h) + biases1, 0)
    return hidden @ weights2.reshape(h, 3) + biases2  # (n_samples, 3)


# --8<-- [end:ch06-scores]


# --8<-- [start:ch06-loss-of]
def loss_of(parameters: Array, points: Array, labels: Labels) -> float:
    """Return the mean loss of the network with these parameters."""
    probabilities = Softmax().forward(scores_of(parameters, points))
    return CategoricalCrossEntropy().forward(probabilities, labels)


def loss_on_bands(parameters: Array) -> float:
    """Return the loss on the bands."""
    return loss_of(parameters, band_points, bands)


def loss_on_spiral(parameters: Array) -> float:
    """Return the loss on the spiral."""
    return loss_of(parameters, arm_points, arms)


print(f"all zeros: {loss_on_bands(np.zeros(21)):.4f}")
# --8<-- [end:ch06-loss-of]

# --8<-- [start:ch06-same-network]
rng = np.random.default_rng(1)
dense1 = Dense(2, 3, rng=rng, dtype=np.float64)
dense2 = Dense(3, 3, rng=rng, dtype=np.float64)
row = np.concatenate(
    [
        part.ravel()
        for layer in (dense1, dense2)
        for part in (layer.weights, layer.biases)
    ]
)
hidden = ReLU().forward(dense1.forward(arm_points))
print(row.shape)
print("by the layers:", 1e6 * dense2.forward(hidden)[150].round(9))
print("by the row:   ", 1e6 * scores_of(row, arm_points)[150].round(9))
# --8<-- [end:ch06-same-network]

# --8<-- [start:ch06-random-search]
Loss = Callable[[Array], float]


def random_search(
    loss: Loss,
    size: int,
    *,
    scale: float,
    tries: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    """Return the lowest loss of `tries` random rows, and its row."""
    best_loss, best = math.inf, np.zeros(size)
    for _ in range(tries):
        trial = scale * rng.standard_normal(size)
        trial_loss = loss(trial)
        if trial_loss < best_loss:
            best_loss, best = trial_loss, trial
    return best_loss, best


# --8<-- [end:ch06-random-search]

# --8<-- [start:ch06-random-search-run]
problems = (
    ("bands", loss_on_bands, band_points, bands),
    ("spiral", loss_on_spiral, arm_points, arms),
)
for name, loss_here, points, labels in problems:
    for scale in (0.1, 3.0):
        rng = np.random.default_rng(1)
        lowest, found = random_search(
            loss_here, 21, scale=scale, tries=1000, rng=rng
        )
        share = accuracy(scores_of(found, points), labels)
        print(f"{name:6} scale {scale}: {lowest:.3f}, accuracy {share:.2f}")
# --8<-- [end:ch06-random-search-run]


# --8<-- [start:ch06-hill-climb]
def hill_climb(
    loss: Loss,
    start: Array,
    *,
    step: float,
    tries: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    """Change all numbers a little at random; keep what lowers the loss."""
    best_loss, best = loss(start), start
    for _ in range(tries):
        trial = best + step * rng.standard_normal(len(best))
        trial_loss = loss(trial)
        if trial_loss < best_loss:
            best_loss, best = trial_loss, trial
    return best_loss, best


# --8<-- [end:ch06-hill-climb]

# --8<-- [start:ch06-hill-climb-run]
climbed = {}
for name, loss_here, points, labels in problems:
    for step in (0.01, 0.1, 1.0):
        rng = np.random.default_rng(1)
        start = 0.01 * rng.standard_normal(21)
        lowest, found = hill_climb(
            loss_here, start, step=step, tries=1000, rng=rng
        )
        share = accuracy(scores_of(found, points), labels)
        print(f"{name:6} step {step:4}: {lowest:.3f}, accuracy {share:.2f}")
        climbed[name, step] = found
# --8<-- [end:ch06-hill-climb-run]

# --8<-- [start:ch06-wider]
for name, loss_here, points, labels in problems:
    rng = np.random.default_rng(1)
    start = 0.01 * rng.standard_normal(6 * 64 + 3)
    lowest, found = hill_climb(loss_here, start, step=0.1, tries=1000, rng=rng)
    share = accuracy(scores_of(found, points), labels)
    print(f"{name:6} {len(found)} numbers: {lowest:.3f}, {share:.2f}")
# --8<-- [end:ch06-wider]

# --8<-- [start:ch06-slice]
place = climbed["bands", 0.1]
rng = np.random.default_rng(2)
ahead, aside = rng.standard_normal((2, 21))
ahead = ahead / np.sqrt((ahead**2).sum())  # length 1
aside = aside / np.sqrt((aside**2).sum())
for b in (8, 4, 0, -4, -8):
    for a in (-8, -4, 0, 4, 8):
        print(f"{loss_on_bands(place + a * ahead + b * aside):6.2f}", end="")
    print()
# --8<-- [end:ch06-slice]


# --8<-- [start:ch06-twin]
def rearranged(parameters: Array, order: list[int]) -> Array:
    """Return the same network, its hidden neurons in another order."""
    h = len(order)
    weights1, biases1, weights2, biases2 = np.split(
        parameters, [2 * h, 3 * h, 6 * h]
    )
    columns = weights1.reshape(2, h)[:, order]
    rows = weights2.reshape(h, 3)[order]
    return np.concatenate(
        [columns.ravel(), biases1[order], rows.ravel(), biases2]
    )


twin = rearranged(place, [1, 2, 0])
for share in (0.0, 0.25, 0.5, 0.75, 1.0):
    between = (1 - share) * place + share * twin
    print(f"{share:4} of the way: {loss_on_bands(between):.4f}")
# --8<-- [end:ch06-twin]

# --8<-- [start:ch06-plateau]
rng = np.random.default_rng(0)
other_points, other_bands = vertical(100, 3, rng=rng, dtype=np.float64)


def other_loss(row: Array) -> float:
    """Return the loss on the same bands, drawn again."""
    return loss_of(row, other_points, other_bands)


start = 0.5 * rng.standard_normal(21)
lowest, dead = hill_climb(other_loss, start, step=0.05, tries=1000, rng=rng)
print(f"loss {other_loss(start):.4f} -> {lowest:.4f}")
print("scores vary by", np.ptp(scores_of(dead, other_points), axis=0))
inside = other_points @ dead[:6].reshape(2, 3) + dead[6:9]
print("hidden, largest:", inside.max(axis=0).round(2).tolist())
for step in (0.05, 0.5):
    trials = dead + step * rng.standard_normal((1000, 21))
    losses = np.array([other_loss(trial) for trial in trials])
    print(
        f"steps of {step:4}: {(losses < lowest - 1e-4).sum():2} of 1000 help"
    )
# --8<-- [end:ch06-plateau]

# --8<-- [start:ch06-stretched]
for factor in (1, 2, 10, 100):
    stretched = place.copy()
    stretched[[2, 5, 8]] *= factor  # both weights and the bias of neuron 3
    stretched[15:18] /= factor  # its three weights in the second layer
    far = np.sqrt(((stretched - place) ** 2).sum())
    print(f"x {factor:3}: {far:6.1f} away, {loss_on_bands(stretched):.4f}")
# --8<-- [end:ch06-stretched]

# --8<-- [start:ch06-grid]
for size in (21, 387):
    seconds = 10**size // 10_000  # ten values each, 10,000 tries a second
    years = seconds // (60 * 60 * 24 * 365)
    print(f"{size:3} numbers: {len(str(years)):3} digits in the years")
# --8<-- [end:ch06-grid]

# --8<-- [start:ch06-cosines]
rng = np.random.default_rng(0)
print("numbers    typical  > 0.1  > 0.3  > 0.5  > 0.9")
for size in (2, 3, 21, 387):
    directions = rng.standard_normal((20_000, size))
    lengths = np.sqrt((directions**2).sum(axis=1))
    cosines = directions[:, 0] / lengths  # with the best, (1, 0, ..., 0)
    typical = np.sqrt((cosines**2).mean())
    print(f"{size:7} {typical:10.2f} ", end="")
    for bound in (0.1, 0.3, 0.5, 0.9):
        print(f"{(cosines > bound).mean():7.3f}", end="")
    print()
# --8<-- [end:ch06-cosines]

# --8<-- [start:ch06-bowl]
rng = np.random.default_rng(0)
print("numbers  step  better  tries per halving")
for size in (2, 21, 387):
    directions = rng.standard_normal((20_000, size))
    cosines = directions[:, 0] / np.sqrt((directions**2).sum(axis=1))
    for step in (0.01, 0.06, 0.25, 1.0):
        after = np.sqrt(1 + step**2 - 2 * step * cosines)
        better = after < 1
        halvings = -np.log2(np.where(better, after, 1)).mean()
        tries = f"{1 / halvings:8.0f}" if halvings else "never seen"
        print(f"{size:7} {step:5} {better.mean():7.3f} {tries}")
# --8<-- [end:ch06-bowl]


# --8<-- [start:ch06-few-directions]
def climb_along(loss: Loss, count: int) -> float:
    """Return the lowest loss along a few random directions of 387."""
    rng = np.random.default_rng(1)
    start = 0.01 * rng.standard_normal(387)
    allowed = rng.standard_normal((count, 387)) / math.sqrt(count)

    def loss_along(shares: Array) -> float:
        return loss(start + shares @ allowed)

    none = np.zeros(count)
    return hill_climb(loss_along, none, step=0.1, tries=1000, rng=rng)[0]


for count in (5, 20, 100):
    on_bands = climb_along(loss_on_bands, count)
    on_spiral = climb_along(loss_on_spiral, count)
    print(
        f"{count:3} directions: bands {on_bands:.2f}, spiral {on_spiral:.2f}"
    )
# --8<-- [end:ch06-few-directions]


# --8<-- [start:ch06-slopes]
def measured_slopes(loss: Loss, place: Array, nudge: float = 1e-5) -> Array:
    """Nudge each number by itself: how fast does the loss rise?"""
    here = loss(place)
    slopes = np.empty(len(place))
    for number in range(len(place)):
        nudged = place.copy()
        nudged[number] += nudge
        slopes[number] = (loss(nudged) - here) / nudge
    return slopes


small = 0.5 * np.random.default_rng(1).standard_normal(21)
slopes = measured_slopes(loss_on_bands, small)
for name, part in zip(
    ("weights 1", "biases 1", "weights 2", "biases 2"),
    np.split(slopes.round(3) + 0.0, [6, 9, 18]),
    strict=True,
):
    print(f"{name:9}", part)
# --8<-- [end:ch06-slopes]


# --8<-- [start:ch06-walk]
def walk(loss: Loss, start: Array, *, rate: float, steps: int) -> Array:
    """Step against the slopes, again and again."""
    place = start
    for _ in range(steps):
        place = place - rate * measured_slopes(loss, place)
    return place


rng = np.random.default_rng(1)
start = 0.5 * rng.standard_normal(21)
for step in (0.03, 0.1, 0.3):
    own = np.random.default_rng(101)
    found = hill_climb(loss_on_bands, start, step=step, tries=1000, rng=own)[1]
    print(f"1000 random tries, step {step:4}: {loss_on_bands(found):.3f}")
for rate in (1.0, 2.0, 3.0):
    few = walk(loss_on_bands, start, rate=rate, steps=1000 // 22)
    many = walk(loss_on_bands, start, rate=rate, steps=1000 // 3)
    print(f"against the slope, rate {rate}: 45 steps ", end="")
    print(f"{loss_on_bands(few):.3f}, 333 steps {loss_on_bands(many):.3f}")
# --8<-- [end:ch06-walk]


# --8<-- [start:ch06-checks]
def bowl(row: Array) -> float:
    """Return the squared distance from the bottom, where all is 0."""
    return float((row**2).sum())


def failed_checks(search: Callable[..., tuple[float, Array]]) -> list[str]:
    """Return the names of the checks that a hill climber fails."""
    start = np.array([2.0, 2.0, 2.0])
    rng = np.random.default_rng(0)
    lowest, found = search(bowl, start, step=0.3, tries=300, rng=rng)
    checks = {
        "honest": lowest == bowl(found),
        "start unharmed": np.array_equal(start, [2.0, 2.0, 2.0]),
        "arrives": lowest < 0.1,
    }
    return [name for name, passed in checks.items() if not passed]


print("failed:", failed_checks(hill_climb))
# --8<-- [end:ch06-checks]


# --8<-- [start:ch06-in-place]
def in_place(
    loss: Loss,
    start: Array,
    *,
    step: float,
    tries: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    best_loss, best = loss(start), start
    trial = start
    for _ in range(tries):
        trial += step * rng.standard_normal(len(start))
        if loss(trial) < best_loss:
            best_loss, best = loss(trial), trial
    return best_loss, best


rng = np.random.default_rng(0)
start = 0.01 * rng.standard_normal(21)
lowest, found = in_place(loss_on_bands, start, step=0.1, tries=1000, rng=rng)
print(f"says {lowest:.3f}, is {loss_on_bands(found):.3f}")
print("one array under three names:", found is start)
print("failed:", failed_checks(in_place))
# --8<-- [end:ch06-in-place]


# --8<-- [start:ch06-never-back]
def never_back(
    loss: Loss,
    start: Array,
    *,
    step: float,
    tries: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    best_loss, best = loss(start), start
    trial = start
    for _ in range(tries):
        trial = trial + step * rng.standard_normal(len(start))
        if loss(trial) < best_loss:
            best_loss, best = loss(trial), trial
    return best_loss, best


rng = np.random.default_rng(0)
start = 0.01 * rng.standard_normal(21)
lowest, found = never_back(loss_on_bands, start, step=0.1, tries=1000, rng=rng)
print(f"{loss_on_bands(start):.3f} -> {lowest:.3f}")
print("failed:", failed_checks(never_back))
# --8<-- [end:ch06-never-back]


# --8<-- [start:ch06-same-step]
def same_step(
    loss: Loss,
    start: Array,
    *,
    step: float,
    tries: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    best_loss, best = loss(start), start
    for _ in range(tries):
        rng = np.random.default_rng(0)
        trial = best + step * rng.standard_normal(len(best))
        if loss(trial) < best_loss:
            best_loss, best = loss(trial), trial
    return best_loss, best


print("failed:", failed_checks(same_step))
# --8<-- [end:ch06-same-step]

# --8<-- [start:ch06-lucky]
rng = np.random.default_rng(0)


def loss_on_ten(row: Array) -> float:
    """Return the loss on ten points of the spiral, drawn anew each time."""
    drawn = rng.choice(300, 10)
    return loss_of(row, arm_points[drawn], arms[drawn])


start = 0.01 * rng.standard_normal(21)
lowest, found = hill_climb(loss_on_ten, start, step=0.1, tries=1000, rng=rng)
print(f"says {lowest:.2f}, is {loss_on_spiral(found):.2f}")
# --8<-- [end:ch06-lucky]


# --8<-- [start:ch06-by-accuracy]
def share_wrong(row: Array) -> float:
    """Return 1 minus the accuracy on the bands."""
    return 1 - accuracy(scores_of(row, band_points), bands)


for seed in range(5):
    start = 0.01 * np.random.default_rng(seed).standard_normal(21)
    shares = []
    for judge in (loss_on_bands, share_wrong):
        rng = np.random.default_rng(100 + seed)
        _, found = hill_climb(judge, start, step=0.3, tries=300, rng=rng)
        shares.append(1 - share_wrong(found))
    print(f"accuracy: by loss {shares[0]:.2f}, by accuracy {shares[1]:.2f}")
# --8<-- [end:ch06-by-accuracy]

# --8<-- [start:ch06-too-small]
rng = np.random.default_rng(1)
weights64 = 0.01 * rng.standard_normal(21)
for dtype in ("float64", "float32"):
    rows: Array = weights64.astype(dtype)
    points = arm_points.astype(dtype)
    here = loss_of(rows, points, arms)
    moved = rows + (1e-5 * rng.standard_normal((200, 21))).astype(dtype)
    losses = np.array([loss_of(row, points, arms) for row in moved])
    print(f"{dtype}: {len(set(losses)):3} different losses, ", end="")
    print(f"at most {np.abs(losses - here).max():.1e} away")
# --8<-- [end:ch06-too-small]

# --8<-- [start:ch06-solution-1]
for values, size in ((2, 21), (10, 21), (2, 387)):
    print(f"{values}^{size} has {len(str(values**size))} digits")
# --8<-- [end:ch06-solution-1]

# --8<-- [start:ch06-solution-2]
distance, length, cosine = 5, 6, 0.8
after = math.sqrt(distance**2 + length**2 - 2 * distance * length * cosine)
print(f"{after:.2f}, needs a cosine above {length / (2 * distance)}")
print(f"share in two dimensions: {math.acos(0.6) / math.pi:.3f}")
print(f"in three: {(1 - 0.6) / 2:.3f}")
# --8<-- [end:ch06-solution-2]

# --8<-- [start:ch06-solution-3]
for n_hidden in (3, 10, 64):
    twins = math.factorial(n_hidden)
    print(f"{n_hidden:2} neurons: a number of {len(str(twins))} digits")
print(math.factorial(3), math.factorial(10))
# --8<-- [end:ch06-solution-3]


# --8<-- [start:ch06-solution-4]
def one_at_a_time(
    loss: Loss,
    start: Array,
    *,
    step: float,
    tries: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    """Climb as `hill_climb` does, but change a single number each time."""
    best_loss, best = loss(start), start
    for _ in range(tries):
        trial = best.copy()
        trial[rng.integers(len(best))] += step * rng.standard_normal()
        trial_loss = loss(trial)
        if trial_loss < best_loss:
            best_loss, best = trial_loss, trial
    return best_loss, best


# --8<-- [end:ch06-solution-4]

# --8<-- [start:ch06-solution-4-run]
print("failed:", failed_checks(one_at_a_time))
searches = (("all", hill_climb, 0.1), ("one", one_at_a_time, 0.5))
for seed in range(3):
    start = 0.01 * np.random.default_rng(seed).standard_normal(21)
    for name, search, step in searches:
        rng = np.random.default_rng(100 + seed)
        found = search(loss_on_bands, start, step=step, tries=500, rng=rng)[1]
        print(f"seed {seed}, {name} at a time: {loss_on_bands(found):.3f}")
# --8<-- [end:ch06-solution-4-run]


# --8<-- [start:ch06-solution-5]
def adapting(
    loss: Loss,
    start: Array,
    *,
    step: float,
    tries: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    """Climb with a step that grows on success and shrinks on failure."""
    best_loss, best = loss(start), start
    for _ in range(tries):
        trial = best + step * rng.standard_normal(len(best))
        trial_loss = loss(trial)
        if trial_loss < best_loss:
            best_loss, best = trial_loss, trial
            step *= 1.5
        else:
            step *= 1.5**-0.25
    return best_loss, best


# --8<-- [end:ch06-solution-5]

# --8<-- [start:ch06-solution-5-run]
print("failed:", failed_checks(adapting))
start = np.full(21, 1.0)
for step in (0.001, 0.1, 10.0):
    rng = np.random.default_rng(1)
    fixed = hill_climb(bowl, start, step=step, tries=1000, rng=rng)[0]
    free = adapting(bowl, start, step=step, tries=1000, rng=rng)[0]
    print(f"step {step:5}: fixed {fixed:.2g}, adapting {free:.2g}")
# --8<-- [end:ch06-solution-5-run]
