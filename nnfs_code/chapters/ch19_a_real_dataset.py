# --8<-- [start:ch19-imports]
"""Chapter 19: pictures of clothes, and training in batches."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import Array, Labels

# --8<-- [end:ch19-imports]

# --8<-- [start:ch19-idx-bytes]
from nnfs_code import idx

file = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60])
print(idx.decode(file))
try:
    idx.decode(file[:-1])
except ValueError as error:
    print(error)
# --8<-- [end:ch19-idx-bytes]

# --8<-- [start:ch19-sample]
from nnfs_code.data import FASHION_NAMES, fashion_mnist

pictures, labels = fashion_mnist("train", sample=True)
fresh_pictures, fresh = fashion_mnist("test", sample=True)
print("the small sample:", pictures.shape, fresh_pictures.shape)
print(pictures.dtype, "from", pictures.min(), "to", pictures.max())
print("first:", FASHION_NAMES[labels[0]], "- from a row of it:")
print(*pictures[0, 17, :18])
# --8<-- [end:ch19-sample]


# --8<-- [start:ch19-rows]
def rows(pictures: Any) -> Array:
    """Return a row of 784 numbers per picture, from -1 to 1."""
    flat: Array = pictures.reshape(len(pictures), 784).astype(np.float32)
    return (flat - np.float32(127.5)) / np.float32(127.5)


# --8<-- [end:ch19-rows]

# --8<-- [start:ch19-network]
from nnfs_code.activations import ReLU
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model


def network(
    sizes: tuple[int, ...],
    rng: np.random.Generator,
    wide: bool,
    dtype: DTypeLike = np.float32,
) -> Model:
    """Return dense layers with ReLU between them; `wide`: He's start."""
    parts: list[Any] = []
    for n_inputs, n_neurons in pairwise(sizes):
        layer = Dense(n_inputs, n_neurons, rng=rng, dtype=dtype)
        if wide:
            layer.weights *= np.float32(100 * np.sqrt(2 / n_inputs))
        parts += [layer, ReLU()]
    return Model(parts[:-1], SoftmaxCrossEntropy())


# --8<-- [end:ch19-network]


# --8<-- [start:ch19-small]
def small(seed: int, n_hidden: int = 16) -> Model:
    """Return a network for the runs on this page, in float64."""
    rng = np.random.default_rng(seed)
    return network((784, n_hidden, 10), rng, wide=True, dtype=np.float64)


inputs = rows(pictures).astype(np.float64)
others = rows(fresh_pictures).astype(np.float64)
# --8<-- [end:ch19-small]


# --8<-- [start:ch19-gradient]
def gradient(model: Model, batch: Labels) -> Array:
    """Return the gradient of a batch for all parameters, in one row."""
    outputs = model.forward(inputs[batch])
    model.loss.forward(outputs, labels[batch])
    model.backward()
    return np.concatenate([g.ravel() for _, g in model.pairs()])


def errors_of(batches: Sequence[Labels]) -> Array:
    """Return how far each batch's gradient is off, over the whole one."""
    model = small(0)
    whole = gradient(model, np.arange(2000))
    off = [np.linalg.norm(gradient(model, b) - whole) for b in batches]
    shares: Array = np.array(off) / np.linalg.norm(whole)
    return shares


# --8<-- [end:ch19-gradient]

# --8<-- [start:ch19-batch-sizes]
rng = np.random.default_rng(1)
for size in (10, 40, 160, 640):
    drawn = [rng.choice(2000, size, replace=False) for _ in range(20)]
    off = errors_of(drawn)
    spread = f"{off.min():.2f} to {off.max():.2f}"
    print(f"{size:3} at random: off by {np.median(off):.2f} ({spread})")
by_class = np.argsort(labels, kind="stable")
off = errors_of(np.split(by_class, 50))
spread = f"{off.min():.2f} to {off.max():.2f}"
print(f" 40 of a class: off by {np.median(off):.2f} ({spread})")
# --8<-- [end:ch19-batch-sizes]

# --8<-- [start:ch19-orders]
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import SGD, Adam


def in_order(order: str, seed: int) -> tuple[float, float, float]:
    """Train three epochs; return loss, share right, answers below 5."""
    rng = np.random.default_rng(seed)
    places = by_class if order == "by class" else rng.permutation(2000)
    model = small(seed)
    history = model.fit(
        inputs[places],
        labels[places],
        SGD(0.01),
        epochs=3,
        batch_size=20,
        rng=rng if order == "anew" else None,
    )
    scores = model.forward(others)
    low = float((scores.argmax(axis=1) < 5).mean())
    return history.loss[-1], accuracy(scores, fresh), low


# --8<-- [end:ch19-orders]

# --8<-- [start:ch19-order-runs]
print("order      loss             right, fresh     answers 0 to 4")
for order in ("by class", "once", "anew"):
    of_order = np.array([in_order(order, seed) for seed in range(5)])
    ends = np.quantile(of_order, (0, 0.5, 1), axis=0).T
    three = (" ".join(f"{value:.2f}" for value in row) for row in ends)
    print(f"{order:8}  ", "   ".join(three))
# --8<-- [end:ch19-order-runs]

# --8<-- [start:ch19-first-fit]
model = small(0)
history = model.fit(
    inputs,
    labels,
    Adam(0.002),
    epochs=4,
    batch_size=50,
    rng=np.random.default_rng(0),
    validation=(others, fresh),
    metric=accuracy,
)
print("loss", *(f"{value:.2f}" for value in history.loss))
print("own ", *(f"{value:.2f}" for value in history.metric))
print("loss, fresh", *(f"{value:.2f}" for value in history.validation_loss))
print("right, fresh", *(f"{v:.2f}" for v in history.validation_metric))
# --8<-- [end:ch19-first-fit]

# --8<-- [start:ch19-stop]
from nnfs_code.callbacks import EarlyStopping

model, stop = small(1), EarlyStopping(3)
history = model.fit(
    inputs,
    labels,
    Adam(0.005),
    epochs=30,
    batch_size=50,
    rng=np.random.default_rng(1),
    validation=(others, fresh),
    callbacks=[stop],
)
print("loss, fresh", *(f"{value:.2f}" for value in history.validation_loss))
print(len(history.loss), "epochs, the best was", stop.best_epoch)
kept = model.loss.forward(model.forward(others), fresh)
print(f"loss of the model that is left: {kept:.2f}")
# --8<-- [end:ch19-stop]

# --8<-- [start:ch19-climb]
from nnfs_code.fitting import History
from nnfs_code.preprocessing import Standardizer
from nnfs_code.schedules import InverseTimeDecay, OneCycle

Part = tuple[Array, Labels]


def prepared(steps: str, inputs: Array, others: Array) -> tuple[Array, Array]:
    """Return both as they are, or standardised by the first."""
    if "standardised" not in steps:
        return inputs, others
    scaler = Standardizer().fit(inputs)
    return scaler.transform(inputs), scaler.transform(others)


def rate_of(steps: str, n_steps: int) -> Any:
    """Return the recipe's rate as a function of the step."""
    if "cycle" in steps:
        return OneCycle(0.003, n_steps, rise=3 * n_steps // 10)
    return InverseTimeDecay(0.001, decay=0.001)


# --8<-- [end:ch19-climb]


# --8<-- [start:ch19-climb-body]
def climb(
    steps: str,
    learn: Part,
    other: Part,
    seed: int,
    sizes: tuple[int, ...] = (784, 128, 128, 10),
    epochs: int = 10,
) -> tuple[Array, History]:
    """Train by a recipe; return the scores of the other part, and how."""
    rng = np.random.default_rng(seed)
    model = network(sizes, rng, "start" in steps, learn[0].dtype)
    inputs, others = prepared(steps, learn[0], other[0])
    n_steps = epochs * -(-len(inputs) // 128)  # rounded up
    history = model.fit(
        inputs,
        learn[1],
        Adam(rate_of(steps, n_steps)),
        epochs=epochs,
        batch_size=128,
        rng=rng if "shuffled" in steps else None,
        validation=(others, other[1]),
        metric=accuracy,
    )
    return model.forward(others), history


# --8<-- [end:ch19-climb-body]

# --8<-- [start:ch19-climb-sample]
learn, other = (inputs, labels), (others, fresh)  # float64
for steps in ("", "start shuffled standardised cycle"):
    right = [
        climb(steps, learn, other, seed, epochs=3)[1].validation_metric[-1]
        for seed in range(3)
    ]
    print("right", *(f"{one:.2f}" for one in sorted(right)), f"  {steps}")
# --8<-- [end:ch19-climb-sample]

# --8<-- [start:ch19-ladder]
import nnfs_code

folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
stored = json.loads((folder / "fashion-mnist-runs.json").read_text("utf-8"))
for steps in dict.fromkeys(run["steps"] for run in stored["ladder"]):
    same = [run for run in stored["ladder"] if run["steps"] == steps]
    right = sorted(run["validation"][-1] for run in same)
    print(*(f"{value:.4f}" for value in right), f"  {steps}")
# --8<-- [end:ch19-ladder]

# --8<-- [start:ch19-tested]
for name, values in (
    ("nearest neighbours", [stored["neighbours"]["test"]]),
    ("linear", stored["linear"]["test"]),
    *((f"network: {steps}", v) for steps, v in stored["test"].items()),
):
    print(*(f"{value:.4f}" for value in sorted(values)), f"  {name}")
# --8<-- [end:ch19-tested]

# --8<-- [start:ch19-surest]
with np.load(folder / "fashion-mnist-wrong.npz", allow_pickle=False) as file_:
    wrong = {name: file_[name] for name in file_.files}
for n in range(6):
    place, sure = wrong["places"][n], wrong["sure"][n]
    label = FASHION_NAMES[wrong["labels"][n]]
    guess = FASHION_NAMES[wrong["guesses"][n]]
    print(f"{place:4}: {label:11} taken for {guess:11} with {sure:.3f}")
# --8<-- [end:ch19-surest]


# --8<-- [start:ch19-wrong-bytes]
def after_training(seen: Any, fresh_seen: Any, seed: int) -> list[float]:
    """Train three epochs on what a preparation makes; return loss, share."""
    model, rng = small(seed), np.random.default_rng(seed)
    shift, scale = seen.mean(), seen.std()
    data = (seen.reshape(2000, 784) - shift) / scale
    how: Any = {"epochs": 3, "batch_size": 50, "rng": rng}
    loss = model.fit(data, labels, Adam(0.002), **how).loss[-1]
    scores = model.forward((fresh_seen.reshape(400, 784) - shift) / scale)
    return [loss, accuracy(scores, fresh)]


print("3 - 5 in bytes:", np.array([3], np.uint8) - np.array([5], np.uint8))
for name, seen, fresh_seen in (
    ("bytes ", pictures - np.uint8(128), fresh_pictures - np.uint8(128)),
    ("floats", pictures - 128.0, fresh_pictures - 128.0),
):
    runs = np.array([after_training(seen, fresh_seen, s) for s in range(5)])
    low, mid, high = np.quantile(runs, (0, 0.5, 1), axis=0)
    print(f"{name} loss {low[0]:.2f} {mid[0]:.2f} {high[0]:.2f}", end="  ")
    print(f"right {low[1]:.2f} {mid[1]:.2f} {high[1]:.2f}", end="  ")
    print("from", seen.min(), "to", seen.max())
# --8<-- [end:ch19-wrong-bytes]

# --8<-- [start:ch19-solution-1]
from nnfs_code.preprocessing import batches

sizes = [len(batch) for batch in batches(55_000, 128)]
print(len(sizes), "steps, the last with", sizes[-1], "pictures")
# --8<-- [end:ch19-solution-1]

# --8<-- [start:ch19-solution-2]
header = bytes([0, 0, 8, 1, 0, 0, 39, 16])
print(39 * 256 + 16, idx.decode(header + bytes(10_000)).shape)
# --8<-- [end:ch19-solution-2]


# --8<-- [start:ch19-solution-3]
class Until:
    """Stop when a share of the validation data is right."""

    def __init__(self, share: float) -> None:
        self.share = share

    def after_epoch(self, epoch: int, history: History, model: Model) -> bool:
        return history.validation_metric[-1] >= self.share


history = small(0).fit(
    inputs,
    labels,
    Adam(0.002),
    epochs=30,
    batch_size=50,
    rng=np.random.default_rng(0),
    validation=(others, fresh),
    metric=accuracy,
    callbacks=[Until(0.7)],
)
print(*(f"{value:.2f}" for value in history.validation_metric))
# --8<-- [end:ch19-solution-3]

# --8<-- [start:ch19-solution-4]
share = np.sqrt((2000 - 1000) / 1999 / 1000 / ((2000 - 10) / 1999 / 10))
print(f"expected: {share:.3f} of what it is with 10 pictures")
rng = np.random.default_rng(2)
squares = [
    (errors_of([rng.choice(2000, size, False) for _ in range(12)]) ** 2).mean()
    for size in (10, 1000)
]
print(f"measured: {np.sqrt(squares[1] / squares[0]):.3f}")
# --8<-- [end:ch19-solution-4]

# --8<-- [start:ch19-solution-5]
lengths = (inputs**2).sum(axis=1)
distances = lengths - 2 * others @ inputs.T  # |b|² - 2ab; |a|² is the same
nearest = labels[distances.argmin(axis=1)]
print(f"right {(nearest == fresh).mean():.2f}")
# --8<-- [end:ch19-solution-5]
