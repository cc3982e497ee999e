# %% [markdown]
# # What do the gates learn?
#
# A gate is computed at each step, from the inputs and the state ([chapter 29](../chapters/29-lstm-and-gru.md#gru)). So it can keep
# at one step and let go at the next. **Does it do that where the task asks for it?** In the adding task only two steps
# matter, the marked ones. A memory should change there, and stay as it is elsewhere.
#
# The network is a GRU with 8 units on sequences of 8 steps, trained for 250 steps. There are five of them. The gate to watch is the update gate $z$: at 1
# the state stays, at 0 it is replaced by the candidate.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.gated import GRU
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.sequences import adding

UNITS, STEPS = 8, 8
others = adding(500, STEPS, rng=np.random.default_rng(99))
marked = others[0][:, :, 1].T == 1  # steps first, as in the layer


def watched(seed, steps):
    """Train, and return the error and all update gates on other sequences."""
    rng = np.random.default_rng(seed)
    layer = GRU(2, UNITS, rng=rng)
    model = Model([layer, Dense(UNITS, 1, rng=rng)], MeanSquaredError())
    adam = Adam(0.02)
    for _ in range(steps):
        model.train_step(*adding(32, STEPS, rng=rng), adam)
    layer.forward(others[0])
    keep = layer.gates[:, :, UNITS : 2 * UNITS]  # steps, sequences, units
    return model.evaluate(*others).loss, keep


# %% [markdown]
# The mean of the gate over all units and sequences, at steps without a mark and at marked steps:

# %%
means = {}
print("seed  error   no mark  mark")
for steps in (0, 250):
    print(f"after {steps} steps of training")
    for seed in range(5):
        error, keep = watched(seed, steps)
        means[steps, seed] = keep[~marked].mean(), keep[marked].mean()
        apart, at = means[steps, seed]
        print(f"{seed:4} {error:6.3f} {apart:8.2f} {at:6.2f}")

# %% [markdown]
# And one sequence, with the gates of the last network:

# %%
one = 3
numbers, marks = others[0][one].T
print("numbers", numbers.round(2))
print("marks  ", marks.astype(int))
fig, ax = plt.subplots(figsize=(5.6, 2.8))
ax.imshow(keep[:, one].T, vmin=0, vmax=1, cmap="gray", aspect="auto")
ax.set(xlabel="step", ylabel="unit")
ax.set_xticks(range(STEPS), range(1, STEPS + 1))
for step in np.flatnonzero(marks):
    ax.plot(step, -0.9, "v", color="C1", clip_on=False)
fig.set_label(
    "The update gates of eight units over the eight steps of one sequence, "
    "white for keeping. Triangles above two columns show the marked steps, "
    "where some of the units are darker than elsewhere."
)
plt.show()

# %% [markdown]
# And for each unit of that network, over all sequences:

# %%
units = {"no mark": keep[~marked].mean(0), "mark": keep[marked].mean(0)}
for name, row in units.items():
    print(f"{name:8}", *(f"{value:5.2f}" for value in row))

# %% [markdown]
# ## What I now believe
#
# - Before training, the mean of the gate is near one half, with a mark and without. After it, the gate keeps
#   more where there is no mark, in all five networks, and at marked steps it is about where it was. Nobody told it which steps matter.
# - The mean hides that units differ. In the last network three of the eight let go at the marks: their gate is 0.3 to 0.4 on average there, and 0.8 to 0.9 elsewhere.
#   The other five differ by less than 0.2. At the first step a low gate loses nothing: the state is 0 there.
# - This is a task of eight steps, which may not need gates at all. That a gate *can* tell steps apart doesn't show that the
#   network *needs* it here. On the chapter's [longer task](../chapters/29-lstm-and-gru.md#held)
#   the forget gate needn't: held at 0.95, the LSTM learned. But its input gate was free, and may have done the telling.
