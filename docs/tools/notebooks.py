"""The notebooks: checked, executed, cached, turned into pages.

docs/notebooks/NN-slug.py is plain Python in cells (``# %%`` and
``# %% [markdown]``), the percent format that Jupyter opens through jupytext.
Nothing outside that folder is ever executed. What a notebook shows when it is
built is what its page shows and what its download holds.
"""

import asyncio
import hashlib
import json
import os
import re
import sys
import tempfile
from asyncio import SelectorEventLoop
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from notebook_source import FOLDER, NAME, Cell, cells, check

__all__ = [
    "NotebookError",
    "check",
    "execute_all",
    "load",
    "published",
    "to_ipynb_bytes",
    "to_markdown",
]

CELL_TIMEOUT = 120  # seconds
_TOOLS = Path(__file__).resolve().parent
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
    *("ipykernel", "ipython"),
)
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
    where = f"{FOLDER}/{path.name}"
    found = cells(path.read_text("utf-8"))
    notebook = _executed(root, path.stem, found)
    if notebook is None:
        return f"{where}:1: its kernel died or never started"
    for number, (cell, ran) in enumerate(
        zip(found, notebook["cells"], strict=True), start=1
    ):
        if fault := _fault(ran):
            line, message = fault
            return f"{where}:{cell.line + line}: cell {number} {message}"
    part = target.with_suffix(f".{os.getpid()}")
    part.write_bytes(to_ipynb_bytes(notebook))
    part.replace(target)  # never half a notebook in the cache
    return ""


def _executed(
    root: Path, slug: str, found: list[Cell]
) -> dict[str, Any] | None:
    """Run the cells in a kernel of their own, up to the first error."""
    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import (
        CellExecutionError,
        CellTimeoutError,
        DeadKernelError,
    )

    notebook = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {
            "cells": [_new(cell, n) for n, cell in enumerate(found, start=1)],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
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
            return None
    return dict(notebook)


def _new(cell: Cell, number: int) -> dict[str, Any]:
    """Return a cell of the source as Jupyter knows it."""
    new: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": f"cell-{number:02}",
        "metadata": {},
        "source": cell.source,
    }
    if cell.kind == "code":
        new |= {"execution_count": None, "outputs": []}
    return new


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


# --- results


def load(path: Path) -> dict[str, Any]:
    """Read an executed notebook."""
    notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return notebook


def to_ipynb_bytes(notebook: Mapping[str, Any]) -> bytes:
    """Return the notebook for the download: no times, no counts, same ids."""
    slim = {
        "cells": [
            _slim(cell, number)
            for number, cell in enumerate(notebook["cells"], start=1)
        ],
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"file_extension": ".py", "name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(slim, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def _slim(cell: Mapping[str, Any], number: int) -> dict[str, Any]:
    slim: dict[str, Any] = {
        "cell_type": cell["cell_type"],
        "id": f"cell-{number:02}",
        "metadata": {},
        "source": _lines(cell["source"]),
    }
    if cell["cell_type"] == "code":
        slim["execution_count"] = None
        slim["outputs"] = _outputs(cell["outputs"])
    return slim


def _outputs(outputs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Keep what can be shown; join streams that timing cut in two."""
    kept: list[dict[str, Any]] = []
    for output in outputs:
        if output["output_type"] == "stream":
            text = _ANSI.sub("", _text(output["text"]))
            if kept and kept[-1].get("name") == output["name"]:
                text = _text(kept.pop()["text"]) + text
            kept.append(
                {
                    "name": output["name"],
                    "output_type": "stream",
                    "text": _lines(text),
                }
            )
        elif "data" in output:
            kept.append(
                {
                    "data": {
                        kind: _lines(output["data"][kind])
                        for kind in ("text/html", "text/plain")
                        if kind in output["data"]
                    },
                    "metadata": {},
                    "output_type": "display_data",
                }
            )
    return kept


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _lines(source: str | list[str]) -> list[str]:
    return _text(source).splitlines(keepends=True)


def to_markdown(notebook: Mapping[str, Any]) -> str:
    """Return the notebook as a page of the site.

    Markdown cells pass as they are; code becomes ``python`` fences, text
    ``output`` fences, and a figure a block of HTML of its own.
    """
    blocks: list[str] = []
    for cell in notebook["cells"]:
        source = _text(cell["source"]).strip("\n")
        if cell["cell_type"] == "markdown":
            blocks.append(source)
            continue
        if source:
            blocks.append(_fenced("python", source))
        printed = ""
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/html" in data:
                blocks += _shown(printed)
                blocks.append(_text(data["text/html"]).strip())
                printed = ""
                continue
            text = _text(output.get("text", data.get("text/plain", "")))
            if printed and not printed.endswith("\n"):
                printed += "\n"
            printed += text
        blocks += _shown(printed)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _shown(printed: str) -> list[str]:
    text = _ANSI.sub("", printed).rstrip()
    return [_fenced("output", text)] if text else []


def _fenced(language: str, text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
