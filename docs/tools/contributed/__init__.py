"""Contributed text: read as data, rendered, cleaned, and told its faults.

`cleaning` keeps the site safe and asks nobody. `judge` tells a writer, by
file and line, what cleaning would take out.
"""

from contributed import pictures
from contributed.cleaning import (
    Cleaning,
    clean_contents,
    escape,
    escape_author,
    is_contributed,
    source,
)
from contributed.entry import Entry, anchor, read
from contributed.folder import (
    authors,
    by_chapter,
    entries,
    faults,
    files,
    latest_today,
    problems,
    tags,
    write_clean,
)

__all__ = [
    "Cleaning",
    "Entry",
    "anchor",
    "authors",
    "by_chapter",
    "clean_contents",
    "entries",
    "escape",
    "escape_author",
    "faults",
    "files",
    "is_contributed",
    "latest_today",
    "pictures",
    "problems",
    "read",
    "source",
    "tags",
    "write_clean",
]
