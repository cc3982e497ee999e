# --8<-- [start:ch32-imports]
"""Chapter 32: whom to lend to, and whether a network is worth it."""

import numpy as np
from numpy.typing import ArrayLike

from nnfs_code.arrays import Array, Labels
from nnfs_code.cases import german_credit, stored
from nnfs_code.decisions import (
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

# --8<-- [start:ch32-break-even]
print(f"refuse from a chance of {break_even(COSTS):.3f} on")
# --8<-- [end:ch32-break-even]

# --8<-- [start:ch32-account]
answers = ["none", "below 0 DM", "0 to 200 DM", "200 DM, or salary"]
print("checking account   loans   bad")
for code, answer in enumerate(answers, 1):
    at = loans["account"] == code
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
rungs = ["account", "linear", "trees", "network", "five networks"]
rungs.append("deeper network")
ALIKE = [[0, 1], [1, 0]]  # as if all mistakes cost 1
print("                 decided at 1/2  at 1/6 (five seeds)   AUC")
for name in rungs:
    half = paid(runs[name], ALIKE).mean()
    sixth = paid(runs[name], COSTS).mean(axis=1)
    area = np.mean([roc_auc(said, bad) for said in runs[name]])
    low, high = sixth.min(), sixth.max()
    print(f"{name:16} {half:14.3f}  {sixth.mean():6.3f}", end="")
    print(f" ({low:.3f} to {high:.3f})  {area:.3f}")
# --8<-- [end:ch32-ladder]

# --8<-- [start:ch32-pairs]
rng = np.random.default_rng(0)
costs = {name: paid(runs[name], COSTS).mean(axis=0) for name in rungs}
half = paid(runs["linear"], ALIKE).mean(axis=0)
print("cost per loan, one minus other (95 % interval)")
apart = paired_bootstrap(costs["linear"], half, rng=rng)
print(f"linear, 1/6 against 1/2:   {apart:+.3f}")
for one, other in (
    ("linear", "account"),
    ("network", "linear"),
    ("five networks", "linear"),
    ("deeper network", "linear"),
    ("trees", "linear"),
):
    apart = paired_bootstrap(costs[one], costs[other], rng=rng)
    print(f"{one:14} - {other:8}:  {apart:+.3f}")
# --8<-- [end:ch32-pairs]
