"""Preprocessing: scalers, one-hot rows, batches, and their refusals."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import preprocessing as theirs

from nnfs_code.arrays import labels_of_one_hot
from nnfs_code.preprocessing import (
    MinMaxScaler,
    Standardizer,
    batches,
    one_hot,
)

SCALERS = [Standardizer, MinMaxScaler]
PAIRS = [
    (Standardizer, theirs.StandardScaler),
    (MinMaxScaler, theirs.MinMaxScaler),
]
TABLE = np.array([[1.0, 200.0, 7.0], [2.0, 400.0, 7.0], [6.0, 900.0, 7.0]])
both = pytest.mark.parametrize("scaler", SCALERS)


def draw(seed, shape=(40, 3)):
    rng = np.random.default_rng(seed)
    return rng.normal(rng.normal(0, 50, 3), 10 ** rng.normal(0, 2, 3), shape)


@pytest.mark.parametrize(("ours", "other"), PAIRS)
@pytest.mark.parametrize("seed", range(5))
def test_scikit_learn_scales_alike(ours, other, seed):
    points, fresh = draw(seed), draw(seed + 100, (7, 3))
    mine, reference = ours().fit(points), other().fit(points)
    scaled = mine.transform(fresh)
    expected = reference.transform(fresh)
    np.testing.assert_allclose(scaled, expected, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(mine.inverse(scaled), fresh, rtol=1e-10)
    wrong = ours().fit(points * [1.01, 1, 1]).transform(fresh)
    assert not np.allclose(wrong, expected, rtol=1e-4)  # negative control


@pytest.mark.parametrize(("ours", "other"), PAIRS)
def test_scikit_learn_treats_a_constant_column_alike(ours, other):
    fresh = np.array([[3.0, 100.0, 9.0]])
    mine = ours().fit(TABLE)
    np.testing.assert_allclose(
        mine.transform(fresh), other().fit(TABLE).transform(fresh)
    )
    np.testing.assert_array_equal(mine.constant, [False, False, True])


def test_by_hand():
    scaled = Standardizer().fit(TABLE).transform(TABLE)
    root = np.sqrt(14 / 3)  # of the squares 4, 1 and 9 from the mean 3
    np.testing.assert_allclose(scaled[:, 0], np.array([-2, -1, 3]) / root)
    ranged = MinMaxScaler().fit(TABLE).transform(TABLE)
    np.testing.assert_allclose(ranged[:, 0], [0, 0.2, 1])
    np.testing.assert_allclose(ranged[:, 1], [0, 2 / 7, 1])


@given(
    points=arrays(
        np.float64,
        st.tuples(st.integers(2, 12), st.integers(1, 4)),
        elements=st.floats(-1000, 1000).map(lambda x: round(x, 3)),
    )
)
def test_what_the_fitted_points_become(points):
    standard = Standardizer().fit(points)
    moving = ~standard.constant
    scaled = standard.transform(points)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-8)
    np.testing.assert_allclose(scaled[:, moving].std(axis=0), 1, rtol=1e-8)
    assert not np.any(scaled[:, ~moving])
    ranged = MinMaxScaler().fit(points).transform(points)
    assert not np.any(ranged.min(axis=0))
    np.testing.assert_allclose(ranged[:, moving].max(axis=0), 1)
    for scaler in SCALERS:
        fitted = scaler().fit(points)
        back = fitted.inverse(fitted.transform(points))
        np.testing.assert_allclose(back, points, atol=1e-9)


@both
def test_rows_that_round_do_not_hide_a_constant_column(scaler):
    """The mean of three times 0.1 is not 0.1: its deviation is not 0."""
    points = np.full((3, 1), 0.1)
    fitted = scaler().fit(points)
    assert points.std() != 0
    np.testing.assert_allclose(fitted.transform(points), 0, atol=1e-15)
    np.testing.assert_allclose(fitted.transform(points + 2), 2)


@both
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept(scaler, dtype):
    fitted = scaler().fit(TABLE.astype(dtype))
    for made in (fitted.transform, fitted.inverse):
        assert made(TABLE.astype(dtype)).dtype == dtype
    assert fitted.transform(TABLE.astype(np.float32)).dtype == np.float32


def test_float32_far_from_0_keeps_its_spread():
    """Sums in float32 would lose it: the statistics are float64."""
    points = (1e6 + np.arange(50_000) % 5).astype(np.float32)
    points = np.stack((points, points), axis=1)
    fitted = Standardizer().fit(points)
    assert fitted.scale[0] == pytest.approx(np.sqrt(2), rel=1e-6)
    assert fitted.transform(points).mean() == pytest.approx(0, abs=1e-6)
    assert fitted.shift[0] != points.mean(axis=0)[0]  # what float32 finds


@both
def test_fit_returns_the_scaler_and_may_be_called_again(scaler):
    one = scaler()
    assert one.fit(TABLE) is one
    again = one.fit(TABLE[:, :2] * 5)
    np.testing.assert_array_equal(
        again.transform(TABLE[:, :2]),
        scaler().fit(TABLE[:, :2] * 5).transform(TABLE[:, :2]),
    )


@both
def test_points_are_not_changed(scaler):
    points = TABLE.copy()
    fitted = scaler().fit(points)
    fitted.inverse(points)
    fitted.transform(points)
    np.testing.assert_array_equal(points, TABLE)


@both
def test_before_fit_a_scaler_says_so(scaler):
    message = f"^{scaler.__name__} expected fit to be called first$"
    for made in (scaler().transform, scaler().inverse):
        with pytest.raises(RuntimeError, match=message):
            made(TABLE)


@both
def test_a_table_with_other_columns_is_refused(scaler):
    fitted = scaler().fit(TABLE)
    expected = f"{scaler.__name__} expected points of shape (n_samples, 3)"
    for wrong, got in [(TABLE[:, :2], "(3, 2)"), (TABLE[0], "(3,)")]:
        message = re.escape(f"{expected}, got {got}")
        for made in (fitted.transform, fitted.inverse):
            with pytest.raises(ValueError, match=f"^{message}$"):
                made(wrong)


@both
def test_what_is_not_a_table_of_floats_is_refused(scaler):
    fitted = scaler().fit(TABLE)
    start = f"^{scaler.__name__} expected"
    for made in (fitted.fit, fitted.transform, fitted.inverse):
        with pytest.raises(TypeError, match=f"{start} points as a plain ar"):
            made(TABLE.tolist())
        with pytest.raises(TypeError, match=f"{start} points of dtype float3"):
            made(TABLE.astype(int))
        with pytest.raises(ValueError, match=f"{start} finite points, got"):
            made(np.where(TABLE == 2, np.nan, TABLE))
        with pytest.raises(ValueError, match=f"{start} points with samples"):
            made(TABLE[:0])
    message = r"points of shape \(n_samples, n_features\), got \(3,\)$"
    with pytest.raises(ValueError, match=f"{start} {message}"):
        fitted.fit(TABLE[0])


@both
def test_a_refused_fit_changes_nothing(scaler):
    fitted = scaler().fit(TABLE)
    before = fitted.transform(TABLE)
    ends = np.array([1.7e308, -1.7e308])
    for wrong in (
        TABLE[0],
        np.where(TABLE == 2, *ends),
        np.tile(ends, 8)[:, np.newaxis],  # sums of both infinities
    ):
        with pytest.raises(ValueError, match=scaler.__name__):
            fitted.fit(wrong)
    np.testing.assert_array_equal(fitted.transform(TABLE), before)


@pytest.mark.parametrize(
    ("points", "scale"), [([1e-200, 3e-200], "0."), ([-1e200, 1e200], "inf")]
)
def test_a_spread_that_floats_cannot_square_is_refused(points, scale):
    expected = "columns whose spread a float can hold"
    message = re.escape(f"Standardizer expected {expected}, got [{scale}]")
    with pytest.raises(ValueError, match=f"^{message}$"):
        Standardizer().fit(np.array(points)[:, np.newaxis])


@both
def test_results_that_no_float_can_hold_are_refused(scaler):
    fitted = scaler().fit(np.array([[0.0], [1e-5]]))
    high = np.array([[3e38]], np.float32)
    message = f"^{scaler.__name__} expected finite results, got NaN or infini"
    with pytest.raises(ValueError, match=message):
        fitted.transform(high)
    wide = scaler().fit(np.array([[0.0], [1e5]]))
    with pytest.raises(ValueError, match=message):
        wide.inverse(high)


# --- one-hot


@given(
    labels=st.lists(st.integers(0, 5), min_size=1, max_size=30),
    more=st.integers(0, 3),
)
def test_one_hot_is_undone_by_the_column_of_the_1(labels, more):
    labels = np.array(labels)
    rows = one_hot(labels, 6 + more)
    assert rows.shape == (len(labels), 6 + more)
    np.testing.assert_array_equal(labels_of_one_hot(rows, "test"), labels)


def test_one_hot_rows_are_those_of_scikit_learn():
    labels = np.array([3, 0, 1, 1], np.uint8)
    encoder = theirs.OneHotEncoder(categories=[range(5)], sparse_output=False)
    np.testing.assert_array_equal(
        one_hot(labels, 5), encoder.fit_transform(labels[:, np.newaxis])
    )
    assert one_hot(labels, 5).dtype == np.float32
    assert one_hot(labels, 5, dtype=np.float64).dtype == np.float64


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (np.array([0, 3]), ValueError, "labels 0 to 2, got 0 to 3"),
        (np.array([-1, 2]), ValueError, "labels 0 to 2, got -1 to 2"),
        (
            np.array([0.0, 1.0]),
            TypeError,
            "labels of an integer dtype, got float64",
        ),
        ([0, 1], TypeError, "targets as a plain array, got a list"),
        (3, TypeError, "targets as a plain array, got a int"),
        (
            np.eye(3, dtype=int),
            ValueError,
            "labels of shape (n_samples,), got (3, 3)",
        ),
        (
            np.array([], int),
            ValueError,
            "labels of shape (n_samples,), got (0,)",
        ),
    ],
)
def test_what_are_not_labels_is_refused(labels, error, message):
    whole = re.escape(f"one_hot expected {message}")
    with pytest.raises(error, match=f"^{whole}$"):
        one_hot(labels, 3)


def test_one_hot_needs_a_count_and_a_float_type():
    message = r"^one_hot expected n_classes as a whole number, got 3\.0$"
    with pytest.raises(TypeError, match=message):
        one_hot(np.array([0]), 3.0)
    message = r"^one_hot expected dtype float32 or float64, got int64$"
    with pytest.raises(TypeError, match=message):
        one_hot(np.array([0]), 3, dtype=np.int64)


# --- batches


@given(
    n=st.integers(1, 60),
    size=st.integers(1, 70),
    seed=st.none() | st.integers(0, 99),
)
def test_each_sample_is_in_one_batch(n, size, seed):
    rng = None if seed is None else np.random.default_rng(seed)
    made = batches(n, size, rng=rng)
    np.testing.assert_array_equal(np.sort(np.concatenate(made)), np.arange(n))
    assert len(made) == -(-n // size)
    assert {len(one) for one in made[:-1]} <= {size}
    assert 1 <= len(made[-1]) <= size


def test_batches_are_in_order_unless_there_is_a_generator():
    np.testing.assert_array_equal(np.concatenate(batches(20, 6)), range(20))
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(batches(20, 6, rng=rng)) for _ in "ab")
    again = batches(20, 6, rng=np.random.default_rng(0))
    assert not np.array_equal(first, np.arange(20))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, np.concatenate(again))


def test_each_sample_comes_equally_often_to_each_place():
    rng, first = np.random.default_rng(0), np.zeros(6)
    for _ in range(6000):
        first[batches(6, 2, rng=rng)[0]] += 1
    np.testing.assert_allclose(first / 6000, 1 / 3, atol=0.03)


@pytest.mark.parametrize(
    ("n", "size", "error", "message"),
    [
        (10.0, 2, TypeError, "n_samples as a whole number, got 10.0"),
        (True, 2, TypeError, "n_samples as a whole number, got True"),
        (10, 2.5, TypeError, "size as a whole number, got 2.5"),
        (0, 2, ValueError, "n_samples of at least 1, got 0"),
        (10, 0, ValueError, "size of at least 1, got 0"),
    ],
)
def test_batches_count_in_whole_numbers(n, size, error, message):
    with pytest.raises(error, match=f"^batches expected {message}$"):
        batches(n, size)
