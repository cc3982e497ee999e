"""The data of the cases: columns, code book, features, stored runs."""

import gzip
import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from nnfs_code import cases
from nnfs_code.capstones import DATASETS
from nnfs_code.cases import (
    CREDIT_NUMBERS,
    credit_features,
    credit_model,
    german_credit,
    stored,
)


@pytest.fixture(scope="module")
def loans():
    return german_credit()


def made_by(name):
    """Return a script of the folder of data sets as a module."""
    path = Path(DATASETS / f"{name}.py")
    if not path.exists():
        pytest.skip("a slice has the data, not what made them")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_columns_hold_whole_numbers_in_their_ranges(loans):
    ranges = {
        "duration": (4, 72),
        "amount": (250, 18424),
        "age": (19, 75),
        "account": (1, 4),
        "history": (0, 4),
        "purpose": (0, 10),
        "savings": (1, 5),
        "employment": (1, 5),
        "personal": (1, 4),
        "bad": (0, 1),
    }
    for name, values in loans.items():
        assert values.shape == (1000,), name
        assert (values == values.round()).all(), name
        if name in ranges:
            assert (values.min(), values.max()) == ranges[name], name


def test_the_counts_are_those_of_the_corrected_code_book(loans):
    for name, counts in {
        "account": [0, 274, 269, 63, 394],
        "history": [40, 49, 530, 88, 293],
        "savings": [0, 603, 103, 63, 48, 183],
        "foreign_worker": [963, 37],
        "bad": [700, 300],
    }.items():
        assert np.bincount(loans[name].astype(int)).tolist() == counts, name


def test_the_table_is_the_one_that_was_made():
    text = gzip.decompress((DATASETS / "german-credit.csv.gz").read_bytes())
    names = text.decode("ascii").split("\n")[0].split(",")
    maker = made_by("german_credit")
    assert names == [*maker.NUMBERS, *maker.CODES, "foreign_worker", "bad"]
    assert hashlib.sha256(text).hexdigest().startswith("59c3fb866d13f9b7")


def test_the_maker_turns_flags_into_numbers():
    maker = made_by("german_credit")
    row = {"Housing.Rent": 0.0, "Housing.Own": 1.0, "Housing.ForFree": 0.0}
    assert maker.code(row, "housing") == 2
    row["Housing.Rent"] = 1.0
    with pytest.raises(ValueError, match="housing expected a single 1"):
        maker.code(row, "housing")


def test_features_are_numbers_and_flags(loans):
    points = credit_features(loans)
    n = len(CREDIT_NUMBERS.split())
    assert np.exp(points[:, 1]) == pytest.approx(loans["amount"])
    assert set(np.unique(points[:, n:])) == {0, 1}
    assert (points[:, n:].sum(axis=1) == 10).all()
    few = credit_features(loans, "account")
    assert few.shape == (1000, n + 4)
    assert (few[:, n:] @ [1, 2, 3, 4] == loans["account"]).all()


def test_models_learn_what_can_be_learned():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(400, 3))
    bad = (points[:, 0] * points[:, 1] > 0).astype(float)
    said = {
        hidden: credit_model(points, bad, hidden, 0.001, seed=0).predict(
            points
        )
        for hidden in ((), (16,))
    }
    right = {
        hidden: ((one.ravel() > 0.5) == bad).mean()
        for hidden, one in said.items()
    }
    assert right[()] < 0.65
    assert right[(16,)] > 0.9
    dropped = credit_model(points, bad, (16,), 0.001, seed=0, drop=0.5)
    assert len(dropped.parts) == 4


def test_training_is_that_of_the_stored_runs():
    """Found by running it. If it changes, make credit-runs.npz again."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(120, 3))
    bad = (points[:, 0] * points[:, 1] > 0).astype(float)
    for hidden, drop, expected in (
        ((), 0, [0.4952571947, 0.5025182980, 0.4703142382]),
        ((8,), 0, [0.4853981855, 0.4622978094, 0.5139301762]),
        ((8, 4), 0.25, [0.4857343043, 0.4797084711, 0.5045523710]),
    ):
        model = credit_model(points, bad, hidden, 0.01, seed=1, drop=drop)
        said = model.predict(points[:3]).ravel()
        np.testing.assert_allclose(said, expected, rtol=1e-7)


def test_stored_runs_are_probabilities_by_name():
    runs = stored("credit-runs")
    assert "about" not in runs
    for name in ("account", "linear", "trees", "network", "five networks"):
        assert runs[name].shape == (5, 1000), name
        assert 0 <= runs[name].min() < runs[name].max() <= 1, name


def test_a_run_that_would_unpack_objects_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(cases, "DATASETS", tmp_path)
    np.savez(tmp_path / "runs.npz", said=np.ones(2), more=np.array([{}]))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        stored("runs")
