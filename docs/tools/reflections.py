"""Reflections: what the site needs of the entries, and new ones.

The entries are contributed text: they are read as data and never run.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from reflection_front import ACCOUNT, MARKUP, author_faults
from reflection_letters import letter_faults
from reflection_source import (
    FILE_NAME,
    MAX_SLUG,
    TEMPLATE_FILE,
    compose,
    fields_of,
    items_of,
    shown,
    split,
    text_of,
)

# Where the blog finds the entries, and where the site shows them: the
# address is the file's name, so a corrected title never moves a page.
POSTS = "reflections/posts"
ADDRESS = "reflections"


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


def load(path: Path, names: Mapping[str, str] | None = None) -> Entry | None:
    """Read an entry's front matter; None if it cannot be read."""
    match = FILE_NAME.fullmatch(path.name)
    try:
        parts = split(text_of(path)) if match else None
        if match is None or parts is None:
            return None
        node, faults = compose(parts[0], 2)
        fields, more = fields_of(node, 2)
        if faults or more:
            return None
        day = date.fromisoformat(match["date"])
    except (OSError, ValueError):
        return None

    def plain(told: str) -> str:
        # On one line, since a break would begin a block in Markdown, and
        # without what no file and no page can hold.
        line = " ".join(told.split())
        return "".join(
            sign
            for sign in line
            if unicodedata.category(sign) not in ("Cc", "Cs")
            and sign not in "\ufffe\uffff"  # XML knows none of these
        )

    def text(key: str) -> str:
        return plain(shown(fields[key][1])) if key in fields else ""

    def words(key: str) -> tuple[str, ...]:
        items = items_of(fields[key][1]) if key in fields else None
        return tuple(plain(shown(item)) for item in items or ())

    return Entry(
        title=text("title"),
        date=day,
        url=f"{ADDRESS}/{path.stem}/",
        src_uri=f"{POSTS}/{path.name}",
        authors=tuple(
            plain((names or {}).get(key, key)) for key in words("authors")
        ),
        chapters=tuple(
            int(number) for number in words("chapters") if number.isdecimal()
        ),
        categories=words("categories"),
        tags=words("tags"),
        description=text("description"),
        draft=text("draft") == "true",
    )


def read(path: Path) -> tuple[Entry, str] | None:
    """Return an entry, its authors as keys, and its Markdown below.

    None if the front matter is not plain keys and values.
    """
    entry = load(path)
    parts = split(text_of(path)) if entry else None
    return (entry, parts[1]) if entry and parts else None


def entries(folder: Path) -> list[Entry]:
    """Return the published entries, the newest first; no drafts."""
    names, _ = author_faults(folder)
    found = (load(path, names) for path in _paths(folder))
    return [entry for entry in found if entry and not entry.draft]


def by_chapter(published: Iterable[Entry]) -> dict[int, list[Entry]]:
    """Return chapter number → the entries on it, in the order given."""
    found: dict[int, list[Entry]] = {}
    for entry in published:
        for chapter in entry.chapters:
            found.setdefault(chapter, []).append(entry)
    return dict(sorted(found.items()))


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
        An account's name in lower case, or a key of ``.authors.yml``.
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
    if MARKUP.search(title) or any(letter_faults(title)):
        raise ReflectionError(
            "the title must not hold < > { } [ ] ` \\ | or "
            "hidden characters; say it in words"
        )
    known, _ = author_faults(folder)
    if author not in known and not ACCOUNT.fullmatch(author):
        raise ReflectionError(
            f"expected an account's name as author, got {author!r}"
        )
    template = folder / TEMPLATE_FILE
    if not template.is_file():
        raise ReflectionError(f"{folder.name}/{TEMPLATE_FILE} is missing")
    path = folder / f"{today}-{slug_of(title)}.md"
    values = {
        # A JSON string is a YAML string in double quotes.
        "title": json.dumps(title, ensure_ascii=False),
        "date": str(today),
        "authors": f"[{json.dumps(author)}]",  # 1984 is a name, too
        "chapters": f"[{', '.join(map(str, sorted(set(chapters))))}]",
    }
    text = text_of(template)
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
