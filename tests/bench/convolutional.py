"""A small convolution network for the bench, and its contenders.

    python tests/bench/convolutional.py             measure it
    python tests/bench/convolutional.py --write     and store it for chapter 26

Two convolutions of 3 by 3 with 16 and 32 filters, each with max pooling and
ReLU, and a dense layer at the end: "16-pool-32-pool-10". Pooling before ReLU
or behind it gives the same numbers; some contenders are there in both orders.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import textbook  # noqa: E402

import bench  # noqa: E402
from nnfs_code import convolution as cnn  # noqa: E402
from nnfs_code import correlation  # noqa: E402
from nnfs_code.activations import ReLU  # noqa: E402
from nnfs_code.arrays import is_finite  # noqa: E402
from nnfs_code.losses import SoftmaxCrossEntropy  # noqa: E402
from nnfs_code.model import Model  # noqa: E402
from nnfs_code.optimizers import Adam  # noqa: E402
from nnfs_code.packing import pack  # noqa: E402

STORED = ROOT / "resources" / "datasets" / "convolution-times.json"
POOL_FIRST = "PyTorch, channels last, pooling before ReLU"
TEXTBOOK = "textbook classes, im2col"


class Pictures:
    """A batch of pictures, and the first weights of the network."""

    name = "CNN 16-pool-32-pool-10, 28 by 28 pixels, batch 128"
    sizes = (1, 16, 32, 10)

    def __init__(self, n_samples=128, side=28, filters=(16, 32)):
        self.n_samples, self.side, self.filters = n_samples, side, filters
        self.contenders = CONTENDERS

    def data(self):
        """Return inputs, labels and the initial (weights, biases) pairs."""
        rng = np.random.default_rng(0)
        shape = self.n_samples, 1, self.side, self.side
        inputs = rng.standard_normal(shape).astype(np.float32)
        labels = rng.integers(10, size=self.n_samples)
        one, two = self.filters
        shapes = [(one, 1, 3, 3), (two, one, 3, 3)]
        shapes.append((two * (self.side // 4) ** 2, 10))
        parameters = []
        for shape in shapes:
            fan_in = shape[0] if len(shape) == 2 else np.prod(shape[1:])
            weights = np.sqrt(2 / fan_in) * rng.standard_normal(shape)
            n_biases = shape[-1] if len(shape) == 2 else shape[0]
            biases = np.zeros(n_biases, np.float32)
            parameters.append((weights.astype(np.float32), biases))
        return inputs, labels, parameters


def model(parameters, relu_first=False):
    """Return the network in the package's parts."""
    parts = []
    for weights, biases in parameters[:-1]:
        n_filters, n_channels, size, _ = weights.shape
        layer = cnn.Conv2D(
            n_channels,
            n_filters,
            size,
            padding=1,
            rng=np.random.default_rng(0),
        )
        layer.weights[:], layer.biases[:] = weights, biases
        pair = [cnn.MaxPool2D(2), ReLU()]
        parts += [layer, *(pair[::-1] if relu_first else pair)]
    last = bench.dense_layers([parameters[-1]])
    return Model([*parts, cnn.Flatten(), *last], SoftmaxCrossEntropy())


def ours(inputs, labels, parameters, relu_first=False, packed=True):
    """Return a step of the package's parts, in a packed model."""
    chosen, optimizer = model(parameters, relu_first), Adam(bench.RATE)
    chosen = pack(chosen) if packed else chosen
    return lambda: chosen.train_step(inputs, labels, optimizer)


def bare(inputs, labels, parameters):
    """Return the products of such a step with all windows laid out."""
    n_samples, _, side, _ = inputs.shape
    products = []
    for place, (weights, _) in enumerate(parameters[:-1]):
        n_filters, n_weights = len(weights), weights[0].size
        n_windows = n_samples * (side // 2**place) ** 2
        table = np.ones((n_filters, n_weights), np.float32)
        columns = np.ones((n_weights, n_windows), np.float32)
        answers = np.ones((n_filters, n_windows), np.float32)
        products += [(table, columns), (columns, answers.T)]
        if place:
            products.append((table.T, answers))
    dense = parameters[-1][0]
    rows = np.ones((n_samples, len(dense)), np.float32)
    slopes = np.ones((n_samples, 10), np.float32)
    products += [(rows, dense), (rows.T, slopes), (slopes, dense.T)]

    def step():
        for one, other in products:
            one @ other

    return step


def with_torch(inputs, labels, parameters, last=True, relu_first=True):
    """Return a step of PyTorch, on the processor."""
    import torch

    parts = []
    for weights, biases in parameters:
        if weights.ndim == 4:
            n_filters, n_channels, size, _ = weights.shape
            made = torch.nn.Conv2d(n_channels, n_filters, size, padding=1)
            given, behind = weights, [torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
        else:
            parts.append(torch.nn.Flatten())
            made, given, behind = (
                torch.nn.Linear(*weights.shape),
                weights.T,
                [],
            )
        with torch.no_grad():
            made.weight.copy_(torch.from_numpy(given))
            made.bias.copy_(torch.from_numpy(biases).reshape(-1))
        parts += [made, *(behind if relu_first else behind[::-1])]
    network, loss = torch.nn.Sequential(*parts), torch.nn.CrossEntropyLoss()
    x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
    if last:
        network = network.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(
        network.parameters(), bench.RATE, eps=1e-7, fused=True
    )

    def step():
        optimizer.zero_grad()
        value = loss(network(x), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


class Im2Col:
    """A convolution as a first draft has it: all windows by their indices."""

    def __init__(self, weights, biases):
        self.weights = weights.astype(float)
        self.biases = biases.astype(float)

    def forward(self, inputs):
        n, channels, high, wide = inputs.shape
        size, pad = self.weights.shape[-1], 1
        self.padded = np.pad(inputs, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        k = np.repeat(np.arange(channels), size * size)[:, None]
        i = np.tile(np.repeat(np.arange(size), size), channels)[:, None]
        j = np.tile(np.arange(size), size * channels)[:, None]
        i = i + np.repeat(np.arange(high), wide)
        j = j + np.tile(np.arange(wide), high)
        self.indices = slice(None), k, i, j
        columns = self.padded[self.indices]  # (n, channels * size², places)
        self.columns = columns.transpose(1, 2, 0).reshape(len(k), -1)
        table = self.weights.reshape(len(self.weights), -1)
        outputs = table @ self.columns + self.biases[:, None]
        return outputs.reshape(-1, high, wide, n).transpose(3, 0, 1, 2)

    def backward(self, slopes):
        rows = slopes.transpose(1, 2, 3, 0).reshape(len(self.weights), -1)
        self.d_weights = (rows @ self.columns.T).reshape(self.weights.shape)
        self.d_biases = rows.sum(axis=1)
        columns = self.weights.reshape(len(self.weights), -1).T @ rows
        n = len(slopes)
        columns = columns.reshape(len(columns), -1, n).transpose(2, 0, 1)
        d_inputs = np.zeros(self.padded.shape)
        np.add.at(d_inputs, self.indices, columns)
        return d_inputs[:, :, 1:-1, 1:-1]


class LargestOfFour:
    """Max pooling by argmax over windows that are laid out."""

    def forward(self, inputs):
        n, channels, high, wide = self.shape = inputs.shape
        tiles = inputs.reshape(n, channels, high // 2, 2, wide // 2, 2)
        self.tiles = tiles.transpose(0, 1, 2, 4, 3, 5).reshape(-1, 4)
        self.first = self.tiles.argmax(axis=1)
        found = self.tiles[np.arange(len(self.tiles)), self.first]
        return found.reshape(n, channels, high // 2, wide // 2)

    def backward(self, slopes):
        n, channels, high, wide = self.shape
        tiles = np.zeros_like(self.tiles)
        tiles[np.arange(len(tiles)), self.first] = slopes.reshape(-1)
        tiles = tiles.reshape(n, channels, high // 2, wide // 2, 2, 2)
        return tiles.transpose(0, 1, 2, 4, 3, 5).reshape(self.shape)


class Rows:
    """What lies between pictures and a dense layer."""

    def forward(self, inputs):
        self.shape = inputs.shape
        return inputs.reshape(len(inputs), -1)

    def backward(self, slopes):
        return slopes.reshape(self.shape)


def drafted(inputs, labels, parameters):
    """Return a step of the textbook classes."""
    layers = [Im2Col(*pair) for pair in parameters[:-1]]
    chain = []
    for layer in layers:
        chain += [layer, textbook.Rectifier(), LargestOfFour()]
    layers.append(textbook.Layer(*parameters[-1]))
    chain += [Rows(), layers[-1], textbook.SoftmaxRows()]
    return textbook.steps(chain, layers, inputs, labels, bench.RATE)


CONTENDERS = {
    bench.OURS: ours,
    bench.PLAIN: lambda *data: ours(*data, packed=False),
    "this package, packed, ReLU before pooling": lambda *data: ours(
        *data, relu_first=True
    ),
    bench.BARE: bare,
    "PyTorch, channels last": with_torch,
    POOL_FIRST: lambda *data: with_torch(*data, relu_first=False),
    "PyTorch, channels first": lambda *data: with_torch(*data, last=False),
    TEXTBOOK: drafted,
}


def causes(rounds):
    """Return what pieces and the order in memory are worth, in ms."""
    layer = cnn.Conv2D(16, 32, 3, padding=1, rng=np.random.default_rng(0))
    rng = np.random.default_rng(1)
    inputs = rng.standard_normal((128, 16, 14, 14)).astype(np.float32)
    d_outputs = np.ones_like(layer.forward(inputs))
    inputs = correlation.outermost(correlation.innermost(inputs))
    answers = np.zeros((16, 28, 28, 128), np.float32)

    def both_ways(size):
        def step():
            correlation.PIECE = size
            layer.forward(inputs)
            layer.backward(d_outputs)

        return step

    steps = {}
    for name, size in (
        ("row by row", 1),
        ("pieces of 4 MB", 2**22),
        ("in one piece", 2**40),
    ):
        steps[f"conv 16 to 32, {name}"] = both_ways(size)
    turned = correlation.outermost(answers)
    steps["finite? as it lies in memory"] = lambda: is_finite(answers)
    steps["finite? samples first"] = lambda: is_finite(turned)
    times = bench.take_turns(steps, rounds, time.process_time)
    correlation.PIECE = 2**20
    return {n: round(1e3 * bench.summary(t)[0], 2) for n, t in times.items()}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args(arguments)
    with bench.limit_threads(1):
        machine = bench.surroundings(1, "processor time")
        steps, absent = bench.assemble(Pictures())
        times = bench.take_turns(steps, chosen.rounds, time.process_time)
    lines = list(bench.rows(times))
    print("\n".join([*machine, *lines, *absent]))
    if chosen.write:
        mine = times[bench.OURS]
        content = {"machine": machine, "table": lines, "steps": {}}
        with bench.limit_threads(1):
            content["causes"] = causes(chosen.rounds)
        for name, spent in times.items():
            ratios = [a / b for a, b in zip(spent, mine, strict=True)]
            middle, low, high = bench.summary(ratios)
            content["steps"][name] = {
                "ms": round(1e3 * bench.summary(spent)[0], 1),
                "ratio": [round(r, 2) for r in (low, middle, high)],
            }
        STORED.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
