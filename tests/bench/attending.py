"""Attention for the bench: this package beside PyTorch.

    python tests/bench/attending.py             measure it
    python tests/bench/attending.py --write     and store it for chapter 31

Forward and backward of one causal layer, 128 features, without an optimizer.
The contenders take turns, with one thread; the clock is the processor time of
this process.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import bench  # noqa: E402
from nnfs_code.attention import MultiHeadAttention  # noqa: E402

STORED = ROOT / "resources" / "datasets" / "attention-times.json"
OURS = "this package"
PRODUCTS = "its matrix products alone"
FUSED = "PyTorch, its fused attention"
FORMULA = "PyTorch, the formula written out"
MODULE = "PyTorch, nn.MultiheadAttention"


def data(n_heads, n_samples=32, n_steps=64, width=128):
    """Return heads, inputs and the gradient for the outputs, float32."""
    rng = np.random.default_rng(0)
    inputs, d_outputs = rng.standard_normal(
        (2, n_samples, n_steps, width), dtype=np.float32
    )
    return n_heads, inputs, d_outputs


def ours(n_heads, inputs, d_outputs):
    """Return a forward and a backward pass of the package's layer."""
    rng = np.random.default_rng(0)
    layer = MultiHeadAttention(inputs.shape[2], n_heads, rng=rng, causal=True)

    def step():
        layer.forward(inputs)
        return layer.backward(d_outputs)

    return step


def products(n_heads, inputs, d_outputs):
    """Return the matrix products of such a step, and nothing else."""
    width = inputs.shape[2]
    rng = np.random.default_rng(0)
    layer = MultiHeadAttention(width, n_heads, rng=rng, causal=True)
    layer.forward(inputs)
    layer.backward(d_outputs)
    rows, d_rows = (a.reshape(-1, width) for a in (inputs, d_outputs))
    joined, d_sums = layer.joined, layer.step_gradients
    (queries, keys, values), shares = layer.heads, layer.shares
    other = shares.swapaxes(-1, -2)

    def step():
        rows @ layer.weights
        queries @ keys.swapaxes(-1, -2)
        shares @ values
        joined @ layer.out_weights
        joined.T @ d_rows, d_rows @ layer.out_weights.T
        other @ values, values @ keys.swapaxes(-1, -2)
        shares @ keys, other @ queries
        rows.T @ d_sums, d_sums @ layer.weights.T

    return step


def with_torch(n_heads, inputs, d_outputs, attend):
    """Return such a step in PyTorch: one QKV product, then `attend`."""
    import torch

    n_samples, n_steps, width = inputs.shape
    layer = torch.nn.Linear(width, 3 * width)
    out = torch.nn.Linear(width, width)
    x = torch.from_numpy(inputs).requires_grad_()
    slopes = torch.from_numpy(d_outputs)
    shape = n_samples, n_steps, 3, n_heads, width // n_heads

    def step():
        layer.zero_grad()
        out.zero_grad()
        x.grad = None
        heads = layer(x).view(shape).permute(2, 0, 3, 1, 4)
        found = attend(torch, *heads).transpose(1, 2).reshape(x.shape)
        out(found).backward(slopes)
        return x.grad.numpy()

    return step


def fused(torch, queries, keys, values):
    """PyTorch's attention in one call."""
    call = torch.nn.functional.scaled_dot_product_attention
    return call(queries, keys, values, is_causal=True)


def formula(torch, queries, keys, values):
    """PyTorch's attention, operation by operation."""
    n_steps, size = queries.shape[-2:]
    scores = queries @ keys.transpose(-1, -2) / size**0.5
    later = torch.ones(n_steps, n_steps, dtype=torch.bool).triu(1)
    scores = scores.masked_fill(later, -float("inf"))
    return torch.softmax(scores, dim=-1) @ values


def with_module(n_heads, inputs, d_outputs):
    """Return such a step of the layer that PyTorch has."""
    import torch

    layer = torch.nn.MultiheadAttention(
        inputs.shape[2], n_heads, batch_first=True
    )
    later = torch.ones(2 * inputs.shape[1:2], dtype=torch.bool).triu(1)
    x = torch.from_numpy(inputs).requires_grad_()
    slopes = torch.from_numpy(d_outputs)
    how = {"attn_mask": later, "is_causal": True, "need_weights": False}

    def step():
        layer.zero_grad()
        x.grad = None
        layer(x, x, x, **how)[0].backward(slopes)
        return x.grad.numpy()

    return step


CONTENDERS = {
    OURS: ours,
    PRODUCTS: products,
    FUSED: lambda *given: with_torch(*given, fused),
    FORMULA: lambda *given: with_torch(*given, formula),
    MODULE: with_module,
}


class Looks:
    """The same work in the form that the bench of all works asks for."""

    sizes = (128,)
    ours = OURS

    def __init__(self, n_heads, **sizes):
        self.given, self.contenders = data(n_heads, **sizes), CONTENDERS
        heads = "1 head" if n_heads == 1 else f"{n_heads} heads"
        shape = "64 steps, batch 32, 128 features, both ways"
        self.name = f"attention, {heads}, {shape}"

    def data(self):
        """Return the number of heads, inputs and the gradient."""
        return self.given


def main(arguments=None):
    works = {"1 head": Looks(1), "4 heads": Looks(4)}
    return bench.compare(works, STORED, __doc__, arguments)


if __name__ == "__main__":
    sys.exit(main())
