"""What chapter 34's script leaves behind, for its tests."""

import importlib.util

from nnfs_code.capstones import DATASETS
from scripted import left_by

PAGE = "34-language-case"


def names():
    """Return the names of the chapter's script after its runs."""
    return left_by("ch34_language_case")


def made_by(name):
    """Return a script of the folder of data sets as a module."""
    path = DATASETS / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
