"""What chapter 23 takes from a step changes its time, and nothing else."""

import importlib.util
import json

import numpy as np
import pytest

pytest.importorskip("threadpoolctl")


@pytest.fixture(scope="module")
def causes(root):
    path = root / "tests" / "bench" / "causes.py"
    spec = importlib.util.spec_from_file_location("causes", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def work(causes):
    return causes.bench.Work("small", (5, 7, 6, 4), 12)


def trained(made):
    model, inputs, labels, adam = made
    return [model.train_step(inputs, labels, adam) for _ in range(5)]


def names_of_changes():
    return (
        "a pair for each parameter",
        "plain parts, gradients copied",
        "outputs in new arrays",
        "ReLU with a single 0",
        "the plain loss",
        "the gradient of the data too",
    )


def test_the_list_of_changes_is_whole(causes):
    assert tuple(causes.CHANGES) == names_of_changes()


@pytest.mark.parametrize("name", names_of_changes())
def test_a_change_leaves_the_losses_as_they_are(causes, work, name):
    expected = trained(causes.model_of(work))
    made = causes.model_of(work)
    causes.CHANGES[name](made[0])
    np.testing.assert_allclose(trained(made), expected, rtol=1e-5)
    assert expected == sorted(expected, reverse=True)


def test_the_changes_change_what_they_say(causes, work):
    model, inputs, labels, adam = causes.model_of(work)
    causes.six_pairs(model)
    model.train_step(inputs, labels, adam)
    assert len(model.one_pair()) == len(adam.totals) == 6
    model, inputs, labels, adam = causes.model_of(work)
    first = model.quick[0].forward(inputs)
    assert model.quick[0].forward(inputs) is first
    causes.new_arrays(model)
    assert model.quick[0].forward(inputs) is not first


def test_arrays_off_by_16_bytes(causes):
    array = causes.off_by_16((3, 5), np.float32)
    assert array.ctypes.data % 64 == 16
    assert array.shape == (3, 5)


def test_all_parts_but_the_threads_are_measured_unless_told(
    causes, work, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(causes, "STORED", tmp_path / "stored.json")
    for name in causes.PARTS:
        monkeypatch.setitem(causes.PARTS, name, lambda rounds: rounds)
    assert causes.main(["--rounds", "3", "--write"]) == 0
    stored = json.loads((tmp_path / "stored.json").read_text("utf-8"))
    assert stored.pop("machine")
    assert set(stored) == set(causes.PARTS) - {"threads"}
    causes.main(["--only", "calls", "--rounds", "4", "--write"])
    stored = json.loads((tmp_path / "stored.json").read_text("utf-8"))
    assert (stored["calls"], stored["roof"]) == (4, 3)
    assert "calls 4" in capsys.readouterr().out


def test_a_line_is_timed_without_the_clock(causes, work, monkeypatch):
    """A clock that takes 1 at each reading: what it takes is subtracted."""
    ticks = iter(range(10**6))
    monkeypatch.setattr(causes.time, "process_time", lambda: next(ticks))
    found = causes.by_line(work, 2)
    assert found.pop("whole") == 1e6
    assert set(found.values()) == {0}
    assert next(iter(found)) == "products forwards"


def test_what_is_stored_has_all_that_is_measured(causes):
    stored = json.loads(causes.STORED.read_text("utf-8"))
    assert set(causes.PARTS) - {"threads"} <= set(stored)
    for work in causes.NAMES:
        assert set(stored["without"][work]) == {
            *causes.CHANGES,
            "all arrays 16 bytes off",
            "float64",
            "plain classes",
        }
