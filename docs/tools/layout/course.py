"""The course: parts, chapters, and what a page says of its chapter."""

import re
from dataclasses import dataclass
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
    def page(self) -> str:
        return f"parts/{self.number}-{self.slug}.md"


def load(root: Path) -> tuple[list[Part], list[Problem]]:
    """Return the parts of the course, with what is written so far.

    Returns
    -------
    list of Part, list of Problem
        A chapter whose page has a problem counts as not written.

    Raises
    ------
    Faulty
        If the plan itself cannot be read.
    """
    pages: dict[str, Document] = {}
    minutes: dict[str, int] = {}
    problems: list[Problem] = []
    for path in sorted((root / "docs" / "chapters").glob("*.md")):
        try:
            page = document(path, root)
            found = check_types(page, KEYS, OWED)
            seen = weaving.expand(page.text, root)
            minutes[page.path] = minutes_to_read(seen)
        except Faulty as error:
            found = error.problems
        problems += found
        if not found:
            pages[f"chapters/{path.name}"] = page
    parts = [
        Part(
            index,
            part["slug"],
            part["title"],
            part["aim"],
            part["goal"],
            tuple(
                chapter_of(number, slug, title, index, pages, minutes)
                for number, (slug, title) in part["chapters"].items()
            ),
        )
        for index, part in enumerate(plan(root), 1)
    ]
    return parts, problems + misfits(parts, pages)


def plan(root: Path) -> list[dict[str, Any]]:
    """Return the plan: its parts as mappings.

    Raises
    ------
    Faulty
        If it cannot be read, or is not made as it should be.
    """
    node, data = load_yaml(read(root / PLAN, root), PLAN)
    if not isinstance(data, list):
        raise Faulty(Problem(PLAN, 1, "expected a list of parts"))
    for part, where in zip(data, node.value, strict=True):
        listed = part.get("chapters") if isinstance(part, dict) else None
        if not (
            isinstance(listed, dict)
            and all(
                isinstance(part.get(key), str)
                for key in ("slug", "title", "aim", "goal")
            )
            and all(
                isinstance(number, int)
                and isinstance(names, list)
                and [type(name) for name in names] == [str, str]
                for number, names in listed.items()
            )
        ):
            message = (
                "expected a part with slug, title, aim, goal, and chapters "
                "as `5: [slug, Title]`"
            )
            raise Faulty(Problem(PLAN, where.start_mark.line + 1, message))
    return data


def chapter_of(
    number: int,
    slug: str,
    title: str,
    part: int,
    pages: dict[str, Document],
    minutes: dict[str, int],
) -> Chapter:
    """Return a chapter of the plan, with what its page says."""
    page = pages.get(f"chapters/{number:02}-{slug}.md")
    if page is None:
        return Chapter(number, slug, title, part, False, {}, 0)
    name, time = page.meta["title"], minutes[page.path]
    return Chapter(number, slug, name, part, True, page.meta, time)


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

    Parameters
    ----------
    page : str
        The page as its reader sees it, its quotations expanded.
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


def strip(chapter: Chapter, parts: list[Part]) -> str:
    """Return the facts under a chapter's title, as Markdown."""
    part = parts[chapter.part - 1]
    written = chapters(parts)
    many = "s" if chapter.minutes > 1 else ""
    facts = {
        f"Part {part.roman}": f"[{part.title}](../{part.page})",
        "To read": f"{chapter.minutes} minute{many}",
    }
    if "book" in chapter.meta:
        facts["Book"] = f"chapter {chapter.meta['book']}"
    if "video" in chapter.meta:
        facts["Video"] = f"part {chapter.meta['video']}"
    needs = [written[n] for n in chapter.meta.get("needs", []) if n in written]
    if needs:
        facts["Builds on"] = ", ".join(
            f"[chapter {c.number}]({c.name}.md)" for c in needs
        )
    return facts_list(facts)


def facts_list(facts: dict[str, str]) -> str:
    """Return labelled facts as the list that stands under a title."""
    items = [
        f'<li markdown="span">**{label}** {fact}</li>'
        for label, fact in facts.items()
    ]
    lines = ['<ul class="chapter-strip" markdown="block">', *items, "</ul>"]
    return "\n".join(lines)


def end(
    chapter: Chapter,
    notebooks: list[tuple[str, str]],
    entries: list[tuple[str, str, str]],
) -> str:
    """Return the block that closes a chapter, as Markdown.

    Parameters
    ----------
    notebooks : list of (title, address)
        Notebooks of this chapter.
    entries : list of (title, address, date)
        Reflections on it.
    """
    script = f"ch{chapter.number:02}_{chapter.slug.replace('-', '_')}"
    cards = []
    if notebooks:
        listed = [f"- [{title}]({address})" for title, address in notebooks]
        cards.append(card("Notebook", *listed))
    cards.append(
        card(
            "The code so far",
            f"[code-so-far-{chapter.number:02}.zip](../{chapter.archive}): "
            f"the package as of chapter {chapter.number}, and nothing later. "
            "Unpack it, go into the folder, and run",
            "",
            f"`python -m nnfs_code.chapters.{script}`",
        )
    )
    listed = [f"- [{title}]({to}), {date}" for title, to, date in entries]
    cards.append(
        card(
            "Reflections",
            *(listed or ["None on this chapter yet."]),
            "",
            "What did you understand, or not? "
            "[Share a reflection](../reflections/share.md).",
        )
    )
    return "\n\n".join(
        [
            '<section class="chapter-end" markdown>',
            "## Take it with you { #take-it-with-you }",
            '<div class="chapter-end__cards" markdown>',
            *cards,
            "</div>",
            "</section>",
        ]
    )


def card(title: str, *lines: str) -> str:
    """Return one card of the block that closes a chapter."""
    name = title.lower().replace(" ", "-")
    head = f'<div class="card" markdown>\n\n### {title} {{ #{name} }}\n\n'
    return head + "\n".join(lines) + "\n\n</div>"


def course_map(parts: list[Part], up: str = "", level: str = "##") -> str:
    """Return the map of the whole course, as Markdown."""
    blocks = []
    for part in parts:
        title = f"{part.roman}. {part.title}"
        if any(c.written for c in part.chapters):
            title = f"[{title}]({up}{part.page})"
        blocks.append(
            f'<div class="course-part" markdown>\n\n{level} {title} '
            f"{{ #part-{part.number} }}\n\n{part.aim}\n\n"
            f"{chapter_list(part, up)}\n\n</div>"
        )
    return (
        '<div class="course-map" markdown>\n\n'
        + "\n\n".join(blocks)
        + ("\n\n</div>")
    )


def chapter_list(part: Part, up: str = "", described: bool = False) -> str:
    """Return the chapters of a part, the written ones linked."""
    lines = []
    for chapter in part.chapters:
        if chapter.written:
            line = f"[{chapter.title}]({up}{chapter.page})"
            if described:
                what = chapter.meta.get("description", "")
                line += f", {chapter.minutes} minutes<br>{what}"
        else:
            line = f'<span class="to-come">{chapter.title}</span>'
        lines.append(f"{chapter.number}. {line}")
    return "\n".join(lines)
