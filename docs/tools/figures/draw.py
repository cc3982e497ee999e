"""Draw the figures, each module in a process of its own; keep the results.

So a server that has been up for hours draws with the package as it is now.
The process sees those modules of the package only that the figures import,
as of their chapter: what is in the key of the cache is all there is.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cache
import text
import weaving
from figures.find import FigureError, catalogue
from problems import Faulty

_HERE = Path(__file__).resolve().parent


def render_all(root: Path) -> dict[str, str]:
    """Return the SVG of every figure by name, drawn or from the cache.

    Their text alternatives are empty: each page gives its own, through
    `figures.replace`.

    Raises
    ------
    FigureError
        If a figure fails; each line of the message begins with file:line.
    """
    found, problems = catalogue(root)
    if problems:
        raise FigureError("\n".join(map(str, problems)))
    paths = sorted({place.path for place in found.values()})
    svgs: dict[str, str] = {}
    faults = []
    with ThreadPoolExecutor(2) as pool:
        for path in [pool.submit(_module, root, path) for path in paths]:
            try:
                svgs |= path.result()
            except (FigureError, Faulty) as error:
                faults.append(str(error))
    if faults:
        raise FigureError("\n".join(faults))
    return svgs


def _module(root: Path, path: Path) -> dict[str, str]:
    """Return the figures of one module of docs/figures."""
    package = used(root, path)
    file = f"{path.stem}.{key(path, package)}.json"
    made = cache.kept(
        root / ".cache/figures" / file, lambda: _drawn(root, path, package)
    )
    svgs: dict[str, str] = json.loads(made)
    return svgs


def used(root: Path, path: Path) -> dict[str, str]:
    """Return the part of the package that a module's figures draw with.

    That is what the module and its helpers (``_*.py``) import, as of the
    chapter in its name: path from the root → text.
    """
    number = re.match(r"ch(\d\d)", path.stem)
    chapter = int(number[1]) if number else weaving.LAST_CHAPTER
    package = weaving.slice_package(root, chapter)
    found: dict[str, str] = {}
    for source in (path, *_helpers(path)):
        try:
            found |= cache.imported(source.read_text("utf-8"), package)
        except SyntaxError as error:
            # The line of the slice is not the file's: let the reader tell.
            faulty = root / str(error.filename)
            text.python(faulty if faulty.is_file() else source, root)
            raise
    return found


def key(path: Path, package: Mapping[str, str]) -> str:
    """Return the key of a module's figures in the cache."""
    installed = cache.versions("matplotlib", "numpy")
    return cache.key(path, *_helpers(path), _HERE, installed, package)


def _helpers(path: Path) -> list[Path]:
    return sorted(path.parent.glob("_*.py"))


def _drawn(root: Path, path: Path, package: Mapping[str, str]) -> bytes:
    """Draw the figures of a module in a fresh process."""
    with tempfile.TemporaryDirectory(prefix="figures") as folder:
        for name, code in package.items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_text(code, "utf-8")
        search = (folder, _HERE.parent, path.parent)
        environment = os.environ | {
            "MPLBACKEND": "svg",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": os.pathsep.join(map(str, search)),
        }
        done = subprocess.run(
            [
                sys.executable,
                "-P",
                "-m",
                "figures.apart",
                str(path),
                str(root),
            ],
            capture_output=True,
            cwd=folder,
            env=environment,
            check=False,
        )
    if done.returncode:
        raise FigureError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout
