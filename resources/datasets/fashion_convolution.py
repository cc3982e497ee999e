"""Train on all of Fashion-MNIST, once, and store what chapter 27 says of it.

    OPENBLAS_NUM_THREADS=1 python resources/datasets/fashion_convolution.py

All 60,000 training pictures, three seeds, a convolution network and a dense
one by the same recipe. Nothing is chosen by the test pictures: they are
measured once, at the end. It takes about six minutes of a processor. What it
leaves is ``fashion-convolution-runs.json``, and in
``fashion-convolution-network.npz`` the parameters of the first network. A
test makes a small part of it again.
"""

import hashlib
import json
import math
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.activations import ReLU  # noqa: E402
from nnfs_code.convolution import Conv2D, Flatten, MaxPool2D  # noqa: E402
from nnfs_code.data import fashion_mnist  # noqa: E402
from nnfs_code.layers import Dense  # noqa: E402
from nnfs_code.losses import SoftmaxCrossEntropy  # noqa: E402
from nnfs_code.metrics import accuracy  # noqa: E402
from nnfs_code.model import Model  # noqa: E402
from nnfs_code.optimizers import Adam  # noqa: E402
from nnfs_code.schedules import OneCycle  # noqa: E402

HERE = Path(__file__).parent
STORED = HERE / "fashion-convolution-runs.json"
WEIGHTS = HERE / "fashion-convolution-network.npz"
CODE = ("convolution", "correlation", "layers", "optimizers", "fitting")
SEEDS = (0, 1, 2)
KINDS = {"convolution": 7, "dense": 10}  # epochs
MOVES = (0, 1, 2, 3, 4)


def dense(n_inputs, n_neurons, rng):
    """Return a dense layer with first weights of variance 2 / n_inputs."""
    layer = Dense(n_inputs, n_neurons, rng=rng)
    layer.weights *= np.float32(100 * math.sqrt(2 / n_inputs))
    return layer


def network(kind, rng):
    """Return an untrained network of this kind."""
    if kind == "dense":
        parts = [Flatten(), dense(784, 128, rng), ReLU()]
        parts += [dense(128, 128, rng), ReLU(), dense(128, 10, rng)]
        return Model(parts, SoftmaxCrossEntropy())
    parts = []
    for sizes in ((1, 16), (16, 32)):
        layer = Conv2D(*sizes, 3, padding=1, rng=rng)
        parts += [layer, MaxPool2D(2), ReLU()]
    parts += [Flatten(), dense(1568, 64, rng), ReLU(), dense(64, 10, rng)]
    return Model(parts, SoftmaxCrossEntropy())


def parts_of_data(sample=False):
    """Return (pictures, labels) to learn from and to test on."""
    return [
        ((pictures[:, np.newaxis] / 255).astype(np.float32), labels)
        for pictures, labels in (
            fashion_mnist(part, sample=sample) for part in ("train", "test")
        )
    ]


def right_of(model, pictures, labels, pixels):
    """Return the share that is right of pictures moved to the right."""
    moved = np.zeros_like(pictures)
    moved[..., pixels:] = pictures[..., : 28 - pixels]
    return round(float(accuracy(model.predict(moved), labels)), 4)


def run(kind, seed, data, epochs):
    """Train one network; return it and what is stored of it."""
    learn, test = data
    rng = np.random.default_rng(seed)
    model = network(kind, rng)
    n_steps = epochs * math.ceil(len(learn[0]) / 128)
    schedule = OneCycle(0.004, steps=n_steps, rise=n_steps // 4)
    begin = time.process_time()
    history = model.fit(
        *learn,
        Adam(schedule),
        epochs=epochs,
        batch_size=128,
        rng=rng,
        progress=False,
    )
    return model, {
        "seconds": round(time.process_time() - begin, 1),
        "loss": [round(value, 4) for value in history.loss],
        "right": [right_of(model, *test, pixels) for pixels in MOVES],
    }


def parameters_of(model):
    """Return the weights and biases of a model, by part and name."""
    return {
        f"{at}.{name}": getattr(part, name)
        for at, part in enumerate(model.parts)
        for name in ("weights", "biases")
        if hasattr(part, name)
    }


def main():
    """Run everything and store it."""
    data, digest = parts_of_data(), hashlib.sha256()
    for name in CODE:
        digest.update((ROOT / "nnfs_code" / f"{name}.py").read_bytes())
    found = {
        "date": time.strftime("%Y-%m-%d"),
        "numpy": np.__version__,
        "code": digest.hexdigest()[:16],
        "epochs": KINDS,
        "runs": {kind: [] for kind in KINDS},
    }
    for kind, epochs in KINDS.items():
        for seed in SEEDS:
            model, told = run(kind, seed, data, epochs)
            found["runs"][kind].append(told)
            print(kind, seed, told, flush=True)
            if (kind, seed) == ("convolution", 0):
                arrays = parameters_of(model)
                np.savez_compressed(
                    WEIGHTS,
                    **{k: v.astype(np.float16) for k, v in arrays.items()},
                )
    STORED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
