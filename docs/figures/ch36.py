"""Figures of chapter 36: a forecasting case."""

from functools import cache

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from figures.style import MUTED
from nnfs_code.arrays import Array
from nnfs_code.cases import electricity, stored, traffic
from nnfs_code.forecasting import Ridge, residual_interval, rolling_origin
from nnfs_code.hours import day_rows, hour_rows


@cache
def days() -> tuple[Array, Array, Array]:
    """Return points, targets and yesterday of electricity."""
    return day_rows(electricity())


def ridge(first: int, last: int, window: int | None = None) -> Array:
    """Return the forecasts of ridge, from origins 60 days apart."""
    points, targets, yesterday = days()
    changes = targets - yesterday
    return np.concatenate(
        [
            Ridge(100).fit(points[a], changes[a]).predict(points[b])
            + yesterday[b]
            for a, b in rolling_origin(last, first, 60, window=window)
        ]
    )


def origins() -> Figure:
    """Draw three origins, and what lies before and after them."""
    figure, ax = plt.subplots(figsize=(5.6, 2.0))
    for row, (past, now) in enumerate(rolling_origin(1089, 909, 60)):
        ax.barh(row, len(past), color=MUTED, height=0.5, alpha=0.5)
        ax.barh(row, len(now), left=len(past), color="C1", height=0.5)
        ax.text(len(past) / 2, row, "learn", ha="center", va="center")
        ax.text(1110, row, "forecast", va="center")
    ax.set(xlabel="day", xlim=(0, 1330), ylim=(2.6, -0.6), yticks=[])
    ax.set_xticks([0, 300, 600, 909, 1089])
    return figure


def coverage() -> Figure:
    """Draw the share inside the interval, 30 days at a time."""
    _, targets, _ = days()
    before = targets[-540:-180] - ridge(549, 909)
    low, high = residual_interval(ridge(909, 1089), before, 0.8)
    inside = (low <= targets[-180:]) & (targets[-180:] <= high)
    figure, ax = plt.subplots(figsize=(5.6, 3.0))
    ax.axhline(0.8, color=MUTED, linestyle=":", label="promised")
    shares = inside.reshape(6, -1).mean(axis=1)
    ax.plot(range(1, 7), shares, "o-", label="kept")
    ax.set(xlabel="30 days, from 5 July 2014", ylabel="share inside")
    ax.set_ylim(0.5, 1)
    ax.legend(loc="upper left")
    return figure


@cache
def road() -> dict[str, Array]:
    """Return each way's forecasts of the judged hours, and the answer."""
    rows, runs = hour_rows(traffic()), stored("traffic-runs")
    judged = rows["hour"] >= 24 * (1004 - 180)
    table = []
    for begin in (824, 884, 944):
        now = rows["hour"] // 24
        seen, ahead = now < begin, (now >= begin) & (now < begin + 60)
        slots, cars = rows["slot"], rows["cars"]
        medians = [np.median(cars[seen & (slots == k)]) for k in range(168)]
        table.append(np.array(medians)[slots[ahead]])
    return {
        "table of medians": np.concatenate(table),
        "ridge, hour of week": runs["ridge, week"][0],
        "linear, hour of week": runs["linear"][0],
        "five trees": runs["trees"].mean(axis=0),
        "five networks": runs["network"].mean(axis=0),
        "answer": rows["cars"][judged],
        "hour": rows["hour"][judged] % 24,
    }


def error_and_bill() -> Figure:
    """Draw error and bill of five ways to forecast the cars."""
    said = dict(road())
    answer, hour = said.pop("answer"), said.pop("hour")
    light = (hour >= 6) & (hour < 20)
    figure, axes = plt.subplots(1, 2, figsize=(6.2, 2.8), sharey=True)
    for row, one in enumerate(said.values()):
        jam = 2.5 * np.maximum(answer - 4500, 0)
        bill = np.where(one < 4700, jam, 500)[light].mean() * 14
        axes[0].plot(np.abs(one - answer).mean(), row, "C0o")
        axes[1].plot(bill, row, "C1s")
    axes[0].set_yticks(range(len(said)), list(said))
    axes[0].invert_yaxis()
    axes[0].set(xlabel="mean error, cars", xlim=(160, 240))
    axes[1].set(xlabel="dollars a day", xlim=(4550, 4820))
    for ax in axes:
        ax.grid(axis="y", alpha=0.3)
    return figure


def more_days() -> Figure:
    """Draw the error over the days of past, for both cases."""
    figure, axes = plt.subplots(1, 2, figsize=(6.2, 3.0))
    truth, runs = days()[1][-180:], stored("electricity-runs")
    windows = (120, 240, 480, 909)
    lines = [
        float(np.abs(ridge(909, 1089, None if w == 909 else w) - truth).mean())
        for w in windows
    ]
    axes[0].plot(windows, lines, "C1s-", label="ridge")
    whole = np.abs(runs["network, changes"] - truth).mean(axis=(1, 2))
    for window in windows:
        key = f"windows network {window}"
        errors = runs.get(key, whole)
        axes[0].plot([window] * 5, errors, "C0.", label="networks")
    on_road, answer = stored("traffic-runs"), road()["answer"]
    spans = (90, 180, 360, 824)
    whole_line = np.abs(on_road["ridge, week"][0] - answer).mean()
    whole_nets = np.abs(on_road["network"] - answer).mean(axis=1)
    lines = [
        float(on_road.get(f"windows ridge, week {w}", [whole_line])[0])
        for w in spans
    ]
    axes[1].plot(spans, lines, "C1s-")
    whole_trees = np.abs(on_road["trees"] - answer).mean(axis=1)
    forests = [
        np.median(on_road.get(f"windows trees {w}", whole_trees))
        for w in spans
    ]
    axes[1].plot(spans, forests, "C2x", label="trees")
    for span in spans:
        nets = on_road.get(f"windows network {span}", whole_nets)
        axes[1].plot([span] * 5, nets, "C0.")
    for ax, ticks, name in (
        (axes[0], windows, "electricity"),
        (axes[1], spans, "traffic"),
    ):
        ax.set(xlabel="days of past", ylim=(0, None), title=name)
        ax.set_xscale("log")
        ax.set_xticks(ticks, [str(t) if t < 800 else "all" for t in ticks])
        ax.minorticks_off()
    axes[0].set_ylabel("mean error")
    handles, labels = axes[0].get_legend_handles_labels()
    axes[0].legend(handles[:2], labels[:2], loc="lower left")
    axes[1].legend(loc="lower left")
    return figure
