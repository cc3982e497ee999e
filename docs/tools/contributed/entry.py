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
from text import FRONT_MATTER, Document, check_types, decode, parsed

# Where entries lie, where the blog finds them, and where the site shows
# them: the address is the file's name, so a new title never moves a page.
FOLDER = "reflections"
POSTS = "reflections/posts"
FILE_NAME = re.compile(
    r"\d{4}-\d{2}-\d{2}-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md"
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
MARKUP = re.compile(
    r"[<>{}\[\]`\\|\n]|&#?\w+;|\b(?:on[a-z]+|style|srcdoc|href|src)\s*=", re.I
)
ACCOUNT = re.compile(r"(?=.{1,39}$)[a-z0-9]+(?:-[a-z0-9]+)*", re.I)
JOINERS = "\u200c\u200d"  # `letters` says where they may stand
Rule = Callable[[Any], str]  # what is wrong with a value, "" if nothing is


@dataclass(frozen=True)
class Known:
    """What an entry may refer to, beside itself."""

    chapters: frozenset[int]
    today: date
    pictures: frozenset[str] = frozenset()
    drafts: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    placeholder: str = ""


@dataclass(frozen=True)
class Entry:
    """What the site shows of an entry, each value of its kind.

    ``url`` leads there from the site's root, ``src_uri`` is the page's
    virtual source in MkDocs. The rest is as the front matter has it, not
    escaped.
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
        If it cannot be read, says more than plain keys and values above its
        text, or would keep parsers busy.
    """
    name = path.relative_to(root).as_posix()
    text = decode(path.read_bytes(), name)
    front = FRONT_MATTER.match(text + "\n")
    if front is None:
        said = "expected front matter between two lines ---; add it"
        raise Faulty(Problem(name, 1, said))
    for line, said in more_than_plain(front[1]):
        raise Faulty(Problem(name, line + 1, said))
    for sign in "[<":
        parts = text.split(sign, MAX_BRACKETS + 1)
        if len(parts) > MAX_BRACKETS + 1:
            line = text.count("\n") - parts[-1].count("\n") + 1
            said = f"at most {MAX_BRACKETS} signs {sign} are allowed"
            raise Faulty(Problem(name, line, f"{said}; shorten the entry"))
    return parsed(text, name)


def more_than_plain(
    yaml_text: str, most: int = 2
) -> Iterator[tuple[int, str]]:
    """Yield (line, message) where YAML does more than to hold plain values.

    It is asked before anything is made of them: few anchors hold gigabytes.
    """
    depth = 0
    try:
        for event in yaml.parse(yaml_text, Loader=yaml.SafeLoader):
            mark = event.start_mark
            line = mark.line + 1 if mark else 1
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                said = "anchors, aliases and tags of YAML (& * !)"
                yield line, f"{said} are not allowed; put the value in quotes"
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > most:
                yield line, "the YAML is nested too deep; write plain values"
                return
    except (yaml.YAMLError, ValueError):
        return  # the reader of all files says what is wrong


def faults(document: Document, known: Known) -> Iterator[Problem]:
    """Yield what is wrong with the values of an entry's front matter."""
    wrong = check_types(document, KINDS, OWED)
    yield from wrong
    told = {problem.line for problem in wrong}
    for key, rule in _rules(document, known).items():
        line = document.lines.get(key, 0)
        if line and line not in told and (said := rule(document.meta[key])):
            yield document.fault(line, f"{key} {said}")


def _rules(document: Document, known: Known) -> dict[str, Rule]:
    named = Path(document.path).name[:10]
    finished = document.meta.get("draft") is not True

    def of_date(day: Any) -> str:
        if type(day) is not date:
            return f"must be a day without a time; write {known.today}"
        if day > known.today:
            return f"{day} lies in the future; use the day of writing"
        differs = f"{day} differs from the file name's {named}"
        return "" if str(day) == named else f"{differs}; make them the same"

    def of_description(said: str) -> str:
        if finished and said == known.placeholder:
            return "is the template's; say in one sentence what it tells"
        return text_fault(said, 10, 160)

    return {
        "title": lambda said: text_fault(said, 3, 90),
        "date": of_date,
        "authors": _list(1, 5, is_account, "an account's name, in quotes"),
        "chapters": _list(
            *(0, 40, lambda one: type(one) is int and one in known.chapters),
            "numbers of chapters that are written",
        ),
        "categories": _list(
            1, 5, CATEGORIES.__contains__, ", ".join(CATEGORIES)
        ),
        "description": of_description,
        "tags": _list(0, 8, is_tag, "short words in lower case, as adam-w"),
    }


def text_fault(said: str, least: int, most: int) -> str:
    """Return what is wrong with a line of text, "" if nothing is."""
    if not least <= len(said.strip()) <= most:
        return f"has {len(said)} characters; write {least} to {most}"
    if found := MARKUP.search(said.strip()):
        return f"must not hold {found[0]!r}; say it in one line of plain words"
    # YAML can write letters that the file itself does not show.
    return next((message for _, message in letters.faults(said)), "")


def _list(
    least: int, most: int, fits: Callable[[Any], bool], wanted: str
) -> Rule:
    def wrong(found: list[Any]) -> str:
        if not least <= len(found) <= most:
            return f"lists {len(found)}; write {least} to {most}, as [a, b]"
        for at, one in enumerate(found):
            if not isinstance(one, str | int) or not fits(one):
                return f"has {one!r:.60}; write {wanted}"
            if one in found[:at]:
                return f"lists {one!r:.60} twice; keep one"
        return ""

    return wrong


def is_account(one: Any) -> bool:
    """Whether it can be the name of an account."""
    return isinstance(one, str) and bool(ACCOUNT.fullmatch(one))


def is_tag(one: Any) -> bool:
    """Whether it is a short word in lower case, of any script."""
    return (
        isinstance(one, str)
        and 2 <= len(one) <= 30
        and one == one.lower()
        and all(map(_in_word, one.replace("-", "")))
        and not any(letters.faults(one))
    )


def _in_word(letter: str) -> bool:
    # Marks belong to letters in many scripts, and joiners part them.
    is_mark = unicodedata.category(letter)[0] == "M"
    return letter.isalnum() or is_mark or letter in JOINERS


def anchor(words: str, separator: str = "-") -> str:
    """Return words as an id: in small letters of any script, with marks.

    >>> anchor("Łódź, Straße")
    'łódź-straße'
    """
    small = unicodedata.normalize("NFC", words).lower()
    kept = (letter if _in_word(letter) else " " for letter in small)
    return separator.join("".join(kept).split())


def entry_of(document: Document) -> Entry:
    """Return an entry's facts; what is of no use as such is left out."""
    meta, name = document.meta, Path(document.path).name

    def items(key: str, kind: type) -> list[Any]:
        found = meta.get(key)
        whole = found if isinstance(found, list) else []
        return [one for one in whole if type(one) is kind]

    return Entry(
        title=_plain(meta.get("title", "")) or name,
        date=date.fromisoformat(name[:10]),
        url=f"{FOLDER}/{name.removesuffix('.md')}/",
        src_uri=f"{POSTS}/{name}",
        authors=tuple(map(_plain, items("authors", str))),
        chapters=tuple(items("chapters", int)),
        categories=tuple(
            one for one in items("categories", str) if one in CATEGORIES
        ),
        tags=tuple(map(_plain, items("tags", str))),
        description=_plain(meta.get("description", "")),
        draft=meta.get("draft") is True,
    )


def _plain(told: Any) -> str:
    """Return a value as one line that every file and page can hold."""
    # A break would begin a block in Markdown.
    line = " ".join(str(told).split())
    return "".join(
        sign
        for sign in line
        if unicodedata.category(sign) not in ("Cc", "Cs")
        and sign not in "\ufffe\uffff"  # the feed is XML, which has neither
    )
