"""Train what chapter 33 compares on all of Fashion-MNIST, once, and store it.

    OPENBLAS_NUM_THREADS=1 python resources/datasets/returns_runs.py

With names of rungs behind it, it makes those alone.

50,000 of the training pictures to learn from, the other 10,000 to choose by
(one number that makes the chances softer), and the 10,000 test pictures, once,
at the end. It takes about a quarter of an hour of a processor. The forest
needs scikit-learn. What it leaves is ``returns-runs.npz``:

``NAME/chosen``
    what each run decides about each test picture, at the prices of the case:
    a row per seed, the number of a bin, or 10 for the clerk
``NAME/test``, ``NAME/choose``
    what the middle run says of each picture, packed, before it is made softer
``NAME/divisor``
    the number that makes it softer
``labels/test``, ``labels/choose``
    what the pictures are
``nearest``
    how far each test picture is from the nearest of the 50,000
``about``
    settings, versions, the digest of the code, and the scores of each run
"""

import hashlib
import json
import math
import sys
import time
from functools import cached_property
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.activations import ReLU  # noqa: E402
from nnfs_code.convolution import Conv2D, Flatten, MaxPool2D  # noqa: E402
from nnfs_code.data import fashion_mnist, split  # noqa: E402
from nnfs_code.decisions import best_actions, cost_of  # noqa: E402
from nnfs_code.edges import edge_histograms  # noqa: E402
from nnfs_code.layers import Dense  # noqa: E402
from nnfs_code.losses import SoftmaxCrossEntropy  # noqa: E402
from nnfs_code.model import Model  # noqa: E402
from nnfs_code.optimizers import Adam  # noqa: E402
from nnfs_code.routing import packed, returns_costs, softer  # noqa: E402
from nnfs_code.schedules import OneCycle  # noqa: E402

STORED = Path(__file__).with_name("returns-runs.npz")
CODE = (
    "convolution",
    "correlation",
    "layers",
    "optimizers",
    "fitting",
    "edges",
)
SEEDS = range(5)
DIVISORS = np.round(np.arange(0.5, 3.01, 0.05), 2)
# Name: kind, pictures to learn from, epochs (of the forest: trees).
RUNGS = {
    "linear": ("linear", 50_000, 20),
    "edges": ("edges", 50_000, 20),
    "dense": ("dense", 50_000, 10),
    "dense on edges": ("dense on edges", 50_000, 10),
    "convolution": ("convolution", 50_000, 5),
    "forest": ("forest", 50_000, 60),
    "edges 2,000": ("edges", 2_000, 100),
    "dense on edges 2,000": ("dense on edges", 2_000, 50),
    "convolution 2,000": ("convolution", 2_000, 25),
}
RATES = {"edges": 0.02}  # the others 0.004
KEPT = ("edges", "convolution", "dense on edges")  # what they say, too


def dense(n_inputs, n_neurons, rng):
    """Return a dense layer with first weights of variance 2 / n_inputs."""
    layer = Dense(n_inputs, n_neurons, rng=rng)
    layer.weights *= np.float32(100 * math.sqrt(2 / n_inputs))
    return layer


def network(kind, rng):
    """Return an untrained network, or linear model, of this kind."""
    parts = [Flatten()]
    if kind == "linear":
        parts += [dense(784, 10, rng)]
    elif kind == "edges":
        parts += [dense(441, 10, rng)]
    elif kind.startswith("dense"):
        n_inputs = 441 if kind.endswith("edges") else 784
        parts += [dense(n_inputs, 128, rng), ReLU()]
        parts += [dense(128, 128, rng), ReLU(), dense(128, 10, rng)]
    else:
        parts = []
        for sizes in ((1, 16), (16, 32)):
            layer = Conv2D(*sizes, 3, padding=1, rng=rng)
            parts += [layer, MaxPool2D(2), ReLU()]
        parts += [Flatten(), dense(1568, 64, rng), ReLU(), dense(64, 10, rng)]
    return Model(parts, SoftmaxCrossEntropy())


def split_data(sample=False):
    """Return {"learn", "choose", "test"}: pictures from 0 to 1, and labels."""
    pictures, labels = fashion_mnist("train", sample=sample)
    learn, choose = split(
        len(labels), 1 / 6, rng=np.random.default_rng(0), classes=labels
    )
    test, answers = fashion_mnist("test", sample=sample)
    return {
        "learn": Part(scaled(pictures[learn]), labels[learn]),
        "choose": Part(scaled(pictures[choose]), labels[choose]),
        "test": Part(scaled(test), answers),
    }


class Part:
    """Pictures and their labels; the edges are measured when asked for."""

    def __init__(self, pictures, labels):
        self.pictures, self.labels = pictures, labels

    @cached_property
    def edges(self):
        """Return the engineer's numbers."""
        return edge_histograms(self.pictures)

    def inputs(self, kind):
        """Return what a rung of this kind gets."""
        return self.edges if kind.endswith("edges") else self.pictures


def scaled(pictures):
    """Return pictures as the networks get them."""
    return (pictures[:, np.newaxis] / 255).astype(np.float32)


def trained(rung, seed, part):
    """Return what tells the chances of a part, after learning of one."""
    kind, n_samples, epochs = RUNGS[rung]
    rng = np.random.default_rng(seed)
    inputs, labels = part.inputs(kind), part.labels
    if n_samples < len(labels):
        share = n_samples / len(labels)
        _, some = split(len(labels), share, rng=rng, classes=labels)
        inputs, labels = inputs[some], labels[some]
    if kind == "forest":
        from sklearn.ensemble import ExtraTreesClassifier

        trees = ExtraTreesClassifier(epochs, random_state=seed, n_jobs=1)
        trees.fit(inputs.reshape(len(inputs), -1), labels)
        return lambda p: trees.predict_proba(p.pictures.reshape(-1, 784))
    model = network(kind, rng)
    n_steps = epochs * math.ceil(len(labels) / 128)
    model.fit(
        inputs,
        labels,
        Adam(
            OneCycle(RATES.get(kind, 0.004), steps=n_steps, rise=n_steps // 4)
        ),
        epochs=epochs,
        batch_size=128,
        rng=rng,
        progress=False,
    )
    return lambda p: model.predict(p.inputs(kind))


def log_loss(chances, labels):
    """Return the mean cross-entropy."""
    of_truth = chances[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(of_truth, 1e-9)).mean())


def divisor_of(chances, labels):
    """Return the divisor of scores whose cross-entropy is least."""
    chances = np.maximum(chances, 1e-6)
    chances = chances / chances.sum(axis=1, keepdims=True)
    return float(
        min(DIVISORS, key=lambda by: log_loss(softer(chances, by), labels))
    )


def run(rung, seed, data):
    """Train one; return its scores, and chances for choosing and test."""
    begin = time.process_time()
    says = trained(rung, seed, data["learn"])
    seconds = time.process_time() - begin
    choose = says(data["choose"]).astype(np.float64)
    begin = time.process_time()
    test = says(data["test"]).astype(np.float64)
    running = time.process_time() - begin
    answers = data["test"].labels
    by = divisor_of(choose, data["choose"].labels)
    bins = best_actions(softer(test, by), returns_costs())
    told = {
        "seconds": round(seconds, 1),
        "seconds per 1,000": round(1000 * running / len(answers), 3),
        "divisor": by,
        "log loss choosing": round(
            log_loss(softer(choose, by), data["choose"].labels), 4
        ),
        "right": round(float((test.argmax(axis=1) == answers).mean()), 4),
        "cost": round(
            float(cost_of(bins, answers, returns_costs()).mean()), 3
        ),
    }
    return told, choose, test, bins.astype(np.uint8)


def nearest(data):
    """Return how far each test picture is from its nearest of `learn`.

    The root of the mean squared difference of the greys, from 0 to 1.
    """
    known = data["learn"].pictures.reshape(-1, 784)
    squares, found = (known**2).sum(axis=1), []
    for some in np.array_split(data["test"].pictures.reshape(-1, 784), 40):
        apart = squares - 2 * some @ known.T
        apart = apart.min(axis=1) + (some**2).sum(axis=1)
        found.append(np.sqrt(np.maximum(apart, 0) / 784))
    return np.concatenate(found).astype(np.float16)


def digest():
    """Return the digest of the code that the runs depend on."""
    found = hashlib.sha256()
    for name in CODE:
        found.update((ROOT / "nnfs_code" / f"{name}.py").read_bytes())
    return found.hexdigest()[:16]


def stored():
    """Return what is in the file so far."""
    if not STORED.exists():
        return {"about": np.array(json.dumps({"runs": {}}))}
    with np.load(STORED) as arrays:
        return dict(arrays)


def write(about, **arrays):
    """Add to the file, and to what it says of its making."""
    before = stored()
    found = json.loads(str(before["about"]))
    runs = {**found["runs"], **about.pop("runs", {})}
    text = np.array(json.dumps({**found, **about, "runs": runs}))
    np.savez_compressed(STORED, **{**before, **arrays, "about": text})


def common(data):
    """Store what no run depends on."""
    import sklearn

    begin = time.process_time()
    _ = data["choose"].edges
    seconds = (time.process_time() - begin) / 10
    write(
        {
            "seconds per 1,000 for edges": round(seconds, 3),
            "date": time.strftime("%Y-%m-%d"),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "digest": digest(),
        },
        nearest=nearest(data),
        **{
            f"labels/{name}": data[name].labels.astype(np.uint8)
            for name in ("choose", "test")
        },
    )


def main(rungs):
    """Run these rungs, or all and what is common; write after each."""
    data = split_data()
    if not rungs:
        STORED.unlink(missing_ok=True)
    if not rungs or rungs[0] == "common":
        common(data)
    for rung in [r for r in rungs if r != "common"] or RUNGS:
        found = []
        for seed in SEEDS:
            found.append(run(rung, seed, data))
            print(rung, seed, found[-1][0], flush=True)
        arrays = {}
        if "," not in rung:
            arrays[f"{rung}/chosen"] = np.stack([bins for *_, bins in found])
        if rung in KEPT:
            by_loss = [told["log loss choosing"] for told, *_ in found]
            told, choose, test, _ = found[int(np.argsort(by_loss)[2])]
            arrays[f"{rung}/test"] = packed(test)
            arrays[f"{rung}/divisor"] = np.array(told["divisor"])
            if rung == KEPT[-1]:
                arrays[f"{rung}/choose"] = packed(choose)
        write({"runs": {rung: [told for told, *_ in found]}}, **arrays)


if __name__ == "__main__":
    main(sys.argv[1:])
