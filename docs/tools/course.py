"""The course: parts, chapters, and what a page says of its chapter."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pages import FRONT_MATTER, front_matter, reading_minutes
from problems import Problem

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


def load(root: Path) -> list[Part]:
    """Return the parts of the course, with what is written so far."""
    plan = yaml.safe_load((root / "docs" / "course.yml").read_text("utf-8"))
    parts = []
    for index, part in enumerate(plan, 1):
        chapters = []
        for number, (slug, title) in part["chapters"].items():
            path = root / "docs" / "chapters" / f"{number:02}-{slug}.md"
            text = path.read_text("utf-8") if path.exists() else ""
            meta = front_matter(text)
            chapters.append(
                Chapter(
                    number,
                    slug,
                    str(meta.get("title", title)),
                    index,
                    path.exists(),
                    meta,
                    reading_minutes(text),
                )
            )
        parts.append(
            Part(
                index,
                part["slug"],
                part["title"],
                part["aim"],
                part["goal"],
                tuple(chapters),
            )
        )
    return parts


def chapters(parts: list[Part]) -> dict[int, Chapter]:
    """Return the written chapters by number."""
    return {c.number: c for p in parts for c in p.chapters if c.written}


def problems(root: Path) -> list[Problem]:
    """Return chapter pages that the plan does not know, and bad headers."""
    parts = load(root)
    planned = {c.page: c for p in parts for c in p.chapters}
    written = chapters(parts)
    found = []
    for path in sorted((root / "docs" / "chapters").glob("*.md")):
        place = path.relative_to(root).as_posix()
        chapter = planned.get(f"chapters/{path.name}")
        if chapter is None:
            mend = "name it as docs/course.yml does, or list it there"
            found.append(
                Problem(place, 1, f"this chapter is no plan's; {mend}")
            )
            continue
        text = path.read_text("utf-8")
        header = FRONT_MATTER.match(text)
        keys = header[1].splitlines() if header else []

        def line_of(key: str, keys: list[str] = keys) -> int:
            at = [n for n, k in enumerate(keys, 2) if k.startswith(f"{key}:")]
            return at[0] if at else 1

        for key in OWED:
            if key not in chapter.meta:
                message = f"the front matter has no {key}; add it"
                found.append(Problem(place, 1, message))
        for key, value in chapter.meta.items():
            kind = KEYS.get(key)
            if kind is None:
                mend = f"known are {', '.join(KEYS)}"
                message = f"unknown key {key} in the front matter; {mend}"
                found.append(Problem(place, line_of(key), message))
            elif not isinstance(value, kind):
                message = f"expected {key} as {kind.__name__}, got {value!r}"
                found.append(Problem(place, line_of(key), message))
        number = chapter.meta.get("chapter")
        if isinstance(number, int) and number != chapter.number:
            message = f"expected chapter: {chapter.number}, got {number}"
            found.append(Problem(place, line_of("chapter"), message))
        for need in chapter.meta.get("needs", []):
            if need not in written or need >= chapter.number:
                message = f"needs chapter {need}, which is not written before"
                found.append(Problem(place, line_of("needs"), message))
    return found


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
