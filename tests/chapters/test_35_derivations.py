"""The formulas of chapter 35, against numbers."""

import numpy as np
import pytest

from claims import derivation
from nnfs_code.decisions import break_even, cost_of
from nnfs_code.losses import Poisson
from script_35 import names

STEP = 1e-6


def test_the_gain_of_a_letter_is_what_the_costs_say():
    derivation(
        "35-predictive-analytics-case",
        "35.1",
        r"g = (1 - p)\, s\, (E - V) - p\, V - C",
    )
    letter, voucher, earned = (
        names()[name] for name in ("LETTER", "VOUCHER", "EARNED")
    )
    for p in (0.1, 0.4, 0.9):
        for s in (0.02, 0.2):
            gain = (1 - p) * s * (earned - voucher) - p * voucher - letter
            paid = cost_of(
                np.ones(2, int), np.array([0, 1]), names()["costs"](s)
            )
            assert gain == pytest.approx(-(p * paid[0] + (1 - p) * paid[1]))


def test_the_limit_is_where_the_gain_is_0():
    derivation(
        "35-predictive-analytics-case",
        "35.2",
        r"p < \frac{s\,(E - V) - C}{s\,(E - V) + V}",
    )
    for s in (0.05, 0.1, 0.3):
        limit = (s * 80 - 1) / (s * 80 + 10)
        assert (1 - limit) * s * 80 - limit * 10 - 1 == pytest.approx(0)
        assert limit == pytest.approx(1 - break_even(names()["costs"](s)))


def test_the_poisson_loss_and_its_slope():
    derivation(
        "35-predictive-analytics-case",
        "35.3",
        r"D = e^{z} - y - y\,(z - \ln y)",
    )
    derivation(
        "35-predictive-analytics-case",
        "35.4",
        r"\frac{dD}{dz} = e^{z} - y",
    )

    def height(z, y):
        return Poisson().forward(np.array([[z]]), np.array([[y]]))

    for z, y in ((0.3, 2.0), (-1.0, 0.0), (2.0, 7.0)):
        whole = np.exp(z) - y - y * (z - np.log(y)) if y else np.exp(z)
        assert height(z, y) == pytest.approx(whole)
        slope = (height(z + STEP, y) - height(z - STEP, y)) / (2 * STEP)
        assert slope == pytest.approx(np.exp(z) - y, rel=1e-6, abs=1e-8)
    assert height(np.log(7), 7.0) == pytest.approx(0)
