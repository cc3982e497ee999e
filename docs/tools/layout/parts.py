"""What the site puts into a page: what its source leaves out, and links."""

import html
import posixpath
import re
import subprocess
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import weaving
from contributed import Entry
from layout import course
from text import fences, outside_fences


class Site(Protocol):
    """What of a site the parts of its pages are made from."""

    parts: list[course.Part]
    entries: list[Entry]
    titles: dict[str, str]

    @property
    def chapters(self) -> dict[int, course.Chapter]: ...


FILE_NAME = re.compile(r'<span class="filename">(.*?)</span>')


def notebook_page(text: str, stem: str, chapter: course.Chapter | None) -> str:
    """Return a notebook's page with its chapter and its download."""
    facts = {"Download": f"[{stem}.ipynb]({stem}.ipynb)"}
    if chapter:
        link = f"[{chapter.number}. {chapter.title}](../{chapter.page})"
        so_far = f"[the code so far](../{chapter.archive}) and Matplotlib"
        facts = {"Chapter": link, **facts, "Needs": so_far}
    return under_title(text, course.facts_list(facts))


def notebooks_of(
    chapter: int, titles: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return (title, link from a chapter) of the notebooks of a chapter."""
    return [
        (title, f"../notebooks/{stem}.md")
        for stem, title in titles.items()
        if int(stem[:2]) == chapter
    ]


def entries_of(
    entries: Iterable[Entry],
) -> list[tuple[str, str, str]]:
    """Return (title, link from a chapter, date) of reflections."""
    return [
        (
            markdown_text(entry.title),
            f"../{entry.src_uri}",
            day(entry.date),
        )
        for entry in entries
    ]


def markdown_text(text: str) -> str:
    """Return plain text, as a title, so that Markdown shows it as it is.

    >>> markdown_text("a*b < c & d")
    'a\\\\*b &lt; c &amp; d'
    """
    # Markdown knows no backslash before these two.
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_{}\[\]>$])", r"\\\1", text)


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


def around(
    markdown: str, address: str, meta: Mapping[str, Any], site: Site
) -> str:
    """Return a page with what the site puts over, under and into it."""
    written = site.chapters
    chapter = next((c for c in written.values() if c.page == address), None)
    if chapter:
        number = chapter.number
        about = [e for e in site.entries if number in e.chapters]
        strip = course.strip(chapter, site.parts)
        notes = notebooks_of(number, site.titles)
        end = course.end(chapter, notes, entries_of(about))
        markdown = f"{under_title(markdown, strip)}\n\n{end}"
    if "chapters" in meta and address.startswith("reflections/posts/"):
        titles = {n: (c.title, c.page) for n, c in written.items()}
        line = chapters_line(meta["chapters"], titles)
        markdown = under_title(markdown, line)
    listed = [
        found
        for number in sorted(written)
        for found in notebooks_of(number, site.titles)
    ]
    up = "../" * address.count("/")
    return filled(markdown, up, site.parts, site.entries[:3], listed)


def under_title(text: str, addition: str) -> str:
    """Return the page with something put under its H1."""
    prose = outside_fences(text)
    title = re.search(r"^# .+$", prose, re.M)
    if title is None:
        return f"{addition}\n\n{text}"
    line = prose[: title.end()].count("\n")
    lines = text.split("\n")
    lines.insert(line + 1, f"\n{addition}\n")
    return "\n".join(lines)


def quoted(
    markdown: str, known: Mapping[str, weaving.Section]
) -> list[tuple[str, str]]:
    """Return title and place of the blocks that quote the package."""
    found = []
    for block in fences(markdown):
        shown = [known[quote] for quote in weaving.quotes(block)]
        if shown:
            title = re.search(r'title="([^"]*)"', block.info)
            lines = f"#L{shown[0].start}-L{shown[-1].end}"
            place = f"{weaving.PACKAGE}/{shown[0].file}{lines}"
            found.append((title[1] if title else "", place))
    return found


def filled(
    markdown: str,
    up: str,
    parts: list[course.Part],
    latest: Iterable[Entry],
    of_chapters: Iterable[tuple[str, str]],
) -> str:
    """Return a page with its placeholders filled.

    Parameters
    ----------
    markdown : str
        The page.
    up : str
        The way from it to the site's root: ``../`` or nothing.
    parts : list of course.Part
    latest : iterable of Entry
        The newest ones.
    of_chapters : iterable of (str, str)
        Title and link of each notebook, as `notebooks_of` has them.
    """
    level = "##" if up else "###"  # the start page has the map under an H2
    markdown = markdown.replace(
        "<!-- course-map -->", course.course_map(parts, up, level)
    )
    for part in parts:
        markdown = markdown.replace(
            f"<!-- chapters-of-part-{part.number} -->",
            course.chapter_list(part, up, described=True),
        )
    told = "\n".join(
        f"- [{markdown_text(entry.title)}]({up}{entry.src_uri})"
        f" <small>{day(entry.date)}</small><br>"
        f"{markdown_text(entry.description)}"
        for entry in latest
    )
    markdown = markdown.replace("<!-- latest-reflections -->", told)
    listed = "\n".join(
        f"- [{title}]({posixpath.basename(address)})"
        for title, address in of_chapters
    )
    return markdown.replace("<!-- notebooks -->", listed)


def with_code_links(
    content: str, quoted: list[tuple[str, str]], repository: str | None
) -> str:
    """Link the file name over each block to its lines in the repository.

    Parameters
    ----------
    content : str
        The page's HTML.
    quoted : list of (str, str)
        Title and place of the page's blocks, in order: ``file.py#L3-L9``.
    repository : str or None
        Its address; without one the names stay as they are.
    """
    base = (repository or "").rstrip("/")
    waiting = list(quoted)

    def link(match: re.Match[str]) -> str:
        if not waiting or html.unescape(match[1]) != waiting[0][0]:
            return match[0]
        title, place = waiting.pop(0)
        if not base:
            return match[0]
        return (
            f'<span class="filename"><a href="{base}/blob/main/{place}">'
            f"{html.escape(title)}</a></span>"
        )

    return FILE_NAME.sub(link, content)


def day(when: date | str) -> str:
    """Return a date, or its ISO form, as a person writes it.

    >>> day("2026-11-22")
    '22 November 2026'
    """
    if isinstance(when, str):
        when = date.fromisoformat(when)
    return f"{when.day} {when:%B %Y}"


def dates(root: Path) -> dict[str, str]:
    """Return the day of the last commit of each file, where git knows it."""
    try:
        log_of_git = subprocess.run(
            ["git", "log", "--format=%x00%cs", "--name-only"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return {}
    found: dict[str, str] = {}
    for commit in log_of_git.split("\0")[1:]:
        day, *names = commit.split("\n")
        for name in filter(None, names):
            found.setdefault(name, day)
    return found
