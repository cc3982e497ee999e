"""The bench of attention: all contenders, small, and what is stored."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from nnfs_code.attention import MultiHeadAttention

pytest.importorskip("threadpoolctl")
sys.path.insert(0, str(Path(__file__).parent))
import attending

SMALL = {"n_samples": 3, "n_steps": 4, "width": 8}
HEADS = pytest.mark.parametrize("n_heads", [1, 4])


@HEADS
def test_all_contenders_run(n_heads):
    work = attending.Looks(n_heads, **SMALL)
    steps, absent = attending.bench.assemble(work)
    assert len(steps) + len(absent) == len(attending.CONTENDERS)
    assert len(steps) >= 2  # without PyTorch
    for step in steps.values():
        step()


@HEADS
def test_ours_is_both_ways(n_heads):
    given = attending.data(n_heads, **SMALL)
    layer = MultiHeadAttention(
        8, n_heads, rng=np.random.default_rng(0), causal=True
    )
    layer.forward(given[1])
    found = attending.ours(*given)()
    np.testing.assert_array_equal(found, layer.backward(given[2]))


def test_what_is_stored():
    stored = json.loads(attending.STORED.read_text("utf-8"))
    for heads, least in (("1 head", 1.0), ("4 heads", 0.9)):
        assert list(stored[heads]) == list(attending.CONTENDERS)
        assert stored[heads][attending.OURS]["ratio"] == [1, 1, 1]
        low, middle, high = stored[heads][attending.FUSED]["ratio"]
        assert low <= middle <= high
        assert middle >= least


def test_it_measures(monkeypatch, capsys):
    small = attending.data(1, **SMALL)
    monkeypatch.setattr(attending, "data", lambda n_heads, **how: small)
    assert attending.main(["--rounds", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["4 heads"][attending.OURS]["ms"] > 0
