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
    reliability_of_yes,
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


def test_temperatures_up_to_the_limits_are_found():
    """Three of five right want odds of 1.5: the temperature is known."""
    labels = np.array([0, 0, 0, 1, 1])
    for temperature in (0.0101, 0.5, 85):
        sure = 1 / (1 + 1.5**-temperature)
        rows = np.array([[sure, 1 - sure]] * 5)
        found = Temperature().fit(rows, labels).temperature
        assert found == pytest.approx(temperature, rel=1e-3)


def test_temperatures_beyond_the_limits_are_refused():
    sure = 1 / (1 + 1.5**-0.00995)
    rows = np.array([[sure, 1 - sure]] * 5)
    with pytest.raises(ValueError, match="a loss that falls throughout"):
        Temperature().fit(rows, np.array([0, 0, 0, 1, 1]))
    # Probabilities of 1 have logits of 34.5 here: 100.2 times log(24 / 17).
    rows, labels = np.array([[1.0, 0.0]] * 41), np.repeat([0, 1], [24, 17])
    with pytest.raises(ValueError, match="a loss that rises throughout"):
        Temperature().fit(rows, labels)


def test_powers_of_tiny_numbers_do_not_vanish():
    table = np.array([[0.0, -1], [-800, -801], [800, 799]])
    shares = np.array([1, np.exp(-2)]) / (1 + np.exp(-2))
    np.testing.assert_allclose(powered(table, 2.0), [shares] * 3)


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
    # More yeses, but of more samples: the share falls.
    assert pooled(np.array([1, 2]), np.array([4, 20])).tolist() == [1 / 8] * 2


def test_rebased_is_bayes():
    """Draw scores per kind; more yeses change the share at each score."""
    chances = np.array([0.0, 0.1, 0.5, 1.0])
    found = rebased(chances, was=0.25, now=0.5)
    odds = chances[1:3] / (1 - chances[1:3]) * 3  # from 1:3 to 1:1
    np.testing.assert_allclose(found[1:3], odds / (1 + odds))
    assert (found[0], found[3]) == (0, 1)
    np.testing.assert_allclose(rebased(found, was=0.5, now=0.25), chances)
    np.testing.assert_allclose(rebased(chances, was=0.3, now=0.3), chances)


def test_two_bins_of_yes_by_hand():
    chances = np.array([0.0, 0.2, 0.5, 0.7, 1.0])  # 0.5 and 1 lie above
    found = reliability_of_yes(chances, np.array([0, 1, 0, 1, 1]), n_bins=2)
    np.testing.assert_allclose(found.said, [0.1, 2.2 / 3])
    np.testing.assert_allclose(found.right, [0.5, 2 / 3])
    assert found.counts.tolist() == [2, 3]
    assert found.error == pytest.approx((2 * 0.4 + 3 * 0.2 / 3) / 5)


def test_bins_of_yes_are_ten_and_those_without_samples_are_left_out():
    chances = np.array([0.05, 0.17, 0.19, 0.85])
    found = reliability_of_yes(chances, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(found.said, [0.05, 0.18, 0.85])
    np.testing.assert_allclose(found.right, [0, 0.5, 1])
    assert found.counts.tolist() == [1, 2, 1]


EVEN, YES = np.full((2, 2), 0.5), np.array([0, 1])
COLUMN = np.array([0.5, 0.5])
SURE = np.array([[0.9, 0.1], [0.8, 0.2]])
SHAPE = "probabilities of shape (n_samples,), got"
BEST = (
    "Temperature expected samples that a temperature from 0.01 to 100 fits "
    "best, got a loss that"
)
CALLS = [
    (
        lambda: brier_score(EVEN + 0.1, YES),
        "brier_score expected rows that sum to 1, got 1.2 in row 0",
    ),
    (
        lambda: brier_score(EVEN, YES + 1),
        "brier_score expected labels 0 to 1, got 1 to 2",
    ),
    (
        lambda: brier_score([0.5, 0.5], YES),
        "brier_score expected probabilities as a plain array, got a list",
    ),
    (
        lambda: brier_score(np.array([0.5, 1.5]), YES),
        "brier_score expected probabilities from 0 to 1, got 0.5 to 1.5",
    ),
    (
        lambda: brier_score(np.array([-0.25, 1]), YES),
        "brier_score expected probabilities from 0 to 1, got -0.25 to 1",
    ),
    (
        lambda: brier_score(EVEN.reshape(1, 2, 2), YES),
        f"brier_score expected {SHAPE} (1, 2, 2)",
    ),
    (
        lambda: brier_score(COLUMN, YES + 1),
        "brier_score expected targets 1 for yes, 0 for no, got 2",
    ),
    (
        lambda: reliability_of_yes(EVEN, YES),
        f"reliability_of_yes expected {SHAPE} (2, 2)",
    ),
    (
        lambda: reliability_of_yes(COLUMN, YES, n_bins=0),
        "reliability_of_yes expected n_bins of at least 1, got 0",
    ),
    (
        lambda: reliability_of_yes(COLUMN, YES + 1),
        "reliability_of_yes expected targets 1 for yes, 0 for no, got 2",
    ),
    (
        lambda: fitted().transform(EVEN > 0),
        "Temperature expected probabilities of dtype float32 or float64, "
        "got bool",
    ),
    (
        lambda: Temperature().fit(EVEN > 0, YES),
        "Temperature expected probabilities of dtype float32 or float64, "
        "got bool",
    ),
    (
        lambda: Temperature().fit(EVEN, YES + 1),
        "Temperature expected labels 0 to 1, got 1 to 2",
    ),
    (
        lambda: Temperature().fit(SURE, np.array([0, 0])),
        f"{BEST} falls throughout",
    ),
    (
        lambda: Temperature().fit(SURE, np.array([1, 1])),
        f"{BEST} rises throughout",
    ),
    (
        lambda: Isotonic().fit(COLUMN > 0, YES),
        "Isotonic expected scores of dtype float32 or float64, got bool",
    ),
    (
        lambda: Isotonic().fit(EVEN, YES),
        "Isotonic expected scores of shape (n_samples,), got (2, 2)",
    ),
    (
        lambda: Isotonic().fit(COLUMN, YES + 1),
        "Isotonic expected targets 1 for yes, 0 for no, got 2",
    ),
    (
        lambda: Isotonic().fit(COLUMN, YES).transform(COLUMN > 0),
        "Isotonic expected scores of dtype float32 or float64, got bool",
    ),
    (
        lambda: rebased(EVEN, was=0.5, now=0.5),
        f"rebased expected {SHAPE} (2, 2)",
    ),
    (
        lambda: rebased(COLUMN, was=0, now=0.5),
        "rebased expected was above 0 and below 1, got 0",
    ),
    (
        lambda: rebased(COLUMN, was=1, now=0.5),
        "rebased expected was above 0 and below 1, got 1",
    ),
    (
        lambda: rebased(COLUMN, was=0.5, now=0),
        "rebased expected now above 0 and below 1, got 0",
    ),
    (
        lambda: rebased(COLUMN, was=0.5, now=1),
        "rebased expected now above 0 and below 1, got 1",
    ),
]


def fitted():
    return Temperature().fit(
        np.array([[1.0, 0.0]] * 4), np.array([0] * 3 + [1])
    )


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_what_is_refused_and_how(call, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert str(raised.value) == message


@pytest.mark.parametrize("kind", [Temperature, Isotonic])
def test_before_fit_there_is_nothing_to_transform_with(kind):
    with pytest.raises(RuntimeError) as raised:
        kind().transform(EVEN)
    said = f"{kind.__name__} expected fit to be called first"
    assert str(raised.value) == said
