# %% [markdown]
# # A decision page to fill in
#
# A page like [the one about the loans](32-decision-credit.md), for a case of
# your own. It goes with
# [chapter 32](../chapters/32-is-a-network-the-right-tool.md#ten-questions).
# **All numbers in it are invented.** It is about a depot that may warn customers
# of late parcels. Download it, and replace whatever stands behind FILL IN.
#
# Work from the top, in this order. Steps 1 and 2 need no data and no code; an
# hour with the person who owns the decision is enough. If they cannot be filled
# in, the answer is "not yet", and you have saved the rest.
#
# **If you do not write code**, fill in steps 1, 2 and 6 on paper, and give them to
# whoever does, before that person shows you any result.

# %%
import numpy as np

from nnfs_code.decisions import (
    CaseResult,
    Rule,
    best_actions,
    break_even,
    cost_of,
    decide,
    paired_bootstrap,
)

# %% [markdown]
# ## 1. The decision, and what mistakes cost
#
# Who does what differently after the prediction? Here: the depot warns a customer
# that the parcel will be late, or does not. FILL IN the four costs. Two rows are
# the two things that can be done, two columns are what may turn out to be true.
# If you cannot name a cost, write down the lowest and the highest that somebody
# in charge would believe, and run the page with both.

# %%
COSTS = [
    [0, 10],  # no warning: if it is on time, if it is late
    [1, 1],  # a warning: on time, late
]
DECISIONS_A_YEAR = 250_000
PRICE_A_YEAR = 20_000  # of the network: build, run, look after, spread
print(f"warn from a chance of {break_even(COSTS):.2f} on")

# %% [markdown]
# ## 2. The rules, before any result
#
# FILL IN what the numbers would have to be for a yes. A rule that fails says
# either "no-go", or "not yet" where more data or more work could help. Show this cell
# to somebody before you run the next one. A limit that is chosen afterwards
# decides nothing.


# %%
def rules(found):
    needed = PRICE_A_YEAR / DECISIONS_A_YEAR  # per decision
    return [
        Rule(
            "a perfect answer would save twice the price",
            *(found["a perfect answer saves"], 2 * needed),
            otherwise="no-go",
        ),
        Rule(
            "the network saves its price, against the simple method",
            *(found["network saves"], needed),
            otherwise="no-go",
        ),
        Rule(
            "and the interval does not reach down to 0",
            *(found["network saves, low end"], 0),
        ),
        Rule(
            "months of data, in the order of time",
            *(found["months of data"], 12),
        ),
        Rule("somebody owns it (1 for yes)", *(found["owner"], 1)),
    ]


# %% [markdown]
# ## 3. What was said, and what came true
#
# FILL IN three columns, one row for each past decision that *no model has
# learned from*: what the simple method said, what the network said (chances from
# 0 to 1), and what happened (0 or 1). From a table with these three columns it is
# `simple, network, happened = np.loadtxt("said.csv", delimiter=",", skiprows=1).T`
# and then `happened = happened.astype(int)`. Split as the decision will
# be: if you decide about tomorrow, the rows are later than all that was learned
# from. Take the mean over at least five networks that were started differently, or
# run the page for each.
#
# The rows below are drawn by lot, from a made-up world in which the network knows
# a little more than the simple method.

# %%
rng = np.random.default_rng(32)
known, more = rng.normal(size=(2, 5000))


def chance(score):
    return 1 / (1 + np.exp(-score))


happened = (rng.uniform(size=5000) < chance(known + more - 3)).astype(int)
simple = chance(1.0 * known - 2.7)
network = chance(1.0 * known + 0.5 * more - 2.8)
MONTHS_OF_DATA = 9
OWNER = 1
print(f"{happened.mean():.1%} are late")

# %% [markdown]
# ## 4. The comparison, in money
#
# Nothing to fill in here.


# %%
def cost(chances):
    table = np.column_stack([1 - chances, chances])
    return cost_of(best_actions(table, COSTS), happened, COSTS)


def cost_of_one_plan(action):
    return cost_of(np.full(len(happened), action), happened, COSTS)


per_decision = {
    "never": cost_of_one_plan(0),
    "always": cost_of_one_plan(1),
    "simple": cost(simple),
    "network": cost(network),
    "a perfect answer": cost(happened.astype(float)),
}
for name, paid in per_decision.items():
    print(f"{name:16} {paid.mean():.3f} per decision")
mean = {name: paid.mean() for name, paid in per_decision.items()}
apart = paired_bootstrap(
    per_decision["network"],
    per_decision["simple"],
    rng=np.random.default_rng(0),
)
print(f"network minus simple: {apart:+.3f}")

# %% [markdown]
# If "never" or "always" is cheapest, stop here: no model pays. If the simple
# method already saves most of what a perfect answer would, little is left for the
# network.
#
# ## 5. The decision

# %%
best_plan = min(mean["never"], mean["always"])
decision = decide(
    rules(
        {
            "a perfect answer saves": best_plan - mean["a perfect answer"],
            "network saves": -apart.mean,
            "network saves, low end": -apart.high,
            "months of data": MONTHS_OF_DATA,
            "owner": OWNER,
        }
    )
)
print(decision)

# %% [markdown]
# FILL IN, in words: *What would change it?* Here: three more months of data.
# *What to measure next?* Here: whether customers who are warned call less often,
# because the costs above assume it.
#
# ## 6. What can go wrong afterwards
#
# FILL IN a line for each:
#
# | What | Who looks, how often, and what happens then |
# |---|---|
# | The world moves | every month: share of late parcels, and the cost per decision; above 1.2 times today's cost, back to the simple method |
# | The prediction changes what it predicts | a warned customer may take the parcel to another depot; leave a small share unwarned, by lot, to see what happens without |
# | Some are served worse | cost per decision for each region; no region above twice the mean |
# | Somebody plays with it | none known; ask the people at the counter |
# | Who switches it off | a name, a telephone number, and the plan that runs then |
#
# ## The case in one line

# %%
result = CaseResult(
    case="Invented parcels",
    question="Whom to warn of a late parcel?",
    metric="cost per decision",
    simple="simple method",
    simple_score=float(mean["simple"]),
    network="network",
    network_score=float(mean["network"]),
    interval=apart,
    lower_is_better=True,
    price="invented: 20,000 a year for the network",
)
print(result)
