"""Citations on pages: ``[@key]`` and ``[@one; @two]`` become footnotes.

What cannot become one stays as it was typed, and `rendered` finds it.
"""

import posixpath
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor

from text import NO_PROSE, blank

from .bib import Bibliography
from .show import reference

KEY = r"@([A-Za-z][\w-]*)"
CITATION = rf"\[{KEY}(?:;\s*{KEY})*\]"
# The space before it goes, so that no line begins with a note's number.
RUN = rf"(?:[ \n]{{0,9}}{CITATION})+"
# Where Markdown has not been read yet: not what will be a link.
TYPED = re.compile(rf"(?<!\\){CITATION}(?!\(|\[[^@])")
# This would define the address of a link.
COLON = re.compile(rf"(?m)^([ >*+-]*{CITATION}):")


class Citations(Extension):
    """Cites works; the page `at` has our notes on them."""

    def __init__(self, load: Callable[[], Bibliography], at: str) -> None:
        super().__init__()
        self.load, self.annotated_at = load, at

    def extendMarkdown(self, md: Markdown) -> None:
        """Come when blocks of code are out of the way, and links made."""
        md.preprocessors.register(_Notes(md, self), "notes", 10)
        md.inlinePatterns.register(_Cite(RUN, md), "cite", 85)


class _Notes(Preprocessor):
    """Writes the notes on the works that a page cites below its own."""

    def __init__(self, md: Markdown, citations: Citations) -> None:
        super().__init__(md)
        self.citations = citations

    def run(self, lines: list[str]) -> list[str]:
        # Kept as HTML, so that no extension reads it again.
        keep = self.md.htmlStash.store
        page = COLON.sub(lambda m: m[1] + keep(":"), "\n".join(lines))
        read = page
        for pattern in NO_PROSE:
            read = pattern.sub(blank, read)
        folder = posixpath.dirname(path_of(self.md)) or "."
        way = posixpath.relpath(self.citations.annotated_at, folder)
        notes: dict[str, str] = {}
        known = self.citations.load().works
        for key in re.findall(
            KEY, " ".join(m[0] for m in TYPED.finditer(read))
        ):
            if work := known.get(key):
                said = keep(reference(work).replace("&#39;", "’"))
                note = f"{said} [Our note]({way}#ref-{key})."
                notes.setdefault(key, f"\n\n[^{key}]: {note}")
        return (page + "".join(notes.values())).split("\n")


class _Cite(InlineProcessor):
    """Puts the numbers of notes in place of a citation."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        notes = self.md.inlinePatterns["footnote"]
        keys = dict.fromkeys(re.findall(KEY, m[0]))
        if not keys.keys() <= notes.footnotes.footnotes.keys():  # type: ignore
            return None, None, None
        made = Element("span")
        for key in keys:
            if len(made):
                SubElement(made, "sup").text = ",\u00a0"
            note = notes.compiled_re.match(f"[^{key}]")
            made.append(notes.handleMatch(note, data)[0])  # type: ignore
        return made if len(made) > 1 else made[0], m.start(0), m.end(0)


def path_of(md: Markdown) -> str:
    """Return the source path of the page that `md` converts, "" if unknown.

    MkDocs, and Material's blog for its excerpts, registers a processor named
    ``relpath`` that holds the page's file.
    """
    if "relpath" not in md.treeprocessors:
        return ""
    file = getattr(md.treeprocessors["relpath"], "file", None)
    return str(getattr(file, "src_uri", ""))


def without(html: str, bibliography: Bibliography) -> str:
    """Return a page that was made without notes, its good citations gone."""

    def left(found: re.Match[str]) -> str:
        keys = re.findall(KEY, found[0])
        return "" if bibliography.works.keys() >= set(keys) else found[0]

    return re.sub(CITATION, left, html)


def cited(html: str, bibliography: Bibliography) -> list[str]:
    """Return the keys that a rendered page cites, in order of its notes."""
    notes = re.findall(r'<li id="fn:([\w-]+)"', html)
    return [key for key in notes if key in bibliography.works]
