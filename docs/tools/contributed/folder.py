"""The folder of the reflections: entries, authors, what may lie there."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import text
from contributed import cleaning, entry, judge, pictures
from contributed.entry import FILE_NAME, FOLDER, POSTS, Entry, Known
from problems import Faulty, Problem

AUTHORS = ".authors.yml"
TEMPLATE = "_template.md"
MAX_SLUG = 60
AVATAR = "assets/authors/pen.svg"


@dataclass
class Author:
    """Who wrote an entry, as the blog's templates ask for it."""

    name: str
    description: str = "Reader of the journal"
    avatar: str = AVATAR
    url: str | None = None


def paths(root: Path) -> list[Path]:
    """Return the entries' files, the newest first; on one day by name."""
    found = [
        path
        for path in sorted((root / FOLDER).iterdir())
        if not (_fault_of_name(path.name) or _fault_of_file(path))
    ]
    return sorted(found, key=lambda path: path.name[:10], reverse=True)


def files(root: Path) -> list[tuple[str, Path, str]]:
    """Return what the blog is to read, drafts included, the newest first.

    Each has its virtual source, its file, and the way to that from ``docs/``,
    as MkDocs expects it of a page that can be edited.
    """
    return [
        (f"{POSTS}/{path.name}", path, f"../{FOLDER}/{path.name}")
        for path in paths(root)
    ]


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


def by_chapter(published: Iterable[Entry]) -> dict[int, list[Entry]]:
    """Return chapter number → the entries on it, in the order given."""
    found: dict[int, list[Entry]] = {}
    for one in published:
        for chapter in one.chapters:
            found.setdefault(chapter, []).append(one)
    return dict(sorted(found.items()))


def tags(root: Path) -> dict[str, str]:
    """Return the anchor of each tag of the chapters → how they write it."""
    found: dict[str, str] = {}
    for path in sorted((root / "docs" / "chapters").glob("*.md")):
        for tag in text.document(path, root).meta.get("tags") or ():
            found.setdefault(entry.anchor(str(tag)), str(tag))
    return found


def write_clean(path: Path, root: Path, sections: Collection[str]) -> Path:
    """Write an entry as the blog is to read it; return where it lies."""
    copy = root / ".cache" / "entries" / path.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    clean = cleaning.source(entry.read(path, root), sections, tags(root))
    copy.write_text(clean, "utf-8", newline="\n")
    return copy


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
    if wrong := _fault_of_file(path):
        raise Faulty(Problem(name, 1, wrong))
    said = text.read(path, root)
    for line, message in entry.more_than_plain(said, most=3):
        raise Faulty(Problem(name, line, message))
    told = text.mapping(said, name)[0].get("authors")
    people = told if isinstance(told, dict) else {}
    found = []
    for key, values in people.items():
        rows = said.split("\n")
        line = next((n for n, row in enumerate(rows, 1) if key in row), 1)
        if wrong := _person_fault(key, values):
            found.append(Problem(name, line, f"the author {key} {wrong}"))
    if found or not people:
        raise Faulty(*found or [Problem(name, 1, "no authors; add one")])
    return {key: Author(**values) for key, values in people.items()}


def _person_fault(key: Any, values: Any) -> str:
    keys = ["name", "description", "avatar"]
    if not entry.is_account(key) or key != key.lower():
        return "is no account in small letters; correct it"
    if not isinstance(values, dict) or list(values) != keys:
        return f"needs {', '.join(keys)}, in this order; write them"
    if not all(isinstance(value, str) for value in values.values()):
        return "has a value that is not text; put it in quotes"
    if values["avatar"] != AVATAR:
        return f"has an unknown avatar; write {AVATAR}"
    return next(
        (
            f"{name} {wrong}"
            for name in keys[:2]
            if (wrong := entry.text_fault(values[name], 2, 90))
        ),
        "",
    )


# --- What is to be mended ----------------------------------------------


def facts(root: Path, today: date | None = None) -> Known:
    """Return what an entry may refer to."""
    template = text.document(root / FOLDER / TEMPLATE, root)
    chapters = (root / "docs" / "chapters").glob("[0-9][0-9]-*.md")
    drawn = (root / FOLDER / pictures.FOLDER).glob("*")
    return Known(
        chapters=frozenset(int(path.name[:2]) for path in chapters),
        today=today or latest_today(),
        pictures=frozenset(path.name for path in drawn),
        drafts=frozenset(
            one.src_uri.removeprefix(f"{POSTS}/")
            for one in _readable(root)
            if one.draft
        ),
        questions=frozenset(
            re.findall(r"^ *(\*[^*\n].*\*) *$", template.body, re.M)
        ),
        placeholder=str(template.meta.get("description", "")),
    )


def faults(
    root: Path,
    path: Path,
    known: Known | None = None,
    checks: Iterable[judge.Check] = (),
) -> list[Problem]:
    """Return all that is to be mended in one entry.

    Parameters
    ----------
    root, path : Path
        The repository, and the entry's file in it.
    known : Known, optional
        What `facts` returns, where it is asked for many entries.
    checks : iterable of callable
        What else to ask of its document and HTML, as `outline.problems`.
    """
    try:
        if wrong := _fault_of_file(path) or _fault_of_name(path.name):
            raise Faulty(Problem(f"{FOLDER}/{path.name}", 1, wrong))
        document = entry.read(path, root)
        found = judge.faults(document, root, known or facts(root), checks)
        return sorted(set(found))
    except Faulty as error:
        return error.problems


def problems(
    root: Path,
    today: date | None = None,
    checks: Iterable[judge.Check] = (),
) -> list[Problem]:
    """Return all that is to be mended in the folder, sorted."""
    found: list[Problem] = []
    try:
        _people(root)
    except Faulty as error:
        found += error.problems
    try:
        known = facts(root, today)
    except (Faulty, OSError) as error:
        told = f"the template cannot be read ({error}); restore it"
        return [*found, Problem(f"{FOLDER}/{TEMPLATE}", 1, told)]
    for path in (root / FOLDER).iterdir():
        is_known = path.name in (AUTHORS, TEMPLATE) or (
            path.name == pictures.FOLDER and not path.is_symlink()
        )
        if not is_known and not pictures.BYSTANDERS.fullmatch(path.name):
            found += faults(root, path, known, checks)
    shown = {
        path.name: path.read_text("utf-8", errors="replace")
        for path in paths(root)
    }
    for name, told in pictures.faults(root / FOLDER, shown):
        found.append(Problem(f"{FOLDER}/{name}", 1, told))
    return sorted(set(found))


def _fault_of_file(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return (
            "expected a plain file, which is no entry's folder and no "
            "symbolic link; put the file itself here"
        )
    size, most = path.stat().st_size, entry.MAX_BYTES
    told = f"the file has {size} bytes, at most {most}; shorten it"
    return told if size > most else ""


def _fault_of_name(name: str) -> str:
    """Return what is wrong with a name: all systems must write it alike."""
    found = FILE_NAME.fullmatch(name)
    if found and len(found["slug"]) <= MAX_SLUG:
        try:
            date.fromisoformat(name[:10])
        except ValueError:
            return f"{name[:10]} is not in the calendar; rename it"
        return ""
    return (
        "only entries named YYYY-MM-DD-some-words.md belong here, in small "
        f"Latin letters and hyphens, {MAX_SLUG} at most; rename it or move it"
    )


def latest_today(now: datetime | None = None) -> date:
    """Return the date where the day begins first, so that an entry of
    today is never in the future, wherever it is written and checked."""
    moment = now or datetime.now(UTC)
    return (moment.astimezone(UTC) + timedelta(hours=14)).date()
