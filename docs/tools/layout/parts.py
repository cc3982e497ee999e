"""What the site puts into a page: what its source leaves out, and links."""

import html
import re
import subprocess
from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

import weaving
from contributed.folder import TEMPLATE
from layout import course
from text import fences, outside_fences

Quoted = tuple[str, weaving.Section]  # the title of a block, and its source
FILE_NAME = re.compile(r'<span class="filename">(.*?)</span>')


def markdown_text(text: str) -> str:
    """Return plain text, as a title, so that Markdown shows it as it is.

    >>> markdown_text("a*b < c & d")
    'a\\\\*b &lt; c &amp; d'
    """
    # Markdown knows no backslash before these two.
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_{}\[\]>$])", r"\\\1", text)


def day(when: date | str) -> str:
    """Return a date, or its ISO form, as a person writes it.

    >>> day("2026-11-22")
    '22 November 2026'
    """
    when = date.fromisoformat(str(when))
    return f"{when.day} {when:%B %Y}"


@cache
def _macros() -> Any:
    """Return the macros of ``parts.md.j2``."""
    environment = Environment(
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FileSystemLoader(Path(__file__).parent),
    )
    environment.filters |= {"md": markdown_text, "day": day}
    return environment.get_template("parts.md.j2").module


def notebook_page(text: str, stem: str, chapter: course.Chapter | None) -> str:
    """Return a notebook's page with its chapter and its download."""
    return under_title(text, _macros().notebook_strip(stem, chapter, text))


def around(
    markdown: str,
    address: str,
    meta: Mapping[str, Any],
    site: Any,
    repository: str | None = None,
) -> str:
    """Return a page with what the site puts over, under and into it."""
    put, written = _macros(), site.chapters
    chapter = next((c for c in written.values() if c.page == address), None)
    if chapter:
        markdown = under_title(markdown, put.chapter_strip(chapter, site))
        markdown += "\n\n" + put.chapter_end(chapter, site)
    if address.startswith("reflections/posts/"):
        numbers = sorted(written.keys() & set(meta.get("chapters", ())))
        markdown = under_title(markdown, put.entry_strip(numbers, site))
    up = "../" * address.count("/")
    level = "##" if up else "###"  # the start page has the map under an H2
    filled: dict[str, Any] = {  # made where a page asks for it
        "course-map": lambda: put.course_map(site.parts, up, level),
        "latest-reflections": lambda: put.latest(site.entries[:3], up),
        "notebooks": lambda: put.notebook_list(site),
        "cases": lambda: put.cases(site.cases, up),
        "new-reflection": lambda: share(repository, site.root),
    }
    for part in site.parts:
        listed = partial(put.chapter_list, part, up, described=True)
        filled[f"chapters-of-part-{part.number}"] = listed
    for name, fill in filled.items():
        if (mark := f"<!-- {name} -->") in markdown:
            markdown = markdown.replace(mark, fill().strip())
    return markdown


def share(repository: str | None, root: Path) -> str:
    """Return the button that opens GitHub's editor on the template."""
    template = (root / "reflections" / TEMPLATE).read_text("utf-8")
    # Whoever sends it at once means it to be read.
    ready = re.sub(r"^draft:.*$", "draft: false", template, flags=re.M)
    return str(_macros().share(repository, TEMPLATE, ready)).strip()


def under_title(text: str, addition: str) -> str:
    """Return the page with something put under its H1."""
    addition = addition.strip()
    prose = outside_fences(text)
    title = re.search(r"^# .+$", prose, re.M)
    if title is None or not addition:
        return f"{addition}\n\n{text}".lstrip("\n")
    line = prose[: title.end()].count("\n")
    lines = text.split("\n")
    lines.insert(line + 1, f"\n{addition}\n")
    return "\n".join(lines)


def quoted(
    markdown: str, known: Mapping[str, weaving.Section]
) -> list[Quoted]:
    """Return title and section of the blocks that quote the package."""
    found = []
    for block in fences(markdown):
        if shown := weaving.quotes(block):
            title = re.search(r'title="([^"]*)"', block.info)
            found.append((title[1] if title else "", known[shown[0]]))
    return found


def with_code_links(
    content: str, waiting: list[Quoted], repository: str | None
) -> str:
    """Give each block an anchor, and its file's name a link to its lines."""
    base, waiting = (repository or "").rstrip("/"), list(waiting)

    def link(match: re.Match[str]) -> str:
        if not waiting or html.unescape(match[1]) != waiting[0][0]:
            return match[0]
        (_, section), title = waiting.pop(0), match[1]
        if base:
            place = f"{weaving.PACKAGE}/{section.file}"
            lines = f"#L{section.start}-L{section.end}"
            title = f'<a href="{base}/blob/main/{place}{lines}">{title}</a>'
        # Where a page shows it again, the last one is the anchor.
        again = section in (later for _, later in waiting)
        anchor = "" if again else f' id="{section.name}"'
        return f'<span class="filename"{anchor}>{title}</span>'

    return FILE_NAME.sub(link, content)


def dates(root: Path) -> dict[str, str]:
    """Return the day of the last commit of each file, where git knows it."""
    log = ["git", "log", "--format=%x00%cs", "--name-only"]
    try:
        told = subprocess.run(
            log, cwd=root, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return {}
    found: dict[str, str] = {}
    for commit in told.split("\0")[1:]:
        day, *names = commit.split("\n")
        for name in filter(None, names):
            found.setdefault(name, day)
    return found
