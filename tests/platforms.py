"""What the pages say, on all the processors that this machine can imitate.

``make platforms`` runs the tests of the pages, of the package and of the
notebooks once for each cell of a matrix, in processes that share nothing:
the BLAS kernels of several processors, one thread and two, NumPy's own loops
with and without the processor's extras, the lowest and the highest NumPy.
Each moves the last bit of a number; what a page says must survive it.

A cell is named by words with commas between them, as in
``make platforms PAGES="06 10" CELLS="Haswell Nehalem,2,baseline,lowest"``.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KERNELS = ("SkylakeX", "Haswell", "Zen", "Sandybridge", "Nehalem")
MORE = ("Haswell,2", "Nehalem,2", "Haswell,baseline", "Nehalem,baseline")
NUMPYS = {
    "lowest": ["--require-hashes", "--requirement", ".ci/numpy-lowest.txt"],
    "highest": ["--upgrade", "numpy>=2"],
}
TESTS = ("tests/chapters", "tests/package", "nnfs_code")
# What moves the last bit, as it really is in a process.
PROBE = """
import json, numpy, threadpoolctl
from numpy._core import _multiarray_umath as umath
(blas,) = threadpoolctl.threadpool_info() or [{}]
extras = [f for f in umath.__cpu_dispatch__ if umath.__cpu_features__[f]]
print(json.dumps({
    "kernel": blas.get("architecture", "no OpenBLAS"),
    "threads": blas.get("num_threads", 1),
    "numpy": numpy.__version__,
    "extras": extras,
}))
"""
OF_PAGE = re.compile(r"test_(\d\d)_|/(\d\d)-|\[ch(\d\d)_|as of (\d+)\]")


def default_cells() -> list[str]:
    """Return the cells that this processor can run."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return ["own", "own,2", "own,baseline", "own,lowest", "own,highest"]
    info = Path("/proc/cpuinfo")
    wide = info.exists() and "avx512f" in info.read_text("utf-8")
    kernels = KERNELS if wide else KERNELS[1:]
    old = ("Haswell,lowest", "Nehalem,baseline,lowest", "Haswell,highest")
    return [*kernels, *MORE, *old]


def python_with(numpy: str) -> str:
    """Return a Python with the lowest or the highest NumPy, set up if new.

    It is an environment that holds NumPy alone; all else comes from ours.
    """
    if numpy == "locked":
        return sys.executable
    folder = ROOT / ".cache/platforms" / numpy
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    python = folder.joinpath(*parts)
    venv.create(folder, clear=True)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    pip += ["--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, *NUMPYS[numpy]], check=True, cwd=ROOT)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    ours, theirs = (
        subprocess.run(
            [each, "-c", where], check=True, capture_output=True, text=True
        ).stdout.strip()
        for each in (sys.executable, python)
    )
    Path(theirs, "ours.pth").write_text(f"{ours}\n", "utf-8")
    return str(python)


def probe(python: str, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-c", PROBE],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def prepare(cell: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Return a cell's Python, its environment, and what will really run.

    Raises
    ------
    ValueError
        If it can't be had: no such word, no such NumPy, no such kernel.
    """
    words = set(cell.split(","))
    numpy = next((name for name in NUMPYS if name in words), "locked")
    threads = "2" if "2" in words else "1"
    kernels = words - {*NUMPYS, "1", "2", "baseline"}
    if len(kernels) != 1 or not kernels <= {*KERNELS, "own"}:
        raise ValueError(f"a cell needs one of {', '.join(KERNELS)} or own")
    (kernel,) = kernels
    try:
        python = python_with(numpy)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ValueError(f"the {numpy} NumPy can't be had: {error}") from None
    environment = os.environ | {"FULL": "1", "MPLBACKEND": "agg"}
    for library in ("OPENBLAS", "OMP", "MKL"):
        environment[f"{library}_NUM_THREADS"] = threads
    if kernel != "own":
        environment["OPENBLAS_CORETYPE"] = kernel
    if "baseline" in words:
        extras = probe(python, environment)["extras"]
        environment["NPY_DISABLE_CPU_FEATURES"] = " ".join(extras)
    real = probe(python, environment)
    # Some builds of OpenBLAS have one set of kernels for the two.
    asked = {"own": {real["kernel"]}, "Zen": {"Zen", "Haswell"}}
    if real["kernel"] not in asked.get(kernel, {kernel}):
        raise ValueError(f"asked for {kernel}, OpenBLAS took {real['kernel']}")
    if "baseline" in words and real["extras"]:
        raise ValueError(f"NumPy kept {' '.join(real['extras'])}")
    return python, environment, real


def row(nodeid: str) -> str:
    """Return the line of the table that a test belongs to.

    >>> row("tests/chapters/test_06_claims.py::test_a")
    'chapter 06'
    >>> row("tests/package/test_data.py::test_b[3]")
    'package'
    """
    if found := OF_PAGE.search(nodeid):
        number = int(next(filter(None, found.groups())))
        kind = "notebook" if "test_notebook" in nodeid else "chapter"
        return f"{kind} {number:02}"
    return "other pages" if "tests/chapters" in nodeid else "package"


class Recorder:
    """Pytest's plugin in a cell: chooses the pages, notes how tests end."""

    def __init__(self, pages: list[str]) -> None:
        self.pages = pages
        self.ends: list[tuple[str, bool, str]] = []

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        if self.pages:
            items[:] = [
                item
                for item in items
                if any(page in row(item.nodeid) for page in self.pages)
            ]

    def pytest_runtest_setup(self, item: Any) -> None:
        stated().clear()

    def pytest_runtest_makereport(self, item: Any) -> None:
        item.user_properties = [("places", ", ".join(stated()))]

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            said = str(report.longrepr).strip().splitlines()[-1]
            self.ends.append(
                (row(report.nodeid), False, f"{report.nodeid}: {said}")
            )

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.ends.append((row(report.nodeid), False, told(report)))
        elif report.passed and report.when == "call":
            self.ends.append((row(report.nodeid), True, ""))


def stated() -> list[str]:
    """Return the places on pages that the running test has quoted so far."""
    claims = sys.modules.get("claims")
    return claims.STATED if claims else []


def told(report: Any) -> str:
    """Return a failure in a line: where on the page, which test, and what."""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash else str(report.longrepr)
    said = " ".join(said.split())[:300]
    places = dict(report.user_properties).get("places", "")
    return f"{places} {report.nodeid}: {said}".lstrip()


def run_cell(target: Path, pages: list[str]) -> int:
    """Run the tests in this process, and leave their ends in a file."""
    import pytest

    recorder = Recorder(pages)
    quiet = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    code = pytest.main([*quiet, *TESTS], plugins=[recorder])
    target.write_text(json.dumps(recorder.ends), "utf-8")
    return int(code)


def table(
    names: list[str], results: list[list[tuple[str, bool, str]]]
) -> list[str]:
    """Return the lines of the table: a page each, a cell a column."""
    counts = [Counter((end[0], end[1]) for end in ends) for ends in results]
    rows = sorted({end[0] for ends in results for end in ends})
    heads = [f"{number:>8}" for number in range(1, len(names) + 1)]
    lines = ["".join([f"{'':12}", *heads])]
    for name in rows:
        shown = [
            f"{one[name, True]}-{one[name, False]}!"
            if one[name, False]
            else str(one[name, True])
            for one in counts
        ]
        lines.append("".join([f"{name:12}", *(f"{s:>8}" for s in shown)]))
    return lines


def main(cells: list[str], pages: list[str], jobs: int) -> int:
    """Run the matrix, print its table and each failure; 1 if any failed."""
    ready: dict[str, Any] = {}
    failures = []
    for cell in cells:
        try:
            python, environment, real = prepare(cell)
        except ValueError as error:
            failures.append(f"{cell}: not run: {error}")
            continue
        extras = " ".join(real["extras"]) or "none"
        title = (
            f"{real['kernel']} kernels, {real['threads']} threads, NumPy "
            f"{real['numpy']}, extras {extras}"
        )
        names = ready.setdefault(title, (python, environment, []))[2]
        names.append(cell)
    with tempfile.TemporaryDirectory() as scratch:
        print(f"Running {len(ready)} cells, {jobs} at a time ...", flush=True)

        def run(number: int) -> list[tuple[str, bool, str]]:
            python, environment, names = list(ready.values())[number]
            target = Path(scratch, f"{number}.json")
            command = [python, __file__, "--cell", str(target), *pages]
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
            )
            ends = json.loads(target.read_text()) if target.exists() else []
            if not ends:
                said = (done.stdout + done.stderr)[-2000:]
                ends = [("package", False, f"no test ran: {said}")]
            bad = sum(not end[1] for end in ends)
            print(f"{names[0]}: {len(ends)} tests, {bad} failed", flush=True)
            return ends

        with ThreadPoolExecutor(jobs) as pool:
            results = list(pool.map(run, range(len(ready))))
    for number, (title, (_, _, names)) in enumerate(ready.items(), 1):
        print(f"{number:3}  {' = '.join(names)}: {title}")
    print(*table(list(ready), results), sep="\n")
    for (_, _, names), ends in zip(ready.values(), results, strict=True):
        failures += [f"{names[0]}: {end[2]}" for end in ends if not end[1]]
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="as in: 06 10 package")
    parser.add_argument("--cells", default="", help="all that run here")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cell", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cell:
        sys.exit(run_cell(options.cell, options.pages))
    chosen = options.cells.split() or default_cells()
    sys.exit(main(chosen, options.pages, options.jobs))
