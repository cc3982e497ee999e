# --8<-- [start:ch36-hours-imports]
"""What a model of chapter 36 is shown: rows of days, and rows of hours."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, Labels
from nnfs_code.forecasting import first_known, lags
from nnfs_code.layers import Dense
from nnfs_code.losses import RegressionLoss
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer, one_hot
from nnfs_code.schedules import CosineDecay

Anything = NDArray[Any]
Blocks = dict[str, Anything]  # columns, by name

# --8<-- [end:ch36-hours-imports]


# --8<-- [start:ch36-season]
def season(day: Array) -> Array:
    """Return four waves over the year: a row per day, counted from a new year.

    >>> season(np.array([0.0])).round(2)
    array([[0., 1., 0., 1.]])
    """
    turns = 2 * np.pi * day[:, np.newaxis] / 365.25
    waves = [np.sin(turns), np.cos(turns), np.sin(2 * turns)]
    return np.concatenate([*waves, np.cos(2 * turns)], axis=1)


# --8<-- [end:ch36-season]


# --8<-- [start:ch36-day-rows]
def day_rows(days: Array, known: int = 24) -> tuple[Array, Array, Array]:
    """Return points, targets and yesterday, a row per day from the 8th on.

    A point has the hours of yesterday, of the day before and of a week ago,
    the weekday and the season. Of yesterday the first `known` hours are in.

    >>> points, targets, yesterday = day_rows(np.ones((10, 24)))
    >>> points.shape, targets.shape, yesterday.shape
    ((3, 83), (3, 24), (3, 24))
    """
    now = np.arange(7, len(days))
    weekday = one_hot((now + 6) % 7, 7, dtype=np.float64)
    yesterday = days[now - 1]
    past = [yesterday[:, :known], days[now - 2], days[now - 7]]
    past += [weekday, season(now.astype(np.float64))]
    return np.concatenate(past, axis=1), days[now], yesterday


# --8<-- [end:ch36-day-rows]


# --8<-- [start:ch36-on-the-clock]
def on_the_clock(table: dict[str, Array], name: str) -> Array:
    """Return a column with an entry for every hour, NaN where none is."""
    hour = table["hour"].astype(int)
    series = np.full(24 * (hour[-1] // 24 + 1), np.nan)
    series[hour] = table[name]
    return series


def last_known(series: Array) -> Array:
    """Return the series with each gap filled by what was before it.

    >>> last_known(np.array([1.0, np.nan, 3.0]))
    array([1., 1., 3.])
    """
    places = np.where(np.isnan(series), 0, np.arange(len(series)))
    filled: Array = series[np.maximum.accumulate(places)]
    return filled


# --8<-- [end:ch36-on-the-clock]


# --8<-- [start:ch36-air]
def weather(table: dict[str, Array]) -> Array:
    """Return temperature, rain, snow, clouds and kind, for every hour."""
    kinds = last_known(on_the_clock(table, "kind")).astype(int)
    rain, snow = (
        last_known(on_the_clock(table, name)) for name in ("rain", "snow")
    )
    plain = [
        last_known(on_the_clock(table, name))
        for name in ("temperature", "clouds")
    ]
    # One hour is said to have had ten metres of rain. Six centimetres will do.
    plain += [np.log1p(np.minimum(rain, 600)), (snow > 0).astype(np.float64)]
    return np.column_stack([*plain, one_hot(kinds, 10, dtype=np.float64)])


# --8<-- [end:ch36-air]


# --8<-- [start:ch36-past-hours]
def past_hours(cars: Array) -> Array:
    """Return yesterday, a week and two ago and the mean of four weeks.

    All are of the same hour. For one that is missing the next one steps in.
    """
    week = lags(cars, [168, 336, 504, 672])
    gone = np.column_stack([lags(cars, [24]), week])
    some = (~np.isnan(week)).any(axis=1)
    mean = np.full(len(cars), np.nan)
    mean[some] = np.nanmean(week[some], axis=1)
    return np.column_stack(
        [*(first_known(gone[:, at:]) for at in (0, 1, 2)), mean]
    )


# --8<-- [end:ch36-past-hours]


# --8<-- [start:ch36-calendar]
def calendar(hour: Labels, slot: Labels, free: Anything) -> Blocks:
    """Return what is known of each hour for years ahead, in two forms."""
    days = hour // 24
    signs = [
        one_hot(hour % 24, 24, dtype=np.float64),
        one_hot(slot // 24, 7, dtype=np.float64),
        free[:, np.newaxis],
        season(days.astype(np.float64)),
    ]
    plain = [hour % 24, slot // 24, free, days % 365.25]
    return {
        "plain": np.column_stack(plain),  # for trees
        "calendar": np.concatenate(signs, axis=1),
        "week": one_hot(slot, 168, dtype=np.float64),
    }


# --8<-- [end:ch36-calendar]


# --8<-- [start:ch36-hour-rows]
def hour_rows(table: dict[str, Array]) -> Blocks:
    """Return blocks of columns, a row per hour whose cars were counted.

    It begins four weeks after the table.
    """
    cars, air = on_the_clock(table, "cars"), weather(table)
    hour = np.arange(len(cars))
    slot = (hour + 4 * 24) % 168  # a Friday came first; 0: Monday
    free = np.isin(hour // 24, table["hour"][table["holiday"] == 1] // 24)
    blocks: Blocks = {
        "hour": hour,
        "cars": cars,
        "slot": slot,
        **calendar(hour, slot, free),
        "past": past_hours(cars),
        "weather": air,
        "weather before": np.roll(air, 24, axis=0),
    }
    known = ~np.isnan(np.column_stack([cars, blocks["past"]])).any(axis=1)
    rows = np.flatnonzero(known & (hour >= 672))
    return {name: block[rows] for name, block in blocks.items()}


# --8<-- [end:ch36-hour-rows]


# --8<-- [start:ch36-untrained]
def untrained(
    width: int,
    hidden: tuple[int, ...],
    n_outputs: int,
    rng: np.random.Generator,
) -> list[Any]:
    """Return the parts of a network, linear if nothing is hidden.

    >>> len(untrained(4, (8,), 2, np.random.default_rng(0)))
    3
    """
    parts: list[Any] = []
    for n_neurons in hidden:
        parts += [Dense(width, n_neurons, rng=rng), ReLU()]
        parts[-2].weights *= 100 * np.sqrt(2 / width)
        width = n_neurons
    parts.append(Dense(width, n_outputs, rng=rng))
    parts[-1].weights *= 100 / np.sqrt(width)
    return parts


# --8<-- [end:ch36-untrained]


# --8<-- [start:ch36-forecast]
def forecast(
    past: tuple[Array, Array],
    now: Array,
    loss: RegressionLoss,
    *,
    hidden: tuple[int, ...],
    epochs: int,
    size: int,
    seed: int,
) -> Array:
    """Train on points and targets of the past; return forecasts for `now`.

    Without hidden layers the model is linear. Targets are scaled by one
    number, so that their errors keep their proportions.
    """
    rng, scaler = np.random.default_rng(seed), Standardizer().fit(past[0])
    points = scaler.transform(past[0]).astype(np.float32)
    level, scale = past[1].mean(axis=0), past[1].std()
    targets = ((past[1] - level) / scale).astype(np.float32)
    parts = untrained(points.shape[1], hidden, targets.shape[1], rng)
    model = Model(parts, loss)
    adam = Adam(CosineDecay(0.003, epochs * -(-len(points) // size)))
    model.fit(points, targets, adam, epochs=epochs, batch_size=size, rng=rng)
    outputs = model.predict(scaler.transform(now).astype(np.float32))
    return np.asarray(outputs * scale + level, np.float64)


# --8<-- [end:ch36-forecast]
