# --8<-- [start:ch11-imports]
"""Chapter 11: what a network knows about points that it has not seen."""

from pathlib import Path

import numpy as np

import nnfs_code
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay
# --8<-- [end:ch11-imports]


# --8<-- [start:ch11-network]
class Network:
    """Two inputs, 64 hidden neurons, three classes: as in chapter 10."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.one = Dense(2, 64, rng=rng, dtype=np.float64)
        self.two = Dense(64, 3, rng=rng, dtype=np.float64)
        self.relu, self.loss = ReLU(), SoftmaxCrossEntropy()

    def scores(self, points: Array) -> Array:
        hidden = self.relu.forward(self.one.forward(points))
        return self.two.forward(hidden)

    def backward(self) -> list[tuple[Array, Array]]:
        """Return each parameter with its gradient."""
        one, two = self.one, self.two
        d_hidden = two.backward(self.loss.backward())
        one.parameter_gradients(self.relu.backward(d_hidden))
        return [
            (one.weights, one.d_weights),
            (one.biases, one.d_biases),
            (two.weights, two.d_weights),
            (two.biases, two.d_biases),
        ]


# --8<-- [end:ch11-network]


# --8<-- [start:ch11-train]
def train(points: Array, labels: Labels, rng: np.random.Generator) -> Network:
    """Return a network that was trained on these points."""
    network, steps = Network(rng), 400
    optimizer = Adam(CosineDecay(0.1, steps))
    for _ in range(steps):
        network.loss.forward(network.scores(points), labels)
        optimizer.update(network.backward())
    return network


# --8<-- [end:ch11-train]

# --8<-- [start:ch11-first-gap]
rng = np.random.default_rng(1)
points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
network = train(points, labels, rng)
fresh, truth = spiral(1000, 3, rng=rng, dtype=np.float64)
print(f"its own  300: {accuracy(network.scores(points), labels):.2f} right")
print(f"fresh  3,000: {accuracy(network.scores(fresh), truth):.2f} right")
# --8<-- [end:ch11-first-gap]


# --8<-- [start:ch11-both]
def both(n: int, seed: int, shuffled: bool = False) -> tuple[float, float]:
    """Return the training and the test accuracy, n points per arm."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(n, 3, rng=rng, dtype=np.float64)
    if shuffled:
        labels = rng.permutation(labels)
    network = train(points, labels, rng)
    fresh, truth = spiral(1000, 3, rng=rng, dtype=np.float64)
    own = accuracy(network.scores(points), labels)
    return own, accuracy(network.scores(fresh), truth)


def show(name: str, pairs: list[tuple[float, float]]) -> None:
    """Print the lowest, the middle and the highest of several runs."""
    own, fresh = np.quantile(pairs, (0, 0.5, 1), axis=0).T
    print(name, "own:", *(f"{share:.2f}" for share in own), end="  ")
    print("fresh:", *(f"{share:.2f}" for share in fresh))


found = {100: [both(100, seed) for seed in range(5)]}
show("300 points", found[100])
# --8<-- [end:ch11-both]

# --8<-- [start:ch11-shuffled]
found[25] = [both(25, seed) for seed in range(5)]
by_heart = {
    n: [both(n, s, shuffled=True) for s in range(5)] for n in (25, 100)
}
show(" 75 points, their labels  ", found[25])
show(" 75 points, shuffled ones ", by_heart[25])
show("300 points, their labels  ", found[100])
show("300 points, shuffled ones ", by_heart[100])
# --8<-- [end:ch11-shuffled]


# --8<-- [start:ch11-nearest]
def nearest(points: Array, labels: Labels, asked: Array) -> Labels:
    """Return the label of the point that is nearest to each one asked."""
    across = asked[:, np.newaxis] - points  # (n_asked, n_points, 2)
    answers: Labels = labels[(across**2).sum(axis=2).argmin(axis=1)]
    return answers


def recite(n: int, seed: int) -> tuple[float, float]:
    """Return what `nearest` gets right of its own and of fresh points."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(n, 3, rng=rng, dtype=np.float64)
    fresh, truth = spiral(300, 3, rng=rng, dtype=np.float64)
    own = (nearest(points, labels, points) == labels).mean()
    return own, (nearest(points, labels, fresh) == truth).mean()


show("300 points, by heart", [recite(100, seed) for seed in range(5)])
# --8<-- [end:ch11-nearest]


# --8<-- [start:ch11-best-rule]
def likeliest_arm(points: Array) -> Labels:
    """Return the arm whose middle is nearest, as the recipe has it."""
    radius = np.hypot(points[:, 0], points[:, 1])
    angle = np.arctan2(points[:, 0], points[:, 1])
    middle = 10 * (np.arange(3) + radius[:, np.newaxis])  # (n, 3)
    off = (angle[:, np.newaxis] - middle + np.pi) % (2 * np.pi) - np.pi
    arms: Labels = np.abs(off).argmin(axis=1)
    return arms


many, arms = spiral(20_000, 3, rng=rng, dtype=np.float64)
print(f"knowing the recipe: {(likeliest_arm(many) == arms).mean():.2f}")
# --8<-- [end:ch11-best-rule]

# --8<-- [start:ch11-spread]
fresh, truth = spiral(10_000, 3, rng=rng, dtype=np.float64)
right = network.scores(fresh).argmax(axis=1) == truth
p = right.mean()
print(f"of 30,000 fresh points {p:.3f}")
for m in (25, 100, 400, 1600):
    drawn = rng.choice(right, size=(2000, m)).mean(axis=1)  # test accuracies
    low, high = np.quantile(drawn, (0.025, 0.975))
    formula = np.sqrt(p * (1 - p) / m)
    print(
        f"{m:4} test points: 19 in 20 between {low:.2f} and {high:.2f}, "
        f"spread {drawn.std():.3f}, by formula {formula:.3f}"
    )
# --8<-- [end:ch11-spread]

# --8<-- [start:ch11-learning-curve]
for n in (50, 200):
    found[n] = [both(n, seed) for seed in range(5)]
for n in (25, 50, 100, 200):
    show(f"{3 * n:3} points", found[n])
# --8<-- [end:ch11-learning-curve]

# --8<-- [start:ch11-by-hand]
order = np.random.default_rng(0).permutation(300)
by_hand = {"test": order[:75], "rest": order[75:]}
for name, part in by_hand.items():
    print(name, len(part), "points, of each class", np.bincount(labels[part]))
# --8<-- [end:ch11-by-hand]

# --8<-- [start:ch11-use-split]
from nnfs_code.data import split

for seed in range(3):
    rest, test = split(300, 0.25, rng=np.random.default_rng(seed))
    fair_rest, fair_test = split(
        300, 0.25, rng=np.random.default_rng(seed), classes=labels
    )
    print(np.bincount(labels[test]), np.bincount(labels[fair_test]))
# --8<-- [end:ch11-use-split]

# --8<-- [start:ch11-read-titles]
folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
lines = (folder / "icd10-titles.tsv").read_text("utf-8").splitlines()[1:]
codes, titles = zip(*(line.split("\t") for line in lines), strict=True)
kinds = np.array(["GIJKLN".index(code[0]) for code in codes])
groups = np.array([code[:3] for code in codes])
print(len(titles), "titles in", len(set(groups)), "groups; of each class:")
print(np.bincount(kinds))
for row in (0, 1, 2, 700, 701):
    print(codes[row], titles[row])
# --8<-- [end:ch11-read-titles]


# --8<-- [start:ch11-bag-of-words]
words = [set(title.lower().replace(",", "").split()) for title in titles]


def bags(known: Labels) -> Array:
    """Return a row per title, with a 1 for each word of the known titles."""
    vocabulary = sorted(set().union(*(words[row] for row in known)))
    column = {word: place for place, word in enumerate(vocabulary)}
    table = np.zeros((len(words), len(column)))
    for row, bag in enumerate(words):
        table[row, [column[word] for word in bag if word in column]] = 1
    return table


# --8<-- [end:ch11-bag-of-words]


# --8<-- [start:ch11-siblings]
def route(rest: Labels, test: Labels, seed: int) -> tuple[float, float]:
    """Return the accuracy on the titles of either side."""
    table = bags(rest)
    rng = np.random.default_rng(seed)
    layer = Dense(table.shape[1], 6, rng=rng, dtype=np.float64)
    loss, optimizer, own = SoftmaxCrossEntropy(), Adam(0.1), table[rest]
    for _ in range(20):
        loss.forward(layer.forward(own), kinds[rest])
        layer.parameter_gradients(loss.backward())
        optimizer.update(
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
        )
    return (
        accuracy(layer.forward(own), kinds[rest]),
        accuracy(layer.forward(table[test]), kinds[test]),
    )


for name, kept in (("at random   ", None), ("whole groups", groups)):
    pairs = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        sides = split(len(kinds), 0.25, rng=rng, classes=kinds, groups=kept)
        pairs.append(route(*sides, seed))
    show(name, pairs)
# --8<-- [end:ch11-siblings]

# --8<-- [start:ch11-both-sides]
rest, test = split(len(kinds), 0.25, rng=np.random.default_rng(0))
with_sibling = np.isin(groups[test], groups[rest]).mean()
print(f"have a sibling on the other side: {with_sibling:.0%}")
# --8<-- [end:ch11-both-sides]


# --8<-- [start:ch11-drift]
from nnfs_code.data import vertical


def slide(drift: float, seed: int) -> tuple[float, float]:
    """Return the accuracy for days held out at random, and for the last."""
    rng = np.random.default_rng(seed)
    points, labels = vertical(200, 3, rng=rng, dtype=np.float64)
    day = rng.permutation(600)  # one point a day, in a random order
    points[:, 0] += drift * day / 600
    by_time = np.flatnonzero(day < 450), np.flatnonzero(day >= 450)
    shares = []
    for rest, test in (split(600, 0.25, rng=rng), by_time):
        layer = Dense(2, 3, rng=rng, dtype=np.float64)
        loss, optimizer = SoftmaxCrossEntropy(), Adam(0.1)
        for _ in range(100):
            loss.forward(layer.forward(points[rest]), labels[rest])
            layer.parameter_gradients(loss.backward())
            optimizer.update(
                [
                    (layer.weights, layer.d_weights),
                    (layer.biases, layer.d_biases),
                ]
            )
        shares.append(accuracy(layer.forward(points[test]), labels[test]))
    return shares[0], shares[1]


# --8<-- [end:ch11-drift]

# --8<-- [start:ch11-drift-runs]
for drift in (0.0, 0.6):
    pairs = [slide(drift, seed) for seed in range(5)]
    at_random, at_the_end = np.quantile(pairs, (0, 0.5, 1), axis=0).T
    print(
        f"drift {drift}: days at random",
        *(f"{share:.2f}" for share in at_random),
        " the last days",
        *(f"{share:.2f}" for share in at_the_end),
    )
# --8<-- [end:ch11-drift-runs]

# --8<-- [start:ch11-not-shuffled]
for name, order in (
    ("as they come", np.arange(300)),
    ("shuffled", np.random.default_rng(0).permutation(300)),
):
    rest, test = np.split(order, [225])
    answers = nearest(points[rest], labels[rest], points[test])
    share = (answers == labels[test]).mean()
    print(f"{name:12}: {share:.2f} right, tested", np.bincount(labels[test]))
# --8<-- [end:ch11-not-shuffled]


# --8<-- [start:ch11-same-seed]
def shared_rows(one: Array, other: Array) -> int:
    """Return how many rows of `other` are rows of `one` too."""
    rows = {row.tobytes() for row in one}
    return sum(row.tobytes() in rows for row in other)


for seed in (1, 2):
    again = np.random.default_rng(seed)
    tested, answers = spiral(100, 3, rng=again, dtype=np.float64)
    share = accuracy(network.scores(tested), answers)
    print(f"test points of seed {seed}: {share:.2f} right,", end=" ")
    print(shared_rows(points, tested), "of 300 known")
# --8<-- [end:ch11-same-seed]


# --8<-- [start:ch11-twins]
def twins(seed: int) -> tuple[float, float]:
    """Return the accuracy with twins torn apart, and with twins together."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
    copies = points + rng.normal(0, 0.01, points.shape)  # one of each
    points, labels = np.vstack((points, copies)), np.tile(labels, 2)
    family, shares = np.tile(np.arange(150), 2), []
    for groups in (None, family):
        rest, test = split(300, 0.25, rng=rng, groups=groups)
        answers = nearest(points[rest], labels[rest], points[test])
        shares.append((answers == labels[test]).mean())
    return shares[0], shares[1]


pairs = [twins(seed) for seed in range(20)]
apart, together = np.median(pairs, axis=0)
print(f"twins on both sides {apart:.2f}, on one side {together:.2f}")
# --8<-- [end:ch11-twins]

# --8<-- [start:ch11-solution-1]
p, m = 0.9, 400
spread = np.sqrt(p * (1 - p) / m)
print(f"spread {spread:.3f}: {p - 2 * spread:.2f} to {p + 2 * spread:.2f}")
print(f"to within 0.01: {4 * p * (1 - p) / 0.01**2:.0f} points")
# --8<-- [end:ch11-solution-1]

# --8<-- [start:ch11-solution-2]
for m in (20, 60, 300):
    most = 1 - 0.05 ** (1 / m)
    print(f"{m:3} of {m:3} right: up to {most:.3f} wrong; 3/m {3 / m:.3f}")
# --8<-- [end:ch11-solution-2]

# --8<-- [start:ch11-solution-3]
other = train(points, labels, np.random.default_rng(7))
asked, answers = spiral(200, 3, rng=np.random.default_rng(8), dtype=np.float64)
m = len(answers)
one = network.scores(asked).argmax(axis=1) == answers
two = other.scores(asked).argmax(axis=1) == answers
difference = one.astype(int) - two  # 1, 0 or -1 for each point
print(f"right: {one.mean():.3f} and {two.mean():.3f}")
print("only the first", (difference == 1).sum(), end=", ")
print("only the second", (difference == -1).sum())
apart = np.sqrt((one.var() + two.var()) / m)
print(f"difference {difference.mean():.3f}, spread", end=" ")
print(f"{difference.std() / np.sqrt(m):.3f}, on two test sets {apart:.3f}")
# --8<-- [end:ch11-solution-3]


# --8<-- [start:ch11-solution-4]
def torn(groups: Labels, rest: Labels, test: Labels) -> list[str]:
    """Return the groups that have samples on both sides."""
    return sorted(set(groups[rest].tolist()) & set(groups[test].tolist()))


for kept in (None, groups):
    rng = np.random.default_rng(0)
    rest, test = split(len(groups), 0.25, rng=rng, groups=kept)
    found_torn = torn(groups, rest, test)
    print(len(found_torn), "groups are torn", *found_torn[:4])
# --8<-- [end:ch11-solution-4]


# --8<-- [start:ch11-solution-5]
def staleness(seed: int) -> list[float]:
    """Return the accuracy in each 100 days that follow the first 300."""
    rng = np.random.default_rng(seed)
    points, labels = vertical(200, 3, rng=rng, dtype=np.float64)
    day = rng.permutation(600)
    points[:, 0] += 0.6 * day / 600
    first = day < 300
    shares = []
    for start in (300, 400, 500):
        later = (day >= start) & (day < start + 100)
        answers = nearest(points[first], labels[first], points[later])
        shares.append(float((answers == labels[later]).mean()))
    return shares


medians = np.median([staleness(seed) for seed in range(5)], axis=0)
print("days 300, 400, 500 and on:", medians.round(2))
# --8<-- [end:ch11-solution-5]
