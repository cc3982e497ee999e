"""Schedules: their formulas, their ends, and what they refuse."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.schedules import (
    Constant,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    OneCycle,
    StepDecay,
    WarmUp,
    along_cosine,
    check_rate,
    check_steps,
)

STEPS = st.integers(0, 10_000)
DECAYS = [
    Constant(0.1),
    StepDecay(0.1, factor=0.5, every=7),
    InverseTimeDecay(0.1, decay=0.01),
    ExponentialDecay(0.1, factor=0.99),
    CosineDecay(0.1, steps=100, end=0.001),
]


@pytest.mark.parametrize("schedule", DECAYS, ids=lambda s: type(s).__name__)
@given(step=STEPS)
def test_a_decay_starts_at_its_start_and_never_grows(schedule, step):
    assert schedule(0) == pytest.approx(0.1)
    assert 0 <= schedule(step + 1) <= schedule(step) <= 0.1 + 1e-12


@given(step=STEPS)
def test_the_formulas(step):
    assert Constant(0.3)(step) == 0.3
    stairs = StepDecay(0.3, factor=0.9, every=50)(step)
    assert stairs == pytest.approx(0.3 * 0.9 ** math.floor(step / 50))
    inverse = InverseTimeDecay(0.3, decay=0.02)(step)
    assert inverse == pytest.approx(0.3 / (1 + 0.02 * step))
    share = ExponentialDecay(0.3, factor=0.999)(step)
    assert share == pytest.approx(0.3 * 0.999**step)
    cosine = CosineDecay(0.3, steps=10_000, end=0.1)(step)
    wave = (1 + math.cos(math.pi * step / 10_000)) / 2
    assert cosine == pytest.approx(0.1 + 0.2 * wave)


def test_stairs_fall_at_the_multiples_and_not_before():
    schedule = StepDecay(8.0, factor=0.5, every=3)
    rates = [schedule(step) for step in range(8)]
    assert rates == [8, 8, 8, 4, 4, 4, 2, 2]


def test_a_cosine_ends_where_it_should_and_stays_there():
    schedule = CosineDecay(1.0, steps=4, end=0.2)
    rates = [round(schedule(step), 6) for step in range(7)]
    assert rates == [1.0, 0.882843, 0.6, 0.317157, 0.2, 0.2, 0.2]
    assert CosineDecay(1.0, steps=4)(4) == 0
    assert along_cosine(3.0, 5.0, 0.5) == pytest.approx(4)


def test_one_cycle_rises_and_falls_and_stays_low():
    schedule = OneCycle(2.0, steps=8, rise=3, start=0.1, end=0.01)
    rates = [schedule(step) for step in range(12)]
    assert rates[0] == pytest.approx(0.2)
    assert rates[3] == 2
    assert rates[:4] == sorted(rates[:4])
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert rates[7:] == [pytest.approx(0.02)] * 5
    assert rates[1] == pytest.approx(0.2 + 1.8 / 4)
    assert rates[5] == pytest.approx(0.02 + 1.98 / 2)


def test_one_cycle_starts_and_ends_low_by_default():
    schedule = OneCycle(1.0, steps=10, rise=2)
    assert schedule(0) == pytest.approx(0.04)
    assert schedule(9) == pytest.approx(4e-6)


def test_the_shortest_cycle_has_a_step_up_and_a_step_down():
    schedule = OneCycle(1.0, steps=3, rise=1)
    assert [round(schedule(step), 5) for step in range(3)] == [0.04, 1, 0]
    message = "^OneCycle expected at least 3 steps for rise and fall, got 2$"
    with pytest.raises(ValueError, match=message):
        OneCycle(1.0, steps=2, rise=1)


def test_a_warm_up_grows_evenly_and_then_starts_the_other_schedule():
    schedule = WarmUp(StepDecay(1.0, factor=0.5, every=2), steps=3)
    rates = [schedule(step) for step in range(8)]
    assert rates == [0.25, 0.5, 0.75, 1, 1, 0.5, 0.5, 0.25]


def test_a_warm_up_takes_any_function_of_the_step():
    assert WarmUp(lambda step: 6.0 - step, steps=1)(0) == 3
    assert WarmUp(lambda step: 6.0 - step, steps=1)(3) == 4


def test_a_schedule_that_counts_from_one_is_found_out():
    """The planted fault: one step late."""
    late = [InverseTimeDecay(0.3, decay=0.1)(step + 1) for step in range(3)]
    assert late[0] != pytest.approx(0.3)


RATE = "finite and not negative"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Constant(-0.1), f"Constant expected rate {RATE}, got -0.1"),
        (
            lambda: Constant(math.nan),
            f"Constant expected rate {RATE}, got nan",
        ),
        (
            lambda: Constant(math.inf),
            f"Constant expected rate {RATE}, got inf",
        ),
        (lambda: StepDecay(-1, 0.5, 1), f"StepDecay expected start {RATE}"),
        (
            lambda: StepDecay(1, 0, 1),
            "StepDecay expected factor finite and positive, got 0",
        ),
        (lambda: StepDecay(1, -1, 1), "factor finite and positive, got -1"),
        (
            lambda: StepDecay(1, 0.5, 0),
            "StepDecay expected every of at least 1, got 0",
        ),
        (lambda: InverseTimeDecay(-1, 0.1), "InverseTimeDecay expected start"),
        (lambda: InverseTimeDecay(1, -0.1), f"decay {RATE}, got -0.1"),
        (lambda: ExponentialDecay(-1, 0.1), "ExponentialDecay expected start"),
        (lambda: ExponentialDecay(1, 0), "factor finite and positive, got 0"),
        (lambda: CosineDecay(-1, 10), "CosineDecay expected start"),
        (
            lambda: CosineDecay(1, 0),
            "steps of at least 1, got 0",
        ),
        (lambda: CosineDecay(1, 10, -0.1), f"end {RATE}, got -0.1"),
        (lambda: OneCycle(-1, 10, 3), "OneCycle expected peak"),
        (lambda: OneCycle(1, 0, 3), "OneCycle expected steps of at least 1"),
        (lambda: OneCycle(1, 10, 0), "OneCycle expected rise of at least 1"),
        (lambda: OneCycle(1, 10, 3, -1), "OneCycle expected start"),
        (lambda: OneCycle(1, 10, 3, 0.1, -1), "OneCycle expected end"),
        (
            lambda: WarmUp(Constant(1), 0),
            "WarmUp expected steps of at least 1",
        ),
    ],
)
def test_nonsense_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StepDecay(1, 0.5, 1.5), "every as a whole number, got 1.5"),
        (lambda: StepDecay(1, 0.5, True), "every as a whole number, got True"),
        (lambda: CosineDecay(1, "10"), "steps as a whole number, got '10'"),
        (lambda: Constant("0.1"), "Constant expected rate as a number, got"),
        (lambda: Constant(True), "rate as a number, got True"),
        (
            lambda: WarmUp(0.1, 4),
            r"WarmUp expected a schedule to follow, got 0.1; wrap a number: "
            r"Constant\(0.1\)",
        ),
    ],
)
def test_settings_of_another_type_are_refused_at_once(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_whole_numbers_of_numpy_are_counts():
    schedule = StepDecay(np.float64(0.8), 0.5, np.int64(100))
    assert schedule(100) == 0.4
    assert WarmUp(Constant(np.float32(0.5)), np.int32(4))(4) == 0.5


def test_a_rate_of_zero_is_allowed_and_a_factor_of_more_than_one():
    assert Constant(0.0)(5) == 0
    assert ExponentialDecay(1.0, factor=2.0)(3) == 8
    check_rate(Constant(0.0), "rate")
    check_steps(CosineDecay(1.0, steps=1), "steps")


def test_schedules_cannot_be_changed_by_accident():
    with pytest.raises(AttributeError):
        Constant(0.1).rate = 0.2
