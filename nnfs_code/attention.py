# --8<-- [start:ch31-attention-imports]
"""Attention: each step looks at others, and takes a mean of what they hold."""

import math

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnfs_code.arrays import Array, Labels, check_count, complaint, float_type
from nnfs_code.backward import check_d_outputs, kept_by_forward
from nnfs_code.sequences import check_lengths, check_sequences, real_steps

Mask = NDArray[np.bool_]

# --8<-- [end:ch31-attention-imports]


# --8<-- [start:ch31-attention-weights]
def softmax(scores: Array, mask: Mask | None = None) -> Array:
    """Return shares along the last axis: above 0, with the sum 1.

    Where `mask` is False, the share is 0.

    >>> scores = np.array([[1.0, 1.0, 8.0]])
    >>> softmax(scores, np.array([[True, True, False]]))
    array([[0.5, 0.5, 0. ]])
    """
    if mask is None:
        mask = np.ones(1, bool)
    if not mask.any(axis=-1).all():
        expected = "a mask that leaves each query a key"
        raise ValueError(complaint("softmax", expected, "rows of False"))
    shares: Array = scores + np.where(mask, 0, -np.inf).astype(scores.dtype)
    # The largest score becomes 0, so that no exponential overflows.
    shares -= shares.max(axis=-1, keepdims=True)
    np.exp(shares, out=shares)  # exp(-inf) is 0
    shares /= shares.sum(axis=-1, keepdims=True)
    return shares


# --8<-- [end:ch31-attention-weights]


# --8<-- [start:ch31-attend]
def attend(
    queries: Array, keys: Array, values: Array, mask: Mask | None = None
) -> tuple[Array, Array]:
    """Return what each query finds, and the shares that it took.

    Parameters
    ----------
    queries : ndarray, shape (…, n_queries, size)
    keys : ndarray, shape (…, n_keys, size)
    values : ndarray, shape (…, n_keys, width)
    mask : ndarray of bool, optional
        Which queries (rows) may look at which keys (columns).

    Returns
    -------
    outputs : ndarray, shape (…, n_queries, width)
    shares : ndarray, shape (…, n_queries, n_keys)

    References
    ----------
    Vaswani and others (2017), equation 1.

    >>> keys, values = np.array([[9.0], [-9.0]]), np.array([[1.0], [2.0]])
    >>> attend(np.array([[5.0]]), keys, values)[0]
    array([[1.]])
    """
    check_attended(queries, keys, values)
    scaled = queries / math.sqrt(queries.shape[-1])
    shares = softmax(scaled @ keys.swapaxes(-1, -2), mask)
    return shares @ values, shares


# --8<-- [end:ch31-attend]


# --8<-- [start:ch31-causal-mask]
def causal_mask(n_steps: int, n_before: int = 0) -> Mask:
    """Return who may look where: each step at itself and at what was before.

    With `n_before`, these are the last rows of a longer sequence, of which
    so many steps were read before.

    >>> causal_mask(3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """
    return np.tri(n_steps, n_before + n_steps, n_before, dtype=bool)


# --8<-- [end:ch31-causal-mask]


# --8<-- [start:ch31-attend-backward]
def attend_backward(
    d_outputs: Array, queries: Array, keys: Array, values: Array, shares: Array
) -> tuple[Array, Array, Array]:
    """Return the gradients for queries, keys and values.

    `shares` are what `attend` returned for them. A share of 0 sends no
    gradient back, so the mask is not needed again.
    """
    d_values = shares.swapaxes(-1, -2) @ d_outputs
    d_shares = d_outputs @ values.swapaxes(-1, -2)
    d_scores = softmax_backward(shares, d_shares)
    scale = math.sqrt(queries.shape[-1])
    d_queries = d_scores @ keys / scale
    d_keys = d_scores.swapaxes(-1, -2) @ queries / scale
    return d_queries, d_keys, d_values


def softmax_backward(shares: Array, d_shares: Array) -> Array:
    """Return the gradient for the scores."""
    means = np.einsum("...k,...k->...", shares, d_shares)
    d_scores: Array = d_shares - means[..., np.newaxis]
    d_scores *= shares
    return d_scores


# --8<-- [end:ch31-attend-backward]


# --8<-- [start:ch31-multi-head]
class MultiHeadAttention:
    """Each step asks all steps, in several ways at once.

    Queries, keys and values of all heads come from one product with
    `weights`. What the heads find is put side by side, and goes through
    `out_weights`.

    Parameters
    ----------
    n_features, n_heads : int
        Features per step; heads, which share them out evenly.
    rng : numpy.random.Generator
        Source of the initial weights.
    causal : bool
        Let no step look at later ones.
    rotary : bool
        Turn queries and keys by an angle per step, see `rotated`.
    dtype : float32 or float64

    Attributes
    ----------
    weights, biases : ndarray, shapes (n_features, 3 * n_features), (1, …)
    out_weights, out_biases : ndarray, shapes (n_features, n_features), (1, …)
    shares : ndarray, shape (n_samples, n_heads, n_steps, n_steps)
        Of the last forward pass: how much each step took of each.

    References
    ----------
    Vaswani and others (2017), section 3.2.2.

    >>> layer = MultiHeadAttention(6, 2, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 7, 6), dtype=np.float32)).shape
    (5, 7, 6)
    """

    # --8<-- [end:ch31-multi-head]

    # --8<-- [start:ch31-multi-head-init]
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
        owner = "MultiHeadAttention"
        self.n_features = check_count(owner, "n_features", n_features)
        self.n_heads = check_count(owner, "n_heads", n_heads)
        self.causal, self.rotary = bool(causal), bool(rotary)
        check_heads(self.n_features, self.n_heads, self.rotary)
        self.dtype = float_type(dtype, owner)
        size = self.n_features
        drawn = rng.standard_normal((size, 4 * size)) / math.sqrt(size)
        weights, out = np.split(drawn.astype(self.dtype), [3 * size], axis=1)
        self.weights: Array = weights.copy()
        self.biases: Array = np.zeros((1, 3 * size), self.dtype)
        self.out_weights: Array = out.copy()
        self.out_biases: Array = np.zeros((1, size), self.dtype)

    # --8<-- [end:ch31-multi-head-init]

    # --8<-- [start:ch31-multi-head-split]
    def split(self, rows: Array, n_samples: int) -> Array:
        """Return rows by head: shape (…, n_samples, n_heads, n_steps, size).

        `rows` have shape (n_samples * n_steps, k * n_features); what comes
        out has k entries along a first axis. It is a view: no number moves.
        """
        size = self.n_features // self.n_heads
        shape = n_samples, len(rows) // n_samples, -1, self.n_heads, size
        return rows.reshape(shape).transpose(2, 0, 3, 1, 4)

    def join(self, heads: Array) -> Array:
        """Return the way back of `split`: the numbers of a step in a row."""
        _, n_samples, _, n_steps, _ = heads.shape
        rows = heads.transpose(1, 3, 0, 2, 4)
        return rows.reshape(n_samples * n_steps, -1)

    # --8<-- [end:ch31-multi-head-split]

    # --8<-- [start:ch31-multi-head-forward]
    def forward(self, inputs: Array, lengths: Labels | None = None) -> Array:
        """Return what each step found, in the shape of `inputs`.

        With `lengths`, no step looks behind the end of its sequence.
        """
        check_sequences(
            inputs, self.n_features, self.dtype, "MultiHeadAttention"
        )
        self.shape = n_samples, n_steps, _ = inputs.shape
        self.rows = inputs.reshape(-1, self.n_features)
        sums = self.rows @ self.weights
        sums += self.biases
        heads = self.split(sums, n_samples)
        if self.rotary:
            heads[:2] = rotated(heads[:2], np.arange(n_steps))
        self.heads = heads  # queries, keys, values
        mask = self.mask(n_samples, n_steps, lengths)
        queries, keys, values = heads
        found, self.shares = attend(queries, keys, values, mask)
        self.joined = self.join(found[np.newaxis])
        outputs: Array = self.joined @ self.out_weights + self.out_biases
        return outputs.reshape(self.shape)

    # --8<-- [end:ch31-multi-head-forward]

    # --8<-- [start:ch31-multi-head-mask]
    def mask(
        self, n_samples: int, n_steps: int, lengths: Labels | None
    ) -> Mask | None:
        """Return which steps may look where, or None: all at all."""
        mask = causal_mask(n_steps) if self.causal else None
        if lengths is None:
            return mask
        lengths = check_lengths(
            lengths, n_samples, n_steps, "MultiHeadAttention"
        )
        real = real_steps(lengths, n_steps)[:, np.newaxis, np.newaxis]
        return real if mask is None else real & mask

    # --8<-- [end:ch31-multi-head-mask]

    # --8<-- [start:ch31-multi-head-backward]
    def parameter_gradients(self, d_outputs: Array) -> None:
        """Set the gradients of weights and biases, summed over the steps."""
        shares = kept_by_forward(self, "shares")
        check_d_outputs(self, d_outputs, self.shape, self.dtype)
        d_rows = d_outputs.reshape(-1, self.n_features)
        ones = np.ones((1, len(d_rows)), self.dtype)
        self.d_out_weights: Array = self.joined.T @ d_rows
        self.d_out_biases: Array = ones @ d_rows
        (d_found,) = self.split(d_rows @ self.out_weights.T, self.shape[0])
        queries, keys, values = self.heads
        d_heads = np.stack(
            attend_backward(d_found, queries, keys, values, shares)
        )
        if self.rotary:
            steps = np.arange(self.shape[1])
            d_heads[:2] = rotated(d_heads[:2], -steps)
        self.step_gradients = self.join(d_heads)
        self.d_weights: Array = self.rows.T @ self.step_gradients
        self.d_biases: Array = ones @ self.step_gradients

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        self.parameter_gradients(d_outputs)
        return (self.step_gradients @ self.weights.T).reshape(self.shape)

    # --8<-- [end:ch31-multi-head-backward]

    # --8<-- [start:ch31-multi-head-continued]
    def continued(self, inputs: Array, cache: "KeyValueCache") -> Array:
        """Return what new steps find in all steps read so far, and in them.

        The cache holds the keys and values of the steps before, and gets
        those of the new ones. Nothing is kept for `backward`.
        """
        owner = "MultiHeadAttention"
        check_sequences(inputs, self.n_features, self.dtype, owner)
        n_samples, n_new, _ = inputs.shape
        n_before = cache.n_steps
        rows = inputs.reshape(-1, self.n_features)
        heads = self.split(rows @ self.weights + self.biases, n_samples)
        if self.rotary:
            steps = n_before + np.arange(n_new)
            heads[:2] = rotated(heads[:2], steps)
        keys, values = cache.append(heads[1:])
        mask = causal_mask(n_new, n_before)
        found, _ = attend(heads[0], keys, values, mask)
        joined = self.join(found[np.newaxis])
        outputs: Array = joined @ self.out_weights + self.out_biases
        return outputs.reshape(inputs.shape)

    # --8<-- [end:ch31-multi-head-continued]


# --8<-- [start:ch31-learned-positions]
class LearnedPositions:
    """Add a row of a table to each step: its first to the first, and so on.

    Parameters
    ----------
    n_steps, n_features : int
        Rows and columns of the table: no sequence may be longer.
    rng : numpy.random.Generator
        Source of the initial rows.
    dtype : float32 or float64

    Attributes
    ----------
    weights : ndarray, shape (n_steps, n_features)

    >>> layer = LearnedPositions(9, 2, rng=np.random.default_rng(0))
    >>> layer.forward(np.zeros((5, 7, 2), dtype=np.float32)).shape
    (5, 7, 2)
    """

    def __init__(
        self,
        n_steps: int,
        n_features: int,
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        owner = "LearnedPositions"
        self.n_steps = check_count(owner, "n_steps", n_steps)
        self.n_features = check_count(owner, "n_features", n_features)
        self.dtype = float_type(dtype, owner)
        drawn = rng.standard_normal((self.n_steps, self.n_features))
        self.weights: Array = drawn.astype(self.dtype)

    # --8<-- [end:ch31-learned-positions]

    # --8<-- [start:ch31-learned-positions-passes]
    def forward(self, inputs: Array, n_before: int = 0) -> Array:
        """Return the inputs plus the rows from `n_before` on."""
        owner = "LearnedPositions"
        check_sequences(inputs, self.n_features, self.dtype, owner)
        end = n_before + inputs.shape[1]
        if end > self.n_steps:
            expected = f"at most {self.n_steps} steps"
            raise ValueError(complaint(owner, expected, end))
        self.shape, self.place = inputs.shape, slice(n_before, end)
        outputs: Array = inputs + self.weights[self.place]
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, and set `d_weights`."""
        kept_by_forward(self, "place")
        check_d_outputs(self, d_outputs, self.shape, self.dtype)
        self.d_weights: Array = np.zeros_like(self.weights)
        self.d_weights[self.place] = d_outputs.sum(axis=0)
        return d_outputs

    # --8<-- [end:ch31-learned-positions-passes]


# --8<-- [start:ch31-sinusoidal]
def sinusoidal_positions(
    n_steps: int, n_features: int, base: float = 10_000
) -> Array:
    """Return a row per step: sines and cosines of slower and slower waves.

    References
    ----------
    Vaswani and others (2017), section 3.5.

    >>> sinusoidal_positions(3, 4).round(2)
    array([[ 0.  ,  1.  ,  0.  ,  1.  ],
           [ 0.84,  0.54,  0.01,  1.  ],
           [ 0.91, -0.42,  0.02,  1.  ]])
    """
    owner = "sinusoidal_positions"
    n_steps = check_count(owner, "n_steps", n_steps)
    n_features = check_count(owner, "n_features", n_features)
    even = np.arange(0, n_features, 2)
    angles = np.arange(n_steps)[:, np.newaxis] * base ** (-even / n_features)
    table: Array = np.empty((n_steps, n_features))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles[:, : n_features // 2])
    return table


# --8<-- [end:ch31-sinusoidal]


# --8<-- [start:ch31-sinusoidal-part]
class SinusoidalPositions:
    """Add `sinusoidal_positions` to the steps. There is nothing to learn.

    >>> SinusoidalPositions().forward(np.zeros((5, 7, 2))).shape
    (5, 7, 2)
    """

    def forward(self, inputs: Array, n_before: int = 0) -> Array:
        """Return the inputs plus the rows from `n_before` on."""
        owner = "SinusoidalPositions"
        n_features = inputs.shape[-1]
        check_sequences(inputs, n_features, inputs.dtype, owner)
        self.shape, self.dtype = inputs.shape, inputs.dtype
        table = sinusoidal_positions(n_before + inputs.shape[1], n_features)
        outputs: Array = inputs + table[n_before:].astype(inputs.dtype)
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs: what is added is constant."""
        kept_by_forward(self, "shape")
        check_d_outputs(self, d_outputs, self.shape, self.dtype)
        return d_outputs

    # --8<-- [end:ch31-sinusoidal-part]


# --8<-- [start:ch31-rotary]
def rotated(heads: Array, steps: Labels, base: float = 10_000) -> Array:
    """Return queries or keys, turned by an angle that grows with the step.

    Feature i and feature i + size / 2 are a point in the plane, which is
    turned by ``step * base ** (-2 * i / size)``. The product of a turned
    query and a turned key depends on how far apart they are, and not on
    where.

    Parameters
    ----------
    heads : ndarray, shape (…, n_steps, size)
    steps : ndarray of int, shape (n_steps,)
        With ``-steps``, the points are turned back.

    References
    ----------
    Su and others (2021), section 3.2.

    >>> quarter = np.pi / 2
    >>> rotated(np.array([[1.0, 0.0]]) , np.array([1]) * quarter).round(3)
    array([[0., 1.]])
    """
    half = heads.shape[-1] // 2
    speeds = base ** (-np.arange(half) / half)
    angles = steps[:, np.newaxis] * speeds
    cosines = np.cos(angles).astype(heads.dtype)
    sines = np.sin(angles).astype(heads.dtype)
    one, two = heads[..., :half], heads[..., half:]
    turned = one * cosines - two * sines, one * sines + two * cosines
    return np.concatenate(turned, axis=-1)


# --8<-- [end:ch31-rotary]


# --8<-- [start:ch31-cache]
class KeyValueCache:
    """Keys and values of the steps that an attention has read so far.

    Attributes
    ----------
    heads : ndarray, or None at first
        Keys and values, shape (2, n_samples, n_heads, n_steps, size).

    >>> cache = KeyValueCache()
    >>> keys, values = cache.append(np.zeros((2, 1, 4, 5, 3)))
    >>> keys, values = cache.append(np.zeros((2, 1, 4, 1, 3)))
    >>> keys.shape, cache.n_steps
    ((1, 4, 6, 3), 6)
    """

    def __init__(self) -> None:
        self.heads: Array | None = None

    @property
    def n_steps(self) -> int:
        """How many steps have been read."""
        return 0 if self.heads is None else self.heads.shape[-2]

    def append(self, heads: Array) -> Array:
        """Add keys and values of new steps, and return those of all."""
        if self.heads is not None:
            heads = np.concatenate([self.heads, heads], axis=-2)
        self.heads = heads
        return heads


# --8<-- [end:ch31-cache]


# --8<-- [start:ch31-check-heads]
def check_heads(n_features: int, n_heads: int, rotary: bool) -> None:
    """Raise an error unless the heads can share the features out evenly."""
    owner = "MultiHeadAttention"
    if n_features % n_heads:
        expected = f"n_features as a multiple of {n_heads} heads"
        raise ValueError(complaint(owner, expected, n_features))
    size = n_features // n_heads
    if rotary and size % 2:
        expected = "pairs of features in each head, to turn them"
        raise ValueError(complaint(owner, expected, f"{size} features"))


def check_attended(queries: Array, keys: Array, values: Array) -> None:
    """Raise an error unless each key has the size of a query and a value."""
    expected = "a key of the size of a query, and a value, per step"
    if (
        min(queries.ndim, keys.ndim, values.ndim) < 2
        or keys.shape[-1] != queries.shape[-1]
        or values.shape[-2] != keys.shape[-2]
    ):
        got = f"shapes {queries.shape}, {keys.shape} and {values.shape}"
        raise ValueError(complaint("attend", expected, got))


# --8<-- [end:ch31-check-heads]
