"""What chapter 21's script defines, with a folder, for its tests."""

import tempfile
from functools import cache
from pathlib import Path

from scripted import definitions

PAGE = "21-saving-and-loading"


@cache
def script():
    """Return the names of the chapter's script."""
    names = definitions("ch21_saving_and_loading")
    names["shelf"] = tempfile.TemporaryDirectory()
    names["folder"] = Path(names["shelf"].name)
    return names


def tidy():
    """Take the folder away again."""
    script()["shelf"].cleanup()
    script.cache_clear()
