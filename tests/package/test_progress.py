"""The bar: what it draws, and where it draws nothing."""

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


@pytest.mark.parametrize("terminal", [False, True])
def test_unless_told_it_is_drawn_on_a_terminal_alone(
    terminal, capsys, monkeypatch
):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    bar = Progress("x", 1)
    bar.at(1)
    bar.end()
    assert (capsys.readouterr().err != "") == terminal
