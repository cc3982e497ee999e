# --8<-- [start:ch29-gated-imports]
"""Recurrent layers with gates: LSTM and GRU."""

import numpy as np

from nnfs_code.arrays import Array
from nnfs_code.gates import Gated, squash

# --8<-- [end:ch29-gated-imports]


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
    The reset gate multiplies what comes from the state, after the
    product; `state_biases` are inside it, shape (1, n_units).

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
