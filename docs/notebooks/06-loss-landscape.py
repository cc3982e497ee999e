# %% [markdown]
# # What the ground looks like under a real network
#
# [Chapter 6](../chapters/06-introducing-optimization.md) lets a hill climber
# walk through the loss landscape of a network, and says that the climber is
# blind. Here we look where it walked. A network with 21 numbers has a
# landscape with 21 directions, so we can only cut through it, and every cut
# leaves 19 directions out.
#
# The question: **is the place where the climber ends a valley?** We zoom
# into the start and the end, look for ways down that the climber has missed,
# walk in a straight line from one end to another, and measure how many steps
# of which length lead down.

# %%
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np

from nnfs_code.activations import ReLU, Softmax
from nnfs_code.data import spiral, vertical
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy
from nnfs_code.metrics import accuracy

rng = np.random.default_rng(6)
data = {
    "bands": vertical(100, 3, rng=rng, dtype=np.float64),
    "spiral": spiral(100, 3, rng=rng, dtype=np.float64),
}

# %% [markdown]
# ## A network from a row of numbers
#
# The layers of the package hold their weights as arrays. We hand them pieces
# of one long row: first layer, its biases, second layer, its biases. With
# $h$ hidden neurons the row has $6h + 3$ numbers. The layers are made once
# and get new numbers some seventy thousand times.


# %%
dense1 = Dense(2, 3, rng=rng, dtype=np.float64)
dense2 = Dense(3, 3, rng=rng, dtype=np.float64)
relu, softmax, loss = ReLU(), Softmax(), CategoricalCrossEntropy()


def scores_of(row, points):
    h = (len(row) - 3) // 6
    dense1.weights = row[: 2 * h].reshape(2, h)
    dense1.biases = row[2 * h : 3 * h].reshape(1, h)
    dense2.weights = row[3 * h : 6 * h].reshape(h, 3)
    dense2.biases = row[6 * h :].reshape(1, 3)
    return dense2.forward(relu.forward(dense1.forward(points)))


def loss_of(row, name):
    points, labels = data[name]
    return loss.forward(softmax.forward(scores_of(row, points)), labels)


def climb(name, seed, size=21, step=0.1, tries=1000):
    own = np.random.default_rng(seed)
    best = 0.01 * own.standard_normal(size)
    lowest = loss_of(best, name)
    for _ in range(tries):
        trial = best + step * own.standard_normal(size)
        height = loss_of(trial, name)
        if height < lowest:
            best, lowest = trial, height
    return best


ends = {(name, seed): climb(name, seed) for name in data for seed in (1, 2)}
for (name, seed), row in ends.items():
    share = accuracy(scores_of(row, data[name][0]), data[name][1])
    print(
        f"{name:6} seed {seed}: loss {loss_of(row, name):.3f}, "
        f"accuracy {share:.2f}"
    )

# %% [markdown]
# Four climbs, two on each data set. The bands are solved. The spiral is not.
#
# ## The same slice at three sizes
#
# Two random directions of length 1, the same in every map. In the middle of the
# first row of maps is the start of the climb, where all numbers are about 0.01;
# in the middle of the second row is its end. From left to right we look at less and less of
# the surroundings.

# %%
ahead, aside = np.random.default_rng(3).standard_normal((2, 21))
ahead /= np.linalg.norm(ahead)
aside /= np.linalg.norm(aside)


def slice_at(place, name, reach, points=17):
    line = np.linspace(-reach, reach, points)
    return line, np.array(
        [
            [loss_of(place + a * ahead + b * aside, name) for a in line]
            for b in line
        ]
    )


start = 0.01 * np.random.default_rng(1).standard_normal(21)
places = {"start": start, "end": ends["spiral", 1]}
reaches = (10, 1, 0.1)
fig, axes = plt.subplots(2, 3, figsize=(5.8, 4.2))
for row_of_axes, (where, place) in zip(axes, places.items(), strict=True):
    for ax, reach in zip(row_of_axes, reaches, strict=True):
        line, heights = slice_at(place, "spiral", reach)
        pale = heights.min() - 0.4 * np.ptp(heights)  # keeps low lines dark
        ax.contour(line, line, heights, levels=7, vmin=pale, linewidths=1)
        ax.plot(0, 0, "o", color="black", markersize=4)
        ax.set_title(f"{where}, ±{reach}")
        low, high = heights.min(), heights.max()
        print(f"{where:5} ±{reach:4}: loss from {low:.5f} to {high:.5f}")
fig.set_label(
    "Six contour maps on the spiral, three sizes around the start and three "
    "around the end. Around the start a broad valley slants up to the right, "
    "at all three sizes. Around the end a narrow valley runs from left to "
    "right with the dot on its floor; in the closest map a lower place opens "
    "just to the right of the dot."
)
plt.show()

# %% [markdown]
# The first two maps of the second row show a valley with the climber on its
# floor. In the last map the dot lies at the rim of something lower, which
# begins to its right. All three are the same place. What looks like a bottom
# from far away need not be one from near.
#
# Around the start it is the other way round. Within a tenth of a unit the
# loss varies by less than 0.001: from near, the start is as good as level.
#
# ## How many steps lead down?
#
# Instead of two directions, take three hundred, and steps of six lengths.
# For each length: what share of the steps ends lower, and how much does the
# best of them gain?


# %%
def steps_down(place, name, lengths, tries=300):
    own = np.random.default_rng(8)
    here = loss_of(place, name)
    found = []
    for length in lengths:
        steps = own.standard_normal((tries, len(place)))
        steps *= length / np.linalg.norm(steps, axis=1, keepdims=True)
        losses = np.array([loss_of(place + step, name) for step in steps])
        found.append(((losses < here).mean(), here - losses.min()))
    return found


lengths = (0.001, 0.01, 0.1, 1.0, 3.0, 10.0)
shares = {}
for (name, seed), row in ends.items():
    found = steps_down(row, name, lengths)
    if seed == 1:
        shares[f"{name}, end"] = [share for share, _ in found]
    print(f"{name}, end, seed {seed}")
    print("  share", *(f"{share:7.2f}" for share, _ in found))
    print("  gain ", *(f"{gain:7.4f}" for _, gain in found))
found = steps_down(start, "spiral", lengths)
shares["spiral, start"] = [share for share, _ in found]
print("spiral, start")
print("  share", *(f"{share:7.2f}" for share, _ in found))
print("  gain ", *(f"{gain:7.4f}" for _, gain in found))

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.3))
for (label, share), line in zip(shares.items(), ("-", "--", ":"), strict=True):
    ax.plot(lengths, share, line, marker="o", label=label)
ax.set_xscale("log")
ax.set_xlabel("length of the step")
ax.set_ylabel("share that leads down")
ax.legend()
fig.set_label(
    "Share of random steps that lead down, against their length, for the end "
    "of a climb on the bands, the end on the spiral, and the start on the "
    "spiral. All begin at about one half for steps of 0.001 and fall to zero "
    "at lengths between 1 and 10."
)
plt.show()

# %% [markdown]
# None of the four ends is a bottom. With a step of 0.001, half of all
# directions lead down at each of them: that is how it is on any slope. The
# climber changes each of 21 numbers by about 0.1, which makes a step of about
# $0.1 \sqrt{21}$, nearly 0.5. Of steps that long only a small share helps, as
# the columns for 0.1 and 1.0 show. But the climber was not stuck: its
# thousand tries had run out.
#
# The gains say more. Of short steps the longer ones gain more. Beyond some
# length even the best of three hundred gains less, or loses.
#
# ## Three thousand more tries
#
# So the climb goes on. Does it need shorter steps for that? The control keeps
# the old step of 0.1.


# %%
def further(row, name, steps):
    own = np.random.default_rng(5)
    lowest = loss_of(row, name)
    for step in steps:
        for _ in range(1000):
            trial = row + step * own.standard_normal(len(row))
            height = loss_of(trial, name)
            if height < lowest:
                row, lowest = trial, height
    return lowest


for (name, seed), row in ends.items():
    kept = further(row, name, (0.1, 0.1, 0.1))
    shortened = further(row, name, (0.03, 0.01, 0.003))
    print(
        f"{name:6} seed {seed}: {loss_of(row, name):.4f} -> "
        f"step 0.1 {kept:.4f}, shortened {shortened:.4f}"
    )

# %% [markdown]
# All four go on, with either step. So it was not the length of the steps that
# had ended the climbs. On the bands the ground leads somewhere, within reach;
# on the spiral three thousand tries gain little.
#
# ## From one end to the other
#
# Two climbs on the same data, from different starts, end at different
# places. Is there a valley between them, or a ridge? We walk in straight
# lines between eight ends, which makes 28 pairs, for two widths of the hidden
# layer. "Highest" is the largest of nine losses on the line, the two ends
# included.

# %%
walk = np.linspace(0, 1, 9)
fig, axes = plt.subplots(1, 2, figsize=(5.8, 3.1))
for ax, name in zip(axes, data, strict=True):
    for h, line in ((3, "-"), (64, "--")):
        places = [climb(name, s, 6 * h + 3, step=0.05) for s in range(8)]
        pairs = list(combinations(places, 2))
        lines = np.array(
            [
                [loss_of((1 - s) * one + s * two, name) for s in walk]
                for one, two in pairs
            ]
        )  # (28, 9)
        points, labels = data[name]
        middle = np.median(
            [
                accuracy(scores_of((a + b) / 2, points), labels)
                for a, b in pairs
            ]
        )
        highest = lines.max(axis=1)
        ax.plot(walk, np.median(lines, axis=0), line, label=f"{h} hidden")
        print(
            f"{name:6} {h:2} hidden: highest {np.median(highest):.2f}, from "
            f"{highest.min():.2f} to {highest.max():.2f}; half-way "
            f"accuracy {middle:.2f}"
        )
    ax.set(title=name, xlabel="from one end to the other")
axes[1].legend(loc="lower center", fontsize=9)
axes[1].set_ylim(bottom=1.02)
axes[0].set_ylabel("loss, median of 28 pairs")
fig.set_label(
    "Loss along straight lines between the ends of climbs, the median of 28 "
    "pairs for each of two widths. On the bands a ridge rises between the "
    "ends. On the spiral the ridges are low."
)
plt.show()

# %% [markdown]
# In the middle there is a ridge, on the bands in nearly all pairs; a few lines
# hardly rise. The networks at the ends are right nearly everywhere there, and
# the network half-way, their mean, is right less often. Its hidden neurons are
# means of neurons that do different work: put the neurons of one end into the best
# of their six orders, and most of the ridge of 3 neurons is gone. (That these networks come from
# different starts matters. Means of networks from one run can be good.)
#
# My first version drew one pair for each width, and the ridge was highest with
# 64 neurons. I wrote that wider networks have higher ridges. Then I
# drew all 28 pairs: that one had been the highest of its 28. But all these pairs
# are made of a few climbs. With other starts (seeds 8 to 15) the median of
# "highest" for 3 neurons on the bands was 1.98, although each of those climbs
# ended below 0.03. So these runs do not say how the height depends on the
# width.
#
# ## What I now believe
#
# - "The bottom" is a word that needs a length. At all four ends half of the
#   tiniest steps led down, and with more tries all four climbs went on.
# - A picture of a slice shows the shape at one size. Zoom before you
#   believe it. The same dot was on the floor of a valley and
#   beside something lower.
# - A climber that gets nowhere need not be in a hole. On the spiral there were
#   ways down as on the bands; they just did not lead far.
# - Solutions are many, and a straight line between two of them usually leads
#   over a ridge. A climber does not mind: it needs only one.
# - One pair, or one run, is an anecdote. I had believed one. A few climbs are
#   few, too.
# - Short steps help often and little; longer ones help less often, and up to
#   some length they gain more. Whoever chooses a step chooses between the two.
