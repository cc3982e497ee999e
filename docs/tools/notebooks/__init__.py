"""Notebooks: what is in docs/notebooks is run, shown and downloaded."""

from notebooks.run import execute_all
from notebooks.show import SEARCHED, markdown
from notebooks.source import problems, published, title

__all__ = [
    "SEARCHED",
    "execute_all",
    "markdown",
    "problems",
    "published",
    "title",
]
