# %% [markdown]
# # Decision: letters with a voucher
#
# Whom should a shop send a letter with a voucher, does it pay, and is a network
# worth it? This page asks the questions of 1 September 2011, with
# what [chapter 35](../chapters/35-predictive-analytics-case.md) has found. It can be
# read without the code. The result of each cell is said in words below it.
#
# **It judges with hindsight:** by who ordered in the 90 days after. On the day itself nobody knew
# that. What the neuron's lists *promised* was known: 4,212 pounds if letters win one in ten, and 158 if
# they win half as many. With these, rules 1, 2 and 4 for the letters give the same answer; rule 3 has to wait.
#
# **What is at stake.** 4,324 customers have ordered in the last year. A letter costs
# 1 pound. A customer who orders redeems 10 pounds, even one who would
# have ordered anyway. An order that a letter has won leaves 90 pounds. *All three numbers
# are assumed.*
#
# **What nobody knows.** How many customers a letter wins. No customer of these
# data got one, as far as they tell. The page calculates with one in ten of those who would have
# stayed away, and with half of that.
#
# ## The rules
#
# They come before the numbers, and the answer is computed from them. A confession: I
# wrote them when I had already seen the numbers of the chapter. Yours can be written
# before.
#
# For a *network*, in place of the single neuron:
#
# 1. Its list brings at least 0.10 pounds more per customer. That is 432 pounds in
#    this quarter, to pay for the upkeep. The low end of the interval counts.
#
# For the *letters*:
#
# 1. If they win one in ten, they bring 1,000 pounds in this quarter.
# 2. If they win only half as many, they still do.
# 3. The customers on the list do as they are said to, to within 5 points. (That can be looked at after 90 days.)
# 4. Somebody has measured what a letter changes. From then on the low end of what was measured takes
#    the place of the one in ten, and rule 2 is not needed any more.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.cases import retail_customers, retail_inputs, stored
from nnfs_code.decisions import (
    CaseResult,
    Rule,
    best_actions,
    cost_of,
    decide,
    paired_bootstrap,
)
from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.metrics import roc_auc
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer
from nnfs_code.schedules import CosineDecay

LETTER, VOUCHER, EARNED = 1, 10, 90  # pounds
table = retail_customers()
cut, bought = table["cut"], table["bought"].astype(int)
past, now = (cut > 201009) & (cut < 201109), cut == 201109
yes = bought[now]

# %% [markdown]
# ## What is said of each customer
#
# A single neuron learns from three earlier cuts who orders within 90 days. Then all chances
# are raised by what the autumn before has shown: customers order more often before
# Christmas. What a network says was computed before and stored. It is raised in the
# same way.

# %%
scaler = Standardizer().fit(retail_inputs(table)[past])
rows = scaler.transform(retail_inputs(table))
dense = Dense(rows.shape[1], 1, rng=np.random.default_rng(0), dtype=float)
model, adam = (
    Model([dense], SigmoidCrossEntropy()),
    Adam(CosineDecay(0.3, 300)),
)
for _ in range(300):
    model.train_step(rows[past], bought[past, np.newaxis].astype(float), adam)
said = model.predict(rows[now])[:, 0]
networks = stored("retail-runs")["networks"].astype(float)
by_auc = np.argsort([roc_auc(one, yes) for one in networks])
network = networks[by_auc[2]]  # the middle one of five

nine_months = past & (table["recency"] <= 274)
autumn, rest = bought[cut == 201009].mean(), bought[nine_months].mean()
FACTOR = autumn / (1 - autumn) / (rest / (1 - rest))


def in_autumn(chances):
    return 1 / (1 + (1 / chances - 1) / FACTOR)


print(f"a year ago {autumn:.3f} ordered in autumn, since then {rest:.3f}")
print(f"odds times {FACTOR:.2f}: from {said.mean():.3f}", end=" ")
print(f"to {in_autumn(said).mean():.3f} on average")

# %% [markdown]
# ## What the letters would have brought
#
# A letter goes to each customer for whom it is worth more than it costs, if the chances and
# the share that it wins are right. September has happened since, so we know who ordered
# without a letter, and what letters to them would have cost.


# %%
def costs(share):
    """No letter, a letter; would order anyway, would stay away."""
    return [[0, 0], [LETTER + VOUCHER, LETTER - share * (EARNED - VOUCHER)]]


def sent(chances, share):
    both = np.column_stack([chances, 1 - chances])
    return best_actions(both, costs(share))


def pounds(chances, share):
    return -cost_of(sent(chances, share), 1 - yes, costs(share))


print("a letter wins  letters: neuron, network   pounds: neuron, network")
for share in (0.05, 0.10, 0.20):
    lists = [in_autumn(one) for one in (said, network)]
    numbers = [sent(one, share).sum() for one in lists]
    gains = [pounds(one, share).sum() for one in lists]
    print(
        f"{share:13.2f} {numbers[0]:16} {numbers[1]:8}"
        f" {gains[0]:17.0f} {gains[1]:8.0f}"
    )

# %% [markdown]
# The two lists bring about the same, whatever a letter wins. What it wins decides: at
# one in twenty there is next to nothing to gain, at one in five about 17,000 pounds.

# %%
shares = np.arange(0.02, 0.201, 0.01)
fig, ax = plt.subplots(figsize=(5.6, 3.4))
for one, name, look in (
    (in_autumn(said), "neuron, raised", "C0-"),
    (in_autumn(network), "network, raised", "C1--"),
    (said, "neuron, as it is", "C5:"),
):
    gains = [pounds(one, share).sum() for share in shares]
    ax.plot(100 * shares, gains, look, label=name)
ax.axhline(0, lw=0.8, color="C5")
ax.set(
    xlabel="customers that a letter wins, of 100 who would stay away",
    ylabel="pounds",
)
ax.legend()
fig.set_label(
    "Pounds in this quarter, over the share of customers that a letter wins. Neuron and "
    "network with raised chances run together, from 0 at a small share up to about 17,000 "
    "pounds at 20 in 100. The neuron whose chances are not raised loses money from 3 to "
    "about 8 in 100, and from there on stays below the others."
)
plt.show()

# %% [markdown]
# ## The decision on the network

# %%
rng = np.random.default_rng(0)
gap = paired_bootstrap(
    pounds(in_autumn(network), 0.10), pounds(in_autumn(said), 0.10), rng=rng
)
print(f"network minus neuron, pounds per customer: {gap:+.2f}")
print(
    decide(
        [
            Rule(
                "the network's list brings 0.10 pounds more per customer",
                gap.low,
                0.10,
                "no-go",
            )
        ]
    )
)

# %% [markdown]
# **No.** The network's list brings as much as the neuron's, within the luck of
# who the customers are.
#
# ## The decision on the letters

# %%
chances = in_autumn(said)
of_list = sent(chances, 0.10) == 1
off = abs(chances[of_list].mean() - yes[of_list].mean())
print(f"on the list: said {chances[of_list].mean():.3f}", end=", ")
print(f"ordered {yes[of_list].mean():.3f}")
measured = 0  # the number of experiments with letters
print(
    decide(
        [
            Rule(
                "if letters win one in ten, 1,000 pounds",
                pounds(chances, 0.10).sum(),
                1000,
                "no-go",
            ),
            Rule(
                "if they win half as many, still 1,000 pounds",
                pounds(chances, 0.05).sum(),
                1000,
            ),
            Rule(
                "the list orders as said, to within 5 points (how far inside)",
                0.05 - off,
                0,
            ),
            Rule("experiments that measured a letter", measured, 1),
        ]
    )
)

# %% [markdown]
# **Not yet.** If letters win one in ten, they pay. If they win half as many, they bring
# 189 pounds, which is not worth the work. Which of the two is true, no forecast can tell.
#
# ## What would change it
#
# - *An experiment.* Toss a coin for each of the 1,898 customers on the list for one in
#   ten. One half gets a letter. If 5.4 more of 100 order with a letter than without one (which is 7.5 of 100
#   who would have stayed away), letters to the whole list bring 1,000 pounds; below 4.7 they lose. With 949
#   customers in each half the difference is measured to about 4 of 100 either way. So one list gives a yes
#   only if about 9.6 more of 100 order. If it is fewer, repeat, or let it be.
# - *What it costs.* If letters win nobody, those to one half of the list lose about 3,600 pounds. If they win one in ten,
#   they bring about 1,900, but only one such experiment of eight gives a yes. If they win one in five, nearly each does.
# - *Better numbers for the assumptions.* If an order leaves 180 pounds, letters bring 1,000 pounds from 4 in 100
#   on, at 45 pounds from 16. Whoever keeps the shop's books can find out in an hour.
# - *Not a better model.* The lists of the three that were tried bring about as much.
#
# ## What to watch, if letters go out
#
# Every week, the share that has ordered so far beside that of earlier quarters by the same week; and
# the coin group without letters, for as long as there are letters.
#
# ## The case in one line

# %%
CaseResult(
    case="Customer retention",
    question="To whom to send a voucher?",
    metric="pounds per customer, if letters win one in ten",
    simple="logistic regression",
    simple_score=float(pounds(in_autumn(said), 0.10).mean()),
    network="16 hidden neurons",
    network_score=float(pounds(in_autumn(network), 0.10).mean()),
    interval=gap,
    lower_is_better=False,
    price="one neuron: a tenth of a second to train, 12 numbers to run",
)

# %% [markdown]
# ## What I now believe
#
# - The forecast was the easy half. What decides is a number that no forecast gives: how many
#   customers a letter wins.
# - An honest "not yet" says what to measure, on how many customers, and at which result to
#   say yes.
