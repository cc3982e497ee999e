# --8<-- [start:ch23-imports]
"""Chapter 23: where the time of a training step goes, and what to do."""

import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

import nnfs_code
from nnfs_code.arrays import Array

SIZES, BATCH = (784, 128, 128, 10), 128
# --8<-- [end:ch23-imports]


# --8<-- [start:ch23-two-ways]
rng = np.random.default_rng(0)
a, b = rng.random((2, 1000), dtype=np.float32)
one_by_one = np.empty_like(a)
for k in range(len(a)):
    one_by_one[k] = a[k] + b[k]
at_once = a + b
print("calls", len(a), "and", 1)
print("apart by", np.abs(one_by_one - at_once).max())
# --8<-- [end:ch23-two-ways]


# --8<-- [start:ch23-stored]
folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
stored = json.loads((folder / "where-the-time-goes.json").read_text("utf-8"))
for line in stored["machine"]:
    print(line.replace("*", "").removeprefix("- "))
# --8<-- [end:ch23-stored]


# --8<-- [start:ch23-calls]
print("numbers added   microseconds   nanoseconds per number")
for size, taken in stored["calls"].items():
    print(f"{int(size):13,} {taken:14.2f} {1000 * taken / int(size):15.2f}")
# --8<-- [end:ch23-calls]


# --8<-- [start:ch23-costs]
def costs(sizes: tuple[int, ...], n: int) -> dict[str, Array]:
    """Return calls, operations and bytes of a step in float32, by line."""
    found: dict[str, Array] = {}

    def count(name: str, calls: int, flops: int, numbers: int) -> None:
        new = np.array([calls, flops, 4 * numbers])
        found[name] = found.get(name, np.zeros(3, int)) + new

    layers = list(pairwise(sizes))
    for k, (i, o) in enumerate(layers):
        tables = n * i + i * o + n * o  # the three tables of a product
        count("products forwards", 1, 2 * n * i * o, tables)
        count("products backwards", 1, 2 * n * i * o, tables)
        count("biases", 3, 3 * n * o, 3 * n * o + 2 * n + 2 * o)
        if k < len(layers) - 1:
            count("ReLU", 3, 3 * n * o, 11 * n * o // 2)
        if k > 0:
            count("products backwards", 1, 2 * n * i * o, tables)
        count("Adam", 20, 10 * (i + 1) * o, 24 * (i + 1) * o)
    return found


# --8<-- [end:ch23-costs]


# --8<-- [start:ch23-costs-run]
print("                   calls   MFLOP      MB  FLOP per byte")
for name, (calls, flops, n_bytes) in costs(SIZES, BATCH).items():
    print(
        f"{name:18} {calls:5} {flops / 1e6:7.2f} {n_bytes / 1e6:7.2f}"
        f" {flops / n_bytes:10.2f}"
    )
# --8<-- [end:ch23-costs-run]


# --8<-- [start:ch23-laps]
Line = tuple[str, Callable[[], Any]]


def laps(lines: list[Line], clock: Callable[[], float]) -> dict[str, float]:
    """Run each line once; return what the clock says for each name."""
    spent: dict[str, float] = {}
    for name, run in lines:
        start = clock()
        run()
        spent[name] = spent.get(name, 0.0) + clock() - start
    return spent


# --8<-- [end:ch23-laps]


# --8<-- [start:ch23-laps-run]
ticks = iter(range(100))  # a clock that ticks each time it is read
toy: list[Line] = [
    ("add", lambda: a + b),
    ("multiply", lambda: a * b),
    ("add", lambda: a + a),
]
print(laps(toy, lambda: next(ticks)))
# --8<-- [end:ch23-laps-run]


# --8<-- [start:ch23-lines]
def forward_lines(kept: dict[str, Any], n_layers: int) -> list[Line]:
    """Return what the plain classes compute forwards, without the checks."""

    def product(k: int) -> None:
        kept[f"z{k}"] = kept[f"x{k}"] @ kept[f"W{k}"]

    def bias(k: int) -> None:
        kept[f"z{k}"] += kept[f"b{k}"]

    def relu(k: int) -> None:
        kept[f"x{k + 1}"] = np.maximum(kept[f"z{k}"], 0)

    lines: list[Line] = []
    for k in range(n_layers):
        lines += [
            ("products forwards", partial(product, k)),
            ("biases", partial(bias, k)),
        ]
        if k < n_layers - 1:
            lines += [("ReLU", partial(relu, k))]
    return lines


# --8<-- [end:ch23-lines]


# --8<-- [start:ch23-lines-back]
def backward_lines(kept: dict[str, Any], n_layers: int) -> list[Line]:
    """Return what they compute backwards, from the last layer on."""

    def slopes(k: int) -> None:
        kept[f"dW{k}"] = kept[f"x{k}"].T @ kept[f"dz{k}"]

    def bias_slopes(k: int) -> None:
        ones = np.ones((1, len(kept["x0"])), kept["x0"].dtype)
        kept[f"db{k}"] = ones @ kept[f"dz{k}"]

    def back(k: int) -> None:
        kept[f"dx{k}"] = kept[f"dz{k}"] @ kept[f"W{k}"].T

    def relu_back(k: int) -> None:
        kept[f"dz{k - 1}"] = kept[f"dx{k}"] * (kept[f"x{k}"] > 0)

    lines: list[Line] = []
    for k in reversed(range(n_layers)):
        lines.append(("products backwards", partial(slopes, k)))
        lines.append(("biases", partial(bias_slopes, k)))
        if k:
            lines.append(("products backwards", partial(back, k)))
            lines.append(("ReLU", partial(relu_back, k)))
    return lines


# --8<-- [end:ch23-lines-back]


# --8<-- [start:ch23-step-lines]
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.optimizers import Adam


def step_lines(sizes: tuple[int, ...], inputs: Array, labels: Any) -> Any:
    """Return all lines of a step, and the arrays that they work with."""
    rng, n_layers = np.random.default_rng(0), len(sizes) - 1
    kept: dict[str, Any] = {"x0": inputs}
    for k, (n_in, n_out) in enumerate(pairwise(sizes)):
        weights = np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))
        kept[f"W{k}"] = weights.astype(inputs.dtype)
        kept[f"b{k}"] = np.zeros((1, n_out), inputs.dtype)
    loss, adam, last = SoftmaxCrossEntropy(), Adam(), n_layers - 1
    names = [f"{kind}{k}" for k in range(n_layers) for kind in "Wb"]

    def losses() -> None:
        kept["loss"] = loss.forward(kept[f"z{last}"], labels)
        kept[f"dz{last}"] = loss.backward()

    def descend() -> None:
        adam.update([(kept[n], kept["d" + n]) for n in names])

    forward = forward_lines(kept, n_layers)
    backward = backward_lines(kept, n_layers)
    middle, end = [("loss", losses)], [("Adam", descend)]
    return [*forward, *middle, *backward, *end], kept


# --8<-- [end:ch23-step-lines]


# --8<-- [start:ch23-table]
print("microseconds        batch 128   batch 2048   spiral")
for name in stored["lines"]["128"]:
    times = [stored["lines"][work][name] for work in ("128", "2048", "spiral")]
    print("{:18} {:10.0f} {:12.0f} {:8.0f}".format(name, *times))
# --8<-- [end:ch23-table]


# --8<-- [start:ch23-roof]
peak, traffic = stored["roof"]["GFLOP/s"], stored["roof"]["GB/s, cache"]
print(f"{peak:.0f} GFLOP/s, {traffic:.0f} GB/s, ridge {peak / traffic:.1f}")
print(f"from main memory {stored['roof']['GB/s, memory']:.0f} GB/s")
print("microseconds        arithmetic   traffic   measured")
for name, (_, flops, n_bytes) in costs(SIZES, BATCH).items():
    at_least = flops / peak / 1e3, n_bytes / traffic / 1e3
    taken = stored["lines"]["128"][name]
    print(f"{name:20} {at_least[0]:8.1f} {at_least[1]:9.1f} {taken:10.1f}")
# --8<-- [end:ch23-roof]


# --8<-- [start:ch23-small]
for name, taken in stored["small"].items():
    print(f"{name:31} {taken:6.2f} microseconds")
for size, taken in stored["blocks"].items():
    print(f"Adam in pieces of {int(size):7,}      {taken:6.0f} microseconds")
# --8<-- [end:ch23-small]


# --8<-- [start:ch23-window]
from nnfs_code.quick import aligned

block = aligned((6,), np.float64)
weights, biases = block[:4].reshape(2, 2), block[4:].reshape(1, 2)
weights += [[1, 2], [3, 4]]
block *= 10
print(block.ctypes.data % 64, weights.tolist(), biases.tolist())
# --8<-- [end:ch23-window]


# --8<-- [start:ch23-network]
from nnfs_code.activations import ReLU
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.model import Model
from nnfs_code.packing import pack


def network(seed: int = 0) -> Model:
    """Return the network of chapter 10, with its loss."""
    rng = np.random.default_rng(seed)
    one = Dense(2, 64, rng=rng, dtype=np.float64)
    two = Dense(64, 3, rng=rng, dtype=np.float64)
    return Model([one, ReLU(), two], SoftmaxCrossEntropy())


points, labels = spiral(100, 3, rng=np.random.default_rng(1), dtype=np.float64)
# --8<-- [end:ch23-network]


# --8<-- [start:ch23-same]
plain, packed = network(), pack(network())
adams = Adam(0.01), Adam(0.01)
for step in range(300):
    losses = [
        model.train_step(points, labels, adam)
        for model, adam in zip((plain, packed), adams, strict=True)
    ]
    if step % 100 == 99:
        print(f"step {step + 1}:", *(f"{loss:.6f}" for loss in losses))
apart = np.abs(plain.parts[0].weights - packed.parts[0].weights).max()
print(f"weights apart by {apart:.6f}")
# --8<-- [end:ch23-same]


# --8<-- [start:ch23-block]
start = packed.values.ctypes.data
print(packed.values.size, "numbers, address % 64 =", start % 64)
for place in (0, 2):
    layer = packed.parts[place]
    for array in (layer.weights, layer.biases):
        print((array.ctypes.data - start) // 8, array.shape)
print("totals of Adam:", len(adams[0].totals), "and", len(adams[1].totals))
# --8<-- [end:ch23-block]


# --8<-- [start:ch23-split]
def split_pieces(offset: int, width: int) -> float:
    """Return which share of pieces of so many bytes lies in two lines."""
    starts = offset + width * np.arange(64)
    first, last = starts // 64, (starts + width - 1) // 64
    return float((first != last).mean())


print("bytes at once:    16   32   64")
for offset in (0, 16):
    shares = (split_pieces(offset, width) for width in (16, 32, 64))
    print(f"{offset:2} bytes off:   ", *(f"{s:4.2f}" for s in shares))
# --8<-- [end:ch23-split]


# --8<-- [start:ch23-without]
print("times as long       batch 128   batch 2048         spiral")
for name in stored["without"]["128"]:
    cells = []
    for work in ("128", "2048", "spiral"):
        low, mid, high = stored["without"][work][name]
        cells.append(f"{mid:.2f} ({low:.2f}-{high:.2f})")
    print(f"{name}\n{'':12}", *(f"{cell:>16}" for cell in cells))
# --8<-- [end:ch23-without]


# --8<-- [start:ch23-wrong-buffer]
quick = packed.quick[0]
first = quick.forward(points)
before = first.mean()
quick.forward(points + 1)
print(f"quick: {before:.4f}, then {first.mean():.4f}")
first = packed.parts[0].forward(points)
before = first.mean()
packed.parts[0].forward(points + 1)
print(f"plain: {before:.4f}, then {first.mean():.4f}")
# --8<-- [end:ch23-wrong-buffer]


# --8<-- [start:ch23-wrong-view]
block = aligned((4,), np.float64)
layer = Dense(2, 2, rng=rng, dtype=np.float64)
layer.weights = block.reshape(2, 2)
layer.weights = layer.weights + 1  # another array
block -= 5  # what an optimizer does
print("another array:", layer.weights[0, 0])
layer.weights = block.reshape(2, 2)
layer.weights += 1  # the same array
block -= 5
print("the same array:", layer.weights[0, 0], block[0])
# --8<-- [end:ch23-wrong-view]


# --8<-- [start:ch23-wrong-type]
small = np.ones((128, 128), np.float32)
for name, factor in (("0.5", 0.5), ("np.float64(0.5)", np.float64(0.5))):
    result = small * factor
    print(f"{name:16} {result.dtype} {result.nbytes:,} bytes")
# --8<-- [end:ch23-wrong-type]


# --8<-- [start:ch23-solution-1]
n, i, o = 2048, 784, 128
flops, n_bytes = 2 * n * i * o, 4 * (n * i + i * o + n * o)
print(f"{flops / 1e6:.0f} MFLOP, {n_bytes / 1e6:.2f} MB")
print(f"{flops / n_bytes:.1f} FLOP per byte")
# --8<-- [end:ch23-solution-1]


# --8<-- [start:ch23-solution-2]
for work, spent in stored["lines"].items():
    share = spent["products forwards"] + spent["products backwards"]
    share /= spent["whole"]
    print(f"{work:7} {share:.2f} products, gain {1 / (1 - share / 2):.2f}")
# --8<-- [end:ch23-solution-2]


# --8<-- [start:ch23-solution-3]
layer = packed.parts[0]
table = packed.values[: 3 * 64].reshape(3, 64)  # biases below the weights
with_ones = np.hstack([points, np.ones((300, 1))])
outputs = with_ones @ table
print(f"outputs apart by {np.abs(outputs - layer.forward(points)).max():.9f}")
slopes = with_ones.T @ outputs
layer.parameter_gradients(outputs)
both = np.vstack([layer.d_weights, layer.d_biases])
print(f"gradients apart by {np.abs(slopes - both).max():.6f}")
# --8<-- [end:ch23-solution-3]


# --8<-- [start:ch23-solution-4]
for size, taken in stored["batches"].items():
    print(
        f"batch {size:>4}: an epoch of 60,000 in {0.06 * taken:5.2f} seconds"
    )
# --8<-- [end:ch23-solution-4]
