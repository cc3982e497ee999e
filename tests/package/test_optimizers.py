"""Optimizers: first steps by hand, traps, and a bowl they must go down."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    check_setting,
)
from nnfs_code.schedules import InverseTimeDecay, StepDecay

EVERY = [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW]
SQUARING = [AdaGrad, RMSProp, Adam, AdamW]


def value_and_gradient(dtype=np.float64):
    value = np.array([[2.0, -1.0, 0.0]], dtype)
    gradient = np.array([[3.0, -0.5, 0.0]], dtype)
    return value, gradient


def after(optimizer, steps=1):
    value, gradient = value_and_gradient()
    for _ in range(steps):
        assert optimizer.update([(value, gradient)]) is None
    return value[0]


# The first steps, by hand: value (2, −1, 0), gradient (3, −0.5, 0).


def test_sgd_by_hand():
    # 2 − 0.1·3 = 1.7, −1 + 0.1·0.5 = −0.95; and the same again.
    np.testing.assert_allclose(after(SGD(0.1)), [1.7, -0.95, 0])
    np.testing.assert_allclose(after(SGD(0.1), 2), [1.4, -0.9, 0])


def test_momentum_by_hand():
    # Velocity −0.3, then 0.5·(−0.3) − 0.3 = −0.45.
    optimizer = Momentum(0.1, momentum=0.5)
    np.testing.assert_allclose(after(optimizer), [1.7, -0.95, 0])
    again = after(Momentum(0.1, momentum=0.5), 2)
    np.testing.assert_allclose(again, [2 - 0.3 - 0.45, -1 + 0.05 + 0.075, 0])
    np.testing.assert_allclose(optimizer.velocities[0], [[-0.3, 0.05, 0]])


def test_nesterov_by_hand():
    # Velocity −0.3: 0.5·(−0.3) − 0.3 = −0.45; then −0.45: −0.225 − 0.3.
    first = after(Nesterov(0.1, momentum=0.5))
    np.testing.assert_allclose(first, [2 - 0.45, -1 + 0.075, 0])
    again = after(Nesterov(0.1, momentum=0.5), 2)
    np.testing.assert_allclose(again[:2], [2 - 0.45 - 0.525, -1 + 0.1625])


def test_nesterov_looks_ahead():
    """Its point is theta + momentum · velocity of the paper's equations."""
    rate, momentum = 0.1, 0.9
    theta, velocity = 2.0, 0.0
    ahead = np.array([2.0])
    optimizer = Nesterov(rate, momentum)
    for _ in range(20):
        velocity = momentum * velocity - rate * (theta + momentum * velocity)
        theta += velocity
        optimizer.update([(ahead, ahead.copy())])
        assert ahead[0] == pytest.approx(theta + momentum * velocity)


def test_adagrad_by_hand():
    # √9 = 3: 0.1·3/3 = 0.1; then √18: 0.1·3/√18.
    np.testing.assert_allclose(after(AdaGrad(0.1)), [1.9, -0.9, 0], rtol=1e-6)
    again = after(AdaGrad(0.1), 2)
    step = 0.1 + 0.1 / math.sqrt(2)
    np.testing.assert_allclose(again, [2 - step, -1 + step, 0], rtol=1e-6)
    tame = after(AdaGrad(0.1, epsilon=1.0))
    np.testing.assert_allclose(tame, [2 - 0.3 / 4, -1 + 0.05 / 1.5, 0])


def test_rmsprop_by_hand():
    # √(0.25·9) = 1.5: 0.1·3/1.5 = 0.2; then √(0.75·2.25 + 2.25).
    first = after(RMSProp(0.1, rho=0.75))
    np.testing.assert_allclose(first, [1.8, -0.8, 0], rtol=1e-6)
    step = 0.2 + 0.3 / math.sqrt(0.75 * 2.25 + 2.25)
    again = after(RMSProp(0.1, rho=0.75), 2)
    np.testing.assert_allclose(again, [2 - step, -1 + step, 0], rtol=1e-6)
    tame = after(RMSProp(0.1, rho=0.75, epsilon=1.5))
    np.testing.assert_allclose(tame, [2 - 0.1, -1 + 0.05 / 1.75, 0])


@pytest.mark.parametrize("beta_1", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("beta_2", [0.0, 0.9, 0.999])
def test_the_first_step_of_adam_is_the_rate_whatever_the_betas(beta_1, beta_2):
    """Without the bias correction it would be far from it."""
    first = after(Adam(0.1, beta_1, beta_2))
    np.testing.assert_allclose(first, [1.9, -0.9, 0], rtol=1e-6)


def test_adam_is_algorithm_1_of_the_paper():
    rng = np.random.default_rng(0)
    value = np.array([1.0, -2.0, 3.0])
    theta, mean, squares = value.copy(), np.zeros(3), np.zeros(3)
    optimizer = Adam(0.01, beta_1=0.8, beta_2=0.95, epsilon=1e-3)
    for t in range(1, 30):
        gradient = rng.standard_normal(3)
        mean = 0.8 * mean + (1 - 0.8) * gradient
        squares = 0.95 * squares + (1 - 0.95) * gradient**2
        corrected = mean / (1 - 0.8**t)
        root = np.sqrt(squares / (1 - 0.95**t))
        theta -= 0.01 * corrected / (root + 1e-3)
        optimizer.update([(value, gradient)])
        np.testing.assert_allclose(value, theta, rtol=1e-12)


def test_adam_without_the_bias_correction_disagrees():
    """The planted fault."""
    _, gradient = value_and_gradient()
    mean, squares = 0.1 * gradient[0, 0], 0.001 * gradient[0, 0] ** 2
    wrong = 2 - 0.1 * mean / (math.sqrt(squares) + 1e-7)
    assert abs(wrong - after(Adam(0.1))[0]) > 0.1


def test_adamw_shrinks_each_value_beside_adams_step():
    # 2·(1 − 0.1·0.5) − 0.1, −1·0.95 + 0.1.
    first = after(AdamW(0.1, weight_decay=0.5))
    np.testing.assert_allclose(first, [1.8, -0.85, 0], rtol=1e-6)
    same = after(AdamW(0.1, weight_decay=0.0), 5)
    np.testing.assert_array_equal(same, after(Adam(0.1), 5))


def test_the_defaults():
    assert Momentum(0.1).momentum == Nesterov(0.1).momentum == 0.9
    assert RMSProp(0.1).rho == 0.9
    for optimizer in (Adam(), AdamW()):
        assert optimizer.learning_rate == 0.001
        assert (optimizer.beta_1, optimizer.beta_2) == (0.9, 0.999)
    for optimizer in (AdaGrad(0.1), RMSProp(0.1), Adam(), AdamW()):
        assert optimizer.epsilon == 1e-7
    assert AdamW().weight_decay == 0.01


# The learning rate and the count of the steps.


@pytest.mark.parametrize("kind", EVERY)
def test_the_steps_are_counted(kind):
    optimizer = kind(0.1)
    assert optimizer.step == 0
    after(optimizer, 3)
    assert optimizer.step == 3


@pytest.mark.parametrize("kind", EVERY)
def test_a_schedule_is_asked_with_the_step_counted_from_zero(kind):
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.1

    after(kind(schedule), 3)
    assert asked == [0, 0, 1, 2]  # the first is the check at the start


@pytest.mark.parametrize("kind", EVERY)
def test_a_constant_schedule_is_a_rate(kind):
    np.testing.assert_array_equal(
        after(kind(lambda step: 0.1), 5), after(kind(0.1), 5)
    )


def test_decay_changes_the_steps():
    # 0.1·3 + 0.05·3 with the rate halved after one step.
    value = after(SGD(StepDecay(0.1, factor=0.5, every=1)), 2)
    np.testing.assert_allclose(value[0], 2 - 0.3 - 0.15)


@pytest.mark.parametrize("kind", EVERY)
def test_a_rate_of_zero_changes_nothing(kind):
    value = after(kind(0.0), 3)
    np.testing.assert_array_equal(value, [2, -1, 0])


@pytest.mark.parametrize("kind", EVERY)
def test_a_zero_gradient_moves_nothing_and_spoils_nothing(kind):
    value = np.array([2.0, -1.0])
    optimizer = AdamW(0.1, weight_decay=0) if kind is AdamW else kind(0.1)
    with np.errstate(all="raise"):
        for _ in range(3):
            optimizer.update([(value, np.zeros(2))])
    np.testing.assert_array_equal(value, [2, -1])


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("rate", [-0.1, math.nan, math.inf])
def test_a_rate_that_is_none_is_refused(kind, rate):
    message = (
        f"^{kind.__name__} expected learning_rate at least 0 and less than "
        f"inf, got {rate}$"
    )
    with pytest.raises(ValueError, match=message):
        kind(rate)
    with pytest.raises(ValueError, match=message):
        kind(lambda step: rate)
    optimizer = kind(lambda step: rate if step else 0.1)
    value, gradient = value_and_gradient()
    optimizer.update([(value, gradient)])
    before = value.copy()
    with pytest.raises(ValueError, match=message):
        optimizer.update([(value, gradient)])
    np.testing.assert_array_equal(value, before)


# Float types and memory.


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize(
    "rate", [0.1, np.float64(0.1), InverseTimeDecay(0.1, 1)]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept_in_the_value_and_in_the_memory(
    kind, rate, dtype
):
    optimizer = kind(rate)
    value, gradient = value_and_gradient(dtype)
    address = value.ctypes.data
    for _ in range(3):
        optimizer.update([(value, gradient)])
    assert value.dtype == dtype
    assert value.ctypes.data == address
    for memory in vars(optimizer).values():
        if isinstance(memory, list) and isinstance(memory[0], np.ndarray):
            assert memory[0].dtype == dtype


@pytest.mark.parametrize("kind", EVERY)
def test_settings_from_numpy_do_not_turn_float32_into_float64(kind):
    optimizer = kind(np.float64(0.1))
    for name, setting in vars(optimizer).items():
        if name != "learning_rate":
            assert not isinstance(setting, np.generic)
    assert type(optimizer.rate()) is float
    assert type(check_setting("x", "y", np.float64(0.5))) is float


@pytest.mark.parametrize("kind", EVERY)
def test_gradients_may_be_read_only_and_are_not_changed(kind):
    value, gradient = value_and_gradient()
    before = gradient.copy()
    gradient.setflags(write=False)
    kind(0.1).update([(value, gradient)])
    np.testing.assert_array_equal(gradient, before)


@pytest.mark.parametrize("kind", EVERY)
def test_views_are_changed_where_they_are(kind):
    full = np.arange(12.0).reshape(3, 4)
    copy = full[::2, 1:3].copy()
    gradient = np.asfortranarray(np.ones((2, 2)))
    first, second = kind(0.1), kind(0.1)
    for _ in range(3):
        first.update([(full[::2, 1:3], gradient)])
        second.update([(copy, gradient)])
    np.testing.assert_array_equal(full[::2, 1:3], copy)
    np.testing.assert_array_equal(full[1], [4, 5, 6, 7])


@pytest.mark.parametrize("kind", EVERY)
@given(seed=st.integers(0, 1000))
def test_pairs_do_not_touch_each_other(kind, seed):
    rng = np.random.default_rng(seed)
    values = [rng.standard_normal((2, 3)), rng.standard_normal(4)]
    apart = [value.copy() for value in values]
    together, first, second = kind(0.1), kind(0.1), kind(0.1)
    for _ in range(3):
        gradients = [rng.standard_normal(value.shape) for value in values]
        together.update(list(zip(values, gradients, strict=True)))
        first.update([(apart[0], gradients[0])])
        second.update([(apart[1], gradients[1])])
    np.testing.assert_array_equal(values[0], apart[0])
    np.testing.assert_array_equal(values[1], apart[1])


@pytest.mark.parametrize("kind", EVERY)
def test_two_optimizers_share_no_memory(kind):
    first, second = kind(0.1), kind(0.1)
    after(first, 4)
    np.testing.assert_array_equal(after(second), after(kind(0.1)))


# What is refused.


def wrong_pairs():
    value, gradient = value_and_gradient()
    read_only = value.copy()
    read_only.setflags(write=False)
    nan, infinite = gradient.copy(), gradient.copy()
    nan[0, 1], infinite[0, 2] = np.nan, -np.inf
    return [
        ((1.0, gradient), TypeError, "float arrays in pair 1, got a float"),
        ((value, [1.0]), TypeError, "float arrays in pair 1, got a list"),
        (
            (np.array([[1, 2, 3]], np.int64), gradient),
            TypeError,
            "float arrays in pair 1, got int64",
        ),
        (
            (value, np.ones((1, 3), np.float16)),
            TypeError,
            "float arrays in pair 1, got float16",
        ),
        (
            (value, gradient[0]),
            ValueError,
            r"a gradient of shape \(1, 3\) in pair 1, got \(3,\)",
        ),
        (
            (value, np.ones((1, 1))),
            ValueError,
            r"a gradient of shape \(1, 3\) in pair 1, got \(1, 1\)",
        ),
        (
            (value, gradient.astype(np.float32)),
            TypeError,
            "a gradient of dtype float64 in pair 1, got float32",
        ),
        (
            (read_only, gradient),
            ValueError,
            "a value that can be changed in pair 1, got a read-only array",
        ),
        (
            (value, nan),
            ValueError,
            "a finite gradient in pair 1, got NaN or infinity",
        ),
        (
            (value, infinite),
            ValueError,
            "a finite gradient in pair 1, got NaN or infinity",
        ),
    ]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize(("pair", "error", "message"), wrong_pairs())
def test_a_pair_that_does_not_fit_is_refused_and_nothing_changes(
    kind, pair, error, message
):
    optimizer = kind(0.1)
    value, gradient = value_and_gradient()
    with pytest.raises(error, match=f"^{kind.__name__} expected {message}$"):
        optimizer.update([(value, gradient), pair])
    np.testing.assert_array_equal(value, [[2, -1, 0]])
    assert optimizer.step == 0
    np.testing.assert_array_equal(after(optimizer), after(kind(0.1)))


@pytest.mark.parametrize("kind", SQUARING)
@pytest.mark.parametrize(
    ("dtype", "size", "shown"),
    [(np.float64, 1e200, r"1e\+200"), (np.float32, 1e20, r"1e\+20")],
)
def test_a_gradient_whose_square_is_no_float_is_refused(
    kind, dtype, size, shown
):
    optimizer = kind(0.1)
    value, gradient = value_and_gradient(dtype)
    before = value.copy()
    gradient[0, 1] = -size
    message = (
        f"^{kind.__name__} expected a gradient in pair 0 with smaller "
        f"entries, got one of size {shown}$"
    )
    with pytest.raises(ValueError, match=message):
        optimizer.update([(value, gradient)])
    np.testing.assert_array_equal(value, before)


@pytest.mark.parametrize("kind", SQUARING)
@pytest.mark.parametrize(
    ("dtype", "size"), [(np.float64, 9e150), (np.float32, 9e15)]
)
def test_the_largest_gradient_that_is_taken_spoils_no_memory(
    kind, dtype, size
):
    optimizer = kind(0.001)
    value = np.ones(1, dtype)
    gradient = np.full(1, size, dtype)
    with np.errstate(all="raise"):
        for _ in range(2000):
            optimizer.update([(value, gradient)])
    assert np.isfinite(value).all()
    assert np.isfinite(optimizer.squares[0]).all()
    assert value[0] < 1


@pytest.mark.parametrize("kind", [SGD, Momentum, Nesterov])
def test_where_nothing_is_squared_a_large_gradient_is_taken_as_it_is(kind):
    value = np.ones(1)
    kind(1e-200).update([(value, np.array([1e200]))])
    assert value[0] in (pytest.approx(0), pytest.approx(-0.9))


@pytest.mark.parametrize("kind", EVERY)
def test_the_pairs_must_stay_the_same(kind):
    def fresh():
        optimizer = kind(0.1)
        value, gradient = value_and_gradient()
        optimizer.update([(value, gradient), (value.T.copy(), gradient.T)])
        return optimizer, value, gradient

    owner = f"^{kind.__name__} expected values as at the first step, "
    optimizer, value, gradient = fresh()
    before = value.copy()
    for pairs in [
        [(value, gradient)],
        [(value, gradient)] * 2,
        [(value.T, gradient.T), (value, gradient)],
        [(value, gradient), (value.T, gradient.T), (value, gradient)],
    ]:
        with pytest.raises(ValueError, match=owner):
            optimizer.update(pairs)
    kinds = r"\[\(\(1, 3\), dtype\('float64'\)\)\]"
    with pytest.raises(ValueError, match=f"{owner}.*, got {kinds}$"):
        optimizer.update([(value, gradient)])
    other = value.astype(np.float32), gradient.astype(np.float32)
    with pytest.raises(ValueError, match=owner):
        optimizer.update([other, (value.T, gradient.T)])
    np.testing.assert_array_equal(value, before)
    assert optimizer.step == 1


@pytest.mark.parametrize("kind", EVERY)
def test_nothing_to_update_is_refused(kind):
    message = f"^{kind.__name__} expected pairs to update, got none$"
    with pytest.raises(ValueError, match=message):
        kind(0.1).update([])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Momentum(0.1, momentum=1),
            "Momentum expected momentum at least 0 and less than 1, got 1",
        ),
        (lambda: Nesterov(0.1, momentum=-0.1), "Nesterov expected momentum"),
        (lambda: RMSProp(0.1, rho=1), "RMSProp expected rho .*less than 1,"),
        (lambda: RMSProp(0.1, epsilon=-1), "RMSProp expected epsilon"),
        (lambda: AdaGrad(0.1, epsilon=-1), "AdaGrad expected epsilon"),
        (lambda: Adam(beta_1=1), "Adam expected beta_1 .*less than 1, got 1"),
        (lambda: Adam(beta_2=1), "Adam expected beta_2 .*less than 1, got 1"),
        (lambda: Adam(epsilon=math.nan), "Adam expected epsilon .*got nan"),
        (lambda: AdamW(beta_1=-0.1), "AdamW expected beta_1"),
        (lambda: AdamW(beta_2=1.5), "AdamW expected beta_2"),
        (lambda: AdamW(epsilon=math.inf), "AdamW expected epsilon"),
        (lambda: AdamW(weight_decay=-1), "AdamW expected weight_decay"),
    ],
)
def test_settings_that_are_none_are_refused(make, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        make()


@pytest.mark.parametrize("kind", [AdaGrad, RMSProp, Adam, AdamW])
@pytest.mark.parametrize("epsilon", [0, 1e-50, 1e-31])
def test_an_epsilon_that_float32_takes_for_0_is_refused(kind, epsilon):
    with pytest.raises(ValueError, match="expected epsilon at least 1e-30"):
        kind(0.1, epsilon=epsilon)


@pytest.mark.parametrize("kind", [AdaGrad, RMSProp, Adam, AdamW])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_dead_neuron_stays_as_it_is_with_the_smallest_epsilon(kind, dtype):
    optimizer = kind(0.1, epsilon=1e-30)
    value = np.zeros(3, dtype)
    with np.errstate(all="raise"):
        for _ in range(3):
            optimizer.update([(value, np.zeros(3, dtype))])
    np.testing.assert_array_equal(value, 0)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("rate", ["0.1", None, True, [0.1], lambda step: "x"])
def test_a_rate_that_is_no_number_is_refused_at_once(kind, rate):
    shown = re.escape(repr(rate(0) if callable(rate) else rate))
    expected = f"^{kind.__name__} expected learning_rate as a number"
    with pytest.raises(TypeError, match=f"{expected}, got {shown}$"):
        kind(rate)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("make", [lambda p: zip(*p, strict=True), iter])
def test_pairs_that_can_be_walked_once_only_are_refused(kind, make):
    """`zip` is empty the second time: a step was counted, nothing changed."""
    optimizer = kind(0.1)
    value, gradient = value_and_gradient()
    pairs = make([(value,), (gradient,)])
    owner, got = kind.__name__, type(pairs).__name__
    message = f"^{owner} expected a list or tuple of pairs, got a {got}$"
    with pytest.raises(TypeError, match=message):
        optimizer.update(pairs)
    assert optimizer.step == 0
    np.testing.assert_array_equal(value, [[2, -1, 0]])


@pytest.mark.parametrize("kind", EVERY)
def test_a_pair_that_can_be_walked_once_only_is_refused(kind):
    optimizer = kind(0.1)
    value, gradient = value_and_gradient()
    for pair in (iter((value, gradient)), (value, gradient, value), value):
        expected = rf"^{kind.__name__} expected \(value, gradient\) in pair 0"
        message = f"{expected}, got {type(pair).__name__}$"
        with pytest.raises(TypeError, match=message):
            optimizer.update([pair])
    assert optimizer.step == 0


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_parameter_without_axes_is_changed_as_one_with(kind, dtype):
    first, second = kind(0.1), kind(0.1)
    alone, one = np.array(2.0, dtype), np.array([2.0], dtype)
    for _ in range(3):
        first.update([(alone, np.array(3.0, dtype))])
        second.update([(one, np.array([3.0], dtype))])
    assert alone == one[0] != 2


@pytest.mark.parametrize("kind", EVERY)
def test_step_0_starts_everything_anew(kind):
    optimizer = kind(0.1)
    after(optimizer, 4)
    optimizer.step = 0
    np.testing.assert_array_equal(after(optimizer, 3), after(kind(0.1), 3))


@pytest.mark.parametrize("kind", EVERY)
def test_a_later_step_without_memories_is_refused(kind):
    optimizer = kind(0.1)
    optimizer.step = 5
    message = (
        f"^{kind.__name__} expected step 0 to begin with, got step 5; its "
        "memories are not there$"
    )
    with pytest.raises(ValueError, match=message):
        optimizer.update([value_and_gradient()])


# They go down.


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: SGD(0.1),
        lambda: Momentum(0.02),
        lambda: Nesterov(0.02),
        lambda: AdaGrad(0.5),
        lambda: RMSProp(StepDecay(0.05, factor=0.8, every=20)),
        lambda: Adam(0.1),
        lambda: AdamW(0.1, weight_decay=1e-4),
    ],
)
def test_a_bowl_is_gone_down_to_its_ground(optimizer, dtype):
    curves = np.array([0.5, 1.0, 5.0], dtype)
    value = np.array([1.0, -2.0, 3.0], dtype)
    steps = optimizer()
    for _ in range(600):
        steps.update([(value, curves * value)])
    assert value.dtype == dtype
    assert np.abs(value).max() < 1e-3


def test_uphill_is_found_out():
    """The planted fault: the sign of the gradient."""
    value = np.array([1.0])
    optimizer = SGD(0.1)
    for _ in range(50):
        optimizer.update([(value, -value)])
    assert value[0] > 100


def test_the_base_counts_and_fills_memories_once():
    optimizer = Optimizer(0.1)
    value, gradient = value_and_gradient()
    memory = []
    assert optimizer.begin([(value, gradient)], memory) == 0.1
    assert optimizer.begin([(value, gradient)], memory) == 0.1
    (zeros,) = memory
    np.testing.assert_array_equal(zeros, np.zeros((1, 3)))
    assert optimizer.step == 2
