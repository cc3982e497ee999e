"""The data of the capstones."""

import gzip

import numpy as np
import pytest

from nnfs_code import capstones
from nnfs_code.capstones import bikes_by_hour


def test_the_columns_hold_what_the_page_of_data_sets_says():
    bikes = bikes_by_hour()
    assert list(bikes) == [
        *("day", "hour", "holiday", "weekday", "working_day", "weather"),
        *("temperature", "humidity", "wind", "hires"),
    ]
    for name, values in bikes.items():
        assert values.shape == (8645,), name
        assert values.dtype == np.float64, name
        assert np.isfinite(values).all(), name
    for name, low, high in (
        ("day", 1, 365),
        ("hour", 0, 23),
        ("holiday", 0, 1),
        ("weekday", 0, 6),
        ("working_day", 0, 1),
        ("weather", 0, 3),
    ):
        assert (bikes[name].min(), bikes[name].max()) == (low, high), name
        assert (bikes[name] == bikes[name].round()).all(), name
    for name in ("temperature", "humidity", "wind"):
        assert 0 <= bikes[name].min() < bikes[name].max() <= 1, name


def test_the_first_row_and_the_last():
    bikes = bikes_by_hour()
    first, last = ([values[at] for values in bikes.values()] for at in (0, -1))
    assert first == [1, 0, 0, 6, 0, 0, 0.24, 0.81, 0, 16]
    assert last == [365, 23, 0, 6, 0, 0, 0.36, 0.66, 0, 31]


def test_weekdays_begin_with_sunday_and_work_is_not_on_holidays():
    bikes = bikes_by_hour()
    # The first of January 2011 was a Saturday.
    expected = (bikes["day"] + 5) % 7
    assert (bikes["weekday"] == expected).all()
    free = (bikes["holiday"] == 1) | np.isin(bikes["weekday"], (0, 6))
    assert (bikes["working_day"] == ~free).all()


def test_a_column_without_a_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(capstones, "DATASETS", tmp_path)
    for names in ("a,b", "a,b,c,d"):
        table = f"{names}\n1,2,3\n4,5,6\n".encode()
        (tmp_path / "x.csv.gz").write_bytes(gzip.compress(table))
        with pytest.raises(ValueError, match="zip"):
            capstones.columns_of("x.csv.gz")
