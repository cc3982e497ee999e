"""Train small GPTs that repeat a pattern, and store their parameters.

It takes about 25 seconds of one processor, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 python resources/datasets/induction_networks.py

``induction-networks.npz`` beside it is what it leaves: three networks that
learned from patterns of random lengths, three from patterns of 12 tokens, and
one of the latter with a single block.
"""

# ruff: noqa: E402
import datetime
import hashlib
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.arrays import Array, Labels
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.promises import every_part
from nnfs_code.schedules import CosineDecay
from nnfs_code.sequences import repeats
from nnfs_code.transformer import GPT, SequenceCrossEntropy

STORED = Path(__file__).with_name("induction-networks.npz")
N_TOKENS, N_STEPS, SIZE = 32, 24, 24
STEPS = 600
NETWORKS = {"random": (2, range(3)), "fixed": (2, range(3)), "one": (1, [0])}


def fixed(n: int, length: int, rng: np.random.Generator) -> Labels:
    """Return patterns of one length that repeat, with one token more."""
    order = rng.permuted(np.tile(np.arange(N_TOKENS), (n, 1)), axis=1)
    return order[:, np.arange(N_STEPS + 1) % length]


def batch(kind: str, rng: np.random.Generator) -> tuple[Labels, Labels]:
    """Return 24 sequences to learn from, and what comes next."""
    if kind == "random":
        inputs, targets, _ = repeats(24, N_STEPS, N_TOKENS, rng=rng)
        return inputs, targets
    tokens = fixed(24, N_STEPS // 2, rng)
    return tokens[:, :-1], tokens[:, 1:]


def fresh(seed: int, n_blocks: int = 2) -> GPT:
    """Return an untrained network with one head per block."""
    rng = np.random.default_rng(seed)
    return GPT(
        N_TOKENS, SIZE, 1, n_blocks, N_STEPS, rng=rng, positions="rotary"
    )


def trained(kind: str, seed: int, n_blocks: int = 2) -> GPT:
    """Return a network after its training; only "random" draws lengths."""
    gpt, rng = fresh(seed, n_blocks), np.random.default_rng(100 + seed)
    model = Model([gpt], SequenceCrossEntropy())
    adam = Adam(CosineDecay(0.006, steps=STEPS))
    for _ in range(STEPS):
        inputs, targets = batch(kind, rng)
        model.train_step(inputs.astype(np.float32), targets, adam)
    return gpt


def parameters(gpt: GPT, like: GPT) -> dict[str, Array]:
    """Return the arrays that the untrained network `like` has, of `gpt`."""
    found = {}
    pairs = zip(every_part(gpt.parts), every_part(like.parts), strict=True)
    for place, (part, new) in enumerate(pairs):
        for name, value in vars(new).items():
            if isinstance(value, np.ndarray):
                found[f"{place} {name}"] = getattr(part, name)
    return found


def digest() -> str:
    """Return the SHA-256 of this script."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def main() -> None:
    """Train all networks and store them, in half precision."""
    date = datetime.date.today().isoformat()
    kept = {"made": np.array([date, np.__version__, digest()])}
    for kind, (n_blocks, seeds) in NETWORKS.items():
        for seed in seeds:
            gpt = trained(kind, seed, n_blocks)
            arrays = parameters(gpt, fresh(seed, n_blocks))
            for name, value in arrays.items():
                kept[f"{kind} {seed} {name}"] = value.astype(np.float16)
    np.savez_compressed(STORED, **kept)


if __name__ == "__main__":
    main()
