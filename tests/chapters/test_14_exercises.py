"""Chapter 14: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.optimizers import SGD
from nnfs_code.penalties import L1, L2
from nnfs_code.schedules import CosineDecay
from scripted import definitions

SCRIPT = definitions("ch14_l1_and_l2_regularization")


def test_the_check_passes_what_is_right():
    assert SCRIPT["furthest_apart"](SCRIPT["penalise"]) < 1e-7


@pytest.mark.parametrize("mistake", ["forgotten", "twice", "for_all"])
def test_the_check_catches_each_mistake(mistake):
    assert SCRIPT["furthest_apart"](SCRIPT[mistake]) > 0.01


@pytest.mark.parametrize("mistake", ["forgotten", "twice"])
def test_the_loss_does_not_show_the_mistake(mistake):
    """It falls as with the right gradient, from above 1 to near 0."""
    known, _, network = SCRIPT["bands"](0)
    sgd, total = SGD(CosineDecay(1.0, steps=200)), SCRIPT["total_loss"]
    before = total(network, known, L2(0.001))
    for _ in range(200):
        network.loss.forward(network.scores(known[0]), known[1])
        pairs = network.backward()
        SCRIPT[mistake](pairs, L2(0.001))
        sgd.update(pairs)
    assert before > 1
    assert total(network, known, L2(0.001)) < 0.1


def test_losses_with_the_penalty_choose_no_penalty():
    known, fresh, _ = SCRIPT["bands"](0)
    totals, of_fresh = [], []
    for strength in (0.0, 0.001):
        network = SCRIPT["bands"](0)[2]
        term = L1(strength)
        sgd = SGD(CosineDecay(1.0, steps=200))
        SCRIPT["train"](network, known, sgd, 200, term)
        totals.append(SCRIPT["total_loss"](network, known, term))
        of_fresh.append(SCRIPT["judge"](network, fresh)[1])
    assert totals[0] < totals[1]
    assert of_fresh[0] > of_fresh[1] + 0.1


@pytest.mark.parametrize(("term", "expected"), [(L2, 1.89), (L1, 1.92)])
def test_solution_1(term, expected):
    value = np.array([2.0])
    SGD(0.1).update([(value, 0.5 + term(0.3).gradient(value))])
    assert value[0] == pytest.approx(expected)


def test_solution_2():
    steps = np.log(0.5) / np.log(1 - 0.01 * 0.05)
    assert 1385 < steps < 1386  # so the 1386th is the first beyond


@pytest.mark.parametrize("curvature", [4.0, 1.0, 2.5])
def test_solution_3(curvature):
    theta, sgd = np.array([0.0]), SGD(0.1)
    for _ in range(400):
        sgd.update([(theta, curvature * (theta - 1.0))])
        L1(2.0).shrink(theta, 0.1)
    assert theta[0] == pytest.approx(max(1 - 2 / curvature, 0), abs=1e-9)


def test_solution_4():
    ends = {}
    for term in (L2(0.1), L1(0.1)):
        twins, sgd = np.array([1.5, 0.0]), SGD(0.1)
        for _ in range(2000):
            slope = twins.sum() - 2
            sgd.update([(twins, slope + term.gradient(twins))])
        ends[type(term)] = twins
    np.testing.assert_allclose(ends[L2], 2 / 2.1, rtol=1e-6)
    assert ends[L1].sum() == pytest.approx(1.9, abs=1e-3)
    # The second starts at exactly 0, where it gets no slope from L1 at once.
    assert np.diff(ends[L1]) == pytest.approx(-1.5, abs=0.02)


def test_solution_5():
    net = SCRIPT["ElasticNet"](0.3, 0.2)
    parameter = np.array([[3.0, -4.0]])
    assert net.penalty(parameter) == pytest.approx(0.15 * 25 + 0.2 * 7)
    np.testing.assert_allclose(
        net.gradient(parameter),
        numerical_gradient(lambda: net.penalty(parameter), parameter),
        rtol=1e-6,
    )
