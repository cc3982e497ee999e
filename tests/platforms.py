"""What the pages say, on all the processors that this machine can imitate.

``make platforms`` runs the tests of the pages, of the notebooks and of the
package once for each cell of a matrix, in processes that share nothing: the
BLAS kernels of several processors, one thread and two, NumPy's own loops with
and without the processor's extras, the lowest and the highest NumPy. Each
moves the last bit of a number; what a page says must survive it.

A cell is named by words with commas between them, as in
``make platforms PAGES="06 10" CELLS="Haswell Nehalem,2,baseline,lowest"``.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CELL = str(Path(__file__).with_name("platforms_cell.py"))
KERNELS = ("SkylakeX", "Haswell", "Zen", "Sandybridge", "Nehalem")
MORE = (
    *("Haswell,2", "Nehalem,2", "Haswell,baseline", "Nehalem,baseline"),
    *("Haswell,lowest", "Nehalem,baseline,lowest", "Haswell,highest"),
)
NUMPYS = {
    "lowest": ["--require-hashes", "--requirement", ".ci/numpy-lowest.txt"],
    "highest": ["--upgrade", "numpy>=2"],
}
Ends = list[tuple[str, bool, str]]  # the row, whether it passed, a failure
Prepared = tuple[str, dict[str, str], list[str]]  # Python, settings, cells


def default_cells() -> list[str]:
    """Return the cells that this processor can run."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return ["own", "own,2", "own,baseline", "own,lowest", "own,highest"]
    info = Path("/proc/cpuinfo")
    wide = info.exists() and "avx512f" in info.read_text("utf-8")
    return [*(KERNELS if wide else KERNELS[1:]), *MORE]


def output(*command: str, environment: dict[str, str] | None = None) -> str:
    return subprocess.run(
        command,
        env=environment,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def python_with(numpy: str) -> str:
    """Return a Python with the lowest or the highest NumPy, set up anew.

    It is an environment that holds NumPy alone; all else comes from ours.
    """
    if numpy == "locked":
        return sys.executable
    folder = ROOT / ".cache" / "platforms" / numpy
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    python = str(folder.joinpath(*parts))
    venv.create(folder, clear=True)
    pip = [sys.executable, "-m", "pip", "--python", python, "install"]
    output(*pip, "--quiet", "--no-deps", *NUMPYS[numpy])
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    ours, theirs = (output(p, "-c", where) for p in (sys.executable, python))
    Path(theirs.strip(), "ours.pth").write_text(ours, "utf-8")
    return python


def prepare(cell: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Return a cell's Python, its environment, and what will really run.

    Raises
    ------
    ValueError
        If it can't be had: no such word, no such NumPy, no such kernel.
    """
    words = set(cell.split(","))
    numpy = next((name for name in NUMPYS if name in words), "locked")
    kernel, *more = words - {*NUMPYS, "1", "2", "baseline"} or {"none"}
    if more or kernel not in (*KERNELS, "own"):
        raise ValueError(f"expected one of {', '.join(KERNELS)}, own in it")
    try:
        python = python_with(numpy)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ValueError(f"the {numpy} NumPy can't be had: {error}") from None
    environment = os.environ | {"FULL": "1"}
    for library in ("OPENBLAS", "OMP", "MKL"):
        environment[f"{library}_NUM_THREADS"] = "2" if "2" in words else "1"
    if kernel != "own":
        environment["OPENBLAS_CORETYPE"] = kernel
    real = json.loads(output(python, CELL, environment=environment))
    if "baseline" in words:
        environment["NPY_DISABLE_CPU_FEATURES"] = " ".join(real["extras"])
        real = json.loads(output(python, CELL, environment=environment))
        if real["extras"]:
            raise ValueError(f"NumPy kept {' '.join(real['extras'])}")
    # Some builds of OpenBLAS have one set of kernels for these two.
    taken = {"own": real["kernel"], "Zen": "Haswell"}.get(kernel, kernel)
    if real["kernel"] not in (kernel, taken):
        raise ValueError(f"asked for {kernel}, OpenBLAS took {real['kernel']}")
    return python, environment, real


def run(python: str, environment: dict[str, str], pages: list[str]) -> Ends:
    """Run the tests in one cell, and return how they ended."""
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch, "ends.json")
        done = subprocess.run(
            [python, CELL, str(target), *pages],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        ends: Ends = json.loads(target.read_text()) if target.exists() else []
    said = (done.stdout + done.stderr)[-2000:]
    return ends or [("package", False, f"no test ran: {said}")]


def run_all(
    ready: dict[str, Prepared], pages: list[str], jobs: int
) -> list[Ends]:
    """Run some cells at a time, and those with two threads by themselves.

    Two threads wait for each other without letting go of their processors:
    with other work on the machine they take a hundred times as long.
    """

    def told(title: str) -> Ends:
        ends = run(*ready[title][:2], pages)
        bad = [why for _, passed, why in ends if not passed]
        said = f"{title}: {len(ends)} tests, {len(bad)} failed"
        print(said, *bad, sep="\n", flush=True)
        return ends

    running = {}
    for at_a_time, threads in ((jobs, "1"), (1, "2")):
        with ThreadPoolExecutor(at_a_time) as pool:
            for title, (_, environment, _) in ready.items():
                if environment["OPENBLAS_NUM_THREADS"] == threads:
                    running[title] = pool.submit(told, title)
    return [running[title].result() for title in ready]


def table(results: list[Ends]) -> list[str]:
    """Return the lines of the table: a row a page, a column a cell.

    >>> table([[("package", True, ""), ("package", False, "why")], []])
    ['                     1         2', 'package        1 1 bad         0']
    """
    counts = [Counter((end[0], end[1]) for end in ends) for ends in results]
    heads = [f"{number:>10}" for number in range(1, len(results) + 1)]
    lines = [" " * 12 + "".join(heads)]
    for name in sorted({end[0] for ends in results for end in ends}):
        shown = [
            f"{one[name, True]} {one[name, False]} bad"
            if one[name, False]
            else f"{one[name, True]}"
            for one in counts
        ]
        lines.append(f"{name:12}" + "".join(f"{cell:>10}" for cell in shown))
    return lines


def main(cells: list[str], pages: list[str], jobs: int) -> int:
    """Run the matrix, print its table and each failure; 1 if any failed."""
    ready: dict[str, Prepared] = {}
    failures = []
    for cell in cells:
        try:
            python, environment, real = prepare(cell)
        except ValueError as error:
            failures.append(f"{cell}: not run: {error}")
            continue
        title = (
            f"{real['kernel']} kernels, threads {real['threads']}, NumPy "
            f"{real['numpy']}, extras {' '.join(real['extras']) or 'none'}"
        )
        # Two that compute with the same are run once, in one column.
        ready.setdefault(title, (python, environment, []))[2].append(cell)
    print(f"{len(ready)} cells, {jobs} at a time: minutes each", flush=True)
    results = run_all(ready, pages, jobs)
    for number, (title, one) in enumerate(ready.items(), 1):
        print(f"{number:3}  {' = '.join(one[2])}: {title}")
    print("", *table(results), "", sep="\n")
    for one, ends in zip(ready.values(), results, strict=True):
        failures += [f"{one[2][0]}: {end[2]}" for end in ends if not end[1]]
    print(*failures or ["All of it holds in every cell."], sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="06 10, notebook, package")
    parser.add_argument("--cells", default="", help="all that run here")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    chosen = options.cells.split() or default_cells()
    sys.exit(main(chosen, options.pages, options.jobs))
