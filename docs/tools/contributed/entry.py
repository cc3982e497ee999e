"""An entry by anybody: its front matter, read as data, and what it says."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unicodedata import category, normalize

from contributed import letters
from problems import Faulty, Problem
from text import FRONT_MATTER, Document, check_types, decode, parsed

# Where entries lie, where the blog finds them, and where the site shows
# them: the address is the file's name, so a new title never moves a page.
FOLDER = "reflections"
POSTS = "reflections/posts"
MAX_SLUG = 60
FILE_NAME = re.compile(
    rf"\d{{4}}-\d\d-\d\d-(?=[^.]{{1,{MAX_SLUG}}}\.)[a-z0-9]+(?:-[a-z0-9]+)*\.md"
)
MAX_BYTES = 64 * 1024
MAX_BRACKETS = 2_000  # parsers take time with the square of them
CATEGORIES = (
    *("Learned", "Hard", "Changed my mind", "Tried out", "How it is built"),
)
KINDS: dict[str, type] = {
    **{"title": str, "date": date, "authors": list, "chapters": list},
    **{"categories": list, "description": str, "tags": list, "draft": bool},
}
OWED = tuple(KINDS)[:6]
# A title also stands in menus, search results and the feed. There it must
# mean nothing: as HTML, as Markdown, as a template.
WORDS = "letters that can be seen, in one line, none of < > { } [ ] ` \\ |"
MARKUP = re.compile(r"[<>{}\[\]`\\|\n]|&#?\w+;")
ACCOUNT = re.compile(r"(?=.{1,39}$)[a-z0-9]+(?:-[a-z0-9]+)*", re.I)
JOINERS = "\u200c\u200d"  # `letters` says where they may stand
Rule = Callable[[Any], bool]  # whether a value will do


@dataclass(frozen=True)
class Entry:
    """What the site shows of an entry, each value of its kind, not escaped.

    ``url`` leads there from the site's root, ``src_uri`` is the page's
    virtual source in MkDocs.
    """

    title: str
    date: date
    url: str
    src_uri: str
    authors: tuple[str, ...] = ()
    chapters: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    description: str = ""
    draft: bool = False


def read(path: Path, root: Path) -> Document:
    """Return an entry's file as a document, or tell why it is `Faulty`."""
    name = path.relative_to(root).as_posix()
    text = decode(path.read_bytes(), name)
    if not FRONT_MATTER.match(text + "\n"):
        said = "expected front matter between two lines ---; add it"
        raise Faulty(Problem(name, 1, said))
    if max(map(text.count, "[<")) > MAX_BRACKETS:
        said = f"at most {MAX_BRACKETS} signs [ and < are allowed"
        raise Faulty(Problem(name, 1, f"{said}; shorten the entry"))
    return parsed(text, name)


def faults(document: Document, root: Path) -> Iterator[Problem]:
    """Yield what is wrong with the values of an entry's front matter."""
    wrong = check_types(document, KINDS, OWED)
    yield from wrong
    told = {problem.line for problem in wrong}
    for key, (fits, wanted) in _rules(document, root).items():
        line, got = document.lines.get(key, 0), document.meta.get(key)
        if line and line not in told and not fits(got):
            said = f"{key} expected {wanted}, got {got!r:.60}"
            yield document.fault(line, said)


def _rules(document: Document, root: Path) -> dict[str, tuple[Rule, str]]:
    day = Path(document.path).name[:10]
    # Where the day begins first, it is never in the future anywhere.
    today = str((datetime.now(UTC) + timedelta(hours=14)).date())
    written = (root / "docs" / "chapters").glob("[0-9][0-9]-*.md")
    chapters = {int(path.name[:2]) for path in written}
    kinds = ", ".join(CATEGORIES)
    return {
        "title": (_text(3, 90), f"3 to 90 {WORDS}"),
        "date": (
            lambda said: str(said) == day <= today,
            f"the day of the file's name, {day}, not in the future",
        ),
        "authors": (_list(1, 5, is_account), "accounts' names, in quotes"),
        "chapters": (
            _list(0, 40, lambda one: type(one) is int and one in chapters),
            "numbers of chapters that are written",
        ),
        "categories": (_list(1, 5, CATEGORIES.__contains__), kinds),
        "description": (_text(10, 160), f"10 to 160 {WORDS}"),
        "tags": (_list(0, 8, is_tag), "up to 8 short words, as adam-w"),
    }


def _text(least: int, most: int) -> Rule:
    return lambda said: (
        least <= len(said.strip()) <= most
        and not MARKUP.search(said.strip())
        # YAML can write letters that the file itself does not show.
        and not any(letters.faults(said))
    )


def _list(least: int, most: int, fits: Rule) -> Rule:
    return lambda found: (
        least <= len(found) <= most
        and all(map(fits, found))
        and len(set(found)) == len(found)
    )


def is_account(one: Any) -> bool:
    """Whether it can be the name of an account."""
    return isinstance(one, str) and bool(ACCOUNT.fullmatch(one))


def is_tag(one: Any) -> bool:
    """Whether it is a short word in lower case, of any script."""
    is_word = isinstance(one, str) and 2 <= len(one) <= 30
    return is_word and one == anchor(one) and not any(letters.faults(one))


def anchor(words: str, separator: str = "-") -> str:
    """Return words as an id: in small letters of any script, with marks.

    >>> anchor("Łódź, Straße")
    'łódź-straße'
    """
    small = normalize("NFC", words).lower()
    # Marks belong to letters in many scripts, and joiners part them.
    kept = (
        c if c.isalnum() or c in JOINERS or category(c)[0] == "M" else " "
        for c in small
    )
    return separator.join("".join(kept).split())


def entry_of(document: Document) -> Entry:
    """Return an entry's facts; what is of no use as such is left out."""
    meta, name = document.meta, Path(document.path).name

    def items(key: str, kind: type = str) -> list[Any]:
        found = meta.get(key)
        whole = found if isinstance(found, list) else []
        return [one for one in whole if type(one) is kind]

    return Entry(
        title=_plain(meta.get("title", "")) or name,
        date=date.fromisoformat(name[:10]),
        url=f"{FOLDER}/{name.removesuffix('.md')}/",
        src_uri=f"{POSTS}/{name}",
        authors=tuple(map(_plain, items("authors"))),
        chapters=tuple(items("chapters", int)),
        categories=tuple(filter(CATEGORIES.__contains__, items("categories"))),
        tags=tuple(map(_plain, items("tags"))),
        description=_plain(meta.get("description", "")),
        draft=meta.get("draft") is True,
    )


def _plain(told: Any) -> str:
    """Return a value as one line that every file and page can hold."""
    # A break would begin a block in Markdown.
    line = " ".join(str(told).split())
    return "".join(c for c in line if c.isprintable() or c in JOINERS)
