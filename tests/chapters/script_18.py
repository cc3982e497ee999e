"""What chapter 18's script defines, with its fresh points, for its tests."""

from functools import cache

from scripted import definitions

PAGE = "18-model"


@cache
def script():
    """Return the names of the chapter's script, and its fresh points."""
    names = definitions("ch18_model", "fresh")
    assert len(names["fresh"]) == 900
    return names
