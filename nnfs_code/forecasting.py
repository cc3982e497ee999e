# --8<-- [start:ch36-forecasting-imports]
"""Forecasts: what the past says, origins that roll, honest intervals."""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from nnfs_code.arrays import (
    Array,
    Labels,
    check_between,
    check_count,
    check_floats,
    complaint,
)
from nnfs_code.preprocessing import Standardizer

# --8<-- [end:ch36-forecasting-imports]


# --8<-- [start:ch36-lags]
def lags(series: Array, steps: Sequence[int]) -> Array:
    """Return what the series was so many steps ago: a column for each.

    One season ago is the seasonal naive forecast. Where there is no past
    yet, the entry is NaN. The series may have NaN, too.

    >>> lags(np.array([5.0, 6.0, 7.0]), (1, 2))
    array([[nan, nan],
           [ 5., nan],
           [ 6.,  5.]])
    """
    if type(series) is not np.ndarray or series.ndim != 1:
        got = getattr(series, "shape", f"a {type(series).__name__}")
        raise ValueError(complaint("lags", "a series of shape (n,)", got))
    columns = np.full((len(series), len(steps)), np.nan)
    for place, step in enumerate(steps):
        step = check_count("lags", "each of steps", step)
        columns[step:, place] = series[:-step]
    return columns


def first_known(columns: Array) -> Array:
    """Return the first entry of each row that is not NaN, else NaN.

    >>> first_known(np.array([[np.nan, 2.0], [3.0, 4.0]]))
    array([2., 3.])
    """
    place = np.isnan(columns).argmin(axis=1)
    chosen: Array = columns[np.arange(len(columns)), place]
    return chosen


# --8<-- [end:ch36-lags]


# --8<-- [start:ch36-rolling-origin]
def rolling_origin(
    n_samples: int, first: int, horizon: int, *, window: int | None = None
) -> list[tuple[Labels, Labels]]:
    """Return splits in time: all that is past, and what comes next.

    The first origin is at the sample `first`, each next one is `horizon`
    samples later. With a `window`, only so many samples before the origin
    count as past.

    Raises
    ------
    ValueError
        If nothing is left to forecast.

    >>> rolling_origin(5, 2, 2)[1]
    (array([0, 1, 2, 3]), array([4]))
    """
    owner = "rolling_origin"
    n_samples = check_count(owner, "n_samples", n_samples)
    first = check_count(owner, "first", first)
    horizon = check_count(owner, "horizon", horizon)
    if first >= n_samples:
        expected = f"an origin before sample {n_samples}"
        raise ValueError(complaint(owner, expected, first))
    if window is not None:
        window = check_count(owner, "window", window)
    splits: list[tuple[Labels, Labels]] = []
    for origin in range(first, n_samples, horizon):
        begin = 0 if window is None else max(0, origin - window)
        end = min(origin + horizon, n_samples)
        splits.append((np.arange(begin, origin), np.arange(origin, end)))
    return splits


# --8<-- [end:ch36-rolling-origin]


# --8<-- [start:ch36-ridge]
class Ridge:
    """Linear regression that pays for large weights: ridge.

    The columns are standardised first. Targets may have several columns.

    Parameters
    ----------
    strength : float
        How much a squared weight costs, beside the squared errors of all
        samples together.

    References
    ----------
    Hoerl and Kennard (1970).

    >>> points = np.array([[0.0], [1.0], [2.0]])
    >>> Ridge(1e-9).fit(points, 3 * points).predict(np.array([[5.0]])).round(3)
    array([[15.]])
    """

    def __init__(self, strength: float) -> None:
        self.strength = check_between("Ridge", "strength", strength, 0, np.inf)

    # --8<-- [end:ch36-ridge]

    # --8<-- [start:ch36-ridge-fit]
    def fit(self, points: Array, targets: Array) -> Self:
        """Find weights and biases; return the model.

        Raises
        ------
        TypeError, ValueError
            If the arrays are not tables of finite floats of one length.
        """
        check_floats(targets, "Ridge", "targets")
        if targets.ndim != 2 or len(targets) != len(points):
            expected = f"targets of shape ({len(points)}, n_outputs)"
            raise ValueError(complaint("Ridge", expected, targets.shape))
        self.scaler = Standardizer().fit(points)
        scaled = self.scaler.transform(points)
        self.biases = targets.mean(axis=0)
        square = scaled.T @ scaled + self.strength * np.eye(scaled.shape[1])
        self.weights = np.linalg.solve(
            square, scaled.T @ (targets - self.biases)
        )
        return self

    def predict(self, points: Array) -> Array:
        """Return the forecasts, shape (n_samples, n_outputs)."""
        if not hasattr(self, "weights"):
            raise RuntimeError("Ridge expected fit to be called first")
        scaled = self.scaler.transform(points)
        outputs: Array = scaled @ self.weights + self.biases
        return outputs

    # --8<-- [end:ch36-ridge-fit]


# --8<-- [start:ch36-residual-interval]
def residual_interval(
    forecasts: Array, errors: Array, level: float
) -> tuple[Array, Array]:
    """Return the ends between which `level` of the targets should lie.

    The errors, target minus forecast, are those of earlier forecasts, best
    of such that were made before their targets were known. Each column has
    its own: the middle `level` of them is put around the forecasts.

    >>> errors = np.arange(-50.0, 51.0)[:, np.newaxis]
    >>> low, high = residual_interval(np.array([[100.0]]), errors, 0.8)
    >>> low, high
    (array([[60.]]), array([[140.]]))
    """
    level = check_between("residual_interval", "level", level, 0, 1)
    for name, table in (("forecasts", forecasts), ("errors", errors)):
        check_floats(table, "residual_interval", name)
        if table.ndim != 2 or table.shape[1] != forecasts.shape[-1]:
            expected = f"{name} of shape (n, {forecasts.shape[-1]})"
            got = table.shape
            raise ValueError(complaint("residual_interval", expected, got))
    ends = np.quantile(errors, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return forecasts + ends[0], forecasts + ends[1]


# --8<-- [end:ch36-residual-interval]


# --8<-- [start:ch36-coverage]
class Coverage(NamedTuple):
    """How often an interval is right, how wide it is, and both in one."""

    share: float  # of the targets inside
    width: float  # the mean distance of the ends
    score: float  # width, and a fine for each target outside


def coverage(
    low: Array, high: Array, targets: Array, level: float
) -> Coverage:
    """Measure intervals that should hold `level` of the targets.

    The fine is the distance to the nearer end, times 2 / (1 - level). Under
    it the lowest score that can be expected is that of the true quantiles.

    References
    ----------
    Gneiting and Raftery (2007), section 6.2: the interval score.

    >>> ends = np.array([0.0, 0.0]), np.array([10.0, 10.0])
    >>> coverage(*ends, np.array([5.0, 11.0]), 0.8)
    Coverage(share=0.5, width=10.0, score=15.0)
    """
    level = check_between("coverage", "level", level, 0, 1)
    for name, values in (("targets", targets), ("low", low), ("high", high)):
        check_floats(values, "coverage", name)
        if values.shape != targets.shape:
            expected = f"{name} of shape {targets.shape}"
            raise ValueError(complaint("coverage", expected, values.shape))
    if (low > high).any():
        got = f"{int((low > high).sum())} turned around"
        raise ValueError(complaint("coverage", "low ends below high", got))
    outside = np.maximum(low - targets, 0) + np.maximum(targets - high, 0)
    width = float((high - low).mean())
    fine = float(outside.mean() * 2 / (1 - level))
    return Coverage(float((outside == 0).mean()), width, width + fine)


# --8<-- [end:ch36-coverage]
