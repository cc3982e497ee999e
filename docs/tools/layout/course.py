"""The course: parts, chapters, and what a page says of its chapter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import weaving
from problems import Faulty, Problem
from text import (
    Document,
    check_types,
    document,
    fences,
    load_yaml,
    outside_fences,
    read,
)

PLAN = "docs/course.yml"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
KEYS = {
    "title": str,
    "description": str,
    "chapter": int,
    "book": int,
    "video": str,
    "needs": list,
    "tags": list,
}
ABOUT = ("slug", "title", "aim", "goal")
OWED = ("title", "description", "chapter")
BLOCK = re.compile(r"[ \t]*(/{3,})[ \t]*(\S?.*)$")


@dataclass(frozen=True)
class Chapter:
    """A chapter of the plan; `written` when its page exists."""

    number: int
    slug: str
    title: str
    part: int
    written: bool
    meta: dict[str, Any]
    minutes: int

    @property
    def name(self) -> str:
        return f"{self.number:02}-{self.slug}"

    @property
    def page(self) -> str:
        """Its address, such as ``chapters/03-adding-layers.md``."""
        return f"chapters/{self.name}.md"

    @property
    def script(self) -> str:
        """Its module in the package, such as ``ch03_adding_layers``."""
        return f"ch{self.number:02}_{self.slug.replace('-', '_')}"

    @property
    def archive(self) -> str:
        """The code so far: ``code/03-adding-layers.zip``."""
        return f"code/{self.name}.zip"


@dataclass(frozen=True)
class Part:
    """A part of the course."""

    number: int
    slug: str
    title: str
    aim: str
    goal: str
    chapters: tuple[Chapter, ...]

    @property
    def roman(self) -> str:
        return ROMAN[self.number - 1]

    @property
    def written(self) -> bool:
        return any(chapter.written for chapter in self.chapters)

    @property
    def page(self) -> str:
        return f"parts/{self.number}-{self.slug}.md"


def load(
    root: Path, sections: Mapping[str, weaving.Section]
) -> tuple[list[Part], list[Problem]]:
    """Return the parts of the course, with what is written so far."""
    pages, problems = written_pages(root, sections)
    node, plan = load_yaml(read(root / PLAN, root), PLAN)
    if not isinstance(plan, list):
        raise Faulty(Problem(PLAN, 1, "expected a list of parts"))
    parts: list[Part] = []
    for part, at in zip(plan, node.value, strict=True):
        try:
            parts.append(part_of(part, len(parts) + 1, pages))
        except (AttributeError, KeyError, TypeError, ValueError):
            wrong = (
                "expected a part with slug, title, aim, goal, and chapters "
                "as `5: [slug, Title]`"
            )
            raise Faulty(
                Problem(PLAN, at.start_mark.line + 1, wrong)
            ) from None
    return parts, problems + misfits(parts, pages)


def part_of(
    part: dict[str, Any], number: int, pages: dict[str, Document]
) -> Part:
    """Return a part of the plan, with what is written of it."""
    chapters = tuple(
        chapter_of(int(n), slug, title, number, pages)
        for n, (slug, title) in part["chapters"].items()
    )
    slug, title, aim, goal = (part[key] for key in ABOUT)
    return Part(number, slug, title, aim, goal, chapters)


def written_pages(
    root: Path, sections: Mapping[str, weaving.Section]
) -> tuple[dict[str, Document], list[Problem]]:
    """Return the chapters' pages by address, and what is wrong with others.

    Their text has in it what they quote, as their reader sees it.
    """
    pages: dict[str, Document] = {}
    problems: list[Problem] = []
    for path in sorted((root / "docs" / "chapters").glob("*.md")):
        try:
            page = document(path, root)
            if wrong := check_types(page, KEYS, OWED):
                raise Faulty(*wrong)
            page.fences  # noqa: B018  (an open one is told of here)
            seen = weaving.expand(page.text, sections)
            pages[f"chapters/{path.name}"] = replace(page, text=seen)
        except Faulty as error:
            problems += error.problems
    return pages, problems


def chapter_of(
    number: int,
    slug: str,
    title: str,
    part: int,
    pages: dict[str, Document],
) -> Chapter:
    """Return a chapter of the plan, with what its page says."""
    page = pages.get(f"chapters/{number:02}-{slug}.md")
    if page is None:
        return Chapter(number, slug, title, part, False, {}, 0)
    minutes = minutes_to_read(page.text)
    name = page.meta["title"]
    return Chapter(number, slug, name, part, True, page.meta, minutes)


def misfits(parts: list[Part], pages: dict[str, Document]) -> list[Problem]:
    """Return the chapter pages that do not fit the plan."""
    planned = {c.page: c for p in parts for c in p.chapters}
    written = chapters(parts)
    found = []
    for address, page in pages.items():
        chapter = planned.get(address)
        if chapter is None:
            message = f"no chapter of {PLAN} has this name; list it there"
            found.append(page.fault(1, message))
            continue
        number = page.meta["chapter"]
        if number != chapter.number:
            message = f"expected chapter: {chapter.number}, got {number}"
            found.append(page.fault(page.lines["chapter"], message))
        for need in page.meta.get("needs", []):
            if need not in written or need >= chapter.number:
                message = f"needs chapter {need}, which is not written before"
                found.append(page.fault(page.lines["needs"], message))
    return found


def chapters(parts: list[Part]) -> dict[int, Chapter]:
    """Return the written chapters by number."""
    return {c.number: c for p in parts for c in p.chapters if c.written}


def minutes_to_read(page: str) -> int:
    """Return the minutes that the main path of a page takes.

    That is what a reader sees who unfolds nothing: 220 words a minute, and
    12 lines of code or of its output.
    """
    path = unfolded(page)
    lines = sum(bool(n.strip()) for f in fences(path) for n in f.lines)
    words = re.findall(
        r"\w+", re.sub(r"\$[^$]*\$", " x ", outside_fences(path))
    )
    return max(1, round(len(words) / 220 + lines / 12))


def unfolded(page: str) -> str:
    """Return a page without its front matter and what is folded away."""
    kept = []
    blocks: list[tuple[str, bool]] = []  # open ones: slashes, is it folded
    for line in Document("", page, {}, {}).body.split("\n"):
        mark = BLOCK.match(line)
        if mark and mark[2]:
            blocks.append((mark[1], mark[2].startswith("details")))
        elif mark and mark[1] in [slashes for slashes, _ in blocks]:
            while blocks.pop()[0] != mark[1]:
                pass
        elif not any(folded for _, folded in blocks):
            kept.append(line)
    return "\n".join(kept)
