# %% [markdown]
# # How small should the step be?
#
# A slope can be measured: move the input a little, see how far the output
# moves, divide. [Chapter 7](../chapters/07-derivatives.md) shows that a step
# can be too large (the curve bends) and too small (the floats run out of
# digits), and works out the best step for one function at one place.
#
# The question here: **does that advice hold elsewhere?** We try a thousand
# places instead of one, numbers that are very large or very small, and at
# last the loss of a whole network, with and without kinks.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import ReLU, Softmax, Tanh
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy

# %% [markdown]
# ## A thousand places
#
# The function is again the cube, whose slope we know: $3x^2$. `errors`
# measures it at all places `x` at once, with one step, by the forward and by
# the central difference. It returns relative errors: how much is wrong as a
# share of the slope.


# %%
def cube(x):
    return x * x * x


def errors(x, h):
    h = x.dtype.type(h)
    upper, lower = x + h, x - h
    truth = 3 * x.astype(np.float64) ** 2
    forward = (cube(upper) - cube(x)) / (upper - x)
    central = (cube(upper) - cube(lower)) / (upper - lower)
    return [np.abs(slope / truth - 1) for slope in (forward, central)]


places = np.random.default_rng(7).uniform(1, 2, 1000)
steps = 10.0 ** -np.arange(0.5, 14, 0.5)
found = np.array([errors(places, h) for h in steps])  # (steps, 2, places)

fig, ax = plt.subplots(figsize=(5.6, 3.6))
for kind, name, look in ((0, "forward", "^-"), (1, "central", "o-")):
    middle = np.median(found[:, kind], axis=1)
    worst = found[:, kind].max(axis=1)
    ax.loglog(steps, middle, look, label=f"{name}, median")
    ax.loglog(steps, worst, ":", color=ax.lines[-1].get_color())
ax.set(xlabel="step", ylabel="relative error")
ax.legend()
fig.set_label(
    "Error over the step, both axes in powers of ten. Forward and central "
    "each form a V. The central V is steeper and deeper, with its lowest "
    "point near a step of ten to the minus 5. A dotted line, the worst of a "
    "thousand places, runs a little above each median on the left side."
)
plt.show()

for kind, name in ((0, "forward"), (1, "central")):
    middle = np.median(found[:, kind], axis=1)
    best = middle.argmin()
    print(f"{name}: best step {steps[best]:.0e}, median {middle[best]:.0e}")

# %% [markdown]
# The scatter of the chapter's figure is gone: a median over a thousand
# places is smooth. On the right side, median and worst place run close
# together. There the error is a smooth function of the place: a share of
# $h^2 / (3x^2)$ for the central difference, which varies by no more than a factor
# of four between 1 and 2. (Over a wider range of places the two would part.) On
# the left side they do part: rounding is luck, and among a thousand places some
# have bad luck.
#
# ## Large and small numbers
#
# The package uses a fixed step. How does it do at a millionth, and at a
# million? We let both the step and the size of the numbers vary.

# %%
sizes = 10.0 ** np.arange(-6, 7)
spread = np.random.default_rng(7).uniform(1, 2, 200)
fixed, scaled = [], []
for size in sizes:
    x = spread * size
    fixed.append(np.median(errors(x, 1e-5)[1]))
    scaled.append(np.median(errors(x, 1e-5 * size)[1]))

fig, ax = plt.subplots(figsize=(5.6, 3.4))
ax.loglog(sizes, fixed, "^-", label="step 1e-5")
ax.loglog(sizes, scaled, "o-", label="step 1e-5 times the size")
ax.set(xlabel="size of the numbers", ylabel="relative error")
ax.legend()
fig.set_label(
    "Relative error of the central difference over the size of the numbers. "
    "With the step in proportion to the size it is a flat line far below "
    "one part in a billion. With a fixed step the error is a V: lowest for "
    "sizes around 1 and ten, and growing towards very small and very large "
    "numbers."
)
plt.show()

for size, a, b in zip(sizes, fixed, scaled, strict=True):
    print(f"size {size:.0e}: fixed {a:.0e}, scaled {b:.0e}")

# %% [markdown]
# With a fixed step the error grows on both sides. For large numbers the values
# of the function are rounded to wider and wider gaps, and that is divided by the
# same small run. The gaps of the cube grow like $x^3$ and its slope only like
# $x^2$, so as a share of the slope the error grows like $x$. For small numbers it
# is not a *small* step at all: around one millionth, a step of 1e-5 reaches
# across zero and far beyond, and the measured slope has nothing to do with the
# place. (For the cube. The exponential minds neither, up to about 700, where it
# leaves the floats: its slope grows as fast
# as its gaps, and close to zero it is nearly a line.) What counts as small
# depends on how soon the *function* bends, and no rule that looks only at the
# number can know that.
#
# ## The loss of a network
#
# Now the case that we care about. A network with 64 hidden neurons looks at
# the spiral, and we move one single weight: the one from the first input to
# the first hidden neuron. Everything else stays fixed, so the loss is a
# function of one number. The weights are larger than at the start of
# training, so that there is something to see. We build each network twice
# with the same random numbers: once with tanh, once with ReLU.


# %%
def loss_of_one_weight(activation, seed, dtype=np.float64, straight=False):
    """Return the loss as a function of one weight, and the weight.

    A `straight` one has no softmax and no logarithm: it is the mean score of
    class 0.
    """
    rng = np.random.default_rng(seed)
    points, arms = spiral(100, 3, rng=rng, dtype=dtype)
    dense1 = Dense(2, 64, rng=rng, dtype=dtype)
    dense2 = Dense(64, 3, rng=rng, dtype=dtype)
    dense1.weights *= 100
    dense2.weights *= 30

    def hidden(weight):
        dense1.weights[0, 0] = weight
        return dense1.forward(points)

    def loss(weight):
        scores = dense2.forward(activation.forward(hidden(weight)))
        if straight:
            return float(scores[:, 0].mean())
        probabilities = Softmax().forward(scores)
        return CategoricalCrossEntropy().forward(probabilities, arms)

    return loss, hidden, float(dense1.weights[0, 0])


def central(function, x, h):
    return (function(x + h) - function(x - h)) / (2 * h)


steps = 10.0 ** -np.arange(0.5, 11, 0.5)
curves = {}
for name, activation in (("tanh", Tanh()), ("ReLU", ReLU())):
    misses = []
    for seed in range(10):
        loss, _, weight = loss_of_one_weight(activation, seed)
        slopes = np.array([central(loss, weight, h) for h in steps])
        best = central(loss, weight, 1e-5)
        misses.append(np.abs(slopes / best - 1))
    curves[name] = np.median(misses, axis=0)

fig, ax = plt.subplots(figsize=(5.6, 3.6))
for (name, curve), look in zip(curves.items(), ("o-", "^--"), strict=True):
    shown = curve > 1e-13  # without the point of the judge
    ax.loglog(steps[shown], curve[shown], look, label=name)
ax.set(xlabel="step", ylabel="relative error (median of 10)")
ax.legend()
fig.set_label(
    "Relative error of the slope of a network's loss over the step. For tanh "
    "it falls along a straight line as the step shrinks, down to about one "
    "part in a billion, and rises again. For ReLU it is larger by orders of "
    "magnitude at steps of a tenth and a hundredth, and then drops steeply, "
    "even below that of tanh."
)
plt.show()

for h in (0.1, 0.01, 0.001):
    at = np.abs(steps - h).argmin()
    pairs = ", ".join(f"{n} {c[at]:.0e}" for n, c in curves.items())
    print(f"step {h}: {pairs}")

# %% [markdown]
# (We do not know the true slope here, so the central difference with 1e-5
# is the judge. At that very step the error is zero by construction; the
# point is left out. The judge is rounded itself: errors below about one part in
# a billion say nothing.)
#
# With tanh it is the curve of the chapter. The ReLU network follows no such
# line. Its loss has a kink wherever some point of the spiral makes the
# neuron switch on or off, and a step may reach across many of them. We can
# count.

# %%
for h in (0.1, 0.01, 0.001, 0.0001, 0.00001):
    crossed = []
    for seed in range(10):
        _, hidden, weight = loss_of_one_weight(ReLU(), seed)
        above = hidden(weight + h) > 0
        below = hidden(weight - h) > 0
        crossed.append(int((above != below).sum()))
    print(f"step {h:7}: kinks crossed {crossed}")

# %% [markdown]
# Each row of the batch can switch once, unless its first input is 0, as in the
# three points at the centre: so there are 297 kinks somewhere along this weight.
# A step of one tenth reaches across 0 to 13 of them, 7.8 on average. A step of
# one hundredth meets one or two in seven of the ten networks, and that is enough
# to spoil the slope: a median error of three thousandths where tanh has eight
# millionths. At a thousandth, nine of the ten cross no kink, and ReLU does
# better than tanh.
#
# Is that because a ReLU is a straight line between its kinks, so that only the
# softmax and the logarithm behind it bend? Take those two away and look again.

# %%
for name, activation in (("tanh", Tanh()), ("ReLU", ReLU())):
    for straight in (False, True):
        misses = []
        for seed in range(10):
            loss, _, weight = loss_of_one_weight(
                activation, seed, straight=straight
            )
            near, far = (central(loss, weight, h) for h in (1e-4, 1e-3))
            misses.append(abs(far / near - 1))
        behind = "nothing behind it" if straight else "softmax and logarithm"
        print(f"{name}, {behind:21}: {np.median(misses):.0e}")

# %% [markdown]
# With nothing behind it that bends, the ReLU's error falls to what rounding
# leaves, and that of tanh stays about as large as it was. So it is the straight
# line.
#
# Kinks, then, are a second reason for small steps, one that has nothing to do
# with how much a curve bends.
#
# ## The same in float32
#
# Networks are usually trained in float32. What if we measured there?

# %%
for name, activation in (("tanh", Tanh()), ("ReLU", ReLU())):
    for seed in range(3):
        exact, _, weight = loss_of_one_weight(activation, seed)
        coarse, _, _ = loss_of_one_weight(activation, seed, np.float32)
        print(
            f"{name}, seed {seed}: {central(exact, weight, 1e-5):8.5f}", end=""
        )
        for h in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7):
            print(f" {central(coarse, weight, h):8.4f}", end="")
        print()

# %% [markdown]
# The first number of each line is the slope in float64. The others are measured
# in float32, with steps from 1e-2 to 1e-7. One to three digits are right in the
# first two columns. Further to the right come numbers that look like slopes and
# are not, and at last zeros, or a single gap divided by the run. The loss is between 1
# and 2, neighbouring float32 numbers there are a ten-millionth apart, and the
# change of the loss is between a fifth of such a gap and eleven at a step of 1e-5,
# and a tenth of one or less at 1e-7. (The weight is rounded too, so that
# the step taken is not quite the one asked for.) With a step of 1e-5, two of
# these six weights seem to have no slope at all, as if the network were at the
# bottom of its valley.
#
# ## What I now believe
#
# - The V is real, and the advice of the chapter holds at a thousand places.
#   On the left side the worst of a thousand places is several times worse than the
#   median.
# - "A small step" means small against the distance over which the function
#   bends. For numbers of the size of weights a fixed step does well. Far
#   from there, I would try a second step.
# - With ReLU, I had expected the V again, a little dirtier. It is a different
#   animal: bad as long as a single kink lies within the step, and then, from
#   one step to the next, as good as the smooth network or better.
# - A slope of exactly 0 in float32 may be no measurement at all. I want to see
#   float64 whenever a gradient is checked.
