"""An entry by anybody: its front matter, read as data, and what it says."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from contributed import letters
from problems import Faulty, Problem
from text import Document, check_types, decode, parsed

# Where entries lie, where the blog finds them, and where the site shows
# them: the address is the file's name, so a new title never moves a page.
FOLDER = "reflections"
POSTS = "reflections/posts"
FILE_NAME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md"
)
MAX_BYTES = 64 * 1024
MAX_FRONT_MATTER = 4 * 1024
MAX_NESTING = 2
CATEGORIES = (
    "Learned",
    "Hard",
    "Changed my mind",
    "Tried out",
    "How it is built",
)
KINDS: dict[str, type] = {
    "title": str,
    "date": date,
    "authors": list,
    "chapters": list,
    "categories": list,
    "description": str,
    "tags": list,
    "draft": bool,
}
OWED = tuple(KINDS)[:6]
# A title also stands in menus, search results and the feed. There it must
# mean nothing: as HTML, as Markdown, as a template.
MARKUP = re.compile(
    r"[<>{}\[\]`\\|\n]|&#?\w+;|\b(?:on[a-z]+|style|srcdoc|href|src)\s*=",
    re.I,
)
# An account's name, as GitHub allows it.
ACCOUNT = re.compile(r"(?=.{1,39}$)[a-z0-9]+(?:-[a-z0-9]+)*", re.I)


@dataclass(frozen=True)
class Known:
    """What an entry may refer to, beside itself."""

    chapters: frozenset[int]
    today: date
    pictures: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    placeholder: str = ""


@dataclass(frozen=True)
class Entry:
    """What the site shows of an entry, each value of its kind.

    Parameters
    ----------
    title, description : str
        As the front matter has them, not escaped.
    date : date
        The day of the entry.
    url : str
        Address from the site's root, with a slash at the end.
    src_uri : str
        The page's virtual source in MkDocs, to link to it in Markdown.
    authors : tuple of str
        The authors' accounts, or their names.
    chapters, categories, tags : tuple
        As the front matter has them.
    draft : bool
        True while the entry is not to be published.
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
    """Return an entry's file as a document.

    Raises
    ------
    Faulty
        If it is too long, cannot be read, or says more than plain keys and
        values above its text.
    """
    name = path.relative_to(root).as_posix()
    size = path.stat().st_size
    if size > MAX_BYTES:
        message = f"the file has {size} bytes, at most {MAX_BYTES} are allowed"
        raise Faulty(Problem(name, 1, f"{message}; shorten it"))
    text = decode(path.read_bytes(), name)
    front = re.match(
        r"---[ \t]*\n((?:.*\n)*?)(?:---|\.\.\.)[ \t]*$", text, re.M
    )
    if front is None:
        message = "there is no front matter between two lines ---"
        raise Faulty(
            Problem(name, 1, f"{message}; start from `make reflection`")
        )
    if len(front[1]) > MAX_FRONT_MATTER:
        message = f"the front matter has {len(front[1])} characters"
        cure = f"at most {MAX_FRONT_MATTER} are allowed; shorten it"
        raise Faulty(Problem(name, 1, f"{message}, {cure}"))
    if found := [Problem(name, *fault) for fault in not_plain(front[1])]:
        raise Faulty(*found)
    return parsed(text, name)


def not_plain(
    front: str, most: int = MAX_NESTING, above: int = 1
) -> Iterator[tuple[int, str]]:
    """Yield where YAML would do more than to hold plain values.

    It is asked before anything is made of it: few anchors hold a gigabyte.
    """
    depth = 0
    try:
        for event in yaml.parse(front, Loader=yaml.SafeLoader):
            line = (
                (event.start_mark.line if event.start_mark else 0) + above + 1
            )
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                yield (
                    line,
                    "YAML anchors, aliases and tags (& * !) are not allowed; "
                    "write the value out, in quotes",
                )
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > most:
                yield line, "a list in a list is not allowed; write words"
                return
    except (yaml.YAMLError, ValueError):
        return  # the reader of all files says what is wrong


def faults(document: Document, known: Known) -> Iterator[Problem]:
    """Yield what is wrong with the values of an entry's front matter."""
    wrong = check_types(document, KINDS, OWED)
    for problem in wrong:
        cure = "" if "; " in problem.message else "; correct it"
        yield document.fault(problem.line, problem.message + cure)
    untold = {problem.line for problem in wrong}
    for key, rule in rules(document, known).items():
        line = document.lines.get(key, 0)
        if line and line not in untold and (said := rule(document.meta[key])):
            yield document.fault(line, f"{key} {said}")


Rule = Callable[[Any], str]  # what is wrong with a value
Fits = Callable[[Any], bool]


def rules(document: Document, known: Known) -> dict[str, Rule]:
    """Return key → rule: what is wrong with a value, "" if nothing is."""
    name = Path(document.path).name
    finished = document.meta.get("draft") is not True

    def of_date(day: Any) -> str:
        if type(day) is not date:
            return f"must be a day without a time; write {known.today}"
        if day > known.today:
            return f"{day} lies in the future; use the day of writing"
        differs = f"{day} differs from the file name's {name[:10]}"
        return (
            "" if str(day) == name[:10] else f"{differs}; make them the same"
        )

    def of_description(said: str) -> str:
        if finished and said == known.placeholder:
            return (
                "is still the template's; say in one sentence what the entry "
                "tells"
            )
        return text_fault(said, 10, 160)

    return {
        "title": lambda said: text_fault(said, 3, 90),
        "date": of_date,
        "authors": lambda found: _list_fault(
            found, 1, 5, is_account, "your account's name, in quotes"
        ),
        "chapters": lambda found: _list_fault(
            found,
            *(0, 40),
            lambda one: type(one) is int and one in known.chapters,
            "numbers of chapters that are written",
        ),
        "categories": lambda found: _list_fault(
            found, 1, 5, CATEGORIES.__contains__, ", ".join(CATEGORIES)
        ),
        "description": of_description,
        "tags": lambda found: _list_fault(
            found, 0, 8, is_tag, "short words in lower case, as random-seed"
        ),
    }


def text_fault(said: str, least: int, most: int) -> str:
    """Return what is wrong with a line of text, "" if nothing is."""
    if not least <= len(said.strip()) <= most:
        return f"has {len(said)} characters; write {least} to {most}"
    if found := MARKUP.search(said.strip()):
        return (
            f"must not hold {found[0]!r}; say it in one line of words, "
            "without < > { } [ ] ` \\ | or signs of HTML"
        )
    # YAML can write letters that the file itself does not show.
    return next((message for _, message in letters.faults(said)), "")


def _list_fault(
    found: list[Any], least: int, most: int, fits: Fits, wanted: str
) -> str:
    if not least <= len(found) <= most:
        return f"lists {len(found)}; write {least} to {most}: [one, two]"
    for at, one in enumerate(found):
        if not isinstance(one, str | int) or not fits(one):
            return f"has {one!r:.60}; write {wanted}"
        if one in found[:at]:
            return f"lists {one!r:.60} twice; keep one"
    return ""


def is_account(one: Any) -> bool:
    """Whether it can be the name of an account."""
    return isinstance(one, str) and bool(ACCOUNT.fullmatch(one))


def is_tag(one: Any) -> bool:
    """Whether it is a short word in lower case, of any script."""
    return (
        isinstance(one, str)
        and 2 <= len(one) <= 30
        and one == one.lower()
        and all(letter in "-\u200c\u200d" or in_word(letter) for letter in one)
        and not any(letters.faults(one))
    )


def in_word(letter: str) -> bool:
    """Whether it is a letter, a digit, or a mark that belongs to one."""
    # Marks belong to letters in many scripts.
    return letter.isalnum() or unicodedata.category(letter)[0] == "M"


def anchor(words: str, separator: str = "-") -> str:
    """Return words as an id: in small letters of any script, with marks.

    >>> anchor("Łódź, Straße")
    'łódź-straße'
    """
    small = unicodedata.normalize("NFC", words).lower()
    kept = (
        letter if in_word(letter) or letter in "\u200c\u200d_" else " "
        for letter in small
    )
    return separator.join("".join(kept).split())


def entry_of(document: Document) -> Entry:
    """Return an entry's facts; what is of no use as such is left out."""
    meta, name = document.meta, Path(document.path).name

    def words(key: str) -> tuple[str, ...]:
        found = meta.get(key)
        items = found if isinstance(found, list) else []
        return tuple(_plain(one) for one in items if isinstance(one, str))

    chapters = meta.get("chapters")
    return Entry(
        title=_plain(meta.get("title", "")) or name,
        date=date.fromisoformat(name[:10]),
        url=f"{FOLDER}/{name.removesuffix('.md')}/",
        src_uri=f"{POSTS}/{name}",
        authors=words("authors"),
        chapters=tuple(
            one
            for one in (chapters if isinstance(chapters, list) else [])
            if type(one) is int
        ),
        categories=tuple(k for k in words("categories") if k in CATEGORIES),
        tags=words("tags"),
        description=_plain(meta.get("description", "")),
        draft=meta.get("draft") is True,
    )


def _plain(told: Any) -> str:
    """Return a value as one line that every file and page can hold."""
    # A break would begin a block in Markdown.
    line = " ".join(str(told).split())
    return "".join(
        sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cs")
    )
