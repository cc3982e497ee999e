"""A new entry, started from the template."""

import json
import re
import unicodedata
from datetime import date
from pathlib import Path

import text
from contributed.entry import FOLDER, MAX_SLUG
from contributed.folder import TEMPLATE


def start(root: Path, title: str, today: date) -> Path:
    """Write a new entry from the template and return its path."""
    small = unicodedata.normalize("NFKD", title.casefold())
    plain = small.replace("'", "").encode("ascii", "ignore").decode()
    words = "-".join(re.findall("[a-z0-9]+", plain))[:MAX_SLUG].strip("-")
    words = words or "a-title-of-its-own"
    path = root / FOLDER / f"{today}-{words}.md"
    if path.exists():
        told = f"{FOLDER}/{path.name} exists already; choose another title"
        raise ValueError(told)
    written = text.read(root / FOLDER / TEMPLATE, root)
    written = written.replace("2000-01-31", str(today))
    # A JSON string is a YAML string in double quotes.
    written = written.replace('"TITLE"', json.dumps(title, ensure_ascii=False))
    path.write_text(written, "utf-8", newline="\n")
    return path
