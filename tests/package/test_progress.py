"""The bar: what it draws, and where it draws nothing."""

import io

import pytest

from nnfs_code.progress import Progress


def test_a_bar_by_hand(capsys):
    bar = Progress("epoch 1/3", 8, shown=True)
    bar.at(2, "loss 0.500")
    bar.at(8)
    bar.end()
    quarter = "\repoch 1/3 [#####...............]  25 % loss 0.500"
    whole = f"\repoch 1/3 [{'#' * 20}] 100 % "
    assert capsys.readouterr() == ("", f"{quarter}{whole}\n")


def test_it_is_drawn_only_when_the_percentage_changes(capsys):
    bar = Progress("x", 100_000, shown=True)
    for done in range(1, 100_001, 100):
        bar.at(done)
    assert capsys.readouterr().err.count("\r") == 100


def test_a_bar_is_drawn_at_0_and_at_1_percent(capsys):
    for done, percent in ((0, "  0"), (1, "  1")):
        Progress("x", 100, shown=True).at(done)
        expected = f"\rx [{'.' * 20}] {percent} % "
        assert capsys.readouterr().err == expected


def test_a_bar_does_not_wait_for_the_end_of_its_line(monkeypatch):
    """A stream that keeps a line until it is whole would show no bar."""
    seen = io.BytesIO()
    waiting = io.TextIOWrapper(io.BufferedWriter(seen))
    monkeypatch.setattr("sys.stderr", waiting)
    Progress("x", 2, shown=True).at(1)
    assert seen.getvalue().startswith(b"\rx [###")


@pytest.mark.parametrize("terminal", [False, True])
def test_unless_told_it_is_drawn_on_a_terminal_alone(
    terminal, capsys, monkeypatch
):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    bar = Progress("x", 1)
    bar.at(1)
    bar.end()
    assert (capsys.readouterr().err != "") == terminal
