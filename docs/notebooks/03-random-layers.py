# %% [markdown]
# # What random layers do to the spiral
#
# A plain layer turns, mirrors, stretches, shears and shifts the plane; it
# never bends it. [Chapter 3](../chapters/03-adding-layers.md) proves that. But
# a proof that something stays straight does not say what it *looks* like after
# ten layers. This notebook asks:
#
# **If we send the spiral through more and more random layers, without
# anything between them, what is left of it?**
#
# A first guess: it gets larger or smaller, it turns, and it stays a spiral.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.data import spiral
from nnfs_code.layers import Dense

COLOURS = ("#3d66bc", "#c95b00", "#2a9276")
MARKERS = ("o", "^", "s")

# %% [markdown]
# ## One layer
#
# `Dense` starts with weights around 0.01. Here each layer gets weights a
# hundred times as large, divided by the square root of the number of inputs:
# on average such a layer keeps the mean of the squares of what passes through
# (exercise 4 of the chapter). The typical size still shrinks when there are
# only two neurons. That keeps the numbers easy to read. The pictures would be
# the same with small weights, because each is scaled to fill its frame.


# %%
def random_layer(n_inputs, n_neurons, rng, dtype=np.float64):
    """Return a Dense layer that keeps the mean square."""
    layer = Dense(n_inputs, n_neurons, rng=rng, dtype=dtype)
    layer.weights *= 100 / np.sqrt(n_inputs)
    return layer


def scatter(ax, points, labels, title):
    """Draw the three classes, as large as the plot allows."""
    for label in range(3):
        x, y = points[labels == label].T
        ax.scatter(x, y, s=7, color=COLOURS[label], marker=MARKERS[label])
    reach = 1.1 * np.abs(points).max()
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.set(title=title, xticks=[], yticks=[])


rng = np.random.default_rng(0)
points, labels = spiral(60, 3, rng=rng, dtype=np.float64)

fig, axes = plt.subplots(1, 4, figsize=(5.6, 1.8))
scatter(axes[0], points, labels, "as drawn")
for number, ax in enumerate(axes[1:], 1):
    layer = random_layer(2, 2, rng)
    scatter(ax, layer.forward(points), labels, f"layer {number}")
fig.set_label(
    "The spiral as drawn, and after three different random layers: turned, "
    "mirrored, and squeezed into ellipses, the last two of them narrow."
)
plt.show()

# %% [markdown]
# Three layers side by side, each with its own weights. The spiral is turned
# or mirrored, and squeezed into an ellipse, twice strongly. Its points keep
# their order along the arms. So far the guess holds.
#
# ## Ten layers, one after the other

# %%
rng = np.random.default_rng(1)
values = points
after = {}
for depth in range(1, 11):
    values = random_layer(2, 2, rng).forward(values)
    after[depth] = values

fig, axes = plt.subplots(1, 4, figsize=(5.6, 1.8))
for ax, depth in zip(axes, (1, 3, 6, 10), strict=True):
    scatter(ax, after[depth], labels, f"after {depth}")
fig.set_label(
    "The spiral after 1, 3, 6 and 10 random layers in a row: narrow, rounder, "
    "narrow again, and at last a thin streak like a straight line."
)
plt.show()

# %% [markdown]
# The spiral has become a *streak*. It did not get there step by step: after
# three layers it is rounder than after one.
#
# ## How flat is it?
#
# Send a circle through the layers instead. A plain layer turns it into an
# ellipse. The longest distance from the ellipse's middle, divided by the
# shortest, says how flat it is: 1 is a circle, 100 is a streak.

# %%
turn = np.linspace(0, np.pi, 20_001)  # half is enough: the rest mirrors it
circle = np.stack((np.sin(turn), np.cos(turn)), axis=1)
layer = random_layer(2, 2, np.random.default_rng(0))
radii = np.sqrt(((circle @ layer.weights) ** 2).sum(axis=1))
print("longest / shortest:", (radii.max() / radii.min()).round(3))
print("np.linalg.cond:    ", np.linalg.cond(layer.weights).round(3))

# %% [markdown]
# `np.linalg.cond` gives the same number without drawing a circle, and takes
# thousands of matrices at once. So we can afford 4,000 networks, and take the
# median for each depth. (Of the widest, which differ little, 500 will do.)

# %%
depths = np.arange(1, 7)


def typical(width, networks=4000):
    """Return the median flatness after 1, 2, … 6 layers."""
    found = np.empty((networks, len(depths), 2, width))
    for seed in range(networks):
        rng = np.random.default_rng(seed)
        merged = np.eye(2)
        for number in range(len(depths)):
            layer = random_layer(len(merged.T), width, rng)
            merged = merged @ layer.weights  # the layers are one layer
            found[seed, number] = merged
    return np.median(np.linalg.cond(found), axis=0)


typicals = {2: typical(2), 8: typical(8), 64: typical(64, 500)}
growth = typicals[2][1:] / typicals[2][:-1]
print("flatness:", typicals[2].round(1))
print("growth:  ", growth.round(2))

# %% [markdown]
# Do the factors of the layers multiply? One layer typically has 3.7, so six
# factors would make thousands, and we measure 175. They multiply in full only
# if every layer stretches along the direction that is already the longest. A
# random layer stretches along a random direction, which may undo part of what
# came before. For layers of two neurons the flatness about doubles with each
# layer.
#
# ## Does width help?
#
# Hidden layers are usually wider than two. The spiral then lies as a flat
# sheet in a space of many dimensions. We can still ask for the longest and
# the shortest radius of what was a circle.

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.2))
styles = {2: ("-", "o"), 8: ("--", "^"), 64: (":", "s")}
for number, (width, (line, marker)) in enumerate(styles.items()):
    ax.semilogy(
        depths,
        typicals[width],
        linestyle=line,
        marker=marker,
        color=COLOURS[number],
        label=f"{width} neurons per layer",
    )
ax.set(xlabel="layers", ylabel="longest / shortest")
ax.legend()
fig.set_label(
    "How flat a circle becomes, against the number of layers, on a "
    "logarithmic scale: with 2 neurons per layer it rises steeply, with 8 "
    "slowly, and with 64 it stays close to 1."
)
plt.show()

for width in styles:
    flat = typicals[width]
    print(f"width {width:2}: {flat[-1]:6.1f} after 6 layers,", end=" ")
    print("growth", (flat[1:] / flat[:-1]).round(2))

# %% [markdown]
# With 64 neurons per layer the circle stays nearly round, and with 8 each
# further layer flattens it by a smaller factor than with 2. In a wide layer many
# random weights average out, and a direction that was chosen beforehand, like
# those of our circle, is stretched by about 1. Is that true of *every*
# direction? `np.linalg.cond` of a whole layer looks for the two directions of
# the whole space that it stretches most and least, and divides the one factor
# by the other.

# %%
for width in styles:
    squeezes = []
    for seed in range(40):
        layer = random_layer(width, width, np.random.default_rng(seed))
        squeezes.append(np.linalg.cond(layer.weights))
    print(f"width {width:2}: {np.median(squeezes):6.1f} in a single layer")

# %% [markdown]
# It is the other way around. With 64 neurons there are directions that even a
# single layer squeezes very flat. Our circle just does not lie in them. (The 3.5
# is the 3.7 from above, from 40 networks instead of 4,000.)
#
# ## Can it be undone?
#
# As long as the ellipse has *some* thickness, nothing is lost in principle:
# solve for the points, and the spiral is back. In practice floats have a
# fixed number of digits. Let us undo one, five and ten layers, in both kinds.


# %%
def undone(depth, dtype, seed):
    """Send the spiral through layers and back; return the largest error."""
    rng = np.random.default_rng(seed)
    there = points.astype(dtype)
    layers = [random_layer(2, 2, rng, dtype) for _ in range(depth)]
    for layer in layers:
        there = layer.forward(there)
    back = there
    for layer in reversed(layers):
        back = np.linalg.solve(layer.weights.T, back.T).T
    return np.abs(back - points).max()


for depth in (1, 5, 10):
    single = np.median([undone(depth, np.float32, s) for s in range(20)])
    double = np.median([undone(depth, np.float64, s) for s in range(20)])
    print(f"layers {depth:2}: float32 {single:.0e}, float64 {double:.0e}")

# %% [markdown]
# `np.linalg.solve` undoes a layer: it finds the inputs that give these
# outputs. The points are about 1 in size, and each error is the median of
# twenty networks. The exact errors differ a little from machine to machine;
# their growth with the depth doesn't. What the squeezing pushes below the last
# digit cannot be had back, and float32 has fewer digits to lose. This is one
# practical reason to care how weights start, long before there is any learning
# [@saxe2014].
#
# ## What I now believe
#
# - A stack of plain layers can never do *more* than one layer, but it can
#   easily do *less*: it flattens what passes through.
# - Narrow random layers flatten what passes through quickly. Wide ones spare a
#   sheet that was chosen beforehand; other directions of the space they
#   flatten even more.
# - "It stays a spiral" is true and useless. An ellipse that is a hundred
#   times as long as it is wide is still an ellipse.
# - With two neurons per layer flatness about doubles with each layer. That is
#   less than the product of what each layer would do alone.
# - The squeezing is a tendency, not a rule for each layer. I look at many
#   seeds before I say "step by step".
