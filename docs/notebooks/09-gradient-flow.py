# %% [markdown]
# # Watching gradients flow
#
# On its way back a gradient passes every layer and every activation, and
# each changes its size. The first layer gets what is left.
#
# The question: **how much of the gradient reaches the first layer, and what
# decides it?** We build deep networks, send one gradient back through each,
# and measure it at every stop. Then we do the same during a training.
#
# [Chapter 9](../chapters/09-backpropagation.md) derives every step of the
# way back; here we only look.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import ReLU, Sigmoid, Tanh
from nnfs_code.data import spiral
from nnfs_code.gradient_check import check
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy

rng = np.random.default_rng(9)
points, arms = spiral(100, 3, rng=rng, dtype=np.float64)

# %% [markdown]
# ## Ten layers
#
# Each hidden layer has 32 neurons, and there are ten of them, each with its
# activation. The last layer makes three logits. The weights are drawn anew
# so that their size is under our control: `gain` divided by the root of the
# number of inputs. A sum of 32 random terms is about $\sqrt{32}$ times as
# large as one of them, and the division undoes that.
#
# `gradient_sizes` makes one pass there and one back. At each layer it notes
# the root mean square of `d_outputs`: square, take the mean, take the root.
# It is the size of a typical entry.


# %%
def deep(activation, gain, depth=10, width=32, seed=0):
    rng = np.random.default_rng(seed)
    parts, n_inputs = [], 2
    for n_neurons in (*[width] * depth, 3):
        dense = Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)
        dense.weights *= gain / (0.01 * np.sqrt(n_inputs))
        parts += [dense, activation()]
        n_inputs = n_neurons
    return parts[:-1]  # no activation after the logits


def gradient_sizes(parts):
    values = points
    for part in parts:
        values = part.forward(values)
    loss = SoftmaxCrossEntropy()
    loss.forward(values, arms)
    gradient, sizes = loss.backward(), []
    for part in reversed(parts):
        if isinstance(part, Dense):
            sizes.append(np.sqrt((gradient**2).mean()))
        gradient = part.backward(gradient)
    return np.array(sizes[::-1])


for activation in (Sigmoid, Tanh, ReLU):
    sizes = gradient_sizes(deep(activation, gain=1.0))
    print(
        f"{activation.__name__:8} first layer {sizes[0]:.1e}, "
        f"logits {sizes[-1]:.1e}, share {sizes[0] / sizes[-1]:.1e}"
    )

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.4))
for activation, line in ((Sigmoid, "-."), (Tanh, "--"), (ReLU, "-")):
    sizes = gradient_sizes(deep(activation, gain=1.0))
    ax.plot(range(1, 12), sizes, line, marker="o", label=activation.__name__)
ax.set(yscale="log", xlabel="layer", ylabel="size of d_outputs")
ax.legend()
fig.set_label(
    "Size of the gradient at each of eleven layers, on a logarithmic axis. "
    "All three curves end at the same height at the last layer. Towards the "
    "first layer the sigmoid's falls steeply and evenly, tanh's and ReLU's "
    "much less."
)
plt.show()

# %% [markdown]
# All three begin with the same gradient at the logits. At the first layer the
# sigmoid's network has less than a millionth of it left. Its slope is a
# quarter at best, and there are ten of them to pass:
# $\left(\frac{1}{4}\right)^{10}$ is about one millionth by itself.
#
# Tanh has a slope of 1 at 0 and loses far less. ReLU passes all or nothing.
# About half of its gates are shut, so half of the entries become 0 at each
# stop.
#
# ## The size of the weights
#
# On the way back a gradient is multiplied by the weights too. Let us vary
# them, with ReLU.

# %%
for gain in (0.5, 1.0, 1.41, 2.0, 3.0):
    shares = [
        sizes[0] / sizes[-2]  # layer 1 against layer 10
        for sizes in (
            gradient_sizes(deep(ReLU, gain, seed=seed)) for seed in range(20)
        )
    ]
    # A tenth of them lie below the first, half below the second.
    low, middle, high = np.quantile(shares, (0.1, 0.5, 0.9))
    print(
        f"gain {gain:4}: from layer 10 to layer 1: {middle:.1e} "
        f"(most networks {low:.1e} to {high:.1e})"
    )

# %% [markdown]
# The same ReLU, and everything from a ten-thousandth to several hundred.
# The share is a product of nine equal factors, one a layer, so a small
# change of each makes a large change of the whole. Each factor is `gain`
# times the root of one half, since half of the gates are shut. At
# $\sqrt{2} = 1.41$ the factor is 1, and the gradient arrives as it left.
# That is the rule of He and others [@he2015]; chapter 25 comes back
# to it.
#
# ## During a training
#
# The network of the chapter, 2–64–3 with weights near 0.01 and rate 1. At
# each step we note the size of the gradient of both tables of weights, and
# how many of the 64 gates are open for a point, on average.


# %%
def watch(scale, rate, n_steps, seed=0):
    rng = np.random.default_rng(seed)
    points, arms = spiral(100, 3, rng=rng, dtype=np.float64)
    dense1 = Dense(2, 64, rng=rng, dtype=np.float64)
    dense2 = Dense(64, 3, rng=rng, dtype=np.float64)
    dense1.weights *= scale
    dense2.weights *= scale
    relu, loss = ReLU(), SoftmaxCrossEntropy()
    seen = []
    for _ in range(n_steps + 1):
        hidden = relu.forward(dense1.forward(points))
        mean_loss = loss.forward(dense2.forward(hidden), arms)
        dense1.parameter_gradients(
            relu.backward(dense2.backward(loss.backward()))
        )
        norms = [np.sqrt((d.d_weights**2).sum()) for d in (dense1, dense2)]
        seen.append((mean_loss, *norms, (hidden > 0).mean()))
        for dense in (dense1, dense2):
            dense.weights -= rate * dense.d_weights
            dense.biases -= rate * dense.d_biases
    return np.array(seen)


small, large = watch(1.0, 1.0, 400), watch(100.0, 0.5, 400)
for name, seen in (("small start", small), ("large start", large)):
    print(name)
    for step in (0, 25, 50, 100, 200, 400):
        mean_loss, first, second, gates = seen[step]
        print(
            f"  step {step:3}: loss {mean_loss:.2f}, layer 1 {first:.3f}, "
            f"layer 2 {second:.3f}, open {gates:.2f}"
        )

# %%
fig, axes = plt.subplots(2, 1, figsize=(5.6, 4.6), sharex=True)
for seen, line, name in ((small, "-", "small"), (large, "--", "large")):
    axes[0].plot(seen[::4, 0], line, label=f"{name} start")
    axes[1].plot(seen[::4, 1], line)
axes[0].set(ylabel="loss", ylim=(0, 2.8))
axes[0].legend()
axes[1].set(yscale="log", ylabel="gradient of layer 1")
axes[1].set_xticks(range(0, 101, 25), range(0, 401, 100))
axes[1].set_xlabel("step")
fig.set_label(
    "Above, the loss over 400 steps; below, the size of the first layer's "
    "gradient on a logarithmic axis. From the small start the gradient first "
    "grows for some dozens of steps while the loss does not move, then sinks "
    "back to where it began. From the large start it begins far larger and "
    "shrinks slowly."
)
plt.show()

# %% [markdown]
# The small start first. For 50 steps the loss does not move, and yet
# something happens: the gradients grow. What reaches the first layer has been
# multiplied by the weights of the second, which are tiny, and what reaches
# the second is multiplied by the hidden values, which are tiny because of the
# first. Each has to wait for the other. They pull each other up, and only
# then does the loss fall.
#
# What I had not expected is the rest of the curve. After step 100 the
# gradient sinks again, and at step 400 it is about as small as at step 0, at a
# loss of 1.06. The network has found what straight cuts can do on a spiral,
# and stands on flat ground. So the training of the chapter is slow for two
# reasons, and only the first is the start.
#
# The large start has a gradient a few hundred times as large at step 0, and
# still about fifty times as large at step 400.
#
# ## A fault that depth multiplies
#
# In the chapter a ReLU that passes back only half cost next to nothing. Now
# put it into the ten layers.


# %%
class HalfReLU(ReLU):
    def backward(self, d_outputs):
        return 0.5 * super().backward(d_outputs)


right = gradient_sizes(deep(ReLU, 1.41))
half = gradient_sizes(deep(HalfReLU, 1.41))
for layer in (0, 3, 6, 9, 10):
    print(f"layer {layer + 1:2}: {half[layer] / right[layer]:.5f} of it")
print(check(HalfReLU(), rng.normal(size=(4, 3))))

# %% [markdown]
# Each ReLU halves what comes, so the first layer gets a thousandth of its
# gradient. In a network of two layers nobody would notice; in one of eleven
# the first layers would stand still. The check of a single ReLU finds the
# fault whatever the depth.
#
# ## What I now believe
#
# - Backpropagation is exact, and still the gradient can be useless. A slope
#   of $10^{-10}$ is right to all its digits and moves no weight.
# - What decides is a product with one factor a layer. I used to think of the
#   size of the initial weights as a detail. In ten layers, gains of one half
#   and of 3 differ by seven powers of ten.
# - A loss that does not move can hide gradients that grow. It is worth
#   watching both.
# - The chapter's fault that the loss could not show is a matter of depth:
#   what costs a few hundredths in two layers costs a factor of a thousand in
#   eleven. So I check parts, not networks.
