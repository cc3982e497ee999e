"""Packed training is plain training: the same numbers, one flat pair."""

import copy
import itertools
import pickle
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.activations import ReLU, Sigmoid, Tanh
from nnfs_code.callbacks import EarlyStopping
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import (
    MeanSquaredError,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from nnfs_code.model import Model
from nnfs_code.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSProp,
)
from nnfs_code.packing import Packed, is_memory, pack, views
from nnfs_code.penalties import L1, L2
from nnfs_code.quick import PackedLoss, PackedReLU, aligned, check_quickly
from nnfs_code.schedules import CosineDecay

OPTIMIZERS = [
    lambda: SGD(0.1),
    lambda: Momentum(0.05),
    lambda: Nesterov(0.05),
    lambda: AdaGrad(0.05),
    lambda: RMSProp(0.01),
    lambda: Adam(CosineDecay(0.01, 20)),
    lambda: AdamW(0.01, weight_decay=0.1),
]


class Both:
    """Two parts as one: a part without a quick form that holds parameters."""

    def __init__(self, *parts):
        self.parts = parts

    def forward(self, inputs):
        for part in self.parts:
            inputs = part.forward(inputs)
        return inputs

    def backward(self, d_outputs):
        for part in reversed(self.parts):
            d_outputs = part.backward(d_outputs)
        return d_outputs


def parts_of(kind, rng, dtype):
    def dense(n_in, n_out):
        layer = Dense(n_in, n_out, rng=rng, dtype=dtype)
        layer.weights *= 60
        return layer

    rows = {
        "quick": lambda: [
            *(dense(4, 8), ReLU(), dense(8, 6), ReLU(), dense(6, 3))
        ],
        "dropout": lambda: [
            *(dense(4, 8), ReLU(), Dropout(0.3, rng=rng), dense(8, 3))
        ],
        "tanh": lambda: [dense(4, 8), Tanh(), dense(8, 3)],
        "late": lambda: [ReLU(), dense(4, 8), Sigmoid(), dense(8, 3), ReLU()],
        "nested": lambda: [
            *(dense(4, 5), Both(dense(5, 8), ReLU()), dense(8, 3))
        ],
        "front": lambda: [Both(dense(4, 5), Tanh()), dense(5, 3)],
        "one": lambda: [dense(4, 3)],
    }
    return rows[kind]()


def twins(
    kind="quick", dtype=np.float64, loss=SoftmaxCrossEntropy, penalty=None
):
    """Return a plain model and a packed one with the same numbers."""
    made = []
    for build in (Model, Packed):
        parts = parts_of(kind, np.random.default_rng(1), dtype)
        made.append(build(parts, loss(), penalty=penalty))
    return made


def batch(size=10, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(size, 4)).astype(dtype), rng.integers(3, size=size)


def train(model, optimizer, sizes=(10, 10, 7, 10, 10)):
    return [
        model.train_step(*batch(size, seed, dtype_of(model)), optimizer)
        for seed, size in enumerate(sizes)
    ]


def dtype_of(model):
    return parameters_of(model)[0].dtype


def parameters_of(model):
    """Return the parameters of a model, whether it has gradients or not."""

    def of(parts):
        for part in parts:
            yield from of(getattr(part, "parts", ()))
            if isinstance(part, Dense):
                yield from (part.weights, part.biases)

    return list(of(model.parts))


def assert_alike(one, two, **closeness):
    for a, b in zip(parameters_of(one), parameters_of(two), strict=True):
        np.testing.assert_allclose(a, b, **closeness)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("penalty", [None, L2(0.1), L1(0.01)])
def test_packed_training_is_plain_training(optimizer, penalty):
    plain, packed = twins(penalty=penalty)
    losses = [train(model, optimizer()) for model in (plain, packed)]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
    assert losses[0][0] != losses[0][-1]
    assert_alike(packed, plain, rtol=1e-9, atol=1e-12)
    for one, two in zip(plain.parts, packed.parts, strict=True):
        if isinstance(one, Dense):  # the gradients of the loss alone
            np.testing.assert_allclose(
                two.d_weights, one.d_weights, rtol=1e-9, atol=1e-12
            )


@pytest.mark.parametrize(
    "kind", ["dropout", "tanh", "late", "nested", "front", "one"]
)
def test_parts_without_a_quick_form_take_part(kind):
    plain, packed = twins(kind, penalty=L2(0.1))
    losses = [train(model, Adam(0.01)) for model in (plain, packed)]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
    assert_alike(packed, plain, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("loss", [MeanSquaredError, SigmoidCrossEntropy])
def test_other_losses_take_part(loss):
    found = []
    for model in twins(loss=loss):
        adam, rng = Adam(0.01), np.random.default_rng(0)
        points, answers = batch()[0], rng.integers(2, size=(10, 3)) * 1.0
        found.append([model.train_step(points, answers, adam) for _ in "abc"])
    np.testing.assert_allclose(*found, rtol=1e-12)


def test_float32_stays_float32():
    plain, packed = twins(dtype=np.float32)
    losses = [train(model, Adam(0.01)) for model in (plain, packed)]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-5)
    assert packed.values.dtype == packed.gradients.dtype == np.float32
    assert dtype_of(packed) == np.float32


@given(st.integers(1, 5), st.integers(1, 5), st.sampled_from("fd"))
def test_an_aligned_array_begins_a_line(rows, columns, dtype):
    array = aligned((rows, columns), dtype)
    assert array.ctypes.data % 64 == 0
    assert array.shape == (rows, columns)
    assert array.dtype == np.dtype(dtype)
    assert not array.any()
    assert type(array) is np.ndarray


def test_views_lie_one_after_another():
    block = np.arange(7.0)
    one, two = views(block, [np.zeros((2, 2)), np.zeros((1, 3))])
    block += 1
    np.testing.assert_array_equal(one, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(two, [[5, 6, 7]])


def test_parameters_and_gradients_are_views_of_aligned_blocks():
    packed = twins()[1]
    before = [array.copy() for array in parameters_of(packed)]
    adam = Adam(0.01)
    train(packed, adam)
    for block in (packed.values, packed.gradients, *adam.totals):
        assert block.ctypes.data % 64 == 0
    flat = np.concatenate([a.ravel() for a in parameters_of(packed)])
    np.testing.assert_array_equal(flat, packed.values)
    assert all(
        np.shares_memory(array, packed.values)
        for array in parameters_of(packed)
    )
    assert np.shares_memory(packed.parts[2].d_biases, packed.gradients)
    assert not np.allclose(before[0], packed.parts[0].weights)


def test_the_optimizer_gets_one_pair():
    class Counting(SGD):
        def update(self, pairs):
            self.shapes = [value.shape for value, _ in pairs]
            super().update(pairs)

    found = []
    for model in twins():
        train(model, counting := Counting(0.1))
        found.append(counting.shapes)
    assert [len(shapes) for shapes in found] == [6, 1]
    assert found[1] == [(4 * 8 + 8 + 8 * 6 + 6 + 6 * 3 + 3,)]


def test_later_steps_make_no_new_gradients():
    packed, sgd = twins()[1], SGD(0.1)
    train(packed, sgd)
    held = packed.parts[0].d_weights
    train(packed, sgd)
    assert packed.parts[0].d_weights is held
    plain, sgd = twins()[0], SGD(0.1)
    train(plain, sgd)
    held = plain.parts[0].d_weights
    train(plain, sgd)
    assert plain.parts[0].d_weights is not held


def test_outputs_are_new_arrays_outside_of_training():
    packed = twins()[1]
    points, labels = batch()
    outputs = packed.forward(points)
    kept = outputs.copy()
    packed.train_step(points, labels, SGD(0.1))
    packed.forward(points)
    np.testing.assert_array_equal(outputs, kept)


def test_a_training_step_leaves_its_inputs_alone():
    packed = twins("late")[1]
    points, labels = batch()
    kept = points.copy()
    packed.train_step(points, labels, SGD(0.1))
    np.testing.assert_array_equal(points, kept)


@pytest.mark.parametrize("kind", ["quick", "tanh", "nested"])
def test_the_gradients_agree_with_numerical_ones(kind):
    packed = twins(kind, penalty=L2(0.1))[1]
    points, labels = batch()

    def total():
        loss = packed.loss.forward(packed.forward(points), labels)
        return loss + packed.penalty_value()

    packed.quick_pass(points, labels)
    ((value, gradient),) = packed.one_pair()
    found = gradient.copy()
    expected = numerical_gradient(total, value)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-8)
    with pytest.raises(AssertionError):  # the planted fault: no penalty
        np.testing.assert_allclose(
            packed.gradients, expected, rtol=1e-5, atol=1e-8
        )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_plain_training_goes_on_packed(optimizer):
    plain, twin = twins()[0], twins()[0]
    first, second = optimizer(), optimizer()
    train(plain, first)
    train(twin, second)
    packed = pack(twin)
    losses = train(plain, first), train(packed, second)
    np.testing.assert_allclose(*losses, rtol=1e-12)
    assert_alike(packed, plain, rtol=1e-9, atol=1e-12)
    with pytest.raises(ValueError, match="values as at the first step"):
        train(twin, second)


def test_packing_keeps_what_the_model_has():
    plain = twins(penalty=L2(0.1))[0]
    adam, plain.rng = Adam(0.01), np.random.default_rng(3)
    train(plain, adam)
    packed = pack(plain)
    for name in ("parts", "loss", "penalty", "optimizer", "rng"):
        assert getattr(packed, name) is getattr(plain, name)


def test_fit_trains_a_packed_model_like_a_plain_one():
    """In batches of which the last is smaller, and back to the best epoch."""
    points, labels = batch(50)
    histories = []
    for model in twins():
        history = model.fit(
            points,
            labels,
            Adam(0.02),
            epochs=6,
            batch_size=16,
            rng=np.random.default_rng(0),
            validation=batch(30, seed=1),
            callbacks=[EarlyStopping(2)],
        )
        histories.append((history.loss, history.validation_loss))
        model.train_step(points, labels, SGD(0.1))
        histories[-1] += (model.forward(points).ravel().tolist(),)
    for plain, packed in zip(*histories, strict=True):
        np.testing.assert_allclose(packed, plain, rtol=1e-9)


def test_saving_and_loading(tmp_path):
    plain, packed = twins("dropout", penalty=L2(0.1))
    optimizers = Adam(0.01), Adam(0.01)
    for model, adam in zip((plain, packed), optimizers, strict=True):
        train(model, adam)
        model.save(tmp_path / f"{type(model).__name__}.npz")
    expected = train(plain, optimizers[0])
    for name in ("Model", "Packed"):
        found = Packed.load(tmp_path / f"{name}.npz")
        assert type(found) is Packed
        losses = train(found, found.optimizer)
        np.testing.assert_allclose(losses, expected, rtol=1e-12)
    loaded = Model.load(tmp_path / "Packed.npz")
    assert type(loaded) is Model
    losses = train(again := pack(loaded), again.optimizer)
    np.testing.assert_allclose(losses, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]
)
def test_a_copy_trains_alone(copied):
    packed, adam = twins(penalty=L2(0.1))[1], Adam(0.01)
    train(packed, adam)
    other = copied(packed)
    kept = packed.values.copy()
    losses = train(other, other.optimizer)
    assert np.shares_memory(other.parts[0].weights, other.values)
    np.testing.assert_array_equal(packed.values, kept)
    assert losses == train(packed, adam)


def test_what_was_replaced_is_taken_in_again():
    plain, packed = twins()
    optimizers = [Adam(0.01), Adam(0.01)]
    for model, adam in zip((plain, packed), optimizers, strict=True):
        kept = model.parts[2].weights.copy()
        train(model, adam)
        model.parts[2].weights = kept
        train(model, adam)
    assert_alike(packed, plain, rtol=1e-9, atol=1e-12)
    assert np.shares_memory(packed.parts[2].weights, packed.values)


def refused(packed, error, words, inputs=None, targets=None, adam=None):
    """Assert that a step fails in these words, and changes nothing."""
    points, labels = batch()
    adam = adam or Adam(0.01)
    if adam.step == 0:
        packed.train_step(points, labels, adam)
    kept = [packed.values.copy(), *(m.copy() for m in adam.totals)]
    inputs = points if inputs is None else inputs
    with pytest.raises(error, match=words):
        packed.train_step(inputs, labels if targets is None else targets, adam)
    assert adam.step == 1
    for before, now in zip(kept, [packed.values, *adam.totals], strict=True):
        np.testing.assert_array_equal(now, before)


POINTS, LABELS = batch()
NAN = np.where(np.arange(40).reshape(10, 4) == 7, np.nan, POINTS)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("inputs", "error", "words"),
    [
        (POINTS[:, :3], ValueError, r"Dense expected inputs of shape \(n_sam"),
        (POINTS[0], ValueError, r"Dense expected inputs of shape \(n_sam"),
        (POINTS[:0], ValueError, "Dense expected inputs with samples"),
        (
            POINTS.astype("f"),
            TypeError,
            "Dense expected inputs of dtype float6",
        ),
        (POINTS.tolist(), TypeError, "Dense expected inputs as a plain array"),
        (NAN, ValueError, "Dense expected finite inputs"),
        (-np.inf * POINTS**2, ValueError, "Dense expected finite inputs"),
    ],
)
def test_inputs_are_refused_in_the_words_of_the_plain_layer(
    inputs, error, words
):
    refused(twins()[1], error, words, inputs=inputs)


@pytest.mark.parametrize(
    ("targets", "error", "words"),
    [
        (LABELS + 1, ValueError, "SoftmaxCrossEntropy expected labels 0 to 2"),
        (LABELS - 1, ValueError, "SoftmaxCrossEntropy expected labels 0 to 2"),
        (
            (LABELS - 1).astype("u8"),
            ValueError,
            "SoftmaxCrossEntropy expected labels 0 to 2",
        ),
        (LABELS[1:], ValueError, "SoftmaxCrossEntropy expected targets of"),
        (LABELS * 1.0, TypeError, "expected labels of an integer dtype"),
        (np.ones((10, 3)), ValueError, "SoftmaxCrossEntropy expected one-hot"),
        (
            np.eye(5)[LABELS],
            ValueError,
            r"expected targets of shape \(10,\) or \(10, 3\), got \(10, 5\)",
        ),
        (np.eye(2)[LABELS % 2], ValueError, r"targets of .*, got \(10, 2\)"),
        (LABELS.tolist(), TypeError, "expected targets as a plain array"),
        (
            np.ma.masked_array(LABELS),
            TypeError,
            "expected targets as a plain array, got a MaskedArray",
        ),
        (
            np.ma.masked_array(np.eye(3)[LABELS]),
            TypeError,
            "expected targets as a plain array, got a MaskedArray",
        ),
    ],
)
def test_targets_are_refused_in_the_words_of_the_plain_loss(
    targets, error, words
):
    refused(twins()[1], error, words, targets=targets)


def test_a_label_so_large_that_its_place_wraps_around_is_refused():
    points, labels = batch(8)
    labels[0] = 2**61  # times 8 is 0 in 64 bits
    assert (labels * len(labels))[0] == 0
    with pytest.raises(ValueError, match="expected labels 0 to 2"):
        twins()[1].train_step(points, labels, SGD(0.1))


@pytest.mark.parametrize("dtype", ["u1", "i1", "i4", "u8", "one-hot"])
def test_labels_of_every_integer_type_are_the_same_labels(dtype):
    points, labels = batch(300)
    given = np.eye(3)[labels] if dtype == "one-hot" else labels.astype(dtype)
    losses = [
        twins()[1].train_step(points, one, SGD(0.1)) for one in (labels, given)
    ]
    assert losses[0] == losses[1]


def test_an_optimizer_of_another_model_is_refused():
    packed, other = twins()[1], twins("tanh")[1]
    train(other, adam := Adam(0.01))
    with pytest.raises(ValueError, match="Model expected a new optimizer"):
        train(packed, adam)
    packed.optimizer = adam  # as if it were its own
    sides = (4, 8), (1, 8), (8, 6), (1, 6), (6, 3), (1, 3)
    plain = [(shape, np.dtype(float)) for shape in sides]
    message = (
        f"Packed expected memories of {plain}, "
        f"got memories of {[(other.values.shape, np.dtype(float))]}"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        train(packed, adam)


def test_a_memory_is_a_list_of_arrays():
    one = np.zeros(1)
    assert is_memory([one])
    assert is_memory([one, one])
    for value in ([], [one, 0.0], (one,), one, None):
        assert not is_memory(value)


def test_memories_are_laid_out_once():
    plain, adam = twins(dtype=np.float32)[0], Adam(0.01)
    data = batch(dtype=np.float32)
    plain.train_step(*data, adam)
    packed = pack(plain)
    packed.train_step(*data, adam)
    held = [*adam.totals, *adam.squares]
    assert [memory.shape for memory in held] == [packed.values.shape] * 2
    assert {memory.dtype for memory in held} == {np.dtype(np.float32)}
    packed.train_step(*data, adam)
    found = [*adam.totals, *adam.squares]
    assert all(a is b for a, b in zip(found, held, strict=True))


def test_an_optimizer_without_kinds_is_left_alone():
    class Own:
        step, rate = 0, 0.1

        def update(self, pairs):
            self.step += 1
            for value, gradient in pairs:
                value -= self.rate * gradient

    found = [train(model, Own()) for model in twins()]
    np.testing.assert_allclose(*found, rtol=1e-12)


def test_parameters_of_another_shape_are_refused():
    packed = twins()[1]
    train(packed, adam := Adam(0.01))
    kept = packed.values.copy()
    for wrong, error, message in (
        (
            np.ones((4, 9)),
            ValueError,
            "of shape (4, 8), float64, got (4, 9), float64",
        ),
        (
            np.ones((4, 8), "f"),
            ValueError,
            "of shape (4, 8), float64, got (4, 8), float32",
        ),
        (None, TypeError, "as a plain array, got a NoneType"),
    ):
        packed.parts[0].weights = wrong
        with pytest.raises(error) as caught:
            packed.train_step(*batch(), adam)
        expected = f"Packed expected weights of a Dense {message}"
        assert str(caught.value) == expected
    np.testing.assert_array_equal(packed.values, kept)


def test_what_cannot_be_packed_is_refused():
    rng = np.random.default_rng(0)
    loss = SoftmaxCrossEntropy()
    single, double = (Dense(3, 3, rng=rng, dtype=d) for d in "fd")
    twin, text = Dense(3, 3, rng=rng), Dense(3, 3, rng=rng)
    twin.weights, text.weights = single.weights, "none"
    for parts, message in (
        ([ReLU()], "weights or biases, got none"),
        ([double, single], "one float type, got ['float32', 'float64']"),
        (
            [single, twin],
            "arrays of their own, got weights that share memory with others",
        ),
        (
            [single, text],
            "weights of a Dense as a plain array, got a str",
        ),
    ):
        with pytest.raises((TypeError, ValueError)) as caught:
            Packed(parts, loss)
        assert str(caught.value) == f"Packed expected {message}"
    assert not np.shares_memory(single.weights, single.biases)


class Gain:
    """A part with a parameter that is called neither weights nor biases."""

    def __init__(self):
        self.gain = np.ones(1)

    def forward(self, inputs):
        self.inputs = inputs
        return inputs * self.gain

    def backward(self, d_outputs):
        self.d_gain = (self.inputs * d_outputs).sum(keepdims=True)[0]
        return d_outputs * self.gain


def test_a_parameter_that_would_be_left_behind_is_named():
    rng = np.random.default_rng(0)
    parts = [Dense(4, 3, rng=rng, dtype=np.float64), Gain()]
    packed = Packed(parts, SoftmaxCrossEntropy())
    kept = packed.values.copy()
    message = r"^Packed expected gradients of \[\] in a Gain, got \['gain'\]$"
    with pytest.raises(TypeError, match=message):
        packed.train_step(*batch(), SGD(0.1))
    np.testing.assert_array_equal(packed.values, kept)


def test_what_the_quick_parts_refuse_by_themselves():
    weights, good = np.ones((4, 2)), np.ones((3, 4))
    check_quickly(good, weights)
    for wrong in (
        *(good.tolist(), np.ma.array(good), good.astype("f"), good[0]),
        *(good[:, :3], good[:0], good[None]),
    ):
        with pytest.raises(ValueError, match=r"^inputs that a Dense refuses$"):
            check_quickly(wrong, weights)
    message = "^targets that a SoftmaxCrossEntropy refuses$"
    for wrong in ([0, 1, 2, 0], [0, 1], [0, 1, 4], [0, 1, -1], [0.0, 1, 2]):
        with pytest.raises(ValueError, match=message):
            PackedLoss().forward(good, np.array(wrong))
    assert PackedLoss().forward(good, np.array([0, 1, 3])) == np.log(4)
    message = r"^PackedLoss expected one-hot rows \(.*\), got \[0 1 1 0\] in "
    wrong = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 1, 0]])
    with pytest.raises(ValueError, match=f"{message}row 2$"):
        PackedLoss().forward(good, wrong)


def test_the_quick_parts_calculate_in_the_float_type_of_the_data():
    """Else NumPy would convert each entry, slowly and in silence."""
    values, loss, relu = np.ones((3, 4), "f"), PackedLoss(), PackedReLU()
    loss.forward(values, np.array([0, 1, 3]))
    relu.forward(values)
    assert loss.scores.dtype == loss.totals.dtype == np.float32
    assert relu.zeros.dtype == np.float32
    assert relu.mask.dtype == bool


@pytest.mark.parametrize("kind", ["quick", "one"])
def test_a_batch_may_be_of_one_sample_and_sizes_may_change(kind):
    plain, packed = twins(kind)
    losses = [train(one, SGD(0.1), (1, 1, 5, 2)) for one in (plain, packed)]
    np.testing.assert_allclose(*losses, rtol=1e-10)
    assert_alike(packed, plain, rtol=1e-9, atol=1e-12)


def test_only_a_relu_between_dense_layers_works_in_place():
    def kinds(packed):
        return [type(part) is PackedReLU for part in packed.quick]

    assert kinds(twins("quick")[1]) == [False, True, False, True, False]
    for kind in ("late", "dropout", "nested"):
        assert not any(kinds(twins(kind)[1]))


def test_the_loss_has_a_quick_form_if_it_is_the_fused_one():
    assert type(twins()[1].quick_loss) is PackedLoss
    other = twins(loss=SigmoidCrossEntropy)[1]
    assert other.quick_loss is other.loss


def test_the_first_layer_leaves_out_the_gradient_of_the_data():
    packed = twins("one")[1]
    packed.train_step(*batch(), SGD(0.1))
    assert not packed.quick[0].d_inputs.any()
    packed.quick[0].backward(np.ones((10, 3)))
    assert packed.quick[0].d_inputs.any()


def test_a_quick_relu_works_in_place():
    part, values = PackedReLU(), np.array([[-1.0, 2.0, 0.0]])
    assert part.forward(values) is values
    np.testing.assert_array_equal(values, [[0, 2, 0]])
    slopes = np.array([[5.0, 5.0, 5.0]])
    assert part.backward(slopes) is slopes
    np.testing.assert_array_equal(slopes, [[0, 5, 0]])


def test_the_gradients_of_quick_parts_are_arrays_that_are_reused():
    packed = twins("one")[1]
    packed.train_step(*batch(), SGD(0.1))
    dense, slopes = packed.quick[0], np.ones((10, 3))
    assert dense.backward(slopes) is dense.backward(slopes)
    loss = PackedLoss()
    loss.forward(slopes, LABELS)
    first = loss.backward()
    loss.forward(slopes, LABELS)
    assert np.shares_memory(loss.backward(), first)


def test_the_quick_loss_says_what_the_plain_one_says():
    rng = np.random.default_rng(0)
    for n_samples, n_classes in itertools.product((1, 5), (1, 4)):
        points = rng.normal(size=(n_samples, 4)) * 20
        labels = rng.integers(n_classes, size=n_samples)
        found = []
        for build in (Model, Packed):
            again = np.random.default_rng(1)
            layer = Dense(4, n_classes, rng=again, dtype=np.float64)
            layer.weights *= 1000
            model = build([layer], SoftmaxCrossEntropy())
            found.append(
                [model.train_step(points, labels, SGD(0.1)) for _ in "ab"]
            )
        np.testing.assert_allclose(*found, rtol=1e-12, atol=1e-14)
