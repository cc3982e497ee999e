"""The rules for a reflection's front matter and for the authors."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import yaml

from reflection_letters import letter_faults
from reflection_source import (
    AUTHORS_FILE,
    MAX_BYTES,
    TEMPLATE_FILE,
    Fault,
    Setting,
    Source,
    compose,
    fields_of,
    is_kind,
    items_of,
    line_of,
    shown,
    split,
    text_of,
)

CATEGORIES = (
    "Learned",
    "Hard",
    "Changed my mind",
    "Tried out",
    "How it is built",
)
# What GitHub lets an account be called, in lower case.
ACCOUNT = re.compile(r"(?=.{1,39}\Z)[a-z0-9]+(-[a-z0-9]+)*")

REQUIRED = (
    "title",
    "date",
    "authors",
    "chapters",
    "categories",
    "description",
)
ALLOWED = (*REQUIRED, "tags", "draft")
MAX_TAGS = 8
# A title also stands in menus, search results and the feed.
# There it must mean nothing: as HTML, as Markdown, as a template.
MARKUP = re.compile(r"[<>{}\[\]`\\|]|&#?\w+;")
ATTRIBUTE = re.compile(r"\b(on[a-z]+|style|srcdoc|href|src)\s*=", re.I)


def text_faults(
    node: yaml.Node, key: str, shortest: int, longest: int, first: int = 2
) -> Iterator[Fault]:
    line = line_of(node, first)
    if not is_kind(node, "str"):
        yield line, f'{key} must be text; write it between "double quotes"'
        return
    text = str(node.value).strip()
    if "\n" in text:
        yield line, f"{key} must stay on one line; shorten it"
    elif not shortest <= len(text) <= longest:
        yield (
            line,
            f"{key} has {len(text)} characters, expected {shortest} to "
            f"{longest}; make it {'longer' if len(text) < shortest else ''}"
            f"{'shorter' if len(text) > longest else ''}",
        )
    elif MARKUP.search(text):
        yield (
            line,
            f"{key} must not hold < > {{ }} [ ] ` \\ | or a sign written as "
            "&…;; say it in words",
        )
    elif match := ATTRIBUTE.search(text):
        yield (
            line,
            f"{key} holds {match[0]}, which reads as an attribute of HTML; "
            "say it in words",
        )
    else:
        # YAML can write letters that the file itself does not show.
        for _, reason in letter_faults(text):
            yield line, reason


def _list_faults(
    node: yaml.Node, key: str, shortest: int, longest: int
) -> Iterator[Fault]:
    items = items_of(node)
    if items is None:
        yield line_of(node), f"{key} must be a list; write {key}: [one, two]"
        return
    if not shortest <= len(items) <= longest:
        yield (
            line_of(node),
            f"{key} lists {len(items)}, expected {shortest} to {longest}; "
            f"{'add one' if len(items) < shortest else 'leave some out'}",
        )
    seen: set[object] = set()
    for item in items:
        value = item.value if isinstance(item, yaml.ScalarNode) else None
        if value in seen:
            yield line_of(item), f"{key} lists '{value}' twice; keep one"
        seen.add(value)


def title_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """The title is text of 3 to 90 characters."""
    yield from text_faults(node, "title", 3, 90)


def description_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """The description is one sentence of at most 160 characters."""
    yield from text_faults(node, "description", 10, 160)
    if not source.draft and node.value == setting.placeholder:
        yield (
            line_of(node),
            "description is still the template's; say in one sentence what "
            "the entry tells",
        )


def date_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """The date is real, not in the future, and the file name's."""
    line = line_of(node)
    value = str(node.value)
    if not is_kind(node, "timestamp") or not re.fullmatch(
        r"\d{4}-\d{2}-\d{2}", value
    ):
        yield (
            line,
            "date must be a day written YYYY-MM-DD, without quotes or time; "
            f"write date: {setting.today}",
        )
        return
    try:
        day = date.fromisoformat(value)
    except ValueError:
        yield line, f"date {value} is not in the calendar; correct it"
        return
    if day > setting.today:
        yield (
            line,
            f"date {value} lies in the future (today is {setting.today}); "
            "use the day on which it was written",
        )
    if not source.name.startswith(value):
        yield (
            line,
            f"date {value} differs from the file name's {source.name[:10]}; "
            "make them the same",
        )


def authors_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """Each author is known, or may be the name of an account."""
    yield from _list_faults(node, "authors", 1, 5)
    for item in items_of(node) or []:
        if is_kind(item, "str") and (
            item.value in setting.authors or ACCOUNT.fullmatch(str(item.value))
        ):
            continue
        yield (
            line_of(item),
            f"author '{shown(item)}' is not in "
            f"{setting.folder.name}/{AUTHORS_FILE} and no account's name in "
            'lower case; write it as ["ada-l"]',
        )


def chapters_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """Each chapter exists."""
    yield from _list_faults(node, "chapters", 0, len(setting.known_chapters))
    for item in items_of(node) or []:
        if not is_kind(item, "int") or not re.fullmatch(
            r"[1-9]\d*", str(item.value)
        ):
            yield (
                line_of(item),
                f"chapter '{shown(item)}' is not a number; write "
                "chapters: [3] or chapters: []",
            )
        elif int(item.value) not in setting.known_chapters:
            known = ", ".join(map(str, sorted(setting.known_chapters)))
            yield (
                line_of(item),
                f"chapter {item.value} does not exist; use one of: {known}",
            )


def categories_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """Each category is one of the list."""
    yield from _list_faults(node, "categories", 1, len(CATEGORIES))
    for item in items_of(node) or []:
        if not is_kind(item, "str") or item.value not in CATEGORIES:
            yield (
                line_of(item),
                f"category '{shown(item)}' is unknown; use one of: "
                f"{', '.join(CATEGORIES)}",
            )


def tags_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """Tags are short words in lower case, of any script."""
    yield from _list_faults(node, "tags", 0, MAX_TAGS)
    for item in items_of(node) or []:
        # Marks belong to letters in many scripts.
        good = is_kind(item, "str") and all(
            letter == "-"
            or unicodedata.category(letter) in {"Ll", "Lo", "Lm", "Nd"}
            or unicodedata.category(letter).startswith("M")
            for letter in str(item.value)
        )
        if not good or not 2 <= len(str(item.value)) <= 30:
            yield (
                line_of(item),
                f"tag '{shown(item)}' is not a short word in lower case; "
                "use 2 to 30 letters, digits and hyphens, as in random-seed",
            )


def draft_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """The draft mark is true or false."""
    if not is_kind(node, "bool") or node.value not in {"true", "false"}:
        yield line_of(node), "draft must say true or false; correct it"


FrontRule = Callable[[yaml.Node, Source, Setting], Iterator[Fault]]
FRONT_RULES: Mapping[str, FrontRule] = {
    "title": title_rule,
    "date": date_rule,
    "authors": authors_rule,
    "chapters": chapters_rule,
    "categories": categories_rule,
    "tags": tags_rule,
    "description": description_rule,
    "draft": draft_rule,
}


def author_faults(folder: Path) -> tuple[dict[str, str], list[Fault]]:
    """Return author key → name, and what is wrong with the file."""
    path = folder / AUTHORS_FILE
    if not path.is_file():
        return {}, [(1, "the file is missing; add it with one author")]
    if path.is_symlink() or path.stat().st_size > MAX_BYTES:
        return {}, [
            (1, "this must be a plain file of 64 KiB at most; mend it")
        ]
    try:
        text = text_of(path)
    except UnicodeDecodeError:
        return {}, [(1, "this is not UTF-8; save it with that encoding")]
    faults = list(letter_faults(text))
    if faults:
        return {}, faults
    node, faults = compose(text, 1)
    if faults:
        return {}, faults
    top, faults = fields_of(node, 1)
    for key, (line, _) in top.items():
        if key != "authors":
            faults.append((line, f"the key '{key}' is unknown; remove it"))
    if "authors" not in top:
        return {}, [*faults, (1, "the key 'authors' is missing; add it")]
    people, more = fields_of(top["authors"][1], 1)
    faults += more
    names: dict[str, str] = {}
    for key, (line, value) in people.items():
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key):
            faults.append(
                (
                    line,
                    f"the author's key '{key}' must be lower-case letters, "
                    "digits and hyphens; change it here and in the entries",
                )
            )
        fields, more = fields_of(value, line)
        faults += more
        for name, (_, item) in fields.items():
            if name == "avatar":
                faults += _avatar_faults(item, folder)
            elif name in {"name", "description"}:
                faults += text_faults(item, name, 2, 90, first=1)
            else:
                faults.append(
                    (
                        line_of(item, 1),
                        f"the key '{name}' is unknown; remove it, the keys "
                        "are name, description, avatar",
                    )
                )
        # The blog refuses an author without a picture.
        for name in ("name", "description", "avatar"):
            if not more and name not in fields:
                faults.append((line, f"the key '{name}' is missing; add it"))
        named = fields.get("name")
        names[key] = str(named[1].value) if named else key
    return names, faults


def _avatar_faults(node: yaml.Node, folder: Path) -> Iterator[Fault]:
    name = str(node.value)
    if (
        not re.fullmatch(r"assets/authors/[a-z0-9-]+\.svg", name)
        or not (folder.parent / "docs" / name).is_file()
    ):
        yield (
            line_of(node, 1),
            f"the avatar {name[:60]} is not one of docs/assets/authors/; "
            "write assets/authors/pen.svg",
        )


def template_of(folder: Path) -> tuple[frozenset[str], str]:
    """Return the template's questions and its description."""
    path = folder / TEMPLATE_FILE
    parts = split(text_of(path)) if path.is_file() else None
    if parts is None:
        return frozenset(), ""
    lines = [line.strip() for line in parts[1].split("\n")]
    questions = frozenset(
        line for line in lines if re.fullmatch(r"\*[^*].*\*", line)
    )
    fields, _ = fields_of(compose(parts[0], 2)[0], 2)
    described = fields.get("description")
    return questions, str(described[1].value) if described else ""
