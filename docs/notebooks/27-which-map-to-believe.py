# %% [markdown]
# # Which map to believe
#
# In [chapter 27](../chapters/27-a-convolutional-network.md#looks) three maps of one boot have
# their highest places in three different places. The question here: **which of them finds the pixels that the score hangs
# on?** There is a way to ask the network: cover what a map ranks highest, and see how far the score falls.
#
# I expect occlusion to win, as covering is what it does. And I want to see two things beside it that know nothing of the network:
# the brightest pixels of the picture, and pixels at random.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import nnfs_code
from nnfs_code.activations import ReLU
from nnfs_code.convolution import Conv2D, Flatten, MaxPool2D
from nnfs_code.data import fashion_mnist
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.seeing import grad_cam, occlusion, saliency, slopes_at

folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
rng = np.random.default_rng(0)
parts = []
for sizes in ((1, 16), (16, 32)):
    layer = Conv2D(*sizes, 3, padding=1, rng=rng)
    parts += [layer, MaxPool2D(2), ReLU()]
parts += [Flatten(), Dense(1568, 64, rng=rng), ReLU(), Dense(64, 10, rng=rng)]
with np.load(folder / "fashion-convolution-network.npz") as stored:
    for name, values in stored.items():
        at, attribute = name.split(".")
        setattr(parts[int(at)], attribute, values.astype(np.float32))
model = Model(parts, SoftmaxCrossEntropy())

pictures, labels = fashion_mnist("test", sample=True)
pictures = (pictures[:, np.newaxis] / 255).astype(np.float32)
right = np.flatnonzero(model.predict(pictures).argmax(axis=1) == labels)[:12]
pictures, labels = pictures[right], labels[right]
print(pictures.shape)

# %% [markdown]
# Twelve test pictures that the network gets right. Each map becomes a number per pixel: occlusion
# gives each pixel the mean of the squares that covered it, and each of the 7 by 7 squares of Grad-CAM is 4 by 4 pixels.
# Saliency is there without its sign, as in the chapter, and once with it, times the picture.


# %%
def per_pixel(falls, size):
    """Return for each pixel the mean fall of the squares on it."""
    total, count = np.zeros((28, 28)), np.zeros((28, 28))
    for (row, column), fall in np.ndenumerate(falls):
        total[row : row + size, column : column + size] += fall
        count[row : row + size, column : column + size] += 1
    return total / count


steep = saliency(model, pictures, labels)
one_hot = np.eye(10, dtype=np.float32)[labels]
signed = slopes_at(model, pictures, one_hot)[1][:, 0]
pairs = list(zip(pictures, labels, strict=True))
maps = {
    "occlusion": np.array(
        [per_pixel(occlusion(model, p, int(k), size=5), 5) for p, k in pairs]
    ),
    "saliency": steep,
    "saliency times picture": steep * pictures[:, 0],
    "signed, times picture": signed * pictures[:, 0],
    "Grad-CAM": np.kron(
        grad_cam(model, pictures, labels, at=6), np.ones((4, 4))
    ),
    "brightest pixels": pictures[:, 0],
}

# %% [markdown]
# Now set the highest pixels of each map to 0, more and more of them, and look at the score of the right class.

# %%
shares = (0.0, 0.05, 0.1, 0.2, 0.4)
rows = np.arange(12)
before = model.forward(pictures)[rows, labels]


def falls_of(values, filling=0):
    """Return the fall of each score, for each share of pixels covered."""
    order = np.argsort(-values.reshape(12, -1), axis=1, kind="stable")
    found = []
    for share in shares:
        covered = pictures.reshape(12, -1).copy()
        chosen = order[:, : round(share * 784)]
        np.put_along_axis(covered, chosen, filling, axis=1)
        scores = model.forward(covered.reshape(pictures.shape))
        found.append(before - scores[rows, labels])
    return np.array(found)


def middles_of(falls, filling=0):
    """Print and return the middle fall of each map, and those of chance."""
    chance = [
        np.median(
            falls_of(np.random.default_rng(s).random((12, 784)), filling),
            axis=1,
        )
        for s in range(10)
    ]
    middles = {name: np.median(found, axis=1) for name, found in falls.items()}
    middles["at random, lowest of 10"] = np.min(chance, axis=0)
    middles["at random, highest"] = np.max(chance, axis=0)
    print("share covered          ", *(f"{share:5.2f}" for share in shares))
    for name, row in middles.items():
        print(f"{name:23}", *(f"{value:5.1f}" for value in row))
    return middles


falls = {name: falls_of(values) for name, values in maps.items()}
middles = middles_of(falls)

# %%
fig, ax = plt.subplots(figsize=(5.8, 3.6))
lines = ("o-", "s-", "^-", "v-", "D-", "x--", "+:", "1:")
for (name, found), line in zip(middles.items(), lines, strict=True):
    ax.plot(shares, found, line, label=name)
ax.set(xlabel="share of pixels covered", ylabel="fall of the score, middle")
ax.legend(loc="upper left", fontsize=8)
fig.set_label(
    "The fall of the score over the share of pixels covered. Occlusion is "
    "highest, and signed slopes times picture are next. Saliency times "
    "picture and the brightest pixels follow. Saliency, pixels at random "
    "and Grad-CAM are lowest."
)
plt.show()

# %% [markdown]
# How often does a map do better than the brightest pixels, picture by picture, with a tenth covered? And from where to where do
# its falls go?

# %%
others = falls["brightest pixels"][2]
for name in list(maps)[:5]:
    tenth = falls[name][2]
    won = f"{(tenth > others).sum():2} of 12"
    print(f"{name:23} {won}   {tenth.min():5.1f} to {tenth.max():4.1f}")
empty = (maps["Grad-CAM"] == 0).all(axis=(1, 2)).sum()
print("empty maps of Grad-CAM:", empty)

# %% [markdown]
# Setting a pixel to 0 darkens it, and about half of the pixels are 0 already. The same once more, with the pixels set to 1:

# %%
bright = {name: falls_of(values, 1) for name, values in maps.items()}
lit = middles_of(bright, 1)

# %% [markdown]
# In the first table occlusion is first in the middle of the 12, once a tenth or more is covered. That is less of a surprise than it looks: it was made by covering
# squares with 0, and judged by covering pixels with 0.
#
# Saliency times the picture, without a sign, does better than the brightest pixels in only 6 of 12 pictures, and the brightest pixels need no network at all. Without
# its sign, a slope does not know which pixels speak for the class and which against it. With it, slope times picture comes close to
# occlusion up to a fifth of the pixels.
#
# There is more in the first table that I did not expect. Set to 0, saliency's pixels are no better than pixels at random, and Grad-CAM's are below the lowest of
# ten draws when a fifth of the pixels or more are covered. (Its pixels come in squares, so random squares would be a fairer opponent. For one of the 12 pictures its map is empty.)
#
# The second table turns much of this round. Set to 1, saliency's pixels make the score fall furthest, about as far as those of the best of ten draws or further, and
# the brightest pixels do worse than all ten. So does every map but saliency, Grad-CAM among them.
#
# ## What I now believe
#
# - A map answers its own question. Occlusion says what covering with 0 does; for that it is good.
# - A table like these answers its own question, too. The first tells what *darkening* does. Set the pixels to 1, and the order of the maps is another.
# - Grad-CAM's squares are coarse. Where it is used to *show* a
#   region, that may be no fault. As a list of pixels that matter here, it is no better than chance.
# - Any map needs an opponent that knows nothing of the network: bright pixels, and chance.
# - One network and 12 pictures of clothes on black. With another background this may come out otherwise.
