# %% [markdown]
# # Keep, or compute again?
#
# The record of [chapter 24](../chapters/24-autograd.md#cost) keeps every result on the
# way. A deep network makes it long. The question here: **if the record is made in pieces,
# how many results are kept at a time, and how many are computed twice?**
#
# The network is a row of 64 layers, each a product and a tanh.

# %%
from weakref import ref

import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.autograd import Tensor, no_grad
from nnfs_code.autograd_operations import tanh

DEPTH, WIDTH = 64, 8
results = []  # a weak reference to each: it does not keep what it refers to
peaks = []  # how many results are in memory, at the end of each piece


def layers(seed):
    """Return the weights of all layers."""
    tables = np.random.default_rng(seed).normal(size=(DEPTH, WIDTH, WIDTH))
    return [Tensor(w / np.sqrt(WIDTH), requires_grad=True) for w in tables]


def through(x, weights):
    """Return what a few layers make of x."""
    for w in weights:
        product = x @ w
        x = tanh(product)
        results.extend(ref(tensor.values) for tensor in (product, x))
    peaks.append(alive())
    return x


def alive():
    """Return how many of the results are still in memory."""
    return sum(result() is not None for result in results)


weights = layers(seed=0)
points = np.random.default_rng(1).normal(size=(5, WIDTH))
whole = through(Tensor(points), weights)
whole.backward(np.ones(whole.shape))
kept_whole = [w.gradient for w in weights]
print("results computed:", len(results), " kept:", peaks[-1])

# %% [markdown]
# Two for each layer. Now in pieces. On the way forwards nothing is recorded before the last
# piece. Only what goes into each piece is kept: a *checkpoint*. On the way back each piece but the
# last is computed a second time, from its checkpoint, this time with a record. Each piece hands
# the gradient for its checkpoint to the piece before, and its record is dropped. The method is described by
# Griewank and Walther [@griewank2008].


# %%
def in_pieces(pieces, points):
    """Set all gradients; return what was kept at most, and computed."""
    results.clear()
    peaks.clear()
    checkpoints = [Tensor(points)]
    with no_grad():
        for piece in pieces[:-1]:  # the last one is recorded at once
            checkpoints.append(through(checkpoints[-1], piece))
    arriving = None
    for piece in reversed(pieces):
        start = Tensor(checkpoints.pop().values, requires_grad=True)
        result = through(start, piece)
        if arriving is None:
            arriving = np.ones(result.shape)
        result.backward(arriving)
        arriving = start.gradient
        del result  # else the old record stays until the next is complete
    return max(peaks), len(results)


def alike(weights, length):
    """Return the weights in pieces of so many layers (the last may be less)."""
    return [weights[k : k + length] for k in range(0, len(weights), length)]


def tried(weights, points, pieces, expected):
    """Return what was kept, what was computed, and how far gradients are apart."""
    for w in weights:
        w.gradient = None
    counts = in_pieces(pieces, points)
    pairs = zip(weights, expected, strict=True)
    return *counts, max(np.abs(w.gradient - g).max() for w, g in pairs)


lengths = [1, 2, 4, 8, 16, 32, 64]
table = []
print("length   kept at most   computed   gradients apart by")
for length in lengths:
    pieces = alike(weights, length)
    most, computed, apart = tried(weights, points, pieces, kept_whole)
    table.append((most, computed))
    print(f"{length:6} {most:14} {computed:10} {apart:20.12f}")

# %% [markdown]
# The gradients are the same each time. In pieces of 4 or of 8 layers, 23 results are kept at most, in
# place of 128. The price is 120 or 112 operations more; for no length is it
# more than 126. (The rules are called
# once in any case. Counted are the results of the operations alone, not the slopes that
# travel back.)
#
# Why the middle? With $n$ layers in pieces of $s$ there are $n / s - 1$ checkpoints besides
# the points themselves, and $2s$ results in the piece that is on record. The first falls with $s$, the second
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
# Must the pieces be equal? While the first piece is on record, no other checkpoint is waiting. So the
# early pieces may be longer:

# %%
unequal, place = [], 0
for length in (8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1):
    unequal.append(weights[place : place + length])
    place += length
fewest, computed, apart = tried(weights, points, unequal, kept_whole)
print(f"kept at most {fewest}, computed {computed}, apart by {apart:.12f}")

# %% [markdown]
# Is that a fact about these weights? The counts cannot depend on them, but the gradients
# could. Other weights, other depths:

# %%
for seed in range(1, 6):
    kept, apart = {}, 0
    for depth in (16, 30, 64):
        some = layers(seed)[:depth]
        result = through(Tensor(points), some)
        result.backward(np.ones(result.shape))
        expected = [w.gradient for w in some]
        found = tried(some, points, alike(some, 5), expected)
        kept[depth], apart = found[0], max(apart, found[2])
    print(f"seed {seed}: kept, by depth {kept}, apart by {apart:.12f}")

# %% [markdown]
# ## What I now believe
#
# - Memory for the backward pass can be bought with operations. Here less than a fifth of the
#   results is kept at a time in equal pieces of 4 or 8, and still less in the unequal ones above.
# - With two operations per layer, the best of equal pieces are about as long as the square root of half
#   the depth. One does not need to hit it.
# - It works since a record is nothing but notes. What is thrown away can be noted again, as long as
#   the forward pass gives the same numbers the second time. With dropout it would not, unless
#   the masks are kept, or drawn again from the same state of the generator.
