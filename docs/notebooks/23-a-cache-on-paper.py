# %% [markdown]
# # A cache on paper
#
# Adam's ten operations go over five arrays, which together are larger than the
# nearest cache. So, says a well-known piece of advice, work in pieces: do all
# ten operations on a piece that fits, then go to the next. In
# [chapter 23](../chapters/23-where-the-time-goes.md#surprised) that made Adam
# slower. The question here: **was the advice wrong, or is this not the
# machine that it speaks of?**
#
# We build the cache that it speaks of, on paper. It has room for a fixed
# number of lines of 64 bytes. What is asked for and is not there is fetched, and the line that
# was not used for the longest time makes room.

# %%
import json
from collections import OrderedDict
from pathlib import Path

import matplotlib.pyplot as plt

import nnfs_code


# %%
class Cache:
    """Counts the lines that have to be fetched."""

    def __init__(self, room):
        self.room, self.lines, self.fetched = room, OrderedDict(), 0

    def use(self, line):
        if line in self.lines:
            self.lines.move_to_end(line)
            return
        self.fetched += 1
        self.lines[line] = None
        if len(self.lines) > self.room:
            self.lines.popitem(last=False)


cache = Cache(room=2)
for line in "abab" + "abcabc":
    cache.use(line)
print("fetched", cache.fetched)

# %% [markdown]
# Two for the first four letters. Then `ab` are still there, and from `c` on
# each letter is missing when it is asked for: three letters in turn do not fit
# into room for two.
#
# Now Adam: which arrays does each of its ten operations touch? `t` are the
# totals, `s` the squares, `g` the gradient, `v` the values, `x` the spare array.

# %%
OPERATIONS = ["t", "tg", "s", "gx", "sx", "sx", "x", "tx", "x", "vx"]


def fetched(n_lines, piece, room):
    """Return how often each line of the arrays is fetched, on average."""
    cache = Cache(room)
    for start in range(0, n_lines, piece):
        for arrays in OPERATIONS:
            for line in range(start, min(start + piece, n_lines)):
                for array in arrays:
                    cache.use((array, line))
    return cache.fetched / (5 * n_lines)


N_LINES, ROOM = 512, 256
pieces = [8, 32, 64, 128, 256, 512]
counts = [fetched(N_LINES, piece, ROOM) for piece in pieces]
for piece, count in zip(pieces, counts, strict=True):
    print(f"pieces of {piece:3} lines: each line fetched {count:.2f} times")

# %% [markdown]
# On paper the advice is right. Five arrays of 512 lines do not fit into room
# for 256. In one go, each line is fetched 3.20 times on average. In pieces of
# up to 64 lines it is fetched once.
#
# The control: give the cache more room, up to room for everything.

# %%
for room in (ROOM, 2 * N_LINES, 5 * N_LINES):
    whole, small = (fetched(N_LINES, piece, room) for piece in (512, 32))
    print(f"room for {room:4}: in one go {whole:.2f}, in pieces {small:.2f}")

# %% [markdown]
# With room for two of the five arrays there is less to gain, and with room for
# all of them nothing. Now what was measured, and the number
# of calls that the pieces cost. (The arrays of the chapter have 118,282
# numbers. The times are stored, as on the chapter's page.)

# %%
folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
stored = json.loads((folder / "where-the-time-goes.json").read_text("utf-8"))
sizes = [int(size) for size in stored["blocks"]]
times = list(stored["blocks"].values())
price = stored["calls"]["1"]
for size, time in zip(sizes, times, strict=True):
    n_calls = 10 * -(-118_282 // size)
    print(
        f"pieces of {size:7,}: {n_calls:3} calls, {time:4.0f} microseconds, "
        f"of which calls {n_calls * price:4.0f}"
    )

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(6.2, 3.0))
left.semilogx(pieces, counts, "o-")
left.set(xlabel="lines per piece", ylabel="fetched per line", ylim=(0, 5))
left.set_title("on paper")
right.semilogx(sizes, times, "s-", color="C1")
right.set(xlabel="numbers per piece", ylabel="microseconds", ylim=(0, None))
right.set_title("measured")
fig.set_label(
    "Two panels. Left, on paper: up to 64 lines per piece each line is "
    "fetched once, then the count rises to 3.20. Right, measured: "
    "the time of Adam falls from above 600 microseconds in the smallest "
    "pieces to about 160 in one go."
)
plt.show()

# %% [markdown]
# The model has no price for a call, and a fetched line costs the same wherever it
# comes from. It also fetches only what is asked for. Real processors fetch ahead
# when an array is read in order, so that a fetch need not be waited for.
#
# The smallest pieces cost 207 microseconds in calls, at the price of an
# addition of two arrays. (Other calls may cost more.) Then come the checks, as
# `Adam` looks at each pair before it changes the first. Whatever the pieces
# save in fetches, in other ways they cost more than that. Calls and checks are
# the two that I can name; which share is whose, I have not measured.
#
# ## What I now believe
#
# - On paper the advice is right about *fetches*. It says nothing about *time*
#   unless one knows what a fetch costs, and what the pieces cost.
# - A model on paper is good for finding out what one assumes. Mine assumed
#   that calls are free.
# - On a machine with slower memory, or in a language where a call costs
#   nothing, the same pieces may win. I have not measured either.
