"""Sharing a reflection: the link to GitHub's editor, and a file for git."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlencode

import reflections
from reflection_source import TEMPLATE_FILE

PLACEHOLDER = "<!-- new-reflection -->"
NAME = "YYYY-MM-DD-your-title.md"


def with_link(markdown: str, repository: str | None, root: Path) -> str:
    """Return a page with the button that opens GitHub's editor.

    GitHub fills a new file with the template. If the writer may not change
    the repository, it makes a fork of it and proposes the file from there.

    Parameters
    ----------
    markdown : str
        The page.
    repository : str or None
        The repository's address. Without one, as on the machine of
        somebody who writes, the page says so.
    root : Path
        Where the template is.
    """
    if PLACEHOLDER not in markdown:
        return markdown
    link = (
        "*This copy of the journal does not know its repository. Find it, "
        "open its folder* `reflections` *and add a file* "
        f"`{NAME}` *that begins as* `{TEMPLATE_FILE}` *does there.*"
    )
    if repository:
        template = (root / "reflections" / TEMPLATE_FILE).read_text("utf-8")
        # Whoever sends it at once means it to be read.
        ready = re.sub(r"^draft:.*$", "draft: false", template, flags=re.M)
        asked = urlencode({"filename": NAME, "value": ready}, quote_via=quote)
        link = (
            f"[Write a reflection]({repository.rstrip('/')}/new/main/"
            f"reflections?{asked}){{ .md-button .md-button--primary }}"
        )
    return markdown.replace(PLACEHOLDER, link)


def start(
    folder: Path, title: str, author: str, chapters: str, today: date
) -> Path:
    """Write a new entry from the template, for somebody who uses git.

    Parameters
    ----------
    folder : Path
        The folder ``reflections``.
    title, author, chapters : str
        As they were typed: the author is an account's name, in any case;
        chapters are numbers.
    today : date
        The entry's date.

    Returns
    -------
    Path
        The entry.

    Raises
    ------
    ValueError
        If one of them will not do. Nothing is written then.
    """
    numbers = re.findall(r"[^\s,]+", chapters)
    if not all(number.isdecimal() for number in numbers):
        raise ValueError(
            f"expected chapters as numbers, as 3, 5, got {chapters!r}"
        )
    key = author.strip().removeprefix("@").lower()
    return reflections.new_entry(folder, title, key, map(int, numbers), today)


def next_steps(name: str) -> str:
    """Return what is to be done with a new entry."""
    stem = Path(name).stem
    return (
        f"Wrote {name}. What is left:\n"
        "  1. Answer its questions in your own words, delete them, write\n"
        "     the description, and set draft: false.\n"
        "  2. make check names the line of anything that will not do;\n"
        "     make serve shows the page.\n"
        f"  3. git switch -c {stem}\n"
        "     git add reflections\n"
        f'     git commit -m "Add the reflection {stem}"\n'
        "  4. Push the branch to your fork and open a pull request."
    )
