"""What chapter 24 times against each other computes the same."""

import importlib.util
import json

import numpy as np
import pytest

pytest.importorskip("threadpoolctl")


@pytest.fixture(scope="module")
def cost(root):
    path = root / "tests" / "bench" / "autograd_cost.py"
    spec = importlib.util.spec_from_file_location("autograd_cost", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def work(cost):
    return cost.bench.Work("small", (5, 7, 6, 4), 12)


def test_all_ways_have_the_same_loss_and_gradients(cost, work):
    ways = cost.contenders(work)
    loss, gradients = ways.pop(cost.BY_HAND)()
    assert len(ways) == 5
    for run in ways.values():
        for _ in range(2):  # the second is not added to the first
            ours, theirs = run()
            assert ours == pytest.approx(loss, rel=1e-6)
            for one, two in zip(theirs, gradients, strict=True):
                assert one.dtype == np.float32
                np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-7)


def test_one_pass_without_a_record_is_the_same_number(cost, work):
    on, off = (cost.forward_alone(work, flag)() for flag in (True, False))
    assert on.values == off.values
    assert on.requires_grad
    assert not off.requires_grad


def test_checks_are_left_out_and_come_back(cost, work, monkeypatch):
    before, seen, run = cost.layers.check_batch, [], cost.unchecked(work)
    forward = cost.ReLU.forward

    def spy(relu, inputs):
        seen.append(cost.layers.check_batch is before)
        return forward(relu, inputs)

    monkeypatch.setattr(cost.ReLU, "forward", spy)
    run()
    assert seen == [False, False]
    assert cost.layers.check_batch is before


def test_the_stored_times_have_all_ways(cost, work):
    stored = json.loads(cost.STORED.read_text("utf-8"))
    ways = set(cost.contenders(work))
    for name in cost.NAMES:
        assert set(stored[name]["MB"]) == ways
        assert set(stored[name]["ratios"]) == ways - {cost.BY_HAND}
