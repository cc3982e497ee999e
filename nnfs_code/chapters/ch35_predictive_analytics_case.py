"""Chapter 35: whom to send a voucher, and what to bill without a counter."""

# --8<-- [start:ch35-imports]
import json
from pathlib import Path

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.callbacks import EarlyStopping
from nnfs_code.cases import retail_customers, retail_inputs
from nnfs_code.data import split
from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.metrics import roc_auc
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer

# --8<-- [end:ch35-imports]


# --8<-- [start:ch35-layers]
def layers(sizes: list[int], rng: np.random.Generator) -> list[Dense | ReLU]:
    """Return dense layers with ReLU between, started as in chapter 19."""
    parts: list[Dense | ReLU] = []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        dense = Dense(n_in, n_out, rng=rng)
        dense.weights *= np.float32(100 * np.sqrt(2 / n_in))
        parts += [dense, ReLU()]
    return parts[:-1]


# --8<-- [end:ch35-layers]


# --8<-- [start:ch35-network]
def network(
    inputs: Array, bought: Labels, customers: Array, widths: tuple[int], s: int
) -> tuple[Model, Standardizer]:
    """Train on 85 % of the customers, and stop by the others."""
    rng, scaler = np.random.default_rng(s), Standardizer().fit(inputs)
    learn, held = split(
        len(inputs), 0.15, rng=rng, groups=customers.astype(np.int64)
    )
    rows = scaler.transform(inputs).astype(np.float32)
    targets = bought[:, np.newaxis].astype(np.float32)
    model = Model(layers([11, *widths, 1], rng), SigmoidCrossEntropy())
    model.fit(
        rows[learn],
        targets[learn],
        Adam(0.002),
        epochs=60,
        batch_size=128,
        rng=rng,
        validation=(rows[held], targets[held]),
        callbacks=[EarlyStopping(8)],
        progress=False,
    )
    return model, scaler


# --8<-- [end:ch35-network]

# --8<-- [start:ch35-bike-inputs]
from datetime import date, timedelta

from nnfs_code.capstones import bikes_by_hour


def dates_of(days: Array) -> tuple[Labels, Labels]:
    """Return month and day of the month, for days of the year 2011."""
    found = [date(2010, 12, 31) + timedelta(days=int(day)) for day in days]
    return np.array([d.month for d in found]), np.array([d.day for d in found])


def bike_inputs(bikes: dict[str, Array], *, hint: bool = False) -> Array:
    """Return calendar and weather, one column per hour, weekday, month ….

    With `hint`, 24 more: those of the hours again, on working days alone.
    """
    codes: dict[str, Array] = {"hour": bikes["hour"]}
    codes |= {name: bikes[name] for name in ("weekday", "weather")}
    codes["month"] = dates_of(bikes["day"])[0].astype(np.float64)
    flags = [
        values[:, np.newaxis] == np.unique(values) for values in codes.values()
    ]
    if hint:
        flags.append(flags[0] & (bikes["working_day"][:, np.newaxis] == 1))
    numbers = [
        bikes[n] for n in ("holiday", "temperature", "humidity", "wind")
    ]
    return np.column_stack([*numbers, *flags]).astype(np.float64)


# --8<-- [end:ch35-bike-inputs]


# --8<-- [start:ch35-counts]
from nnfs_code.losses import Poisson
from nnfs_code.schedules import CosineDecay


def counts(
    inputs: Array, hires: Array, now: Array, widths: tuple[int, ...], seed: int
) -> Array:
    """Train on hours with a count; return the rates of the hours `now`.

    Without `widths` there is no hidden layer: a Poisson regression.
    """
    rng, scaler = np.random.default_rng(seed), Standardizer().fit(inputs)
    rows = scaler.transform(inputs).astype(np.float32)
    targets = hires[:, np.newaxis].astype(np.float32)
    parts = layers([inputs.shape[1], *widths, 1], rng)
    parts[-1].weights *= np.float32(0.1)
    parts[-1].biases += np.float32(np.log(hires.mean()))
    model, steps = Model(parts, Poisson()), 30 * -(-len(rows) // 64)
    adam = Adam(CosineDecay(0.005, steps))
    model.fit(
        rows, targets, adam, epochs=30, batch_size=64, rng=rng, progress=False
    )
    logs = model.predict(scaler.transform(now).astype(np.float32))
    rates: Array = np.exp(logs[:, 0].astype(np.float64))
    return rates


# --8<-- [end:ch35-counts]
