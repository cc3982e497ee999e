"""Convolution and pooling: by hand, by loops, by SciPy, by PyTorch."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from nnfs_code import correlation
from nnfs_code.activations import ReLU
from nnfs_code.convolution import (
    Conv2D,
    Flatten,
    GlobalMeanPool,
    MaxPool2D,
    MeanPool2D,
)
from nnfs_code.gradient_check import check
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.model_check import check_model
from nnfs_code.optimizers import Adam
from nnfs_code.packing import pack
from nnfs_code.penalties import L2

GOLDEN = Path(__file__).parent / "golden" / "convolutions.json"
RNG = np.random.default_rng(0)
PARTS = {
    "Conv2D": lambda: conv(2, 3, 3, padding=1),
    "strided": lambda: conv(2, 2, 2, stride=2, dilation=2),
    "MaxPool2D": lambda: MaxPool2D(2),
    "overlapping": lambda: MaxPool2D(3, 1),
    "MeanPool2D": lambda: MeanPool2D(3, 2),
    "GlobalMeanPool": GlobalMeanPool,
    "Flatten": Flatten,
}


def conv(*sizes, dtype=np.float64, **steps):
    rng = np.random.default_rng(1)
    layer = Conv2D(*sizes, rng=rng, dtype=dtype, **steps)
    layer.biases[:] = rng.standard_normal(layer.biases.shape)
    return layer


def pictures(*shape):
    """All numbers apart, so that no maximum is near a tie."""
    values = RNG.permutation(np.prod(shape)).reshape(shape)
    return values / values.size - 0.5


def by_loops(layer, inputs):
    """One window after another, one number after another."""
    p, s, d = layer.padding, layer.stride, layer.dilation
    padded = np.pad(inputs, ((0, 0), (0, 0), (p, p), (p, p)))
    span = d * (layer.size - 1) + 1
    high, wide = ((n - span) // s + 1 for n in padded.shape[2:])
    outputs = np.empty((len(inputs), len(layer.weights), high, wide))
    for n, f, r, c in np.ndindex(outputs.shape):
        rows, columns = slice(r * s, r * s + span, d), slice(c * s, None, d)
        window = padded[n, :, rows, columns][:, :, : layer.size]
        outputs[n, f, r, c] = (window * layer.weights[f]).sum()
        outputs[n, f, r, c] += layer.biases[f]
    return outputs


def close(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-10)


def test_by_hand():
    layer = conv(1, 1, 2)
    layer.weights[:], layer.biases[:] = [[[[1, 2], [0, -1]]]], 10
    picture = np.array([[[[1.0, 0, 2], [3, 1, 0], [0, 2, 4]]]])
    found = layer.forward(picture)[0, 0]
    np.testing.assert_array_equal(found, [[10, 14], [13, 7]])
    d_inputs = layer.backward(np.array([[[[1.0, 0], [0, 2]]]]))
    np.testing.assert_array_equal(
        d_inputs[0, 0], [[1, 2, 0], [0, 1, 4], [0, 0, -2]]
    )
    np.testing.assert_array_equal(layer.d_weights[0, 0], [[3, 0], [7, 9]])
    np.testing.assert_array_equal(layer.d_biases, [3])


SMALL = st.integers(1, 3)


@given(SMALL, SMALL, SMALL, SMALL, SMALL, st.integers(0, 2), st.booleans())
def test_it_says_what_the_loops_say(n, size, stride, dilation, f, pad, wide):
    high = dilation * (size - 1) + 1 + stride
    shape = n, 2, high + wide, high + 2
    layer = conv(2, f, size, stride=stride, dilation=dilation, padding=pad)
    inputs = np.random.default_rng(n).standard_normal(shape)
    close(layer.forward(inputs), by_loops(layer, inputs))


def test_it_says_what_scipy_says():
    layer, inputs = conv(3, 2, 3), RNG.standard_normal((2, 3, 8, 9))
    found = layer.forward(inputs)
    for n, f in itertools.product(range(2), range(2)):
        expected = layer.biases[f] + sum(
            correlate2d(inputs[n, c], layer.weights[f, c], mode="valid")
            for c in range(3)
        )
        close(found[n, f], expected)


def golden(kind):
    return json.loads(GOLDEN.read_text("utf-8"))["convolutions"][kind]


def arrays(theirs):
    return {
        name: np.array(value)
        for name, value in theirs.items()
        if isinstance(value, list)
    }


@pytest.mark.parametrize("number", range(5))
def test_a_convolution_says_what_pytorch_says(number):
    theirs = arrays(golden("Conv2D")[number])
    n_filters, n_channels, size, _ = theirs["weights"].shape
    padding, stride, dilation = map(int, theirs["steps"])
    layer = conv(
        n_channels,
        n_filters,
        size,
        padding=padding,
        stride=stride,
        dilation=dilation,
    )
    layer.weights[:], layer.biases[:] = theirs["weights"], theirs["biases"]
    close(layer.forward(theirs["inputs"]), theirs["outputs"])
    close(layer.backward(theirs["d_outputs"]), theirs["d_inputs"])
    close(layer.d_weights, theirs["d_weights"])
    close(layer.d_biases, theirs["d_biases"])
    with pytest.raises(AssertionError):  # the planted fault: not turned
        close(layer.d_weights[:, :, ::-1] + 1e-3, theirs["d_weights"])


@pytest.mark.parametrize("kind", [MaxPool2D, MeanPool2D])
@pytest.mark.parametrize("number", range(3))
def test_pooling_says_what_pytorch_says_ties_included(kind, number):
    theirs = golden(kind.__name__)[number]
    layer, theirs = kind(theirs["size"], theirs["stride"]), arrays(theirs)
    close(layer.forward(theirs["inputs"]), theirs["outputs"])
    close(layer.backward(theirs["d_outputs"]), theirs["d_inputs"])
    with pytest.raises(AssertionError):
        close(layer.backward(theirs["d_outputs"][::-1]), theirs["d_inputs"])


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("piece", [64, 2**20])
def test_backward_agrees_with_small_steps(name, piece, monkeypatch):
    """In one piece, and in as many as there are rows."""
    monkeypatch.setattr(correlation, "PIECE", piece)
    assert check(PARTS[name](), pictures(2, 2, 5, 6)).agrees


class Unturned(Conv2D):
    """The planted fault: filters that are not turned on the way back."""

    def backward(self, d_outputs):
        self.parameter_gradients(d_outputs)
        slopes = correlation.innermost(d_outputs)
        steps = self.padding, self.stride, self.dilation
        turned = self.weights[:, :, ::-1, ::-1]
        shape = self.images.shape
        found = correlation.image_slopes(slopes, turned, shape, *steps)
        return correlation.outermost(found)


class WithoutChannels(Conv2D):
    """The planted fault: a bias gradient that forgets the samples."""

    def parameter_gradients(self, d_outputs):
        super().parameter_gradients(d_outputs)
        self.d_biases = d_outputs[0].sum(axis=(1, 2))


@pytest.mark.parametrize("kind", [Unturned, WithoutChannels])
def test_the_check_finds_planted_faults(kind):
    layer = kind(2, 3, 3, rng=RNG, dtype=np.float64)
    assert not check(layer, pictures(2, 2, 5, 6)).agrees


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_stays(name, dtype):
    layer = PARTS[name]()
    if isinstance(layer, Conv2D):
        layer = Conv2D(2, 3, 3, rng=RNG, dtype=dtype)
    outputs = layer.forward(pictures(3, 2, 7, 6).astype(dtype))
    d_inputs = layer.backward(np.ones_like(outputs))
    assert outputs.dtype == d_inputs.dtype == dtype
    assert d_inputs.shape == (3, 2, 7, 6)
    for name, value in vars(layer).items():
        if name.startswith("d_"):
            assert value.dtype == dtype


@pytest.mark.parametrize("name", PARTS)
def test_how_the_inputs_lie_in_memory_does_not_matter(name):
    layer, inputs = PARTS[name](), pictures(3, 2, 6, 6)
    plain = layer.forward(inputs).copy()
    slopes = RNG.standard_normal(plain.shape)
    d_plain = layer.backward(slopes).copy()
    for order in ((3, 0, 1, 2), (0, 2, 3, 1), (1, 0, 2, 3)):
        back = np.argsort(order)
        laid = np.ascontiguousarray(inputs.transpose(back)).transpose(order)
        np.testing.assert_array_equal(laid, inputs)
        close(layer.forward(laid), plain)
        turned = np.asfortranarray(slopes)
        close(layer.backward(turned), d_plain)


def test_a_layer_leaves_its_inputs_and_earlier_outputs_alone():
    for name, make in PARTS.items():
        layer, inputs = make(), pictures(2, 2, 6, 6)
        kept = inputs.copy()
        first = layer.forward(inputs)
        before = first.copy()
        layer.backward(np.ones_like(first))
        layer.forward(inputs + 1)
        np.testing.assert_array_equal(inputs, kept, err_msg=name)
        np.testing.assert_array_equal(first, before, err_msg=name)


def test_ties_give_the_whole_gradient_to_the_first():
    layer = MaxPool2D(2)
    layer.forward(np.array([[[[1.0, 5, 0, 0], [5, 5, 0, 0]]]]))
    found = layer.backward(np.array([[[[2.0, 3.0]]]]))
    np.testing.assert_array_equal(found[0, 0], [[0, 2, 3, 0], [0, 0, 0, 0]])


@pytest.mark.parametrize("kind", [MaxPool2D, MeanPool2D])
def test_what_is_left_over_belongs_to_no_window(kind):
    layer, inputs = kind(2), pictures(1, 1, 5, 7)
    outputs = layer.forward(inputs)
    assert outputs.shape == (1, 1, 2, 3)
    np.testing.assert_array_equal(
        outputs, kind(2).forward(inputs[:, :, :4, :6])
    )
    d_inputs = layer.backward(np.ones((1, 1, 2, 3)))
    assert (d_inputs[:, :, 4] == 0).all()
    assert (d_inputs[:, :, :, 6] == 0).all()
    assert d_inputs.sum() == pytest.approx(6)


FOUR = "inputs of shape (n_samples, channels, height, width)"
WRONG = {
    "no channels": (
        lambda: conv(1, 2, 3).forward(np.ones((2, 7, 7))),
        f"Conv2D expected {FOUR}, got (2, 7, 7)",
    ),
    "a row to pool": (
        lambda: MaxPool2D(1).forward(np.ones((2, 7))),
        f"MaxPool2D expected {FOUR}, got (2, 7)",
    ),
    "other channels": (
        lambda: conv(3, 2, 3).forward(np.ones((2, 1, 7, 7))),
        "Conv2D expected 3 channels of float64, got 1 of float64",
    ),
    "another type": (
        lambda: conv(1, 2, 3).forward(np.ones((2, 1, 7, 7), "f")),
        "Conv2D expected 1 channels of float64, got 1 of float32",
    ),
    "too small": (
        lambda: conv(1, 2, 3, dilation=2).forward(np.ones((2, 1, 9, 4))),
        "Conv2D expected pictures of at least 5 by 5, padding included, "
        "got 9 by 4",
    ),
    "too small to pool": (
        lambda: MaxPool2D(3).forward(np.ones((2, 1, 2, 4))),
        "MaxPool2D expected pictures of at least 3 by 3, padding included, "
        "got 2 by 4",
    ),
    "no samples": (
        lambda: MeanPool2D(3).forward(np.ones((0, 1, 2, 4))),
        "MeanPool2D expected inputs with samples, "
        "got an empty array of shape (0, 1, 2, 4)",
    ),
    "not finite": (
        lambda: conv(1, 2, 1).forward(np.full((1, 1, 2, 2), np.nan)),
        "Conv2D expected finite inputs, got NaN or infinity",
    ),
    "not finite to pool": (
        lambda: MeanPool2D(1).forward(np.full((1, 1, 2, 2), np.inf)),
        "MeanPool2D expected finite inputs, got NaN or infinity",
    ),
    "not finite in a row": (
        lambda: Flatten().forward(np.full((2, 3), np.inf)),
        "Flatten expected finite inputs, got NaN or infinity",
    ),
    "whole numbers": (
        lambda: conv(1, 2, 1).forward(np.ones((1, 1, 2, 2), int)),
        "Conv2D expected inputs of dtype float32 or float64, got int64",
    ),
    "a list": (
        lambda: GlobalMeanPool().forward([[[[1.0]]]]),
        "GlobalMeanPool expected inputs as a plain array, got a list",
    ),
    "no channel": (
        lambda: conv(0, 2, 1),
        "Conv2D expected n_channels of at least 1, got 0",
    ),
    "no filter": (
        lambda: conv(1, 0, 1),
        "Conv2D expected n_filters of at least 1, got 0",
    ),
    "no size": (
        lambda: conv(1, 2, 0),
        "Conv2D expected size of at least 1, got 0",
    ),
    "no step": (
        lambda: conv(1, 2, 1, stride=0),
        "Conv2D expected stride of at least 1, got 0",
    ),
    "no dilation": (
        lambda: conv(1, 2, 1, dilation=0),
        "Conv2D expected dilation of at least 1, got 0",
    ),
    "weights of whole numbers": (
        lambda: Conv2D(1, 2, 1, rng=RNG, dtype=int),
        "Conv2D expected dtype float32 or float64, got int64",
    ),
    "negative padding": (
        lambda: conv(1, 2, 1, padding=-1),
        "Conv2D expected padding, unless it is 0, of at least 1, got -1",
    ),
    "half a padding": (
        lambda: conv(1, 2, 1, padding=0.5),
        "Conv2D expected padding, unless it is 0, as a whole number, got 0.5",
    ),
    "a padding of 0.0": (
        lambda: conv(1, 2, 1, padding=0.0),
        "Conv2D expected padding, unless it is 0, as a whole number, got 0.0",
    ),
    "no padding at all": (
        lambda: conv(1, 2, 1, padding=False),
        "Conv2D expected padding, unless it is 0, as a whole number, "
        "got False",
    ),
    "no size to pool": (
        lambda: MeanPool2D(0),
        "MeanPool2D expected size of at least 1, got 0",
    ),
    "no stride": (
        lambda: MaxPool2D(2, 0),
        "MaxPool2D expected stride of at least 1, got 0",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(name):
    call, message = WRONG[name]
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("kind", [int, np.int64, np.uint8])
@pytest.mark.parametrize("padding", [1, 2])
def test_whole_numbers_of_numpy_are_whole_numbers(kind, padding):
    layer = conv(kind(1), kind(2), kind(1), padding=kind(padding))
    assert layer.padding == padding
    assert type(layer.padding) is int


@pytest.mark.parametrize("name", PARTS)
def test_gradients_that_do_not_fit_are_refused(name):
    layer = PARTS[name]()
    owner = rf"^{type(layer).__name__}\.backward expected"
    with pytest.raises(
        RuntimeError, match=f"{owner} forward to be called first$"
    ):
        layer.backward(np.ones((2, 2, 2, 2)))
    outputs = layer.forward(pictures(2, 2, 6, 6))
    shapes = outputs.shape, (1, *outputs.shape[1:])
    sides = "d_outputs of shape {}, got {}".format(*map(str, shapes))
    with pytest.raises(ValueError, match=f"{owner} {re.escape(sides)}$"):
        layer.backward(np.ones_like(outputs)[1:])
    types = "d_outputs of dtype float64, got float32"
    with pytest.raises(TypeError, match=f"{owner} {types}$"):
        layer.backward(np.ones_like(outputs, "f"))


@pytest.mark.parametrize("name", PARTS)
def test_a_batch_may_be_of_one_sample(name):
    layer, inputs = PARTS[name](), pictures(3, 2, 6, 6)
    outputs = layer.forward(inputs).copy()
    slopes = RNG.standard_normal(outputs.shape)
    d_inputs = layer.backward(slopes).copy()
    close(layer.forward(inputs[:1]), outputs[:1])
    close(layer.backward(slopes[:1]), d_inputs[:1])


def network(dtype=np.float64, penalty=None):
    rng = np.random.default_rng(3)
    parts = [
        Conv2D(1, 3, 3, padding=1, rng=rng, dtype=dtype),
        MaxPool2D(2),
        ReLU(),
        Dropout(0.25, rng=np.random.default_rng(4)),
        Conv2D(3, 4, 2, stride=2, rng=rng, dtype=dtype),
        MeanPool2D(2, 1),
        Flatten(),
        Dense(4, 3, rng=rng, dtype=dtype),
    ]
    return Model(parts, SoftmaxCrossEntropy(), penalty=penalty)


def some_data(n=12, dtype=np.float64):
    rng = np.random.default_rng(5)
    return rng.standard_normal((n, 1, 9, 9)).astype(dtype), np.arange(n) % 3


def test_a_model_takes_them_without_special_cases():
    model, data = network(penalty=L2(0.01)), some_data()
    assert check_model(model, *data).agrees
    losses = [model.train_step(*data, adam) for adam in [Adam(0.01)] * 60]
    assert losses[-1] < 0.7 * losses[0]
    assert len(model.pairs()) == 6
    np.testing.assert_allclose(
        model.predict(data[0]), model.predict(data[0], batch_size=5)
    )


def test_training_goes_on_from_a_file_bit_by_bit(tmp_path):
    model, data, adam = network(), some_data(), Adam(0.01)
    for _ in range(3):
        model.train_step(*data, adam)
    model.save(tmp_path / "m.npz")
    again = Model.load(tmp_path / "m.npz")
    for _ in range(3):
        losses = [
            one.train_step(*data, one.optimizer) for one in (model, again)
        ]
        assert losses[0] == losses[1]
    for one, other in zip(model.parts, again.parts, strict=True):
        assert type(one) is type(other)
    for name in ("n_channels", "size", "stride", "padding", "dilation"):
        assert getattr(again.parts[4], name) == getattr(model.parts[4], name)
    assert again.parts[5].stride == 1


def test_a_file_with_other_sizes_is_refused(tmp_path):
    model = network()
    model.save(tmp_path / "m.npz")
    wrong = Conv2D(1, 3, 5, rng=RNG, dtype=np.float64)
    wrong.weights = model.parts[0].weights  # 3 by 3
    Model([wrong, Flatten()], model.loss).save(tmp_path / "m.npz")
    with pytest.raises(ValueError, match="weights of shape"):
        Model.load(tmp_path / "m.npz")


def test_a_packed_model_takes_them_too():
    plain, packed, data = network(), pack(network()), some_data()
    adams = Adam(0.01), Adam(0.01)
    for _ in range(5):
        losses = [
            model.train_step(*data, adam)
            for model, adam in zip((plain, packed), adams, strict=True)
        ]
        assert losses[0] == pytest.approx(losses[1], rel=1e-9)


def test_float32_trains_in_float32():
    model, data = network(np.float32), some_data(dtype=np.float32)
    model.fit(*data, Adam(0.01), epochs=2, batch_size=5, rng=RNG)
    assert {v.dtype for pair in model.pairs() for v in pair} == {np.dtype("f")}


def test_pieces_cover_everything_once_and_never_less_than_one_thing():
    piece = correlation.PIECE
    for n_bytes, lengths in ((7, [5]), (2 * piece, [2, 2, 1])):
        found = list(correlation.pieces(5, n_bytes))
        assert [part.stop - part.start for part in found] == lengths
        assert [k for p in found for k in range(p.start, p.stop)] == [
            *range(5)
        ]
    large = list(correlation.pieces(3, 10 * piece))
    assert large == [slice(0, 1), slice(1, 2), slice(2, 3)]


def test_the_first_weights_have_the_spread_of_he():
    layer = Conv2D(8, 64, 3, rng=np.random.default_rng(0), dtype=np.float64)
    assert layer.weights.var() * 8 * 9 == pytest.approx(2, rel=0.05)
    assert abs(layer.weights.mean()) < 0.01
    assert not layer.biases.any()


def test_flatten_keeps_the_order():
    inputs = np.arange(24.0).reshape(2, 3, 2, 2)
    np.testing.assert_array_equal(
        Flatten().forward(inputs), np.arange(24.0).reshape(2, 12)
    )


def test_what_is_left_out_is_the_plainest():
    layer = Conv2D(2, 3, 3, rng=RNG)
    steps = layer.padding, layer.stride, layer.dilation
    assert (*steps, layer.dtype) == (0, 1, 1, np.float32)
    assert layer.forward(np.ones((1, 2, 5, 6), "f")).shape == (1, 3, 3, 4)
    images, weights = np.arange(9.0).reshape(1, 3, 3, 1), np.ones((1, 1, 2, 2))
    found = correlation.correlate(images, weights)[0, :, :, 0]
    np.testing.assert_array_equal(found, [[8, 12], [20, 24]])
