"""Twins, made of tensors, of the parts that chapters after 24 bring.

``LATER`` has a function for each class. It gets a random generator, and
yields (part, twin, inputs), in float64; for a loss, the targets too. The twin
is called with the part, the inputs as a tensor, the targets if there are some,
and a tensor for each parameter that has a gradient, by its name:
``twin(part, x, weights=…, biases=…)``. It says what `forward` says, in
operations of tensors.

A class that the package does not have (yet) is left alone, and one that needs
no twin is in ``ELSEWHERE``, with a reason.
"""

from importlib import import_module

import numpy as np

from nnfs_code.activations import Tanh
from nnfs_code.autograd import Tensor
from nnfs_code.autograd_operations import (
    concatenate,
    exp,
    log,
    maximum,
    tanh,
)
from nnfs_code.layers import Dense

ELSEWHERE = {"Gated": "what LSTM and GRU share; both are judged"}


def of(module, name):
    """Return a class of the package, which may be that of a later chapter."""
    return getattr(import_module(f"nnfs_code.{module}"), name)


# Chapter 25: normalisation


def normalised(part, x, axis, gains, biases=0.0, centred=True):
    if centred:
        x = x - x.mean(axis, keepdims=True)
    squares = (x**2).mean(axis, keepdims=True)
    return gains * (x / (squares + part.epsilon) ** 0.5) + biases


def by_feature(part, x, gains, biases):
    """Normalise each feature over the batch, and over pictures' pixels."""
    axes = tuple(axis for axis in range(len(x.shape)) if axis != 1)
    shape = (1, -1) + (1,) * (len(x.shape) - 2)
    return normalised(
        part, x, axes, gains.reshape(*shape), biases.reshape(*shape)
    )


def drawn(part, rng):
    """Return a part with random gains, and biases if it has some."""
    for name in ("gains", "biases"):
        if hasattr(part, name):
            array = getattr(part, name)
            array[:] = rng.normal(size=array.shape)
    return part


def batch_norms(rng):
    for shape in ((6, 3), (4, 3, 2, 5)):
        part = of("normalization", "BatchNorm")(3, dtype=np.float64)
        yield drawn(part, rng), by_feature, rng.normal(size=shape)


def layer_norms(rng):
    for shape in ((6, 4), (2, 3, 4)):
        part = of("normalization", "LayerNorm")(4, dtype=np.float64)

        def twin(part, x, gains, biases):
            return normalised(part, x, -1, gains, biases)

        yield drawn(part, rng), twin, rng.normal(size=shape)


def rms_norms(rng):
    for shape in ((6, 4), (2, 3, 4)):
        part = of("normalization", "RMSNorm")(4, dtype=np.float64)

        def twin(part, x, gains):
            return normalised(part, x, -1, gains, centred=False)

        yield drawn(part, rng), twin, rng.normal(size=shape)


def residuals(rng):
    dense = Dense(4, 4, rng=rng, dtype=np.float64)
    dense.weights[:] = rng.normal(size=(4, 4))

    def twin(part, x):
        return x + tanh(x @ dense.weights + dense.biases)

    part = of("residual", "Residual")([dense, Tanh()])
    yield part, twin, rng.normal(size=(5, 4))


# Chapter 26: pictures


def framed(x, width):
    """Return pictures with zeros around them."""
    for axis in (2, 3) if width else ():
        shape = list(x.shape)
        shape[axis] = width
        zeros = Tensor(np.zeros(shape))
        x = concatenate([zeros, x, zeros], axis)
    return x


def seen(x, place, size, stride, dilation=1):
    """Return what one place of all windows sees."""
    picked = [slice(None), slice(None)]
    for side, first in zip(x.shape[2:], place, strict=True):
        last = (side - dilation * (size - 1) - 1) // stride * stride
        start = first * dilation
        picked.append(slice(start, start + last + 1, stride))
    return x[tuple(picked)]


def convolution(part, x, weights, biases):
    x, size = framed(x, part.padding), part.size
    total = biases
    for i, j in np.ndindex(size, size):
        pixels = seen(x, (i, j), size, part.stride, part.dilation)
        table = weights[:, :, i, j].transpose()
        total = pixels.transpose(0, 2, 3, 1) @ table + total
    return total.transpose(0, 3, 1, 2)


def convolutions(rng):
    for settings in (
        {},
        {"padding": 1},
        {"padding": 2, "stride": 2},
        {"padding": 1, "dilation": 2},
    ):
        part = of("convolution", "Conv2D")(
            2, 4, 3, rng=rng, dtype=np.float64, **settings
        )
        part.biases[:] = rng.normal(size=4)
        yield part, convolution, rng.normal(size=(3, 2, 7, 6))


def pools(name, twin):
    def parts(rng):
        for settings in ((2,), (3, 2)):
            part = of("convolution", name)(*settings)
            yield part, twin, rng.normal(size=(3, 2, 7, 6))

    return parts


def corners(part, x):
    places = np.ndindex(part.size, part.size)
    return [seen(x, place, part.size, part.stride) for place in places]


def largest(part, x):
    first, *others = corners(part, x)
    for other in others:
        first = maximum(first, other)
    return first


def mean(part, x):
    first, *others = corners(part, x)
    for other in others:
        first = first + other
    return first / part.size**2


def simple(name, twin):
    def parts(rng):
        yield of("convolution", name)(), twin, rng.normal(size=(3, 2, 4, 5))

    return parts


# Chapter 28: recurrence


def recurrence(part, x, weights, state_weights, biases):
    n_samples, n_steps, _ = x.shape
    state, states = np.zeros((n_samples, part.n_units)), []
    for step in range(n_steps):
        sums = x[:, step] @ weights + state @ state_weights + biases
        state = tanh(sums)
        states.append(state.reshape(n_samples, 1, -1))
    return concatenate(states, 1) if part.return_sequences else state


def recurrent(rng):
    for every in (False, True):
        part = of("recurrent", "RNN")(
            3, 4, rng=rng, return_sequences=every, dtype=np.float64
        )
        part.biases[:] = rng.normal(size=part.biases.shape)
        yield part, recurrence, rng.normal(size=(5, 6, 3))


def each_step(rng):
    dense = Dense(4, 2, rng=rng, dtype=np.float64)
    dense.biases[:] = rng.normal(size=dense.biases.shape)

    def twin(part, x):
        return (x @ dense.weights + dense.biases).reshape(len(x.values), -1)

    yield of("recurrent", "EachStep")(dense), twin, rng.normal(size=(3, 5, 4))


# Chapter 29: gates


def sigmoid(x):
    return 1 / (1 + exp(-x))


def blocks(sums, n_units):
    """Return the columns of each block."""
    starts = range(0, sums.shape[1], n_units)
    return [sums[:, at : at + n_units] for at in starts]


def with_cells(part, x, weights, state_weights, biases):
    state = cell = np.zeros((len(x.values), part.n_units))
    states = []
    for step in range(x.shape[1]):
        sums = x[:, step] @ weights + state @ state_weights + biases
        enter, keep, show, new = blocks(sums, part.n_units)
        cell = sigmoid(keep) * cell + sigmoid(enter) * tanh(new)
        state = sigmoid(show) * tanh(cell)
        states.append(state.reshape(len(x.values), 1, -1))
    return concatenate(states, 1) if part.return_sequences else state


def without_cells(part, x, weights, state_weights, biases, state_biases):
    state, states = np.zeros((len(x.values), part.n_units)), []
    for step in range(x.shape[1]):
        from_inputs = blocks(x[:, step] @ weights + biases, part.n_units)
        from_state = blocks(state @ state_weights, part.n_units)
        reset = sigmoid(from_inputs[0] + from_state[0])
        keep = sigmoid(from_inputs[1] + from_state[1])
        recalled = from_state[2] + state_biases
        new = tanh(from_inputs[2] + reset * recalled)
        state = keep * state + (1 - keep) * new
        states.append(state.reshape(len(x.values), 1, -1))
    return concatenate(states, 1) if part.return_sequences else state


def gated(name, twin):
    def parts(rng):
        for every in (False, True):
            part = of("gated", name)(
                3, 4, rng=rng, return_sequences=every, dtype=np.float64
            )
            part.biases[:] = rng.normal(size=part.biases.shape)
            if name == "GRU":
                part.state_biases[:] = rng.normal(size=(1, 4))
            yield part, twin, rng.normal(size=(5, 6, 3))

    return parts


# Chapter 30: tokens


def embeddings(rng):
    def twin(part, x, weights):  # no slope along the number of a row
        rows = weights[x.values.astype(int)]
        return rows + (0 * x).reshape(*x.shape, 1)

    part = of("embedding", "Embedding")(5, 3, rng=rng, dtype=np.float64)
    yield part, twin, rng.integers(5, size=(4, 6)).astype(np.float64)


def joined(rng):
    def twin(part, x):
        return x.reshape(len(x.values), -1)

    yield of("embedding", "Joined")(), twin, rng.normal(size=(3, 4, 2))


# Chapter 31: attention


def turned(heads):
    """Return heads with points turned by an angle per step."""
    half = heads.shape[-1] // 2
    steps = np.arange(heads.shape[-2])[:, np.newaxis]
    angles = steps * 10_000.0 ** (-np.arange(half) / half)
    one, two = heads[..., :half], heads[..., half:]
    cosines, sines = np.cos(angles), np.sin(angles)
    return concatenate(
        [one * cosines - two * sines, one * sines + two * cosines], -1
    )


def looked_up(part, x, weights, biases, out_weights, out_biases):
    n_samples, n_steps, n_features = x.shape
    size = n_features // part.n_heads
    sums = (x @ weights + biases).reshape(
        n_samples, n_steps, 3, part.n_heads, size
    )
    queries, keys, values = (
        sums[:, :, i].transpose(0, 2, 1, 3) for i in range(3)
    )
    if part.rotary:
        queries, keys = turned(queries), turned(keys)
    ups = exp(queries @ keys.transpose(0, 1, 3, 2) * size**-0.5)
    if part.causal:
        ups = ups * np.tri(n_steps)
    found = ups / ups.sum(-1, keepdims=True) @ values
    joined = found.transpose(0, 2, 1, 3).reshape(n_samples, n_steps, -1)
    return joined @ out_weights + out_biases


def attentions(rng):
    for how in ({}, {"causal": True}, {"causal": True, "rotary": True}):
        part = of("attention", "MultiHeadAttention")(
            8, 2, rng=rng, dtype=np.float64, **how
        )
        part.biases[:] = rng.normal(size=part.biases.shape)
        part.out_biases[:] = rng.normal(size=(1, 8))
        yield part, looked_up, rng.normal(size=(3, 5, 8))


def learned_positions(rng):
    def twin(part, x, weights):
        return x + weights[: x.shape[1]]

    part = of("attention", "LearnedPositions")(7, 4, rng=rng, dtype=float)
    yield part, twin, rng.normal(size=(3, 5, 4))


def sinusoidal_positions(rng):
    def twin(part, x):
        angles = np.arange(5)[:, np.newaxis] * [1.0, 1.0, 0.01, 0.01]
        even = np.arange(4) % 2 == 0
        return x + np.where(even, np.sin(angles), np.cos(angles))

    part = of("attention", "SinusoidalPositions")()
    yield part, twin, rng.normal(size=(3, 5, 4))


def gelu(part, x):
    inner = (2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)
    return 0.5 * x * (1 + tanh(inner))


def simple_gelu(rng):
    yield of("transformer", "GELU")(), gelu, 2 * rng.normal(size=(3, 4))


def through_block(block, x):
    """Say what a block says: its parameters are constants here."""
    (norm, attention), (second, wide, _, back) = (
        each.parts for each in block.parts
    )
    rows = normalised(norm, x, -1, norm.gains, norm.biases)
    names = ("weights", "biases", "out_weights", "out_biases")
    arrays = [getattr(attention, name) for name in names]
    x = x + looked_up(attention, rows, *arrays)
    rows = normalised(second, x, -1, second.gains, second.biases)
    hidden = gelu(None, rows @ wide.weights + wide.biases)
    return x + (hidden @ back.weights + back.biases)


def blocks_of_attention(rng):
    for causal in (False, True):
        part = of("transformer", "TransformerBlock")(
            4, 2, rng=rng, causal=causal, dtype=np.float64
        )
        yield part, through_block, rng.normal(size=(3, 5, 4))


def gpts(rng):
    def twin(part, x):  # no slope along the number of a token
        table, positions, *blocks, norm, last = part.parts
        rows = table.weights[x.values.astype(int)] + positions.weights[:5]
        rows = rows + (0 * x).reshape(*x.shape, 1)
        for block in blocks:
            rows = through_block(block, rows)
        rows = normalised(norm, rows, -1, norm.gains, norm.biases)
        return rows @ last.weights + last.biases

    part = of("transformer", "GPT")(6, 4, 2, 2, 5, rng=rng, dtype=np.float64)
    yield part, twin, rng.integers(6, size=(3, 5)).astype(np.float64)


def sequence_losses(rng):
    def twin(part, x, labels):
        ups = exp(x)
        logs = log(ups / ups.sum(-1, keepdims=True))
        samples, steps = np.indices(labels.shape)
        return -logs[samples, steps, labels].mean()

    part = of("transformer", "SequenceCrossEntropy")()
    scores, labels = rng.normal(size=(3, 5, 4)), rng.integers(4, size=(3, 5))
    yield part, twin, scores, labels


# Chapter 34: bags of tokens


def mean_embeddings(rng):
    def twin(part, x, weights):
        tokens = x.values.astype(int)
        some = (tokens > 0)[:, :, np.newaxis].astype(np.float64)
        rows = (weights[tokens] * some).sum(axis=1)
        return rows / np.maximum(some.sum(axis=1), 1) + (0 * x).sum(
            axis=1, keepdims=True
        )

    part = of("bags", "MeanEmbedding")(5, 3, rng=rng, dtype=np.float64)
    tokens = rng.integers(5, size=(4, 6)).astype(np.float64)
    tokens[1] = 0
    yield part, twin, tokens


def over_steps(rng):
    def twin(part, x):
        return x.mean(axis=1)

    yield of("bags", "MeanOverSteps")(), twin, rng.normal(size=(3, 5, 4))


# Chapter 35: counts


def poissons(rng):
    def twin(part, x, counts):
        logs = np.log(np.where(counts > 0, counts, 1))
        return (exp(x) - counts + counts * (logs - x)).mean()

    yield (
        of("losses", "Poisson")(),
        twin,
        rng.normal(size=(6, 2)),
        rng.poisson(2, size=(6, 2)).astype(np.float64),
    )


LATER = {
    "Poisson": poissons,
    "BatchNorm": batch_norms,
    "LayerNorm": layer_norms,
    "RMSNorm": rms_norms,
    "Residual": residuals,
    "Conv2D": convolutions,
    "MaxPool2D": pools("MaxPool2D", largest),
    "MeanPool2D": pools("MeanPool2D", mean),
    "GlobalMeanPool": simple(
        "GlobalMeanPool", lambda part, x: x.mean(axis=(2, 3))
    ),
    "Embedding": embeddings,
    "Joined": joined,
    "MultiHeadAttention": attentions,
    "LearnedPositions": learned_positions,
    "SinusoidalPositions": sinusoidal_positions,
    "GELU": simple_gelu,
    "TransformerBlock": blocks_of_attention,
    "GPT": gpts,
    "SequenceCrossEntropy": sequence_losses,
    "MeanEmbedding": mean_embeddings,
    "MeanOverSteps": over_steps,
    "RNN": recurrent,
    "EachStep": each_step,
    "LSTM": gated("LSTM", with_cells),
    "GRU": gated("GRU", without_cells),
    "Flatten": simple("Flatten", lambda part, x: x.reshape(len(x.values), -1)),
}
