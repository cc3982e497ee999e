"""The rules for the folder of the reflections, file by file."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import reflection_body
import reflection_front
from problems import Problem
from reflection_front import ALLOWED, REQUIRED, author_faults, template_of
from reflection_letters import alike_faults, hidden_faults
from reflection_pictures import FOLDER, picture_faults
from reflection_source import (
    AUTHORS_FILE,
    BYSTANDERS,
    FILE_NAME,
    MAX_BYTES,
    MAX_FRONT_MATTER,
    MAX_SLUG,
    TEMPLATE_FILE,
    Fault,
    Setting,
    Source,
    compose,
    fields_of,
    split,
    text_of,
)

# Parsers take time with the square of brackets that nothing closes.
MAX_BRACKETS = 2_000


def _file_faults(path: Path, setting: Setting) -> Iterator[Fault]:
    size = path.stat().st_size
    if size > MAX_BYTES:
        yield (
            1,
            f"the file has {size} bytes, at most {MAX_BYTES} are allowed; "
            "shorten it or make two entries",
        )
        return
    try:
        text = text_of(path)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        yield line, "this is not UTF-8; save the file with that encoding"
        return
    hidden = list(hidden_faults(text))
    yield from hidden
    yield from alike_faults(text)
    parts = split(text)
    if parts is None:
        yield (
            1,
            "there is no front matter between two lines ---; start from "
            "`make reflection`",
        )
        return
    front, body, first = parts
    if len(front) > MAX_FRONT_MATTER:
        yield (
            1,
            f"the front matter has {len(front)} characters, at most "
            f"{MAX_FRONT_MATTER} are allowed; shorten it",
        )
        return
    if hidden:
        return
    brackets = [match.start() for match in re.finditer(r"\[", text)]
    if len(brackets) > MAX_BRACKETS:
        yield (
            text.count("\n", 0, brackets[MAX_BRACKETS]) + 1,
            f"the entry has {len(brackets)} signs [, at most {MAX_BRACKETS} "
            "are allowed; shorten it or make two entries",
        )
        return
    if text.split("\n")[first - 2] != "---":
        yield (
            first - 2 + 1,
            "the front matter ends here; write ---",
        )
    node, faults = compose(front, 2)
    if faults:
        yield from faults
        return
    fields, faults = fields_of(node, 2)
    yield from faults
    source = Source(path.name, fields, body, first)
    for key, (line, value) in fields.items():
        if key in reflection_front.FRONT_RULES:
            yield from reflection_front.FRONT_RULES[key](
                value, source, setting
            )
        else:
            yield (
                line,
                f"the key '{key}' is unknown; remove it, the keys are "
                f"{', '.join(ALLOWED)}",
            )
    for key in REQUIRED:
        if key not in fields:
            yield 1, f"the key '{key}' is missing; add a line {key}: …"
    for rule in reflection_body.BODY_RULES:
        yield from rule(source, setting)


def _name_fault(path: Path) -> str | None:
    if path.is_symlink():
        return "a symbolic link is not allowed; put the file itself here"
    if path.name in {AUTHORS_FILE, TEMPLATE_FILE}:
        return None
    if path.name == FOLDER and path.is_dir():
        return None
    match = FILE_NAME.fullmatch(path.name)
    if path.is_dir() or not match:
        return (
            "only entries named YYYY-MM-DD-some-words.md (lower case, "
            "hyphens) belong here; rename it or move it"
        )
    if len(match["slug"]) > MAX_SLUG:
        return f"the name is too long; use at most {MAX_SLUG} letters"
    return None


def problems(
    folder: Path,
    *,
    known_chapters: AbstractSet[int],
    today: date,
    sections: AbstractSet[str],
    figures: AbstractSet[str] | None = None,
    pages: AbstractSet[str] = frozenset(),
) -> list[Problem]:
    """Check every file of the reflections' folder.

    Parameters
    ----------
    folder : Path
        The folder ``reflections`` at the root of the repository.
    known_chapters : set of int
        Numbers that an entry may name.
    today : date
        The last day that an entry may bear; see `latest_today`.
    sections : set of str
        What may be quoted, as ``layers.py:ch03-dense``.
    figures : set of str, optional
        Figures that may be shown, as ``ch03-spiral``; any, if not given.
    pages : set of str, optional
        Sources that exist only while the site is built, from its root,
        as ``resources/glossary.md``: what may be linked to beside files.

    Returns
    -------
    list of Problem
        Sorted by file and line; empty if all is well.
    """
    found: list[Problem] = []

    def note(name: str, faults: Iterable[Fault]) -> None:
        found.extend(
            Problem(f"{folder.name}/{name}", line, message)
            for line, message in faults
        )

    authors, faults = author_faults(folder)
    note(AUTHORS_FILE, faults)
    if not (folder / TEMPLATE_FILE).is_file():
        note(TEMPLATE_FILE, [(1, "the template is missing; restore it")])
    questions, placeholder = template_of(folder)
    setting = Setting(
        folder=folder,
        known_chapters=known_chapters,
        today=today,
        sections=sections,
        authors=frozenset(authors),
        questions=questions,
        placeholder=placeholder,
        figures=figures,
        pages=pages,
    )
    paths = [
        path
        for path in sorted(folder.iterdir())
        if not BYSTANDERS.fullmatch(path.name)
    ]
    texts: dict[str, str] = {}
    for path in paths:
        if reason := _name_fault(path):
            note(path.name, [(1, reason)])
        elif FILE_NAME.fullmatch(path.name):
            note(path.name, _file_faults(path, setting))
            if path.stat().st_size <= MAX_BYTES:
                texts[path.name] = path.read_text("utf-8", errors="replace")
    for name, reason in colliding(path.name for path in paths):
        note(name, [(1, reason)])
    if not (folder / FOLDER).is_symlink():
        for name, fault in picture_faults(folder, texts):
            note(name, [fault])
    return sorted(set(found))


def colliding(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that some file systems take for one, and why.

    Parameters
    ----------
    names : iterable of str
        Names of files of one folder.
    """
    first: dict[str, str] = {}
    for name in sorted(names):
        same = unicodedata.normalize("NFKC", name).casefold()
        same = unicodedata.normalize("NFKC", same)
        if same in first:
            yield (
                name,
                f"this name and {first[same]} are the same on some machines; "
                "choose another slug",
            )
        first.setdefault(same, name)


def latest_today(now: datetime | None = None) -> date:
    """Return the date where the day begins first, so that an entry of
    today is never in the future, wherever it is written and checked."""
    moment = now or datetime.now(UTC)
    return (moment.astimezone(UTC) + timedelta(hours=14)).date()
