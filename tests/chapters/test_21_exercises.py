"""Chapter 21: solutions, and the checks that "Where it goes wrong" names."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corruptions import outcome, saved
from nnfs_code import saving
from nnfs_code.gradient_check import check
from nnfs_code.model import Model
from script_21 import script, tidy


@pytest.fixture(scope="module", autouse=True)
def _tidy():
    yield
    tidy()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_seventeen_digits_and_json_bring_every_float_back(value):
    assert float(f"{value:.17g}") == value
    assert json.loads(json.dumps(value)) == value


def test_fifteen_digits_do_not():
    values = np.random.default_rng(0).normal(size=200)
    back = np.array([float(f"{value:.15g}") for value in values])
    assert (back != values).mean() > 0.3


def test_a_part_of_ones_own_can_be_saved_once_it_is_known(tmp_path):
    names = script()
    leaky = names["LeakyReLU"]
    assert check(leaky(0.2), np.random.default_rng(0).normal(size=(4, 3)))
    old = names["begin"](0)[2]
    parts = [old.parts[0], leaky(0.3), old.parts[3]]
    model = Model(parts, old.loss)
    with pytest.raises(TypeError, match="a class of this package"):
        model.save(tmp_path / "m.npz")
    saving.KNOWN["LeakyReLU"] = leaky
    try:
        model.save(tmp_path / "m.npz")
        found = Model.load(tmp_path / "m.npz")
    finally:
        del saving.KNOWN["LeakyReLU"]
    assert found.parts[1].slope == 0.3
    points = np.random.default_rng(0).normal(size=(5, 2))
    np.testing.assert_array_equal(found.forward(points), model.forward(points))
    with pytest.raises(ValueError, match="a class that this program knows"):
        Model.load(tmp_path / "m.npz")


def test_flipped_bits_lead_to_the_same_model_or_an_error():
    whole, dice = saved(), np.random.default_rng(1)
    met = set()
    for _ in range(100):
        damaged = bytearray(whole)
        damaged[dice.integers(len(whole))] ^= 1 << dice.integers(8)
        met.add(outcome(bytes(damaged), whole) == "the same model")
    assert met == {True, False}


def test_a_resumed_training_is_found_out_by_its_second_loss():
    resumed = script()["resumed"]
    assert resumed("nothing", 7) == 0
    assert resumed("the optimizer", 7) > 0.02
