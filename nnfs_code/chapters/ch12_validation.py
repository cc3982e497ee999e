# --8<-- [start:ch12-imports]
"""Chapter 12: how to choose, and still have a number to trust."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral, split, vertical
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import Adam
from nnfs_code.validation import Split, cross_validate, folds, search
# --8<-- [end:ch12-imports]


# --8<-- [start:ch12-coins]
def best_of(k: int, rng: np.random.Generator) -> tuple[float, float]:
    """Return the winner's accuracy on 100 test points, and on 1,000 fresh."""
    truth = rng.integers(2, size=100)
    guesses = rng.integers(2, size=(k, 100))  # a row per guesser
    won = (guesses == truth).mean(axis=1).max()
    again = rng.integers(2, size=1000) == rng.integers(2, size=1000)
    return won, again.mean()


rng = np.random.default_rng(1)
print("   k  its test: low  mean  high   bound   fresh")
for k in (1, 10, 100, 1000):
    won, again = np.array([best_of(k, rng) for _ in range(200)]).T
    low, high = np.quantile(won, (0.025, 0.975))
    bound = 0.5 + np.sqrt(np.log(k) / (2 * 100))
    print(
        f"{k:4} {low:13.2f} {won.mean():5.3f} {high:5.2f}"
        f" {bound:7.3f} {again.mean():7.2f}"
    )
# --8<-- [end:ch12-coins]


# --8<-- [start:ch12-train]
Layers = tuple[Dense, Dense]


def take_steps(
    points: Array, labels: Labels, width: int, rate: float, seed: int
) -> Iterator[Layers]:
    """Yield the two layers of a network after each step, without end."""
    rng = np.random.default_rng(seed)
    one = Dense(2, width, rng=rng, dtype=np.float64)
    two = Dense(width, 3, rng=rng, dtype=np.float64)
    relu, loss, optimizer = ReLU(), SoftmaxCrossEntropy(), Adam(rate)
    while True:
        loss.forward(two.forward(relu.forward(one.forward(points))), labels)
        one.parameter_gradients(relu.backward(two.backward(loss.backward())))
        optimizer.update(
            [
                (one.weights, one.d_weights),
                (one.biases, one.d_biases),
                (two.weights, two.d_weights),
                (two.biases, two.d_biases),
            ]
        )
        yield one, two


# --8<-- [end:ch12-train]


# --8<-- [start:ch12-right]
def train(
    points: Array, labels: Labels, width: int, rate: float, seed: int = 0
) -> Layers:
    """Return the layers after 40 steps."""
    steps = take_steps(points, labels, width, rate, seed)
    return next(islice(steps, 39, None))


def right(layers: Layers, points: Array, labels: Labels) -> float:
    """Return the accuracy of a network on these points."""
    one, two = layers
    return accuracy(two.forward(ReLU().forward(one.forward(points))), labels)


# --8<-- [end:ch12-right]


# --8<-- [start:ch12-draw]
def draw(n: int, seed: int) -> tuple[Array, Labels, Array, Labels]:
    """Return n points that are ours, and 3,000 - n that nobody has seen."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(1000, 3, rng=rng, dtype=np.float64)
    order = rng.permutation(3000)
    points, labels = points[order], labels[order]
    return points[:n], labels[:n], points[n:], labels[n:]


# --8<-- [end:ch12-draw]

# --8<-- [start:ch12-three-sets]
points, labels, fresh, truth = draw(300, 1)
candidates = [(width, rate) for width in (32, 64) for rate in (0.05, 0.1)]
others, test = split(300, 0.2, rng=np.random.default_rng(0), classes=labels)
rest, held = split(
    len(others), 0.25, rng=np.random.default_rng(0), classes=labels[others]
)
training, validation = others[rest], others[held]
print(len(training), "to train,", len(validation), "to choose,", end=" ")
print(len(test), "for the end")


def on_validation(candidate: tuple[int, float]) -> float:
    """Return the accuracy on the validation points."""
    layers = train(points[training], labels[training], *candidate)
    return right(layers, points[validation], labels[validation])


best = max(candidates, key=on_validation)
layers = train(points[others], labels[others], *best)
print("chosen", best, f"with {on_validation(best):.2f}", end=", ")
print(f"on the test set {right(layers, points[test], labels[test]):.2f}")
# --8<-- [end:ch12-three-sets]


# --8<-- [start:ch12-nearest]
Score = Callable[[Labels, Labels], float]


def by_heart(points: Array, labels: Labels) -> Score:
    """Return a score: how often the nearest of the rest has the label."""
    across = points[:, np.newaxis] - points  # (n, n, 2)
    distances = (across**2).sum(axis=2)

    def score(rest: Labels, held: Labels) -> float:
        closest = rest[distances[np.ix_(held, rest)].argmin(axis=1)]
        return float((labels[closest] == labels[held]).mean())

    return score


# --8<-- [end:ch12-nearest]


# --8<-- [start:ch12-luck]
def estimate(score: Score, labels: Labels, n_folds: int, seed: int) -> float:
    """Return the mean score over folds, or of a single fifth held out."""
    rng = np.random.default_rng(seed)
    if n_folds == 1:
        splits = [split(len(labels), 0.2, rng=rng, classes=labels)]
    else:
        splits = folds(len(labels), n_folds, rng=rng, classes=labels)
    return float(cross_validate(score, splits).mean())


across = fresh[:, np.newaxis] - points
closest = (across**2).sum(axis=2).argmin(axis=1)
print(f"2,700 fresh points: {(labels[closest] == truth).mean():.2f}")
score = by_heart(points, labels)
for name, n_folds in (("a fifth", 1), ("5 folds", 5), ("10 folds", 10)):
    means = [estimate(score, labels, n_folds, seed) for seed in range(40)]
    print(
        f"{name:8}: {min(means):.2f} to {max(means):.2f}, "
        f"spread {np.std(means):.3f}, trained {n_folds:2} times"
    )
# --8<-- [end:ch12-luck]


# --8<-- [start:ch12-other-data]
def five_scores(seed: int) -> Array:
    """Return the score of each of 5 folds, for 300 other points."""
    points, labels, _, _ = draw(300, seed)
    splits = folds(300, 5, rng=np.random.default_rng(seed), classes=labels)
    return cross_validate(by_heart(points, labels), splits)


by_data = np.array([five_scores(seed) for seed in range(60)])
supposed = np.sqrt(by_data.var(axis=1, ddof=1).mean() / 5)
print(f"60 data sets: spread {by_data.mean(axis=1).std():.3f}", end=", ")
print(f"supposed from five scores {supposed:.3f}")
# --8<-- [end:ch12-other-data]

# --8<-- [start:ch12-rare]
classes = np.repeat([0, 1], [92, 8])  # 8 of 100 are rare
for name, kept in (("plain", None), ("stratified", classes)):
    missed = 0
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        dealt = folds(100, 5, rng=rng, classes=kept)
        missed += min(classes[held].sum() for _, held in dealt) == 0
    print(f"{name:10}: {missed:3} of 1,000 had a fold without a rare one")
# --8<-- [end:ch12-rare]


# --8<-- [start:ch12-twins]
def twins(seed: int) -> tuple[float, float]:
    """Return the mean of 5 folds, twins torn apart and kept together."""
    points, labels, _, _ = draw(150, seed)
    rng = np.random.default_rng(seed)
    copies = points + rng.normal(0, 0.01, points.shape)
    score = by_heart(np.vstack((points, copies)), np.tile(labels, 2))
    family = np.tile(np.arange(150), 2)
    plain = folds(300, 5, rng=rng)
    grouped = folds(300, 5, rng=rng, groups=family)
    return (
        float(cross_validate(score, plain).mean()),
        float(cross_validate(score, grouped).mean()),
    )


pairs = [twins(seed) for seed in range(5)]
for name, means in zip(("plain", "grouped"), np.sort(pairs, 0).T, strict=True):
    print(f"{name:7}:", *(f"{mean:.2f}" for mean in means))
# --8<-- [end:ch12-twins]


# --8<-- [start:ch12-candidates]
Candidate = tuple[int, float]  # hidden width, rate
Judge = Callable[[Candidate, Labels, Labels], float]


def judge(points: Array, labels: Labels) -> Judge:
    """Return a score for candidates: accuracy on held-out points."""

    def score(candidate: Candidate, rest: Labels, held: Labels) -> float:
        layers = train(points[rest], labels[rest], *candidate)
        return right(layers, points[held], labels[held])

    return score


points, labels, fresh, truth = draw(60, 1)
splits = folds(60, 3, rng=np.random.default_rng(1), classes=labels)
best, table = search(candidates, judge(points, labels), splits)
for candidate, row in zip(candidates, table, strict=True):
    print(candidate, row.round(2), f"mean {row.mean():.3f}")
print("best", best)
# --8<-- [end:ch12-candidates]


# --8<-- [start:ch12-grid-or-random]
def misses(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Return how far nine tries are from a hidden best place.

    A grid and random tries; first where one setting matters, then where two.
    """
    best = rng.random(2)  # where the best settings are, from 0 to 1
    ticks = np.array([1, 3, 5]) / 6
    grid = np.array([(one, two) for one in ticks for two in ticks])
    drawn = rng.random((9, 2))
    one = [np.abs(tries - best)[:, 0].min() for tries in (grid, drawn)]
    two = [np.hypot(*(tries - best).T).min() for tries in (grid, drawn)]
    return *one, *two


one_grid, one_drawn, two_grid, two_drawn = np.mean(
    [misses(rng) for _ in range(2000)], axis=0
)
print(f"one matters: grid off by {one_grid:.3f}, random {one_drawn:.3f}")
print(f"both matter: grid off by {two_grid:.3f}, random {two_drawn:.3f}")
# --8<-- [end:ch12-grid-or-random]


# --8<-- [start:ch12-nested]
def nested(
    choices: Sequence[Candidate],
    score: Judge,
    splits: Sequence[Split],
    classes: Labels,
    rng: np.random.Generator,
) -> Array:
    """Return the score of each split, with a search of its own inside."""

    def searched(rest: Labels, held: Labels) -> float:
        inner = folds(len(rest), 3, rng=rng, classes=classes[rest])
        inside = [(rest[one], rest[two]) for one, two in inner]
        best, _ = search(choices, score, inside)
        return score(best, rest, held)

    return cross_validate(searched, splits)


# --8<-- [end:ch12-nested]


# --8<-- [start:ch12-two-scores]
def two_scores(seed: int) -> tuple[float, float, float]:
    """Return the winner's score, that on fresh points, and the nested."""
    points, labels, fresh, truth = draw(60, seed)
    rng, score = np.random.default_rng(seed), judge(points, labels)
    splits = folds(60, 3, rng=rng, classes=labels)
    best, table = search(candidates, score, splits)
    tested = [
        right(train(points[rest], labels[rest], *best), fresh, truth)
        for rest, _ in splits
    ]
    honest = nested(candidates, score, splits, labels, rng)
    return table.mean(axis=1).max(), float(np.mean(tested)), honest.mean()


searches = np.array([two_scores(seed) for seed in range(5)])
for name, values in zip(
    ("its own score", "fresh points", "nested search"), searches.T, strict=True
):
    print(
        f"{name:13}:",
        *(f"{value:.2f}" for value in values),
        f" mean {values.mean():.3f}",
    )
# --8<-- [end:ch12-two-scores]


# --8<-- [start:ch12-useless]
def useless(seed: int) -> tuple[float, float]:
    """Return both scores where each of 20 candidates is a guesser."""
    rng = np.random.default_rng(seed)
    hits = rng.integers(2, size=(20, 100))  # 1: guessed right

    def score(candidate: Candidate, rest: Labels, held: Labels) -> float:
        return float(hits[candidate[0], held].mean())

    guessers = [(number, 0.0) for number in range(20)]
    splits = folds(100, 3, rng=rng)
    _, table = search(guessers, score, splits)
    same = np.zeros(100, int)  # no classes to spread
    honest = nested(guessers, score, splits, same, rng)
    return table.mean(axis=1).max(), honest.mean()


both = np.array([useless(seed) for seed in range(100)])
plain, honest = both.mean(axis=0)
print(f"20 guessers: plain search {plain:.3f}, nested {honest:.3f}")
# --8<-- [end:ch12-useless]


# --8<-- [start:ch12-grid]
def holes(seed: int) -> tuple[float, float, float]:
    """Return the score of 5 folds, and of fresh points in the holes."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
    again, _ = spiral(100, 3, rng=rng, dtype=np.float64)  # same radii
    score = by_heart(np.vstack((points, again)), np.tile(labels, 2))
    found = []
    for rest, held in folds(300, 5, rng=rng, classes=labels):
        found.append(
            (
                score(rest, held),
                score(rest, held + 300),
                score(rest, rest + 300),
            )
        )
    left_out, in_holes, elsewhere = np.mean(found, axis=0)
    return left_out, in_holes, elsewhere


# --8<-- [end:ch12-grid]

# --8<-- [start:ch12-grid-runs]
left_out, in_holes, elsewhere = np.mean([holes(s) for s in range(20)], axis=0)
print(f"left out {left_out:.3f}", end=", ")
print(f"fresh: in the holes {in_holes:.3f}, elsewhere {elsewhere:.3f}")
# --8<-- [end:ch12-grid-runs]


# --8<-- [start:ch12-best-step]
def best_step(seed: int) -> tuple[float, float, float]:
    """Return the best test accuracy of 150 steps, and two on fresh points."""
    points, labels, fresh, truth = draw(180, seed)
    fresh, truth = fresh[:600], truth[:600]
    rng = np.random.default_rng(seed)
    ours, test = split(180, 1 / 3, rng=rng, classes=labels)
    seen = []
    steps = take_steps(points[ours], labels[ours], 64, 0.1, seed)
    for layers in islice(steps, 150):
        on_test = right(layers, points[test], labels[test])
        seen.append((on_test, right(layers, fresh, truth)))
    best = max(range(150), key=lambda step: seen[step][0])  # the first best
    return *seen[best], seen[-1][1]


watched = np.array([best_step(seed) for seed in range(5)])
for name, values in zip(
    ("best step, test set", "best step, fresh", "last step, fresh"),
    watched.T,
    strict=True,
):
    shown = " ".join(f"{value:.2f}" for value in values)
    print(f"{name:19}: {shown}  mean {values.mean():.2f}")
# --8<-- [end:ch12-best-step]

# --8<-- [start:ch12-sorted]
points, labels = spiral(100, 3, rng=np.random.default_rng(1), dtype=np.float64)
for n_folds in (3, 5):
    parts = np.array_split(np.arange(300), n_folds)  # as they come
    cut: list[Split] = [
        (np.setdiff1d(np.arange(300), part), part) for part in parts
    ]
    dealt = folds(300, n_folds, rng=np.random.default_rng(1))
    for name, splits in (("cut", cut), ("dealt", dealt)):
        scores = cross_validate(by_heart(points, labels), splits)
        print(f"{n_folds} folds, {name:5}:", scores.round(2))
# --8<-- [end:ch12-sorted]


# --8<-- [start:ch12-shared]
def careless(points: Array, labels: Labels) -> Judge:
    """Return a score that draws all weights from one generator, in turn."""
    shared = np.random.default_rng(0)

    def score(candidate: Candidate, rest: Labels, held: Labels) -> float:
        seed = int(shared.integers(1000))
        layers = train(points[rest], labels[rest], *candidate, seed)
        return right(layers, points[held], labels[held])

    return score


points, labels, fresh, truth = draw(60, 1)
splits = folds(60, 3, rng=np.random.default_rng(1), classes=labels)
pair = [(32, 0.1), (64, 0.1)]
for name, kind in (("one for all", careless), ("one for each", judge)):
    for order in (pair, pair[::-1]):
        _, table = search(order, kind(points, labels), splits)
        print(f"{name:12}", end="")
        for one, row in zip(order, table, strict=True):
            print(f" {one}: {row.mean():.2f}", end="")
        print()
# --8<-- [end:ch12-shared]


# --8<-- [start:ch12-weights]
def by_weights(seed: int) -> float:
    """Return the mean over the same folds, for other initial weights."""

    def score(rest: Labels, held: Labels) -> float:
        layers = train(points[rest], labels[rest], 64, 0.1, seed)
        return right(layers, points[held], labels[held])

    return float(cross_validate(score, splits).mean())


found = [by_weights(seed) for seed in range(10)]
print(f"ten seeds: {min(found):.2f} to {max(found):.2f}", end=", ")
print(f"spread {np.std(found):.3f}")
# --8<-- [end:ch12-weights]

# --8<-- [start:ch12-solution-1]
asked: list[int] = []


def count(one: int, rest: Labels, held: Labels) -> float:
    asked.append(len(rest))
    return 0.0


splits = folds(12, 4, rng=np.random.default_rng(0))
search(range(6), count, splits)
times = np.bincount(np.concatenate([rest for rest, _ in splits]))
print(len(asked), "trainings, on", *set(asked), "samples each")
print("times that each sample is in a rest:", times)
# --8<-- [end:ch12-solution-1]

# --8<-- [start:ch12-solution-2]
print(f"best of 20 on 400: {0.5 + np.sqrt(np.log(20) / 800):.3f} at most")
print(f"for 0.01: {np.log(20) / (2 * 0.01**2):,.0f} points")
# --8<-- [end:ch12-solution-2]

# --8<-- [start:ch12-solution-3]
points, labels, fresh, truth = draw(300, 1)
score = by_heart(points, labels)
alone = [estimate(score, labels, 300, seed) for seed in (0, 1)]
print(f"leave one out: {alone[0]:.3f} and {alone[1]:.3f}")
# --8<-- [end:ch12-solution-3]


# --8<-- [start:ch12-solution-4]
def forward(n_samples: int, n_folds: int) -> list[Split]:
    """Return splits in which all that is held out comes after the rest."""
    stretches = np.array_split(np.arange(n_samples), n_folds + 1)[1:]
    return [(np.arange(later[0]), later) for later in stretches]


for rest, held in forward(600, 2):
    print(f"days 0-{rest[-1]}, then {held[0]}-{held[-1]}")


def two_ways(seed: int) -> tuple[float, float]:
    """Return the means of both kinds of folds, on drifting bands."""
    rng = np.random.default_rng(seed)
    points, labels = vertical(200, 3, rng=rng, dtype=np.float64)
    order = rng.permutation(600)  # one point a day
    points, labels = points[order], labels[order]
    points[:, 0] += 0.6 * np.arange(600) / 600
    score = by_heart(points, labels)
    dealt = cross_validate(score, folds(600, 2, rng=rng))
    return dealt.mean(), cross_validate(score, forward(600, 2)).mean()


medians = np.median([two_ways(seed) for seed in range(5)], axis=0)
print(f"dealt {medians[0]:.2f}, forward {medians[1]:.2f}")
# --8<-- [end:ch12-solution-4]
