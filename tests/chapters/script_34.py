"""What chapter 34's script leaves behind, for its tests."""

from scripted import left_by

PAGE = "34-language-case"


def names():
    """Return the names of the chapter's script after its runs."""
    return left_by("ch34_language_case")
