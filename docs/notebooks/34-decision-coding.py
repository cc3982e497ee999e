# %% [markdown]
# # Decision: who reads the diagnoses?
#
# The decision page of [chapter 34](../chapters/34-language-case.md). It can be read without
# the code. To fill in one of your own, take [the template](32-decision-template.md).
#
# **What is to be decided.** A clinic's billing office (an invented one) gets 100,000 diagnoses a
# year, each a line of text. A clerk reads each of them and lays it on one of 21 desks. May a machine
# lay down those of which it is sure? Three questions:
#
# 1. A *linear model* on pieces of words, which asks the clerk where it is not sure, in place of the
#    clerk alone?
# 2. A *network* on the same pieces in place of the linear model?
# 3. A *transformer* in place of the linear model?
#
# And as a cheaper rival: a *sheet of paper* with sixty words and their desks.
#
# **What mistakes cost.** All prices are invented; put in your own. A clerk's look costs 0.50. A
# text on a wrong desk costs 5.00. Clerks are wrong in 2 of 100. So a text costs 0.60 today, and the
# office 60,000 a year. Below is also what each method costs a year, to build, run and look
# after, more than what it replaces.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.cases import stored
from nnfs_code.decisions import CaseResult, Rule, decide, paired_bootstrap
from nnfs_code.diagnoses import chapters_of, diagnosis_titles
from nnfs_code.validation import folds

CLERK, WRONG, CLERK_ERRS = 0.50, 5.00, 0.02
TEXTS_A_YEAR = 100_000
PRICES = {"linear model": 8_000, "network": 10_000, "transformer": 20_000}
for name, price in PRICES.items():
    print(f"{name}: has to save {price / TEXTS_A_YEAR:.2f} per text")

# %% [markdown]
# ## The rules, before the numbers
#
# For all three questions the same rules. I wrote them before I had any cost of these models. What I had
# seen was how often some of them are right on a few of the titles.
#
# 1. A perfect answer would save at least twice the price. If not: no-go.
# 2. At the good end of its interval (95 %), the new way saves its price. If not: no-go.
# 3. The saving that was found is at least the price. If not: not yet.
# 4. At the bad end of the interval it still saves something. If not: not yet.
# 5. Of notes that say that a patient does *not* have something, at least 95 in 100 go to the clerk.
#    If not: not yet.
# 6. It was tried on at least 500 texts of the office itself. If not: not yet.


# %%
def rules(prize, saving, price, denials_to_clerk, own_texts):
    """Return the rules with what was found; `saving` is per text."""
    needed = price / TEXTS_A_YEAR
    return [
        Rule(
            "a perfect answer saves twice the price",
            prize,
            2 * needed,
            "no-go",
        ),
        Rule(
            "at the good end, it saves its price",
            saving.high,
            needed,
            "no-go",
        ),
        Rule("the saving found is at least the price", saving.mean, needed),
        Rule("at the bad end, it still saves something", saving.low, 0),
        Rule("share of denials that the clerk gets", denials_to_clerk, 0.95),
        Rule("texts of its own that it was tried on", own_texts, 500),
    ]


# %% [markdown]
# ## The numbers
#
# There are no texts of such an office. In their place stand 12,379 official titles of diagnoses. Each
# was judged by models that had not seen it, nor any title of its family (the first three characters of
# its code). Each model decides where it is sure
# enough. How sure that has to be was chosen on other families.

# %%
codes, titles = diagnosis_titles()
desk = chapters_of(codes)
family = np.array([code[:3] for code in codes])
runs = stored("coding-runs")
BY_HAND = CLERK + CLERK_ERRS * WRONG


def said(key):
    """Return the desk that is said, and the chance that it is right."""
    place, logits = runs[key].astype(int)
    return place, 1 / (1 + np.exp(-logits / 16))


def bill(sure, right, border):
    """Return what each text costs: an error or nothing, or a clerk."""
    return np.where(sure >= border, WRONG * ~right, BY_HAND)


def cheapest(sure, right):
    """Return the border that is cheapest on these texts."""
    tried = np.unique(np.append(sure, 2.0))  # 2: the clerk reads all
    return min(tried, key=lambda border: bill(sure, right, border).mean())


FIVE = folds(
    len(titles), 5, rng=np.random.default_rng(0), classes=desk, groups=family
)
NAMES = {
    "linear model": "linear pieces",
    "network": "network pieces",
    "transformer": "transformer",
}
costs = {"clerk alone": np.full(len(titles), BY_HAND)}
borders = {}
for name, rung in NAMES.items():
    place, sure = said(f"families, {rung}")
    right, paid = place == desk, np.zeros(len(titles))
    borders[name] = []
    for others, here in FIVE:
        border = cheapest(sure[others], right[others])
        paid[here] = bill(sure[here], right[here], border)
        borders[name].append(border)
    costs[name] = paid
    alone = paid != BY_HAND
    print(
        f"{name:13} decides {alone.mean():.0%}, of these"
        f" {(paid[alone] > 0).mean():.1%} wrong; {paid.mean():.3f} per text"
    )


def saving(new, old):
    return paired_bootstrap(
        costs[old],
        costs[new],
        rng=np.random.default_rng(0),
        groups=family,
        repeats=1000,
    )


pairs = [
    ("linear model", "clerk alone"),
    ("network", "linear model"),
    ("transformer", "linear model"),
]
for new, old in pairs:
    print(f"{new} in place of {old}: saves {saving(new, old):+.3f}")

# %%
fig, ax = plt.subplots(figsize=(6.0, 3.6))
for name, look in (("linear model", "C0-"), ("transformer", "C3:")):
    place, sure = said(f"families, {NAMES[name]}")
    order = np.argsort(-sure, kind="stable")
    errors = np.append(0, np.cumsum(place[order] != desk[order]))
    n = np.arange(len(titles) + 1)
    total = WRONG * errors + BY_HAND * (len(titles) - n)
    ax.plot(n / len(titles), total / len(titles), look, label=name)
ax.axhline(BY_HAND, color="C5", linestyle="--", linewidth=1)
ax.set(
    xlabel="share of texts that the machine decides, the surest first",
    ylabel="cost per text",
    xlim=(0, 1),
    ylim=(0, 1.6),
)
ax.legend()
fig.set_label(
    "The cost per text over the share that the machine decides. Both curves begin at 0.60, "
    "what the clerk costs, and fall to a lowest point between three and five tenths: 0.45 "
    "for the linear model and about the same for the transformer. From there they rise past 0.60, the "
    "transformer's earlier. At the right end the linear model's is at 1.3; the transformer's has left "
    "the picture."
)
plt.show()

# %% [markdown]
# **The machine should not decide everything.** If it did, each of these models would cost more than twice as
# much as the clerk. The gain is in the middle, where the machine takes what it is sure of.
#
# One more number is needed, for rule 5. I wrote "no evidence of" in front of titles that were new to the
# models. No desk is right for such a note. To how many of them does a model give one all the same?

# %%
denials = {}
for name, rung in NAMES.items():
    sure = said(f"denied, {rung}")[1]
    denials[name] = np.mean(sure < np.mean(borders[name]))
    print(f"{name:13} leaves {denials[name]:.0%} of the denials to the clerk")

# %% [markdown]
# ## Question 1: the linear model in place of the clerk alone?

# %%
first = saving("linear model", "clerk alone")
price = PRICES["linear model"]
print(decide(rules(BY_HAND, first, price, denials["linear model"], 0)))

# %% [markdown]
# **Not yet.** It saves more than its price, even at the bad end of its interval. Two rules fail: it would
# lay down four in ten of the notes which say that there is *nothing*, and it was tried on no text of the office.
#
# ## Question 2: the network in place of the linear model?

# %%
second = saving("network", "linear model")
prize = costs["linear model"].mean()  # a perfect answer would save it
print(decide(rules(prize, second, PRICES["network"], denials["network"], 0)))

# %% [markdown]
# **No.** Even the good end of its interval is far below the price. It also lays down more of the denials
# than the other two.
#
# ## Question 3: the transformer in place of the linear model?

# %%
third = saving("transformer", "linear model")
price = PRICES["transformer"]
print(decide(rules(prize, third, price, denials["transformer"], 0)))

# %% [markdown]
# **No,** for this one, which has read nothing but these titles. Pretrained transformers have read far
# more. They are not tried here, and the answer says nothing about them. The rules above do for them, too.
#
# ## What would change it
#
# - *The price of an error.* At 10 the linear model still saves its price. At 20 what it saves, 0.042 per text, is below its
#   price, and the interval has a 0; without 38 titles of one family it has none
#   ([chapter 34](../chapters/34-language-case.md#one-family)). If nobody would notice a text on a wrong desk, the price is
#   that of a wrong bill, and then it is the first thing to find out.
# - *The number of texts.* From which number a year on does the saving pay for the model?

# %%
for words, one in (
    ("the saving that was found", first.mean),
    ("the bad end of its interval", first.low),
):
    needed = PRICES["linear model"] / one
    print(f"{words}: {round(needed, -3):,.0f} texts a year")

# %% [markdown]
# - *Other texts.* A slip of the fingers in three of ten long words takes little from this model, invented short
#   forms take more ([chapter 34](../chapters/34-language-case.md#notes)). What real ones take, nobody here knows.
#
# ## What to measure next
#
# In this order, since each is cheaper than the one after it (the times are my guess):
#
# 1. How many texts deny, suspect or remember a disease. Two hundred texts, a day. If there are some, a rule in front
#    of the machine: whatever has the words or marks by which these texts do so goes to the clerk.
# 2. How often a text lies on a wrong desk today, and what happens then. A week.
# 3. 500 texts of the office with the desk that was right in the end. A month. Then the numbers above, again, with the
#    same rules.
# 4. Only then, if the first three say yes: two months in which the machine proposes and the clerk decides.
#
# ## If it were done: the model card
#
# | Question | Answer |
# |---|---|
# | What it is | a linear model: points for pieces of words, averaged over the text, for each of 21 desks |
# | What it is for | to lay texts on desks; the coder there decides on the code |
# | What it is not for | codes, bills, treatment; other languages |
# | Learned from | 12,379 official titles of ICD-10-CM, editions mixed; no text that a clinician wrote |
# | Not in the data | five in six titles of the list, nearly all injuries and accidents among them; notes of any kind, with their short forms, slips, denials, suspicions |
# | How good | decides 43 in 100 titles of new families, of which 5 in 100 wrong; the rest goes to the clerk |
# | Who is served worse | texts whose true desk is symptoms or nerves: more than one in five of those decided lie wrong (the worst two of 21 desks, and few texts about nerves) |
# | How it goes on learning | from 100 texts a week that a clerk reads without its answer |
# | Owner | a name, and a second one for the holidays |
# | Switched off by | the owner; then the clerk reads all, as today |
#
# The plan for watching it is in [chapter 34](../chapters/34-language-case.md#afterwards).
#
# ## The case in one line

# %%
CaseResult(
    case="Diagnoses",
    question="On which of 21 desks does a text belong?",
    metric="cost per text",
    simple="linear, pieces of words",
    simple_score=float(costs["linear model"].mean()),
    network="network on the same pieces, 64 hidden neurons",
    network_score=float(costs["network"].mean()),
    interval=paired_bootstrap(
        costs["network"],
        costs["linear model"],
        rng=np.random.default_rng(0),
        groups=family,
        repeats=1000,
    ),
    lower_is_better=True,
    price="a tie, so the simpler one: days to build, a table to run",
)

# %% [markdown]
# ## What I now believe
#
# - A machine that may ask is another machine than one that must answer. The best linear model here would cost more
#   than twice as much as the clerk if it had to answer always, and a quarter less if it may ask.
# - How often a model is right does not say what it is worth. The transformer is right far less often than the linear model, and
#   costs about the same, because it knows better which of its answers to keep to itself.
# - I would spend the next month on 500 real texts, and not on a model.
