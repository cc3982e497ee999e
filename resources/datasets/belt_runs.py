"""Train what chapter 33 compares on surfaces, once, and store the results.

    OPENBLAS_NUM_THREADS=1 python resources/datasets/belt_runs.py

Five seeds of each rung, 20 epochs of 4,500 patches. It takes about four
minutes of a processor. ``belt-runs.json`` has for each rung and seed the
accuracy and the cost on 1,500 patches of the right halves, as they are and
seen in other ways; for patches ever farther from those that were learned
from; and for a photograph that was never seen; and what each does with the
patches of 96 blocks. ``belt-network.npz`` is the network of the rung
"convolution" that is the middle one on these blocks. With words behind it, it
makes those parts again whose name has one of them.
"""

import hashlib
import json
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from surfaces_runs import network  # noqa: E402

from nnfs_code.decisions import best_actions, cost_of  # noqa: E402
from nnfs_code.layers import Dense  # noqa: E402
from nnfs_code.losses import SoftmaxCrossEntropy  # noqa: E402
from nnfs_code.model import Model  # noqa: E402
from nnfs_code.optimizers import Adam  # noqa: E402
from nnfs_code.schedules import CosineDecay  # noqa: E402
from nnfs_code.surfaces import (  # noqa: E402
    belt_costs,
    block_patches,
    patches,
    photographs,
    texture_numbers,
    zoomed,
)

STORED = Path(__file__).with_name("belt-runs.json")
NETWORK = Path(__file__).with_name("belt-network.npz")
CODE = ("convolution", "correlation", "layers", "optimizers", "surfaces")
SEEDS = range(5)
EPOCHS = {"nine numbers": 60}
RATES = {"nine numbers": 0.1}  # the others 0.01
RUNGS = ("linear, pixels", "dense, pixels", "nine numbers", "convolution")
PICTURES = photographs()
BLOCKS = block_patches(PICTURES[..., 256:], 16, rng=np.random.default_rng(0))
NEAR = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4)  # 1: as in learning


def blurred(pictures):
    """Return pictures out of focus: the mean of 2 by 2 pixels."""
    rows = (pictures[:, 1:] + pictures[:, :-1]) / 2
    return (rows[..., 1:] + rows[..., :-1]) / 2


def noisy(pictures):
    """Return pictures with the grain of a dark day."""
    rng = np.random.default_rng(7)
    grain = rng.standard_normal(pictures.shape).astype(np.float32)
    return pictures + np.float32(0.05) * grain


def darker(pictures):
    """Return pictures in which shadows are darker still."""
    return pictures ** np.float32(1.5)


WAYS = {
    "as they are": lambda p: p,
    "darker": darker,
    "grain": noisy,
    "out of focus": blurred,
}


class Belt:
    """A model of a rung, and what it does to patches before."""

    def __init__(self, rung, cut, labels, seed):
        rng = np.random.default_rng(100 + seed)
        self.nine = rung == "nine numbers"
        if self.nine:
            numbers = texture_numbers(cut)
            self.mean, self.spread = numbers.mean(axis=0), numbers.std(axis=0)
            parts = [Dense(9, labels.max() + 1, rng=rng)]
            self.model = Model(parts, SoftmaxCrossEntropy())
        else:
            *parts, last = network(rung, rng).parts
            if labels.max() == 1:
                last = Dense(len(last.weights), 2, rng=rng)
            self.model = Model([*parts, last], SoftmaxCrossEntropy())
        epochs = EPOCHS.get(rung, 20)
        steps = epochs * -(-len(labels) // 50)
        begin = time.process_time()
        self.model.fit(
            self.inputs(cut),
            labels,
            Adam(CosineDecay(RATES.get(rung, 0.01), steps=steps)),
            epochs=epochs,
            batch_size=50,
            rng=rng,
            progress=False,
        )
        self.seconds = round(time.process_time() - begin, 2)

    def inputs(self, cut):
        """Return what the model gets of these patches."""
        if not self.nine:
            return cut
        numbers = (texture_numbers(cut) - self.mean) / self.spread
        return numbers.astype(np.float32)

    def says(self, cut):
        """Return the chances."""
        return self.model.predict(self.inputs(cut)).astype(np.float64)

    def scores(self, cut, labels):
        """Return how many are right, what they cost, and who is asked."""
        said = self.says(cut)
        actions = best_actions(said, belt_costs())
        return [
            round(float((said.argmax(axis=1) == labels).mean()), 4),
            round(float(cost_of(actions, labels, belt_costs()).mean()), 3),
            round(float((actions == 3).mean()), 3),
        ]


def cut_from(pictures, n_samples, seed):
    """Return patches of 20 by 20, and their labels."""
    rng = np.random.default_rng(seed)
    return patches(pictures, n_samples, size=20, rng=rng)


def in_ways(rung, seed):
    """Train on the left halves; measure the right ones in all ways."""
    learn = cut_from(PICTURES[..., :256], 4500, seed)
    belt = Belt(rung, *learn, seed)
    found = {
        way: belt.scores(*cut_from(make(PICTURES[..., 256:]), 1500, 50 + seed))
        for way, make in WAYS.items()
    }
    return belt, {"seconds": belt.seconds, **found}


def at_distances(rung, seed, distances):
    """Train on left halves at half the size; measure the right ones.

    A camera that is `near` times as near sees them `near` times as large.
    What is learned from is at these `distances`, as many patches of each.
    """
    cut = [
        cut_from(zoomed(PICTURES[..., :256], near / 2), n, 100 * seed + i)
        for i, near in enumerate(distances)
        for n in [4500 // len(distances)]
    ]
    learn = [np.concatenate(one) for one in zip(*cut, strict=True)]
    belt = Belt(rung, *learn, seed)
    return [
        belt.scores(
            *cut_from(zoomed(PICTURES[..., 256:], near / 2), 1500, 50 + seed)
        )
        for near in NEAR
    ]


def ever_farther(rung, seed):
    """Train on the first quarter; measure on it and on the others."""
    belt = Belt(rung, *cut_from(PICTURES[..., :128], 4500, seed), seed)
    return [
        belt.scores(
            *cut_from(PICTURES[..., at : at + 128], 1500, 50 + 10 * seed + at)
        )[0]
        for at in (0, 128, 256, 384)
    ]


def new_photograph(rung, seed, known):
    """Learn stone (0) from grass (1) on the left halves of photographs.

    Return the share of patches of each right half that is right.
    """
    left = PICTURES[[*known]][..., :256]
    cut, which = cut_from(left, 4500, seed)
    belt = Belt(rung, cut, (np.array(known)[which] == 1).astype(int), seed)
    found = []
    for k in range(3):
        other, _ = cut_from(PICTURES[k : k + 1, :, 256:], 500, 50 + seed)
        said = belt.says(other).argmax(axis=1)
        found.append(round(float((said == (k == 1)).mean()), 4))
    return found


def digest():
    """Return the digest of the code that the runs depend on."""
    found = hashlib.sha256()
    for name in CODE:
        found.update((ROOT / "nnfs_code" / f"{name}.py").read_bytes())
    return found.hexdigest()[:16]


def on_blocks(belt):
    """Return what is done with each patch of the blocks, as digits."""
    actions = best_actions(belt.says(BLOCKS[0]), belt_costs())
    return "".join(map(str, actions))


def ways(rung):
    """Return how five runs of a rung do in all ways, and on blocks."""
    belts, runs = zip(*[in_ways(rung, seed) for seed in SEEDS], strict=True)
    digits = [on_blocks(belt) for belt in belts]
    if rung == "convolution":
        cents = [
            cost_of(np.array([*map(int, one)]), BLOCKS[1], belt_costs()).sum()
            for one in digits
        ]
        belts[int(np.argsort(cents)[2])].model.save(NETWORK)
    return {"ways": list(runs), "blocks": digits}


def jobs():
    """Return each section, name, and what fills it."""
    known = ((0, 1), (1, 2), (0, 1, 2))
    return [
        *[("ways", rung, partial(ways, rung)) for rung in RUNGS],
        *[
            (
                "distances",
                rung + tail,
                partial(seeds, at_distances, rung, distances=distances),
            )
            for rung in RUNGS[2:]
            for tail, distances in (("", (1.0,)), (", prepared", NEAR))
        ],
        *[
            ("farther", rung, partial(seeds, ever_farther, rung))
            for rung in RUNGS[1:]
        ],
        *[
            (
                "photograph",
                f"{rung}, {len(some)} from {some[0]}",
                partial(seeds, new_photograph, rung, known=some),
            )
            for rung in RUNGS[2:]
            for some in known
        ],
    ]


def seeds(measure, rung, **settings):
    """Return what is measured with each seed."""
    return [measure(rung, seed, **settings) for seed in SEEDS]


def main(words):
    """Run everything, or what has one of these words; store it."""
    found = {"blocks": {}}
    if words:
        found = json.loads(STORED.read_text("utf-8"))
    found |= {
        "date": time.strftime("%Y-%m-%d"),
        "numpy": np.__version__,
        "code": digest(),
        "near": NEAR,
    }
    for section, name, fill in jobs():
        title = f"{section} {name}"
        if not words or any(word in title for word in words):
            values = fill()
            if section == "ways":
                found.setdefault("blocks", {})[name] = values["blocks"]
                values = values["ways"]
            found.setdefault(section, {})[name] = values
            print(title, values[0], flush=True)
            STORED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
