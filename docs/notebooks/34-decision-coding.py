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


