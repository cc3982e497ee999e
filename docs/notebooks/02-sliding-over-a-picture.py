# %% [markdown]
# # What a neuron sees in a picture
#
# In [chapter 2](../chapters/02-first-neurons.md) three neurons looked at
# strips of four light sensors. A picture is a larger field of sensors. This
# notebook asks:
#
# **If the same neuron looks at every place of a picture, what does the map of
# its answers show, and what changes when the weights, the bias or the light
# change?**
#
# The arithmetic is the line of the chapter, `inputs @ weights + biases`. All
# that is new is how to cut a picture into samples.

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## A picture made of numbers
#
# 32 rows and 32 columns, 0 is dark and 1 is light. A disc, an upright bar and a
# level one. `np.indices` gives two arrays: the row number and the column number
# of every place.

# %%
row, column = np.indices((32, 32))
picture = np.zeros((32, 32))
picture[(row - 10) ** 2 + (column - 10) ** 2 < 49] = 1.0
picture[4:28, 22:25] = 1.0
picture[24:27, 3:18] = 1.0


def show(ax, values, title, reach=None):
    """Draw a picture, or a map of answers from -reach to reach."""
    if reach is None:
        ax.imshow(values, cmap="gray", vmin=0, vmax=1)
    else:
        ax.imshow(values, cmap="RdBu", vmin=-reach, vmax=reach)
    ax.set(title=title, xticks=[], yticks=[])


fig, ax = plt.subplots(figsize=(2.6, 2.8))
show(ax, picture, "the picture")
fig.set_label(
    "A dark square picture with a light disc at the upper left, a light "
    "upright bar at the right and a light level bar at the bottom."
)

# %% [markdown]
# ## Windows are samples
#
# A neuron with nine inputs looks through a window of 3 × 3 points. There are
# 30 × 30 places where such a window fits. Each window, laid out as a row of
# nine numbers, is one sample, so the whole picture becomes a batch of shape
# (900, 9).
#
# `sliding_window_view` cuts out all windows at once. `reshape(-1, 9)` lays
# each of them out as a row; the −1 means "as many rows as it takes".


# %%
def windows_of(image):
    """Return every 3 x 3 window of an image as a row of nine numbers."""
    views = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    return views.reshape(-1, 9)


inputs = windows_of(picture)
print(inputs.shape)

# %% [markdown]
# Three neurons: light on the right, light at the bottom, and the mean.

# %%
patterns = np.array(
    [
        [-1, 0, 1, -1, 0, 1, -1, 0, 1],
        [-1, -1, -1, 0, 0, 0, 1, 1, 1],
        [1 / 9] * 9,
    ]
)
weights = patterns.T  # (9, 3), one column for each neuron
biases = np.zeros((1, 3))
outputs = inputs @ weights + biases
print(inputs.shape, "@", weights.shape, "->", outputs.shape)

# %%
fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.2))
names = ("right side", "lower side", "mean")
for k, (ax, name) in enumerate(zip(axes, names, strict=True)):
    show(ax, outputs[:, k].reshape(30, 30), name, reach=3 if k < 2 else 1)
fig.set_label(
    "Three maps of answers. The first marks upright borders: blue on the left "
    "side of each shape, red on its right side; the level bar shows only at "
    "its ends. The second marks level borders in the same way. The third is "
    "the picture, a little blurred."
)

# %% [markdown]
# Blue is a positive answer, red a negative one. One neuron finds the upright
# borders and says which way the light steps. Along the level bar its answer is
# 0, except at the two ends. The neuron of the mean looks for brightness; its
# map is the picture itself, blurred.
#
# ## The bias decides how much is enough
#
# Count the places where the answer of the first neuron is above zero, for
# several biases. The largest answer without a bias is 3.

# %%
for bias in (1.0, 0.0, -0.5, -1.5, -2.5, -3.5):
    positive = (inputs @ weights[:, 0] + bias > 0).sum()
    print(f"bias {bias:4}: positive at {positive:3} of {len(inputs)} places")

# %% [markdown]
# With the bias at 1, every uniform place, dark or light, counts as an edge:
# there the weighted sum is 0, and 0 + 1 is positive. At −2.5 the sum must be
# 3: dark on the left and light on the right in all three rows of the window.
# That is so along the left side of the upright bar, at the left end of the
# level one, and on a straight stretch of the disc's left border. At −3.5
# nothing is left. The bias does not move an edge. It sets how strong an edge
# must be to count.
#
# ## Turn down the light
#
# Now the lower half of the picture lies in shadow, at a quarter of the
# light. The upright bar still has its edge there. Does the neuron agree?

# %%
shaded = picture.copy()
shaded[16:] *= 0.25
shaded_inputs = windows_of(shaded)
answers = shaded_inputs @ weights[:, 0]
lengths = np.sqrt((shaded_inputs**2).sum(axis=1))
longest = np.sqrt(weights[:, 0] @ weights[:, 0])
cosines = answers / np.maximum(lengths * longest, 1e-12)  # no light: 0

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.2))
show(axes[0], shaded, "half in shadow")
show(axes[1], answers.reshape(30, 30), "dot product", reach=3)
show(axes[2], cosines.reshape(30, 30), "cosine", reach=1)
fig.set_label(
    "Left, the picture with its lower half darker. Middle, the dot product: "
    "the edge of the upright bar is pale in the lower half. Right, the "
    "cosine: the edge is equally strong above and below, and a little paler "
    "where a window is half in shadow."
)
for name, place in (("light", 10), ("shadow", 20), ("both", 15)):
    dot = answers.reshape(30, 30)[place, 20]
    cosine = cosines.reshape(30, 30)[place, 20]
    print(f"the bar's edge in {name:6}: dot {dot:.2f}, cosine {cosine:.2f}")

# %% [markdown]
# The dot product falls to a quarter with the light, and with a bias of −1 the
# neuron would miss the edge. The cosine is the same in light and in shadow: a
# window that is darker *as a whole* points the same way. It changes, a little,
# where the border of the shadow runs through the window. And it has a price: in
# the dark, where lengths are near zero, it makes much of very little, and where
# there is no light at all it is not defined. (The line with `np.maximum`
# avoids the division by zero there.)
#
# ## Neurons that nobody designed
#
# At the start of training weights are usually random. What do such neurons
# show?

# %%
rng = np.random.default_rng(2)
drawn = rng.standard_normal((9, 4))
random_outputs = inputs @ drawn
fig, axes = plt.subplots(1, 4, figsize=(5.6, 1.8))
reach = np.abs(random_outputs).max()  # one scale for all four
for k, ax in enumerate(axes):
    show(ax, random_outputs[:, k].reshape(30, 30), f"neuron {k}", reach)
fig.set_label(
    "Maps of four random neurons. In each the disc and the bars can be made "
    "out, with borders of different sides marked and the inside filled in "
    "blue or red of different strength."
)
for k in range(4):
    inside = drawn[:, k].sum()
    print(f"neuron {k}: weights add up to {inside:5.2f}")

# %% [markdown]
# Every shape can be made out in all four. Where the
# picture is uniform, each window is nine times the same number, and the answer
# is that number times the sum of the weights, which is printed above: it
# says how strongly, and in which colour, the insides are filled. For inputs
# that are all $v$, it is $\sum_j v\,w_j = v \sum_j w_j$. So a neuron whose
# weights add up to 0 answers 0 there, whatever the weights are.
#
# Does a neuron whose weights add up to 0 still see the borders? Take 1,000 random neurons, and the
# same neurons with the mean of their weights subtracted: each sum becomes 0,
# the differences between weights stay. Here is the typical answer.

# %%
many = np.random.default_rng(3).standard_normal((9, 1000))
balanced = many - many.mean(axis=0)
is_inside = inputs.sum(axis=1) == 9
is_border = (inputs.sum(axis=1) > 0) & ~is_inside
for name, neurons in (("as drawn", many), ("sum 0", balanced)):
    answers_of_all = np.abs(inputs @ neurons)
    inside = np.median(answers_of_all[is_inside])
    border = np.median(answers_of_all[is_border])
    print(
        f"{name:8}: typical answer inside {inside:.2f}, at borders {border:.2f}"
    )

# %% [markdown]
# With a sum of 0 the insides are silent, as they must be, and the borders are
# not. The three neurons at the top are examples: the first two have weights
# that add up to 0, the third has not. A sum of 0 makes a neuron blind to
# uniform light. *Which* borders it then answers to, upright or level, is
# decided by how the weights are arranged.
#
# ## What I now believe
#
# - A picture is a batch. Cutting windows out of it and one matrix product is
#   all it takes to look everywhere with the same eye. [Chapter 26](../chapters/26-convolution.md)
#   makes layers out of it.
# - The four random neurons that I drew were not blind. Each mixed what is
#   there, and the shapes could be made out in the mixture. What training has
#   to add is a choice of what to look for.
# - The sum of a neuron's weights says what it does with uniform light, and the
#   differences between them say which change it looks for.
