"""The tasks, the padding, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.sequences import (
    adding,
    check_lengths,
    check_sequences,
    echo,
    lengths_of,
    padded,
    real_steps,
)


def rng():
    return np.random.default_rng(0)


@given(st.integers(1, 5), st.integers(1, 9), st.integers(1, 12))
def test_an_echo_is_what_was_said_before(n_samples, n_steps, delay):
    inputs, targets = echo(n_samples, n_steps, delay, rng=rng())
    assert inputs.shape == (n_samples, n_steps, 1)
    for t in range(n_steps):
        said = inputs[:, t - delay, 0] if t >= delay else 0
        np.testing.assert_array_equal(targets[:, t], said)


def test_bits_are_even_and_float32():
    inputs, targets = echo(500, 20, 3, rng=rng())
    assert inputs.dtype == np.float32
    assert targets.dtype.kind == "i"
    assert set(np.unique(inputs)) == {0, 1}
    assert inputs.mean() == pytest.approx(0.5, abs=0.03)


@given(st.integers(1, 5), st.integers(2, 9))
def test_the_marked_numbers_add_up(n_samples, n_steps):
    inputs, sums = adding(n_samples, n_steps, rng=rng(), dtype=np.float64)
    numbers, marks = inputs[..., 0], inputs[..., 1]
    assert (marks[:, : n_steps // 2].sum(axis=1) == 1).all()
    assert (marks[:, n_steps // 2 :].sum(axis=1) == 1).all()
    assert ((numbers >= 0) & (numbers < 1)).all()
    np.testing.assert_allclose((numbers * marks).sum(axis=1), sums[:, 0])


def test_saying_1_costs_a_sixth():
    _, sums = adding(20_000, 6, rng=rng(), dtype=np.float64)
    assert sums.mean() == pytest.approx(1, abs=0.02)
    assert ((sums - 1) ** 2).mean() == pytest.approx(1 / 6, abs=0.005)


def test_each_place_is_marked_alike():
    marks = adding(20_000, 5, rng=rng())[0][..., 1].mean(axis=0)
    np.testing.assert_allclose(marks, [1 / 2] * 2 + [1 / 3] * 3, atol=0.02)


ALIKE = (
    r"padded expected sequences of shape \(length, n_inputs\), of one dtype"
)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: echo(0, 2, 1, rng=rng()),
            "echo expected n_samples of at least 1, got 0",
        ),
        (
            lambda: echo(2, 0, 1, rng=rng()),
            "echo expected n_steps of at least 1, got 0",
        ),
        (
            lambda: echo(2, 2, 0, rng=rng()),
            "echo expected delay of at least 1, got 0",
        ),
        (
            lambda: adding(0, 2, rng=rng()),
            "adding expected n_samples of at least 1, got 0",
        ),
        (
            lambda: adding(2, 0, rng=rng()),
            "adding expected n_steps of at least 1, got 0",
        ),
        (
            lambda: adding(2, 1, rng=rng()),
            "adding expected n_steps of at least 2, got 1",
        ),
        (
            lambda: padded([]),
            r"padded expected a list of sequences, at least one, got \[\]",
        ),
        (
            lambda: padded(np.ones((1, 1, 1))),
            r"padded expected a list of sequences, at least one, "
            r"got array\(\[\[\[1.\]\]\]\)",
        ),
        (lambda: padded([np.ones(3)]), rf"{ALIKE}, got \(3,\)"),
        (
            lambda: padded([np.ones((3, 1)), np.ones((2, 2))]),
            rf"{ALIKE}, got \(2, 2\)",
        ),
        (
            lambda: padded([np.ones((3, 1)), np.ones((2, 1), np.float32)]),
            rf"{ALIKE}, got \(2, 1\)",
        ),
        (
            lambda: padded([np.ones((2, 1)), np.ones((0, 1))]),
            "padded expected sequences with samples, got an empty array of "
            r"shape \(0, 1\)",
        ),
    ],
)
def test_what_is_refused(call, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        call()


@pytest.mark.parametrize(
    ("call", "owner"),
    [
        (lambda: echo(2, 2, 1, rng=rng(), dtype=int), "echo"),
        (lambda: adding(2, 2, rng=rng(), dtype=int), "adding"),
    ],
)
def test_what_types_are_refused(call, owner):
    said = f"^{owner} expected dtype float32 or float64, got int64$"
    with pytest.raises(TypeError, match=said):
        call()


def test_the_types_and_the_padding_when_nothing_is_said():
    assert echo(2, 3, 1, rng=rng(), dtype=np.float64)[0].dtype == np.float64
    inputs, sums = adding(2, 3, rng=rng())
    assert inputs.dtype == sums.dtype == np.float32
    assert sums.shape == (2, 1)
    rows = np.ones((1, 2), np.float32), np.ones((2, 2), np.float32)
    inputs, lengths = padded(rows)
    assert inputs.tolist() == [[[1, 1], [0, 0]], [[1, 1], [1, 1]]]
    assert inputs.dtype == np.float32
    assert lengths.tolist() == [1, 2]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_lengths_are_found_again(wanted):
    sequences = [np.ones((length, 2)) for length in wanted]
    inputs, lengths = padded(sequences, value=-3.0)
    assert inputs.shape == (len(wanted), max(wanted), 2)
    np.testing.assert_array_equal(lengths, wanted)
    np.testing.assert_array_equal(lengths_of(inputs, -3.0), wanted)
    real = real_steps(lengths, max(wanted))
    assert (inputs[real] == 1).all()
    assert (inputs[~real] == -3).all()


def test_a_step_of_zeros_at_the_end_is_taken_for_padding():
    inputs = np.array([[[1.0], [0], [2], [0]], [[0], [0], [0], [0]]])
    np.testing.assert_array_equal(lengths_of(inputs, 0.0), [3, 1])
    partly = np.array([[[1.0, 0], [0, 2]]])
    np.testing.assert_array_equal(lengths_of(partly, 0.0), [2])


def test_lengths_are_checked():
    np.testing.assert_array_equal(check_lengths(None, 2, 7, "A"), [7, 7])
    given = np.array([1, 7], np.uint8)
    found = check_lengths(given, 2, 7, "A")
    np.testing.assert_array_equal(found, given)
    assert found.dtype == int
    ends = np.array([1, 7])
    np.testing.assert_array_equal(check_lengths(ends, 2, 7, "A"), ends)
    whole = "lengths as a plain array of whole numbers, got"
    for wrong, kind, said in (
        ([1, 2], TypeError, f"{whole} a list"),
        (np.array([1.0, 2.0]), TypeError, f"{whole} a ndarray of float64"),
        (
            np.array([1, 2, 3]),
            ValueError,
            r"lengths of shape \(2,\), got \(3,\)",
        ),
        (np.array([0, 2]), ValueError, "lengths 1 to 7, got 0 to 2"),
        (np.array([1, 8]), ValueError, "lengths 1 to 7, got 1 to 8"),
    ):
        with pytest.raises(kind, match=f"^A expected {said}$"):
            check_lengths(wrong, 2, 7, "A")


def test_sequences_are_checked():
    kind = np.dtype(np.float64)
    check_sequences(np.ones((4, 3, 2)), 2, kind, "A")
    shape = r"inputs of shape \(n_samples, n_steps, 2\), got"
    for wrong, error, said in (
        (np.ones((4, 2)), ValueError, rf"{shape} \(4, 2\)"),
        (np.ones((4, 2, 2, 1)), ValueError, rf"{shape} \(4, 2, 2, 1\)"),
        (np.ones((4, 2, 3)), ValueError, rf"{shape} \(4, 2, 3\)"),
        (
            np.ones((4, 3, 2), np.float32),
            TypeError,
            "inputs of dtype float64, got float32",
        ),
        (
            np.full((4, 3, 2), np.nan),
            ValueError,
            "finite inputs, got NaN or infinity",
        ),
    ):
        with pytest.raises(error, match=f"^A expected {said}$"):
            check_sequences(wrong, 2, kind, "A")
