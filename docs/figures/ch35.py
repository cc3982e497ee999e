"""Figures of chapter 35: a predictive analytics case."""

from datetime import date, timedelta

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from nnfs_code.arrays import Array
from nnfs_code.capstones import bikes_by_hour
from nnfs_code.cases import retail_customers, retail_inputs, stored
from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer
from nnfs_code.schedules import CosineDecay


def neuron(inputs: Array, bought: Array, now: Array) -> Array:
    """Return what one neuron says of the rows `now`, as on the page."""
    scaler, rng = Standardizer().fit(inputs), np.random.default_rng(0)
    dense = Dense(inputs.shape[1], 1, rng=rng, dtype=np.float64)
    model = Model([dense], SigmoidCrossEntropy())
    adam, rows = Adam(CosineDecay(0.3, 300)), scaler.transform(inputs)
    for _ in range(300):
        model.train_step(rows, bought[:, np.newaxis], adam)
    found: Array = model.predict(scaler.transform(now))[:, 0]
    return found


def said_and_true() -> Figure:
    """Draw what the neuron says of ten groups, and what they did."""
    table = retail_customers()
    inputs, bought, cut = retail_inputs(table), table["bought"], table["cut"]
    past, now = (cut > 201009) & (cut < 201109), cut == 201109
    said = neuron(inputs[past], bought[past], inputs[now])
    nine_months = past & (table["recency"] <= 274)
    shares = bought[cut == 201009].mean(), bought[nine_months].mean()
    after, before = (share / (1 - share) for share in shares)
    raised = 1 / (1 + (1 / said - 1) * before / after)
    groups = np.array_split(np.argsort(said), 10)
    true = [bought[now][group].mean() for group in groups]
    figure, axes = plt.subplots(1, 2, figsize=(6.2, 3.4), sharey=True)
    for ax, chances, name in zip(
        axes, (said, raised), ("as it is", "raised"), strict=True
    ):
        means = [chances[group].mean() for group in groups]
        ax.plot(range(1, 11), true, "o-", label="bought")
        ax.plot(range(1, 11), means, "s--", label="said")
        ax.set(xlabel="group, by chance", ylim=(0, 1), xticks=range(2, 11, 2))
        ax.set_title(name)
    axes[0].set_ylabel("share")
    axes[0].legend()
    return figure


def hours_and_bills() -> Figure:
    """Draw the error of each rung by the hour, the day and the bill."""
    bikes = bikes_by_hour()
    hires, day = bikes["hires"], bikes["day"].astype(int)
    dates = [date(2010, 12, 31) + timedelta(days=int(d)) for d in day]
    month, days = np.array([(d.month, d.day) for d in dates]).T
    lost = np.flatnonzero(days >= 22)
    runs, around = stored("bikes-runs"), np.zeros(len(lost))
    kind, hour = bikes["working_day"], bikes["hour"]
    for place, k in enumerate(lost):
        near = (np.abs(day - day[k]) <= 16) & (days < 22)
        alike = near & (hour == hour[k]) & (kind == kind[k])
        around[place] = hires[alike].mean()
    looks = {
        "Poisson regression": (np.median(runs["poisson"], axis=0), "C3:"),
        "table": (around, "C1-"),
        "network": (middle(runs["networks"], hires[lost]), "C0--"),
        "trees": (runs["trees"][0], "C2-."),
    }
    figure, ax = plt.subplots(figsize=(5.6, 3.4))
    keys = (np.arange(len(lost)), day[lost], month[lost])
    for name, (rates, look) in looks.items():
        shares = []
        for key in keys:
            _, places = np.unique(key, return_inverse=True)
            wrong = np.bincount(places, weights=rates - hires[lost])
            shares.append(np.abs(wrong).sum() / hires[lost].sum())
        ax.plot(range(3), shares, look, marker="o", label=name)
    ax.set(xticks=range(3), ylabel="wrong, as a share of the hires")
    ax.set_xticklabels(["an hour", "a day", "a bill"])
    ax.set_ylim(0, 0.4)
    ax.legend()
    return figure


def middle(runs: Array, true: Array) -> Array:
    """Return the run whose error is the middle one."""
    order = np.argsort(np.abs(runs - true).mean(axis=1))
    found: Array = runs[order[len(order) // 2]]
    return found
