"""Formulas of chapter 36's page, checked against numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import derivation
from nnfs_code.forecasting import residual_interval

PRICES = st.floats(0.01, 10)


def cost(order, need, short, over):
    return np.where(
        need > order, short * (need - order), over * (order - need)
    )


@given(PRICES, PRICES, st.floats(0.05, 0.95))
def test_one_more_gains_what_it_saves_less_what_it_wastes(short, over, chance):
    derivation("36-forecasting-case", "36.1", r"g = s \, p - o \, (1 - p)")
    # Needed is one more with the chance p, else what was ordered.
    needs, weights = np.array([101.0, 100.0]), np.array([chance, 1 - chance])
    before = (weights * cost(100.0, needs, short, over)).sum()
    after = (weights * cost(101.0, needs, short, over)).sum()
    gain = short * chance - over * (1 - chance)
    assert before - after == pytest.approx(gain, abs=1e-9)


@pytest.mark.parametrize(("short", "over"), [(6, 2), (1, 1), (2, 6)])
def test_the_quantile_is_the_cheapest_order(short, over):
    derivation("36-forecasting-case", "36.2", r"q = \frac{s}{s + o}")
    needs = np.random.default_rng(0).normal(100, 20, 4001)
    paid = {
        level: cost(np.quantile(needs, level), needs, short, over).mean()
        for level in (0.05, 0.25, 0.5, 0.75, 0.95)
    }
    assert min(paid, key=paid.get) == short / (short + over)


def test_the_reserve_is_the_upper_end_of_an_interval():
    needs = np.random.default_rng(0).normal(100, 20, (4001, 1))
    upper = residual_interval(np.zeros((1, 1)), needs, 0.5)[1].item()
    best = cost(upper, needs, 6, 2).mean()
    for other in (upper - 5, upper + 5):
        assert cost(other, needs, 6, 2).mean() > best
