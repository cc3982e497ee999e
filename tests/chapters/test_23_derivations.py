"""The formulas of chapter 23: counted one by one."""

import numpy as np

from claims import derivation


class Counted:
    """A number that counts the operations on it."""

    operations = 0

    def __mul__(self, other):
        Counted.operations += 1
        return self

    def __add__(self, other):
        Counted.operations += 1
        return self


def test_the_operations_of_a_product():
    derivation(
        "23-where-the-time-goes",
        "23.1",
        r"\text{operations} = 2 \, n \, i \, o .",
    )
    n, i, o = 3, 5, 4
    Counted.operations = 0
    one = Counted()
    for _ in range(n * o):
        total = Counted()  # a sum that begins with 0, as a processor does it
        for _ in range(i):
            total = total + one * one
    assert Counted.operations == 2 * n * i * o


def test_the_bytes_of_a_product():
    derivation(
        "23-where-the-time-goes",
        "23.2",
        r"\text{bytes} = 4 \, (n \, i + i \, o + n \, o) .",
    )
    n, i, o = 3, 5, 4
    inputs, weights = np.ones((n, i), np.float32), np.ones((i, o), np.float32)
    outputs = inputs @ weights
    found = inputs.nbytes + weights.nbytes + outputs.nbytes
    assert found == 4 * (n * i + i * o + n * o)


def test_the_roof_is_where_the_two_times_meet():
    derivation(
        "23-where-the-time-goes",
        "23.3",
        r"\text{time} \ge \max \left("
        r" \frac{\text{operations}}{\text{peak}},"
        r" \frac{\text{bytes}}{\text{bandwidth}} \right) .",
    )
    peak, bandwidth = 100.0, 50.0
    for intensity in (0.1, 1.0, 2.0, 3.0, 40.0):
        operations, n_bytes = intensity * 7, 7.0
        time = max(operations / peak, n_bytes / bandwidth)
        rate = operations / time
        np.testing.assert_allclose(rate, min(peak, intensity * bandwidth))
