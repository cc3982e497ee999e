# %% [markdown]
# # How activations bend the plane, and what two ReLUs can draw
#
# [Chapter 4](../chapters/04-activation-functions.md) looks at one number at
# a time: a graph goes up, or bends, or stays flat. But a layer of two
# neurons takes *points* to *points*. So what happens to a whole plane? And
# then, from the other end: if a few ReLUs are all we have, **which borders
# can they draw, and how many does it take to close one?**
#
# My guess before running anything: two ReLUs can draw a corner, and four can
# draw a closed figure, since a box has four sides.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import Linear, ReLU, Sigmoid, Step, Tanh
from nnfs_code.data import spiral
from nnfs_code.layers import Dense

COLOURS = ("#3d66bc", "#c95b00", "#2a9276")
MARKERS = ("o", "^", "s")

# %% [markdown]
# ## A sheet of squared paper
#
# We take a sheet of squared paper, from −2 to 2 on both sides, and send
# every point of its lines through a layer of two neurons. The layer is set by
# hand: it turns the sheet by 30° and does nothing else. What the sheet looks
# like after that is the work of the activation.


# %%
def turning_layer(degrees, shift=(0.0, 0.0)):
    """Return a Dense layer that turns the plane, then shifts it."""
    layer = Dense(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    layer.weights[...] = [[cos, sin], [-sin, cos]]
    layer.biases[...] = shift
    return layer


def paper_lines():
    """Return the lines of the paper, each an array of shape (41, 2)."""
    along = np.linspace(-2, 2, 41)
    lines = []
    for place in np.linspace(-2, 2, 9):
        there = np.full(41, place)
        lines.append(np.stack((along, there), axis=1))  # runs to the right
        lines.append(np.stack((there, along), axis=1))  # runs upwards
    return lines


turn = turning_layer(30)
activations = (Linear(), Tanh(), Sigmoid(), ReLU())

fig, axes = plt.subplots(2, 2, figsize=(5.0, 5.2), sharex=True, sharey=True)
for ax, activation in zip(axes.flat, activations, strict=True):
    for number, line in enumerate(paper_lines()):
        x, y = activation.forward(turn.forward(line)).T
        upwards = number % 2
        ax.plot(x, y, color=COLOURS[upwards], lw=1, ls=("-", "--")[upwards])
    ax.set(title=type(activation).__name__, aspect="equal")
    ax.set(xlim=(-3, 3), ylim=(-3, 3))
fig.set_label(
    "Squared paper, turned by 30 degrees, after four activations. Linear: "
    "still squared paper. Tanh: pressed into a square from minus 1 to 1, the "
    "lines crowd at its edges. Sigmoid: the same in a smaller square from 0 to "
    "1. ReLU: one quarter is kept as it was, the rest lies flat on the axes."
)
plt.show()

# %% [markdown]
# Linear leaves squared paper. Tanh and sigmoid press the endless plane into
# a square. Each line stays in one piece, but it bends; distances shrink and
# angles change, above all near the edges. ReLU keeps one quarter untouched and flattens
# the other three: two onto the axes, and one onto a single point, the
# origin. How much of the sheet is that? Let us count points spread evenly
# over the paper, by how many of the two neurons are active there.

# %%
rng = np.random.default_rng(1)
spread = rng.uniform(-2, 2, (100_000, 2))
for degrees in (0, 30, 77):
    active = turning_layer(degrees).forward(spread) > 0
    shares = [np.mean(active.sum(axis=1) == count) for count in (2, 1, 0)]
    print(f"turned by {degrees:2}°:", np.round(shares, 2))

# %% [markdown]
# A quarter of the plane keeps both coordinates, a half keeps one, and a
# quarter keeps none, however the paper is turned. What lies in that last
# quarter is gone for good: no later layer can tell its points apart.
#
# Is it always a quarter? A turned paper has its two neurons at right angles to
# each other. Let us change that one thing, on a round cloud of points, which
# looks alike from all sides, with 90° again for comparison.

# %%
cloud = rng.standard_normal((100_000, 2))
for degrees in (45, 90, 135):
    between = np.deg2rad(degrees)
    facing = np.array([[1.0, np.cos(between)], [0.0, np.sin(between)]])
    lost = np.mean((cloud @ facing <= 0).all(axis=1))
    print(f"{degrees:3}° between them: {lost:.3f} keeps none")

# %% [markdown]
# It is not. Neurons that look in similar directions lose more, neurons that
# look apart lose less: the share is 180° less the angle between them, divided
# by 360°. (The step is worse than all of these. It leaves four points of the
# whole plane, as we are about to see.)
#
# ## The spiral, flattened
#
# Now the spiral, through tanh, ReLU and the step. The layer shifts it a
# little as well, so that the edges do not cross in the middle of the data.

# %%
points, labels = spiral(60, 3, rng=rng, dtype=np.float64)
shifting = turning_layer(30, shift=(0.4, 0.4))

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.3))
for ax, activation in zip(axes, (Tanh(), ReLU(), Step()), strict=True):
    moved = activation.forward(shifting.forward(points))
    for label in range(3):
        x, y = moved[labels == label].T
        ax.scatter(x, y, s=9, color=COLOURS[label], marker=MARKERS[label])
    ax.set(title=type(activation).__name__, aspect="equal")
    ax.set(xlim=(-1.2, 1.6), ylim=(-1.2, 1.6))
fig.set_label(
    "The three arms of the spiral after a turn, a shift and an activation. "
    "Tanh: hardly changed. ReLU: the part where both neurons are active is "
    "as it was, the rest lies on the two axes. Step: four points."
)
plt.show()

# %%
for activation in (Linear(), Tanh(), ReLU(), Step()):
    moved = activation.forward(shifting.forward(points))
    different = len(np.unique(moved.round(12), axis=0))
    print(f"{type(activation).__name__:7} {different:3} of 180 are different")

# %% [markdown]
# The three arms all start at the origin, so three points are the same from
# the outset; that is why not even `Linear` shows 180 different ones. Tanh loses
# nothing. ReLU makes some points equal, and the step leaves four: the
# corners of a square.
#
# ## Two ReLUs draw a border
#
# Now the other direction. Let two hidden ReLU neurons look at the plane, and
# let one output neuron add them with weights of its own. Where its score is
# positive we say "inside". What borders can that be? Here are six random
# ones, each scored on a grid of 121 × 121 points, which `np.meshgrid` lays
# out.


# %%
def random_network(n_hidden, rng):
    """Return a function from points to scores: Dense, ReLU, Dense."""
    hidden = Dense(2, n_hidden, rng=rng, dtype=np.float64)
    output = Dense(n_hidden, 1, rng=rng, dtype=np.float64)
    for layer in (hidden, output):  # far larger than a fresh layer has them
        layer.weights[...] = rng.standard_normal(layer.weights.shape)
        layer.biases[...] = rng.standard_normal(layer.biases.shape)
    relu = ReLU()
    return lambda points: output.forward(relu.forward(hidden.forward(points)))


side = np.linspace(-4, 4, 121)
plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def shade(ax, network):
    """Shade the inside, and draw its border."""
    scores = network(plane).reshape(121, 121)
    top = 2 * max(scores.max(), 1e-9)
    ax.contourf(side, side, scores, [0, top], colors=[COLOURS[0]], alpha=0.3)
    if scores.min() < 0 < scores.max():
        ax.contour(side, side, scores, [0], colors=[COLOURS[0]])
    ax.set(aspect="equal", xticks=[], yticks=[])


fig, axes = plt.subplots(2, 3, figsize=(5.4, 3.7))
rng = np.random.default_rng(3)
for ax in axes.flat:
    network = random_network(2, rng)
    while not 0.1 < (network(plane) > 0).mean() < 0.9:
        network = random_network(2, rng)  # there should be something to see
    shade(ax, network)
fig.set_label(
    "Six borders that two random ReLU neurons draw: straight pieces with at "
    "most two corners. The inside always runs off the picture somewhere; no "
    "border is closed."
)
plt.show()

# %% [markdown]
# Straight pieces, with a corner or two, some of them outside the picture. A border can bend only where it
# crosses the line on which a neuron switches. And not one of these borders
# is closed. Bad luck?
#
# ## How many does it take to close one?
#
# A figure is closed if the score is positive somewhere and negative in every
# direction far away. We try 3,000 random networks of each size, look at the
# score on a grid, and at 180 points far out on a circle, one every two
# degrees.


# %%
def circle(n_points):
    """Return points on a circle around the origin, far out."""
    angles = np.linspace(0, 2 * np.pi, n_points, endpoint=False)
    return 1e4 * np.stack((np.cos(angles), np.sin(angles)), axis=1)


def is_closed(network, far):
    """Return whether there is an inside, and it ends in every direction."""
    return bool((network(far) < 0).all() and (network(plane[::7]) > 0).any())


found, looked = {}, circle(180)
for n_hidden in (2, 3, 4, 5, 8):
    rng = np.random.default_rng(n_hidden)
    networks = [random_network(n_hidden, rng) for _ in range(3000)]
    found[n_hidden] = [one for one in networks if is_closed(one, looked)]
    print(f"{n_hidden} ReLUs: {len(found[n_hidden])} of 3000 closed")

# %% [markdown]
# Rare, but there are some, even with two neurons. That cannot be right, if I
# think about it. Far away in some direction, each ReLU is either off or
# growing without end (or, along its own edge, constant). Two neurons leave
# directions in which both are off, and there the score is the output bias. For
# a closed figure that bias must not be positive. But then some neuron has to
# lift the score above 0 inside. Its output weight is positive, and there are
# directions in which it is the only one that grows. That way the inside never
# ends. (The exceptions are two neurons that look in *exactly* opposite
# directions, or in the same one. Their borders are endless straight lines, and
# not closed either.)
#
# Either the argument is wrong or the measurement. So we look again at what
# was found, at 7,200 points of the circle in place of 180.

# %%
closed = {}
for n_hidden, candidates in found.items():
    finer = circle(7200)
    closed[n_hidden] = [one for one in candidates if is_closed(one, finer)]
    print(f"{n_hidden} ReLUs: {len(closed[n_hidden])} of 3000 closed")

# %% [markdown]
# It was the measurement. (The counts of the larger ones may still be too low:
# an inside between the points of the grid, or beyond it, is missed. With ten
# times as many directions none of them drops out.) Here are
# the four networks of two neurons that I had taken for closed. Each panel
# walks along the far circle, around the place where the score is largest; the
# dots are the directions that I had looked at. (The vertical scale is
# logarithmic, except near 0.)

# %%
fig, axes = plt.subplots(1, 4, figsize=(5.6, 1.9), sharex=True, sharey=True)
walk = np.deg2rad(np.linspace(-4, 4, 801))
for ax, network in zip(axes, found[2], strict=True):
    everywhere = circle(72_000)
    top = everywhere[network(everywhere).argmax()]
    middle = np.arctan2(top[1], top[0])
    sides = 1e4 * np.stack((np.cos(middle + walk), np.sin(middle + walk)), 1)
    ax.plot(np.rad2deg(walk), network(sides), color=COLOURS[0])
    away = np.rad2deg(np.arctan2(*looked.T[::-1]) - middle)
    away = (away + 180) % 360 - 180
    near = np.abs(away) < 4
    ax.plot(away[near], network(looked[near]), "o", color=COLOURS[1], ms=4)
    ax.axhline(0, color="0.5", lw=0.8)
    ax.set(xlabel="degrees", xticks=(-3, 0, 3), yscale="symlog")
    ax.set(ylim=(-1e4, 1e4), yticks=(-1e3, 0, 1e3), yticklabels=("−", 0, "+"))
fig.set_label(
    "Four graphs of a score along the far circle. In each the score rises "
    "above zero for less than two degrees, between two of the dots, which all "
    "lie below zero."
)
plt.show()

# %% [markdown]
# In each of the four, the two neurons look in nearly opposite directions, and
# the way out is narrower than the two degrees between my points. With the
# finer circle: two neurons never close a figure, three rarely do. My guess of four was wrong.
#
# Three neurons can face away from a common centre so that in every direction
# at least one grows. All of them with negative output weights, and an output bias
# larger than what they take away at the centre: that is enough. (It is not the only way. Where all neurons are
# off, a negative output bias ends the inside as well.)

# %%
frame = plane[np.abs(plane).max(axis=1) == 4]  # the edge of the picture
fig, axes = plt.subplots(1, 4, figsize=(5.6, 1.8))
for ax, n_hidden in zip(axes, (3, 4, 5, 8), strict=True):
    whole = [one for one in closed[n_hidden] if (one(frame) < 0).all()]
    shade(ax, max(whole, key=lambda one: (one(plane) > 0).sum()))
    ax.set_title(f"{n_hidden} ReLUs")
fig.set_label(
    "Four closed figures found among random networks, with three, four, five "
    "and eight hidden ReLU neurons: for each size the largest one that fits "
    "into the picture. Each is an island with straight sides."
)
plt.show()

# %% [markdown]
# Here is one with three neurons, built on purpose.

# %%
outwards = np.deg2rad([90, 210, 330])
hidden = Dense(2, 3, rng=rng, dtype=np.float64)
output = Dense(3, 1, rng=rng, dtype=np.float64)
hidden.weights[...] = [np.cos(outwards), np.sin(outwards)]
hidden.biases[...] = 0.0
output.weights[...] = -1.0
output.biases[...] = 2.0


def on_purpose(points):
    """Return 2 minus the three ReLUs."""
    return output.forward(ReLU().forward(hidden.forward(points)))


print("highest score far away:", on_purpose(circle(7200)).max().round())
print("score in the middle:", on_purpose(np.zeros((1, 2)))[0, 0].round(3))

fig, ax = plt.subplots(figsize=(2.6, 2.6))
shade(ax, on_purpose)
fig.set_label(
    "A closed figure around the origin, drawn by three ReLU neurons that face "
    "away from it at 90, 210 and 330 degrees: it has six sides."
)
plt.show()

# %% [markdown]
# I had expected a triangle, and it has **six sides**. In a sixth of all
# directions only the first neuron is active, in the next sixth the first and
# the second, then only the second, and so on: six sectors, a straight side
# in each. Three neurons, six sides.
#
# Does it come nearer to a triangle? Let the neurons be off in the middle and
# switch on further out, then make the output bias smaller. For many directions
# we look for the border by halving, and count how many neurons are active
# there. Each line begins with the hidden biases and the output bias.

# %%
ways = circle(36_000) / 1e4  # arrows of length 1
settings = ((0.0, 2.0), (-1.0, 2.0), (-1.0, 0.2), (-1.0, 0.01))
for hidden_bias, output_bias in settings:
    hidden.biases[...] = hidden_bias
    output.biases[...] = output_bias
    near, far = np.zeros((len(ways), 1)), np.full((len(ways), 1), 10.0)
    for _ in range(50):
        middle = (near + far) / 2
        inside = on_purpose(middle * ways) > 0
        near, far = (
            np.where(inside, middle, near),
            np.where(inside, far, middle),
        )
    active = (hidden.forward(far * ways) > 0).sum(axis=1)
    one, two = np.mean(active == 1), np.mean(active == 2)
    print(f"{hidden_bias:4}, {output_bias:4}: one {one:.3f}, two {two:.3f}")

# %% [markdown]
# Nearer and nearer. The three short sides shrink, but they do not vanish: near
# a corner of the triangle two neurons are active, and together they cut it off.
# The border turns where it crosses the line on which a neuron switches, and
# here each of the three lines crosses it twice: six corners.
#
# ## What I now believe
#
# - Tanh and sigmoid press the plane together, ReLU flattens parts of it.
#   Pressing can be undone on paper, flattening cannot; on the spiral it made
#   points equal for good.
# - One layer of two ReLUs at right angles throws away both coordinates on a
#   quarter of the plane. Four of them would lose nothing: for
#   each coordinate one neuron facing each way, since $\max(0, z) - \max(0, -z)$
#   is $z$ again.
# - Two ReLUs cannot enclose anything, three can, and my guess of four came
#   from counting the sides of a box. What counts is not sides but directions:
#   in every one the score has to end below 0, by neurons that pull it down or,
#   where all are off, by the output bias.
# - A measurement has a width. My 180 directions missed gaps of less than two
#   degrees, and I only noticed because an argument on paper disagreed.
# - A random network of few neurons hardly ever closes a figure. That good
#   weights exist says nothing about coming across them, which is the
#   [chapter's](../chapters/04-activation-functions.md#universal) warning
#   about the universal approximation theorem.
