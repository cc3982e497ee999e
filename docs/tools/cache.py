"""What is slow to make is made once, and kept in .cache by what made it.

What a drawing or a notebook may import is what `imported` finds: it runs with
those files only (`apart`), so the key holds all that it depends on.
"""

import ast
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Mapping, Reversible
from concurrent.futures import ThreadPoolExecutor, wait
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from problems import Faulty
from text import syntax

Made = TypeVar("Made")
_LOG = logging.getLogger("mkdocs.journal")
_LENGTH = 16  # hexadecimal digits of a key
_TWO = threading.Semaphore(2)  # what is made at a time
PAUSED = threading.Event()  # nothing more is begun
# What a user has set for these is nothing to a drawing or a notebook.
_THEIRS = ("JUPYTER", "IPYTHON", "MATPLOTLIBRC", "MPLBACKEND", "PYTHON")


def key(*parts: str | bytes | Path | Mapping[str, bytes]) -> str:
    """Return the key of what is made from `parts`.

    A path counts with its name and content, a folder with its Python files
    and styles, a mapping (path → content) with both.
    """
    told: list[object] = []
    for part in parts:
        if isinstance(part, Path):
            files = sorted([*part.rglob("*.py"), *part.rglob("*.mplstyle")])
            told += [(p.name, p.read_bytes()) for p in files or [part]]
        elif isinstance(part, Mapping):
            told += [(n, hashlib.sha256(part[n]).digest()) for n in part]
        else:
            told.append(part)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:_LENGTH]


@lru_cache
def versions(*packages: str) -> str:
    """Return the installed versions of packages, for a key."""
    return " ".join(f"{name}=={version(name)}" for name in packages)


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of a file, made first where it is not there.

    The file is called ``name.KEY.suffix``. It is written whole or not at
    all, in place of the name's files with other keys. While `PAUSED`: b"".
    """
    if path.exists():
        return path.read_bytes()
    with _TWO:
        if path.exists():  # by another thread, meanwhile
            return path.read_bytes()
        if PAUSED.is_set():
            return b""
        made = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        part.write_bytes(made)
        part.replace(path)
    _LOG.info("Made %s/%s", path.parent.name, path.name.split(".")[0])
    older = f"{Path(path.stem).stem}.{'[0-9a-f]' * _LENGTH}{path.suffix}"
    for old in path.parent.glob(older):
        if old != path:
            old.unlink(missing_ok=True)
    return made


def imported(
    source: str, name: str, files: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return files that a source imports, what they import, and their data.

    `name` is its own path; `files` is all that can be had: path → content.
    """
    found: dict[str, bytes] = {}
    todo = list(_modules(source, name))
    while todo:
        module = todo.pop().replace(".", "/")
        for path in (f"{module}.py", f"{module}/__init__.py"):
            if path in files and path not in found:
                found[path] = files[path]
                todo += _modules(files[path].decode(), path)
    said = b"".join([source.encode(), *found.values()])
    data = (p for p in files if not p.endswith(".py"))
    return found | {p: files[p] for p in data if Path(p).name.encode() in said}


@lru_cache(maxsize=2048)
def _modules(source: str, path: str) -> tuple[str, ...]:
    """Return the modules that a source names, and the packages around them."""
    names: list[str] = []
    for node in ast.walk(syntax(source, path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    split = [name.split(".") for name in names]
    return tuple(
        ".".join(parts[:end])
        for parts in split
        for end in range(1, len(parts) + 1)
    )


def side_by_side(
    make: Callable[..., Made], jobs: Reversible[tuple[Any, ...]]
) -> list[Made]:
    """Do a job for each tuple of arguments, the last first, two at a time.

    All are done. Faulty: with the problems of all that fail.
    """
    pool = ThreadPoolExecutor(2)
    runs = [pool.submit(make, *job) for job in reversed(jobs)][::-1]
    pool.shutdown(wait=False)
    try:
        wait(runs)
    except KeyboardInterrupt:  # to wait for all that is in line is too long
        PAUSED.set()
        raise
    ends = [run.exception() for run in runs]
    faults = [end for end in ends if isinstance(end, Faulty)]
    if faults:
        raise Faulty(*(p for fault in faults for p in fault.problems))
    return [run.result() for run in runs]


def apart(
    package: Mapping[str, bytes], folder: Path, *search: Path
) -> dict[str, str]:
    """Write a package; return the environment of a process that sees it.

    It sees no settings of the user; it imports from `folder`, `search`.
    """
    for name, content in package.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    shared = os.environ.items()
    return {n: v for n, v in shared if not n.startswith(_THEIRS)} | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",  # a server looks at these folders
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(map(str, (folder, *search))),
        "PYTHONUTF8": "1",
    }
