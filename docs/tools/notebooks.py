"""The notebooks: checked, executed, cached, handed to mkdocs-jupyter.

docs/notebooks/NN-slug.py is plain Python in cells (``# %%`` and
``# %% [markdown]``), the percent format that Jupyter opens through jupytext.
Nothing outside that folder is ever executed. What a notebook shows when it is
built is what its page shows and what its download holds.
"""

import asyncio
import hashlib
import os
import re
import sys
import tempfile
from asyncio import SelectorEventLoop
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jupytext

from notebook_source import FOLDER, NAME, cells, check, title

__all__ = [
    "NotebookError",
    "check",
    "execute_all",
    "markdown",
    "published",
    "title",
]

CELL_TIMEOUT = 120  # seconds
_TOOLS = Path(__file__).resolve().parent
# Where mkdocs-jupyter finds our template, and nothing that a user has set.
SEARCHED = {"JUPYTER_PATH": str(_TOOLS / "jupyter"), "JUPYTER_NO_CONFIG": "1"}
_RUNS_WITH = (
    "notebooks",
    "notebook_source",
    "kernel_startup",
    "figure_style",
    "figure_svg",
    "figure_text",
    "figure_markup",
)
_PACKAGES = (
    *("numpy", "matplotlib", "matplotlib-inline", "nbclient", "nbformat"),
    *("ipykernel", "ipython", "jupytext"),
)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python"},
}
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_AT = re.compile(r"Cell In\[(?P<cell>\d+)\], line (?P<line>\d+)")
_WARNED = re.compile(
    r"^(?P<path>\S.*?):(?P<line>\d+): (?P<said>\w+(?:Warning|Error): .*)$",
    re.M,
)
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


class NotebookError(Exception):
    """A notebook that fails; the message begins with file:line."""


# --- running


def published(root: Path) -> list[Path]:
    """Return the notebooks that are published."""
    return sorted(
        path
        for path in (root / FOLDER).glob("*.py")
        if NAME.fullmatch(path.name)
    )


def execute_all(
    root: Path, paths: Iterable[Path] | None = None, *, jobs: int = 2
) -> dict[Path, Path]:
    """Execute notebooks, or find them executed; return source → .ipynb.

    Parameters
    ----------
    root : Path
        The repository.
    paths : iterable of Path, optional
        Some notebooks below docs/notebooks; all of them by default.
    jobs : int
        How many run at the same time.

    Raises
    ------
    NotebookError
        If a cell fails, warns, or shows a figure without a text alternative.
        One line for each notebook that fails, all of them tried.
    """
    root = root.resolve()
    wanted = sorted(published(root) if paths is None else paths)
    folder = root / FOLDER
    for path in wanted:
        if path.resolve().parent != folder or not NAME.fullmatch(path.name):
            raise NotebookError(
                f"{path.name}:1: only {FOLDER}/NN-slug.py is ever executed"
            )
    cache = root / ".cache/notebooks"
    common = _common_hash(root)
    done = {
        path: cache / f"{path.stem}.{_hash(common, path)}.ipynb"
        for path in wanted
    }
    missing = [path for path in wanted if not done[path].exists()]
    if missing:
        cache.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(jobs) as pool:
            faults = list(
                pool.map(lambda path: _run(root, path, done[path]), missing)
            )
        if told := "\n".join(fault for fault in faults if fault):
            raise NotebookError(told)
        for path in missing:
            for old in cache.glob(f"{path.stem}.*.ipynb"):
                if old != done[path]:
                    old.unlink(missing_ok=True)
    return done


def _common_hash(root: Path) -> bytes:
    """Hash what every notebook depends on."""
    digest = hashlib.sha256()
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    digest.update(f"python {python}\0".encode())
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\0".encode())
    for path in (_TOOLS / f"{name}.py" for name in _RUNS_WITH):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for path in sorted((root / "nnfs_code").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(root).as_posix()
            digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.digest()


def _hash(common: bytes, path: Path) -> str:
    name = path.name.encode()
    return hashlib.sha256(common + name + path.read_bytes()).hexdigest()[:16]


def _run(root: Path, path: Path, target: Path) -> str:
    """Execute one notebook into the cache; return the fault or ''."""
    from nbconvert.preprocessors import CoalesceStreamsPreprocessor

    where = f"{FOLDER}/{path.name}"
    text = path.read_text("utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number:02}", {}
    if not _executed(root, path.stem, notebook):
        return f"{where}:1: its kernel died or never started"
    for number, (cell, ran) in enumerate(
        zip(cells(text), notebook.cells, strict=True), start=1
    ):
        if fault := _fault(ran):
            line, message = fault
            return f"{where}:{cell.line + line}: cell {number} {message}"
    # What is printed slowly comes in pieces, each time in others.
    pieces: Any = CoalesceStreamsPreprocessor
    notebook, _ = pieces().preprocess(notebook, {})
    notebook.metadata = METADATA
    part = target.with_suffix(f".{os.getpid()}")
    made = jupytext.writes(notebook, fmt="ipynb")
    part.write_text(made, "utf-8", newline="\n")
    part.replace(target)  # never half a notebook in the cache
    return ""


def _executed(root: Path, slug: str, notebook: Any) -> bool:
    """Run the cells in a kernel of their own, up to the first error."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import (
        CellExecutionError,
        CellTimeoutError,
        DeadKernelError,
    )

    started: list[int] = []
    with tempfile.TemporaryDirectory(prefix="nb") as scratch:
        home = Path(scratch)
        (home / "empty").mkdir()
        manager = AsyncKernelManager(
            # No kernel but this Python's own, whatever the user installed.
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            kernel_name="python3",
            connection_file=str(home / "kernel.json"),
        )
        if os.name != "nt":
            manager.transport = "ipc"
            manager.ip = str(home / "ipc")
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=CELL_TIMEOUT,
            record_timing=False,
            on_cell_start=lambda cell, cell_index: started.append(cell_index),
            extra_arguments=[
                "--HistoryManager.enabled=False",
                "--InteractiveShell.colors=nocolor",
                "--InteractiveShellApp.extensions=kernel_startup",
            ],
            resources={"metadata": {"path": str(home / "empty")}},
        )
        try:
            # A loop of its own, closed at the end, of the kind that ZeroMQ
            # works with on Windows too.
            with asyncio.Runner(loop_factory=SelectorEventLoop) as runner:
                runner.run(
                    client.async_execute(
                        cleanup_kc=True,  # and the kernel with it
                        env=_environment(root, slug, home),
                    )
                )
        except CellExecutionError:
            pass  # its traceback is in the outputs
        except CellTimeoutError:
            _timed_out(notebook.cells[started[-1]])
        except DeadKernelError:
            return False
    return True


def _environment(root: Path, slug: str, home: Path) -> dict[str, str]:
    """Return a kernel's environment: nothing of the user's own settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "IPYTHON", "MPL", "PYTHON"))
        or name == "MPLCONFIGDIR"
    }
    return kept | {
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(home),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "NNFS_NOTEBOOK": slug,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join([str(root), str(_TOOLS)]),
    }


def _timed_out(running: Any) -> None:
    """Leave a fault in the cell that was running."""
    running.outputs.insert(
        0,  # before what its interruption may have left
        {
            "output_type": "error",
            "ename": "TimeoutError",
            "evalue": f"it ran longer than {CELL_TIMEOUT} s",
            "traceback": [],
        },
    )


def _fault(cell: Mapping[str, Any]) -> tuple[int, str] | None:
    """Return what is wrong with a cell's outputs: line in it, message."""
    outputs = cell.get("outputs", ())
    for output in outputs:
        if output["output_type"] == "error":
            traceback = _ANSI.sub("", "\n".join(output["traceback"]))
            # The frame in this cell, not in another that it called.
            lines = [
                int(at["line"])
                for at in _AT.finditer(traceback)
                if int(at["cell"]) == cell["execution_count"]
            ]
            said = f"{output['ename']}: {' '.join(output['evalue'].split())}"
            return lines[0] - 1 if lines else 0, f"failed: {said}"
    for output in outputs:
        if output.get("name") == "stderr":
            return _complaint(_ANSI.sub("", output["text"]))
        data = output.get("data", {})
        if "image/png" in data:
            return 0, "failed: it shows a picture that is no themed SVG"
        shown = str(output.get("text", data.get("text/plain", "")))
        if _ADDRESS.search(shown):
            return 0, (
                "failed: its output holds a memory address, which changes "
                "with every run; give the last line a name, or end it with ;"
            )
    return None


def _complaint(text: str) -> tuple[int, str]:
    """Return the line and the gist of what a cell wrote to stderr."""
    line, told = 0, text.strip().rpartition("\n")[2]
    if warned := _WARNED.search(text):
        told = warned["said"]
        if "ipykernel_" in warned["path"]:
            line = int(warned["line"]) - 1
    return line, f"wrote to stderr: {told}"


# --- pages


def markdown(rendered: str) -> str:
    """Return what mkdocs-jupyter made with our template as Markdown.

    The template escapes its text, since nbconvert reads it as HTML.
    mkdocs-jupyter ends it with a style sheet, the first element in it.
    """
    if rendered.lstrip().startswith("<"):
        raise NotebookError("mkdocs-jupyter no longer uses our template")
    return unescape(rendered.partition("<")[0])
