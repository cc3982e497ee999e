# %% [markdown]
# # Capstone: how many bikes to have ready
#
# A worked solution of the [first capstone](../resources/capstones.md#bikes).
# Try it yourself before you read on: task, costs and rubric are there.
#
# A city rents out bikes. Every evening somebody decides, for each hour of the
# next day, how many bikes are to be ready. **A bike that nobody takes costs 1, a
# hire that fails costs 3.** Which way of deciding is the cheapest, and is a
# network worth it?

# %%
from datetime import date, timedelta

import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.capstones import bikes_by_hour
from nnfs_code.layers import Dense
from nnfs_code.losses import Quantile
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer, batches
from nnfs_code.schedules import CosineDecay

raw = bikes_by_hour()
day, hour = raw["day"].astype(int), raw["hour"].astype(int)
working, hires = raw["working_day"].astype(int), raw["hires"]
month = np.array([(date(2010, 12, 31) + timedelta(int(d))).month for d in day])
print(f"{len(day)} hours of {day[-1]} days, {hires.sum():.0f} hires")
print(f"in an hour: middle {np.median(hires):.0f}, most {hires.max():.0f}")

# %% [markdown]
# ## The costs say what to predict
#
# If $q$ bikes are ready, one more costs 1 when it stays and saves 3 when it is
# taken. It pays as long as the chance that it is taken is above
# $1 / (1 + 3) = 0.25$. So the number to aim at is not the mean: it is the one
# that three quarters of such hours stay below, the 0.75 quantile of
# [chapter 17](../chapters/17-regression.md).

# %%
LEVEL = 3 / (3 + 1)


def cost(ready, needed):
    """Return the mean cost of an hour."""
    short = needed - ready
    return np.where(short > 0, 3 * short, -short).mean()


# %% [markdown]
# ## A split that fits the decision
#
# The decision is about tomorrow, and nobody has tomorrow's hires. So no random
# split: everything is trained on the months *before* the one that it is judged
# by, and once a month trained anew. (So on the first of a month they know the whole
# day of the evening before, of which some hours are still to come. That is one day
# in thirty, and I left it.) July and August are for choosing. September
# to December are for the verdict, and are looked at once, at the end.


# %%
def decided(decide, months):
    """Return what is ready in the hours of some months, each from its past."""
    return np.concatenate(
        [
            decide(
                np.flatnonzero((month < m) & (day > 8)),
                np.flatnonzero(month == m),
            )
            for m in months
        ]
    )


def judged(decide, months):
    """Return the mean cost of an hour."""
    return cost(decided(decide, months), hires[np.isin(month, months)])


CHOOSE, VERDICT = (7, 8), (9, 10, 11, 12)

# %% [markdown]
# ## What it has to beat
#
# First without any learning: nothing ready, the same number at all hours, and a
# table by hour and kind of day. Hires change with the seasons, so there is a
# table of four weeks, too. It costs nothing to make it anew each evening, and so
# it is made. The day of the evening itself is not over, and is left out.


# %%
def of_table(past, now, summary):
    cells = np.zeros((24, 2))
    for h, w in np.ndindex(24, 2):
        chosen = past[(hour[past] == h) & (working[past] == w)]
        cells[h, w] = summary(hires[chosen])
    return cells[hour[now], working[now]]


def of_four_weeks(now, summary):
    """Return what tables that are made anew each evening say."""
    ready = np.zeros(len(now))
    for place, k in enumerate(now):
        recent = (day >= day[k] - 29) & (day < day[k] - 1)
        chosen = recent & (hour == hour[k]) & (working == working[k])
        ready[place] = summary(hires[chosen])
    return ready


def upper(numbers):
    return np.quantile(numbers, LEVEL)


simple = {
    "nothing ready": lambda past, now: 0 * hires[now],
    "one number": lambda past, now: upper(hires[past]) + 0 * hires[now],
    "table, mean": lambda past, now: of_table(past, now, np.mean),
    "table, quantile": lambda past, now: of_table(past, now, upper),
    "four weeks, mean": lambda past, now: of_four_weeks(now, np.mean),
    "four weeks, quantile": lambda past, now: of_four_weeks(now, upper),
}
for name, decide in simple.items():
    print(f"{name:21} {judged(decide, CHOOSE):6.1f}")

# %% [markdown]
# The table of four weeks with the quantile is the one to beat. By the mean the
# same table costs more: 63 instead of 53. To know what to predict comes before
# predicting it well.
#
# ## What may be known the evening before
#
# Calendar and weather are the first idea. The weather in the table is that of
# the hour itself; the evening before there would be a forecast, so all numbers
# of models with weather below are somewhat too good. The second idea is the
# *level*: the mean of seven days, again without the day of the evening itself. The
# third is the same hour a week ago.

# %%
grid = np.full((366, 24), np.nan)
grid[day, hour] = hires
level = np.array(
    [np.nanmean(grid[max(d - 8, 1) : d - 1]) if d > 2 else 0 for d in day]
)
week_ago = np.array(
    [grid[max(d - 7, 0), h] for d, h in zip(day, hour, strict=True)]
)
week_ago = np.where(np.isnan(week_ago), level, week_ago)  # an hour is missing
by_hour = np.eye(24)[hour]
calendar = [
    by_hour,
    by_hour * working[:, None],
    np.eye(7)[raw["weekday"].astype(int)],
]
calendar += [raw["holiday"][:, None], np.eye(4)[raw["weather"].astype(int)]]
air = np.stack([raw[name] for name in ("temperature", "humidity", "wind")], 1)
# Scaled once by the first half year, which is past for all that follows.
air = Standardizer().fit(air[month < 7]).transform(air)
lags = np.sqrt(np.stack([level, week_ago], 1) / 100)
first = np.concatenate([*calendar, air], axis=1)
choices = {
    "calendar, weather": first,
    "and level": np.concatenate([first, lags[:, :1]], axis=1),
    "and week ago": np.concatenate([first, lags], axis=1),
}


def fitted(inputs, past, now, hidden, seed):
    """Return what a network, or a neuron if nothing is hidden, would have ready."""
    rng = np.random.default_rng(seed)
    width = inputs.shape[1]
    parts = [Dense(hidden or width, 1, rng=rng)]
    if hidden:
        parts = [Dense(width, hidden, rng=rng), ReLU(), *parts]
        for part in parts[::2]:
            part.weights *= 20  # 0.2 instead of 0.01
    model = Model(parts, Quantile(LEVEL))
    rows, roots = inputs.astype(np.float32), np.sqrt(hires[:, None] / 100)
    adam = Adam(CosineDecay(0.03, 20 * -(-len(past) // 256)))
    for _ in range(20):
        for batch in batches(len(past), 256, rng=rng):
            some = past[batch]
            model.train_step(rows[some], roots[some].astype(np.float32), adam)
    return 100 * model.forward(rows[now])[:, 0] ** 2


def several(inputs, hidden, months, seeds):
    """Return what networks that differ in their seed would have ready."""
    return [
        decided(
            lambda past, now, s=s: fitted(inputs, past, now, hidden, s), months
        )
        for s in range(seeds)
    ]


tried = {}
for name, inputs in choices.items():
    for hidden, seeds in ((0, 1), (32, 3)):
        ready = several(inputs, hidden, CHOOSE, seeds)
        needed = hires[np.isin(month, CHOOSE)]
        tried[hidden, name] = sorted(cost(one, needed) for one in ready)
    nets = " ".join(f"{one:.1f}" for one in tried[32, name])
    print(f"{name:18} linear {tried[0, name][0]:.1f}   networks {nets}")

# %% [markdown]
# One neuron without a hidden layer is the linear model. Roots are predicted and
# squared again. A quantile allows that: the quantile of the roots is the root of
# the quantile, since a root keeps the order. For a mean it would be wrong. (A model
# that cannot reach the quantile weighs its errors differently on roots.)
#
# With each idea the middle one gets better. The networks differ a good deal from
# seed to seed, so the answers of five are averaged in the end. (The rubric asks for
# five seeds in choosing, too. I took three.)
#
# ## The verdict
#
# The inputs with the lowest middle cost in July and August, and the four months
# that were kept. A confession: I had run rougher programs on all months before, to
# see whether the data make a good task. And a first version of this notebook made the
# table once a month only; I renewed it daily after I had seen a verdict. So for me
# these four months were not untouched.

# %%
best = {
    hidden: min(choices, key=lambda name: np.median(tried[hidden, name]))
    for hidden in (0, 32)
}
print(f"linear: {best[0]}; network: {best[32]}")
needed = hires[np.isin(month, VERDICT)]
networks = several(choices[best[32]], 32, VERDICT, 5)
results = {
    "four weeks, quantile": decided(simple["four weeks, quantile"], VERDICT),
    "linear": several(choices[best[0]], 0, VERDICT, 1)[0],
    "five averaged": np.mean(networks, axis=0),
}
for name, ready in results.items():
    below = (needed <= ready).mean()
    print(
        f"{name:21} {cost(ready, needed):.1f}, enough in {below:.2f} of the hours"
    )
alone = sorted(cost(one, needed) for one in networks)
print("network by network   ", " ".join(f"{one:.1f}" for one in alone))
rows = np.flatnonzero(np.isin(month, VERDICT))
apart = [
    cost(
        results["four weeks, quantile"][day[rows] == d], needed[day[rows] == d]
    )
    - cost(results["five averaged"][day[rows] == d], needed[day[rows] == d])
    for d in np.unique(day[rows])
]
gap = np.mean(apart)
for name, pieces in (("days", len(apart)), ("weeks", len(apart) // 7)):
    means = [piece.mean() for piece in np.array_split(apart, pieces)]
    gap_error = np.std(means, ddof=1) / np.sqrt(pieces)
    print(f"table minus networks, by {name:5} {gap:.1f} ± {gap_error:.1f}")

# %%
fig, axes = plt.subplots(2, 1, figsize=(6.2, 5.6))
week = (day[rows] >= 318) & (day[rows] < 325)
at = day[rows][week] + hour[rows][week] / 24
axes[0].fill_between(at, needed[week], alpha=0.25, linewidth=0, label="hires")
looks = {
    "four weeks, quantile": "C0:",
    "linear": "C1--",
    "five averaged": "C2-",
}
for name in ("four weeks, quantile", "five averaged"):
    axes[0].plot(at, results[name][week], looks[name], label=name)
axes[0].set(xlabel="day of the year, a week of November", ylabel="bikes")
axes[0].legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
for name, look in looks.items():
    by = [
        cost(results[name][hour[rows] == h], needed[hour[rows] == h])
        for h in range(24)
    ]
    axes[1].plot(by, look, label=name)
axes[1].set(xlabel="hour of the day", ylabel="mean cost", ylim=(0, None))
axes[1].legend()
fig.set_label(
    "Above, a week of November: hires with two peaks on each working day, and "
    "the bikes made ready by the table and by the networks. Below, the mean cost "
    "by hour of the day. All three curves are lowest at 4, have a peak at 8 and a "
    "higher one at 17. At 7 and 8 the curve of the table is the lowest."
)
plt.show()

# %%
weather = raw["weather"][rows]
print("weather        hours   table  networks")
for number, name in enumerate(("clear", "cloudy, misty", "rain or snow")):
    chosen = weather == number
    print(
        f"{name:14} {chosen.sum():5}"
        f"   {cost(results['four weeks, quantile'][chosen], needed[chosen]):5.1f}"
        f"  {cost(results['five averaged'][chosen], needed[chosen]):8.1f}"
    )

# %% [markdown]
# Table and networks cost about the same: the difference is smaller than its
# standard error. Both are dearest at 17 and 18. From 5 to 9 the table is
# cheaper, by most at 7 and 8, and so it is when it is clear or misty.
#
# (The standard error that counts is that of the weeks, 4.1. That of the days takes
# them for independent, and they are not: the differences of a day and of the next have
# a correlation of 0.33.)
#
# The table does not know that it rains. In rain or snow it has 212 bikes ready, where
# 89 are hired; the networks have 139. Of the three kinds of weather this is the only
# one in which the networks are cheaper, and it is about one hour in nine.
#
# They also break their promise. They should be enough in 0.75 of the hours, and
# are in 0.60. The table errs on the other side.
#
# ## And another model?
#
# A network is not the only model with bends. I gave the same months and costs to
# scikit-learn's boosted trees, with hour, weekday and weather as one number each
# and three sets of other inputs: level and week ago, the level alone, the day of
# the year. With the set that July and August prefer, the second, they cost 50.0 in
# the verdict. Model and inputs are both others than the networks', so this says
# nothing about trees against networks. It is another look at the same four months,
# too.
#
# ## The decision
#
# Start tomorrow with the table of four weeks, made anew each evening. Anybody can
# check its rule, and it needs no forecast. In these four months it cost 55.9 an hour,
# where one table of all months before costs more (in July and August 69 instead of
# 53). The networks were cheaper by 2.0, with a standard error of 4.1: that
# is no reason to change. I would run the boosted trees beside it, with the forecast
# of the weather as it was the evening before, and switch once they are clearly
# cheaper. A month will not tell: the mean difference of 30 days has a standard error
# of 6 or more (taken from the networks), and the trees were cheaper by 5.9.
#
# What the data cannot say: hires are what was taken, and where no bike was
# left, nobody was counted. So the need may be higher than the table knows, and
# with it the right number. And it is one pool for the city here. A bike at the wrong
# station is as good as none.
#
# ## What I now believe
#
# - What to predict comes from the costs, by one division, and how to split comes
#   from the decision. Both can be settled before the first network. I had begun
#   with another split, and it told another story (in the reflections: "The split
#   that flattered").
# - A baseline must get the same news as the model. A table that is made once a month
#   looked much worse than the networks, and made daily it does not.
# - The networks know more than the table: weekday, holidays and last week besides
#   the weather. Five that lack the weather cost 64.5, and five that lack the level 61.2:
#   both more than the table. That says nothing about another city, or about a fifth month.
