"""Train on all 60,000 pictures, and store what chapter 19 says of it.

It takes about five minutes of one processor, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 python tests/chapters/full_19.py

With ``check`` behind it, it makes one run again and compares. The workflow
that publishes does that, so it needs all pictures.

``fashion-mnist-runs.json`` and ``fashion-mnist-wrong.npz`` in the folder
``resources/datasets`` are what it leaves. ``test_19_full.py`` looks whether
they are whole, and makes one of the runs again where all pictures are at hand.
"""

# ruff: noqa: E402
import hashlib
import io
import json
import os
import sys
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "chapters")]

from nnfs_code.activations import Softmax
from nnfs_code.data import DEBIAN, FASHION_FILES, cache_folder, fashion_mnist
from nnfs_code.data import split as data_split
from nnfs_code.metrics import accuracy
from scripted import definitions

DATA = ROOT / "resources" / "datasets"
STORED = DATA / "fashion-mnist-runs.json"
WRONG = DATA / "fashion-mnist-wrong.npz"
SCRIPT = definitions("ch19_a_real_dataset")
SEEDS = (0, 1, 2)
ALL = "start shuffled standardised cycle"
RECIPES = (
    "",
    "start",
    "shuffled",
    "start shuffled",
    "start shuffled standardised",
    "start shuffled cycle",
    ALL,
)
LINEAR = ("shuffled", "shuffled standardised", "shuffled cycle")
NEIGHBOURS = (1, 3, 5, 9)


def at_hand() -> bool:
    """Return whether all four files are on this machine."""
    places = (cache_folder(), DEBIAN)
    return all(
        any((place / name).is_file() for place in places)
        for name in FASHION_FILES
    )


@cache
def pictures() -> dict:
    """Return the parts: all, a test set, and all cut in two at random."""
    learn, test = fashion_mnist(), fashion_mnist("test")
    rng = np.random.default_rng(19)
    rest, held = data_split(60_000, 1 / 12, rng=rng, classes=learn[1])
    order = np.random.default_rng(19).permutation(rest)  # once, as the book
    rows = SCRIPT["rows"]
    everything = np.random.default_rng(19).permutation(60_000)
    return {
        "rest": (rows(learn[0][order]), learn[1][order]),
        "held": (rows(learn[0][held]), learn[1][held]),
        "all": (rows(learn[0][everything]), learn[1][everything]),
        "test": (rows(test[0]), test[1]),
    }


def validated(steps: str, seed: int, **how) -> dict:
    """Train on 55,000 and return what 5,000 others say after each epoch."""
    parts = pictures()
    _, history = SCRIPT["climb"](
        steps, parts["rest"], parts["held"], seed, **how
    )
    return {
        "steps": steps,
        "seed": seed,
        "validation": history.validation_metric,
        "training": history.metric[-1],
    }


def tested(steps: str, seed: int, **how) -> np.ndarray:
    """Train on all 60,000; return the scores of the test pictures."""
    parts = pictures()
    return SCRIPT["climb"](steps, parts["all"], parts["test"], seed, **how)[0]


def neighbours(learn, other, counts) -> dict[int, np.ndarray]:
    """Return the votes of the nearest pictures, for several numbers of them.

    Of classes with as many votes, that of the nearer pictures wins.
    """
    squares = (learn[0] ** 2).sum(axis=1)
    found = {count: [] for count in counts}
    for at in range(0, len(other[0]), 250):
        near = squares - 2 * other[0][at : at + 250] @ learn[0].T
        first = np.argpartition(near, max(counts), axis=1)[:, : max(counts)]
        sizes = np.take_along_axis(near, first, axis=1)
        first = np.take_along_axis(first, np.argsort(sizes, axis=1), axis=1)
        labels = learn[1][first]
        for count in counts:
            weights = 1 + 0.01 * (count - np.arange(count))
            votes = np.zeros((len(labels), 10))
            for place in range(count):
                votes[np.arange(len(labels)), labels[:, place]] += weights[
                    place
                ]
            found[count].append(votes.argmax(axis=1))
    return {count: np.concatenate(all_) for count, all_ in found.items()}


def of_neighbours() -> tuple[dict, np.ndarray]:
    """Choose how many neighbours on 5,000 pictures; return the answers."""
    parts = pictures()
    found = neighbours(parts["rest"], parts["held"], NEIGHBOURS)
    right = {
        k: float((v == parts["held"][1]).mean()) for k, v in found.items()
    }
    best = max(right, key=right.get)
    answers = neighbours(parts["all"], parts["test"], (best,))[best]
    test = float((answers == parts["test"][1]).mean())
    return {"validation": right, "best": best, "test": test}, answers


def of_lines() -> tuple[dict, np.ndarray]:
    """Choose a recipe for a linear model likewise; return its answers."""
    how = {"sizes": (784, 10)}
    runs = [validated(s, seed, **how) for s in LINEAR for seed in SEEDS]
    right = {
        steps: np.median(
            [r["validation"][-1] for r in runs if r["steps"] == steps]
        )
        for steps in LINEAR
    }
    best = max(right, key=right.get)
    scores = [tested(best, seed, **how) for seed in SEEDS]
    test = [accuracy(s, pictures()["test"][1]) for s in scores]
    found = {"runs": runs, "best": best, "test": test}
    return found, scores[0].argmax(axis=1)


def store_wrong(places, guesses, sure) -> None:
    """Write the pictures that the page shows, unchanged, with their labels."""
    shown, labels = fashion_mnist("test")
    arrays = {
        "pictures": shown[places],
        "labels": labels[places].astype(np.uint8),
        "guesses": guesses[places].astype(np.uint8),
        "sure": sure[places].round(4),
        "places": places.astype(np.int32),
    }
    with zipfile.ZipFile(WRONG, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue())


def errors(scores, others) -> dict:
    """Return what is wrong on the test set, and store the surest of it."""
    labels = pictures()["test"][1]
    chances = np.mean([Softmax().forward(s) for s in scores], axis=0)
    guesses, sure = chances.argmax(axis=1), chances.max(axis=1)
    wrong = guesses != labels
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, guesses), 1)
    each = np.array([s.argmax(axis=1) != labels for s in scores])
    nobody = each.all(axis=0) & np.all([o != labels for o in others], axis=0)
    order = np.flatnonzero(wrong)
    order = order[np.argsort(-sure[order], kind="stable")]
    store_wrong(order[:48], guesses, sure)
    return {
        "together": float(1 - wrong.mean()),
        "confusion": confusion.tolist(),
        "wrong by all three": int(each.all(axis=0).sum()),
        "wrong by one at least": int(each.any(axis=0).sum()),
        "wrong by all five": int(nobody.sum()),
        "wrong above 0.99": int((wrong & (sure > 0.99)).sum()),
        "above 0.99": int((sure > 0.99).sum()),
    }


def mark() -> str:
    """Return one SHA-256 for the contents of all four files."""
    sums = "".join(unpacked for _, unpacked in FASHION_FILES.values())
    return hashlib.sha256(sums.encode()).hexdigest()


def main() -> None:
    """Run everything and store it."""
    assert os.environ.get("OPENBLAS_NUM_THREADS") == "1", "one thread"
    labels = pictures()["test"][1]
    found = {"data": mark(), "numpy": np.__version__}
    found["ladder"] = [validated(s, seed) for s in RECIPES for seed in SEEDS]
    scores = {s: [tested(s, seed) for seed in SEEDS] for s in TESTED}
    found["test"] = {
        s: [accuracy(one, labels) for one in those]
        for s, those in scores.items()
    }
    found["linear"], lines = of_lines()
    found["neighbours"], near = of_neighbours()
    found["errors"] = errors(scores[ALL], [lines, near])
    STORED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def remade() -> tuple[float, float]:
    """Make one run of the ladder again; return its result, and the stored.

    Another processor rounds otherwise, and a training in float32 takes that
    for another seed: look whether the two are about as near as two seeds.
    """
    stored = json.loads(STORED.read_text("utf-8"))
    assert stored["data"] == mark(), "the stored runs are of other data"
    found = validated("start shuffled", 0)["validation"][-1]
    return found, next(
        run["validation"][-1]
        for run in stored["ladder"]
        if (run["steps"], run["seed"]) == ("start shuffled", 0)
    )


TESTED = ("", "start shuffled", ALL)
NEAR = 0.015

if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        found, stored = remade()
        print(f"chapter 19, all pictures: {found:.4f}, stored {stored:.4f}")
        sys.exit(abs(found - stored) > NEAR)
    main()
