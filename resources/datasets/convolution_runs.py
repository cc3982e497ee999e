"""Train the small networks of chapter 26, and store what they get right.

    python resources/datasets/convolution_runs.py

Five seeds for each of four networks, on the sample of Fashion-MNIST. Stored
is the share of the 400 test pictures that each gets right, as they are and
moved to the right by up to four pixels; and, for comparison, with the last
four columns dark and nothing moved. A test makes one run again.
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
    MaxPool2D,
)
from nnfs_code.data import fashion_mnist  # noqa: E402
from nnfs_code.layers import Dense  # noqa: E402
from nnfs_code.losses import SoftmaxCrossEntropy  # noqa: E402
from nnfs_code.metrics import accuracy  # noqa: E402
from nnfs_code.model import Model  # noqa: E402
from nnfs_code.optimizers import Adam  # noqa: E402
from nnfs_code.schedules import CosineDecay  # noqa: E402

STORED = Path(__file__).with_name("convolution-runs.json")
CODE = ("convolution", "correlation", "layers", "optimizers", "fitting")
SEEDS = range(5)
KINDS = {  # epochs
    "dense, 10 epochs": 10,
    "dense, 100 epochs": 100,
    "convolution, 10 epochs": 10,
    "convolution, means, 10 epochs": 10,
}


def network(kind, rng):
    """Return an untrained network of this kind."""
    if kind.startswith("dense"):
        parts = [Flatten(), Dense(784, 32, rng=rng), ReLU()]
        last = Dense(32, 10, rng=rng)
    else:
        parts = []
        for sizes in ((1, 4), (4, 8)):
            layer = Conv2D(*sizes, 3, padding=1, rng=rng)
            parts += [layer, MaxPool2D(2), ReLU()]
        means = "means" in kind
        parts.append(GlobalMeanPool() if means else Flatten())
        last = Dense(8 if means else 392, 10, rng=rng)
    return Model([*parts, last], SoftmaxCrossEntropy())


def right_of(model, pictures, labels, pixels):
    """Return the share that is right of pictures moved to the right."""
    moved = np.zeros_like(pictures)
    moved[..., pixels:] = pictures[..., : 28 - pixels]
    return share(model, moved, labels)


def share(model, pictures, labels):
    """Return the share that is right, as it is stored."""
    return round(float(accuracy(model.predict(pictures), labels)), 4)


def run(kind, seed, epochs=None):
    """Return the accuracies of one network, and its CPU time.

    They are those by pixels moved, and that with four columns dark.
    """
    (pictures, labels), (test, answers) = (
        fashion_mnist(part, sample=True) for part in ("train", "test")
    )
    inputs, tests = (
        (one[:, np.newaxis] / 255).astype(np.float32)
        for one in (pictures, test)
    )
    rng = np.random.default_rng(seed)
    model, epochs = network(kind, rng), epochs or KINDS[kind]
    adam = Adam(CosineDecay(0.01, steps=40 * epochs))
    start = time.process_time()
    model.fit(
        inputs,
        labels,
        adam,
        epochs=epochs,
        batch_size=50,
        rng=rng,
        progress=False,
    )
    seconds = time.process_time() - start
    right = [right_of(model, tests, answers, p) for p in range(5)]
    dark = tests.copy()
    dark[..., 24:] = 0
    return right, share(model, dark, answers), round(seconds, 2)


def main():
    digest = hashlib.sha256()
    for name in CODE:
        digest.update((ROOT / "nnfs_code" / f"{name}.py").read_bytes())
    runs = {kind: [run(kind, seed) for seed in SEEDS] for kind in KINDS}
    content = {
        "date": "2026-11-27",
        "numpy": np.__version__,
        "code": digest.hexdigest()[:16],
        "right": {k: [right for right, *_ in v] for k, v in runs.items()},
        "dark": {k: [dark for _, dark, _ in v] for k, v in runs.items()},
        "seconds": {k: [s for *_, s in v] for k, v in runs.items()},
    }
    STORED.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(json.dumps(content))


if __name__ == "__main__":
    main()
