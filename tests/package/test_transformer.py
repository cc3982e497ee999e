"""GELU, blocks, a small GPT: values, slopes, PyTorch, the cache, learning."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code import transformer
from nnfs_code.attention import LearnedPositions, SinusoidalPositions
from nnfs_code.embedding import Embedding
from nnfs_code.gradient_check import check
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.model_check import check_model
from nnfs_code.optimizers import Adam
from nnfs_code.promises import every_part
from nnfs_code.sampling import top_k
from nnfs_code.sequences import repeats
from nnfs_code.texts import transformer_runs
from nnfs_code.transformer import (
    GELU,
    GPT,
    SequenceCrossEntropy,
    TransformerBlock,
)

FILE = Path(__file__).parent / "golden" / "attention.json"
GOLDEN = json.loads(FILE.read_text("utf-8"))["attention"]
LEAST = " of at least 1, got 0"
POSITIONS = pytest.mark.parametrize("positions", transformer.POSITIONS)


def normal(*shape, seed=2):
    return np.random.default_rng(seed).standard_normal(shape)


def close(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-10)


def gpt(*sizes, dtype=np.float64, **how):
    """A small one, and one whose last layer says something from the start."""
    sizes = sizes or (7, 4, 2, 2, 6)
    found = GPT(*sizes, rng=np.random.default_rng(3), dtype=dtype, **how)
    found.parts[-1].weights *= 50
    return found


def block(causal=False, dtype=np.float64):
    rng = np.random.default_rng(1)
    return TransformerBlock(4, 2, rng=rng, causal=causal, dtype=dtype)


def test_gelu():
    inputs = np.array([[-8.0, -1.0, 0.0, 0.5, 8.0]])
    outputs = GELU().forward(inputs)
    # x times the probability that a normal number is smaller than x.
    exact = [0.5 * x * (1 + math.erf(x / math.sqrt(2))) for x in inputs[0]]
    np.testing.assert_allclose(outputs[0], exact, atol=3e-4)
    inner = math.sqrt(2 / math.pi) * (inputs + 0.044715 * inputs**3)
    close(outputs, 0.5 * inputs * (1 + np.tanh(inner)))
    report = check(GELU(), normal(3, 4))
    assert report.agrees, report
    assert GELU().forward(inputs.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("share", [0.99, 1.01])
def test_the_check_finds_one_per_cent_of_a_gelu(share):
    class Off(GELU):
        def backward(self, d_outputs):
            return super().backward(share * d_outputs)

    assert not check(Off(), normal(3, 4)).agrees


@pytest.mark.parametrize("causal", [False, True])
def test_a_block_is_its_parts(causal):
    made, inputs = block(causal), normal(2, 5, 4)
    outputs = made.forward(inputs)
    one, two = made.parts
    values = one.forward(inputs)
    close(outputs, [two.forward(sample) for sample in values])
    assert made.attention.causal == causal
    assert check(made, inputs).agrees


def test_the_start_of_a_block():
    made = TransformerBlock(32, 2, rng=np.random.default_rng(0))
    assert not made.causal
    assert not made.rotary
    assert made.dtype == np.float32
    for layer, n_inputs in zip(
        made.parts[1].parts[1::2], (32, 128), strict=True
    ):
        assert layer.weights.shape == (n_inputs, 160 - n_inputs)
        assert layer.weights.var() == pytest.approx(1 / n_inputs, rel=0.1)
        assert not layer.biases.any()


def test_a_block_looks_behind_no_end():
    made, inputs = block(), normal(2, 5, 4)
    found = made.forward(inputs, np.array([3, 5]))
    close(found[:1, :3], made.forward(inputs[:1, :3]))


@pytest.mark.parametrize(
    ("positions", "fault"),
    [*((kind, 0) for kind in transformer.POSITIONS), ("rotary", 0.01)],
)
def test_all_gradients_of_a_model(positions, fault):
    made = gpt(5, 4, 2, 1, 4, positions=positions)
    model = Model([made], SequenceCrossEntropy())
    tokens, targets = np.random.default_rng(0).integers(5, size=(2, 2, 4))
    back = model.parts[0].blocks[0].parts[0].backward
    model.parts[0].blocks[0].parts[0].backward = lambda slopes: back(
        slopes * (1 + fault)
    )
    report = check_model(model, tokens, targets)
    assert report.agrees == (fault == 0), report
    # A table, a block of 12, a norm, a dense layer; a table of positions.
    assert len(report.comparisons) == 17 + (positions == "learned")


@POSITIONS
def test_the_parts(positions):
    made = gpt(positions=positions)
    kinds = [type(part) for part in made.parts]
    between = {"learned": [LearnedPositions]} | {
        "sinusoidal": [SinusoidalPositions]
    }
    assert kinds[:-2] == [
        Embedding,
        *between.get(positions, []),
        *[TransformerBlock] * 2,
    ]
    assert list(map(type, made.blocks)) == [TransformerBlock] * 2
    for each in made.blocks:
        assert each.attention.rotary == (positions == "rotary")
        assert each.attention.causal


@POSITIONS
def test_no_step_sees_a_later_one(positions):
    made = gpt(positions=positions)
    tokens = np.random.default_rng(0).integers(7, size=(3, 6))
    before = made.forward(tokens)
    assert before.shape == (3, 6, 7)
    tokens[:, 3] = (tokens[:, 3] + 1) % 7
    after = made.forward(tokens)
    np.testing.assert_array_equal(after[:, :3], before[:, :3])
    assert (after[:, 3:] != before[:, 3:]).any(axis=(0, 2)).all()


@POSITIONS
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_with_caches_the_scores_are_the_same(positions, dtype):
    made = gpt(9, 16, 4, 3, 24, positions=positions, dtype=dtype)
    tokens = np.random.default_rng(0).integers(9, size=(3, 24))
    expected = made.forward(tokens)
    caches, most = made.caches(), 0.0
    for start, end in ((0, 5), (5, 6), *((t, t + 1) for t in range(6, 24))):
        scores = made.continued(tokens[:, start:end], caches)
        assert scores.dtype == dtype
        most = max(most, np.abs(scores - expected[:, end - 1]).max())
    assert most < (1e-5 if dtype == np.float32 else 1e-12)
    assert [cache.n_steps for cache in caches] == [24] * 3


@given(
    st.sampled_from(transformer.POSITIONS),
    st.integers(1, 9),
    st.integers(1, 15),
    st.integers(0, 9),
)
def test_with_caches_the_same_is_written(positions, n_before, n, seed):
    made = gpt(positions=positions)
    tokens = np.random.default_rng(seed).integers(7, size=(2, n_before))
    kept = tokens.copy()
    one, two = (
        made.generate(
            tokens, n, rng=np.random.default_rng(seed), cached=cached
        )
        for cached in (False, True)
    )
    assert one.shape == (2, n)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(tokens, kept)


def test_no_block_is_left_out_for_want_of_a_cache():
    made = gpt()
    with pytest.raises(ValueError, match="shorter"):
        made.continued(np.array([[1, 2]]), made.caches()[:1])


def test_one_block_and_its_cache_write_the_same():
    made, tokens = gpt(7, 4, 2, 1, 6), np.array([[1, 2]])
    one, two = (
        made.generate(tokens, 5, rng=np.random.default_rng(0), cached=cached)
        for cached in (False, True)
    )
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("window", "expected"),
    [(6, [2, 3, 4, 5, 6, 3, 4]), (5, [2, 3, 4, 5, 3, 4, 5]), (1, [1] * 7)],
)
def test_a_full_window_keeps_its_later_half(window, expected):
    made, seen = gpt(7, 4, 2, 2, window), []
    forward = made.forward

    def noted(tokens):
        seen.append(tokens.shape[1])
        return forward(tokens)

    made.forward = noted
    tokens = np.zeros((1, 2), dtype=int)
    made.generate(tokens, 7, rng=np.random.default_rng(0), cached=False)
    assert seen == expected


def test_a_cache_reads_nothing_twice():
    made, seen = gpt(), []
    continued = made.continued

    def noted(tokens, caches):
        seen.append(tokens.shape[1])
        return continued(tokens, caches)

    made.continued = noted
    tokens = np.zeros((1, 2), dtype=int)
    made.generate(tokens, 9, rng=np.random.default_rng(0))
    assert seen == [2, 1, 1, 1, 1, 3, 1, 1, 1]


def test_what_is_done_to_the_chances():
    made, tokens = gpt(), np.array([[1, 2]])
    rng = np.random.default_rng(0)
    found = made.generate(tokens, 4, rng=rng, shaped=lambda p: top_k(p, 1))
    best = tokens
    for _ in range(4):
        new = made.forward(best)[:, -1].argmax(axis=1)
        best = np.append(best, new[:, np.newaxis], axis=1)
    np.testing.assert_array_equal(found, best[:, 2:])


def test_the_loss_of_a_sequence_is_the_mean_of_its_steps():
    scores, labels = normal(3, 5, 4), np.arange(15).reshape(3, 5) % 4
    loss, plain = SequenceCrossEntropy(), SoftmaxCrossEntropy()
    expected = [
        plain.forward(rows, right)
        for rows, right in zip(scores, labels, strict=True)
    ]
    close(loss.sample_losses(scores, labels), expected)
    assert loss.forward(scores, labels) == pytest.approx(np.mean(expected))
    report = check(loss, scores, labels)
    assert report.agrees, report
    assert loss.backward().shape == scores.shape
    shapes = labels[:, :4], labels.ravel(), labels[..., np.newaxis], [[1]]
    for targets in shapes:
        with pytest.raises(ValueError, match="a target per sample and step"):
            loss.forward(scores, targets)
    with pytest.raises(ValueError, match="a target per sample and step"):
        loss.forward(scores[0], labels[0])
    with pytest.raises(TypeError, match=r"SequenceCrossEntropy .* logits as"):
        loss.forward(scores.tolist(), labels)
    with pytest.raises(RuntimeError, match="expected forward"):
        SequenceCrossEntropy().backward()


ROWS = "GPT expected tokens of shape (n_samples, n_steps), got "
FIRST = "expected forward to be called first"
NO_N = "GPT.generate expected n "
A_TARGET = "SequenceCrossEntropy expected logits with a target per sample"
REFUSED = [
    (lambda: gpt(0, 4, 2, 2, 6), ValueError, "GPT expected n_tokens" + LEAST),
    (
        lambda: gpt(7, 0, 2, 2, 6),
        ValueError,
        "GPT expected n_features" + LEAST,
    ),
    (lambda: gpt(7, 4, 0, 2, 6), ValueError, "GPT expected n_heads" + LEAST),
    (lambda: gpt(7, 4, 2, 0, 6), ValueError, "GPT expected n_blocks" + LEAST),
    (lambda: gpt(7, 4, 2, 2, 0), ValueError, "GPT expected n_steps" + LEAST),
    (
        lambda: gpt(7, 5, 2, 2, 6),
        ValueError,
        "MultiHeadAttention expected n_features as a multiple of 2 heads, "
        "got 5",
    ),
    (
        lambda: gpt(positions="both"),
        ValueError,
        "GPT expected positions as one of ('learned', 'sinusoidal', "
        "'rotary', 'none'), got 'both'",
    ),
    (
        lambda: gpt(dtype=int),
        TypeError,
        "GPT expected dtype float32 or float64, got int64",
    ),
    (lambda: gpt().forward(np.arange(3)), ValueError, ROWS + "(3,)"),
    (lambda: gpt().forward([[1]]), ValueError, ROWS + "list"),
    (
        lambda: gpt().continued(np.arange(3), gpt().caches()),
        ValueError,
        ROWS + "(3,)",
    ),
    (
        lambda: gpt().forward(np.full((1, 2), 7)),
        ValueError,
        "Embedding expected tokens 0 to 6, got 7 to 7",
    ),
    (
        lambda: gpt().forward(np.zeros((1, 7), int)),
        ValueError,
        "LearnedPositions expected at most 6 steps, got 7",
    ),
    (
        lambda: gpt().backward(normal(2, 3, 7)),
        RuntimeError,
        f"LayerNorm.backward {FIRST}",
    ),
    (
        lambda: block().backward(normal(2, 3, 4)),
        RuntimeError,
        f"MultiHeadAttention.backward {FIRST}",
    ),
    (
        lambda: GELU().backward(normal(3, 4)),
        RuntimeError,
        f"GELU.backward {FIRST}",
    ),
    (
        lambda: GELU().forward([[1.0]]),
        TypeError,
        "GELU expected inputs as a plain array, got a list",
    ),
    (lambda: written(0), ValueError, NO_N + "of at least 1, got 0"),
    (lambda: written(2.0), TypeError, NO_N + "as a whole number, got 2.0"),
    (
        lambda: SequenceCrossEntropy().forward(normal(2, 3, 4), [[1]]),
        ValueError,
        A_TARGET + " and step, got (2, 3, 4) and a list",
    ),
    (
        lambda: SequenceCrossEntropy().forward(
            normal(2, 3, 4), np.zeros((2, 4), int)
        ),
        ValueError,
        A_TARGET + " and step, got (2, 3, 4) and (2, 4)",
    ),
    (
        lambda: SequenceCrossEntropy().forward([[[1.0]]], np.array([[0]])),
        TypeError,
        "SequenceCrossEntropy expected logits as a plain array, got a list",
    ),
]


def written(n):
    start = np.zeros((1, 1), int)
    return gpt().generate(start, n, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("call", "error", "said"), REFUSED)
def test_what_is_refused(call, error, said):
    with pytest.raises(error, match=f"^{re.escape(said)}$"):
        call()


def test_gradients_of_another_shape_are_refused():
    made, one, gelu = gpt(), block(), GELU()
    made.forward(np.zeros((2, 3), int))
    one.forward(normal(2, 3, 4))
    gelu.forward(normal(2, 3, 4))
    for part, shape in (
        (made, (2, 3, 7)),
        (one, (2, 3, 4)),
        (gelu, (2, 3, 4)),
    ):
        owner = f"{type(part).__name__}.backward expected d_outputs of"
        said = re.escape(f"{owner} shape {shape}, got (2, 4, 4)")
        with pytest.raises(ValueError, match=f"^{said}$"):
            part.backward(normal(2, 4, 4))
        said = f"^{owner} dtype float64, got float32$"
        with pytest.raises(TypeError, match=said):
            part.backward(np.ones(shape, np.float32))


@POSITIONS
def test_a_model_goes_on_where_it_was_saved(positions, tmp_path):
    model = Model([gpt(positions=positions)], SequenceCrossEntropy())
    tokens = np.random.default_rng(0).integers(7, size=(8, 6))
    adam = Adam(0.01)
    for _ in range(3):
        model.train_step(tokens[:, :-1], tokens[:, 1:], adam)
    model.save(tmp_path / "gpt.npz")
    again = Model.load(tmp_path / "gpt.npz")
    assert type(again.parts[0]) is GPT
    assert again.parts[0].positions == positions
    for one, two in zip(
        every_part(again.parts), every_part(model.parts), strict=True
    ):
        assert type(one) is type(two)
    for _ in range(3):
        expected = model.train_step(tokens[:, :-1], tokens[:, 1:], adam)
        found = again.train_step(
            tokens[:, :-1], tokens[:, 1:], again.optimizer
        )
        assert found == expected
    chances = model.predict(tokens.astype(float))
    np.testing.assert_array_equal(again.predict(tokens.astype(float)), chances)
    assert chances.shape == (8, 6, 7)
    close(chances.sum(axis=-1), 1)
    loss = model.evaluate(tokens[:, :-1].astype(float), tokens[:, 1:]).loss
    assert loss == pytest.approx(
        model.loss.forward(model.forward(tokens[:, :-1]), tokens[:, 1:])
    )


def test_what_the_runs_have_stored_is_there():
    assert {"cache", "digest"} <= set(transformer_runs())


FEW = "4 or more steps, and a token for each of half of them"


def test_repeats():
    rng = np.random.default_rng(0)
    inputs, targets, known = repeats(300, 12, 8, rng=rng)
    assert inputs.shape == targets.shape == known.shape == (300, 12)
    np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])
    lengths = 12 - known.sum(axis=1)
    assert sorted(set(lengths)) == [3, 4, 5, 6]
    for row, after, length in zip(inputs, targets, lengths, strict=True):
        pattern = row[:length]
        assert len(set(pattern)) == length
        # Six tokens are the most: the next one must be the first again.
        assert (len(set(row[:6])) == 6) == (length == 6)
        whole = np.append(row, after[-1])
        np.testing.assert_array_equal(whole, np.resize(pattern, 13))
    assert set(inputs.ravel()) == set(range(8))
    for sizes, said in (
        ((0, 4, 2), "n_samples of at least 1, got 0"),
        ((1, 0, 2), "n_steps of at least 1, got 0"),
        ((1, 3, 9), f"{FEW}, got 3 steps and 9 tokens"),
        ((1, 8, 3), f"{FEW}, got 8 steps and 3 tokens"),
    ):
        with pytest.raises(ValueError, match=f"^repeats expected {said}$"):
            repeats(*sizes, rng=rng)


def test_the_shortest_repeats_and_the_fewest_tokens():
    inputs, targets, known = repeats(50, 4, 2, rng=np.random.default_rng(0))
    rows = np.hstack([inputs, targets[:, -1:]]).tolist()
    seen = {tuple(row) for row in rows}
    assert seen == {
        (0, 1, 0, 1, 0),
        (1, 0, 1, 0, 1),
        (0, 0, 0, 0, 0),
        (1, 1, 1, 1, 1),
    }
    alike = (inputs[:, :1] == inputs).all(axis=1)
    assert (known.sum(axis=1) == np.where(alike, 3, 2)).all()
    for n_steps, n_tokens in ((8, 4), (9, 4)):
        rows, _, _ = repeats(
            1, n_steps, n_tokens, rng=np.random.default_rng(0)
        )
        assert rows.shape == (1, n_steps)


@pytest.mark.parametrize(
    ("n_blocks", "low", "high"), [(2, 0.9, 1), (1, 0, 0.8)]
)
def test_two_blocks_learn_to_continue_a_pattern(n_blocks, low, high):
    rng = np.random.default_rng(0)
    made = GPT(8, 24, 1, n_blocks, 12, rng=rng)
    model, adam = Model([made], SequenceCrossEntropy()), Adam(0.004)
    for _ in range(200):
        inputs, targets, _ = repeats(32, 12, 8, rng=rng)
        model.train_step(inputs, targets, adam)
    inputs, targets, known = repeats(200, 12, 8, rng=rng)
    right = made.forward(inputs).argmax(axis=-1) == targets
    assert low <= right[known].mean() <= high


def test_pytorch():
    theirs, made = GOLDEN["block"], block(causal=True)
    (norm, attention), (second, wide, _, back) = (
        each.parts for each in made.parts
    )
    places = {
        "self_attn.in_proj_weight": (attention, "weights"),
        "self_attn.in_proj_bias": (attention, "biases"),
        "self_attn.out_proj.weight": (attention, "out_weights"),
        "self_attn.out_proj.bias": (attention, "out_biases"),
        "linear1.weight": (wide, "weights"),
        "linear1.bias": (wide, "biases"),
        "linear2.weight": (back, "weights"),
        "linear2.bias": (back, "biases"),
        "norm1.weight": (norm, "gains"),
        "norm1.bias": (norm, "biases"),
        "norm2.weight": (second, "gains"),
        "norm2.bias": (second, "biases"),
    }
    for key, (part, name) in places.items():
        getattr(part, name)[:] = np.array(theirs[key]).T
    close(made.forward(np.array(theirs["inputs"])), theirs["outputs"])
    d_inputs = made.backward(np.array(theirs["d_outputs"]))
    close(d_inputs, theirs["d_inputs"])
    for key, (part, name) in places.items():
        found = getattr(part, f"d_{name}")
        expected = np.array(theirs[f"d_{key}"]).T.reshape(found.shape)
        close(found, expected)
    with pytest.raises(AssertionError):
        close(1.01 * d_inputs, theirs["d_inputs"])
