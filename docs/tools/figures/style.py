"""The visual language of the figures: colours, type, lines.

`figures.svg` turns each hex below into a CSS variable of docs/assets/
figures.css, so that one drawing follows the light and the dark scheme. In a
downloaded notebook the hex itself shows, at 3:1 or more on light and dark.
"""

from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.colors import ListedColormap, to_rgb

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

# What each drawn hex becomes. Black is what matplotlib draws by itself.
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

STYLE: dict[str, Any] = {  # matplotlib's rcParams
    "axes.axisbelow": True,
    "axes.labelpad": 5,
    "axes.prop_cycle": cycler(color=list(PALETTE)),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.titlesize": 11,
    "figure.constrained_layout.use": True,
    "figure.figsize": (WIDTH, HEIGHT),
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
    "lines.linewidth": 2.0,
    "lines.markeredgewidth": 0.8,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 0.8,
    "scatter.edgecolors": PAPER,
    "svg.fonttype": "none",
    "svg.hashsalt": "nnfs-journal",
    "xtick.labelsize": 10,
    "xtick.major.size": 4,
    "ytick.labelsize": 10,
    "ytick.major.size": 4,
}


def use_style() -> None:
    """Draw in this style from now on, whatever a user's settings say."""
    mpl.rcdefaults()
    mpl.rcParams.update(STYLE)  # type: ignore[arg-type]


def _fading(name: str, *stops: tuple[str, float, float]) -> None:
    """Register a colormap of (colour, alpha from, alpha to).

    Its steps are one palette colour at different opacities, not different
    colours: contours and meshes drawn with it follow both schemes.
    """
    rows = [
        np.column_stack([np.tile(to_rgb(colour), (128, 1)), alphas])
        for colour, first, last in stops
        for alphas in [np.linspace(first, last, 128)]
    ]
    mpl.colormaps.register(ListedColormap(np.vstack(rows), name), force=True)


_fading("nnfs-sequential", (PALETTE[0], 0.04, 0.95))
_fading("nnfs-diverging", (PALETTE[1], 0.95, 0.0), (PALETTE[0], 0.0, 0.95))
