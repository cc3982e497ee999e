"""Train networks on names and on Moby-Dick, and store how far they came.

It takes about half an hour of one processor, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 python resources/datasets/language_runs.py

``language-runs.json`` beside it is what it leaves. With the names of some
runs behind it (minute or long, say), it makes only these.
"""

# ruff: noqa: E402
import datetime
import hashlib
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.embedding import Embedding, Joined
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.ngrams import WittenBell
from nnfs_code.optimizers import Adam
from nnfs_code.sampling import generate, tempered
from nnfs_code.schedules import CosineDecay
from nnfs_code.texts import first_names, moby_dick, windows
from nnfs_code.tokenizers import CharacterTokenizer

STORED = Path(__file__).with_name("language-runs.json")
SEEDS = range(5)
Windows = tuple[Labels, Labels]


def bengio(
    n_tokens: int,
    context: int,
    features: int,
    hidden: int,
    seed: int,
    start: float = 0.1,
) -> Model:
    """Return a table, a hidden layer, and one score per token.

    The table begins with random numbers of standard deviation `start`.
    """
    rng = np.random.default_rng(seed)
    n_inputs = context * features
    table = Embedding(n_tokens, features, rng=rng)
    one, two = (
        Dense(n_inputs, hidden, rng=rng),
        Dense(hidden, n_tokens, rng=rng),
    )
    table.weights *= np.float32(start)
    one.weights *= 100 * np.float32(2 / n_inputs) ** 0.5
    two.weights *= 100 * np.float32(1 / hidden) ** 0.5
    return Model([table, Joined(), one, ReLU(), two], SoftmaxCrossEntropy())


def bits(model: Model, parts: Windows) -> float:
    """Return the mean of -log2 of the probability of each target."""
    contexts, targets = parts
    total = 0.0
    for at in range(0, len(targets), 4096):
        scores = model.forward(contexts[at : at + 4096])
        losses = model.loss.sample_losses(scores, targets[at : at + 4096])
        total += float(losses.sum())
    return total / len(targets) / float(np.log(2))


def train(
    model: Model,
    parts: dict[str, Windows],
    steps: int,
    looks: list[int],
    *,
    batch: int,
    rate: float,
    seed: int,
) -> list[dict[str, float]]:
    """Train for some steps; return what was measured at some of them."""
    rng = np.random.default_rng(seed)
    contexts, targets = parts["training"]
    adam, found, spent = Adam(CosineDecay(rate, steps=steps)), [], 0.0
    for step in range(1, steps + 1):
        began = time.process_time()
        rows = rng.integers(len(targets), size=batch)
        model.train_step(contexts[rows], targets[rows], adam)
        spent += time.process_time() - began
        if step in looks:
            row = {"step": step, "seconds": round(spent, 1)}
            for name in ("validation", "test"):
                row[name] = round(bits(model, parts[name]), 4)
            found.append(row)
            print(row, flush=True)
    return found


def novel(context: int) -> tuple[int, dict[str, Windows]]:
    """Return the alphabet's size; eight, one and one tenth, in order."""
    text = moby_dick()
    one, two = len(text) * 8 // 10, len(text) * 9 // 10
    tokenizer = CharacterTokenizer(text[:one])
    pieces = {
        "training": text[:one],
        "validation": text[one:two],
        "test": text[two:],
    }
    return len(tokenizer.tokens), {
        name: windows(tokenizer.encode(piece), context)
        for name, piece in pieces.items()
    }


def of_names(context: int, seed: int) -> tuple[int, dict[str, Windows]]:
    """Return the alphabet's size; eight, one and one tenth of the names."""
    names = first_names()
    tokenizer = CharacterTokenizer("\n" + "".join(names))
    order = np.random.default_rng(seed).permutation(len(names))
    cuts = len(names) * 8 // 10, len(names) * 9 // 10
    parts = {}
    for name, rows in zip(
        ("training", "validation", "test"), np.split(order, cuts), strict=True
    ):
        pairs = [
            windows(tokenizer.encode(names[row] + "\n"), context)
            for row in rows
        ]
        contexts, targets = zip(*pairs, strict=True)
        parts[name] = np.concatenate(contexts), np.concatenate(targets)
    return len(tokenizer.tokens), parts


def counted(n_tokens: int, parts: dict[str, Windows], most: int) -> Array:
    """Return bits per character of counts, per order: validation, test."""
    rows = []
    for order in range(most + 1):
        model = WittenBell(order, n_tokens).fit(*parts["training"])
        rows.append(
            [
                round(float(-np.log2(model.of(*parts[name])).mean()), 4)
                for name in ("validation", "test")
            ]
        )
    return np.array(rows)


def names_run() -> dict[str, object]:
    """Five cuts of the names: counts and a network on each."""
    rows = []
    for seed in SEEDS:
        n_tokens, parts = of_names(8, seed)
        counts = counted(n_tokens, parts, 5)
        model = bengio(n_tokens, 8, 16, 128, seed)
        looks = list(range(500, NAMES_STEPS + 1, 500))
        found = train(
            model, parts, NAMES_STEPS, looks, batch=128, rate=0.002, seed=seed
        )
        rows.append({"counts": counts.tolist(), "network": found})
    return {"rows": rows}


def minute_run() -> dict[str, object]:
    """Three networks on the novel, 20,000 steps each."""
    n_tokens, parts = novel(8)
    return {
        "counts": counted(n_tokens, parts, 7).tolist(),
        "rows": [
            train(
                bengio(n_tokens, 8, 16, 128, seed),
                parts,
                MINUTE_STEPS,
                [MINUTE_STEPS],
                batch=128,
                rate=0.002,
                seed=seed,
            )
            for seed in SEEDS[:3]
        ],
    }


def long_run() -> dict[str, object]:
    """One larger network on the novel, for many minutes."""
    n_tokens, parts = novel(LONG_CONTEXT)
    looks = sorted({int(LONG_STEPS * 2**-k) for k in np.arange(0, 9, 0.5)})
    model = bengio(n_tokens, LONG_CONTEXT, 24, LONG_HIDDEN, 0, start=1)
    found = train(
        model, parts, LONG_STEPS, looks, batch=256, rate=0.002, seed=0
    )
    return {"rows": found, "text": written(model, LONG_CONTEXT)}


def again_run(rate: float = 0.0) -> dict[str, object]:
    """Half as many steps of the large network, from a smaller start.

    `rate` is the share of hidden neurons that is dropped in training.
    """
    n_tokens, parts = novel(LONG_CONTEXT)
    steps = LONG_STEPS // 2
    looks = sorted({int(steps * 2**-k) for k in range(8)})
    model = bengio(n_tokens, LONG_CONTEXT, 24, LONG_HIDDEN, 0)
    if rate:
        dropout = Dropout(rate, rng=np.random.default_rng(1))
        model = Model([*model.parts[:4], dropout, model.parts[4]], model.loss)
    found = train(model, parts, steps, looks, batch=256, rate=0.002, seed=0)
    contexts, targets = parts["training"]
    part = contexts[: len(targets) // 8], targets[: len(targets) // 8]
    return {"rows": found, "training": round(bits(model, part), 4)}


def written(model: Model, context: int) -> str:
    """Return 600 characters that the network writes, at temperature 0.7."""
    text = moby_dick()
    tokenizer = CharacterTokenizer(text[: len(text) * 8 // 10])
    start = tokenizer.encode("\n".rjust(context, " "))
    tokens = generate(
        model.predict,
        start.astype(np.float32),
        600,
        rng=np.random.default_rng(0),
        shaped=lambda chances: tempered(chances, 0.7),
    )
    return tokenizer.decode(tokens)


NAMES_STEPS = 4_000
MINUTE_STEPS = 20_000
LONG_STEPS = 50_000
LONG_CONTEXT, LONG_HIDDEN = 12, 512
RUNS = {
    "names": names_run,
    "minute": minute_run,
    "long": long_run,
    "again": again_run,
    "dropout": lambda: again_run(0.2),
}


def digest() -> str:
    """Return one SHA-256 of this script and of what it learns from."""
    texts = ("moby-dick.txt.bz2", "names.txt.bz2")
    files = [Path(__file__), *(STORED.with_name(text) for text in texts)]
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256("".join(sums).encode()).hexdigest()


def main(*chosen: str) -> None:
    """Make the chosen runs, or all, and store them."""
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        sys.exit("expected OPENBLAS_NUM_THREADS=1, so that times can be told")
    for name in chosen or RUNS:
        found = {
            "date": datetime.date.today().isoformat(),
            "numpy": np.__version__,
            **RUNS[name](),
        }
        kept = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {}
        kept |= {name: found, "digest": digest()}
        STORED.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
