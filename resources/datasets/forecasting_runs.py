"""Forecast electricity and traffic, and store what each model says.

It takes some minutes of one processor per case, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
        python resources/datasets/forecasting_runs.py electricity
    … and the same with traffic

It leaves ``electricity-runs.npz`` and ``traffic-runs.npz`` beside it: arrays
of shape (seeds, days, 24) and (seeds, hours), whole numbers. Each forecast is
of a model that has seen only what was before its origin; the origin rolls on
by 60 days. Names that end in "earlier" are of the half year before. Names
that begin with "folds" are of models that have seen random nine tenths of
all. Arrays of one axis are mean errors, one per seed: of cars those with
weather and with folds, and "windows", by days of past.
The trees need scikit-learn.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.cases import electricity, traffic  # noqa: E402
from nnfs_code.forecasting import Ridge, rolling_origin  # noqa: E402
from nnfs_code.hours import day_rows, forecast, hour_rows  # noqa: E402
from nnfs_code.losses import (  # noqa: E402
    MeanAbsoluteError,
    Quantile,
    RegressionLoss,
)
from nnfs_code.validation import folds  # noqa: E402

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Splits = list[tuple[Whole, Whole]]
Run = Callable[[], Floats]
Say = Callable[[Whole, Whole, int], Floats]  # past, now, seed → forecasts
FOLDER = Path(__file__).parent
SEEDS = range(5)
ABSOLUTE = MeanAbsoluteError()


def rolled(say: Say, splits: list[tuple[Whole, Whole]], seed: int) -> Floats:
    """Return the forecasts from all origins, one after the other."""
    return np.concatenate([say(past, now, seed) for past, now in splits])


def seeds(say: Say, splits: list[tuple[Whole, Whole]], n: int = 5) -> Floats:
    """Return the forecasts of several seeds."""
    return np.stack([rolled(say, splits, seed) for seed in range(n)])


def by_folds(say: Say, n: int, judged: Whole, number: int = 5) -> Floats:
    """Return forecasts of `judged` by models that have seen the rest."""
    said = []
    for seed in range(number):
        rng, one = np.random.default_rng(seed), {}
        for rest, held_out in folds(n, 10, rng=rng):
            now = np.intersect1d(held_out, judged)
            if len(now):
                one.update(zip(now, say(rest, now, seed), strict=True))
        said.append(np.stack([one[row] for row in judged]))
    return np.stack(said)


def trees(
    past: tuple[Floats, Floats], now: Floats, seed: int
) -> NDArray[np.float64]:
    """Return what boosted trees say, with scikit-learn's own settings."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(random_state=seed)
    said: Floats = model.fit(past[0], past[1]).predict(now)
    return said


class Electricity:
    """The day ahead, in several framings."""

    def __init__(self) -> None:
        self.points, self.targets, self.yesterday = day_rows(electricity())
        self.n = len(self.points)
        self.test = rolling_origin(self.n, self.n - 180, 60)

    def levels(self, past: Whole, now: Whole, seed: int) -> Floats:
        """All 24 loads at once."""
        pair = self.points[past], self.targets[past]
        setup = {"hidden": (32,), "epochs": 150, "size": 32, "seed": seed}
        return forecast(pair, self.points[now], ABSOLUTE, **setup)

    def changes(
        self,
        past: Whole,
        now: Whole,
        seed: int,
        loss: RegressionLoss = ABSOLUTE,
    ) -> Floats:
        """All 24 changes since yesterday at once."""
        pair = self.points[past], (self.targets - self.yesterday)[past]
        setup = {"hidden": (128,), "epochs": 20, "size": 32, "seed": seed}
        said = forecast(pair, self.points[now], loss, **setup)
        return said + self.yesterday[now]

    def residuals(self, past: Whole, now: Whole, seed: int) -> Floats:
        """What ridge, on the changes, leaves over."""
        changes = (self.targets - self.yesterday)[past]
        ridge = Ridge(100).fit(self.points[past], changes)
        left = changes - ridge.predict(self.points[past])
        setup = {"hidden": (32,), "epochs": 20, "size": 32, "seed": seed}
        pair = self.points[past], left
        said = forecast(pair, self.points[now], ABSOLUTE, **setup)
        return said + ridge.predict(self.points[now]) + self.yesterday[now]

    def hourly(self, rows: Whole) -> tuple[Floats, Floats]:
        """Return a row per hour: the day's point, and which hour it is."""
        n = len(rows)
        which = np.tile(np.eye(24), (n, 1))
        points = np.repeat(self.points[rows], 24, axis=0)
        changes = (self.targets - self.yesterday)[rows]
        return np.column_stack([points, which]), changes.reshape(-1, 1)

    def hours(self, past: Whole, now: Whole, seed: int) -> Floats:
        """One change at a time, by a network that is told the hour."""
        setup = {"hidden": (64, 32), "epochs": 10, "size": 256, "seed": seed}
        said = forecast(
            self.hourly(past), self.hourly(now)[0], ABSOLUTE, **setup
        )
        return said.reshape(-1, 24) + self.yesterday[now]

    def own(self, rows: Whole) -> Floats:
        """Return for trees a row per hour: what was at this very hour."""
        points, n = self.points[rows], len(rows)
        past = points[:, :72].reshape(n, 3, 24)
        hour = np.tile(np.arange(24.0), n)[:, np.newaxis]
        weekday = points[:, 72:79].argmax(axis=1)
        rest = [weekday, rows % 365.25, past[:, 0].mean(1), past[:, 1].mean(1)]
        last = np.column_stack([*rest, past[:, 0, -1]])
        same = past.transpose(0, 2, 1).reshape(-1, 3)
        return np.column_stack([same, hour, np.repeat(last, 24, axis=0)])

    def boosted(
        self, past: Whole, now: Whole, seed: int, changes: bool = False
    ) -> Floats:
        """Trees on loads, or on changes since yesterday."""
        base = self.yesterday * changes
        pair = self.own(past), (self.targets - base)[past].ravel()
        return trees(pair, self.own(now), seed).reshape(-1, 24) + base[now]

    def quantile(self, level: float) -> Say:
        """Return the network of changes for a quantile."""
        return lambda a, b, s: self.changes(a, b, s, Quantile(level))

    def error(self, said: Floats) -> Floats:
        """Return the mean absolute error of each seed."""
        return np.abs(said - self.targets[-180:]).mean(axis=(1, 2))

    def runs(self) -> dict[str, Run]:
        """Return how to make all forecasts, by name."""
        judged, n, test = np.arange(self.n - 180, self.n), self.n, self.test
        found: dict[str, Run] = {
            "network, changes": lambda: seeds(self.changes, test),
            "trees": lambda: seeds(self.boosted, test, 1),
            "network, loads": lambda: seeds(self.levels, test),
            "network, residuals": lambda: seeds(self.residuals, test),
            "network, hours": lambda: seeds(self.hours, test),
            "folds network, changes": lambda: by_folds(
                self.changes, n, judged
            ),
            "folds trees": lambda: by_folds(self.boosted, n, judged, 1),
        }
        for level in (0.75, 0.1, 0.9):
            say = self.quantile(level)
            name = f"network, quantile {level}"
            found[name] = partial(seeds, say, test)
        for window in (120, 240, 480):
            splits = rolling_origin(n, n - 180, 60, window=window)
            found[f"windows network {window}"] = partial(
                lambda a: self.error(seeds(self.changes, a)), splits
            )
        found["trees, changes"] = lambda: self.error(
            seeds(lambda a, b, s: self.boosted(a, b, s, True), test, 1)
        )
        return found


class Traffic:
    """The cars of each hour of the next day."""

    def __init__(self) -> None:
        self.rows = hour_rows(traffic())
        self.cars = self.rows["cars"][:, np.newaxis]
        self.end = int(self.rows["hour"][-1] // 24 + 1) * 24

    def splits(
        self, last: int, window: int | None = None
    ) -> list[tuple[Whole, Whole]]:
        """Return the three origins before an hour, as rows of the table."""
        hour, days = self.rows["hour"], 24 * 60
        clock = rolling_origin(last, last - 3 * days, days, window=window)
        return [
            (
                np.flatnonzero((hour >= past[0]) & (hour <= past[-1])),
                np.flatnonzero((hour >= now[0]) & (hour <= now[-1])),
            )
            for past, now in clock
        ]

    def points(self, names: str) -> Floats:
        """Return some blocks of columns side by side."""
        blocks = [self.rows[name] for name in names.split(", ")]
        return np.column_stack(blocks)

    def network(
        self,
        names: str,
        loss: RegressionLoss = ABSOLUTE,
        hidden: tuple[int, ...] = (64, 32),
    ) -> Say:
        """Return a network, or a linear model if nothing is hidden."""
        points = self.points(names)

        def say(past: Whole, now: Whole, seed: int) -> Floats:
            setup = {"epochs": 30, "size": 256, "seed": seed, "hidden": hidden}
            pair = points[past], self.cars[past]
            return forecast(pair, points[now], loss, **setup)[:, 0]

        return say

    def ridge(self, names: str) -> Say:
        """Return ridge regression."""
        points = self.points(names)
        return lambda past, now, _: (
            Ridge(1).fit(points[past], self.cars[past]).predict(points[now])
        )[:, 0]

    def boosted(self, names: str) -> Say:
        """Return boosted trees."""
        points, cars = self.points(names), self.cars[:, 0]
        return lambda past, now, seed: trees(
            (points[past], cars[past]), points[now], seed
        )

    def error(self, said: Floats, judged: Whole) -> Floats:
        """Return the mean absolute error of each seed."""
        return np.abs(said - self.cars[judged, 0]).mean(axis=1)

    def runs(self) -> dict[str, Run]:
        """Return how to make all forecasts, by name."""
        known, wide, plain = (
            "calendar, past",
            "calendar, past, week",
            "plain, past",
        )
        test, half = self.splits(self.end), self.splits(self.end - 180 * 24)
        judged = np.concatenate([now for _, now in test])
        models: dict[str, tuple[Say, int]] = {
            "network": (self.network(known), 5),
            "trees": (self.boosted(plain), 5),
            "linear": (self.network(wide, hidden=()), 1),
            "ridge": (self.ridge(known), 1),
            "ridge, week": (self.ridge(wide), 1),
            "network, week": (self.network(wide), 5),
        }
        found: dict[str, Run] = {}

        def errors(say: Say, splits: Splits, number: int) -> Floats:
            return self.error(seeds(say, splits, number), judged)

        def mixed(say: Say, number: int) -> Floats:
            said = by_folds(say, len(self.cars), judged, number)
            return self.error(said, judged)

        for air in ("weather", "weather before"):
            airy = {
                "network": (self.network(f"{known}, {air}"), 5),
                "trees": (self.boosted(f"{plain}, {air}"), 1),
                "ridge, week": (self.ridge(f"{wide}, {air}"), 1),
            }
            for name, (say, number) in airy.items():
                found[f"{name}, {air}"] = partial(errors, say, test, number)
        for level in (0.1, 0.9):
            say = self.network(known, Quantile(level))
            models[f"network, quantile {level}"] = say, 5
        for name, (say, number) in models.items():
            found[name] = partial(seeds, say, test, number)
        for name in ("network", "trees", "linear", "ridge, week"):
            say, n = models[name]
            found[f"{name} earlier"] = partial(seeds, say, half, min(n, 5))
        for name in ("network", "trees", "ridge, week"):
            say, n = models[name]
            found[f"folds {name}"] = partial(mixed, say, n)
            for window in (90, 180, 360):
                splits = self.splits(self.end, 24 * window)
                found[f"windows {name} {window}"] = partial(
                    errors, say, splits, n
                )
        return found


def main(case: str) -> None:
    """Run a case and write what was found."""
    begin = time.process_time()
    kind = {"electricity": Electricity, "traffic": Traffic}[case]
    arrays = {}
    for name, run in kind().runs().items():
        said = run()
        exact = said.ndim == 1
        arrays[name] = (
            said.astype(np.float32) if exact else said.round().astype(np.int16)
        )
        seconds = time.process_time() - begin
        print(f"{name}: {seconds:.0f}", flush=True)
        store(case, arrays, seconds)


def store(case: str, arrays: dict[str, Any], seconds: float) -> None:
    """Write what there is so far, and what it was made by."""
    import sklearn

    code = [Path(__file__), *(ROOT / "nnfs_code").glob("*.py")]
    about = {
        "made": str(date.today()),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "seconds of a processor": round(seconds),
        "code": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(code)
            if path.stem in ("forecasting_runs", "forecasting", "hours")
        },
    }
    path = FOLDER / f"{case}-runs.npz"
    np.savez_compressed(path, about=np.array(json.dumps(about)), **arrays)


if __name__ == "__main__":
    main(sys.argv[1])
