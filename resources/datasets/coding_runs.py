"""Make coding-runs.npz: to which desk models send each title.

It takes about 20 minutes of one processor, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 python resources/datasets/coding_runs.py

Each rung judges each title twice: by a model that learned from four folds of
a random split, and by one that learned from four folds of whole families. The
model of fold k starts from seed k. With names of rungs behind it, only these
are made anew. Per split and rung the file holds the desk that is said, and how
sure the model is: 16 times the logit of its probability, rounded. ``sample``
are the titles (every fourth of each random fold) that are also written like
notes; ``seeds``, five trainings on the first fold of families. ``about`` has
settings, choices, versions and times.
"""

# ruff: noqa: E402
import hashlib
import json
import os
import platform
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.arrays import Array, Labels
from nnfs_code.bag_models import bag_model, trained_on_bags
from nnfs_code.bags import Vocabulary
from nnfs_code.data import split
from nnfs_code.diagnoses import (
    chapters_of,
    diagnosis_titles,
    pieces_of,
    words_of,
)
from nnfs_code.notes import NOTES
from nnfs_code.readers import learn_to_read, read, reader
from nnfs_code.tokenizers import BytePairTokenizer
from nnfs_code.validation import folds

STORED = Path(__file__).with_name("coding-runs.npz")
CODES, TITLES = diagnosis_titles()
DESK = chapters_of(CODES)
FAMILY = np.array([code[:3] for code in CODES])
N = len(TITLES)
ALPHABET = "\n abcdefghijklmnopqrstuvwxyz0123456789"
CUT = {"words": (words_of, 1), "pieces": (pieces_of, 3)}
GRID = {
    "linear": [
        (0, rate, n) for rate in (0.03, 0.1, 0.3, 1.0) for n in (5, 10, 20)
    ],
    "network": [
        (width, rate, n)
        for width in (32, 64)
        for rate in (0.003, 0.01, 0.03)
        for n in (5, 10)
    ],
}


def splits() -> dict[str, Any]:
    """Return the five folds of both splits, as the chapter has them."""
    return {
        "random": folds(N, 5, rng=np.random.default_rng(0), classes=DESK),
        "families": folds(
            N, 5, rng=np.random.default_rng(0), classes=DESK, groups=FAMILY
        ),
    }


def inside() -> tuple[Labels, Labels]:
    """Return what settings are chosen by: four fifths, and a fifth.

    Both are of what the first fold of families learns from, families whole.
    """
    rest, _ = splits()["families"][0]
    learn, held = split(
        len(rest),
        0.2,
        rng=np.random.default_rng(9),
        classes=DESK[rest],
        groups=FAMILY[rest],
    )
    return rest[learn], rest[held]


class Bags:
    """A linear model or a network on bags of words or of pieces."""

    def __init__(self, cut: str, size: tuple[int, float, int]) -> None:
        self.cut, self.at_least = CUT[cut]
        self.hidden, self.rate, self.epochs = size

    def learn(self, rest: Labels, seed: int) -> None:
        bags = [self.cut(TITLES[row]) for row in rest]
        self.known = Vocabulary(bags, self.at_least)
        rng = np.random.default_rng(seed)
        self.model = trained_on_bags(
            bag_model(self.known.n_tokens, 21, self.hidden, rng=rng),
            self.known.tokens(bags),
            DESK[rest],
            self.rate,
            self.epochs,
            rng=rng,
        )
        parts = self.model.parts
        self.n_weights = sum(
            array.size
            for part in parts
            for name, array in vars(part).items()
            if name in ("weights", "biases")
        )

    def chances(self, texts: list[str]) -> Array:
        tokens = self.known.tokens([self.cut(text) for text in texts])
        found: Array = self.model.predict(tokens.astype(np.float32))
        return found


class Nearest:
    """The five titles that share most, weighted by how rare words are."""

    def learn(self, rest: Labels, _seed: int) -> None:
        bags = [set(words_of(TITLES[row])) for row in rest]
        counts = Counter(word for bag in bags for word in bag)
        self.labels = DESK[rest]
        self.worth = {w: np.log(len(rest) / n) for w, n in counts.items()}
        self.norms = np.array([self.norm(bag) for bag in bags])
        holders: dict[str, list[int]] = {}
        for row, bag in enumerate(bags):
            for word in bag:
                holders.setdefault(word, []).append(row)
        self.holders = {word: np.array(rows) for word, rows in holders.items()}
        self.n_weights = len(rest)

    def norm(self, bag: set[str]) -> float:
        return float(np.sqrt(sum(self.worth.get(w, 0) ** 2 for w in bag)))

    def chances(self, texts: list[str]) -> Array:
        found = np.zeros((len(texts), DESK.max() + 1))
        for row, text in enumerate(texts):
            alike = np.zeros(len(self.labels))
            for word in set(words_of(text)) & self.holders.keys():
                alike[self.holders[word]] += self.worth[word] ** 2
            alike /= np.maximum(self.norms, 1e-9)
            best = np.argpartition(-alike, 5)[:5]
            np.add.at(found[row], self.labels[best], alike[best] + 1e-9)
        shares: Array = found / found.sum(axis=1, keepdims=True)
        return shares


class Trees:
    """100 random trees on the words."""

    def learn(self, rest: Labels, seed: int) -> None:
        from sklearn.ensemble import RandomForestClassifier

        bags = [words_of(TITLES[row]) for row in rest]
        self.known = Vocabulary(bags, 2)
        self.model = RandomForestClassifier(100, random_state=seed)
        self.model.fit(self.table(bags), DESK[rest])
        self.n_weights = sum(t.tree_.node_count for t in self.model)

    def table(self, bags: list[list[str]]) -> Any:
        from scipy.sparse import csr_array

        tokens = self.known.tokens(bags)
        texts, places = np.nonzero(tokens)
        shape = len(bags), self.known.n_tokens
        at = texts.astype(np.int32), tokens[texts, places].astype(np.int32)
        return csr_array((np.ones(len(texts)), at), shape=shape)

    def chances(self, texts: list[str]) -> Array:
        table = self.table([words_of(text) for text in texts])
        found: Array = self.model.predict_proba(table)
        return found


TRIED = {  # the transformer's losses on what settings are chosen by
    "0.0005, 8 epochs": 1.781,
    "0.001, 4 epochs": 1.738,
    "0.001, 8 epochs": 1.809,
    "0.002, 4 epochs": 1.699,
    "0.004, 8 epochs": 1.971,
}


class Transformer:
    """Two blocks on the tokens of a byte-pair tokenizer, in order."""

    rate, epochs, merges = 0.002, 4, 400

    def learn(self, rest: Labels, seed: int) -> None:
        rng = np.random.default_rng(seed)
        texts = [self.plain(TITLES[row]) for row in rest]
        self.cutter = BytePairTokenizer(ALPHABET + "".join(texts), self.merges)
        tokens = self.tokens(texts)
        self.n_steps = max(map(len, tokens))
        model = reader(len(self.cutter.tokens), 21, self.n_steps, rng=rng)
        self.model = learn_to_read(
            model, tokens, DESK[rest], self.rate, self.epochs, rng=rng
        )
        self.n_weights = sum(value.size for value, _ in model.pairs())

    def plain(self, text: str) -> str:
        return "".join(f" {word}" for word in words_of(text))

    def tokens(self, texts: list[str]) -> list[Labels]:
        # One call for all: a text begins with a space, as no token ends.
        found = self.cutter.encode("\n".join(texts))
        line_end = self.cutter.place["\n"]
        parts = np.split(found, np.flatnonzero(found == line_end))
        return [part[part != line_end] for part in parts]

    def chances(self, texts: list[str]) -> Array:
        tokens = self.tokens([self.plain(text) for text in texts])
        return read(self.model, [t[: self.n_steps] for t in tokens], 21)


def packed(chances: Array) -> tuple[Labels, Labels]:
    """Return the likeliest desk, and 16 times the logit of its chance."""
    sure = np.clip(chances.max(axis=1).astype(np.float64), 1e-9, 1 - 1e-9)
    logit = np.clip(np.round(16 * np.log(sure / (1 - sure))), -127, 127)
    return chances.argmax(axis=1).astype(np.uint8), logit.astype(np.int8)


def sample() -> Labels:
    """Return every fourth title of each random fold."""
    return np.concatenate([test[::4] for _, test in splits()["random"]])


def notes(kind: str, rows: Labels, fold: int) -> list[str]:
    """Return titles as somebody might have written them in a note."""
    rng = np.random.default_rng(fold)
    return [NOTES[kind](TITLES[row], rng) for row in rows]


def judged(make: Any, name: str, kept: dict[str, Any]) -> dict[str, Any]:
    """Let a rung judge all titles in both splits; return what it took."""
    start, sizes = time.process_time(), []
    written: dict[str, list[Any]] = {kind: [] for kind in NOTES}
    for kind, five in splits().items():
        said, sure = np.zeros(N, np.uint8), np.zeros(N, np.int8)
        for fold, (rest, test) in enumerate(five):
            rung = make()
            rung.learn(rest, fold)
            sizes.append(rung.n_weights)
            texts = [TITLES[row] for row in test]
            said[test], sure[test] = packed(rung.chances(texts))
            for note in NOTES if kind == "random" else ():
                texts = notes(note, test[::4], fold)
                written[note].append(packed(rung.chances(texts)))
        kept[f"{kind}, {name}"] = np.stack([said.astype(np.int8), sure])
    for note, found in written.items():
        both = [np.concatenate(one) for one in zip(*found, strict=True)]
        kept[f"{note}, {name}"] = np.stack(both).astype(np.int8)
    seconds = (time.process_time() - start) / 10
    return {"seconds": round(seconds, 1), "numbers": int(np.median(sizes))}


def seeds(make: Any, name: str, kept: dict[str, Any]) -> None:
    """Train five times on the first fold of families."""
    rest, test = splits()["families"][0]
    found = []
    for seed in range(5):
        rung = make()
        rung.learn(rest, seed)
        texts = [TITLES[row] for row in test]
        found.append(np.stack(packed(rung.chances(texts))).astype(np.int8))
    kept[f"seeds, {name}"] = np.stack(found)


def loss_of(rung: Any) -> float:
    """Return the mean loss on what settings are chosen by."""
    learn, held = inside()
    rung.learn(learn, 0)
    chances = rung.chances([TITLES[row] for row in held])
    right = chances[np.arange(len(held)), DESK[held]]
    return round(float(-np.log(right).mean()), 4)


def chosen(model: str, cut: str) -> tuple[Any, dict[str, float]]:
    """Return the settings of the lowest loss, and all losses."""
    table = {size: loss_of(Bags(cut, size)) for size in GRID[model]}
    best = min(table, key=lambda size: table[size])
    return best, {str(size): loss for size, loss in table.items()}


STEPS = ((0.1, 5), (0.1, 20), (0.3, 10), (1.0, 10))


def longer() -> Array:
    """Return loss, share right, mean chance and cost of longer trainings.

    Of the linear model on words, per setting and split, on the first fold.
    The cost per text is that of the border 0.88.
    """
    found = np.zeros((len(STEPS), 2, 4))
    for row, (rate, epochs) in enumerate(STEPS):
        for column, five in enumerate(splits().values()):
            rest, test = five[0]
            rung = Bags("words", (0, rate, epochs))
            rung.learn(rest, 0)
            chances = rung.chances([TITLES[one] for one in test])
            true = chances[np.arange(len(test)), DESK[test]]
            right = chances.argmax(axis=1) == DESK[test]
            sure = chances.max(axis=1)
            cost = np.where(sure >= 0.88, 5.0 * ~right, 0.60)
            measured = -np.log(true), right, sure, cost
            found[row, column] = [one.mean() for one in measured]
    return found


def rungs() -> dict[str, Any]:
    """Return what makes each rung; the settings are in `about`."""
    made: dict[str, Any] = {"nearest": Nearest, "trees": Trees}
    made["transformer"] = Transformer
    sizes = about().get("sizes", {})
    for name, size in sizes.items():
        cut = name.split()[1]
        made[name] = lambda cut=cut, size=size: Bags(cut, tuple(size))
    return made


def about() -> Any:
    """Return what the file says of its making."""
    if not STORED.exists():
        return {}
    with np.load(STORED) as arrays:
        return json.loads(str(arrays["about"]))


def digest() -> str:
    """Return the SHA-256 of the code that these runs are made by."""
    files = [Path(__file__)] + [
        ROOT / "nnfs_code" / f"{name}.py"
        for name in ("bags", "bag_models", "diagnoses", "notes", "readers")
    ]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def save(kept: dict[str, Any], note: dict[str, Any]) -> None:
    """Write all arrays, and when and with what they were made."""
    note |= {"python": platform.python_version(), "numpy": np.__version__}
    note |= {"date": time.strftime("%Y-%m-%d"), "digest": digest()}
    text: Any = np.array(json.dumps(note))
    np.savez_compressed(STORED, about=text, **kept)


def main(wanted: list[str]) -> None:
    """Choose settings if there are none, then make the rungs."""
    note, kept = about(), {}
    if STORED.exists():
        with np.load(STORED) as arrays:
            kept = {key: arrays[key] for key in arrays if key != "about"}
    if "sizes" not in note:
        note |= {"sizes": {}, "losses": {}, "cost": {}}
        for cut in CUT:
            for model in GRID:
                name = f"{model} {cut}"
                size, losses = chosen(model, cut)
                note["sizes"][name], note["losses"][name] = size, losses
                print(name, size, losses, flush=True)
        save(kept, note)
    if not wanted or "longer" in wanted:
        kept["longer"] = longer()
        save(kept, note)
    for name, make in rungs().items():
        if wanted and name not in wanted:
            continue
        note["cost"][name] = judged(make, name, kept)
        if name in ("linear pieces", "network pieces", "transformer"):
            seeds(make, name, kept)
        if name == "transformer":
            note["losses"][name] = TRIED
        save(kept, note)
        print(name, note["cost"][name], flush=True)
    print(os.path.getsize(STORED), "bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
