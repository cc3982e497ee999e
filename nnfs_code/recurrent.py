# --8<-- [start:ch28-recurrent-imports]
"""Layers with a memory: they read a sequence step by step."""

import math

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
from nnfs_code.backward import check_d_outputs, kept_by_forward
from nnfs_code.layers import Dense
from nnfs_code.sequences import (
    check_lengths,
    check_sequences,
    lengths_of,
    real_steps,
)

# --8<-- [end:ch28-recurrent-imports]


# --8<-- [start:ch28-rnn]
class RNN:
    """A recurrent layer: each step sees its inputs and the state before.

    ``state = tanh(inputs @ weights + state @ state_weights + biases)``,
    from a state of zeros.

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
    weights : ndarray, shape (n_inputs, n_units)
    state_weights : ndarray, shape (n_units, n_units)
    biases : ndarray, shape (1, n_units)

    References
    ----------
    Elman (1990); Werbos (1990) for the way back through time.

    >>> layer = RNN(2, 3, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 7, 2), dtype=np.float32)).shape
    (5, 3)
    """

    # --8<-- [end:ch28-rnn]

    # --8<-- [start:ch28-rnn-init]
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
        self.n_inputs = check_count("RNN", "n_inputs", n_inputs)
        self.n_units = check_count("RNN", "n_units", n_units)
        self.return_sequences = bool(return_sequences)
        self.truncation = truncation
        if truncation is not None:
            self.truncation = check_count("RNN", "truncation", truncation)
        self.padding = None if padding is None else float(padding)
        self.dtype = floats = float_type(dtype, "RNN")
        drawn = rng.standard_normal((self.n_inputs, self.n_units))
        self.weights: Array = (drawn / math.sqrt(self.n_inputs)).astype(floats)
        # An orthogonal matrix: it keeps the length of a row.
        turn, _ = np.linalg.qr(rng.standard_normal((self.n_units,) * 2))
        self.state_weights: Array = turn.astype(floats)
        self.biases: Array = np.zeros((1, self.n_units), floats)

    # --8<-- [end:ch28-rnn-init]

    # --8<-- [start:ch28-rnn-forward]
    def forward(self, inputs: Array, lengths: Labels | None = None) -> Array:
        """Return the last state of each sequence, shape (n_samples, n_units).

        With `return_sequences` it is the state after each step, shape
        (n_samples, n_steps, n_units), and 0 where there is no real step.
        After its end, the state of a sequence stays what it was.
        """
        self.check_inputs(inputs)
        n_samples, n_steps, _ = inputs.shape
        if lengths is None and self.padding is not None:
            lengths = lengths_of(inputs, self.padding)
        lengths = check_lengths(lengths, n_samples, n_steps, "RNN")
        self.inputs, self.lengths = inputs, lengths
        self.real = real_steps(lengths, n_steps)[..., np.newaxis]
        # The inputs' part of all steps at once: one large matrix product.
        sums = inputs.reshape(-1, self.n_inputs) @ self.weights + self.biases
        sums = sums.reshape(n_samples, n_steps, self.n_units)
        shape = n_samples, n_steps + 1, self.n_units
        self.states: Array = np.zeros(shape, self.dtype)
        for t in range(n_steps):  # states[:, t] is the state before step t
            before = self.states[:, t]
            after = np.tanh(sums[:, t] + before @ self.state_weights)
            self.states[:, t + 1] = np.where(self.real[:, t], after, before)
        if self.return_sequences:
            return self.states[:, 1:] * self.real
        return self.states[:, -1].copy()

    # --8<-- [end:ch28-rnn-forward]

    # --8<-- [start:ch28-rnn-back-through-time]
    def back_through_time(self, d_outputs: Array) -> Array:
        """Return the gradient for what each step's tanh was given.

        Shape (n_samples, n_steps, n_units): 0 where there is no real step.
        """
        states, n_steps = self.states, self.inputs.shape[1]
        d_sums = np.zeros_like(states[:, 1:])
        d_state = np.zeros_like(states[:, 0])
        if not self.return_sequences:
            d_state += d_outputs
        for t in reversed(range(n_steps)):
            if self.return_sequences:
                d_state += d_outputs[:, t] * self.real[:, t]
            slopes = (1 - states[:, t + 1] ** 2) * self.real[:, t]
            d_sums[:, t] = d_state * slopes
            d_before = d_sums[:, t] @ self.state_weights.T
            d_state = np.where(self.real[:, t], d_before, d_state)
            if self.truncation is not None:
                left = self.lengths - t  # steps from here to the end
                d_state[(left > 0) & (left % self.truncation == 0)] = 0
        return d_sums

    # --8<-- [end:ch28-rnn-back-through-time]

    # --8<-- [start:ch28-rnn-backward]
    def parameter_gradients(self, d_outputs: Array) -> None:
        """Set the gradients of weights and biases, summed over the steps."""
        states = kept_by_forward(self, "states")
        shape = states[:, -1].shape
        if self.return_sequences:
            shape = states[:, 1:].shape
        check_d_outputs(self, d_outputs, shape, self.dtype)
        d_sums = self.back_through_time(d_outputs)
        self.step_gradients = d_sums.reshape(-1, self.n_units)
        inputs = self.inputs.reshape(-1, self.n_inputs)
        before = states[:, :-1].reshape(-1, self.n_units)
        self.d_weights: Array = inputs.T @ self.step_gradients
        self.d_state_weights: Array = before.T @ self.step_gradients
        ones = np.ones((1, len(inputs)), self.dtype)
        self.d_biases: Array = ones @ self.step_gradients

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        self.parameter_gradients(d_outputs)
        d_inputs = self.step_gradients @ self.weights.T
        return d_inputs.reshape(self.inputs.shape)

    # --8<-- [end:ch28-rnn-backward]

    # --8<-- [start:ch28-rnn-check-inputs]
    def check_inputs(self, inputs: Array) -> None:
        """Raise an error unless `inputs` are sequences for this layer."""
        check_sequences(inputs, self.n_inputs, self.dtype, "RNN")

    # --8<-- [end:ch28-rnn-check-inputs]


# --8<-- [start:ch28-each-step]
class EachStep:
    """One dense layer for all steps: the same weights at each of them.

    The answers of a sequence come out side by side, in one row. With one
    neuron, that is one number per step.

    Parameters
    ----------
    layer : Dense
        Its inputs are the features of a step.

    >>> rng = np.random.default_rng(0)
    >>> steps = EachStep(Dense(3, 1, rng=rng))
    >>> steps.forward(np.ones((5, 7, 3), dtype=np.float32)).shape
    (5, 7)
    """

    def __init__(self, layer: Dense) -> None:
        if not isinstance(layer, Dense):
            got = f"a {type(layer).__name__}"
            raise TypeError(complaint("EachStep", "a Dense", got))
        self.layer = layer

    @property
    def parts(self) -> tuple[Dense]:
        """The layer: this is where a model looks for parameters."""
        return (self.layer,)

    # --8<-- [end:ch28-each-step]

    # --8<-- [start:ch28-each-step-passes]
    def forward(self, inputs: Array) -> Array:
        """Return all answers, shape (n_samples, n_steps * n_neurons)."""
        check_floats(inputs, "EachStep")
        if inputs.ndim != 3:
            expected = "inputs of shape (n_samples, n_steps, n_features)"
            raise ValueError(complaint("EachStep", expected, inputs.shape))
        rows = self.layer.forward(inputs.reshape(-1, inputs.shape[2]))
        self.shape = inputs.shape
        return rows.reshape(len(inputs), -1)

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        inputs = kept_by_forward(self.layer, "inputs")
        n_samples, n_steps, _ = self.shape
        wide = n_samples, n_steps * self.layer.n_neurons
        check_d_outputs(self, d_outputs, wide, inputs.dtype)
        rows = d_outputs.reshape(-1, self.layer.n_neurons)
        return self.layer.backward(rows).reshape(self.shape)

    # --8<-- [end:ch28-each-step-passes]
