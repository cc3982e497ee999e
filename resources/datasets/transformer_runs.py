"""Train what chapter 31 compares, once, and store how far it came.

It takes about a quarter of an hour of one processor, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 python resources/datasets/transformer_runs.py

``transformer-runs.json`` beside it is what it leaves. With the names of some
runs behind it (names or induction, say), it makes only these. The counts and
the longest run of Bengio's network are those of ``language_runs.py``.
"""

# ruff: noqa: E402
import datetime
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import language_runs

from nnfs_code.arrays import Array, Labels
from nnfs_code.clipping import Clipped
from nnfs_code.embedding import Embedding
from nnfs_code.gated import LSTM
from nnfs_code.layers import Dense
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.promises import every_part
from nnfs_code.recurrent import RNN, EachStep
from nnfs_code.sampling import tempered
from nnfs_code.schedules import CosineDecay, WarmUp
from nnfs_code.sequences import repeats
from nnfs_code.texts import first_names, moby_dick
from nnfs_code.tokenizers import CharacterTokenizer
from nnfs_code.transformer import GPT, SequenceCrossEntropy

STORED = Path(__file__).with_name("transformer-runs.json")
CODE = ("attention", "transformer")
SEEDS = range(3)
Rows = Callable[[], tuple[Labels, Labels]]


class Scores(EachStep):
    """An `EachStep` whose answers keep an axis of their own for the steps."""

    def forward(self, inputs: Array) -> Array:
        """Return the scores, shape (n_samples, n_steps, n_neurons)."""
        rows = super().forward(inputs)
        return rows.reshape(*inputs.shape[:2], -1)

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        return super().backward(d_outputs.reshape(len(d_outputs), -1))


def gpt(n_tokens: int, seed: int, *sizes: int, **how: str) -> Model:
    """Return a model of a GPT: features, heads, blocks, steps."""
    rng = np.random.default_rng(seed)
    part = GPT(n_tokens, *sizes, rng=rng, **how)
    return Model([part], SequenceCrossEntropy())


def recurrent(
    kind: type, n_tokens: int, seed: int, features: int, units: int
) -> Model:
    """Return a table, a recurrent layer, and scores at each step."""
    rng = np.random.default_rng(seed)
    last = Dense(units, n_tokens, rng=rng)
    last.weights *= np.float32(100 / units**0.5)
    layer = kind(features, units, rng=rng, return_sequences=True)
    parts = [Embedding(n_tokens, features, rng=rng), layer, Scores(last)]
    return Model(parts, SequenceCrossEntropy())


def size(model: Model) -> int:
    """Return how many parameters a model has."""
    return sum(
        value.size
        for part in every_part(model.parts)
        for name, value in vars(part).items()
        if name.endswith(("weights", "biases", "gains"))
        and not name.startswith("d_")
    )


def train(
    model: Model, rows: Rows, steps: int, rate: float, looks: list[int]
) -> Iterator[tuple[int, float]]:
    """Train for some steps; yield step and seconds at some of them."""
    schedule = WarmUp(CosineDecay(rate, steps=steps), steps=steps // 20)
    adam, spent = Clipped(Adam(schedule), 1.0), 0.0
    for step in range(1, steps + 1):
        began = time.process_time()
        inputs, targets = rows()
        model.train_step(inputs, targets, adam)
        spent += time.process_time() - began
        if step in looks:
            yield step, round(spent, 1)


# The novel


def stretches(tokens: Labels, n_steps: int, batch: int, seed: int) -> Rows:
    """Return what draws a batch of stretches, and what follows each step."""
    rng = np.random.default_rng(1000 + seed)

    def rows() -> tuple[Labels, Labels]:
        first = rng.integers(len(tokens) - n_steps, size=(batch, 1))
        drawn = tokens[first + np.arange(n_steps + 1)]
        return drawn[:, :-1], drawn[:, 1:]

    return rows


def bits_of_rows(model: Model, inputs: Labels, targets: Labels) -> Array:
    """Return -log2 of the probability of each target."""
    found = []
    for at in range(0, len(inputs), 64):
        scores = model.forward(inputs[at : at + 64]).astype(float)
        scores -= scores.max(axis=-1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        right = targets[at : at + 64, :, np.newaxis]
        found.append(-np.take_along_axis(logs, right, axis=2)[..., 0])
    return np.concatenate(found) / np.log(2)


def bits(model: Model, tokens: Labels, n_steps: int, every: int = 1) -> float:
    """Return bits per character: each has half of `n_steps` before it.

    Only each so manieth stretch is looked at.
    """
    half = n_steps // 2
    starts = np.arange(0, len(tokens) - n_steps, half * every)
    rows = tokens[starts[:, np.newaxis] + np.arange(n_steps + 1)]
    found = bits_of_rows(model, rows[:, :-1], rows[:, 1:])
    return round(float(found[:, half:].mean()), 4)


def novel() -> tuple[CharacterTokenizer, dict[str, Labels]]:
    """Return the tokenizer and the parts of the novel, as chapter 30 cuts."""
    text = moby_dick()
    one, two = len(text) * 8 // 10, len(text) * 9 // 10
    tokenizer = CharacterTokenizer(text[:one])
    pieces = {
        "training": text[:one],
        "validation": text[one:two],
        "test": text[two:],
    }
    coded = {name: tokenizer.encode(piece) for name, piece in pieces.items()}
    return tokenizer, coded


def race(
    model: Model,
    parts: dict[str, Labels],
    seed: int,
    how: "Pace",
    window: int = 64,
) -> list[dict[str, float]]:
    """Train on the novel; return what was measured on the way."""
    n_steps, batch, steps, rate = how
    looks = [steps // 4, steps // 2, steps]
    rows = stretches(parts["training"], n_steps, batch, seed)
    found = []
    for step, seconds in train(model, rows, steps, rate, looks):
        row: dict[str, float] = {"step": step, "seconds": seconds}
        for name in ("validation", "test"):
            every = 1 if step == steps else 4
            row[name] = bits(model, parts[name], window, every)
        found.append(row)
        print(row, flush=True)
    return found


Pace = tuple[int, int, int, float]  # characters in a row, batch, steps, rate
GPT_SIZES = 64, 4, 2, 64  # features, heads, blocks, steps
NOVEL: dict[str, tuple[Callable[[int, int], Model], Pace]] = {
    "GPT": (
        lambda n, seed: gpt(n, seed, *GPT_SIZES, positions="rotary"),
        (64, 16, 700, 0.01),
    ),
    "LSTM": (
        lambda n, seed: recurrent(LSTM, n, seed, 64, 128),
        (32, 32, 900, 0.01),
    ),
}
BENGIO = 12, 24, 300, 4500  # context, features, hidden, steps


def novel_run() -> dict[str, object]:
    """Three networks of one size, for about as long."""
    tokenizer, parts = novel()
    n_tokens = len(tokenizer.tokens)
    found: dict[str, object] = {}
    for name, (make, how) in NOVEL.items():
        print(name, flush=True)
        found[name] = {
            "parameters": size(make(n_tokens, 0)),
            "rows": [
                race(make(n_tokens, seed), parts, seed, how) for seed in SEEDS
            ],
        }
    context, features, hidden, steps = BENGIO
    n_tokens, windows = language_runs.novel(context)
    rows, looks = [], [steps // 4, steps // 2, steps]
    for seed in SEEDS:
        model = language_runs.bengio(n_tokens, context, features, hidden, seed)
        rows.append(
            language_runs.train(
                *(model, windows, steps, looks),
                batch=256,
                rate=0.002,
                seed=seed,
            )
        )
    return {**found, "Bengio": {"parameters": size(model), "rows": rows}}


def half_run() -> dict[str, object]:
    """The GPT on stretches half as long, as the LSTM has them."""
    tokenizer, parts = novel()
    make, how = NOVEL["GPT"][0], (32, 32, 750, 0.01)
    rows = [
        race(make(len(tokenizer.tokens), seed), parts, seed, how, window=32)
        for seed in SEEDS
    ]
    return {"rows": rows}


LONG_SIZES = 80, 4, 3, 64
LONG: Pace = 64, 24, 3600, 0.007


def long_run() -> dict[str, object]:
    """One larger GPT for minutes, and what it writes at temperature 0.7."""
    tokenizer, parts = novel()
    n_tokens = len(tokenizer.tokens)
    model = gpt(n_tokens, 0, *LONG_SIZES, positions="rotary")
    found = {"parameters": size(model), "rows": race(model, parts, 0, LONG)}
    seen = parts["training"][: len(parts["training"]) // 8]
    tokens = model.parts[0].generate(
        tokenizer.encode("\n")[np.newaxis],
        600,
        rng=np.random.default_rng(0),
        shaped=lambda chances: tempered(chances, 0.7),
    )
    return {
        **found,
        "training": bits(model, seen, 64),
        "text": tokenizer.decode(tokens[0]),
    }


LONG_LSTM: Pace = 32, 48, 3600, 0.007


def long_lstm_run() -> dict[str, object]:
    """An LSTM of that size, that reads as many characters."""
    tokenizer, parts = novel()
    model = recurrent(LSTM, len(tokenizer.tokens), 0, 80, 200)
    rows = race(model, parts, 0, LONG_LSTM)
    seen = parts["training"][: len(parts["training"]) // 8]
    return {
        "parameters": size(model),
        "rows": rows,
        "training": bits(model, seen, 64),
    }


# The names


def of_names(seed: int) -> tuple[int, dict[str, tuple[Labels, Labels]]]:
    """Return the alphabet's size; inputs and targets, -1 behind a name."""
    names = first_names()
    tokenizer = CharacterTokenizer("\n" + "".join(names))
    order = np.random.default_rng(seed).permutation(len(names))
    cuts = len(names) * 8 // 10, len(names) * 9 // 10
    longest = max(map(len, names))
    table = np.full((len(names), longest + 2), -1)
    for row, name in zip(table, names, strict=True):
        row[: len(name) + 2] = tokenizer.encode(f"\n{name}\n")
    parts = {
        part: (table[rows, :-1].clip(min=0), table[rows, 1:])
        for part, rows in zip(
            ("training", "validation", "test"),
            np.split(order, cuts),
            strict=True,
        )
    }
    return len(tokenizer.tokens), parts


class RealSteps(SequenceCrossEntropy):
    """The loss of the steps whose target is not -1."""

    def sample_losses(self, logits: Array, targets: Labels) -> Array:
        """Return the loss of each sequence, over the batch's mean length."""
        super().sample_losses(logits, targets.clip(min=0))
        self.real = targets >= 0
        self.share = self.real.mean()
        chances = self.probabilities[np.arange(targets.size), self.labels]
        losses = -np.log(chances).reshape(targets.shape) * self.real
        found: Array = losses.mean(axis=1) / self.share
        return found

    def backward(self) -> Array:
        """Return the gradient for the logits: 0 behind a name."""
        real = self.real[..., np.newaxis]
        return (super().backward() * real / self.share).astype(np.float32)


NAMES_STEPS = 800
NAMES: dict[str, tuple[Callable[[int, int], Model], float]] = {
    "GPT": (
        lambda n, seed: gpt(n, seed, 32, 4, 2, 16, positions="rotary"),
        0.006,
    ),
    "LSTM": (lambda n, seed: recurrent(LSTM, n, seed, 32, 64), 0.006),
}


def names_run() -> dict[str, object]:
    """Two networks on five cuts of the names, those of chapter 30."""
    found: dict[str, object] = {}
    for name, (make, rate) in NAMES.items():
        rows = [
            spelling(make, seed, rate, NAMES_STEPS)
            for seed in language_runs.SEEDS
        ]
        found[name] = {"parameters": size(make(27, 0)), "rows": rows}
    return found


def spelling(
    make: Callable[[int, int], Model], seed: int, rate: float, steps: int
) -> list[dict[str, float]]:
    """Train on names; return what was measured at each tenth."""
    n_tokens, parts = of_names(seed)
    model, rng = make(n_tokens, seed), np.random.default_rng(seed)
    model.loss = RealSteps()
    inputs, targets = parts["training"]

    def rows() -> tuple[Labels, Labels]:
        drawn = rng.integers(len(inputs), size=64)
        return inputs[drawn], targets[drawn]

    looks, found = list(range(steps // 10, steps + 1, steps // 10)), []
    for step, seconds in train(model, rows, steps, rate, looks):
        row: dict[str, float] = {"step": step, "seconds": seconds}
        for name in ("validation", "test"):
            given, right = parts[name]
            all_bits = bits_of_rows(model, given, right.clip(min=0))
            row[name] = round(float(all_bits[right >= 0].mean()), 4)
        found.append(row)
    print(found[-1], flush=True)
    return found


# Patterns that repeat


def accuracy(model: Model, n_steps: int, n_tokens: int) -> float:
    """Return the share of right guesses where the answer is known."""
    rng = np.random.default_rng(2000)
    inputs, targets, known = repeats(500, n_steps, n_tokens, rng=rng)
    right = model.forward(inputs).argmax(axis=-1) == targets
    return round(float(right[known].mean()), 4)


def repeating(
    model: Model,
    n_steps: int,
    n_tokens: int,
    seed: int,
    steps: int,
    rate: float,
) -> dict[str, object]:
    """Train on patterns; return accuracies at each eighth, and seconds."""
    rng = np.random.default_rng(1000 + seed)

    def rows() -> tuple[Labels, Labels]:
        return repeats(32, n_steps, n_tokens, rng=rng)[:2]

    found, spent = [], [0.0]
    looks = list(range(steps // 8, steps + 1, steps // 8))
    for _, seconds in train(model, rows, steps, rate, looks):
        found.append(accuracy(model, n_steps, n_tokens))
        spent.append(seconds)
    print(found, spent[-1], flush=True)
    return {"accuracy": found, "seconds": spent[-1]}


LENGTHS = 12, 24, 48
INDUCTION_STEPS, INDUCTION_RATE = 500, 0.005
# All with about 28,000 parameters, but for the single block.
INDUCTION: dict[str, Callable[[int, int], Model]] = {
    "GPT, two blocks": lambda n, s: gpt(n, s, 32, 1, 2, n),
    "GPT, one block": lambda n, s: gpt(n, s, 32, 1, 1, n),
    "LSTM": lambda n, s: recurrent(LSTM, n, s, 32, 66),
    "plain": lambda n, s: recurrent(RNN, n, s, 32, 140),
}


def induction_run(*names: str) -> dict[str, object]:
    """Some networks on patterns of three lengths, of as many tokens."""
    found: dict[str, object] = {}
    for name in names:
        make, rows = INDUCTION[name], {}
        for length in LENGTHS:
            print(name, length, flush=True)
            rows[str(length)] = [
                repeating(
                    *(make(length, seed), length, length, seed),
                    *(INDUCTION_STEPS, INDUCTION_RATE),
                )
                for seed in SEEDS
            ]
        found[name] = {"parameters": size(make(24, 0)), "rows": rows}
    return found


PATIENT_STEPS = 2000


def patient_run() -> dict[str, object]:
    """The LSTM at length 24 once more, four times as long."""
    model = INDUCTION["LSTM"](24, 0)
    found = repeating(model, 24, 24, 0, PATIENT_STEPS, INDUCTION_RATE)
    return {"LSTM": found}


LONGER_STEPS = 1500


def longer_run() -> dict[str, object]:
    """The longest patterns once more, three times as long."""
    return {
        name: [
            repeating(
                *(INDUCTION[name](48, seed), 48, 48, seed),
                *(LONGER_STEPS, INDUCTION_RATE),
            )
            for seed in SEEDS
        ]
        for name in ("GPT, two blocks", "LSTM")
    }


POSITIONS_STEPS, POSITIONS_RATE = 500, 0.003


def positions_run() -> dict[str, object]:
    """Four ways to tell where a step is, at 24 steps; then at 48."""
    rows: dict[str, list[dict[str, object]]] = {}
    for kind in ("none", "learned", "sinusoidal", "rotary"):
        print(kind, flush=True)
        rows[kind] = []
        for seed in SEEDS:
            model = gpt(24, seed, 32, 1, 2, 48, positions=kind)
            found = repeating(
                model, 24, 24, seed, POSITIONS_STEPS, POSITIONS_RATE
            )
            rows[kind].append({**found, "twice": accuracy(model, 48, 24)})
    return {"rows": rows}


# The cache


def cache_run() -> dict[str, object]:
    """Fill windows of two sizes, with a cache and without."""
    rows = []
    for n_steps in (128, 512):
        model = gpt(79, 0, *GPT_SIZES[:3], n_steps, positions="rotary")
        part, start = model.parts[0], np.zeros((1, 1), int)
        part.parts[-1].weights *= np.float32(12.5)  # scores of variance 1
        row: dict[str, object] = {"window": n_steps}
        for cached in (True, False):
            began = time.process_time()
            part.generate(
                start, n_steps, rng=np.random.default_rng(0), cached=cached
            )
            name = "with" if cached else "without"
            row[name] = round(time.process_time() - began, 3)
        rows.append(row | {"difference": difference(part, n_steps)})
        print(rows[-1], flush=True)
    return {"rows": rows}


def difference(part: GPT, n_steps: int) -> float:
    """Return the largest difference of a score with and without caches."""
    tokens = np.random.default_rng(1).integers(79, size=(1, n_steps))
    expected, caches, most = part.forward(tokens), part.caches(), 0.0
    for step in range(n_steps):
        scores = part.continued(tokens[:, step : step + 1], caches)
        most = max(most, float(np.abs(scores - expected[:, step]).max()))
    return most


RUNS = {
    "cache": cache_run,
    "names": names_run,
    "induction": lambda: induction_run("GPT, two blocks", "GPT, one block"),
    "recurrence": lambda: induction_run("LSTM", "plain"),
    "positions": positions_run,
    "patient": patient_run,
    "longer": longer_run,
    "novel": novel_run,
    "half": half_run,
    "long": long_run,
    "long LSTM": long_lstm_run,
}


def digest() -> str:
    """Return one SHA-256 of this script and of the code it depends on."""
    folder = ROOT / "nnfs_code"
    files = [Path(__file__), *(folder / f"{name}.py" for name in CODE)]
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
