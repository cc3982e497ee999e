# --8<-- [start:ch21-imports]
"""Chapter 21: a model as a file, and the same numbers afterwards."""

import json
import pickle
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from nnfs_code.arrays import Array
from nnfs_code.optimizers import Momentum

shelf = tempfile.TemporaryDirectory()  # a folder that goes at the end
folder = Path(shelf.name)
# --8<-- [end:ch21-imports]


# --8<-- [start:ch21-ball]
def roll(place: Array, ball: Momentum, steps: int) -> None:
    """Let a ball roll in a bowl of curvature 1."""
    for _ in range(steps):
        ball.update([(place, place.copy())])


place, ball = np.array([1.0]), Momentum(0.1, momentum=0.9)
roll(place, ball, 3)
print(
    f"after 3 steps: at {place[0]:.4f}, velocity {ball.velocities[0][0]:.4f}"
)
kept = place.copy()  # this is what we "save"
roll(place, ball, 1)
print(f"it rolls on:          {place[0]:.4f}")
roll(kept, Momentum(0.1, momentum=0.9), 1)
print(f"from its place alone: {kept[0]:.4f}")
# --8<-- [end:ch21-ball]

# --8<-- [start:ch21-digits]
weight = np.sqrt(2.0)
for digits in (3, 8, 16, 17):
    text = f"{weight:.{digits}g}"
    print(f"{digits:2} digits: {text:19} off by {float(text) - weight:6.0e}")
raw = weight.tobytes()
print(
    f" 8 bytes:  {raw.hex():19} off by {np.frombuffer(raw)[0] - weight:6.0e}"
)
# --8<-- [end:ch21-digits]

# --8<-- [start:ch21-npy]
np.save(folder / "two.npy", np.array([1 / 3, 2.0]))
stored = (folder / "two.npy").read_bytes()
print(stored[:6], "version", *stored[6:8])
print(stored[10:70].decode().strip())
print(stored[128:].hex(" ", 8))
# --8<-- [end:ch21-npy]

# --8<-- [start:ch21-one-bit]
flipped = bytearray(stored)
flipped[-1] ^= 1  # one bit of the last number
(folder / "flipped.npy").write_bytes(flipped)
print("npy:", np.load(folder / "flipped.npy"))
np.savez(folder / "two.npz", values=np.array([1 / 3, 2.0]))
flipped = bytearray((folder / "two.npz").read_bytes())
place_of_2 = flipped.index(np.float64(2).tobytes())
flipped[place_of_2 + 7] ^= 1
(folder / "flipped.npz").write_bytes(flipped)
try:
    with np.load(folder / "flipped.npz") as archive:
        print(archive["values"])
except Exception as error:
    print("npz:", error)
# --8<-- [end:ch21-one-bit]


# --8<-- [start:ch21-trap]
class Trap:
    """What it is does not matter. What it becomes, when opened, does."""

    def __reduce__(self) -> Any:
        return print, ("I could have deleted your files.",)


parcel = pickle.dumps(Trap())
print(len(parcel), "bytes, and nothing has happened yet")
opened = pickle.loads(parcel)
print("what was in it:", opened)
# --8<-- [end:ch21-trap]

# --8<-- [start:ch21-network]
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Labels
from nnfs_code.data import spiral, vertical
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.penalties import L2
from nnfs_code.schedules import CosineDecay


def begin(seed: int) -> tuple[Array, Labels, Model, np.random.Generator]:
    """Return 150 points, their labels, a model with dropout, a generator."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
    parts: list[Any] = [
        Dense(2, 32, rng=rng, dtype=np.float64),
        ReLU(),
        Dropout(0.1, rng=rng),
        Dense(32, 3, rng=rng, dtype=np.float64),
    ]
    model = Model(parts, SoftmaxCrossEntropy(), penalty=L2(0.0001))
    return points, labels, model, rng


# --8<-- [end:ch21-network]


# --8<-- [start:ch21-train]
def train(
    model: Model,
    optimizer: Any,
    points: Array,
    labels: Labels,
    rng: np.random.Generator,
    steps: int,
) -> float:
    """Take steps on 50 points each, drawn at random; return the last loss."""
    for _ in range(steps):
        rows = rng.permutation(len(points))[:50]
        loss = model.train_step(points[rows], labels[rows], optimizer)
    return loss


# --8<-- [end:ch21-train]

# --8<-- [start:ch21-save]
points, labels, model, rng = begin(0)
adam = Adam(CosineDecay(0.05, steps=200))
train(model, adam, points, labels, rng, steps=100)
model.save(folder / "halfway.npz", rng=rng)
loss = train(model, adam, points, labels, rng, steps=100)
print(f"never stopped:  loss {loss:.6f}")
# --8<-- [end:ch21-save]

# --8<-- [start:ch21-load]
found = Model.load(folder / "halfway.npz")
assert found.rng is not None
loss = train(found, found.optimizer, points, labels, found.rng, steps=100)
print(f"saved, went on: loss {loss:.6f}")
apart = np.abs(found.parts[0].weights - model.parts[0].weights).max()
print(f"weights apart by {apart}")
# --8<-- [end:ch21-load]


# --8<-- [start:ch21-without]
def resumed(missing: str, seed: int) -> float:
    """Return how far the weights end from those of a run that went on."""
    points, labels, model, rng = begin(seed)
    adam = Adam(CosineDecay(0.05, steps=100))
    train(model, adam, points, labels, rng, steps=50)
    model.save(folder / "resumed.npz", rng=rng)
    train(model, adam, points, labels, rng, steps=50)
    found = Model.load(folder / "resumed.npz")
    optimizer: Any = found.optimizer
    if missing == "the memories":
        for memory in (*optimizer.totals, *optimizer.squares):
            memory[:] = 0
    if missing == "the step":
        optimizer.step = 1  # at 0 the memories would be made anew
    if missing == "the optimizer":
        optimizer = Adam(CosineDecay(0.05, steps=100))
    if missing == "the generator":
        found.rng = np.random.default_rng(seed)
        found.parts[2].rng = found.rng
    assert found.rng is not None
    train(found, optimizer, points, labels, found.rng, steps=50)
    differences = found.parts[0].weights - model.parts[0].weights
    return float(np.abs(differences).max())


# --8<-- [end:ch21-without]

# --8<-- [start:ch21-without-runs]
print("missing          apart: lowest, middle, highest of five")
for missing in (
    "nothing",
    "the generator",
    "the memories",
    "the step",
    "the optimizer",
):
    apart_of_5 = [resumed(missing, seed) for seed in range(5)]
    low, mid, high = np.quantile(apart_of_5, (0, 0.5, 1))
    print(f"{missing:13}    {low:6.2f} {mid:.2f} {high:.2f}")
# --8<-- [end:ch21-without-runs]

# --8<-- [start:ch21-inside]
with np.load(folder / "halfway.npz") as stored_model:
    header = json.loads(stored_model["header"].tobytes())
    for name in stored_model.files:
        if "model/parts" in name or name.endswith("/0"):
            print(f"{name:26} {stored_model[name].shape}")
print(header["format"], "version", header["version"])
dropout = header["content"]["things"]["parts"]["tuple"][2]
print(json.dumps(dropout["kind"]), json.dumps(dropout["settings"]))
print(json.dumps(header["content"]["things"]["penalty"]))
# --8<-- [end:ch21-inside]

# --8<-- [start:ch21-power-cut]
import textwrap
from unittest import mock


def step_in(name: str) -> str:
    """Say at which step the optimizer of a saved model is, or the error."""
    try:
        optimizer: Any = Model.load(folder / name).optimizer
        return f"a model at step {optimizer.step}"
    except ValueError as error:
        return str(error)


whole = (folder / "halfway.npz").read_bytes()
model.save(folder / "later.npz", rng=rng)
later = (folder / "later.npz").read_bytes()
(folder / "plain.npz").write_bytes(whole)
(folder / "plain.npz").write_bytes(later[:3000])  # and then the power fails
print(textwrap.fill(f"plain: {step_in('plain.npz')}", 76))
with mock.patch("os.replace", side_effect=OSError("power cut")):
    try:
        model.save(folder / "halfway.npz", rng=rng)
    except OSError as error:
        print("ours: ", error)
print("ours: ", step_in("halfway.npz"))
# --8<-- [end:ch21-power-cut]

# --8<-- [start:ch21-refused]
(folder / "short.npz").write_bytes(whole[:-500])
(folder / "model.pkl").write_bytes(pickle.dumps({"weights": [1.0]}))
np.savez(folder / "other.npz", weights=np.ones(3))
with mock.patch("nnfs_code.archive.VERSION", 2):
    model.save(folder / "newer.npz")
for name in ("short.npz", "model.pkl", "other.npz", "newer.npz"):
    print(textwrap.fill(f"{name}: {step_in(name)}", 76))
# --8<-- [end:ch21-refused]


# --8<-- [start:ch21-wrong-optimizer]
def three_losses(model: Model, optimizer: Any, rng: Any) -> list[float]:
    steps = range(3)
    return [train(model, optimizer, points, labels, rng, 1) for _ in steps]


with_it, without = (Model.load(folder / "halfway.npz") for _ in range(2))
for name, found, optimizer in (
    ("its own", with_it, with_it.optimizer),
    ("a new one", without, Adam(CosineDecay(0.05, steps=200))),
):
    losses = three_losses(found, optimizer, found.rng)
    print(f"{name:9}", *(f"{loss:.4f}" for loss in losses))
# --8<-- [end:ch21-wrong-optimizer]

# --8<-- [start:ch21-wrong-scale]
from nnfs_code.metrics import accuracy

model, rng = begin(1)[2:]
metres, bands = vertical(50, 3, rng=rng, dtype=np.float64)
centimetres = 100 * metres  # as they come
mean, spread = centimetres.mean(axis=0), centimetres.std(axis=0)
scaled = (centimetres - mean) / spread
train(model, Adam(0.05), scaled, bands, rng, steps=100)
model.save(folder / "scaled.npz")
found = Model.load(folder / "scaled.npz")
for name, values in (("scaled", scaled), ("as they come", centimetres)):
    print(f"{name:12} {accuracy(found.forward(values), bands):.2f} right")
# --8<-- [end:ch21-wrong-scale]

# --8<-- [start:ch21-solution-1]
rng = np.random.default_rng(0)
large: list[Any] = [Dense(784, 128, rng=rng), ReLU(), Dense(128, 128, rng=rng)]
model = Model([*large, ReLU(), Dense(128, 10, rng=rng)], SoftmaxCrossEntropy())
for name in ("new.npz", "trained.npz"):
    model.save(folder / name)
    print(f"{name:11} {(folder / name).stat().st_size / 1e6:.2f} MB")
    picture = rng.random((1, 784)).astype(np.float32)
    model.train_step(picture, np.array([3]), Adam())
# --8<-- [end:ch21-solution-1]

# --8<-- [start:ch21-solution-2]
weights = begin(0)[2].parts[0].weights
text = json.dumps(weights.tolist())
back = np.array(json.loads(text))
print("apart by", np.abs(back - weights).max())
print(len(text), "characters,", weights.nbytes, "bytes")
# --8<-- [end:ch21-solution-2]

# --8<-- [start:ch21-solution-3]
from nnfs_code import saving


class LeakyReLU:
    """The input where positive, else a share of it."""

    def __init__(self, slope: float) -> None:
        self.slope = slope

    def forward(self, inputs: Array) -> Array:
        self.slopes: Array = np.where(inputs > 0, 1.0, self.slope)
        outputs: Array = inputs * self.slopes
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        d_inputs: Array = d_outputs * self.slopes
        return d_inputs


# --8<-- [end:ch21-solution-3]

# --8<-- [start:ch21-solution-3-run]
points, labels, old, rng = begin(0)
model = Model([old.parts[0], LeakyReLU(0.2), old.parts[3]], old.loss)
try:
    model.save(folder / "leaky.npz")
except TypeError as error:
    print(textwrap.fill(str(error), 76))
saving.KNOWN["LeakyReLU"] = LeakyReLU
model.save(folder / "leaky.npz")
print("slope", Model.load(folder / "leaky.npz").parts[1].slope)
# --8<-- [end:ch21-solution-3-run]

# --8<-- [start:ch21-solution-4]
from collections import Counter

met: Counter[str] = Counter()
dice = np.random.default_rng(0)
for _ in range(300):
    damaged = bytearray(whole)
    damaged[dice.integers(len(whole))] ^= 1 << dice.integers(8)
    (folder / "damaged.npz").write_bytes(damaged)
    met["refused" if "expected" in step_in("damaged.npz") else "loaded"] += 1
print(met["refused"], "refused,", met["loaded"], "loaded")
# --8<-- [end:ch21-solution-4]

# --8<-- [start:ch21-tidy]
shelf.cleanup()
del saving.KNOWN["LeakyReLU"]  # as it was before exercise 3
# --8<-- [end:ch21-tidy]
