"""BatchNorm, LayerNorm, RMSNorm: their passes, and what they refuse."""

import copy
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.activations import ReLU, Tanh
from nnfs_code.gradient_check import check
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.model_check import check_model
from nnfs_code.normalization import BatchNorm, LayerNorm, RMSNorm
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.packing import pack
from nnfs_code.penalties import L2
from nnfs_code.residual import Residual

KINDS = [BatchNorm, LayerNorm, RMSNorm]
SHAPES = {
    BatchNorm: [(6, 3), (4, 3, 2), (3, 3, 2, 2)],
    LayerNorm: [(6, 3), (1, 3), (2, 4, 3), (2, 2, 2, 3)],
    RMSNorm: [(6, 3), (1, 3), (2, 4, 3), (2, 2, 2, 3)],
}
EACH = [(kind, shape) for kind in KINDS for shape in SHAPES[kind]]


class InTraining(BatchNorm):
    """A batch norm that is in training, whoever asks."""

    def forward(self, inputs, training=True):
        return super().forward(inputs, training=True)


def made(kind, seed=0, dtype=np.float64, n_features=3):
    """Return a part whose gains and biases, and running numbers, differ."""
    rng, part = np.random.default_rng(seed), kind(n_features, dtype=dtype)
    part.gains[:] = rng.uniform(0.5, 2, n_features)
    if hasattr(part, "biases"):
        part.biases[:] = rng.normal(size=n_features)
    if isinstance(part, BatchNorm):
        part.running_means[:] = rng.normal(size=n_features)
        part.running_variances[:] = rng.uniform(0.5, 2, n_features)
    return part


def batch(shape=(6, 3), seed=1, dtype=np.float64):
    values = np.random.default_rng(seed).normal(2, 3, shape)
    return values.astype(dtype)


# --- by hand: the numbers of chapter 25, mean 4 and deviation 3


COLUMN = np.array([[1.0], [3.0], [3.0], [9.0]])
PUSH = np.array([[12.0], [0.0], [0.0], [0.0]])


def test_batch_norm_by_hand():
    norm = BatchNorm(1, epsilon=0, momentum=0.75, dtype=np.float64)
    outputs = norm.forward(COLUMN, training=True)
    np.testing.assert_allclose(outputs * 3, [[-3], [-1], [-1], [5]])
    d_inputs = norm.backward(PUSH)
    np.testing.assert_allclose(d_inputs * 3, [[6], [-4], [-4], [2]])
    np.testing.assert_allclose(
        [norm.d_gains, norm.d_biases], [[[-12]], [[12]]]
    )
    np.testing.assert_allclose(norm.running_means, [[1]])  # 0 and 4
    np.testing.assert_allclose(norm.running_variances, [[3.75]])  # 1, 12


def test_layer_norm_by_hand():
    norm = LayerNorm(4, epsilon=0, dtype=np.float64)
    np.testing.assert_allclose(3 * norm.forward(COLUMN.T), [[-3, -1, -1, 5]])
    np.testing.assert_allclose(3 * norm.backward(PUSH.T), [[6, -4, -4, 2]])


def test_rms_norm_by_hand():
    """1 and 7: their squares have the mean 25."""
    norm = RMSNorm(2, epsilon=0, dtype=np.float64)
    np.testing.assert_allclose(
        norm.forward(np.array([[1.0, 7.0]])), [[0.2, 1.4]]
    )
    d_inputs = norm.backward(np.array([[25.0, 0.0]]))
    np.testing.assert_allclose(d_inputs, [[4.9, -0.7]])


# --- laws


@pytest.mark.parametrize(("kind", "shape"), EACH)
def test_mean_and_size_are_those_of_the_gains(kind, shape):
    norm, inputs = kind(3, epsilon=0, dtype=np.float64), batch(shape)
    if kind is BatchNorm:
        outputs = norm.forward(inputs, training=True)
        axes = (0, *range(2, len(shape)))
    else:
        outputs, axes = norm.forward(inputs), -1
    np.testing.assert_allclose((outputs**2).mean(axis=axes), 1)
    if kind is not RMSNorm:
        np.testing.assert_allclose(outputs.mean(axis=axes), 0, atol=1e-12)
    other = made(kind, n_features=3)
    other.epsilon = 0.0
    how = {"training": True} if kind is BatchNorm else {}
    shown = [1, -1] if kind is BatchNorm else [-1]
    sized = [1] * len(shape)
    sized[shown[0]] = 3
    expected = outputs * other.gains.reshape(sized)
    if hasattr(other, "biases"):
        expected = expected + other.biases.reshape(sized)
    np.testing.assert_allclose(other.forward(inputs, **how), expected)


@pytest.mark.parametrize("kind", KINDS)
@given(factor=st.floats(0.01, 100), seed=st.integers(0, 1000))
def test_a_factor_in_front_changes_nothing(kind, factor, seed):
    norm = kind(3, epsilon=0, dtype=np.float64)
    how = {"training": True} if kind is BatchNorm else {}
    inputs = batch(seed=seed)
    before = norm.forward(inputs, **how)
    np.testing.assert_allclose(
        norm.forward(factor * inputs, **how), before, atol=1e-9
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_is_not_0_over_0(kind):
    how = {"training": True} if kind is BatchNorm else {}
    outputs = kind(3).forward(np.zeros((4, 3), np.float32), **how)
    np.testing.assert_array_equal(outputs, np.zeros((4, 3)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("kind", "shape"), EACH)
def test_the_float_type_stays(kind, shape, dtype):
    norm = made(kind, dtype=dtype)
    how = {"training": True} if kind is BatchNorm else {}
    outputs = norm.forward(batch(shape, dtype=dtype), **how)
    d_inputs = norm.backward(outputs.copy())
    assert outputs.shape == d_inputs.shape == shape
    kept = [v for v in vars(norm).values() if isinstance(v, np.ndarray)]
    assert {a.dtype for a in (outputs, d_inputs, *kept)} == {np.dtype(dtype)}


# --- training and prediction


def test_without_training_a_sample_does_not_see_the_others():
    norm, inputs = made(BatchNorm), batch()
    alone = [norm.forward(row[np.newaxis]) for row in inputs]
    np.testing.assert_array_equal(np.vstack(alone), norm.forward(inputs))
    together = norm.forward(inputs, training=True)
    fewer = norm.forward(inputs[:3], training=True)
    assert np.abs(together[:3] - fewer).min() > 1e-3


def test_without_training_nothing_in_the_numbers_changes():
    norm = made(BatchNorm)
    before = copy.deepcopy((norm.running_means, norm.running_variances))
    norm.forward(batch())
    np.testing.assert_array_equal(norm.running_means, before[0])
    np.testing.assert_array_equal(norm.running_variances, before[1])
    norm.forward(batch(), training=True)
    assert (norm.running_means != before[0]).all()


def test_running_numbers_come_close_to_those_of_all_data():
    rng = np.random.default_rng(5)
    norm = BatchNorm(2, momentum=0.99, dtype=np.float64)
    for _ in range(3000):
        norm.forward(rng.normal([2, -1], [3, 0.5], (4, 2)), training=True)
    np.testing.assert_allclose(norm.running_means, [[2, -1]], atol=0.4)
    np.testing.assert_allclose(norm.running_variances, [[9, 0.25]], rtol=0.2)
    # Without n / (n - 1) they would be a quarter too small.


# --- gradients


@pytest.mark.parametrize(("kind", "shape"), [*EACH, (InTraining, (6, 3))])
def test_the_gradients_agree_with_numerical_ones(kind, shape):
    report = check(made(kind), batch(shape))
    assert report.agrees, str(report)
    names = [comparison.name for comparison in report.comparisons]
    biases = [] if kind is RMSNorm else ["biases"]
    assert names == ["inputs", "gains", *biases]


@pytest.mark.parametrize("shape", SHAPES[BatchNorm])
def test_in_training_as_well(shape):
    report = check(made(InTraining), batch(shape))
    assert report.agrees, str(report)


class MeanForgotten(InTraining):
    """The planted fault: the mean is taken for a constant."""

    def backward(self, d_outputs):
        right = super().backward(d_outputs)
        return right + (d_outputs * self.gains).mean(axis=0) / self.deviations


class SizeForgotten(InTraining):
    """The planted fault: the deviation is taken for a constant."""

    def backward(self, d_outputs):
        super().backward(d_outputs)
        slopes = d_outputs * self.gains
        return (slopes - slopes.mean(axis=0)) / self.deviations


class GainsForgotten(InTraining):
    """The planted fault: the slopes go on without the gains."""

    def backward(self, d_outputs):
        return super().backward(d_outputs) / self.gains


class RunningNumbers(InTraining):
    """The planted fault: the backward pass of prediction, in training."""

    def backward(self, d_outputs):
        self.by_batch = False
        return super().backward(d_outputs)


class HalfGains(LayerNorm):
    """The planted fault: the gradient of the gains is 1 % too large."""

    def backward(self, d_outputs):
        d_inputs = super().backward(d_outputs)
        self.d_gains *= 1.01
        return d_inputs


class MeanTaken(RMSNorm):
    """The planted fault: a mean is taken off that was never subtracted."""

    def backward(self, d_outputs):
        d_inputs = super().backward(d_outputs)
        return d_inputs - d_inputs.mean(axis=-1, keepdims=True)


@pytest.mark.parametrize(
    "kind",
    [
        MeanForgotten,
        SizeForgotten,
        GainsForgotten,
        RunningNumbers,
        HalfGains,
        MeanTaken,
    ],
)
def test_the_check_catches_planted_faults(kind):
    assert not check(made(kind), batch()).agrees


def test_backward_is_that_of_the_last_forward_pass():
    norm, inputs = made(BatchNorm), batch()
    slopes = np.ones_like(inputs)
    norm.forward(inputs, training=True)
    np.testing.assert_allclose(norm.backward(slopes), 0, atol=1e-12)
    norm.forward(inputs)
    expected = norm.gains / np.sqrt(norm.running_variances + norm.epsilon)
    np.testing.assert_allclose(
        norm.backward(slopes), np.tile(expected, (6, 1))
    )


# --- in a model


def dense(n_inputs, n_neurons, seed=0):
    rng = np.random.default_rng(seed)
    layer = Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)
    layer.weights *= 100
    return layer


def network(kind, way_around=False):
    inner = [dense(3, 3, 1), made(kind), Tanh()]
    middle = [Residual(inner)] if way_around else inner
    parts = [dense(3, 3), ReLU(), *middle, dense(3, 3, 2)]
    return Model(parts, SoftmaxCrossEntropy(), penalty=L2(0.1))


LABELS = np.array([0, 1, 2, 0, 1, 2])


@pytest.mark.parametrize("way_around", [False, True])
@pytest.mark.parametrize("kind", [*KINDS, InTraining])
def test_a_model_takes_them_as_they_are(kind, way_around):
    model = network(kind, way_around)
    report = check_model(model, batch(), LABELS)
    assert report.agrees, str(report)
    names = " ".join(c.name for c in report.comparisons)
    assert "gains[" in names
    losses = [
        model.train_step(batch(), LABELS, sgd)
        for sgd in [SGD(0.05)]
        for _ in range(30)
    ]
    assert losses[-1] < losses[0]


def test_the_penalty_falls_on_no_gains():
    model = network(LayerNorm)
    weights = [p.weights for p in model.parts if hasattr(p, "weights")]
    expected = sum(0.05 * (w**2).sum() for w in weights)
    assert model.penalty_value() == pytest.approx(expected)


def test_training_is_told_to_what_lies_in_a_residual_part():
    norm, dropout = (
        BatchNorm(3, dtype=np.float64),
        Dropout(0.5, rng=np.random.default_rng(0)),
    )
    outer = Residual([Residual([norm]), dropout])
    outer.forward(batch())
    assert (norm.running_means == 0).all()
    assert (dropout.mask == 1).all()
    outer.forward(batch(), training=True)
    assert (norm.running_means != 0).all()
    assert (dropout.mask != 1).all()


def test_evaluation_leaves_the_running_numbers_alone():
    model = network(BatchNorm)
    norm = model.parts[3]
    before = norm.running_means.copy()
    model.evaluate(batch(), LABELS)
    model.predict(batch())
    np.testing.assert_array_equal(norm.running_means, before)


@pytest.mark.parametrize("way_around", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_model_goes_on_to_the_same_numbers(kind, way_around, tmp_path):
    model, adam = network(kind, way_around), Adam(0.01)
    for seed in range(3):
        model.train_step(batch(seed=seed), LABELS, adam)
    model.save(tmp_path / "m.npz")
    found = Model.load(tmp_path / "m.npz")
    np.testing.assert_array_equal(
        found.predict(batch(seed=9)), model.predict(batch(seed=9))
    )
    for seed in range(3):
        inputs = batch(seed=seed)
        assert found.train_step(
            inputs, LABELS, found.optimizer
        ) == model.train_step(inputs, LABELS, adam)
    np.testing.assert_array_equal(
        found.predict(batch(seed=9)), model.predict(batch(seed=9))
    )


def test_without_its_running_numbers_it_predicts_something_else(tmp_path):
    model = network(BatchNorm)
    model.train_step(batch(), LABELS, SGD(0.01))
    model.save(tmp_path / "m.npz")
    found = Model.load(tmp_path / "m.npz")
    found.parts[3].running_means[:] = 0
    assert (found.predict(batch()) != model.predict(batch())).any()


def test_a_packed_model_says_that_it_has_no_place_for_gains():
    """It packs weights and biases; gains left behind would never move."""
    packed = pack(network(LayerNorm))
    message = "Packed expected gradients of .*biases.* in a LayerNorm, got"
    with pytest.raises(TypeError, match=message):
        packed.train_step(batch(), LABELS, SGD(0.1))


# --- what is refused


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_fit_is_refused(kind):
    name, norm = kind.__name__, made(kind)
    shape = "3, …" if kind is BatchNorm else "…, 3"
    message = rf"^{name} expected inputs of shape \(n_samples, {shape}\), got "
    for wrong in ((6, 4), (3,), (3, 4)):
        whole = f"{message}{re.escape(str(wrong))}$"
        with pytest.raises(ValueError, match=whole):
            norm.forward(np.ones(wrong))
    with pytest.raises(
        TypeError,
        match=f"^{name} expected inputs of dtype float64, got float32$",
    ):
        norm.forward(np.ones((6, 3), np.float32))
    with pytest.raises(ValueError, match=f"^{name} expected finite inputs"):
        norm.forward(np.full((6, 3), np.nan))
    norm.forward(batch())
    with pytest.raises(ValueError, match=rf"{name}.backward expected d_out"):
        norm.backward(np.ones((6, 2)))
    with pytest.raises(RuntimeError, match="forward to be called first"):
        made(kind).backward(np.ones((6, 3)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"n_features": 0}, ValueError, "n_features of at least 1, got 0"),
        ({"epsilon": -1.0}, ValueError, "epsilon at least 0 and .*, got -1.0"),
        ({"dtype": int}, TypeError, "dtype float32 or float64, got int64"),
    ],
)
def test_settings_that_are_none_are_refused(kind, settings, error, message):
    with pytest.raises(error, match=f"^{kind.__name__} expected {message}$"):
        kind(**{"n_features": 3, **settings})


@pytest.mark.parametrize("momentum", [-0.1, 1.0])
def test_a_momentum_that_is_none_is_refused(momentum):
    message = "^BatchNorm expected momentum at least 0 and less than 1, got"
    with pytest.raises(ValueError, match=message):
        BatchNorm(3, momentum=momentum)


@pytest.mark.parametrize("shape", [(1, 3), (1, 3, 1, 1)])
def test_a_batch_of_one_is_refused_before_anything_changes(shape):
    norm = made(BatchNorm)
    before = norm.running_means.copy()
    message = (
        "^BatchNorm expected 2 or more values per feature in training, got 1$"
    )
    with pytest.raises(ValueError, match=message):
        norm.forward(np.ones(shape), training=True)
    np.testing.assert_array_equal(norm.running_means, before)
    assert norm.forward(np.ones(shape)).shape == shape
    norm.forward(np.ones((1, 3, 1, 2)), training=True)  # two values each


# --- the way around


def test_residual_by_hand():
    part = Residual([ReLU()])
    np.testing.assert_array_equal(
        part.forward(np.array([[-1.0, 2.0]])), [[-1, 4]]
    )
    np.testing.assert_array_equal(
        part.backward(np.array([[5.0, 5.0]])), [[5, 10]]
    )
    np.testing.assert_array_equal(
        part.forward(np.array([[3.0, -2.0]]), training=True), [[6, -2]]
    )


def test_parts_that_change_the_shape_are_refused():
    part = Residual([dense(3, 1)])  # would broadcast
    message = (
        r"^Residual expected parts that keep the shape \(6, 3\), "
        r"got \(6, 1\)$"
    )
    with pytest.raises(ValueError, match=message):
        part.forward(batch())


def test_what_is_no_part_is_refused():
    with pytest.raises(TypeError, match="an object as part 0, got the class"):
        Residual([ReLU])
    with pytest.raises(ValueError, match="at least one part, got none"):
        Residual([])
    message = "^Residual expected inputs as a plain array, got a list$"
    with pytest.raises(TypeError, match=message):
        Residual([ReLU()]).forward([[1.0]])
