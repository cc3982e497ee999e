"""The bench measures what it says: the same work, fairly put together."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

threadpoolctl = pytest.importorskip("threadpoolctl")


@pytest.fixture(scope="module")
def bench(root):
    path = root / "tests" / "bench" / "bench.py"
    spec = importlib.util.spec_from_file_location("bench", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def works(bench):
    return [
        bench.Work("small", (5, 7, 6, 4), 12),
        bench.Work("spiral", (2, 8, 3), 30),
    ]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_contenders_do_the_same_work(bench, works):
    """They start from the same weights and go through the same losses."""
    for work in works:
        steps, absent = bench.assemble(work)
        steps.pop(bench.BARE)
        losses = {n: [step() for _ in range(5)] for n, step in steps.items()}
        expected = losses[bench.OURS]
        assert expected == sorted(expected, reverse=True)
        for name, found in losses.items():
            np.testing.assert_allclose(found, expected, 1e-4, err_msg=name)
        assert len(steps) + len(absent) == len(bench.CONTENDERS) - 1


def test_a_contender_that_leaves_out_the_step_would_be_seen(bench, works):
    """The planted fault: a loss that stays where it is."""
    step = bench.plain(*works[0].data())
    losses = [step() for _ in range(5)]
    with pytest.raises(AssertionError):
        np.testing.assert_allclose([losses[0]] * 5, losses, 1e-4)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learn_computes_in_float32(bench, works):
    """As it is called: the type of the inputs is that of its weights."""
    for work in works:
        step = bench.with_sklearn(*work.data())
        step()
        model = next(
            cell.cell_contents
            for cell in step.__closure__
            if hasattr(cell.cell_contents, "coefs_")
        )
        assert {array.dtype for array in model.coefs_} == {np.dtype("f4")}


def test_an_absent_peer_is_named(bench, works, monkeypatch):
    def absent(*data):
        raise ImportError(name="torch")

    monkeypatch.setitem(bench.CONTENDERS, "PyTorch, fused Adam", absent)
    steps, missing = bench.assemble(works[0])
    assert "PyTorch, fused Adam (no module torch)" in missing
    assert "PyTorch, fused Adam" not in steps


def test_each_contender_has_its_turn_in_each_round(bench):
    now, taken = [0.0], []

    def contender(name, seconds):
        def step():
            now[0] += seconds
            taken.append(name)

        return step

    steps = {bench.OURS: contender("a", 1.0), "peer": contender("b", 2.0)}
    times = bench.take_turns(steps, 4, lambda: now[0], seconds=2.0)
    assert times == {bench.OURS: [1.0] * 4, "peer": [2.0] * 4}
    turns = "".join(taken)[-12:]
    assert turns == "baa" + "aab" + "baa" + "aab"


def test_ratios_are_those_of_the_rounds(bench):
    times = {bench.OURS: [1e-3, 4e-3, 2e-3], "peer": [2e-3, 8e-3, 5e-3]}
    first, second = bench.rows(times)
    assert first.split(" | ")[-1] == "1 |"
    assert second == (
        "| peer | 5\xa0ms | 3.5\xa0ms – 6.5\xa0ms | 2.00 (2.00 – 2.25) |"
    )


def test_times_have_a_unit(bench):
    shown = [bench.duration(t) for t in (1.234, 0.01234, 1.234e-5)]
    assert shown == ["1.23\xa0s", "12.3\xa0ms", "12.3\xa0µs"]


def test_the_result_goes_between_the_marks(bench, root):
    page = f"before\n{bench.START}\nold\n{bench.END}\nafter"
    text = bench.written(page, ["new"])
    assert text == f"before\n{bench.START}\n\nnew\n\n{bench.END}\nafter"
    assert bench.written(text, ["new"]) == text
    with pytest.raises(ValueError, match="bench expected a page with"):
        bench.written("no marks", ["new"])
    real = Path(root / "resources" / "speed.md").read_text("utf-8")
    assert "old" in bench.written(real, ["old"])


def test_the_contenders_with_pictures_do_the_same_work(bench):
    import convolutional

    work = convolutional.Pictures(6, 8, (3, 4))
    steps, absent = bench.assemble(work)
    steps.pop(bench.BARE)()
    losses = {name: [step() for _ in range(4)] for name, step in steps.items()}
    for name, found in losses.items():
        np.testing.assert_allclose(
            found, losses[bench.OURS], 1e-4, err_msg=name
        )
    assert losses[bench.OURS][-1] < losses[bench.OURS][0]
    assert len(steps) + len(absent) == len(convolutional.CONTENDERS) - 1


def test_a_first_layer_that_hears_nothing_would_be_seen(bench, monkeypatch):
    """The planted fault, in the textbook's convolution."""
    import convolutional

    data, plain = (
        convolutional.Pictures(6, 8, (3, 4)).data(),
        convolutional.Im2Col.backward,
    )
    step = convolutional.drafted(*data)
    expected = [step() for _ in range(4)]
    monkeypatch.setattr(
        convolutional.Im2Col,
        "backward",
        lambda layer, slopes: 0 * plain(layer, slopes),
    )
    step = convolutional.drafted(*data)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose([step() for _ in range(4)], expected, 1e-4)
