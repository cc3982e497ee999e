# --8<-- [start:ch23-imports]
"""Chapter 23: where the time of a training step goes, and what to do."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

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
            ("products forwards", lambda k=k: product(k)),
            ("biases", lambda k=k: bias(k)),
        ]
        if k < n_layers - 1:
            lines += [("ReLU", lambda k=k: relu(k))]
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
        lines += [
            ("products backwards", lambda k=k: slopes(k)),
            ("biases", lambda k=k: bias_slopes(k)),
        ]
        if k:
            lines += [
                ("products backwards", lambda k=k: back(k)),
                ("ReLU", lambda k=k: relu_back(k)),
            ]
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
