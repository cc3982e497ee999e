"""Tensors: each rule against small steps and by hand, and the record."""

import gc
import threading
import tracemalloc
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import (
    array_shapes,
    basic_indices,
    mutually_broadcastable_shapes,
)

from nnfs_code.autograd import Tensor, no_grad, ordered
from nnfs_code.autograd_operations import (
    concatenate,
    exp,
    log,
    maximum,
    tanh,
)
from nnfs_code.autograd_rules import sum_to
from nnfs_code.gradient_check import numerical_gradient

SEEDS = st.integers(0, 10_000)
SHAPES = array_shapes(min_dims=0, max_dims=3, max_side=3)
BINARY = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "maximum": maximum,
}
UNARY = {
    "negate": lambda a: -a,
    "square": lambda a: a**2,
    "cube": lambda a: a**3,
    "reciprocal": lambda a: a**-1,
    "root": lambda a: (a * a) ** 0.5,
    "exp": exp,
    "log": lambda a: log(a * a),
    "tanh": tanh,
    "constants": lambda a: 2 * a + 3 - a / 4,
    "constants from the left": lambda a: 1 - a + 5 / a - (2 - a) * 3,
    "transpose": lambda a: a.transpose(),
    "in one row": lambda a: a.reshape(a.values.size),
    "used three times": lambda a: a * a + a,
}


def some(shape, rng):
    """Numbers that differ, none of them near a kink or a pole at 0."""
    sizes = 0.3 + 0.05 * rng.permutation(int(np.prod(shape)))
    signs = rng.choice([-1, 1], size=sizes.shape)
    return (sizes * signs).reshape(shape)


def slopes(function, arrays, damage=1.0):
    """Return what autograd and what small steps find, for each array.

    ``damage`` multiplies what the last rule returns: a planted fault.
    """
    tensors = [Tensor(array, requires_grad=True) for array in arrays]
    result = function(*tensors)
    weights = np.random.default_rng(1).normal(size=result.shape)
    weights = np.asarray(weights)
    if damage != 1:
        rules = result.rules
        result.rules = tuple(
            lambda g, rule=rule: damage * rule(g) for rule in rules
        )
    result.backward(weights)

    def number():
        constants = [Tensor(array) for array in arrays]
        return float((function(*constants).values * weights).sum())

    for tensor, array in zip(tensors, arrays, strict=True):
        yield tensor.gradient, numerical_gradient(number, array)


def compare(function, arrays, damage=1.0):
    for ours, expected in slopes(function, arrays, damage):
        assert type(ours) is np.ndarray
        assert ours.shape == expected.shape
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-7)


def agree(function, *arrays):
    compare(function, arrays)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        compare(function, arrays, damage=1.01)


@pytest.mark.parametrize("name", BINARY)
@given(
    both=mutually_broadcastable_shapes(
        num_shapes=2, min_side=1, max_dims=3, max_side=3
    ),
    seed=SEEDS,
)
def test_operations_of_two_agree_with_small_steps(name, both, seed):
    rng = np.random.default_rng(seed)
    one, two = (some(shape, rng) for shape in both.input_shapes)
    two += 0.01  # no tie
    agree(BINARY[name], one, two)


@given(shape=SHAPES, seed=SEEDS)
def test_operations_of_one_agree_with_small_steps(shape, seed):
    values = some(shape, np.random.default_rng(seed))
    for function in UNARY.values():
        agree(function, values)


@given(data=st.data(), shape=array_shapes(max_dims=3, max_side=3), seed=SEEDS)
def test_reductions_agree_with_small_steps(data, shape, seed):
    n = len(shape)
    one = st.integers(-n, n - 1)
    some_axes = st.lists(st.integers(0, n - 1), unique=True, min_size=1)
    axis = data.draw(st.none() | one | some_axes.map(tuple))
    keepdims = data.draw(st.booleans())
    values = some(shape, np.random.default_rng(seed))
    for name in ("sum", "mean", "max"):
        agree(lambda a, name=name: getattr(a, name)(axis, keepdims), values)
        expected = getattr(values, name)(axis=axis, keepdims=keepdims)
        ours = getattr(Tensor(values), name)(axis, keepdims).values
        np.testing.assert_allclose(ours, expected, rtol=1e-12)
        assert ours.shape == expected.shape


@given(
    batches=mutually_broadcastable_shapes(
        num_shapes=2, max_dims=2, max_side=3, min_side=1
    ),
    sides=st.tuples(*[st.integers(1, 3)] * 3),
    seed=SEEDS,
)
def test_matrix_products_with_batches_agree_with_small_steps(
    batches, sides, seed
):
    rng = np.random.default_rng(seed)
    n, i, o = sides
    first, second = batches.input_shapes
    one, two = some((*first, n, i), rng), some((*second, i, o), rng)
    agree(lambda a, b: a @ b, one, two)


@given(data=st.data(), shape=array_shapes(max_dims=3, max_side=3), seed=SEEDS)
def test_slices_agree_with_small_steps(data, shape, seed):
    index = data.draw(basic_indices(shape, allow_newaxis=True))
    values = some(shape, np.random.default_rng(seed))
    if values[index].size:
        agree(lambda a: a[index], values)


@pytest.mark.parametrize(
    "index",
    [
        np.array([2, 0, 2, 2]),
        (np.array([0, 1, 1]), np.array([1, 1, 1])),
        np.array([[True, False], [False, True], [True, True]]),
        (slice(None), np.array([1, 1])),
        (None, 1),
    ],
)
def test_other_indices_agree_with_small_steps(index):
    agree(lambda a: a[index], some((3, 2), np.random.default_rng(0)))


@given(data=st.data(), shape=array_shapes(max_dims=3, max_side=3), seed=SEEDS)
def test_concatenate_and_transpose_agree(data, shape, seed):
    rng = np.random.default_rng(seed)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    other = list(shape)
    other[axis] = data.draw(st.integers(1, 3))
    one, two = some(shape, rng), some(other, rng)
    agree(lambda a, b: concatenate([a, b, a], axis), one, two)
    order = data.draw(st.permutations(range(len(shape))))
    agree(lambda a: a.transpose(*order), one)
    negative = [k - len(shape) for k in order]
    agree(lambda a: a.transpose(*negative), one)


def gradients(function, *arrays):
    tensors = [Tensor(np.array(a, float), requires_grad=True) for a in arrays]
    function(*tensors).backward()
    return [tensor.gradient.tolist() for tensor in tensors]


def test_by_hand():
    assert gradients(lambda a, b: a * b, 2, 5) == [5, 2]
    assert gradients(lambda a, b: a / b, 6, 2) == [0.5, -1.5]
    assert gradients(lambda a: a**3, 3) == [27]
    assert gradients(exp, 2) == [np.exp(2)]
    assert gradients(log, 4) == [0.25]
    assert gradients(tanh, 2) == [1 - np.tanh(2) ** 2]
    assert gradients(lambda a, b: (a - b).sum(), [1, 2], 3) == [[1, 1], -2]
    found = gradients(lambda a, b: (a @ b).sum(), [[1, 2]], [[3], [4]])
    assert found == [[[3, 4]], [[1], [2]]]
    left = gradients(lambda a: (np.array([[5.0, 7.0]]) @ a).sum(), [[3], [4]])
    assert left == [[[5], [7]]]
    assert gradients(lambda a: a.mean(), [1, 2, 3, 4]) == [[0.25] * 4]
    table, down = [[1, 2], [3, 4], [5, 6]], np.array([6.0, 9.0])
    across = np.array([2.0, 4.0, 6.0])
    found = gradients(lambda a: (a.mean(0) * down).sum(), table)
    assert found == [[[2, 3]] * 3]
    found = gradients(lambda a: (a.mean(1) * across).sum(), table)
    assert found == [[[1, 1], [2, 2], [3, 3]]]
    assert gradients(lambda a: a.max(), [3, 1, 3]) == [[0.5, 0, 0.5]]
    assert gradients(lambda a: maximum(a, 0).sum(), [-1, 0, 1]) == [
        [0, 0.5, 1]
    ]
    assert gradients(lambda a: a[np.array([1, 1])].sum(), [7, 8]) == [[0, 2]]


def test_whatever_ties_shares_the_gradient_equally():
    """So max and maximum of the same two numbers agree."""
    one = gradients(lambda a, b: maximum(a, b), 2, 2)
    two = gradients(lambda a: a.max(), [2, 2])
    assert one == two[0] == [0.5, 0.5]
    share = gradients(lambda a: a.max(axis=0).sum(), [[1, 2], [1, 0], [1, 2]])
    third = 1 / 3
    assert share == [[[third, 0.5], [third, 0], [third, 0.5]]]


def test_paths_that_meet_are_added_and_passes_as_well():
    x = Tensor(3.0, requires_grad=True)
    y = x * x + x
    y.backward()
    assert x.gradient == 7
    y.backward()  # the same once more, and no more than that
    assert x.gradient == 14
    x.gradient = None
    y.backward()
    assert x.gradient == 7
    assert y.gradient is None  # it is kept where it was asked for alone


def test_no_two_gradients_share_memory():
    a, b = (Tensor(np.ones(3), requires_grad=True) for _ in range(2))
    given_from_outside = np.ones(3)
    (a + b).backward(given_from_outside)
    a.gradient *= 5
    assert b.gradient.tolist() == [1, 1, 1]
    assert given_from_outside.tolist() == [1, 1, 1]
    a.gradient = None
    a.sum().backward()
    a.gradient *= 5  # a broadcast array could not be written to
    assert a.gradient.tolist() == [5, 5, 5]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_stays(dtype):
    rng = np.random.default_rng(0)
    x = Tensor(rng.random((3, 4)).astype(dtype), requires_grad=True)
    y = 2 * x - np.float64(0.5) + np.array([1, 2, 3, 4]) * (x.values > 0.5)
    y = tanh(exp(y / 3) ** 2) + log(1 + maximum(y, 0)) - y.max(axis=0)
    y = concatenate([y, y[1:]]).transpose() @ x[np.array([0, 1, 1, 2, 0])]
    loss = y.reshape(4, 2, 2).mean()
    loss.backward()
    assert loss.values.dtype == dtype
    assert x.gradient.dtype == dtype
    for tensor in ordered(loss):
        assert tensor.values.dtype == dtype


def test_slopes_on_the_way_are_dropped_as_soon_as_they_are_sent_on():
    x = Tensor(np.zeros(10_000), requires_grad=True)
    y = x
    for _ in range(50):
        y = y + 1.0
    for _ in range(50):
        y = -y
    tracemalloc.start()
    y.backward(np.ones(10_000))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 6 * x.values.nbytes  # not fifty


def test_axes_counted_from_both_ends():
    x = Tensor(np.zeros((2, 3, 4)), requires_grad=True)
    y = x.transpose(-1, 0, 1)
    assert y.shape == (4, 2, 3)
    arriving = np.arange(24.0).reshape(4, 2, 3)
    y.backward(arriving)
    np.testing.assert_array_equal(x.gradient, np.moveaxis(arriving, 0, -1))


def test_a_maximum_along_one_axis_leaves_other_sides_of_1():
    x = Tensor(np.ones((1, 3, 1)), requires_grad=True)
    assert x.max(axis=1).shape == (1, 1)
    assert x.max().shape == ()


def test_constants_are_not_recorded():
    x, constant = Tensor(np.ones(2), requires_grad=True), Tensor(np.ones(2))
    y = (x * constant + constant).sum()
    assert constant not in ordered(y)
    y.backward()
    assert constant.gradient is None
    assert not (constant * constant).requires_grad


def test_no_grad_records_nothing_and_ends_with_its_block():
    x = Tensor(3.0, requires_grad=True)
    with no_grad():
        with no_grad():
            y = x * x
        z = y + x
    assert not y.requires_grad
    assert z.parents == ()
    assert (x * x).requires_grad
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (x * x).requires_grad
    assert x.requires_grad
    detached = (x * x).detach()
    assert detached.values == 9
    assert detached.parents == ()


def test_no_grad_is_of_one_thread():
    x, found = Tensor(3.0, requires_grad=True), []
    with no_grad():
        other = threading.Thread(target=lambda: found.append(x * x))
        other.start()
        other.join()
    assert found[0].requires_grad


def test_a_graph_may_be_deeper_than_the_recursion_limit():
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(10_000):
        y = y + 0.5
    y.backward()
    assert x.gradient == 1
    del y  # and to forget it needs no recursion either


def test_each_comes_behind_its_parents_and_once():
    rng = np.random.default_rng(0)
    tensors = [Tensor(1.0, requires_grad=True) for _ in range(3)]
    for _ in range(200):
        one, two = rng.integers(len(tensors), size=2)
        tensors.append(tensors[one] + 0.5 * tensors[two])
    found = ordered(tensors[-1])
    place = {tensor: k for k, tensor in enumerate(found)}
    assert len(place) == len(found)
    assert found[-1] is tensors[-1]
    for tensor in found:
        assert all(place[p] < place[tensor] for p in tensor.parents)


def test_the_record_goes_when_the_result_goes():
    """No rule holds on to its own result, so nothing waits for a sweep."""
    x = Tensor(np.ones(3), requires_grad=True)
    gc.disable()
    try:
        y = maximum(tanh(exp(x) / log(x + 2)) ** 2, 0).max()
        z = concatenate([x.reshape(3, 1), x[:2].reshape(2, 1)]) @ (
            -y * y - 2
        ).reshape(1, 1)
        loss = z.transpose().mean()
        loss.backward()
        seen = [weakref.ref(t) for t in ordered(loss) if t is not x]
        del y, z, loss
        assert [ref() for ref in seen] == [None] * len(seen)
    finally:
        gc.enable()


def test_an_array_changed_in_place_changes_the_tensor():
    values = np.ones(2)
    x = Tensor(values, requires_grad=True)
    values -= 3
    assert x.values.tolist() == [-2, -2]
    assert repr(x) == "Tensor([-2. -2.])"
    assert repr(-x) == "Tensor([2. 2.], by negate)"


FLOATS = Tensor(np.ones((2, 3)), requires_grad=True)
FLOAT = "a number or a plain array of dtype float32 or float64"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Tensor([1.0]), f"Tensor expected {FLOAT}, got a list"),
        (lambda: Tensor(True), f"Tensor expected {FLOAT}, got a bool"),
        (lambda: Tensor("3"), f"Tensor expected {FLOAT}, got a str"),
        (
            lambda: Tensor(np.arange(3)),
            f"Tensor expected {FLOAT}, got a ndarray of dtype int64",
        ),
        (
            lambda: Tensor(np.float16(3)),
            f"Tensor expected {FLOAT}, got a ndarray of dtype float16",
        ),
        (
            lambda: Tensor(np.ma.ones(3)),
            f"Tensor expected {FLOAT}, got a MaskedArray of dtype float64",
        ),
        (lambda: FLOATS + "3", f"Tensor expected {FLOAT}, got a str"),
        (
            lambda: FLOATS**FLOATS,
            "Tensor expected a number as exponent, got a Tensor",
        ),
        (
            lambda: FLOATS**True,
            "Tensor expected a number as exponent, got a bool",
        ),
        *(
            (call, "Tensor expected an operand of float64, got float32")
            for call in (
                lambda: FLOATS + np.float32(1),
                lambda: FLOATS * np.ones(3, np.float32),
                lambda: FLOATS - Tensor(np.ones(3, np.float32)),
                lambda: maximum(FLOATS, np.float32(1)),
            )
        ),
        (
            lambda: np.asarray(FLOATS),
            "NumPy expected an array: .values, got a Tensor",
        ),
        (
            lambda: FLOATS.backward(np.ones((2, 3), np.float32)),
            "Tensor.backward expected a gradient of float64, got float32",
        ),
    ],
)
def test_what_no_tensor_can_be_is_refused(call, message):
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == message


def test_functions_of_numpy_are_not_for_tensors():
    with pytest.raises(TypeError, match="does not support ufuncs"):
        np.exp(FLOATS)


FIT = "Tensor expected shapes that {} can bring together, got (2, 3) and {}"
ALONE = "concatenate expected shapes that differ along axis {} alone, got {}"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: FLOATS + np.ones(2), FIT.format("add", "(2,)")),
        (lambda: FLOATS - np.ones(2), FIT.format("subtract", "(2,)")),
        (lambda: FLOATS * np.ones(2), FIT.format("multiply", "(2,)")),
        (lambda: FLOATS / np.ones(2), FIT.format("divide", "(2,)")),
        (lambda: FLOATS @ FLOATS, FIT.format("matmul", "(2, 3)")),
        (lambda: maximum(FLOATS, np.ones(2)), FIT.format("maximum", "(2,)")),
        (
            lambda: FLOATS @ np.ones(3),
            "Tensor expected two axes or more, got (2, 3) and (3,)",
        ),
        (
            lambda: np.ones(2) @ FLOATS,
            "Tensor expected two axes or more, got (2,) and (2, 3)",
        ),
        (lambda: concatenate([]), ALONE.format(0, [])),
        (
            lambda: concatenate([FLOATS, FLOATS[:, :1]]),
            ALONE.format(0, "[(2, 3), (2, 1)]"),
        ),
        (
            lambda: concatenate([FLOATS, FLOATS[:1]], axis=1),
            ALONE.format(1, "[(2, 3), (1, 3)]"),
        ),
        (
            lambda: FLOATS.backward(),
            "Tensor.backward expected one number, or a gradient for its "
            "outputs, got (2, 3)",
        ),
        (
            lambda: FLOATS.backward(np.ones(3)),
            "Tensor.backward expected a gradient of shape (2, 3), got (3,)",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_named(call, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        call()
    assert str(caught.value) == message


def test_without_a_record_there_is_no_way_back():
    message = (
        "Tensor.backward expected a record, got none "
        "(requires_grad is False, or it was made in no_grad)"
    )
    x = Tensor(3.0, requires_grad=True)
    with no_grad():
        y = x * x
    for tensor in (Tensor(3.0), y):
        with pytest.raises(RuntimeError) as caught:
            tensor.backward()
        assert str(caught.value) == message
    assert x.gradient is None


def test_a_result_knows_the_operation_that_made_it():
    made = {
        "add": FLOATS + 1,
        "subtract": FLOATS - 1,
        "multiply": FLOATS * 2,
        "divide": FLOATS / 2,
        "power": FLOATS**2,
        "matmul": FLOATS @ np.ones((3, 1)),
        "sum": FLOATS.sum(),
        "max": FLOATS.max(),
        "reshape": FLOATS.reshape(3, 2),
        "transpose": FLOATS.transpose(),
        "index": FLOATS[0],
        "exp": exp(FLOATS),
        "log": log(FLOATS),
        "tanh": tanh(FLOATS),
        "maximum": maximum(FLOATS, 0),
        "concatenate": concatenate([FLOATS, FLOATS]),
    }
    for name, tensor in made.items():
        assert repr(tensor).endswith(f", by {name})")
    assert repr(Tensor(2.0)) == "Tensor(2.0)"


def test_axes_that_are_reduced_are_gone_unless_kept():
    for name in ("sum", "mean", "max"):
        reduced = getattr(FLOATS, name)
        assert reduced().shape == ()
        assert reduced(0).shape == (3,)
        assert reduced(1, True).shape == (2, 1)


def test_sum_to_by_hand():
    gradient = np.arange(12.0).reshape(2, 2, 3)
    assert sum_to(gradient, (2, 2, 3)) is gradient
    assert sum_to(gradient, (3,)).tolist() == [18, 22, 26]
    assert sum_to(gradient, (2, 1)).tolist() == [[24], [42]]
    assert sum_to(gradient, ()) == 66
