"""Citations on pages: ``[@key]`` and ``[@one; @two]`` become footnotes.

Code, formulas, links and raw HTML are out of the way already when the
processor runs, so nothing has to be masked. What it leaves stands on the
rendered page as it was typed, and there `left_over` finds it.
"""

import posixpath
import re
from collections import Counter
from contextlib import suppress
from itertools import chain
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from problems import Faulty, Problem
from text import NO_PROSE, blank, prose
from words import line_of, page_of, spoken

from .bib import Bibliography
from .rules import nearest
from .show import reference

KEY = r"@([A-Za-z][\w-]*)"
CITATION = rf"\[{KEY}(?:;\s*{KEY})*\]"
# The space before it goes, so that no line begins with a note's number.
RUN = rf"(?:[ \n]{{0,9}}{CITATION})+"
# Where Markdown has not been read yet: not what will be a link.
TYPED = re.compile(rf"(?<!\\){CITATION}(?!\(|\[[^@])")
BRACKETS = re.compile(r"\[[^\[\]]*\]")


class Citations(Extension):
    """Cites works; the page `annotated_at` has our notes on them."""

    def __init__(self, bibliography: Bibliography, annotated_at: str) -> None:
        super().__init__()
        self.works = bibliography.works
        self.annotated_at = annotated_at

    def extendMarkdown(self, md: Markdown) -> None:
        """Come before what each of them prepares for, see the classes."""
        md.parser.blockprocessors.register(_Colon(md.parser), "colon", 16)
        md.treeprocessors.register(_Define(md, self), "define", 51)
        md.inlinePatterns.register(_Cite(RUN, md), "cite", 85)
        md.treeprocessors.register(_Apart(md), "apart", 18)


class _Colon(BlockProcessor):
    """Keep "[@key]: so" at the start of a line from defining a link."""

    START = re.compile(rf"(?m)^( {{0,3}}{CITATION}):")

    def test(self, parent: Element, block: str) -> bool:
        return bool(self.START.search(block))

    def run(self, parent: Element, blocks: list[str]) -> bool:
        blocks[0] = self.START.sub(lambda m: m[1] + "&#58;", blocks[0])
        return False


class _Define(Treeprocessor):
    """Set the notes: behind a page's own, before the list of them is made."""

    def __init__(self, md: Markdown, citations: Citations) -> None:
        super().__init__(md)
        self.citations = citations

    def run(self, root: Element) -> None:
        notes = self.md.inlinePatterns["footnote"].footnotes  # type: ignore
        texts = chain(root.itertext(), list(notes.footnotes.values()))
        read = "\n\n".join(t for t in texts if not isinstance(t, AtomicString))
        for pattern in NO_PROSE:
            read = pattern.sub(blank, read)
        page = page_of(self.md) or ""
        way = self.citations.annotated_at
        way = posixpath.relpath(way, posixpath.dirname(page) or ".")
        for cited in TYPED.finditer(read):
            for key in re.findall(KEY, cited[0]):
                work = self.citations.works.get(key)
                if work and key not in notes.footnotes:
                    # Kept as HTML, so that no extension reads it again.
                    said = reference(work).replace("&#39;", "’")
                    kept = self.md.htmlStash.store(said)
                    note = f"{kept} [Our note]({way}#ref-{key})."
                    notes.setFootnote(key, note)


class _Cite(InlineProcessor):
    """Put the numbers of notes in place of a citation."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        notes = self.md.inlinePatterns["footnote"]
        keys = dict.fromkeys(re.findall(KEY, m[0]))
        if not keys.keys() <= notes.footnotes.footnotes.keys():  # type: ignore
            return None, None, None
        made = Element("cites")
        for key in keys:
            note = notes.compiled_re.match(f"[^{key}]")
            made.append(notes.handleMatch(note, data)[0])  # type: ignore
        return made, m.start(0), m.end(0)


class _Apart(Treeprocessor):
    """Keep the numbers of notes from reading as one: 1 and 10 as 110."""

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            children: list[Element] = []
            for child in list(parent):
                notes = list(child) if child.tag == "cites" else [child]
                notes[-1].tail = child.tail
                for note in notes:
                    if children and _touch(children[-1], note):
                        children[-1].tail = None
                        comma = Element("sup")
                        comma.text = ",\u00a0"
                        children.append(comma)
                    children.append(note)
            parent[:] = children


def _touch(one: Element, other: Element) -> bool:
    """Tell whether these are two notes with nothing between them."""
    notes = (e.get("id", "").startswith("fnref") for e in (one, other))
    return all(notes) and not (one.tail or "").strip()


def cited(html: str, bibliography: Bibliography) -> list[str]:
    """Return the keys that a rendered page cites, in order of its notes."""
    notes = re.findall(r'<li id="fn:([\w-]+)"', html)
    return [key for key in notes if key in bibliography.works]


def left_over(
    html: str, source: str, path: str, bibliography: Bibliography
) -> list[Problem]:
    """Return the citations that a rendered page shows as they were typed.

    `source` is the text of its file, `path` tells where that is.
    """
    if "@" not in html:
        return []
    with suppress(Faulty):  # the file is read elsewhere, and told of
        source = prose(source)
    found = []
    met: Counter[str] = Counter()
    works = bibliography.works
    for said in chain.from_iterable(map(BRACKETS.finditer, spoken(html))):
        if not re.search(rf"(?<![\w.]){KEY}", said[0]):
            continue  # an e-mail address, for one
        line = line_of(said[0], source, met[said[0]]) or 1
        met[said[0]] += 1
        unknown = [key for key in re.findall(KEY, said[0]) if key not in works]
        messages = [
            f"unknown citation @{key}{nearest(key, works)}; "
            f"{bibliography.path} has the works"
            for key in unknown
        ]
        if not re.fullmatch(CITATION, said[0]):
            messages = [
                f"cannot read the citation {said[0]}; write [@key] or "
                "[@one; @two], or put code in backticks"
            ]
        elif not unknown:
            messages = [
                f"the citation {said[0]} cannot become a footnote inside a "
                "link, a title or a text alternative; move it beside it"
            ]
        found += [Problem(path, line, message) for message in messages]
    return found
