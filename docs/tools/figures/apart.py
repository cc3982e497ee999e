"""The process apart that draws the figures of one module (see `draw`)."""

import importlib
import json
import sys
import traceback
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

from figures.find import named, of_module
from figures.style import use_style
from figures.svg import serialise


def draw(path: Path, root: Path) -> dict[str, str]:
    """Return the SVG of each figure of a module of docs/figures."""
    # A warning is a fault: a missing glyph, a label that finds no room.
    warnings.simplefilter("error")
    svgs, line, about = {}, 1, ""
    try:
        module = importlib.import_module(path.stem)
        for function, first in of_module(path, root).items():
            name = named(path, function)
            line, about = first, f"figure {name}: "
            use_style()
            figure = getattr(module, function)()
            svgs[name] = serialise(figure, f"fig-{name}")
            pyplot.close("all")
    except Exception as error:
        told = f"{type(error).__name__}: {' '.join(str(error).split())}"
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename == str(path):
                line = frame.lineno or line
        sys.exit(f"{line} {about}{told}")
    return svgs


if __name__ == "__main__":
    mpl.use("svg")
    with redirect_stdout(sys.stderr):  # what a figure prints is no SVG
        svgs = draw(Path(sys.argv[1]), Path(sys.argv[2]))
    print(json.dumps(svgs, indent=0))
