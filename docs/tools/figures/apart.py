"""The process apart that draws the figures of one module (see `draw`)."""

import importlib
import json
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from matplotlib import pyplot
from matplotlib.figure import Figure

from figures.find import FigureError, of_module
from figures.style import use_style
from figures.svg import serialise


def draw(path: Path, root: Path) -> dict[str, str]:
    """Return the SVG of each figure of a module of docs/figures.

    Raises
    ------
    FigureError
        If one fails; the message begins with file:line.
    """
    # A warning is a fault: a missing glyph, a label that finds no room.
    warnings.simplefilter("error")
    svgs = {}
    line, about = 1, ""
    try:
        module = importlib.import_module(path.stem)
        for name, place in of_module(path, root).items():
            line, about = place.line, f"figure {name}: "
            svgs[name] = _svg(getattr(module, place.function), f"fig-{name}")
    except Exception as error:
        told = f"{type(error).__name__}: {' '.join(str(error).split())}"
        line = _line_in(error, path) or line
        where = path.relative_to(root).as_posix()
        raise FigureError(f"{where}:{line}: {about}{told}") from error
    return svgs


def _svg(function: Callable[[], Any], ident: str) -> str:
    use_style()
    figure = function()
    if not isinstance(figure, Figure):
        raise TypeError(
            "expected a matplotlib Figure to be returned, got "
            f"{type(figure).__name__}"
        )
    svg = serialise(figure, ident)
    pyplot.close("all")
    return svg


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


if __name__ == "__main__":
    try:
        with redirect_stdout(sys.stderr):  # what a figure prints is no SVG
            svgs = draw(Path(sys.argv[1]), Path(sys.argv[2]))
    except FigureError as error:
        sys.exit(str(error))
    print(json.dumps(svgs, indent=0))
