"""The notebooks run: in kernels of their own, two at a time, once.

What ran is what a page shows and a reader downloads. A kernel finds those
modules of its chapter's code so far that the notebook imports, and they are
in the key: a later chapter runs no notebook again.
"""

import asyncio
import os
import re
import sys
import tempfile
from asyncio import SelectorEventLoop
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat

import text
from cache import apart, imported, kept, key, side_by_side, versions
from notebooks.source import FOLDER, cells, problems, published
from problems import Faulty, Problem
from weaving import AsOf

CELL_TIMEOUT = 120  # seconds
METADATA = {
    "kernelspec": {"display_name": "Python 3", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python"},
}
_HERE = Path(__file__).resolve().parent
_TOOLS = _HERE.parent
_AT = re.compile(r"Cell In\[(?P<cell>\d+)\], line (?P<line>\d+)")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def execute_all(root: Path, as_of: AsOf) -> dict[Path, Path]:
    """Execute notebooks, or find them executed; return source → .ipynb.

    Faulty: if one is no notebook, a cell fails, warns, or shows a figure
    without a text alternative. One problem for each that fails; all are tried.
    """
    if found := problems(root):
        raise Faulty(*found)
    run_by = key(
        "{}.{}".format(*sys.version_info),
        versions("numpy", "matplotlib", "matplotlib-inline", "ipython"),
        versions("ipykernel", "nbclient", "nbconvert", "nbformat"),
        # What runs a notebook, and what themes its figures.
        *(_HERE, _TOOLS / "figures", _TOOLS / "cache.py", _TOOLS / "text.py"),
    )
    jobs = {path: _job(root, path, run_by, as_of) for path in published(root)}
    side_by_side(lambda to, *job: kept(to, lambda: _run(*job)), jobs.values())
    return {path: job[0] for path, job in jobs.items() if job[0].exists()}


def _job(
    root: Path, path: Path, run_by: str, as_of: AsOf
) -> tuple[Path, str, str, dict[str, bytes]]:
    """Return where a notebook will lie, and what it is to run with."""
    source, name = text.read(path, root), f"{FOLDER}/{path.name}"
    package = imported(source, name, as_of(int(path.name[:2])))
    file = f"{path.stem}.{key(run_by, source, package)}.ipynb"
    return root / ".cache/notebooks" / file, name, source, package


def _run(where: str, source: str, package: Mapping[str, bytes]) -> bytes:
    """Return a notebook with what its cells showed."""
    from nbconvert.preprocessors import CoalesceStreamsPreprocessor

    notebook, lines = cells(source)
    with tempfile.TemporaryDirectory(prefix="nb") as home:
        try:
            _run_cells(notebook, Path(where).stem, package, Path(home))
        except RuntimeError as error:
            raise Faulty(Problem(where, 1, f"no kernel: {error}")) from error
    for number, cell in enumerate(notebook.cells, start=1):
        for line, message in _faults(cell):
            told = f"cell {number} {message}"
            raise Faulty(Problem(where, lines[number - 1] + line, told))
    # What is printed slowly comes in pieces, each time in others.
    pieces: Any = CoalesceStreamsPreprocessor
    notebook, _ = pieces().preprocess(notebook, {})
    notebook.metadata = METADATA
    return f"{nbformat.writes(notebook)}\n".encode()


def _run_cells(
    notebook: Any, slug: str, package: Mapping[str, bytes], home: Path
) -> None:
    """Run the cells up to the first error, which is in the outputs."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    (home / "empty").mkdir()
    client = NotebookClient(
        notebook,
        km=_kernel(home),
        timeout=CELL_TIMEOUT,
        interrupt_on_timeout=True,
        record_timing=False,
        extra_arguments=[
            "--InteractiveShell.colors=nocolor",
            "--InteractiveShellApp.extensions=kernel",
        ],
        resources={"metadata": {"path": str(home / "empty")}},
    )
    environment = apart(package, home / "package", _HERE, _TOOLS)
    environment["IPYTHONDIR"] = str(home / "ipython")
    environment["NNFS_NOTEBOOK"] = slug
    run = client.async_execute(cleanup_kc=True, env=environment)
    # A loop of its own, of the kind that ZeroMQ works with on Windows too.
    with (
        suppress(CellExecutionError),
        asyncio.Runner(loop_factory=SelectorEventLoop) as runner,
    ):
        runner.run(run)


def _kernel(home: Path) -> Any:
    """Return this Python's own kernel, whatever the user has installed."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    # Kernels that listen on ports may be given the same one.
    files = {"transport": "ipc", "ip": str(home / "ipc")}
    return AsyncKernelManager(
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        kernel_name="python3",
        connection_file=str(home / "kernel.json"),
        **(files if os.name != "nt" else {}),
    )


def _faults(cell: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with what a cell showed: its line, a message."""
    outputs = cell.get("outputs", ())
    for output in sorted(outputs, key=lambda o: o["output_type"] != "error"):
        data = output.get("data", {})
        shown = str(output.get("text", data.get("text/plain", "")))
        if output["output_type"] == "error":
            name, said = output["ename"], " ".join(output["evalue"].split())
            if name == "KeyboardInterrupt":
                said = f"it ran longer than {CELL_TIMEOUT} s"
            # The frame in this cell, not in another that it called.
            lines = [
                int(at["line"])
                for at in _AT.finditer("\n".join(output["traceback"]))
                if int(at["cell"]) == cell["execution_count"]
            ]
            yield lines[0] if lines else 1, f"failed: {name}: {said}"
        elif output.get("name") == "stderr":
            last = shown.strip().rpartition("\n")[2]
            yield 1, f"wrote to stderr: {last}"
        elif "image/png" in data:
            yield 1, "failed: it shows a picture that is no themed SVG"
        elif _ADDRESS.search(shown):
            cure = "give the last line a name, or end it with ;"
            yield 1, f"failed: its output holds a memory address; {cure}"
