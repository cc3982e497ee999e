# --8<-- [start:ch25-imports]
"""Chapter 25: what keeps signals and gradients alive in deep networks."""

from collections.abc import Callable
from typing import Any

import numpy as np

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
def fifty(start: Start, seed: int, around: bool = False) -> list[Any]:
    """Return 50 layers of 64 neurons with ReLU, as they are at first."""
    rng = np.random.default_rng(seed)
    blocks = [[dense(start, 64, 64, rng), ReLU()] for _ in range(50)]
    if around:
        return [Residual(block) for block in blocks]
    return [part for block in blocks for part in block]


def sizes_through(parts: list[Any], seed: int) -> tuple[Array, Array, Array]:
    """Return what comes out behind each ReLU, and the size both ways."""
    rng = np.random.default_rng(seed)
    values, found = rng.standard_normal((64, 64)), []
    for part in parts:
        values = part.forward(values)
        if not isinstance(part, Dense):
            found.append(values)
    slopes, back = rng.standard_normal((64, 64)), []
    for part in reversed(parts):
        slopes = part.backward(slopes)
        if not isinstance(part, ReLU):
            back.append(rms(slopes))
    return np.array(found), np.array([rms(v) for v in found]), np.array(back)


# --8<-- [end:ch25-fifty]


# --8<-- [start:ch25-fifty-run]
print("start        signal: layer 10   layer 50   gradient: layer 1")
for name, start in STARTS.items():
    runs = [sizes_through(fifty(start, seed), seed) for seed in range(7)]
    ahead = np.array([run[1] for run in runs])
    back = np.array([run[2][-1] for run in runs])
    middle = np.median(ahead, axis=0)
    print(
        f"{name:10} {middle[9]:18.1e} {middle[-1]:10.1e}"
        f" {np.median(back):19.1e}"
    )
    if name in ("He", "orthogonal"):
        low, high = ahead[:, -1].min(), ahead[:, -1].max()
        print(f"    layer 50, lowest and highest: {low:.2f}, {high:.2f}")
# --8<-- [end:ch25-fifty-run]


# --8<-- [start:ch25-alike]
def alike(values: Array) -> float:
    """Return the mean cosine between two different samples."""
    arrows = values / np.linalg.norm(values, axis=1, keepdims=True)
    n = len(arrows)
    return float((np.square(arrows.sum(axis=0)).sum() - n) / (n * n - n))


for name, start in (("0.01", small), ("He", he), ("orthogonal", turned)):
    cosines = [
        [alike(v) for v in sizes_through(fifty(start, seed), seed)[0]]
        for seed in range(7)
    ]
    middle = np.median(cosines, axis=0)
    print(f"{name:10}", *(f"{middle[n - 1]:.3f}" for n in (1, 5, 10, 30, 50)))
# --8<-- [end:ch25-alike]


# --8<-- [start:ch25-residual-run]
for name, start in (("0.01", small), ("He", he)):
    runs = [
        sizes_through(fifty(start, seed, around=True), seed)
        for seed in range(7)
    ]
    ahead, back = (np.median([run[k] for run in runs], 0) for k in (1, 2))
    cosine = np.median([alike(run[0][-1]) for run in runs])
    print(
        f"{name:5} signal {ahead[0]:.2f} to {ahead[-1]:.2g},"
        f" gradient {back[-1]:.2g}, cosine {cosine:.3f}"
    )
# --8<-- [end:ch25-residual-run]


# --8<-- [start:ch25-column]
column = np.array([[1.0], [3.0], [3.0], [9.0]])
norm = BatchNorm(1, epsilon=0, dtype=FLOAT)
outputs = norm.forward(column, training=True)
print("outputs       ", outputs.ravel().round(3))
print("running       ", norm.running_means.item().__round__(3), end=" and ")
print(norm.running_variances.item().__round__(3))
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


points = np.random.default_rng(1).normal(2, 3, (6, 4))
for part in (InTraining, LayerNorm, RMSNorm, SizeForgotten):
    print(check(part(4, dtype=FLOAT), points))
# --8<-- [end:ch25-in-training]


# --8<-- [start:ch25-axes]
table = np.array([[1.0, 3.0, 3.0, 9.0], [2.0, 6.0, 6.0, 18.0]])
for kind in (LayerNorm, RMSNorm):
    for row in kind(4, epsilon=0, dtype=FLOAT).forward(table):
        print(f"{kind.__name__:9}", row.round(3))
# --8<-- [end:ch25-axes]


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
