"""Train on changed pictures, once, and store what chapter 27 says of it.

    OPENBLAS_NUM_THREADS=1 python resources/datasets/augmentation_runs.py

The small convolution network of chapter 26 learns from the 2,000 pictures of
the sample, as they are or with one kind of change, drawn anew in each epoch.
It is measured on all 10,000 test pictures, as they are and changed; five
seeds. What it leaves is ``augmentation-runs.json``. A test makes a small part
of it again.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from convolution_runs import network  # noqa: E402

from nnfs_code.data import fashion_mnist  # noqa: E402
from nnfs_code.metrics import accuracy  # noqa: E402
from nnfs_code.optimizers import Adam  # noqa: E402
from nnfs_code.schedules import CosineDecay  # noqa: E402
from nnfs_code.seeing import moved, turned  # noqa: E402

STORED = Path(__file__).with_name("augmentation-runs.json")
CODE = ("convolution", "correlation", "layers", "optimizers", "seeing")
SEEDS = range(5)
EPOCHS = 30
KINDS = ("as they are", "mirrored", "moved", "turned")


def changed(kind, pictures, rng):
    """Return the pictures with changes of this kind, in 40 groups.

    Each group is moved by up to two pixels, or turned by up to 15 degrees,
    or mirrored with a chance of one half.
    """
    if kind == "as they are":
        return pictures
    found = np.empty_like(pictures)
    for group in np.array_split(rng.permutation(len(pictures)), 40):
        some = pictures[group]
        if kind == "mirrored":
            found[group] = some[..., ::-1] if rng.integers(2) else some
        elif kind == "moved":
            down, right = rng.integers(-2, 3, size=2)
            found[group] = moved(some, int(down), int(right))
        else:
            found[group] = turned(some, rng.uniform(-15, 15))
    return found


def run(kind, seed, tests, answers, epochs=EPOCHS):
    """Return the accuracies on the test pictures, by kind of change."""
    pictures, labels = fashion_mnist(sample=True)
    inputs = (pictures[:, np.newaxis] / 255).astype(np.float32)
    rng = np.random.default_rng(seed)
    model = network("convolution", rng)
    adam = Adam(CosineDecay(0.01, steps=40 * epochs))
    begin = time.process_time()
    for _ in range(epochs):
        learn = changed(kind, inputs, rng)
        model.fit(
            learn,
            labels,
            adam,
            epochs=1,
            batch_size=50,
            rng=rng,
            progress=False,
        )
    seconds = time.process_time() - begin
    chances = [model.predict(one) for one in tests]
    right = [round(float(accuracy(one, answers)), 4) for one in chances]
    return [*right, round(seconds, 2)]


def measured_on(*, sample=False):
    """Return the test pictures with each change, and their labels.

    Those that are moved and turned have the same draw for each network.
    """
    pictures, labels = fashion_mnist("test", sample=sample)
    inputs = (pictures[:, np.newaxis] / 255).astype(np.float32)
    tests = [changed(k, inputs, np.random.default_rng(27)) for k in KINDS]
    tests[1] = inputs[..., ::-1].copy()  # all of them mirrored
    return tests, labels


def main():
    """Run everything and store it."""
    digest = hashlib.sha256()
    for name in CODE:
        digest.update((ROOT / "nnfs_code" / f"{name}.py").read_bytes())
    found = {
        "date": time.strftime("%Y-%m-%d"),
        "numpy": np.__version__,
        "code": digest.hexdigest()[:16],
        "runs": {},
    }
    tests, labels = measured_on()
    for kind in KINDS:
        told = [run(kind, seed, tests, labels) for seed in SEEDS]
        found["runs"][kind] = told
        print(kind, told, flush=True)
    STORED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
