"""Figures of chapter 23: the price of a call, and the roof of a machine."""

import json
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from figures.style import INK, MUTED

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "resources" / "datasets" / "where-the-time-goes.json"
# Operations and bytes of a step at batch 128, as the chapter counts them.
COSTS = {
    "products forwards": (30212096, 1140736),
    "products backwards": (34734080, 1413120),
    "biases": (102144, 413776),
    "ReLU": (98304, 720896),
    "Adam": (1182820, 11355072),
}


def price_of_a_call() -> Figure:
    """Draw the time of an addition over how many numbers it adds."""
    times = json.loads(STORED.read_text("utf-8"))["calls"]
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    ax.loglog([int(n) for n in times], list(times.values()), "o-")
    ax.set(xlabel="numbers added", ylabel="microseconds")
    ax.text(1.2, 0.8, "the call", color=MUTED)
    ax.text(20_000, 1.6, "the numbers", color=MUTED)
    return figure


def roofline() -> Figure:
    """Draw the lines of a step under the roof of the machine."""
    stored = json.loads(STORED.read_text("utf-8"))
    peak, traffic = stored["roof"]["GFLOP/s"], stored["roof"]["GB/s, cache"]
    figure, ax = plt.subplots(figsize=(6.2, 3.8))
    reach = np.array([0.05, peak / traffic, 100])
    ax.loglog(reach, np.minimum(peak, reach * traffic), color=INK, lw=1.5)
    ax.text(0.09, 14, "traffic", color=MUTED, rotation=38)
    ax.text(3, 115, "arithmetic", color=MUTED)
    labels = {"products forwards": "", "products backwards": "products"}
    for place, (name, (flops, n_bytes)) in enumerate(COSTS.items()):
        rate = flops / stored["lines"]["128"][name] / 1e3
        ax.plot(flops / n_bytes, rate, "os^Dv"[place], color=f"C{place}")
        right = (-26, -18) if "products" in name else (9, -4)
        ax.annotate(
            labels.get(name, name),
            (flops / n_bytes, rate),
            xytext=right,
            textcoords="offset points",
        )
    ax.set(
        xlabel="operations per byte",
        ylabel="billion operations per second",
        ylim=(1, 250),
    )
    return figure
