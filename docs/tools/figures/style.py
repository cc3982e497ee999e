"""The visual language of the figures: colours, type, lines.

`figures.svg` turns each hex below into a CSS variable of docs/assets/
figures.css, so that one drawing follows the light and the dark scheme. In a
downloaded notebook the hex itself shows, at 3:1 or more on light and dark.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import style
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

STYLE = Path(__file__).with_name("journal.mplstyle")


def use_style() -> None:
    """Draw in this style from now on, whatever a user's settings say."""
    mpl.rcdefaults()
    style.use(STYLE)


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
