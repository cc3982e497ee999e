# %% [markdown]
# # Bytes that nobody reads
#
# In [chapter 21](../chapters/21-saving-and-loading.md#damage) a model's file
# is damaged at random, and some of the damages do nothing: the very same model
# is loaded. The question here: **which bytes are that, and could one of them be
# a weight?**
#
# A file has an end, so nothing needs to be drawn at random. We flip each bit of
# each byte, one after the other, and load.

# %%
import io
import tempfile
import zipfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from nnfs_code import archive, saving
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import SGD

rng = np.random.default_rng(0)
model = Model([Dense(2, 3, rng=rng)], SoftmaxCrossEntropy())
points = rng.normal(size=(4, 2)).astype(np.float32)
model.train_step(points, np.array([0, 1, 2, 0]), SGD(0.1))
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "model.npz"
    model.save(path)
    whole = path.read_bytes()
print(len(whole), "bytes")


# %%
def of_model(data):
    """Return all that Model.load finds, as something to compare."""
    header, arrays = saving.pack(saving.unpack(*archive.decode(data)))
    return header, {name: array.tobytes() for name, array in arrays.items()}


def flipped(data, load, bit=1):
    """Return for each byte: 0 refused, 1 the same, 2 something else."""
    expected, found = load(data), []
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= bit
        try:
            found.append(1 if load(bytes(damaged)) == expected else 2)
        except Exception:
            found.append(0)
    return np.array(found)


bits = [1 << k for k in range(8)]  # 1, 2, 4, 8, …, 128
by_bit = [flipped(whole, of_model, bit) for bit in bits]
for bit, found in zip(bits, by_bit, strict=True):
    refused, same, other = (int((found == kind).sum()) for kind in (0, 1, 2))
    print(f"bit {bit:3}: {refused} refused, {same} the same, {other} another")

# %% [markdown]
# No flip leads to another model. About one byte in seven can be damaged and the
# very same model is loaded. Where are these bytes? (From here on only the lowest
# bit is flipped.) A zip file has three kinds of places: a header in front of
# each entry, the data of the entries, and at the end a directory of all entries.

# %%
infos = zipfile.ZipFile(io.BytesIO(whole)).infolist()
start_of_directory = zipfile.ZipFile(io.BytesIO(whole)).start_dir
kind_of_place = np.full(len(whole), 2)  # the directory
for info in infos:
    start = info.header_offset
    extra = int.from_bytes(whole[start + 28 : start + 30], "little")
    data = start + 30 + len(info.filename) + extra
    kind_of_place[start:data] = 0
    kind_of_place[data : data + info.compress_size] = 1
places = ["headers of entries", "data", "directory"]
unread = by_bit[0] == 1
for number, name in enumerate(places):
    here = kind_of_place == number
    print(f"{name:18} {here.sum():4} bytes, {unread[here].sum():3} unread")

# %%
fig, ax = plt.subplots(figsize=(5.8, 2.4))
for number in range(3):
    where = np.flatnonzero(kind_of_place == number)
    ax.plot(where, np.full(len(where), number), "|", color="C5", markersize=9)
    where = np.flatnonzero((kind_of_place == number) & unread)
    ax.plot(where, np.full(len(where), number), "|", color="C1", markersize=16)
ax.set_yticks(range(3), places)
ax.set(xlabel="byte of the file", ylim=(-0.6, 2.6))
fig.set_label(
    "The bytes of the file from left to right, in three rows: headers of "
    "entries, data, directory. Longer marks are bytes whose damage goes "
    "unnoticed. They are in the headers and in the directory. In the row of "
    "the data there is none."
)
plt.show()

# %% [markdown]
# All unread bytes are bookkeeping of the zip format: dates, the rights of a
# file, version numbers, flags, a spare field in each header and the like, and sizes and
# checksums that are written more than once, of which Python reads one.
# In the data there is none: each byte of a weight is covered by the checksum
# of its entry. Is it the checksum that does this? Take it away: the same array
# in a plain `.npy` file, which has none.


# %%
def of_npy(data):
    return np.load(io.BytesIO(data), allow_pickle=False).tobytes()


def of_npz(data):
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return {name: stored[name].tobytes() for name in stored.files}


weights = model.parts[0].weights
plain, zipped = io.BytesIO(), io.BytesIO()
np.save(plain, weights)
np.savez(zipped, weights=weights)
for name, file, load in (("npy", plain, of_npy), ("npz", zipped, of_npz)):
    found = flipped(file.getvalue(), load)
    refused, same, other = (int((found == kind).sum()) for kind in (0, 1, 2))
    print(f"{name}: {refused} refused, {same} the same, {other} another")
print(weights.nbytes, "bytes of weights")

# %% [markdown]
# In the `.npy` file every flip in the 24 bytes of weights gives other weights,
# without a word, and one in its header cuts the array short. In the `.npz` file
# none does.
#
# ## What I now believe
#
# - A checksum is worth more than it looks. It is written twice, so it costs
#   eight bytes per array. Here it turned each silent change of a weight into an
#   error. Of larger accidents it lets very few through.
# - "It was loaded, so the file is undamaged" is wrong, and harmless here: what
#   was damaged is not part of the model.
# - Trying every byte is better than a thousand random ones, where one can
#   afford it. It answers "could one of them be a weight?" with no, for this
#   file and single flips. For longer damages the random trials remain.
