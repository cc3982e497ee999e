# --8<-- [start:ch35-cases-imports]
"""Data of the cases of Part VII, as they come with the code."""

import gzip
from pathlib import Path

import numpy as np

from nnfs_code.arrays import Array

DATASETS = Path(__file__).parents[1] / "resources" / "datasets"

# --8<-- [end:ch35-cases-imports]


# --8<-- [start:ch35-retail-customers]
def retail_customers() -> dict[str, Array]:
    """Return the columns of the table of retail customers, by name.

    A row is a customer on the first day of a month, `cut` (201109 is
    September 2011), with what the year before has shown, and whether the
    customer bought something in the 90 days from then on.

    References
    ----------
    Chen (2019), CC BY 4.0; see the page of data sets.

    >>> table = retail_customers()
    >>> len(table), table["bought"].shape
    (15, (20446,))
    """
    packed = (DATASETS / "retail-customers.csv.gz").read_bytes()
    names, *rows = gzip.decompress(packed).decode("ascii").splitlines()
    columns = np.array([row.split(",") for row in rows], np.float64).T
    return dict(zip(names.split(","), columns, strict=True))


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
