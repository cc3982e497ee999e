# %% [markdown]
# # A decision page to fill in
#
# A page like [the one about the loans](32-decision-credit.md), for a case of
# your own. It goes with
# [chapter 32](../chapters/32-is-a-network-the-right-tool.md#ten-questions).
# **All numbers in it are invented.** It is about a depot that may warn customers
# of late parcels. Download it, and replace whatever stands behind FILL IN.
#
# Work from the top, in this order. Steps 1 and 2 need no data and no code, but
# an hour or two with the person who owns the decision. If they cannot be filled
# in, the answer is "not yet", and you have saved the rest.
#
# **If you do not write code**, copy the lists and tables of steps 1, 2 and 6 to paper, fill
# them in, put a date and a name under them, and give them to whoever makes the comparison,
# before that person shows you any result.

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
# FILL IN, in words:
#
# - Who does what differently after the prediction? *The depot warns a customer that the
#   parcel will be late, or does not.*
# - What is done today? *Nobody is warned.*
# - How many such decisions are there in a year? *250,000.*
# - Who has said that it is allowed to decide by these data, and what must people be
#   told? *The depot's lawyer, by name.* Without a name, the answer is "not yet".
# - How much more than what it replaces would each cost a year: to build, spread over the years
#   that it is to last, to run and to look after? *The simple method 5,000 more than today, the
#   network 15,000 more than the simple method.*
#
# | What is done | it was on time | it was late |
# |---|---|---|
# | no warning | 0 | 10 |
# | a warning | 1 | 1 |
#
# Two rows are the two things that can be done, two columns are what may turn out to
# be true. A warning costs 1 even where it was right, so here a perfect answer costs
# something, too. If what you do helps only some, write what is left: what it costs, plus
# the share whom it does not help, times the cost of the mistake. (A warning that helps
# one in three: 1 + 2/3 · 10.) If nobody knows that share, measure it first.
#
# If you cannot name a cost, write down the lowest and the highest that somebody in charge
# would believe, and run the page with both. If the two decide differently, the answer is
# "not yet", and the cost is what to find out.
#
# If you decide *how many* and not *whether*, this table does not fit. [Chapter
# 32](../chapters/32-is-a-network-the-right-tool.md#how-many) says which number to aim at;
# each past decision then has a cost (of what was left over and what was missing), and
# from step 4 on the page works with these costs.

# %%
COSTS = [
    [0, 10],  # no warning: if it is on time, if it is late
    [1, 1],  # a warning: on time, late
]
DECISIONS_A_YEAR = 250_000
PRICE_OF_SIMPLE, PRICE_OF_NETWORK = 5_000, 15_000  # more, a year
print(f"warn from a chance of {break_even(COSTS):.2f} on")

# %% [markdown]
# ## 2. The rules, before any result
#
# Two questions: the simple method in place of what is done today, and the network
# in place of the simple method. FILL IN what the numbers would have to be for a yes:
#
# | Rule | If it does not hold |
# |---|---|
# | a perfect answer, in place of the old way, would save *twice* the price | no-go |
# | at the good end of its interval, the new way saves its price | no-go |
# | the saving that was found is at least the price | not yet |
# | at the bad end of its interval, it still saves something | not yet |
# | there are *12* months of data, in the order of time | not yet |
# | somebody owns it: a name, and a second one | not yet |
#
# A no-go means: stop. "Not yet" means: more data or more work could help. "Twice" is a
# margin, and how wide the interval is to be (95 %) is a choice, too. For a trial that can be
# stopped at any time you may ask for less; write that down now. Show this page to somebody
# before you run the next cell. A limit that is chosen afterwards decides nothing.


# %%
def rules(prize, saving, price_a_year, months, owner):
    """Return the six rules; `saving` is an interval, per decision."""
    price = price_a_year / DECISIONS_A_YEAR
    return [
        Rule(
            "a perfect answer saves twice the price",
            prize,
            2 * price,
            otherwise="no-go",
        ),
        Rule(
            "at the good end, it saves its price",
            saving.high,
            price,
            otherwise="no-go",
        ),
        Rule("the saving found is at least the price", saving.mean, price),
        Rule("at the bad end, it still saves something", saving.low, 0),
        Rule("months of data, in the order of time", months, 12),
        Rule("somebody owns it (1 for yes)", owner, 1),
    ]


# %% [markdown]
# ## 3. What was said, and what came true
#
# FILL IN one row for each past decision that *no model has learned from*. Split as
# the decision will be: if you decide about tomorrow, the rows are later than all that was
# learned from. The columns:
#
# - `simple`: the chance, from 0 to 1, that the simple method said;
# - `happened`: what came true (0 or 1), and `done`: what was done (0 or 1);
# - `day`: a number for the day. **Rows that come together get the same number.** Parcels
#   are late together, on bad days; shops are empty together, when it rains. If nothing
#   comes together, number the rows;
# - then a column for each of *several networks*, which were started differently: the chance
#   that it said. What counts is the mean of their costs. (The mean of their *chances* is
#   another model, all of them together. You may try that, too, under its own name.)
#
# From a file with these columns it is
# `simple, happened, done, day, *networks = np.loadtxt("said.csv", delimiter=",", skiprows=1).T`
# and then `happened, done = happened.astype(int), done.astype(int)`.
#
# The rows below are drawn by lot: 200 days with 25 parcels each, in a made-up world in
# which the network knows something about the day that the simple method does not.

# %%
rng = np.random.default_rng(32)
day = np.repeat(np.arange(200), 25)
known = rng.normal(size=5000)
weather = rng.normal(size=200)[day]


def chance(score):
    return 1 / (1 + np.exp(-score))


happened = (rng.uniform(size=5000) < chance(known + weather - 3)).astype(int)
done = np.zeros(5000, int)  # nobody was warned
simple = chance(1.0 * known - 2.7)
networks = [
    chance(known + rng.normal(0.5, 0.05) * weather - 2.8) for _ in range(5)
]
MONTHS_OF_DATA = 9
OWNER = 1
print(f"{happened.mean():.1%} are late")

# %% [markdown]
# ## 4. The comparison, in money
#
# Nothing to fill in here. In brackets is the middle 95 % of what the mean could have
# been, had other days been drawn. Whole days are drawn, so that parcels that are late
# together count together. (On paper, for a share $p$ of $n$ separate cases, twice
# $\sqrt{p(1 - p)/n}$ to each side is close, if at least ten are of either kind.) Below
# it, for comparison, is what would be said if each parcel were taken for a case of its own.


# %%
def cost(chances):
    table = np.column_stack([1 - chances, chances])
    return cost_of(best_actions(table, COSTS), happened, COSTS)


per_decision = {
    "today": cost_of(done, happened, COSTS),
    "never": cost_of(np.zeros(len(happened), int), happened, COSTS),
    "always": cost_of(np.ones(len(happened), int), happened, COSTS),
    "simple": cost(simple),
    "network": np.mean([cost(said) for said in networks], axis=0),
    "a perfect answer": cost(happened.astype(float)),
}
mean = {name: paid.mean() for name, paid in per_decision.items()}
for name, paid in mean.items():
    print(f"{name:16} {paid:.3f} per decision")


def saved(new, old, groups=day):
    """Return what the new way saves per decision, with its interval."""
    return paired_bootstrap(
        per_decision[old],
        per_decision[new],
        rng=np.random.default_rng(0),
        groups=groups,
    )


for new, old in (("simple", "today"), ("network", "simple")):
    print(f"{new} in place of {old} saves {saved(new, old):+.3f}")
single = saved("network", "simple", groups=None)
print(f"(by single parcels, for comparison: {single:+.3f})")

# %% [markdown]
# If "never" or "always" is cheaper than both methods, neither of these two pays *as
# they are*. Look first whether their chances are true ([chapter
# 37](../chapters/37-from-score-to-decision.md#calibration)): a model that puts the cases
# in a good order and says all chances too high can cost more than no model, and be mended.
#
# What the simple method costs more than a perfect answer is all that a network could add.
#
# ## 5. The decision

# %%
decisions = {}
for new, old, price in (
    ("simple", "today", PRICE_OF_SIMPLE),
    ("network", "simple", PRICE_OF_NETWORK),
):
    prize = mean[old] - mean["a perfect answer"]
    found = rules(prize, saved(new, old), price, MONTHS_OF_DATA, OWNER)
    decisions[new] = decide(found)
    print(f"{new}, in place of {old}: {decisions[new]}")

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
    interval=paired_bootstrap(
        per_decision["network"],
        per_decision["simple"],
        rng=np.random.default_rng(0),
        groups=day,
    ),
    lower_is_better=True,
    price="invented: for the network 15,000 a year more",
)
print(result)

# %% [markdown]
# ## What I now believe
#
# Write down here, with the date, what this page changed in your mind: what you
# expected before the numbers, and what you would do first next time.
