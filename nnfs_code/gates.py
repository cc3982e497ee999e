# --8<-- [start:ch29-gates-imports]
"""What recurrent layers with gates share."""

import math

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnfs_code.arrays import Array, Labels, check_count, float_type
from nnfs_code.backward import check_d_outputs, kept_by_forward
from nnfs_code.sequences import check_lengths, check_sequences, lengths_of

# --8<-- [end:ch29-gates-imports]


# --8<-- [start:ch29-squash]
def squash(sums: Array) -> None:
    """Turn `sums` into their sigmoids, where they are.

    ``sigmoid(z) = (1 + tanh(z / 2)) / 2``, which cannot overflow.

    >>> sums = np.array([[-1e4, 0.0, 1e4]])
    >>> squash(sums)
    >>> sums
    array([[0. , 0.5, 1. ]])
    """
    sums *= 0.5
    np.tanh(sums, out=sums)
    sums *= 0.5
    sums += 0.5


# --8<-- [end:ch29-squash]


# --8<-- [start:ch29-gated]
class Gated:
    """What LSTM and GRU share. Their weights lie in blocks, side by side.

    Parameters
    ----------
    n_inputs, n_units : int
        Features per step, coming in, and numbers in the state.
    rng : numpy.random.Generator
        Source of the initial weights.
    return_sequences : bool
        Return the state after each step, instead of the last one only.
    truncation : int, optional
        Gradients go back through this many steps at a time, counted from
        the end of a sequence, and not from one such stretch to another.
    padding : float, optional
        Steps at the end of a sequence that hold this number throughout are
        padding, unless `forward` is told lengths.
    dtype : float32 or float64

    Attributes
    ----------
    weights : ndarray, shape (n_inputs, n_blocks * n_units)
    state_weights : ndarray, shape (n_units, n_blocks * n_units)
    biases : ndarray, shape (1, n_blocks * n_units)
    """

    n_blocks = 1

    # --8<-- [end:ch29-gated]

    # --8<-- [start:ch29-gated-init]
    def __init__(
        self,
        n_inputs: int,
        n_units: int,
        *,
        rng: np.random.Generator,
        return_sequences: bool = False,
        truncation: int | None = None,
        padding: float | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        owner = type(self).__name__
        self.n_inputs = check_count(owner, "n_inputs", n_inputs)
        self.n_units = check_count(owner, "n_units", n_units)
        self.return_sequences = bool(return_sequences)
        self.truncation = truncation
        if truncation is not None:
            self.truncation = check_count(owner, "truncation", truncation)
        self.padding = None if padding is None else float(padding)
        self.dtype = float_type(dtype, owner)
        self.start(rng)

    # --8<-- [end:ch29-gated-init]

    # --8<-- [start:ch29-gated-start]
    def start(self, rng: np.random.Generator) -> None:
        """Draw the weights; each block of state weights is orthogonal."""
        k, width = self.n_units, self.n_blocks * self.n_units
        drawn = rng.standard_normal((self.n_inputs, width))
        scaled = drawn / math.sqrt(self.n_inputs)
        self.weights: Array = scaled.astype(self.dtype)
        turns = [
            np.linalg.qr(rng.standard_normal((k, k)))[0]
            for _ in range(self.n_blocks)
        ]
        self.state_weights: Array = np.hstack(turns).astype(self.dtype)
        self.biases: Array = np.zeros((1, width), self.dtype)

    # --8<-- [end:ch29-gated-start]

    # --8<-- [start:ch29-gated-forward]
    def forward(self, inputs: Array, lengths: Labels | None = None) -> Array:
        """Return the last state of each sequence, shape (n_samples, n_units).

        With `return_sequences` it is the state after each step, shape
        (n_samples, n_steps, n_units), and 0 where there is no real step.
        After its end, the state of a sequence stays what it was.
        """
        self.check_inputs(inputs)
        n_samples, n_steps, _ = self.shape = inputs.shape
        if lengths is None and self.padding is not None:
            lengths = lengths_of(inputs, self.padding)
        owner = type(self).__name__
        self.lengths = check_lengths(lengths, n_samples, n_steps, owner)
        # Which sequences are over before step t.
        self.over = [self.lengths <= t for t in range(n_steps)]
        # Steps first: then the numbers of one step lie together.
        self.rows = inputs.swapaxes(0, 1).reshape(-1, self.n_inputs)
        sums = self.rows @ self.weights + self.biases
        shape = n_steps + 1, n_samples, self.n_units
        self.states: Array = np.zeros(shape, self.dtype)
        self.run(sums.reshape(n_steps, n_samples, -1))
        if not self.return_sequences:
            last: Array = self.states[-1].copy()
            return last
        outputs: Array = self.states[1:].swapaxes(0, 1).copy()
        outputs[np.transpose(self.over)] = 0
        return outputs

    # --8<-- [end:ch29-gated-forward]

    # --8<-- [start:ch29-gated-steps]
    def run(self, sums: Array) -> None:
        """Fill `states`, from what each step's inputs add to the sums."""
        raise NotImplementedError

    def back_through_time(self, d_outputs: Array) -> tuple[Array, Array]:
        """Return the gradients for the inputs' and the state's sums.

        Both of shape (n_steps, n_samples, n_blocks * n_units), and 0 where
        there is no real step.
        """
        raise NotImplementedError

    def cut(self, t: int) -> NDArray[np.bool_]:
        """Return which sequences send no gradient back from step t."""
        left = self.lengths - t  # steps from here to the end
        length = self.truncation or len(self.over) + 1
        cut: NDArray[np.bool_] = (left > 0) & (left % length == 0)
        return cut

    # --8<-- [end:ch29-gated-steps]

    # --8<-- [start:ch29-gated-backward]
    def parameter_gradients(self, d_outputs: Array) -> None:
        """Set the gradients of weights and biases, summed over the steps."""
        states = kept_by_forward(self, "states")
        n_samples, n_steps, _ = self.shape
        shape: tuple[int, ...] = n_samples, self.n_units
        if self.return_sequences:
            shape = n_samples, n_steps, self.n_units
        check_d_outputs(self, d_outputs, shape, self.dtype)
        width = self.n_blocks * self.n_units
        d_sums, d_from_state = self.back_through_time(d_outputs)
        self.step_gradients = d_sums.reshape(-1, width)
        before = states[:-1].reshape(-1, self.n_units)
        self.d_weights: Array = self.rows.T @ self.step_gradients
        self.d_state_weights: Array = before.T @ d_from_state.reshape(
            -1, width
        )
        ones = np.ones((1, len(self.rows)), self.dtype)
        self.d_biases: Array = ones @ self.step_gradients

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        self.parameter_gradients(d_outputs)
        n_samples, n_steps, n_inputs = self.shape
        d_rows = self.step_gradients @ self.weights.T
        d_inputs = d_rows.reshape(n_steps, n_samples, n_inputs)
        return np.ascontiguousarray(d_inputs.swapaxes(0, 1))

    # --8<-- [end:ch29-gated-backward]

    # --8<-- [start:ch29-gated-check-inputs]
    def check_inputs(self, inputs: Array) -> None:
        """Raise an error unless `inputs` are sequences for this layer."""
        owner = type(self).__name__
        check_sequences(inputs, self.n_inputs, self.dtype, owner)

    # --8<-- [end:ch29-gated-check-inputs]
