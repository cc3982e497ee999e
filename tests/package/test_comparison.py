"""Two models on the same samples: SciPy, simulation, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from nnfs_code.comparison import Compared, compare, sign_test

ANSWERS = st.lists(
    st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30
)


def test_by_hand():
    one = np.array([True, True, True, False, False])
    other = np.array([True, False, False, True, False])
    found = compare(one, other)
    assert found == Compared(1, 2, 1, 1)
    assert found.difference == pytest.approx(0.2)
    assert found.standard_error == pytest.approx(((0.6 - 0.04) / 5) ** 0.5)


@given(answers=ANSWERS)
def test_it_is_the_mean_and_the_spread_of_the_differences(answers):
    one, other = np.array(answers).T
    found = compare(one, other)
    apart = one.astype(int) - other
    assert sum(found) == len(answers)
    assert found.both + found.only_one == one.sum()
    assert found.both + found.only_other == other.sum()
    assert found.difference == pytest.approx(apart.mean())
    expected = apart.std() / len(answers) ** 0.5
    assert found.standard_error == pytest.approx(expected, abs=1e-12)


@given(wins=st.integers(0, 60), losses=st.integers(0, 60))
def test_the_sign_test_agrees_with_scipy(wins, losses):
    if wins + losses == 0:
        assert sign_test(0, 0) == 1
        return
    expected = binomtest(wins, wins + losses).pvalue
    assert sign_test(wins, losses) == pytest.approx(expected)


def test_many_pairs_do_not_overflow():
    assert sign_test(700, 700) == 1
    assert 0 < sign_test(1200, 300) < 1e-120
    assert sign_test(np.int64(300), np.int64(1200)) == sign_test(1200, 300)


@pytest.mark.parametrize("counts", [(-1, 2), (2, -1), (1.0, 2), (True, 2)])
def test_the_sign_test_refuses(counts):
    wrong = counts[1] if counts == (2, -1) else counts[0]
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        sign_test(*counts)
    said = f"sign_test expected whole numbers from 0 on, got {wrong!r}"
    assert str(raised.value) == said


BOOLS = "arrays of bool, got"
SHAPE = "two arrays of shape (n_samples,), got"


@pytest.mark.parametrize(
    ("one", "other", "error", "message"),
    [
        ([True], np.array([True]), TypeError, f"{BOOLS} a list"),
        (np.array([True]), [True], TypeError, f"{BOOLS} a list"),
        (np.array([True]), np.array([1.0]), TypeError, f"{BOOLS} float64"),
        (np.ones(2, bool), np.ones(3, bool), ValueError, f"{SHAPE} (2,) and"),
        (np.ones(0, bool), np.ones(0, bool), ValueError, f"{SHAPE} (0,) and"),
        (np.eye(2) > 0, np.eye(2) > 0, ValueError, f"{SHAPE} (2, 2) and"),
    ],
)
def test_compare_refuses(one, other, error, message):
    if error is ValueError:
        message += f" {other.shape}"
    with pytest.raises(error) as raised:
        compare(one, other)
    assert str(raised.value) == f"compare expected {message}"
