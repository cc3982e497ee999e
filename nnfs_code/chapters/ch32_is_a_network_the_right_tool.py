# --8<-- [start:ch32-imports]
"""Chapter 32: whom to lend to, and whether a network is worth it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnfs_code.arrays import Array, Labels
from nnfs_code.cases import german_credit, stored
from nnfs_code.decisions import (
    Interval,
    best_actions,
    break_even,
    cost_of,
    paired_bootstrap,
)
# --8<-- [end:ch32-imports]

# --8<-- [start:ch32-perfect]
loans = german_credit()
bad = loans["bad"].astype(int)
COSTS = [
    [0, 5],  # granted: if it is repaid, if it is not
    [1, 0],  # refused
]
plans = {
    "grant all": np.zeros(1000, int),
    "refuse all": np.ones(1000, int),
    "a perfect answer": bad,
}
for name, actions in plans.items():
    print(f"{name:16} {cost_of(actions, bad, COSTS).mean():.3f} per loan")
# --8<-- [end:ch32-perfect]

# --8<-- [start:ch32-one-sixth]
print(f"refuse from a chance of {break_even(COSTS):.3f} on")
# --8<-- [end:ch32-one-sixth]

# --8<-- [start:ch32-account]
answers = ["none", "below 0 DM", "0 to 200 DM", "200 DM, or salary"]
shares = np.empty(1000)
print("checking account   loans   bad")
for code, answer in enumerate(answers, 1):
    at = loans["account"] == code
    shares[at] = bad[at].mean()
    print(f"{answer:17}  {at.sum():5}  {bad[at].mean():.2f}")
# --8<-- [end:ch32-account]


# --8<-- [start:ch32-paid]
def paid(said: Array, believed: ArrayLike, true: Labels = bad) -> Array:
    """Return what each loan costs, a row per seed.

    It is decided as if mistakes cost what is `believed`, and paid as they do.
    """
    rows = []
    for chances in said:
        table = np.column_stack([1 - chances, chances])
        actions = best_actions(table, believed)
        rows.append(cost_of(actions, true, COSTS))
    return np.array(rows)


# --8<-- [end:ch32-paid]

# --8<-- [start:ch32-ladder]
from nnfs_code.metrics import roc_auc

runs = stored("credit-runs")
runs["sticker"] = np.tile(shares, (5, 1))  # the same in all deals
rungs = ["sticker", "linear", "trees", "network", "five networks"]
rungs.append("deeper network")
ALIKE = [[0, 1], [1, 0]]  # as if all mistakes cost 1
print("                 decided at 1/2  at 1/6 (five deals)   AUC")
for name in rungs:
    half = paid(runs[name], ALIKE).mean()
    sixth = paid(runs[name], COSTS).mean(axis=1)
    area = np.mean([roc_auc(said, bad) for said in runs[name]])
    low, high = sixth.min(), sixth.max()
    print(f"{name:16} {half:14.3f}  {sixth.mean():6.3f}", end="")
    print(f" ({low:.3f} to {high:.3f})  {area:.3f}")
# --8<-- [end:ch32-ladder]


# --8<-- [start:ch32-pairs]
def apart(one: Array, other: Array) -> Interval:
    """Return how far apart two arrays are, with the same draws each time."""
    return paired_bootstrap(one, other, rng=np.random.default_rng(0))


costs = {name: paid(runs[name], COSTS).mean(axis=0) for name in rungs}
half = paid(runs["linear"], ALIKE).mean(axis=0)
print("cost per loan, one minus other (95 % interval)")
print(f"linear, 1/6 against 1/2:   {apart(costs['linear'], half):+.3f}")
for one, other in (
    ("linear", "sticker"),
    ("network", "linear"),
    ("five networks", "linear"),
    ("deeper network", "linear"),
    ("trees", "linear"),
    ("network", "sticker"),
    ("trees", "sticker"),
):
    found = apart(costs[one], costs[other])
    print(f"{one:14} - {other:8}:  {found:+.3f}")
by_deal = paid(runs["network"], COSTS) - paid(runs["linear"], COSTS)
print("network - linear in each deal:", end="")
print("".join(f" {gap:+.3f}" for gap in by_deal.mean(axis=1)))
# --8<-- [end:ch32-pairs]

# --8<-- [start:ch32-curve]
sizes = np.array([50, 100, 200, 400, 800])
print("learned from " + "".join(f"{n:7}" for n in sizes))
grown = {}
for name in ("linear", "network"):
    said = runs[f"curve, {name}"].astype(np.float64)
    grown[name] = np.array([paid(said[:, i], COSTS) for i in range(5)])
    row = grown[name].mean(axis=(1, 2))
    print(f"{name:13}" + "".join(f"  {cost:.3f}" for cost in row))
# --8<-- [end:ch32-curve]


# --8<-- [start:ch32-carried-on]
SHAPES: dict[str, Callable[[Array], Array]] = {
    "1/n": lambda n: 1 / n,
    "1/root of n": lambda n: 1 / np.sqrt(n),
    "logarithm": lambda n: np.log(n),
}
DRAWS = np.random.default_rng(0).integers(1000, size=(1000, 1000))


def carried_on(per_loan: Array, n: Array, shape: str, to: int) -> Array:
    """Return the cost at `to` loans, for 1,000 draws of the loans.

    A curve is a number plus a multiple of one of the SHAPES: the best fit to
    the costs `per_loan` at the sizes `n`.
    """
    drawn_costs = per_loan[:, DRAWS].mean(axis=2)
    table = np.column_stack([np.ones(len(n)), SHAPES[shape](n)])
    start, slope = np.linalg.lstsq(table, drawn_costs, rcond=None)[0]
    found: Array = start + slope * SHAPES[shape](np.array(float(to)))
    return found


def middle(values: Array) -> Interval:
    """Return the mean of the draws, and the middle 95 % of them."""
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(float(values.mean()), float(low), float(high))


# --8<-- [end:ch32-carried-on]

# --8<-- [start:ch32-extrapolate]
per_loan = grown["linear"].mean(axis=1)
at_800 = per_loan[4, DRAWS].mean(axis=1)
print("the first 4 sizes, to 800 loans      minus what was found")
for shape in SHAPES:
    ends = carried_on(per_loan[:4], sizes[:4], shape, 800)
    print(f"{shape:12} {middle(ends):.3f}  {middle(ends - at_800):+.3f}")
print("all 5 sizes, to 10,000 loans")
for shape in SHAPES:
    ends = carried_on(per_loan, sizes, shape, 10_000)
    print(f"{shape:12} {middle(ends):.3f}")
# --8<-- [end:ch32-extrapolate]


# --8<-- [start:ch32-elsewhere]
def elsewhere(name: str, share_bad: float, missed: float) -> Array:
    """Return what a model saves per loan, where the world is another.

    There, `share_bad` of the loans are bad, so each loan here counts more or
    less, and the chances are corrected to match. A bad loan that is granted
    costs `missed`. What is saved is measured from the cheaper of granting all
    and refusing all.
    """
    up, down = share_bad / 0.3, (1 - share_bad) / 0.7
    said = runs[name].astype(np.float64)
    said = up * said / (up * said + down * (1 - said))
    refused = said > 1 / (1 + missed)
    paid_now = np.where(refused, 1 - bad, missed * bad).mean(axis=0)
    grant = share_bad * missed < 1 - share_bad
    without = missed * bad if grant else 1 - bad
    saved: Array = np.where(bad, up, down) * (without - paid_now)
    return saved


# --8<-- [end:ch32-elsewhere]

# --8<-- [start:ch32-flip]
none = np.zeros(1000)
print("bad missed  linear saves             network saves more")
for share_bad, missed in (
    *((0.3, 2), (0.3, 5), (0.3, 10), (0.3, 20)),
    *((0.15, 5), (0.05, 5), (0.02, 5), (0.05, 20)),
):
    linear = elsewhere("linear", share_bad, missed)
    network = elsewhere("network", share_bad, missed)
    saves, more = apart(linear, none), apart(network, linear)
    print(f"{share_bad:3.0%} {missed:6}  {saves:+.3f}  {more:+.3f}")
# --8<-- [end:ch32-flip]

# --8<-- [start:ch32-go]
from nnfs_code.decisions import Rule, decide

lead = apart(costs["network"], costs["linear"])
prize = costs["linear"].mean()  # a perfect answer would save all of it
PRICE = 10_000 / (5_000 * 100)  # a year's work, over loans times one unit
print(
    decide(
        [
            Rule(
                "a perfect answer saves twice the price",
                prize,
                2 * PRICE,
                "no-go",
            ),
            Rule("the network saves its price", -lead.mean, PRICE, "no-go"),
            Rule("at the low end it still saves something", -lead.high, 0),
        ]
    )
)
# --8<-- [end:ch32-go]

# --8<-- [start:ch32-young]
young = loans["age"] <= 25
print("               loans   bad  good ones refused  without age")
for name, at in (("25 or younger", young), ("older", ~young)):
    good = at & (bad == 0)
    print(f"{name:13} {at.sum():6}  {bad[at].mean():.2f}", end="")
    for model in ("linear", "linear, no age"):
        refused = runs[model][:, good] > break_even(COSTS)
        print(f"  {refused.mean():15.2f}", end="")
    print()
# --8<-- [end:ch32-young]

# --8<-- [start:ch32-wrong-accuracy]
print("decided at 1/2:    right   cost")
for name in ("linear", "network"):
    right = ((runs[name] > 0.5) == bad).mean()
    print(f"{name:16} {right:7.3f}  {paid(runs[name], ALIKE).mean():.3f}")
for name in ("grant all", "refuse all"):
    right = (plans[name] == bad).mean()
    cost = cost_of(plans[name], bad, COSTS).mean()
    print(f"{name:16} {right:7.3f}  {cost:.3f}")
# --8<-- [end:ch32-wrong-accuracy]

# --8<-- [start:ch32-wrong-turned]
turned = np.array(COSTS).T
print(f"turned: refuse from {break_even(turned):.3f} on", end=", ")
print(f"cost {paid(runs['linear'], turned).mean():.3f}")
# --8<-- [end:ch32-wrong-turned]

# --8<-- [start:ch32-wrong-tried]
thresholds = np.linspace(0.05, 0.5, 91)
gaps = []
for seed in range(200):
    order = np.random.default_rng(seed).permutation(1000)
    mine, fresh = order[:200], order[200:]
    said = runs["linear"][seed % 5]
    loss = np.where(said > thresholds[:, None], 1 - bad, 5 * bad)
    best = loss[:, mine].mean(axis=1).argmin()
    fixed = np.where(said > 1 / 6, 1 - bad, 5 * bad)
    gaps.append(
        [
            loss[best, mine].mean(),
            loss[best, fresh].mean(),
            fixed[fresh].mean(),
        ]
    )
# --8<-- [end:ch32-wrong-tried]

# --8<-- [start:ch32-wrong-chosen]
promised, kept, by_costs = np.mean(gaps, axis=0)
print(f"the best threshold of 200 loans promises {promised:.3f}")
print(f"on the other 800 it costs                {kept:.3f}")
print(f"there, one sixth costs                   {by_costs:.3f}")
# --8<-- [end:ch32-wrong-chosen]

# --8<-- [start:ch32-solution-1]
print(f"cleaning: {break_even([[0, 200], [20, 20]]):.2f}")
print(f"hiring:   {break_even([[0, 4], [1, 1]]):.2f}")
# --8<-- [end:ch32-solution-1]

# --8<-- [start:ch32-solution-2]
THREE = np.array([[0, 5], [1, 0], [0.4, 0.4]])  # the third: look closely
for name in ("sticker", "linear", "network"):
    table = np.stack([1 - runs[name], runs[name]], axis=-1)
    taken = np.array([best_actions(rows, THREE) for rows in table])
    each = [cost_of(actions, bad, THREE).mean() for actions in taken]
    print(f"{name:8} asks for {(taken == 2).mean():.2f}", end=", ")
    print(f"cost {np.mean(each):.3f}")
# --8<-- [end:ch32-solution-2]

# --8<-- [start:ch32-solution-3]
width = (lead.high - lead.low) / 2
for saving in (PRICE, 0.01):
    needed = 1000 * (width / saving) ** 2
    print(f"to see {saving:.2f}: about {round(needed, -2):,.0f} loans")
# --8<-- [end:ch32-solution-3]

# --8<-- [start:ch32-solution-4]
everything = paid(runs["linear, all columns"], COSTS).mean(axis=0)
more = apart(everything, costs["linear"])
print(f"with both columns, minus without: {more:+.3f}")
# --8<-- [end:ch32-solution-4]
