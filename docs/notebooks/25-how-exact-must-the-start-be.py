# %% [markdown]
# # How exact must the start be?
#
# [Chapter 25](../chapters/25-initialisation-and-normalisation.md#variance)
# derives that weights before ReLU need the variance 2 / n. In chapter
# 10 networks with two layers began with weights of 0.01, far from that, and
# learned. So the question: **how far off may the variance be, and
# what does it depend on?**
#
# We give the weights of hidden layers the variance c / n, for several c, and
# train networks with 3 and with 20 of them on the spiral. Within a table
# everything else stays: the points, the steps, the rate.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.normalization import BatchNorm
from nnfs_code.optimizers import Adam

FACTORS = [0.2, 1.0, 2.0, 4.0, 10.0]
SEEDS = range(5)


def layer(n_inputs, n_neurons, c, rng):
    dense = Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)
    spread = np.sqrt(c / n_inputs)
    dense.weights[:] = spread * rng.standard_normal((n_inputs, n_neurons))
    return dense


def network(n_layers, c, seed, norm=False):
    rng, parts, n_inputs = np.random.default_rng(seed), [], 2
    for _ in range(n_layers):
        parts.append(layer(n_inputs, 24, c, rng))
        if norm:
            parts.append(BatchNorm(24, dtype=np.float64))
        parts.append(ReLU())
        n_inputs = 24
    return Model([*parts, layer(24, 3, 2.0, rng)], SoftmaxCrossEntropy())


def loss_after(n_layers, c, seed, steps=40, norm=False):
    rng = np.random.default_rng(100 + seed)
    points, arms = spiral(30, 3, rng=rng, dtype=np.float64)
    model, adam = network(n_layers, c, seed, norm), Adam(0.003)
    for _ in range(steps):
        loss = model.train_step(points, arms, adam)
    return loss


def row(n_layers, factors=FACTORS, **how):
    losses = [
        [loss_after(n_layers, c, seed, **how) for seed in SEEDS]
        for c in factors
    ]
    for c, found in zip(factors, losses, strict=True):
        low, middle, high = np.quantile(found, [0, 0.5, 1])
        print(f"c = {c:4}: loss {middle:7.3f}, from {low:.3f} to {high:.3f}")
    return losses


# %%
shallow = row(3, steps=80)
tiny = row(3, [0.0024], steps=80)  # weights of 0.01 between hidden layers

# %%
deep = row(20)

# %% [markdown]
# With 3 layers the start matters less. From c = 1 to 10 there is no clear
# difference, and 0.2 is a little behind 2 in each of the five networks. With
# weights of 0.01 between the hidden layers, and larger ones in the first and
# the last, the loss has come about a third as far down from log 3 as with
# c = 2. But they learn, too.
#
# With 20 layers it is another matter. For c = 0.2 the loss stays at 1.099,
# which is log 3, in all five networks. For c = 10 it is above a thousand.
# From 1 to 4 the networks learn, 2 with the lowest median.
#
# What is multiplied 20 times? The mean square of the signal is multiplied by
# c / 2 in each layer.

# %%
for n_layers in (3, 20):
    print(
        n_layers, "layers:", *(f"{(c / 2) ** n_layers:8.2g}" for c in FACTORS)
    )

# %% [markdown]
# These are the factors for the mean square of the signal. With 3 layers they
# stay between a thousandth and about a hundred. With 20 layers, c = 1 and
# c = 4 are off by a factor of a million, and the networks learned all the
# same. I had not expected that. Off by twenty orders of magnitude is too much,
# and so is about fourteen the other way.
#
# The control: a BatchNorm in front of each ReLU brings every layer's outputs
# to the same size, unless the weights are so small that its epsilon counts.
# 15 steps are enough to see it. (The loss is that of training.)

# %%
normed = row(20, FACTORS[::2], norm=True, steps=15)

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.2))
for name, factors, losses, look in (
    ("3 layers, 80 steps", FACTORS, shallow, "o-"),
    ("20 layers, 40 steps", FACTORS, deep, "s--"),
    ("20 layers, BatchNorm, 15 steps", FACTORS[::2], normed, "^-."),
):
    ax.semilogx(factors, np.median(losses, axis=1), look, label=name)
ax.set(xlabel="c: the variance of the weights is c / n", ylabel="loss")
ax.set_ylim(0, 2.5)
ax.legend()
fig.set_label(
    "Loss over c, from 0.2 to 10. With 3 layers the line is nearly level. "
    "With 20 layers it is at 1.1 for 0.2, lowest at 2, and leaves the picture "
    "towards 10. With BatchNorm the 20 layers are nearly level."
)
plt.show()

# %% [markdown]
# The lines have different numbers of steps: compare their shapes, not their
# heights.
#
# ## What I now believe
#
# - The rule 2 / n lies in the middle of a window, which is narrower with 20
#   layers than with 3. With 3 layers the networks learned for every c that I
#   tried, most slowly for the smallest.
# - The window is wider than I thought: a signal that is a thousand times too
#   small or too large behind 20 layers (its mean square is off by a million)
#   still let them learn, under Adam at this rate.
# - With BatchNorm these networks learned from c = 0.2 to 10. The chapter has
#   weights of 0.01 in front of each BatchNorm: those networks learned well at
#   the lowest of six rates only.
