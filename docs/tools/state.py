"""What is known of the site while it is built, from event to event."""

import re
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import cache
import checks
import contributed
import figures
import glossary
import maths
import notebooks
import rendered
import text
import weaving
import works
from layout import course, light, parts
from problems import Faulty, Problem


@dataclass
class Site:
    """The content as it was read, and what the pages add while they come."""

    root: Path
    sections: dict[str, weaving.Section]
    as_of: weaving.AsOf
    parts: list[course.Part]
    documents: dict[str, text.Document]
    entries: list[contributed.Entry]
    works: works.Bibliography
    terms: glossary.Finder
    executed: dict[str, Path]
    titles: dict[str, str]
    figures: dict[str, str]
    dates: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    cited: dict[str, list[Any]] = field(default_factory=dict)
    quoted: dict[str, list[Any]] = field(default_factory=dict)
    keys: dict[str, tuple[str, bool]] = field(default_factory=dict)
    setting: str = ""
    files: Any = None

    @property
    def chapters(self) -> dict[int, course.Chapter]:
        """The written chapters by number."""
        return course.chapters(self.parts)

    def notebooks_of(self, chapter: int) -> list[tuple[str, str]]:
        """Return stem and title of the notebooks of a chapter."""
        return [
            (stem, title)
            for stem, title in self.titles.items()
            if int(stem[:2]) == chapter
        ]

    @property
    def cases(self) -> list[dict[str, Any]]:
        """What the decision notebooks end with."""
        return list(notebooks.cases(self.executed))

    def catch_up(self, server: Any) -> None:
        """Make what this build left out, and let `server` build again."""
        folder = self.root / ".cache" / "due"

        def work() -> None:
            with suppress(Faulty):  # the next build tells of it
                make(self.root, self.as_of)
            (folder / "made").write_text("")

        is_due = figures.DUE in self.figures.values()
        if is_due or len(self.executed) < len(self.titles):
            folder.mkdir(parents=True, exist_ok=True)
            server.watch(str(folder))
            Thread(target=work, daemon=True).start()

    def gathered(self, files: Any, more: str) -> None:
        """Take the site's files; from now on `setting` is known."""
        self.files = files
        self.setting = cache.key(
            repr(self.sections),
            self.documents[checks.GLOSSARY].text,
            repr(self.works),
            *(file.src_uri for file in files),
            *self.figures,
            more,
        )

    def key(self, markdown: str) -> str:
        """Return the key of a page: its text, its figures, and all else."""
        shown = re.findall(r"figure:([\w-]+)", markdown)
        drawn = (self.figures.get(name, "") for name in shown)
        return cache.key(self.setting, markdown, *drawn)

    def begun(
        self,
        markdown: str,
        address: str,
        meta: MutableMapping[str, Any],
        repository: str | None,
    ) -> str:
        """Return a page's Markdown with all that its source leaves out."""
        document = self.documents.get(address)
        if when := self.dates.get(document.path if document else ""):
            meta.update(revision_date=when, changed=parts.day(when))
        markdown = weaving.with_titles(markdown, self.sections, self.root)
        self.quoted[address] = parts.quoted(markdown, self.sections)
        return parts.around(markdown, address, meta, self, repository)

    def finished(
        self, html: str, markdown: str, address: str, repository: str | None
    ) -> tuple[str, list[Problem]]:
        """Return a page with all that its HTML lacks, and what is wrong."""
        source = self.documents.get(address)
        said, path = (source.text, source.path) if source else ("", address)
        content, wrong = maths.render(html, said, path)
        content, unfit = figures.replace(content, self.figures, said, path)
        quoted = self.quoted.get(address, [])
        content = parts.with_code_links(content, quoted, repository)
        content = light.lighten(content)
        wrong += unfit
        if source:  # what the blog makes has none
            wrong += rendered.problems(source, markdown, content)
        return content, wrong

    def bibliography(self, link: Callable[[str], str]) -> str:
        """Return the annotated list; `link` leads from it to an address."""
        cited = {
            key: [(page.title or "", link(page.url)) for page in pages]
            for key, pages in self.cited.items()
        }
        written = {
            number: (c.title, link(self.files.get_file_from_path(c.page).url))
            for number, c in self.chapters.items()
        }
        return works.annotated_list(self.works, cited, written)


def read(root: Path) -> Site:
    """Return the site as its sources have it; run and draw what is needed."""
    sources = checks.read(root)
    if sources.problems:
        raise Faulty(*sources.problems)
    as_of = weaving.slices(root)
    executed, drawn = make(root, as_of)
    cache.PAUSED.clear()
    return Site(
        root,
        sources.sections,
        as_of,
        sources.parts,
        sources.documents,
        contributed.entries(root),
        works.load(root / checks.REFERENCES, root),
        glossary.Finder(glossary.load(root / checks.GLOSSARY, root)),
        {f"notebooks/{p.stem}.md": ran for p, ran in executed.items()},
        {p.stem: notebooks.title(p, root) for p in notebooks.published(root)},
        drawn,
        parts.dates(root),
    )


def make(root: Path, as_of: weaving.AsOf) -> list[Any]:
    """Return the executed notebooks and the figures, made where needed."""
    todo: Any = notebooks.execute_all, figures.render_all
    jobs = [(one, root, as_of) for one in todo]
    return cache.side_by_side(lambda one, *given: one(*given), jobs)
