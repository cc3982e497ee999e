"""Notebooks: what is in docs/notebooks is run, shown and downloaded."""

from notebooks.run import execute_all as execute_all
from notebooks.show import SEARCHED as SEARCHED
from notebooks.show import cases as cases
from notebooks.show import markdown as markdown
from notebooks.source import problems as problems
from notebooks.source import published as published
from notebooks.source import title as title
