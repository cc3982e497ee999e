"""Make gated-runs.json: the adding task at length 100, with gates.

    python resources/datasets/gated_runs.py

It takes about a quarter of an hour on one core. Chapter 29 reads the result.
Units, steps, batches, rate and seeds are those of chapter 28's runs.
"""

import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import nnfs_code
from nnfs_code.clipping import Clipped
from nnfs_code.gated import GRU, LSTM
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.recurrent import RNN
from nnfs_code.sequences import adding

RUNS = Path(__file__).with_name("gated-runs.json")
SEEDS = range(5)
STEPS, EVERY = 2000, 200


class Held(LSTM):
    """An LSTM whose forget gate says one half, whatever it is given."""

    said = 0.5

    def start(self, rng):
        """Draw the weights; those of the forget gate are 0."""
        super().start(rng)
        forget = slice(self.n_units, 2 * self.n_units)
        for values in (self.weights, self.state_weights):
            values[:, forget] = 0
        self.biases[:, forget] = np.log(self.said / (1 - self.said))

    def parameter_gradients(self, d_outputs):
        """Set the gradients; the forget gate gets none."""
        super().parameter_gradients(d_outputs)
        forget = slice(self.n_units, 2 * self.n_units)
        for name in ("weights", "state_weights", "biases"):
            getattr(self, f"d_{name}")[:, forget] = 0


class HeldOpen(Held):
    """An LSTM whose forget gate always says 0.95."""

    said = 0.95


class Stops(LSTM):
    """An LSTM that sends no gradient back through its gates."""

    def back_through_time(self, d_outputs):
        """Return the gradients, those along the cell alone."""
        kept = self.state_weights
        self.state_weights = np.zeros_like(kept)
        found = super().back_through_time(d_outputs)
        self.state_weights = kept
        return found


class OneStep(LSTM):
    """An LSTM that sends no gradient back to the step before."""

    def start(self, rng):
        """Draw the weights, and cut all ways back after one step."""
        super().start(rng)
        self.truncation = 1


# Name: kind of layer, units, learning rate.
WHAT = {
    "GRU, 0.003": (GRU, 32, 0.003),
    "LSTM, 0.003": (LSTM, 32, 0.003),
    "plain, 65 units, 0.003": (RNN, 65, 0.003),
    "forget gate held at 0.5, 0.003": (Held, 32, 0.003),
    "forget gate held at 0.95, 0.003": (HeldOpen, 32, 0.003),
}


def errors(kind, units, rate, seed, steps=STEPS, n_steps=100):
    """Train, and return the error on 1,000 others after each EVERY steps."""
    rng = np.random.default_rng(seed)
    parts = [kind(2, units, rng=rng), Dense(units, 1, rng=rng)]
    model, adam = Model(parts, MeanSquaredError()), Adam(rate)
    others = adding(1000, n_steps, rng=np.random.default_rng(1000 + seed))
    found = []
    for step in range(1, steps + 1):
        model.train_step(*adding(32, n_steps, rng=rng), adam)
        if step % EVERY == 0:
            found.append(round(model.evaluate(*others).loss, 4))
    return found


def short(kind, max_norm, seed, steps=300):
    """Train 12 units on ten steps of float64; return the error on 1,000."""
    rng = np.random.default_rng(seed)
    parts = [
        kind(2, 12, rng=rng, dtype=np.float64),
        Dense(12, 1, rng=rng, dtype=np.float64),
    ]
    model, optimizer = Model(parts, MeanSquaredError()), Adam(0.01)
    if max_norm is not None:
        optimizer = Clipped(optimizer, max_norm)
    for _ in range(steps):
        batch = adding(32, 10, rng=rng, dtype=np.float64)
        model.train_step(*batch, optimizer)
    rng = np.random.default_rng(1000 + seed)
    others = adding(1000, 10, rng=rng, dtype=np.float64)
    return round(model.evaluate(*others).loss, 4)


# Name: kind of layer, largest norm of a gradient.
SHORT = {
    "whole gradient": (LSTM, None),
    "stops at the gates": (Stops, None),
    "one step alone": (OneStep, None),
    "clipped at 1": (LSTM, 1.0),
    "clipped at 0.01": (LSTM, 1e-2),
    "clipped at 0.0001": (LSTM, 1e-4),
    "clipped at 0.000001": (LSTM, 1e-6),
}
SHORT_SEEDS = range(10)


def every_short():
    """Return the errors of all short runs, by name."""
    return {
        name: [short(*how, seed) for seed in SHORT_SEEDS]
        for name, how in SHORT.items()
    }


def digest():
    """Return the SHA-256 of the code that the runs depend on most."""
    folder = Path(nnfs_code.__file__).parent
    names = (
        "gates.py",
        "gated.py",
        "clipping.py",
        "sequences.py",
        "optimizers.py",
    )
    text = b"".join((folder / name).read_bytes() for name in names)
    return hashlib.sha256(text).hexdigest()


def run(job):
    """Return the errors of one job: a name and a seed."""
    name, seed = job
    found = errors(*WHAT[name], seed)
    print(name, seed, found, flush=True)
    return found


def main():
    """Run everything and write it down."""
    jobs = [(name, seed) for name in WHAT for seed in SEEDS]
    with ProcessPoolExecutor(3) as pool:
        results = dict(zip(jobs, pool.map(run, jobs), strict=True))
    content = {
        "date": datetime.now(UTC).date().isoformat(),
        "numpy": np.__version__,
        "code": digest(),
        "seeds": list(SEEDS),
        "every": EVERY,
        "runs": {
            name: [results[name, seed] for seed in SEEDS] for name in WHAT
        },
        "short": every_short(),
    }
    RUNS.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
