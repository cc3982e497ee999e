# %% [markdown]
# # Keep, or compute again?
#
# The record of [chapter 24](../chapters/24-autograd.md#cost) keeps every array that a
# rule may ask for. A deep network makes it long. The question here: **how little of
# the record can one keep at a time, if one is willing to compute some of it twice?**
#
# The network is a row of 64 layers, each a product and a tanh.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.autograd import Tensor, no_grad, ordered
from nnfs_code.autograd_operations import tanh

DEPTH, WIDTH = 64, 8


def layers(seed):
    """Return the weights of all layers."""
    tables = np.random.default_rng(seed).normal(size=(DEPTH, WIDTH, WIDTH))
    return [Tensor(w / np.sqrt(WIDTH), requires_grad=True) for w in tables]


def through(x, weights):
    """Return what a few layers make of x."""
    for w in weights:
        x = tanh(x @ w)
    return x


def noted(result):
    """Return how many operations a record holds."""
    return sum(bool(tensor.operation) for tensor in ordered(result))


weights = layers(seed=0)
points = np.random.default_rng(1).normal(size=(5, WIDTH))
whole = through(Tensor(points), weights)
whole.backward(np.ones(whole.shape))
kept_whole = [w.gradient for w in weights]
print("operations on record:", noted(whole))

# %% [markdown]
# Two for each layer. Now in pieces. On the way forwards nothing is recorded. Only what goes
# into each piece is kept: a *checkpoint*. On the way back each piece is computed a second
# time, from its checkpoint, this time with a record. Its gradient is then handed to
# the piece before, and the record is dropped. The method is described by
# Griewank and Walther [@griewank2008].


# %%
def in_pieces(weights, points, length):
    """Set all gradients; return what was kept at most, and computed."""
    pieces = [weights[k : k + length] for k in range(0, len(weights), length)]
    checkpoints, computed = [Tensor(points)], 0
    with no_grad():
        for piece in pieces[:-1]:  # the last one is recorded at once
            checkpoints.append(through(checkpoints[-1], piece))
            computed += 2 * len(piece)
    most, arriving = 0, None
    for piece in reversed(pieces):
        start = Tensor(checkpoints.pop().values, requires_grad=True)
        result = through(start, piece)
        computed += noted(result)
        most = max(most, len(checkpoints) + noted(result))
        if arriving is None:
            arriving = np.ones(result.shape)
        result.backward(arriving)
        arriving = start.gradient
    return most, computed


lengths = [1, 2, 4, 8, 16, 32, 64]
table = []
print("length   kept at most   computed   gradients apart by")
for length in lengths:
    for w in weights:
        w.gradient = None
    most, computed = in_pieces(weights, points, length)
    table.append((most, computed))
    apart = max(
        np.abs(w.gradient - g).max()
        for w, g in zip(weights, kept_whole, strict=True)
    )
    print(f"{length:6} {most:14} {computed:10} {apart:20.12f}")

# %% [markdown]
# The gradients are the same each time. In pieces of 4 or of 8 layers, 23 results are kept at most, in
# place of 128. The price is at most 126 operations more, so not quite twice the forward pass.
# (The rules are called once in any case.)
#
# Why the middle? With $n$ layers in pieces of $s$ there are $n / s - 1$ checkpoints behind
# the first, and $2s$ operations in the piece that is on record. The first falls with $s$, the second
# grows.

# %%
n = DEPTH
by_formula = [n // s - 1 + 2 * s for s in lengths]
print("by formula", by_formula)
print("counted   ", [most for most, _ in table])

fig, ax = plt.subplots(figsize=(5.4, 3.2))
ax.loglog(lengths, [m for m, _ in table], "o-", base=2, label="kept at most")
ax.loglog(
    lengths, [c for _, c in table], "s--", base=2, label="operations computed"
)
ax.set(xlabel="layers per piece", ylabel="number")
ax.legend()
fig.set_label(
    "Two lines over the layers per piece. What is kept at most falls from 65 "
    "to 23 in pieces of 4 and 8, then rises to 128. The operations computed "
    "are 254 in the smallest pieces and 128 in one piece."
)
plt.show()

# %% [markdown]
# Is that a fact about these weights? The counts cannot depend on them, but the gradients
# could. Other weights, other depths:

# %%
for seed in range(1, 6):
    for depth in (16, 30, 64):
        some = layers(seed)[:depth]
        result = through(Tensor(points), some)
        result.backward(np.ones(result.shape))
        expected = [w.gradient for w in some]
        for w in some:
            w.gradient = None
        most, computed = in_pieces(some, points, 5)
        apart = max(
            np.abs(w.gradient - g).max()
            for w, g in zip(some, expected, strict=True)
        )
        assert apart < 1e-12
    print(f"seed {seed}: pieces of 5 keep {most}, apart by {apart:.12f}")

# %% [markdown]
# ## What I now believe
#
# - Memory for the backward pass can be bought with operations. Here less than a fifth of the
#   results is kept, for almost one forward pass more.
# - With two operations per layer, the best piece is about as long as the square root of half
#   the depth. One does not need to hit it.
# - It works since a record is nothing but notes. What is thrown away can be noted again, as long as
#   the forward pass gives the same numbers the second time. With dropout it would not, unless
#   the masks are kept.
