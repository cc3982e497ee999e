"""The tagged formulas of chapter 11, held to the page and to numbers."""

import math

import numpy as np
import pytest

from claims import derivation


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.814, 1.0])
def test_the_variance_of_one_test_point(p):
    derivation(
        "11-out-of-sample-data",
        "11.1",
        r"p\, (1 - p)^2 + (1 - p)\, p^2 = p\, (1 - p)\, \bigl( (1 - p) + p"
        r" \bigr) = p\, (1 - p)",
    )
    long = p * (1 - p) ** 2 + (1 - p) * p**2
    assert long == pytest.approx(p * (1 - p))
    right = np.arange(1000) < 1000 * p
    assert right.var() == pytest.approx(p * (1 - p), abs=1e-12)


@pytest.mark.parametrize(("p", "m"), [(0.8, 100), (0.5, 25), (0.95, 400)])
def test_the_spread_of_a_test_accuracy(p, m):
    derivation(
        "11-out-of-sample-data",
        "11.2",
        r"\sigma_a = \sqrt{\frac{p\, (1 - p)}{m}}",
    )
    formula = math.sqrt(p * (1 - p) / m)
    counts = np.arange(m + 1)
    log = [
        math.lgamma(m + 1) - math.lgamma(k + 1) - math.lgamma(m - k + 1)
        for k in counts
    ]
    chance = np.exp(log + counts * np.log(p) + (m - counts) * np.log(1 - p))
    exact = math.sqrt((chance * (counts / m - p) ** 2).sum())
    assert exact == pytest.approx(formula, rel=1e-9)
    drawn = np.random.default_rng(0).random((20_000, m)) < p
    assert drawn.mean(axis=1).std() == pytest.approx(formula, rel=0.03)
    assert formula <= 1 / (2 * math.sqrt(m))


@pytest.mark.parametrize("m", [20, 100, 1000])
def test_no_mistake_in_so_many(m):
    derivation(
        "11-out-of-sample-data",
        "11.3",
        r"(1 - e)^m = 0.05 \quad \text{so} \quad"
        r" e = 1 - 0.05^{1/m} \approx \frac{3}{m}",
    )
    e = 1 - 0.05 ** (1 / m)
    assert (1 - e) ** m == pytest.approx(0.05)
    assert e == pytest.approx(3 / m, rel=0.1)
    assert -math.log(0.05) == pytest.approx(3, abs=0.005)
    passed = np.random.default_rng(0).binomial(m, 1 - e, 20_000) == m
    assert passed.mean() == pytest.approx(0.05, abs=0.006)
