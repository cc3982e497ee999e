"""Draw the figures, each module in a process of its own; keep the results.

It sees those modules of the package only that the figures import, as of their
chapter: what is in the key of the cache is all there is.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import cache
import text
import weaving
from figures.find import modules, names
from problems import Faulty, Problem

_HERE = Path(__file__).resolve().parent
DUE = """<svg role="img" aria-label="" height="30"><text y="20" \
fill="currentColor">This figure is being drawn.</text></svg>"""


def render_all(root: Path, as_of: weaving.AsOf) -> dict[str, str]:
    """Return the SVG of every figure by name, drawn or from the cache.

    Text alternatives are empty: pages give them, by `figures.replace`.
    Faulty: with one problem for each module of which a figure fails.
    """
    jobs = [(p, *made_of(root, p, as_of)) for p in modules(root)]

    def made(path: Path, file: Path, package: Mapping[str, bytes]) -> bytes:
        return cache.kept(file, lambda: _drawn(root, path, package))

    drawn = cache.side_by_side(made, jobs)
    svgs = {} if all(drawn) else dict.fromkeys(names(root), DUE)
    for one in drawn:
        svgs |= json.loads(one or "{}")
    return svgs


def made_of(
    root: Path, path: Path, as_of: weaving.AsOf
) -> tuple[Path, dict[str, bytes]]:
    """Return where a module's figures are kept, and what they draw with.

    That is what the module and its helpers (``_*.py``) import of the
    package, as of the chapter in its name: path from the root → content.
    """
    number = re.match(r"ch(\d\d)", path.stem)
    chapter = int(number[1]) if number else weaving.LAST_CHAPTER
    sources = [path, *sorted(path.parent.glob("_*.py"))]
    code = "\n".join(text.read(source, root) for source in sources)
    name = path.relative_to(root).as_posix()
    package = cache.imported(code, name, as_of(chapter))
    installed = cache.versions("matplotlib", "numpy")
    key = cache.key(*sources, _HERE, installed, package)
    return root / f".cache/figures/{path.stem}.{key}.json", package


def _drawn(root: Path, path: Path, package: Mapping[str, bytes]) -> bytes:
    """Draw the figures of a module in a fresh process."""
    with tempfile.TemporaryDirectory(prefix="figures") as folder:
        search = _HERE.parent, path.parent
        done = subprocess.run(
            [sys.executable, "-P", "-m", "figures.apart", path, root],
            capture_output=True,
            cwd=folder,
            env=cache.apart(package, Path(folder), *search),
            check=False,
        )
    if done.returncode:
        last = done.stderr.decode().strip().rpartition("\n")[2]
        line, _, told = last.partition(" ")
        number, told = (int(line), told) if line.isdigit() else (1, last)
        where = path.relative_to(root).as_posix()
        raise Faulty(Problem(where, number, told))
    return done.stdout
