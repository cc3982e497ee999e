"""The matrix of `make platforms`: what a cell is, and that it can fail."""

import json
import platform
import sys

import pytest

import platforms
from building import ran

INTEL = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"),
    reason="OpenBLAS has these kernels on x86 alone",
)
FAULTY = """
import claims

def test_what_holds():
    claims.STATED.append("docs/chapters/06-x.md:1")

def test_what_fails():
    claims.STATED.append("docs/chapters/06-x.md:7")
    assert 1.094 <= 0.95
"""


@INTEL
@pytest.mark.parametrize("kernel", ["Haswell", "Nehalem"])
def test_a_cell_runs_the_kernels_that_it_names(kernel):
    _, environment, real = platforms.prepare(f"{kernel},2")
    assert real["kernel"] == kernel
    assert real["threads"] == 2
    assert environment["FULL"] == "1"


def test_a_cell_without_the_processors_extras_has_none():
    assert platforms.prepare("own,baseline")[2]["extras"] == []


@pytest.mark.parametrize("cell", ["", "2", "Pentium", "Haswell,Nehalem"])
def test_another_cell_is_refused(cell):
    with pytest.raises(ValueError, match="expected one of SkylakeX, Haswell"):
        platforms.prepare(cell)


def test_a_kernel_that_was_not_taken_is_told(monkeypatch):
    answer = json.dumps({"kernel": "Prescott", "extras": [], "threads": 1})
    monkeypatch.setattr(platforms, "output", lambda *_, **__: answer)
    with pytest.raises(ValueError, match="asked for Zen, OpenBLAS took Presc"):
        platforms.prepare("Zen")


def test_a_numpy_that_is_out_of_reach_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(platforms, "ROOT", tmp_path)
    nowhere = ["--no-index", "numpy==2.0.2"]
    monkeypatch.setitem(platforms.NUMPYS, "lowest", nowhere)
    with pytest.raises(ValueError, match="the lowest NumPy can't be had"):
        platforms.prepare("own,lowest")


def test_a_cell_that_is_not_run_fails_the_matrix(monkeypatch, capsys):
    assert platforms.main(["Pentium"], [], 1) == 1
    assert "Pentium: not run: expected one of" in capsys.readouterr().out


def test_a_failure_is_told_with_its_place_on_the_page(root, tmp_path):
    folder = tmp_path / "tests" / "chapters"
    folder.mkdir(parents=True)
    (folder / "test_06_x.py").write_text(FAULTY, "utf-8")
    (folder / "test_07_x.py").write_text(FAULTY, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    code = (
        "import json, pytest, sys\n"
        f"sys.path[:0] = {[str(root / 'tests'), *sys.path]}\n"
        "from platforms_cell import Recorder\n"
        "recorder = Recorder(['06'])\n"
        "pytest.main(['-q', '-p', 'no:cacheprovider'], plugins=[recorder])\n"
        "print(json.dumps(recorder.ends))"
    )
    done = ran(sys.executable, "-c", code, cwd=tmp_path)
    ends = json.loads(done.stdout.splitlines()[-1])
    assert ends[0] == ["chapter 06", True, ""]
    ((row, passed, line),) = ends[1:]
    assert (row, passed) == ("chapter 06", False)
    assert line.startswith(
        "docs/chapters/06-x.md:7 tests/chapters/test_06_x.py::test_what_fails:"
    )
    assert "1.094 <= 0.95" in line
