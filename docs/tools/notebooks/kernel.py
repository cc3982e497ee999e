"""What the kernel of a published notebook loads before the first cell.

An IPython extension. It sets the figures' style, shows each matplotlib
figure as themed SVG with the text alternative that ``fig.set_label`` gave, and
lets warnings fail. A reader's own Jupyter does without it.
"""

import os
import sys
import warnings
from itertools import count
from pathlib import Path
from typing import Any

_TOOLS = str(Path(__file__).resolve().parents[1])


def load_ipython_extension(shell: Any) -> None:
    """Prepare the shell; called by IPython."""
    from matplotlib.figure import Figure
    from matplotlib_inline.config import InlineBackend

    from figures.place import alt_fault, as_figure
    from figures.style import use_style
    from figures.svg import serialise

    # Only the site's own code needs these folders; cells must not see them.
    sys.path[:] = [path for path in sys.path if not path.startswith(_TOOLS)]
    InlineBackend.instance(parent=shell).figure_formats = set()
    import matplotlib.pyplot  # noqa: F401  (enables the inline backend)

    use_style()
    # A warning is a fault, in a cell and in what it calls.
    for kind in (RuntimeWarning, UserWarning, FutureWarning):
        warnings.simplefilter("error", kind)
    warnings.filterwarnings("error", module="__main__")
    numbers = count(1)

    def html(figure: Figure) -> str:
        alt = str(figure.get_label())
        if fault := alt_fault(alt):
            raise ValueError(f"{fault}: fig.set_label('...')")
        ident = f"fig-{os.environ['NNFS_NOTEBOOK']}-{next(numbers)}"
        return as_figure(serialise(figure, ident), ident=ident, alt=alt)

    formatters = shell.display_formatter.formatters
    formatters["text/html"].for_type(Figure, html)
    formatters["text/plain"].for_type(
        Figure,
        lambda figure, out, _: out.text(f"[figure: {figure.get_label()}]"),
    )
