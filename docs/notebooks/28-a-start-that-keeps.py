# %% [markdown]
# # Is it enough that a start keeps the gradient?
#
# In [chapter 28](../chapters/28-recurrent-networks.md#orthogonal) the state
# weights begin as a random orthogonal matrix, which neither lengthens nor
# shortens a row. But there are many such matrices. The plainest is the
# identity: each unit gets its own last value back, and nothing else. With *flips*,
# half of the units change their sign at each step. A *shift* hands
# the value of each unit to the next, and that of the last to the first.
# The question here: **do they learn alike?**
#
# The task is the chapter's echo with a delay of 5, in sequences of 12 steps. All
# networks have 12 units. There are five of each kind. For comparison there are
# normal numbers of the same spread, which are not orthogonal.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.recurrent import RNN, EachStep
from nnfs_code.sequences import echo

N = 12
STARTS = {
    "random orthogonal": lambda rng: np.linalg.qr(rng.normal(size=(N, N)))[0],
    "shift": lambda rng: np.roll(np.eye(N), 1, axis=1),
    "flips": lambda rng: np.diag(np.resize([1.0, -1.0], N)),
    "identity": lambda rng: np.eye(N),
    "normal": lambda rng: rng.normal(size=(N, N)) / np.sqrt(N),
}


def echoing(start, seed):
    """Return a network with these state weights, and its generator."""
    rng = np.random.default_rng(seed)
    layer = RNN(1, N, rng=rng, return_sequences=True)
    layer.state_weights[:] = start(rng)
    last = EachStep(Dense(N, 1, rng=rng))
    return Model([layer, last], SigmoidCrossEntropy()), rng


# %% [markdown]
# First, before any training: how long can a row become, and what has become of an input
# after 0, 1, … 5 steps? Without tanh, an input that came in along
# the row $\mathbf{w}$ is $\mathbf{w} \mathbf{U}^k$ after $k$ steps. The last column counts how
# many independent directions these six rows have.

# %%
print("singular values, lowest and highest; directions of six ages")
for name, start in STARTS.items():
    layer = echoing(start, 0)[0].parts[0]
    sizes = np.linalg.svd(layer.state_weights, compute_uv=False)
    ages = [layer.weights[0].astype(float)]
    for _ in range(5):
        ages.append(ages[-1] @ layer.state_weights)
    rank = np.linalg.matrix_rank(np.array(ages), tol=1e-4)
    print(f"{name:18} {sizes.min():.2f} {sizes.max():.2f}  {rank}")


# %%
def right_after(start, seed, steps):
    """Train, and return the share of 300 new echoes that is right."""
    model, rng = echoing(start, seed)
    adam = Adam(0.01)
    for _ in range(steps):
        model.train_step(*echo(32, N, 5, rng=rng), adam)
    bits, heard = echo(300, N, 5, rng=np.random.default_rng(99))
    return ((model.forward(bits) > 0) == heard)[:, 5:].mean()


shares = {
    name: sorted(right_after(start, seed, 80) for seed in range(5))
    for name, start in STARTS.items()
}
longer = {
    name: sorted(right_after(STARTS[name], seed, 240) for seed in range(5))
    for name in ("flips", "identity")
}
print("right after 80 steps: lowest, middle, highest of five")
for name, found in shares.items():
    print(f"{name:18}", *(f"{found[k]:.2f}" for k in (0, 2, 4)))
print("after 240 steps")
for name, found in longer.items():
    print(f"{name:18}", *(f"{found[k]:.2f}" for k in (0, 2, 4)))

# %%
fig, ax = plt.subplots(figsize=(5.6, 2.8))
for place, found in enumerate(shares.values()):
    ax.plot(found, [place] * 5, "os^Dv"[place], color=f"C{place}")
ax.axvline(0.5, color="C5", linestyle=":")
ax.set(xlabel="share right", ylim=(4.5, -0.5), xlim=(0.45, 1.02))
ax.set_yticks(range(5), STARTS)
fig.set_label(
    "The share of echoes that is right, five points for each start. Random "
    "orthogonal matrices and shifts lie above 0.9. Flips and the identity "
    "lie far below, with normal numbers between."
)
plt.show()

# %% [markdown]
# The first four starts keep the length of each row exactly. They do not learn alike. Where
# a row keeps its direction, or turns back to it at each second step, inputs of different ages
# lie on top of one another: one direction or two, for six ages. Where each age has a
# direction of its own, five of five networks get more than nine of ten
# bits right. Normal numbers have six directions as well, but of very
# different sizes, and lie between. With three times the training, flips and the identity
# get better, and none of their networks reaches the random orthogonal ones.
#
# ## What I now believe
#
# - Keeping the gradient is not enough for an echo. A memory must also keep apart what
#   came when.
# - The identity is orthogonal too, so "orthogonal" alone is no recipe. This is one
#   task, one size and one learning rate. For a task that only sums up, where ages needn't be kept
#   apart, I'd try the identity first.
# - The directions were counted without tanh and before training. They foretold the order, with one
#   exception to explain: normal numbers, where the count is full and the sizes are not.
