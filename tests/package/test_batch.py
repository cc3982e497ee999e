"""CSV in, CSV out: good rows answered, bad ones told, nothing by halves."""

import csv
import io
import runpy
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code import batch
from nnfs_code.batch import main, predict_file
from nnfs_code.release import Release
from releases import card, chance, model, outcome, shelf

GOOD = "id,age,orders\na,20,10\nb,20,5\nc,90,1\n"


@pytest.fixture
def release(tmp_path):
    (tmp_path / "models").mkdir()
    return shelf(tmp_path / "models").release()


def run(release, folder, text):
    """Return what was told, and the rows that were written."""
    source, target = folder / "in.csv", folder / "out.csv"
    data = text if isinstance(text, bytes) else text.encode()
    source.write_bytes(data)
    told = predict_file(release, source, target)
    with target.open(newline="", encoding="utf-8") as lines:
        return told, list(csv.DictReader(lines))


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        "orders,id,age\n10,a,20\n\n5,b,20\n1,c,90\n",
    ],
    ids=["plain", "Windows", "with a mark", "another order, an empty line"],
)
def test_good_rows_are_answered(release, tmp_path, text):
    told, rows = run(release, tmp_path, text)
    assert told == (3, [])
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert [row["decision"] for row in rows] == ["yes", "ask", "no"]
    assert {row["version"] for row in rows} == {"v1"}
    for row in rows:
        expected = chance(float(row["age"]), float(row["orders"]))
        assert float(row["probability"]) == pytest.approx(expected, abs=1e-6)


def test_bad_rows_are_told_by_line(release, tmp_path):
    text = GOOD + 'd,12,1\n"two\nlines",20,x\ne,20\nf,20,1,1\ng,20,nan\nh,30,2'
    text += "\ni,20,1,1,1"
    told, rows = run(release, tmp_path, text)
    assert told.problems == [
        "in.csv:5: age expected a number from 18 to 99, got '12'",
        "in.csv:7: orders expected a number from 0 to 50, got 'x'",
        "in.csv:8: the row expected 3 fields, got 2",
        "in.csv:9: the row expected 3 fields, got 4",
        "in.csv:10: orders expected a number from 0 to 50, got 'nan'",
        "in.csv:12: the row expected 3 fields, got 5",
    ]
    assert (told.answered, [row["id"] for row in rows]) == (4, list("abch"))


def test_many_rows_go_in_pieces(release, tmp_path):
    lines = [f"{k},{20 + k % 70},{k % 50}" for k in range(2500)]
    told, rows = run(
        release, tmp_path, "id,age,orders\n" + "\n".join(lines) + "\nx,1,1"
    )
    assert told.answered == 2500
    assert told.problems[0].startswith("in.csv:2502: age expected")
    assert [row["id"] for row in rows] == [str(k) for k in range(2500)]
    for row in rows[1000:1100]:
        expected = chance(float(row["age"]), float(row["orders"]))
        assert float(row["probability"]) == pytest.approx(expected, abs=1e-6)


def test_only_bad_rows_leave_the_names(release, tmp_path):
    told, rows = run(release, tmp_path, "age,orders\n1,1\n")
    assert (told.answered, len(told.problems), rows) == (0, 1, [])
    written = (tmp_path / "out.csv").read_text("utf-8")
    assert written == "age,orders,probability,decision,version\n"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_field_keeps_the_ends_of_lines_in_it(release, tmp_path, end):
    text = f'id,age,orders\n"a{end}b",20,10\nc,20,5\n'
    told, rows = run(release, tmp_path, text)
    assert told == (2, [])
    assert [row["id"] for row in rows] == [f"a{end}b", "c"]


def test_what_is_written_is_the_same_on_windows(
    release, tmp_path, monkeypatch
):
    def open_there(path, mode="r", newline=None, encoding=None):
        """Open a file as Windows does where nothing is said."""
        if newline is None:
            newline = "\r\n"
        return open(path, mode, newline=newline, encoding=encoding or "cp1252")

    monkeypatch.setattr(batch, "open", open_there, raising=False)
    assert run(release, tmp_path, "age,orders,für\n20,10,ł\n")[0] == (1, [])
    expected = (
        "age,orders,für,probability,decision,version\r\n"
        "20,10,ł,0.731059,yes,v1\r\n"
    )
    assert (tmp_path / "out.csv").read_bytes() == expected.encode()


ONCE = r"each name once, and none of \['probability', 'decision', 'version'\]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"in\.csv:1: expected columns \['age', 'orders'\], got \[\]$"),
        (
            "age,order\n",
            r"in\.csv:1: expected columns \['orders'\], "
            r"got \['age', 'order'\]$",
        ),
        (
            "age,orders,age\n",
            rf"in\.csv:1: expected {ONCE}, got \['age', 'orders', 'age'\]$",
        ),
        (
            "age,orders,version\n",
            rf"in\.csv:1: expected {ONCE}, "
            r"got \['age', 'orders', 'version'\]$",
        ),
        (
            'age,orders\n20,"5\n',
            r"in\.csv, after line 1: unexpected end of data$",
        ),
        (
            b"age,orders\n20,\xff\n",
            r"in\.csv, after line [01]: .*utf-8.* can't",
        ),
    ],
)
def test_what_is_no_such_file_is_refused_whole(release, tmp_path, text, said):
    (tmp_path / "out.csv").write_text("as it was")
    with pytest.raises(ValueError, match=f"^{said}"):
        run(release, tmp_path, text)
    assert (tmp_path / "out.csv").read_text() == "as it was"
    assert not list(tmp_path.glob("*.part"))


def test_the_command(release, tmp_path, capsys):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    call = [str(tmp_path / "models"), str(source), str(target)]
    source.write_text(GOOD)
    assert main(call) == 0
    assert capsys.readouterr() == ("3 rows answered by v1, 0 not\n", "")
    source.write_text(GOOD + "d,1,1\n")
    assert main(call) == 1
    printed = capsys.readouterr()
    assert printed.out == "3 rows answered by v1, 1 not\n"
    told = "in.csv:5: age expected a number from 18 to 99, got '1'\n"
    assert printed.err == told
    source.write_text("")
    assert main(call) == 2
    told = "in.csv:1: expected columns ['age', 'orders'], got []\n"
    assert capsys.readouterr() == ("", told)
    assert main([str(tmp_path), *call[1:]]) == 2
    assert "current.txt" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    usage = "usage: python -m nnfs_code.batch [-h] folder source target\n"
    assert capsys.readouterr().out.startswith(usage)


def test_answers_come_by_1024_rows(release, tmp_path, monkeypatch):
    sizes, answers = [], release.answers

    def counted(rows):
        sizes.append(len(rows))
        return answers(rows)

    monkeypatch.setattr(release, "answers", counted)
    run(release, tmp_path, "age,orders\n" + "20,5\n" * 2048)
    assert sizes == [1024, 1024]


def test_it_runs_as_a_program(release, tmp_path, monkeypatch):
    call = [tmp_path / "models", tmp_path / "no.csv", tmp_path / "out.csv"]
    monkeypatch.setattr(sys, "argv", ["batch", *map(str, call)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(batch.__file__, run_name="__main__")
    assert ended.value.code == 2
    (tmp_path / "no.csv").write_text(GOOD)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(batch.__file__, run_name="__main__")
    assert ended.value.code == 0


@given(text=st.text() | st.text(alphabet='",\n\r0159.ae', max_size=80))
def test_whatever_a_file_holds_is_answered_or_told(text):
    made, file = Release(model(), card()), io.StringIO()
    lines = io.StringIO("age,orders\n" + text, newline="")
    told, message = outcome(batch.answer_lines, made, "a.csv", lines, file)
    if told is None:
        assert message.startswith("a.csv, after line ")
        return
    rows = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    assert len(rows) == told.answered
    assert all(problem.startswith("a.csv:") for problem in told.problems)
