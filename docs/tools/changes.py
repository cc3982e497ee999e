"""Pull requests that share a reflection: whose it is, what it touches."""

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from contributed import entry as entries
from contributed import folder, pictures
from contribution import FOLDER, quoted_key
from problems import Problem


@dataclass(frozen=True)
class Change:
    """A file that a pull request adds, changes or removes.

    Parameters
    ----------
    path : str
        From the root of the repository.
    mode : str
        As git has it: ``100644`` is a plain file, ``000000`` none.
    old, new : bytes or None
        Its content before and after; None where there is none.
    """

    path: str
    mode: str
    old: bytes | None
    new: bytes | None


def is_reflection(changes: Iterable[Change]) -> bool:
    """Return whether a pull request touches the reflections."""
    return any(change.path.startswith(f"{FOLDER}/") for change in changes)


def _mapping(text: bytes | None) -> dict[str, Any]:
    """Return YAML as a mapping; empty where the rules refuse it anyway."""
    if text is None or len(text) > entries.MAX_BYTES:
        return {}
    try:
        plain = text.decode("utf-8-sig")
        events = yaml.parse(plain, Loader=yaml.SafeLoader)
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            return {}
        found = yaml.safe_load(plain)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return dict(found) if isinstance(found, dict) else {}


FRONT_MATTER = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*\r?$",
    re.DOTALL | re.MULTILINE,
)


def _keys(text: bytes) -> list[Any]:
    """Return the authors that an entry names."""
    front = FRONT_MATTER.match(text)
    named = _mapping(front[1] if front else None).get("authors")
    return named if isinstance(named, list) else [named]


def _people(text: bytes | None) -> dict[Any, Any]:
    found = _mapping(text).get("authors")
    return found if isinstance(found, dict) else {}


def ownership(changes: Iterable[Change], login: str) -> list[Problem]:
    """Return where a stranger's pull request goes beyond a reflection.

    It adds, changes or removes entries of its author, and their own lines
    of ``.authors.yml``, and adds or removes pictures of the entries that it
    touches; nothing else at the same time.
    """
    key = login.lower()
    changes = tuple(changes)
    touched = [posixpath.basename(change.path) for change in changes]
    authors = f"{FOLDER}/{folder.AUTHORS}"
    found = []
    for change in sorted(changes, key=lambda change: change.path):
        name = change.path.removeprefix(f"{FOLDER}/")

        def note(message: str, path: str = change.path) -> None:
            found.append(Problem(path, 1, message))

        if change.mode not in {"100644", "000000"}:
            note(f"expected a plain file, got mode {change.mode}; replace it")
        elif pictures.REFERENCE.fullmatch(name):
            picture = posixpath.basename(name)
            if change.old is not None and change.new is not None:
                note(
                    "a picture keeps what it shows; add the new one under "
                    "another name"
                )
            elif not any(
                entries.FILE_NAME.fullmatch(entry)
                and pictures.belongs(picture, entry)
                for entry in touched
            ):
                note(
                    "this picture belongs to no entry of the pull request; "
                    "begin its name with the entry's"
                )
        elif change.path == authors:
            old, new = _people(change.old), _people(change.new)
            for other in sorted(old.keys() | new.keys(), key=str):
                if other != key and old.get(other) != new.get(other):
                    note(
                        f"the lines of '{other}' are not yours; change those "
                        f"of '{key}' alone"
                    )
        elif entries.FILE_NAME.fullmatch(name) and name != change.path:
            for text in (change.old, change.new):
                if text is not None and _keys(text) != [key]:
                    note(
                        "an entry by pull request bears its sender's name "
                        f"alone; write authors: [{quoted_key(key)}], or ask "
                        "in the pull request"
                    )
                    break
        else:
            note(
                "a pull request with a reflection touches its entry, its "
                f"pictures and {authors} alone; open another one for this "
                "file"
            )
    return found
