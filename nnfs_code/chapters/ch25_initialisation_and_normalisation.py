# --8<-- [start:ch25-imports]
"""Chapter 25: what keeps signals and gradients alive in deep networks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nnfs_code
from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array
from nnfs_code.data import spiral
from nnfs_code.gradient_check import check
from nnfs_code.initializers import glorot, he, orthogonal
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.normalization import BatchNorm, LayerNorm, RMSNorm
from nnfs_code.optimizers import Adam
from nnfs_code.residual import Residual

FLOAT = np.float64
# --8<-- [end:ch25-imports]


# --8<-- [start:ch25-two-numbers]
for factor in (0.5, 0.9, 1.0, 1.1, 2.0):
    sizes = [factor**n_layers for n_layers in (1, 10, 30, 50)]
    print(f"{factor:3}:", *(f"{size:10.3g}" for size in sizes))
# --8<-- [end:ch25-two-numbers]


# --8<-- [start:ch25-one-layer]
def rms(values: Array) -> float:
    """Return the root mean square: the size of a typical entry."""
    return float(np.sqrt(np.square(values).mean()))


rng = np.random.default_rng(25)
values = rng.standard_normal((1000, 64))
weights = he(64, 64, rng=rng)
z = values @ weights
print(f"mean square before {np.square(values).mean():.2f}")
print(f"after the layer    {np.square(z).mean():.2f}")
print(f"after ReLU         {np.square(np.maximum(z, 0)).mean():.2f}")
# --8<-- [end:ch25-one-layer]


# --8<-- [start:ch25-starts]
Start = Callable[..., Array]


def small(n_inputs: int, n_neurons: int, *, rng: np.random.Generator) -> Array:
    """Return weights as `Dense` draws them."""
    return 0.01 * rng.standard_normal((n_inputs, n_neurons))


def turned(
    n_inputs: int, n_neurons: int, *, rng: np.random.Generator
) -> Array:
    """Return orthogonal weights for ReLU."""
    return orthogonal(n_inputs, n_neurons, rng=rng, gain=2**0.5)


STARTS = {
    "0.01": small,
    "Glorot": glorot,
    "He": he,
    "orthogonal": turned,
}


def dense(start: Start, n_in: int, n_out: int, rng: Any) -> Dense:
    """Return a layer in float64 with weights from `start`."""
    layer = Dense(n_in, n_out, rng=rng, dtype=FLOAT)
    layer.weights[:] = start(n_in, n_out, rng=rng)
    return layer


# --8<-- [end:ch25-starts]


# --8<-- [start:ch25-fifty]
def fifty(
    start: Start, seed: int, *, norm: Any = None, around: bool = False
) -> list[Any]:
    """Return 50 layers of 64 neurons with ReLU, as they are at first."""
    rng, parts = np.random.default_rng(seed), list[Any]()
    for _ in range(50):
        block: list[Any] = [dense(start, 64, 64, rng)]
        if norm is not None:
            block.append(norm(64, dtype=FLOAT))
        block.append(ReLU())
        parts += [Residual(block)] if around else block
    return parts


# --8<-- [end:ch25-fifty]


# --8<-- [start:ch25-through]
def through(parts: list[Any], seed: int) -> tuple[list[Array], list[float]]:
    """Return what comes out of each layer, and the gradients' sizes."""
    rng = np.random.default_rng(seed)
    values, outputs = rng.standard_normal((64, 64)), []
    for part in parts:
        values = part.forward(values)
        if isinstance(part, ReLU | Residual):
            outputs.append(values)
    slopes, sizes = rng.standard_normal((64, 64)), []
    for part in reversed(parts):
        slopes = part.backward(slopes)
        if isinstance(part, Dense | Residual):
            sizes.append(rms(slopes))
    return outputs, sizes[::-1]


# --8<-- [end:ch25-through]


# --8<-- [start:ch25-fifty-run]
def medians(kept: list[Any]) -> Any:
    """Return the median over the seeds."""
    return np.median(kept, axis=0)


print("start        signal: layer 10   layer 50   gradient: layer 1")
for name, start in STARTS.items():
    runs = [through(fifty(start, seed), seed) for seed in range(5)]
    ahead = np.array([[rms(v) for v in outputs] for outputs, _ in runs])
    back = medians([sizes[0] for _, sizes in runs])
    middle = medians(list(ahead))
    print(f"{name:10} {middle[9]:18.1e} {middle[-1]:10.1e} {back:19.1e}")
# --8<-- [end:ch25-fifty-run]


# --8<-- [start:ch25-alike]
def alike(values: Array) -> float:
    """Return the mean cosine between two different samples."""
    arrows = values / np.linalg.norm(values, axis=1, keepdims=True)
    n = len(arrows)
    return float((np.square(arrows.sum(axis=0)).sum() - n) / (n * n - n))


print("layer           1     5    10    30    50")
for name, start in (("0.01", small), ("He", he), ("orthogonal", turned)):
    cosines = [
        [alike(v) for v in through(fifty(start, seed), seed)[0]]
        for seed in range(5)
    ]
    middle = medians(cosines)
    print(f"{name:10}", *(f"{middle[n - 1]:.3f}" for n in (1, 5, 10, 30, 50)))
# --8<-- [end:ch25-alike]


# --8<-- [start:ch25-residual-run]
for name, start in (("0.01", small), ("He", he)):
    runs = [
        through(fifty(start, seed, around=True), seed) for seed in range(5)
    ]
    one, fiftieth = (
        medians([rms(run[0][k]) for run in runs]) for k in (0, -1)
    )
    back = medians([run[1][0] for run in runs])
    cosine = medians([alike(run[0][-1]) for run in runs])
    print(
        f"{name:5} signal {one:.2f} to {fiftieth:.2g},"
        f" gradient {back:.2g}, cosine {cosine:.3f}"
    )
# --8<-- [end:ch25-residual-run]


# --8<-- [start:ch25-column]
column = np.array([[1.0], [3.0], [3.0], [9.0]])
norm = BatchNorm(1, epsilon=0, dtype=FLOAT)
outputs = norm.forward(column, training=True)
print("outputs       ", outputs.ravel().round(3))
print("running       ", *norm.running_means.ravel().round(3), end=" and ")
print(*norm.running_variances.ravel().round(3))
# --8<-- [end:ch25-column]


# --8<-- [start:ch25-prediction]
for training in (True, False):
    for other in (9.0, 90.0):
        pair = np.array([[1.0], [3.0], [3.0], [other]])
        outputs = norm.forward(pair, training=training)
        print(f"training={training!s:5} beside {other:2.0f}:", end=" ")
        print(f"1 becomes {outputs[0, 0]:.3f}")
# --8<-- [end:ch25-prediction]


# --8<-- [start:ch25-batch-of-one]
try:
    norm.forward(np.array([[5.0]]), training=True)
except ValueError as error:
    print(error)
# --8<-- [end:ch25-batch-of-one]


# --8<-- [start:ch25-push]
norm.forward(column, training=True)
push = np.array([[12.0], [0.0], [0.0], [0.0]])
print("backward", norm.backward(push).ravel().round(3))
print("d_gains", norm.d_gains.round(3), "d_biases", norm.d_biases)
norm.forward(column)
print("without training", norm.backward(push).ravel().round(3))
# --8<-- [end:ch25-push]


# --8<-- [start:ch25-axes]
table = np.array([[1.0, 3.0, 3.0, 9.0], [2.0, 6.0, 6.0, 18.0]])
for kind in (LayerNorm, RMSNorm):
    for row in kind(4, epsilon=0, dtype=FLOAT).forward(table):
        print(f"{kind.__name__:9}", row.round(3))
# --8<-- [end:ch25-axes]


# --8<-- [start:ch25-in-training]
class InTraining(BatchNorm):
    """A batch norm that is in training, whoever asks."""

    def forward(self, inputs: Array, training: bool = True) -> Array:
        return super().forward(inputs, training=True)


class SizeForgotten(InTraining):
    """A fault: the deviation is taken for a constant."""

    def backward(self, d_outputs: Array) -> Array:
        super().backward(d_outputs)
        slopes = d_outputs * self.gains
        d_inputs: Array = (slopes - slopes.mean(axis=0)) / self.deviations
        return d_inputs


batch = np.random.default_rng(1).normal(2, 3, (6, 4))
for part in (InTraining, LayerNorm, RMSNorm, SizeForgotten):
    report = str(check(part(4, dtype=FLOAT), batch))
    print(report.replace(", most", ",\n    most"))
# --8<-- [end:ch25-in-training]


# --8<-- [start:ch25-fifty-norms]
TRIED: tuple[tuple[str, Any, bool], ...] = (
    ("none", None, False),
    ("LayerNorm", LayerNorm, False),
    ("BatchNorm", InTraining, False),
    ("LayerNorm, around", LayerNorm, True),
    ("BatchNorm, around", InTraining, True),
)
print("                   cosine: layer 50   gradient: layer 1")
for name, kind, around in TRIED:
    through_all = [
        through(fifty(he, seed, norm=kind, around=around), seed)
        for seed in range(5)
    ]
    cosine = medians([alike(outputs[-1]) for outputs, _ in through_all])
    back = medians([sizes[0] for _, sizes in through_all])
    print(f"{name:18} {cosine:16.3f} {back:19.1e}")
# --8<-- [end:ch25-fifty-norms]


# --8<-- [start:ch25-deep]
def deep(
    start: Start,
    seed: int,
    norm: Any = None,
    around: bool = False,
    n_layers: int = 30,
) -> Model:
    """Return a network with this many hidden layers of 32 neurons."""
    rng = np.random.default_rng(seed)
    parts: list[Any] = [dense(start, 2, 32, rng), ReLU()]
    for _ in range(n_layers - 1):
        block: list[Any] = [dense(start, 32, 32, rng)]
        if norm is not None:
            block.append(norm(32, dtype=FLOAT))
        block.append(ReLU())
        parts += [Residual(block)] if around else block
    parts.append(dense(start, 32, 3, rng))
    return Model(parts, SoftmaxCrossEntropy())


# --8<-- [end:ch25-deep]


# --8<-- [start:ch25-train]
def train(
    model: Model, seed: int, rate: float, steps: int
) -> tuple[float, float, float]:
    """Train on 120 points of the spiral with Adam.

    Returns the loss that the last step saw, and then, as for a prediction,
    the loss and the share that is right.
    """
    rng = np.random.default_rng(1000 + seed)
    points, arms = spiral(40, 3, rng=rng, dtype=FLOAT)
    adam = Adam(rate)
    for _ in range(steps):
        last = model.train_step(points, arms, adam)
    return last, *model.evaluate(points, arms, metric=accuracy)


# --8<-- [end:ch25-train]


# --8<-- [start:ch25-live]
for name, start in (("0.01", small), ("He", he)):
    _, loss, right = train(deep(start, 0), 0, 0.001, 50)
    print(f"{name:4} loss {loss:.2f}, right {right:.2f}")
# --8<-- [end:ch25-live]


# --8<-- [start:ch25-stored]
folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
stored = json.loads((folder / "thirty-layers.json").read_text("utf-8"))
print("start      around norm         rate   loss  lowest highest  of 30")
for row in stored["rows"]:
    losses = {r: medians(found)[1] for r, found in row["runs"].items()}
    rate = min(losses, key=lambda r: losses[r])
    best = np.array(row["runs"][rate])[:, 1]
    learned = np.array(list(row["runs"].values()))[:, :, 2]
    print(
        f"{row['start']:10} {'yes' if row['around'] else '':6}"
        f" {row['norm']:9} {float(rate):7.5f} {losses[rate]:6.3f}"
        f" {best.min():7.3f} {best.max():7.3f} {np.sum(learned > 0.9):6}"
    )
# --8<-- [end:ch25-stored]


# --8<-- [start:ch25-late]
def late(seed: int) -> tuple[Model, Array, Any]:
    """Return ten layers with BatchNorm, after 20 steps, and their data."""
    model = deep(he, seed, BatchNorm, n_layers=10)
    rng = np.random.default_rng(seed)
    points, arms = spiral(40, 3, rng=rng, dtype=FLOAT)
    adam = Adam(0.003)
    for _ in range(20):
        model.train_step(points, arms, adam)
    return model, points, arms


model, points, arms = late(0)
in_training = model.loss.forward(model.forward(points, True), arms)
before = model.evaluate(points, arms, metric=accuracy)
for _ in range(50):
    model.forward(points, training=True)  # no step follows
after = model.evaluate(points, arms, metric=accuracy)
print(f"in training   loss {in_training:.3f}")
print(f"predicting    loss {before.loss:.3f}, right {before.metric:.2f}")
print(f"caught up     loss {after.loss:.3f}, right {after.metric:.2f}")
# --8<-- [end:ch25-late]


# --8<-- [start:ch25-left-on]
for training in (False, True):
    together = accuracy(model.forward(points, training), arms)
    alone = [
        accuracy(model.forward(points[arms == k], training), arms[arms == k])
        for k in range(3)
    ]
    print(
        f"training={training!s:5} all together {together:.2f},"
        f" one arm at a time {np.mean(alone):.2f}"
    )
# --8<-- [end:ch25-left-on]


# --8<-- [start:ch25-solution-1]
rms_norm = RMSNorm(2, epsilon=0, dtype=FLOAT)
print(rms_norm.forward(np.array([[1.0, 7.0]])))
print(rms_norm.backward(np.array([[25.0, 0.0]])))
# --8<-- [end:ch25-solution-1]


# --8<-- [start:ch25-solution-2]
def leaky(inputs: Array) -> Array:
    """Return positive numbers as they are, and half of negative ones."""
    outputs: Array = inputs * np.where(inputs > 0, 1.0, 0.5)
    return outputs


for factor in (2.0, 2 / 1.25):
    reached = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        passed: Array = rng.standard_normal((64, 64))
        for _ in range(50):
            drawn = rng.standard_normal((64, 64)) * np.sqrt(factor / 64)
            passed = leaky(passed @ drawn)
        reached.append(rms(passed))
    print(f"variance {factor:.1f} / n: size {medians(reached):.2g}")
# --8<-- [end:ch25-solution-2]


# --8<-- [start:ch25-solution-3]
def fold(layer: Dense, norm: BatchNorm) -> Dense:
    """Return one layer that does what both do, when predicting."""
    scale = norm.gains / np.sqrt(norm.running_variances + norm.epsilon)
    one = Dense(
        layer.n_inputs,
        layer.n_neurons,
        rng=np.random.default_rng(0),
        dtype=layer.dtype,
    )
    one.weights[:] = layer.weights * scale
    one.biases[:] = (layer.biases - norm.running_means) * scale + norm.biases
    return one


first, _, second, third = model.parts[:4]
hidden = np.random.default_rng(3).standard_normal((5, 32))
both = third.forward(second.forward(hidden))
apart_by = np.abs(both - fold(second, third).forward(hidden)).max()
print(f"apart by {apart_by:.10f}, entries of size {rms(both):.1f}")
# --8<-- [end:ch25-solution-3]


# --8<-- [start:ch25-solution-4]
model.train_step(points, arms, Adam(0.001))
for name, part in (("first", first), ("second", second)):
    slopes = np.abs(part.d_biases).max(), np.abs(part.d_weights).max()
    print(f"{name:6} layer: biases {slopes[0]:.10f}, weights {slopes[1]:.3f}")
# --8<-- [end:ch25-solution-4]
