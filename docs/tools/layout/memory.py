"""What a server remembers of its last build: one save costs one page."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# A page's attributes that its Markdown gives it.
PARTS = ("content", "toc", "_title_from_render", "present_anchor_ids")


@dataclass
class Memory:
    """Rendered pages by address, as long as a server runs."""

    serving: bool = False

    def __post_init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, Any]]] = {}
        self.found: dict[str, tuple[str, list[Any]]] = {}

    def recall(self, page: Any, address: str, key: str) -> bool:
        """Let `page` render as it did under the same key, if it did."""
        known = self.pages.get(address)
        if not self.serving or known is None or known[0] != key:
            return False
        page.render = lambda config, files: vars(page).update(known[1])
        return True

    def keep(self, page: Any, address: str, key: str) -> None:
        """Remember what `page` has become."""
        if self.serving:
            parts = {name: getattr(page, name) for name in PARTS}
            self.pages[address] = key, parts

    def attend(self, index: Any) -> None:
        """Let a search index take what it knows of pages that stayed."""
        if not self.serving:
            return
        add = index.add_entry_from_context

        def recall(page: Any) -> None:
            key = digest([page.content, str(page.title), repr(page.meta)])
            known = self.found.get(page.url)
            if known is not None and known[0] == key:
                index.entries.extend(known[1])
                return
            before = len(index.entries)
            add(page)
            self.found[page.url] = key, index.entries[before:]

        index.add_entry_from_context = recall


def digest(parts: Iterable[str]) -> str:
    """Return a short name for texts.

    >>> digest(["a", "b"]) == digest(["a", "b"]) != digest(["ab"])
    True
    """
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()


# One for the whole process: MkDocs loads the hooks anew at each build.
MEMORY = Memory()
