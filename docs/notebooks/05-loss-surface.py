# %% [markdown]
# # How the loss surface of one neuron looks
#
# A loss is a number. Change a weight, and the number changes. So above every
# setting of the weights there is a height, and all the heights together make
# a landscape: the *loss surface*. For a real network it has one direction
# for each weight, thousands or millions, and nobody can look at it. For a
# single neuron with one input it has two, the weight $w$ and the bias $b$,
# and we can draw all of it.
#
# The question: **what does training walk on?** We look at the same neuron
# under three measures, then at data that can be sorted without a mistake,
# and at last at what clipping does far out.
#
# [Chapter 5](../chapters/05-loss.md) explains the loss, and
# [chapter 4](../chapters/04-activation-functions.md) the sigmoid.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import Sigmoid
from nnfs_code.losses import CategoricalCrossEntropy
from nnfs_code.metrics import accuracy

# %% [markdown]
# ## Forty points on a line
#
# Twenty points of class 0 lie around −1, twenty of class 1 around +1. They
# overlap: no single cut can sort them without mistakes. `np.repeat` makes the
# labels, twenty zeros and then twenty ones.

# %%
rng = np.random.default_rng(5)
positions = np.concatenate((rng.normal(-1, 1, 20), rng.normal(1, 1, 20)))
sides = np.repeat([0, 1], 20)

fig, ax = plt.subplots(figsize=(5.6, 1.6))
ax.plot(positions[sides == 0], np.zeros(20), "o", label="class 0")
ax.plot(positions[sides == 1], np.ones(20), "^", label="class 1")
ax.set_yticks([0, 1], ["class 0", "class 1"])
ax.set_xlabel("position")
fig.set_label(
    "Forty points on a line, class 0 mostly left of zero and class 1 mostly "
    "right of it; between minus 1 and 1 the two overlap."
)
plt.show()

# %% [markdown]
# ## One neuron, any weight, any bias
#
# The neuron computes $z = w x + b$ and passes it through the sigmoid: the
# probability of class 1. The loss of the package wants one column per class,
# so we put the probability of class 0 beside it. The function returns three
# measures: the cross-entropy, the squared distance between probability and
# label, and the share of wrong guesses.


# %%
def measures(weight, bias, positions, sides):
    of_one = Sigmoid().forward(weight * positions + bias)
    both = np.stack((1 - of_one, of_one), axis=1)
    return (
        CategoricalCrossEntropy().forward(both, sides),
        ((of_one - sides) ** 2).mean(),
        1 - accuracy(both, sides),
    )


names = ("cross-entropy", "squared distance", "share wrong")
for weight, bias in ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (-2.0, 0.0)):
    found = measures(weight, bias, positions, sides)
    text = ", ".join(f"{n} {m:.3f}" for n, m in zip(names, found, strict=True))
    print(f"w = {weight:4}, b = {bias}: {text}")

# %% [markdown]
# At $w = 0$ the neuron says one half to everything, and the cross-entropy is
# $\log 2 = 0.693$, as chapter 5 promises for two classes. A weight of −2 has
# the two sides the wrong way round: 0.775 of the guesses are wrong, and of the
# four it costs the most under every measure.
#
# Now all weights and biases of a grid: 61 by 61 places, 3721 neurons.
# `argmin` counts the places of a table one row after the other, and
# `np.unravel_index` turns that count into a row and a column.


# %%
def surfaces(weights, biases, positions, sides):
    found = [
        [measures(w, b, positions, sides) for w in weights] for b in biases
    ]
    return np.moveaxis(np.array(found), 2, 0)  # (3, n_biases, n_weights)


weights = np.linspace(-4, 8, 61)
biases = np.linspace(-6, 6, 61)
heights = surfaces(weights, biases, positions, sides)
for name, height in zip(names, heights, strict=True):
    row, column = np.unravel_index(height.argmin(), height.shape)
    w, b = weights[column], biases[row]
    print(
        f"{name:16} lowest {height.min():.3f} at w = {w:.1f}, b = {b:.1f}, "
        f"cut at {-b / w:.2f}"
    )

# %%
fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.6), sharey=True)
for ax, name, height in zip(axes, names, heights, strict=True):
    pale = height.min() - 0.4 * np.ptp(height)  # keeps the lowest line dark
    ax.contour(weights, biases, height, levels=9, vmin=pale, linewidths=1)
    row, column = np.unravel_index(height.argmin(), height.shape)
    ax.plot(weights[column], biases[row], "o", color="black")
    ax.set(title=name, xlabel="weight")
axes[0].set_ylabel("bias")
fig.set_label(
    "Three maps over weight and bias, drawn with lines of equal height, a dot "
    "at the lowest place. Cross-entropy: one bowl, whose lines keep about the "
    "same distance far out. "
    "Squared distance: the lines crowd around the valley and thin out "
    "elsewhere. Share wrong: a fan of rays from the place where weight and "
    "bias are 0."
)
plt.show()

# %% [markdown]
# Three measures of the same neurons on the same data, and three landscapes.
# Each line joins places of equal height. The closer the lines, the steeper
# the ground.
#
# The cross-entropy is a bowl, at least on this map. From wherever you are on
# it, the ground slopes towards the bottom. The squared distance has its lowest place near the same spot, but far out
# it flattens: the lines keep away. The share of wrong guesses is a
# fan of flat terraces with cliffs between them: double both weight and bias,
# and not one guess changes. (Its lowest places fill two wedges; `argmin`
# names the first place that it meets.)
#
# The last number of each line is the place where the neuron changes its
# mind: $w x + b = 0$ at $x = -b / w$. Cross-entropy and squared distance want
# cuts at −0.25 and −0.38. Does the share of wrong guesses agree? Its best cuts
# fill two short intervals, and the cut of the cross-entropy may be outside
# both.

# %%
for cut_at in (-0.8, -0.7, -0.6, -0.5, -0.38, -0.3, -0.25, 0.0):
    wrong = measures(1.0, -cut_at, positions, sides)[2]
    print(f"cut at {cut_at:5}: share wrong {wrong:.3f}")

# %% [markdown]
# That of the cross-entropy is outside both; that of the squared distance, −0.38, is
# inside one. The lowest cross-entropy makes one mistake more than the best cut:
# 15 % of the guesses are wrong instead of 12.5 %. It asks for honest
# probabilities, not for the fewest mistakes, as chapter 5 found with six points.
#
# ## A cut through the landscape
#
# The flat parts are easier to see from the side. We hold the bias at 0 and
# let the weight run from very wrong to very right.

# %%
walk = np.linspace(-12, 8, 101)
cut = np.array([measures(w, 0.0, positions, sides) for w in walk])
fig, axes = plt.subplots(3, 1, figsize=(5.6, 4.6), sharex=True)
for ax, name, height in zip(axes, names, cut.T, strict=True):
    ax.plot(walk, height)
    ax.set_title(name)
    ax.set_ylim(bottom=0)
axes[-1].set_xlabel("weight, with the bias at 0")
fig.set_label(
    "Three curves over the weight. The cross-entropy falls steadily from far "
    "left to a valley right of zero and rises gently after it. The squared "
    "distance is nearly flat on the left, drops around zero, and is nearly "
    "flat on the right. The share wrong is flat with one cliff at zero."
)
plt.show()

step = 0.01
for weight in (-12.0, -9.0, -6.0, -2.0, 0.0):
    here = np.array(measures(weight, 0.0, positions, sides))
    there = np.array(measures(weight + step, 0.0, positions, sides))
    cross, squared, _ = (there - here) / step
    print(f"w = {weight:5}: slope {cross:7.3f} and {squared:7.3f}")

# %% [markdown]
# The first number is the slope of the cross-entropy: how much it changes for
# each unit of weight. The second is that of the squared distance. At a
# weight of −6 the neuron is sure and mostly wrong. The cross-entropy falls
# by 0.86 a unit there, the squared distance by 0.007: a neuron that is badly
# wrong would hardly be told so. That is one practical reason for the
# logarithm. The sigmoid flattens out, as chapter 4 showed, and for a point that
# is badly wrong the logarithm undoes that flattening.
#
# But look at the first line. At −12 the neuron is *more* wrong than at −6,
# and the slope of the cross-entropy is smaller. I had written that the slope
# is steepest on the far left before I ran this cell. The last part of this
# notebook shows what takes it away.
#
# ## A valley without a bottom
#
# What if the points do not overlap? We mirror the nine points on the
# wrong side of 0, so that a single cut sorts all forty, and let the weight
# grow.

# %%
mirrored = np.where(sides == 1, np.abs(positions), -np.abs(positions))
for weight in (1.0, 3.0, 10.0, 30.0, 100.0, 300.0):
    easy = measures(weight, 0.0, mirrored, sides)
    hard = measures(weight, 0.0, positions, sides)
    print(
        f"w = {weight:5}: mirrored {easy[0]:.4f} ({easy[2]:.3f} wrong), "
        f"overlapping {hard[0]:6.3f} ({hard[2]:.3f} wrong)"
    )

# %% [markdown]
# Where a cut can sort the points, the loss goes on falling: every larger
# weight makes the neuron surer, and it is right, so it is rewarded. On paper
# there is no lowest place. (In floats the loss reaches 0 in the end, when every
# probability is rounded to 1.) The share of wrong guesses was 0 from the first
# line on; the loss does not stop there. Training on such data keeps pushing the
# weights up, which is one reason to hold them back (chapter 14).
#
# Where the points overlap, a large weight is a catastrophe: the neuron is
# sure about points that it has on the wrong side. From $w = 3$ on, the growth
# that lowers the loss in the left column raises it in the right one, and in
# neither does the share of wrong guesses move.
#
# ## What clipping does far out
#
# The losses of single points are clipped at 16.12. Does anybody ever get
# there? Look at the overlapping points, one by one.

# %%
sample_losses = CategoricalCrossEntropy().sample_losses
for weight in (-12.0, -6.0, 10.0, 30.0, 100.0, 300.0):
    of_one = Sigmoid().forward(weight * positions)
    both = np.stack((1 - of_one, of_one), axis=1)
    losses = sample_losses(both, sides)
    right = np.where(sides == 1, positions, -positions)
    unclipped = np.logaddexp(0, -weight * right)
    clipped = (losses > 16.118).sum()
    print(
        f"w = {weight:5}: {clipped} of 40 clipped, "
        f"mean {losses.mean():6.3f}, without clipping {unclipped.mean():7.3f}"
    )

for weight in (-12.0, -9.0, -6.0):
    here = np.logaddexp(0, -weight * right).mean()
    there = np.logaddexp(0, -(weight + step) * right).mean()
    print(
        f"w = {weight:5}: slope without clipping {(there - here) / step:.3f}"
    )

# %% [markdown]
# `np.logaddexp(0, -z)` is $\log(e^0 + e^{-z})$, which is $-\log \sigma(z)$
# without going through a probability at all, so it needs no clipping. (Turn
# the fraction $\sigma(z) = 1 / (1 + e^{-z})$ over and the minus sign goes.)
#
# As the weight grows, more of the wrong points reach the limit. On a clipped
# point the surface is flat: it costs 16.12 whether the weight grows or
# shrinks a little. The bowl has a rim, and outside the rim the worst points
# no longer pull. At −12 that had happened to 13 of the points, and that is
# where the slope went: the points that were most wrong had stopped counting.
# The last three lines are the control. Without the clip my guess was right: the
# slope is steepest on the far left, if only by a little.
#
# ## What I now believe
#
# - The loss is a choice, and it makes the landscape. The data and the neuron
#   were the same in all three maps. Before I drew them I thought of the
#   squared distance as a slightly different bowl; it is a valley in a
#   plateau.
# - The two losses have their bottoms close together. What they disagree about
#   is what to say to a neuron that is far from it, and a neuron that starts
#   far away needs to be told. The share of wrong guesses is lowest at the bottom
#   of the squared distance too, on these forty points, and not at that of the
#   cross-entropy.
# - "The loss is still falling" does not mean that guesses are still changing.
#   On the mirrored points it fell with every line, and not one guess changed;
#   only the probabilities did.
# - Clipping protects the mean from infinity, and takes the slope away from
#   the samples that need it most. I had thought of it as a safety net for
#   rare accidents. Here it bit one point at a weight of −6 and thirteen
#   at −12, with no point further than a few units from zero. For the backward
#   pass, in chapter 9, I shall look for a form that needs no clip.
