"""The glossary: read it, link the first use of a term on a page.

An entry of ``resources/glossary.md`` looks like this::

    ### Loss { #loss }

    Also: losses, loss value

    A number that says how wrong the network is; smaller is better.

``Also:`` names other forms; ``Linked as:`` in its place leaves the heading
out. ``<!-- not in: target audience -->`` names phrases in which the term means
something else. The first paragraph after these is the tooltip.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import text
from problems import Faulty

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
    """Return the entries."""
    page = text.document(path, root)
    source = text.outside_fences(page.body)
    found = []
    for entry in ENTRY.finditer(source):
        also, apart = (
            tuple(filter(None, " ".join((some or "").split()).split(", ")))
            for some in (entry["forms"], entry["apart"])
        )
        own = () if entry["kind"] == "Linked as" else (entry["name"],)
        said = " ".join(entry["definition"].replace("`", "").split())
        line = source.count("\n", 0, entry.start()) + 1
        name, anchor = entry["name"], entry["anchor"]
        found.append(Term(name, anchor, own + also, said, line, apart))
    read = {term.line for term in found}
    lost = [
        page.fault(line, f"{words} cannot be read; {MEND}")
        for line, words in enumerate(source.split("\n"), start=1)
        if words.startswith("### ") and line not in read
    ]
    if lost:
        raise Faulty(*lost)
    return found


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
        self.pattern = re.compile(
            rf"(?<![&\w\u2010\u2011-])(?:{longest})(?!\w|[-\u2010\u2011]\w)"
        )

    def find(self, text: str) -> Iterator[tuple[re.Match[str], Term]]:
        """Yield terms where they stand in `text`."""
        for found in self.pattern.finditer(text):
            form = re.sub("[\u2010\u2011]", "-", " ".join(found[0].split()))
            term = self.terms.get(form) or self.terms.get(form.casefold())
            if term:
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
VOID = {"br", "col", "hr", "img", "input", "source", "wbr"}
TAG = re.compile(
    r"""(<!--.*?-->|</?[a-zA-Z](?:"[^"]*"|'[^']*'|[^'">])*>)""", re.S
)
CLASS = re.compile(r'\sclass="([^"]*)"')


def linked(html: str, terms: Finder, address: str) -> str:
    """Link the first use of each term on a rendered page to its entry.

    Only the text of paragraphs and list items is linked, and in it neither
    links, code, mathematics nor what has the class ``no-terms``. `address`
    is the glossary's as the browser follows it; "" on its own page, where
    each entry starts anew.
    """
    if address:
        return _linked(html, terms, address, set())
    html = re.sub("<p>(?=Also: |Linked as: )", '<p class="forms">', html)
    html = html.replace("<h3 id=", '<h3 class="entry" id=')
    above, *parts = re.split(r'(?=<h[1-6] [^>]*?id="[^"]*")', html)
    for part in parts:
        anchor = re.search(' id="([^"]*)"', part)
        above += _linked(part, terms, "", {anchor[1]} if anchor else set())
    return above


def _linked(html: str, terms: Finder, address: str, seen: set[str]) -> str:
    """Link what is not `seen` yet."""
    pieces = TAG.split(html)
    # Of each open element its tag, and whether its own text is linked; None
    # where nothing in it is.
    opened: list[tuple[str, bool | None]] = [("", False)]
    for place, piece in enumerate(pieces):
        tag = re.match(r"</?([a-zA-Z]\w*)", piece) if place % 2 else None
        if tag:
            _step(tag[1].lower(), piece, opened)
        elif opened[-1][1]:
            pieces[place] = _marked(piece, terms, address, seen)
    return "".join(pieces)


def _step(tag: str, piece: str, opened: list[tuple[str, bool | None]]) -> None:
    """Go into an element, or out of it."""
    if piece.startswith("</"):
        while any(tag == name for name, _ in opened):
            if opened.pop()[0] == tag:
                break
    elif tag not in VOID and not piece.endswith("/>"):
        above = opened[-1][1]
        told = CLASS.search(piece)
        classes = set(told[1].split()) if told else set()
        if above is None or tag in SKIPPED or SKIPPED_CLASSES & classes:
            opened.append((tag, None))
        else:
            marks = tag in ("p", "li") or (above and tag in INLINE)
            opened.append((tag, marks))


def _marked(words: str, terms: Finder, address: str, seen: set[str]) -> str:
    """Return a text with its links."""
    made, done = "", 0
    for found, term in terms.find(words):
        if term.anchor not in seen:
            seen.add(term.anchor)
            made += (
                f'{words[done : found.start()]}<a class="term" '
                f'href="{address}#{term.anchor}" '
                f'title="{escape(term.definition)}">{found[0]}</a>'
            )
            done = found.end()
    return made + words[done:]
