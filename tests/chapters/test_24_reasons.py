"""Reasons of chapter 24's page, each with its cause taken away."""

import gc
import sys
import weakref

import numpy as np
import pytest

from claims import breadth
from nnfs_code.activations import ReLU
from nnfs_code.autograd import Tensor, ordered, record
from nnfs_code.autograd_operations import concatenate
from nnfs_code.autograd_rules import sum_to
from nnfs_code.gradient_check import check
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from reasons import reason
from script_24 import PAGE, functions, leaf, script


def calls_path_by_path(tensor):
    """Return how often rules are called, and the slope of what was given."""
    calls, totals = 0, {}

    def send(tensor, slope):
        nonlocal calls
        totals[tensor] = totals.get(tensor, 0) + slope
        for parent, rule in zip(tensor.parents, tensor.rules, strict=True):
            calls += 1
            send(parent, rule(slope))

    send(tensor, np.ones(()))
    return calls, totals


def test_calls_double_because_each_step_uses_its_input_twice():
    reason(
        PAGE,
        "each step more than doubles the number of calls, because each"
        " step uses its input twice: $n$ steps take $2^{n+1} - 2$.",
    )

    def calls(step, n):
        y = leaf(1.0)
        for _ in range(n):
            y = step(y)
        return calls_path_by_path(y)[0]

    twice = [calls(lambda y: y + y, n) for n in (3, 4, 5)]
    once = [calls(lambda y: y + 1, n) for n in (3, 4, 5)]
    assert twice == [2 ** (n + 1) - 2 for n in (3, 4, 5)]
    assert once == [3, 4, 5]


def test_path_by_path_would_be_right():
    """And a tensor that sends on the first slope that comes is wrong."""
    reason(
        PAGE,
        "the products along all paths have to be added up in the end, so this"
        " would be right",
    )
    x = leaf(2.0)
    y = x * x
    f = y + 2 * (3 * y)
    expected = functions()["slopes_of"](f)[x]
    assert calls_path_by_path(f)[1][x] == expected

    slopes, first = {f: np.ones(())}, [f]
    for tensor in first:  # breadth first, each once
        for parent, rule in zip(tensor.parents, tensor.rules, strict=True):
            slopes[parent] = slopes.get(parent, 0) + rule(slopes[tensor])
            if parent not in first:
                first.append(parent)
    assert slopes[x] != expected


def test_nested_calls_end_at_the_limit_of_python():
    reason(
        PAGE,
        "Python allows only so many calls inside each other, 1,000 by default",
    )
    by_recursion = functions()["by_recursion"]

    def chain(n):
        y = leaf(1.0)
        for _ in range(n):
            y = y + 0.5
        return y

    placed, twice = {}, chain(3)
    by_recursion(twice * twice, placed)
    assert len(placed) == len(ordered(twice * twice)) == 5

    deep = chain(2000)
    kept = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(1000)
        with pytest.raises(RecursionError):
            by_recursion(deep, {})
        assert len(ordered(deep)) == 2001
        sys.setrecursionlimit(10_000)
        found = {}
        by_recursion(deep, found)
    finally:
        sys.setrecursionlimit(kept)
    assert list(found) == ordered(deep)


def gradients(seed, loss_of, add):
    names = script()
    params = names["start"](seed, 2, 16, 3)
    scores = names["network"](params, names["points"])
    loss = loss_of(scores, names["labels"])
    slopes = names["slopes_of"](loss, add)
    return [slopes[p] for p in params]


@pytest.mark.parametrize("seed", breadth(5, 20))
def test_both_paths_bring_the_same_so_half_is_left(seed):
    """With a power in place of the product there is one path, and no fault."""
    reason(
        PAGE,
        "In `errors * errors` both paths bring the same slope, so what is left"
        " of the gradient is exactly half, for all parameters alike",
    )

    def power(scores, labels):
        return ((scores - np.eye(3)[labels]) ** 2).mean()

    squared = functions()["squared_errors"]
    for loss_of, share in ((squared, 0.5), (power, 1.0)):
        whole = gradients(seed, loss_of, add=True)
        rest = gradients(seed, loss_of, add=False)
        for one, two in zip(rest, whole, strict=True):
            np.testing.assert_allclose(one, share * two, rtol=1e-12)
    cross = functions()["cross_entropy"]
    whole, rest = (gradients(seed, cross, add) for add in (True, False))
    assert np.abs(rest[0] - 0.5 * whole[0]).max() > 1e-3


@pytest.mark.parametrize("seed", breadth(5, 20))
def test_adam_divides_and_sgd_does_not(seed):
    reason(
        PAGE,
        "Adam divides each gradient by its own size, so half a gradient moves"
        " it as far as a whole one. SGD does not divide, and is slower.",
    )
    names = script()
    ends = {}
    for make, rate in ((names["Adam"], 0.03), (names["SGD"], 0.1)):
        for add in (True, False):
            ends[make, add] = names["final_loss"](
                seed, names["squared_errors"], make(rate), add
            )
    adam, sgd = names["Adam"], names["SGD"]
    assert ends[adam, True] == pytest.approx(ends[adam, False], rel=2e-3)
    assert ends[sgd, False] > ends[sgd, True] * 1.005
    faster = names["final_loss"](
        seed, names["squared_errors"], sgd(0.2), add=False
    )
    assert faster == pytest.approx(ends[sgd, True], rel=1e-9)


@pytest.mark.parametrize("seed", breadth(5, 20))
def test_cross_entropy_learns_nothing_without_the_sum(seed):
    reason(
        PAGE,
        "With the fault nothing is learned in 100 steps with cross-entropy",
    )
    names = script()
    ends = [
        names["final_loss"](
            seed, names["cross_entropy"], names["Adam"](0.03), add
        )
        for add in (True, False)
    ]
    assert ends[0] < np.log(3) - 0.05
    assert ends[1] > np.log(3)


def test_a_sum_in_place_would_lose_repeated_entries():
    reason(
        PAGE,
        "as NumPy reads all entries before it writes any",
    )
    index, gradient = np.array([1, 1, 2]), np.array([1.0, 10.0, 100.0])
    whole = np.zeros(3)
    whole[index] += gradient
    assert whole.tolist() == [0, 10, 100]
    x = leaf(np.zeros(3))
    x[index].backward(gradient)
    assert x.gradient.tolist() == [0, 11, 100]
    whole = np.zeros(3)
    whole[index[1:]] += gradient[1:]  # nothing is repeated
    assert whole.tolist() == [0, 10, 100]


def test_without_a_new_array_both_sides_would_be_given_the_same():
    reason(
        PAGE,
        "Without it, both sides of a sum would be given the same one, and"
        " changing one gradient in place would change the other",
    )
    a, b = leaf(np.ones(2)), leaf(np.ones(2))
    total = a + b
    slopes = functions()["slopes_of"](total.sum())
    assert np.shares_memory(slopes[a], slopes[b])  # nothing is copied here
    total.sum().backward()
    assert not np.shares_memory(a.gradient, b.gradient)


def still_there(make):
    """Return how much of a record is left when its result has gone."""
    x = leaf(np.ones(2))
    gc.collect()
    gc.disable()
    try:
        y = make(x)
        seen = [weakref.ref(t) for t in ordered(y) if t is not x]
        del y
        return sum(ref() is not None for ref in seen)
    finally:
        gc.enable()


def test_rules_do_not_hold_the_tensor_that_holds_them():
    """A rule that does makes a circle, which waits for the collector."""
    reason(
        PAGE,
        "They may hold the array of their result, but not the tensor that"
        " holds them. So the record is gone as soon as the result is.",
    )
    tanh = functions()["tanh"]
    y = tanh(leaf(np.ones(2)))
    held = [cell.cell_contents for cell in y.rules[0].__closure__]
    assert [part is y.values for part in held] == [True]

    def circle(x):
        result = record("tanh", np.tanh(x.values), (x, lambda g: g))
        result.rules = (lambda g: g * (1 - result.values**2),)
        return result

    assert still_there(lambda x: tanh(tanh(x)).sum()) == 0
    assert still_there(lambda x: circle(circle(x)).sum()) == 2


def test_out_of_the_record_the_path_through_the_sum_is_gone():
    reason(
        PAGE,
        "with it the path through the sum is gone: the other scores get"
        " nothing",
    )
    exp, AsPart = functions()["exp"], functions()["AsPart"]
    x = np.array([[1.0, 2.0, 4.0]])

    def share(t):
        return exp(t)[0, 0] / exp(t).sum()

    def cut(t):
        return exp(t)[0, 0] / exp(t).sum().values

    assert share(Tensor(x)).values == cut(Tensor(x)).values
    one, two = AsPart(share), AsPart(cut)
    assert check(one, x)
    assert not check(two, x)
    for part in (one, two):
        part.forward(x)
    assert two.backward(np.ones(()))[0, 1:].tolist() == [0, 0]
    assert np.abs(one.backward(np.ones(()))[0, 1:]).min() > 1e-3


def test_rules_read_the_arrays_when_they_are_called():
    reason(
        PAGE,
        "The rules of a product read the arrays when they are called. If a"
        " value has changed in between, they multiply by the new one.",
    )
    found = []
    for copied in (False, True):
        values = np.array([3.0])
        x = leaf(values.copy() if copied else values)
        y = x * x
        values += 1
        y.backward()
        found.append(x.gradient[0])
    assert found[0] == 8
    assert found[1] == 6


@pytest.mark.parametrize("seed", breadth(5, 20))
def test_without_the_reset_gradients_pile_up(seed):
    """The test of the page: the second gradient beside a fresh one."""
    reason(
        PAGE,
        "Without the reset each step uses the sum of all gradients since the"
        " beginning",
    )
    names = script()
    found, alone = {}, []
    for resets in (True, False):
        params = names["start"](seed, 2, 16, 3)
        for step in range(2):
            loss = names["cross_entropy"](
                names["network"](params, names["points"]), names["labels"]
            )
            if resets:
                params[0].gradient = None
            loss.backward()
            if resets:
                alone.append(params[0].gradient)
            if step == 0:
                for p in params:
                    p.values -= 0.1
        found[resets] = params[0].gradient
    np.testing.assert_array_equal(found[True], alone[1])
    np.testing.assert_allclose(found[False], alone[0] + alone[1], rtol=1e-12)
    assert np.abs(found[False] - alone[1]).max() > 1e-3
    losses = names["losses_with"](False, seed)
    assert losses[5] < losses[0]  # "At first the loss falls all the same"
    assert losses[99] > names["losses_with"](True, seed)[99] + 0.05


def test_a_wrong_rule_in_both_places_would_not_show():
    reason(
        PAGE,
        "If `tanh` had the same wrong rule in both places, nothing would show",
    )
    names = functions()

    class WrongTanh:
        """The same fault as `wrong_tanh` of the page."""

        def forward(self, inputs):
            self.outputs = np.tanh(inputs)
            return self.outputs

        def backward(self, d_outputs):
            return d_outputs * (1 - self.outputs)

    def twin(part, x):
        return names["wrong_tanh"](x)

    x = np.random.default_rng(0).normal(size=(3, 2))
    assert names["judge"](WrongTanh(), twin, x) < 1e-12
    assert (
        names["judge"](WrongTanh(), lambda part, x: names["tanh"](x), x) > 0.1
    )
    assert not check(WrongTanh(), x)


def test_what_is_stretched_is_used_at_each_place():
    reason(PAGE, "So the bias was used twice")
    arriving = np.array([[1.0, 2.0], [10.0, 20.0]])
    assert sum_to(arriving, (1, 2)).tolist() == [[11, 22]]
    one, two = leaf(np.zeros((1, 2))), leaf(np.zeros((1, 2)))
    concatenate([one, two]).backward(arriving)  # a row of its own for each
    assert one.gradient.tolist() == [[1, 2]]
    assert two.gradient.tolist() == [[10, 20]]


def test_ties_of_relu_and_of_sizes_ask_for_different_rules():
    """Shares of the first at a tie: all, half, nothing."""
    reason(
        PAGE,
        "No rule that gives away the whole gradient fits both: with the shares"
        " $s$ and $1 - s$, ReLU wants $s = 0$ and the size $s = 1/2$.",
    )
    reason(
        PAGE,
        "Nothing for either side would fit both, but then maximum(x, x), which"
        " is x, has slope 0.",
    )
    maximum = functions()["maximum"]

    def by_shares(one, two):
        def shared(a, b):
            values = np.maximum(a.values, 0.0 if b is None else b.values)
            pairs = [(a, lambda g: one * g)]
            pairs += [] if b is None else [(b, lambda g: two * g)]
            return record("shared", values, *pairs)

        return shared

    def slopes_at_0(larger):
        """Return the slopes of ReLU, of the size, of maximum(x, x)."""
        found = []
        for other in (lambda x: None, lambda x: -x, lambda x: x):
            x = leaf(np.zeros(1))
            larger(x, other(x)).sum().backward()
            found.append(x.gradient[0])
        return found

    for share in (0, 0.25, 0.5, 1):
        relu, size, itself = slopes_at_0(by_shares(share, 1 - share))
        assert (relu == 0) == (share == 0)
        assert (size == 0) == (share == 0.5)
        assert itself == 1
    assert slopes_at_0(by_shares(0, 0)) == [0, 0, 0]
    ours = slopes_at_0(lambda a, b: maximum(a, 0 if b is None else b))
    assert ours == [0.5, 0, 1]


def test_max_of_two_agrees_with_maximum():
    """Of three equal numbers it does not."""
    reason(PAGE, "because then max of two entries agrees with maximum")
    maximum = functions()["maximum"]

    def both_ways(n):
        entries = leaf(np.zeros(n))
        entries.max().backward()
        singles = [leaf(0.0) for _ in range(n)]
        largest = singles[0]
        for single in singles[1:]:
            largest = maximum(largest, single)
        largest.backward()
        return entries.gradient.tolist(), [float(s.gradient) for s in singles]

    assert both_ways(2) == ([0.5, 0.5], [0.5, 0.5])
    assert both_ways(3) == ([1 / 3, 1 / 3, 1 / 3], [0.25, 0.25, 0.5])


def test_ties_at_the_origin_cancel_in_threes():
    """And without one of the three the two training runs are apart."""
    reason(
        PAGE,
        "what arrives from them adds up to 0, so the two training runs agreed"
        " all the same. Without one of the three they do not.",
    )
    names = script()
    points, labels = names["points"], names["labels"]
    at_origin = np.flatnonzero((points == 0).all(axis=1))
    assert sorted(labels[at_origin]) == [0, 1, 2]
    params = names["start"](0, 2, 16, 3)
    hidden = Dense(2, 16, rng=np.random.default_rng(0), dtype=np.float64)
    last = Dense(16, 3, rng=np.random.default_rng(0), dtype=np.float64)
    hidden.weights[:], last.weights[:] = params[0].values, params[2].values
    model = Model([hidden, ReLU(), last], SoftmaxCrossEntropy())

    def apart(first):
        for p in params:
            p.gradient = None
        scores = names["network"](params, points[first:])
        names["cross_entropy"](scores, labels[first:]).backward()
        model.train_step(points[first:], labels[first:], Still())
        return np.abs(hidden.d_biases - params[1].gradient).max()

    assert at_origin[0] == 0
    assert apart(0) < 1e-12
    assert apart(1) > 1e-3


class Still:
    """An optimizer that changes nothing."""

    step = 0

    def update(self, pairs):
        self.step += 1


def test_numpy_would_take_a_tensor_for_one_object(monkeypatch):
    reason(PAGE, "np.dot of two vectors would multiply them entry by entry")
    one, two = leaf(np.array([1.0, 2])), leaf(np.array([3.0, 4]))
    with pytest.raises(TypeError, match="expected an array"):
        np.dot(one, two)
    monkeypatch.delattr(Tensor, "__array__")
    assert np.dot(one, two).values.tolist() == [3, 8]
    with pytest.raises((TypeError, AttributeError)):
        np.sum(one)  # "Many would stop"


def test_a_result_that_no_rule_asks_for_is_kept_by_its_tensor():
    """And a record without the tensor in between lets it go."""
    reason(
        PAGE,
        "The record holds on to every result on the way, whether a rule asks"
        " for it or not, since each tensor holds its parents.",
    )

    def product_is_kept(cut):
        x, w, b = (leaf(np.ones((2, 2))) for _ in range(3))
        product = x @ w
        seen = weakref.ref(product.values)
        if cut:
            product = product.detach()
        result = product + b
        product = None
        rules = [r for t in ordered(result) for r in t.rules]
        held = [c.cell_contents for r in rules for c in closure(r)]
        assert not any(part is seen() for part in held if seen() is not None)
        return seen() is not None

    assert product_is_kept(cut=False)
    assert not product_is_kept(cut=True)


def closure(rule):
    """Return what a rule took along."""
    return getattr(rule, "__closure__", None) or ()
