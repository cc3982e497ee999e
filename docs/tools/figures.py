"""The figures of the pages: find them, draw them, put them in place.

A page says ``![What it shows, in words](figure:ch03-random-plane "Caption")``
and docs/figures/ch03.py holds ``def random_plane() -> Figure``. Drawing runs
in a process of its own, so that a server that has been up for hours draws
with the package as it is now, and so that a build that finds everything in
the cache never loads matplotlib.
"""

import ast
import difflib
import hashlib
import importlib.util
import inspect
import json
import os
import re
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape, unescape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from figure_markup import alt_fault, as_figure, with_alt
from problems import Problem

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TOOLS = Path(__file__).resolve().parent
_DRAWN_BY = ("figures", "figure_style", "figure_svg", "figure_text", "drawing")

_ON_PAGE = re.compile(
    r"!\[(?P<alt>(?:\\.|[^\[\]\\]|\[[^\[\]]*\])*)\]"
    r"\(\s*figure:(?P<name>[^\s)\"]*)(?:\s+\"(?P<caption>[^\"]*)\")?\s*\)"
)
_FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)\s*$", re.M | re.S
)
_PARAGRAPH = re.compile(r"<p>\s*(?P<img><img\b[^>]*>)\s*</p>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


class FigureError(Exception):
    """A figure that cannot be drawn; the message names its function."""


@dataclass(frozen=True)
class Place:
    """Where the function of a figure stands."""

    path: Path
    line: int
    function: str


def catalogue(root: Path) -> dict[str, Place]:
    """Return every figure by name, read from the sources, not executed."""
    found = {}
    for path in sorted((root / "docs/figures").glob("*.py")):
        if path.stem.startswith("_"):
            continue
        try:
            tree = ast.parse(path.read_text("utf-8"))
        except SyntaxError as error:
            where = path.relative_to(root).as_posix()
            raise FigureError(
                f"{where}:{error.lineno}: {error.msg}"
            ) from error
        for node in tree.body:
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and node.returns is not None
                and ast.unparse(node.returns).strip("'\"").split(".")[-1]
                == "Figure"
            ):
                name = figure_name(path.stem, node.name)
                found[name] = Place(path, node.lineno, node.name)
    return found


def figure_name(module: str, function: str) -> str:
    """Return the name by which pages call a function's figure."""
    return f"{module}-{function}".replace("_", "-")


def discover(folder: Path) -> dict[str, Callable[[], "Figure"]]:
    """Import the modules of a folder; return their figures by name.

    A figure is a public function, defined in the module itself, that says
    it returns a ``Figure``.
    """
    found: dict[str, Callable[[], Figure]] = {}
    for path in sorted(folder.glob("*.py")):
        if not path.stem.startswith("_"):
            found |= _figures_of(path)
    return found


def _figures_of(path: Path) -> dict[str, Callable[[], "Figure"]]:
    name = f"_figures_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FigureError(f"{path.name}:1: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {
        figure_name(path.stem, function.__name__): function
        for function in vars(module).values()
        if inspect.isfunction(function)
        and function.__module__ == name
        and not function.__name__.startswith("_")
        and _returns_figure(function)
    }


def _returns_figure(function: Callable[..., Any]) -> bool:
    returns = inspect.signature(function).return_annotation
    named = getattr(returns, "__name__", "")
    text = returns if isinstance(returns, str) else named
    return text.strip("'\"").split(".")[-1] == "Figure"


# --- drawing, cached


def render_all(
    root: Path, names: Iterable[str] | None = None, *, jobs: int = 2
) -> dict[str, str]:
    """Return the SVG of every figure (or of some), drawn or from the cache.

    Their text alternatives are empty: each page gives its own, through
    `replace_figures`.

    Raises
    ------
    FigureError
        If a figure is unknown or fails; the message begins with file:line
        of its function.
    """
    places = catalogue(root)
    wanted = sorted(places if names is None else set(names))
    for name in wanted:
        if name not in places:
            raise FigureError(_unknown(name, places))
    cache = root / ".cache/figures"
    common = _common_hash(root)
    files = {
        name: cache / f"{name}-{_hash(common, places[name].path)}.svg"
        for name in wanted
    }
    missing: dict[Path, dict[str, str]] = {}
    for name, file in files.items():
        if not file.exists():
            missing.setdefault(places[name].path, {})[name] = str(file)
    if missing:
        cache.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(jobs) as pool:
            faults = list(
                pool.map(
                    lambda todo: _draw_apart(root, *todo), missing.items()
                )
            )
        if told := "\n".join(fault for fault in faults if fault):
            raise FigureError(told)
        _prune(cache, files)
    return {name: file.read_text("utf-8") for name, file in files.items()}


def _common_hash(root: Path) -> bytes:
    """Hash what every figure depends on."""
    digest = hashlib.sha256()
    for package in ("matplotlib", "numpy"):
        digest.update(f"{package} {version(package)}\0".encode())
    sources = [_TOOLS / f"{name}.py" for name in _DRAWN_BY]
    sources += sorted((root / "nnfs_code").rglob("*.py"))
    sources += sorted((root / "docs/figures").glob("_*.py"))
    for path in sources:
        if path.exists():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.digest()


def _hash(common: bytes, path: Path) -> str:
    return hashlib.sha256(common + path.read_bytes()).hexdigest()[:16]


def _prune(cache: Path, files: Mapping[str, Path]) -> None:
    """Delete older drawings of the figures just drawn."""
    for name, file in files.items():
        for old in cache.glob(f"{name}-{'[0-9a-f]' * 16}.svg"):
            if old != file:
                old.unlink(missing_ok=True)


def _draw_apart(root: Path, path: Path, files: Mapping[str, str]) -> str:
    """Draw figures of one module in a fresh process; return the fault."""
    request = json.dumps(
        {"root": str(root), "path": str(path), "files": dict(files)}
    )
    search = [str(root), str(_TOOLS), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "MPLBACKEND": "svg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(filter(None, search)),
    }
    done = subprocess.run(
        [sys.executable, str(_TOOLS / "figures.py")],
        input=request,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr.strip()


def _draw_here(root: Path, path: Path, files: Mapping[str, str]) -> None:
    """Draw figures of one module; this is the process apart."""
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    from figure_style import styled
    from figure_svg import serialise

    where = path.relative_to(root).as_posix()
    # A warning is a fault: a missing glyph, a label that finds no room.
    warnings.simplefilter("error")
    try:
        figures = _figures_of(path)
    except Exception as error:
        line = _line_in(error, path) or 1
        raise FigureError(f"{where}:{line}: {_told(error)}") from error
    for name, file in files.items():
        function = figures[name]
        first = function.__code__.co_firstlineno
        try:
            with styled():
                figure = function()
                if not isinstance(figure, Figure):
                    raise TypeError(
                        "expected a matplotlib Figure to be returned, "
                        f"got {type(figure).__name__}"
                    )
                svg = serialise(figure, f"fig-{name}")
                pyplot.close("all")
        except Exception as error:
            line = _line_in(error, path) or first
            raise FigureError(
                f"{where}:{line}: figure {name}: {_told(error)}"
            ) from error
        target = Path(file)
        part = target.with_suffix(f".{os.getpid()}")
        part.write_text(svg, "utf-8", newline="\n")
        part.replace(target)  # never half a file in the cache


def _line_in(error: Exception, path: Path) -> int | None:
    """Return the line of a file where an error passed through last."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    return lines[-1] if lines else None


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


# --- pages


def _mentions(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Find the figures of a page, outside its fences, with their lines."""
    blanked = _FENCE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    for found in _ON_PAGE.finditer(blanked):
        yield text.count("\n", 0, found.start()) + 1, found


def used(text: str) -> list[str]:
    """Return the names of the figures that a page shows, in order."""
    return [found["name"] for _, found in _mentions(text)]


def problems(root: Path, pages: Mapping[str, str]) -> list[Problem]:
    """Check the figures of all pages (path from the root → Markdown)."""
    places = catalogue(root)
    faults = []
    shown_somewhere: set[str] = set()
    for page, text in pages.items():
        shown: set[str] = set()
        for line, found in _mentions(text):
            name = found["name"]
            for message in _faults(name, found, places, shown):
                faults.append(Problem(page, line, message))
            shown.add(name)
        shown_somewhere |= shown
    for name, place in places.items():
        if name not in shown_somewhere:
            faults.append(
                Problem(
                    place.path.relative_to(root).as_posix(),
                    place.line,
                    f"no page shows figure:{name}; show it or delete "
                    f"{place.function}()",
                )
            )
    return sorted(faults)


def _faults(
    name: str,
    found: re.Match[str],
    places: Mapping[str, Place],
    shown: set[str],
) -> Iterator[str]:
    alt = " ".join(found["alt"].split())
    if name not in places:
        yield _unknown(name, places)
    if name in shown:
        yield f"figure:{name} is shown twice on this page; link to the first"
    if fault := alt_fault(alt):
        yield f"figure:{name} {fault}"
    before = found.string[: found.start()].rpartition("\n\n")[2]
    after = found.string[found.end() :].partition("\n\n")[0]
    if before.strip() or after.strip():
        yield f"figure:{name} must be a paragraph of its own"


def _unknown(name: str, places: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(places), n=1)
    hint = f"; did you mean figure:{close[0]}?" if close else ""
    module, _, function = name.partition("-")
    return (
        f"unknown figure:{name}{hint or ';'}"
        + ("" if hint else f" expected def {function.replace('-', '_')}() ")
        + ("" if hint else f"-> Figure in docs/figures/{module}.py")
    )


def replace_figures(html: str, svgs: Mapping[str, str]) -> str:
    """Put the drawings in place of python-markdown's image paragraphs.

    Raises
    ------
    FigureError
        If a figure is left over: unknown, or not a paragraph of its own.
    """

    def drawn(found: re.Match[str]) -> str:
        said = dict(_ATTRIBUTE.findall(found["img"]))
        scheme, _, name = said.get("src", "").partition(":")
        if scheme != "figure":
            return found[0]
        if name not in svgs:
            raise FigureError(_unknown(name, svgs))
        return as_figure(
            with_alt(svgs[name], unescape(said.get("alt", ""))),
            ident=f"fig-{name}",
            caption=escape(unescape(said.get("title", "")), quote=False),
        )

    html = _PARAGRAPH.sub(drawn, html)
    if left := re.search(r'<img\b[^>]*\bsrc="figure:([^"]*)"', html):
        raise FigureError(f"figure:{left[1]} must be a paragraph of its own")
    return html


def main() -> int:
    """Draw what standard input asks for (see `_draw_apart`)."""
    request = json.load(sys.stdin)
    try:
        _draw_here(
            Path(request["root"]), Path(request["path"]), request["files"]
        )
    except FigureError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
