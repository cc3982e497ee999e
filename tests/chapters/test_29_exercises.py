"""Chapter 29: solutions."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.gated import GRU, LSTM
from script_29 import script


def test_exercise_1_by_hand():
    one, two, three = claim(
        "29-lstm-and-gru",
        "{}, then {}, then {}. The gradient is $1 \\cdot 0.5",
    )
    cells = [1.0]
    for keep in (0.9, 0.5, 1.0):
        cells.append(keep * cells[-1] + 0.5 * 0.4)
    assert cells[1:] == pytest.approx([one, two, three])


def test_exercise_2_half_after_a_hundred_steps():
    bias = script()["bias"]
    assert bias == pytest.approx(5, abs=0.05)
    layer = LSTM(1, 1, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weights[:], layer.state_weights[:] = 0, 0
    layer.biases[:] = [-50, bias, 0, 0]
    layer.forward(np.ones((1, 100, 1)))
    assert layer.gates[:, 0, 1].prod() == pytest.approx(0.5)


def test_exercise_3_counts():
    assert 4 * (2 * 32 + 32 * 32 + 32) == 4480


def test_exercise_4_reset_first_is_another_function():
    """With a diagonal matrix no unit hears another, and they agree."""
    kind = script()["ResetFirst"]
    inputs = np.random.default_rng(1).normal(size=(4, 5, 2))
    for diagonal in (False, True):
        found = []
        for each in (GRU, kind):
            layer = each(2, 3, rng=np.random.default_rng(0), dtype=float)
            if diagonal:
                layer.state_weights *= np.tile(np.eye(3), 3)
            found.append(layer.forward(inputs))
        assert np.allclose(*found) == diagonal
    for bias in (0, 1):  # a single unit, "as long as b'_n is 0"
        found = []
        for each in (GRU, kind):
            layer = each(2, 1, rng=np.random.default_rng(0), dtype=float)
            layer.state_biases[:] = bias
            found.append(layer.forward(inputs))
        assert np.allclose(*found) == (bias == 0)
