"""Train what chapter 27 compares on surfaces, once, and store the results.

    OPENBLAS_NUM_THREADS=1 python resources/datasets/surfaces_runs.py

Each rung learns from patches of the left halves of the photographs, and is
measured on patches of the right halves; five seeds, each with patches of its
own. What it leaves is ``surfaces-runs.json``. A test makes a small part of it
again.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.activations import ReLU  # noqa: E402
from nnfs_code.convolution import (  # noqa: E402
    Conv2D,
    Flatten,
    GlobalMeanPool,
    MeanPool2D,
)
from nnfs_code.layers import Dense  # noqa: E402
from nnfs_code.losses import SoftmaxCrossEntropy  # noqa: E402
from nnfs_code.metrics import accuracy  # noqa: E402
from nnfs_code.model import Model  # noqa: E402
from nnfs_code.optimizers import Adam  # noqa: E402
from nnfs_code.schedules import CosineDecay  # noqa: E402
from nnfs_code.surfaces import patches, photographs  # noqa: E402

HERE = Path(__file__).parent
STORED = HERE / "surfaces-runs.json"
CODE = ("convolution", "correlation", "layers", "optimizers", "surfaces")
SEEDS = range(5)
# What it is: epochs, and how many patches it learns from.
RUNGS = {
    "linear, pixels": (20, 4500),
    "dense, pixels": (20, 4500),
    "convolution": (20, 4500),
    "nine numbers": (60, 4500),
    "nine numbers: 6 differences": (60, 4500),
    "nine numbers: the other 3": (60, 4500),
    "dense, 4 x patches": (5, 18000),
    "not shared": (20, 4500),
    "not shared, 4 x patches": (5, 18000),
    "convolution, 4 x patches": (5, 18000),
    "nine numbers, shuffled": (60, 4500),
    "convolution, shuffled": (20, 4500),
    "convolution, 64 greys": (20, 4500),
    "nine numbers, 64 greys": (60, 4500),
}


class Unshared2D:
    """A convolution without its sharing: own weights at each place."""

    def __init__(self, n_channels, n_filters, size, side, *, rng):
        self.size, self.side = size, side
        n_inputs = n_channels * size**2
        shape = (side * side, n_inputs, n_filters)
        weights = np.sqrt(2 / n_inputs) * rng.standard_normal(shape)
        self.weights = weights.astype(np.float32)
        self.biases = np.zeros((side * side, 1, n_filters), np.float32)

    def windows(self, images):
        """Return a view: places, samples, then the numbers of a window."""
        over = (self.size, self.size)
        found = np.lib.stride_tricks.sliding_window_view(images, over, (2, 3))
        return found.transpose(2, 3, 0, 1, 4, 5)

    def forward(self, inputs):
        self.shape, places = inputs.shape, self.side**2
        table = self.windows(inputs).reshape(places, len(inputs), -1)
        self.table = table
        outputs = table @ self.weights + self.biases
        outputs = outputs.reshape(self.side, self.side, len(inputs), -1)
        return np.ascontiguousarray(outputs.transpose(2, 3, 0, 1))

    def parameter_gradients(self, d_outputs):
        slopes = d_outputs.transpose(2, 3, 0, 1)
        slopes = slopes.reshape(self.side**2, len(d_outputs), -1)
        self.d_weights = self.table.transpose(0, 2, 1) @ slopes
        self.d_biases = slopes.sum(axis=1, keepdims=True)
        return slopes

    def backward(self, d_outputs):
        slopes = self.parameter_gradients(d_outputs)
        room = slopes @ self.weights.transpose(0, 2, 1)
        k, side = self.size, self.side
        room = room.reshape(side, side, len(d_outputs), self.shape[1], k, k)
        d_inputs = np.zeros(self.shape, np.float32)
        for i, j in np.ndindex(k, k):
            d_inputs[:, :, i : i + side, j : j + side] += room[
                ..., i, j
            ].transpose(2, 3, 0, 1)
        return d_inputs


def columns_of(rung):
    """Return which of the nine numbers this rung gets, if any."""
    if not rung.startswith("nine"):
        return None
    if rung.endswith("3"):
        return slice(6, 9)
    return slice(0, 6 if rung.endswith("differences") else 9)


def network(rung, rng):
    """Return an untrained network, or linear model, of this kind."""
    if columns := columns_of(rung):
        n_inputs = columns.stop - columns.start
        return Model([Dense(n_inputs, 3, rng=rng)], SoftmaxCrossEntropy())
    if rung.startswith("linear"):
        parts = [Flatten(), Dense(400, 3, rng=rng)]
        return Model(parts, SoftmaxCrossEntropy())
    if rung.startswith("dense"):
        first = Dense(400, 64, rng=rng)
        first.weights *= np.float32(100 * np.sqrt(2 / 400))
        parts = [Flatten(), first, ReLU(), Dense(64, 3, rng=rng)]
        return Model(parts, SoftmaxCrossEntropy())
    if rung.startswith("not shared"):
        one = Unshared2D(1, 8, 5, 16, rng=rng)
        two = Unshared2D(8, 16, 3, 6, rng=rng)
    else:
        one, two = Conv2D(1, 8, 5, rng=rng), Conv2D(8, 16, 3, rng=rng)
    parts = [one, ReLU(), MeanPool2D(2), two, ReLU(), GlobalMeanPool()]
    last = Dense(16, 3, rng=rng)
    last.weights *= np.float32(100 * np.sqrt(2 / 16))
    return Model([*parts, last], SoftmaxCrossEntropy())


def nine_numbers(patches):
    """Return the numbers of an engineer, shape (n_samples, 9).

    How much neighbours 1, 2 and 4 pixels apart differ, along both axes, the
    smaller of the two first, as patches are turned; then how lopsided and how
    pointed the greys are distributed, and how much a pixel differs from the
    mean of its four neighbours.
    """
    grey, found = patches[:, 0], []
    for apart in (1, 2, 4):
        both = [
            np.abs(grey[:, apart:] - grey[:, :-apart]).mean(axis=(1, 2)),
            np.abs(grey[..., apart:] - grey[..., :-apart]).mean(axis=(1, 2)),
        ]
        found += list(np.sort(both, axis=0))
    around = grey[:, 2:, 1:-1] + grey[:, :-2, 1:-1]
    around = around + grey[:, 1:-1, 2:] + grey[:, 1:-1, :-2]
    found.append((grey**3).mean(axis=(1, 2)))
    found.append((grey**4).mean(axis=(1, 2)))
    found.append(np.abs(grey[:, 1:-1, 1:-1] - around / 4).mean(axis=(1, 2)))
    return np.stack(found, axis=1).astype(np.float32)


def prepared(rung, learn, test, rng):
    """Return the inputs that this rung is given."""
    if "shuffled" in rung:  # the pixels of each patch, an order for each
        learn, test = (
            rng.permuted(one.reshape(len(one), -1), axis=1).reshape(one.shape)
            for one in (learn, test)
        )
    columns = columns_of(rung)
    if columns is None:
        return learn, test
    learn, test = (nine_numbers(one)[:, columns] for one in (learn, test))
    mean, spread = learn.mean(axis=0), learn.std(axis=0)
    return (learn - mean) / spread, (test - mean) / spread


def halves(seed, n_samples, rounded):
    """Return patches of the left halves, and 1,500 of the right halves.

    The photographs have 256 greys, or 64 if they are to be rounded.
    """
    rng, pictures = np.random.default_rng(seed), photographs()
    if rounded:
        pictures = np.floor(pictures * np.float32(63.75)) / np.float32(63)
    learn = patches(pictures[..., :256], n_samples, size=20, rng=rng)
    return learn, patches(pictures[..., 256:], 1500, size=20, rng=rng)


def run(rung, seed, epochs=None, rate=0.01):
    """Train one; return model, accuracy on both halves, CPU seconds."""
    n_samples = RUNGS[rung][1]
    epochs = epochs or RUNGS[rung][0]
    (learn, labels), (test, answers) = halves(seed, n_samples, "64" in rung)
    rng = np.random.default_rng(100 + seed)
    learn, test = prepared(rung, learn, test, rng)
    model = network(rung, rng)
    steps = epochs * -(-n_samples // 50)
    begin = time.process_time()
    model.fit(
        learn,
        labels,
        Adam(CosineDecay(rate, steps=steps)),
        epochs=epochs,
        batch_size=50,
        rng=rng,
        progress=False,
    )
    seconds = round(time.process_time() - begin, 2)
    both = (learn[:1500], labels[:1500]), (test, answers)
    right = [round(float(accuracy(model.predict(x), y)), 4) for x, y in both]
    return model, [*right, seconds]


def n_parameters(model):
    """Return how many weights and biases a model has."""
    return sum(
        getattr(part, name).size
        for part in model.parts
        for name in ("weights", "biases")
        if hasattr(part, name)
    )


def main():
    """Run everything and store it."""
    digest = hashlib.sha256()
    for name in CODE:
        digest.update((ROOT / "nnfs_code" / f"{name}.py").read_bytes())
    found = {
        "date": time.strftime("%Y-%m-%d"),
        "numpy": np.__version__,
        "code": digest.hexdigest()[:16],
        "parameters": {},
        "runs": {},
    }
    for rung in RUNGS:
        models, told = zip(*[run(rung, seed) for seed in SEEDS], strict=True)
        found["runs"][rung] = list(told)
        found["parameters"][rung] = n_parameters(models[0])
        print(rung, found["parameters"][rung], told, flush=True)
    STORED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
