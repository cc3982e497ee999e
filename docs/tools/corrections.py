"""Corrections: what a page said wrongly, and the test that now holds it."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import yaml
from pymdownx.slugs import slugify

from pages import FRONT_MATTER, outside_fences
from problems import Problem

CORRECTIONS = "resources/corrections.yml"
# Its page, and the part of it that tells how to report a mistake.
PAGE = "resources/corrections.md"
HOW_TO_REPORT = "how-to-report"
# GitHub's name for the form under .github/ISSUE_TEMPLATE.
FORM = "correction.yml"

KEYS = ("date", "page", "section", "was", "now", "found_by", "test")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
HTML = re.compile(r"<[a-zA-Z/!?]")
TEST = re.compile(
    r"(?P<file>tests/[\w/]+\.py)::(?:(?P<group>\w+)::)?(?P<name>\w+)(?:\[.*\])?"
)
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.M)
OWN_ID = re.compile(r"\{[^{}]*#([\w-]+)[^{}]*\}\s*$")
INLINE_ID = re.compile(r"(?:\{[^{}\n]*#|\bid=[\"'])([\w-]+)")
SLUG = slugify(case="lower")

Documents = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Correction:
    """One mended mistake.

    Parameters
    ----------
    date : date
        The day on which the page was mended.
    page, section : str
        Path of the page's source from the root, and the anchor in it.
    was, now : str
        What the page said and what it says, as Markdown in one line.
    found_by : str
        Who saw it.
    test : str
        The test that fails if the mistake comes back, as pytest names it.
    line : int
        Where the entry begins in the file.
    """

    date: date
    page: str
    section: str
    was: str
    now: str
    found_by: str
    test: str
    line: int = 1


# Reading -------------------------------------------------------------


def load(text: str) -> list[Correction]:
    """Return the corrections of a file without problems, newest first."""
    found = []
    for node in _entries(yaml.compose(text, yaml.SafeLoader)):
        fields = {
            key.value: " ".join(v.value.split()) for key, v in node.value
        }
        day = date.fromisoformat(fields.pop("date"))
        line = node.start_mark.line + 1
        found.append(Correction(date=day, line=line, **fields))
    return sorted(found, key=lambda one: one.date, reverse=True)


def _entries(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


# Checking ------------------------------------------------------------


def problems(
    text: str, root: Path, documents: Documents, today: date
) -> list[Problem]:
    """Return what is wrong in the list of corrections.

    Parameters
    ----------
    text : str
        The list, as YAML.
    root : Path
        The repository, where the tests are looked up.
    documents : mapping of str to (str, str)
        What `text.documents` returns.
    today : date
        No correction is later.
    """
    try:
        top = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return [Problem(CORRECTIONS, line, f"this is not YAML; mend {error}")]
    if top is not None and not isinstance(top, yaml.SequenceNode):
        message = "expected a list of corrections; begin each with - date:"
        return [Problem(CORRECTIONS, 1, message)]
    texts = dict(documents.values())
    return [
        Problem(CORRECTIONS, line, message)
        for node in _entries(top)
        for line, message in _faults(node, root, texts, today)
    ]


def _faults(
    node: yaml.Node, root: Path, texts: Mapping[str, str], today: date
) -> Iterator[tuple[int, str]]:
    here = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        yield here, f"expected a correction with the keys {', '.join(KEYS)}"
        return
    fields: dict[str, str] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        name = str(key.value)
        if name not in KEYS:
            yield line, f"unknown key {name}; known are {', '.join(KEYS)}"
        elif name in fields:
            yield line, f"{name} stands twice in this correction; keep one"
        elif not isinstance(value, yaml.ScalarNode) or not value.value.strip():
            yield line, f"expected {name} as text; write one sentence"
        elif HTML.search(value.value):
            yield line, f"raw HTML in {name} is not allowed; use Markdown"
        else:
            fields[name], lines[name] = value.value.strip(), line
    named = {key.value for key, _ in node.value}
    for name in KEYS:
        if name not in named:
            yield here, f"this correction has no {name}; add it"
    for name, fault in (
        ("date", _date_fault(fields.get("date"), today)),
        ("page", _page_fault(fields.get("page"), texts)),
        ("section", _section_fault(fields, texts)),
        ("test", _test_fault(fields.get("test"), root)),
    ):
        if fault:
            yield lines[name], fault


def _date_fault(day: str | None, today: date) -> str | None:
    if day is None:
        return None
    try:
        when = date.fromisoformat(day) if DAY.fullmatch(day) else None
    except ValueError:
        when = None
    if when is None:
        return f"expected a date as 2026-11-22, got {day}"
    if when > today:
        return f"{day} is still to come; give the day of the mend"
    return None


def _page_fault(page: str | None, texts: Mapping[str, str]) -> str | None:
    if page is None or page in texts:
        return None
    mend = "give its source, such as docs/chapters/05-loss.md"
    return f"there is no page {page}; {mend}"


@cache
def anchors(text: str) -> frozenset[str]:
    """Return the anchors that a document offers."""
    body = outside_fences(FRONT_MATTER.sub("", text))
    names = {*INLINE_ID.findall(body), *headings(text)}
    names |= {
        f"eq-{tag.replace('.', '-')}"
        for tag in re.findall(r"\\tag\{([\w.]+)\}", body)
    }
    names |= {
        f"fig-{name}" for name in re.findall(r"\]\(figure:([\w-]+)", body)
    }
    return frozenset(names)


def headings(text: str) -> dict[str, str]:
    """Return anchor → title of the headings of a document, in order."""
    found: dict[str, str] = {}
    repeated: dict[str, int] = {}
    for match in HEADING.finditer(outside_fences(FRONT_MATTER.sub("", text))):
        title = match[1]
        own = OWN_ID.search(title)
        if own:
            found[own[1]] = title[: own.start()].strip()
            continue
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        slug = SLUG(re.sub(r"[`*]", "", plain), "-")
        seen = repeated[slug] = repeated.get(slug, 0) + 1
        found[slug if seen == 1 else f"{slug}_{seen - 1}"] = plain
    return found


def title(text: str) -> str:
    """Return the first heading of a document, "" where it has none."""
    return next(iter(headings(text).values()), "")


def _section_fault(
    fields: Mapping[str, str], texts: Mapping[str, str]
) -> str | None:
    section, page = fields.get("section"), fields.get("page", "")
    if section is None or page not in texts:
        return None
    if section in anchors(texts[page]):
        return None
    return f"{page} has no anchor {section}; take one of its headings'"


def _test_fault(test: str | None, root: Path) -> str | None:
    if test is None or has_test(test, root):
        return None
    mend = "name it as tests/chapters/test_03_claims.py::test_name"
    return f"there is no test {test}; {mend}"


def has_test(test: str, root: Path) -> bool:
    """Return whether a test stands where its name says.

    Parameters
    ----------
    test : str
        ``file::test``, ``file::Class::test``; what pytest adds in brackets
        for one set of parameters may follow.
    root : Path
        The repository.
    """
    named = TEST.fullmatch(test)
    if named is None or not (root / named["file"]).is_file():
        return False
    source = (root / named["file"]).read_text("utf-8")
    return (named["group"] or "", named["name"]) in tests_of(source)


@cache
def tests_of(source: str) -> frozenset[tuple[str, str]]:
    """Return (class or "", name) of each test in a module's source."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = set()
    for node in ast.parse(source).body:
        group = node.name if isinstance(node, ast.ClassDef) else ""
        for part in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(part, kinds) and part.name.startswith("test_"):
                found.add((group, part.name))
    return frozenset(found)


# Showing -------------------------------------------------------------


def page(
    corrections: list[Correction],
    documents: Documents,
    repository: str | None = None,
) -> str:
    """Return the list as Markdown, grouped by page, newest first.

    Parameters
    ----------
    corrections : list of Correction
        The newest first.
    documents : mapping of str to (str, str)
        What `text.documents` returns.
    repository : str, optional
        Its address, to link the tests.
    """
    if not corrections:
        return "No mistake has been mended since the first page."
    addresses = {path: address for address, (path, _) in documents.items()}
    groups: dict[str, list[Correction]] = {}
    for one in corrections:
        groups.setdefault(one.page, []).append(one)
    # The newest group first; pages of one day as they follow each other.
    order = sorted(groups)
    order.sort(key=lambda name: groups[name][0].date, reverse=True)
    blocks = []
    for name in order:
        address = addresses[name]
        text = documents[address][1]
        blocks.append(f"### [{_title(address, text)}](../{address})")
        blocks += [
            _block(one, address, text, repository) for one in groups[name]
        ]
    return "\n\n".join(blocks)


def _title(address: str, text: str) -> str:
    name = title(text) or address
    chapter = re.match(r"chapters/(\d\d)-", address)
    return f"Chapter {int(chapter[1])}: {name}" if chapter else name


def _block(
    one: Correction, address: str, text: str, repository: str | None
) -> str:
    heading = headings(text).get(one.section, one.section)
    day = f"{one.date.day} {one.date:%B %Y}"
    return "\n\n".join(
        [
            f"**[{heading}](../{address}#{one.section})**, {day}",
            f"*It said:* {one.was}",
            f"*It says now:* {one.now}",
            f"*Found by* {one.found_by}, *held by* "
            f"{_test(one.test, repository)}.\n{{ .record }}",
        ]
    )


def _test(test: str, repository: str | None) -> str:
    file, _, name = test.partition("::")
    where = f"`{file}`"
    if repository:
        where = f"[{where}]({repository.rstrip('/')}/blob/main/{file})"
    return f"`{name}` in {where}"


# Reporting -----------------------------------------------------------


def report_link(repository: str | None, page_address: str, words: str) -> str:
    """Return the address behind "Something wrong on this page?".

    Parameters
    ----------
    repository : str or None
        Its address on GitHub. Without one the link leads to the words on
        how to report.
    page_address : str
        The page, as the form is to name it.
    words : str
        The way from there to the page of corrections.
    """
    if not repository:
        return f"{words}#{HOW_TO_REPORT}"
    asked = urlencode({"template": FORM, "page": page_address}, safe="/:")
    return f"{repository.rstrip('/')}/issues/new?{asked}"
