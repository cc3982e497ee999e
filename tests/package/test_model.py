"""The model: its passes, its step, its penalty, and what it refuses."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnfs_code.activations import (
    Linear,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from nnfs_code.data import spiral
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from nnfs_code.model import Model
from nnfs_code.model_check import check_model
from nnfs_code.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSProp,
)
from nnfs_code.penalties import L1, L2
from nnfs_code.promises import parameters

LOSS = SoftmaxCrossEntropy()
OPTIMIZERS = [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW]


def dense(n_inputs, n_neurons, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    layer = Dense(n_inputs, n_neurons, rng=rng, dtype=dtype)
    layer.weights *= 50
    layer.biases += rng.normal(0, 0.3, layer.biases.shape).astype(dtype)
    return layer


def small(penalty=None, seed=0, dtype=np.float64):
    parts = [dense(2, 5, seed, dtype), Tanh(), dense(5, 3, seed + 1, dtype)]
    return Model(parts, SoftmaxCrossEntropy(), penalty=penalty)


def batch(seed=0, n=7, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2)).astype(dtype), rng.integers(3, size=n)


def values(model):
    return [
        getattr(part, name).copy()
        for part in model.parts
        for name in ("weights", "biases")
        if hasattr(part, name)
    ]


def memories(optimizer):
    return copy.deepcopy(vars(optimizer))


# --- the passes


def test_forward_by_hand():
    one, two = dense(1, 1), dense(1, 1)
    one.weights[:], one.biases[:] = 2, 1
    two.weights[:], two.biases[:] = -3, 5
    model = Model([one, ReLU(), two], BinaryCrossEntropy())

    outputs = model.forward(np.array([[1.0], [-1.0]]))

    np.testing.assert_array_equal(outputs, [[-4], [5]])  # -3·3+5, -3·0+5


def test_it_is_chapter_10s_network_to_the_last_bit():
    """Five steps of each optimizer, written out and by the model."""
    for kind in OPTIMIZERS:
        rng = np.random.default_rng(0)
        points, labels = spiral(20, 3, rng=rng, dtype=np.float64)
        one = Dense(2, 8, rng=rng, dtype=np.float64)
        two = Dense(8, 3, rng=rng, dtype=np.float64)
        model = Model([one, ReLU(), two], SoftmaxCrossEntropy())
        by_hand = copy.deepcopy(model)
        optimizer, other = kind(0.1), kind(0.1)
        one, relu, two = by_hand.parts
        for _ in range(5):
            loss = model.train_step(points, labels, optimizer)
            scores = two.forward(relu.forward(one.forward(points)))
            assert by_hand.loss.forward(scores, labels) == loss
            d_hidden = two.backward(by_hand.loss.backward())
            one.parameter_gradients(relu.backward(d_hidden))
            other.update(
                [
                    (one.weights, one.d_weights),
                    (one.biases, one.d_biases),
                    (two.weights, two.d_weights),
                    (two.biases, two.d_biases),
                ]
            )
        for ours, theirs in zip(values(model), values(by_hand), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def recording(seen, name, differs=None):
    """Return a part that notes what it is asked, in order."""

    class Noting(Linear):
        def forward(self, inputs, **settings):
            seen.append((name, settings))
            return super().forward(inputs)

        def backward(self, d_outputs):
            seen.append((name, "back"))
            return super().backward(d_outputs)

    part = Noting()
    if differs is not None:
        part.differs_in_training = differs
    return part


def test_only_parts_that_differ_in_training_are_told_of_it():
    seen = []
    parts = [
        recording(seen, "a"),
        recording(seen, "b", differs=True),
        recording(seen, "c", differs=False),
    ]
    model = Model([*parts, dense(2, 3)], SoftmaxCrossEntropy())
    points, labels = batch()

    model.forward(points, training=True)
    assert seen == [("a", {}), ("b", {"training": True}), ("c", {})]

    seen.clear()
    model.forward(points)
    assert seen == [("a", {}), ("b", {}), ("c", {})]

    seen.clear()
    model.train_step(points, labels, SGD(0.1))
    back = [("c", "back"), ("b", "back"), ("a", "back")]
    assert seen == [("a", {}), ("b", {"training": True}), ("c", {}), *back]


def test_the_first_dense_layer_is_spared_the_gradient_of_the_data():
    class Counting(Dense):
        calls = 0

        def backward(self, d_outputs):
            self.calls += 1
            return super().backward(d_outputs)

    rng = np.random.default_rng(0)
    layers = [Counting(2, 2, rng=rng, dtype=np.float64) for _ in range(2)]
    last = Counting(2, 3, rng=rng, dtype=np.float64)
    Model([*layers, last], LOSS).train_step(*batch(), SGD(0.1))

    assert [layer.calls for layer in (*layers, last)] == [0, 1, 1]


def test_a_part_without_parameters_may_be_the_first():
    model = Model([Tanh(), dense(2, 3)], SoftmaxCrossEntropy())
    assert check_model(model, *batch())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept(dtype):
    model = small(L2(0.1), dtype=dtype)
    points, labels = batch(dtype=dtype)
    loss = model.train_step(points, labels, Adam(0.1))
    assert type(loss) is float
    for value, gradient in model.pairs():
        assert value.dtype == gradient.dtype == dtype


def test_a_step_returns_the_loss_before_it_without_the_penalty():
    model, (points, labels) = small(L2(10.0)), batch()
    before = model.loss.forward(model.forward(points), labels)
    assert model.train_step(points, labels, SGD(0.1)) == before
    assert model.loss.forward(model.forward(points), labels) != before


# --- gradients of the whole


LOSSES = {
    "softmax": (SoftmaxCrossEntropy, []),
    "plain": (CategoricalCrossEntropy, [Softmax()]),
}


@pytest.mark.parametrize("penalty", [None, L1(0.3), L2(0.3)])
@pytest.mark.parametrize("kind", LOSSES)
@settings(max_examples=8)
@given(depth=st.integers(0, 3), seed=st.integers(0, 1000))
def test_the_pairs_are_the_gradients_of_loss_and_penalty(
    kind, penalty, depth, seed
):
    loss, end = LOSSES[kind]
    parts = [dense(2, 3, seed)]
    for number in range(depth):
        parts += [Tanh(), dense(3, 3, seed + number + 1)]
    model = Model([*parts, *end], loss(), penalty=penalty)
    report = check_model(model, *batch(seed, n=4), rtol=1e-4, atol=1e-7)
    assert report.agrees, str(report)
    assert len(report.comparisons) == 2 * (depth + 1)


@pytest.mark.parametrize("kind", [SigmoidCrossEntropy, BinaryCrossEntropy])
def test_a_binary_model_agrees_too(kind):
    end = [Sigmoid()] if kind is BinaryCrossEntropy else []
    model = Model([dense(2, 4), Tanh(), dense(4, 2, 1), *end], kind())
    points, _ = batch()
    answers = np.random.default_rng(3).integers(2, size=(7, 2))
    assert check_model(model, points, answers)


def test_the_report_on_a_model_names_it_and_its_tolerance():
    report = check_model(small(), *batch())
    assert (report.part, report.rtol, report.atol) == ("Model", 1e-5, 1e-8)
    other = check_model(small(), *batch(), rtol=1e-3, atol=1e-4)
    assert (other.rtol, other.atol) == (1e-3, 1e-4)


class OnBiases(Model):
    """The planted fault: the penalty pulls on everything."""

    def pairs(self):
        return [
            (value, gradient + self.penalty.gradient(value))
            for part in self.parts
            for _, value, gradient in parameters(part)
        ]


class Nowhere(Model):
    """The planted fault: the penalty pulls on nothing."""

    def pairs(self):
        kept, self.penalty = self.penalty, None
        found = super().pairs()
        self.penalty = kept
        return found


class OutOfOrder(Model):
    """The planted fault: the gradient goes through the parts forwards."""

    def backward(self):
        gradient = self.loss.backward()
        for part in self.parts:
            gradient = part.backward(gradient)


@pytest.mark.parametrize("fault", [OnBiases, Nowhere])
def test_the_check_of_a_model_catches_a_wrong_penalty(fault):
    right = small(L2(0.3))
    faulty = fault(right.parts, right.loss, penalty=right.penalty)
    report = check_model(faulty, *batch())
    assert not report
    wrong = [c.name for c in report.comparisons if not c.agrees]
    where = "biases" if fault is OnBiases else "weights"
    assert wrong == [f"{where}[0]", f"{where}[2]"]
    assert check_model(right, *batch())


def test_the_check_of_a_model_catches_a_wrong_order():
    parts = [dense(3, 3), Tanh(), dense(3, 3, 1)]
    points = np.random.default_rng(0).normal(size=(5, 3))
    labels = np.array([0, 1, 2, 0, 1])
    assert check_model(Model(parts, LOSS), points, labels)
    assert not check_model(OutOfOrder(parts, LOSS), points, labels)


def test_the_check_of_a_model_knows_a_kink():
    layer = dense(2, 2)
    layer.weights[:], layer.biases[:] = 1, 0
    model = Model([layer, ReLU(), dense(2, 3)], SoftmaxCrossEntropy())
    report = check_model(model, np.zeros((1, 2)), np.array([0]))
    assert not report.agrees
    assert "a kink?" in str(report)


def test_the_check_leaves_parameters_and_gradients_as_they_were():
    model, (points, labels) = small(L2(0.1)), batch()
    before = values(model)
    check_model(model, points, labels)
    model.backward()
    kept = model.pairs()
    for old, (value, _) in zip(before, kept, strict=True):
        np.testing.assert_array_equal(old, value)
    model.loss.forward(model.forward(points), labels)
    model.backward()
    for (_, old), (_, new) in zip(kept, model.pairs(), strict=True):
        np.testing.assert_array_equal(old, new)


# --- pairs and penalty


def test_pairs_are_the_layers_own_arrays_in_order():
    model = small()
    model.train_step(*batch(), SGD(0.1))
    one, _, two = model.parts
    expected = [
        (one.weights, one.d_weights),
        (one.biases, one.d_biases),
        (two.weights, two.d_weights),
        (two.biases, two.d_biases),
    ]
    for pair, (value, gradient) in zip(model.pairs(), expected, strict=True):
        assert pair[0] is value
        assert pair[1] is gradient


def test_a_penalty_adds_to_the_pairs_and_not_to_the_layers_gradients():
    model = small(L2(0.5))
    model.train_step(*batch(), SGD(0.0))
    one, _, _ = model.parts
    before = one.d_weights.copy()
    (_, weights), (_, biases) = model.pairs()[:2]
    np.testing.assert_array_equal(weights, before + 0.5 * one.weights)
    assert biases is one.d_biases
    model.pairs()
    np.testing.assert_array_equal(one.d_weights, before)


def test_the_penalty_by_hand_before_any_pass():
    one, two = dense(1, 1), dense(1, 1)
    one.weights[:], one.biases[:] = 3, 100
    two.weights[:], two.biases[:] = -1, 100
    for penalty, expected in ((L2(0.2), 1.0), (L1(0.2), 0.8), (None, 0.0)):
        model = Model([one, ReLU(), two], LOSS, penalty=penalty)
        assert model.penalty_value() == pytest.approx(expected)
    model = Model([one, two], LOSS, penalty=L2(0.2))
    model.loss.forward(np.zeros((1, 2)), np.array([0]))
    one.d_weights = np.full((1, 1), 1e6)  # a gradient is not a weight
    assert model.penalty_value() == pytest.approx(1.0)


def test_a_part_of_ones_own_is_found_by_the_names_of_its_gradients():
    class Scale:
        def __init__(self):
            self.gain = np.array([2.0, 3.0])

        def forward(self, inputs):
            self.inputs = inputs
            return inputs * self.gain

        def backward(self, d_outputs):
            self.d_gain = (d_outputs * self.inputs).sum(axis=0)
            self.d_inputs = d_outputs * self.gain
            self.outputs, self.d_outputs = d_outputs, d_outputs
            return self.d_inputs

    scale = Scale()
    model = Model([dense(2, 2), scale, dense(2, 3)], LOSS, penalty=L2(0.1))
    report = check_model(model, *batch())
    assert report.agrees, str(report)
    assert "gain[1]" in [c.name for c in report.comparisons]
    assert [name for name, _, _ in parameters(scale)] == ["gain"]


class Skip:
    """Parts with a way around them: outputs = inputs + parts(inputs)."""

    def __init__(self, parts):
        self.parts = parts

    def forward(self, inputs):
        values = inputs
        for part in self.parts:
            values = part.forward(values)
        return inputs + values

    def backward(self, d_outputs):
        gradient = d_outputs
        for part in reversed(self.parts):
            gradient = part.backward(gradient)
        return d_outputs + gradient


class NoWayAround(Skip):
    """The planted fault: the gradient of the way around is forgotten."""

    def backward(self, d_outputs):
        return super().backward(d_outputs) - d_outputs


def test_a_part_may_hold_parts():
    inner = [dense(3, 3, 1), Tanh(), dense(3, 3, 2)]
    for kind, good in ((Skip, True), (NoWayAround, False)):
        parts = [dense(2, 3), kind(inner), dense(3, 3, 3)]
        model = Model(parts, LOSS, penalty=L2(0.2))
        report = check_model(model, *batch())
        assert report.agrees is good, str(report)
    names = [comparison.name for comparison in report.comparisons]
    assert names == [
        f"{name}[{place}]"
        for place in (0, 2, 4, 5)
        for name in ("weights", "biases")
    ]
    weights = [parts[0].weights, inner[0].weights, inner[2].weights]
    expected = sum(0.1 * (w**2).sum() for w in [*weights, parts[2].weights])
    assert model.penalty_value() == pytest.approx(expected)


def test_a_part_inside_may_not_be_outside_as_well():
    tanh = Tanh()
    message = "each part once, got the Tanh of part 1 again as 3"
    with pytest.raises(ValueError, match=message):
        Model([dense(2, 2), tanh, Skip([tanh])], LOSS)


def test_pairs_need_a_backward_pass():
    expected = "parameters with gradients; call backward first"
    message = rf"^Model\.pairs expected {expected}, got none$"
    with pytest.raises(RuntimeError, match=message):
        small().pairs()
    with pytest.raises(RuntimeError, match=message):
        Model([Tanh()], LOSS).train_step(
            np.ones((1, 3)), np.ones(1, int), SGD(0.1)
        )


# --- a step that fails


class Overflowing(L2):
    """A penalty whose gradient is NaN."""

    def gradient(self, parameter):
        return np.full_like(parameter, np.nan)


GOOD, LABELS = batch()
FAILURES = {
    "another width": (np.ones((7, 3)), LABELS, None),
    "NaN": (np.full((7, 2), np.nan), LABELS, None),
    "a label too high": (GOOD, LABELS + 3, None),
    "too few labels": (GOOD, LABELS[:-1], None),
    "a penalty of NaN": (GOOD, LABELS, Overflowing(0.1)),
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("name", FAILURES)
def test_a_step_that_fails_changes_nothing(kind, name):
    points, labels, penalty = FAILURES[name]
    model, optimizer = small(), kind(0.1)
    model.train_step(GOOD, LABELS, optimizer)
    before, kept = values(model), memories(optimizer)
    model.penalty = penalty

    with pytest.raises(ValueError, match="expected"):
        model.train_step(points, labels, optimizer)

    for old, new in zip(before, values(model), strict=True):
        np.testing.assert_array_equal(old, new)
    for key, old in kept.items():
        np.testing.assert_equal(vars(optimizer)[key], old)
    model.penalty = None
    model.train_step(GOOD, LABELS, optimizer)  # and it goes on from here


def test_a_first_step_that_fails_leaves_the_optimizer_new():
    model, optimizer = small(), Adam(0.1)
    with pytest.raises(ValueError, match="labels 0 to 2"):
        model.train_step(GOOD, LABELS + 3, optimizer)
    assert model.optimizer is None
    assert optimizer.step == 0
    small(seed=5).train_step(GOOD, LABELS, optimizer)


# --- one optimizer for each model


def test_an_optimizer_with_other_memories_is_refused():
    one, other, adam = small(), small(seed=5), Adam(0.1)
    one.train_step(GOOD, LABELS, adam)
    before = values(other)
    message = (
        "^Model expected a new optimizer, or that of its last step, "
        "got Adam after step 1$"
    )
    with pytest.raises(ValueError, match=message):
        other.train_step(GOOD, LABELS, adam)
    for old, new in zip(before, values(other), strict=True):
        np.testing.assert_array_equal(old, new)
    assert adam.step == 1
    one.train_step(GOOD, LABELS, adam)
    one.train_step(GOOD, LABELS, SGD(0.1))  # a new one may take over
    assert adam.step == 2


def test_a_copy_takes_the_copy_of_its_optimizer():
    model, adam = small(), Adam(0.1)
    model.train_step(GOOD, LABELS, adam)
    twin = copy.deepcopy(model)
    with pytest.raises(ValueError, match="Adam after step 1"):
        twin.train_step(GOOD, LABELS, adam)
    twin.train_step(GOOD, LABELS, twin.optimizer)
    model.train_step(GOOD, LABELS, adam)
    for ours, theirs in zip(values(model), values(twin), strict=True):
        np.testing.assert_array_equal(ours, theirs)


# --- what cannot be a model


def repeated():
    relu = ReLU()
    return [dense(2, 2), relu, dense(2, 2), relu]


REFUSED = {
    "no parts": ([], LOSS, "at least one part, got none"),
    "a part alone": (ReLU(), LOSS, "a list or tuple of parts, got a ReLU"),
    "a generator": (
        (part for part in [ReLU()]),
        LOSS,
        "a list or tuple of parts, got a generator",
    ),
    "a class": (
        [dense(2, 2), ReLU],
        LOSS,
        "an object as part 1, got the class ReLU; write ReLU(…)",
    ),
    "a number": ([3], LOSS, "part 0 with forward and backward, got a int"),
    "twice": (
        repeated(),
        LOSS,
        "each part once, got the ReLU of part 1 again as 3",
    ),
    "half a part": (
        [dense(2, 2), SimpleNamespace(forward=abs, backward=0)],
        LOSS,
        "part 1 with forward and backward, got a SimpleNamespace",
    ),
    "the loss as a part": (
        [dense(2, 2), SoftmaxCrossEntropy()],
        LOSS,
        "the loss after the parts, on its own, got a "
        "SoftmaxCrossEntropy as part 1",
    ),
    "a class as loss": (
        [dense(2, 2)],
        SoftmaxCrossEntropy,
        "an object as the loss, got the class SoftmaxCrossEntropy; write "
        "SoftmaxCrossEntropy(…)",
    ),
    "a part as loss": (
        [dense(2, 2)],
        ReLU(),
        "the loss with forward and backward and sample_losses, got a ReLU",
    ),
    "softmax twice": (
        [dense(2, 2), Softmax()],
        LOSS,
        "logits for SoftmaxCrossEntropy, which squashes them, got "
        "probabilities: the last part is a Softmax",
    ),
    "sigmoid twice": (
        [dense(2, 2), Sigmoid()],
        SigmoidCrossEntropy(),
        "logits for SigmoidCrossEntropy, which squashes them, got "
        "probabilities: the last part is a Sigmoid",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_model_is_refused(name):
    parts, loss, message = REFUSED[name]
    with pytest.raises((TypeError, ValueError)) as caught:
        Model(parts, loss)
    assert str(caught.value) == f"Model expected {message}"


@pytest.mark.parametrize("parts", [[Softmax()], [Sigmoid(), Softmax()]])
def test_probabilities_may_go_into_a_loss_that_wants_them(parts):
    Model(parts, CategoricalCrossEntropy())
    Model([Sigmoid(), dense(2, 2)], SoftmaxCrossEntropy())


@pytest.mark.parametrize(
    ("penalty", "message"),
    [
        (L2, r"an object as the penalty, got the class L2; write L2\(…\)"),
        (0.1, "the penalty with penalty and gradient, got a float"),
    ],
)
def test_what_is_no_penalty_is_refused(penalty, message):
    with pytest.raises(TypeError, match=f"^Model expected {message}$"):
        Model([dense(2, 3)], LOSS, penalty=penalty)


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (
            Adam,
            r"an object as an optimizer, got the class Adam; write Adam\(…\)",
        ),
        (0.1, "an optimizer with update, got a float"),
    ],
)
def test_what_is_no_optimizer_is_refused(optimizer, message):
    with pytest.raises(TypeError, match=f"^Model expected {message}$"):
        small().train_step(GOOD, LABELS, optimizer)


def test_the_list_of_parts_may_change_afterwards():
    parts = [dense(2, 3)]
    model = Model(parts, LOSS)
    parts.append(Softmax())
    assert model.forward(GOOD).shape == (7, 3)
    assert len(model.parts) == 1


# --- dropout inside


def test_dropout_works_in_training_alone():
    drop = Dropout(0.5, rng=np.random.default_rng(0))
    model = Model([dense(2, 40), Tanh(), drop, dense(40, 3)], LOSS)
    plain = Model([*model.parts[:2], model.parts[3]], LOSS)
    np.testing.assert_array_equal(model.forward(GOOD), plain.forward(GOOD))
    first = model.forward(GOOD, training=True)
    second = model.forward(GOOD, training=True)
    assert np.abs(first - second).max() > 1e-3
    assert check_model(model, GOOD, LABELS)
