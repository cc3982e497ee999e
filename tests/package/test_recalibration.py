"""Brier score, temperature, pooled shares: by hand, by peers, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss

from nnfs_code.calibration import (
    Isotonic,
    Temperature,
    brier_score,
    pooled,
    powered,
    rebased,
    slope,
)
from nnfs_code.losses import CategoricalCrossEntropy
from nnfs_code.preprocessing import one_hot

SAMPLES = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 1)), min_size=2, max_size=40
)


def drawn(n=4000, seed=0, n_classes=3, sharpness=1.0):
    """Return true probabilities raised to a power, and labels."""
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 1.5, (n, n_classes))
    true = powered(table, 1.0)
    labels = (rng.random((n, 1)) > true.cumsum(axis=1)).sum(axis=1)
    return powered(table, sharpness), np.minimum(labels, n_classes - 1)


@given(samples=SAMPLES)
def test_brier_agrees_with_scikit_learn(samples):
    scores, yes = (np.array(part) for part in zip(*samples, strict=True))
    chances = scores / 20
    found = brier_score(chances, yes)
    assert found == pytest.approx(brier_score_loss(yes, chances))
    rows = np.stack([1 - chances, chances], axis=1)
    assert brier_score(rows, yes) == pytest.approx(2 * found)
    assert brier_score(rows, one_hot(yes, 2)) == brier_score(rows, yes)


@pytest.mark.parametrize("sharpness", [0.5, 1, 2, 4])
def test_temperature_finds_the_power_that_was_put_in(sharpness):
    rows, labels = drawn(sharpness=sharpness)
    found = Temperature().fit(rows, labels)
    assert found.temperature == pytest.approx(sharpness, rel=0.07)
    softer = found.transform(rows)
    np.testing.assert_allclose(softer.sum(axis=1), 1)
    np.testing.assert_array_equal(softer.argmax(axis=1), rows.argmax(axis=1))


def test_no_other_temperature_has_a_lower_loss():
    rows, labels = drawn(500, seed=1, sharpness=2.5)
    found = Temperature().fit(rows, labels)
    losses = {}
    for factor in (0.9, 1, 1.1):
        other = Temperature()
        other.temperature = factor * found.temperature
        loss = CategoricalCrossEntropy()
        losses[factor] = loss.forward(other.transform(rows), labels)
    assert losses[1] < min(losses[0.9], losses[1.1])


def test_the_slope_is_that_of_the_loss():
    rows, labels = drawn(50, seed=2)
    table = np.log(rows)

    def loss(power):
        said = powered(table, power)[np.arange(50), labels]
        return -np.log(said).mean()

    numeric = (loss(1.3 + 1e-5) - loss(1.3 - 1e-5)) / 2e-5
    assert slope(table, labels, 1.3) == pytest.approx(numeric, rel=1e-6)
    assert slope(table, labels, 1.3) != pytest.approx(loss(1.3), rel=1e-2)


def test_certainty_is_softened_too():
    rows = np.array([[1.0, 0.0]] * 4)
    found = Temperature().fit(rows, np.array([0, 0, 0, 1]))
    np.testing.assert_allclose(found.transform(rows)[0], [0.75, 0.25])


@pytest.mark.parametrize(
    ("labels", "word"), [([0, 0], "falls"), ([1, 1], "rises")]
)
def test_temperature_refuses_what_no_temperature_fits(labels, word):
    rows = np.array([[0.9, 0.1], [0.8, 0.2]])
    with pytest.raises(ValueError, match=f"a loss that {word} throughout"):
        Temperature().fit(rows, np.array(labels))


@given(samples=SAMPLES)
def test_isotonic_agrees_with_scikit_learn(samples):
    scores, yes = (np.array(part) for part in zip(*samples, strict=True))
    scores = scores / 7
    ours = Isotonic().fit(scores, yes)
    theirs = IsotonicRegression(out_of_bounds="clip").fit(scores, yes)
    asked = np.linspace(-1, 4, 57)
    np.testing.assert_allclose(
        ours.transform(asked), theirs.predict(asked), atol=1e-9
    )
    assert (np.diff(ours.shares) >= 0).all()
    assert ours.transform(scores).sum() == pytest.approx(yes.sum())


def test_pooling_by_hand():
    found = pooled(np.array([1, 2, 0, 5]), np.array([4, 4, 2, 5]))
    np.testing.assert_allclose(found, [0.25, 1 / 3, 1 / 3, 1])


def test_rebased_is_bayes():
    """Draw scores per kind; more yeses change the share at each score."""
    chances = np.array([0.0, 0.1, 0.5, 1.0])
    found = rebased(chances, was=0.25, now=0.5)
    odds = chances[1:3] / (1 - chances[1:3]) * 3  # from 1:3 to 1:1
    np.testing.assert_allclose(found[1:3], odds / (1 + odds))
    assert (found[0], found[3]) == (0, 1)
    np.testing.assert_allclose(rebased(found, was=0.5, now=0.25), chances)
    np.testing.assert_allclose(rebased(chances, was=0.3, now=0.3), chances)


def test_they_refuse():
    even, yes = np.full((2, 2), 0.5), np.array([0, 1])
    column = np.array([0.5, 0.5])
    with pytest.raises(ValueError, match=r"from 0 to 1, got 0\.5 to 1\.5"):
        brier_score(np.array([0.5, 1.5]), yes)
    with pytest.raises(ValueError, match=r"shape \(n_samples,\), got \(1, 2,"):
        brier_score(column.reshape(1, 2, 1), yes)
    with pytest.raises(ValueError, match="targets 1 for yes"):
        brier_score(column, np.array([0, 2]))
    with pytest.raises(RuntimeError, match="Temperature expected fit"):
        Temperature().transform(even)
    with pytest.raises(ValueError, match="Temperature expected rows"):
        Temperature().fit(even + 0.1, yes)
    with pytest.raises(RuntimeError, match="Isotonic expected fit"):
        Isotonic().transform(column)
    with pytest.raises(ValueError, match="Isotonic expected scores of shape"):
        Isotonic().fit(even, yes)
    with pytest.raises(ValueError, match="was above 0 and below 1, got 0"):
        rebased(column, was=0, now=0.5)
    with pytest.raises(ValueError, match="now above 0 and below 1, got 1"):
        rebased(column, was=0.5, now=1)
