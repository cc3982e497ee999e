"""The folder of the reflections: entries, authors, what may lie there."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import text
from contributed import entry, judge, pictures
from contributed.entry import FILE_NAME, FOLDER, POSTS, Entry, Known
from problems import Faulty, Problem

AUTHORS = ".authors.yml"
TEMPLATE = "_template.md"
MAX_SLUG = 60
AVATAR = "assets/authors/pen.svg"
PERSON = ("name", "description", "avatar")


@dataclass
class Author:
    """Who wrote an entry, as the blog's templates ask for it."""

    name: str
    description: str = "Reader of the journal"
    avatar: str = AVATAR
    slug: str | None = None
    url: str | None = None


def paths(root: Path) -> list[Path]:
    """Return the entries' files, the newest first; on one day by name."""
    found = [
        path
        for path in sorted((root / FOLDER).iterdir())
        if FILE_NAME.fullmatch(path.name)
        and path.is_file()
        and not path.is_symlink()
    ]
    return sorted(found, key=lambda path: path.name[:10], reverse=True)


def files(root: Path) -> list[tuple[str, Path, str]]:
    """Return what the blog is to read.

    Returns
    -------
    list of tuple
        Virtual source, file, and the way to it from ``docs/``, as MkDocs
        expects it of a page that can be edited; drafts included (the blog
        leaves them out), the newest first.
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
        except (Faulty, ValueError):
            continue


def by_chapter(published: Iterable[Entry]) -> dict[int, list[Entry]]:
    """Return chapter number → the entries on it, in the order given."""
    found: dict[int, list[Entry]] = {}
    for one in published:
        for chapter in one.chapters:
            found.setdefault(chapter, []).append(one)
    return dict(sorted(found.items()))


def authors(root: Path) -> dict[str, Author]:
    """Return account, in small letters → author, for all who wrote entries.

    Who is not in ``.authors.yml`` goes by the account's name.
    """
    accounts = (one for found in _readable(root) for one in found.authors)
    return {
        **{account.lower(): Author(account) for account in accounts},
        **_people(root)[0],
    }


def _people(root: Path) -> tuple[dict[str, Author], list[Problem]]:
    """Return the authors of the file, and what is wrong with it."""
    path, name = root / FOLDER / AUTHORS, f"{FOLDER}/{AUTHORS}"
    if not path.exists():
        return {}, []
    if path.is_symlink() or path.stat().st_size > entry.MAX_BYTES:
        message = "this must be a plain file of 64 KiB at most; replace it"
        return {}, [Problem(name, 1, message)]
    try:
        said = text.read(path, root)
        if wrong := list(entry.not_plain(said, most=3)):
            raise Faulty(*(Problem(name, *fault) for fault in wrong))
        meta, _ = text.mapping(said, name)
    except Faulty as error:
        return {}, error.problems
    told = meta.get("authors")
    if set(meta) != {"authors"} or not isinstance(told, dict):
        message = "expected the key authors alone, with a list of accounts"
        return {}, [Problem(name, 1, f"{message}; correct it")]
    people: dict[str, Author] = {}
    found = []
    for key, values in told.items():
        line = next(
            (
                n
                for n, row in enumerate(said.split("\n"), 1)
                if f"{key}:" in row
            ),
            1,
        )
        if message := _person_fault(key, values, root):
            found.append(Problem(name, line, message))
        else:
            people[key] = Author(**values)
    return people, found


def _person_fault(key: Any, values: Any, root: Path) -> str:
    if not entry.is_account(key) or key != key.lower():
        return f"{key!r:.60} is no account in small letters; correct it"
    if not isinstance(values, dict) or tuple(values) != PERSON:
        return f"{key} needs {', '.join(PERSON)}, in this order; write them"
    for name in PERSON[:2]:
        said = values[name]
        wrong = "must be text; put it in quotes"
        if isinstance(said, str):
            wrong = entry.text_fault(said, 2, 90)
        if wrong:
            return f"{name} {wrong}"
    avatar = str(values["avatar"])
    known = (root / "docs" / "assets" / "authors").glob("*.svg")
    if avatar not in {f"assets/authors/{path.name}" for path in known}:
        return f"the avatar {avatar[:60]} is unknown; write {AVATAR}"
    return ""


def tags(root: Path) -> dict[str, str]:
    """Return the anchor of each tag of the chapters → how they write it."""
    found: dict[str, str] = {}
    for path in sorted((root / "docs" / "chapters").glob("*.md")):
        for tag in text.document(path, root).meta.get("tags") or ():
            found.setdefault(entry.anchor(str(tag)), str(tag))
    return found


# --- What is to be mended ----------------------------------------------


def facts(root: Path, today: date | None = None) -> Known:
    """Return what an entry may refer to.

    Raises
    ------
    Faulty
        If the template cannot be read.
    """
    template = text.document(root / FOLDER / TEMPLATE, root)
    questions = re.findall(r"^ *(\*[^*\n].*\*) *$", template.body, re.M)
    return Known(
        chapters=frozenset(
            int(path.name[:2])
            for path in (root / "docs" / "chapters").glob("[0-9][0-9]-*.md")
        ),
        today=today or latest_today(),
        pictures=frozenset(
            path.name for path in (root / FOLDER / pictures.FOLDER).glob("*")
        ),
        questions=frozenset(questions),
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
        if reason := _name_fault(path):
            raise Faulty(Problem(path.relative_to(root).as_posix(), 1, reason))
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
    folder = root / FOLDER
    _, found = _people(root)
    try:
        known = facts(root, today)
    except (Faulty, OSError) as error:
        message = f"the template cannot be read; restore it ({error})"
        return [*found, Problem(f"{FOLDER}/{TEMPLATE}", 1, message)]
    every = [
        path
        for path in sorted(folder.iterdir())
        if not pictures.BYSTANDERS.fullmatch(path.name)
        and path.name not in (AUTHORS, TEMPLATE)
        and (path.name != pictures.FOLDER or path.is_symlink())
    ]
    for path in every:
        found += faults(root, path, known, checks)
    for name, reason in colliding(path.name for path in every):
        found.append(Problem(f"{FOLDER}/{name}", 1, reason))
    shown = {
        path.name: path.read_text("utf-8", errors="replace")
        for path in paths(root)
        if path.stat().st_size <= entry.MAX_BYTES
    }
    for name, reason in pictures.faults(folder, shown):
        found.append(Problem(f"{FOLDER}/{name}", 1, reason))
    return sorted(set(found))


def _name_fault(path: Path) -> str:
    if path.is_symlink():
        return "a symbolic link is not allowed; put the file itself here"
    match = FILE_NAME.fullmatch(path.name)
    if match is None or not path.is_file():
        return (
            "only entries named YYYY-MM-DD-some-words.md (lower case, "
            "hyphens) belong here; rename it or move it"
        )
    long = len(match["slug"]) > MAX_SLUG
    told = f"the name is too long; use at most {MAX_SLUG} letters"
    return told if long else ""


def colliding(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that some file systems take for one, and why."""
    first: dict[str, str] = {}
    for name in sorted(names):
        same = unicodedata.normalize("NFKC", name).casefold()
        same = unicodedata.normalize("NFKC", same)
        if same in first:
            yield (
                name,
                f"this name and {first[same]} are the same on some machines; "
                "choose another one",
            )
        first.setdefault(same, name)


def latest_today(now: datetime | None = None) -> date:
    """Return the date where the day begins first, so that an entry of
    today is never in the future, wherever it is written and checked."""
    moment = now or datetime.now(UTC)
    return (moment.astimezone(UTC) + timedelta(hours=14)).date()
