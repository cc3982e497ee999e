# --8<-- [start:ch33-imports]
"""Chapter 33: two cameras, what they cost, and whom to ask."""

import json
from typing import Any

import numpy as np

from nnfs_code.arrays import Array, Labels
from nnfs_code.capstones import DATASETS
from nnfs_code.cases import stored
from nnfs_code.decisions import (
    best_actions,
    cost_of,
    paired_bootstrap,
)
from nnfs_code.surfaces import SURFACES, belt_costs

# --8<-- [end:ch33-imports]


# --8<-- [start:ch33-stored]
def told(name: str) -> dict[str, Any]:
    """Return the scores of long runs that were made once.

    Those of the belt are in belt-runs.json (and one of its networks is in
    belt-network.npz), those of the returns are in returns-runs.npz, beside
    what the models say.
    """
    if name == "belt":
        text = (DATASETS / "belt-runs.json").read_text("utf-8")
    else:
        with np.load(DATASETS / "returns-runs.npz") as arrays:
            text = str(arrays["about"])
    found: dict[str, Any] = json.loads(text)
    return found


def three(values: Any, form: str = "6.2f") -> str:
    """Return the lowest, the middle and the highest of some runs."""
    return " ".join(f"{x:{form}}" for x in np.quantile(values, (0, 0.5, 1)))


# --8<-- [end:ch33-stored]

# --8<-- [start:ch33-belt-ladder]
belt = told("belt")
print("five seeds each          right              cents a piece      asked")
for rung, belt_runs in belt["ways"].items():
    right, cents, asked = np.array([r["as they are"] for r in belt_runs]).T
    line = f"{rung:15} {three(right)}  {three(cents)}"
    print(f"{line} {np.median(asked):8.2f}")
# --8<-- [end:ch33-belt-ladder]

# --8<-- [start:ch33-belt-blocks]
from nnfs_code.surfaces import block_patches, photographs

right_half = photographs()[..., 256:]
rng = np.random.default_rng(0)
cut, answers, blocks = block_patches(right_half, 16, rng=rng)
five, cents = {}, {}
for rung in ("nine numbers", "convolution"):
    done = [np.array([*map(int, one)]) for one in belt["blocks"][rung]]
    five[rung] = [cost_of(one, answers, belt_costs()) for one in done]
    cents[rung] = sorted(five[rung], key=np.mean)[2]  # the middle run
pair = cents["convolution"], cents["nine numbers"]
draws = {"patches": None, "blocks": blocks, "photographs": answers}
# --8<-- [end:ch33-belt-blocks]

# --8<-- [start:ch33-belt-pairs]
print(f"{len(cut)} patches from {blocks.max() + 1} blocks, cents in five runs")
for rung, runs in five.items():
    print(f"{rung:13}", *(f"{run.mean():.2f}" for run in runs))
for name, keys in draws.items():
    rng = np.random.default_rng(1)
    gap = paired_bootstrap(*pair, rng=rng, groups=keys)
    print(f"network - nine numbers, drawing {name:11}: {gap:+.2f}")
over = {}
for place, name in enumerate(SURFACES):
    means = [one[answers == place].mean() for one in pair]
    over[name] = means[0] - means[1]
    print(f"{name:6} network {means[0]:.2f}, nine numbers {means[1]:.2f}")
# --8<-- [end:ch33-belt-pairs]

# --8<-- [start:ch33-farther]
print("learned from the first quarter   same quarter   2nd   3rd   4th")
for rung, belt_runs in belt["farther"].items():
    middles = np.median(belt_runs, axis=0)
    print(f"{rung:32}", *(f"{middle:.2f} " for middle in middles))
# --8<-- [end:ch33-farther]

# --8<-- [start:ch33-known]
KNOWN = {
    "nine numbers, 2 from 0": "nine numbers from brick, grass",
    "nine numbers, 2 from 1": "nine numbers from grass, gravel",
    "nine numbers, 3 from 0": "nine numbers from all three",
    "convolution, 2 from 0": "network from brick, grass",
    "convolution, 2 from 1": "network from grass, gravel",
    "convolution, 3 from 0": "network from all three",
}
# --8<-- [end:ch33-known]

# --8<-- [start:ch33-photograph]
print("called rightly stone or grass:    brick     grass    gravel")
for name, words in KNOWN.items():
    low, high = np.quantile(belt["photograph"][name], (0, 1), axis=0)
    ends = zip(low, high, strict=True)
    print(f"{words:31}", *(f"{a:.2f}-{b:.2f}" for a, b in ends))
# --8<-- [end:ch33-photograph]

# --8<-- [start:ch33-engineer-imports]
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer
from nnfs_code.schedules import CosineDecay
from nnfs_code.surfaces import patches, texture_numbers

# --8<-- [end:ch33-engineer-imports]


# --8<-- [start:ch33-engineer]
class Engineer:
    """Nine numbers per patch, and a linear model behind them."""

    def __init__(self, cut: Array, labels: Labels) -> None:
        numbers = texture_numbers(cut).astype(np.float64)
        self.scaler = Standardizer().fit(numbers)
        rng, n_classes = np.random.default_rng(0), labels.max() + 1
        dense = Dense(9, n_classes, rng=rng, dtype=np.float64)
        self.model = Model([dense], SoftmaxCrossEntropy())
        adam = Adam(CosineDecay(0.3, 400))
        rows = self.scaler.transform(numbers)
        for _ in range(400):
            self.model.train_step(rows, labels, adam)

    def says(self, cut: Array) -> Array:
        """Return the chances of each patch."""
        numbers = texture_numbers(cut).astype(np.float64)
        return self.model.predict(self.scaler.transform(numbers))


# --8<-- [end:ch33-engineer]

# --8<-- [start:ch33-sure]

rng, left = np.random.default_rng(2), photographs()[..., :256]
two, which = patches(left[:2], 3000, size=20, rng=rng)
of_two = Engineer(two, which)  # 0: stone, as brick is; 1: grass
PRICES = [[0, 40], [5, 0], [2, 2]]  # stone, grass, ask
for place, name in enumerate(SURFACES):
    some, _ = patches(right_half[place : place + 1], 500, size=20, rng=rng)
    said = of_two.says(some)
    asked = float((best_actions(said, PRICES) == 2).mean())
    print(f"{name:6} called grass {(said[:, 1] > 0.5).mean():.2f}", end=", ")
    print(f"asked about {asked:.2f}, sure {said.max(axis=1).mean():.2f}")
# --8<-- [end:ch33-sure]

# --8<-- [start:ch33-ways]
ways = ("as they are", "darker", "grain", "out of focus")
print("right, cents ", *(f"{way:>13}" for way in ways))
for rung in ("nine numbers", "convolution"):
    line = f"{rung:13}"
    for way in ways:
        middle = np.median([r[way] for r in belt["ways"][rung]], axis=0)
        line += f" {middle[0]:7.2f} {middle[1]:5.2f}"
    print(line)
# --8<-- [end:ch33-ways]

# --8<-- [start:ch33-distances]
print("cents a piece, camera nearer", *(f"{z:6.2f}" for z in belt["near"]))
for rung, belt_runs in belt["distances"].items():
    middles = np.median(belt_runs, axis=0)[:, 1]
    print(f"{rung:28}", *(f"{middle:6.2f}" for middle in middles))
# --8<-- [end:ch33-distances]

# --8<-- [start:ch33-returns-prices]
from nnfs_code.data import FASHION_NAMES
from nnfs_code.routing import returns_costs

CLERK = 10
prices = returns_costs()
kinds = [FASHION_NAMES.index(n) for n in ("Shirt", "Coat", "Trouser")]
print("pence if it is     shirt   coat trousers")
for name, row in zip(("Shirt", "Coat", "Trouser"), kinds, strict=True):
    print(f"in bin {name:8}", *(f"{prices[row, k]:7.0f}" for k in kinds))
print("clerk          ", *(f"{prices[CLERK, k]:7.0f}" for k in kinds))
# --8<-- [end:ch33-returns-prices]

# --8<-- [start:ch33-pence-of]
about, kept = told("returns")["runs"], stored("returns-runs")
truth = kept["labels/test"].astype(np.int64)
rungs = ("linear", "dense", "forest", "edges", "dense on edges", "convolution")


def pence_of(rung: str) -> Array:
    """Return what each test picture costs: a row per seed."""
    chosen = kept[f"{rung}/chosen"].astype(np.int64)
    return np.array([cost_of(bins, truth, prices) for bins in chosen])


# --8<-- [end:ch33-pence-of]

# --8<-- [start:ch33-returns-ladder]
print("                 right   pence a piece      to clerk  seconds")
for rung in rungs:
    right = np.median([run["right"] for run in about[rung]])
    sent = np.median((kept[f"{rung}/chosen"] == CLERK).mean(axis=1))
    seconds = np.median([run["seconds"] for run in about[rung]])
    line = f"{rung:15} {right:6.3f}  {three(pence_of(rung).mean(axis=1))}"
    print(f"{line} {sent:8.2f} {seconds:8.0f}")
# --8<-- [end:ch33-returns-ladder]

# --8<-- [start:ch33-divisor]
from nnfs_code.routing import softer, unpacked

labels = kept["labels/choose"].astype(np.int64)
said = unpacked(kept["dense on edges/choose"])
own = np.arange(len(labels)), labels
for by in (0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4):
    chances = np.maximum(softer(said, by)[own], 1e-5)
    print(f"divided by {by}: cross-entropy {-np.log(chances).mean():.4f}")
# --8<-- [end:ch33-divisor]

# --8<-- [start:ch33-true]
from nnfs_code.calibration import reliability

says = {}
print("                divided   off before   after   pence before   after")
for rung in ("edges", "convolution", "dense on edges"):
    raw, by = unpacked(kept[f"{rung}/test"]), float(kept[f"{rung}/divisor"])
    says[rung] = softer(raw, by)
    off = [reliability(one, truth).error for one in (raw, says[rung])]
    paid = [
        cost_of(best_actions(one, prices), truth, prices).mean()
        for one in (raw, says[rung])
    ]
    line = f"{rung:15} {by:7.2f} {off[0]:12.3f} {off[1]:7.3f}"
    print(f"{line} {paid[0]:14.2f} {paid[1]:7.2f}")
best = says["dense on edges"]
# --8<-- [end:ch33-true]

# --8<-- [start:ch33-curve]
from nnfs_code.routing import coverage_curve

curve = coverage_curve(best, truth, prices)
print("machine sorts   right of these   pence per piece")
for percent in (25, 50, 70, 80, 90, 95, 100):
    at = percent * len(truth) // 100
    print(f"{percent:12}% {curve.right[at]:16.3f} {curve.cost[at]:17.2f}")
bins = best_actions(best, prices)
print(f"by the prices {(bins != CLERK).mean():.3f}", end=", ")
print(f"cost {cost_of(bins, truth, prices).mean():.2f}", end="; ")
print(f"lowest of the curve {curve.cost.min():.2f}")
# --8<-- [end:ch33-curve]

# --8<-- [start:ch33-compared]
pence = {}
for rung in rungs:
    by_seed = pence_of(rung)
    pence[rung] = by_seed[by_seed.mean(axis=1).argsort()[2]]  # the middle
PAIRS = (
    ("edges", "linear"),
    ("edges", "dense"),
    ("forest", "dense"),
    ("convolution", "dense"),
    ("convolution", "edges"),
    ("dense on edges", "edges"),
    ("dense on edges", "convolution"),
)
flat = returns_costs(near=150, coat=150)
TABLES = {
    "one price": flat,
    "coats dear": returns_costs(near=150),
    "next bin cheap": returns_costs(coat=150),
    "the prices": prices,
}
# --8<-- [end:ch33-compared]

# --8<-- [start:ch33-returns-pairs]
print("pence per piece, one minus other")
for one, other in PAIRS:
    rng = np.random.default_rng(0)
    gap = paired_bootstrap(pence[one], pence[other], rng=rng, repeats=500)
    print(f"{one:14} - {other:12} {gap:+.2f}")
# --8<-- [end:ch33-returns-pairs]

# --8<-- [start:ch33-two-tables]
shown = [FASHION_NAMES.index(n) for n in ("Shirt", "Pullover", "Coat")]
print("decided by    pence   coats elsewhere   to clerk: shirt pullover coat")
for name, table in TABLES.items():
    bins = best_actions(best, table)
    cost = cost_of(bins, truth, prices).mean()
    lost = ((truth == 4) & (bins != 4) & (bins != CLERK)).sum()
    to_clerk = [(bins[truth == k] == CLERK).mean() for k in shown]
    shares = " ".join(f"{share:8.2f}" for share in to_clerk)
    print(f"{name:14} {cost:4.2f} {lost:17}        {shares}")
# --8<-- [end:ch33-two-tables]

# --8<-- [start:ch33-changes]
changes: list[tuple[str, dict[str, float]]] = [
    ("as assumed", {}),
    ("look 5", {"look": 5}),
    ("look 60", {"look": 60}),
    ("wrong 50", {"wrong": 50}),
    ("wrong 500", {"wrong": 500}),
    ("coat 150", {"coat": 150}),
    ("coat 2000", {"coat": 2000}),
]


def paid_by(said: Array, table: Array) -> Array:
    """Return what each piece costs, decided and paid by one table."""
    return cost_of(best_actions(said, table), truth, table)


# --8<-- [end:ch33-changes]

# --8<-- [start:ch33-flip]
print("                 clerk   edges  network  network - edges")
for name, change in changes:
    table = returns_costs(**change)
    ours, theirs = (paid_by(one, table) for one in (best, says["edges"]))
    rng = np.random.default_rng(0)
    gap = paired_bootstrap(ours, theirs, rng=rng, repeats=500)
    line = f"{name:15} {table[CLERK, 0]:6.1f} {theirs.mean():7.2f}"
    print(f"{line} {ours.mean():8.2f}  {gap:+.2f}")
# --8<-- [end:ch33-flip]

# --8<-- [start:ch33-labels]
print("pence, learned from        2,000               50,000 pictures")
for rung in ("edges", "dense on edges", "convolution"):
    costs = [
        three([run["cost"] for run in about[f"{rung}{size}"]])
        for size in (" 2,000", "")
    ]
    print(f"{rung:16} {costs[0]}  {costs[1]}")
# --8<-- [end:ch33-labels]

# --8<-- [start:ch33-classes]
bins = best_actions(best, prices)
print("            right   to clerk   wrong of those sorted   pence")
for label, name in enumerate(FASHION_NAMES):
    of = truth == label
    sorted_, wrong = bins[of] != CLERK, bins[of] != label
    score = (best[of].argmax(axis=1) == label).mean()
    slips = (wrong & sorted_).sum() / sorted_.sum()
    paid = cost_of(bins[of], truth[of], prices).mean()
    print(
        f"{name:11} {score:6.2f} {1 - sorted_.mean():10.2f}"
        f" {slips:15.3f} {paid:15.2f}"
    )
# --8<-- [end:ch33-classes]

# --8<-- [start:ch33-nearest]
far = kept["nearest"].astype(np.float64)
fifth = np.searchsorted(np.quantile(far, (0.2, 0.4, 0.6, 0.8)), far)
print("distance to the nearest known picture: fifths, from near to far")
for name, values in (
    ("right", (best.argmax(axis=1) == truth) * 1.0),
    ("to clerk", (bins == CLERK) * 1.0),
    ("pence", cost_of(bins, truth, prices)),
):
    means = [values[fifth == k].mean() for k in range(5)]
    print(f"{name:9}", *(f"{mean:6.2f}" for mean in means))
# --8<-- [end:ch33-nearest]

# --8<-- [start:ch33-stored-network]
from nnfs_code.activations import ReLU
from nnfs_code.convolution import Conv2D, Flatten, MaxPool2D


def stored_network() -> Model:
    """Return the network that chapter 27 has trained on all pictures."""
    rng, parts = np.random.default_rng(0), []
    for sizes in ((1, 16), (16, 32)):
        layer: Any = Conv2D(*sizes, 3, padding=1, rng=rng)
        parts += [layer, MaxPool2D(2), ReLU()]
    parts += [Flatten(), Dense(1568, 64, rng=rng), ReLU()]
    parts += [Dense(64, 10, rng=rng)]
    with np.load(DATASETS / "fashion-convolution-network.npz") as arrays:
        for name, values in arrays.items():
            at, attribute = name.split(".")
            setattr(parts[int(at)], attribute, values.astype(np.float32))
    return Model(parts, SoftmaxCrossEntropy())


# --8<-- [end:ch33-stored-network]

# --8<-- [start:ch33-moved]
from nnfs_code.data import fashion_mnist
from nnfs_code.seeing import moved

greys, kinds_of = fashion_mnist("test", sample=True)
clothes = (greys[:, np.newaxis] / 255).astype(np.float32)
eyes, slips_at = stored_network(), []
print("moved by    to clerk   wrong of those sorted   pence")
for pixels in (0, 1, 2, 3):
    seen = eyes.predict(moved(clothes, 0, pixels))
    seen = softer(seen.astype(np.float64), 1.1)
    actions = best_actions(seen, prices)
    by_machine = actions != CLERK
    slips = (actions != kinds_of)[by_machine].mean()
    slips_at.append((pixels, slips))
    paid = cost_of(actions, kinds_of, prices).mean()
    print(
        f"{pixels} pixels {1 - by_machine.mean():11.2f} {slips:15.2f}"
        f" {paid:15.2f}"
    )
# --8<-- [end:ch33-moved]

# --8<-- [start:ch33-audit]
rng = np.random.default_rng(0)
print("looked at   limit   alarm at 4 in 100   at 6   at 8")
for n in (100, 300, 1000):
    usual = rng.binomial(n, 0.04, 20_000)
    limit = int(np.quantile(usual, 0.99)) + 1
    alarms = [
        (rng.binomial(n, share, 20_000) >= limit).mean()
        for share in (0.04, 0.06, 0.08)
    ]
    print(
        f"{n:9} {limit:7} {alarms[0]:19.2f} {alarms[1]:6.2f} {alarms[2]:6.2f}"
    )
# --8<-- [end:ch33-audit]

# --8<-- [start:ch33-wrong-mean]
rates = []
for share in (0.5, 0.7, 0.9):
    at = int(share * len(truth))
    rates.append(curve.right[at])
    print(f"machine sorts {share:.2f}: right {curve.right[at]:.3f}", end=", ")
    print(f"pence per piece {curve.cost[at]:.2f}")
# --8<-- [end:ch33-wrong-mean]

# --8<-- [start:ch33-wrong-turned]
turned = prices.copy()
turned[:CLERK] = prices[:CLERK].T
for name, table in (("turned", turned), ("right", prices)):
    bins = best_actions(best, table)
    paid, lot = cost_of(bins, truth, prices).mean(), bins[truth == 4]
    lost = ((lot != CLERK) & (lot != 4)).sum()
    print(f"{name:6} {paid:.2f} pence, {lost} coats in wrong bins", end=", ")
    asks = [(some == CLERK).mean() for some in (bins, lot)]
    print(f"to clerk {asks[0]:.2f}, of coats {asks[1]:.2f}")
# --8<-- [end:ch33-wrong-turned]

# --8<-- [start:ch33-solution-1]
for name, missed in (("coat", 400), ("shirt", 50), ("bag", 150)):
    print(f"ask if it may be a {name:5} with more than {20 / missed:.2f}")
# --8<-- [end:ch33-solution-1]

# --8<-- [start:ch33-solution-2]
said = np.array([[0.99, 0.01], [0.1, 0.9], [0.7, 0.3], [0.6, 0.4]])
simple = coverage_curve(
    said, np.array([0, 1, 1, 0]), [[0, 10], [10, 0], [2, 2]]
)
print("share", simple.share)
print("cost ", simple.cost)
# --8<-- [end:ch33-solution-2]

# --8<-- [start:ch33-solution-3]
for slips in (0, 0.01, 0.03, 0.1):
    table = returns_costs()
    table[CLERK] += slips * table[:CLERK].sum(axis=0) / 9
    bins = best_actions(best, table)
    paid = cost_of(bins, truth, table).mean()
    print(
        f"clerk errs {slips:.2f}: all {table[CLERK, truth].mean():.2f}",
        end=", ",
    )
    print(f"to clerk {(bins == CLERK).mean():.2f}, cost {paid:.2f}")
# --8<-- [end:ch33-solution-3]

# --8<-- [start:ch33-solution-4]
for half in (0.10, 0.05, 0.02):
    walls = np.ceil((1.96 * 0.1 / half) ** 2)
    print(f"to within {half:.2f}: {walls:.0f} walls")
# --8<-- [end:ch33-solution-4]
