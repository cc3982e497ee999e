# %% [markdown]
# # Does it know where it is?
#
# One layer of attention that is told nothing of positions does not notice when earlier tokens change places
# ([chapter 31](../chapters/31-attention-and-the-transformer.md#no-order)). **Can it still tell at which place it is?** The
# question is whether the number of the place can be learned from nothing but the tokens.
#
# The task is made for it. A sequence has 10 random tokens, and at each place the network is asked: which place is this? The tokens
# tell nothing. The network has an embedding, one layer of attention with a way around it, and two dense layers, and no positions at all.
# Guessing gives 10 % right answers.
#
# Two things are varied, each by itself: whether the layer has a causal mask, and whether each sequence begins with a token of its own that never comes again.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.attention import MultiHeadAttention
from nnfs_code.embedding import Embedding
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.residual import Residual

N_STEPS, N_TOKENS, SIZE, SEEDS = 10, 8, 16, range(5)


class Rows:
    """All places of all sequences, one per row."""

    def forward(self, inputs):
        self.shape = inputs.shape
        return inputs.reshape(-1, inputs.shape[-1])

    def backward(self, d_outputs):
        return d_outputs.reshape(self.shape)


def drawn(n, begins, rng):
    """Return random tokens, and the number of each place."""
    tokens = rng.integers(1, N_TOKENS, (n, N_STEPS)).astype(np.float32)
    if begins:
        tokens[:, 0] = 0
    return tokens, np.tile(np.arange(N_STEPS), n)


def trained(causal, begins, seed):
    """Return a network after 160 steps on fresh batches of 16 sequences."""
    rng = np.random.default_rng(seed)
    table = Embedding(N_TOKENS, SIZE, rng=rng)
    attention = MultiHeadAttention(SIZE, 2, rng=rng, causal=causal)
    one = Dense(SIZE, 32, rng=rng)
    two = Dense(32, N_STEPS, rng=rng)
    one.weights *= 100 * (2 / SIZE) ** 0.5  # in place of 0.01
    two.weights *= 100 * (1 / 32) ** 0.5
    parts = [table, Residual([attention]), Rows(), one, ReLU(), two]
    model, adam = Model(parts, SoftmaxCrossEntropy()), Adam(0.01)
    for _ in range(160):
        model.train_step(*drawn(16, begins, rng), adam)
    return model, attention


# %% [markdown]
# Right answers on 500 other sequences, five networks each:

# %%
rights, looks = {}, {}
print("mask    begins   lowest middle highest")
for causal in (False, True):
    for begins in (False, True):
        tokens, places = drawn(500, begins, np.random.default_rng(99))
        found = []
        for seed in SEEDS:
            model, attention = trained(causal, begins, seed)
            answers = model.forward(tokens).argmax(axis=1)
            found.append((answers == places).reshape(500, N_STEPS).mean(0))
            looks[causal, begins, seed] = attention.shares[..., 0].mean((0, 1))
        rights[causal, begins] = np.array(found)
        whole = np.quantile(rights[causal, begins].mean(axis=1), (0, 0.5, 1))
        mask, own = "causal" if causal else "none", "own" if begins else "any"
        print(f"{mask:7} {own:7}", *(f"{value:7.3f}" for value in whole))

# %% [markdown]
# Without a mask it can't. (With a beginning of its own, the first place knows itself by its token, and the other nine are guesses: 1/10 + 9/10 · 1/9 is 20 %.) With a mask and a beginning of
# its own, nearly all answers are right. With a mask alone, it is something between. Place by place:

# %%
fig, ax = plt.subplots(figsize=(5.8, 3.2))
lines = {(True, True): "C0-o", (True, False): "C1--s", (False, True): "C2:^"}
for (causal, begins), line in lines.items():
    label = "causal" if causal else "no mask"
    label += ", begins with its own" if begins else ", begins with any"
    middle = np.median(rights[causal, begins], axis=0)
    ax.plot(np.arange(1, N_STEPS + 1), middle, line, label=label)
ax.set(xlabel="place", ylabel="share of right answers", ylim=(-0.04, 1.04))
ax.legend(fontsize=9)
fig.set_label(
    "Right answers per place, the middle of five networks. With a causal "
    "mask and a beginning of its own the line stays near 1. With a mask "
    "alone it falls from 1 at the first place to about 0.1 in the middle, "
    "and is higher again at the end. Without a mask it is 1 at the first "
    "place and low at all others."
)
plt.show()

# %% [markdown]
# How does it count? A place that looks at all places before it and at itself, at each alike, gives the first token a share of
# 1, 1/2, 1/3, and so on. Then the share *is* the position. Here is what the trained networks give the first token, by place, mean over both heads:

# %%
print("1 / place", *(f"{1 / t:6.2f}" for t in range(1, N_STEPS + 1)))
for seed in SEEDS:
    row = looks[True, True, seed]
    print(f"seed {seed}   ", *(f"{value:6.2f}" for value in row))

# %% [markdown]
# The shares fall with the place in each of the five, if not as fast as that: the later tokens together get less than an equal part.
#
# And if the shares can't fall? Let the trained network see no more than a place itself and the two before it, and train it for 100 steps more to get used to that. From the fourth place
# on the first token is out of sight. Then three places can be told, and seven are a guess: at best 3/10 + 7/10 · 1/7, which is 40 %.
#
# That takes away two things at once: the first token, and a company that grows. So a second mask shows the first token as well, from everywhere. From the fourth place on four tokens are seen, wherever the place is.

# %%


class Near(MultiHeadAttention):
    """Attention at a place itself and the two before it."""

    def mask(self, n_samples, n_steps, lengths):
        near = np.arange(n_steps)
        back = near[:, np.newaxis] - near
        return (back >= 0) & (back < 3)


class NearAndFirst(Near):
    """Attention at the first place too."""

    def mask(self, n_samples, n_steps, lengths):
        mask = super().mask(n_samples, n_steps, lengths)
        mask[:, 0] = True
        return mask


def near_rights(kind, seed):
    """Return the right answers per place of a network that looks near."""
    model, attention = trained(True, True, seed)
    attention.__class__ = kind  # the same weights, another mask
    adam, rng = Adam(0.01), np.random.default_rng(seed)
    for _ in range(100):  # and time to get used to it
        model.train_step(*drawn(16, True, rng), adam)
    tokens, places = drawn(500, True, np.random.default_rng(99))
    right = model.forward(tokens).argmax(axis=1) == places
    return right.reshape(500, N_STEPS).mean(axis=0)


near = {
    kind: np.array([near_rights(kind, seed) for seed in (0, 1, 2)])
    for kind in (Near, NearAndFirst)
}
for kind, rows in near.items():
    print(kind.__name__)
    for row in rows:
        print(*(f"{value:5.2f}" for value in row), f"  mean {row.mean():.2f}")

# %% [markdown]
# ## What I now believe
#
# - A network that is told nothing of positions can know them, if its attention has a causal mask: here nearly all answers are right, given a
#   first token of its own. Without the mask only the first place can be told, by its token.
# - Both are needed here. With the mask and any first token, 28 to 32 % are right: the first place has no company, the second little, and in the middle it is hardest.
# - The trained networks look at the first token from everywhere, with a share that falls. When the first token was taken out of sight, 39 to 40 % were left, which is what
#   can be had by telling the first three places alone. With the first token in sight and a company that doesn't grow, so that its share needn't fall, it was about 40 % again.
# - This shows that positions *can* be learned so, in a task that asks for nothing else. It doesn't show that a language model does it so. (One paper found that such
#   models get along well without positions, and that something of the positions can be read from their inner numbers. That
#   they count the places before them is its conjecture [@haviv2022].)
