# --8<-- [start:ch26-imports]
"""Chapter 26: filters that slide over pictures, and what trains them."""

import json
from pathlib import Path

import numpy as np

import nnfs_code
from nnfs_code.arrays import Array

# --8<-- [end:ch26-imports]


# --8<-- [start:ch26-slide]
def slide(picture: Array, pattern: Array) -> Array:
    """Return the weighted sum of each window, one after another."""
    size = len(pattern)
    rows, columns = (n - size + 1 for n in picture.shape)
    answers = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            window = picture[r : r + size, c : c + size]
            answers[r, c] = (window * pattern).sum()
    return answers


# --8<-- [end:ch26-slide]


# --8<-- [start:ch26-by-hand]
picture = np.array([[1.0, 0, 2], [3, 1, 0], [0, 2, 4]])
pattern = np.array([[1.0, 2], [0, -1]])
print(slide(picture, pattern))
# --8<-- [end:ch26-by-hand]


# --8<-- [start:ch26-two-names]
line, weights = np.array([1.0, 2, 3, 4]), np.array([10.0, 1])
print("correlate", np.correlate(line, weights, mode="valid"))
print("convolve ", np.convolve(line, weights, mode="valid"))
print("turned   ", np.correlate(line, weights[::-1], mode="valid"))
# --8<-- [end:ch26-two-names]


# --8<-- [start:ch26-plain]
def plain(
    inputs: Array,
    weights: Array,
    padding: int = 0,
    stride: int = 1,
    dilation: int = 1,
) -> Array:
    """Return what a `Conv2D` without biases does, window by window."""
    edge = (padding, padding)
    padded = np.pad(inputs, ((0, 0), (0, 0), edge, edge))
    span = dilation * (weights.shape[-1] - 1) + 1
    rows, columns = ((n - span) // stride + 1 for n in padded.shape[2:])
    outputs = np.zeros((len(inputs), len(weights), rows, columns))
    for r in range(rows):
        for c in range(columns):
            down, right = r * stride, c * stride
            window = padded[:, :, down : down + span, right : right + span]
            window = window[:, :, ::dilation, ::dilation]
            over = (1, 2, 3)  # channels, rows and columns of the window
            outputs[:, :, r, c] = np.tensordot(window, weights, (over, over))
    return outputs


# --8<-- [end:ch26-plain]


# --8<-- [start:ch26-sides]
def side(n: int, size: int, padding: int, stride: int, dilation: int) -> int:
    """Return how many windows there are along a side of n pixels."""
    span = dilation * (size - 1) + 1
    return (n + 2 * padding - span) // stride + 1


rng = np.random.default_rng(0)
inputs = rng.standard_normal((2, 3, 28, 28))  # two pictures, three channels
print("size padding stride dilation")
for k, p, s, d in (
    (3, 0, 1, 1),
    (3, 1, 1, 1),
    (3, 1, 2, 1),
    (5, 0, 1, 1),
    (3, 0, 1, 2),
):
    filters = rng.standard_normal((4, 3, k, k))
    shape = plain(inputs, filters, p, s, d).shape
    print(f"{k:4} {p:7} {s:6} {d:8} ", side(28, k, p, s, d), shape)
# --8<-- [end:ch26-sides]


# --8<-- [start:ch26-layer]
from nnfs_code.convolution import Conv2D

layer = Conv2D(3, 4, 3, padding=1, stride=2, rng=rng, dtype=np.float64)
outputs = layer.forward(inputs)
expected = plain(inputs, layer.weights, padding=1, stride=2)
print(inputs.shape, "->", outputs.shape)
print(f"apart by {np.abs(outputs - expected).max():.9f}")
print("weights", layer.weights.size, "biases", layer.biases.size)
# --8<-- [end:ch26-layer]


# --8<-- [start:ch26-memory]
batch = np.zeros((128, 3, 28, 28))
for name, one in (("inputs", batch), ("outputs", layer.forward(batch))):
    print(f"{name:8}{one.shape!s:18}", [n // 8 for n in one.strides])
# --8<-- [end:ch26-memory]


# --8<-- [start:ch26-pools]
from nnfs_code.convolution import GlobalMeanPool, MaxPool2D, MeanPool2D

small = np.array([[1.0, 5, 0, 2], [4, 3, 2, 2], [0, 1, 7, 0], [2, 9, 8, 6]])
small = small[np.newaxis, np.newaxis]  # one sample, one channel
print(MaxPool2D(2).forward(small)[0, 0])
print(MeanPool2D(2).forward(small)[0, 0])
print(GlobalMeanPool().forward(small))
# --8<-- [end:ch26-pools]


# --8<-- [start:ch26-swap]
from nnfs_code.activations import ReLU

values: Array = rng.standard_normal((5, 2, 6, 6))
results: list[Array] = []
d_outputs = rng.standard_normal((5, 2, 3, 3))
relu, pool = ReLU(), MaxPool2D(2)
results.append(pool.forward(relu.forward(values)))
results.append(relu.backward(pool.backward(d_outputs)))
results.append(relu.forward(pool.forward(values)))
results.append(pool.backward(relu.backward(d_outputs)))
print(f"outputs apart by {np.abs(results[0] - results[2]).max():.4f}")
print(f"slopes  apart by {np.abs(results[1] - results[3]).max():.4f}")
# --8<-- [end:ch26-swap]


# --8<-- [start:ch26-blame]
from nnfs_code.gradient_check import numerical_gradient

d_answers = np.array([[1.0, 0], [0, 2]])
d_pattern = slide(picture, d_answers)
d_picture = slide(np.pad(d_answers, 1), pattern[::-1, ::-1])
print(d_pattern)
print(d_picture)


def total() -> float:
    """Return the number whose slopes these are."""
    return float((slide(picture, pattern) * d_answers).sum())


for slopes, values in ((d_pattern, pattern), (d_picture, picture)):
    apart = np.abs(slopes - numerical_gradient(total, values)).max()
    print(f"from small steps apart by {apart:.6f}")
# --8<-- [end:ch26-blame]


# --8<-- [start:ch26-strided]
d_answers = np.array([[1.0, 0], [0, 2]])
spread = np.zeros((3, 3))
spread[::2, ::2] = d_answers  # two apart
print(slide(np.pad(spread, 1), pattern[::-1, ::-1]))
# --8<-- [end:ch26-strided]


# --8<-- [start:ch26-check]
from nnfs_code.gradient_check import check

layer = Conv2D(2, 3, 3, padding=1, stride=2, rng=rng, dtype=np.float64)
print(check(layer, rng.standard_normal((2, 2, 6, 5))))
# --8<-- [end:ch26-check]


# --8<-- [start:ch26-ties]
pool = MaxPool2D(2)
for corner in (5.0, 4.0):
    pool.forward(np.array([[[[corner, 5.0], [1.0, 5.0]]]]))
    print(pool.backward(np.array([[[[1.0]]]]))[0, 0].tolist())
# --8<-- [end:ch26-ties]


# --8<-- [start:ch26-reach]
Step = tuple[str, int, int, int]  # name, size, stride, dilation


def reach(steps: list[Step]) -> list[tuple[str, int, int]]:
    """Return how many pixels wide a number sees, layer by layer.

    The third entry is how many pixels apart two neighbours look.
    """
    wide, apart, found = 1, 1, []
    for name, size, stride, dilation in steps:
        wide += dilation * (size - 1) * apart
        apart *= stride
        found.append((name, wide, apart))
    return found


steps = [("conv", 3, 1, 1), ("pool", 2, 2, 1)] * 2
for name, wide, apart in reach(steps):
    print(f"{name} sees {wide:2} pixels, neighbours {apart} apart")
# --8<-- [end:ch26-reach]


# --8<-- [start:ch26-reach-measured]
both: list[Conv2D | MeanPool2D] = []
for channels in (1, 4):
    layer = Conv2D(channels, 4, 3, padding=1, rng=rng, dtype=np.float64)
    both += [layer, MeanPool2D(2)]
values = rng.standard_normal((1, 1, 28, 28))
for part in both:
    values = part.forward(values)
slopes = np.zeros_like(values)
slopes[0, 0, 3, 3] = 1
for part in reversed(both):
    slopes = part.backward(slopes)
touched = np.flatnonzero(np.abs(slopes[0, 0]).sum(axis=0))
print("columns", touched.min(), "to", touched.max(), "of 28:", len(touched))
# --8<-- [end:ch26-reach-measured]


# --8<-- [start:ch26-count]
def count(n_in: int, n_out: int, size: int, places: int) -> tuple[int, int]:
    """Return the parameters and operations of a convolution, per picture."""
    weights = n_out * n_in * size**2
    return weights + n_out, 2 * weights * places


print("                parameters   operations per picture")
for name, numbers in (
    ("conv 1 to 16", count(1, 16, 3, 28 * 28)),
    ("conv 16 to 32", count(16, 32, 3, 14 * 14)),
    ("dense to 10", count(32 * 7 * 7, 10, 1, 1)),
    ("dense 784-12544", count(784, 12544, 1, 1)),
):
    print("{:16}{:11,} {:13,}".format(name, *numbers))
# --8<-- [end:ch26-count]


# --8<-- [start:ch26-network]
from nnfs_code.convolution import Flatten
from nnfs_code.data import fashion_mnist
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.promises import Part


def network(seed: int) -> Model:
    """Return a convolution network for Fashion-MNIST, untrained."""
    rng, floats = np.random.default_rng(seed), np.float64
    one = Conv2D(1, 4, 3, padding=1, rng=rng, dtype=floats)
    two = Conv2D(4, 8, 3, padding=1, rng=rng, dtype=floats)
    last = Dense(8 * 7 * 7, 10, rng=rng, dtype=floats)
    front: list[Part] = [one, MaxPool2D(2), ReLU()]
    return Model(
        [*front, two, MaxPool2D(2), ReLU(), Flatten(), last],
        SoftmaxCrossEntropy(),
    )


# --8<-- [end:ch26-network]


# --8<-- [start:ch26-train]
(training, labels), (test, answers) = (
    fashion_mnist(part, sample=True) for part in ("train", "test")
)
pictures, tests = training[:, np.newaxis] / 255, test[:, np.newaxis] / 255
model = network(0)
history = model.fit(
    pictures, labels, Adam(0.01), epochs=2, batch_size=100, rng=rng
)
print("pictures", pictures.shape, pictures.dtype)
print("losses", np.round(history.loss, 2))
print("parameters", sum(value.size for value, _ in model.pairs()))
print(f"right: {accuracy(model.predict(tests), answers):.2f} of the 400")
# --8<-- [end:ch26-train]


# --8<-- [start:ch26-stored]
folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
runs = json.loads((folder / "convolution-runs.json").read_text("utf-8"))
print("five networks each               lowest  middle  highest  seconds")
for name, right in runs["right"].items():
    low, middle, high = np.quantile(np.array(right)[:, 0], (0, 0.5, 1))
    seconds = np.median(runs["seconds"][name])
    print(f"{name:31}{low:8.3f}{middle:8.3f}{high:9.3f}{seconds:9.2f}")
# --8<-- [end:ch26-stored]


# --8<-- [start:ch26-moved]
print("middle of five, moved by     ", *(f"{p:5}" for p in range(5)))
for name, right in runs["right"].items():
    print(f"{name:29}", *(f"{v:5.2f}" for v in np.median(right, axis=0)))
# --8<-- [end:ch26-moved]


# --8<-- [start:ch26-times]
times = json.loads((folder / "convolution-times.json").read_text("utf-8"))
for line in times["machine"]:
    print(line.replace("*", "").removeprefix("- "))
for name, found in times["steps"].items():
    low, middle, high = (f"{ratio:.2f}" for ratio in found["ratio"])
    print(f"{name:44}{found['ms']:6.1f} ms  {middle} ({low}-{high})")
# --8<-- [end:ch26-times]


# --8<-- [start:ch26-pieces-table]
for name, found in times["causes"].items():
    print(f"{name:40} {found:6.2f} ms")
# --8<-- [end:ch26-pieces-table]


# --8<-- [start:ch26-wrong-axes]
colours = np.zeros((1, 4, 4, 3))  # rows, columns, then the three channels
colours[..., 0] = 1  # all red
for name, turned in (
    ("reshape", colours.reshape(1, 3, 4, 4)),
    ("transpose", colours.transpose(0, 3, 1, 2)),
):
    means = GlobalMeanPool().forward(turned)[0]
    print(f"{name:10}", turned.shape, np.round(means, 2))
# --8<-- [end:ch26-wrong-axes]


# --8<-- [start:ch26-wrong-turned]
class Unturned(Conv2D):
    """A convolution that forgets to turn its filters on the way back."""

    def backward(self, d_outputs: Array) -> Array:
        """Return a wrong gradient of the right shape."""
        kept, self.weights = self.weights, self.weights[:, :, ::-1, ::-1]
        d_inputs = super().backward(d_outputs)
        self.weights = kept
        return d_inputs


for kind in (Conv2D, Unturned):
    model = network(0)
    model.parts[3].__class__ = kind
    losses = model.fit(
        pictures[:1000],
        labels[:1000],
        Adam(0.01),
        epochs=2,
        batch_size=100,
        rng=np.random.default_rng(1),
    ).loss
    print(f"{kind.__name__:9}", np.round(losses, 2))
# --8<-- [end:ch26-wrong-turned]


# --8<-- [start:ch26-solution-1]
exercise = np.array([[2.0, 0, 1], [1, 3, 0], [0, 1, 2]])
weights = np.array([[1.0, -1], [0, 2]])
print(slide(exercise, weights).tolist())
print(slide(exercise, weights[::-1, ::-1]).tolist())
# --8<-- [end:ch26-solution-1]


# --8<-- [start:ch26-solution-2]
for name, steps in (
    ("two of 3", [("conv", 3, 1, 1)] * 2),
    ("one of 5", [("conv", 5, 1, 1)]),
    ("one of 3, dilation 2", [("conv", 3, 1, 2)]),
):
    number = sum(16 * 16 * size**2 for _, size, _, _ in steps)
    print(f"{name:21} sees {reach(steps)[-1][1]}, {number:,} weights")
# --8<-- [end:ch26-solution-2]


# --8<-- [start:ch26-solution-3]
table = np.zeros((9, 4))  # 9 pixels, 4 windows
for k, (r, c) in enumerate(np.ndindex(2, 2)):
    room = np.zeros((3, 3))
    room[r : r + 2, c : c + 2] = pattern
    table[:, k] = room.ravel()
print("outputs", picture.ravel() @ table)
print("back   ", d_answers.ravel() @ table.T)
print("weights", table.size, "not 0:", np.count_nonzero(table))
# --8<-- [end:ch26-solution-3]


# --8<-- [start:ch26-solution-4]
def enlarge(answers: Array, pattern: Array, stride: int) -> Array:
    """Return what lays a pattern down, `stride` apart, times each answer."""
    size = len(pattern)
    rows, columns = (stride * (n - 1) + size for n in answers.shape)
    found = np.zeros((rows, columns))
    for r, c in np.ndindex(answers.shape):
        down, right = r * stride, c * stride
        found[down : down + size, right : right + size] += (
            answers[r, c] * pattern
        )
    return found


print(enlarge(d_answers, pattern, 1))
print(enlarge(d_answers, pattern, 2))
# --8<-- [end:ch26-solution-4]
