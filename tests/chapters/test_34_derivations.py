"""The border of chapter 34, from the prices."""

import numpy as np
import pytest

from claims import derivation
from nnfs_code.decisions import best_actions
from script_34 import names


def test_from_0_88_on_a_machine_is_cheaper():
    derivation("34-language-case", "34.1", r"p > 1 - \frac{0.60}{5} = 0.88 .")
    left = names()
    assert left["by_hand"] == pytest.approx(0.60)
    assert left["border"] == pytest.approx(0.88)
    clerk, wrong = left["by_hand"], left["WRONG"]
    costs = [[clerk, clerk], [wrong, 0.0]]  # if it is wrong, if it is right
    chances = np.array([0.87, 0.89])
    taken = best_actions(np.column_stack([1 - chances, chances]), costs)
    assert taken.tolist() == [0, 1]  # the clerk, the machine
