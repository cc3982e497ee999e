# %% [markdown]
# # Does it see a picture?
#
# In [chapter 19](../chapters/19-a-real-dataset.md) a network tells shoes from
# shirts, and it is tempting to say that it "sees" them. A person sees that a
# pixel lies beside another. The question here: **does our network use that?**
#
# The test is simple. Mix the pixels of all pictures in the *same* way, as if
# one cut each into 784 squares and laid them out in another order. A person is
# lost then. Is the network?
#
# All runs use the sample of 2,000 pictures, and 400 fresh ones.

# %%
import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.data import fashion_mnist
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam

pictures, labels = fashion_mnist("train", sample=True)
fresh_pictures, fresh = fashion_mnist("test", sample=True)


def rows(pictures):
    return (pictures.reshape(len(pictures), 784) - 127.5) / 127.5


def as_they_are(pictures, rng):
    return rows(pictures)


def mixed_alike(pictures, rng):
    return rows(pictures)[:, np.random.default_rng(99).permutation(784)]


def mixed_each(pictures, rng):
    return rng.permuted(rows(pictures), axis=1)


ways = {
    "as they are": as_they_are,
    "mixed alike": mixed_alike,
    "each its own way": mixed_each,
}
print(len(pictures), "to learn from,", len(fresh), "fresh")

# %%
fig, axes = plt.subplots(2, 3, figsize=(5.6, 4.0))
for column, (name, way) in enumerate(ways.items()):
    shown = way(pictures[[0, 1]], np.random.default_rng(0))
    axes[0, column].set_title(name)
    for ax, row in zip(axes[:, column], shown, strict=True):
        ax.imshow(row.reshape(28, 28), cmap="gray")
        ax.set_axis_off()
fig.set_label(
    "Two pictures in three columns. As they are: a sneaker above a coat. In "
    "the other two columns the same pixels are mixed, and both look like noise."
)
plt.show()

# %% [markdown]
# In the middle column both pictures are mixed by one and the same order. On the
# right each picture has an order of its own, which is the control: there a
# pixel's place says nothing at all. How many pixels have which brightness is
# still the same.


# %%
def right(way, seed):
    """Train six epochs; return the share of fresh pictures that are right."""
    rng = np.random.default_rng(seed)
    parts = []
    for n_inputs, n_neurons in ((784, 16), (16, 10)):
        layer = Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)
        layer.weights *= 100 * np.sqrt(2 / n_inputs)
        parts += [layer, ReLU()]
    model = Model(parts[:-1], SoftmaxCrossEntropy())
    model.fit(
        way(pictures, rng),
        labels,
        Adam(0.002),
        epochs=6,
        batch_size=50,
        rng=rng,
    )
    return accuracy(model.forward(way(fresh_pictures, rng)), fresh)


for name, way in ways.items():
    found = sorted(right(way, seed) for seed in range(5))
    print(f"{name:17}", *(f"{value:.2f}" for value in found))

# %% [markdown]
# Mixed alike, the network is right about as often as with the pictures as they
# are: the five runs of its row lie among those of the first. With an order of
# its own for each picture, the network finds little more than a guess. (That is
# what it finds, and not all that is there.)
#
# So the *place* of a pixel matters, and *which places are neighbours* does not.
# There is a reason. The first layer computes a sum over all 784 pixels. Mix the
# pixels and the rows of the weights alike, and the sum is the same. Since the
# weights are drawn at random, a mixed start is as likely as the start that it is
# made from. And a step mixes alike: the gradient for the mixed weights is the mixed
# gradient, and Adam treats each weight by itself. Here is one layer, and one
# gradient:

# %%
rng = np.random.default_rng(0)
layer = Dense(784, 16, rng=rng, dtype=np.float64)
order = rng.permutation(784)
scores = layer.forward(rows(pictures))
layer.backward(scores)
gradient = layer.d_weights
layer.weights = layer.weights[order]
mixed = layer.forward(rows(pictures)[:, order])
layer.backward(mixed)
off = np.abs(layer.d_weights - gradient[order]).max() / np.abs(gradient).max()
print(f"largest difference of a sum: {np.abs(mixed - scores).max():.12f}")
print(f"of a gradient, over the largest gradient: {off:.12f}")

# %% [markdown]
# Both differ by rounding alone.
#
# ## What I now believe
#
# - A dense network does not see a picture. It sees 784 numbers, each with its own
#   meaning, and learns what they say together about the class. Here that was
#   enough to be right on about three pictures of four.
# - The pictures were made alike: trimmed, shrunk to fill the frame and centred, and the shoes that I looked at all point to the
#   left. So a place has a meaning.
# - A dense network is not told what neighbours are. If it is to know, it must
#   find out from the data. One can also build it in: that is what convolution
#   does, later in the course.
