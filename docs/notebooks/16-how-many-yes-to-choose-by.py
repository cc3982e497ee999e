# %% [markdown]
# # How many yeses does it take to choose a threshold?
#
# [Chapter 16](../chapters/16-binary-logistic-regression.md) has two ways to a
# threshold. If the probabilities are calibrated, it follows from the costs: one
# division. Otherwise one tries all thresholds on validation data and takes the
# cheapest. Trying needs data, and in rare problems yeses are scarce.
#
# The question: **how many yeses must the validation data have, before trying is
# as good as the formula?** And how much of the price of trying shows in the
# validation data?

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import Sigmoid
from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.metrics import best_threshold, binary_counts, roc_auc
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay

# %% [markdown]
# ## The factory of the chapter
#
# One part in a hundred is faulty. A false alarm costs 1, a miss 20. We make the
# data ourselves, so the true probabilities are known, and with them the
# lowest cost that anyone can expect. All costs are per 1000 parts, counted on
# 100,000 parts that no neuron and no threshold has seen.


# %%
def log_odds(points):
    return points @ np.array([[1.5], [1.0], [-0.5]]) - 6.2


def parts(n, rng):
    points = rng.standard_normal((n, 3))
    chances = Sigmoid().forward(log_odds(points))
    return points, (rng.random((n, 1)) < chances).astype(int)


def cost(chances, faulty, threshold):
    counts = binary_counts(chances, faulty, threshold)
    total = counts.false_positives + 20 * counts.false_negatives
    return 1000 * total / faulty.size


def neuron(points, targets, steps=100):
    layer = Dense(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    share = targets.mean()
    layer.biases[:] = np.log(share / (1 - share))
    loss, optimizer = SigmoidCrossEntropy(), Adam(CosineDecay(0.3, steps))
    for _ in range(steps):
        loss.forward(layer.forward(points), targets)
        layer.parameter_gradients(loss.backward())
        optimizer.update(
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
        )
    return layer


def says(layer, points):
    return Sigmoid().forward(layer.forward(points))


rng = np.random.default_rng(16)
fresh, faulty = parts(100_000, rng)
lowest = cost(Sigmoid().forward(log_odds(fresh)), faulty, 1 / 21)
nothing = cost(np.zeros(faulty.shape), faulty, 0.5)
print(f"no inspection {nothing:.0f}, the truth with 1/21 {lowest:.0f}")

# %% [markdown]
# ## Trying, with more and more data
#
# Eight neurons, each trained on 10,000 parts of its own. For each of them and
# each size of validation data we draw four validation sets, choose the
# threshold on it, and count what it costs on the fresh parts.

# %%
sizes = [300, 1000, 3000, 10_000, 30_000]
layers = [neuron(*parts(10_000, rng)) for _ in range(8)]
formula = np.array([cost(says(a, fresh), faulty, 1 / 21) for a in layers])


def tried(layer, n):
    """Return what a threshold seemed to cost, what it costs, and the yeses."""
    points, truth = parts(n, rng)
    chances = says(layer, points)
    threshold = best_threshold(chances, truth, cost_fp=1, cost_fn=20)
    real = cost(says(layer, fresh), faulty, threshold)
    return cost(chances, truth, threshold), real, truth.sum()


table = np.array(
    [[tried(a, n) for a in layers for _ in range(4)] for n in sizes]
)  # (sizes, 32, 3)
print(f"formula: median {np.median(formula):.0f}, worst {formula.max():.0f}")
for n, rows in zip(sizes, table, strict=True):
    seemed, real, yes = np.median(rows, axis=0)
    print(
        f"{n:6} parts, {yes:3.0f} yes: seems {seemed:3.0f}, costs {real:3.0f}, "
        f"one in ten at least {np.quantile(rows[:, 1], 0.9):3.0f}"
    )

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.6))
yes = np.median(table[:, :, 2], axis=1)
low, middle, high = np.quantile(table[:, :, 1], [0.1, 0.5, 0.9], axis=1)
ax.fill_between(yes, low, high, alpha=0.2, linewidth=0)
ax.plot(yes, middle, "o-", label="tried: what it costs")
ax.plot(yes, np.median(table[:, :, 0], axis=1), "^--", label="what it seemed")
ax.axhline(np.median(formula), linestyle=":", color="C2", label="formula")
ax.set(xscale="log", xlabel="yeses in the validation data")
ax.set(ylabel="cost of 1000 parts", ylim=(0, 230))
ax.legend(loc="lower right")
fig.set_label(
    "Cost over the number of yeses in the validation data, from 3 to 300. "
    "What a tried threshold really costs starts a little above the formula, "
    "with a wide band above it, and comes down; what it seemed to cost starts "
    "far below and comes up."
)
plt.show()

# %% [markdown]
# Half of the tried thresholds cost little more than the formula, even with 3
# yeses among 300 parts. The bad luck is in the other half: with 3 yeses, one in
# ten costs about as much as no inspection or more, and even with about 30 one
# in ten costs at least several per cent more than the formula. With about 100
# nearly all are close. (The shaded band has eight of ten.)
#
# The gap between "seems" and "costs" is the flattery of choosing and judging on
# the same samples: the cheapest of many thresholds is partly the luckiest. To
# see that it is this and not the neurons, judge the *formula's* threshold on
# the same small sets. Nothing is chosen there.

# %%
chosen, unchosen = [], []
for _ in range(3000):
    points, truth = parts(300, rng)
    chances = says(layers[0], points)
    unchosen.append(cost(chances, truth, 1 / 21))
    threshold = best_threshold(chances, truth, cost_fp=1, cost_fn=20)
    chosen.append(cost(chances, truth, threshold))
print(f"1/21 costs {formula[0]:.0f} on the fresh parts")
print("on 300 parts, mean of 3000 sets, with its standard error:")
for name, seemed in (("1/21", unchosen), ("chosen there", chosen)):
    error = np.std(seemed) / np.sqrt(len(seemed))
    print(f"{name:>12} seems {np.mean(seemed):3.0f} ± {error:.1f}")

# %% [markdown]
# The formula's threshold seems to cost on average what it does cost, up to
# chance. The chosen one seems to cost about a third less.
#
# ## When the formula is wrong
#
# So far the formula had it easy: the truth has the form of one neuron, and
# 10,000 parts are enough to find it. Now we take away what it rests on, in two
# ways. First by balancing, as in the chapter. Then by stopping the training after few
# steps from a bias of 0, so that the probabilities are too high.


# %%
def balanced(points, truth):
    yes, no = (np.flatnonzero(truth[:, 0] == answer) for answer in (1, 0))
    kept = np.concatenate((yes, rng.choice(no, len(yes), replace=False)))
    return points[kept], truth[kept]


def hasty(points, truth):
    layer = Dense(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    loss, optimizer = SigmoidCrossEntropy(), Adam(0.1)
    for _ in range(30):
        loss.forward(layer.forward(points), truth)
        layer.parameter_gradients(loss.backward())
        optimizer.update(
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
        )
    return layer


kinds = {
    "calibrated": neuron,
    "balanced": lambda points, truth: neuron(*balanced(points, truth)),
    "hasty": hasty,
}
results = {}
print("            says  area  formula  tried on 1000")
for name, make in kinds.items():
    rows = []
    for _ in range(8):
        layer = make(*parts(10_000, rng))
        chances = says(layer, fresh)
        by_trying = np.median([tried(layer, 1000)[1] for _ in range(4)])
        area = roc_auc(chances, faulty)
        by_formula = cost(chances, faulty, 1 / 21)
        rows.append([chances.mean(), area, by_formula, by_trying])
    results[name] = np.median(rows, axis=0)
    mean, area, by_formula, by_trying = results[name]
    print(f"{name:10} {mean:5.3f}  {area:.2f}  {by_formula:7.0f}", end="  ")
    print(f"{by_trying:13.0f}")

# %% [markdown]
# All three order the parts equally well: the areas are alike. The formula fails
# for the two whose probabilities have a wrong size, and trying on 1000 parts with
# ten yeses among them costs about the same for all three, since it looks at
# the order alone. The mean of what a neuron says, beside the share of faults,
# is a first warning.
#
# ## What I now believe
#
# - Where one part in a hundred is faulty, trying a threshold takes dozens of
#   yeses, better a hundred: some ten thousand parts. I have not tried other
#   shares.
# - With few yeses to search among, a calibrated probability and a division beat
#   the search. But calibrating takes yeses too: these neurons were trained on
#   10,000 parts, with about a hundred of them. I had thought of the formula as
#   the theory and of trying as the practice.
# - What the chosen threshold seemed to cost on the data that chose it is too
#   low on average, most of all where data are scarce.
