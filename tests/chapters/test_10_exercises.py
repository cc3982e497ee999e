"""Chapter 10: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    Momentum,
    Nesterov,
    RMSProp,
)
from nnfs_code.schedules import CosineDecay
from scripted import definitions


@pytest.fixture(scope="module")
def script():
    """What the chapter's script imports and defines, without its runs."""
    return definitions("ch10_optimizers")


def test_the_right_one_passes(script):
    assert script["failed_checks"](Momentum) == []


def test_each_mistake_is_caught(script):
    failed = script["failed_checks"]

    assert failed(script["MovesNothing"]) == ["moves", "remembers", "arrives"]
    assert failed(script["Forgets"]) == ["remembers"]


def test_a_memory_that_forgets_is_sgd(script):
    start = np.array([2.0, -1.0])
    forgets, plain = start.copy(), start.copy()
    memory, none = script["Forgets"](0.1), SGD(0.1)
    for _ in range(20):
        memory.update([(forgets, forgets.copy())])
        none.update([(plain, plain.copy())])

    np.testing.assert_allclose(forgets, plain)


def test_a_check_by_one_step_would_not_see_it(script):
    one, other = np.array([2.0]), np.array([2.0])
    Momentum(0.1).update([(one, np.array([3.0]))])
    script["Forgets"](0.1).update([(other, np.array([3.0]))])

    assert one == other


def test_nesterov_is_not_plain_momentum(script):
    assert script["failed_checks"](Nesterov) == ["moves", "remembers"]


def test_a_new_adam_at_each_step_bounces():
    place = np.array([0.35, -0.35])
    for _ in range(50):
        Adam(0.1).update([(place, place.copy())])

    np.testing.assert_allclose(np.abs(place), 0.05, atol=1e-3)


def test_old_gradients_lead_away():
    place = np.array([1.0])
    pairs = [(place, place.copy())]
    sgd = SGD(0.1)
    for _ in range(30):
        sgd.update(pairs)

    assert place[0] == pytest.approx(1 - 30 * 0.1)


def test_adam_makes_one_array_for_each_value(monkeypatch):
    made, empty_like = [], np.empty_like
    monkeypatch.setattr(
        np, "empty_like", lambda a: made.append(a) or empty_like(a)
    )
    adam, values = Adam(0.1), [np.ones(3), np.ones((2, 2))]
    for _ in range(5):
        adam.update([(value, value.copy()) for value in values])

    assert len(made) == 5 * len(values)


def test_a_schedule_that_was_called_does_not_fall():
    schedule = CosineDecay(0.1, steps=100)
    frozen, following = SGD(schedule(0)), SGD(schedule)
    for _ in range(100):
        frozen.update([(np.ones(1), np.ones(1))])
        following.update([(np.ones(1), np.ones(1))])

    assert frozen.rate() == 0.1
    assert following.rate() == pytest.approx(0, abs=1e-12)


# --- solutions


@pytest.mark.parametrize("rate", [0.1, 1 / 6, 0.3, 0.4])
def test_solution_1(rate):
    theta, sgd = np.array([1.0]), SGD(rate)
    for _ in range(400):
        sgd.update([(theta, 6 * theta)])

    assert (abs(theta[0]) < 1e-6) == (rate < 2 / 6)


def test_solution_2():
    place, ball = np.zeros(1), Momentum(0.1, momentum=0.9)
    for step in range(600):
        if step == 300:
            reached = place.copy()
        slope = -1.0 if step < 300 else 0.0
        ball.update([(place, np.array([slope]))])

    assert place - reached == pytest.approx(0.1 * 10 * 9)


def test_solution_3():
    place, adagrad = np.zeros(1), AdaGrad(1.0, epsilon=1e-12)
    distances = {}
    for step in range(1, 6401):
        adagrad.update([(place, np.array([-2.0]))])
        distances[step] = float(place[0])

    for steps in (100, 400, 6400):
        assert distances[steps] == pytest.approx(2 * steps**0.5, abs=1.5)
    assert distances[6400] / distances[400] == pytest.approx(4, abs=0.2)


@pytest.mark.parametrize("factor", [0.001, 1000.0])
def test_solution_4(factor):
    plain, scaled = np.array([1.0]), np.array([1.0])
    one, other = Adam(0.1), Adam(0.1)
    for _ in range(20):
        one.update([(plain, plain.copy())])
        other.update([(scaled, factor * scaled)])

    np.testing.assert_allclose(plain, scaled, rtol=1e-2)


def test_solution_5(script):
    assert 3 < script["range_test"]() < 10


def test_solution_6(script):
    value = np.array([1.0, 1.0, 1.0])
    gradient = np.array([3.0, -0.001, 0.0])
    script["SignDescent"](0.1).update([(value, gradient)])

    np.testing.assert_allclose(value, [0.9, 1.1, 1.0])


def test_solution_6_the_gain_is_the_rate_and_for_signs_the_fall(script):
    median = claim("10-optimizers", "a steady 5 ends at about {} in the")
    low = claim("10-optimizers", "a steady 0.05 ends above {} with both")
    train, signs = script["train"], script["SignDescent"]
    for seed in (0, 1):
        fall = train(SGD(CosineDecay(1.0, 800)), 800, seed)[0]
        assert fall > train(SGD(1.0), 800, seed)[0] - 0.001
        assert train(signs(0.05), 800, seed)[0] > low
    steady = [train(SGD(5.0), 800, seed)[0] for seed in breadth(5, 10)]
    assert np.median(steady) == pytest.approx(median, abs=0.04)


def test_noisy_steps_arrive_with_falling_rates_and_not_with_a_constant_one():
    def distance(rate):
        rng = np.random.default_rng(0)
        value = np.array([1.0])
        optimizer, late = SGD(rate), []
        for step in range(20_000):
            slope = value + rng.standard_normal(1)  # of a bowl, with noise
            optimizer.update([(value, slope)])
            if step >= 10_000:
                late.append(abs(value[0]))
        return np.mean(late)

    constant = distance(0.1)
    falling = distance(lambda step: 1 / (10 + step))
    assert constant > 0.1
    assert falling < constant / 10


def test_the_formulas_are_the_package(script):
    rng = np.random.default_rng(10)
    value, adam = np.array([1.0]), Adam(0.1)
    theta, m, s = 1.0, 0.0, 0.0
    squares, means = np.array([1.0]), np.array([1.0])
    adagrad, rmsprop = AdaGrad(0.1), RMSProp(0.1, rho=0.9)
    by_sum, by_mean, total, mean = 1.0, 1.0, 0.0, 0.0
    for t in range(1, 201):
        g = float(rng.normal())
        theta, m, s = script["adam_step"](theta, m, s, g, t, 0.1)
        by_sum, total = script["adagrad"](by_sum, total, g, 0.1)
        by_mean, mean = script["rmsprop"](by_mean, mean, g, 0.1)
        for optimizer, array in (
            (adam, value),
            (adagrad, squares),
            (rmsprop, means),
        ):
            optimizer.update([(array, np.array([g]))])
    plain = [theta, by_sum, by_mean]
    packaged = np.concatenate([value, squares, means])

    np.testing.assert_allclose(packaged, plain, rtol=1e-10)
    assert len({round(x, 3) for x in plain}) == 3
