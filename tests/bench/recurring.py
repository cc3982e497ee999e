"""An LSTM on sequences for the bench: this package beside PyTorch.

    python tests/bench/recurring.py             measure it
    python tests/bench/recurring.py --write     and store it for chapter 29

Forward and backward of one layer, T 50, batch 64, 128 features, 128 units,
without an optimizer. The contenders take turns, with one thread; the clock is
the processor time of this process.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import bench  # noqa: E402
from nnfs_code.gated import GRU, LSTM  # noqa: E402

STORED = ROOT / "resources" / "datasets" / "gated-times.json"
OURS = "this package, LSTM"
PRODUCTS = "LSTM: its products alone"
GATES = "LSTM: its gates alone"
STEPWISE = "LSTM: three more in the loop"
THEIRS = "PyTorch, LSTM"


def data(n_steps=50, n_samples=64, width=128):
    """Return inputs and the gradient for the states, float32."""
    rng = np.random.default_rng(0)
    inputs, d_outputs = rng.standard_normal(
        (2, n_samples, n_steps, width), dtype=np.float32
    )
    return inputs, d_outputs


def ours(inputs, d_outputs, kind=LSTM):
    """Return a forward and a backward pass of a layer of the package."""
    width = inputs.shape[2]
    rng = np.random.default_rng(0)
    layer = kind(width, width, rng=rng, return_sequences=True)

    def step():
        layer.forward(inputs)
        return layer.backward(d_outputs)

    return step


def products(inputs, d_outputs, inputs_in=False, slopes_in=False):
    """Return the matrix products of such a step, and nothing else.

    Those of the inputs and of the weights' gradients may be in the loop.
    """
    n_samples, n_steps, width = inputs.shape
    rows = np.ascontiguousarray(inputs.swapaxes(0, 1)).reshape(-1, width)
    weights = np.ones((width, 4 * width), np.float32)
    sums = np.ones((n_steps * n_samples, 4 * width), np.float32)
    state, few = rows[:n_samples], sums[:n_samples]

    def step():
        if not inputs_in:
            rows @ weights
        for _ in range(n_steps):
            if inputs_in:
                state @ weights
            state @ weights
            few @ weights.T
            if slopes_in:
                state.T @ few, state.T @ few
        if not slopes_in:
            rows.T @ sums, rows.T @ sums
        sums @ weights.T

    return step


class Still(np.ndarray):
    """Weights whose product with anything costs nothing: zeros, kept."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **how):
        if ufunc is np.matmul:
            one, other = inputs
            return zeros((one.shape[0], other.shape[1]), one.dtype)
        plain = [np.asarray(x) for x in inputs]
        return getattr(ufunc, method)(*plain, **how)


KEPT = {}


def zeros(shape, dtype):
    """Return the zeros of this shape: made once, then always the same."""
    if (shape, dtype) not in KEPT:
        KEPT[shape, dtype] = np.zeros(shape, dtype)
    return KEPT[shape, dtype]


def gates(inputs, d_outputs):
    """Return such a step with the products by the state weights left out."""
    width = inputs.shape[2]
    layer = LSTM(
        width, width, rng=np.random.default_rng(0), return_sequences=True
    )
    layer.check_inputs = lambda values: None
    layer.state_weights = layer.state_weights.view(Still)
    sums = np.ones((inputs.shape[1], len(inputs), 4 * width), np.float32)
    layer.forward(inputs)

    def step():
        layer.run(sums.copy())
        layer.back_through_time(d_outputs)

    return step


def with_torch(inputs, d_outputs, kind="LSTM"):
    """Return a forward and a backward pass of PyTorch, on the processor."""
    import torch

    width = inputs.shape[2]
    layer = getattr(torch.nn, kind)(width, width, batch_first=True)
    x = torch.from_numpy(inputs).requires_grad_()
    slopes = torch.from_numpy(d_outputs)

    def step():
        layer.zero_grad()
        x.grad = None
        layer(x)[0].backward(slopes)
        return x.grad.numpy()

    return step


CONTENDERS = {
    OURS: ours,
    PRODUCTS: products,
    STEPWISE: lambda *given: products(*given, inputs_in=True, slopes_in=True),
    GATES: gates,
    THEIRS: with_torch,
    "this package, GRU": lambda *given: ours(*given, kind=GRU),
    "PyTorch, GRU": lambda *given: with_torch(*given, kind="GRU"),
}


class Sequences:
    """The same work in the form that the bench of all works asks for."""

    name = "LSTM and GRU, 50 steps, batch 64, 128 units, both ways"
    sizes = (128,)
    ours = OURS

    def __init__(self, **sizes):
        self.given, self.contenders = data(**sizes), CONTENDERS

    def data(self):
        """Return inputs and the gradient for the states."""
        return self.given


def main(arguments=None):
    works = {"batch 64": Sequences(), "batch 1": Sequences(n_samples=1)}
    return bench.compare(works, STORED, __doc__, arguments)


if __name__ == "__main__":
    sys.exit(main())
