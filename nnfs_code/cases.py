# --8<-- [start:ch32-cases-imports]
"""Data of the cases of Part VII."""

from typing import Any

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array
from nnfs_code.capstones import DATASETS, columns_of
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.penalties import L2
from nnfs_code.schedules import CosineDecay

# --8<-- [end:ch32-cases-imports]


# --8<-- [start:ch32-german-credit]
def german_credit() -> dict[str, Array]:
    """Return the columns of the table german-credit.csv.gz, by name.

    References
    ----------
    Hofmann (1994), CC BY 4.0; see the page of data sets.

    >>> loans = german_credit()
    >>> len(loans), loans["bad"].shape, int(loans["bad"].sum())
    (19, (1000,), 300)
    """
    return columns_of("german-credit.csv.gz")


# --8<-- [end:ch32-german-credit]


# --8<-- [start:ch32-credit-features]
CREDIT_NUMBERS = "duration amount installment_rate residence age credits"
CREDIT_CODES = (
    "account history purpose savings employment"
    " guarantors property other_plans housing job"
)


def credit_features(
    loans: dict[str, Array], codes: str = CREDIT_CODES
) -> Array:
    """Return a row of numbers per loan, for a model to learn from.

    The numbers come first (of the amount its logarithm), then a column of 0
    and 1 for each answer that occurs to each of the questions in `codes`.

    >>> credit_features(german_credit()).shape
    (1000, 52)
    """
    numbers = [loans[name] for name in CREDIT_NUMBERS.split()]
    numbers[1] = np.log(numbers[1])
    flags = [
        (loans[name] == answer).astype(np.float64)
        for name in codes.split()
        for answer in np.unique(loans[name])
    ]
    return np.column_stack([*numbers, *flags])


# --8<-- [end:ch32-credit-features]


# --8<-- [start:ch32-credit-model]
def credit_model(
    points: Array,
    bad: Array,
    hidden: tuple[int, ...],
    penalty: float,
    *,
    seed: int,
    drop: float = 0.0,
) -> Model:
    """Return a model that was trained on standardised `points`.

    It says how likely a loan is bad. Without `hidden` layers it is linear: a
    logistic regression.
    """
    rng, width = np.random.default_rng(seed), points.shape[1]
    parts: list[Any] = []
    for n_neurons in hidden:
        layer = Dense(width, n_neurons, rng=rng, dtype=np.float64)
        layer.weights *= 100 * np.sqrt(2 / width)
        parts += [layer, ReLU()]
        if drop:
            parts.append(Dropout(drop, rng=rng))
        width = n_neurons
    parts.append(Dense(width, 1, rng=rng, dtype=np.float64))
    model = Model(parts, SigmoidCrossEntropy(), penalty=L2(penalty))
    epochs, size = 20, 50
    adam = Adam(CosineDecay(0.01, epochs * -(-len(points) // size)))
    targets = bad[:, np.newaxis]
    model.fit(points, targets, adam, epochs=epochs, batch_size=size, rng=rng)
    return model


# --8<-- [end:ch32-credit-model]


# --8<-- [start:ch32-stored]
def stored(name: str) -> dict[str, Array]:
    """Return the arrays that the runs of a case have left, by name.

    For the loans they are in the file credit-runs.npz.
    """
    with np.load(DATASETS / f"{name}.npz", allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files if key != "about"}


# --8<-- [end:ch32-stored]


# --8<-- [start:ch35-retail-customers]
def retail_customers() -> dict[str, Array]:
    """Return the columns of the table retail-customers.csv.gz, by name.

    A row is a customer on the first day of a month, `cut` (201109 is
    September 2011), with what the year before has shown, and whether the
    customer bought something in the 90 days from then on.

    What models have said is in retail-runs.npz. (And in bikes-runs.npz what
    they say of bikes; `stored` reads both.)

    References
    ----------
    Chen (2012), CC BY 4.0; see the page of data sets.

    >>> table = retail_customers()
    >>> len(table), table["bought"].shape, int(table["cut"].max())
    (15, (20446,), 201109)
    """
    return columns_of("retail-customers.csv.gz")


# --8<-- [end:ch35-retail-customers]


# --8<-- [start:ch35-retail-inputs]
def retail_inputs(table: dict[str, Array]) -> Array:
    """Return what is known of each customer, as logarithms, (n_rows, 11).

    The columns are those from `recency` to `abroad`. Each number `x` becomes
    log(1 + x); a revenue below 0, after a cancellation, counts as 0.
    """
    names = list(table)
    known = names[names.index("recency") : names.index("abroad") + 1]
    columns = np.stack([table[name] for name in known], axis=1)
    inputs: Array = np.log1p(np.maximum(columns, 0))
    return inputs


# --8<-- [end:ch35-retail-inputs]


# --8<-- [start:ch36-hours]
def electricity() -> Array:
    """Return the mean load of 321 clients: a row per day, 24 hours each.

    It is the table electricity-by-hour.csv.gz, from 1 January 2012 on. What
    models have said of it is in electricity-runs.npz.

    References
    ----------
    Trindade (2015), Godahewa et al. (2021), CC BY 4.0; see the page of data
    sets.

    >>> electricity().shape
    (1096, 24)
    """
    return columns_of("electricity-by-hour.csv.gz")["load"].reshape(-1, 24)


def traffic() -> dict[str, Array]:
    """Return the columns of the table traffic-by-hour.csv.gz, by name.

    The column `hour` counts from midnight on 1 January 2016. Some hours are
    missing. What models have said of the cars is in traffic-runs.npz.

    References
    ----------
    Hogue (2019), CC BY 4.0; see the page of data sets.

    >>> road = traffic()
    >>> len(road), road["cars"].shape, int(road["cars"].max())
    (8, (23084,), 7280)
    """
    return columns_of("traffic-by-hour.csv.gz")


# --8<-- [end:ch36-hours]
