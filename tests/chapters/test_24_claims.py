"""Numbers that the page of chapter 24 states.

Counts are counted again. Times are those that `tests/bench/autograd_cost.py`
has stored: no test measures one.
"""

import json
from inspect import signature
from itertools import pairwise

import numpy as np
import pytest

from claims import ROOT, claim
from nnfs_code.autograd import no_grad, ordered
from nnfs_code.gradient_check import check, numerical_gradient
from nnfs_code.losses import SoftmaxCrossEntropy
from script_24 import functions, leaf, script, stored

FACTS = {
    "each once as it is and once with its rules off by 1 %": (
        "compare(damage=1.01) in tests/package/test_autograd.py"
    ),
    "small steps, at one drawn entry per input, to 0.01 plus 1 %": (
        "minitorch/tensor_functions.py, grad_check, commit 246f231"
    ),
}


def test_equal_scores_cost_log_3():
    loss = claim("24-autograd", "a loss of log 3, {}, is what equal scores")
    scores, labels = leaf(np.zeros((5, 3))), np.array([0, 1, 2, 0, 1])
    found = functions()["cross_entropy"](scores, labels).values
    assert found == pytest.approx(loss, abs=5e-5)


def test_the_fork_of_chapter_8():
    slope, overwritten = 36, 12
    claim("24-autograd", "It is $3x^3$, with slope $9x^2 = {}$")
    slopes_of = functions()["slopes_of"]
    x = leaf(2.0)
    f = (x * x) * (3 * x)
    assert slopes_of(f)[x] == slope
    assert slopes_of(f, add=False)[x] == overwritten


def test_operations_of_the_loss():
    """Counted by the record, as the page does."""
    left = script()
    made = [t.operation for t in ordered(left["whole"]) if t.operation]
    assert len(made) == 14
    assert made[:5] == ["matmul", "add", "maximum", "matmul", "add"]
    assert len(made[5:]) == 9  # "Nine of the fourteen belong to the loss"
    assert len([t for t in ordered(left["short"]) if t.operation]) == 4


def test_products_of_the_spiral_network():
    counted = claim(
        "24-autograd", "a forward pass is {} products and as many additions"
    )
    n, sizes = 300, (2, 64, 3)
    layers = pairwise(sizes)
    assert counted == sum(n * i * o for i, o in layers)
    params = functions()["start"](0, *sizes)
    scores = functions()["network"](params, np.zeros((n, 2)))
    made = [t.operation for t in ordered(scores) if t.operation]
    assert made.count("matmul") + made.count("add") == 4


def test_two_calls_where_inner_gradients_stay():
    """Nodes that keep their gradients, as micrograd's do; ours do not."""
    slope, kept, _ = claim(
        "24-autograd",
        "the slope is {}, and two calls leave {} in `x`, not {}.",
    )
    gradients = {"x": 0.0, "inner": 0.0, "f": 0.0}
    for _ in range(2):
        gradients["f"] = 1.0
        gradients["inner"] += 3 * gradients["f"]
        gradients["x"] += 2 * gradients["inner"]
    assert gradients["x"] == kept
    x = leaf(1.0)
    f = 3 * (2 * x)
    f.backward()
    assert x.gradient == slope
    f.backward()
    assert x.gradient == claim("24-autograd", "so two calls leave {}.")


def middle(work, way):
    return stored()[work]["ratios"][way][1]


def test_what_the_stored_times_say():
    """Words for numbers: thirds, overlaps, and what is left of 25 %."""
    spiral = stored()["spiral"]["ratios"]
    assert 2.7 < middle("spiral", "composed") < 3  # "almost three times"
    too_much = middle("spiral", "composed") - 1
    saved = middle("spiral", "composed") - middle("spiral", "loss in one")
    assert saved / too_much == pytest.approx(2 / 3, abs=0.05)
    assert spiral["loss and ReLU in one"][2] > spiral["loss in one"][0]
    more, left = claim("24-autograd", "Of {} % more time, {} % is left")
    for work, share in (("128", more), ("2048", left)):
        percent = 100 * (middle(work, "composed") - 1)
        assert percent == pytest.approx(share, abs=0.6)
    for work in ("128", "2048"):  # "within a few hundredths"
        assert abs(middle(work, "by hand, without checks") - 1) < 0.04
    assert middle("spiral", "by hand, without checks") < 0.95
    most = stored()["128"]["MB"]
    assert most["composed"] / most["by hand"] == pytest.approx(2, abs=0.1)
    other = json.loads(
        (ROOT / "resources/datasets/where-the-time-goes.json").read_text()
    )
    assert stored()["machine"][0] == other["machine"][0]


def test_by_hand_the_rows_of_the_loss_are_long():
    """One row a class in memory, where the composed loss has one a point."""
    part, scores, labels = SoftmaxCrossEntropy(), np.zeros((300, 3)), [0] * 300
    part.forward(scores, np.array(labels))
    by_class = part.probabilities.T
    assert by_class.shape == (3, 300)
    assert by_class.flags.c_contiguous
    record = ordered(functions()["cross_entropy"](leaf(scores), labels))
    powers = next(t.values for t in record if t.operation == "exp")
    assert powers.shape == (300, 3)
    assert powers.flags.c_contiguous


def test_small_steps_are_not_exact():
    """`check` allows a difference in the fifth digit; twins agree to 12."""
    assert signature(check).parameters["rtol"].default == 1e-5
    names = functions()
    x = np.array([[0.5, -1.0], [2.0, 0.25]])
    part = names["AsPart"](lambda t: names["tanh"](t) * t)
    part.forward(x)
    ours = part.backward(np.ones_like(x))
    steps = numerical_gradient(lambda: float((np.tanh(x) * x).sum()), x)
    apart = np.abs(ours / steps - 1).max()
    assert 1e-12 < apart < 1e-8
    exact = np.tanh(x) + x * (1 - np.tanh(x) ** 2)
    np.testing.assert_allclose(ours, exact, rtol=1e-13)


def test_half_of_a_gradient_is_enough_for_adam():
    """Alike to three digits, as "What surprised me" has it."""
    names = script()
    for seed in range(5):
        ends = [
            names["final_loss"](
                seed, names["squared_errors"], names["Adam"](0.03), add
            )
            for add in (True, False)
        ]
        assert ends[0] == pytest.approx(ends[1], rel=2e-3)


def test_tensors_kept():
    names = functions()
    params = names["start"](0, 2, 16, 3)
    points = np.ones((4, 2))
    assert len(ordered(names["network"](params, points))) == 9
    with no_grad():
        assert len(ordered(names["network"](params, points))) == 1
