# %% [markdown]
# # How many folds?
#
# Two folds are cheap, and each learner gets half of the points. With as many
# folds as points, it gets all but one, and 300 trainings are to be paid. In
# [chapter 12](../chapters/12-validation.md) five and ten did well. The
# question here: **what does one gain with more folds, and where does it end?**
#
# The learner is the nearest-neighbour rule. It costs next to nothing, so that
# we can try it on 40 data sets of 300 points, taken at random from a spiral of
# 3,000. The other 2,700 tell the truth.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.data import spiral
from nnfs_code.validation import cross_validate, folds

numbers = [2, 3, 5, 10, 20, 300]


def draw_points(n, seed):
    """Return n points that are ours, and the others."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(1000, 3, rng=rng, dtype=np.float64)
    order = rng.permutation(3000)
    points, labels = points[order], labels[order]
    return points[:n], labels[:n], points[n:], labels[n:]


def share_right(points, labels, asked, truth):
    """Return how many get the label of their nearest neighbour, and should."""
    squares = (asked**2).sum(axis=1)[:, np.newaxis] - 2 * asked @ points.T
    nearest = (squares + (points**2).sum(axis=1)).argmin(axis=1)
    return (labels[nearest] == truth).mean()


# %%
def results(seed):
    """Return the estimate of each number of folds, and the truth."""
    points, labels, fresh, truth = draw_points(300, seed)

    def score(rest, held):
        return share_right(
            points[rest], labels[rest], points[held], labels[held]
        )

    estimates = [
        cross_validate(
            score,
            folds(300, n, rng=np.random.default_rng(seed), classes=labels),
        ).mean()
        for n in numbers
    ]
    return estimates, share_right(points, labels, fresh, truth)


runs = [results(seed) for seed in range(40)]
estimates = np.array([one for one, _ in runs])  # (40, 6)
truths = np.array([truth for _, truth in runs])
print(f"truth: mean {truths.mean():.3f}, spread {truths.std():.3f}")
for n, column in zip(numbers, estimates.T, strict=True):
    off = column - truths
    print(
        f"{n:3} folds: mean {column.mean():.3f}, spread {column.std():.3f}, "
        f"off by {np.sqrt((off**2).mean()):.3f}"
    )

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.4))
for place, column in enumerate(estimates.T):
    ax.plot(np.full(40, place), column, "o", alpha=0.4, color="C0")
    ax.plot(place, column.mean(), "_k", markersize=26)
ax.axhline(truths.mean(), linestyle="--", color="C1")
ax.set_xticks(range(len(numbers)), [str(n) for n in numbers])
ax.set(xlabel="folds", ylabel="estimated accuracy")
fig.set_label(
    "Six columns of 40 dots each: the estimates of 2, 3, 5, 10, 20 and 300 "
    "folds. Their means, marked by bars, rise from 2 folds to 10 and then "
    "stay near the dashed line of the truth. The columns are about "
    "equally tall."
)
plt.show()

# %% [markdown]
# With 2 folds the mean is 0.047 below the truth, with 10 folds 0.004. Beyond
# that hardly anything changes. The spread from one data set to the next is
# about 0.03 with any number of folds: more folds do not help against having
# drawn these 300 points and no others.
#
# Why are few folds too low? The suspect is that each learner has fewer points.
# If so, it must be just as low when learners of that size are asked about
# fresh points, with no folds at all.

# %%
print("folds  points  estimate  so many points, asked about fresh ones")
for n, column in zip(numbers[:4], estimates.T, strict=False):
    few = 300 - 300 // n
    plain = [share_right(*draw_points(few, seed)) for seed in range(100, 140)]
    print(f"{n:5} {few:7} {column.mean():9.3f} {np.mean(plain):7.3f}")

# %% [markdown]
# That is it, to within 0.02. The folds are not wrong: they answer
# exactly what they were asked, how well one learns from a half or from nine
# tenths of the points.
#
# And does a high estimate mean that these points make a good learner? Compare
# each data set's estimate with its own truth.

# %%
for n, column in zip(numbers, estimates.T, strict=True):
    together = np.corrcoef(column, truths)[0, 1]
    print(f"{n:3} folds: correlation {together:5.2f}")

# %% [markdown]
# Hardly. A correlation of 1 would mean that the estimate knows which data set
# is the better one, 0 that it knows nothing of it, and with 40 data sets
# numbers of this size can be chance. What cross-validation
# measures is the recipe: how well one learns in this way from about so many points.
# It says little about whether *these* points were a lucky draw.
#
# ## What I now believe
#
# - Few folds are too low because the learners have fewer points. From ten folds
#   on, that is hardly to be seen here.
# - More folds do not make the estimate exact. Its spread comes from the 300
#   points, and stays.
# - Leaving out one at a time costs 30 times as much as ten folds, and bought
#   next to nothing here.
