"""The weaving: pages quote the package, section by section.

`weaving.running` runs what pages quote; it needs the tests' environment.
"""

from weaving.quoting import expand, not_shown, problems, quotes, with_titles
from weaving.sections import (
    LAST_CHAPTER,
    PACKAGE,
    Section,
    parse_package,
    slice_package,
    write_slice,
    zip_slice,
)

__all__ = [
    "LAST_CHAPTER",
    "PACKAGE",
    "Section",
    "expand",
    "not_shown",
    "parse_package",
    "problems",
    "quotes",
    "slice_package",
    "with_titles",
    "write_slice",
    "zip_slice",
]
