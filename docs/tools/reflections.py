"""Reflections: the rules for an entry, and what the site needs of it.

The entries are contributed text: they are read as data and never run.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import yaml
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from problems import Problem

AUTHORS_FILE = ".authors.yml"
TEMPLATE_FILE = "_template.md"

# Where the blog finds the entries, and where the site shows them: the
# address is the file's name, so a corrected title never moves a page.
POSTS = "reflections/posts"
ADDRESS = "reflections"

CATEGORIES = (
    "Learned",
    "Hard",
    "Changed my mind",
    "Tried out",
    "How it is built",
)
REQUIRED = (
    "title",
    "date",
    "authors",
    "chapters",
    "categories",
    "description",
)
ALLOWED = (*REQUIRED, "tags", "draft")

LANGUAGES = (
    "bibtex",
    "console",
    "markdown",
    "output",
    "python",
    "text",
    "yaml",
)
BOXES = ("note", "tip", "warning", "example", "question", "details")

MAX_BYTES = 64 * 1024
MAX_FRONT_MATTER = 4 * 1024
MAX_TAGS = 8
# Parsers take time with the square of brackets that nothing closes.
MAX_BRACKETS = 2_000

FILE_NAME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md"
)
MAX_SLUG = 60
# What editors and desktops leave beside a file while it is written.
BYSTANDERS = re.compile(r"\.DS_Store|Thumbs\.db|.*~|\.#.*|#.*#|\..*\.sw.")

Fault = tuple[int, str]


class ReflectionError(ValueError):
    """A new entry cannot be started; the message says why."""


@dataclass(frozen=True)
class Entry:
    """What other pages show of one reflection.

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
        The authors' names.
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


@dataclass(frozen=True)
class Setting:
    """What the rules know beside the entry itself."""

    folder: Path
    known_chapters: AbstractSet[int]
    today: date
    sections: AbstractSet[str]
    authors: AbstractSet[str]
    questions: AbstractSet[str]
    placeholder: str
    figures: AbstractSet[str] | None
    pages: AbstractSet[str]


@dataclass(frozen=True)
class Source:
    """One entry, split into front matter and body.

    Lines are counted from 1 in the file; ``first`` is the body's first.
    """

    name: str
    front: Mapping[str, tuple[int, yaml.Node]]
    body: str
    first: int

    @cached_property
    def tokens(self) -> list[Token]:
        """The body as markdown-it reads it."""
        return MARKDOWN.parse(self.body)

    @cached_property
    def prose(self) -> list[str]:
        """The body's lines with all code blanked out."""
        lines = self.body.split("\n")
        for token in _walk(self.tokens):
            if token.type == "fence" and token.map:
                for at in range(*token.map):
                    lines[at] = ""
        return _blanked(lines, CODE_SPAN)

    @cached_property
    def words(self) -> list[str]:
        """The body's lines with all code and mathematics blanked out."""
        lines = list(self.prose)
        for token in _walk(self.tokens):
            if token.type.startswith("math_block") and token.map:
                for at in range(*token.map):
                    lines[at] = ""
        return _blanked(lines, MATH_SPAN)

    @property
    def draft(self) -> bool:
        """Whether the entry says that it is not finished."""
        node = self.front.get("draft", (0, None))[1]
        return isinstance(node, yaml.ScalarNode) and node.value == "true"


CODE_SPAN = re.compile(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
MATH_SPAN = re.compile(
    r"(?<![\\$])\$(?![\s$])(?:\\.|[^\\$])+?(?<!\s)\$(?!\$)", re.DOTALL
)


def _blanked(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    """Blank the matches, which end at a blank line at the latest."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    blocks = re.split(r"(\n[ \t]*(?=\n|$))", "\n".join(lines))
    return "".join(pattern.sub(blank, block) for block in blocks).split("\n")


class _AllLinks(MarkdownIt):
    # markdown-it turns a link that it distrusts into plain text, where
    # the rule for links could not name it.
    def validateLink(self, url: str) -> bool:
        return True


def _markdown() -> MarkdownIt:
    parser = _AllLinks("commonmark").enable("table")
    parser.use(footnote_plugin).use(dollarmath_plugin, allow_space=False)
    # Footnotes stay where they stand, also those that nothing refers to.
    return parser.disable(["footnote_inline", "footnote_tail"])


MARKDOWN = _markdown()


# --- Reading -----------------------------------------------------------


def _walk(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or ())


def _text_of(path: Path) -> str:
    # As MkDocs reads it: a byte order mark and CRLF are no fault.
    text = path.read_bytes().decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _split(text: str) -> tuple[str, str, int] | None:
    """Return front matter, body and the body's first line, if it can."""
    lines = text.split("\n")
    if lines[0].rstrip(" \t") != "---":
        return None
    for at, line in enumerate(lines[1:], start=1):
        # MkDocs ends the front matter at either of these.
        if line.rstrip(" \t") in {"---", "..."}:
            front = "\n".join(lines[1:at])
            return front, "\n".join(lines[at + 1 :]), at + 2
    return None


def _compose(text: str, first: int) -> tuple[yaml.Node | None, list[Fault]]:
    """Read YAML without anchors, aliases, tags, directives or depth."""
    faults: list[Fault] = []
    depth = documents = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            mark = event.start_mark
            line = (mark.line if mark else 0) + first
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1 or event.version or event.tags:
                    faults.append(
                        (
                            line,
                            "YAML directives and second documents are not "
                            "allowed; keep plain keys and values",
                        )
                    )
            if getattr(event, "anchor", None):
                faults.append(
                    (
                        line,
                        "YAML anchors and aliases (& and *) are not "
                        "allowed; write the value out, in quotes",
                    )
                )
            if isinstance(
                event, yaml.ScalarEvent | yaml.CollectionStartEvent
            ) and (event.tag is not None):
                faults.append(
                    (
                        line,
                        f"the YAML tag {event.tag} is not allowed; put the "
                        "value in quotes",
                    )
                )
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > 3:
                    faults.append(
                        (
                            line,
                            "the YAML is nested too deep; keep plain keys "
                            "and values",
                        )
                    )
                    break
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        if faults:
            return None, faults
        return yaml.compose(text, Loader=yaml.SafeLoader), []
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = mark.line if mark else 0
        # At the end of the text the mark may lie behind the last line.
        at = min(at, max(text.rstrip("\n").count("\n"), 0))
        what = getattr(error, "problem", None) or "it cannot be read"
        fault = (
            at + first,
            f"this is not valid YAML: {what}; put text that holds : # [ ] "
            '{ } or quotes between "double quotes"',
        )
        return None, [*faults, fault]


def _fields(
    node: yaml.Node | None, first: int
) -> tuple[dict[str, tuple[int, yaml.Node]], list[Fault]]:
    """Return key → (line, node) of a mapping."""
    if not isinstance(node, yaml.MappingNode):
        return {}, [
            (
                first,
                "this is no line key: value; write it so",
            )
        ]
    fields: dict[str, tuple[int, yaml.Node]] = {}
    faults: list[Fault] = []
    for key, value in node.value:
        line = key.start_mark.line + first
        if not isinstance(key, yaml.ScalarNode):
            faults.append((line, "a key must be a word; write key: value"))
        elif key.value in fields:
            faults.append(
                (line, f"the key '{key.value}' is given twice; keep one")
            )
        else:
            fields[key.value] = (line, value)
    return fields, faults


def _is(node: yaml.Node, kind: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and (
        node.tag == f"tag:yaml.org,2002:{kind}"
    )


def _items(node: yaml.Node) -> list[yaml.Node] | None:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else None


# --- Rules for the front matter ----------------------------------------


def _line(node: yaml.Node, first: int = 2) -> int:
    return int(node.start_mark.line) + first


# A title also stands in menus, search results and the feed.
MARKUP = re.compile(r"[<>]|&#?\w+;")


def _text_faults(
    node: yaml.Node, key: str, shortest: int, longest: int, first: int = 2
) -> Iterator[Fault]:
    line = _line(node, first)
    if not _is(node, "str"):
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
            f"{key} must not hold <, > or a sign written as &…;; say it in "
            "words",
        )


def _list_faults(
    node: yaml.Node, key: str, shortest: int, longest: int
) -> Iterator[Fault]:
    items = _items(node)
    if items is None:
        yield _line(node), f"{key} must be a list; write {key}: [one, two]"
        return
    if not shortest <= len(items) <= longest:
        yield (
            _line(node),
            f"{key} lists {len(items)}, expected {shortest} to {longest}; "
            f"{'add one' if len(items) < shortest else 'leave some out'}",
        )
    seen: set[object] = set()
    for item in items:
        value = item.value if isinstance(item, yaml.ScalarNode) else None
        if value in seen:
            yield _line(item), f"{key} lists '{value}' twice; keep one"
        seen.add(value)


def title_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """The title is text of 3 to 90 characters."""
    yield from _text_faults(node, "title", 3, 90)


def description_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """The description is one sentence of at most 160 characters."""
    yield from _text_faults(node, "description", 10, 160)
    if not source.draft and node.value == setting.placeholder:
        yield (
            _line(node),
            "description is still the template's; say in one sentence what "
            "the entry tells",
        )


def date_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """The date is real, not in the future, and the file name's."""
    line = _line(node)
    value = str(node.value)
    if not _is(node, "timestamp") or not re.fullmatch(
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
    """Each author is known."""
    yield from _list_faults(node, "authors", 1, 5)
    for item in _items(node) or []:
        if not _is(item, "str") or item.value not in setting.authors:
            yield (
                _line(item),
                f"author '{_shown(item)}' is not in "
                f"{setting.folder.name}/{AUTHORS_FILE}; add them there or "
                f"use one of: {', '.join(sorted(setting.authors))}",
            )


def chapters_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """Each chapter exists."""
    yield from _list_faults(node, "chapters", 0, len(setting.known_chapters))
    for item in _items(node) or []:
        if not _is(item, "int") or not re.fullmatch(
            r"[1-9]\d*", str(item.value)
        ):
            yield (
                _line(item),
                f"chapter '{_shown(item)}' is not a number; write "
                "chapters: [3] or chapters: []",
            )
        elif int(item.value) not in setting.known_chapters:
            known = ", ".join(map(str, sorted(setting.known_chapters)))
            yield (
                _line(item),
                f"chapter {item.value} does not exist; use one of: {known}",
            )


def categories_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """Each category is one of the list."""
    yield from _list_faults(node, "categories", 1, len(CATEGORIES))
    for item in _items(node) or []:
        if not _is(item, "str") or item.value not in CATEGORIES:
            yield (
                _line(item),
                f"category '{_shown(item)}' is unknown; use one of: "
                f"{', '.join(CATEGORIES)}",
            )


def tags_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """Tags are short words in lower case, of any script."""
    yield from _list_faults(node, "tags", 0, MAX_TAGS)
    for item in _items(node) or []:
        # Marks belong to letters in many scripts.
        good = _is(item, "str") and all(
            letter == "-"
            or unicodedata.category(letter) in {"Ll", "Lo", "Lm", "Nd"}
            or unicodedata.category(letter).startswith("M")
            for letter in str(item.value)
        )
        if not good or not 2 <= len(str(item.value)) <= 30:
            yield (
                _line(item),
                f"tag '{_shown(item)}' is not a short word in lower case; "
                "use 2 to 30 letters, digits and hyphens, as in random-seed",
            )


def draft_rule(
    node: yaml.Node, source: Source, setting: Setting
) -> Iterator[Fault]:
    """The draft mark is true or false."""
    if not _is(node, "bool") or node.value not in {"true", "false"}:
        yield _line(node), "draft must say true or false; correct it"


def _shown(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else "…"


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


# --- Rules for the body ------------------------------------------------


def body_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """There is something to read."""
    if not source.body.strip():
        yield source.first - 1, "the entry has no text; write some below ---"


def html_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """No raw HTML, in a block or in a line."""
    found: set[int] = set()
    # A space after < makes it a sign; an address in <…> is a link.
    address = r"https://[^\s<>]+>|mailto:[^\s<>]+>|[\w.+-]+@[\w.-]+>"
    for at, line in enumerate(source.prose):
        if match := re.search(rf"<(?!{address})(!--|[A-Za-z/!?][\w-]*)", line):
            found.add(at)
            yield source.first + at, _html(match[0])
    for token in source.tokens:
        children = [token, *(token.children or ())]
        kinds = [child for child in children if child.type.startswith("html")]
        if not kinds or not token.map or found & set(range(*token.map)):
            continue
        yield source.first + token.map[0], _html(kinds[0].content[:12])


def _html(start: str) -> str:
    name = re.match(r"\s*<(/?[A-Za-z][\w-]*|!--)?", start)
    shown = f"<{name[1]}>" if name and name[1] else "<…>"
    return (
        f"raw HTML {shown} is not allowed; use Markdown, put it in `code`, "
        "or leave a space after a < that means less than"
    )


def heading_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """The title is the only H1; the levels below do not jump."""
    level = 1
    for token in source.tokens:
        if token.type != "heading_open" or not token.map:
            continue
        line, depth = source.first + token.map[0], int(token.tag[1:])
        if depth == 1:
            yield (
                line,
                "a heading of level 1 is not allowed, the title is it; "
                "write ## instead",
            )
        elif depth > level + 1:
            yield (
                line,
                f"the heading jumps from level {level} to {depth}; write "
                f"{'#' * (level + 1)} instead",
            )
        level = depth
    for at, text in enumerate(source.prose):
        # Python-Markdown makes a heading of this, CommonMark does not.
        if re.match(r" {0,3}#+[^#\s]", text):
            yield (
                source.first + at,
                "a line must not begin with # and a word; put a space "
                "after the # of a heading, or another word before it",
            )


def fence_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Code stands in closed fences that say an allowed language."""
    before: Token | None = None
    for token in source.tokens:
        if token.type == "code_block" and token.map:
            yield (
                source.first + token.map[0],
                "code by indentation is not allowed; put it between ``` "
                "lines that name a language",
            )
        if token.type == "fence" and token.map:
            line = source.first + token.map[0]
            language = token.info.strip()
            if language not in LANGUAGES:
                yield (
                    line,
                    f"the fence says '{language}'; write one of "
                    f"{', '.join(LANGUAGES)} and nothing more",
                )
            if token.map[1] - token.map[0] < token.content.count("\n") + 2:
                yield line, f"the fence is never closed; add {token.markup}"
            if language == "output" and not (
                before
                and before.type == "fence"
                and before.info.strip() == "python"
            ):
                yield (
                    line,
                    "an output must stand directly below a python fence; "
                    "use text instead",
                )
        if token.nesting >= 0:
            before = token


SNIPPET = re.compile(r'--8<-- "([^"\s]+)"')


def quote_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Python is quoted from the package, and nothing else is included."""
    quoted: set[int] = set()
    for token in source.tokens:
        if token.type != "fence" or token.info.split()[:1] != ["python"]:
            continue
        start = (token.map or [0])[0] + 1
        if token.level:
            yield (
                source.first + start - 1,
                "a python fence must not stand in a list or a quotation; "
                "move it to the margin",
            )
        for at, line in enumerate(token.content.split("\n"), start=start):
            match = SNIPPET.fullmatch(line.rstrip())
            if match and match[1] in setting.sections:
                quoted.add(at)
            elif match:
                quoted.add(at)
                yield (
                    source.first + at,
                    f"there is no section {match[1]}; name one that a "
                    "chapter shows, as file.py:chNN-name",
                )
            elif line.strip() and not INCLUDE.search(line):
                yield (
                    source.first + at,
                    "typed Python is not allowed; quote a section by "
                    '--8<-- "file.py:chNN-name", or use a text fence',
                )
    for at, line in enumerate(source.body.split("\n")):
        if at not in quoted and INCLUDE.search(line):
            yield (
                source.first + at,
                "an include is not allowed here; quote the package in a "
                'python fence by --8<-- "file.py:chNN-name"',
            )


# Any number of dashes includes a file.
INCLUDE = re.compile(r"-8<-")


def link_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Links lead to https:, mailto:, or to pages that exist."""
    for line, token in _inline(source):
        if token.type == "link_open":
            reason = _link_fault(str(token.attrGet("href") or ""), setting)
            if reason:
                yield line, reason
        if token.type == "text" and re.search(r"\]\(|\]\[", token.content):
            yield (
                line,
                "this link cannot be read; write [words](address) without "
                "spaces in the address",
            )
    for at, text in enumerate(source.prose):
        # Python-Markdown also takes definitions inside a paragraph.
        match = re.match(r"\W*\[(?!\^)[^\]]+\]:\s*<?([^\s>]*)", text)
        if match and (reason := _link_fault(match[1], setting)):
            yield source.first + at, reason


def image_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Pictures are the journal's figures, with a text alternative."""
    for line, token in _inline(source):
        if token.type != "image":
            continue
        name = str(token.attrGet("src") or "")
        if not re.fullmatch(r"figure:ch\d{2}-[a-z0-9-]+", name):
            yield (
                line,
                f"the picture {name} is not allowed; show a figure of the "
                "journal by figure:chNN-name, or link to the page",
            )
        elif setting.figures is not None and (
            name.removeprefix("figure:") not in setting.figures
        ):
            yield line, f"there is no {name}; correct the name"
        if not token.content.strip():
            yield (
                line,
                "the picture has no text alternative; say between [ and ] "
                "what there is to see",
            )


def _inline(source: Source) -> Iterator[tuple[int, Token]]:
    """Yield each inline token with its line in the file."""
    row = 0
    for block in source.tokens:
        row = block.map[0] if block.map else row
        if block.type != "inline":
            continue
        cursor = 0
        for token in block.children or ():
            at = cursor
            if token.type in {"softbreak", "hardbreak"}:
                at = max(block.content.find("\n", cursor), cursor)
                cursor = at + 1
            elif token.content and token.type != "image":
                # Code spans show a line end as a space.
                words = map(re.escape, token.content.split(" "))
                found = re.compile(r"\s".join(words)).search(
                    block.content, cursor
                )
                at, cursor = found.span() if found else (cursor, cursor)
            breaks = block.content.count("\n", 0, at)
            yield source.first + row + breaks, token


def _link_fault(href: str, setting: Setting) -> str | None:
    if re.fullmatch(r"https://[^/?#@\s]+([/?#]\S*)?", href):
        return None
    if re.fullmatch(r"mailto:[^\s@?]+@[^\s@?]+", href):
        return None
    if href.startswith("http:"):
        return f"the link {href} is not secure; write https:"
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or parts.query or href.startswith("/"):
        return (
            f"the link {href[:60]} is not allowed; link to https:, mailto: "
            "or a page of the journal, as ../docs/chapters/05-loss.md"
        )
    path = unquote(parts.path)
    if not path and parts.fragment:
        return None
    if _exists(path, setting):
        return None
    return (
        f"the link {href[:60] or '(empty)'} leads nowhere; write the path "
        "from this file, as ../docs/chapters/05-loss.md or "
        "2026-01-31-another-entry.md"
    )


def _exists(path: str, setting: Setting) -> bool:
    if FILE_NAME.fullmatch(path):
        other = _load(setting.folder / path)
        return other is not None and not other.draft
    name = path.removeprefix("../docs/")
    if name == path or not re.fullmatch(r"[\w./-]+\.md", name):
        return False
    if ".." in PurePosixPath(name).parts:
        return False
    if name in setting.pages:
        return True
    target = setting.folder.parent / "docs" / name
    # A notebook is published under the name of a page.
    return target.is_file() or (
        name.startswith("notebooks/") and target.with_suffix(".py").is_file()
    )


def brace_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """No attribute lists but a heading's own anchor."""
    for at, line in enumerate(source.words):
        text = line
        if re.match(r"#{2,6} ", line):
            text = re.sub(r"\{ ?#[a-z][a-z0-9-]* ?\}\s*$", "", line)
        if "{" in text:
            yield (
                source.first + at,
                "braces { } set attributes and are not allowed in text; put "
                "them in `code` or $math$ (a heading may end { #anchor })",
            )


def box_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Boxes are of a known kind, have no attributes, and are closed."""
    open_boxes: list[tuple[int, str]] = []
    options = False
    for at, line in enumerate(source.prose, start=source.first):
        text = line.strip()
        match = re.fullmatch(r"(/{3,})\s*(\S*)(.*)", text)
        if match and match[2]:
            open_boxes.append((at, match[1]))
            options = True
            if match[2] not in BOXES or match[3].strip()[:1] not in {"", "|"}:
                yield (
                    at,
                    f"there is no box '{match[2]}{match[3]}'; write "
                    f"/// and one of {', '.join(BOXES)}, | and a title",
                )
        elif match:
            options = False
            if not open_boxes or open_boxes[-1][1] != match[1]:
                yield at, f"{match[1]} closes no box; remove or correct it"
            else:
                open_boxes.pop()
        elif not text:
            options = False
        elif options and not re.fullmatch(
            r"(type: (note|tip|warning|example|question|success)"
            r"|open: (true|false))",
            text,
        ):
            # What follows directly is the box's options if indented.
            if line.startswith((" ", "\t")):
                yield (
                    at,
                    f"'{text[:40]}' is no option of a box; write type: or "
                    "open:, or leave a blank line before the text",
                )
            options = False
        if re.match(r"(!!!|\?\?\?\+?|===)\s", text):
            yield (
                at,
                f"boxes by {text[:3]} are not used here; write /// note | "
                "Title, the text, and ///",
            )
    for at, slashes in open_boxes:
        yield at, f"the box is never closed; add a line {slashes}"


def question_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """A finished entry holds none of the template's questions."""
    if source.draft:
        return
    for at, line in enumerate(source.body.split("\n")):
        if line.strip() in setting.questions:
            yield (
                source.first + at,
                "this question is the template's; answer it in your own "
                "words and delete it (or keep draft: true)",
            )


BodyRule = Callable[[Source, Setting], Iterator[Fault]]
BODY_RULES: Sequence[BodyRule] = (
    body_rule,
    html_rule,
    heading_rule,
    fence_rule,
    quote_rule,
    link_rule,
    image_rule,
    brace_rule,
    box_rule,
    question_rule,
)


# --- Rules for the file ------------------------------------------------


def character_faults(text: str) -> Iterator[Fault]:
    """Nothing that a reader cannot see may change what they read."""
    for at, line in enumerate(text.split("\n"), start=1):
        for column, letter in enumerate(line):
            if _hidden(letter, line[column - 1] if column else ""):
                yield (
                    at,
                    f"the character U+{ord(letter):04X} cannot be seen; "
                    f"delete it (column {column + 1})",
                )
                break


def _hidden(letter: str, before: str) -> bool:
    if letter in "\u200c\u200d":
        # Persian, the scripts of India and joined emoji need these two.
        return before.isascii() or unicodedata.category(before)[0] not in "LMS"
    kind = unicodedata.category(letter)
    return letter != "\t" and kind in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


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
        text = _text_of(path)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        yield line, "this is not UTF-8; save the file with that encoding"
        return
    hidden = list(character_faults(text))
    yield from hidden
    parts = _split(text)
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
    node, faults = _compose(front, 2)
    if faults:
        yield from faults
        return
    fields, faults = _fields(node, 2)
    yield from faults
    source = Source(path.name, fields, body, first)
    for key, (line, value) in fields.items():
        if key in FRONT_RULES:
            yield from FRONT_RULES[key](value, source, setting)
        else:
            yield (
                line,
                f"the key '{key}' is unknown; remove it, the keys are "
                f"{', '.join(ALLOWED)}",
            )
    for key in REQUIRED:
        if key not in fields:
            yield 1, f"the key '{key}' is missing; add a line {key}: …"
    for rule in BODY_RULES:
        yield from rule(source, setting)


def _name_fault(path: Path) -> str | None:
    if path.is_symlink():
        return "a symbolic link is not allowed; put the file itself here"
    if path.name in {AUTHORS_FILE, TEMPLATE_FILE}:
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


def _author_faults(folder: Path) -> tuple[dict[str, str], list[Fault]]:
    """Return author key → name, and what is wrong with the file."""
    path = folder / AUTHORS_FILE
    if not path.is_file():
        return {}, [(1, "the file is missing; add it with one author")]
    try:
        text = _text_of(path)
    except UnicodeDecodeError:
        return {}, [(1, "this is not UTF-8; save it with that encoding")]
    faults = list(character_faults(text))
    if faults:
        return {}, faults
    node, faults = _compose(text, 1)
    if faults:
        return {}, faults
    top, faults = _fields(node, 1)
    for key, (line, _) in top.items():
        if key != "authors":
            faults.append((line, f"the key '{key}' is unknown; remove it"))
    if "authors" not in top:
        return {}, [*faults, (1, "the key 'authors' is missing; add it")]
    people, more = _fields(top["authors"][1], 1)
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
        fields, more = _fields(value, line)
        faults += more
        for name, (_, item) in fields.items():
            if name == "avatar":
                faults += _avatar_faults(item, folder)
            elif name in {"name", "description"}:
                faults += _text_faults(item, name, 2, 90, first=1)
            else:
                faults.append(
                    (
                        _line(item, 1),
                        f"the key '{name}' is unknown; remove it, the keys "
                        "are name, description, avatar",
                    )
                )
        # The blog refuses an author without a picture.
        for name in ("name", "description", "avatar"):
            if not more and name not in fields:
                faults.append((line, f"the key '{name}' is missing; add it"))
        shown = fields.get("name")
        names[key] = str(shown[1].value) if shown else key
    return names, faults


def _avatar_faults(node: yaml.Node, folder: Path) -> Iterator[Fault]:
    name = str(node.value)
    if (
        not re.fullmatch(r"assets/authors/[a-z0-9-]+\.svg", name)
        or not (folder.parent / "docs" / name).is_file()
    ):
        yield (
            _line(node, 1),
            f"the avatar {name[:60]} is not one of docs/assets/authors/; "
            "write assets/authors/pen.svg",
        )


def _template(folder: Path) -> tuple[frozenset[str], str]:
    """Return the template's questions and its description."""
    path = folder / TEMPLATE_FILE
    parts = _split(_text_of(path)) if path.is_file() else None
    if parts is None:
        return frozenset(), ""
    lines = [line.strip() for line in parts[1].split("\n")]
    questions = frozenset(
        line for line in lines if re.fullmatch(r"\*[^*].*\*", line)
    )
    fields, _ = _fields(_compose(parts[0], 2)[0], 2)
    described = fields.get("description")
    return questions, str(described[1].value) if described else ""


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

    authors, faults = _author_faults(folder)
    note(AUTHORS_FILE, faults)
    if not (folder / TEMPLATE_FILE).is_file():
        note(TEMPLATE_FILE, [(1, "the template is missing; restore it")])
    questions, placeholder = _template(folder)
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
    for path in sorted(folder.iterdir()):
        if BYSTANDERS.fullmatch(path.name):
            continue
        if reason := _name_fault(path):
            note(path.name, [(1, reason)])
        elif FILE_NAME.fullmatch(path.name):
            note(path.name, _file_faults(path, setting))
    return sorted(set(found))


def latest_today(now: datetime | None = None) -> date:
    """Return the date where the day begins first, so that an entry of
    today is never in the future, wherever it is written and checked."""
    moment = now or datetime.now(UTC)
    return (moment.astimezone(UTC) + timedelta(hours=14)).date()


# --- For the site ------------------------------------------------------


def _paths(folder: Path) -> list[Path]:
    """Entries, the newest first; on one day by name."""
    paths = [
        path
        for path in folder.iterdir()
        if FILE_NAME.fullmatch(path.name)
        and path.is_file()
        and not path.is_symlink()
    ]
    by_name = sorted(paths, key=lambda path: path.name)
    return sorted(by_name, key=lambda path: path.name[:10], reverse=True)


def virtual_files(folder: Path) -> list[tuple[str, str, str]]:
    """Return what the blog is to read: virtual and real paths.

    Parameters
    ----------
    folder : Path
        The folder ``reflections``.

    Returns
    -------
    list of tuple
        ``(src_uri, abs_src_path, edit_uri)`` for each entry, drafts
        included (the blog leaves them out), the newest first.
        ``edit_uri`` is relative to ``docs/``, as MkDocs expects.
    """
    return [
        (
            f"{POSTS}/{path.name}",
            str(path.resolve()),
            f"../{folder.name}/{path.name}",
        )
        for path in _paths(folder)
    ]


def _load(path: Path, names: Mapping[str, str] | None = None) -> Entry | None:
    """Read an entry's front matter; None if it cannot be read."""
    match = FILE_NAME.fullmatch(path.name)
    try:
        parts = _split(_text_of(path)) if match else None
        if match is None or parts is None:
            return None
        node, faults = _compose(parts[0], 2)
        fields, more = _fields(node, 2)
        if faults or more:
            return None
        day = date.fromisoformat(match["date"])
    except (OSError, ValueError):
        return None

    def text(key: str) -> str:
        return _shown(fields[key][1]).strip() if key in fields else ""

    def words(key: str) -> tuple[str, ...]:
        items = _items(fields[key][1]) if key in fields else None
        return tuple(_shown(item) for item in items or ())

    return Entry(
        title=text("title"),
        date=day,
        url=f"{ADDRESS}/{path.stem}/",
        src_uri=f"{POSTS}/{path.name}",
        authors=tuple((names or {}).get(key, key) for key in words("authors")),
        chapters=tuple(
            int(number) for number in words("chapters") if number.isdecimal()
        ),
        categories=words("categories"),
        tags=words("tags"),
        description=text("description"),
        draft=text("draft") == "true",
    )


def entries(folder: Path) -> list[Entry]:
    """Return the published entries, the newest first; no drafts."""
    names, _ = _author_faults(folder)
    found = (_load(path, names) for path in _paths(folder))
    return [entry for entry in found if entry and not entry.draft]


def latest(folder: Path, n: int) -> list[Entry]:
    """Return the ``n`` newest published entries."""
    return entries(folder)[:n]


def by_chapter(folder: Path) -> dict[int, list[Entry]]:
    """Return chapter number → published entries on it, newest first."""
    found: dict[int, list[Entry]] = {}
    for entry in entries(folder):
        for chapter in entry.chapters:
            found.setdefault(chapter, []).append(entry)
    return dict(sorted(found.items()))


def markdown_text(text: str) -> str:
    """Return plain text, as a title, so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>$])", r"\\\1", text)


def chapters_line(
    chapters: Iterable[int], titles: Mapping[int, tuple[str, str]]
) -> str:
    """Return the Markdown paragraph that links an entry's chapters.

    Parameters
    ----------
    chapters : iterable of int
        From the entry's front matter.
    titles : mapping
        Chapter number → (title, source from the site's root), as
        ``{5: ("Loss", "chapters/05-loss.md")}``.

    Returns
    -------
    str
        To be put above the entry's text; empty if there is no chapter.
    """
    links = []
    for number in sorted(set(chapters)):
        if number in titles:
            title, source = titles[number]
            words = f"chapter {number}, {markdown_text(title)}"
            links.append(f"[{words}](../../{source})")
    if not links:
        return ""
    joined = " and ".join(
        [", ".join(links[:-1]), links[-1]] if links[1:] else links
    )
    return f"On {joined}.\n{{ .reflection-chapters }}\n\n"


class _SiteLinks(Treeprocessor):
    def run(self, root) -> None:  # type: ignore[no-untyped-def]
        for link in root.iter("a"):
            href = link.get("href", "")
            if href.startswith("../docs/"):
                link.set("href", "../../" + href.removeprefix("../docs/"))


class SiteLinks(Extension):
    """Lead links on the repository's paths to the site's pages.

    An entry links to ``../docs/chapters/05-loss.md``, which works where
    the file lies; its virtual source is ``reflections/posts/``, from
    where the same page is ``../../chapters/05-loss.md``. Pages below
    ``docs/`` never hold such a link.
    """

    def extendMarkdown(self, md: Markdown) -> None:
        """Run before MkDocs resolves links (its priority is 0 or 1)."""
        md.treeprocessors.register(_SiteLinks(md), "site_links", 5)


# --- A new entry -------------------------------------------------------


def slug_of(title: str) -> str:
    """Return the title as lower-case ASCII words with hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", plain.decode().lower().replace("'", ""))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:MAX_SLUG]
        if len(longer) > MAX_SLUG:
            break
        slug = longer
    # A title without Latin letters has none; the date tells it apart.
    return slug or "reflection"


def new_entry(
    folder: Path,
    title: str,
    author: str,
    chapters: Iterable[int],
    today: date,
) -> Path:
    """Write a new entry from the template and return its path.

    Parameters
    ----------
    folder : Path
        The folder ``reflections``.
    title : str
        The title; the file's name and address come from it.
    author : str
        A key of ``.authors.yml``.
    chapters : iterable of int
        The chapters that the entry is about.
    today : date
        The entry's date.

    Raises
    ------
    ReflectionError
        If the title or the author will not do, or if the file exists.
    """
    title = " ".join(title.split())
    if not 3 <= len(title) <= 90:
        raise ReflectionError(
            f"the title has {len(title)} characters, expected 3 to 90"
        )
    if MARKUP.search(title) or any(character_faults(title)):
        raise ReflectionError(
            "the title must not hold < or > or control characters; say it "
            "in words"
        )
    known, _ = _author_faults(folder)
    if author not in known:
        raise ReflectionError(
            f"the author '{author}' is not in {folder.name}/{AUTHORS_FILE}, "
            f"which has: {', '.join(sorted(known)) or 'nobody'}"
        )
    template = folder / TEMPLATE_FILE
    if not template.is_file():
        raise ReflectionError(f"{folder.name}/{TEMPLATE_FILE} is missing")
    path = folder / f"{today}-{slug_of(title)}.md"
    values = {
        # A JSON string is a YAML string in double quotes.
        "title": json.dumps(title, ensure_ascii=False),
        "date": str(today),
        "authors": f"[{author}]",
        "chapters": f"[{', '.join(map(str, sorted(set(chapters))))}]",
    }
    text = _text_of(template)
    for key, value in values.items():
        old = re.search(rf"^{key}:[^#\n]*", text, re.MULTILINE)
        if old is None:
            raise ReflectionError(
                f"{folder.name}/{TEMPLATE_FILE} has no line '{key}:'"
            )
        gap = " " if text[old.end() :].startswith("#") else ""
        line = f"{key}: {value}{gap * 2}"
        text = text[: old.start()] + line + text[old.end() :]
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise ReflectionError(
            f"{folder.name}/{path.name} exists already; choose another title"
        ) from None
    return path
