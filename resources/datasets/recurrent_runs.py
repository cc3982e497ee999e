"""Make recurrent-runs.json: plain recurrent networks on two tasks.

    python resources/datasets/recurrent_runs.py

It takes about nine minutes on one core. Chapter 28 reads what it writes.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import nnfs_code
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError, SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.recurrent import RNN, EachStep
from nnfs_code.sequences import adding, echo

RUNS = Path(__file__).with_name("recurrent-runs.json")
SEEDS = range(5)
LENGTHS = (10, 20, 30, 40, 60, 100)
RATES = (0.001, 0.003)
DELAYS = (1, 2, 4, 8, 12, 16)
CUTS = (1, 2, 3, 4, 5, 6, 8, 24)  # truncations of the echo with delay 4
TEN = 10  # steps at one end that hold both marks, in the controls


def sums(n_samples, n_steps, ten, rng):
    """Return an adding task.

    If `ten` is "first" or "last", both marks are in these ten steps.
    """
    if ten is None:
        return adding(n_samples, n_steps, rng=rng)
    inputs, targets = adding(n_samples, TEN, rng=rng)
    others = np.zeros((n_samples, n_steps - TEN, 2), np.float32)
    others[..., 0] = rng.random(others.shape[:2])
    parts = {"first": [inputs, others], "last": [others, inputs]}[ten]
    return np.concatenate(parts, axis=1), targets


def adding_error(n_steps, seed, rate, ten=None, steps=2000):
    """Train 32 units, and return the mean squared error on 1,000 others."""
    rng = np.random.default_rng(seed)
    parts = [RNN(2, 32, rng=rng), Dense(32, 1, rng=rng)]
    model, adam = Model(parts, MeanSquaredError()), Adam(rate)
    for _ in range(steps):
        model.train_step(*sums(32, n_steps, ten, rng), adam)
    rng = np.random.default_rng(1000 + seed)
    return model.evaluate(*sums(1000, n_steps, ten, rng)).loss


def echo_share(delay, seed, truncation=None, fixed=False, steps=300):
    """Train 16 units, and return the share of 500 others' bits it gets right.

    If `fixed`, only the dense layer behind the recurrent one is trained.
    """
    rng = np.random.default_rng(seed)
    layer = RNN(1, 16, rng=rng, return_sequences=True, truncation=truncation)
    last = EachStep(Dense(16, 1, rng=rng))
    model = Model([layer, last], SigmoidCrossEntropy())
    trained = Model([last], SigmoidCrossEntropy()) if fixed else model
    adam = Adam(0.01)
    for _ in range(steps):
        bits, heard = echo(32, 24, delay, rng=rng)
        if fixed:
            bits = layer.forward(bits)
        trained.train_step(bits, heard, adam)
    rng = np.random.default_rng(1000 + seed)
    bits, heard = echo(500, 24, delay, rng=rng)
    said = model.forward(bits) > 0
    return float((said == heard)[:, delay:].mean())


def digest():
    """Return the SHA-256 of the code that the runs depend on most."""
    folder = Path(nnfs_code.__file__).parent
    names = ("recurrent.py", "sequences.py", "optimizers.py", "layers.py")
    text = b"".join((folder / name).read_bytes() for name in names)
    return hashlib.sha256(text).hexdigest()


def every_run():
    """Return all results, by experiment; the seeds in order."""

    def over_seeds(run, *args, **how):
        found = [
            round(run(args[0], seed, *args[1:], **how), 4) for seed in SEEDS
        ]
        print(run.__name__, args, how, found, flush=True)
        return found

    return {
        "adding": {
            f"{n} {rate}": over_seeds(adding_error, n, rate)
            for n in LENGTHS
            for rate in RATES
        },
        "adding, last ten": {
            f"{n} {rate}": over_seeds(adding_error, n, rate, ten="last")
            for n in (60, 100)
            for rate in RATES
        },
        "adding, first ten": {
            f"{n} {rate}": over_seeds(adding_error, n, rate, ten="first")
            for n in (60, 100)
            for rate in RATES
        },
        "echo": {str(d): over_seeds(echo_share, d) for d in DELAYS},
        "echo, fixed": {
            str(d): over_seeds(echo_share, d, fixed=True) for d in DELAYS
        },
        "echo, truncated": {
            str(cut): over_seeds(echo_share, 4, truncation=cut) for cut in CUTS
        },
    }


def main():
    """Run everything and write it down."""
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "numpy": np.__version__,
        "code": digest(),
        "seeds": list(SEEDS),
        "runs": every_run(),
    }
    RUNS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
