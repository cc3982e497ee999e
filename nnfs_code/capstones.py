# --8<-- [start:ch23-bikes-by-hour]
"""Data of the capstone projects."""

import gzip
from pathlib import Path

import numpy as np

from nnfs_code.arrays import Array


def bikes_by_hour() -> dict[str, Array]:
    """Return the columns of the table of bikes by the hour, by name.

    References
    ----------
    Fanaee-T and Gama (2014), CC BY 4.0; see the page of data sets.

    >>> bikes = bikes_by_hour()
    >>> len(bikes), bikes["hires"].shape, int(bikes["hires"].max())
    (10, (8645,), 651)
    """
    folder = Path(__file__).parents[1] / "resources" / "datasets"
    packed = (folder / "bikes-by-hour.csv.gz").read_bytes()
    names, *rows = gzip.decompress(packed).decode("ascii").splitlines()
    table = np.array([row.split(",") for row in rows], np.float64)
    return dict(zip(names.split(","), table.T, strict=True))


# --8<-- [end:ch23-bikes-by-hour]
