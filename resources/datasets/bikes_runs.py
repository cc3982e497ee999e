"""Make bikes-runs.npz: what each model says of hours without a counter.

It takes a minute of one processor, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 python resources/datasets/bikes_runs.py

From day 22 of each month the counter is thought to be down. Sizes are chosen
by the days 15 to 21, in the same way. The file holds the hires that each model
says for the hours of these days, a row per seed (trees draw nothing at random
here: one row), and `about`: settings, choices, versions and time.
"""

import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "chapters")]

from nnfs_code.arrays import Array, Labels  # noqa: E402
from nnfs_code.capstones import bikes_by_hour  # noqa: E402
from scripted import definitions  # noqa: E402

STORED = Path(__file__).with_name("bikes-runs.npz")
SEEDS = range(5)
WIDTHS = ((16,), (32,), (32, 16), (64, 32))
LEAVES = (8, 16, 31)
SCRIPT = definitions("ch35_predictive_analytics_case", "LETTER")
BIKES = bikes_by_hour()
HIRES = BIKES["hires"]
DAYS = SCRIPT["dates_of"](BIKES["day"])[1]
PLAIN = SCRIPT["bike_inputs"](BIKES)
HINT = SCRIPT["bike_inputs"](BIKES, hint=True)
FEW = ("hour", "weekday", "working_day", "holiday", "weather")
FEW += ("temperature", "humidity", "wind")
MONTHS = SCRIPT["dates_of"](BIKES["day"])[0]


def model(inputs: Array, widths: Any, before: int, until: int) -> Array:
    """Return what all seeds say of the days from `before` to `until`."""
    past, now = rows(before, until)
    made = [
        SCRIPT["counts"](inputs[past], HIRES[past], inputs[now], widths, seed)
        for seed in SEEDS
    ]
    return np.array(made)


def trees(leaves: Any, before: int, until: int) -> Array:
    """Return the same of boosted trees: numbers as they are, one run."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    table = np.column_stack([*(BIKES[name] for name in FEW), MONTHS])
    past, now = rows(before, until)
    made = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.05,
        max_iter=400,
        max_leaf_nodes=leaves,
        random_state=0,
    ).fit(table[past], HIRES[past])
    return np.array([made.predict(table[now])])


def rows(before: int, until: int) -> tuple[Labels, Labels]:
    """Return the rows of the days before a day of the month, and to one."""
    now = (before <= DAYS) & (until >= DAYS)
    return np.flatnonzero(before > DAYS), np.flatnonzero(now)


def about() -> Any:
    """Return what the file says of its making."""
    with np.load(STORED) as arrays:
        return json.loads(str(arrays["about"]))


def error(rates: Array) -> float:
    """Return the middle of the errors per hour on days 15 to 21."""
    hours = rows(15, 21)[1]
    return float(np.median(np.abs(rates - HIRES[hours]).mean(axis=1)))


def main() -> None:
    """Choose, train, and write the file."""
    import sklearn

    note: dict[str, Any] = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "date": time.strftime("%Y-%m-%d"),
        "seeds": list(SEEDS),
    }
    wide = {w: round(error(model(PLAIN, w, 15, 21)), 2) for w in WIDTHS}
    leafy = {n: round(error(trees(n, 15, 21)), 2) for n in LEAVES}
    widths, leaves = (min(t, key=lambda k: t[k]) for t in (wide, leafy))
    kept: dict[str, Array] = {}
    for name, make in (
        ("poisson", lambda: model(PLAIN, (), 22, 31)),
        ("poisson_hint", lambda: model(HINT, (), 22, 31)),
        ("networks", lambda: model(PLAIN, widths, 22, 31)),
        ("networks_hint", lambda: model(HINT, widths, 22, 31)),
        ("trees", lambda: trees(leaves, 22, 31)),
    ):
        start = time.process_time()
        kept[name] = make().astype(np.float32)
        seconds = (time.process_time() - start) / len(kept[name])
        note[name] = {"seconds": round(seconds, 2)}
    note["networks"] |= {"size": widths, "days 15 to 21": str(wide)}
    note["trees"] |= {"size": leaves, "days 15 to 21": str(leafy)}
    text: Any = np.array(json.dumps(note))
    np.savez_compressed(STORED, about=text, **kept)
    print(json.dumps(note, indent=1))
    hours = rows(22, 31)[1]
    for name, rates in kept.items():
        errors = np.abs(rates - HIRES[hours]).mean(axis=1)
        print(name, errors.round(1))


if __name__ == "__main__":
    main()
