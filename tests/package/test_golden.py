"""The package beside PyTorch, whose numbers are kept in `golden/`.

`make_golden.py` has written them. Forward passes, gradients, 120 steps of
each optimizer and of each schedule agree within 1e-10, in float64.
"""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from nnfs_code import activations, optimizers, schedules
from nnfs_code.activations import ReLU, Tanh
from nnfs_code.layers import Dense
from nnfs_code.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Huber,
    MeanAbsoluteError,
    MeanSquaredError,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)

STEPS = 120
NAMES = [
    "activations",
    "dense",
    "losses",
    "binary_losses",
    "regression_losses",
    "normalization",
    "network",
    "convolutions",
    "recurrent",
    "schedules",
    "optimizers",
]


@pytest.fixture(scope="module")
def folder():
    return Path(__file__).parent


@pytest.fixture(scope="module")
def golden(folder):
    def read(name):
        text = (folder / "golden" / f"{name}.json").read_text("utf-8")
        return json.loads(text)[name]

    return read


def close(ours, golden_numbers):
    np.testing.assert_allclose(
        ours, np.array(golden_numbers), rtol=1e-10, atol=1e-10
    )


def far(ours, golden_numbers):
    """Say that the same comparison can fail."""
    with pytest.raises(AssertionError):
        close(ours, golden_numbers)


@pytest.mark.parametrize(
    "name", ["Step", "Linear", "Sigmoid", "Tanh", "ReLU", "Softmax"]
)
def test_activations(golden, name):
    theirs = golden("activations")[name]
    layer = getattr(activations, name)()
    close(layer.forward(np.array(theirs["inputs"])), theirs["outputs"])
    d_outputs = np.array(theirs["d_outputs"])
    close(layer.backward(d_outputs), theirs["d_inputs"])
    far(layer.backward(1.01 * d_outputs) + 1e-9, theirs["d_inputs"])


def dense(weights, biases):
    weights = np.array(weights)
    rng = np.random.default_rng(0)
    layer = Dense(*weights.shape, rng=rng, dtype=np.float64)
    layer.weights[:] = weights
    layer.biases[:] = biases
    return layer


def test_dense(golden):
    theirs = golden("dense")
    layer = dense(theirs["weights"], theirs["biases"])
    close(layer.forward(np.array(theirs["inputs"])), theirs["outputs"])
    d_inputs = layer.backward(np.array(theirs["d_outputs"]))
    close(d_inputs, theirs["d_inputs"])
    close(layer.d_weights, theirs["d_weights"])
    close(layer.d_biases, theirs["d_biases"])
    far(layer.d_biases / len(d_inputs), theirs["d_biases"])


def test_losses(golden):
    theirs = golden("losses")
    labels = np.array(theirs["labels"])
    together = SoftmaxCrossEntropy()
    close(together.forward(np.array(theirs["logits"]), labels), theirs["loss"])
    close(together.backward(), theirs["d_logits"])
    close(together.probabilities, theirs["probabilities"])
    apart = CategoricalCrossEntropy()
    probabilities = np.array(theirs["probabilities"])
    close(apart.forward(probabilities, labels), theirs["loss_apart"])
    close(apart.backward(), theirs["d_probabilities"])
    far(together.backward() * len(labels), theirs["d_logits"])


def test_binary_losses(golden):
    theirs = golden("binary_losses")
    targets, logits = np.array(theirs["targets"]), np.array(theirs["logits"])
    together, apart = SigmoidCrossEntropy(), BinaryCrossEntropy()
    close(together.sample_losses(logits, targets), theirs["samples"])
    close(together.forward(logits, targets), theirs["loss"])
    close(together.backward(), theirs["d_logits"])
    close(together.probabilities, theirs["probabilities"])
    probabilities = np.array(theirs["probabilities"])
    close(apart.forward(probabilities, targets), theirs["loss_apart"])
    close(apart.backward(), theirs["d_probabilities"])
    far(3 * together.backward(), theirs["d_logits"])
    distant = np.array(theirs["far"])
    ones = np.ones(distant.shape, int)
    close(together.forward(distant, ones), theirs["far_loss"])
    close(together.backward(), theirs["d_far"])


def test_regression_losses(golden):
    theirs = golden("regression_losses")
    targets = np.array(theirs["targets"])
    for loss in (MeanSquaredError(), MeanAbsoluteError(), Huber(0.5)):
        expected = theirs[type(loss).__name__]
        outputs = np.array(expected["outputs"])
        close(loss.forward(outputs, targets), expected["loss"])
        close(loss.backward(), expected["d_outputs"])
        far(3 * loss.backward(), expected["d_outputs"])


def test_a_network(golden):
    theirs = golden("network")
    layers = [
        dense(weights, biases)
        for weights, biases in zip(
            theirs["weights"], theirs["biases"], strict=True
        )
    ]
    chain = [layers[0], Tanh(), layers[1], ReLU(), layers[2]]
    values = np.array(theirs["inputs"])
    for layer in chain:
        values = layer.forward(values)
    loss = SoftmaxCrossEntropy()
    close(loss.forward(values, np.array(theirs["labels"])), theirs["loss"])
    slopes = loss.backward()
    for layer in reversed(chain):
        slopes = layer.backward(slopes)
    close(slopes, theirs["d_inputs"])
    for layer, d_weights, d_biases in zip(
        layers, theirs["d_weights"], theirs["d_biases"], strict=True
    ):
        close(layer.d_weights, d_weights)
        close(layer.d_biases, d_biases)


SCHEDULES = {
    "Constant": schedules.Constant(0.1),
    "StepDecay": schedules.StepDecay(0.1, factor=0.5, every=30),
    "InverseTimeDecay": schedules.InverseTimeDecay(0.1, decay=0.02),
    "ExponentialDecay": schedules.ExponentialDecay(0.1, factor=0.97),
    "CosineDecay": schedules.CosineDecay(0.1, steps=STEPS, end=0.001),
    "OneCycle": schedules.OneCycle(0.1, steps=STEPS, rise=35),
    "WarmUp": schedules.WarmUp(
        schedules.CosineDecay(0.1, steps=STEPS - 10), steps=10
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(golden, name):
    theirs = golden("schedules")[name]
    ours = [SCHEDULES[name](step) for step in range(STEPS)]
    close(ours, theirs)
    if name != "Constant":
        late = [SCHEDULES[name](step + 1) for step in range(STEPS)]
        far(late, theirs)


def optimizer(name):
    """Our optimizer for a golden path: "Adam", or "Adam, OneCycle"."""
    if ", " in name:
        kind, schedule = name.split(", ")
        rate = SCHEDULES[schedule]
        if kind == "Adam":
            return optimizers.Adam(rate, beta_1=0.8, beta_2=0.95, epsilon=1e-3)
        if kind == "AdamW":
            return optimizers.AdamW(rate, weight_decay=0.1)
        return optimizers.SGD(rate)
    return {
        "SGD": optimizers.SGD(0.1),
        "Momentum": optimizers.Momentum(0.02, momentum=0.9),
        "Nesterov": optimizers.Nesterov(0.02, momentum=0.9),
        "AdaGrad": optimizers.AdaGrad(0.3),
        "RMSProp": optimizers.RMSProp(0.05, rho=0.9),
        "Adam": optimizers.Adam(0.1),
        "AdamW": optimizers.AdamW(0.1, weight_decay=0.1),
    }[name]


def gradient(value, step):
    """The slopes that `make_golden.py` has given to PyTorch."""
    places = np.arange(value.size).reshape(value.shape)
    return value * np.array([0.5, 2.0, 5.0]) + np.sin(1.3 * step + places)


def path(ours, kept):
    values = [np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]])]
    values.append(np.array([[-1.0, 2.0, 0.25]]))
    found = []
    for step in range(1, STEPS + 1):
        ours.update([(value, gradient(value, step)) for value in values])
        if step in kept:
            found.append([value.copy() for value in values])
    return found


SINGLE = ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW"]
SCHEDULED = [
    f"{kind}, {name}"
    for kind in ("SGD", "Adam", "AdamW")
    for name in SCHEDULES
]


@pytest.mark.parametrize("name", SINGLE + SCHEDULED)
def test_optimizers(golden, name):
    theirs = golden("optimizers")
    found = path(optimizer(name), theirs["kept"])
    assert len(found) == len(theirs["kept"]) >= 10
    for ours, wanted in zip(found, theirs["paths"][name], strict=True):
        close(ours[0], wanted[0])
        close(ours[1], wanted[1])


def test_every_path_is_compared(golden):
    assert set(golden("optimizers")["paths"]) == {*SINGLE, *SCHEDULED}
    assert set(golden("schedules")) == set(SCHEDULES)


def test_an_optimizer_with_another_setting_disagrees(golden):
    theirs = golden("optimizers")
    found = path(optimizers.Adam(0.1, epsilon=1e-6), theirs["kept"])
    far(found[-1][0], theirs["paths"]["Adam"][-1][0])


def test_pytorch_still_says_the_same(folder, golden):
    pytest.importorskip("torch", exc_type=ImportError)
    spec = importlib.util.spec_from_file_location(
        "make_golden", folder / "make_golden.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.everything()
    assert sorted(made) == sorted(NAMES)
    for name in NAMES:
        same(made[name], golden(name))


def same(made, kept):
    """Compare two trees of dicts, lists and numbers."""
    if isinstance(made, dict):
        assert sorted(made) == sorted(kept)
        for name, branch in made.items():
            same(branch, kept[name])
    elif isinstance(made, list):
        for branch, twig in zip(made, kept, strict=True):
            same(branch, twig)
    else:
        assert made == pytest.approx(kept, rel=1e-12, abs=1e-12)
