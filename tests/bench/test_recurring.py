"""The bench of recurrent layers: all contenders, small, and what is stored."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from nnfs_code.gated import GRU, LSTM

pytest.importorskip("threadpoolctl")
sys.path.insert(0, str(Path(__file__).parent))
import recurring


@pytest.fixture(scope="module")
def small():
    return recurring.data(n_steps=4, n_samples=3, width=5)


def test_all_contenders_run():
    work = recurring.Sequences(n_steps=4, n_samples=3, width=5)
    steps, absent = recurring.bench.assemble(work)
    assert len(steps) + len(absent) == len(recurring.CONTENDERS)
    assert len(steps) >= len(recurring.CONTENDERS) - 2  # without PyTorch
    for step in steps.values():
        step()


@pytest.mark.parametrize("kind", [LSTM, GRU])
def test_ours_is_both_ways(small, kind):
    layer = kind(5, 5, rng=np.random.default_rng(0), return_sequences=True)
    layer.forward(small[0])
    found = recurring.ours(*small, kind=kind)()
    np.testing.assert_array_equal(found, layer.backward(small[1]))


def test_the_gates_alone_multiply_no_matrices(small, monkeypatch):
    """Weights of ones in their place would be seen: products give zeros."""
    step = recurring.gates(*small)
    kept = np.ones((5, 20), np.float32).view(recurring.Still)
    product = np.ones((3, 5), np.float32) @ kept
    assert type(product) is np.ndarray
    assert product.shape == (3, 20)
    assert not product.any()
    assert (kept * 2 == 2).all()
    step()


def test_what_is_stored():
    stored = json.loads(recurring.STORED.read_text("utf-8"))
    for batch in ("batch 64", "batch 1"):
        assert list(stored[batch]) == list(recurring.CONTENDERS)
        assert stored[batch][recurring.OURS]["ratio"] == [1, 1, 1]
    low, middle, high = stored["batch 64"][recurring.THEIRS]["ratio"]
    assert 0.55 <= low <= middle <= high


def test_it_measures(monkeypatch, small, capsys):
    monkeypatch.setattr(recurring, "data", lambda **how: small)
    assert recurring.main(["--rounds", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["batch 1"][recurring.OURS]["ms"] > 0
