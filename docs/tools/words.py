"""What a rendered page says, and which line of its source says it."""

import re
import unicodedata
from html.parser import HTMLParser

from markdown import Markdown

# Letters that are not a plain one with an accent.
PLAIN = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th"}
    | {"æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "ng"}
)
VOID = frozenset({"br", "hr", "img", "input", "wbr", "source", "col"})
# These do not end a text.
INLINE = frozenset(
    {"em", "strong", "i", "b", "del", "mark", "ins", "code", "kbd", "span"}
)
UNREAD = frozenset({"code", "pre", "script", "style", "svg", "math", "kbd"})
THING = "\ufffc"  # stands for a formula or code


class _Reader(HTMLParser):
    """Collects texts; `skipped` counts the open elements in one unread."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = [""]
        self.skipped = 0

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        if not self.skipped:
            said = dict(attrs)
            for name in ("alt", "title"):
                if words := said.get(name):
                    self.texts[-1:] = [self.texts[-1], words, ""]
        if tag in VOID:
            return
        if not self.skipped and tag not in INLINE:
            self.texts.append("")
        unread = tag in UNREAD or ("class", "arithmatex") in attrs
        if unread and not self.skipped:
            self.texts[-1] += THING
        self.skipped += bool(self.skipped or unread)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.skipped:
            self.skipped -= 1
        elif tag not in INLINE:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.texts[-1] += data


def spoken(html: str) -> list[str]:
    """Return the texts of a page that are neither code nor formulas.

    Those are a `THING`; what images and links say in ``alt`` and ``title``
    is a text of its own.

    >>> spoken('<p>A <em>b</em> <code>c</code></p>')
    ['A b \ufffc']
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [text for text in reader.texts if text]


def line_of(words: str, source: str, nth: int = 0) -> int:
    """Return the line on which a source says words, 0 where it does not.

    The source may indent, quote or break what the page shows in one line.

    Parameters
    ----------
    words, source : str
        What to look for, and the text of the file.
    nth : int
        How often it was met before.
    """
    parts = [re.escape(word).replace(THING, ".*?") for word in words.split()]
    while parts:
        found = list(re.finditer(r"[\s>]+".join(parts), source))
        if found:
            start = found[min(nth, len(found) - 1)].start()
            return source.count("\n", 0, start) + 1
        parts.pop()
    return 0


def page_of(md: Markdown) -> str | None:
    """Return the source path of the page that `md` converts, if known.

    MkDocs, and Material's blog for its excerpts, registers a processor named
    ``relpath`` that holds the page's file.
    """
    if "relpath" not in md.treeprocessors:
        return None
    file = getattr(md.treeprocessors["relpath"], "file", None)
    source = getattr(file, "src_uri", None)
    return source if isinstance(source, str) else None


def fold(words: str) -> str:
    """Return small letters a-z, digits and single spaces, for comparing.

    >>> fold("Weiß, Đorđević & Ærø")
    'weiss dordevic aero'
    """
    words = unicodedata.normalize("NFKD", words.lower().translate(PLAIN))
    words = "".join(c for c in words if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", words).split())
