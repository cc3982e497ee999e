# --8<-- [start:ch29-imports]
"""Chapter 29: memory that is added to, behind gates."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import nnfs_code
from nnfs_code.arrays import Array
from nnfs_code.gradient_check import check, numerical_gradient

# --8<-- [end:ch29-imports]

# --8<-- [start:ch29-by-hand]
cell_before, target = 1.0, 0.5
enter, keep, show, new = 0.5, 0.9, 0.5, 0.4
cell = keep * cell_before + enter * new
state = show * np.tanh(cell)
print(f"cell {cell:.2f}  state {state:.4f}  loss {(state - target) ** 2:.4f}")
# --8<-- [end:ch29-by-hand]

# --8<-- [start:ch29-by-hand-back]
d_state = 2 * (state - target)
d_cell = d_state * show * (1 - np.tanh(cell) ** 2)
print(f"d_state {d_state:.4f}  d_cell {d_cell:.4f}")
print(f"show  {d_state * np.tanh(cell):.4f}")
print(f"enter {d_cell * new:.4f}")
print(f"keep  {d_cell * cell_before:.4f}")
print(f"new   {d_cell * enter:.4f}")
print(f"cell before {d_cell * keep:.4f}")
# --8<-- [end:ch29-by-hand-back]


# --8<-- [start:ch29-by-hand-slopes]
def loss_of(numbers: Array) -> float:
    """Return the loss of the one step, given its five numbers."""
    enter, keep, show, new, before = numbers
    said: float = show * np.tanh(keep * before + enter * new)
    return (said - target) ** 2


numbers = np.array([enter, keep, show, new, cell_before])
slopes = numerical_gradient(lambda: loss_of(numbers), numbers)
names = ("enter", "keep", "show", "new", "cell before")
for name, slope in zip(names, slopes, strict=True):
    print(f"{name:11} {slope:.4f}")
# --8<-- [end:ch29-by-hand-slopes]

# --8<-- [start:ch29-kept]
for share in (0.5, 0.9, 0.99, 1.0):
    print(f"keep {share}:", *(f"{share**k:9.2g}" for k in (1, 10, 50, 100)))
# --8<-- [end:ch29-kept]

# --8<-- [start:ch29-layer]
from nnfs_code.gated import GRU, LSTM
from nnfs_code.gates import Gated

rng = np.random.default_rng(0)
layer = LSTM(1, 1, rng=rng, return_sequences=True, dtype=np.float64)
xs = np.array([1.0, -2.0, 0.5])
states = layer.forward(xs.reshape(1, 3, 1))
w, u, b = layer.weights[0], layer.state_weights[0], layer.biases[0]
state, cell = 0.0, 0.0
for x, found in zip(xs, states[0, :, 0], strict=True):
    sums = x * w + state * u + b
    enter, keep, show = 1 / (1 + np.exp(-sums[:3]))
    cell = keep * cell + enter * np.tanh(sums[3])
    state = show * np.tanh(cell)
    print(f"by the formulas {state:8.5f}  the layer's {found:8.5f}")
# --8<-- [end:ch29-layer]


# --8<-- [start:ch29-check]
class Deaf(LSTM):
    """It sends no gradient back through its gates, along the cell alone."""

    def back_through_time(self, d_outputs: Array) -> tuple[Array, Array]:
        """Return the gradients, as if no gate had heard the state."""
        kept = self.state_weights
        self.state_weights = np.zeros_like(kept)
        found = super().back_through_time(d_outputs)
        self.state_weights = kept
        return found


sequences = np.random.default_rng(1).normal(size=(4, 5, 2))
for kind in (LSTM, Deaf):
    layer = kind(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    print(str(check(layer, sequences)).replace(": ", ":\n    "))
# --8<-- [end:ch29-check]

# --8<-- [start:ch29-gru-by-hand]
before, reset, keep, recalled, offered = 1.0, 0.5, 0.9, 0.6, 0.1
new = np.tanh(offered + reset * recalled)
state = keep * before + (1 - keep) * new
print(f"candidate {new:.4f}  state {state:.4f}")
# --8<-- [end:ch29-gru-by-hand]

# --8<-- [start:ch29-gru-check]
unit = GRU(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
print(check(unit, sequences))
# --8<-- [end:ch29-gru-check]


# --8<-- [start:ch29-reach]
def left_after(bias: float, seed: int, kind: type[Gated] = LSTM) -> Array:
    """Return how much of a gradient is left 0, 1, … 100 steps back.

    `bias` is that of the gate that keeps: the second block in both kinds.
    """
    rng = np.random.default_rng(seed)
    layer = kind(1, 32, rng=rng, dtype=np.float64)
    layer.biases[:, 32:64] = bias
    layer.forward(rng.standard_normal((8, 101, 1)))
    layer.backward(rng.standard_normal((8, 32)))
    arrived = layer.step_gradients.reshape(101, 8, -1)
    sizes = np.linalg.norm(arrived, axis=2).mean(axis=1)[::-1]
    left: Array = sizes / sizes[0]
    return left


# --8<-- [end:ch29-reach]

# --8<-- [start:ch29-reach-run]
print("      bias   10 steps          50 steps")
for gates in (LSTM, GRU):
    for bias in (0, 1, 3, 5):
        rows = np.array([left_after(bias, seed, gates) for seed in range(5)])
        ends = list(zip(rows.min(axis=0), rows.max(axis=0), strict=True))
        some = [f"{low:7.2g} {high:7.2g}" for low, high in ends]
        print(f"{gates.__name__:5} {bias:4} ", some[10], " ", some[50])
# --8<-- [end:ch29-reach-run]

# --8<-- [start:ch29-stored]
folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
plain = json.loads((folder / "recurrent-runs.json").read_text("utf-8"))
stored = json.loads((folder / "gated-runs.json").read_text("utf-8"))
runs = stored["runs"]


def spread(values: Sequence[float], places: int = 3) -> str:
    """Return the lowest, the middle and the highest of some numbers."""
    found = np.quantile(values, (0, 0.5, 1))
    return " ".join(f"{value:.{places}f}" for value in found)


def last(name: str) -> list[float]:
    """Return the errors of five networks after 2,000 steps."""
    return [errors[-1] for errors in runs[name]]


print("plain, 32 units ", spread(plain["runs"]["adding"]["100 0.003"]))
print("plain, 65 units ", spread(last("plain, 65 units, 0.003")))
print("LSTM, 32 units  ", spread(last("LSTM, 0.003")))
print("GRU, 32 units   ", spread(last("GRU, 0.003")))
# --8<-- [end:ch29-stored]

# --8<-- [start:ch29-held]
print("forget gate as it is        ", spread(last("LSTM, 0.003")))
held = last("forget gate held at 0.5, 0.003")
print("forget gate held at one half", spread(held))
held = last("forget gate held at 0.95, 0.003")
print("forget gate held at 0.95    ", spread(held))
# --8<-- [end:ch29-held]

# --8<-- [start:ch29-explodes]
from nnfs_code.clipping import Clipped, norm
from nnfs_code.layers import Dense
from nnfs_code.losses import MeanSquaredError
from nnfs_code.model import Model
from nnfs_code.optimizers import SGD
from nnfs_code.recurrent import RNN
from nnfs_code.sequences import adding


def exploding(seed: int, max_norm: float) -> tuple[list[float], list[float]]:
    """Take ten steps on one batch; return the losses and the norms."""
    rng = np.random.default_rng(seed)
    layer = RNN(2, 16, rng=rng, dtype=np.float64)
    layer.state_weights *= 3
    end = Dense(16, 1, rng=rng, dtype=np.float64)
    model = Model([layer, end], MeanSquaredError())
    optimizer = Clipped(SGD(0.1), max_norm)
    batch = adding(32, 50, rng=rng, dtype=np.float64)
    losses, norms = [], []
    for _ in range(11):
        losses.append(model.train_step(*batch, optimizer))
        norms.append(optimizer.last_norm)
    return losses, norms


# --8<-- [end:ch29-explodes]

# --8<-- [start:ch29-explodes-run]
print("      first norm  loss before  ten steps later: free  clipped")
for seed in range(5):
    free, norms = exploding(seed, 1e30)
    clipped, _ = exploding(seed, 1.0)
    print(
        f"seed {seed} {norms[0]:9.0e} {free[0]:12.0f}"
        f" {free[-1]:22.0e} {clipped[-1]:8.0f}"
    )
# --8<-- [end:ch29-explodes-run]

# --8<-- [start:ch29-clipped-adam]
for name, errors in stored["short"].items():
    if name == "whole gradient" or "clipped" in name:
        print(f"{name:20} {spread(errors, 4)}")
# --8<-- [end:ch29-clipped-adam]

# --8<-- [start:ch29-speed]
times = json.loads((folder / "gated-times.json").read_text("utf-8"))
for name, found in times["batch 64"].items():
    print(f"{name:34} {found['ms']:5.1f} ms")
# --8<-- [end:ch29-speed]

# --8<-- [start:ch29-speed-one]
for name in ("LSTM: its products alone", "LSTM: three more in the loop"):
    print(f"{name:34} {times['batch 1'][name]['ms']:5.2f} ms")
# --8<-- [end:ch29-speed-one]

# --8<-- [start:ch29-wrong-deaf]
for name in ("whole gradient", "stops at the gates", "one step alone"):
    print(f"{name:20} {spread(stored['short'][name])}")
# --8<-- [end:ch29-wrong-deaf]

# --8<-- [start:ch29-wrong-order]
layer = LSTM(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
right = layer.forward(sequences)[0]
for array in (layer.weights, layer.state_weights, layer.biases):
    blocks = np.split(array.copy(), 4, axis=1)
    array[:] = np.hstack([blocks[i] for i in (0, 1, 3, 2)])
print("ours              ", right.round(3))
print("in PyTorch's order", layer.forward(sequences)[0].round(3))
# --8<-- [end:ch29-wrong-order]

# --8<-- [start:ch29-wrong-each]
pairs = [(np.zeros(2), np.array([30.0, 40.0])), (np.zeros(1), np.ones(1))]
whole = np.concatenate([slope for _, slope in pairs])
each = np.concatenate(
    [slope * min(1, 5 / np.linalg.norm(slope)) for _, slope in pairs]
)
print("together", (whole * 5 / norm(pairs)).round(2))
print("each    ", each.round(2))
# --8<-- [end:ch29-wrong-each]

# --8<-- [start:ch29-solution-1]
cell, gradient = 1.0, 1.0
for share in (0.9, 0.5, 1.0):
    cell = share * cell + 0.5 * 0.4
    gradient *= share
print(f"cell {cell:.2f}  gradient for the first cell {gradient:.2f}")
# --8<-- [end:ch29-solution-1]

# --8<-- [start:ch29-solution-2]
share = 0.5 ** (1 / 100)
bias = np.log(share / (1 - share))
print(f"keep {share:.4f}  bias {bias:.2f}")
# --8<-- [end:ch29-solution-2]

# --8<-- [start:ch29-solution-3]
for any_kind, n_blocks in ((RNN, 1), (GRU, 3), (LSTM, 4)):
    count = n_blocks * (2 * 32 + 32 * 32 + 32)
    made = any_kind(2, 32, rng=np.random.default_rng(0))
    arrays = [v for v in vars(made).values() if isinstance(v, np.ndarray)]
    n_all = sum(array.size for array in arrays)
    print(any_kind.__name__, "blocks", count, "in all", n_all)
# --8<-- [end:ch29-solution-3]


# --8<-- [start:ch29-solution-4]
class ResetFirst(GRU):
    """A GRU whose reset falls on the state, before the product.

    The state biases are taken to be 0.
    """

    def run(self, sums: Array) -> None:
        """Fill `states`; there is no way back from here."""
        k = self.n_units
        for t, outer in enumerate(sums):
            before = self.states[t]
            inner = before @ self.state_weights[:, : 2 * k]
            reset, keep = np.split(
                1 / (1 + np.exp(-outer[:, : 2 * k] - inner)), 2, axis=1
            )
            recalled = (reset * before) @ self.state_weights[:, 2 * k :]
            new = np.tanh(outer[:, 2 * k :] + recalled)
            self.states[t + 1] = keep * before + (1 - keep) * new


for reset_kind in (GRU, ResetFirst):
    unit = reset_kind(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    print(f"{reset_kind.__name__:10}", unit.forward(sequences)[0].round(3))
# --8<-- [end:ch29-solution-4]
