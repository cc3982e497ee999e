# %% [markdown]
# # How many pictures?
#
# In [chapter 20](../chapters/20-evaluation.md#paired) two networks with 64 and
# with 16 hidden neurons had intervals that overlap. On the same pictures, in
# pairs, the difference was seen. The question here: **how many pictures does
# it take to see it, in either way?** And how often would either way see a
# difference that is not there?

# %%
from functools import cache

import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.comparison import compare, sign_test
from nnfs_code.data import fashion_mnist
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay

pictures, labels = fashion_mnist("train", sample=True)
asked, truth = fashion_mnist("test", sample=True)


# %%
def answers(width, seed):
    """Train as in the chapter; return which test pictures are right."""
    rng = np.random.default_rng(seed)
    one = Dense(784, width, rng=rng, dtype=np.float64)
    two = Dense(width, 10, rng=rng, dtype=np.float64)
    model = Model([one, ReLU(), two], SoftmaxCrossEntropy())
    model.fit(
        pictures.reshape(-1, 784) / 255,
        labels,
        Adam(CosineDecay(0.01, 160)),
        epochs=8,
        batch_size=100,
        rng=rng,
    )
    return model.forward(asked.reshape(-1, 784) / 255).argmax(axis=1) == truth


pairs = {seed: (answers(64, seed), answers(16, seed)) for seed in (0, 4)}
for seed, (wide, narrow) in pairs.items():
    print(f"seed {seed}: {wide.mean():.4f} and {narrow.mean():.4f}", end=", ")
    print(compare(wide, narrow)[1:3], "alone right")

# %% [markdown]
# We let the 400 pictures stand in for all pictures, as the bootstrap does, and
# draw test sets of any size from them. On each drawn test set we ask twice.
#
# - *Apart*: is the difference more than 1.96 standard errors, as if each
#   network had been asked about pictures of its own?
# - *In pairs*: is the chance of the coins below 0.05?
#
# As a control we make both equally good: on each drawn picture a coin decides
# which network's answer counts for which. Then every difference that is "seen"
# is a false alarm.

# %%
sizes = [50, 100, 200, 400, 800, 1600]
chance = cache(sign_test)


def seen(wide, narrow, size, rng, equal=False, shuffled=False):
    """Return the shares of 300 test sets in which a difference is seen."""
    draws = rng.integers(400, size=(300, size))
    one, other = wide[draws], narrow[draws]
    if equal:
        swap = rng.random(draws.shape) < 0.5
        one, other = np.where(swap, other, one), np.where(swap, one, other)
    if shuffled:
        other = rng.permuted(other, axis=1)
    spread = np.sqrt((one.var(axis=1) + other.var(axis=1)) / size)
    gaps = np.abs(one.mean(axis=1) - other.mean(axis=1))
    counts = [compare(a, b)[1:3] for a, b in zip(one, other, strict=True)]
    chances = np.array([chance(*pair) for pair in counts])
    return (gaps > 1.96 * spread).mean(), (chances < 0.05).mean()


rng = np.random.default_rng(0)
table = {
    (seed, equal): [
        seen(*pairs[seed], size, rng, equal=equal) for size in sizes
    ]
    for seed in pairs
    for equal in (False, True)
}
print("pictures    seed 0       equal      seed 4       equal")
for size, *shares in zip(sizes, *table.values(), strict=True):
    print(f"{size:8}", *(f"  {a:.2f} {b:.2f}" for a, b in shares))

# %% [markdown]
# Of two numbers, the left one is for apart, the right one for pairs. With
# 400 pictures and the networks of seed 0, the pairs see the difference in 0.99
# of the test sets. Apart it is seen in 0.30 of them, which pairs reach with 100
# pictures. With seed 4, pairs see as much with 400 pictures as is seen apart with
# 1,600. So here the pairs are worth about four times the pictures.
#
# The columns "equal" are the control. In pairs false alarms come in at most
# 0.06 of the test sets, which for 300 of them is 0.05 up to chance. Apart there are
# none: it is far too careful, because it counts a luck that both networks share as
# if each had its own.

# %%
fig, ax = plt.subplots(figsize=(6.2, 3.4))
for number, seed in enumerate(pairs):
    apart, together = np.array(table[seed, False]).T
    color = f"C{number}"
    ax.plot(sizes, together, "o-", color=color, label=f"seed {seed}, in pairs")
    ax.plot(sizes, apart, "s--", color=color, label=f"seed {seed}, apart")
alarms = np.array(table[0, True])[:, 1]
ax.plot(sizes, alarms, "D:", color="C5", label="equally good, in pairs")
ax.set(xscale="log", xlabel="test pictures", ylabel="difference seen")
ax.set_xticks(sizes, [str(size) for size in sizes])
ax.minorticks_off()
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
fig.set_label(
    "Share of drawn test sets in which a difference is seen, over 50 to 1,600 "
    "pictures. For each of two pairs of networks, the curve in pairs rises "
    "earlier than the curve apart. For equally good networks the curve stays "
    "near or below 0.05."
)
plt.show()

# %% [markdown]
# Is it the pairing? Take it away: shuffle the second network's answers among the
# pictures. Its accuracy stays the same, and on which pictures it is right now has
# nothing to do with the first network.

# %%
for seed, (wide, narrow) in pairs.items():
    kept = seen(wide, narrow, 400, rng)
    lost = seen(wide, narrow, 400, rng, shuffled=True)
    print(
        f"seed {seed}: pairs see {kept[1]:.2f}, shuffled {lost[1]:.2f}", end=""
    )
    print(f"; apart {kept[0]:.2f}, shuffled {lost[0]:.2f}")

# %% [markdown]
# With the answers shuffled, pairs see no more than apart. The gain was the
# agreement of the networks.
#
# ## What I now believe
#
# - Two networks on the same pictures should be compared in pairs. To ignore the
#   pairs was like throwing away three of four pictures.
# - A difference of three points, that of seed 4, is missed in one of four test
#   sets of 400 even in pairs, and with 200 pictures more often than not. "Not seen" is
#   what happens to small differences.
# - A rule without false alarms is not careful for free. It misses more of what
#   is there.
