# %% [markdown]
# # What random layers do to the spiral
#
# A plain layer turns, stretches, shears and shifts the plane; it never bends
# it. [Chapter 3](../chapters/03-adding-layers.md) proves that. But a proof
# that something stays straight does not say what it *looks* like after ten
# layers. This notebook asks:
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
# `Dense` starts with weights around 0.01, which would make every picture a
# dot. So each layer here gets weights a hundred times as large, divided by
# the square root of the number of inputs: on average such a layer keeps the
# size of what passes through (exercise 4 of the chapter).


# %%
def random_layer(n_inputs, n_neurons, rng, dtype=np.float64):
    """Return a Dense layer that keeps sizes, on average."""
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
# Each picture is scaled to fill its frame, so the size is not the point. The
# spiral has become a *streak*. It did not get there step by step, as I had
# written here before I looked: after three layers it is rounder than after
# one.
#
# ## How flat is it?
#
# Send a circle through the layers instead. A plain layer makes an ellipse of
# it. The longest distance from the ellipse's middle, divided by the
# shortest, says how flat it is: 1 is a circle, 100 is a streak.


# %%
def flatness(depth, rng, width=2):
    """Return longest / shortest radius of a circle after random layers."""
    turn = np.linspace(0, np.pi, 20_001)  # half a circle says it all
    values = np.stack((np.sin(turn), np.cos(turn)), axis=1)
    merged = np.eye(2)
    for _ in range(depth):
        layer = random_layer(len(merged.T), width, rng)
        merged = merged @ layer.weights  # the layers are one layer
    radii = np.sqrt(((values @ merged) ** 2).sum(axis=1))
    return radii.max() / radii.min()


def typical(depth, width=2, seeds=40):
    """Return the median over several networks."""
    found = [
        flatness(depth, np.random.default_rng(seed), width)
        for seed in range(seeds)
    ]
    return np.median(found)


depths = (1, 2, 3, 4, 5, 6)
for depth in depths:
    print(f"{depth} layers: {typical(depth):8.1f}")

# %% [markdown]
# This is the median of forty networks for each depth. One layer squeezes by
# a small factor. The next layer squeezes along a direction of its own, and
# may even undo some of it, as in the picture above. But far more directions
# leave a long shape long than make it round again. So over many layers the
# factors *multiply*.
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
        [typical(depth, width) for depth in depths],
        linestyle=line,
        marker=marker,
        color=COLOURS[number],
        label=f"{width} neurons a layer",
    )
ax.set(xlabel="layers", ylabel="longest / shortest")
ax.legend()
fig.set_label(
    "How flat a circle becomes, against the number of layers, on a "
    "logarithmic scale: with 2 neurons a layer it rises steeply, with 8 "
    "slowly, and with 64 it stays close to 1."
)
plt.show()

for width in styles:
    print(f"width {width:2}: {typical(6, width):8.1f} after 6 layers")

# %% [markdown]
# With 64 neurons a layer the circle stays nearly round. In a wide layer
# many random weights average out, and every direction is stretched by about
# the same factor.
#
# ## Can it be undone?
#
# As long as the ellipse has *some* thickness, nothing is lost in principle:
# solve for the points, and the spiral is back. In practice floats have a
# fixed number of digits. Let us undo ten layers in both kinds.


# %%
def undone(depth, dtype):
    """Send the spiral through layers and back; return the largest error."""
    rng = np.random.default_rng(1)
    there = points.astype(dtype)
    layers = [random_layer(2, 2, rng, dtype) for _ in range(depth)]
    for layer in layers:
        there = layer.forward(there)
    back = there
    for layer in reversed(layers):
        back = np.linalg.solve(layer.weights.T, back.T).T
    return np.abs(back - points).max()


for depth in (1, 5, 10):
    single = undone(depth, np.float32)
    double = undone(depth, np.float64)
    print(f"{depth:2} layers: float32 {single:.0e}, float64 {double:.0e}")

# %% [markdown]
# `np.linalg.solve` undoes a layer: it finds the inputs that give these
# outputs. The points are about 1 in size. The exact errors differ a little
# from machine to machine; their growth does not. What the squeezing pushes
# below the last digit cannot be had back, and float32 has fewer digits to
# lose. This is one practical reason to care how weights start, long before
# there is any learning [@saxe2014].
#
# ## What I now believe
#
# - A stack of plain layers can never do *more* than one layer, but it can
#   easily do *less*: it flattens what passes through.
# - Narrow layers flatten quickly, wide layers slowly. "Deep and narrow" is a
#   bad place to start from.
# - "It stays a spiral" is true and useless. An ellipse that is a hundred
#   times as long as it is wide is still an ellipse.
# - The squeezing is a tendency, not a rule for each layer. I look at many
#   seeds before I say "step by step".
