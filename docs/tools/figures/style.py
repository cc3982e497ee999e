"""The visual language of the figures: colours, type, lines.

Matplotlib draws with the hexes below. `figures.svg` turns each of them
into a CSS variable of docs/assets/figures.css, so that one drawing follows
the light and the dark scheme. Where no style sheet says otherwise (a notebook
that somebody downloaded) the hex itself is what shows: each has a contrast of
3:1 or more against light paper and against dark slate.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.colors import Colormap, ListedColormap, to_rgb
from numpy.typing import NDArray

INK = "#23262d"  # text and axes; becomes currentColor
MUTED = "#7d838d"  # grids, second thoughts
PAPER = "#fdfcf9"  # the page itself: rims of markers, inside of nodes
PALETTE = (
    "#3d66bc",  # blue
    "#c95b00",  # orange
    "#2a9276",  # green
    "#a269ae",  # purple
    "#97772f",  # gold
    "#79808e",  # grey
)
MARKERS = ("o", "^", "s", "D", "v", "P")

# What each drawn hex becomes. Black and white are here because an author may
# write color="black", which would be lost on a dark page.
_PAGE = "var(--fig-paper,var(--jp-layout-color0,#fff))"  # jp: Jupyter's own
VARIABLES = {
    INK: "currentColor",
    "#000000": "currentColor",
    MUTED: f"var(--fig-muted,{MUTED})",
    PAPER: _PAGE,
    "#ffffff": _PAGE,
} | {
    colour: f"var(--fig-{number},{colour})"
    for number, colour in enumerate(PALETTE, start=1)
}

WIDTH, HEIGHT = 5.6, 3.5  # inches; text of 11 pt stays 9.5 px on a phone


def style() -> dict[str, Any]:
    """Return the settings (matplotlib's rcParams) of every figure."""
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": INK,
        "axes.facecolor": "none",
        "axes.labelcolor": INK,
        "axes.labelpad": 5,
        "axes.labelsize": 11,
        "axes.prop_cycle": cycler(color=list(PALETTE)),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": INK,
        "axes.titlelocation": "left",
        "axes.titlepad": 8,
        "axes.titlesize": 11,
        "figure.constrained_layout.use": True,
        "figure.edgecolor": "none",
        "figure.facecolor": "none",
        "figure.figsize": (WIDTH, HEIGHT),
        # It comes with matplotlib, so every machine lays out alike.
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 11,
        "grid.alpha": 0.35,
        "grid.color": MUTED,
        "grid.linewidth": 0.6,
        "hatch.color": MUTED,
        "image.cmap": "nnfs-sequential",
        "image.interpolation": "nearest",
        "legend.borderaxespad": 0.2,
        "legend.fontsize": 10,
        "legend.frameon": False,
        "legend.handlelength": 1.6,
        "legend.labelcolor": INK,
        "lines.linewidth": 2.0,
        "lines.markeredgewidth": 0.8,
        "lines.solid_capstyle": "round",
        "patch.edgecolor": INK,
        "patch.linewidth": 0.8,
        "savefig.bbox": "standard",
        "savefig.facecolor": "none",
        "savefig.transparent": True,
        "scatter.edgecolors": PAPER,
        "svg.fonttype": "none",
        "svg.hashsalt": "nnfs-journal",
        "text.color": INK,
        "xtick.color": INK,
        "xtick.labelsize": 10,
        "xtick.major.size": 4,
        "ytick.color": INK,
        "ytick.labelsize": 10,
        "ytick.major.size": 4,
    }


def use_style() -> None:
    """Make the style the standing one of this process."""
    register_colormaps()
    mpl.rcParams.update(style())  # type: ignore[arg-type]


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style inside a ``with`` block, from matplotlib's defaults.

    Whatever settings a reader's own matplotlibrc holds are left out, or two
    machines would draw two figures.
    """
    register_colormaps()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(style())  # type: ignore[arg-type]
        yield


def _fading(
    *stops: tuple[str, float, float],
) -> NDArray[np.float64]:
    """Return rows of (colour, alpha from, alpha to) as one RGBA table."""
    return np.vstack(
        [
            np.column_stack(
                [np.tile(to_rgb(colour), (128, 1)), np.linspace(a, b, 128)]
            )
            for colour, a, b in stops
        ]
    )


def colormaps() -> dict[str, Colormap]:
    """Return the two colormaps, which fade into the page.

    Their steps are one palette colour at different opacities, not different
    colours: contours and meshes drawn with them follow both schemes.
    """
    blue, orange = PALETTE[:2]
    return {
        "nnfs-sequential": ListedColormap(
            _fading((blue, 0.04, 0.95)), name="nnfs-sequential"
        ),
        "nnfs-diverging": ListedColormap(
            _fading((orange, 0.95, 0.0), (blue, 0.0, 0.95)),
            name="nnfs-diverging",
        ),
    }


def register_colormaps() -> None:
    """Let figures name the colormaps: ``cmap="nnfs-diverging"``."""
    for name, colormap in colormaps().items():
        if name not in mpl.colormaps:
            mpl.colormaps.register(colormap, name=name)
