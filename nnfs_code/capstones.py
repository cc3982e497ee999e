# --8<-- [start:ch23-bikes-by-hour]
"""Data of the capstone projects."""

import gzip
from pathlib import Path

import numpy as np

from nnfs_code.arrays import Array

DATASETS = Path(__file__).parents[1] / "resources" / "datasets"


def columns_of(file: str) -> dict[str, Array]:
    """Return the columns of a packed table of numbers, by name."""
    packed = (DATASETS / file).read_bytes()
    names, *rows = gzip.decompress(packed).decode("ascii").splitlines()
    table = np.array([row.split(",") for row in rows], np.float64)
    return dict(zip(names.split(","), table.T, strict=True))


def bikes_by_hour() -> dict[str, Array]:
    """Return the columns of the table of bikes by the hour, by name.

    References
    ----------
    Fanaee-T and Gama (2014), CC BY 4.0; see the page of data sets.

    >>> bikes = bikes_by_hour()
    >>> len(bikes), bikes["hires"].shape, int(bikes["hires"].max())
    (10, (8645,), 651)
    """
    return columns_of("bikes-by-hour.csv.gz")


# --8<-- [end:ch23-bikes-by-hour]
