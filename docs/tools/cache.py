"""What is slow to make is made once, and kept in .cache by what made it.

A key is made of everything that the result depends on, and of nothing else.
What a drawing or a notebook may import is what `imported` finds: run it with
those files only, and no stale result can be kept.
"""

import ast
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

_LENGTH = 16  # hexadecimal digits of a key
# Before 3.11.8, Python fails now and then when two threads parse at once.
_PARSING = threading.Lock()


def key(*parts: str | bytes | Path | Mapping[str, str]) -> str:
    """Return the key of what is made from `parts`.

    A path counts with its name and content, a folder with its Python files,
    a mapping (path → text) with both.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"|")
        for data in _bytes(part):
            digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()[:_LENGTH]


def _bytes(part: str | bytes | Path | Mapping[str, str]) -> Iterator[bytes]:
    if isinstance(part, Path):
        files = sorted(part.rglob("*.py")) if part.is_dir() else [part]
        for file in files:
            yield file.name.encode()
            yield file.read_bytes()
    elif isinstance(part, Mapping):
        for pair in sorted(part.items()):
            yield from map(str.encode, pair)
    else:
        yield part if isinstance(part, bytes) else part.encode()


def versions(*packages: str) -> str:
    """Return the installed versions of packages, for a key."""
    return " ".join(f"{name}=={version(name)}" for name in packages)


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of a file, made first where it is not there.

    The file is called ``name.KEY.suffix``. It is written whole or not at
    all, and takes the place of the same name's files with other keys.
    """
    if path.exists():
        return path.read_bytes()
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    part.write_bytes(made)
    part.replace(path)
    older = f"{Path(path.stem).stem}.{'[0-9a-f]' * _LENGTH}{path.suffix}"
    for old in path.parent.glob(older):
        if old != path:
            old.unlink(missing_ok=True)
    return made


def imported(source: str, files: Mapping[str, str]) -> dict[str, str]:
    """Return those files that a Python source imports, and what they import.

    Parameters
    ----------
    source : str
        A script, from whose absolute imports the search starts.
    files : mapping of str to str
        A package: path from where it is imported → text.

    Raises
    ------
    SyntaxError
        If one of them is no Python; its ``filename`` is the path.
    """
    found: dict[str, str] = {}
    todo = list(_modules(source, "<script>"))
    while todo:
        module = todo.pop().replace(".", "/")
        for path in (f"{module}.py", f"{module}/__init__.py"):
            if path in files and path not in found:
                found[path] = files[path]
                todo += _modules(files[path], path)
    return found


@lru_cache(maxsize=2048)
def _modules(source: str, path: str) -> tuple[str, ...]:
    """Return the modules that a source names, and the packages around them."""
    with _PARSING:
        tree = ast.parse(source, path)
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(
        ".".join(parts[:end])
        for parts in (name.split(".") for name in names)
        for end in range(1, len(parts) + 1)
    )
