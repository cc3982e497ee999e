"""What is known of the last build: who changes one page waits for one."""

import gc
import json
import logging
import os
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from mkdocs.utils import CountHandler

from cache import PAUSED, key
from layout import searched

FILE = ".cache/pages.json"


class Memory:
    """Rendered pages by address, what the search knows of them by URL."""

    serving = False
    by = ""  # all that makes pages of their sources
    warnings: Any = None  # their count, by MkDocs

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.found: dict[str, Any] = {}

    def begin(self, serving: bool) -> None:
        """Count the warnings; who serves waits for nothing slow at first."""
        self.serving = serving
        if serving:
            PAUSED.set()
        self.warnings = CountHandler(level=logging.WARNING)
        logging.getLogger("mkdocs").addHandler(self.warnings)

    def load(self, root: Path) -> None:
        """Remember what another process wrote, unless there is more here."""
        self.by = makers(root)
        gc.set_threshold(100_000)  # most of what a build makes, it keeps
        if not self.pages and (root / FILE).exists():
            self.pages, self.found = json.loads((root / FILE).read_bytes())

    def save(self, root: Path) -> None:
        """Write it whole, unless a warning must come again."""
        if self.warnings is None or self.warnings.get_counts():
            return
        part = (root / FILE).with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps([self.pages, self.found]), "utf-8")
        part.replace(root / FILE)

    def recall(
        self, page: Any, address: str, seen: str, toc: Callable[[Any], Any]
    ) -> bool:
        """Let `page` render as it did under the same key, if it did.

        `toc` makes a table of contents of its tokens.
        """
        known = self.pages.get(address)
        if known is None or known[0] != seen:
            return False
        html, tokens, title, anchors, links = known[1]

        def render(_: Any, files: Any) -> None:
            page.content, page.toc = html, toc(tokens)
            page._title_from_render = title
            page.present_anchor_ids = set(anchors)
            page.links_to_anchors = {
                files.get_file_from_path(to): asked
                for to, asked in links.items()
            }

        page.render = render
        return True

    def keep(self, page: Any, address: str, seen: str) -> None:
        """Remember what `page` has become."""
        asked = page.links_to_anchors or {}
        links = {file.src_uri: anchors for file, anchors in asked.items()}
        anchors, title = page.present_anchor_ids, page._title_from_render
        parts = page.content, tokens(page.toc), title, sorted(anchors), links
        self.pages[address] = seen, parts

    def attend(self, index: Any) -> None:
        """Let a search index take few words of each page, and once only."""
        add = index.add_entry_from_context

        def recall(page: Any) -> None:
            seen = key(self.by, page.content, repr([page.title, page.meta]))
            known = self.found.get(page.url)
            if known is None or known[0] != seen:
                before, content = len(index.entries), page.content
                page.content = searched.plain(content)
                add(page)
                page.content = content
                new = [searched.entry(e) for e in index.entries[before:]]
                del index.entries[before:]
                known = self.found[page.url] = seen, new
            index.entries.extend(known[1])

        index.add_entry_from_context = recall


def tokens(contents: Iterable[Any]) -> list[dict[str, Any]]:
    """Return a table of contents as the tokens that it was made of."""
    return [
        {**vars(one), "name": one.title, "children": tokens(one.children)}
        for one in contents
    ]


def makers(root: Path) -> str:
    """Return a name for all that makes pages of their sources."""
    packages = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    tools = sorted((root / "docs" / "tools").rglob("*.*"))
    code = [path for path in tools if path.suffix != ".pyc"]
    installed = sorted(path.name for path in packages)
    return key(sys.version, *installed, root / "mkdocs.yml", *code)


# One for the whole process: MkDocs loads the hooks anew at each build.
MEMORY = Memory()
