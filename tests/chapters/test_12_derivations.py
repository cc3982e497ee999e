"""The tagged formulas of chapter 12, held to the page and to numbers."""

import math

import numpy as np
import pytest

from claims import derivation


def mean_winner(k, m):
    """Return the exact mean of the highest accuracy of k guessers."""
    chance = np.array([math.comb(m, right) for right in range(m + 1)]) / 2**m
    at_most = np.cumsum(chance).clip(0, 1) ** k
    return (1 - at_most[:-1]).sum() / m


@pytest.mark.parametrize("m", [20, 100, 400])
@pytest.mark.parametrize("k", [1, 2, 10, 1000, 10**6])
def test_the_bound_holds(k, m):
    derivation(
        "12-validation",
        "12.1",
        r"\operatorname{mean} a_{\max} \le \frac{1}{2} +"
        r" \sqrt{\frac{\log k}{2 m}}",
    )
    bound = 0.5 + math.sqrt(math.log(k) / (2 * m))
    assert mean_winner(k, m) <= bound + 1e-12
    if k >= 10:
        assert mean_winner(k, m) > 0.5 + (bound - 0.5) / 2  # and is near it


@pytest.mark.parametrize("s", [0.01, 0.5, 1.0, 3.0, 10.0])
def test_the_mean_of_the_exponential(s):
    derivation(
        "12-validation",
        "12.2",
        r"\frac{e^{s/2} + e^{-s/2}}{2} \le e^{s^2 / 8}",
    )
    left = (math.exp(s / 2) + math.exp(-s / 2)) / 2
    assert left < math.exp(s**2 / 8)
    assert left > math.exp(s**2 / 8.5) or s > 1  # no room to spare
    terms = [
        ((s / 2) ** (2 * n) / math.factorial(2 * n), (s**2 / 8) ** n)
        for n in range(20)
    ]
    for n, (one, other) in enumerate(terms):
        assert one <= other / math.factorial(n) * (1 + 1e-12)
        assert math.factorial(2 * n) >= 2**n * math.factorial(n)
    assert sum(one for one, _ in terms) == pytest.approx(left)


@pytest.mark.parametrize(("k", "m"), [(10, 100), (1000, 100), (20, 400)])
def test_the_best_s(k, m):
    derivation(
        "12-validation",
        "12.3",
        r"\operatorname{mean} S_{\max} \le \frac{\log k}{s} + \frac{m s}{8}",
    )

    def right_side(s):
        return math.log(k) / s + m * s / 8

    best = math.sqrt(8 * math.log(k) / m)
    assert right_side(best) == pytest.approx(math.sqrt(m * math.log(k) / 2))
    assert right_side(best) < min(right_side(best * f) for f in (0.9, 1.1))
    assert m * (mean_winner(k, m) - 0.5) <= right_side(best)
