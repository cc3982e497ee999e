# --8<-- [start:ch29-gated-imports]
"""Recurrent layers with gates: LSTM and GRU."""

import math

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnfs_code.arrays import (
    Array,
    Labels,
    check_count,
    check_floats,
    complaint,
    float_type,
)
from nnfs_code.backward import check_d_outputs, kept_by_forward
from nnfs_code.sequences import check_lengths, lengths_of

# --8<-- [end:ch29-gated-imports]


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
        Behind its end, the state of a sequence stays what it was.
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
        """Raise an error unless `inputs` are sequences for this layer.

        Raises
        ------
        TypeError, ValueError
            If they are not finite floats of the layer's type, of shape
            (n_samples, n_steps, n_inputs).
        """
        owner = type(self).__name__
        check_floats(inputs, owner)
        if inputs.ndim != 3 or inputs.shape[2] != self.n_inputs:
            expected = f"inputs of shape (n_samples, n_steps, {self.n_inputs})"
            raise ValueError(complaint(owner, expected, inputs.shape))
        if inputs.dtype != self.dtype:
            expected = f"inputs of dtype {self.dtype}"
            raise TypeError(complaint(owner, expected, inputs.dtype))

    # --8<-- [end:ch29-gated-check-inputs]


# --8<-- [start:ch29-lstm]
class LSTM(Gated):
    """A recurrent layer with a cell, and gates before and behind it.

    The blocks of its weights: input gate, forget gate, output gate, and
    the candidate. The biases of the forget gate start at 1.

    For parameters and attributes see `Gated`.

    References
    ----------
    Hochreiter and Schmidhuber (1997); Gers, Schmidhuber and Cummins (2000)
    for the forget gate.

    >>> layer = LSTM(2, 3, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 7, 2), dtype=np.float32)).shape
    (5, 3)
    """

    n_blocks = 4

    def start(self, rng: np.random.Generator) -> None:
        """Draw the weights, and open the forget gate a little."""
        super().start(rng)
        self.biases[:, self.n_units : 2 * self.n_units] = 1

    # --8<-- [end:ch29-lstm]

    # --8<-- [start:ch29-lstm-run]
    def run(self, sums: Array) -> None:
        """Fill `states` and `cells`; the sums turn into gates."""
        k = self.n_units
        self.gates = sums
        self.cells: Array = np.zeros_like(self.states)
        self.shown: Array = np.empty_like(self.states[1:])
        for t, gates in enumerate(sums):
            gates += self.states[t] @ self.state_weights
            squash(gates[:, : 3 * k])
            np.tanh(gates[:, 3 * k :], out=gates[:, 3 * k :])
            enter, keep, show, new = np.split(gates, 4, axis=1)
            self.cells[t + 1] = keep * self.cells[t] + enter * new
            self.shown[t] = np.tanh(self.cells[t + 1])
            self.states[t + 1] = show * self.shown[t]
            over = self.over[t]
            if over.any():
                self.states[t + 1, over] = self.states[t, over]
                self.cells[t + 1, over] = self.cells[t, over]

    # --8<-- [end:ch29-lstm-run]

    # --8<-- [start:ch29-lstm-back]
    def back_through_time(self, d_outputs: Array) -> tuple[Array, Array]:
        """Return the gradient for what the gates were given, twice."""
        d_sums = np.empty_like(self.gates)
        d_state, d_cell = np.zeros((2, *self.states[0].shape), self.dtype)
        if not self.return_sequences:
            d_state += d_outputs
        for t in reversed(range(len(d_sums))):
            over, cut = self.over[t], self.cut(t)
            later = d_state[over], d_cell[over]
            if self.return_sequences:
                d_state += d_outputs[:, t]
            d_cell = self.step_back(t, d_state, d_cell, d_sums[t])
            d_sums[t, over] = 0
            d_state = d_sums[t] @ self.state_weights.T
            d_state[over], d_cell[over] = later
            d_state[cut], d_cell[cut] = 0, 0
        return d_sums, d_sums

    # --8<-- [end:ch29-lstm-back]

    # --8<-- [start:ch29-lstm-step-back]
    def step_back(
        self, t: int, d_state: Array, d_cell: Array, d_sums: Array
    ) -> Array:
        """Fill `d_sums` for step t, and return the gradient for the cell."""
        k, gates, shown = self.n_units, self.gates[t], self.shown[t]
        enter, keep, show, new = np.split(gates, 4, axis=1)
        d_cell = d_cell + d_state * show * (1 - shown * shown)
        d_sums[:, :k] = d_cell * new
        d_sums[:, k : 2 * k] = d_cell * self.cells[t]
        d_sums[:, 2 * k : 3 * k] = d_state * shown
        sigmoids = gates[:, : 3 * k]
        d_sums[:, : 3 * k] *= sigmoids * (1 - sigmoids)
        d_sums[:, 3 * k :] = d_cell * enter * (1 - new * new)
        d_before: Array = d_cell * keep
        return d_before

    # --8<-- [end:ch29-lstm-step-back]


# --8<-- [start:ch29-gru]
class GRU(Gated):
    """A recurrent layer with two gates and no cell.

    The blocks of its weights: reset gate, update gate, and the candidate.
    The reset gate falls on what comes from the state, after the product;
    `state_biases` are inside of it, shape (1, n_units).

    For parameters and other attributes see `Gated`.

    References
    ----------
    Cho and others (2014). In its last version the reset comes before the
    product; here, as in PyTorch, behind it.

    >>> layer = GRU(2, 3, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 7, 2), dtype=np.float32)).shape
    (5, 3)
    """

    n_blocks = 3

    def start(self, rng: np.random.Generator) -> None:
        """Draw the weights, and add the biases inside of the reset."""
        super().start(rng)
        self.state_biases: Array = np.zeros((1, self.n_units), self.dtype)

    # --8<-- [end:ch29-gru]

    # --8<-- [start:ch29-gru-run]
    def run(self, sums: Array) -> None:
        """Fill `states`; the sums turn into gates and candidates."""
        k = self.n_units
        self.gates = sums
        self.recalled: Array = np.empty_like(self.states[1:])
        for t, gates in enumerate(sums):
            before = self.states[t]
            from_state = before @ self.state_weights
            gates[:, : 2 * k] += from_state[:, : 2 * k]
            squash(gates[:, : 2 * k])
            reset, keep, new = np.split(gates, 3, axis=1)
            self.recalled[t] = from_state[:, 2 * k :] + self.state_biases
            new += reset * self.recalled[t]
            np.tanh(new, out=new)
            self.states[t + 1] = keep * before + (1 - keep) * new
            over = self.over[t]
            if over.any():
                self.states[t + 1, over] = before[over]

    # --8<-- [end:ch29-gru-run]

    # --8<-- [start:ch29-gru-back]
    def back_through_time(self, d_outputs: Array) -> tuple[Array, Array]:
        """Return the gradients for both parts of what the gates got."""
        d_sums = np.empty_like(self.gates)
        d_from_state = np.empty_like(self.gates)
        d_state = np.zeros_like(self.states[0])
        if not self.return_sequences:
            d_state += d_outputs
        for t in reversed(range(len(d_sums))):
            over, cut = self.over[t], self.cut(t)
            later = d_state[over]
            if self.return_sequences:
                d_state += d_outputs[:, t]
            kept = self.step_back(t, d_state, d_sums[t], d_from_state[t])
            d_sums[t, over], d_from_state[t, over] = 0, 0
            d_state = kept + d_from_state[t] @ self.state_weights.T
            d_state[over] = later
            d_state[cut] = 0
        ones = np.ones((1, len(self.rows)), self.dtype)
        d_recalled = d_from_state[..., 2 * self.n_units :]
        d_biases = ones @ d_recalled.reshape(-1, self.n_units)
        self.d_state_biases: Array = d_biases
        return d_sums, d_from_state

    # --8<-- [end:ch29-gru-back]

    # --8<-- [start:ch29-gru-step-back]
    def step_back(
        self, t: int, d_state: Array, d_sums: Array, d_from_state: Array
    ) -> Array:
        """Fill both for step t, and return the gradient past the gates."""
        k, gates = self.n_units, self.gates[t]
        reset, keep, new = np.split(gates, 3, axis=1)
        d_new = d_state * (1 - keep) * (1 - new * new)
        d_sums[:, :k] = d_new * self.recalled[t]
        d_sums[:, k : 2 * k] = d_state * (self.states[t] - new)
        sigmoids = gates[:, : 2 * k]
        d_sums[:, : 2 * k] *= sigmoids * (1 - sigmoids)
        d_sums[:, 2 * k :] = d_new
        d_from_state[:, : 2 * k] = d_sums[:, : 2 * k]
        d_from_state[:, 2 * k :] = d_new * reset
        d_before: Array = d_state * keep
        return d_before

    # --8<-- [end:ch29-gru-step-back]
