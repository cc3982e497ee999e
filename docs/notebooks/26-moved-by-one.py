# %% [markdown]
# # Moved by one pixel
#
# In [chapter 26](../chapters/26-convolution.md#trained) four of five convolution networks
# lost more than half of what they got right when pictures moved by four pixels. Yet the same filter looks at
# each place. So where does the place come in? The question here: **what becomes of a
# picture that has moved by one pixel, behind a convolution, and behind a pool?**
#
# No training. Filters are drawn at random, many times.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.convolution import Conv2D, GlobalMeanPool, MaxPool2D
from nnfs_code.data import fashion_mnist

test, _ = fashion_mnist("test", sample=True)
pictures = test[:20, np.newaxis] / 255
wide = np.pad(pictures, ((0, 0), (0, 0), (10, 10), (10, 10)))
print(wide.shape)

# %% [markdown]
# Twenty pictures with ten dark pixels on each side, so that nothing falls off the edge.
#
# If a layer treats all places alike, then moving the picture and then asking it is
# the same as asking it and then moving the answers. How far apart are the two, as a share of the answers'
# size?


# %%
def move(values, pixels):
    """Move to the right; what leaves comes in again at the left."""
    return np.roll(values, pixels, axis=3)


def run(parts, values):
    for part in parts:
        values = part.forward(values)
    return values


def apart(parts, pixels, answers_by):
    """Return how far `moved, then asked` is from `asked, then moved`."""
    one = run(parts, move(wide, pixels))
    other = move(run(parts, wide), answers_by)
    return np.sqrt(((one - other) ** 2).sum() / (other**2).sum())


def conv(seed, n_in=1, stride=1):
    rng = np.random.default_rng(seed)
    return Conv2D(
        n_in, 4, 3, padding=1, stride=stride, rng=rng, dtype=np.float64
    )


for pixels in (1, 2, 3):
    far = [apart([conv(seed)], pixels, pixels) for seed in range(10)]
    print(f"convolution, moved by {pixels}: {max(far):.1g}")

# %% [markdown]
# Exactly the same, for forty randomly drawn filters and each distance. That is called *equivariance*: the
# answers go along. (It needs the dark edge. Where a picture reaches the edge, the zeros of the padding
# are in the way.)
#
# Now a pool. Its windows lie two pixels apart. A picture that moves by two pixels should move the answers by
# one. And by one pixel?

# %%
kinds = {
    "conv, pool": lambda seed: [conv(seed), ReLU(), MaxPool2D(2)],
    "conv, stride 2": lambda seed: [conv(seed, stride=2), ReLU()],
    "conv, pool 2, stride 1": lambda seed: [
        conv(seed),
        ReLU(),
        MaxPool2D(2, 1),
    ],
}
print("moved by                  1      2      3      4")
found = {}
for name, make in kinds.items():
    stride = 1 if "stride 1" in name else 2
    rows = []
    for pixels in (1, 2, 3, 4):
        low, high = pixels // stride, -(-pixels // stride)
        rows.append(
            [
                min(apart(make(s), pixels, by) for by in {low, high})
                for s in range(10)
            ]
        )
    found[name] = np.array(rows)
    print(f"{name:22}", *(f"{v:6.2f}" for v in np.median(rows, axis=1)))

# %% [markdown]
# By an even number of pixels, the answers go along exactly. By an odd number, they
# would have to move by half a place more. The nearest whole move leaves a gap of some tenths of their
# size. With the pool at stride 1, the gap is gone: what is to blame is the *step* of two, not the
# maximum.
#
# Does a second pool help, or does it add to the gap? And what does a mean over the whole
# picture say? As a yardstick: how far apart are the numbers of two *different* pictures?


# %%
def deep(seed):
    return [
        *(conv(seed), MaxPool2D(2), ReLU()),
        *(conv(seed + 100, 4), MaxPool2D(2), ReLU()),
    ]


distances = range(5)
gaps = {"second pool": [], "mean of the whole": []}
for pixels in distances:
    nearest, means = [], []
    for seed in range(10):
        parts = deep(seed)
        choices = {pixels // 4, -(-pixels // 4)}
        nearest.append(min(apart(parts, pixels, by) for by in choices))
        one, other = (
            GlobalMeanPool().forward(run(parts, move(wide, p)))
            for p in (pixels, 0)
        )
        means.append(np.linalg.norm(one - other) / np.linalg.norm(other))
    gaps["second pool"].append(nearest)
    gaps["mean of the whole"].append(means)
for name, rows in gaps.items():
    print(f"{name:18}", *(f"{v:6.3f}" for v in np.median(rows, axis=1)))

others = {"second pool": [], "mean of the whole": []}
for seed in range(10):
    maps = run(deep(seed), wide)
    for name, values in zip(
        others, (maps, maps.mean(axis=(2, 3))), strict=True
    ):
        far = np.linalg.norm(np.roll(values, 1, axis=0) - values)
        others[name].append(far / np.linalg.norm(values))
for name, row in others.items():
    print(f"{name:18} another picture: {np.median(row):.2f}")

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.2))
for (name, rows), line in zip(gaps.items(), ("o-", "s--"), strict=True):
    ax.plot(distances, np.median(rows, axis=1), line, label=name)
    ax.fill_between(
        distances, np.min(rows, axis=1), np.max(rows, axis=1), alpha=0.2
    )
ax.set(xlabel="pixels moved", ylabel="gap, as a share", xticks=distances)
ax.set_ylim(bottom=0)
ax.legend(loc="upper right")
fig.set_label(
    "The gap over the pixels moved. Behind the second pool it is 0 at 0 and 4 "
    "pixels and highest at 2. The gap of the means is about 0.05 in between."
)
plt.show()

# %% [markdown]
# Behind two pools the steps are four pixels, and here only the move by four comes out even. In
# between the gap is largest half-way. By one pixel it is about what it was behind one pool. But a
# move by two, which one pool follows exactly, now leaves more than half of the gap to another picture.
# The means change by about a twentieth, where another picture changes them by a third.
#
# ## What I now believe
#
# - A convolution treats all places alike: exactly, away from the edge.
# - A pool, or a stride, keeps that for moves by whole steps. In between, the answers are other
#   answers, not moved ones.
# - So "a convolution network does not care where a thing is" mixes up two things. The filters are
#   indifferent to the place. Whether the network is depends on what comes after: a pool's step makes it
#   depend on the place within the step, a dense layer has weights for places, a mean has none.
# - All that holds away from the edge. In the chapter's table pictures are cut off there, here not.
