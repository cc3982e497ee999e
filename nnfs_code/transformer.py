# --8<-- [start:ch31-transformer-imports]
"""A small GPT: blocks of attention and dense layers, and what it writes."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import (
    Array,
    Labels,
    check_count,
    check_floats,
    complaint,
    float_type,
)
from nnfs_code.attention import (
    KeyValueCache,
    LearnedPositions,
    MultiHeadAttention,
    SinusoidalPositions,
    softmax,
)
from nnfs_code.backward import check_d_outputs, kept_by_forward
from nnfs_code.embedding import Embedding
from nnfs_code.gates import squash
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.normalization import LayerNorm
from nnfs_code.residual import Residual
from nnfs_code.sampling import draw

# --8<-- [end:ch31-transformer-imports]


# --8<-- [start:ch31-gelu]
class GELU:
    """Each input times a gate that it opens itself, near 1 if it is large.

    The gate is close to the probability that a normal number is smaller.
    It is ``sigmoid(2 * z)`` with ``z = c * (x + a * x**3)``.

    References
    ----------
    Hendrycks and Gimpel (2016), section 2, the form with tanh.

    >>> GELU().forward(np.array([[-3.0, 0.0, 1.0, 3.0]])).round(3)
    array([[-0.004,  0.   ,  0.841,  2.996]])
    """

    c, a = math.sqrt(2 / math.pi), 0.044715

    def forward(self, inputs: Array) -> Array:
        """Return the outputs, in the shape of the inputs."""
        check_floats(inputs, "GELU")
        gates = 2 * self.c * inputs * (1 + self.a * inputs * inputs)
        squash(gates)
        self.inputs, self.gates = inputs, gates
        outputs: Array = inputs * gates
        return outputs

    # --8<-- [end:ch31-gelu]

    # --8<-- [start:ch31-gelu-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs: through both factors."""
        inputs = kept_by_forward(self, "inputs")
        check_d_outputs(self, d_outputs, inputs.shape, inputs.dtype)
        d_z = 2 * self.c * (1 + 3 * self.a * inputs * inputs)
        d_gates = self.gates * (1 - self.gates) * d_z
        d_inputs: Array = d_outputs * (self.gates + inputs * d_gates)
        return d_inputs

    # --8<-- [end:ch31-gelu-backward]


# --8<-- [start:ch31-block]
class TransformerBlock:
    """Attention among the steps, then two dense layers in each step.

    Both with a way around them, and each with a `LayerNorm` in front.

    Parameters
    ----------
    n_features, n_heads : int
        As of `MultiHeadAttention`. The dense layers are 4 times as wide.
    rng : numpy.random.Generator
        Source of the initial weights.
    causal, rotary : bool
        As of `MultiHeadAttention`.
    dtype : float32 or float64

    Attributes
    ----------
    parts : tuple of two `Residual`
    attention : MultiHeadAttention

    References
    ----------
    Radford and others (2019), section 2.3, for the norms in front.

    >>> block = TransformerBlock(6, 2, rng=np.random.default_rng(0))
    >>> block.forward(np.ones((5, 7, 6), dtype=np.float32)).shape
    (5, 7, 6)
    """

    # --8<-- [end:ch31-block]

    # --8<-- [start:ch31-block-init]
    def __init__(
        self,
        n_features: int,
        n_heads: int,
        *,
        rng: np.random.Generator,
        causal: bool = False,
        rotary: bool = False,
        dtype: DTypeLike = np.float32,
    ) -> None:
        how: dict[str, Any] = {"rng": rng, "dtype": dtype}
        attention = MultiHeadAttention(
            n_features, n_heads, causal=causal, rotary=rotary, **how
        )
        self.n_features, self.n_heads = attention.n_features, attention.n_heads
        self.causal, self.rotary = attention.causal, attention.rotary
        self.dtype, size = attention.dtype, attention.n_features
        norms = [LayerNorm(size, dtype=self.dtype) for _ in range(2)]
        wide = dense(size, 4 * size, rng, self.dtype)
        back = dense(4 * size, size, rng, self.dtype)
        self.parts = (
            Residual([norms[0], attention]),
            Residual([norms[1], wide, GELU(), back]),
        )

    # --8<-- [end:ch31-block-init]

    # --8<-- [start:ch31-block-passes]
    def forward(self, inputs: Array, lengths: Labels | None = None) -> Array:
        """Return the inputs plus what attention and dense layers add.

        With `lengths`, no step looks behind the end of its sequence.
        """
        norm, attention = self.parts[0].parts
        values = inputs + attention.forward(norm.forward(inputs), lengths)
        rows = self.parts[1].forward(values.reshape(-1, self.n_features))
        return rows.reshape(inputs.shape)

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        shape = kept_by_forward(self.attention, "shares").shape
        wanted = shape[0], shape[2], self.n_features
        check_d_outputs(self, d_outputs, wanted, self.dtype)
        d_rows = self.parts[1].backward(d_outputs.reshape(-1, wanted[2]))
        return self.parts[0].backward(d_rows.reshape(wanted))

    @property
    def attention(self) -> MultiHeadAttention:
        """Who looks where: its `shares` are those of the last pass."""
        attention: MultiHeadAttention = self.parts[0].parts[1]
        return attention

    # --8<-- [end:ch31-block-passes]

    # --8<-- [start:ch31-block-continued]
    def continued(self, inputs: Array, cache: KeyValueCache) -> Array:
        """Return the outputs of new steps, as `forward` would."""
        norm, attention = self.parts[0].parts
        values = inputs + attention.continued(norm.forward(inputs), cache)
        rows = self.parts[1].forward(values.reshape(-1, self.n_features))
        return rows.reshape(inputs.shape)

    # --8<-- [end:ch31-block-continued]


# --8<-- [start:ch31-dense]
def dense(
    n_inputs: int,
    n_neurons: int,
    rng: np.random.Generator,
    dtype: np.dtype[Any],
) -> Dense:
    """Return a layer with weights of variance 1 / n_inputs."""
    layer = Dense(n_inputs, n_neurons, rng=rng, dtype=dtype)
    drawn = rng.standard_normal((n_inputs, n_neurons))
    layer.weights[:] = drawn / math.sqrt(n_inputs)
    return layer


# --8<-- [end:ch31-dense]


# --8<-- [start:ch31-gpt]
class GPT:
    """A language model of causal blocks: scores for what comes next.

    A single part of a `Model`: with `SequenceCrossEntropy` behind it, it
    learns from all steps of a sequence at once.

    Parameters
    ----------
    n_tokens, n_features, n_heads, n_blocks : int
    n_steps : int
        How many steps it looks at: no more can be read with learned
        positions, and no more are read when it writes.
    rng : numpy.random.Generator
        Source of the initial weights.
    positions : "learned", "sinusoidal", "rotary" or "none"
        How it is told where a step is.
    dtype : float32 or float64

    Attributes
    ----------
    parts : tuple
        A table of tokens, one of positions if there is one, the blocks, a
        `LayerNorm`, and a dense layer.

    References
    ----------
    Radford and others (2018) and (2019).

    >>> gpt = GPT(11, 6, 2, 3, 8, rng=np.random.default_rng(0))
    >>> gpt.forward(np.zeros((5, 7), dtype=int)).shape
    (5, 7, 11)
    """

    # --8<-- [end:ch31-gpt]

    # --8<-- [start:ch31-gpt-init]
    def __init__(
        self,
        n_tokens: int,
        n_features: int,
        n_heads: int,
        n_blocks: int,
        n_steps: int,
        *,
        rng: np.random.Generator,
        positions: str = "learned",
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.n_tokens = check_count("GPT", "n_tokens", n_tokens)
        self.n_features = check_count("GPT", "n_features", n_features)
        self.n_heads = check_count("GPT", "n_heads", n_heads)
        self.n_blocks = check_count("GPT", "n_blocks", n_blocks)
        self.n_steps = check_count("GPT", "n_steps", n_steps)
        self.positions = check_positions(positions)
        self.dtype = float_type(dtype, "GPT")
        self.parts = tuple(self.made(rng))

    # --8<-- [end:ch31-gpt-init]

    # --8<-- [start:ch31-gpt-made]
    def made(self, rng: np.random.Generator) -> list[Any]:
        """Return all parts, from the first to the last."""
        size = self.n_features
        how: dict[str, Any] = {"rng": rng, "dtype": self.dtype}
        parts: list[Any] = [Embedding(self.n_tokens, size, **how)]
        if self.positions == "learned":
            parts.append(LearnedPositions(self.n_steps, size, **how))
        elif self.positions == "sinusoidal":
            parts.append(SinusoidalPositions())
        rotary = self.positions == "rotary"
        for _ in range(self.n_blocks):
            block = TransformerBlock(
                size, self.n_heads, causal=True, rotary=rotary, **how
            )
            parts.append(block)
        last = Dense(size, self.n_tokens, **how)
        return [*parts, LayerNorm(size, dtype=self.dtype), last]

    # --8<-- [end:ch31-gpt-made]

    # --8<-- [start:ch31-gpt-passes]
    def forward(self, inputs: Labels | Array) -> Array:
        """Return the scores, shape (n_samples, n_steps, n_tokens).

        Those of a step are for the token after it.
        """
        check_rows(inputs)
        *parts, norm, last = self.parts
        values = inputs
        for part in parts:
            values = part.forward(values)
        rows = norm.forward(values).reshape(-1, self.n_features)
        scores: Array = last.forward(rows)
        return scores.reshape(*inputs.shape, self.n_tokens)

    def backward(self, d_outputs: Array) -> Array:
        """Return zeros, as `Embedding` does; the parts have the gradients."""
        *parts, norm, last = self.parts
        shape = kept_by_forward(norm, "normalized").shape
        wanted = *shape[:2], self.n_tokens
        check_d_outputs(self, d_outputs, wanted, self.dtype)
        slopes: Array = last.backward(d_outputs.reshape(-1, self.n_tokens))
        slopes = norm.backward(slopes.reshape(shape))
        for part in reversed(parts):
            slopes = part.backward(slopes)
        return slopes

    # --8<-- [end:ch31-gpt-passes]

    # --8<-- [start:ch31-gpt-blocks]
    @property
    def blocks(self) -> tuple[TransformerBlock, ...]:
        """The blocks, from the first to the last."""
        blocks: tuple[TransformerBlock, ...] = self.parts[
            -2 - self.n_blocks : -2
        ]
        return blocks

    # --8<-- [end:ch31-gpt-blocks]

    # --8<-- [start:ch31-gpt-continued]
    def caches(self) -> list[KeyValueCache]:
        """Return an empty cache for each block."""
        return [KeyValueCache() for _ in self.blocks]

    def continued(self, inputs: Labels, caches: list[KeyValueCache]) -> Array:
        """Return the scores behind the last of new steps, as `forward` would.

        Shape (n_samples, n_tokens). The caches get all new steps.
        """
        check_rows(inputs)
        table, *between, norm, last = self.parts
        values = table.forward(inputs)
        if len(between) > self.n_blocks:
            values = between[0].forward(values, caches[0].n_steps)
        for block, cache in zip(self.blocks, caches, strict=True):
            values = block.continued(values, cache)
        scores: Array = last.forward(norm.forward(values[:, -1]))
        return scores

    # --8<-- [end:ch31-gpt-continued]

    # --8<-- [start:ch31-generate]
    def generate(
        self,
        tokens: Labels,
        n: int,
        *,
        rng: np.random.Generator,
        shaped: Callable[[Array], Array] | None = None,
        cached: bool = True,
    ) -> Labels:
        """Return `n` more tokens per row, each drawn and appended.

        When `n_steps` are full, only the later half of them stays.

        Parameters
        ----------
        tokens : ndarray of int, shape (n_samples, 1 or more)
            What stands before the first new token.
        shaped : callable, optional
            What is done to the probabilities before drawing, `top_k` say.
        cached : bool
            Whether steps that were read once are not read again.
        """
        start, caches = 0, self.caches()
        for _ in range(check_count("GPT.generate", "n", n)):
            if tokens.shape[1] - start > self.n_steps:
                start = tokens.shape[1] - (self.n_steps + 1) // 2
                caches = self.caches()
            if cached:
                new = tokens[:, start + caches[0].n_steps :]
                scores = self.continued(new, caches)
            else:
                scores = self.forward(tokens[:, start:])[:, -1]
            chances = softmax(scores.astype(np.float64))
            drawn = draw(shaped(chances) if shaped else chances, rng=rng)
            tokens = np.append(tokens, drawn[:, np.newaxis], axis=1)
        return tokens[:, -n:]

    # --8<-- [end:ch31-generate]


# --8<-- [start:ch31-sequence-loss]
class SequenceCrossEntropy(SoftmaxCrossEntropy):
    """`SoftmaxCrossEntropy` for each step; a sequence's loss is their mean.

    >>> loss = SequenceCrossEntropy()
    >>> round(loss.forward(np.zeros((1, 3, 2)), np.array([[0, 1, 1]])), 3)
    0.693
    """

    def sample_losses(self, logits: Array, targets: Labels) -> Array:
        """Return the loss of each sequence, shape (n_samples,).

        Parameters
        ----------
        logits : ndarray, shape (n_samples, n_steps, n_tokens)
        targets : ndarray of int, shape (n_samples, n_steps)
        """
        owner = "SequenceCrossEntropy"
        check_floats(logits, owner, "logits")
        shape = getattr(targets, "shape", f"a {type(targets).__name__}")
        if logits.ndim != 3 or shape != logits.shape[:2]:
            expected = "logits with a target per sample and step"
            got = f"{logits.shape} and {shape}"
            raise ValueError(complaint(owner, expected, got))
        rows = logits.reshape(-1, logits.shape[2])
        losses = super().sample_losses(rows, targets.ravel())
        self.shape = logits.shape
        means: Array = losses.reshape(targets.shape).mean(axis=1)
        return means

    def backward(self) -> Array:
        """Return the gradient for the logits, in their shape."""
        d_rows = super().backward()
        return d_rows.reshape(self.shape)

    # --8<-- [end:ch31-sequence-loss]


# --8<-- [start:ch31-check-rows]
POSITIONS = ("learned", "sinusoidal", "rotary", "none")


def check_positions(positions: str) -> str:
    """Return `positions`, if it is a kind that `GPT` knows."""
    if positions not in POSITIONS:
        expected = f"positions as one of {POSITIONS}"
        raise ValueError(complaint("GPT", expected, repr(positions)))
    return positions


def check_rows(inputs: Labels | Array) -> None:
    """Raise an error unless the tokens are rows, one per sample."""
    if getattr(inputs, "ndim", 0) != 2:
        expected = "tokens of shape (n_samples, n_steps)"
        got = getattr(inputs, "shape", type(inputs).__name__)
        raise ValueError(complaint("GPT", expected, got))


# --8<-- [end:ch31-check-rows]
