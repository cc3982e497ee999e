# --8<-- [start:ch13-imports]
"""Chapter 13: what the numbers look like before they go in."""

from collections.abc import Callable

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral, split, vertical
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.schedules import CosineDecay

# --8<-- [end:ch13-imports]


# --8<-- [start:ch13-boards]
def boards(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Draw boards: length in metres, thickness in millimetres; 1 sags."""
    plain = rng.standard_normal((n, 2))
    excess = plain[:, 0] - plain[:, 1] + rng.normal(0, 0.5, n)
    return plain * [0.5, 10] + [2, 40], (excess > 0).astype(int)


points, labels = boards(300, np.random.default_rng(0))
print(points[:3].round(2), labels[:3])
print("mean", points.mean(axis=0).round(2), "std", points.std(axis=0).round(2))
# --8<-- [end:ch13-boards]


# --8<-- [start:ch13-fit-layer]
def fit_layer(
    points: Array,
    labels: Labels,
    optimizer: SGD | Adam,
    weights: Array | float = 1.0,
) -> tuple[Dense, float]:
    """Return a layer after 100 steps from the same start, and its loss."""
    n_classes, rng = labels.max() + 1, np.random.default_rng(0)
    layer = Dense(points.shape[1], n_classes, rng=rng, dtype=np.float64)
    loss = SoftmaxCrossEntropy()
    for _ in range(100):
        loss.forward(layer.forward(points), labels)
        layer.parameter_gradients(loss.backward() * weights)
        optimizer.update(
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
        )
    return layer, loss.forward(layer.forward(points), labels)


# --8<-- [end:ch13-fit-layer]


# --8<-- [start:ch13-curvatures]
def curvatures(points: Array) -> Array:
    """Return the curvatures of the loss where both classes have 1/2."""
    columns = np.column_stack((points, np.ones(len(points))))
    squares = columns.T @ columns / len(points)  # mean products, (3, 3)
    found: Array = np.linalg.eigvalsh(squares) / 2
    return found


def by_millimetres(points: Array) -> Array:
    return points


def by_metres(points: Array) -> Array:
    metres: Array = points * [1, 0.001]
    return metres


def by_spread(points: Array) -> Array:
    spreads: Array = points.std(axis=0)
    return points / spreads


# --8<-- [end:ch13-curvatures]

# --8<-- [start:ch13-standardize]
from nnfs_code.preprocessing import Standardizer

scaler = Standardizer().fit(points)
print("shift", scaler.shift.round(2), "scale", scaler.scale.round(2))
print(scaler.transform(points)[:3].round(2))
# --8<-- [end:ch13-standardize]


# --8<-- [start:ch13-ravine]
def standardized(points: Array) -> Array:
    return Standardizer().fit(points).transform(points)


print("100 steps:        ratio   SGD, loss          Adam, loss")
for make in (by_millimetres, by_metres, by_spread, standardized):
    losses, ratios = [], []
    for seed in range(5):
        points, labels = boards(300, np.random.default_rng(seed))
        made = make(points)
        low, _, high = curvatures(made)
        ratios.append(high / low)
        sgd, adam = SGD(1 / high), Adam(0.1)
        losses.append([fit_layer(made, labels, o)[1] for o in (sgd, adam)])
    by_sgd, by_adam = np.quantile(losses, (0, 0.5, 1), axis=0).round(2).T
    print(f"{make.__name__:14} {np.median(ratios):8.0f}", by_sgd, by_adam)
# --8<-- [end:ch13-ravine]


# --8<-- [start:ch13-nearest]
def nearest(points: Array, labels: Labels, asked: Array) -> Labels:
    """Return the label of the point that is nearest to each one asked."""
    across = asked[:, np.newaxis] - points  # (n_asked, n_points, n_features)
    answers: Labels = labels[(across**2).sum(axis=2).argmin(axis=1)]
    return answers


# --8<-- [end:ch13-nearest]

# --8<-- [start:ch13-leak-of-scaling]
from nnfs_code.preprocessing import MinMaxScaler


def early(
    kind: type[Standardizer | MinMaxScaler], seed: int, off: float = 0
) -> list[float]:
    """Return the test accuracy, scaler fitted on the rest, then on all."""
    rng = np.random.default_rng(seed)
    points, labels = boards(300, rng)
    rest, test = split(300, 0.25, rng=rng, classes=labels)
    points[test[0], 0] += off  # metres: one wrong entry in the test set
    shares = []
    for known in (rest, np.arange(300)):
        made = kind().fit(points[known]).transform(points)
        answers = nearest(made[rest], labels[rest], made[test])
        shares.append(float((answers == labels[test]).mean()))
    return shares


# --8<-- [end:ch13-leak-of-scaling]

# --8<-- [start:ch13-leak-runs]
for kind in (Standardizer, MinMaxScaler):
    for off in (0, 500):
        table = [early(kind, seed, off) for seed in range(10)]
        on_rest, on_all = np.mean(table, axis=0)
        print(
            f"{kind.__name__:12} off by {off:3} m:",
            f"fitted on the rest {on_rest:.2f}, on all {on_all:.2f}",
        )
# --8<-- [end:ch13-leak-runs]


# --8<-- [start:ch13-selection]
def select(seed: int, n_features: int, before: bool) -> float:
    """Return a test accuracy by the ten columns that differ the most."""
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((80, n_features))  # noise
    labels = rng.permutation(np.arange(80) % 2)  # noise too
    rest, test = split(80, 0.25, rng=rng, classes=labels)
    known = np.arange(80) if before else rest
    ones = labels[known] == 1
    one, other = points[known][ones], points[known][~ones]
    apart = np.abs(one.mean(axis=0) - other.mean(axis=0))
    best = points[:, apart.argsort()[-10:]]
    answers = nearest(best[rest], labels[rest], best[test])
    return float((answers == labels[test]).mean())


for n_features in (10, 100, 1000):
    for name, before in (("the rest", False), ("all", True)):
        shares = [select(seed, n_features, before) for seed in range(20)]
        print(
            f"{n_features:4} columns of noise, ten chosen on {name:8}:",
            np.quantile(shares, (0, 0.5, 1)).round(2),
        )
# --8<-- [end:ch13-selection]

# --8<-- [start:ch13-own-statistics]
rng = np.random.default_rng(1)
points, labels = boards(300, rng)
scaler = Standardizer().fit(points)
layer, _ = fit_layer(scaler.transform(points), labels, Adam(0.1))
fresh, truth = boards(500, rng)
long = fresh[:, 0] > 2.4  # metres
for name, asked in (
    ("all 500 boards  ", [np.arange(500)]),
    ("the long boards ", [np.flatnonzero(long)]),
    ("five at a time  ", np.split(np.arange(500), 100)),
    ("one at a time   ", np.split(np.arange(500), 500)),
):
    which = np.concatenate(asked)
    same = scaler.transform(fresh[which])
    own = np.vstack([standardized(fresh[part]) for part in asked])
    print(
        f"{name} by the training data",
        f"{accuracy(layer.forward(same), truth[which]):.2f},",
        f"by themselves {accuracy(layer.forward(own), truth[which]):.2f}",
    )
# --8<-- [end:ch13-own-statistics]


# --8<-- [start:ch13-corners]
def corners(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Draw points around the four corners of a square, a class each."""
    labels = np.arange(n) % 4
    places = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    return places[labels] + rng.normal(0, 0.4, (n, 2)), labels


def plane(points: Array, targets: Array | Labels, asked: Array) -> Array:
    """Return the values asked of the plane with the least squared error."""
    columns = np.column_stack((points, np.ones(len(points))))
    weights = np.linalg.lstsq(columns, targets, rcond=None)[0]
    values: Array = np.column_stack((asked, np.ones(len(asked)))) @ weights
    return values


# --8<-- [end:ch13-corners]

# --8<-- [start:ch13-numbering]
from nnfs_code.preprocessing import one_hot

for names in ([0, 1, 3, 2], [0, 1, 2, 3], [0, 2, 1, 3]):
    pairs = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        points, corner = corners(200, rng)
        places, true_corner = corners(1000, rng)
        labels, truth = np.array(names)[corner], np.array(names)[true_corner]
        number = plane(points, labels, places).round()
        rows = one_hot(labels, 4, dtype=np.float64)
        column = plane(points, rows, places).argmax(axis=1)
        pairs.append(((number == truth).mean(), (column == truth).mean()))
    numbers, columns = np.median(pairs, axis=0)
    print(names, f"as numbers {numbers:.2f}, one-hot {columns:.2f}")
# --8<-- [end:ch13-numbering]


# --8<-- [start:ch13-network]
class Network:
    """Two inputs, 64 hidden neurons, three classes: as in chapter 11."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.one = Dense(2, 64, rng=rng, dtype=np.float64)
        self.two = Dense(64, 3, rng=rng, dtype=np.float64)
        self.relu, self.loss = ReLU(), SoftmaxCrossEntropy()

    def scores(self, points: Array) -> Array:
        hidden = self.relu.forward(self.one.forward(points))
        return self.two.forward(hidden)

    def step(
        self, points: Array, labels: Labels, optimizer: SGD | Adam
    ) -> None:
        """Change the parameters once, by the loss on these points."""
        one, two = self.one, self.two
        self.loss.forward(self.scores(points), labels)
        d_hidden = two.backward(self.loss.backward())
        one.parameter_gradients(self.relu.backward(d_hidden))
        values = [(one.weights, one.d_weights), (one.biases, one.d_biases)]
        values += [(two.weights, two.d_weights), (two.biases, two.d_biases)]
        optimizer.update(values)


# --8<-- [end:ch13-network]

# --8<-- [start:ch13-batches-run]
from nnfs_code.preprocessing import batches

rng = np.random.default_rng(0)
for _ in range(2):
    dealt = batches(300, 64, rng=rng)
    print([len(batch) for batch in dealt], "first:", dealt[0][:5])
# --8<-- [end:ch13-batches-run]

# --8<-- [start:ch13-one-epoch]
points, labels = vertical(500, 3, rng=rng, dtype=np.float64)
for size in (1500, 150, 15):
    ends = []
    for seed in range(5):
        order = np.random.default_rng(seed)
        layer = Dense(2, 3, rng=order, dtype=np.float64)
        loss, optimizer = SoftmaxCrossEntropy(), SGD(0.5)
        for batch in batches(1500, size, rng=order):
            loss.forward(layer.forward(points[batch]), labels[batch])
            layer.parameter_gradients(loss.backward())
            optimizer.update(
                [
                    (layer.weights, layer.d_weights),
                    (layer.biases, layer.d_biases),
                ]
            )
        ends.append(loss.forward(layer.forward(points), labels))
    steps = len(batches(1500, size))
    print(f"batches of {size:4}: {steps:4} steps, loss", end=" ")
    print(np.quantile(ends, (0, 0.5, 1)).round(2))
# --8<-- [end:ch13-one-epoch]


# --8<-- [start:ch13-order]
def in_order(rate: float, shuffled: bool, seed: int) -> float:
    """Return the training accuracy after 20 epochs."""
    rng = np.random.default_rng(seed)
    points, labels = vertical(100, 3, rng=rng, dtype=np.float64)
    network, optimizer = Network(rng), SGD(rate)
    for _ in range(20):
        for batch in batches(300, 50, rng=rng if shuffled else None):
            network.step(points[batch], labels[batch], optimizer)
    return accuracy(network.scores(points), labels)


for rate in (0.5, 4.0):
    for name, shuffled in (("class by class", False), ("shuffled", True)):
        right = np.median([in_order(rate, shuffled, s) for s in range(5)])
        print(f"rate {rate}, {name:14} {right:.2f}")
# --8<-- [end:ch13-order]

# --8<-- [start:ch13-pulled]
rng = np.random.default_rng(0)
points, labels = vertical(100, 3, rng=rng, dtype=np.float64)
network, optimizer = Network(rng), SGD(0.5)
for epoch in range(20):
    for batch in batches(300, 50):
        network.step(points[batch], labels[batch], optimizer)
        guesses = network.scores(points).argmax(axis=1)
        if epoch == 2:
            print(labels[batch][0], np.bincount(guesses, minlength=3))
# --8<-- [end:ch13-pulled]


# --8<-- [start:ch13-rare]
def rare(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Draw two clouds that overlap; about 2 % belong to the second one."""
    labels = (rng.random(n) < 0.02).astype(int)
    shift = labels[:, np.newaxis] * [1.5, 0.75]
    return rng.standard_normal((n, 2)) + shift, labels


def second(layer: Dense, points: Array) -> Array:
    """Return the probability of label 1."""
    scores = layer.forward(points)
    chance: Array = 1 / (1 + np.exp(scores[:, 0] - scores[:, 1]))
    return chance


def judge(name: str, rows: list[list[float]]) -> None:
    """Print the middle of several seeds."""
    right, found, true, mean = np.median(rows, axis=0)
    print(
        f"{name:14} right {right:.2f}, finds {found:.2f},",
        f"true alarms {true:.2f}, mean {mean:.2f}",
    )


# --8<-- [end:ch13-rare]


# --8<-- [start:ch13-verdict]
def verdict(chance: Array, truth: Labels, least: float) -> list[float]:
    """Return shares: right, found, true alarms; and the mean probability."""
    alarm, rare_one = chance >= least, truth == 1
    right, both = (alarm == rare_one).mean(), (alarm & rare_one).sum()
    return [
        float(right),
        both / rare_one.sum(),
        both / max(alarm.sum(), 1),
        float(chance.mean()),
    ]


# --8<-- [end:ch13-verdict]


# --8<-- [start:ch13-four-ways]
def four_ways(
    points: Array, labels: Labels, rng: np.random.Generator
) -> dict[str, Dense]:
    """Return layers: plain, weighted, rare samples copied, common dropped."""
    few, many = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    half = len(labels) / 2  # what each class weighs in all
    weights = np.where(labels == 1, half / len(few), half / len(many))
    copied = np.concatenate((many, rng.choice(few, len(many))))
    thinned = np.concatenate((few, rng.choice(many, len(few), replace=False)))
    ways: dict[str, tuple[Labels, Array | float]] = {
        "plain": (np.arange(len(labels)), 1.0),
        "weighted": (np.arange(len(labels)), weights[:, np.newaxis]),
        "rare copied": (copied, 1.0),
        "common dropped": (thinned, 1.0),
    }
    return {
        name: fit_layer(points[rows], labels[rows], Adam(0.1), weight)[0]
        for name, (rows, weight) in ways.items()
    }


# --8<-- [end:ch13-four-ways]


# --8<-- [start:ch13-imbalance]
def imbalance(seed: int) -> dict[str, list[float]]:
    """Return the verdicts on fresh points of layers trained in four ways."""
    rng = np.random.default_rng(seed)
    (points, labels), (asked, truth) = rare(2000, rng), rare(10_000, rng)
    layers = four_ways(points, labels, rng)
    chances = {name: second(layer, asked) for name, layer in layers.items()}
    found = {name: verdict(q, truth, 0.5) for name, q in chances.items()}
    share = labels.mean()
    found["plain, at 2 %"] = verdict(chances["plain"], truth, share)
    q, w = chances["weighted"], (1 - share) / share
    found["weighted, back"] = verdict(q / (q + w * (1 - q)), truth, 0.5)
    return found


verdicts = [imbalance(seed) for seed in range(5)]
for name in verdicts[0]:
    judge(name, [found[name] for found in verdicts])
# --8<-- [end:ch13-imbalance]


# --8<-- [start:ch13-wrong-labels]
def spoil(
    labels: Labels, share: float, to_next: bool, rng: np.random.Generator
) -> Labels:
    """Return labels of which a share is wrong, at random or always alike."""
    wrong = rng.random(len(labels)) < share
    by = rng.integers(1, 2 if to_next else 3, len(labels))
    spoiled: Labels = np.where(wrong, (labels + by) % 3, labels)
    return spoiled


def noisy(share: float, to_next: bool, seed: int) -> list[float]:
    """Return what a layer and the nearest neighbour get right of fresh."""
    rng = np.random.default_rng(seed)
    points, labels = vertical(100, 3, rng=rng, dtype=np.float64)
    fresh, truth = vertical(300, 3, rng=rng, dtype=np.float64)
    told = spoil(labels, share, to_next, rng)
    layer, _ = fit_layer(points, told, Adam(0.1))
    answers = nearest(points, told, fresh)
    return [
        accuracy(layer.forward(points), told),
        accuracy(layer.forward(fresh), truth),
        float((answers == truth).mean()),
    ]


# --8<-- [end:ch13-wrong-labels]

# --8<-- [start:ch13-noise-runs]
for share, to_next, name in (
    (0.0, False, "none wrong"),
    (0.2, False, "20% wrong, at random"),
    (0.4, False, "40% wrong, at random"),
    (0.4, True, "40% wrong, all alike"),
):
    noise_runs = [noisy(share, to_next, seed) for seed in range(5)]
    told, clean, heart = np.median(noise_runs, axis=0)
    print(
        f"{name:20}: as told {told:.2f},",
        f"fresh {clean:.2f}; by heart, fresh {heart:.2f}",
    )
# --8<-- [end:ch13-noise-runs]


# --8<-- [start:ch13-change]
def stay(points: Array, by: float, rng: np.random.Generator) -> Array:
    return points


def shake(points: Array, by: float, rng: np.random.Generator) -> Array:
    """Return points that are moved a little, each on its own."""
    return points + rng.normal(0, by, points.shape)


def turn(points: Array, by: float, rng: np.random.Generator) -> Array:
    """Return points, each turned about the centre by its own angle."""
    angle = rng.normal(0, by, len(points))
    sine, cosine = np.sin(angle), np.cos(angle)
    x, y = points.T
    return np.stack((cosine * x + sine * y, cosine * y - sine * x), axis=1)


Change = Callable[[Array, float, np.random.Generator], Array]
# --8<-- [end:ch13-change]


# --8<-- [start:ch13-augment]
def augmented(change: Change, by: float, seed: int) -> list[float]:
    """Return training accuracy, and accuracy and loss on fresh points."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(25, 3, rng=rng, dtype=np.float64)
    fresh, truth = spiral(500, 3, rng=rng, dtype=np.float64)
    network, optimizer = Network(rng), Adam(CosineDecay(0.1, 300))
    for _ in range(300):
        network.step(change(points, by, rng), labels, optimizer)
    own = accuracy(network.scores(points), labels)
    scores = network.scores(fresh)
    return [own, accuracy(scores, truth), network.loss.forward(scores, truth)]


# --8<-- [end:ch13-augment]

# --8<-- [start:ch13-augment-runs]
for name, change, by in (
    ("as they are    ", stay, 0.0),
    ("shaken by 0.02 ", shake, 0.02),
    ("turned by 0.2  ", turn, 0.2),
    ("turned anywhere", turn, 10.0),
):
    changed = [augmented(change, by, seed) for seed in range(5)]
    own, right, distance = np.median(changed, axis=0)
    print(f"{name} own {own:.2f}, fresh {right:.2f}, loss {distance:.2f}")
# --8<-- [end:ch13-augment-runs]

# --8<-- [start:ch13-constant]
weekday = np.array([[20.0, 5.0], [23.0, 5.0], [26.0, 5.0]])  # all on Friday
scaler = Standardizer().fit(weekday)
print("constant:", scaler.constant, "scale:", scaler.scale.round(2))
print("on Sunday:", scaler.transform(np.array([[23.0, 7.0]])))
# --8<-- [end:ch13-constant]


# --8<-- [start:ch13-copied-early]
def copied(seed: int) -> tuple[float, float]:
    """Return the share of rare points found, with early copies and without."""
    rng = np.random.default_rng(seed)
    points, labels = rare(600, rng)
    few = np.flatnonzero(labels == 1)
    more = np.concatenate((np.arange(600), rng.choice(few, 300)))
    shares = []
    for pool in (more, np.arange(600)):
        rest, test = split(len(pool), 0.25, rng=rng, classes=labels[pool])
        known, asked = pool[rest], pool[test]
        answers = nearest(points[known], labels[known], points[asked])
        shares.append(float((answers == 1)[labels[asked] == 1].mean()))
    return shares[0], shares[1]


pairs = [copied(seed) for seed in range(9)]
print("of the rare: {:.2f} found, {:.2f}".format(*np.median(pairs, axis=0)))
# --8<-- [end:ch13-copied-early]

# --8<-- [start:ch13-shuffled-apart]
rng = np.random.default_rng(0)
points, labels = vertical(100, 3, rng=rng, dtype=np.float64)
_, together = fit_layer(points, labels, Adam(0.1))
_, apart = fit_layer(rng.permutation(points), labels, Adam(0.1))
print(f"loss {together:.2f}, points shuffled without labels {apart:.2f}")
# --8<-- [end:ch13-shuffled-apart]

# --8<-- [start:ch13-solution-1]
column = np.array([[2.0], [4.0], [9.0]])
scaler = Standardizer().fit(column)
print(scaler.transform(column).ravel().round(2), end=" ")
print("8 becomes", scaler.transform(np.array([[8.0]])).ravel().round(2))
# --8<-- [end:ch13-solution-1]

# --8<-- [start:ch13-solution-2]
q, w = np.array([0.5, 0.9, 0.98]), 49
print((q / (q + w * (1 - q))).round(3))
# --8<-- [end:ch13-solution-2]


# --8<-- [start:ch13-solution-3]
def by_shop(seed: int, before: bool) -> float:
    """Return a test accuracy from the mean label of each of 100 shops."""
    rng = np.random.default_rng(seed)
    shop, labels = rng.integers(0, 100, 400), rng.integers(0, 2, 400)
    rest, test = split(400, 0.25, rng=rng, classes=labels)
    known = np.arange(400) if before else rest
    sums = np.bincount(shop[known], labels[known], minlength=100)
    means = (sums + 1) / (np.bincount(shop[known], minlength=100) + 2)
    return float(((means[shop[test]] > 0.5) == labels[test]).mean())


for name, before in (("all ", True), ("rest", False)):
    shares = [by_shop(seed, before) for seed in range(20)]
    print("means of", name, np.quantile(shares, (0.1, 0.5, 0.9)).round(2))
# --8<-- [end:ch13-solution-3]


# --8<-- [start:ch13-solution-4]
def fill(points: Array, means: Array) -> Array:
    """Return points with means for what is missing, and a column of flags."""
    missing = np.isnan(points)
    return np.column_stack((np.where(missing, means, points), missing))


def gaps(seed: int) -> list[float]:
    """Return a test accuracy without the flags, and with them."""
    rng = np.random.default_rng(seed)
    points, labels = boards(400, rng)
    unmeasured = rng.random(400) < np.where(labels == 1, 0.5, 0.1)
    points[unmeasured, 1] = np.nan
    rest, test = split(400, 0.25, rng=rng, classes=labels)
    made = fill(points, np.nanmean(points[rest], axis=0))
    made = Standardizer().fit(made[rest]).transform(made)
    shares = []
    for columns in (made[:, :2], made):
        layer, _ = fit_layer(columns[rest], labels[rest], Adam(0.1))
        shares.append(accuracy(layer.forward(columns[test]), labels[test]))
    return shares


without, flagged = np.median([gaps(seed) for seed in range(9)], axis=0)
print(f"without flags {without:.2f}, with flags {flagged:.2f}")
# --8<-- [end:ch13-solution-4]
