"""Attention: by hand, by a plain loop, by slopes, by PyTorch."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code import attention
from nnfs_code.attention import (
    KeyValueCache,
    LearnedPositions,
    MultiHeadAttention,
    SinusoidalPositions,
    attend,
    attend_backward,
    causal_mask,
    rotated,
    sinusoidal_positions,
    softmax,
)
from nnfs_code.gradient_check import check, numerical_gradient

FILE = Path(__file__).parent / "golden" / "attention.json"
GOLDEN = json.loads(FILE.read_text("utf-8"))["attention"]
NAMES = ["weights", "biases", "out_weights", "out_biases"]


def normal(*shape, seed=2):
    return np.random.default_rng(seed).standard_normal(shape)


def made(n_features=4, n_heads=2, dtype=np.float64, **how):
    rng = np.random.default_rng(1)
    layer = MultiHeadAttention(
        n_features, n_heads, rng=rng, dtype=dtype, **how
    )
    layer.biases[:] = rng.standard_normal(layer.biases.shape)
    layer.out_biases[:] = rng.standard_normal(layer.out_biases.shape)
    return layer


def close(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-10)


def test_softmax_by_hand():
    scores = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 0.5]])
    close(softmax(scores), [[1 / 8, 2 / 8, 5 / 8], [6 / 13, 6 / 13, 1 / 13]])
    mask = np.array([[True, True, False], [False, False, True]])
    kept = scores.copy()
    found = softmax(scores, mask)
    close(found, [[1 / 3, 2 / 3, 0], [0, 0, 1]])
    assert (found[~mask] == 0).all()
    np.testing.assert_array_equal(scores, kept)
    far = np.array([[1e4, -1e4]], dtype=np.float32)
    assert softmax(far).tolist() == [[1, 0]]
    assert softmax(far, np.array([True, True])).dtype == np.float32
    # What is hidden may be as large as it likes.
    hidden = np.array([False, True])
    assert softmax(far, hidden).tolist() == [[0, 1]]


@pytest.mark.parametrize("mask", [[[True], [False]], [False]])
def test_a_query_must_have_a_key(mask):
    with pytest.raises(
        ValueError, match="a mask that leaves each query a key"
    ):
        softmax(np.zeros((2, 1)), np.array(mask))


def test_a_look_up_by_hand():
    """Two keys as far from the query as makes it 1 to 3."""
    queries = np.array([[2.0, 0.0, 0.0, 0.0]])  # over the root of 4: 1
    keys = np.array([[0.0, 9, 9, 9], [np.log(3), 9, 9, 9]])
    values = np.array([[4.0, 0.0], [8.0, 1.0]])
    outputs, shares = attend(queries, keys, values)
    close(shares, [[0.25, 0.75]])
    close(outputs, [[7, 0.75]])
    outputs, shares = attend(queries, keys, values, np.array([True, False]))
    assert shares.tolist() == [[1, 0]]
    close(outputs, [[4, 0]])


def test_attend_refuses():
    pair = np.zeros((2, 3))
    for given_ in (
        (pair, np.zeros((2, 4)), pair),
        (pair, pair, np.zeros((3, 3))),
        (pair, np.zeros((3, 3)), pair),
        (pair[0], pair, pair),
        (pair, pair[0], pair),
        (pair, pair, pair[0]),
    ):
        with pytest.raises(ValueError, match="attend expected a key of the"):
            attend(*given_)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("fault", [0, 0.01])
def test_slopes_of_a_look_up(masked, fault):
    given_ = [normal(2, 3, 4), normal(2, 5, 4, seed=3), normal(2, 5, 2)]
    mask = causal_mask(3, 2) if masked else None
    d_outputs = normal(2, 3, 2, seed=4)

    def value():
        return float((attend(*given_, mask)[0] * d_outputs).sum())

    shares = attend(*given_, mask)[1]
    found = attend_backward(d_outputs, *given_, shares)
    for values, slopes in zip(given_, found, strict=True):
        expected = numerical_gradient(value, values)
        agree = np.allclose(
            slopes * (1 + fault), expected, rtol=1e-5, atol=1e-8
        )
        assert agree == (fault == 0)


def test_causal_masks():
    assert causal_mask(3).tolist() == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    np.testing.assert_array_equal(causal_mask(2, 3), causal_mask(5)[3:])


def by_loops(layer, inputs, lengths=None):
    """One sample, one head, one step at a time, by the formulas."""
    _, n_steps, n_features = inputs.shape
    size = n_features // layer.n_heads
    outputs = np.empty_like(inputs)
    for i, rows in enumerate(inputs):
        sums = rows @ layer.weights + layer.biases
        for t in range(n_steps):
            end = n_steps if lengths is None else lengths[i]
            seen = range(min(end, t + 1) if layer.causal else end)
            joined = []
            for head in range(layer.n_heads):
                at = slice(head * size, (head + 1) * size)
                queries, keys, values = (
                    part[:, at] for part in np.split(sums, 3, axis=1)
                )
                if layer.rotary:
                    queries, keys = by_complex(queries), by_complex(keys)
                ups = [np.exp(queries[t] @ keys[s] / size**0.5) for s in seen]
                joined.append(
                    sum(u * values[s] for u, s in zip(ups, seen, strict=True))
                    / sum(ups)
                )
            outputs[i, t] = np.concatenate(joined) @ layer.out_weights
    return outputs + layer.out_biases


def by_complex(rows):
    """Turn points as complex numbers."""
    half = rows.shape[1] // 2
    points = rows[:, :half] + 1j * rows[:, half:]
    for t in range(len(rows)):
        for i in range(half):
            points[t, i] *= np.exp(1j * t * 10_000 ** (-i / half))
    return np.hstack([points.real, points.imag])


HOW = {
    "all": {},
    "causal": {"causal": True},
    "rotary": {"rotary": True},
    "both": {"causal": True, "rotary": True},
}


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
@pytest.mark.parametrize("lengths", [None, np.array([2, 5, 1])])
@pytest.mark.parametrize(("size", "n_heads"), [(8, 2), (8, 4), (4, 1)])
def test_it_is_what_the_formulas_say(how, lengths, size, n_heads):
    layer, inputs = made(size, n_heads, **how), normal(3, 5, size)
    close(layer.forward(inputs, lengths), by_loops(layer, inputs, lengths))
    assert layer.shares.shape == (3, n_heads, 5, 5)
    close(layer.shares.sum(axis=-1), 1)
    if lengths is not None:
        assert not layer.shares[0, ..., 2:].any()


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
@pytest.mark.parametrize("lengths", [None, np.array([2, 4])])
def test_gradients(how, lengths):
    layer = made(**how)
    forward = layer.forward
    layer.forward = lambda values: forward(values, lengths)
    report = check(layer, normal(2, 4, 4))
    assert report.agrees, report
    assert [c.name for c in report.comparisons] == ["inputs", *NAMES]


def test_gradients_of_fewer_steps_than_features():
    report = check(made(8, 2, rotary=True), normal(1, 3, 8))
    assert report.agrees, report


@pytest.mark.parametrize("share", [0.99, 1.01])
def test_the_check_finds_one_per_cent(share, monkeypatch):
    back = attention.softmax_backward
    monkeypatch.setattr(
        attention, "softmax_backward", lambda *two: share * back(*two)
    )
    assert not check(made(), normal(2, 4, 4)).agrees


def test_the_check_finds_a_rotation_that_goes_on(monkeypatch):
    """The way back turned the wrong way."""
    monkeypatch.setattr(
        attention, "rotated", lambda heads, steps: rotated(heads, abs(steps))
    )
    assert not check(made(rotary=True), normal(2, 4, 4)).agrees


@given(st.integers(0, 4), st.integers(0, 1000))
def test_no_step_sees_a_later_one(step, seed):
    layer, inputs = made(causal=True, rotary=bool(seed % 2)), normal(2, 5, 4)
    before = layer.forward(inputs)
    inputs[:, step] += normal(4, seed=seed)
    after = layer.forward(inputs)
    np.testing.assert_array_equal(after[:, :step], before[:, :step])
    assert (after[:, step:] != before[:, step:]).any()


@given(st.permutations(range(5)))
def test_without_positions_order_means_nothing(order):
    layer, inputs = made(), normal(2, 5, 4)
    outputs = layer.forward(inputs)
    close(layer.forward(inputs[:, order]), outputs[:, order])


def test_padding_changes_nothing():
    layer, inputs = made(causal=False), normal(2, 5, 4)
    lengths = np.array([3, 5])
    found = layer.forward(inputs, lengths)
    close(layer.forward(inputs[:1, :3])[0], found[0, :3])
    inputs[0, 3:] = 100
    close(layer.forward(inputs, lengths)[0, :3], found[0, :3])
    d_outputs = np.ones((2, 5, 4))
    d_outputs[0, 3:] = 0
    assert not layer.backward(d_outputs)[0, 3:].any()


def test_heads_of_an_odd_size():
    layer, inputs = made(6, 2), normal(2, 3, 6)
    close(layer.forward(inputs), by_loops(layer, inputs))


def test_heads_go_apart_and_together():
    layer = made(6, 3)
    rows = normal(2 * 5, 3 * 6)
    heads = layer.split(rows, 2)
    assert heads.shape == (3, 2, 3, 5, 2)
    assert np.shares_memory(heads, rows)
    # Keys of the second sample, last head, at step 3.
    close(heads[1, 1, 2, 3], rows[5 + 3, 6 + 4 : 6 + 6])
    np.testing.assert_array_equal(layer.join(heads), rows)


def test_the_start():
    layer = MultiHeadAttention(64, 4, rng=np.random.default_rng(0))
    for name, width in (("weights", 192), ("out_weights", 64)):
        weights = getattr(layer, name)
        assert weights.shape == (64, width)
        assert weights.var() == pytest.approx(1 / 64, rel=0.1)
        assert weights.dtype == np.float32
        assert weights.flags.c_contiguous
        assert weights.base is None
    assert not layer.biases.any()
    assert not layer.out_biases.any()
    assert layer.biases.shape == (1, 192)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept(dtype):
    layer = made(dtype=dtype, rotary=True, causal=True)
    outputs = layer.forward(normal(2, 4, 4).astype(dtype), np.array([4, 2]))
    found = [outputs, layer.shares, layer.backward(np.ones_like(outputs))]
    for name in NAMES:
        found += [getattr(layer, name), getattr(layer, f"d_{name}")]
    cache = KeyValueCache()
    found.append(layer.continued(normal(2, 4, 4).astype(dtype), cache))
    found.append(cache.heads)
    positions = LearnedPositions(
        4, 4, rng=np.random.default_rng(0), dtype=dtype
    )
    for part in (positions, SinusoidalPositions()):
        found.append(part.forward(outputs))
        found.append(part.backward(outputs))
    assert {values.dtype for values in found} == {np.dtype(dtype)}


@pytest.mark.parametrize("rotary", [False, True])
@pytest.mark.parametrize("pieces", [(5,), (3, 2), (1, 1, 1, 1, 1)])
def test_with_a_cache_it_finds_the_same(rotary, pieces):
    layer, inputs = made(causal=True, rotary=rotary), normal(2, 5, 4)
    expected, cache, start = layer.forward(inputs), KeyValueCache(), 0
    assert cache.n_steps == 0
    for n_steps in pieces:
        new = inputs[:, start : start + n_steps]
        start += n_steps
        found = layer.continued(new, cache)
        close(found, expected[:, start - n_steps : start])
        assert cache.n_steps == start
    assert cache.heads.shape == (2, 2, 2, 5, 2)


def test_turning_keeps_lengths_and_only_distances_count():
    size = 6
    queries, keys = normal(1, size), normal(1, size, seed=3)

    def score(i, j):
        turned = rotated(queries, np.array([i])), rotated(keys, np.array([j]))
        return float((turned[0] @ turned[1].T)[0, 0])

    assert score(7, 3) == pytest.approx(score(104, 100))
    assert score(7, 3) != pytest.approx(score(7, 4))
    assert score(5, 5) == pytest.approx(float((queries @ keys.T)[0, 0]))
    steps = np.arange(9)
    rows = normal(9, size)
    turned = rotated(rows, steps)
    close(np.linalg.norm(turned, axis=1), np.linalg.norm(rows, axis=1))
    close(rotated(turned, -steps), rows)
    close(turned, by_complex(rows))
    assert rotated(rows.astype(np.float32), steps).dtype == np.float32


def test_sinusoidal_positions():
    table = sinusoidal_positions(50, 8)
    for i in range(4):
        angles = np.arange(50) / 10_000 ** (2 * i / 8)
        close(table[:, 2 * i], np.sin(angles))
        close(table[:, 2 * i + 1], np.cos(angles))
    assert sinusoidal_positions(3, 5).shape == (3, 5)
    close(sinusoidal_positions(3, 5)[:, 4], np.sin(np.arange(3) * 1e4**-0.8))
    # The product of two rows depends on how far apart they are.
    products = table @ table.T
    close(np.diag(products, 3), products[0, 3])
    layer, inputs = SinusoidalPositions(), normal(2, 5, 8)
    close(layer.forward(inputs) - inputs, np.stack([table[:5]] * 2))
    close(layer.forward(inputs, 7) - inputs, np.stack([table[7:12]] * 2))
    assert check(layer, inputs).agrees


def test_learned_positions():
    rng = np.random.default_rng(0)
    layer = LearnedPositions(6, 3, rng=rng, dtype=np.float64)
    inputs = normal(2, 4, 3)
    close(layer.forward(inputs) - inputs, np.stack([layer.weights[:4]] * 2))
    close(layer.forward(inputs, 2) - inputs, np.stack([layer.weights[2:]] * 2))
    report = check(layer, inputs)
    assert report.agrees, report
    assert [c.name for c in report.comparisons] == ["inputs", "weights"]
    layer.forward(inputs, 2)
    layer.backward(np.ones((2, 4, 3)))
    close(layer.d_weights[:, 0], [0, 0, 2, 2, 2, 2])
    for inputs, n_before in ((normal(2, 7, 3), 0), (normal(2, 1, 3), 6)):
        with pytest.raises(ValueError, match="at most 6 steps, got 7"):
            layer.forward(inputs, n_before)


LAYER = "MultiHeadAttention expected "
LEAST = " of at least 1, got 0"
A_STEP = "inputs of shape (n_samples, n_steps, 4), got "
FIRST = "expected forward to be called first"
REFUSED = [
    (lambda: made(0, 1), ValueError, f"{LAYER}n_features{LEAST}"),
    (lambda: made(4, 0), ValueError, f"{LAYER}n_heads{LEAST}"),
    (
        lambda: made(4, 3),
        ValueError,
        f"{LAYER}n_features as a multiple of 3 heads, got 4",
    ),
    (
        lambda: made(6, 2, rotary=True),
        ValueError,
        f"{LAYER}pairs of features in each head, to turn them, got 3 features",
    ),
    (
        lambda: made(dtype=int),
        TypeError,
        f"{LAYER}dtype float32 or float64, got int64",
    ),
    (
        lambda: made().forward(normal(3, 4)),
        ValueError,
        f"{LAYER}{A_STEP}(3, 4)",
    ),
    (
        lambda: made().forward(normal(2, 3, 5)),
        ValueError,
        f"{LAYER}{A_STEP}(2, 3, 5)",
    ),
    (
        lambda: made().continued(normal(3, 4), KeyValueCache()),
        ValueError,
        f"{LAYER}{A_STEP}(3, 4)",
    ),
    (
        lambda: made().forward(normal(2, 3, 4).astype(np.float32)),
        TypeError,
        f"{LAYER}inputs of dtype float64, got float32",
    ),
    (
        lambda: made().forward(normal(2, 3, 4), np.array([4, 1])),
        ValueError,
        f"{LAYER}lengths 1 to 3, got 1 to 4",
    ),
    (
        lambda: made().backward(normal(2, 3, 4)),
        RuntimeError,
        f"MultiHeadAttention.backward {FIRST}",
    ),
    (
        lambda: SinusoidalPositions().backward(normal(2, 3, 4)),
        RuntimeError,
        f"SinusoidalPositions.backward {FIRST}",
    ),
    (
        lambda: learned().backward(normal(2, 3, 4)),
        RuntimeError,
        f"LearnedPositions.backward {FIRST}",
    ),
    (
        lambda: SinusoidalPositions().forward(normal(3, 4)),
        ValueError,
        f"SinusoidalPositions expected {A_STEP}(3, 4)",
    ),
    (
        lambda: learned().forward(normal(3, 4)),
        ValueError,
        f"LearnedPositions expected {A_STEP}(3, 4)",
    ),
    (
        lambda: learned().forward(normal(1, 7, 4)),
        ValueError,
        "LearnedPositions expected at most 6 steps, got 7",
    ),
    (
        lambda: learned(0),
        ValueError,
        f"LearnedPositions expected n_steps{LEAST}",
    ),
    (
        lambda: learned(6, 0),
        ValueError,
        f"LearnedPositions expected n_features{LEAST}",
    ),
    (
        lambda: learned(dtype=int),
        TypeError,
        "LearnedPositions expected dtype float32 or float64, got int64",
    ),
    (
        lambda: sinusoidal_positions(0, 3),
        ValueError,
        f"sinusoidal_positions expected n_steps{LEAST}",
    ),
    (
        lambda: sinusoidal_positions(3, 0),
        ValueError,
        f"sinusoidal_positions expected n_features{LEAST}",
    ),
    (
        lambda: softmax(np.zeros((1, 2)), np.zeros(2, bool)),
        ValueError,
        "softmax expected a mask that leaves each query a key, "
        "got rows of False",
    ),
    (
        lambda: attend(normal(2, 3), normal(4, 3), normal(5, 6)),
        ValueError,
        "attend expected a key of the size of a query, and a value, per "
        "step, got shapes (2, 3), (4, 3) and (5, 6)",
    ),
]


def learned(n_steps=6, n_features=4, dtype=np.float64):
    rng = np.random.default_rng(0)
    return LearnedPositions(n_steps, n_features, rng=rng, dtype=dtype)


@pytest.mark.parametrize(("call", "error", "said"), REFUSED)
def test_what_is_refused(call, error, said):
    with pytest.raises(error, match=f"^{re.escape(said)}$"):
        call()


@pytest.mark.parametrize("part", [made(), learned(), SinusoidalPositions()])
def test_gradients_of_another_shape_are_refused(part):
    part.forward(normal(2, 3, 4))
    wanted = f"^{type(part).__name__}.backward expected d_outputs of"
    with pytest.raises(ValueError, match=rf"{wanted} shape \(2, 3, 4\)"):
        part.backward(normal(2, 3, 5))
    with pytest.raises(TypeError, match=f"{wanted} dtype float64"):
        part.backward(np.ones((2, 3, 4), np.float32))


@pytest.mark.parametrize(
    "name", ["all", "causal", "unequal", "unequal, causal"]
)
def test_pytorch(name):
    theirs = GOLDEN[name]
    layer = made(4, 2, causal="causal" in name)
    golden_names = ["in_proj_weight", "in_proj_bias"]
    golden_names += ["out_proj.weight", "out_proj.bias"]
    for ours, key in zip(NAMES, golden_names, strict=True):
        getattr(layer, ours)[:] = np.array(theirs[key]).T
    lengths = theirs["lengths"] and np.array(theirs["lengths"])
    inputs = np.array(theirs["inputs"])
    close(layer.forward(inputs, lengths), theirs["outputs"])
    close(layer.shares, theirs["shares"])
    d_inputs = layer.backward(np.array(theirs["d_outputs"]))
    close(d_inputs, theirs["d_inputs"])
    for ours, key in zip(NAMES, golden_names, strict=True):
        found = getattr(layer, f"d_{ours}")
        expected = np.array(theirs[f"d_{key}"]).T.reshape(found.shape)
        close(found, expected)
    with pytest.raises(AssertionError):
        close(1.01 * layer.d_weights, np.array(theirs["d_in_proj_weight"]).T)
