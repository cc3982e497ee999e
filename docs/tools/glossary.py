"""The glossary: read it, check it, and link its terms where they stand.

An entry of ``resources/glossary.md`` looks like this::

    ### Loss { #loss }

    Also: losses, loss value

    A number that says how wrong the network is; smaller is better.

    More about it, as long as it likes.

The line ``Also:`` names the other forms that are recognised in a text. It
may be left out. ``Linked as:`` in its place means that the forms it names
are recognised and the heading is not, which helps with words that mean
many things. The first paragraph after it is the definition: one sentence
of plain text, because it becomes the tooltip.

A term becomes a link to its entry whose ``title`` is the definition. A link
can be reached by keyboard and by touch, and it works without JavaScript;
``<abbr>`` is neither focusable nor tappable.
"""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from problems import Problem

LONGEST_DEFINITION = 160

# A word, with what hyphens tie to it, so that "layer" is not found in
# "two-layer"; a hyphen may be U+2010 or U+2011 as well.
WORD = r"\w+(?:[-\u2010\u2011]\w+)*"


@dataclass(frozen=True)
class Term:
    """One entry of the glossary.

    Parameters
    ----------
    name : str
        The heading.
    anchor : str
        The heading's id.
    forms : tuple of str
        What is recognised in a text.
    definition : str
        One sentence of plain text, the tooltip.
    line : int
        Line of the heading, counted from 1.
    """

    name: str
    anchor: str
    forms: tuple[str, ...]
    definition: str
    line: int


# --- Reading and checking ---------------------------------------------------

GROUP = re.compile(r"## +(?P<letter>\S+?) *$")
ENTRY = re.compile(r"### +(?P<name>.+?) *\{ *#(?P<anchor>[a-z0-9-]+) *\} *$")
FORMS = re.compile(r"(?P<kind>Also|Linked as): (?P<forms>.+)$")
LIKE_FORMS = re.compile(r"(?i)(also|linked(\s+as)?|forms?)\s*[:;.=-]")
FENCE = re.compile(r"(```|~~~)")
MARKUP = re.compile(r"[$*\\<>\[\]]|https?:|(?<!\w)_|_(?!\w)")


def load(path: Path) -> list[Term]:
    """Return the entries of the glossary at `path` that are complete."""
    return _read(path, path.as_posix())[0]


def problems(path: Path, root: Path | None = None) -> list[Problem]:
    """Return what is wrong with the glossary at `path`, by line.

    Parameters
    ----------
    path : pathlib.Path
        The glossary's source.
    root : pathlib.Path, optional
        The repository's root, from which the problems name `path`; without
        it they name `path` as it was given.
    """
    shown = path if root is None else path.resolve().relative_to(root.resolve())
    return sorted(_read(path, shown.as_posix())[1])


def _read(path: Path, shown: str) -> tuple[list[Term], list[Problem]]:
    terms: list[Term] = []
    found: list[Problem] = []
    return terms, found


# --- Marking ----------------------------------------------------------------


def page_source(md: Markdown) -> str | None:
    """Return the source path of the page that `md` converts, if it is known.

    MkDocs, and Material's blog for its excerpts, registers a processor named
    ``relpath`` that holds the page's file.
    """
    if "relpath" not in md.treeprocessors:
        return None
    file = getattr(md.treeprocessors["relpath"], "file", None)
    source = getattr(file, "src_uri", None)
    return source if isinstance(source, str) else None


class GlossaryExtension(Extension):
    """Link the first occurrence of each term to its entry.

    Parameters
    ----------
    terms : iterable of Term
        What to look for.
    url : str
        Source path of the glossary, from the docs folder. Links are written
        relative to the page, so that MkDocs checks them and makes them
        addresses.
    scope : {"section", "page"}
        Whether "first" starts again at every H2, or holds for the page.
    exclude : collection of str
        Source paths (or patterns of them) of pages that are left alone.
    source : callable
        Tells the source path of the page that a Markdown instance converts;
        where it tells None, `url` is used as it stands.
    """

    def __init__(
        self,
        terms: Iterable[Term],
        url: str = "resources/glossary.md",
        *,
        scope: Literal["section", "page"] = "section",
        exclude: Collection[str] = (),
        source: Callable[[Markdown], str | None] = page_source,
    ) -> None:
        super().__init__()

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processor."""
