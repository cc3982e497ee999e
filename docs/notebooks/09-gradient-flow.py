# %% [markdown]
# # Watching gradients flow
#
# In the backward pass a gradient goes through every layer and every activation,
# and most of them change its size. The first layer gets what comes
# out of all of them.
#
# The question: **how much of the gradient reaches the first layer, and what
# decides it?** We build deep networks, send one gradient back through each,
# and measure it at every stop. Then we do the same during a training.
#
# [Chapter 9](../chapters/09-backpropagation.md) derives every step of the
# backward pass; here we only look.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import Linear, ReLU, Sigmoid, Tanh
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
# number of inputs. A sum of 32 independent random terms around 0 is typically
# $\sqrt{32}$ times as large as one of them, and the division undoes that.
#
# `gradient_sizes` makes one forward pass and one backward pass. At each layer it
# notes the root mean square of `d_outputs`: square, take the mean, take the
# root. It is the size of a typical entry. `share` prints what we look at in this
# notebook, the share that arrives: the size at layer 1 divided by the size at
# layer 10. Between the two
# are nine activations and nine tables of weights.


# %%
def deep(activation, gain, depth=10, width=32, seed=0):
    rng = np.random.default_rng(seed)
    parts, n_inputs = [], 2
    for n_neurons in [width] * depth + [3]:  # ten times 32, then 3 logits
        dense = Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)
        # `Dense` draws them 0.01 large: first undo that, then scale.
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


def passed_on(activation, gain):
    """Print the median over 20 networks, and where most of them are."""
    shares = []
    for seed in range(20):
        sizes = gradient_sizes(deep(activation, gain, seed=seed))
        shares.append(sizes[0] / sizes[9])  # layer 1 by layer 10
    # A tenth of them are below the first number, a tenth above the last.
    low, middle, high = np.quantile(shares, (0.1, 0.5, 0.9))
    print(f"{middle:.1e} (most networks {low:.1e} to {high:.1e})")


for activation in (Sigmoid, Tanh, ReLU):
    print(f"{activation.__name__:8}", end=" ")
    passed_on(activation, gain=1.0)

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.4))
for activation, line in ((Sigmoid, "-."), (Tanh, "--"), (ReLU, "-")):
    sizes = gradient_sizes(deep(activation, gain=1.0))
    ax.plot(range(1, 12), sizes, line, marker="o", label=activation.__name__)
ax.set(yscale="log", xlabel="layer", ylabel="size of d_outputs")
ax.legend()
fig.set_label(
    "Size of the gradient at each of eleven layers, on a logarithmic axis, for "
    "one network of each kind. All three curves end at the same height at the "
    "last layer. Towards the first layer the sigmoid's falls steeply and "
    "evenly, tanh's and ReLU's much less."
)
plt.show()

# %% [markdown]
# All three begin with a gradient of nearly the same size at the logits. In the
# sigmoid's networks about two millionths are left after nine layers. I blame its
# slope, which is a quarter at best: $\left(\frac{1}{4}\right)^{9}$ is about four
# millionths by itself.
#
# Is that the cause? Take the small slope away. $4\sigma(z) - 2$ is the same curve, stretched
# upwards so that its slope at 0 is 1, and shifted so that it is 0 there.


# %%
class SteepSigmoid(Sigmoid):
    def forward(self, inputs):
        return 4 * super().forward(inputs) - 2

    def backward(self, d_outputs):
        return 4 * super().backward(d_outputs)


print(check(SteepSigmoid(), rng.normal(size=(4, 3))))
print("SteepSigmoid", end=" ")
passed_on(SteepSigmoid, gain=1.0)

# %% [markdown]
# With the small slope gone, 0.7 of the gradient arrives. (The new class passes the
# gradient check, so this really is the gradient of the new curve.) Its outputs have
# changed too, and with them the inputs of the next layer. But the slope alone would
# do: keep the forward pass of the sigmoid and multiply each of the nine slopes by 4,
# and $4^9$ times two millionths arrive, about one half.
#
# ReLU is in between. Its gates pass all or nothing, and about half of them are shut.
#
# ## The size of the weights
#
# In the backward pass a gradient is multiplied by the weights too. Let us vary
# them, with ReLU; and then once more without any gates, with the linear activation,
# to see what the gates do.

# %%
for activation in (ReLU, Linear):
    for gain in (0.5, 1.0, 1.41, 2.0, 3.0):
        print(f"{activation.__name__:6} gain {gain:4}:", end=" ")
        passed_on(activation, gain)

# %% [markdown]
# The same ReLU, and everything from a ten-thousandth to several hundred.
# The share is a product of nine factors, one per layer, all nearly equal, so a small
# change of each makes a large change of the whole. Without gates each factor is
# nearly `gain` itself: at gain 1 most of the gradient arrives. With ReLU it is
# `gain` times the root of one half, because half of the entries become 0 and the
# mean of the squares is halved. So at $\sqrt{2} = 1.41$ the factor is about 1, and
# the gradient arrives nearly as it left.
# That is the rule of He and others [@he2015]; chapter 25 comes back
# to it.
#
# ## During a training
#
# The network of the chapter, 2–64–3 at rate 1, once with the package's weights
# near 0.01, once with weights a hundred times as large. At
# each step we note the size of the gradient of both tables of weights, and
# which share of the 64 gates is open for a point, on average.


# %%
def watch(scale1, scale2, n_steps, rate=1.0, seed=0):
    rng = np.random.default_rng(seed)
    points, arms = spiral(100, 3, rng=rng, dtype=np.float64)
    dense1 = Dense(2, 64, rng=rng, dtype=np.float64)
    dense2 = Dense(64, 3, rng=rng, dtype=np.float64)
    dense1.weights *= scale1
    dense2.weights *= scale2
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


small, large = watch(1, 1, 400), watch(100, 100, 400)
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
    "back to where it began. From the large start it begins far larger, drops "
    "at first, and stays far above the other."
)
plt.show()

# %% [markdown]
# The small start first. For 50 steps the loss hardly moves, and yet
# something happens: the gradients grow. What reaches the first layer has been
# multiplied by the weights of the second, which are tiny, and what reaches
# the second is multiplied by the hidden values, which are tiny because of the
# first. Each waits for the other.
#
# Is that what the loss is waiting for? Make only one of the two layers large. Then
# nobody has to wait.

# %%
for name, scales in (
    ("both small", (1, 1)),
    ("layer 2 large", (1, 100)),
    ("layer 1 large", (100, 1)),
    ("both large", (100, 100)),
):
    runs = np.array([watch(*scales, 400, seed=seed) for seed in range(5)])
    print(
        f"{name:13}: at step 0, layer 1 {np.median(runs[:, 0, 1]):.3f}, "
        f"layer 2 {np.median(runs[:, 0, 2]):.3f}"
    )
    losses = np.median(runs[:, (0, 25, 50, 400), 0], axis=0)
    print(f"{'':13}  loss at 0, 25, 50, 400:", *(f"{v:.2f}" for v in losses))

# %% [markdown]
# (Medians of five seeds.) The gradients at step 0 do what the explanation says: a
# hundredfold second layer makes the gradient of the *first* a hundred times as large,
# and the other way round. And the wait is over: with one layer large, the loss
# has begun to fall by step 25.
#
# But look at step 400. One large layer is hardly better off there than none. Within
# these 400 steps, only both large get well below 1. I had expected the
# small gradients to be the whole story, and they are the story of the first 50 steps.
# After step 100 the small start's gradient sinks again, and at step 400 it is about as
# small as at step 0, at a loss of 1.06: nearly flat ground. It is no closed door. Given
# 3000 steps, the small start gets below 1 as well, with each of three seeds that I
# tried. Two large layers are there much earlier, and I do not know yet why.
#
# The gradient of the large start is several hundred times as large at step 0. At
# step 400 it is still dozens of times as large.
#
# ## A fault that depth multiplies
#
# In the chapter a ReLU that passes back only half of the gradient cost less than
# the spread over seeds. Now put it into the ten layers.


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
# gradient. In a network of two layers one run does not show it; in one of eleven
# the first step of the first layer would be a thousandth of what it should be. The check of a single ReLU finds the
# fault whatever the depth.
#
# ## What I now believe
#
# - Backpropagation is exact, and still the gradient can be useless. A slope
#   of $10^{-10}$ can be right to many digits and move a weight, at an ordinary rate, by next to nothing.
# - What decides is a product with one factor per layer. I used to think of the
#   size of the initial weights as a detail. In ten layers, gains of one half
#   and of 3 differ by seven powers of ten.
# - A loss that does not move can hide gradients that grow. It is worth
#   watching both.
# - "The gradients are small" is half an explanation. When I took that cause away,
#   the wait at the start was gone and the slow training was not.
# - A fault that one run of the chapter could not show is a matter of depth: halving the
#   gradient costs a hundredth or two of the loss in two layers, more or less, and
#   leaves the first of eleven layers a thousandth of its gradient. So I check parts, not networks.
