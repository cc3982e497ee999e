"""The glossary: read it, check it, link the first use of a term on a page.

An entry of ``resources/glossary.md`` looks like this::

    ### Loss { #loss }

    Also: losses, loss value

    A number that says how wrong the network is; smaller is better.

``Also:`` names the other forms that are recognised in a text; ``Linked as:``
in its place leaves the heading itself out, which helps with words that mean
many things. A comment ``<!-- not in: target audience -->`` names phrases in
which the term means something else. The first paragraph after these is one
sentence of plain text: the tooltip. A link can be reached by keyboard and by
touch and works without JavaScript; ``<abbr>`` is neither.
"""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

import text
from problems import Problem
from words import page_of

LONGEST = 160  # of a definition, in characters
WORD = r"\w[\w\u2010\u2011-]*"
FORM = rf"{WORD}(?:[ \n]{WORD})*"
ENTRY = re.compile(
    r"^### +(?P<name>.+?) *\{ *#(?P<anchor>[a-z0-9-]+) *\} *\n+"
    rf"(?:(?P<kind>Also|Linked as): (?P<forms>{FORM}(?:,\s{FORM})*)\n\n+)?"
    rf"(?:<!-- not in: (?P<apart>{FORM}(?:, {FORM})*) -->\n+)?"
    r"(?!(?i:also|linked(?: as)?|forms?)\s*[:;.=-]|<!--)"
    r"(?P<definition>[^#\n].*(?:\n[^#\n].*)*)",
    re.M,
)
MEND = (
    "write ### Term { #anchor }, the anchor in a-z, 0-9 and -; below it "
    "perhaps Also: one form, another form (no full stop); then a sentence"
)
MARKUP = re.compile(r"[$*\\<>\[\]]|https?:|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True)
class Term:
    """One entry: where it is, what it is called in a text, what it means."""

    name: str
    anchor: str
    forms: tuple[str, ...]
    definition: str
    line: int = 1
    exceptions: tuple[str, ...] = ()


def load(path: Path, root: Path) -> list[Term]:
    """Return the entries that can be read; `problems` tells of the others.

    Raises
    ------
    problems.Faulty
        If the file is no text.
    """
    source = text.outside_fences(text.document(path, root).body)
    found = []
    for entry in ENTRY.finditer(source):
        also, apart = (
            " ".join((some or "").split()).split(", ")
            for some in (entry["forms"], entry["apart"])
        )
        name = [] if entry["kind"] == "Linked as" else [entry["name"]]
        found.append(
            Term(
                entry["name"],
                entry["anchor"],
                tuple(filter(None, name + also)),
                " ".join(entry["definition"].replace("`", "").split()),
                source.count("\n", 0, entry.start()) + 1,
                tuple(filter(None, apart)),
            )
        )
    return found


def problems(path: Path, root: Path) -> list[Problem]:
    """Return what is wrong with the glossary, by line."""
    page, terms = text.document(path, root), load(path, root)
    read = {term.line for term in terms}
    lines = text.outside_fences(page.body).split("\n")
    found = [
        (line, f"{words} cannot be read; {MEND}")
        for line, words in enumerate(lines, start=1)
        if words.startswith("### ") and line not in read
    ]
    first: dict[tuple[str, str], Term] = {}
    for term in terms:
        found += [(term.line, message) for message in _faults(term)]
        claims = [("anchor", term.anchor), ("name", term.name.casefold())]
        claims += [("form", form.casefold()) for form in term.forms]
        found += [
            (term.line, f"{what} {said!r} is in line {other.line} as well")
            for what, said in claims
            if (other := first.setdefault((what, said), term)) is not term
            or claims.count((what, said)) > 1
        ]
    return [page.fault(*one) for one in sorted(set(found))]


def _faults(term: Term) -> Iterator[str]:
    """Yield what is wrong with a definition."""
    length, said = len(term.definition), f"the definition of {term.name}"
    if length > LONGEST:
        yield f"{said} has {length} characters, expected {LONGEST} at most"
    if MARKUP.search(term.definition):
        yield f"{said} holds markup, and a tooltip is plain text"
    if not term.definition.endswith((".", "?", "!")):
        yield f"{said} is no sentence; end it with a stop"
    for words, _ in Finder([term]).find(term.definition):
        yield f'{said} says "{words[0]}", so it goes in a circle'


class Finder:
    """Finds terms in a text, the longest form first.

    Forms with a capital after the first letter (SGD, ReLU) are found as they
    are written, others in any case. The words of a form may be parted by any
    white space. What a hyphen ties to a form makes it another word.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms: dict[str, Term | None] = {}
        patterns = []
        for term in terms:
            for form in (*term.forms, *term.exceptions):
                exact = form[1:] != form[1:].lower()
                known = term if form in term.forms else None
                self.terms[form if exact else form.casefold()] = known
                words = re.escape(form).replace(r"\ ", r"\s+")
                words = words.replace(r"\-", "[-\u2010\u2011]")
                words = words if exact else f"(?i:{words})"
                patterns.append((len(form), words))
        longest = "|".join(w for _, w in sorted(patterns, reverse=True))
        # Beside words, the places where Markdown has stashed raw HTML.
        self.pattern = re.compile(
            r"\x02wzxhzdk:(?P<raw>\d+)\x03|(?<![\w\u2010\u2011-])"
            rf"(?:{longest})(?!\w|[-\u2010\u2011]\w)"
        )

    def find(self, text: str) -> Iterator[tuple[re.Match[str], Term | None]]:
        """Yield terms where they stand in `text`, None for raw HTML."""
        for found in self.pattern.finditer(text):
            form = re.sub("[\u2010\u2011]", "-", " ".join(found[0].split()))
            term = self.terms.get(form) or self.terms.get(form.casefold())
            if term or found["raw"]:
                yield found, term


HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# A table, a figure or a definition list inside a list item is not the item's
# own text, so that only these tags pass on that a text may be marked.
INLINE = {"em", "strong", "b", "i", "span", "mark", "del", "ins"}
SKIPPED = HEADINGS | {
    *("a", "abbr", "button", "label", "summary"),  # already do something
    *("code", "kbd", "math", "pre", "samp", "script", "style", "svg", "var"),
    *("caption", "figcaption", "sub", "sup"),
}
SKIPPED_CLASSES = {
    *("arithmatex", "highlight", "admonition-title", "footnote", "forms"),
    *("headerlink", "toc", "no-terms"),
}
RAW = re.compile(r"\s*<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)")


class Glossary(Extension):
    """Link the first use of each term on a page to its entry.

    Only the text of paragraphs and list items is marked, and in it neither
    links, code, mathematics nor what has the class ``no-terms``. `url` is
    the glossary's source path: links are relative to the page's, so that
    MkDocs checks them. Pages whose paths `exclude` names are left alone.
    """

    def __init__(
        self, terms: list[Term], url: str, exclude: Collection[str] = ()
    ) -> None:
        super().__init__()
        self.finder = Finder(terms)
        self.anchors = {term.anchor for term in terms}
        self.url, self.exclude = url, exclude

    def extendMarkdown(self, md: Markdown) -> None:
        """Come after headings have anchors, before MkDocs checks links."""
        md.treeprocessors.register(_Marker(md, self), "glossary", 3)


class _Marker(Treeprocessor):
    """Walks through one page and puts the links in."""

    def __init__(self, md: Markdown, glossary: Glossary) -> None:
        super().__init__(md)
        self.glossary = glossary

    def run(self, root: Element) -> None:
        """Mark the terms below `root`, in place."""
        page, url = page_of(self.md) or "", self.glossary.url
        if any(fnmatch(page, one) for one in self.glossary.exclude):
            return
        self.home = page == url
        way = posixpath.relpath(url, posixpath.dirname(page) or ".")
        self.target = "" if self.home else way
        self.seen: set[str] = set()
        self._walk(root, False)

    def _walk(self, element: Element, marking: bool) -> None:
        """Mark the terms in `element`, whose own text counts if `marking`."""
        tag = element.tag if isinstance(element.tag, str) else "script"
        if self.home and tag in HEADINGS:  # each entry starts anew
            self.seen = {anchor := element.get("id", "")}
            if anchor in self.glossary.anchors:
                element.set("class", "entry")
        elif self.home and re.match("Also: |Linked as: ", element.text or ""):
            element.set("class", "forms")
        classes = set(element.get("class", "").split())
        if tag in SKIPPED or SKIPPED_CLASSES & classes:
            return
        if tag in ("p", "li"):
            self.raw_depth = 0  # in how many raw elements to be skipped
        marking = tag in ("p", "li") or (marking and tag in INLINE)
        children: list[Element] = []
        if marking:
            element.text, children = self._mark(element.text)
        for child in list(element):
            self._walk(child, marking)
            children.append(child)
            if marking:
                child.tail, links = self._mark(child.tail)
                children += links
        element[:] = children

    def _mark(self, text: str | None) -> tuple[str | None, list[Element]]:
        """Return the text before the first link, and the links with tails."""
        if not text or isinstance(text, AtomicString):
            return text, []
        links: list[Element] = []
        before = last = Element("text")
        last.tail, done = text, 0
        for found, term in self.glossary.finder.find(text):
            if term is None:
                self._pass(int(found["raw"]))
            elif not self.raw_depth and term.anchor not in self.seen:
                self.seen.add(term.anchor)
                address = f"{self.target}#{term.anchor}"
                link = Element("a", {"class": "term", "href": address})
                link.set("title", term.definition)
                link.text = AtomicString(found[0])
                last.tail, done = text[done : found.start()], found.end()
                link.tail = text[done:]
                links.append(last := link)
        return before.tail, links

    def _pass(self, stash: int) -> None:
        """Take note of the raw tag that is kept under this number."""
        raw = self.md.htmlStash.rawHtmlBlocks[stash]
        match = RAW.match(raw) if isinstance(raw, str) else None
        if not match or match["tag"].lower() not in SKIPPED:
            return
        if match["end"]:
            self.raw_depth = max(0, self.raw_depth - 1)
        elif f"</{match['tag']}" not in raw and raw[-2:] != "/>":
            self.raw_depth += 1
