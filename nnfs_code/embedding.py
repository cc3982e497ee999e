# --8<-- [start:ch30-embedding-imports]
"""Layers that begin with whole numbers: a table of features per token."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import Array, Labels, check_count, complaint, float_type
from nnfs_code.backward import check_d_outputs, kept_by_forward

# --8<-- [end:ch30-embedding-imports]


# --8<-- [start:ch30-embedding]
class Embedding:
    """A table with one row of features per token.

    Parameters
    ----------
    n_tokens, n_features : int
        Rows and columns of the table.
    rng : numpy.random.Generator
        Source of the initial rows, of standard deviation 1.
    dtype : float32 or float64
        Float type of the table and of the outputs.

    Attributes
    ----------
    weights : ndarray, shape (n_tokens, n_features)

    References
    ----------
    Bengio and others (2003), section 2: the matrix C.

    >>> layer = Embedding(3, 2, rng=np.random.default_rng(0))
    >>> layer.forward(np.array([[0, 2, 2, 1]])).shape
    (1, 4, 2)
    """

    # --8<-- [end:ch30-embedding]

    # --8<-- [start:ch30-embedding-forward]
    def __init__(
        self,
        n_tokens: int,
        n_features: int,
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        n_tokens = check_count("Embedding", "n_tokens", n_tokens)
        n_features = check_count("Embedding", "n_features", n_features)
        floats = float_type(dtype, "Embedding")
        weights = rng.standard_normal((n_tokens, n_features))
        self.weights: Array = weights.astype(floats)

    def forward(self, inputs: Labels | Array) -> Array:
        """Return the row of each token, shape (*inputs.shape, n_features)."""
        self.tokens = check_tokens(inputs, len(self.weights))
        rows: Array = self.weights[self.tokens]
        return rows

    # --8<-- [end:ch30-embedding-forward]

    # --8<-- [start:ch30-embedding-backward]
    def parameter_gradients(self, d_outputs: Array) -> None:
        """Set `d_weights`: per token, the sum over all its places."""
        kept_by_forward(self, "tokens")
        shape = *self.tokens.shape, self.n_features
        check_d_outputs(self, d_outputs, shape, self.dtype)
        self.d_weights: Array = np.zeros_like(self.weights)
        rows = d_outputs.reshape(-1, self.n_features)
        np.add.at(self.d_weights, self.tokens.ravel(), rows)

    def backward(self, d_outputs: Array) -> Array:
        """Return zeros: the number of a row cannot change by a little."""
        self.parameter_gradients(d_outputs)
        return np.zeros(self.tokens.shape, self.dtype)

    # --8<-- [end:ch30-embedding-backward]

    # --8<-- [start:ch30-embedding-settings]
    @property
    def n_tokens(self) -> int:
        """Rows of the table."""
        return len(self.weights)

    @property
    def n_features(self) -> int:
        """Columns of the table."""
        return int(self.weights.shape[1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Float type of the table."""
        return self.weights.dtype

    # --8<-- [end:ch30-embedding-settings]


# --8<-- [start:ch30-check-tokens]
def check_tokens(inputs: Labels | Array, n_tokens: int) -> Labels:
    """Return whole numbers from 0 to `n_tokens` - 1 as integers.

    Floats are taken if they are whole: `Model.predict` passes on floats only.

    Raises
    ------
    TypeError, ValueError
        If they are anything else. (NumPy would take -1 for the last row.)
    """
    if type(inputs) is not np.ndarray or inputs.dtype.kind not in "iuf":
        got = getattr(inputs, "dtype", f"a {type(inputs).__name__}")
        raise TypeError(complaint("Embedding", "an array of tokens", got))
    tokens: Labels = inputs.astype(np.int64)
    if inputs.size == 0 or (tokens != inputs).any():
        got = "others" if inputs.size else "none"
        raise ValueError(complaint("Embedding", "whole-number tokens", got))
    lowest, highest = tokens.min(), tokens.max()
    if lowest < 0 or highest >= n_tokens:
        expected, got = f"tokens 0 to {n_tokens - 1}", f"{lowest} to {highest}"
        raise ValueError(complaint("Embedding", expected, got))
    return tokens


# --8<-- [end:ch30-check-tokens]


# --8<-- [start:ch30-joined]
class Joined:
    """The features of a context's tokens side by side, as one row.

    >>> Joined().forward(np.zeros((5, 3, 2))).shape
    (5, 6)
    """

    def forward(self, inputs: Array) -> Array:
        """Return the inputs as rows, shape (n_samples, all the rest)."""
        self.inputs = inputs
        return inputs.reshape(len(inputs), -1)

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient in the shape of the inputs."""
        inputs = kept_by_forward(self, "inputs")
        shape = len(inputs), inputs[0].size
        check_d_outputs(self, d_outputs, shape, inputs.dtype)
        return d_outputs.reshape(inputs.shape)


# --8<-- [end:ch30-joined]
