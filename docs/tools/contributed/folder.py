"""The folder of the reflections: entries, authors, what may lie there."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import text
from contributed import cleaning, entry, judge, pictures
from contributed.entry import FILE_NAME, FOLDER, POSTS, Entry
from problems import Faulty, Problem

AUTHORS = ".authors.yml"
TEMPLATE = "_template.md"


@dataclass
class Author:
    """Who wrote an entry, as the blog's templates ask for it."""

    name: str
    description: str = "Reader of the journal"
    avatar: str = "assets/authors/pen.svg"
    url: str | None = None


def paths(root: Path) -> list[Path]:
    """Return the entries' files, the newest first; on one day by name."""
    found = [
        path for path in sorted((root / FOLDER).iterdir()) if not _fault(path)
    ]
    return sorted(found, key=lambda path: path.name[:10], reverse=True)


def files(root: Path) -> Iterator[tuple[str, Path, str]]:
    """Write entries as the blog is to read them, the newest first.

    Yield virtual source, file, place to edit; drafts are included.
    """
    for path in paths(root):
        copy = root / ".cache" / "entries" / path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        clean = cleaning.source(entry.read(path, root))
        copy.write_text(clean, "utf-8", newline="\n")
        yield f"{POSTS}/{path.name}", copy, f"../{FOLDER}/{path.name}"


def entries(root: Path) -> list[Entry]:
    """Return the published entries, the newest first; no drafts.

    Authors bear their names. What cannot be read is left out: `problems`
    says why.
    """
    known = authors(root)
    return [
        replace(one, authors=tuple(known[a.lower()].name for a in one.authors))
        for one in _readable(root)
        if not one.draft
    ]


def _readable(root: Path) -> Iterator[Entry]:
    for path in paths(root):
        try:
            yield entry.entry_of(entry.read(path, root))
        except Faulty:
            continue


def authors(root: Path) -> dict[str, Author]:
    """Return account, in small letters → author, for all who wrote entries.

    Who is not in ``.authors.yml`` goes by the account's name.
    """
    accounts = (one for found in _readable(root) for one in found.authors)
    named = {account.lower(): Author(account) for account in accounts}
    try:
        return named | _people(root)
    except Faulty:
        return named


def _people(root: Path) -> dict[str, Author]:
    """Return the authors of ``.authors.yml``, which need not be there."""
    path, name = root / FOLDER / AUTHORS, f"{FOLDER}/{AUTHORS}"
    if not path.exists():
        return {}
    people, lines = text.mapping(text.read(path, root), name)
    found = {}
    for key, told in people.items():
        try:
            found[key] = Author(**told)
        except TypeError as error:
            said = f"expected name and description of {key}, got {error}"
            raise Faulty(Problem(name, lines[key], said)) from None
    return found


# --- What is to be mended ----------------------------------------------


def faults(
    root: Path,
    path: Path,
    checks: Iterable[judge.Check] = (),
) -> list[Problem]:
    """Return all that is to be mended in one entry, a file of the folder.

    The `checks` are asked of its document and HTML as well.
    """
    try:
        if wrong := _fault(path):
            raise Faulty(Problem(f"{FOLDER}/{path.name}", 1, wrong))
        document = entry.read(path, root)
        return sorted(set(judge.faults(document, root, checks)))
    except Faulty as error:
        return error.problems


def problems(root: Path) -> list[Problem]:
    """Return all that is to be mended in the folder, sorted."""
    found: list[Problem] = []
    try:
        _people(root)
    except Faulty as error:
        found += error.problems
    for path in (root / FOLDER).iterdir():
        is_known = path.name in (AUTHORS, TEMPLATE, pictures.FOLDER)
        if not is_known and not pictures.BYSTANDERS.fullmatch(path.name):
            found += faults(root, path)
    for name, told in pictures.faults(root / FOLDER, paths(root)):
        found.append(Problem(f"{FOLDER}/{name}", 1, told))
    return sorted(set(found))


def _fault(path: Path) -> str:
    """Return why a file is no entry: all systems must write its name alike."""
    size, most = path.lstat().st_size, entry.MAX_BYTES
    if path.is_symlink() or not path.is_file() or size > most:
        return f"expected a plain file of at most {most} bytes, got {size}"
    with suppress(ValueError):
        if FILE_NAME.fullmatch(path.name):
            date.fromisoformat(path.name[:10])
            return ""
    return (
        "only entries named YYYY-MM-DD-some-words.md belong here: a day, then "
        f"at most {entry.MAX_SLUG} small Latin letters and hyphens; rename it"
    )
