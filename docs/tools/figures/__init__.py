"""The figures of the pages: find them, draw them, put them in place.

A page says ``![What it shows, in words](figure:ch03-random-plane "Caption")``
and docs/figures/ch03.py holds ``def random_plane() -> Figure``. A build that
finds everything in the cache never loads matplotlib.
"""

from figures.draw import render_all
from figures.find import FigureError, catalogue
from figures.place import problems, replace

__all__ = ["FigureError", "catalogue", "problems", "render_all", "replace"]
