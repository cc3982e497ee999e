"""The reader's own tool: it agrees with what is right, and sees faults."""

import numpy as np
import pytest

from nnfs_code.activations import Linear, ReLU, Sigmoid, Softmax, Step, Tanh
from nnfs_code.gradient_check import (
    check,
    parameter_gradients,
    slopes_beside,
)
from nnfs_code.gradient_report import Comparison, Report, compare
from nnfs_code.layers import Dense
from nnfs_code.losses import CategoricalCrossEntropy, SoftmaxCrossEntropy

RNG = np.random.default_rng(0)
INPUTS = np.array([[-1.0, 0.5, 2.0], [0.3, -0.7, -2.5]])
LABELS = np.array([2, 0])


def dense():
    layer = Dense(3, 2, rng=np.random.default_rng(1), dtype=np.float64)
    layer.weights *= 100
    return layer


def plant(cls, **methods):
    """A class with methods replaced: the planted faults."""
    return type("Planted", (cls,), methods)


@pytest.mark.parametrize("part", [Step, Linear, Sigmoid, Tanh, ReLU, Softmax])
def test_every_activation_agrees(part):
    report = check(part(), INPUTS)
    assert report
    assert report.part == part.__name__
    assert [c.name for c in report.comparisons] == ["inputs"]


def test_dense_agrees_in_inputs_weights_and_biases():
    report = check(dense(), INPUTS)
    assert report.agrees
    assert [(c.name, c.shape) for c in report.comparisons] == [
        ("inputs", (2, 3)),
        ("weights", (3, 2)),
        ("biases", (1, 2)),
    ]
    assert str(report) == (
        "Dense.backward agrees with numerical gradients\n"
        "  d_inputs   (2, 3)    agrees\n"
        "  d_weights  (3, 2)    agrees\n"
        "  d_biases   (1, 2)    agrees"
    )


@pytest.mark.parametrize("targets", [LABELS, np.eye(3)[LABELS]])
def test_losses_agree(targets):
    assert check(SoftmaxCrossEntropy(), INPUTS, targets)
    probabilities = Softmax().forward(INPUTS)
    assert check(CategoricalCrossEntropy(), probabilities, targets)


def test_the_inputs_may_be_read_only_and_are_not_changed():
    inputs = INPUTS.copy()
    inputs.setflags(write=False)
    check(Tanh(), inputs)
    np.testing.assert_array_equal(inputs, INPUTS)


def test_parameters_and_kept_arrays_are_afterwards_as_before():
    layer = dense()
    before = layer.weights.copy(), layer.biases.copy()
    check(layer, INPUTS)
    np.testing.assert_array_equal(layer.weights, before[0])
    np.testing.assert_array_equal(layer.biases, before[1])
    np.testing.assert_array_equal(layer.inputs, INPUTS)
    tanh = Tanh()
    check(tanh, INPUTS)
    np.testing.assert_array_equal(tanh.outputs, np.tanh(INPUTS))


def test_the_report_says_what_was_compared():
    report = check(Tanh(), INPUTS)
    assert (report.rtol, report.atol) == (1e-5, 1e-8)
    (found,) = report.comparisons
    slope = found.analytic / (1 - np.tanh(INPUTS[found.index]) ** 2)
    weights = np.random.default_rng(0).normal(size=INPUTS.shape)
    assert slope == pytest.approx(weights[found.index])
    assert found.analytic == pytest.approx(found.numerical, rel=1e-6)
    assert found.error < 1e-6


def test_a_gradient_wrong_by_one_percent_is_named_with_its_place():
    def backward(self, d_outputs):
        d_inputs = Tanh.backward(self, d_outputs)
        d_inputs[1, 0] *= 1.01
        return d_inputs

    report = check(plant(Tanh, backward=backward)(), INPUTS)
    assert not report
    assert not report.agrees
    (found,) = report.comparisons
    assert found.index == (1, 0)
    assert found.error == pytest.approx(0.01 / 1.01, rel=1e-4)
    weights = np.random.default_rng(0).normal(size=INPUTS.shape)
    right = weights[1, 0] * (1 - np.tanh(0.3) ** 2)
    assert str(report) == (
        "Planted.backward disagrees with numerical gradients\n"
        "  d_inputs   (2, 3)    differs, most at [1, 0]: "
        f"{1.01 * right:.6g} for {right:.6g}, off by 9.9e-03"
    )


def test_a_mean_over_the_batch_is_seen_in_the_biases_alone():
    def backward(self, d_outputs):
        d_inputs = Dense.backward(self, d_outputs)
        self.d_biases = d_outputs.mean(axis=0, keepdims=True)
        return d_inputs

    layer = dense()
    layer.__class__ = plant(Dense, backward=backward)
    report = check(layer, INPUTS)
    assert [c.agrees for c in report.comparisons] == [True, True, False]


def test_a_dropped_division_by_the_number_of_samples_is_seen():
    def backward(self):
        return SoftmaxCrossEntropy.backward(self) * len(self.labels)

    loss = plant(SoftmaxCrossEntropy, backward=backward)()
    report = check(loss, INPUTS, LABELS)
    assert not report
    assert report.comparisons[0].error == pytest.approx(0.5, rel=1e-6)
    assert check(loss, INPUTS[:1], LABELS[:1])  # one sample hides it


def test_a_transposed_weight_is_seen():
    def backward(self, d_outputs):
        self.parameter_gradients(d_outputs)
        return d_outputs @ self.weights

    layer = Dense(3, 3, rng=np.random.default_rng(2), dtype=np.float64)
    layer.weights *= 100
    layer.__class__ = plant(Dense, backward=backward)
    report = check(layer, INPUTS)
    assert [c.agrees for c in report.comparisons] == [False, True, True]


def test_a_gradient_of_nan_is_seen():
    def backward(self, d_outputs):
        d_inputs = Tanh.backward(self, d_outputs)
        d_inputs[0, 1] = np.nan
        return d_inputs

    report = check(plant(Tanh, backward=backward)(), INPUTS)
    assert not report
    assert report.comparisons[0].index == (0, 1)
    assert "off by nan" in str(report)


def test_a_kink_within_a_step_is_seen_as_a_difference():
    """Why inputs must be kept off the kinks."""
    assert not check(ReLU(), np.array([[1e-7, 1.0]]))
    assert check(ReLU(), np.array([[1e-4, 1.0]]))


def test_at_a_kink_the_report_says_so():
    said = str(check(ReLU(), np.array([[0.0, 1.0]])))
    assert "differs, most at [0, 0]: 0 for 0.0628651" in said
    assert (
        "a kink? The slope is 0 just below and 0.12573 just above; move the "
        "values off it"
    ) in said


@pytest.mark.parametrize(
    "function", [lambda x: 0.0, lambda x: 3 * x, lambda x: 100 * x**2]
)
def test_where_the_slopes_below_and_above_are_alike_is_no_kink(function):
    values = np.array([5.0])
    assert slopes_beside(lambda: function(values[0]), values, (0,)) is None
    np.testing.assert_array_equal(values, [5])


def test_the_slopes_beside_an_entry_want_finite_values():
    values = np.array([5.0])
    words = "^slopes_beside expected a finite number, got inf$"
    with pytest.raises(ValueError, match=words):
        slopes_beside(lambda: np.inf, values, (0,))
    np.testing.assert_array_equal(values, [5])


def test_a_wrong_gradient_off_the_kinks_is_not_put_on_a_kink():
    def backward(self, d_outputs):
        return 1.001 * Tanh.backward(self, d_outputs)

    report = check(plant(Tanh, backward=backward)(), INPUTS)
    assert "differs" in str(report)
    assert "kink" not in str(report)


def test_a_backward_pass_may_work_in_place_on_its_d_outputs():
    def backward(self, d_outputs):
        d_outputs *= 1 - self.outputs**2
        return d_outputs

    assert check(plant(Tanh, backward=backward)(), INPUTS)


def test_a_gradient_of_another_shape_is_an_error():
    def backward(self, d_outputs):
        d_inputs = Dense.backward(self, d_outputs)
        self.d_biases = d_outputs.sum(axis=0)
        return d_inputs

    layer = dense()
    layer.__class__ = plant(Dense, backward=backward)
    message = r"^check expected d_biases of shape \(1, 2\), got \(2,\)$"
    with pytest.raises(ValueError, match=message):
        check(layer, INPUTS)


def test_float32_is_refused():
    with pytest.raises(
        TypeError, match="values of dtype float64, got float32"
    ):
        check(Tanh(), INPUTS.astype(np.float32))


def test_the_tolerance_can_be_chosen():
    def backward(self, d_outputs):
        return 1.001 * Tanh.backward(self, d_outputs)

    layer = plant(Tanh, backward=backward)()
    assert not check(layer, INPUTS)
    assert not check(layer, INPUTS, rtol=9e-4)
    assert check(layer, INPUTS, rtol=1.1e-3)
    assert check(layer, INPUTS, rtol=0, atol=1.0)
    for rtol, atol in [(-1e-5, 1e-8), (1e-5, 0)]:
        message = (
            f"^check expected rtol >= 0 and atol > 0, got {rtol} and {atol}"
        )
        with pytest.raises(ValueError, match=message):
            check(layer, INPUTS, rtol=rtol, atol=atol)


def test_only_gradients_with_a_parameter_are_compared_and_as_copies():
    class Part:
        def __init__(self):
            self.inputs = self.d_inputs = INPUTS
            self.scale = self.d_scale = np.ones(2)
            self.d_nothing = np.ones(3)
            self.other = np.ones(4)

    part = Part()
    found = parameter_gradients(part)
    assert list(found) == ["scale"]
    assert found["scale"] is not part.d_scale


def test_compare_takes_the_entry_that_fits_worst():
    numerical = np.array([[1.0, 100.0], [0.0, 1e-3]])
    analytic = np.array([[1.0, 100.01], [1e-9, 1.2e-3]])
    found = compare("weights", analytic, numerical, 1e-5, 1e-8)
    assert found == Comparison("weights", (2, 2), (1, 1), 1.2e-3, 1e-3, False)
    assert found.error == pytest.approx(1 / 6)
    assert [type(i) for i in found.index] == [int, int]
    edge = compare("x", np.array([1e-8]), np.zeros(1), 1e-5, 1e-8)
    assert edge.agrees
    just = compare("x", np.array([1 + 1e-5]), np.ones(1), 1e-5, 1e-8)
    assert just.agrees
    beyond = compare("x", np.array([1 + 1.1e-5]), np.ones(1), 1e-5, 1e-8)
    assert not beyond.agrees


def test_the_error_is_relative_and_zero_for_two_zeros():
    assert Comparison("x", (1,), (0,), 0.0, 0.0, True).error == 0
    assert Comparison("x", (1,), (0,), -1.0, 1.0, False).error == 2
    assert Comparison("x", (1,), (0,), 1.0, -4.0, False).error == 1.25
    assert Comparison("x", (1,), (0,), 1e-12, 0.0, True).error == 1


def test_a_report_is_true_only_if_everything_agrees():
    good = Comparison("x", (1,), (0,), 1.0, 1.0, True)
    bad = Comparison("y", (), (), 2.0, 1.0, False)
    assert Report("P", (good,), 1e-5, 1e-8)
    report = Report("P", (good, bad), 1e-5, 1e-8)
    assert not report
    assert str(report).splitlines()[2] == (
        "  d_y        ()        differs, most at []: 2 for 1, off by 5.0e-01"
    )
