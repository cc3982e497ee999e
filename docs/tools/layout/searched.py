"""What the search knows of a page: how each section begins, and its words."""

import re
from pathlib import Path
from typing import Any

# Drawn, set, printed or folded away, and what each chapter has over its text.
ASIDE = re.compile(
    r'<(svg|math|pre|details)\b.*?</\1>|<span class="filename"[^>]*>.*?</span>'
    r'|<ul class="chapter-strip">.*?</ul>',
    re.DOTALL,
)
# Cards and notes, which end a page.
END = re.compile('<section class="chapter-end"|<div class="footnote">')
TAG = re.compile(r"<[^>]*>")
BEGINNING = re.compile(r".{80,}?[.:!?](?=\s)")
WORD = re.compile(r"[^\W\d_]{3,}|\b[^\W\d_]+\d\w*")
_COMMON = Path(__file__).with_name("common_words.txt").read_text("utf-8")
COMMON = frozenset(_COMMON.split())


def plain(html: str) -> str:
    """Return a page's HTML without what stands beside its text."""
    return ASIDE.sub("", END.split(html)[0])


def entry(full: dict[str, Any]) -> dict[str, Any]:
    """Return what an index says of a section, without the page's tags."""
    short = {**full, "text": brief(full["text"])}
    if "#" in full["location"]:
        short.pop("tags", None)
    return short


def brief(text: str) -> str:
    """Return how a text begins; of all that follows, the words not yet said.

    >>> brief("<p>A loss is a number.</p> <li>The loss of a sample</li>")
    '<p>A loss is a number.</p><p>sample</p>'
    """
    blocks = [TAG.sub("", one).strip() for one in re.split("</p>|</li>", text)]
    # What else a term is called comes behind what it means.
    blocks.sort(key=lambda one: one.startswith(("Also: ", "Linked as: ")))
    begun = BEGINNING.match(blocks[0])
    first = begun[0] if begun else blocks[0]
    said = {*COMMON, *WORD.findall(first.lower())}
    told = [first]
    for block in (blocks[0][len(first) :], *blocks[1:]):
        new = {word.lower(): word for word in WORD.findall(block)}
        told.append(", ".join(new[key] for key in new if key not in said))
        said |= new.keys()
    return "".join(f"<p>{one}</p>" for one in told if one)
