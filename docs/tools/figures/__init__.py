"""The figures of the pages: find them, draw them, put them in place.

A page says ``![What it shows, in words](figure:ch03-random-plane "Caption")``
and docs/figures/ch03.py holds ``def random_plane() -> Figure``.
"""

from figures.draw import DUE as DUE
from figures.draw import render_all as render_all
from figures.find import names as names
from figures.place import replace as replace
