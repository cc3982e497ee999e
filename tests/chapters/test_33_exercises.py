"""The exercises of chapter 33, and what its page lets one expect."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.routing import returns_costs
from script_33 import names


def test_1_from_which_chance_on():
    coat = claim("33-computer-vision-case", "A bag? ({} for the coat.)")
    table = returns_costs()
    assert coat == table[10, 4] / table[2, 4]
    two = np.array([0.95, 0.05])
    assert two @ table[2, [2, 4]] == pytest.approx(table[10, 2])
    ends = claim(
        "33-computer-vision-case", "is cheaper again: above {}, {} and {}."
    )
    for other, end in zip((4, 6, 8), ends, strict=True):
        found = 1 - table[10, 2] / table[other, 2]
        assert found == pytest.approx(end, abs=0.005)


def test_2_a_curve_by_hand():
    curve = names()["simple"]
    assert curve.share[curve.cost.argmin()] == 0.5
    assert (4 * curve.cost).tolist() == [8, 6, 4, 12, 10]
    np.testing.assert_allclose(curve.right[1:], [1, 1, 2 / 3, 3 / 4])


def test_3_a_clerk_errs():
    stated = claim(
        "33-computer-vision-case", "(At 3 in 100, asking about all costs {}.)"
    )
    table, truth = returns_costs(), names()["truth"]
    wrong = table[:10].sum(axis=0) / 9
    assert 20 + 0.03 * wrong[truth].mean() == pytest.approx(stated, abs=0.05)


def test_4_how_many_walls():
    walls = claim("33-computer-vision-case", "({} for the first.)")
    assert 1.96 * 0.1 / walls**0.5 <= 0.05 < 1.96 * 0.1 / (walls - 1) ** 0.5
